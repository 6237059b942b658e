/* SPDX-License-Identifier: GPL-3.0-or-later */
/* json-place.c: where in a JSON text a value is: a walk over a text that is known to be good. */
#include "base/json-place.h"

#include <string.h>

/* The text ends at `end`; every reading checks it, so that a text that is not good ends the walk, no more. */
typedef struct {
  const gchar *at, *end;
} Walk;

void
bb_json_pointer_append (GString *pointer, const gchar *key)
{
  g_string_append_c (pointer, '/');
  for (; *key != '\0'; key++) {
    if (*key == '~' || *key == '/')
      g_string_append (pointer, *key == '~' ? "~0" : "~1");
    else
      g_string_append_c (pointer, *key);
  }
}

static gchar
peek (const Walk *walk)
{
  return walk->at < walk->end ? *walk->at : '\0';
}

static void
skip_space (Walk *walk)
{
  while (walk->at < walk->end && strchr (" \t\r\n", *walk->at) != NULL && *walk->at != '\0')
    walk->at++;
}

static void
skip_string (Walk *walk)
{
  for (walk->at++; walk->at < walk->end && *walk->at != '"'; walk->at++)
    if (*walk->at == '\\')
      walk->at++;
  walk->at = MIN (walk->at + 1, walk->end);
}

static void
skip_value (Walk *walk)
{
  guint depth = 0;

  do {
    const gchar c = peek (walk);

    if (c == '"') {
      skip_string (walk);
      continue;
    }
    if (depth == 0 && (c == ',' || c == ']' || c == '}'))
      return;
    depth += c == '{' || c == '[';
    depth -= c == '}' || c == ']';
    walk->at++;
    if (depth == 0 && (c == '}' || c == ']'))
      return;
  } while (walk->at < walk->end);
}

/* Whether the string at `start`..`end` (with quotes) means `key`. */
static gboolean
means_key (const gchar *start, const gchar *end, const gchar *key)
{
  g_autofree gchar *quoted = g_strndup (start, (gsize) (end - start));
  g_autoptr (JsonNode) node = NULL;

  if (strchr (quoted, '\\') == NULL)
    return strlen (quoted) == strlen (key) + 2 && strncmp (quoted + 1, key, strlen (key)) == 0;
  node = json_from_string (quoted, NULL);
  return node != NULL && g_strcmp0 (json_node_get_string (node), key) == 0;
}

static gboolean
enter_member (Walk *walk, const gchar *token, const gchar **key)
{
  walk->at++;
  for (;;) {
    const gchar *start;
    gboolean found;

    skip_space (walk);
    if (peek (walk) != '"')
      return FALSE;
    start = walk->at;
    skip_string (walk);
    found = means_key (start, walk->at, token);
    skip_space (walk);
    walk->at++;
    skip_space (walk);
    if (found) {
      *key = start;
      return TRUE;
    }
    skip_value (walk);
    skip_space (walk);
    if (peek (walk) != ',')
      return FALSE;
    walk->at++;
  }
}

static gboolean
enter_item (Walk *walk, const gchar *token, const gchar **key)
{
  guint64 position;

  if (!g_ascii_string_to_unsigned (token, 10, 0, G_MAXUINT32, &position, NULL))
    return FALSE;
  walk->at++;
  skip_space (walk);
  for (; position > 0; position--) {
    skip_value (walk);
    skip_space (walk);
    if (peek (walk) != ',')
      return FALSE;
    walk->at++;
    skip_space (walk);
  }
  *key = walk->at;
  return peek (walk) != ']' && walk->at < walk->end;
}

/* RFC 6901: "~1" is "/", "~0" is "~". */
static void
unescape (gchar *token)
{
  gchar *to = token;

  for (const gchar *from = token; *from != '\0'; from++, to++) {
    *to = *from;
    if (*from == '~' && (from[1] == '0' || from[1] == '1'))
      *to = *++from == '1' ? '/' : '~';
  }
  *to = '\0';
}

gboolean
bb_json_find_place (const gchar *text, gsize length, const gchar *pointer, gsize *key, gsize *value)
{
  g_auto (GStrv) tokens = g_strsplit (*pointer == '/' ? pointer + 1 : pointer, "/", -1);
  Walk walk = { text, text + length };
  const gchar *key_at;

  if (length >= 3 && memcmp (text, "\xef\xbb\xbf", 3) == 0)
    walk.at += 3;
  skip_space (&walk);
  key_at = walk.at;
  for (gchar **token = *pointer == '/' ? tokens : tokens + g_strv_length (tokens); *token != NULL; token++) {
    unescape (*token);
    if (peek (&walk) == '{' ? !enter_member (&walk, *token, &key_at)
                            : peek (&walk) != '[' || !enter_item (&walk, *token, &key_at))
      return FALSE;
  }
  if (key != NULL)
    *key = (gsize) (key_at - text);
  if (value != NULL)
    *value = (gsize) (walk.at - text);
  return TRUE;
}
