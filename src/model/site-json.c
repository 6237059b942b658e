/* SPDX-License-Identifier: GPL-3.0-or-later */
/* site-json.c: the one reader and the one writer of `busbar-site/1` files. */
#include "model/site-json.h"

#include <glib/gi18n.h>
#include <string.h>

#include "base/file.h"
#include "base/guard.h"
#include "model/decimal.h"
#include "model/json-text.h"
#include "model/part-text.h"
#include "model/site-read.h"
#include "model/site-shorthand.h"

#define FORMAT_NAME    "busbar-site/"
#define FORMAT_VERSION 1
#define FORMAT         "busbar-site/1"

/* ---- reading ---- */

/* The number after "busbar-site/", or 0. */
static gint64
format_version (const gchar *format)
{
  gint64 version = 0;

  if (!g_str_has_prefix (format, FORMAT_NAME)
      || bb_decimal_parse (format + strlen (FORMAT_NAME), 1, &version) != BB_DECIMAL_OK)
    return 0;
  return version;
}

static gboolean
check_format (BbReader *reader, JsonObject *root, GError **error)
{
  JsonNode *node = json_object_get_member (root, "format");
  const gchar *format = node != NULL && JSON_NODE_HOLDS_VALUE (node) ? json_node_get_string (node) : NULL;
  const gint64 version = format != NULL ? format_version (format) : 0;

  bb_reader_enter (reader, "format");
  if (version > FORMAT_VERSION)
    return bb_reader_fail (
        reader, error, BB_MODEL_ERROR_VERSION,
        _ ("This site was saved by a newer version of Busbar (%s); this one reads up to %s. Update Busbar."),
        format, FORMAT);
  if (g_strcmp0 (format, FORMAT) != 0)
    return bb_reader_fail (reader, error, BB_MODEL_ERROR_FORMAT,
                           _ ("This is not a site file: it must start with \"format\": \"%s\"."), FORMAT);
  g_string_truncate (reader->pointer, 0);
  json_object_remove_member (root, "format");
  return TRUE;
}

static BbSite *
read_root (JsonNode *root, const gchar *source, GError **error)
{
  g_auto (BbReader) reader = { 0 };
  g_autoptr (BbSite) site = bb_site_new ();
  JsonObject *object;

  bb_reader_init (&reader, source);
  if (!JSON_NODE_HOLDS_OBJECT (root)) {
    bb_reader_fail (&reader, error, BB_MODEL_ERROR_FORMAT,
                    _ ("This is not a site file: it must be one object, {…}."));
    return NULL;
  }
  object = json_node_get_object (root);
  if (!bb_reader_check_tree (&reader, root, error) || !check_format (&reader, object, error)
      || !bb_shorthand_expand (&reader, object, error)
      || !bb_read_part (&reader, BB_PART (site), object, error))
    return NULL;
  for (guint i = 0; i < reader.made->len; i++)
    bb_part_forget_key (BB_PART (site), (const gchar *) reader.made->pdata[i]);
  bb_shorthand_link (site);
  return g_steal_pointer (&site);
}

BbSite *
bb_site_parse (const gchar *text, gssize length, const gchar *source, GError **error)
{
  g_autoptr (JsonNode) root = bb_json_parse (text, length, source, error);

  return root != NULL ? read_root (root, source, error) : NULL;
}

BbSite *
bb_site_load (const gchar *path, GError **error)
{
  g_autoptr (JsonNode) root = bb_json_load_file (path, BB_GUARD_MAX_BYTES, error);
  BbSite *site = root != NULL ? read_root (root, path, error) : NULL;

  if (site != NULL)
    bb_site_set_path (site, path);
  return site;
}

/* ---- writing ---- */

/* Nodes that own what they hold (json_node_init_*() would take a reference of its own). */
static JsonNode *
take_array (JsonArray *array)
{
  JsonNode *node = json_node_new (JSON_NODE_ARRAY);

  json_node_take_array (node, array);
  return node;
}

static JsonNode *
take_object (JsonObject *object)
{
  JsonNode *node = json_node_new (JSON_NODE_OBJECT);

  json_node_take_object (node, object);
  return node;
}

static JsonNode *
number_to_node (gint value, gint scale)
{
  g_autofree gchar *text = NULL;

  if (value % scale == 0)
    return json_node_init_int (json_node_alloc (), value / scale);
  text = bb_decimal_format (value, scale);
  return json_node_init_double (json_node_alloc (), g_ascii_strtod (text, NULL));
}

static JsonNode *
phases3_to_node (const gint value[3], gint scale)
{
  JsonArray *array;

  if (value[0] == value[1] && value[1] == value[2])
    return number_to_node (value[0], scale);
  array = json_array_sized_new (3);
  for (guint p = 0; p < 3; p++)
    json_array_add_element (array, number_to_node (value[p], scale));
  return take_array (array);
}

static JsonNode *
bits_to_node (const BbField *field, gint mask)
{
  JsonArray *array = json_array_new ();

  for (guint bit = 0; bit < 7; bit++) {
    if (((mask >> bit) & 1) == 0)
      continue;
    if (field->kind == BB_FIELD_DAYS)
      json_array_add_string_element (array, bb_day_get_name (bit));
    else
      json_array_add_int_element (array, bit + 1);
  }
  return take_array (array);
}

