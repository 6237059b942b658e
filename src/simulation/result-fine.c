/* SPDX-License-Identifier: GPL-3.0-or-later */
/* result-fine.c: the seconds of a result: recomputed, held against its minutes, shown. */
#include "simulation/result-fine.h"

#include <glib/gi18n.h>
#include <math.h>

#include "base/zone.h"

/* Buckets between a second and the result's minute. */
#define LEVELS 2
static const gint64 bucket_ms[LEVELS] = { BB_FINE_BUCKET_MS, 15 * BB_FINE_BUCKET_MS };
#define PER_BUCKET 15
/* So much of what lies between the snapshot and what was asked for is kept. */
#define KEPT_BEFORE_MS G_GINT64_CONSTANT (3600000)

/* 15 s of a series; n is the number of seconds with data. */
typedef struct {
  gint64 sum; /* of the value of each second */
  gint32 min, max;
  guint32 n;
} Quarter;

typedef struct {
  gdouble scale; /* from fixed point to the series' unit */
  gint32 *values;
  Quarter *quarters;
} Series;

struct _BbFineWindow {
  gatomicrefcount refs;
  gint64 from_ms, until_ms;
  gint64 first_s, n_s; /* seconds since 1970 */
  gint64 first_quarter, n_quarters;
  gint64 result_from_ms, result_until_ms;
  GArray *series; /* (element-type Series) */
};

/* ---- what a run says -------------------------------------------------------------------------- */

typedef struct {
  BbFineWindow *window;
  BbResult *result;
  GArray *since_s; /* (element-type gint64): each series has its value since then */
  GArray *values;  /* (element-type gint32) */
  gboolean foreign;
} Recorder;

static void
series_clear (gpointer data)
{
  Series *series = data;

  g_free (series->values);
  g_free (series->quarters);
}

static void
add_series (const BbResultSeries *about, gpointer data)
{
  Recorder *recorder = data;
  guint number = recorder->since_s->len;
  const BbResultSeries *known = number < bb_result_get_n_series (recorder->result)
                                    ? bb_result_get_series (recorder->result, number)
                                    : NULL;
  Series series = { .scale = 1 / pow (10, about->decimals) };
  gint64 never = G_MININT64;
  gint32 gap = BB_RESULT_GAP;

  if (known == NULL || !g_str_equal (known->id, about->id) || known->decimals != about->decimals)
    recorder->foreign = TRUE;
  series.values = g_new (gint32, recorder->window->n_s);
  for (gint64 i = 0; i < recorder->window->n_s; i++)
    series.values[i] = BB_RESULT_GAP;
  series.quarters = g_new0 (Quarter, recorder->window->n_quarters);
  g_array_append_val (recorder->window->series, series);
  g_array_append_val (recorder->since_s, never);
  g_array_append_val (recorder->values, gap);
}

/* The value that the series has holds until then. */
static void
hold (Recorder *recorder, guint number, gint64 until_s)
{
  BbFineWindow *window = recorder->window;
  gint64 *since_s = &g_array_index (recorder->since_s, gint64, number);
  gint32 value = g_array_index (recorder->values, gint32, number);
  gint32 *values = g_array_index (window->series, Series, number).values;

  for (gint64 s = MAX (*since_s, window->first_s); s < MIN (until_s, window->first_s + window->n_s); s++)
    values[s - window->first_s] = value;
  *since_s = until_s;
}

/* Steps are whole seconds: so are all times. */
static void
set_value (guint number, gint64 time_ms, gint32 value, gpointer data)
{
  Recorder *recorder = data;

  hold (recorder, number, bb_floor_div (time_ms, BB_FINE_BUCKET_MS));
  g_array_index (recorder->values, gint32, number) = value;
}

