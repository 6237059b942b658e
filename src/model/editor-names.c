/* SPDX-License-Identifier: GPL-3.0-or-later */
/* editor-names.c: ids and names that are still free. */
#include <string.h>

#include "model/editor-private.h"

/* The texts that the parts of a list have in a field; they belong to the parts. */
static GHashTable *
taken_texts (GListStore *list, const gchar *key, BbPart *except)
{
  GHashTable *taken = g_hash_table_new (g_str_hash, g_str_equal);

  for (guint i = 0; i < g_list_model_get_n_items (G_LIST_MODEL (list)); i++) {
    g_autoptr (BbPart) part = (BbPart *) g_list_model_get_item (G_LIST_MODEL (list), i);
    const BbField *field = part != except ? bb_part_find_field (part, key, NULL) : NULL;

    if (field != NULL)
      g_hash_table_add (taken, BB_FIELD_AT (part, field, gchar *));
  }
  return taken;
}

/* Length without a number that follows the separator: "garage-12" -> 6. At most six digits count as one. */
static gsize
stem_length (const gchar *text, const gchar *separator)
{
  const gsize length = strlen (text);
  gsize end = length;

  while (end > 0 && length - end < 6 && g_ascii_isdigit (text[end - 1]))
    end--;
  if (end == length || end <= strlen (separator)
      || strncmp (text + end - strlen (separator), separator, strlen (separator)) != 0)
    return length;
  return end - strlen (separator);
}

static gchar *
first_free (GHashTable *taken, const gchar *stem, const gchar *separator, guint from)
{
  for (guint n = from;; n++) {
    g_autofree gchar *text = g_strdup_printf ("%s%s%u", stem, separator, n);

    if (!g_hash_table_contains (taken, text))
      return g_steal_pointer (&text);
  }
}

gchar *
bb_editor_free_text (GListStore *list, const gchar *key, const gchar *wanted, const gchar *separator,
                     BbPart *except)
{
  g_autoptr (GHashTable) taken = taken_texts (list, key, except);
  const gsize length = stem_length (wanted, separator);
  g_autofree gchar *stem = g_strndup (wanted, length);
  const gchar *number = wanted[length] != '\0' ? wanted + length + strlen (separator) : "1";

  if (!g_hash_table_contains (taken, wanted))
    return g_strdup (wanted);
  return first_free (taken, stem, separator, (guint) g_ascii_strtoull (number, NULL, 10) + 1);
}

gchar *
bb_editor_free_id (GListStore *list, BbPart *part)
{
  g_autoptr (GHashTable) taken = taken_texts (list, "id", part);
  g_autofree gchar *stem = g_strdelimit (g_strdup (BB_PART_GET_CLASS (part)->type_name), " ", '-');

  return first_free (taken, stem, "-", g_list_model_get_n_items (G_LIST_MODEL (list)) + 1);
}

void
bb_editor_make_free_id (GListStore *list, BbPart *part)
{
  const gchar *id = bb_part_get_id (part);
  g_autofree gchar *free_id = NULL;

  if (id == NULL)
    return;
  free_id = *id == '\0' ? bb_editor_free_id (list, part) : bb_editor_free_text (list, "id", id, "-", part);
  bb_part_set_id (part, free_id);
}

/* Only parts that have an id have a name of their own: that of an acknowledgement is a person's. */
void
bb_editor_make_free_name (GListStore *list, BbPart *part)
{
  const BbField *field = bb_part_find_field (part, "name", NULL);
  const gchar *name = field != NULL ? BB_FIELD_AT (part, field, gchar *) : "";
  g_autofree gchar *free_name = NULL;

  if (bb_part_get_id (part) == NULL || *name == '\0')
    return;
  free_name = bb_editor_free_text (list, "name", name, " ", part);
  g_object_set (part, "name", free_name, NULL);
}
