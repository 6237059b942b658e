/* SPDX-License-Identifier: GPL-3.0-or-later */
/* site-read.c: fills parts from JSON by their tables of fields. */
#include "model/site-read.h"

#include <glib/gi18n.h>
#include <math.h>
#include <string.h>

#include "model/decimal.h"
#include "model/part-text.h"

void
bb_reader_init (BbReader *reader, const gchar *source)
{
  reader->source = source;
  reader->pointer = g_string_new (NULL);
  reader->aliases = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  reader->made = g_ptr_array_new ();
}

void
bb_reader_clear (BbReader *reader)
{
  g_string_free (reader->pointer, TRUE);
  g_hash_table_unref (reader->aliases);
  g_ptr_array_unref (reader->made);
}

gboolean
bb_reader_fail (BbReader *reader, GError **error, BbModelError code, const gchar *format, ...)
{
  const gchar *typed = (const gchar *) g_hash_table_lookup (reader->aliases, reader->pointer->str);
  const gchar *pointer = typed != NULL ? typed : reader->pointer->str;
  g_autofree gchar *sentence = NULL;
  va_list args;

  va_start (args, format);
  sentence = g_strdup_vprintf (format, args);
  va_end (args);
  g_set_error (error, BB_MODEL_ERROR, code, "%s%s%s: %s", reader->source != NULL ? reader->source : "",
               reader->source != NULL ? ": " : "", *pointer != '\0' ? pointer : "/", sentence);
  return FALSE;
}

void
bb_pointer_append (GString *pointer, const gchar *key)
{
  g_string_append_c (pointer, '/');
  for (; *key != '\0'; key++)
    if (*key == '~')
      g_string_append (pointer, "~0");
    else if (*key == '/')
      g_string_append (pointer, "~1");
    else
      g_string_append_c (pointer, *key);
}

gsize
bb_reader_enter (BbReader *reader, const gchar *key)
{
  gsize back = reader->pointer->len;

  bb_pointer_append (reader->pointer, key);
  return back;
}

gsize
bb_reader_enter_item (BbReader *reader, guint position)
{
  gsize back = reader->pointer->len;

  g_string_append_printf (reader->pointer, "/%u", position);
  return back;
}

void
bb_reader_leave (BbReader *reader, gsize back)
{
  g_string_truncate (reader->pointer, back);
}

/* Puts the pointer before a message made without one. */
static gboolean
fail_with (BbReader *reader, GError **error, GError *inner)
{
  bb_reader_fail (reader, error, (BbModelError) inner->code, "%s", inner->message);
  g_error_free (inner);
  return FALSE;
}

static const gchar *
string_of (JsonNode *node)
{
  return JSON_NODE_HOLDS_VALUE (node) && json_node_get_value_type (node) == G_TYPE_STRING
             ? json_node_get_string (node)
             : NULL;
}

static gboolean
is_number (JsonNode *node)
{
  return JSON_NODE_HOLDS_VALUE (node)
         && (json_node_get_value_type (node) == G_TYPE_INT64
             || json_node_get_value_type (node) == G_TYPE_DOUBLE);
}

/* The shortest decimal text of a number; the exact way to scaled whole numbers goes over it. */
static gchar *
number_text (JsonNode *node)
{
  gchar text[BB_DOUBLE_TEXT_SIZE];

  if (json_node_get_value_type (node) == G_TYPE_INT64)
    return g_strdup_printf ("%" G_GINT64_FORMAT, json_node_get_int (node));
  return g_strdup (bb_double_format (json_node_get_double (node), text));
}

static gboolean
read_number (BbReader *reader, const BbField *field, JsonNode *node, gint *value, GError **error)
{
  g_autofree gchar *text = NULL;
  gdouble real;
  GError *inner = NULL;

  if (!is_number (node))
    return bb_reader_fail (reader, error, BB_MODEL_ERROR_TYPE, _ ("Give a number here."));
  real = json_node_get_double (node);
  text = number_text (node);
  /* Exponents are left only where a number is far out of any range, or far finer than any step. */
  if (strchr (text, 'e') != NULL) {
    g_free (text);
    text = g_strdup (fabs (real) > 1 ? (real > 0 ? "999999999999" : "-999999999999") : "0.000000000001");
  }
  return bb_field_number_from_text (field, text, value, &inner) || fail_with (reader, error, inner);
}

