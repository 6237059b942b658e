/* SPDX-License-Identifier: GPL-3.0-or-later */
/* ocpp-link.c: one OCPP-J connection: our calls one after the other, the peer's answered meanwhile,
 * keep-alive, tape. */
#include "protocols/ocpp/ocpp-link.h"

#include <glib/gi18n.h>

#define TOPIC  "ocpp"
#define PING_S 20
/* Nothing heard for so long while a call timed out: the other end is gone, whatever TCP says. */
#define DEAD_MS 60000
/* A peer may send so many messages at once, and so many a second after that; a station needs a few. */
#define BURST          2000
#define MESSAGES_PER_S 200
/* So much was sent without a pong: it does not read, and all of it waits in our memory. */
#define UNREAD_BYTES (16u << 20)

typedef struct {
  BbOcppLink *link; /* (unowned) */
  GTask *task;      /* (owned) (nullable): NULL once its caller gave up */
  gchar *id, *action, *text;
  guint timeout_ms;
  GSource *cancelled; /* (owned) (nullable) */
} Call;

typedef struct {
  BbOcppLink *link; /* (owned) */
  gchar *text;
} Late;

struct _BbOcppLink {
  GObject parent_instance;
  SoupWebsocketConnection *connection; /* (owned) (nullable): none when a tape is played */
  gchar *channel;
  BbClock *clock;
  BbLog *log;   /* (nullable) */
  BbTape *tape; /* (nullable) */
  BbOcppAnswer answer;
  gpointer answer_data;
  BbOcppFilter filter; /* (nullable) */
  gpointer filter_data;
  GQueue waiting;    /* (element-type Call) */
  Call *outstanding; /* (nullable) */
  GSource *timeout;  /* (owned) (nullable) */
  GSource *pump;     /* (owned) (nullable): plays the tape */
  guint64 next_id;
  guint delay_ms;
  gint64 heard_ms, budget_ms;
  gdouble budget;
  gsize unread; /* bytes sent since the last pong */
  gboolean open, told;
};

G_DEFINE_FINAL_TYPE (BbOcppLink, bb_ocpp_link, G_TYPE_OBJECT)

enum { CLOSED, N_SIGNALS };
static guint signals[N_SIGNALS];

static void send_next (BbOcppLink *self);
static void schedule_pump (BbOcppLink *self);

/* ---- calls ---- */

static void
call_free (Call *call)
{
  if (call->cancelled != NULL)
    g_source_destroy (call->cancelled);
  g_clear_pointer (&call->cancelled, g_source_unref);
  g_clear_object (&call->task);
  g_free (call->id);
  g_free (call->action);
  g_free (call->text);
  g_free (call);
}
G_DEFINE_AUTOPTR_CLEANUP_FUNC (Call, call_free)

static void
call_fail (Call *call, BbOcppError code, const gchar *message)
{
  g_autoptr (GTask) task = g_steal_pointer (&call->task);
  if (task != NULL)
    g_task_return_new_error (task, BB_OCPP_ERROR, (gint) code, "%s: %s", call->action, message);
}

/* The outstanding call is over (transfer full). */
static Call *
take_outstanding (BbOcppLink *self)
{
  if (self->timeout != NULL)
    g_source_destroy (self->timeout);
  g_clear_pointer (&self->timeout, g_source_unref);
  return g_steal_pointer (&self->outstanding);
}

static gboolean
call_cancelled_cb (GCancellable *cancellable, gpointer data)
{
  Call *call = data;
  BbOcppLink *self = call->link;
  g_autoptr (GTask) task = g_steal_pointer (&call->task);
  g_clear_pointer (&call->cancelled, g_source_unref);
  if (call != self->outstanding) {
    g_queue_remove (&self->waiting, call);
    call_free (call);
  } /* else it keeps its place until it is answered: the peer is working on it */
  if (task != NULL)
    g_task_return_error_if_cancelled (task);
  return G_SOURCE_REMOVE;
}

static void
watch_cancellable (Call *call, GCancellable *cancellable)
{
  if (cancellable == NULL)
    return;
  call->cancelled = g_cancellable_source_new (cancellable);
  g_source_set_callback (call->cancelled, G_SOURCE_FUNC (call_cancelled_cb), call, NULL);
  g_source_attach (call->cancelled, g_main_context_get_thread_default ());
}

/* ---- the end ---- */

