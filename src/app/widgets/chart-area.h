/* SPDX-License-Identifier: GPL-3.0-or-later */
/* chart-area.h: the picture of a chart: frame, lines, names and cursor, each a child of its own, so that a
 * moving cursor draws nothing but itself. BbChart puts it to work; pages use that.
 */
#pragma once

#include <gtk/gtk.h>

#include "report/chart-geometry.h"
#include "report/chart-view.h"
#include "report/palette.h"

G_BEGIN_DECLS

#define BB_TYPE_CHART_AREA (bb_chart_area_get_type ())
G_DECLARE_FINAL_TYPE (BbChartArea, bb_chart_area, BB, CHART_AREA, GtkWidget)

void bb_chart_area_set_model (BbChartArea *self, BbChartModel *model);
void bb_chart_area_set_view (BbChartArea *self, BbChartRange view);
/* -1: none. */
void bb_chart_area_set_cursor (BbChartArea *self, gint64 time_ms);
/* -1, -1: none. */
void bb_chart_area_set_selection (BbChartArea *self, BbChartRange selection);
/* For the size and view as they are; made when needed. NULL: no model or no size yet. (transfer none) */
const BbChartGeometry *bb_chart_area_get_geometry (BbChartArea *self);
/* How often a geometry was made: what did not change must not be computed again. */
guint bb_chart_area_get_n_layouts (BbChartArea *self);
BbPaletteKind bb_chart_area_get_palette (BbChartArea *self);
/* The model's data changed: everything anew. */
void bb_chart_area_refresh (BbChartArea *self);

G_END_DECLS
