/* SPDX-License-Identifier: GPL-3.0-or-later */
/* chart-geometry.c: the layout of a stack of charts: margins, tracks one above the other, the axis of time
 * below. */
#include "report/chart-geometry.h"

#include <glib/gi18n.h>
#include <math.h>

#include "report/chart-geometry-private.h"

#define TRACK_SPACE   10.0
#define TRACK_MINIMUM 120.0
#define TRACK_NATURAL 190.0
#define LANE_MINIMUM  8.0
#define LANE_NATURAL  20.0
/* Names of lanes take at most this share of the width. */
#define LANE_NAMES 0.25

gdouble
bb_chart_measure_width (const BbChartMeasure *measure, const gchar *text, BbChartTextStyle style)
{
  gdouble width = 0, height = 0;
  measure->measure (measure->data, text, style, &width, &height);
  return width;
}

static gdouble
measure_height (const BbChartMeasure *measure, BbChartTextStyle style)
{
  gdouble width = 0, height = 0;
  measure->measure (measure->data, "Ag0", style, &width, &height);
  return height;
}

/* ---- memory ---- */

static void
clear_labelled (gpointer data)
{
  g_free (((BbChartLabel *) data)->text);
}

static void
clear_value_tick (gpointer data)
{
  g_free (((BbChartValueTick *) data)->label.text);
}

static void
clear_limit (gpointer data)
{
  g_free (((BbChartLimitGeometry *) data)->label.text);
}

static void
clear_time_tick (gpointer data)
{
  g_free (((BbChartTimeTick *) data)->label.text);
}

static void
line_free (gpointer data)
{
  BbChartLineGeometry *line = data;
  g_array_unref (line->columns);
  g_array_unref (line->values);
  g_free (line->label);
  g_free (line->end.text);
  g_free (line);
}

static BbChartLineGeometry *
line_new (void)
{
  BbChartLineGeometry *line = g_new0 (BbChartLineGeometry, 1);
  line->columns = g_array_new (FALSE, FALSE, sizeof (BbChartColumn));
  line->values = g_array_new (FALSE, FALSE, sizeof (BbSeriesColumn));
  return line;
}

static GArray *
array_new (guint size, GDestroyNotify clear)
{
  GArray *array = g_array_new (FALSE, FALSE, size);
  g_array_set_clear_func (array, clear);
  return array;
}

static void
track_free (gpointer data)
{
  BbChartTrackGeometry *track = data;
  g_array_unref (track->ticks);
  g_array_unref (track->limits);
  g_array_unref (track->legend_labels);
  g_ptr_array_unref (track->lines);
  g_free (track->unit);
  g_free (track->title.text);
  g_free (track->unit_label.text);
  g_free (track->empty.text);
  g_free (track);
}

static BbChartTrackGeometry *
track_new (const BbChartTrack *from)
{
  BbChartTrackGeometry *track = g_new0 (BbChartTrackGeometry, 1);
  track->kind = from->kind;
  track->unit = g_strdup (from->unit);
  track->decimals = from->decimals;
  track->ticks = array_new (sizeof (BbChartValueTick), clear_value_tick);
  track->limits = array_new (sizeof (BbChartLimitGeometry), clear_limit);
  track->legend_labels = array_new (sizeof (BbChartLabel), clear_labelled);
  track->lines = g_ptr_array_new_with_free_func (line_free);
  for (guint i = 0; i < from->lines->len; i++)
    g_ptr_array_add (track->lines, line_new ());
  return track;
}

static void
clear_bands (GArray *bands)
{
  for (guint i = 0; i < bands->len; i++) {
    BbChartBandGeometry *band = &g_array_index (bands, BbChartBandGeometry, i);
    g_free (band->label.text);
    g_free (band->name);
  }
  g_array_unref (bands);
}

BbChartGeometry *
bb_chart_geometry_ref (BbChartGeometry *geometry)
{
  g_atomic_int_inc (&geometry->ref_count);
  return geometry;
}

void
bb_chart_geometry_unref (BbChartGeometry *geometry)
{
  if (!g_atomic_int_dec_and_test (&geometry->ref_count))
    return;
  g_ptr_array_unref (geometry->tracks);
  g_array_unref (geometry->time_ticks);
  g_array_unref (geometry->contexts);
  clear_bands (geometry->bands);
  bb_zone_unref (geometry->zone);
  g_free (geometry->error);
  g_free (geometry);
}

