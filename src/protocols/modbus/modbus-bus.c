/* SPDX-License-Identifier: GPL-3.0-or-later */
/* modbus-bus.c: the queue of a Modbus bus and the worker that empties it. */
#include "protocols/modbus/modbus-bus.h"

#include <errno.h>
#include <glib/gi18n.h>
#include <poll.h>
#include <string.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include "protocols/modbus/modbus-pdu.h"
#include "protocols/modbus/modbus-wire.h"

#define TOPIC              "modbus"
#define DEFAULT_TIMEOUT_MS 1500
#define DEFAULT_BAUD       9600
/* Status reads between two requests of those who are being set up. */
#define STATUS_TURNS 2
/* For the next request of a meter. */
#define MORE_MS 5

/* Seconds of rest after so many connects that failed in a row. */
static const gint64 pauses_ms[] = { 0, 1000, 2000, 5000, 10000 };

/* What was last said in the log about a unit. */
enum { UNIT_FINE = 0, UNIT_SILENT, UNIT_DAMAGED };

struct _BbModbusBus {
  gatomicrefcount owners; /* the last one stops the worker */
  gatomicrefcount refs;   /* of the memory: all owners one, the worker one */
  BbModbusLink link;      /* its texts are owned */
  gchar *name;
  BbClock *clock;
  BbLog *log;   /* (nullable) */
  BbTape *tape; /* (nullable) */
  gint wake_fd;
  gint stop;                             /* atomic */
  GMutex lock;                           /* of the following four */
  GQueue queues[BB_MODBUS_N_PRIORITIES]; /* (element-type GTask) */
  guint n_status;                        /* status reads while a set-up waits */
  GThread *thread;                       /* (nullable) until the first request */
  BbModbusCounts counts;
  /* the worker's own */
  BbModbusWire *wire;
  BbClock *system_clock;
  guint n_failed;
  gint64 retry_ms; /* not before this time of `clock` */
  gchar *failure;  /* of the last connect */
  gboolean announced, lost;
  guint8 units[256], doubts[256];
};

/* What hangs on a task. */
typedef struct {
  BbModbusRequest request;
  guint16 *values; /* of a write */
  guint8 bytes[BB_MODBUS_MAX_PDU];
  gsize size;
  gint64 asked_ms; /* on the bus's clock */
} Job;

typedef struct {
  guint16 *values;
  guint n_values;
} Answer;

static void
job_free (gpointer data)
{
  Job *job = data;
  g_free (job->values);
  g_free (job);
}

static void
answer_free (gpointer data)
{
  Answer *answer = data;
  g_free (answer->values);
  g_free (answer);
}

/* ---- the worker: state and its log ---- */

static void
note_lost (BbModbusBus *bus, const GError *reason)
{
  if (!bus->lost)
    bb_log_write_fields (bus->log, BB_LOG_WARNING, TOPIC, "Connection lost.", "bus", bus->name, "reason",
                         reason->message, NULL);
  bus->lost = TRUE;
  bus->announced = FALSE;
}

static void
note_connected (BbModbusBus *bus)
{
  g_mutex_lock (&bus->lock);
  bus->counts.n_connects++;
  g_mutex_unlock (&bus->lock);
  bus->n_failed = 0;
  if (!bus->announced)
    bb_log_write_fields (bus->log, BB_LOG_INFO, TOPIC, "Connected.", "bus", bus->name, NULL);
  bus->announced = TRUE;
  bus->lost = FALSE;
}

/* Says once that a unit does not answer or not rightly, and once that it does again. */
static void
note_unit (BbModbusBus *bus, guint8 unit, guint8 state, const GError *reason)
{
  static const gchar *const texts[]
      = { "The unit answers again.", "The unit does not answer.", "The unit's answer is damaged." };
  gchar number[8];

  if (bus->units[unit] == state)
    return;
  bus->units[unit] = state;
  g_snprintf (number, sizeof number, "%u", unit);
  bb_log_write_fields (bus->log, state == UNIT_FINE ? BB_LOG_INFO : BB_LOG_WARNING, TOPIC, texts[state],
                       "bus", bus->name, "unit", number, reason != NULL ? "reason" : NULL,
                       reason != NULL ? reason->message : NULL, NULL);
}

static void
count_result (BbModbusBus *bus, const GError *error, gint64 busy_ms)
{
  g_mutex_lock (&bus->lock);
  bus->counts.n_requests++;
  bus->counts.busy_us += busy_ms * 1000;
  if (error != NULL && error->domain == BB_MODBUS_ERROR) {
    bus->counts.n_exceptions += error->code >= BB_MODBUS_ERROR_EXCEPTION;
    bus->counts.n_timeouts += error->code == BB_MODBUS_ERROR_TIMED_OUT;
    bus->counts.n_damaged += error->code == BB_MODBUS_ERROR_DAMAGED;
  }
  g_mutex_unlock (&bus->lock);
}

