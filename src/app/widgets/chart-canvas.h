/* SPDX-License-Identifier: GPL-3.0-or-later */
/* chart-canvas.h: the canvas of report/chart-paint.h on render nodes: colour nodes for columns, cairo nodes
 * for curves. */
#pragma once

#include <gtk/gtk.h>

#include "report/chart-paint.h"

G_BEGIN_DECLS

/* Layouts of one widget's texts, made once. */
typedef struct _BbChartTexts BbChartTexts;
BbChartTexts *bb_chart_texts_new (GtkWidget *widget);
void bb_chart_texts_free (BbChartTexts *texts);
/* Measures in the widget's font; forgets everything when that changed. */
BbChartMeasure bb_chart_texts_measure (BbChartTexts *texts);

typedef struct {
  GtkSnapshot *snapshot;
  BbChartTexts *texts;
  /* The canvas' own. */
  BbChartRect clip;
  struct _BbChartRaster *raster;
} BbChartSnapshot;

/* `to` must outlive the canvas. */
BbChartCanvas bb_chart_snapshot_canvas (BbChartSnapshot *to);

G_END_DECLS
