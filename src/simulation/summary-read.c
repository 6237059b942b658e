/* SPDX-License-Identifier: GPL-3.0-or-later */
/* summary-read.c: a summary read back from its JSON object, which may be from anywhere. */
#include "simulation/summary.h"

#include <glib/gi18n.h>
#include <math.h>
#include <string.h>

#include "base/error.h"
#include "base/guard.h"
#include "base/zone.h"

/* Far above what 40 years of the largest site come to, and far below where sums overflow. */
#define MOST_MS    (G_GINT64_CONSTANT (4) << 50)
#define MOST_VALUE 4e15
#define MOST_COUNT 2000000000
#define MOST_LINES 10000

/* What is being read, and whether all of it made sense so far. */
typedef struct {
  JsonObject *object;
  gboolean good;
} Reader;

static JsonNode *
member (Reader *reader, const gchar *key)
{
  JsonNode *node = json_object_get_member (reader->object, key);

  if (node == NULL)
    reader->good = FALSE;
  return node;
}

static gboolean
is_number (JsonNode *node)
{
  return JSON_NODE_HOLDS_VALUE (node)
         && (json_node_get_value_type (node) == G_TYPE_INT64
             || json_node_get_value_type (node) == G_TYPE_DOUBLE);
}

/* NAN for null. */
static gdouble
read_double (Reader *reader, const gchar *key)
{
  JsonNode *node = member (reader, key);

  if (node == NULL || JSON_NODE_HOLDS_NULL (node))
    return (gdouble) NAN;
  gdouble value = is_number (node) ? json_node_get_double (node) : (gdouble) NAN;
  if (isfinite (value) && fabs (value) <= MOST_VALUE)
    return value;
  reader->good = FALSE;
  return 0;
}

/* A figure that is never null, in steps of 1/scale: what was written as an integer over it. */
static gint64
read_scaled (Reader *reader, const gchar *key, gdouble scale)
{
  gdouble value = read_double (reader, key) * scale;

  if (isfinite (value) && fabs (value) <= MOST_VALUE * 1000)
    return llround (value);
  reader->good = FALSE;
  return 0;
}

static gint64
read_positive (Reader *reader, const gchar *key, gdouble scale)
{
  gint64 value = read_scaled (reader, key, scale);

  if (value >= 0)
    return value;
  reader->good = FALSE;
  return 0;
}

static guint
read_count (Reader *reader, const gchar *key)
{
  gint64 value = read_positive (reader, key, 1);

  if (value <= MOST_COUNT)
    return (guint) value;
  reader->good = FALSE;
  return 0;
}

/* "" with good = FALSE when there is none. */
static const gchar *
read_text (Reader *reader, const gchar *key)
{
  JsonNode *node = member (reader, key);

  if (node != NULL && JSON_NODE_HOLDS_VALUE (node) && json_node_get_value_type (node) == G_TYPE_STRING)
    return json_node_get_string (node);
  reader->good = FALSE;
  return "";
}

static gint64
read_time (Reader *reader, const gchar *key)
{
  gint64 utc_ms = 0;

  reader->good &= bb_time_parse (read_text (reader, key), NULL, &utc_ms, NULL, NULL);
  return utc_ms;
}

/* NULL with good = FALSE when there is none, or it is too long. */
static JsonArray *
read_array (Reader *reader, const gchar *key, guint most)
{
  JsonNode *node = member (reader, key);

  if (node != NULL && JSON_NODE_HOLDS_ARRAY (node)
      && json_array_get_length (json_node_get_array (node)) <= most)
    return json_node_get_array (node);
  reader->good = FALSE;
  return NULL;
}

/* The element as an object to read from. */
static gboolean
enter (Reader *outer, JsonNode *node, Reader *inner)
{
  *inner = (Reader){ NULL, TRUE };
  if (node != NULL && JSON_NODE_HOLDS_OBJECT (node))
    inner->object = json_node_get_object (node);
  else
    outer->good = FALSE;
  return inner->object != NULL;
}

static void
leave (Reader *outer, const Reader *inner)
{
  outer->good &= inner->good;
}

/* ---- circuits --------------------------------------------------------------------------------- */

static void
read_trip (BbSummary *summary, Reader *reader, const gchar *key, BbTripState *state)
{
  JsonNode *node = member (reader, key);
  Reader inner;

  if (node != NULL && JSON_NODE_HOLDS_VALUE (node) && json_node_get_value_type (node) == G_TYPE_BOOLEAN)
    return; /* it stayed closed */
  if (!enter (reader, node, &inner))
    return;
  state->opened_at_ms = read_time (&inner, "at");
  state->opened_ma = read_positive (&inner, "current_a", 1000);
  state->rule = g_string_chunk_insert_const (summary->texts, read_text (&inner, "point"));
  leave (reader, &inner);
}

