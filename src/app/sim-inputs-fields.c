/* SPDX-License-Identifier: GPL-3.0-or-later */
/* sim-inputs-fields.c: what people are told about the fields of a simulation and of its inputs. */
#include <glib/gi18n.h>

#include "app/sim-inputs.h"

static const gchar *const weathers[] = { N_ ("Clear"), N_ ("Mixed"), N_ ("Overcast"), NULL };
static const gchar *const arrivals[] = { N_ ("At home"), N_ ("At work"), N_ ("In public"), NULL };
static const gchar *const arrival_notes[]
    = { N_ ("from about 17:30 until the next morning"), N_ ("from about 8:15 for 8 hours, Monday to Friday"),
        N_ ("from 9:00 to 21:00, for about 2 hours"), NULL };
static const gchar *const repeats[] = { N_ ("No"), N_ ("Every day"), NULL };

/* ---- the simulation --------------------------------------------------------------------------- */

static const BbFieldInfo simulation[] = {
  { .property = "from",
    .title = N_ ("Start"),
    .unit = "",
    .explanation = N_ ("Date on the site's clock, such as 2026-03-01."),
    .unstated = N_ ("where the inputs start") },
  { .property = "days",
    .title = N_ ("Length"),
    .unit = "d",
    .explanation = N_ ("Days of the calendar."),
    .least = 1,
    .most = 36525,
    .step = 1,
    .unstated = N_ ("1 day") },
  { .property = "step-ms",
    .title = N_ ("Step"),
    .unit = "s",
    .explanation = N_ ("1 s shows what a controller sees; longer steps are faster and miss short peaks."),
    .least = 1,
    .most = 900,
    .step = 1,
    .unstated = N_ ("1 s") },
  { .property = "seed",
    .title = N_ ("Seed"),
    .unit = "",
    .explanation = N_ ("Of all that is random: the same seed gives the same run."),
    .least = 0,
    .most = G_MAXINT,
    .step = 1,
    .unstated = "1" },
  { .property = "zero-minimum",
    .title = N_ ("Zero minimum"),
    .unit = "",
    .explanation = N_ ("Stations may go down to 0 A. No car accepts that: for comparison only.") },
  { .property = "no-delays",
    .title = N_ ("No delays"),
    .unit = "",
    .explanation = N_ ("Meters, stations and hold times are instant.") },
  { .property = "ideal-vehicle",
    .title = N_ ("Ideal cars"),
    .unit = "",
    .explanation = N_ ("Cars follow at once and do not taper near full.") },
};

const BbFieldInfo *
bb_simulation_fields (guint *n)
{
  *n = G_N_ELEMENTS (simulation);
  return simulation;
}

/* ---- inputs ----------------------------------------------------------------------------------- */

#define REPEAT                                                                                               \
  {                                                                                                          \
    .property = "repeat", .title = N_ ("Repeat"), .unit = "",                                                \
    .explanation = N_ ("The file holds one day, which comes again every day."), .choices = repeats           \
  }
#define CIRCUIT                                                                                              \
  {                                                                                                          \
    .property = "circuit", .title = N_ ("Circuit"), .unit = "",                                              \
    .explanation = N_ ("Where it is connected."), .unstated = N_ ("the first main circuit")                  \
  }
#define SEED                                                                                                 \
  {                                                                                                          \
    .property = "seed", .title = N_ ("Seed"), .unit = "",                                                    \
    .explanation = N_ ("Another number gives other days of the same kind."), .least = 0, .most = G_MAXINT,   \
    .step = 1                                                                                                \
  }

