/* SPDX-License-Identifier: GPL-3.0-or-later */
/* allocate.c: `busbar-cli allocate`: one allocation per line of JSON. */
#include <errno.h>
#include <fcntl.h>
#include <glib/gi18n.h>
#include <glib/gstdio.h>
#include <inttypes.h>
#include <jansson.h>
#include <unistd.h>

#include "cli/allocate-case.h"
#include "cli/command.h"
#include "cli/line-pump.h"
#include "cli/terminal.h"

static const char description[] = N_ (
    "Each line is one JSON object:\n"
    "  {\"id\":1, \"balancer\":\"fair\",\n"
    "   \"circuits\":[{\"id\":\"main\",\"limit_a\":[25,25,25]},\n"
    "               {\"id\":\"garage\",\"parent\":\"main\",\"limit_a\":[16,16,16]}],\n"
    "   \"stations\":[{\"circuit\":\"garage\",\"phases\":[1,2,3],\"min_a\":6,\"max_a\":32,\n"
    "                \"step_a\":0.01,\"priority\":0}]}\n"
    "limit_a is what is still free for stations, per phase; negative: overloaded, nothing there may run.\n"
    "priority 0 is served first. balancer, phases (all), step_a (0.01), priority (0), parent and id may be\n"
    "left out; unknown keys are ignored. (The example is one line in a real input.)\n"
    "\n"
    "Each answer is one line, in input order:\n"
    "  {\"id\":1,\"current_a\":[16],\"reason\":[\"row:garage:L1\"]}\n"
    "A line that cannot be answered gives {\"id\":…,\"error\":\"KEY: what is wrong\"} and exit code 3.\n"
    "Reasons: full, row:CIRCUIT:PHASE, no-room:CIRCUIT:PHASE, impossible[:CIRCUIT:PHASE].\n"
    "\n"
    "Examples:\n"
    "  busbar-cli allocate cases.jsonl >answers.jsonl\n"
    "  generate-cases | busbar-cli allocate | check-answers");

static gboolean
answer_line (const char *line, gsize length, guint64 number, gpointer scratch, GString *out)
{
  return cli_case_answer (scratch, line, length, number, out);
}

static gpointer
new_scratch (void)
{
  return cli_case_new ();
}

static void
free_scratch (gpointer scratch)
{
  cli_case_free (scratch);
}

static const CliLineJob job = { answer_line, new_scratch, free_scratch };

static int
open_input (const char *path)
{
  int fd = path ? g_open (path, O_RDONLY | O_CLOEXEC, 0) : STDIN_FILENO;

  if (fd < 0)
    cli_complain (_ ("%s cannot be opened: %s."), path, g_strerror (errno));
  return fd;
}

CliExit
cli_allocate (int argc, char *argv[])
{
  static const GOptionEntry entries[] = { G_OPTION_ENTRY_NULL };
  g_autoptr (GError) error = NULL;
  CliLineCount count = { 0 };
  gboolean finished = FALSE;
  int fd = -1;

  if (cli_parse (&argc, &argv, entries, _ ("[FILE]"),
                 _ ("Answers one allocation problem per line of FILE (else of standard input)."),
                 _ (description), 0, 1)
      != CLI_PARSE_OK)
    return CLI_USAGE;
  fd = open_input (argc > 1 ? argv[1] : NULL);
  if (fd < 0)
    return CLI_IO;
  /* seeds jansson's hash tables once, before threads use them */
  json_object_seed (0);
  finished = cli_pump_lines (fd, &job, cli_interruptible (), &count, &error);
  if (fd != STDIN_FILENO)
    g_close (fd, NULL);
  if (!finished)
    return cli_fail (error);
  if (count.bad == 0)
    return CLI_OK;
  cli_complain (_ ("%" PRIu64 " of %" PRIu64 " lines could not be answered; the first is line %" PRIu64 "."),
                count.bad, count.lines, count.first_bad);
  return CLI_INPUT;
}
