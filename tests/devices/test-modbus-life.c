/* SPDX-License-Identifier: GPL-3.0-or-later */
/* test-modbus-life.c: what happens to a Modbus device in its life: restarts, silence, invalid samples,
 * states. Peers are those of the reference (pymodbus). */
#include <string.h>

#include "devices/modbus-private.h"
#include "engine/engine.h"
#include "rig.h"

static gboolean
has (GStrv writes, const gchar *one)
{
  return g_strv_contains ((const gchar *const *) writes, one);
}

/* ---- restarts ---- */

/* The station restarts unseen: fallback 256 A and limit 32 A are found at the next contact and set right. */
static void
test_reboot (void)
{
  if (peer_skipped ())
    return;
  g_autoptr (Peer) peer = peer_start ("abb-terra-ac", NULL);
  g_autoptr (Rig) rig = rig_new ("abb-terra-ac", FALSE, peer_get_port (peer), NULL, 1);
  g_assert_true (rig_start (rig));
  g_assert_true (rig_command (rig, 10000, 0));
  peer_clear_writes (peer);
  peer_tell (peer, "{\"silent\": true}");
  rig_advance (rig, 5000);
  g_assert_false (rig_poll (rig));
  g_assert_cmpint (bb_device_get_state (rig->device), ==, BB_DEVICE_ONLINE);
  peer_tell (peer,
             "{\"silent\": false, \"set\": {\"holding\": {\"16420\": 256, \"16418\": 0, \"16419\": 32000}}}");
  rig_advance (rig, 5000);
  g_assert_true (rig_poll (rig));
  g_assert_true (rig_command (rig, 10000, 0));
  g_auto (GStrv) writes = peer_take_writes (peer);
  g_assert_true (has (writes, "16 16649 6") || has (writes, "6 16649 6"));
  g_assert_true (has (writes, "16 16640 0 10000"));
  g_assert_cmpuint (g_strv_length (writes), ==, 2);
  g_assert_cmpint (bb_device_get_station_reading (rig->device)->failsafe_ma, ==, 6000);
}

/* A station that restarts between two polls is seen by its set-point alone. */
static void
test_setpoint_lost (void)
{
  if (peer_skipped ())
    return;
  g_autoptr (Peer) peer = peer_start ("mennekes-amtron-professional", NULL);
  g_autoptr (Rig) rig = rig_new ("mennekes-amtron-professional", FALSE, peer_get_port (peer), NULL, 1);
  g_assert_true (rig_start (rig));
  g_assert_true (rig_second (rig, 10000));
  peer_clear_writes (peer);
  g_assert_true (rig_second (rig, 10000));
  g_auto (GStrv) none = peer_take_writes (peer);
  g_assert_cmpuint (g_strv_length (none), ==, 0);
  peer_tell (peer, "{\"set\": {\"holding\": {\"1000\": 32}}}");
  g_assert_true (rig_second (rig, 10000));
  g_auto (GStrv) writes = peer_take_writes (peer);
  g_assert_true (has (writes, "6 1000 10"));
}

/* ---- silence ---- */

static void
test_silence (void)
{
  if (peer_skipped ())
    return;
  g_autoptr (Peer) peer = peer_start ("mennekes-amtron-professional", NULL);
  g_autoptr (BbProfile) hasty
      = rig_profile ("mennekes-amtron-professional",
                     (const gchar *[]){ "\"timeout_ms\": 1500", "\"timeout_ms\": 200", NULL });
  g_autoptr (Rig) rig = rig_new_with_profile (hasty, FALSE, peer_get_port (peer), NULL, 1);
  g_assert_true (rig_start (rig));
  g_assert_true (rig_second (rig, 10000));
  peer_tell (peer, "{\"silent\": true}");
  g_assert_false (rig_second (rig, 10000));
  g_assert_false (rig_second (rig, 10000));
  g_assert_cmpint (bb_device_get_state (rig->device), ==, BB_DEVICE_ONLINE);
  g_assert_false (rig_second (rig, 10000));
  g_assert_cmpint (bb_device_get_state (rig->device), ==, BB_DEVICE_CONNECTING);
  g_assert_nonnull (strstr (bb_device_get_trouble (rig->device), "127.0.0.1"));
  g_assert_cmpint (bb_device_get_station_reading (rig->device)->status, ==, BB_STATION_NOT_IN_OPERATION);
  g_assert_false (rig_command (rig, 10000, 0));
  peer_tell (peer, "{\"silent\": false}");
  peer_clear_writes (peer);
  for (guint i = 0; i < 10 && bb_device_get_state (rig->device) != BB_DEVICE_ONLINE; i++)
    rig_second (rig, 9000);
  g_assert_cmpint (bb_device_get_state (rig->device), ==, BB_DEVICE_ONLINE);
  g_assert_null (bb_device_get_trouble (rig->device));
  g_auto (GStrv) writes = peer_take_writes (peer);
  g_assert_true (has (writes, "6 1000 9"));
}

