/* SPDX-License-Identifier: GPL-3.0-or-later */
/* test-ocpp-peer.c: the OCPP driver against tests/protocols/ocpp/station.py, an independent station on
 * python3-websockets; both clocks are moved by the test. */
#include <json-glib/json-glib.h>
#include <math.h>
#include <string.h>

#include "devices/factory.h"
#include "devices/ocpp-device-private.h"
#include "engine/engine.h"
#include "rig.h"
#include "wait.h"

#define WALL_MS G_GINT64_CONSTANT (1795228800000) /* 2026-11-21 02:40 */

/* ---- both ends ---- */

typedef struct {
  BbManualClock *clock;
  BbLog *log;
  BbDeviceContext *context;
  BbDevice *device;
  GSubprocess *process;
  GDataInputStream *output;
  GPtrArray *calls; /* (element-type utf8): "ACTION PAYLOAD" */
  guint n_violations, n_done;
  gboolean connected, closed, ended;
  gint status;       /* of the handshake, when it was refused */
  JsonObject *state; /* (nullable): of the last command */
  gchar *refused;    /* code; (nullable) */
} Bench;

static void
take_line (Bench *bench, const gchar *line)
{
  g_autoptr (JsonNode) node = json_from_string (line, NULL);
  JsonObject *event = json_node_get_object (node);
  const gchar *name = json_object_get_string_member (event, "event");
  g_test_message ("peer: %s", line);
  if (strcmp (name, "call") == 0) {
    g_ptr_array_add (bench->calls, g_strdup_printf ("%s %s", json_object_get_string_member (event, "action"),
                                                    json_object_get_string_member (event, "payload")));
  } else if (strcmp (name, "done") == 0) {
    g_clear_pointer (&bench->state, json_object_unref);
    bench->state = json_object_ref (event);
    bench->n_done++;
  } else if (strcmp (name, "status") == 0) {
    bench->status = (gint) json_object_get_int_member (event, "code");
  } else if (strcmp (name, "refused") == 0) {
    g_free (bench->refused);
    bench->refused = g_strdup (json_object_get_string_member (event, "code"));
  }
  bench->n_violations += strcmp (name, "violation") == 0;
  bench->connected |= strcmp (name, "connected") == 0;
  bench->closed |= strcmp (name, "closed") == 0;
}

static void
line_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  Bench *bench = data;
  g_autofree gchar *line
      = g_data_input_stream_read_line_finish (G_DATA_INPUT_STREAM (source), result, NULL, NULL);
  if (line == NULL) {
    bench->ended = TRUE;
    return;
  }
  take_line (bench, line);
  g_data_input_stream_read_line_async (bench->output, G_PRIORITY_DEFAULT, NULL, line_cb, bench);
}

static void
spawn (Bench *bench, const gchar *options)
{
  g_autofree gchar *script = g_test_build_filename (G_TEST_DIST, "protocols", "ocpp", "station.py", NULL);
  g_autofree gchar *line
      = g_strdup_printf ("/usr/bin/python3 '%s' --url ws://127.0.0.1:%u/ocpp --now %.3f %s", script,
                         bb_ocpp_server_get_port (bench->context->ocpp),
                         (gdouble) bb_clock_get_wall_ms (BB_CLOCK (bench->clock), NULL) / 1000, options);
  g_auto (GStrv) arguments = NULL;
  g_autoptr (GError) error = NULL;
  g_assert_true (g_shell_parse_argv (line, NULL, &arguments, &error));
  bench->process = g_subprocess_newv ((const gchar *const *) arguments,
                                      G_SUBPROCESS_FLAGS_STDIN_PIPE | G_SUBPROCESS_FLAGS_STDOUT_PIPE, &error);
  g_assert_no_error (error);
  bench->output = g_data_input_stream_new (g_subprocess_get_stdout_pipe (bench->process));
  g_data_input_stream_read_line_async (bench->output, G_PRIORITY_DEFAULT, NULL, line_cb, bench);
}

static BbLink *
make_link (const gchar *id, gboolean is_meter)
{
  BbLink *link = bb_link_new (id, is_meter, BB_CONNECTION_OCPP);
  link->identity = g_strdup ("CP 1");
  link->failsafe_ma = 6000;
  link->min_ma = 6000;
  link->max_ma = 32000;
  link->n_phases = 3;
  return link;
}

static void
open_bench (Bench *bench, BbProfile *profile, BbLink *link, const gchar *options)
{
  const BbOcppListen listen = { "127.0.0.1", 0, NULL };
  g_autoptr (GError) error = NULL;
  bench->clock = bb_manual_clock_new (1000000, WALL_MS);
  bench->log = bb_log_new_memory (BB_CLOCK (bench->clock), BB_LOG_DEBUG, 2000);
  bench->context = bb_device_context_new (BB_CLOCK (bench->clock), bench->log, NULL);
  bench->context->may_commission = bench->context->may_write_unverified = TRUE;
  bench->calls = g_ptr_array_new_with_free_func (g_free);
  g_assert_true (bb_device_context_listen_ocpp (bench->context, &listen, &error));
  bench->device = bb_device_new (bench->context, profile, link, &error);
  g_assert_no_error (error);
  bb_device_start (bench->device);
  spawn (bench, options);
}

