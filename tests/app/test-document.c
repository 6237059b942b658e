/* SPDX-License-Identifier: GPL-3.0-or-later */
/* test-document.c: a site that is open: loading, saving, what another program did, full disks, its log. */
#include <errno.h>
#include <glib/gstdio.h>
#include <signal.h>
#include <sys/resource.h>

#include "app/kit.h"
#include "base/error.h"
#include "model/site-json.h"

static BbPart *
first_station (BbDocument *document)
{
  return BB_PART (bb_site_station (bb_document_get_site (document), 0));
}

static void
edit (BbDocument *document, const char *max_a)
{
  g_autoptr (GError) error = NULL;

  bb_editor_set (bb_document_get_editor (document), first_station (document), "name", max_a, &error);
  bb_editor_seal (bb_document_get_editor (document));
  g_assert_no_error (error);
}

static char *
contents (const char *path)
{
  char *text = NULL;
  g_autoptr (GError) error = NULL;

  g_file_get_contents (path, &text, NULL, &error);
  g_assert_no_error (error);
  return text;
}

/* Whether the newest line of the log, or one before it, holds the text. */
static gboolean
log_has (BbDocument *document, const char *text)
{
  GListModel *log = G_LIST_MODEL (bb_document_get_log (document));

  for (guint i = 0; i < g_list_model_get_n_items (log); i++) {
    g_autoptr (BbEvent) event = g_list_model_get_item (log, i);
    if (strstr (bb_event_get_sentence (event), text))
      return TRUE;
  }
  return FALSE;
}

static void
test_save_and_load (void)
{
  g_autofree char *folder = bb_kit_folder ();
  g_autofree char *path = g_build_filename (folder, "mine.busbar", NULL);
  g_autoptr (BbDocument) demo = bb_kit_demo ();
  g_autoptr (BbDocument) again = NULL;
  g_autoptr (GError) error = NULL;

  g_assert_null (bb_document_get_path (demo));
  g_assert_false (bb_document_get_modified (demo));
  edit (demo, "Carport");
  g_assert_true (bb_document_get_modified (demo));
  g_assert_true (bb_kit_save (demo, path, 0, &error));
  g_assert_no_error (error);
  g_assert_false (bb_document_get_modified (demo));
  g_assert_cmpstr (bb_document_get_path (demo), ==, path);
  again = bb_kit_load (path, &error);
  g_assert_no_error (error);
  g_assert_true (
      bb_part_equal (BB_PART (bb_document_get_site (demo)), BB_PART (bb_document_get_site (again))));
  g_assert_true (bb_editor_undo (bb_document_get_editor (demo)));
  g_assert_true (bb_document_get_modified (demo));
  g_assert_true (log_has (demo, "mine.busbar"));
  bb_kit_remove (folder);
}

/* A change while the worker writes: the file has what was there when saving began, and the document knows. */
static void
keep_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  *(GAsyncResult **) data = g_object_ref (result);
}

static gboolean
is_set (gpointer data)
{
  return *(gpointer *) data != NULL;
}

static void
test_edit_while_saving (void)
{
  g_autofree char *folder = bb_kit_folder ();
  g_autofree char *path = g_build_filename (folder, "mine.busbar", NULL);
  g_autoptr (BbDocument) demo = bb_kit_demo ();
  g_autoptr (GAsyncResult) result = NULL;
  g_autofree char *text = NULL;

  bb_document_save_async (demo, path, 0, NULL, keep_cb, &result);
  edit (demo, "Meanwhile");
  bb_kit_wait (is_set, &result, "saving");
  g_assert_true (bb_document_save_finish (demo, result, NULL));
  g_assert_true (bb_document_get_modified (demo));
  text = contents (path);
  g_assert_null (strstr (text, "Meanwhile"));
  bb_kit_remove (folder);
}

