/* SPDX-License-Identifier: GPL-3.0-or-later */
/* simulate-options.c: the options that `simulate` and `plan` share, made into those of a run. */
#include "cli/simulate-options.h"

#include <glib/gi18n.h>
#include <math.h>
#include <string.h>
#include <unistd.h>

#include "cli/terminal.h"
#include "model/site-check.h"
#include "model/site-json.h"

void
cli_choices_clear (CliChoices *choices)
{
  char *texts[] = { choices->load, choices->pv, choices->sessions, choices->scenario, choices->from };

  for (guint i = 0; i < G_N_ELEMENTS (texts); i++)
    g_free (texts[i]);
}

GOptionEntry *
cli_choices_entries (CliChoices *choices, const GOptionEntry *own)
{
  const GOptionEntry shared[] = {
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
    { "zero-minimum", 0, 0, G_OPTION_ARG_NONE, &choices->zero_minimum, N_ ("Stations may go down to 0 A"),
      NULL },
    { "no-delays", 0, 0, G_OPTION_ARG_NONE, &choices->no_delays, N_ ("All delays and minimum times are 0"),
      NULL },
    { "ideal-vehicle", 0, 0, G_OPTION_ARG_NONE, &choices->ideal_vehicle,
      N_ ("Vehicles follow at once, without taper"), NULL },
  };
  gsize n_own = 0;
  GOptionEntry *all = NULL;

  while (own[n_own].long_name)
    n_own++;
  all = g_new0 (GOptionEntry, n_own + G_N_ELEMENTS (shared) + 1);
  memcpy (all, own, n_own * sizeof *own);
  memcpy (all + n_own, shared, sizeof shared);
  return all;
}

BbSite *
cli_load_checked_site (const char *path, GError **error)
{
  g_autoptr (BbSite) site = bb_site_load (path, error);

  if (!site)
    return NULL;
  if (!bb_site_check_errors (site, BB_CHECK_SIMULATION, error)) {
    if (error && *error)
      g_prefix_error (error, _ ("'busbar-cli check %s' lists all that is wrong; the first is "), path);
    return NULL;
  }
  return g_steal_pointer (&site);
}

/* ---- times ------------------------------------------------------------------------------------ */

/* The start that a file of the command line suggests, where none is known yet. */
static gboolean
find_start (const char *path, BbSiteInputKind kind, BbZone *zone, gint64 *start_ms, GError **error)
{
  BbInputOptions input = { .kind = kind == BB_SITE_INPUT_PV ? BB_INPUT_PV : BB_INPUT_LOAD,
                           .zone = bb_zone_get_id (zone),
                           .may_export = TRUE };

  return !path || *start_ms != G_MININT64
         || bb_sim_find_file_start (path, kind, &input, zone, start_ms, error);
}

/* The start that the files suggest, load first. Sessions give way to what the site says: its own load may
 * cover other days. */