static void
open_station (Bench *bench, const gchar *options)
{
  g_autoptr (BbProfile) profile = rig_profile ("ocpp-16j", NULL);
  g_autofree gchar *all = g_strdup_printf ("--id 'CP 1' %s", options);
  open_bench (bench, profile, make_link ("st1", FALSE), all);
}

static void
wait_online (Bench *bench)
{
  wait_until (bb_device_get_state (bench->device) == BB_DEVICE_ONLINE && bench->connected);
}

static void
close_bench (Bench *bench)
{
  g_output_stream_close (g_subprocess_get_stdin_pipe (bench->process), NULL, NULL);
  bb_device_stop (bench->device);
  g_subprocess_force_exit (bench->process);
  wait_until (bench->ended);
  g_clear_object (&bench->output);
  g_clear_object (&bench->process);
  g_clear_object (&bench->device);
  g_clear_pointer (&bench->context, bb_device_context_unref);
  g_clear_pointer (&bench->log, bb_log_unref);
  g_clear_object (&bench->clock);
  g_ptr_array_unref (bench->calls);
  g_clear_pointer (&bench->state, json_object_unref);
  g_free (bench->refused);
}

/* Tells the station to do something and waits until it did. */
static void
tell (Bench *bench, const gchar *format, ...)
{
  va_list arguments;
  g_autofree gchar *text = NULL;
  guint before = bench->n_done;
  va_start (arguments, format);
  text = g_strdup_vprintf (format, arguments);
  va_end (arguments);
  g_output_stream_write_all (g_subprocess_get_stdin_pipe (bench->process), text, strlen (text), NULL, NULL,
                             NULL);
  g_output_stream_write_all (g_subprocess_get_stdin_pipe (bench->process), "\n", 1, NULL, NULL, NULL);
  wait_until (bench->n_done > before);
}

static void
pass (Bench *bench, gint64 ms)
{
  BbClock *clock = BB_CLOCK (bench->clock);
  gchar now[G_ASCII_DTOSTR_BUF_SIZE];
  bb_manual_clock_advance_to (bench->clock, bb_clock_get_mono_ms (clock) + ms);
  g_ascii_formatd (now, sizeof now, "%.3f", (gdouble) bb_clock_get_wall_ms (clock, NULL) / 1000);
  tell (bench, "{\"do\":\"time\",\"now\":%s}", now);
}

typedef struct {
  gboolean done, good;
  GError *error;
} Outcome;

static void
command_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  Outcome *outcome = data;
  outcome->done = TRUE;
  outcome->good = bb_device_command_finish (BB_DEVICE (source), result, &outcome->error);
}

/* -1: it went well; else a BbDeviceError. */
static gint
command (Bench *bench, gint32 setpoint_ma)
{
  Outcome outcome = { 0 };
  gint code = -1;
  bb_device_command_async (bench->device, setpoint_ma, 3, NULL, command_cb, &outcome);
  wait_until (outcome.done);
  code = outcome.good ? -1 : outcome.error->code;
  g_clear_error (&outcome.error);
  tell (bench, "{\"do\":\"state\"}"); /* what it said of it came before this */
  return code;
}

static void
poll_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  Outcome *outcome = data;
  outcome->done = TRUE;
  outcome->good = bb_device_poll_finish (BB_DEVICE (source), result, NULL);
}

static gboolean
poll_it (Bench *bench)
{
  Outcome outcome = { 0 };
  bb_device_poll_async (bench->device, NULL, poll_cb, &outcome);
  wait_until (outcome.done);
  return outcome.good;
}

static const BbStationReading *
reading (Bench *bench)
{
  return bb_device_get_station_reading (bench->device);
}

static gdouble
limit_of (Bench *bench)
{
  JsonNode *node = json_object_get_member (bench->state, "limit");
  return JSON_NODE_HOLDS_NULL (node) ? INFINITY : json_node_get_double (node);
}

static guint
count_calls (Bench *bench, const gchar *prefix)
{
  guint n = 0;
  for (guint i = 0; i < bench->calls->len; i++)
    n += g_str_has_prefix (g_ptr_array_index (bench->calls, i), prefix);
  return n;
}

static const gchar *
last_call (Bench *bench, const gchar *prefix)
{
  for (guint i = bench->calls->len; i > 0; i--)
    if (g_str_has_prefix (g_ptr_array_index (bench->calls, i - 1), prefix))
      return g_ptr_array_index (bench->calls, i - 1);
  return "";
}

/* ---- tests ---- */

