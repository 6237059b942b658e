/* SPDX-License-Identifier: GPL-3.0-or-later */
/* result-codec.c: how buckets, changes and snapshots become bytes in a result file and back. */
#include "simulation/result-codec.h"

#include "base/zone.h"

#define GROUPS (BB_RESULT_BLOCK / BB_RESULT_GROUP)

/* Flags of a block. */
#define BLOCK_FULL 1u

/* Flags of a change. */
#define CHANGE_SETPOINT 1u
#define CHANGE_PHASES   2u
#define CHANGE_REASON   4u
#define CHANGE_SECONDS  8u /* the time is given in whole seconds */
#define REASON_WORDS    (BB_RESULT_MAX_REASON / 4)

const gint64 bb_result_bucket_ms[BB_RESULT_LEVELS]
    = { BB_RESULT_FINEST_MS, 900000, 14400000, 86400000, 16 * 86400000 };

/* ---- chunks ---- */

guint32
bb_result_chunk_crc (const guint8 *head, const guint8 *payload, gsize size)
{
  return bb_crc32c (bb_crc32c (0, head, 8), payload, size);
}

void
bb_result_put_chunk_head (guint8 head[BB_RESULT_CHUNK_HEAD], BbResultChunk kind, const guint8 *payload,
                          gsize size)
{
  bb_put_u32 (head, (guint32) kind);
  bb_put_u32 (head + 4, (guint32) size);
  bb_put_u32 (head + 8, bb_result_chunk_crc (head, payload, size));
}

/* ---- streams of unsigned numbers, 16 to a group, each group with the bits its largest needs ---- */

static guint8 *
put_group (guint8 *out, const guint32 *values, guint width)
{
  guint64 bits = 0;
  guint n_bits = 0;
  *out++ = (guint8) width;
  for (guint i = 0; i < BB_RESULT_GROUP; i++) {
    bits |= (guint64) values[i] << n_bits;
    n_bits += width;
    if (n_bits >= 32) {
      out = bb_put_u32 (out, (guint32) bits);
      bits >>= 32;
      n_bits -= 32;
    }
  }
  if (n_bits > 0) /* 16 numbers of any width fill whole 16-bit words */
    out = bb_put_u16 (out, (guint16) bits);
  return out;
}

static guint8 *
put_stream (guint8 *out, const guint32 *values)
{
  guint8 *mask_at = out;
  guint mask = 0;
  out += 2;
  for (guint group = 0; group < GROUPS; group++) {
    const guint32 *at = values + group * BB_RESULT_GROUP;
    guint32 all = 0;
    for (guint i = 0; i < BB_RESULT_GROUP; i++)
      all |= at[i];
    if (all == 0)
      continue;
    mask |= 1u << group;
    out = put_group (out, at, 32 - (guint) __builtin_clz (all));
  }
  bb_put_u16 (mask_at, (guint16) mask);
  return out;
}

static void
get_group (BbBytesReader *reader, guint32 *values)
{
  guint width = bb_get_u8 (reader);
  const guint8 *at = NULL;
  guint64 bits = 0;
  guint n_bits = 0;
  if (width == 0 || width > 32)
    reader->failed = TRUE;
  else
    at = bb_get_bytes (reader, 2 * width);
  if (at == NULL)
    return;
  for (guint i = 0; i < BB_RESULT_GROUP; i++) {
    while (n_bits < width) {
      guint16 word = 0;
      memcpy (&word, at, 2);
      at += 2;
      bits |= (guint64) GUINT16_FROM_LE (word) << n_bits;
      n_bits += 16;
    }
    values[i] = (guint32) (bits & (G_MAXUINT64 >> (64 - width)));
    bits >>= width;
    n_bits -= width;
  }
}

static void
get_stream (BbBytesReader *reader, guint32 values[BB_RESULT_BLOCK])
{
  guint mask = bb_get_u16 (reader);
  memset (values, 0, BB_RESULT_BLOCK * sizeof *values);
  if (mask >> GROUPS != 0)
    reader->failed = TRUE;
  for (guint group = 0; group < GROUPS && !reader->failed; group++)
    if ((mask & (1u << group)) != 0)
      get_group (reader, values + group * BB_RESULT_GROUP);
}

