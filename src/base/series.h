/* SPDX-License-Identifier: GPL-3.0-or-later */
/* series.h: the one data interface for charts: series with overview levels, and their query: range ->
 * columns.
 *
 * A source has a list of series and, for each, levels of buckets of growing length (factors up to 16). A
 * query takes the coarsest level whose buckets are no longer than a column, so that it touches at most 16
 * buckets a column whatever the zoom and never walks raw samples. A bucket belongs to the column in which it
 * starts; when columns are shorter than the finest buckets, each shows the bucket that holds its start. So a
 * column is right to within one bucket of its level at its two edges. What was never measured is a gap and
 * stays one.
 */
#pragma once

#include <gio/gio.h>

#include "base/error.h"

G_BEGIN_DECLS

/* What kind of line it is. */
typedef enum {
  BB_SERIES_GAUGE = 0, /* a measured or computed quantity: mean and envelope */
  BB_SERIES_STEP,      /* holds until the next change: set-points, limits, states */
  BB_SERIES_COUNTER,   /* grows: energy */
} BbSeriesKind;

typedef struct {
  const gchar *id;   /* stable, e.g. "circuit/main/l1"; owned by the source */
  const gchar *name; /* for people */
  const gchar *unit; /* "A", "W", "Wh", "" */
  BbSeriesKind kind;
  gint64 from_ms, until_ms; /* UTC, [from, until): what it may have data for; equal: nothing yet */
  gint64 finest_ms;         /* length of the finest buckets */
} BbSeriesInfo;

/* Bits of BbSeriesColumn.quality */
typedef enum {
  BB_QUALITY_GOOD = 0,
  BB_QUALITY_PARTIAL = 1,   /* part of the column has no data */
  BB_QUALITY_GAP = 2,       /* none of it has: min, mean, max are NAN */
  BB_QUALITY_ESTIMATED = 4, /* contains values that were not measured but assumed */
} BbQuality;

typedef struct {
  gint64 from_ms, until_ms; /* of the column, UTC */
  gdouble min, mean, max;   /* in the series' unit; mean over the covered time */
  gint64 covered_ms;        /* how much of its buckets has data */
  guint32 n_buckets;        /* buckets touched: 1..16, more only at the coarsest level */
  guint32 quality;          /* BbQuality bits */
} BbSeriesColumn;

#define BB_SERIES_MAX_COLUMNS 65536
/* Times of a query lie within this, in ms, of 1970: the years before 0 and after 9999 cannot be asked for. */
#define BB_SERIES_MAX_TIME_MS G_GINT64_CONSTANT (253402300800000)

#define BB_TYPE_SERIES_SOURCE (bb_series_source_get_type ())
G_DECLARE_INTERFACE (BbSeriesSource, bb_series_source, BB, SERIES_SOURCE, GObject)

struct _BbSeriesSourceInterface {
  GTypeInterface parent_iface;
  guint (*get_n_series) (BbSeriesSource *self);
  void (*get_info) (BbSeriesSource *self, guint series, BbSeriesInfo *info);
  gboolean (*query) (BbSeriesSource *self, guint series, gint64 from_ms, gint64 until_ms, guint n_columns,
                     BbSeriesColumn *columns, GError **error);
};

guint bb_series_source_get_n_series (BbSeriesSource *self);
/* `series` < n_series. The strings live as long as the source. */
void bb_series_source_get_info (BbSeriesSource *self, guint series, BbSeriesInfo *info);
/* Index of the series with this id, or -1. */
gint bb_series_source_find (BbSeriesSource *self, const gchar *id);

/* Fills `n_columns` (1..BB_SERIES_MAX_COLUMNS) columns that split [from_ms, until_ms) evenly. FALSE with an
 * error when the range is empty, the series does not exist or the data cannot be read. */
gboolean bb_series_source_query (BbSeriesSource *self, guint series, gint64 from_ms, gint64 until_ms,
                                 guint n_columns, BbSeriesColumn *columns, GError **error);

/* Start of column i of n: the split that all sources use. */
gint64 bb_series_column_start (gint64 from_ms, gint64 until_ms, guint n_columns, guint i);

/* ---- for those who implement a source ---- */

/* A bucket, or several merged; without data all is 0. */
typedef struct {
  gdouble min, max;
  gdouble sum; /* of value x ms */
  gint64 covered_ms;
  guint32 quality; /* 0 or BB_QUALITY_ESTIMATED */
} BbSeriesBucket;

/* Fills `n` (1..16) buckets of a level, from number `first` on: bucket k is [k, k + 1) x bucket_ms since
 * 1970; zeros where there is no data. */
typedef gboolean (*BbSeriesFetch) (gpointer data, guint level, gint64 first, guint n, BbSeriesBucket *buckets,
                                   GError **error);

/* The rule above, given the lengths of the levels' buckets (ascending): what `query` of a source calls. */
gboolean bb_series_query_levels (const gint64 *bucket_ms, guint n_levels, BbSeriesFetch fetch, gpointer data,
                                 gint64 from_ms, gint64 until_ms, guint n_columns, BbSeriesColumn *columns,
                                 GError **error);
/* The coarsest level whose buckets are no longer than a column, else the finest. */
guint bb_series_pick_level (const gint64 *bucket_ms, guint n_levels, gint64 column_ms);
void bb_series_bucket_merge (BbSeriesBucket *into, const BbSeriesBucket *bucket);

/* ---- in memory ---- */

#define BB_TYPE_MEMORY_SERIES (bb_memory_series_get_type ())
G_DECLARE_FINAL_TYPE (BbMemorySeries, bb_memory_series, BB, MEMORY_SERIES, GObject)

/* A source that keeps all it is given. `finest_ms`: length of the finest buckets, e.g. 1000; each level above
 * is 16 times as long. (transfer full) */
BbMemorySeries *bb_memory_series_new (gint64 finest_ms);
/* Adds a series and returns its index. */
guint bb_memory_series_add_series (BbMemorySeries *self, const gchar *id, const gchar *name,
                                   const gchar *unit, BbSeriesKind kind);
/* From `time_ms` on the series has `value`, until the next call (times go forward; earlier ones are refused
 * with FALSE). NAN: gap. `quality`: 0 or BB_QUALITY_ESTIMATED. */
gboolean bb_memory_series_append (BbMemorySeries *self, guint series, gint64 time_ms, gdouble value,
                                  guint quality);
/* The last value holds until `time_ms` (nothing is known after it until the next append). */
gboolean bb_memory_series_extend (BbMemorySeries *self, guint series, gint64 time_ms);

G_END_DECLS
