/* SPDX-License-Identifier: GPL-3.0-or-later */
/* test-modbus-write.c: who may write what, when, and in which order; nothing before it is known what the
 * device is. Peers are those of the reference (pymodbus). */
#include <string.h>

#include "devices/modbus-private.h"
#include "rig.h"

/* ---- who may write ---- */

static void
test_unverified (void)
{
  if (peer_skipped ())
    return;
  g_autoptr (Peer) peer = peer_start ("weidmueller-ac-wallbox-business", NULL);
  g_autoptr (Rig) rig = rig_new ("weidmueller-ac-wallbox-business", FALSE, peer_get_port (peer), NULL, 255);
  rig->context->may_write_unverified = FALSE;
  g_assert_false (rig_start (rig));
  g_assert_cmpint (bb_device_get_state (rig->device), ==, BB_DEVICE_FAULT);
  g_assert_false (rig_command (rig, 10000, 0));
  /* What it tells is told all the same. */
  g_assert_true (bb_device_get_station_reading (rig->device)->measured_valid);
  g_auto (GStrv) writes = peer_take_writes (peer);
  g_assert_cmpuint (g_strv_length (writes), ==, 0);
}

static void
test_no_commissioning (void)
{
  if (peer_skipped ())
    return;
  g_autoptr (Peer) peer = peer_start ("webasto-live-tq-new", NULL);
  g_autoptr (Rig) rig = rig_new ("webasto-live", FALSE, peer_get_port (peer), NULL, 255);
  rig->context->may_commission = FALSE;
  g_assert_true (rig_start (rig));
  g_assert_nonnull (strstr (bb_device_get_trouble (rig->device), "6.0 A"));
  g_assert_cmpint (bb_device_get_station_reading (rig->device)->failsafe_ma, ==, 16000);
  g_auto (GStrv) writes = peer_take_writes (peer);
  g_assert_cmpuint (g_strv_length (writes), ==, 0);
}

/* Commissioned once, it is not written again: not at the next start, not in the next minutes. */
static void
test_commissioned_once (void)
{
  if (peer_skipped ())
    return;
  g_autoptr (Peer) peer = peer_start ("webasto-live-tq-new", NULL);
  for (guint i = 0; i < 2; i++) {
    g_autoptr (Rig) rig = rig_new ("webasto-live", FALSE, peer_get_port (peer), NULL, 255);
    g_assert_true (rig_start (rig));
    g_auto (GStrv) writes = peer_take_writes (peer);
    g_assert_cmpuint (g_strv_length (writes), ==, i == 0 ? 2 : 0);
    for (guint k = 0; k < 40; k++)
      g_assert_true (rig_second (rig, 10000));
    g_auto (GStrv) later = peer_take_writes (peer);
    for (guint k = 0; later[k] != NULL; k++)
      g_assert_true (g_str_equal (later[k], "6 5004 10") || g_str_equal (later[k], "6 6000 1"));
  }
}

/* What is not kept is written once and never again while it stays there. */
static void
test_not_kept (void)
{
  if (peer_skipped ())
    return;
  g_autoptr (Peer) peer = peer_start ("webasto-live-tq-new", NULL);
  g_autoptr (BbProfile) other
      = rig_profile ("webasto-live",
                     (const gchar *[]){ "\"verify\": \"failsafe.current\", \"when\": \"variant == tq\"",
                                        "\"verify\": \"limit.cable\", \"when\": \"variant == tq\"", NULL });
  g_autoptr (Rig) rig = rig_new_with_profile (other, FALSE, peer_get_port (peer), NULL, 255);
  g_assert_false (rig_start (rig));
  g_assert_error (rig->error, BB_DEVICE_ERROR, BB_DEVICE_ERROR_REFUSED);
  g_auto (GStrv) writes = peer_take_writes (peer);
  g_assert_cmpuint (g_strv_length (writes), ==, 2);
  for (guint i = 0; i < 4; i++) {
    g_assert_cmpint (bb_device_get_state (rig->device), ==, BB_DEVICE_FAULT);
    rig_second (rig, 10000);
    rig_advance (rig, 10000);
  }
  g_auto (GStrv) none = peer_take_writes (peer);
  g_assert_cmpuint (g_strv_length (none), ==, 0);
}