/* ---- the worker: one transaction ---- */

/* Failures on the tape have the names of GIOErrorEnum. */
static const struct {
  BbModbusError code;
  GIOErrorEnum io;
  const gchar *name;
} failures[] = {
  { BB_MODBUS_ERROR_CONNECT, G_IO_ERROR_CONNECTION_REFUSED, "connection-refused" },
  { BB_MODBUS_ERROR_TIMED_OUT, G_IO_ERROR_TIMED_OUT, "timed-out" },
  { BB_MODBUS_ERROR_CLOSED, G_IO_ERROR_CONNECTION_CLOSED, "connection-closed" },
  { BB_MODBUS_ERROR_DAMAGED, G_IO_ERROR_INVALID_DATA, "invalid-data" },
};

static void
record_failure (BbModbusBus *bus, const GError *error)
{
  for (guint i = 0; i < G_N_ELEMENTS (failures); i++)
    if (g_error_matches (error, BB_MODBUS_ERROR, (gint) failures[i].code))
      bb_tape_write (bus->tape, bus->link.channel, BB_TAPE_FAILED, failures[i].name,
                     strlen (failures[i].name), FALSE);
}

static gssize
play_answer (BbModbusBus *bus, guint8 *answer, GError **error)
{
  g_autoptr (GError) reason = NULL;
  g_autoptr (GBytes) bytes = bb_tape_next (bus->tape, bus->link.channel, &reason);
  gsize size;

  if (bytes != NULL && g_bytes_get_size (bytes) <= BB_MODBUS_MAX_PDU) {
    gconstpointer data = g_bytes_get_data (bytes, &size);
    memcpy (answer, data, size);
    return (gssize) size;
  }
  for (guint i = 0; reason != NULL && i < G_N_ELEMENTS (failures); i++)
    if (g_error_matches (reason, G_IO_ERROR, (gint) failures[i].io)) {
      g_set_error_literal (error, BB_MODBUS_ERROR, (gint) failures[i].code, reason->message);
      return -1;
    }
  if (reason != NULL)
    g_propagate_error (error, g_steal_pointer (&reason));
  else
    g_set_error (error, BB_MODBUS_ERROR, BB_MODBUS_ERROR_DAMAGED, _ ("The recorded answer is too long."));
  return -1;
}

static void
record_answer (BbModbusBus *bus, const guint8 *answer, gssize size, const GError *error)
{
  if (size >= 0)
    bb_tape_write (bus->tape, bus->link.channel, BB_TAPE_IN, answer, (gsize) size, FALSE);
  else
    record_failure (bus, error);
}

static gssize
transact (BbModbusBus *bus, const Job *job, guint8 *answer, GError **error)
{
  gboolean was_opened;

  if (!bb_modbus_wire_open (bus->wire, &was_opened, error))
    return -1;
  if (was_opened)
    note_connected (bus);
  return bb_modbus_wire_transact (bus->wire, job->bytes, job->size, answer, error);
}

/* Sends the request and takes what comes back: through the tape, whichever way it runs. */
static gssize
exchange (BbModbusBus *bus, const Job *job, guint8 *answer, GError **error)
{
  GError *reason = NULL;
  gssize size;

  if (bb_tape_is_player (bus->tape))
    return bb_tape_expect (bus->tape, bus->link.channel, job->bytes, job->size, error)
               ? play_answer (bus, answer, error)
               : -1;
  bb_tape_write (bus->tape, bus->link.channel, BB_TAPE_OUT, job->bytes, job->size, FALSE);
  size = transact (bus, job, answer, &reason);
  record_answer (bus, answer, size, reason);
  if (reason != NULL)
    g_propagate_error (error, reason);
  return size;
}

/* One more answer to the same request; -1 when there is none, or none that can be used. */
static gssize
listen_again (BbModbusBus *bus, guint8 *answer, GError **error)
{
  GError *reason = NULL;
  gssize size;

  if (bb_tape_is_player (bus->tape))
    return play_answer (bus, answer, error);
  size = bb_modbus_wire_listen (bus->wire, answer, &reason);
  record_answer (bus, answer, size, reason);
  if (reason != NULL)
    g_propagate_error (error, reason);
  return size;
}

/* RTU frames have no number: the first answer of a unit after a time-out may be the late one to an earlier
 * request. If it is, the right one follows, since the unit is awake; if nothing follows, it was the right
 * one. */
