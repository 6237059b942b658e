/* SPDX-License-Identifier: GPL-3.0-or-later */
/* editor-paste.c: groups and stations as a text for the clipboard, and back into another site. */
#include <glib/gi18n.h>
#include <string.h>

#include "base/guard.h"
#include "model/editor-private.h"
#include "model/json-text.h"
#include "model/site-read.h"

#define FORMAT "busbar-parts/1"
/* A clipboard can hold anything. The largest site's stations are a tenth of this. */
#define MOST_BYTES (4u << 20)
#define MOST_PARTS 2000

/* ---- copy ---- */

static void
add_node (JsonArray *array, GHashTable *taken, BbPart *part)
{
  if (g_hash_table_add (taken, part))
    json_array_add_element (array, bb_part_to_node (part));
}

static void
add_stations_of (BbSite *site, const gchar *group, JsonArray *array, GHashTable *taken)
{
  for (guint i = 0; i < g_list_model_get_n_items (bb_site_get_stations (site)); i++)
    if (strcmp (bb_station_peek (bb_site_station (site, i))->group, group) == 0)
      add_node (array, taken, BB_PART (bb_site_station (site, i)));
}

gchar *
bb_editor_copy (BbEditor *self, GPtrArray *parts)
{
  g_autoptr (GHashTable) taken = g_hash_table_new (NULL, NULL);
  g_autoptr (JsonObject) object = json_object_new ();
  g_autoptr (JsonNode) root = json_node_alloc ();
  JsonArray *groups = json_array_new ();
  JsonArray *stations = json_array_new ();

  g_return_val_if_fail (BB_IS_EDITOR (self) && parts != NULL, NULL);
  for (guint i = 0; i < parts->len; i++)
    if (BB_IS_GROUP (parts->pdata[i])) {
      add_node (groups, taken, (BbPart *) parts->pdata[i]);
      add_stations_of (bb_editor_get_site (self), bb_part_get_id ((BbPart *) parts->pdata[i]), stations,
                       taken);
    } else if (BB_IS_STATION (parts->pdata[i]))
      add_node (stations, taken, (BbPart *) parts->pdata[i]);
  json_object_set_string_member (object, "format", FORMAT);
  json_object_set_array_member (object, "groups", groups);
  json_object_set_array_member (object, "stations", stations);
  json_node_init_object (root, object);
  return bb_json_to_text (root);
}

/* ---- read ---- */

static gboolean
check_format (BbReader *reader, JsonNode *root, GError **error)
{
  JsonNode *format
      = JSON_NODE_HOLDS_OBJECT (root) ? json_object_get_member (json_node_get_object (root), "format") : NULL;

  if (format != NULL && JSON_NODE_HOLDS_VALUE (format) && json_node_get_value_type (format) == G_TYPE_STRING
      && strcmp (json_node_get_string (format), FORMAT) == 0)
    return TRUE;
  return bb_reader_fail (reader, error, BB_MODEL_ERROR_FORMAT,
                         _ ("These are not groups or stations copied from a site. Copy them again."));
}

static gboolean
read_item (BbReader *reader, JsonNode *node, GType type, GPtrArray *parts, GError **error)
{
  g_autoptr (BbPart) part = (BbPart *) g_object_new (type, NULL);

  if (!JSON_NODE_HOLDS_OBJECT (node))
    return bb_reader_fail (reader, error, BB_MODEL_ERROR_TYPE, _ ("Give an object here, {…}."));
  if (parts->len >= MOST_PARTS)
    return bb_reader_fail (reader, error, BB_MODEL_ERROR_VALUE,
                           _ ("More than %d parts cannot be pasted at once. Copy fewer."), MOST_PARTS);
  if (!bb_read_part (reader, part, json_node_get_object (node), error))
    return FALSE;
  g_ptr_array_add (parts, g_steal_pointer (&part));
  return TRUE;
}

static gboolean
read_list (BbReader *reader, JsonObject *root, const gchar *key, GType type, GPtrArray *parts, GError **error)
{
  JsonNode *node = json_object_get_member (root, key);
  JsonArray *array;
  gsize back;

  if (node == NULL)
    return TRUE;
  back = bb_reader_enter (reader, key);
  if (!JSON_NODE_HOLDS_ARRAY (node))
    return bb_reader_fail (reader, error, BB_MODEL_ERROR_TYPE, _ ("Give a list here, […]."));
  array = json_node_get_array (node);
  for (guint i = 0; i < json_array_get_length (array); i++) {
    const gsize out = bb_reader_enter_item (reader, i);

    if (!read_item (reader, json_array_get_element (array, i), type, parts, error))
      return FALSE;
    bb_reader_leave (reader, out);
  }
  bb_reader_leave (reader, back);
  return TRUE;
}

