/* SPDX-License-Identifier: GPL-3.0-or-later */
/* mqtt-client.c: the life of an MQTT client: connecting, losing, connecting again, and what is under way. */
#include "protocols/mqtt/mqtt-client.h"

#include <glib/gi18n.h>
#include <string.h>

#include "protocols/mqtt/mqtt-private.h"

#define PAUSE_MIN_MS G_GINT64_CONSTANT (1000)
#define PAUSE_MAX_MS G_GINT64_CONSTANT (60000)
/* From the first packet to the broker's answer. */
#define CONNECT_MS 10000
#define STOP_MS    2000
/* Messages given to the broker and not taken by it, at most. */
#define UNDER_WAY_MAX 64
#define CHANNEL       "mqtt"

typedef struct {
  gchar *filter;
  guint qos;
} Subscription;

struct _BbMqttClient {
  GObject parent_instance;
  gchar *host;
  guint16 port;
  BbClock *clock;
  BbLog *log;
  BbTape *tape;
  gboolean replay;      /* the tape plays: no worker */
  BbMqttWorker *worker; /* NULL: replay */
  BbMqttState state;
  gchar *trouble;
  guint attempt;
  gint64 pause_ms;
  GSource *timer;     /* (unowned) deadline of connecting or stopping, or the pause */
  GSource *pump;      /* (owned) replay */
  GPtrArray *filters; /* (element-type Subscription) */
  BbMqttQueue queue;
  GHashTable *under_way; /* guint64 id -> BbMqttMessage */
  GTask *stopping;
};

G_DEFINE_FINAL_TYPE (BbMqttClient, bb_mqtt_client, G_TYPE_OBJECT)
G_DEFINE_QUARK (bb_mqtt_error, bb_mqtt_error)

enum { SIGNAL_STATE, SIGNAL_DRAINED, SIGNAL_MESSAGE, N_SIGNALS };
static guint signals[N_SIGNALS];

static void go_online (BbMqttClient *self);
static void lose (BbMqttClient *self, gboolean refused, const gchar *why);
static void plan_pump (BbMqttClient *self);

static void
stop_timer (BbMqttClient *self)
{
  if (self->timer != NULL)
    g_source_destroy (self->timer);
  self->timer = NULL;
}

static void
set_state (BbMqttClient *self, BbMqttState state)
{
  if (self->state == state)
    return;
  self->state = state;
  g_signal_emit (self, signals[SIGNAL_STATE], 0);
}

/* ---- tape ---- */

/* One event of ours; FALSE: the player expected another, and the client ends here. */
static gboolean
tape_out (BbMqttClient *self, const gchar *bytes, gsize size)
{
  g_autoptr (GError) error = NULL;

  if (self->tape == NULL)
    return TRUE;
  if (!self->replay) {
    bb_tape_write (self->tape, CHANNEL, BB_TAPE_OUT, bytes, size, g_utf8_validate_len (bytes, size, NULL));
    return TRUE;
  }
  if (bb_tape_expect (self->tape, CHANNEL, bytes, size, &error)) {
    plan_pump (self);
    return TRUE;
  }
  g_free (self->trouble);
  self->trouble = g_strdup (error->message);
  bb_log_write (self->log, BB_LOG_ERROR, "mqtt", "%s", error->message);
  stop_timer (self);
  set_state (self, BB_MQTT_STOPPED);
  return FALSE;
}

static gboolean
tape_out_text (BbMqttClient *self, const gchar *verb, const gchar *what, guint number)
{
  g_autofree gchar *text = g_strdup_printf ("%s %s %u", verb, what, number);

  return tape_out (self, text, strlen (text));
}

static gboolean
tape_publish (BbMqttClient *self, const BbMqttMessage *message)
{
  g_autoptr (GString) text = g_string_new (NULL);
  gsize size;
  const gchar *bytes = g_bytes_get_data (message->payload, &size);

  g_string_printf (text, "publish %s %u %s\n", message->topic, message->qos,
                   message->retained ? "retained" : "live");
  g_string_append_len (text, bytes != NULL ? bytes : "", (gssize) size);
  return tape_out (self, text->str, text->len);
}

static void
tape_in (BbMqttClient *self, BbTapeKind kind, const gchar *text)
{
  if (self->tape != NULL && !self->replay)
    bb_tape_write (self->tape, CHANNEL, kind, text, strlen (text), TRUE);
}

