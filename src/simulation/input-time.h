/* SPDX-License-Identifier: GPL-3.0-or-later */
/* input-time.h: times of input files, with offset or by a zone's local clock, to UTC. */
#ifndef BB_INPUT_TIME_H
#define BB_INPUT_TIME_H

#include "base/zone.h"
#include "simulation/input-csv.h"

G_BEGIN_DECLS

#define BB_TIMES_HOUR 13 /* length of "2024-02-29T13" */

typedef struct {
  BbZone *zone; /* owned */
  BbZoneCursor cursor;
  /* The hour read last, whose minutes all lie at hour_ms + minutes: for the fast scanner. */
  gboolean hour_known;
  char hour[BB_TIMES_HOUR];
  int64_t hour_ms;      /* UTC */
  gboolean seconds;     /* the text goes on with ":mm:ss", else ":mm" */
  size_t suffix_length; /* and ends with this offset */
  char suffix[8];
} BbTimes;

/* `zone`: IANA name or fixed offset, NULL: UTC. BB_INPUT_ERROR_OPTION when unknown. */
gboolean bb_times_init (BbTimes *times, const char *zone, GError **error);
void bb_times_clear (BbTimes *times);

/* UTC of a cell with an ISO 8601 time. One without an offset that the clock skipped is an error; one that it
 * shows twice is its first occurrence, unless that is not after `after_ms` (the row before; INT64_MIN: none)
 * while the second is. *offset_ms (may be NULL): of the written clock from UTC. */
gboolean bb_times_read (BbTimes *times, const BbCsv *csv, int column, const char *name, int64_t after_ms,
                        int64_t *utc_ms, int64_t *offset_ms, GError **error);

G_END_DECLS

#endif
