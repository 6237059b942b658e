/* SPDX-License-Identifier: GPL-3.0-or-later */
/* simulate-page-result.c: what came out of a run: sentences, figures, charts, reasons, tables, comparison. */
#include <glib/gi18n.h>
#include <string.h>

#include "app/pages/simulate-page-private.h"
#include "app/widgets/figure-tile.h"
#include "report/result-chart.h"

/* So many sentences lead; the others are in the fold under them. */
#define LEAD 3
/* Heights, in px: of a track, of a station's lane, of the time axis and the buttons. */
#define TRACK_PX 150
#define LANE_PX  9
#define AXIS_PX  48
/* With more circuits than this the charts start with the first one alone. */
#define SHOW_ALL_CIRCUITS 2
/* The cursor rests so long before the reasons are asked for, in ms. */
#define EXPLAIN_AFTER_MS 30

static void
clear_box (GtkBox *box)
{
  GtkWidget *child = NULL;

  while ((child = gtk_widget_get_first_child (GTK_WIDGET (box))) != NULL)
    gtk_box_remove (box, child);
}

/* ---- sentences -------------------------------------------------------------------------------- */

static GtkWidget *
sentence_new (const gchar *text, BbHeadlineSeverity severity, gboolean lead)
{
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 12);
  GtkWidget *icon = gtk_image_new_from_icon_name (bb_severity_icon (severity));
  GtkWidget *label = gtk_label_new (text);

  gtk_widget_set_valign (icon, GTK_ALIGN_START);
  gtk_widget_set_tooltip_text (icon, bb_headline_severity_word (severity));
  gtk_accessible_update_property (GTK_ACCESSIBLE (icon), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  bb_headline_severity_word (severity), -1);
  gtk_widget_add_css_class (icon, severity == BB_HEADLINE_PLAIN ? "dim-label" : bb_severity_class (severity));
  gtk_widget_add_css_class (icon, "sentence-icon");
  gtk_label_set_wrap (GTK_LABEL (label), TRUE);
  gtk_label_set_xalign (GTK_LABEL (label), 0);
  gtk_label_set_selectable (GTK_LABEL (label), TRUE);
  gtk_widget_set_can_focus (label, FALSE);
  gtk_widget_set_hexpand (label, TRUE);
  gtk_widget_add_css_class (label, lead ? "sentence" : "sentence-more");
  gtk_box_append (GTK_BOX (box), icon);
  gtk_box_append (GTK_BOX (box), label);
  return box;
}

/* Warnings of a run are phrases: "no sessions were given: nobody charged". */
static gchar *
as_sentence (const gchar *phrase)
{
  g_autofree gchar *first = g_utf8_substring (phrase, 0, 1);
  g_autofree gchar *upper = g_utf8_strup (first, -1);

  return g_strconcat (upper, g_utf8_next_char (phrase), g_str_has_suffix (phrase, ".") ? "" : ".", NULL);
}

static void
put_fold (BbSimulatePage *self, const GPtrArray *sentences, const GPtrArray *warnings)
{
  guint n = (sentences->len > LEAD ? sentences->len - LEAD : 0) + (warnings ? warnings->len : 0);
  g_autofree gchar *label = g_strdup_printf (ngettext ("%u more remark", "%u more remarks", n), n);
  GtkWidget *expander = NULL;
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 6);

  for (guint i = LEAD; i < sentences->len; i++) {
    const BbHeadline *headline = g_ptr_array_index (sentences, i);
    gtk_box_append (GTK_BOX (box), sentence_new (headline->text, headline->severity, FALSE));
  }
  for (guint i = 0; warnings && i < warnings->len; i++) {
    g_autofree gchar *text = as_sentence (g_ptr_array_index (warnings, i));
    gtk_box_append (GTK_BOX (box), sentence_new (text, BB_HEADLINE_PLAIN, FALSE));
  }
  expander = g_object_ref_sink (gtk_expander_new (label));
  gtk_widget_set_margin_top (box, 6);
  gtk_expander_set_child (GTK_EXPANDER (expander), box);
  gtk_widget_add_css_class (expander, "dim-label-title");
  if (n > 0)
    gtk_box_append (self->sentences, expander);
  g_object_unref (expander);
}

