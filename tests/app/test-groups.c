/* SPDX-License-Identifier: GPL-3.0-or-later */
/* test-groups.c: the groups page, driven by its actions: what it does to the site, and what it says of it. */
#include "kit.h"

#include "forgive-quarks.h"

#include "app/pages/groups-edit.h"
#include "app/pages/groups-page.h"
#include "app/widgets/circuit-tree.h"
#include "app/widgets/mode-diagram.h"
#include "app/widgets/problem-list.h"
#include "app/widgets/station-table.h"
#include "app/widgets/utilisation-bar.h"
#include "app/widgets/window-editor.h"
#include "model/group-offline.h"
#include "model/site-json.h"

typedef struct {
  BbDocument *document;
  BbAppWindow *window;
  BbGroupsPage *page;
  BbEditor *editor;
  BbSite *site;
} Fixture;

static void
open_sample (Fixture *fixture, const char *name)
{
  g_autofree char *path = g_strdup_printf ("%s/samples/%s.busbar", g_getenv ("BUSBAR_DATA_DIR"), name);
  g_autoptr (GError) error = NULL;

  fixture->document = bb_kit_load (path, &error);
  g_assert_no_error (error);
  fixture->window = bb_kit_window (fixture->document);
  bb_app_window_show_page (fixture->window, "groups");
  fixture->page = BB_GROUPS_PAGE (bb_app_window_get_page (fixture->window, "groups"));
  fixture->editor = bb_document_get_editor (fixture->document);
  fixture->site = bb_editor_get_site (fixture->editor);
  bb_kit_settle ();
}

static void
set_up (Fixture *fixture, gconstpointer name)
{
  open_sample (fixture, name);
}

static void
tear_down (Fixture *fixture, gconstpointer name)
{
  bb_kit_close (fixture->window);
  g_clear_object (&fixture->document);
}

static BbFieldRow *
row_of (Fixture *fixture, const char *property)
{
  BbFieldRow *row = bb_groups_form_find_row (bb_groups_page_get_form (fixture->page),
                                             bb_groups_page_get_selected (fixture->page), property);

  g_assert_nonnull (row);
  return row;
}

static void
act (Fixture *fixture, const char *action)
{
  bb_kit_activate (GTK_WIDGET (fixture->page), action);
}

static gboolean
is_previewed (gpointer data)
{
  BbPreview *preview = bb_groups_page_get_preview (((Fixture *) data)->page);

  return !bb_preview_get_running (preview) && bb_preview_is_current (preview);
}

static gboolean
is_problem_shown (gpointer data)
{
  return bb_field_row_get_problem (data) != NULL;
}

static gboolean
is_problem_gone (gpointer data)
{
  return bb_field_row_get_problem (data) == NULL;
}

/* ---- tree ---- */

static void
test_tree (Fixture *fixture, gconstpointer name)
{
  BbCircuitTree *tree
      = BB_CIRCUIT_TREE (bb_kit_find (GTK_WIDGET (fixture->page), BB_TYPE_CIRCUIT_TREE, NULL));
  GtkWidget *bar = bb_kit_find (GTK_WIDGET (tree), BB_TYPE_UTILISATION_BAR, NULL);
  g_autofree char *site = bb_circuit_tree_describe (tree, 0), *group = bb_circuit_tree_describe (tree, 3);

  /* The site, main, garage, the group under it, three rows, the meter. */
  g_assert_cmpuint (bb_circuit_tree_get_n_rows (tree), ==, 8);
  g_assert_true (g_str_has_prefix (site, "Garage with 12 stations"));
  g_assert_cmpstr (group, ==, "All stations, 12 stations · active");
  g_assert_true (bb_groups_page_get_selected (fixture->page) == BB_PART (bb_site_group (fixture->site, 0)));
  bb_kit_wait (is_previewed, fixture, "the preview");
  bb_kit_settle ();
  g_assert_cmpfloat (bb_utilisation_bar_get_percent (BB_UTILISATION_BAR (bar)), >, 0);
  act (fixture, "groups.select::circuit/row-b");
  g_assert_cmpstr (bb_circuit_peek (BB_CIRCUIT (bb_groups_page_get_selected (fixture->page)))->id, ==,
                   "row-b");
  act (fixture, "groups.select::site");
  g_assert_true (BB_IS_SITE (bb_groups_page_get_selected (fixture->page)));
  act (fixture, "groups.select::meter/meter");
  g_assert_true (BB_IS_METER (bb_groups_page_get_selected (fixture->page)));
  /* Coming back changes nothing. */
  act (fixture, "groups.select::circuit/garage");
  bb_app_window_show_page (fixture->window, "log");
  bb_app_window_show_page (fixture->window, "groups");
  bb_app_window_show_page (fixture->window, "groups");
  g_assert_cmpstr (bb_circuit_peek (BB_CIRCUIT (bb_groups_page_get_selected (fixture->page)))->id, ==,
                   "garage");
}