/* ---- blocks of buckets ---- */

gint64
bb_result_bucket_index (guint level, gint64 time_ms)
{
  return bb_floor_div (time_ms, bb_result_bucket_ms[level]);
}

static guint32
zigzag32 (guint32 value)
{
  return (value << 1) ^ (0 - (value >> 31));
}

static guint32
unzigzag32 (guint32 value)
{
  return (value >> 1) ^ (0 - (value & 1));
}

/* Buckets of a constant block are known from its first: the others are written down only when they matter. */
static void
spell_out (BbResultBlock *block)
{
  if (!block->constant)
    return;
  for (guint i = 1; i < block->n; i++)
    block->buckets[i] = block->buckets[0];
  block->constant = FALSE;
}

static inline gboolean
is_same_bucket (const BbResultBucket *a, const BbResultBucket *b)
{
  return a->mean == b->mean && a->min == b->min && a->max == b->max && a->covered_ms == b->covered_ms;
}

guint
bb_result_block_add (BbResultBlock *block, gint64 n, const BbResultBucket *bucket, gboolean full)
{
  guint first = block->n;
  guint taken = (guint) MIN (n, BB_RESULT_BLOCK - first);
  block->full = block->full && full;
  block->n += taken;
  if (first == 0) {
    block->buckets[0] = *bucket;
    return taken;
  }
  if (block->constant) {
    if (is_same_bucket (&block->buckets[0], bucket))
      return taken;
    block->n = first;
    spell_out (block);
    block->n = first + taken;
  }
  for (guint i = first; i < first + taken; i++)
    block->buckets[i] = *bucket;
  return taken;
}

gint32
bb_result_block_last_mean (const BbResultBlock *block)
{
  return block->n == 0 ? 0 : block->buckets[block->constant ? 0 : block->n - 1].mean;
}

/* Each mean as the difference to the one before, minimum and maximum as the distance from the mean. */
static guint8 *
put_values (guint8 *out, const BbResultBlock *block)
{
  guint32 values[BB_RESULT_BLOCK] = { 0 };
  for (guint i = 1; i < block->n; i++)
    values[i] = zigzag32 ((guint32) block->buckets[i].mean - (guint32) block->buckets[i - 1].mean);
  out = put_stream (out, values);
  for (guint i = 0; i < block->n; i++)
    values[i] = (guint32) block->buckets[i].mean - (guint32) block->buckets[i].min;
  out = put_stream (out, values);
  for (guint i = 0; i < block->n; i++)
    values[i] = (guint32) block->buckets[i].max - (guint32) block->buckets[i].mean;
  return put_stream (out, values);
}

guint8 *
bb_result_put_block (guint8 *out, BbResultBlock *block, guint level)
{
  if (!block->full || block->buckets[0].min != block->buckets[0].max)
    spell_out (block);
  *out++ = block->full ? BLOCK_FULL : 0;
  if (!block->full) {
    guint32 missing[BB_RESULT_BLOCK] = { 0 };
    for (guint i = 0; i < block->n; i++)
      missing[i] = (guint32) bb_result_bucket_ms[level] - block->buckets[i].covered_ms;
    out = put_stream (out, missing);
  }
  out = bb_put_svarint (out, block->buckets[0].mean);
  if (!block->constant)
    return put_values (out, block);
  memset (out, 0, 6); /* three streams of zeros */
  return out + 6;
}

static void
get_coverage (BbBytesReader *reader, BbResultBlock *block, guint level)
{
  guint32 missing[BB_RESULT_BLOCK];
  guint32 all_ms = (guint32) bb_result_bucket_ms[level];
  guint flags = bb_get_u8 (reader);
  block->full = (flags & BLOCK_FULL) != 0;
  if ((flags & ~BLOCK_FULL) != 0)
    reader->failed = TRUE;
  if (block->full)
    memset (missing, 0, sizeof missing);
  else
    get_stream (reader, missing);
  for (guint i = 0; i < block->n; i++) {
    if (missing[i] > all_ms)
      reader->failed = TRUE;
    block->buckets[i].covered_ms = all_ms - MIN (missing[i], all_ms);
  }
}

