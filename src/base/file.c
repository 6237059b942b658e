/* SPDX-License-Identifier: GPL-3.0-or-later */
/* file.c: reads files up to a cap; writes whole files or none, through a temporary file beside the target. */
#include "base/file.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gi18n.h>
#include <glib/gstdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define BUFFER_SIZE (256u << 10)
#define READ_STEP   (64u << 10)

/* ---- reading ---- */

static gboolean
too_large (const gchar *path, gsize max_bytes, GError **error)
{
  g_autofree gchar *shown = g_filename_display_name (path);
  g_autofree gchar *cap = g_format_size_full (max_bytes, G_FORMAT_SIZE_IEC_UNITS);
  g_set_error (error, BB_IO_ERROR, BB_IO_ERROR_TOO_LARGE, _ ("“%s” is larger than the %s allowed here"),
               shown, cap);
  return FALSE;
}

/* Reads up to the end, one byte over the cap at most. */
static gboolean
read_all (gint fd, const gchar *path, gsize max_bytes, GByteArray *bytes, GError **error)
{
  for (;;) {
    guint8 step[READ_STEP];
    gssize got = read (fd, step, MIN (sizeof step, max_bytes - bytes->len + 1));
    if (got == 0)
      return TRUE;
    if (got < 0 && errno != EINTR) {
      bb_set_errno (error, errno, _ ("Could not read"), path);
      return FALSE;
    }
    if (got > 0)
      g_byte_array_append (bytes, step, (guint) got);
    if (bytes->len > max_bytes)
      return too_large (path, max_bytes, error);
  }
}

static gint
open_for_reading (const gchar *path, gsize max_bytes, GError **error)
{
  struct stat info;
  gint fd = g_str_equal (path, "-") ? dup (STDIN_FILENO) : g_open (path, O_RDONLY | O_CLOEXEC, 0);
  gboolean good = FALSE;
  if (fd < 0 || fstat (fd, &info) < 0)
    bb_set_errno (error, errno, _ ("Could not open"), path);
  else if (S_ISDIR (info.st_mode))
    bb_set_errno (error, EISDIR, _ ("Could not open"), path);
  else
    good = !S_ISREG (info.st_mode) || (guint64) info.st_size <= max_bytes
           || too_large (path, max_bytes, error);
  if (!good && fd >= 0) {
    close (fd);
    fd = -1;
  }
  return fd;
}

GBytes *
bb_file_read (const gchar *path, gsize max_bytes, GError **error)
{
  g_autoptr (GByteArray) bytes = g_byte_array_new ();
  static const guint8 zero = 0;
  gboolean good = FALSE;
  gsize length = 0;
  gint fd = -1;
  max_bytes = MIN (max_bytes, (gsize) G_MAXINT32);
  fd = open_for_reading (path, max_bytes, error);
  if (fd < 0)
    return NULL;
  good = read_all (fd, path, max_bytes, bytes, error);
  close (fd);
  if (!good)
    return NULL;
  length = bytes->len;
  g_byte_array_append (bytes, &zero, 1);
  return g_bytes_new_take (g_byte_array_free (g_steal_pointer (&bytes), FALSE), length);
}

/* ---- writing ---- */

struct _BbStagedFile {
  gchar *path;      /* what it will be; links resolved */
  gchar *temporary; /* NULL once it is gone */
  gint fd;
  guint8 *buffer;
  gsize used;
  guint64 size;
  BbWriteFunc write;
  GError *failed; /* the first error */
};

/* A link is followed, so that what it points to is replaced and not the link. */
static gchar *
resolve (const gchar *path)
{
  gchar *real = realpath (path, NULL);
  gchar *copy = g_strdup (real != NULL ? real : path);
  free (real);
  return copy;
}

/* Renaming over a device or a folder must not happen. */
static gboolean
check_target (const gchar *path, mode_t *mode, GError **error)
{
  struct stat info;
  if (lstat (path, &info) < 0)
    return TRUE;
  *mode = info.st_mode & 07777;
  if (S_ISREG (info.st_mode))
    return TRUE;
  bb_set_errno (error, S_ISDIR (info.st_mode) ? EISDIR : EPERM, _ ("Could not replace"), path);
  return FALSE;
}

