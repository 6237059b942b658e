/* SPDX-License-Identifier: GPL-3.0-or-later */
/* test-mqtt-device.c: Shelly meters over a real broker: mosquitto_pub publishes the answers of the
 * reference's devices as those devices do; and everything that goes wrong on the way. */
#include <glib/gstdio.h>
#include <string.h>

#include "broker.h"
#include "devices/factory.h"
#include "test-http-rig.h"

#define PROFILE "shelly-pro-3em"
#define PREFIX  "house/shelly"

/* ---- kit ---- */

/* Which of the reference's documents is published on which topic. */
static const struct {
  const gchar *path, *topic;
} topics[] = { { "/rpc/EMData.GetStatus?id=0", "status/emdata:0" },
               { "/rpc/EM.GetStatus?id=0", "status/em:0" },
               { "/rpc/EM1.GetStatus?id=0", "status/em1:0" },
               { "/rpc/EM1.GetStatus?id=1", "status/em1:1" },
               { "/rpc/EM1.GetStatus?id=2", "status/em1:2" } };

static JsonObject *
read_documents (const gchar *name)
{
  g_autofree gchar *path = g_test_build_filename (G_TEST_DIST, "devices", "reference", "documents.py", NULL);
  g_autofree gchar *text = NULL;
  g_autoptr (GError) error = NULL;
  g_autoptr (GSubprocess) process = g_subprocess_new (G_SUBPROCESS_FLAGS_STDOUT_PIPE, &error,
                                                      "/usr/bin/python3", path, "--documents", name, NULL);
  g_autoptr (JsonNode) node = NULL;

  g_assert_no_error (error);
  g_assert_true (g_subprocess_communicate_utf8 (process, NULL, NULL, &text, NULL, NULL));
  node = json_from_string (text, NULL);
  g_assert_nonnull (node);
  return json_object_ref (json_node_get_object (node));
}

static gchar *
document_text (JsonObject *documents, const gchar *path)
{
  return json_to_string (json_object_get_member (documents, path), FALSE);
}

/* All that the device has to tell. */
static void
publish_device (TestBroker *broker, JsonObject *documents)
{
  for (guint i = 0; i < G_N_ELEMENTS (topics); i++) {
    g_autofree gchar *topic = g_strconcat (PREFIX "/", topics[i].topic, NULL), *text = NULL;

    if (!json_object_has_member (documents, topics[i].path))
      continue;
    text = document_text (documents, topics[i].path);
    test_broker_publish (broker, topic, text, FALSE);
  }
}

static TestBroker *
start_broker (void)
{
  TestBroker *broker = test_broker_new (NULL);

  if (broker == NULL)
    g_test_skip ("mosquitto is not installed");
  else
    test_broker_start (broker);
  return broker;
}

/* The device's own connection, also to see what it sees. */
static BbMqttHub *
get_hub (WebRig *rig)
{
  g_autoptr (GError) error = NULL;
  BbMqttHub *hub = bb_device_context_get_mqtt (rig->context, bb_device_get_link (rig->device), &error);

  g_assert_no_error (error);
  return hub;
}

/* Started, connected and subscribed: the broker has answered something that was asked for later. */
static void
start_device (WebRig *rig, TestBroker *broker)
{
  web_rig_start (rig);
  WAIT_FOR (bb_mqtt_hub_get_state (get_hub (rig)) == BB_MQTT_ONLINE);
  g_autoptr (TestPeer) later = test_peer_new (broker, "nothing/here");
}

static const gchar *
get_trouble (WebRig *rig)
{
  return bb_device_get_trouble (rig->device);
}

static void
assert_trouble (WebRig *rig, const gchar *words)
{
  g_assert_cmpint (bb_device_get_state (rig->device), ==, BB_DEVICE_CONNECTING);
  g_assert_nonnull (get_trouble (rig));
  if (strstr (get_trouble (rig), words) == NULL)
    g_error ("“%s” is not in “%s”", words, get_trouble (rig));
}

static const BbMeterReading *
get_reading (WebRig *rig)
{
  return bb_device_get_meter_reading (rig->device);
}

static WebRig *
make_rig (const gchar *profile, TestBroker *broker)
{
  return web_rig_new (profile, BB_CONNECTION_MQTT, NULL, broker->port, PREFIX, NULL, NULL, NULL);
}

