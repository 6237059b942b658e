/* SPDX-License-Identifier: GPL-3.0-or-later */
/* test-basics.c: a day of sites made from the assistant's answers: they run, and no fuse is over its rating
 * for longer than a load step explains. */
#include "engine/engine.h"
#include "model/site-basics.h"
#include "simulation/run.h"

#define DAY_MS G_GINT64_CONSTANT (86400000)
/* A house switches something on; the meter reports it a second later, a station follows within 2 s and a car
 * within about 5 s more; readings may be lost between. */
#define STEP_MS 15000

static BbSimOutcome *
run_day (const BbSiteBasics *basics)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (BbSite) site = bb_site_from_basics (basics, &error);
  g_autoptr (BbSimOptions) options = NULL;
  BbSimOutcome *outcome;

  g_assert_no_error (error);
  options = bb_sim_options_new (site);
  bb_sim_options_add_site_defaults (options, &error);
  g_assert_no_error (error);
  options->until_ms = options->from_ms + DAY_MS;
  bb_sim_options_add_site_inputs (options, 0, &error);
  g_assert_no_error (error);
  outcome = bb_sim_run (options, NULL, NULL, NULL, &error);
  g_assert_no_error (error);
  return outcome;
}

static void
check_day (const BbSiteBasics *b)
{
  g_autoptr (BbSimOutcome) outcome = run_day (b);
  const BbCircuitSummary *circuit = &outcome->summary->circuits[0];

  for (guint p = 0; p < 3; p++)
    g_test_message (
        "grid %d, %d A, %d stations, measured %d, pv %d W, battery %d: L%u peak %.1f A, over %.1f s, "
        "longest %.1f s, delivered %.0f %%",
        b->grid, b->main_fuse_ma / 1000, b->n_stations, b->measured_by, b->pv_peak_w, b->battery, p + 1,
        (gdouble) circuit->phase[p].peak_ma / 1000, (gdouble) circuit->phase[p].over_rating_ms / 1000,
        (gdouble) circuit->phase[p].longest_over_ms / 1000, outcome->summary->delivered_pct);
  for (guint p = 0; p < 3; p++) {
    g_assert_cmpint (circuit->phase[p].longest_over_ms, <=, STEP_MS);
    /* where nothing is measured, what else draws is kept free always */
    if (b->measured_by == BB_MEASURED_NOT)
      g_assert_cmpint (circuit->phase[p].over_rating_ms, ==, 0);
  }
  g_assert_cmpint (outcome->summary->delivered_mws, >, 0);
}

static void
test_day (gconstpointer data)
{
  static const gint fuses[] = { 16, 25, 35, 63, 100, 200 };
  static const gint counts[] = { 1, 2, 5, 12, 40 };
  const gint grid = GPOINTER_TO_INT (data) / 3, measured_by = GPOINTER_TO_INT (data) % 3;
  const gboolean all = g_getenv ("BUSBAR_SOAK") != NULL;

  for (guint f = 0; f < G_N_ELEMENTS (fuses); f++)
    for (guint n = 0; n < G_N_ELEMENTS (counts); n++) {
      g_auto (BbSiteBasics) b = { 0 };

      if (!all && (f + n) % 5 != (guint) measured_by)
        continue;
      bb_site_basics_init (&b);
      b.grid = grid;
      b.main_fuse_ma = fuses[f] * 1000;
      b.n_stations = counts[n];
      b.measured_by = measured_by;
      b.station_phases = 1 + (gint) (n % 3);
      b.station_max_ma = f % 2 == 0 ? 16000 : 32000;
      b.households = 1 + (gint) f * 4;
      b.pv_peak_w = (f + n) % 2 == 0 ? 3000 : 0;
      b.battery = (gint) (n % 3);
      check_day (&b);
    }
}

/* "scale" of an input holds for what is made up too: the assistant's sites stand on it. */
static void
test_scale (void)
{
  gint64 load_mws[2];

  for (gint i = 0; i < 2; i++) {
    g_auto (BbSiteBasics) b = { 0 };
    g_autoptr (BbSite) site = NULL;
    g_autoptr (BbSimOptions) options = NULL;
    g_autoptr (BbSimOutcome) outcome = NULL;

    bb_site_basics_init (&b);
    site = bb_site_from_basics (&b, NULL);
    g_object_set (bb_site_input (site, 0), "scale-permille", 1000 - 500 * i, NULL);
    options = bb_sim_options_new (site);
    g_assert_true (bb_sim_options_add_site_defaults (options, NULL));
    options->until_ms = options->from_ms + DAY_MS / 4;
    g_assert_true (bb_sim_options_add_site_inputs (options, 0, NULL));
    outcome = bb_sim_run (options, NULL, NULL, NULL, NULL);
    load_mws[i] = outcome->summary->load_mws;
  }
  g_assert_cmpfloat_with_epsilon ((gdouble) load_mws[1] / (gdouble) load_mws[0], 0.5, 0.01);
}

int
main (int argc, char **argv)
{
  static const gchar *const measured[] = { "meter", "clamps", "nothing" };

  g_test_init (&argc, &argv, NULL);
  for (gint grid = 0; grid < 2; grid++)
    for (gint m = 0; m < 3; m++) {
      g_autofree gchar *path = g_strdup_printf ("/simulation/basics/%s/%s",
                                                grid == 0 ? "three-phase" : "one-phase", measured[m]);

      g_test_add_data_func (path, GINT_TO_POINTER (grid * 3 + m), test_day);
    }
  g_test_add_func ("/simulation/basics/scale", test_scale);
  return g_test_run ();
}
