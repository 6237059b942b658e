/* SPDX-License-Identifier: GPL-3.0-or-later */
/* result-chart.h: the standard charts of a result: each circuit with its phases and rating, the stations, the
 * site's power; and the bands behind them.
 */
#pragma once

#include "model/site.h"
#include "report/chart-model.h"
#include "simulation/result-reader.h"

G_BEGIN_DECLS

/* More stations than this are lanes (a heat map), not a stack. */
#define BB_RESULT_CHART_STACK 8

/* What a chart can show; beside these "circuit/ID" and "station/ID" are one of them alone. */
#define BB_RESULT_CHART_ALL      "all"      /* power, circuits, stations */
#define BB_RESULT_CHART_POWER    "power"    /* grid, generation, house, cars in kW */
#define BB_RESULT_CHART_CIRCUITS "circuits" /* a track for each, in the order of the site */
#define BB_RESULT_CHART_STATIONS "stations" /* one track: a stack, or lanes */

/* Charts of a result over all of its time. `site` must be that of the run (bb_sim_options_from_result()); it
 * gives names, ratings and limits. `what` (NULL: all): see above; several with "," between them, in that
 * order. `ghost` (nullable): a result to compare with, drawn faint behind, line by line where it has the same
 * series. Touches no data; no bands yet. BB_FORMAT_ERROR_RANGE with a sentence when the result has nothing of
 * the kind. (transfer full) */
BbChartModel *bb_result_chart_new (BbResult *result, BbSite *site, const gchar *what, BbResult *ghost,
                                   GError **error);

/* The same of a NULL-terminated list of what to show; what the result does not have is left out, so it may
 * end up without tracks. */
BbChartModel *bb_result_chart_new_of (BbResult *result, BbSite *site, const gchar *const *what,
                                      BbResult *ghost, GError **error);

/* What a moment of a result stood under: fail-safe and signals from the stations' reasons, off-peak times
 * from the site's groups. Walks all changes (about 0.1 s for a year of 20 stations): call it in a worker,
 * with its own copy of the site. (transfer full) (element-type BbChartBand), by start; NULL with an error. */
GPtrArray *bb_result_bands_new (BbResult *result, BbSite *site, GCancellable *cancellable, GError **error);
void bb_result_chart_add_bands (BbChartModel *model, const GPtrArray *bands);
/* For a picture of [from, until) alone: off-peak times that would be mere stripes in it are left out. */
void bb_result_chart_add_bands_for (BbChartModel *model, const GPtrArray *bands, gint64 from_ms,
                                    gint64 until_ms);

/* The local day with the highest load of any rating, [from, until) cut to the result: what a report shows
 * large. FALSE with an error when the data cannot be read. */
gboolean bb_result_find_busiest_day (BbResult *result, BbSite *site, gint64 *from_ms, gint64 *until_ms,
                                     GError **error);

G_END_DECLS
