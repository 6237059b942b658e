/* SPDX-License-Identifier: GPL-3.0-or-later */
/* sim-run-export.c: a run's result written to where a person wants it. */
#include "app/sim-run-export.h"

#include <errno.h>
#include <glib/gi18n.h>
#include <glib/gstdio.h>

#include "base/clock.h"
#include "base/file.h"
#include "report/site-report.h"
#include "simulation/run-csv.h"

#define PIECE (1u << 20)

/* What the thread needs; the run's file stays as long as the run does. */
typedef struct {
  BbSimRun *run; /* (owned): freed on the main thread */
  BbRunExport what;
  gchar *path, *result_path;
  BbResult *result;
  BbSummary *summary; /* (unowned): of the run */
  GPtrArray *sessions;
  BbZone *zone;
  gint64 now_ms;
} Job;

static gboolean
drop_cb (gpointer run)
{
  g_object_unref (run);
  return G_SOURCE_REMOVE;
}

static void
job_free (gpointer data)
{
  Job *job = data;

  g_idle_add (drop_cb, job->run);
  g_free (job->path);
  g_free (job->result_path);
  g_object_unref (job->result);
  g_clear_pointer (&job->sessions, g_ptr_array_unref);
  bb_zone_unref (job->zone);
  g_free (job);
}

static gboolean
copy_result (const Job *job, GCancellable *cancellable, GError **error)
{
  g_autoptr (GFile) file = g_file_new_for_path (job->result_path);
  g_autoptr (GFileInputStream) in = g_file_read (file, cancellable, error);
  g_autoptr (BbStagedFile) out = in ? bb_staged_file_new (job->path, error) : NULL;
  g_autofree gchar *piece = g_malloc (PIECE);
  gssize n = out ? 1 : -1;

  while (n > 0) {
    n = g_input_stream_read (G_INPUT_STREAM (in), piece, PIECE, cancellable, error);
    if (n > 0 && !bb_staged_file_write (out, piece, (gsize) n, error))
      return FALSE;
  }
  return n == 0 && bb_staged_file_commit (out, error);
}

static gboolean
write_tables (const Job *job, GCancellable *cancellable, GError **error)
{
  if (g_mkdir (job->path, 0777) != 0 && errno != EEXIST) {
    bb_set_errno (error, errno, _ ("Could not make the folder"), job->path);
    return FALSE;
  }
  return bb_sim_write_csv (job->path, job->result, job->summary, job->sessions, job->zone, cancellable,
                           error);
}

static void export(GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  const Job *job = data;
  GError *error = NULL;
  gboolean done = FALSE;

  if (job->what == BB_RUN_EXPORT_RESULT)
    done = copy_result (job, cancellable, &error);
  else if (job->what == BB_RUN_EXPORT_CSV)
    done = write_tables (job, cancellable, &error);
  else
    done = bb_site_report_write (job->result, job->now_ms, "Busbar " BUSBAR_VERSION, job->path, cancellable,
                                 &error);
  if (done)
    g_task_return_pointer (task, g_strdup (job->path), g_free);
  else
    g_task_return_error (task, error);
}

void
bb_sim_run_export_async (BbSimRun *run, BbRunExport what, const gchar *path, GCancellable *cancellable,
                         GAsyncReadyCallback callback, gpointer data)
{
  g_autoptr (GTask) task = g_task_new (NULL, cancellable, callback, data);
  g_autoptr (BbClock) clock = bb_clock_new_real ();
  Job *job = g_new0 (Job, 1);

  g_return_if_fail (bb_sim_run_get_result (run) != NULL);
  job->run = g_object_ref (run);
  job->what = what;
  job->path = g_strdup (path);
  job->result_path = g_strdup (bb_sim_run_get_result_path (run));
  job->result = g_object_ref (bb_sim_run_get_result (run));
  job->summary = (BbSummary *) bb_sim_run_get_summary (run);
  job->sessions = bb_sim_run_get_sessions (run) ? g_ptr_array_ref (bb_sim_run_get_sessions (run)) : NULL;
  job->zone = bb_zone_ref (bb_sim_run_get_zone (run));
  job->now_ms = bb_clock_get_wall_ms (clock, NULL);
  g_task_set_task_data (task, job, job_free);
  g_task_run_in_thread (task, export);
}

gchar *
bb_sim_run_export_finish (GAsyncResult *result, GError **error)
{
  return g_task_propagate_pointer (G_TASK (result), error);
}
