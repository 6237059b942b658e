/* SPDX-License-Identifier: GPL-3.0-or-later */
/* simulate-page.c: the page that simulates the site: its runs, their states, its actions. */
#include "app/pages/simulate-page.h"

#include <glib/gi18n.h>

#include "app/pages/simulate-page-private.h"

G_DEFINE_FINAL_TYPE (BbSimulatePage, bb_simulate_page, BB_TYPE_PAGE)

/* Below this width of the page, in px, the reasons go under the charts. */
#define NARROW_PX 860

BbRunList *
bb_simulate_page_get_runs (BbSimulatePage *self)
{
  return self->runs;
}

BbSimRun *
bb_simulate_page_get_shown (BbSimulatePage *self)
{
  return self->shown;
}

BbSimRun *
bb_simulate_page_get_compared (BbSimulatePage *self)
{
  return self->compared;
}

BbSimRun *
bb_simulate_page_get_working (BbSimulatePage *self)
{
  return self->working;
}

const BbRunSettings *
bb_simulate_page_get_settings (BbSimulatePage *self)
{
  return &self->settings;
}

void
bb_simulate_page_log (BbSimulatePage *self, BbEventLevel level, const gchar *sentence)
{
  BbDocument *document = bb_page_get_document (BB_PAGE (self));

  if (document)
    bb_event_log_add (bb_document_get_log (document), BB_EVENT_SIMULATION, level, _ ("Simulation"), sentence);
}

/* ---- state ------------------------------------------------------------------------------------ */

static void
show_estimate (BbSimulatePage *self, BbSite *site)
{
  g_autofree gchar *words = site ? bb_sim_run_duration_words (bb_sim_run_estimate_s (site)) : NULL;

  gtk_label_set_label (self->estimate, words ? words : "");
}

static void
set_grey (GtkWidget *widget, gboolean grey)
{
  if (grey)
    gtk_widget_add_css_class (widget, "stale");
  else
    gtk_widget_remove_css_class (widget, "stale");
}

static void
show_stale (BbSimulatePage *self, BbSite *site)
{
  gboolean stale = self->shown && site && !self->working && !bb_sim_run_is_of_site (self->shown, site);

  if (stale)
    gtk_label_set_label (self->stale_label,
                         bb_sim_run_get_source_path (self->shown)
                             ? _ ("This result is of the site as it was then, not as it is now.")
                             : _ ("The site has changed since this run."));
  gtk_widget_set_visible (self->stale_row, stale);
  set_grey (GTK_WIDGET (self->sentences), stale);
  set_grey (GTK_WIDGET (self->tiles), stale);
}

void
bb_simulate_page_refresh (BbSimulatePage *self)
{
  static const gchar *const of_result[]
      = { "simulate.save",       "simulate.save-to",       "simulate.export-pdf", "simulate.export-pdf-to",
          "simulate.export-csv", "simulate.export-csv-to", "simulate.export-png", "simulate.export-png-to",
          "simulate.remove-run", "simulate.busiest-day",   "simulate.fit" };
  BbDocument *document = bb_page_get_document (BB_PAGE (self));
  BbSite *site = document ? bb_document_get_site (document) : NULL;
  GtkWidget *widget = GTK_WIDGET (self);

  show_estimate (self, site);
  show_stale (self, site);
  bb_simulate_page_show_inputs (self);
  gtk_widget_action_set_enabled (widget, "simulate.run", site && !self->working);
  gtk_widget_action_set_enabled (widget, "simulate.compare-off", self->shown && !self->working);
  gtk_widget_action_set_enabled (widget, "simulate.cancel", self->working != NULL);
  gtk_widget_action_set_enabled (widget, "simulate.retry", self->failed && !self->working);
  for (guint i = 0; i < G_N_ELEMENTS (of_result); i++)
    gtk_widget_action_set_enabled (widget, of_result[i], self->shown != NULL);
  gtk_widget_set_visible (self->result_tools,
                          g_strcmp0 (gtk_stack_get_visible_child_name (self->views), "result") == 0);
  gtk_stack_set_visible_child_name (self->result_stack, self->shown     ? "shown"
                                                        : self->working ? "busy"
                                                                        : "empty");
  gtk_widget_set_visible (GTK_WIDGET (self->run_choice), self->shown != NULL);
  gtk_widget_set_visible (GTK_WIDGET (self->compare_button), self->shown != NULL);
}

