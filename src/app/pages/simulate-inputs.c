/* SPDX-License-Identifier: GPL-3.0-or-later */
/* simulate-inputs.c: the chips of the Simulate page, and the panels that exchange load, PV and cars. */
#include <glib/gi18n.h>
#include <string.h>

#include "app/compat.h"
#include "app/pages/simulate-page-private.h"
#include "app/sim-inputs.h"
#include "app/widgets/field-row.h"

static const gchar *const kind_names[] = { "load", "pv", "cars" };

BbSite *
bb_simulate_page_get_site (BbSimulatePage *self)
{
  BbDocument *document = bb_page_get_document (BB_PAGE (self));

  return document ? bb_document_get_site (document) : NULL;
}

/* ---- what panels are made of ------------------------------------------------------------------ */

GtkListBox *
bb_simulate_list_new (GtkBox *body, const gchar *title)
{
  GtkWidget *list = gtk_list_box_new ();

  if (title) {
    GtkWidget *label = gtk_label_new (title);
    gtk_label_set_xalign (GTK_LABEL (label), 0);
    gtk_widget_add_css_class (label, "heading");
    gtk_box_append (body, label);
    gtk_accessible_update_property (GTK_ACCESSIBLE (list), GTK_ACCESSIBLE_PROPERTY_LABEL, title, -1);
  }
  gtk_list_box_set_selection_mode (GTK_LIST_BOX (list), GTK_SELECTION_NONE);
  gtk_widget_add_css_class (list, "boxed-list");
  gtk_box_append (body, list);
  return GTK_LIST_BOX (list);
}

GtkWidget *
bb_simulate_row_new (GtkListBox *list, const gchar *title, const gchar *subtitle, const gchar *action,
                     GVariant *target)
{
  GtkWidget *row = adw_action_row_new ();

  adw_preferences_row_set_use_markup (ADW_PREFERENCES_ROW (row), FALSE);
  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (row), title);
  if (subtitle)
    adw_action_row_set_subtitle (ADW_ACTION_ROW (row), subtitle);
  if (action) {
    gtk_actionable_set_action_target_value (GTK_ACTIONABLE (row), target);
    gtk_actionable_set_action_name (GTK_ACTIONABLE (row), action);
    gtk_list_box_row_set_activatable (GTK_LIST_BOX_ROW (row), TRUE);
  }
  gtk_list_box_append (list, row);
  return row;
}

void
bb_simulate_note_new (GtkBox *body, const gchar *text, const gchar *style_class)
{
  GtkWidget *label = gtk_label_new (text);

  gtk_label_set_wrap (GTK_LABEL (label), TRUE);
  gtk_label_set_wrap_mode (GTK_LABEL (label), PANGO_WRAP_WORD_CHAR);
  gtk_label_set_xalign (GTK_LABEL (label), 0);
  gtk_label_set_max_width_chars (GTK_LABEL (label), 40);
  gtk_widget_add_css_class (label, style_class);
  gtk_box_append (body, label);
}

/* ---- the panel of a kind ---------------------------------------------------------------------- */

static void
put_fields (BbSimulatePage *self, GtkListBox *list, BbSiteInput *input)
{
  g_autoptr (GPtrArray) parts = g_ptr_array_new_with_free_func (g_object_unref);
  g_autoptr (GPtrArray) fields = bb_sim_input_fields (input);

  g_ptr_array_add (parts, g_object_ref (input));
  for (guint i = 0; i < fields->len; i++)
    if (bb_field_row_can_show (BB_PART (input), g_ptr_array_index (fields, i)))
      gtk_list_box_append (list, bb_field_row_new (self->editor, parts, g_ptr_array_index (fields, i)));
}

