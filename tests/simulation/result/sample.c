/* SPDX-License-Identifier: GPL-3.0-or-later */
/* sample.c: a small result with a bit of everything. */
#include "sample.h"

static void
add_series (BbResultWriter *writer)
{
  static const BbResultSeries series[] = {
    { "circuit/main/l1", "Main L1", "A", BB_SERIES_GAUGE, 3, 1 },
    { "station/a/setpoint", "Garage “A”", "A", BB_SERIES_STEP, 3, 100 },
    { "pv", "Solar", "W", BB_SERIES_GAUGE, 0, 1 },
  };
  for (guint i = 0; i < G_N_ELEMENTS (series); i++)
    g_assert_cmpuint (bb_result_writer_add_series (writer, &series[i]), ==, i);
  g_assert_cmpuint (bb_result_writer_add_station (writer, "a"), ==, 0);
  g_assert_cmpuint (bb_result_writer_add_station (writer, "b"), ==, 1);
}

GBytes *
sample_snapshot (guint i)
{
  gsize size = 200 + i % 3 * 40;
  guint8 *data = g_malloc0 (size);
  for (gsize k = 0; k < size; k++)
    data[k] = (guint8) (k % 7 == 0 ? i * k : k);
  return g_bytes_new_take (data, size);
}

static void
write_minute (BbResultWriter *writer, guint minute, gint64 time_ms)
{
  guint32 reason[6] = { minute / 10, 0, 0, 16000 + minute / 10, 0, 0 };
  for (guint s = 0; s < 60; s += 5)
    bb_result_writer_set (writer, 0, time_ms + s * 1000,
                          (gint32) ((minute * 7919 + s * 104729) % 32000) - 8000);
  bb_result_writer_set (writer, 1, time_ms, minute < 60 ? 0 : 6000 + (gint32) (minute / 20) * 333);
  if (minute == 100)
    bb_result_writer_set (writer, 2, time_ms + 12345, 2500);
  if (minute == 200)
    bb_result_writer_set (writer, 2, time_ms, BB_RESULT_GAP);
  for (guint i = 0; i < sizeof reason / sizeof *reason; i++)
    reason[i] = GUINT32_TO_LE (reason[i]);
  bb_result_writer_change (writer, 0, time_ms, 6000 + (gint32) (minute / 20) * 333, 3, reason, sizeof reason);
  if (minute % 50 == 1)
    bb_result_writer_event (writer, time_ms, minute, "Station lost");
}

gboolean
sample_write (const gchar *path, BbWriteFunc write, GError **error)
{
  g_autoptr (BbResultWriter) writer
      = bb_result_writer_new (path, SAMPLE_FROM_MS, SAMPLE_UNTIL_MS, SAMPLE_METADATA, error);
  if (writer == NULL)
    return FALSE;
  if (write != NULL)
    bb_result_writer_set_write_func (writer, write);
  add_series (writer);
  for (guint minute = 0; minute < 300; minute++) {
    gint64 time_ms = SAMPLE_FROM_MS + minute * G_GINT64_CONSTANT (60000);
    write_minute (writer, minute, time_ms);
    if (minute % 15 == 0) {
      g_autoptr (GBytes) blob = sample_snapshot (minute / 15);
      bb_result_writer_snapshot (writer, time_ms, g_bytes_get_data (blob, NULL), g_bytes_get_size (blob));
    }
  }
  return bb_result_writer_finish (writer, SAMPLE_SUMMARY, error);
}

static gboolean
count_change (const BbResultChange *change, gpointer data)
{
  (*(guint *) data)++;
  return TRUE;
}

static void
count_bucket (gint64 start_ms, const BbResultBucket *bucket, gpointer data)
{
  g_assert_cmpint (bucket->min, <=, bucket->max);
  (*(guint *) data)++;
}

static gboolean
read_stations (BbResult *result, GError **error)
{
  guint n = 0;
  for (guint i = 0; i < bb_result_get_n_stations (result); i++)
    if (!bb_result_foreach_change (result, i, G_MININT64 / 2, G_MAXINT64, count_change, &n, error))
      return FALSE;
  for (gint64 at = bb_result_get_from_ms (result); n > 0 && at < bb_result_get_from_ms (result) + 18000000;
       at += 1800000) {
    BbResultChange change;
    if (!bb_result_find_change (result, 0, at, &change, NULL, error))
      return FALSE;
  }
  return TRUE;
}

static gboolean
read_snapshots (BbResult *result, GError **error)
{
  for (gint64 at = SAMPLE_FROM_MS; at < SAMPLE_UNTIL_MS && bb_result_get_n_snapshots (result) > 0;
       at += 900000) {
    g_autoptr (GBytes) blob = bb_result_find_snapshot (result, at, NULL, error);
    if (blob == NULL)
      return FALSE;
  }
  return TRUE;
}

static gboolean
read_series (BbResult *result, GError **error)
{
  guint n = 0;
  for (guint i = 0; i < bb_result_get_n_series (result); i++) {
    BbSeriesColumn columns[50];
    for (guint level = 0; level < BB_RESULT_LEVELS; level++)
      if (!bb_result_foreach_bucket (result, i, level, SAMPLE_FROM_MS - 1000000, SAMPLE_UNTIL_MS + 1000000,
                                     count_bucket, &n, error))
        return FALSE;
    if (!bb_series_source_query (BB_SERIES_SOURCE (result), i, SAMPLE_FROM_MS, SAMPLE_UNTIL_MS, 50, columns,
                                 error))
      return FALSE;
  }
  return TRUE;
}

gboolean
sample_read_all (const gchar *path, GError **error)
{
  g_autoptr (BbResult) result = bb_result_open (path, error);
  g_autofree gchar *metadata = NULL, *summary = NULL;
  g_autoptr (GPtrArray) events = NULL;
  if (result == NULL)
    return FALSE;
  metadata = bb_result_get_metadata (result, error);
  if (metadata == NULL)
    return FALSE;
  summary = bb_result_get_summary (result, error);
  if (summary == NULL)
    return FALSE;
  events = bb_result_get_events (result, error);
  return events != NULL && read_stations (result, error) && read_snapshots (result, error)
         && read_series (result, error) && bb_result_verify (result, NULL, error);
}
