/* SPDX-License-Identifier: GPL-3.0-or-later */
/* test-http-device.c: Shelly and HomeWizard meters against the devices of the reference, with and without
 * passwords, and everything that goes wrong on the way. */
#include <string.h>

#include "devices/http-device.h"
#include "test-http-rig.h"

static void
test_reference (gconstpointer data)
{
  const gchar *name = data;
  g_autoptr (JsonObject) whole = web_expect (name);
  JsonObject *expect = json_object_get_object_member (whole, "expect");
  g_autoptr (WebPeer) peer = web_peer_start (name, NULL, NULL);
  g_autoptr (WebRig) rig = web_rig_new (json_object_get_string_member (whole, "profile"), BB_CONNECTION_HTTP,
                                        NULL, web_peer_get_port (peer), NULL, NULL, NULL, NULL);

  web_rig_start (rig);
  g_assert_cmpint (bb_device_get_state (rig->device), ==, BB_DEVICE_CONNECTING);
  web_rig_poll (rig);
  g_assert_no_error (rig->error);
  g_assert_cmpint (bb_device_get_state (rig->device), ==, BB_DEVICE_ONLINE);
  g_assert_null (bb_device_get_trouble (rig->device));
  g_assert_cmpint (bb_device_get_meter_reading (rig->device)->taken_ms, ==, 1000000);
  web_check_meter (bb_device_get_meter_reading (rig->device), expect);
  if (json_object_has_member (expect, "model") && !json_object_get_null_member (expect, "model"))
    g_assert_cmpstr (bb_device_get_model (rig->device), ==, json_object_get_string_member (expect, "model"));
  /* The next one within the period is left out, the one after it comes. */
  g_assert_true (web_rig_poll (rig));
  g_assert_cmpint (bb_device_get_meter_reading (rig->device)->taken_ms, ==, 1000000);
  web_rig_advance (rig, 1000);
  g_assert_true (web_rig_poll (rig));
  g_assert_cmpint (bb_device_get_meter_reading (rig->device)->taken_ms, ==, 1001000);
}

/* Only what is due is asked for: the measurement each time, counters every 30 s, what it is once. */
static void
test_schedule (void)
{
  g_autoptr (WebPeer) peer = web_peer_start ("shelly-pro-3em", NULL, NULL);
  g_autoptr (WebRig) rig = web_rig_new ("shelly-pro-3em", BB_CONNECTION_HTTP, NULL, web_peer_get_port (peer),
                                        NULL, NULL, NULL, NULL);

  web_rig_start (rig);
  for (guint i = 0; i < 31; i++) {
    g_assert_true (web_rig_poll (rig));
    web_rig_advance (rig, 1000);
  }
  g_assert_cmpuint (web_peer_count (peer, "/rpc/EMData.GetStatus"), ==, 2);
  g_assert_cmpuint (web_peer_count (peer, "/rpc/Shelly.GetDeviceInfo"), ==, 1);
  g_assert_cmpuint (web_peer_count (peer, "/rpc/EM1.GetStatus?id=0"), ==, 1);
  g_assert_cmpuint (web_peer_count (peer, "/rpc/EM1.GetStatus?id=1"), ==, 0);
  g_assert_cmpuint (web_peer_count (peer, "/rpc/EM.GetStatus?id=0"), ==, 32);
}

static void
test_invalid_phase (void)
{
  g_autoptr (WebPeer) peer = web_peer_start ("shelly-3em-invalid", NULL, NULL);
  g_autoptr (WebRig) rig = web_rig_new ("shelly-3em", BB_CONNECTION_HTTP, NULL, web_peer_get_port (peer),
                                        NULL, NULL, NULL, NULL);

  web_rig_start (rig);
  g_assert_false (web_rig_poll (rig));
  g_assert_error (rig->error, BB_DEVICE_ERROR, BB_DEVICE_ERROR_DATA);
  g_assert_nonnull (strstr (rig->error->message, "L2"));
  g_assert_cmpint (bb_device_get_state (rig->device), ==, BB_DEVICE_FAULT);
  g_assert_cmpint (bb_device_get_meter_reading (rig->device)->taken_ms, ==, G_MININT64);
}

