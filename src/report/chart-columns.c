/* SPDX-License-Identifier: GPL-3.0-or-later */
/* chart-columns.c: asks sources for columns, once for each. */
#include "report/chart-columns.h"

#include <math.h>

/* Columns of the query that finds out how far a line goes in all. */
#define OVERALL_COLUMNS 256

typedef struct {
  BbChartWindow window;
  gboolean overall_known, overall_any;
  gdouble overall_min, overall_max;
} LineCache;

typedef struct {
  BbAxis axis;      /* step 0: none yet */
  GPtrArray *lines; /* (element-type LineCache) */
} TrackCache;

struct _BbChartCache {
  BbChartModel *model; /* (unowned): never followed, only compared */
  guint serial;
  GPtrArray *tracks; /* (element-type TrackCache) */
};

static void
line_cache_free (gpointer data)
{
  LineCache *line = data;
  g_array_unref (line->window.columns);
  g_free (line);
}

static void
track_cache_free (gpointer data)
{
  TrackCache *track = data;
  g_ptr_array_unref (track->lines);
  g_free (track);
}

BbChartCache *
bb_chart_cache_new (void)
{
  BbChartCache *cache = g_new0 (BbChartCache, 1);
  cache->tracks = g_ptr_array_new_with_free_func (track_cache_free);
  return cache;
}

void
bb_chart_cache_free (BbChartCache *cache)
{
  g_ptr_array_unref (cache->tracks);
  g_free (cache);
}

/* Data is kept while the model says that it is the same; axes for as long as it is the same model. */
static void
validate (BbChartCache *cache, BbChartModel *model)
{
  guint serial = bb_chart_model_get_serial (model);
  if (cache->model == model && cache->serial == serial)
    return;
  if (cache->model != model)
    g_ptr_array_set_size (cache->tracks, 0);
  for (guint i = 0; i < cache->tracks->len; i++)
    g_ptr_array_set_size (((TrackCache *) g_ptr_array_index (cache->tracks, i))->lines, 0);
  cache->model = model;
  cache->serial = serial;
}

static TrackCache *
get_track (BbChartCache *cache, BbChartModel *model, guint track)
{
  validate (cache, model);
  while (cache->tracks->len <= track) {
    TrackCache *new_track = g_new0 (TrackCache, 1);
    new_track->lines = g_ptr_array_new_with_free_func (line_cache_free);
    g_ptr_array_add (cache->tracks, new_track);
  }
  return g_ptr_array_index (cache->tracks, track);
}

static LineCache *
get_line (BbChartCache *cache, BbChartModel *model, guint track, guint line)
{
  TrackCache *in = get_track (cache, model, track);
  while (in->lines->len <= line) {
    LineCache *new_line = g_new0 (LineCache, 1);
    new_line->window.columns = g_array_new (FALSE, FALSE, sizeof (BbSeriesColumn));
    g_ptr_array_add (in->lines, new_line);
  }
  return g_ptr_array_index (in->lines, line);
}

BbAxis *
bb_chart_cache_axis (BbChartCache *cache, BbChartModel *model, guint track)
{
  return &get_track (cache, model, track)->axis;
}

gint64
bb_chart_choose_column_ms (gint64 span_ms, gdouble pixels, gint64 finest_ms)
{
  gdouble pixel_ms = (gdouble) span_ms / MAX (pixels, 1);
  if (finest_ms > 0 && (gdouble) finest_ms * 2 > pixel_ms)
    return finest_ms;
  return MAX ((gint64) llround (pixel_ms), 1);
}

/* ---- columns ---- */

static void
note_error (BbChartCost *cost, const BbChartLine *line, const GError *error)
{
  if (cost->error == NULL)
    cost->error = g_strdup_printf ("%s: %s", line->label, error->message);
}

/* What cannot be read, or lies outside what a source can be asked for, is a gap. */
static void
fill_gaps (BbSeriesColumn *columns, gint64 first, guint n, gint64 column_ms)
{
  for (guint i = 0; i < n; i++)
    columns[i] = (BbSeriesColumn){ .from_ms = (first + i) * column_ms,
                                   .until_ms = (first + i + 1) * column_ms,
                                   .min = NAN,
                                   .mean = NAN,
                                   .max = NAN,
                                   .quality = BB_QUALITY_GAP };
}

