/* SPDX-License-Identifier: GPL-3.0-or-later */
/* result-csv.c: exports a result's series and changes as CSV. */
#include "simulation/result-csv.h"

#include <glib/gi18n.h>

#include "base/csvout.h"

/* Rows that are asked for at once. */
#define ROWS_AT_ONCE 1024

typedef struct {
  BbResult *result;
  BbResultCsvOptions options;
  GArray *series; /* (element-type guint) */
  BbCsvOut *csv;
} Export;

/* Which series, by their ids. */
static gboolean
choose_series (Export *export, GError **error)
{
  BbSeriesSource *source = BB_SERIES_SOURCE (export->result);
  guint n = bb_result_get_n_series (export->result);
  for (guint i = 0; export->options.ids == NULL && i < n; i++)
    g_array_append_val (export->series, i);
  for (guint i = 0; export->options.ids != NULL && export->options.ids[i] != NULL; i++) {
    gint found = bb_series_source_find (source, export->options.ids[i]);
    guint number = (guint) found;
    if (found < 0) {
      g_set_error (error, BB_FORMAT_ERROR, BB_FORMAT_ERROR_RANGE, _ ("the result has no series “%s”"),
                   export->options.ids[i]);
      return FALSE;
    }
    g_array_append_val (export->series, number);
  }
  return TRUE;
}

static gboolean
check_options (Export *export, GError **error)
{
  BbResultCsvOptions *options = &export->options;
  if (options->from_ms == 0 && options->until_ms == 0) {
    options->from_ms = bb_floor_to (bb_result_get_from_ms (export->result), bb_result_bucket_ms[0]);
    options->until_ms = bb_result_get_until_ms (export->result);
  }
  if (options->step_ms == 0)
    options->step_ms = 15 * BB_MS_PER_MINUTE;
  if (options->step_ms > 0 && options->step_ms <= 366 * BB_MS_PER_DAY
      && options->step_ms % BB_MS_PER_MINUTE == 0 && options->from_ms % BB_MS_PER_MINUTE == 0
      && options->from_ms < options->until_ms)
    return TRUE;
  g_set_error_literal (
      error, BB_FORMAT_ERROR, BB_FORMAT_ERROR_RANGE,
      _ ("choose a period that ends after it starts, on whole minutes, and a step of whole minutes"));
  return FALSE;
}

static gboolean
put_header (Export *export, GError **error)
{
  bb_csv_out_text (export->csv, "time");
  for (guint i = 0; i < export->series->len; i++) {
    const BbResultSeries *series
        = bb_result_get_series (export->result, g_array_index (export->series, guint, i));
    g_autofree gchar *unit = g_ascii_strdown (series->unit, -1);
    g_autofree gchar *name = g_strconcat (series->id, *unit != 0 ? "_" : "", unit, NULL);
    bb_csv_out_text (export->csv, name);
    if (export->options.envelope) {
      g_autofree gchar *min = g_strconcat (name, "_min", NULL);
      g_autofree gchar *max = g_strconcat (name, "_max", NULL);
      bb_csv_out_text (export->csv, min);
      bb_csv_out_text (export->csv, max);
    }
  }
  return bb_csv_out_end_row (export->csv, error);
}

static void
put_cells (Export *export, const BbSeriesColumn *column, gint digits)
{
  bb_csv_out_double (export->csv, column->mean, digits);
  if (export->options.envelope) {
    bb_csv_out_double (export->csv, column->min, digits);
    bb_csv_out_double (export->csv, column->max, digits);
  }
}

/* `n_rows` rows from from_ms on. `columns` has room for n_rows of each series. */
static gboolean
put_rows (Export *export, gint64 from_ms, guint n_rows, BbSeriesColumn *columns, GError **error)
{
  BbSeriesSource *source = BB_SERIES_SOURCE (export->result);
  gint64 until_ms = from_ms + n_rows * export->options.step_ms;
  guint n_series = export->series->len;
  for (guint i = 0; i < n_series; i++)
    if (!bb_series_source_query (source, g_array_index (export->series, guint, i), from_ms, until_ms, n_rows,
                                 columns + i * n_rows, error))
      return FALSE;
  for (guint row = 0; row < n_rows; row++) {
    g_autofree gchar *time = bb_time_format (from_ms + row * export->options.step_ms, export->options.zone);
    bb_csv_out_text (export->csv, time);
    for (guint i = 0; i < n_series; i++)
      put_cells (export, &columns[i * n_rows + row],
                 bb_result_get_series (export->result, g_array_index (export->series, guint, i))->decimals);
    if (!bb_csv_out_end_row (export->csv, error))
      return FALSE;
  }
  return TRUE;
}

