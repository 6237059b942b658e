/* SPDX-License-Identifier: GPL-3.0-or-later */
/* simulate-csv.h: a run's result as tables for a spreadsheet. */
#pragma once

#include "base/zone.h"
#include "simulation/run.h"

G_BEGIN_DECLS

/* Writes into `folder`, beside the result file at `result_path`: series.csv (means, minima and maxima of
 * 15 min), changes.csv (each set-point with its reason) and sessions.csv (what each car wanted and got).
 * Times are in `zone`. */
gboolean cli_write_csv (const char *folder, const char *result_path, const BbSimOutcome *outcome,
                        BbZone *zone, GError **error);

G_END_DECLS