/* ---- Webasto Live: 1000 is the state in one set and the limit in another ---- */

static guint
count_writes_to_unknown_set (BbProfile *profile)
{
  g_autoptr (Peer) peer = peer_start ("webasto-live-neither", NULL);
  g_autoptr (Rig) rig = rig_new_with_profile (profile, FALSE, peer_get_port (peer), NULL, 255);
  rig_start (rig);
  for (guint i = 0; i < 3; i++)
    rig_second (rig, 10000);
  g_auto (GStrv) writes = peer_take_writes (peer);
  return g_strv_length (writes);
}

static void
test_set_unknown (void)
{
  if (peer_skipped ())
    return;
  g_autoptr (BbProfile) right = rig_profile ("webasto-live", NULL);
  g_assert_cmpuint (count_writes_to_unknown_set (right), ==, 0);
}

/* The property can be seen to fail: a profile that takes any answer at 1000 for the Ebee set does write. */
static void
test_set_unknown_defect (void)
{
  if (peer_skipped ())
    return;
  g_autoptr (BbProfile) defective = rig_profile (
      "webasto-live",
      (const gchar *[]){
          "{ \"address\": 122, \"min\": 1, \"max\": 5 }, { \"address\": 104, \"min\": 0, \"max\": 9 }",
          "{ \"address\": 1000 }", "variant == ebee && firmware >= 5.22", "variant == ebee", NULL });
  g_assert_cmpuint (count_writes_to_unknown_set (defective), >, 0);
}

/* ---- registers ---- */

/* One value alone in each request: nothing is ever refused, though gaps answer exception 2. */
static void
test_gaps (void)
{
  if (peer_skipped ())
    return;
  g_autoptr (Peer) peer = peer_start ("webasto-live-tq", NULL);
  g_autoptr (Rig) rig = rig_new ("webasto-live", FALSE, peer_get_port (peer), NULL, 255);
  g_assert_true (rig_start (rig));
  guint at_first = peer_count (peer, "refused"); /* the probe of the other set */
  for (guint i = 0; i < 40; i++)
    g_assert_true (rig_second (rig, 10000));
  g_assert_cmpuint (peer_count (peer, "refused"), ==, at_first);
  g_assert_cmpuint (at_first, <=, 2);
}

/* A profile that promises readable gaps where there are none: found out once, then each value alone. */
static void
test_gaps_learned (void)
{
  if (peer_skipped ())
    return;
  g_autoptr (Peer) peer = peer_start ("my-pv-wifi-meter", NULL);
  g_autoptr (BbProfile) hopeful
      = rig_profile ("my-pv-wifi-meter",
                     (const gchar *[]){ "\"gaps_readable\": false", "\"gaps_readable\": true", NULL });
  g_autoptr (Rig) rig = rig_new_with_profile (hopeful, TRUE, peer_get_port (peer), NULL, 1);
  g_assert_true (rig_start (rig));
  g_assert_cmpint (bb_device_get_meter_reading (rig->device)->current_ma[2], ==, 17480);
  guint refused = peer_count (peer, "refused");
  g_assert_cmpuint (refused, >, 0);
  rig_advance (rig, 1000);
  g_assert_true (rig_poll (rig));
  g_assert_cmpuint (peer_count (peer, "refused"), ==, refused);
}

