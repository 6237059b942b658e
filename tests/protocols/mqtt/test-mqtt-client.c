/* SPDX-License-Identifier: GPL-3.0-or-later */
/* test-mqtt-client.c: the MQTT client against a real broker: losses, refusals, queue, will, TLS, tape. */
#include <signal.h>
#include <string.h>

#include "broker.h"
#include "protocols/mqtt/mqtt-client.h"
#include "protocols/mqtt/mqtt-private.h"

typedef struct {
  TestBroker *broker;
  BbManualClock *clock;
  BbLog *log;
  BbMqttClient *client;
  GPtrArray *messages; /* "TOPIC retained|live PAYLOAD" */
} Fixture;

static void
message_cb (BbMqttClient *client, const gchar *topic, GBytes *payload, gboolean retained, gpointer data)
{
  Fixture *f = data;
  gsize size = 0;
  const gchar *bytes = payload != NULL ? g_bytes_get_data (payload, &size) : "(too large)";

  if (payload == NULL)
    size = strlen (bytes);
  g_ptr_array_add (f->messages, g_strdup_printf ("%s %s %.*s", topic, retained ? "retained" : "live",
                                                 (gint) size, bytes != NULL ? bytes : ""));
}

static BbMqttOptions
options_of (Fixture *f)
{
  return (BbMqttOptions){ .host = "127.0.0.1",
                          .port = f->broker != NULL ? f->broker->port : 1,
                          .will_topic = "t/status",
                          .will_payload = "offline",
                          .queue_max = 4,
                          .clock = BB_CLOCK (f->clock),
                          .log = f->log };
}

static void
make_client (Fixture *f, const BbMqttOptions *options)
{
  g_autoptr (GError) error = NULL;

  f->client = bb_mqtt_client_new (options, &error);
  g_assert_no_error (error);
  g_signal_connect (f->client, "message", G_CALLBACK (message_cb), f);
}

static gboolean
set_up (Fixture *f, const gchar *lines)
{
  *f = (Fixture){ 0 };
  f->broker = test_broker_new (lines);
  f->clock = bb_manual_clock_new (0, 1700000000000);
  f->log = bb_log_new_memory (BB_CLOCK (f->clock), BB_LOG_DEBUG, 100);
  f->messages = g_ptr_array_new_with_free_func (g_free);
  if (f->broker == NULL)
    g_test_skip ("there is no mosquitto");
  return f->broker != NULL;
}

static void
tear_down (Fixture *f)
{
  g_clear_object (&f->client);
  g_clear_object (&f->clock);
  g_clear_pointer (&f->log, bb_log_unref);
  g_clear_pointer (&f->messages, g_ptr_array_unref);
  g_clear_pointer (&f->broker, test_broker_free);
}

static gboolean
is_state (Fixture *f, BbMqttState state)
{
  return bb_mqtt_client_get_state (f->client) == state;
}

static void
go_online (Fixture *f)
{
  bb_mqtt_client_start (f->client);
  WAIT_FOR (is_state (f, BB_MQTT_ONLINE));
}

static void
publish (Fixture *f, const gchar *topic, const gchar *payload, guint qos, gboolean retained)
{
  g_autoptr (GError) error = NULL;

  bb_mqtt_client_publish (f->client, topic, payload, -1, qos, retained, &error);
  g_assert_no_error (error);
}

static void
stopped (GObject *source, GAsyncResult *result, gpointer data)
{
  *(gboolean *) data = bb_mqtt_client_stop_finish (BB_MQTT_CLIENT (source), result, NULL);
}

