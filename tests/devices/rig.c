/* SPDX-License-Identifier: GPL-3.0-or-later */
/* rig.c: starts peers of the reference, talks to them, and drives one device step by step. */
#include "rig.h"

#include <string.h>

#include "devices/factory.h"

#define PYTHON     "/usr/bin/python3"
#define PATIENCE_S 20

/* ---- waiting ---- */

static gboolean
too_long (gpointer data G_GNUC_UNUSED)
{
  g_error ("What the test waits for did not happen within %d s.", PATIENCE_S);
  return G_SOURCE_REMOVE;
}

void
rig_wait (const gboolean *flag)
{
  guint watchdog = g_timeout_add_seconds (PATIENCE_S, too_long, NULL);
  while (!*flag)
    g_main_context_iteration (NULL, TRUE);
  g_source_remove (watchdog);
}

/* ---- peers ---- */

struct _Peer {
  GSubprocess *process;
  GOutputStream *input;
  GDataInputStream *output;
  guint16 port;
  gboolean answered, ended;
  GPtrArray *writes; /* (element-type utf8) */
  GHashTable *counts;
};

static gchar *
script (const gchar *name)
{
  return g_test_build_filename (G_TEST_DIST, "devices", "reference", name, NULL);
}

static gchar *
run_script (const gchar *name, const gchar *option, const gchar *value)
{
  g_autofree gchar *path = script (name);
  g_autofree gchar *text = NULL;
  g_autoptr (GError) error = NULL;
  g_autoptr (GSubprocess) process
      = g_subprocess_new (G_SUBPROCESS_FLAGS_STDOUT_PIPE, &error, PYTHON, path, option, value, NULL);
  g_assert_no_error (error);
  g_assert_true (g_subprocess_communicate_utf8 (process, NULL, NULL, &text, NULL, &error));
  g_assert_true (g_subprocess_get_successful (process));
  return g_steal_pointer (&text);
}

gboolean
peer_is_there (void)
{
  const gchar *argv[] = { PYTHON, "-c", "import pymodbus", NULL };
  gint status = 1;
  return g_spawn_sync (NULL, (gchar **) argv, NULL, G_SPAWN_STDERR_TO_DEV_NULL, NULL, NULL, NULL, NULL,
                       &status, NULL)
         && status == 0;
}

gboolean
peer_skipped (void)
{
  if (peer_is_there ())
    return FALSE;
  g_test_skip ("There is no pymodbus.");
  return TRUE;
}

static JsonObject *
object_from (const gchar *text)
{
  g_autoptr (JsonNode) node = json_from_string (text, NULL);
  g_assert_nonnull (node);
  return json_object_ref (json_node_get_object (node));
}

JsonObject *
peer_expect (const gchar *name)
{
  g_autofree gchar *text = run_script ("devices.py", "--expect", name);
  return object_from (text);
}

static gboolean
has_text (JsonArray *array, const gchar *text)
{
  for (guint i = 0; i < json_array_get_length (array); i++)
    if (g_str_equal (json_array_get_string_element (array, i), text))
      return TRUE;
  return FALSE;
}

GStrv
peer_list (const gchar *kind, const gchar *connection)
{
  g_autofree gchar *text = run_script ("devices.py", "--list", NULL);
  g_auto (GStrv) lines = g_strsplit (g_strstrip (text), "\n", -1);
  g_autoptr (GStrvBuilder) names = g_strv_builder_new ();
  for (guint i = 0; lines[i] != NULL; i++) {
    g_autoptr (JsonObject) device = object_from (lines[i]);
    if (g_str_equal (json_object_get_string_member (device, "kind"), kind)
        && has_text (json_object_get_array_member (device, "connections"), connection))
      g_strv_builder_add (names, json_object_get_string_member (device, "name"));
  }
  return g_strv_builder_end (names);
}

static void
take_write (Peer *peer, JsonObject *event)
{
  GString *text = g_string_new (NULL);
  JsonArray *values = json_object_get_array_member (event, "values");
  g_string_printf (text, "%d %d", (gint) json_object_get_int_member (event, "function"),
                   (gint) json_object_get_int_member (event, "address"));
  for (guint i = 0; i < json_array_get_length (values); i++)
    g_string_append_printf (text, " %d", (gint) json_array_get_int_element (values, i));
  g_ptr_array_add (peer->writes, g_string_free (text, FALSE));
}

