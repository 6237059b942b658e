/* SPDX-License-Identifier: GPL-3.0-or-later */
/* test-mqtt-bridge.c: the controller on a real broker: states, decisions, commands and answers, discovery,
 * losses. */
#include "controller/mqtt-bridge.h"

#include <json-glib/json-glib.h>
#include <string.h>

#include "broker.h"

#define P "busbar/test"

typedef struct {
  TestBroker *broker;
  BbManualClock *clock;
  BbMqttBridge *bridge;
  TestPeer *peer;
  GString *calls; /* what the commands were */
  BbCommands commands;
  BbMeterSnapshot meter;
  BbStationSnapshot stations[2];
  BbCircuitSnapshot circuit;
  BbSignalSnapshot source;
  BbControllerSnapshot snapshot;
} Fixture;

/* ---- a controller that knows station "s1", circuit "main" and source "rc" ---- */

static gboolean
known (const gchar *id, const gchar *expected, GError **error)
{
  if (g_strcmp0 (id, expected) == 0)
    return TRUE;
  g_set_error (error, BB_COMMAND_ERROR, BB_COMMAND_ERROR_UNKNOWN, "The site has no “%s”.", id);
  return FALSE;
}

static gboolean
set_signal (const gchar *id, guint state, GError **error, gpointer data)
{
  Fixture *f = data;

  if (!known (id, "rc", error))
    return FALSE;
  g_string_append_printf (f->calls, "signal %s %u;", id, state);
  return TRUE;
}

static gboolean
add_reduction (guint scope, const gchar *id, gint32 limit_ma, gint32 limit_w, gint64 expires_wall_ms,
               GError **error, gpointer data)
{
  Fixture *f = data;

  if (!known (id, "main", error))
    return FALSE;
  g_string_append_printf (f->calls, "reduce %u %s %d %d %" G_GINT64_FORMAT ";", scope, id, limit_ma, limit_w,
                          expires_wall_ms - bb_clock_get_wall_ms (BB_CLOCK (f->clock), NULL));
  return TRUE;
}

static gboolean
clear_reductions (guint scope, const gchar *id, GError **error, gpointer data)
{
  g_string_append_printf (((Fixture *) data)->calls, "clear %u;", scope);
  return TRUE;
}

static gboolean
set_override (const gchar *id, guint kind, gint32 limit_ma, gint64 expires_wall_ms, GError **error,
              gpointer data)
{
  Fixture *f = data;

  if (!known (id, "s1", error))
    return FALSE;
  g_string_append_printf (f->calls, "override %s %u %d;", id, kind, limit_ma);
  return TRUE;
}

static gboolean
set_wish (const gchar *id, gint32 wanted_wh, gint64 departure_wall_ms, GError **error, gpointer data)
{
  Fixture *f = data;

  if (!known (id, "s1", error))
    return FALSE;
  g_string_append_printf (f->calls, "wish %s %d;", id, wanted_wh);
  return TRUE;
}

static gboolean
set_authorised (const gchar *id, gboolean authorised, GError **error, gpointer data)
{
  Fixture *f = data;

  if (!known (id, "s1", error))
    return FALSE;
  g_string_append_printf (f->calls, "authorised %s %d;", id, authorised);
  return TRUE;
}

static gboolean
lose_signal (const gchar *id, GError **error, gpointer data)
{
  g_string_append_printf (((Fixture *) data)->calls, "lost %s;", id);
  return TRUE;
}

/* ---- fixture ---- */