static void
test_both_ways (void)
{
  Fixture f;
  BbMqttOptions options;

  if (!set_up (&f, NULL)) {
    tear_down (&f);
    return;
  }
  test_broker_start (f.broker);
  options = options_of (&f);
  make_client (&f, &options);
  bb_mqtt_client_subscribe (f.client, "in/+", 1, NULL);
  {
    g_autoptr (TestPeer) peer = test_peer_new (f.broker, "t/#");

    go_online (&f);
    g_assert_null (bb_mqtt_client_get_trouble (f.client));
    publish (&f, "t/zero", "0", 0, FALSE);
    publish (&f, "t/one", "1", 1, FALSE);
    publish (&f, "t/kept", "2", 1, TRUE);
    WAIT_FOR (test_peer_find (peer, "t/zero|0|0|0") != NULL && test_peer_find (peer, "t/one|0|1|1") != NULL
              && test_peer_find (peer, "t/kept|0|1|2") != NULL);
    /* the subscription was sent before, on the same connection */
    test_broker_publish (f.broker, "in/a", "live one", FALSE);
    WAIT_FOR (f.messages->len == 1);
    g_assert_cmpstr (g_ptr_array_index (f.messages, 0), ==, "in/a live live one");
  }
  tear_down (&f);
}

static void
test_kept_message_is_marked (void)
{
  Fixture f;
  BbMqttOptions options;

  if (set_up (&f, NULL)) {
    test_broker_start (f.broker);
    test_broker_publish (f.broker, "in/a", "old", TRUE);
    options = options_of (&f);
    make_client (&f, &options);
    bb_mqtt_client_subscribe (f.client, "in/a", 1, NULL);
    go_online (&f);
    WAIT_FOR (f.messages->len == 1);
    g_assert_cmpstr (g_ptr_array_index (f.messages, 0), ==, "in/a retained old");
  }
  tear_down (&f);
}

/* Killed and started again: the pause grows, the queue keeps the latest retained and the last few others. */
static void
test_broker_comes_back (void)
{
  Fixture f;
  BbMqttOptions options;

  if (!set_up (&f, NULL)) {
    tear_down (&f);
    return;
  }
  test_broker_start (f.broker);
  options = options_of (&f);
  make_client (&f, &options);
  bb_mqtt_client_subscribe (f.client, "in/#", 1, NULL);
  go_online (&f);
  test_broker_kill (f.broker);
  WAIT_FOR (is_state (&f, BB_MQTT_WAITING));
  g_assert_nonnull (bb_mqtt_client_get_trouble (f.client));
  for (gint64 pause_ms = 1000; pause_ms <= 4000; pause_ms *= 2) {
    gint64 now_ms = bb_clock_get_mono_ms (BB_CLOCK (f.clock));

    bb_manual_clock_advance_to (f.clock, now_ms + pause_ms - 1);
    g_assert_true (is_state (&f, BB_MQTT_WAITING));
    bb_manual_clock_advance_to (f.clock, now_ms + pause_ms);
    WAIT_FOR (is_state (&f, BB_MQTT_WAITING));
  }
  for (guint i = 0; i < 10; i++) {
    g_autofree gchar *number = g_strdup_printf ("%u", i);

    publish (&f, "t/kept", number, 1, TRUE);
    publish (&f, "t/live", number, 1, FALSE);
  }
  g_assert_cmpuint (bb_mqtt_client_get_queued (f.client), ==, 5);
  g_assert_cmpuint (bb_mqtt_client_get_dropped (f.client), ==, 6);
  test_broker_start (f.broker);
  {
    g_autoptr (TestPeer) peer = test_peer_new (f.broker, "t/#");

    bb_manual_clock_advance_to (f.clock, bb_clock_get_mono_ms (BB_CLOCK (f.clock)) + 8000);
    WAIT_FOR (is_state (&f, BB_MQTT_ONLINE) && test_peer_count (peer, "t/live") == 4
              && test_peer_count (peer, "t/kept") == 1);
    g_assert_nonnull (test_peer_find (peer, "t/kept|0|1|9"));
    g_assert_nonnull (test_peer_find (peer, "t/live|0|1|6"));
    g_assert_nonnull (test_peer_find (peer, "t/live|0|1|9"));
    test_broker_publish (f.broker, "in/again", "x", FALSE);
    WAIT_FOR (f.messages->len == 1);
  }
  tear_down (&f);
}