static void
take_line (Peer *peer, const gchar *line)
{
  g_autoptr (JsonObject) event = object_from (line);
  const gchar *name = json_object_get_string_member (event, "event");
  guint count = GPOINTER_TO_UINT (g_hash_table_lookup (peer->counts, name));
  g_hash_table_insert (peer->counts, g_strdup (name), GUINT_TO_POINTER (count + 1));
  g_assert_cmpstr (name, !=, "error");
  if (g_str_equal (name, "serving") && json_object_has_member (event, "port"))
    peer->port = (guint16) json_object_get_int_member (event, "port");
  if (g_str_equal (name, "write"))
    take_write (peer, event);
  if (g_str_equal (name, "serving") || g_str_equal (name, "done"))
    peer->answered = TRUE;
}

static void read_line (Peer *peer);

static void
line_read_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  Peer *peer = data;
  g_autofree gchar *line
      = g_data_input_stream_read_line_finish (G_DATA_INPUT_STREAM (source), result, NULL, NULL);
  if (line == NULL) {
    peer->ended = peer->answered = TRUE;
    return;
  }
  take_line (peer, line);
  read_line (peer);
}

static void
read_line (Peer *peer)
{
  g_data_input_stream_read_line_async (peer->output, G_PRIORITY_DEFAULT, NULL, line_read_cb, peer);
}

Peer *
peer_start (const gchar *name, const gchar *device)
{
  g_autofree gchar *path = script ("server.py");
  g_autoptr (GError) error = NULL;
  Peer *peer = g_new0 (Peer, 1);
  peer->process = g_subprocess_new (G_SUBPROCESS_FLAGS_STDOUT_PIPE | G_SUBPROCESS_FLAGS_STDIN_PIPE, &error,
                                    PYTHON, path, name, device != NULL ? "--rtu" : NULL, device, NULL);
  g_assert_no_error (error);
  peer->input = g_subprocess_get_stdin_pipe (peer->process);
  peer->output = g_data_input_stream_new (g_subprocess_get_stdout_pipe (peer->process));
  peer->writes = g_ptr_array_new_with_free_func (g_free);
  peer->counts = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  read_line (peer);
  rig_wait (&peer->answered);
  g_assert_false (peer->ended);
  return peer;
}

guint16
peer_get_port (Peer *peer)
{
  return peer->port;
}

void
peer_tell (Peer *peer, const gchar *json)
{
  g_autofree gchar *line = g_strconcat (json, "\n", NULL);
  peer->answered = FALSE;
  g_assert_true (g_output_stream_write_all (peer->input, line, strlen (line), NULL, NULL, NULL));
  g_assert_true (g_output_stream_flush (peer->input, NULL, NULL));
  rig_wait (&peer->answered);
}

GStrv
peer_take_writes (Peer *peer)
{
  peer_tell (peer, "{}");
  g_ptr_array_add (peer->writes, NULL);
  GStrv taken = (GStrv) g_ptr_array_free (peer->writes, FALSE);
  peer->writes = g_ptr_array_new_with_free_func (g_free);
  return taken;
}

void
peer_clear_writes (Peer *peer)
{
  g_strfreev (peer_take_writes (peer));
}

guint
peer_count (Peer *peer, const gchar *event)
{
  peer_tell (peer, "{}");
  return GPOINTER_TO_UINT (g_hash_table_lookup (peer->counts, event));
}

void
peer_stop (Peer *peer)
{
  g_output_stream_close (peer->input, NULL, NULL);
  rig_wait (&peer->ended);
  g_subprocess_wait (peer->process, NULL, NULL);
  g_object_unref (peer->output);
  g_object_unref (peer->process);
  g_ptr_array_unref (peer->writes);
  g_hash_table_unref (peer->counts);
  g_free (peer);
}

/* ---- device ---- */

