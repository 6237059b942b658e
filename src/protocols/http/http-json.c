/* SPDX-License-Identifier: GPL-3.0-or-later */
/* http-json.c: requests to a device that answers JSON over HTTP, bounded in size, depth and time. */
#include "protocols/http/http-json.h"

#include <glib/gi18n.h>
#include <string.h>

#include "base/guard.h"
#include "protocols/http/http-digest.h"

#define DEFAULT_TIMEOUT_MS 5000
#define CHUNK              16384
/* Cuts what the clock cannot: a clock that stands still while the peer is silent. */
#define SOCKET_TIMEOUT_S 30

G_DEFINE_QUARK (bb_http_error, bb_http_error)

struct _BbHttpClient {
  gatomicrefcount refs;
  SoupSession *session;
  BbClock *clock;
  BbTape *tape;
  gchar *base, *channel, *user, *password, *token;
  BbHttpAuth auth;
  guint timeout_ms;
  BbHttpChallenge *challenge; /* last one, used ahead of being asked */
  guint count;                /* uses of its nonce */
  gboolean basic;             /* it asked for Basic */
};

/* One request under way: the task's data. */
typedef struct {
  BbHttpClient *client;
  gchar *method, *path, *body, *content_type;
  SoupMessage *message;
  GCancellable *cancellable; /* ours: of the deadline and the caller */
  GCancellable *outer;       /* (nullable) */
  gulong outer_id;
  GSource *deadline;
  gboolean timed_out, authorised, retried;
  GInputStream *stream;
  GByteArray *answer;
  guint8 *chunk;
} Call;

BbHttpAuth
bb_http_auth_from_name (const gchar *name)
{
  if (g_strcmp0 (name, "basic") == 0)
    return BB_HTTP_AUTH_BASIC;
  if (g_strcmp0 (name, "digest") == 0)
    return BB_HTTP_AUTH_DIGEST;
  return g_strcmp0 (name, "bearer") == 0 ? BB_HTTP_AUTH_BEARER : BB_HTTP_AUTH_NONE;
}

void
bb_http_reply_free (BbHttpReply *reply)
{
  if (reply == NULL)
    return;
  g_clear_pointer (&reply->root, json_node_unref);
  g_free (reply);
}

gboolean
bb_http_reply_check (const BbHttpReply *reply, GError **error)
{
  const gchar *phrase = soup_status_get_phrase (reply->status);

  if (SOUP_STATUS_IS_SUCCESSFUL (reply->status))
    return TRUE;
  g_set_error (error, BB_HTTP_ERROR, (gint) (BB_HTTP_ERROR_STATUS + reply->status), _ ("It answers %u (%s)"),
               reply->status, phrase);
  return FALSE;
}

SoupSession *
bb_http_session_new (void)
{
  SoupSession *session
      = soup_session_new_with_options ("max-conns", 512, "max-conns-per-host", 4, "timeout", SOCKET_TIMEOUT_S,
                                       "idle-timeout", 60, "user-agent", "Busbar ", NULL);

  soup_session_set_proxy_resolver (session, NULL);
  soup_session_remove_feature_by_type (session, SOUP_TYPE_AUTH_MANAGER);
  soup_session_remove_feature_by_type (session, SOUP_TYPE_CONTENT_DECODER);
  return session;
}

gchar *
bb_http_make_base (const gchar *host, guint16 port)
{
  gboolean v6 = strchr (host, ':') != NULL && host[0] != '[';

  if (strstr (host, "://") != NULL) {
    gchar *base = g_strdup (host);

    while (g_str_has_suffix (base, "/"))
      base[strlen (base) - 1] = '\0';
    return base;
  }
  if (port == 0 || port == 80)
    return g_strdup_printf (v6 ? "http://[%s]" : "http://%s", host);
  return g_strdup_printf (v6 ? "http://[%s]:%u" : "http://%s:%u", host, port);
}

/* ---- client ---- */

/* A secret as it is and as it stands in a form. */
static void
keep_secret (BbTape *tape, const gchar *secret)
{
  g_autofree gchar *escaped = NULL;

  if (tape == NULL || secret == NULL || secret[0] == '\0')
    return;
  escaped = g_uri_escape_string (secret, NULL, FALSE);
  bb_tape_add_secret (tape, secret);
  if (strcmp (escaped, secret) != 0)
    bb_tape_add_secret (tape, escaped);
}

