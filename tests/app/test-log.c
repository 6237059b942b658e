/* SPDX-License-Identifier: GPL-3.0-or-later */
/* test-log.c: the log as a list, its page with filter, and what is exported. */
#include "app/event-log.h"
#include "app/kit.h"
#include "app/pages/log-page.h"

static BbEventLog *
filled (void)
{
  g_autoptr (BbClock) clock = BB_CLOCK (bb_manual_clock_new (0, G_GINT64_CONSTANT (1767225600000)));
  BbEventLog *log = bb_event_log_new (clock);

  bb_event_log_add (log, BB_EVENT_FILE, BB_EVENT_INFO, "Villa", "Opened villa.busbar.");
  bb_event_log_add (log, BB_EVENT_PROBLEM, BB_EVENT_WARNING, "Garage", "The fuse is small.");
  bb_event_log_add (log, BB_EVENT_EDIT, BB_EVENT_INFO, "Villa", "Change maximum current of Garage");
  return log;
}

static BbEvent *
at (GListModel *list, guint position)
{
  g_autoptr (BbEvent) event = g_list_model_get_item (list, position);

  g_assert_nonnull (event);
  return event;
}

static void
test_most (void)
{
  g_autoptr (BbClock) clock = BB_CLOCK (bb_manual_clock_new (0, G_GINT64_CONSTANT (1767225600000)));
  g_autoptr (BbEventLog) log = bb_event_log_new (clock);

  for (guint i = 0; i < 10010; i++)
    bb_event_log_add (log, BB_EVENT_EDIT, BB_EVENT_INFO, "", "Edit");
  g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (log)), ==, 10000);
  g_assert_cmpuint (bb_event_get_number (at (G_LIST_MODEL (log), 0)), ==, 11);
}

/* Typing in one field is one line. */
static void
test_same_edit (void)
{
  g_autoptr (BbManualClock) clock = bb_manual_clock_new (0, G_GINT64_CONSTANT (1767225600000));
  g_autoptr (BbEventLog) log = bb_event_log_new (BB_CLOCK (clock));

  bb_event_log_add_edit (log, "Villa", "Change name");
  bb_event_log_add_edit (log, "Villa", "Change name");
  g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (log)), ==, 1);
  bb_manual_clock_set_wall (clock, G_GINT64_CONSTANT (1767225600000) + 61000, TRUE);
  bb_event_log_add_edit (log, "Villa", "Change name");
  g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (log)), ==, 2);
}

static void
test_page (void)
{
  g_autoptr (BbDocument) demo = bb_kit_demo ();
  BbAppWindow *window = bb_kit_window (demo);
  BbLogPage *page = BB_LOG_PAGE (bb_app_window_get_page (window, "log"));
  GListModel *shown = bb_log_page_get_shown (page);
  BbEventLog *log = bb_document_get_log (demo);
  guint n = 0;

  bb_kit_settle ();
  n = g_list_model_get_n_items (shown);
  g_assert_cmpuint (n, >, 0);
  bb_event_log_add (log, BB_EVENT_SIMULATION, BB_EVENT_GOOD, "Simulation", "Ran 14 days");
  g_assert_cmpuint (g_list_model_get_n_items (shown), ==, n + 1);
  g_assert_cmpstr (bb_event_get_sentence (at (shown, 0)), ==, "Ran 14 days");
  g_object_set (page, "text", "RAN 14", NULL);
  g_assert_cmpuint (g_list_model_get_n_items (shown), ==, 1);
  g_object_set (page, "text", "no such words", NULL);
  g_assert_cmpuint (g_list_model_get_n_items (shown), ==, 0);
  bb_app_window_show_page (window, "log");
  bb_kit_activate (GTK_WIDGET (page), "log.show-all");
  g_object_set (page, "text", "", "kind", (gint) BB_EVENT_SIMULATION, NULL);
  g_assert_cmpuint (g_list_model_get_n_items (shown), ==, 1);
  bb_kit_activate (GTK_WIDGET (page), "log.show-all");
  g_assert_cmpuint (g_list_model_get_n_items (shown), ==, n + 1);
  bb_kit_activate (GTK_WIDGET (window), "win.find");
  g_assert_true (gtk_window_get_focus (GTK_WINDOW (window)) != NULL);
  bb_kit_close (window);
}

static void
test_export (void)
{
  g_autofree char *folder = bb_kit_folder ();
  g_autofree char *path = g_build_filename (folder, "log.csv", NULL);
  g_autoptr (BbDocument) demo = bb_kit_demo ();
  BbAppWindow *window = bb_kit_window (demo);
  BbLogPage *page = BB_LOG_PAGE (bb_app_window_get_page (window, "log"));
  g_autoptr (GError) error = NULL;
  g_autofree char *text = NULL;
  g_auto (GStrv) lines = NULL;

  bb_event_log_add (bb_document_get_log (demo), BB_EVENT_EDIT, BB_EVENT_INFO, "=cmd",
                    "Two words, \"quoted\"");
  g_object_set (page, "text", "quoted", NULL);
  g_assert_true (bb_log_page_export (page, path, &error));
  g_assert_no_error (error);
  g_assert_true (g_file_get_contents (path, &text, NULL, NULL));
  lines = g_strsplit (text, "\n", -1);
  g_assert_cmpstr (lines[0], ==, "time,kind,level,source,sentence");
  g_assert_true (g_str_has_suffix (lines[1], "Edit,info,'=cmd,\"Two words, \"\"quoted\"\"\""));
  g_assert_cmpstr (lines[2], ==, "");
  g_assert_false (bb_log_page_export (page, "/nonexistent/log.csv", &error));
  g_assert_nonnull (error);
  bb_kit_close (window);
  bb_kit_remove (folder);
}

static void
test_kinds (void)
{
  g_autoptr (BbEventLog) log = filled ();

  g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (log)), ==, 3);
  g_assert_null (g_list_model_get_item (G_LIST_MODEL (log), 3));
  for (guint i = 0; i < BB_EVENT_KINDS; i++)
    g_assert_cmpuint (strlen (bb_event_kind_name (i)), >, 0);
}

int
main (int argc, char *argv[])
{
  bb_kit_init (&argc, &argv);
  g_test_add_func ("/app/log/kinds", test_kinds);
  g_test_add_func ("/app/log/most", test_most);
  g_test_add_func ("/app/log/same-edit", test_same_edit);
  g_test_add_func ("/app/log/page", test_page);
  g_test_add_func ("/app/log/export", test_export);
  return g_test_run ();
}