static void
sum_up (BbFineWindow *self, Series *series)
{
  for (gint64 i = 0; i < self->n_s; i++) {
    Quarter *quarter = &series->quarters[bb_floor_div (self->first_s + i, PER_BUCKET) - self->first_quarter];
    gint32 value = series->values[i];
    if (value == BB_RESULT_GAP)
      continue;
    quarter->min = quarter->n > 0 ? MIN (quarter->min, value) : value;
    quarter->max = quarter->n > 0 ? MAX (quarter->max, value) : value;
    quarter->sum += value;
    quarter->n++;
  }
}

/* ---- held against the result ------------------------------------------------------------------ */

typedef struct {
  const BbFineWindow *window;
  const Series *series;
  gint32 quantum;
  gboolean same;
} Comparison;

static void
compare_minute (gint64 start_ms, const BbResultBucket *bucket, gpointer data)
{
  Comparison *comparison = data;
  const BbFineWindow *window = comparison->window;
  gint64 first = MAX (bb_floor_div (start_ms, BB_FINE_BUCKET_MS) - window->first_s, 0);
  gint64 end
      = MIN (bb_floor_div (start_ms + BB_RESULT_FINEST_MS, BB_FINE_BUCKET_MS) - window->first_s, window->n_s);
  gint64 sum = 0, n = 0, q = comparison->quantum;
  gint32 min = G_MAXINT32, max = G_MININT32;

  for (gint64 i = first; i < end; i++) {
    gint32 value = comparison->series->values[i];
    if (value == BB_RESULT_GAP)
      continue;
    min = MIN (min, value);
    max = MAX (max, value);
    sum += value;
    n++;
  }
  if (n * BB_FINE_BUCKET_MS != bucket->covered_ms)
    comparison->same = FALSE;
  else if (n > 0
           && (bucket->min != bb_floor_div (min, q) * q || bucket->max != -bb_floor_div (-(gint64) max, q) * q
               || ABS (bucket->mean - sum / n) > q))
    comparison->same = FALSE;
}

/* FALSE with an error when a minute of the window is not what the result says. */
static gboolean
agrees (const BbFineWindow *self, BbResult *result, GError **error)
{
  for (guint i = 0; i < self->series->len; i++) {
    Comparison comparison = { self, &g_array_index (self->series, Series, i),
                              MAX (bb_result_get_series (result, i)->quantum, 1), TRUE };
    if (!bb_result_foreach_bucket (result, i, 0, bb_floor_to (self->from_ms, BB_RESULT_FINEST_MS),
                                   self->until_ms, compare_minute, &comparison, error))
      return FALSE;
    if (comparison.same)
      continue;
    g_set_error (error, BB_SIM_ERROR, BB_SIM_ERROR_INPUT,
                 _ ("the inputs have changed since the run: recomputing gives other values for %s"),
                 bb_result_get_series (result, i)->name);
    return FALSE;
  }
  return TRUE;
}

/* ---- recomputed ------------------------------------------------------------------------------- */

static gboolean
refuse (GError **error, const gchar *why)
{
  g_set_error_literal (error, BB_FORMAT_ERROR, BB_FORMAT_ERROR_RANGE, why);
  return FALSE;
}

/* Cuts the range to the result and widens it to its buckets. */
static gboolean
find_range (BbResult *result, const BbSimOptions *options, gint64 *from_ms, gint64 *until_ms, GError **error)
{
  gint64 first_ms = bb_result_get_from_ms (result), end_ms = bb_result_get_until_ms (result);

  if (options->from_ms != first_ms || options->until_ms != end_ms)
    return refuse (error, _ ("the result covers another time than its run"));
  if (options->step_ms >= BB_RESULT_FINEST_MS)
    return refuse (error, _ ("the run's steps are a minute or longer: there is nothing finer to show"));
  if (*from_ms >= *until_ms || *from_ms >= end_ms || *until_ms <= first_ms)
    return refuse (error, _ ("the result has nothing of this time"));
  *from_ms = MAX (bb_floor_to (MAX (*from_ms, first_ms), BB_RESULT_FINEST_MS), first_ms);
  *until_ms
      = MIN (bb_floor_to (MIN (*until_ms, end_ms) - 1, BB_RESULT_FINEST_MS) + BB_RESULT_FINEST_MS, end_ms);
  if (*until_ms - *from_ms > BB_FINE_MAX_SPAN_MS + 2 * BB_RESULT_FINEST_MS)
    return refuse (error, _ ("so long a time is not shown second by second"));
  return TRUE;
}