static void
tape_message (BbMqttClient *self, const gchar *topic, GBytes *payload, gboolean retained)
{
  g_autoptr (GString) text = NULL;
  gsize size = 0;
  const gchar *bytes = payload != NULL ? g_bytes_get_data (payload, &size) : NULL;

  if (self->tape == NULL || self->replay)
    return;
  text = g_string_new (NULL);
  g_string_printf (text, "message %s %s\n", topic, retained ? "retained" : "live");
  g_string_append_len (text, bytes, (gssize) size);
  bb_tape_write (self->tape, CHANNEL, BB_TAPE_IN, text->str, text->len,
                 g_utf8_validate_len (text->str, text->len, NULL));
}

/* ---- sending ---- */

static void
drain (BbMqttClient *self)
{
  BbMqttMessage *message;

  while (self->state == BB_MQTT_ONLINE && g_hash_table_size (self->under_way) < UNDER_WAY_MAX
         && (message = bb_mqtt_queue_pop (&self->queue)) != NULL) {
    g_autoptr (BbMqttMessage) owned = message;

    if (!tape_publish (self, message) || self->replay)
      continue;
    g_hash_table_insert (self->under_way, &message->id, g_steal_pointer (&owned));
    bb_mqtt_worker_publish (self->worker, self->attempt, message);
  }
}

/* What must arrive goes to the front of the queue again; the rest was sent, or is old. */
static void
take_back (BbMqttClient *self)
{
  g_autoptr (GPtrArray) again = g_ptr_array_new ();
  GHashTableIter iter;
  gpointer value;

  g_hash_table_iter_init (&iter, self->under_way);
  while (g_hash_table_iter_next (&iter, NULL, &value)) {
    const BbMqttMessage *message = value;

    if (message->qos > 0 || message->retained) {
      g_ptr_array_add (again, value);
      g_hash_table_iter_steal (&iter);
    }
  }
  g_hash_table_remove_all (self->under_way);
  bb_mqtt_queue_push_back (&self->queue, again);
}

/* ---- connecting ---- */

static gboolean
connect_late (gpointer data)
{
  BbMqttClient *self = data;

  self->timer = NULL;
  if (self->worker != NULL)
    bb_mqtt_worker_drop (self->worker);
  lose (self, FALSE, _ ("The MQTT broker does not answer. Check its address and port."));
  return G_SOURCE_REMOVE;
}

static gboolean
connect_now (gpointer data)
{
  BbMqttClient *self = data;

  self->attempt++;
  self->timer = bb_clock_add_timeout (self->clock, CONNECT_MS, connect_late, self, NULL);
  set_state (self, BB_MQTT_CONNECTING);
  if (tape_out_text (self, "connect", self->host, self->port) && self->worker != NULL)
    bb_mqtt_worker_connect (self->worker, self->attempt);
  return G_SOURCE_REMOVE;
}

static gboolean
subscribe_now (BbMqttClient *self, const Subscription *subscription)
{
  if (!tape_out_text (self, "subscribe", subscription->filter, subscription->qos))
    return FALSE;
  if (self->worker != NULL)
    bb_mqtt_worker_subscribe (self->worker, self->attempt, subscription->filter, subscription->qos);
  return TRUE;
}

static void
go_online (BbMqttClient *self)
{
  stop_timer (self);
  tape_in (self, BB_TAPE_IN, "connected");
  self->pause_ms = PAUSE_MIN_MS;
  g_clear_pointer (&self->trouble, g_free);
  bb_log_write (self->log, BB_LOG_INFO, "mqtt", _ ("Connected to the MQTT broker %s port %u."), self->host,
                self->port);
  for (guint i = 0; i < self->filters->len; i++)
    if (!subscribe_now (self, g_ptr_array_index (self->filters, i)))
      return;
  set_state (self, BB_MQTT_ONLINE);
  drain (self);
}

/* Logged once per reason: a broker that stays away is no news every minute. */
static void
note_trouble (BbMqttClient *self, const gchar *why)
{
  if (g_strcmp0 (self->trouble, why) == 0)
    return;
  g_free (self->trouble);
  self->trouble = g_strdup (why);
  bb_log_write (self->log, BB_LOG_WARNING, "mqtt", "%s", why);
}

