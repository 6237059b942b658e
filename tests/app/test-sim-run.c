/* SPDX-License-Identifier: GPL-3.0-or-later */
/* test-sim-run.c: runs of a session without a display: done, cancelled, failed, reopened, explained. */
#include <glib/gstdio.h>
#include <signal.h>
#include <string.h>
#include <sys/resource.h>

#include "app/sim-run-folder.h"
#include "app/sim-run-list.h"
#include "model/reason-text.h"
#include "model/site-json.h"
#include "simulation/explain.h"

static const BbRunSettings as_site = { .balancer = BB_SIM_BALANCER_SITE };

static gchar *
sample (const gchar *name)
{
  return g_build_filename (g_getenv ("BUSBAR_DATA_DIR"), "samples", name, NULL);
}

static BbSite *
load_sample (const gchar *name)
{
  g_autofree gchar *path = sample (name);
  g_autoptr (GError) error = NULL;
  BbSite *site = bb_site_load (path, &error);

  g_assert_no_error (error);
  return site;
}

static void
wait_while_running (BbSimRun *run)
{
  while (bb_sim_run_get_state (run) == BB_RUN_RUNNING)
    g_main_context_iteration (NULL, TRUE);
}

static BbSimRun *
run_sample (const gchar *name, const BbRunSettings *settings)
{
  g_autoptr (BbSite) site = load_sample (name);
  BbSimRun *run = bb_sim_run_new (site, settings);

  bb_sim_run_start (run);
  g_assert_cmpuint (bb_sim_run_get_state (run), ==, BB_RUN_RUNNING);
  wait_while_running (run);
  return run;
}

static void
assert_done (BbSimRun *run)
{
  if (bb_sim_run_get_error (run))
    g_error ("%s", bb_sim_run_get_error (run)->message);
  g_assert_cmpuint (bb_sim_run_get_state (run), ==, BB_RUN_DONE);
}

/* ---- done ------------------------------------------------------------------------------------- */

static void
test_demo (void)
{
  g_autoptr (BbSimRun) run = run_sample ("villa-demo.busbar", &as_site);
  g_autofree gchar *path = NULL;

  assert_done (run);
  g_assert_cmpfloat (bb_sim_run_get_progress (run), ==, 1);
  g_assert_cmpint (bb_sim_run_get_summary (run)->n_stations, ==, 2);
  g_assert_cmpuint (bb_sim_run_get_headlines (run)->figures->len, ==, 4);
  g_assert_cmpuint (bb_sim_run_get_sessions (run)->len, ==, bb_sim_run_get_summary (run)->n_sessions);
  g_assert_cmpstr (bb_sim_run_get_name (run), ==, "14 days");
  path = g_strdup (bb_sim_run_get_result_path (run));
  g_assert_true (g_file_test (path, G_FILE_TEST_EXISTS));
  g_clear_object (&run);
  g_assert_false (g_file_test (path, G_FILE_TEST_EXISTS)); /* goes with its run */
}

/* The same figures as bb_sim_run() of the command line gives. */
static void
test_same_as_library (void)
{
  g_autoptr (BbSimRun) run = run_sample ("villa-demo.busbar", &as_site);
  g_autoptr (BbSite) site = load_sample ("villa-demo.busbar");
  g_autoptr (BbSimOptions) options = bb_sim_options_new (site);
  g_autoptr (BbSimOutcome) outcome = NULL;
  g_autofree gchar *expected = NULL;
  g_autofree gchar *got = NULL;

  g_assert_true (bb_sim_options_add_site_defaults (options, NULL));
  g_assert_true (bb_sim_options_add_site_inputs (options, 0, NULL));
  outcome = bb_sim_run (options, NULL, NULL, NULL, NULL);
  expected = bb_summary_to_text (outcome->summary, FALSE);
  got = bb_summary_to_text (bb_sim_run_get_summary (run), FALSE);
  g_assert_cmpstr (got, ==, expected);
}