static BbChartGeometry *
geometry_new (BbChartModel *model, gint64 from_ms, gint64 until_ms, gdouble width, gdouble height,
              const BbChartMeasure *measure)
{
  BbChartGeometry *geometry = g_new0 (BbChartGeometry, 1);
  geometry->ref_count = 1;
  geometry->from_ms = from_ms;
  geometry->until_ms = until_ms;
  geometry->zone = bb_zone_ref (bb_chart_model_get_zone (model));
  geometry->width = width;
  geometry->height = height;
  geometry->text_height = ceil (measure_height (measure, BB_CHART_TEXT_LABEL));
  geometry->title_height = ceil (measure_height (measure, BB_CHART_TEXT_TITLE));
  geometry->tracks = g_ptr_array_new_with_free_func (track_free);
  geometry->time_ticks = array_new (sizeof (BbChartTimeTick), clear_time_tick);
  geometry->contexts = array_new (sizeof (BbChartLabel), clear_labelled);
  geometry->bands = g_array_new (FALSE, FALSE, sizeof (BbChartBandGeometry));
  for (guint i = 0; i < bb_chart_model_get_n_tracks (model); i++)
    g_ptr_array_add (geometry->tracks, track_new (bb_chart_model_get_track (model, i)));
  return geometry;
}

/* ---- heights ---- */

static void
track_heights (const BbChartTrack *track, gdouble text, gdouble title, gdouble *minimum, gdouble *natural)
{
  guint n = track->lines->len;
  *minimum = MAX (TRACK_MINIMUM, title + 5 * text);
  *natural = MAX (TRACK_NATURAL, title + 8 * text);
  if (track->kind == BB_TRACK_LANES) {
    *minimum = title + BB_CHART_SPACE + MAX (n * LANE_MINIMUM, 3 * text);
    *natural = title + BB_CHART_SPACE + MAX (n * MAX (LANE_NATURAL, text), 3 * text);
  }
}

/* Of the labels of the axis of time. */
static gdouble
time_height (gdouble text)
{
  return BB_CHART_SPACE + 2 * text;
}

void
bb_chart_geometry_get_heights (BbChartModel *model, const BbChartMeasure *measure, gdouble *minimum,
                               gdouble *natural)
{
  gdouble text = ceil (measure_height (measure, BB_CHART_TEXT_LABEL));
  gdouble title = ceil (measure_height (measure, BB_CHART_TEXT_TITLE));
  guint n = bb_chart_model_get_n_tracks (model);
  *minimum = *natural = time_height (text) + TRACK_SPACE * (n > 0 ? n - 1 : 0);
  for (guint i = 0; i < n; i++) {
    gdouble least = 0, wish = 0;
    track_heights (bb_chart_model_get_track (model, i), text, title, &least, &wish);
    *minimum += least;
    *natural += wish;
  }
}

/* ---- margins ---- */

/* Width of the widest label that the track's axis of values may get. */
static gdouble
value_labels_width (BbChartBuilder *build, guint index)
{
  const BbChartTrack *track = bb_chart_model_get_track (build->model, index);
  gdouble min = 0, max = 0, width = 0;
  if (track->kind == BB_TRACK_LANES) {
    for (guint i = 0; i < track->lines->len; i++)
      width
          = MAX (width, bb_chart_measure_width (build->measure,
                                                ((BbChartLine *) g_ptr_array_index (track->lines, i))->label,
                                                BB_CHART_TEXT_LABEL));
    return MIN (width, build->geometry->width * LANE_NAMES);
  }
  bb_chart_get_track_range (build, index, &min, &max);
  for (guint i = 0; i < 2; i++) {
    BbAxis axis = bb_axis_new (min, max, 4, track->decimals);
    guint decimals = max - min > 8 ? axis.decimals : MIN (track->decimals, 1);
    g_autofree gchar *text = bb_axis_format (i == 0 ? axis.min : axis.max, decimals);
    width = MAX (width, bb_chart_measure_width (build->measure, text, BB_CHART_TEXT_LABEL));
  }
  return width;
}

