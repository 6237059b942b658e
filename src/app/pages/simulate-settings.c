/* SPDX-License-Identifier: GPL-3.0-or-later */
/* simulate-settings.c: the panels for the period, the balancing and the faults of a run. The period is the
 * site's and can be undone; balancing and faults are chosen for the next runs alone, until faults are kept
 * with the site. */
#include <glib/gi18n.h>
#include <string.h>

#include "app/pages/simulate-page-private.h"
#include "app/sim-inputs.h"
#include "app/sim-run-faults.h"
#include "app/widgets/fault-editor.h"
#include "app/widgets/field-row.h"
#include "base/zone.h"

/* ---- period ----------------------------------------------------------------------------------- */

gchar *
bb_simulate_page_period_title (BbSimulatePage *self)
{
  const gchar *from = bb_simulation_peek (bb_site_peek (bb_simulate_page_get_site (self))->simulation)->from;

  /* Translators: %s is a date: "From 2019-03-04"; under it stands "14 days". */
  return *from ? g_strdup_printf (_ ("From %s"), from) : g_strdup (_ ("Period"));
}

gchar *
bb_simulate_page_period_words (BbSimulatePage *self)
{
  const BbSimulationFields *fields
      = bb_simulation_peek (bb_site_peek (bb_simulate_page_get_site (self))->simulation);
  gint days = fields->days == BB_UNSTATED ? 1 : fields->days;

  return g_strdup_printf (ngettext ("%d day", "%d days", (gulong) days), days);
}

/* What the checker says of a field of the simulation, at its row. */
static void
show_problems (BbSimulatePage *self, GPtrArray *rows)
{
  GListModel *problems = NULL;

  bb_editor_check_now (self->editor);
  problems = bb_editor_get_problems (self->editor);
  for (guint r = 0; r < rows->len; r++)
    bb_field_row_set_problem (g_ptr_array_index (rows, r), NULL, BB_SEVERITY_ADVICE);
  for (guint i = 0; i < g_list_model_get_n_items (problems); i++) {
    g_autoptr (BbProblem) problem = g_list_model_get_item (problems, i);
    const gchar *pointer = bb_problem_get_pointer (problem);
    if (!g_str_has_prefix (pointer, "/simulation/"))
      continue;
    for (guint r = 0; r < rows->len; r++)
      if (bb_field_row_is_for (g_ptr_array_index (rows, r), pointer + strlen ("/simulation/")))
        bb_field_row_set_problem (g_ptr_array_index (rows, r), bb_problem_get_sentence (problem),
                                  bb_problem_get_severity (problem));
  }
}

/* Of the panel: where its rows hear of new problems. */
typedef struct {
  BbSimulatePage *page; /* (unowned): the panel is inside it */
  GPtrArray *rows;      /* (element-type BbFieldRow) */
} Period;

static void
period_free (gpointer data, GClosure *closure)
{
  Period *period = data;

  g_ptr_array_unref (period->rows);
  g_free (period);
}

static void
typed_cb (BbFieldRow *row, GParamSpec *pspec, Period *period)
{
  if (period->page->editor)
    show_problems (period->page, period->rows);
}

void
bb_simulate_page_fill_period (BbSimulatePage *self, GtkBox *body)
{
  BbPart *simulation = BB_PART (bb_site_peek (bb_simulate_page_get_site (self))->simulation);
  g_autoptr (GPtrArray) parts = g_ptr_array_new_with_free_func (g_object_unref);
  g_autoptr (GPtrArray) rows = g_ptr_array_new ();
  GtkListBox *list = bb_simulate_list_new (body, _ ("Period"));
  g_autoptr (GPtrArray) fields = bb_simulation_fields (simulation);

  g_ptr_array_add (parts, g_object_ref (simulation));
  for (guint i = 0; i < fields->len; i++) {
    GtkWidget *row = NULL;
    if (i == 3)
      list = bb_simulate_list_new (body, _ ("For Comparison"));
    row = bb_field_row_new (self->editor, parts, g_ptr_array_index (fields, i));
    gtk_list_box_append (list, row);
    g_ptr_array_add (rows, row);
  }
  for (guint i = 0; i < rows->len; i++) {
    Period *period = g_new0 (Period, 1);
    *period = (Period){ self, g_ptr_array_ref (rows) };
    g_signal_connect_data (g_ptr_array_index (rows, i), "notify::text", G_CALLBACK (typed_cb), period,
                           period_free, G_CONNECT_AFTER);
  }
  show_problems (self, rows);
  bb_simulate_note_new (body, _ ("These settings are kept in the site file."), "dim-label");
}

