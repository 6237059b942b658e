/* SPDX-License-Identifier: GPL-3.0-or-later */
/* input.c: what a simulation of the site is fed with, and its defaults. */
#include "model/input.h"

#include "model/fields.h"

BB_DEFINE_PART (BbSiteInput, bb_site_input, "input")
BB_DEFINE_PART (BbSimulation, bb_simulation, "simulation")

static const gchar *const kinds[] = { "load", "pv", "sessions", NULL };
static const gchar *const sources[] = { "file", "synthetic", "constant", NULL };
static const gchar *const repeats[] = { "none", "day", NULL };
static const gchar *const weathers[] = { "clear", "mixed", "overcast", NULL };
static const gchar *const arrivals[] = { "home", "work", "public", NULL };

#define WHOLE(type, property, key, member, least, most, preset)                                              \
  NUMBER (type, property, key, member, 0, 1, least, most, preset)
/* Not stated: the simulator's own default. */
#define OPTIONAL(property, key, member, scale, most)                                                         \
  NUMBER (BbSimulation, property, key, member, BB_FIELD_NULLABLE, scale, 0, most, BB_UNSTATED)

static const BbField input_fields[] = {
  TEXT (BbSiteInput, "name", "name", name),
  CHOICE (BbSiteInput, "kind", "kind", kind, BB_SITE_INPUT_LOAD, kinds),
  CHOICE (BbSiteInput, "source", "source", source, BB_SITE_SOURCE_FILE, sources),
  TEXT (BbSiteInput, "file", "file", file),
  REFERENCE (BbSiteInput, "circuit", "circuit", circuit),
  TEXT (BbSiteInput, "zone", "zone", zone),
  CHOICE (BbSiteInput, "repeat", "repeat", repeat, BB_SITE_REPEAT_NONE, repeats),
  TEXT (BbSiteInput, "start", "start", start),
  MASK (BbSiteInput, "phases", "phases", phases),
  NUMBER (BbSiteInput, "power-factor-permille", "power_factor", power_factor_permille, 0, 1000, 1, 1000,
          1000),
  BOOLEAN (BbSiteInput, "negate", "negate", negate, FALSE),
  BOOLEAN (BbSiteInput, "may-export", "may_export", may_export, FALSE),
  NUMBER (BbSiteInput, "scale-permille", "scale", scale_permille, 0, 1000, 0, 1000000, 1000),
  CURRENT3 (BbSiteInput, "constant-%s-ma", "constant_a", constant_ma, 0, 0),
  WHOLE (BbSiteInput, "seed", "seed", seed, 0, G_MAXINT, 1),
  WHOLE (BbSiteInput, "households", "households", households, 0, 1000, 1),
  WHOLE (BbSiteInput, "annual-kwh", "annual_kwh", annual_kwh, 0, 50000, 0),
  NUMBER (BbSiteInput, "peak-w", "peak_kwp", peak_w, 0, 1000, 0, 10000000, 0),
  NUMBER (BbSiteInput, "latitude-udeg", "latitude_deg", latitude_udeg, 0, 1000000, -90000000, 90000000, 0),
  NUMBER (BbSiteInput, "longitude-udeg", "longitude_deg", longitude_udeg, 0, 1000000, -180000000, 180000000,
          0),
  CHOICE (BbSiteInput, "weather", "weather", weather, BB_SITE_WEATHER_MIXED, weathers),
  NUMBER (BbSiteInput, "cars-per-day-milli", "cars_per_day", cars_per_day_milli, 0, 1000, 0, 10000000, 0),
  CHOICE (BbSiteInput, "arrivals", "arrivals", arrivals, BB_SITE_ARRIVALS_HOME, arrivals),
  NUMBER (BbSiteInput, "energy-mean-wh", "energy_mean_kwh", energy_mean_wh, 0, 1000, 0, 1000000, 0),
  NUMBER (BbSiteInput, "energy-spread-wh", "energy_spread_kwh", energy_spread_wh, 0, 1000, 0, 1000000, 0),
  NUMBER (BbSiteInput, "three-phase-permille", "three_phase_pct", three_phase_permille, 0, 10, 0, 1000, 500),
};

static const BbField simulation_fields[] = {
  TEXT (BbSimulation, "from", "from", from),
  OPTIONAL ("days", "days", days, 1, 36525),
  OPTIONAL ("step-ms", "step_s", step_ms, 1000, 900000),
  OPTIONAL ("seed", "seed", seed, 1, G_MAXINT),
  BOOLEAN (BbSimulation, "zero-minimum", "zero_minimum", zero_minimum, FALSE),
  BOOLEAN (BbSimulation, "no-delays", "no_delays", no_delays, FALSE),
  BOOLEAN (BbSimulation, "ideal-vehicle", "ideal_vehicle", ideal_vehicle, FALSE),
  OPTIONAL ("vehicle-reaction-ms", "vehicle_reaction_s", vehicle_reaction_ms, 1000, 3600000),
  OPTIONAL ("vehicle-min-ma", "vehicle_min_a", vehicle_min_ma, 1000, BBE_MAX_MA),
  OPTIONAL ("vehicle-under-ma", "vehicle_under_a", vehicle_under_ma, 1000, BBE_MAX_MA),
  OPTIONAL ("vehicle-dead-band-ma", "vehicle_dead_band_a", vehicle_dead_band_ma, 1000, BBE_MAX_MA),
  OPTIONAL ("taper-permille", "taper_from_pct", taper_permille, 10, 1000),
  OPTIONAL ("taper-floor-ma", "taper_floor_a", taper_floor_ma, 1000, BBE_MAX_MA),
  OPTIONAL ("draw-quantum-ma", "draw_step_a", draw_quantum_ma, 1000, BBE_MAX_MA),
  OPTIONAL ("wanted-quantum-wh", "wanted_step_kwh", wanted_quantum_wh, 1000, 1000000),
  OPTIONAL ("station-own-mw", "station_own_w", station_own_mw, 1000, 1000000),
  OPTIONAL ("station-silence-ms", "station_silence_s", station_silence_ms, 1000, 86400000),
  OPTIONAL ("contactor-ms", "contactor_s", contactor_ms, 1000, 3600000),
  OPTIONAL ("meter-noise-ma", "meter_noise_a", meter_noise_ma, 1000, BBE_MAX_MA),
  OPTIONAL ("meter-resolution-ma", "meter_resolution_a", meter_resolution_ma, 1000, BBE_MAX_MA),
  OPTIONAL ("meter-loss-permille", "meter_loss_pct", meter_loss_permille, 10, 1000),
};

static void
bb_site_input_class_init (BbSiteInputClass *klass)
{
  bb_part_class_set_fields (BB_PART_CLASS (klass), "input", input_fields, G_N_ELEMENTS (input_fields));
}

static void
bb_simulation_class_init (BbSimulationClass *klass)
{
  bb_part_class_set_fields (BB_PART_CLASS (klass), "simulation", simulation_fields,
                            G_N_ELEMENTS (simulation_fields));
}

BbSiteInput *
bb_site_input_new (void)
{
  return (BbSiteInput *) g_object_new (BB_TYPE_SITE_INPUT, NULL);
}
