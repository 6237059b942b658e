/* SPDX-License-Identifier: GPL-3.0-or-later */
/* guard.c: checks a JSON text completely (RFC 8259), without recursion, before a parser sees it. */
#include "base/guard.h"

#include <errno.h>
#include <glib/gi18n.h>
#include <math.h>
#include <string.h>

#include "base/file.h"

/* Longest number that makes sense, with every digit of a double. */
#define MAX_NUMBER 512

/* What may come next. */
typedef enum {
  WANT_VALUE,
  WANT_VALUE_OR_CLOSE,
  WANT_KEY,
  WANT_KEY_OR_CLOSE,
  WANT_COLON,
  WANT_COMMA_OR_CLOSE
} Want;

typedef struct {
  const gchar *text;
  gsize length, at;
  const gchar *source;
  guint depth;
  gboolean is_object[BB_GUARD_MAX_DEPTH];
  GHashTable *keys[BB_GUARD_MAX_DEPTH]; /* (nullable) of the open objects, when duplicates are looked for */
  gboolean unique_keys;
  GError **error;
} Guard;

static gboolean
refuse (Guard *guard, gsize offset, BbTextError code, const gchar *message)
{
  guint line = 0, column = 0;
  bb_text_position (guard->text, guard->length, offset, &line, &column);
  bb_set_error_at (guard->error, BB_TEXT_ERROR, (gint) code, guard->source, line, column, "%s", message);
  return FALSE;
}

static gboolean
refuse_end (Guard *guard)
{
  return refuse (guard, guard->length, BB_TEXT_ERROR_TRUNCATED, _ ("the text ends in the middle of a value"));
}

/* ---- strings ---- */

static guint
hex4 (const gchar *at)
{
  guint value = 0;
  for (gint i = 0; i < 4; i++)
    value = value * 16 + (guint) g_ascii_xdigit_value (at[i]);
  return value;
}

/* At the u of a half of a pair: 0xd800 to 0xdbff, then at once an escape of 0xdc00 to 0xdfff. Parsers differ
 * in what they make of a half alone: json-glib 1.6 invalid text, newer ones U+FFFD. `left`: bytes from `at`
 * to the end. */
static gboolean
is_pair (const gchar *at, gsize left)
{
  if (left < 11 || hex4 (at + 1) >= 0xdc00 || at[5] != '\\' || at[6] != 'u')
    return FALSE;
  for (gsize i = 7; i < 11; i++)
    if (!g_ascii_isxdigit (at[i]))
      return FALSE;
  return hex4 (at + 7) >= 0xdc00 && hex4 (at + 7) < 0xe000;
}

static gboolean
check_escape (Guard *guard)
{
  gsize left = guard->length - guard->at;
  const gchar *at = guard->text + guard->at; /* behind the backslash */
  if (left == 0)
    return refuse_end (guard);
  if (*at != 'u') {
    if (strchr ("\"\\/bfnrt", *at) == NULL)
      return refuse (guard, guard->at - 1, BB_TEXT_ERROR_SYNTAX, _ ("unknown escape after a backslash"));
    guard->at++;
    return TRUE;
  }
  for (gsize i = 1; i <= 4; i++) {
    if (i >= left)
      return refuse_end (guard);
    if (!g_ascii_isxdigit (at[i]))
      return refuse (guard, guard->at + i, BB_TEXT_ERROR_SYNTAX, _ ("\\u needs four hexadecimal digits"));
  }
  if (memcmp (at, "u0000", 5) == 0)
    return refuse (guard, guard->at - 1, BB_TEXT_ERROR_ENCODING, _ ("a zero character is not allowed"));
  if (hex4 (at + 1) < 0xd800 || hex4 (at + 1) >= 0xe000) {
    guard->at += 5;
    return TRUE;
  }
  if (!is_pair (at, left))
    return refuse (guard, guard->at - 1, BB_TEXT_ERROR_ENCODING,
                   _ ("This text holds half a character (\\ud800 to \\udfff without its pair)."));
  guard->at += 11;
  return TRUE;
}

