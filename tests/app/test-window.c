/* SPDX-License-Identifier: GPL-3.0-or-later */
/* test-window.c: the window: pages, undo, its title, files that open and files that do not, drops, unsaved
 * work. */
#include <glib/gstdio.h>

#include "app/app-window-private.h"
#include "app/kit.h"
#include "app/page.h"
#include "app/recent.h"
#include "app/welcome.h"

static void
edit (BbDocument *document, const char *name)
{
  g_autoptr (GError) error = NULL;

  bb_editor_set (bb_document_get_editor (document), BB_PART (bb_document_get_site (document)), "name", name,
                 &error);
  bb_editor_seal (bb_document_get_editor (document));
  g_assert_no_error (error);
}

static gboolean
has_message (gpointer window)
{
  return gtk_widget_get_first_child (GTK_WIDGET (bb_app_window_get_messages (window))) != NULL;
}

static const char *
message (BbAppWindow *window)
{
  return bb_message_get_text (gtk_widget_get_first_child (GTK_WIDGET (bb_app_window_get_messages (window))));
}

static gboolean
has_document (gpointer window)
{
  return bb_app_window_get_document (window) != NULL;
}

static char *
write_file (const char *folder, const char *name, const char *text)
{
  char *path = g_build_filename (folder, name, NULL);

  g_assert_true (g_file_set_contents (path, text, -1, NULL));
  return path;
}

static void
test_welcome (void)
{
  BbAppWindow *window = bb_kit_window (NULL);

  g_assert_cmpstr (bb_app_window_get_page_name (window), ==, "welcome");
  g_assert_false (bb_app_window_show_page (window, "log"));
  g_action_group_activate_action (G_ACTION_GROUP (bb_kit_application ()), "demo", NULL);
  bb_kit_wait (has_document, window, "the demo");
  g_assert_cmpstr (bb_app_window_get_page_name (window), !=, "welcome");
  g_assert_cmpstr (bb_document_get_name (bb_app_window_get_document (window)), ==, "Villa demo");
  bb_kit_close (window);
}

static void
test_pages (void)
{
  g_autoptr (BbDocument) demo = bb_kit_demo ();
  BbAppWindow *window = bb_kit_window (demo);

  bb_kit_activate (GTK_WIDGET (window), "win.show-page::log");
  g_assert_cmpstr (bb_app_window_get_page_name (window), ==, "log");
  bb_kit_activate (GTK_WIDGET (window), "win.show-page::groups");
  g_assert_cmpstr (bb_app_window_get_page_name (window), ==, "groups");
  bb_kit_activate (GTK_WIDGET (window), "win.show-page::nothing");
  g_assert_cmpstr (bb_app_window_get_page_name (window), ==, "groups");
  g_assert_true (bb_page_get_document (BB_PAGE (bb_app_window_get_page (window, "log"))) == demo);
  bb_app_window_set_document (window, NULL);
  g_assert_cmpstr (bb_app_window_get_page_name (window), ==, "welcome");
  g_assert_null (bb_page_get_document (BB_PAGE (bb_app_window_get_page (window, "log"))));
  bb_kit_close (window);
}

static void
test_undo (void)
{
  g_autoptr (BbDocument) demo = bb_kit_demo ();
  BbAppWindow *window = bb_kit_window (demo);

  edit (demo, "Renamed");
  g_assert_cmpstr (gtk_window_get_title (GTK_WINDOW (window)), ==, "Renamed");
  g_assert_true (bb_kit_is_enabled (window, "win.undo"));
  bb_kit_activate (GTK_WIDGET (window), "win.undo");
  g_assert_cmpstr (gtk_window_get_title (GTK_WINDOW (window)), ==, "Villa demo");
  g_assert_false (bb_kit_is_enabled (window, "win.undo"));
  bb_kit_activate (GTK_WIDGET (window), "win.redo");
  g_assert_cmpstr (bb_document_get_name (demo), ==, "Renamed");
  bb_kit_close (window);
}