static void
test_add_and_remove (Fixture *fixture, gconstpointer name)
{
  guint n = g_list_model_get_n_items (bb_site_get_circuits (fixture->site));

  act (fixture, "groups.select::circuit/garage");
  act (fixture, "groups.add-circuit");
  g_assert_cmpuint (g_list_model_get_n_items (bb_site_get_circuits (fixture->site)), ==, n + 1);
  g_assert_cmpstr (bb_circuit_peek (BB_CIRCUIT (bb_groups_page_get_selected (fixture->page)))->parent, ==,
                   "garage");
  act (fixture, "groups.add-group");
  g_assert_false (bb_group_peek (BB_GROUP (bb_groups_page_get_selected (fixture->page)))->active);
  act (fixture, "groups.remove");
  g_assert_true (BB_IS_SITE (bb_groups_page_get_selected (fixture->page)));
  g_assert_cmpuint (g_list_model_get_n_items (bb_site_get_groups (fixture->site)), ==, 1);
  act (fixture, "groups.add-meter");
  g_assert_true (BB_IS_METER (bb_groups_page_get_selected (fixture->page)));
  while (bb_editor_undo (fixture->editor))
    ;
  bb_kit_settle ();
  g_assert_cmpuint (g_list_model_get_n_items (bb_site_get_circuits (fixture->site)), ==, n);
  g_assert_true (BB_IS_SITE (bb_groups_page_get_selected (fixture->page)));
}

/* ---- A-06, problems, undo ---- */

static void
test_edit (Fixture *fixture, gconstpointer name)
{
  BbGroup *group = bb_site_group (fixture->site, 0);
  BbFieldRow *row = row_of (fixture, "min-ma");
  GtkWidget *list = bb_kit_find (GTK_WIDGET (fixture->page), BB_TYPE_PROBLEM_LIST, NULL);
  g_autofree char *back = NULL;

  g_assert_false (bb_field_row_type (row, "4"));
  bb_kit_activate (GTK_WIDGET (row), "field.revert");
  act (fixture, "group.deactivate");
  g_assert_false (bb_group_peek (group)->active);
  g_assert_true (bb_field_row_type (row, "4"));
  bb_kit_wait (is_problem_shown, row, "the problem at the field");
  bb_kit_settle ();
  g_assert_cmpuint (bb_page_get_badge (BB_PAGE (fixture->page)), >=, 1);
  g_assert_nonnull (strstr (bb_problem_list_get_words (BB_PROBLEM_LIST (list)), "1 error"));
  g_assert_false (bb_groups_set_active (fixture->editor, group, TRUE, NULL));
  g_assert_true (bb_field_row_type (row, "8"));
  bb_kit_wait (is_problem_gone, row, "the problem to go");
  bb_editor_seal (fixture->editor);
  g_assert_true (bb_editor_undo (fixture->editor));
  back = bb_field_row_get_text (row);
  g_assert_cmpstr (back, ==, "6.0");
  g_assert_true (bb_editor_redo (fixture->editor));
  act (fixture, "group.activate");
  g_assert_true (bb_group_peek (group)->active);
  g_assert_cmpint (bb_group_peek (group)->min_ma, ==, 8000);
}