static void
show_sentences (BbSimulatePage *self)
{
  const BbHeadlines *headlines = bb_sim_run_get_headlines (self->shown);
  const BbSummary *summary = bb_sim_run_get_summary (self->shown);

  clear_box (self->sentences);
  for (guint i = 0; i < MIN (headlines->sentences->len, LEAD); i++) {
    const BbHeadline *headline = g_ptr_array_index (headlines->sentences, i);
    gtk_box_append (self->sentences, sentence_new (headline->text, headline->severity, TRUE));
  }
  put_fold (self, headlines->sentences, summary->warnings);
}

/* ---- figures ---------------------------------------------------------------------------------- */

/* The row of the comparison that a figure's tile shows. */
static const BbCompareRow *
row_for (const BbComparison *comparison, const BbFigure *figure)
{
  const struct {
    const gchar *figure, *row;
  } same[] = { { _ ("Energy delivered"), _ ("Of the energy wanted") },
               { _ ("Highest load"), _ ("Highest load of a rating") },
               { _ ("Fully charged"), _ ("Cars fully charged") },
               { _ ("From the grid"), _ ("Import") },
               { _ ("From the sun"), _ ("Charged from the sun") } };

  for (guint i = 0; comparison && i < G_N_ELEMENTS (same); i++) {
    if (!g_str_equal (same[i].figure, figure->title))
      continue;
    for (guint r = 0; r < comparison->rows->len; r++) {
      const BbCompareRow *row = g_ptr_array_index (comparison->rows, r);
      if (g_str_equal (row->title, same[i].row))
        return row;
    }
  }
  return NULL;
}

/* (transfer full) */
static gchar *
short_name (BbSimRun *run)
{
  return g_strdup_printf (_ ("Run %u"), bb_sim_run_get_number (run));
}

static void
show_figures (BbSimulatePage *self)
{
  const BbHeadlines *headlines = bb_sim_run_get_headlines (self->shown);
  g_autofree gchar *a = self->compared ? short_name (self->compared) : NULL;
  g_autofree gchar *b = short_name (self->shown);
  g_autofree gchar *heading = NULL;
  BbComparison *comparison = NULL;
  GtkWidget *child = NULL;

  if (self->compared) {
    comparison = bb_comparison_new (bb_sim_run_get_summary (self->compared), a,
                                    bb_sim_run_get_summary (self->shown), b);
    /* Translators: two runs: the one that is looked at, and the one that it is compared with. */
    heading = g_strdup_printf (_ ("%s, compared with %s"), bb_sim_run_get_name (self->shown),
                               bb_sim_run_get_name (self->compared));
  }
  while ((child = gtk_widget_get_first_child (GTK_WIDGET (self->tiles))) != NULL)
    gtk_flow_box_remove (self->tiles, child);
  for (guint i = 0; i < headlines->figures->len; i++) {
    const BbFigure *figure = g_ptr_array_index (headlines->figures, i);
    GtkWidget *tile = bb_figure_tile_new ();
    bb_figure_tile_set (BB_FIGURE_TILE (tile), figure, row_for (comparison, figure));
    gtk_flow_box_insert (self->tiles, tile, -1);
    gtk_widget_set_focusable (gtk_widget_get_parent (tile), FALSE);
  }
  bb_compare_view_set (self->compare_view, comparison, heading, a, b);
  if (comparison)
    bb_comparison_free (comparison);
}

/* ---- charts ----------------------------------------------------------------------------------- */

static void
add_what (BbSimulatePage *self, GtkStringList *names, const gchar *name, const gchar *what)
{
  gtk_string_list_append (names, name);
  g_ptr_array_add (self->whats, g_strdup (what));
}

