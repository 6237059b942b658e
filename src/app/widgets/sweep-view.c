/* SPDX-License-Identifier: GPL-3.0-or-later */
/* sweep-view.c: asks one question with many runs and shows the answer. */
#include "app/widgets/sweep-view.h"

#include <glib/gi18n.h>
#include <math.h>

#include "app/widgets/sweep-view-curve.h"
#include "simulation/headline-text.h"

struct _BbSweepView {
  GtkBox parent_instance;
  GtkToggleButton *by_rating, *by_stations;
  GtkDropDown *circuit;
  GtkSpinButton *from, *until, *target;
  GtkLabel *unit, *headline, *words, *base, *problem;
  GtkWidget *circuit_box, *run_button, *progress_row, *problem_row;
  GtkProgressBar *bar;
  GtkStack *stack;
  GtkGrid *table;
  GtkBox *assumptions;
  BbSweepCurve *curve;
  BbEditor *editor;  /* (owned) (nullable) */
  BbSimSweep *sweep; /* (owned) (nullable) */
  gint balancer, chosen;
  BbPlanAxis axis;
  gboolean filling;
};

G_DEFINE_FINAL_TYPE (BbSweepView, bb_sweep_view, GTK_TYPE_BOX)

enum { FINISHED, CHANGED, N_SIGNALS };
static guint signals[N_SIGNALS];

/* ---- the question ----------------------------------------------------------------------------- */

static BbSite *
get_site (BbSweepView *self)
{
  return self->editor ? bb_editor_get_site (self->editor) : NULL;
}

static guint
chosen_circuit (BbSweepView *self)
{
  guint selected = gtk_drop_down_get_selected (self->circuit);
  BbSite *site = get_site (self);

  return selected < g_list_model_get_n_items (bb_site_get_circuits (site)) ? selected
                                                                           : bb_sim_first_root (site);
}

/* From what is sensible for the site. */
static void
suggest (BbSweepView *self)
{
  BbSite *site = get_site (self);
  g_autoptr (GArray) values = NULL;

  if (!site || g_list_model_get_n_items (bb_site_get_circuits (site)) == 0)
    return;
  values = bb_sim_sweep_suggest (site, self->axis, chosen_circuit (self));
  if (values->len > 0)
    bb_sweep_view_set_range (self, g_array_index (values, guint, 0),
                             g_array_index (values, guint, values->len - 1));
}

static void
fill_circuits (BbSweepView *self)
{
  BbSite *site = get_site (self);
  g_autoptr (GtkStringList) names = gtk_string_list_new (NULL);

  for (guint c = 0; site && c < g_list_model_get_n_items (bb_site_get_circuits (site)); c++) {
    const BbCircuitFields *circuit = bb_circuit_peek (bb_site_circuit (site, c));
    gtk_string_list_append (names, *circuit->name ? circuit->name : circuit->id);
  }
  self->filling = TRUE;
  gtk_drop_down_set_model (self->circuit, G_LIST_MODEL (names));
  if (g_list_model_get_n_items (G_LIST_MODEL (names)) > 0)
    gtk_drop_down_set_selected (self->circuit, bb_sim_first_root (site));
  self->filling = FALSE;
}

void
bb_sweep_view_set_axis (BbSweepView *self, BbPlanAxis axis)
{
  self->axis = axis;
  self->filling = TRUE;
  gtk_toggle_button_set_active (axis == BB_PLAN_BY_RATING ? self->by_rating : self->by_stations, TRUE);
  self->filling = FALSE;
  gtk_widget_set_visible (self->circuit_box, axis == BB_PLAN_BY_RATING);
  gtk_label_set_label (self->unit, axis == BB_PLAN_BY_RATING ? _ ("A") : _ ("stations"));
  suggest (self);
}

void
bb_sweep_view_set_range (BbSweepView *self, guint from, guint until)
{
  gtk_spin_button_set_value (self->from, from);
  gtk_spin_button_set_value (self->until, until);
}

static void
axis_cb (GtkToggleButton *button, BbSweepView *self)
{
  if (!self->filling && gtk_toggle_button_get_active (button))
    bb_sweep_view_set_axis (self, button == self->by_rating ? BB_PLAN_BY_RATING : BB_PLAN_BY_STATIONS);
}

