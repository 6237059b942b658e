/* SPDX-License-Identifier: GPL-3.0-or-later */
/* modbus-device.c: the life of a Modbus device: start, set-up, polls, failures, and back again. */
#include "devices/modbus-private.h"

#include <glib/gi18n.h>

/* So many polls in a row may fail before the device counts as lost. */
#define MAX_FAILURES 3
/* Rest before the next attempt: doubles from the first to the last. A silent device on a shared line costs
 * its neighbours a time-out each time. */
#define FIRST_RETRY_MS        1000
#define LAST_RETRY_METER_MS   4000
#define LAST_RETRY_STATION_MS 8000
#define LAST_RETRY_RTU_MS     30000
#define FAULT_RETRY_MS        10000

G_DEFINE_FINAL_TYPE (BbModbusDevice, bb_modbus_device, BB_TYPE_DEVICE)

gint64
bb_modbus_now (BbModbusDevice *self)
{
  return bb_clock_get_mono_ms (bb_device_get_clock (BB_DEVICE (self)));
}

/* ---- jobs ---- */

typedef struct {
  BbModbusDevice *self; /* (owned) */
  guint epoch;
  BbModbusStage stage;
} Running;

BbModbusJob *
bb_modbus_job (BbModbusDevice *self, BbModbusPriority priority)
{
  return bb_modbus_job_new (self->bus, bb_device_get_link (BB_DEVICE (self))->unit, priority);
}

static void
job_done (BbModbusJob *job, gpointer data)
{
  Running *running = data;
  if (running->epoch == running->self->epoch)
    running->stage (running->self, job);
  bb_modbus_job_free (job);
  g_object_unref (running->self);
  g_free (running);
}

void
bb_modbus_run (BbModbusDevice *self, BbModbusJob *job, BbModbusStage stage)
{
  Running *running = g_new (Running, 1);
  *running = (Running){ g_object_ref (self), self->epoch, stage };
  bb_modbus_job_run (job, self->cancellable, job_done, running);
}

/* ---- what is told ---- */

void
bb_modbus_set_note (BbModbusDevice *self, BbNote note, const gchar *text)
{
  if (g_strcmp0 (self->notes[note], text) == 0)
    return;
  g_free (self->notes[note]);
  self->notes[note] = g_strdup (text);
}

void
bb_modbus_tell (BbModbusDevice *self)
{
  BbDeviceState state = self->fault != BB_FAULT_NONE ? BB_DEVICE_FAULT : BB_DEVICE_ONLINE;
  const gchar *text = NULL;
  for (guint i = 0; i < BB_N_NOTES && text == NULL; i++)
    text = self->notes[i];
  bb_device_set_state (BB_DEVICE (self), state, text);
}

static void
clear_notes (BbModbusDevice *self)
{
  for (guint i = 0; i < BB_N_NOTES; i++)
    g_clear_pointer (&self->notes[i], g_free);
}

void
bb_modbus_finish_poll (BbModbusDevice *self, GError *error)
{
  g_autoptr (GTask) task = g_steal_pointer (&self->poll);
  g_autoptr (GError) own = error;
  if (task != NULL && own != NULL)
    g_task_return_error (task, g_steal_pointer (&own));
  else if (task != NULL)
    g_task_return_boolean (task, TRUE);
}

void
bb_modbus_finish_command (BbModbusDevice *self, GError *error)
{
  g_autoptr (GTask) task = g_steal_pointer (&self->command);
  g_autoptr (GError) own = error;
  if (task != NULL && own != NULL)
    g_task_return_error (task, g_steal_pointer (&own));
  else if (task != NULL)
    g_task_return_boolean (task, TRUE);
}

static GError *
offline_error (BbModbusDevice *self)
{
  const gchar *trouble = bb_device_get_trouble (BB_DEVICE (self));
  return g_error_new_literal (BB_DEVICE_ERROR, BB_DEVICE_ERROR_OFFLINE,
                              trouble != NULL ? trouble : _ ("It does not answer."));
}

/* ---- failures ---- */

static gchar *
where_it_is (const BbLink *link)
{
  if (link->connection == BB_CONNECTION_MODBUS_RTU)
    return g_strdup_printf (_ ("%s, %u baud, unit %u"), link->device, link->baud, link->unit);
  return g_strdup_printf (_ ("%s, port %u, unit %u"), link->host, link->port, link->unit);
}