void
bb_result_get_block (BbBytesReader *reader, BbResultBlock *block, guint n, guint level)
{
  guint32 delta[BB_RESULT_BLOCK], low[BB_RESULT_BLOCK], high[BB_RESULT_BLOCK];
  guint32 mean = 0;
  block->n = n;
  block->constant = FALSE;
  get_coverage (reader, block, level);
  mean = (guint32) bb_get_svarint (reader);
  get_stream (reader, delta);
  get_stream (reader, low);
  get_stream (reader, high);
  for (guint i = 0; i < n; i++) {
    mean += unzigzag32 (delta[i]);
    block->buckets[i].mean = (gint32) mean;
    block->buckets[i].min = (gint32) (mean - low[i]);
    block->buckets[i].max = (gint32) (mean + high[i]);
    if (block->buckets[i].min > block->buckets[i].mean || block->buckets[i].max < block->buckets[i].mean)
      reader->failed = TRUE;
  }
}

/* ---- changes ---- */

static guint32
reason_word (const BbResultChange *change, guint i)
{
  guint32 word = 0;
  memcpy (&word, change->reason + 4 * i, 4);
  return GUINT32_FROM_LE (word);
}

static guint8 *
put_reason (guint8 *out, const BbResultChange *last, const BbResultChange *next)
{
  guint8 *mask_at = out++;
  guint mask = 0;
  for (guint i = 0; i < REASON_WORDS; i++) {
    guint32 delta = reason_word (next, i) - reason_word (last, i);
    if (delta == 0)
      continue;
    mask |= 1u << i;
    out = bb_put_varint (out, zigzag32 (delta));
  }
  *mask_at = (guint8) mask;
  return out;
}

guint8 *
bb_result_put_change (guint8 *out, const BbResultChange *last, const BbResultChange *next)
{
  guint64 passed_ms = (guint64) (next->time_ms - last->time_ms);
  guint flags = 0;
  flags |= next->setpoint_ma != last->setpoint_ma ? CHANGE_SETPOINT : 0;
  flags |= next->phases != last->phases ? CHANGE_PHASES : 0;
  flags |= memcmp (next->reason, last->reason, BB_RESULT_MAX_REASON) != 0 ? CHANGE_REASON : 0;
  flags |= passed_ms % 1000 == 0 ? CHANGE_SECONDS : 0;
  *out++ = (guint8) flags;
  out = bb_put_varint (out, (flags & CHANGE_SECONDS) != 0 ? passed_ms / 1000 : passed_ms);
  if ((flags & CHANGE_SETPOINT) != 0)
    out = bb_put_varint (out, zigzag32 ((guint32) next->setpoint_ma - (guint32) last->setpoint_ma));
  if ((flags & CHANGE_PHASES) != 0)
    *out++ = next->phases;
  return (flags & CHANGE_REASON) != 0 ? put_reason (out, last, next) : out;
}

static void
get_reason (BbBytesReader *reader, BbResultChange *change)
{
  guint mask = bb_get_u8 (reader);
  for (guint i = 0; i < REASON_WORDS; i++)
    if ((mask & (1u << i)) != 0)
      bb_put_u32 (change->reason + 4 * i,
                  reason_word (change, i) + unzigzag32 ((guint32) bb_get_varint (reader)));
}

void
bb_result_get_change (BbBytesReader *reader, BbResultChange *change)
{
  guint flags = bb_get_u8 (reader);
  guint64 passed = bb_get_varint (reader);
  if (passed > BB_RESULT_MAX_SPAN_MS || flags >> 4 != 0) {
    reader->failed = TRUE;
    return;
  }
  change->time_ms += (gint64) passed * ((flags & CHANGE_SECONDS) != 0 ? 1000 : 1);
  if (change->time_ms > BB_SERIES_MAX_TIME_MS)
    reader->failed = TRUE;
  if (reader->failed)
    return;
  if ((flags & CHANGE_SETPOINT) != 0)
    change->setpoint_ma
        = (gint32) ((guint32) change->setpoint_ma + unzigzag32 ((guint32) bb_get_varint (reader)));
  if ((flags & CHANGE_PHASES) != 0)
    change->phases = bb_get_u8 (reader);
  if ((flags & CHANGE_REASON) != 0)
    get_reason (reader, change);
}