/* ---- balancing -------------------------------------------------------------------------------- */

static const struct {
  gint balancer;
  const gchar *name, *title, *note;
} balancers[] = {
  { BB_SIM_BALANCER_SITE, "site", N_ ("As the site says"), NULL },
  { BBE_FAIR, "fair", N_ ("Fair"), N_ ("All get the same share") },
  { BBE_PRIORITY, "priority", N_ ("By priority"), N_ ("Higher priorities first") },
  { BBE_QUEUE, "queue", N_ ("Queue"), N_ ("Who came first is served first") },
  { BBE_ROTATE, "rotate", N_ ("In turns"), N_ ("Few at a time, in turns") },
  { BBE_DEADLINE, "deadline", N_ ("By departure"), N_ ("Who leaves first is served first") },
  { BB_SIM_BALANCER_NONE, "none", N_ ("Balancing off"),
    N_ ("Every station offers its maximum: for comparison") },
};

void
bb_simulate_page_fill_balancer (BbSimulatePage *self, GtkBox *body)
{
  GtkListBox *list = bb_simulate_list_new (body, _ ("Balancing in the Next Run"));

  for (guint i = 0; i < G_N_ELEMENTS (balancers); i++) {
    GtkWidget *row
        = bb_simulate_row_new (list, _ (balancers[i].title), balancers[i].note ? _ (balancers[i].note) : NULL,
                               "simulate.balancer", g_variant_new_string (balancers[i].name));
    if (self->settings.balancer == balancers[i].balancer)
      adw_action_row_add_suffix (ADW_ACTION_ROW (row),
                                 gtk_image_new_from_icon_name ("object-select-symbolic"));
  }
}

static void
balancer_cb (GtkWidget *widget, const gchar *name, GVariant *parameter)
{
  BbSimulatePage *self = BB_SIMULATE_PAGE (widget);

  for (guint i = 0; i < G_N_ELEMENTS (balancers); i++)
    if (g_str_equal (balancers[i].name, g_variant_get_string (parameter, NULL)))
      self->settings.balancer = balancers[i].balancer;
  bb_input_chip_close (self->chip[BB_CHIP_BALANCER]);
  bb_simulate_page_show_inputs (self);
}

/* ---- faults ----------------------------------------------------------------------------------- */

/* Those of the next run: chosen here, or the site's own. (transfer full) (nullable) */
static JsonNode *
current_faults (BbSimulatePage *self)
{
  if (self->settings.faults)
    return json_node_copy (self->settings.faults);
  return bb_faults_of_site (bb_simulate_page_get_site (self));
}

gchar *
bb_simulate_page_faults_words (BbSimulatePage *self)
{
  g_autoptr (JsonNode) faults = current_faults (self);
  guint n = bb_faults_count (faults);

  return n == 0 ? g_strdup (_ ("none")) : g_strdup_printf (ngettext ("%u fault", "%u faults", n), n);
}

static gboolean
set_faults (BbSimulatePage *self, JsonNode *faults)
{
  g_autoptr (GError) error = NULL;

  if (!bb_faults_check (faults, bb_simulate_page_get_site (self), &error)) {
    bb_simulate_page_complain (self, error->message);
    return FALSE;
  }
  bb_run_settings_clear (&self->settings);
  self->settings.faults = json_node_copy (faults);
  bb_simulate_page_show_inputs (self);
  bb_simulate_page_refill (self, BB_CHIP_FAULTS);
  return TRUE;
}

static void
made_cb (BbFaultEditor *editor, JsonNode *fault, BbSimulatePage *self)
{
  g_autoptr (JsonNode) faults = current_faults (self);
  g_autoptr (JsonNode) with = bb_faults_with (faults, fault);

  set_faults (self, with);
}

static void
add_fault_cb (GtkWidget *widget, const gchar *name, GVariant *parameter)
{
  BbSimulatePage *self = BB_SIMULATE_PAGE (widget);
  g_autoptr (GError) error = NULL;
  g_autoptr (JsonNode) fault = json_from_string (g_variant_get_string (parameter, NULL), &error);

  if (!bb_simulate_page_get_site (self))
    return;
  if (fault)
    made_cb (NULL, fault, self);
  else
    bb_simulate_page_complain (self, error ? error->message : _ ("This is no fault."));
}