static void
test_will_and_goodbye (void)
{
  Fixture f;
  BbMqttOptions options;
  gboolean done = FALSE;

  if (!set_up (&f, NULL)) {
    tear_down (&f);
    return;
  }
  test_broker_start (f.broker);
  options = options_of (&f);
  {
    g_autoptr (TestPeer) peer = test_peer_new (f.broker, "t/#");

    make_client (&f, &options);
    go_online (&f);
    g_clear_object (&f.client);
    WAIT_FOR (test_peer_count (peer, "t/status|0|1|offline") == 1);
    make_client (&f, &options);
    go_online (&f);
    publish (&f, "t/status", "gone", 1, TRUE);
    bb_mqtt_client_stop_async (f.client, stopped, &done);
    WAIT_FOR (done && test_peer_find (peer, "t/status|0|1|gone") != NULL);
    g_assert_true (is_state (&f, BB_MQTT_STOPPED));
    test_broker_publish (f.broker, "t/after", "x", FALSE);
    WAIT_FOR (test_peer_find (peer, "t/after") != NULL);
    g_assert_cmpuint (test_peer_count (peer, "offline"), ==, 1);
  }
  tear_down (&f);
}

static gboolean
log_has (BbLog *log, const gchar *text)
{
  g_autoptr (GPtrArray) entries = bb_log_get_entries (log);

  for (guint i = 0; i < entries->len; i++)
    if (strstr (((BbLogEntry *) g_ptr_array_index (entries, i))->text, text) != NULL)
      return TRUE;
  return FALSE;
}

static void
test_password (void)
{
  Fixture f;
  BbMqttOptions options;
  g_autoptr (BbTape) tape = NULL;
  g_autofree gchar *text = NULL;

  if (!set_up (&f, "")) {
    tear_down (&f);
    return;
  }
  test_broker_add_user (f.broker, "garage", "right-one");
  test_broker_start (f.broker);
  tape = bb_tape_new_recorder (NULL, BB_CLOCK (f.clock), NULL);
  options = options_of (&f);
  options.user = "garage";
  options.password = "wrong-one";
  options.tape = tape;
  make_client (&f, &options);
  bb_mqtt_client_start (f.client);
  WAIT_FOR (is_state (&f, BB_MQTT_WAITING));
  g_assert_cmpstr (bb_mqtt_client_get_trouble (f.client), ==,
                   "The broker refuses this user or password. Check both.");
  g_clear_object (&f.client);
  options.password = "right-one";
  make_client (&f, &options);
  go_online (&f);
  publish (&f, "t/leak", "the right-one is secret", 0, FALSE);
  bb_log_write (f.log, BB_LOG_INFO, "test", "it is right-one");
  g_assert_false (log_has (f.log, "right-one"));
  g_assert_true (log_has (f.log, "refuses this user"));
  text = bb_tape_to_text (tape);
  g_assert_null (strstr (text, "right-one"));
  g_assert_nonnull (strstr (text, "publish t/leak 0 live"));
  tear_down (&f);
}

static void
test_tls (void)
{
  Fixture f;
  BbMqttOptions options;
  g_autofree gchar *ca = NULL, *other = NULL;

  if (!set_up (&f, NULL) || !test_broker_use_tls (f.broker)) {
    g_test_skip ("there is no mosquitto or openssl");
    tear_down (&f);
    return;
  }
  test_broker_start (f.broker);
  ca = g_build_filename (f.broker->folder, "ca.pem", NULL);
  options = options_of (&f);
  options.host = "localhost";
  options.tls = TRUE;
  options.ca_file = ca;
  make_client (&f, &options);
  go_online (&f);
  g_clear_object (&f.client);
  /* the certificate is for another name */
  options.host = "127.0.0.1";
  make_client (&f, &options);
  bb_mqtt_client_start (f.client);
  WAIT_FOR (is_state (&f, BB_MQTT_WAITING));
  g_test_message ("%s", bb_mqtt_client_get_trouble (f.client));
  g_clear_object (&f.client);
  /* nobody signed it */
  options.host = "localhost";
  options.ca_file = NULL;
  make_client (&f, &options);
  bb_mqtt_client_start (f.client);
  WAIT_FOR (is_state (&f, BB_MQTT_WAITING));
  g_test_message ("%s", bb_mqtt_client_get_trouble (f.client));
  g_clear_object (&f.client);
  /* plain against TLS */
  options.tls = FALSE;
  make_client (&f, &options);
  bb_mqtt_client_start (f.client);
  WAIT_FOR (is_state (&f, BB_MQTT_WAITING));
  tear_down (&f);
}

