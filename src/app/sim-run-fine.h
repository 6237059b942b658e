/* SPDX-License-Identifier: GPL-3.0-or-later */
/* sim-run-fine.h: the seconds of a run for its charts, recomputed in a thread as somebody looks at them. No
 * GTK in here.
 *
 * A chart shows the source instead of the run's result. When a stretch of at most two hours is looked at, its
 * seconds are recomputed from the run's snapshots; until they are there, and where they cannot be had, the
 * source shows the minutes of the result. Everything here is of the main thread; only the source may be
 * queried from others.
 */
#pragma once

#include "app/sim-run.h"

G_BEGIN_DECLS

/* Longer stretches are shown in minutes. */
#define BB_RUN_FINE_MAX_VIEW_MS G_GINT64_CONSTANT (7200000)

#define BB_TYPE_RUN_FINE (bb_run_fine_get_type ())
G_DECLARE_FINAL_TYPE (BbRunFine, bb_run_fine, BB, RUN_FINE, GObject)

/* Signal "changed": the data behind the source or the obstacle changed. `run` must be done; its result stays
 * for as long as this. */
BbRunFine *bb_run_fine_new (BbSimRun *run);
BbSimRun *bb_run_fine_get_run (BbRunFine *self);
/* Has the series of the run's result. (transfer none) */
BbSeriesSource *bb_run_fine_get_source (BbRunFine *self);
/* [from_ms, until_ms) is looked at now. The latest call wins: what an earlier one is still computing ends,
 * unless it serves this one too. */
void bb_run_fine_look_at (BbRunFine *self, gint64 from_ms, gint64 until_ms);
/* Why what is looked at is shown in minutes though it is short, one sentence; NULL: it is not, or not yet
 * known. */
const gchar *bb_run_fine_get_obstacle (BbRunFine *self);
gboolean bb_run_fine_is_working (BbRunFine *self);

G_END_DECLS
