/* SPDX-License-Identifier: GPL-3.0-or-later */
/* timeline.c: faults that come at their times, from a file: a JSON array of faults, each with "at_s". */
#include <glib/gi18n.h>
#include <string.h>

#include "base/guard.h"
#include "emulator/emulator-private.h"

/* A file of faults is written by hand: 1 MiB is plenty. */
#define FILE_MAX (1u << 20)

static gboolean
is_known (const gchar *key)
{
  static const gchar *const keys[] = { "at_s", "for_s", "device", "fault", "value", "phases", NULL };

  return g_strv_contains (keys, key);
}

static gboolean
check_keys (JsonObject *object, GError **error)
{
  g_autoptr (GList) keys = json_object_get_members (object);

  for (GList *at = keys; at; at = at->next)
    if (!is_known (at->data)) {
      g_set_error (error, BB_EMULATOR_ERROR, BB_EMULATOR_ERROR_COMMAND, _ ("a fault has no “%s”."),
                   (const gchar *) at->data);
      return FALSE;
    }
  return TRUE;
}

static gboolean
add_fault (BbEmulator *self, JsonNode *node, GError **error)
{
  BbEmuFaultEntry entry;
  JsonObject *object = JSON_NODE_HOLDS_OBJECT (node) ? json_node_get_object (node) : NULL;
  JsonNode *at = object ? json_object_get_member (object, "at_s") : NULL;
  GType type = at && JSON_NODE_HOLDS_VALUE (at) ? json_node_get_value_type (at) : G_TYPE_INVALID;
  gdouble at_s = type == G_TYPE_INT64 || type == G_TYPE_DOUBLE ? json_node_get_double (at) : -1;

  if (!object || !(at_s >= 0 && at_s <= 31536000)) {
    g_set_error (error, BB_EMULATOR_ERROR, BB_EMULATOR_ERROR_COMMAND,
                 _ ("it must be an object with “at_s”, the seconds from the start."));
    return FALSE;
  }
  if (!check_keys (object, error) || !bb_emu_fault_from_json (self, object, &entry, error))
    return FALSE;
  gint64 length_ms = entry.until_ms == G_MAXINT64 ? G_MAXINT64 : entry.until_ms - entry.from_ms;
  entry.from_ms = self->start_ms + (gint64) (at_s * 1000);
  entry.until_ms = length_ms == G_MAXINT64 ? G_MAXINT64 : entry.from_ms + length_ms;
  return bb_emu_fault_add (self, &entry, error);
}

gboolean
bb_emulator_load_faults (BbEmulator *self, const gchar *path, GError **error)
{
  g_autoptr (JsonNode) root = bb_json_load_file (path, FILE_MAX, error);

  if (!root)
    return FALSE;
  if (!JSON_NODE_HOLDS_ARRAY (root)) {
    g_set_error (error, BB_EMULATOR_ERROR, BB_EMULATOR_ERROR_COMMAND,
                 _ ("%s: a file of faults is a JSON array, such as [{\"at_s\":60,\"for_s\":30,\"device\":"
                    "\"meter\",\"fault\":\"silence\"}]."),
                 path);
    return FALSE;
  }
  JsonArray *array = json_node_get_array (root);
  for (guint i = 0; i < json_array_get_length (array); i++)
    if (!add_fault (self, json_array_get_element (array, i), error)) {
      g_prefix_error (error, _ ("%s: fault %u: "), path, i + 1);
      return FALSE;
    }
  return TRUE;
}