BbHttpClient *
bb_http_client_new (SoupSession *session, const BbHttpLink *link, BbClock *clock, BbTape *tape)
{
  BbHttpClient *client = g_new0 (BbHttpClient, 1);

  g_atomic_ref_count_init (&client->refs);
  client->session = g_object_ref (session);
  client->clock = g_object_ref (clock);
  client->tape = tape != NULL ? bb_tape_ref (tape) : NULL;
  client->base = g_strdup (link->base);
  client->channel
      = link->channel != NULL ? g_strdup (link->channel) : g_strconcat ("http ", link->base, NULL);
  client->auth = link->auth;
  client->user = g_strdup (link->user);
  client->password = g_strdup (link->password);
  client->timeout_ms = link->timeout_ms > 0 ? link->timeout_ms : DEFAULT_TIMEOUT_MS;
  keep_secret (tape, link->password);
  return client;
}

BbHttpClient *
bb_http_client_ref (BbHttpClient *client)
{
  g_atomic_ref_count_inc (&client->refs);
  return client;
}

void
bb_http_client_unref (BbHttpClient *client)
{
  if (!g_atomic_ref_count_dec (&client->refs))
    return;
  g_object_unref (client->session);
  g_object_unref (client->clock);
  g_clear_pointer (&client->tape, bb_tape_unref);
  g_clear_pointer (&client->challenge, bb_http_challenge_free);
  g_free (client->base);
  g_free (client->channel);
  g_free (client->user);
  g_free (client->password);
  g_free (client->token);
  g_free (client);
}

void
bb_http_client_set_token (BbHttpClient *client, const gchar *token)
{
  g_free (client->token);
  client->token = g_strdup (token);
  keep_secret (client->tape, token);
}

void
bb_http_client_set_timeout_ms (BbHttpClient *client, guint timeout_ms)
{
  client->timeout_ms = timeout_ms;
}

/* ---- a request ---- */

static void
call_free (Call *call)
{
  if (call->outer_id != 0)
    g_cancellable_disconnect (call->outer, call->outer_id);
  if (call->deadline != NULL)
    g_source_destroy (call->deadline);
  g_clear_pointer (&call->deadline, g_source_unref);
  g_clear_object (&call->outer);
  g_clear_object (&call->cancellable);
  g_clear_object (&call->message);
  g_clear_object (&call->stream);
  g_clear_pointer (&call->answer, g_byte_array_unref);
  g_free (call->chunk);
  g_free (call->method);
  g_free (call->path);
  g_free (call->body);
  g_free (call->content_type);
  bb_http_client_unref (call->client);
  g_free (call);
}

static void
cancelled_cb (GCancellable *outer, gpointer data)
{
  g_cancellable_cancel (((Call *) data)->cancellable);
}

static gboolean
deadline_cb (gpointer data)
{
  Call *call = data;

  call->timed_out = TRUE;
  g_cancellable_cancel (call->cancellable);
  return G_SOURCE_REMOVE;
}

/* The tape's names for what went wrong. */
static const gchar *
tape_name (const GError *error)
{
  if (g_error_matches (error, BB_HTTP_ERROR, BB_HTTP_ERROR_TIMED_OUT))
    return "timed-out";
  return g_error_matches (error, BB_HTTP_ERROR, BB_HTTP_ERROR_CONNECT) ? "connection-refused"
                                                                       : "connection-closed";
}

static gint
error_code (const GError *error)
{
  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_TIMED_OUT))
    return BB_HTTP_ERROR_TIMED_OUT;
  if (error->domain == G_TLS_ERROR)
    return BB_HTTP_ERROR_TLS;
  if (error->domain == G_RESOLVER_ERROR || g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CONNECTION_REFUSED)
      || g_error_matches (error, G_IO_ERROR, G_IO_ERROR_HOST_UNREACHABLE)
      || g_error_matches (error, G_IO_ERROR, G_IO_ERROR_NETWORK_UNREACHABLE)
      || g_error_matches (error, G_IO_ERROR, G_IO_ERROR_HOST_NOT_FOUND))
    return BB_HTTP_ERROR_CONNECT;
  return BB_HTTP_ERROR_CLOSED;
}

