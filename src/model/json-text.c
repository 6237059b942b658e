/* SPDX-License-Identifier: GPL-3.0-or-later */
/* json-text.c: JSON as people like to read and compare it. */
#include "model/json-text.h"

#include "model/decimal.h"

#define LINE_LENGTH 100

static void
append_string (GString *out, const gchar *text)
{
  g_string_append_c (out, '"');
  for (; *text != '\0'; text++) {
    const guchar c = (guchar) *text;

    if (c == '"' || c == '\\')
      g_string_append_printf (out, "\\%c", c);
    else if (c == '\n')
      g_string_append (out, "\\n");
    else if (c == '\t')
      g_string_append (out, "\\t");
    else if (c < 0x20 || c == 0x7f)
      g_string_append_printf (out, "\\u%04x", c);
    else
      g_string_append_c (out, (gchar) c);
  }
  g_string_append_c (out, '"');
}

static void
append_plain (GString *out, JsonNode *node)
{
  gchar number[BB_DOUBLE_TEXT_SIZE];

  if (JSON_NODE_HOLDS_NULL (node))
    g_string_append (out, "null");
  else if (json_node_get_value_type (node) == G_TYPE_STRING)
    append_string (out, json_node_get_string (node));
  else if (json_node_get_value_type (node) == G_TYPE_BOOLEAN)
    g_string_append (out, json_node_get_boolean (node) ? "true" : "false");
  else if (json_node_get_value_type (node) == G_TYPE_INT64)
    g_string_append_printf (out, "%" G_GINT64_FORMAT, json_node_get_int (node));
  else
    g_string_append (out, bb_double_format (json_node_get_double (node), number));
}

static gboolean
is_plain (JsonNode *node)
{
  return JSON_NODE_HOLDS_NULL (node) || JSON_NODE_HOLDS_VALUE (node);
}

static void
new_line (GString *out, guint depth)
{
  g_string_append_c (out, '\n');
  for (guint i = 0; i < depth; i++)
    g_string_append (out, "  ");
}

/* "[1, 2, 3]", or NULL when it is too long or holds more than plain values. */
static gchar *
one_line (JsonArray *array)
{
  g_autoptr (GString) line = g_string_new ("[");

  for (guint i = 0; i < json_array_get_length (array); i++) {
    if (!is_plain (json_array_get_element (array, i)) || line->len > LINE_LENGTH)
      return NULL;
    if (i > 0)
      g_string_append (line, ", ");
    append_plain (line, json_array_get_element (array, i));
  }
  g_string_append_c (line, ']');
  return line->len <= LINE_LENGTH ? g_string_free (g_steal_pointer (&line), FALSE) : NULL;
}

static void append_node (GString *out, JsonNode *node, guint depth);

static void
append_array (GString *out, JsonArray *array, guint depth)
{
  g_autofree gchar *line = one_line (array);

  if (line != NULL) {
    g_string_append (out, line);
    return;
  }
  g_string_append_c (out, '[');
  for (guint i = 0; i < json_array_get_length (array); i++) {
    if (i > 0)
      g_string_append_c (out, ',');
    new_line (out, depth + 1);
    append_node (out, json_array_get_element (array, i), depth + 1);
  }
  new_line (out, depth);
  g_string_append_c (out, ']');
}

static void
append_object (GString *out, JsonObject *object, guint depth)
{
  JsonObjectIter iter;
  const gchar *key;
  JsonNode *member;
  gboolean first = TRUE;

  if (json_object_get_size (object) == 0) {
    g_string_append (out, "{}");
    return;
  }
  g_string_append_c (out, '{');
  json_object_iter_init_ordered (&iter, object);
  while (json_object_iter_next_ordered (&iter, &key, &member)) {
    if (!first)
      g_string_append_c (out, ',');
    first = FALSE;
    new_line (out, depth + 1);
    append_string (out, key);
    g_string_append (out, ": ");
    append_node (out, member, depth + 1);
  }
  new_line (out, depth);
  g_string_append_c (out, '}');
}

static void
append_node (GString *out, JsonNode *node, guint depth)
{
  if (JSON_NODE_HOLDS_OBJECT (node))
    append_object (out, json_node_get_object (node), depth);
  else if (JSON_NODE_HOLDS_ARRAY (node))
    append_array (out, json_node_get_array (node), depth);
  else
    append_plain (out, node);
}

gchar *
bb_json_to_text (JsonNode *root)
{
  g_autoptr (GString) out = g_string_new (NULL);

  append_node (out, root, 0);
  g_string_append_c (out, '\n');
  return g_string_free (g_steal_pointer (&out), FALSE);
}
