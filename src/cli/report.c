/* SPDX-License-Identifier: GPL-3.0-or-later */
/* report.c: `busbar-cli report`: a result as a printable report. */
#include "report/site-report.h"

#include <glib/gi18n.h>
#include <string.h>

#include "base/clock.h"
#include "cli/command.h"
#include "cli/result-file.h"
#include "cli/terminal.h"

CliExit
cli_report (int argc, char *argv[])
{
  g_autofree char *out = NULL;
  const GOptionEntry entries[]
      = { { "out", 0, 0, G_OPTION_ARG_FILENAME, &out, N_ ("Write the report there (PDF)"), N_ ("FILE") },
          G_OPTION_ENTRY_NULL };
  g_autoptr (GError) error = NULL;
  g_autoptr (BbClock) clock = bb_clock_new_real ();

  if (cli_parse (
          &argc, &argv, entries, _ ("RESULT"),
          _ ("Prints a result as a report: the verdict, charts, figures, the site with every setting."),
          _ ("RESULT is a result file, or the folder that `simulate --out` made. The report is in the "
             "language\n"
             "of your system, on A4.\n\n"
             "Examples:\n"
             "  busbar-cli simulate villa.busbar --days 7 --out results\n"
             "  busbar-cli report results --out villa.pdf\n"
             "  LANGUAGE=de busbar-cli report results --out villa-de.pdf"),
          1, 1)
      != CLI_PARSE_OK)
    return CLI_USAGE;
  if (!out) {
    cli_complain (_ ("Say where to write, with --out. See 'busbar-cli report --help'."));
    return CLI_USAGE;
  }
  g_autoptr (BbResult) result = cli_open_result (argv[1], &error);
  if (!result
      || !bb_site_report_write (result, bb_clock_get_wall_ms (clock, NULL), "busbar-cli", out,
                                cli_interruptible (), &error))
    return cli_fail (error);
  return CLI_OK;
}