static void
circuit_cb (GtkDropDown *circuit, GParamSpec *pspec, BbSweepView *self)
{
  if (!self->filling && get_site (self))
    suggest (self);
}

/* ---- the answer ------------------------------------------------------------------------------- */

static GtkWidget *
put_cell (BbSweepView *self, const gchar *text, gint column, gint row)
{
  GtkWidget *label = gtk_label_new (text);

  gtk_label_set_xalign (GTK_LABEL (label), column == 5 ? 0 : 1);
  gtk_widget_add_css_class (label, "numeric");
  gtk_grid_attach (self->table, label, column, row, 1, 1);
  return label;
}

static gchar *
number_text (gdouble value, guint decimals, const gchar *unit)
{
  g_autofree gchar *number = bb_number_text (value, decimals);

  return g_strdup_printf ("%s %s", number, unit);
}

static void
put_point (BbSweepView *self, const BbPlanView *view, const BbPlanPoint *point, gint row)
{
  g_autofree gchar *value = bb_plan_value_words (point, self->axis);
  g_autofree gchar *reached = point->refused ? g_strdup ("–") : number_text (point->reached_pct, 1, "%");
  g_autofree gchar *met = point->refused ? g_strdup ("–") : number_text (point->sessions_met_pct, 1, "%");
  g_autofree gchar *peak = point->refused ? g_strdup ("–") : number_text (bb_amps (point->peak_ma), 1, "A");
  g_autofree gchar *over = point->refused ? g_strdup ("–") : bb_duration_text (point->longest_over_ms);
  const gchar *const texts[] = { value, reached, met, peak, over, bb_plan_verdict_words (view, point) };

  for (gint c = 0; c < (gint) G_N_ELEMENTS (texts); c++) {
    GtkWidget *label = put_cell (self, texts[c], c, row);
    if (row - 1 == self->chosen)
      gtk_widget_add_css_class (label, "heading");
    else if (!bb_plan_is_good (point, view->target_pct))
      gtk_widget_add_css_class (label, "dim-label");
    if (c == 5)
      gtk_widget_set_tooltip_text (label, point->refused);
  }
}

static void
fill_table (BbSweepView *self, const BbPlanView *view)
{
  const gchar *const header[] = { self->axis == BB_PLAN_BY_RATING ? _ ("Fuse") : _ ("Stations"),
                                  _ ("Energy reached"),
                                  _ ("Fully charged"),
                                  _ ("Peak"),
                                  _ ("Longest over"),
                                  _ ("Verdict") };
  GPtrArray *curve = bb_sim_sweep_get_curve (self->sweep);
  GtkWidget *child = NULL;

  while ((child = gtk_widget_get_first_child (GTK_WIDGET (self->table))) != NULL)
    gtk_grid_remove (self->table, child);
  for (gint c = 0; c < (gint) G_N_ELEMENTS (header); c++) {
    GtkWidget *label = put_cell (self, header[c], c, 0);
    gtk_widget_add_css_class (label, "caption-heading");
    gtk_widget_add_css_class (label, "dim-label");
  }
  for (guint i = 0; i < curve->len; i++)
    put_point (self, view, g_ptr_array_index (curve, i), (gint) i + 1);
}

static void
fill_assumptions (BbSweepView *self, const BbPlanView *view)
{
  g_autoptr (GPtrArray) list = bb_plan_assumptions (view);
  GtkWidget *child = NULL;

  while ((child = gtk_widget_get_first_child (GTK_WIDGET (self->assumptions))) != NULL)
    gtk_box_remove (self->assumptions, child);
  for (guint i = 0; i < list->len; i++) {
    g_autofree gchar *text = g_strdup_printf ("• %s", (const gchar *) g_ptr_array_index (list, i));
    GtkWidget *label = gtk_label_new (text);
    gtk_label_set_wrap (GTK_LABEL (label), TRUE);
    gtk_label_set_xalign (GTK_LABEL (label), 0);
    gtk_widget_add_css_class (label, "dim-label");
    gtk_box_append (self->assumptions, label);
  }
}

