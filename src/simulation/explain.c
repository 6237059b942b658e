/* SPDX-License-Identifier: GPL-3.0-or-later */
/* explain.c: why each station had what it had: the recorded change, with the figures of the moment
 * recomputed. */
#include "simulation/explain.h"

#include <glib/gi18n.h>
#include <string.h>

#include "base/guard.h"
#include "base/zone.h"
#include "model/reason-text.h"
#include "model/site-json.h"

void
bb_explanation_free (BbExplanation *self)
{
  if (self == NULL)
    return;
  g_free (self->obstacle);
  g_free (self->stations);
  g_free (self->circuits);
  g_free (self);
}

/* ---- the run behind a result ------------------------------------------------------------------ */

static gboolean
foreign (GError **error)
{
  g_set_error_literal (error, BB_FORMAT_ERROR, BB_FORMAT_ERROR_FOREIGN,
                       _ ("The result does not say of which site and run it is; simulate again with --out."));
  return FALSE;
}

/* The member of this type, or NULL with an error. */
static JsonNode *
member (JsonObject *run, const gchar *name, GType type, GError **error)
{
  JsonNode *node = json_object_get_member (run, name);

  if (node != NULL
      && (type == JSON_TYPE_OBJECT ? JSON_NODE_HOLDS_OBJECT (node) : json_node_get_value_type (node) == type))
    return node;
  foreign (error);
  return NULL;
}

static BbSite *
read_site (JsonObject *run, GError **error)
{
  JsonNode *node = member (run, "site", JSON_TYPE_OBJECT, error);
  JsonNode *path = json_object_get_member (run, "site_path");
  g_autofree gchar *text = node != NULL ? json_to_string (node, FALSE) : NULL;
  BbSite *site = text != NULL ? bb_site_parse (text, -1, NULL, error) : NULL;

  if (site != NULL && path != NULL && json_node_get_value_type (path) == G_TYPE_STRING)
    bb_site_set_path (site, json_node_get_string (path));
  return site;
}

static gboolean
read_balancer (JsonObject *run, gint *balancer, GError **error)
{
  JsonNode *node = member (run, "balancer", G_TYPE_STRING, error);
  const gchar *name = node != NULL ? json_node_get_string (node) : NULL;

  if (name == NULL)
    return FALSE;
  *balancer = BB_SIM_BALANCER_NONE;
  if (strcmp (name, "none") == 0)
    return TRUE;
  *balancer = BB_SIM_BALANCER_SITE;
  if (strcmp (name, "site") == 0)
    return TRUE;
  for (*balancer = BBE_FAIR; *balancer <= BBE_DEADLINE; (*balancer)++)
    if (strcmp (name, bbe_balancer_name ((guint8) *balancer)) == 0)
      return TRUE;
  return foreign (error);
}

static gboolean
read_figures (BbSimOptions *options, JsonObject *run, GError **error)
{
  struct {
    const gchar *name;
    gboolean *value;
  } flags[] = { { "zero_minimum", &options->zero_minimum },
                { "no_delays", &options->no_delays },
                { "ideal_vehicle", &options->ideal_vehicle } };
  JsonNode *step = member (run, "step_s", G_TYPE_INT64, error);
  JsonNode *seed = step != NULL ? member (run, "seed", G_TYPE_STRING, error) : NULL;
  JsonNode *from = seed != NULL ? member (run, "from", G_TYPE_STRING, error) : NULL;
  JsonNode *until = from != NULL ? member (run, "until", G_TYPE_STRING, error) : NULL;

  if (until == NULL || !read_balancer (run, &options->balancer, error)
      || !bb_time_parse (json_node_get_string (from), NULL, &options->from_ms, NULL, error)
      || !bb_time_parse (json_node_get_string (until), NULL, &options->until_ms, NULL, error))
    return FALSE;
  if (json_node_get_int (step) < 1 || json_node_get_int (step) > 900
      || !g_ascii_string_to_unsigned (json_node_get_string (seed), 10, 0, G_MAXUINT64, &options->seed, NULL))
    return foreign (error);
  options->step_ms = json_node_get_int (step) * 1000;
  for (guint f = 0; f < G_N_ELEMENTS (flags); f++) {
    JsonNode *node = member (run, flags[f].name, G_TYPE_BOOLEAN, error);
    if (node == NULL)
      return FALSE;
    *flags[f].value = json_node_get_boolean (node);
  }
  return TRUE;
}

