/* SPDX-License-Identifier: GPL-3.0-or-later */
/* run-many.c: runs in worker threads: one in the background, several side by side. */
#include "simulation/run.h"

/* ---- one, in the background ---- */

typedef struct {
  BbSimOptions *options; /* (owned) */
  BbSimProgress progress;
  gpointer progress_data;
} Background;

static void
background_free (gpointer data)
{
  Background *background = data;
  bb_sim_options_free (background->options);
  g_free (background);
}

static void
outcome_destroy (gpointer outcome)
{
  bb_sim_outcome_free (outcome);
}

static void
run_in_background (GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  Background *background = data;
  GError *error = NULL;
  BbSimOutcome *outcome = bb_sim_run (background->options, cancellable, background->progress,
                                      background->progress_data, &error);
  if (outcome != NULL)
    g_task_return_pointer (task, outcome, outcome_destroy);
  else
    g_task_return_error (task, error);
}

void
bb_sim_run_async (const BbSimOptions *options, GCancellable *cancellable, BbSimProgress progress,
                  gpointer progress_data, GAsyncReadyCallback callback, gpointer data)
{
  g_autoptr (GTask) task = g_task_new (NULL, cancellable, callback, data);
  Background *background = g_new0 (Background, 1);
  background->options = bb_sim_options_copy (options);
  background->progress = progress;
  background->progress_data = progress_data;
  g_task_set_source_tag (task, bb_sim_run_async);
  g_task_set_task_data (task, background, background_free);
  g_task_run_in_thread (task, run_in_background);
}

BbSimOutcome *
bb_sim_run_finish (GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, NULL), NULL);
  return g_task_propagate_pointer (G_TASK (result), error);
}

/* ---- several, side by side ---- */

typedef struct {
  GMutex lock;
  BbSimProgress progress; /* (nullable) */
  gpointer progress_data;
  GCancellable *cancellable;
  gdouble *fractions; /* of each job */
  gsize n_jobs;
  BbSimJob *jobs;
  BbSimOptions **options; /* of each job, its own copy: not even reading a site's lists may be shared */
} Pool;

typedef struct {
  Pool *pool;
  gsize job;
} Ticket;

static void
job_progress (gdouble fraction, gpointer data)
{
  const Ticket *ticket = data;
  Pool *pool = ticket->pool;
  gdouble sum = 0;
  g_mutex_lock (&pool->lock);
  pool->fractions[ticket->job] = fraction;
  for (gsize j = 0; j < pool->n_jobs; j++)
    sum += pool->fractions[j];
  pool->progress (sum / (gdouble) pool->n_jobs, pool->progress_data);
  g_mutex_unlock (&pool->lock);
}

static void
run_job (gpointer number, gpointer data)
{
  Pool *pool = data;
  Ticket ticket = { pool, GPOINTER_TO_SIZE (number) - 1 };
  BbSimJob *job = &pool->jobs[ticket.job];
  job->outcome = bb_sim_run (pool->options[ticket.job], pool->cancellable,
                             pool->progress != NULL ? job_progress : NULL, &ticket, &job->error);
}

gboolean
bb_sim_run_many (BbSimJob *jobs, gsize n_jobs, guint n_threads, GCancellable *cancellable,
                 BbSimProgress progress, gpointer progress_data)
{
  g_autofree gdouble *fractions = g_new0 (gdouble, MAX (n_jobs, 1));
  g_autofree BbSimOptions **options = g_new0 (BbSimOptions *, MAX (n_jobs, 1));
  Pool pool = { .progress = progress,
                .progress_data = progress_data,
                .cancellable = cancellable,
                .fractions = fractions,
                .n_jobs = n_jobs,
                .jobs = jobs,
                .options = options };
  g_mutex_init (&pool.lock);
  gint n = (gint) (n_threads > 0 ? n_threads : g_get_num_processors ());
  /* Not exclusive: such a pool cannot fail to start its threads at once. */
  GThreadPool *threads = g_thread_pool_new (run_job, &pool, n, FALSE, NULL);
  gboolean good = TRUE;
  for (gsize j = 0; j < n_jobs; j++)
    options[j] = bb_sim_options_copy (jobs[j].options);
  for (gsize j = 0; j < n_jobs; j++)
    g_thread_pool_push (threads, GSIZE_TO_POINTER (j + 1), NULL);
  g_thread_pool_free (threads, FALSE, TRUE);
  g_mutex_clear (&pool.lock);
  for (gsize j = 0; j < n_jobs; j++) {
    good = good && jobs[j].outcome != NULL;
    bb_sim_options_free (options[j]);
  }
  return good;
}

void
bb_sim_jobs_clear (BbSimJob *jobs, gsize n_jobs)
{
  for (gsize j = 0; j < n_jobs; j++) {
    g_clear_pointer (&jobs[j].outcome, bb_sim_outcome_free);
    g_clear_error (&jobs[j].error);
  }
}
