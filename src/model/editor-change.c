/* SPDX-License-Identifier: GPL-3.0-or-later */
/* editor-change.c: single changes of a site, and steps made of them, that can be put back. */
#include "model/editor-change.h"

#include <string.h>

static gboolean
values_equal (const GValue *a, const GValue *b)
{
  if (G_VALUE_HOLDS_STRING (a))
    return g_strcmp0 (g_value_get_string (a), g_value_get_string (b)) == 0;
  if (G_VALUE_HOLDS (a, G_TYPE_STRV)) {
    const gchar *const *left = (const gchar *const *) g_value_get_boxed (a);
    const gchar *const *right = (const gchar *const *) g_value_get_boxed (b);

    return left == NULL || right == NULL ? left == right : g_strv_equal (left, right);
  }
  if (G_VALUE_HOLDS_BOOLEAN (a))
    return g_value_get_boolean (a) == g_value_get_boolean (b);
  return g_value_get_int (a) == g_value_get_int (b);
}

/* ---- changes ---- */

BbChange *
bb_change_new_value (BbPart *part, const gchar *property, const GValue *after)
{
  BbChange *change = g_new0 (BbChange, 1);

  change->kind = BB_CHANGE_VALUE;
  change->part = (BbPart *) g_object_ref (part);
  change->property = g_intern_string (property);
  g_value_init (&change->before, G_VALUE_TYPE (after));
  g_value_init (&change->after, G_VALUE_TYPE (after));
  g_object_get_property (G_OBJECT (part), property, &change->before);
  g_value_copy (after, &change->after);
  return change;
}

BbChange *
bb_change_new_list (BbChangeKind kind, GListStore *list, BbPart *part, BbPart *owner, guint from, guint to)
{
  BbChange *change = g_new0 (BbChange, 1);

  change->kind = kind;
  change->part = (BbPart *) g_object_ref (part);
  change->owner = owner != NULL ? (BbPart *) g_object_ref (owner) : NULL;
  change->list = (GListStore *) g_object_ref (list);
  change->from = from;
  change->to = to;
  return change;
}

static guint
position_of_key (BbPart *part, const gchar *key)
{
  guint position = 0;

  g_ptr_array_find_with_equal_func (bb_part_get_keys (part), key, g_str_equal, &position);
  return position;
}

BbChange *
bb_change_new_extra (BbPart *part, const gchar *key, JsonNode *node)
{
  BbChange *change = g_new0 (BbChange, 1);

  change->kind = BB_CHANGE_EXTRA;
  change->part = (BbPart *) g_object_ref (part);
  change->property = g_intern_string (key);
  change->from = position_of_key (part, key);
  g_value_init (&change->before, JSON_TYPE_NODE);
  g_value_init (&change->after, JSON_TYPE_NODE);
  g_value_set_boxed (&change->before, bb_part_get_extra (part, key));
  g_value_set_boxed (&change->after, node);
  return change;
}

void
bb_change_free (BbChange *change)
{
  if (G_IS_VALUE (&change->before)) {
    g_value_unset (&change->before);
    g_value_unset (&change->after);
  }
  g_clear_object (&change->list);
  g_clear_object (&change->owner);
  g_object_unref (change->part);
  g_free (change);
}

/* A key that comes back is written where it was. */
static void
apply_extra (BbChange *change, gboolean forward)
{
  const JsonNode *node = (const JsonNode *) g_value_get_boxed (forward ? &change->after : &change->before);
  const gboolean comes = node != NULL && bb_part_get_extra (change->part, change->property) == NULL;
  GPtrArray *keys = bb_part_get_keys (change->part);

  bb_part_set_extra (change->part, change->property,
                     node != NULL ? json_node_copy ((JsonNode *) node) : NULL);
  if (comes && !forward)
    g_ptr_array_insert (keys, (gint) change->from, g_ptr_array_steal_index (keys, keys->len - 1));
}

void
bb_change_apply (BbChange *change, gboolean forward)
{
  const gboolean inserts = (change->kind == BB_CHANGE_INSERT) == forward;

  switch (change->kind) {
  case BB_CHANGE_VALUE:
    bb_part_put (change->part, change->property, forward ? &change->after : &change->before);
    break;
  case BB_CHANGE_EXTRA:
    apply_extra (change, forward);
    break;
  case BB_CHANGE_MOVE:
    g_list_store_remove (change->list, forward ? change->from : change->to);
    g_list_store_insert (change->list, forward ? change->to : change->from, change->part);
    break;
  default:
    if (inserts)
      g_list_store_insert (change->list, forward ? change->to : change->from, change->part);
    else
      g_list_store_remove (change->list, forward ? change->from : change->to);
  }
}

static gboolean
nodes_equal (const GValue *a, const GValue *b)
{
  JsonNode *left = (JsonNode *) g_value_get_boxed (a), *right = (JsonNode *) g_value_get_boxed (b);

  return left == NULL || right == NULL ? left == right : json_node_equal (left, right);
}

gboolean
bb_change_is_nothing (const BbChange *change)
{
  if (change->kind == BB_CHANGE_EXTRA)
    return nodes_equal (&change->before, &change->after);
  return change->kind == BB_CHANGE_VALUE && values_equal (&change->before, &change->after);
}

/* ---- steps ---- */

BbStep *
bb_step_new (const gchar *label)
{
  BbStep *step = g_new0 (BbStep, 1);

  step->label = g_strdup (label);
  step->changes = g_ptr_array_new_with_free_func ((GDestroyNotify) bb_change_free);
  step->targets = g_string_new (NULL);
  step->only_values = TRUE;
  return step;
}

void
bb_step_free (BbStep *step)
{
  g_free (step->label);
  g_ptr_array_unref (step->changes);
  g_string_free (step->targets, TRUE);
  g_free (step);
}

static BbChange *
find_value (BbStep *step, BbPart *part, const gchar *property)
{
  for (guint i = 0; i < step->changes->len; i++) {
    BbChange *change = (BbChange *) step->changes->pdata[i];

    if (change->kind == BB_CHANGE_VALUE && change->part == part && change->property == property)
      return change;
  }
  return NULL;
}

void
bb_step_add (BbStep *step, BbChange *change)
{
  step->only_values &= change->kind == BB_CHANGE_VALUE;
  g_ptr_array_add (step->changes, change);
}

void
bb_step_aim (BbStep *step, BbPart *part, const gchar *property)
{
  g_string_append_printf (step->targets, "%p.%s;", (gpointer) part, property);
}

gboolean
bb_step_absorb (BbStep *step, BbStep *later)
{
  if (step->sealed || !step->only_values || !later->only_values
      || !g_string_equal (step->targets, later->targets))
    return FALSE;
  for (guint i = 0; i < later->changes->len; i++) {
    const BbChange *change = (const BbChange *) later->changes->pdata[i];
    BbChange *first = find_value (step, change->part, change->property);

    if (first != NULL)
      g_value_copy (&change->after, &first->after);
    else
      g_ptr_array_add (step->changes, g_ptr_array_steal_index (later->changes, i--));
  }
  bb_step_free (later);
  return TRUE;
}

gboolean
bb_step_is_nothing (const BbStep *step)
{
  for (guint i = 0; i < step->changes->len; i++)
    if (!bb_change_is_nothing ((const BbChange *) step->changes->pdata[i]))
      return FALSE;
  return TRUE;
}
