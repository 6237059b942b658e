/* SPDX-License-Identifier: GPL-3.0-or-later */
/* simulate-page-sweep.c: the sweep view by actions, and what the log hears of it. */
#include <glib/gi18n.h>

#include "app/pages/simulate-page-private.h"

static void
sweep_cb (GtkWidget *widget, const gchar *name, GVariant *parameter)
{
  BbSimulatePage *self = BB_SIMULATE_PAGE (widget);

  gtk_stack_set_visible_child_name (self->views, "sweep");
  bb_sweep_view_set_balancer (self->sweep, self->settings.balancer);
  bb_sweep_view_run (self->sweep);
}

static void
sweep_cancel_cb (GtkWidget *widget, const gchar *name, GVariant *parameter)
{
  bb_sweep_view_cancel (BB_SIMULATE_PAGE (widget)->sweep);
}

static void
sweep_axis_cb (GtkWidget *widget, const gchar *name, GVariant *parameter)
{
  gboolean fuse = g_str_equal (g_variant_get_string (parameter, NULL), "fuse");

  bb_sweep_view_set_axis (BB_SIMULATE_PAGE (widget)->sweep, fuse ? BB_PLAN_BY_RATING : BB_PLAN_BY_STATIONS);
}

static void
sweep_range_cb (GtkWidget *widget, const gchar *name, GVariant *parameter)
{
  guint from = 0, until = 0;

  g_variant_get (parameter, "(uu)", &from, &until);
  bb_sweep_view_set_range (BB_SIMULATE_PAGE (widget)->sweep, from, until);
}

static void
sweep_target_cb (GtkWidget *widget, const gchar *name, GVariant *parameter)
{
  bb_sweep_view_set_target (BB_SIMULATE_PAGE (widget)->sweep, g_variant_get_double (parameter));
}

static void
sweep_choose_cb (GtkWidget *widget, const gchar *name, GVariant *parameter)
{
  bb_sweep_view_choose (BB_SIMULATE_PAGE (widget)->sweep, (gint) g_variant_get_uint32 (parameter));
}

static void
finished_cb (BbSweepView *view, BbSimSweep *sweep, BbSimulatePage *self)
{
  BbRunState state = bb_sim_sweep_get_state (sweep);

  if (state == BB_RUN_DONE) {
    g_autofree gchar *words = bb_sim_sweep_get_words (sweep);
    bb_simulate_page_log (self, BB_EVENT_INFO, words);
  } else if (state == BB_RUN_FAILED) {
    bb_simulate_page_log (self, BB_EVENT_ERROR, bb_sim_sweep_get_error (sweep)->message);
  } else {
    bb_simulate_page_log (self, BB_EVENT_INFO, _ ("The sweep was cancelled."));
  }
}

static void
changed_cb (BbSweepView *view, BbSimulatePage *self)
{
  gboolean running = bb_sweep_view_is_running (view);

  gtk_widget_action_set_enabled (GTK_WIDGET (self), "simulate.sweep", !running && self->editor);
  gtk_widget_action_set_enabled (GTK_WIDGET (self), "simulate.sweep-cancel", running);
}

void
bb_simulate_page_class_init_sweep (GtkWidgetClass *widget_class)
{
  gtk_widget_class_install_action (widget_class, "simulate.sweep", NULL, sweep_cb);
  gtk_widget_class_install_action (widget_class, "simulate.sweep-cancel", NULL, sweep_cancel_cb);
  gtk_widget_class_install_action (widget_class, "simulate.sweep-axis", "s", sweep_axis_cb);
  gtk_widget_class_install_action (widget_class, "simulate.sweep-range", "(uu)", sweep_range_cb);
  gtk_widget_class_install_action (widget_class, "simulate.sweep-target", "d", sweep_target_cb);
  gtk_widget_class_install_action (widget_class, "simulate.sweep-choose", "u", sweep_choose_cb);
}

void
bb_simulate_page_init_sweep (BbSimulatePage *self)
{
  g_signal_connect (self->sweep, "finished", G_CALLBACK (finished_cb), self);
  g_signal_connect (self->sweep, "changed", G_CALLBACK (changed_cb), self);
  changed_cb (self->sweep, self);
}