/* One client: a second controller is turned away and says so; the first one goes on. */
static void
test_single_client (void)
{
  if (peer_skipped ())
    return;
  g_autoptr (Peer) peer = peer_start ("abb-terra-ac", NULL);
  g_autoptr (Rig) first = rig_new ("abb-terra-ac", FALSE, peer_get_port (peer), NULL, 1);
  g_autoptr (Rig) late = rig_new ("abb-terra-ac", FALSE, peer_get_port (peer), NULL, 1);
  g_assert_true (rig_start (first));
  g_assert_false (rig_start (late));
  g_assert_cmpint (bb_device_get_state (late->device), ==, BB_DEVICE_CONNECTING);
  g_assert_cmpuint (peer_count (peer, "rejected"), >=, 1);
  for (guint i = 0; i < 6; i++)
    g_assert_true (rig_second (first, 10000));
  g_assert_cmpuint (peer_count (peer, "connected"), ==, 1);
}

/* Phases are switched by the profile's codes, before the limit. */
static void
test_phases (void)
{
  if (peer_skipped ())
    return;
  g_autoptr (Peer) peer = peer_start ("weidmueller-ac-smart", NULL);
  g_autoptr (Rig) rig = rig_new ("weidmueller-ac-smart", FALSE, peer_get_port (peer), NULL, 255);
  g_assert_true (rig_start (rig));
  g_assert_cmpint (bb_device_get_station_reading (rig->device)->phases_now, ==, 3);
  g_assert_true (rig_command (rig, 10000, 1));
  g_auto (GStrv) writes = peer_take_writes (peer);
  g_assert_cmpstr (writes[0], ==, "16 318 0");
  g_assert_cmpstr (writes[1], ==, "16 11052 10");
  rig_advance (rig, 1000);
  g_assert_true (rig_poll (rig));
  g_assert_cmpint (bb_device_get_station_reading (rig->device)->phases_now, ==, 1);
}

/* ---- what it answers to commands ---- */

/* Refused, told, and told to it again the next second: it may be allowed by then. */
static void
test_refused (void)
{
  if (peer_skipped ())
    return;
  g_autoptr (Peer) peer = peer_start ("abb-terra-ac", NULL);
  g_autoptr (BbProfile) wrong
      = rig_profile ("abb-terra-ac",
                     (const gchar *[]){ "\"address\": \"0x4100\"", "\"address\": \"0x4150\"", NULL });
  g_autoptr (Rig) rig = rig_new_with_profile (wrong, FALSE, peer_get_port (peer), NULL, 1);
  g_assert_true (rig_start (rig));
  for (guint i = 1; i <= 2; i++) {
    rig_advance (rig, 1000);
    g_assert_false (rig_command (rig, 10000, 0));
    g_assert_error (rig->error, BB_DEVICE_ERROR, BB_DEVICE_ERROR_REFUSED);
    g_assert_cmpuint (peer_count (peer, "refused"), ==, i);
  }
  g_assert_nonnull (bb_device_get_trouble (rig->device));
  g_assert_cmpint (bb_device_get_state (rig->device), ==, BB_DEVICE_ONLINE);
}

/* Accepted, and read back as something else: told after three times, and written less often. */
static void
test_stubborn (void)
{
  if (peer_skipped ())
    return;
  g_autoptr (Peer) peer = peer_start ("mennekes-amtron-professional", NULL);
  g_autoptr (BbProfile) other = rig_profile ("mennekes-amtron-professional",
                                             (const gchar *[]){ "\"verify\": \"limit.set\", \"power_on\": 32",
                                                                "\"verify\": \"limit.min\"", NULL });
  g_autoptr (Rig) rig = rig_new_with_profile (other, FALSE, peer_get_port (peer), NULL, 1);
  g_assert_true (rig_start (rig));
  for (guint i = 0; i < 3; i++) {
    g_assert_null (bb_device_get_trouble (rig->device));
    rig_second (rig, 10000);
  }
  g_assert_nonnull (strstr (bb_device_get_trouble (rig->device), "6.0 A"));
  peer_clear_writes (peer);
  /* One heartbeat falls into these seconds. */
  for (guint i = 0; i < 8; i++)
    rig_second (rig, 10000);
  g_auto (GStrv) writes = peer_take_writes (peer);
  g_assert_cmpuint (g_strv_length (writes), <=, 1);
}

