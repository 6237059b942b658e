/* SPDX-License-Identifier: GPL-3.0-or-later */
/* test-trace-2.c: traces that a controller appends to: each file replays alone, bit for bit; an end that is
 * missing is said, damage is refused. */
#include <glib/gstdio.h>
#include <stdio.h>
#include <string.h>

#include "drive.h"
#include "simulation/run.h"

static const BbTraceOptions controller = { .balancer = -1, .controller = TRUE };

typedef struct {
  gchar *folder;
  Drive drive;
  BbTraceWriter *writer; /* (nullable) */
} Fixture;

static void
decided (const bbe_inputs *in, const bbe_outputs *out, gpointer data)
{
  Fixture *f = data;

  if (f->writer != NULL)
    bb_trace_writer_add (f->writer, in, out);
}

static void
set_up (Fixture *f, gconstpointer data)
{
  f->folder = g_dir_make_tmp ("busbar-trace-XXXXXX", NULL);
  drive_init (&f->drive);
  f->drive.decided = decided;
  f->drive.data = f;
}

static void
tear_down (Fixture *f, gconstpointer data)
{
  g_autoptr (GDir) dir = g_dir_open (f->folder, 0, NULL);
  const gchar *name;

  while ((name = g_dir_read_name (dir)) != NULL) {
    g_autofree gchar *path = g_build_filename (f->folder, name, NULL);
    g_unlink (path);
  }
  g_rmdir (f->folder);
  g_free (f->folder);
  drive_clear (&f->drive);
}

/* A file of `n` steps that begins with the engine's state, unless `stateless`. (transfer full) its path */
static gchar *
record (Fixture *f, const gchar *name, guint n, gboolean stateless)
{
  g_autoptr (GError) error = NULL;
  gchar *path = g_build_filename (f->folder, name, NULL);
  g_autoptr (GBytes) state = bb_driver_save (f->drive.driver);

  f->writer = bb_trace_writer_append (path, f->drive.site, &controller,
                                      &bb_driver_get_config (f->drive.driver)->config, &error);
  g_assert_no_error (error);
  if (!stateless)
    bb_trace_writer_state (f->writer, g_bytes_get_data (state, NULL), g_bytes_get_size (state));
  for (guint i = 0; i < n; i++)
    drive_second (&f->drive);
  bb_trace_writer_save (f->writer, &error);
  g_assert_no_error (error);
  g_clear_pointer (&f->writer, bb_trace_writer_free);
  return path;
}

static BbTraceVerdict
replay (const gchar *path)
{
  g_autoptr (GError) error = NULL;
  BbTraceVerdict verdict;

  bb_trace_replay (path, &verdict, NULL, NULL, NULL, &error);
  g_assert_no_error (error);
  return verdict;
}

/* Files one after the other: each replays without those before it. */
static void
test_rotate (Fixture *f, gconstpointer data)
{
  for (guint i = 0; i < 4; i++) {
    g_autofree gchar *name = g_strdup_printf ("%u.trace", i);
    g_autofree gchar *path = record (f, name, 100 + i, FALSE);
    BbTraceVerdict verdict = replay (path);
    g_assert_cmpuint (verdict.n_records, ==, 100 + i);
    g_assert_cmpuint (verdict.n_different, ==, 0);
    g_assert_false (verdict.cut);
  }
}

/* Shown red: a file that lacks the state it started with is answered differently. */
static void
test_state_matters (Fixture *f, gconstpointer data)
{
  g_autofree gchar *first = record (f, "1.trace", 100, TRUE), *second = record (f, "2.trace", 100, TRUE);

  g_assert_cmpuint (replay (first).n_different, ==, 0); /* the engine was new */
  g_assert_cmpuint (replay (second).n_different, >, 0);
}

/* What was flushed is there whatever becomes of the writer. */
static void
test_killed (Fixture *f, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autofree gchar *path = g_build_filename (f->folder, "k.trace", NULL);
  f->writer = bb_trace_writer_append (path, f->drive.site, &controller,
                                      &bb_driver_get_config (f->drive.driver)->config, &error);
  g_assert_no_error (error);
  for (guint i = 0; i < 30; i++) {
    drive_second (&f->drive);
    if (i == 19)
      g_assert_true (bb_trace_writer_flush (f->writer, NULL));
  }
  BbTraceVerdict verdict = replay (path);
  g_assert_cmpuint (verdict.n_records, ==, 20);
  g_assert_false (verdict.cut);
  g_clear_pointer (&f->writer, bb_trace_writer_free);
  /* A file that is there is not written over. */
  g_assert_null (bb_trace_writer_append (path, f->drive.site, &controller,
                                         &bb_driver_get_config (f->drive.driver)->config, &error));
  g_assert_nonnull (error);
}