/* Inputs are copied beside the site, and the site can be carried away with them. */
static void
test_inputs_follow (void)
{
  g_autofree char *folder = bb_kit_folder ();
  g_autofree char *path = g_build_filename (folder, "mine.busbar", NULL);
  g_autofree char *input = g_build_filename (folder, "load-feeder55.csv", NULL);
  g_autoptr (BbDocument) demo = bb_kit_demo ();

  g_assert_true (bb_kit_save (demo, path, 0, NULL));
  g_assert_true (g_file_test (input, G_FILE_TEST_IS_REGULAR));
  g_assert_cmpstr (bb_site_input_peek (bb_site_input (bb_document_get_site (demo), 0))->file, ==,
                   "load-feeder55.csv");
  bb_kit_remove (folder);
}

/* Another file of that name is nobody's to overwrite: the site names the old one by its full path. */
static void
test_inputs_do_not_overwrite (void)
{
  g_autofree char *folder = bb_kit_folder ();
  g_autofree char *path = g_build_filename (folder, "mine.busbar", NULL);
  g_autofree char *input = g_build_filename (folder, "load-feeder55.csv", NULL);
  g_autoptr (BbDocument) demo = bb_kit_demo ();
  g_autoptr (BbDocument) again = NULL;
  g_autofree char *text = NULL;
  const char *file = NULL;

  g_assert_true (g_file_set_contents (input, "not yours\n", -1, NULL));
  g_assert_true (bb_kit_save (demo, path, 0, NULL));
  text = contents (input);
  g_assert_cmpstr (text, ==, "not yours\n");
  file = bb_site_input_peek (bb_site_input (bb_document_get_site (demo), 0))->file;
  g_assert_true (g_path_is_absolute (file));
  g_assert_true (g_file_test (file, G_FILE_TEST_IS_REGULAR));
  g_assert_false (bb_document_get_modified (demo));
  again = bb_kit_load (path, NULL);
  g_assert_cmpstr (bb_site_input_peek (bb_site_input (bb_document_get_site (again), 0))->file, ==, file);
  bb_kit_remove (folder);
}

static void
test_changed_by_another (void)
{
  g_autofree char *folder = bb_kit_folder ();
  g_autofree char *path = g_build_filename (folder, "mine.busbar", NULL);
  g_autoptr (BbDocument) demo = bb_kit_demo ();
  g_autoptr (GError) error = NULL;
  g_autofree char *text = NULL;

  g_assert_true (bb_kit_save (demo, path, 0, NULL));
  edit (demo, "Mine");
  g_assert_true (g_file_set_contents (path, "{\"format\":\"busbar-site/1\"}", -1, NULL));
  g_assert_false (bb_kit_save (demo, NULL, 0, &error));
  g_assert_error (error, BB_DOCUMENT_ERROR, BB_DOCUMENT_ERROR_CHANGED);
  g_assert_true (bb_document_get_modified (demo));
  text = contents (path);
  g_assert_cmpstr (text, ==, "{\"format\":\"busbar-site/1\"}");
  g_clear_error (&error);
  g_assert_true (bb_kit_save (demo, NULL, BB_DOCUMENT_SAVE_OVER_CHANGES, &error));
  g_assert_no_error (error);
  g_assert_true (bb_kit_save (demo, NULL, 0, &error));
  bb_kit_remove (folder);
}

/* Ctrl+S twice: the second save compares with what the first wrote, not with what was there before. */
static void
test_save_twice (void)
{
  g_autofree char *folder = bb_kit_folder ();
  g_autofree char *path = g_build_filename (folder, "mine.busbar", NULL);
  g_autoptr (BbDocument) demo = bb_kit_demo ();
  g_autoptr (GAsyncResult) first = NULL, second = NULL;
  g_autoptr (GError) error = NULL;

  g_assert_true (bb_kit_save (demo, path, 0, NULL));
  edit (demo, "One");
  bb_document_save_async (demo, NULL, 0, NULL, keep_cb, &first);
  edit (demo, "Two");
  bb_document_save_async (demo, NULL, 0, NULL, keep_cb, &second);
  bb_kit_wait (is_set, &first, "the first");
  bb_kit_wait (is_set, &second, "the second");
  g_assert_true (bb_document_save_finish (demo, first, &error));
  g_assert_no_error (error);
  g_assert_true (bb_document_save_finish (demo, second, &error));
  g_assert_no_error (error);
  bb_kit_remove (folder);
}