/* Groups first. (element-type BbPart), NULL with an error. */
static GPtrArray *
read_parts (const gchar *text, GError **error)
{
  const gchar *source = _ ("clipboard");
  g_auto (BbReader) reader = { 0 };
  g_autoptr (GPtrArray) parts = g_ptr_array_new_with_free_func (g_object_unref);
  g_autoptr (JsonNode) root = NULL;

  bb_reader_init (&reader, source);
  if (!bb_guard_json (text, -1, MOST_BYTES, source, error))
    return NULL;
  root = bb_json_parse (text, -1, source, error);
  if (root == NULL || !check_format (&reader, root, error) || !bb_reader_check_tree (&reader, root, error)
      || !read_list (&reader, json_node_get_object (root), "groups", BB_TYPE_GROUP, parts, error)
      || !read_list (&reader, json_node_get_object (root), "stations", BB_TYPE_STATION, parts, error))
    return NULL;
  if (parts->len > 0)
    return g_steal_pointer (&parts);
  bb_reader_fail (&reader, error, BB_MODEL_ERROR_VALUE, _ ("There is no group and no station to paste."));
  return NULL;
}

/* ---- paste ---- */

static gboolean
site_has (BbSite *site, const gchar *list, const gchar *id)
{
  if (strcmp (list, "circuits") == 0)
    return bb_site_find_circuit (site, id) >= 0;
  return strcmp (list, "groups") == 0 ? bb_site_find_group (site, id) >= 0
                                      : bb_site_find_meter (site, id) >= 0;
}

static GStrv
known_ids (BbSite *site, const gchar *list, GStrv ids)
{
  g_autoptr (GPtrArray) kept = g_ptr_array_new ();

  for (; *ids != NULL; ids++)
    if (site_has (site, list, *ids))
      g_ptr_array_add (kept, g_strdup (*ids));
  g_ptr_array_add (kept, NULL);
  return (GStrv) g_ptr_array_steal (kept, NULL);
}

/* What this site does not have cannot be named. "included_in" that loses all its meters is left unstated: all
 * on the path, the safe side. */
static void
clear_unknown (BbSite *site, BbPart *part)
{
  BbPartClass *klass = BB_PART_GET_CLASS (part);

  for (guint i = 0; i < klass->n_fields; i++) {
    const BbField *field = &klass->fields[i];
    const gchar *list = bb_field_reference_list (field);
    GStrv ids = field->kind == BB_FIELD_IDS ? BB_FIELD_AT (part, field, GStrv) : NULL;

    if (list == NULL)
      continue;
    if (field->kind == BB_FIELD_STRING && !site_has (site, list, BB_FIELD_AT (part, field, gchar *)))
      g_object_set (part, field->property, "", NULL);
    if (ids != NULL) {
      g_auto (GStrv) known = known_ids (site, list, ids);

      g_object_set (part, field->property, *known != NULL || *ids == NULL ? known : NULL, NULL);
    }
  }
}

/* A serial number or an address that a station of this site has is not that of another one. */
static void
clear_taken (GListStore *list, BbPart *part, const gchar *property)
{
  g_autofree gchar *text = bb_part_get_text (part, property);

  for (guint i = 0; *text != '\0' && i < g_list_model_get_n_items (G_LIST_MODEL (list)); i++) {
    g_autoptr (BbPart) other = (BbPart *) g_list_model_get_item (G_LIST_MODEL (list), i);
    g_autofree gchar *taken = bb_part_get_text (other, property);

    if (strcmp (taken, text) == 0) {
      g_object_set (part, property, "", NULL);
      return;
    }
  }
}

/* `groups`: ids in the text -> ids here. */
static void
paste_part (BbEditor *self, BbPart *part, GHashTable *groups)
{
  GListStore *list = bb_editor_list_for (self, part, NULL);
  g_autofree gchar *id = g_strdup (bb_part_get_id (part));
  const gchar *group = NULL;

  if (BB_IS_GROUP (part))
    bb_group_set_active (BB_GROUP (part), FALSE);
  else
    group = (const gchar *) g_hash_table_lookup (groups, bb_station_peek (BB_STATION (part))->group);
  clear_unknown (bb_editor_get_site (self), part);
  if (group != NULL)
    g_object_set (part, "group", group, NULL);
  if (BB_IS_STATION (part)) {
    clear_taken (list, part, "serial");
    clear_taken (list, part, "address");
  }
  bb_editor_make_free_id (list, part);
  bb_editor_make_free_name (list, part);
  if (BB_IS_GROUP (part) && *id != '\0' && !g_hash_table_contains (groups, id))
    g_hash_table_insert (groups, g_steal_pointer (&id), g_strdup (bb_part_get_id (part)));
  bb_editor_do_insert (self, list, g_list_model_get_n_items (G_LIST_MODEL (list)), part, NULL);
}

GPtrArray *
bb_editor_paste (BbEditor *self, const gchar *text, GError **error)
{
  g_autoptr (GHashTable) groups = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  g_autoptr (GPtrArray) parts = NULL;
  g_autofree gchar *label = NULL;
  guint mark;

  g_return_val_if_fail (BB_IS_EDITOR (self) && text != NULL, NULL);
  parts = read_parts (text, error);
  if (parts == NULL)
    return NULL;
  label = bb_editor_label_parts (BB_LABEL_PASTE, parts);
  if (!bb_editor_enter (self, label, &mark, error))
    return NULL;
  for (guint i = 0; i < parts->len; i++)
    paste_part (self, (BbPart *) parts->pdata[i], groups);
  bb_editor_leave (self, mark, TRUE);
  return g_steal_pointer (&parts);
}
