/* SPDX-License-Identifier: GPL-3.0-or-later */
/* test-cloud-device.c: a station behind its maker's cloud, against the cloud of the reference. */
#include <string.h>

#include "devices/cloud-device.h"
#include "test-http-rig.h"

#define MINUTES 60000

static WebRig *
make_rig (WebPeer *peer, const gchar *identity, const gchar *password)
{
  g_autofree gchar *base = g_strdup_printf ("http://127.0.0.1:%u", web_peer_get_port (peer));

  return web_rig_new ("zaptec-pro", BB_CONNECTION_CLOUD, base, 0, identity, "user@example.org", password,
                      NULL);
}

/* The clock goes on until a state was read at or after the present. */
static void
next_state (WebRig *rig)
{
  gint64 now_ms = bb_clock_get_mono_ms (BB_CLOCK (rig->clock));

  web_rig_advance (rig, MINUTES);
  web_rig_wait_taken (rig, now_ms + MINUTES);
}

static void
test_reference (gconstpointer data)
{
  const gchar *name = data;
  g_autoptr (JsonObject) whole = web_expect (name);
  JsonObject *expect = json_object_get_object_member (whole, "expect");
  const gchar *charger = json_object_get_string_member (whole, "charger");
  g_autoptr (WebPeer) peer = web_peer_start (name, NULL, NULL);
  g_autoptr (WebRig) rig = make_rig (peer, charger, "secret");
  const BbStationReading *reading = bb_device_get_station_reading (rig->device);
  JsonArray *currents = json_object_get_array_member (expect, "current_ma");

  web_rig_start (rig);
  g_assert_true (web_rig_poll (rig));
  web_rig_wait_state (rig, BB_DEVICE_ONLINE);
  g_assert_cmpstr (bb_station_status_get_name (reading->status), ==,
                   json_object_get_string_member (expect, "status"));
  if (json_object_has_member (expect, "vehicle"))
    g_assert_cmpint (reading->vehicle, ==, json_object_get_string_member (expect, "vehicle")[0] - 'A' + 1);
  for (guint p = 0; p < 3; p++)
    g_assert_cmpint (reading->measured_ma[p], ==, json_array_get_int_element (currents, p));
  g_assert_cmpint (reading->power_w, ==, json_object_get_int_member (expect, "power_w"));
  g_assert_cmpint (reading->session_wh, ==, json_object_get_int_member (expect, "session_wh"));
  g_assert_cmpint (reading->limit_actual_ma, ==, json_object_get_int_member (expect, "limit_actual_ma"));
  g_assert_cmpint (reading->failsafe_ma, ==, json_object_get_int_member (expect, "failsafe_ma"));
  g_assert_cmpstr (bb_device_get_serial (rig->device), ==, "ZAP000001");
  /* The off-line current is set once, not in each round. */
  while (web_peer_count (peer, "offlineChargeCurrent") == 0) /* it is under way */
    g_main_context_iteration (NULL, FALSE);
  next_state (rig);
  next_state (rig);
  g_assert_cmpuint (web_peer_count (peer, "{\"offlineChargeCurrent\":6.0}"), ==, 1);
  g_assert_cmpint (reading->failsafe_ma, ==, 6000);
}

