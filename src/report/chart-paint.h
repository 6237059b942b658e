/* SPDX-License-Identifier: GPL-3.0-or-later */
/* chart-paint.h: what a geometry looks like, told to a canvas: cairo on paper and in files, render nodes on
 * screen. */
#pragma once

#include "report/chart-geometry.h"
#include "report/palette.h"

G_BEGIN_DECLS

typedef struct {
  gdouble x, y;
} BbChartPoint;

typedef struct {
  void (*rect) (gpointer data, const BbColour *colour, gdouble x, gdouble y, gdouble width, gdouble height);
  /* Many of one colour, which do not overlap. */
  void (*rects) (gpointer data, const BbColour *colour, const BbChartRect *rects, guint n);
  /* Left and top of the text; wider than `width` (-1: never): cut with an ellipsis. */
  void (*text) (gpointer data, const gchar *text, BbChartTextStyle style, const BbColour *colour, gdouble x,
                gdouble y, gdouble width);
  void (*stroke) (gpointer data, const BbStroke *stroke, const BbChartPoint *points, guint n);
  void (*fill) (gpointer data, const BbColour *colour, const BbChartPoint *points, guint n);
  void (*push_clip) (gpointer data, const BbChartRect *rect);
  void (*pop_clip) (gpointer data);
  /* Areas and curves as outlines; FALSE: as a rectangle per column, which a graphics card draws in one go. */
  gboolean outlines;
  gpointer data;
} BbChartCanvas;

/* From back to front: bands, grid, axes and titles; the lines; limits and names. */
void bb_chart_paint_back (const BbChartGeometry *geometry, const BbPalette *palette,
                          const BbChartCanvas *canvas);
void bb_chart_paint_lines (const BbChartGeometry *geometry, const BbPalette *palette,
                           const BbChartCanvas *canvas);
void bb_chart_paint_front (const BbChartGeometry *geometry, const BbPalette *palette,
                           const BbChartCanvas *canvas);

G_END_DECLS
