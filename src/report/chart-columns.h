/* SPDX-License-Identifier: GPL-3.0-or-later */
/* chart-columns.h: the columns behind a geometry: which ones a view needs, and the cache of those at hand. */
#pragma once

#include "report/chart-geometry.h"

G_BEGIN_DECLS

/* Columns of one line: number k covers [k, k + 1) x column_ms since 1970. */
typedef struct {
  gint64 column_ms;
  gint64 first;
  GArray *columns; /* (element-type BbSeriesColumn), in the unit of the series */
} BbChartWindow;

typedef struct {
  guint n_queries, n_columns, max_buckets;
  gchar *error; /* (owned) (nullable) */
} BbChartCost;

/* A column per pixel, or per bucket where that is longer than half a pixel. */
gint64 bb_chart_choose_column_ms (gint64 span_ms, gdouble pixels, gint64 finest_ms);

/* Smallest and largest value of a line over the whole extent, roughly; FALSE: no data. In the track's unit.
 */
gboolean bb_chart_cache_overall (BbChartCache *cache, BbChartModel *model, guint track, guint line,
                                 gdouble *min, gdouble *max);

/* Length of the finest buckets of the line's series; 0: there is no such series. */
gint64 bb_chart_line_get_finest_ms (const BbChartLine *line);
BbSeriesKind bb_chart_line_get_kind (const BbChartLine *line);

/* The columns of [from, until) of a line; the window is the cache's and valid until the next call for this
 * line. */
const BbChartWindow *bb_chart_cache_columns (BbChartCache *cache, BbChartModel *model, guint track,
                                             guint line, gint64 from_ms, gint64 until_ms, gint64 column_ms,
                                             BbChartCost *cost);

/* The axis that the track had last (hysteresis). */
BbAxis *bb_chart_cache_axis (BbChartCache *cache, BbChartModel *model, guint track);

G_END_DECLS
