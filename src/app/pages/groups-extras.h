/* SPDX-License-Identifier: GPL-3.0-or-later */
/* groups-extras.h: what a form has beside its fields: the life cycle, the mode's diagram, the windows, the
 * suggested standalone limit, the stations. */
#pragma once

#include <adwaita.h>

#include "model/editor.h"
#include "model/field-info.h"

G_BEGIN_DECLS

/* At the top of the form: title of the part, life cycle of a group. */
void bb_groups_extras_before (BbEditor *editor, GPtrArray *parts, GtkWidget *box);
/* Rows that follow the row of a field, into its preferences group `frame`. */
void bb_groups_extras_after_row (BbEditor *editor, BbPart *part, const BbFieldInfo *info, guint n_parts,
                                 GtkWidget *frame);
/* What follows the rows of a section, into its group `frame`: the table of stations, or NULL. (transfer none)
 */
GtkWidget *bb_groups_extras_after_section (BbEditor *editor, BbPart *part, BbFieldSection section,
                                           GtkWidget *frame);

G_END_DECLS
