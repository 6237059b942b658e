/* SPDX-License-Identifier: GPL-3.0-or-later */
/* help.c: the window of the user guide: chapters on the left, the one that is read on the right. */
#include "app/help.h"

#include <glib/gi18n.h>

#include "app/help-text.h"

struct _BbHelp {
  AdwWindow parent_instance;
  GtkListBox *chapters;
  GtkScrolledWindow *scroll;
  GtkBox *text;
  gchar *chapter;
};

enum { PROP_0, PROP_CHAPTER, N_PROPS };
static GParamSpec *properties[N_PROPS];

G_DEFINE_FINAL_TYPE (BbHelp, bb_help, ADW_TYPE_WINDOW)

/* ---- blocks ---- */

static GtkWidget *
new_label (const BbHelpBlock *block, const gchar *style)
{
  GtkWidget *label = gtk_label_new (NULL);

  gtk_label_set_markup (GTK_LABEL (label), block->text);
  gtk_label_set_wrap (GTK_LABEL (label), TRUE);
  gtk_label_set_wrap_mode (GTK_LABEL (label), PANGO_WRAP_WORD_CHAR);
  gtk_label_set_xalign (GTK_LABEL (label), 0.0f);
  gtk_label_set_selectable (GTK_LABEL (label), TRUE);
  gtk_widget_set_can_focus (label, FALSE);
  gtk_widget_set_hexpand (label, TRUE);
  if (style)
    gtk_widget_add_css_class (label, style);
  return label;
}

static GtkWidget *
new_item (const BbHelpBlock *block)
{
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 6);
  g_autofree gchar *mark
      = block->kind == BB_HELP_STEP ? g_strdup_printf ("%u.", block->number) : g_strdup ("•");
  GtkWidget *label = gtk_label_new (mark);

  gtk_widget_set_valign (label, GTK_ALIGN_START);
  gtk_label_set_xalign (GTK_LABEL (label), 1.0f);
  gtk_label_set_width_chars (GTK_LABEL (label), 2);
  gtk_widget_add_css_class (label, "dim-label");
  gtk_widget_add_css_class (box, "help-item");
  gtk_box_append (GTK_BOX (box), label);
  gtk_box_append (GTK_BOX (box), new_label (block, NULL));
  return box;
}

/* A picture that is not installed is left out: the text says the same. */
static GtkWidget *
new_picture (const BbHelpBlock *block)
{
  g_autofree gchar *path = bb_help_find_picture (block->file);
  GtkWidget *picture = path ? gtk_picture_new_for_filename (path) : NULL;

  if (!picture)
    return NULL;
  gtk_picture_set_alternative_text (GTK_PICTURE (picture), block->text);
  gtk_picture_set_can_shrink (GTK_PICTURE (picture), TRUE);
  gtk_widget_add_css_class (picture, "card");
  gtk_widget_set_overflow (picture, GTK_OVERFLOW_HIDDEN);
  return picture;
}

static GtkWidget *
new_block (const BbHelpBlock *block)
{
  switch (block->kind) {
  case BB_HELP_TITLE:
    return new_label (block, "title-1");
  case BB_HELP_HEADING:
    return new_label (block, "title-3");
  case BB_HELP_BULLET:
  case BB_HELP_STEP:
    return new_item (block);
  case BB_HELP_PICTURE:
    return new_picture (block);
  default:
    return new_label (block, NULL);
  }
}

static void
show_text (BbHelp *self, const gchar *text)
{
  g_autoptr (GPtrArray) blocks = bb_help_parse (text);
  GtkWidget *child = NULL;

  while ((child = gtk_widget_get_first_child (GTK_WIDGET (self->text))))
    gtk_box_remove (self->text, child);
  for (guint i = 0; i < blocks->len; i++) {
    const BbHelpBlock *block = blocks->pdata[i];
    GtkWidget *widget = new_block (block);
    if (widget && block->kind == BB_HELP_HEADING)
      gtk_widget_set_margin_top (widget, 12);
    if (widget)
      gtk_box_append (self->text, widget);
  }
  gtk_adjustment_set_value (gtk_scrolled_window_get_vadjustment (self->scroll), 0.0);
}

/* ---- chapters ---- */

static const gchar *
chapter_of (GtkListBoxRow *row)
{
  return g_object_get_data (G_OBJECT (row), "chapter");
}