/* What can be shown of this run: the first is what is shown at first. */
static void
fill_whats (BbSimulatePage *self)
{
  BbSite *site = bb_sim_run_get_site (self->shown);
  guint n = g_list_model_get_n_items (bb_site_get_circuits (site));
  g_autoptr (GtkStringList) names = gtk_string_list_new (NULL);
  g_autofree gchar *overview = NULL;

  g_ptr_array_set_size (self->whats, 0);
  if (n > SHOW_ALL_CIRCUITS) {
    overview = g_strdup_printf ("power,circuit/%s,stations",
                                bb_circuit_peek (bb_site_circuit (site, bb_sim_first_root (site)))->id);
    add_what (self, names, _ ("Overview"), overview);
    add_what (self, names, _ ("Everything"), BB_RESULT_CHART_ALL);
  } else {
    add_what (self, names, _ ("Everything"), BB_RESULT_CHART_ALL);
  }
  add_what (self, names, _ ("Power"), BB_RESULT_CHART_POWER);
  add_what (self, names, _ ("Stations"), BB_RESULT_CHART_STATIONS);
  if (n > 1)
    add_what (self, names, _ ("Circuits"), BB_RESULT_CHART_CIRCUITS);
  for (guint c = 0; c < n; c++) {
    const BbCircuitFields *circuit = bb_circuit_peek (bb_site_circuit (site, c));
    g_autofree gchar *what = g_strdup_printf ("circuit/%s", circuit->id);
    add_what (self, names, *circuit->name ? circuit->name : circuit->id, what);
  }
  self->choosing = TRUE;
  gtk_drop_down_set_model (self->what_choice, G_LIST_MODEL (names));
  gtk_drop_down_set_selected (self->what_choice, 0);
  self->choosing = FALSE;
}

/* With the selected station's own track last. (transfer full) */
static gchar *
wanted_tracks (BbSimulatePage *self)
{
  guint index = gtk_drop_down_get_selected (self->what_choice);
  const gchar *what = index < self->whats->len ? g_ptr_array_index (self->whats, index) : BB_RESULT_CHART_ALL;

  if (!self->station)
    return g_strdup (what);
  if (g_str_equal (what, BB_RESULT_CHART_ALL))
    what = BB_RESULT_CHART_POWER "," BB_RESULT_CHART_CIRCUITS "," BB_RESULT_CHART_STATIONS;
  return g_strdup_printf ("%s,station/%s", what, self->station);
}

/* Larger text needs larger charts: 1 where a line of text is 16 px high. */
static gdouble
text_scale (BbSimulatePage *self)
{
  g_autoptr (PangoLayout) layout = gtk_widget_create_pango_layout (GTK_WIDGET (self), "0");
  gint height = 0;

  pango_layout_get_pixel_size (layout, NULL, &height);
  return MAX (height / 16.0, 1);
}

/* So high that nothing has to be scrolled within the charts. */
static gint
height_of (BbSimulatePage *self, BbChartModel *model)
{
  gint height = AXIS_PX;

  for (guint t = 0; t < bb_chart_model_get_n_tracks (model); t++) {
    const BbChartTrack *track = bb_chart_model_get_track (model, t);
    guint n = 0;
    for (guint i = 0; i < track->lines->len; i++)
      n += !((const BbChartLine *) g_ptr_array_index (track->lines, i))->ghost;
    height += track->kind == BB_TRACK_LANES ? MAX (TRACK_PX, (gint) n * LANE_PX + AXIS_PX) : TRACK_PX;
  }
  return (gint) (height * text_scale (self));
}