static void
fill_snapshot (Fixture *f)
{
  f->meter = (BbMeterSnapshot){ .id = "main",
                                .name = "Main \"meter\"",
                                .reading = { .current_ma = { 10004, -2500, 0 },
                                             .voltage_mv = { 230123, 231000, 229950 },
                                             .power_w = 1725,
                                             .power_valid = TRUE,
                                             .energy_import_wh = 1234567,
                                             .energy_export_wh = -1 },
                                .age_ms = 250 };
  f->stations[0] = (BbStationSnapshot){ .id = "s1",
                                        .name = "Garage left",
                                        .answers = TRUE,
                                        .reading = { .vehicle = BBE_VEHICLE_C,
                                                     .status = BB_STATION_CHARGING,
                                                     .measured_valid = TRUE,
                                                     .measured_ma = { 8980, 9010, 9000 },
                                                     .power_w = 6200,
                                                     .energy_wh = -1,
                                                     .session_wh = 4321,
                                                     .limit_actual_ma = 9000,
                                                     .obeys = TRUE },
                                        .commanded = TRUE,
                                        .setpoint_ma = 9000,
                                        .phases = 3,
                                        .reason_code = BBE_REASON_ROW,
                                        .reason = "held by L2 of Garage (32.0 A)",
                                        .wanted_wh = -1 };
  f->stations[1] = (BbStationSnapshot){ .id = "s/2",
                                        .reading = { .taken_ms = G_MININT64 },
                                        .reason_code = BBE_REASON_OFFLINE,
                                        .wanted_wh = 5000,
                                        .trouble = "no answer" };
  f->circuit = (BbCircuitSnapshot){ .id = "main",
                                    .phases = 7,
                                    .flow_valid = TRUE,
                                    .flow_ma = { 10004, -2500, 0 },
                                    .rating_ma = { 32000, 32000, 32000 },
                                    .share_ma = { 16000, 20500, BBE_NO_LIMIT, BBE_NO_LIMIT },
                                    .limit = { BBE_LIMIT_RATING, BBE_LIMIT_RATING, BBE_LIMIT_NONE,
                                               BBE_LIMIT_NONE } };
  f->source = (BbSignalSnapshot){ .id = "rc", .name = "Grid operator", .by_command = TRUE, .valid = TRUE };
  f->snapshot = (BbControllerSnapshot){ .wall_ms = bb_clock_get_wall_ms (BB_CLOCK (f->clock), NULL),
                                        .wall_valid = TRUE,
                                        .meters = &f->meter,
                                        .n_meters = 1,
                                        .stations = f->stations,
                                        .n_stations = 2,
                                        .circuits = &f->circuit,
                                        .n_circuits = 1,
                                        .signals = &f->source,
                                        .n_signals = 1 };
}

static void
make_bridge (Fixture *f, const gchar *discovery_prefix)
{
  static const gchar *const wired[] = { "inputs", NULL };
  BbMqttBridgeOptions options
      = { .mqtt = { .host = "127.0.0.1", .port = f->broker->port, .clock = BB_CLOCK (f->clock) },
          .site_name = "Test",
          .discovery_prefix = discovery_prefix,
          .wired = wired,
          .commands = &f->commands };
  g_autoptr (GError) error = NULL;

  f->bridge = bb_mqtt_bridge_new (&options, &error);
  g_assert_no_error (error);
  g_assert_cmpstr (bb_mqtt_bridge_get_prefix (f->bridge), ==, P);
  bb_mqtt_bridge_start (f->bridge);
  WAIT_FOR (bb_mqtt_client_get_state (bb_mqtt_bridge_get_client (f->bridge)) == BB_MQTT_ONLINE);
}

static gboolean
set_up (Fixture *f, const gchar *filter, const gchar *discovery_prefix)
{
  *f = (Fixture){ .broker = test_broker_new (NULL) };
  if (f->broker == NULL) {
    g_test_skip ("there is no mosquitto");
    return FALSE;
  }
  f->clock = bb_manual_clock_new (0, 1769860800000);
  f->calls = g_string_new (NULL);
  f->commands = (BbCommands){ f,        set_signal,     add_reduction, clear_reductions, set_override,
                              set_wish, set_authorised, lose_signal };
  fill_snapshot (f);
  test_broker_start (f->broker);
  f->peer = test_peer_new (f->broker, filter);
  make_bridge (f, discovery_prefix);
  return TRUE;
}

static void
tear_down (Fixture *f)
{
  g_clear_pointer (&f->bridge, bb_mqtt_bridge_free);
  g_clear_pointer (&f->peer, test_peer_free);
  g_clear_object (&f->clock);
  test_broker_free (f->broker);
  g_string_free (f->calls, TRUE);
}

/* The controller's second at `mono_ms`. */
static void
publish_at (Fixture *f, gint64 mono_ms)
{
  f->snapshot.mono_ms = mono_ms;
  bb_mqtt_bridge_publish (f->bridge, &f->snapshot);
}

