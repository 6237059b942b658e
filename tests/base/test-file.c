/* SPDX-License-Identifier: GPL-3.0-or-later */
/* test-file.c: whole files or none: full disks, cancelled writes, links, folders, caps on reading. */
#include "base/file.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gstdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

typedef struct {
  gchar *folder, *path;
} Fixture;

static void
set_up (Fixture *fixture, gconstpointer data)
{
  fixture->folder = g_dir_make_tmp ("busbar-file-XXXXXX", NULL);
  fixture->path = g_build_filename (fixture->folder, "target", NULL);
}

static guint
count_files (const gchar *folder)
{
  g_autoptr (GDir) dir = g_dir_open (folder, 0, NULL);
  guint n = 0;
  while (dir != NULL && g_dir_read_name (dir) != NULL)
    n++;
  return n;
}

static void
remove_all (const gchar *folder)
{
  g_autoptr (GDir) dir = g_dir_open (folder, 0, NULL);
  const gchar *name = NULL;
  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL) {
    g_autofree gchar *path = g_build_filename (folder, name, NULL);
    if (g_file_test (path, G_FILE_TEST_IS_DIR) && !g_file_test (path, G_FILE_TEST_IS_SYMLINK))
      remove_all (path);
    else
      g_unlink (path);
  }
  g_rmdir (folder);
}

static void
tear_down (Fixture *fixture, gconstpointer data)
{
  remove_all (fixture->folder);
  g_free (fixture->folder);
  g_free (fixture->path);
}

static void
assert_contents (const gchar *path, const gchar *expected)
{
  g_autofree gchar *contents = NULL;
  g_assert_true (g_file_get_contents (path, &contents, NULL, NULL));
  g_assert_cmpstr (contents, ==, expected);
}

static void
test_replace (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  struct stat info;
  g_assert_true (bb_file_replace (fixture->path, "one", -1, NULL, &error));
  g_chmod (fixture->path, 0640);
  g_assert_true (bb_file_replace (fixture->path, "two\0!", 3, NULL, &error));
  assert_contents (fixture->path, "two");
  g_assert_cmpint (stat (fixture->path, &info), ==, 0);
  g_assert_cmpint (info.st_mode & 0777, ==, 0640);
  g_assert_cmpuint (count_files (fixture->folder), ==, 1);
}

/* A link stays a link: what it points to is replaced. */
static void
test_link (Fixture *fixture, gconstpointer data)
{
  g_autofree gchar *link = g_build_filename (fixture->folder, "link", NULL);
  g_autoptr (GError) error = NULL;
  g_file_set_contents (fixture->path, "one", -1, NULL);
  g_assert_cmpint (symlink (fixture->path, link), ==, 0);
  g_assert_true (bb_file_replace (link, "two", -1, NULL, &error));
  g_assert_true (g_file_test (link, G_FILE_TEST_IS_SYMLINK));
  assert_contents (fixture->path, "two");
}

static void
test_refused_targets (Fixture *fixture, gconstpointer data)
{
  g_autofree gchar *nowhere = g_build_filename (fixture->folder, "no", "such", "folder", NULL);
  g_autoptr (GError) error = NULL;
  g_assert_false (bb_file_replace (fixture->folder, "x", -1, NULL, &error));
  g_assert_error (error, BB_IO_ERROR, BB_IO_ERROR_DENIED);
  g_clear_error (&error);
  g_assert_false (bb_file_replace ("/dev/null", "x", -1, NULL, &error));
  g_assert_error (error, BB_IO_ERROR, BB_IO_ERROR_DENIED);
  g_clear_error (&error);
  g_assert_false (bb_file_replace (nowhere, "x", -1, NULL, &error));
  g_assert_error (error, BB_IO_ERROR, BB_IO_ERROR_NOT_FOUND);
}