static void
test_narrow (void)
{
  g_autoptr (BbDocument) demo = bb_kit_demo ();
  BbAppWindow *window = bb_kit_window (demo);
  gboolean compact = FALSE;

  gtk_window_set_default_size (GTK_WINDOW (window), 1100, 700);
  bb_kit_wait_frames (GTK_WIDGET (window), 4);
  g_object_get (window, "compact", &compact, NULL);
  g_assert_false (compact);
  gtk_window_set_default_size (GTK_WINDOW (window), 800, 600);
  bb_kit_wait_frames (GTK_WIDGET (window), 4);
  g_object_get (window, "compact", &compact, NULL);
  if (gtk_widget_get_width (GTK_WIDGET (window)) < 900)
    g_assert_true (compact);
  else
    g_test_message ("the window cannot get narrower than %d", gtk_widget_get_width (GTK_WIDGET (window)));
  bb_kit_close (window);
}

static void
test_opens_beside (void)
{
  g_autofree char *folder = bb_kit_folder ();
  g_autofree char *path = g_build_filename (folder, "villa.busbar", NULL);
  g_autoptr (BbDocument) demo = bb_kit_demo ();
  BbAppWindow *window = bb_kit_window (NULL);

  g_assert_true (bb_kit_save (demo, path, 0, NULL));
  bb_application_open_path (bb_kit_application (), window, path);
  bb_kit_wait (has_document, window, "the site");
  g_assert_cmpstr (bb_document_get_path (bb_app_window_get_document (window)), ==, path);
  bb_application_open_path (bb_kit_application (), window, path);
  bb_kit_settle ();
  g_assert_cmpuint (g_list_length (gtk_application_get_windows (GTK_APPLICATION (bb_kit_application ()))), ==,
                    1);
  bb_kit_close (window);
  bb_kit_remove (folder);
}

/* Files that cannot be opened: a sentence, and the open site stays as it is. */
static void
refuses (const char *name, const char *text, const char *expected)
{
  g_autofree char *folder = bb_kit_folder ();
  g_autofree char *path = write_file (folder, name, text);
  g_autoptr (BbDocument) demo = bb_kit_demo ();
  BbAppWindow *window = bb_kit_window (demo);

  edit (demo, "My work");
  bb_application_open_path (bb_kit_application (), window, path);
  bb_kit_wait (has_message, window, "the message");
  if (!strstr (message (window), expected))
    g_error ("expected “%s” in: %s", expected, message (window));
  g_assert_nonnull (strstr (message (window), name));
  g_assert_true (bb_app_window_get_document (window) == demo);
  g_assert_cmpstr (bb_document_get_name (demo), ==, "My work");
  g_assert_true (bb_document_get_modified (demo));
  bb_kit_close (window);
  bb_kit_remove (folder);
}

static void
test_refuses_newer (void)
{
  refuses ("future.busbar", "{\"format\":\"busbar-site/9\"}", "newer");
}

static void
test_refuses_foreign (void)
{
  refuses ("foreign.busbar",
           "\x7f"
           "ELF\1\1\1",
           "");
}

static void
test_refuses_cut (void)
{
  refuses ("cut.busbar", "{\"format\":\"busbar-site/1\", \"stations\": [", "");
}

static void
drop (BbAppWindow *window, const char *path)
{
  g_autoptr (GFile) file = g_file_new_for_path (path);

  bb_app_window_drop_file (window, file);
}

static void
test_drops (void)
{
  g_autofree char *folder = bb_kit_folder ();
  g_autofree char *path = g_build_filename (folder, "villa.BUSBAR", NULL);
  g_autofree char *text = write_file (folder, "notes.txt", "hello");
  g_autoptr (BbDocument) demo = bb_kit_demo ();
  BbAppWindow *window = bb_kit_window (NULL);

  g_assert_true (bb_kit_save (demo, path, 0, NULL));
  drop (window, text);
  bb_kit_settle ();
  g_assert_false (has_document (window));
  drop (window, path);
  bb_kit_wait (has_document, window, "the dropped site");
  bb_kit_close (window);
  bb_kit_remove (folder);
}

/* ---- unsaved work ---- */

static GtkWidget *
find_dialog (void)
{
  GList *windows = gtk_application_get_windows (GTK_APPLICATION (bb_kit_application ()));
  GListModel *all = gtk_window_get_toplevels ();

  (void) windows;
  for (guint i = 0; i < g_list_model_get_n_items (all); i++) {
    g_autoptr (GtkWidget) window = g_list_model_get_item (all, i);
    if (ADW_IS_MESSAGE_DIALOG (window))
      return window;
  }
  return NULL;
}

