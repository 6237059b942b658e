/* SPDX-License-Identifier: GPL-3.0-or-later */
/* file-dir.c: a folder of results that appears whole or not at all. */
#include <errno.h>
#include <fcntl.h>
#include <glib/gi18n.h>
#include <glib/gstdio.h>
#include <string.h>
#include <unistd.h>

#include "base/file.h"

struct _BbStagedDir {
  gchar *path;
  gchar *temporary; /* NULL once it is gone */
};

/* Without slashes at the end, so that the folder beside it can be named. */
static gchar *
without_slashes (const gchar *path)
{
  gsize length = strlen (path);
  while (length > 1 && path[length - 1] == '/')
    length--;
  return g_strndup (path, length);
}

BbStagedDir *
bb_staged_dir_new (const gchar *path, GError **error)
{
  g_autofree gchar *target = without_slashes (path);
  g_autofree gchar *parent = g_path_get_dirname (target);
  g_autofree gchar *base = g_path_get_basename (target);
  g_autofree gchar *hidden = g_strconcat (".", base, ".XXXXXX", NULL);
  g_autofree gchar *temporary = NULL;
  BbStagedDir *dir = NULL;
  gboolean exists = g_file_test (target, G_FILE_TEST_EXISTS);
  if (exists && !g_file_test (target, G_FILE_TEST_IS_DIR)) {
    bb_set_errno (error, ENOTDIR, _ ("Could not use"), target);
    return NULL;
  }
  /* In a folder that exists ("." or a mount point) the parent may not be writable: stage inside it. */
  temporary = g_build_filename (exists ? target : parent, exists ? ".busbar.XXXXXX" : hidden, NULL);
  if (g_mkdtemp_full (temporary, 0777) == NULL) {
    bb_set_errno (error, errno, _ ("Could not create"), target);
    return NULL;
  }
  dir = g_new0 (BbStagedDir, 1);
  dir->path = g_steal_pointer (&target);
  dir->temporary = g_steal_pointer (&temporary);
  return dir;
}

const gchar *
bb_staged_dir_get_path (BbStagedDir *dir)
{
  return dir->temporary;
}

static gboolean
sync_path (const gchar *path, gint flags, GError **error)
{
  gint fd = g_open (path, O_RDONLY | O_CLOEXEC | flags, 0);
  gboolean good = fd >= 0 && (fsync (fd) == 0 || errno == EINVAL);
  if (!good)
    bb_set_errno (error, errno, _ ("Could not write"), path);
  if (fd >= 0)
    close (fd);
  return good;
}

typedef gboolean (*EachFunc) (BbStagedDir *dir, const gchar *name, GError **error);

/* Calls `function` for every file of the temporary folder. */
static gboolean
for_each_file (BbStagedDir *dir, EachFunc function, GError **error)
{
  g_autoptr (GDir) listing = g_dir_open (dir->temporary, 0, error);
  const gchar *name = NULL;
  if (listing == NULL)
    return FALSE;
  while ((name = g_dir_read_name (listing)) != NULL)
    if (!function (dir, name, error))
      return FALSE;
  return TRUE;
}

static gboolean
sync_one (BbStagedDir *dir, const gchar *name, GError **error)
{
  g_autofree gchar *path = g_build_filename (dir->temporary, name, NULL);
  return sync_path (path, 0, error);
}

static gboolean
move_one (BbStagedDir *dir, const gchar *name, GError **error)
{
  g_autofree gchar *from = g_build_filename (dir->temporary, name, NULL);
  g_autofree gchar *to = g_build_filename (dir->path, name, NULL);
  if (g_rename (from, to) == 0)
    return TRUE;
  bb_set_errno (error, errno, _ ("Could not replace"), to);
  return FALSE;
}

/* Before anything moves: may each name be replaced? */
static gboolean
check_one (BbStagedDir *dir, const gchar *name, GError **error)
{
  g_autofree gchar *to = g_build_filename (dir->path, name, NULL);
  if (!g_file_test (to, G_FILE_TEST_EXISTS) || g_file_test (to, G_FILE_TEST_IS_REGULAR))
    return TRUE;
  bb_set_errno (error, EISDIR, _ ("Could not replace"), to);
  return FALSE;
}

static gboolean
remove_one (BbStagedDir *dir, const gchar *name, GError **error)
{
  g_autofree gchar *path = g_build_filename (dir->temporary, name, NULL);
  return g_unlink (path) == 0;
}

static gboolean
move_into_place (BbStagedDir *dir, GError **error)
{
  if (!g_file_test (dir->path, G_FILE_TEST_EXISTS)) {
    if (g_rename (dir->temporary, dir->path) == 0)
      return TRUE;
    bb_set_errno (error, errno, _ ("Could not create"), dir->path);
    return FALSE;
  }
  if (!for_each_file (dir, check_one, error) || !for_each_file (dir, move_one, error))
    return FALSE;
  g_rmdir (dir->temporary);
  return TRUE;
}

gboolean
bb_staged_dir_commit (BbStagedDir *dir, GError **error)
{
  g_autofree gchar *parent = g_path_get_dirname (dir->path);
  if (!for_each_file (dir, sync_one, error) || !sync_path (dir->temporary, O_DIRECTORY, error))
    return FALSE;
  if (!move_into_place (dir, error))
    return FALSE;
  g_clear_pointer (&dir->temporary, g_free);
  sync_path (dir->path, O_DIRECTORY, NULL);
  sync_path (parent, O_DIRECTORY, NULL);
  return TRUE;
}

void
bb_staged_dir_free (BbStagedDir *dir)
{
  if (dir->temporary != NULL) {
    for_each_file (dir, remove_one, NULL);
    g_rmdir (dir->temporary);
  }
  g_free (dir->temporary);
  g_free (dir->path);
  g_free (dir);
}
