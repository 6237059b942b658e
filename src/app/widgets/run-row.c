/* SPDX-License-Identifier: GPL-3.0-or-later */
/* run-row.c: a run that is under way. */
#include "app/widgets/run-row.h"

#include <glib/gi18n.h>

struct _BbRunRow {
  GtkBox parent_instance;
  GtkLabel *what, *left;
  GtkProgressBar *bar;
  BbSimRun *run; /* (owned) (nullable) */
};

G_DEFINE_FINAL_TYPE (BbRunRow, bb_run_row, GTK_TYPE_BOX)

static void
bb_run_row_dispose (GObject *object)
{
  bb_run_row_set_run (BB_RUN_ROW (object), NULL);
  G_OBJECT_CLASS (bb_run_row_parent_class)->dispose (object);
}

static void
bb_run_row_class_init (BbRunRowClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = bb_run_row_dispose;
  gtk_widget_class_set_template_from_resource (widget_class, "/org/busbar/Busbar/ui/run-row.ui");
  gtk_widget_class_bind_template_child (widget_class, BbRunRow, what);
  gtk_widget_class_bind_template_child (widget_class, BbRunRow, left);
  gtk_widget_class_bind_template_child (widget_class, BbRunRow, bar);
}

static void
bb_run_row_init (BbRunRow *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}

static void
told_cb (BbSimRun *run, GParamSpec *pspec, BbRunRow *self)
{
  gdouble left_s = bb_sim_run_get_remaining_s (run);
  gdouble progress = bb_sim_run_get_progress (run);
  g_autofree gchar *words = left_s >= 0 ? bb_sim_run_duration_words (left_s) : NULL;
  g_autofree gchar *left = NULL;

  if (words)
    /* Translators: progress in per cent and what is left: "42 %, about 3 s left" */
    left = g_strdup_printf (_ ("%d %%, %s left"), (gint) (progress * 100), words);
  else
    left = g_strdup_printf (_ ("%d %%"), (gint) (progress * 100));
  gtk_label_set_label (self->left, left);
  gtk_progress_bar_set_fraction (self->bar, progress);
  gtk_widget_set_visible (GTK_WIDGET (self), bb_sim_run_get_state (run) == BB_RUN_RUNNING);
}

void
bb_run_row_set_run (BbRunRow *self, BbSimRun *run)
{
  g_autofree gchar *what = NULL;

  if (self->run)
    g_signal_handlers_disconnect_by_data (self->run, self);
  g_set_object (&self->run, run);
  gtk_widget_set_visible (GTK_WIDGET (self), FALSE);
  if (!run)
    return;
  what = g_strdup_printf (bb_sim_run_get_source_path (run) ? _ ("Opening %s") : _ ("Simulating %s"),
                          bb_sim_run_get_name (run));
  gtk_label_set_label (self->what, what);
  g_signal_connect (run, "notify::progress", G_CALLBACK (told_cb), self);
  g_signal_connect (run, "notify::state", G_CALLBACK (told_cb), self);
  told_cb (run, NULL, self);
}