/* At the opening quote; leaves `at` behind the closing one. */
static gboolean
check_string (Guard *guard)
{
  for (guard->at++; guard->at < guard->length;) {
    guchar byte = (guchar) guard->text[guard->at];
    if (byte == '"') {
      guard->at++;
      return TRUE;
    }
    if (byte < 0x20)
      return refuse (guard, guard->at, BB_TEXT_ERROR_SYNTAX,
                     _ ("a text in quotes may not contain a line break or control character"));
    guard->at++;
    if (byte == '\\' && !check_escape (guard))
      return FALSE;
  }
  return refuse_end (guard);
}

/* What a checked string means, so that "a" and "\u0061" are the same key. */
static gchar *
unescape (const gchar *at, gsize length)
{
  static const gchar from[] = "\"\\/bfnrt", to[] = "\"\\/\b\f\n\r\t";
  GString *text = g_string_sized_new (length);
  const gchar *end = at + length;
  while (at < end) {
    gunichar c = 0;
    if (*at != '\\') {
      g_string_append_c (text, *at++);
    } else if (at[1] != 'u') {
      g_string_append_c (text, to[strchr (from, at[1]) - from]);
      at += 2;
    } else {
      c = hex4 (at + 2);
      at += 6;
      if (c >= 0xd800 && c < 0xdc00) {
        c = 0x10000 + ((c - 0xd800) << 10) + (hex4 (at + 2) - 0xdc00);
        at += 6;
      }
      g_string_append_unichar (text, c);
    }
  }
  return g_string_free (text, FALSE);
}

static gboolean
check_key (Guard *guard)
{
  gsize start = guard->at;
  GHashTable **keys = &guard->keys[guard->depth - 1];
  if (!check_string (guard))
    return FALSE;
  if (!guard->unique_keys)
    return TRUE;
  if (*keys == NULL)
    *keys = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  if (!g_hash_table_add (*keys, unescape (guard->text + start + 1, guard->at - start - 2)))
    return refuse (guard, start, BB_TEXT_ERROR_SYNTAX,
                   _ ("this key is in the object twice; remove one of them"));
  return TRUE;
}

/* ---- numbers and words ---- */

static gsize
count_digits (const gchar *text, gsize length)
{
  gsize n = 0;
  while (n < length && g_ascii_isdigit (text[n]))
    n++;
  return n;
}

/* Length of the number at `text`, 0: not a number as JSON has them. `whole`: without fraction and exponent.
 */
static gsize
scan_number (const gchar *text, gsize length, gboolean *whole)
{
  gsize at = length > 0 && text[0] == '-' ? 1 : 0;
  gsize digits = count_digits (text + at, length - at);
  if (digits == 0 || (digits > 1 && text[at] == '0'))
    return 0;
  at += digits;
  *whole = TRUE;
  if (at < length && text[at] == '.') {
    digits = count_digits (text + at + 1, length - at - 1);
    if (digits == 0)
      return 0;
    at += 1 + digits;
    *whole = FALSE;
  }
  if (at < length && (text[at] == 'e' || text[at] == 'E')) {
    at += at + 1 < length && (text[at + 1] == '+' || text[at + 1] == '-') ? 2 : 1;
    digits = count_digits (text + at, length - at);
    if (digits == 0)
      return 0;
    at += digits;
    *whole = FALSE;
  }
  return at;
}

static gboolean
check_number (Guard *guard)
{
  gboolean whole = FALSE;
  gsize size = scan_number (guard->text + guard->at, guard->length - guard->at, &whole);
  gchar digits[MAX_NUMBER + 1];
  gboolean fits = size <= MAX_NUMBER;
  if (size == 0)
    return refuse (guard, guard->at, BB_TEXT_ERROR_SYNTAX, _ ("not a number as JSON writes them"));
  if (fits) {
    memcpy (digits, guard->text + guard->at, size);
    digits[size] = 0;
    fits = whole ? g_ascii_string_to_signed (digits, 10, G_MININT64, G_MAXINT64, NULL, NULL)
                 : isfinite (g_ascii_strtod (digits, NULL));
  }
  if (!fits)
    return refuse (guard, guard->at, BB_TEXT_ERROR_SYNTAX, _ ("this number is too large"));
  guard->at += size;
  return TRUE;
}

