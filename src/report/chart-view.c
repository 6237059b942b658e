/* SPDX-License-Identifier: GPL-3.0-or-later */
/* chart-view.c: arithmetic of zooming and panning, in ms. */
#include "report/chart-view.h"

#include <math.h>

#include "base/series.h"
#include "report/chart-geometry.h"

BbChartRange
bb_chart_range_clamp (BbChartRange range, BbChartRange extent)
{
  gint64 span_ms = MAX (range.until_ms - range.from_ms, BB_CHART_MIN_SPAN_MS);
  if (extent.until_ms <= extent.from_ms) {
    range.from_ms = CLAMP (range.from_ms, -BB_SERIES_MAX_TIME_MS, BB_SERIES_MAX_TIME_MS - span_ms);
    range.until_ms = range.from_ms + span_ms;
    return range;
  }
  span_ms = MIN (span_ms, MAX (extent.until_ms - extent.from_ms, BB_CHART_MIN_SPAN_MS));
  range.from_ms = MAX (MIN (range.from_ms, extent.until_ms - span_ms), extent.from_ms);
  range.until_ms = range.from_ms + span_ms;
  return range;
}

BbChartRange
bb_chart_range_zoom (BbChartRange range, gint64 about_ms, gdouble factor, BbChartRange extent)
{
  gdouble span = (gdouble) (range.until_ms - range.from_ms);
  gdouble share = CLAMP ((gdouble) (about_ms - range.from_ms) / span, 0, 1);
  gdouble wished
      = CLAMP (span * factor, (gdouble) BB_CHART_MIN_SPAN_MS, 2.0 * (gdouble) BB_SERIES_MAX_TIME_MS);
  /* Not longer than the extent before it is put in its place, else the place would be lost. */
  if (extent.until_ms > extent.from_ms)
    wished = MIN (wished, (gdouble) (extent.until_ms - extent.from_ms));
  range.from_ms = about_ms - (gint64) llround (wished * share);
  range.until_ms = range.from_ms + (gint64) llround (wished);
  return bb_chart_range_clamp (range, extent);
}

BbChartRange
bb_chart_range_pan (BbChartRange range, gint64 by_ms, BbChartRange extent)
{
  by_ms = CLAMP (by_ms, -BB_SERIES_MAX_TIME_MS, BB_SERIES_MAX_TIME_MS);
  range.from_ms += by_ms;
  range.until_ms += by_ms;
  return bb_chart_range_clamp (range, extent);
}
