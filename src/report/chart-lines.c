/* SPDX-License-Identifier: GPL-3.0-or-later */
/* chart-lines.c: the lines of a chart as columns of pixels: their values, the range of the axis, stacks and
 * lanes. */
#include <math.h>

#include "report/chart-geometry-private.h"

/* A limit that is more than so many times as high as anything in the track would squash it: it stands
 * outside. */
#define LIMIT_REACH 12.0
/* Room above a limit or a peak, as a share of the range: for the label. */
#define HEADROOM 0.05
/* The axis stays while what is shown fills at least this share of it. */
#define KEEP_AXIS 0.45

/* ---- columns ---- */

static gint64
track_column_ms (BbChartBuilder *build, const BbChartTrack *track, guint line)
{
  BbChartGeometry *geometry = build->geometry;
  gint64 finest_ms = bb_chart_line_get_finest_ms (g_ptr_array_index (track->lines, line));
  /* Layers of a stack add up column by column, so they share their columns. */
  if (track->kind == BB_TRACK_STACK)
    for (guint i = 0; i < track->lines->len; i++)
      finest_ms = MAX (finest_ms, bb_chart_line_get_finest_ms (g_ptr_array_index (track->lines, i)));
  return bb_chart_choose_column_ms (geometry->until_ms - geometry->from_ms, geometry->plot_width, finest_ms);
}

static void
take_values (BbChartLineGeometry *line, const BbChartWindow *window, gdouble factor)
{
  g_array_set_size (line->values, window->columns->len);
  for (guint i = 0; i < window->columns->len; i++) {
    BbSeriesColumn *value = &g_array_index (line->values, BbSeriesColumn, i);
    gdouble a = 0, b = 0;
    *value = g_array_index (window->columns, BbSeriesColumn, i);
    a = value->min * factor;
    b = value->max * factor;
    value->min = MIN (a, b);
    value->max = MAX (a, b);
    value->mean *= factor;
    line->has_data = line->has_data || !(value->quality & BB_QUALITY_GAP);
  }
}

static guint
count_shades (const BbChartTrack *track, guint line)
{
  const BbChartLine *about = g_ptr_array_index (track->lines, line);
  guint shade = 0;
  for (guint i = 0; i < line; i++) {
    const BbChartLine *other = g_ptr_array_index (track->lines, i);
    shade += other->role == about->role && other->ghost == about->ghost;
  }
  return shade;
}

static BbLineDrawing
choose_drawing (const BbChartLine *line, gint64 column_ms)
{
  if (column_ms != bb_chart_line_get_finest_ms (line))
    return BB_LINE_DENSE;
  return bb_chart_line_get_kind (line) == BB_SERIES_COUNTER ? BB_LINE_SLOPE : BB_LINE_STEP;
}

void
bb_chart_build_columns (BbChartBuilder *build, guint index)
{
  BbChartGeometry *geometry = build->geometry;
  BbChartTrackGeometry *to = g_ptr_array_index (geometry->tracks, index);
  const BbChartTrack *track = bb_chart_model_get_track (build->model, index);
  for (guint i = 0; i < track->lines->len; i++) {
    const BbChartLine *about = g_ptr_array_index (track->lines, i);
    BbChartLineGeometry *line = g_ptr_array_index (to->lines, i);
    gint64 column_ms = track_column_ms (build, track, i);
    line->label = g_strdup (about->label);
    line->role = about->role;
    line->ghost = about->ghost;
    line->shade = count_shades (track, i);
    line->drawing = choose_drawing (about, column_ms);
    take_values (line,
                 bb_chart_cache_columns (build->cache, build->model, index, i, geometry->from_ms,
                                         geometry->until_ms, column_ms, &build->cost),
                 about->factor);
  }
}

/* ---- range ---- */

static void
include (gdouble value, gdouble *min, gdouble *max)
{
  if (!isfinite (value))
    return;
  *min = MIN (*min, value);
  *max = MAX (*max, value);
}