static void
test_commands (void)
{
  g_autoptr (JsonObject) whole = web_expect ("zaptec-pro");
  g_autoptr (WebPeer) peer = web_peer_start ("zaptec-pro", NULL, NULL);
  g_autoptr (WebRig) rig = make_rig (peer, json_object_get_string_member (whole, "charger"), "secret");

  web_rig_start (rig);
  g_assert_false (web_rig_command (rig, 10000)); /* nothing is written before its state was read */
  web_rig_wait_state (rig, BB_DEVICE_ONLINE);
  next_state (rig);
  g_assert_true (web_rig_command (rig, 16049));
  g_assert_cmpuint (web_peer_count (peer, "/update {\"maxChargeCurrent\":16.0}"), ==, 1);
  /* Within 15 min neither up nor down nor the same again. */
  for (guint i = 0; i < 14; i++) {
    next_state (rig);
    g_assert_true (web_rig_command (rig, i % 2 == 0 ? 10000 : 0));
  }
  g_assert_cmpuint (web_peer_count (peer, "maxChargeCurrent"), ==, 1);
  next_state (rig);
  g_assert_true (web_rig_command (rig, 5900)); /* under the minimum: pause */
  g_assert_cmpuint (web_peer_count (peer, "/update {\"maxChargeCurrent\":0.0}"), ==, 1);
  /* It goes on drawing 13 A. */
  g_assert_true (bb_device_get_station_reading (rig->device)->obeys);
  next_state (rig);
  next_state (rig);
  g_assert_false (bb_device_get_station_reading (rig->device)->obeys);
}

static void
test_final_stop (void)
{
  g_autoptr (JsonObject) whole = web_expect ("zaptec-pro");
  const gchar *charger = json_object_get_string_member (whole, "charger");
  g_autofree gchar *set
      = g_strdup_printf ("{\"set\":{\"/api/chargers/%s/state\":{\"718\":\"True\"}}}", charger);
  g_autofree gchar *nothing
      = g_strdup_printf ("{\"status\":{\"/api/chargers/%s/sendCommand/507\":528}}", charger);
  g_autoptr (WebPeer) peer = web_peer_start ("zaptec-pro", NULL, NULL);
  g_autoptr (WebRig) rig = make_rig (peer, charger, "secret");

  web_rig_start (rig);
  web_rig_wait_state (rig, BB_DEVICE_ONLINE);
  next_state (rig);
  g_assert_true (web_rig_command (rig, 16000));
  web_peer_tell (peer, set);
  web_peer_tell (peer, nothing);
  next_state (rig);
  while (web_peer_count (peer, "/sendCommand/507") == 0) /* it is under way */
    g_main_context_iteration (NULL, FALSE);
  next_state (rig);
  g_assert_cmpint (bb_device_get_state (rig->device), ==, BB_DEVICE_ONLINE);
}

static void
test_refused (void)
{
  g_autoptr (JsonObject) whole = web_expect ("zaptec-pro");
  const gchar *charger = json_object_get_string_member (whole, "charger");
  g_autofree gchar *refuse = g_strdup_printf ("{\"status\":{\"/api/chargers/%s/update\":403}}", charger);
  g_autofree gchar *allow = g_strdup_printf ("{\"status\":{\"/api/chargers/%s/update\":0}}", charger);
  g_autoptr (WebPeer) peer = web_peer_start ("zaptec-pro", NULL, NULL);
  g_autoptr (WebRig) rig = make_rig (peer, charger, "secret");

  web_rig_start (rig);
  web_rig_wait_state (rig, BB_DEVICE_ONLINE);
  next_state (rig);
  web_peer_tell (peer, refuse);
  g_assert_false (web_rig_command (rig, 16000));
  g_assert_error (rig->error, BB_DEVICE_ERROR, BB_DEVICE_ERROR_REFUSED);
  g_assert_nonnull (strstr (bb_device_get_trouble (rig->device), "load manager"));
  next_state (rig);
  g_assert_cmpint (bb_device_get_state (rig->device), ==, BB_DEVICE_FAULT);
  /* Tried again at the next interval only, and well again when it is taken. */
  web_peer_tell (peer, allow);
  web_rig_command (rig, 16000);
  g_assert_cmpuint (web_peer_count (peer, "maxChargeCurrent"), ==, 1);
  for (guint i = 0; i < 15; i++)
    next_state (rig);
  g_assert_true (web_rig_command (rig, 16000));
  next_state (rig);
  g_assert_cmpint (bb_device_get_state (rig->device), ==, BB_DEVICE_ONLINE);
}

