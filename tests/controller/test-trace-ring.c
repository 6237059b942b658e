/* SPDX-License-Identifier: GPL-3.0-or-later */
/* test-trace-ring.c: what the engine was given, kept within a bound, whatever the disk does. */
#include <glib/gstdio.h>
#include <signal.h>
#include <string.h>
#include <sys/resource.h>

#include "controller/trace-ring.h"
#include "drive.h"

typedef struct {
  gchar *folder, *inner;
  Drive drive;
  BbLog *log;
  BbTraceRing *ring; /* (nullable) */
} Fixture;

static void
decided (const bbe_inputs *in, const bbe_outputs *out, gpointer data)
{
  Fixture *f = data;

  if (f->ring != NULL)
    bb_trace_ring_add (f->ring, in, out);
}

static void
set_up (Fixture *f, gconstpointer data)
{
  f->folder = g_dir_make_tmp ("busbar-ring-XXXXXX", NULL);
  f->inner = g_build_filename (f->folder, "trace", NULL);
  drive_init (&f->drive);
  f->drive.decided = decided;
  f->drive.data = f;
  f->log = bb_log_new_memory (BB_CLOCK (f->drive.clock), BB_LOG_INFO, 50);
}

static void
start (Fixture *f, guint64 bytes)
{
  f->ring = bb_trace_ring_new (f->folder, f->drive.site, f->drive.driver, BB_CLOCK (f->drive.clock), f->log,
                               bytes);
}

static void
seconds (Fixture *f, guint n)
{
  for (guint i = 0; i < n; i++) {
    if (f->ring != NULL)
      bb_trace_ring_prepare (f->ring);
    drive_second (&f->drive);
  }
}

static gint
compare_paths (gconstpointer a, gconstpointer b)
{
  return strcmp (*(const gchar *const *) a, *(const gchar *const *) b);
}

/* Paths of the files, oldest first. */
static GPtrArray *
files_of (const Fixture *f)
{
  g_autoptr (GDir) dir = g_dir_open (f->inner, 0, NULL);
  GPtrArray *files = g_ptr_array_new_with_free_func (g_free);
  const gchar *name;

  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL)
    g_ptr_array_add (files, g_build_filename (f->inner, name, NULL));
  g_ptr_array_sort (files, compare_paths);
  return files;
}

static void
tear_down (Fixture *f, gconstpointer data)
{
  g_clear_pointer (&f->ring, bb_trace_ring_free);
  g_autoptr (GPtrArray) files = files_of (f);

  for (guint i = 0; i < files->len; i++)
    g_unlink (g_ptr_array_index (files, i));
  g_rmdir (f->inner);
  g_rmdir (f->folder);
  g_free (f->inner);
  g_free (f->folder);
  bb_log_unref (f->log);
  drive_clear (&f->drive);
}

static guint
count_logged (const Fixture *f, const gchar *part)
{
  g_autoptr (GPtrArray) entries = bb_log_get_entries (f->log);
  guint n = 0;

  for (guint i = 0; i < entries->len; i++) {
    g_autofree gchar *line = bb_log_entry_to_line (g_ptr_array_index (entries, i));
    n += strstr (line, part) != NULL;
  }
  return n;
}

/* Steps in all files; each must replay alone without a difference. */
static guint64
replay_all (const Fixture *f, guint *n_cut)
{
  g_autoptr (GPtrArray) files = files_of (f);
  guint64 n = 0;

  *n_cut = 0;
  for (guint i = 0; i < files->len; i++) {
    g_autoptr (GError) error = NULL;
    BbTraceVerdict verdict;
    bb_trace_replay (g_ptr_array_index (files, i), &verdict, NULL, NULL, NULL, &error);
    g_assert_no_error (error);
    g_assert_cmpuint (verdict.n_different, ==, 0);
    *n_cut += verdict.cut;
    n += verdict.n_records;
  }
  return n;
}

static guint64
bytes_of (const Fixture *f)
{
  g_autoptr (GPtrArray) files = files_of (f);
  guint64 n = 0;

  for (guint i = 0; i < files->len; i++) {
    GStatBuf status;
    g_assert_cmpint (g_stat (g_ptr_array_index (files, i), &status), ==, 0);
    g_assert_cmpuint (status.st_mode & 077, ==, 0);
    n += (guint64) status.st_size;
  }
  return n;
}

