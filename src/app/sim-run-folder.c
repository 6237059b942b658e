/* SPDX-License-Identifier: GPL-3.0-or-later */
/* sim-run-folder.c: a folder under the cache that is this process's while it holds its lock. */
#include "app/sim-run-folder.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gi18n.h>
#include <glib/gstdio.h>
#include <stdlib.h>
#include <sys/file.h>
#include <unistd.h>

#include "base/error.h"

#define LOCK_NAME "lock"

static GMutex lock;
static gchar *own_folder; /* NULL: not made yet */
static gint own_fd = -1;
static guint n_paths;

static gboolean
io_error (GError **error, const gchar *path)
{
  bb_set_errno (error, errno, _ ("Could not keep results in"), path);
  return FALSE;
}

/* Opens and locks a file; -1 when somebody else holds it (or with errno set). */
static gint
take_lock (const gchar *path, gint operation)
{
  gint fd = open (path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);

  if (fd >= 0 && flock (fd, operation) != 0) {
    close (fd);
    return -1;
  }
  return fd;
}

static void
remove_folder (const gchar *folder)
{
  g_autoptr (GDir) dir = g_dir_open (folder, 0, NULL);
  const gchar *name = NULL;

  while (dir && (name = g_dir_read_name (dir)) != NULL) {
    g_autofree gchar *path = g_build_filename (folder, name, NULL);
    g_unlink (path);
  }
  g_rmdir (folder);
}

/* Folders whose lock nobody holds are of processes that ended without tidying up. */
static void
remove_stale (const gchar *runs)
{
  g_autoptr (GDir) dir = g_dir_open (runs, 0, NULL);
  const gchar *name = NULL;

  while (dir && (name = g_dir_read_name (dir)) != NULL) {
    g_autofree gchar *folder = g_build_filename (runs, name, NULL);
    g_autofree gchar *path = g_build_filename (folder, LOCK_NAME, NULL);
    gint fd = g_file_test (folder, G_FILE_TEST_IS_DIR) ? take_lock (path, LOCK_EX | LOCK_NB) : -1;
    if (fd < 0)
      continue;
    remove_folder (folder);
    close (fd);
  }
}

/* Under the gate, so that nobody takes a folder for stale between its making and its locking. */
static gboolean
make_own (const gchar *runs, GError **error)
{
  g_autofree gchar *folder = g_build_filename (runs, "XXXXXX", NULL);
  g_autofree gchar *path = NULL;

  if (g_mkdtemp_full (folder, 0700) == NULL)
    return io_error (error, runs);
  path = g_build_filename (folder, LOCK_NAME, NULL);
  own_fd = take_lock (path, LOCK_EX | LOCK_NB);
  if (own_fd < 0)
    return io_error (error, folder);
  own_folder = g_steal_pointer (&folder);
  (void) atexit (bb_run_folder_remove);
  return TRUE;
}

static gboolean
open_folder (GError **error)
{
  g_autofree gchar *runs = g_build_filename (g_get_user_cache_dir (), "busbar", "runs", NULL);
  g_autofree gchar *gate_path = g_build_filename (runs, "gate", NULL);
  gboolean made = FALSE;
  gint gate = -1;

  if (g_mkdir_with_parents (runs, 0700) != 0)
    return io_error (error, runs);
  gate = take_lock (gate_path, LOCK_EX);
  if (gate < 0)
    return io_error (error, runs);
  remove_stale (runs);
  made = make_own (runs, error);
  close (gate);
  return made;
}

gchar *
bb_run_folder_new_path (GError **error)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&lock);
  g_autofree gchar *name = NULL;

  if (!own_folder && !open_folder (error))
    return NULL;
  name = g_strdup_printf ("run-%u.bbr", ++n_paths);
  return g_build_filename (own_folder, name, NULL);
}

void
bb_run_folder_remove (void)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&lock);

  if (!own_folder)
    return;
  remove_folder (own_folder);
  g_clear_pointer (&own_folder, g_free);
  close (own_fd);
  own_fd = -1;
}