static void
lose (BbMqttClient *self, gboolean refused, const gchar *why)
{
  stop_timer (self);
  tape_in (self, BB_TAPE_FAILED, refused ? "connection-refused" : "connection-closed");
  note_trouble (self, why);
  take_back (self);
  self->timer = bb_clock_add_timeout (self->clock, self->pause_ms, connect_now, self, NULL);
  self->pause_ms = MIN (self->pause_ms * 2, PAUSE_MAX_MS);
  set_state (self, BB_MQTT_WAITING);
}

/* ---- events of the worker ---- */

static void
worker_connected (guint attempt, gpointer data)
{
  BbMqttClient *self = data;

  if (attempt == self->attempt && self->state == BB_MQTT_CONNECTING)
    go_online (self);
}

static void
worker_lost (guint attempt, gboolean refused, const gchar *why, gpointer data)
{
  BbMqttClient *self = data;

  if (attempt == self->attempt && (self->state == BB_MQTT_CONNECTING || self->state == BB_MQTT_ONLINE))
    lose (self, refused, why);
}

static void
worker_sent (guint attempt, guint64 id, gpointer data)
{
  BbMqttClient *self = data;

  if (attempt != self->attempt)
    return;
  g_hash_table_remove (self->under_way, &id);
  drain (self);
  if (g_hash_table_size (self->under_way) == 0 && self->queue.waiting.length == 0)
    g_signal_emit (self, signals[SIGNAL_DRAINED], 0);
}

static void
worker_message (guint attempt, const gchar *topic, GBytes *payload, gboolean retained, gpointer data)
{
  BbMqttClient *self = data;

  if (attempt != self->attempt || self->state != BB_MQTT_ONLINE)
    return;
  tape_message (self, topic, payload, retained);
  g_signal_emit (self, signals[SIGNAL_MESSAGE], 0, topic, payload, retained);
}

static void
worker_cut (guint n_messages, gpointer data)
{
  BbMqttClient *self = data;

  bb_log_write (self->log, BB_LOG_WARNING, "mqtt",
                ngettext ("%u message came faster than it could be taken, and is lost.",
                          "%u messages came faster than they could be taken, and are lost.", n_messages),
                n_messages);
}

static void
finish_stop (BbMqttClient *self)
{
  g_autoptr (GTask) task = g_steal_pointer (&self->stopping);

  stop_timer (self);
  set_state (self, BB_MQTT_STOPPED);
  if (task != NULL)
    g_task_return_boolean (task, TRUE);
}

static void
worker_stopped (gpointer data)
{
  finish_stop (data);
}

/* ---- replay ---- */

static void
play_message (BbMqttClient *self, const gchar *text, gsize size)
{
  const gchar *line_end = memchr (text, '\n', size);
  g_autofree gchar *head = line_end != NULL ? g_strndup (text, (gsize) (line_end - text)) : NULL;
  g_auto (GStrv) words = head != NULL ? g_strsplit (head, " ", 0) : NULL;
  guint n = words != NULL ? g_strv_length (words) : 0;
  g_autoptr (GBytes) payload = NULL;

  if (n < 3)
    return;
  payload = g_bytes_new (line_end + 1, size - (gsize) (line_end + 1 - text));
  g_signal_emit (self, signals[SIGNAL_MESSAGE], 0, words[1], payload, g_str_equal (words[2], "retained"));
}

static void
play (BbMqttClient *self, GBytes *event)
{
  gsize size;
  const gchar *text = g_bytes_get_data (event, &size);

  if (size == strlen ("connected") && memcmp (text, "connected", size) == 0) {
    if (self->state == BB_MQTT_CONNECTING)
      go_online (self);
  } else if (self->state == BB_MQTT_ONLINE) {
    play_message (self, text, size);
  }
}

/* One event of the broker at a time, until it is our turn again. */
static gboolean
pump (gpointer data)
{
  g_autoptr (BbMqttClient) self = g_object_ref (data);
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) event = NULL;
  gint kind = bb_tape_peek (self->tape, CHANNEL);

  if (self->state == BB_MQTT_STOPPED || (kind != BB_TAPE_IN && kind != BB_TAPE_FAILED)) {
    g_clear_pointer (&self->pump, g_source_unref);
    return G_SOURCE_REMOVE;
  }
  event = bb_tape_next (self->tape, CHANNEL, &error);
  if (event != NULL)
    play (self, event);
  else
    lose (self, FALSE, error->message);
  return G_SOURCE_CONTINUE;
}

