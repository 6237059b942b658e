/* SPDX-License-Identifier: GPL-3.0-or-later */
/* note-row.c: a title with sentences under it, that change while one types. */
#include "app/widgets/note-row.h"

#include <string.h>

#include "app/widgets/steady.h"

struct _BbNoteRow {
  AdwPreferencesRow parent_instance;
  GtkWidget *box, *title, *subtitle, *texts;
};

G_DEFINE_FINAL_TYPE (BbNoteRow, bb_note_row, ADW_TYPE_PREFERENCES_ROW)

static GtkWidget *
new_label (GtkWidget *texts)
{
  GtkWidget *label = gtk_label_new (NULL);

  gtk_label_set_xalign (GTK_LABEL (label), 0);
  gtk_label_set_wrap (GTK_LABEL (label), TRUE);
  gtk_label_set_wrap_mode (GTK_LABEL (label), PANGO_WRAP_WORD_CHAR);
  gtk_label_set_width_chars (GTK_LABEL (label), BB_STEADY_CHARS);
  gtk_box_append (GTK_BOX (texts), label);
  return label;
}

static void
bb_note_row_class_init (BbNoteRowClass *klass)
{
}

static void
bb_note_row_init (BbNoteRow *self)
{
  GtkWidget *texts = gtk_box_new (GTK_ORIENTATION_VERTICAL, 3);

  self->box = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 12);
  gtk_widget_set_margin_top (self->box, 9);
  gtk_widget_set_margin_bottom (self->box, 9);
  gtk_widget_set_margin_start (self->box, 12);
  gtk_widget_set_margin_end (self->box, 12);
  /* As high as other rows; and two lines fit where a scrolled window asks for the height of one. */
  gtk_widget_set_size_request (self->box, -1, 36);
  self->title = new_label (texts);
  self->subtitle = new_label (texts);
  gtk_widget_add_css_class (self->subtitle, "caption");
  gtk_widget_add_css_class (self->subtitle, "dim-label");
  gtk_widget_set_visible (self->subtitle, FALSE);
  gtk_widget_set_hexpand (texts, TRUE);
  self->texts = bb_steady_new (texts);
  gtk_widget_set_valign (self->texts, GTK_ALIGN_CENTER);
  gtk_box_append (GTK_BOX (self->box), self->texts);
  gtk_list_box_row_set_child (GTK_LIST_BOX_ROW (self), self->box);
  gtk_list_box_row_set_activatable (GTK_LIST_BOX_ROW (self), FALSE);
}

GtkWidget *
bb_note_row_new (void)
{
  return g_object_new (BB_TYPE_NOTE_ROW, NULL);
}

void
bb_note_row_set_title (BbNoteRow *self, const gchar *title)
{
  if (g_strcmp0 (gtk_label_get_text (GTK_LABEL (self->title)), title) == 0)
    return;
  gtk_label_set_text (GTK_LABEL (self->title), title);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self), GTK_ACCESSIBLE_PROPERTY_LABEL, title, -1);
}

void
bb_note_row_set_subtitle (BbNoteRow *self, const gchar *subtitle)
{
  const gchar *text = subtitle != NULL ? subtitle : "";

  if (strcmp (gtk_label_get_text (GTK_LABEL (self->subtitle)), text) == 0)
    return;
  gtk_label_set_text (GTK_LABEL (self->subtitle), text);
  gtk_widget_set_visible (self->subtitle, *text != '\0');
}

const gchar *
bb_note_row_get_subtitle (BbNoteRow *self)
{
  return gtk_label_get_text (GTK_LABEL (self->subtitle));
}

void
bb_note_row_add_prefix (BbNoteRow *self, GtkWidget *widget)
{
  gtk_box_prepend (GTK_BOX (self->box), widget);
}

void
bb_note_row_add_suffix (BbNoteRow *self, GtkWidget *widget)
{
  gtk_box_append (GTK_BOX (self->box), widget);
}
