/* SPDX-License-Identifier: GPL-3.0-or-later */
/* mqtt-worker.c: the thread that owns libmosquitto, and the posts that go to it and come from it.
 *
 * The library is used by this thread only, and one instance lives for one connection: what it queued goes
 * with it, what matters is kept by the client. The thread runs a main context with the socket as a source, so
 * that posts, socket and timer are served alike; it may wait for a name server, nobody else does.
 */
#include <glib-unix.h>
#include <glib/gi18n.h>
#include <mosquitto.h>
#include <pthread.h>
#include <signal.h>
#include <string.h>

#include "protocols/mqtt/mqtt-private.h"

/* Messages on their way into the main context, at most; a flood of more is cut off here. */
#define INBOX_MAX 256
/* A disconnect is flushed for at most so long, in ticks of the thread's timer. */
#define TICK_MS    500
#define STOP_TICKS 4
/* An own address to bind to. The library tries the first address of a name alone: where that is an IPv6 one
 * that leads nowhere, each second attempt goes by IPv4. */
#define IPV4_ONLY "0.0.0.0"

typedef struct {
  GSource source;
  gpointer tag;
} SocketSource;

struct _BbMqttWorker {
  gatomicrefcount refs;
  BbMqttSettings *settings;
  GMainContext *context; /* of the thread */
  /* atomic: flags, messages on their way, messages cut off */
  gint quitting, resolving, inbox, cut;

  /* the owner's */
  GMainContext *home;
  GThread *thread;
  BbMqttEvents events;
  gpointer data;
  gboolean deaf;

  /* the thread's */
  GMainLoop *loop;
  struct mosquitto *mosq; /* NULL: no connection */
  GSource *io;
  GHashTable *ids;    /* mid -> guint64 id of what is under way */
  guint64 publishing; /* id being given to the library; 0: none */
  guint attempt;
  gboolean refused;
  gchar *why;
  guint stop_ticks; /* 0: not stopping */
  gboolean leaving; /* DISCONNECT was said */
};

typedef enum { POST_CONNECT, POST_DROP, POST_SUBSCRIBE, POST_PUBLISH, POST_STOP, POST_QUIT } PostKind;
typedef enum { EVENT_CONNECTED, EVENT_LOST, EVENT_SENT, EVENT_MESSAGE, EVENT_STOPPED } EventKind;

/* A post to the thread, or an event from it. */
typedef struct {
  BbMqttWorker *worker;
  gint kind;
  guint attempt;
  guint64 id;
  gchar *text; /* topic, filter, reason */
  GBytes *payload;
  guint qos;
  gboolean flag; /* retained, refused */
} Post;

/* ---- settings ---- */

BbMqttSettings *
bb_mqtt_settings_new (const BbMqttOptions *options)
{
  BbMqttSettings *settings = g_new0 (BbMqttSettings, 1);

  settings->host = g_strdup (options->host);
  settings->port = options->port != 0 ? options->port : options->tls ? 8883 : 1883;
  settings->client_id = g_strdup (options->client_id);
  settings->user = g_strdup (options->user);
  settings->password = g_strdup (options->password);
  settings->tls = options->tls;
  settings->ca_file = g_strdup (options->ca_file);
  settings->will_topic = g_strdup (options->will_topic);
  settings->will_payload = g_strdup (options->will_payload != NULL ? options->will_payload : "");
  settings->keepalive_s = options->keepalive_s != 0 ? options->keepalive_s : 15;
  return settings;
}

void
bb_mqtt_settings_free (BbMqttSettings *settings)
{
  g_free (settings->host);
  g_free (settings->client_id);
  g_free (settings->user);
  g_free (settings->password);
  g_free (settings->ca_file);
  g_free (settings->will_topic);
  g_free (settings->will_payload);
  g_free (settings);
}

/* ---- posts ---- */

static BbMqttWorker *
worker_ref (BbMqttWorker *self)
{
  g_atomic_ref_count_inc (&self->refs);
  return self;
}

static void
worker_unref (BbMqttWorker *self)
{
  if (!g_atomic_ref_count_dec (&self->refs))
    return;
  bb_mqtt_settings_free (self->settings);
  g_main_context_unref (self->context);
  g_main_context_unref (self->home);
  g_free (self);
}

