/* SPDX-License-Identifier: GPL-3.0-or-later */
/* result-writer.c: writes a result file bit by bit: buckets as they fill, changes and events in batches, the
 * index last. */
#include "simulation/result-writer.h"

#include <glib/gi18n.h>

#include "base/zone.h"
#include "simulation/result-codec.h"

/* Changes of a station and events are written when so many bytes of them have come together. */
#define CHANGES_BATCH 8192
#define EVENTS_BATCH  32768

/* Buckets of a level in one of the level above; none is above the last. */
static const gint64 factors[BB_RESULT_LEVELS] = { 15, 16, 6, 16, 0 };

/* What has come together of a bucket of a level above the finest. */
typedef struct {
  gint64 sum, covered_ms;
  gint32 min, max;
} Pending;

typedef struct {
  guint number;
  gchar *id, *name, *unit;
  BbSeriesKind kind;
  gint decimals;
  gint32 quantum;
  gint64 next_index[BB_RESULT_LEVELS]; /* number of the next bucket */
  Pending pending[BB_RESULT_LEVELS];
  gint64 room[BB_RESULT_LEVELS]; /* buckets of this level until the one above is complete */
  BbResultBlock *blocks[BB_RESULT_LEVELS];
  GArray *offsets[BB_RESULT_LEVELS]; /* (element-type guint64) of the chunks */
} Series;

typedef struct {
  gint64 first_ms, last_ms;
  guint64 offset;
} Batch;

typedef struct {
  gchar *id;
  gboolean started;
  BbResultChange last;
  guint n_pending;
  gint64 batch_first_ms;
  GByteArray *pending;
  GArray *batches; /* (element-type Batch) */
} Station;

typedef struct {
  gint64 time_ms;
  guint64 offset;
  gboolean key;
} Snapshot;

struct _BbResultWriter {
  struct _BbResultWriterHead head; /* first: see the header */
  BbStagedFile *file;              /* NULL: for `tap` only */
  const BbResultTap *tap;          /* (unowned) (nullable) */
  gint64 from_ms, until_ms;
  GArray *accumulators; /* (element-type BbResultAccumulator): head.series points into it */
  GPtrArray *series;    /* (element-type Series) */
  GPtrArray *stations;  /* (element-type Station) */
  gsize reason_size;
  GArray *snapshots; /* (element-type Snapshot) */
  GByteArray *last_snapshot;
  guint n_events;
  gint64 last_event_ms;
  GByteArray *events;
  GArray *event_offsets; /* (element-type guint64) */
  guint64 metadata_offset;
};

/* ---- chunks ---- */

/* With a tap a series' values hold since then: later than any run, so that each is told by the slow path. */
#define TAPPED_MS (2 * BB_SERIES_MAX_TIME_MS)

/* Appends a chunk and returns where it starts. An error stays in the file, for bb_result_writer_check(). */
static guint64
write_chunk (BbResultWriter *writer, BbResultChunk kind, const guint8 *payload, gsize size)
{
  guint8 head[BB_RESULT_CHUNK_HEAD];
  if (writer->file == NULL)
    return 0;
  guint64 offset = bb_staged_file_get_size (writer->file);
  bb_result_put_chunk_head (head, kind, payload, size);
  if (bb_staged_file_write (writer->file, head, sizeof head, NULL))
    bb_staged_file_write (writer->file, payload, size, NULL);
  return offset;
}

static void
write_header (BbResultWriter *writer)
{
  guint8 header[BB_RESULT_HEADER_SIZE] = { 0 };
  memcpy (header, BB_RESULT_MAGIC, 8);
  bb_put_u32 (header + 8, BB_RESULT_VERSION);
  bb_put_u64 (header + 16, (guint64) writer->from_ms);
  bb_put_u64 (header + 24, (guint64) writer->until_ms);
  bb_put_u32 (header + 12, bb_crc32c (bb_crc32c (0, header, 12), header + 16, 16));
  bb_staged_file_write (writer->file, header, sizeof header, NULL);
}

