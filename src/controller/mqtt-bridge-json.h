/* SPDX-License-Identifier: GPL-3.0-or-later */
/* mqtt-bridge-json.h: compact JSON, member by member, with exact decimals: 6500 mA is 6.5. */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* An object is "{" and members; a NULL key writes a value of an array. Commas come by themselves. */
void bb_mqtt_json_open (GString *json, const gchar *key, gchar bracket);
void bb_mqtt_json_close (GString *json, gchar bracket);
void bb_mqtt_json_text (GString *json, const gchar *key, const gchar *value); /* NULL: null */
void bb_mqtt_json_bool (GString *json, const gchar *key, gboolean value);
void bb_mqtt_json_null (GString *json, const gchar *key);
/* value / scale; scale 1, 10, 100, 1000 */
void bb_mqtt_json_number (GString *json, const gchar *key, gint64 value, gint scale);
/* Three numbers; `phases` is a mask, the others are null; 0: null in place of the array. */
void bb_mqtt_json_phases (GString *json, const gchar *key, const gint32 values[3], guint phases, gint scale);
/* UTC ms as ISO 8601; 0: null */
void bb_mqtt_json_time (GString *json, const gchar *key, gint64 wall_ms);

G_END_DECLS
