/* SPDX-License-Identifier: GPL-3.0-or-later */
/* editor-parts.c: parts of a site added, removed, moved and duplicated; off-peak windows of a group. */
#include <glib/gi18n.h>
#include <string.h>

#include "model/editor-private.h"

static guint
count (GListStore *list)
{
  return g_list_model_get_n_items (G_LIST_MODEL (list));
}

/* The list that holds `part`, and where; NULL with an error. */
static GListStore *
find_part (BbEditor *self, BbPart *part, guint *position, const gchar **key, GError **error)
{
  GListStore *list = bb_editor_list_for (self, part, key);

  if (list != NULL && g_list_store_find (list, part, position))
    return list;
  g_set_error (error, BB_MODEL_ERROR, BB_MODEL_ERROR_VALUE, _ ("This %s is no longer part of the site."),
               BB_PART_GET_CLASS (part)->type_name);
  return NULL;
}

static gboolean
enter_for (BbEditor *self, BbLabel what, GPtrArray *parts, guint *mark, GError **error)
{
  g_autofree gchar *label = bb_editor_label_parts (what, parts);

  return bb_editor_enter (self, label, mark, error);
}

static gboolean
enter_for_one (BbEditor *self, BbLabel what, BbPart *part, guint *mark, GError **error)
{
  g_autoptr (GPtrArray) parts = g_ptr_array_new ();

  g_ptr_array_add (parts, part);
  return enter_for (self, what, parts, mark, error);
}

gboolean
bb_editor_add (BbEditor *self, BbPart *part, GError **error)
{
  GListStore *list;
  guint mark;

  g_return_val_if_fail (BB_IS_EDITOR (self) && BB_IS_PART (part), FALSE);
  list = bb_editor_list_for (self, part, NULL);
  if (list == NULL || g_list_store_find (list, part, NULL)) {
    g_set_error (error, BB_MODEL_ERROR, BB_MODEL_ERROR_TYPE, _ ("A site has no list of such parts: %s."),
                 BB_PART_GET_CLASS (part)->type_name);
    return FALSE;
  }
  bb_editor_make_free_id (list, part);
  if (!enter_for_one (self, BB_LABEL_ADD, part, &mark, error))
    return FALSE;
  bb_editor_do_insert (self, list, count (list), part, NULL);
  bb_editor_leave (self, mark, TRUE);
  return TRUE;
}

static gboolean
remove_one (BbEditor *self, BbPart *part, GError **error)
{
  const gchar *key = NULL;
  guint position;
  GListStore *list = find_part (self, part, &position, &key, error);

  if (list == NULL)
    return FALSE;
  bb_editor_clear_references (self, part, key);
  bb_editor_do_remove (self, list, position, NULL);
  return TRUE;
}

gboolean
bb_editor_remove (BbEditor *self, GPtrArray *parts, GError **error)
{
  gboolean done = TRUE;
  guint mark;

  g_return_val_if_fail (BB_IS_EDITOR (self) && parts != NULL, FALSE);
  if (parts->len == 0)
    return TRUE;
  if (!enter_for (self, BB_LABEL_REMOVE, parts, &mark, error))
    return FALSE;
  for (guint i = 0; done && i < parts->len; i++)
    done = remove_one (self, (BbPart *) parts->pdata[i], error);
  bb_editor_leave (self, mark, done);
  return done;
}

gboolean
bb_editor_move (BbEditor *self, BbPart *part, guint position, GError **error)
{
  GListStore *list;
  guint from, mark;

  g_return_val_if_fail (BB_IS_EDITOR (self) && BB_IS_PART (part), FALSE);
  list = find_part (self, part, &from, NULL, error);
  if (list == NULL)
    return FALSE;
  position = MIN (position, count (list) - 1);
  if (position == from)
    return TRUE;
  if (!enter_for_one (self, BB_LABEL_MOVE, part, &mark, error))
    return FALSE;
  bb_editor_do_move (self, list, from, position);
  bb_editor_leave (self, mark, TRUE);
  return TRUE;
}

/* ---- duplicate ---- */

/* What names one device, or one place of a meter, cannot be that of two. */
static void
forget_identity (BbPart *copy)
{
  static const gchar *const properties[] = { "serial", "address", "meter", "pv-meter" };

  for (guint i = 0; i < G_N_ELEMENTS (properties); i++)
    if (g_object_class_find_property (G_OBJECT_GET_CLASS (copy), properties[i]) != NULL)
      g_object_set (copy, properties[i], "", NULL);
}

static BbPart *
copy_beside (BbEditor *self, BbPart *part, guint position)
{
  GListStore *list = bb_editor_list_for (self, part, NULL);
  g_autoptr (BbPart) copy = bb_part_copy (part);

  if (BB_IS_GROUP (copy))
    bb_group_set_active (BB_GROUP (copy), FALSE);
  forget_identity (copy);
  bb_editor_make_free_id (list, copy);
  bb_editor_make_free_name (list, copy);
  bb_editor_do_insert (self, list, position, copy, NULL);
  return copy;
}