static const gchar *
what_to_check (const BbLink *link, const GError *error)
{
  if (link->connection == BB_CONNECTION_MODBUS_RTU)
    return _ ("Check its power, the wires A and B, speed and parity, and its unit number.");
  if (g_error_matches (error, BB_MODBUS_ERROR, BB_MODBUS_ERROR_CONNECT))
    return _ ("Check its power and network cable, its address, and that Modbus TCP is turned on in it.");
  if (g_error_matches (error, BB_MODBUS_ERROR, BB_MODBUS_ERROR_CLOSED))
    return _ ("Check that no other Modbus client uses it.");
  return _ ("Check that Modbus TCP is turned on in it, its unit number, and that no other client uses it.");
}

static gchar *
connection_sentence (BbModbusDevice *self, const GError *error)
{
  const BbLink *link = bb_device_get_link (BB_DEVICE (self));
  g_autofree gchar *where = where_it_is (link);
  /* Translators: the place (host, port, unit), the reason as the transport tells it, what to check. */
  return g_strdup_printf (_ ("No answer at %s (%s). %s"), where, error->message, what_to_check (link, error));
}

static gint64
retry_delay_ms (BbModbusDevice *self)
{
  const BbLink *link = bb_device_get_link (BB_DEVICE (self));
  gint64 last = link->is_meter                                 ? LAST_RETRY_METER_MS
                : link->connection == BB_CONNECTION_MODBUS_RTU ? LAST_RETRY_RTU_MS
                                                               : LAST_RETRY_STATION_MS;
  return MIN (last, (gint64) FIRST_RETRY_MS << MIN (self->n_retries, 8));
}

static void
lose (BbModbusDevice *self, const GError *error)
{
  g_autofree gchar *sentence = connection_sentence (self, error);
  self->retry_ms = bb_modbus_now (self) + retry_delay_ms (self);
  self->n_retries++;
  self->fault = BB_FAULT_NONE;
  self->is_set_up = self->probed = FALSE;
  clear_notes (self);
  g_clear_pointer (&self->commission_trouble, g_free);
  bb_modbus_forget_sent (self);
  bb_modbus_publish_lost (self);
  bb_device_set_state (BB_DEVICE (self), BB_DEVICE_CONNECTING, sentence);
}

void
bb_modbus_failed (BbModbusDevice *self, const GError *error)
{
  BbDeviceState state = bb_device_get_state (BB_DEVICE (self));
  self->unsure = TRUE;
  self->setting_up = FALSE;
  self->n_failures++;
  if ((state != BB_DEVICE_ONLINE && state != BB_DEVICE_FAULT) || self->n_failures >= MAX_FAILURES)
    lose (self, error);
  bb_modbus_finish_poll (self, g_error_new (BB_DEVICE_ERROR, BB_DEVICE_ERROR_OFFLINE, "%s", error->message));
  if (self->command != NULL)
    bb_modbus_finish_command (self, offline_error (self));
}

/* ---- set-up ends ---- */

static void
after_setup (BbModbusDevice *self)
{
  self->setting_up = FALSE;
  self->unsure = FALSE;
  self->n_failures = self->n_retries = 0;
  self->fast_ms = self->slow_ms = bb_modbus_now (self);
}

void
bb_modbus_setup_done (BbModbusDevice *self)
{
  after_setup (self);
  self->fault = BB_FAULT_NONE;
  bb_modbus_publish (self);
  bb_modbus_tell (self);
  bb_modbus_finish_poll (self, NULL);
  if (self->command != NULL)
    bb_modbus_command_begin (self);
}

void
bb_modbus_setup_refused (BbModbusDevice *self, BbDeviceError code, const gchar *trouble)
{
  after_setup (self);
  self->fault = BB_FAULT_SETUP;
  self->retry_ms = bb_modbus_now (self) + FAULT_RETRY_MS;
  if (self->is_set_up)
    bb_modbus_publish (self);
  self->fault = BB_FAULT_SETUP;
  bb_device_set_state (BB_DEVICE (self), BB_DEVICE_FAULT, trouble);
  bb_modbus_finish_poll (self, g_error_new_literal (BB_DEVICE_ERROR, (gint) code, trouble));
  if (self->command != NULL)
    bb_modbus_finish_command (self, g_error_new_literal (BB_DEVICE_ERROR, (gint) code, trouble));
}

