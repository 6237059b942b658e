/* SPDX-License-Identifier: GPL-3.0-or-later */
/* test-recovery.c: unsaved work survives: when copies are written and go, whose they are, and a process that
 * is killed. */
#include <glib/gstdio.h>
#include <signal.h>
#include <sys/stat.h>
#include <unistd.h>

#include "app/kit.h"
#include "app/recovery.h"
#include "base/clock.h"

#define DELAY_S 5

typedef struct {
  char *folder;
  BbManualClock *clock;
  BbDocument *document;
  BbRecovery *recovery;
} Fixture;

static void
set_up (Fixture *f, gconstpointer data)
{
  f->folder = bb_kit_folder ();
  f->clock = bb_manual_clock_new (0, G_GINT64_CONSTANT (1767225600000));
  f->document = bb_kit_demo ();
  f->recovery = bb_recovery_new (f->document, f->folder, BB_CLOCK (f->clock), DELAY_S, NULL);
}

static void
tear_down (Fixture *f, gconstpointer data)
{
  g_clear_object (&f->recovery);
  bb_recovery_wait ();
  bb_kit_settle ();
  g_clear_object (&f->document);
  g_clear_object (&f->clock);
  bb_kit_remove (f->folder);
  g_free (f->folder);
}

static void
edit (BbDocument *document, const char *name)
{
  g_autoptr (GError) error = NULL;

  bb_editor_set (bb_document_get_editor (document), BB_PART (bb_document_get_site (document)), "name", name,
                 &error);
  bb_editor_seal (bb_document_get_editor (document));
  g_assert_no_error (error);
}

static guint
count_files (const char *folder, const char *suffix)
{
  g_autoptr (GDir) dir = g_dir_open (folder, 0, NULL);
  const char *name = NULL;
  guint n = 0;

  while (dir && (name = g_dir_read_name (dir)))
    n += g_str_has_suffix (name, suffix) ? 1 : 0;
  return n;
}

static guint
n_copies (Fixture *f)
{
  bb_recovery_wait ();
  return count_files (f->folder, ".recovery");
}

static void
advance (Fixture *f, gint64 by_ms)
{
  bb_manual_clock_advance_to (f->clock, bb_clock_get_mono_ms (BB_CLOCK (f->clock)) + by_ms);
}

static void
test_delay (Fixture *f, gconstpointer data)
{
  advance (f, 60000);
  g_assert_cmpuint (n_copies (f), ==, 0);
  edit (f->document, "One");
  advance (f, DELAY_S * 1000 - 1);
  g_assert_cmpuint (n_copies (f), ==, 0);
  advance (f, 1);
  g_assert_cmpuint (n_copies (f), ==, 1);
}

/* Somebody who never pauses is kept too: the first change counts, not the last. */
static void
test_restless (Fixture *f, gconstpointer data)
{
  for (guint i = 0; i < DELAY_S + 1; i++) {
    g_autofree char *name = g_strdup_printf ("Villa %u", i);
    edit (f->document, name);
    advance (f, 1000);
  }
  g_assert_cmpuint (n_copies (f), ==, 1);
}

static void
test_saved (Fixture *f, gconstpointer data)
{
  g_autofree char *path = g_build_filename (f->folder, "mine.busbar", NULL);

  edit (f->document, "One");
  advance (f, DELAY_S * 1000);
  g_assert_cmpuint (n_copies (f), ==, 1);
  g_assert_true (bb_kit_save (f->document, path, 0, NULL));
  g_assert_cmpuint (n_copies (f), ==, 0);
  g_assert_cmpuint (count_files (f->folder, ".lock"), ==, 0);
  edit (f->document, "Two");
  advance (f, DELAY_S * 1000);
  g_assert_cmpuint (n_copies (f), ==, 1);
}

static void
test_undone (Fixture *f, gconstpointer data)
{
  edit (f->document, "One");
  advance (f, DELAY_S * 1000);
  bb_editor_undo (bb_document_get_editor (f->document));
  g_assert_cmpuint (n_copies (f), ==, 0);
}

