/* SPDX-License-Identifier: GPL-3.0-or-later */
/* test-http-rig.c: starts peers of reference/web.py, talks to them, and drives one device step by step. */
#include "test-http-rig.h"

#include <string.h>

#include "devices/factory.h"

#define PYTHON     "/usr/bin/python3"
#define PATIENCE_S 20

static gboolean
too_long_cb (gpointer data)
{
  g_error ("What the test waits for did not happen within %d s.", PATIENCE_S);
  return G_SOURCE_REMOVE;
}

static void
wait_for (const gboolean *flag)
{
  guint watchdog = g_timeout_add_seconds (PATIENCE_S, too_long_cb, NULL);

  while (!*flag)
    g_main_context_iteration (NULL, TRUE);
  g_source_remove (watchdog);
}

/* ---- peer ---- */

struct _WebPeer {
  GSubprocess *process;
  GDataInputStream *output;
  guint16 port;
  gboolean answered, ended;
  GPtrArray *requests; /* (element-type utf8) */
};

static gchar *
script (const gchar *name)
{
  return g_test_build_filename (G_TEST_DIST, "devices", "reference", name, NULL);
}

JsonObject *
web_expect (const gchar *name)
{
  g_autofree gchar *path = script ("documents.py"), *text = NULL;
  g_autoptr (GError) error = NULL;
  g_autoptr (GSubprocess) process
      = g_subprocess_new (G_SUBPROCESS_FLAGS_STDOUT_PIPE, &error, PYTHON, path, "--expect", name, NULL);
  g_autoptr (JsonNode) node = NULL;

  g_assert_no_error (error);
  g_assert_true (g_subprocess_communicate_utf8 (process, NULL, NULL, &text, NULL, NULL));
  node = json_from_string (text, NULL);
  g_assert_nonnull (node);
  return json_object_ref (json_node_get_object (node));
}

static void
take_line (WebPeer *peer, const gchar *line)
{
  g_autoptr (JsonNode) node = json_from_string (line, NULL);
  JsonObject *event = json_node_get_object (node);
  const gchar *name = json_object_get_string_member (event, "event");

  g_assert_cmpstr (name, !=, "error");
  if (g_str_equal (name, "serving"))
    peer->port = (guint16) json_object_get_int_member (event, "port");
  if (g_str_equal (name, "request"))
    g_ptr_array_add (peer->requests,
                     g_strdup_printf ("%s %s %s", json_object_get_string_member (event, "method"),
                                      json_object_get_string_member (event, "path"),
                                      json_object_get_string_member_with_default (event, "body", "")));
  if (g_str_equal (name, "connected"))
    g_ptr_array_add (peer->requests, g_strdup ("connected"));
  peer->answered |= g_str_equal (name, "serving") || g_str_equal (name, "done");
}

static void
line_read_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  WebPeer *peer = data;
  g_autofree gchar *line
      = g_data_input_stream_read_line_finish (G_DATA_INPUT_STREAM (source), result, NULL, NULL);

  if (line == NULL) {
    peer->ended = peer->answered = TRUE;
    return;
  }
  take_line (peer, line);
  g_data_input_stream_read_line_async (peer->output, G_PRIORITY_DEFAULT, NULL, line_read_cb, peer);
}

WebPeer *
web_peer_start (const gchar *name, const gchar *option, const gchar *value)
{
  g_autofree gchar *path = script ("web.py");
  g_autoptr (GError) error = NULL;
  WebPeer *peer = g_new0 (WebPeer, 1);

  peer->process = g_subprocess_new (G_SUBPROCESS_FLAGS_STDOUT_PIPE | G_SUBPROCESS_FLAGS_STDIN_PIPE, &error,
                                    PYTHON, path, name, option, value, NULL);
  g_assert_no_error (error);
  peer->output = g_data_input_stream_new (g_subprocess_get_stdout_pipe (peer->process));
  peer->requests = g_ptr_array_new_with_free_func (g_free);
  g_data_input_stream_read_line_async (peer->output, G_PRIORITY_DEFAULT, NULL, line_read_cb, peer);
  wait_for (&peer->answered);
  g_assert_false (peer->ended);
  return peer;
}

guint16
web_peer_get_port (WebPeer *peer)
{
  return peer->port;
}

void
web_peer_tell (WebPeer *peer, const gchar *json)
{
  g_autofree gchar *line = g_strconcat (json, "\n", NULL);
  GOutputStream *input = g_subprocess_get_stdin_pipe (peer->process);

  peer->answered = FALSE;
  g_assert_true (g_output_stream_write_all (input, line, strlen (line), NULL, NULL, NULL));
  g_assert_true (g_output_stream_flush (input, NULL, NULL));
  wait_for (&peer->answered);
}

guint
web_peer_count (WebPeer *peer, const gchar *text)
{
  guint n = 0;

  web_peer_tell (peer, "{}");
  for (guint i = 0; i < peer->requests->len; i++)
    n += strstr (g_ptr_array_index (peer->requests, i), text) != NULL;
  return n;
}

void
web_peer_stop (WebPeer *peer)
{
  g_output_stream_close (g_subprocess_get_stdin_pipe (peer->process), NULL, NULL);
  wait_for (&peer->ended);
  g_subprocess_wait (peer->process, NULL, NULL);
  g_object_unref (peer->output);
  g_object_unref (peer->process);
  g_ptr_array_unref (peer->requests);
  g_free (peer);
}

/* ---- device ---- */

static BbProfile *
load_profile (const gchar *id)
{
  g_autoptr (GError) error = NULL;
  g_autofree gchar *name = g_strconcat (id, ".json", NULL);
  g_autofree gchar *path = g_build_filename (g_getenv ("BUSBAR_DATA_DIR"), "profiles", name, NULL);
  BbProfile *profile = bb_profile_load (path, &error);

  g_assert_no_error (error);
  return profile;
}