/* Ends a call with the error (transfer full) of a lower layer; on the tape too. */
static void
fail (GTask *task, GError *error)
{
  Call *call = g_task_get_task_data (task);
  GError *named = NULL;

  if (call->timed_out)
    g_set_error (&named, BB_HTTP_ERROR, BB_HTTP_ERROR_TIMED_OUT, _ ("No answer within %.1f s"),
                 call->client->timeout_ms / 1000.0);
  else if (error->domain == BB_HTTP_ERROR || g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    named = g_error_copy (error);
  else
    g_set_error_literal (&named, BB_HTTP_ERROR, error_code (error), error->message);
  g_error_free (error);
  if (named->domain == BB_HTTP_ERROR && named->code != BB_HTTP_ERROR_ADDRESS) {
    const gchar *name = tape_name (named);

    bb_tape_write (call->client->tape, call->client->channel, BB_TAPE_FAILED, name, strlen (name), TRUE);
  }
  g_task_return_error (task, named);
}

/* Tokens in an answer are secrets from now on, before anything is written down. */
static void
keep_tokens (BbTape *tape, JsonNode *root)
{
  const gchar *names[] = { "access_token", "refresh_token", "token" };

  if (tape == NULL || root == NULL || !JSON_NODE_HOLDS_OBJECT (root))
    return;
  for (guint i = 0; i < G_N_ELEMENTS (names); i++) {
    JsonNode *node = json_object_get_member (json_node_get_object (root), names[i]);

    if (node != NULL && JSON_NODE_HOLDS_VALUE (node) && json_node_get_value_type (node) == G_TYPE_STRING)
      keep_secret (tape, json_node_get_string (node));
  }
}

static gboolean
is_blank (const gchar *text, gsize length)
{
  for (gsize i = 0; i < length; i++)
    if (!g_ascii_isspace (text[i]))
      return FALSE;
  return TRUE;
}

/* The reply of a status and a body; NULL with BB_HTTP_ERROR. */
static BbHttpReply *
make_reply (guint status, const gchar *body, gsize length, const gchar *path, GError **error)
{
  g_autoptr (BbHttpReply) reply = g_new0 (BbHttpReply, 1);
  g_autoptr (GError) local = NULL;

  reply->status = status;
  if (SOUP_STATUS_IS_REDIRECTION (status)) {
    g_set_error (error, BB_HTTP_ERROR, BB_HTTP_ERROR_REDIRECT, _ ("%s leads to another address (%u)"), path,
                 status);
    return NULL;
  }
  if (is_blank (body, length))
    return g_steal_pointer (&reply);
  reply->root = bb_json_parse (body, (gssize) length, path, &local);
  if (reply->root == NULL && SOUP_STATUS_IS_SUCCESSFUL (status)) {
    g_set_error_literal (error, BB_HTTP_ERROR, BB_HTTP_ERROR_DATA, local->message);
    return NULL;
  }
  return g_steal_pointer (&reply);
}

static void
record (Call *call, guint status, const gchar *body, gsize length)
{
  g_autoptr (GString) text = g_string_new (NULL);

  if (call->client->tape == NULL)
    return;
  g_string_printf (text, "%u", status);
  if (length > 0) {
    g_string_append_c (text, '\n');
    g_string_append_len (text, body, (gssize) length);
  }
  bb_tape_write (call->client->tape, call->client->channel, BB_TAPE_IN, text->str, text->len,
                 g_utf8_validate (text->str, (gssize) text->len, NULL));
}

static void send_message (GTask *task);

/* What the request line of the tape says. */
static gchar *
describe (Call *call)
{
  return call->body != NULL ? g_strdup_printf ("%s %s\n%s", call->method, call->path, call->body)
                            : g_strdup_printf ("%s %s", call->method, call->path);
}

/* ---- passwords ---- */

static void
authorise (Call *call)
{
  BbHttpClient *client = call->client;
  g_autofree gchar *value = NULL, *cnonce = NULL;
  gboolean known = client->user != NULL && client->password != NULL;

  if (client->auth == BB_HTTP_AUTH_BEARER && client->token != NULL)
    value = g_strconcat ("Bearer ", client->token, NULL);
  else if (known && (client->auth == BB_HTTP_AUTH_BASIC || client->basic))
    value = bb_http_basic_authorize (client->user, client->password);
  else if (known && client->challenge != NULL) {
    cnonce = g_strdup_printf ("%08x%08x", g_random_int (), g_random_int ());
    value = bb_http_digest_authorize (client->challenge, client->user, client->password, call->method,
                                      call->path, ++client->count, cnonce);
  }
  call->authorised = value != NULL;
  if (value != NULL)
    soup_message_headers_replace (soup_message_get_request_headers (call->message), "Authorization", value);
}

/* Learns from a 401 how it wants to be asked; TRUE when it is worth asking again. */
static gboolean
learn_challenge (Call *call)
{
  BbHttpClient *client = call->client;
  const gchar *header
      = soup_message_headers_get_list (soup_message_get_response_headers (call->message), "WWW-Authenticate");
  g_autoptr (BbHttpChallenge) challenge = NULL;

  if (header == NULL || client->user == NULL || client->password == NULL || call->retried
      || client->auth == BB_HTTP_AUTH_BASIC || client->auth == BB_HTTP_AUTH_BEARER)
    return FALSE;
  challenge = bb_http_challenge_parse (header, NULL);
  if (challenge == NULL) {
    client->basic = client->auth == BB_HTTP_AUTH_NONE && !client->basic
                    && g_ascii_strncasecmp (header, "Basic", 5) == 0;
    return client->basic;
  }
  g_clear_pointer (&client->challenge, bb_http_challenge_free);
  client->challenge = g_steal_pointer (&challenge);
  client->count = 0;
  return TRUE;
}

/* ---- answers ---- */

static void
finish (GTask *task)
{
  Call *call = g_task_get_task_data (task);
  const gchar *body = (const gchar *) call->answer->data;
  guint status = soup_message_get_status (call->message);
  GError *error = NULL;
  BbHttpReply *reply;

  if (status == SOUP_STATUS_UNAUTHORIZED && learn_challenge (call)) {
    call->retried = TRUE;
    g_byte_array_set_size (call->answer, 0);
    send_message (task);
    g_object_unref (task);
    return;
  }
  reply = make_reply (status, body, call->answer->len, call->path, &error);
  keep_tokens (call->client->tape, reply != NULL ? reply->root : NULL);
  record (call, status, body, call->answer->len);
  if (reply != NULL)
    g_task_return_pointer (task, reply, (GDestroyNotify) bb_http_reply_free);
  else
    g_task_return_error (task, error);
  g_object_unref (task);
}

static void
read_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  GTask *task = data;
  Call *call = g_task_get_task_data (task);
  GError *error = NULL;
  gssize n = g_input_stream_read_finish (G_INPUT_STREAM (source), result, &error);

  if (n == 0) {
    g_clear_object (&call->stream);
    finish (task);
    return;
  }
  if (n > 0 && call->answer->len + (gsize) n > BB_HTTP_MAX_BODY) {
    g_set_error (&error, BB_HTTP_ERROR, BB_HTTP_ERROR_TOO_LARGE, _ ("The answer to %s is over %u bytes"),
                 call->path, BB_HTTP_MAX_BODY);
    /* Closing it would read to its end first. */
    g_cancellable_cancel (call->cancellable);
  }
  if (error != NULL) {
    fail (task, error);
    g_object_unref (task);
    return;
  }
  g_byte_array_append (call->answer, call->chunk, (guint) n);
  g_input_stream_read_async (call->stream, call->chunk, CHUNK, G_PRIORITY_DEFAULT, call->cancellable, read_cb,
                             task);
}

