/* SPDX-License-Identifier: GPL-3.0-or-later */
/* test-sweep.c: sweeps without a display: the answer, another target, cancelled, refused. */
#include <string.h>

#include "app/sim-sweep.h"
#include "model/site-json.h"

static BbSite *
load_sample (const gchar *name)
{
  g_autofree gchar *path = g_build_filename (g_getenv ("BUSBAR_DATA_DIR"), "samples", name, NULL);
  g_autoptr (GError) error = NULL;
  BbSite *site = bb_site_load (path, &error);

  g_assert_no_error (error);
  return site;
}

static BbSimSweep *
sweep_sample (const gchar *name, BbPlanAxis axis, guint from, guint until)
{
  g_autoptr (BbSite) site = load_sample (name);
  g_autoptr (GArray) values = bb_sim_sweep_range (axis, from, until);
  BbSimSweep *sweep
      = bb_sim_sweep_new (site, axis, 0, (const guint *) values->data, values->len, BB_SIM_BALANCER_SITE);

  bb_sim_sweep_start (sweep);
  while (bb_sim_sweep_get_state (sweep) == BB_RUN_RUNNING)
    g_main_context_iteration (NULL, TRUE);
  return sweep;
}

static void
assert_done (BbSimSweep *sweep)
{
  if (bb_sim_sweep_get_error (sweep))
    g_error ("%s", bb_sim_sweep_get_error (sweep)->message);
  g_assert_cmpuint (bb_sim_sweep_get_state (sweep), ==, BB_RUN_DONE);
}

static void
test_fuse (void)
{
  g_autoptr (BbSimSweep) sweep = sweep_sample ("villa-demo.busbar", BB_PLAN_BY_RATING, 10, 63);
  g_autofree gchar *headline = NULL;
  g_autofree gchar *words = NULL;
  BbPlanAnswer answer;

  assert_done (sweep);
  g_assert_cmpuint (bb_sim_sweep_get_curve (sweep)->len, ==, 9);
  bb_sim_sweep_get_answer (sweep, &answer);
  g_assert_nonnull (answer.best);
  g_assert_true (bb_plan_is_good (answer.best, 98));
  g_assert_nonnull (answer.next_bad);
  g_assert_cmpint (answer.next_bad->rating_ma, <, answer.best->rating_ma);
  headline = bb_sim_sweep_get_headline (sweep);
  words = bb_sim_sweep_get_words (sweep);
  g_assert_true (g_str_has_prefix (headline, "20 A carries 2 stations with "));
  g_assert_true (g_str_has_prefix (words, "Smallest fuse for 98.0 % of the energy: 20 A"));
}

static void
test_stations (void)
{
  g_autoptr (BbSimSweep) sweep = sweep_sample ("villa-demo.busbar", BB_PLAN_BY_STATIONS, 1, 6);
  g_autofree gchar *headline = NULL;

  assert_done (sweep);
  headline = bb_sim_sweep_get_headline (sweep);
  g_assert_true (g_str_has_prefix (headline, "25 A carries 4 stations with "));
}

static void
notified_cb (GObject *object, GParamSpec *pspec, gpointer data)
{
  ++*(guint *) data;
}

/* Another target needs no other runs. */
static void
test_target (void)
{
  g_autoptr (BbSimSweep) sweep = sweep_sample ("villa-demo.busbar", BB_PLAN_BY_STATIONS, 1, 6);
  guint n = 0;
  BbPlanAnswer before, after;

  g_signal_connect (sweep, "notify::target-pct", G_CALLBACK (notified_cb), &n);
  bb_sim_sweep_get_answer (sweep, &before);
  bb_sim_sweep_set_target_pct (sweep, 90);
  bb_sim_sweep_set_target_pct (sweep, 90);
  bb_sim_sweep_get_answer (sweep, &after);
  g_assert_cmpuint (n, ==, 1);
  g_assert_cmpuint (after.best->n_stations, >, before.best->n_stations);
  g_assert_cmpuint (bb_sim_sweep_get_state (sweep), ==, BB_RUN_DONE);
}

