/* SPDX-License-Identifier: GPL-3.0-or-later */
/* cloud-device-account.c: one login at a maker's cloud, shared by all devices that it reaches. */
#include "devices/cloud-device-account.h"

#include <glib/gi18n.h>
#include <string.h>

#define TOKEN_PATH          "/oauth/token"
#define REQUESTS_PER_S      10
#define FIRST_BACK_OFF_MS   5000
#define LONGEST_BACK_OFF_MS (15 * 60000)
/* A token is refreshed so long before its end. */
#define TOKEN_MARGIN_MS 60000

struct _BbCloudAccount {
  gatomicrefcount refs;
  BbHttpClient *client;
  GObject *session; /* not owned: knows the accounts that are in use; the client keeps it */
  gchar *key;
  BbClock *clock;
  gchar *user, *password, *refresh_token;
  gint64 token_until_ms;          /* G_MININT64: no token */
  gint64 sent_ms[REQUESTS_PER_S]; /* ring: when the last requests went out */
  guint n_sent;
  gint64 blocked_until_ms, back_off_ms;
  GQueue waiting;   /* (element-type GTask) */
  GTask *running;   /* (nullable) */
  gboolean retried; /* the running one was sent again with a new token */
  GSource *timer;   /* until the next may go */
};

typedef struct {
  gchar *method, *path, *body;
} Request;

static void run (BbCloudAccount *account);
static void send_running (BbCloudAccount *account);

static void
request_free (Request *request)
{
  g_free (request->method);
  g_free (request->path);
  g_free (request->body);
  g_free (request);
}

/* ---- sharing ---- */

static gboolean
may_use (const gchar *base)
{
  return g_str_has_prefix (base, "https://") || g_str_has_prefix (base, "http://127.0.0.1:");
}

static BbCloudAccount *
account_new (BbDeviceContext *context, const gchar *base, const gchar *user, const gchar *password,
             guint timeout_ms)
{
  BbCloudAccount *account = g_new0 (BbCloudAccount, 1);
  g_autofree gchar *channel = g_strdup_printf ("cloud %s", user);
  BbHttpLink link = { .base = base,
                      .auth = BB_HTTP_AUTH_BEARER,
                      .password = password,
                      .timeout_ms = timeout_ms,
                      .channel = channel };

  g_atomic_ref_count_init (&account->refs);
  account->client
      = bb_http_client_new (bb_device_context_get_http (context), &link, context->clock, context->tape);
  account->clock = g_object_ref (context->clock);
  account->user = g_strdup (user);
  account->password = g_strdup (password);
  account->token_until_ms = account->blocked_until_ms = G_MININT64;
  account->back_off_ms = FIRST_BACK_OFF_MS;
  g_queue_init (&account->waiting);
  for (guint i = 0; i < REQUESTS_PER_S; i++)
    account->sent_ms[i] = G_MININT64;
  if (context->log != NULL && strlen (password) >= 4)
    bb_log_add_secret (context->log, password);
  return account;
}

BbCloudAccount *
bb_cloud_account_get (BbDeviceContext *context, const gchar *base, const gchar *user, const gchar *password,
                      guint timeout_ms, GError **error)
{
  GObject *session = G_OBJECT (bb_device_context_get_http (context));
  g_autofree gchar *hash = g_compute_checksum_for_string (G_CHECKSUM_SHA256, password, -1);
  g_autofree gchar *key = g_strdup_printf ("bb-cloud-account %s %s %s", base, user, hash);
  BbCloudAccount *account = g_object_get_data (session, key);

  if (!may_use (base)) {
    g_set_error (error, BB_DEVICE_ERROR, BB_DEVICE_ERROR_LINK,
                 _ ("A password is not sent to “%s”: only to addresses that start with https://."), base);
    return NULL;
  }
  if (account == NULL) {
    account = account_new (context, base, user, password, timeout_ms);
    account->session = session;
    account->key = g_steal_pointer (&key);
    g_object_set_data (session, account->key, account);
    return account;
  }
  return bb_cloud_account_ref (account);
}

BbCloudAccount *
bb_cloud_account_ref (BbCloudAccount *account)
{
  g_atomic_ref_count_inc (&account->refs);
  return account;
}

void
bb_cloud_account_unref (BbCloudAccount *account)
{
  if (!g_atomic_ref_count_dec (&account->refs))
    return;
  if (account->timer != NULL)
    g_source_destroy (account->timer);
  g_clear_pointer (&account->timer, g_source_unref);
  g_queue_clear_full (&account->waiting, g_object_unref);
  g_object_set_data (account->session, account->key, NULL);
  g_free (account->key);
  bb_http_client_unref (account->client);
  g_object_unref (account->clock);
  g_free (account->user);
  g_free (account->password);
  g_free (account->refresh_token);
  g_free (account);
}