static gboolean
is_alive (gpointer pointer)
{
  return *(gpointer *) pointer == NULL;
}

/* Closes the window and answers the question. */
static void
close_and_answer (BbAppWindow *window, const char *response)
{
  GtkWidget *dialog = NULL;

  gtk_window_close (GTK_WINDOW (window));
  bb_kit_settle ();
  dialog = find_dialog ();
  g_assert_nonnull (dialog);
  adw_message_dialog_response (ADW_MESSAGE_DIALOG (dialog), response);
  gtk_window_destroy (GTK_WINDOW (dialog));
  bb_kit_settle ();
}

static void
test_close_unchanged (void)
{
  g_autoptr (BbDocument) demo = bb_kit_demo ();
  gpointer window = bb_kit_window (demo);

  g_object_add_weak_pointer (window, &window);
  gtk_window_close (window);
  bb_kit_wait (is_alive, &window, "the window to close");
}

static void
test_close_cancel_and_discard (void)
{
  g_autoptr (BbDocument) demo = bb_kit_demo ();
  gpointer window = bb_kit_window (demo);

  g_object_add_weak_pointer (window, &window);
  edit (demo, "Unsaved");
  close_and_answer (window, "cancel");
  g_assert_nonnull (window);
  g_assert_true (bb_document_get_modified (demo));
  close_and_answer (window, "choice-1");
  bb_kit_wait (is_alive, &window, "the window to close");
}

static void
test_close_save (void)
{
  g_autofree char *folder = bb_kit_folder ();
  g_autofree char *path = g_build_filename (folder, "villa.busbar", NULL);
  g_autoptr (BbDocument) demo = bb_kit_demo ();
  g_autoptr (BbDocument) again = NULL;
  gpointer window = NULL;

  g_assert_true (bb_kit_save (demo, path, 0, NULL));
  window = bb_kit_window (demo);
  g_object_add_weak_pointer (window, &window);
  edit (demo, "Saved at the end");
  close_and_answer (window, "choice-2");
  bb_kit_wait (is_alive, &window, "the window to close");
  again = bb_kit_load (path, NULL);
  g_assert_cmpstr (bb_document_get_name (again), ==, "Saved at the end");
  bb_kit_remove (folder);
}

/* Saving fails while closing: the window stays, with the site, the sentence and the way on. */
static void
test_close_save_fails (void)
{
  g_autofree char *folder = bb_kit_folder ();
  g_autofree char *path = g_build_filename (folder, "villa.busbar", NULL);
  g_autoptr (BbDocument) demo = bb_kit_demo ();
  gpointer window = NULL;

  g_assert_true (bb_kit_save (demo, path, 0, NULL));
  window = bb_kit_window (demo);
  g_object_add_weak_pointer (window, &window);
  edit (demo, "Precious");
  bb_kit_remove (folder);
  close_and_answer (window, "choice-2");
  bb_kit_wait (has_message, window, "the message");
  g_assert_nonnull (strstr (message (window), "was not saved"));
  g_assert_nonnull (bb_kit_find (window, GTK_TYPE_BUTTON, "Save _as…"));
  g_assert_true (bb_document_get_modified (demo));
  bb_kit_close (window);
}

/* ---- work that was left ---- */

static void
leave_work (const char *name)
{
  g_autofree char *folder = bb_recovery_get_folder ();
  g_autoptr (BbDocument) demo = bb_kit_demo ();
  g_autoptr (BbClock) clock = bb_clock_new_real ();
  g_autoptr (BbRecovery) recovery = bb_recovery_new (demo, folder, clock, 1, NULL);

  edit (demo, name);
  bb_recovery_flush (recovery);
  g_clear_object (&recovery);
  bb_kit_settle ();
}

static void
offer (BbAppWindow *window)
{
  g_autofree char *folder = bb_recovery_get_folder ();
  g_autoptr (GPtrArray) found = bb_recovery_find (folder);

  g_assert_cmpuint (found->len, ==, 1);
  bb_app_window_offer_leftover (window, found->pdata[0]);
}

