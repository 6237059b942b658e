/* SPDX-License-Identifier: GPL-3.0-or-later */
/* ocpp-payload.c: members, times, states and keys of OCPP payloads. */
#include "protocols/ocpp/ocpp-payload.h"

#include <glib/gi18n.h>
#include <math.h>

#define MAX_CONNECTOR 255
#define MAX_KEYS      2000
#define EXACT         9007199254740992.0

/* ---- members ---- */

static JsonNode *
value_node (JsonObject *object, const gchar *name)
{
  JsonNode *node = json_object_get_member (object, name);
  return node != NULL && JSON_NODE_HOLDS_VALUE (node) ? node : NULL;
}

const gchar *
bb_ocpp_get_string (JsonObject *object, const gchar *name)
{
  JsonNode *node = value_node (object, name);
  return node != NULL && json_node_get_value_type (node) == G_TYPE_STRING ? json_node_get_string (node)
                                                                          : NULL;
}

gboolean
bb_ocpp_get_number (JsonObject *object, const gchar *name, gdouble *value)
{
  JsonNode *node = value_node (object, name);
  GType type = node != NULL ? json_node_get_value_type (node) : G_TYPE_INVALID;
  if (type == G_TYPE_INT64)
    *value = (gdouble) json_node_get_int (node);
  else if (type == G_TYPE_DOUBLE && isfinite (json_node_get_double (node)))
    *value = json_node_get_double (node);
  else
    return FALSE;
  return TRUE;
}

gboolean
bb_ocpp_get_int (JsonObject *object, const gchar *name, gint64 *value)
{
  gdouble number = 0;
  if (!bb_ocpp_get_number (object, name, &number) || fabs (number) > EXACT || floor (number) != number)
    return FALSE;
  *value = (gint64) number;
  return TRUE;
}

JsonObject *
bb_ocpp_get_object (JsonObject *object, const gchar *name)
{
  JsonNode *node = json_object_get_member (object, name);
  return node != NULL && JSON_NODE_HOLDS_OBJECT (node) ? json_node_get_object (node) : NULL;
}

JsonArray *
bb_ocpp_get_array (JsonObject *object, const gchar *name)
{
  JsonNode *node = json_object_get_member (object, name);
  return node != NULL && JSON_NODE_HOLDS_ARRAY (node) ? json_node_get_array (node) : NULL;
}

static gboolean
lacks (GError **error, const gchar *name)
{
  g_set_error (error, BB_OCPP_ERROR, BB_OCPP_ERROR_PAYLOAD, _ ("“%s” is missing or not what it should be"),
               name);
  return FALSE;
}

static gboolean
read_connector (JsonObject *payload, guint *connector, GError **error)
{
  gint64 number = -1;
  if (!bb_ocpp_get_int (payload, "connectorId", &number) || number < 0 || number > MAX_CONNECTOR)
    return lacks (error, "connectorId");
  *connector = (guint) number;
  return TRUE;
}

/* ---- times ---- */

gchar *
bb_ocpp_format_time (gint64 wall_ms)
{
  g_autoptr (GDateTime) time = g_date_time_new_from_unix_utc (wall_ms / 1000);
  return time != NULL ? g_date_time_format (time, "%Y-%m-%dT%H:%M:%SZ") : g_strdup ("1970-01-01T00:00:00Z");
}

gint64
bb_ocpp_parse_time (const gchar *text)
{
  g_autoptr (GTimeZone) utc = g_time_zone_new_utc ();
  g_autoptr (GDateTime) time = NULL;
  if (text == NULL || strlen (text) > 64)
    return G_MININT64;
  time = g_date_time_new_from_iso8601 (text, utc);
  return time != NULL ? g_date_time_to_unix (time) * 1000 + g_date_time_get_microsecond (time) / 1000
                      : G_MININT64;
}

/* ---- calls of a station ---- */

static const gchar *const status_names[]
    = { "Available", "Preparing", "Charging",    "SuspendedEVSE", "SuspendedEV",
        "Finishing", "Reserved",  "Unavailable", "Faulted" };

const gchar *
bb_ocpp_status_get_name (BbOcppStatus status)
{
  return (guint) status < G_N_ELEMENTS (status_names) ? status_names[status] : "Faulted";
}

