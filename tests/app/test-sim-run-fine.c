/* SPDX-License-Identifier: GPL-3.0-or-later */
/* test-sim-run-fine.c: charts in seconds: what is looked at is computed, the latest wins, and what cannot be
 * had is told; in the page too. */
#include <glib/gstdio.h>
#include <string.h>

#include "app/kit.h"
#include "app/pages/simulate-page-private.h"
#include "app/sim-run-folder.h"
#include "model/site-json.h"
#include "report/result-chart.h"

#define MINUTE G_GINT64_CONSTANT (60000)
#define HOUR   (60 * MINUTE)

static const BbRunSettings as_site = { .balancer = BB_SIM_BALANCER_SITE };

/* ---- tools ------------------------------------------------------------------------------------ */

static gboolean
is_not_running (gpointer run)
{
  return bb_sim_run_get_state (run) != BB_RUN_RUNNING;
}

static BbSimRun *
finish (BbSimRun *run)
{
  bb_sim_run_start (run);
  bb_kit_wait (is_not_running, run, "the run to end");
  if (bb_sim_run_get_error (run))
    g_error ("%s", bb_sim_run_get_error (run)->message);
  return run;
}

static BbSite *
load (const gchar *folder, const gchar *name)
{
  g_autofree gchar *path = g_build_filename (folder, name, NULL);
  g_autoptr (GError) error = NULL;
  BbSite *site = bb_site_load (path, &error);

  g_assert_no_error (error);
  return site;
}

static BbSimRun *
run_sample (const gchar *name, const gchar *property, const gchar *value)
{
  g_autofree gchar *folder = g_build_filename (g_getenv ("BUSBAR_DATA_DIR"), "samples", NULL);
  g_autoptr (BbSite) site = load (folder, name);

  if (property)
    g_assert_true (bb_part_set (BB_PART (bb_site_peek (site)->simulation), property, value, NULL));
  return finish (bb_sim_run_new (site, &as_site));
}

static gboolean
is_idle (gpointer fine)
{
  return !bb_run_fine_is_working (fine);
}

static void
settle (BbRunFine *fine)
{
  bb_kit_wait (is_idle, fine, "the seconds");
}

static gint64
finest_ms (BbSeriesSource *source)
{
  BbSeriesInfo info;

  bb_series_source_get_info (source, 0, &info);
  return info.finest_ms;
}

static gint64
start_of (BbRunFine *fine)
{
  return bb_result_get_from_ms (bb_sim_run_get_result (bb_run_fine_get_run (fine)));
}

/* Whether each second of the range has a value of its own. */
static gboolean
has_seconds (BbRunFine *fine, gint64 from_ms, guint n)
{
  g_autofree BbSeriesColumn *columns = g_new (BbSeriesColumn, n);
  BbSeriesSource *source = bb_run_fine_get_source (fine);

  for (guint i = 0; i < bb_series_source_get_n_series (source); i++) {
    g_assert_true (bb_series_source_query (source, i, from_ms, from_ms + n * 1000, n, columns, NULL));
    for (guint k = 0; k < n; k++)
      if (columns[k].covered_ms != 1000 || columns[k].min != columns[k].max)
        return FALSE;
  }
  return TRUE;
}

static void
count_cb (BbRunFine *fine, guint *n)
{
  ++*n;
}

/* ---- looked at -------------------------------------------------------------------------------- */

static void
test_look (void)
{
  g_autoptr (BbSimRun) run = run_sample ("villa-demo.busbar", NULL, NULL);
  g_autoptr (BbRunFine) fine = bb_run_fine_new (run);
  gint64 from_ms = start_of (fine) + 5 * 24 * HOUR + 18 * HOUR;
  guint n = 0;

  g_signal_connect (fine, "changed", G_CALLBACK (count_cb), &n);
  g_assert_cmpint (finest_ms (bb_run_fine_get_source (fine)), ==, MINUTE);
  g_assert_false (has_seconds (fine, from_ms, 1800));
  bb_run_fine_look_at (fine, from_ms, from_ms + 30 * MINUTE);
  g_assert_true (bb_run_fine_is_working (fine));
  settle (fine);
  g_assert_cmpuint (n, ==, 1);
  g_assert_cmpint (finest_ms (bb_run_fine_get_source (fine)), ==, 1000);
  g_assert_null (bb_run_fine_get_obstacle (fine));
  g_assert_true (has_seconds (fine, from_ms, 1800));

  bb_run_fine_look_at (fine, from_ms + 3 * MINUTE, from_ms + 4 * MINUTE); /* within: it is there */
  g_assert_false (bb_run_fine_is_working (fine));
  g_assert_cmpuint (n, ==, 1);
  bb_run_fine_look_at (fine, from_ms, from_ms + 24 * HOUR); /* long: minutes do */
  g_assert_cmpint (finest_ms (bb_run_fine_get_source (fine)), ==, MINUTE);
  g_assert_cmpuint (n, ==, 2);
  bb_run_fine_look_at (fine, from_ms, from_ms + 10 * MINUTE); /* kept */
  g_assert_false (bb_run_fine_is_working (fine));
  g_assert_true (has_seconds (fine, from_ms, 600));
  g_assert_cmpuint (n, ==, 3);
}

