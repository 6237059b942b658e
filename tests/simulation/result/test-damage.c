/* SPDX-License-Identifier: GPL-3.0-or-later */
/* test-damage.c: result files that are cut, damaged, forged, half-written, or of another version; full disks.
 */
#include <errno.h>
#include <glib/gstdio.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/bytes.h"
#include "sample.h"
#include "simulation/result-codec.h"

typedef struct {
  gchar *folder, *path;
  gchar *bytes;
  gsize size;
} Fixture;

static void
set_up (Fixture *fixture, gconstpointer data)
{
  fixture->folder = g_dir_make_tmp ("busbar-damage-XXXXXX", NULL);
  fixture->path = g_build_filename (fixture->folder, "a.result", NULL);
  g_assert_true (sample_write (fixture->path, NULL, NULL));
  g_assert_true (g_file_get_contents (fixture->path, &fixture->bytes, &fixture->size, NULL));
}

static guint
count_files (const gchar *folder)
{
  g_autoptr (GDir) dir = g_dir_open (folder, 0, NULL);
  guint n = 0;
  while (g_dir_read_name (dir) != NULL)
    n++;
  return n;
}

static void
tear_down (Fixture *fixture, gconstpointer data)
{
  g_unlink (fixture->path);
  g_assert_cmpint (g_rmdir (fixture->folder), ==, 0);
  g_free (fixture->folder);
  g_free (fixture->path);
  g_free (fixture->bytes);
}

/* Puts these bytes in place of the file, without waiting for the disk. */
static void
put (Fixture *fixture, const gchar *bytes, gsize size)
{
  FILE *file = NULL;
  g_unlink (fixture->path); /* cutting it to nothing would make some file systems wait for the disk */
  file = g_fopen (fixture->path, "wb");
  g_assert_nonnull (file);
  g_assert_cmpuint (fwrite (bytes, 1, size, file), ==, size);
  g_assert_cmpint (fclose (file), ==, 0);
}

static void
test_every_byte (Fixture *fixture, gconstpointer data)
{
  g_assert_true (sample_read_all (fixture->path, NULL));
  for (gsize i = 0; i < fixture->size; i++) {
    g_autoptr (GError) error = NULL;
    gchar was = fixture->bytes[i];
    fixture->bytes[i] = (gchar) (was ^ (1 << g_test_rand_int_range (0, 8)));
    put (fixture, fixture->bytes, fixture->size);
    fixture->bytes[i] = was;
    if (sample_read_all (fixture->path, &error))
      g_test_message ("byte %" G_GSIZE_FORMAT " was damaged unnoticed", i);
    g_assert_nonnull (error);
    g_assert_true (error->domain == BB_FORMAT_ERROR);
    g_assert_true (g_str_has_prefix (error->message, fixture->path));
  }
}

static void
test_every_length (Fixture *fixture, gconstpointer data)
{
  for (gsize size = 0; size < fixture->size; size++) {
    g_autoptr (GError) error = NULL;
    put (fixture, fixture->bytes, size);
    g_assert_null (bb_result_open (fixture->path, &error));
    g_assert_true (error->domain == BB_FORMAT_ERROR);
    g_assert_cmpint (error->code, ==, size < 8 ? BB_FORMAT_ERROR_FOREIGN : BB_FORMAT_ERROR_UNFINISHED);
  }
}

/* Start of the chunk after the one at `offset`. */
static gsize
next_chunk (const gchar *bytes, gsize offset)
{
  BbBytesReader reader = bb_bytes_reader (bytes + offset + 4, 4);
  return offset + BB_RESULT_CHUNK_HEAD + bb_get_u32 (&reader);
}

static void
seal (gchar *bytes, gsize offset)
{
  guint8 *head = (guint8 *) bytes + offset;
  gsize size = next_chunk (bytes, offset) - offset - BB_RESULT_CHUNK_HEAD;
  bb_put_u32 (head + 8, bb_result_chunk_crc (head, head + BB_RESULT_CHUNK_HEAD, size));
}

/* Changes bytes inside a chunk and makes its checksum right again, as an attacker would: errors are allowed,
 * crashes and endless loops are not. Returns how many were noticed. */
