/* SPDX-License-Identifier: GPL-3.0-or-later */
/* explain.h: why each station had what it had at a moment of a result.
 *
 * A result keeps every change of a set-point and of what held it, but not the figures that move with every
 * reading (the surplus, the room on a row, the end of a delay). Those are recomputed from the nearest
 * snapshot before the moment, with the same inputs: the same bits as in the run. Where the inputs cannot be
 * had any more, or are no longer the same, the recorded change is what is told, and the explanation says so.
 */
#pragma once

#include "model/engine-config.h"
#include "simulation/result-reader.h"
#include "simulation/run.h"

G_BEGIN_DECLS

typedef struct {
  guint station; /* engine index: position in the site's list */
  gint32 setpoint_ma;
  gint32 target_ma; /* without hold, slope and minimum times; BB_UNSTATED where it was not recomputed */
  guint8 phases;
  bbe_reason reason;         /* its until_ms is UTC */
  gint64 since_ms, until_ms; /* UTC: of this set-point and reason; until the end of the result at most */
} BbExplainedStation;

/* A circuit as the engine saw it; only where it was recomputed. */
typedef struct {
  gint32 other_ma[3]; /* BBE_NO_LIMIT: not known */
  gint32 share_ma[3]; /* what stations under it may draw */
  gboolean failsafe;
} BbExplainedCircuit;

typedef struct {
  gint64 step_ms; /* UTC: the step that the moment lies in */
  gboolean recomputed;
  gchar *obstacle; /* (owned) (nullable): why it was not, one sentence */
  guint n_stations, n_circuits;
  BbExplainedStation *stations; /* (owned) (array) */
  BbExplainedCircuit *circuits; /* (owned) (array), by engine index; all 0 where it was not recomputed */
} BbExplanation;

void bb_explanation_free (BbExplanation *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (BbExplanation, bb_explanation_free)

/* The run that made a result, from the result alone: its site (with the path of its file), times, step, seed,
 * balancer, what it left out; not its inputs. `origin` (nullable): what the caller then gave as
 * BbSimOptions.origin (transfer full), NULL for none. BB_FORMAT_ERROR_FOREIGN when the result does not say.
 */
BbSimOptions *bb_sim_options_from_result (BbResult *result, JsonNode **origin, GError **error);

/* Explains `time_ms` (UTC), which must lie in the result (BB_FORMAT_ERROR_RANGE). `options`: the run with all
 * of its inputs; NULL: tell what was recorded, with `obstacle` as the reason. Recomputes an hour at most (720
 * steps with steps over 5 s). */
BbExplanation *bb_explain (BbResult *result, const BbSimOptions *options, const gchar *obstacle,
                           gint64 time_ms, GCancellable *cancellable, GError **error);

G_END_DECLS
