/* SPDX-License-Identifier: GPL-3.0-or-later */
/* series-memory.c: a source of series in memory: levels grow with every value, long constant stretches stay
 * small. */
#include <math.h>

#include "base/series.h"
#include "base/zone.h"

#define N_LEVELS 8
#define FACTOR   16

/* `n` buckets in a row that are alike: the first is number `index`. Buckets without data are not kept. */
typedef struct {
  gint64 index, n;
  BbSeriesBucket bucket;
} Run;

typedef struct {
  gchar *id, *name, *unit;
  BbSeriesKind kind;
  gboolean started;
  gint64 first_ms;
  gint64 last_ms; /* up to here everything is in the levels */
  gdouble value;  /* since last_ms */
  guint quality;
  GArray *levels[N_LEVELS]; /* (element-type Run), by index */
} Series;

struct _BbMemorySeries {
  GObject parent_instance;
  gint64 bucket_ms[N_LEVELS];
  GPtrArray *series; /* (element-type Series) */
};

static void source_init (BbSeriesSourceInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (BbMemorySeries, bb_memory_series, G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (BB_TYPE_SERIES_SOURCE, source_init))

static void
series_free (gpointer data)
{
  Series *series = data;
  for (guint level = 0; level < N_LEVELS; level++)
    g_array_unref (series->levels[level]);
  g_free (series->id);
  g_free (series->name);
  g_free (series->unit);
  g_free (series);
}

BbMemorySeries *
bb_memory_series_new (gint64 finest_ms)
{
  BbMemorySeries *self = g_object_new (BB_TYPE_MEMORY_SERIES, NULL);
  gint64 bucket_ms = CLAMP (finest_ms, 1, BB_MS_PER_HOUR);
  for (guint level = 0; level < N_LEVELS; level++, bucket_ms *= FACTOR)
    self->bucket_ms[level] = bucket_ms;
  return self;
}

guint
bb_memory_series_add_series (BbMemorySeries *self, const gchar *id, const gchar *name, const gchar *unit,
                             BbSeriesKind kind)
{
  Series *series = g_new0 (Series, 1);
  series->id = g_strdup (id);
  series->name = g_strdup (name);
  series->unit = g_strdup (unit);
  series->kind = kind;
  series->value = NAN;
  for (guint level = 0; level < N_LEVELS; level++)
    series->levels[level] = g_array_new (FALSE, FALSE, sizeof (Run));
  g_ptr_array_add (self->series, series);
  return self->series->len - 1;
}

static gboolean
is_alike (const BbSeriesBucket *a, const BbSeriesBucket *b)
{
  return a->covered_ms == b->covered_ms && a->quality == b->quality && a->min == b->min && a->max == b->max
         && a->sum == b->sum;
}

/* The last bucket of a run as a run of its own: its fellows are done, it is not. */
static Run *
split_last (GArray *level, Run *last)
{
  Run own = { last->index + last->n - 1, 1, last->bucket };
  if (last->n == 1)
    return last;
  last->n--;
  g_array_append_val (level, own);
  return &g_array_index (level, Run, level->len - 1);
}

/* Adds one piece of constant value that lies within buckets index .. index + n - 1. */
static void
add_piece (GArray *level, gint64 index, gint64 n, const BbSeriesBucket *piece)
{
  Run *last = level->len > 0 ? &g_array_index (level, Run, level->len - 1) : NULL;
  Run run = { index, n, *piece };
  if (last != NULL && last->index + last->n - 1 == index) {
    /* The bucket is begun already; time goes forward, so it is the last and not yet full. */
    last = split_last (level, last);
    bb_series_bucket_merge (&last->bucket, piece);
    if (level->len > 1) {
      Run *before = &g_array_index (level, Run, level->len - 2);
      if (before->index + before->n == last->index && is_alike (&before->bucket, &last->bucket)) {
        before->n += last->n;
        g_array_set_size (level, level->len - 1);
      }
    }
  } else if (last != NULL && last->index + last->n == index && is_alike (&last->bucket, piece)) {
    last->n += n;
  } else {
    g_array_append_val (level, run);
  }
}

static void
add_span (GArray *level, gint64 bucket_ms, gint64 from_ms, gint64 until_ms, gdouble value, guint quality)
{
  while (from_ms < until_ms) {
    gint64 index = bb_floor_div (from_ms, bucket_ms);
    gint64 n = 1;
    gint64 piece_ms = MIN (until_ms, (index + 1) * bucket_ms) - from_ms;
    BbSeriesBucket piece = { value, value, value * (gdouble) piece_ms, piece_ms, quality };
    if (piece_ms == bucket_ms)
      n = (until_ms - from_ms) / bucket_ms;
    add_piece (level, index, n, &piece);
    from_ms += n * piece_ms;
  }
}

gboolean
bb_memory_series_extend (BbMemorySeries *self, guint index, gint64 time_ms)
{
  Series *series = NULL;
  g_return_val_if_fail (index < self->series->len, FALSE);
  series = g_ptr_array_index (self->series, index);
  if (!series->started || time_ms < series->last_ms || time_ms > BB_SERIES_MAX_TIME_MS)
    return FALSE;
  if (!isnan (series->value))
    for (guint level = 0; level < N_LEVELS; level++)
      add_span (series->levels[level], self->bucket_ms[level], series->last_ms, time_ms, series->value,
                series->quality);
  series->last_ms = time_ms;
  return TRUE;
}

gboolean
bb_memory_series_append (BbMemorySeries *self, guint index, gint64 time_ms, gdouble value, guint quality)
{
  Series *series = NULL;
  g_return_val_if_fail (index < self->series->len, FALSE);
  series = g_ptr_array_index (self->series, index);
  if (time_ms < -BB_SERIES_MAX_TIME_MS || time_ms > BB_SERIES_MAX_TIME_MS)
    return FALSE;
  if (!series->started) {
    series->started = TRUE;
    series->first_ms = series->last_ms = time_ms;
  } else if (!bb_memory_series_extend (self, index, time_ms)) {
    return FALSE;
  }
  series->value = isfinite (value) ? value : NAN;
  series->quality = quality & BB_QUALITY_ESTIMATED;
  return TRUE;
}

/* ---- the interface ---- */

typedef struct {
  Series *series;
} Cursor;

/* Number of the first run that ends behind `bucket`. */
static guint
find_run (GArray *level, gint64 bucket)
{
  guint low = 0, high = level->len;
  while (low < high) {
    guint middle = low + (high - low) / 2;
    Run *run = &g_array_index (level, Run, middle);
    if (run->index + run->n > bucket)
      high = middle;
    else
      low = middle + 1;
  }
  return low;
}

static gboolean
fetch (gpointer data, guint level, gint64 first, guint n, BbSeriesBucket *buckets, GError **error)
{
  GArray *runs = ((Cursor *) data)->series->levels[level];
  guint at = find_run (runs, first);
  for (guint i = 0; i < n; i++) {
    gint64 bucket = first + i;
    while (at < runs->len && g_array_index (runs, Run, at).index + g_array_index (runs, Run, at).n <= bucket)
      at++;
    if (at < runs->len && g_array_index (runs, Run, at).index <= bucket)
      buckets[i] = g_array_index (runs, Run, at).bucket;
    else
      buckets[i] = (BbSeriesBucket){ 0 };
  }
  return TRUE;
}

static guint
source_get_n_series (BbSeriesSource *source)
{
  return BB_MEMORY_SERIES (source)->series->len;
}

static void
source_get_info (BbSeriesSource *source, guint index, BbSeriesInfo *info)
{
  BbMemorySeries *self = BB_MEMORY_SERIES (source);
  Series *series = g_ptr_array_index (self->series, index);
  *info = (BbSeriesInfo){ series->id,       series->name,    series->unit,      series->kind,
                          series->first_ms, series->last_ms, self->bucket_ms[0] };
}

static gboolean
source_query (BbSeriesSource *source, guint index, gint64 from_ms, gint64 until_ms, guint n_columns,
              BbSeriesColumn *columns, GError **error)
{
  BbMemorySeries *self = BB_MEMORY_SERIES (source);
  Cursor cursor = { g_ptr_array_index (self->series, index) };
  return bb_series_query_levels (self->bucket_ms, N_LEVELS, fetch, &cursor, from_ms, until_ms, n_columns,
                                 columns, error);
}

static void
source_init (BbSeriesSourceInterface *iface)
{
  iface->get_n_series = source_get_n_series;
  iface->get_info = source_get_info;
  iface->query = source_query;
}

static void
bb_memory_series_finalize (GObject *object)
{
  g_ptr_array_unref (BB_MEMORY_SERIES (object)->series);
  G_OBJECT_CLASS (bb_memory_series_parent_class)->finalize (object);
}

static void
bb_memory_series_init (BbMemorySeries *self)
{
  self->series = g_ptr_array_new_with_free_func (series_free);
}

static void
bb_memory_series_class_init (BbMemorySeriesClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = bb_memory_series_finalize;
}
