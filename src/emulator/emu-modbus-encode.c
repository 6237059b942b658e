/* SPDX-License-Identifier: GPL-3.0-or-later */
/* emu-modbus-encode.c: values into the registers of a point, and back: type, scale, mask, word and byte
 * order. */
#include <math.h>
#include <string.h>

#include "emulator/emu-modbus-bank.h"

/* ---- raw values ---- */

static gdouble
count_of (const BbPoint *point, gint exponent)
{
  return point->scale * pow (10, exponent);
}

static guint64
from_float (gfloat value)
{
  guint32 bits = 0;

  memcpy (&bits, &value, sizeof bits);
  return bits;
}

static gfloat
to_float (guint64 raw)
{
  guint32 bits = (guint32) raw;
  gfloat value = 0;

  memcpy (&value, &bits, sizeof value);
  return value;
}

/* Bits of the point's value, before the mask. */
static guint
bits_of (const BbPoint *point)
{
  switch (point->type) {
  case BB_TYPE_CHAR:
    return 8;
  case BB_TYPE_U16:
  case BB_TYPE_I16:
    return 16;
  case BB_TYPE_U32:
  case BB_TYPE_I32:
  case BB_TYPE_F32:
  case BB_TYPE_ACC32:
    return 32;
  default:
    return MIN (16u * point->n_words, 64u);
  }
}

static gboolean
is_signed (const BbPoint *point)
{
  return point->type == BB_TYPE_I16 || point->type == BB_TYPE_I32 || point->type == BB_TYPE_I64;
}

/* Into the type's range; signed ones as two's complement of their width. */
static guint64
fit (const BbPoint *point, gint64 value)
{
  guint bits = point->mask ? (guint) g_bit_storage (point->mask) : bits_of (point);
  guint64 all = bits >= 64 ? G_MAXUINT64 : (G_GUINT64_CONSTANT (1) << bits) - 1;
  gint64 top = (gint64) (all >> 1);

  if (is_signed (point) && bits < 64)
    return (guint64) CLAMP (value, -top - 1, top) & all;
  if (is_signed (point))
    return (guint64) value;
  if (value < 0)
    return 0;
  if (point->wraps)
    return (guint64) value & all;
  return MIN ((guint64) value, all);
}

guint64
bb_emu_encode_raw (const BbPoint *point, gint scale_exponent, gint64 canonical)
{
  gdouble count = count_of (point, scale_exponent);
  gint64 value = point->export_positive ? -canonical : canonical;

  if (count == 0)
    count = 1;
  if (point->sign_from != BB_ROLE_NONE)
    value = ABS (value);
  if (point->minus != BB_ROLE_NONE)
    value = MAX (value, 0);
  gdouble raw = ((gdouble) value - point->offset) / count;
  if (point->type == BB_TYPE_F32)
    return from_float ((gfloat) raw);
  return fit (point, (gint64) round (CLAMP (raw, -9.0e18, 9.0e18)));
}

guint64
bb_emu_encode_none (const BbPoint *point)
{
  if (point->type == BB_TYPE_F32)
    return from_float (NAN);
  return point->n_invalid > 0 ? (guint64) point->invalid[0] : 0;
}

static gint64
sign_extend (const BbPoint *point, guint64 raw)
{
  guint bits = bits_of (point);

  if (!is_signed (point) || bits >= 64 || !(raw >> (bits - 1) & 1))
    return (gint64) raw;
  return (gint64) (raw | ~((G_GUINT64_CONSTANT (1) << bits) - 1));
}

gint64
bb_emu_decode_raw (const BbPoint *point, guint64 raw)
{
  gdouble value = point->type == BB_TYPE_F32 ? (gdouble) to_float (raw) : (gdouble) sign_extend (point, raw);

  value = value * point->scale + point->offset;
  return isfinite (value) ? (gint64) round (CLAMP (value, -9.0e15, 9.0e15)) : 0;
}

/* ---- words ---- */

static guint16
in_order (const BbPoint *point, guint16 word)
{
  return point->low_byte_first ? GUINT16_SWAP_LE_BE (word) : word;
}

/* Registers of a number: wider places than its type (u64 in four, of which two are used) keep the rest 0. */
static guint
number_words (const BbPoint *point)
{
  return CLAMP (point->n_words, 1u, 4u);
}