static void
put_current (BbSimulatePage *self, GtkBox *body, BbSiteInputKind kind)
{
  g_autoptr (GPtrArray) inputs = bb_sim_inputs_of_kind (bb_simulate_page_get_site (self), kind);
  GtkListBox *list = inputs->len > 0 ? bb_simulate_list_new (body, _ ("Now")) : NULL;

  for (guint i = 0; i < inputs->len; i++) {
    BbSiteInput *input = g_ptr_array_index (inputs, i);
    const gchar *name = bb_site_input_peek (input)->name;
    g_autofree gchar *words = bb_sim_input_describe (input);
    bb_simulate_row_new (list, *name ? name : words, *name ? words : NULL, NULL, NULL);
    if (inputs->len == 1)
      put_fields (self, list, input);
  }
}

static void
put_samples (GtkBox *body, BbSiteInputKind kind)
{
  guint n = 0;
  const BbInputSample *samples = bb_input_samples (&n);
  GtkListBox *list = bb_simulate_list_new (body, NULL);
  GtkWidget *expander = adw_expander_row_new ();

  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (expander), _ ("Samples"));
  adw_expander_row_set_subtitle (ADW_EXPANDER_ROW (expander), _ ("Measured data that comes with Busbar"));
  for (guint i = 0; i < n; i++) {
    if (samples[i].kind != kind)
      continue;
    GtkWidget *row = adw_action_row_new ();
    adw_preferences_row_set_title (ADW_PREFERENCES_ROW (row), _ (samples[i].title));
    gtk_actionable_set_action_target (GTK_ACTIONABLE (row), "s", samples[i].file);
    gtk_actionable_set_action_name (GTK_ACTIONABLE (row), "simulate.use-sample");
    gtk_list_box_row_set_activatable (GTK_LIST_BOX_ROW (row), TRUE);
    adw_expander_row_add_row (ADW_EXPANDER_ROW (expander), row);
  }
  gtk_list_box_append (list, expander);
}

static void
fill_kind (BbSimulatePage *self, GtkBox *body, BbSiteInputKind kind)
{
  static const gchar *const made_up[]
      = { N_ ("Homes, each with its own day"), N_ ("A roof under the sun of a place"),
          N_ ("So many a day, at home, at work or in public") };
  const gchar *name = kind_names[kind];
  GtkListBox *list = NULL;

  if (self->input_problem)
    bb_simulate_note_new (body, self->input_problem, "error");
  put_current (self, body, kind);
  list = bb_simulate_list_new (body, _ ("Use Instead"));
  bb_simulate_row_new (list, _ ("File…"), _ ("A table (CSV); it can be dropped on the page too"),
                       "simulate.choose-file", g_variant_new_string (name));
  bb_simulate_row_new (list, _ ("Made up"), _ (made_up[kind]), "simulate.use-synthetic",
                       g_variant_new_string (name));
  bb_simulate_row_new (list, _ ("None"), NULL, "simulate.use-none", g_variant_new_string (name));
  put_samples (body, kind);
}

/* ---- chips ------------------------------------------------------------------------------------ */

static void
fill (BbSimulatePage *self, BbChip chip)
{
  GtkBox *body = bb_input_chip_get_body (self->chip[chip]);
  GtkWidget *child = NULL;

  while ((child = gtk_widget_get_first_child (GTK_WIDGET (body))) != NULL)
    gtk_box_remove (body, child);
  if (!bb_simulate_page_get_site (self))
    return;
  if (chip == BB_CHIP_PERIOD)
    bb_simulate_page_fill_period (self, body);
  else if (chip == BB_CHIP_BALANCER)
    bb_simulate_page_fill_balancer (self, body);
  else if (chip == BB_CHIP_FAULTS)
    bb_simulate_page_fill_faults (self, body);
  else
    fill_kind (self, body, (BbSiteInputKind) (chip - BB_CHIP_LOAD));
}

/* Data of an idle that fills a panel. */
typedef struct {
  GWeakRef page;
  BbChip chip;
} Refill;

static void
refill_free (gpointer data)
{
  Refill *refill = data;

  g_weak_ref_clear (&refill->page);
  g_free (refill);
}

