/* SPDX-License-Identifier: GPL-3.0-or-later */
/* test-mqtt-emulated.c: emulated meters on a real broker: what mosquitto_sub sees of them, what the driver
 * makes of it, and every fault on their wire. */
#include <glib/gstdio.h>
#include <string.h>

#include "broker.h"
#include "devices/factory.h"
#include "emulator/emu-mqtt.h"
#include "emulator/emulator-private.h"
#include "model/site-json.h"

#define START_MS G_GINT64_CONSTANT (1772409600000) /* 2026-03-02T00:00:00Z */
#define BROKER   "allow_anonymous true\nset_tcp_nodelay true\n"

static const gchar site_text[]
    = "{\"format\":\"busbar-site/1\",\"name\":\"Broker\",\"timezone\":\"UTC\","
      "\"circuits\":[{\"id\":\"main\",\"rating_a\":63,\"meter\":\"shelly\",\"other_load_a\":10},"
      "{\"id\":\"a\",\"parent\":\"main\",\"rating_a\":35,\"meter\":\"gen3\",\"other_load_a\":2}],"
      "\"meters\":[{\"id\":\"shelly\",\"signed\":true,\"profile\":\"shelly-pro-3em\",\"connection\":\"mqtt\"}"
      ",{\"id\":\"gen3\",\"signed\":true,\"profile\":\"shelly-3em-gen3\",\"connection\":\"mqtt\","
      "\"identity\":\"farm/barn\"}],"
      "\"groups\":[{\"id\":\"cars\",\"circuit\":\"main\",\"offline_a\":12}],"
      "\"stations\":[{\"id\":\"left\",\"group\":\"cars\",\"max_a\":16,\"failsafe_a\":6,\"power_on_a\":6,"
      "\"profile\":\"abb-terra-ac\",\"connection\":\"modbus-tcp\"}],"
      "\"simulation\":{\"from\":\"2026-03-02\",\"days\":1,\"no_delays\":true,\"vehicle_reaction_s\":0}}";

typedef struct {
  TestBroker *broker; /* NULL: none on this machine */
  gchar *folder, *path;
  BbManualClock *clock;
  BbLog *log;
  BbEmulator *emulator;
  BbDeviceContext *context;
  BbDevice *device; /* the driver of “shelly” */
  BbEmuDevice *emulated;
  guint n_seconds;
} Bench;

static BbEmulator *
make_emulator (Bench *bench, guint16 port)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (BbSite) site = bb_site_load (bench->path, &error);
  g_assert_no_error (error);
  g_autoptr (BbSimOptions) run = bb_sim_options_new (site);
  g_autoptr (BbCatalogue) catalogue = bb_catalogue_new (bench->folder, NULL);
  BbEmulator *emulator;

  bb_sim_options_add_site_defaults (run, &error);
  g_assert_no_error (error);
  run->step_ms = 1000;
  emulator = bb_emulator_new (&(BbEmulatorOptions){ .run = run,
                                                    .catalogue = catalogue,
                                                    .clock = BB_CLOCK (bench->clock),
                                                    .log = bench->log,
                                                    .mqtt_host = port != 0 ? "127.0.0.1" : NULL,
                                                    .mqtt_port = port },
                              &error);
  g_assert_no_error (error);
  return emulator;
}

static Bench *
bench_new (void)
{
  Bench *bench = g_new0 (Bench, 1);
  g_autoptr (GError) error = NULL;

  bench->folder = g_dir_make_tmp ("busbar-XXXXXX", NULL);
  bench->path = g_build_filename (bench->folder, "site.busbar", NULL);
  g_file_set_contents (bench->path, site_text, -1, &error);
  g_assert_no_error (error);
  bench->clock = bb_manual_clock_new (5000, START_MS);
  bench->log = bb_log_new_memory (BB_CLOCK (bench->clock), BB_LOG_DEBUG, 100);
  bench->broker = test_broker_new (BROKER);
  if (bench->broker == NULL) {
    g_test_skip ("mosquitto is not installed");
    return bench;
  }
  test_broker_start (bench->broker);
  bench->emulator = make_emulator (bench, bench->broker->port);
  g_assert_true (bb_emulator_start (bench->emulator, &error));
  bench->context = bb_device_context_new (BB_CLOCK (bench->clock), bench->log, NULL);
  return bench;
}