/* ---- readings ---- */

static void
test_reference (gconstpointer data)
{
  const gchar *name = data;
  g_autoptr (TestBroker) broker = start_broker ();

  if (broker == NULL)
    return;
  g_autoptr (JsonObject) whole = web_expect (name);
  g_autoptr (JsonObject) documents = read_documents (name);
  JsonObject *expect = json_object_get_object_member (whole, "expect");
  g_autoptr (WebRig) rig = make_rig (json_object_get_string_member (whole, "profile"), broker);
  gint64 wh = json_object_get_int_member_with_default (expect, "energy_import_wh", -1);

  g_assert_true (web_rig_poll (rig)); /* not started: nothing to do */
  start_device (rig, broker);
  g_assert_cmpint (bb_device_get_state (rig->device), ==, BB_DEVICE_CONNECTING);
  web_rig_advance (rig, 500);
  publish_device (broker, documents);
  WAIT_FOR (get_reading (rig)->taken_ms == 1000500);
  g_assert_cmpint (bb_device_get_state (rig->device), ==, BB_DEVICE_ONLINE);
  g_assert_null (get_trouble (rig));
  g_assert_cmpint (get_reading (rig)->energy_import_wh, ==, wh);
  web_check_meter (get_reading (rig), expect);
  g_assert_true (web_rig_poll (rig));
  g_assert_no_error (rig->error);
}

/* Three one-phase meters in one: a reading is as old as the oldest of them. */
static void
test_oldest (void)
{
  g_autoptr (TestBroker) broker = start_broker ();

  if (broker == NULL)
    return;
  g_autoptr (WebRig) rig = make_rig (PROFILE, broker);
  static const gchar *const values = "{\"current\":1,\"voltage\":230,\"act_power\":230}";

  start_device (rig, broker);
  for (guint p = 0; p < 3; p++) {
    g_autofree gchar *topic = g_strdup_printf (PREFIX "/status/em1:%u", p);

    g_assert_cmpint (get_reading (rig)->taken_ms, ==, G_MININT64);
    test_broker_publish (broker, topic, values, FALSE);
    if (p == 0)
      WAIT_FOR (web_rig_poll (rig) && bb_device_get_state (rig->device) == BB_DEVICE_CONNECTING);
  }
  WAIT_FOR (get_reading (rig)->taken_ms == 1000000);
  web_rig_advance (rig, 1000);
  test_broker_publish (broker, PREFIX "/status/em1:0", "{\"current\":2,\"voltage\":230,\"act_power\":460}",
                       FALSE);
  WAIT_FOR (get_reading (rig)->current_ma[0] == 2000);
  g_assert_cmpint (get_reading (rig)->taken_ms, ==, 1000000);
  g_assert_cmpint (get_reading (rig)->power_w, ==, 920);
}

static void
count_retained (const gchar *topic, GBytes *payload, gboolean retained, gpointer data)
{
  *(guint *) data += retained != 0;
}

static void
ignore_change (gpointer data)
{
}

/* Nobody knows how old a retained message is; published so while we listen, it is as good as any. */
static void
test_retained (void)
{
  static const BbMqttListener counter = { count_retained, ignore_change };
  const gchar *const em[] = { PREFIX "/status/em:0", NULL };
  g_autoptr (TestBroker) broker = start_broker ();
  guint n_retained = 0;

  if (broker == NULL)
    return;
  g_autoptr (JsonObject) documents = read_documents (PROFILE);
  g_autofree gchar *text = document_text (documents, topics[1].path);
  g_autoptr (WebRig) rig = make_rig (PROFILE, broker);
  test_broker_publish (broker, em[0], text, TRUE);
  bb_mqtt_hub_add (get_hub (rig), em, &counter, &n_retained, NULL);
  web_rig_start (rig);
  WAIT_FOR (n_retained == 1);
  g_assert_cmpint (get_reading (rig)->taken_ms, ==, G_MININT64);
  g_assert_cmpint (bb_device_get_state (rig->device), ==, BB_DEVICE_CONNECTING);
  web_rig_advance (rig, 700);
  test_broker_publish (broker, em[0], text, TRUE);
  WAIT_FOR (get_reading (rig)->taken_ms == 1000700);
  g_assert_cmpint (bb_device_get_state (rig->device), ==, BB_DEVICE_ONLINE);
  bb_mqtt_hub_remove (get_hub (rig), &n_retained);
}

