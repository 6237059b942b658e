/* SPDX-License-Identifier: GPL-3.0-or-later */
/* file.h: whole files or none: write to a hidden temporary file beside the target, sync, rename, sync the
 * folder.
 *
 * Whatever goes wrong (full disk, cancelled, killed process), the target keeps its old contents; unless the
 * process is killed the temporary file is removed. Errors: BB_IO_ERROR, G_IO_ERROR_CANCELLED.
 */
#pragma once

#include <gio/gio.h>

#include "base/error.h"

G_BEGIN_DECLS

/* Reads a file of at most `max_bytes` (BB_IO_ERROR_TOO_LARGE otherwise, without reading more); (transfer
 * full). The data is followed by a zero byte that does not count. Works for pipes and standard input ("-")
 * too. */
GBytes *bb_file_read (const gchar *path, gsize max_bytes, GError **error);

/* Replaces `path` by `length` bytes of `data` (-1: terminated text). */
gboolean bb_file_replace (const gchar *path, const gchar *data, gssize length, GCancellable *cancellable,
                          GError **error);

/* ---- large files, written bit by bit ---- */

typedef struct _BbStagedFile BbStagedFile;

/* Called in place of write(2) by tests that fill the disk; errno as write(2). */
typedef gssize (*BbWriteFunc) (gint fd, const void *data, gsize size);

/* Opens the temporary file beside `path`; NULL with an error. The last part of `path` must not be a folder.
 */
BbStagedFile *bb_staged_file_new (const gchar *path, GError **error);
void bb_staged_file_set_write_func (BbStagedFile *file, BbWriteFunc function);
/* Appends through a buffer of 256 KiB. FALSE with an error; then every later write fails with the same error.
 */
gboolean bb_staged_file_write (BbStagedFile *file, const void *data, gsize size, GError **error);
/* Bytes written so far, also those in the buffer. */
guint64 bb_staged_file_get_size (BbStagedFile *file);
/* Flushes, syncs, renames into place. Afterwards only bb_staged_file_free() is allowed. */
gboolean bb_staged_file_commit (BbStagedFile *file, GError **error);
/* Frees; when it was not committed the temporary file is removed and the target untouched. */
void bb_staged_file_free (BbStagedFile *file);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (BbStagedFile, bb_staged_file_free)

/* ---- folders of results ---- */

typedef struct _BbStagedDir BbStagedDir;

/* A hidden temporary folder beside the folder `path`; NULL with an error when that cannot be made, or `path`
 * exists and is not a folder. */
BbStagedDir *bb_staged_dir_new (const gchar *path, GError **error);
/* Where to write: the temporary folder. */
const gchar *bb_staged_dir_get_path (BbStagedDir *dir);
/* Syncs the files and renames the folder into place; when the target exists already, its files of the same
 * names are replaced one by one and others stay. Sub-folders are not supported. */
gboolean bb_staged_dir_commit (BbStagedDir *dir, GError **error);
/* Frees; when it was not committed the temporary folder and its files are removed. */
void bb_staged_dir_free (BbStagedDir *dir);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (BbStagedDir, bb_staged_dir_free)

G_END_DECLS
