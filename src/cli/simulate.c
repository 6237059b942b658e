/* SPDX-License-Identifier: GPL-3.0-or-later */
/* simulate.c: `busbar-cli simulate`: a site over days to years, with its own inputs or others. */
#include <glib/gi18n.h>
#include <math.h>
#include <unistd.h>

#include "base/file.h"
#include "base/zone.h"
#include "cli/command.h"
#include "cli/print.h"
#include "cli/simulate-text.h"
#include "cli/terminal.h"
#include "model/site-check.h"
#include "model/site-json.h"
#include "simulation/run.h"

/* A `minute` column counts from the run's start, so a first row later than this has times of its own. */
#define ABSOLUTE_FROM_MS (365 * BB_MS_PER_DAY)

#define UNSET G_MININT64

typedef struct Choices {
  char *load, *pv, *sessions, *scenario;
  char *from;
  double days, step, power_factor;
  gint64 seed;
  char *balancer;
  char *out, *trace;
  gboolean repeat, zero_minimum, no_delays, ideal_vehicle, json;
} Choices;

static void
choices_clear (Choices *choices)
{
  char *texts[] = { choices->load, choices->pv,       choices->sessions, choices->scenario,
                    choices->from, choices->balancer, choices->out,      choices->trace };

  for (guint i = 0; i < G_N_ELEMENTS (texts); i++)
    g_free (texts[i]);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Choices, choices_clear)

static const char description[] = N_ (
    "Without options the site's own inputs, start and length are used. --load, --pv and --sessions replace "
    "the\n"
    "site's inputs of that kind; load and PV are taken at the first main circuit. Columns of the files:\n"
    "  load      time or minute, then l1_w l2_w l3_w, or l1_a l2_a l3_a, or total_w\n"
    "  PV        time or minute, then power_w, or per phase\n"
    "  sessions  arrival departure energy_kwh, and if known station max_a phases battery_kwh arrival_soc\n"
    "Times without an offset are in the site's zone; minutes count from the start of the run.\n"
    "\n"
    "--out writes DIR/result.bbr (for `explain` and the application) and DIR/summary.json.\n"
    "Exit code 1 when something went over its rating.\n"
    "\n"
    "Examples:\n"
    "  busbar-cli simulate villa.busbar\n"
    "  busbar-cli simulate villa.busbar --days 7 --balancer none\n"
    "  busbar-cli simulate villa.busbar --load house.csv --sessions cars.csv --from 2026-03-01 --days 31\n"
    "  busbar-cli simulate villa.busbar --days 365 --step 60 --out results --json");

