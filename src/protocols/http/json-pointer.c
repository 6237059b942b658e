/* SPDX-License-Identifier: GPL-3.0-or-later */
/* json-pointer.c: places in a JSON document by JSON pointer (RFC 6901). */
#include "protocols/http/json-pointer.h"

#include <math.h>
#include <string.h>

#define MAX_STEPS       32
#define MAX_BUILD_INDEX 63

/* "~1" is "/", "~0" is "~". */
static gchar *
unescape (const gchar *word)
{
  g_autoptr (GString) text = g_string_new (word);

  g_string_replace (text, "~1", "/", 0);
  g_string_replace (text, "~0", "~", 0);
  return g_string_free (g_steal_pointer (&text), FALSE);
}

/* Words of a pointer; NULL when it is none. */
static GStrv
split (const gchar *pointer)
{
  g_auto (GStrv) words = NULL;

  if (pointer[0] == '\0')
    return g_new0 (gchar *, 1);
  if (pointer[0] != '/')
    return NULL;
  if (pointer[1] == '\0') /* the member without a name */
    return g_strdupv ((gchar *[]){ (gchar *) "", NULL });
  words = g_strsplit (pointer + 1, "/", MAX_STEPS + 1);
  if (g_strv_length (words) > MAX_STEPS)
    return NULL;
  for (guint i = 0; words[i] != NULL; i++) {
    gchar *plain = unescape (words[i]);

    g_free (words[i]);
    words[i] = plain;
  }
  return g_steal_pointer (&words);
}

static gboolean
read_index (const gchar *word, guint *index)
{
  guint64 value;

  if (!g_ascii_isdigit (word[0]) || (word[0] == '0' && word[1] != '\0')
      || !g_ascii_string_to_unsigned (word, 10, 0, G_MAXUINT16, &value, NULL))
    return FALSE;
  *index = (guint) value;
  return TRUE;
}

static JsonNode *
step (JsonNode *node, const gchar *word)
{
  guint index;

  if (JSON_NODE_HOLDS_OBJECT (node))
    return json_object_get_member (json_node_get_object (node), word);
  if (JSON_NODE_HOLDS_ARRAY (node) && read_index (word, &index)
      && index < json_array_get_length (json_node_get_array (node)))
    return json_array_get_element (json_node_get_array (node), index);
  return NULL;
}

JsonNode *
bb_json_pointer_get (JsonNode *root, const gchar *pointer, JsonNode **parent)
{
  g_auto (GStrv) words = split (pointer);
  JsonNode *node = words != NULL ? root : NULL;

  if (parent != NULL)
    *parent = NULL;
  for (guint i = 0; node != NULL && words[i] != NULL; i++) {
    if (parent != NULL)
      *parent = node;
    node = step (node, words[i]);
  }
  return node;
}

gboolean
bb_json_pointer_get_number (JsonNode *root, const gchar *pointer, gdouble *value)
{
  JsonNode *node = bb_json_pointer_get (root, pointer, NULL);
  GType type
      = node != NULL && JSON_NODE_HOLDS_VALUE (node) ? json_node_get_value_type (node) : G_TYPE_INVALID;

  if (type == G_TYPE_INT64 || type == G_TYPE_DOUBLE)
    *value = json_node_get_double (node);
  else if (type == G_TYPE_STRING) {
    const gchar *text = json_node_get_string (node);
    gchar *end = NULL;

    if (!g_ascii_isdigit (text[0]) && text[0] != '-')
      return FALSE;
    *value = g_ascii_strtod (text, &end);
    if (*end != '\0')
      return FALSE;
  } else
    return FALSE;
  return isfinite (*value);
}

/* ---- building ---- */

static JsonNode *
make_container (const gchar *word)
{
  JsonNode *node;
  guint index;

  if (read_index (word, &index)) {
    node = json_node_new (JSON_NODE_ARRAY);
    json_node_take_array (node, json_array_new ());
  } else {
    node = json_node_new (JSON_NODE_OBJECT);
    json_node_take_object (node, json_object_new ());
  }
  return node;
}

/* An array has no way to replace an element but to be copied. */
static void
replace_element (JsonNode *node, guint index, JsonNode *value)
{
  JsonArray *old = json_node_get_array (node), *copy = json_array_new ();
  guint length = MAX (json_array_get_length (old), index + 1);

  for (guint i = 0; i < length; i++) {
    if (i == index)
      json_array_add_element (copy, value);
    else if (i < json_array_get_length (old))
      json_array_add_element (copy, json_array_dup_element (old, i));
    else
      json_array_add_null_element (copy);
  }
  json_node_take_array (node, copy);
}

static gboolean
put (JsonNode *node, const gchar *word, JsonNode *value)
{
  guint index;

  if (JSON_NODE_HOLDS_OBJECT (node)) {
    json_object_set_member (json_node_get_object (node), word, value);
    return TRUE;
  }
  if (JSON_NODE_HOLDS_ARRAY (node) && read_index (word, &index) && index <= MAX_BUILD_INDEX) {
    replace_element (node, index, value);
    return TRUE;
  }
  json_node_unref (value);
  return FALSE;
}

gboolean
bb_json_pointer_set (JsonNode *root, const gchar *pointer, JsonNode *value)
{
  g_auto (GStrv) words = split (pointer);
  JsonNode *node = root;
  guint n = words != NULL ? g_strv_length (words) : 0;

  for (guint i = 0; i + 1 < n; i++) {
    JsonNode *next = step (node, words[i]);

    if (next == NULL || JSON_NODE_HOLDS_NULL (next)) {
      if (!put (node, words[i], make_container (words[i + 1])))
        break;
      next = step (node, words[i]);
    }
    node = next;
    if (i + 2 == n)
      return put (node, words[n - 1], value);
  }
  if (n == 1)
    return put (node, words[0], value);
  json_node_unref (value);
  return FALSE;
}
