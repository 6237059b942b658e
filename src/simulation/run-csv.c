/* SPDX-License-Identifier: GPL-3.0-or-later */
/* run-csv.c: a run's result as tables for a spreadsheet. */
#include "simulation/run-csv.h"

#include "base/csvout.h"
#include "simulation/result-csv.h"

#define MWS_PER_WH G_GINT64_CONSTANT (3600000)

/* The reason's stable name, as in JSON: "row", "queued", ... */
static gchar *
describe (const guint8 *packed, gsize size, gpointer data)
{
  bbe_reason reason;

  if (size != BB_SIM_REASON_SIZE)
    return g_strdup ("");
  bb_sim_reason_unpack (packed, &reason);
  return g_strdup (bbe_reason_name (reason.code));
}

static gboolean
put_session (BbCsvOut *csv, const BbSessionResult *session, const BbSummary *summary, BbZone *zone,
             GError **error)
{
  g_autofree gchar *arrival = bb_time_format (session->arrival_ms, zone);
  g_autofree gchar *departure = bb_time_format (session->departure_ms, zone);

  bb_csv_out_text (csv, session->station < 0 ? "" : summary->stations[session->station].id);
  bb_csv_out_text (csv, arrival);
  bb_csv_out_text (csv, departure);
  bb_csv_out_fixed (csv, session->wanted_mws / MWS_PER_WH, 3);
  bb_csv_out_fixed (csv, session->delivered_mws / MWS_PER_WH, 3);
  bb_csv_out_int (csv, session->open);
  return bb_csv_out_end_row (csv, error);
}

static gboolean
write_sessions (const gchar *folder, const BbSummary *summary, GPtrArray *sessions, BbZone *zone,
                GError **error)
{
  static const gchar *const columns[]
      = { "station", "arrival", "departure", "energy_wanted_kwh", "energy_delivered_kwh", "still_there" };
  g_autofree gchar *path = g_build_filename (folder, "sessions.csv", NULL);
  g_autoptr (BbCsvOut) csv = bb_csv_out_new (path, error);

  if (!csv)
    return FALSE;
  for (guint i = 0; i < G_N_ELEMENTS (columns); i++)
    bb_csv_out_text (csv, columns[i]);
  if (!bb_csv_out_end_row (csv, error))
    return FALSE;
  for (guint i = 0; i < sessions->len; i++)
    if (!put_session (csv, g_ptr_array_index (sessions, i), summary, zone, error))
      return FALSE;
  return bb_csv_out_commit (csv, error);
}

gboolean
bb_sim_write_csv (const gchar *folder, BbResult *result, const BbSummary *summary, GPtrArray *sessions,
                  BbZone *zone, GCancellable *cancellable, GError **error)
{
  BbResultCsvOptions options = { .envelope = TRUE, .zone = zone };
  g_autofree gchar *series = g_build_filename (folder, "series.csv", NULL);
  g_autofree gchar *changes = g_build_filename (folder, "changes.csv", NULL);

  return bb_result_export_csv (result, series, &options, cancellable, error)
         && bb_result_export_changes_csv (result, changes, zone, describe, NULL, cancellable, error)
         && (!sessions || write_sessions (folder, summary, sessions, zone, error));
}
