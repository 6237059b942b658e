/* SPDX-License-Identifier: GPL-3.0-or-later */
/* emulator-command.c: commands to the emulator as JSON, and their answers. */
#include <glib/gi18n.h>
#include <math.h>
#include <string.h>

#include "base/guard.h"
#include "emulator/emulator-private.h"

/* Carries out a command; members of its answer go into `builder`. */
typedef gboolean (*Run) (BbEmulator *self, JsonObject *object, JsonBuilder *builder, GError **error);

static gboolean
fail (GError **error, const gchar *format, ...)
{
  va_list arguments;

  va_start (arguments, format);
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
  if (error)
    *error = g_error_new_valist (BB_EMULATOR_ERROR, BB_EMULATOR_ERROR_COMMAND, format, arguments);
#pragma GCC diagnostic pop
  va_end (arguments);
  return FALSE;
}

/* A text of the object; FALSE when it is there and no text. */
static gboolean
take_text (JsonObject *object, const gchar *key, const gchar **text, GError **error)
{
  JsonNode *node = json_object_get_member (object, key);

  *text = NULL;
  if (!node)
    return TRUE;
  if (!JSON_NODE_HOLDS_VALUE (node) || json_node_get_value_type (node) != G_TYPE_STRING)
    return fail (error, _ ("“%s” must be a text."), key);
  *text = json_node_get_string (node);
  return TRUE;
}

static gboolean
node_number (JsonNode *node, gdouble *value)
{
  GType type = JSON_NODE_HOLDS_VALUE (node) ? json_node_get_value_type (node) : G_TYPE_INVALID;

  *value = type == G_TYPE_INT64 || type == G_TYPE_DOUBLE ? json_node_get_double (node) : NAN;
  return isfinite (*value);
}

static gboolean
take_number (JsonObject *object, const gchar *key, gdouble least, gdouble most, gdouble *value,
             GError **error)
{
  JsonNode *node = json_object_get_member (object, key);

  if (!node || (node_number (node, value) && *value >= least && *value <= most))
    return TRUE;
  return fail (error, _ ("“%s” must be a number from %g to %g."), key, least, most);
}

/* ---- the commands ---- */

static gboolean
run_fault (BbEmulator *self, JsonObject *object, JsonBuilder *builder, GError **error)
{
  BbEmuFaultEntry entry;

  return bb_emu_fault_from_json (self, object, &entry, error) && bb_emu_fault_add (self, &entry, error);
}

static gboolean
run_clear (BbEmulator *self, JsonObject *object, JsonBuilder *builder, GError **error)
{
  const gchar *id = NULL, *name = NULL;
  BbEmuDevice *device = NULL;
  gint kind = -1;

  if (!take_text (object, "device", &id, error) || !take_text (object, "fault", &name, error))
    return FALSE;
  if (id && !(device = bb_emu_find_device (self, id)))
    return fail (error, _ ("There is no meter or station “%s”."), id);
  if (name && (kind = bb_emu_fault_find (name)) < 0)
    return fail (error, _ ("There is no fault “%s”. The command “faults” lists them."), name);
  json_builder_set_member_name (builder, "cleared");
  json_builder_add_int_value (builder, bb_emu_fault_clear (self, device, kind));
  return TRUE;
}

static gboolean
run_faults (BbEmulator *self, JsonObject *object, JsonBuilder *builder, GError **error)
{
  bb_emu_fault_describe (self, builder);
  return TRUE;
}

static gboolean
run_state (BbEmulator *self, JsonObject *object, JsonBuilder *builder, GError **error)
{
  bb_emu_describe_state (self, builder);
  return TRUE;
}

static gboolean
run_time (BbEmulator *self, JsonObject *object, JsonBuilder *builder, GError **error)
{
  bb_emu_describe_time (self, builder);
  return TRUE;
}

/* "add_a": [L1, L2, L3], in place of the step before. */
static gboolean
run_load_step (BbEmulator *self, JsonObject *object, JsonBuilder *builder, GError **error)
{
  const BbEngineConfig *config = bb_field_get_config (self->field);
  const gchar *id = NULL;
  JsonNode *node = json_object_get_member (object, "add_a");
  JsonArray *array = node && JSON_NODE_HOLDS_ARRAY (node) ? json_node_get_array (node) : NULL;
  gint32 extra_ma[3] = { 0 };

  if (!take_text (object, "circuit", &id, error))
    return FALSE;
  gint circuit = id ? bb_engine_config_find (config, BB_TABLE_CIRCUITS, id) : -1;
  if (circuit < 0)
    return id ? fail (error, _ ("There is no circuit “%s”."), id)
              : fail (error, _ ("“%s” is missing: the id of a circuit."), "circuit");
  if (!array || json_array_get_length (array) != 3)
    return fail (error, _ ("“%s” must be a list of three currents in A: L1, L2, L3."), "add_a");
  for (guint p = 0; p < 3; p++) {
    gdouble value = 0;

    if (!node_number (json_array_get_element (array, p), &value) || fabs (value) > 10000)
      return fail (error, _ ("“%s” must be a list of three currents in A: L1, L2, L3."), "add_a");
    extra_ma[p] = (gint32) lround (value * 1000);
  }
  if (self->begun)
    bb_field_settle (self->field, bb_emulator_get_site_ms (self));
  memcpy (self->extra_ma[circuit], extra_ma, sizeof extra_ma);
  bb_field_set_extra_load (self->field, (guint) circuit, extra_ma);
  return TRUE;
}

