/* SPDX-License-Identifier: GPL-3.0-or-later */
/* mqtt-topics.c: ids and site names as levels of topics. */
#include "controller/mqtt-topics.h"

#include <glib/gi18n.h>
#include <string.h>

#include "protocols/mqtt/mqtt-client.h"

#define PREFIX_MAX 200

gchar *
bb_mqtt_prefix_of_site (const gchar *site_name)
{
  g_autofree gchar *plain = g_str_to_ascii (site_name != NULL ? site_name : "", "C");
  g_autoptr (GString) slug = g_string_new ("busbar/");
  gsize start = slug->len;

  for (const gchar *c = plain; *c != '\0' && slug->len < start + 60; c++)
    if (g_ascii_isalnum (*c))
      g_string_append_c (slug, g_ascii_tolower (*c));
    else if (slug->len > start && slug->str[slug->len - 1] != '-')
      g_string_append_c (slug, '-');
  if (slug->len > start && slug->str[slug->len - 1] == '-')
    g_string_truncate (slug, slug->len - 1);
  if (slug->len == start)
    g_string_append (slug, "site");
  return g_strdup (slug->str);
}

gboolean
bb_mqtt_prefix_check (const gchar *prefix, GError **error)
{
  if (!bb_mqtt_topic_check (prefix, error))
    return FALSE;
  if (strlen (prefix) > PREFIX_MAX || strchr ("$/", prefix[0]) != NULL || g_str_has_suffix (prefix, "/")
      || strstr (prefix, "//") != NULL || strchr (prefix, ' ') != NULL) {
    g_set_error (
        error, BB_MQTT_ERROR, BB_MQTT_ERROR_TOPIC,
        _ ("“%s” cannot be the start of all topics: use a text such as busbar/garage, of at most %d bytes."),
        prefix, PREFIX_MAX);
    return FALSE;
  }
  return TRUE;
}

static gboolean
is_plain (gchar c)
{
  return g_ascii_isalnum (c) || c == '-' || c == '_' || c == '.';
}

gchar *
bb_mqtt_level_of_id (const gchar *id)
{
  GString *level = g_string_new (NULL);

  for (const gchar *c = id; *c != '\0'; c++)
    if (is_plain (*c))
      g_string_append_c (level, *c);
    else
      g_string_append_printf (level, "%%%02X", (guint) (guchar) *c);
  return g_string_free (level, FALSE);
}

gchar *
bb_mqtt_id_of_level (const gchar *level)
{
  g_autoptr (GString) id = g_string_new (NULL);

  for (const gchar *c = level; *c != '\0'; c++) {
    if (is_plain (*c)) {
      g_string_append_c (id, *c);
      continue;
    }
    if (*c != '%' || !g_ascii_isxdigit (c[1]) || !g_ascii_isxdigit (c[2]))
      return NULL;
    g_string_append_c (id, (gchar) (g_ascii_xdigit_value (c[1]) * 16 + g_ascii_xdigit_value (c[2])));
    c += 2;
  }
  if (id->len == 0 || strlen (id->str) != id->len || !g_utf8_validate (id->str, (gssize) id->len, NULL))
    return NULL;
  return g_strdup (id->str);
}

gchar *
bb_mqtt_object_of_id (const gchar *id)
{
  GString *object = g_string_new (NULL);

  for (const gchar *c = id; *c != '\0'; c++)
    if (g_ascii_isalnum (*c) || *c == '-')
      g_string_append_c (object, *c);
    else if (*c == '_')
      g_string_append (object, "__");
    else
      g_string_append_printf (object, "_%02X", (guint) (guchar) *c);
  return g_string_free (object, FALSE);
}
