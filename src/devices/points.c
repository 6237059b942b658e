/* SPDX-License-Identifier: GPL-3.0-or-later */
/* points.c: registers to values: word and byte order, bits, markers of "none", scale, texts and packed
 * serials. */
#include "devices/points.h"

#include <float.h>
#include <math.h>
#include <string.h>

/* Widest text taken: 125 registers are the most that one read gives. */
#define MAX_WORDS 125
/* A SunSpec scale factor is a power of ten within these. */
#define MAX_SCALE_POWER 10

guint
bb_point_get_n_words (const BbPoint *point)
{
  if (point->area == BB_AREA_COIL || point->area == BB_AREA_DISCRETE)
    return MAX (point->n_words, 1);
  guint fixed = bb_point_type_get_words (point->type);
  return fixed != 0 ? fixed : MIN (MAX (point->n_words, 1), MAX_WORDS);
}

gboolean
bb_point_is_text (const BbPoint *point)
{
  return point->type == BB_TYPE_TEXT || point->type == BB_TYPE_UTF16 || point->type == BB_TYPE_BYTES;
}

static guint16
word_at (const BbPoint *point, const guint16 *words, guint i)
{
  return point->low_byte_first ? GUINT16_SWAP_LE_BE (words[i]) : words[i];
}

/* The last four registers' worth of bits, the lowest of them at the bottom. */
static guint64
collect (const BbPoint *point, const guint16 *words, guint n_words)
{
  guint64 pattern = 0;
  for (guint i = 0; i < n_words; i++) {
    guint place = point->low_word_first ? n_words - 1 - i : i;
    pattern = pattern << 16 | word_at (point, words, place);
  }
  return pattern;
}

static guint64
width_mask (guint n_words)
{
  return n_words >= 4 ? G_MAXUINT64 : (G_GUINT64_CONSTANT (1) << (16 * n_words)) - 1;
}

static gboolean
is_signed_type (BbPointType type)
{
  return type == BB_TYPE_I16 || type == BB_TYPE_I32 || type == BB_TYPE_I64;
}

static gint64
extend (guint64 pattern, guint n_words)
{
  guint unused = n_words >= 4 ? 0 : 64 - 16 * n_words;
  return (gint64) (pattern << unused) >> unused;
}

/* An overflow mark: negative numbers of a signed type are none. */
static gboolean
is_from (const BbPoint *point, guint64 pattern, guint n_words)
{
  if (is_signed_type (point->type))
    return extend (pattern, n_words) >= point->invalid_from;
  return pattern >= (guint64) point->invalid_from;
}

/* A marker is a bit pattern of the whole value, or a negative number in its two's complement; one that is
 * wider than the value (a default for all points of a profile) does not concern it. */
static gboolean
is_marker (const BbPoint *point, guint64 pattern, guint n_words)
{
  guint64 mask = width_mask (n_words);
  for (guint i = 0; i < point->n_invalid; i++) {
    guint64 marker = (guint64) point->invalid[i];
    if (point->invalid[i] >= 0 && marker > mask)
      continue;
    if ((marker & mask) == pattern)
      return TRUE;
  }
  if (point->invalid_from > 0 && is_from (point, pattern, n_words))
    return TRUE;
  return point->type == BB_TYPE_ACC32 && pattern == 0;
}

/* Half away from zero, where a product such as 50 * 0.29 that is half but for its last bit counts as half. */
static gboolean
canonical (const BbPoint *point, gdouble number, gint scale_power, gint64 *value)
{
  if (scale_power < -MAX_SCALE_POWER || scale_power > MAX_SCALE_POWER)
    return FALSE;
  gdouble exact = number * point->scale;
  if (scale_power != 0)
    exact = scale_power > 0 ? exact * pow (10, scale_power) : exact / pow (10, -scale_power);
  exact += point->offset;
  exact += copysign (fabs (exact) * 4 * DBL_EPSILON, exact);
  if (!isfinite (exact) || fabs (exact) > 9e18)
    return FALSE;
  *value = llround (exact);
  return TRUE;
}

static gboolean
decode_float (const BbPoint *point, guint64 pattern, gint scale_power, BbPointValue *value)
{
  guint32 bits = (guint32) pattern;
  gfloat number;
  memcpy (&number, &bits, sizeof number);
  if (!isfinite (number))
    return TRUE;
  value->raw = fabsf (number) < 9e18f ? (gint64) number : 0;
  value->valid = canonical (point, number, scale_power, &value->value);
  return TRUE;
}

static gdouble
as_number (const BbPoint *point, guint64 pattern, gint64 raw)
{
  return is_signed_type (point->type) ? (gdouble) raw : (gdouble) pattern;
}

static gboolean
decode_bits (const BbPoint *point, const guint16 *bits, guint n_bits, BbPointValue *value)
{
  guint64 pattern = 0;
  for (guint i = 0; i < MIN (n_bits, 64); i++)
    pattern |= (guint64) (bits[i] != 0) << i;
  value->raw = (gint64) pattern;
  value->valid = canonical (point, (gdouble) pattern, 0, &value->value);
  return TRUE;
}