static void
test_setup (void)
{
  Bench bench = { 0 };
  open_station (&bench, "");
  g_assert_cmpint (bb_device_get_state (bench.device), ==, BB_DEVICE_CONNECTING);
  wait_online (&bench);
  tell (&bench, "{\"do\":\"state\"}");
  g_assert_cmpstr (bb_device_get_serial (bench.device), ==, "SN-1");
  g_assert_cmpstr (bb_device_get_firmware (bench.device), ==, "9.9");
  g_assert_cmpstr (bb_device_get_model (bench.device), ==, "Independent Independent");
  g_assert_null (bb_device_get_trouble (bench.device));
  g_assert_cmpuint (count_calls (&bench, "ClearChargingProfile {}"), ==, 1);
  g_assert_cmpuint (count_calls (&bench, "SetChargingProfile"), ==, 1);
  g_assert_cmpfloat (limit_of (&bench), ==, 6.0);
  g_assert_null (strstr (last_call (&bench, "SetChargingProfile"), "duration"));
  g_assert_nonnull (strstr (last_call (&bench, "SetChargingProfile"), "\"stackLevel\":0"));
  g_assert_cmpuint (
      count_calls (&bench, "ChangeConfiguration {\"key\":\"MeterValueSampleInterval\",\"value\":\"5\"}"), ==,
      1);
  g_assert_cmpuint (
      count_calls (&bench, "ChangeConfiguration {\"key\":\"ClockAlignedDataInterval\",\"value\":\"0\"}"), ==,
      1);
  g_assert_cmpuint (bench.n_violations, ==, 0);
  g_assert_cmpint (reading (&bench)->status, ==, BB_STATION_FREE);
  g_assert_cmpint (reading (&bench)->vehicle, ==, BBE_VEHICLE_A);
  close_bench (&bench);
}

static void
test_charging (void)
{
  Bench bench = { 0 };
  open_station (&bench, "");
  wait_online (&bench);
  tell (&bench, "{\"do\":\"plug\"}");
  g_assert_true (reading (&bench)->authorised);
  g_assert_cmpint (reading (&bench)->vehicle, ==, BBE_VEHICLE_C);
  g_assert_cmpint (json_object_get_int_member (bench.state, "transaction"), >, 0);
  g_assert_cmpint (command (&bench, 13256), ==, -1);
  g_assert_nonnull (strstr (last_call (&bench, "SetChargingProfile"), "\"limit\":13.2"));
  g_assert_nonnull (strstr (last_call (&bench, "SetChargingProfile"), "\"duration\":60"));
  g_assert_nonnull (
      strstr (last_call (&bench, "SetChargingProfile"), "\"startSchedule\":\"2026-11-21T02:39:59Z\""));
  tell (&bench, "{\"do\":\"values\",\"energy\":55}");
  g_assert_cmpfloat (limit_of (&bench), ==, 13.2);
  g_assert_true (poll_it (&bench));
  g_assert_true (reading (&bench)->measured_valid);
  for (guint p = 0; p < 3; p++) {
    g_assert_cmpint (reading (&bench)->measured_ma[p], ==, 13200);
    g_assert_cmpint (reading (&bench)->voltage_mv[p], ==, 230100);
  }
  g_assert_cmpint (reading (&bench)->power_w, ==, 9108);
  g_assert_cmpint (reading (&bench)->energy_wh, ==, 12400);
  g_assert_cmpint (reading (&bench)->session_wh, ==, 55);
  g_assert_cmpint (reading (&bench)->status, ==, BB_STATION_CHARGING);
  g_assert_cmpint (reading (&bench)->failsafe_ma, ==, 6000);
  g_assert_cmpint (reading (&bench)->failsafe_timeout_ms, ==, 60000);
  /* nothing to send: nothing is sent */
  guint before = bench.calls->len;
  g_assert_cmpint (command (&bench, 13299), ==, -1);
  g_assert_cmpuint (bench.calls->len, ==, before);
  tell (&bench, "{\"do\":\"unplug\"}");
  g_assert_cmpint (reading (&bench)->status, ==, BB_STATION_FREE);
  g_assert_cmpint (reading (&bench)->measured_ma[0], ==, 0);
  tell (&bench, "{\"do\":\"status\",\"status\":\"Preparing\"}");
  g_assert_false (reading (&bench)->authorised); /* somebody new */
  g_assert_cmpuint (bench.n_violations, ==, 0);
  close_bench (&bench);
}

/* "Charging" without a current is a pause after 10 s. */
static void
test_pause (void)
{
  Bench bench = { 0 };
  open_station (&bench, "");
  wait_online (&bench);
  tell (&bench, "{\"do\":\"plug\"}");
  g_assert_cmpint (command (&bench, 0), ==, -1);
  tell (&bench, "{\"do\":\"values\"}");
  g_assert_cmpint (reading (&bench)->status, ==, BB_STATION_CHARGING);
  pass (&bench, 10000);
  poll_it (&bench);
  g_assert_cmpint (reading (&bench)->status, ==, BB_STATION_OCCUPIED);
  g_assert_cmpint (reading (&bench)->vehicle, ==, BBE_VEHICLE_C);
  close_bench (&bench);
}

