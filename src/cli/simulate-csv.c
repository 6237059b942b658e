/* SPDX-License-Identifier: GPL-3.0-or-later */
/* simulate-csv.c: a run's result as tables for a spreadsheet. */
#include "cli/simulate-csv.h"

#include "base/csvout.h"
#include "cli/terminal.h"
#include "simulation/result-csv.h"

#define MWS_PER_WH G_GINT64_CONSTANT (3600000)

/* The reason's stable name, as in JSON: "row", "queued", ... */
static char *
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
  g_autofree char *arrival = bb_time_format (session->arrival_ms, zone);
  g_autofree char *departure = bb_time_format (session->departure_ms, zone);

  bb_csv_out_text (csv, session->station < 0 ? "" : summary->stations[session->station].id);
  bb_csv_out_text (csv, arrival);
  bb_csv_out_text (csv, departure);
  bb_csv_out_fixed (csv, session->wanted_mws / MWS_PER_WH, 3);
  bb_csv_out_fixed (csv, session->delivered_mws / MWS_PER_WH, 3);
  bb_csv_out_int (csv, session->open);
  return bb_csv_out_end_row (csv, error);
}

static gboolean
write_sessions (const char *path, const BbSimOutcome *outcome, BbZone *zone, GError **error)
{
  static const char *const columns[]
      = { "station", "arrival", "departure", "energy_wanted_kwh", "energy_delivered_kwh", "still_there" };
  g_autoptr (BbCsvOut) csv = bb_csv_out_new (path, error);

  if (!csv)
    return FALSE;
  for (guint i = 0; i < G_N_ELEMENTS (columns); i++)
    bb_csv_out_text (csv, columns[i]);
  if (!bb_csv_out_end_row (csv, error))
    return FALSE;
  for (guint i = 0; i < outcome->sessions_done->len; i++)
    if (!put_session (csv, g_ptr_array_index (outcome->sessions_done, i), outcome->summary, zone, error))
      return FALSE;
  return bb_csv_out_commit (csv, error);
}

gboolean
cli_write_csv (const char *folder, const char *result_path, const BbSimOutcome *outcome, BbZone *zone,
               GError **error)
{
  BbResultCsvOptions options = { .envelope = TRUE, .zone = zone };
  g_autofree char *series = g_build_filename (folder, "series.csv", NULL);
  g_autofree char *changes = g_build_filename (folder, "changes.csv", NULL);
  g_autofree char *sessions = g_build_filename (folder, "sessions.csv", NULL);
  g_autoptr (BbResult) result = bb_result_open (result_path, error);

  return result && bb_result_export_csv (result, series, &options, cli_interruptible (), error)
         && bb_result_export_changes_csv (result, changes, zone, describe, NULL, cli_interruptible (), error)
         && write_sessions (sessions, outcome, zone, error);
}
