/* SPDX-License-Identifier: GPL-3.0-or-later */
/* result-writer.h: writes a result file (`busbar-result/1`) while a run goes on, in little memory.
 *
 * Order of calls: new; add all series and stations; then set/change/snapshot/event in any mixture, each with
 * times that do not go back within the same series or station; finish. Everything goes to a hidden temporary
 * file beside the target, which bb_result_writer_finish() renames into place; freeing without finishing
 * removes it. The first error (full disk) is kept and reported by bb_result_writer_check() and by finish. The
 * bytes depend on the calls only: equal runs write equal files.
 */
#pragma once

#include "base/file.h"
#include "simulation/result-format.h"

G_BEGIN_DECLS

/* What is known of the bucket (of the finest level) that a series is in. Only the inline function below and
 * the writer touch it. */
typedef struct {
  gint64 since_ms;      /* `value` holds since then */
  gint64 bucket_end_ms; /* G_MININT64: go through the slow path */
  gint64 sum;           /* of value x ms */
  gint32 value;         /* now; BB_RESULT_GAP: no data */
  gint32 min, max;
  guint32 covered_ms;
} BbResultAccumulator;

typedef struct _BbResultWriter BbResultWriter;

/* The first member of a writer, so that setting a value costs no call. */
struct _BbResultWriterHead {
  BbResultAccumulator *series; /* (array) */
};

/* Opens a result for [from_ms, until_ms) UTC. `metadata` is a JSON text (site, options, seed, version, hash
 * of inputs). NULL with an error. */
BbResultWriter *bb_result_writer_new (const gchar *path, gint64 from_ms, gint64 until_ms,
                                      const gchar *metadata, GError **error);

/* A writer without a file: series and their values go to `tap`, which must outlive it; all else is dropped.
 */
BbResultWriter *bb_result_writer_new_tap (const BbResultTap *tap);

/* Adds a series / a station before the first value; the index is what the other calls take. Series start as a
 * gap. */
guint bb_result_writer_add_series (BbResultWriter *writer, const BbResultSeries *series);
guint bb_result_writer_add_station (BbResultWriter *writer, const gchar *id);

/* The slow path of bb_result_writer_set(). */
void bb_result_writer_set_slow (BbResultWriter *writer, guint series, gint64 time_ms, gint32 value);

/* From time_ms on the series has `value` (fixed point; BB_RESULT_GAP: no data), until the next call. Costs a
 * few ns; need not be called while nothing changes. Minimum, mean and maximum per minute follow from it;
 * values that hold for no time do not count. Times outside [from_ms, until_ms) are cut to it. */
static inline void
bb_result_writer_set (BbResultWriter *writer, guint series, gint64 time_ms, gint32 value)
{
  BbResultAccumulator *now = &((struct _BbResultWriterHead *) (void *) writer)->series[series];
  gint64 held_ms = time_ms - now->since_ms;
  gint32 old = now->value;
  if (value == old)
    return;
  if (G_UNLIKELY (time_ms >= now->bucket_end_ms || held_ms <= 0 || old == BB_RESULT_GAP)) {
    bb_result_writer_set_slow (writer, series, time_ms, value);
    return;
  }
  now->sum += old * held_ms;
  now->covered_ms += (guint32) held_ms;
  now->min = MIN (now->min, old);
  now->max = MAX (now->max, old);
  now->since_ms = time_ms;
  now->value = value;
}

/* A station's set-point, phases and reason from time_ms on. `reason_size` (<= BB_RESULT_MAX_REASON) must be
 * the same in all calls of a file; padding bytes inside must be 0. Calls that change nothing are left out. */
void bb_result_writer_change (BbResultWriter *writer, guint station, gint64 time_ms, gint32 setpoint_ma,
                              guint8 phases, gconstpointer reason, gsize reason_size);

/* State of engine and plant at the start of the step at time_ms, opaque (<= 16 MiB). Blobs that resemble the
 * one before cost little. */
void bb_result_writer_snapshot (BbResultWriter *writer, gint64 time_ms, gconstpointer data, gsize size);

/* Something worth a line: `kind` is the caller's number. */
void bb_result_writer_event (BbResultWriter *writer, gint64 time_ms, guint32 kind, const gchar *text);

/* FALSE with the first error so far; cheap, call it once in a while. */
gboolean bb_result_writer_check (BbResultWriter *writer, GError **error);

/* Bytes written so far. */
guint64 bb_result_writer_get_size (BbResultWriter *writer);

/* For tests that fill the disk; not with a tap. */
void bb_result_writer_set_write_func (BbResultWriter *writer, BbWriteFunc function);

/* Every series holds until until_ms; writes the rest with `summary` (JSON text), syncs, renames into place.
 * Afterwards only free is allowed. */
gboolean bb_result_writer_finish (BbResultWriter *writer, const gchar *summary, GError **error);

void bb_result_writer_free (BbResultWriter *writer);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (BbResultWriter, bb_result_writer_free)

G_END_DECLS
