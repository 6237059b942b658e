/* SPDX-License-Identifier: GPL-3.0-or-later */
/* chart.h: the widget that shows a BbChartModel: zoom, pan, cursor, selection, table, export.
 *
 * Properties: "model" (BbChartModel), "view-from-ms", "view-until-ms", "cursor-ms" (gint64; -1: no cursor),
 * "selection-from-ms", "selection-until-ms" (gint64; -1: none), "show-table" (gboolean). Signal
 * "cursor-moved" (gint64 ms, -1: left). A click keeps the cursor where it is when the pointer leaves.
 *
 * Actions, also by key: chart.fit (Home, double-click), chart.zoom-in (+), chart.zoom-out (-),
 * chart.pan-left, chart.pan-right (Ctrl+arrow), chart.cursor-left, chart.cursor-right (arrow),
 * chart.cursor-left-fine, chart.cursor-right-fine (Shift+arrow: by one bucket of the finest level),
 * chart.select (S: begins and ends a selection at the cursor), chart.zoom-selection (Enter),
 * chart.clear-selection (Esc), chart.table (T), chart.menu (Shift+F10), chart.export('csv'|'png'|'svg').
 *
 * A model that is shown whole is shown whole after its extent grew; a view that was zoomed stays. Tracks that
 * do not fit scroll inside the chart: it asks for 180 px of height at least.
 */
#pragma once

#include <gtk/gtk.h>

#include "report/chart-model.h"

G_BEGIN_DECLS

#define BB_TYPE_CHART (bb_chart_get_type ())
G_DECLARE_FINAL_TYPE (BbChart, bb_chart, BB, CHART, GtkWidget)

GtkWidget *bb_chart_new (void);
void bb_chart_set_model (BbChart *self, BbChartModel *model);
BbChartModel *bb_chart_get_model (BbChart *self);
void bb_chart_set_view (BbChart *self, gint64 from_ms, gint64 until_ms);
void bb_chart_fit (BbChart *self);
void bb_chart_set_cursor (BbChart *self, gint64 time_ms);
gint64 bb_chart_get_cursor (BbChart *self);
/* Writes what is shown (the view's range; CSV: every column of it) to `path`, by its extension; runs in a
 * worker thread. Same as chart.export without the file dialog. */
void bb_chart_export_async (BbChart *self, const gchar *path, GCancellable *cancellable,
                            GAsyncReadyCallback callback, gpointer data);
gboolean bb_chart_export_finish (BbChart *self, GAsyncResult *result, GError **error);

G_END_DECLS
