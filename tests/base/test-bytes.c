/* SPDX-License-Identifier: GPL-3.0-or-later */
/* test-bytes.c: integers and checksums of our binary files. */
#include "base/bytes.h"

/* RFC 3720 appendix B.4. */
static void
test_crc (void)
{
  guint8 data[32] = { 0 };
  g_assert_cmphex (bb_crc32c (0, data, 32), ==, 0x8a9136aa);
  memset (data, 0xff, sizeof data);
  g_assert_cmphex (bb_crc32c (0, data, 32), ==, 0x62a8ab43);
  for (guint i = 0; i < 32; i++)
    data[i] = (guint8) i;
  g_assert_cmphex (bb_crc32c (0, data, 32), ==, 0x46dd794e);
  g_assert_cmphex (bb_crc32c (bb_crc32c (0, data, 5), data + 5, 27), ==, 0x46dd794e);
  g_assert_cmphex (bb_crc32c (0, "123456789", 9), ==, 0xe3069283);
}

static void
test_varint (void)
{
  static const guint64 values[] = { 0, 1, 127, 128, 300, 16383, 16384, G_MAXUINT32, G_MAXINT64, G_MAXUINT64 };
  for (guint i = 0; i < G_N_ELEMENTS (values); i++) {
    guint8 bytes[BB_VARINT_MAX];
    guint8 *end = bb_put_varint (bytes, values[i]);
    for (gsize size = 0; size <= (gsize) (end - bytes); size++) {
      BbBytesReader reader = bb_bytes_reader (bytes, size);
      guint64 value = bb_get_varint (&reader);
      g_assert_cmpint (reader.failed, ==, size < (gsize) (end - bytes));
      g_assert_cmpuint (value, ==, reader.failed ? 0 : values[i]);
    }
  }
}

static void
test_svarint (void)
{
  static const gint64 values[] = { 0, -1, 1, -64, 63, 64, G_MININT64, G_MAXINT64, -123456789012 };
  for (guint i = 0; i < G_N_ELEMENTS (values); i++) {
    guint8 bytes[BB_VARINT_MAX];
    guint8 *end = bb_put_svarint (bytes, values[i]);
    BbBytesReader reader = bb_bytes_reader (bytes, (gsize) (end - bytes));
    g_assert_cmpint (bb_get_svarint (&reader), ==, values[i]);
    g_assert_false (reader.failed);
    g_assert_cmpuint (bb_bytes_left (&reader), ==, 0);
  }
  g_assert_cmpuint (bb_zigzag (-1), ==, 1);
  g_assert_cmpuint (bb_zigzag (1), ==, 2);
}

static void
test_hostile (void)
{
  guint8 endless[16];
  BbBytesReader reader;
  memset (endless, 0xff, sizeof endless);
  reader = bb_bytes_reader (endless, sizeof endless);
  g_assert_cmpuint (bb_get_varint (&reader), ==, 0);
  g_assert_true (reader.failed);
  g_assert_cmpuint (bb_get_u8 (&reader), ==, 0); /* stays failed */
  reader = bb_bytes_reader (endless, 7);
  g_assert_cmphex (bb_get_u32 (&reader), ==, 0xffffffff);
  g_assert_cmphex (bb_get_u32 (&reader), ==, 0);
  g_assert_true (reader.failed);
}

static void
test_fixed (void)
{
  guint8 bytes[14] = { 0 };
  BbBytesReader reader = bb_bytes_reader (bytes, sizeof bytes);
  bb_put_u64 (bb_put_u32 (bb_put_u16 (bytes, 0x1234), 0x89abcdef), G_GUINT64_CONSTANT (0x0123456789abcdef));
  g_assert_cmphex (bytes[0], ==, 0x34);
  g_assert_cmphex (bytes[2], ==, 0xef);
  g_assert_cmphex (bb_get_u16 (&reader), ==, 0x1234);
  g_assert_cmphex (bb_get_u32 (&reader), ==, 0x89abcdef);
  g_assert_true (bb_get_u64 (&reader) == G_GUINT64_CONSTANT (0x0123456789abcdef));
  g_assert_false (reader.failed);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/base/bytes/crc32c", test_crc);
  g_test_add_func ("/base/bytes/varint", test_varint);
  g_test_add_func ("/base/bytes/svarint", test_svarint);
  g_test_add_func ("/base/bytes/hostile", test_hostile);
  g_test_add_func ("/base/bytes/fixed", test_fixed);
  return g_test_run ();
}
