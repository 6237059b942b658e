/* SPDX-License-Identifier: GPL-3.0-or-later */
/* compare-view.h: two runs side by side: a sentence, then figure by figure what is better and what is worse.
 */
#pragma once

#include <gtk/gtk.h>

#include "simulation/compare.h"

G_BEGIN_DECLS

#define BB_TYPE_COMPARE_VIEW (bb_compare_view_get_type ())
G_DECLARE_FINAL_TYPE (BbCompareView, bb_compare_view, BB, COMPARE_VIEW, GtkBox)

/* Shows itself while there is a comparison; its button activates simulate.compare(0). */
void bb_compare_view_set (BbCompareView *self, const BbComparison *comparison, const gchar *heading,
                          const gchar *a_name, const gchar *b_name);
/* Sentence and rows, cells separated by tabs: for copying and for tests. (transfer full) */
gchar *bb_compare_view_get_text (BbCompareView *self);

G_END_DECLS