/* A file that went away is written again: there is nothing in it to lose. */
static void
test_gone_file (void)
{
  g_autofree char *folder = bb_kit_folder ();
  g_autofree char *path = g_build_filename (folder, "mine.busbar", NULL);
  g_autoptr (BbDocument) demo = bb_kit_demo ();
  g_autoptr (GError) error = NULL;

  g_assert_true (bb_kit_save (demo, path, 0, NULL));
  g_unlink (path);
  g_assert_true (bb_kit_save (demo, NULL, 0, &error));
  g_assert_no_error (error);
  bb_kit_remove (folder);
}

/* No byte more may be written: what a full disk does. The old file stays whole, the document open and
 * modified. */
static void
test_disk_full (void)
{
  g_autofree char *folder = bb_kit_folder ();
  g_autofree char *path = g_build_filename (folder, "mine.busbar", NULL);
  g_autoptr (BbDocument) demo = bb_kit_demo ();
  g_autoptr (GError) error = NULL;
  g_autofree char *before = NULL, *after = NULL;
  struct rlimit old = { 0 }, tiny = { 0 };

  g_assert_true (bb_kit_save (demo, path, 0, NULL));
  before = contents (path);
  edit (demo, "Too much");
  signal (SIGXFSZ, SIG_IGN);
  getrlimit (RLIMIT_FSIZE, &old);
  tiny = (struct rlimit){ 100, old.rlim_max };
  setrlimit (RLIMIT_FSIZE, &tiny);
  g_assert_false (bb_kit_save (demo, NULL, 0, &error));
  setrlimit (RLIMIT_FSIZE, &old);
  g_assert_nonnull (error);
  g_assert_true (error->domain == BB_IO_ERROR);
  g_assert_true (bb_document_get_modified (demo));
  after = contents (path);
  g_assert_cmpstr (before, ==, after);
  g_clear_error (&error);
  g_assert_true (bb_kit_save (demo, NULL, 0, &error));
  bb_kit_remove (folder);
}

static void
test_no_such_folder (void)
{
  g_autoptr (BbDocument) demo = bb_kit_demo ();
  g_autoptr (GError) error = NULL;

  edit (demo, "Nowhere");
  g_assert_false (bb_kit_save (demo, "/nonexistent/folder/mine.busbar", 0, &error));
  g_assert_true (error->domain == BB_IO_ERROR);
  g_assert_null (bb_document_get_path (demo));
  g_assert_true (bb_document_get_modified (demo));
}

static void
refuses (const char *text, gssize length, int code)
{
  g_autofree char *folder = bb_kit_folder ();
  g_autofree char *path = g_build_filename (folder, "bad.busbar", NULL);
  g_autoptr (BbDocument) document = NULL;
  g_autoptr (GError) error = NULL;

  g_assert_true (g_file_set_contents (path, text, length, NULL));
  document = bb_kit_load (path, &error);
  g_assert_null (document);
  g_assert_nonnull (error);
  g_assert_cmpuint (strlen (error->message), >, 20);
  if (code >= 0)
    g_assert_error (error, BB_MODEL_ERROR, code);
  bb_kit_remove (folder);
}

static void
test_bad_files (void)
{
  g_autofree char *demo
      = g_build_filename (g_getenv ("BUSBAR_DATA_DIR"), "samples", "villa-demo.busbar", NULL);
  g_autofree char *text = contents (demo);
  const char binary[] = "\x89PNG\r\n\x1a\n\0\0\0\rIHDR";

  refuses ("{\"format\":\"busbar-site/2\"}", -1, BB_MODEL_ERROR_VERSION);
  refuses ("{\"format\":\"something else\"}", -1, BB_MODEL_ERROR_FORMAT);
  refuses ("[1, 2, 3]", -1, BB_MODEL_ERROR_FORMAT);
  refuses (binary, sizeof binary, -1);
  refuses ("", 0, -1);
  refuses (text, (gssize) strlen (text) / 2, -1);
}

