/* SPDX-License-Identifier: GPL-3.0-or-later */
/* ocpp-server.c: OCPP-J on libsoup: who knocks, may they come in, and the link of those who do.
 *
 * One handler at "/" looks at every request first and refuses by status; what it lets pass goes on to the
 * WebSocket handler. Basic authentication is read here, not by SoupAuthDomainBasic: keys are bytes, not C
 * strings. */
#include "protocols/ocpp/ocpp-server.h"

#include <glib/gi18n.h>
#include <string.h>

#define TOPIC             "ocpp"
#define MAX_STRANGERS     16
#define MAX_IDENTITY      128
#define MAX_AUTHORIZATION 1024
/* Who says nothing for so long before his handshake is over is cut off, so that the silent do not use up our
 * sockets. */
#define HANDSHAKE_S 30
#define SOCKET_KEY  "busbar-socket"

struct _BbOcppServer {
  SoupServer *soup;
  GSocketService *service;
  GTlsCertificate *certificate; /* (nullable) */
  BbClock *clock;
  BbLog *log;   /* (nullable) */
  BbTape *tape; /* (nullable) */
  BbOcppAdmit admit;
  BbOcppArrived arrived;
  gpointer data;
  GHashTable *links; /* identity -> BbOcppLink */
  GQueue strangers;  /* (element-type utf8), newest first */
  guint16 port;
};

/* ---- who is it ---- */

/* Last element of the raw path, decoded (transfer full); NULL: none, or not text. */
static gchar *
identity_of_path (const gchar *path)
{
  g_auto (GStrv) parts = g_strsplit (path, "/", -1);
  for (guint i = g_strv_length (parts); i > 0; i--) {
    gchar *identity = NULL;
    if (*parts[i - 1] == '\0')
      continue;
    identity = g_uri_unescape_string (parts[i - 1], NULL);
    if (identity != NULL && strlen (identity) <= MAX_IDENTITY && g_utf8_validate (identity, -1, NULL))
      return identity;
    g_free (identity);
    return NULL;
  }
  return NULL;
}

static gchar *
identity_of (SoupServerMessage *message)
{
  return identity_of_path (g_uri_get_path (soup_server_message_get_uri (message)));
}

/* The password of "Basic base64(user:password)" as bytes (transfer full); NULL: none, or not readable. */
static guint8 *
password_of (SoupServerMessage *message, gsize *size)
{
  SoupMessageHeaders *headers = soup_server_message_get_request_headers (message);
  const gchar *value = soup_message_headers_get_one (headers, "Authorization");
  g_autofree guchar *decoded = NULL;
  const guchar *colon = NULL;
  gsize length = 0;
  *size = 0;
  if (value == NULL || strlen (value) > MAX_AUTHORIZATION || g_ascii_strncasecmp (value, "Basic ", 6) != 0)
    return NULL;
  decoded = g_base64_decode (value + 6, &length);
  colon = decoded != NULL ? memchr (decoded, ':', length) : NULL;
  if (colon == NULL)
    return NULL;
  *size = length - (gsize) (colon + 1 - decoded);
  return *size > 0 ? g_memdup2 (colon + 1, *size) : (guint8 *) g_strdup ("");
}

static void
remember_stranger (BbOcppServer *self, const gchar *identity)
{
  GList *known = g_queue_find_custom (&self->strangers, identity, (GCompareFunc) (GCallback) g_strcmp0);
  if (known != NULL) {
    g_queue_unlink (&self->strangers, known);
    g_queue_push_head_link (&self->strangers, known);
    return;
  }
  bb_log_write (self->log, BB_LOG_WARNING, TOPIC,
                "A station that calls itself “%s” knocked; no station of the site has this identity.",
                identity);
  g_queue_push_head (&self->strangers, g_strdup (identity));
  if (self->strangers.length > MAX_STRANGERS)
    g_free (g_queue_pop_tail (&self->strangers));
}

/* ---- requests ---- */

static void
refuse (SoupServerMessage *message, guint status, const gchar *text)
{
  soup_server_message_set_status (message, status, NULL);
  soup_server_message_set_response (message, "text/plain; charset=utf-8", SOUP_MEMORY_COPY, text,
                                    strlen (text));
}

