/* SPDX-License-Identifier: GPL-3.0-or-later */
/* editor-references.c: references of a site that follow a new id, or are cleared when what they name goes. */
#include <string.h>

#include "model/editor-private.h"

/* What a walk over all references of a site looks for. */
typedef struct {
  BbEditor *editor;
  const gchar *list; /* key of the list that the reference points into */
  const gchar *before, *after;
} Walk;

static GStrv
replaced_ids (GStrv ids, const gchar *before, const gchar *after)
{
  g_autoptr (GPtrArray) kept = g_ptr_array_new ();

  for (; *ids != NULL; ids++)
    if (strcmp (*ids, before) != 0)
      g_ptr_array_add (kept, g_strdup (*ids));
    else if (*after != '\0')
      g_ptr_array_add (kept, g_strdup (after));
  g_ptr_array_add (kept, NULL);
  return (GStrv) g_ptr_array_steal (kept, NULL);
}

static void
follow_in_field (const Walk *walk, BbPart *part, const BbField *field)
{
  g_auto (GValue) value = G_VALUE_INIT;
  GStrv ids;

  if (g_strcmp0 (bb_field_reference_list (field), walk->list) != 0)
    return;
  if (field->kind == BB_FIELD_STRING) {
    if (strcmp (BB_FIELD_AT (part, field, gchar *), walk->before) == 0)
      bb_editor_do_text (walk->editor, part, field->property, walk->after);
    return;
  }
  ids = BB_FIELD_AT (part, field, GStrv);
  if (ids == NULL || !g_strv_contains ((const gchar *const *) ids, walk->before))
    return;
  g_value_init (&value, G_TYPE_STRV);
  g_value_take_boxed (&value, replaced_ids (ids, walk->before, walk->after));
  bb_editor_do_value (walk->editor, part, field->property, &value);
}

/* Of a part and of the parts in it; the site itself first. */
static void
follow_in_part (const Walk *walk, BbPart *part)
{
  BbPartClass *klass = BB_PART_GET_CLASS (part);

  for (guint i = 0; i < klass->n_fields; i++) {
    const BbField *field = &klass->fields[i];
    GListModel *list = field->kind == BB_FIELD_LIST ? BB_FIELD_AT (part, field, GListModel *) : NULL;

    if ((field->flags & BB_FIELD_REFERENCE) != 0)
      follow_in_field (walk, part, field);
    if (field->kind == BB_FIELD_PART)
      follow_in_part (walk, BB_FIELD_AT (part, field, BbPart *));
    for (guint j = 0; list != NULL && j < g_list_model_get_n_items (list); j++) {
      g_autoptr (BbPart) item = (BbPart *) g_list_model_get_item (list, j);

      follow_in_part (walk, item);
    }
  }
}

void
bb_editor_rename_references (BbEditor *self, const gchar *list_key, const gchar *before, const gchar *after)
{
  const Walk walk = { self, list_key, before, after };

  follow_in_part (&walk, BB_PART (bb_editor_get_site (self)));
}

/* ---- removal ---- */

/* Stations without a circuit of their own are where their group is. */
static void
keep_stations_in_place (BbEditor *self, const BbGroupFields *group)
{
  BbSite *site = bb_editor_get_site (self);
  const guint n = g_list_model_get_n_items (bb_site_get_stations (site));

  for (guint i = 0; i < n; i++) {
    BbStation *station = bb_site_station (site, i);

    if (strcmp (bb_station_peek (station)->group, group->id) == 0
        && *bb_station_peek (station)->circuit == '\0')
      bb_editor_do_text (self, BB_PART (station), "circuit", group->circuit);
  }
}

/* Somebody accepted a problem of this group: without it there is nothing to accept. */
static void
remove_acknowledgements (BbEditor *self, const gchar *group)
{
  GListModel *list = bb_site_get_acknowledgements (bb_editor_get_site (self));

  for (guint i = g_list_model_get_n_items (list); i > 0; i--) {
    g_autoptr (BbAcknowledgement) item = (BbAcknowledgement *) g_list_model_get_item (list, i - 1);

    if (strcmp (bb_acknowledgement_peek (item)->group, group) == 0)
      bb_editor_do_remove (self, G_LIST_STORE (list), i - 1, NULL);
  }
}

/* A circuit below must not lose the limits above the one that goes. */
static void
hang_children_higher (BbEditor *self, const BbCircuitFields *circuit)
{
  BbSite *site = bb_editor_get_site (self);
  const guint n = g_list_model_get_n_items (bb_site_get_circuits (site));
  const gboolean own_parent = strcmp (circuit->parent, circuit->id) == 0;

  for (guint i = 0; i < n; i++) {
    BbCircuit *child = bb_site_circuit (site, i);

    if (strcmp (bb_circuit_peek (child)->parent, circuit->id) == 0)
      bb_editor_do_text (self, BB_PART (child), "parent", own_parent ? "" : circuit->parent);
  }
}

/* Another part may have the same id, in a site that is wrong: then the references are its. */
static gboolean
is_only_one (BbEditor *self, BbPart *part, const gchar *id)
{
  g_autofree gchar *other = bb_editor_free_text (bb_editor_list_for (self, part, NULL), "id", id, "-", part);

  return strcmp (other, id) == 0;
}

void
bb_editor_clear_references (BbEditor *self, BbPart *removed, const gchar *list_key)
{
  g_autofree gchar *id = g_strdup (bb_part_get_id (removed));

  if (id == NULL || *id == '\0' || !is_only_one (self, removed, id))
    return;
  if (BB_IS_GROUP (removed)) {
    keep_stations_in_place (self, bb_group_peek (BB_GROUP (removed)));
    remove_acknowledgements (self, id);
  }
  if (BB_IS_CIRCUIT (removed))
    hang_children_higher (self, bb_circuit_peek (BB_CIRCUIT (removed)));
  bb_editor_rename_references (self, list_key, id, "");
}
