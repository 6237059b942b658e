/* SPDX-License-Identifier: GPL-3.0-or-later */
/* result-reader.h: opens a result file (`busbar-result/1`), memory-mapped, and answers questions about it.
 *
 * A BbResult implements BbSeriesSource. The file is hostile until proven otherwise: every length and offset
 * is checked, every chunk has a checksum that is verified before its contents are used. Errors: BB_IO_ERROR,
 * BB_FORMAT_ERROR. A result may be used from several threads at once. As with every memory map, a file that
 * another program cuts while it is open ends this one with SIGBUS; the writer never does so, it renames a new
 * file into place.
 */
#pragma once

#include "base/series.h"
#include "simulation/result-format.h"

G_BEGIN_DECLS

#define BB_TYPE_RESULT (bb_result_get_type ())
G_DECLARE_FINAL_TYPE (BbResult, bb_result, BB, RESULT, GObject)

/* Maps and checks header and index (not the data: see bb_result_verify()). NULL with an error that says what
 * is wrong: not a result, a newer version, unfinished, cut short, damaged. */
BbResult *bb_result_open (const gchar *path, GError **error);

/* Reads the whole file and checks every chunk. */
gboolean bb_result_verify (BbResult *self, GCancellable *cancellable, GError **error);

gint64 bb_result_get_from_ms (BbResult *self);
gint64 bb_result_get_until_ms (BbResult *self);
/* The JSON texts, as written (transfer full); NULL with an error. */
gchar *bb_result_get_metadata (BbResult *self, GError **error);
gchar *bb_result_get_summary (BbResult *self, GError **error);

/* Series, beside BbSeriesSource. */
guint bb_result_get_n_series (BbResult *self);
const BbResultSeries *bb_result_get_series (BbResult *self, guint series);

/* Buckets of a level that start in [from_ms, until_ms), the fixed-point values as stored. Calls `function`
 * for each bucket with data or not, in order. */
typedef void (*BbResultBucketFunc) (gint64 start_ms, const BbResultBucket *bucket, gpointer data);
gboolean bb_result_foreach_bucket (BbResult *self, guint series, guint level, gint64 from_ms, gint64 until_ms,
                                   BbResultBucketFunc function, gpointer data, GError **error);

/* Stations and their changes. */
guint bb_result_get_n_stations (BbResult *self);
const gchar *bb_result_get_station_id (BbResult *self, guint station);
gint bb_result_find_station (BbResult *self, const gchar *id); /* -1: none */
/* Bytes of the reasons. */
gsize bb_result_get_reason_size (BbResult *self);

/* What the station had at time_ms: the last change at or before. `until_ms` (may be NULL): when the next
 * came, or the end of the result. BB_FORMAT_ERROR_RANGE when there is none yet or the time is outside. */
gboolean bb_result_find_change (BbResult *self, guint station, gint64 time_ms, BbResultChange *change,
                                gint64 *until_ms, GError **error);

/* All changes in [from_ms, until_ms), in order. Returning FALSE from `function` stops. */
typedef gboolean (*BbResultChangeFunc) (const BbResultChange *change, gpointer data);
gboolean bb_result_foreach_change (BbResult *self, guint station, gint64 from_ms, gint64 until_ms,
                                   BbResultChangeFunc function, gpointer data, GError **error);

/* The last snapshot at or before time_ms (transfer full) and its time (may be NULL). BB_FORMAT_ERROR_RANGE
 * when there is none. */
GBytes *bb_result_find_snapshot (BbResult *self, gint64 time_ms, gint64 *snapshot_ms, GError **error);
guint bb_result_get_n_snapshots (BbResult *self);

/* All events in order (transfer full) (element-type BbResultEvent). */
GPtrArray *bb_result_get_events (BbResult *self, GError **error);

G_END_DECLS
