/* SPDX-License-Identifier: GPL-3.0-or-later */
/* mqtt-topics.h: names of topics: the site's prefix, ids as one level of a topic, and back. */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* "busbar/garage-12" of a site's name; "busbar/site" without one. (transfer full) */
gchar *bb_mqtt_prefix_of_site (const gchar *site_name);
/* TRUE when it may stand before all topics: levels of text, no wildcard, not starting with "$" or "/".
 * BB_MQTT_ERROR_TOPIC */
gboolean bb_mqtt_prefix_check (const gchar *prefix, GError **error);

/* An id as one level: all but letters, digits, "-", "_" and "." of ASCII as %XX. (transfer full) */
gchar *bb_mqtt_level_of_id (const gchar *id);
/* And back; NULL when a level is no such text. (transfer full) */
gchar *bb_mqtt_id_of_level (const gchar *level);
/* An id with nothing but letters, digits, "-" and "_": other bytes as _XX and "_" as "__", so that two never
 * meet. (transfer full) */
gchar *bb_mqtt_object_of_id (const gchar *id);

G_END_DECLS
