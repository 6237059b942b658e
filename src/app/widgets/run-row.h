/* SPDX-License-Identifier: GPL-3.0-or-later */
/* run-row.h: a run that is under way: what, how far, how long still, Cancel. */
#pragma once

#include <gtk/gtk.h>

#include "app/sim-run.h"

G_BEGIN_DECLS

#define BB_TYPE_RUN_ROW (bb_run_row_get_type ())
G_DECLARE_FINAL_TYPE (BbRunRow, bb_run_row, BB, RUN_ROW, GtkBox)

/* Shows itself while its run works. Its button activates simulate.cancel. */
void bb_run_row_set_run (BbRunRow *self, BbSimRun *run);

G_END_DECLS
