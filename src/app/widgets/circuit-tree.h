/* SPDX-License-Identifier: GPL-3.0-or-later */
/* circuit-tree.h: the site, its circuits with the groups under them, and its meters, as one list to choose
 * from.
 *
 * Properties: "selected" (BbPart: the site, a circuit, a group or a meter; notifies when a person chooses),
 * "narrow" (gboolean: names only). The list follows the editor, the small bars follow the preview.
 * Keys for the page's actions: Ctrl+D, Delete, Ctrl+C, Ctrl+V, Alt+Up, Alt+Down.
 */
#pragma once

#include <gtk/gtk.h>

#include "app/preview.h"
#include "model/editor.h"

G_BEGIN_DECLS

#define BB_TYPE_CIRCUIT_TREE (bb_circuit_tree_get_type ())
G_DECLARE_FINAL_TYPE (BbCircuitTree, bb_circuit_tree, BB, CIRCUIT_TREE, GtkWidget)

GtkWidget *bb_circuit_tree_new (void);
/* Both nullable. */
void bb_circuit_tree_set_editor (BbCircuitTree *self, BbEditor *editor);
void bb_circuit_tree_set_preview (BbCircuitTree *self, BbPreview *preview);
void bb_circuit_tree_select (BbCircuitTree *self, BbPart *part);
BbPart *bb_circuit_tree_get_selected (BbCircuitTree *self);
void bb_circuit_tree_set_narrow (BbCircuitTree *self, gboolean narrow);
/* How many problems want a person at each part: errors and warnings. (element-type BbPart uint) (nullable) */
void bb_circuit_tree_set_problems (BbCircuitTree *self, GHashTable *counts);
/* Gives the selected row the focus. */
void bb_circuit_tree_grab (BbCircuitTree *self);
/* For tests: rows, and what one says ("Main fuse, 25.0 A"). (transfer full) */
guint bb_circuit_tree_get_n_rows (BbCircuitTree *self);
gchar *bb_circuit_tree_describe (BbCircuitTree *self, guint row);

G_END_DECLS
