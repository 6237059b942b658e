/* SPDX-License-Identifier: GPL-3.0-or-later */
/* reader.c: reads checked values out of JSON, keeps the first error with its place. */
#include "profiles/reader.h"

#include <glib/gi18n.h>
#include <inttypes.h>
#include <math.h>
#include <string.h>

#include "base/json-place.h"
#include "profiles/condition.h"

gboolean
bb_pr_ok (const BbProfileReader *reader)
{
  return reader->error == NULL;
}

/* The offset of what `pointer` names, or of the nearest thing around it. */
static gsize
place_of (const BbProfileReader *reader, const gchar *pointer, gboolean of_key)
{
  g_autofree gchar *around = g_strdup (pointer);
  gsize key = 0, value = 0;

  while (!bb_json_find_place (reader->text, reader->length, around, &key, &value))
    *strrchr (around, '/') = '\0';
  return of_key && strcmp (around, pointer) == 0 ? key : value;
}

static void
set_error (BbProfileReader *reader, BbProfileError code, const gchar *key, gboolean of_key,
           const gchar *message)
{
  const gsize back = key != NULL ? bb_pr_enter (reader, key) : reader->pointer->len;
  guint line, column;

  bb_text_position (reader->text, reader->length, place_of (reader, reader->pointer->str, of_key), &line,
                    &column);
  bb_set_error_at (&reader->error, BB_PROFILE_ERROR, (gint) code, reader->source, line, column, "%s: %s",
                   reader->pointer->len > 0 ? reader->pointer->str : "/", message);
  bb_pr_leave (reader, back);
}

void
bb_pr_fail (BbProfileReader *reader, BbProfileError code, const gchar *key, const gchar *format, ...)
{
  g_autofree gchar *message = NULL;
  va_list args;

  if (!bb_pr_ok (reader))
    return;
  va_start (args, format);
  message = g_strdup_vprintf (format, args);
  va_end (args);
  set_error (reader, code, key, FALSE, message);
}

gsize
bb_pr_enter (BbProfileReader *reader, const gchar *key)
{
  const gsize back = reader->pointer->len;

  bb_json_pointer_append (reader->pointer, key);
  return back;
}

gsize
bb_pr_enter_item (BbProfileReader *reader, guint position)
{
  const gsize back = reader->pointer->len;

  g_string_append_printf (reader->pointer, "/%u", position);
  return back;
}

void
bb_pr_leave (BbProfileReader *reader, gsize back)
{
  g_string_truncate (reader->pointer, back);
}

/* ---- keys ---- */

static const gchar *
guess_key (const BbKey *keys, const gchar *name)
{
  BbWord words[40] = { { NULL, 0 } };
  guint n = 0;

  for (; keys->name != NULL && n + 1 < G_N_ELEMENTS (words); keys++)
    words[n++].name = keys->name;
  words[n].name = NULL;
  return bb_word_guess (words, name);
}

static void
refuse_key (BbProfileReader *reader, const BbKey *keys, const gchar *name)
{
  const gchar *guess = guess_key (keys, name);
  g_autofree gchar *message = guess == NULL ? g_strdup (_ ("unknown key"))
                                            /* Translators: %s is the name of a key in a file. */
                                            : g_strdup_printf (_ ("unknown key; did you mean %s?"), guess);

  set_error (reader, BB_PROFILE_ERROR_KEY, name, TRUE, message);
}

static gboolean
belongs (guint flags, guint have)
{
  return ((flags & BB_KEY_CONNECTIONS) == 0 || (flags & BB_KEY_CONNECTIONS & have) != 0)
         && ((flags & BB_KEY_KINDS) == 0 || (flags & BB_KEY_KINDS & have) != 0);
}

static void
check_key (BbProfileReader *reader, const BbKey *keys, const gchar *name, guint have)
{
  const BbKey *key = keys;

  while (key->name != NULL && strcmp (key->name, name) != 0)
    key++;
  if (key->name == NULL)
    refuse_key (reader, keys, name);
  else if (!belongs (key->flags, have))
    set_error (reader, BB_PROFILE_ERROR_RULE, name, TRUE,
               (key->flags & BB_KEY_KINDS & ~have) != 0 && (key->flags & BB_KEY_KINDS & have) == 0
                   ? _ ("this key does not go with this kind of device")
                   : _ ("this key does not go with this connection"));
}