/* ---- pace ---- */

/* Until when the next request has to wait; not later than now: it may go. */
static gint64
next_slot_ms (BbCloudAccount *account)
{
  gint64 oldest_ms = account->sent_ms[account->n_sent % REQUESTS_PER_S];

  return oldest_ms == G_MININT64 ? G_MININT64 : oldest_ms + 1000;
}

static void
note_sent (BbCloudAccount *account)
{
  account->sent_ms[account->n_sent++ % REQUESTS_PER_S] = bb_clock_get_mono_ms (account->clock);
}

gboolean
bb_cloud_account_is_free (BbCloudAccount *account)
{
  gint64 now_ms = bb_clock_get_mono_ms (account->clock);

  return account->running == NULL && next_slot_ms (account) <= now_ms && account->blocked_until_ms <= now_ms;
}

/* TRUE when the answer asks to be left alone for a while. */
static gboolean
is_overloaded (guint status)
{
  return status == 429 || (status >= 500 && status != 528);
}

static void
back_off (BbCloudAccount *account)
{
  account->blocked_until_ms = bb_clock_get_mono_ms (account->clock) + account->back_off_ms;
  account->back_off_ms = MIN (account->back_off_ms * 2, LONGEST_BACK_OFF_MS);
}

/* ---- the request that runs ---- */

static void
done (BbCloudAccount *account, BbHttpReply *reply, GError *error)
{
  g_autoptr (GTask) task = g_steal_pointer (&account->running);

  bb_cloud_account_ref (account);
  if (error != NULL)
    g_task_return_error (task, error);
  else
    g_task_return_pointer (task, reply, (GDestroyNotify) bb_http_reply_free);
  run (account);
  bb_cloud_account_unref (account);
}

static GError *
offline_error (const GError *error)
{
  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return g_error_copy (error);
  return g_error_new (BB_DEVICE_ERROR, BB_DEVICE_ERROR_OFFLINE,
                      _ ("The maker's cloud is not reached (%s): check the connection to the internet."),
                      error->message);
}

static GError *
patience_error (BbCloudAccount *account, guint status)
{
  gint64 wait_ms = MAX (account->blocked_until_ms - bb_clock_get_mono_ms (account->clock), 0);

  if (status != 0)
    return g_error_new (BB_DEVICE_ERROR, BB_DEVICE_ERROR_OFFLINE,
                        _ ("The maker's cloud answers %u: it is asked again in %.0f s."), status,
                        wait_ms / 1000.0);
  return g_error_new (BB_DEVICE_ERROR, BB_DEVICE_ERROR_OFFLINE,
                      _ ("The maker's cloud asked for patience: it is asked again in %.0f s."),
                      wait_ms / 1000.0);
}

/* ---- token ---- */

static const gchar *
get_member_text (JsonNode *root, const gchar *name)
{
  JsonNode *node = root != NULL && JSON_NODE_HOLDS_OBJECT (root)
                       ? json_object_get_member (json_node_get_object (root), name)
                       : NULL;

  return node != NULL && JSON_NODE_HOLDS_VALUE (node) && json_node_get_value_type (node) == G_TYPE_STRING
             ? json_node_get_string (node)
             : NULL;
}

static gint64
get_life_ms (JsonNode *root)
{
  JsonNode *node = json_object_get_member (json_node_get_object (root), "expires_in");
  gint64 life_s
      = node != NULL && JSON_NODE_HOLDS_VALUE (node) && json_node_get_value_type (node) == G_TYPE_INT64
            ? json_node_get_int (node)
            : 3600;

  return CLAMP (life_s, 120, 30 * 86400) * 1000;
}

static gboolean
take_token (BbCloudAccount *account, JsonNode *root)
{
  const gchar *token = get_member_text (root, "access_token"),
              *refresh = get_member_text (root, "refresh_token");

  if (token == NULL)
    return FALSE;
  bb_http_client_set_token (account->client, token);
  g_free (account->refresh_token);
  account->refresh_token = g_strdup (refresh);
  account->token_until_ms = bb_clock_get_mono_ms (account->clock) + get_life_ms (root) - TOKEN_MARGIN_MS;
  return TRUE;
}

static void
drop_token (BbCloudAccount *account)
{
  account->token_until_ms = G_MININT64;
  bb_http_client_set_token (account->client, NULL);
}

static void ask_token (BbCloudAccount *account);

