/* SPDX-License-Identifier: GPL-3.0-or-later */
/* modbus-connection.c: the thread of a server's connection: a request in, a question to the owner, an answer
 * out. */
#include <errno.h>
#include <poll.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "protocols/modbus/modbus-server-private.h"

/* What comes after a byte on a serial line within this belongs to the same frame; far more than the
 * standard's 1.5 characters, since a busy machine holds bytes back. */
#define BYTE_MS 200
/* The length field of a TCP frame: unit, function and at most 252 more. */
#define MAX_LENGTH 254

/* A question to the owner; two references: the thread's and the source's. */
typedef struct {
  gatomicrefcount refs;
  BbModbusServer *server; /* (owned) */
  guint connection;
  gboolean done; /* under the server's lock */
  guint8 exception;
  BbModbusParsed parsed;
  guint16 values[BB_MODBUS_MAX_READ_BITS];
  BbModbusIncoming incoming;
} Question;

static void
question_unref (gpointer data)
{
  Question *question = data;
  if (!g_atomic_ref_count_dec (&question->refs))
    return;
  bb_modbus_server_release (question->server);
  g_free (question);
}

/* ---- waiting ---- */

gint
bb_modbus_connection_wait (BbModbusConnection *connection, gint timeout_ms)
{
  for (;;) {
    gboolean frozen = g_atomic_int_get (&connection->server->frozen);
    struct pollfd polls[2]
        = { { connection->wake_fd, POLLIN, 0 }, { frozen ? -1 : connection->fd, POLLIN, 0 } };
    gint n = poll (polls, 2, frozen ? -1 : timeout_ms);
    guint64 count;

    if (polls[0].revents != 0 && read (connection->wake_fd, &count, sizeof count) < 0 && errno != EAGAIN)
      return -1;
    if (g_atomic_int_get (&connection->closing) || (n < 0 && errno != EINTR))
      return -1;
    if (n > 0 && polls[1].revents != 0 && !g_atomic_int_get (&connection->server->frozen))
      return 1;
    if (n == 0)
      return 0;
  }
}

/* FALSE: the connection is being closed. */
static gboolean
pass_delay (BbModbusConnection *connection, guint delay_ms)
{
  struct pollfd polls = { connection->wake_fd, POLLIN, 0 };

  /* What wakes it is closing or freezing: either way the rest of the delay does not matter. */
  if (delay_ms > 0)
    poll (&polls, 1, (gint) MIN (delay_ms, G_MAXINT));
  return !g_atomic_int_get (&connection->closing);
}

/* ---- reading ---- */

/* Reads and drops the rest of a frame whose function is unknown, which libmodbus left. */
static gboolean
skip_rest (BbModbusConnection *connection, guint8 *frame, gsize *size, gsize whole)
{
  while (*size < whole) {
    gssize n;
    if (bb_modbus_connection_wait (connection, BYTE_MS) != 1)
      return FALSE;
    n = recv (connection->fd, frame + *size, whole - *size, 0);
    if (n <= 0)
      return FALSE;
    *size += (gsize) n;
  }
  return TRUE;
}

static gint
read_tcp (BbModbusConnection *connection, guint8 *frame, gsize *size)
{
  guint idle_ms = connection->server->idle_close_ms;
  gint n, whole;

  if (bb_modbus_connection_wait (connection, idle_ms > 0 ? (gint) idle_ms : -1) != 1)
    return -1;
  n = modbus_receive (connection->modbus, frame);
  if (n < BB_MODBUS_MBAP + 1)
    return -1;
  *size = (gsize) n;
  whole = BB_MODBUS_MBAP - 1 + (frame[4] << 8 | frame[5]);
  if (frame[2] != 0 || frame[3] != 0 || whole < n || whole > BB_MODBUS_MBAP - 1 + MAX_LENGTH)
    return -1;
  return skip_rest (connection, frame, size, (gsize) whole) ? 1 : -1;
}

/* Reads until there are `want` bytes: 1, or 0 when the line falls silent before, -1 to end. */
static gint
fill (BbModbusConnection *connection, guint8 *frame, gsize *size, gsize want)
{
  while (*size < want) {
    gint waited = bb_modbus_connection_wait (connection, *size == 0 ? -1 : BYTE_MS);
    gssize n;
    if (waited != 1)
      return waited;
    n = read (connection->fd, frame + *size, want - *size);
    if (n == 0 || (n < 0 && errno != EAGAIN))
      return -1;
    *size += n > 0 ? (gsize) n : 0;
  }
  return 1;
}