static void
test_given_up (Fixture *f, gconstpointer data)
{
  edit (f->document, "One");
  advance (f, DELAY_S * 1000);
  bb_recovery_forget (f->recovery);
  g_assert_cmpuint (n_copies (f), ==, 0);
  edit (f->document, "Two");
  advance (f, 60000);
  g_assert_cmpuint (n_copies (f), ==, 0);
}

/* While this process lives its copies are offered to nobody, not even to itself. */
static void
test_not_offered_while_alive (Fixture *f, gconstpointer data)
{
  g_autoptr (GPtrArray) found = NULL;

  edit (f->document, "One");
  bb_recovery_flush (f->recovery);
  found = bb_recovery_find (f->folder);
  g_assert_cmpuint (found->len, ==, 0);
}

static void
test_restore (Fixture *f, gconstpointer data)
{
  g_autoptr (GPtrArray) found = NULL;
  g_autoptr (GError) error = NULL;
  g_autoptr (BbDocument) restored = NULL;
  g_autoptr (BbRecovery) recovery = NULL;

  edit (f->document, "Unsaved villa");
  bb_recovery_flush (f->recovery);
  g_clear_object (&f->recovery); /* as if it had ended: lets go of the lock, the copy stays */
  bb_kit_settle ();
  found = bb_recovery_find (f->folder);
  g_assert_cmpuint (found->len, ==, 1);
  g_assert_cmpstr (bb_leftover_get_name (found->pdata[0]), ==, "Unsaved villa");
  g_assert_null (bb_leftover_get_path (found->pdata[0]));
  g_assert_cmpint (bb_leftover_get_time_ms (found->pdata[0]), ==, G_GINT64_CONSTANT (1767225600000));
  restored = bb_leftover_restore (found->pdata[0], &error);
  g_assert_no_error (error);
  g_assert_true (bb_document_get_modified (restored));
  g_assert_cmpstr (bb_document_get_name (restored), ==, "Unsaved villa");
  g_assert_true (bb_part_equal (BB_PART (bb_document_get_site (restored)),
                                BB_PART (bb_document_get_site (f->document))));
  g_assert_cmpstr (bb_site_get_path (bb_document_get_site (restored)), ==,
                   bb_site_get_path (bb_document_get_site (f->document)));
  recovery = bb_recovery_new (restored, f->folder, BB_CLOCK (f->clock), DELAY_S, found->pdata[0]);
  g_assert_cmpuint (n_copies (f), ==, 1);
  advance (f, DELAY_S * 1000);
  g_assert_cmpuint (n_copies (f), ==, 1);
  bb_recovery_forget (recovery);
  g_assert_cmpuint (n_copies (f), ==, 0);
}

/* The file was changed after the crash: saving the restored work still notices. */
static void
test_restore_and_changed (Fixture *f, gconstpointer data)
{
  g_autofree char *path = g_build_filename (f->folder, "mine.busbar", NULL);
  g_autoptr (GPtrArray) found = NULL;
  g_autoptr (BbDocument) restored = NULL;
  g_autoptr (GError) error = NULL;

  g_assert_true (bb_kit_save (f->document, path, 0, NULL));
  edit (f->document, "Unsaved villa");
  bb_recovery_flush (f->recovery);
  g_clear_object (&f->recovery);
  bb_kit_settle ();
  found = bb_recovery_find (f->folder);
  g_assert_cmpuint (found->len, ==, 1);
  g_assert_cmpstr (bb_leftover_get_path (found->pdata[0]), ==, path);
  restored = bb_leftover_restore (found->pdata[0], &error);
  g_assert_no_error (error);
  g_assert_true (g_file_set_contents (path, "{\"format\":\"busbar-site/1\"}", -1, NULL));
  g_assert_false (bb_kit_save (restored, NULL, 0, &error));
  g_assert_error (error, BB_DOCUMENT_ERROR, BB_DOCUMENT_ERROR_CHANGED);
  g_assert_true (bb_document_get_modified (restored));
}