static void
token_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  BbCloudAccount *account = data;
  g_autoptr (GError) error = NULL;
  g_autoptr (BbHttpReply) reply = bb_http_client_request_finish (account->client, result, &error);
  gboolean refreshed = account->refresh_token != NULL;

  g_clear_pointer (&account->refresh_token, g_free);
  if (reply == NULL) {
    if (!g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
      back_off (account);
    done (account, NULL, offline_error (error));
  } else if (is_overloaded (reply->status)) {
    back_off (account);
    done (account, NULL, patience_error (account, reply->status));
  } else if (SOUP_STATUS_IS_SUCCESSFUL (reply->status) && take_token (account, reply->root))
    send_running (account);
  else if (refreshed) /* refresh tokens end too */
    ask_token (account);
  else
    done (account, NULL,
          g_error_new_literal (BB_DEVICE_ERROR, BB_DEVICE_ERROR_SETUP,
                               _ ("The maker's cloud refuses user or password: state those of its portal.")));
  bb_cloud_account_unref (account);
}

static gchar *
make_grant (BbCloudAccount *account)
{
  g_autofree gchar *user = g_uri_escape_string (account->user, NULL, FALSE);
  g_autofree gchar *password = g_uri_escape_string (account->password, NULL, FALSE);
  g_autofree gchar *refresh
      = account->refresh_token != NULL ? g_uri_escape_string (account->refresh_token, NULL, FALSE) : NULL;

  if (refresh != NULL)
    return g_strdup_printf ("grant_type=refresh_token&refresh_token=%s", refresh);
  return g_strdup_printf ("grant_type=password&username=%s&password=%s", user, password);
}

/* By the refresh token when there is one, else by the password. */
static void
ask_token (BbCloudAccount *account)
{
  g_autofree gchar *grant = make_grant (account);
  BbHttpRequest request = { "POST", TOKEN_PATH, grant, "application/x-www-form-urlencoded" };

  drop_token (account);
  note_sent (account);
  bb_http_client_request_async (account->client, &request, g_task_get_cancellable (account->running),
                                token_cb, bb_cloud_account_ref (account));
}

/* ---- sending ---- */

static void
sent_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  BbCloudAccount *account = data;
  g_autoptr (GError) error = NULL;
  g_autoptr (BbHttpReply) reply = bb_http_client_request_finish (account->client, result, &error);

  if (reply == NULL) {
    if (!g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
      back_off (account);
    done (account, NULL, offline_error (error));
  } else if (reply->status == 401 && !account->retried) {
    account->retried = TRUE;
    ask_token (account);
  } else if (is_overloaded (reply->status)) {
    back_off (account);
    done (account, NULL, patience_error (account, reply->status));
  } else {
    account->back_off_ms = FIRST_BACK_OFF_MS;
    done (account, g_steal_pointer (&reply), NULL);
  }
  bb_cloud_account_unref (account);
}

static void
send_running (BbCloudAccount *account)
{
  Request *own = g_task_get_task_data (account->running);
  BbHttpRequest request = { own->method, own->path, own->body, NULL };

  if (account->token_until_ms <= bb_clock_get_mono_ms (account->clock)) {
    ask_token (account);
    return;
  }
  note_sent (account);
  bb_http_client_request_async (account->client, &request, g_task_get_cancellable (account->running), sent_cb,
                                bb_cloud_account_ref (account));
}

static gboolean
timer_cb (gpointer data)
{
  BbCloudAccount *account = data;

  g_clear_pointer (&account->timer, g_source_unref);
  run (account);
  return G_SOURCE_REMOVE;
}

/* Starts the next request, now or when its turn has come. */
static void
run (BbCloudAccount *account)
{
  gint64 now_ms = bb_clock_get_mono_ms (account->clock), slot_ms = next_slot_ms (account);

  if (account->running != NULL || account->timer != NULL || g_queue_is_empty (&account->waiting))
    return;
  if (slot_ms > now_ms && account->blocked_until_ms <= now_ms) {
    account->timer
        = g_source_ref (bb_clock_add_timeout (account->clock, slot_ms - now_ms, timer_cb, account, NULL));
    return;
  }
  account->running = g_queue_pop_head (&account->waiting);
  account->retried = FALSE;
  if (account->blocked_until_ms > now_ms)
    done (account, NULL, patience_error (account, 0));
  else
    send_running (account);
}

void
bb_cloud_account_request_async (BbCloudAccount *account, const BbHttpRequest *request,
                                GCancellable *cancellable, GAsyncReadyCallback callback, gpointer data)
{
  GTask *task = g_task_new (NULL, cancellable, callback, data);
  Request *own = g_new0 (Request, 1);

  own->method = g_strdup (request->method);
  own->path = g_strdup (request->path);
  own->body = g_strdup (request->body);
  g_task_set_task_data (task, own, (GDestroyNotify) request_free);
  g_queue_push_tail (&account->waiting, task);
  run (account);
}

BbHttpReply *
bb_cloud_account_request_finish (BbCloudAccount *account, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, NULL), NULL);
  return g_task_propagate_pointer (G_TASK (result), error);
}