static void
fail_all (BbOcppLink *self)
{
  Call *call = take_outstanding (self);
  if (call == NULL) /* that one timed out just now; others still wait behind it */
    call = g_queue_pop_head (&self->waiting);
  for (; call != NULL; call = g_queue_pop_head (&self->waiting)) {
    call_fail (call, BB_OCPP_ERROR_CLOSED, _ ("the connection was closed"));
    call_free (call);
  }
}

static void
finish (BbOcppLink *self, gboolean clean)
{
  g_autoptr (BbOcppLink) keep = g_object_ref (self);
  self->open = FALSE;
  fail_all (self);
  if (self->told)
    return;
  self->told = TRUE;
  g_signal_emit (self, signals[CLOSED], 0, clean);
}

static void
connection_closed_cb (SoupWebsocketConnection *connection, gpointer data)
{
  BbOcppLink *self = data;
  gushort code = soup_websocket_connection_get_close_code (connection);
  if (!self->told)
    bb_tape_write (self->tape, self->channel, BB_TAPE_FAILED, "connection-closed", 17, TRUE);
  finish (self, code != 0 && code != SOUP_WEBSOCKET_CLOSE_ABNORMAL);
}

void
bb_ocpp_link_close (BbOcppLink *self)
{
  g_return_if_fail (BB_IS_OCPP_LINK (self));
  if (self->connection != NULL
      && soup_websocket_connection_get_state (self->connection) == SOUP_WEBSOCKET_STATE_OPEN)
    soup_websocket_connection_close (self->connection, SOUP_WEBSOCKET_CLOSE_GOING_AWAY, NULL);
  finish (self, TRUE);
}

gboolean
bb_ocpp_link_is_open (BbOcppLink *self)
{
  g_return_val_if_fail (BB_IS_OCPP_LINK (self), FALSE);
  return self->open;
}

/* Cuts the connection without a word; what it says to the other end does not matter any more. */
static void
give_up (BbOcppLink *self, gushort code, const gchar *why)
{
  bb_log_write (self->log, BB_LOG_WARNING, TOPIC, "%s: %s", self->channel, why);
  if (self->connection != NULL
      && soup_websocket_connection_get_state (self->connection) == SOUP_WEBSOCKET_STATE_OPEN)
    soup_websocket_connection_close (self->connection, code, NULL);
  finish (self, FALSE);
}

/* ---- out ---- */

static void
expect_on_tape (BbOcppLink *self, const gchar *text)
{
  g_autoptr (GError) error = NULL;
  if (!bb_tape_expect (self->tape, self->channel, text, strlen (text), &error)) {
    bb_log_write (self->log, BB_LOG_WARNING, TOPIC, "%s: %s", self->channel, error->message);
    finish (self, FALSE);
    return;
  }
  schedule_pump (self);
}

void
bb_ocpp_link_send_text (BbOcppLink *self, const gchar *text)
{
  g_return_if_fail (BB_IS_OCPP_LINK (self));
  if (!self->open)
    return;
  if (self->connection == NULL) {
    expect_on_tape (self, text);
    return;
  }
  if (soup_websocket_connection_get_state (self->connection) != SOUP_WEBSOCKET_STATE_OPEN)
    return;
  bb_tape_write (self->tape, self->channel, BB_TAPE_OUT, text, strlen (text), TRUE);
  bb_log_write (self->log, BB_LOG_DEBUG, TOPIC, "%s > %.*s", self->channel, 512, text);
  self->unread += strlen (text);
  if (self->unread > UNREAD_BYTES)
    give_up (self, SOUP_WEBSOCKET_CLOSE_POLICY_VIOLATION,
             _ ("It does not read what it is sent; the connection is cut."));
  else
    soup_websocket_connection_send_text (self->connection, text);
}

static gboolean
call_timed_out (gpointer data)
{
  BbOcppLink *self = data;
  g_autoptr (BbOcppLink) keep = g_object_ref (self);
  g_autoptr (Call) call = take_outstanding (self);
  gboolean dead = bb_clock_get_mono_ms (self->clock) - self->heard_ms >= DEAD_MS;
  if (call != NULL)
    call_fail (call, BB_OCPP_ERROR_TIMED_OUT, _ ("no answer"));
  if (dead && self->open && self->connection != NULL)
    give_up (self, SOUP_WEBSOCKET_CLOSE_GOING_AWAY,
             _ ("Nothing was heard for a minute; the connection is given up."));
  else
    send_next (self);
  return G_SOURCE_REMOVE;
}