static guint
forge (Fixture *fixture, gsize chunk, guint n_rounds)
{
  gsize end = next_chunk (fixture->bytes, chunk);
  guint noticed = 0;
  for (guint round = 0; round < n_rounds; round++) {
    g_autofree gchar *copy = g_memdup2 (fixture->bytes, fixture->size);
    g_autoptr (GError) error = NULL;
    guint n = (guint) g_test_rand_int_range (1, 4);
    for (guint i = 0; i < n && end > chunk + BB_RESULT_CHUNK_HEAD; i++)
      copy[g_test_rand_int_range ((gint32) (chunk + BB_RESULT_CHUNK_HEAD), (gint32) end)]
          = (gchar) g_test_rand_int ();
    seal (copy, chunk);
    put (fixture, copy, fixture->size);
    if (!sample_read_all (fixture->path, &error)) {
      g_assert_nonnull (error);
      noticed++;
    }
  }
  return noticed;
}

static void
test_forged (Fixture *fixture, gconstpointer data)
{
  guint noticed = 0, n_chunks = 0;
  for (gsize chunk = BB_RESULT_HEADER_SIZE; chunk < fixture->size - BB_RESULT_TRAILER_SIZE;
       chunk = next_chunk (fixture->bytes, chunk)) {
    gboolean is_index = next_chunk (fixture->bytes, chunk) == fixture->size - BB_RESULT_TRAILER_SIZE;
    noticed += forge (fixture, chunk, is_index ? 3000 : 60);
    n_chunks++;
  }
  g_assert_cmpuint (n_chunks, >, 30);
  g_assert_cmpuint (noticed, >, 1000);
}

static void
open_as (Fixture *fixture, const gchar *bytes, gsize size, gint code, const gchar *word)
{
  g_autoptr (GError) error = NULL;
  put (fixture, bytes, size);
  g_assert_null (bb_result_open (fixture->path, &error));
  g_assert_error (error, BB_FORMAT_ERROR, code);
  g_assert_nonnull (strstr (error->message, word));
}

static void
test_kinds (Fixture *fixture, gconstpointer data)
{
  guint8 *header = (guint8 *) fixture->bytes;
  g_autofree gchar *longer = g_malloc0 (fixture->size + 32);
  open_as (fixture, "", 0, BB_FORMAT_ERROR_FOREIGN, "not a simulation result");
  open_as (fixture, "{\"format\": \"busbar-site/1\"}", 27, BB_FORMAT_ERROR_FOREIGN,
           "not a simulation result");
  memcpy (longer, fixture->bytes, fixture->size);
  memcpy (longer + fixture->size, fixture->bytes + fixture->size - 32, 32);
  open_as (fixture, longer, fixture->size + 32, BB_FORMAT_ERROR_CORRUPT, "bytes long");
  bb_put_u32 (header + 8, 2);
  open_as (fixture, fixture->bytes, fixture->size, BB_FORMAT_ERROR_CORRUPT, "header");
  bb_put_u32 (header + 12, bb_crc32c (bb_crc32c (0, header, 12), header + 16, 16));
  open_as (fixture, fixture->bytes, fixture->size, BB_FORMAT_ERROR_VERSION, "another version");
}

static void
test_not_files (Fixture *fixture, gconstpointer data)
{
  g_autofree gchar *nothing = g_build_filename (fixture->folder, "nothing", NULL);
  g_autoptr (GError) error = NULL;
  g_assert_null (bb_result_open (fixture->folder, &error));
  g_assert_error (error, BB_IO_ERROR, BB_IO_ERROR_DENIED);
  g_clear_error (&error);
  g_assert_null (bb_result_open (nothing, &error));
  g_assert_error (error, BB_IO_ERROR, BB_IO_ERROR_NOT_FOUND);
}

static gsize room;

static gssize
small_disk (gint fd, const void *data, gsize size)
{
  gsize now = MIN (size, room);
  if (now == 0 && size > 0) {
    errno = ENOSPC;
    return -1;
  }
  room -= now;
  return write (fd, data, now);
}

