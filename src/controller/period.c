/* SPDX-License-Identifier: GPL-3.0-or-later */
/* period.c: one control period: poll, decide once the meters are read, command.
 *
 * A load step is seen by the poll that follows it, at most a period later, and the decision goes out with the
 * reading that shows it: reaction = one period + the time on the bus. So stations are not waited for longer
 * than meters need: on a slow line their readings come a period later, which the engine knows as their age.
 */
#include "controller/controller-private.h"
#include "controller/counter-file.h"

/* A period decides at the latest so long after its start, whatever is still under way: a meter that needs
 * longer is on a line that is too slow, or lost; its older reading counts, with its age. */
#define DECIDE_MS 500
/* Stations' readings are waited for so long once all meters are read. */
#define STATIONS_MS 150

static void decide (BbController *self);

/* ---- commands ---- */

static void command_slot (BbSlot *slot);

/* By hand, the period is over when each station confirmed. */
static void
finish_by_hand (BbController *self)
{
  if (self->by_hand == NULL || self->deciding)
    return;
  for (guint s = 0; s < self->n_stations; s++)
    if (self->stations[s].commanding)
      return;
  g_autoptr (GTask) task = g_steal_pointer (&self->by_hand);
  g_task_return_boolean (task, TRUE);
}

static void
commanded_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  BbSlot *slot = data;
  BbController *self = slot->controller;

  slot->commanding = FALSE;
  /* Why it failed is in the device's trouble, and in the log when that changed. */
  bb_device_command_finish (BB_DEVICE (source), result, NULL);
  if (!self->dead && slot->dirty)
    command_slot (slot);
  else if (!self->dead)
    finish_by_hand (self);
  g_object_unref (source);
  bb_controller_drop (self);
}

static void
command_slot (BbSlot *slot)
{
  slot->commanding = TRUE;
  slot->dirty = FALSE;
  slot->read = FALSE;
  slot->told_ma = slot->setpoint_ma;
  bb_controller_hold (slot->controller);
  bb_device_command_async (g_object_ref (slot->device), slot->setpoint_ma, slot->phases, NULL, commanded_cb,
                           slot);
}

void
bb_controller_command_station (guint station, const bbe_station_out *out, gint64 mono_ms, gpointer controller)
{
  BbController *self = controller;
  BbSlot *slot = &self->stations[station];

  slot->falls = out->setpoint_ma < slot->setpoint_ma;
  slot->dirty |= slot->commanding && slot->setpoint_ma != out->setpoint_ma;
  slot->setpoint_ma = out->setpoint_ma;
  slot->phases = self->config->stations[station].can_switch ? out->phases : 0;
  slot->decided = TRUE;
}

/* Who has to draw less hears it first: on a slow line the last of 40 stations waits for seconds. What came
 * while a command is under way goes out as soon as that was answered. Only to be told more, a station waits
 * until it was read since its last command: on a slow line, 40 stations that rise every second would else
 * leave no time to hear from any. All others are told in every period: their drivers send what is not
 * confirmed, and feed their watchdogs. */
static void
send_commands (BbController *self)
{
  for (guint pass = 0; pass < 2; pass++)
    for (guint s = 0; s < self->n_stations; s++) {
      BbSlot *slot = &self->stations[s];
      if (!slot->decided || slot->falls != (pass == 0))
        continue;
      slot->decided = FALSE;
      if (!slot->commanding && (slot->setpoint_ma <= slot->told_ma || slot->read))
        command_slot (slot);
    }
}

/* ---- polls ---- */

static gboolean
meters_pending (const BbController *self)
{
  for (guint m = 0; m < self->n_meters; m++)
    if (self->meters[m].polling && (self->patient || self->meters[m].polled_in == self->period))
      return TRUE;
  return FALSE;
}

static gboolean
stations_pending (const BbController *self)
{
  for (guint s = 0; s < self->n_stations; s++)
    if (self->stations[s].polling && (self->patient || self->stations[s].polled_in == self->period))
      return TRUE;
  return FALSE;
}

static void
drop_deadline (BbController *self)
{
  if (self->deadline != NULL)
    g_source_destroy (self->deadline);
  self->deadline = NULL;
}

static gboolean
deadline_cb (gpointer data)
{
  BbController *self = data;

  self->deadline = NULL;
  if (self->deciding) {
    self->counts.n_late++;
    decide (self);
  }
  return G_SOURCE_REMOVE;
}

static void
set_deadline (BbController *self, gint64 due_ms)
{
  drop_deadline (self);
  self->deadline = bb_clock_source_new (self->clock, due_ms);
  g_source_set_callback (self->deadline, deadline_cb, self, NULL);
  g_source_attach (self->deadline, g_main_context_get_thread_default ());
  g_source_unref (self->deadline);
}

/* Decides when there is nothing more to wait for. */
static void
look (BbController *self)
{
  if (!self->deciding || meters_pending (self))
    return;
  if (!stations_pending (self)) {
    decide (self);
    return;
  }
  if (self->patient)
    return;
  gint64 due_ms = MIN (bb_clock_get_mono_ms (self->clock), self->period_start_ms) + STATIONS_MS;
  if (bb_clock_get_mono_ms (self->clock) >= due_ms)
    decide (self);
  else
    set_deadline (self, due_ms);
}