/* As long as it is commanded the live limit holds; when that stops the station falls to the safe one by
 * itself. */
static void
test_failsafe (void)
{
  Bench bench = { 0 };
  guint sets = 0;
  open_station (&bench, "");
  wait_online (&bench);
  tell (&bench, "{\"do\":\"plug\"}");
  g_assert_cmpint (command (&bench, 16000), ==, -1);
  sets = count_calls (&bench, "SetChargingProfile");
  for (guint second = 0; second < 125; second++) {
    pass (&bench, 1000);
    g_assert_cmpint (command (&bench, 16000), ==, -1);
    g_assert_cmpfloat (limit_of (&bench), ==, 16.0);
  }
  g_assert_cmpuint (count_calls (&bench, "SetChargingProfile") - sets, ==, 6); /* each 20 s */
  pass (&bench, 53000); /* 58 s after the last refresh, which began a second before it was sent */
  g_assert_cmpfloat (limit_of (&bench), ==, 16.0);
  pass (&bench, 1000);
  g_assert_cmpfloat (limit_of (&bench), ==, 6.0);
  tell (&bench, "{\"do\":\"values\"}");
  g_assert_cmpint (reading (&bench)->measured_ma[0], ==, 6000);
  close_bench (&bench);
}

/* Shown red: a firmware that forgets durations does not fall back, and this test would tell. */
static void
test_failsafe_defect (void)
{
  Bench bench = { 0 };
  open_station (&bench, "--no-expiry");
  wait_online (&bench);
  g_assert_cmpint (command (&bench, 16000), ==, -1);
  pass (&bench, 120000);
  g_assert_cmpfloat (limit_of (&bench), ==, 16.0);
  close_bench (&bench);
}

/* Shown red: two CALLs at once are noticed by the station. */
static void
test_two_calls_defect (void)
{
  Bench bench = { 0 };
  BbOcppLink *link = NULL;
  open_station (&bench, "");
  wait_online (&bench);
  tell (&bench, "{\"do\":\"state\"}");
  g_assert_cmpuint (bench.n_violations, ==, 0);
  link = BB_OCPP_DEVICE (bench.device)->hub->link;
  bb_ocpp_link_send_text (link, "[2,\"a\",\"Reset\",{\"type\":\"Soft\"}]");
  bb_ocpp_link_send_text (link, "[2,\"b\",\"Reset\",{\"type\":\"Soft\"}]");
  wait_until (bench.n_violations >= 1);
  close_bench (&bench);
}

static void
test_release (void)
{
  Bench bench = { 0 };
  open_station (&bench, "");
  wait_online (&bench);
  g_assert_cmpint (command (&bench, 16000), ==, -1);
  bb_device_release (bench.device);
  wait_until (count_calls (&bench, "ClearChargingProfile {\"id\":11}") == 1);
  tell (&bench, "{\"do\":\"call\",\"action\":\"Heartbeat\",\"payload\":{}}"); /* behind its answer */
  g_assert_cmpfloat (limit_of (&bench), ==, 6.0);
  close_bench (&bench);
}

/* ---- quirks ---- */

static void
test_three_keys (void)
{
  Bench bench = { 0 };
  open_station (&bench, "--max-keys 3");
  wait_online (&bench);
  g_assert_cmpuint (count_calls (&bench, "GetConfiguration"), ==, 5); /* ten at once, then 3, 3, 3 and 1 */
  g_assert_cmpint (command (&bench, 10000), ==, -1);
  g_assert_cmpuint (bench.n_violations, ==, 0);
  close_bench (&bench);
}

static void
test_three_keys_known (void)
{
  Bench bench = { 0 };
  g_autoptr (BbProfile) profile = rig_profile ("charge-amps-halo", NULL);
  open_bench (&bench, profile, make_link ("st1", FALSE), "--id 'CP 1' --max-keys 3");
  wait_online (&bench);
  g_assert_cmpuint (count_calls (&bench, "GetConfiguration"), ==, 4);
  close_bench (&bench);
}

static void
test_mute (void)
{
  Bench bench = { 0 };
  Outcome outcome = { 0 };
  open_station (&bench, "--mute");
  wait_until (count_calls (&bench, "SetChargingProfile") == 1);
  pass (&bench, 10000); /* the safe one is given up */
  wait_online (&bench);
  bb_device_command_async (bench.device, 10000, 3, NULL, command_cb, &outcome);
  wait_until (count_calls (&bench, "SetChargingProfile") == 2);
  g_assert_null (strstr (last_call (&bench, "SetChargingProfile"), "duration"));
  pass (&bench, 9999);
  g_assert_false (outcome.done);
  pass (&bench, 1);
  wait_until (outcome.done);
  g_assert_error (outcome.error, BB_DEVICE_ERROR, BB_DEVICE_ERROR_OFFLINE);
  g_clear_error (&outcome.error);
  g_assert_nonnull (bb_device_get_trouble (bench.device));
  /* the queue is free: other calls go through */
  tell (&bench, "{\"do\":\"values\"}");
  close_bench (&bench);
}

