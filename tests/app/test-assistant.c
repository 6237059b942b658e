/* SPDX-License-Identifier: GPL-3.0-or-later */
/* test-assistant.c: the form for a new site: what it says while answers are given, what it refuses, what it
 * makes. */
#include "app/app-window-private.h"
#include "app/assistant.h"
#include "app/kit.h"

static BbAssistant *
open_form (BbAppWindow **window)
{
  *window = bb_kit_window (NULL);
  bb_app_window_show_assistant (*window);
  bb_kit_wait_frames (GTK_WIDGET (*window), 2);
  return BB_ASSISTANT (bb_app_window_get_page (*window, "assistant"));
}

static GtkWidget *
child (BbAssistant *form, const char *id)
{
  return GTK_WIDGET (gtk_widget_get_template_child (GTK_WIDGET (form), BB_TYPE_ASSISTANT, id));
}

static void
choose (BbAssistant *form, const char *id, guint position)
{
  adw_combo_row_set_selected (ADW_COMBO_ROW (child (form, id)), position);
}

static void
state (BbAssistant *form, const char *id, double value)
{
  gtk_spin_button_set_value (GTK_SPIN_BUTTON (child (form, id)), value);
}

static void
says (BbAssistant *form, const char *text)
{
  if (!strstr (bb_assistant_get_outlook (form), text))
    g_error ("expected “%s” in: %s", text, bb_assistant_get_outlook (form));
}

static void
test_outlook (void)
{
  BbAppWindow *window = NULL;
  BbAssistant *form = open_form (&window);

  says (form, "stations share what the house leaves of 25.0 A");
  says (form, "11.04 kW");
  state (form, "fuse", 63);
  says (form, "63.0 A");
  state (form, "stations", 1);
  says (form, "1 station takes");
  choose (form, "phases", 1);
  says (form, "3.68 kW");
  choose (form, "measured", BB_MEASURED_NOT);
  says (form, "1 station gets");
  bb_kit_close (window);
}

static gboolean
can_create (BbAssistant *form)
{
  return gtk_widget_get_sensitive (child (form, "create"));
}

static void
test_refused_grids (void)
{
  BbAppWindow *window = NULL;
  BbAssistant *form = open_form (&window);

  g_assert_true (can_create (form));
  for (guint grid = BB_GRID_TT_THREE_PHASE; grid <= BB_GRID_SPLIT_PHASE; grid++) {
    choose (form, "grid", grid);
    says (form, "cannot be used on this grid");
    g_assert_true (gtk_widget_get_visible (child (form, "grid_refused")));
    g_assert_false (can_create (form));
  }
  choose (form, "grid", BB_GRID_TN_ONE_PHASE);
  g_assert_false (gtk_widget_get_visible (child (form, "grid_refused")));
  g_assert_false (gtk_widget_get_visible (child (form, "phases")));
  g_assert_true (can_create (form));
  bb_kit_close (window);
}

static void
test_create (void)
{
  BbAppWindow *window = NULL;
  BbAssistant *form = open_form (&window);
  BbDocument *document = NULL;
  BbSite *site = NULL;

  gtk_editable_set_text (GTK_EDITABLE (child (form, "name")), "  Hauptstraße 5 ");
  state (form, "fuse", 35);
  state (form, "stations", 4);
  state (form, "pv", 9.5);
  bb_kit_activate (GTK_WIDGET (form), "assistant.create");
  document = bb_app_window_get_document (window);
  g_assert_nonnull (document);
  site = bb_document_get_site (document);
  g_assert_cmpstr (bb_document_get_name (document), ==, "Hauptstraße 5");
  g_assert_true (bb_document_get_modified (document));
  g_assert_null (bb_document_get_path (document));
  g_assert_cmpuint (g_list_model_get_n_items (bb_site_get_stations (site)), ==, 4);
  bb_editor_check_now (bb_document_get_editor (document));
  g_assert_cmpuint (bb_editor_get_n_errors (bb_document_get_editor (document)), ==, 0);
  g_assert_cmpstr (bb_app_window_get_page_name (window), ==, "simulate");
  bb_app_window_close_now (window);
}

static void
test_cancel_and_reset (void)
{
  BbAppWindow *window = NULL;
  BbAssistant *form = open_form (&window);

  state (form, "fuse", 63);
  gtk_editable_set_text (GTK_EDITABLE (child (form, "name")), "Draft");
  bb_kit_activate (GTK_WIDGET (form), "assistant.cancel");
  g_assert_cmpstr (bb_app_window_get_page_name (window), ==, "welcome");
  bb_app_window_show_assistant (window);
  g_assert_cmpstr (gtk_editable_get_text (GTK_EDITABLE (child (form, "name"))), ==, "");
  g_assert_cmpfloat (gtk_spin_button_get_value (GTK_SPIN_BUTTON (child (form, "fuse"))), ==, 25.0);
  bb_kit_close (window);
}

/* The keyboard alone reaches every field and the button, in the order of the form. */
static void
test_keyboard (void)
{
  static const char *const order[]
      = { "name",    "grid", "fuse",  "measured", "other",   "stations", "phases",
          "current", "cars", "homes", "pv",       "battery", "create" };
  BbAppWindow *window = NULL;
  BbAssistant *form = open_form (&window);
  guint reached = 0;

  gtk_widget_grab_focus (GTK_WIDGET (form));
  for (guint i = 0; i < 80 && reached < G_N_ELEMENTS (order); i++) {
    GtkWidget *focus = gtk_window_get_focus (GTK_WINDOW (window));
    GtkWidget *wanted = child (form, order[reached]);
    if (focus && (focus == wanted || gtk_widget_is_ancestor (focus, wanted)))
      reached++;
    else
      gtk_widget_child_focus (GTK_WIDGET (window), GTK_DIR_TAB_FORWARD);
  }
  if (reached < G_N_ELEMENTS (order))
    g_error ("Tab does not reach %s after %s", order[reached],
             reached > 0 ? order[reached - 1] : "the start");
  bb_kit_close (window);
}

int
main (int argc, char *argv[])
{
  bb_kit_init (&argc, &argv);
  g_test_add_func ("/app/assistant/outlook", test_outlook);
  g_test_add_func ("/app/assistant/refused-grids", test_refused_grids);
  g_test_add_func ("/app/assistant/create", test_create);
  g_test_add_func ("/app/assistant/cancel-and-reset", test_cancel_and_reset);
  g_test_add_func ("/app/assistant/keyboard", test_keyboard);
  return g_test_run ();
}
