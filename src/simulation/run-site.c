/* SPDX-License-Identifier: GPL-3.0-or-later */
/* run-site.c: what a site file says about its own simulation: times, plant, inputs, scenario. */
#include "simulation/run-internal.h"

#include <glib/gi18n.h>

guint
bb_sim_first_root (BbSite *site)
{
  guint n = g_list_model_get_n_items (bb_site_get_circuits (site));
  for (guint c = 0; c < n; c++)
    if (bb_circuit_peek (bb_site_circuit (site, c))->parent[0] == '\0')
      return c;
  return 0;
}

/* ---- one input ---- */

typedef struct {
  BbSimOptions *options;
  const BbSiteInputFields *fields;
  guint number;
  BbZone *zone;
  const gchar *zone_id;
} Context;

static gboolean G_GNUC_PRINTF (4, 5)
    refuse (const Context *context, GError **error, const gchar *key, const gchar *format, ...)
{
  va_list args;
  va_start (args, format);
  g_autofree gchar *text = g_strdup_vprintf (format, args);
  va_end (args);
  g_set_error (error, BB_SIM_ERROR, BB_SIM_ERROR_INPUT, "/inputs/%u/%s: %s", context->number, key, text);
  return FALSE;
}

/* The file's path: beside the site file when it is relative. */
static gchar *
file_path (const Context *context)
{
  const gchar *site_path = bb_site_get_path (context->options->site);
  if (g_path_is_absolute (context->fields->file) || site_path == NULL)
    return g_strdup (context->fields->file);
  g_autofree gchar *folder = g_path_get_dirname (site_path);
  return g_build_filename (folder, context->fields->file, NULL);
}

static gboolean
input_options (const Context *context, BbInputOptions *input, GError **error)
{
  const BbSiteInputFields *fields = context->fields;
  g_autoptr (GError) reason = NULL;
  gint64 start_ms = context->options->from_ms;
  if (fields->start[0] != '\0' && !bb_time_parse (fields->start, context->zone, &start_ms, NULL, &reason))
    return refuse (context, error, "start", "%s", reason->message);
  *input = (BbInputOptions){ .kind = fields->kind == BB_SITE_INPUT_PV ? BB_INPUT_PV : BB_INPUT_LOAD,
                             .repeat = fields->repeat == BB_SITE_REPEAT_DAY ? BB_REPEAT_DAY : BB_REPEAT_NONE,
                             .zone = context->zone_id,
                             .start_ms = start_ms,
                             .total_phases = fields->phases > 0 ? (uint8_t) fields->phases : 0,
                             .may_export = fields->may_export || fields->negate };
  return TRUE;
}

static gboolean
find_circuit (const Context *context, guint *circuit, GError **error)
{
  BbSite *site = context->options->site;
  if (context->fields->circuit[0] == '\0') {
    *circuit = bb_sim_first_root (site);
    return TRUE;
  }
  gint found = bb_site_find_circuit (site, context->fields->circuit);
  if (found < 0)
    return refuse (context, error, "circuit", _ ("the site has no circuit “%s”"), context->fields->circuit);
  *circuit = (guint) found;
  return TRUE;
}

static guint8
total_phases (const Context *context, guint circuit)
{
  if (context->fields->phases > 0)
    return (guint8) context->fields->phases;
  gint own = bb_circuit_peek (bb_site_circuit (context->options->site, circuit))->phases;
  return (guint8) (own > 0 ? own : bb_site_get_phases (context->options->site));
}

static gboolean
add_file (const Context *context, guint circuit, GError **error)
{
  const BbSiteInputFields *fields = context->fields;
  BbInputOptions input;
  g_autofree gchar *path = file_path (context);
  if (fields->file[0] == '\0')
    return refuse (context, error, "file", _ ("names no file; add one, or choose “synthetic” as its source"));
  if (!input_options (context, &input, error))
    return FALSE;
  input.total_phases = total_phases (context, circuit);
  gint32 scale = fields->negate ? -fields->scale_permille : fields->scale_permille;
  bb_sim_options_add_csv (context->options, circuit, path, &input, fields->power_factor_permille, scale);
  return TRUE;
}

