/* SPDX-License-Identifier: GPL-3.0-or-later */
/* result-codec.h: how buckets, changes and snapshots become bytes in a result file and back; see RESULT.md.
 *
 * Decoders take hostile bytes: they set `failed` of the reader they are given and never read or write
 * outside.
 */
#pragma once

#include "base/bytes.h"
#include "simulation/result-format.h"

G_BEGIN_DECLS

/* ---- chunks ---- */

/* Head of a chunk with this payload: 12 bytes. */
void bb_result_put_chunk_head (guint8 head[BB_RESULT_CHUNK_HEAD], BbResultChunk kind, const guint8 *payload,
                               gsize size);
guint32 bb_result_chunk_crc (const guint8 *head, const guint8 *payload, gsize size);

/* ---- blocks of buckets ---- */

/* Up to BB_RESULT_BLOCK buckets in a row, in units of the series' quantum. */
typedef struct {
  guint n;
  gboolean full;     /* all covered_ms are the whole bucket */
  gboolean constant; /* all are as the first, and only that one is there */
  BbResultBucket buckets[BB_RESULT_BLOCK];
} BbResultBlock;

/* Room for any encoded block. */
#define BB_RESULT_BLOCK_BYTES 4096

/* Number of level's bucket that holds time_ms. */
gint64 bb_result_bucket_index (guint level, gint64 time_ms);

/* Appends `n` equal buckets, as many as the block takes; returns how many it took. `full`: they are covered
 * whole. */
guint bb_result_block_add (BbResultBlock *block, gint64 n, const BbResultBucket *bucket, gboolean full);
/* The mean of the last bucket; 0 without one. */
gint32 bb_result_block_last_mean (const BbResultBlock *block);

/* Writes the block without its heading; returns past its end. The block is the same afterwards, but spelt
 * out. */
guint8 *bb_result_put_block (guint8 *out, BbResultBlock *block, guint level);
/* Reads a block of `n` buckets. */
void bb_result_get_block (BbBytesReader *reader, BbResultBlock *block, guint n, guint level);

/* ---- changes ---- */

#define BB_RESULT_CHANGE_BYTES 96

/* Writes `next` as the difference to `last`; returns past its end. */
guint8 *bb_result_put_change (guint8 *out, const BbResultChange *last, const BbResultChange *next);
/* Turns `change` (the one before) into the one read. */
void bb_result_get_change (BbBytesReader *reader, BbResultChange *change);

/* ---- snapshots ---- */

/* Appends `data` as its difference (exclusive or) to `last`, runs of zeros made short. */
void bb_result_put_blob (GByteArray *out, const guint8 *last, gsize last_size, const guint8 *data,
                         gsize size);
/* Turns `blob` (the one before; empty for none) into the one read, of `size` bytes. */
void bb_result_get_blob (BbBytesReader *reader, GByteArray *blob, gsize size);

/* ---- texts ---- */

void bb_result_put_text (GByteArray *out, const gchar *text);
/* (transfer full); NULL when it is cut short, too long or not UTF-8. */
gchar *bb_result_get_text (BbBytesReader *reader);
/* A variable-length integer at the end of an array. */
void bb_result_append_varint (GByteArray *out, guint64 value);

G_END_DECLS