static void
test_disobeys (void)
{
  Bench bench = { 0 };
  open_station (&bench, "--disobey");
  wait_online (&bench);
  tell (&bench, "{\"do\":\"plug\"}");
  g_assert_cmpint (command (&bench, 16000), ==, -1);
  pass (&bench, 20000);
  g_assert_cmpint (command (&bench, 10000), ==, -1);
  tell (&bench, "{\"do\":\"values\"}");
  pass (&bench, 29000);
  tell (&bench, "{\"do\":\"values\"}");
  g_assert_true (reading (&bench)->obeys);
  pass (&bench, 1000);
  tell (&bench, "{\"do\":\"values\"}");
  g_assert_false (reading (&bench)->obeys);
  g_assert_nonnull (strstr (bb_device_get_trouble (bench.device), "10.0 A"));
  g_assert_cmpint (bb_device_get_state (bench.device), ==, BB_DEVICE_ONLINE);
  tell (&bench, "{\"do\":\"wish\",\"amps\":11.0}"); /* limit + 1 A is still obedience */
  tell (&bench, "{\"do\":\"values\"}");
  g_assert_true (reading (&bench)->obeys);
  g_assert_null (bb_device_get_trouble (bench.device));
  close_bench (&bench);
}

/* A limit that moves every second must not keep a station from being judged. */
static void
test_disobeys_moving (void)
{
  Bench bench = { 0 };
  open_station (&bench, "--disobey");
  wait_online (&bench);
  tell (&bench, "{\"do\":\"plug\"}");
  for (guint second = 0; second < 32; second++) {
    g_assert_cmpint (command (&bench, second % 2 == 0 ? 8000 : 10000), ==, -1);
    tell (&bench, "{\"do\":\"values\"}");
    if (second < 30)
      g_assert_true (reading (&bench)->obeys);
    pass (&bench, 1000);
  }
  g_assert_false (reading (&bench)->obeys);
  close_bench (&bench);
}

static void
test_one_level (void)
{
  Bench bench = { 0 };
  open_station (&bench, "--levels 0");
  wait_online (&bench);
  tell (&bench, "{\"do\":\"plug\"}");
  g_assert_cmpint (command (&bench, 10000), ==, -1);
  g_assert_nonnull (strstr (bb_device_get_trouble (bench.device), "no OCPP fail-safe"));
  g_assert_cmpint (reading (&bench)->failsafe_ma, ==, -1);
  g_assert_null (strstr (last_call (&bench, "SetChargingProfile"), "duration"));
  pass (&bench, 120000);
  g_assert_cmpfloat (limit_of (&bench), ==, 10.0); /* it stays: better than no limit at all */
  close_bench (&bench);
}

static void
test_abb (void)
{
  Bench bench = { 0 };
  g_autoptr (BbProfile) profile = rig_profile ("abb-terra-ac", NULL);
  open_bench (&bench, profile, make_link ("st1", FALSE),
              "--id 'CP 1' --levels 0 --told-levels 3 --vendor ABB");
  wait_online (&bench);
  g_assert_cmpint (command (&bench, 10000), ==, -1);
  g_assert_cmpuint (count_calls (&bench, "SetChargingProfile"), ==, 1);
  g_assert_nonnull (strstr (last_call (&bench, "SetChargingProfile"), "\"stackLevel\":0"));
  close_bench (&bench);
}

static void
test_wrong_make (void)
{
  Bench bench = { 0 };
  g_autoptr (BbProfile) profile = rig_profile ("abb-terra-ac", NULL);
  open_bench (&bench, profile, make_link ("st1", FALSE), "--id 'CP 1' --vendor Other");
  wait_until (bb_device_get_state (bench.device) == BB_DEVICE_FAULT);
  g_assert_cmpint (command (&bench, 10000), ==, BB_DEVICE_ERROR_IDENTITY);
  g_assert_cmpuint (count_calls (&bench, "SetChargingProfile"), ==, 0);
  close_bench (&bench);
}

static void
test_watts (void)
{
  Bench bench = { 0 };
  open_station (&bench, "--unit W --units Current,Power"); /* it says that it takes both */
  wait_online (&bench);
  g_assert_cmpint (command (&bench, 10000), ==, -1);
  g_assert_nonnull (strstr (last_call (&bench, "SetChargingProfile"), "\"chargingRateUnit\":\"W\""));
  g_assert_nonnull (strstr (last_call (&bench, "SetChargingProfile"), "\"limit\":6900.0"));
  tell (&bench, "{\"do\":\"state\"}");
  g_assert_cmpfloat (limit_of (&bench), ==, 10.0);
  g_assert_null (bb_device_get_trouble (bench.device));
  pass (&bench, 61000);
  g_assert_cmpfloat (limit_of (&bench), ==, 6.0);
  close_bench (&bench);
}