static void
sent_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  GTask *task = data;
  Call *call = g_task_get_task_data (task);
  GError *error = NULL;

  call->stream = soup_session_send_finish (SOUP_SESSION (source), result, &error);
  if (call->stream == NULL) {
    fail (task, error);
    g_object_unref (task);
    return;
  }
  g_input_stream_read_async (call->stream, call->chunk, CHUNK, G_PRIORITY_DEFAULT, call->cancellable, read_cb,
                             task);
}

static SoupMessage *
make_message (Call *call, GError **error)
{
  g_autofree gchar *address = g_strconcat (call->client->base, call->path, NULL);
  g_autoptr (SoupMessage) message = NULL;

  if (call->path[0] == '/' && g_uri_is_valid (address, G_URI_FLAGS_NONE, NULL))
    message = soup_message_new (call->method, address);
  if (message == NULL) {
    g_set_error (error, BB_HTTP_ERROR, BB_HTTP_ERROR_ADDRESS, _ ("“%s” is no address"), address);
    return NULL;
  }
  soup_message_add_flags (message, SOUP_MESSAGE_NO_REDIRECT);
  /* Whatever session it is: passwords are ours to answer, and nothing is unpacked. */
  soup_message_disable_feature (message, SOUP_TYPE_AUTH_MANAGER);
  soup_message_disable_feature (message, SOUP_TYPE_CONTENT_DECODER);
  if (call->body != NULL) {
    g_autoptr (GBytes) bytes = g_bytes_new (call->body, strlen (call->body));

    soup_message_set_request_body_from_bytes (message, call->content_type, bytes);
  }
  soup_message_headers_replace (soup_message_get_request_headers (message), "Accept", "application/json");
  return g_steal_pointer (&message);
}

