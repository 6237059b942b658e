/* SPDX-License-Identifier: GPL-3.0-or-later */
/* sim-run-fine.c: the seconds of a run for its charts, recomputed in a thread; what is looked at last wins.
 */
#include "app/sim-run-fine.h"

#include <glib/gi18n.h>

#include "app/sim-run-private.h"
#include "simulation/result-fine.h"

#define MARGIN_MS G_GINT64_CONSTANT (300000)

struct _BbRunFine {
  GObject parent_instance;
  BbSimRun *run;         /* (owned) */
  BbFineSource *source;  /* (owned) */
  BbFineWindow *window;  /* (owned) (nullable): computed last; in the source while it is looked at */
  GCancellable *working; /* (owned) (nullable) */
  gint64 working_from_ms, working_until_ms;
  gchar *failure; /* (owned) (nullable): of that stretch */
  gint64 failed_from_ms, failed_until_ms;
  const gchar *obstacle; /* (nullable): what is told now */
};

G_DEFINE_FINAL_TYPE (BbRunFine, bb_run_fine, G_TYPE_OBJECT)

static guint changed_signal;

static void
stop (BbRunFine *self)
{
  if (self->working)
    g_cancellable_cancel (self->working);
  g_clear_object (&self->working);
}

static void
bb_run_fine_dispose (GObject *object)
{
  BbRunFine *self = BB_RUN_FINE (object);

  stop (self);
  g_clear_pointer (&self->window, bb_fine_window_unref);
  g_clear_object (&self->source);
  g_clear_object (&self->run);
  self->obstacle = NULL;
  g_clear_pointer (&self->failure, g_free);
  G_OBJECT_CLASS (bb_run_fine_parent_class)->dispose (object);
}

static void
bb_run_fine_class_init (BbRunFineClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = bb_run_fine_dispose;
  changed_signal = g_signal_new ("changed", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                 G_TYPE_NONE, 0);
}

static void
bb_run_fine_init (BbRunFine *self)
{
}

BbRunFine *
bb_run_fine_new (BbSimRun *run)
{
  BbRunFine *self = NULL;

  g_return_val_if_fail (bb_sim_run_get_result (run) != NULL, NULL);
  self = g_object_new (BB_TYPE_RUN_FINE, NULL);
  self->run = g_object_ref (run);
  self->source = bb_fine_source_new (bb_sim_run_get_result (run));
  return self;
}

/* What the source and the obstacle are from now on; tells when that is something new. */
static void
show (BbRunFine *self, BbFineWindow *window, const gchar *obstacle)
{
  g_autoptr (BbFineWindow) before = bb_fine_source_get_window (self->source);
  gboolean news = window != before || g_strcmp0 (obstacle, self->obstacle) != 0;

  bb_fine_source_set_window (self->source, window);
  self->obstacle = obstacle;
  if (news)
    g_signal_emit (self, changed_signal, 0);
}

/* ---- the thread ------------------------------------------------------------------------------- */

typedef struct {
  BbRunBook *book;  /* (owned) */
  BbResult *result; /* (owned) */
  gint64 from_ms, until_ms;
} Job;

static void
job_free (gpointer data)
{
  Job *job = data;

  bb_run_book_unref (job->book);
  g_object_unref (job->result);
  g_free (job);
}

static void
free_window (gpointer window)
{
  bb_fine_window_unref (window);
}

static void
work (GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  Job *job = data;
  GError *error = NULL;
  BbFineWindow *window = NULL;

  g_mutex_lock (&job->book->lock);
  if (!g_cancellable_set_error_if_cancelled (cancellable, &error))
    window = bb_fine_window_new (job->result, job->book->options, job->from_ms, job->until_ms, cancellable,
                                 &error);
  g_mutex_unlock (&job->book->lock);
  if (window)
    g_task_return_pointer (task, window, free_window);
  else
    g_task_return_error (task, error);
}

static void
keep_failure (BbRunFine *self, const GError *error)
{
  self->obstacle = NULL;
  g_free (self->failure);
  if (error->domain == BB_INPUT_ERROR || error->domain == BB_IO_ERROR)
    /* Translators: %s is why, such as "load.csv cannot be read: No such file or directory" */
    self->failure
        = g_strdup_printf (_ ("Minute values: the inputs of this run are not at hand: %s."), error->message);
  else
    /* Translators: the charts show mean, lowest and highest of each minute; %s is why. */
    self->failure = g_strdup_printf (_ ("Minute values: %s."), error->message);
  self->failed_from_ms = self->working_from_ms;
  self->failed_until_ms = self->working_until_ms;
}