/* What everything sent before this brought is there when the marker is. */
static void
flush (Fixture *f)
{
  static guint n;
  g_autofree gchar *line = g_strdup_printf (P "/flush|0|1|%u", ++n);
  g_autofree gchar *number = g_strdup_printf ("%u", n);

  g_assert_true (
      bb_mqtt_client_publish (bb_mqtt_bridge_get_client (f->bridge), P "/flush", number, -1, 1, FALSE, NULL));
  WAIT_FOR (test_peer_find (f->peer, line) != NULL);
}

/* The last payload of a topic as an object, which `node` owns. */
static JsonObject *
object_of (Fixture *f, const gchar *topic, JsonNode **node)
{
  g_autofree gchar *start = g_strconcat (topic, "|", NULL);
  const gchar *line = test_peer_find (f->peer, start), *payload;
  g_autoptr (GError) error = NULL;

  g_assert_nonnull (line);
  payload = strchr (strchr (strchr (line, '|') + 1, '|') + 1, '|') + 1;
  g_clear_pointer (node, json_node_unref);
  *node = json_from_string (payload, &error);
  g_assert_no_error (error);
  return json_node_get_object (*node);
}

static gdouble
element (JsonObject *object, const gchar *key, guint index)
{
  return json_array_get_double_element (json_object_get_array_member (object, key), index);
}

/* ---- tests ---- */

static void
check_meter (Fixture *f)
{
  g_autoptr (JsonNode) node = NULL;
  JsonObject *o = object_of (f, P "/meter/main/state", &node);

  g_assert_cmpstr (json_object_get_string_member (o, "name"), ==, "Main \"meter\"");
  g_assert_cmpstr (json_object_get_string_member (o, "quality"), ==, "good");
  g_assert_cmpfloat (element (o, "current_a", 0), ==, 10);
  g_assert_cmpfloat (element (o, "current_a", 1), ==, -2.5);
  g_assert_cmpfloat (element (o, "voltage_v", 0), ==, 230.1);
  g_assert_cmpint (json_object_get_int_member (o, "power_w"), ==, 1725);
  g_assert_cmpfloat (json_object_get_double_member (o, "energy_import_kwh"), ==, 1234.567);
  g_assert_true (json_object_get_null_member (o, "energy_export_kwh"));
  g_assert_cmpfloat (json_object_get_double_member (o, "age_s"), ==, 0.25);
  g_assert_cmpstr (json_object_get_string_member (o, "time"), ==, "2026-01-31T12:00:00Z");
}

static void
check_stations (Fixture *f)
{
  g_autoptr (JsonNode) node = NULL;
  JsonObject *o = object_of (f, P "/station/s1/state", &node);

  g_assert_cmpstr (json_object_get_string_member (o, "status"), ==, "charging");
  g_assert_cmpstr (json_object_get_string_member (o, "vehicle"), ==, "C");
  g_assert_cmpfloat (json_object_get_double_member (o, "setpoint_a"), ==, 9);
  g_assert_cmpfloat (element (o, "current_a", 0), ==, 8.98);
  g_assert_cmpfloat (json_object_get_double_member (o, "session_kwh"), ==, 4.321);
  g_assert_cmpstr (json_object_get_string_member (o, "reason_text"), ==, "held by L2 of Garage (32.0 A)");
  g_assert_cmpstr (json_object_get_string_member (json_object_get_object_member (o, "override"), "kind"), ==,
                   "none");
  o = object_of (f, P "/station/s%2F2/state", &node);
  g_assert_cmpstr (json_object_get_string_member (o, "status"), ==, "not-in-operation");
  g_assert_true (json_object_get_null_member (o, "current_a"));
  g_assert_cmpfloat (json_object_get_double_member (json_object_get_object_member (o, "wish"), "energy_kwh"),
                     ==, 5);
  g_assert_cmpstr (json_object_get_string_member (o, "trouble"), ==, "no answer");
}

