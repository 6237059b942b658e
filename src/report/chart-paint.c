/* SPDX-License-Identifier: GPL-3.0-or-later */
/* chart-paint.c: bands, grid, axes, limits and names of a chart. */
#include "report/chart-paint.h"

#include <math.h>

#include "report/chart-paint-private.h"

static void
hairline (const BbChartCanvas *canvas, const BbColour *colour, gdouble x, gdouble y, gdouble width,
          gdouble height)
{
  canvas->rect (canvas->data, colour, round (x), round (y), width, height);
}

static void
paint_label (const BbChartCanvas *canvas, const BbChartLabel *label, BbChartTextStyle style,
             const BbColour *colour)
{
  if (label->text != NULL && *label->text != '\0')
    canvas->text (canvas->data, label->text, style, colour, label->x, label->y, -1);
}

/* ---- back ---- */

static void
paint_bands (const BbChartGeometry *geometry, const BbPalette *palette, const BbChartCanvas *canvas)
{
  for (guint i = 0; i < geometry->bands->len; i++) {
    const BbChartBandGeometry *band = &g_array_index (geometry->bands, BbChartBandGeometry, i);
    gdouble x = round (band->x), width = MAX (round (band->x_end) - x, 1);
    for (guint k = 0; k < geometry->tracks->len; k++) {
      const BbChartRect *plot = &((BbChartTrackGeometry *) g_ptr_array_index (geometry->tracks, k))->plot;
      canvas->rect (canvas->data, &palette->bands[band->kind], x, plot->y, width, plot->height);
    }
  }
}

static void
paint_grid (const BbChartGeometry *geometry, const BbChartTrackGeometry *track, const BbPalette *palette,
            const BbChartCanvas *canvas)
{
  const BbChartRect *plot = &track->plot;
  for (guint i = 0; i < geometry->time_ticks->len; i++) {
    const BbChartTimeTick *tick = &g_array_index (geometry->time_ticks, BbChartTimeTick, i);
    hairline (canvas, tick->strong ? &palette->grid_strong : &palette->grid, tick->x, plot->y, 1,
              plot->height);
  }
  for (guint i = 0; i < track->ticks->len; i++) {
    const BbChartValueTick *tick = &g_array_index (track->ticks, BbChartValueTick, i);
    hairline (canvas, tick->value == 0 ? &palette->zero : &palette->grid, plot->x, tick->y, plot->width, 1);
    paint_label (canvas, &tick->label, BB_CHART_TEXT_LABEL, &palette->dim_text);
  }
}

/* Names of lanes stand where values would; every other one, or fewer, when lanes are thinner than a line of
 * text. */
static void
paint_lane_names (const BbChartGeometry *geometry, const BbChartTrackGeometry *track,
                  const BbPalette *palette, const BbChartCanvas *canvas)
{
  gdouble free_from = -INFINITY, room = track->plot.x - 8;
  for (guint i = 0; i < track->lines->len; i++) {
    const BbChartLineGeometry *line = g_ptr_array_index (track->lines, i);
    gdouble y = line->lane.y + (line->lane.height - geometry->text_height) / 2;
    BbColour ground = palette->grid;
    ground.alpha /= 2;
    canvas->rect (canvas->data, &ground, line->lane.x, line->lane.y, line->lane.width, line->lane.height);
    if (y < free_from)
      continue;
    canvas->text (canvas->data, line->label, BB_CHART_TEXT_LABEL, &palette->dim_text, 0, y, room);
    free_from = y + geometry->text_height;
  }
}

static void
paint_time_axis (const BbChartGeometry *geometry, const BbPalette *palette, const BbChartCanvas *canvas)
{
  for (guint i = 0; i < geometry->time_ticks->len; i++)
    paint_label (canvas, &g_array_index (geometry->time_ticks, BbChartTimeTick, i).label, BB_CHART_TEXT_LABEL,
                 &palette->dim_text);
  for (guint i = 0; i < geometry->contexts->len; i++)
    paint_label (canvas, &g_array_index (geometry->contexts, BbChartLabel, i), BB_CHART_TEXT_LABEL,
                 &palette->text);
}

void
bb_chart_paint_back (const BbChartGeometry *geometry, const BbPalette *palette, const BbChartCanvas *canvas)
{
  paint_bands (geometry, palette, canvas);
  for (guint i = 0; i < geometry->tracks->len; i++) {
    const BbChartTrackGeometry *track = g_ptr_array_index (geometry->tracks, i);
    paint_label (canvas, &track->title, BB_CHART_TEXT_TITLE, &palette->text);
    paint_label (canvas, &track->unit_label, BB_CHART_TEXT_LABEL, &palette->dim_text);
    paint_grid (geometry, track, palette, canvas);
    if (track->kind == BB_TRACK_LANES)
      paint_lane_names (geometry, track, palette, canvas);
  }
  paint_time_axis (geometry, palette, canvas);
}