/* ---- polls ---- */

static void begin_reads (BbModbusDevice *self);

/* A device that has nothing but exceptions to tell is as good as lost. */
static void
fail_without_answers (BbModbusJob *job)
{
  guint8 exception = bb_modbus_job_find_exception (job);
  for (guint i = 0; i < job->steps->len; i++)
    if (bb_modbus_job_get (job, i)->answer != NULL)
      return;
  if (exception > 3 && job->error == NULL)
    job->error = g_error_new (BB_MODBUS_ERROR, BB_MODBUS_ERROR_EXCEPTION + exception,
                              _ ("Modbus exception %u"), exception);
}

static void
reads_done (BbModbusDevice *self, BbModbusJob *job)
{
  fail_without_answers (job);
  if (job->error != NULL) {
    bb_modbus_failed (self, job->error);
    return;
  }
  if (bb_modbus_take_reads (self, job)) {
    begin_reads (self);
    return;
  }
  self->n_failures = 0;
  bb_modbus_decode (self);
  bb_modbus_compare_setpoint (self);
  gboolean told = bb_modbus_publish (self);
  if (self->fault != BB_FAULT_SETUP)
    bb_modbus_tell (self);
  bb_modbus_finish_poll (self, told ? NULL
                                    : g_error_new_literal (BB_DEVICE_ERROR, BB_DEVICE_ERROR_DATA,
                                                           _ ("It answers without values.")));
}

static void
begin_reads (BbModbusDevice *self)
{
  const BbInterface *interface = bb_device_get_interface (BB_DEVICE (self));
  gboolean is_meter = bb_device_is_meter (BB_DEVICE (self));
  BbModbusJob *job = bb_modbus_job (self, is_meter ? BB_MODBUS_METER : BB_MODBUS_STATUS);
  gint64 now_ms = bb_modbus_now (self);
  self->fast_ms = now_ms;
  self->writes_before = self->sent.n_writes;
  bb_modbus_add_reads (self, job, BB_SCHEDULE_FAST);
  if (now_ms - self->slow_ms + BB_EARLY_MS >= interface->poll_slow_ms) {
    self->slow_ms = now_ms;
    bb_modbus_add_reads (self, job, BB_SCHEDULE_SLOW);
  }
  bb_modbus_run (self, job, reads_done);
}

static gboolean
fast_is_due (BbModbusDevice *self)
{
  const BbInterface *interface = bb_device_get_interface (BB_DEVICE (self));
  /* The poll before may have come late by half a second on a busy machine. */
  gint64 early_ms = MAX (BB_EARLY_MS, MIN (interface->poll_fast_ms, 1000) / 2 - 1);
  return bb_modbus_now (self) - self->fast_ms + early_ms >= interface->poll_fast_ms;
}

static void
poll (BbModbusDevice *self)
{
  BbDeviceState state = bb_device_get_state (BB_DEVICE (self));
  gboolean again = bb_modbus_now (self) >= self->retry_ms;
  if (self->setting_up)
    return; /* its end is the poll's end */
  if (state == BB_DEVICE_ONLINE || (state == BB_DEVICE_FAULT && self->fault == BB_FAULT_DATA)) {
    if (self->unsure)
      bb_modbus_setup_begin (self);
    else if (fast_is_due (self))
      begin_reads (self);
    else
      bb_modbus_finish_poll (self, NULL);
  } else if (again) {
    bb_modbus_setup_begin (self);
  } else if (state == BB_DEVICE_FAULT && self->is_set_up && !self->unsure) {
    begin_reads (self);
  } else {
    bb_modbus_finish_poll (self, offline_error (self));
  }
}

static void
bb_modbus_device_poll_async (BbDevice *device, GCancellable *cancellable, GAsyncReadyCallback callback,
                             gpointer data)
{
  BbModbusDevice *self = BB_MODBUS_DEVICE (device);
  GTask *task = g_task_new (self, cancellable, callback, data);
  /* The transaction under way goes on when the caller loses interest; its answer is still worth having. */
  if (self->poll != NULL || !bb_device_is_started (device)) {
    g_task_return_new_error (task, G_IO_ERROR, G_IO_ERROR_PENDING, "It is not started, or busy.");
    g_object_unref (task);
    return;
  }
  self->poll = task;
  poll (self);
}