static void
show_answer (BbSweepView *self)
{
  BbPlanView view;
  g_autofree gchar *headline = bb_sim_sweep_get_headline (self->sweep);
  g_autofree gchar *words = bb_sim_sweep_get_words (self->sweep);
  g_autofree gchar *base = NULL;

  bb_sim_sweep_get_view (self->sweep, &view);
  base = bb_plan_base_words (&view);
  gtk_label_set_label (self->headline, headline);
  gtk_label_set_label (self->words, words);
  gtk_label_set_label (self->base, base);
  bb_sweep_curve_set (self->curve, self->sweep, self->chosen);
  fill_table (self, &view);
  fill_assumptions (self, &view);
  gtk_stack_set_visible_child_name (self->stack, "answer");
}

/* The answer; the knee where there is none; else the middle. */
static void
choose_best (BbSweepView *self)
{
  GPtrArray *curve = bb_sim_sweep_get_curve (self->sweep);
  BbPlanAnswer answer;
  guint index = 0;

  bb_sim_sweep_get_answer (self->sweep, &answer);
  self->chosen = (gint) curve->len / 2;
  if (answer.best && g_ptr_array_find (curve, answer.best, &index))
    self->chosen = (gint) index;
  else if (answer.knee && g_ptr_array_find (curve, answer.knee, &index))
    self->chosen = (gint) index;
}

void
bb_sweep_view_choose (BbSweepView *self, gint position)
{
  GPtrArray *curve = self->sweep ? bb_sim_sweep_get_curve (self->sweep) : NULL;

  if (!curve || position < 0 || position >= (gint) curve->len)
    return;
  self->chosen = position;
  show_answer (self);
}

static void
chosen_cb (BbSweepCurve *curve, guint position, BbSweepView *self)
{
  bb_sweep_view_choose (self, (gint) position);
}

void
bb_sweep_view_set_target (BbSweepView *self, gdouble percent)
{
  gtk_spin_button_set_value (self->target, percent);
}

static void
target_cb (GtkSpinButton *target, BbSweepView *self)
{
  if (!self->sweep)
    return;
  bb_sim_sweep_set_target_pct (self->sweep, gtk_spin_button_get_value (target));
  if (bb_sim_sweep_get_state (self->sweep) == BB_RUN_DONE) {
    choose_best (self);
    show_answer (self);
  }
}

/* ---- running ---------------------------------------------------------------------------------- */

static void
show_running (BbSweepView *self)
{
  gboolean running = bb_sweep_view_is_running (self);

  gtk_widget_set_visible (self->progress_row, running);
  gtk_widget_set_sensitive (self->run_button, !running && get_site (self));
  g_signal_emit (self, signals[CHANGED], 0);
}

static void
progress_cb (BbSimSweep *sweep, GParamSpec *pspec, BbSweepView *self)
{
  gtk_progress_bar_set_fraction (self->bar, bb_sim_sweep_get_progress (sweep));
}

static void
show_problem (BbSweepView *self, const gchar *sentence)
{
  gtk_label_set_label (self->problem, sentence ? sentence : "");
  gtk_widget_set_visible (self->problem_row, sentence != NULL);
}

static void
state_cb (BbSimSweep *sweep, GParamSpec *pspec, BbSweepView *self)
{
  BbRunState state = bb_sim_sweep_get_state (sweep);

  if (state == BB_RUN_RUNNING)
    return;
  if (state == BB_RUN_DONE) {
    choose_best (self);
    show_answer (self);
  } else if (state == BB_RUN_FAILED) {
    show_problem (self, bb_sim_sweep_get_error (sweep)->message);
  }
  show_running (self);
  g_signal_emit (self, signals[FINISHED], 0, sweep);
}

static void
drop_sweep (BbSweepView *self)
{
  if (!self->sweep)
    return;
  g_signal_handlers_disconnect_by_data (self->sweep, self);
  bb_sim_sweep_cancel (self->sweep);
  g_clear_object (&self->sweep);
}

