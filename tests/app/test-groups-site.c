/* SPDX-License-Identifier: GPL-3.0-or-later */
/* test-groups-site.c: the form of the site itself: prices, signals, accepted excesses; accepting one where it
 * is reported. */
#include "kit.h"

#include "app/pages/groups-page.h"
#include "app/pages/groups-parts.h"
#include "app/widgets/accept-row.h"
#include "app/widgets/problem-list.h"

/* Two stations whose fail-safe currents, 12 A together, are over the group's limit; one cannot be set. */
static const char text[]
    = "{\"format\":\"busbar-site/1\",\"name\":\"Yard\",\"timezone\":\"Europe/Zurich\",\"currency\":\"EUR\","
      "\"circuits\":[{\"id\":\"main\",\"rating_a\":25,\"meter\":\"m\",\"other_load_a\":5}],"
      "\"meters\":[{\"id\":\"m\",\"signed\":true}],"
      "\"groups\":[{\"id\":\"cars\",\"name\":\"Cars\",\"circuit\":\"main\",\"active\":true,\"offline_a\":10}]"
      ","
      "\"stations\":[{\"id\":\"a\",\"group\":\"cars\",\"failsafe_a\":6,\"failsafe_fixed\":true,\"max_a\":16},"
      "{\"id\":\"b\",\"group\":\"cars\",\"failsafe_a\":6,\"max_a\":16}],"
      "\"tariff\":[{\"name\":\"Night\",\"start\":\"22:00\",\"end\":\"06:00\",\"price_per_kwh\":0.12}]}";

typedef struct {
  char *folder;
  BbDocument *document;
  BbAppWindow *window;
  BbGroupsPage *page;
  BbEditor *editor;
  BbSite *site;
} Fixture;

static void
set_up (Fixture *fixture, gconstpointer data)
{
  g_autofree char *path = NULL;
  g_autoptr (GError) error = NULL;

  fixture->folder = bb_kit_folder ();
  path = g_build_filename (fixture->folder, "yard.busbar", NULL);
  g_assert_true (g_file_set_contents (path, text, -1, NULL));
  fixture->document = bb_kit_load (path, &error);
  g_assert_no_error (error);
  fixture->window = bb_kit_window (fixture->document);
  bb_app_window_show_page (fixture->window, "groups");
  fixture->page = BB_GROUPS_PAGE (bb_app_window_get_page (fixture->window, "groups"));
  fixture->editor = bb_document_get_editor (fixture->document);
  fixture->site = bb_editor_get_site (fixture->editor);
  bb_kit_settle ();
  bb_kit_activate (GTK_WIDGET (fixture->page), "groups.select::site");
}

static void
tear_down (Fixture *fixture, gconstpointer data)
{
  bb_kit_close (fixture->window);
  g_clear_object (&fixture->document);
  bb_kit_remove (fixture->folder);
  g_free (fixture->folder);
}

static BbGroupsParts *
list_of (Fixture *fixture, GType type)
{
  GtkWidget *list = bb_groups_form_get_list (bb_groups_page_get_form (fixture->page), type);

  g_assert_nonnull (list);
  return BB_GROUPS_PARTS (list);
}

static void
assert_item (BbGroupsParts *list, guint number, const char *expected)
{
  g_autofree char *words = bb_groups_parts_get_text (list, number);

  g_assert_cmpstr (words, ==, expected);
}

static BbFieldRow *
row_of (BbGroupsParts *list, GListModel *parts, guint number, const char *property)
{
  g_autoptr (BbPart) part = g_list_model_get_item (parts, number);
  GtkWidget *row = bb_groups_parts_find (list, part, property);

  g_assert_true (BB_IS_FIELD_ROW (row));
  return BB_FIELD_ROW (row);
}

static gboolean
has_problem (gpointer list)
{
  return bb_groups_parts_get_problem (list, 1) != NULL;
}

static gboolean
has_no_problem (gpointer list)
{
  return bb_groups_parts_get_problem (list, 1) == NULL;
}

static void
undo_all (Fixture *fixture)
{
  while (bb_editor_undo (fixture->editor))
    ;
  bb_kit_settle ();
}

