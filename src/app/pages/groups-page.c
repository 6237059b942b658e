/* SPDX-License-Identifier: GPL-3.0-or-later */
/* groups-page.c: the page where circuits, groups, stations and meters are edited. */
#include "app/pages/groups-page.h"

#include <glib/gi18n.h>
#include <string.h>

#include "app/pages/groups-edit.h"
#include "app/pages/groups-page-private.h"
#include "app/widgets/station-table.h"
#include "app/widgets/steady.h"
#include "model/problem-place.h"

/* Widths of the page from which the preview has a column of its own, and under which the tree is narrow. */
#define WIDE   1000
#define NARROW 860
/* Letters of the form's width under which controls stand below their texts. */
#define STACKED 52

G_DEFINE_FINAL_TYPE (BbGroupsPage, bb_groups_page, BB_TYPE_PAGE)

enum { PROP_0, PROP_SELECTED, N_PROPS };
static GParamSpec *properties[N_PROPS];

BbPart *
bb_groups_page_get_selected (BbGroupsPage *self)
{
  return self->shown != NULL ? g_ptr_array_index (self->shown, 0) : NULL;
}

/* ---- problems at the fields ---- */

static void
count_at (GHashTable *counts, BbPart *part)
{
  g_hash_table_insert (counts, part,
                       GUINT_TO_POINTER (GPOINTER_TO_UINT (g_hash_table_lookup (counts, part)) + 1));
}

/* A station's problems count at its group, those of the network at the site: that is where one gets to them.
 */
BbPart *
bb_groups_page_listed_part (BbSite *site, BbPart *part)
{
  gint at = BB_IS_STATION (part) ? bb_site_find_group (site, bb_station_peek (BB_STATION (part))->group) : -1;

  if (at >= 0)
    return BB_PART (bb_site_group (site, (guint) at));
  return BB_IS_CIRCUIT (part) || BB_IS_GROUP (part) || BB_IS_METER (part) ? part : BB_PART (site);
}

/* The first problem of each row is the one that it shows: noted here, shown when all are known, so that a row
 * whose problem stays is left alone. */
static void
note_rows (GPtrArray *rows, GHashTable *shown, BbProblem *problem, BbPart *part, const gchar *key)
{
  for (guint r = 0; r < rows->len; r++) {
    BbFieldRow *row = g_ptr_array_index (rows, r);
    if (!g_hash_table_contains (shown, row) && bb_field_row_shows (row, part)
        && bb_field_row_is_for (row, key))
      g_hash_table_insert (shown, row, problem);
  }
}

static void
mark_rows (GPtrArray *rows, GHashTable *shown)
{
  for (guint r = 0; r < rows->len; r++) {
    BbProblem *problem = g_hash_table_lookup (shown, g_ptr_array_index (rows, r));
    bb_field_row_set_problem (g_ptr_array_index (rows, r),
                              problem != NULL ? bb_problem_get_sentence (problem) : NULL,
                              problem != NULL ? bb_problem_get_severity (problem) : BB_SEVERITY_ADVICE);
  }
}

void
bb_groups_page_mark (BbGroupsPage *self)
{
  GListModel *problems;
  g_autoptr (GHashTable) counts = g_hash_table_new (NULL, NULL);
  g_autoptr (GHashTable) shown = g_hash_table_new (NULL, NULL); /* (element-type BbFieldRow BbProblem) */
  g_autoptr (GPtrArray) rows = bb_groups_form_get_rows (self->form);

  g_clear_handle_id (&self->marking, g_source_remove);
  bb_groups_form_clear_marks (self->form);
  if (self->editor == NULL) {
    mark_rows (rows, shown);
    return;
  }
  problems = bb_editor_get_problems (self->editor);
  for (guint i = 0; i < g_list_model_get_n_items (problems); i++) {
    g_autoptr (BbProblem) problem = g_list_model_get_item (problems, i);
    const gchar *key;
    BbPart *part;
    if (!bb_problem_locate (bb_groups_page_site (self), problem, &part, &key))
      continue;
    if (bb_problem_get_severity (problem) != BB_SEVERITY_ADVICE && BB_IS_STATION (part))
      count_at (counts, part);
    if (bb_problem_get_severity (problem) != BB_SEVERITY_ADVICE)
      count_at (counts, bb_groups_page_listed_part (bb_groups_page_site (self), part));
    if (key != NULL)
      note_rows (rows, shown, problem, part, key);
    bb_groups_form_mark (self->form, part, bb_problem_get_sentence (problem),
                         bb_problem_get_severity (problem));
  }
  mark_rows (rows, shown);
  bb_circuit_tree_set_problems (self->tree, counts);
  if (bb_groups_form_get_table (self->form) != NULL)
    bb_station_table_set_problems (BB_STATION_TABLE (bb_groups_form_get_table (self->form)), counts);
}