static void
add_chapter (BbHelp *self, const gchar *chapter)
{
  g_autofree gchar *title = bb_help_title (chapter);
  GtkWidget *row = gtk_list_box_row_new ();
  GtkWidget *label = gtk_label_new (title);

  gtk_label_set_xalign (GTK_LABEL (label), 0.0f);
  gtk_label_set_wrap (GTK_LABEL (label), TRUE);
  gtk_list_box_row_set_child (GTK_LIST_BOX_ROW (row), label);
  g_object_set_data_full (G_OBJECT (row), "chapter", g_strdup (chapter), g_free);
  gtk_accessible_update_property (GTK_ACCESSIBLE (row), GTK_ACCESSIBLE_PROPERTY_LABEL, title, -1);
  gtk_list_box_append (self->chapters, row);
}

gboolean
bb_help_open_chapter (BbHelp *self, const gchar *chapter)
{
  g_autofree gchar *text = bb_help_read (chapter);
  GtkListBoxRow *row = NULL;

  if (!text)
    return FALSE;
  if (g_strcmp0 (self->chapter, chapter) == 0)
    return TRUE;
  g_free (self->chapter);
  self->chapter = g_strdup (chapter);
  show_text (self, text);
  for (gint i = 0; (row = gtk_list_box_get_row_at_index (self->chapters, i)); i++)
    if (g_strcmp0 (chapter_of (row), chapter) == 0)
      gtk_list_box_select_row (self->chapters, row);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_CHAPTER]);
  return TRUE;
}

const gchar *
bb_help_get_chapter (BbHelp *self)
{
  return self->chapter;
}

static void
selected_cb (GtkListBox *list, GtkListBoxRow *row, BbHelp *self)
{
  if (row)
    bb_help_open_chapter (self, chapter_of (row));
}

/* ---- the object ---- */

static void
bb_help_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  if (id == PROP_CHAPTER)
    g_value_set_string (value, BB_HELP (object)->chapter);
  else
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
}

static void
bb_help_set_property (GObject *object, guint id, const GValue *value, GParamSpec *pspec)
{
  if (id == PROP_CHAPTER)
    bb_help_open_chapter (BB_HELP (object), g_value_get_string (value));
  else
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
}

static void
bb_help_finalize (GObject *object)
{
  g_free (BB_HELP (object)->chapter);
  G_OBJECT_CLASS (bb_help_parent_class)->finalize (object);
}

static void
bb_help_class_init (BbHelpClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->get_property = bb_help_get_property;
  object_class->set_property = bb_help_set_property;
  object_class->finalize = bb_help_finalize;
  properties[PROP_CHAPTER]
      = g_param_spec_string ("chapter", NULL, NULL, NULL,
                             G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS | G_PARAM_EXPLICIT_NOTIFY);
  g_object_class_install_properties (object_class, N_PROPS, properties);
  gtk_widget_class_set_template_from_resource (widget_class, "/org/busbar/Busbar/ui/help.ui");
  gtk_widget_class_bind_template_child (widget_class, BbHelp, chapters);
  gtk_widget_class_bind_template_child (widget_class, BbHelp, scroll);
  gtk_widget_class_bind_template_child (widget_class, BbHelp, text);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_Escape, 0, "window.close", NULL);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_w, GDK_CONTROL_MASK, "window.close", NULL);
}

static void
bb_help_init (BbHelp *self)
{
  g_auto (GStrv) names = bb_help_list ();

  gtk_widget_init_template (GTK_WIDGET (self));
  for (guint i = 0; names[i]; i++)
    add_chapter (self, names[i]);
  g_signal_connect (self->chapters, "row-selected", G_CALLBACK (selected_cb), self);
  if (names[0])
    bb_help_open_chapter (self, names[0]);
}

GtkWidget *
bb_help_show (GtkWindow *parent, const gchar *topic)
{
  static GtkWidget *help; /* weak */
  g_autofree gchar *chapter = bb_help_chapter_for (topic);

  if (!help) {
    g_set_weak_pointer (&help, g_object_new (BB_TYPE_HELP, NULL));
    if (parent)
      gtk_window_set_application (GTK_WINDOW (help), gtk_window_get_application (parent));
  }
  if (chapter || topic)
    bb_help_open_chapter (BB_HELP (help), chapter ? chapter : topic);
  gtk_window_present (GTK_WINDOW (help));
  return help;
}