static void
series_free (gpointer data)
{
  Series *series = data;
  for (guint level = 0; level < BB_RESULT_LEVELS; level++) {
    g_free (series->blocks[level]);
    g_array_unref (series->offsets[level]);
  }
  g_free (series->id);
  g_free (series->name);
  g_free (series->unit);
  g_free (series);
}

static void
station_free (gpointer data)
{
  Station *station = data;
  g_byte_array_unref (station->pending);
  g_array_unref (station->batches);
  g_free (station->id);
  g_free (station);
}

static gboolean
check_span (gint64 from_ms, gint64 until_ms, GError **error)
{
  if (from_ms >= -BB_SERIES_MAX_TIME_MS && until_ms <= BB_SERIES_MAX_TIME_MS && from_ms < until_ms
      && until_ms - from_ms <= BB_RESULT_MAX_SPAN_MS)
    return TRUE;
  g_set_error_literal (error, BB_FORMAT_ERROR, BB_FORMAT_ERROR_RANGE,
                       _ ("a result covers more than nothing and at most 40 years; choose another period"));
  return FALSE;
}

static BbResultWriter *
writer_new (gint64 from_ms, gint64 until_ms)
{
  BbResultWriter *writer = g_new0 (BbResultWriter, 1);
  writer->from_ms = writer->last_event_ms = from_ms;
  writer->until_ms = until_ms;
  writer->accumulators = g_array_new (FALSE, TRUE, sizeof (BbResultAccumulator));
  writer->series = g_ptr_array_new_with_free_func (series_free);
  writer->stations = g_ptr_array_new_with_free_func (station_free);
  writer->snapshots = g_array_new (FALSE, FALSE, sizeof (Snapshot));
  writer->last_snapshot = g_byte_array_new ();
  writer->events = g_byte_array_new ();
  writer->event_offsets = g_array_new (FALSE, FALSE, sizeof (guint64));
  return writer;
}

BbResultWriter *
bb_result_writer_new_tap (const BbResultTap *tap)
{
  BbResultWriter *writer = writer_new (-BB_SERIES_MAX_TIME_MS, BB_SERIES_MAX_TIME_MS);
  writer->tap = tap;
  return writer;
}

BbResultWriter *
bb_result_writer_new (const gchar *path, gint64 from_ms, gint64 until_ms, const gchar *metadata,
                      GError **error)
{
  BbStagedFile *file = NULL;
  BbResultWriter *writer = NULL;
  if (!check_span (from_ms, until_ms, error))
    return NULL;
  file = bb_staged_file_new (path, error);
  if (file == NULL)
    return NULL;
  writer = writer_new (from_ms, until_ms);
  writer->file = file;
  write_header (writer);
  writer->metadata_offset
      = write_chunk (writer, BB_RESULT_CHUNK_METADATA, (const guint8 *) metadata, strlen (metadata));
  return writer;
}

void
bb_result_writer_free (BbResultWriter *writer)
{
  g_clear_pointer (&writer->file, bb_staged_file_free);
  g_array_unref (writer->accumulators);
  g_ptr_array_unref (writer->series);
  g_ptr_array_unref (writer->stations);
  g_array_unref (writer->snapshots);
  g_byte_array_unref (writer->last_snapshot);
  g_byte_array_unref (writer->events);
  g_array_unref (writer->event_offsets);
  g_free (writer);
}

/* ---- series ---- */

static gint64
end_of_bucket (BbResultWriter *writer, gint64 time_ms)
{
  return MIN (bb_floor_to (time_ms, BB_RESULT_FINEST_MS) + BB_RESULT_FINEST_MS, writer->until_ms);
}

static guint
add_tapped (BbResultWriter *writer, const BbResultSeries *about)
{
  BbResultAccumulator start = { .since_ms = TAPPED_MS, .value = BB_RESULT_GAP };
  g_array_append_val (writer->accumulators, start);
  writer->head.series = (BbResultAccumulator *) (void *) writer->accumulators->data;
  writer->tap->add_series (about, writer->tap->data);
  return writer->accumulators->len - 1;
}