/* Zero means something for all but levels and frequencies. */
static gboolean
wants_zero (const gchar *unit)
{
  return !g_str_equal (unit, "V") && !g_str_equal (unit, "Hz") && !g_str_equal (unit, "°C");
}

static void
include_line (BbTrackKind kind, const BbChartLineGeometry *line, gdouble *min, gdouble *max)
{
  for (guint i = 0; i < line->values->len && kind == BB_TRACK_LINES; i++) {
    const BbSeriesColumn *value = &g_array_index (line->values, BbSeriesColumn, i);
    include (value->min, min, max);
    include (value->max, min, max);
  }
}

/* Sums of a stack at column i: of what is positive and of what is negative. */
static void
sum_stack (const BbChartTrackGeometry *track, guint i, gboolean ghost, gdouble *above, gdouble *below)
{
  *above = *below = 0;
  for (guint k = 0; k < track->lines->len; k++) {
    const BbChartLineGeometry *line = g_ptr_array_index (track->lines, k);
    gdouble mean = 0;
    if (line->ghost != ghost || i >= line->values->len)
      continue;
    mean = g_array_index (line->values, BbSeriesColumn, i).mean;
    *(mean < 0 ? below : above) += isfinite (mean) ? mean : 0;
  }
}

static guint
count_columns (const BbChartTrackGeometry *track)
{
  guint n = 0;
  for (guint k = 0; k < track->lines->len; k++)
    n = MAX (n, ((BbChartLineGeometry *) g_ptr_array_index (track->lines, k))->values->len);
  return n;
}

static void
include_stack (const BbChartTrackGeometry *track, gdouble *min, gdouble *max)
{
  guint n = track->kind == BB_TRACK_STACK ? count_columns (track) : 0;
  for (guint i = 0; i < n; i++)
    for (guint ghost = 0; ghost < 2; ghost++) {
      gdouble above = 0, below = 0;
      sum_stack (track, i, ghost == 1, &above, &below);
      include (above, min, max);
      include (below, min, max);
    }
}

/* Lowest and highest of all data of the track; FALSE: none. Stacks: as if all were highest at once. */
static gboolean
overall_range (BbChartBuilder *build, guint index, gdouble *min, gdouble *max)
{
  const BbChartTrack *track = bb_chart_model_get_track (build->model, index);
  gboolean any = FALSE;
  *min = INFINITY;
  *max = -INFINITY;
  for (guint i = 0; i < track->lines->len; i++) {
    gdouble low = 0, high = 0;
    if (!bb_chart_cache_overall (build->cache, build->model, index, i, &low, &high))
      continue;
    include (track->kind == BB_TRACK_STACK && any ? *min + MIN (low, 0) : low, min, max);
    include (track->kind == BB_TRACK_STACK && any ? *max + MAX (high, 0) : high, min, max);
    any = TRUE;
  }
  return any;
}

static gboolean
is_in_reach (gdouble limit, gboolean any, gdouble min, gdouble max)
{
  gdouble size = any ? MAX (fabs (min), fabs (max)) : 0;
  return size <= 0 || fabs (limit) <= LIMIT_REACH * size;
}

static void
include_limits (BbChartBuilder *build, guint index, gdouble *min, gdouble *max)
{
  const BbChartTrack *track = bb_chart_model_get_track (build->model, index);
  gdouble low = 0, high = 0;
  gboolean any = overall_range (build, index, &low, &high);
  for (guint i = 0; i < track->limits->len; i++) {
    gdouble value = ((BbChartLimit *) g_ptr_array_index (track->limits, i))->value;
    if (is_in_reach (value, any, low, high))
      include (value, min, max);
  }
}