static void
remove_fault_cb (GtkWidget *widget, const gchar *name, GVariant *parameter)
{
  BbSimulatePage *self = BB_SIMULATE_PAGE (widget);

  if (!bb_simulate_page_get_site (self))
    return;
  g_autoptr (JsonNode) faults = current_faults (self);
  g_autoptr (JsonNode) without = bb_faults_without (faults, g_variant_get_uint32 (parameter));
  set_faults (self, without);
}

static void
keep_faults_cb (GtkWidget *widget, const gchar *name, GVariant *parameter)
{
  BbSimulatePage *self = BB_SIMULATE_PAGE (widget);
  g_autoptr (GError) error = NULL;

  if (!self->editor)
    return;
  g_autoptr (JsonNode) faults = current_faults (self);
  bb_editor_seal (self->editor);
  if (!bb_faults_keep (self->editor, faults, &error)) {
    bb_simulate_page_complain (self, error->message);
    return;
  }
  bb_simulate_page_refill (self, BB_CHIP_FAULTS);
  bb_page_toast (BB_PAGE (self), _ ("Faults kept with the site"), _ ("Undo"), "win.undo");
}

/* Whose they are: of the next runs, or the site's. */
static void
put_keeper (GtkBox *body, JsonNode *faults, BbSite *site)
{
  g_autoptr (JsonNode) own = bb_faults_of_site (site);
  GtkWidget *button;

  if (bb_faults_equal (faults, own)) {
    bb_simulate_note_new (body,
                          bb_faults_count (own) > 0
                              ? _ ("These faults are kept with the site.")
                              : _ ("Faults are kept in the result of a run, not in the site file."),
                          "dim-label");
    return;
  }
  bb_simulate_note_new (body,
                        bb_faults_count (own) > 0
                            ? _ ("These are the faults of the next runs; the site keeps others.")
                            : _ ("These are the faults of the next runs; the site keeps none."),
                        "dim-label");
  button = gtk_button_new_with_mnemonic (_ ("_Keep with the Site"));
  gtk_widget_set_halign (button, GTK_ALIGN_START);
  gtk_actionable_set_action_name (GTK_ACTIONABLE (button), "simulate.keep-faults");
  gtk_box_append (body, button);
}

static void
put_fault (GtkListBox *list, JsonNode *fault, BbSite *site, guint position)
{
  g_autofree gchar *words = bb_fault_describe (fault, site);
  GtkWidget *row = bb_simulate_row_new (list, words, NULL, NULL, NULL);
  GtkWidget *button = gtk_button_new_from_icon_name ("user-trash-symbolic");

  adw_action_row_set_title_lines (ADW_ACTION_ROW (row), 0);
  gtk_widget_add_css_class (button, "flat");
  gtk_widget_set_valign (button, GTK_ALIGN_CENTER);
  gtk_widget_set_tooltip_text (button, _ ("Remove this fault"));
  gtk_accessible_update_property (GTK_ACCESSIBLE (button), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  _ ("Remove this fault"), -1);
  gtk_actionable_set_action_target (GTK_ACTIONABLE (button), "u", position);
  gtk_actionable_set_action_name (GTK_ACTIONABLE (button), "simulate.remove-fault");
  adw_action_row_add_suffix (ADW_ACTION_ROW (row), button);
}

void
bb_simulate_page_fill_faults (BbSimulatePage *self, GtkBox *body)
{
  BbSite *site = bb_simulate_page_get_site (self);
  g_autoptr (JsonNode) faults = current_faults (self);
  guint n = bb_faults_count (faults);
  GtkListBox *list = n > 0 ? bb_simulate_list_new (body, _ ("Faults in the Next Run")) : NULL;
  GtkWidget *editor = bb_fault_editor_new (site);

  for (guint i = 0; i < n; i++)
    put_fault (list, json_array_get_element (json_node_get_array (faults), i), site, i);
  put_keeper (body, faults, site);
  bb_simulate_note_new (body, _ ("Let Something Fail"), "heading");
  g_signal_connect (editor, "made", G_CALLBACK (made_cb), self);
  gtk_box_append (body, editor);
}

void
bb_simulate_page_class_init_settings (GtkWidgetClass *widget_class)
{
  gtk_widget_class_install_action (widget_class, "simulate.balancer", "s", balancer_cb);
  gtk_widget_class_install_action (widget_class, "simulate.add-fault", "s", add_fault_cb);
  gtk_widget_class_install_action (widget_class, "simulate.remove-fault", "u", remove_fault_cb);
  gtk_widget_class_install_action (widget_class, "simulate.keep-faults", NULL, keep_faults_cb);
}