static void
bench_free (Bench *bench)
{
  if (bench->device != NULL)
    bb_device_stop (bench->device);
  g_clear_object (&bench->device);
  g_clear_pointer (&bench->context, bb_device_context_unref);
  g_clear_pointer (&bench->emulator, bb_emulator_free);
  g_clear_pointer (&bench->broker, test_broker_free);
  bb_log_unref (bench->log);
  g_object_unref (bench->clock);
  g_unlink (bench->path);
  g_rmdir (bench->folder);
  g_free (bench->path);
  g_free (bench->folder);
  g_free (bench);
}
G_DEFINE_AUTOPTR_CLEANUP_FUNC (Bench, bench_free)

static void
begun_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  *(gboolean *) data = TRUE;
}

/* The second begins, and what is published then was taken by the broker. */
static void
begin_second (Bench *bench)
{
  gboolean begun = FALSE;

  bb_emulator_begin_async (bench->emulator, START_MS + 1000 * (gint64) bench->n_seconds++, NULL, begun_cb,
                           &begun);
  WAIT_FOR (begun);
}

static void
end_second (Bench *bench)
{
  bb_emulator_end (bench->emulator);
  bb_manual_clock_advance_to (bench->clock, bb_clock_get_mono_ms (BB_CLOCK (bench->clock)) + 1000);
}

static gint64
get_now_ms (Bench *bench)
{
  return bb_clock_get_mono_ms (BB_CLOCK (bench->clock));
}

static JsonObject *
read_endpoint (Bench *bench, const gchar *id)
{
  g_autofree gchar *line = bb_emulator_get_start_line (bench->emulator);
  g_autoptr (JsonNode) root = json_from_string (line, NULL);
  JsonObject *all = json_object_get_object_member (json_node_get_object (root), "endpoints");

  return json_object_ref (json_object_get_object_member (all, id));
}

/* The driver, connected and subscribed, by what the start line says. */
static void
start_device (Bench *bench)
{
  g_autoptr (JsonObject) own = read_endpoint (bench, "shelly");
  BbLink *link = bb_link_new ("shelly", TRUE, BB_CONNECTION_MQTT);
  g_autoptr (GError) error = NULL;

  bench->emulated = bb_emu_find_device (bench->emulator, "shelly");
  link->host = g_strdup (json_object_get_string_member (own, "host"));
  link->port = (guint16) json_object_get_int_member (own, "port");
  link->identity = g_strdup (json_object_get_string_member (own, "identity"));
  g_autoptr (BbLink) like = bb_link_new ("like", TRUE, BB_CONNECTION_MQTT);
  like->host = g_strdup (link->host);
  like->port = link->port;
  bench->device = bb_device_new (bench->context, bench->emulated->profile, link, &error);
  g_assert_no_error (error);
  bb_device_start (bench->device);
  WAIT_FOR (bb_mqtt_hub_get_state (bb_device_context_get_mqtt (bench->context, like, NULL))
            == BB_MQTT_ONLINE);
  g_autoptr (TestPeer) later = test_peer_new (bench->broker, "nothing/here");
}

/* A second whose values reach the driver. */
static void
good_second (Bench *bench)
{
  begin_second (bench);
  WAIT_FOR (bb_device_get_meter_reading (bench->device)->taken_ms == get_now_ms (bench));
  g_assert_cmpint (bb_device_get_state (bench->device), ==, BB_DEVICE_ONLINE);
  end_second (bench);
}

static void
fault (Bench *bench, const gchar *command, const gchar *name)
{
  gboolean late = g_str_equal (command, "fault") && g_str_equal (name, "delay");
  g_autofree gchar *text = g_strdup_printf ("{\"command\":\"%s\",\"device\":\"shelly\",\"fault\":\"%s\"%s}",
                                            command, name, late ? ",\"value\":300" : "");
  g_autoptr (GError) error = NULL;
  g_autofree gchar *answer = bb_emulator_command (bench->emulator, text, -1, &error);

  g_assert_no_error (error);
}