static gboolean
refill_cb (gpointer data)
{
  Refill *refill = data;
  g_autoptr (BbSimulatePage) self = g_weak_ref_get (&refill->page);

  if (self && self->chip[refill->chip] && bb_input_chip_is_open (self->chip[refill->chip]))
    fill (self, refill->chip);
  return G_SOURCE_REMOVE;
}

void
bb_simulate_page_refill (BbSimulatePage *self, BbChip chip)
{
  Refill *refill = g_new0 (Refill, 1);

  g_weak_ref_init (&refill->page, self);
  refill->chip = chip;
  g_idle_add_full (G_PRIORITY_DEFAULT_IDLE, refill_cb, refill, refill_free);
}

static void
opening_cb (BbInputChip *chip, BbSimulatePage *self)
{
  for (guint c = 0; c < BB_CHIPS; c++)
    if (self->chip[c] == chip)
      fill (self, c);
}

void
bb_simulate_page_show_inputs (BbSimulatePage *self)
{
  BbSite *site = bb_simulate_page_get_site (self);
  const gchar *balancer = bb_sim_run_balancer_words (self->settings.balancer);
  g_autofree gchar *from = site ? bb_simulate_page_period_title (self) : g_strdup (_ ("Period"));
  g_autofree gchar *period = site ? bb_simulate_page_period_words (self) : g_strdup ("");
  g_autofree gchar *faults = site ? bb_simulate_page_faults_words (self) : g_strdup ("");

  for (guint kind = 0; kind < BB_SITE_INPUT_KINDS; kind++) {
    g_autofree gchar *words = site ? bb_sim_inputs_words (site, kind) : g_strdup ("");
    bb_input_chip_set_value (self->chip[BB_CHIP_LOAD + kind], words);
  }
  bb_input_chip_set_title (self->chip[BB_CHIP_PERIOD], from);
  bb_input_chip_set_value (self->chip[BB_CHIP_PERIOD], period);
  bb_input_chip_set_value (self->chip[BB_CHIP_BALANCER], balancer ? balancer : _ ("as the site says"));
  bb_input_chip_set_value (self->chip[BB_CHIP_FAULTS], faults);
}

/* ---- exchanged -------------------------------------------------------------------------------- */

static gint
find_kind (const gchar *name)
{
  for (guint kind = 0; kind < G_N_ELEMENTS (kind_names); kind++)
    if (g_str_equal (kind_names[kind], name))
      return (gint) kind;
  return -1;
}

/* In the panel, where it is open; else in a row of the page. */
static void
tell_problem (BbSimulatePage *self, const GError *error)
{
  g_clear_pointer (&self->input_problem, g_free);
  self->input_problem = error ? g_strdup (error->message) : NULL;
  for (BbChip chip = BB_CHIP_LOAD; chip <= BB_CHIP_CARS; chip++)
    if (bb_input_chip_is_open (self->chip[chip])) {
      bb_simulate_page_refill (self, chip);
      return;
    }
  if (error)
    bb_simulate_page_complain (self, error->message);
  g_clear_pointer (&self->input_problem, g_free);
}

static void
read_cb (GObject *object, GAsyncResult *result, gpointer data)
{
  g_autoptr (BbSimulatePage) self = data;
  g_autoptr (GError) error = NULL;
  g_autofree gchar *note = NULL;
  g_autoptr (BbInputFile) file = bb_input_file_read_finish (result, &error);

  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED) || !self->editor)
    return;
  if (file)
    bb_sim_inputs_use_file (self->editor, file, &note, &error);
  tell_problem (self, error);
  if (!error && note)
    bb_page_toast (BB_PAGE (self), note, _ ("Undo"), "win.undo");
  else if (!error) {
    g_autofree gchar *base = g_path_get_basename (file->path);
    g_autofree gchar *name = g_utf8_make_valid (base, -1);
    g_autofree gchar *text = g_strdup_printf (_ ("%s from %s"), bb_sim_inputs_title (file->kind), name);
    bb_page_toast (BB_PAGE (self), text, _ ("Undo"), "win.undo");
  }
}

