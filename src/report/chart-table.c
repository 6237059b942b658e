/* SPDX-License-Identifier: GPL-3.0-or-later */
/* chart-table.c: the columns of a view as rows of a table. */
#include "report/chart-table.h"

#include <glib/gi18n.h>
#include <math.h>

#include "base/csvout.h"
#include "report/axis.h"
#include "report/chart-columns.h"

static void
column_free (gpointer data)
{
  BbChartTableColumn *column = data;
  g_free (column->track);
  g_free (column->label);
  g_free (column->unit);
  g_free (column->min);
  g_free (column->mean);
  g_free (column->max);
  g_free (column);
}

void
bb_chart_table_free (BbChartTable *table)
{
  bb_zone_unref (table->zone);
  g_ptr_array_unref (table->columns);
  g_free (table);
}

static gint64
finest_of_all (BbChartModel *model)
{
  gint64 finest_ms = G_MAXINT64;
  for (guint i = 0; i < bb_chart_model_get_n_tracks (model); i++) {
    const BbChartTrack *track = bb_chart_model_get_track (model, i);
    for (guint k = 0; k < track->lines->len; k++) {
      gint64 own = bb_chart_line_get_finest_ms (g_ptr_array_index (track->lines, k));
      finest_ms = own > 0 ? MIN (finest_ms, own) : finest_ms;
    }
  }
  return finest_ms < G_MAXINT64 ? finest_ms : 1000;
}

/* Rows of a length that people count in: multiples of the finest bucket, whole seconds, minutes, hours. */
static gint64
choose_row_ms (gint64 span_ms, guint max_rows, gint64 finest_ms)
{
  static const gint64 nice[]
      = { 1000,   2000,   5000,    10000,   15000,   30000,    60000,    120000,   300000,
          600000, 900000, 1800000, 3600000, 7200000, 10800000, 21600000, 43200000, 86400000 };
  gint64 least = MAX ((span_ms + max_rows - 1) / max_rows, finest_ms);
  for (guint i = 0; i < G_N_ELEMENTS (nice); i++)
    if (nice[i] >= least && nice[i] % finest_ms == 0)
      return nice[i];
  return (least + finest_ms - 1) / finest_ms * finest_ms;
}

static gboolean
fill_column (BbChartTable *table, const BbChartTrack *track, const BbChartLine *line, GError **error)
{
  g_autofree BbSeriesColumn *columns = g_new (BbSeriesColumn, table->n_rows);
  BbChartTableColumn *column = g_new0 (BbChartTableColumn, 1);
  g_ptr_array_add (table->columns, column);
  column->track = g_strdup (track->title);
  column->label = g_strdup (line->label);
  column->unit = g_strdup (track->unit);
  column->decimals = track->decimals;
  column->ghost = line->ghost;
  column->min = g_new (gdouble, table->n_rows);
  column->mean = g_new (gdouble, table->n_rows);
  column->max = g_new (gdouble, table->n_rows);
  if (!bb_series_source_query (line->source, line->series, table->from_ms, table->until_ms, table->n_rows,
                               columns, error))
    return FALSE;
  for (guint i = 0; i < table->n_rows; i++) {
    gboolean turned = line->factor < 0;
    column->min[i] = (turned ? columns[i].max : columns[i].min) * line->factor;
    column->max[i] = (turned ? columns[i].min : columns[i].max) * line->factor;
    column->mean[i] = columns[i].mean * line->factor;
  }
  return TRUE;
}