static BbFineWindow *
window_new (BbResult *result, gint64 from_ms, gint64 until_ms)
{
  BbFineWindow *self = g_new0 (BbFineWindow, 1);

  g_atomic_ref_count_init (&self->refs);
  self->from_ms = from_ms;
  self->until_ms = until_ms;
  self->result_from_ms = bb_result_get_from_ms (result);
  self->result_until_ms = bb_result_get_until_ms (result);
  self->first_s = bb_floor_div (from_ms, BB_FINE_BUCKET_MS);
  self->n_s = bb_floor_div (until_ms - 1, BB_FINE_BUCKET_MS) + 1 - self->first_s;
  self->first_quarter = bb_floor_div (self->first_s, PER_BUCKET);
  self->n_quarters = bb_floor_div (self->first_s + self->n_s - 1, PER_BUCKET) + 1 - self->first_quarter;
  self->series = g_array_new (FALSE, TRUE, sizeof (Series));
  g_array_set_clear_func (self->series, series_clear);
  return self;
}

/* Goes from the snapshot to the end of the window with `recorder` listening. */
static gboolean
recompute (Recorder *recorder, const BbSimOptions *options, GBytes *snapshot, GCancellable *cancellable,
           GError **error)
{
  BbResultTap tap = { add_series, set_value, recorder };
  g_autoptr (BbSimOptions) part = bb_sim_options_copy (options);
  g_autoptr (BbSimOutcome) outcome = NULL;

  g_clear_pointer (&part->result_path, g_free);
  g_clear_pointer (&part->trace_path, g_free);
  part->observer = NULL;
  part->tap = &tap;
  part->until_ms = recorder->window->until_ms;
  outcome = bb_sim_resume (part, snapshot, cancellable, error);
  if (outcome == NULL)
    return FALSE;
  if (!recorder->foreign && recorder->since_s->len == bb_result_get_n_series (recorder->result)) {
    for (guint i = 0; i < recorder->since_s->len; i++) {
      hold (recorder, i, G_MAXINT64);
      sum_up (recorder->window, &g_array_index (recorder->window->series, Series, i));
    }
    return TRUE;
  }
  g_set_error_literal (error, BB_SIM_ERROR, BB_SIM_ERROR_SNAPSHOT,
                       _ ("the result is of another site or of another version"));
  return FALSE;
}

BbFineWindow *
bb_fine_window_new (BbResult *result, const BbSimOptions *options, gint64 from_ms, gint64 until_ms,
                    GCancellable *cancellable, GError **error)
{
  g_autoptr (BbFineWindow) self = NULL;
  g_autoptr (GBytes) snapshot = NULL;
  gint64 snapshot_ms = 0;
  gboolean good = FALSE;

  if (!find_range (result, options, &from_ms, &until_ms, error))
    return NULL;
  snapshot = bb_result_find_snapshot (result, from_ms, &snapshot_ms, error);
  if (snapshot == NULL)
    return NULL;
  if (snapshot_ms > bb_result_get_from_ms (result)) /* the first minute that is whole */
    snapshot_ms = bb_floor_to (snapshot_ms - 1, BB_RESULT_FINEST_MS) + BB_RESULT_FINEST_MS;
  self = window_new (result, MIN (MAX (snapshot_ms, from_ms - KEPT_BEFORE_MS), from_ms), until_ms);
  Recorder recorder = { .window = self,
                        .result = result,
                        .since_s = g_array_new (FALSE, FALSE, sizeof (gint64)),
                        .values = g_array_new (FALSE, FALSE, sizeof (gint32)) };
  good = recompute (&recorder, options, snapshot, cancellable, error) && agrees (self, result, error);
  g_array_unref (recorder.since_s);
  g_array_unref (recorder.values);
  return good ? g_steal_pointer (&self) : NULL;
}

