/* SPDX-License-Identifier: GPL-3.0-or-later */
/* result-private.h: an opened result file as its parts (index, queries) see it. */
#pragma once

#include "base/bytes.h"
#include "simulation/result-reader.h"

G_BEGIN_DECLS

typedef struct {
  gchar *id, *name, *unit; /* (owned) */
  BbResultSeries about;    /* with these strings */
  gint64 first_index[BB_RESULT_LEVELS];
  gint64 n_buckets[BB_RESULT_LEVELS];
  guint64 *offsets[BB_RESULT_LEVELS]; /* (owned) of the blocks */
} BbResultSeriesIndex;

typedef struct {
  gint64 first_ms, last_ms;
  guint64 offset;
} BbResultBatch;

typedef struct {
  gchar *id;
  GArray *batches; /* (element-type BbResultBatch) */
} BbResultStationIndex;

typedef struct {
  gint64 time_ms;
  guint64 offset;
} BbResultSnapshotIndex;

struct _BbResult {
  GObject parent_instance;
  gchar *path;
  GMappedFile *map;
  const guint8 *data;
  gsize size;
  gint64 from_ms, until_ms;
  guint64 metadata_offset, summary_offset, index_offset;
  gsize reason_size;
  GPtrArray *series;     /* (element-type BbResultSeriesIndex) */
  GPtrArray *stations;   /* (element-type BbResultStationIndex) */
  GArray *snapshots;     /* (element-type BbResultSnapshotIndex), by time */
  GArray *event_offsets; /* (element-type guint64) */
};

/* Sets `error` to a message of this file. Returns FALSE. */
gboolean bb_result_refuse (BbResult *self, GError **error, BbFormatError code, const gchar *format, ...)
    G_GNUC_PRINTF (4, 5);

/* The payload of the chunk at `offset`, its checksum verified. FALSE with an error. */
gboolean bb_result_get_chunk (BbResult *self, guint64 offset, BbResultChunk kind, BbBytesReader *payload,
                              GError **error);

/* Reads the index chunk into `self`, whose span is known already. */
gboolean bb_result_read_index (BbResult *self, GError **error);

void bb_result_series_index_free (gpointer series);
void bb_result_station_index_free (gpointer station);

/* The implementation of BbSeriesSource. */
void bb_result_source_init (BbSeriesSourceInterface *iface);

G_END_DECLS