static void
test_stale (void)
{
  g_autoptr (BbSite) site = load_sample ("villa-demo.busbar");
  g_autoptr (BbSimRun) run = bb_sim_run_new (site, &as_site);

  g_assert_true (bb_sim_run_is_of_site (run, site));
  g_assert_true (bb_part_set (BB_PART (bb_site_circuit (site, 0)), "rating-l1-ma", "20", NULL));
  g_assert_false (bb_sim_run_is_of_site (run, site));
}

static void
test_faults (void)
{
  const gchar *text = "[{\"at_s\":3600,\"for_s\":7200,\"what\":\"station-lost\",\"station\":\"drive\"}]";
  g_autoptr (JsonNode) faults = json_from_string (text, NULL);
  BbRunSettings settings = { .balancer = BBE_FAIR, .faults = faults };
  g_autoptr (BbSimRun) run = run_sample ("villa-demo.busbar", &settings);
  g_autoptr (BbSimOptions) options = NULL;

  assert_done (run);
  g_assert_cmpstr (bb_sim_run_get_name (run), ==, "14 days, fair");
  options = bb_sim_options_from_result (bb_sim_run_get_result (run), NULL, NULL);
  g_assert_nonnull (bb_part_get_extra (BB_PART (options->site), "scenario")); /* the file says so itself */
  g_assert_cmpint (options->balancer, ==, BBE_FAIR);
}

/* ---- cancel and failure ----------------------------------------------------------------------- */

static void
test_cancel (void)
{
  g_autoptr (BbSite) site = load_sample ("office-40.busbar");
  g_autoptr (BbSimRun) run = NULL;
  g_autoptr (GTimer) timer = NULL;
  gpointer weak = NULL;

  g_assert_true (bb_part_set (BB_PART (bb_site_peek (site)->simulation), "days", "24", NULL));
  run = bb_sim_run_new (site, &as_site);
  weak = run;
  g_object_add_weak_pointer (G_OBJECT (run), &weak);
  bb_sim_run_start (run);
  while (bb_sim_run_get_progress (run) == 0)
    g_main_context_iteration (NULL, TRUE);
  timer = g_timer_new ();
  bb_sim_run_cancel (run);
  g_assert_cmpuint (bb_sim_run_get_state (run), ==, BB_RUN_CANCELLED);
  g_clear_object (&run);
  while (weak) /* the thread holds the run until it ends */
    g_main_context_iteration (NULL, TRUE);
  g_test_message ("thread ended %.0f ms after cancelling", g_timer_elapsed (timer, NULL) * 1000);
  g_assert_cmpfloat (g_timer_elapsed (timer, NULL), <, g_getenv ("ASAN_OPTIONS") ? 2.0 : 0.5);
}

static void
count_cb (GObject *run, GParamSpec *pspec, gpointer data)
{
  ++*(guint *) data;
}

static void
test_progress_is_paced (void)
{
  g_autoptr (BbSite) site = load_sample ("office-40.busbar");
  g_autoptr (BbSimRun) run = bb_sim_run_new (site, &as_site);
  g_autoptr (GTimer) timer = g_timer_new ();
  guint n = 0;

  g_signal_connect (run, "notify::progress", G_CALLBACK (count_cb), &n);
  bb_sim_run_start (run);
  wait_while_running (run);
  assert_done (run);
  g_assert_cmpuint (n, <=, 3 + (guint) (g_timer_elapsed (timer, NULL) * 20));
}

/* Started again at once after a cancel, the first thread's end does not disturb the second. */
static void
test_again_after_cancel (void)
{
  g_autoptr (BbSite) site = load_sample ("villa-demo.busbar");
  g_autoptr (BbSimRun) run = bb_sim_run_new (site, &as_site);

  bb_sim_run_start (run);
  bb_sim_run_cancel (run);
  bb_sim_run_start (run);
  wait_while_running (run);
  assert_done (run);
}