static gssize
exchange_surely (BbModbusBus *bus, const Job *job, guint8 *answer, GError **error)
{
  g_autoptr (GError) reason = NULL;
  guint8 second[BB_MODBUS_MAX_PDU + 8];
  gssize size = exchange (bus, job, answer, error), second_size;

  if (size < 0 || !bus->doubts[job->request.unit])
    return size;
  second_size = listen_again (bus, second, &reason);
  if (second_size < 0 && !g_error_matches (reason, BB_MODBUS_ERROR, BB_MODBUS_ERROR_TIMED_OUT)) {
    g_propagate_error (error, g_steal_pointer (&reason));
    return -1;
  }
  bus->doubts[job->request.unit] = 0;
  if (second_size < 0)
    return size;
  memcpy (answer, second, (gsize) second_size);
  return second_size;
}

/* A request while the bus rests after failed connects fails at once. */
static gboolean
may_try (BbModbusBus *bus, const Job *job, GError **error)
{
  if (bus->n_failed == 0 || job->asked_ms >= bus->retry_ms)
    return TRUE;
  g_set_error (error, BB_MODBUS_ERROR, BB_MODBUS_ERROR_CONNECT, "%s", bus->failure);
  return FALSE;
}

/* What an error means for the connection and the units. */
static void
handle_error (BbModbusBus *bus, const Job *job, const GError *error)
{
  guint pause = MIN (bus->n_failed, G_N_ELEMENTS (pauses_ms) - 1);

  if (error->domain != BB_MODBUS_ERROR || error->code == BB_MODBUS_ERROR_STOPPED)
    return;
  if (error->code >= BB_MODBUS_ERROR_EXCEPTION) {
    note_unit (bus, job->request.unit, UNIT_FINE, NULL);
    return;
  }
  if (error->code == BB_MODBUS_ERROR_CONNECT) {
    bus->retry_ms = job->asked_ms + pauses_ms[pause];
    bus->n_failed++;
    g_free (bus->failure);
    bus->failure = g_strdup (error->message);
  }
  if (error->code == BB_MODBUS_ERROR_CONNECT || error->code == BB_MODBUS_ERROR_CLOSED)
    note_lost (bus, error);
  else
    note_unit (bus, job->request.unit, error->code == BB_MODBUS_ERROR_TIMED_OUT ? UNIT_SILENT : UNIT_DAMAGED,
               error);
  /* A serial line stays open: what is late is dropped, and the next answer doubted. */
  if (bus->link.host != NULL || error->code == BB_MODBUS_ERROR_CLOSED) {
    bb_modbus_wire_close (bus->wire);
  } else {
    bb_modbus_wire_drain (bus->wire);
    bus->doubts[job->request.unit] |= error->code == BB_MODBUS_ERROR_TIMED_OUT;
  }
}

static guint16 *
ask (BbModbusBus *bus, const Job *job, guint *n_values, GError **error)
{
  guint8 answer[BB_MODBUS_MAX_PDU + 8];
  gssize size = exchange_surely (bus, job, answer, error);

  return size < 0 ? NULL : bb_modbus_check_answer (&job->request, answer, (gsize) size, n_values, error);
}

static void
do_job (BbModbusBus *bus, GTask *task)
{
  const Job *job = g_task_get_task_data (task);
  gint64 start_ms = bb_clock_get_mono_ms (bus->system_clock);
  GError *error = NULL;
  Answer *answer;
  guint16 *values;
  guint n_values = 0;

  if (g_task_return_error_if_cancelled (task))
    return;
  if (!may_try (bus, job, &error)) {
    g_task_return_error (task, error);
    return;
  }
  values = ask (bus, job, &n_values, &error);
  if (error != NULL)
    handle_error (bus, job, error);
  else
    note_unit (bus, job->request.unit, UNIT_FINE, NULL);
  count_result (bus, error, bb_clock_get_mono_ms (bus->system_clock) - start_ms);
  if (error != NULL) {
    g_task_return_error (task, error);
    return;
  }
  answer = g_new (Answer, 1);
  *answer = (Answer){ values, n_values };
  g_task_return_pointer (task, answer, answer_free);
}

/* ---- the worker: queue ---- */

/* By priority; but on a line that status reads fill, whoever is being set up has a turn too, or it would
 * never come on line. */
static guint
choose_queue (BbModbusBus *bus)
{
  guint i = 0;

  while (i < BB_MODBUS_COMMISSION && g_queue_is_empty (&bus->queues[i]))
    i++;
  if (g_queue_is_empty (&bus->queues[BB_MODBUS_COMMISSION]))
    bus->n_status = 0;
  else if (i == BB_MODBUS_STATUS && ++bus->n_status > STATUS_TURNS)
    i = BB_MODBUS_COMMISSION;
  if (i == BB_MODBUS_COMMISSION)
    bus->n_status = 0;
  return i;
}