WebRig *
web_rig_new (const gchar *profile_id, BbConnection connection, const gchar *host, guint16 port,
             const gchar *identity, const gchar *user, const gchar *password, BbTape *tape)
{
  g_autoptr (GError) error = NULL;
  WebRig *rig = g_new0 (WebRig, 1);
  BbLink *link = bb_link_new ("under-test", connection != BB_CONNECTION_CLOUD, connection);

  link->host = g_strdup (host != NULL ? host : "127.0.0.1");
  link->port = port;
  link->identity = g_strdup (identity);
  link->user = g_strdup (user);
  link->password = g_strdup (password);
  link->n_phases = 3;
  link->max_ma = 32000;
  link->failsafe_ma = 6000;
  rig->clock = bb_manual_clock_new (1000000, G_GINT64_CONSTANT (1767225600000));
  rig->log = bb_log_new_memory (BB_CLOCK (rig->clock), BB_LOG_DEBUG, 200);
  rig->tape = tape;
  rig->context = bb_device_context_new (BB_CLOCK (rig->clock), rig->log, tape);
  rig->context->may_commission = TRUE;
  rig->profile = load_profile (profile_id);
  rig->device = bb_device_new (rig->context, rig->profile, link, &error);
  g_assert_no_error (error);
  return rig;
}

typedef struct {
  WebRig *rig;
  gboolean done, ok;
} Call;

static void
polled_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  Call *call = data;

  call->ok = bb_device_poll_finish (BB_DEVICE (source), result, &call->rig->error);
  call->done = TRUE;
}

static void
commanded_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  Call *call = data;

  call->ok = bb_device_command_finish (BB_DEVICE (source), result, &call->rig->error);
  call->done = TRUE;
}

void
web_rig_start (WebRig *rig)
{
  bb_device_start (rig->device);
}

gboolean
web_rig_poll (WebRig *rig)
{
  Call call = { .rig = rig };

  g_clear_error (&rig->error);
  bb_device_poll_async (rig->device, NULL, polled_cb, &call);
  wait_for (&call.done);
  return call.ok;
}

gboolean
web_rig_command (WebRig *rig, gint32 setpoint_ma)
{
  Call call = { .rig = rig };

  g_clear_error (&rig->error);
  bb_device_command_async (rig->device, setpoint_ma, 0, NULL, commanded_cb, &call);
  wait_for (&call.done);
  return call.ok;
}

void
web_rig_advance (WebRig *rig, gint64 ms)
{
  bb_manual_clock_advance_to (rig->clock, bb_clock_get_mono_ms (BB_CLOCK (rig->clock)) + ms);
}

void
web_rig_wait_state (WebRig *rig, BbDeviceState state)
{
  guint watchdog = g_timeout_add_seconds (PATIENCE_S, too_long_cb, NULL);

  while (bb_device_get_state (rig->device) != state)
    g_main_context_iteration (NULL, TRUE);
  g_source_remove (watchdog);
}

void
web_rig_wait_taken (WebRig *rig, gint64 ms)
{
  guint watchdog = g_timeout_add_seconds (PATIENCE_S, too_long_cb, NULL);

  while (MAX (bb_device_get_meter_reading (rig->device)->taken_ms,
              bb_device_get_station_reading (rig->device)->taken_ms)
         < ms)
    g_main_context_iteration (NULL, TRUE);
  g_source_remove (watchdog);
}

void
web_rig_free (WebRig *rig)
{
  bb_device_stop (rig->device);
  while (g_main_context_iteration (NULL, FALSE))
    ;
  g_object_unref (rig->device);
  bb_profile_unref (rig->profile);
  bb_device_context_unref (rig->context);
  bb_log_unref (rig->log);
  g_clear_pointer (&rig->tape, bb_tape_unref);
  g_object_unref (rig->clock);
  g_clear_error (&rig->error);
  g_free (rig);
}

/* ---- checks ---- */

static void
check_three (JsonObject *expect, const gchar *key, const gint32 told[3])
{
  JsonArray *values
      = json_object_has_member (expect, key) ? json_object_get_array_member (expect, key) : NULL;

  for (guint i = 0; values != NULL && i < 3; i++)
    if (!json_array_get_null_element (values, i))
      g_assert_cmpint (told[i], ==, json_array_get_int_element (values, i));
}

static void
check_number (JsonObject *expect, const gchar *key, gint64 told)
{
  if (json_object_has_member (expect, key) && !json_object_get_null_member (expect, key))
    g_assert_cmpint (told, ==, json_object_get_int_member (expect, key));
}

void
web_check_meter (const BbMeterReading *reading, JsonObject *expect)
{
  check_three (expect, "current_ma", reading->current_ma);
  check_three (expect, "voltage_mv", reading->voltage_mv);
  check_three (expect, "phase_power_w", reading->phase_power_w);
  check_number (expect, "power_w", reading->power_w);
  check_number (expect, "frequency_mhz", reading->frequency_mhz);
  check_number (expect, "energy_import_wh", reading->energy_import_wh);
  check_number (expect, "energy_export_wh", reading->energy_export_wh);
}

BbTape *
web_tape (const gchar *name, BbClock *clock)
{
  g_autofree gchar *path = g_test_build_filename (G_TEST_DIST, "fixtures", "tapes", name, NULL);
  g_autoptr (GError) error = NULL;
  BbTape *tape
      = clock != NULL ? bb_tape_new_recorder (path, clock, &error) : bb_tape_new_player (path, &error);

  g_assert_no_error (error);
  return tape;
}
