/* SPDX-License-Identifier: GPL-3.0-or-later */
/* chart-geometry-private.h: the steps of making a geometry, in their order. */
#pragma once

#include "report/chart-columns.h"

G_BEGIN_DECLS

/* Length of the short stroke before a name, and the space around it. */
#define BB_CHART_SWATCH 14.0
#define BB_CHART_SPACE  5.0

typedef struct {
  BbChartModel *model;
  const BbChartMeasure *measure;
  BbChartCache *cache;
  BbChartGeometry *geometry;
  BbChartCost cost;
} BbChartBuilder;

gdouble bb_chart_measure_width (const BbChartMeasure *measure, const gchar *text, BbChartTextStyle style);

/* chart-lines.c: columns, range and axis, places of the columns. */
void bb_chart_build_columns (BbChartBuilder *build, guint track);
void bb_chart_build_axis (BbChartBuilder *build, guint track);
void bb_chart_build_lines (BbChartBuilder *build, guint track);
/* Lowest and highest of all that a track ever shows, limits and zero included. */
void bb_chart_get_track_range (BbChartBuilder *build, guint track, gdouble *min, gdouble *max);

/* chart-labels.c: names of lines and limits, the axis of time, bands. */
gdouble bb_chart_end_labels_width (BbChartBuilder *build, guint track);
guint bb_chart_build_legend (BbChartBuilder *build, guint track);
void bb_chart_place_legend (BbChartBuilder *build, guint track);
void bb_chart_build_end_labels (BbChartBuilder *build, guint track);
void bb_chart_build_bands (BbChartBuilder *build);
void bb_chart_build_limits (BbChartBuilder *build, guint track);
void bb_chart_build_time (BbChartBuilder *build);

G_END_DECLS