static void
test_missing_input (void)
{
  g_autoptr (BbSite) site = load_sample ("villa-demo.busbar");
  g_autoptr (BbSimRun) run = NULL;

  g_assert_true (bb_part_set (BB_PART (bb_site_input (site, 0)), "file", "nowhere.csv", NULL));
  run = bb_sim_run_new (site, &as_site);
  bb_sim_run_start (run);
  wait_while_running (run);
  g_assert_cmpuint (bb_sim_run_get_state (run), ==, BB_RUN_FAILED);
  g_assert_nonnull (strstr (bb_sim_run_get_error (run)->message, "nowhere.csv"));
  g_assert_null (bb_sim_run_get_result (run));
}

/* ---- reopened --------------------------------------------------------------------------------- */

static BbSimRun *
reopen (const gchar *path)
{
  BbSimRun *run = bb_sim_run_new_from_file (path);

  bb_sim_run_start (run);
  wait_while_running (run);
  return run;
}

static void
test_reopen (void)
{
  g_autoptr (BbSimRun) first = run_sample ("villa-demo.busbar", &as_site);
  g_autoptr (BbSimRun) second = reopen (bb_sim_run_get_result_path (first));
  g_autofree gchar *a = bb_summary_to_text (bb_sim_run_get_summary (first), FALSE);
  g_autofree gchar *b = NULL;

  assert_done (second);
  b = bb_summary_to_text (bb_sim_run_get_summary (second), FALSE);
  g_assert_cmpstr (a, ==, b);
  g_assert_cmpstr (bb_site_peek (bb_sim_run_get_site (second))->name, ==, "Villa demo");
  g_assert_cmpstr (bb_sim_run_get_result_path (second), !=, bb_sim_run_get_result_path (first));
}

static void
test_cut_short (gconstpointer data)
{
  const gsize part = GPOINTER_TO_SIZE (data);
  g_autoptr (BbSimRun) first = run_sample ("villa-demo.busbar", &as_site);
  g_autofree gchar *bytes = NULL;
  g_autofree gchar *folder = g_dir_make_tmp (NULL, NULL);
  g_autofree gchar *path = g_build_filename (folder, "cut.bbr", NULL);
  g_autoptr (BbSimRun) second = NULL;
  gsize length = 0;

  g_assert_true (g_file_get_contents (bb_sim_run_get_result_path (first), &bytes, &length, NULL));
  g_assert_true (g_file_set_contents (path, bytes, (gssize) (length * part / 100), NULL));
  second = reopen (path);
  g_assert_cmpuint (bb_sim_run_get_state (second), ==, BB_RUN_FAILED);
  g_assert_cmpint (bb_sim_run_get_error (second)->domain, ==, BB_FORMAT_ERROR);
  g_unlink (path);
  g_rmdir (folder);
}

static void
test_foreign (void)
{
  g_autofree gchar *path = sample ("villa-demo.busbar");
  g_autoptr (BbSimRun) run = reopen (path);

  g_assert_cmpuint (bb_sim_run_get_state (run), ==, BB_RUN_FAILED);
  g_assert_true (g_error_matches (bb_sim_run_get_error (run), BB_FORMAT_ERROR, BB_FORMAT_ERROR_FOREIGN));
}

/* ---- why -------------------------------------------------------------------------------------- */

typedef struct {
  BbRunMoment *moment;
  GError *error;
  gboolean done;
} Answer;

static void
explained_cb (GObject *run, GAsyncResult *result, gpointer data)
{
  Answer *answer = data;

  answer->moment = bb_sim_run_explain_finish (BB_SIM_RUN (run), result, &answer->error);
  answer->done = TRUE;
}

static void
wait_for (Answer *answer)
{
  while (!answer->done)
    g_main_context_iteration (NULL, TRUE);
}

