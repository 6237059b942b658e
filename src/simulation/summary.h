/* SPDX-License-Identifier: GPL-3.0-or-later */
/* summary.h: what a run comes to: energies, fairness, peaks and overloads per circuit and phase, times per
 * reason. */
#pragma once

#include <json-glib/json-glib.h>

#include "engine/engine.h"
#include "simulation/result-reader.h"
#include "simulation/trip.h"

G_BEGIN_DECLS

/* One session that arrived within the run. */
typedef struct {
  gint64 arrival_ms, departure_ms; /* UTC */
  gint station;                    /* -1: turned away, no station was free */
  gint64 wanted_mws;
  gint64 delivered_mws;
  gboolean open; /* the run ended before it left */
} BbSessionResult;

typedef struct {
  gint64 peak_ma;           /* highest true current, of either direction */
  gint64 over_rating_ms;    /* time over the rating */
  gint64 over_rating_ma_ms; /* integral of what was over */
  gint64 longest_over_ms;
  gint64 rating_ma;
  const BbTripCurve *curves; /* (unowned) [kind * BB_TRIP_LIMITS + limit] */
  BbTripState trip[BB_TRIP_N][BB_TRIP_LIMITS];
} BbPhaseSummary;

typedef struct {
  gchar *id;
  guint8 phases;
  BbPhaseSummary phase[3];
  gint64 unbalance_ma;      /* greatest difference between two of its phases; 0 with one phase */
  gint64 unbalance_over_ms; /* time over the circuit's unbalance limit */
} BbCircuitSummary;

typedef struct {
  gchar *id;
  guint32 starts, stops; /* of charging: draw from 0 and to 0 */
  gint64 delivered_mws;
  gint64
      reason_ms[BBE_REASON_COUNT]; /* time in each reason while a vehicle was there; NO_VEHICLE otherwise */
} BbStationSummary;

/* How long a row held stations back: time in which at least one had less than it could take because of it. */
typedef struct {
  guint8 place, phase, limit; /* as in bbe_reason */
  gchar *id;                  /* of the circuit or group; NULL: the whole site */
  gint64 held_ms;
} BbLimitTime;

typedef struct {
  gint64 from_ms, until_ms, step_ms;
  guint64 seed;
  gchar *balancer;
  guint64 steps, engine_steps;
  gdouble cpu_s;
  guint n_sessions, n_turned_away, n_open, n_met;
  gint64 wanted_mws, delivered_mws;
  gdouble delivered_pct, sessions_met_pct, min_fraction, p5_fraction,
      jain; /* fractions of wanted energy, per session */
  gint64 import_mws, export_mws, generation_mws, load_mws, self_consumed_mws;
  gint64 charged_from_grid_mws, charged_from_solar_mws;
  gdouble self_consumption_pct; /* of the generation; NAN without any */
  guint n_circuits, n_stations;
  BbCircuitSummary *circuits;
  BbStationSummary *stations;
  BbTripCurve *curves; /* [circuit][phase][kind][limit] */
  GArray *limits;      /* (nullable) (element-type BbLimitTime): longest first */
  GPtrArray *warnings; /* (element-type utf8) */
  GStringChunk *texts; /* (nullable): the rules of BbTripState of a summary that was read back */
} BbSummary;

void bb_summary_free (BbSummary *summary);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (BbSummary, bb_summary_free)

/* The object of `summary.json` and of `--json`. With `with_cpu` FALSE (no cpu_s, no engine_steps, which
 * depends on what could be left out) it is the same bytes for the same run. */
JsonNode *bb_summary_to_json (const BbSummary *summary, gboolean with_cpu);
/* And back: the same summary but for cpu_s and engine_steps where they were left out. The text may be from
 * anywhere: NULL with BB_FORMAT_ERROR (foreign, newer version, damaged: a missing or absurd figure). */
BbSummary *bb_summary_from_json (JsonNode *root, GError **error);
BbSummary *bb_summary_parse (const gchar *text, gssize length, GError **error);
/* That of a result file: a result opened again says the same as its run did. */
BbSummary *bb_summary_from_result (BbResult *result, GError **error);
/* An empty GArray of BbLimitTime that frees its ids. (transfer full) */
GArray *bb_limit_times_new (void);
/* Pretty-printed, with a line feed at the end. */
gchar *bb_summary_to_text (const BbSummary *summary, gboolean with_cpu);
/* Writes it (temporary file, sync, rename). */
gboolean bb_summary_save (const BbSummary *summary, const gchar *path, GError **error);
/* Computes the fractions, percentages and Jain's index from the sessions (element-type BbSessionResult). */
void bb_summary_rate_sessions (BbSummary *summary, GPtrArray *sessions);
/* TRUE when a rating was exceeded anywhere. */
gboolean bb_summary_is_over_rating (const BbSummary *summary);

G_END_DECLS
