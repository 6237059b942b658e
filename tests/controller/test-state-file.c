/* SPDX-License-Identifier: GPL-3.0-or-later */
/* test-state-file.c: the engine's state over restarts: what is saved comes back whole, or not at all. */
#include <glib/gstdio.h>
#include <string.h>

#include "base/log.h"
#include "controller/state-file.h"

typedef struct {
  gchar *folder, *path;
  BbClock *clock;
  BbLog *log;
} Fixture;

static void
set_up (Fixture *f, gconstpointer data)
{
  f->folder = g_dir_make_tmp ("busbar-state-XXXXXX", NULL);
  f->path = g_build_filename (f->folder, "engine.state", NULL);
  f->clock = BB_CLOCK (bb_manual_clock_new (1000, 1767571200000));
  f->log = bb_log_new_memory (f->clock, BB_LOG_INFO, 50);
}

static void
tear_down (Fixture *f, gconstpointer data)
{
  g_unlink (f->path);
  g_rmdir (f->folder);
  g_free (f->folder);
  g_free (f->path);
  bb_log_unref (f->log);
  g_object_unref (f->clock);
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

static void
save (const Fixture *f, const gchar *site, const gchar *state, gsize size)
{
  g_autoptr (BbStateFile) file = bb_state_file_new (f->folder, site, f->log);
  g_autoptr (GBytes) bytes = g_bytes_new (state, size);

  bb_state_file_save (file, bytes, 123456789, -5, TRUE);
}

static GBytes *
load (const Fixture *f, const gchar *site)
{
  g_autoptr (BbStateFile) file = bb_state_file_new (f->folder, site, f->log);
  gint64 mono_ms, wall_ms;
  gboolean wall_valid;

  return bb_state_file_load (file, &mono_ms, &wall_ms, &wall_valid);
}

static void
test_roundtrip (Fixture *f, gconstpointer data)
{
  gint64 mono_ms = 0, wall_ms = 0;
  gboolean wall_valid = FALSE;
  save (f, "site", "a\0b", 3);
  g_autoptr (BbStateFile) file = bb_state_file_new (f->folder, "site", f->log);
  g_autoptr (GBytes) bytes = bb_state_file_load (file, &mono_ms, &wall_ms, &wall_valid);
  g_autoptr (GBytes) wanted = g_bytes_new ("a\0b", 3);
  g_assert_nonnull (bytes);
  g_assert_true (g_bytes_equal (bytes, wanted));
  g_assert_cmpint (mono_ms, ==, 123456789);
  g_assert_cmpint (wall_ms, ==, -5);
  g_assert_true (wall_valid);
  bb_state_file_save (file, wanted, 7, 8, FALSE);
  g_clear_pointer (&file, bb_state_file_free);
  file = bb_state_file_new (f->folder, "site", f->log);
  g_autoptr (GBytes) again = bb_state_file_load (file, &mono_ms, &wall_ms, &wall_valid);
  g_assert_nonnull (again);
  g_assert_false (wall_valid);
  g_assert_cmpint (mono_ms, ==, 7);
}

static void
test_none_and_other_site (Fixture *f, gconstpointer data)
{
  g_assert_null (load (f, "site"));
  g_assert_cmpuint (count_logged (f, ""), ==, 0); /* the first start is nothing to tell */
  save (f, "site", "abc", 3);
  g_assert_null (load (f, "another site"));
  g_assert_cmpuint (count_logged (f, "of another site"), ==, 1);
  g_autoptr (GBytes) own = load (f, "site");
  g_assert_nonnull (own);
}

static void
test_damaged (Fixture *f, gconstpointer data)
{
  g_autofree gchar *good = NULL;
  gsize size;
  save (f, "site", "0123456789", 10);
  g_assert_true (g_file_get_contents (f->path, &good, &size, NULL));
  for (gsize at = 0; at < size; at++)
    for (guint bit = 0; bit < 8; bit += 3) {
      g_autofree gchar *bad = g_memdup2 (good, size);
      bad[at] ^= (gchar) (1 << bit);
      g_assert_true (g_file_set_contents (f->path, bad, (gssize) size, NULL));
      g_assert_null (load (f, "site"));
    }
  for (gsize keep = 0; keep < size; keep++) {
    g_assert_true (g_file_set_contents (f->path, good, (gssize) keep, NULL));
    g_assert_null (load (f, "site"));
  }
  g_autofree gchar *longer = g_malloc0 (size + 1);
  memcpy (longer, good, size);
  g_assert_true (g_file_set_contents (f->path, longer, (gssize) size + 1, NULL));
  g_assert_null (load (f, "site"));
  g_assert_cmpuint (count_logged (f, "is damaged and was left out"), >, 10);
  /* The next save makes it good again. */
  save (f, "site", "abc", 3);
  g_autoptr (GBytes) own = load (f, "site");
  g_assert_nonnull (own);
}

/* Another version of the file: not ours to read, whatever its checksum. */
static void
test_other_version (Fixture *f, gconstpointer data)
{
  g_autofree gchar *text = NULL;
  gsize size;
  save (f, "site", "abc", 3);
  g_assert_true (g_file_get_contents (f->path, &text, &size, NULL));
  text[7] = '2';
  g_assert_true (g_file_set_contents (f->path, text, (gssize) size, NULL));
  g_assert_null (load (f, "site"));
}

/* A file that is far too large is not read into memory. */
static void
test_too_large (Fixture *f, gconstpointer data)
{
  g_autofree gchar *text = g_malloc0 (5 << 20);
  g_assert_true (g_file_set_contents (f->path, text, 5 << 20, NULL));
  g_assert_null (load (f, "site"));
  g_assert_cmpuint (count_logged (f, "engine.state"), ==, 1);
}

/* Many saves: the last one counts, whichever of those before it were written. */
static void
test_newest_wins (Fixture *f, gconstpointer data)
{
  g_autoptr (BbStateFile) file = bb_state_file_new (f->folder, "site", f->log);
  gint64 mono_ms, wall_ms;
  gboolean wall_valid;

  for (guint i = 0; i < 500; i++) {
    g_autoptr (GBytes) bytes = g_bytes_new (&i, sizeof i);
    bb_state_file_save (file, bytes, i, i, TRUE);
  }
  g_clear_pointer (&file, bb_state_file_free);
  file = bb_state_file_new (f->folder, "site", f->log);
  g_autoptr (GBytes) last = bb_state_file_load (file, &mono_ms, &wall_ms, &wall_valid);
  g_assert_nonnull (last);
  g_assert_cmpint (mono_ms, ==, 499);
}

/* Killed at any moment: what is on disk is an old state or the new one, never half of one. A copy of the file
 * that is read while saves go on stands for what a kill would leave. */
static void
test_never_half (Fixture *f, gconstpointer data)
{
  g_autoptr (BbStateFile) file = bb_state_file_new (f->folder, "site", NULL);
  gchar state[20000];
  guint n_seen = 0;
  save (f, "site", "first", 5);
  for (guint i = 0; i < 200; i++) {
    memset (state, (gint) (i & 0xff), sizeof state);
    g_autoptr (GBytes) bytes = g_bytes_new (state, sizeof state);
    bb_state_file_save (file, bytes, i, i, TRUE);
    g_autoptr (GBytes) seen = load (f, "site");
    g_assert_nonnull (seen);
    gsize size;
    const gchar *text = g_bytes_get_data (seen, &size);
    n_seen += size == sizeof state;
    for (gsize b = 1; size == sizeof state && b < size; b++)
      g_assert_cmpint (text[b], ==, text[0]);
  }
  g_test_message ("%u of 200 reads found a new state", n_seen);
}

/* A folder that is gone: told once, and saving goes on when it is there again. */
static void
test_no_folder (Fixture *f, gconstpointer data)
{
  g_autofree gchar *inner = g_build_filename (f->folder, "inner", NULL);
  g_autoptr (GBytes) bytes = g_bytes_new ("abc", 3);
  BbStateFile *file = bb_state_file_new (inner, "site", f->log);

  for (guint i = 0; i < 3; i++)
    bb_state_file_save (file, bytes, i, i, TRUE);
  bb_state_file_free (file);
  g_assert_cmpuint (count_logged (f, "The state cannot be saved"), ==, 1);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
#define ADD(name, function) g_test_add ("/state-file/" name, Fixture, NULL, set_up, function, tear_down)
  ADD ("roundtrip", test_roundtrip);
  ADD ("none-and-other-site", test_none_and_other_site);
  ADD ("damaged", test_damaged);
  ADD ("other-version", test_other_version);
  ADD ("too-large", test_too_large);
  ADD ("newest-wins", test_newest_wins);
  ADD ("never-half", test_never_half);
  ADD ("no-folder", test_no_folder);
  return g_test_run ();
}