static void
read_file (BbSimulatePage *self, const gchar *path, gint kind)
{
  BbSite *site = bb_simulate_page_get_site (self);

  if (site)
    bb_input_file_read_async (path, kind, bb_site_peek (site)->timezone, self->exporting, read_cb,
                              g_object_ref (self));
}

static void
file_cb (GtkWidget *widget, const gchar *name, GVariant *parameter)
{
  for (guint kind = 0; kind < G_N_ELEMENTS (kind_names); kind++) {
    g_autofree gchar *action = g_strdup_printf ("simulate.%s-file", kind_names[kind]);
    if (g_str_equal (action, name))
      read_file (BB_SIMULATE_PAGE (widget), g_variant_get_string (parameter, NULL), (gint) kind);
  }
}

static void
drop_file_cb (GtkWidget *widget, const gchar *name, GVariant *parameter)
{
  const gchar *path = g_variant_get_string (parameter, NULL);
  g_autofree gchar *lower = g_ascii_strdown (path, -1);

  if (g_str_has_suffix (lower, ".bbr"))
    gtk_widget_activate_action (widget, "simulate.open-path", "s", path);
  else
    read_file (BB_SIMULATE_PAGE (widget), path, -1);
}

static void
use_sample_cb (GtkWidget *widget, const gchar *name, GVariant *parameter)
{
  guint n = 0;
  const BbInputSample *samples = bb_input_samples (&n);

  for (guint i = 0; i < n; i++)
    if (g_str_equal (samples[i].file, g_variant_get_string (parameter, NULL))) {
      g_autofree gchar *path = bb_input_sample_path (&samples[i]);
      read_file (BB_SIMULATE_PAGE (widget), path, (gint) samples[i].kind);
    }
}

static void
use (BbSimulatePage *self, const gchar *name,
     gboolean (*exchange) (BbEditor *editor, BbSiteInputKind kind, GError **error))
{
  gint kind = find_kind (name);
  g_autoptr (GError) error = NULL;

  if (kind < 0 || !self->editor)
    return;
  exchange (self->editor, (BbSiteInputKind) kind, &error);
  tell_problem (self, error);
}

static void
use_synthetic_cb (GtkWidget *widget, const gchar *name, GVariant *parameter)
{
  use (BB_SIMULATE_PAGE (widget), g_variant_get_string (parameter, NULL), bb_sim_inputs_use_synthetic);
}

static void
use_none_cb (GtkWidget *widget, const gchar *name, GVariant *parameter)
{
  use (BB_SIMULATE_PAGE (widget), g_variant_get_string (parameter, NULL), bb_sim_inputs_use_none);
}

/* ---- dialog and drop -------------------------------------------------------------------------- */

typedef struct {
  BbSimulatePage *page; /* (owned) */
  gint kind;
} Choice;