static BbEmuDevice *
take_station (BbEmulator *self, JsonObject *object, GError **error)
{
  const gchar *id = NULL;
  BbEmuDevice *device = NULL;

  if (!take_text (object, "station", &id, error))
    return NULL;
  device = id ? bb_emu_find_device (self, id) : NULL;
  if (device && !device->is_meter) {
    bb_emu_get_field (device); /* up to now */
    return device;
  }
  if (id)
    fail (error, _ ("There is no station “%s”."), id);
  else
    fail (error, _ ("“%s” is missing: the id of a station."), "station");
  return NULL;
}

static gboolean
run_plug (BbEmulator *self, JsonObject *object, JsonBuilder *builder, GError **error)
{
  BbEmuDevice *device = take_station (self, object, error);
  gdouble max_a = 32, phases = 3, wanted_kwh = 20;

  if (!device || !take_number (object, "max_a", 1, 80, &max_a, error)
      || !take_number (object, "phases", 1, 3, &phases, error)
      || !take_number (object, "wanted_kwh", 0.1, 1000, &wanted_kwh, error))
    return FALSE;
  if (bb_field_plug (self->field, device->index, (gint32) lround (max_a * 1000), (guint) phases,
                     (gint32) lround (wanted_kwh * 1000)))
    return TRUE;
  return fail (error, _ ("At “%s” a vehicle is plugged in already."), device->id);
}

static gboolean
run_unplug (BbEmulator *self, JsonObject *object, JsonBuilder *builder, GError **error)
{
  BbEmuDevice *device = take_station (self, object, error);

  if (!device)
    return FALSE;
  if (bb_field_unplug (self->field, device->index))
    return TRUE;
  return bb_field_peek_station (self->field, device->index)->plugged
             ? fail (error,
                     _ ("The vehicle at “%s” is one of the site's sessions and leaves when that ends."),
                     device->id)
             : fail (error, _ ("At “%s” no vehicle is plugged in."), device->id);
}

static gboolean
run_ocpp (BbEmulator *self, JsonObject *object, JsonBuilder *builder, GError **error)
{
  const gchar *url = NULL;

  if (!take_text (object, "url", &url, error))
    return FALSE;
  if (!url || !(g_str_has_prefix (url, "ws://127.0.0.1:") || g_str_has_prefix (url, "ws://localhost:")))
    return fail (error, _ ("“%s” must be an address of this computer: ws://127.0.0.1:PORT/"), "url");
  bb_emulator_set_ocpp_url (self, url);
  return TRUE;
}

static gboolean
run_quit (BbEmulator *self, JsonObject *object, JsonBuilder *builder, GError **error)
{
  if (self->quit)
    self->quit (self->quit_data);
  return TRUE;
}

static const struct {
  const gchar *name;
  Run run;
  const gchar *keys[6]; /* beside "command" and "id" */
} commands[] = {
  { "fault", run_fault, { "device", "fault", "for_s", "value", "phases" } },
  { "clear", run_clear, { "device", "fault" } },
  { "faults", run_faults, { NULL } },
  { "state", run_state, { NULL } },
  { "load-step", run_load_step, { "circuit", "add_a" } },
  { "plug", run_plug, { "station", "max_a", "phases", "wanted_kwh" } },
  { "unplug", run_unplug, { "station" } },
  { "ocpp", run_ocpp, { "url" } },
  { "time", run_time, { NULL } },
  { "quit", run_quit, { NULL } },
};

/* ---- a command ---- */

static gboolean
check_keys (guint command, JsonObject *object, GError **error)
{
  g_autoptr (GList) keys = json_object_get_members (object);

  for (GList *at = keys; at; at = at->next) {
    const gchar *key = at->data;
    gboolean known = g_str_equal (key, "command") || g_str_equal (key, "id");

    for (guint k = 0; !known && k < G_N_ELEMENTS (commands[command].keys); k++)
      known = g_strcmp0 (commands[command].keys[k], key) == 0;
    if (!known)
      return fail (error, _ ("The command “%s” has no “%s”."), commands[command].name, key);
  }
  return TRUE;
}

static gint
find_command (JsonObject *object, GError **error)
{
  const gchar *name = NULL;

  if (!take_text (object, "command", &name, error))
    return -1;
  for (guint i = 0; name && i < G_N_ELEMENTS (commands); i++)
    if (g_str_equal (commands[i].name, name))
      return (gint) i;
  fail (
      error,
      _ ("“command” must be one of fault, clear, faults, state, load-step, plug, unplug, ocpp, time, quit."));
  return -1;
}

static gchar *
finish (JsonBuilder *builder)
{
  json_builder_end_object (builder);
  g_autoptr (JsonNode) root = json_builder_get_root (builder);
  return json_to_string (root, FALSE);
}

gchar *
bb_emulator_command (BbEmulator *self, const gchar *text, gssize length, GError **error)
{
  gsize size = length < 0 ? strlen (text) : (gsize) length;
  g_autoptr (JsonNode) root = NULL;
  g_autoptr (JsonBuilder) builder = json_builder_new ();

  if (size > BB_EMU_LINE_MAX) {
    fail (error, _ ("A command has at most %u bytes."), BB_EMU_LINE_MAX);
    return NULL;
  }
  if (!(root = bb_json_parse (text, (gssize) size, NULL, error)))
    return NULL;
  if (!JSON_NODE_HOLDS_OBJECT (root)) {
    fail (error, _ ("A command is a JSON object, such as {\"command\":\"state\"}."));
    return NULL;
  }
  JsonObject *object = json_node_get_object (root);
  gint command = find_command (object, error);
  if (command < 0 || !check_keys ((guint) command, object, error))
    return NULL;
  json_builder_begin_object (builder);
  json_builder_set_member_name (builder, "ok");
  json_builder_add_boolean_value (builder, TRUE);
  if (!commands[command].run (self, object, builder, error))
    return NULL;
  return finish (builder);
}