void
bb_simulate_page_complain (BbSimulatePage *self, const gchar *sentence)
{
  gtk_label_set_label (self->failed_label, sentence);
  gtk_widget_set_visible (self->retry_button, self->failed != NULL);
  gtk_widget_set_visible (self->failed_row, TRUE);
  bb_simulate_page_refresh (self);
}

static void
dismiss (BbSimulatePage *self)
{
  g_clear_object (&self->failed);
  gtk_widget_set_visible (self->failed_row, FALSE);
}

/* ---- runs ------------------------------------------------------------------------------------- */

static void
take_done (BbSimulatePage *self, BbSimRun *run)
{
  const BbHeadlines *headlines = bb_sim_run_get_headlines (run);
  BbEventLevel level = headlines->severity == BB_HEADLINE_ERROR     ? BB_EVENT_ERROR
                       : headlines->severity == BB_HEADLINE_WARNING ? BB_EVENT_WARNING
                                                                    : BB_EVENT_GOOD;
  g_autofree gchar *text = bb_headlines_to_text (headlines, 2);
  g_autofree gchar *sentence = NULL;

  bb_run_list_add (self->runs, run);
  sentence = g_strdup_printf ("%s: %s", bb_sim_run_get_name (run), text);
  bb_simulate_page_log (self, level, sentence);
  if (self->working_is_other && self->shown)
    bb_simulate_page_compare (self, run);
  else
    bb_simulate_page_show (self, run);
}

static void
take_failed (BbSimulatePage *self, BbSimRun *run)
{
  const GError *error = bb_sim_run_get_error (run);

  g_set_object (&self->failed, run);
  bb_simulate_page_log (self, BB_EVENT_ERROR, error->message);
  bb_simulate_page_complain (self, error->message);
}

static void
run_state_cb (BbSimRun *run, GParamSpec *pspec, BbSimulatePage *self)
{
  BbRunState state = bb_sim_run_get_state (run);
  g_autoptr (BbSimRun) held = g_object_ref (run);

  if (run != self->working || state == BB_RUN_RUNNING)
    return;
  g_signal_handlers_disconnect_by_data (run, self);
  g_clear_object (&self->working);
  bb_run_row_set_run (self->run_row, NULL);
  if (state == BB_RUN_DONE)
    take_done (self, run);
  else if (state == BB_RUN_FAILED)
    take_failed (self, run);
  else
    bb_simulate_page_log (self, BB_EVENT_INFO, _ ("The simulation was cancelled."));
  bb_simulate_page_refresh (self);
}

void
bb_simulate_page_start (BbSimulatePage *self, BbSimRun *run, gboolean as_other)
{
  if (self->working)
    return;
  g_set_object (&self->working, run);
  self->working_is_other = as_other;
  dismiss (self);
  g_signal_connect (run, "notify::state", G_CALLBACK (run_state_cb), self);
  bb_sim_run_start (run);
  bb_run_row_set_run (self->run_row, run);
  gtk_stack_set_visible_child_name (self->views, "result");
  bb_simulate_page_refresh (self);
}

static void
run_cb (GtkWidget *widget, const gchar *name, GVariant *parameter)
{
  BbSimulatePage *self = BB_SIMULATE_PAGE (widget);
  BbDocument *document = bb_page_get_document (BB_PAGE (self));

  if (!document || self->working)
    return;
  g_autoptr (BbSimRun) run = bb_sim_run_new (bb_document_get_site (document), &self->settings);
  bb_simulate_page_start (self, run, FALSE);
}

