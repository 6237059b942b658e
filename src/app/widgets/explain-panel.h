/* SPDX-License-Identifier: GPL-3.0-or-later */
/* explain-panel.h: why each station had its current at the moment under the chart's cursor. */
#pragma once

#include <gtk/gtk.h>

#include "app/sim-run.h"

G_BEGIN_DECLS

#define BB_TYPE_EXPLAIN_PANEL (bb_explain_panel_get_type ())
G_DECLARE_FINAL_TYPE (BbExplainPanel, bb_explain_panel, BB, EXPLAIN_PANEL, GtkBox)

/* Signal "selected" (const gchar *id, nullable): the station that a person chose. Actions:
 * explain.select('ID'),
 * '' for none; explain.idle: also show stations without a car. */
GtkWidget *bb_explain_panel_new (void);
/* NULL: nothing is known (yet): how to ask. */
void bb_explain_panel_set_moment (BbExplainPanel *self, const BbRunMoment *moment);
/* Instead of an answer: what went wrong. */
void bb_explain_panel_set_problem (BbExplainPanel *self, const gchar *sentence);
/* All that it says, line by line: for copying and for tests. (transfer full) */
gchar *bb_explain_panel_get_text (BbExplainPanel *self);
void bb_explain_panel_select (BbExplainPanel *self, const gchar *id);

G_END_DECLS
