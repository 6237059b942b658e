/* SPDX-License-Identifier: GPL-3.0-or-later */
/* check-structure.c: sizes, ids, references, rings: what all other rules stand on; keys that nobody knows. */
#include <glib/gi18n.h>
#include <string.h>

#include "model/check-private.h"
#include "model/site-read.h"

static void
check_size (BbCheck *check, const gchar *list, guint n, guint most)
{
  if (n > most)
    bb_check_add (check, BB_SEVERITY_ERROR, "capacity", g_strdup_printf ("/%s", list),
                  _ ("The site has %u %s; a controller of this build takes %u at most. Split the site."), n,
                  list, most);
}

static void
check_sizes (BbCheck *check)
{
  check_size (check, "circuits", check->n_circuits, BBE_MAX_CIRCUITS);
  check_size (check, "meters", check->n_meters, MIN (BBE_MAX_METERS, 64));
  check_size (check, "groups", check->n_groups, BBE_MAX_GROUPS);
  check_size (check, "stations", check->n_stations, BBE_MAX_STATIONS);
  check_size (check, "signals", bb_check_count (check->f->signals), BBE_MAX_SIGNALS);
  if (check->n_circuits == 0)
    bb_check_add (check, BB_SEVERITY_ERROR, "no-circuits", g_strdup ("/circuits"),
                  _ ("The site has no circuit. Add one with the rating of the main fuse."));
  if (check->n_stations == 0)
    bb_check_add (check, BB_SEVERITY_ERROR, "no-stations", g_strdup ("/stations"),
                  _ ("The site has no charging station. Add one."));
}

/* ids of a list -> itself */
static GHashTable *
check_ids (BbCheck *check, const gchar *list, GListStore *store)
{
  GHashTable *ids = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);

  for (guint i = 0; i < bb_check_count (store); i++) {
    g_autoptr (BbPart) part = (BbPart *) g_list_model_get_item (G_LIST_MODEL (store), i);
    const gchar *id = bb_part_get_id (part);

    if (*id == '\0')
      bb_check_add (check, BB_SEVERITY_ERROR, "id-missing", bb_check_at (list, i, "id"),
                    _ ("This %s has no id. Give it one."), BB_PART_GET_CLASS (part)->type_name);
    else if (!g_hash_table_add (ids, g_strdup (id)))
      bb_check_add (check, BB_SEVERITY_ERROR, "id-duplicate", bb_check_at (list, i, "id"),
                    _ ("The id “%s” is taken: give this %s another one."), id,
                    BB_PART_GET_CLASS (part)->type_name);
  }
  return ids;
}

/* ---- references ---- */

typedef struct {
  BbCheck *check;
  GHashTable *circuits, *meters, *groups;
} Ids;

/* The table that a reference points into. */
static GHashTable *
target_of (const Ids *ids, const BbField *field)
{
  const gchar *list = bb_field_reference_list (field);

  if (g_strcmp0 (list, "circuits") == 0)
    return ids->circuits;
  return g_strcmp0 (list, "groups") == 0 ? ids->groups : ids->meters;
}

static void
check_reference (const Ids *ids, const BbField *field, const gchar *id, gchar *pointer)
{
  if (*id == '\0' || g_hash_table_contains (target_of (ids, field), id)) {
    g_free (pointer);
    return;
  }
  bb_check_add (ids->check, BB_SEVERITY_ERROR, "reference", pointer,
                _ ("There is no “%s”. Give the id of one that exists, or remove this key."), id);
}

static void
check_part_references (const Ids *ids, BbPart *part, const gchar *place)
{
  BbPartClass *klass = BB_PART_GET_CLASS (part);

  for (guint i = 0; i < klass->n_fields; i++) {
    const BbField *field = &klass->fields[i];
    GStrv many = field->kind == BB_FIELD_IDS ? BB_FIELD_AT (part, field, GStrv) : NULL;

    if ((field->flags & BB_FIELD_REFERENCE) == 0)
      continue;
    if (field->kind == BB_FIELD_STRING)
      check_reference (ids, field, BB_FIELD_AT (part, field, gchar *),
                       g_strdup_printf ("%s/%s", place, field->key));
    for (guint j = 0; many != NULL && many[j] != NULL; j++)
      check_reference (ids, field, many[j], g_strdup_printf ("%s/%s/%u", place, field->key, j));
  }
}

static void
check_list_references (const Ids *ids, const gchar *list, GListStore *store)
{
  for (guint i = 0; i < bb_check_count (store); i++) {
    g_autoptr (BbPart) part = (BbPart *) g_list_model_get_item (G_LIST_MODEL (store), i);
    g_autofree gchar *place = bb_check_at (list, i, NULL);

    check_part_references (ids, part, place);
  }
}

static void
check_references (const Ids *ids)
{
  const BbSiteFields *f = ids->check->f;

  check_part_references (ids, BB_PART (f->reduced), "/reduced");
  check_list_references (ids, "circuits", f->circuits);
  check_list_references (ids, "groups", f->groups);
  check_list_references (ids, "stations", f->stations);
  check_list_references (ids, "inputs", f->inputs);
  check_list_references (ids, "acknowledgements", f->acknowledgements);
}

/* ---- the tree ---- */

/* Circuits from this one up to its root; 0 when it is in or under a ring. */
static guint
depth_of (BbCheck *check, GHashTable *positions, guint position)
{
  const BbCircuitFields *circuit = bb_check_circuit (check, position);
  guint depth = 1;

  while (*circuit->parent != '\0') {
    gpointer parent = g_hash_table_lookup (positions, circuit->parent);

    if (++depth > check->n_circuits)
      return 0;
    /* a reference that names nothing has been reported */
    if (parent == NULL)
      return 1;
    circuit = bb_check_circuit (check, GPOINTER_TO_UINT (parent) - 1);
  }
  return depth;
}