static JsonNode *
ids_to_node (GStrv ids)
{
  JsonArray *array;

  if (ids == NULL)
    return NULL;
  array = json_array_new ();
  for (; *ids != NULL; ids++)
    json_array_add_string_element (array, *ids);
  return take_array (array);
}

static JsonNode *
list_to_node (GListModel *list)
{
  JsonArray *array = json_array_new ();

  for (guint i = 0; i < g_list_model_get_n_items (list); i++) {
    g_autoptr (BbPart) item = (BbPart *) g_list_model_get_item (list, i);

    json_array_add_element (array, bb_part_to_node (item));
  }
  return take_array (array);
}

/* NULL: the value is not stated in a way that only an absent key can say. */
static JsonNode *
field_to_node (BbPart *part, const BbField *field)
{
  const gint *number = &BB_FIELD_AT (part, field, gint);
  g_autofree gchar *text = NULL;

  switch (field->kind) {
  case BB_FIELD_IDS:
    return ids_to_node (BB_FIELD_AT (part, field, GStrv));
  case BB_FIELD_PART:
    return bb_part_to_node (BB_FIELD_AT (part, field, BbPart *));
  case BB_FIELD_LIST:
    return list_to_node (BB_FIELD_AT (part, field, GListModel *));
  case BB_FIELD_STRING:
    return json_node_init_string (json_node_alloc (), BB_FIELD_AT (part, field, gchar *));
  case BB_FIELD_BOOLEAN:
    return json_node_init_boolean (json_node_alloc (), *number);
  default:
    break;
  }
  if ((field->flags & BB_FIELD_NULLABLE) != 0 && *number == BB_UNSTATED)
    return json_node_init_null (json_node_alloc ());
  switch (field->kind) {
  case BB_FIELD_NUMBER:
    return number_to_node (*number, field->scale);
  case BB_FIELD_PHASES3:
    return phases3_to_node (number, field->scale);
  case BB_FIELD_MASK:
  case BB_FIELD_DAYS:
    return bits_to_node (field, *number);
  default:
    text = bb_field_text (field, number, -1);
    return json_node_init_string (json_node_alloc (), text);
  }
}

/* Keys that the file had, as it had them, and those that have got a value since, each behind the keys that
 * come before it in the table. (transfer container) */
static GPtrArray *
keys_to_write (BbPart *part)
{
  BbPartClass *klass = BB_PART_GET_CLASS (part);
  GPtrArray *had = bb_part_get_keys (part);
  GPtrArray *keys = g_ptr_array_new ();
  guint at = 0;

  for (guint i = 0; i < had->len; i++)
    g_ptr_array_add (keys, had->pdata[i]);
  for (guint i = 0; i < klass->n_fields; i++) {
    const BbField *field = &klass->fields[i];
    guint found;

    if (g_ptr_array_find_with_equal_func (keys, field->key, g_str_equal, &found))
      at = found + 1;
    else if ((field->flags & BB_FIELD_ALWAYS) != 0 || !bb_part_field_is_absent_value (part, field))
      g_ptr_array_insert (keys, (gint) at++, (gpointer) field->key);
  }
  return keys;
}

JsonNode *
bb_part_to_node (BbPart *part)
{
  g_autoptr (GPtrArray) keys = keys_to_write (part);
  JsonObject *object = json_object_new ();

  for (guint i = 0; i < keys->len; i++) {
    const gchar *key = (const gchar *) keys->pdata[i];
    const BbField *field = bb_part_find_field (part, key, NULL);
    JsonNode *extra = field == NULL ? bb_part_get_extra (part, key) : NULL;
    JsonNode *node = field != NULL ? field_to_node (part, field) : json_node_copy (extra);

    if (node != NULL)
      json_object_set_member (object, key, node);
  }
  return take_object (object);
}

gchar *
bb_site_to_text (BbSite *site)
{
  g_autoptr (JsonNode) parts = NULL;
  g_autoptr (JsonNode) root = json_node_alloc ();
  g_autoptr (JsonObject) object = json_object_new ();
  JsonObjectIter iter;
  const gchar *key;
  JsonNode *member;

  g_return_val_if_fail (BB_IS_SITE (site), NULL);
  parts = bb_part_to_node (BB_PART (site));
  json_object_set_string_member (object, "format", FORMAT);
  json_object_iter_init_ordered (&iter, json_node_get_object (parts));
  while (json_object_iter_next_ordered (&iter, &key, &member))
    json_object_set_member (object, key, json_node_copy (member));
  json_node_init_object (root, object);
  return bb_json_to_text (root);
}

gboolean
bb_site_save (BbSite *site, const gchar *path, GCancellable *cancellable, GError **error)
{
  g_autofree gchar *text = NULL;

  g_return_val_if_fail (BB_IS_SITE (site) && path != NULL, FALSE);
  text = bb_site_to_text (site);
  if (!bb_file_replace (path, text, -1, cancellable, error))
    return FALSE;
  bb_site_set_path (site, path);
  return TRUE;
}
