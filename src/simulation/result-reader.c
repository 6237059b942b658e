/* SPDX-License-Identifier: GPL-3.0-or-later */
/* result-reader.c: opens a result file and reads its texts, changes, snapshots and events. */
#include "simulation/result-reader.h"

#include <errno.h>
#include <glib/gi18n.h>
#include <inttypes.h>
#include <sys/stat.h>

#include "simulation/result-codec.h"
#include "simulation/result-private.h"

G_DEFINE_FINAL_TYPE_WITH_CODE (BbResult, bb_result, G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (BB_TYPE_SERIES_SOURCE, bb_result_source_init))

static void
bb_result_finalize (GObject *object)
{
  BbResult *self = BB_RESULT (object);
  g_clear_pointer (&self->map, g_mapped_file_unref);
  g_ptr_array_unref (self->series);
  g_ptr_array_unref (self->stations);
  g_array_unref (self->snapshots);
  g_array_unref (self->event_offsets);
  g_free (self->path);
  G_OBJECT_CLASS (bb_result_parent_class)->finalize (object);
}

static void
bb_result_init (BbResult *self)
{
  self->series = g_ptr_array_new_with_free_func (bb_result_series_index_free);
  self->stations = g_ptr_array_new_with_free_func (bb_result_station_index_free);
  self->snapshots = g_array_new (FALSE, FALSE, sizeof (BbResultSnapshotIndex));
  self->event_offsets = g_array_new (FALSE, FALSE, sizeof (guint64));
}

static void
bb_result_class_init (BbResultClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = bb_result_finalize;
}

gboolean
bb_result_refuse (BbResult *self, GError **error, BbFormatError code, const gchar *format, ...)
{
  g_autofree gchar *shown = g_filename_display_name (self->path);
  g_autofree gchar *message = NULL;
  va_list args;
  va_start (args, format);
  message = g_strdup_vprintf (format, args);
  va_end (args);
  g_set_error (error, BB_FORMAT_ERROR, (gint) code, "%s: %s", shown, message);
  return FALSE;
}

gboolean
bb_result_get_chunk (BbResult *self, guint64 offset, BbResultChunk kind, BbBytesReader *payload,
                     GError **error)
{
  BbBytesReader head
      = bb_bytes_reader (self->data + MIN (offset, self->size), self->size - MIN (offset, self->size));
  const guint8 *start = head.at;
  guint32 found = bb_get_u32 (&head);
  guint32 size = bb_get_u32 (&head);
  guint32 crc = bb_get_u32 (&head);
  const guint8 *bytes = bb_get_bytes (&head, size);
  if (bytes == NULL || found != (guint32) kind || crc != bb_result_chunk_crc (start, bytes, size)) {
    bb_result_refuse (self, error, BB_FORMAT_ERROR_CORRUPT,
                      _ ("damaged at byte %" PRIu64 "; run the simulation again"), offset);
    return FALSE;
  }
  *payload = bb_bytes_reader (bytes, size);
  return TRUE;
}

static gboolean
damaged (BbResult *self, guint64 offset, GError **error)
{
  return bb_result_refuse (self, error, BB_FORMAT_ERROR_CORRUPT,
                           _ ("what stands at byte %" PRIu64 " makes no sense; run the simulation again"),
                           offset);
}

/* ---- opening ---- */

static gboolean
check_header (BbResult *self, GError **error)
{
  BbBytesReader reader = bb_bytes_reader (self->data, self->size);
  const guint8 *magic = bb_get_bytes (&reader, 8);
  guint32 version = bb_get_u32 (&reader);
  guint32 crc = bb_get_u32 (&reader);
  self->from_ms = (gint64) bb_get_u64 (&reader);
  self->until_ms = (gint64) bb_get_u64 (&reader);
  if (magic == NULL || memcmp (magic, BB_RESULT_MAGIC, 8) != 0)
    return bb_result_refuse (self, error, BB_FORMAT_ERROR_FOREIGN, _ ("not a simulation result of Busbar"));
  if (reader.failed)
    return bb_result_refuse (self, error, BB_FORMAT_ERROR_UNFINISHED,
                             _ ("cut short: it ends within its header"));
  if (crc != bb_crc32c (bb_crc32c (0, self->data, 12), self->data + 16, 16))
    return bb_result_refuse (self, error, BB_FORMAT_ERROR_CORRUPT,
                             _ ("its header is damaged; run the simulation again"));
  if (version != BB_RESULT_VERSION)
    return bb_result_refuse (
        self, error, BB_FORMAT_ERROR_VERSION,
        _ ("written by another version of Busbar (format %u, this one reads %u); update Busbar"), version,
        BB_RESULT_VERSION);
  if (self->from_ms < -BB_SERIES_MAX_TIME_MS || self->until_ms > BB_SERIES_MAX_TIME_MS
      || self->until_ms <= self->from_ms || self->until_ms - self->from_ms > BB_RESULT_MAX_SPAN_MS)
    return bb_result_refuse (self, error, BB_FORMAT_ERROR_CORRUPT, _ ("its period makes no sense"));
  return TRUE;
}

