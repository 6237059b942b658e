/* SPDX-License-Identifier: GPL-3.0-or-later */
/* summary.c: the figures of a run, and its JSON object. */
#include "simulation/summary.h"

#include <math.h>

#include "base/file.h"
#include "base/zone.h"
#include "model/json-text.h"

void
bb_summary_free (BbSummary *summary)
{
  if (summary == NULL)
    return;
  for (guint c = 0; c < summary->n_circuits; c++)
    g_free (summary->circuits[c].id);
  for (guint s = 0; s < summary->n_stations; s++)
    g_free (summary->stations[s].id);
  g_free (summary->circuits);
  g_free (summary->stations);
  g_free (summary->curves);
  g_free (summary->balancer);
  g_clear_pointer (&summary->limits, g_array_unref);
  g_clear_pointer (&summary->warnings, g_ptr_array_unref);
  g_clear_pointer (&summary->texts, g_string_chunk_free);
  g_free (summary);
}

static void
clear_limit_time (gpointer data)
{
  g_free (((BbLimitTime *) data)->id);
}

GArray *
bb_limit_times_new (void)
{
  GArray *limits = g_array_new (FALSE, TRUE, sizeof (BbLimitTime));
  g_array_set_clear_func (limits, clear_limit_time);
  return limits;
}

/* ---- sessions ---- */

static gint
compare_doubles (gconstpointer a, gconstpointer b)
{
  const gdouble *left = a, *right = b;
  return (*left > *right) - (*left < *right);
}

/* Shortest wish that is still counted as unmet: the grid of integers may leave a rest below it. */
#define MET_TOLERANCE_MWS G_GINT64_CONSTANT (3600000) /* 1 Wh */

static void
add_session (BbSummary *summary, const BbSessionResult *session, GArray *fractions)
{
  gdouble fraction
      = session->wanted_mws > 0 ? (gdouble) session->delivered_mws / (gdouble) session->wanted_mws : 1.0;
  summary->n_sessions++;
  summary->wanted_mws += session->wanted_mws;
  summary->delivered_mws += session->delivered_mws;
  if (session->station < 0)
    summary->n_turned_away++;
  if (session->open) {
    summary->n_open++; /* nobody knows yet what it will have got: not rated */
    return;
  }
  fraction = MIN (fraction, 1.0);
  g_array_append_val (fractions, fraction);
  if (session->delivered_mws + MET_TOLERANCE_MWS > session->wanted_mws)
    summary->n_met++;
}

void
bb_summary_rate_sessions (BbSummary *summary, GPtrArray *sessions)
{
  g_autoptr (GArray) fractions = g_array_new (FALSE, FALSE, sizeof (gdouble));
  gdouble sum = 0, squares = 0;
  for (guint i = 0; i < sessions->len; i++)
    add_session (summary, g_ptr_array_index (sessions, i), fractions);
  g_array_sort (fractions, compare_doubles);
  for (guint i = 0; i < fractions->len; i++) {
    gdouble fraction = g_array_index (fractions, gdouble, i);
    sum += fraction;
    squares += fraction * fraction;
  }
  guint n = fractions->len;
  summary->delivered_pct = summary->wanted_mws > 0
                               ? 100.0 * (gdouble) summary->delivered_mws / (gdouble) summary->wanted_mws
                               : NAN;
  summary->sessions_met_pct = n > 0 ? 100.0 * summary->n_met / n : NAN;
  summary->min_fraction = n > 0 ? g_array_index (fractions, gdouble, 0) : NAN;
  /* Nearest rank: the smallest value that at least 5 % of the sessions do not exceed. */
  summary->p5_fraction = n > 0 ? g_array_index (fractions, gdouble, (n * 5 + 99) / 100 - 1) : NAN;
  /* Jain, Chiu, Hawe 1984: 1 when all have the same, 1/n when one has everything; nobody having anything is
   * equal too. */
  summary->jain = n == 0 ? NAN : squares > 0 ? sum * sum / (n * squares) : 1.0;
}

gboolean
bb_summary_is_over_rating (const BbSummary *summary)
{
  for (guint c = 0; c < summary->n_circuits; c++)
    for (guint p = 0; p < 3; p++)
      if (summary->circuits[c].phase[p].over_rating_ms > 0)
        return TRUE;
  return FALSE;
}

/* ---- JSON ---- */

static void
add_double (JsonBuilder *builder, const gchar *key, gdouble value)
{
  json_builder_set_member_name (builder, key);
  if (isfinite (value))
    json_builder_add_double_value (builder, value);
  else
    json_builder_add_null_value (builder);
}

static void
add_int (JsonBuilder *builder, const gchar *key, gint64 value)
{
  json_builder_set_member_name (builder, key);
  json_builder_add_int_value (builder, value);
}

