/* SPDX-License-Identifier: GPL-3.0-or-later */
/* simulate-page.h: the page that simulates the site: what with, run, what came out, compare, sweep, export.
 *
 * Actions, all of them what its buttons and menus do: simulate.run (Ctrl+R), .cancel (Esc), .retry, .dismiss,
 * .copy-details, .show-run(u number), .compare(u number; 0: none), .compare-off (runs with balancing off and
 * compares), .remove-run, .restore-run, .busiest-day, .fit, .view(s "result" or "sweep"), .what(s, as of
 * result-chart.h), .open, .open-path(s), .save, .save-to(s), .export-pdf, .export-pdf-to(s), .export-csv,
 * .export-csv-to(s folder), .export-png, .export-png-to(s). Its inputs: .edit(s "period", "load", "pv",
 * "cars", "balancing", "faults": opens that panel), .load-file(s), .pv-file(s), .cars-file(s), .drop-file(s:
 * a table of any kind, or a result), .choose-file(s kind), .use-sample(s), .use-synthetic(s kind),
 * .use-none(s kind), .balancer(s), .add-fault(s JSON), .remove-fault(u). The sweep: .sweep, .sweep-cancel,
 * .sweep-axis(s "fuse", "stations"), .sweep-range((uu)), .sweep-target(d), .sweep-choose(u).
 */
#pragma once

#include "app/page.h"
#include "app/sim-run-list.h"

G_BEGIN_DECLS

#define BB_TYPE_SIMULATE_PAGE (bb_simulate_page_get_type ())
G_DECLARE_FINAL_TYPE (BbSimulatePage, bb_simulate_page, BB, SIMULATE_PAGE, BbPage)

BbRunList *bb_simulate_page_get_runs (BbSimulatePage *self);
/* The run that is shown, the one behind it, the one under way: NULL for none. */
BbSimRun *bb_simulate_page_get_shown (BbSimulatePage *self);
BbSimRun *bb_simulate_page_get_compared (BbSimulatePage *self);
BbSimRun *bb_simulate_page_get_working (BbSimulatePage *self);
/* What is chosen for the next run beside the site. */
const BbRunSettings *bb_simulate_page_get_settings (BbSimulatePage *self);

G_END_DECLS