/* A new model over the same stretch of time, where there was one. */
static void
show_chart (BbSimulatePage *self, gboolean keep_view)
{
  g_autofree gchar *what = wanted_tracks (self);
  g_autoptr (GError) error = NULL;
  g_autoptr (BbChartModel) model
      = bb_result_chart_new (bb_sim_run_get_result (self->shown), bb_sim_run_get_site (self->shown), what,
                             self->compared ? bb_sim_run_get_result (self->compared) : NULL, &error);
  gint64 from_ms = 0, until_ms = 0;
  gint64 cursor_ms = bb_chart_get_cursor (self->chart);

  if (!model) {
    bb_simulate_page_complain (self, error->message);
    return;
  }
  if (bb_sim_run_get_bands (self->shown))
    bb_result_chart_add_bands (model, bb_sim_run_get_bands (self->shown));
  g_object_get (self->chart, "view-from-ms", &from_ms, "view-until-ms", &until_ms, NULL);
  gtk_widget_set_size_request (GTK_WIDGET (self->chart), -1, height_of (self, model));
  bb_simulate_page_refine (self, model);
  bb_chart_set_model (self->chart, model);
  if (keep_view && until_ms > from_ms) {
    bb_chart_set_view (self->chart, from_ms, until_ms);
    bb_chart_set_cursor (self->chart, cursor_ms);
  }
}

static void
what_chosen_cb (GtkDropDown *choice, GParamSpec *pspec, BbSimulatePage *self)
{
  if (!self->choosing && self->shown)
    show_chart (self, TRUE);
}

void
bb_simulate_page_show_what (BbSimulatePage *self, const gchar *what)
{
  for (guint i = 0; i < self->whats->len; i++)
    if (g_str_equal (g_ptr_array_index (self->whats, i), what))
      gtk_drop_down_set_selected (self->what_choice, i);
}

/* ---- reasons ---------------------------------------------------------------------------------- */