static void
send_next (BbOcppLink *self)
{
  if (self->outstanding != NULL || !self->open)
    return;
  self->outstanding = g_queue_pop_head (&self->waiting);
  if (self->outstanding == NULL)
    return;
  self->timeout = bb_clock_source_new (self->clock, bb_clock_get_mono_ms (self->clock)
                                                        + (gint64) self->outstanding->timeout_ms);
  g_source_set_callback (self->timeout, call_timed_out, self, NULL);
  g_source_attach (self->timeout, g_main_context_get_thread_default ());
  bb_ocpp_link_send_text (self, self->outstanding->text);
}

/* An AuthorizationKey on its way to the station is a password. */
static void
hide_secrets (BbOcppLink *self, const gchar *action, JsonObject *payload)
{
  const gchar *key = NULL, *value = NULL;
  if (g_strcmp0 (action, "ChangeConfiguration") != 0)
    return;
  key = json_object_get_string_member_with_default (payload, "key", "");
  value = json_object_get_string_member_with_default (payload, "value", "");
  if (g_ascii_strcasecmp (key, "AuthorizationKey") != 0 || *value == '\0')
    return;
  if (self->tape != NULL)
    bb_tape_add_secret (self->tape, value);
  if (self->log != NULL)
    bb_log_add_secret (self->log, value);
}

void
bb_ocpp_link_call_async (BbOcppLink *self, const gchar *action, JsonObject *payload, guint timeout_ms,
                         GCancellable *cancellable, GAsyncReadyCallback callback, gpointer data)
{
  GTask *task = g_task_new (self, cancellable, callback, data);
  Call *call = NULL;
  g_task_set_source_tag (task, bb_ocpp_link_call_async);
  if (!self->open) {
    g_task_return_new_error (task, BB_OCPP_ERROR, BB_OCPP_ERROR_CLOSED, "%s: %s", action,
                             _ ("there is no connection"));
    g_object_unref (task);
    return;
  }
  hide_secrets (self, action, payload);
  call = g_new0 (Call, 1);
  call->link = self;
  call->task = task;
  call->id = g_strdup_printf ("%" G_GUINT64_FORMAT, ++self->next_id);
  call->action = g_strdup (action);
  call->text = bb_ocpp_frame_call (call->id, action, payload);
  call->timeout_ms = timeout_ms;
  watch_cancellable (call, cancellable);
  g_queue_push_tail (&self->waiting, call);
  send_next (self);
}

JsonObject *
bb_ocpp_link_call_finish (BbOcppLink *self, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), NULL);
  return g_task_propagate_pointer (G_TASK (result), error);
}

guint
bb_ocpp_link_get_n_waiting (BbOcppLink *self)
{
  g_return_val_if_fail (BB_IS_OCPP_LINK (self), 0);
  return self->waiting.length + (self->outstanding != NULL ? 1 : 0);
}

/* ---- answers to the peer ---- */

static void
late_free (gpointer data)
{
  Late *late = data;
  g_object_unref (late->link);
  g_free (late->text);
  g_free (late);
}

static gboolean
late_due (gpointer data)
{
  Late *late = data;
  bb_ocpp_link_send_text (late->link, late->text);
  return G_SOURCE_REMOVE;
}

static void
send_answer (BbOcppLink *self, const gchar *text)
{
  g_autofree gchar *out = self->filter != NULL ? self->filter (text, self->filter_data) : g_strdup (text);
  Late *late = NULL;
  if (out == NULL)
    return;
  if (self->delay_ms == 0) {
    bb_ocpp_link_send_text (self, out);
    return;
  }
  late = g_new0 (Late, 1);
  *late = (Late){ g_object_ref (self), g_steal_pointer (&out) };
  bb_clock_add_timeout (self->clock, self->delay_ms, late_due, late, late_free);
}

static void
answer_call (BbOcppLink *self, BbOcppFrame *frame)
{
  const gchar *code = "NotImplemented";
  g_autofree gchar *text = NULL, *out = NULL;
  JsonObject *payload = NULL;
  if (self->answer != NULL)
    payload = self->answer (self, frame->action, frame->payload, &code, &text, self->answer_data);
  if (payload != NULL)
    out = bb_ocpp_frame_result (frame->id, payload);
  else if (code != NULL)
    out = bb_ocpp_frame_error (frame->id, code, text);
  g_clear_pointer (&payload, json_object_unref);
  if (out != NULL)
    send_answer (self, out);
}