static gboolean
find_files_start (const BbSimOptions *options, const CliChoices *choices, BbZone *zone, gint64 *start_ms,
                  GError **error)
{
  gboolean ask_sessions = options->from_unstated || choices->load;

  *start_ms = G_MININT64;
  return choices->repeat
         || (find_start (choices->load, BB_SITE_INPUT_LOAD, zone, start_ms, error)
             && find_start (choices->pv, BB_SITE_INPUT_PV, zone, start_ms, error)
             && find_start (ask_sessions ? choices->sessions : NULL, BB_SITE_INPUT_SESSIONS, zone, start_ms,
                            error));
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
set_times (BbSimOptions *options, const CliChoices *choices, BbZone *zone, GError **error)
{
  gint64 length_ms = options->until_ms - options->from_ms;
  gint64 start_ms = G_MININT64;

  if (choices->step != CLI_UNSET_NUMBER)
    options->step_ms = (gint64) (choices->step * 1000);
  if (choices->from) {
    if (!bb_time_parse (choices->from, zone, &start_ms, NULL, error)) {
      g_prefix_error (error, "--from: ");
      return FALSE;
    }
  } else if (!find_files_start (options, choices, zone, &start_ms, error)) {
    return FALSE;
  }
  if (start_ms != G_MININT64)
    options->from_ms = bb_floor_to (start_ms + 999, 1000); /* steps are whole seconds, counted from here */
  if (choices->days != CLI_UNSET_NUMBER)
    options->until_ms = add_days (zone, options->from_ms, choices->days);
  else
    options->until_ms = options->from_ms + (length_ms > 0 ? length_ms : BB_MS_PER_DAY);
  return TRUE;
}

/* ---- inputs ----------------------------------------------------------------------------------- */

static gint32
power_factor (const CliChoices *choices)
{
  return choices->power_factor == CLI_UNSET_NUMBER ? 1000 : (gint32) lround (choices->power_factor * 1000);
}

static gboolean
add_sessions (BbSimOptions *options, const CliChoices *choices, const BbInputOptions *input, GError **error)
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
add_inputs (BbSimOptions *options, const CliChoices *choices, BbZone *zone, GError **error)
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

gboolean
cli_find_balancer (const char *name, int *balancer)
{
  *balancer = BB_SIM_BALANCER_NONE;
  if (g_str_equal (name, "none"))
    return TRUE;
  *balancer = BB_SIM_BALANCER_SITE;
  if (g_str_equal (name, "site"))
    return TRUE;
  for (*balancer = BBE_FAIR; *balancer <= BBE_DEADLINE; (*balancer)++)
    if (g_str_equal (name, bbe_balancer_name ((uint8_t) *balancer)))
      return TRUE;
  cli_complain (_ ("There is no balancer '%s'; use fair, priority, queue, rotate, deadline or none."), name);
  return FALSE;
}

/* What is wrong on the command line itself; complains. */
gboolean
cli_choices_make_sense (const CliChoices *choices)
{
  if (choices->days != CLI_UNSET_NUMBER && !(choices->days > 0 && choices->days <= 36525))
    cli_complain (_ ("--days must be more than 0, up to 36525, not %g."), choices->days);
  else if (choices->step != CLI_UNSET_NUMBER && !(choices->step >= 1 && choices->step <= 900))
    cli_complain (_ ("--step must be between 1 and 900 s, not %g."), choices->step);
  else if (choices->step != CLI_UNSET_NUMBER && choices->step != floor (choices->step))
    cli_complain (_ ("--step must be whole seconds, not %g."), choices->step);
  else if (choices->power_factor != CLI_UNSET_NUMBER
           && !(choices->power_factor >= 0.5 && choices->power_factor <= 1))
    cli_complain (_ ("--power-factor must be between 0.5 and 1, not %g."), choices->power_factor);
  else if (choices->repeat && !choices->load && !choices->pv && !choices->sessions)
    cli_complain (_ ("--repeat is about --load, --pv and --sessions, and none of them is given."));
  else
    return TRUE;
  return FALSE;
}

gboolean
cli_choices_add_inputs (BbSimOptions *options, const CliChoices *choices, BbZone *zone, GError **error)
{
  return add_inputs (options, choices, zone, error) && set_scenario (options, choices->scenario, error);
}

BbSimOptions *
cli_choices_to_options (const CliChoices *choices, BbSite *site, BbZone *zone, GError **error)
{
  g_autoptr (BbSimOptions) options = bb_sim_options_new (site);

  if (!bb_sim_options_add_site_defaults (options, error))
    return NULL;
  if (choices->seed != CLI_UNSET)
    options->seed = (guint64) choices->seed;
  options->zero_minimum |= choices->zero_minimum;
  options->no_delays |= choices->no_delays;
  options->ideal_vehicle |= choices->ideal_vehicle;
  if (!set_times (options, choices, zone, error) || !cli_choices_add_inputs (options, choices, zone, error))
    return NULL;
  options->origin = cli_choices_to_origin (choices);
  return g_steal_pointer (&options);
}

/* ---- progress --------------------------------------------------------------------------------- */

static void
show_progress_cb (double fraction, gpointer data)
{
  CliProgress *progress = data;
  int percent = (int) (fraction * 100);

  if (percent == progress->shown)
    return;
  progress->shown = percent;
  g_printerr ("\r%3d %%", percent);
}

BbSimProgress
cli_progress_function (void)
{
  return isatty (STDERR_FILENO) ? show_progress_cb : NULL;
}

void
cli_progress_end (CliProgress *progress)
{
  if (progress->shown >= 0)
    g_printerr ("\r     \r");
}
