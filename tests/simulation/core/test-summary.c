/* SPDX-License-Identifier: GPL-3.0-or-later */
/* test-summary.c: shares, Jain's index and the JSON object of a summary. */
#include "support.h"

#include <glib/gstdio.h>
#include <math.h>

static GPtrArray *
sessions_with (const gint64 *delivered, const gint64 *wanted, guint n)
{
  GPtrArray *sessions = g_ptr_array_new_with_free_func (g_free);
  for (guint i = 0; i < n; i++) {
    BbSessionResult session = { i, i + 1, 0, wanted[i] * 3600000, delivered[i] * 3600000, FALSE };
    g_ptr_array_add (sessions, g_memdup2 (&session, sizeof session));
  }
  return sessions;
}

static void
test_shares (void)
{
  const gint64 delivered[] = { 10000, 5000, 0, 8000 }, wanted[] = { 10000, 10000, 10000, 8000 };
  g_autoptr (GPtrArray) sessions = sessions_with (delivered, wanted, 4);
  BbSummary summary = { 0 };
  bb_summary_rate_sessions (&summary, sessions);
  g_assert_cmpuint (summary.n_met, ==, 2);
  g_assert_cmpfloat_with_epsilon (summary.sessions_met_pct, 50, 1e-12);
  g_assert_cmpfloat_with_epsilon (summary.min_fraction, 0, 1e-12);
  /* (1 + 0.5 + 0 + 1)^2 / (4 (1 + 0.25 + 0 + 1)) */
  g_assert_cmpfloat_with_epsilon (summary.jain, 6.25 / 9, 1e-12);
  g_assert_cmpfloat_with_epsilon (summary.delivered_pct, 100.0 * 23 / 38, 1e-9);
}

static void
test_percentile (void)
{
  gint64 delivered[100], wanted[100];
  for (guint i = 0; i < 100; i++) {
    delivered[i] = (99 - i) * 100;
    wanted[i] = 10000;
  }
  g_autoptr (GPtrArray) sessions = sessions_with (delivered, wanted, 100);
  BbSummary summary = { 0 };
  bb_summary_rate_sessions (&summary, sessions);
  g_assert_cmpfloat_with_epsilon (summary.p5_fraction, 0.04, 1e-12); /* five of a hundred have 4 % or less */
  g_assert_cmpfloat_with_epsilon (summary.min_fraction, 0, 1e-12);
}

static void
test_edges (void)
{
  const gint64 nothing[] = { 0, 0 }, wanted[] = { 1000, 1000 };
  g_autoptr (GPtrArray) none = g_ptr_array_new ();
  g_autoptr (GPtrArray) starved = sessions_with (nothing, wanted, 2);
  BbSummary summary = { 0 }, equal = { 0 };
  bb_summary_rate_sessions (&summary, none);
  g_assert_true (isnan (summary.jain) && isnan (summary.p5_fraction) && isnan (summary.delivered_pct));
  bb_summary_rate_sessions (&equal, starved);
  g_assert_cmpfloat (equal.jain, ==, 1.0);
}

/* The keys that others rely on, numbers as short as they are, and no NaN. */
static void
test_json (void)
{
  const gchar *const keys[] = { "energy_wanted_kwh",
                                "energy_delivered_kwh",
                                "delivered_pct",
                                "sessions_met_pct",
                                "min_fraction",
                                "p5_fraction",
                                "jain",
                                "circuits",
                                "steps",
                                "cpu_s",
                                "seed",
                                "warnings",
                                "stations",
                                "self_consumption_pct",
                                "export_kwh",
                                "import_kwh" };
  const gchar *const phase_keys[]
      = { "peak_a", "over_rating_s", "over_rating_as", "longest_over_s", "would_trip" };
  g_autoptr (GError) error = NULL;
  g_autoptr (BbSite) site = board_of (2, 25);
  g_autoptr (BbSimOptions) options = options_of (site, HOUR, NULL, 0);
  add_load (options, 26100, 0, 0);
  options->plant.station_own_mw = 3000;
  g_autoptr (BbSimOutcome) outcome = run_ok (options);
  g_autoptr (JsonNode) root = bb_summary_to_json (outcome->summary, TRUE);
  JsonObject *object = json_node_get_object (root);
  for (guint k = 0; k < G_N_ELEMENTS (keys); k++)
    g_assert_true (json_object_has_member (object, keys[k]));
  JsonObject *circuit = json_array_get_object_element (json_object_get_array_member (object, "circuits"), 0);
  JsonObject *phase = json_array_get_object_element (json_object_get_array_member (circuit, "phases"), 0);
  for (guint k = 0; k < G_N_ELEMENTS (phase_keys); k++)
    g_assert_true (json_object_has_member (phase, phase_keys[k]));
  g_assert_cmpfloat_with_epsilon (json_object_get_double_member (phase, "peak_a"), 26.126, 1e-9);
  g_assert_cmpfloat_with_epsilon (json_object_get_double_member (phase, "over_rating_as"), 1.126 * 3600,
                                  1e-6);
  g_autofree gchar *text = bb_summary_to_text (outcome->summary, TRUE);
  g_assert_nonnull (strstr (text, "\"peak_a\": 26.126,"));
  g_assert_null (strstr (text, "nan"));
  g_autofree gchar *folder = g_dir_make_tmp ("busbar-XXXXXX", NULL);
  g_autofree gchar *path = g_build_filename (folder, "summary.json", NULL);
  g_autofree gchar *back = NULL;
  g_assert_true (bb_summary_save (outcome->summary, path, &error));
  g_assert_true (g_file_get_contents (path, &back, NULL, NULL));
  g_assert_cmpstr (back, ==, text);
  g_unlink (path);
  g_rmdir (folder);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/simulation/summary/shares", test_shares);
  g_test_add_func ("/simulation/summary/percentile", test_percentile);
  g_test_add_func ("/simulation/summary/edges", test_edges);
  g_test_add_func ("/simulation/summary/json", test_json);
  return g_test_run ();
}
