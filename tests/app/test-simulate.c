/* SPDX-License-Identifier: GPL-3.0-or-later */
/* test-simulate.c: the Simulate page in a window, driven by its actions: run, cancel, compare, sweep, why,
 * export, reopen, inputs, faults, what goes wrong. */
#include <glib/gstdio.h>
#include <json-glib/json-glib.h>
#include <math.h>
#include <signal.h>
#include <string.h>
#include <sys/resource.h>

#include "app/application.h"
#include "app/pages/simulate-page-private.h"
#include "app/watchdog.h"
#include "model/reason-text.h"
#include "model/site-json.h"

typedef struct {
  BbDocument *document;
  BbSimulatePage *page;
  GtkWidget *window;
  gchar *folder;
} Fixture;

/* ---- tools ------------------------------------------------------------------------------------ */

static void
set_up (Fixture *f, gconstpointer sample)
{
  g_autofree gchar *path = g_build_filename (g_getenv ("BUSBAR_DATA_DIR"), "samples", sample, NULL);
  g_autoptr (BbSite) site = bb_site_load (path, NULL);

  f->folder = g_dir_make_tmp ("busbar-test-XXXXXX", NULL);
  f->document = bb_document_new (site, NULL);
  f->page = g_object_new (BB_TYPE_SIMULATE_PAGE, NULL);
  f->window = adw_window_new ();
  adw_window_set_content (ADW_WINDOW (f->window), GTK_WIDGET (f->page));
  gtk_window_set_default_size (GTK_WINDOW (f->window), 1080, 740);
  bb_page_set_document (BB_PAGE (f->page), f->document);
  gtk_window_present (GTK_WINDOW (f->window));
}

static void
tear_down (Fixture *f, gconstpointer sample)
{
  const gchar *const names[]
      = { "t/series.csv", "t/changes.csv", "t/sessions.csv", "t",         "a.bbr", "a.pdf",
          "a.png",        "cut.bbr",       "bad.csv",        "house.csv", "file" };

  g_object_add_weak_pointer (G_OBJECT (f->page), (gpointer *) &f->page);
  gtk_window_destroy (GTK_WINDOW (f->window));
  while (f->page) /* threads and what they tell end first */
    g_main_context_iteration (NULL, TRUE);
  g_object_unref (f->document);
  for (guint i = 0; i < G_N_ELEMENTS (names); i++) {
    g_autofree gchar *path = g_build_filename (f->folder, names[i], NULL);
    g_remove (path);
  }
  g_assert_cmpint (g_rmdir (f->folder), ==, 0);
  g_free (f->folder);
}

static gchar *
in_folder (Fixture *f, const gchar *name)
{
  return g_build_filename (f->folder, name, NULL);
}

static void
act (Fixture *f, const gchar *action, GVariant *target)
{
  g_autoptr (GVariant) held = target ? g_variant_ref_sink (target) : NULL;

  g_assert_true (gtk_widget_activate_action_variant (GTK_WIDGET (f->page), action, held));
}

#define act_text(f, action, text) act (f, action, g_variant_new_string (text))

static void
iterate_while (gboolean (*is_so) (Fixture *f), Fixture *f)
{
  while (is_so (f))
    g_main_context_iteration (NULL, TRUE);
}

static gboolean
works (Fixture *f)
{
  return bb_simulate_page_get_working (f->page) != NULL;
}

static gboolean
sweeps (Fixture *f)
{
  return bb_sweep_view_is_running (f->page->sweep);
}

static void
run (Fixture *f)
{
  act (f, "simulate.run", NULL);
  g_assert_true (works (f));
  iterate_while (works, f);
}

static gboolean
complains (Fixture *f)
{
  return gtk_widget_get_visible (f->page->failed_row);
}

static const gchar *
complaint (Fixture *f)
{
  return gtk_label_get_label (f->page->failed_label);
}

static gboolean
is_quiet (Fixture *f)
{
  return !complains (f);
}