/* ---- prices ---- */

static void
test_prices (Fixture *fixture, gconstpointer data)
{
  BbGroupsParts *list = list_of (fixture, BB_TYPE_TARIFF_WINDOW);
  GListModel *prices = bb_site_get_tariff (fixture->site);
  BbFieldRow *row;

  assert_item (list, 0, "Night\nevery day 22:00–06:00 · 0.1200 EUR per kWh");
  bb_kit_activate (GTK_WIDGET (list), "parts.add");
  g_assert_cmpuint (g_list_model_get_n_items (prices), ==, 2);
  /* What the night leaves, at its price; the name is where one types. */
  assert_item (list, 1, "06:00–22:00\nevery day 06:00–22:00 · 0.1200 EUR per kWh");
  row = row_of (list, prices, 1, "name");
  g_assert_true (
      gtk_widget_is_ancestor (gtk_window_get_focus (GTK_WINDOW (fixture->window)), GTK_WIDGET (row)));
  g_assert_true (bb_field_row_type (row, "Day"));
  g_assert_true (bb_field_row_type (row_of (list, prices, 1, "price-e5"), "-0,05"));
  g_assert_true (bb_field_row_type (row_of (list, prices, 1, "days"), "mon,tue,wed,thu,fri"));
  assert_item (list, 1, "Day\nMo–Fr 06:00–22:00 · −0.0500 EUR per kWh");
  g_assert_false (bb_field_row_type (row_of (list, prices, 1, "start-min"), "24:30"));
  g_assert_nonnull (bb_field_row_get_error (row_of (list, prices, 1, "start-min")));
  bb_kit_activate (GTK_WIDGET (list), "parts.remove(uint32 0)");
  assert_item (list, 0, "Day\nMo–Fr 06:00–22:00 · −0.0500 EUR per kWh");
  assert_item (list, 1, NULL);
  undo_all (fixture);
  assert_item (list, 0, "Night\nevery day 22:00–06:00 · 0.1200 EUR per kWh");
  assert_item (list, 1, NULL);
}

/* A problem of a price as a whole stands at its row; a jump opens it. */
static void
test_overlap (Fixture *fixture, gconstpointer data)
{
  BbGroupsParts *list = list_of (fixture, BB_TYPE_TARIFF_WINDOW);
  GListModel *prices = bb_site_get_tariff (fixture->site), *problems;
  gboolean jumped = FALSE;

  bb_kit_activate (GTK_WIDGET (list), "parts.add");
  g_assert_true (bb_field_row_type (row_of (list, prices, 1, "start-min"), "05:00"));
  bb_kit_wait (has_problem, list, "the overlap at the price");
  g_assert_nonnull (strstr (bb_groups_parts_get_problem (list, 1), "overlaps number 1"));
  bb_kit_activate (GTK_WIDGET (fixture->page), "groups.select::group/cars");
  problems = bb_editor_get_problems (fixture->editor);
  for (guint i = 0; i < g_list_model_get_n_items (problems); i++) {
    g_autoptr (BbProblem) problem = g_list_model_get_item (problems, i);
    if (strcmp (bb_problem_get_rule (problem), "windows-overlap") == 0)
      jumped = bb_groups_page_jump (fixture->page, problem);
  }
  g_assert_true (jumped && BB_IS_SITE (bb_groups_page_get_selected (fixture->page)));
  list = list_of (fixture, BB_TYPE_TARIFF_WINDOW);
  g_assert_true (
      gtk_widget_is_ancestor (gtk_window_get_focus (GTK_WINDOW (fixture->window)), GTK_WIDGET (list)));
  g_assert_true (bb_field_row_type (row_of (list, prices, 1, "start-min"), "06:00"));
  bb_kit_wait (has_no_problem, list, "the problem to go");
}