static gboolean
read_phases3 (BbReader *reader, const BbField *field, JsonNode *node, gint value[3], GError **error)
{
  JsonArray *array;

  if (!JSON_NODE_HOLDS_ARRAY (node)) {
    if (!is_number (node))
      return bb_reader_fail (reader, error, BB_MODEL_ERROR_TYPE,
                             _ ("Give one number for all phases, or an array of three: L1, L2, L3."));
    if (!read_number (reader, field, node, &value[0], error))
      return FALSE;
    value[1] = value[2] = value[0];
    return TRUE;
  }
  array = json_node_get_array (node);
  if (json_array_get_length (array) != 3)
    return bb_reader_fail (reader, error, BB_MODEL_ERROR_TYPE, _ ("Give three numbers: L1, L2, L3."));
  for (guint p = 0; p < 3; p++) {
    gsize back = bb_reader_enter_item (reader, p);

    if (!read_number (reader, field, json_array_get_element (array, p), &value[p], error))
      return FALSE;
    bb_reader_leave (reader, back);
  }
  return TRUE;
}

/* One element of an array of phases or days. */
static gboolean
read_bit (BbReader *reader, const BbField *field, JsonNode *node, gint *mask, GError **error)
{
  g_autofree gchar *number = NULL;
  const gchar *text = string_of (node);
  GError *inner = NULL;

  if (text == NULL && field->kind == BB_FIELD_MASK && is_number (node))
    text = number = number_text (node);
  if (text == NULL)
    return bb_reader_fail (reader, error, BB_MODEL_ERROR_TYPE,
                           field->kind == BB_FIELD_DAYS ? _ ("Give days as texts, such as \"mon\".")
                                                        : _ ("Give phases as numbers: 1, 2 or 3."));
  return bb_field_bit_from_text (field, text, mask, &inner) || fail_with (reader, error, inner);
}

static gboolean
read_bits (BbReader *reader, const BbField *field, JsonNode *node, gint *mask, GError **error)
{
  JsonArray *array;

  *mask = 0;
  if (!JSON_NODE_HOLDS_ARRAY (node))
    return bb_reader_fail (reader, error, BB_MODEL_ERROR_TYPE,
                           field->kind == BB_FIELD_DAYS
                               ? _ ("Give an array of days, such as [\"mon\", \"tue\"].")
                               : _ ("Give an array of phases, such as [1, 2, 3]."));
  array = json_node_get_array (node);
  for (guint i = 0; i < json_array_get_length (array); i++) {
    gsize back = bb_reader_enter_item (reader, i);

    if (!read_bit (reader, field, json_array_get_element (array, i), mask, error))
      return FALSE;
    bb_reader_leave (reader, back);
  }
  return TRUE;
}

static gboolean
read_ids (BbReader *reader, JsonNode *node, GStrv *value, GError **error)
{
  g_autoptr (GStrvBuilder) builder = g_strv_builder_new ();
  JsonArray *array;

  if (!JSON_NODE_HOLDS_ARRAY (node))
    return bb_reader_fail (reader, error, BB_MODEL_ERROR_TYPE,
                           _ ("Give an array of ids, such as [\"main\"]."));
  array = json_node_get_array (node);
  for (guint i = 0; i < json_array_get_length (array); i++) {
    const gchar *id = string_of (json_array_get_element (array, i));
    gsize back = bb_reader_enter_item (reader, i);

    if (id == NULL)
      return bb_reader_fail (reader, error, BB_MODEL_ERROR_TYPE, _ ("Give an id as a text."));
    g_strv_builder_add (builder, id);
    bb_reader_leave (reader, back);
  }
  g_strfreev (*value);
  *value = g_strv_builder_end (builder);
  return TRUE;
}

