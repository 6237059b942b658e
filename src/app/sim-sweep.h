/* SPDX-License-Identifier: GPL-3.0-or-later */
/* sim-sweep.h: one question with many runs: which fuse is enough, how many stations it carries. No GTK in
 * here.
 *
 * Works in a thread on its own copy of the site, all cores; everything here is of the main thread. The answer
 * follows the target at once: nothing is simulated again.
 */
#pragma once

#include "app/sim-run.h"
#include "simulation/plan-words.h"

G_BEGIN_DECLS

#define BB_TYPE_SIM_SWEEP (bb_sim_sweep_get_type ())
G_DECLARE_FINAL_TYPE (BbSimSweep, bb_sim_sweep, BB, SIM_SWEEP, GObject)

/* Properties, all notify: "state" (guint, BbRunState), "progress" (gdouble), "target-pct" (gdouble, of the
 * energy; 98). `circuit`: position of the one whose rating is varied. `values`: ratings in A, or numbers of
 * stations, rising. */
BbSimSweep *bb_sim_sweep_new (BbSite *site, BbPlanAxis axis, guint circuit, const guint *values,
                              guint n_values, gint balancer);
void bb_sim_sweep_start (BbSimSweep *self);
void bb_sim_sweep_cancel (BbSimSweep *self);
BbRunState bb_sim_sweep_get_state (BbSimSweep *self);
gdouble bb_sim_sweep_get_progress (BbSimSweep *self);
const GError *bb_sim_sweep_get_error (BbSimSweep *self);
gdouble bb_sim_sweep_get_target_pct (BbSimSweep *self);
void bb_sim_sweep_set_target_pct (BbSimSweep *self, gdouble target_pct);
BbPlanAxis bb_sim_sweep_get_axis (BbSimSweep *self);

/* ---- the answer: once the state is BB_RUN_DONE ---- */

/* Points by rising value. (element-type BbPlanPoint) (transfer none) */
GPtrArray *bb_sim_sweep_get_curve (BbSimSweep *self);
void bb_sim_sweep_get_answer (BbSimSweep *self, BbPlanAnswer *answer);
/* For plan-words.h; lent. */
void bb_sim_sweep_get_view (BbSimSweep *self, BbPlanView *view);
/* One line, and all that is to be said. (transfer full) */
gchar *bb_sim_sweep_get_headline (BbSimSweep *self);
gchar *bb_sim_sweep_get_words (BbSimSweep *self);

/* ---- what to ask ---- */

/* Sizes of fuses that are sold about the circuit's own; numbers of stations up to twice as many, 8 at least.
 * (transfer full) (element-type guint) */
GArray *bb_sim_sweep_suggest (BbSite *site, BbPlanAxis axis, guint circuit);
/* Sizes that are sold from..until, or every number (at most 40 of them, evenly spread). (transfer full) */
GArray *bb_sim_sweep_range (BbPlanAxis axis, guint from, guint until);

G_END_DECLS
