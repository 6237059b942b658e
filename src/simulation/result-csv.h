/* SPDX-License-Identifier: GPL-3.0-or-later */
/* result-csv.h: exports a result as CSV: a row per step with the mean (and, if wanted, minimum and maximum)
 * of each series. */
#pragma once

#include "base/zone.h"
#include "simulation/result-reader.h"

G_BEGIN_DECLS

typedef struct {
  gint64 from_ms, until_ms; /* both 0: all of the result */
  gint64 step_ms;           /* a multiple of 1 min; 0: 15 min. Rows start at multiples of it since from_ms */
  const gchar *const *ids;  /* series to write, NULL-terminated; NULL: all */
  gboolean envelope;        /* also columns `<id>_min` and `<id>_max` */
  BbZone *zone;             /* of the `time` column; NULL: UTC */
} BbResultCsvOptions;

/* Writes `path` (whole or not at all). Columns: `time` (ISO 8601 with offset), then a column `<id>_<unit>`
 * per series; gaps are empty cells. `options` NULL: all defaults. */
gboolean bb_result_export_csv (BbResult *result, const gchar *path, const BbResultCsvOptions *options,
                               GCancellable *cancellable, GError **error);

/* Writes the changes of all stations: `time,station,setpoint_a,phases`, and the reason as text of `describe`
 * (may be NULL: hexadecimal). (transfer full) for the text. */
typedef gchar *(*BbResultDescribe) (const guint8 *reason, gsize size, gpointer data);
gboolean bb_result_export_changes_csv (BbResult *result, const gchar *path, BbZone *zone,
                                       BbResultDescribe describe, gpointer data, GCancellable *cancellable,
                                       GError **error);

G_END_DECLS
