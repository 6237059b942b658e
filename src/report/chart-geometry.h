/* SPDX-License-Identifier: GPL-3.0-or-later */
/* chart-geometry.h: a chart model, a range of time and a size -> where everything stands. Nothing is painted
 * here.
 *
 * Each line is queried once, a column per pixel (or, zoomed in so far that a bucket of the source is wider
 * than half a pixel, a column per bucket). The edges of columns are multiples of their width since 1970, so
 * that panning moves the same columns about instead of making new ones; with a cache only those that came
 * into view are queried. Coordinates are px (or pt on paper), y downwards. A geometry holds all it needs and
 * may be painted in another thread.
 */
#pragma once

#include "report/axis.h"
#include "report/chart-model.h"

G_BEGIN_DECLS

/* The shortest range that a view may show. */
#define BB_CHART_MIN_SPAN_MS G_GINT64_CONSTANT (2000)
/* More buckets per column than this would mean walking the data. */
#define BB_CHART_MAX_BUCKETS 16

typedef enum { BB_CHART_TEXT_LABEL = 0, BB_CHART_TEXT_TITLE } BbChartTextStyle;

/* Size of a text as it will be painted. */
typedef struct {
  void (*measure) (gpointer data, const gchar *text, BbChartTextStyle style, gdouble *width, gdouble *height);
  gpointer data;
} BbChartMeasure;

typedef struct {
  gdouble x, y, width, height;
} BbChartRect;

/* A text with its place: x of its left edge, y of its top. */
typedef struct {
  gchar *text; /* (owned) */
  gdouble x, y, width;
} BbChartLabel;

/* What a line shows between x and x_end. */
typedef struct {
  gdouble x, x_end;
  gdouble y_min, y_mean,
      y_max;        /* y_max is the top: the smallest; stacks: y_max top, y_min foot of the layer */
  gdouble strength; /* lanes: 0..1 of the track's range */
  gboolean gap;
  gboolean estimated;
} BbChartColumn;

typedef enum {
  BB_LINE_DENSE = 0, /* a column is a pixel: the mean as a line, minimum to maximum as its envelope */
  BB_LINE_STEP,      /* buckets are wider than that: steps */
  BB_LINE_SLOPE      /* as steps, of what grows: straight from minimum to maximum */
} BbLineDrawing;

typedef struct {
  gchar *label; /* (owned) */
  BbChartRole role;
  guint shade;
  gboolean ghost;
  BbLineDrawing drawing;
  gboolean has_data; /* in this view */
  GArray *columns;   /* (element-type BbChartColumn) */
  GArray *values;    /* (element-type BbSeriesColumn): the same in the track's unit */
  BbChartLabel end;  /* beside its last point; no text: in the legend */
  BbChartRect lane;  /* BB_TRACK_LANES */
} BbChartLineGeometry;

typedef struct {
  gdouble value, y;
  BbChartLabel label;
} BbChartValueTick;

typedef struct {
  BbChartRole role;
  gdouble value, y;
  BbChartLabel label;
  gboolean outside; /* above what is shown: only its label stands at the top */
} BbChartLimitGeometry;

typedef struct {
  BbTrackKind kind;
  gchar *unit; /* (owned) */
  guint decimals;
  BbChartLabel title, unit_label;
  BbChartRect area; /* with title and margins */
  BbChartRect plot;
  BbAxis axis;
  GArray *ticks;         /* (element-type BbChartValueTick) */
  GPtrArray *lines;      /* (element-type BbChartLineGeometry), in the order of drawing */
  GArray *limits;        /* (element-type BbChartLimitGeometry) */
  gboolean legend;       /* lines' names stand in a row beside the title, see legend_labels */
  GArray *legend_labels; /* (element-type BbChartLabel), by line; no text: no room */
  BbChartLabel empty;    /* "No data in this period" */
} BbChartTrackGeometry;

typedef struct {
  gdouble x;
  BbChartLabel label; /* no text: no room */
  gboolean strong;
} BbChartTimeTick;

typedef struct {
  BbBandKind kind;
  gdouble x, x_end;
  gint64 from_ms, until_ms;
  gchar *name;        /* (owned) */
  BbChartLabel label; /* in the first track; no text: too narrow */
} BbChartBandGeometry;

typedef struct {
  gint ref_count;
  gint64 from_ms, until_ms;
  BbZone *zone;
  gdouble width, height, text_height, title_height;
  gdouble plot_x, plot_width;
  GPtrArray *tracks;  /* (element-type BbChartTrackGeometry) */
  GArray *time_ticks; /* (element-type BbChartTimeTick) */
  GArray *contexts;   /* (element-type BbChartLabel) */
  GArray *bands;      /* (element-type BbChartBandGeometry) */
  gdouble time_y;     /* top of the time labels */
  gchar *error;       /* (nullable): the first series that could not be read, in words */
  /* What it cost. */
  guint max_buckets; /* most buckets in a column, of sources with a level above that one */
  guint n_queries, n_columns;
} BbChartGeometry;

/* Keeps columns and axes from one geometry to the next of the same model. One per widget. */
typedef struct _BbChartCache BbChartCache;
BbChartCache *bb_chart_cache_new (void);
void bb_chart_cache_free (BbChartCache *cache);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (BbChartCache, bb_chart_cache_free)

/* `until_ms` > `from_ms`. `cache` may be NULL. (transfer full) */
BbChartGeometry *bb_chart_geometry_new (BbChartModel *model, gint64 from_ms, gint64 until_ms, gdouble width,
                                        gdouble height, const BbChartMeasure *measure, BbChartCache *cache);
BbChartGeometry *bb_chart_geometry_ref (BbChartGeometry *geometry);
void bb_chart_geometry_unref (BbChartGeometry *geometry);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (BbChartGeometry, bb_chart_geometry_unref)

/* Height that the model needs at least and that it would like. */
void bb_chart_geometry_get_heights (BbChartModel *model, const BbChartMeasure *measure, gdouble *minimum,
                                    gdouble *natural);

gdouble bb_chart_geometry_time_to_x (const BbChartGeometry *geometry, gint64 time_ms);
gint64 bb_chart_geometry_x_to_time (const BbChartGeometry *geometry, gdouble x);
/* What the line shows at the time, in the track's unit; NULL: nothing. */
const BbSeriesColumn *bb_chart_geometry_find_value (const BbChartGeometry *geometry, guint track, guint line,
                                                    gint64 time_ms);
/* Length of the columns that are shown (the shortest of all lines), ms. */
gint64 bb_chart_geometry_get_column_ms (const BbChartGeometry *geometry);

G_END_DECLS