static void
test_restore (void)
{
  g_autofree char *folder = bb_recovery_get_folder ();
  BbAppWindow *window = bb_kit_window (NULL);
  g_autoptr (GPtrArray) found = NULL;

  leave_work ("Half done");
  offer (window);
  g_assert_cmpstr (message (window), ==, "Busbar was ended before you saved Half done.");
  g_signal_emit_by_name (bb_kit_find (GTK_WIDGET (window), GTK_TYPE_BUTTON, "_Restore"), "clicked");
  g_assert_true (has_document (window));
  g_assert_false (has_message (window));
  g_assert_cmpstr (bb_document_get_name (bb_app_window_get_document (window)), ==, "Half done");
  g_assert_true (bb_document_get_modified (bb_app_window_get_document (window)));
  bb_app_window_keep_work (window);
  found = bb_recovery_find (folder);
  g_assert_cmpuint (found->len, ==, 0);
  bb_app_window_close_now (window);
  bb_recovery_wait ();
  bb_kit_settle ();
}

static void
test_discard (void)
{
  g_autofree char *folder = bb_recovery_get_folder ();
  BbAppWindow *window = bb_kit_window (NULL);
  g_autoptr (GPtrArray) found = NULL;

  leave_work ("Not wanted");
  offer (window);
  g_signal_emit_by_name (bb_kit_find (GTK_WIDGET (window), GTK_TYPE_BUTTON, "_Discard"), "clicked");
  g_assert_false (has_document (window));
  g_assert_false (has_message (window));
  found = bb_recovery_find (folder);
  g_assert_cmpuint (found->len, ==, 0);
  bb_kit_close (window);
}

/* ---- recent sites ---- */

static void
test_recent (void)
{
  BbAppWindow *window = bb_kit_window (NULL);
  BbWelcome *welcome = BB_WELCOME (bb_app_window_get_page (window, "welcome"));
  g_auto (GStrv) paths = NULL;

  for (guint i = 0; i < 12; i++) {
    g_autofree char *path = g_strdup_printf ("/nonexistent/site-%u.busbar", i);
    bb_recent_add (path);
  }
  bb_recent_add ("/nonexistent/site-5.busbar");
  paths = bb_recent_get ();
  g_assert_cmpuint (g_strv_length (paths), ==, BB_RECENT_MOST);
  g_assert_cmpstr (paths[0], ==, "/nonexistent/site-5.busbar");
  g_assert_cmpstr (paths[1], ==, "/nonexistent/site-11.busbar");
  g_assert_cmpuint (bb_welcome_get_n_recent (welcome), ==, BB_RECENT_MOST);
  for (guint i = 0; paths[i]; i++)
    bb_recent_remove (paths[i]);
  g_assert_cmpuint (bb_welcome_get_n_recent (welcome), ==, 0);
  bb_kit_close (window);
}

int
main (int argc, char *argv[])
{
  bb_kit_init (&argc, &argv);
  g_test_add_func ("/app/window/welcome", test_welcome);
  g_test_add_func ("/app/window/pages", test_pages);
  g_test_add_func ("/app/window/undo", test_undo);
  g_test_add_func ("/app/window/narrow", test_narrow);
  g_test_add_func ("/app/window/opens-beside", test_opens_beside);
  g_test_add_func ("/app/window/refuses/newer", test_refuses_newer);
  g_test_add_func ("/app/window/refuses/foreign", test_refuses_foreign);
  g_test_add_func ("/app/window/refuses/cut", test_refuses_cut);
  g_test_add_func ("/app/window/drops", test_drops);
  g_test_add_func ("/app/window/close/unchanged", test_close_unchanged);
  g_test_add_func ("/app/window/close/cancel-and-discard", test_close_cancel_and_discard);
  g_test_add_func ("/app/window/close/save", test_close_save);
  g_test_add_func ("/app/window/close/save-fails", test_close_save_fails);
  g_test_add_func ("/app/window/left/restore", test_restore);
  g_test_add_func ("/app/window/left/discard", test_discard);
  g_test_add_func ("/app/window/recent", test_recent);
  return g_test_run ();
}