static CliParse
parse_choices (int *argc, char ***argv, Choices *choices)
{
  const GOptionEntry entries[] = {
    { "load", 0, 0, G_OPTION_ARG_FILENAME, &choices->load, N_ ("Base load, CSV"), N_ ("FILE") },
    { "pv", 0, 0, G_OPTION_ARG_FILENAME, &choices->pv, N_ ("Generation, CSV"), N_ ("FILE") },
    { "sessions", 0, 0, G_OPTION_ARG_FILENAME, &choices->sessions, N_ ("Charging sessions, CSV"),
      N_ ("FILE") },
    { "power-factor", 0, 0, G_OPTION_ARG_DOUBLE, &choices->power_factor,
      N_ ("Of a load in watts, 0.5 to 1; default 1"), N_ ("PF") },
    { "repeat", 0, 0, G_OPTION_ARG_NONE, &choices->repeat,
      N_ ("These files hold one day, which comes again each day"), NULL },
    { "scenario", 0, 0, G_OPTION_ARG_FILENAME, &choices->scenario,
      N_ ("Timeline of faults and commands, JSON"), N_ ("FILE") },
    { "from", 0, 0, G_OPTION_ARG_STRING, &choices->from, N_ ("Start, such as 2026-03-01 or 2026-03-01T06:00"),
      N_ ("TIME") },
    { "days", 0, 0, G_OPTION_ARG_DOUBLE, &choices->days, N_ ("Length in days of the site's calendar"),
      N_ ("N") },
    { "step", 0, 0, G_OPTION_ARG_DOUBLE, &choices->step, N_ ("Step in seconds, 1 to 900"), N_ ("S") },
    { "seed", 0, 0, G_OPTION_ARG_INT64, &choices->seed, N_ ("Of all that is random; default 1"), N_ ("N") },
    { "balancer", 0, 0, G_OPTION_ARG_STRING, &choices->balancer,
      N_ ("fair, priority, queue, rotate, deadline; none: balancing off; default: as the site says"),
      N_ ("NAME") },
    { "zero-minimum", 0, 0, G_OPTION_ARG_NONE, &choices->zero_minimum, N_ ("Stations may go down to 0 A"),
      NULL },
    { "no-delays", 0, 0, G_OPTION_ARG_NONE, &choices->no_delays, N_ ("All delays and minimum times are 0"),
      NULL },
    { "ideal-vehicle", 0, 0, G_OPTION_ARG_NONE, &choices->ideal_vehicle,
      N_ ("Vehicles follow at once, without taper"), NULL },
    { "out", 0, 0, G_OPTION_ARG_FILENAME, &choices->out, N_ ("Write the result and its summary there"),
      N_ ("DIR") },
    { "trace", 0, 0, G_OPTION_ARG_FILENAME, &choices->trace, N_ ("Record the engine's inputs, for `replay`"),
      N_ ("FILE") },
    { "json", 0, 0, G_OPTION_ARG_NONE, &choices->json, N_ ("Print the summary as one JSON object"), NULL },
    G_OPTION_ENTRY_NULL
  };

  return cli_parse (argc, argv, entries, _ ("SITE"),
                    _ ("Simulates a site: what its fuses see, what its cars get."), _ (description), 1, 1);
}

/* ---- times ------------------------------------------------------------------------------------ */

/* Where a load file with times of its own starts; FALSE with an error when it cannot be read, *start_ms is
 * G_MININT64 where it counts from the start of the run. */
static gboolean
find_file_start (const char *path, BbZone *zone, gint64 *start_ms, GError **error)
{
  BbInputOptions input = { .kind = BB_INPUT_LOAD, .zone = bb_zone_get_id (zone), .may_export = TRUE };
  g_autoptr (BbLoadSource) source = bb_load_open_csv (path, &input, error);
  BbLoadInfo info;

  if (!source)
    return FALSE;
  bb_load_get_info (source, &info);
  *start_ms = info.first_ms >= ABSOLUTE_FROM_MS ? info.first_ms : G_MININT64;
  return TRUE;
}

/* The end of a run of so many days of the local calendar. */
static gint64
add_days (BbZone *zone, gint64 from_ms, double days)
{
  gint64 utc_ms = 0;

  bb_zone_from_local (zone, bb_zone_to_local (zone, from_ms) + (gint64) (days * (double) BB_MS_PER_DAY),
                      &utc_ms, NULL);
  return utc_ms;
}

static gboolean
set_times (BbSimOptions *options, const Choices *choices, BbZone *zone, GError **error)
{
  gint64 length_ms = options->until_ms - options->from_ms;
  gint64 start_ms = G_MININT64;

  if (choices->step != 0)
    options->step_ms = (gint64) (choices->step * 1000);
  if (choices->from) {
    if (!bb_time_parse (choices->from, zone, &start_ms, NULL, error)) {
      g_prefix_error (error, "--from: ");
      return FALSE;
    }
  } else if (choices->load && !choices->repeat && !find_file_start (choices->load, zone, &start_ms, error)) {
    return FALSE;
  }
  if (start_ms != G_MININT64)
    options->from_ms = start_ms;
  if (options->step_ms > 0)
    options->from_ms = bb_floor_to (options->from_ms, options->step_ms);
  if (choices->days != 0)
    options->until_ms = add_days (zone, options->from_ms, choices->days);
  else
    options->until_ms = options->from_ms + (length_ms > 0 ? length_ms : BB_MS_PER_DAY);
  return TRUE;
}

/* ---- inputs ----------------------------------------------------------------------------------- */

static gint32
power_factor (const Choices *choices)
{
  return choices->power_factor == 0 ? 1000 : (gint32) lround (choices->power_factor * 1000);
}