static void
end_call (BbOcppLink *self, BbOcppFrame *frame)
{
  g_autoptr (Call) call = NULL;
  if (self->outstanding == NULL || g_strcmp0 (self->outstanding->id, frame->id) != 0)
    return; /* too late, twice, or never asked */
  call = take_outstanding (self);
  if (frame->kind == BB_OCPP_CALL_ERROR) {
    g_autofree gchar *message = g_strdup_printf ("%s %s", frame->code, frame->text);
    call_fail (call, BB_OCPP_ERROR_REFUSED, g_strstrip (message));
  } else if (call->task != NULL) {
    g_autoptr (GTask) task = g_steal_pointer (&call->task);
    g_task_return_pointer (task, json_object_ref (frame->payload), (GDestroyNotify) json_object_unref);
  }
  send_next (self);
}

/* ---- in ---- */

static gboolean
spend_budget (BbOcppLink *self, gint64 now_ms)
{
  gdouble gained = (gdouble) (now_ms - self->budget_ms) * MESSAGES_PER_S / 1000.0;
  self->budget = MIN (self->budget + gained, BURST) - 1;
  self->budget_ms = now_ms;
  return self->budget >= 0;
}

static void
refuse_text (BbOcppLink *self, const gchar *bad_id, const GError *error)
{
  bb_log_write (self->log, BB_LOG_WARNING, TOPIC, "%s: %s", self->channel, error->message);
  if (bad_id != NULL) {
    g_autofree gchar *out = bb_ocpp_frame_error (bad_id, "FormationViolation", error->message);
    send_answer (self, out);
  }
}

static void
take_text (BbOcppLink *self, const gchar *text, gsize length)
{
  g_autoptr (GError) error = NULL;
  g_autofree gchar *bad_id = NULL;
  g_autoptr (BbOcppFrame) frame = bb_ocpp_frame_parse (text, length, &bad_id, &error);
  bb_log_write (self->log, BB_LOG_DEBUG, TOPIC, "%s < %.*s", self->channel, (gint) MIN (length, 512), text);
  if (error != NULL)
    refuse_text (self, bad_id, error);
  else if (frame != NULL && frame->kind == BB_OCPP_CALL)
    answer_call (self, frame);
  else if (frame != NULL)
    end_call (self, frame);
}

static void
connection_message_cb (SoupWebsocketConnection *connection, gint type, GBytes *message, gpointer data)
{
  g_autoptr (BbOcppLink) self = g_object_ref (data);
  gsize length = 0;
  const gchar *text = g_bytes_get_data (message, &length);
  if (!self->open)
    return;
  self->heard_ms = bb_clock_get_mono_ms (self->clock);
  if (!spend_budget (self, self->heard_ms)) {
    give_up (self, SOUP_WEBSOCKET_CLOSE_POLICY_VIOLATION,
             _ ("It sends far too many messages; the connection is cut."));
    return;
  }
  bb_tape_write (self->tape, self->channel, BB_TAPE_IN, text, length, type == SOUP_WEBSOCKET_DATA_TEXT);
  if (type == SOUP_WEBSOCKET_DATA_TEXT)
    take_text (self, text, length);
}

static void
connection_pong_cb (SoupWebsocketConnection *connection, GBytes *message, gpointer data)
{
  BbOcppLink *self = data;
  self->heard_ms = bb_clock_get_mono_ms (self->clock);
  self->unread = 0;
}

static void
connection_error_cb (SoupWebsocketConnection *connection, GError *error, gpointer data)
{
  BbOcppLink *self = data;
  bb_log_write (self->log, BB_LOG_WARNING, TOPIC, "%s: %s", self->channel, error->message);
}

/* ---- a tape instead of a connection ---- */

static gboolean
play_one (gpointer data)
{
  g_autoptr (BbOcppLink) self = g_object_ref (data);
  gint kind = bb_tape_peek (self->tape, self->channel);
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) bytes = NULL;
  gsize length = 0;
  if (kind == BB_TAPE_OUT || !self->open) {
    g_clear_pointer (&self->pump, g_source_unref);
    return G_SOURCE_REMOVE; /* our turn */
  }
  bytes = bb_tape_next (self->tape, self->channel, &error);
  if (bytes == NULL) {
    g_clear_pointer (&self->pump, g_source_unref);
    finish (self, FALSE);
    return G_SOURCE_REMOVE;
  }
  self->heard_ms = bb_clock_get_mono_ms (self->clock);
  take_text (self, g_bytes_get_data (bytes, &length), g_bytes_get_size (bytes));
  return G_SOURCE_CONTINUE;
}

