/* SPDX-License-Identifier: GPL-3.0-or-later */
/* result-fine.h: the seconds of a result: a stretch of it recomputed from a snapshot, and a source that shows
 * them.
 *
 * A result's finest buckets are a minute long. Where the inputs of its run are still at hand, an hour or two
 * of it are recomputed in a few hundredths of a second, with the same bits, and every value of every series
 * is kept. What comes out is held against the minutes of the result: inputs that have changed since are
 * found.
 */
#pragma once

#include "simulation/result-reader.h"
#include "simulation/run.h"

G_BEGIN_DECLS

#define BB_FINE_BUCKET_MS G_GINT64_CONSTANT (1000)
/* The longest stretch that is recomputed at once. */
#define BB_FINE_MAX_SPAN_MS (4 * G_GINT64_CONSTANT (3600000))

/* Every second of every series of [from, until); never changes, so that any thread may read it. Counted. */
typedef struct _BbFineWindow BbFineWindow;

/* Recomputes [from_ms, until_ms), cut to the result and widened to whole minutes; where the snapshot before
 * it lies less than an hour before, that hour comes with it. `options`: the run with all of its inputs, and
 * only this thread's for the time being. Errors: BB_FORMAT_ERROR_RANGE (nothing of it is in the result,
 * longer than BB_FINE_MAX_SPAN_MS, steps of a minute and more: there is nothing finer), BB_SIM_ERROR (the
 * snapshot is of another site, the inputs are not those of the run), G_IO_ERROR_CANCELLED, errors of readers.
 * Blocks. */
BbFineWindow *bb_fine_window_new (BbResult *result, const BbSimOptions *options, gint64 from_ms,
                                  gint64 until_ms, GCancellable *cancellable, GError **error);
BbFineWindow *bb_fine_window_ref (BbFineWindow *self);
void bb_fine_window_unref (BbFineWindow *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (BbFineWindow, bb_fine_window_unref)

/* What it covers: at least what was asked for. */
void bb_fine_window_get_range (const BbFineWindow *self, gint64 *from_ms, gint64 *until_ms);
/* All of [from_ms, until_ms) that lies in the result is in the window. */
gboolean bb_fine_window_covers (const BbFineWindow *self, gint64 from_ms, gint64 until_ms);
/* What a series had at a time of the window, in fixed point, not rounded; BB_RESULT_GAP: no data. */
gint32 bb_fine_window_get (const BbFineWindow *self, guint series, gint64 time_ms);

#define BB_TYPE_FINE_SOURCE (bb_fine_source_get_type ())
G_DECLARE_FINAL_TYPE (BbFineSource, bb_fine_source, BB, FINE_SOURCE, GObject)

/* A source with the series of `result`, in its order. Columns shorter than a minute that lie within the
 * window come from it, all others from the result. Its finest buckets are a second long while it has a
 * window, else a minute. May be queried from several threads. */
BbFineSource *bb_fine_source_new (BbResult *result);
/* NULL: none. The window must be of the same result. Tell the chart: bb_chart_model_touch(). */
void bb_fine_source_set_window (BbFineSource *self, BbFineWindow *window);
/* (transfer full) (nullable) */
BbFineWindow *bb_fine_source_get_window (BbFineSource *self);

G_END_DECLS