/* Nobody listens: a sentence that says where and what to check, at once and not after a time-out. */
static void
test_nobody (void)
{
  g_autoptr (GSocketListener) listener = g_socket_listener_new ();
  guint16 port = g_socket_listener_add_any_inet_port (listener, NULL, NULL);
  g_socket_listener_close (listener);
  g_autoptr (Rig) rig = rig_new ("abb-terra-ac", FALSE, port, NULL, 1);
  g_assert_false (rig_start (rig));
  g_assert_cmpint (bb_device_get_state (rig->device), ==, BB_DEVICE_CONNECTING);
  g_autofree gchar *place = g_strdup_printf ("port %u", port);
  g_assert_nonnull (strstr (bb_device_get_trouble (rig->device), place));
  bb_device_stop (rig->device);
  g_assert_cmpint (bb_device_get_state (rig->device), ==, BB_DEVICE_STOPPED);
}

/* Stopped in the midst of a transaction, and started again. */
static void
test_stop_and_start (void)
{
  if (peer_skipped ())
    return;
  g_autoptr (Peer) peer = peer_start ("eastron-sdm630", NULL);
  g_autoptr (Rig) rig = rig_new ("eastron-sdm630", TRUE, peer_get_port (peer), NULL, 1);
  bb_device_start (rig->device);
  bb_device_stop (rig->device);
  g_assert_cmpint (bb_device_get_state (rig->device), ==, BB_DEVICE_STOPPED);
  g_assert_true (rig_start (rig));
  g_assert_cmpint (bb_device_get_state (rig->device), ==, BB_DEVICE_ONLINE);
  g_assert_cmpint (bb_device_get_meter_reading (rig->device)->current_ma[1], ==, -3500);
}

/* ---- invalid samples ---- */

#define NO_CURRENTS "{\"set\": {\"holding\": {\"212\": 65535, \"213\": 65535}}}"
#define CURRENTS    "{\"set\": {\"holding\": {\"212\": 0, \"213\": 9000}}}"

static void
test_transient_invalid (void)
{
  if (peer_skipped ())
    return;
  g_autoptr (Peer) peer = peer_start ("mennekes-amtron-professional", NULL);
  g_autoptr (Rig) rig = rig_new ("mennekes-amtron-professional", FALSE, peer_get_port (peer), NULL, 1);
  const BbStationReading *reading = bb_device_get_station_reading (rig->device);
  g_assert_true (rig_start (rig));
  peer_tell (peer, NO_CURRENTS);
  for (guint i = 0; i < 2; i++) {
    g_assert_true (rig_second (rig, 16000));
    g_assert_true (reading->measured_valid);
    g_assert_cmpint (reading->measured_ma[0], ==, 13256);
    g_assert_null (bb_device_get_trouble (rig->device));
  }
  g_assert_true (rig_second (rig, 16000));
  g_assert_false (reading->measured_valid);
  g_assert_nonnull (bb_device_get_trouble (rig->device));
  peer_tell (peer, CURRENTS);
  g_assert_true (rig_second (rig, 16000));
  g_assert_true (reading->measured_valid);
  g_assert_cmpint (reading->measured_ma[0], ==, 9000);
  g_assert_null (bb_device_get_trouble (rig->device));
}