static void
refuse_password (BbOcppServer *self, SoupServerMessage *message, const gchar *identity)
{
  SoupMessageHeaders *headers = soup_server_message_get_response_headers (message);
  bb_log_write (self->log, BB_LOG_WARNING, TOPIC,
                "The station “%s” was refused: its password is not the one of the site.", identity);
  soup_message_headers_replace (headers, "WWW-Authenticate", "Basic realm=\"OCPP\", charset=\"UTF-8\"");
  refuse (message, SOUP_STATUS_UNAUTHORIZED, "The password is wrong.\n");
}

static gboolean
is_websocket (SoupServerMessage *message)
{
  SoupMessageHeaders *headers = soup_server_message_get_request_headers (message);
  return soup_server_message_get_method (message) == SOUP_METHOD_GET
         && soup_message_headers_header_contains (headers, "Upgrade", "websocket");
}

/* From here on the link looks after it. Before libsoup makes the WebSocket: what it waits for then has no
 * end. */
static void
end_handshake (SoupServerMessage *message)
{
  GSocketAddress *remote = soup_server_message_get_remote_address (message);
  GSocket *socket = remote != NULL ? g_object_get_data (G_OBJECT (remote), SOCKET_KEY) : NULL;
  if (socket != NULL)
    g_socket_set_timeout (socket, 0);
}

static void
request_cb (SoupServer *soup, SoupServerMessage *message, const gchar *path, GHashTable *query, gpointer data)
{
  BbOcppServer *self = data;
  gboolean wrong_password = FALSE;
  gsize n_password = 0;
  g_autofree guint8 *password = NULL;
  g_autofree gchar *identity = NULL;
  if (!is_websocket (message)) {
    refuse (message, 426, "Charging stations connect here with OCPP 1.6J (WebSocket).\n");
    return;
  }
  identity = identity_of (message);
  if (identity == NULL) {
    refuse (message, SOUP_STATUS_NOT_FOUND, "The address must end with the identity of the station.\n");
    return;
  }
  password = password_of (message, &n_password);
  if (self->admit (identity, password, n_password, &wrong_password, self->data)) {
    end_handshake (message);
    return; /* no status: the WebSocket handler is next */
  }
  if (wrong_password) {
    refuse_password (self, message, identity);
    return;
  }
  remember_stranger (self, identity);
  refuse (message, SOUP_STATUS_NOT_FOUND, "No station of this identity is known.\n");
}

/* ---- links ---- */

static void
link_closed_cb (BbOcppLink *link, gboolean clean, gpointer data)
{
  BbOcppServer *self = data;
  GHashTableIter iter;
  gpointer value = NULL;
  g_signal_handlers_disconnect_by_data (link, self);
  g_hash_table_iter_init (&iter, self->links);
  while (g_hash_table_iter_next (&iter, NULL, &value))
    if (value == link) {
      g_hash_table_iter_remove (&iter);
      return;
    }
}

/* A station that came back before its old connection was seen to be dead. */
static void
replace_old (BbOcppServer *self, const gchar *identity)
{
  BbOcppLink *old = g_hash_table_lookup (self->links, identity);
  if (old == NULL)
    return;
  bb_log_write (self->log, BB_LOG_INFO, TOPIC,
                "The station “%s” connected anew; its old connection is closed.", identity);
  g_object_ref (old);
  g_hash_table_remove (self->links, identity);
  g_signal_handlers_disconnect_by_data (old, self);
  bb_ocpp_link_close (old);
  g_object_unref (old);
}