static void
add_text (JsonBuilder *builder, const gchar *key, const gchar *value)
{
  json_builder_set_member_name (builder, key);
  json_builder_add_string_value (builder, value);
}

static void
add_time (JsonBuilder *builder, const gchar *key, gint64 utc_ms)
{
  g_autofree gchar *text = bb_time_format (utc_ms, NULL);
  add_text (builder, key, text);
}

static gdouble
kwh (gint64 mws)
{
  return (gdouble) mws / 3.6e9;
}

static void
add_trip (JsonBuilder *builder, const BbPhaseSummary *phase, BbTripKind kind, BbTripLimit limit)
{
  const BbTripState *state = &phase->trip[kind][limit];
  json_builder_set_member_name (builder, limit == BB_TRIP_MAY ? "may" : "must");
  if (state->opened_at_ms == G_MININT64) {
    json_builder_add_boolean_value (builder, FALSE);
    return;
  }
  json_builder_begin_object (builder);
  add_time (builder, "at", state->opened_at_ms);
  add_double (builder, "current_a", (gdouble) state->opened_ma / 1000);
  add_text (builder, "point", state->rule);
  json_builder_end_object (builder);
}

static void
add_trips (JsonBuilder *builder, const BbPhaseSummary *phase)
{
  json_builder_set_member_name (builder, "would_trip");
  json_builder_begin_object (builder);
  for (guint kind = 0; kind < BB_TRIP_N; kind++) {
    json_builder_set_member_name (builder, bb_trip_kind_get_name (kind));
    if (phase->curves == NULL || phase->curves[kind * BB_TRIP_LIMITS].n_points == 0) {
      json_builder_add_null_value (builder); /* no such device of this rating */
      continue;
    }
    json_builder_begin_object (builder);
    for (guint limit = 0; limit < BB_TRIP_LIMITS; limit++)
      add_trip (builder, phase, kind, limit);
    json_builder_end_object (builder);
  }
  json_builder_end_object (builder);
}

static void
add_phase (JsonBuilder *builder, const BbPhaseSummary *phase, guint index)
{
  static const gchar *const names[3] = { "L1", "L2", "L3" };
  json_builder_begin_object (builder);
  add_text (builder, "phase", names[index]);
  add_double (builder, "rating_a", (gdouble) phase->rating_ma / 1000);
  add_double (builder, "peak_a", (gdouble) phase->peak_ma / 1000);
  add_double (builder, "over_rating_s", (gdouble) phase->over_rating_ms / 1000);
  add_double (builder, "over_rating_as", (gdouble) phase->over_rating_ma_ms / 1e6);
  add_double (builder, "longest_over_s", (gdouble) phase->longest_over_ms / 1000);
  add_trips (builder, phase);
  json_builder_end_object (builder);
}

static void
add_circuits (JsonBuilder *builder, const BbSummary *summary)
{
  json_builder_set_member_name (builder, "circuits");
  json_builder_begin_array (builder);
  for (guint c = 0; c < summary->n_circuits; c++) {
    const BbCircuitSummary *circuit = &summary->circuits[c];
    json_builder_begin_object (builder);
    add_text (builder, "id", circuit->id);
    json_builder_set_member_name (builder, "phases");
    json_builder_begin_array (builder);
    for (guint p = 0; p < 3; p++)
      if (circuit->phases >> p & 1)
        add_phase (builder, &circuit->phase[p], p);
    json_builder_end_array (builder);
    add_double (builder, "unbalance_a", (gdouble) circuit->unbalance_ma / 1000);
    add_double (builder, "unbalance_over_s", (gdouble) circuit->unbalance_over_ms / 1000);
    json_builder_end_object (builder);
  }
  json_builder_end_array (builder);
}

static void
add_stations (JsonBuilder *builder, const BbSummary *summary)
{
  json_builder_set_member_name (builder, "stations");
  json_builder_begin_array (builder);
  for (guint s = 0; s < summary->n_stations; s++) {
    const BbStationSummary *station = &summary->stations[s];
    json_builder_begin_object (builder);
    add_text (builder, "id", station->id);
    add_double (builder, "energy_delivered_kwh", kwh (station->delivered_mws));
    add_int (builder, "starts", station->starts);
    add_int (builder, "stops", station->stops);
    json_builder_set_member_name (builder, "reasons_s");
    json_builder_begin_object (builder);
    for (guint r = 0; r < BBE_REASON_COUNT; r++)
      if (station->reason_ms[r] > 0)
        add_double (builder, bbe_reason_name ((uint8_t) r), (gdouble) station->reason_ms[r] / 1000);
    json_builder_end_object (builder);
    json_builder_end_object (builder);
  }
  json_builder_end_array (builder);
}

