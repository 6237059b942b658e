/* SPDX-License-Identifier: GPL-3.0-or-later */
/* ocpp-client.c: a station's connection to its server: made, watched, and made again. */
#include "protocols/ocpp/ocpp-client.h"

#include <string.h>

#define TOPIC "ocpp"

struct _BbOcppClient {
  gatomicrefcount refs; /* one for each attempt under way */
  SoupSession *session;
  gchar *url, *identity, *authorization; /* of the Authorization header; (nullable) */
  guint retry_ms;
  BbClock *clock;
  BbLog *log;   /* (nullable) */
  BbTape *tape; /* (nullable) */
  BbOcppConnected connected;
  gpointer data;
  GCancellable *attempt; /* (nullable): under way */
  BbOcppLink *link;      /* (nullable) */
  GSource *retry;        /* (owned) (nullable) */
  gboolean online, freed;
};

static void connect_now (BbOcppClient *self);

static void
client_unref (BbOcppClient *self)
{
  if (!g_atomic_ref_count_dec (&self->refs))
    return;
  g_clear_object (&self->session);
  g_clear_object (&self->clock);
  g_clear_pointer (&self->log, bb_log_unref);
  g_clear_pointer (&self->tape, bb_tape_unref);
  g_free (self->url);
  g_free (self->identity);
  g_free (self->authorization);
  g_free (self);
}

/* ---- trying again ---- */

static gboolean
retry_due (gpointer data)
{
  BbOcppClient *self = data;
  g_clear_pointer (&self->retry, g_source_unref);
  connect_now (self);
  return G_SOURCE_REMOVE;
}

static void
retry_later (BbOcppClient *self)
{
  if (!self->online || self->freed || self->retry != NULL)
    return;
  self->retry = bb_clock_source_new (self->clock, bb_clock_get_mono_ms (self->clock) + self->retry_ms);
  g_source_set_callback (self->retry, retry_due, self, NULL);
  g_source_attach (self->retry, g_main_context_get_thread_default ());
}

static void
link_closed_cb (BbOcppLink *link, gboolean clean, gpointer data)
{
  BbOcppClient *self = data;
  g_signal_handlers_disconnect_by_data (link, self);
  if (link != self->link)
    return;
  self->connected (NULL, self->data);
  g_clear_object (&self->link);
  retry_later (self);
}

static void
take_connection (BbOcppClient *self, SoupWebsocketConnection *connection)
{
  g_autofree gchar *channel = g_strdup_printf ("ocpp %s", self->identity);
  self->link = bb_ocpp_link_new (connection, channel, self->clock, self->log, self->tape);
  g_signal_connect (self->link, "closed", G_CALLBACK (link_closed_cb), self);
  self->connected (self->link, self->data);
}

static void
connected_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  BbOcppClient *self = data;
  g_autoptr (GError) error = NULL;
  g_autoptr (SoupWebsocketConnection) connection
      = soup_session_websocket_connect_finish (SOUP_SESSION (source), result, &error);
  gboolean current = self->attempt != NULL && !g_cancellable_is_cancelled (self->attempt);
  g_clear_object (&self->attempt);
  if (connection != NULL && current && self->online && !self->freed) {
    take_connection (self, connection);
  } else {
    if (error != NULL && current)
      bb_log_write (self->log, BB_LOG_DEBUG, TOPIC, "%s: %s", self->identity, error->message);
    retry_later (self);
  }
  client_unref (self);
}

static void
connect_now (BbOcppClient *self)
{
  gchar *protocols[] = { (gchar *) "ocpp1.6", NULL };
  g_autofree gchar *identity = g_uri_escape_string (self->identity, NULL, FALSE);
  g_autofree gchar *url = g_strdup_printf ("%s/%s", self->url, identity);
  g_autoptr (SoupMessage) message = NULL;
  if (!self->online || self->freed || self->link != NULL || self->attempt != NULL)
    return;
  message = soup_message_new (SOUP_METHOD_GET, url);
  if (message == NULL) {
    bb_log_write (self->log, BB_LOG_WARNING, TOPIC, "“%s” is not an address to connect to.", url);
    return;
  }
  if (self->authorization != NULL)
    soup_message_headers_replace (soup_message_get_request_headers (message), "Authorization",
                                  self->authorization);
  soup_message_add_flags (message, SOUP_MESSAGE_NO_REDIRECT);
  soup_message_disable_feature (message, SOUP_TYPE_AUTH_MANAGER);
  self->attempt = g_cancellable_new ();
  g_atomic_ref_count_inc (&self->refs);
  soup_session_websocket_connect_async (self->session, message, NULL, protocols, G_PRIORITY_DEFAULT,
                                        self->attempt, connected_cb, self);
}

/* ---- the client ---- */

static gchar *
authorization_of (const gchar *identity, const gchar *password)
{
  g_autofree gchar *pair = g_strdup_printf ("%s:%s", identity, password);
  g_autofree gchar *encoded = g_base64_encode ((const guchar *) pair, strlen (pair));
  return g_strdup_printf ("Basic %s", encoded);
}

BbOcppClient *
bb_ocpp_client_new (const gchar *url, const gchar *identity, const gchar *password, guint retry_ms,
                    BbClock *clock, BbLog *log, BbTape *tape, BbOcppConnected connected, gpointer data)
{
  BbOcppClient *self = g_new0 (BbOcppClient, 1);
  g_atomic_ref_count_init (&self->refs);
  self->session = soup_session_new ();
  soup_session_set_proxy_resolver (self->session, NULL);
  self->url = g_strdup (url);
  self->identity = g_strdup (identity);
  self->authorization = password != NULL ? authorization_of (identity, password) : NULL;
  self->retry_ms = retry_ms;
  self->clock = g_object_ref (clock);
  self->log = log != NULL ? bb_log_ref (log) : NULL;
  self->tape = tape != NULL ? bb_tape_ref (tape) : NULL;
  self->connected = connected;
  self->data = data;
  return self;
}

static void
hang_up (BbOcppClient *self)
{
  g_autoptr (BbOcppLink) link = g_steal_pointer (&self->link);
  if (self->retry != NULL)
    g_source_destroy (self->retry);
  g_clear_pointer (&self->retry, g_source_unref);
  if (self->attempt != NULL)
    g_cancellable_cancel (self->attempt);
  if (link == NULL)
    return;
  g_signal_handlers_disconnect_by_data (link, self);
  if (!self->freed)
    self->connected (NULL, self->data);
  bb_ocpp_link_close (link);
}

void
bb_ocpp_client_set_online (BbOcppClient *self, gboolean online)
{
  if (self->online == online)
    return;
  self->online = online;
  if (online)
    connect_now (self);
  else
    hang_up (self);
}

void
bb_ocpp_client_free (BbOcppClient *self)
{
  if (self == NULL)
    return;
  self->freed = TRUE;
  self->online = FALSE;
  hang_up (self);
  client_unref (self);
}
