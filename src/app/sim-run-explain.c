/* SPDX-License-Identifier: GPL-3.0-or-later */
/* sim-run-explain.c: why each station had what it had at a moment of a run, in a thread; the latest question
 * wins. */
#include <glib/gi18n.h>

#include "app/sim-run-private.h"
#include "model/reason-text.h"
#include "simulation/explain.h"
#include "simulation/headline-text.h"

static void
free_reason (gpointer data)
{
  BbRunReason *reason = data;

  g_free (reason->id);
  g_free (reason->name);
  g_free (reason->current);
  g_free (reason->reason);
  g_free (reason->sentence);
  g_free (reason->period);
  g_free (reason);
}

void
bb_run_moment_free (BbRunMoment *moment)
{
  if (!moment)
    return;
  g_free (moment->when);
  g_free (moment->obstacle);
  g_clear_pointer (&moment->stations, g_ptr_array_unref);
  g_free (moment);
}

typedef struct {
  BbRunBook *book;  /* (owned) */
  BbResult *result; /* (owned) */
  gint64 at_ms;
} Question;

static void
question_free (gpointer data)
{
  Question *question = data;

  bb_run_book_unref (question->book);
  g_object_unref (question->result);
  g_free (question);
}

static BbRunReason *
tell_station (const BbRunBook *book, BbResult *result, const BbExplainedStation *station, gint64 at_ms,
              BbZone *zone)
{
  BbReasonContext context = { .site = book->options->site,
                              .config = book->config,
                              .zone = zone,
                              .now_ms = at_ms,
                              .station = (gint) station->station,
                              .setpoint_ma = station->setpoint_ma };
  g_autofree gchar *since = bb_reason_local_time (station->since_ms, zone);
  g_autofree gchar *until = bb_reason_local_time (station->until_ms, zone);
  g_autofree gchar *amps = bb_number_text (station->setpoint_ma / 1000.0, 1);
  BbRunReason *reason = g_new0 (BbRunReason, 1);

  reason->id = g_strdup (bb_result_get_station_id (result, station->station));
  reason->name = g_strdup (bb_station_name (book->options->site, reason->id));
  reason->current = g_strdup_printf ("%s A", amps);
  reason->reason = bb_reason_text (&context, &station->reason);
  reason->sentence = bb_reason_sentence (&context, &station->reason);
  /* Translators: two times of the local clock. */
  reason->period = g_strdup_printf (_ ("since %s, until %s"), since, until);
  reason->setpoint_ma = station->setpoint_ma;
  reason->code = station->reason.code;
  return reason;
}

/* With the book's lock held. */
static BbRunMoment *
answer (BbRunBook *book, BbResult *result, gint64 at_ms, GCancellable *cancellable, GError **error)
{
  static const BbEngineOptions as_simulated = { .simulation = TRUE, .balancer = -1 };
  g_autoptr (BbExplanation) explanation
      = bb_explain (result, book->obstacle ? NULL : book->options, book->obstacle, at_ms, cancellable, error);
  g_autoptr (BbZone) zone = NULL;
  BbRunMoment *moment = NULL;

  if (!explanation
      || (!book->config && !(book->config = bb_engine_config_new (book->options->site, &as_simulated, error)))
      || !(zone = bb_zone_new (bb_site_peek (book->options->site)->timezone, error)))
    return NULL;
  moment = g_new0 (BbRunMoment, 1);
  moment->at_ms = at_ms;
  moment->when = bb_reason_local_time (at_ms, zone);
  moment->obstacle = g_strdup (explanation->obstacle);
  moment->stations = g_ptr_array_new_with_free_func (free_reason);
  for (guint s = 0; s < explanation->n_stations; s++)
    g_ptr_array_add (moment->stations, tell_station (book, result, &explanation->stations[s], at_ms, zone));
  return moment;
}

static void
free_moment (gpointer moment)
{
  bb_run_moment_free (moment);
}

static void
explain (GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  Question *question = data;
  GError *error = NULL;
  BbRunMoment *moment = NULL;

  if (g_task_return_error_if_cancelled (task))
    return;
  g_mutex_lock (&question->book->lock);
  moment = answer (question->book, question->result, question->at_ms, cancellable, &error);
  g_mutex_unlock (&question->book->lock);
  if (moment)
    g_task_return_pointer (task, moment, free_moment);
  else
    g_task_return_error (task, error);
}

void
bb_sim_run_explain_async (BbSimRun *self, gint64 time_ms, GAsyncReadyCallback callback, gpointer data)
{
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autoptr (GTask) task = g_task_new (self, cancellable, callback, data);
  Question *question = NULL;

  bb_sim_run_set_explaining (self, cancellable);
  if (!bb_sim_run_get_result (self)) {
    g_task_return_new_error (task, G_IO_ERROR, G_IO_ERROR_CANCELLED, "no result");
    return;
  }
  question = g_new0 (Question, 1);
  question->book = bb_sim_run_get_book (self);
  question->result = g_object_ref (bb_sim_run_get_result (self));
  question->at_ms = CLAMP (time_ms, bb_result_get_from_ms (question->result),
                           bb_result_get_until_ms (question->result) - 1);
  g_task_set_task_data (task, question, question_free);
  g_task_run_in_thread (task, explain);
}

BbRunMoment *
bb_sim_run_explain_finish (BbSimRun *self, GAsyncResult *result, GError **error)
{
  return g_task_propagate_pointer (G_TASK (result), error);
}
