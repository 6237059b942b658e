/* SPDX-License-Identifier: GPL-3.0-or-later */
/* chart-raster.h: thousands of upright rectangles into pixels: what the software renderer is slow at, node by
 * node. */
#pragma once

#include <cairo.h>

#include "report/chart-paint.h"

G_BEGIN_DECLS

typedef struct _BbChartRaster BbChartRaster;

/* Transparent; `area` in the widget's px, `scale` device pixels for each. */
BbChartRaster *bb_chart_raster_new (const BbChartRect *area, gint scale);
void bb_chart_raster_free (BbChartRaster *raster);
/* Over what is there. Edges above and below are blended; left and right ones stand on whole pixels. */
void bb_chart_raster_rects (BbChartRaster *raster, const BbColour *colour, const BbChartRect *rects, guint n);
/* Ends the raster; the surface has the scale. (transfer full) */
cairo_surface_t *bb_chart_raster_finish (BbChartRaster *raster);

G_END_DECLS