void
bb_emu_words_from_raw (const BbPoint *point, guint64 raw, guint16 *words)
{
  guint n = number_words (point);

  if (point->mask)
    raw &= point->mask;
  if (point->shift)
    raw <<= point->shift;
  memset (words, 0, point->n_words * sizeof *words);
  for (guint i = 0; i < n; i++) {
    guint from_end = point->low_word_first ? i : n - 1 - i;

    words[i] = in_order (point, (guint16) (raw >> (16 * from_end)));
  }
}

guint64
bb_emu_raw_from_words (const BbPoint *point, const guint16 *words)
{
  guint n = number_words (point);
  gboolean low_first = point->low_word_first && !point->write_high_word_first;
  guint64 raw = 0;

  for (guint i = 0; i < n; i++) {
    guint from_end = low_first ? i : n - 1 - i;

    raw |= (guint64) in_order (point, words[i]) << (16 * from_end);
  }
  raw >>= point->shift;
  return point->mask ? raw & point->mask : raw;
}

/* ---- texts ---- */

gboolean
bb_emu_point_is_text (const BbPoint *point)
{
  return point->type == BB_TYPE_TEXT || point->type == BB_TYPE_UTF16 || point->type == BB_TYPE_BYTES;
}

/* "1.8" as 01 08 00: two decimal digits a byte. */
static void
put_bcd (const gchar *text, guint8 *bytes, guint size)
{
  g_auto (GStrv) parts = g_strsplit (text, ".", 4);

  for (guint i = 0; parts[i] && i < MIN (size, 3); i++) {
    guint64 number = g_ascii_strtoull (parts[i], NULL, 10) % 100;

    bytes[i] = (guint8) (number / 10 << 4 | number % 10);
  }
}

static guint8
hex_byte (const gchar *digits)
{
  return (guint8) (g_ascii_xdigit_value (digits[0]) << 4 | g_ascii_xdigit_value (digits[1]));
}

static gboolean
is_abb_serial (const gchar *text)
{
  return g_regex_match_simple ("^TACW[0-9]{2}-[0-9]-[0-9]{4}-[TSGP][0-9]{4}$", text, 0, 0);
}

/* "TACW22-4-4920-T0025" as 54 22 04 00 49 20 00 25; another text gives its hash as the unique number. */
static void
put_abb_serial (const gchar *text, guint8 *bytes, guint size)
{
  guint8 packed[8] = { 'T', 0x22, 4, 0, 0x49, 0x20, 0, 0 };

  if (is_abb_serial (text)) {
    packed[0] = (guint8) text[14];
    packed[1] = hex_byte (text + 4);
    packed[2] = (guint8) g_ascii_xdigit_value (text[7]);
    packed[4] = hex_byte (text + 9);
    packed[5] = hex_byte (text + 11);
    packed[6] = hex_byte (text + 15);
    packed[7] = hex_byte (text + 17);
  } else {
    guint unique = g_str_hash (text) % 10000;

    packed[6] = (guint8) (unique / 1000 << 4 | unique / 100 % 10);
    packed[7] = (guint8) (unique / 10 % 10 << 4 | unique % 10);
  }
  memcpy (bytes, packed, MIN (size, sizeof packed));
}

static void
put_text (const BbPoint *point, const gchar *text, guint8 *bytes, guint size)
{
  gsize length = MIN (strlen (text), size);
  gboolean padded = g_strcmp0 (point->format, "left-padded") == 0;

  if (padded)
    memset (bytes, ' ', size);
  memcpy (bytes + (padded ? size - length : 0), text, length);
}

void
bb_emu_words_from_text (const BbPoint *point, const gchar *text, guint16 *words)
{
  guint size = point->n_words * 2u;
  g_autofree guint8 *bytes = g_malloc0 (size + 1);
  gboolean swapped = point->low_byte_first != (g_strcmp0 (point->format, "byte-swapped") == 0);

  if (point->type == BB_TYPE_UTF16)
    for (guint i = 0; i < point->n_words && text[i]; i++)
      bytes[2 * i + 1] = (guint8) text[i];
  else if (point->type == BB_TYPE_BYTES && g_strcmp0 (point->format, "abb-serial") == 0)
    put_abb_serial (text, bytes, size);
  else if (point->type == BB_TYPE_BYTES)
    put_bcd (text, bytes, size);
  else
    put_text (point, text, bytes, size);
  for (guint i = 0; i < point->n_words; i++)
    words[i] = swapped ? (guint16) (bytes[2 * i + 1] << 8 | bytes[2 * i])
                       : (guint16) (bytes[2 * i] << 8 | bytes[2 * i + 1]);
}
