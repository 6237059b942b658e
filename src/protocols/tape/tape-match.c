/* SPDX-License-Identifier: GPL-3.0-or-later */
/* tape-match.c: masking secrets in what is recorded, and matching what is sent with what was recorded. */
#include <string.h>

#include "protocols/tape/tape-private.h"

gchar *
bb_tape_hex (const guint8 *bytes, gsize size, gsize most)
{
  GString *text = g_string_sized_new (2 * MIN (size, most) + 4);
  for (gsize i = 0; i < MIN (size, most); i++)
    g_string_append_printf (text, "%02x", bytes[i]);
  if (size > most)
    g_string_append (text, "…");
  return g_string_free (text, FALSE);
}

gint
bb_tape_failure_from_name (const gchar *name)
{
  GEnumClass *names = g_type_class_ref (G_TYPE_IO_ERROR_ENUM);
  GEnumValue *value = g_enum_get_value_by_nick (names, name);
  gint code = value != NULL ? value->value : -1;
  g_type_class_unref (names);
  return code;
}

/* The longest secret that starts at `at`; 0: none. */
static gsize
secret_at (GPtrArray *secrets, const guint8 *at, gsize left)
{
  gsize longest = 0;
  for (guint i = 0; i < secrets->len; i++) {
    const gchar *secret = g_ptr_array_index (secrets, i);
    gsize length = strlen (secret);
    if (length > longest && length <= left && memcmp (at, secret, length) == 0)
      longest = length;
  }
  return longest;
}

GByteArray *
bb_tape_masked (GPtrArray *secrets, const guint8 *bytes, gsize size, gboolean text)
{
  GByteArray *masked = g_byte_array_sized_new ((guint) size);
  const guint8 star = BB_TAPE_MASK_BYTE;

  for (gsize i = 0; i < size;) {
    gsize length = secret_at (secrets, bytes + i, size - i);
    if (length == 0)
      g_byte_array_append (masked, bytes + i, 1);
    else if (text)
      g_byte_array_append (masked, (const guint8 *) BB_TAPE_MASK, strlen (BB_TAPE_MASK));
    else
      for (gsize k = 0; k < length; k++)
        g_byte_array_append (masked, &star, 1);
    i += MAX (length, 1);
  }
  return masked;
}

/* The length of a mask that starts at `at`; 0: none. */
static gsize
mask_at (const guint8 *at, gsize left, gboolean text)
{
  gsize length = 0;
  if (text)
    return left >= strlen (BB_TAPE_MASK) && memcmp (at, BB_TAPE_MASK, strlen (BB_TAPE_MASK)) == 0
               ? strlen (BB_TAPE_MASK)
               : 0;
  while (length < left && at[length] == BB_TAPE_MASK_BYTE)
    length++;
  return length >= BB_TAPE_SHORTEST_SECRET ? length : 0;
}

/* As matching file names with stars, going back to the last mask only: no more than size * size steps. */
gboolean
bb_tape_matches (GBytes *recorded, gboolean text, const guint8 *sent, gsize size, gsize *at)
{
  gsize n, p = 0, s = 0, mask, back_p = G_MAXSIZE, back_s = 0;
  const guint8 *pattern = g_bytes_get_data (recorded, &n);

  *at = 0;
  while (s < size || p < n) {
    if (p < n && (mask = mask_at (pattern + p, n - p, text)) > 0) {
      p += mask;
      back_p = p;
      back_s = s;
    } else if (p < n && s < size && pattern[p] == sent[s]) {
      p++;
      s++;
    } else {
      *at = MAX (*at, s);
      if (back_p == G_MAXSIZE || back_s >= size)
        return FALSE;
      p = back_p;
      s = ++back_s;
    }
  }
  return TRUE;
}