static void
test_explain (void)
{
  g_autoptr (BbSimRun) run = run_sample ("villa-demo.busbar", &as_site);
  g_autoptr (BbSimOptions) options = bb_sim_options_from_result (bb_sim_run_get_result (run), NULL, NULL);
  gint64 at_ms = bb_result_get_from_ms (bb_sim_run_get_result (run)) + 18 * BB_MS_PER_HOUR;
  g_autoptr (BbExplanation) expected = NULL;
  Answer answer = { 0 };

  g_assert_true (bb_sim_options_add_site_inputs (options, 0, NULL));
  expected = bb_explain (bb_sim_run_get_result (run), options, NULL, at_ms, NULL, NULL);
  bb_sim_run_explain_async (run, at_ms, explained_cb, &answer);
  wait_for (&answer);
  g_assert_no_error (answer.error);
  g_assert_cmpuint (answer.moment->stations->len, ==, expected->n_stations);
  g_assert_null (answer.moment->obstacle);
  for (guint s = 0; s < expected->n_stations; s++) {
    const BbRunReason *reason = g_ptr_array_index (answer.moment->stations, s);
    g_assert_cmpint (reason->setpoint_ma, ==, expected->stations[s].setpoint_ma);
    g_assert_cmpint (reason->code, ==, expected->stations[s].reason.code);
    g_assert_true (g_str_has_prefix (reason->sentence, reason->name));
    g_assert_nonnull (strstr (reason->sentence, reason->current));
  }
  bb_run_moment_free (answer.moment);
}

static void
test_latest_question_wins (void)
{
  g_autoptr (BbSimRun) run = run_sample ("garage-12.busbar", &as_site);
  gint64 from_ms = bb_result_get_from_ms (bb_sim_run_get_result (run));
  Answer answers[8] = { 0 };

  for (guint i = 0; i < G_N_ELEMENTS (answers); i++)
    bb_sim_run_explain_async (run, from_ms + (i + 1) * 17 * BB_MS_PER_HOUR, explained_cb, &answers[i]);
  for (guint i = 0; i < G_N_ELEMENTS (answers); i++) {
    wait_for (&answers[i]);
    if (i + 1 < G_N_ELEMENTS (answers))
      g_assert_true (g_error_matches (answers[i].error, G_IO_ERROR, G_IO_ERROR_CANCELLED));
    else
      g_assert_cmpint (answers[i].moment->at_ms, ==, from_ms + 8 * 17 * BB_MS_PER_HOUR);
    g_clear_error (&answers[i].error);
    bb_run_moment_free (answers[i].moment);
  }
}

/* ---- list ------------------------------------------------------------------------------------- */

static void
test_list (void)
{
  g_autoptr (BbSite) site = load_sample ("villa-demo.busbar");
  g_autoptr (BbRunList) list = bb_run_list_new ();
  BbRunSettings fair = { .balancer = BBE_FAIR };

  for (guint i = 0; i < 3; i++) {
    g_autoptr (BbSimRun) run = bb_sim_run_new (site, &fair);
    bb_run_list_add (list, run);
  }
  BbSimRun *second = bb_run_list_find (list, 2);
  g_assert_cmpstr (bb_sim_run_get_name (second), ==, "Run 2, 14 days, fair");
  g_assert_true (bb_run_list_remove (list, second));
  g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (list)), ==, 2);
  g_assert_null (bb_run_list_find (list, 2));
  g_assert_true (bb_run_list_restore (list) == second);
  g_assert_null (bb_run_list_restore (list));
  g_assert_cmpint (bb_run_list_index_of (list, second), ==, 1);
}

/* ---- where results lie ------------------------------------------------------------------------ */

static void
test_stale_folders (void)
{
  g_autofree gchar *stale = g_build_filename (g_get_user_cache_dir (), "busbar", "runs", "dead42", NULL);
  g_autofree gchar *file = g_build_filename (stale, "run-1.bbr", NULL);
  g_autofree gchar *path = NULL;

  bb_run_folder_remove ();
  g_assert_cmpint (g_mkdir_with_parents (stale, 0700), ==, 0);
  g_assert_true (g_file_set_contents (file, "x", 1, NULL));
  path = bb_run_folder_new_path (NULL);
  g_assert_nonnull (path);
  g_assert_false (g_file_test (stale, G_FILE_TEST_EXISTS));
  bb_run_folder_remove ();
  g_autofree gchar *folder = g_path_get_dirname (path);
  g_assert_false (g_file_test (folder, G_FILE_TEST_EXISTS));
}