/* The text of the newest event of the log. */
static gboolean
last_event_has (Fixture *f, const gchar *text)
{
  GListModel *log = G_LIST_MODEL (bb_document_get_log (f->document));
  g_autoptr (BbEvent) event = g_list_model_get_item (log, g_list_model_get_n_items (log) - 1);

  return event && bb_event_get_kind (event) == BB_EVENT_SIMULATION
         && strstr (bb_event_get_sentence (event), text) != NULL;
}

static guint
n_children (gpointer widget)
{
  guint n = 0;

  for (GtkWidget *child = gtk_widget_get_first_child (widget); child;
       child = gtk_widget_get_next_sibling (child))
    n++;
  return n;
}

/* ---- run, cancel, compare --------------------------------------------------------------------- */

static void
test_run (Fixture *f, gconstpointer data)
{
  g_autofree gchar *stations = NULL;
  g_autofree gchar *sessions = NULL;

  g_assert_cmpstr (gtk_stack_get_visible_child_name (f->page->result_stack), ==, "empty");
  run (f);
  g_assert_nonnull (bb_simulate_page_get_shown (f->page));
  g_assert_cmpstr (gtk_stack_get_visible_child_name (f->page->result_stack), ==, "shown");
  g_assert_cmpuint (n_children (f->page->sentences), ==, 4); /* three, and the fold */
  g_assert_cmpuint (n_children (f->page->tiles), ==, 4);
  g_assert_nonnull (bb_chart_get_model (f->page->chart));
  stations = bb_simulate_tables_get_text (f->page->tables, "stations");
  sessions = bb_simulate_tables_get_text (f->page->tables, "sessions");
  g_assert_nonnull (strstr (stations, "garage\t165.33 kWh\t13\t13\t"));
  g_auto (GStrv) lines = g_strsplit (g_strchomp (sessions), "\n", -1);
  g_assert_cmpuint (g_strv_length (lines) - 1, ==,
                    bb_sim_run_get_summary (bb_simulate_page_get_shown (f->page))->n_sessions);
  g_assert_true (last_event_has (f, "Run 1, 14 days: No phase went over its rating."));
}

static void
test_cancel (Fixture *f, gconstpointer data)
{
  BbPart *simulation = BB_PART (bb_site_peek (bb_document_get_site (f->document))->simulation);
  g_autoptr (GTimer) timer = NULL;

  g_assert_true (bb_editor_set (bb_document_get_editor (f->document), simulation, "days", "24", NULL));
  act (f, "simulate.run", NULL);
  while (bb_sim_run_get_progress (bb_simulate_page_get_working (f->page)) == 0)
    g_main_context_iteration (NULL, TRUE);
  g_assert_true (gtk_widget_get_visible (GTK_WIDGET (f->page->run_row)));
  timer = g_timer_new ();
  act (f, "simulate.cancel", NULL);
  g_assert_false (works (f));
  g_assert_cmpfloat (g_timer_elapsed (timer, NULL), <, 0.1);
  g_assert_false (gtk_widget_get_visible (GTK_WIDGET (f->page->run_row)));
  g_assert_null (bb_simulate_page_get_shown (f->page));
  g_assert_cmpstr (gtk_stack_get_visible_child_name (f->page->result_stack), ==, "empty");
  g_assert_true (last_event_has (f, "cancelled"));
}

static void
test_compare (Fixture *f, gconstpointer data)
{
  g_autofree gchar *text = NULL;

  run (f);
  act (f, "simulate.compare-off", NULL);
  iterate_while (works, f);
  g_assert_cmpuint (bb_sim_run_get_number (bb_simulate_page_get_shown (f->page)), ==, 1);
  g_assert_cmpuint (bb_sim_run_get_number (bb_simulate_page_get_compared (f->page)), ==, 2);
  g_assert_true (gtk_widget_get_visible (GTK_WIDGET (f->page->compare_view)));
  text = bb_compare_view_get_text (f->page->compare_view);
  g_assert_true (g_str_has_prefix (text, "Run 2 goes over a rating for "));
  g_assert_nonnull (strstr (text, "\tbetter\n"));
  act (f, "simulate.compare", g_variant_new_uint32 (0));
  g_assert_null (bb_simulate_page_get_compared (f->page));
  g_assert_false (gtk_widget_get_visible (GTK_WIDGET (f->page->compare_view)));
  act (f, "simulate.show-run", g_variant_new_uint32 (2));
  g_assert_cmpuint (bb_sim_run_get_number (bb_simulate_page_get_shown (f->page)), ==, 2);
}