/* Beyond the result's ends, and nowhere. */
static void
test_edges (void)
{
  g_autoptr (BbSimRun) run = run_sample ("villa-demo.busbar", "days", "1");
  g_autoptr (BbRunFine) fine = bb_run_fine_new (run);
  gint64 from_ms = start_of (fine), until_ms = from_ms + 24 * HOUR;

  bb_run_fine_look_at (fine, from_ms - HOUR, from_ms + MINUTE);
  settle (fine);
  g_assert_true (has_seconds (fine, from_ms, 60));
  bb_run_fine_look_at (fine, until_ms - MINUTE, until_ms + HOUR);
  settle (fine);
  g_assert_true (has_seconds (fine, until_ms - MINUTE, 60));
  bb_run_fine_look_at (fine, until_ms, until_ms + HOUR);
  bb_run_fine_look_at (fine, from_ms - HOUR, from_ms);
  bb_run_fine_look_at (fine, from_ms, from_ms);
  bb_run_fine_look_at (fine, from_ms + HOUR, from_ms);
  g_assert_false (bb_run_fine_is_working (fine));
  g_assert_null (bb_run_fine_get_obstacle (fine));
  g_assert_cmpint (finest_ms (bb_run_fine_get_source (fine)), ==, MINUTE);
}

static void
test_latest_wins (void)
{
  g_autoptr (BbSimRun) run = run_sample ("garage-12.busbar", NULL, NULL);
  g_autoptr (BbRunFine) fine = bb_run_fine_new (run);
  gint64 from_ms = start_of (fine);
  guint n = 0;

  g_signal_connect (fine, "changed", G_CALLBACK (count_cb), &n);
  for (guint i = 1; i <= 12; i++)
    bb_run_fine_look_at (fine, from_ms + i * 7 * HOUR, from_ms + i * 7 * HOUR + HOUR);
  settle (fine);
  while (g_main_context_iteration (NULL, FALSE))
    ;
  g_assert_cmpuint (n, ==, 1);
  g_assert_true (has_seconds (fine, from_ms + 84 * HOUR, 3600));
  g_assert_false (has_seconds (fine, from_ms + 77 * HOUR, 3600));
}

/* While it computes somebody looks at all again: nothing comes of it. */
static void
test_cancel (void)
{
  g_autoptr (BbSimRun) run = run_sample ("villa-demo.busbar", NULL, NULL);
  g_autoptr (BbRunFine) fine = bb_run_fine_new (run);
  gint64 from_ms = start_of (fine);
  gpointer weak = NULL;
  guint n = 0;

  g_signal_connect (fine, "changed", G_CALLBACK (count_cb), &n);
  bb_run_fine_look_at (fine, from_ms + HOUR, from_ms + 2 * HOUR);
  bb_run_fine_look_at (fine, from_ms, from_ms + 24 * HOUR);
  g_assert_false (bb_run_fine_is_working (fine));
  bb_run_fine_look_at (fine, from_ms + HOUR, from_ms + 2 * HOUR);
  weak = fine;
  g_object_add_weak_pointer (G_OBJECT (fine), &weak);
  g_object_run_dispose (G_OBJECT (fine)); /* as a page that goes away */
  g_clear_object (&fine);
  while (weak) /* the thread holds it until it ends */
    g_main_context_iteration (NULL, TRUE);
  g_assert_cmpuint (n, ==, 0);
}

/* ---- what cannot be had ----------------------------------------------------------------------- */

static void
copy_sample (const gchar *folder, const gchar *name)
{
  g_autofree gchar *from = g_build_filename (g_getenv ("BUSBAR_DATA_DIR"), "samples", name, NULL);
  g_autofree gchar *to = g_build_filename (folder, name, NULL);
  g_autofree gchar *text = NULL;
  gsize size = 0;

  g_assert_true (g_file_get_contents (from, &text, &size, NULL));
  g_assert_true (g_file_set_contents (to, text, (gssize) size, NULL));
}

/* The demo with inputs of its own, which may be taken away. (transfer full) */
static gchar *
own_demo (void)
{
  static const gchar *const names[]
      = { "villa-demo.busbar", "load-feeder55.csv", "pv-serf-east.csv", "sessions-villa-2.csv" };
  gchar *folder = bb_kit_folder ();

  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    copy_sample (folder, names[i]);
  return folder;
}