static void
query (const BbChartLine *line, gint64 column_ms, gint64 first, guint n, BbSeriesColumn *columns,
       BbChartCost *cost)
{
  g_autoptr (GError) error = NULL;
  if (n == 0)
    return;
  cost->n_queries++;
  cost->n_columns += n;
  if (!bb_series_source_query (line->source, line->series, first * column_ms, (first + n) * column_ms, n,
                               columns, &error)) {
    note_error (cost, line, error);
    fill_gaps (columns, first, n, column_ms);
    return;
  }
  for (guint i = 0; i < n; i++)
    cost->max_buckets = MAX (cost->max_buckets, columns[i].n_buckets);
}

/* Makes the window hold columns [first, end): keeps what it has of them, asks for the rest. */
static void
fill_window (BbChartWindow *window, const BbChartLine *line, gint64 column_ms, gint64 first, gint64 end,
             BbChartCost *cost)
{
  GArray *columns = g_array_sized_new (FALSE, FALSE, sizeof (BbSeriesColumn), (guint) (end - first));
  BbSeriesColumn *out = NULL;
  gint64 kept = window->column_ms == column_ms ? MAX (first, window->first) : end;
  gint64 kept_end = MIN (end, window->first + (gint64) window->columns->len);
  g_array_set_size (columns, (guint) (end - first));
  out = (BbSeriesColumn *) (void *) columns->data;
  if (kept < kept_end) {
    memcpy (out + (kept - first), &g_array_index (window->columns, BbSeriesColumn, kept - window->first),
            (gsize) (kept_end - kept) * sizeof *out);
    query (line, column_ms, first, (guint) (kept - first), out, cost);
    query (line, column_ms, kept_end, (guint) (end - kept_end), out + (kept_end - first), cost);
  } else {
    query (line, column_ms, first, (guint) (end - first), out, cost);
  }
  g_array_unref (window->columns);
  window->columns = columns;
  window->column_ms = column_ms;
  window->first = first;
}

static BbSeriesInfo
get_info (const BbChartLine *line)
{
  BbSeriesInfo info = { 0 };
  if (line->series < bb_series_source_get_n_series (line->source))
    bb_series_source_get_info (line->source, line->series, &info);
  return info;
}

gint64
bb_chart_line_get_finest_ms (const BbChartLine *line)
{
  return get_info (line).finest_ms;
}

BbSeriesKind
bb_chart_line_get_kind (const BbChartLine *line)
{
  return get_info (line).kind;
}

static const BbChartLine *
get_model_line (BbChartModel *model, guint track, guint line)
{
  return g_ptr_array_index (bb_chart_model_get_track (model, track)->lines, line);
}

const BbChartWindow *
bb_chart_cache_columns (BbChartCache *cache, BbChartModel *model, guint track, guint line, gint64 from_ms,
                        gint64 until_ms, gint64 column_ms, BbChartCost *cost)
{
  LineCache *own = get_line (cache, model, track, line);
  const BbChartLine *about = get_model_line (model, track, line);
  gint64 first = bb_floor_div (from_ms, column_ms);
  gint64 end = MIN (bb_floor_div (until_ms + column_ms - 1, column_ms), first + BB_SERIES_MAX_COLUMNS);
  if (own->window.column_ms != column_ms || own->window.first != first
      || own->window.first + (gint64) own->window.columns->len != end)
    fill_window (&own->window, about, column_ms, first, end, cost);
  return &own->window;
}

static void
find_overall (LineCache *own, const BbChartLine *line, gint64 from_ms, gint64 until_ms)
{
  BbSeriesColumn columns[OVERALL_COLUMNS];
  guint n = (guint) CLAMP (until_ms - from_ms, 1, OVERALL_COLUMNS);
  own->overall_known = TRUE;
  if (until_ms <= from_ms
      || !bb_series_source_query (line->source, line->series, from_ms, until_ms, n, columns, NULL))
    return;
  for (guint i = 0; i < n; i++) {
    gdouble a = columns[i].min * line->factor, b = columns[i].max * line->factor;
    if (columns[i].quality & BB_QUALITY_GAP)
      continue;
    own->overall_min = own->overall_any ? MIN (own->overall_min, MIN (a, b)) : MIN (a, b);
    own->overall_max = own->overall_any ? MAX (own->overall_max, MAX (a, b)) : MAX (a, b);
    own->overall_any = TRUE;
  }
}

gboolean
bb_chart_cache_overall (BbChartCache *cache, BbChartModel *model, guint track, guint line, gdouble *min,
                        gdouble *max)
{
  LineCache *own = get_line (cache, model, track, line);
  gint64 from_ms = 0, until_ms = 0;
  bb_chart_model_get_extent (model, &from_ms, &until_ms);
  if (!own->overall_known)
    find_overall (own, get_model_line (model, track, line), from_ms, until_ms);
  *min = own->overall_min;
  *max = own->overall_max;
  return own->overall_any;
}
