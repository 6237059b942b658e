/* SPDX-License-Identifier: GPL-3.0-or-later */
/* cloud-device-state.c: a station's reading from its cloud's list of states, without I/O. */
#include <glib/gi18n.h>
#include <math.h>

#include "devices/cloud-device.h"
#include "devices/http-device-values.h"

/* More entries than any charger has. */
#define MAX_STATES 1024
/* "Final stop active". */
#define FINAL_STOP "718"

/* "True" and "False" are 1 and 0. */
static gboolean
read_number (const gchar *text, gdouble *value)
{
  gchar *end = NULL;

  if (g_ascii_strcasecmp (text, "true") == 0 || g_ascii_strcasecmp (text, "false") == 0) {
    *value = g_ascii_strcasecmp (text, "true") == 0;
    return TRUE;
  }
  if (!g_ascii_isdigit (text[0]) && text[0] != '-')
    return FALSE;
  *value = g_ascii_strtod (text, &end);
  return *end == '\0' && isfinite (*value);
}

/* One {"StateId":710,"ValueAsString":"3"}; others are passed over. */
static void
read_entry (GHashTable *states, JsonNode *entry)
{
  JsonObject *object = JSON_NODE_HOLDS_OBJECT (entry) ? json_node_get_object (entry) : NULL;
  JsonNode *id = object != NULL ? json_object_get_member (object, "StateId") : NULL;
  JsonNode *text = object != NULL ? json_object_get_member (object, "ValueAsString") : NULL;
  gdouble value;

  if (id == NULL || text == NULL || json_node_get_value_type (id) != G_TYPE_INT64
      || json_node_get_value_type (text) != G_TYPE_STRING
      || !read_number (json_node_get_string (text), &value))
    return;
  g_hash_table_replace (states, g_strdup_printf ("%" G_GINT64_FORMAT, json_node_get_int (id)),
                        g_memdup2 (&value, sizeof value));
}

static GHashTable *
read_states (JsonNode *root, GError **error)
{
  GHashTable *states;
  JsonArray *array;

  if (root == NULL || !JSON_NODE_HOLDS_ARRAY (root)
      || json_array_get_length (json_node_get_array (root)) > MAX_STATES) {
    g_set_error_literal (error, BB_DEVICE_ERROR, BB_DEVICE_ERROR_DATA,
                         _ ("The maker's cloud answers nonsense: no list of states."));
    return NULL;
  }
  states = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  array = json_node_get_array (root);
  for (guint i = 0; i < json_array_get_length (array); i++)
    read_entry (states, json_array_get_element (array, i));
  return states;
}

static gboolean
get_named (const BbPoint *point, const gchar *path, gdouble *raw, gpointer data)
{
  const gdouble *value = g_hash_table_lookup (data, path);

  if (value == NULL)
    return FALSE;
  *raw = *value;
  return TRUE;
}

static void
read_state_rule (BbNamedValues *values, BbStationReading *reading)
{
  const BbStateRule *rule = bb_named_values_find_state (values);

  reading->status = BB_STATION_NOT_IN_OPERATION;
  reading->vehicle = 0;
  reading->reason = NULL;
  if (rule != NULL) {
    reading->status = rule->status;
    reading->vehicle = rule->vehicle;
    reading->reason = g_intern_string (rule->reason);
  }
  /* Whoever is plugged in was admitted by the maker's portal. */
  reading->authorised = rule != NULL && rule->vehicle >= 2 && rule->vehicle <= 4;
}

static void
read_electric (BbNamedValues *values, BbStationReading *reading)
{
  gboolean any = FALSE;

  for (guint p = 0; p < 3; p++) {
    reading->measured_ma[p] = reading->voltage_mv[p] = 0;
    any |= bb_named_values_get_rounded (values, (BbRole) (BB_ROLE_CURRENT_L1 + p), 1,
                                        &reading->measured_ma[p])
           != FALSE;
    bb_named_values_get_rounded (values, (BbRole) (BB_ROLE_VOLTAGE_L1 + p), 1, &reading->voltage_mv[p]);
  }
  reading->measured_valid = any;
  if (!bb_named_values_get_rounded (values, BB_ROLE_POWER, 1000, &reading->power_w))
    reading->power_w = -1;
}

/* Coded as the profile says, or the number itself. */
static guint8
read_phases (BbNamedValues *values)
{
  const gint32 *codes = values->interface->control.phase_codes;
  gdouble raw;

  if (!bb_named_values_get (values, BB_ROLE_PHASES_ACTUAL, &raw))
    return 0;
  for (guint n = 1; n <= 3; n++)
    if (codes[n] > 0 && raw == codes[n])
      return (guint8) n;
  return raw == 1 || raw == 3 ? (guint8) raw : 0;
}

gboolean
bb_cloud_device_decode (const BbInterface *interface, JsonNode *root, BbStationReading *reading,
                        gboolean *final_stop, GError **error)
{
  g_autoptr (GHashTable) states = read_states (root, error);
  BbNamedValues values = { .interface = interface, .get = get_named, .data = states, .n_phases = 3 };
  gdouble energy, stop;

  if (states == NULL)
    return FALSE;
  read_state_rule (&values, reading);
  read_electric (&values, reading);
  reading->phases_now = read_phases (&values);
  if (bb_named_values_get (&values, BB_ROLE_ENERGY_SESSION, &energy) && energy >= 0 && energy < 1e9)
    reading->session_wh = llround (energy);
  if (bb_named_values_get (&values, BB_ROLE_ENERGY_IMPORT, &energy) && energy >= 0 && energy < 1e15)
    reading->energy_wh = llround (energy);
  if (!bb_named_values_get_rounded (&values, BB_ROLE_LIMIT_ACTUAL, 1, &reading->limit_actual_ma))
    reading->limit_actual_ma = -1;
  if (!bb_named_values_get_rounded (&values, BB_ROLE_FAILSAFE_CURRENT, 1, &reading->failsafe_ma))
    reading->failsafe_ma = -1;
  if (final_stop != NULL)
    *final_stop = get_named (NULL, FINAL_STOP, &stop, states) && stop != 0;
  return TRUE;
}