static gboolean
check_word (Guard *guard)
{
  static const gchar *const words[] = { "true", "false", "null" };
  gsize left = guard->length - guard->at;
  const gchar *at = guard->text + guard->at;
  for (guint i = 0; i < G_N_ELEMENTS (words); i++) {
    gsize size = strlen (words[i]);
    if (left >= size && memcmp (at, words[i], size) == 0) {
      guard->at += size;
      return TRUE;
    }
    if (left < size && memcmp (at, words[i], left) == 0)
      return refuse_end (guard);
  }
  return refuse (guard, guard->at, BB_TEXT_ERROR_SYNTAX,
                 _ ("expected a value: text in double quotes, a number, true, false, null, [ or {"));
}

/* ---- structure ---- */

static gboolean
open_bracket (Guard *guard, Want *want)
{
  gboolean is_object = guard->text[guard->at] == '{';
  if (guard->depth == BB_GUARD_MAX_DEPTH)
    return refuse (guard, guard->at, BB_TEXT_ERROR_DEPTH,
                   _ ("objects and arrays are nested more than 64 deep"));
  guard->is_object[guard->depth++] = is_object;
  guard->at++;
  *want = is_object ? WANT_KEY_OR_CLOSE : WANT_VALUE_OR_CLOSE;
  return TRUE;
}

static gboolean
close_bracket (Guard *guard, Want *want)
{
  gboolean is_object = guard->text[guard->at] == '}';
  if (guard->depth == 0 || guard->is_object[guard->depth - 1] != is_object)
    return refuse (guard, guard->at, BB_TEXT_ERROR_SYNTAX,
                   is_object ? _ ("a } without its {") : _ ("a ] without its ["));
  guard->depth--;
  g_clear_pointer (&guard->keys[guard->depth], g_hash_table_unref);
  guard->at++;
  *want = WANT_COMMA_OR_CLOSE;
  return TRUE;
}

static gboolean
check_value (Guard *guard, Want *want)
{
  gchar byte = guard->text[guard->at];
  *want = WANT_COMMA_OR_CLOSE;
  if (byte == '{' || byte == '[')
    return open_bracket (guard, want);
  if (byte == '"')
    return check_string (guard);
  return byte == '-' || g_ascii_isdigit (byte) ? check_number (guard) : check_word (guard);
}

static gboolean
check_comma (Guard *guard, Want *want)
{
  gchar byte = guard->text[guard->at];
  if (guard->depth == 0)
    return refuse (guard, guard->at, BB_TEXT_ERROR_SYNTAX,
                   _ ("there is something after the end of the JSON value"));
  if (byte == '}' || byte == ']')
    return close_bracket (guard, want);
  if (byte != ',')
    return refuse (guard, guard->at, BB_TEXT_ERROR_SYNTAX,
                   guard->is_object[guard->depth - 1] ? _ ("expected , or }") : _ ("expected , or ]"));
  guard->at++;
  *want = guard->is_object[guard->depth - 1] ? WANT_KEY : WANT_VALUE;
  return TRUE;
}

/* One token, at a byte that is not white space. */
static gboolean
check_token (Guard *guard, Want *want)
{
  gchar byte = guard->text[guard->at];
  switch (*want) {
  case WANT_VALUE_OR_CLOSE:
    return byte == ']' ? close_bracket (guard, want) : check_value (guard, want);
  case WANT_VALUE:
    return check_value (guard, want);
  case WANT_KEY_OR_CLOSE:
  case WANT_KEY:
    if (byte == '}' && *want == WANT_KEY_OR_CLOSE)
      return close_bracket (guard, want);
    if (byte != '"')
      return refuse (guard, guard->at, BB_TEXT_ERROR_SYNTAX, _ ("expected a key in double quotes"));
    *want = WANT_COLON;
    return check_key (guard);
  case WANT_COLON:
    if (byte != ':')
      return refuse (guard, guard->at, BB_TEXT_ERROR_SYNTAX, _ ("expected : after the key"));
    guard->at++;
    *want = WANT_VALUE;
    return TRUE;
  case WANT_COMMA_OR_CLOSE:
  default:
    return check_comma (guard, want);
  }
}