static gboolean
add_sessions (BbSimOptions *options, const Choices *choices, const BbInputOptions *input, GError **error)
{
  g_autoptr (BbSessions) sessions = bb_sessions_load_csv (choices->sessions, input, error);

  if (sessions && choices->repeat) {
    g_autoptr (BbSessions) day = g_steal_pointer (&sessions);
    sessions = bb_sessions_repeat (day, input->zone, options->from_ms, options->until_ms, error);
  }
  if (!sessions)
    return FALSE;
  bb_sim_options_set_sessions (options, g_steal_pointer (&sessions));
  return TRUE;
}

static gboolean
add_inputs (BbSimOptions *options, const Choices *choices, BbZone *zone, GError **error)
{
  BbInputOptions input = { .kind = BB_INPUT_LOAD,
                           .repeat = choices->repeat ? BB_REPEAT_DAY : BB_REPEAT_NONE,
                           .zone = bb_zone_get_id (zone),
                           .start_ms = options->from_ms,
                           .total_phases = (uint8_t) bb_site_get_phases (options->site) };
  guint without = (choices->load ? 1u << BB_SITE_INPUT_LOAD : 0) | (choices->pv ? 1u << BB_SITE_INPUT_PV : 0)
                  | (choices->sessions ? 1u << BB_SITE_INPUT_SESSIONS : 0);

  if (!bb_sim_options_add_site_inputs (options, without, error))
    return FALSE;
  if (choices->load)
    bb_sim_options_add_csv (options, bb_sim_first_root (options->site), choices->load, &input,
                            power_factor (choices), 1000);
  if (choices->sessions && !add_sessions (options, choices, &input, error))
    return FALSE;
  input.kind = BB_INPUT_PV;
  if (choices->pv)
    bb_sim_options_add_csv (options, bb_sim_first_root (options->site), choices->pv, &input, 1000, 1000);
  return TRUE;
}

static gboolean
set_scenario (BbSimOptions *options, const char *path, GError **error)
{
  BbScenario *scenario = NULL;

  if (!path)
    return TRUE;
  scenario = bb_scenario_load (path, options->site, error);
  if (!scenario)
    return FALSE;
  g_clear_pointer (&options->scenario, bb_scenario_unref);
  options->scenario = scenario;
  return TRUE;
}

/* ---- options ---------------------------------------------------------------------------------- */

static gboolean
set_balancer (BbSimOptions *options, const char *name)
{
  if (!name || g_str_equal (name, "site"))
    return TRUE;
  if (g_str_equal (name, "none")) {
    options->balancer = BB_SIM_BALANCER_NONE;
    return TRUE;
  }
  for (int i = BBE_FAIR; i <= BBE_DEADLINE; i++) {
    if (g_str_equal (name, bbe_balancer_name ((uint8_t) i))) {
      options->balancer = i;
      return TRUE;
    }
  }
  cli_complain (_ ("There is no balancer '%s'; use fair, priority, queue, rotate, deadline or none."), name);
  return FALSE;
}

/* What is wrong on the command line itself; complains. */
static gboolean
choices_make_sense (const Choices *choices)
{
  if (!(choices->days >= 0 && choices->days <= 36525))
    cli_complain (_ ("--days must be between 0 and 36525, not %g."), choices->days);
  else if (choices->step != 0 && !(choices->step >= 1 && choices->step <= 900))
    cli_complain (_ ("--step must be between 1 and 900 s, not %g."), choices->step);
  else if (choices->power_factor != 0 && !(choices->power_factor >= 0.5 && choices->power_factor <= 1))
    cli_complain (_ ("--power-factor must be between 0.5 and 1, not %g."), choices->power_factor);
  else if (choices->repeat && !choices->load && !choices->pv && !choices->sessions)
    cli_complain (_ ("--repeat is about --load, --pv and --sessions, and none of them is given."));
  else
    return TRUE;
  return FALSE;
}