static void
choose_margins (BbChartBuilder *build)
{
  BbChartGeometry *geometry = build->geometry;
  gdouble left = 0, right = 0;
  for (guint i = 0; i < geometry->tracks->len; i++) {
    BbChartTrackGeometry *track = g_ptr_array_index (geometry->tracks, i);
    left = MAX (left, value_labels_width (build, i));
    track->legend = track->kind == BB_TRACK_STACK
                    || (track->kind == BB_TRACK_LINES && bb_chart_end_labels_width (build, i) <= 0);
    right = MAX (right, bb_chart_end_labels_width (build, i));
  }
  geometry->plot_x = ceil (left) + 2 * BB_CHART_SPACE;
  geometry->plot_width = MAX (geometry->width - geometry->plot_x - MAX (ceil (right), 2 * BB_CHART_SPACE), 1);
}

/* ---- tracks, one above the other ---- */

static void
set_title (BbChartBuilder *build, guint index)
{
  BbChartTrackGeometry *to = g_ptr_array_index (build->geometry->tracks, index);
  const BbChartTrack *track = bb_chart_model_get_track (build->model, index);
  to->title.text = g_strdup (track->title);
  to->title.width = bb_chart_measure_width (build->measure, track->title, BB_CHART_TEXT_TITLE);
  to->title.x = to->unit_label.x = build->geometry->plot_x;
  if (*track->title != '\0')
    to->unit_label.x += to->title.width + BB_CHART_SPACE + 1;
  to->unit_label.text = g_strdup (track->unit);
  to->unit_label.width = bb_chart_measure_width (build->measure, track->unit, BB_CHART_TEXT_LABEL);
}

static void
place_track (BbChartBuilder *build, guint index, gdouble y, gdouble height)
{
  BbChartGeometry *geometry = build->geometry;
  BbChartTrackGeometry *track = g_ptr_array_index (geometry->tracks, index);
  gdouble head = geometry->title_height + BB_CHART_SPACE;
  guint rows = 0;
  set_title (build, index);
  /* Names at the ends need a line of text each. */
  if (track->kind == BB_TRACK_LINES && (height - head) < track->lines->len * geometry->text_height)
    track->legend = TRUE;
  if (track->legend)
    rows = bb_chart_build_legend (build, index);
  track->area = (BbChartRect){ 0, y, geometry->width, height };
  track->title.y = y;
  track->unit_label.y = y + (geometry->title_height - geometry->text_height);
  bb_chart_place_legend (build, index);
  head += rows * geometry->text_height;
  track->plot = (BbChartRect){ geometry->plot_x, round (y + head), geometry->plot_width,
                               MAX (round (height - head), 1) };
}

/* Each gets its minimum and of what is left a share by its wish. */
static void
place_tracks (BbChartBuilder *build)
{
  BbChartGeometry *geometry = build->geometry;
  guint n = geometry->tracks->len;
  gdouble minimum = 0, natural = 0, y = 0, room = 0;
  gdouble text = geometry->text_height, title = geometry->title_height;
  bb_chart_geometry_get_heights (build->model, build->measure, &minimum, &natural);
  minimum -= time_height (text) + TRACK_SPACE * (n - 1);
  natural -= time_height (text) + TRACK_SPACE * (n - 1);
  room = MAX (geometry->height - time_height (text) - TRACK_SPACE * (n - 1), n);
  for (guint i = 0; i < n; i++) {
    gdouble least = 0, wish = 0, height = 0;
    track_heights (bb_chart_model_get_track (build->model, i), text, title, &least, &wish);
    height = room >= minimum ? least + (room - minimum) * wish / natural : room * least / minimum;
    place_track (build, i, round (y), round (y + height) - round (y));
    y += height + TRACK_SPACE;
  }
  geometry->time_y = geometry->height - 2 * text;
}

static void
say_when_empty (BbChartBuilder *build, BbChartTrackGeometry *track)
{
  gboolean any = FALSE;
  for (guint i = 0; i < track->lines->len; i++)
    any = any || ((BbChartLineGeometry *) g_ptr_array_index (track->lines, i))->has_data;
  if (any)
    return;
  track->empty.text = g_strdup (_ ("No data in this period"));
  track->empty.width = bb_chart_measure_width (build->measure, track->empty.text, BB_CHART_TEXT_LABEL);
  track->empty.x = track->plot.x + MAX (track->plot.width - track->empty.width, 0) / 2;
  track->empty.y = track->plot.y + (track->plot.height - build->geometry->text_height) / 2;
}