/* ---- what is published ---- */

static void
test_values (void)
{
  g_autoptr (Bench) bench = bench_new ();

  if (bench->broker == NULL)
    return;
  g_autoptr (TestPeer) peer = test_peer_new (bench->broker, "#");
  g_autoptr (JsonObject) barn = read_endpoint (bench, "gen3");
  g_assert_cmpstr (json_object_get_string_member (barn, "connection"), ==, "mqtt");
  g_assert_cmpstr (json_object_get_string_member (barn, "host"), ==, "127.0.0.1");
  g_assert_cmpint (json_object_get_int_member (barn, "port"), ==, bench->broker->port);
  g_assert_cmpstr (json_object_get_string_member (barn, "identity"), ==, "farm/barn");
  static const gint32 load_ma[3] = { 12500, 0, -3000 };
  bb_field_set_extra_load (bb_emulator_get_field (bench->emulator), 0, load_ma);
  start_device (bench);
  begin_second (bench);
  WAIT_FOR (test_peer_find (peer, "farm/barn/status/em:0|0|1|{") != NULL
            && test_peer_find (peer, "shelly/status/emdata:0|0|1|{") != NULL);
  const gchar *line = test_peer_find (peer, "shelly/status/em:0|0|1|");
  g_autoptr (JsonNode) root = json_from_string (strchr (line, '{'), NULL);
  JsonObject *status = json_node_get_object (root);
  const BbMeterReading *reading = bb_device_get_meter_reading (bench->device);
  g_assert_cmpfloat (json_object_get_double_member (status, "a_voltage"), ==, 230);
  g_assert_cmpfloat (json_object_get_double_member (status, "a_current"), ==, 12.5);
  g_assert_cmpfloat (json_object_get_double_member (status, "c_current"), ==, 3); /* a magnitude */
  g_assert_cmpfloat (json_object_get_double_member (status, "c_act_power"), ==, -690);
  WAIT_FOR (reading->taken_ms == 5000);
  g_assert_cmpint (reading->current_ma[0], ==, 12500);
  g_assert_cmpint (reading->current_ma[2], ==, -3000);
  g_assert_cmpint (reading->voltage_mv[2], ==, 230000);
  g_assert_true (reading->power_valid);
  end_second (bench);
  good_second (bench);
}

static void
test_no_broker (void)
{
  g_autoptr (Bench) bench = bench_new ();
  g_autoptr (BbEmulator) emulator = make_emulator (bench, 0);
  g_autoptr (GError) error = NULL;

  g_assert_false (bb_emulator_start (emulator, &error));
  g_assert_error (error, BB_EMULATOR_ERROR, BB_EMULATOR_ERROR_SITE);
  g_assert_nonnull (strstr (error->message, "--mqtt"));
}

/* ---- faults ---- */

/* Messages that are no use: the driver says so, and is well again afterwards. */
static void
test_garbled (gconstpointer name)
{
  g_autoptr (Bench) bench = bench_new ();

  if (bench->broker == NULL)
    return;
  start_device (bench);
  good_second (bench);
  fault (bench, "fault", name);
  begin_second (bench);
  WAIT_FOR (bb_device_get_state (bench->device) == BB_DEVICE_CONNECTING);
  g_assert_nonnull (strstr (bb_device_get_trouble (bench->device), "shelly/status/em:0"));
  g_assert_cmpint (bb_device_get_meter_reading (bench->device)->taken_ms, ==, 5000);
  end_second (bench);
  fault (bench, "clear", name);
  good_second (bench);
}