static void
add_synthetic (const Context *context, guint circuit)
{
  const BbSiteInputFields *fields = context->fields;
  guint64 seed = (guint64) fields->seed + (context->options->seed << 20);
  if (fields->kind == BB_SITE_INPUT_LOAD) {
    BbHouseholdsSpec households = { .households = (uint32_t) fields->households,
                                    .annual_kwh = (uint32_t) fields->annual_kwh,
                                    .phases = total_phases (context, circuit),
                                    .zone = context->zone_id,
                                    .seed = seed };
    bb_sim_options_add_households (context->options, circuit, &households);
    return;
  }
  BbPvSpec pv = { .peak_w = (uint32_t) fields->peak_w,
                  .latitude_deg = fields->latitude_udeg / 1e6,
                  .longitude_deg = fields->longitude_udeg / 1e6,
                  .weather = (BbWeather) fields->weather,
                  .phases = total_phases (context, circuit),
                  .seed = seed };
  bb_sim_options_add_pv (context->options, circuit, &pv);
}

/* "scale" holds for every source, not for files alone. */
static void
scale_last (const Context *context)
{
  GPtrArray *feeds = context->options->feeds;
  BbSimFeed *feed = g_ptr_array_index (feeds, feeds->len - 1);
  feed->scale_permille = context->fields->scale_permille;
}

static gboolean
add_feed (const Context *context, GError **error)
{
  const BbSiteInputFields *fields = context->fields;
  guint circuit = 0;
  if (!find_circuit (context, &circuit, error))
    return FALSE;
  if (fields->source == BB_SITE_SOURCE_FILE)
    return add_file (context, circuit, error);
  if (fields->source == BB_SITE_SOURCE_SYNTHETIC)
    add_synthetic (context, circuit);
  else
    bb_sim_options_add_constant (context->options, circuit,
                                 fields->kind == BB_SITE_INPUT_PV ? BB_INPUT_PV : BB_INPUT_LOAD,
                                 BB_UNIT_AMPERES, fields->constant_ma);
  scale_last (context);
  return TRUE;
}

static BbSessions *
synthetic_sessions (const Context *context, GError **error)
{
  const BbSiteInputFields *fields = context->fields;
  BbCarsSpec cars = { .cars_per_day = fields->cars_per_day_milli / 1000.0,
                      .arrivals = (BbArrivals) fields->arrivals,
                      .energy_mean_wh = (uint32_t) fields->energy_mean_wh,
                      .energy_spread_wh = (uint32_t) fields->energy_spread_wh,
                      .three_phase_permille = (uint32_t) fields->three_phase_permille,
                      .zone = context->zone_id,
                      .seed = (guint64) fields->seed + (context->options->seed << 20) };
  return bb_sessions_new_cars (&cars, context->options->from_ms, context->options->until_ms, error);
}

static gboolean
add_sessions (const Context *context, GError **error)
{
  const BbSiteInputFields *fields = context->fields;
  g_autoptr (BbSessions) sessions = NULL;
  BbInputOptions input;
  g_autofree gchar *path = file_path (context);
  if (context->options->sessions != NULL)
    return refuse (context, error, "kind",
                   _ ("sessions can come from one input only; put them into one file"));
  if (fields->source == BB_SITE_SOURCE_CONSTANT)
    return refuse (context, error, "source", _ ("sessions cannot be constant; choose “file” or “synthetic”"));
  if (fields->source == BB_SITE_SOURCE_SYNTHETIC) {
    sessions = synthetic_sessions (context, error);
  } else {
    if (!input_options (context, &input, error))
      return FALSE;
    sessions = bb_sessions_load_csv (path, &input, error);
  }
  if (sessions == NULL)
    return FALSE;
  if (fields->source == BB_SITE_SOURCE_FILE && fields->repeat == BB_SITE_REPEAT_DAY) {
    BbSessions *repeated = bb_sessions_repeat (sessions, context->zone_id, context->options->from_ms,
                                               context->options->until_ms, error);
    bb_sessions_free (sessions);
    sessions = repeated;
    if (sessions == NULL)
      return FALSE;
  }
  bb_sim_options_set_sessions (context->options, g_steal_pointer (&sessions));
  return TRUE;
}