/* Names of a row's place and phase; NULL where there is none. */
static void
add_limit (JsonBuilder *builder, const BbLimitTime *limit)
{
  static const gchar *const places[] = { NULL, "circuit", "group", "site" };
  static const gchar *const phases[] = { "L1", "L2", "L3", "total" };
  json_builder_begin_object (builder);
  add_text (builder, "place", places[limit->place]);
  if (limit->id != NULL)
    add_text (builder, "id", limit->id);
  if (limit->phase < G_N_ELEMENTS (phases))
    add_text (builder, "phase", phases[limit->phase]);
  add_text (builder, "limit", bbe_limit_name (limit->limit));
  add_double (builder, "held_s", (gdouble) limit->held_ms / 1000);
  json_builder_end_object (builder);
}

static void
add_limits (JsonBuilder *builder, const BbSummary *summary)
{
  json_builder_set_member_name (builder, "limits");
  json_builder_begin_array (builder);
  for (guint l = 0; summary->limits != NULL && l < summary->limits->len; l++)
    add_limit (builder, &g_array_index (summary->limits, BbLimitTime, l));
  json_builder_end_array (builder);
}

static void
add_run (JsonBuilder *builder, const BbSummary *summary, gboolean with_cpu)
{
  add_text (builder, "format", "busbar-summary/1");
  add_time (builder, "from", summary->from_ms);
  add_time (builder, "until", summary->until_ms);
  add_double (builder, "step_s", (gdouble) summary->step_ms / 1000);
  g_autofree gchar *seed = g_strdup_printf ("%" G_GUINT64_FORMAT, summary->seed);
  add_text (builder, "seed", seed); /* 64 bits do not fit a JSON number */
  add_text (builder, "balancer", summary->balancer);
  add_int (builder, "steps", (gint64) summary->steps);
  if (!with_cpu)
    return;
  add_int (builder, "engine_steps", (gint64) summary->engine_steps);
  add_double (builder, "cpu_s", summary->cpu_s);
}

static void
add_energies (JsonBuilder *builder, const BbSummary *summary)
{
  add_double (builder, "energy_wanted_kwh", kwh (summary->wanted_mws));
  add_double (builder, "energy_delivered_kwh", kwh (summary->delivered_mws));
  add_double (builder, "delivered_pct", summary->delivered_pct);
  add_int (builder, "sessions", summary->n_sessions);
  add_int (builder, "sessions_turned_away", summary->n_turned_away);
  add_int (builder, "sessions_open", summary->n_open);
  add_int (builder, "sessions_met", summary->n_met);
  add_double (builder, "sessions_met_pct", summary->sessions_met_pct);
  add_double (builder, "min_fraction", summary->min_fraction);
  add_double (builder, "p5_fraction", summary->p5_fraction);
  add_double (builder, "jain", summary->jain);
  add_double (builder, "import_kwh", kwh (summary->import_mws));
  add_double (builder, "export_kwh", kwh (summary->export_mws));
  add_double (builder, "generation_kwh", kwh (summary->generation_mws));
  add_double (builder, "load_kwh", kwh (summary->load_mws));
  add_double (builder, "self_consumption_pct", summary->self_consumption_pct);
  add_double (builder, "charged_from_grid_kwh", kwh (summary->charged_from_grid_mws));
  add_double (builder, "charged_from_solar_kwh", kwh (summary->charged_from_solar_mws));
}

JsonNode *
bb_summary_to_json (const BbSummary *summary, gboolean with_cpu)
{
  g_autoptr (JsonBuilder) builder = json_builder_new ();
  json_builder_begin_object (builder);
  add_run (builder, summary, with_cpu);
  add_energies (builder, summary);
  add_circuits (builder, summary);
  add_stations (builder, summary);
  add_limits (builder, summary);
  json_builder_set_member_name (builder, "warnings");
  json_builder_begin_array (builder);
  for (guint w = 0; summary->warnings != NULL && w < summary->warnings->len; w++)
    json_builder_add_string_value (builder, g_ptr_array_index (summary->warnings, w));
  json_builder_end_array (builder);
  json_builder_end_object (builder);
  return json_builder_get_root (builder);
}

gchar *
bb_summary_to_text (const BbSummary *summary, gboolean with_cpu)
{
  g_autoptr (JsonNode) root = bb_summary_to_json (summary, with_cpu);
  return bb_json_to_text (root);
}

gboolean
bb_summary_save (const BbSummary *summary, const gchar *path, GError **error)
{
  g_autofree gchar *text = bb_summary_to_text (summary, TRUE);
  return bb_file_replace (path, text, -1, NULL, error);
}