/* ---- what goes wrong ---- */

/* The message is told of, what was read before keeps its age, and a good one helps. */
static void
check_useless (WebRig *rig, TestBroker *broker, const gchar *good, const gchar *bad, const gchar *words)
{
  gint64 before_ms = get_reading (rig)->taken_ms;

  web_rig_advance (rig, 1000);
  test_broker_publish (broker, PREFIX "/status/em:0", bad, FALSE);
  WAIT_FOR (get_trouble (rig) != NULL);
  assert_trouble (rig, words);
  assert_trouble (rig, PREFIX "/status/em:0");
  g_assert_cmpint (get_reading (rig)->taken_ms, ==, before_ms);
  g_assert_cmpint (get_reading (rig)->current_ma[0], ==, 5250);
  test_broker_publish (broker, PREFIX "/status/em:0", good, FALSE);
  WAIT_FOR (bb_device_get_state (rig->device) == BB_DEVICE_ONLINE);
  g_assert_cmpint (get_reading (rig)->taken_ms, ==, before_ms + 1000);
}

static void
test_useless (void)
{
  g_autoptr (TestBroker) broker = start_broker ();

  if (broker == NULL)
    return;
  g_autoptr (JsonObject) documents = read_documents (PROFILE);
  g_autofree gchar *good = document_text (documents, topics[1].path), *large = g_strnfill (70000, ' ');
  g_autofree gchar *half = g_strndup (good, strlen (good) / 2);
  g_autoptr (WebRig) rig = make_rig (PROFILE, broker);

  start_device (rig, broker);
  test_broker_publish (broker, PREFIX "/status/em:0", "online", FALSE);
  WAIT_FOR (get_trouble (rig) != NULL);
  assert_trouble (rig, "no JSON object");
  test_broker_publish (broker, PREFIX "/status/em:0", good, FALSE);
  WAIT_FOR (bb_device_get_state (rig->device) == BB_DEVICE_ONLINE);
  check_useless (rig, broker, good, half, "no JSON object");
  check_useless (rig, broker, good, "[1,2,3]", "no JSON object");
  check_useless (rig, broker, good, large, "too large");
  check_useless (rig, broker, good, "{}", "no current of L1");
  check_useless (rig, broker, good,
                 "{\"a_current\":5,\"a_act_power\":1150,\"b_current\":null,\"b_act_power\":null}",
                 "no current of L2");
  check_useless (rig, broker, good, "{\"a_current\":1e30,\"a_act_power\":1}", "impossible");
  /* Counters that come damaged harm nobody. */
  test_broker_publish (broker, PREFIX "/status/emdata:0", "?", FALSE);
  test_broker_publish (broker, PREFIX "/status/emdata:0", "{\"total_act\":77}", FALSE);
  WAIT_FOR (get_reading (rig)->energy_import_wh == 77);
  g_assert_cmpint (bb_device_get_state (rig->device), ==, BB_DEVICE_ONLINE);
}

static void
test_silence (void)
{
  g_autoptr (TestBroker) broker = start_broker ();

  if (broker == NULL)
    return;
  g_autoptr (JsonObject) documents = read_documents (PROFILE);
  g_autofree gchar *port = g_strdup_printf ("127.0.0.1 port %u", broker->port);
  g_autoptr (WebRig) rig = make_rig (PROFILE, broker);

  start_device (rig, broker);
  web_rig_advance (rig, 9999);
  g_assert_true (web_rig_poll (rig));
  g_assert_null (get_trouble (rig));
  web_rig_advance (rig, 1);
  WAIT_FOR (get_trouble (rig) != NULL);
  assert_trouble (rig, PREFIX "/status/em:0");
  assert_trouble (rig, port);
  assert_trouble (rig, "status updates");
  publish_device (broker, documents);
  WAIT_FOR (bb_device_get_state (rig->device) == BB_DEVICE_ONLINE);
  web_rig_advance (rig, 10000);
  WAIT_FOR (get_trouble (rig) != NULL);
  assert_trouble (rig, PREFIX "/status/em:0");
  g_assert_cmpint (get_reading (rig)->taken_ms, ==, 1010000);
  g_assert_cmpint (get_reading (rig)->current_ma[0], ==, 5250);
  /* Now it is another kind of meter: what it was is forgotten. */
  test_broker_publish (broker, PREFIX "/status/em1:1", "{\"voltage\":230}", FALSE);
  WAIT_FOR (web_rig_poll (rig));
  web_rig_advance (rig, 5000);
  test_broker_publish (broker, PREFIX "/status/em:0", "{\"id\":0}", FALSE);
  WAIT_FOR (web_rig_poll (rig));
  g_autoptr (TestPeer) later = test_peer_new (broker, "nothing/here");
  web_rig_advance (rig, 5000);
  WAIT_FOR (strstr (get_trouble (rig), "the profile") != NULL);
}