static gboolean
add_input (BbSimOptions *options, guint number, GError **error)
{
  const BbSiteInputFields *fields = bb_site_input_peek (bb_site_input (options->site, number));
  const gchar *zone_id = fields->zone[0] != '\0' ? fields->zone : bb_site_peek (options->site)->timezone;
  g_autoptr (BbZone) zone = bb_zone_new (zone_id, error);
  if (zone == NULL) {
    g_prefix_error (error, "/inputs/%u/zone: ", number);
    return FALSE;
  }
  Context context = { options, fields, number, zone, zone_id };
  return fields->kind == BB_SITE_INPUT_SESSIONS ? add_sessions (&context, error) : add_feed (&context, error);
}

gboolean
bb_sim_options_add_site_inputs (BbSimOptions *options, guint without, GError **error)
{
  guint n = g_list_model_get_n_items (bb_site_get_inputs (options->site));
  JsonNode *scenario = bb_part_get_extra (BB_PART (options->site), "scenario");
  for (guint i = 0; i < n; i++) {
    gint kind = bb_site_input_peek (bb_site_input (options->site, i))->kind;
    if (!(without >> kind & 1) && !add_input (options, i, error))
      return FALSE;
  }
  if (scenario == NULL || options->scenario != NULL)
    return TRUE;
  options->scenario
      = bb_scenario_from_json (scenario, bb_site_get_path (options->site), "/scenario", options->site, error);
  return options->scenario != NULL;
}

/* ---- defaults ---- */

/* A `minute` column counts from 1970 while no start is known: what is later than this has times of its own.
 */
#define ABSOLUTE_FROM_MS (365 * BB_MS_PER_DAY)

static gboolean
find_load_start (const gchar *path, const BbInputOptions *input, gint64 *start_ms, GError **error)
{
  g_autoptr (BbLoadSource) source = bb_load_open_csv (path, input, error);
  BbLoadInfo info;
  if (source == NULL)
    return FALSE;
  bb_load_get_info (source, &info);
  *start_ms = info.first_ms;
  return TRUE;
}

static gboolean
find_sessions_start (const gchar *path, const BbInputOptions *input, BbZone *zone, gint64 *start_ms,
                     GError **error)
{
  g_autoptr (BbSessions) sessions = bb_sessions_load_csv (path, input, error);
  if (sessions == NULL)
    return FALSE;
  if (sessions->n_items > 0)
    *start_ms = bb_zone_day_start (zone, sessions->items[0].arrival_ms);
  return TRUE;
}

gboolean
bb_sim_find_file_start (const gchar *path, BbSiteInputKind kind, const BbInputOptions *input, BbZone *zone,
                        gint64 *start_ms, GError **error)
{
  *start_ms = G_MININT64;
  if (kind == BB_SITE_INPUT_SESSIONS ? !find_sessions_start (path, input, zone, start_ms, error)
                                     : !find_load_start (path, input, start_ms, error))
    return FALSE;
  if (*start_ms < ABSOLUTE_FROM_MS)
    *start_ms = G_MININT64;
  return TRUE;
}

/* The same of an input of the site. What is wrong with the file is told when it is used. */
static gboolean
input_start_ms (const Context *context, gint64 *start_ms)
{
  BbInputOptions input;
  g_autofree gchar *path = file_path (context);
  return input_options (context, &input, NULL)
         && bb_sim_find_file_start (path, context->fields->kind, &input, context->zone, start_ms, NULL)
         && *start_ms != G_MININT64;
}