static gboolean
read_text (BbReader *reader, const BbField *field, JsonNode *node, gpointer at, GError **error)
{
  const gchar *text = string_of (node);
  GError *inner = NULL;

  if (text == NULL)
    return bb_reader_fail (reader, error, BB_MODEL_ERROR_TYPE, _ ("Give a text here, in quotes."));
  if (field->kind == BB_FIELD_STRING) {
    g_free (*(gchar **) at);
    *(gchar **) at = g_strdup (text);
    return TRUE;
  }
  if (field->kind == BB_FIELD_ENUM)
    return bb_field_choice_from_text (field, text, (gint *) at, &inner) || fail_with (reader, error, inner);
  return bb_field_clock_from_text (text, field->most, (gint *) at, &inner)
         || fail_with (reader, error, inner);
}

/* ---- lists ---- */

/* Refuses an id that an earlier part of the list has. */
static gboolean
take_id (BbReader *reader, GHashTable *ids, BbPart *item, GError **error)
{
  const gchar *id = bb_part_get_id (item);
  gsize back;

  if (id == NULL || *id == '\0' || g_hash_table_add (ids, g_strdup (id)))
    return TRUE;
  back = bb_reader_enter (reader, "id");
  bb_reader_fail (reader, error, BB_MODEL_ERROR_DUPLICATE,
                  _ ("The id “%s” is taken: give this %s another one."), id,
                  BB_PART_GET_CLASS (item)->type_name);
  bb_reader_leave (reader, back);
  return FALSE;
}

/* Parts without an id get "station-1" and so on. */
static void
make_ids (GHashTable *ids, GListModel *list)
{
  guint number = 0;

  for (guint i = 0; i < g_list_model_get_n_items (list); i++) {
    g_autoptr (BbPart) item = (BbPart *) g_list_model_get_item (list, i);
    const gchar *id = bb_part_get_id (item);

    while (id != NULL && *id == '\0') {
      g_autofree gchar *made = g_strdup_printf ("%s-%u", BB_PART_GET_CLASS (item)->type_name, ++number);

      if (!g_hash_table_add (ids, g_strdup (made)))
        continue;
      bb_part_set_id (item, made);
      id = bb_part_get_id (item);
    }
  }
}

static gboolean
read_list (BbReader *reader, const BbField *field, JsonNode *node, GListStore *list, GError **error)
{
  g_autoptr (GHashTable) ids = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  g_autoptr (GPtrArray) items = g_ptr_array_new_with_free_func (g_object_unref);
  JsonArray *array;

  if (!JSON_NODE_HOLDS_ARRAY (node))
    return bb_reader_fail (reader, error, BB_MODEL_ERROR_TYPE,
                           _ ("Give an array of objects here: [{…}, {…}]."));
  array = json_node_get_array (node);
  for (guint i = 0; i < json_array_get_length (array); i++) {
    JsonNode *element = json_array_get_element (array, i);
    BbPart *item = (BbPart *) g_object_new (field->item_type (), NULL);
    gsize back = bb_reader_enter_item (reader, i);

    g_ptr_array_add (items, item);
    if (!JSON_NODE_HOLDS_OBJECT (element))
      return bb_reader_fail (reader, error, BB_MODEL_ERROR_TYPE, _ ("Give an object here: {…}."));
    if (!bb_read_part (reader, item, json_node_get_object (element), error)
        || !take_id (reader, ids, item, error))
      return FALSE;
    bb_reader_leave (reader, back);
  }
  g_list_store_splice (list, 0, 0, items->pdata, items->len);
  make_ids (ids, G_LIST_MODEL (list));
  return TRUE;
}

/* ---- parts ---- */

