/* SPDX-License-Identifier: GPL-3.0-or-later */
/* sweep-view.h: asks which fuse is enough, or how many stations it carries, and shows the answer: a sentence,
 * the curve with the chosen point, a table, what it rests on.
 */
#pragma once

#include <adwaita.h>

#include "app/sim-sweep.h"
#include "model/editor.h"

G_BEGIN_DECLS

#define BB_TYPE_SWEEP_VIEW (bb_sweep_view_get_type ())
G_DECLARE_FINAL_TYPE (BbSweepView, bb_sweep_view, BB, SWEEP_VIEW, GtkBox)

/* Signal "finished" (BbSimSweep *sweep): done, failed or cancelled; "changed": something to ask or a sweep is
 * other than before. Its buttons activate simulate.sweep and simulate.sweep-cancel. */
void bb_sweep_view_set_editor (BbSweepView *self, BbEditor *editor);
void bb_sweep_view_set_balancer (BbSweepView *self, gint balancer);
/* What is asked. */
void bb_sweep_view_set_axis (BbSweepView *self, BbPlanAxis axis);
void bb_sweep_view_set_range (BbSweepView *self, guint from, guint until);
void bb_sweep_view_set_target (BbSweepView *self, gdouble percent);
void bb_sweep_view_run (BbSweepView *self);
void bb_sweep_view_cancel (BbSweepView *self);
gboolean bb_sweep_view_is_running (BbSweepView *self);
/* The sweep that is shown or under way; NULL. */
BbSimSweep *bb_sweep_view_get_sweep (BbSweepView *self);
/* The point that is large: position in the curve, -1: none. */
gint bb_sweep_view_get_chosen (BbSweepView *self);
void bb_sweep_view_choose (BbSweepView *self, gint position);

G_END_DECLS