static void
cancel_cb (GtkWidget *widget, const gchar *name, GVariant *parameter)
{
  BbSimulatePage *self = BB_SIMULATE_PAGE (widget);

  if (self->working)
    bb_sim_run_cancel (self->working);
}

static void
retry_cb (GtkWidget *widget, const gchar *name, GVariant *parameter)
{
  BbSimulatePage *self = BB_SIMULATE_PAGE (widget);
  g_autoptr (BbSimRun) failed = self->failed ? g_object_ref (self->failed) : NULL;
  BbDocument *document = bb_page_get_document (BB_PAGE (self));

  if (!failed || self->working)
    return;
  if (bb_sim_run_get_source_path (failed) || !document) {
    bb_simulate_page_start (self, failed, FALSE);
    return;
  }
  /* What was wrong may have been put right in the site since. */
  g_autoptr (BbSimRun) run
      = bb_sim_run_new (bb_document_get_site (document), bb_sim_run_get_settings (failed));
  bb_simulate_page_start (self, run, self->working_is_other);
}

static void
dismiss_cb (GtkWidget *widget, const gchar *name, GVariant *parameter)
{
  dismiss (BB_SIMULATE_PAGE (widget));
  bb_simulate_page_refresh (BB_SIMULATE_PAGE (widget));
}

static void
copy_details_cb (GtkWidget *widget, const gchar *name, GVariant *parameter)
{
  BbSimulatePage *self = BB_SIMULATE_PAGE (widget);
  const GError *error = self->failed ? bb_sim_run_get_error (self->failed) : NULL;
  const gchar *sentence = gtk_label_get_label (self->failed_label);
  g_autofree gchar *details = error
                                  ? g_strdup_printf ("Busbar %s, %s %d: %s", BUSBAR_VERSION,
                                                     g_quark_to_string (error->domain), error->code, sentence)
                                  : g_strdup_printf ("Busbar %s: %s", BUSBAR_VERSION, sentence);

  gdk_clipboard_set_text (gtk_widget_get_clipboard (widget), details);
  bb_page_toast (BB_PAGE (self), _ ("Details copied"), NULL, NULL);
}

static void
show_run_cb (GtkWidget *widget, const gchar *name, GVariant *parameter)
{
  BbSimulatePage *self = BB_SIMULATE_PAGE (widget);
  BbSimRun *run = bb_run_list_find (self->runs, g_variant_get_uint32 (parameter));

  if (run)
    bb_simulate_page_show (self, run);
}

static void
compare_cb (GtkWidget *widget, const gchar *name, GVariant *parameter)
{
  BbSimulatePage *self = BB_SIMULATE_PAGE (widget);

  gtk_popover_popdown (self->compare_popover);
  bb_simulate_page_compare (self, bb_run_list_find (self->runs, g_variant_get_uint32 (parameter)));
}

/* The site as it was in the run that is shown, but every station at its maximum. */
static void
compare_off_cb (GtkWidget *widget, const gchar *name, GVariant *parameter)
{
  BbSimulatePage *self = BB_SIMULATE_PAGE (widget);

  gtk_popover_popdown (self->compare_popover);
  if (!self->shown || self->working)
    return;
  BbRunSettings settings = *bb_sim_run_get_settings (self->shown); /* shallow */
  settings.balancer = BB_SIM_BALANCER_NONE;
  g_autoptr (BbSimRun) run = bb_sim_run_new (bb_sim_run_get_site (self->shown), &settings);
  bb_simulate_page_start (self, run, TRUE);
}

static BbSimRun *
neighbour_of (BbSimulatePage *self, gint index)
{
  g_autoptr (BbSimRun) run
      = g_list_model_get_item (G_LIST_MODEL (self->runs), (guint) (index > 0 ? index - 1 : 0));

  return run; /* the list keeps it */
}