static void
test_too_large (void)
{
  Fixture f;
  BbMqttOptions options;
  g_autofree gchar *large = g_strnfill (BB_MQTT_MAX_PAYLOAD + 1, 'x');
  g_autoptr (GError) error = NULL;

  if (!set_up (&f, NULL)) {
    tear_down (&f);
    return;
  }
  test_broker_start (f.broker);
  options = options_of (&f);
  make_client (&f, &options);
  bb_mqtt_client_subscribe (f.client, "in/a", 1, NULL);
  g_assert_false (bb_mqtt_client_publish (f.client, "t/a", large, -1, 0, FALSE, &error));
  g_assert_error (error, BB_MQTT_ERROR, BB_MQTT_ERROR_TOO_LARGE);
  go_online (&f);
  test_broker_publish (f.broker, "in/a", large, FALSE);
  large[BB_MQTT_MAX_PAYLOAD] = '\0';
  test_broker_publish (f.broker, "in/a", large, FALSE);
  WAIT_FOR (f.messages->len == 2);
  g_assert_cmpstr (g_ptr_array_index (f.messages, 0), ==, "in/a live (too large)");
  g_assert_cmpuint (strlen (g_ptr_array_index (f.messages, 1)), ==,
                    strlen ("in/a live ") + BB_MQTT_MAX_PAYLOAD);
  tear_down (&f);
}

/* A listener that never answers: the attempt ends, and nothing here waits for it. */
static void
test_silent_broker (void)
{
  Fixture f;
  BbMqttOptions options;
  g_autoptr (GSocketListener) listener = g_socket_listener_new ();

  f = (Fixture){ .clock = bb_manual_clock_new (0, 1700000000000), .messages = g_ptr_array_new () };
  f.log = bb_log_new_memory (BB_CLOCK (f.clock), BB_LOG_DEBUG, 100);
  options = options_of (&f);
  options.port = g_socket_listener_add_any_inet_port (listener, NULL, NULL);
  make_client (&f, &options);
  bb_mqtt_client_start (f.client);
  g_assert_true (is_state (&f, BB_MQTT_CONNECTING));
  bb_manual_clock_advance_to (f.clock, 9999);
  g_assert_true (is_state (&f, BB_MQTT_CONNECTING));
  bb_manual_clock_advance_to (f.clock, 10000);
  g_assert_true (is_state (&f, BB_MQTT_WAITING));
  g_assert_nonnull (strstr (bb_mqtt_client_get_trouble (f.client), "does not answer"));
  tear_down (&f);
}

static void
test_options (void)
{
  g_autoptr (BbManualClock) clock = bb_manual_clock_new (0, 0);
  const BbMqttOptions bad[] = {
    { .host = NULL },
    { .host = "" },
    { .host = "h", .ca_file = "/nowhere/ca.pem" },
    { .host = "h", .password = "x" },
  };
  const BbMqttOptions will = { .host = "h", .will_topic = "a/#", .clock = BB_CLOCK (clock) };
  g_autoptr (GError) error = NULL;

  for (guint i = 0; i < G_N_ELEMENTS (bad); i++) {
    g_assert_null (bb_mqtt_client_new (&bad[i], &error));
    g_assert_error (error, BB_MQTT_ERROR, BB_MQTT_ERROR_OPTIONS);
    g_clear_error (&error);
  }
  g_assert_null (bb_mqtt_client_new (&will, &error));
  g_assert_error (error, BB_MQTT_ERROR, BB_MQTT_ERROR_TOPIC);
}

static void
test_topics (void)
{
  static const gchar *const topics[] = { "a", "a/b", "/a", "a/ä" };
  static const gchar *const not_topics[] = { "", "a/+", "#", "a\nb", "a/\xff" };
  static const gchar *const filters[] = { "#", "+", "a/+/b", "a/#", "+/+" };
  static const gchar *const not_filters[] = { "", "a+", "a/b#", "#/a", "a/+b/c" };

  for (guint i = 0; i < G_N_ELEMENTS (topics); i++)
    g_assert_true (bb_mqtt_topic_check (topics[i], NULL));
  for (guint i = 0; i < G_N_ELEMENTS (not_topics); i++)
    g_assert_false (bb_mqtt_topic_check (not_topics[i], NULL));
  for (guint i = 0; i < G_N_ELEMENTS (filters); i++)
    g_assert_true (bb_mqtt_filter_check (filters[i], NULL));
  for (guint i = 0; i < G_N_ELEMENTS (not_filters); i++)
    g_assert_false (bb_mqtt_filter_check (not_filters[i], NULL));
}