static gboolean
check_trailer (BbResult *self, GError **error)
{
  const guint8 *start = self->data + self->size - BB_RESULT_TRAILER_SIZE;
  BbBytesReader reader;
  guint64 size = 0;
  if (self->size < BB_RESULT_HEADER_SIZE + BB_RESULT_TRAILER_SIZE
      || memcmp (start + 24, BB_RESULT_END_MAGIC, 8) != 0)
    return bb_result_refuse (
        self, error, BB_FORMAT_ERROR_UNFINISHED,
        _ ("unfinished or cut short: the end with the index is missing; run the simulation again"));
  reader = bb_bytes_reader (start, 24);
  self->index_offset = bb_get_u64 (&reader);
  size = bb_get_u64 (&reader);
  if (bb_get_u32 (&reader) != bb_crc32c (0, start, 16) || bb_get_u32 (&reader) != 0)
    return bb_result_refuse (self, error, BB_FORMAT_ERROR_CORRUPT,
                             _ ("its end is damaged; run the simulation again"));
  if (size != self->size)
    return bb_result_refuse (self, error, BB_FORMAT_ERROR_CORRUPT, _ ("%zu bytes long instead of %" PRIu64),
                             self->size, size);
  return TRUE;
}

/* Mapping waits for ever on a pipe and means nothing for a device. */
static gboolean
is_regular (const gchar *path, GError **error)
{
  struct stat info;
  if (stat (path, &info) < 0)
    bb_set_errno (error, errno, _ ("Could not open"), path);
  else if (!S_ISREG (info.st_mode))
    bb_set_errno (error, S_ISDIR (info.st_mode) ? EISDIR : EPERM, _ ("Could not open"), path);
  else
    return TRUE;
  return FALSE;
}

BbResult *
bb_result_open (const gchar *path, GError **error)
{
  g_autoptr (BbResult) self = g_object_new (BB_TYPE_RESULT, NULL);
  g_autoptr (GError) local = NULL;
  self->path = g_strdup (path);
  if (!is_regular (path, error))
    return NULL;
  self->map = g_mapped_file_new (path, FALSE, &local);
  if (self->map == NULL) {
    g_set_error_literal (error, BB_IO_ERROR, BB_IO_ERROR_FAILED, local->message);
    return NULL;
  }
  self->data = (const guint8 *) g_mapped_file_get_contents (self->map);
  self->size = g_mapped_file_get_length (self->map);
  if (!check_header (self, error) || !check_trailer (self, error) || !bb_result_read_index (self, error))
    return NULL;
  return g_steal_pointer (&self);
}

/* The size of the chunk at `offset`, head included, or 0 with an error: any kind, its checksum right. */
static guint64
check_chunk (BbResult *self, guint64 offset, GError **error)
{
  BbBytesReader reader = bb_bytes_reader (self->data + offset, self->size - offset);
  guint32 kind = bb_get_u32 (&reader);
  if (kind < BB_RESULT_CHUNK_METADATA || kind > BB_RESULT_CHUNK_INDEX) {
    damaged (self, offset, error);
    return 0;
  }
  if (!bb_result_get_chunk (self, offset, (BbResultChunk) kind, &reader, error))
    return 0;
  return BB_RESULT_CHUNK_HEAD + bb_bytes_left (&reader);
}

gboolean
bb_result_verify (BbResult *self, GCancellable *cancellable, GError **error)
{
  guint64 offset = BB_RESULT_HEADER_SIZE;
  while (offset < self->size - BB_RESULT_TRAILER_SIZE) {
    guint64 size = 0;
    if (g_cancellable_set_error_if_cancelled (cancellable, error))
      return FALSE;
    size = check_chunk (self, offset, error);
    if (size == 0)
      return FALSE;
    offset += size;
  }
  return offset == self->size - BB_RESULT_TRAILER_SIZE || damaged (self, offset, error);
}

/* ---- texts ---- */

gint64
bb_result_get_from_ms (BbResult *self)
{
  return self->from_ms;
}

gint64
bb_result_get_until_ms (BbResult *self)
{
  return self->until_ms;
}

static gchar *
get_text (BbResult *self, guint64 offset, BbResultChunk kind, GError **error)
{
  BbBytesReader payload;
  if (!bb_result_get_chunk (self, offset, kind, &payload, error))
    return NULL;
  if (!g_utf8_validate ((const gchar *) payload.at, (gssize) bb_bytes_left (&payload), NULL)) {
    damaged (self, offset, error);
    return NULL;
  }
  return g_strndup ((const gchar *) payload.at, bb_bytes_left (&payload));
}