static void
read_trips (BbSummary *summary, Reader *reader, BbPhaseSummary *phase)
{
  Reader trips;

  if (!enter (reader, member (reader, "would_trip"), &trips))
    return;
  for (guint kind = 0; kind < BB_TRIP_N; kind++) {
    JsonNode *node = member (&trips, bb_trip_kind_get_name (kind));
    Reader inner;
    if (node == NULL || JSON_NODE_HOLDS_NULL (node) || !enter (&trips, node, &inner))
      continue;
    read_trip (summary, &inner, "may", &phase->trip[kind][BB_TRIP_MAY]);
    read_trip (summary, &inner, "must", &phase->trip[kind][BB_TRIP_MUST]);
    leave (&trips, &inner);
  }
  leave (reader, &trips);
}

static void
init_trips (BbPhaseSummary *phase, BbTripCurve *curves)
{
  phase->curves = curves;
  for (guint kind = 0; kind < BB_TRIP_N; kind++)
    for (guint limit = 0; limit < BB_TRIP_LIMITS; limit++) {
      bb_trip_curve_init (&curves[kind * BB_TRIP_LIMITS + limit], kind, limit, phase->rating_ma);
      bb_trip_state_init (&phase->trip[kind][limit]);
    }
}

static void
read_phase (BbSummary *summary, Reader *outer, JsonNode *node, guint c)
{
  BbCircuitSummary *circuit = &summary->circuits[c];
  Reader reader;

  if (!enter (outer, node, &reader))
    return;
  const gchar *name = read_text (&reader, "phase");
  guint p = strlen (name) == 2 && name[0] == 'L' && name[1] >= '1' && name[1] <= '3' ? (guint) (name[1] - '1')
                                                                                     : 3;
  if (p == 3 || circuit->phases >> p & 1) {
    outer->good = FALSE;
    return;
  }
  BbPhaseSummary *phase = &circuit->phase[p];
  circuit->phases |= (guint8) (1 << p);
  phase->rating_ma = MIN (read_positive (&reader, "rating_a", 1000), BBE_MAX_MA);
  phase->peak_ma = read_positive (&reader, "peak_a", 1000);
  phase->over_rating_ms = read_positive (&reader, "over_rating_s", 1000);
  phase->over_rating_ma_ms = read_positive (&reader, "over_rating_as", 1e6);
  phase->longest_over_ms = read_positive (&reader, "longest_over_s", 1000);
  init_trips (phase, &summary->curves[(c * 3 + p) * BB_TRIP_N * BB_TRIP_LIMITS]);
  read_trips (summary, &reader, phase);
  leave (outer, &reader);
}

static void
read_circuit (BbSummary *summary, Reader *outer, JsonNode *node, guint c)
{
  Reader reader;

  if (!enter (outer, node, &reader))
    return;
  BbCircuitSummary *circuit = &summary->circuits[c];
  circuit->id = g_strdup (read_text (&reader, "id"));
  for (guint p = 0; p < 3; p++)
    for (guint trip = 0; trip < BB_TRIP_N * BB_TRIP_LIMITS; trip++)
      bb_trip_state_init (&circuit->phase[p].trip[trip / BB_TRIP_LIMITS][trip % BB_TRIP_LIMITS]);
  JsonArray *phases = read_array (&reader, "phases", 3);
  for (guint i = 0; phases != NULL && i < json_array_get_length (phases); i++)
    read_phase (summary, &reader, json_array_get_element (phases, i), c);
  circuit->unbalance_ma = read_positive (&reader, "unbalance_a", 1000);
  circuit->unbalance_over_ms = read_positive (&reader, "unbalance_over_s", 1000);
  leave (outer, &reader);
}

static void
read_circuits (BbSummary *summary, Reader *reader)
{
  JsonArray *array = read_array (reader, "circuits", BBE_MAX_CIRCUITS);

  if (array == NULL)
    return;
  summary->n_circuits = json_array_get_length (array);
  summary->circuits = g_new0 (BbCircuitSummary, summary->n_circuits);
  summary->curves = g_new0 (BbTripCurve, (gsize) summary->n_circuits * 3 * BB_TRIP_N * BB_TRIP_LIMITS);
  for (guint c = 0; c < summary->n_circuits; c++)
    read_circuit (summary, reader, json_array_get_element (array, c), c);
}