/* Behind the last station of the group, in their order. */
static void
copy_stations (BbEditor *self, const gchar *group, const gchar *copy_group)
{
  BbSite *site = bb_editor_get_site (self);
  g_autoptr (GPtrArray) members = g_ptr_array_new ();
  guint behind = 0;

  for (guint i = 0; i < g_list_model_get_n_items (bb_site_get_stations (site)); i++)
    if (strcmp (bb_station_peek (bb_site_station (site, i))->group, group) == 0) {
      g_ptr_array_add (members, bb_site_station (site, i));
      behind = i + 1;
    }
  for (guint i = 0; i < members->len; i++) {
    BbPart *copy = copy_beside (self, (BbPart *) members->pdata[i], behind + i);

    bb_editor_do_text (self, copy, "group", copy_group);
  }
}

BbPart *
bb_editor_duplicate (BbEditor *self, BbPart *part, GError **error)
{
  guint position, mark;
  BbPart *copy;

  g_return_val_if_fail (BB_IS_EDITOR (self) && BB_IS_PART (part), NULL);
  if (find_part (self, part, &position, NULL, error) == NULL
      || !enter_for_one (self, BB_LABEL_DUPLICATE, part, &mark, error))
    return NULL;
  copy = copy_beside (self, part, position + 1);
  if (BB_IS_GROUP (part))
    copy_stations (self, bb_part_get_id (part), bb_part_get_id (copy));
  bb_editor_leave (self, mark, TRUE);
  return copy;
}

/* ---- off-peak windows ---- */

static gboolean
check_group (BbEditor *self, BbGroup *group, guint least, GError **error)
{
  const BbGroupFields *f = bb_group_peek (group);

  if (!bb_editor_holds (self, BB_PART (group), error))
    return FALSE;
  if (f->active) {
    g_set_error (error, BB_MODEL_ERROR, BB_MODEL_ERROR_ACTIVE,
                 _ ("“%s” is active. Deactivate it, change it, then activate it again."), f->id);
    return FALSE;
  }
  if (count (f->windows) >= least)
    return TRUE;
  g_set_error (error, BB_MODEL_ERROR, BB_MODEL_ERROR_VALUE, _ ("“%s” has no window %u."), f->id, least);
  return FALSE;
}

static gboolean
enter_for_window (BbEditor *self, BbGroup *group, const gchar *format, guint *mark, GError **error)
{
  const BbGroupFields *f = bb_group_peek (group);
  g_autofree gchar *label = bb_editor_label_name (format, *f->name != '\0' ? f->name : f->id);

  return bb_editor_enter (self, label, mark, error);
}

gboolean
bb_editor_add_window (BbEditor *self, BbGroup *group, BbWindow *window, GError **error)
{
  GListStore *windows;
  guint mark;

  g_return_val_if_fail (BB_IS_EDITOR (self) && BB_IS_GROUP (group) && BB_IS_WINDOW (window), FALSE);
  windows = bb_group_peek (group)->windows;
  if (!check_group (self, group, 0, error)
      || !enter_for_window (self, group, _ ("Add an off-peak window to %s"), &mark, error))
    return FALSE;
  bb_editor_do_insert (self, windows, count (windows), BB_PART (window), BB_PART (group));
  bb_editor_leave (self, mark, TRUE);
  return TRUE;
}

gboolean
bb_editor_remove_window (BbEditor *self, BbGroup *group, guint position, GError **error)
{
  guint mark;

  g_return_val_if_fail (BB_IS_EDITOR (self) && BB_IS_GROUP (group), FALSE);
  if (!check_group (self, group, position + 1, error)
      || !enter_for_window (self, group, _ ("Remove an off-peak window of %s"), &mark, error))
    return FALSE;
  bb_editor_do_remove (self, bb_group_peek (group)->windows, position, BB_PART (group));
  bb_editor_leave (self, mark, TRUE);
  return TRUE;
}

static gboolean
check_times (gint start_min, gint end_min, gint days, GError **error)
{
  if (start_min >= 0 && start_min < 1440 && end_min >= 0 && end_min <= 1440 && days >= 0 && days < 128)
    return TRUE;
  g_set_error_literal (error, BB_MODEL_ERROR, BB_MODEL_ERROR_VALUE,
                       _ ("A window starts between 00:00 and 23:59 and ends by 24:00. Correct its times."));
  return FALSE;
}

gboolean
bb_editor_set_window (BbEditor *self, BbGroup *group, guint position, gint start_min, gint end_min, gint days,
                      GError **error)
{
  const gchar *const properties[] = { "start-min", "end-min", "days" };
  const gint numbers[] = { start_min, end_min, days };
  g_autoptr (BbPart) window = NULL;
  guint mark;

  g_return_val_if_fail (BB_IS_EDITOR (self) && BB_IS_GROUP (group), FALSE);
  if (!check_group (self, group, position + 1, error) || !check_times (start_min, end_min, days, error)
      || !enter_for_window (self, group, _ ("Change an off-peak window of %s"), &mark, error))
    return FALSE;
  window = (BbPart *) g_list_model_get_item (bb_group_get_windows (group), position);
  for (guint i = 0; i < G_N_ELEMENTS (properties); i++) {
    g_auto (GValue) value = G_VALUE_INIT;

    g_value_init (&value, G_TYPE_INT);
    g_value_set_int (&value, numbers[i]);
    bb_editor_do_value (self, window, properties[i], &value);
  }
  bb_editor_leave (self, mark, TRUE);
  return TRUE;
}