static void
test_broker_gone (void)
{
  g_autoptr (TestBroker) broker = start_broker ();

  if (broker == NULL)
    return;
  g_autoptr (JsonObject) documents = read_documents (PROFILE);
  g_autofree gchar *port = g_strdup_printf ("127.0.0.1 port %u", broker->port);
  g_autoptr (WebRig) rig = make_rig (PROFILE, broker);

  start_device (rig, broker);
  publish_device (broker, documents);
  WAIT_FOR (bb_device_get_state (rig->device) == BB_DEVICE_ONLINE);
  test_broker_kill (broker);
  WAIT_FOR (get_trouble (rig) != NULL);
  assert_trouble (rig, port);
  g_assert_cmpint (get_reading (rig)->taken_ms, ==, 1000000);
  test_broker_start (broker);
  web_rig_advance (rig, 1000); /* the pause before the next attempt */
  WAIT_FOR (bb_mqtt_hub_get_state (get_hub (rig)) == BB_MQTT_ONLINE);
  g_assert_null (get_trouble (rig));
  g_autoptr (TestPeer) later = test_peer_new (broker, "nothing/here");
  publish_device (broker, documents);
  WAIT_FOR (bb_device_get_state (rig->device) == BB_DEVICE_ONLINE);
  g_assert_cmpint (get_reading (rig)->taken_ms, ==, 1001000);
}

static void
test_password (void)
{
  g_autoptr (TestBroker) broker = test_broker_new ("");

  if (broker == NULL) {
    g_test_skip ("mosquitto is not installed");
    return;
  }
  test_broker_add_user (broker, "busbar", "right");
  test_broker_start (broker);
  g_autoptr (WebRig) wrong
      = web_rig_new (PROFILE, BB_CONNECTION_MQTT, NULL, broker->port, PREFIX, "busbar", "wrong", NULL);
  g_autoptr (WebRig) right
      = web_rig_new (PROFILE, BB_CONNECTION_MQTT, NULL, broker->port, PREFIX, "busbar", "right", NULL);
  g_autoptr (WebRig) nobody
      = web_rig_new (PROFILE, BB_CONNECTION_MQTT, NULL, broker->port, PREFIX, NULL, "right", NULL);

  web_rig_start (wrong);
  WAIT_FOR (get_trouble (wrong) != NULL);
  assert_trouble (wrong, "user or password");
  g_assert_null (strstr (get_trouble (wrong), "wrong"));
  web_rig_start (right);
  WAIT_FOR (bb_mqtt_hub_get_state (get_hub (right)) == BB_MQTT_ONLINE);
  g_assert_null (get_trouble (right));
  web_rig_start (nobody);
  g_assert_cmpint (bb_device_get_state (nobody->device), ==, BB_DEVICE_FAULT);
  g_assert_nonnull (strstr (get_trouble (nobody), "user"));
}