guint
bb_result_writer_add_series (BbResultWriter *writer, const BbResultSeries *about)
{
  BbResultAccumulator start = { .since_ms = writer->from_ms, .value = BB_RESULT_GAP };
  Series *series = NULL;
  g_return_val_if_fail (writer->accumulators->len < BB_RESULT_MAX_SERIES, 0);
  if (writer->tap != NULL)
    return add_tapped (writer, about);
  series = g_new0 (Series, 1);
  series->number = writer->series->len;
  series->id = g_strdup (about->id);
  series->name = g_strdup (about->name);
  series->unit = g_strdup (about->unit);
  series->kind = about->kind;
  series->decimals = CLAMP (about->decimals, 0, 9);
  series->quantum = MAX (about->quantum, 1);
  for (guint level = 0; level < BB_RESULT_LEVELS; level++) {
    series->offsets[level] = g_array_new (FALSE, FALSE, sizeof (guint64));
    series->blocks[level] = g_new0 (BbResultBlock, 1);
    series->blocks[level]->full = series->blocks[level]->constant = TRUE;
    series->next_index[level] = bb_result_bucket_index (level, writer->from_ms);
    if (factors[level] > 0)
      series->room[level] = bb_floor_to (series->next_index[level], factors[level]) + factors[level]
                            - series->next_index[level];
  }
  start.bucket_end_ms = end_of_bucket (writer, writer->from_ms);
  start.min = G_MAXINT32;
  start.max = G_MININT32;
  g_ptr_array_add (writer->series, series);
  g_array_append_val (writer->accumulators, start);
  writer->head.series = (BbResultAccumulator *) (void *) writer->accumulators->data;
  return writer->series->len - 1;
}

static void
flush_block (BbResultWriter *writer, Series *series, guint level)
{
  BbResultBlock *block = series->blocks[level];
  guint8 payload[BB_RESULT_BLOCK_BYTES];
  guint8 *at = payload;
  guint64 offset = 0;
  if (block->n == 0)
    return;
  at = bb_put_varint (at, series->number);
  at = bb_put_varint (at, level);
  at = bb_put_varint (at, series->offsets[level]->len);
  at = bb_put_varint (at, block->n);
  at = bb_result_put_block (at, block, level);
  offset = write_chunk (writer, BB_RESULT_CHUNK_BUCKETS, payload, (gsize) (at - payload));
  g_array_append_val (series->offsets[level], offset);
  block->n = 0;
  block->full = block->constant = TRUE;
}

/* Rounded to the nearest, halves away from zero. */
static gint64
divide (gint64 sum, gint64 by)
{
  return (sum >= 0 ? sum + by / 2 : sum - by / 2) / by;
}

static gint32
mean_of (const Pending *pending)
{
  if (pending->covered_ms == BB_RESULT_FINEST_MS)
    return (gint32) divide (pending->sum,
                            BB_RESULT_FINEST_MS); /* the usual case: a constant is a multiplication */
  return (gint32) divide (pending->sum, pending->covered_ms);
}

/* Into units of the quantum: outwards, so that the mean stays inside. */
static inline void
quantize_by (BbResultBucket *bucket, gint32 quantum)
{
  bucket->min = (gint32) bb_floor_div (bucket->min, quantum);
  bucket->max = (gint32) -bb_floor_div (-(gint64) bucket->max, quantum);
  bucket->mean = (gint32) CLAMP (divide (bucket->mean, quantum), bucket->min, bucket->max);
}

static void
quantize (BbResultBucket *bucket, gint32 quantum)
{
  if (quantum == 10) /* of nearly all series: a constant is a multiplication */
    quantize_by (bucket, 10);
  else if (quantum > 1)
    quantize_by (bucket, quantum);
}