void
bb_sweep_view_run (BbSweepView *self)
{
  g_autoptr (GArray) values
      = bb_sim_sweep_range (self->axis, (guint) gtk_spin_button_get_value_as_int (self->from),
                            (guint) gtk_spin_button_get_value_as_int (self->until));
  BbSite *site = get_site (self);

  if (!site || bb_sweep_view_is_running (self) || g_list_model_get_n_items (bb_site_get_circuits (site)) == 0)
    return;
  drop_sweep (self);
  show_problem (self, NULL);
  self->sweep = bb_sim_sweep_new (site, self->axis, chosen_circuit (self), (const guint *) values->data,
                                  values->len, self->balancer);
  bb_sim_sweep_set_target_pct (self->sweep, gtk_spin_button_get_value (self->target));
  g_signal_connect (self->sweep, "notify::state", G_CALLBACK (state_cb), self);
  g_signal_connect (self->sweep, "notify::progress", G_CALLBACK (progress_cb), self);
  gtk_progress_bar_set_fraction (self->bar, 0);
  bb_sim_sweep_start (self->sweep);
  show_running (self);
}

void
bb_sweep_view_cancel (BbSweepView *self)
{
  if (self->sweep)
    bb_sim_sweep_cancel (self->sweep);
}

gboolean
bb_sweep_view_is_running (BbSweepView *self)
{
  return self->sweep && bb_sim_sweep_get_state (self->sweep) == BB_RUN_RUNNING;
}

BbSimSweep *
bb_sweep_view_get_sweep (BbSweepView *self)
{
  return self->sweep;
}

gint
bb_sweep_view_get_chosen (BbSweepView *self)
{
  return self->chosen;
}

void
bb_sweep_view_set_balancer (BbSweepView *self, gint balancer)
{
  self->balancer = balancer;
}

void
bb_sweep_view_set_editor (BbSweepView *self, BbEditor *editor)
{
  drop_sweep (self);
  g_set_object (&self->editor, editor);
  show_problem (self, NULL);
  gtk_stack_set_visible_child_name (self->stack, "empty");
  fill_circuits (self);
  suggest (self);
  show_running (self);
}

/* ---- class ------------------------------------------------------------------------------------ */

static void
bb_sweep_view_dispose (GObject *object)
{
  BbSweepView *self = BB_SWEEP_VIEW (object);

  drop_sweep (self);
  g_clear_object (&self->editor);
  G_OBJECT_CLASS (bb_sweep_view_parent_class)->dispose (object);
}

static void
bb_sweep_view_class_init (BbSweepViewClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = bb_sweep_view_dispose;
  g_type_ensure (BB_TYPE_SWEEP_CURVE);
  signals[FINISHED] = g_signal_new ("finished", BB_TYPE_SWEEP_VIEW, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                    G_TYPE_NONE, 1, BB_TYPE_SIM_SWEEP);
  signals[CHANGED]
      = g_signal_new ("changed", BB_TYPE_SWEEP_VIEW, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
  gtk_widget_class_set_template_from_resource (widget_class, "/org/busbar/Busbar/ui/sweep-view.ui");
#define BIND(name) gtk_widget_class_bind_template_child (widget_class, BbSweepView, name)
  BIND (by_rating);
  BIND (by_stations);
  BIND (circuit);
  BIND (circuit_box);
  BIND (from);
  BIND (until);
  BIND (unit);
  BIND (target);
  BIND (run_button);
  BIND (progress_row);
  BIND (bar);
  BIND (problem_row);
  BIND (problem);
  BIND (stack);
  BIND (headline);
  BIND (words);
  BIND (base);
  BIND (curve);
  BIND (table);
  BIND (assumptions);
#undef BIND
  gtk_widget_class_bind_template_callback (widget_class, axis_cb);
  gtk_widget_class_bind_template_callback (widget_class, circuit_cb);
  gtk_widget_class_bind_template_callback (widget_class, target_cb);
  gtk_widget_class_bind_template_callback (widget_class, chosen_cb);
}

static void
bb_sweep_view_init (BbSweepView *self)
{
  self->filling = TRUE;
  self->balancer = BB_SIM_BALANCER_SITE;
  self->chosen = -1;
  gtk_widget_init_template (GTK_WIDGET (self));
  self->filling = FALSE;
  bb_sweep_view_set_axis (self, BB_PLAN_BY_RATING);
}