gchar *
bb_result_get_metadata (BbResult *self, GError **error)
{
  return get_text (self, self->metadata_offset, BB_RESULT_CHUNK_METADATA, error);
}

gchar *
bb_result_get_summary (BbResult *self, GError **error)
{
  return get_text (self, self->summary_offset, BB_RESULT_CHUNK_SUMMARY, error);
}

/* ---- changes ---- */

guint
bb_result_get_n_stations (BbResult *self)
{
  return self->stations->len;
}

const gchar *
bb_result_get_station_id (BbResult *self, guint station)
{
  g_return_val_if_fail (station < self->stations->len, NULL);
  return ((BbResultStationIndex *) g_ptr_array_index (self->stations, station))->id;
}

gint
bb_result_find_station (BbResult *self, const gchar *id)
{
  for (guint i = 0; i < self->stations->len; i++)
    if (g_str_equal (bb_result_get_station_id (self, i), id))
      return (gint) i;
  return -1;
}

gsize
bb_result_get_reason_size (BbResult *self)
{
  return self->reason_size;
}

/* Calls `function` for the changes of one batch until it returns FALSE, which `stopped` tells. */
static gboolean
walk_batch (BbResult *self, guint station, const BbResultBatch *batch, BbResultChangeFunc function,
            gpointer data, gboolean *stopped, GError **error)
{
  BbBytesReader reader;
  BbResultChange change = { 0 };
  guint64 number = 0, n = 0;
  if (!bb_result_get_chunk (self, batch->offset, BB_RESULT_CHUNK_CHANGES, &reader, error))
    return FALSE;
  number = bb_get_varint (&reader);
  change.time_ms = (gint64) bb_get_u64 (&reader);
  n = bb_get_varint (&reader);
  if (number != station || change.time_ms != batch->first_ms)
    return damaged (self, batch->offset, error);
  for (guint64 i = 0; i < n && !*stopped; i++) {
    bb_result_get_change (&reader, &change);
    if (reader.failed || change.time_ms > batch->last_ms)
      return damaged (self, batch->offset, error);
    *stopped = !function (&change, data);
  }
  return TRUE;
}

/* Number of the last batch that starts at or before time_ms; -1: none. */
static gint64
find_batch (GArray *batches, gint64 time_ms)
{
  guint low = 0, high = batches->len;
  while (low < high) {
    guint middle = low + (high - low) / 2;
    if (g_array_index (batches, BbResultBatch, middle).first_ms <= time_ms)
      low = middle + 1;
    else
      high = middle;
  }
  return (gint64) low - 1;
}

typedef struct {
  gint64 from_ms, until_ms;
  BbResultChangeFunc function;
  gpointer data;
} Range;

static gboolean
in_range (const BbResultChange *change, gpointer data)
{
  Range *range = data;
  if (change->time_ms >= range->until_ms)
    return FALSE;
  return change->time_ms < range->from_ms || range->function (change, range->data);
}

gboolean
bb_result_foreach_change (BbResult *self, guint station, gint64 from_ms, gint64 until_ms,
                          BbResultChangeFunc function, gpointer data, GError **error)
{
  Range range = { from_ms, until_ms, function, data };
  gboolean stopped = FALSE;
  GArray *batches = NULL;
  g_return_val_if_fail (station < self->stations->len, FALSE);
  batches = ((BbResultStationIndex *) g_ptr_array_index (self->stations, station))->batches;
  /* From the one before those that start at or after from_ms: several may start at the same time. */
  for (guint i = (guint) MAX (find_batch (batches, from_ms - 1), 0); i < batches->len && !stopped; i++)
    if (!walk_batch (self, station, &g_array_index (batches, BbResultBatch, i), in_range, &range, &stopped,
                     error))
      return FALSE;
  return TRUE;
}

typedef struct {
  gint64 time_ms, next_ms;
  gboolean found;
  BbResultChange change;
} Search;

static gboolean
last_before (const BbResultChange *change, gpointer data)
{
  Search *search = data;
  if (change->time_ms > search->time_ms) {
    search->next_ms = change->time_ms;
    return FALSE;
  }
  search->found = TRUE;
  search->change = *change;
  return TRUE;
}

