/* SPDX-License-Identifier: GPL-3.0-or-later */
/* new.c: `busbar-cli new`: a site file from a few answers, ready to check and to simulate. */
#include <glib/gi18n.h>
#include <math.h>
#include <string.h>

#include "cli/command.h"
#include "cli/terminal.h"
#include "engine/engine.h"
#include "model/site-basics.h"
#include "model/site-json.h"

/* As typed; NOT_GIVEN and -1: not given. */
#define NOT_GIVEN (-HUGE_VAL)

typedef struct Answers {
  char *name, *timezone, *grid, *measured, *battery;
  double fuse_a, other_a, station_max_a, cars, pv_kw;
  int stations, station_phases, homes;
  gboolean force;
} Answers;

static void
answers_clear (Answers *answers)
{
  char *texts[] = { answers->name, answers->timezone, answers->grid, answers->measured, answers->battery };

  for (guint i = 0; i < G_N_ELEMENTS (texts); i++)
    g_free (texts[i]);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Answers, answers_clear)

static const char description[]
    = N_ ("Limits, fail-safe currents and made-up inputs of a simulation follow from the answers; see them "
          "in the file.\n"
          "What is left out has its default. A file that is there is kept, unless --force is given.\n"
          "\n"
          "Examples:\n"
          "  busbar-cli new villa.busbar\n"
          "  busbar-cli new --name Garage --fuse 63 --homes 12 --stations 6 garage.busbar\n"
          "  busbar-cli new --grid tn-one-phase --fuse 40 --stations 1 --pv 4.6 home.busbar");

static CliParse
parse (int *argc, char ***argv, Answers *a)
{
  const GOptionEntry entries[] = {
    { "name", 0, 0, G_OPTION_ARG_STRING, &a->name, N_ ("What the site is called"), N_ ("TEXT") },
    { "timezone", 0, 0, G_OPTION_ARG_STRING, &a->timezone, N_ ("Such as Europe/Berlin; default UTC"),
      N_ ("ZONE") },
    { "grid", 0, 0, G_OPTION_ARG_STRING, &a->grid, N_ ("tn-three-phase (default) or tn-one-phase"),
      N_ ("NAME") },
    { "fuse", 0, 0, G_OPTION_ARG_DOUBLE, &a->fuse_a, N_ ("Main fuse, A; default 25"), N_ ("A") },
    { "other", 0, 0, G_OPTION_ARG_DOUBLE, &a->other_a,
      N_ ("What else may draw, A per phase; default: two fifths of the main fuse"), N_ ("A") },
    { "measured", 0, 0, G_OPTION_ARG_STRING, &a->measured,
      N_ ("By a meter that shows direction (default), by clamps, or not: meter, clamps, none"), N_ ("NAME") },
    { "stations", 0, 0, G_OPTION_ARG_INT, &a->stations, N_ ("Charging stations; default 2"), N_ ("N") },
    { "station-phases", 0, 0, G_OPTION_ARG_INT, &a->station_phases, N_ ("Phases of each; default 3"),
      N_ ("N") },
    { "station-max", 0, 0, G_OPTION_ARG_DOUBLE, &a->station_max_a,
      N_ ("Maximum current of each, A; default 16"), N_ ("A") },
    { "cars", 0, 0, G_OPTION_ARG_DOUBLE, &a->cars, N_ ("Cars a day; default 0.8 for each station"),
      N_ ("N") },
    { "homes", 0, 0, G_OPTION_ARG_INT, &a->homes, N_ ("Homes behind the main fuse; default 1"), N_ ("N") },
    { "pv", 0, 0, G_OPTION_ARG_DOUBLE, &a->pv_kw, N_ ("Peak of the solar power, kW; default none"),
      N_ ("KW") },
    { "battery", 0, 0, G_OPTION_ARG_STRING, &a->battery, N_ ("none (default), car-first or battery-first"),
      N_ ("NAME") },
    { "force", 0, 0, G_OPTION_ARG_NONE, &a->force, N_ ("Replace a file that is there"), NULL },
    G_OPTION_ENTRY_NULL
  };

  return cli_parse (argc, argv, entries, _ ("FILE"), _ ("Writes a new site file from a few answers."),
                    _ (description), 1, 1);
}

/* ---- answers ---- */