gint
bb_modbus_connection_read_rtu (BbModbusConnection *connection, guint8 *frame, gsize *size)
{
  gsize whole;
  gint filled;

  *size = 0;
  filled = fill (connection, frame, size, 2);
  if (filled == 1 && (frame[1] == 15 || frame[1] == 16))
    filled = fill (connection, frame, size, 7);
  if (filled != 1)
    return filled;
  /* The length of an unknown function's frame only shows in the silence after it. */
  whole = bb_modbus_request_size (frame, *size);
  filled = fill (connection, frame, size, whole > 0 ? whole + 2 : BB_MODBUS_MAX_FRAME);
  if (filled < 0)
    return -1;
  if (*size < 4
      || bb_modbus_crc16 (frame, *size - 2) != (guint16) (frame[*size - 2] | frame[*size - 1] << 8)) {
    /* Noise, or another device's answer: the next frame starts after a silence. */
    while (filled == 1) {
      *size = 1;
      filled = fill (connection, frame, size, BB_MODBUS_MAX_FRAME);
    }
    return filled;
  }
  return 1;
}

/* ---- asking the owner ---- */

/* On the owner's context. */
static gboolean
ask_owner_cb (gpointer data)
{
  Question *question = data;
  BbModbusServer *server = question->server;
  BbModbusIncoming *incoming = &question->incoming;

  if (!server->freed) {
    if (server->answers_unit != NULL && incoming->unit != 0
        && !server->answers_unit (incoming->unit, server->data)) {
      incoming->kind = BB_MODBUS_SILENT;
    } else if (question->exception != 0) {
      incoming->kind = BB_MODBUS_REFUSE;
      incoming->exception = question->exception;
    } else {
      server->handler (incoming, question->connection, server->data);
    }
  }
  g_mutex_lock (&server->lock);
  question->done = TRUE;
  g_cond_broadcast (&server->answered);
  g_mutex_unlock (&server->lock);
  return G_SOURCE_REMOVE;
}

static Question *
question_new (BbModbusConnection *connection, const guint8 *request, gsize size)
{
  Question *question = g_new0 (Question, 1);
  gboolean writes;

  g_atomic_ref_count_init (&question->refs);
  question->server = bb_modbus_server_ref (connection->server);
  question->connection = connection->number;
  question->exception = bb_modbus_parse_request (request, size, &question->parsed);
  writes = bb_modbus_function_is_write (question->parsed.function);
  if (writes)
    memcpy (question->values, question->parsed.values, sizeof question->values);
  question->incoming = (BbModbusIncoming){ .unit = question->parsed.unit,
                                           .function = question->parsed.function,
                                           .address = question->parsed.address,
                                           .count = question->parsed.count,
                                           .values = question->values };
  return question;
}

/* Whether there is an answer; not when the connection is being closed. */
static gboolean
ask (BbModbusConnection *connection, Question *question)
{
  BbModbusServer *server = connection->server;
  GSource *source = g_idle_source_new ();
  gboolean done;

  g_atomic_ref_count_inc (&question->refs);
  g_source_set_priority (source, G_PRIORITY_DEFAULT);
  g_source_set_callback (source, ask_owner_cb, question, question_unref);
  g_source_attach (source, server->context);
  g_source_unref (source);
  g_mutex_lock (&server->lock);
  while (!question->done && !g_atomic_int_get (&connection->closing))
    g_cond_wait (&server->answered, &server->lock);
  done = question->done && !g_atomic_int_get (&connection->closing);
  g_mutex_unlock (&server->lock);
  return done;
}

/* FALSE: close the connection. */
static gboolean
serve (BbModbusConnection *connection, guint8 *frame, gsize size)
{
  gsize head = connection->rtu ? 0 : BB_MODBUS_MBAP - 1;
  gsize tail = connection->rtu ? 2 : 0;
  Question *question = question_new (connection, frame + head, size - head - tail);
  gboolean go_on = TRUE;

  if (g_atomic_int_get (&connection->server->online))
    go_on = ask (connection, question) && pass_delay (connection, question->incoming.delay_ms);
  else
    question->incoming.kind = BB_MODBUS_SILENT;
  if (go_on && !g_atomic_int_get (&connection->server->frozen))
    go_on = bb_modbus_connection_answer (connection, frame, size, &question->parsed, &question->incoming);
  question_unref (question);
  return go_on;
}

gpointer
bb_modbus_connection_run (gpointer data)
{
  BbModbusConnection *connection = data;
  guint8 frame[BB_MODBUS_MAX_FRAME];
  gsize size;
  gint got;

  do {
    got = connection->rtu ? bb_modbus_connection_read_rtu (connection, frame, &size)
                          : read_tcp (connection, frame, &size);
    if (got == 1 && !serve (connection, frame, size))
      got = -1;
  } while (got >= 0);
  if (!connection->rtu)
    shutdown (connection->fd, SHUT_RDWR);
  g_atomic_int_set (&connection->ended, 1);
  return NULL;
}