/* ---- front ---- */

void
bb_chart_paint_level (const BbChartCanvas *canvas, const BbStroke *stroke, gdouble x, gdouble x_end,
                      gdouble y)
{
  gdouble period = stroke->dash[0] + stroke->dash[1], top = round (y - stroke->width / 2);
  if (canvas->outlines) {
    /* In the middle of a pixel: one sharp line instead of two blurred ones. */
    BbChartPoint points[] = { { x, top + stroke->width / 2 }, { x_end, top + stroke->width / 2 } };
    canvas->stroke (canvas->data, stroke, points, 2);
    return;
  }
  if (period <= 0) {
    canvas->rect (canvas->data, &stroke->colour, x, top, x_end - x, stroke->width);
    return;
  }
  for (; x < x_end; x += period)
    canvas->rect (canvas->data, &stroke->colour, x, top, MIN (stroke->dash[0], x_end - x), stroke->width);
}

/* The background shines through under a name, so that it stays legible on a line. */
static void
paint_halo (const BbChartGeometry *geometry, const BbPalette *palette, const BbChartCanvas *canvas,
            const BbChartLabel *label)
{
  BbColour colour = palette->background;
  colour.alpha = 0.72;
  canvas->rect (canvas->data, &colour, label->x - 2, label->y, label->width + 4, geometry->text_height);
}

static void
paint_limits (const BbChartGeometry *geometry, const BbChartTrackGeometry *track, const BbPalette *palette,
              const BbChartCanvas *canvas)
{
  for (guint i = 0; i < track->limits->len; i++) {
    const BbChartLimitGeometry *limit = &g_array_index (track->limits, BbChartLimitGeometry, i);
    BbStroke stroke = bb_palette_get_stroke (palette, limit->role, i, FALSE);
    if (!limit->outside)
      bb_chart_paint_level (canvas, &stroke, track->plot.x, track->plot.x + track->plot.width, limit->y);
  }
  for (guint i = 0; i < track->limits->len; i++) {
    const BbChartLimitGeometry *limit = &g_array_index (track->limits, BbChartLimitGeometry, i);
    if (limit->label.text == NULL)
      continue;
    paint_halo (geometry, palette, canvas, &limit->label);
    paint_label (canvas, &limit->label, BB_CHART_TEXT_LABEL, &palette->roles[limit->role]);
  }
}

/* The name with a piece of its line before it, or of its fill. */
static void
paint_name (const BbChartGeometry *geometry, const BbChartTrackGeometry *track,
            const BbChartLineGeometry *line, const BbChartLabel *label, const BbPalette *palette,
            const BbChartCanvas *canvas)
{
  BbStroke stroke = bb_palette_get_stroke (palette, line->role, line->shade, FALSE);
  gdouble x = label->x - BB_CHART_NAME_SPACE, y = label->y + geometry->text_height / 2;
  if (label->text == NULL)
    return;
  if (track->kind == BB_TRACK_STACK)
    canvas->rect (canvas->data, &stroke.colour, round (x - 10), round (y - 5), 10, 10);
  else
    bb_chart_paint_level (canvas, &stroke, round (x - BB_CHART_NAME_STROKE), round (x), y);
  paint_label (canvas, label, BB_CHART_TEXT_LABEL, &palette->text);
}

void
bb_chart_paint_front (const BbChartGeometry *geometry, const BbPalette *palette, const BbChartCanvas *canvas)
{
  for (guint i = 0; i < geometry->tracks->len; i++) {
    const BbChartTrackGeometry *track = g_ptr_array_index (geometry->tracks, i);
    paint_limits (geometry, track, palette, canvas);
    for (guint k = 0; k < track->lines->len; k++) {
      const BbChartLineGeometry *line = g_ptr_array_index (track->lines, k);
      paint_name (geometry, track, line, &line->end, palette, canvas);
      if (k < track->legend_labels->len)
        paint_name (geometry, track, line, &g_array_index (track->legend_labels, BbChartLabel, k), palette,
                    canvas);
    }
    paint_label (canvas, &track->empty, BB_CHART_TEXT_LABEL, &palette->dim_text);
  }
  for (guint i = 0; i < geometry->bands->len; i++)
    paint_label (canvas, &g_array_index (geometry->bands, BbChartBandGeometry, i).label, BB_CHART_TEXT_LABEL,
                 &palette->dim_text);
}