static void
test_remove_and_restore (Fixture *f, gconstpointer data)
{
  run (f);
  act_text (f, "simulate.balancer", "fair");
  run (f);
  g_assert_cmpstr (bb_sim_run_get_name (bb_simulate_page_get_shown (f->page)), ==, "Run 2, 14 days, fair");
  act (f, "simulate.remove-run", NULL);
  g_assert_cmpuint (bb_sim_run_get_number (bb_simulate_page_get_shown (f->page)), ==, 1);
  act (f, "simulate.remove-run", NULL);
  g_assert_null (bb_simulate_page_get_shown (f->page));
  act (f, "simulate.restore-run", NULL);
  g_assert_cmpuint (bb_sim_run_get_number (bb_simulate_page_get_shown (f->page)), ==, 1);
}

static gboolean
is_fresh (Fixture *f)
{
  return !gtk_widget_get_visible (f->page->stale_row);
}

static gboolean
is_stale (Fixture *f)
{
  return gtk_widget_get_visible (f->page->stale_row);
}

static void
test_stale (Fixture *f, gconstpointer data)
{
  BbEditor *editor = bb_document_get_editor (f->document);

  run (f);
  g_assert_true (is_fresh (f));
  g_assert_true (bb_editor_set (editor, BB_PART (bb_site_circuit (bb_document_get_site (f->document), 0)),
                                "rating-l1-ma", "20", NULL));
  iterate_while (is_fresh, f);
  bb_editor_undo (editor);
  iterate_while (is_stale, f);
}

/* ---- sweep ------------------------------------------------------------------------------------ */

static void
test_sweep (Fixture *f, gconstpointer data)
{
  act_text (f, "simulate.sweep-axis", "fuse");
  act (f, "simulate.sweep-range", g_variant_new ("(uu)", 16, 40));
  act (f, "simulate.sweep", NULL);
  iterate_while (sweeps, f);
  BbSimSweep *sweep = bb_sweep_view_get_sweep (f->page->sweep);
  g_assert_cmpuint (bb_sim_sweep_get_state (sweep), ==, BB_RUN_DONE);
  GPtrArray *curve = bb_sim_sweep_get_curve (sweep);
  BbPlanAnswer answer;
  bb_sim_sweep_get_answer (sweep, &answer);
  g_assert_true (g_ptr_array_index (curve, bb_sweep_view_get_chosen (f->page->sweep)) == answer.best);
  g_assert_true (last_event_has (f, "Smallest fuse for 98.0 %"));
  act (f, "simulate.sweep-target", g_variant_new_double (90));
  g_assert_cmpint (bb_sweep_view_get_chosen (f->page->sweep), ==, 0); /* 16 A do */
  act (f, "simulate.sweep-choose", g_variant_new_uint32 (3));
  g_assert_cmpint (bb_sweep_view_get_chosen (f->page->sweep), ==, 3);
}

/* ---- files ------------------------------------------------------------------------------------ */

static gboolean
is_absent (const gchar *path)
{
  return !g_file_test (path, G_FILE_TEST_EXISTS);
}

static void
wait_for_file (const gchar *path)
{
  while (is_absent (path))
    g_main_context_iteration (NULL, TRUE);
}

static void
wait_for_event (Fixture *f, const gchar *text)
{
  while (!last_event_has (f, text))
    g_main_context_iteration (NULL, TRUE);
}

static void
assert_begins (const gchar *path, const gchar *bytes, gsize n, gsize least)
{
  g_autofree gchar *contents = NULL;
  gsize length = 0;

  g_assert_true (g_file_get_contents (path, &contents, &length, NULL));
  g_assert_cmpuint (length, >, least);
  g_assert_cmpmem (contents, n, bytes, n);
}