BbStagedFile *
bb_staged_file_new (const gchar *path, GError **error)
{
  g_autofree gchar *target = resolve (path);
  g_autofree gchar *folder = g_path_get_dirname (target);
  g_autofree gchar *base = g_path_get_basename (target);
  g_autofree gchar *hidden = g_strconcat (".", base, ".XXXXXX", NULL);
  g_autofree gchar *temporary = g_build_filename (folder, hidden, NULL);
  BbStagedFile *file = NULL;
  mode_t mode = 0;
  gint fd = -1;
  if (!check_target (target, &mode, error))
    return NULL;
  fd = g_mkstemp_full (temporary, O_WRONLY | O_CLOEXEC, 0666);
  if (fd < 0) {
    bb_set_errno (error, errno, _ ("Could not create"), target);
    return NULL;
  }
  if (mode != 0 && fchmod (fd, mode) < 0)
    g_debug ("%s: its mode could not be kept", target);
  file = g_new0 (BbStagedFile, 1);
  file->path = g_steal_pointer (&target);
  file->temporary = g_steal_pointer (&temporary);
  file->fd = fd;
  file->buffer = g_malloc (BUFFER_SIZE);
  file->write = write;
  return file;
}

void
bb_staged_file_set_write_func (BbStagedFile *file, BbWriteFunc function)
{
  file->write = function;
}

static gboolean
report (BbStagedFile *file, GError **error)
{
  if (error != NULL)
    *error = g_error_copy (file->failed);
  return FALSE;
}

static gboolean
fail (BbStagedFile *file, gint errnum, const gchar *what, GError **error)
{
  bb_set_errno (&file->failed, errnum, what, file->path);
  return report (file, error);
}

static gboolean
write_all (BbStagedFile *file, const guint8 *data, gsize size, GError **error)
{
  while (size > 0) {
    gssize done = file->write (file->fd, data, size);
    if (done == 0)
      errno = ENOSPC;
    if (done == 0 || (done < 0 && errno != EINTR))
      return fail (file, errno, _ ("Could not write"), error);
    if (done > 0) {
      data += done;
      size -= (gsize) done;
    }
  }
  return TRUE;
}

static gboolean
flush (BbStagedFile *file, GError **error)
{
  gsize used = file->used;
  file->used = 0;
  return write_all (file, file->buffer, used, error);
}

gboolean
bb_staged_file_write (BbStagedFile *file, const void *data, gsize size, GError **error)
{
  if (file->failed != NULL)
    return report (file, error);
  file->size += size;
  if (file->used + size > BUFFER_SIZE && !flush (file, error))
    return FALSE;
  if (size >= BUFFER_SIZE)
    return write_all (file, data, size, error);
  if (size > 0)
    memcpy (file->buffer + file->used, data, size);
  file->used += size;
  return TRUE;
}

guint64
bb_staged_file_get_size (BbStagedFile *file)
{
  return file->size;
}

/* The name is only safe once its folder is. Some file systems cannot sync folders: that is no error. */
static void
sync_folder_of (const gchar *path)
{
  g_autofree gchar *folder = g_path_get_dirname (path);
  gint fd = g_open (folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC, 0);
  if (fd < 0)
    return;
  if (fsync (fd) < 0)
    g_debug ("%s: could not be synced", folder);
  close (fd);
}

static gboolean
close_file (BbStagedFile *file)
{
  gint fd = file->fd;
  file->fd = -1;
  return close (fd) == 0;
}

gboolean
bb_staged_file_commit (BbStagedFile *file, GError **error)
{
  mode_t mode = 0;
  if (file->failed != NULL)
    return report (file, error);
  if (!flush (file, error))
    return FALSE;
  if (fsync (file->fd) < 0 && errno != EINVAL)
    return fail (file, errno, _ ("Could not write"), error);
  if (!close_file (file))
    return fail (file, errno, _ ("Could not write"), error);
  if (!check_target (file->path, &mode, &file->failed))
    return report (file, error);
  if (g_rename (file->temporary, file->path) < 0)
    return fail (file, errno, _ ("Could not replace"), error);
  g_clear_pointer (&file->temporary, g_free);
  sync_folder_of (file->path);
  return TRUE;
}

void
bb_staged_file_free (BbStagedFile *file)
{
  if (file->fd >= 0)
    close_file (file);
  if (file->temporary != NULL)
    g_unlink (file->temporary);
  g_clear_error (&file->failed);
  g_free (file->temporary);
  g_free (file->buffer);
  g_free (file->path);
  g_free (file);
}

gboolean
bb_file_replace (const gchar *path, const gchar *data, gssize length, GCancellable *cancellable,
                 GError **error)
{
  g_autoptr (BbStagedFile) file = NULL;
  if (g_cancellable_set_error_if_cancelled (cancellable, error))
    return FALSE;
  file = bb_staged_file_new (path, error);
  if (file == NULL || !bb_staged_file_write (file, data, length < 0 ? strlen (data) : (gsize) length, error))
    return FALSE;
  if (g_cancellable_set_error_if_cancelled (cancellable, error))
    return FALSE;
  return bb_staged_file_commit (file, error);
}