/* 429 and 5xx: left alone for a while; then it goes on by itself. A token that ended is asked for anew. */
static void
test_patience (void)
{
  g_autoptr (JsonObject) whole = web_expect ("zaptec-pro");
  const gchar *charger = json_object_get_string_member (whole, "charger");
  g_autofree gchar *busy = g_strdup_printf ("{\"status\":{\"/api/chargers/%s/state\":429}}", charger);
  g_autofree gchar *well = g_strdup_printf ("{\"status\":{\"/api/chargers/%s/state\":0}}", charger);
  g_autoptr (WebPeer) peer = web_peer_start ("zaptec-pro", NULL, NULL);
  g_autoptr (WebRig) rig = make_rig (peer, charger, "secret");
  guint before;

  web_rig_start (rig);
  web_rig_wait_state (rig, BB_DEVICE_ONLINE);
  next_state (rig);
  web_peer_tell (peer, busy);
  web_rig_advance (rig, MINUTES);
  web_rig_wait_state (rig, BB_DEVICE_CONNECTING);
  g_assert_nonnull (strstr (bb_device_get_trouble (rig->device), "429"));
  before = web_peer_count (peer, "GET");
  g_assert_false (web_rig_command (rig, 16000));
  g_assert_cmpuint (web_peer_count (peer, ""), ==,
                    web_peer_count (peer, "GET") + web_peer_count (peer, "POST"));
  g_assert_cmpuint (web_peer_count (peer, "GET"), ==, before);
  web_peer_tell (peer, well);
  web_peer_tell (peer, "{\"expire\":true}");
  next_state (rig);
  g_assert_cmpint (bb_device_get_state (rig->device), ==, BB_DEVICE_ONLINE);
  g_assert_cmpuint (web_peer_count (peer, "/oauth/token"), ==, 2);
}

static void
test_logins (void)
{
  g_autoptr (WebPeer) peer = web_peer_start ("zaptec-pro", NULL, NULL);
  g_autoptr (WebRig) wrong = make_rig (peer, "x", "wrong"), unknown = make_rig (peer, "unknown", "secret"),
                     none = make_rig (peer, "x", NULL);
  g_autoptr (WebRig) open
      = web_rig_new ("zaptec-pro", BB_CONNECTION_CLOUD, "http://192.0.2.1:80", 0, "x", "u", "p", NULL);

  web_rig_start (wrong);
  web_rig_wait_state (wrong, BB_DEVICE_FAULT);
  g_assert_nonnull (strstr (bb_device_get_trouble (wrong->device), "password"));
  web_rig_start (unknown);
  web_rig_wait_state (unknown, BB_DEVICE_FAULT);
  g_assert_nonnull (strstr (bb_device_get_trouble (unknown->device), "no such charger"));
  web_rig_start (none);
  g_assert_cmpint (bb_device_get_state (none->device), ==, BB_DEVICE_FAULT);
  /* No password leaves over a line that anyone can read. */
  web_rig_start (open);
  g_assert_cmpint (bb_device_get_state (open->device), ==, BB_DEVICE_FAULT);
  g_assert_nonnull (strstr (bb_device_get_trouble (open->device), "https"));
}

