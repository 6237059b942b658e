/* SPDX-License-Identifier: GPL-3.0-or-later */
/* modbus-job.c: one request after the other; exceptions are answers too, anything else ends the job. */
#include "devices/modbus-job.h"

/* 10: no path, 11: the target does not answer. */
#define FIRST_GATEWAY_EXCEPTION 10

static void
clear_step (gpointer data)
{
  g_clear_pointer (&((BbModbusStep *) data)->answer, g_free);
}

BbModbusJob *
bb_modbus_job_new (BbModbusBus *bus, guint8 unit, BbModbusPriority priority)
{
  BbModbusJob *job = g_new0 (BbModbusJob, 1);
  job->bus = bb_modbus_bus_ref (bus);
  job->unit = unit;
  job->priority = priority;
  job->steps = g_array_new (FALSE, TRUE, sizeof (BbModbusStep));
  g_array_set_clear_func (job->steps, clear_step);
  return job;
}

void
bb_modbus_job_free (BbModbusJob *job)
{
  g_array_unref (job->steps);
  g_clear_error (&job->error);
  g_clear_object (&job->cancellable);
  bb_modbus_bus_unref (job->bus);
  g_free (job);
}

static guint8
read_function (BbArea area)
{
  switch (area) {
  case BB_AREA_COIL:
    return 1;
  case BB_AREA_DISCRETE:
    return 2;
  case BB_AREA_INPUT:
    return 4;
  case BB_AREA_HOLDING:
  default:
    return 3;
  }
}

void
bb_modbus_job_read (BbModbusJob *job, BbArea area, guint16 address, guint16 count, gpointer tag)
{
  BbModbusStep step
      = { .area = area, .function = read_function (area), .address = address, .count = count, .tag = tag };
  g_array_append_val (job->steps, step);
}

static guint8
write_function (BbArea area, guint8 function, guint16 count)
{
  gboolean single = function == 5 || function == 6;
  if (area == BB_AREA_COIL)
    return function == 15 || count > 1 ? 15 : 5;
  /* A register function stated for the interface does not fit more than one register. */
  if (single || function == 0)
    return count > 1 ? 16 : 6;
  return 16;
}

void
bb_modbus_job_write (BbModbusJob *job, BbArea area, guint8 function, guint16 address, const guint16 *values,
                     guint16 count, gpointer tag)
{
  BbModbusStep step
      = { .area = area, .function = write_function (area, function, count), .address = address, .tag = tag };
  step.count = MIN (count, G_N_ELEMENTS (step.values));
  for (guint i = 0; i < step.count; i++)
    step.values[i] = values[i];
  g_array_append_val (job->steps, step);
}

BbModbusStep *
bb_modbus_job_get (BbModbusJob *job, guint i)
{
  return &g_array_index (job->steps, BbModbusStep, i);
}

guint8
bb_modbus_job_find_exception (BbModbusJob *job)
{
  for (guint i = 0; i < job->steps->len; i++)
    if (bb_modbus_job_get (job, i)->exception != 0)
      return bb_modbus_job_get (job, i)->exception;
  return 0;
}

static void run_next (BbModbusJob *job);

/* TRUE: the answer is one, if only an exception; the job goes on. */
static gboolean
take_answer (BbModbusJob *job, BbModbusStep *step, GAsyncResult *result)
{
  g_autoptr (GError) error = NULL;
  step->asked = TRUE;
  step->answer = bb_modbus_bus_request_finish (job->bus, result, &step->n_answer, &error);
  if (step->answer != NULL)
    return TRUE;
  /* A gateway that cannot reach the device answers in its place: that is no answer of the device. */
  if (error->domain == BB_MODBUS_ERROR && error->code > BB_MODBUS_ERROR_EXCEPTION
      && error->code < BB_MODBUS_ERROR_EXCEPTION + FIRST_GATEWAY_EXCEPTION) {
    step->exception = (guint8) (error->code - BB_MODBUS_ERROR_EXCEPTION);
    return !job->stop_at_exception;
  }
  job->error = g_steal_pointer (&error);
  return FALSE;
}

static void
request_done_cb (GObject *source G_GNUC_UNUSED, GAsyncResult *result, gpointer data)
{
  BbModbusJob *job = data;
  if (take_answer (job, bb_modbus_job_get (job, job->at), result))
    job->at++;
  else
    job->at = job->steps->len;
  run_next (job);
}

static void
run_next (BbModbusJob *job)
{
  if (job->at >= job->steps->len) {
    job->done (job, job->data);
    return;
  }
  const BbModbusStep *step = bb_modbus_job_get (job, job->at);
  BbModbusRequest request = { .unit = job->unit,
                              .function = step->function,
                              .address = step->address,
                              .count = step->count,
                              .values = step->function > 4 ? step->values : NULL,
                              .priority = job->priority };
  bb_modbus_bus_request_async (job->bus, &request, job->cancellable, request_done_cb, job);
}

static gboolean
run_empty (gpointer data)
{
  run_next (data);
  return G_SOURCE_REMOVE;
}

void
bb_modbus_job_run (BbModbusJob *job, GCancellable *cancellable, BbModbusJobDone done, gpointer data)
{
  job->cancellable = cancellable != NULL ? g_object_ref (cancellable) : NULL;
  job->done = done;
  job->data = data;
  if (job->steps->len > 0) {
    run_next (job);
    return;
  }
  g_autoptr (GSource) source = g_idle_source_new ();
  g_source_set_priority (source, G_PRIORITY_DEFAULT);
  g_source_set_callback (source, run_empty, job, NULL);
  g_source_attach (source, g_main_context_get_thread_default ());
}