BbFineWindow *
bb_fine_window_ref (BbFineWindow *self)
{
  g_atomic_ref_count_inc (&self->refs);
  return self;
}

void
bb_fine_window_unref (BbFineWindow *self)
{
  if (!g_atomic_ref_count_dec (&self->refs))
    return;
  g_array_unref (self->series);
  g_free (self);
}

void
bb_fine_window_get_range (const BbFineWindow *self, gint64 *from_ms, gint64 *until_ms)
{
  *from_ms = self->from_ms;
  *until_ms = self->until_ms;
}

gboolean
bb_fine_window_covers (const BbFineWindow *self, gint64 from_ms, gint64 until_ms)
{
  return MAX (from_ms, self->result_from_ms) >= self->from_ms
         && MIN (until_ms, self->result_until_ms) <= self->until_ms;
}

gint32
bb_fine_window_get (const BbFineWindow *self, guint series, gint64 time_ms)
{
  gint64 at = bb_floor_div (time_ms, BB_FINE_BUCKET_MS) - self->first_s;

  g_return_val_if_fail (series < self->series->len, BB_RESULT_GAP);
  return at >= 0 && at < self->n_s ? g_array_index (self->series, Series, series).values[at] : BB_RESULT_GAP;
}

/* ---- the source ------------------------------------------------------------------------------- */

struct _BbFineSource {
  GObject parent_instance;
  BbResult *result; /* (owned) */
  GMutex lock;
  BbFineWindow *window; /* (owned) (nullable): behind the lock */
};