/* `n` buckets of a level, all as `each`, go into its block. */
static void
push (BbResultWriter *writer, Series *series, guint level, gint64 n, const Pending *each)
{
  BbResultBlock *block = series->blocks[level];
  gboolean full = each->covered_ms == bb_result_bucket_ms[level];
  BbResultBucket bucket = { each->min, 0, each->max, (guint32) each->covered_ms };
  series->next_index[level] += n;
  if (each->covered_ms == 0) {
    bucket.min = bucket.mean = bucket.max = bb_result_block_last_mean (block);
  } else {
    bucket.mean = mean_of (each);
    quantize (&bucket, series->quantum);
  }
  while (n > 0) {
    n -= bb_result_block_add (block, n, &bucket, full);
    if (block->n == BB_RESULT_BLOCK)
      flush_block (writer, series, level);
  }
}

static void
merge (Pending *into, const Pending *each, gint64 n)
{
  if (each->covered_ms == 0)
    return;
  into->min = into->covered_ms > 0 ? MIN (into->min, each->min) : each->min;
  into->max = into->covered_ms > 0 ? MAX (into->max, each->max) : each->max;
  into->sum += each->sum * n;
  into->covered_ms += each->covered_ms * n;
}

/* Closes `n` buckets of a level in a row, all as `each`, and what they complete in the levels above. */
static void
close_buckets (BbResultWriter *writer, Series *series, guint level, gint64 n, const Pending *each)
{
  gint64 factor = factors[level];
  push (writer, series, level, n, each);
  while (n > 0 && factor > 0) {
    Pending *parent = &series->pending[level + 1];
    gint64 room = series->room[level];
    gint64 taken = MIN (n, room);
    merge (parent, each, taken);
    series->room[level] -= taken;
    if (taken == room) {
      gint64 parents = room == factor ? n / factor : 1;
      Pending done = *parent;
      *parent = (Pending){ 0 };
      series->room[level] = factor;
      taken += (parents - 1) * factor;
      close_buckets (writer, series, level + 1, parents, &done);
    }
    n -= taken;
  }
}

/* The value since now->since_ms counts up to time_ms, which lies in the same bucket. */
static void
account (BbResultAccumulator *now, gint64 time_ms)
{
  gint64 held_ms = time_ms - now->since_ms;
  if (held_ms > 0 && now->value != BB_RESULT_GAP) {
    now->sum += now->value * held_ms;
    now->covered_ms += (guint32) held_ms;
    now->min = MIN (now->min, now->value);
    now->max = MAX (now->max, now->value);
  }
  now->since_ms = time_ms;
}

static void
close_current (BbResultWriter *writer, Series *series, BbResultAccumulator *now)
{
  Pending done = { now->sum, now->covered_ms, now->min, now->max };
  close_buckets (writer, series, 0, 1, &done);
  now->sum = 0;
  now->covered_ms = 0;
  now->min = G_MAXINT32;
  now->max = G_MININT32;
}

/* Whole buckets in which the value stays. */
static void
close_constant (BbResultWriter *writer, Series *series, BbResultAccumulator *now, gint64 n)
{
  Pending each = { now->value * BB_RESULT_FINEST_MS, BB_RESULT_FINEST_MS, now->value, now->value };
  if (n <= 0)
    return;
  if (now->value == BB_RESULT_GAP)
    each = (Pending){ 0 };
  close_buckets (writer, series, 0, n, &each);
  now->since_ms += n * BB_RESULT_FINEST_MS;
}

static void
advance (BbResultWriter *writer, guint number, gint64 time_ms)
{
  BbResultAccumulator *now = &writer->head.series[number];
  Series *series = g_ptr_array_index (writer->series, number);
  if (time_ms >= now->bucket_end_ms && now->since_ms < writer->until_ms) {
    account (now, now->bucket_end_ms);
    close_current (writer, series, now);
    close_constant (writer, series, now, (time_ms - now->since_ms) / BB_RESULT_FINEST_MS);
    now->bucket_end_ms = end_of_bucket (writer, now->since_ms);
    if (time_ms == writer->until_ms && now->since_ms < time_ms) { /* ends within a bucket */
      account (now, time_ms);
      close_current (writer, series, now);
    }
  }
  if (now->since_ms < time_ms)
    account (now, time_ms);
}

