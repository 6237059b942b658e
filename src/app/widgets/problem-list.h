/* SPDX-License-Identifier: GPL-3.0-or-later */
/* problem-list.h: a row that counts the problems of a site and opens to the list of them; hidden while there
 * are none.
 *
 * Signal "jump" (BbProblem *problem): a person chose one. Property "expanded" (gboolean).
 */
#pragma once

#include <adwaita.h>

#include "model/editor.h"

G_BEGIN_DECLS

#define BB_TYPE_PROBLEM_LIST (bb_problem_list_get_type ())
G_DECLARE_FINAL_TYPE (BbProblemList, bb_problem_list, BB, PROBLEM_LIST, AdwBin)

GtkWidget *bb_problem_list_new (void);
void bb_problem_list_set_editor (BbProblemList *self, BbEditor *editor); /* nullable */
/* "2 errors, 1 warning"; "" without any. (transfer none) */
const gchar *bb_problem_list_get_words (BbProblemList *self);

/* "2 errors, 1 warning, 3 hints", translated; "" for none. (transfer full) */
gchar *bb_problem_counts_text (guint errors, guint warnings, guint hints);

G_END_DECLS