static void
schedule_pump (BbOcppLink *self)
{
  if (self->pump != NULL)
    return;
  self->pump = g_idle_source_new ();
  g_source_set_priority (self->pump, G_PRIORITY_DEFAULT);
  g_source_set_callback (self->pump, play_one, self, NULL);
  g_source_attach (self->pump, g_main_context_get_thread_default ());
}

/* ---- the object ---- */

static void
attach_connection (BbOcppLink *self, SoupWebsocketConnection *connection)
{
  self->connection = g_object_ref (connection);
  soup_websocket_connection_set_max_incoming_payload_size (connection, BB_OCPP_MAX_BYTES);
  soup_websocket_connection_set_keepalive_interval (connection, PING_S);
  g_signal_connect_object (connection, "message", G_CALLBACK (connection_message_cb), self, 0);
  g_signal_connect_object (connection, "pong", G_CALLBACK (connection_pong_cb), self, 0);
  g_signal_connect_object (connection, "error", G_CALLBACK (connection_error_cb), self, 0);
  g_signal_connect_object (connection, "closed", G_CALLBACK (connection_closed_cb), self, 0);
}

BbOcppLink *
bb_ocpp_link_new (SoupWebsocketConnection *connection, const gchar *channel, BbClock *clock, BbLog *log,
                  BbTape *tape)
{
  BbOcppLink *self = g_object_new (BB_TYPE_OCPP_LINK, NULL);
  self->channel = g_strdup (channel);
  self->clock = g_object_ref (clock);
  self->log = log != NULL ? bb_log_ref (log) : NULL;
  self->tape = tape != NULL ? bb_tape_ref (tape) : NULL;
  self->heard_ms = self->budget_ms = bb_clock_get_mono_ms (clock);
  self->budget = BURST;
  self->open
      = connection == NULL || soup_websocket_connection_get_state (connection) == SOUP_WEBSOCKET_STATE_OPEN;
  if (connection != NULL)
    attach_connection (self, connection);
  else
    schedule_pump (self);
  return self;
}

void
bb_ocpp_link_set_answer (BbOcppLink *self, BbOcppAnswer answer, gpointer data)
{
  g_return_if_fail (BB_IS_OCPP_LINK (self));
  self->answer = answer;
  self->answer_data = data;
}

void
bb_ocpp_link_set_filter (BbOcppLink *self, BbOcppFilter filter, gpointer data)
{
  g_return_if_fail (BB_IS_OCPP_LINK (self));
  self->filter = filter;
  self->filter_data = data;
}

void
bb_ocpp_link_set_delay_ms (BbOcppLink *self, guint delay_ms)
{
  g_return_if_fail (BB_IS_OCPP_LINK (self));
  self->delay_ms = delay_ms;
}

static void
bb_ocpp_link_dispose (GObject *object)
{
  BbOcppLink *self = BB_OCPP_LINK (object);
  self->answer = NULL;
  self->filter = NULL;
  self->told = TRUE;
  if (self->pump != NULL)
    g_source_destroy (self->pump);
  g_clear_pointer (&self->pump, g_source_unref);
  if (self->clock != NULL && self->open)
    bb_ocpp_link_close (self);
  fail_all (self);
  G_OBJECT_CLASS (bb_ocpp_link_parent_class)->dispose (object);
}

static void
bb_ocpp_link_finalize (GObject *object)
{
  BbOcppLink *self = BB_OCPP_LINK (object);
  g_clear_object (&self->connection);
  g_clear_object (&self->clock);
  g_clear_pointer (&self->log, bb_log_unref);
  g_clear_pointer (&self->tape, bb_tape_unref);
  g_free (self->channel);
  G_OBJECT_CLASS (bb_ocpp_link_parent_class)->finalize (object);
}

static void
bb_ocpp_link_class_init (BbOcppLinkClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = bb_ocpp_link_dispose;
  G_OBJECT_CLASS (klass)->finalize = bb_ocpp_link_finalize;
  signals[CLOSED] = g_signal_new ("closed", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                  G_TYPE_NONE, 1, G_TYPE_BOOLEAN);
}

static void
bb_ocpp_link_init (BbOcppLink *self)
{
  g_queue_init (&self->waiting);
}