static void
post_free (Post *post)
{
  g_free (post->text);
  g_clear_pointer (&post->payload, g_bytes_unref);
  worker_unref (post->worker);
  g_free (post);
}

static Post *
post_new (BbMqttWorker *self, gint kind, guint attempt, const gchar *text)
{
  Post *post = g_new0 (Post, 1);

  post->worker = worker_ref (self);
  post->kind = kind;
  post->attempt = attempt;
  post->text = g_strdup (text);
  return post;
}

/* Runs `function` in a context, never in the caller. */
static void
send_post (GMainContext *context, GSourceFunc function, Post *post)
{
  g_autoptr (GSource) source = g_idle_source_new ();

  g_source_set_priority (source, G_PRIORITY_DEFAULT);
  g_source_set_callback (source, function, post, (GDestroyNotify) post_free);
  g_source_attach (source, context);
}

/* ---- events, in the owner's context ---- */

static void
deliver_cut (BbMqttWorker *self)
{
  gint cut = g_atomic_int_get (&self->cut);

  if (cut == 0)
    return;
  g_atomic_int_add (&self->cut, -cut);
  self->events.cut ((guint) cut, self->data);
}

static gboolean
deliver (gpointer data)
{
  const Post *post = data;
  BbMqttWorker *self = post->worker;

  if (post->kind == EVENT_MESSAGE)
    g_atomic_int_add (&self->inbox, -1);
  if (self->deaf)
    return G_SOURCE_REMOVE;
  deliver_cut (self);
  if (post->kind == EVENT_CONNECTED)
    self->events.connected (post->attempt, self->data);
  else if (post->kind == EVENT_LOST)
    self->events.lost (post->attempt, post->flag, post->text, self->data);
  else if (post->kind == EVENT_SENT)
    self->events.sent (post->attempt, post->id, self->data);
  else if (post->kind == EVENT_MESSAGE)
    self->events.message (post->attempt, post->text, post->payload, post->flag, self->data);
  else
    self->events.stopped (self->data);
  return G_SOURCE_REMOVE;
}

static Post *
event_new (BbMqttWorker *self, EventKind kind, const gchar *text)
{
  return post_new (self, (gint) kind, self->attempt, text);
}

static void
tell (BbMqttWorker *self, Post *event)
{
  send_post (self->home, deliver, event);
}

static void
tell_sent (BbMqttWorker *self, guint64 id)
{
  Post *event = event_new (self, EVENT_SENT, NULL);

  event->id = id;
  tell (self, event);
}

/* ---- the library's callbacks, in the thread ---- */

/* CONNACK codes of MQTT 3.1.1, section 3.2.2.3. */
static const gchar *
refusal (gint code)
{
  switch (code) {
  case 1:
    return _ ("The broker does not speak MQTT 3.1.1.");
  case 2:
    return _ ("The broker refuses this client id. Choose another.");
  case 3:
    return _ ("The broker is there and not ready.");
  case 4:
  case 5:
    return _ ("The broker refuses this user or password. Check both.");
  default:
    return _ ("The broker refuses the connection.");
  }
}

static void
on_connect (struct mosquitto *mosq, void *data, int code)
{
  BbMqttWorker *self = data;

  if (code == 0) {
    tell (self, event_new (self, EVENT_CONNECTED, NULL));
    return;
  }
  self->refused = TRUE;
  g_free (self->why);
  self->why = g_strdup (refusal (code));
}

static void
on_publish (struct mosquitto *mosq, void *data, int mid)
{
  BbMqttWorker *self = data;
  guint64 *id = g_hash_table_lookup (self->ids, GINT_TO_POINTER (mid));

  if (id != NULL) {
    tell_sent (self, *id);
    g_hash_table_remove (self->ids, GINT_TO_POINTER (mid));
  } else if (self->publishing != 0) {
    /* written before mosquitto_publish() returned */
    tell_sent (self, self->publishing);
    self->publishing = 0;
  }
}