void
bb_result_writer_set_slow (BbResultWriter *writer, guint series, gint64 time_ms, gint32 value)
{
  BbResultAccumulator *now = &writer->head.series[series];
  g_return_if_fail (series < writer->accumulators->len);
  if (now->since_ms >= writer->until_ms) {
    now->value = value;
    if (writer->tap != NULL)
      writer->tap->set (series, time_ms, value, writer->tap->data);
    return;
  }
  advance (writer, series, CLAMP (time_ms, now->since_ms, writer->until_ms));
  now->value = value;
}

/* Everything that is open, up to the end. */
static void
finish_series (BbResultWriter *writer)
{
  for (guint i = 0; i < writer->series->len; i++) {
    Series *series = g_ptr_array_index (writer->series, i);
    advance (writer, i, writer->until_ms);
    for (guint level = 0; level < BB_RESULT_LEVELS; level++) {
      gint64 end = bb_result_bucket_index (level, writer->until_ms - 1) + 1;
      Pending done = series->pending[level];
      series->pending[level] = (Pending){ 0 };
      if (level > 0 && series->next_index[level] < end) {
        push (writer, series, level, 1, &done);
        if (level + 1 < BB_RESULT_LEVELS)
          merge (&series->pending[level + 1], &done, 1);
      }
      flush_block (writer, series, level);
    }
  }
}

/* ---- stations ---- */

guint
bb_result_writer_add_station (BbResultWriter *writer, const gchar *id)
{
  Station *station = NULL;
  g_return_val_if_fail (writer->stations->len < BB_RESULT_MAX_STATIONS, 0);
  station = g_new0 (Station, 1);
  station->id = g_strdup (id);
  station->pending = g_byte_array_new ();
  station->batches = g_array_new (FALSE, FALSE, sizeof (Batch));
  g_ptr_array_add (writer->stations, station);
  return writer->stations->len - 1;
}

static void
flush_changes (BbResultWriter *writer, guint number)
{
  Station *station = g_ptr_array_index (writer->stations, number);
  Batch batch = { station->batch_first_ms, station->last.time_ms, 0 };
  guint8 head[2 * BB_VARINT_MAX + 8];
  guint8 *at = head;
  if (station->n_pending == 0)
    return;
  at = bb_put_varint (at, number);
  at = bb_put_u64 (at, (guint64) station->batch_first_ms);
  at = bb_put_varint (at, station->n_pending);
  g_byte_array_prepend (station->pending, head, (guint) (at - head));
  batch.offset = write_chunk (writer, BB_RESULT_CHUNK_CHANGES, station->pending->data, station->pending->len);
  g_array_append_val (station->batches, batch);
  g_byte_array_set_size (station->pending, 0);
  station->n_pending = 0;
}

static gboolean
is_same (const BbResultChange *a, const BbResultChange *b)
{
  return a->setpoint_ma == b->setpoint_ma && a->phases == b->phases
         && memcmp (a->reason, b->reason, BB_RESULT_MAX_REASON) == 0;
}

void
bb_result_writer_change (BbResultWriter *writer, guint number, gint64 time_ms, gint32 setpoint_ma,
                         guint8 phases, gconstpointer reason, gsize reason_size)
{
  Station *station = g_ptr_array_index (writer->stations, number);
  BbResultChange next = { .setpoint_ma = setpoint_ma, .phases = phases };
  BbResultChange before = station->last;
  guint8 record[BB_RESULT_CHANGE_BYTES];
  g_return_if_fail (reason_size <= BB_RESULT_MAX_REASON);
  writer->reason_size = MAX (writer->reason_size, reason_size);
  memcpy (next.reason, reason, reason_size);
  if (station->started && is_same (&next, &before))
    return;
  next.time_ms = CLAMP (time_ms, writer->from_ms, writer->until_ms - 1);
  if (station->started)
    next.time_ms = MAX (next.time_ms, before.time_ms);
  if (station->n_pending == 0) { /* a batch stands for itself: its first is the difference to nothing */
    station->batch_first_ms = next.time_ms;
    before = (BbResultChange){ .time_ms = next.time_ms };
  }
  g_byte_array_append (station->pending, record,
                       (guint) (bb_result_put_change (record, &before, &next) - record));
  station->n_pending++;
  station->started = TRUE;
  station->last = next;
  if (station->pending->len >= CHANGES_BATCH)
    flush_changes (writer, number);
}