static void
check_tree (BbCheck *check)
{
  g_autoptr (GHashTable) positions = g_hash_table_new (g_str_hash, g_str_equal);

  if (check->n_circuits > BBE_MAX_CIRCUITS)
    return;
  for (guint i = 0; i < check->n_circuits; i++)
    g_hash_table_insert (positions, bb_check_circuit (check, i)->id, GUINT_TO_POINTER (i + 1));
  for (guint i = 0; i < check->n_circuits; i++) {
    const BbCircuitFields *f = bb_check_circuit (check, i);
    const guint depth = depth_of (check, positions, i);

    if (depth == 0)
      bb_check_add (
          check, BB_SEVERITY_ERROR, "circuit-ring", bb_check_at ("circuits", i, "parent"),
          _ ("“%s” hangs on itself by way of its parents. The main fuse has no parent: remove one."),
          bb_check_name (f->name, f->id));
    else if (depth > BBE_MAX_DEPTH)
      bb_check_add (check, BB_SEVERITY_ERROR, "circuit-depth", bb_check_at ("circuits", i, "parent"),
                    _ ("“%s” is %u circuits deep; %d can be handled. Leave out a level that limits nothing."),
                    bb_check_name (f->name, f->id), depth, BBE_MAX_DEPTH);
  }
}

static void
check_places (BbCheck *check)
{
  for (guint i = 0; i < check->n_groups; i++) {
    const BbGroupFields *f = bb_check_group (check, i);

    if (*f->circuit == '\0')
      bb_check_add (check, BB_SEVERITY_ERROR, "group-circuit", bb_check_at ("groups", i, "circuit"),
                    _ ("Group “%s” is on no circuit. Give the id of its circuit."),
                    bb_check_name (f->name, f->id));
    if (bb_check_count (f->windows) > BBE_MAX_WINDOWS)
      bb_check_add (check, BB_SEVERITY_ERROR, "capacity", bb_check_at ("groups", i, "windows"),
                    _ ("Group “%s” has %u off-peak windows; a controller takes %d at most. Join some."),
                    bb_check_name (f->name, f->id), bb_check_count (f->windows), BBE_MAX_WINDOWS);
  }
  for (guint i = 0; i < check->n_stations; i++) {
    const BbStationFields *f = bb_check_station (check, i);

    if (*f->circuit == '\0' && *f->group == '\0')
      bb_check_add (check, BB_SEVERITY_ERROR, "station-circuit", bb_check_at ("stations", i, "circuit"),
                    _ ("Station “%s” is on no circuit. Give the id of its circuit or of its group."),
                    bb_check_name (f->name, f->id));
  }
}

gboolean
bb_check_structure (BbCheck *check)
{
  const guint before = check->n_errors;
  g_autoptr (GHashTable) circuits = check_ids (check, "circuits", check->f->circuits);
  g_autoptr (GHashTable) meters = check_ids (check, "meters", check->f->meters);
  g_autoptr (GHashTable) groups = check_ids (check, "groups", check->f->groups);
  const Ids ids = { check, circuits, meters, groups };

  g_hash_table_unref (check_ids (check, "stations", check->f->stations));
  g_hash_table_unref (check_ids (check, "signals", check->f->signals));
  check_references (&ids);
  check_tree (check);
  check_places (check);
  check_sizes (check);
  return check->n_errors == before;
}

/* ---- keys that nobody knows ---- */

/* Keys that are kept for others on purpose. */
static gboolean
is_reserved (const gchar *key)
{
  return strcmp (key, "scenario") == 0 || strcmp (key, "$schema") == 0 || strcmp (key, "comment") == 0
         || g_str_has_prefix (key, "x-") || g_str_has_prefix (key, "x_");
}

static void
check_part_keys (BbCheck *check, BbPart *part, const gchar *place)
{
  BbPartClass *klass = BB_PART_GET_CLASS (part);
  g_autoptr (GPtrArray) keys = bb_part_get_extra_keys (part);

  for (guint i = 0; i < keys->len; i++) {
    const gchar *key = (const gchar *) keys->pdata[i];
    GString *pointer;

    if (is_reserved (key))
      continue;
    pointer = g_string_new (place);
    bb_pointer_append (pointer, key);
    bb_check_add (
        check, BB_SEVERITY_WARNING, "key-unknown", g_string_free (pointer, FALSE),
        _ ("A %s has no “%s”: it is kept, but has no effect. Check its spelling, or begin a note of your own "
           "with “x-”."),
        klass->type_name, key);
  }
  for (guint i = 0; i < klass->n_fields; i++) {
    const BbField *field = &klass->fields[i];
    g_autofree gchar *inner = g_strdup_printf ("%s/%s", place, field->key);
    GListModel *list = field->kind == BB_FIELD_LIST ? BB_FIELD_AT (part, field, GListModel *) : NULL;

    if (field->kind == BB_FIELD_PART)
      check_part_keys (check, BB_FIELD_AT (part, field, BbPart *), inner);
    for (guint j = 0; list != NULL && j < g_list_model_get_n_items (list); j++) {
      g_autoptr (BbPart) item = (BbPart *) g_list_model_get_item (list, j);
      g_autofree gchar *at = g_strdup_printf ("%s/%u", inner, j);

      check_part_keys (check, item, at);
    }
  }
}

void
bb_check_unknown_keys (BbCheck *check)
{
  check_part_keys (check, BB_PART (check->site), "");
}
