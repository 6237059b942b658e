/* SPDX-License-Identifier: GPL-3.0-or-later */
/* chart-cursor.h: a chart's cursor: a thin line, the time below it, and a box of values in each track. */
#pragma once

#include "report/chart-paint.h"

G_BEGIN_DECLS

void bb_chart_paint_cursor (const BbChartGeometry *geometry, const BbPalette *palette,
                            const BbChartCanvas *canvas, const BbChartMeasure *measure, gint64 time_ms);
void bb_chart_paint_selection (const BbChartGeometry *geometry, const BbPalette *palette,
                               const BbChartCanvas *canvas, gint64 from_ms, gint64 until_ms);

/* What the box of a line says: "12.3 A" and, when minimum and maximum differ, "8.0–24.9"; "–": no data.
 * (transfer full) */
gchar *bb_chart_cursor_format_value (const BbChartGeometry *geometry, guint track, guint line,
                                     gint64 time_ms);
gchar *bb_chart_cursor_format_span (const BbChartGeometry *geometry, guint track, guint line, gint64 time_ms);

G_END_DECLS