static void
build_all (BbChartBuilder *build)
{
  BbChartGeometry *geometry = build->geometry;
  if (geometry->tracks->len == 0)
    return;
  choose_margins (build);
  place_tracks (build);
  bb_chart_build_bands (build);
  for (guint i = 0; i < geometry->tracks->len; i++) {
    bb_chart_build_columns (build, i);
    bb_chart_build_axis (build, i);
    bb_chart_build_lines (build, i);
    bb_chart_build_end_labels (build, i);
    bb_chart_build_limits (build, i);
    say_when_empty (build, g_ptr_array_index (geometry->tracks, i));
  }
  bb_chart_build_time (build);
}

BbChartGeometry *
bb_chart_geometry_new (BbChartModel *model, gint64 from_ms, gint64 until_ms, gdouble width, gdouble height,
                       const BbChartMeasure *measure, BbChartCache *cache)
{
  g_autoptr (BbChartCache) own = cache == NULL ? bb_chart_cache_new () : NULL;
  BbChartBuilder build = { .model = model, .measure = measure, .cache = cache != NULL ? cache : own };
  g_return_val_if_fail (BB_IS_CHART_MODEL (model) && measure != NULL, NULL);
  if (until_ms <= from_ms)
    until_ms = from_ms + BB_CHART_MIN_SPAN_MS;
  build.geometry = geometry_new (model, from_ms, until_ms, MAX (width, 1), MAX (height, 1), measure);
  build_all (&build);
  build.geometry->max_buckets = build.cost.max_buckets;
  build.geometry->n_queries = build.cost.n_queries;
  build.geometry->n_columns = build.cost.n_columns;
  build.geometry->error = build.cost.error;
  return build.geometry;
}

/* ---- questions ---- */

gdouble
bb_chart_geometry_time_to_x (const BbChartGeometry *geometry, gint64 time_ms)
{
  return geometry->plot_x
         + (gdouble) (time_ms - geometry->from_ms) / (gdouble) (geometry->until_ms - geometry->from_ms)
               * geometry->plot_width;
}

gint64
bb_chart_geometry_x_to_time (const BbChartGeometry *geometry, gdouble x)
{
  gdouble share = CLAMP ((x - geometry->plot_x) / MAX (geometry->plot_width, 1), -1e3, 1e3);
  return geometry->from_ms + (gint64) floor (share * (gdouble) (geometry->until_ms - geometry->from_ms));
}

const BbSeriesColumn *
bb_chart_geometry_find_value (const BbChartGeometry *geometry, guint track, guint line, gint64 time_ms)
{
  const BbChartTrackGeometry *in = NULL;
  const GArray *values = NULL;
  const BbSeriesColumn *first = NULL;
  gint64 at = 0;
  if (track >= geometry->tracks->len)
    return NULL;
  in = g_ptr_array_index (geometry->tracks, track);
  if (line >= in->lines->len)
    return NULL;
  values = ((BbChartLineGeometry *) g_ptr_array_index (in->lines, line))->values;
  if (values->len == 0)
    return NULL;
  first = &g_array_index (values, BbSeriesColumn, 0);
  at = bb_floor_div (time_ms - first->from_ms, first->until_ms - first->from_ms);
  if (at < 0 || at >= values->len || (first[at].quality & BB_QUALITY_GAP))
    return NULL;
  return &first[at];
}

gint64
bb_chart_geometry_get_column_ms (const BbChartGeometry *geometry)
{
  gint64 shortest
      = MAX ((geometry->until_ms - geometry->from_ms) / (gint64) MAX (geometry->plot_width, 1), 1);
  gboolean any = FALSE;
  for (guint i = 0; i < geometry->tracks->len; i++) {
    const BbChartTrackGeometry *track = g_ptr_array_index (geometry->tracks, i);
    for (guint k = 0; k < track->lines->len; k++) {
      const GArray *values = ((BbChartLineGeometry *) g_ptr_array_index (track->lines, k))->values;
      gint64 length = 0;
      if (values->len == 0)
        continue;
      length = g_array_index (values, BbSeriesColumn, 0).until_ms
               - g_array_index (values, BbSeriesColumn, 0).from_ms;
      shortest = any ? MIN (shortest, length) : length;
      any = TRUE;
    }
  }
  return shortest;
}