/* It was there all the time, and does not say who it is: it is asked, and used in any case. */
static void
test_no_boot (void)
{
  Bench bench = { 0 };
  open_station (&bench, "--no-boot");
  wait_until (bench.connected && bb_device_get_state (bench.device) == BB_DEVICE_COMMISSIONING);
  pass (&bench, 4999);
  g_assert_cmpuint (count_calls (&bench, "TriggerMessage"), ==, 0);
  pass (&bench, 1);
  wait_online (&bench);
  g_assert_cmpstr (bb_device_get_serial (bench.device), ==, "SN-1");
  g_assert_cmpint (command (&bench, 10000), ==, -1);
  close_bench (&bench);
}

static void
test_no_boot_no_trigger (void)
{
  Bench bench = { 0 };
  open_station (&bench, "--no-boot --no-trigger");
  wait_until (bench.connected && bb_device_get_state (bench.device) == BB_DEVICE_COMMISSIONING);
  pass (&bench, 5000);
  wait_online (&bench);
  g_assert_null (bb_device_get_serial (bench.device));
  g_assert_cmpint (command (&bench, 10000), ==, -1);
  close_bench (&bench);
}

static void
test_phaseless (void)
{
  Bench bench = { 0 };
  open_station (&bench, "--phaseless --disobey");
  wait_online (&bench);
  tell (&bench, "{\"do\":\"plug\"}");
  g_assert_cmpint (command (&bench, 10000), ==, -1);
  tell (&bench, "{\"do\":\"values\"}");
  g_assert_false (reading (&bench)->measured_valid);
  g_assert_cmpint (reading (&bench)->power_w, ==, 11040);
  pass (&bench, 31000);
  tell (&bench, "{\"do\":\"values\"}");
  g_assert_true (reading (&bench)->obeys); /* 16 A of three phases may be 5.3 A each */
  close_bench (&bench);
}

static void
test_stubborn_settings (void)
{
  Bench bench = { 0 };
  open_station (&bench, "--no-measurand Power.Offered --least-interval 30 --no-zero");
  wait_online (&bench);
  g_assert_cmpuint (count_calls (&bench, "ChangeConfiguration {\"key\":\"MeterValuesSampledData\""), ==, 2);
  g_assert_nonnull (
      strstr (last_call (&bench, "ChangeConfiguration {\"key\":\"MeterValueSampleInterval\""), "\"30\""));
  g_assert_cmpuint (count_calls (&bench, "ChangeAvailability"), ==, 2);
  close_bench (&bench);
}

/* ---- who gets in ---- */

static void
test_binary_key (void)
{
  Bench bench = { 0 };
  g_autoptr (BbProfile) profile = rig_profile ("ocpp-16j", NULL);
  BbLink *link = make_link ("st1", FALSE);
  link->password = g_strdup ("00ff3a80010203");
  open_bench (&bench, profile, link, "--id 'CP 1' --key 00FF3A80010203");
  wait_online (&bench);
  close_bench (&bench);
}

static void
test_wrong_key (void)
{
  Bench bench = { 0 };
  g_autoptr (BbProfile) profile = rig_profile ("ocpp-16j", NULL);
  BbLink *link = make_link ("st1", FALSE);
  link->password = g_strdup ("00ff3a80010203");
  open_bench (&bench, profile, link, "--id 'CP 1' --key 00FF3A80010204");
  wait_until (bench.status != 0);
  g_assert_cmpint (bench.status, ==, 401);
  close_bench (&bench);
}

static void
test_stranger (void)
{
  Bench bench = { 0 };
  g_auto (GStrv) strangers = NULL;
  g_autoptr (BbProfile) profile = rig_profile ("ocpp-16j", NULL);
  open_bench (&bench, profile, make_link ("st1", FALSE), "--id Somebody");
  wait_until (bench.status != 0);
  g_assert_cmpint (bench.status, ==, 404);
  strangers = bb_ocpp_server_get_strangers (bench.context->ocpp);
  g_assert_cmpstr (strangers[0], ==, "Somebody");
  close_bench (&bench);
}

/* ---- connection ---- */