static void
polled_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  BbSlot *slot = data;
  BbController *self = slot->controller;

  slot->polling = FALSE;
  slot->read = TRUE;
  slot->round_ms = MAX (slot->round_ms, bb_clock_get_mono_ms (slot->controller->clock) - slot->poll_ms);
  bb_device_poll_finish (BB_DEVICE (source), result, NULL);
  if (!self->dead)
    look (self);
  g_object_unref (source);
  bb_controller_drop (self);
}

static void
poll_slot (BbController *self, BbSlot *slot)
{
  if (slot->device == NULL || slot->polling)
    return;
  slot->polling = TRUE;
  slot->polled_in = self->period;
  slot->poll_ms = self->period_start_ms;
  bb_controller_hold (self);
  bb_device_poll_async (g_object_ref (slot->device), NULL, polled_cb, slot);
}

/* A period may start a little before its time when the one before started late: what is due in it is due
 * then, or a meter would be asked in every other period only. */
#define EARLY_MS (BB_PERIOD_MS / 2 - 1)

/* A meter that measures every so many seconds is asked as often: its reading gets the time of the asking. */
static void
poll_meter (BbController *self, BbSlot *slot)
{
  gint64 interval_ms = MAX (self->config->meters[slot->index].interval_ms, BB_PERIOD_MS);

  if (slot->poll_due_ms > self->period_start_ms + EARLY_MS)
    return;
  slot->poll_due_ms
      = slot->poll_due_ms == 0
            ? self->period_start_ms + interval_ms
            : slot->poll_due_ms
                  + MAX ((self->period_start_ms - slot->poll_due_ms) / interval_ms, 0) * interval_ms
                  + interval_ms;
  poll_slot (self, slot);
}

/* ---- the period ---- */

void
bb_controller_save_state (BbController *self)
{
  gboolean valid;
  gint64 wall_ms = bb_clock_get_wall_ms (self->clock, &valid);
  g_autoptr (GBytes) state = bb_driver_save (self->driver);

  bb_state_file_save (self->state, state, self->in->mono_ms, wall_ms, valid);
  if (self->counter == self->context->ocpp_last_transaction)
    return;
  self->counter = self->context->ocpp_last_transaction;
  bb_counter_file_save (self->counter_path, self->counter);
}

static void
decide (BbController *self)
{
  drop_deadline (self);
  self->deciding = FALSE;
  self->counts.worst_ms
      = MAX (self->counts.worst_ms, bb_clock_get_mono_ms (self->clock) - self->period_start_ms);
  if (self->trace != NULL)
    bb_trace_ring_prepare (self->trace);
  bb_driver_tick (self->driver);
  send_commands (self);
  if (self->state != NULL && self->counts.n_periods % 10 == 0)
    bb_controller_save_state (self);
  bb_controller_update_views (self);
  bb_controller_look_at_lines (self);
  if (self->after != NULL)
    self->after (self, self->after_data);
  finish_by_hand (self);
}

static void
count_period (BbController *self)
{
  gint64 now_ms = bb_clock_get_mono_ms (self->clock);

  self->counts.n_periods++;
  if (self->expected_ms > 0 && now_ms > self->expected_ms + BB_PERIOD_MS / 2)
    self->counts.n_missed++;
  if (self->expected_ms > 0)
    self->expected_ms = now_ms - (now_ms - self->expected_ms) % BB_PERIOD_MS + BB_PERIOD_MS;
}

void
bb_controller_begin_period (BbController *self, gboolean patient)
{
  if (self->deciding) { /* the clock jumped over the deadline of the period before */
    self->counts.n_late++;
    decide (self);
  }
  count_period (self);
  self->period++;
  self->patient = patient;
  self->period_start_ms = bb_clock_get_mono_ms (self->clock);
  self->deciding = TRUE;
  if (!patient)
    set_deadline (self, self->period_start_ms + DECIDE_MS);
  /* Answers come later, from the main context; so nothing is decided before all were asked. */
  for (guint m = 0; m < self->n_meters; m++)
    poll_meter (self, &self->meters[m]);
  for (guint s = 0; s < self->n_stations; s++)
    poll_slot (self, &self->stations[s]);
  look (self);
}

void
bb_controller_drop_period (BbController *self)
{
  drop_deadline (self);
  self->deciding = FALSE;
  if (self->by_hand != NULL) {
    g_autoptr (GTask) task = g_steal_pointer (&self->by_hand);
    g_task_return_new_error (task, G_IO_ERROR, G_IO_ERROR_CANCELLED, "stopped");
  }
}

void
bb_controller_period_async (BbController *self, GCancellable *cancellable, GAsyncReadyCallback callback,
                            gpointer data)
{
  g_return_if_fail (self->by_hand == NULL);
  self->by_hand = g_task_new (NULL, cancellable, callback, data);
  bb_controller_begin_period (self, TRUE);
}

gboolean
bb_controller_period_finish (BbController *self, GAsyncResult *result, GError **error)
{
  return g_task_propagate_boolean (G_TASK (result), error);
}