static GtkWidget *
table_of (Fixture *fixture)
{
  GtkWidget *table;

  bb_groups_form_finish (bb_groups_page_get_form (fixture->page));
  table = bb_groups_form_get_table (bb_groups_page_get_form (fixture->page));
  g_assert_nonnull (table);
  return table;
}

static void
test_jump (Fixture *fixture, gconstpointer name)
{
  BbStation *station = bb_site_station (fixture->site, 1);
  BbStationTable *table;
  BbFieldRow *row;
  g_autofree char *marked = NULL, *sound = NULL;

  act (fixture, "groups.select::site");
  g_assert_true (bb_editor_set (fixture->editor, BB_PART (station), "min-ma", "40", NULL));
  bb_editor_check_now (fixture->editor);
  act (fixture, "groups.jump(uint32 0)");
  g_assert_true (bb_groups_page_get_selected (fixture->page) == BB_PART (station));
  row = row_of (fixture, "min-ma");
  bb_kit_wait (is_problem_shown, row, "the problem at the field");
  g_assert_true (
      gtk_widget_is_ancestor (gtk_window_get_focus (GTK_WINDOW (fixture->window)), GTK_WIDGET (row)));
  act (fixture, "groups.back");
  g_assert_true (BB_IS_GROUP (bb_groups_page_get_selected (fixture->page)));
  bb_kit_settle ();
  table = BB_STATION_TABLE (table_of (fixture));
  bb_kit_settle ();
  marked = bb_station_table_get_cell (table, 1, 0);
  sound = bb_station_table_get_cell (table, 0, 0);
  g_assert_true (g_str_has_prefix (marked, "⚠ "));
  g_assert_false (g_str_has_prefix (sound, "⚠ "));
}

/* */
static void
test_suggestion (Fixture *fixture, gconstpointer name)
{
  BbGroup *group = bb_site_group (fixture->site, 0);
  gint suggested_ma;
  g_autofree char *sentence = NULL;

  act (fixture, "group.deactivate");
  bb_editor_set (fixture->editor, BB_PART (group), "offline-ma", "7", NULL);
  sentence = bb_group_explain_offline (fixture->site, group, &suggested_ma);
  bb_groups_form_finish (bb_groups_page_get_form (fixture->page));
  g_assert_nonnull (bb_kit_find (GTK_WIDGET (fixture->page), GTK_TYPE_LABEL, sentence));
  act (fixture, "groups.use-suggestion");
  g_assert_cmpint (bb_group_peek (group)->offline_ma, ==, suggested_ma);
}

static void
test_mode (Fixture *fixture, gconstpointer name)
{
  GtkWidget *diagram;
  g_autofree char *boost = NULL, *solar = NULL, *moved = NULL;

  act (fixture, "group.deactivate");
  bb_groups_form_finish (bb_groups_page_get_form (fixture->page));
  diagram = bb_kit_find (GTK_WIDGET (fixture->page), BB_TYPE_MODE_DIAGRAM, NULL);
  g_object_get (diagram, "description", &boost, NULL);
  g_assert_true (g_str_has_prefix (boost, "Boost: "));
  g_assert_true (bb_field_row_type (row_of (fixture, "mode"), "solar"));
  g_object_get (diagram, "description", &solar, NULL);
  g_assert_nonnull (strstr (solar, "7.00 A"));
  g_assert_true (bb_field_row_type (row_of (fixture, "solar-start-ma"), "8,25"));
  g_object_get (diagram, "description", &moved, NULL);
  g_assert_nonnull (strstr (moved, "8.25 A"));
}