JsonObject *
bb_pr_object (BbProfileReader *reader, JsonNode *node, const BbKey *keys, guint have)
{
  JsonObject *object;
  JsonObjectIter iter;
  const gchar *name;

  if (!bb_pr_ok (reader))
    return NULL;
  if (!JSON_NODE_HOLDS_OBJECT (node)) {
    bb_pr_fail (reader, BB_PROFILE_ERROR_VALUE, NULL, _ ("expected an object in braces"));
    return NULL;
  }
  object = json_node_get_object (node);
  json_object_iter_init_ordered (&iter, object);
  while (bb_pr_ok (reader) && json_object_iter_next_ordered (&iter, &name, NULL))
    check_key (reader, keys, name, have);
  for (; bb_pr_ok (reader) && keys->name != NULL; keys++)
    if ((keys->flags & BB_KEY_NEEDED) != 0 && belongs (keys->flags, have)
        && !json_object_has_member (object, keys->name))
      /* Translators: %s is the name of a key in a file. */
      bb_pr_fail (reader, BB_PROFILE_ERROR_KEY, NULL, _ ("the key %s is missing"), keys->name);
  return bb_pr_ok (reader) ? object : NULL;
}

/* ---- values ---- */

/* The member, or NULL: missing, the object is missing itself, or there is an error already. */
static JsonNode *
member (const BbProfileReader *reader, JsonObject *object, const gchar *key)
{
  return bb_pr_ok (reader) && object != NULL ? json_object_get_member (object, key) : NULL;
}

static const gchar *
text_of (BbProfileReader *reader, JsonNode *node, const gchar *key)
{
  if (JSON_NODE_HOLDS_VALUE (node) && json_node_get_value_type (node) == G_TYPE_STRING
      && *json_node_get_string (node) != '\0')
    return json_node_get_string (node);
  bb_pr_fail (reader, BB_PROFILE_ERROR_VALUE, key, _ ("expected a text in double quotes that is not empty"));
  return NULL;
}

gchar *
bb_pr_text (BbProfileReader *reader, JsonObject *object, const gchar *key)
{
  JsonNode *node = member (reader, object, key);

  return node != NULL ? g_strdup (text_of (reader, node, key)) : NULL;
}

gboolean
bb_pr_bool (BbProfileReader *reader, JsonObject *object, const gchar *key, gboolean fallback)
{
  JsonNode *node = member (reader, object, key);

  if (node == NULL)
    return fallback;
  if (JSON_NODE_HOLDS_VALUE (node) && json_node_get_value_type (node) == G_TYPE_BOOLEAN)
    return json_node_get_boolean (node);
  bb_pr_fail (reader, BB_PROFILE_ERROR_VALUE, key, _ ("expected true or false"));
  return fallback;
}

/* A whole number, or a text "0x...". */
static gboolean
whole_of (JsonNode *node, gint64 *value)
{
  const gchar *text;

  if (!JSON_NODE_HOLDS_VALUE (node))
    return FALSE;
  if (json_node_get_value_type (node) == G_TYPE_INT64) {
    *value = json_node_get_int (node);
    return TRUE;
  }
  if (json_node_get_value_type (node) != G_TYPE_STRING)
    return FALSE;
  text = json_node_get_string (node);
  return g_ascii_strncasecmp (text, "0x", 2) == 0 && bb_number_from_text (text, strlen (text), value);
}

static gint64
int_of (BbProfileReader *reader, JsonNode *node, const gchar *key, gint64 least, gint64 most, gint64 fallback)
{
  gint64 value;

  if (whole_of (node, &value) && value >= least && value <= most)
    return value;
  bb_pr_fail (reader, BB_PROFILE_ERROR_VALUE, key, _ ("expected a whole number from %" PRId64 " to %" PRId64),
              least, most);
  return fallback;
}