static void
test_lost_and_back (void)
{
  Bench bench = { 0 };
  gint64 transaction = 0;
  open_station (&bench, "");
  wait_online (&bench);
  tell (&bench, "{\"do\":\"plug\"}");
  transaction = json_object_get_int_member (bench.state, "transaction");
  g_assert_cmpint (command (&bench, 10000), ==, -1);
  tell (&bench, "{\"do\":\"drop\"}");
  wait_until (bb_device_get_state (bench.device) == BB_DEVICE_CONNECTING);
  g_assert_cmpint (command (&bench, 10000), ==, BB_DEVICE_ERROR_OFFLINE);
  g_assert_cmpint (reading (&bench)->status, ==, BB_STATION_NOT_IN_OPERATION);
  g_assert_false (poll_it (&bench));
  tell (&bench, "{\"do\":\"come\"}");
  wait_until (bb_device_get_state (bench.device) == BB_DEVICE_COMMISSIONING);
  pass (&bench, 5000); /* it sends no BootNotification after a mere reconnect */
  wait_online (&bench);
  g_assert_cmpuint (count_calls (&bench, "ClearChargingProfile"), ==, 1); /* no dip for a reconnect */
  g_assert_cmpint (command (&bench, 10000), ==, -1);
  tell (&bench, "{\"do\":\"values\"}");
  g_assert_cmpint (reading (&bench)->vehicle, ==, BBE_VEHICLE_C);
  g_assert_true (reading (&bench)->authorised);
  g_assert_cmpint (json_object_get_int_member (bench.state, "transaction"), ==, transaction);
  close_bench (&bench);
}

/* It charges and says nothing: it is asked after 60 s, and missed 30 s later. */
static void
test_silent (void)
{
  Bench bench = { 0 };
  guint asked = 0;
  open_station (&bench, "--no-trigger");
  wait_online (&bench);
  tell (&bench, "{\"do\":\"plug\"}");
  tell (&bench, "{\"do\":\"values\"}");
  asked = count_calls (&bench, "TriggerMessage");
  pass (&bench, 59000);
  poll_it (&bench);
  g_assert_cmpuint (count_calls (&bench, "TriggerMessage"), ==, asked);
  pass (&bench, 1000);
  poll_it (&bench);
  wait_until (count_calls (&bench, "TriggerMessage") == asked + 1);
  tell (&bench, "{\"do\":\"call\",\"action\":\"Heartbeat\",\"payload\":{}}"); /* behind its answer */
  g_assert_false (reading (&bench)->measured_valid);
  pass (&bench, 30000);
  poll_it (&bench);
  g_assert_nonnull (strstr (bb_device_get_trouble (bench.device), "no meter values"));
  tell (&bench, "{\"do\":\"values\"}");
  g_assert_null (bb_device_get_trouble (bench.device));
  close_bench (&bench);
}

static void
test_restart (void)
{
  Bench bench = { 0 };
  guint sets = 0;
  open_station (&bench, "");
  wait_online (&bench);
  g_assert_cmpint (command (&bench, 10000), ==, -1);
  sets = count_calls (&bench, "SetChargingProfile");
  tell (&bench,
        "{\"do\":\"call\",\"action\":\"BootNotification\",\"payload\":{\"chargePointVendor\":\"Independent\","
        "\"chargePointModel\":\"Independent\"}}");
  wait_until (count_calls (&bench, "SetChargingProfile") == sets + 1);
  wait_online (&bench);
  g_assert_cmpint (command (&bench, 10000), ==, -1);
  g_assert_cmpuint (count_calls (&bench, "SetChargingProfile"), ==, sets + 2);
  close_bench (&bench);
}

/* ---- what it may say ---- */

static void
test_odd_calls (void)
{
  Bench bench = { 0 };
  open_station (&bench, "");
  wait_online (&bench);
  tell (&bench, "{\"do\":\"call\",\"action\":\"DataTransfer\",\"payload\":{\"vendorId\":\"x\"}}");
  g_assert_null (bench.refused);
  tell (&bench, "{\"do\":\"call\",\"action\":\"MakeCoffee\",\"payload\":{}}");
  g_assert_cmpstr (bench.refused, ==, "NotImplemented");
  tell (&bench, "{\"do\":\"call\",\"action\":\"StatusNotification\",\"payload\":{\"connectorId\":\"one\"}}");
  g_assert_cmpstr (bench.refused, ==, "FormationViolation");
  tell (&bench, "{\"do\":\"call\",\"action\":\"MeterValues\",\"payload\":[]}");
  g_assert_cmpstr (bench.refused, ==, "FormationViolation");
  tell (&bench, "{\"do\":\"call\",\"action\":\"StopTransaction\",\"payload\":{\"transactionId\":1}}");
  tell (&bench, "{\"do\":\"raw\",\"text\":\"[7,\\\"x\\\",{}]\"}");
  tell (&bench, "{\"do\":\"raw\",\"text\":\"rubbish\"}");
  tell (&bench, "{\"do\":\"call\",\"action\":\"Heartbeat\",\"payload\":{}}");
  g_assert_cmpint (bb_device_get_state (bench.device), ==, BB_DEVICE_ONLINE);
  tell (&bench, "{\"do\":\"status\",\"status\":\"Faulted\"}");
  g_assert_cmpint (reading (&bench)->status, ==, BB_STATION_NOT_IN_OPERATION);
  close_bench (&bench);
}