/* Answers that are no states. */
static void
test_nonsense (void)
{
  static const gchar *const texts[] = { "{}", "5", "null", "\"x\"" };
  static const gchar odd[]
      = "[null,1,{},{\"StateId\":\"710\",\"ValueAsString\":\"3\"},{\"StateId\":710,\"ValueAsString\":3},"
        "{\"StateId\":507,\"ValueAsString\":\"nan\"},{\"StateId\":508,\"ValueAsString\":\"1e99\"},"
        "{\"StateId\":509,\"ValueAsString\":\"6.5 A\"},{\"StateId\":-2,\"ValueAsString\":\"False\"}]";
  g_autoptr (WebPeer) peer = web_peer_start ("zaptec-pro", NULL, NULL);
  g_autoptr (WebRig) rig = make_rig (peer, "x", "secret");
  const BbInterface *interface = bb_device_get_interface (rig->device);
  BbStationReading reading = { 0 };
  gboolean stop;
  g_autoptr (JsonNode) root = json_from_string (odd, NULL);

  for (guint i = 0; i < G_N_ELEMENTS (texts); i++) {
    g_autoptr (JsonNode) node = json_from_string (texts[i], NULL);
    g_autoptr (GError) error = NULL;

    g_assert_false (bb_cloud_device_decode (interface, node, &reading, &stop, &error));
    g_assert_error (error, BB_DEVICE_ERROR, BB_DEVICE_ERROR_DATA);
  }
  g_assert_true (bb_cloud_device_decode (interface, root, &reading, &stop, NULL));
  g_assert_false (reading.measured_valid);
  g_assert_cmpint (reading.status, ==, BB_STATION_NOT_IN_OPERATION);
}

static WebRig *
make_tape_rig (const gchar *base, const gchar *identity, const gchar *user, const gchar *password,
               BbTape *tape)
{
  return web_rig_new ("zaptec-pro", BB_CONNECTION_CLOUD, base, 0, identity, user, password, tape);
}

/* Log-in, state, off-line current, a set-point: the same requests in the same order, without password and
 * token. */
static void
test_tape (void)
{
  g_autoptr (JsonObject) whole = web_expect ("zaptec-pro");
  const gchar *charger = json_object_get_string_member (whole, "charger");
  g_autoptr (WebRig) rig = NULL;

  if (g_getenv ("BUSBAR_RECORD_TAPES") != NULL) {
    g_autoptr (BbManualClock) clock = bb_manual_clock_new (0, 0);
    g_autoptr (WebPeer) peer = web_peer_start ("zaptec-pro", NULL, NULL);
    g_autofree gchar *base = g_strdup_printf ("http://127.0.0.1:%u", web_peer_get_port (peer));
    g_autoptr (WebRig) recorded = make_tape_rig (base, charger, "user@example.org", "secret",
                                                 web_tape ("cloud-zaptec.tape", BB_CLOCK (clock)));

    web_rig_start (recorded);
    web_rig_wait_state (recorded, BB_DEVICE_ONLINE);
    while (web_peer_count (peer, "offlineChargeCurrent") == 0)
      g_main_context_iteration (NULL, FALSE);
    next_state (recorded);
    g_assert_true (web_rig_command (recorded, 10000));
    next_state (recorded);
  }
  rig = make_tape_rig ("https://cloud.invalid", charger, "user@example.org", "other",
                       web_tape ("cloud-zaptec.tape", NULL));
  web_rig_start (rig);
  web_rig_wait_state (rig, BB_DEVICE_ONLINE);
  next_state (rig);
  g_assert_true (web_rig_command (rig, 10000));
  next_state (rig);
  g_assert_cmpint (bb_device_get_station_reading (rig->device)->limit_actual_ma, ==, 10000);
  g_assert_cmpint (bb_device_get_station_reading (rig->device)->failsafe_ma, ==, 6000);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_data_func ("/devices/cloud/reference/zaptec-pro", "zaptec-pro", test_reference);
  g_test_add_data_func ("/devices/cloud/reference/zaptec-pro-offline", "zaptec-pro-offline", test_reference);
  g_test_add_func ("/devices/cloud/commands", test_commands);
  g_test_add_func ("/devices/cloud/final-stop", test_final_stop);
  g_test_add_func ("/devices/cloud/refused", test_refused);
  g_test_add_func ("/devices/cloud/patience", test_patience);
  g_test_add_func ("/devices/cloud/logins", test_logins);
  g_test_add_func ("/devices/cloud/tape", test_tape);
  g_test_add_func ("/devices/cloud/nonsense", test_nonsense);
  return g_test_run ();
}