static void
done_cb (GObject *object, GAsyncResult *result, gpointer data)
{
  g_autoptr (BbRunFine) self = data;
  g_autoptr (GError) error = NULL;
  g_autoptr (BbFineWindow) window = g_task_propagate_pointer (G_TASK (result), &error);

  if (self->working != g_task_get_cancellable (G_TASK (result)))
    return; /* somebody looks elsewhere by now */
  g_clear_object (&self->working);
  if (window) {
    g_clear_pointer (&self->window, bb_fine_window_unref);
    self->window = g_steal_pointer (&window);
    show (self, self->window, NULL);
    return;
  }
  keep_failure (self, error);
  show (self, NULL, self->failure);
}

/* With half as much on both sides, five minutes at most: so far nobody waits who pans. More would be waited
 * for where 40 stations are busy. */
static void
start (BbRunFine *self, gint64 from_ms, gint64 until_ms)
{
  g_autoptr (GTask) task = NULL;
  gint64 margin_ms = MIN ((until_ms - from_ms) / 2, MARGIN_MS);
  Job *job = g_new0 (Job, 1);

  stop (self);
  self->working = g_cancellable_new ();
  job->book = bb_sim_run_get_book (self->run);
  job->result = g_object_ref (bb_sim_run_get_result (self->run));
  job->from_ms = self->working_from_ms = from_ms - margin_ms;
  job->until_ms = self->working_until_ms = until_ms + margin_ms;
  /* Not its source object: a thread that lets go of the task last would end it in that thread. */
  task = g_task_new (NULL, self->working, done_cb, g_object_ref (self));
  g_task_set_task_data (task, job, job_free);
  g_task_run_in_thread (task, work);
}

/* ---- looked at -------------------------------------------------------------------------------- */

/* No input to compute from, ever: the same for all stretches. */
static const gchar *
lasting_obstacle (BbRunFine *self)
{
  g_autoptr (BbRunBook) book = bb_sim_run_get_book (self->run);

  return book->obstacle || !book->options ? _ ("Minute values: the inputs of this run are not at hand.")
                                          : NULL;
}

static gboolean
is_within (gint64 from_ms, gint64 until_ms, gint64 outer_from_ms, gint64 outer_until_ms)
{
  return from_ms >= outer_from_ms && until_ms <= outer_until_ms;
}

void
bb_run_fine_look_at (BbRunFine *self, gint64 from_ms, gint64 until_ms)
{
  BbResult *result = NULL;
  const gchar *lasting = NULL;

  g_return_if_fail (BB_IS_RUN_FINE (self));
  result = bb_sim_run_get_result (self->run);
  if (until_ms - from_ms <= 0 || until_ms - from_ms > BB_RUN_FINE_MAX_VIEW_MS
      || until_ms <= bb_result_get_from_ms (result) || from_ms >= bb_result_get_until_ms (result)) {
    stop (self);
    show (self, NULL, NULL);
    return;
  }
  if (self->window && bb_fine_window_covers (self->window, from_ms, until_ms)) {
    stop (self);
    show (self, self->window, NULL);
    return;
  }
  lasting = lasting_obstacle (self);
  if (lasting) {
    show (self, NULL, lasting);
    return;
  }
  if (self->failure && is_within (from_ms, until_ms, self->failed_from_ms, self->failed_until_ms)) {
    stop (self);
    show (self, NULL, self->failure);
    return;
  }
  if (!self->working || !is_within (from_ms, until_ms, self->working_from_ms, self->working_until_ms))
    start (self, from_ms, until_ms);
}

BbSimRun *
bb_run_fine_get_run (BbRunFine *self)
{
  return self->run;
}

BbSeriesSource *
bb_run_fine_get_source (BbRunFine *self)
{
  return BB_SERIES_SOURCE (self->source);
}

const gchar *
bb_run_fine_get_obstacle (BbRunFine *self)
{
  return self->obstacle;
}

gboolean
bb_run_fine_is_working (BbRunFine *self)
{
  return self->working != NULL;
}
