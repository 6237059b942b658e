/* SPDX-License-Identifier: GPL-3.0-or-later */
/* mqtt-topic.c: what a topic or a filter may look like (MQTT 3.1.1, section 4.7). */
#include <glib/gi18n.h>
#include <string.h>

#include "protocols/mqtt/mqtt-client.h"

static gboolean
check_text (const gchar *text, GError **error)
{
  gsize length = strlen (text);
  gboolean good = g_utf8_validate (text, (gssize) length, NULL);

  if (length == 0 || length > BB_MQTT_MAX_TOPIC) {
    g_set_error (error, BB_MQTT_ERROR, BB_MQTT_ERROR_TOPIC, _ ("A topic has 1–%u bytes; this one has %zu."),
                 BB_MQTT_MAX_TOPIC, length);
    return FALSE;
  }
  for (gsize i = 0; i < length; i++)
    good = good && !g_ascii_iscntrl (text[i]);
  if (!good) {
    g_set_error_literal (error, BB_MQTT_ERROR, BB_MQTT_ERROR_TOPIC,
                         _ ("A topic is UTF-8 text without control characters."));
    return FALSE;
  }
  return TRUE;
}

gboolean
bb_mqtt_topic_check (const gchar *topic, GError **error)
{
  if (!check_text (topic, error))
    return FALSE;
  if (strpbrk (topic, "+#") != NULL) {
    g_set_error (error, BB_MQTT_ERROR, BB_MQTT_ERROR_TOPIC,
                 _ ("“%s” has a wildcard (+ or #); a topic to publish to has none."), topic);
    return FALSE;
  }
  return TRUE;
}

gboolean
bb_mqtt_filter_check (const gchar *filter, GError **error)
{
  g_auto (GStrv) levels = NULL;

  if (!check_text (filter, error))
    return FALSE;
  levels = g_strsplit (filter, "/", 0);
  for (guint i = 0; levels[i] != NULL; i++) {
    gboolean whole = levels[i][1] == '\0';

    if (strpbrk (levels[i], "+#") == NULL || (whole && (levels[i][0] == '+' || levels[i + 1] == NULL)))
      continue;
    g_set_error (error, BB_MQTT_ERROR, BB_MQTT_ERROR_TOPIC,
                 _ ("In “%s”, + stands for one whole level and # for all at the end."), filter);
    return FALSE;
  }
  return TRUE;
}