static void
test_windows (Fixture *fixture, gconstpointer name)
{
  BbGroup *group = bb_site_group (fixture->site, 0);
  GtkWidget *windows;
  g_autoptr (BbWindow) window = NULL;
  g_autofree char *words = NULL;

  act (fixture, "group.deactivate");
  bb_groups_form_finish (bb_groups_page_get_form (fixture->page));
  windows = bb_kit_find (GTK_WIDGET (fixture->page), BB_TYPE_WINDOW_EDITOR, NULL);
  bb_kit_activate (windows, "windows.add");
  bb_kit_activate (windows, "windows.set((uint32 0, 'start-min', '23:15'))");
  bb_kit_activate (windows, "windows.set((uint32 0, 'end-min', '25:99'))"); /* refused */
  g_object_get (windows, "summary", &words, NULL);
  g_assert_cmpstr (words, ==, "every day 23:15–06:00");
  window = g_list_model_get_item (bb_group_get_windows (group), 0);
  g_assert_cmpint (bb_window_peek (window)->start_min, ==, 23 * 60 + 15);
  bb_kit_activate (windows, "windows.remove(uint32 0)");
  g_assert_cmpuint (g_list_model_get_n_items (bb_group_get_windows (group)), ==, 0);
  bb_editor_undo (fixture->editor);
  g_assert_cmpuint (g_list_model_get_n_items (bb_group_get_windows (group)), ==, 1);
}

/* ---- stations ---- */

static void
test_stations (Fixture *fixture, gconstpointer name)
{
  GtkWidget *table = table_of (fixture);
  BbStationTable *stations = BB_STATION_TABLE (table);
  g_autofree char *first = NULL, *moved = NULL;

  g_assert_cmpuint (bb_station_table_get_n_rows (stations), ==, 12);
  bb_kit_activate (table, "station.add(uint32 3)");
  g_assert_cmpuint (bb_station_table_get_n_rows (stations), ==, 15);
  bb_editor_undo (fixture->editor);
  g_assert_cmpuint (bb_station_table_get_n_rows (stations), ==, 12);
  first = bb_station_table_get_cell (stations, 0, 0);
  bb_kit_activate (table, "station.select([uint32 0, 1])");
  bb_kit_activate (table, "station.move(1)");
  moved = bb_station_table_get_cell (stations, 1, 0);
  g_assert_cmpstr (moved, ==, first);
  bb_editor_undo (fixture->editor);
  bb_kit_activate (table, "station.select([uint32 0, 1])");
  bb_kit_activate (table, "station.duplicate");
  g_assert_cmpuint (bb_station_table_get_n_rows (stations), ==, 14);
  bb_kit_activate (table, "station.remove");
  g_assert_cmpuint (bb_station_table_get_n_rows (stations), ==, 12);
  while (bb_editor_undo (fixture->editor))
    ;
  g_assert_cmpuint (bb_station_table_get_n_rows (stations), ==, 12);
}

/* 40 stations in one form: one step sets all. */
static void
test_edit_together (Fixture *fixture, gconstpointer name)
{
  GtkWidget *table = table_of (fixture);
  gint before_ma = bb_station_peek (bb_site_station (fixture->site, 39))->max_ma;
  BbFieldRow *row;

  bb_kit_activate (table, "station.select-all");
  bb_kit_activate (table, "station.edit");
  g_assert_true (BB_IS_STATION (bb_groups_page_get_selected (fixture->page)));
  row = row_of (fixture, "max-ma");
  g_assert_true (bb_field_row_type (row, "20"));
  bb_editor_seal (fixture->editor);
  for (guint s = 0; s < 40; s++)
    g_assert_cmpint (bb_station_peek (bb_site_station (fixture->site, s))->max_ma, ==, 20000);
  g_assert_true (bb_editor_undo (fixture->editor));
  g_assert_cmpint (bb_station_peek (bb_site_station (fixture->site, 39))->max_ma, ==, before_ma);
  g_assert_false (bb_editor_undo (fixture->editor));
  act (fixture, "groups.back");
}