static GTask *
pop (BbModbusBus *bus)
{
  GTask *task = NULL;

  g_mutex_lock (&bus->lock);
  task = g_queue_pop_head (&bus->queues[choose_queue (bus)]);
  bus->counts.n_waiting -= task != NULL;
  g_mutex_unlock (&bus->lock);
  return task;
}

static void
bus_release (BbModbusBus *bus)
{
  if (!g_atomic_ref_count_dec (&bus->refs))
    return;
  g_clear_pointer (&bus->wire, bb_modbus_wire_free);
  if (bus->wake_fd >= 0)
    close (bus->wake_fd);
  g_free ((gchar *) bus->link.host);
  g_free ((gchar *) bus->link.device);
  g_free ((gchar *) bus->link.channel);
  g_free (bus->name);
  g_free (bus->failure);
  g_object_unref (bus->clock);
  g_object_unref (bus->system_clock);
  g_clear_pointer (&bus->log, bb_log_unref);
  g_clear_pointer (&bus->tape, bb_tape_unref);
  g_mutex_clear (&bus->lock);
  g_free (bus);
}

/* A meter is read in several requests; each is asked when the one before was answered. On a slow line
 * another's status read in between would cost more than this little wait. */
static void
wait_for_more (BbModbusBus *bus, BbModbusPriority priority)
{
  gboolean waits = priority == BB_MODBUS_METER && bus->link.host == NULL && !bus->link.no_rests;

  for (guint i = 0; i < MORE_MS && waits; i++) {
    g_mutex_lock (&bus->lock);
    waits = g_queue_is_empty (&bus->queues[BB_MODBUS_METER])
            && g_queue_is_empty (&bus->queues[BB_MODBUS_SETPOINT]);
    g_mutex_unlock (&bus->lock);
    if (waits)
      poll (NULL, 0, 1);
  }
}

static gpointer
work (gpointer data)
{
  BbModbusBus *bus = data;
  GTask *task;

  while (!g_atomic_int_get (&bus->stop)) {
    task = pop (bus);
    if (task == NULL) {
      bb_modbus_wire_idle (bus->wire);
      continue;
    }
    do_job (bus, task);
    wait_for_more (bus, ((const Job *) g_task_get_task_data (task))->request.priority);
    g_object_unref (task);
  }
  bb_modbus_wire_close (bus->wire);
  while ((task = pop (bus)) != NULL) {
    g_task_return_new_error (task, BB_MODBUS_ERROR, BB_MODBUS_ERROR_STOPPED, _ ("The bus was closed."));
    g_object_unref (task);
  }
  bus_release (bus);
  return NULL;
}

/* ---- the owner's side ---- */

static void
copy_link (BbModbusBus *bus, const BbModbusLink *link)
{
  bus->link = *link;
  bus->link.host = g_strdup (link->host);
  bus->link.device = g_strdup (link->device);
  bus->link.timeout_ms = link->timeout_ms > 0 ? link->timeout_ms : DEFAULT_TIMEOUT_MS;
  bus->link.baud = link->baud > 0 ? link->baud : DEFAULT_BAUD;
  bus->link.parity = link->parity != '\0' ? link->parity : 'N';
  bus->link.stop_bits = link->stop_bits > 0 ? link->stop_bits : 1;
  bus->name
      = link->host != NULL ? g_strdup_printf ("%s:%u", link->host, link->port) : g_strdup (link->device);
  bus->link.channel
      = link->channel != NULL ? g_strdup (link->channel) : g_strdup_printf ("modbus %s", bus->name);
}

BbModbusBus *
bb_modbus_bus_new (const BbModbusLink *link, BbClock *clock, BbLog *log, BbTape *tape)
{
  BbModbusBus *bus;

  g_return_val_if_fail ((link->host == NULL) != (link->device == NULL), NULL);
  bus = g_new0 (BbModbusBus, 1);
  g_atomic_ref_count_init (&bus->owners);
  g_atomic_ref_count_init (&bus->refs);
  copy_link (bus, link);
  bus->clock = g_object_ref (clock);
  bus->system_clock = bb_clock_new_real ();
  bus->log = log != NULL ? bb_log_ref (log) : NULL;
  bus->tape = tape != NULL ? bb_tape_ref (tape) : NULL;
  g_mutex_init (&bus->lock);
  for (guint i = 0; i < BB_MODBUS_N_PRIORITIES; i++)
    g_queue_init (&bus->queues[i]);
  bus->wake_fd = eventfd (0, EFD_CLOEXEC | EFD_NONBLOCK);
  bus->wire = bb_modbus_wire_new (&bus->link, bus->wake_fd, &bus->stop);
  return bus;
}