/* Is what is shown still part of the site? */
static gboolean
still_there (BbGroupsPage *self)
{
  g_autofree gchar *path = bb_groups_path (bb_groups_page_get_selected (self));

  return bb_groups_find (bb_groups_page_site (self), path) == bb_groups_page_get_selected (self);
}

static gboolean
mark_cb (gpointer data)
{
  BbGroupsPage *self = data;

  self->marking = 0;
  if (self->shown != NULL && !still_there (self))
    bb_groups_page_select (self, BB_PART (bb_groups_page_site (self)));
  bb_groups_page_mark (self);
  return G_SOURCE_REMOVE;
}

static void
mark_later (BbGroupsPage *self)
{
  if (self->marking == 0)
    self->marking = g_idle_add_full (G_PRIORITY_HIGH_IDLE, mark_cb, self, NULL);
}

static void
problems_changed_cb (GListModel *problems, guint position, guint removed, guint added, BbGroupsPage *self)
{
  mark_later (self);
}

static void
rows_built_cb (BbGroupsForm *form, BbGroupsPage *self)
{
  mark_later (self);
}

static void
count_cb (BbEditor *editor, GParamSpec *pspec, BbGroupsPage *self)
{
  guint warnings;

  g_object_get (editor, "n-warnings", &warnings, NULL);
  bb_page_set_badge (BB_PAGE (self), bb_editor_get_n_errors (editor) + warnings);
}

/* ---- selection ---- */

static void
show_back (BbGroupsPage *self)
{
  BbPart *part = bb_groups_page_get_selected (self);
  BbPart *listed
      = BB_IS_STATION (part) ? bb_groups_page_listed_part (bb_groups_page_site (self), part) : NULL;
  g_autofree gchar *name = listed != NULL ? bb_part_get_text (listed, "name") : NULL;

  gtk_widget_set_visible (self->back, listed != NULL);
  if (listed != NULL)
    gtk_label_set_text (GTK_LABEL (self->back_label), *name != '\0' ? name : _ ("Back"));
}

static void
update_actions (BbGroupsPage *self)
{
  BbPart *part = bb_groups_page_get_selected (self);
  gboolean any = part != NULL && !BB_IS_SITE (part), group = BB_IS_GROUP (part);
  gboolean active = group && bb_group_peek (BB_GROUP (part))->active;
  GtkWidget *widget = GTK_WIDGET (self);

  gtk_widget_action_set_enabled (widget, "groups.remove", any);
  gtk_widget_action_set_enabled (widget, "groups.duplicate", any);
  gtk_widget_action_set_enabled (widget, "groups.move", any);
  gtk_widget_action_set_enabled (widget, "groups.copy", group || BB_IS_STATION (part));
  gtk_widget_action_set_enabled (widget, "groups.paste", self->editor != NULL);
  gtk_widget_action_set_enabled (widget, "group.deactivate", active);
  gtk_widget_action_set_enabled (widget, "group.activate",
                                 group && !active && bb_editor_get_n_errors (self->editor) == 0);
}

static void
state_changed_cb (GObject *object, GParamSpec *pspec, BbGroupsPage *self)
{
  update_actions (self);
}

static void
editor_changed_cb (BbEditor *editor, BbPart *part, const gchar *property, BbGroupsPage *self)
{
  if (g_strcmp0 (property, "active") == 0)
    update_actions (self);
}

static void tree_selected_cb (BbCircuitTree *tree, GParamSpec *pspec, BbGroupsPage *self);

void
bb_groups_page_select_all (BbGroupsPage *self, GPtrArray *parts)
{
  BbPart *part = g_ptr_array_index (parts, 0);

  g_clear_pointer (&self->shown, g_ptr_array_unref);
  self->shown = g_ptr_array_new_with_free_func (g_object_unref);
  for (guint i = 0; i < parts->len; i++)
    g_ptr_array_add (self->shown, g_object_ref (g_ptr_array_index (parts, i)));
  bb_groups_form_show (self->form, self->editor, self->shown);
  g_signal_handlers_block_by_func (self->tree, tree_selected_cb, self);
  bb_circuit_tree_select (self->tree, bb_groups_page_listed_part (bb_groups_page_site (self), part));
  g_signal_handlers_unblock_by_func (self->tree, tree_selected_cb, self);
  bb_groups_preview_set_part (self->figures, part);
  show_back (self);
  update_actions (self);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_SELECTED]);
}