/* The disk fills up at any place: the old file stays, nothing else does. */
static void
test_full_disk (Fixture *fixture, gconstpointer data)
{
  put (fixture, "old", 3);
  for (gsize most = 0; most < fixture->size; most += 509) {
    g_autoptr (GError) error = NULL;
    g_autofree gchar *now = NULL;
    room = most;
    g_assert_false (sample_write (fixture->path, small_disk, &error));
    g_assert_error (error, BB_IO_ERROR, BB_IO_ERROR_NO_SPACE);
    g_assert_cmpuint (count_files (fixture->folder), ==, 1);
    g_assert_true (g_file_get_contents (fixture->path, &now, NULL, NULL));
    g_assert_cmpstr (now, ==, "old");
  }
  room = fixture->size;
  g_assert_true (sample_write (fixture->path, small_disk, NULL));
}

static void
test_abort (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  BbResultWriter *writer = NULL;
  g_unlink (fixture->path);
  writer = bb_result_writer_new (fixture->path, 0, 1000000, "{}", &error);
  g_assert_no_error (error);
  bb_result_writer_event (writer, 5, 1, "x");
  g_assert_true (bb_result_writer_check (writer, &error));
  g_assert_false (g_file_test (fixture->path, G_FILE_TEST_EXISTS));
  g_assert_cmpuint (count_files (fixture->folder), ==, 1);
  bb_result_writer_free (writer);
  g_assert_cmpuint (count_files (fixture->folder), ==, 0);
}

static void
test_spans (Fixture *fixture, gconstpointer data)
{
  static const gint64 spans[][2] = { { 5, 5 },
                                     { 5, 4 },
                                     { 0, G_MAXINT64 },
                                     { G_MININT64, G_MAXINT64 },
                                     { 0, G_GINT64_CONSTANT (1500000000000) } };
  for (guint i = 0; i < G_N_ELEMENTS (spans); i++) {
    g_autoptr (GError) error = NULL;
    g_assert_null (bb_result_writer_new (fixture->path, spans[i][0], spans[i][1], "{}", &error));
    g_assert_error (error, BB_FORMAT_ERROR, BB_FORMAT_ERROR_RANGE);
  }
}

/* The file of version 1, as it was when the version landed, opens for ever and says the same. */
static void
test_version_1 (Fixture *fixture, gconstpointer data)
{
  g_autofree gchar *path = g_test_build_filename (G_TEST_DIST, "fixtures", "result-1.bbresult", NULL);
  g_autoptr (GError) error = NULL;
  g_autoptr (BbResult) result = bb_result_open (path, &error);
  g_autoptr (GBytes) blob = NULL;
  g_autoptr (GBytes) expected = sample_snapshot (17);
  BbSeriesColumn column;
  BbResultChange change;
  gint64 until_ms = 0;
  g_assert_no_error (error);
  g_assert_true (sample_read_all (path, &error));
  g_assert_true (bb_series_source_query (BB_SERIES_SOURCE (result), 0, SAMPLE_FROM_MS + 30000,
                                         SAMPLE_FROM_MS + 90000, 1, &column, &error));
  g_assert_cmpfloat_with_epsilon (column.min, -7.905, 1e-9);
  g_assert_cmpfloat_with_epsilon (column.max, 23.209, 1e-9);
  g_assert_true (bb_result_find_change (result, 0, SAMPLE_FROM_MS + 3600000, &change, &until_ms, &error));
  g_assert_cmpint (change.setpoint_ma, ==, 6999);
  g_assert_cmpint (change.time_ms, ==, SAMPLE_FROM_MS + 3600000);
  g_assert_cmpint (until_ms, ==, SAMPLE_FROM_MS + 4200000);
  blob = bb_result_find_snapshot (result, SAMPLE_FROM_MS + 17 * 900000, NULL, &error);
  g_assert_true (g_bytes_equal (blob, expected));
}

static void
add (const gchar *path, void (*test) (Fixture *, gconstpointer))
{
  g_test_add (path, Fixture, NULL, set_up, test, tear_down);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  add ("/simulation/result/damage/every-byte", test_every_byte);
  add ("/simulation/result/damage/every-length", test_every_length);
  add ("/simulation/result/damage/forged", test_forged);
  add ("/simulation/result/damage/kinds", test_kinds);
  add ("/simulation/result/damage/not-files", test_not_files);
  add ("/simulation/result/damage/full-disk", test_full_disk);
  add ("/simulation/result/damage/abort", test_abort);
  add ("/simulation/result/damage/spans", test_spans);
  add ("/simulation/result/damage/version-1", test_version_1);
  return g_test_run ();
}