static void
on_message (struct mosquitto *mosq, void *data, const struct mosquitto_message *message)
{
  BbMqttWorker *self = data;
  gsize length = strlen (message->topic);
  Post *event;

  if (length > BB_MQTT_MAX_TOPIC || !g_utf8_validate (message->topic, (gssize) length, NULL))
    return;
  if (g_atomic_int_get (&self->inbox) >= INBOX_MAX) {
    g_atomic_int_inc (&self->cut);
    return;
  }
  event = event_new (self, EVENT_MESSAGE, message->topic);
  event->flag = message->retain;
  if (message->payloadlen >= 0 && (gsize) message->payloadlen <= BB_MQTT_MAX_PAYLOAD)
    event->payload = g_bytes_new (message->payload, (gsize) message->payloadlen);
  g_atomic_int_inc (&self->inbox);
  tell (self, event);
}

/* ---- connection, in the thread ---- */

static void
close_connection (BbMqttWorker *self)
{
  if (self->io != NULL) {
    g_source_destroy (self->io);
    g_clear_pointer (&self->io, g_source_unref);
  }
  g_hash_table_remove_all (self->ids);
  g_clear_pointer (&self->mosq, mosquitto_destroy);
}

static const gchar *
describe (gint code)
{
  switch (code) {
  case MOSQ_ERR_ERRNO:
    return g_strerror (errno);
  case MOSQ_ERR_EAI:
    return _ ("the name is not known");
  case MOSQ_ERR_TLS:
    return _ ("TLS was refused: the certificate is not signed by the CA file, or is for another name");
  case MOSQ_ERR_KEEPALIVE:
    return _ ("it no longer answers");
  case MOSQ_ERR_CONN_LOST:
    return _ ("it closed the connection");
  default:
    return mosquitto_strerror (code);
  }
}

static void
finish_stop (BbMqttWorker *self)
{
  close_connection (self);
  self->stop_ticks = 0;
  tell (self, event_new (self, EVENT_STOPPED, NULL));
}

static void
lose (BbMqttWorker *self, gint code)
{
  /* Translators: host, port, reason */
  g_autofree gchar *text = g_strdup_printf (_ ("No connection to the MQTT broker %s port %u: %s."),
                                            self->settings->host, self->settings->port, describe (code));
  Post *event;

  if (self->stop_ticks > 0) {
    finish_stop (self);
    return;
  }
  event = event_new (self, EVENT_LOST, self->refused ? self->why : text);
  event->flag = self->refused;
  close_connection (self);
  tell (self, event);
}

/* Stopping, once all was acknowledged: a socket closed on answers that were not read would take with it what
 * the broker has not read either. */
static gint
leave (BbMqttWorker *self)
{
  if (self->stop_ticks == 0 || self->leaving || g_hash_table_size (self->ids) > 0)
    return MOSQ_ERR_SUCCESS;
  self->leaving = TRUE;
  return mosquitto_disconnect (self->mosq);
}

/* After each call into the library: what became of the connection, and whether it wants to write. */
static void
settle (BbMqttWorker *self, gint code)
{
  GIOCondition condition = G_IO_IN | G_IO_ERR | G_IO_HUP;

  if (self->mosq == NULL)
    return;
  if (code == MOSQ_ERR_SUCCESS && mosquitto_socket (self->mosq) >= 0)
    code = leave (self);
  if (code != MOSQ_ERR_SUCCESS || mosquitto_socket (self->mosq) < 0) {
    lose (self, code != MOSQ_ERR_SUCCESS ? code : MOSQ_ERR_CONN_LOST);
    return;
  }
  if (mosquitto_want_write (self->mosq))
    condition |= G_IO_OUT;
  if (self->io != NULL)
    g_source_modify_unix_fd (self->io, ((SocketSource *) self->io)->tag, condition);
}

static gboolean
socket_dispatch (GSource *source, GSourceFunc callback, gpointer data)
{
  return callback (data);
}

static GSourceFuncs socket_funcs = { .dispatch = socket_dispatch };

static gboolean
serve_socket (gpointer data)
{
  BbMqttWorker *self = data;
  GIOCondition condition = g_source_query_unix_fd (self->io, ((SocketSource *) self->io)->tag);
  gint code = MOSQ_ERR_SUCCESS;

  if ((condition & (G_IO_IN | G_IO_ERR | G_IO_HUP)) != 0)
    code = mosquitto_loop_read (self->mosq, 16);
  if (code == MOSQ_ERR_SUCCESS && (condition & G_IO_OUT) != 0 && mosquitto_socket (self->mosq) >= 0)
    code = mosquitto_loop_write (self->mosq, 16);
  settle (self, code);
  return G_SOURCE_CONTINUE;
}