static void
test_transactions_never_repeat (void)
{
  Bench bench = { 0 };
  gint64 first = 0, second = 0;
  open_station (&bench, "");
  wait_online (&bench);
  tell (&bench, "{\"do\":\"plug\"}");
  first = json_object_get_int_member (bench.state, "transaction");
  tell (&bench, "{\"do\":\"unplug\"}");
  tell (&bench, "{\"do\":\"plug\"}");
  second = json_object_get_int_member (bench.state, "transaction");
  g_assert_cmpint (first, ==, WALL_MS / 1000 - 1262304000);
  g_assert_cmpint (second, ==, first + 1);
  g_assert_cmpuint (bench.context->ocpp_last_transaction, ==, second);
  close_bench (&bench);
}

/* ---- a clamp as the meter ---- */

static void
test_clamp (void)
{
  Bench bench = { 0 };
  const BbMeterReading *meter = NULL;
  g_autoptr (BbProfile) profile = rig_profile ("teison-ct-clamp", NULL);
  BbLink *link = make_link ("m1", TRUE);
  link->interval_ms = 1000;
  open_bench (&bench, profile, link, "--id 'CP 1' --clamp 12.34 5.6 0");
  wait_online (&bench);
  pass (&bench, 1000);
  tell (&bench, "{\"do\":\"values\"}");
  meter = bb_device_get_meter_reading (bench.device);
  g_assert_cmpint (json_object_get_int_member (bench.state, "interval"), ==, 1);
  g_assert_cmpint (meter->taken_ms, ==, 1001000);
  g_assert_cmpint (meter->current_ma[0], ==, 12340);
  g_assert_cmpint (meter->current_ma[1], ==, 5600);
  g_assert_cmpint (meter->current_ma[2], ==, 0);
  g_assert_cmpint (meter->voltage_mv[2], ==, 231500);
  g_assert_cmpint (meter->power_w, ==, 4153);
  g_assert_cmpint (meter->energy_import_wh, ==, 12345);
  g_assert_cmpuint (bench.calls->len, ==, 0); /* nothing is written to a clamp */
  close_bench (&bench);
}

int
main (int argc, char *argv[])
{
  g_autofree gchar *version = NULL;
  gint status = 1;
  g_test_init (&argc, &argv, NULL);
  if (!g_spawn_command_line_sync ("/usr/bin/python3 -c 'import websockets'", NULL, &version, &status, NULL)
      || status != 0) {
    g_print ("1..0 # SKIP python3-websockets is not installed\n");
    return 0;
  }
  g_test_add_func ("/devices/ocpp/peer/setup", test_setup);
  g_test_add_func ("/devices/ocpp/peer/charging", test_charging);
  g_test_add_func ("/devices/ocpp/peer/pause", test_pause);
  g_test_add_func ("/devices/ocpp/peer/failsafe", test_failsafe);
  g_test_add_func ("/devices/ocpp/peer/failsafe-defect", test_failsafe_defect);
  g_test_add_func ("/devices/ocpp/peer/two-calls-defect", test_two_calls_defect);
  g_test_add_func ("/devices/ocpp/peer/release", test_release);
  g_test_add_func ("/devices/ocpp/peer/three-keys", test_three_keys);
  g_test_add_func ("/devices/ocpp/peer/three-keys-known", test_three_keys_known);
  g_test_add_func ("/devices/ocpp/peer/mute", test_mute);
  g_test_add_func ("/devices/ocpp/peer/disobeys", test_disobeys);
  g_test_add_func ("/devices/ocpp/peer/disobeys-moving", test_disobeys_moving);
  g_test_add_func ("/devices/ocpp/peer/one-level", test_one_level);
  g_test_add_func ("/devices/ocpp/peer/abb", test_abb);
  g_test_add_func ("/devices/ocpp/peer/wrong-make", test_wrong_make);
  g_test_add_func ("/devices/ocpp/peer/watts", test_watts);
  g_test_add_func ("/devices/ocpp/peer/no-boot", test_no_boot);
  g_test_add_func ("/devices/ocpp/peer/no-boot-no-trigger", test_no_boot_no_trigger);
  g_test_add_func ("/devices/ocpp/peer/phaseless", test_phaseless);
  g_test_add_func ("/devices/ocpp/peer/stubborn-settings", test_stubborn_settings);
  g_test_add_func ("/devices/ocpp/peer/binary-key", test_binary_key);
  g_test_add_func ("/devices/ocpp/peer/wrong-key", test_wrong_key);
  g_test_add_func ("/devices/ocpp/peer/stranger", test_stranger);
  g_test_add_func ("/devices/ocpp/peer/lost-and-back", test_lost_and_back);
  g_test_add_func ("/devices/ocpp/peer/silent", test_silent);
  g_test_add_func ("/devices/ocpp/peer/restart", test_restart);
  g_test_add_func ("/devices/ocpp/peer/odd-calls", test_odd_calls);
  g_test_add_func ("/devices/ocpp/peer/transactions", test_transactions_never_repeat);
  g_test_add_func ("/devices/ocpp/peer/clamp", test_clamp);
  return g_test_run ();
}