static void
remove_run_cb (GtkWidget *widget, const gchar *name, GVariant *parameter)
{
  BbSimulatePage *self = BB_SIMULATE_PAGE (widget);
  g_autoptr (BbSimRun) run = self->shown ? g_object_ref (self->shown) : NULL;
  gint index = run ? bb_run_list_index_of (self->runs, run) : -1;
  g_autofree gchar *text = NULL;

  if (index < 0)
    return;
  bb_run_list_remove (self->runs, run);
  bb_simulate_page_show (self, neighbour_of (self, index));
  text = g_strdup_printf (_ ("Removed %s"), bb_sim_run_get_name (run));
  bb_page_toast (BB_PAGE (self), text, _ ("Undo"), "win.simulate.restore-run");
}

static void
restore_run_cb (GtkWidget *widget, const gchar *name, GVariant *parameter)
{
  BbSimulatePage *self = BB_SIMULATE_PAGE (widget);
  BbSimRun *run = bb_run_list_restore (self->runs);

  if (run)
    bb_simulate_page_show (self, run);
}

static void
view_cb (GtkWidget *widget, const gchar *name, GVariant *parameter)
{
  BbSimulatePage *self = BB_SIMULATE_PAGE (widget);
  const gchar *view = g_variant_get_string (parameter, NULL);

  if (gtk_stack_get_child_by_name (self->views, view))
    gtk_stack_set_visible_child_name (self->views, view);
}

static void
view_changed_cb (GtkStack *views, GParamSpec *pspec, BbSimulatePage *self)
{
  bb_simulate_page_refresh (self);
}

/* ---- the document ----------------------------------------------------------------------------- */

static gboolean
look_again_cb (gpointer data)
{
  BbSimulatePage *self = data;

  self->stale_source = 0;
  bb_simulate_page_refresh (self);
  return G_SOURCE_REMOVE;
}

static void
edited_cb (BbEditor *editor, BbPart *part, const gchar *property, BbSimulatePage *self)
{
  if (!self->stale_source)
    self->stale_source = g_timeout_add (200, look_again_cb, self);
}

static void
set_editor (BbSimulatePage *self, BbEditor *editor)
{
  if (self->editor)
    g_signal_handler_disconnect (self->editor, self->edited_id);
  g_clear_handle_id (&self->stale_source, g_source_remove);
  g_set_object (&self->editor, editor);
  if (editor)
    self->edited_id = g_signal_connect (editor, "changed", G_CALLBACK (edited_cb), self);
}

static void
drop_working (BbSimulatePage *self)
{
  if (!self->working)
    return;
  g_signal_handlers_disconnect_by_data (self->working, self);
  bb_sim_run_cancel (self->working);
  g_clear_object (&self->working);
  bb_run_row_set_run (self->run_row, NULL);
}

static void
bb_simulate_page_document_changed (BbPage *page, BbDocument *document)
{
  BbSimulatePage *self = BB_SIMULATE_PAGE (page);
  g_autoptr (BbRunList) runs = bb_run_list_new ();

  drop_working (self);
  dismiss (self);
  bb_run_settings_clear (&self->settings);
  self->settings.balancer = BB_SIM_BALANCER_SITE;
  bb_simulate_page_show (self, NULL);
  g_set_object (&self->runs, runs);
  gtk_drop_down_set_model (self->run_choice, G_LIST_MODEL (runs));
  set_editor (self, document ? bb_document_get_editor (document) : NULL);
  bb_sweep_view_set_editor (self->sweep, self->editor);
  bb_simulate_page_refresh (self);
}

static void
bb_simulate_page_shown (BbPage *page)
{
  BbSimulatePage *self = BB_SIMULATE_PAGE (page);

  gtk_widget_grab_focus (GTK_WIDGET (self->run_button));
}

/* ---- class ------------------------------------------------------------------------------------ */

static gboolean
make_narrow_cb (gpointer data)
{
  BbSimulatePage *self = data;

  self->narrow_source = 0;
  bb_simulate_page_set_narrow (self, self->narrow);
  return G_SOURCE_REMOVE;
}