static guint
count_lines (const gchar *path)
{
  g_autofree gchar *contents = NULL;
  guint n = 0;

  g_assert_true (g_file_get_contents (path, &contents, NULL, NULL));
  for (const gchar *c = contents; *c; c++)
    n += *c == '\n';
  return n;
}

static void
test_export (Fixture *f, gconstpointer data)
{
  g_autofree gchar *tables = in_folder (f, "t");
  g_autofree gchar *series = in_folder (f, "t/series.csv");
  g_autofree gchar *sessions = in_folder (f, "t/sessions.csv");
  g_autofree gchar *pdf = in_folder (f, "a.pdf");
  g_autofree gchar *png = in_folder (f, "a.png");

  run (f);
  act_text (f, "simulate.export-csv-to", tables);
  wait_for_event (f, "Saved t");
  g_assert_cmpuint (count_lines (series), ==, 14 * 96 + 1); /* a row each 15 min */
  g_assert_cmpuint (count_lines (sessions), ==,
                    bb_sim_run_get_summary (bb_simulate_page_get_shown (f->page))->n_sessions + 1);
  act_text (f, "simulate.export-pdf-to", pdf);
  wait_for_event (f, "Saved a.pdf");
  assert_begins (pdf, "%PDF-1", 6, 20000);
  act_text (f, "simulate.export-png-to", png);
  wait_for_event (f, "Saved a.png");
  assert_begins (png, "\211PNG\r\n", 6, 10000);
  g_assert_false (complains (f));
}

static void
test_reopen (Fixture *f, gconstpointer data)
{
  g_autofree gchar *path = in_folder (f, "a.bbr");
  g_autofree gchar *cut = in_folder (f, "cut.bbr");
  g_autofree gchar *bytes = NULL;
  gsize length = 0;

  run (f);
  act_text (f, "simulate.save-to", path);
  wait_for_file (path);
  wait_for_event (f, "Saved a.bbr");
  act_text (f, "simulate.drop-file", path);
  iterate_while (works, f);
  BbSimRun *second = bb_simulate_page_get_shown (f->page);
  g_assert_cmpuint (bb_sim_run_get_number (second), ==, 2);
  g_assert_cmpstr (bb_sim_run_get_source_path (second), ==, path);
  g_assert_cmpfloat (bb_sim_run_get_summary (second)->delivered_mws, >, 0);
  g_assert_true (is_fresh (f)); /* it is of the very same site */

  g_assert_true (g_file_get_contents (path, &bytes, &length, NULL));
  g_assert_true (g_file_set_contents (cut, bytes, (gssize) (length / 2), NULL));
  act_text (f, "simulate.open-path", cut);
  iterate_while (works, f);
  g_assert_true (complains (f));
  g_assert_cmpuint (strlen (complaint (f)), >, 10);
  g_assert_true (bb_simulate_page_get_shown (f->page) == second); /* nothing is lost */
  act (f, "simulate.dismiss", NULL);
  g_assert_false (complains (f));
}

/* A file where a folder should be, and a disk that is full. */
static void
test_cannot_write (Fixture *f, gconstpointer data)
{
  g_autofree gchar *file = in_folder (f, "file");
  g_autofree gchar *under = g_build_filename (file, "a.bbr", NULL);
  g_autofree gchar *full = in_folder (f, "a.bbr");
  struct rlimit old, little;

  run (f);
  g_assert_true (g_file_set_contents (file, "x", 1, NULL));
  act_text (f, "simulate.save-to", under);
  iterate_while (is_quiet, f);
  g_assert_nonnull (strstr (complaint (f), "a.bbr"));
  act (f, "simulate.dismiss", NULL);

  signal (SIGXFSZ, SIG_IGN);
  getrlimit (RLIMIT_FSIZE, &old);
  little = (struct rlimit){ 2000, old.rlim_max };
  setrlimit (RLIMIT_FSIZE, &little);
  act_text (f, "simulate.save-to", full);
  iterate_while (is_quiet, f);
  setrlimit (RLIMIT_FSIZE, &old);
  g_assert_true (is_absent (full));
  g_assert_nonnull (bb_simulate_page_get_shown (f->page));
}

