/* SPDX-License-Identifier: GPL-3.0-or-later */
/* part-text.c: values of a field as texts in the unit of the file, and back. */
#include "model/part-text.h"

#include <glib/gi18n.h>
#include <string.h>

#include "model/decimal.h"

static const gchar *const day_names[] = { "mon", "tue", "wed", "thu", "fri", "sat", "sun" };

const gchar *
bb_day_get_name (guint day)
{
  return day < G_N_ELEMENTS (day_names) ? day_names[day] : NULL;
}

static gboolean refuse (GError **error, const gchar *format, ...) G_GNUC_PRINTF (2, 3);

static gboolean
refuse (GError **error, const gchar *format, ...)
{
  va_list args;

  va_start (args, format);
  g_propagate_error (error, g_error_new_valist (BB_MODEL_ERROR, BB_MODEL_ERROR_VALUE, format, args));
  va_end (args);
  return FALSE;
}

static gboolean
refuse_range (const BbField *field, const gchar *text, GError **error)
{
  g_autofree gchar *least = bb_decimal_format (field->least, field->scale);
  g_autofree gchar *most = bb_decimal_format (field->most, field->scale);

  return refuse (error, _ ("%s is out of range: give %s to %s."), text, least, most);
}

gboolean
bb_field_number_from_text (const BbField *field, const gchar *text, gint *value, GError **error)
{
  g_autofree gchar *finest = NULL;
  gint64 wide = 0;

  switch (bb_decimal_parse (text, field->scale, &wide)) {
  case BB_DECIMAL_SYNTAX:
    return refuse (error, _ ("“%s” is not a number; write it with digits and a point, such as 16 or 7.5."),
                   text);
  case BB_DECIMAL_FINE:
    finest = bb_decimal_format (1, field->scale);
    return refuse (error, _ ("%s is finer than %s, the smallest step here: round it."), text, finest);
  case BB_DECIMAL_RANGE:
    return refuse_range (field, text, error);
  case BB_DECIMAL_OK:
  default:
    break;
  }
  if (wide < field->least || wide > field->most)
    return refuse_range (field, text, error);
  *value = (gint) wide;
  return TRUE;
}

gboolean
bb_field_choice_from_text (const BbField *field, const gchar *text, gint *value, GError **error)
{
  g_autofree gchar *all = NULL;

  for (gint i = 0; field->names[i] != NULL; i++)
    if (strcmp (field->names[i], text) == 0) {
      *value = i;
      return TRUE;
    }
  all = g_strjoinv (", ", (gchar **) (gpointer) field->names);
  return refuse (error, _ ("“%s” is none of the choices: %s."), text, all);
}

gboolean
bb_field_clock_from_text (const gchar *text, gint most, gint *value, GError **error)
{
  const gchar *colon = strchr (text, ':');
  gsize n_hour = strspn (text, "0123456789");
  gint minutes = -1;

  if (colon == text + n_hour && n_hour >= 1 && n_hour <= 2 && strspn (colon + 1, "0123456789") == 2
      && colon[3] == '\0' && colon[1] < '6')
    minutes = (gint) g_ascii_strtoll (text, NULL, 10) * 60 + (gint) g_ascii_strtoll (colon + 1, NULL, 10);
  if (minutes < 0 || minutes > most)
    return refuse (error, _ ("“%s” is not a time of day; write it as 07:30."), text);
  *value = minutes;
  return TRUE;
}

gboolean
bb_field_bit_from_text (const BbField *field, const gchar *text, gint *mask, GError **error)
{
  if (field->kind == BB_FIELD_DAYS) {
    for (guint day = 0; day < G_N_ELEMENTS (day_names); day++)
      if (g_ascii_strcasecmp (text, day_names[day]) == 0) {
        *mask |= 1 << day;
        return TRUE;
      }
    return refuse (error, _ ("“%s” is not a day; days are mon, tue, wed, thu, fri, sat, sun."), text);
  }
  if (text[0] == 'L' || text[0] == 'l')
    text++;
  if (text[0] < '1' || text[0] > '3' || text[1] != '\0')
    return refuse (error, _ ("“%s” is not a phase; phases are 1, 2 and 3."), text);
  *mask |= 1 << (text[0] - '1');
  return TRUE;
}