static void
bb_modbus_device_command_async (BbDevice *device, gint32 setpoint_ma, guint phases, GCancellable *cancellable,
                                GAsyncReadyCallback callback, gpointer data)
{
  BbModbusDevice *self = BB_MODBUS_DEVICE (device);
  GTask *task = g_task_new (self, cancellable, callback, data);
  if (self->command != NULL || !bb_device_is_started (device)) {
    g_task_return_new_error (task, G_IO_ERROR, G_IO_ERROR_PENDING, "It is not started, or busy.");
    g_object_unref (task);
    return;
  }
  self->command = task;
  self->wanted_ma = setpoint_ma;
  self->wanted_phases = phases;
  /* While it is being compared the command waits; its end is bb_modbus_setup_done(). */
  if (bb_device_get_state (device) != BB_DEVICE_ONLINE || (!self->probed && !self->setting_up))
    bb_modbus_finish_command (self, offline_error (self));
  else if (!self->setting_up)
    bb_modbus_command_begin (self);
}

/* ---- start and stop ---- */

static void
bb_modbus_device_start (BbDevice *device)
{
  BbModbusDevice *self = BB_MODBUS_DEVICE (device);
  self->bus = bb_device_context_get_bus (bb_device_get_context (device), bb_device_get_link (device),
                                         bb_device_get_interface (device));
  self->cancellable = g_cancellable_new ();
  self->n_failures = self->n_retries = self->n_invalid = 0;
  self->fault = BB_FAULT_NONE;
  bb_modbus_forget_sent (self);
  bb_modbus_setup_begin (self);
}

static void
bb_modbus_device_stop (BbDevice *device)
{
  BbModbusDevice *self = BB_MODBUS_DEVICE (device);
  self->epoch++;
  g_cancellable_cancel (self->cancellable);
  g_clear_object (&self->cancellable);
  g_clear_pointer (&self->bus, bb_modbus_bus_unref);
  self->setting_up = self->is_set_up = self->probed = FALSE;
  clear_notes (self);
  g_clear_pointer (&self->commission_trouble, g_free);
  bb_modbus_publish_lost (self);
  bb_modbus_finish_poll (self, offline_error (self));
  bb_modbus_finish_command (self, offline_error (self));
}

static void
bb_modbus_device_finalize (GObject *object)
{
  BbModbusDevice *self = BB_MODBUS_DEVICE (object);
  for (guint i = 0; i < BB_N_SCHEDULES; i++) {
    g_clear_pointer (&self->points[i], g_array_unref);
    g_clear_pointer (&self->reads[i], g_array_unref);
  }
  clear_notes (self);
  g_free (self->commission_trouble);
  g_clear_object (&self->cancellable);
  g_clear_pointer (&self->bus, bb_modbus_bus_unref);
  g_clear_pointer (&self->sunspec, bb_sunspec_free);
  g_clear_pointer (&self->image, bb_image_free);
  g_hash_table_unref (self->readable);
  g_hash_table_unref (self->refused);
  g_free (self->variant);
  g_free (self->firmware);
  G_OBJECT_CLASS (bb_modbus_device_parent_class)->finalize (object);
}

static void
bb_modbus_device_class_init (BbModbusDeviceClass *klass)
{
  BbDeviceClass *device_class = BB_DEVICE_CLASS (klass);
  G_OBJECT_CLASS (klass)->finalize = bb_modbus_device_finalize;
  device_class->start = bb_modbus_device_start;
  device_class->stop = bb_modbus_device_stop;
  device_class->poll_async = bb_modbus_device_poll_async;
  device_class->command_async = bb_modbus_device_command_async;
}

static void
bb_modbus_device_init (BbModbusDevice *self)
{
  self->readable = g_hash_table_new (NULL, NULL);
  self->refused = g_hash_table_new (NULL, NULL);
  self->image = bb_image_new ();
  self->low_since_ms = BB_NEVER_MS;
  bb_modbus_forget_sent (self);
}

BbDevice *
bb_modbus_device_new (BbDeviceContext *context, BbProfile *profile, BbLink *link)
{
  return bb_device_construct (BB_TYPE_MODBUS_DEVICE, context, profile, link);
}