/* The width that the result has. */
static void
width_cb (GtkAdjustment *adjustment, GParamSpec *pspec, BbSimulatePage *self)
{
  gdouble width = gtk_adjustment_get_page_size (adjustment);
  gboolean narrow = width < NARROW_PX;

  if (width < 1 || narrow == self->narrow)
    return;
  self->narrow = narrow;
  if (!self->narrow_source) /* not while sizes are dealt out */
    self->narrow_source = g_idle_add (make_narrow_cb, self);
}

static void
bb_simulate_page_dispose (GObject *object)
{
  BbSimulatePage *self = BB_SIMULATE_PAGE (object);

  set_editor (self, NULL);
  g_clear_handle_id (&self->explain_source, g_source_remove);
  g_clear_handle_id (&self->narrow_source, g_source_remove);
  bb_simulate_page_dispose_fine (self);
  if (self->exporting)
    g_cancellable_cancel (self->exporting);
  if (self->run_row)
    drop_working (self);
  g_clear_object (&self->exporting);
  g_clear_object (&self->shown);
  g_clear_object (&self->compared);
  g_clear_object (&self->failed);
  g_clear_object (&self->runs);
  g_clear_pointer (&self->station, g_free);
  g_clear_pointer (&self->input_problem, g_free);
  g_clear_pointer (&self->whats, g_ptr_array_unref);
  bb_run_settings_clear (&self->settings);
  gtk_widget_dispose_template (GTK_WIDGET (self), BB_TYPE_SIMULATE_PAGE);
  G_OBJECT_CLASS (bb_simulate_page_parent_class)->dispose (object);
}

static void
bind_children (GtkWidgetClass *widget_class)
{
#define BIND(name) gtk_widget_class_bind_template_child (widget_class, BbSimulatePage, name)
  BIND (bar);
  BIND (toolbar);
  BIND (result_tools);
  BIND (chart_box);
  BIND (body);
  BIND (chips);
  BIND (tiles);
  BIND (run_button);
  BIND (estimate);
  BIND (failed_label);
  BIND (failed_row);
  BIND (retry_button);
  BIND (stale_label);
  BIND (stale_row);
  BIND (run_row);
  BIND (run_choice);
  BIND (what_choice);
  BIND (compare_button);
  BIND (compare_popover);
  BIND (compare_list);
  BIND (sentences);
  BIND (views);
  BIND (result_stack);
  BIND (scroller);
  BIND (compare_view);
  BIND (chart);
  BIND (panel);
  BIND (fine_note);
  BIND (sweep);
  BIND (tables);
#undef BIND
}

static void
install_actions (GtkWidgetClass *widget_class)
{
  gtk_widget_class_install_action (widget_class, "simulate.run", NULL, run_cb);
  gtk_widget_class_install_action (widget_class, "simulate.cancel", NULL, cancel_cb);
  gtk_widget_class_install_action (widget_class, "simulate.retry", NULL, retry_cb);
  gtk_widget_class_install_action (widget_class, "simulate.dismiss", NULL, dismiss_cb);
  gtk_widget_class_install_action (widget_class, "simulate.copy-details", NULL, copy_details_cb);
  gtk_widget_class_install_action (widget_class, "simulate.show-run", "u", show_run_cb);
  gtk_widget_class_install_action (widget_class, "simulate.compare", "u", compare_cb);
  gtk_widget_class_install_action (widget_class, "simulate.compare-off", NULL, compare_off_cb);
  gtk_widget_class_install_action (widget_class, "simulate.remove-run", NULL, remove_run_cb);
  gtk_widget_class_install_action (widget_class, "simulate.restore-run", NULL, restore_run_cb);
  gtk_widget_class_install_action (widget_class, "simulate.view", "s", view_cb);
}

