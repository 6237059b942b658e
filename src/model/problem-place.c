/* SPDX-License-Identifier: GPL-3.0-or-later */
/* problem-place.c: which part and property of a site a problem is about. */
#include "model/problem-place.h"

#include <string.h>

#include "model/part-private.h"

/* RFC 6901: "~1" is "/", "~0" is "~". */
static void
unescape (gchar *token)
{
  gchar *to = token;

  for (const gchar *from = token; *from != '\0'; from++, to++) {
    *to = *from;
    if (*from == '~' && (from[1] == '0' || from[1] == '1'))
      *to = *++from == '1' ? '/' : '~';
  }
  *to = '\0';
}

static const gchar *
property_of (const BbField *field)
{
  g_auto (GStrv) around = NULL;
  g_autofree gchar *first = NULL;

  if (field->kind != BB_FIELD_PHASES3)
    return field->property;
  around = g_strsplit (field->property, "%s", 2);
  first = g_strconcat (around[0], "l1", around[1], NULL);
  return g_intern_string (first);
}

/* The item that a token names, or NULL. The list keeps it. */
static BbPart *
item_at (GListModel *list, const gchar *token)
{
  g_autoptr (BbPart) item = NULL;
  guint64 position;

  if (token == NULL || !g_ascii_string_to_unsigned (token, 10, 0, G_MAXUINT - 1, &position, NULL))
    return NULL;
  item = (BbPart *) g_list_model_get_item (list, (guint) position);
  return item;
}

/* A field of `part`, and what is under it. */
static gboolean
locate_in (BbPart *part, gchar **tokens, BbPart **found, const gchar **property)
{
  const BbField *field = *tokens != NULL ? bb_part_find_field (part, *tokens, NULL) : NULL;

  *found = part;
  *property = field != NULL ? property_of (field) : NULL;
  if (field == NULL || tokens[1] == NULL)
    return TRUE;
  if (field->kind == BB_FIELD_PART)
    return locate_in (BB_FIELD_AT (part, field, BbPart *), tokens + 1, found, property);
  if (field->kind == BB_FIELD_LIST && BB_IS_SITE (part)) {
    BbPart *item = item_at (BB_FIELD_AT (part, field, GListModel *), tokens[1]);

    return item != NULL && locate_in (item, tokens + 2, found, property);
  }
  return TRUE;
}

gboolean
bb_problem_locate (BbSite *site, BbProblem *problem, BbPart **part, const gchar **property)
{
  g_auto (GStrv) tokens = NULL;
  const gchar *pointer;

  g_return_val_if_fail (BB_IS_SITE (site) && BB_IS_PROBLEM (problem) && part != NULL && property != NULL,
                        FALSE);
  pointer = bb_problem_get_pointer (problem);
  *part = NULL;
  *property = NULL;
  if (*pointer != '\0' && *pointer != '/')
    return FALSE;
  tokens = g_strsplit (*pointer == '/' ? pointer + 1 : pointer, "/", -1);
  for (gchar **token = tokens; *token != NULL; token++)
    unescape (*token);
  return locate_in (BB_PART (site), tokens, part, property);
}