BbSimOptions *
bb_sim_options_from_result (BbResult *result, JsonNode **origin, GError **error)
{
  g_autofree gchar *metadata = bb_result_get_metadata (result, error);
  g_autoptr (JsonNode) root = metadata != NULL ? bb_json_parse (metadata, -1, NULL, error) : NULL;

  if (root == NULL)
    return NULL;
  if (!JSON_NODE_HOLDS_OBJECT (root)) {
    foreign (error);
    return NULL;
  }
  JsonObject *run = json_node_get_object (root);
  g_autoptr (BbSite) site = read_site (run, error);
  g_autoptr (BbSimOptions) options = site != NULL ? bb_sim_options_new (site) : NULL;
  if (options == NULL || !bb_sim_options_add_site_defaults (options, error)
      || !read_figures (options, run, error))
    return NULL;
  if (origin != NULL) {
    JsonNode *node = json_object_get_member (run, "origin");
    *origin = node != NULL && JSON_NODE_HOLDS_OBJECT (node) ? json_node_copy (node) : NULL;
  }
  return g_steal_pointer (&options);
}

/* ---- what was recorded ------------------------------------------------------------------------ */

static gboolean
read_station (BbResult *result, guint station, gint64 time_ms, BbExplainedStation *out, GError **error)
{
  BbResultChange change;

  if (!bb_result_find_change (result, station, time_ms, &change, &out->until_ms, error))
    return FALSE;
  out->station = station;
  out->setpoint_ma = change.setpoint_ma;
  out->target_ma = BB_UNSTATED;
  out->phases = change.phases;
  out->since_ms = change.time_ms;
  bb_sim_reason_unpack (change.reason, &out->reason);
  return TRUE;
}

static gboolean
read_stations (BbExplanation *self, BbResult *result, gint64 time_ms, GError **error)
{
  for (guint s = 0; s < self->n_stations; s++)
    if (!read_station (result, s, time_ms, &self->stations[s], error))
      return FALSE;
  return TRUE;
}

/* ---- what it was in full ---------------------------------------------------------------------- */

/* The engine's last answer at or before a moment. */
typedef struct {
  gint64 until_mono_ms;
  guint n_stations, n_circuits;
  bbe_station_out *stations; /* (owned) (array) */
  bbe_circuit_out *circuits; /* (owned) (array) */
  gboolean seen;
} Answer;

static void
answer_clear (Answer *answer)
{
  g_free (answer->stations);
  g_free (answer->circuits);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Answer, answer_clear)

static void
keep_answer (const bbe_inputs *in, const bbe_outputs *out, gpointer data)
{
  Answer *answer = data;

  if (in->mono_ms > answer->until_mono_ms || out->n_stations != answer->n_stations)
    return;
  if (answer->circuits == NULL)
    answer->circuits = g_new (bbe_circuit_out, MAX (out->n_circuits, 1));
  answer->n_circuits = out->n_circuits;
  memcpy (answer->stations, out->stations, out->n_stations * sizeof *out->stations);
  memcpy (answer->circuits, out->circuits, out->n_circuits * sizeof *out->circuits);
  answer->seen = TRUE;
}

/* The recorded change is of this answer. */
static gboolean
agrees (const BbExplainedStation *recorded, const bbe_station_out *out)
{
  const bbe_reason *a = &recorded->reason, *b = &out->reason;

  return recorded->setpoint_ma == out->setpoint_ma && recorded->phases == out->phases && a->code == b->code
         && a->limit == b->limit && a->place == b->place && a->phase == b->phase && a->index == b->index;
}

/* Without supply nobody decides: there is nothing to recompute, and the record says all. */
static gboolean
is_dark (const BbExplanation *self)
{
  for (guint s = 0; s < self->n_stations; s++)
    if (self->stations[s].reason.code != BBE_REASON_OFFLINE || self->stations[s].setpoint_ma != 0)
      return FALSE;
  return self->n_stations > 0;
}