static void
test_missing_file (void)
{
  g_autoptr (GError) error = NULL;

  g_assert_null (bb_kit_load ("/nonexistent.busbar", &error));
  g_assert_true (error->domain == BB_IO_ERROR);
}

static void
test_log (void)
{
  g_autoptr (BbDocument) demo = bb_kit_demo ();
  BbEditor *editor = bb_document_get_editor (demo);
  BbSite *site = bb_document_get_site (demo);
  g_autoptr (GError) error = NULL;
  guint n = 0;

  g_assert_true (log_has (demo, "Opened"));
  edit (demo, "Carport");
  n = g_list_model_get_n_items (G_LIST_MODEL (bb_document_get_log (demo)));
  bb_editor_undo (editor);
  g_assert_true (log_has (demo, "Undone: "));
  bb_editor_redo (editor);
  g_assert_true (log_has (demo, "Redone: "));
  g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (bb_document_get_log (demo))), ==, n + 2);
  bb_editor_check_now (editor);
  bb_editor_set (editor, BB_PART (site), "nominal-mv", "10", &error);
  g_assert_no_error (error);
  bb_document_log_problems_now (demo);
  g_assert_true (log_has (demo, "The nominal voltage"));
  bb_editor_undo (editor);
  bb_document_log_problems_now (demo);
  g_assert_true (log_has (demo, "Solved: The nominal voltage"));
}

static void
test_unsaved_from_the_start (void)
{
  g_autoptr (BbSite) site = bb_site_new ();
  g_autoptr (BbDocument) document = bb_document_new (site, NULL);
  g_autofree char *folder = bb_kit_folder ();
  g_autofree char *path = g_build_filename (folder, "new.busbar", NULL);

  g_assert_cmpstr (bb_document_get_name (document), ==, "New site");
  bb_document_set_unsaved (document);
  g_assert_true (bb_document_get_modified (document));
  g_assert_true (bb_kit_save (document, path, 0, NULL));
  g_assert_false (bb_document_get_modified (document));
  g_assert_cmpstr (bb_document_get_name (document), ==, "new.busbar");
  bb_kit_remove (folder);
}

static void
test_freed (void)
{
  BbDocument *demo = bb_kit_demo ();

  edit (demo, "Carport");
  bb_kit_settle ();
  g_assert_finalize_object (demo);
}

int
main (int argc, char *argv[])
{
  bb_kit_init_plain (&argc, &argv);
  g_test_add_func ("/app/document/save-and-load", test_save_and_load);
  g_test_add_func ("/app/document/edit-while-saving", test_edit_while_saving);
  g_test_add_func ("/app/document/inputs-follow", test_inputs_follow);
  g_test_add_func ("/app/document/inputs-do-not-overwrite", test_inputs_do_not_overwrite);
  g_test_add_func ("/app/document/changed-by-another-program", test_changed_by_another);
  g_test_add_func ("/app/document/save-twice", test_save_twice);
  g_test_add_func ("/app/document/gone-file", test_gone_file);
  g_test_add_func ("/app/document/disk-full", test_disk_full);
  g_test_add_func ("/app/document/no-such-folder", test_no_such_folder);
  g_test_add_func ("/app/document/bad-files", test_bad_files);
  g_test_add_func ("/app/document/missing-file", test_missing_file);
  g_test_add_func ("/app/document/log", test_log);
  g_test_add_func ("/app/document/unsaved-from-the-start", test_unsaved_from_the_start);
  g_test_add_func ("/app/document/freed", test_freed);
  return g_test_run ();
}
