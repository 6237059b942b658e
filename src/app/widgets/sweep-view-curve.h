/* SPDX-License-Identifier: GPL-3.0-or-later */
/* sweep-view-curve.h: the curve of a sweep: energy reached over fuse sizes or numbers of stations, the
 * target, the chosen point large, the knee named.
 */
#pragma once

#include <gtk/gtk.h>

#include "app/sim-sweep.h"

G_BEGIN_DECLS

#define BB_TYPE_SWEEP_CURVE (bb_sweep_curve_get_type ())
G_DECLARE_FINAL_TYPE (BbSweepCurve, bb_sweep_curve, BB, SWEEP_CURVE, GtkWidget)

/* Signal "chosen" (guint position in the curve): a person clicked, or pressed Left or Right. */
GtkWidget *bb_sweep_curve_new (void);
/* `chosen`: position of the large point; -1: none. */
void bb_sweep_curve_set (BbSweepCurve *self, BbSimSweep *sweep, gint chosen);

G_END_DECLS