static void
test_meter_without_values (void)
{
  if (peer_skipped ())
    return;
  g_autoptr (Peer) peer = peer_start ("abb-b23", NULL);
  g_autoptr (Rig) rig = rig_new ("abb-b23", TRUE, peer_get_port (peer), NULL, 1);
  const BbMeterReading *reading = bb_device_get_meter_reading (rig->device);
  g_assert_true (rig_start (rig));
  gint64 taken_ms = reading->taken_ms;
  peer_tell (peer, "{\"set\": {\"holding\": {\"23310\": 65535, \"23311\": 65535}}}");
  for (guint i = 0; i < 3; i++) {
    g_assert_cmpint (bb_device_get_state (rig->device), ==, BB_DEVICE_ONLINE);
    rig_advance (rig, 1000);
    g_assert_false (rig_poll (rig));
    g_assert_cmpint (reading->taken_ms, ==, taken_ms);
  }
  g_assert_cmpint (bb_device_get_state (rig->device), ==, BB_DEVICE_FAULT);
  peer_tell (peer, "{\"set\": {\"holding\": {\"23310\": 0, \"23311\": 350}}}");
  rig_advance (rig, 1000);
  g_assert_true (rig_poll (rig));
  g_assert_cmpint (bb_device_get_state (rig->device), ==, BB_DEVICE_ONLINE);
  g_assert_cmpint (reading->taken_ms, >, taken_ms);
}

/* A meter of which the site uses one phase needs that one only. */
static void
test_one_phase (void)
{
  if (peer_skipped ())
    return;
  g_autoptr (Peer) peer = peer_start ("abb-b23-one-phase", NULL);
  g_autoptr (Rig) rig = rig_new ("abb-b23", TRUE, peer_get_port (peer), NULL, 1);
  const BbMeterReading *reading = bb_device_get_meter_reading (rig->device);
  ((BbLink *) bb_device_get_link (rig->device))->n_phases = 1;
  g_assert_true (rig_start (rig));
  g_assert_cmpint (reading->taken_ms, !=, G_MININT64);
  g_assert_cmpint (reading->current_ma[0], ==, 5250);
  g_assert_cmpint (reading->current_ma[1], ==, 0);
  g_assert_true (reading->power_valid);
}

/* ---- states ---- */

/* "Charging" without current is shown as paused after ten seconds; the vehicle's state stays C. */
static void
test_paused (void)
{
  if (peer_skipped ())
    return;
  g_autoptr (Peer) peer = peer_start ("mennekes-amtron-professional", NULL);
  g_autoptr (Rig) rig = rig_new ("mennekes-amtron-professional", FALSE, peer_get_port (peer), NULL, 1);
  const BbStationReading *reading = bb_device_get_station_reading (rig->device);
  g_assert_true (rig_start (rig));
  peer_tell (peer, "{\"set\": {\"holding\": {\"213\": 400, \"215\": 0, \"217\": 0}}}");
  for (guint i = 0; i <= 10; i++) {
    g_assert_true (rig_second (rig, 16000));
    g_assert_cmpint (reading->status, ==, BB_STATION_CHARGING);
  }
  g_assert_true (rig_second (rig, 16000));
  g_assert_cmpint (reading->status, ==, BB_STATION_OCCUPIED);
  g_assert_cmpint (reading->vehicle, ==, BBE_VEHICLE_C);
  peer_tell (peer, "{\"set\": {\"holding\": {\"213\": 6000}}}");
  g_assert_true (rig_second (rig, 16000));
  g_assert_cmpint (reading->status, ==, BB_STATION_CHARGING);
}

/* 16 bits of Wh are full at 65 kWh: the session goes on, and a new one starts at nought. */
static void
test_session_wraps (void)
{
  if (peer_skipped ())
    return;
  g_autoptr (Peer) peer = peer_start ("webasto-live-tq", NULL);
  g_autoptr (Rig) rig = rig_new ("webasto-live", FALSE, peer_get_port (peer), NULL, 255);
  const BbStationReading *reading = bb_device_get_station_reading (rig->device);
  g_assert_true (rig_start (rig));
  peer_tell (peer, "{\"set\": {\"holding\": {\"1502\": 65500}}}");
  g_assert_true (rig_second (rig, 16000));
  g_assert_cmpint (reading->session_wh, ==, 65500);
  peer_tell (peer, "{\"set\": {\"holding\": {\"1502\": 100}}}");
  g_assert_true (rig_second (rig, 16000));
  g_assert_cmpint (reading->session_wh, ==, 65636);
  peer_tell (peer, "{\"set\": {\"holding\": {\"1502\": 0}}}");
  g_assert_true (rig_second (rig, 16000));
  g_assert_cmpint (reading->session_wh, ==, 0);
}

