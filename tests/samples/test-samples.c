/* SPDX-License-Identifier: GPL-3.0-or-later */
/* test-samples.c: each bundled sample site is checked without complaint, its base load alone respects every
 * rating, no row goes over its rating at any second of the simulated period, and the same seed gives the same
 * bits. */
#include "sample.h"

#include "engine/engine.h"
#include "model/site-check.h"

/* ---- the site alone ---- */

static void
test_check (gconstpointer data)
{
  const Sample *sample = data;
  g_autoptr (BbSite) site = sample_load (sample);
  g_autoptr (GListModel) problems = bb_site_check (site, BB_CHECK_DEPLOY);
  guint n = g_list_model_get_n_items (problems);
  for (guint i = 0; i < n; i++) {
    g_autoptr (BbProblem) problem = g_list_model_get_item (problems, i);
    g_test_message ("%s: %s", bb_problem_get_pointer (problem), bb_problem_get_sentence (problem));
  }
  g_assert_cmpuint (n, ==, 0);
  g_assert_cmpuint (g_list_model_get_n_items (bb_site_get_stations (site)), ==, sample->n_stations);
  g_assert_cmpstr (bb_site_peek (site)->name, !=, "");
  /* Attribution of CC BY 4.0 data goes with whoever passes the site on. */
  g_assert_nonnull (strstr (bb_site_peek (site)->description, "CC BY 4.0"));
}

/* ---- base load alone ---- */

static void
test_base_load_alone (gconstpointer data)
{
  g_autoptr (BbSite) site = sample_load (data);
  g_autoptr (BbSimOptions) options = sample_options (site, SAMPLE_DAY_MS, 1 << BB_SITE_INPUT_SESSIONS);
  g_autoptr (BbSimOutcome) outcome = sample_run (options);
  g_autofree gchar *over = sample_worst_over (outcome->summary);
  g_assert_cmpstr (over, ==, NULL);
  g_assert_cmpint (outcome->summary->load_mws, >, 0);
  /* What is declared as other load is not exceeded either: else fail-safe would be built on sand. */
  const BbCircuitFields *main_fuse = bb_circuit_peek (bb_site_circuit (site, 0));
  for (guint p = 0; p < 3; p++)
    g_assert_cmpint (outcome->summary->circuits[0].phase[p].peak_ma, <=,
                     MAX (main_fuse->other_load_ma[p], main_fuse->generation_ma[p]));
}

/* Shown red: four times the load goes over the ratings, and is seen to. */
static void
test_base_load_seen_red (gconstpointer data)
{
  g_autoptr (BbSite) site = sample_load (data);
  g_autoptr (BbSimOptions) options = sample_options (site, SAMPLE_DAY_MS, 1 << BB_SITE_INPUT_SESSIONS);
  for (guint f = 0; f < options->feeds->len; f++) {
    BbSimFeed *feed = g_ptr_array_index (options->feeds, f);
    feed->scale_permille = (feed->scale_permille != 0 ? feed->scale_permille : 1000) * 4;
  }
  g_autoptr (BbSimOutcome) outcome = sample_run (options);
  g_autofree gchar *over = sample_worst_over (outcome->summary);
  g_assert_nonnull (over);
}

/* ---- with cars ---- */

typedef struct {
  guint n;
  gint32 setpoint_ma[BBE_MAX_STATIONS];
  guint64 changes, starts, stops, off_range;
} Watch;

static void
watch (const bbe_inputs *in, const bbe_outputs *out, gpointer data)
{
  Watch *w = data;
  for (guint s = 0; s < w->n; s++) {
    gint32 now = out->stations[s].setpoint_ma, before = w->setpoint_ma[s];
    w->changes += now != before;
    w->starts += before == 0 && now > 0;
    w->stops += before > 0 && now == 0;
    w->off_range += now < 0 || (now > 0 && now < 6000);
    w->setpoint_ma[s] = now;
  }
}

static void
assert_has_keys (const BbSummary *summary)
{
  static const gchar *const keys[] = { "energy_wanted_kwh",
                                       "energy_delivered_kwh",
                                       "delivered_pct",
                                       "sessions_met_pct",
                                       "min_fraction",
                                       "p5_fraction",
                                       "jain",
                                       "circuits",
                                       "steps",
                                       "cpu_s" };
  static const gchar *const phase_keys[] = { "peak_a", "over_rating_s", "over_rating_as" };
  g_autoptr (JsonNode) node = bb_summary_to_json (summary, TRUE);
  JsonObject *object = json_node_get_object (node);
  for (guint k = 0; k < G_N_ELEMENTS (keys); k++)
    g_assert_true (json_object_has_member (object, keys[k]));
  JsonArray *circuits = json_object_get_array_member (object, "circuits");
  g_assert_cmpuint (json_array_get_length (circuits), ==, summary->n_circuits);
  for (guint c = 0; c < summary->n_circuits; c++) {
    JsonArray *phases = json_object_get_array_member (json_array_get_object_element (circuits, c), "phases");
    g_assert_cmpuint (json_array_get_length (phases), >, 0);
    for (guint k = 0; k < G_N_ELEMENTS (phase_keys); k++)
      g_assert_true (json_object_has_member (json_array_get_object_element (phases, 0), phase_keys[k]));
  }
}

