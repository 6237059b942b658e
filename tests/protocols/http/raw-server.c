/* SPDX-License-Identifier: GPL-3.0-or-later */
/* raw-server.c: a TCP server for tests that answers each request with given bytes, however wrong. */
#include "raw-server.h"

#include <string.h>

struct _RawServer {
  GSocketService *service;
  guint16 port;
  RawMode mode;
  GPtrArray *answers; /* (element-type GBytes) */
  gchar *filler;
  GString *received;
  guint n_requests;
  guint64 n_sent;
  GSocketConnection *last; /* for drips */
  GCancellable *cancellable;
};

typedef struct {
  RawServer *server;
  GSocketConnection *connection;
  gchar buffer[4096];
  GString *request;
  GBytes *answer;
} Conversation;

static void read_more (Conversation *conversation);

static void
conversation_free (Conversation *conversation)
{
  g_io_stream_close (G_IO_STREAM (conversation->connection), NULL, NULL);
  g_object_unref (conversation->connection);
  g_string_free (conversation->request, TRUE);
  g_clear_pointer (&conversation->answer, g_bytes_unref);
  g_free (conversation);
}

static GOutputStream *
output_of (Conversation *conversation)
{
  return g_io_stream_get_output_stream (G_IO_STREAM (conversation->connection));
}

static void
repeated_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  Conversation *conversation = data;
  RawServer *server = conversation->server;
  gsize n = 0;

  if (!g_output_stream_write_all_finish (G_OUTPUT_STREAM (source), result, &n, NULL)) {
    conversation_free (conversation);
    return;
  }
  server->n_sent += n;
  g_output_stream_write_all_async (output_of (conversation), server->filler, strlen (server->filler), 0,
                                   server->cancellable, repeated_cb, conversation);
}

static void
answered_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  Conversation *conversation = data;
  RawServer *server = conversation->server;
  gboolean ok = g_output_stream_write_all_finish (G_OUTPUT_STREAM (source), result, NULL, NULL);

  if (!ok || server->mode == RAW_CLOSE)
    conversation_free (conversation);
  else if (server->mode == RAW_REPEAT)
    g_output_stream_write_all_async (output_of (conversation), server->filler, strlen (server->filler), 0,
                                     server->cancellable, repeated_cb, conversation);
  else
    read_more (conversation);
}

static void
answer (Conversation *conversation)
{
  RawServer *server = conversation->server;
  guint index = MIN (server->n_requests, server->answers->len - 1);
  gsize size;
  const gchar *bytes = g_bytes_get_data (g_ptr_array_index (server->answers, index), &size);

  server->n_requests++;
  g_string_append_len (server->received, conversation->request->str, (gssize) conversation->request->len);
  g_string_truncate (conversation->request, 0);
  g_set_object (&server->last, conversation->connection);
  g_output_stream_write_all_async (output_of (conversation), bytes, size, 0, server->cancellable, answered_cb,
                                   conversation);
}

/* TRUE when head and body (by Content-Length) are there. */
static gboolean
is_whole (const GString *request)
{
  const gchar *end = strstr (request->str, "\r\n\r\n"), *length = strstr (request->str, "Content-Length: ");
  guint64 n = 0;

  if (end == NULL)
    return FALSE;
  if (length != NULL && length < end)
    n = g_ascii_strtoull (length + strlen ("Content-Length: "), NULL, 10);
  return request->len >= (gsize) (end + 4 - request->str) + n;
}

static void
read_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  Conversation *conversation = data;
  gssize n = g_input_stream_read_finish (G_INPUT_STREAM (source), result, NULL);

  if (n <= 0) {
    conversation_free (conversation);
    return;
  }
  g_string_append_len (conversation->request, conversation->buffer, n);
  if (is_whole (conversation->request))
    answer (conversation);
  else
    read_more (conversation);
}

static void
read_more (Conversation *conversation)
{
  g_input_stream_read_async (g_io_stream_get_input_stream (G_IO_STREAM (conversation->connection)),
                             conversation->buffer, sizeof conversation->buffer, 0,
                             conversation->server->cancellable, read_cb, conversation);
}

static gboolean
incoming_cb (GSocketService *service, GSocketConnection *connection, GObject *source, gpointer data)
{
  Conversation *conversation = g_new0 (Conversation, 1);

  conversation->server = data;
  conversation->connection = g_object_ref (connection);
  conversation->request = g_string_new (NULL);
  read_more (conversation);
  return TRUE;
}

RawServer *
raw_server_new (RawMode mode, const gchar *head, gsize size, const gchar *filler)
{
  RawServer *server = g_new0 (RawServer, 1);
  g_autoptr (GInetAddress) loopback = g_inet_address_new_loopback (G_SOCKET_FAMILY_IPV4);
  g_autoptr (GSocketAddress) address = g_inet_socket_address_new (loopback, 0), bound = NULL;
  g_autoptr (GError) error = NULL;

  server->mode = mode;
  server->answers = g_ptr_array_new_with_free_func ((GDestroyNotify) g_bytes_unref);
  g_ptr_array_add (server->answers, g_bytes_new (head, size));
  server->filler = g_strdup (filler);
  server->received = g_string_new (NULL);
  server->cancellable = g_cancellable_new ();
  server->service = g_socket_service_new ();
  g_socket_listener_add_address (G_SOCKET_LISTENER (server->service), address, G_SOCKET_TYPE_STREAM,
                                 G_SOCKET_PROTOCOL_TCP, NULL, &bound, &error);
  g_assert_no_error (error);
  server->port = g_inet_socket_address_get_port (G_INET_SOCKET_ADDRESS (bound));
  g_signal_connect (server->service, "incoming", G_CALLBACK (incoming_cb), server);
  return server;
}

guint16
raw_server_get_port (RawServer *server)
{
  return server->port;
}

void
raw_server_add (RawServer *server, const gchar *head)
{
  g_ptr_array_add (server->answers, g_bytes_new (head, strlen (head)));
}

const gchar *
raw_server_get_received (RawServer *server)
{
  return server->received->str;
}

guint
raw_server_get_n_requests (RawServer *server)
{
  return server->n_requests;
}

guint64
raw_server_get_n_sent (RawServer *server)
{
  return server->n_sent;
}

void
raw_server_drip (RawServer *server)
{
  if (server->last != NULL)
    g_output_stream_write (g_io_stream_get_output_stream (G_IO_STREAM (server->last)), server->filler, 1,
                           NULL, NULL);
}

void
raw_server_free (RawServer *server)
{
  g_socket_service_stop (server->service);
  g_socket_listener_close (G_SOCKET_LISTENER (server->service));
  g_cancellable_cancel (server->cancellable);
  while (g_main_context_iteration (NULL, FALSE))
    ;
  g_object_unref (server->service);
  g_object_unref (server->cancellable);
  g_clear_object (&server->last);
  g_ptr_array_unref (server->answers);
  g_string_free (server->received, TRUE);
  g_free (server->filler);
  g_free (server);
}
