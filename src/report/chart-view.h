/* SPDX-License-Identifier: GPL-3.0-or-later */
/* chart-view.h: the range of time that a chart shows, and how zooming and panning change it. */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

typedef struct {
  gint64 from_ms, until_ms;
} BbChartRange;

/* Each returns a range within `extent` (which counts only when it is not empty), at least
 * BB_CHART_MIN_SPAN_MS long; at an edge of the extent the range stops and keeps its length. */
BbChartRange bb_chart_range_clamp (BbChartRange range, BbChartRange extent);
/* What stands at `about_ms` stays where it is; `factor` < 1: closer. */
BbChartRange bb_chart_range_zoom (BbChartRange range, gint64 about_ms, gdouble factor, BbChartRange extent);
BbChartRange bb_chart_range_pan (BbChartRange range, gint64 by_ms, BbChartRange extent);

G_END_DECLS