gboolean
bb_ocpp_read_status (JsonObject *payload, BbOcppStatusNotification *status, GError **error)
{
  const gchar *name = bb_ocpp_get_string (payload, "status");
  *status = (BbOcppStatusNotification){ .error_code = "NoError", .stamp_ms = G_MININT64 };
  if (!read_connector (payload, &status->connector, error))
    return FALSE;
  for (guint i = 0; name != NULL && i < G_N_ELEMENTS (status_names); i++) {
    if (g_ascii_strcasecmp (name, status_names[i]) != 0)
      continue;
    status->status = (BbOcppStatus) i;
    if (bb_ocpp_get_string (payload, "errorCode") != NULL)
      status->error_code = bb_ocpp_get_string (payload, "errorCode");
    status->info = bb_ocpp_get_string (payload, "info");
    status->stamp_ms = bb_ocpp_parse_time (bb_ocpp_get_string (payload, "timestamp"));
    return TRUE;
  }
  return lacks (error, "status");
}

static const gchar *
or_empty (const gchar *text)
{
  return text != NULL ? text : "";
}

gboolean
bb_ocpp_read_boot (JsonObject *payload, BbOcppBoot *boot, GError **error)
{
  boot->vendor = or_empty (bb_ocpp_get_string (payload, "chargePointVendor"));
  boot->model = or_empty (bb_ocpp_get_string (payload, "chargePointModel"));
  boot->firmware = bb_ocpp_get_string (payload, "firmwareVersion");
  boot->serial = bb_ocpp_get_string (payload, "chargePointSerialNumber");
  if (boot->serial == NULL || *boot->serial == '\0')
    boot->serial = bb_ocpp_get_string (payload, "chargeBoxSerialNumber");
  if (*boot->vendor == '\0' && *boot->model == '\0')
    return lacks (error, "chargePointVendor");
  return TRUE;
}

gboolean
bb_ocpp_read_start (JsonObject *payload, BbOcppStart *start, GError **error)
{
  gint64 meter_wh = 0;
  *start = (BbOcppStart){ .id_tag = bb_ocpp_get_string (payload, "idTag") };
  if (!read_connector (payload, &start->connector, error))
    return FALSE;
  if (start->connector == 0)
    return lacks (error, "connectorId");
  if (start->id_tag == NULL)
    return lacks (error, "idTag");
  if (!bb_ocpp_get_int (payload, "meterStart", &meter_wh))
    return lacks (error, "meterStart");
  /* 2147483647: it does not know */
  start->meter_wh = meter_wh == G_MAXINT32 ? 0 : meter_wh;
  return TRUE;
}

/* ---- answers ---- */

const gchar *
bb_ocpp_get_status (JsonObject *payload)
{
  return or_empty (bb_ocpp_get_string (payload, "status"));
}

static void
key_free (gpointer data)
{
  BbOcppKey *key = data;
  g_free (key->value);
  g_free (key);
}

GHashTable *
bb_ocpp_keys_new (void)
{
  return g_hash_table_new_full (g_str_hash, g_str_equal, g_free, key_free);
}

static void
add_key (GHashTable *keys, JsonObject *entry)
{
  const gchar *name = bb_ocpp_get_string (entry, "key");
  JsonNode *readonly = value_node (entry, "readonly");
  BbOcppKey *key = NULL;
  if (name == NULL || g_hash_table_size (keys) >= MAX_KEYS)
    return;
  key = g_new0 (BbOcppKey, 1);
  key->value = g_strdup (or_empty (bb_ocpp_get_string (entry, "value")));
  key->readonly = readonly != NULL && json_node_get_value_type (readonly) == G_TYPE_BOOLEAN
                  && json_node_get_boolean (readonly);
  g_hash_table_insert (keys, g_ascii_strdown (name, -1), key);
}

gboolean
bb_ocpp_read_keys (JsonObject *payload, GHashTable *keys, GError **error)
{
  JsonArray *array = bb_ocpp_get_array (payload, "configurationKey");
  if (array == NULL && json_object_has_member (payload, "configurationKey"))
    return lacks (error, "configurationKey");
  for (guint i = 0; array != NULL && i < json_array_get_length (array); i++) {
    JsonNode *node = json_array_get_element (array, i);
    if (JSON_NODE_HOLDS_OBJECT (node))
      add_key (keys, json_node_get_object (node));
  }
  return TRUE;
}

const BbOcppKey *
bb_ocpp_find_key (GHashTable *keys, const gchar *name)
{
  g_autofree gchar *lower = g_ascii_strdown (name, -1);
  return g_hash_table_lookup (keys, lower);
}
