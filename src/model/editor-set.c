/* SPDX-License-Identifier: GPL-3.0-or-later */
/* editor-set.c: values of a site's parts set through the editor. */
#include <glib/gi18n.h>
#include <string.h>

#include "model/editor-private.h"

/* ---- the site's parts ---- */

GListStore *
bb_editor_list_for (BbEditor *self, BbPart *part, const gchar **key)
{
  BbPartClass *klass = BB_PART_GET_CLASS (bb_editor_get_site (self));

  for (guint i = 0; i < klass->n_fields; i++)
    if (klass->fields[i].kind == BB_FIELD_LIST
        && G_TYPE_CHECK_INSTANCE_TYPE (part, klass->fields[i].item_type ())) {
      if (key != NULL)
        *key = klass->fields[i].key;
      return BB_FIELD_AT (bb_editor_get_site (self), &klass->fields[i], GListStore *);
    }
  return NULL;
}

BbGroup *
bb_editor_group_of_window (BbEditor *self, BbPart *part)
{
  const guint n = g_list_model_get_n_items (bb_site_get_groups (bb_editor_get_site (self)));

  for (guint i = 0; BB_IS_WINDOW (part) && i < n; i++)
    if (g_list_store_find (bb_group_peek (bb_site_group (bb_editor_get_site (self), i))->windows, part, NULL))
      return bb_site_group (bb_editor_get_site (self), i);
  return NULL;
}

/* A part that is a field of the site: its network, its simulation. */
static gboolean
is_field_of_site (BbEditor *self, BbPart *part)
{
  BbPartClass *klass = BB_PART_GET_CLASS (bb_editor_get_site (self));

  for (guint i = 0; i < klass->n_fields; i++)
    if (klass->fields[i].kind == BB_FIELD_PART
        && BB_FIELD_AT (bb_editor_get_site (self), &klass->fields[i], BbPart *) == part)
      return TRUE;
  return part == BB_PART (bb_editor_get_site (self));
}

gboolean
bb_editor_holds (BbEditor *self, BbPart *part, GError **error)
{
  GListStore *list = bb_editor_list_for (self, part, NULL);

  if (list != NULL ? g_list_store_find (list, part, NULL)
                   : is_field_of_site (self, part) || bb_editor_group_of_window (self, part) != NULL)
    return TRUE;
  g_set_error (error, BB_MODEL_ERROR, BB_MODEL_ERROR_VALUE, _ ("This %s is no longer part of the site."),
               BB_PART_GET_CLASS (part)->type_name);
  return FALSE;
}

/* ---- values ---- */

/* An id names one part of its list. */
static gboolean
check_id (BbEditor *self, GPtrArray *parts, const gchar *id, GError **error)
{
  BbPart *part = (BbPart *) parts->pdata[0];
  GListStore *list = bb_editor_list_for (self, part, NULL);
  g_autofree gchar *free_id = NULL;

  if (*id == '\0') {
    g_set_error (error, BB_MODEL_ERROR, BB_MODEL_ERROR_VALUE, _ ("This %s has no id. Give it one."),
                 BB_PART_GET_CLASS (part)->type_name);
    return FALSE;
  }
  if (list != NULL)
    free_id = bb_editor_free_text (list, "id", id, "-", part);
  if (parts->len == 1 && g_strcmp0 (free_id, id) == 0)
    return TRUE;
  g_set_error (error, BB_MODEL_ERROR, BB_MODEL_ERROR_DUPLICATE,
               _ ("The id “%s” is taken: give this %s another one."), id,
               BB_PART_GET_CLASS (part)->type_name);
  return FALSE;
}

/* A window has no lock of its own: its group's counts. */
static gboolean
check_window (BbEditor *self, BbPart *part, GError **error)
{
  BbGroup *group = bb_editor_group_of_window (self, part);

  if (group == NULL || !bb_group_peek (group)->active)
    return TRUE;
  g_set_error (error, BB_MODEL_ERROR, BB_MODEL_ERROR_ACTIVE,
               _ ("“%s” is active. Deactivate it, change it, then activate it again."),
               bb_group_peek (group)->id);
  return FALSE;
}

static gboolean
check_parts (BbEditor *self, GPtrArray *parts, const gchar *property, const gchar *text, GValue *value,
             GError **error)
{
  for (guint i = 0; i < parts->len; i++) {
    BbPart *part = (BbPart *) parts->pdata[i];

    if (i > 0)
      g_value_unset (value);
    if (!bb_editor_holds (self, part, error) || !bb_part_parse (part, property, text, value, error)
        || !check_window (self, part, error))
      return FALSE;
  }
  return strcmp (property, "id") != 0 || check_id (self, parts, text, error);
}

static void
set_value (BbEditor *self, BbPart *part, const gchar *property, const GValue *value)
{
  const gchar *list_key = NULL;
  g_autofree gchar *before = g_strdup (strcmp (property, "id") == 0 ? bb_part_get_id (part) : NULL);

  bb_editor_do_value (self, part, property, value);
  if (before != NULL && *before != '\0' && bb_editor_list_for (self, part, &list_key) != NULL)
    bb_editor_rename_references (self, list_key, before, g_value_get_string (value));
}

gboolean
bb_editor_set_all (BbEditor *self, GPtrArray *parts, const gchar *property, const gchar *text, GError **error)
{
  g_auto (GValue) value = G_VALUE_INIT;
  g_autofree gchar *label = NULL;
  guint mark;

  g_return_val_if_fail (BB_IS_EDITOR (self) && property != NULL && text != NULL, FALSE);
  if (parts->len == 0)
    return TRUE;
  if (!check_parts (self, parts, property, text, &value, error))
    return FALSE;
  label = bb_editor_label_set (parts, property, &value);
  if (!bb_editor_enter (self, label, &mark, error))
    return FALSE;
  for (guint i = 0; i < parts->len; i++)
    set_value (self, (BbPart *) parts->pdata[i], property, &value);
  bb_editor_leave (self, mark, TRUE);
  return TRUE;
}

gboolean
bb_editor_set (BbEditor *self, BbPart *part, const gchar *property, const gchar *text, GError **error)
{
  g_autoptr (GPtrArray) parts = g_ptr_array_new ();

  g_return_val_if_fail (BB_IS_PART (part), FALSE);
  g_ptr_array_add (parts, part);
  return bb_editor_set_all (self, parts, property, text, error);
}