static void
websocket_cb (SoupServer *soup, SoupServerMessage *message, const gchar *path,
              SoupWebsocketConnection *connection, gpointer data)
{
  BbOcppServer *self = data;
  g_autofree gchar *identity = identity_of (message);
  g_autofree gchar *channel = NULL;
  g_autoptr (BbOcppLink) link = NULL;
  if (identity == NULL)
    return;
  if (g_strcmp0 (soup_websocket_connection_get_protocol (connection), "ocpp1.6") != 0) {
    bb_log_write (self->log, BB_LOG_WARNING, TOPIC,
                  "The station “%s” does not offer ocpp1.6; set it to OCPP 1.6J.", identity);
    soup_websocket_connection_close (connection, SOUP_WEBSOCKET_CLOSE_PROTOCOL_ERROR,
                                     "the subprotocol ocpp1.6 is required");
    return;
  }
  replace_old (self, identity);
  channel = g_strdup_printf ("ocpp %s", identity);
  link = bb_ocpp_link_new (connection, channel, self->clock, self->log, self->tape);
  g_signal_connect (link, "closed", G_CALLBACK (link_closed_cb), self);
  g_hash_table_insert (self->links, g_steal_pointer (&identity), g_object_ref (link));
  self->arrived (channel + strlen ("ocpp "), link, self->data);
}

/* ---- the server ---- */

/* Connections are taken here and handed to libsoup, which (3.2) loses a socket of its own at every WebSocket.
 */
static gboolean
incoming_cb (GSocketService *service, GSocketConnection *connection, GObject *source, gpointer data)
{
  BbOcppServer *self = data;
  GSocket *socket = g_socket_connection_get_socket (connection);
  g_autoptr (GSocketAddress) local = g_socket_connection_get_local_address (connection, NULL);
  g_autoptr (GSocketAddress) remote = g_socket_connection_get_remote_address (connection, NULL);
  g_autoptr (GIOStream) stream = g_object_ref (G_IO_STREAM (connection));
  if (local == NULL || remote == NULL)
    return TRUE;
  g_socket_set_timeout (socket, HANDSHAKE_S);
  g_object_set_data_full (G_OBJECT (remote), SOCKET_KEY, g_object_ref (socket), g_object_unref);
  if (self->certificate != NULL) {
    g_object_unref (stream);
    stream = g_tls_server_connection_new (G_IO_STREAM (connection), self->certificate, NULL);
  }
  if (stream != NULL)
    soup_server_accept_iostream (self->soup, stream, local, remote, NULL);
  return TRUE;
}

static gboolean
listen_on (BbOcppServer *self, const BbOcppListen *listen, GError **error)
{
  g_autoptr (GError) reason = NULL;
  g_autoptr (GSocketAddress) address = g_inet_socket_address_new_from_string (listen->address, listen->port);
  g_autoptr (GSocketAddress) own = NULL;
  if (address == NULL) {
    g_set_error (error, BB_OCPP_ERROR, BB_OCPP_ERROR_LISTEN, _ ("“%s” is not an address to listen on"),
                 listen->address);
    return FALSE;
  }
  if (!g_socket_listener_add_address (G_SOCKET_LISTENER (self->service), address, G_SOCKET_TYPE_STREAM,
                                      G_SOCKET_PROTOCOL_TCP, NULL, &own, &reason)) {
    g_set_error (error, BB_OCPP_ERROR, BB_OCPP_ERROR_LISTEN, _ ("Could not listen on %s, port %u: %s"),
                 listen->address, listen->port, reason->message);
    return FALSE;
  }
  self->port = g_inet_socket_address_get_port (G_INET_SOCKET_ADDRESS (own));
  return TRUE;
}

BbOcppServer *
bb_ocpp_server_new (const BbOcppListen *listen, BbClock *clock, BbLog *log, BbTape *tape, BbOcppAdmit admit,
                    BbOcppArrived arrived, gpointer data, GError **error)
{
  gchar *protocols[] = { (gchar *) "ocpp1.6", NULL };
  g_autoptr (BbOcppServer) self = g_new0 (BbOcppServer, 1);
  g_queue_init (&self->strangers);
  self->soup = soup_server_new ("server-header", "Busbar", "raw-paths", TRUE, NULL);
  self->service = g_socket_service_new ();
  self->certificate = listen->certificate != NULL ? g_object_ref (listen->certificate) : NULL;
  g_signal_connect (self->service, "incoming", G_CALLBACK (incoming_cb), self);
  self->clock = g_object_ref (clock);
  self->log = log != NULL ? bb_log_ref (log) : NULL;
  self->tape = tape != NULL ? bb_tape_ref (tape) : NULL;
  self->admit = admit;
  self->arrived = arrived;
  self->data = data;
  self->links = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_object_unref);
  soup_server_add_handler (self->soup, "/", request_cb, self, NULL);
  soup_server_add_websocket_handler (self->soup, "/", NULL, protocols, websocket_cb, self, NULL);
  if (!listen_on (self, listen, error))
    return NULL;
  return g_steal_pointer (&self);
}