gint64
bb_pr_int (BbProfileReader *reader, JsonObject *object, const gchar *key, gint64 least, gint64 most,
           gint64 fallback)
{
  JsonNode *node = member (reader, object, key);

  return node != NULL ? int_of (reader, node, key, least, most, fallback) : fallback;
}

static gint64
raw_of (BbProfileReader *reader, JsonNode *node, const gchar *key, gint64 fallback)
{
  gint64 value;

  if (whole_of (node, &value))
    return value;
  bb_pr_fail (reader, BB_PROFILE_ERROR_VALUE, key, _ ("expected a whole number, or one such as \"0xFFFF\""));
  return fallback;
}

gint64
bb_pr_raw (BbProfileReader *reader, JsonObject *object, const gchar *key, gint64 fallback)
{
  JsonNode *node = member (reader, object, key);

  return node != NULL ? raw_of (reader, node, key, fallback) : fallback;
}

gdouble
bb_pr_number (BbProfileReader *reader, JsonObject *object, const gchar *key, gdouble least, gdouble most,
              gdouble fallback)
{
  JsonNode *node = member (reader, object, key);
  gdouble value = NAN;

  if (node == NULL)
    return fallback;
  if (JSON_NODE_HOLDS_VALUE (node)
      && (json_node_get_value_type (node) == G_TYPE_INT64
          || json_node_get_value_type (node) == G_TYPE_DOUBLE))
    value = json_node_get_double (node);
  if (value >= least && value <= most)
    return value;
  bb_pr_fail (reader, BB_PROFILE_ERROR_VALUE, key, _ ("expected a number from %g to %g"), least, most);
  return fallback;
}

/* "r, w, rw" */
static gchar *
list_words (const BbWord *words)
{
  GString *list = g_string_new (NULL);

  for (; words->name != NULL; words++)
    g_string_append_printf (list, "%s%s", list->len > 0 ? ", " : "", words->name);
  return g_string_free (list, FALSE);
}

#define SHORT_LIST 8

static void
refuse_word (BbProfileReader *reader, const BbWord *words, const gchar *key, const gchar *text)
{
  const gchar *guess = bb_word_guess (words, text);
  g_autofree gchar *unknown
      = g_strdup_printf (words == bb_words_role ? _ ("unknown role “%s”") : _ ("unknown word “%s”"), text);
  guint n = 0;

  while (words[n].name != NULL)
    n++;
  if (guess != NULL) {
    /* Translators: "unknown word “…”", then the word that was probably meant. */
    bb_pr_fail (reader, BB_PROFILE_ERROR_VALUE, key, _ ("%s; did you mean %s?"), unknown, guess);
  } else if (n <= SHORT_LIST) {
    g_autofree gchar *list = list_words (words);

    /* Translators: "unknown word “…”", then a list of words. */
    bb_pr_fail (reader, BB_PROFILE_ERROR_VALUE, key, _ ("%s; expected one of %s"), unknown, list);
  } else {
    bb_pr_fail (reader, BB_PROFILE_ERROR_VALUE, key, "%s", unknown);
  }
}

static const BbWord *
word_of (BbProfileReader *reader, JsonNode *node, const gchar *key, const BbWord *words)
{
  const gchar *text = text_of (reader, node, key);
  const BbWord *word = text != NULL ? bb_word_find (words, text) : NULL;

  if (text != NULL && word == NULL)
    refuse_word (reader, words, key, text);
  return word;
}

gint
bb_pr_word (BbProfileReader *reader, JsonObject *object, const gchar *key, const BbWord *words, gint fallback)
{
  JsonNode *node = member (reader, object, key);
  const BbWord *word = node != NULL ? word_of (reader, node, key, words) : NULL;

  return word != NULL ? word->value : fallback;
}

gchar *
bb_pr_word_text (BbProfileReader *reader, JsonObject *object, const gchar *key, const BbWord *words)
{
  JsonNode *node = member (reader, object, key);
  const BbWord *word = node != NULL ? word_of (reader, node, key, words) : NULL;

  return word != NULL ? g_strdup (word->name) : NULL;
}