/* ---- snapshots and events ---- */

void
bb_result_writer_snapshot (BbResultWriter *writer, gint64 time_ms, gconstpointer data, gsize size)
{
  g_autoptr (GByteArray) payload = g_byte_array_new ();
  guint n = writer->snapshots->len;
  Snapshot snapshot = { time_ms, 0, n % BB_RESULT_SNAPSHOT_KEY == 0 };
  guint8 head[8];
  g_return_if_fail (size <= BB_RESULT_MAX_SNAPSHOT);
  g_return_if_fail (n == 0 || time_ms > g_array_index (writer->snapshots, Snapshot, n - 1).time_ms);
  bb_put_u64 (head, (guint64) time_ms);
  g_byte_array_append (payload, head, sizeof head);
  bb_result_append_varint (payload, snapshot.key ? 1 : 0);
  bb_result_append_varint (payload, size);
  if (snapshot.key)
    g_byte_array_set_size (writer->last_snapshot, 0);
  bb_result_put_blob (payload, writer->last_snapshot->data, writer->last_snapshot->len, data, size);
  g_byte_array_set_size (writer->last_snapshot, 0);
  g_byte_array_append (writer->last_snapshot, data, (guint) size);
  snapshot.offset = write_chunk (writer, BB_RESULT_CHUNK_SNAPSHOT, payload->data, payload->len);
  g_array_append_val (writer->snapshots, snapshot);
}

static void
flush_events (BbResultWriter *writer)
{
  guint8 head[BB_VARINT_MAX];
  guint64 offset = 0;
  if (writer->n_events == 0)
    return;
  g_byte_array_prepend (writer->events, head, (guint) (bb_put_varint (head, writer->n_events) - head));
  offset = write_chunk (writer, BB_RESULT_CHUNK_EVENTS, writer->events->data, writer->events->len);
  g_array_append_val (writer->event_offsets, offset);
  g_byte_array_set_size (writer->events, 0);
  writer->n_events = 0;
}

void
bb_result_writer_event (BbResultWriter *writer, gint64 time_ms, guint32 kind, const gchar *text)
{
  time_ms = CLAMP (time_ms, writer->last_event_ms, writer->until_ms);
  if (writer->n_events == 0)
    writer->last_event_ms = writer->from_ms; /* the first of a batch counts from the start */
  bb_result_append_varint (writer->events, (guint64) (time_ms - writer->last_event_ms));
  bb_result_append_varint (writer->events, kind);
  bb_result_put_text (writer->events, text);
  writer->last_event_ms = time_ms;
  writer->n_events++;
  if (writer->events->len >= EVENTS_BATCH)
    flush_events (writer);
}

/* ---- the index ---- */

/* Ascending offsets as differences. */
static void
put_offsets (GByteArray *index, GArray *offsets)
{
  guint64 last = 0;
  bb_result_append_varint (index, offsets->len);
  for (guint i = 0; i < offsets->len; i++) {
    guint64 offset = g_array_index (offsets, guint64, i);
    bb_result_append_varint (index, offset - last);
    last = offset;
  }
}

static void
put_series (GByteArray *index, const Series *series)
{
  bb_result_put_text (index, series->id);
  bb_result_put_text (index, series->name);
  bb_result_put_text (index, series->unit);
  bb_result_append_varint (index, (guint64) series->kind);
  bb_result_append_varint (index, (guint64) series->decimals);
  bb_result_append_varint (index, (guint64) series->quantum);
  for (guint level = 0; level < BB_RESULT_LEVELS; level++)
    put_offsets (index, series->offsets[level]);
}

