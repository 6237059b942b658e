/* SPDX-License-Identifier: GPL-3.0-or-later */
/* bytes.c: CRC-32C, eight bytes at a time (the "slicing by 8" way of walking eight tables). */
#include "base/bytes.h"

/* The polynomial 0x1EDC6F41, bit-reversed. */
#define CASTAGNOLI 0x82f63b78u

static guint32 tables[8][256];

static void
make_tables (void)
{
  for (guint byte = 0; byte < 256; byte++) {
    guint32 crc = byte;
    for (gint bit = 0; bit < 8; bit++)
      crc = (crc >> 1) ^ ((crc & 1) != 0 ? CASTAGNOLI : 0);
    tables[0][byte] = crc;
  }
  for (guint byte = 0; byte < 256; byte++)
    for (gint k = 1; k < 8; k++)
      tables[k][byte] = (tables[k - 1][byte] >> 8) ^ tables[0][tables[k - 1][byte] & 0xff];
}

static guint32
step_of_8 (guint32 crc, const guint8 *at)
{
  guint32 low = 0, high = 0;
  memcpy (&low, at, 4);
  memcpy (&high, at + 4, 4);
  low = GUINT32_FROM_LE (low) ^ crc;
  high = GUINT32_FROM_LE (high);
  return tables[7][low & 0xff] ^ tables[6][(low >> 8) & 0xff] ^ tables[5][(low >> 16) & 0xff]
         ^ tables[4][low >> 24] ^ tables[3][high & 0xff] ^ tables[2][(high >> 8) & 0xff]
         ^ tables[1][(high >> 16) & 0xff] ^ tables[0][high >> 24];
}

guint32
bb_crc32c (guint32 crc, const void *data, gsize size)
{
  static gsize ready = 0;
  const guint8 *at = data;
  if (g_once_init_enter (&ready)) {
    make_tables ();
    g_once_init_leave (&ready, 1);
  }
  crc = ~crc;
  for (; size >= 8; size -= 8, at += 8)
    crc = step_of_8 (crc, at);
  for (; size > 0; size--)
    crc = (crc >> 8) ^ tables[0][(crc ^ *at++) & 0xff];
  return ~crc;
}
