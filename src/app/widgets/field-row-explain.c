/* SPDX-License-Identifier: GPL-3.0-or-later */
/* field-row-explain.c: what is said under the title of a field: what it is for, its range, the chosen value.
 */
#include <glib/gi18n.h>

#include "app/widgets/field-row-private.h"

/* "default 6.0 A" as a sentence of its own. (transfer full) */
static gchar *
capitalised (gchar *text)
{
  g_autofree gchar *owned = text;
  gchar first[7] = { 0 };

  if (*owned == '\0')
    return g_steal_pointer (&owned);
  g_unichar_to_utf8 (g_unichar_totitle (g_utf8_get_char (owned)), first);
  return g_strconcat (first, g_utf8_next_char (owned), NULL);
}

/* What is to be typed there and its range; of a choice what the chosen one does. */
gchar *
bb_field_row_explain (BbPart *part, const BbFieldInfo *info, const BbField *field, gboolean mixed)
{
  g_autofree gchar *own = bb_field_device_explain (part, info->property);
  g_autofree gchar *range = capitalised (bb_field_info_range_text (part, info));
  const gchar *explanation = field->kind == BB_FIELD_PHASES3 ? bb_field_info_explanation_of_three (info)
                                                             : bb_field_info_explanation (info);
  gint value;

  if (own != NULL)
    return g_steal_pointer (&own);
  if (field->kind == BB_FIELD_ENUM && info->choice_notes != NULL && !mixed) {
    g_object_get (part, info->property, &value, NULL);
    return g_strdup_printf ("%s\n%s: %s", explanation, _ (info->choices[value]),
                            _ (info->choice_notes[value]));
  }
  return *range != '\0' ? g_strdup_printf ("%s\n%s", explanation, range) : g_strdup (explanation);
}
