/* SPDX-License-Identifier: GPL-3.0-or-later */
/* test-p1-device.c: P1 meters against the telegrams of the reference, damaged ones, and a bridge that goes.
 */
#include <string.h>

#include "devices/p1-device.h"
#include "test-http-rig.h"

static WebRig *
make_rig (WebPeer *peer)
{
  return web_rig_new ("dsmr-p1", BB_CONNECTION_P1, NULL, web_peer_get_port (peer), NULL, NULL, NULL, NULL);
}

static void
test_reference (gconstpointer data)
{
  const gchar *name = data;
  g_autoptr (JsonObject) whole = web_expect (name);
  g_autoptr (WebPeer) peer = web_peer_start (name, NULL, NULL);
  g_autoptr (WebRig) rig = make_rig (peer);

  web_rig_start (rig);
  web_rig_wait_state (rig, BB_DEVICE_ONLINE);
  g_assert_true (web_rig_poll (rig));
  web_check_meter (bb_device_get_meter_reading (rig->device),
                   json_object_get_object_member (whole, "expect"));
  g_assert_cmpstr (bb_device_get_model (rig->device), ==, "ISK5\\2M550T-1012");
  g_assert_cmpint (bb_device_get_meter_reading (rig->device)->taken_ms, ==, 1000000);
  web_rig_advance (rig, 1000);
  web_peer_tell (peer, "{\"send\":true}");
  web_rig_wait_taken (rig, 1001000);
}

/* Damaged telegrams change nothing, are told after three, and a right one ends that. */
static void
test_damaged (void)
{
  g_autoptr (WebPeer) peer = web_peer_start ("dsmr-p1", NULL, NULL);
  g_autoptr (WebRig) rig = make_rig (peer);

  web_rig_start (rig);
  web_rig_wait_state (rig, BB_DEVICE_ONLINE);
  web_rig_advance (rig, 1000);
  for (guint i = 0; i < 3; i++) {
    g_assert_true (web_rig_poll (rig));
    web_peer_tell (peer, "{\"raw\":\"/ISK5\\r\\n\\r\\n1-0:1.7.0(01.000*kW)\\r\\n!0000\\r\\n\"}");
  }
  while (web_rig_poll (rig))
    g_main_context_iteration (NULL, FALSE);
  g_assert_error (rig->error, BB_DEVICE_ERROR, BB_DEVICE_ERROR_DATA);
  g_assert_nonnull (strstr (bb_device_get_trouble (rig->device), "check sum"));
  g_assert_cmpint (bb_device_get_meter_reading (rig->device)->taken_ms, ==, 1000000);
  web_peer_tell (peer, "{\"send\":true}");
  web_rig_wait_state (rig, BB_DEVICE_ONLINE);
  g_assert_true (web_rig_poll (rig));
}

/* A telegram with a right check sum that tells no current (computed apart: 8175 with its unit W). */
static void
test_no_current (void)
{
  g_autoptr (WebPeer) peer = web_peer_start ("dsmr-p1", NULL, NULL);
  g_autoptr (WebRig) rig = make_rig (peer);

  web_rig_start (rig);
  web_rig_wait_state (rig, BB_DEVICE_ONLINE);
  web_peer_tell (peer, "{\"raw\":\"/X\\r\\n\\r\\n1-0:1.7.0(00500*W)\\r\\n!8175\\r\\n\"}");
  web_rig_wait_state (rig, BB_DEVICE_FAULT);
  g_assert_nonnull (strstr (bb_device_get_trouble (rig->device), "L1"));
}

static void
test_bridge_goes (void)
{
  g_autoptr (WebPeer) peer = web_peer_start ("dsmr-p1", NULL, NULL);
  g_autoptr (WebRig) rig = make_rig (peer);

  web_rig_start (rig);
  web_rig_wait_state (rig, BB_DEVICE_ONLINE);
  /* Nothing comes any more: noticed after its 11 s. */
  for (guint i = 0; i < 60 && bb_device_get_state (rig->device) == BB_DEVICE_ONLINE; i++)
    web_rig_advance (rig, 250);
  g_assert_cmpint (bb_device_get_state (rig->device), ==, BB_DEVICE_CONNECTING);
  g_assert_nonnull (strstr (bb_device_get_trouble (rig->device), "bridge"));
  web_rig_advance (rig, 1000);
  web_rig_wait_state (rig, BB_DEVICE_ONLINE);
  bb_device_stop (rig->device);
  g_assert_cmpint (bb_device_get_state (rig->device), ==, BB_DEVICE_STOPPED);
  web_rig_start (rig);
  web_rig_wait_state (rig, BB_DEVICE_ONLINE);
}

/* The recorded conversation gives the same reading without a bridge. */
static void
test_tape (void)
{
  g_autoptr (JsonObject) whole = web_expect ("dsmr-p1");
  g_autoptr (WebRig) rig = NULL;

  if (g_getenv ("BUSBAR_RECORD_TAPES") != NULL) {
    g_autoptr (BbManualClock) clock = bb_manual_clock_new (0, 0);
    g_autoptr (WebPeer) peer = web_peer_start ("dsmr-p1", NULL, NULL);
    g_autoptr (WebRig) recorded = web_rig_new ("dsmr-p1", BB_CONNECTION_P1, NULL, web_peer_get_port (peer),
                                               NULL, NULL, NULL, web_tape ("p1-dsmr.tape", BB_CLOCK (clock)));

    web_rig_start (recorded);
    web_rig_wait_state (recorded, BB_DEVICE_ONLINE);
  }
  rig = web_rig_new ("dsmr-p1", BB_CONNECTION_P1, "192.0.2.1", 1502, NULL, NULL, NULL,
                     web_tape ("p1-dsmr.tape", NULL));
  web_rig_start (rig);
  web_rig_wait_taken (rig, 1000000);
  web_check_meter (bb_device_get_meter_reading (rig->device),
                   json_object_get_object_member (whole, "expect"));
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_data_func ("/devices/p1/reference/dsmr-p1", "dsmr-p1", test_reference);
  g_test_add_data_func ("/devices/p1/reference/dsmr-p1-no-voltage", "dsmr-p1-no-voltage", test_reference);
  g_test_add_func ("/devices/p1/damaged", test_damaged);
  g_test_add_func ("/devices/p1/no-current", test_no_current);
  g_test_add_func ("/devices/p1/bridge-goes", test_bridge_goes);
  g_test_add_func ("/devices/p1/tape", test_tape);
  return g_test_run ();
}