static void
test_within_ratings (gconstpointer data)
{
  const Sample *sample = data;
  g_autoptr (BbSite) site = sample_load (sample);
  g_autoptr (BbSimOptions) options = sample_options (site, sample_duration_ms (sample), 0);
  Watch w = { .n = sample->n_stations };
  options->observer = watch;
  options->observer_data = &w;
  g_autoptr (BbSimOutcome) outcome = sample_run (options);
  const BbSummary *summary = outcome->summary;
  g_autofree gchar *over = sample_worst_over (summary);
  g_test_message ("%s: %u sessions, %.1f %% delivered, %" G_GUINT64_FORMAT
                  " changes of set-point, %" G_GUINT64_FORMAT " starts",
                  sample->name, summary->n_sessions, summary->delivered_pct, w.changes, w.starts);
  g_assert_cmpstr (over, ==, NULL);
  g_assert_cmpuint (w.off_range, ==, 0);
  g_assert_cmpuint (w.starts, >, 0);
  g_assert_cmpuint (summary->n_sessions, >, 0);
  g_assert_cmpint (summary->delivered_mws, >, 0);
  g_assert_cmpint (summary->delivered_mws, <=, summary->wanted_mws);
  assert_has_keys (summary);
}

static guint
count_starts (const BbSummary *summary)
{
  guint starts = 0;
  for (guint s = 0; s < summary->n_stations; s++)
    starts += summary->stations[s].starts;
  return starts;
}

/* A car is started once, not again and again: contactors wear, and some cars give up. Where the sun or a peak
 * limit decides, it may be stopped now and then. */
static void
test_starts (gconstpointer data)
{
  const Sample *sample = data;
  g_autoptr (BbSite) site = sample_load (sample);
  g_autoptr (BbSimOptions) options = sample_options (site, sample->long_days * SAMPLE_DAY_MS, 0);
  g_autoptr (BbSimOutcome) outcome = sample_run (options);
  guint starts = count_starts (outcome->summary), n = outcome->summary->n_sessions;
  g_test_message ("%s: %u starts in %u sessions", sample->name, starts, n);
  g_assert_cmpuint (starts * 100, <=, n * sample->starts_pct);
}

/* The site would not show anything if its cars fitted anyway. The solar home would: it draws from the grid
 * instead. */
static void
test_without_balancing (gconstpointer data)
{
  const Sample *sample = data;
  g_autoptr (BbSite) site = sample_load (sample);
  g_autoptr (BbSimOptions) options = sample_options (site, sample->long_days * SAMPLE_DAY_MS, 0);
  g_autoptr (BbSimOutcome) balanced = sample_run (options);
  options->balancer = BB_SIM_BALANCER_NONE;
  g_autoptr (BbSimOutcome) outcome = sample_run (options);
  g_autofree gchar *over = sample_worst_over (outcome->summary);
  g_test_message ("%s", over != NULL ? over : "nothing over its rating");
  g_assert_true ((over != NULL) == sample->exceeds);
  if (!sample->exceeds)
    g_assert_cmpint (outcome->summary->charged_from_grid_mws, >,
                     100 * balanced->summary->charged_from_grid_mws);
}

static void
test_same_bits (gconstpointer data)
{
  g_autoptr (BbSite) site = sample_load (data), again = sample_load (data);
  g_autoptr (BbSimOptions) a = sample_options (site, 2 * SAMPLE_DAY_MS, 0);
  g_autoptr (BbSimOptions) b = sample_options (again, 2 * SAMPLE_DAY_MS, 0);
  g_autoptr (BbSimOutcome) first = sample_run (a);
  g_autoptr (BbSimOutcome) second = sample_run (b);
  g_autofree gchar *first_text = bb_summary_to_text (first->summary, FALSE);
  g_autofree gchar *second_text = bb_summary_to_text (second->summary, FALSE);
  g_assert_cmpuint (first->hash, ==, second->hash);
  g_assert_cmpstr (first_text, ==, second_text);
  /* Shown red: one minute less is another run. */
  b->until_ms -= 60000;
  g_autoptr (BbSimOutcome) other = sample_run (b);
  g_autofree gchar *other_text = bb_summary_to_text (other->summary, FALSE);
  g_assert_cmpstr (first_text, !=, other_text);
}

/* Steps that the simulator leaves out would have changed nothing: on real input too. */
static void
test_never_skip (gconstpointer data)
{
  g_autoptr (BbSite) site = sample_load (data);
  g_autoptr (BbSimOptions) options = sample_options (site, SAMPLE_DAY_MS, 0);
  g_autoptr (BbSimOutcome) skipping = sample_run (options);
  options->never_skip = TRUE;
  g_autoptr (BbSimOutcome) whole = sample_run (options);
  g_autofree gchar *skipping_text = bb_summary_to_text (skipping->summary, FALSE);
  g_autofree gchar *whole_text = bb_summary_to_text (whole->summary, FALSE);
  g_assert_cmpuint (whole->summary->engine_steps, >, skipping->summary->engine_steps);
  g_assert_cmpuint (whole->hash, ==, skipping->hash);
  g_assert_cmpstr (whole_text, ==, skipping_text);
}

static void
add (const gchar *what, const Sample *sample, GTestDataFunc function)
{
  g_autofree gchar *path = g_strdup_printf ("/samples/%s/%s", sample->name, what);
  g_test_add_data_func (path, sample, function);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  for (guint i = 0; i < SAMPLE_N; i++) {
    add ("check", &samples[i], test_check);
    add ("base-load-alone", &samples[i], test_base_load_alone);
    add ("base-load-seen-red", &samples[i], test_base_load_seen_red);
    add ("within-ratings", &samples[i], test_within_ratings);
    add ("without-balancing", &samples[i], test_without_balancing);
    add ("same-bits", &samples[i], test_same_bits);
    add ("starts", &samples[i], test_starts);
    add ("never-skip", &samples[i], test_never_skip);
  }
  return g_test_run ();
}