/* Position of a name, `preset` when none was given; FALSE with a message when there is no such name. */
static gboolean
choose (const char *option, const char *given, const char *const *names, int preset, int *out)
{
  g_autofree char *all = NULL;

  *out = preset;
  if (!given)
    return TRUE;
  for (int i = 0; names[i]; i++)
    if (strcmp (names[i], given) == 0) {
      *out = i;
      return TRUE;
    }
  all = g_strjoinv (", ", (char **) (gpointer) names);
  cli_complain (_ ("'%s' is no choice for --%s: choose one of %s."), given, option, all);
  return FALSE;
}

/* A number in thousandths, kept where none was given. What is out of range becomes one that is refused later.
 */
static gboolean
thousandths (const char *option, double given, gint *out)
{
  if (given <= NOT_GIVEN)
    return TRUE;
  if (given < 0) {
    cli_complain (_ ("--%s cannot be negative."), option);
    return FALSE;
  }
  *out = given < G_MAXINT / 1000 ? (gint) round (given * 1000) : G_MAXINT;
  return TRUE;
}

static gboolean
fill_numbers (const Answers *a, BbSiteBasics *basics)
{
  if (a->stations >= 0)
    basics->n_stations = a->stations;
  if (a->station_phases >= 0)
    basics->station_phases = a->station_phases;
  if (a->homes >= 0)
    basics->households = a->homes;
  return thousandths ("fuse", a->fuse_a, &basics->main_fuse_ma)
         && thousandths ("other", a->other_a, &basics->other_load_ma)
         && thousandths ("station-max", a->station_max_a, &basics->station_max_ma)
         && thousandths ("cars", a->cars, &basics->cars_per_day_milli)
         && thousandths ("pv", a->pv_kw, &basics->pv_peak_w);
}

static gboolean
fill (const Answers *a, BbSiteBasics *basics)
{
  /* in the order of BbGrid, BbMeasuredBy and bbe_battery */
  static const char *const grids[] = { "tn-three-phase", "tn-one-phase", NULL };
  static const char *const measured[] = { "meter", "clamps", "none", NULL };
  static const char *const batteries[] = { "none", "car-first", "battery-first", NULL };

  if (a->name)
    basics->name = (g_free (basics->name), g_strdup (a->name));
  if (a->timezone)
    basics->timezone = (g_free (basics->timezone), g_strdup (a->timezone));
  return choose ("grid", a->grid, grids, BB_GRID_TN_THREE_PHASE, &basics->grid)
         && choose ("measured", a->measured, measured, BB_MEASURED_BY_METER, &basics->measured_by)
         && choose ("battery", a->battery, batteries, BBE_BATTERY_NONE, &basics->battery)
         && fill_numbers (a, basics);
}

/* ---- file ---- */

static CliExit
save (BbSite *site, const char *path, gboolean force)
{
  g_autoptr (GError) error = NULL;

  if (!force && g_file_test (path, G_FILE_TEST_EXISTS)) {
    cli_complain (_ ("%s is there already. Choose another name, or replace it with --force."), path);
    return CLI_IO;
  }
  if (!bb_site_save (site, path, NULL, &error))
    return cli_fail (error);
  g_print (_ ("%s is written. See what it comes to: busbar-cli simulate %s\n"), path, path);
  return CLI_OK;
}

CliExit
cli_new (int argc, char *argv[])
{
  g_auto (Answers) answers = { .fuse_a = NOT_GIVEN,
                               .other_a = NOT_GIVEN,
                               .station_max_a = NOT_GIVEN,
                               .cars = NOT_GIVEN,
                               .pv_kw = NOT_GIVEN,
                               .stations = -1,
                               .station_phases = -1,
                               .homes = -1 };
  g_auto (BbSiteBasics) basics = { 0 };
  g_autoptr (BbSite) site = NULL;
  g_autoptr (GError) error = NULL;

  bb_site_basics_init (&basics);
  if (parse (&argc, &argv, &answers) != CLI_PARSE_OK || !fill (&answers, &basics))
    return CLI_USAGE;
  site = bb_site_from_basics (&basics, &error);
  if (!site) {
    cli_complain ("%s", error->message);
    return CLI_USAGE;
  }
  return save (site, argv[1], answers.force);
}