/* Takes a reference to the task. */
static void
send_message (GTask *task)
{
  Call *call = g_task_get_task_data (task);
  GError *error = NULL;

  g_clear_object (&call->message);
  call->message = make_message (call, &error);
  if (call->message == NULL) {
    fail (task, error);
    return;
  }
  authorise (call);
  soup_session_send_async (call->client->session, call->message, G_PRIORITY_DEFAULT, call->cancellable,
                           sent_cb, g_object_ref (task));
}

/* ---- playing a tape ---- */

static BbHttpReply *
parse_played (GBytes *bytes, const gchar *path, GError **error)
{
  gsize size;
  const gchar *text = g_bytes_get_data (bytes, &size), *body = memchr (text, '\n', size);
  gsize head = body != NULL ? (gsize) (body - text) : size;
  g_autofree gchar *word = g_strndup (text, head);
  guint64 status;

  if (!g_ascii_string_to_unsigned (word, 10, 100, 599, &status, error))
    return NULL;
  return make_reply ((guint) status, body != NULL ? body + 1 : "", body != NULL ? size - head - 1 : 0, path,
                     error);
}

static void
play (GTask *task)
{
  Call *call = g_task_get_task_data (task);
  BbTape *tape = call->client->tape;
  g_autofree gchar *line = describe (call);
  g_autoptr (GBytes) bytes = NULL;
  GError *error = NULL;
  BbHttpReply *reply = NULL;

  if (bb_tape_expect (tape, call->client->channel, line, strlen (line), &error))
    bytes = bb_tape_next (tape, call->client->channel, &error);
  if (bytes != NULL)
    reply = parse_played (bytes, call->path, &error);
  if (reply != NULL)
    g_task_return_pointer (task, reply, (GDestroyNotify) bb_http_reply_free);
  else if (error->domain == G_IO_ERROR) {
    g_task_return_new_error (task, BB_HTTP_ERROR, error_code (error), "%s", error->message);
    g_error_free (error);
  } else
    g_task_return_error (task, error);
}

/* ---- entry ---- */

static Call *
call_new (BbHttpClient *client, const BbHttpRequest *request, GCancellable *cancellable)
{
  Call *call = g_new0 (Call, 1);

  call->client = bb_http_client_ref (client);
  call->method = g_strdup (request->method != NULL ? request->method : "GET");
  call->path = g_strdup (request->path);
  call->body = g_strdup (request->body);
  call->content_type = g_strdup (request->content_type != NULL ? request->content_type : "application/json");
  call->cancellable = g_cancellable_new ();
  call->answer = g_byte_array_new ();
  call->chunk = g_malloc (CHUNK);
  if (cancellable != NULL)
    call->outer = g_object_ref (cancellable);
  return call;
}

void
bb_http_client_request_async (BbHttpClient *client, const BbHttpRequest *request, GCancellable *cancellable,
                              GAsyncReadyCallback callback, gpointer data)
{
  g_autoptr (GTask) task = g_task_new (NULL, cancellable, callback, data);
  Call *call = call_new (client, request, cancellable);
  g_autofree gchar *line = describe (call);

  g_task_set_source_tag (task, bb_http_client_request_async);
  g_task_set_task_data (task, call, (GDestroyNotify) call_free);
  if (g_task_return_error_if_cancelled (task))
    return;
  if (client->tape != NULL && bb_tape_is_player (client->tape)) {
    play (task);
    return;
  }
  bb_tape_write (client->tape, client->channel, BB_TAPE_OUT, line, strlen (line), TRUE);
  if (cancellable != NULL)
    call->outer_id = g_cancellable_connect (cancellable, G_CALLBACK (cancelled_cb), call, NULL);
  call->deadline
      = g_source_ref (bb_clock_add_timeout (client->clock, client->timeout_ms, deadline_cb, call, NULL));
  send_message (task);
}

BbHttpReply *
bb_http_client_request_finish (BbHttpClient *client, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, NULL), NULL);
  return g_task_propagate_pointer (G_TASK (result), error);
}