static void bb_fine_source_iface_init (BbSeriesSourceInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (BbFineSource, bb_fine_source, G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (BB_TYPE_SERIES_SOURCE, bb_fine_source_iface_init))

typedef struct {
  const BbFineWindow *window;
  const Series *series;
} Query;

static BbSeriesBucket
second_of (const Query *query, gint64 number)
{
  gint64 at = number - query->window->first_s;
  gint32 value = at >= 0 && at < query->window->n_s ? query->series->values[at] : BB_RESULT_GAP;
  gdouble shown = value * query->series->scale;

  if (value == BB_RESULT_GAP)
    return (BbSeriesBucket){ 0 };
  return (BbSeriesBucket){ shown, shown, shown * BB_FINE_BUCKET_MS, BB_FINE_BUCKET_MS, 0 };
}

static BbSeriesBucket
quarter_of (const Query *query, gint64 number)
{
  gint64 at = number - query->window->first_quarter;
  const Quarter *quarter = &query->series->quarters[CLAMP (at, 0, query->window->n_quarters - 1)];
  gdouble scale = query->series->scale;

  if (at < 0 || at >= query->window->n_quarters || quarter->n == 0)
    return (BbSeriesBucket){ 0 };
  return (BbSeriesBucket){ quarter->min * scale, quarter->max * scale,
                           (gdouble) quarter->sum * scale * BB_FINE_BUCKET_MS, quarter->n * BB_FINE_BUCKET_MS,
                           0 };
}

static gboolean
fetch (gpointer data, guint level, gint64 first, guint n, BbSeriesBucket *buckets, GError **error)
{
  for (guint i = 0; i < n; i++)
    buckets[i] = level == 0 ? second_of (data, first + i) : quarter_of (data, first + i);
  return TRUE;
}

/* Columns [*first, *end) lie within the window. */
static void
find_columns (const BbFineWindow *window, gint64 from_ms, gint64 until_ms, guint n_columns, guint *first,
              guint *end)
{
  *first = 0;
  *end = n_columns;
  while (*first < n_columns
         && !bb_fine_window_covers (window, bb_series_column_start (from_ms, until_ms, n_columns, *first),
                                    G_MININT64))
    (*first)++;
  while (*end > *first
         && !bb_fine_window_covers (window, G_MAXINT64,
                                    bb_series_column_start (from_ms, until_ms, n_columns, *end)))
    (*end)--;
}

static gboolean
query_fine (const BbFineWindow *window, guint number, gint64 from_ms, gint64 until_ms, guint n_columns,
            BbSeriesColumn *columns, GError **error)
{
  Query query = { window, &g_array_index (window->series, Series, number) };

  return bb_series_query_levels (bucket_ms, LEVELS, fetch, &query, from_ms, until_ms, n_columns, columns,
                                 error);
}

static gboolean
source_query (BbSeriesSource *source, guint number, gint64 from_ms, gint64 until_ms, guint n_columns,
              BbSeriesColumn *columns, GError **error)
{
  BbFineSource *self = BB_FINE_SOURCE (source);
  g_autoptr (BbFineWindow) window
      = (until_ms - from_ms) / n_columns < BB_RESULT_FINEST_MS ? bb_fine_source_get_window (self) : NULL;
  g_autofree BbSeriesColumn *fine = NULL;
  guint first = 0, end = 0;

  if (window != NULL)
    find_columns (window, from_ms, until_ms, n_columns, &first, &end);
  if (first == 0 && end == n_columns)
    return query_fine (window, number, from_ms, until_ms, n_columns, columns, error);
  if (!bb_series_source_query (BB_SERIES_SOURCE (self->result), number, from_ms, until_ms, n_columns, columns,
                               error))
    return FALSE;
  if (first >= end)
    return TRUE;
  fine = g_new (BbSeriesColumn, n_columns);
  if (!query_fine (window, number, from_ms, until_ms, n_columns, fine, error))
    return FALSE;
  memcpy (columns + first, fine + first, (end - first) * sizeof *columns);
  return TRUE;
}

static guint
source_get_n_series (BbSeriesSource *source)
{
  return bb_result_get_n_series (BB_FINE_SOURCE (source)->result);
}

static void
source_get_info (BbSeriesSource *source, guint index, BbSeriesInfo *info)
{
  BbFineSource *self = BB_FINE_SOURCE (source);

  bb_series_source_get_info (BB_SERIES_SOURCE (self->result), index, info);
  g_mutex_lock (&self->lock);
  if (self->window != NULL)
    info->finest_ms = BB_FINE_BUCKET_MS;
  g_mutex_unlock (&self->lock);
}

static void
bb_fine_source_iface_init (BbSeriesSourceInterface *iface)
{
  iface->get_n_series = source_get_n_series;
  iface->get_info = source_get_info;
  iface->query = source_query;
}

static void
bb_fine_source_finalize (GObject *object)
{
  BbFineSource *self = BB_FINE_SOURCE (object);

  g_clear_pointer (&self->window, bb_fine_window_unref);
  g_clear_object (&self->result);
  g_mutex_clear (&self->lock);
  G_OBJECT_CLASS (bb_fine_source_parent_class)->finalize (object);
}

static void
bb_fine_source_class_init (BbFineSourceClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = bb_fine_source_finalize;
}

static void
bb_fine_source_init (BbFineSource *self)
{
  g_mutex_init (&self->lock);
}

BbFineSource *
bb_fine_source_new (BbResult *result)
{
  BbFineSource *self = g_object_new (BB_TYPE_FINE_SOURCE, NULL);

  self->result = g_object_ref (result);
  return self;
}

void
bb_fine_source_set_window (BbFineSource *self, BbFineWindow *window)
{
  BbFineWindow *before = NULL;

  if (window != NULL)
    bb_fine_window_ref (window);
  g_mutex_lock (&self->lock);
  before = self->window;
  self->window = window;
  g_mutex_unlock (&self->lock);
  g_clear_pointer (&before, bb_fine_window_unref);
}

BbFineWindow *
bb_fine_source_get_window (BbFineSource *self)
{
  BbFineWindow *window = NULL;

  g_mutex_lock (&self->lock);
  window = self->window != NULL ? bb_fine_window_ref (self->window) : NULL;
  g_mutex_unlock (&self->lock);
  return window;
}