void
bb_groups_page_select (BbGroupsPage *self, BbPart *part)
{
  g_autoptr (GPtrArray) parts = g_ptr_array_new ();

  g_return_if_fail (BB_IS_PART (part));
  if (self->shown != NULL && self->shown->len == 1 && part == bb_groups_page_get_selected (self))
    return;
  g_ptr_array_add (parts, part);
  bb_groups_page_select_all (self, parts);
}

static void
tree_selected_cb (BbCircuitTree *tree, GParamSpec *pspec, BbGroupsPage *self)
{
  BbPart *part = bb_circuit_tree_get_selected (tree);

  if (part != NULL && self->editor != NULL)
    bb_groups_page_select (self, part);
}

/* Looked at in an idle: what is moved is gone for a moment. */
static void
list_changed_cb (GListModel *list, guint position, guint removed, guint added, BbGroupsPage *self)
{
  if (removed > 0)
    mark_later (self);
}

gboolean
bb_groups_page_jump (BbGroupsPage *self, BbProblem *problem)
{
  const gchar *key;
  BbPart *part, *holder;
  GtkWidget *row;

  if (self->editor == NULL || !bb_problem_locate (bb_groups_page_site (self), problem, &part, &key))
    return FALSE;
  holder = BB_IS_STATION (part) ? part : bb_groups_page_listed_part (bb_groups_page_site (self), part);
  bb_groups_page_select (self, holder);
  row = bb_groups_form_find (self->form, part, key);
  if (row != NULL) {
    bb_groups_page_mark (self);
    bb_groups_form_reveal (self->form, row);
  }
  return TRUE;
}

static void
jump_cb (BbProblemList *list, BbProblem *problem, BbGroupsPage *self)
{
  bb_groups_page_jump (self, problem);
}

/* ---- document ---- */

static void
forget_document (BbGroupsPage *self)
{
  if (self->editor == NULL)
    return;
  g_signal_handlers_disconnect_by_data (bb_editor_get_problems (self->editor), self);
  g_signal_handlers_disconnect_by_data (self->editor, self);
  g_signal_handlers_disconnect_by_data (bb_site_get_circuits (bb_groups_page_site (self)), self);
  g_signal_handlers_disconnect_by_data (bb_site_get_groups (bb_groups_page_site (self)), self);
  g_signal_handlers_disconnect_by_data (bb_site_get_meters (bb_groups_page_site (self)), self);
  g_signal_handlers_disconnect_by_data (bb_site_get_stations (bb_groups_page_site (self)), self);
  g_clear_handle_id (&self->marking, g_source_remove);
  bb_groups_form_show (self->form, NULL, NULL);
  g_clear_pointer (&self->shown, g_ptr_array_unref);
  bb_circuit_tree_set_preview (self->tree, NULL);
  bb_circuit_tree_set_editor (self->tree, NULL);
  bb_problem_list_set_editor (self->problems, NULL);
  bb_groups_preview_set_preview (self->figures, NULL, NULL);
  if (self->preview != NULL)
    g_object_run_dispose (G_OBJECT (self->preview)); /* a run under way is cancelled */
  g_clear_object (&self->preview);
  g_clear_object (&self->editor);
}

/* The group that is there, else the site. */
static BbPart *
first_choice (BbSite *site)
{
  return g_list_model_get_n_items (bb_site_get_groups (site)) > 0 ? BB_PART (bb_site_group (site, 0))
                                                                  : BB_PART (site);
}

