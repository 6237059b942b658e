/* SPDX-License-Identifier: GPL-3.0-or-later */
/* chart-table.h: what a chart shows as a table of numbers: to read, to hear, to export. */
#pragma once

#include "report/chart-model.h"

G_BEGIN_DECLS

typedef struct {
  gchar *track, *label, *unit; /* (owned) */
  guint decimals;
  gboolean ghost;
  gdouble *min, *mean, *max; /* (owned) (array length=n_rows): in the track's unit, NAN: no data */
} BbChartTableColumn;

typedef struct {
  BbZone *zone; /* (owned) */
  guint n_rows;
  gint64 from_ms, until_ms; /* rows split [from, until) evenly */
  GPtrArray *columns;       /* (element-type BbChartTableColumn): a line each */
} BbChartTable;

/* At most `max_rows` (1 .. BB_SERIES_MAX_COLUMNS) rows, none shorter than the finest buckets of the lines;
 * rows begin at multiples of their length. (transfer full) */
BbChartTable *bb_chart_table_new (BbChartModel *model, gint64 from_ms, gint64 until_ms, guint max_rows,
                                  GError **error);
void bb_chart_table_free (BbChartTable *table);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (BbChartTable, bb_chart_table_free)

gint64 bb_chart_table_get_time (const BbChartTable *table, guint row);
/* Heading of a column, "Main fuse, L1 (A)"; and a cell, "12.3" or "12.3 (8.0–24.9)"; "–": no data. (transfer
 * full) */
gchar *bb_chart_table_format_heading (const BbChartTable *table, guint column);
gchar *bb_chart_table_format_cell (const BbChartTable *table, guint row, guint column);

/* CSV: local time (ISO 8601), then mean, minimum and maximum of each line; what has no data is empty. `path`
 * NULL: returns the text in `text` (transfer full). BB_IO_ERROR, G_IO_ERROR_CANCELLED. */
gboolean bb_chart_table_write_csv (const BbChartTable *table, const gchar *path, gchar **text,
                                   GCancellable *cancellable, GError **error);

G_END_DECLS
