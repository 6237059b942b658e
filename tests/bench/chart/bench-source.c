/* SPDX-License-Identifier: GPL-3.0-or-later */
/* bench-source.c: a source of series as plain arrays, a level for every sixteen buckets of the one below. */
#include "bench-source.h"

#include "base/zone.h"

#define N_LEVELS 6
#define FACTOR   16
#define POINT_MS 1000

typedef struct {
  gfloat min, max, mean;
} Bucket;

typedef struct {
  gchar *id;
  Bucket *levels[N_LEVELS];
  guint n[N_LEVELS];
} Series;

struct _BenchSource {
  GObject parent_instance;
  gint64 from_ms;
  guint n_points;
  GPtrArray *series; /* (element-type Series) */
};

static void source_init (BbSeriesSourceInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (BenchSource, bench_source, G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (BB_TYPE_SERIES_SOURCE, source_init))

static const gint64 bucket_ms[N_LEVELS] = { 1000, 16000, 256000, 4096000, 65536000, 1048576000 };

static void
series_free (gpointer data)
{
  Series *series = data;
  for (guint level = 0; level < N_LEVELS; level++)
    g_free (series->levels[level]);
  g_free (series->id);
  g_free (series);
}

static void
fill_points (Series *series, guint n, guint seed)
{
  guint64 state = 88172645463325252u + seed * 7919u;
  gfloat level = 8;
  series->levels[0] = g_new (Bucket, n);
  series->n[0] = n;
  for (guint i = 0; i < n; i++) {
    gfloat value = 0;
    state ^= state << 13;
    state ^= state >> 7;
    state ^= state << 17;
    level = CLAMP (level + ((gfloat) (state & 1023) - 511.5f) / 8000.0f, -5, 20);
    value = level + (gfloat) (state >> 20 & 255) / 400.0f + ((state >> 32) % 40000 == 0 ? 9 : 0);
    series->levels[0][i] = (Bucket){ value, value, value };
  }
}

static void
fill_level (Series *series, guint level)
{
  guint below = series->n[level - 1], n = (below + FACTOR - 1) / FACTOR;
  Bucket *to = series->levels[level] = g_new (Bucket, n);
  series->n[level] = n;
  for (guint i = 0; i < n; i++) {
    const Bucket *from = &series->levels[level - 1][i * FACTOR];
    guint count = MIN (below - i * FACTOR, FACTOR);
    gfloat sum = 0;
    to[i] = from[0];
    for (guint k = 0; k < count; k++) {
      to[i].min = MIN (to[i].min, from[k].min);
      to[i].max = MAX (to[i].max, from[k].max);
      sum += from[k].mean;
    }
    to[i].mean = sum / (gfloat) count;
  }
}

BenchSource *
bench_source_new (guint n_series, guint n_points, gint64 from_ms)
{
  BenchSource *self = g_object_new (BENCH_TYPE_SOURCE, NULL);
  /* Levels' buckets start at multiples of their length. */
  self->from_ms = bb_floor_to (from_ms, bucket_ms[N_LEVELS - 1]);
  self->n_points = n_points;
  for (guint i = 0; i < n_series; i++) {
    Series *series = g_new0 (Series, 1);
    series->id = g_strdup_printf ("series/%u", i);
    fill_points (series, n_points, i + 1);
    for (guint level = 1; level < N_LEVELS; level++)
      fill_level (series, level);
    g_ptr_array_add (self->series, series);
  }
  return self;
}

typedef struct {
  const Series *series;
  gint64 from_ms;
} Cursor;

static gboolean
fetch (gpointer data, guint level, gint64 first, guint n, BbSeriesBucket *buckets, GError **error)
{
  const Cursor *cursor = data;
  gint64 start = cursor->from_ms / bucket_ms[level];
  for (guint i = 0; i < n; i++) {
    gint64 at = first + i - start;
    buckets[i] = (BbSeriesBucket){ 0 };
    if (at < 0 || at >= cursor->series->n[level])
      continue;
    buckets[i].min = cursor->series->levels[level][at].min;
    buckets[i].max = cursor->series->levels[level][at].max;
    buckets[i].sum = cursor->series->levels[level][at].mean * (gdouble) bucket_ms[level];
    buckets[i].covered_ms = bucket_ms[level];
  }
  return TRUE;
}

static guint
source_get_n_series (BbSeriesSource *source)
{
  return BENCH_SOURCE (source)->series->len;
}

static void
source_get_info (BbSeriesSource *source, guint index, BbSeriesInfo *info)
{
  BenchSource *self = BENCH_SOURCE (source);
  const Series *series = g_ptr_array_index (self->series, index);
  *info = (BbSeriesInfo){ series->id,      series->id,    "A",
                          BB_SERIES_GAUGE, self->from_ms, self->from_ms + (gint64) self->n_points * POINT_MS,
                          POINT_MS };
}

static gboolean
source_query (BbSeriesSource *source, guint index, gint64 from_ms, gint64 until_ms, guint n_columns,
              BbSeriesColumn *columns, GError **error)
{
  BenchSource *self = BENCH_SOURCE (source);
  Cursor cursor = { g_ptr_array_index (self->series, index), self->from_ms };
  return bb_series_query_levels (bucket_ms, N_LEVELS, fetch, &cursor, from_ms, until_ms, n_columns, columns,
                                 error);
}

static void
source_init (BbSeriesSourceInterface *iface)
{
  iface->get_n_series = source_get_n_series;
  iface->get_info = source_get_info;
  iface->query = source_query;
}

static void
bench_source_finalize (GObject *object)
{
  g_ptr_array_unref (BENCH_SOURCE (object)->series);
  G_OBJECT_CLASS (bench_source_parent_class)->finalize (object);
}

static void
bench_source_class_init (BenchSourceClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = bench_source_finalize;
}

static void
bench_source_init (BenchSource *self)
{
  self->series = g_ptr_array_new_with_free_func (series_free);
}
