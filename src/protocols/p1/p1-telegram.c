/* SPDX-License-Identifier: GPL-3.0-or-later */
/* p1-telegram.c: one DSMR 4/5 telegram of a P1 port, without any I/O. */
#include "protocols/p1/p1-telegram.h"

#include <math.h>
#include <string.h>

G_DEFINE_QUARK (bb_p1_error, bb_p1_error)

guint16
bb_p1_crc16 (const void *bytes, gsize size)
{
  const guint8 *at = bytes;
  guint crc = 0;

  for (gsize i = 0; i < size; i++) {
    crc ^= at[i];
    for (guint bit = 0; bit < 8; bit++)
      crc = (crc & 1) != 0 ? crc >> 1 ^ 0xa001u : crc >> 1;
  }
  return (guint16) crc;
}

void
bb_p1_telegram_free (BbP1Telegram *telegram)
{
  if (telegram == NULL)
    return;
  g_free (telegram->identification);
  g_array_unref (telegram->values);
  g_free (telegram->memory);
  g_free (telegram);
}

static gboolean
fail_at (GError **error, BbP1Error code, gsize at, const gchar *what)
{
  g_set_error (error, BB_P1_ERROR, (gint) code, "byte %" G_GSIZE_FORMAT ": %s", at, what);
  return FALSE;
}

/* ---- lines ---- */

/* Multiples that the interface's values are brought to. */
static void
normalise (BbP1Value *value)
{
  static const struct {
    const gchar *from, *to;
    gdouble factor;
  } units[] = { { "W", "kW", 0.001 }, { "Wh", "kWh", 0.001 }, { "MWh", "kWh", 1000 },
                { "mA", "A", 0.001 }, { "mV", "V", 0.001 },   { "kV", "V", 1000 } };

  for (guint i = 0; value->is_number && i < G_N_ELEMENTS (units); i++)
    if (strcmp (value->unit, units[i].from) == 0) {
      value->unit = units[i].to;
      value->number *= units[i].factor;
      return;
    }
}

/* Digits with at most one point, a minus sign before them. */
static gboolean
looks_like_number (const gchar *text)
{
  gsize digits = strspn (text + (text[0] == '-'), "0123456789.");
  const gchar *rest = text + (text[0] == '-') + digits;

  return digits > 0 && digits <= 20 && *rest == '\0' && strchr (text, '.') == strrchr (text, '.')
         && g_ascii_isdigit (rest[-1]);
}

/* `text` is what stands in brackets; it is cut at its "*". */
static void
read_value (BbP1Value *value, gchar *text)
{
  gchar *star = strrchr (text, '*');

  value->text = text;
  value->unit = "";
  if (star != NULL) {
    *star = '\0';
    value->unit = star + 1;
  }
  value->is_number = looks_like_number (text);
  value->number = value->is_number ? g_ascii_strtod (text, NULL) : 0;
  normalise (value);
}

/* A line "CODE(…)(…)"; a code without "-" and ":" is not OBIS and is passed over, as is a line of only "(…)".
 */
static gboolean
read_line (BbP1Telegram *telegram, gchar *line, gsize offset, GError **error)
{
  gchar *open = strchr (line, '('), *last = strrchr (line, '('), *end;
  BbP1Value value = { 0 };

  if (open == NULL)
    return fail_at (error, BB_P1_ERROR_SYNTAX, offset, "no value in brackets");
  end = strchr (last, ')');
  if (end == NULL || end[1] != '\0')
    return fail_at (error, BB_P1_ERROR_SYNTAX, offset + (gsize) (last - line),
                    "no closing bracket at the line's end");
  if (open == line)
    return TRUE;
  if ((gsize) (open - line) >= sizeof value.obis)
    return fail_at (error, BB_P1_ERROR_SYNTAX, offset, "a code of more than 23 characters");
  if (telegram->values->len >= BB_P1_MAX_VALUES)
    return fail_at (error, BB_P1_ERROR_TOO_LARGE, offset, "too many values");
  memcpy (value.obis, line, (gsize) (open - line));
  *end = '\0';
  read_value (&value, last + 1);
  g_array_append_val (telegram->values, value);
  return TRUE;
}