/* A limit on the size of files acts as a full disk does. */
static void
test_disk_full (void)
{
  struct rlimit old, little = { 20000, 20000 };
  g_autoptr (BbSimRun) run = NULL;

  signal (SIGXFSZ, SIG_IGN);
  getrlimit (RLIMIT_FSIZE, &old);
  little.rlim_max = old.rlim_max;
  setrlimit (RLIMIT_FSIZE, &little);
  run = run_sample ("villa-demo.busbar", &as_site);
  setrlimit (RLIMIT_FSIZE, &old);
  g_assert_cmpuint (bb_sim_run_get_state (run), ==, BB_RUN_FAILED);
  g_assert_true (g_error_matches (bb_sim_run_get_error (run), BB_IO_ERROR, BB_IO_ERROR_NO_SPACE));
  bb_sim_run_start (run); /* Retry */
  wait_while_running (run);
  assert_done (run);
}

static void
test_words (void)
{
  const struct {
    gdouble seconds;
    const gchar *words;
  } cases[] = { { 0.2, "under 1 s" }, { 2.4, "about 3 s" }, { 89, "about 89 s" }, { 100, "about 2 min" } };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autofree gchar *words = bb_sim_run_duration_words (cases[i].seconds);
    g_assert_cmpstr (words, ==, cases[i].words);
  }
}

/* Cache, busbar, runs with its gate: nothing else may be left. */
static void
remove_cache (const gchar *cache)
{
  g_autofree gchar *busbar = g_build_filename (cache, "busbar", NULL);
  g_autofree gchar *runs = g_build_filename (busbar, "runs", NULL);
  g_autofree gchar *gate = g_build_filename (runs, "gate", NULL);

  bb_run_folder_remove ();
  g_unlink (gate);
  g_assert_cmpint (g_rmdir (runs), ==, 0);
  g_rmdir (busbar);
  g_rmdir (cache);
}

int
main (int argc, char *argv[])
{
  g_autofree gchar *cache = g_dir_make_tmp ("busbar-test-XXXXXX", NULL);

  g_setenv ("XDG_CACHE_HOME", cache, TRUE);
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/app/sim-run/demo", test_demo);
  g_test_add_func ("/app/sim-run/same-as-library", test_same_as_library);
  g_test_add_func ("/app/sim-run/stale", test_stale);
  g_test_add_func ("/app/sim-run/faults", test_faults);
  g_test_add_func ("/app/sim-run/cancel", test_cancel);
  g_test_add_func ("/app/sim-run/progress-is-paced", test_progress_is_paced);
  g_test_add_func ("/app/sim-run/again-after-cancel", test_again_after_cancel);
  g_test_add_func ("/app/sim-run/missing-input", test_missing_input);
  g_test_add_func ("/app/sim-run/reopen", test_reopen);
  g_test_add_data_func ("/app/sim-run/cut-short/0", GSIZE_TO_POINTER (0), test_cut_short);
  g_test_add_data_func ("/app/sim-run/cut-short/40", GSIZE_TO_POINTER (40), test_cut_short);
  g_test_add_data_func ("/app/sim-run/cut-short/99", GSIZE_TO_POINTER (99), test_cut_short);
  g_test_add_func ("/app/sim-run/foreign", test_foreign);
  g_test_add_func ("/app/sim-run/explain", test_explain);
  g_test_add_func ("/app/sim-run/latest-question-wins", test_latest_question_wins);
  g_test_add_func ("/app/sim-run/list", test_list);
  g_test_add_func ("/app/sim-run/stale-folders", test_stale_folders);
  g_test_add_func ("/app/sim-run/disk-full", test_disk_full);
  g_test_add_func ("/app/sim-run/words", test_words);
  int failed = g_test_run ();
  remove_cache (cache);
  return failed;
}