static void
assert_minutes (BbRunFine *fine, gint64 from_ms, const gchar *why)
{
  bb_run_fine_look_at (fine, from_ms, from_ms + HOUR);
  settle (fine);
  g_assert_nonnull (bb_run_fine_get_obstacle (fine));
  g_assert_nonnull (strstr (bb_run_fine_get_obstacle (fine), why));
  g_assert_true (g_str_has_suffix (bb_run_fine_get_obstacle (fine), "."));
  g_assert_cmpint (finest_ms (bb_run_fine_get_source (fine)), ==, MINUTE);
  bb_run_fine_look_at (fine, from_ms, from_ms + 24 * HOUR); /* nobody expects seconds */
  g_assert_null (bb_run_fine_get_obstacle (fine));
  bb_run_fine_look_at (fine, from_ms + MINUTE, from_ms + HOUR); /* known already */
  g_assert_false (bb_run_fine_is_working (fine));
  g_assert_nonnull (bb_run_fine_get_obstacle (fine));
}

static void
test_inputs_gone (void)
{
  g_autofree gchar *folder = own_demo ();
  g_autofree gchar *input = g_build_filename (folder, "load-feeder55.csv", NULL);
  g_autoptr (BbSite) site = load (folder, "villa-demo.busbar");
  g_autoptr (BbSimRun) first = finish (bb_sim_run_new (site, &as_site)), second = NULL, third = NULL;
  g_autoptr (BbRunFine) here = NULL, fine = NULL;

  second = finish (bb_sim_run_new_from_file (bb_sim_run_get_result_path (first)));
  here = bb_run_fine_new (second);
  bb_run_fine_look_at (here, start_of (here) + HOUR, start_of (here) + 2 * HOUR);
  settle (here);
  g_assert_null (bb_run_fine_get_obstacle (here)); /* reopened, with its inputs */
  g_assert_true (has_seconds (here, start_of (here) + HOUR, 3600));

  g_unlink (input);
  third = finish (bb_sim_run_new_from_file (bb_sim_run_get_result_path (first)));
  fine = bb_run_fine_new (third);
  assert_minutes (fine, start_of (fine) + 3 * HOUR, "the inputs of this run are not at hand");
  bb_kit_remove (folder);
}

/* Every value of the table is another one now. */
static void
test_inputs_changed (void)
{
  g_autofree gchar *folder = own_demo ();
  g_autofree gchar *input = g_build_filename (folder, "load-feeder55.csv", NULL);
  g_autoptr (BbSite) site = load (folder, "villa-demo.busbar");
  g_autoptr (BbSimRun) first = finish (bb_sim_run_new (site, &as_site)), second = NULL;
  g_autoptr (BbRunFine) fine = NULL;
  g_autoptr (GString) text = g_string_new ("minute,l1_w,l2_w,l3_w\n");

  for (guint minute = 0; minute < 1440; minute++)
    g_string_append_printf (text, "%u,%u,926,815\n", minute, 1000 + minute % 300);
  g_assert_true (g_file_set_contents (input, text->str, (gssize) text->len, NULL));
  second = finish (bb_sim_run_new_from_file (bb_sim_run_get_result_path (first)));
  fine = bb_run_fine_new (second);
  assert_minutes (fine, start_of (fine) + 3 * HOUR, "the inputs have changed since the run");
  bb_kit_remove (folder);
}

static void
test_long_steps (void)
{
  g_autoptr (BbSimRun) run = run_sample ("villa-demo.busbar", "step-ms", "300");
  g_autoptr (BbRunFine) fine = bb_run_fine_new (run);

  assert_minutes (fine, start_of (fine) + 3 * HOUR, "steps are a minute or longer");
}

/* ---- in the page ------------------------------------------------------------------------------ */

static gboolean
has_worked (gpointer page)
{
  return bb_simulate_page_get_working (page) == NULL;
}

static BbSeriesSource *
source_of (BbSimulatePage *page)
{
  const BbChartTrack *track = bb_chart_model_get_track (bb_chart_get_model (page->chart), 0);

  return ((const BbChartLine *) g_ptr_array_index (track->lines, track->lines->len - 1))->source;
}

static gboolean
is_fine (gpointer page)
{
  return finest_ms (source_of (page)) == 1000;
}

static gboolean
is_coarse (gpointer page)
{
  return !is_fine (page);
}

static gboolean
has_note (gpointer data)
{
  return gtk_widget_get_visible (GTK_WIDGET (((BbSimulatePage *) data)->fine_note));
}

static gboolean
was_left (gpointer page)
{
  return *(gpointer *) page == NULL;
}

typedef struct {
  BbDocument *document;
  BbSimulatePage *page;
  GtkWidget *window;
} Fixture;