static void
test_discard (Fixture *f, gconstpointer data)
{
  g_autoptr (GPtrArray) found = NULL;

  edit (f->document, "One");
  bb_recovery_flush (f->recovery);
  g_clear_object (&f->recovery);
  bb_kit_settle ();
  found = bb_recovery_find (f->folder);
  g_assert_cmpuint (found->len, ==, 1);
  bb_leftover_discard (found->pdata[0]);
  g_assert_cmpuint (count_files (f->folder, ""), ==, 0);
}

/* A copy that is damaged is not offered, and does not stop the others from being. */
static void
test_damaged (Fixture *f, gconstpointer data)
{
  g_autofree char *cut = g_build_filename (f->folder, "cut.recovery", NULL);
  g_autofree char *foreign = g_build_filename (f->folder, "foreign.recovery", NULL);
  g_autofree char *empty = g_build_filename (f->folder, "empty.recovery", NULL);
  g_autoptr (GPtrArray) found = NULL;

  g_assert_true (g_file_set_contents (cut, "[busbar-recovery-1]\nname=Villa\nsi", -1, NULL));
  g_assert_true (g_file_set_contents (foreign,
                                      "\x7f"
                                      "ELF\1\2\3",
                                      -1, NULL));
  g_assert_true (g_file_set_contents (empty, "", 0, NULL));
  edit (f->document, "Good");
  bb_recovery_flush (f->recovery);
  g_clear_object (&f->recovery);
  bb_kit_settle ();
  found = bb_recovery_find (f->folder);
  g_assert_cmpuint (found->len, ==, 1);
  g_assert_cmpstr (bb_leftover_get_name (found->pdata[0]), ==, "Good");
}

/* A site in a copy that the reader refuses is an error with a sentence, and the copy stays. */
static void
test_bad_site (Fixture *f, gconstpointer data)
{
  g_autofree char *path = g_build_filename (f->folder, "bad.recovery", NULL);
  g_autoptr (GPtrArray) found = NULL;
  g_autoptr (GError) error = NULL;

  g_assert_true (
      g_file_set_contents (path, "[busbar-recovery-1]\nname=Villa\nsite={\"format\":\"busbar-site/9\"}\n", -1,
                           NULL));
  found = bb_recovery_find (f->folder);
  g_assert_cmpuint (found->len, ==, 1);
  g_assert_null (bb_leftover_restore (found->pdata[0], &error));
  g_assert_error (error, BB_MODEL_ERROR, BB_MODEL_ERROR_VERSION);
  g_assert_true (g_file_test (path, G_FILE_TEST_EXISTS));
}

static void
test_unwritable (Fixture *f, gconstpointer data)
{
  g_autofree char *nowhere = g_build_filename (f->folder, "file", "below", NULL);
  g_autofree char *file = g_build_filename (f->folder, "file", NULL);
  GListModel *log = G_LIST_MODEL (bb_document_get_log (f->document));
  g_autoptr (BbEvent) last = NULL;

  g_assert_true (g_file_set_contents (file, "", 0, NULL));
  g_clear_object (&f->recovery);
  f->recovery = bb_recovery_new (f->document, nowhere, BB_CLOCK (f->clock), DELAY_S, NULL);
  edit (f->document, "One");
  advance (f, DELAY_S * 1000);
  bb_recovery_wait ();
  bb_kit_settle ();
  last = g_list_model_get_item (log, g_list_model_get_n_items (log) - 1);
  g_assert_cmpint (bb_event_get_level (last), ==, BB_EVENT_WARNING);
  g_assert_nonnull (strstr (bb_event_get_sentence (last), "could not be kept"));
}

/* ---- a process that is killed ---- */

