/* SPDX-License-Identifier: GPL-3.0-or-later */
/* series.c: the query that all sources of series share: which level, which buckets for which column. */
#include "base/series.h"

#include <glib/gi18n.h>
#include <math.h>

#include "base/zone.h"

/* Buckets asked for at once; more only at the coarsest level. */
#define FETCH 16

G_DEFINE_INTERFACE (BbSeriesSource, bb_series_source, G_TYPE_OBJECT)

static void
bb_series_source_default_init (BbSeriesSourceInterface *iface)
{
}

guint
bb_series_source_get_n_series (BbSeriesSource *self)
{
  g_return_val_if_fail (BB_IS_SERIES_SOURCE (self), 0);
  return BB_SERIES_SOURCE_GET_IFACE (self)->get_n_series (self);
}

void
bb_series_source_get_info (BbSeriesSource *self, guint series, BbSeriesInfo *info)
{
  g_return_if_fail (series < bb_series_source_get_n_series (self));
  BB_SERIES_SOURCE_GET_IFACE (self)->get_info (self, series, info);
}

gint
bb_series_source_find (BbSeriesSource *self, const gchar *id)
{
  guint n = bb_series_source_get_n_series (self);
  for (guint i = 0; i < n; i++) {
    BbSeriesInfo info;
    bb_series_source_get_info (self, i, &info);
    if (g_str_equal (info.id, id))
      return (gint) i;
  }
  return -1;
}

gint64
bb_series_column_start (gint64 from_ms, gint64 until_ms, guint n_columns, guint i)
{
  gint64 span = until_ms - from_ms;
  /* Without overflow: whole part and remainder of span / n apart. */
  return from_ms + span / n_columns * i + span % n_columns * i / n_columns;
}

gboolean
bb_series_source_query (BbSeriesSource *self, guint series, gint64 from_ms, gint64 until_ms, guint n_columns,
                        BbSeriesColumn *columns, GError **error)
{
  g_return_val_if_fail (BB_IS_SERIES_SOURCE (self), FALSE);
  if (series >= bb_series_source_get_n_series (self)) {
    g_set_error (error, BB_FORMAT_ERROR, BB_FORMAT_ERROR_RANGE, _ ("there is no series number %u"), series);
    return FALSE;
  }
  if (n_columns == 0 || n_columns > BB_SERIES_MAX_COLUMNS || until_ms <= from_ms
      || from_ms < -BB_SERIES_MAX_TIME_MS || until_ms > BB_SERIES_MAX_TIME_MS) {
    g_set_error_literal (error, BB_FORMAT_ERROR, BB_FORMAT_ERROR_RANGE,
                         _ ("this range of time cannot be shown; choose one that ends after it starts"));
    return FALSE;
  }
  return BB_SERIES_SOURCE_GET_IFACE (self)->query (self, series, from_ms, until_ms, n_columns, columns,
                                                   error);
}

/* ---- for sources ---- */

guint
bb_series_pick_level (const gint64 *bucket_ms, guint n_levels, gint64 column_ms)
{
  guint level = 0;
  while (level + 1 < n_levels && bucket_ms[level + 1] <= column_ms)
    level++;
  return level;
}

void
bb_series_bucket_merge (BbSeriesBucket *into, const BbSeriesBucket *bucket)
{
  if (bucket->covered_ms == 0)
    return;
  into->min = into->covered_ms > 0 ? MIN (into->min, bucket->min) : bucket->min;
  into->max = into->covered_ms > 0 ? MAX (into->max, bucket->max) : bucket->max;
  into->sum += bucket->sum;
  into->covered_ms += bucket->covered_ms;
  into->quality |= bucket->quality;
}

static void
fill_column (BbSeriesColumn *column, const BbSeriesBucket *all, gint64 full_ms)
{
  column->covered_ms = all->covered_ms;
  column->quality = all->quality;
  column->min = column->mean = column->max = NAN;
  if (all->covered_ms == 0) {
    column->quality = BB_QUALITY_GAP;
    return;
  }
  column->min = all->min;
  column->max = all->max;
  column->mean = CLAMP (all->sum / (gdouble) all->covered_ms, all->min, all->max);
  if (all->covered_ms < full_ms)
    column->quality |= BB_QUALITY_PARTIAL;
}

/* The buckets that start in the column; the one that holds its start when columns are shorter than buckets.
 */
static gboolean
query_column (BbSeriesFetch fetch, gpointer data, guint level, gint64 bucket_ms, BbSeriesColumn *column,
              GError **error)
{
  gint64 first = bb_floor_div (column->from_ms + bucket_ms - 1, bucket_ms);
  gint64 end = bb_floor_div (column->until_ms + bucket_ms - 1, bucket_ms);
  BbSeriesBucket all = { 0 };
  if (column->until_ms - column->from_ms < bucket_ms) {
    first = bb_floor_div (column->from_ms, bucket_ms);
    end = first + 1;
  }
  column->n_buckets = (guint32) (end - first);
  for (gint64 at = first; at < end; at += FETCH) {
    BbSeriesBucket buckets[FETCH];
    guint n = (guint) MIN (end - at, FETCH);
    if (!fetch (data, level, at, n, buckets, error))
      return FALSE;
    for (guint i = 0; i < n; i++)
      bb_series_bucket_merge (&all, &buckets[i]);
  }
  fill_column (column, &all, (end - first) * bucket_ms);
  return TRUE;
}

gboolean
bb_series_query_levels (const gint64 *bucket_ms, guint n_levels, BbSeriesFetch fetch, gpointer data,
                        gint64 from_ms, gint64 until_ms, guint n_columns, BbSeriesColumn *columns,
                        GError **error)
{
  guint level = bb_series_pick_level (bucket_ms, n_levels, (until_ms - from_ms) / n_columns);
  for (guint i = 0; i < n_columns; i++) {
    columns[i].from_ms = bb_series_column_start (from_ms, until_ms, n_columns, i);
    columns[i].until_ms = bb_series_column_start (from_ms, until_ms, n_columns, i + 1);
    if (!query_column (fetch, data, level, bucket_ms[level], &columns[i], error))
      return FALSE;
  }
  return TRUE;
}