static void
plan_pump (BbMqttClient *self)
{
  if (self->pump != NULL)
    return;
  self->pump = g_idle_source_new ();
  g_source_set_callback (self->pump, pump, self, NULL);
  g_source_attach (self->pump, g_main_context_get_thread_default ());
}

/* ---- object ---- */

static void
bb_mqtt_client_dispose (GObject *object)
{
  BbMqttClient *self = BB_MQTT_CLIENT (object);

  stop_timer (self);
  if (self->pump != NULL)
    g_source_destroy (self->pump);
  g_clear_pointer (&self->pump, g_source_unref);
  g_clear_pointer (&self->worker, bb_mqtt_worker_free);
  g_clear_object (&self->stopping);
  G_OBJECT_CLASS (bb_mqtt_client_parent_class)->dispose (object);
}

static void
bb_mqtt_client_finalize (GObject *object)
{
  BbMqttClient *self = BB_MQTT_CLIENT (object);

  bb_mqtt_queue_clear (&self->queue);
  g_hash_table_unref (self->under_way);
  g_ptr_array_unref (self->filters);
  g_free (self->host);
  g_free (self->trouble);
  g_clear_object (&self->clock);
  g_clear_pointer (&self->log, bb_log_unref);
  g_clear_pointer (&self->tape, bb_tape_unref);
  G_OBJECT_CLASS (bb_mqtt_client_parent_class)->finalize (object);
}

