/* SPDX-License-Identifier: GPL-3.0-or-later */
/* site-shorthand.c: what a short site file leaves out, made explicit. */
#include "model/site-shorthand.h"

#include <glib/gi18n.h>
#include <string.h>

/* A shorthand key of the root, and the key of the part that it goes to. */
typedef struct {
  const gchar *typed, *list, *key;
} Shorthand;

/* In the order in which the parts have them. */
static const Shorthand shorthands[] = {
  { "main_fuse_a", "circuits", "rating_a" }, { "other_load_a", "circuits", "other_load_a" },
  { "reserve_a", "circuits", "reserve_a" },  { "generation_a", "circuits", "generation_a" },
  { "online_a", "groups", "online_a" },      { "offline_a", "groups", "offline_a" },
  { "balancer", "groups", "balancer" },      { "mode", "groups", "mode" },
};

/* Moves the shorthand members that belong to `list` into `part`. */
static void
move_members (BbReader *reader, JsonObject *root, const gchar *list, JsonObject *part)
{
  for (gsize i = 0; i < G_N_ELEMENTS (shorthands); i++) {
    const Shorthand *s = &shorthands[i];

    if (strcmp (s->list, list) != 0 || !json_object_has_member (root, s->typed))
      continue;
    json_object_set_member (part, s->key, json_object_dup_member (root, s->typed));
    json_object_remove_member (root, s->typed);
    g_hash_table_insert (reader->aliases, g_strdup_printf ("/%s/0/%s", list, s->key),
                         g_strdup_printf ("/%s", s->typed));
  }
}

static void
add_list (BbReader *reader, JsonObject *root, const gchar *list, JsonObject *part)
{
  JsonArray *array = json_array_new ();

  json_array_add_object_element (array, part);
  json_object_set_array_member (root, list, array);
  g_ptr_array_add (reader->made, (gpointer) list);
}

/* A shorthand key beside the list that it stands for would be ignored: say so. */
static gboolean
refuse_both (BbReader *reader, JsonObject *root, GError **error)
{
  for (gsize i = 0; i < G_N_ELEMENTS (shorthands); i++) {
    const Shorthand *s = &shorthands[i];

    if (json_object_has_member (root, s->typed) && json_object_has_member (root, s->list)) {
      bb_reader_enter (reader, s->typed);
      return bb_reader_fail (reader, error, BB_MODEL_ERROR_VALUE,
                             _ ("“%s” is short for a site without “%s”. Give “%s” there instead."), s->typed,
                             s->list, s->key);
    }
  }
  if (json_object_has_member (root, "metered") && json_object_has_member (root, "circuits")) {
    bb_reader_enter (reader, "metered");
    return bb_reader_fail (
        reader, error, BB_MODEL_ERROR_VALUE,
        _ ("“metered” is short for a site without “circuits”. Give each circuit its “meter”."));
  }
  return TRUE;
}

/* Is the one circuit metered? Takes "metered" away. */
static gboolean
take_metered (BbReader *reader, JsonObject *root, gboolean *metered, GError **error)
{
  JsonNode *node = json_object_get_member (root, "metered");

  *metered = TRUE;
  if (node == NULL)
    return TRUE;
  if (!JSON_NODE_HOLDS_VALUE (node) || json_node_get_value_type (node) != G_TYPE_BOOLEAN) {
    bb_reader_enter (reader, "metered");
    return bb_reader_fail (reader, error, BB_MODEL_ERROR_TYPE, _ ("Give true or false here."));
  }
  *metered = json_node_get_boolean (node);
  json_object_remove_member (root, "metered");
  return TRUE;
}

/* The id of the only meter of the file, "main" for the one to be made, NULL when there is none or the choice
 * is open. */
static const gchar *
only_meter (JsonObject *root)
{
  JsonNode *node = json_object_get_member (root, "meters");
  JsonArray *array;
  JsonNode *id;

  if (node == NULL)
    return "main";
  array = JSON_NODE_HOLDS_ARRAY (node) ? json_node_get_array (node) : NULL;
  if (array == NULL || json_array_get_length (array) != 1
      || !JSON_NODE_HOLDS_OBJECT (json_array_get_element (array, 0)))
    return NULL;
  id = json_object_get_member (json_array_get_object_element (array, 0), "id");
  return id != NULL && JSON_NODE_HOLDS_VALUE (id) ? json_node_get_string (id) : NULL;
}

static gboolean
expand_circuits (BbReader *reader, JsonObject *root, GError **error)
{
  const gchar *meter;
  JsonObject *circuit;
  gboolean metered;

  if (!take_metered (reader, root, &metered, error))
    return FALSE;
  circuit = json_object_new ();
  json_object_set_string_member (circuit, "id", "main");
  meter = metered ? only_meter (root) : NULL;
  if (meter != NULL)
    json_object_set_string_member (circuit, "meter", meter);
  move_members (reader, root, "circuits", circuit);
  add_list (reader, root, "circuits", circuit);
  if (metered && !json_object_has_member (root, "meters")) {
    JsonObject *main_meter = json_object_new ();

    json_object_set_string_member (main_meter, "id", "main");
    json_object_set_boolean_member (main_meter, "signed", TRUE);
    add_list (reader, root, "meters", main_meter);
  }
  return TRUE;
}

gboolean
bb_shorthand_expand (BbReader *reader, JsonObject *root, GError **error)
{
  if (!refuse_both (reader, root, error))
    return FALSE;
  if (!json_object_has_member (root, "circuits") && !expand_circuits (reader, root, error))
    return FALSE;
  if (!json_object_has_member (root, "groups")) {
    JsonObject *group = json_object_new ();

    json_object_set_string_member (group, "id", "all");
    move_members (reader, root, "groups", group);
    add_list (reader, root, "groups", group);
  }
  return TRUE;
}

/* Sets a reference that was left out, also of an active group. */
static void
link_to (BbPart *part, const gchar *key, const gchar *id)
{
  const BbField *field = bb_part_find_field (part, key, NULL);
  gchar **at = &BB_FIELD_AT (part, field, gchar *);

  if (**at != '\0' || id == NULL)
    return;
  g_free (*at);
  *at = g_strdup (id);
}

/* The id of the only circuit without a parent. */
static const gchar *
only_root (BbSite *site)
{
  const gchar *found = NULL;

  for (guint i = 0; i < g_list_model_get_n_items (bb_site_get_circuits (site)); i++) {
    const BbCircuitFields *circuit = bb_circuit_peek (bb_site_circuit (site, i));

    if (*circuit->parent != '\0')
      continue;
    if (found != NULL)
      return NULL;
    found = circuit->id;
  }
  return found;
}

void
bb_shorthand_link (BbSite *site)
{
  const gchar *root = only_root (site);
  const guint n_groups = g_list_model_get_n_items (bb_site_get_groups (site));

  for (guint i = 0; i < n_groups; i++)
    link_to (BB_PART (bb_site_group (site, i)), "circuit", root);
  for (guint i = 0; n_groups == 1 && i < g_list_model_get_n_items (bb_site_get_stations (site)); i++) {
    BbStation *station = bb_site_station (site, i);

    if (*bb_station_peek (station)->circuit == '\0')
      link_to (BB_PART (station), "group", bb_group_peek (bb_site_group (site, 0))->id);
  }
}