static void
chosen_cb (GObject *object, GAsyncResult *result, gpointer data)
{
  Choice *choice = data;
  g_autoptr (GError) error = NULL;
  g_autofree gchar *path = bb_compat_file_finish (result, &error);

  if (path)
    read_file (choice->page, path, choice->kind);
  else if (!g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    bb_simulate_page_complain (choice->page, error->message);
  g_object_unref (choice->page);
  g_free (choice);
}

static void
choose_file_cb (GtkWidget *widget, const gchar *name, GVariant *parameter)
{
  static const gchar *const titles[] = { N_ ("Choose Load"), N_ ("Choose PV"), N_ ("Choose Cars") };
  BbSimulatePage *self = BB_SIMULATE_PAGE (widget);
  gint kind = find_kind (g_variant_get_string (parameter, NULL));
  GtkRoot *root = gtk_widget_get_root (widget);
  Choice *choice = NULL;

  if (kind < 0 || !self->editor)
    return;
  bb_input_chip_close (self->chip[BB_CHIP_LOAD + kind]);
  choice = g_new0 (Choice, 1);
  choice->page = g_object_ref (self);
  choice->kind = kind;
  bb_compat_open_file_async (GTK_IS_WINDOW (root) ? GTK_WINDOW (root) : NULL, _ (titles[kind]),
                             _ ("Tables (CSV)"), "*.csv", NULL, chosen_cb, choice);
}

static gboolean
dropped_cb (GtkDropTarget *target, const GValue *value, gdouble x, gdouble y, BbSimulatePage *self)
{
  GSList *files = g_value_get_boxed (value);
  gboolean taken = FALSE;

  for (; files; files = files->next) {
    g_autofree gchar *path = g_file_get_path (files->data);
    g_autofree gchar *lower = path ? g_ascii_strdown (path, -1) : NULL;
    if (!lower || (!g_str_has_suffix (lower, ".csv") && !g_str_has_suffix (lower, ".bbr")))
      continue; /* a site is the window's business */
    gtk_widget_activate_action (GTK_WIDGET (self), "simulate.drop-file", "s", path);
    taken = TRUE;
  }
  return taken;
}

static void
edit_cb (GtkWidget *widget, const gchar *name, GVariant *parameter)
{
  static const gchar *const names[BB_CHIPS] = { "period", "load", "pv", "cars", "balancing", "faults" };

  BbSimulatePage *self = BB_SIMULATE_PAGE (widget);

  for (guint chip = 0; chip < BB_CHIPS; chip++)
    if (g_str_equal (names[chip], g_variant_get_string (parameter, NULL)))
      bb_input_chip_open (self->chip[chip]);
    else
      bb_input_chip_close (self->chip[chip]);
}

void
bb_simulate_page_class_init_inputs (GtkWidgetClass *widget_class)
{
  gtk_widget_class_install_action (widget_class, "simulate.edit", "s", edit_cb);
  gtk_widget_class_install_action (widget_class, "simulate.load-file", "s", file_cb);
  gtk_widget_class_install_action (widget_class, "simulate.pv-file", "s", file_cb);
  gtk_widget_class_install_action (widget_class, "simulate.cars-file", "s", file_cb);
  gtk_widget_class_install_action (widget_class, "simulate.drop-file", "s", drop_file_cb);
  gtk_widget_class_install_action (widget_class, "simulate.choose-file", "s", choose_file_cb);
  gtk_widget_class_install_action (widget_class, "simulate.use-sample", "s", use_sample_cb);
  gtk_widget_class_install_action (widget_class, "simulate.use-synthetic", "s", use_synthetic_cb);
  gtk_widget_class_install_action (widget_class, "simulate.use-none", "s", use_none_cb);
}

void
bb_simulate_page_init_inputs (BbSimulatePage *self)
{
  static const gchar *const titles[BB_CHIPS]
      = { N_ ("Period"), N_ ("Load"), N_ ("PV"), N_ ("Cars"), N_ ("Balancing"), N_ ("Faults") };
  GtkDropTarget *target = gtk_drop_target_new (GDK_TYPE_FILE_LIST, GDK_ACTION_COPY);

  for (guint chip = 0; chip < BB_CHIPS; chip++) {
    GtkWidget *widget = bb_input_chip_new (_ (titles[chip]));
    self->chip[chip] = BB_INPUT_CHIP (widget);
    g_signal_connect (widget, "opening", G_CALLBACK (opening_cb), self);
    gtk_flow_box_insert (self->chips, widget, -1);
    gtk_widget_set_focusable (gtk_widget_get_parent (widget), FALSE);
  }
  g_signal_connect (target, "drop", G_CALLBACK (dropped_cb), self);
  gtk_widget_add_controller (GTK_WIDGET (self), GTK_EVENT_CONTROLLER (target));
  bb_simulate_page_show_inputs (self);
}