/* Without the syncing of g_file_set_contents(): thousands of files. */
static void
write_file (const gchar *path, const gchar *bytes, gsize size)
{
  FILE *file = g_fopen (path, "wb");

  g_assert_nonnull (file);
  g_assert_cmpuint (fwrite (bytes, 1, size, file), ==, size);
  g_assert_cmpint (fclose (file), ==, 0);
}

/* Where each record begins, and which bytes are lengths. */
typedef struct {
  gchar *bytes;
  gsize size, header_end;
  guint *record_of; /* of each byte; G_MAXUINT: header */
  gboolean *is_length;
} Anatomy;

static void
anatomy_clear (Anatomy *a)
{
  g_free (a->bytes);
  g_free (a->record_of);
  g_free (a->is_length);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Anatomy, anatomy_clear)

static void
anatomy_init (Anatomy *a, const gchar *path)
{
  g_assert_true (g_file_get_contents (path, &a->bytes, &a->size, NULL));
  const guint8 *bytes = (const guint8 *) a->bytes;
  a->record_of = g_new (guint, a->size);
  a->is_length = g_new0 (gboolean, a->size);
  a->header_end = 16 + (bytes[8] | (gsize) bytes[9] << 8 | (gsize) bytes[10] << 16);
  gsize at = a->header_end;
  for (guint record = 0; at < a->size; record++) {
    gsize length = 0, from = at;
    for (guint shift = 0;; shift += 7) {
      a->is_length[at] = TRUE;
      length |= (gsize) (bytes[at] & 0x7f) << shift;
      if ((bytes[at++] & 0x80) == 0)
        break;
    }
    at += length + 4;
    for (gsize b = from; b < at; b++)
      a->record_of[b] = record;
  }
  g_assert_cmpuint (at, ==, a->size);
}

/* Every byte of the steps; of the header and the state a few, unless there is time. */
static gsize
next_byte (const Anatomy *a, gsize at)
{
  gsize stride = at < a->header_end ? 41 : a->record_of[at] == 0 ? 7 : 1;

  if (g_getenv ("BUSBAR_SOAK") != NULL)
    stride = 1;
  return at < a->header_end ? MIN (at + stride, a->header_end) : at + stride;
}

static void
test_cut_everywhere (Fixture *f, gconstpointer data)
{
  g_autofree gchar *path = record (f, "c.trace", 6, FALSE);
  g_autofree gchar *cut = g_build_filename (f->folder, "cut.trace", NULL);
  g_auto (Anatomy) a = { 0 };
  anatomy_init (&a, path);
  for (gsize keep = 0; keep < a.size; keep = next_byte (&a, keep)) {
    g_autoptr (GError) error = NULL;
    BbTraceVerdict verdict;
    write_file (cut, a.bytes, keep);
    gboolean good = bb_trace_replay (cut, &verdict, NULL, NULL, NULL, &error);
    if (keep < a.header_end) { /* nothing to go by */
      g_assert_false (good);
      g_assert_error (error, BB_SIM_ERROR, BB_SIM_ERROR_TRACE);
      continue;
    }
    g_assert_no_error (error);
    guint whole = a.record_of[keep]; /* so many records came before this byte */
    gboolean between = keep == a.header_end || a.record_of[keep] != a.record_of[keep - 1];
    g_assert_cmpuint (verdict.n_records, ==, whole > 0 ? whole - 1 : 0); /* the first is the state */
    g_assert_cmpint (verdict.cut, ==, !between);
    g_assert_cmpuint (verdict.n_different, ==, 0);
  }
}

/* A bit that tipped over: refused, with the number of its record. In a length it may look like an end that is
 * missing; then that is said. Never is it taken for good. */
static void
test_damaged_everywhere (Fixture *f, gconstpointer data)
{
  g_autofree gchar *path = record (f, "d.trace", 6, FALSE);
  g_autofree gchar *bad = g_build_filename (f->folder, "bad.trace", NULL);
  g_auto (Anatomy) a = { 0 };
  anatomy_init (&a, path);
  for (gsize at = 0; at < a.size; at = next_byte (&a, at))
    for (guint bit = (guint) at % 8; bit < 8; bit += g_getenv ("BUSBAR_SOAK") != NULL ? 1 : 8) {
      g_autoptr (GError) error = NULL;
      BbTraceVerdict verdict = { 0 };
      a.bytes[at] ^= (gchar) (1 << bit);
      write_file (bad, a.bytes, a.size);
      a.bytes[at] ^= (gchar) (1 << bit);
      if (bb_trace_replay (bad, &verdict, NULL, NULL, NULL, &error)) {
        g_assert_true (a.is_length[at] && verdict.cut);
        g_assert_cmpuint (verdict.n_records, <=, a.record_of[at]);
        continue;
      }
      g_assert_error (error, BB_SIM_ERROR, BB_SIM_ERROR_TRACE);
      if (at < a.header_end)
        continue;
      g_autofree gchar *number = g_strdup_printf (": record %u is", a.record_of[at]);
      g_assert_nonnull (strstr (error->message, number));
    }
}