gboolean
bb_reader_check_tree (BbReader *reader, JsonNode *node, GError **error)
{
  if (JSON_NODE_HOLDS_ARRAY (node)) {
    JsonArray *array = json_node_get_array (node);

    for (guint i = 0; i < json_array_get_length (array); i++) {
      gsize back = bb_reader_enter_item (reader, i);

      if (!bb_reader_check_tree (reader, json_array_get_element (array, i), error))
        return FALSE;
      bb_reader_leave (reader, back);
    }
    return TRUE;
  }
  if (JSON_NODE_HOLDS_OBJECT (node)) {
    g_autoptr (GList) keys = json_object_get_members (json_node_get_object (node));

    for (GList *l = keys; l != NULL; l = l->next) {
      const gchar *key = (const gchar *) l->data;
      gsize back;

      back = bb_reader_enter (reader, key);
      if (!bb_reader_check_tree (reader, json_object_get_member (json_node_get_object (node), key), error))
        return FALSE;
      bb_reader_leave (reader, back);
    }
    return TRUE;
  }
  if (is_number (node) && !isfinite (json_node_get_double (node)))
    return bb_reader_fail (reader, error, BB_MODEL_ERROR_VALUE, _ ("This number is too large."));
  return TRUE;
}

static gboolean
read_boolean (BbReader *reader, JsonNode *node, gint *value, GError **error)
{
  if (!JSON_NODE_HOLDS_VALUE (node) || json_node_get_value_type (node) != G_TYPE_BOOLEAN)
    return bb_reader_fail (reader, error, BB_MODEL_ERROR_TYPE, _ ("Give true or false here."));
  *value = json_node_get_boolean (node);
  return TRUE;
}

static void
set_unstated (BbPart *part, const BbField *field)
{
  gint *numbers = &BB_FIELD_AT (part, field, gint);

  for (gint i = 0; i < (field->kind == BB_FIELD_PHASES3 ? 3 : 1); i++)
    numbers[i] = BB_UNSTATED;
}

static gboolean
read_field (BbReader *reader, BbPart *part, const BbField *field, JsonNode *node, GError **error)
{
  gint *number = &BB_FIELD_AT (part, field, gint);

  if (JSON_NODE_HOLDS_NULL (node) && (field->flags & BB_FIELD_NULLABLE) != 0) {
    set_unstated (part, field);
    return TRUE;
  }
  switch (field->kind) {
  case BB_FIELD_BOOLEAN:
    return read_boolean (reader, node, number, error);
  case BB_FIELD_NUMBER:
    return read_number (reader, field, node, number, error);
  case BB_FIELD_PHASES3:
    return read_phases3 (reader, field, node, number, error);
  case BB_FIELD_MASK:
  case BB_FIELD_DAYS:
    return read_bits (reader, field, node, number, error);
  case BB_FIELD_IDS:
    return read_ids (reader, node, &BB_FIELD_AT (part, field, GStrv), error);
  case BB_FIELD_LIST:
    return read_list (reader, field, node, BB_FIELD_AT (part, field, GListStore *), error);
  case BB_FIELD_PART:
    if (!JSON_NODE_HOLDS_OBJECT (node))
      return bb_reader_fail (reader, error, BB_MODEL_ERROR_TYPE, _ ("Give an object here: {…}."));
    return bb_read_part (reader, BB_FIELD_AT (part, field, BbPart *), json_node_get_object (node), error);
  default:
    return read_text (reader, field, node, number, error);
  }
}

static void
fill_absent (BbPart *part, JsonObject *object)
{
  BbPartClass *klass = BB_PART_GET_CLASS (part);

  for (guint i = 0; i < klass->n_fields; i++)
    if ((klass->fields[i].flags & BB_FIELD_ABSENT_TRUE) != 0
        && !json_object_has_member (object, klass->fields[i].key))
      BB_FIELD_AT (part, &klass->fields[i], gboolean) = TRUE;
}

gboolean
bb_read_part (BbReader *reader, BbPart *part, JsonObject *object, GError **error)
{
  g_autoptr (GList) keys = json_object_get_members (object);

  for (GList *l = keys; l != NULL; l = l->next) {
    const gchar *key = (const gchar *) l->data;
    JsonNode *node = json_object_get_member (object, key);
    const BbField *field = bb_part_find_field (part, key, NULL);
    gsize back = bb_reader_enter (reader, key);

    if (field == NULL) {
      bb_part_set_extra (part, key, json_node_copy (node));
    } else {
      if (!read_field (reader, part, field, node, error))
        return FALSE;
      bb_part_add_key (part, key);
    }
    bb_reader_leave (reader, back);
  }
  fill_absent (part, object);
  return TRUE;
}