static void
open_page (Fixture *f, BbSite *site)
{
  f->document = bb_document_new (site, NULL);
  f->page = g_object_new (BB_TYPE_SIMULATE_PAGE, NULL);
  f->window = adw_window_new ();
  adw_window_set_content (ADW_WINDOW (f->window), GTK_WIDGET (f->page));
  gtk_window_set_default_size (GTK_WINDOW (f->window), 1080, 740);
  bb_page_set_document (BB_PAGE (f->page), f->document);
  gtk_window_present (GTK_WINDOW (f->window));
}

static void
close_page (Fixture *f)
{
  g_object_add_weak_pointer (G_OBJECT (f->page), (gpointer *) &f->page);
  gtk_window_destroy (GTK_WINDOW (f->window));
  bb_kit_wait (was_left, &f->page, "the page to go");
  g_object_unref (f->document);
}

static void
activate (Fixture *f, const gchar *action)
{
  g_assert_true (gtk_widget_activate_action_variant (GTK_WIDGET (f->page), action, NULL));
  bb_kit_wait (has_worked, f->page, "the run");
}

static void
test_page (void)
{
  g_autofree gchar *folder = g_build_filename (g_getenv ("BUSBAR_DATA_DIR"), "samples", NULL);
  g_autoptr (BbSite) site = load (folder, "villa-demo.busbar");
  Fixture f = { 0 };
  gint64 from_ms;

  open_page (&f, site);
  activate (&f, "simulate.run");
  from_ms = bb_result_get_from_ms (bb_sim_run_get_result (bb_simulate_page_get_shown (f.page)));
  g_assert_true (is_coarse (f.page));
  bb_chart_set_view (f.page->chart, from_ms + 18 * HOUR, from_ms + 18 * HOUR + 20 * MINUTE);
  bb_kit_wait (is_fine, f.page, "seconds");
  g_assert_false (has_note (f.page));
  bb_simulate_page_show_what (f.page, BB_RESULT_CHART_POWER); /* another chart of the same */
  g_assert_true (is_fine (f.page));
  activate (&f, "simulate.compare-off"); /* the one behind too */
  bb_kit_wait (is_idle, f.page->fine[1], "seconds of the other run");
  bb_chart_fit (f.page->chart);
  bb_kit_wait (is_coarse, f.page, "minutes");
  bb_chart_set_view (f.page->chart, from_ms + 3 * HOUR, from_ms + 3 * HOUR + 2000);
  bb_kit_wait (is_fine, f.page, "seconds");
  bb_page_set_document (BB_PAGE (f.page), NULL);
  g_assert_null (f.page->fine[0]);
  close_page (&f);
}

static void
test_page_tells (void)
{
  g_autofree gchar *folder = g_build_filename (g_getenv ("BUSBAR_DATA_DIR"), "samples", NULL);
  g_autoptr (BbSite) site = load (folder, "villa-demo.busbar");
  Fixture f = { 0 };
  gint64 from_ms;

  g_assert_true (bb_part_set (BB_PART (bb_site_peek (site)->simulation), "step-ms", "60", NULL));
  open_page (&f, site);
  activate (&f, "simulate.run");
  from_ms = bb_result_get_from_ms (bb_sim_run_get_result (bb_simulate_page_get_shown (f.page)));
  bb_chart_set_view (f.page->chart, from_ms + 18 * HOUR, from_ms + 18 * HOUR + 20 * MINUTE);
  bb_kit_wait (has_note, f.page, "a note");
  g_assert_true (g_str_has_prefix (gtk_label_get_label (f.page->fine_note), "Minute values: "));
  g_assert_true (is_coarse (f.page));
  bb_chart_set_view (f.page->chart, from_ms + 5 * HOUR, from_ms + 5 * HOUR + MINUTE);
  close_page (&f); /* with a view that nobody looked at yet */
}

int
main (int argc, char *argv[])
{
  g_autofree gchar *cache = g_dir_make_tmp ("busbar-test-XXXXXX", NULL);

  g_setenv ("XDG_CACHE_HOME", cache, FALSE);
  bb_kit_init (&argc, &argv);
  g_test_add_func ("/app/sim-run-fine/look", test_look);
  g_test_add_func ("/app/sim-run-fine/edges", test_edges);
  g_test_add_func ("/app/sim-run-fine/latest-wins", test_latest_wins);
  g_test_add_func ("/app/sim-run-fine/cancel", test_cancel);
  g_test_add_func ("/app/sim-run-fine/inputs-gone", test_inputs_gone);
  g_test_add_func ("/app/sim-run-fine/inputs-changed", test_inputs_changed);
  g_test_add_func ("/app/sim-run-fine/long-steps", test_long_steps);
  g_test_add_func ("/app/sim-run-fine/page", test_page);
  g_test_add_func ("/app/sim-run-fine/page-tells", test_page_tells);
  int failed = g_test_run ();
  bb_run_folder_remove ();
  g_rmdir (cache);
  return failed;
}
