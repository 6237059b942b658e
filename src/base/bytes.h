/* SPDX-License-Identifier: GPL-3.0-or-later */
/* bytes.h: little-endian integers, variable-length integers and CRC-32C, for our binary files. */
#pragma once

#include <glib.h>
#include <string.h>

G_BEGIN_DECLS

/* CRC-32C (Castagnoli, RFC 3720 appendix B.4) of `data`, going on from `crc` (0 at first). */
guint32 bb_crc32c (guint32 crc, const void *data, gsize size);

/* Longest variable-length integer. */
#define BB_VARINT_MAX 10

/* Writes `value` in groups of 7 bits, low first, the top bit set on all but the last; returns past its end.
 * `out` has room for BB_VARINT_MAX bytes. */
static inline guint8 *
bb_put_varint (guint8 *out, guint64 value)
{
  while (value >= 0x80) {
    *out++ = (guint8) (value | 0x80);
    value >>= 7;
  }
  *out++ = (guint8) value;
  return out;
}

/* Small magnitudes of either sign become small unsigned numbers: 0, -1, 1, -2, ... -> 0, 1, 2, 3, ... */
static inline guint64
bb_zigzag (gint64 value)
{
  return ((guint64) value << 1) ^ (guint64) (value >> 63);
}
static inline gint64
bb_unzigzag (guint64 value)
{
  return (gint64) ((value >> 1) ^ (~(value & 1) + 1));
}

static inline guint8 *
bb_put_svarint (guint8 *out, gint64 value)
{
  return bb_put_varint (out, bb_zigzag (value));
}
static inline guint8 *
bb_put_u16 (guint8 *out, guint16 value)
{
  value = GUINT16_TO_LE (value);
  memcpy (out, &value, 2);
  return out + 2;
}
static inline guint8 *
bb_put_u32 (guint8 *out, guint32 value)
{
  value = GUINT32_TO_LE (value);
  memcpy (out, &value, 4);
  return out + 4;
}
static inline guint8 *
bb_put_u64 (guint8 *out, guint64 value)
{
  value = GUINT64_TO_LE (value);
  memcpy (out, &value, 8);
  return out + 8;
}

/* Reads from hostile bytes: past the end every read gives 0 and `failed` stays set; check it once,
 * afterwards. */
typedef struct {
  const guint8 *at, *end;
  gboolean failed;
} BbBytesReader;

static inline BbBytesReader
bb_bytes_reader (const void *data, gsize size)
{
  const guint8 *bytes = (const guint8 *) data;
  return (BbBytesReader){ bytes, bytes + size, FALSE };
}
static inline gsize
bb_bytes_left (const BbBytesReader *reader)
{
  return (gsize) (reader->end - reader->at);
}

/* The next `size` bytes, or NULL. */
static inline const guint8 *
bb_get_bytes (BbBytesReader *reader, gsize size)
{
  const guint8 *at = reader->at;
  if (reader->failed || bb_bytes_left (reader) < size) {
    reader->failed = TRUE;
    return NULL;
  }
  reader->at += size;
  return at;
}
static inline guint8
bb_get_u8 (BbBytesReader *reader)
{
  const guint8 *at = bb_get_bytes (reader, 1);
  return at != NULL ? at[0] : 0;
}
static inline guint16
bb_get_u16 (BbBytesReader *reader)
{
  const guint8 *at = bb_get_bytes (reader, 2);
  guint16 value = 0;
  if (at != NULL)
    memcpy (&value, at, 2);
  return GUINT16_FROM_LE (value);
}
static inline guint32
bb_get_u32 (BbBytesReader *reader)
{
  const guint8 *at = bb_get_bytes (reader, 4);
  guint32 value = 0;
  if (at != NULL)
    memcpy (&value, at, 4);
  return GUINT32_FROM_LE (value);
}
static inline guint64
bb_get_u64 (BbBytesReader *reader)
{
  const guint8 *at = bb_get_bytes (reader, 8);
  guint64 value = 0;
  if (at != NULL)
    memcpy (&value, at, 8);
  return GUINT64_FROM_LE (value);
}

/* Fails on more than 64 bits. */
static inline guint64
bb_get_varint (BbBytesReader *reader)
{
  guint64 value = 0;
  for (guint shift = 0; shift < 64; shift += 7) {
    guint8 byte = bb_get_u8 (reader);
    if (shift == 63 && byte > 1)
      break;
    value |= (guint64) (byte & 0x7f) << shift;
    if ((byte & 0x80) == 0)
      return reader->failed ? 0 : value;
  }
  reader->failed = TRUE;
  return 0;
}
static inline gint64
bb_get_svarint (BbBytesReader *reader)
{
  return bb_unzigzag (bb_get_varint (reader));
}

G_END_DECLS
