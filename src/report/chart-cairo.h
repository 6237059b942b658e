/* SPDX-License-Identifier: GPL-3.0-or-later */
/* chart-cairo.h: charts on cairo surfaces: pictures and pages. */
#pragma once

#include <pango/pangocairo.h>

#include "report/chart-paint.h"

G_BEGIN_DECLS

/* A layout of a chart's text: digits of one width; titles bold, labels smaller than the context's font.
 * (transfer full) */
PangoLayout *bb_chart_create_layout (PangoContext *context, const gchar *text, BbChartTextStyle style);
/* Measures with the context, which must outlive it. */
BbChartMeasure bb_chart_pango_measure (PangoContext *context);
/* A context for surfaces of 1 px (print: 1 pt) per unit; the font is `points` high. Use it in one thread.
 * (transfer full) */
PangoContext *bb_chart_create_context (gdouble points, gdouble dpi);

/* Paints all of it at the origin. `background`: fills its rectangle first. */
void bb_chart_paint_cairo (cairo_t *cr, const BbChartGeometry *geometry, const BbPalette *palette,
                           PangoContext *context, gboolean background);

typedef enum { BB_CHART_PNG = 0, BB_CHART_SVG, BB_CHART_PDF } BbChartFormat;

/* Writes the picture to `path`, whole or not at all. `scale`: pixels of a PNG per unit (0.25..8); a PDF is
 * one page of the geometry's size in pt. `points`: height of the text that the geometry was measured with, at
 * 96 dpi. BB_IO_ERROR, G_IO_ERROR_CANCELLED. May run in any thread. */
gboolean bb_chart_write_picture (const BbChartGeometry *geometry, BbPaletteKind palette, BbChartFormat format,
                                 gdouble points, gdouble scale, const gchar *path, GCancellable *cancellable,
                                 GError **error);

G_END_DECLS