void
bb_modbus_bus_raise_gap (BbModbusBus *bus, guint gap_ms)
{
  if (gap_ms > (guint) g_atomic_int_get (&bus->link.gap_ms))
    g_atomic_int_set (&bus->link.gap_ms, gap_ms);
}

BbModbusBus *
bb_modbus_bus_ref (BbModbusBus *bus)
{
  g_atomic_ref_count_inc (&bus->owners);
  return bus;
}

static void
wake (BbModbusBus *bus)
{
  const guint64 one = 1;
  if (write (bus->wake_fd, &one, sizeof one) < 0 && errno != EAGAIN)
    g_warning ("A Modbus worker cannot be woken: %s", g_strerror (errno));
}

void
bb_modbus_bus_unref (BbModbusBus *bus)
{
  if (!g_atomic_ref_count_dec (&bus->owners))
    return;
  g_atomic_int_set (&bus->stop, 1);
  if (bus->thread != NULL)
    wake (bus);
  /* It is not waited for: looking up a name may take its time. */
  if (bus->thread != NULL)
    g_thread_unref (bus->thread);
  bus_release (bus);
}

static gboolean
start_worker (BbModbusBus *bus, GError **error)
{
  if (bus->thread != NULL)
    return TRUE;
  if (bus->wake_fd < 0) {
    g_set_error (error, BB_MODBUS_ERROR, BB_MODBUS_ERROR_CONNECT, _ ("Too many open files."));
    return FALSE;
  }
  g_atomic_ref_count_inc (&bus->refs);
  bus->thread = g_thread_try_new ("modbus", work, bus, error);
  if (bus->thread == NULL)
    g_atomic_ref_count_dec (&bus->refs);
  return bus->thread != NULL;
}

static gboolean
prepare_job (BbModbusBus *bus, Job *job, const BbModbusRequest *request, GError **error)
{
  job->request = *request;
  job->asked_ms = bb_clock_get_mono_ms (bus->clock);
  if (bb_modbus_function_is_write (request->function) && request->values != NULL)
    job->values = g_memdup2 (request->values, request->count * sizeof *request->values);
  job->request.values = job->values;
  job->size = bb_modbus_build_request (&job->request, job->bytes, error);
  if (job->size > 0 && bus->link.host == NULL && (request->unit < 1 || request->unit > 247)) {
    g_set_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT, _ ("Unit %u is not between 1 and 247."),
                 request->unit);
    return FALSE;
  }
  return job->size > 0;
}

void
bb_modbus_bus_request_async (BbModbusBus *bus, const BbModbusRequest *request, GCancellable *cancellable,
                             GAsyncReadyCallback callback, gpointer data)
{
  GTask *task = g_task_new (NULL, cancellable, callback, data);
  Job *job = g_new0 (Job, 1);
  GError *error = NULL;

  g_assert (request->priority < BB_MODBUS_N_PRIORITIES);
  g_task_set_source_tag (task, bb_modbus_bus_request_async);
  g_task_set_task_data (task, job, job_free);
  if (!prepare_job (bus, job, request, &error) || !start_worker (bus, &error)) {
    g_task_return_error (task, error);
    g_object_unref (task);
    return;
  }
  g_mutex_lock (&bus->lock);
  g_queue_push_tail (&bus->queues[request->priority], task);
  bus->counts.n_waiting++;
  g_mutex_unlock (&bus->lock);
  wake (bus);
}

guint16 *
bb_modbus_bus_request_finish (BbModbusBus *bus, GAsyncResult *result, guint *n_values, GError **error)
{
  Answer *answer;
  guint16 *values;

  g_return_val_if_fail (g_async_result_is_tagged (result, bb_modbus_bus_request_async), NULL);
  answer = g_task_propagate_pointer (G_TASK (result), error);
  if (n_values != NULL)
    *n_values = answer != NULL ? answer->n_values : 0;
  if (answer == NULL)
    return NULL;
  values = g_steal_pointer (&answer->values);
  answer_free (answer);
  return values;
}

void
bb_modbus_bus_get_counts (BbModbusBus *bus, BbModbusCounts *counts)
{
  g_mutex_lock (&bus->lock);
  *counts = bus->counts;
  g_mutex_unlock (&bus->lock);
}

const gchar *
bb_modbus_bus_get_name (BbModbusBus *bus)
{
  return bus->name;
}