static void
test_signals (Fixture *fixture, gconstpointer data)
{
  BbGroupsParts *list = list_of (fixture, BB_TYPE_SIGNAL);
  GListModel *sources = bb_site_get_signals (fixture->site);
  BbSignal *source;

  assert_item (list, 0, NULL);
  bb_kit_activate (GTK_WIDGET (list), "parts.add");
  assert_item (list, 0, "signal-1\nInputs 0 0 Normal · 0 1 Reduced · 1 0 Locked · 1 1 Locked");
  source = bb_site_signal (fixture->site, 0);
  g_assert_true (bb_field_row_type (row_of (list, sources, 0, "name"), "<Ripple & co>"));
  g_assert_true (bb_field_row_type (row_of (list, sources, 0, "input-11"), "reduced"));
  g_assert_true (bb_field_row_type (row_of (list, sources, 0, "keep-ms"), "600"));
  g_assert_cmpint (bb_signal_peek (source)->keep_ms, ==, 600000);
  assert_item (list, 0, "<Ripple & co>\nInputs 0 0 Normal · 0 1 Reduced · 1 0 Locked · 1 1 Reduced");
  bb_kit_activate (GTK_WIDGET (list), "parts.add");
  bb_kit_activate (GTK_WIDGET (list), "parts.remove(uint32 1)");
  g_assert_cmpuint (g_list_model_get_n_items (sources), ==, 1);
  bb_kit_activate (GTK_WIDGET (list), "parts.remove(uint32 7)");
  bb_kit_activate (GTK_WIDGET (list), "parts.open(uint32 7)");
  undo_all (fixture);
  g_assert_cmpuint (g_list_model_get_n_items (sources), ==, 0);
}

/* ---- accepted excesses ---- */

static BbAcceptRow *
accept_row_in (GtkWidget *root)
{
  GtkWidget *row = bb_kit_find (root, BB_TYPE_ACCEPT_ROW, NULL);

  g_assert_nonnull (row);
  return BB_ACCEPT_ROW (row);
}

/* At the field of the group. */
static void
test_accept_in_form (Fixture *fixture, gconstpointer data)
{
  BbGroupsForm *form = bb_groups_page_get_form (fixture->page);
  GListModel *accepted = bb_site_get_acknowledgements (fixture->site);
  BbGroup *cars = bb_site_group (fixture->site, 0);
  BbAcceptRow *row;

  bb_kit_activate (GTK_WIDGET (fixture->page), "groups.select::group/cars");
  bb_groups_form_finish (form);
  row = accept_row_in (GTK_WIDGET (form));
  g_assert_true (gtk_widget_get_visible (GTK_WIDGET (row)));
  g_assert_cmpuint (bb_editor_get_n_errors (fixture->editor), ==, 1);
  bb_kit_activate (GTK_WIDGET (row), "accept.open");
  bb_accept_row_type (row, "  ", "");
  bb_kit_activate (GTK_WIDGET (row), "accept.confirm");
  g_assert_nonnull (strstr (bb_accept_row_get_error (row), "name"));
  bb_accept_row_type (row, "A. Muster", "");
  bb_kit_activate (GTK_WIDGET (row), "accept.confirm");
  g_assert_nonnull (strstr (bb_accept_row_get_error (row), "why"));
  g_assert_cmpuint (g_list_model_get_n_items (accepted), ==, 0);
  bb_kit_activate (GTK_WIDGET (row), "accept.cancel");
  g_assert_null (bb_accept_row_get_error (row));
  bb_kit_activate (GTK_WIDGET (row), "accept.open");
  bb_accept_row_type (row, "A. Muster", "No such setting");
  bb_kit_activate (GTK_WIDGET (row), "accept.confirm");
  g_assert_cmpstr (bb_acknowledgement_peek (bb_group_get_acceptance (fixture->site, cars))->reason, ==,
                   "No such setting");
  bb_editor_check_now (fixture->editor);
  bb_kit_settle ();
  g_assert_cmpuint (bb_editor_get_n_errors (fixture->editor), ==, 0);
  g_assert_nonnull (
      strstr (bb_field_row_get_problem (bb_groups_form_find_row (form, BB_PART (cars), "offline-ma")),
              "Accepted by A. Muster: No such setting"));
  bb_kit_activate (GTK_WIDGET (row), "accept.withdraw");
  g_assert_cmpuint (g_list_model_get_n_items (accepted), ==, 0);
  g_assert_true (bb_editor_undo (fixture->editor));
  g_assert_cmpuint (g_list_model_get_n_items (accepted), ==, 1);
  g_assert_true (bb_editor_undo (fixture->editor));
  g_assert_cmpuint (g_list_model_get_n_items (accepted), ==, 0);
  g_assert_false (bb_editor_undo (fixture->editor));
}