static void
take_circuits (BbExplanation *self, const Answer *answer)
{
  self->n_circuits = answer->n_circuits;
  self->circuits = g_new0 (BbExplainedCircuit, MAX (answer->n_circuits, 1));
  for (guint c = 0; c < answer->n_circuits; c++) {
    const bbe_circuit_out *out = &answer->circuits[c];
    memcpy (self->circuits[c].other_ma, out->other_ma, sizeof self->circuits[c].other_ma);
    memcpy (self->circuits[c].share_ma, out->share_ma, sizeof self->circuits[c].share_ma);
    self->circuits[c].failsafe = out->failsafe;
  }
}

/* Puts the answer's figures where the record agrees with it everywhere; else says what is wrong. */
static void
take_answer (BbExplanation *self, const Answer *answer, gint64 from_ms)
{
  for (guint s = 0; s < self->n_stations; s++)
    if (!answer->seen || !agrees (&self->stations[s], &answer->stations[s])) {
      self->obstacle
          = g_strdup (_ ("The inputs have changed since the run: recomputing gives another answer. These are "
                         "the figures at the start of each state."));
      return;
    }
  for (guint s = 0; s < self->n_stations; s++) {
    self->stations[s].target_ma = answer->stations[s].target_ma;
    self->stations[s].reason = answer->stations[s].reason;
    bb_reason_to_utc (&self->stations[s].reason, BB_SIM_MONO_START - from_ms);
  }
  take_circuits (self, answer);
  self->recomputed = TRUE;
}

static gboolean
recompute (BbExplanation *self, BbResult *result, const BbSimOptions *options, GCancellable *cancellable,
           GError **error)
{
  g_autoptr (GError) problem = NULL;
  g_autoptr (GBytes) snapshot = bb_result_find_snapshot (result, self->step_ms, NULL, error);
  if (snapshot == NULL)
    return FALSE;
  g_auto (Answer) answer = { .until_mono_ms = self->step_ms - options->from_ms + BB_SIM_MONO_START,
                             .n_stations = self->n_stations,
                             .stations = g_new0 (bbe_station_out, MAX (self->n_stations, 1)) };
  g_autoptr (BbSimOptions) part = bb_sim_options_copy (options);
  g_clear_pointer (&part->result_path, g_free);
  g_clear_pointer (&part->trace_path, g_free);
  part->until_ms = self->step_ms + options->step_ms;
  part->observer = keep_answer;
  part->observer_data = &answer;
  g_autoptr (BbSimOutcome) outcome = bb_sim_resume (part, snapshot, cancellable, &problem);
  if (outcome != NULL) {
    take_answer (self, &answer, options->from_ms);
  } else if (g_error_matches (problem, G_IO_ERROR, G_IO_ERROR_CANCELLED)) {
    g_propagate_error (error, g_steal_pointer (&problem));
    return FALSE;
  } else {
    self->obstacle
        = g_strdup_printf (_ ("The moment could not be recomputed: %s These are the figures at the start of "
                              "each state."),
                           problem->message);
  }
  return TRUE;
}

BbExplanation *
bb_explain (BbResult *result, const BbSimOptions *options, const gchar *obstacle, gint64 time_ms,
            GCancellable *cancellable, GError **error)
{
  g_autoptr (BbExplanation) self = g_new0 (BbExplanation, 1);
  gint64 from_ms = bb_result_get_from_ms (result);

  self->n_stations = bb_result_get_n_stations (result);
  self->stations = g_new0 (BbExplainedStation, MAX (self->n_stations, 1));
  self->step_ms
      = options != NULL ? from_ms + (time_ms - from_ms) / options->step_ms * options->step_ms : time_ms;
  if (!read_stations (self, result, time_ms, error))
    return NULL;
  if (options == NULL)
    self->obstacle = g_strdup (obstacle);
  else if (options->balancer != BB_SIM_BALANCER_NONE && !is_dark (self)
           && !recompute (self, result, options, cancellable, error))
    return NULL;
  return g_steal_pointer (&self);
}
