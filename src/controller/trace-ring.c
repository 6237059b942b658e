/* SPDX-License-Identifier: GPL-3.0-or-later */
/* trace-ring.c: engine inputs in files that rotate: eight at most, the oldest goes. */
#include "controller/trace-ring.h"

#include <errno.h>
#include <glib/gi18n.h>
#include <glib/gstdio.h>
#include <inttypes.h>
#include <string.h>

#define FILES 8
/* A new file at the latest after so long: replaying one takes little time. */
#define FILE_MS G_GINT64_CONSTANT (6 * 3600000)
/* What waits in memory is written so often; a killed program loses that much. */
#define FLUSH_MS 5000
/* After an error the next file is tried. */
#define RETRY_MS 60000

struct _BbTraceRing {
  gchar *folder;         /* (owned) */
  BbSite *site;          /* (owned) */
  BbDriver *driver;      /* (unowned): lives longer */
  BbClock *clock;        /* (owned) */
  BbLog *log;            /* (owned) (nullable) */
  BbTraceWriter *writer; /* (owned) (nullable) */
  guint64 file_bytes;
  guint64 number; /* of the newest file */
  gchar *path;    /* (owned) (nullable): of that file, until it holds steps; then it is worth keeping */
  gint64 started_ms, flushed_ms, retry_ms;
  gboolean failed; /* told in the log */
};

static gint
compare_names (gconstpointer a, gconstpointer b)
{
  return strcmp (*(const gchar *const *) a, *(const gchar *const *) b);
}

/* Names of the trace files, oldest first. (transfer full) */
static GPtrArray *
list_files (const BbTraceRing *ring)
{
  g_autoptr (GDir) dir = g_dir_open (ring->folder, 0, NULL);
  GPtrArray *names = g_ptr_array_new_with_free_func (g_free);
  const gchar *name;

  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL)
    if (strlen (name) == 14 && g_str_has_suffix (name, ".trace"))
      g_ptr_array_add (names, g_strdup (name));
  g_ptr_array_sort (names, compare_names);
  return names;
}

BbTraceRing *
bb_trace_ring_new (const gchar *folder, BbSite *site, BbDriver *driver, BbClock *clock, BbLog *log,
                   guint64 max_bytes)
{
  BbTraceRing *ring = g_new0 (BbTraceRing, 1);

  ring->folder = g_build_filename (folder, "trace", NULL);
  ring->site = g_object_ref (site);
  ring->driver = driver;
  ring->clock = g_object_ref (clock);
  ring->log = log != NULL ? bb_log_ref (log) : NULL;
  ring->file_bytes = MAX (max_bytes / FILES, 4096);
  ring->retry_ms = G_MININT64;
  g_mkdir_with_parents (ring->folder, 0700);
  g_autoptr (GPtrArray) names = list_files (ring);
  if (names->len > 0)
    ring->number = g_ascii_strtoull (g_ptr_array_index (names, names->len - 1), NULL, 10);
  return ring;
}

static void
fail (BbTraceRing *ring, const GError *error)
{
  if (!ring->failed)
    bb_log_write (
        ring->log, BB_LOG_ERROR, "trace",
        _ ("The trace cannot be written: %s. Control goes on without it; it is tried again every minute."),
        error->message);
  ring->failed = TRUE;
  g_clear_pointer (&ring->writer, bb_trace_writer_free);
  /* Files without a step would push the good ones out, one a minute. */
  if (ring->path != NULL)
    g_unlink (ring->path);
  g_clear_pointer (&ring->path, g_free);
  ring->retry_ms = bb_clock_get_mono_ms (ring->clock) + RETRY_MS;
}

static void
remove_oldest (BbTraceRing *ring)
{
  g_autoptr (GPtrArray) names = list_files (ring);

  for (guint i = 0; i + FILES - 1 < names->len; i++) {
    g_autofree gchar *path = g_build_filename (ring->folder, g_ptr_array_index (names, i), NULL);
    g_unlink (path);
  }
}

static void
start_file (BbTraceRing *ring, gint64 now_ms)
{
  static const BbTraceOptions options = { .balancer = -1, .controller = TRUE };
  g_autoptr (GError) error = NULL;
  g_autofree gchar *name = g_strdup_printf ("%08" PRIu64 ".trace", (guint64) (ring->number + 1));
  g_autofree gchar *path = g_build_filename (ring->folder, name, NULL);
  g_autoptr (GBytes) state = bb_driver_save (ring->driver);

  g_clear_pointer (&ring->writer, bb_trace_writer_free);
  remove_oldest (ring);
  ring->writer = bb_trace_writer_append (path, ring->site, &options,
                                         &bb_driver_get_config (ring->driver)->config, &error);
  if (ring->writer == NULL) {
    fail (ring, error);
    return;
  }
  ring->number++;
  ring->started_ms = ring->flushed_ms = now_ms;
  g_free (ring->path);
  ring->path = g_steal_pointer (&path);
  bb_trace_writer_state (ring->writer, g_bytes_get_data (state, NULL), g_bytes_get_size (state));
  if (!bb_trace_writer_save (ring->writer, &error))
    fail (ring, error);
}

void
bb_trace_ring_prepare (BbTraceRing *ring)
{
  gint64 now_ms = bb_clock_get_mono_ms (ring->clock);
  g_autoptr (GError) error = NULL;

  if (ring->writer == NULL) {
    if (now_ms >= ring->retry_ms)
      start_file (ring, now_ms);
  } else if (bb_trace_writer_get_size (ring->writer) >= ring->file_bytes
             || now_ms - ring->started_ms >= FILE_MS) {
    if (bb_trace_writer_save (ring->writer, &error))
      start_file (ring, now_ms);
    else
      fail (ring, error);
  }
}

void
bb_trace_ring_add (BbTraceRing *ring, const bbe_inputs *in, const bbe_outputs *out)
{
  gint64 now_ms = bb_clock_get_mono_ms (ring->clock);
  g_autoptr (GError) error = NULL;

  if (ring->writer == NULL)
    return;
  bb_trace_writer_add (ring->writer, in, out);
  if (now_ms - ring->flushed_ms < FLUSH_MS)
    return;
  ring->flushed_ms = now_ms;
  if (!bb_trace_writer_save (ring->writer, &error)) {
    fail (ring, error);
    return;
  }
  g_clear_pointer (&ring->path, g_free);
  if (ring->failed) {
    ring->failed = FALSE;
    bb_log_write (ring->log, BB_LOG_INFO, "trace", _ ("The trace is written again."));
  }
}

void
bb_trace_ring_free (BbTraceRing *ring)
{
  if (ring == NULL)
    return;
  if (ring->writer != NULL)
    bb_trace_writer_flush (ring->writer, NULL);
  g_clear_pointer (&ring->writer, bb_trace_writer_free);
  g_free (ring->path);
  g_clear_object (&ring->site);
  g_clear_object (&ring->clock);
  g_clear_pointer (&ring->log, bb_log_unref);
  g_free (ring->folder);
  g_free (ring);
}