static void
test_bounded (Fixture *f, gconstpointer data)
{
  guint n_cut;

  start (f, 64 << 10);
  for (guint i = 0; i < 40; i++) {
    seconds (f, 100);
    g_assert_cmpuint (bytes_of (f), <, 72 << 10);
  }
  g_clear_pointer (&f->ring, bb_trace_ring_free);
  g_autoptr (GPtrArray) files = files_of (f);
  g_assert_cmpuint (files->len, ==, 8);
  g_assert_cmpuint (replay_all (f, &n_cut), >, 500);
  g_assert_cmpuint (n_cut, ==, 0);
}

/* A new file every six hours at the latest, and after a restart. */
static void
test_time_and_restart (Fixture *f, gconstpointer data)
{
  guint n_cut;

  start (f, 0x4000000);
  seconds (f, 10);
  f->drive.mono_ms += 6 * 3600000;
  seconds (f, 10);
  g_clear_pointer (&f->ring, bb_trace_ring_free);
  start (f, 0x4000000);
  seconds (f, 10);
  g_clear_pointer (&f->ring, bb_trace_ring_free);
  g_autoptr (GPtrArray) files = files_of (f);
  g_assert_cmpuint (files->len, ==, 3);
  g_assert_true (g_str_has_suffix (g_ptr_array_index (files, 2), "/00000003.trace"));
  g_assert_cmpuint (replay_all (f, &n_cut), ==, 30);
}

/* Everything but the last seconds is there when the program is killed. */
static void
test_killed (Fixture *f, gconstpointer data)
{
  guint n_cut;

  start (f, 0x4000000);
  seconds (f, 1);
  g_assert_cmpuint (replay_all (f, &n_cut), ==, 0); /* the file is whole from the first second on */
  g_assert_cmpuint (n_cut, ==, 0);
  seconds (f, 100);
  g_assert_cmpuint (replay_all (f, &n_cut), >=, 95);
}

static void
limit_files (rlim_t bytes)
{
  struct rlimit limit;

  g_assert_cmpint (getrlimit (RLIMIT_FSIZE, &limit), ==, 0);
  limit.rlim_cur = MIN (bytes, limit.rlim_max);
  g_assert_cmpint (setrlimit (RLIMIT_FSIZE, &limit), ==, 0);
}

/* A disk that is full: told once, control goes on, tried again each minute; the good files stay, and what is
 * tried in vain leaves nothing. */
static void
test_disk_full (Fixture *f, gconstpointer data)
{
  guint n_cut;

  signal (SIGXFSZ, SIG_IGN);
  start (f, 0x4000000);
  seconds (f, 30);
  g_autoptr (GPtrArray) before = files_of (f);
  GStatBuf status;
  g_assert_cmpuint (before->len, ==, 1);
  g_assert_cmpint (g_stat (g_ptr_array_index (before, 0), &status), ==, 0);
  limit_files ((rlim_t) status.st_size + 5); /* in the middle of a record */
  seconds (f, 30);
  g_assert_cmpuint (count_logged (f, "The trace cannot be written"), ==, 1);
  g_assert_cmpuint (count_logged (f, "is written again"), ==, 0);
  limit_files (500); /* not even a header */
  seconds (f, 20 * 60);
  limit_files (RLIM_INFINITY);
  g_autoptr (GPtrArray) during = files_of (f);
  g_assert_cmpuint (during->len, ==, 1);
  seconds (f, 70);
  g_clear_pointer (&f->ring, bb_trace_ring_free);
  g_assert_cmpuint (count_logged (f, "The trace cannot be written"), ==, 1);
  g_assert_cmpuint (count_logged (f, "is written again"), ==, 1);
  g_assert_cmpuint (replay_all (f, &n_cut), >=, 35);
  g_assert_cmpuint (n_cut, ==, 1);
  g_assert_true (g_file_test (g_ptr_array_index (before, 0), G_FILE_TEST_EXISTS));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
#define ADD(name, function) g_test_add ("/trace-ring/" name, Fixture, NULL, set_up, function, tear_down)
  ADD ("bounded", test_bounded);
  ADD ("time-and-restart", test_time_and_restart);
  ADD ("killed", test_killed);
  ADD ("disk-full", test_disk_full);
  return g_test_run ();
}