/* "1, 2" or "mon,tue" */
static gboolean
bits_from_text (const BbField *field, const gchar *text, gint *mask, GError **error)
{
  g_auto (GStrv) items = g_strsplit (text, ",", -1);

  *mask = 0;
  for (gchar **item = items; *item != NULL; item++)
    if (!bb_field_bit_from_text (field, g_strstrip (*item), mask, error))
      return FALSE;
  return TRUE;
}

static gboolean
boolean_from_text (const gchar *text, gint *value, GError **error)
{
  *value = strcmp (text, "true") == 0;
  if (!*value && strcmp (text, "false") != 0)
    return refuse (error, _ ("“%s” is neither true nor false."), text);
  return TRUE;
}

static gboolean
integer_from_text (const BbField *field, const gchar *text, gint *value, GError **error)
{
  switch (field->kind) {
  case BB_FIELD_ENUM:
    return bb_field_choice_from_text (field, text, value, error);
  case BB_FIELD_MASK:
  case BB_FIELD_DAYS:
    return bits_from_text (field, text, value, error);
  case BB_FIELD_CLOCK:
    return bb_field_clock_from_text (text, field->most, value, error);
  default:
    return bb_field_number_from_text (field, text, value, error);
  }
}

static GStrv
ids_from_text (const gchar *text)
{
  g_auto (GStrv) items = *text != '\0' ? g_strsplit (text, ",", -1) : NULL;

  for (gchar **item = items; items != NULL && *item != NULL; item++)
    g_strstrip (*item);
  return g_steal_pointer (&items);
}

gboolean
bb_field_value_from_text (const BbField *field, const gchar *text, GValue *value, GError **error)
{
  gint number = BB_UNSTATED;

  if (field->kind == BB_FIELD_STRING) {
    g_value_init (value, G_TYPE_STRING);
    g_value_set_string (value, text);
    return TRUE;
  }
  if (field->kind == BB_FIELD_IDS) {
    g_value_init (value, G_TYPE_STRV);
    g_value_take_boxed (value, ids_from_text (text));
    return TRUE;
  }
  if (field->kind == BB_FIELD_BOOLEAN) {
    g_value_init (value, G_TYPE_BOOLEAN);
    if (!boolean_from_text (text, &number, error))
      return FALSE;
    g_value_set_boolean (value, number);
    return TRUE;
  }
  g_value_init (value, G_TYPE_INT);
  if ((*text != '\0' || (field->flags & BB_FIELD_NULLABLE) == 0)
      && !integer_from_text (field, text, &number, error))
    return FALSE;
  g_value_set_int (value, number);
  return TRUE;
}

static gchar *
bits_text (const BbField *field, gint mask)
{
  g_autoptr (GString) text = g_string_new (NULL);

  for (guint bit = 0; bit < 7; bit++) {
    if (((mask >> bit) & 1) == 0)
      continue;
    if (text->len > 0)
      g_string_append_c (text, ',');
    if (field->kind == BB_FIELD_DAYS)
      g_string_append (text, day_names[bit]);
    else
      g_string_append_printf (text, "%u", bit + 1);
  }
  return g_string_free (g_steal_pointer (&text), FALSE);
}

gchar *
bb_field_text (const BbField *field, gconstpointer at, gint phase)
{
  const gint number = field->kind == BB_FIELD_STRING || field->kind == BB_FIELD_IDS
                          ? 0
                          : ((const gint *) at)[MAX (phase, 0)];

  if ((field->flags & BB_FIELD_NULLABLE) != 0 && number == BB_UNSTATED)
    return g_strdup ("");
  switch (field->kind) {
  case BB_FIELD_STRING:
    return g_strdup (*(gchar *const *) at);
  case BB_FIELD_IDS:
    return *(const GStrv *) at != NULL ? g_strjoinv (",", *(const GStrv *) at) : g_strdup ("");
  case BB_FIELD_BOOLEAN:
    return g_strdup (number ? "true" : "false");
  case BB_FIELD_ENUM:
    return g_strdup (field->names[number]);
  case BB_FIELD_MASK:
  case BB_FIELD_DAYS:
    return bits_text (field, number);
  case BB_FIELD_CLOCK:
    return g_strdup_printf ("%02d:%02d", number / 60, number % 60);
  default:
    return bb_decimal_format (number, field->scale);
  }
}