static void
bb_mqtt_client_class_init (BbMqttClientClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->dispose = bb_mqtt_client_dispose;
  object_class->finalize = bb_mqtt_client_finalize;
  signals[SIGNAL_STATE] = g_signal_new ("state-changed", BB_TYPE_MQTT_CLIENT, G_SIGNAL_RUN_LAST, 0, NULL,
                                        NULL, NULL, G_TYPE_NONE, 0);
  signals[SIGNAL_DRAINED]
      = g_signal_new ("drained", BB_TYPE_MQTT_CLIENT, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
  signals[SIGNAL_MESSAGE] = g_signal_new ("message", BB_TYPE_MQTT_CLIENT, G_SIGNAL_RUN_LAST, 0, NULL, NULL,
                                          NULL, G_TYPE_NONE, 3, G_TYPE_STRING, G_TYPE_BYTES, G_TYPE_BOOLEAN);
}

static void
subscription_free (gpointer data)
{
  Subscription *subscription = data;

  g_free (subscription->filter);
  g_free (subscription);
}

static void
bb_mqtt_client_init (BbMqttClient *self)
{
  self->filters = g_ptr_array_new_with_free_func (subscription_free);
  self->under_way
      = g_hash_table_new_full (g_int64_hash, g_int64_equal, NULL, (GDestroyNotify) bb_mqtt_message_free);
  self->pause_ms = PAUSE_MIN_MS;
}

static gboolean
options_are_good (const BbMqttOptions *options, GError **error)
{
  if (options->host == NULL || options->host[0] == '\0') {
    g_set_error_literal (error, BB_MQTT_ERROR, BB_MQTT_ERROR_OPTIONS,
                         _ ("The MQTT broker has no address. Give its host name or IP address."));
    return FALSE;
  }
  if (options->ca_file != NULL && !g_file_test (options->ca_file, G_FILE_TEST_IS_REGULAR)) {
    g_set_error (error, BB_MQTT_ERROR, BB_MQTT_ERROR_OPTIONS, _ ("There is no CA file “%s”."),
                 options->ca_file);
    return FALSE;
  }
  if (options->user == NULL && options->password != NULL) {
    g_set_error_literal (error, BB_MQTT_ERROR, BB_MQTT_ERROR_OPTIONS,
                         _ ("A password for the MQTT broker needs a user too."));
    return FALSE;
  }
  return options->will_topic == NULL || bb_mqtt_topic_check (options->will_topic, error);
}

static void
keep_secrets (BbMqttClient *self, const BbMqttOptions *options)
{
  if (options->password == NULL)
    return;
  if (self->log != NULL)
    bb_log_add_secret (self->log, options->password);
  if (self->tape != NULL)
    bb_tape_add_secret (self->tape, options->password);
}

BbMqttClient *
bb_mqtt_client_new (const BbMqttOptions *options, GError **error)
{
  static const BbMqttEvents events
      = { worker_connected, worker_lost, worker_sent, worker_message, worker_cut, worker_stopped };
  BbMqttClient *self;

  if (!options_are_good (options, error))
    return NULL;
  self = g_object_new (BB_TYPE_MQTT_CLIENT, NULL);
  self->host = g_strdup (options->host);
  self->port = options->port != 0 ? options->port : options->tls ? 8883 : 1883;
  self->clock = g_object_ref (options->clock);
  self->log = options->log != NULL ? bb_log_ref (options->log) : NULL;
  self->tape = options->tape != NULL ? bb_tape_ref (options->tape) : NULL;
  self->replay = self->tape != NULL && bb_tape_is_player (self->tape);
  keep_secrets (self, options);
  bb_mqtt_queue_init (&self->queue, options->queue_max != 0 ? options->queue_max : BB_MQTT_QUEUE);
  if (!self->replay)
    self->worker = bb_mqtt_worker_new (bb_mqtt_settings_new (options), &events, self);
  return self;
}

void
bb_mqtt_client_start (BbMqttClient *self)
{
  if (self->state == BB_MQTT_STOPPED && self->stopping == NULL)
    connect_now (self);
}

static gboolean
stop_late (gpointer data)
{
  BbMqttClient *self = data;

  self->timer = NULL;
  finish_stop (self);
  return G_SOURCE_REMOVE;
}

void
bb_mqtt_client_stop_async (BbMqttClient *self, GAsyncReadyCallback callback, gpointer data)
{
  g_autoptr (GTask) task = g_task_new (self, NULL, callback, data);

  stop_timer (self);
  /* with something left unsaid the connection is dropped instead: then the broker sends the will */
  if (self->state != BB_MQTT_ONLINE || self->worker == NULL || self->stopping != NULL
      || self->queue.waiting.length > 0) {
    if (self->worker != NULL)
      bb_mqtt_worker_drop (self->worker);
    set_state (self, BB_MQTT_STOPPED);
    g_task_return_boolean (task, TRUE);
    return;
  }
  self->stopping = g_steal_pointer (&task);
  self->timer = bb_clock_add_timeout (self->clock, STOP_MS, stop_late, self, NULL);
  bb_mqtt_worker_stop (self->worker);
}

gboolean
bb_mqtt_client_stop_finish (BbMqttClient *self, GAsyncResult *result, GError **error)
{
  return g_task_propagate_boolean (G_TASK (result), error);
}

BbMqttState
bb_mqtt_client_get_state (BbMqttClient *self)
{
  return self->state;
}

const gchar *
bb_mqtt_client_get_trouble (BbMqttClient *self)
{
  return self->trouble;
}

guint
bb_mqtt_client_get_queued (BbMqttClient *self)
{
  return self->queue.waiting.length;
}

guint64
bb_mqtt_client_get_dropped (BbMqttClient *self)
{
  return self->queue.dropped;
}

gboolean
bb_mqtt_client_publish (BbMqttClient *self, const gchar *topic, const gchar *payload, gssize size, guint qos,
                        gboolean retained, GError **error)
{
  gsize length = size >= 0 ? (gsize) size : strlen (payload);
  g_autoptr (GBytes) bytes = NULL;

  if (!bb_mqtt_topic_check (topic, error))
    return FALSE;
  if (length > BB_MQTT_MAX_PAYLOAD) {
    g_set_error (error, BB_MQTT_ERROR, BB_MQTT_ERROR_TOO_LARGE,
                 _ ("A message for “%s” has %zu bytes; at most %u are sent."), topic, length,
                 BB_MQTT_MAX_PAYLOAD);
    return FALSE;
  }
  bytes = g_bytes_new (payload, length);
  bb_mqtt_queue_push (&self->queue, bb_mqtt_message_new (topic, bytes, MIN (qos, 1), retained));
  drain (self);
  return TRUE;
}

gboolean
bb_mqtt_client_subscribe (BbMqttClient *self, const gchar *filter, guint qos, GError **error)
{
  Subscription *subscription;

  if (!bb_mqtt_filter_check (filter, error))
    return FALSE;
  subscription = g_new0 (Subscription, 1);
  subscription->filter = g_strdup (filter);
  subscription->qos = MIN (qos, 1);
  g_ptr_array_add (self->filters, subscription);
  if (self->state == BB_MQTT_ONLINE)
    subscribe_now (self, subscription);
  return TRUE;
}