/* ---- snapshots ---- */

void
bb_result_append_varint (GByteArray *out, guint64 value)
{
  guint8 bytes[BB_VARINT_MAX];
  g_byte_array_append (out, bytes, (guint) (bb_put_varint (bytes, value) - bytes));
}

static guint8
last_byte (const guint8 *last, gsize last_size, gsize at)
{
  return at < last_size ? last[at] : 0;
}

/* Length of the stretch from `at` on that is the same as before, or, with `same` FALSE, of the one that
 * differs; a differing stretch ends only where at least three bytes are the same, as a shorter pause costs
 * more than it saves. */
static gsize
stretch (const guint8 *last, gsize last_size, const guint8 *data, gsize size, gsize at, gboolean same)
{
  gsize end = at, quiet = 0;
  while (same && end + 8 <= MIN (size, last_size) && memcmp (data + end, last + end, 8) == 0)
    end += 8;
  for (; end < size; end++) {
    gboolean equal = data[end] == last_byte (last, last_size, end);
    if (same && !equal)
      break;
    quiet = equal ? quiet + 1 : 0;
    if (!same && quiet == 3)
      return end - 2 - at;
  }
  return end - at;
}

void
bb_result_put_blob (GByteArray *out, const guint8 *last, gsize last_size, const guint8 *data, gsize size)
{
  for (gsize at = 0; at < size;) {
    gsize zeros = stretch (last, last_size, data, size, at, TRUE);
    gsize literals = stretch (last, last_size, data, size, at + zeros, FALSE);
    guint start = 0;
    bb_result_append_varint (out, zeros);
    bb_result_append_varint (out, literals);
    at += zeros;
    start = out->len;
    g_byte_array_append (out, data + at, (guint) literals);
    for (gsize i = 0; i < literals; i++)
      out->data[start + i] ^= last_byte (last, last_size, at + i);
    at += literals;
  }
}

void
bb_result_get_blob (BbBytesReader *reader, GByteArray *blob, gsize size)
{
  gsize old = blob->len;
  g_byte_array_set_size (blob, (guint) size);
  if (size > old)
    memset (blob->data + old, 0, size - old);
  for (gsize at = 0; at < size && !reader->failed;) {
    guint64 zeros = bb_get_varint (reader);
    guint64 literals = bb_get_varint (reader);
    const guint8 *bytes = NULL;
    if (zeros > size - at || literals > size - at - zeros || zeros + literals == 0)
      reader->failed = TRUE;
    else
      bytes = bb_get_bytes (reader, literals);
    if (bytes == NULL)
      return;
    at += zeros;
    for (gsize i = 0; i < literals; i++)
      blob->data[at + i] ^= bytes[i];
    at += literals;
  }
}

/* ---- texts ---- */

void
bb_result_put_text (GByteArray *out, const gchar *text)
{
  g_autofree gchar *valid = g_utf8_make_valid (text != NULL ? text : "", -1);
  gsize length = strlen (valid);
  if (length > BB_RESULT_MAX_TEXT) {
    gchar *cut = g_utf8_find_prev_char (valid, valid + BB_RESULT_MAX_TEXT + 1);
    length = cut != NULL ? (gsize) (cut - valid) : 0;
  }
  bb_result_append_varint (out, length);
  g_byte_array_append (out, (const guint8 *) valid, (guint) length);
}

gchar *
bb_result_get_text (BbBytesReader *reader)
{
  guint64 length = bb_get_varint (reader);
  const gchar *bytes = NULL;
  if (length <= BB_RESULT_MAX_TEXT)
    bytes = (const gchar *) bb_get_bytes (reader, length);
  if (bytes == NULL || !g_utf8_validate (bytes, (gssize) length, NULL)) {
    reader->failed = TRUE;
    return NULL;
  }
  return g_strndup (bytes, length);
}