/* ---- stations and limits ---------------------------------------------------------------------- */

static void
read_station (Reader *outer, JsonNode *node, BbStationSummary *station)
{
  Reader reader, reasons;

  if (!enter (outer, node, &reader))
    return;
  station->id = g_strdup (read_text (&reader, "id"));
  station->delivered_mws = read_positive (&reader, "energy_delivered_kwh", 3.6e9);
  station->starts = read_count (&reader, "starts");
  station->stops = read_count (&reader, "stops");
  if (enter (&reader, member (&reader, "reasons_s"), &reasons)) {
    for (guint r = 0; r < BBE_REASON_COUNT; r++)
      if (json_object_has_member (reasons.object, bbe_reason_name ((guint8) r)))
        station->reason_ms[r] = read_positive (&reasons, bbe_reason_name ((guint8) r), 1000);
    leave (&reader, &reasons);
  }
  leave (outer, &reader);
}

static void
read_stations (BbSummary *summary, Reader *reader)
{
  JsonArray *array = read_array (reader, "stations", BBE_MAX_STATIONS);

  if (array == NULL)
    return;
  summary->n_stations = json_array_get_length (array);
  summary->stations = g_new0 (BbStationSummary, summary->n_stations);
  for (guint s = 0; s < summary->n_stations; s++)
    read_station (reader, json_array_get_element (array, s), &summary->stations[s]);
}

/* Position of a text in a list of `n`; NULL members match nothing. */
static guint
find_name (const gchar *text, const gchar *(*name) (guint8 code), guint n)
{
  guint i = 0;

  while (i < n && g_strcmp0 (name ((guint8) i), text) != 0)
    i++;
  return i;
}

static const gchar *
place_name (guint8 place)
{
  static const gchar *const names[] = { NULL, "circuit", "group", "site" };
  return names[place];
}

static const gchar *
phase_name (guint8 phase)
{
  static const gchar *const names[] = { "L1", "L2", "L3", "total" };
  return names[phase];
}

static const gchar *
limit_name (guint8 limit)
{
  return bbe_limit_name (limit);
}

static void
read_limit (BbSummary *summary, Reader *outer, JsonNode *node)
{
  BbLimitTime time = { .phase = 255 };
  Reader reader;

  if (!enter (outer, node, &reader))
    return;
  guint place = find_name (read_text (&reader, "place"), place_name, 4);
  guint limit = find_name (read_text (&reader, "limit"), limit_name, BBE_LIMIT_COUNT);
  guint phase = 0;
  if (json_object_has_member (reader.object, "phase")) {
    phase = find_name (read_text (&reader, "phase"), phase_name, 4);
    time.phase = (guint8) phase;
  }
  time.held_ms = read_positive (&reader, "held_s", 1000);
  time.place = (guint8) place;
  time.limit = (guint8) limit;
  if (place != BBE_PLACE_SITE)
    time.id = g_strdup (read_text (&reader, "id"));
  reader.good &= place < 4 && place > 0 && limit < BBE_LIMIT_COUNT && phase < 4;
  if (reader.good)
    g_array_append_val (summary->limits, time);
  else
    g_free (time.id);
  leave (outer, &reader);
}

/* Older results have none. */
static void
read_limits (BbSummary *summary, Reader *reader)
{
  JsonArray *array
      = json_object_has_member (reader->object, "limits") ? read_array (reader, "limits", MOST_LINES) : NULL;

  if (array == NULL)
    return;
  summary->limits = bb_limit_times_new ();
  for (guint i = 0; i < json_array_get_length (array); i++)
    read_limit (summary, reader, json_array_get_element (array, i));
}

/* ---- the whole -------------------------------------------------------------------------------- */

static void
read_run (BbSummary *summary, Reader *reader)
{
  summary->from_ms = read_time (reader, "from");
  summary->until_ms = read_time (reader, "until");
  summary->step_ms = read_positive (reader, "step_s", 1000);
  reader->good
      &= g_ascii_string_to_unsigned (read_text (reader, "seed"), 10, 0, G_MAXUINT64, &summary->seed, NULL);
  summary->balancer = g_strdup (read_text (reader, "balancer"));
  summary->steps = (guint64) read_positive (reader, "steps", 1);
  if (json_object_has_member (reader->object, "engine_steps"))
    summary->engine_steps = (guint64) read_positive (reader, "engine_steps", 1);
  if (json_object_has_member (reader->object, "cpu_s"))
    summary->cpu_s = read_double (reader, "cpu_s");
  reader->good &= summary->until_ms > summary->from_ms && summary->until_ms - summary->from_ms < MOST_MS;
}