/* Nothing comes: the second does not wait for it, and the driver misses it after 10 s. */
static void
test_mute (gconstpointer name)
{
  g_autoptr (Bench) bench = bench_new ();

  if (bench->broker == NULL)
    return;
  start_device (bench);
  good_second (bench);
  fault (bench, "fault", name);
  for (guint i = 0; i < 10; i++) {
    begin_second (bench);
    end_second (bench);
  }
  WAIT_FOR (bb_device_get_state (bench->device) == BB_DEVICE_CONNECTING);
  g_assert_cmpint (bb_device_get_meter_reading (bench->device)->taken_ms, ==, 5000);
  fault (bench, "clear", name);
  /* Off line it has to connect first, and tells what it has when it did. */
  begin_second (bench);
  WAIT_FOR (bb_device_get_meter_reading (bench->device)->taken_ms == get_now_ms (bench));
  end_second (bench);
  good_second (bench);
}

static void
test_delay (void)
{
  g_autoptr (Bench) bench = bench_new ();

  if (bench->broker == NULL)
    return;
  start_device (bench);
  good_second (bench);
  fault (bench, "fault", "delay");
  begin_second (bench);
  bb_manual_clock_advance_to (bench->clock, get_now_ms (bench) + 299);
  g_assert_cmpint (bb_device_get_meter_reading (bench->device)->taken_ms, ==, 5000);
  bb_manual_clock_advance_to (bench->clock, get_now_ms (bench) + 1);
  WAIT_FOR (bb_device_get_meter_reading (bench->device)->taken_ms == 6300);
  end_second (bench);
  fault (bench, "clear", "delay");
  good_second (bench);
}

static void
test_twice_and_reboot (void)
{
  g_autoptr (Bench) bench = bench_new ();

  if (bench->broker == NULL)
    return;
  g_autoptr (TestPeer) peer = test_peer_new (bench->broker, "shelly/status/em:0");
  start_device (bench);
  good_second (bench);
  fault (bench, "fault", "twice");
  guint before = test_peer_count (peer, "em:0");
  good_second (bench);
  WAIT_FOR (test_peer_count (peer, "em:0") >= before + 2);
  fault (bench, "clear", "twice");
  fault (bench, "fault", "reboot");
  begin_second (bench); /* it is down */
  end_second (bench);
  fault (bench, "clear", "reboot");
  begin_second (bench);
  WAIT_FOR (bb_device_get_meter_reading (bench->device)->taken_ms == get_now_ms (bench));
  end_second (bench);
}

/* A second does not wait for a broker that is gone, and goes on with one that is back. */
static void
test_broker_gone (void)
{
  g_autoptr (Bench) bench = bench_new ();

  if (bench->broker == NULL)
    return;
  start_device (bench);
  good_second (bench);
  test_broker_kill (bench->broker);
  for (guint i = 0; i < 3; i++) {
    begin_second (bench);
    end_second (bench);
  }
  WAIT_FOR (bb_device_get_state (bench->device) == BB_DEVICE_CONNECTING);
  test_broker_start (bench->broker);
  for (guint i = 0; i < 100 && bb_device_get_state (bench->device) != BB_DEVICE_ONLINE; i++) {
    gboolean over = FALSE;

    begin_second (bench);
    g_timeout_add (20, test_late, &over);
    WAIT_FOR (over);
    g_source_remove_by_user_data (&over);
    end_second (bench);
  }
  g_assert_cmpint (bb_device_get_state (bench->device), ==, BB_DEVICE_ONLINE);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/devices/mqtt-emulated/values", test_values);
  g_test_add_func ("/devices/mqtt-emulated/no-broker", test_no_broker);
  g_test_add_data_func ("/devices/mqtt-emulated/garbage", "garbage", test_garbled);
  g_test_add_data_func ("/devices/mqtt-emulated/truncate", "truncate", test_garbled);
  g_test_add_data_func ("/devices/mqtt-emulated/silence", "silence", test_mute);
  g_test_add_data_func ("/devices/mqtt-emulated/half-open", "half-open", test_mute);
  g_test_add_data_func ("/devices/mqtt-emulated/offline", "offline", test_mute);
  g_test_add_func ("/devices/mqtt-emulated/delay", test_delay);
  g_test_add_func ("/devices/mqtt-emulated/twice-and-reboot", test_twice_and_reboot);
  g_test_add_func ("/devices/mqtt-emulated/broker-gone", test_broker_gone);
  return g_test_run ();
}
