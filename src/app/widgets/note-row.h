/* SPDX-License-Identifier: GPL-3.0-or-later */
/* note-row.h: a title with sentences under it, that change while one types.
 *
 * What AdwActionRow is, but its texts are laid out for the width that they get, once (see steady.h): that one
 * tries a hundred widths for each letter that changes.
 */
#pragma once

#include <adwaita.h>

G_BEGIN_DECLS

#define BB_TYPE_NOTE_ROW (bb_note_row_get_type ())
G_DECLARE_FINAL_TYPE (BbNoteRow, bb_note_row, BB, NOTE_ROW, AdwPreferencesRow)

/* (transfer floating): cannot be activated until the caller says so. */
GtkWidget *bb_note_row_new (void);
/* Plain text, no markup; the row's accessible label too. */
void bb_note_row_set_title (BbNoteRow *self, const gchar *title);
/* Plain text; NULL or "": only the title. */
void bb_note_row_set_subtitle (BbNoteRow *self, const gchar *subtitle);
const gchar *bb_note_row_get_subtitle (BbNoteRow *self);
void bb_note_row_add_prefix (BbNoteRow *self, GtkWidget *widget);
void bb_note_row_add_suffix (BbNoteRow *self, GtkWidget *widget);

G_END_DECLS