/* The life bit must be taken back by the station. */
static void
test_life_bit (void)
{
  if (peer_skipped ())
    return;
  g_autoptr (Peer) peer = peer_start ("webasto-live-tq", NULL);
  g_autoptr (Rig) rig = rig_new ("webasto-live", FALSE, peer_get_port (peer), NULL, 255);
  g_assert_true (rig_start (rig));
  for (guint i = 0; i < 45; i++) {
    g_assert_true (rig_second (rig, 16000));
    peer_tell (peer, "{\"set\": {\"holding\": {\"6000\": 1}}}");
  }
  g_assert_nonnull (strstr (bb_device_get_trouble (rig->device), "life bit"));
  peer_tell (peer, "{\"set\": {\"holding\": {\"6000\": 0}}}");
  for (guint i = 0; i < 11; i++)
    g_assert_true (rig_second (rig, 16000));
  g_assert_null (bb_device_get_trouble (rig->device));
}

typedef struct {
  gboolean done, ok;
} Call;

static void
polled_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  Call *call = data;
  call->ok = bb_device_poll_finish (BB_DEVICE (source), result, NULL);
  call->done = TRUE;
}

static void
commanded_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  Call *call = data;
  call->ok = bb_device_command_finish (BB_DEVICE (source), result, NULL);
  call->done = TRUE;
}

/* A command that comes while the device is compared after a failure waits for the end of it. */
static void
test_command_waits (void)
{
  if (peer_skipped ())
    return;
  g_autoptr (Peer) peer = peer_start ("abb-terra-ac-new", NULL);
  g_autoptr (Rig) rig = rig_new ("abb-terra-ac", FALSE, peer_get_port (peer), NULL, 1);
  Call poll = { 0 }, command = { 0 };
  g_assert_true (rig_start (rig));
  g_assert_true (rig_command (rig, 10000, 0));
  peer_tell (peer, "{\"silent\": true}");
  rig_advance (rig, 5000);
  g_assert_false (rig_poll (rig));
  peer_tell (peer, "{\"silent\": false, \"set\": {\"holding\": {\"16420\": 255}}}");
  peer_clear_writes (peer);
  rig_advance (rig, 5000);
  bb_device_poll_async (rig->device, NULL, polled_cb, &poll);
  bb_device_command_async (rig->device, 12000, 0, NULL, commanded_cb, &command);
  rig_wait (&command.done);
  g_assert_true (poll.done && poll.ok && command.ok);
  g_auto (GStrv) writes = peer_take_writes (peer);
  g_assert_cmpuint (g_strv_length (writes), ==, 2);
  g_assert_cmpstr (writes[0], ==, "6 16649 6");
  g_assert_cmpstr (writes[1], ==, "16 16640 0 12000");
}

gint
main (gint argc, gchar **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/devices/modbus/unverified", test_unverified);
  g_test_add_func ("/devices/modbus/no-commissioning", test_no_commissioning);
  g_test_add_func ("/devices/modbus/commissioned-once", test_commissioned_once);
  g_test_add_func ("/devices/modbus/not-kept", test_not_kept);
  g_test_add_func ("/devices/modbus/set-unknown", test_set_unknown);
  g_test_add_func ("/devices/modbus/set-unknown-defect", test_set_unknown_defect);
  g_test_add_func ("/devices/modbus/gaps", test_gaps);
  g_test_add_func ("/devices/modbus/gaps-learned", test_gaps_learned);
  g_test_add_func ("/devices/modbus/single-client", test_single_client);
  g_test_add_func ("/devices/modbus/phases", test_phases);
  g_test_add_func ("/devices/modbus/refused", test_refused);
  g_test_add_func ("/devices/modbus/stubborn", test_stubborn);
  g_test_add_func ("/devices/modbus/life-bit", test_life_bit);
  g_test_add_func ("/devices/modbus/command-waits", test_command_waits);
  return g_test_run ();
}
