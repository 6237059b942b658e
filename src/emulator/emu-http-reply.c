/* SPDX-License-Identifier: GPL-3.0-or-later */
/* emu-http-reply.c: HTTP servers of emulated devices: how an answer goes out, with the device's faults on its
 * wire. */
#include "emulator/emu-http-reply.h"

#include <string.h>

/* An answer that is not out yet. */
typedef struct {
  BbEmuHttpServer *server;
  BbEmuDevice *device;
  SoupServerMessage *message; /* (owned) */
  guint status;
  gchar *json;
  GSource *source; /* (nullable) (owned): the delay, or the turn of the main loop before it is cut */
  gulong finished_id;
} Waiting;

static void
waiting_free (Waiting *waiting)
{
  if (waiting->source != NULL)
    g_source_destroy (waiting->source);
  g_clear_pointer (&waiting->source, g_source_unref);
  g_signal_handler_disconnect (waiting->message, waiting->finished_id);
  g_object_unref (waiting->message);
  g_free (waiting->json);
  g_free (waiting);
}

/* ---- the server ---- */

/* Connections are taken here and handed over: what libsoup 3.2 listens on itself it does not quite let go of.
 */
static gboolean
incoming_cb (GSocketService *service, GSocketConnection *connection, GObject *source, gpointer data)
{
  BbEmuHttpServer *server = data;
  g_autoptr (GSocketAddress) local = g_socket_connection_get_local_address (connection, NULL);
  g_autoptr (GSocketAddress) remote = g_socket_connection_get_remote_address (connection, NULL);

  if (local != NULL && remote != NULL)
    soup_server_accept_iostream (server->server, G_IO_STREAM (connection), local, remote, NULL);
  return TRUE;
}

static gboolean
go_online (BbEmuHttpServer *server, GError **error)
{
  g_autoptr (GInetAddress) loopback = g_inet_address_new_loopback (G_SOCKET_FAMILY_IPV4);
  g_autoptr (GSocketAddress) address = g_inet_socket_address_new (loopback, server->port), bound = NULL;
  g_autoptr (GSocketService) service = g_socket_service_new ();

  if (!g_socket_listener_add_address (G_SOCKET_LISTENER (service), address, G_SOCKET_TYPE_STREAM,
                                      G_SOCKET_PROTOCOL_TCP, NULL, &bound, error))
    return FALSE;
  server->port = g_inet_socket_address_get_port (G_INET_SOCKET_ADDRESS (bound));
  server->server = soup_server_new ("server-header", "busbar-emulator", NULL);
  soup_server_add_handler (server->server, NULL, server->callback, server->data, NULL);
  server->service = g_steal_pointer (&service);
  g_signal_connect (server->service, "incoming", G_CALLBACK (incoming_cb), server);
  return TRUE;
}

static void
go_offline (BbEmuHttpServer *server)
{
  g_ptr_array_set_size (server->waiting, 0);
  if (server->service != NULL) {
    g_signal_handlers_disconnect_by_data (server->service, server);
    g_socket_service_stop (server->service);
    g_socket_listener_close (G_SOCKET_LISTENER (server->service));
  }
  g_clear_object (&server->service);
  if (server->server != NULL)
    soup_server_disconnect (server->server);
  g_clear_object (&server->server);
}

BbEmuHttpServer *
bb_emu_http_server_new (SoupServerCallback callback, gpointer data, GError **error)
{
  BbEmuHttpServer *server = g_new0 (BbEmuHttpServer, 1);

  server->waiting = g_ptr_array_new_with_free_func ((GDestroyNotify) waiting_free);
  server->callback = callback;
  server->data = data;
  if (go_online (server, error))
    return server;
  bb_emu_http_server_free (server);
  return NULL;
}

void
bb_emu_http_server_free (BbEmuHttpServer *server)
{
  if (server == NULL)
    return;
  go_offline (server);
  g_ptr_array_unref (server->waiting);
  g_free (server);
}

void
bb_emu_http_server_set_online (BbEmuHttpServer *server, gboolean online, BbLog *log)
{
  g_autoptr (GError) error = NULL;

  if (!online)
    go_offline (server);
  else if (server->server == NULL && !go_online (server, &error))
    bb_log_write (log, BB_LOG_ERROR, "emulator", "Port %u cannot be opened again: %s", server->port,
                  error->message);
}

gchar *
bb_emu_http_get_target (SoupServerMessage *message)
{
  GUri *uri = soup_server_message_get_uri (message);

  if (g_uri_get_query (uri) == NULL)
    return g_strdup (g_uri_get_path (uri));
  return g_strdup_printf ("%s?%s", g_uri_get_path (uri), g_uri_get_query (uri));
}

/* ---- answers ---- */

static void
set_response (SoupServerMessage *message, guint status, const gchar *json)
{
  soup_server_message_set_status (message, status, NULL);
  soup_server_message_set_response (message, "application/json", SOUP_MEMORY_COPY, json, strlen (json));
}