/* Zero, room at the top, and something when there is nothing. */
static void
finish_range (const BbChartTrack *track, gdouble *min, gdouble *max)
{
  if (*max < *min || wants_zero (track->unit))
    include (0, min, max);
  if (*max > 0 || !wants_zero (track->unit))
    *max += (*max - *min) * HEADROOM;
  if (*min < 0 || !wants_zero (track->unit))
    *min -= (*max - *min) * HEADROOM;
  if (*max - *min < pow (10, -(gdouble) track->decimals))
    *max = *min + (*max - *min > 0 ? pow (10, -(gdouble) track->decimals) * 2 : 1);
}

void
bb_chart_get_track_range (BbChartBuilder *build, guint index, gdouble *min, gdouble *max)
{
  overall_range (build, index, min, max);
  include_limits (build, index, min, max);
  finish_range (bb_chart_model_get_track (build->model, index), min, max);
}

/* The axis from before, when it still suits: nothing jumps while the view moves a little. */
static gboolean
may_keep (const BbAxis *last, const BbAxis *fresh, gdouble min, gdouble max, guint max_steps)
{
  return last->step > 0 && last->min <= min && last->max >= max && bb_axis_get_n_ticks (last) <= max_steps + 1
         && fresh->max - fresh->min >= (last->max - last->min) * KEEP_AXIS;
}

static void
add_ticks (BbChartBuilder *build, BbChartTrackGeometry *to)
{
  guint n = bb_axis_get_n_ticks (&to->axis);
  for (guint i = 0; i < n; i++) {
    BbChartValueTick tick = { .value = bb_axis_get_tick (&to->axis, i) };
    gdouble share = (to->axis.max - tick.value) / (to->axis.max - to->axis.min);
    tick.y = to->plot.y + share * to->plot.height;
    tick.label.text = bb_axis_format (tick.value, to->axis.decimals);
    tick.label.width = bb_chart_measure_width (build->measure, tick.label.text, BB_CHART_TEXT_LABEL);
    tick.label.x = to->plot.x - 2 * BB_CHART_SPACE + 2 - tick.label.width;
    tick.label.y = tick.y - build->geometry->text_height / 2;
    g_array_append_val (to->ticks, tick);
  }
}

void
bb_chart_build_axis (BbChartBuilder *build, guint index)
{
  BbChartTrackGeometry *to = g_ptr_array_index (build->geometry->tracks, index);
  const BbChartTrack *track = bb_chart_model_get_track (build->model, index);
  BbAxis *last = bb_chart_cache_axis (build->cache, build->model, index);
  gdouble min = INFINITY, max = -INFINITY;
  guint max_steps = (guint) CLAMP (to->plot.height / (build->geometry->text_height * 2.0), 3, 8);
  if (to->kind == BB_TRACK_LANES)
    return;
  for (guint i = 0; i < to->lines->len; i++)
    include_line (to->kind, g_ptr_array_index (to->lines, i), &min, &max);
  include_stack (to, &min, &max);
  include_limits (build, index, &min, &max);
  finish_range (track, &min, &max);
  to->axis = bb_axis_new_tight (min, max, max_steps, track->decimals);
  if (may_keep (last, &to->axis, min, max, max_steps))
    to->axis = *last;
  *last = to->axis;
  add_ticks (build, to);
}

/* ---- places ---- */

static gdouble
value_to_y (const BbChartTrackGeometry *track, gdouble value)
{
  const BbAxis *axis = &track->axis;
  gdouble y = track->plot.y + (axis->max - value) / (axis->max - axis->min) * track->plot.height;
  return CLAMP (y, track->plot.y - 1, track->plot.y + track->plot.height + 1);
}

