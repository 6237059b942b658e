/* SPDX-License-Identifier: GPL-3.0-or-later */
/* p1-stream.c: the TCP connection to a P1 bridge: connects, reads, and connects again. */
#include "protocols/p1/p1-stream.h"

#include <glib/gi18n.h>
#include <string.h>

#define CHUNK              4096
#define FIRST_WAIT_MS      1000
#define LONGEST_WAIT_MS    30000
#define DEFAULT_SILENCE_MS 30000

struct _BbP1Stream {
  gatomicrefcount refs; /* the owner's, and one for what is under way */
  gchar *host, *channel;
  guint16 port;
  gint64 silence_ms, wait_ms, heard_ms;
  BbClock *clock;
  BbTape *tape;
  BbP1Handler handler; /* NULL: freed by its owner */
  gpointer data;
  BbP1Splitter *splitter;
  GSocketConnection *connection;
  GCancellable *cancellable; /* of this connection */
  GSource *timer;            /* next attempt, or the watch over silence */
  guint8 chunk[CHUNK];
};

static void connect_now (BbP1Stream *stream);
static void read_on (BbP1Stream *stream);

static BbP1Stream *
stream_ref (BbP1Stream *stream)
{
  g_atomic_ref_count_inc (&stream->refs);
  return stream;
}

static void
stream_unref (BbP1Stream *stream)
{
  if (!g_atomic_ref_count_dec (&stream->refs))
    return;
  g_free (stream->host);
  g_free (stream->channel);
  g_object_unref (stream->clock);
  g_clear_pointer (&stream->tape, bb_tape_unref);
  bb_p1_splitter_free (stream->splitter);
  g_free (stream);
}

BbP1Stream *
bb_p1_stream_new (const gchar *host, guint16 port, guint silence_ms, BbClock *clock, BbTape *tape,
                  const gchar *channel, BbP1Handler handler, gpointer data)
{
  BbP1Stream *stream = g_new0 (BbP1Stream, 1);

  g_atomic_ref_count_init (&stream->refs);
  stream->host = g_strdup (host);
  stream->port = port;
  stream->channel = channel != NULL ? g_strdup (channel) : g_strdup_printf ("p1 %s:%u", host, port);
  stream->silence_ms = silence_ms > 0 ? silence_ms : DEFAULT_SILENCE_MS;
  stream->wait_ms = FIRST_WAIT_MS;
  stream->clock = g_object_ref (clock);
  stream->tape = tape != NULL ? bb_tape_ref (tape) : NULL;
  stream->handler = handler;
  stream->data = data;
  stream->splitter = bb_p1_splitter_new ();
  return stream;
}

BbP1Splitter *
bb_p1_stream_get_splitter (BbP1Stream *stream)
{
  return stream->splitter;
}

static void
clear_timer (BbP1Stream *stream)
{
  if (stream->timer != NULL)
    g_source_destroy (stream->timer);
  g_clear_pointer (&stream->timer, g_source_unref);
}

static void
set_timer (BbP1Stream *stream, gint64 delay_ms, GSourceFunc function)
{
  clear_timer (stream);
  stream->timer = g_source_ref (bb_clock_add_timeout (stream->clock, delay_ms, function, stream, NULL));
}

static void
disconnect (BbP1Stream *stream)
{
  clear_timer (stream);
  if (stream->cancellable != NULL)
    g_cancellable_cancel (stream->cancellable);
  g_clear_object (&stream->cancellable);
  g_clear_object (&stream->connection);
  bb_p1_splitter_reset (stream->splitter);
}

void
bb_p1_stream_free (BbP1Stream *stream)
{
  if (stream == NULL)
    return;
  stream->handler = NULL;
  disconnect (stream);
  stream_unref (stream);
}

static gboolean
retry_cb (gpointer data)
{
  connect_now (data);
  return G_SOURCE_REMOVE;
}

/* The connection is no more; tells, and tries again later. */
static void
lose (BbP1Stream *stream, const GError *error)
{
  disconnect (stream);
  set_timer (stream, stream->wait_ms, retry_cb);
  stream->wait_ms = MIN (stream->wait_ms * 2, LONGEST_WAIT_MS);
  stream->handler (stream, NULL, error, stream->data);
}

static void
write_failure (BbP1Stream *stream, const gchar *name)
{
  bb_tape_write (stream->tape, stream->channel, BB_TAPE_FAILED, name, strlen (name), TRUE);
}