static void
bb_simulate_page_class_init (BbSimulatePageClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = bb_simulate_page_dispose;
  BB_PAGE_CLASS (klass)->document_changed = bb_simulate_page_document_changed;
  BB_PAGE_CLASS (klass)->shown = bb_simulate_page_shown;
  g_type_ensure (BB_TYPE_RUN_ROW);
  g_type_ensure (BB_TYPE_SWEEP_VIEW);
  g_type_ensure (BB_TYPE_COMPARE_VIEW);
  g_type_ensure (BB_TYPE_CHART);
  g_type_ensure (BB_TYPE_EXPLAIN_PANEL);
  g_type_ensure (BB_TYPE_SIMULATE_TABLES);
  gtk_widget_class_set_template_from_resource (widget_class, "/org/busbar/Busbar/ui/simulate-page.ui");
  bind_children (widget_class);
  gtk_widget_class_bind_template_callback (widget_class, view_changed_cb);
  install_actions (widget_class);
  bb_simulate_page_class_init_result (widget_class);
  bb_simulate_page_class_init_files (widget_class);
  bb_simulate_page_class_init_inputs (widget_class);
  bb_simulate_page_class_init_settings (widget_class);
  bb_simulate_page_class_init_sweep (widget_class);
}

/* Keys of the page hold wherever the focus is, as long as the page is in view: the button that starts a run
 * loses the focus at once. */
static gboolean
run_key_cb (GtkWidget *widget, GVariant *args, gpointer data)
{
  BbSimulatePage *self = BB_SIMULATE_PAGE (widget);

  if (!gtk_widget_get_mapped (widget))
    return FALSE;
  gtk_widget_activate_action (widget,
                              g_strcmp0 (gtk_stack_get_visible_child_name (self->views), "sweep") == 0
                                  ? "simulate.sweep"
                                  : "simulate.run",
                              NULL);
  return TRUE;
}

static gboolean
cancel_key_cb (GtkWidget *widget, GVariant *args, gpointer data)
{
  BbSimulatePage *self = BB_SIMULATE_PAGE (widget);

  if (!gtk_widget_get_mapped (widget) || (!self->working && !bb_sweep_view_is_running (self->sweep)))
    return FALSE;
  gtk_widget_activate_action (widget, self->working ? "simulate.cancel" : "simulate.sweep-cancel", NULL);
  return TRUE;
}

static void
add_key (GtkShortcutController *controller, guint key, GdkModifierType modifiers, GtkShortcutFunc function)
{
  gtk_shortcut_controller_add_shortcut (controller,
                                        gtk_shortcut_new (gtk_keyval_trigger_new (key, modifiers),
                                                          gtk_callback_action_new (function, NULL, NULL)));
}

static void
add_keys (BbSimulatePage *self)
{
  GtkEventController *controller = gtk_shortcut_controller_new ();

  gtk_shortcut_controller_set_scope (GTK_SHORTCUT_CONTROLLER (controller), GTK_SHORTCUT_SCOPE_GLOBAL);
  add_key (GTK_SHORTCUT_CONTROLLER (controller), GDK_KEY_r, GDK_CONTROL_MASK, run_key_cb);
  add_key (GTK_SHORTCUT_CONTROLLER (controller), GDK_KEY_Escape, 0, cancel_key_cb);
  gtk_widget_add_controller (GTK_WIDGET (self), controller);
}

static void
bb_simulate_page_init (BbSimulatePage *self)
{
  self->runs = bb_run_list_new ();
  self->settings.balancer = BB_SIM_BALANCER_SITE;
  self->exporting = g_cancellable_new ();
  gtk_widget_init_template (GTK_WIDGET (self));
  bb_simulate_page_init_inputs (self);
  bb_simulate_page_init_result (self);
  bb_simulate_page_init_sweep (self);
  add_keys (self);
  g_signal_connect (gtk_scrolled_window_get_hadjustment (self->scroller), "notify::page-size",
                    G_CALLBACK (width_cb), self);
  bb_simulate_page_refresh (self);
}