/* The state in a trace is of another engine: said, not replayed from nothing. */
static void
test_other_state (Fixture *f, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autofree gchar *path = g_build_filename (f->folder, "s.trace", NULL);
  BbTraceVerdict verdict;
  f->writer = bb_trace_writer_append (path, f->drive.site, &controller,
                                      &bb_driver_get_config (f->drive.driver)->config, &error);
  g_assert_no_error (error);
  bb_trace_writer_state (f->writer, "nonsense", 8);
  drive_second (&f->drive);
  g_assert_true (bb_trace_writer_save (f->writer, NULL));
  g_clear_pointer (&f->writer, bb_trace_writer_free);
  g_assert_false (bb_trace_replay (path, &verdict, NULL, NULL, NULL, &error));
  g_assert_error (error, BB_SIM_ERROR, BB_SIM_ERROR_TRACE);
}

/* ---- files that other versions of Busbar wrote ---- */

static guint
count (const gchar *path, gint wanted)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (BbTraceReader) reader = bb_trace_reader_open (path, &error);
  const bbe_inputs *in;
  guint32 hash;
  gint kind;
  guint n = 0;

  g_assert_no_error (error);
  while ((kind = bb_trace_reader_next (reader, &in, &hash, &error)) > 0)
    n += kind == wanted;
  g_assert_no_error (error);
  g_assert_false (bb_trace_reader_is_cut (reader));
  return n;
}

/* Version 1 has no end that may be missing: it is refused as before. */
static void
test_version_1 (Fixture *f, gconstpointer data)
{
  g_autofree gchar *fixture = g_test_build_filename (G_TEST_DIST, "fixtures", "trace-1.bbtrace", NULL);
  g_autofree gchar *path = g_build_filename (f->folder, "1.trace", NULL), *bytes = NULL;
  g_autoptr (GError) error = NULL;
  BbTraceVerdict verdict;
  gsize size;

  g_assert_cmpuint (count (fixture, BB_TRACE_STEP), ==, 32);
  g_assert_cmpuint (count (fixture, BB_TRACE_STATE), ==, 0);
  g_assert_true (g_file_get_contents (fixture, &bytes, &size, NULL));
  g_assert_true (g_file_set_contents (path, bytes, (gssize) size - 1, NULL));
  g_assert_false (bb_trace_replay (path, &verdict, NULL, NULL, NULL, &error));
  g_assert_error (error, BB_SIM_ERROR, BB_SIM_ERROR_TRACE);
}

/* Opens for ever. What this version answers may be another than the file's: engines get better. (It was made
 * with BUSBAR_WRITE_FIXTURE=1.) */
static void
test_version_2 (Fixture *f, gconstpointer data)
{
  g_autofree gchar *fixture = g_test_build_filename (G_TEST_DIST, "fixtures", "trace-2.bbtrace", NULL);

  if (g_getenv ("BUSBAR_WRITE_FIXTURE") != NULL) {
    for (guint i = 0; i < 50; i++)
      drive_second (&f->drive);
    g_autofree gchar *path = record (f, "made.trace", 32, FALSE), *bytes = NULL;
    gsize size;
    g_assert_true (g_file_get_contents (path, &bytes, &size, NULL));
    g_assert_true (g_file_set_contents (fixture, bytes, (gssize) size, NULL));
  }
  g_assert_cmpuint (count (fixture, BB_TRACE_STEP), ==, 32);
  g_assert_cmpuint (count (fixture, BB_TRACE_STATE), ==, 1);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
#define ADD(name, function) g_test_add ("/trace-2/" name, Fixture, NULL, set_up, function, tear_down)
  ADD ("rotate", test_rotate);
  ADD ("state-matters", test_state_matters);
  ADD ("killed", test_killed);
  ADD ("cut-everywhere", test_cut_everywhere);
  ADD ("damaged-everywhere", test_damaged_everywhere);
  ADD ("other-state", test_other_state);
  ADD ("version-1", test_version_1);
  ADD ("version-2", test_version_2);
  return g_test_run ();
}
