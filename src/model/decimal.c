/* SPDX-License-Identifier: GPL-3.0-or-later */
/* decimal.c: decimal texts to scaled whole numbers and back, in integers. */
#include "model/decimal.h"

#include <math.h>
#include <string.h>

/* Multiplies by ten and adds a digit; FALSE past 64 bits. */
static gboolean
push_digit (gint64 *value, gint digit)
{
  return !__builtin_mul_overflow (*value, (gint64) 10, value)
         && !__builtin_add_overflow (*value, (gint64) digit, value);
}

/* Digits after the point: each one multiplies what the whole may still be divided by. */
static BbDecimalVerdict
parse_fraction (const gchar *digits, gint scale, gint64 *value)
{
  gint64 fraction = 0, divisor = 1;
  gsize length = strlen (digits);

  while (length > 0 && digits[length - 1] == '0')
    length--;
  /* a scale of 10^9 at most leaves nothing for a tenth digit */
  if (length > 9)
    return BB_DECIMAL_FINE;
  for (gsize i = 0; i < length; i++) {
    push_digit (&fraction, digits[i] - '0');
    divisor *= 10;
  }
  if (fraction * scale % divisor != 0)
    return BB_DECIMAL_FINE;
  if (__builtin_mul_overflow (*value, (gint64) scale, value)
      || __builtin_add_overflow (*value, fraction * scale / divisor, value))
    return BB_DECIMAL_RANGE;
  return BB_DECIMAL_OK;
}

BbDecimalVerdict
bb_decimal_parse (const gchar *text, gint scale, gint64 *value)
{
  gboolean negative = *text == '-';
  BbDecimalVerdict verdict;
  gint64 whole = 0;
  gsize n_whole, n_fraction = 0;

  if (*text == '-' || *text == '+')
    text++;
  n_whole = strspn (text, "0123456789");
  if (text[n_whole] == '.' || text[n_whole] == ',')
    n_fraction = 1 + strspn (text + n_whole + 1, "0123456789");
  if (n_whole == 0 || n_fraction == 1 || text[n_whole + n_fraction] != '\0')
    return BB_DECIMAL_SYNTAX;
  for (gsize i = 0; i < n_whole; i++)
    if (!push_digit (&whole, text[i] - '0'))
      return BB_DECIMAL_RANGE;
  verdict = parse_fraction (n_fraction > 0 ? text + n_whole + 1 : "", scale, &whole);
  if (verdict == BB_DECIMAL_OK)
    *value = negative ? -whole : whole;
  return verdict;
}

gchar *
bb_decimal_format (gint64 value, gint scale)
{
  g_autoptr (GString) text = g_string_new (value < 0 ? "-" : "");
  guint64 magnitude = value < 0 ? -(guint64) value : (guint64) value;
  guint64 rest = magnitude % (guint64) scale;

  g_string_append_printf (text, "%" G_GUINT64_FORMAT, magnitude / (guint64) scale);
  if (rest != 0)
    g_string_append_c (text, '.');
  while (rest != 0) {
    rest *= 10;
    g_string_append_c (text, (gchar) ('0' + rest / (guint64) scale));
    rest %= (guint64) scale;
  }
  return g_string_free (g_steal_pointer (&text), FALSE);
}

const gchar *
bb_double_format (gdouble value, gchar *buffer)
{
  static const gchar *const formats[] = { "%.15g", "%.16g", "%.17g" };

  for (gsize i = 0; i < G_N_ELEMENTS (formats); i++) {
    g_ascii_formatd (buffer, BB_DOUBLE_TEXT_SIZE - 2, formats[i], value);
    if (g_ascii_strtod (buffer, NULL) == value)
      break;
  }
  /* A double stays one: 1e6 would come back as a whole number otherwise. */
  if (strpbrk (buffer, ".e") == NULL)
    g_strlcat (buffer, ".0", BB_DOUBLE_TEXT_SIZE);
  return buffer;
}

gchar *
bb_decimal_fixed (gint64 value, gint scale, guint decimals)
{
  gchar digits[G_ASCII_DTOSTR_BUF_SIZE], format[8];

  g_snprintf (format, sizeof format, "%%.%uf", MIN (decimals, 9));
  g_ascii_formatd (digits, sizeof digits, format, fabs ((gdouble) value / scale));
  return g_strconcat (value < 0 ? "−" : "", digits, NULL);
}