BbProfile *
rig_profile (const gchar *id, const gchar *const *replacements)
{
  g_autoptr (GError) error = NULL;
  g_autofree gchar *name = g_strconcat (id, ".json", NULL);
  g_autofree gchar *path = g_build_filename (g_getenv ("BUSBAR_DATA_DIR"), "profiles", name, NULL);
  g_autofree gchar *text = NULL;
  g_assert_true (g_file_get_contents (path, &text, NULL, NULL));
  g_autoptr (GString) changed = g_string_new (text);
  for (guint i = 0; replacements != NULL && replacements[i] != NULL; i += 2)
    g_assert_cmpuint (g_string_replace (changed, replacements[i], replacements[i + 1], 0), >, 0);
  BbProfile *profile = bb_profile_parse (changed->str, -1, path, &error);
  g_assert_no_error (error);
  return profile;
}

static BbLink *
make_link (gboolean is_meter, guint16 port, const gchar *line, guint unit)
{
  BbLink *link = bb_link_new ("under-test", is_meter,
                              line != NULL ? BB_CONNECTION_MODBUS_RTU : BB_CONNECTION_MODBUS_TCP);
  link->host = g_strdup ("127.0.0.1");
  link->port = port;
  link->device = g_strdup (line);
  link->unit = (guint8) unit;
  link->n_phases = 3;
  if (!is_meter) {
    link->failsafe_ma = 6000;
    link->max_ma = 32000;
    link->min_ma = 6000;
    link->can_switch = TRUE;
  }
  return link;
}

Rig *
rig_new (const gchar *profile_id, gboolean is_meter, guint16 port, const gchar *line, guint unit)
{
  g_autoptr (BbProfile) profile = rig_profile (profile_id, NULL);
  return rig_new_with_profile (profile, is_meter, port, line, unit);
}

Rig *
rig_new_with_profile (BbProfile *profile, gboolean is_meter, guint16 port, const gchar *line, guint unit)
{
  g_autoptr (GError) error = NULL;
  Rig *rig = g_new0 (Rig, 1);
  rig->clock = bb_manual_clock_new (1000000, G_GINT64_CONSTANT (1767225600000));
  rig->log = bb_log_new_memory (BB_CLOCK (rig->clock), BB_LOG_DEBUG, 200);
  rig->context = bb_device_context_new (BB_CLOCK (rig->clock), rig->log, NULL);
  rig->context->may_commission = rig->context->may_write_unverified = TRUE;
  rig->profile = bb_profile_ref (profile);
  rig->device = bb_device_new (rig->context, rig->profile, make_link (is_meter, port, line, unit), &error);
  g_assert_no_error (error);
  return rig;
}

typedef struct {
  Rig *rig;
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

gboolean
rig_poll (Rig *rig)
{
  Call call = { .rig = rig };
  g_clear_error (&rig->error);
  bb_device_poll_async (rig->device, NULL, polled_cb, &call);
  rig_wait (&call.done);
  return call.ok;
}

gboolean
rig_start (Rig *rig)
{
  bb_device_start (rig->device);
  return rig_poll (rig);
}

gboolean
rig_command (Rig *rig, gint32 setpoint_ma, guint phases)
{
  Call call = { .rig = rig };
  g_clear_error (&rig->error);
  bb_device_command_async (rig->device, setpoint_ma, phases, NULL, commanded_cb, &call);
  rig_wait (&call.done);
  return call.ok;
}

void
rig_advance (Rig *rig, gint64 ms)
{
  bb_manual_clock_advance_to (rig->clock, bb_clock_get_mono_ms (BB_CLOCK (rig->clock)) + ms);
}

gboolean
rig_second (Rig *rig, gint32 setpoint_ma)
{
  rig_advance (rig, 1000);
  gboolean polled = rig_poll (rig);
  rig_command (rig, setpoint_ma, 0);
  return polled;
}

void
rig_free (Rig *rig)
{
  bb_device_stop (rig->device);
  g_object_unref (rig->device);
  bb_profile_unref (rig->profile);
  bb_device_context_unref (rig->context);
  bb_log_unref (rig->log);
  g_object_unref (rig->clock);
  g_clear_error (&rig->error);
  g_free (rig);
}