/* ---- why -------------------------------------------------------------------------------------- */

/* What the command line says of the same moment: "sentence" of each station. (element-type utf8) */
static GPtrArray *
ask_command_line (const gchar *path, gint64 minute)
{
  g_autofree gchar *program = g_build_filename (g_getenv ("BUSBAR_BUILD_DIR"), "src/cli/busbar-cli", NULL);
  g_autofree gchar *at = g_strdup_printf ("%" G_GINT64_FORMAT, minute);
  const gchar *const argv[] = { program, "explain", path, "--at", at, "--json", NULL };
  g_autofree gchar *text = NULL;
  g_autoptr (GError) error = NULL;
  g_autoptr (JsonNode) root = NULL;
  GPtrArray *sentences = g_ptr_array_new_with_free_func (g_free);

  g_spawn_sync (NULL, (gchar **) argv, NULL, G_SPAWN_DEFAULT, NULL, NULL, &text, NULL, NULL, &error);
  g_assert_no_error (error);
  root = json_from_string (text, &error);
  g_assert_no_error (error);
  JsonArray *stations = json_object_get_array_member (json_node_get_object (root), "stations");
  for (guint i = 0; i < json_array_get_length (stations); i++)
    g_ptr_array_add (sentences,
                     g_strdup (json_object_get_string_member (json_array_get_object_element (stations, i),
                                                              "sentence")));
  return sentences;
}

static void
test_explain (Fixture *f, gconstpointer data)
{
  g_autofree gchar *path = in_folder (f, "a.bbr");

  run (f);
  act_text (f, "simulate.save-to", path);
  wait_for_event (f, "Saved a.bbr");
  gint64 from_ms = bb_result_get_from_ms (bb_sim_run_get_result (bb_simulate_page_get_shown (f->page)));
  for (gint64 minute = 900; minute < 20000; minute += 6143) {
    g_autoptr (GPtrArray) expected = ask_command_line (path, minute);
    g_autofree gchar *text = NULL;
    g_autofree gchar *when = NULL;
    g_autoptr (BbZone) zone = bb_zone_ref (bb_sim_run_get_zone (bb_simulate_page_get_shown (f->page)));
    when = bb_reason_local_time (from_ms + minute * 60000, zone);
    bb_chart_set_cursor (f->page->chart, from_ms + minute * 60000);
    do {
      g_main_context_iteration (NULL, TRUE);
      g_free (text);
      text = bb_explain_panel_get_text (f->page->panel);
    } while (!g_str_has_prefix (text, when));
    g_assert_cmpuint (expected->len, ==, 2);
    for (guint s = 0; s < expected->len; s++)
      if (!strstr (text, g_ptr_array_index (expected, s)))
        g_error ("%s\nlacks: %s", text, (const gchar *) g_ptr_array_index (expected, s));
  }
}

static void
test_select_station (Fixture *f, gconstpointer data)
{
  run (f);
  guint n = bb_chart_model_get_n_tracks (bb_chart_get_model (f->page->chart));
  bb_explain_panel_select (f->page->panel, "drive");
  g_assert_cmpuint (bb_chart_model_get_n_tracks (bb_chart_get_model (f->page->chart)), ==, n + 1);
  bb_explain_panel_select (f->page->panel, NULL);
  g_assert_cmpuint (bb_chart_model_get_n_tracks (bb_chart_get_model (f->page->chart)), ==, n);
  act_text (f, "simulate.what", "stations");
  g_assert_cmpuint (bb_chart_model_get_n_tracks (bb_chart_get_model (f->page->chart)), ==, 1);
}

