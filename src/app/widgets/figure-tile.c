/* SPDX-License-Identifier: GPL-3.0-or-later */
/* figure-tile.c: one of the headline figures of a result. */
#include "app/widgets/figure-tile.h"

#include <glib/gi18n.h>

#include "app/widgets/calm.h"

struct _BbFigureTile {
  GtkBox parent_instance;
  GtkLabel *title, *value, *unit, *note, *difference;
  GtkImage *icon, *verdict;
  GtkWidget *difference_box;
};

G_DEFINE_FINAL_TYPE (BbFigureTile, bb_figure_tile, GTK_TYPE_BOX)

const gchar *
bb_severity_icon (BbHeadlineSeverity severity)
{
  static const gchar *const icons[] = { "dialog-information-symbolic", "emblem-ok-symbolic",
                                        "dialog-warning-symbolic", "dialog-error-symbolic" };

  return icons[severity];
}

const gchar *
bb_severity_class (BbHeadlineSeverity severity)
{
  static const gchar *const classes[] = { "", "success", "warning", "error" };

  return classes[severity];
}

const gchar *
bb_verdict_icon (BbCompareVerdict verdict)
{
  static const gchar *const icons[]
      = { NULL, "object-flip-horizontal-symbolic", "emblem-ok-symbolic", "dialog-warning-symbolic" };

  return icons[verdict];
}

const gchar *
bb_verdict_class (BbCompareVerdict verdict)
{
  static const gchar *const classes[] = { "", "", "success", "warning" };

  return classes[verdict];
}

void
bb_set_severity_class (GtkWidget *widget, const gchar *style_class)
{
  static const gchar *const classes[] = { "success", "warning", "error" };

  for (guint i = 0; i < G_N_ELEMENTS (classes); i++)
    if (g_str_equal (classes[i], style_class))
      gtk_widget_add_css_class (widget, classes[i]);
    else
      gtk_widget_remove_css_class (widget, classes[i]);
}

static void
bb_figure_tile_class_init (BbFigureTileClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  gtk_widget_class_set_template_from_resource (widget_class, "/org/busbar/Busbar/ui/figure-tile.ui");
  gtk_widget_class_bind_template_child (widget_class, BbFigureTile, title);
  gtk_widget_class_bind_template_child (widget_class, BbFigureTile, value);
  gtk_widget_class_bind_template_child (widget_class, BbFigureTile, unit);
  gtk_widget_class_bind_template_child (widget_class, BbFigureTile, note);
  gtk_widget_class_bind_template_child (widget_class, BbFigureTile, icon);
  gtk_widget_class_bind_template_child (widget_class, BbFigureTile, verdict);
  gtk_widget_class_bind_template_child (widget_class, BbFigureTile, difference);
  gtk_widget_class_bind_template_child (widget_class, BbFigureTile, difference_box);
  gtk_widget_class_set_accessible_role (widget_class, GTK_ACCESSIBLE_ROLE_GROUP);
}

static void
bb_figure_tile_init (BbFigureTile *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}

GtkWidget *
bb_figure_tile_new (void)
{
  return g_object_new (BB_TYPE_FIGURE_TILE, NULL);
}

static void
set_difference (BbFigureTile *self, const BbCompareRow *row)
{
  g_autofree gchar *text = NULL;

  gtk_widget_set_visible (self->difference_box, row != NULL);
  if (!row)
    return;
  text = row->verdict == BB_COMPARE_SAME
             ? g_strdup (bb_compare_verdict_word (row->verdict))
             /* Translators: a difference and whether that is better or worse: "+1.80 kWh, better". */
             : g_strdup_printf (_ ("%s, %s"), row->difference, bb_compare_verdict_word (row->verdict));
  gtk_label_set_label (self->difference, text);
  gtk_image_set_from_icon_name (self->verdict, bb_verdict_icon (row->verdict));
  gtk_widget_set_visible (GTK_WIDGET (self->verdict), bb_verdict_icon (row->verdict) != NULL);
  bb_set_severity_class (self->difference_box, bb_verdict_class (row->verdict));
}

void
bb_figure_tile_set (BbFigureTile *self, const BbFigure *figure, const BbCompareRow *row)
{
  gboolean marked = figure->severity >= BB_HEADLINE_WARNING;
  g_autofree gchar *spoken
      = g_strdup_printf ("%s: %s %s %s", figure->title, figure->value, figure->unit, figure->note);

  gtk_label_set_label (self->title, figure->title);
  gtk_label_set_label (self->value, figure->value);
  gtk_label_set_label (self->unit, figure->unit);
  gtk_label_set_label (self->note, figure->note);
  gtk_widget_set_visible (GTK_WIDGET (self->unit), figure->unit[0] != '\0');
  gtk_image_set_from_icon_name (self->icon, bb_severity_icon (figure->severity));
  gtk_widget_set_visible (GTK_WIDGET (self->icon), marked);
  bb_calm_set_tooltip (GTK_WIDGET (self->icon), bb_headline_severity_word (figure->severity));
  bb_set_severity_class (GTK_WIDGET (self->icon), bb_severity_class (figure->severity));
  set_difference (self, row);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self), GTK_ACCESSIBLE_PROPERTY_LABEL, spoken, -1);
}