static gboolean
put_all (Export *export, GCancellable *cancellable, GError **error)
{
  const BbResultCsvOptions *options = &export->options;
  guint n_at_once = MAX (ROWS_AT_ONCE / MAX (export->series->len, 1), 16);
  g_autofree BbSeriesColumn *columns
      = g_new (BbSeriesColumn, (gsize) n_at_once * MAX (export->series->len, 1));
  for (gint64 at = options->from_ms; at < options->until_ms; at += n_at_once * options->step_ms) {
    gint64 left = (options->until_ms - at + options->step_ms - 1) / options->step_ms;
    if (g_cancellable_set_error_if_cancelled (cancellable, error))
      return FALSE;
    if (!put_rows (export, at, (guint) MIN (left, n_at_once), columns, error))
      return FALSE;
  }
  return TRUE;
}

gboolean
bb_result_export_csv (BbResult *result, const gchar *path, const BbResultCsvOptions *options,
                      GCancellable *cancellable, GError **error)
{
  g_autoptr (GArray) series = g_array_new (FALSE, FALSE, sizeof (guint));
  g_autoptr (BbCsvOut) csv = NULL;
  Export export = { .result = result, .series = series };
  if (options != NULL)
    export.options = *options;
  if (!check_options (&export, error) || !choose_series (&export, error))
    return FALSE;
  csv = export.csv = bb_csv_out_new (path, error);
  return csv != NULL && put_header (&export, error) && put_all (&export, cancellable, error)
         && bb_csv_out_commit (csv, error);
}

/* ---- changes ---- */

typedef struct {
  BbResult *result;
  BbCsvOut *csv;
  BbZone *zone;
  const gchar *station;
  BbResultDescribe describe;
  gpointer data;
  GError *failed;
} ChangeExport;

static gchar *
to_hex (const guint8 *bytes, gsize size, gpointer data)
{
  GString *text = g_string_new (NULL);
  for (gsize i = 0; i < size; i++)
    g_string_append_printf (text, "%02x", bytes[i]);
  return g_string_free (text, FALSE);
}

static gboolean
put_change (const BbResultChange *change, gpointer data)
{
  ChangeExport *export = data;
  g_autofree gchar *time = bb_time_format (change->time_ms, export->zone);
  g_autofree gchar *reason
      = export->describe (change->reason, bb_result_get_reason_size (export->result), export->data);
  bb_csv_out_text (export->csv, time);
  bb_csv_out_text (export->csv, export->station);
  bb_csv_out_fixed (export->csv, change->setpoint_ma, 3);
  bb_csv_out_int (export->csv, change->phases);
  bb_csv_out_text (export->csv, reason);
  return bb_csv_out_end_row (export->csv, &export->failed);
}

static gboolean
put_station (ChangeExport *export, guint station, GError **error)
{
  export->station = bb_result_get_station_id (export->result, station);
  if (!bb_result_foreach_change (export->result, station, bb_result_get_from_ms (export->result),
                                 bb_result_get_until_ms (export->result), put_change, export, error))
    return FALSE;
  if (export->failed == NULL)
    return TRUE;
  g_propagate_error (error, g_steal_pointer (&export->failed));
  return FALSE;
}

gboolean
bb_result_export_changes_csv (BbResult *result, const gchar *path, BbZone *zone, BbResultDescribe describe,
                              gpointer data, GCancellable *cancellable, GError **error)
{
  static const gchar *const columns[] = { "time", "station", "setpoint_a", "phases", "reason" };
  g_autoptr (BbCsvOut) csv = bb_csv_out_new (path, error);
  ChangeExport export = {
    .result = result, .csv = csv, .zone = zone, .describe = describe != NULL ? describe : to_hex, .data = data
  };
  if (csv == NULL)
    return FALSE;
  for (guint i = 0; i < G_N_ELEMENTS (columns); i++)
    bb_csv_out_text (csv, columns[i]);
  if (!bb_csv_out_end_row (csv, error))
    return FALSE;
  for (guint i = 0; i < bb_result_get_n_stations (result); i++)
    if (g_cancellable_set_error_if_cancelled (cancellable, error) || !put_station (&export, i, error))
      return FALSE;
  return bb_csv_out_commit (csv, error);
}