static gboolean
holds_a_copy (const char *folder)
{
  g_autoptr (GDir) dir = g_dir_open (folder, 0, NULL);
  const char *name = NULL;

  while (dir && (name = g_dir_read_name (dir)))
    if (g_str_has_suffix (name, ".recovery"))
      return TRUE;
  return FALSE;
}

/* What the killed process does: opens the demo, edits it, and goes on until somebody ends it; "ready" is said
 * once there is a copy, however slow the machine. */
static int
be_killed (const char *folder)
{
  gboolean ready = FALSE;
  g_autoptr (BbDocument) demo = bb_kit_demo ();
  g_autoptr (BbClock) clock = bb_clock_new_real ();
  g_autoptr (BbRecovery) recovery = bb_recovery_new (demo, folder, clock, 0, NULL);

  for (guint i = 0;; i++) {
    g_autofree char *name = g_strdup_printf ("Edited %u times", i);
    edit (demo, name);
    g_main_context_iteration (NULL, FALSE);
    if (!ready && i >= 200 && (ready = holds_a_copy (folder)))
      g_print ("ready\n");
  }
  return 0;
}

static GSubprocess *
start_victim (const char *folder)
{
  g_autoptr (GSubprocessLauncher) launcher = g_subprocess_launcher_new (G_SUBPROCESS_FLAGS_STDOUT_PIPE);
  g_autofree char *program = g_file_read_link ("/proc/self/exe", NULL);
  g_autoptr (GError) error = NULL;
  GSubprocess *victim = NULL;

  g_subprocess_launcher_setenv (launcher, "BUSBAR_TEST_VICTIM", folder, TRUE);
  victim = g_subprocess_launcher_spawn (launcher, &error, program, NULL);
  g_assert_no_error (error);
  return victim;
}

static void
test_killed (Fixture *f, gconstpointer data)
{
  g_autoptr (GSubprocess) victim = start_victim (f->folder);
  g_autoptr (GDataInputStream) lines = g_data_input_stream_new (g_subprocess_get_stdout_pipe (victim));
  g_autofree char *line = g_data_input_stream_read_line (lines, NULL, NULL, NULL);
  g_autoptr (GPtrArray) alive = NULL, found = NULL;
  g_autoptr (BbDocument) restored = NULL;
  g_autoptr (GError) error = NULL;

  g_assert_cmpstr (line, ==, "ready");
  alive = bb_recovery_find (f->folder);
  g_assert_cmpuint (alive->len, ==, 0);
  g_subprocess_send_signal (victim, SIGKILL);
  g_subprocess_wait (victim, NULL, NULL);
  found = bb_recovery_find (f->folder);
  g_assert_cmpuint (found->len, ==, 1);
  restored = bb_leftover_restore (found->pdata[0], &error);
  g_assert_no_error (error);
  g_assert_true (g_str_has_prefix (bb_document_get_name (restored), "Edited "));
  g_assert_cmpuint (g_list_model_get_n_items (bb_site_get_stations (bb_document_get_site (restored))), ==, 2);
}

int
main (int argc, char *argv[])
{
  if (g_getenv ("BUSBAR_TEST_VICTIM"))
    return be_killed (g_getenv ("BUSBAR_TEST_VICTIM"));
  bb_kit_init_plain (&argc, &argv);
#define ADD(name, function) g_test_add ("/app/recovery/" name, Fixture, NULL, set_up, function, tear_down)
  ADD ("delay", test_delay);
  ADD ("restless", test_restless);
  ADD ("saved", test_saved);
  ADD ("undone", test_undone);
  ADD ("given-up", test_given_up);
  ADD ("not-offered-while-alive", test_not_offered_while_alive);
  ADD ("restore", test_restore);
  ADD ("restore-and-changed", test_restore_and_changed);
  ADD ("discard", test_discard);
  ADD ("damaged", test_damaged);
  ADD ("bad-site", test_bad_site);
  ADD ("unwritable", test_unwritable);
  ADD ("killed", test_killed);
  return g_test_run ();
}
