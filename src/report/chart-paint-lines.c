/* SPDX-License-Identifier: GPL-3.0-or-later */
/* chart-paint-lines.c: the lines of a chart: a rectangle per column, or outlines; steps where buckets are
 * wide. */
#include <math.h>

#include "report/chart-paint-private.h"

/* Opacity of a layer of a stack, and of the faintest and the strongest stretch of a lane. */
#define STACK_FILL 0.80
#define LANE_FAINT 0.16
#define LANE_FULL  0.95
/* A column alone between gaps would be a speck: it is drawn at least so wide. */
#define LONE_WIDTH 3.0
/* Taller pieces of a line stand on whole pixels. */
#define STEEP 5.0
/* Values that are assumed, not measured. */
#define ESTIMATED 0.5

typedef struct {
  const BbChartCanvas *canvas;
  const BbChartLineGeometry *line;
  BbStroke stroke;
  BbColour envelope;
} Painter;

static const BbChartColumn *
column_at (const BbChartLineGeometry *line, guint i)
{
  return &g_array_index (line->columns, BbChartColumn, i);
}

static gboolean
is_gap (const BbChartLineGeometry *line, guint i)
{
  return i >= line->columns->len || column_at (line, i)->gap;
}

/* ---- a rectangle per column ---- */

/* One that grows while columns are alike: calm lines are few rectangles. Those of one colour are painted
 * together. */
typedef struct {
  const BbChartCanvas *canvas;
  BbColour colour;
  BbChartRect rect;
  gboolean any;
  GArray *rects; /* (element-type BbChartRect): done, not yet painted */
} Run;

static Run
run_new (const BbChartCanvas *canvas)
{
  return (Run){ .canvas = canvas, .rects = g_array_new (FALSE, FALSE, sizeof (BbChartRect)) };
}

static void
run_push (Run *run)
{
  if (run->any && run->rect.width > 0 && run->rect.height > 0)
    g_array_append_val (run->rects, run->rect);
  run->any = FALSE;
}

static void
run_flush (Run *run)
{
  run_push (run);
  if (run->rects->len > 0)
    run->canvas->rects (run->canvas->data, &run->colour, (BbChartRect *) (void *) run->rects->data,
                        run->rects->len);
  g_array_set_size (run->rects, 0);
}

static void
run_end (Run *run)
{
  run_flush (run);
  g_array_unref (run->rects);
}

static void
run_add (Run *run, const BbColour *colour, gdouble x, gdouble x_end, gdouble y, gdouble height)
{
  if (run->any && fabs (run->rect.y - y) < 0.2 && fabs (run->rect.height - height) < 0.2
      && fabs (run->rect.x + run->rect.width - x) < 0.05 && run->colour.alpha == colour->alpha) {
    run->rect.width = x_end - run->rect.x;
    return;
  }
  if (run->colour.alpha != colour->alpha)
    run_flush (run);
  run_push (run);
  run->rect = (BbChartRect){ x, y, x_end - x, height };
  run->colour = *colour;
  run->any = TRUE;
}

/* Dashes hang on the columns' own time, so that they do not crawl while the view moves. */
static gboolean
is_dash (const Painter *painter, guint i)
{
  const BbSeriesColumn *value = &g_array_index (painter->line->values, BbSeriesColumn, i);
  gint64 period = (gint64) (painter->stroke.dash[0] + painter->stroke.dash[1]);
  gint64 number = bb_floor_div (value->from_ms, MAX (value->until_ms - value->from_ms, 1));
  return period <= 0 || number - bb_floor_div (number, period) * period < (gint64) painter->stroke.dash[0];
}

/* Least and most y of the mean's stroke in column i: from the column before to this one. */
static void
core_extent (const BbChartLineGeometry *line, guint i, gdouble width, gdouble *top, gdouble *bottom)
{
  const BbChartColumn *column = column_at (line, i);
  *top = *bottom = column->y_mean;
  if (i > 0 && !is_gap (line, i - 1)) {
    *top = MIN (*top, column_at (line, i - 1)->y_mean);
    *bottom = MAX (*bottom, column_at (line, i - 1)->y_mean);
  }
  *top -= width / 2;
  *bottom += width / 2;
}

/* Minimum to maximum; where columns are pixels, joined to the one before where the two would not touch. A
 * step's own columns are wide: joined there, the first after a change would show a spread that was never
 * measured. */
static void
envelope_extent (const BbChartLineGeometry *line, guint i, gdouble *top, gdouble *bottom)
{
  const BbChartColumn *column = column_at (line, i), *before = i > 0 ? column_at (line, i - 1) : NULL;
  *top = column->y_max;
  *bottom = column->y_min;
  if (line->drawing == BB_LINE_DENSE && before != NULL && !before->gap) {
    *top = MIN (*top, before->y_min);
    *bottom = MAX (*bottom, before->y_max);
  }
}