static void
bb_groups_page_document_changed (BbPage *page, BbDocument *document)
{
  BbGroupsPage *self = BB_GROUPS_PAGE (page);
  GListModel *lists[4];

  forget_document (self);
  if (document == NULL) {
    bb_page_set_badge (page, 0);
    update_actions (self);
    return;
  }
  self->editor = g_object_ref (bb_document_get_editor (document));
  lists[0] = bb_site_get_circuits (bb_groups_page_site (self));
  lists[1] = bb_site_get_groups (bb_groups_page_site (self));
  lists[2] = bb_site_get_meters (bb_groups_page_site (self));
  lists[3] = bb_site_get_stations (bb_groups_page_site (self));
  for (guint i = 0; i < G_N_ELEMENTS (lists); i++)
    g_signal_connect (lists[i], "items-changed", G_CALLBACK (list_changed_cb), self);
  g_signal_connect (bb_editor_get_problems (self->editor), "items-changed", G_CALLBACK (problems_changed_cb),
                    self);
  g_signal_connect (self->editor, "notify::n-errors", G_CALLBACK (count_cb), self);
  g_signal_connect (self->editor, "notify::n-warnings", G_CALLBACK (count_cb), self);
  g_signal_connect (self->editor, "notify::n-errors", G_CALLBACK (state_changed_cb), self);
  g_signal_connect (self->editor, "changed", G_CALLBACK (editor_changed_cb), self);
  bb_groups_preview_set_preview (self->figures, NULL, self->editor);
  bb_problem_list_set_editor (self->problems, self->editor);
  bb_circuit_tree_set_editor (self->tree, self->editor);
  count_cb (self->editor, NULL, self);
  bb_groups_page_select (self, first_choice (bb_groups_page_site (self)));
  bb_groups_page_mark (self);
  if (gtk_widget_get_mapped (GTK_WIDGET (self)))
    bb_groups_page_get_preview (self);
}

/* Nobody sees a preview of a page that is not shown. */
static void
bb_groups_page_map (GtkWidget *widget)
{
  GTK_WIDGET_CLASS (bb_groups_page_parent_class)->map (widget);
  bb_groups_page_get_preview (BB_GROUPS_PAGE (widget));
}

static void
bb_groups_page_shown (BbPage *page)
{
  bb_circuit_tree_grab (BB_GROUPS_PAGE (page)->tree);
}

/* ---- layout ---- */

/* Width of the form in letters: large text needs the room of a small window. */
static gdouble
form_letters (BbGroupsPage *self, gint side, gint panel)
{
  PangoContext *context = gtk_widget_get_pango_context (GTK_WIDGET (self));
  PangoFontMetrics *metrics = pango_context_get_metrics (context, NULL, NULL);
  gdouble letter = pango_font_metrics_get_approximate_char_width (metrics) / (gdouble) PANGO_SCALE;

  pango_font_metrics_unref (metrics);
  return (self->width - side - panel) / MAX (letter, 1);
}

static gboolean
layout_cb (gpointer data)
{
  BbGroupsPage *self = data;
  gboolean wide = self->width >= WIDE;
  gint side = self->width < NARROW ? 168 : self->width < WIDE + 120 ? 220 : 248;
  GtkWidget *figures = GTK_WIDGET (self->figures), *place = wide ? self->panel_place : self->strip_place;

  self->layout = 0;
  if (gtk_widget_get_parent (figures) != place) {
    g_object_ref (figures);
    adw_bin_set_child (ADW_BIN (wide ? self->strip_place : self->panel_place), NULL);
    adw_bin_set_child (ADW_BIN (place), figures);
    g_object_unref (figures);
  }
  bb_groups_preview_set_compact (self->figures, !wide);
  gtk_widget_set_visible (self->panel, wide);
  gtk_widget_set_visible (self->strip_place, !wide);
  bb_circuit_tree_set_narrow (self->tree, self->width < NARROW);
  gtk_widget_set_size_request (self->side, side, -1);
  bb_groups_form_set_stacked (self->form, form_letters (self, side, wide ? 297 : 0) < STACKED);
  return G_SOURCE_REMOVE;
}

/* In an idle: while sizes are being given nothing may ask for another one. */
static void
width_changed_cb (GtkAdjustment *adjustment, GParamSpec *pspec, BbGroupsPage *self)
{
  gint width = (gint) gtk_adjustment_get_page_size (adjustment);

  if (width == self->width || width < 1)
    return;
  self->width = width;
  if (self->layout == 0)
    self->layout = g_idle_add_full (G_PRIORITY_HIGH_IDLE, layout_cb, self, NULL);
}

/* ---- object ---- */

static void
bb_groups_page_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  if (id == PROP_SELECTED)
    g_value_set_object (value, bb_groups_page_get_selected (BB_GROUPS_PAGE (object)));
  else
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
}

static void
bb_groups_page_set_property (GObject *object, guint id, const GValue *value, GParamSpec *pspec)
{
  if (id == PROP_SELECTED)
    bb_groups_page_select (BB_GROUPS_PAGE (object), g_value_get_object (value));
  else
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
}