static void
watch_socket (BbMqttWorker *self)
{
  GSource *source = g_source_new (&socket_funcs, sizeof (SocketSource));

  ((SocketSource *) source)->tag
      = g_source_add_unix_fd (source, mosquitto_socket (self->mosq), G_IO_IN | G_IO_OUT);
  g_source_set_callback (source, serve_socket, self, NULL);
  g_source_attach (source, self->context);
  self->io = source;
}

/* Keep-alive; and the end of a disconnect that does not come to an end. */
static gboolean
tick (gpointer data)
{
  BbMqttWorker *self = data;

  if (self->stop_ticks > 0 && --self->stop_ticks == 0)
    finish_stop (self);
  else if (self->mosq != NULL)
    settle (self, mosquitto_loop_misc (self->mosq));
  return G_SOURCE_CONTINUE;
}

static gint
configure (BbMqttWorker *self)
{
  const BbMqttSettings *settings = self->settings;
  gint code = MOSQ_ERR_SUCCESS;

  mosquitto_connect_callback_set (self->mosq, on_connect);
  mosquitto_publish_callback_set (self->mosq, on_publish);
  mosquitto_message_callback_set (self->mosq, on_message);
  mosquitto_int_option (self->mosq, MOSQ_OPT_TCP_NODELAY, 1);
  if (settings->will_topic != NULL)
    code = mosquitto_will_set (self->mosq, settings->will_topic, (gint) strlen (settings->will_payload),
                               settings->will_payload, 1, true);
  if (code == MOSQ_ERR_SUCCESS && settings->user != NULL)
    code = mosquitto_username_pw_set (self->mosq, settings->user, settings->password);
  if (code == MOSQ_ERR_SUCCESS && settings->tls && settings->ca_file == NULL)
    code = mosquitto_int_option (self->mosq, MOSQ_OPT_TLS_USE_OS_CERTS, 1);
  else if (code == MOSQ_ERR_SUCCESS && settings->tls)
    code = mosquitto_tls_set (self->mosq, settings->ca_file, NULL, NULL, NULL, NULL);
  return code;
}

static void
open_connection (BbMqttWorker *self, guint attempt)
{
  const BbMqttSettings *settings = self->settings;
  gint code;

  close_connection (self);
  self->attempt = attempt;
  self->refused = FALSE;
  self->mosq = mosquitto_new (settings->client_id, true, self);
  code = self->mosq != NULL ? configure (self) : MOSQ_ERR_NOMEM;
  g_atomic_int_set (&self->resolving, 1);
  if (code == MOSQ_ERR_SUCCESS && !g_atomic_int_get (&self->quitting))
    code = mosquitto_connect_bind_async (self->mosq, settings->host, settings->port,
                                         (gint) settings->keepalive_s, attempt % 2 == 0 ? IPV4_ONLY : NULL);
  g_atomic_int_set (&self->resolving, 0);
  if (code != MOSQ_ERR_SUCCESS || mosquitto_socket (self->mosq) < 0) {
    lose (self, code != MOSQ_ERR_SUCCESS ? code : MOSQ_ERR_NO_CONN);
    return;
  }
  watch_socket (self);
  settle (self, MOSQ_ERR_SUCCESS);
}

static void
publish (BbMqttWorker *self, const Post *post)
{
  gsize size;
  const void *bytes = g_bytes_get_data (post->payload, &size);
  gint mid = 0, code;

  self->publishing = post->id;
  code = mosquitto_publish (self->mosq, &mid, post->text, (gint) size, bytes, (gint) post->qos, post->flag);
  if (self->publishing != 0 && code == MOSQ_ERR_SUCCESS)
    g_hash_table_insert (self->ids, GINT_TO_POINTER (mid), g_memdup2 (&post->id, sizeof post->id));
  self->publishing = 0;
  settle (self, code);
}

static void
stop (BbMqttWorker *self)
{
  self->stop_ticks = STOP_TICKS;
  self->leaving = FALSE;
  if (self->mosq == NULL)
    finish_stop (self);
  else
    settle (self, MOSQ_ERR_SUCCESS);
}