static void
widen_lone (const BbChartLineGeometry *line, guint i, gdouble *x, gdouble *x_end)
{
  gdouble extra = LONE_WIDTH - (*x_end - *x);
  if (extra <= 0 || (i > 0 && !is_gap (line, i - 1)) || !is_gap (line, i + 1))
    return;
  *x -= extra / 2;
  *x_end += extra / 2;
}

static void
paint_envelope_rects (const Painter *painter)
{
  const BbChartLineGeometry *line = painter->line;
  Run run = run_new (painter->canvas);
  for (guint i = 0; i < line->columns->len; i++) {
    const BbChartColumn *column = column_at (line, i);
    gdouble top = 0, bottom = 0, x = column->x, x_end = column->x_end;
    if (column->gap)
      continue;
    envelope_extent (line, i, &top, &bottom);
    widen_lone (line, i, &x, &x_end);
    /* On whole pixels: nothing to blend at the edges, which is what costs. */
    top = floor (top);
    bottom = ceil (bottom);
    if (bottom - top > painter->stroke.width + 1)
      run_add (&run, &painter->envelope, x, x_end, top, bottom - top);
  }
  run_end (&run);
}

static void
paint_core_rects (const Painter *painter)
{
  const BbChartLineGeometry *line = painter->line;
  Run run = run_new (painter->canvas);
  for (guint i = 0; i < line->columns->len; i++) {
    const BbChartColumn *column = column_at (line, i);
    gdouble top = 0, bottom = 0, x = column->x, x_end = column->x_end;
    BbColour colour = painter->stroke.colour;
    if (column->gap || x_end <= x || !is_dash (painter, i))
      continue;
    core_extent (line, i, painter->stroke.width, &top, &bottom);
    /* Where the line is steep nobody sees its ends blended, and blending costs. */
    if (bottom - top > STEEP) {
      top = round (top);
      bottom = round (bottom);
    }
    widen_lone (line, i, &x, &x_end);
    colour.alpha *= column->estimated ? ESTIMATED : 1;
    run_add (&run, &colour, x, x_end, top, bottom - top);
  }
  run_end (&run);
}

/* ---- outlines ---- */

/* Calls `paint` for each stretch [from, end) without a gap. */
static void
foreach_stretch (const Painter *painter, void (*paint) (const Painter *painter, guint from, guint end))
{
  guint n = painter->line->columns->len;
  for (guint from = 0, end = 0; from < n; from = end) {
    while (from < n && is_gap (painter->line, from))
      from++;
    for (end = from; end < n && !is_gap (painter->line, end);)
      end++;
    if (end > from)
      paint (painter, from, end);
  }
}

static void
add_point (GArray *points, gdouble x, gdouble y)
{
  BbChartPoint point = { x, y };
  g_array_append_val (points, point);
}

/* An area between tops and feet of the columns. */
static void
fill_area (const Painter *painter, guint from, guint end, const BbColour *colour, gboolean joined)
{
  g_autoptr (GArray) points = g_array_new (FALSE, FALSE, sizeof (BbChartPoint));
  for (guint pass = 0; pass < 2; pass++)
    for (guint k = from; k < end; k++) {
      guint i = pass == 0 ? k : end - 1 - (k - from);
      const BbChartColumn *column = column_at (painter->line, i);
      gdouble top = column->y_max, bottom = column->y_min;
      if (joined && i > from)
        envelope_extent (painter->line, i, &top, &bottom);
      add_point (points, pass == 0 ? column->x : column->x_end, pass == 0 ? top : bottom);
      add_point (points, pass == 0 ? column->x_end : column->x, pass == 0 ? top : bottom);
    }
  painter->canvas->fill (painter->canvas->data, colour, (BbChartPoint *) (void *) points->data, points->len);
}

static void
fill_envelope (const Painter *painter, guint from, guint end)
{
  fill_area (painter, from, end, &painter->envelope, TRUE);
}

static void
fill_layer (const Painter *painter, guint from, guint end)
{
  BbColour colour = painter->stroke.colour;
  colour.alpha *= STACK_FILL;
  fill_area (painter, from, end, &colour, FALSE);
}