/* Where the first of the input files of these kinds (bits 1 << BbSiteInputKind) starts that has dates. */
static gboolean
first_file_ms (BbSimOptions *options, BbZone *zone, guint kinds, gint64 *first_ms)
{
  guint n = g_list_model_get_n_items (bb_site_get_inputs (options->site));
  for (guint i = 0; i < n; i++) {
    const BbSiteInputFields *fields = bb_site_input_peek (bb_site_input (options->site, i));
    Context context = { options, fields, i, zone, bb_zone_get_id (zone) };
    if ((kinds >> fields->kind & 1) && fields->source == BB_SITE_SOURCE_FILE
        && fields->repeat != BB_SITE_REPEAT_DAY && input_start_ms (&context, first_ms))
      return TRUE;
  }
  return FALSE;
}

/* Load and generation must cover the run, so they come first; sessions may lie anywhere. */
static gboolean
set_unstated_start (BbSimOptions *options, BbZone *zone, GError **error)
{
  if (first_file_ms (options, zone, 1u << BB_SITE_INPUT_LOAD | 1u << BB_SITE_INPUT_PV, &options->from_ms)
      || first_file_ms (options, zone, 1u << BB_SITE_INPUT_SESSIONS, &options->from_ms))
    return TRUE;
  options->from_unstated = TRUE;
  return bb_time_parse ("2026-01-01", zone, &options->from_ms, NULL, error);
}

static void
set_if_stated (gint32 *value, gint stated)
{
  if (stated != BB_UNSTATED)
    *value = stated;
}

static void
add_plant (BbPlantDefaults *plant, const BbSimulationFields *fields)
{
  set_if_stated (&plant->vehicle_reaction_ms, fields->vehicle_reaction_ms);
  set_if_stated (&plant->vehicle_min_ma, fields->vehicle_min_ma);
  set_if_stated (&plant->vehicle_under_ma, fields->vehicle_under_ma);
  set_if_stated (&plant->vehicle_dead_band_ma, fields->vehicle_dead_band_ma);
  set_if_stated (&plant->taper_permille, fields->taper_permille);
  set_if_stated (&plant->taper_floor_ma, fields->taper_floor_ma);
  set_if_stated (&plant->draw_quantum_ma, fields->draw_quantum_ma);
  set_if_stated (&plant->wanted_quantum_wh, fields->wanted_quantum_wh);
  set_if_stated (&plant->station_own_mw, fields->station_own_mw);
  set_if_stated (&plant->station_silence_ms, fields->station_silence_ms);
  set_if_stated (&plant->contactor_ms, fields->contactor_ms);
  set_if_stated (&plant->meter_noise_ma, fields->meter_noise_ma);
  set_if_stated (&plant->meter_resolution_ma, fields->meter_resolution_ma);
  set_if_stated (&plant->meter_loss_permille, fields->meter_loss_permille);
}

/* The end after `days` of the local calendar: a day of 23 or 25 h counts as one. */
static gint64
after_days (BbZone *zone, gint64 from_ms, gint days)
{
  gint64 until_ms;
  bb_zone_from_local (zone, bb_zone_to_local (zone, from_ms) + days * BB_MS_PER_DAY, &until_ms, NULL);
  return until_ms;
}

gboolean
bb_sim_options_add_site_defaults (BbSimOptions *options, GError **error)
{
  const BbSiteFields *site = bb_site_peek (options->site);
  const BbSimulationFields *fields = bb_simulation_peek (site->simulation);
  g_autoptr (BbZone) zone = bb_zone_new (site->timezone, error);
  if (zone == NULL)
    return FALSE;
  if (fields->from[0] != '\0') {
    if (!bb_time_parse (fields->from, zone, &options->from_ms, NULL, error)) {
      g_prefix_error (error, "/simulation/from: ");
      return FALSE;
    }
  } else if (!set_unstated_start (options, zone, error)) {
    return FALSE;
  }
  options->until_ms = after_days (zone, options->from_ms, fields->days != BB_UNSTATED ? fields->days : 1);
  options->step_ms = fields->step_ms != BB_UNSTATED ? fields->step_ms : 1000;
  options->seed = fields->seed != BB_UNSTATED ? (guint64) fields->seed : 1;
  options->zero_minimum = fields->zero_minimum;
  options->no_delays = fields->no_delays;
  options->ideal_vehicle = fields->ideal_vehicle;
  add_plant (&options->plant, fields);
  return TRUE;
}
