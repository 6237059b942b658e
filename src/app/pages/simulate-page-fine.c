/* SPDX-License-Identifier: GPL-3.0-or-later */
/* simulate-page-fine.c: the charts of the Simulate page in seconds where somebody looks closely. */
#include "app/pages/simulate-page-private.h"

/* The view rests so long before its seconds are asked for, in ms. */
#define LOOK_AFTER_MS 100

static void
look (BbSimulatePage *self)
{
  gint64 from_ms = 0, until_ms = 0;

  g_object_get (self->chart, "view-from-ms", &from_ms, "view-until-ms", &until_ms, NULL);
  for (guint i = 0; i < G_N_ELEMENTS (self->fine); i++)
    if (self->fine[i])
      bb_run_fine_look_at (self->fine[i], from_ms, until_ms);
}

static gboolean
look_cb (gpointer data)
{
  BbSimulatePage *self = data;

  self->fine_source = 0;
  look (self);
  return G_SOURCE_REMOVE;
}

static void
view_moved_cb (BbChart *chart, GParamSpec *pspec, BbSimulatePage *self)
{
  g_clear_handle_id (&self->fine_source, g_source_remove);
  if (self->fine[0])
    self->fine_source = g_timeout_add (LOOK_AFTER_MS, look_cb, self);
}

static void
show_note (BbSimulatePage *self)
{
  const gchar *obstacle = NULL;

  for (guint i = 0; i < G_N_ELEMENTS (self->fine) && !obstacle; i++)
    obstacle = self->fine[i] ? bb_run_fine_get_obstacle (self->fine[i]) : NULL;
  gtk_label_set_label (self->fine_note, obstacle ? obstacle : "");
  gtk_widget_set_visible (GTK_WIDGET (self->fine_note), obstacle != NULL);
}

static void
fine_changed_cb (BbRunFine *fine, BbSimulatePage *self)
{
  BbChartModel *model = bb_chart_get_model (self->chart);

  if (model)
    bb_chart_model_touch (model);
  show_note (self);
}

static void
drop_fine (BbSimulatePage *self, guint i)
{
  if (self->fine[i])
    g_signal_handlers_disconnect_by_data (self->fine[i], self);
  g_clear_object (&self->fine[i]);
}

/* The seconds of a run stay for as long as it is shown. */
static void
follow_run (BbSimulatePage *self, guint i, BbSimRun *run)
{
  if (self->fine[i] && bb_run_fine_get_run (self->fine[i]) == run)
    return;
  drop_fine (self, i);
  if (!run || !bb_sim_run_get_result (run))
    return;
  self->fine[i] = bb_run_fine_new (run);
  g_signal_connect (self->fine[i], "changed", G_CALLBACK (fine_changed_cb), self);
}

void
bb_simulate_page_refine (BbSimulatePage *self, BbChartModel *model)
{
  follow_run (self, 0, self->shown);
  follow_run (self, 1, self->shown ? self->compared : NULL);
  for (guint i = 0; i < G_N_ELEMENTS (self->fine) && model; i++)
    if (self->fine[i])
      bb_chart_model_replace_source (model,
                                     BB_SERIES_SOURCE (
                                         bb_sim_run_get_result (bb_run_fine_get_run (self->fine[i]))),
                                     bb_run_fine_get_source (self->fine[i]));
  view_moved_cb (self->chart, NULL, self);
  show_note (self);
}

void
bb_simulate_page_init_fine (BbSimulatePage *self)
{
  g_signal_connect (self->chart, "notify::view-from-ms", G_CALLBACK (view_moved_cb), self);
  g_signal_connect (self->chart, "notify::view-until-ms", G_CALLBACK (view_moved_cb), self);
}

void
bb_simulate_page_dispose_fine (BbSimulatePage *self)
{
  g_clear_handle_id (&self->fine_source, g_source_remove);
  if (self->chart)
    g_signal_handlers_disconnect_by_func (self->chart, view_moved_cb, self);
  for (guint i = 0; i < G_N_ELEMENTS (self->fine); i++)
    drop_fine (self, i);
}