static void
test_password (gconstpointer data)
{
  const gchar *algorithm = data;
  g_autoptr (WebPeer) peer = web_peer_start ("shelly-pro-3em", "--auth=digest", algorithm);
  const gchar *passwords[] = { NULL, "wrong", "secret" };

  for (guint i = 0; i < G_N_ELEMENTS (passwords); i++) {
    g_autoptr (WebRig) rig = web_rig_new ("shelly-pro-3em", BB_CONNECTION_HTTP, NULL,
                                          web_peer_get_port (peer), NULL, NULL, passwords[i], NULL);

    web_rig_start (rig);
    if (i == 2) {
      g_assert_true (web_rig_poll (rig));
      continue;
    }
    g_assert_false (web_rig_poll (rig));
    g_assert_error (rig->error, BB_DEVICE_ERROR, BB_DEVICE_ERROR_SETUP);
    g_assert_nonnull (strstr (bb_device_get_trouble (rig->device), "password"));
  }
}

/* Basic is for those whose profile says so. */
static void
test_basic (void)
{
  g_autoptr (WebPeer) peer = web_peer_start ("shelly-3em", "--auth=basic", NULL);
  g_autoptr (WebRig) rig = web_rig_new ("shelly-3em", BB_CONNECTION_HTTP, NULL, web_peer_get_port (peer),
                                        NULL, NULL, "secret", NULL);

  web_rig_start (rig);
  web_rig_poll (rig);
  g_assert_no_error (rig->error);
}

static void
test_another_device (void)
{
  g_autoptr (WebPeer) peer = web_peer_start ("homewizard-p1", NULL, NULL);
  g_autoptr (WebRig) rig = web_rig_new ("shelly-pro-3em", BB_CONNECTION_HTTP, NULL, web_peer_get_port (peer),
                                        NULL, NULL, NULL, NULL);

  web_rig_start (rig);
  g_assert_false (web_rig_poll (rig));
  g_assert_error (rig->error, BB_DEVICE_ERROR, BB_DEVICE_ERROR_IDENTITY);
  g_assert_cmpint (bb_device_get_state (rig->device), ==, BB_DEVICE_FAULT);
}

/* Lost after three polls without an answer; probed again when it is back. */
static void
test_lost_and_back (void)
{
  g_autoptr (WebPeer) peer = web_peer_start ("shelly-pro-3em", NULL, NULL);
  g_autoptr (WebRig) rig = web_rig_new ("shelly-pro-3em", BB_CONNECTION_HTTP, NULL, web_peer_get_port (peer),
                                        NULL, NULL, NULL, NULL);

  web_rig_start (rig);
  g_assert_true (web_rig_poll (rig));
  web_peer_tell (peer, "{\"status\":{\"/rpc/EM.GetStatus?id=0\":503}}");
  for (guint i = 0; i < 3; i++) {
    web_rig_advance (rig, 1000);
    g_assert_cmpint (bb_device_get_state (rig->device), ==, BB_DEVICE_ONLINE);
    g_assert_false (web_rig_poll (rig));
    g_assert_error (rig->error, BB_DEVICE_ERROR, BB_DEVICE_ERROR_OFFLINE);
    g_assert_cmpint (bb_device_get_meter_reading (rig->device)->taken_ms, ==, 1000000);
  }
  g_assert_cmpint (bb_device_get_state (rig->device), ==, BB_DEVICE_CONNECTING);
  g_assert_nonnull (strstr (bb_device_get_trouble (rig->device), "503"));
  web_peer_tell (peer, "{\"status\":{\"/rpc/EM.GetStatus?id=0\":0}}");
  web_rig_advance (rig, 1000);
  g_assert_true (web_rig_poll (rig));
  g_assert_cmpint (bb_device_get_state (rig->device), ==, BB_DEVICE_ONLINE);
  g_assert_cmpuint (web_peer_count (peer, "/rpc/EM1.GetStatus?id=0"), ==, 2);
}