gboolean
bb_point_decode (const BbPoint *point, const guint16 *words, guint n_words, gint scale_power,
                 BbPointValue *value)
{
  *value = (BbPointValue){ 0 };
  guint wanted = bb_point_get_n_words (point);
  if (n_words < wanted || bb_point_is_text (point))
    return FALSE;
  if (point->area == BB_AREA_COIL || point->area == BB_AREA_DISCRETE)
    return decode_bits (point, words, wanted, value);
  guint64 pattern = collect (point, words, wanted);
  gboolean marker = is_marker (point, pattern, wanted);
  if (point->type == BB_TYPE_F32)
    return marker || decode_float (point, pattern, scale_power, value);
  if (point->type == BB_TYPE_CHAR)
    pattern &= 0xff;
  gboolean cut = point->shift != 0 || point->mask != 0;
  if (cut) {
    pattern = point->shift < 64 ? pattern >> point->shift : 0;
    pattern &= point->mask != 0 ? point->mask : G_MAXUINT64;
  }
  value->raw = is_signed_type (point->type) && !cut ? extend (pattern, wanted) : (gint64) pattern;
  value->valid
      = !marker && canonical (point, as_number (point, pattern, value->raw), scale_power, &value->value);
  return TRUE;
}

gint64
bb_point_apply_sign (const BbPoint *point, gint64 value, gint64 sign_value)
{
  if (point->sign_from != BB_ROLE_NONE) {
    gint64 magnitude = ABS (value);
    return sign_value < 0 ? -magnitude : magnitude;
  }
  return point->export_positive ? -value : value;
}

/* ---- texts ---- */

static void
append_character (GString *text, guint character)
{
  if (character == 0 || (character >= 0x20 && character < 0x7f))
    g_string_append_c (text, character == 0 ? ' ' : (gchar) character);
  else
    g_string_append_c (text, '?');
}

/* Padding is blanks or zeros, before or behind; a text ends at the first zero after its first letter. */
static gchar *
without_padding (GString *text)
{
  gchar *clean = g_strstrip (g_string_free (text, FALSE));
  if (*clean == '\0')
    g_clear_pointer (&clean, g_free);
  return clean;
}

static gboolean
all_words_are (const guint16 *words, guint n_words, guint16 what)
{
  for (guint i = 0; i < n_words; i++)
    if (words[i] != what)
      return FALSE;
  return TRUE;
}

static gchar *
decode_characters (const BbPoint *point, const guint16 *words, guint n_words)
{
  gboolean swapped = g_strcmp0 (point->format, "byte-swapped") == 0;
  GString *text = g_string_new (NULL);
  gboolean begun = FALSE;
  for (guint i = 0; i < 2 * n_words; i++) {
    guint16 word = word_at (point, words, i / 2);
    guint character = (i % 2 == 0) != swapped ? word >> 8 : word & 0xff;
    if (character == 0 && begun)
      break;
    begun = begun || (character != 0 && character != ' ');
    append_character (text, character);
  }
  return without_padding (text);
}

static gchar *
decode_utf16 (const BbPoint *point, const guint16 *words, guint n_words)
{
  gunichar2 units[MAX_WORDS];
  glong n = 0;
  for (guint i = 0; i < n_words && word_at (point, words, i) != 0; i++)
    units[n++] = word_at (point, words, i);
  g_autofree gchar *text = g_utf16_to_utf8 (units, n, NULL, NULL, NULL);
  if (text == NULL)
    return NULL;
  for (gchar *at = text; *at != '\0'; at++)
    if ((guchar) *at < 0x20 || *at == 0x7f)
      *at = '?';
  g_strstrip (text);
  return *text != '\0' ? g_steal_pointer (&text) : NULL;
}

static gchar *
decode_bytes (const BbPoint *point, const guint16 *words, guint n_words)
{
  guint8 bytes[2 * MAX_WORDS];
  for (guint i = 0; i < n_words; i++) {
    bytes[2 * i] = word_at (point, words, i) >> 8;
    bytes[2 * i + 1] = word_at (point, words, i) & 0xff;
  }
  if (g_strcmp0 (point->format, "bcd.3") == 0 && n_words >= 2)
    return g_strdup_printf ("%x.%x.%x", bytes[0], bytes[1], bytes[2]);
  /* Connector, kW, plant, spare, week, year, number: 54 22 04 00 49 20 00 25 is TACW22-4-4920-T0025. */
  if (g_strcmp0 (point->format, "abb-serial") == 0 && n_words >= 4)
    return g_strdup_printf ("TACW%x-%x-%02x%02x-%c%02x%02x", bytes[1], bytes[2], bytes[4], bytes[5],
                            g_ascii_isupper (bytes[0]) ? bytes[0] : '?', bytes[6], bytes[7]);
  GString *text = g_string_new (NULL);
  for (guint i = 0; i < 2 * n_words; i++)
    g_string_append_printf (text, "%02X", bytes[i]);
  return g_string_free (text, FALSE);
}

gchar *
bb_point_decode_text (const BbPoint *point, const guint16 *words, guint n_words)
{
  guint wanted = bb_point_get_n_words (point);
  if (n_words < wanted)
    return NULL;
  if (!bb_point_is_text (point)) {
    BbPointValue value;
    if (!bb_point_decode (point, words, n_words, BB_NO_SCALE_POWER, &value) || !value.valid)
      return NULL;
    return g_strdup_printf ("%" G_GINT64_FORMAT, value.raw);
  }
  if (all_words_are (words, wanted, 0xffff) || all_words_are (words, wanted, 0))
    return NULL;
  if (point->type == BB_TYPE_TEXT)
    return decode_characters (point, words, wanted);
  return point->type == BB_TYPE_UTF16 ? decode_utf16 (point, words, wanted)
                                      : decode_bytes (point, words, wanted);
}