/* The lines between identification and "!"; `memory` is a copy of the telegram that is cut up. */
static gboolean
read_lines (BbP1Telegram *telegram, gsize from, gsize until, GError **error)
{
  gsize at = from;

  while (at < until) {
    gchar *line = telegram->memory + at;
    gsize length = strcspn (line, "\r\n");

    if (at + length > until)
      length = until - at;
    line[length] = '\0';
    if (length > 0 && !read_line (telegram, line, at, error))
      return FALSE;
    at += length + 1;
  }
  return TRUE;
}

/* ---- the whole ---- */

/* Four hexadecimal digits and nothing but line ends after them. */
static gboolean
read_checksum (const gchar *text, gsize length, guint *sum)
{
  if (length < 4)
    return FALSE;
  *sum = 0;
  for (gsize i = 0; i < 4; i++) {
    if (!g_ascii_isxdigit (text[i]))
      return FALSE;
    *sum = *sum << 4 | (guint) g_ascii_xdigit_value (text[i]);
  }
  for (gsize i = 4; i < length; i++)
    if (text[i] != '\r' && text[i] != '\n')
      return FALSE;
  return TRUE;
}

/* Where "!" stands at the start of a line; FALSE with why this is no telegram. */
static gboolean
check_frame (const gchar *text, gsize length, gsize *bang, GError **error)
{
  const gchar *found;
  guint sum;

  if (length > BB_P1_MAX_BYTES)
    return fail_at (error, BB_P1_ERROR_TOO_LARGE, BB_P1_MAX_BYTES, "a telegram that is too long");
  if (length == 0 || text[0] != '/')
    return fail_at (error, BB_P1_ERROR_SYNTAX, 0, "a telegram starts with “/”");
  for (gsize i = 0; i < length; i++)
    if ((guchar) text[i] < ' ' ? text[i] != '\r' && text[i] != '\n' : (guchar) text[i] > '~')
      return fail_at (error, BB_P1_ERROR_SYNTAX, i, "not a printable ASCII character");
  found = g_strstr_len (text, (gssize) length, "\n!");
  if (found == NULL)
    return fail_at (error, BB_P1_ERROR_SYNTAX, length, "no “!” at the end");
  *bang = (gsize) (found + 1 - text);
  if (!read_checksum (text + *bang + 1, length - *bang - 1, &sum))
    return fail_at (error, BB_P1_ERROR_CHECKSUM, *bang + 1, "no check sum of four digits after “!”");
  if (sum != bb_p1_crc16 (text, *bang + 1))
    return fail_at (error, BB_P1_ERROR_CHECKSUM, *bang + 1, "the check sum is wrong");
  return TRUE;
}

BbP1Telegram *
bb_p1_telegram_parse (const gchar *text, gsize length, GError **error)
{
  g_autoptr (BbP1Telegram) telegram = NULL;
  gsize bang, head;

  if (!check_frame (text, length, &bang, error))
    return NULL;
  telegram = g_new0 (BbP1Telegram, 1);
  telegram->values = g_array_new (FALSE, TRUE, sizeof (BbP1Value));
  telegram->memory = g_strndup (text, bang);
  head = strcspn (telegram->memory, "\r\n");
  telegram->identification = g_strndup (telegram->memory + 1, head - 1);
  if (!read_lines (telegram, head, bang, error))
    return NULL;
  return g_steal_pointer (&telegram);
}

const BbP1Value *
bb_p1_telegram_find (const BbP1Telegram *telegram, const gchar *obis)
{
  for (guint i = 0; i < telegram->values->len; i++) {
    const BbP1Value *value = &g_array_index (telegram->values, BbP1Value, i);

    if (strcmp (value->obis, obis) == 0)
      return value;
  }
  return NULL;
}

gboolean
bb_p1_telegram_get_number (const BbP1Telegram *telegram, const gchar *obis, gdouble *number)
{
  const BbP1Value *value = bb_p1_telegram_find (telegram, obis);

  if (value == NULL || !value->is_number)
    return FALSE;
  *number = value->number;
  return TRUE;
}