static void
test_cancel (void)
{
  g_autoptr (BbSite) site = load_sample ("office-40.busbar");
  g_autoptr (GArray) values = bb_sim_sweep_range (BB_PLAN_BY_STATIONS, 1, 40);
  BbSimSweep *sweep = bb_sim_sweep_new (site, BB_PLAN_BY_STATIONS, 0, (const guint *) values->data,
                                        values->len, BB_SIM_BALANCER_SITE);
  gpointer weak = sweep;

  g_object_add_weak_pointer (G_OBJECT (sweep), &weak);
  bb_sim_sweep_start (sweep);
  bb_sim_sweep_cancel (sweep);
  g_assert_cmpuint (bb_sim_sweep_get_state (sweep), ==, BB_RUN_CANCELLED);
  g_assert_null (bb_sim_sweep_get_curve (sweep));
  g_object_unref (sweep);
  while (weak) /* its thread ends */
    g_main_context_iteration (NULL, TRUE);
}

static void
test_nothing_to_try (void)
{
  g_autoptr (BbSimSweep) sweep = sweep_sample ("villa-demo.busbar", BB_PLAN_BY_RATING, 17, 19);

  g_assert_cmpuint (bb_sim_sweep_get_state (sweep), ==, BB_RUN_FAILED);
  g_assert_true (g_error_matches (bb_sim_sweep_get_error (sweep), BB_SIM_ERROR, BB_SIM_ERROR_OPTIONS));
}

static void
test_broken_site (void)
{
  g_autoptr (BbSite) site = load_sample ("villa-demo.busbar");
  const guint values[] = { 16, 25 };
  g_autoptr (BbSimSweep) sweep = NULL;

  g_assert_true (bb_part_set (BB_PART (bb_site_input (site, 0)), "file", "nowhere.csv", NULL));
  sweep = bb_sim_sweep_new (site, BB_PLAN_BY_RATING, 0, values, 2, BB_SIM_BALANCER_SITE);
  bb_sim_sweep_start (sweep);
  while (bb_sim_sweep_get_state (sweep) == BB_RUN_RUNNING)
    g_main_context_iteration (NULL, TRUE);
  g_assert_cmpuint (bb_sim_sweep_get_state (sweep), ==, BB_RUN_FAILED);
  g_assert_nonnull (strstr (bb_sim_sweep_get_error (sweep)->message, "nowhere.csv"));
}

static void
test_suggestions (void)
{
  g_autoptr (BbSite) site = load_sample ("garage-12.busbar");
  g_autoptr (GArray) fuses = bb_sim_sweep_suggest (site, BB_PLAN_BY_RATING, 0);
  g_autoptr (GArray) stations = bb_sim_sweep_suggest (site, BB_PLAN_BY_STATIONS, 0);
  g_autoptr (GArray) many = bb_sim_sweep_range (BB_PLAN_BY_STATIONS, 1, 500);

  g_assert_cmpuint (g_array_index (fuses, guint, 0), ==, 40);
  g_assert_cmpuint (g_array_index (fuses, guint, fuses->len - 1), ==, 250);
  g_assert_cmpuint (stations->len, ==, 24);
  g_assert_cmpuint (many->len, <=, 41);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/app/sweep/fuse", test_fuse);
  g_test_add_func ("/app/sweep/stations", test_stations);
  g_test_add_func ("/app/sweep/target", test_target);
  g_test_add_func ("/app/sweep/cancel", test_cancel);
  g_test_add_func ("/app/sweep/nothing-to-try", test_nothing_to_try);
  g_test_add_func ("/app/sweep/broken-site", test_broken_site);
  g_test_add_func ("/app/sweep/suggestions", test_suggestions);
  return g_test_run ();
}
