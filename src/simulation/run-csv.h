/* SPDX-License-Identifier: GPL-3.0-or-later */
/* run-csv.h: a run's result as tables for a spreadsheet. */
#pragma once

#include "base/zone.h"
#include "simulation/result-reader.h"
#include "simulation/run.h"

G_BEGIN_DECLS

/* Writes into `folder`: series.csv (means, minima and maxima of 15 min), changes.csv (each set-point with its
 * reason) and sessions.csv (what each car wanted and got; not without `sessions`, nullable, (element-type
 * BbSessionResult)). Times are in `zone`. Each file is written whole or not at all. */
gboolean bb_sim_write_csv (const gchar *folder, BbResult *result, const BbSummary *summary,
                           GPtrArray *sessions, BbZone *zone, GCancellable *cancellable, GError **error);

G_END_DECLS
