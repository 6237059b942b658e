/* SPDX-License-Identifier: GPL-3.0-or-later */
/* utilisation-bar.c: a thin bar that says how much of a rating is used. */
#include "app/widgets/utilisation-bar.h"

#include <glib/gi18n.h>

#define HEIGHT 4
/* Where 100 % is, as a share of the width: what is over it must show too. */
#define FULL_AT 0.8

struct _BbUtilisationBar {
  GtkWidget parent_instance;
  gdouble percent;
};

G_DEFINE_FINAL_TYPE (BbUtilisationBar, bb_utilisation_bar, GTK_TYPE_WIDGET)

enum { PROP_0, PROP_PERCENT, N_PROPS };
static GParamSpec *properties[N_PROPS];

static void
colour_of (GtkWidget *widget, const gchar *name, GdkRGBA *colour)
{
  GtkStyleContext *context = gtk_widget_get_style_context (widget);

  if (!gtk_style_context_lookup_color (context, name, colour))
    gtk_style_context_get_color (context, colour);
}

static void
fill (GtkSnapshot *snapshot, gfloat x, gfloat width, gfloat height, const GdkRGBA *colour)
{
  GskRoundedRect rounded;

  if (width <= 0)
    return;
  gsk_rounded_rect_init_from_rect (&rounded, &GRAPHENE_RECT_INIT (x, 0, width, height), height / 2);
  gtk_snapshot_push_rounded_clip (snapshot, &rounded);
  gtk_snapshot_append_color (snapshot, colour, &GRAPHENE_RECT_INIT (x, 0, width, height));
  gtk_snapshot_pop (snapshot);
}

static void
bb_utilisation_bar_snapshot (GtkWidget *widget, GtkSnapshot *snapshot)
{
  BbUtilisationBar *self = BB_UTILISATION_BAR (widget);
  gfloat width = (gfloat) gtk_widget_get_width (widget), height = (gfloat) gtk_widget_get_height (widget);
  gfloat full = (gfloat) FULL_AT * width;
  gfloat used = MIN (full * (gfloat) self->percent / 100, width);
  GdkRGBA track, colour;

  gtk_style_context_get_color (gtk_widget_get_style_context (widget), &track);
  track.alpha = 0.15f;
  fill (snapshot, 0, full, height, &track);
  if (self->percent < 0)
    return;
  colour_of (widget,
             self->percent > 100  ? "error_color"
             : self->percent > 90 ? "warning_color"
                                  : "accent_color",
             &colour);
  fill (snapshot, 0, MAX (used, height), height, &colour);
  track.alpha = 0.5f;
  gtk_snapshot_append_color (snapshot, &track, &GRAPHENE_RECT_INIT (full - 1, 0, 1, height));
}

static void
bb_utilisation_bar_measure (GtkWidget *widget, GtkOrientation orientation, int for_size, int *minimum,
                            int *natural, int *minimum_baseline, int *natural_baseline)
{
  *minimum = orientation == GTK_ORIENTATION_VERTICAL ? HEIGHT : 40;
  *natural = orientation == GTK_ORIENTATION_VERTICAL ? HEIGHT : 80;
}

static void
bb_utilisation_bar_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  if (id == PROP_PERCENT)
    g_value_set_double (value, BB_UTILISATION_BAR (object)->percent);
  else
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
}

static void
bb_utilisation_bar_set_property (GObject *object, guint id, const GValue *value, GParamSpec *pspec)
{
  if (id == PROP_PERCENT)
    bb_utilisation_bar_set_percent (BB_UTILISATION_BAR (object), g_value_get_double (value));
  else
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
}

static void
bb_utilisation_bar_class_init (BbUtilisationBarClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->get_property = bb_utilisation_bar_get_property;
  object_class->set_property = bb_utilisation_bar_set_property;
  widget_class->snapshot = bb_utilisation_bar_snapshot;
  widget_class->measure = bb_utilisation_bar_measure;
  properties[PROP_PERCENT]
      = g_param_spec_double ("percent", NULL, NULL, -1, G_MAXDOUBLE, -1,
                             G_PARAM_READWRITE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, N_PROPS, properties);
  gtk_widget_class_set_accessible_role (widget_class, GTK_ACCESSIBLE_ROLE_METER);
}

static void
bb_utilisation_bar_init (BbUtilisationBar *self)
{
  self->percent = -1;
}

GtkWidget *
bb_utilisation_bar_new (void)
{
  return g_object_new (BB_TYPE_UTILISATION_BAR, NULL);
}

void
bb_utilisation_bar_set_percent (BbUtilisationBar *self, gdouble percent)
{
  g_autofree gchar *text = NULL;

  g_return_if_fail (BB_IS_UTILISATION_BAR (self));
  if (self->percent == percent)
    return;
  self->percent = percent;
  text
      = percent < 0 ? g_strdup (_ ("Not known yet")) : g_strdup_printf (_ ("%.0f %% of its rating"), percent);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self), GTK_ACCESSIBLE_PROPERTY_LABEL, text, -1);
  gtk_widget_queue_draw (GTK_WIDGET (self));
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_PERCENT]);
}

gdouble
bb_utilisation_bar_get_percent (BbUtilisationBar *self)
{
  return self->percent;
}
