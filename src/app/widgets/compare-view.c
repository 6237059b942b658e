/* SPDX-License-Identifier: GPL-3.0-or-later */
/* compare-view.c: two runs side by side. */
#include "app/widgets/compare-view.h"

#include <glib/gi18n.h>

#include "app/widgets/figure-tile.h"

struct _BbCompareView {
  GtkBox parent_instance;
  GtkLabel *heading, *sentence;
  GtkGrid *grid;
  GString *text; /* (owned) */
};

G_DEFINE_FINAL_TYPE (BbCompareView, bb_compare_view, GTK_TYPE_BOX)

static void
bb_compare_view_finalize (GObject *object)
{
  g_string_free (BB_COMPARE_VIEW (object)->text, TRUE);
  G_OBJECT_CLASS (bb_compare_view_parent_class)->finalize (object);
}

static void
bb_compare_view_class_init (BbCompareViewClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->finalize = bb_compare_view_finalize;
  gtk_widget_class_set_template_from_resource (widget_class, "/org/busbar/Busbar/ui/compare-view.ui");
  gtk_widget_class_bind_template_child (widget_class, BbCompareView, heading);
  gtk_widget_class_bind_template_child (widget_class, BbCompareView, sentence);
  gtk_widget_class_bind_template_child (widget_class, BbCompareView, grid);
}

static void
bb_compare_view_init (BbCompareView *self)
{
  self->text = g_string_new (NULL);
  gtk_widget_init_template (GTK_WIDGET (self));
}

static GtkWidget *
cell (BbCompareView *self, const gchar *text, gint column, gint row, const gchar *style_class)
{
  GtkWidget *label = gtk_label_new (text);

  gtk_label_set_xalign (GTK_LABEL (label), column == 0 ? 0 : 1);
  gtk_label_set_wrap (GTK_LABEL (label), column == 0);
  gtk_widget_add_css_class (label, "numeric");
  if (style_class)
    gtk_widget_add_css_class (label, style_class);
  gtk_widget_set_hexpand (label, column == 0);
  gtk_grid_attach (self->grid, label, column, row, 1, 1);
  g_string_append_printf (self->text, "%s%s", text, column == 3 ? "" : "\t");
  return label;
}

static void
put_verdict (BbCompareView *self, BbCompareVerdict verdict, gint row)
{
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 6);
  const gchar *word = bb_compare_verdict_word (verdict);
  GtkWidget *label = gtk_label_new (word);

  if (verdict == BB_COMPARE_BETTER || verdict == BB_COMPARE_WORSE)
    gtk_box_append (GTK_BOX (box), gtk_image_new_from_icon_name (bb_verdict_icon (verdict)));
  else
    gtk_widget_add_css_class (box, "dim-label");
  gtk_label_set_xalign (GTK_LABEL (label), 0);
  gtk_box_append (GTK_BOX (box), label);
  bb_set_severity_class (box, bb_verdict_class (verdict));
  gtk_grid_attach (self->grid, box, 4, row, 1, 1);
  g_string_append_printf (self->text, "\t%s\n", word);
}

static void
put_row (BbCompareView *self, const BbCompareRow *row, gint position)
{
  cell (self, row->title, 0, position, NULL);
  cell (self, row->a, 1, position, "dim-label");
  cell (self, row->b, 2, position, NULL);
  cell (self, row->difference, 3, position, "heading");
  put_verdict (self, row->verdict, position);
}

static void
put_header (BbCompareView *self, const gchar *a_name, const gchar *b_name)
{
  const gchar *const names[] = { "", a_name, b_name, _ ("Difference") };

  for (gint c = 0; c < (gint) G_N_ELEMENTS (names); c++) {
    GtkWidget *label = cell (self, names[c], c, 0, "caption-heading");
    gtk_widget_add_css_class (label, "dim-label");
    gtk_label_set_ellipsize (GTK_LABEL (label), PANGO_ELLIPSIZE_END);
  }
  g_string_append_c (self->text, '\n');
}

void
bb_compare_view_set (BbCompareView *self, const BbComparison *comparison, const gchar *heading,
                     const gchar *a_name, const gchar *b_name)
{
  GtkWidget *child = NULL;

  while ((child = gtk_widget_get_first_child (GTK_WIDGET (self->grid))) != NULL)
    gtk_grid_remove (self->grid, child);
  g_string_truncate (self->text, 0);
  gtk_widget_set_visible (GTK_WIDGET (self), comparison != NULL);
  if (!comparison)
    return;
  gtk_label_set_label (self->heading, heading);
  gtk_label_set_label (self->sentence, comparison->sentence);
  g_string_append_printf (self->text, "%s\n", comparison->sentence);
  put_header (self, a_name, b_name);
  for (guint i = 0; i < comparison->rows->len; i++)
    put_row (self, g_ptr_array_index (comparison->rows, i), (gint) i + 1);
}

gchar *
bb_compare_view_get_text (BbCompareView *self)
{
  return g_strdup (self->text->str);
}