BbChartTable *
bb_chart_table_new (BbChartModel *model, gint64 from_ms, gint64 until_ms, guint max_rows, GError **error)
{
  g_autoptr (BbChartTable) table = g_new0 (BbChartTable, 1);
  gint64 row_ms = 0;
  table->zone = bb_zone_ref (bb_chart_model_get_zone (model));
  table->columns = g_ptr_array_new_with_free_func (column_free);
  until_ms = MAX (until_ms, from_ms + 1);
  max_rows = CLAMP (max_rows, 2, BB_SERIES_MAX_COLUMNS) - 1; /* one may be added by rounding outwards */
  row_ms = choose_row_ms (until_ms - from_ms, max_rows, finest_of_all (model));
  table->from_ms = bb_floor_to (from_ms, row_ms);
  table->n_rows = (guint) ((until_ms - table->from_ms + row_ms - 1) / row_ms);
  table->until_ms = table->from_ms + table->n_rows * row_ms;
  for (guint i = 0; i < bb_chart_model_get_n_tracks (model); i++) {
    const BbChartTrack *track = bb_chart_model_get_track (model, i);
    for (guint k = 0; k < track->lines->len; k++)
      if (!fill_column (table, track, g_ptr_array_index (track->lines, k), error))
        return NULL;
  }
  return g_steal_pointer (&table);
}

gint64
bb_chart_table_get_time (const BbChartTable *table, guint row)
{
  return bb_series_column_start (table->from_ms, table->until_ms, table->n_rows, row);
}

gchar *
bb_chart_table_format_heading (const BbChartTable *table, guint index)
{
  const BbChartTableColumn *column = g_ptr_array_index (table->columns, index);
  /* Translators: heading of a column of figures: chart, line, unit: "Main fuse, L1 (A)" */
  return g_strdup_printf (_ ("%s, %s (%s)"), column->track, column->label, column->unit);
}

gchar *
bb_chart_table_format_cell (const BbChartTable *table, guint row, guint index)
{
  const BbChartTableColumn *column = g_ptr_array_index (table->columns, index);
  g_autofree gchar *mean = bb_axis_format (column->mean[row], column->decimals);
  g_autofree gchar *min = bb_axis_format (column->min[row], column->decimals);
  g_autofree gchar *max = bb_axis_format (column->max[row], column->decimals);
  if (g_str_equal (min, max))
    return g_steal_pointer (&mean);
  return g_strdup_printf (column->min[row] < 0 ? "%s (%s – %s)" : "%s (%s–%s)", mean, min, max);
}

/* ---- CSV ---- */

static gboolean
write_heading (const BbChartTable *table, BbCsvOut *csv, GError **error)
{
  bb_csv_out_text (csv, "time");
  for (guint i = 0; i < table->columns->len; i++) {
    g_autofree gchar *name = bb_chart_table_format_heading (table, i);
    static const gchar *parts[] = { "", " min", " max" };
    for (guint k = 0; k < G_N_ELEMENTS (parts); k++) {
      g_autofree gchar *heading = g_strconcat (name, parts[k], NULL);
      bb_csv_out_text (csv, heading);
    }
  }
  return bb_csv_out_end_row (csv, error);
}

static gboolean
write_row (const BbChartTable *table, guint row, BbCsvOut *csv, GError **error)
{
  g_autofree gchar *time = bb_time_format (bb_chart_table_get_time (table, row), table->zone);
  bb_csv_out_text (csv, time);
  for (guint i = 0; i < table->columns->len; i++) {
    const BbChartTableColumn *column = g_ptr_array_index (table->columns, i);
    gint digits = (gint) MIN (column->decimals + 2, 9);
    bb_csv_out_double (csv, column->mean[row], digits);
    bb_csv_out_double (csv, column->min[row], digits);
    bb_csv_out_double (csv, column->max[row], digits);
  }
  return bb_csv_out_end_row (csv, error);
}

gboolean
bb_chart_table_write_csv (const BbChartTable *table, const gchar *path, gchar **text,
                          GCancellable *cancellable, GError **error)
{
  g_autoptr (BbCsvOut) csv = bb_csv_out_new (path, error);
  if (csv == NULL || !write_heading (table, csv, error))
    return FALSE;
  for (guint row = 0; row < table->n_rows; row++)
    if (g_cancellable_set_error_if_cancelled (cancellable, error) || !write_row (table, row, csv, error))
      return FALSE;
  if (path == NULL) {
    *text = g_strdup (bb_csv_out_get_text (csv));
    return TRUE;
  }
  return bb_csv_out_commit (csv, error);
}