/* The same answer as bytes, for those that go out wrong. */
static gchar *
as_bytes (const Waiting *waiting)
{
  return g_strdup_printf (
      "HTTP/1.1 %u OK\r\nContent-Type: application/json\r\nContent-Length: %" G_GSIZE_FORMAT "\r\n\r\n%s",
      waiting->status, strlen (waiting->json), waiting->json);
}

/* Writes bytes that are no answer, half of one, or two, and closes. */
static void
cut (Waiting *waiting)
{
  g_autoptr (GIOStream) stream = soup_server_message_steal_connection (waiting->message);
  GOutputStream *output = g_io_stream_get_output_stream (stream);
  g_autofree gchar *whole = as_bytes (waiting);
  gsize size = strlen (whole);

  if (bb_emu_has_fault (waiting->device, BB_EMU_GARBAGE))
    g_output_stream_write_all (output, "\x16\x03\x00\x7f{]\xff garbage\r\n\r\n", 18, NULL, NULL, NULL);
  else if (bb_emu_has_fault (waiting->device, BB_EMU_TRUNCATE))
    g_output_stream_write_all (output, whole, size - strlen (waiting->json) / 2, NULL, NULL, NULL);
  else
    for (guint i = 0; i < 2; i++)
      g_output_stream_write_all (output, whole, size, NULL, NULL, NULL);
  g_io_stream_close (stream, NULL, NULL);
}

static gboolean
is_cut (const BbEmuDevice *device)
{
  return bb_emu_has_fault (device, BB_EMU_GARBAGE) || bb_emu_has_fault (device, BB_EMU_TRUNCATE)
         || bb_emu_has_fault (device, BB_EMU_TWICE);
}

static gboolean
is_mute (const BbEmuDevice *device)
{
  return bb_emu_has_fault (device, BB_EMU_SILENCE) || bb_emu_has_fault (device, BB_EMU_HALF_OPEN);
}

/* Sends what waited, now. */
static void
send_now (Waiting *waiting)
{
  BbEmuHttpServer *server = waiting->server;

  if (is_cut (waiting->device))
    cut (waiting);
  else {
    g_autoptr (SoupServerMessage) message = g_object_ref (waiting->message);

    set_response (message, waiting->status, waiting->json);
    g_ptr_array_remove_fast (server->waiting, waiting);
    soup_server_message_unpause (message);
    return;
  }
  g_ptr_array_remove_fast (server->waiting, waiting);
}

static gboolean
due_cb (gpointer data)
{
  Waiting *waiting = data;

  g_clear_pointer (&waiting->source, g_source_unref);
  if (!is_mute (waiting->device))
    send_now (waiting);
  return G_SOURCE_REMOVE;
}

static void
finished_cb (SoupServerMessage *message, gpointer data)
{
  Waiting *waiting = data;

  g_ptr_array_remove_fast (waiting->server->waiting, waiting);
}

static void
hold_back (BbEmuHttpServer *server, BbEmuDevice *device, SoupServerMessage *message, guint status,
           const gchar *json)
{
  Waiting *waiting = g_new0 (Waiting, 1);

  waiting->server = server;
  waiting->device = device;
  waiting->message = g_object_ref (message);
  waiting->status = status;
  waiting->json = g_strdup (json);
  waiting->finished_id = g_signal_connect (message, "finished", G_CALLBACK (finished_cb), waiting);
  g_ptr_array_add (server->waiting, waiting);
  soup_server_message_pause (message);
  if (bb_emu_has_fault (device, BB_EMU_DELAY))
    waiting->source = g_source_ref (bb_clock_add_timeout (bb_emu_get_clock (device),
                                                          MAX (device->faults[BB_EMU_DELAY].value, 1), due_cb,
                                                          waiting, NULL));
  else if (!is_mute (device)) {
    /* The message must be out of its handler before its connection can be taken. */
    waiting->source = g_idle_source_new ();
    g_source_set_callback (waiting->source, due_cb, waiting, NULL);
    g_source_attach (waiting->source, g_main_context_get_thread_default ());
  }
}

void
bb_emu_http_reply (BbEmuHttpServer *server, BbEmuDevice *device, SoupServerMessage *message, guint status,
                   const gchar *json)
{
  if (bb_emu_has_fault (device, BB_EMU_EXCEPTION)) {
    gint64 value = device->faults[BB_EMU_EXCEPTION].value;

    status = value >= 400 && value <= 599 ? (guint) value : SOUP_STATUS_INTERNAL_SERVER_ERROR;
    json = "{\"code\":-1,\"message\":\"refused\"}";
  }
  if (is_mute (device) || is_cut (device) || bb_emu_has_fault (device, BB_EMU_DELAY))
    hold_back (server, device, message, status, json);
  else
    set_response (message, status, json);
}

void
bb_emu_http_release (BbEmuHttpServer *server, BbEmuDevice *device)
{
  guint i = 0;

  while (!is_mute (device) && i < server->waiting->len) {
    Waiting *waiting = g_ptr_array_index (server->waiting, i);

    if (waiting->device == device && waiting->source == NULL) {
      send_now (waiting); /* off the list */
      i = 0;
    } else
      i++;
  }
}