static void
bb_groups_page_dispose (GObject *object)
{
  BbGroupsPage *self = BB_GROUPS_PAGE (object);

  g_clear_handle_id (&self->layout, g_source_remove);
  forget_document (self);
  G_OBJECT_CLASS (bb_groups_page_parent_class)->dispose (object);
}

static void
bb_groups_page_class_init (BbGroupsPageClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->get_property = bb_groups_page_get_property;
  object_class->set_property = bb_groups_page_set_property;
  object_class->dispose = bb_groups_page_dispose;
  widget_class->map = bb_groups_page_map;
  BB_PAGE_CLASS (klass)->document_changed = bb_groups_page_document_changed;
  BB_PAGE_CLASS (klass)->shown = bb_groups_page_shown;
  properties[PROP_SELECTED]
      = g_param_spec_object ("selected", NULL, NULL, BB_TYPE_PART,
                             G_PARAM_READWRITE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, N_PROPS, properties);
  g_type_ensure (BB_TYPE_STEADY);
  gtk_widget_class_set_template_from_resource (widget_class, "/org/busbar/Busbar/ui/groups-page.ui");
  gtk_widget_class_bind_template_child (widget_class, BbGroupsPage, scroller);
  gtk_widget_class_bind_template_child (widget_class, BbGroupsPage, side);
  gtk_widget_class_bind_template_child (widget_class, BbGroupsPage, tree_place);
  gtk_widget_class_bind_template_child (widget_class, BbGroupsPage, problems_place);
  gtk_widget_class_bind_template_child (widget_class, BbGroupsPage, back);
  gtk_widget_class_bind_template_child (widget_class, BbGroupsPage, back_label);
  gtk_widget_class_bind_template_child (widget_class, BbGroupsPage, form_place);
  gtk_widget_class_bind_template_child (widget_class, BbGroupsPage, strip_place);
  gtk_widget_class_bind_template_child (widget_class, BbGroupsPage, panel);
  gtk_widget_class_bind_template_child (widget_class, BbGroupsPage, panel_place);
  bb_groups_page_install_actions (widget_class);
}

static void
bb_groups_page_init (BbGroupsPage *self)
{
  GtkAdjustment *adjustment;

  gtk_widget_init_template (GTK_WIDGET (self));
  g_object_set (self, "page-name", "groups", "title", _ ("Groups"), "icon-name", "busbar-groups-symbolic",
                NULL);
  self->tree = BB_CIRCUIT_TREE (bb_circuit_tree_new ());
  self->problems = BB_PROBLEM_LIST (bb_problem_list_new ());
  self->form = BB_GROUPS_FORM (bb_groups_form_new ());
  self->figures = BB_GROUPS_PREVIEW (bb_groups_preview_new ());
  adw_bin_set_child (ADW_BIN (self->tree_place), GTK_WIDGET (self->tree));
  adw_bin_set_child (ADW_BIN (self->problems_place), GTK_WIDGET (self->problems));
  adw_bin_set_child (ADW_BIN (self->form_place), GTK_WIDGET (self->form));
  adw_bin_set_child (ADW_BIN (self->panel_place), GTK_WIDGET (self->figures));
  g_object_bind_property (self->problems, "visible", self->problems_place, "visible", G_BINDING_SYNC_CREATE);
  g_signal_connect (self->tree, "notify::selected", G_CALLBACK (tree_selected_cb), self);
  g_signal_connect (self->problems, "jump", G_CALLBACK (jump_cb), self);
  g_signal_connect (self->form, "rows-built", G_CALLBACK (rows_built_cb), self);
  adjustment = gtk_scrolled_window_get_hadjustment (GTK_SCROLLED_WINDOW (self->scroller));
  g_signal_connect (adjustment, "notify::page-size", G_CALLBACK (width_changed_cb), self);
  update_actions (self);
}

GtkWidget *
bb_groups_page_new (void)
{
  return g_object_new (BB_TYPE_GROUPS_PAGE, NULL);
}

BbGroupsForm *
bb_groups_page_get_form (BbGroupsPage *self)
{
  return self->form;
}

BbPreview *
bb_groups_page_get_preview (BbGroupsPage *self)
{
  if (self->preview == NULL && self->editor != NULL) {
    self->preview = bb_preview_new (self->editor);
    bb_circuit_tree_set_preview (self->tree, self->preview);
    bb_groups_preview_set_preview (self->figures, self->preview, self->editor);
    bb_groups_preview_set_part (self->figures, bb_groups_page_get_selected (self));
  }
  return self->preview;
}