static void
test_link (void)
{
  g_autoptr (TestBroker) broker = start_broker ();

  if (broker == NULL)
    return;
  g_autoptr (WebRig) rig = make_rig (PROFILE, broker);
  g_autoptr (GError) error = NULL;

  /* No broker. */
  g_assert_null (
      bb_device_new (rig->context, rig->profile, bb_link_new ("m", TRUE, BB_CONNECTION_MQTT), &error));
  g_assert_error (error, BB_DEVICE_ERROR, BB_DEVICE_ERROR_LINK);
  g_assert_nonnull (strstr (error->message, "“address”"));
  /* No prefix: its id. One broker: one connection. */
  BbLink *link = bb_link_new ("cellar", TRUE, BB_CONNECTION_MQTT);
  link->host = g_strdup ("127.0.0.1");
  link->port = broker->port;
  g_autoptr (BbDevice) other = bb_device_new (rig->context, rig->profile, link, NULL);
  start_device (rig, broker);
  bb_device_start (other);
  g_autoptr (TestPeer) later = test_peer_new (broker, "nothing/here");
  g_assert_cmpuint (g_hash_table_size (rig->context->hubs), ==, 1);
  test_broker_publish (broker, "cellar/status/em:0",
                       "{\"total_act_power\":460,\"a_current\":2,\"a_act_power\":460,\"b_current\":0,"
                       "\"b_act_power\":0,\"c_current\":0,\"c_act_power\":0}",
                       FALSE);
  WAIT_FOR (bb_device_get_state (other) == BB_DEVICE_ONLINE);
  g_assert_cmpint (bb_device_get_meter_reading (other)->current_ma[0], ==, 2000);
  g_assert_cmpint (bb_device_get_state (rig->device), ==, BB_DEVICE_CONNECTING);
  bb_device_stop (other);
  g_assert_cmpint (bb_device_get_state (other), ==, BB_DEVICE_STOPPED);
  /* A prefix that is no topic. */
  link = bb_link_new ("m", TRUE, BB_CONNECTION_MQTT);
  link->host = g_strdup ("127.0.0.1");
  link->port = broker->port;
  link->identity = g_strdup ("house/#");
  g_autoptr (BbDevice) bad = bb_device_new (rig->context, rig->profile, link, NULL);
  bb_device_start (bad);
  g_assert_cmpint (bb_device_get_state (bad), ==, BB_DEVICE_FAULT);
  g_assert_nonnull (strstr (bb_device_get_trouble (bad), "house/#"));
  bb_device_stop (bad);
}

/* What was recorded gives the same readings without a broker. */
static void
test_tape (void)
{
  g_autoptr (TestBroker) broker = start_broker ();

  if (broker == NULL)
    return;
  g_autoptr (JsonObject) whole = web_expect (PROFILE);
  g_autoptr (JsonObject) documents = read_documents (PROFILE);
  g_autoptr (BbManualClock) clock = bb_manual_clock_new (0, 0);
  g_autofree gchar *path = g_build_filename (broker->folder, "mqtt.tape", NULL);
  g_autoptr (GError) error = NULL;
  BbTape *tape = bb_tape_new_recorder (path, BB_CLOCK (clock), &error);
  WebRig *rig;

  g_assert_no_error (error);
  rig = web_rig_new (PROFILE, BB_CONNECTION_MQTT, NULL, broker->port, PREFIX, NULL, NULL, tape);
  start_device (rig, broker);
  publish_device (broker, documents);
  WAIT_FOR (bb_device_get_state (rig->device) == BB_DEVICE_ONLINE);
  web_rig_free (rig);
  test_broker_kill (broker);
  tape = bb_tape_new_player (path, &error);
  g_assert_no_error (error);
  rig = web_rig_new (PROFILE, BB_CONNECTION_MQTT, NULL, broker->port, PREFIX, NULL, NULL, tape);
  web_rig_start (rig);
  WAIT_FOR (bb_device_get_state (rig->device) == BB_DEVICE_ONLINE);
  web_check_meter (get_reading (rig), json_object_get_object_member (whole, "expect"));
  web_rig_free (rig);
}

int
main (int argc, char *argv[])
{
  static const gchar *const names[] = { "shelly-pro-3em", "shelly-pro-3em-monophase", "shelly-3em-gen3" };

  g_test_init (&argc, &argv, NULL);
  for (guint i = 0; i < G_N_ELEMENTS (names); i++) {
    g_autofree gchar *path = g_strdup_printf ("/devices/mqtt/reference/%s", names[i]);

    g_test_add_data_func (path, names[i], test_reference);
  }
  g_test_add_func ("/devices/mqtt/oldest", test_oldest);
  g_test_add_func ("/devices/mqtt/retained", test_retained);
  g_test_add_func ("/devices/mqtt/useless", test_useless);
  g_test_add_func ("/devices/mqtt/silence", test_silence);
  g_test_add_func ("/devices/mqtt/broker-gone", test_broker_gone);
  g_test_add_func ("/devices/mqtt/password", test_password);
  g_test_add_func ("/devices/mqtt/link", test_link);
  g_test_add_func ("/devices/mqtt/tape", test_tape);
  return g_test_run ();
}