gboolean
bb_pr_has (const BbProfileReader *reader, JsonObject *object, const gchar *key)
{
  return member (reader, object, key) != NULL;
}

void
bb_pr_need_items (BbProfileReader *reader, JsonObject *object, const gchar *key)
{
  JsonNode *node = member (reader, object, key);

  if (node != NULL && JSON_NODE_HOLDS_ARRAY (node) && json_array_get_length (json_node_get_array (node)) == 0)
    bb_pr_fail (reader, BB_PROFILE_ERROR_VALUE, key, _ ("this list must not be empty"));
}

JsonObject *
bb_pr_enter_object (BbProfileReader *reader, JsonObject *object, const gchar *key, const BbKey *keys,
                    guint have, gsize *back)
{
  JsonNode *node = member (reader, object, key);

  *back = reader->pointer->len;
  if (node == NULL)
    return NULL;
  bb_pr_enter (reader, key);
  return bb_pr_object (reader, node, keys, have);
}

/* ---- lists ---- */

void
bb_pr_each (BbProfileReader *reader, JsonObject *object, const gchar *key, BbReadItem read, gpointer data)
{
  JsonNode *node = member (reader, object, key);
  JsonArray *array;
  gsize back;

  if (node == NULL)
    return;
  if (!JSON_NODE_HOLDS_ARRAY (node)) {
    bb_pr_fail (reader, BB_PROFILE_ERROR_VALUE, key, _ ("expected a list in brackets"));
    return;
  }
  array = json_node_get_array (node);
  back = bb_pr_enter (reader, key);
  for (guint i = 0; i < json_array_get_length (array) && bb_pr_ok (reader); i++) {
    const gsize at = bb_pr_enter_item (reader, i);

    read (reader, json_array_get_element (array, i), data);
    bb_pr_leave (reader, at);
  }
  bb_pr_leave (reader, back);
}

typedef struct {
  GPtrArray *texts;
  const BbWord *words;
} Texts;

static void
read_text (BbProfileReader *reader, JsonNode *node, gpointer data)
{
  Texts *texts = data;
  const gchar *text = text_of (reader, node, NULL);

  if (text != NULL && texts->words != NULL)
    word_of (reader, node, NULL, texts->words);
  if (text != NULL)
    g_ptr_array_add (texts->texts, g_strdup (text));
}

GStrv
bb_pr_texts (BbProfileReader *reader, JsonObject *object, const gchar *key, const BbWord *words)
{
  g_autoptr (GPtrArray) list = g_ptr_array_new_with_free_func (g_free);
  Texts texts = { list, words };

  bb_pr_each (reader, object, key, read_text, &texts);
  if (list->len == 0)
    return NULL;
  g_ptr_array_add (list, NULL);
  return (GStrv) g_ptr_array_free (g_steal_pointer (&list), FALSE);
}

typedef struct {
  GArray *values;
  guint least, most;
} Ints;

static void
read_int (BbProfileReader *reader, JsonNode *node, gpointer data)
{
  Ints *ints = data;
  const guint value = (guint) int_of (reader, node, NULL, ints->least, ints->most, 0);

  g_array_append_val (ints->values, value);
}

GArray *
bb_pr_ints (BbProfileReader *reader, JsonObject *object, const gchar *key, guint least, guint most)
{
  Ints ints = { g_array_new (FALSE, FALSE, sizeof (guint)), least, most };

  bb_pr_each (reader, object, key, read_int, &ints);
  return ints.values;
}

static void
read_raw (BbProfileReader *reader, JsonNode *node, gpointer data)
{
  GArray *values = data;
  const gint64 value = raw_of (reader, node, NULL, 0);

  g_array_append_val (values, value);
}

GArray *
bb_pr_raws (BbProfileReader *reader, JsonObject *object, const gchar *key)
{
  GArray *values = g_array_new (FALSE, FALSE, sizeof (gint64));

  bb_pr_each (reader, object, key, read_raw, values);
  return values;
}