gboolean
bb_result_find_change (BbResult *self, guint station, gint64 time_ms, BbResultChange *change,
                       gint64 *until_ms, GError **error)
{
  Search search = { .time_ms = time_ms, .next_ms = self->until_ms };
  gboolean stopped = FALSE;
  GArray *batches = NULL;
  gint64 at = 0;
  g_return_val_if_fail (station < self->stations->len, FALSE);
  batches = ((BbResultStationIndex *) g_ptr_array_index (self->stations, station))->batches;
  at = time_ms >= self->from_ms && time_ms < self->until_ms ? find_batch (batches, time_ms) : -1;
  if (at < 0)
    return bb_result_refuse (self, error, BB_FORMAT_ERROR_RANGE,
                             _ ("it holds nothing of this station at this time"));
  if (!walk_batch (self, station, &g_array_index (batches, BbResultBatch, at), last_before, &search, &stopped,
                   error))
    return FALSE;
  if (!search.found)
    return damaged (self, g_array_index (batches, BbResultBatch, at).offset, error);
  if (!stopped && at + 1 < batches->len)
    search.next_ms = g_array_index (batches, BbResultBatch, at + 1).first_ms;
  *change = search.change;
  if (until_ms != NULL)
    *until_ms = search.next_ms;
  return TRUE;
}

/* ---- snapshots ---- */

guint
bb_result_get_n_snapshots (BbResult *self)
{
  return self->snapshots->len;
}

/* Turns `blob` (the snapshot before) into snapshot number `i`. */
static gboolean
read_snapshot (BbResult *self, guint i, GByteArray *blob, GError **error)
{
  BbResultSnapshotIndex *snapshot = &g_array_index (self->snapshots, BbResultSnapshotIndex, i);
  BbBytesReader reader;
  gint64 time_ms = 0;
  guint64 key = 0, size = 0;
  if (!bb_result_get_chunk (self, snapshot->offset, BB_RESULT_CHUNK_SNAPSHOT, &reader, error))
    return FALSE;
  time_ms = (gint64) bb_get_u64 (&reader);
  key = bb_get_varint (&reader);
  size = bb_get_varint (&reader);
  if (time_ms != snapshot->time_ms || key != (i % BB_RESULT_SNAPSHOT_KEY == 0)
      || size > BB_RESULT_MAX_SNAPSHOT)
    return damaged (self, snapshot->offset, error);
  if (key != 0)
    g_byte_array_set_size (blob, 0);
  bb_result_get_blob (&reader, blob, (gsize) size);
  return (!reader.failed && bb_bytes_left (&reader) == 0) || damaged (self, snapshot->offset, error);
}

GBytes *
bb_result_find_snapshot (BbResult *self, gint64 time_ms, gint64 *snapshot_ms, GError **error)
{
  g_autoptr (GByteArray) blob = g_byte_array_new ();
  guint low = 0, high = self->snapshots->len;
  while (low < high) {
    guint middle = low + (high - low) / 2;
    if (g_array_index (self->snapshots, BbResultSnapshotIndex, middle).time_ms <= time_ms)
      low = middle + 1;
    else
      high = middle;
  }
  if (low == 0) {
    bb_result_refuse (self, error, BB_FORMAT_ERROR_RANGE, _ ("it holds no snapshot from before this time"));
    return NULL;
  }
  for (guint i = (low - 1) / BB_RESULT_SNAPSHOT_KEY * BB_RESULT_SNAPSHOT_KEY; i < low; i++)
    if (!read_snapshot (self, i, blob, error))
      return NULL;
  if (snapshot_ms != NULL)
    *snapshot_ms = g_array_index (self->snapshots, BbResultSnapshotIndex, low - 1).time_ms;
  return g_byte_array_free_to_bytes (g_steal_pointer (&blob));
}

/* ---- events ---- */

static void
event_free (gpointer data)
{
  g_free (((BbResultEvent *) data)->text);
  g_free (data);
}

static gboolean
read_events (BbResult *self, guint64 offset, GPtrArray *events, GError **error)
{
  BbBytesReader reader;
  gint64 time_ms = self->from_ms;
  guint64 n = 0;
  if (!bb_result_get_chunk (self, offset, BB_RESULT_CHUNK_EVENTS, &reader, error))
    return FALSE;
  n = bb_get_varint (&reader);
  for (guint64 i = 0; i < n; i++) {
    guint64 step = bb_get_varint (&reader);
    guint32 kind = (guint32) bb_get_varint (&reader);
    g_autofree gchar *text = bb_result_get_text (&reader);
    BbResultEvent *event = NULL;
    if (reader.failed || step > (guint64) (self->until_ms - time_ms))
      return damaged (self, offset, error);
    time_ms += (gint64) step;
    event = g_new0 (BbResultEvent, 1);
    *event = (BbResultEvent){ time_ms, kind, g_steal_pointer (&text) };
    g_ptr_array_add (events, event);
  }
  return TRUE;
}

GPtrArray *
bb_result_get_events (BbResult *self, GError **error)
{
  g_autoptr (GPtrArray) events = g_ptr_array_new_with_free_func (event_free);
  for (guint i = 0; i < self->event_offsets->len; i++)
    if (!read_events (self, g_array_index (self->event_offsets, guint64, i), events, error))
      return NULL;
  return g_steal_pointer (&events);
}