/* One profile for all of them, in one step; one that nobody knows is told at its row. */
static void
test_devices (Fixture *fixture, gconstpointer name)
{
  GtkWidget *table = table_of (fixture);
  g_autofree char *cell = NULL;
  BbFieldRow *row;

  bb_kit_activate (table, "station.select-all");
  bb_kit_activate (table, "station.edit");
  row = row_of (fixture, "profile");
  gtk_widget_activate_action (GTK_WIDGET (row), "field.set", "s", "webasto-live");
  for (guint s = 0; s < 40; s++) {
    const BbStationFields *fields = bb_station_peek (bb_site_station (fixture->site, s));
    g_assert_cmpstr (fields->profile, ==, "webasto-live");
    g_assert_cmpint (fields->step_ma % 1000, ==, 0);
    g_assert_true (strcmp (fields->connection, "") == 0 || strcmp (fields->connection, "modbus-tcp") == 0);
  }
  act (fixture, "groups.back");
  cell = bb_station_table_get_cell (BB_STATION_TABLE (table_of (fixture)), 0, 1);
  g_assert_true (g_str_has_prefix (cell, "Webasto Live"));
  g_assert_true (bb_editor_undo (fixture->editor));
  g_assert_false (bb_editor_undo (fixture->editor));

  bb_groups_page_select (fixture->page, BB_PART (bb_site_station (fixture->site, 0)));
  row = row_of (fixture, "profile");
  g_assert_true (bb_field_row_type (row, "nobody-knows-it"));
  bb_kit_wait (is_problem_shown, row, "the problem at the profile");
  g_assert_nonnull (strstr (bb_field_row_get_problem (row), "nobody-knows-it"));
}

static gboolean
has_two_groups (gpointer data)
{
  return g_list_model_get_n_items (bb_site_get_groups (((Fixture *) data)->site)) == 2;
}

static gboolean
has_14_stations (gpointer data)
{
  return bb_station_table_get_n_rows (data) == 14;
}

/* Between sites: the clipboard is the same. */
static void
test_copy_paste (Fixture *fixture, gconstpointer name)
{
  Fixture other = { NULL };
  GtkWidget *table;

  act (fixture, "groups.copy");
  open_sample (&other, "garage-12");
  act (&other, "groups.paste");
  bb_kit_wait (has_two_groups, &other, "the pasted group");
  g_assert_false (bb_group_peek (BB_GROUP (bb_groups_page_get_selected (other.page)))->active);
  tear_down (&other, NULL);
  table = table_of (fixture);
  bb_kit_activate (table, "station.select([uint32 0, 1])");
  bb_kit_activate (table, "station.copy");
  open_sample (&other, "garage-12");
  table = table_of (&other);
  bb_kit_activate (table, "station.paste");
  bb_kit_wait (has_14_stations, table, "the pasted stations");
  bb_editor_undo (other.editor);
  g_assert_cmpuint (bb_station_table_get_n_rows (BB_STATION_TABLE (table)), ==, 12);
  tear_down (&other, NULL);
}

/* ---- preview ---- */

static void
test_preview (Fixture *fixture, gconstpointer name)
{
  GtkWidget *figures;
  const BbPreviewFigures *now;
  gint64 before;

  bb_kit_wait (is_previewed, fixture, "the preview");
  figures = bb_kit_find (GTK_WIDGET (fixture->page), g_type_from_name ("BbGroupsPreview"), NULL);
  g_assert_nonnull (figures);
  now = bb_preview_get_figures (bb_groups_page_get_preview (fixture->page));
  before = now->delivered_mws;
  act (fixture, "group.deactivate");
  g_assert_true (bb_field_row_type (row_of (fixture, "working-ma"), "6"));
  bb_kit_wait (is_previewed, fixture, "the preview");
  now = bb_preview_get_figures (bb_groups_page_get_preview (fixture->page));
  g_assert_cmpint (now->delivered_mws, <, before);
  g_autofree char *expected = g_strdup_printf ("%.2f kWh (−%.2f kWh)", (gdouble) now->delivered_mws / 3.6e9,
                                               (gdouble) (before - now->delivered_mws) / 3.6e9);
  g_autofree char *energy = NULL, *note = NULL;
  g_object_get (figures, "energy", &energy, "note", &note, NULL);
  g_assert_cmpstr (energy, ==, expected);
  g_assert_nonnull (strstr (note, "As if “Cars” were active."));
}