/* Counters may fail without harm, and keep their last value. */
static void
test_counters_fail (void)
{
  g_autoptr (WebPeer) peer = web_peer_start ("shelly-pro-3em", NULL, NULL);
  g_autoptr (WebRig) rig = web_rig_new ("shelly-pro-3em", BB_CONNECTION_HTTP, NULL, web_peer_get_port (peer),
                                        NULL, NULL, NULL, NULL);
  gint64 before;

  web_rig_start (rig);
  g_assert_true (web_rig_poll (rig));
  web_rig_advance (rig, 1000);
  g_assert_true (web_rig_poll (rig));
  before = bb_device_get_meter_reading (rig->device)->energy_import_wh;
  g_assert_cmpint (before, >, 0);
  web_peer_tell (peer, "{\"unset\":[\"/rpc/EMData.GetStatus?id=0\"]}");
  web_rig_advance (rig, 60000);
  g_assert_true (web_rig_poll (rig));
  g_assert_cmpint (bb_device_get_meter_reading (rig->device)->energy_import_wh, ==, before);
}

/* Values that a meter has no business to tell. */
static void
test_values (void)
{
  static const struct {
    const gchar *set;
    gboolean fine;
  } rows[] = {
    { "{\"a_current\":null}", FALSE },
    { "{\"a_current\":\"5 A\"}", FALSE },
    { "{\"a_current\":1e12}", FALSE },
    { "{\"a_current\":true}", FALSE },
    { "{\"a_current\":[5]}", FALSE },
    { "{\"a_voltage\":1e12,\"a_current\":5}", FALSE },
    { "{\"a_voltage\":null,\"total_act_power\":1e30}", FALSE },
    { "{\"total_act_power\":10,\"a_act_power\":null}", TRUE }, /* without direction it is import */
    { "{\"a_act_power\":1.0,\"a_freq\":-5}", TRUE },
  };
  g_autoptr (WebPeer) peer = web_peer_start ("shelly-pro-3em", NULL, NULL);
  g_autoptr (WebRig) rig = web_rig_new ("shelly-pro-3em", BB_CONNECTION_HTTP, NULL, web_peer_get_port (peer),
                                        NULL, NULL, NULL, NULL);

  web_rig_start (rig);
  g_assert_true (web_rig_poll (rig));
  for (guint i = 0; i < G_N_ELEMENTS (rows); i++) {
    g_autofree gchar *command = g_strdup_printf ("{\"set\":{\"/rpc/EM.GetStatus?id=0\":%s}}", rows[i].set);
    BbMeterReading before = *bb_device_get_meter_reading (rig->device);

    web_peer_tell (peer, command);
    web_rig_advance (rig, 1000);
    g_test_message ("%s", rows[i].set);
    g_assert_cmpint (web_rig_poll (rig), ==, rows[i].fine);
    if (!rows[i].fine)
      g_assert_cmpmem (&before, sizeof before, bb_device_get_meter_reading (rig->device), sizeof before);
  }
  g_assert_true (bb_device_get_meter_reading (rig->device)->frequency_mhz >= 0);
}

/* Just started, it has no values yet: no other device, and all is well as soon as it has some. */
static void
test_nothing_yet (void)
{
  g_autoptr (WebPeer) peer = web_peer_start ("shelly-pro-3em", NULL, NULL);
  g_autoptr (WebRig) rig = web_rig_new ("shelly-pro-3em", BB_CONNECTION_HTTP, NULL, web_peer_get_port (peer),
                                        NULL, NULL, NULL, NULL);

  web_peer_tell (peer,
                 "{\"set\":{\"/rpc/EM.GetStatus?id=0\":{\"a_current\":null,\"total_act_power\":null}}}");
  web_rig_start (rig);
  g_assert_false (web_rig_poll (rig));
  g_assert_error (rig->error, BB_DEVICE_ERROR, BB_DEVICE_ERROR_DATA);
  web_peer_tell (peer, "{\"set\":{\"/rpc/EM.GetStatus?id=0\":{\"a_current\":1,\"total_act_power\":200}}}");
  web_rig_advance (rig, 1000);
  g_assert_true (web_rig_poll (rig));
  g_assert_cmpint (bb_device_get_state (rig->device), ==, BB_DEVICE_ONLINE);
}

