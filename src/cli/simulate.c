/* SPDX-License-Identifier: GPL-3.0-or-later */
/* simulate.c: `busbar-cli simulate`: a site over days to years, with its own inputs or others. */
#include <glib/gi18n.h>

#include "base/file.h"
#include "base/zone.h"
#include "cli/command.h"
#include "cli/simulate-options.h"
#include "cli/simulate-text.h"
#include "cli/terminal.h"
#include "simulation/run-csv.h"

static const char description[] = N_ (
    "Without options the site's own inputs, start and length are used. --load, --pv and --sessions replace "
    "the\n"
    "site's inputs of that kind; load and PV are taken at the first main circuit. Columns of the files:\n"
    "  load      time or minute, then l1_w l2_w l3_w, or l1_a l2_a l3_a, or total_w\n"
    "  PV        time or minute, then power_w, or per phase\n"
    "  sessions  arrival departure energy_kwh, and if known station max_a phases battery_kwh arrival_soc\n"
    "Times without an offset are in the site's zone; minutes count from the start of the run.\n"
    "\n"
    "--out writes DIR/result.bbr (for `explain` and the application) and DIR/summary.json; with --csv also\n"
    "series.csv (15 min), changes.csv (set-points and reasons) and sessions.csv (what each car got).\n"
    "Exit code 1 when something went over its rating.\n"
    "\n"
    "Examples:\n"
    "  busbar-cli simulate villa.busbar\n"
    "  busbar-cli simulate villa.busbar --days 7 --balancer none\n"
    "  busbar-cli simulate villa.busbar --load house.csv --sessions cars.csv --from 2026-03-01 --days 31\n"
    "  busbar-cli simulate villa.busbar --days 365 --step 60 --out results --json");

typedef struct Wanted {
  char *balancer, *out, *trace;
  gboolean csv, json;
} Wanted;

static void
wanted_clear (Wanted *wanted)
{
  g_free (wanted->balancer);
  g_free (wanted->out);
  g_free (wanted->trace);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Wanted, wanted_clear)

static CliParse
parse (int *argc, char ***argv, CliChoices *choices, Wanted *wanted)
{
  const GOptionEntry own[]
      = { { "balancer", 0, 0, G_OPTION_ARG_STRING, &wanted->balancer,
            N_ ("fair, priority, queue, rotate, deadline; none: balancing off; default: as the site says"),
            N_ ("NAME") },
          { "out", 0, 0, G_OPTION_ARG_FILENAME, &wanted->out, N_ ("Write the result and its summary there"),
            N_ ("DIR") },
          { "csv", 0, 0, G_OPTION_ARG_NONE, &wanted->csv,
            N_ ("With --out: write the result as CSV files too"), NULL },
          { "trace", 0, 0, G_OPTION_ARG_FILENAME, &wanted->trace,
            N_ ("Record the engine's inputs, for `replay`"), N_ ("FILE") },
          { "json", 0, 0, G_OPTION_ARG_NONE, &wanted->json, N_ ("Print the summary as one JSON object"),
            NULL },
          G_OPTION_ENTRY_NULL };
  g_autofree GOptionEntry *entries = cli_choices_entries (choices, own);

  return cli_parse (argc, argv, entries, _ ("SITE"),
                    _ ("Simulates a site: what its fuses see, what its cars get."), _ (description), 1, 1);
}

/* ---- run -------------------------------------------------------------------------------------- */

static BbSimOutcome *
run (const BbSimOptions *options, GError **error)
{
  CliProgress progress = CLI_PROGRESS_INIT;
  BbSimOutcome *outcome
      = bb_sim_run (options, cli_interruptible (), cli_progress_function (), &progress, error);

  cli_progress_end (&progress);
  return outcome;
}

static gboolean
write_csv (const char *folder, const char *path, const BbSimOutcome *outcome, BbZone *zone, GError **error)
{
  g_autoptr (BbResult) result = bb_result_open (path, error);

  return result
         && bb_sim_write_csv (folder, result, outcome->summary, outcome->sessions_done, zone,
                              cli_interruptible (), error);
}

/* Runs into DIR, which appears with all its files or not at all. */
static BbSimOutcome *
run_into (BbSimOptions *options, const Wanted *wanted, BbZone *zone, GError **error)
{
  g_autoptr (BbStagedDir) staged = bb_staged_dir_new (wanted->out, error);
  g_autoptr (BbSimOutcome) outcome = NULL;
  g_autofree char *summary_path = NULL;

  if (!staged)
    return NULL;
  const char *folder = bb_staged_dir_get_path (staged);
  options->result_path = g_build_filename (folder, "result.bbr", NULL);
  summary_path = g_build_filename (folder, "summary.json", NULL);
  outcome = run (options, error);
  if (!outcome || !bb_summary_save (outcome->summary, summary_path, error)
      || (wanted->csv && !write_csv (folder, options->result_path, outcome, zone, error))
      || !bb_staged_dir_commit (staged, error))
    return NULL;
  return g_steal_pointer (&outcome);
}

static void
print_outcome (const BbSimOutcome *outcome, BbSite *site, BbZone *zone, const Wanted *wanted)
{
  if (wanted->json) {
    g_autofree char *text = bb_summary_to_text (outcome->summary, TRUE);
    g_print ("%s", text);
    return;
  }
  cli_print_summary (outcome->summary, site, zone);
  if (wanted->out)
    g_print (_ ("Result: %s/result.bbr\n"), wanted->out);
}

CliExit
cli_simulate (int argc, char *argv[])
{
  g_auto (CliChoices) choices = CLI_CHOICES_INIT;
  g_auto (Wanted) wanted = { 0 };
  g_autoptr (GError) error = NULL;
  g_autoptr (BbSite) site = NULL;
  g_autoptr (BbZone) zone = NULL;
  g_autoptr (BbSimOptions) options = NULL;
  g_autoptr (BbSimOutcome) outcome = NULL;
  int balancer = BB_SIM_BALANCER_SITE;

  if (parse (&argc, &argv, &choices, &wanted) != CLI_PARSE_OK || !cli_choices_make_sense (&choices)
      || (wanted.balancer && !cli_find_balancer (wanted.balancer, &balancer)))
    return CLI_USAGE;
  if (wanted.csv && !wanted.out) {
    cli_complain (_ ("--csv writes into the folder of --out, and none is given."));
    return CLI_USAGE;
  }
  site = cli_load_checked_site (argv[1], &error);
  if (!site)
    return cli_fail (error);
  zone = bb_zone_new (bb_site_peek (site)->timezone, &error);
  if (!zone || !(options = cli_choices_to_options (&choices, site, zone, &error)))
    return cli_fail (error);
  options->balancer = balancer;
  options->trace_path = g_strdup (wanted.trace);
  outcome = wanted.out ? run_into (options, &wanted, zone, &error) : run (options, &error);
  if (!outcome)
    return cli_fail (error);
  print_outcome (outcome, site, zone, &wanted);
  return bb_summary_is_over_rating (outcome->summary) ? CLI_PROBLEMS : CLI_OK;
}