static void
put_station (GByteArray *index, const Station *station, gint64 from_ms)
{
  guint64 last = 0;
  gint64 last_ms = from_ms;
  bb_result_put_text (index, station->id);
  bb_result_append_varint (index, station->batches->len);
  for (guint i = 0; i < station->batches->len; i++) {
    Batch *batch = &g_array_index (station->batches, Batch, i);
    bb_result_append_varint (index, batch->offset - last);
    bb_result_append_varint (index, (guint64) (batch->first_ms - last_ms));
    bb_result_append_varint (index, (guint64) (batch->last_ms - batch->first_ms));
    last = batch->offset;
    last_ms = batch->last_ms;
  }
}

static void
put_snapshots (GByteArray *index, GArray *snapshots, gint64 from_ms)
{
  guint64 last = 0;
  gint64 last_ms = from_ms;
  bb_result_append_varint (index, snapshots->len);
  for (guint i = 0; i < snapshots->len; i++) {
    Snapshot *snapshot = &g_array_index (snapshots, Snapshot, i);
    bb_result_append_varint (index, snapshot->offset - last);
    bb_result_append_varint (index, bb_zigzag (snapshot->time_ms - last_ms));
    last = snapshot->offset;
    last_ms = snapshot->time_ms;
  }
}

static GByteArray *
make_index (BbResultWriter *writer, guint64 summary_offset)
{
  GByteArray *index = g_byte_array_new ();
  bb_result_append_varint (index, writer->metadata_offset);
  bb_result_append_varint (index, summary_offset);
  bb_result_append_varint (index, writer->series->len);
  for (guint i = 0; i < writer->series->len; i++)
    put_series (index, g_ptr_array_index (writer->series, i));
  bb_result_append_varint (index, writer->stations->len);
  bb_result_append_varint (index, writer->reason_size);
  for (guint i = 0; i < writer->stations->len; i++)
    put_station (index, g_ptr_array_index (writer->stations, i), writer->from_ms);
  put_snapshots (index, writer->snapshots, writer->from_ms);
  put_offsets (index, writer->event_offsets);
  return index;
}

static void
write_trailer (BbResultWriter *writer, guint64 index_offset)
{
  guint8 trailer[BB_RESULT_TRAILER_SIZE] = { 0 };
  bb_put_u64 (trailer, index_offset);
  bb_put_u64 (trailer + 8, bb_staged_file_get_size (writer->file) + sizeof trailer);
  bb_put_u32 (trailer + 16, bb_crc32c (0, trailer, 16));
  memcpy (trailer + 24, BB_RESULT_END_MAGIC, 8);
  bb_staged_file_write (writer->file, trailer, sizeof trailer, NULL);
}

gboolean
bb_result_writer_finish (BbResultWriter *writer, const gchar *summary, GError **error)
{
  g_autoptr (GByteArray) index = NULL;
  guint64 summary_offset = 0;
  if (writer->file == NULL)
    return TRUE;
  finish_series (writer);
  for (guint i = 0; i < writer->stations->len; i++)
    flush_changes (writer, i);
  flush_events (writer);
  summary_offset = write_chunk (writer, BB_RESULT_CHUNK_SUMMARY, (const guint8 *) summary, strlen (summary));
  index = make_index (writer, summary_offset);
  write_trailer (writer, write_chunk (writer, BB_RESULT_CHUNK_INDEX, index->data, index->len));
  return bb_staged_file_commit (writer->file, error);
}

gboolean
bb_result_writer_check (BbResultWriter *writer, GError **error)
{
  return writer->file == NULL || bb_staged_file_write (writer->file, "", 0, error);
}

guint64
bb_result_writer_get_size (BbResultWriter *writer)
{
  return writer->file != NULL ? bb_staged_file_get_size (writer->file) : 0;
}

void
bb_result_writer_set_write_func (BbResultWriter *writer, BbWriteFunc function)
{
  bb_staged_file_set_write_func (writer->file, function);
}
