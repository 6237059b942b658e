/* SPDX-License-Identifier: GPL-3.0-or-later */
/* editor-label.c: what a step is called: "Change minimum current of Garage". */
#include <glib/gi18n.h>
#include <string.h>

#include "model/editor-private.h"
#include "model/field-info.h"

/* A name goes in where the (translated) format has its "%s". */
gchar *
bb_editor_label_name (const gchar *format, const gchar *name)
{
  g_auto (GStrv) around = g_strsplit (format, "%s", 2);

  return g_strconcat (around[0], around[0] != NULL && around[1] != NULL ? name : "",
                      around[0] != NULL && around[1] != NULL ? around[1] : "", NULL);
}

/* For people: its name, its id, or else what it is. (transfer full) */
static gchar *
name_of (BbPart *part)
{
  const BbField *field = bb_part_find_field (part, "name", NULL);
  const gchar *name = field != NULL ? BB_FIELD_AT (part, field, gchar *) : "";

  if (BB_IS_SITE (part))
    return g_strdup (_ ("the site"));
  if (BB_IS_NETWORK (part))
    return g_strdup (_ ("the network"));
  if (BB_IS_REDUCED (part))
    return g_strdup (_ ("the reduced mode"));
  if (BB_IS_SIMULATION (part))
    return g_strdup (_ ("the simulation"));
  if (BB_IS_ACKNOWLEDGEMENT (part))
    return g_strdup (_ ("an acknowledgement"));
  if (BB_IS_WINDOW (part))
    return g_strdup (_ ("an off-peak window"));
  if (*name != '\0')
    return g_strdup (name);
  if (BB_IS_TARIFF_WINDOW (part))
    return g_strdup (_ ("a tariff window"));
  if (BB_IS_SITE_INPUT (part))
    return g_strdup (_ ("an input"));
  return g_strdup (bb_part_get_id (part));
}

/* "3 stations" (transfer full) */
static gchar *
name_many (BbPart *first, guint n)
{
  if (BB_IS_STATION (first))
    return g_strdup_printf (ngettext ("%u station", "%u stations", n), n);
  if (BB_IS_GROUP (first))
    return g_strdup_printf (ngettext ("%u group", "%u groups", n), n);
  if (BB_IS_CIRCUIT (first))
    return g_strdup_printf (ngettext ("%u circuit", "%u circuits", n), n);
  if (BB_IS_METER (first))
    return g_strdup_printf (ngettext ("%u meter", "%u meters", n), n);
  return g_strdup_printf (ngettext ("%u part", "%u parts", n), n);
}

static gchar *
name_all (GPtrArray *parts)
{
  BbPart *first = (BbPart *) parts->pdata[0];
  gboolean same_class = TRUE;

  if (parts->len == 1)
    return name_of (first);
  for (guint i = 1; i < parts->len; i++)
    same_class &= G_OBJECT_TYPE (parts->pdata[i]) == G_OBJECT_TYPE (first);
  if (same_class)
    return name_many (first, parts->len);
  return g_strdup_printf (ngettext ("%u part", "%u parts", parts->len), parts->len);
}

/* A field's title inside a sentence. Abbreviations and names such as "WiFi" stay as they are. */
static gchar *
title_in_sentence (const gchar *title)
{
  const gchar *const rest = *title != '\0' ? g_utf8_next_char (title) : title;
  g_autofree gchar *head = NULL;

  /* Translators: how the titles of fields are written inside the sentence “Change %s of %s”: “lower” when
   * with a small first letter, as in English; “keep” when as they are, as in German. */
  if (strcmp (C_ ("titles inside a sentence", "lower"), "lower") != 0)
    return g_strdup (title);
  for (const gchar *at = rest; *at != '\0' && *at != ' '; at = g_utf8_next_char (at))
    if (g_unichar_isupper (g_utf8_get_char (at)))
      return g_strdup (title);
  head = g_utf8_strdown (title, rest - title);
  return g_strconcat (head, rest, NULL);
}

static gchar *
title_of (BbPart *part, const gchar *property)
{
  const BbFieldInfo *info = bb_field_info_find (part, property);

  return info != NULL ? title_in_sentence (bb_field_info_title (info)) : g_strdup_printf ("“%s”", property);
}

gchar *
bb_editor_label_set (GPtrArray *parts, const gchar *property, const GValue *value)
{
  BbPart *first = (BbPart *) parts->pdata[0];
  g_autofree gchar *name = name_all (parts);
  g_autofree gchar *title = NULL;

  if (BB_IS_GROUP (first) && strcmp (property, "active") == 0)
    return g_strdup_printf (g_value_get_boolean (value) ? _ ("Activate %s") : _ ("Deactivate %s"), name);
  title = title_of (first, property);
  /* Translators: a field and the part it belongs to: “Change minimum current of Garage”. */
  return g_strdup_printf (_ ("Change %s of %s"), title, name);
}

/* One group and then its stations is that group. */
static gchar *
name_pasted (GPtrArray *parts)
{
  if (BB_IS_GROUP (parts->pdata[0]) && parts->len > 1 && !BB_IS_GROUP (parts->pdata[1]))
    return name_of ((BbPart *) parts->pdata[0]);
  return name_all (parts);
}

gchar *
bb_editor_label_parts (BbLabel what, GPtrArray *parts)
{
  g_autofree gchar *name = what == BB_LABEL_PASTE ? name_pasted (parts) : name_all (parts);

  switch (what) {
  case BB_LABEL_ADD:
    return g_strdup_printf (_ ("Add %s"), name);
  case BB_LABEL_REMOVE:
    return g_strdup_printf (_ ("Remove %s"), name);
  case BB_LABEL_MOVE:
    return g_strdup_printf (_ ("Move %s"), name);
  case BB_LABEL_DUPLICATE:
    return g_strdup_printf (_ ("Duplicate %s"), name);
  case BB_LABEL_PASTE:
  default:
    return g_strdup_printf (_ ("Paste %s"), name);
  }
}