static void
test_properties (void)
{
  static const BbKitProperty bar_table[] = { { "percent", "42" }, { NULL, NULL } };
  static const BbKitProperty tree_table[] = { { "narrow", "TRUE" }, { NULL, NULL } };
  static const BbKitProperty list_table[] = { { "expanded", "TRUE" }, { NULL, NULL } };
  struct {
    GtkWidget *widget;
    const BbKitProperty *table;
  } cases[] = { { bb_utilisation_bar_new (), bar_table },
                { bb_circuit_tree_new (), tree_table },
                { bb_problem_list_new (), list_table } };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_object_ref_sink (cases[i].widget);
    bb_kit_round_trip (G_OBJECT (cases[i].widget), cases[i].table);
    g_object_unref (cases[i].widget);
  }
}

/* A group that is moved stays selected. */
static void
test_move (Fixture *fixture, gconstpointer name)
{
  BbPart *group = bb_groups_page_get_selected (fixture->page);

  act (fixture, "groups.duplicate");
  g_assert_true (bb_groups_page_get_selected (fixture->page) != group);
  group = bb_groups_page_get_selected (fixture->page);
  act (fixture, "groups.move(-1)");
  bb_kit_settle ();
  g_assert_true (bb_groups_page_get_selected (fixture->page) == group);
  g_assert_true (BB_PART (bb_site_group (fixture->site, 0)) == group);
}

/* The page comes and goes with its document. */
static void
test_no_document (void)
{
  GtkWidget *page = g_object_ref_sink (bb_groups_page_new ());
  g_autoptr (BbDocument) document = bb_kit_demo ();
  gpointer alive = page;

  bb_page_set_document (BB_PAGE (page), document);
  g_assert_nonnull (bb_groups_page_get_selected (BB_GROUPS_PAGE (page)));
  bb_page_set_document (BB_PAGE (page), NULL);
  g_assert_null (bb_groups_page_get_selected (BB_GROUPS_PAGE (page)));
  bb_page_set_document (BB_PAGE (page), document);
  g_object_add_weak_pointer (G_OBJECT (page), &alive);
  g_object_unref (page);
  bb_kit_settle ();
  g_assert_null (alive);
}

int
main (int argc, char *argv[])
{
  bb_forgive_quarks ();
  bb_kit_init (&argc, &argv);
  g_test_add ("/app/groups/tree", Fixture, "garage-12", set_up, test_tree, tear_down);
  g_test_add ("/app/groups/add-and-remove", Fixture, "garage-12", set_up, test_add_and_remove, tear_down);
  g_test_add ("/app/groups/A-06/edit", Fixture, "villa-demo", set_up, test_edit, tear_down);
  g_test_add ("/app/groups/jump", Fixture, "villa-demo", set_up, test_jump, tear_down);
  g_test_add ("/app/groups/A-08/suggestion", Fixture, "villa-demo", set_up, test_suggestion, tear_down);
  g_test_add ("/app/groups/T-08/mode", Fixture, "villa-demo", set_up, test_mode, tear_down);
  g_test_add ("/app/groups/T-07/windows", Fixture, "villa-demo", set_up, test_windows, tear_down);
  g_test_add ("/app/groups/stations", Fixture, "garage-12", set_up, test_stations, tear_down);
  g_test_add ("/app/groups/edit-together", Fixture, "office-40", set_up, test_edit_together, tear_down);
  g_test_add ("/app/groups/C-10/devices", Fixture, "office-40", set_up, test_devices, tear_down);
  g_test_add ("/app/groups/copy-paste", Fixture, "villa-demo", set_up, test_copy_paste, tear_down);
  g_test_add ("/app/groups/preview", Fixture, "villa-demo", set_up, test_preview, tear_down);
  g_test_add ("/app/groups/move", Fixture, "garage-12", set_up, test_move, tear_down);
  g_test_add_func ("/app/groups/properties", test_properties);
  g_test_add_func ("/app/groups/no-document", test_no_document);
  return g_test_run ();
}