static gboolean
silence_cb (gpointer data)
{
  BbP1Stream *stream = data;
  g_autoptr (GError) error = NULL;

  if (bb_clock_get_mono_ms (stream->clock) - stream->heard_ms < stream->silence_ms)
    return G_SOURCE_CONTINUE;
  write_failure (stream, "timed-out");
  g_set_error (&error, G_IO_ERROR, G_IO_ERROR_TIMED_OUT, _ ("Nothing came for %.0f s"),
               stream->silence_ms / 1000.0);
  lose (stream, error);
  return G_SOURCE_REMOVE;
}

/* ---- reading ---- */

/* TRUE while the owner still wants it. */
static gboolean
take_bytes (BbP1Stream *stream, const void *bytes, gsize size)
{
  BbP1Telegram *telegram;

  bb_p1_splitter_push (stream->splitter, bytes, size);
  while (stream->handler != NULL && (telegram = bb_p1_splitter_take (stream->splitter)) != NULL) {
    stream->wait_ms = FIRST_WAIT_MS;
    stream->handler (stream, telegram, NULL, stream->data);
    bb_p1_telegram_free (telegram);
  }
  return stream->handler != NULL;
}

static void
got_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  BbP1Stream *stream = data;
  g_autoptr (GError) error = NULL;
  gssize n = g_input_stream_read_finish (G_INPUT_STREAM (source), result, &error);

  if (stream->handler == NULL || g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED)) {
    stream_unref (stream);
    return;
  }
  if (n <= 0) {
    if (error == NULL)
      g_set_error_literal (&error, G_IO_ERROR, G_IO_ERROR_CONNECTION_CLOSED,
                           _ ("The bridge closed the connection"));
    write_failure (stream, "connection-closed");
    lose (stream, error);
  } else {
    bb_tape_write (stream->tape, stream->channel, BB_TAPE_IN, stream->chunk, (gsize) n,
                   g_utf8_validate ((const gchar *) stream->chunk, n, NULL));
    stream->heard_ms = bb_clock_get_mono_ms (stream->clock);
    if (take_bytes (stream, stream->chunk, (gsize) n))
      read_on (stream);
  }
  stream_unref (stream);
}

static void
read_on (BbP1Stream *stream)
{
  if (stream->connection != NULL)
    g_input_stream_read_async (g_io_stream_get_input_stream (G_IO_STREAM (stream->connection)), stream->chunk,
                               CHUNK, G_PRIORITY_DEFAULT, stream->cancellable, got_cb, stream_ref (stream));
}

/* ---- connecting ---- */

static void
connected_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  BbP1Stream *stream = data;
  g_autoptr (GError) error = NULL;
  g_autoptr (GSocketConnection) connection
      = g_socket_client_connect_to_host_finish (G_SOCKET_CLIENT (source), result, &error);

  if (stream->handler == NULL || g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED)) {
    stream_unref (stream);
    return;
  }
  if (connection == NULL) {
    write_failure (stream, "connection-refused");
    lose (stream, error);
  } else {
    stream->connection = g_steal_pointer (&connection);
    stream->heard_ms = bb_clock_get_mono_ms (stream->clock);
    set_timer (stream, stream->silence_ms / 4, silence_cb);
    read_on (stream);
  }
  stream_unref (stream);
}

static void
connect_now (BbP1Stream *stream)
{
  g_autoptr (GSocketClient) client = g_socket_client_new ();

  clear_timer (stream);
  g_socket_client_set_enable_proxy (client, FALSE);
  g_clear_object (&stream->cancellable);
  stream->cancellable = g_cancellable_new ();
  stream->heard_ms = bb_clock_get_mono_ms (stream->clock);
  set_timer (stream, stream->silence_ms / 4, silence_cb);
  g_socket_client_connect_to_host_async (client, stream->host, stream->port, stream->cancellable,
                                         connected_cb, stream_ref (stream));
}

/* ---- playing a tape ---- */

static gboolean
play_cb (gpointer data)
{
  BbP1Stream *stream = data;
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) bytes = bb_tape_next (stream->tape, stream->channel, &error);

  if (bytes != NULL) {
    take_bytes (stream, g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes));
    return G_SOURCE_CONTINUE;
  }
  clear_timer (stream);
  stream->handler (stream, NULL, error, stream->data);
  return G_SOURCE_REMOVE;
}

void
bb_p1_stream_start (BbP1Stream *stream)
{
  if (stream->tape == NULL || !bb_tape_is_player (stream->tape)) {
    connect_now (stream);
    return;
  }
  stream->timer = g_idle_source_new ();
  g_source_set_callback (stream->timer, play_cb, stream, NULL);
  g_source_attach (stream->timer, g_main_context_get_thread_default ());
}