static BbSimOptions *
make_options (BbSite *site, const Choices *choices, BbZone *zone, GError **error)
{
  g_autoptr (BbSimOptions) options = bb_sim_options_new (site);

  if (!bb_sim_options_add_site_defaults (options, error))
    return NULL;
  if (choices->seed != UNSET)
    options->seed = (guint64) choices->seed;
  options->zero_minimum |= choices->zero_minimum;
  options->no_delays |= choices->no_delays;
  options->ideal_vehicle |= choices->ideal_vehicle;
  if (!set_times (options, choices, zone, error) || !add_inputs (options, choices, zone, error)
      || !set_scenario (options, choices->scenario, error))
    return NULL;
  options->trace_path = g_strdup (choices->trace);
  return g_steal_pointer (&options);
}

/* ---- run -------------------------------------------------------------------------------------- */

static void
show_progress_cb (double fraction, gpointer data)
{
  int *shown = data;
  int percent = (int) (fraction * 100);

  if (percent == *shown)
    return;
  *shown = percent;
  g_printerr ("\r%3d %%", percent);
}

static BbSimOutcome *
run (const BbSimOptions *options, GError **error)
{
  gboolean terminal = isatty (STDERR_FILENO);
  int shown = -1;
  BbSimOutcome *outcome
      = bb_sim_run (options, cli_interruptible (), terminal ? show_progress_cb : NULL, &shown, error);

  if (shown >= 0)
    g_printerr ("\r     \r");
  return outcome;
}

/* Runs into DIR, which appears with both files or not at all. */
static BbSimOutcome *
run_into (BbSimOptions *options, const char *folder, GError **error)
{
  g_autoptr (BbStagedDir) staged = bb_staged_dir_new (folder, error);
  g_autoptr (BbSimOutcome) outcome = NULL;
  g_autofree char *summary_path = NULL;

  if (!staged)
    return NULL;
  options->result_path = g_build_filename (bb_staged_dir_get_path (staged), "result.bbr", NULL);
  summary_path = g_build_filename (bb_staged_dir_get_path (staged), "summary.json", NULL);
  outcome = run (options, error);
  if (!outcome || !bb_summary_save (outcome->summary, summary_path, error)
      || !bb_staged_dir_commit (staged, error))
    return NULL;
  return g_steal_pointer (&outcome);
}

static void
print_outcome (const BbSimOutcome *outcome, BbSite *site, BbZone *zone, const Choices *choices)
{
  const char *name = bb_site_peek (site)->name;

  if (choices->json) {
    g_autofree char *text = bb_summary_to_text (outcome->summary, TRUE);
    g_print ("%s", text);
    return;
  }
  cli_print_summary (outcome->summary, *name ? name : bb_site_get_path (site), zone);
  if (choices->out)
    g_print (_ ("Result: %s/result.bbr\n"), choices->out);
}

CliExit
cli_simulate (int argc, char *argv[])
{
  g_auto (Choices) choices = { .seed = UNSET };
  g_autoptr (GError) error = NULL;
  g_autoptr (BbSite) site = NULL;
  g_autoptr (BbZone) zone = NULL;
  g_autoptr (BbSimOptions) options = NULL;
  g_autoptr (BbSimOutcome) outcome = NULL;

  if (parse_choices (&argc, &argv, &choices) != CLI_PARSE_OK || !choices_make_sense (&choices))
    return CLI_USAGE;
  site = bb_site_load (argv[1], &error);
  if (!site)
    return cli_fail (error);
  if (!bb_site_check_errors (site, BB_CHECK_SIMULATION, &error)) {
    cli_complain (_ ("%s\n'busbar-cli check %s' lists all that is wrong."), error->message, argv[1]);
    return CLI_INPUT;
  }
  zone = bb_zone_new (bb_site_peek (site)->timezone, &error);
  if (!zone || !(options = make_options (site, &choices, zone, &error)))
    return cli_fail (error);
  if (!set_balancer (options, choices.balancer))
    return CLI_USAGE;
  outcome = choices.out ? run_into (options, choices.out, &error) : run (options, &error);
  if (!outcome)
    return cli_fail (error);
  print_outcome (outcome, site, zone, &choices);
  return bb_summary_is_over_rating (outcome->summary) ? CLI_PROBLEMS : CLI_OK;
}