static void
test_busiest_day (Fixture *f, gconstpointer data)
{
  gint64 from_ms = 0, until_ms = 0;

  run (f);
  act (f, "simulate.busiest-day", NULL);
  g_object_get (f->page->chart, "view-from-ms", &from_ms, "view-until-ms", &until_ms, NULL);
  g_assert_cmpint (until_ms - from_ms, ==, BB_MS_PER_DAY);
  act (f, "simulate.fit", NULL);
  g_object_get (f->page->chart, "view-from-ms", &from_ms, "view-until-ms", &until_ms, NULL);
  g_assert_cmpint (until_ms - from_ms, ==, 14 * BB_MS_PER_DAY);
}

/* The charts were laid out, and are taller than the window. */
static gboolean
has_room_to_scroll (GtkAdjustment *adjustment)
{
  return gtk_adjustment_get_upper (adjustment) - gtk_adjustment_get_page_size (adjustment) > 100;
}

/* A click into charts that are taller than the window gives them the focus and moves nothing. */
static void
test_focus_does_not_scroll (Fixture *f, gconstpointer data)
{
  GtkAdjustment *adjustment = gtk_scrolled_window_get_vadjustment (f->page->scroller);
  g_autoptr (GTimer) timer = g_timer_new ();

  run (f);
  while (!has_room_to_scroll (adjustment))
    g_main_context_iteration (NULL, TRUE);
  g_timer_start (timer);
  while (g_timer_elapsed (timer, NULL) < 0.5) /* sizes settle */
    g_main_context_iteration (NULL, FALSE);
  gdouble middle
      = floor ((gtk_adjustment_get_upper (adjustment) - gtk_adjustment_get_page_size (adjustment)) / 2);
  g_assert_cmpfloat (middle, >, 50);
  gtk_adjustment_set_value (adjustment, middle);
  g_timer_start (timer);
  gtk_widget_child_focus (GTK_WIDGET (f->page->chart), GTK_DIR_TAB_FORWARD);
  while (g_timer_elapsed (timer, NULL) < 0.4)
    g_main_context_iteration (NULL, FALSE);
  g_assert_true (
      gtk_widget_is_ancestor (gtk_root_get_focus (GTK_ROOT (f->window)), GTK_WIDGET (f->page->chart)));
  g_assert_cmpfloat (gtk_adjustment_get_value (adjustment), ==, middle);
}

/* ---- inputs and faults ------------------------------------------------------------------------ */

static gboolean
load_is_house (Fixture *f)
{
  return g_str_equal (bb_input_chip_get_value (f->page->chip[BB_CHIP_LOAD]), "House");
}

static void
test_inputs (Fixture *f, gconstpointer data)
{
  g_autofree gchar *bad = in_folder (f, "bad.csv");

  g_assert_true (load_is_house (f));
  act_text (f, "simulate.use-sample", "load-house3.csv");
  iterate_while (load_is_house, f);
  g_assert_cmpstr (bb_input_chip_get_value (f->page->chip[BB_CHIP_LOAD]), ==, "load-house3.csv");
  run (f);
  g_assert_false (complains (f));
  g_assert_true (g_file_set_contents (bad, "minute,total_w\n0,1\n1,abc\n", -1, NULL));
  act_text (f, "simulate.drop-file", bad);
  iterate_while (is_quiet, f);
  g_assert_nonnull (strstr (complaint (f), "bad.csv:3"));
  g_assert_cmpstr (bb_input_chip_get_value (f->page->chip[BB_CHIP_LOAD]), ==, "load-house3.csv");
  for (BbChip chip = 0; chip < BB_CHIPS; chip++) { /* each panel opens and closes */
    bb_input_chip_open (f->page->chip[chip]);
    while (g_main_context_iteration (NULL, FALSE))
      ;
    g_assert_cmpuint (n_children (bb_input_chip_get_body (f->page->chip[chip])), >, 0);
    bb_input_chip_close (f->page->chip[chip]);
  }
}