static void
test_no_answer (void)
{
  g_autoptr (WebRig) rig
      = web_rig_new ("shelly-pro-3em", BB_CONNECTION_HTTP, NULL, 9, NULL, NULL, NULL, NULL);
  g_autoptr (WebRig) bad
      = web_rig_new ("shelly-pro-3em", BB_CONNECTION_HTTP, "[", 80, NULL, NULL, NULL, NULL);

  web_rig_start (rig);
  g_assert_false (web_rig_poll (rig));
  g_assert_error (rig->error, BB_DEVICE_ERROR, BB_DEVICE_ERROR_OFFLINE);
  g_assert_cmpint (bb_device_get_state (rig->device), ==, BB_DEVICE_CONNECTING);
  g_assert_nonnull (strstr (bb_device_get_trouble (rig->device), "address"));
  web_rig_start (bad);
  g_assert_false (web_rig_poll (bad));
  g_assert_error (bad->error, BB_DEVICE_ERROR, BB_DEVICE_ERROR_LINK);
}

/* The recorded conversation, log-in included, gives the same readings without a meter. */
static void
test_tape (gconstpointer data)
{
  const gchar *name = data;
  g_autofree gchar *file = g_strdup_printf ("http-%s.tape", name);
  g_autoptr (JsonObject) whole = web_expect (name);
  const gchar *profile = json_object_get_string_member (whole, "profile");
  g_autoptr (WebRig) rig = NULL;

  if (g_getenv ("BUSBAR_RECORD_TAPES") != NULL) {
    g_autoptr (BbManualClock) clock = bb_manual_clock_new (0, 0);
    g_autoptr (WebPeer) peer
        = web_peer_start (name, strstr (name, "pro") != NULL ? "--auth=digest" : NULL, NULL);
    g_autoptr (WebRig) recorded = web_rig_new (profile, BB_CONNECTION_HTTP, NULL, web_peer_get_port (peer),
                                               NULL, NULL, "secret", web_tape (file, BB_CLOCK (clock)));

    web_rig_start (recorded);
    g_assert_true (web_rig_poll (recorded));
    web_rig_advance (recorded, 1000);
    g_assert_true (web_rig_poll (recorded));
  }
  rig = web_rig_new (profile, BB_CONNECTION_HTTP, "192.0.2.1", 80, NULL, NULL, "another",
                     web_tape (file, NULL));
  web_rig_start (rig);
  for (guint i = 0; i < 2; i++) {
    web_rig_poll (rig);
    g_assert_no_error (rig->error);
    web_check_meter (bb_device_get_meter_reading (rig->device),
                     json_object_get_object_member (whole, "expect"));
    web_rig_advance (rig, 1000);
  }
  g_assert_false (web_rig_poll (rig)); /* its end */
}

int
main (int argc, char *argv[])
{
  static const gchar *const names[]
      = { "shelly-pro-3em", "shelly-pro-3em-monophase", "shelly-3em-gen3", "shelly-3em",
          "homewizard-p1",  "homewizard-p1-no-voltage" };

  g_test_init (&argc, &argv, NULL);
  for (guint i = 0; i < G_N_ELEMENTS (names); i++) {
    g_autofree gchar *path = g_strdup_printf ("/devices/http/reference/%s", names[i]);

    g_test_add_data_func (path, names[i], test_reference);
  }
  g_test_add_data_func ("/devices/http/tape/shelly-pro-3em", "shelly-pro-3em", test_tape);
  g_test_add_data_func ("/devices/http/tape/shelly-3em", "shelly-3em", test_tape);
  g_test_add_data_func ("/devices/http/tape/homewizard-p1", "homewizard-p1", test_tape);
  g_test_add_func ("/devices/http/life/schedule", test_schedule);
  g_test_add_func ("/devices/http/life/invalid-phase", test_invalid_phase);
  g_test_add_data_func ("/devices/http/password/sha-256", "--algorithm=SHA-256", test_password);
  g_test_add_data_func ("/devices/http/password/md5", "--algorithm=MD5", test_password);
  g_test_add_func ("/devices/http/password/basic", test_basic);
  g_test_add_func ("/devices/http/life/another-device", test_another_device);
  g_test_add_func ("/devices/http/life/lost-and-back", test_lost_and_back);
  g_test_add_func ("/devices/http/life/counters-fail", test_counters_fail);
  g_test_add_func ("/devices/http/life/values", test_values);
  g_test_add_func ("/devices/http/life/nothing-yet", test_nothing_yet);
  g_test_add_func ("/devices/http/life/no-answer", test_no_answer);
  return g_test_run ();
}
