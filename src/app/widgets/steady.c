/* SPDX-License-Identifier: GPL-3.0-or-later */
/* steady.c: a place whose width does not depend on its height. */
#include "app/widgets/steady.h"

/* ---- layout ---- */

#define BB_TYPE_STEADY_LAYOUT (bb_steady_layout_get_type ())
G_DECLARE_FINAL_TYPE (BbSteadyLayout, bb_steady_layout, BB, STEADY_LAYOUT, GtkLayoutManager)

struct _BbSteadyLayout {
  GtkLayoutManager parent_instance;
};

G_DEFINE_FINAL_TYPE (BbSteadyLayout, bb_steady_layout, GTK_TYPE_LAYOUT_MANAGER)

static GtkSizeRequestMode
bb_steady_layout_get_request_mode (GtkLayoutManager *layout, GtkWidget *widget)
{
  return GTK_SIZE_REQUEST_HEIGHT_FOR_WIDTH;
}

static void
bb_steady_layout_measure (GtkLayoutManager *layout, GtkWidget *widget, GtkOrientation orientation,
                          gint for_size, gint *minimum, gint *natural, gint *minimum_baseline,
                          gint *natural_baseline)
{
  GtkWidget *child = gtk_widget_get_first_child (widget);

  if (child == NULL || !gtk_widget_should_layout (child))
    return;
  gtk_widget_measure (child, orientation, orientation == GTK_ORIENTATION_HORIZONTAL ? -1 : for_size, minimum,
                      natural, minimum_baseline, natural_baseline);
}

static void
bb_steady_layout_allocate (GtkLayoutManager *layout, GtkWidget *widget, gint width, gint height,
                           gint baseline)
{
  GtkWidget *child = gtk_widget_get_first_child (widget);

  if (child != NULL && gtk_widget_should_layout (child))
    gtk_widget_allocate (child, width, height, baseline, NULL);
}

static void
bb_steady_layout_class_init (BbSteadyLayoutClass *klass)
{
  GtkLayoutManagerClass *layout_class = GTK_LAYOUT_MANAGER_CLASS (klass);

  layout_class->get_request_mode = bb_steady_layout_get_request_mode;
  layout_class->measure = bb_steady_layout_measure;
  layout_class->allocate = bb_steady_layout_allocate;
}

static void
bb_steady_layout_init (BbSteadyLayout *self)
{
}

/* ---- widget ---- */

struct _BbSteady {
  AdwBin parent_instance;
};

G_DEFINE_FINAL_TYPE (BbSteady, bb_steady, ADW_TYPE_BIN)

static void
bb_steady_class_init (BbSteadyClass *klass)
{
  gtk_widget_class_set_layout_manager_type (GTK_WIDGET_CLASS (klass), BB_TYPE_STEADY_LAYOUT);
}

static void
bb_steady_init (BbSteady *self)
{
}

GtkWidget *
bb_steady_new (GtkWidget *child)
{
  GtkWidget *self = g_object_new (BB_TYPE_STEADY, NULL);

  adw_bin_set_child (ADW_BIN (self), child);
  return self;
}