static void
test_failure (Fixture *f, gconstpointer data)
{
  BbEditor *editor = bb_document_get_editor (f->document);
  BbPart *input = BB_PART (bb_site_input (bb_document_get_site (f->document), 0));

  g_assert_true (bb_editor_set (editor, input, "file", "nowhere.csv", NULL));
  run (f);
  g_assert_true (complains (f));
  g_assert_nonnull (strstr (complaint (f), "nowhere.csv"));
  g_assert_true (gtk_widget_get_visible (f->page->retry_button));
  bb_editor_undo (editor);
  act (f, "simulate.retry", NULL); /* with what was put right */
  iterate_while (works, f);
  g_assert_false (complains (f));
  g_assert_nonnull (bb_simulate_page_get_shown (f->page));
}

static void
test_faults (Fixture *f, gconstpointer data)
{
  act_text (f, "simulate.add-fault", "{\"at_s\":60,\"what\":\"station-lost\",\"station\":\"nobody\"}");
  g_assert_true (complains (f));
  act (f, "simulate.dismiss", NULL);
  act_text (f, "simulate.add-fault", "not json");
  g_assert_true (complains (f));
  act_text (f, "simulate.add-fault", "{\"at_s\":60,\"what\":\"station-fault\",\"station\":\"drive\"}");
  g_assert_cmpstr (bb_input_chip_get_value (f->page->chip[BB_CHIP_FAULTS]), ==, "1 fault");
  run (f);
  const BbSummary *summary = bb_sim_run_get_summary (bb_simulate_page_get_shown (f->page));
  g_assert_cmpint (summary->stations[1].delivered_mws, ==, 0); /* the drive never charged */
  act (f, "simulate.remove-fault", g_variant_new_uint32 (0));
  g_assert_cmpstr (bb_input_chip_get_value (f->page->chip[BB_CHIP_FAULTS]), ==, "none");
}

/* Kept with the site on demand, as one step; what was chosen for the next runs stays chosen. */
static void
test_keep_faults (Fixture *f, gconstpointer data)
{
  BbPart *site = BB_PART (bb_document_get_site (f->document));
  BbEditor *editor = bb_document_get_editor (f->document);
  GtkWidget *body = GTK_WIDGET (bb_input_chip_get_body (f->page->chip[BB_CHIP_FAULTS]));
  g_autofree gchar *label = NULL;

  act_text (f, "simulate.add-fault", "{\"at_s\":60,\"what\":\"station-fault\",\"station\":\"drive\"}");
  bb_input_chip_open (f->page->chip[BB_CHIP_FAULTS]);
  while (g_main_context_iteration (NULL, FALSE))
    ;
  g_assert_cmpuint (n_children (GTK_BOX (body)), >, 0);
  g_assert_null (bb_part_get_extra (site, "scenario"));
  act (f, "simulate.keep-faults", NULL);
  g_assert_cmpuint (json_array_get_length (json_node_get_array (bb_part_get_extra (site, "scenario"))), ==,
                    1);
  g_object_get (editor, "undo-label", &label, NULL);
  g_assert_cmpstr (label, ==, "Keep 1 fault with the site");
  act (f, "simulate.keep-faults", NULL); /* nothing new */
  g_assert_true (bb_editor_undo (editor));
  g_assert_false (bb_editor_undo (editor));
  g_assert_null (bb_part_get_extra (site, "scenario"));
  g_assert_cmpstr (bb_input_chip_get_value (f->page->chip[BB_CHIP_FAULTS]), ==, "1 fault");
  g_assert_true (bb_editor_redo (editor));
  act (f, "simulate.remove-fault", g_variant_new_uint32 (0));
  act (f, "simulate.keep-faults", NULL);
  g_assert_null (bb_part_get_extra (site, "scenario"));
  bb_input_chip_close (f->page->chip[BB_CHIP_FAULTS]);
}

/* ---- the window stays alive ------------------------------------------------------------------- */