static void
check_rest (Fixture *f)
{
  g_autoptr (JsonNode) node = NULL;
  JsonObject *o = object_of (f, P "/circuit/main/state", &node);

  g_assert_cmpfloat (element (o, "share_a", 1), ==, 20.5);
  g_assert_true (json_array_get_null_element (json_object_get_array_member (o, "share_a"), 2));
  g_assert_true (json_object_get_null_member (o, "share_total_a"));
  o = object_of (f, P "/signal", &node);
  g_assert_cmpstr (json_object_get_string_member (o, "state"), ==, "normal");
  g_assert_true (json_object_has_member (json_object_get_object_member (o, "sources"), "rc"));
  o = object_of (f, P "/decision", &node);
  g_assert_cmpuint (json_object_get_size (json_object_get_object_member (o, "stations")), ==, 2);
  g_assert_nonnull (test_peer_find (f->peer, P "/status|0|1|online"));
}

static void
test_states (void)
{
  Fixture f;

  if (!set_up (&f, P "/#", NULL))
    return;
  publish_at (&f, 0);
  flush (&f);
  check_meter (&f);
  check_stations (&f);
  check_rest (&f);
  {
    /* who comes later finds what is kept */
    g_autoptr (TestPeer) late = test_peer_new (f.broker, P "/#");

    WAIT_FOR (test_peer_find (late, P "/station/s1/state|1|") != NULL
              && test_peer_find (late, P "/circuit/main/state|1|") != NULL
              && test_peer_find (late, P "/signal|1|") != NULL
              && test_peer_find (late, P "/status|1|") != NULL);
    g_assert_cmpuint (test_peer_count (late, P "/meter/"), ==, 0);
  }
  tear_down (&f);
}

/* On change, at most once a second; without change each 60 s. */
static void
test_pace (void)
{
  Fixture f;

  if (!set_up (&f, P "/#", NULL))
    return;
  for (gint64 ms = 0; ms < 59000; ms += 1000) {
    f.meter.age_ms++;
    publish_at (&f, ms);
  }
  flush (&f);
  g_assert_cmpuint (test_peer_count (f.peer, P "/meter/main/state"), ==, 1);
  g_assert_cmpuint (test_peer_count (f.peer, P "/decision"), ==, 1);
  publish_at (&f, 60000);
  flush (&f);
  g_assert_cmpuint (test_peer_count (f.peer, P "/meter/main/state"), ==, 2);
  g_assert_cmpuint (test_peer_count (f.peer, P "/station/s1/state"), ==, 2);
  /* ten times a second for 10 s, and the last value arrives */
  for (gint64 ms = 70000; ms <= 80000; ms += 100) {
    f.meter.reading.power_w++;
    publish_at (&f, ms);
  }
  publish_at (&f, 81000);
  flush (&f);
  g_assert_cmpuint (test_peer_count (f.peer, P "/meter/main/state"), <=, 2 + 12);
  g_assert_cmpuint (test_peer_count (f.peer, P "/meter/main/state"), >=, 2 + 10);
  g_assert_nonnull (strstr (test_peer_find (f.peer, P "/meter/main/state"), "\"power_w\":1826"));
  /* a decision tells what changed, and only that */
  f.stations[0].setpoint_ma = 6000;
  publish_at (&f, 90000);
  flush (&f);
  g_assert_cmpuint (test_peer_count (f.peer, P "/decision"), ==, 2);
  g_assert_nonnull (
      strstr (test_peer_find (f.peer, P "/decision"), "\"stations\":{\"s1\":{\"setpoint_a\":6,"));
  g_assert_null (strstr (test_peer_find (f.peer, P "/decision"), "s/2"));
  tear_down (&f);
}

/* Sends a command and waits for its answer. */
static void
command (Fixture *f, const gchar *path, const gchar *payload, gboolean ok, const gchar *says)
{
  g_autofree gchar *topic = g_strconcat (P "/", path, NULL);
  guint before = test_peer_count (f->peer, P "/answer");
  g_autoptr (JsonNode) node = NULL;
  JsonObject *answer;

  test_broker_publish (f->broker, topic, payload, FALSE);
  WAIT_FOR (test_peer_count (f->peer, P "/answer") > before);
  answer = object_of (f, P "/answer", &node);
  g_assert_cmpstr (json_object_get_string_member (answer, "topic"), ==, path);
  g_assert_cmpint (json_object_get_boolean_member (answer, "ok"), ==, ok);
  if (ok)
    g_assert_true (json_object_get_null_member (answer, "error"));
  else
    g_assert_nonnull (strstr (json_object_get_string_member (answer, "error"), says));
}