static const BbFieldInfo load_file[] = {
  REPEAT,
  { .property = "scale-permille",
    .title = N_ ("Scale"),
    .unit = "",
    .explanation = N_ ("Values are multiplied by this."),
    .least = 0,
    .most = 1000,
    .step = 0.1,
    .decimals = 2 },
  { .property = "power-factor-permille",
    .title = N_ ("Power factor"),
    .unit = "",
    .explanation = N_ ("Of a load in watts."),
    .least = 0.5,
    .most = 1,
    .step = 0.01,
    .decimals = 2 },
  CIRCUIT,
};
static const BbFieldInfo pv_file[] = {
  REPEAT,
  { .property = "scale-permille",
    .title = N_ ("Scale"),
    .unit = "",
    .explanation = N_ ("Values are multiplied by this."),
    .least = 0,
    .most = 1000,
    .step = 0.1,
    .decimals = 2 },
  CIRCUIT,
};
static const BbFieldInfo sessions_file[] = { REPEAT };
static const BbFieldInfo load_synthetic[] = {
  { .property = "households",
    .title = N_ ("Homes"),
    .unit = "",
    .explanation = N_ ("Dealt out over the phases, each with its own day."),
    .least = 1,
    .most = 1000,
    .step = 1 },
  { .property = "annual-kwh",
    .title = N_ ("Energy of a home in a year"),
    .unit = "kWh",
    .explanation = N_ ("0: about 3,000 kWh."),
    .least = 0,
    .most = 50000,
    .step = 100 },
  SEED,
  CIRCUIT,
};
static const BbFieldInfo pv_synthetic[] = {
  { .property = "peak-w",
    .title = N_ ("Peak power"),
    .unit = "kWp",
    .explanation = N_ ("Of the modules, as on their data sheet."),
    .least = 0,
    .most = 2000,
    .step = 0.5,
    .decimals = 2 },
  { .property = "weather",
    .title = N_ ("Weather"),
    .unit = "",
    .explanation = N_ ("How many clouds pass."),
    .choices = weathers },
  { .property = "latitude-udeg",
    .title = N_ ("Latitude"),
    .unit = "°",
    .explanation = N_ ("North is positive."),
    .least = -90,
    .most = 90,
    .step = 0.1,
    .decimals = 1 },
  { .property = "longitude-udeg",
    .title = N_ ("Longitude"),
    .unit = "°",
    .explanation = N_ ("East is positive."),
    .least = -180,
    .most = 180,
    .step = 0.1,
    .decimals = 1 },
  SEED,
  CIRCUIT,
};
static const BbFieldInfo sessions_synthetic[] = {
  { .property = "cars-per-day-milli",
    .title = N_ ("Cars a day"),
    .unit = "",
    .explanation = N_ ("Of all stations together, on average."),
    .least = 0,
    .most = 10000,
    .step = 1,
    .decimals = 1 },
  { .property = "arrivals",
    .title = N_ ("When they come"),
    .unit = "",
    .explanation = N_ ("The hours that the cars stay."),
    .choices = arrivals,
    .choice_notes = arrival_notes },
  { .property = "energy-mean-wh",
    .title = N_ ("Energy of a car"),
    .unit = "kWh",
    .explanation = N_ ("On average, of one visit."),
    .least = 0,
    .most = 200,
    .step = 1,
    .decimals = 1 },
  { .property = "three-phase-permille",
    .title = N_ ("Three-phase cars"),
    .unit = "%",
    .explanation = N_ ("The others charge on one phase."),
    .least = 0,
    .most = 100,
    .step = 5 },
  SEED,
};

const BbFieldInfo *
bb_sim_input_fields (BbSiteInput *input, guint *n)
{
  static const struct {
    const BbFieldInfo *fields;
    guint n;
  } tables[2][BB_SITE_INPUT_KINDS] = { { { load_file, G_N_ELEMENTS (load_file) },
                                         { pv_file, G_N_ELEMENTS (pv_file) },
                                         { sessions_file, G_N_ELEMENTS (sessions_file) } },
                                       { { load_synthetic, G_N_ELEMENTS (load_synthetic) },
                                         { pv_synthetic, G_N_ELEMENTS (pv_synthetic) },
                                         { sessions_synthetic, G_N_ELEMENTS (sessions_synthetic) } } };
  const BbSiteInputFields *fields = bb_site_input_peek (input);

  *n = 0;
  if (fields->source > BB_SITE_SOURCE_SYNTHETIC)
    return NULL;
  *n = tables[fields->source][fields->kind].n;
  return tables[fields->source][fields->kind].fields;
}
