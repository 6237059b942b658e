/* SPDX-License-Identifier: GPL-3.0-or-later */
/* editor-extra.c: keys of a part that the model keeps without knowing them, set as a step. */
#include <glib/gi18n.h>

#include "model/editor-private.h"

static gboolean
check_key (BbPart *part, const gchar *key, GError **error)
{
  if (*key != '\0' && bb_part_find_field (part, key, NULL) == NULL)
    return TRUE;
  g_set_error (error, BB_MODEL_ERROR, BB_MODEL_ERROR_VALUE, _ ("“%s” is a field of its own. Set it as such."),
               key);
  return FALSE;
}

gboolean
bb_editor_set_extra (BbEditor *self, BbPart *part, const gchar *key, JsonNode *node, GError **error)
{
  g_autoptr (JsonNode) owned = node;
  g_autoptr (GPtrArray) parts = g_ptr_array_new ();
  g_autofree gchar *label = NULL;
  guint mark;

  g_return_val_if_fail (BB_IS_EDITOR (self) && BB_IS_PART (part) && key != NULL, FALSE);
  if (!check_key (part, key, error) || !bb_editor_holds (self, part, error))
    return FALSE;
  g_ptr_array_add (parts, part);
  label = bb_editor_label_set (parts, key, NULL);
  if (!bb_editor_enter (self, label, &mark, error))
    return FALSE;
  bb_editor_do_extra (self, part, key, owned);
  bb_editor_leave (self, mark, TRUE);
  return TRUE;
}