static void
test_commands (void)
{
  Fixture f;
  g_autofree gchar *large = g_strnfill (70000, ' ');

  if (!set_up (&f, P "/answer", NULL))
    return;
  command (&f, "signal/rc/set", "reduced", TRUE, NULL);
  command (&f, "reduction/set", "{\"scope\":\"circuit\",\"id\":\"main\",\"limit_a\":16,\"expires_s\":60}",
           TRUE, NULL);
  command (&f, "reduction/clear", "{}", TRUE, NULL);
  command (&f, "station/s1/override/set", "{\"kind\":\"cap\",\"limit_a\":6,\"expires_s\":60}", TRUE, NULL);
  command (&f, "station/s1/wish/set", "{\"energy_kwh\":10}", TRUE, NULL);
  command (&f, "station/s1/authorised/set", "true", TRUE, NULL);
  g_assert_cmpstr (f.calls->str, ==,
                   "signal rc 1;reduce 1 main 16000 2147483647 60000;clear 0;override s1 1 6000;wish s1 "
                   "10000;authorised s1 1;");
  g_string_truncate (f.calls, 0);
  command (&f, "signal/other/set", "normal", FALSE, "no “other”");
  command (&f, "signal/rc/set", "on", FALSE, "normal, reduced, locked");
  command (&f, "signal/inputs/set", "normal", FALSE, "digital inputs");
  command (&f, "reduction/set", "{\"scope\":\"circuit\",\"id\":\"main\",\"limit_a\":16}", FALSE, "must end");
  command (&f, "reduction/set", "{\"scope\":\"circuit\",\"id\":\"main\",\"limit_ma\":16,\"expires_s\":60}",
           FALSE, "limit_ma");
  command (&f, "station/s9/override/set", "{\"kind\":\"none\"}", FALSE, "no “s9”");
  command (&f, "station/s1/wish/set", "{\"energy_kwh\":", FALSE, "no JSON");
  command (&f, "station/s1/wish/set", large, FALSE, "too large");
  g_assert_cmpstr (f.calls->str, ==, "");
  tear_down (&f);
}

/* A retained "normal" of yesterday must not undo a Locked; it is said so, and cleared like any retained
 * message. */
static void
test_retained_command (void)
{
  Fixture f;

  if (!set_up (&f, P "/answer", NULL))
    return;
  g_clear_pointer (&f.bridge, bb_mqtt_bridge_free);
  test_broker_publish (f.broker, P "/signal/rc/set", "normal", TRUE);
  make_bridge (&f, NULL);
  WAIT_FOR (test_peer_find (f.peer, P "/answer") != NULL);
  g_assert_nonnull (strstr (test_peer_find (f.peer, P "/answer"), "not carried out"));
  test_broker_publish (f.broker, P "/signal/rc/set", NULL, TRUE);
  command (&f, "signal/rc/set", "locked", TRUE, NULL);
  g_assert_cmpstr (f.calls->str, ==, "signal rc 2;");
  g_assert_cmpuint (test_peer_count (f.peer, P "/answer"), ==, 2);
  tear_down (&f);
}

static void
test_broker_restarts (void)
{
  Fixture f;
  BbMqttClient *client;

  if (!set_up (&f, P "/answer", NULL))
    return;
  client = bb_mqtt_bridge_get_client (f.bridge);
  publish_at (&f, 0);
  command (&f, "signal/rc/set", "locked", TRUE, NULL);
  g_clear_pointer (&f.peer, test_peer_free);
  test_broker_kill (f.broker);
  WAIT_FOR (bb_mqtt_client_get_state (client) == BB_MQTT_WAITING);
  g_assert_cmpstr (f.calls->str, ==, "signal rc 2;lost rc;");
  for (gint64 ms = 1000; ms < 30000; ms += 1000)
    publish_at (&f, ms);
  test_broker_start (f.broker);
  f.peer = test_peer_new (f.broker, P "/#");
  bb_manual_clock_advance_to (f.clock, 1000);
  WAIT_FOR (bb_mqtt_client_get_state (client) == BB_MQTT_ONLINE);
  publish_at (&f, 30000);
  flush (&f);
  g_assert_nonnull (test_peer_find (f.peer, P "/status|0|1|online"));
  g_assert_nonnull (test_peer_find (f.peer, P "/station/s1/state"));
  g_assert_nonnull (test_peer_find (f.peer, P "/circuit/main/state"));
  command (&f, "signal/rc/set", "normal", TRUE, NULL);
  tear_down (&f);
}