/* The column's x: on whole pixels when a column is one. */
static BbChartColumn
place_column (const BbChartGeometry *geometry, const BbChartLineGeometry *line, const BbSeriesColumn *value)
{
  BbChartColumn column = { .gap = (value->quality & BB_QUALITY_GAP) != 0,
                           .estimated = (value->quality & BB_QUALITY_ESTIMATED) != 0 };
  column.x = bb_chart_geometry_time_to_x (geometry, value->from_ms);
  column.x_end = bb_chart_geometry_time_to_x (geometry, value->until_ms);
  if (line->drawing == BB_LINE_DENSE) {
    column.x = round (column.x);
    column.x_end = round (column.x_end);
  }
  return column;
}

static void
place_line (const BbChartGeometry *geometry, const BbChartTrackGeometry *track, BbChartLineGeometry *line)
{
  for (guint i = 0; i < line->values->len; i++) {
    const BbSeriesColumn *value = &g_array_index (line->values, BbSeriesColumn, i);
    BbChartColumn column = place_column (geometry, line, value);
    if (!column.gap) {
      column.y_min = value_to_y (track, value->min);
      column.y_mean = value_to_y (track, value->mean);
      column.y_max = value_to_y (track, value->max);
    }
    g_array_append_val (line->columns, column);
  }
}

/* Layers: each stands on the sum of those before it, negative ones hang below zero. */
static void
place_stack (const BbChartGeometry *geometry, const BbChartTrackGeometry *track, gboolean ghost)
{
  guint n = count_columns (track);
  for (guint i = 0; i < n; i++) {
    gdouble above = 0, below = 0;
    for (guint k = 0; k < track->lines->len; k++) {
      BbChartLineGeometry *line = g_ptr_array_index (track->lines, k);
      const BbSeriesColumn *value = NULL;
      BbChartColumn column;
      gdouble *sum = NULL;
      if (line->ghost != ghost || i >= line->values->len)
        continue;
      value = &g_array_index (line->values, BbSeriesColumn, i);
      column = place_column (geometry, line, value);
      sum = value->mean < 0 ? &below : &above;
      if (!column.gap) {
        column.y_min = value_to_y (track, *sum);
        *sum += value->mean;
        column.y_mean = column.y_max = value_to_y (track, *sum);
      }
      g_array_append_val (line->columns, column);
    }
  }
}

static void
place_lanes (BbChartBuilder *build, guint index)
{
  BbChartTrackGeometry *track = g_ptr_array_index (build->geometry->tracks, index);
  gdouble height = track->plot.height / MAX (track->lines->len, 1), min = 0, max = 0, size = 0;
  gdouble space = height >= 6 ? 2 : 0;
  if (overall_range (build, index, &min, &max))
    size = MAX (fabs (min), fabs (max));
  for (guint k = 0; k < track->lines->len; k++) {
    BbChartLineGeometry *line = g_ptr_array_index (track->lines, k);
    line->lane = (BbChartRect){ track->plot.x, track->plot.y + height * k + space / 2, track->plot.width,
                                MAX (height - space, 1) };
    for (guint i = 0; i < line->values->len; i++) {
      const BbSeriesColumn *value = &g_array_index (line->values, BbSeriesColumn, i);
      BbChartColumn column = place_column (build->geometry, line, value);
      column.y_max = line->lane.y;
      column.y_min = column.y_mean = line->lane.y + line->lane.height;
      column.strength = column.gap || size <= 0 ? 0 : CLAMP (fabs (value->mean) / size, 0, 1);
      g_array_append_val (line->columns, column);
    }
  }
}

void
bb_chart_build_lines (BbChartBuilder *build, guint index)
{
  BbChartTrackGeometry *track = g_ptr_array_index (build->geometry->tracks, index);
  switch (track->kind) {
  case BB_TRACK_STACK:
    place_stack (build->geometry, track, TRUE);
    place_stack (build->geometry, track, FALSE);
    break;
  case BB_TRACK_LANES:
    place_lanes (build, index);
    break;
  case BB_TRACK_LINES:
  default:
    for (guint k = 0; k < track->lines->len; k++)
      place_line (build->geometry, track, g_ptr_array_index (track->lines, k));
    break;
  }
}