guint16
bb_ocpp_server_get_port (BbOcppServer *self)
{
  return self->port;
}

GStrv
bb_ocpp_server_get_strangers (BbOcppServer *self)
{
  g_autoptr (GStrvBuilder) builder = g_strv_builder_new ();
  for (GList *at = self->strangers.head; at != NULL; at = at->next)
    g_strv_builder_add (builder, at->data);
  return g_strv_builder_end (builder);
}

void
bb_ocpp_server_free (BbOcppServer *self)
{
  g_autoptr (GList) links = NULL;
  if (self == NULL)
    return;
  links = g_hash_table_get_values (self->links);
  for (GList *at = links; at != NULL; at = at->next) {
    g_signal_handlers_disconnect_by_data (at->data, self);
    bb_ocpp_link_close (at->data);
  }
  g_signal_handlers_disconnect_by_data (self->service, self);
  g_socket_service_stop (self->service);
  g_socket_listener_close (G_SOCKET_LISTENER (self->service));
  g_clear_object (&self->service);
  g_clear_object (&self->certificate);
  soup_server_disconnect (self->soup);
  g_clear_object (&self->soup);
  g_hash_table_unref (self->links);
  g_queue_clear_full (&self->strangers, g_free);
  g_clear_object (&self->clock);
  g_clear_pointer (&self->log, bb_log_unref);
  g_clear_pointer (&self->tape, bb_tape_unref);
  g_free (self);
}

/* ---- passwords ---- */

/* In a time that does not tell how much of it was right. */
static gboolean
same_bytes (const guint8 *a, gsize n_a, const guint8 *b, gsize n_b)
{
  guint8 difference = 0;
  if (n_a != n_b)
    return FALSE;
  for (gsize i = 0; i < n_a; i++)
    difference |= a[i] ^ b[i];
  return difference == 0;
}

/* The bytes of a hex text (transfer full), or NULL. */
static guint8 *
bytes_of_hex (const gchar *text, gsize length, gsize *size)
{
  guint8 *bytes = NULL;
  if (length == 0 || length % 2 != 0)
    return NULL;
  for (gsize i = 0; i < length; i++)
    if (!g_ascii_isxdigit (text[i]))
      return NULL;
  *size = length / 2;
  bytes = g_malloc (*size);
  for (gsize i = 0; i < *size; i++)
    bytes[i] = (guint8) (g_ascii_xdigit_value (text[2 * i]) * 16 + g_ascii_xdigit_value (text[2 * i + 1]));
  return bytes;
}

gboolean
bb_ocpp_password_matches (const gchar *key, const guint8 *sent, gsize n_sent)
{
  gsize n_key = strlen (key), n_raw = 0, n_sent_raw = 0;
  g_autofree guint8 *raw = bytes_of_hex (key, n_key, &n_raw);
  g_autofree guint8 *sent_raw
      = sent != NULL ? bytes_of_hex ((const gchar *) sent, n_sent, &n_sent_raw) : NULL;
  if (sent == NULL)
    return FALSE;
  if (same_bytes ((const guint8 *) key, n_key, sent, n_sent))
    return TRUE;
  if (raw != NULL && same_bytes (raw, n_raw, sent, n_sent)) /* the site has hex, it sends bytes */
    return TRUE;
  if (sent_raw != NULL && same_bytes ((const guint8 *) key, n_key, sent_raw, n_sent_raw))
    return TRUE; /* the site has text, it sends that in hex */
  return raw != NULL && sent_raw != NULL
         && same_bytes (raw, n_raw, sent_raw, n_sent_raw); /* case of the digits */
}
