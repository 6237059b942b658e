/* SPDX-License-Identifier: GPL-3.0-or-later */
/* state-file.c: `engine.state`: "BBSTATE1", CRC of the site (4 bytes), mono and wall time (8 each), a flag
 * that the wall time was known (1), length (4), the engine's state, CRC-32C of all before. Little-endian. */
#include "controller/state-file.h"

#include <glib/gi18n.h>
#include <string.h>

#include "base/bytes.h"
#include "base/file.h"

#define MAGIC     "BBSTATE1"
#define HEAD      33 /* bytes before the state */
#define MAX_BYTES (4u << 20)

struct _BbStateFile {
  gchar *path; /* (owned) */
  guint32 site_crc;
  BbLog *log;          /* (owned) (nullable) */
  GThreadPool *worker; /* (owned): one thread */
  GMutex lock;
  GBytes *waiting; /* (owned) (nullable): newest that is not written yet */
  gboolean failed; /* told in the log */
};

/* What waits is written; called in the worker. A failed save is told once, and the next one tried. */
static void
write_waiting (gpointer data, gpointer user_data)
{
  BbStateFile *file = user_data;
  g_autoptr (GError) error = NULL;
  gsize size;

  g_mutex_lock (&file->lock);
  g_autoptr (GBytes) bytes = g_steal_pointer (&file->waiting);
  g_mutex_unlock (&file->lock);
  if (bytes == NULL)
    return;
  const gchar *text = g_bytes_get_data (bytes, &size);
  gboolean good = bb_file_replace (file->path, text, (gssize) size, NULL, &error);
  if (!good && !file->failed)
    bb_log_write (
        file->log, BB_LOG_ERROR, "controller",
        _ ("The state cannot be saved: %s. After a restart, stations that do not answer would count at their "
           "maximum."),
        error->message);
  file->failed = !good;
}

BbStateFile *
bb_state_file_new (const gchar *folder, const gchar *site_text, BbLog *log)
{
  BbStateFile *file = g_new0 (BbStateFile, 1);

  file->path = g_build_filename (folder, "engine.state", NULL);
  file->site_crc = bb_crc32c (0, site_text, strlen (site_text));
  file->log = log != NULL ? bb_log_ref (log) : NULL;
  g_mutex_init (&file->lock);
  file->worker = g_thread_pool_new (write_waiting, file, 1, FALSE, NULL);
  return file;
}

static GBytes *
take_apart (const BbStateFile *file, GBytes *bytes, gint64 *mono_ms, gint64 *wall_ms, gboolean *wall_valid)
{
  gsize size;
  const guint8 *data = g_bytes_get_data (bytes, &size);
  BbBytesReader at = bb_bytes_reader (data, size);
  const guint8 *magic = bb_get_bytes (&at, 8);
  guint32 site_crc = bb_get_u32 (&at);
  *mono_ms = (gint64) bb_get_u64 (&at);
  *wall_ms = (gint64) bb_get_u64 (&at);
  const guint8 *flag = bb_get_bytes (&at, 1);
  guint32 length = bb_get_u32 (&at);
  const guint8 *state = bb_get_bytes (&at, length);
  gsize covered = (gsize) (at.at - data);
  guint32 crc = bb_get_u32 (&at);

  if (at.failed || bb_bytes_left (&at) != 0 || memcmp (magic, MAGIC, 8) != 0
      || crc != bb_crc32c (0, data, covered)) {
    bb_log_write (file->log, BB_LOG_WARNING, "controller", _ ("%s is damaged and was left out."), file->path);
    return NULL;
  }
  if (site_crc != file->site_crc) {
    bb_log_write (file->log, BB_LOG_INFO, "controller",
                  _ ("The saved state is of another site and was left out."));
    return NULL;
  }
  *wall_valid = *flag != 0;
  return g_bytes_new (state, length);
}

GBytes *
bb_state_file_load (BbStateFile *file, gint64 *mono_ms, gint64 *wall_ms, gboolean *wall_valid)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) bytes = bb_file_read (file->path, MAX_BYTES, &error);

  if (bytes == NULL) {
    if (!g_error_matches (error, BB_IO_ERROR, BB_IO_ERROR_NOT_FOUND))
      bb_log_write (file->log, BB_LOG_WARNING, "controller", "%s", error->message);
    return NULL;
  }
  return take_apart (file, bytes, mono_ms, wall_ms, wall_valid);
}

void
bb_state_file_save (BbStateFile *file, GBytes *state, gint64 mono_ms, gint64 wall_ms, gboolean wall_valid)
{
  gsize size;
  const void *data = g_bytes_get_data (state, &size);
  guint8 *all = g_malloc (HEAD + size + 4), *at = all;

  memcpy (at, MAGIC, 8);
  at = bb_put_u32 (at + 8, file->site_crc);
  at = bb_put_u64 (at, (guint64) mono_ms);
  at = bb_put_u64 (at, (guint64) wall_ms);
  *at++ = wall_valid != FALSE;
  at = bb_put_u32 (at, (guint32) size);
  memcpy (at, data, size);
  bb_put_u32 (at + size, bb_crc32c (0, all, HEAD + size));
  g_mutex_lock (&file->lock);
  g_clear_pointer (&file->waiting, g_bytes_unref);
  file->waiting = g_bytes_new_take (all, HEAD + size + 4);
  g_mutex_unlock (&file->lock);
  g_thread_pool_push (file->worker, file, NULL);
}

void
bb_state_file_free (BbStateFile *file)
{
  if (file == NULL)
    return;
  g_thread_pool_free (file->worker, FALSE, TRUE);
  g_clear_pointer (&file->waiting, g_bytes_unref);
  g_clear_pointer (&file->log, bb_log_unref);
  g_mutex_clear (&file->lock);
  g_free (file->path);
  g_free (file);
}