static void
stopped (GObject *source, GAsyncResult *result, gpointer data)
{
  *(gboolean *) data = bb_mqtt_bridge_stop_finish (NULL, result, NULL);
}

static void
test_status (void)
{
  Fixture f;
  gboolean done = FALSE;

  if (!set_up (&f, P "/status", NULL))
    return;
  WAIT_FOR (test_peer_find (f.peer, "|online") != NULL);
  g_clear_pointer (&f.bridge, bb_mqtt_bridge_free);
  WAIT_FOR (test_peer_count (f.peer, "|offline") == 1);
  make_bridge (&f, NULL);
  bb_mqtt_bridge_stop_async (f.bridge, stopped, &done);
  WAIT_FOR (done && test_peer_count (f.peer, "|offline") == 2);
  g_assert_cmpuint (test_peer_count (f.peer, "|online"), ==, 2);
  tear_down (&f);
}

/* ---- discovery ---- */

static void
check_by_script (TestPeer *peer, const gchar *const *expected, gint status)
{
  g_autofree gchar *script = g_test_build_filename (G_TEST_DIST, "controller", "check-discovery.py", NULL);
  g_autoptr (GString) lines = g_string_new (NULL);
  g_autoptr (GPtrArray) argv = g_ptr_array_new ();
  g_autoptr (GSubprocess) process = NULL;
  g_autofree gchar *output = NULL;
  g_autoptr (GError) error = NULL;

  g_ptr_array_add (argv, (gpointer) "python3");
  g_ptr_array_add (argv, script);
  for (guint i = 0; expected[i] != NULL; i++)
    g_ptr_array_add (argv, (gpointer) expected[i]);
  g_ptr_array_add (argv, NULL);
  for (guint i = 0; i < peer->lines->len; i++)
    g_string_append_printf (lines, "%s\n", (const gchar *) g_ptr_array_index (peer->lines, i));
  process = g_subprocess_newv ((const gchar *const *) argv->pdata,
                               G_SUBPROCESS_FLAGS_STDIN_PIPE | G_SUBPROCESS_FLAGS_STDOUT_PIPE
                                   | G_SUBPROCESS_FLAGS_STDERR_MERGE,
                               &error);
  g_assert_no_error (error);
  g_subprocess_communicate_utf8 (process, lines->str, NULL, &output, NULL, &error);
  g_assert_no_error (error);
  g_test_message ("%s", output);
  g_assert_cmpint (g_subprocess_get_exit_status (process), ==, status);
}

static void
test_discovery (void)
{
  static const gchar *const expected[] = { "sensor/site-signal",
                                           "sensor/meter-main-current_a_l1",
                                           "sensor/meter-main-voltage_v_l3",
                                           "sensor/meter-main-power_w",
                                           "sensor/meter-main-quality",
                                           "sensor/meter-main-energy_import_kwh",
                                           "sensor/station-s1-status",
                                           "sensor/station-s1-setpoint_a",
                                           "sensor/station-s1-reason_text",
                                           "sensor/station-s1-power_w",
                                           "sensor/station-s1-session_kwh",
                                           "sensor/station-s1-current_a_l2",
                                           "sensor/station-s_2F2-status",
                                           "sensor/circuit-main-share_a_l1",
                                           "sensor/circuit-main-flow_a_l3",
                                           "select/signal-rc-set",
                                           "number/station-s1-limit",
                                           "button/station-s1-end",
                                           "number/station-s_2F2-limit",
                                           NULL };
  Fixture f;

  if (!set_up (&f, "homeassistant/#", "homeassistant"))
    return;
  publish_at (&f, 0);
  WAIT_FOR (test_peer_find (f.peer, "select/busbar-test/signal-rc-set") != NULL);
  {
    g_autoptr (TestPeer) late = test_peer_new (f.broker, "homeassistant/#");

    WAIT_FOR (test_peer_find (late, "select/busbar-test/signal-rc-set") != NULL);
    for (guint i = late->lines->len; i > 0; i--)
      if (g_str_has_prefix (g_ptr_array_index (late->lines, i - 1), "test/"))
        g_ptr_array_remove_index (late->lines, i - 1);
    check_by_script (late, expected, 0);
    /* the script finds what is wrong */
    g_ptr_array_add (late->lines,
                     g_strdup ("homeassistant/sensor/busbar-test/x-y/config|1|1|{\"name\":\"x\"}"));
    check_by_script (late, expected, 1);
    /* what a meter never told is not announced */
    g_assert_null (test_peer_find (late, "energy_export_kwh"));
  }
  tear_down (&f);
}