static void
explained_cb (GObject *object, GAsyncResult *result, gpointer data)
{
  g_autoptr (BbSimulatePage) self = data;
  BbSimRun *run = BB_SIM_RUN (object);
  g_autoptr (GError) error = NULL;
  g_autoptr (BbRunMoment) moment = bb_sim_run_explain_finish (run, result, &error);

  if (run != self->shown || g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return;
  if (moment)
    bb_explain_panel_set_moment (self->panel, moment);
  else
    bb_explain_panel_set_problem (self->panel, error->message);
}

static gboolean
explain_cb (gpointer data)
{
  BbSimulatePage *self = data;
  gint64 at_ms = bb_chart_get_cursor (self->chart);

  self->explain_source = 0;
  if (at_ms >= 0 && self->shown)
    bb_sim_run_explain_async (self->shown, at_ms, explained_cb, g_object_ref (self));
  return G_SOURCE_REMOVE;
}

/* The last answer stays when the pointer leaves. */
static void
cursor_moved_cb (BbChart *chart, gint64 at_ms, BbSimulatePage *self)
{
  if (at_ms >= 0 && !self->explain_source)
    self->explain_source = g_timeout_add (EXPLAIN_AFTER_MS, explain_cb, self);
}

static void
station_selected_cb (BbExplainPanel *panel, const gchar *id, BbSimulatePage *self)
{
  g_free (self->station);
  self->station = g_strdup (id);
  if (self->shown)
    show_chart (self, TRUE);
}

/* ---- which run -------------------------------------------------------------------------------- */

static void
add_choice (BbSimulatePage *self, const gchar *label, const gchar *action, GVariant *target)
{
  GtkWidget *button = gtk_button_new_with_label (label);

  gtk_widget_add_css_class (button, "flat");
  gtk_widget_set_halign (gtk_button_get_child (GTK_BUTTON (button)), GTK_ALIGN_START);
  gtk_actionable_set_action_target_value (GTK_ACTIONABLE (button), target);
  gtk_actionable_set_action_name (GTK_ACTIONABLE (button), action);
  gtk_box_append (self->compare_list, button);
}

static void
fill_compare_list (BbSimulatePage *self)
{
  guint n = g_list_model_get_n_items (G_LIST_MODEL (self->runs));

  clear_box (self->compare_list);
  add_choice (self, _ ("With balancing off"), "simulate.compare-off", NULL);
  for (guint i = 0; i < n; i++) {
    g_autoptr (BbSimRun) run = g_list_model_get_item (G_LIST_MODEL (self->runs), i);
    g_autofree gchar *label = g_strdup_printf (_ ("With %s"), bb_sim_run_get_name (run));
    if (run != self->shown)
      add_choice (self, label, "simulate.compare", g_variant_new_uint32 (bb_sim_run_get_number (run)));
  }
  if (self->compared)
    add_choice (self, _ ("Stop comparing"), "simulate.compare", g_variant_new_uint32 (0));
}

static void
follow_choice (BbSimulatePage *self)
{
  gint index = self->shown ? bb_run_list_index_of (self->runs, self->shown) : -1;

  self->choosing = TRUE;
  gtk_drop_down_set_selected (self->run_choice, index >= 0 ? (guint) index : GTK_INVALID_LIST_POSITION);
  self->choosing = FALSE;
  fill_compare_list (self);
}

static void
run_chosen_cb (GtkDropDown *choice, GParamSpec *pspec, BbSimulatePage *self)
{
  BbSimRun *run = gtk_drop_down_get_selected_item (choice);

  if (!self->choosing && run && run != self->shown && bb_sim_run_get_result (run))
    bb_simulate_page_show (self, run);
}

static gboolean
is_same_time (BbSimRun *a, BbSimRun *b)
{
  return a && b
         && bb_result_get_from_ms (bb_sim_run_get_result (a))
                == bb_result_get_from_ms (bb_sim_run_get_result (b))
         && bb_result_get_until_ms (bb_sim_run_get_result (a))
                == bb_result_get_until_ms (bb_sim_run_get_result (b));
}

void
bb_simulate_page_show (BbSimulatePage *self, BbSimRun *run)
{
  g_autoptr (BbSimRun) before = self->shown ? g_object_ref (self->shown) : NULL;
  gboolean keep_view = run && is_same_time (before, run);

  g_set_object (&self->shown, run);
  if (!run || self->compared == run || bb_run_list_index_of (self->runs, self->compared) < 0)
    g_clear_object (&self->compared);
  g_clear_handle_id (&self->explain_source, g_source_remove);
  if (self->station && run && bb_site_find_station (bb_sim_run_get_site (run), self->station) < 0)
    g_clear_pointer (&self->station, g_free);
  bb_simulate_tables_set_run (self->tables, run);
  bb_explain_panel_set_moment (self->panel, NULL);
  follow_choice (self);
  if (run) {
    show_sentences (self);
    show_figures (self);
    if (!keep_view || !before)
      fill_whats (self);
    show_chart (self, keep_view);
    if (!keep_view)
      bb_chart_set_cursor (self->chart, bb_sim_run_get_peak_ms (run));
    cursor_moved_cb (self->chart, bb_chart_get_cursor (self->chart), self);
  } else {
    bb_chart_set_model (self->chart, NULL);
    bb_simulate_page_refine (self, NULL);
  }
  bb_simulate_page_refresh (self);
}

void
bb_simulate_page_compare (BbSimulatePage *self, BbSimRun *other)
{
  if (!self->shown || other == self->shown)
    return;
  g_set_object (&self->compared, other);
  follow_choice (self);
  show_figures (self);
  show_chart (self, TRUE);
  bb_simulate_page_refresh (self);
}

/* ---- layout and actions ----------------------------------------------------------------------- */

/* The reasons stay in view beside tall charts: they slide along, as far as the charts go. */
static void
scrolled_cb (GtkAdjustment *adjustment, BbSimulatePage *self)
{
  graphene_point_t top = GRAPHENE_POINT_INIT (0, 0), at;
  gint room = gtk_widget_get_height (self->chart_box) - (gtk_widget_get_height (GTK_WIDGET (self->panel)));
  gint margin = 0;

  if (!self->narrow && gtk_widget_compute_point (self->chart_box, self->body, &top, &at))
    margin = (gint) CLAMP (gtk_adjustment_get_value (adjustment) - (gdouble) at.y + 12, 0, MAX (room, 0));
  if (margin != gtk_widget_get_margin_top (GTK_WIDGET (self->panel)))
    gtk_widget_set_margin_top (GTK_WIDGET (self->panel), margin);
}

void
bb_simulate_page_set_narrow (BbSimulatePage *self, gboolean narrow)
{
  gtk_orientable_set_orientation (GTK_ORIENTABLE (self->chart_box),
                                  narrow ? GTK_ORIENTATION_VERTICAL : GTK_ORIENTATION_HORIZONTAL);
  gtk_flow_box_set_max_children_per_line (self->tiles, narrow ? 2 : 4); /* never three and one */
  gtk_widget_set_valign (GTK_WIDGET (self->panel), narrow ? GTK_ALIGN_FILL : GTK_ALIGN_START);
  scrolled_cb (gtk_scrolled_window_get_vadjustment (self->scroller), self);
}

static void
busiest_day_cb (GtkWidget *widget, const gchar *name, GVariant *parameter)
{
  BbSimulatePage *self = BB_SIMULATE_PAGE (widget);
  gint64 from_ms = 0, until_ms = 0;

  if (!self->shown || !bb_sim_run_get_busiest_day (self->shown, &from_ms, &until_ms))
    return;
  bb_chart_set_view (self->chart, from_ms, until_ms);
  bb_chart_set_cursor (self->chart, bb_sim_run_get_peak_ms (self->shown));
}

static void
fit_cb (GtkWidget *widget, const gchar *name, GVariant *parameter)
{
  bb_chart_fit (BB_SIMULATE_PAGE (widget)->chart);
}

static void
what_cb (GtkWidget *widget, const gchar *name, GVariant *parameter)
{
  bb_simulate_page_show_what (BB_SIMULATE_PAGE (widget), g_variant_get_string (parameter, NULL));
}

void
bb_simulate_page_class_init_result (GtkWidgetClass *widget_class)
{
  gtk_widget_class_install_action (widget_class, "simulate.busiest-day", NULL, busiest_day_cb);
  gtk_widget_class_install_action (widget_class, "simulate.fit", NULL, fit_cb);
  gtk_widget_class_install_action (widget_class, "simulate.what", "s", what_cb);
}

/* Names of runs may be long: they give way in a narrow window. */
static void
setup_name_cb (GtkSignalListItemFactory *factory, GtkListItem *item, gpointer data)
{
  GtkWidget *label = gtk_label_new (NULL);

  gtk_label_set_xalign (GTK_LABEL (label), 0);
  gtk_label_set_ellipsize (GTK_LABEL (label), PANGO_ELLIPSIZE_END);
  gtk_label_set_width_chars (GTK_LABEL (label), 8);
  gtk_label_set_max_width_chars (GTK_LABEL (label), 32);
  gtk_list_item_set_child (item, label);
}

static void
bind_name_cb (GtkSignalListItemFactory *factory, GtkListItem *item, gpointer data)
{
  BbSimRun *run = gtk_list_item_get_item (item);

  gtk_label_set_label (GTK_LABEL (gtk_list_item_get_child (item)), bb_sim_run_get_name (run));
}

void
bb_simulate_page_init_result (BbSimulatePage *self)
{
  g_autoptr (GtkListItemFactory) factory = gtk_signal_list_item_factory_new ();

  self->whats = g_ptr_array_new_with_free_func (g_free);
  g_signal_connect (factory, "setup", G_CALLBACK (setup_name_cb), NULL);
  g_signal_connect (factory, "bind", G_CALLBACK (bind_name_cb), NULL);
  gtk_drop_down_set_factory (self->run_choice, factory);
  gtk_drop_down_set_model (self->run_choice, G_LIST_MODEL (self->runs));
  g_signal_connect (self->run_choice, "notify::selected", G_CALLBACK (run_chosen_cb), self);
  g_signal_connect (self->what_choice, "notify::selected", G_CALLBACK (what_chosen_cb), self);
  g_signal_connect (self->chart, "cursor-moved", G_CALLBACK (cursor_moved_cb), self);
  g_signal_connect (gtk_scrolled_window_get_vadjustment (self->scroller), "value-changed",
                    G_CALLBACK (scrolled_cb), self);
  g_signal_connect (self->panel, "selected", G_CALLBACK (station_selected_cb), self);
  bb_simulate_page_init_fine (self);
  fill_compare_list (self);
}