/* In the list of problems; then it stands in the site's form, where it can be withdrawn too. */
static void
test_accept_in_list (Fixture *fixture, gconstpointer data)
{
  GtkWidget *problems = bb_kit_find (GTK_WIDGET (fixture->page), BB_TYPE_PROBLEM_LIST, NULL);
  BbGroupsParts *list = list_of (fixture, BB_TYPE_ACKNOWLEDGEMENT);
  BbAcceptRow *row;

  assert_item (list, 0, NULL);
  g_object_set (problems, "expanded", TRUE, NULL);
  row = accept_row_in (problems);
  bb_kit_activate (GTK_WIDGET (row), "accept.open");
  bb_accept_row_type (row, "B", "C");
  bb_kit_activate (GTK_WIDGET (row), "accept.confirm");
  bb_kit_settle ();
  assert_item (list, 0, "Fail-safe currents of Cars\nAccepted by B: C");
  bb_kit_activate (GTK_WIDGET (accept_row_in (problems)), "accept.withdraw");
  bb_kit_settle ();
  assert_item (list, 0, NULL);
  bb_editor_undo (fixture->editor);
  assert_item (list, 0, "Fail-safe currents of Cars\nAccepted by B: C");
  g_assert_true (
      bb_field_row_type (row_of (list, bb_site_get_acknowledgements (fixture->site), 0, "reason"), "D"));
  assert_item (list, 0, "Fail-safe currents of Cars\nAccepted by B: D");
  bb_kit_activate (GTK_WIDGET (list), "parts.remove(uint32 0)");
  bb_editor_check_now (fixture->editor);
  g_assert_cmpuint (bb_editor_get_n_errors (fixture->editor), ==, 1);
}

/* Nothing is offered where every station can be set, or the limits hold. */
static void
test_nothing_to_accept (Fixture *fixture, gconstpointer data)
{
  GtkWidget *problems = bb_kit_find (GTK_WIDGET (fixture->page), BB_TYPE_PROBLEM_LIST, NULL);
  BbAcceptRow *row;

  g_object_set (problems, "expanded", TRUE, NULL);
  bb_editor_set (fixture->editor, BB_PART (bb_site_station (fixture->site, 0)), "failsafe-fixed", "false",
                 NULL);
  bb_editor_set (fixture->editor, BB_PART (bb_site_station (fixture->site, 1)), "name", "X", NULL);
  bb_kit_activate (GTK_WIDGET (fixture->page), "groups.select::group/cars");
  bb_groups_form_finish (bb_groups_page_get_form (fixture->page));
  row = accept_row_in (GTK_WIDGET (bb_groups_page_get_form (fixture->page)));
  bb_editor_check_now (fixture->editor);
  bb_kit_settle ();
  g_assert_cmpuint (bb_editor_get_n_errors (fixture->editor), ==, 1);
  g_assert_false (gtk_widget_get_visible (GTK_WIDGET (row)));
  bb_editor_set (fixture->editor, BB_PART (bb_site_station (fixture->site, 0)), "failsafe-fixed", "true",
                 NULL);
  bb_editor_set (fixture->editor, BB_PART (bb_site_station (fixture->site, 0)), "failsafe-ma", "0", NULL);
  bb_editor_check_now (fixture->editor);
  bb_kit_settle ();
  g_assert_false (gtk_widget_get_visible (GTK_WIDGET (row)));
}

#define ADD(name, test) g_test_add ("/app/groups-site/" name, Fixture, NULL, set_up, test, tear_down)

int
main (int argc, char *argv[])
{
  bb_kit_init (&argc, &argv);
  ADD ("prices", test_prices);
  ADD ("overlap", test_overlap);
  ADD ("signals", test_signals);
  ADD ("accept-in-form", test_accept_in_form);
  ADD ("accept-in-list", test_accept_in_list);
  ADD ("nothing-to-accept", test_nothing_to_accept);
  return g_test_run ();
}