static gboolean
is_cleared (TestPeer *peer, const gchar *topic)
{
  g_autofree gchar *line = g_strconcat (topic, "|0|1|", NULL);

  for (guint i = 0; i < peer->lines->len; i++)
    if (g_str_equal (g_ptr_array_index (peer->lines, i), line))
      return TRUE;
  return FALSE;
}

/* A part goes while we run, another while we do not. */
static void
test_gone_parts (void)
{
  static const gchar status2[] = "homeassistant/sensor/busbar-test/station-s_2F2-status/config";
  static const gchar status1[] = "homeassistant/sensor/busbar-test/station-s1-status/config";
  Fixture f;

  if (!set_up (&f, "#", "homeassistant"))
    return;
  publish_at (&f, 0);
  f.snapshot.n_stations = 1;
  publish_at (&f, 1000);
  WAIT_FOR (is_cleared (f.peer, status2) && is_cleared (f.peer, P "/station/s%2F2/state"));
  g_assert_false (is_cleared (f.peer, status1));
  g_clear_pointer (&f.bridge, bb_mqtt_bridge_free);
  f.snapshot.n_stations = 0;
  /* another program's message is not ours to touch */
  test_broker_publish (f.broker, "homeassistant/sensor/other/station-s1-status/config", "{}", TRUE);
  make_bridge (&f, "homeassistant");
  publish_at (&f, 0);
  WAIT_FOR (is_cleared (f.peer, status1));
  flush (&f);
  g_assert_false (is_cleared (f.peer, "homeassistant/sensor/other/station-s1-status/config"));
  g_assert_false (is_cleared (f.peer, "homeassistant/sensor/busbar-test/meter-main-power_w/config"));
  tear_down (&f);
}

static void
test_options (void)
{
  g_autoptr (BbManualClock) clock = bb_manual_clock_new (0, 0);
  BbMqttBridgeOptions options = { .mqtt = { .host = "h", .clock = BB_CLOCK (clock) }, .prefix = "a/#" };
  g_autoptr (GError) error = NULL;

  g_assert_null (bb_mqtt_bridge_new (&options, &error));
  g_assert_error (error, BB_MQTT_ERROR, BB_MQTT_ERROR_TOPIC);
  g_clear_error (&error);
  options.prefix = NULL;
  options.mqtt.host = NULL;
  g_assert_null (bb_mqtt_bridge_new (&options, &error));
  g_assert_error (error, BB_MQTT_ERROR, BB_MQTT_ERROR_OPTIONS);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/controller/C-14/mqtt/states", test_states);
  g_test_add_func ("/controller/C-14/mqtt/pace", test_pace);
  g_test_add_func ("/controller/C-13/mqtt/commands", test_commands);
  g_test_add_func ("/controller/C-13/mqtt/retained-command", test_retained_command);
  g_test_add_func ("/controller/C-14/mqtt/broker-restarts", test_broker_restarts);
  g_test_add_func ("/controller/C-14/mqtt/status", test_status);
  g_test_add_func ("/controller/C-14/mqtt/discovery", test_discovery);
  g_test_add_func ("/controller/C-14/mqtt/gone-parts", test_gone_parts);
  g_test_add_func ("/controller/C-14/mqtt/options", test_options);
  return g_test_run ();
}
