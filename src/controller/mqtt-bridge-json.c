/* SPDX-License-Identifier: GPL-3.0-or-later */
/* mqtt-bridge-json.c: compact JSON, member by member. */
#include "controller/mqtt-bridge-json.h"

#include <stdint.h>
#include <string.h>

#include "base/zone.h"
#include "engine/limits.h"
#include "model/decimal.h"

/* `text` as a JSON string; what is no UTF-8 is replaced. */
static void
append_string (GString *json, const gchar *text)
{
  g_autofree gchar *valid = g_utf8_make_valid (text, -1);

  g_string_append_c (json, '"');
  for (const guchar *c = (const guchar *) valid; *c != '\0'; c++)
    if (*c == '"' || *c == '\\')
      g_string_append_printf (json, "\\%c", *c);
    else if (*c < 0x20 || *c == 0x7f)
      g_string_append_printf (json, "\\u%04x", *c);
    else
      g_string_append_c (json, (gchar) *c);
  g_string_append_c (json, '"');
}

static void
begin (GString *json, const gchar *key)
{
  if (json->len > 0 && strchr ("{[", json->str[json->len - 1]) == NULL)
    g_string_append_c (json, ',');
  if (key == NULL)
    return;
  append_string (json, key);
  g_string_append_c (json, ':');
}

void
bb_mqtt_json_open (GString *json, const gchar *key, gchar bracket)
{
  begin (json, key);
  g_string_append_c (json, bracket);
}

void
bb_mqtt_json_close (GString *json, gchar bracket)
{
  g_string_append_c (json, bracket);
}

void
bb_mqtt_json_text (GString *json, const gchar *key, const gchar *value)
{
  begin (json, key);
  if (value != NULL)
    append_string (json, value);
  else
    g_string_append (json, "null");
}

void
bb_mqtt_json_bool (GString *json, const gchar *key, gboolean value)
{
  begin (json, key);
  g_string_append (json, value ? "true" : "false");
}

void
bb_mqtt_json_null (GString *json, const gchar *key)
{
  bb_mqtt_json_text (json, key, NULL);
}

void
bb_mqtt_json_number (GString *json, const gchar *key, gint64 value, gint scale)
{
  g_autofree gchar *text = bb_decimal_format (value, scale);

  begin (json, key);
  g_string_append (json, text);
}

void
bb_mqtt_json_phases (GString *json, const gchar *key, const gint32 values[3], guint phases, gint scale)
{
  if ((phases & 7) == 0) {
    bb_mqtt_json_null (json, key);
    return;
  }
  bb_mqtt_json_open (json, key, '[');
  for (guint p = 0; p < 3; p++)
    if ((phases >> p & 1) != 0 && values[p] != BBE_NO_LIMIT)
      bb_mqtt_json_number (json, NULL, values[p], scale);
    else
      bb_mqtt_json_null (json, NULL);
  bb_mqtt_json_close (json, ']');
}

void
bb_mqtt_json_time (GString *json, const gchar *key, gint64 wall_ms)
{
  g_autofree gchar *text = wall_ms != 0 ? bb_time_format (wall_ms, NULL) : NULL;

  bb_mqtt_json_text (json, key, text);
}