static gboolean
take_post (gpointer data)
{
  const Post *post = data;
  BbMqttWorker *self = post->worker;
  gboolean current = self->mosq != NULL && post->attempt == self->attempt && self->stop_ticks == 0;

  if (post->kind == POST_QUIT)
    g_main_loop_quit (self->loop);
  else if (g_atomic_int_get (&self->quitting))
    return G_SOURCE_REMOVE;
  else if (post->kind == POST_CONNECT)
    open_connection (self, post->attempt);
  else if (post->kind == POST_DROP)
    close_connection (self);
  else if (post->kind == POST_STOP)
    stop (self);
  else if (current && post->kind == POST_SUBSCRIBE)
    settle (self, mosquitto_subscribe (self->mosq, NULL, post->text, (gint) post->qos));
  else if (current && post->kind == POST_PUBLISH)
    publish (self, post);
  return G_SOURCE_REMOVE;
}

/* Signals are for the main thread; a broken TLS connection must not end the process. */
static void
block_signals (void)
{
  sigset_t all;

  sigfillset (&all);
  pthread_sigmask (SIG_BLOCK, &all, NULL);
}

static gpointer
run (gpointer data)
{
  BbMqttWorker *self = data;
  g_autoptr (GSource) timer = g_timeout_source_new (TICK_MS);

  block_signals ();
  g_main_context_push_thread_default (self->context);
  self->loop = g_main_loop_new (self->context, FALSE);
  self->ids = g_hash_table_new_full (NULL, NULL, NULL, g_free);
  g_source_set_callback (timer, tick, self, NULL);
  g_source_attach (timer, self->context);
  g_main_loop_run (self->loop);
  g_source_destroy (timer);
  close_connection (self);
  g_hash_table_unref (self->ids);
  g_main_loop_unref (self->loop);
  g_free (self->why);
  g_main_context_pop_thread_default (self->context);
  worker_unref (self);
  return NULL;
}

/* ---- for the owner ---- */

BbMqttWorker *
bb_mqtt_worker_new (BbMqttSettings *settings, const BbMqttEvents *events, gpointer data)
{
  static gsize once;
  BbMqttWorker *self = g_new0 (BbMqttWorker, 1);

  if (g_once_init_enter (&once)) {
    mosquitto_lib_init ();
    g_once_init_leave (&once, 1);
  }
  g_atomic_ref_count_init (&self->refs);
  self->settings = settings;
  self->context = g_main_context_new ();
  self->home = g_main_context_ref_thread_default ();
  self->events = *events;
  self->data = data;
  self->thread = g_thread_new ("mqtt", run, worker_ref (self));
  return self;
}

/* Either the thread sees `quitting` before it looks up a name, or we see that it does and do not wait for it.
 */
void
bb_mqtt_worker_free (BbMqttWorker *self)
{
  self->deaf = TRUE;
  g_atomic_int_set (&self->quitting, 1);
  send_post (self->context, take_post, post_new (self, POST_QUIT, 0, NULL));
  if (g_atomic_int_get (&self->resolving))
    g_thread_unref (self->thread);
  else
    g_thread_join (self->thread);
  worker_unref (self);
}

void
bb_mqtt_worker_connect (BbMqttWorker *self, guint attempt)
{
  send_post (self->context, take_post, post_new (self, POST_CONNECT, attempt, NULL));
}

void
bb_mqtt_worker_drop (BbMqttWorker *self)
{
  send_post (self->context, take_post, post_new (self, POST_DROP, 0, NULL));
}

void
bb_mqtt_worker_subscribe (BbMqttWorker *self, guint attempt, const gchar *filter, guint qos)
{
  Post *post = post_new (self, POST_SUBSCRIBE, attempt, filter);

  post->qos = qos;
  send_post (self->context, take_post, post);
}

void
bb_mqtt_worker_publish (BbMqttWorker *self, guint attempt, const BbMqttMessage *message)
{
  Post *post = post_new (self, POST_PUBLISH, attempt, message->topic);

  post->id = message->id;
  post->payload = g_bytes_ref (message->payload);
  post->qos = message->qos;
  post->flag = message->retained;
  send_post (self->context, take_post, post);
}

void
bb_mqtt_worker_stop (BbMqttWorker *self)
{
  send_post (self->context, take_post, post_new (self, POST_STOP, 0, NULL));
}
