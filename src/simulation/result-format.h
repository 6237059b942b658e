/* SPDX-License-Identifier: GPL-3.0-or-later */
/* result-format.h: constants of the file format `busbar-result/1` that writer and reader share; see
 * RESULT.md. */
#pragma once

#include <glib.h>

#include "base/series.h"

G_BEGIN_DECLS

#define BB_RESULT_MAGIC        "BBRESULT" /* first 8 bytes */
#define BB_RESULT_END_MAGIC    "BBRSLEND" /* last 8 bytes: present only when the writer finished */
#define BB_RESULT_VERSION      1u
#define BB_RESULT_HEADER_SIZE  32
#define BB_RESULT_TRAILER_SIZE 32
#define BB_RESULT_CHUNK_HEAD   12

/* Kinds of chunk. */
typedef enum {
  BB_RESULT_CHUNK_METADATA = 1,
  BB_RESULT_CHUNK_BUCKETS,
  BB_RESULT_CHUNK_CHANGES,
  BB_RESULT_CHUNK_SNAPSHOT,
  BB_RESULT_CHUNK_EVENTS,
  BB_RESULT_CHUNK_SUMMARY,
  BB_RESULT_CHUNK_INDEX
} BbResultChunk;

/* Overview levels: length of a bucket; buckets start at multiples of it since 1970 UTC. */
#define BB_RESULT_LEVELS    5
#define BB_RESULT_FINEST_MS G_GINT64_CONSTANT (60000)
extern const gint64 bb_result_bucket_ms[BB_RESULT_LEVELS]; /* 1 min, 15 min, 4 h, 1 d, 16 d */

/* Buckets per chunk, and per group of equal bit width in it. */
#define BB_RESULT_BLOCK 240
#define BB_RESULT_GROUP 16

#define BB_RESULT_MAX_SERIES   4096
#define BB_RESULT_MAX_STATIONS 4096
#define BB_RESULT_MAX_REASON   32
#define BB_RESULT_MAX_BLOB     (64u << 20) /* metadata, summary */
#define BB_RESULT_MAX_SNAPSHOT (16u << 20)
#define BB_RESULT_MAX_TEXT     1024 /* ids, names, units, event texts; longer ones are cut */
/* Longest span of a result: 40 years. */
#define BB_RESULT_MAX_SPAN_MS (G_GINT64_CONSTANT (40) * 366 * 86400000)
/* Every so many snapshots one is stored whole, the others as the difference to the one before. */
#define BB_RESULT_SNAPSHOT_KEY 16

/* Value that means "no data". */
#define BB_RESULT_GAP G_MININT32

/* One minimum, mean and maximum with the time it covers. */
typedef struct {
  gint32 min, mean, max; /* fixed point; meaningless when covered_ms is 0 */
  guint32 covered_ms;
} BbResultBucket;

/* One entry of a station's list of changes: so it is from time_ms until the next entry. */
typedef struct {
  gint64 time_ms; /* UTC */
  gint32 setpoint_ma;
  guint8 phases;
  guint8 reason[BB_RESULT_MAX_REASON]; /* as given; the rest is 0 */
} BbResultChange;

typedef struct {
  gint64 time_ms;
  guint32 kind;
  gchar *text; /* (owned) */
} BbResultEvent;

/* What describes a series. */
typedef struct {
  const gchar *id, *name, *unit;
  BbSeriesKind kind;
  gint decimals;  /* stored integers are the value x 10^decimals: 3 for mA shown in A; 0..9 */
  gint32 quantum; /* buckets are rounded to multiples of it (minimum down, maximum up); 0 and 1: not at all */
} BbResultSeries;

/* Takes what a run would write, as it comes and unrounded: each series once, then every value it is set to.
 * Times do not go back within a series; what is set again for the same time counts. */
typedef struct {
  void (*add_series) (const BbResultSeries *series, gpointer data);
  void (*set) (guint series, gint64 time_ms, gint32 value, gpointer data);
  gpointer data;
} BbResultTap;

G_END_DECLS