static BbMqttMessage *
message_of (const gchar *topic, const gchar *text, gboolean retained)
{
  g_autoptr (GBytes) bytes = g_bytes_new (text, strlen (text));

  return bb_mqtt_message_new (topic, bytes, 1, retained);
}

/* What comes back after a loss goes first, unless something newer of its topic waits. */
static void
test_queue (void)
{
  BbMqttQueue queue;
  g_autoptr (GPtrArray) back = g_ptr_array_new ();
  static const gchar *const expected[] = { "live 1", "live 2", "new", "live 3" };

  bb_mqtt_queue_init (&queue, 3);
  bb_mqtt_queue_push (&queue, message_of ("kept", "old", TRUE));
  bb_mqtt_queue_push (&queue, message_of ("a", "live 1", FALSE));
  bb_mqtt_queue_push (&queue, message_of ("a", "live 2", FALSE));
  for (guint i = 0; i < 3; i++)
    g_ptr_array_add (back, bb_mqtt_queue_pop (&queue));
  bb_mqtt_queue_push (&queue, message_of ("kept", "new", TRUE));
  bb_mqtt_queue_push (&queue, message_of ("a", "live 3", FALSE));
  bb_mqtt_queue_push_back (&queue, back);
  for (guint i = 0; i < G_N_ELEMENTS (expected); i++) {
    g_autoptr (BbMqttMessage) message = bb_mqtt_queue_pop (&queue);
    gsize size;
    const gchar *bytes = g_bytes_get_data (message->payload, &size);

    g_assert_cmpmem (bytes, size, expected[i], strlen (expected[i]));
  }
  g_assert_null (bb_mqtt_queue_pop (&queue));
  bb_mqtt_queue_clear (&queue);
}

/* What was recorded with a broker plays without one, and another message of ours is found out. */
static void
test_tape (void)
{
  Fixture f;
  BbMqttOptions options;
  g_autoptr (BbTape) recorder = NULL, player = NULL;
  g_autofree gchar *text = NULL;

  if (!set_up (&f, NULL)) {
    tear_down (&f);
    return;
  }
  test_broker_start (f.broker);
  recorder = bb_tape_new_recorder (NULL, BB_CLOCK (f.clock), NULL);
  options = options_of (&f);
  options.tape = recorder;
  make_client (&f, &options);
  bb_mqtt_client_subscribe (f.client, "in/#", 1, NULL);
  go_online (&f);
  publish (&f, "t/a", "{\"x\":1}", 1, TRUE);
  test_broker_publish (f.broker, "in/b", "hello", FALSE);
  WAIT_FOR (f.messages->len == 1);
  g_clear_object (&f.client);
  g_ptr_array_set_size (f.messages, 0);
  text = bb_tape_to_text (recorder);
  for (guint wrong = 0; wrong < 2; wrong++) {
    g_autoptr (GError) error = NULL;
    g_autoptr (BbTape) tape = bb_tape_new_player_from_text (text, &error);

    g_assert_no_error (error);
    options.tape = tape;
    make_client (&f, &options);
    bb_mqtt_client_subscribe (f.client, "in/#", 1, NULL);
    go_online (&f);
    publish (&f, "t/a", wrong ? "{\"x\":2}" : "{\"x\":1}", 1, TRUE);
    if (wrong)
      g_assert_true (is_state (&f, BB_MQTT_STOPPED) && bb_mqtt_client_get_trouble (f.client) != NULL);
    else
      WAIT_FOR (f.messages->len == 1);
    g_clear_object (&f.client);
  }
  g_assert_cmpstr (g_ptr_array_index (f.messages, 0), ==, "in/b live hello");
  tear_down (&f);
}