static gboolean
check_structure (Guard *guard)
{
  Want want = WANT_VALUE;
  gboolean any = FALSE;
  while (guard->at < guard->length) {
    gchar byte = guard->text[guard->at];
    if (byte == ' ' || byte == '\t' || byte == '\n' || byte == '\r') {
      guard->at++;
      continue;
    }
    any = TRUE;
    if (!check_token (guard, &want))
      return FALSE;
  }
  if (!any)
    return refuse (guard, 0, BB_TEXT_ERROR_EMPTY, _ ("there is nothing in it"));
  return (want == WANT_COMMA_OR_CLOSE && guard->depth == 0) || refuse_end (guard);
}

static gboolean
check_encoding (Guard *guard)
{
  const gchar *bad = NULL;
  if (guard->length >= 2
      && (memcmp (guard->text, "\xff\xfe", 2) == 0 || memcmp (guard->text, "\xfe\xff", 2) == 0))
    return refuse (guard, 0, BB_TEXT_ERROR_ENCODING, _ ("the text is UTF-16; save it as UTF-8"));
  if (g_utf8_validate_len (guard->text, guard->length, &bad))
    return TRUE;
  return refuse (guard, (gsize) (bad - guard->text), BB_TEXT_ERROR_ENCODING,
                 *bad == 0 ? _ ("a zero byte: this is not a text")
                           : _ ("not UTF-8: this is another encoding or not a text"));
}

static gboolean
has_mark (const gchar *text, gsize length)
{
  return length >= 3 && memcmp (text, "\xef\xbb\xbf", 3) == 0;
}

static gboolean
run (Guard *guard, gsize max_bytes)
{
  gboolean good = FALSE;
  if (guard->length > max_bytes) {
    g_autofree gchar *cap = g_format_size_full (max_bytes, G_FORMAT_SIZE_IEC_UNITS);
    bb_set_error_at (guard->error, BB_TEXT_ERROR, BB_TEXT_ERROR_TOO_LARGE, guard->source, 0, 0,
                     _ ("larger than the %s allowed here"), cap);
    return FALSE;
  }
  guard->at = has_mark (guard->text, guard->length) ? 3 : 0;
  good = check_encoding (guard) && check_structure (guard);
  for (guint i = 0; i < BB_GUARD_MAX_DEPTH; i++)
    g_clear_pointer (&guard->keys[i], g_hash_table_unref);
  return good;
}

gboolean
bb_guard_json (const gchar *text, gssize length, gsize max_bytes, const gchar *source, GError **error)
{
  Guard guard = { .text = text, .length = length < 0 ? strlen (text) : (gsize) length, .source = source };
  guard.error = error;
  return run (&guard, max_bytes);
}

JsonNode *
bb_json_parse (const gchar *text, gssize length, const gchar *source, GError **error)
{
  Guard guard = { .text = text, .length = length < 0 ? strlen (text) : (gsize) length, .source = source };
  g_autoptr (JsonParser) parser = NULL;
  gsize skip = 0;
  guard.unique_keys = TRUE;
  guard.error = error;
  if (!run (&guard, G_MAXINT32))
    return NULL;
  skip = has_mark (text, guard.length) ? 3 : 0;
  parser = json_parser_new_immutable ();
  if (!json_parser_load_from_data (parser, text + skip, (gssize) (guard.length - skip), error)) {
    bb_prefix_error_at (error, source, 0, 0);
    return NULL;
  }
  return json_node_ref (json_parser_get_root (parser));
}

JsonNode *
bb_json_load_file (const gchar *path, gsize max_bytes, GError **error)
{
  g_autoptr (GBytes) bytes = bb_file_read (path, max_bytes, error);
  g_autofree gchar *shown = g_filename_display_name (path);
  if (bytes == NULL)
    return NULL;
  return bb_json_parse (g_bytes_get_data (bytes, NULL), (gssize) g_bytes_get_size (bytes), shown, error);
}
