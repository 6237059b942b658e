/* SPDX-License-Identifier: GPL-3.0-or-later */
/* sim-inputs-file.c: reads all of an input file in a thread before it is used, so that what is wrong is told
 * at once, with its line. */
#include <glib/gi18n.h>
#include <string.h>

#include "app/sim-inputs.h"
#include "base/file.h"
#include "base/zone.h"
#include "simulation/input-sessions.h"

/* Files that count minutes begin in 1970 when read without a start: what is later than this has dates. */
#define DATED_FROM_MS (365 * BB_MS_PER_DAY)

typedef struct {
  gchar *path, *zone; /* (owned) */
  gint kind;
} Job;

static void
job_free (gpointer data)
{
  Job *job = data;

  g_free (job->path);
  g_free (job->zone);
  g_free (job);
}

void
bb_input_file_free (BbInputFile *file)
{
  if (!file)
    return;
  g_free (file->path);
  g_free (file);
}

/* ---- what is it? ------------------------------------------------------------------------------ */

/* The first lines, in lower case; an unreadable file is "", and told of by its reader. (transfer full) */
static gchar *
read_head (const gchar *path)
{
  g_autoptr (GFile) file = g_file_new_for_path (path);
  g_autoptr (GFileInputStream) in = g_file_read (file, NULL, NULL);
  gchar bytes[1025] = "";
  gsize n = 0;

  if (in)
    g_input_stream_read_all (G_INPUT_STREAM (in), bytes, sizeof bytes - 1, &n, NULL, NULL);
  return g_ascii_strdown (bytes, (gssize) MIN (n, strlen (bytes)));
}

static BbSiteInputKind
guess_kind (const gchar *path)
{
  g_autofree gchar *head = read_head (path);
  g_autofree gchar *base = g_path_get_basename (path);
  g_autofree gchar *name = g_ascii_strdown (base, -1);

  if (strstr (head, "arrival"))
    return BB_SITE_INPUT_SESSIONS;
  if (strstr (head, "power_w") || strstr (name, "pv") || strstr (name, "solar"))
    return BB_SITE_INPUT_PV;
  return BB_SITE_INPUT_LOAD;
}

/* ---- readers ---------------------------------------------------------------------------------- */

static BbInputOptions
options_of (const Job *job, BbSiteInputKind kind)
{
  return (BbInputOptions){ .kind = kind == BB_SITE_INPUT_PV ? BB_INPUT_PV : BB_INPUT_LOAD,
                           .zone = job->zone };
}

static gboolean
read_load (const Job *job, BbInputFile *file, GCancellable *cancellable, GError **error)
{
  BbInputOptions options = options_of (job, file->kind);
  g_autoptr (BbLoadSource) source = bb_load_open_csv (job->path, &options, error);
  g_autoptr (GError) problem = NULL;
  BbLoadInfo info;
  gint32 value[3];

  if (!source)
    return FALSE;
  bb_load_get_info (source, &info);
  for (gint64 at_ms = info.first_ms, next_ms = 0;
       bb_load_at (source, at_ms, value, &next_ms, &problem) && next_ms > at_ms; at_ms = next_ms)
    if (g_cancellable_set_error_if_cancelled (cancellable, error))
      return FALSE;
  if (problem && !g_error_matches (problem, BB_INPUT_ERROR, BB_INPUT_ERROR_RANGE)) {
    g_propagate_error (error, g_steal_pointer (&problem));
    return FALSE;
  }
  bb_load_get_info (source, &info);
  file->from_ms = info.first_ms;
  file->until_ms = info.end_ms;
  return TRUE;
}

static gboolean
read_sessions (const Job *job, BbInputFile *file, GError **error)
{
  BbInputOptions options = options_of (job, file->kind);
  g_autoptr (BbSessions) sessions = bb_sessions_load_csv (job->path, &options, error);

  if (!sessions)
    return FALSE;
  for (gsize i = 0; i < sessions->n_items; i++)
    file->until_ms = MAX (file->until_ms, sessions->items[i].departure_ms);
  file->from_ms = sessions->n_items > 0 ? sessions->items[0].arrival_ms : 0;
  file->one_day = sessions->n_items > 0
                  && sessions->items[sessions->n_items - 1].arrival_ms - file->from_ms < BB_MS_PER_DAY;
  return TRUE;
}

static void
free_file (gpointer file)
{
  bb_input_file_free (file);
}

static void
read_file (GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  const Job *job = data;
  g_autoptr (BbInputFile) file = g_new0 (BbInputFile, 1);
  GError *error = NULL;
  gboolean done = FALSE;

  file->path = g_strdup (job->path);
  file->kind = job->kind >= 0 ? (BbSiteInputKind) job->kind : guess_kind (job->path);
  done = file->kind == BB_SITE_INPUT_SESSIONS ? read_sessions (job, file, &error)
                                              : read_load (job, file, cancellable, &error);
  file->dated = file->from_ms >= DATED_FROM_MS;
  if (file->kind != BB_SITE_INPUT_SESSIONS)
    file->one_day = file->until_ms - file->from_ms <= BB_MS_PER_DAY;
  if (done)
    g_task_return_pointer (task, g_steal_pointer (&file), free_file);
  else
    g_task_return_error (task, error);
}

void
bb_input_file_read_async (const gchar *path, gint kind, const gchar *timezone, GCancellable *cancellable,
                          GAsyncReadyCallback callback, gpointer data)
{
  g_autoptr (GTask) task = g_task_new (NULL, cancellable, callback, data);
  Job *job = g_new0 (Job, 1);

  job->path = g_strdup (path);
  job->zone = g_strdup (timezone);
  job->kind = kind;
  g_task_set_task_data (task, job, job_free);
  g_task_run_in_thread (task, read_file);
}

BbInputFile *
bb_input_file_read_finish (GAsyncResult *result, GError **error)
{
  return g_task_propagate_pointer (G_TASK (result), error);
}