/* A broker that stands still (SIGSTOP) is found out by its keep-alive; what was not acknowledged arrives
 * later. */
static void
test_frozen_broker (void)
{
  Fixture f;
  BbMqttOptions options;
  gboolean is_over = FALSE;
  guint deadline;

  if (g_getenv ("BUSBAR_SOAK") == NULL) {
    g_test_skip ("takes 10 s; BUSBAR_SOAK is not set");
    return;
  }
  if (!set_up (&f, NULL)) {
    tear_down (&f);
    return;
  }
  test_broker_start (f.broker);
  options = options_of (&f);
  options.keepalive_s = 5;
  make_client (&f, &options);
  go_online (&f);
  g_subprocess_send_signal (f.broker->process, SIGSTOP);
  publish (&f, "t/one", "1", 1, FALSE);
  deadline = g_timeout_add_seconds (20, test_late, &is_over);
  while (!is_over && is_state (&f, BB_MQTT_ONLINE))
    g_main_context_iteration (NULL, TRUE);
  g_source_remove (deadline);
  g_assert_true (is_state (&f, BB_MQTT_WAITING));
  g_assert_cmpuint (bb_mqtt_client_get_queued (f.client), ==, 1);
  g_subprocess_send_signal (f.broker->process, SIGCONT);
  {
    g_autoptr (TestPeer) peer = test_peer_new (f.broker, "t/one");

    bb_manual_clock_advance_to (f.clock, bb_clock_get_mono_ms (BB_CLOCK (f.clock)) + 1000);
    WAIT_FOR (test_peer_find (peer, "t/one|0|1|1") != NULL);
  }
  tear_down (&f);
}

/* More than the broker takes at once waits here; nothing is lost or turned around. */
static void
test_many (void)
{
  Fixture f;
  BbMqttOptions options;

  if (!set_up (&f, NULL)) {
    tear_down (&f);
    return;
  }
  test_broker_start (f.broker);
  options = options_of (&f);
  options.queue_max = 1000;
  make_client (&f, &options);
  {
    g_autoptr (TestPeer) peer = test_peer_new (f.broker, "t/#");
    guint at[2] = { 0, 1 };

    go_online (&f);
    for (guint i = 0; i < 500; i++) {
      g_autofree gchar *payload = g_strdup_printf ("number %u.", i);

      publish (&f, "t/many", payload, i % 2, FALSE);
    }
    WAIT_FOR (test_peer_count (peer, "t/many") == 500);
    for (guint i = 0; i < peer->lines->len; i++) {
      /* MQTT keeps the order within a quality of service */
      for (guint qos = 0; qos < 2; qos++) {
        g_autofree gchar *line = g_strdup_printf ("t/many|0|%u|number %u.", qos, at[qos]);

        if (g_str_equal (g_ptr_array_index (peer->lines, i), line))
          at[qos] += 2;
      }
    }
    g_assert_cmpuint (at[0], ==, 500);
    g_assert_cmpuint (at[1], ==, 501);
    g_assert_cmpuint (bb_mqtt_client_get_queued (f.client), ==, 0);
  }
  tear_down (&f);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/mqtt/client/both-ways", test_both_ways);
  g_test_add_func ("/mqtt/client/kept-message-is-marked", test_kept_message_is_marked);
  g_test_add_func ("/mqtt/client/broker-comes-back", test_broker_comes_back);
  g_test_add_func ("/mqtt/client/will-and-goodbye", test_will_and_goodbye);
  g_test_add_func ("/mqtt/client/password", test_password);
  g_test_add_func ("/mqtt/client/tls", test_tls);
  g_test_add_func ("/mqtt/client/too-large", test_too_large);
  g_test_add_func ("/mqtt/client/silent-broker", test_silent_broker);
  g_test_add_func ("/mqtt/client/frozen-broker", test_frozen_broker);
  g_test_add_func ("/mqtt/client/many", test_many);
  g_test_add_func ("/mqtt/client/tape", test_tape);
  g_test_add_func ("/mqtt/options", test_options);
  g_test_add_func ("/mqtt/topics", test_topics);
  g_test_add_func ("/mqtt/queue", test_queue);
  return g_test_run ();
}