/* A year under way, while a person looks at another result and edits the site. */
static void
test_year (Fixture *f, gconstpointer data)
{
  BbEditor *editor = bb_document_get_editor (f->document);
  BbPart *simulation = BB_PART (bb_site_peek (bb_document_get_site (f->document))->simulation);
  BbWatchdogReport report;

  g_assert_true (bb_editor_set (editor, simulation, "days", "1", NULL));
  run (f);
  gint64 from_ms = bb_result_get_from_ms (bb_sim_run_get_result (bb_simulate_page_get_shown (f->page)));
  g_assert_true (bb_editor_set (editor, simulation, "days", "365", NULL));
  g_assert_true (bb_editor_set (editor, BB_PART (bb_site_input (bb_document_get_site (f->document), 1)),
                                "repeat", "none", NULL));
  act (f, "simulate.run", NULL);
  bb_watchdog_start ();
  for (guint i = 0; i < 400 && works (f); i++) {
    g_autofree gchar *name = g_strdup_printf ("Office %u", i);
    if (i % 20 == 0) {
      bb_editor_set (editor, BB_PART (bb_document_get_site (f->document)), "name", name, NULL);
      bb_chart_set_cursor (f->page->chart, from_ms + i * 60000);
    }
    g_main_context_iteration (NULL, TRUE);
  }
  bb_watchdog_stop (&report);
  /* How long a turn may be is measured, not tested: see the bench of typing. */
  g_test_message ("%" G_GUINT64_FORMAT " turns, longest %.1f ms of CPU, %" G_GUINT64_FORMAT " over 16 ms",
                  report.n_turns, (gdouble) report.longest_us / 1000.0, report.n_long);
  g_assert_true (works (f)); /* it was running all the time */
  act (f, "simulate.cancel", NULL);
}

/* A page that goes away in the middle of everything leaves nothing behind. */
static void
test_closed_while_running (Fixture *f, gconstpointer data)
{
  act (f, "simulate.run", NULL);
  act (f, "simulate.sweep", NULL);
}

static void
test_no_document (Fixture *f, gconstpointer data)
{
  run (f);
  bb_page_set_document (BB_PAGE (f->page), NULL);
  g_assert_null (bb_simulate_page_get_shown (f->page));
  g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (bb_simulate_page_get_runs (f->page))), ==, 0);
  gtk_widget_activate_action (GTK_WIDGET (f->page), "simulate.run", NULL);
  g_assert_false (works (f));
}

int
main (int argc, char *argv[])
{
  g_autofree gchar *cache = g_dir_make_tmp ("busbar-test-XXXXXX", NULL);

  g_setenv ("XDG_CACHE_HOME", cache, FALSE);
  g_test_init (&argc, &argv, NULL);
  adw_init ();
  bb_application_load_resources ();
#define ADD(name, sample, function)                                                                          \
  g_test_add ("/app/simulate/" name, Fixture, sample, set_up, function, tear_down)
  ADD ("run", "villa-demo.busbar", test_run);
  ADD ("cancel", "office-40.busbar", test_cancel);
  ADD ("compare", "villa-demo.busbar", test_compare);
  ADD ("remove-and-restore", "villa-demo.busbar", test_remove_and_restore);
  ADD ("stale", "villa-demo.busbar", test_stale);
  ADD ("sweep", "villa-demo.busbar", test_sweep);
  ADD ("export", "villa-demo.busbar", test_export);
  ADD ("reopen", "villa-demo.busbar", test_reopen);
  ADD ("cannot-write", "villa-demo.busbar", test_cannot_write);
  ADD ("explain", "villa-demo.busbar", test_explain);
  ADD ("select-station", "villa-demo.busbar", test_select_station);
  ADD ("busiest-day", "villa-demo.busbar", test_busiest_day);
  ADD ("focus-does-not-scroll", "villa-demo.busbar", test_focus_does_not_scroll);
  ADD ("inputs", "villa-demo.busbar", test_inputs);
  ADD ("failure", "villa-demo.busbar", test_failure);
  ADD ("faults", "villa-demo.busbar", test_faults);
  ADD ("keep-faults", "villa-demo.busbar", test_keep_faults);
  ADD ("year", "office-40.busbar", test_year);
  ADD ("closed-while-running", "office-40.busbar", test_closed_while_running);
  ADD ("no-document", "villa-demo.busbar", test_no_document);
  int failed = g_test_run ();
  g_rmdir (cache);
  return failed;
}