/* The mean: through the middles of columns as narrow as a pixel, else in steps. */
static void
stroke_mean (const Painter *painter, guint from, guint end)
{
  g_autoptr (GArray) points = g_array_new (FALSE, FALSE, sizeof (BbChartPoint));
  for (guint i = from; i < end; i++) {
    const BbChartColumn *column = column_at (painter->line, i);
    gdouble x = column->x, x_end = column->x_end;
    if (painter->line->drawing == BB_LINE_DENSE && end - from > 1) {
      add_point (points, (x + x_end) / 2, column->y_mean);
      continue;
    }
    if (end - from == 1)
      widen_lone (painter->line, i, &x, &x_end);
    if (painter->line->drawing == BB_LINE_SLOPE) {
      add_point (points, x, column->y_min);
      add_point (points, x_end, column->y_max);
    } else {
      add_point (points, x, column->y_mean);
      add_point (points, x_end, column->y_mean);
    }
  }
  painter->canvas->stroke (painter->canvas->data, &painter->stroke, (BbChartPoint *) (void *) points->data,
                           points->len);
}

/* ---- kinds of track ---- */

static Painter
painter_new (const BbChartCanvas *canvas, const BbChartLineGeometry *line, const BbPalette *palette)
{
  Painter painter = { .canvas = canvas, .line = line };
  painter.stroke = bb_palette_get_stroke (palette, line->role, line->shade, line->ghost);
  painter.envelope = painter.stroke.colour;
  painter.envelope.alpha *= palette->envelope;
  return painter;
}

static void
paint_line (const Painter *painter)
{
  gboolean dense = painter->line->drawing == BB_LINE_DENSE;
  gboolean envelope = !painter->line->ghost && painter->line->drawing != BB_LINE_SLOPE;
  if (!dense || painter->canvas->outlines) {
    if (envelope)
      foreach_stretch (painter, fill_envelope);
    foreach_stretch (painter, stroke_mean);
    return;
  }
  if (envelope)
    paint_envelope_rects (painter);
  paint_core_rects (painter);
}

/* Of the other run only the edge of each layer, joined to the column before. */
static void
ghost_edge (const BbChartLineGeometry *line, guint i, gdouble *top, gdouble *bottom)
{
  gdouble y = column_at (line, i)->y_max, before = y;
  if (i > 0 && !is_gap (line, i - 1))
    before = column_at (line, i - 1)->y_max;
  *top = MIN (y, before);
  *bottom = MAX (y, before) + 1;
}

static void
paint_layer (const Painter *painter)
{
  const BbChartLineGeometry *line = painter->line;
  BbColour colour = painter->stroke.colour;
  Run run;
  if (painter->canvas->outlines && !line->ghost) {
    foreach_stretch (painter, fill_layer);
    return;
  }
  run = run_new (painter->canvas);
  colour.alpha *= line->ghost ? 1 : STACK_FILL;
  for (guint i = 0; i < line->columns->len; i++) {
    const BbChartColumn *column = column_at (line, i);
    gdouble top = MIN (column->y_max, column->y_min), bottom = MAX (column->y_max, column->y_min);
    if (column->gap || bottom - top < 0.25)
      continue;
    if (line->ghost)
      ghost_edge (line, i, &top, &bottom);
    run_add (&run, &colour, round (column->x), round (column->x_end), top, bottom - top);
  }
  run_end (&run);
}

static void
paint_lane (const Painter *painter)
{
  const BbChartLineGeometry *line = painter->line;
  Run run = run_new (painter->canvas);
  for (guint i = 0; i < line->columns->len; i++) {
    const BbChartColumn *column = column_at (line, i);
    BbColour colour = painter->stroke.colour;
    if (column->gap || column->strength <= 0)
      continue;
    /* In steps that an eye tells apart: stretches of the same strength become one rectangle. */
    colour.alpha *= LANE_FAINT + (LANE_FULL - LANE_FAINT) * round (column->strength * 32) / 32;
    run_add (&run, &colour, round (column->x), round (column->x_end), line->lane.y, line->lane.height);
  }
  run_end (&run);
}

void
bb_chart_paint_lines (const BbChartGeometry *geometry, const BbPalette *palette, const BbChartCanvas *canvas)
{
  for (guint i = 0; i < geometry->tracks->len; i++) {
    const BbChartTrackGeometry *track = g_ptr_array_index (geometry->tracks, i);
    canvas->push_clip (canvas->data, &track->plot);
    for (guint k = 0; k < track->lines->len; k++) {
      Painter painter = painter_new (canvas, g_ptr_array_index (track->lines, k), palette);
      if (track->kind == BB_TRACK_LINES)
        paint_line (&painter);
      else if (track->kind == BB_TRACK_STACK)
        paint_layer (&painter);
      else
        paint_lane (&painter);
    }
    canvas->pop_clip (canvas->data);
  }
}