/* Accepts a limit and draws over it: told once its settling time is over, and no longer when it follows. */
static void
test_disobeys (void)
{
  if (peer_skipped ())
    return;
  g_autoptr (Peer) peer = peer_start ("mennekes-amtron-professional", NULL);
  g_autoptr (Rig) rig = rig_new ("mennekes-amtron-professional", FALSE, peer_get_port (peer), NULL, 1);
  const BbStationReading *reading = bb_device_get_station_reading (rig->device);
  g_assert_true (rig_start (rig));
  for (guint i = 0; i < 10; i++) {
    g_assert_true (rig_second (rig, 8000));
    g_assert_true (reading->obeys);
  }
  g_assert_true (rig_second (rig, 8000));
  g_assert_false (reading->obeys);
  g_assert_nonnull (strstr (bb_device_get_trouble (rig->device), "8.0 A"));
  g_assert_cmpint (bb_device_get_state (rig->device), ==, BB_DEVICE_ONLINE);
  peer_tell (peer, "{\"set\": {\"holding\": {\"213\": 8900, \"215\": 8000, \"217\": 8000}}}");
  g_assert_true (rig_second (rig, 8000));
  g_assert_true (reading->obeys);
  g_assert_null (bb_device_get_trouble (rig->device));
}

/* ---- tape ---- */

static void
converse (Rig *rig)
{
  g_assert_true (rig_start (rig));
  for (guint i = 0; i < 12; i++)
    g_assert_true (rig_second (rig, i < 6 ? 10000 : 0));
  g_assert_cmpint (bb_device_get_state (rig->device), ==, BB_DEVICE_ONLINE);
  g_assert_cmpint (bb_device_get_station_reading (rig->device)->measured_ma[0], ==, 13256);
}

/* A conversation that was recorded plays again without its device, byte for byte; another command is noticed.
 */
static void
test_tape (void)
{
  if (peer_skipped ())
    return;
  g_autofree gchar *text = NULL;
  g_autoptr (Peer) peer = peer_start ("webasto-live-tq-new", NULL);
  guint16 port = peer_get_port (peer);
  {
    g_autoptr (Rig) rig = rig_new ("webasto-live", FALSE, port, NULL, 255);
    rig->context->tape = bb_tape_new_recorder (NULL, BB_CLOCK (rig->clock), NULL);
    converse (rig);
    text = bb_tape_to_text (rig->context->tape);
  }
  g_autoptr (Rig) played = rig_new ("webasto-live", FALSE, port, NULL, 255);
  peer_clear_writes (peer);
  played->context->tape = bb_tape_new_player_from_text (text, NULL);
  g_assert_nonnull (played->context->tape);
  converse (played);
  g_auto (GStrv) writes = peer_take_writes (peer);
  g_assert_cmpuint (g_strv_length (writes), ==, 0);
  rig_advance (played, 1000);
  g_assert_false (rig_command (played, 16000, 0));
}

gint
main (gint argc, gchar **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/devices/modbus/reboot", test_reboot);
  g_test_add_func ("/devices/modbus/setpoint-lost", test_setpoint_lost);
  g_test_add_func ("/devices/modbus/silence", test_silence);
  g_test_add_func ("/devices/modbus/nobody", test_nobody);
  g_test_add_func ("/devices/modbus/stop-and-start", test_stop_and_start);
  g_test_add_func ("/devices/modbus/transient-invalid", test_transient_invalid);
  g_test_add_func ("/devices/modbus/meter-without-values", test_meter_without_values);
  g_test_add_func ("/devices/modbus/one-phase", test_one_phase);
  g_test_add_func ("/devices/modbus/paused", test_paused);
  g_test_add_func ("/devices/modbus/disobeys", test_disobeys);
  g_test_add_func ("/devices/modbus/session-wraps", test_session_wraps);
  g_test_add_func ("/devices/modbus/tape", test_tape);
  return g_test_run ();
}