static void
test_cancelled (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autoptr (GError) error = NULL;
  g_file_set_contents (fixture->path, "old", -1, NULL);
  g_cancellable_cancel (cancellable);
  g_assert_false (bb_file_replace (fixture->path, "new", -1, cancellable, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  assert_contents (fixture->path, "old");
  g_assert_cmpuint (count_files (fixture->folder), ==, 1);
}

static gsize room;

/* A disk with `room` bytes left, which writes in small pieces. */
static gssize
small_disk (gint fd, const void *data, gsize size)
{
  gsize now = MIN (MIN (size, room), 1000);
  if (now == 0 && size > 0) {
    errno = ENOSPC;
    return -1;
  }
  room -= now;
  return write (fd, data, now);
}

static void
test_full_disk (Fixture *fixture, gconstpointer data)
{
  g_autofree gchar *block = g_malloc0 (100000);
  g_file_set_contents (fixture->path, "old", -1, NULL);
  for (gsize most = 0; most < 1200000; most += 99999) {
    g_autoptr (GError) error = NULL, again = NULL;
    BbStagedFile *file = bb_staged_file_new (fixture->path, &error);
    gboolean good = TRUE;
    bb_staged_file_set_write_func (file, small_disk);
    room = most;
    for (guint i = 0; i < 12 && good; i++)
      good = bb_staged_file_write (file, block, 100000, &error);
    good = good && bb_staged_file_commit (file, &error);
    g_assert_false (good);
    g_assert_error (error, BB_IO_ERROR, BB_IO_ERROR_NO_SPACE);
    g_assert_false (bb_staged_file_commit (file, &again));
    g_assert_error (again, BB_IO_ERROR, BB_IO_ERROR_NO_SPACE);
    bb_staged_file_free (file);
    assert_contents (fixture->path, "old");
    g_assert_cmpuint (count_files (fixture->folder), ==, 1);
  }
}

static void
test_staged (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (BbStagedFile) file = bb_staged_file_new (fixture->path, &error);
  g_autoptr (GString) expected = g_string_new (NULL);
  g_assert_no_error (error);
  bb_staged_file_set_write_func (file, small_disk);
  room = G_MAXSIZE;
  for (guint i = 0; i < 2000; i++) {
    g_autofree gchar *line = g_strnfill (i, (gchar) ('a' + i % 26));
    g_string_append (expected, line);
    g_assert_true (bb_staged_file_write (file, line, i, &error));
  }
  g_assert_cmpuint (bb_staged_file_get_size (file), ==, expected->len);
  g_assert_false (g_file_test (fixture->path, G_FILE_TEST_EXISTS));
  g_assert_true (bb_staged_file_commit (file, &error));
  assert_contents (fixture->path, expected->str);
}

static void
test_folder (Fixture *fixture, gconstpointer data)
{
  g_autofree gchar *target = g_strconcat (fixture->path, "/", NULL);
  for (guint round = 0; round < 2; round++) {
    g_autoptr (GError) error = NULL;
    g_autoptr (BbStagedDir) dir = bb_staged_dir_new (target, &error);
    g_autofree gchar *file = g_build_filename (bb_staged_dir_get_path (dir), "a.txt", NULL);
    g_autofree gchar *final = g_build_filename (fixture->path, "a.txt", NULL);
    g_autofree gchar *other = g_build_filename (fixture->path, "other.txt", NULL);
    g_assert_true (bb_file_replace (file, round == 0 ? "one" : "two", -1, NULL, &error));
    if (round == 0)
      g_assert_false (g_file_test (fixture->path, G_FILE_TEST_EXISTS));
    g_assert_true (bb_staged_dir_commit (dir, &error));
    assert_contents (final, round == 0 ? "one" : "two");
    if (round == 0)
      g_file_set_contents (other, "mine", -1, NULL);
    assert_contents (other, "mine");
  }
  g_assert_cmpuint (count_files (fixture->folder), ==, 1);
  g_assert_cmpuint (count_files (fixture->path), ==, 2);
}

static void
test_folder_abort (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (BbStagedDir) dir = bb_staged_dir_new (fixture->path, &error);
  g_autofree gchar *file = g_build_filename (bb_staged_dir_get_path (dir), "a.txt", NULL);
  g_assert_true (bb_file_replace (file, "one", -1, NULL, &error));
  g_clear_pointer (&dir, bb_staged_dir_free);
  g_assert_cmpuint (count_files (fixture->folder), ==, 0);
  g_file_set_contents (fixture->path, "a file", -1, NULL);
  g_assert_null (bb_staged_dir_new (fixture->path, &error));
  g_assert_error (error, BB_IO_ERROR, BB_IO_ERROR_NOT_FOUND);
}

static void
test_read (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) bytes = NULL;
  g_file_set_contents (fixture->path, "12345", -1, NULL);
  bytes = bb_file_read (fixture->path, 5, &error);
  g_assert_no_error (error);
  g_assert_cmpmem (g_bytes_get_data (bytes, NULL), 6, "12345\0", 6);
  g_assert_null (bb_file_read (fixture->path, 4, &error));
  g_assert_error (error, BB_IO_ERROR, BB_IO_ERROR_TOO_LARGE);
  g_clear_error (&error);
  g_assert_null (bb_file_read (fixture->folder, 4, &error));
  g_assert_error (error, BB_IO_ERROR, BB_IO_ERROR_DENIED);
}

/* 1 GB, of which nothing is read: it would take the memory too. A device without end stops at the cap. */
static void
test_read_huge (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_file_set_contents (fixture->path, "", 0, NULL);
  g_assert_cmpint (truncate (fixture->path, 1 << 30), ==, 0);
  g_assert_null (bb_file_read (fixture->path, 16 << 20, &error));
  g_assert_error (error, BB_IO_ERROR, BB_IO_ERROR_TOO_LARGE);
  g_clear_error (&error);
  g_assert_null (bb_file_read ("/dev/zero", 100000, &error));
  g_assert_error (error, BB_IO_ERROR, BB_IO_ERROR_TOO_LARGE);
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
  add ("/base/file/replace", test_replace);
  add ("/base/file/link", test_link);
  add ("/base/file/refused-targets", test_refused_targets);
  add ("/base/file/cancelled", test_cancelled);
  add ("/base/file/full-disk", test_full_disk);
  add ("/base/file/staged", test_staged);
  add ("/base/file/folder", test_folder);
  add ("/base/file/folder-abort", test_folder_abort);
  add ("/base/file/read", test_read);
  add ("/base/file/read-huge", test_read_huge);
  return g_test_run ();
}
