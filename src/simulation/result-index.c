/* SPDX-License-Identifier: GPL-3.0-or-later */
/* result-index.c: reads the index of a result file: where everything is. Hostile until checked. */
#include <glib/gi18n.h>

#include "simulation/result-codec.h"
#include "simulation/result-private.h"

void
bb_result_series_index_free (gpointer data)
{
  BbResultSeriesIndex *series = data;
  for (guint level = 0; level < BB_RESULT_LEVELS; level++)
    g_free (series->offsets[level]);
  g_free (series->id);
  g_free (series->name);
  g_free (series->unit);
  g_free (series);
}

void
bb_result_station_index_free (gpointer data)
{
  BbResultStationIndex *station = data;
  g_clear_pointer (&station->batches, g_array_unref);
  g_free (station->id);
  g_free (station);
}

/* A count of things that take at least a byte each, so that a forged one cannot ask for more memory than the
 * file has. */
static guint
get_count (BbBytesReader *reader, guint64 most)
{
  guint64 count = bb_get_varint (reader);
  if (count > most || count > bb_bytes_left (reader)) {
    reader->failed = TRUE;
    return 0;
  }
  return (guint) count;
}

/* The next of ascending offsets; all lie before the index. */
static guint64
get_offset (BbResult *self, BbBytesReader *reader, guint64 last)
{
  guint64 step = bb_get_varint (reader);
  if (step == 0 || step >= self->index_offset || last + step >= self->index_offset) {
    reader->failed = TRUE;
    return 0;
  }
  return last + step;
}

static void
read_level (BbResult *self, BbBytesReader *reader, BbResultSeriesIndex *series, guint level)
{
  gint64 first = bb_result_bucket_index (level, self->from_ms);
  gint64 n = bb_result_bucket_index (level, self->until_ms - 1) + 1 - first;
  guint n_blocks = (guint) ((n + BB_RESULT_BLOCK - 1) / BB_RESULT_BLOCK);
  guint64 last = 0;
  series->first_index[level] = first;
  series->n_buckets[level] = n;
  if (get_count (reader, G_MAXUINT32) != n_blocks)
    reader->failed = TRUE;
  if (reader->failed)
    return;
  series->offsets[level] = g_new (guint64, n_blocks);
  for (guint i = 0; i < n_blocks; i++)
    series->offsets[level][i] = last = get_offset (self, reader, last);
}

static void
read_series (BbResult *self, BbBytesReader *reader)
{
  BbResultSeriesIndex *series = g_new0 (BbResultSeriesIndex, 1);
  guint64 kind = 0, decimals = 0, quantum = 0;
  g_ptr_array_add (self->series, series);
  series->id = bb_result_get_text (reader);
  series->name = bb_result_get_text (reader);
  series->unit = bb_result_get_text (reader);
  kind = bb_get_varint (reader);
  decimals = bb_get_varint (reader);
  quantum = bb_get_varint (reader);
  if (kind > BB_SERIES_COUNTER || decimals > 9 || quantum == 0 || quantum > G_MAXINT32)
    reader->failed = TRUE;
  series->about = (BbResultSeries){ .id = series->id,
                                    .name = series->name,
                                    .unit = series->unit,
                                    .kind = (BbSeriesKind) kind,
                                    .decimals = (gint) decimals,
                                    .quantum = (gint32) quantum };
  for (guint level = 0; level < BB_RESULT_LEVELS && !reader->failed; level++)
    read_level (self, reader, series, level);
}

/* A time at or after `last_ms`, by its distance, within the result. */
static gint64
get_time (BbResult *self, BbBytesReader *reader, gint64 last_ms)
{
  guint64 step = bb_get_varint (reader);
  if (step > (guint64) (self->until_ms - last_ms)) {
    reader->failed = TRUE;
    return last_ms;
  }
  return last_ms + (gint64) step;
}

static void
read_station (BbResult *self, BbBytesReader *reader)
{
  BbResultStationIndex *station = g_new0 (BbResultStationIndex, 1);
  BbResultBatch last = { .last_ms = self->from_ms };
  guint n = 0;
  g_ptr_array_add (self->stations, station);
  station->id = bb_result_get_text (reader);
  n = get_count (reader, G_MAXUINT32);
  station->batches = g_array_new (FALSE, FALSE, sizeof (BbResultBatch));
  for (guint i = 0; i < n && !reader->failed; i++) {
    BbResultBatch batch = { .offset = get_offset (self, reader, last.offset) };
    batch.first_ms = get_time (self, reader, last.last_ms);
    batch.last_ms = get_time (self, reader, batch.first_ms);
    g_array_append_val (station->batches, batch);
    last = batch;
  }
}

static void
read_snapshots (BbResult *self, BbBytesReader *reader)
{
  guint n = get_count (reader, G_MAXUINT32);
  BbResultSnapshotIndex last = { .time_ms = self->from_ms };
  for (guint i = 0; i < n && !reader->failed; i++) {
    BbResultSnapshotIndex snapshot = { .offset = get_offset (self, reader, last.offset) };
    gint64 step = bb_get_svarint (reader);
    if ((i > 0 && step <= 0) || step > BB_RESULT_MAX_SPAN_MS || step < -BB_RESULT_MAX_SPAN_MS)
      reader->failed = TRUE;
    snapshot.time_ms = reader->failed ? 0 : last.time_ms + step;
    g_array_append_val (self->snapshots, snapshot);
    last = snapshot;
  }
}

static void
read_events (BbResult *self, BbBytesReader *reader)
{
  guint n = get_count (reader, G_MAXUINT32);
  guint64 offset = 0;
  for (guint i = 0; i < n && !reader->failed; i++) {
    offset = get_offset (self, reader, offset);
    g_array_append_val (self->event_offsets, offset);
  }
}

gboolean
bb_result_read_index (BbResult *self, GError **error)
{
  BbBytesReader reader;
  guint n = 0;
  if (!bb_result_get_chunk (self, self->index_offset, BB_RESULT_CHUNK_INDEX, &reader, error))
    return FALSE;
  self->metadata_offset = bb_get_varint (&reader);
  self->summary_offset = bb_get_varint (&reader);
  n = get_count (&reader, BB_RESULT_MAX_SERIES);
  for (guint i = 0; i < n && !reader.failed; i++)
    read_series (self, &reader);
  n = get_count (&reader, BB_RESULT_MAX_STATIONS);
  self->reason_size = (gsize) bb_get_varint (&reader);
  for (guint i = 0; i < n && !reader.failed; i++)
    read_station (self, &reader);
  read_snapshots (self, &reader);
  read_events (self, &reader);
  if (!reader.failed && bb_bytes_left (&reader) == 0 && self->reason_size <= BB_RESULT_MAX_REASON)
    return TRUE;
  return bb_result_refuse (self, error, BB_FORMAT_ERROR_CORRUPT,
                           _ ("its index is damaged; run the simulation again"));
}
