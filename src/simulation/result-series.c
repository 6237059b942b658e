/* SPDX-License-Identifier: GPL-3.0-or-later */
/* result-series.c: the series of a result: buckets of a level, and the query for charts. */
#include <glib/gi18n.h>
#include <inttypes.h>
#include <math.h>

#include "base/zone.h"
#include "simulation/result-codec.h"
#include "simulation/result-private.h"

/* Walks the buckets of a series; remembers the block it read last. */
typedef struct {
  BbResult *result;
  guint number;
  BbResultSeriesIndex *series;
  gdouble scale; /* from stored unit to the series' */
  guint level;
  gint64 block_number; /* -1: none yet */
  BbResultBlock block;
} Cursor;

static void
cursor_init (Cursor *cursor, BbResult *result, guint number)
{
  cursor->result = result;
  cursor->number = number;
  cursor->series = g_ptr_array_index (result->series, number);
  cursor->scale = (gdouble) cursor->series->about.quantum / pow (10, cursor->series->about.decimals);
  cursor->level = 0;
  cursor->block_number = -1;
}

static gboolean
read_block (Cursor *cursor, guint level, gint64 number, GError **error)
{
  BbResultSeriesIndex *series = cursor->series;
  guint64 offset = series->offsets[level][number];
  guint n = (guint) MIN (series->n_buckets[level] - number * BB_RESULT_BLOCK, BB_RESULT_BLOCK);
  BbBytesReader reader;
  gboolean right = FALSE;
  cursor->block_number = -1;
  if (!bb_result_get_chunk (cursor->result, offset, BB_RESULT_CHUNK_BUCKETS, &reader, error))
    return FALSE;
  right = bb_get_varint (&reader) == cursor->number;
  right = bb_get_varint (&reader) == level && right;
  right = bb_get_varint (&reader) == (guint64) number && right;
  right = bb_get_varint (&reader) == n && right;
  bb_result_get_block (&reader, &cursor->block, n, level);
  if (!right || reader.failed || bb_bytes_left (&reader) != 0)
    return bb_result_refuse (cursor->result, error, BB_FORMAT_ERROR_CORRUPT,
                             _ ("what stands at byte %" PRIu64 " makes no sense; run the simulation again"),
                             offset);
  cursor->level = level;
  cursor->block_number = number;
  return TRUE;
}

/* Where bucket `index` is in the block, after making that the current one; -1: outside the result; -2: error.
 */
static gint
seek (Cursor *cursor, guint level, gint64 index, GError **error)
{
  gint64 at = index - cursor->series->first_index[level];
  if (at < 0 || at >= cursor->series->n_buckets[level])
    return -1;
  if ((cursor->level != level || cursor->block_number != at / BB_RESULT_BLOCK)
      && !read_block (cursor, level, at / BB_RESULT_BLOCK, error))
    return -2;
  return (gint) (at % BB_RESULT_BLOCK);
}

static gboolean
fetch (gpointer data, guint level, gint64 first, guint n, BbSeriesBucket *buckets, GError **error)
{
  Cursor *cursor = data;
  for (guint i = 0; i < n; i++) {
    gint at = seek (cursor, level, first + i, error);
    buckets[i] = (BbSeriesBucket){ 0 };
    if (at == -2)
      return FALSE;
    if (at < 0 || cursor->block.buckets[at].covered_ms == 0)
      continue;
    buckets[i].min = cursor->block.buckets[at].min * cursor->scale;
    buckets[i].max = cursor->block.buckets[at].max * cursor->scale;
    buckets[i].covered_ms = cursor->block.buckets[at].covered_ms;
    buckets[i].sum = cursor->block.buckets[at].mean * cursor->scale * (gdouble) buckets[i].covered_ms;
  }
  return TRUE;
}

static guint
source_get_n_series (BbSeriesSource *source)
{
  return bb_result_get_n_series (BB_RESULT (source));
}

static void
source_get_info (BbSeriesSource *source, guint index, BbSeriesInfo *info)
{
  BbResult *self = BB_RESULT (source);
  const BbResultSeries *series = &((BbResultSeriesIndex *) g_ptr_array_index (self->series, index))->about;
  *info = (BbSeriesInfo){ series->id,    series->name,   series->unit,          series->kind,
                          self->from_ms, self->until_ms, bb_result_bucket_ms[0] };
}

static gboolean
source_query (BbSeriesSource *source, guint index, gint64 from_ms, gint64 until_ms, guint n_columns,
              BbSeriesColumn *columns, GError **error)
{
  Cursor cursor;
  cursor_init (&cursor, BB_RESULT (source), index);
  return bb_series_query_levels (bb_result_bucket_ms, BB_RESULT_LEVELS, fetch, &cursor, from_ms, until_ms,
                                 n_columns, columns, error);
}

void
bb_result_source_init (BbSeriesSourceInterface *iface)
{
  iface->get_n_series = source_get_n_series;
  iface->get_info = source_get_info;
  iface->query = source_query;
}

guint
bb_result_get_n_series (BbResult *self)
{
  return self->series->len;
}

const BbResultSeries *
bb_result_get_series (BbResult *self, guint series)
{
  g_return_val_if_fail (series < self->series->len, NULL);
  return &((BbResultSeriesIndex *) g_ptr_array_index (self->series, series))->about;
}

/* In fixed point. Only a forged file goes over 32 bits. */
static gint32
times (gint32 value, gint32 quantum)
{
  return (gint32) CLAMP ((gint64) value * quantum, G_MININT32, G_MAXINT32);
}

gboolean
bb_result_foreach_bucket (BbResult *self, guint number, guint level, gint64 from_ms, gint64 until_ms,
                          BbResultBucketFunc function, gpointer data, GError **error)
{
  Cursor cursor;
  gint64 unit = 0, first = 0, end = 0;
  g_return_val_if_fail (number < self->series->len && level < BB_RESULT_LEVELS, FALSE);
  cursor_init (&cursor, self, number);
  unit = bb_result_bucket_ms[level];
  from_ms = CLAMP (from_ms, self->from_ms - unit, self->until_ms);
  until_ms = CLAMP (until_ms, self->from_ms - unit, self->until_ms);
  first = bb_floor_div (from_ms + unit - 1, unit);
  first = MAX (first, cursor.series->first_index[level]);
  end = MIN (bb_floor_div (until_ms + unit - 1, unit),
             cursor.series->first_index[level] + cursor.series->n_buckets[level]);
  for (gint64 index = first; index < end; index++) {
    gint at = seek (&cursor, level, index, error);
    BbResultBucket bucket = { 0 };
    if (at < 0)
      return FALSE;
    bucket.min = times (cursor.block.buckets[at].min, cursor.series->about.quantum);
    bucket.mean = times (cursor.block.buckets[at].mean, cursor.series->about.quantum);
    bucket.max = times (cursor.block.buckets[at].max, cursor.series->about.quantum);
    bucket.covered_ms = cursor.block.buckets[at].covered_ms;
    function (index * unit, &bucket, data);
  }
  return TRUE;
}
