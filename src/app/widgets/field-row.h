/* SPDX-License-Identifier: GPL-3.0-or-later */
/* field-row.h: one field of one or several parts as a row of a form: what it is, its control, what is wrong
 * with it.
 *
 * The kind of control follows from the field. What a person types goes through the editor at once, so that
 * the preview and the problems follow; a text that cannot be a value stays in the control with the reason
 * under it, and the part keeps its last value. Enter or leaving seals the step, Esc brings back what was
 * there before. The row follows its parts, so that undo shows at once. Actions: field.set('s') as if typed
 * ("25,32,25" for three phases), field.reset (to the default; Alt+Home), field.revert (Esc).
 */
#pragma once

#include <adwaita.h>

#include "model/editor.h"
#include "model/field-info.h"
#include "model/site-check.h"

G_BEGIN_DECLS

#define BB_TYPE_FIELD_ROW (bb_field_row_get_type ())
G_DECLARE_FINAL_TYPE (BbFieldRow, bb_field_row, BB, FIELD_ROW, AdwPreferencesRow)

/* Properties: "text" (gchar*, read only: as it stands in the control; of three phases with commas), "error"
 * (gchar*, read only: why what was typed cannot be a value; NULL), "mixed" (gboolean, read only: the parts
 * differ). `parts` (element-type BbPart): of one class. `info` of the first phase ("rating-l1-ma") stands for
 * all three. */
GtkWidget *bb_field_row_new (BbEditor *editor, GPtrArray *parts, const BbFieldInfo *info);
/* Is there a control for this field? (No: lists, parts, "active".) */
gboolean bb_field_row_can_show (BbPart *part, const BbFieldInfo *info);
const BbFieldInfo *bb_field_row_get_info (BbFieldRow *self);
/* Is `property` shown by this row? One of three phases counts, and so does the key of a file ("rating_a"). */
gboolean bb_field_row_is_for (BbFieldRow *self, const gchar *property);
/* Is it a row of this part? */
gboolean bb_field_row_shows (BbFieldRow *self, BbPart *part);
/* (transfer full) */
gchar *bb_field_row_get_text (BbFieldRow *self);
const gchar *bb_field_row_get_error (BbFieldRow *self);
/* What else changed with the value that was set here last; NULL: nothing. */
const gchar *bb_field_row_get_note (BbFieldRow *self);
/* What the checker says of this field; NULL: nothing. */
void bb_field_row_set_problem (BbFieldRow *self, const gchar *sentence, BbSeverity severity);
const gchar *bb_field_row_get_problem (BbFieldRow *self);
/* As if a person had typed it. FALSE: see "error". */
gboolean bb_field_row_type (BbFieldRow *self, const gchar *text);
/* The control under the text instead of beside it: where there is little room. */
void bb_field_row_set_stacked (BbFieldRow *self, gboolean stacked);
/* Gives the control the focus. */
void bb_field_row_grab (BbFieldRow *self);

G_END_DECLS
