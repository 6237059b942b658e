/* SPDX-License-Identifier: GPL-3.0-or-later */
/* groups-form.h: the form of a part of the site, or of several of one class at once, in sections of rows.
 *
 * The first sections are there at once, the others come one by one in idle time, advanced rows when they are
 * asked for.
 */
#pragma once

#include "app/page.h"
#include "app/widgets/field-row.h"

G_BEGIN_DECLS

#define BB_TYPE_GROUPS_FORM (bb_groups_form_get_type ())
G_DECLARE_FINAL_TYPE (BbGroupsForm, bb_groups_form, BB, GROUPS_FORM, AdwBin)

GtkWidget *bb_groups_form_new (void);
/* (element-type BbPart): of one class, not empty; NULL: nothing is shown. */
void bb_groups_form_show (BbGroupsForm *self, BbEditor *editor, GPtrArray *parts);
BbPart *bb_groups_form_get_part (BbGroupsForm *self);
/* Builds what is still to come. */
void bb_groups_form_finish (BbGroupsForm *self);
/* The row of a property (or key of the file) of the shown part, or of a part that belongs to it (the site's
 * network); opens what it is hidden in. NULL: none. */
BbFieldRow *bb_groups_form_find_row (BbGroupsForm *self, BbPart *part, const gchar *property);
/* As that; and without such a row that of the part itself, where the form lists it: a price, a signal. NULL:
 * none. */
GtkWidget *bb_groups_form_find (BbGroupsForm *self, BbPart *part, const gchar *property);
/* The list of such parts (BbGroupsParts); NULL: the form has none. */
GtkWidget *bb_groups_form_get_list (BbGroupsForm *self, GType type);
/* What is wrong with a part that the form lists. */
void bb_groups_form_mark (BbGroupsForm *self, BbPart *part, const gchar *sentence, BbSeverity severity);
void bb_groups_form_clear_marks (BbGroupsForm *self);
/* Brings a row into view and gives it the focus. */
void bb_groups_form_reveal (BbGroupsForm *self, GtkWidget *row);
/* (element-type BbFieldRow) (transfer container): those that exist by now. */
GPtrArray *bb_groups_form_get_rows (BbGroupsForm *self);
/* The table of stations (BbStationTable), NULL where the form has none, or not yet. */
GtkWidget *bb_groups_form_get_table (BbGroupsForm *self);
/* Controls under their texts: where there is little room. */
void bb_groups_form_set_stacked (BbGroupsForm *self, gboolean stacked);
/* Scrolls back to the top. */
void bb_groups_form_scroll_to_top (BbGroupsForm *self);

G_END_DECLS