static void
read_energies (BbSummary *summary, Reader *reader)
{
  summary->wanted_mws = read_positive (reader, "energy_wanted_kwh", 3.6e9);
  summary->delivered_mws = read_positive (reader, "energy_delivered_kwh", 3.6e9);
  summary->delivered_pct = read_double (reader, "delivered_pct");
  summary->n_sessions = read_count (reader, "sessions");
  summary->n_turned_away = read_count (reader, "sessions_turned_away");
  summary->n_open = read_count (reader, "sessions_open");
  summary->n_met = read_count (reader, "sessions_met");
  summary->sessions_met_pct = read_double (reader, "sessions_met_pct");
  summary->min_fraction = read_double (reader, "min_fraction");
  summary->p5_fraction = read_double (reader, "p5_fraction");
  summary->jain = read_double (reader, "jain");
  summary->import_mws = read_positive (reader, "import_kwh", 3.6e9);
  summary->export_mws = read_positive (reader, "export_kwh", 3.6e9);
  summary->generation_mws = read_scaled (reader, "generation_kwh", 3.6e9);
  summary->load_mws = read_scaled (reader, "load_kwh", 3.6e9);
  summary->self_consumption_pct = read_double (reader, "self_consumption_pct");
  summary->self_consumed_mws = MAX (summary->generation_mws - summary->export_mws, 0);
  summary->charged_from_grid_mws = read_scaled (reader, "charged_from_grid_kwh", 3.6e9);
  summary->charged_from_solar_mws = read_scaled (reader, "charged_from_solar_kwh", 3.6e9);
  reader->good &= summary->n_open <= summary->n_sessions && summary->n_met <= summary->n_sessions
                  && summary->n_turned_away <= summary->n_sessions;
}

static void
read_warnings (BbSummary *summary, Reader *reader)
{
  JsonArray *array = read_array (reader, "warnings", MOST_LINES);

  summary->warnings = g_ptr_array_new_with_free_func (g_free);
  for (guint i = 0; array != NULL && i < json_array_get_length (array); i++) {
    JsonNode *node = json_array_get_element (array, i);
    if (JSON_NODE_HOLDS_VALUE (node) && json_node_get_value_type (node) == G_TYPE_STRING)
      g_ptr_array_add (summary->warnings, json_node_dup_string (node));
    else
      reader->good = FALSE;
  }
}

static BbSummary *
refuse (GError **error, gint code, const gchar *sentence)
{
  g_set_error_literal (error, BB_FORMAT_ERROR, code, sentence);
  return NULL;
}

BbSummary *
bb_summary_from_json (JsonNode *root, GError **error)
{
  Reader reader = { NULL, TRUE };
  JsonNode *format = NULL;

  if (root != NULL && JSON_NODE_HOLDS_OBJECT (root)) {
    reader.object = json_node_get_object (root);
    format = json_object_get_member (reader.object, "format");
  }
  const gchar *name = format != NULL && JSON_NODE_HOLDS_VALUE (format) ? json_node_get_string (format) : NULL;
  if (name == NULL || !g_str_has_prefix (name, "busbar-summary/"))
    return refuse (error, BB_FORMAT_ERROR_FOREIGN, _ ("This is not a summary of a simulation."));
  if (strcmp (name, "busbar-summary/1") != 0)
    return refuse (error, BB_FORMAT_ERROR_VERSION,
                   _ ("The summary was written by a newer version of Busbar; simulate again, or update."));
  g_autoptr (BbSummary) summary = g_new0 (BbSummary, 1);
  summary->texts = g_string_chunk_new (256);
  read_run (summary, &reader);
  read_energies (summary, &reader);
  read_circuits (summary, &reader);
  read_stations (summary, &reader);
  read_limits (summary, &reader);
  read_warnings (summary, &reader);
  if (!reader.good)
    return refuse (error, BB_FORMAT_ERROR_CORRUPT,
                   _ ("The summary misses figures or has some that make no sense; simulate again."));
  return g_steal_pointer (&summary);
}

BbSummary *
bb_summary_parse (const gchar *text, gssize length, GError **error)
{
  g_autoptr (JsonNode) root = bb_json_parse (text, length, NULL, error);

  return root != NULL ? bb_summary_from_json (root, error) : NULL;
}

BbSummary *
bb_summary_from_result (BbResult *result, GError **error)
{
  g_autofree gchar *text = bb_result_get_summary (result, error);

  return text != NULL ? bb_summary_parse (text, -1, error) : NULL;
}
