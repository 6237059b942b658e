/* SPDX-License-Identifier: GPL-3.0-or-later */
/* test-plan.c: a sweep's points are what single runs give, its variants are what they say, its answers follow
 * from the table. */
#include "simulation/plan.h"

#include <math.h>
#include <string.h>

#include "model/site-check.h"
#include "support.h"

static BbSite *
garage (void)
{
  return site_of ("{\"format\":\"busbar-site/1\",\"circuits\":["
                  "{\"id\":\"main\",\"rating_a\":50,\"supply_max_a\":40,\"other_load_a\":20,\"meter\":\"m\"},"
                  "{\"id\":\"cars\",\"parent\":\"main\",\"rating_a\":63,\"stations_only\":true},"
                  "{\"id\":\"shop\",\"parent\":\"main\",\"rating_a\":16,\"stations_only\":true}],"
                  "\"meters\":[{\"id\":\"m\",\"signed\":true}],"
                  "\"groups\":[{\"id\":\"g\",\"circuit\":\"cars\",\"offline_a\":30,\"online_a\":50},"
                  "{\"id\":\"h\",\"circuit\":\"shop\",\"offline_a\":0}],"
                  "\"stations\":[{\"id\":\"s1\",\"group\":\"g\",\"max_a\":16,\"failsafe_a\":6},"
                  "{\"id\":\"s2\",\"name\":\"Two\",\"group\":\"g\",\"phases\":1,\"rotation\":\"2\",\"max_a\":"
                  "32,\"failsafe_a\":6,"
                  "\"serial\":\"X1\"}]}");
}

static const TestSession visits[] = { { "s1", 60, 600, 30.0, 3, 16, 0, 0 },
                                      { "s2", 70, 500, 20.0, 1, 32, 0, 0 },
                                      { NULL, 700, 1200, 15.0, 3, 32, 0, 0 },
                                      { NULL, 710, 1300, 12.0, 1, 32, 0, 0 },
                                      { NULL, 720, 1310, 12.0, 3, 16, 0, 0 } };

static BbSimOptions *
make_options (BbSite *site, guint seed, gpointer data, GError **error)
{
  BbSimOptions *options = options_of (site, DAY, visits, G_N_ELEMENTS (visits));
  BbHouseholdsSpec homes = { .households = 6, .seed = 3 + seed };

  options->seed = 1 + seed;
  bb_sim_options_add_households (options, 0, &homes);
  return options;
}

/* ---- variants --------------------------------------------------------------------------------- */

static void
test_rating (void)
{
  g_autoptr (BbSite) site = garage (), small = bb_plan_site_with_rating (site, 0, 35000),
                     large = bb_plan_site_with_rating (site, 0, 63000),
                     cars = bb_plan_site_with_rating (site, 1, 40000);
  g_autofree gchar *text = bb_site_to_text (site);

  for (guint p = 0; p < 3; p++) {
    g_assert_cmpint (bb_circuit_peek (bb_site_circuit (small, 0))->rating_ma[p], ==, 35000);
    g_assert_cmpint (bb_circuit_peek (bb_site_circuit (small, 1))->rating_ma[p], ==, 63000);
    g_assert_cmpint (bb_circuit_peek (bb_site_circuit (cars, 0))->rating_ma[p], ==, 50000);
    g_assert_cmpint (bb_circuit_peek (bb_site_circuit (cars, 1))->rating_ma[p], ==, 40000);
  }
  /* 10 A of headroom stay, the group's 50 A were the fuse by another name, 20 A stay for the other load */
  g_assert_cmpint (bb_circuit_peek (bb_site_circuit (small, 0))->supply_max_ma, ==, 25000);
  g_assert_cmpint (bb_circuit_peek (bb_site_circuit (large, 0))->supply_max_ma, ==, 53000);
  g_assert_cmpint (bb_group_peek (bb_site_group (small, 0))->online_ma, ==, 35000);
  g_assert_cmpint (bb_group_peek (bb_site_group (small, 0))->offline_ma, ==, 15000);
  g_assert_cmpint (bb_group_peek (bb_site_group (large, 0))->offline_ma, ==, 30000);
  g_assert_true (bb_group_peek (bb_site_group (small, 0))->active);
  /* a group on another circuit stays as it is */
  g_assert_cmpint (bb_group_peek (bb_site_group (cars, 1))->offline_ma, ==, 0);
  g_assert_cmpint (bb_group_peek (bb_site_group (cars, 0))->online_ma, ==, 50000);
  g_autofree gchar *after = bb_site_to_text (site);
  g_assert_cmpstr (text, ==, after);
}

static void
test_stations (void)
{
  static const gchar *const rotations[] = { "", "2", "312", "1", "231", "3" };
  g_autoptr (GError) error = NULL;
  g_autoptr (BbSite) site = garage (), more = bb_plan_site_with_stations (site, 6, &error),
                     one = bb_plan_site_with_stations (site, 1, &error);

  g_assert_no_error (error);
  g_assert_cmpuint (g_list_model_get_n_items (bb_site_get_stations (more)), ==, 6);
  g_assert_cmpuint (g_list_model_get_n_items (bb_site_get_stations (one)), ==, 1);
  for (guint s = 0; s < 6; s++) {
    const BbStationFields *fields = bb_station_peek (bb_site_station (more, s));
    g_assert_cmpstr (fields->rotation, ==, rotations[s]);
    g_assert_cmpint (fields->max_ma, ==, s % 2 == 0 ? 16000 : 32000);
    g_assert_cmpstr (fields->serial, ==, s == 1 ? "X1" : "");
  }
  g_assert_cmpstr (bb_station_peek (bb_site_station (more, 3))->id, ==, "s2+1");
  g_assert_cmpstr (bb_station_peek (bb_site_station (more, 5))->name, ==, "Two +2");
  g_assert_true (bb_site_check_errors (more, BB_CHECK_SIMULATION, &error));
  g_assert_cmpstr (bb_station_peek (bb_site_station (one, 0))->id, ==, "s1");
}

static guint
count (const BbSessions *sessions, gint station)
{
  guint n = 0;

  for (gsize i = 0; i < sessions->n_items; i++) {
    n += sessions->items[i].station == station;
    g_assert_cmpint (sessions->items[i].station, <, (gint) sessions->n_stations);
    g_assert_cmpint (sessions->items[i].departure_ms, >, sessions->items[i].arrival_ms);
    g_assert_true (i == 0 || sessions->items[i].arrival_ms >= sessions->items[i - 1].arrival_ms);
  }
  return n;
}

static void
test_sessions (void)
{
  g_autoptr (BbSite) site = garage ();
  g_autoptr (BbSessions) sessions = sessions_of (visits, G_N_ELEMENTS (visits));

  for (guint n = 1; n <= 9; n++) {
    g_autoptr (BbSite) variant = bb_plan_site_with_stations (site, n, NULL);
    g_autoptr (BbSessions) scaled = bb_plan_scale_sessions (sessions, site, variant);
    for (guint s = 0; s < n; s++) {
      g_assert_cmpuint (count (scaled, (gint) s), ==,
                        1); /* each station has one visit of its own, as before */
      g_assert_cmpstr (scaled->stations[s], ==, bb_station_peek (bb_site_station (variant, s))->id);
    }
    g_assert_cmpuint (count (scaled, -1), ==, 3 * n / 2); /* three for two stations */
  }
  /* the same number is the same sessions */
  g_autoptr (BbSessions) same = bb_plan_scale_sessions (sessions, site, site);
  g_assert_cmpuint (same->n_items, ==, sessions->n_items);
  for (gsize i = 0; i < same->n_items; i++)
    g_assert_cmpint (same->items[i].arrival_ms, ==, sessions->items[i].arrival_ms);
}

/* ---- sweeps ----------------------------------------------------------------------------------- */

typedef struct {
  BbSite *site;
  BbPlan plan;
} Fixture;

static void
free_point (gpointer point)
{
  bb_plan_point_free (point);
}

static void
set_up (Fixture *f, gconstpointer data)
{
  f->site = garage ();
  f->plan = (BbPlan){ .site = f->site, .make_options = make_options, .n_seeds = 2 };
  f->plan.points = g_ptr_array_new_with_free_func (free_point);
}

static void
tear_down (Fixture *f, gconstpointer data)
{
  bb_plan_clear (&f->plan);
  g_ptr_array_unref (f->plan.points);
  g_object_unref (f->site);
}

static const BbPlanPoint *
add (Fixture *f, gint rating_a, guint n_stations, gint balancer)
{
  BbPlanPoint *point = bb_plan_point_new (rating_a * 1000, n_stations, balancer);

  g_ptr_array_add (f->plan.points, point);
  return point;
}

static void
run_plan (Fixture *f)
{
  g_autoptr (GError) error = NULL;

  bb_plan_run (&f->plan, NULL, NULL, NULL, &error);
  g_assert_no_error (error);
}

/* Each point is the worst of single runs of the same site. */
static void
test_direct (Fixture *f, gconstpointer data)
{
  static const gint ratings_a[] = { 35, 50, 80 };
  const BbPlanPoint *points[G_N_ELEMENTS (ratings_a)];

  for (guint r = 0; r < G_N_ELEMENTS (ratings_a); r++)
    points[r] = add (f, ratings_a[r], 0, BBE_FAIR);
  run_plan (f);
  for (guint r = 0; r < G_N_ELEMENTS (ratings_a); r++) {
    gdouble delivered_pct = 1000, met_pct = 1000;
    gint64 peak_ma = 0;
    g_autoptr (BbSite) site = bb_plan_site_with_rating (f->site, 0, ratings_a[r] * 1000);
    for (guint seed = 0; seed < 2; seed++) {
      g_autoptr (BbSimOptions) options = make_options (site, seed, NULL, NULL);
      options->balancer = BBE_FAIR;
      g_autoptr (BbSimOutcome) outcome = run_ok (options);
      g_assert_cmpuint (outcome->summary->n_open, ==, 0);
      delivered_pct = MIN (delivered_pct, outcome->summary->delivered_pct);
      met_pct = MIN (met_pct, outcome->summary->sessions_met_pct);
      for (guint p = 0; p < 3; p++)
        peak_ma = MAX (peak_ma, outcome->summary->circuits[0].phase[p].peak_ma);
    }
    g_assert_cmpstr (points[r]->refused, ==, NULL);
    g_assert_cmpuint (points[r]->n_runs, ==, 2);
    g_assert_cmpfloat_with_epsilon (points[r]->delivered_pct, delivered_pct, 1e-9);
    g_assert_cmpfloat_with_epsilon (points[r]->sessions_met_pct, met_pct, 1e-9);
    g_assert_cmpint (points[r]->peak_ma, ==, peak_ma);
    g_assert_cmpfloat (points[r]->reached_pct, >=, points[r]->delivered_pct - 1e-9);
  }
  g_assert_cmpfloat (points[0]->reached_pct, <=, points[2]->reached_pct);
  /* no car: the base load alone is what the homes draw, and no more than any peak */
  g_assert_cmpint (f->plan.base_peak_ma, >, 1000);
  g_assert_cmpint (f->plan.base_peak_ma, <=, points[0]->peak_ma);
  g_assert_cmpint (f->plan.until_ms - f->plan.from_ms, ==, DAY);
}

/* Twice the same sweep is twice the same table, whatever the threads do. */
static void
test_same_twice (Fixture *f, gconstpointer data)
{
  gdouble first[6];

  for (guint n = 1; n <= 6; n++)
    add (f, 0, n, BBE_ROTATE);
  run_plan (f);
  for (guint i = 0; i < 6; i++) {
    BbPlanPoint *point = g_ptr_array_index (f->plan.points, i);
    first[i] = point->delivered_pct;
    point->n_runs = 0;
  }
  run_plan (f);
  for (guint i = 0; i < 6; i++)
    g_assert_cmpfloat (((BbPlanPoint *) g_ptr_array_index (f->plan.points, i))->delivered_pct, ==, first[i]);
}

/* What the checker refuses is not simulated; fail-safe currents over the offline limit are set to 0, and that
 * is told. */
static void
test_refused (Fixture *f, gconstpointer data)
{
  const BbPlanPoint *tiny = add (f, 16, 0, BB_SIM_BALANCER_SITE),
                    *small = add (f, 25, 0, BB_SIM_BALANCER_SITE),
                    *same = add (f, 50, 0, BB_SIM_BALANCER_SITE);

  run_plan (f);
  g_assert_nonnull (tiny->refused); /* 20 A of other load behind 16 A */
  g_assert_cmpuint (tiny->n_runs, ==, 0);
  g_assert_true (g_str_has_prefix (tiny->refused, "/"));
  g_assert_false (bb_plan_is_good (tiny, 1));
  g_assert_cmpstr (small->refused, ==, NULL);
  g_assert_true (small->failsafe_zeroed);
  g_assert_false (same->failsafe_zeroed);
  g_assert_cmpint (bb_station_peek (bb_site_station (f->site, 0))->failsafe_ma, ==, 6000);
}

static void
test_cancelled (Fixture *f, gconstpointer data)
{
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autoptr (GError) error = NULL;

  add (f, 50, 0, BB_SIM_BALANCER_SITE);
  g_cancellable_cancel (cancellable);
  g_assert_false (bb_plan_run (&f->plan, cancellable, NULL, NULL, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
}

/* Made-up cars come in proportion to the stations. */
static void
test_cars (Fixture *f, gconstpointer data)
{
  BbCarsSpec cars = { .cars_per_day = 2, .arrivals = BB_ARRIVALS_PUBLIC, .energy_mean_wh = 5000 };
  const BbPlanPoint *one = add (f, 0, 1, BB_SIM_BALANCER_SITE), *eight = add (f, 0, 8, BB_SIM_BALANCER_SITE);

  f->plan.cars = &cars;
  run_plan (f);
  g_assert_cmpfloat (eight->wanted_kwh, >, 3 * one->wanted_kwh);
}

/* ---- answers ---------------------------------------------------------------------------------- */

static BbPlanPoint *
invented (Fixture *f, gint rating_a, guint n_stations, gdouble reached_pct)
{
  BbPlanPoint *point = (BbPlanPoint *) add (f, rating_a, n_stations, BBE_FAIR);

  point->reached_pct = point->delivered_pct = reached_pct;
  point->n_runs = 1;
  return point;
}

static void
answer (Fixture *f, BbPlanAxis axis, gdouble target_pct, BbPlanAnswer *out)
{
  g_autoptr (GPtrArray) curve = bb_plan_curve (&f->plan, g_ptr_array_index (f->plan.points, 0), axis);

  bb_plan_answer (curve, axis, target_pct, out);
}

static void
test_answer_rating (Fixture *f, gconstpointer data)
{
  static const gint ratings_a[] = { 63, 16, 50, 20, 40, 25, 32 }; /* in any order */
  static const gdouble reached[] = { 99.9, 40, 99.5, 62, 99, 84, 97 };
  BbPlanAnswer out;

  for (guint i = 0; i < G_N_ELEMENTS (ratings_a); i++)
    invented (f, ratings_a[i], 0, reached[i]);
  add (f, 35, 0, BBE_QUEUE); /* of another curve */
  answer (f, BB_PLAN_BY_RATING, 98, &out);
  g_assert_cmpint (out.best->rating_ma, ==, 40000);
  g_assert_cmpint (out.next_bad->rating_ma, ==, 32000);
  g_assert_cmpint (out.knee->rating_ma, ==, 32000);
  g_assert_false (out.gap);
  answer (f, BB_PLAN_BY_RATING, 10, &out);
  g_assert_cmpint (out.best->rating_ma, ==, 16000);
  g_assert_null (out.next_bad);
  answer (f, BB_PLAN_BY_RATING, 99.95, &out);
  g_assert_null (out.best);
  g_assert_cmpint (out.next_bad->rating_ma, ==, 63000);
}

/* A rating that is exceeded, or could trip, or was not allowed, is no answer; nor is one beyond such a one.
 */
static void
test_answer_bad (Fixture *f, gconstpointer data)
{
  BbPlanAnswer out;
  BbPlanPoint *middle = NULL;

  invented (f, 20, 0, 100);
  middle = invented (f, 25, 0, 100);
  invented (f, 32, 0, 100);
  answer (f, BB_PLAN_BY_RATING, 98, &out);
  g_assert_cmpint (out.best->rating_ma, ==, 20000);
  g_assert_null (out.knee);
  for (guint way = 0; way < 4; way++) {
    middle->longest_over_ms = way == 0 ? BB_PLAN_EXCESS_MS + 1 : 0;
    middle->may_trip = way == 1;
    middle->refused = way == 2 ? g_strdup ("x") : NULL;
    middle->reached_pct = way == 3 ? NAN : 100;
    answer (f, BB_PLAN_BY_RATING, 98, &out);
    g_assert_cmpint (out.best->rating_ma, ==, 32000);
    g_assert_true (out.next_bad == middle);
    g_assert_true (out.gap);
    g_clear_pointer (&middle->refused, g_free);
  }
}

static void
test_answer_stations (Fixture *f, gconstpointer data)
{
  static const gdouble reached[] = { 100, 100, 100, 99, 98, 90, 75, 60 };
  BbPlanAnswer out;

  for (guint i = 0; i < G_N_ELEMENTS (reached); i++)
    invented (f, 0, 2 + i, reached[i]);
  answer (f, BB_PLAN_BY_STATIONS, 98, &out);
  g_assert_cmpuint (out.best->n_stations, ==, 6);
  g_assert_cmpuint (out.next_bad->n_stations, ==, 7);
  g_assert_cmpuint (out.knee->n_stations, ==, 6);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/plan/rating", test_rating);
  g_test_add_func ("/plan/stations", test_stations);
  g_test_add_func ("/plan/sessions", test_sessions);
#define ADD(path, function) g_test_add ("/plan/" path, Fixture, NULL, set_up, function, tear_down)
  ADD ("direct", test_direct);
  ADD ("same-twice", test_same_twice);
  ADD ("refused", test_refused);
  ADD ("cancelled", test_cancelled);
  ADD ("cars", test_cars);
  ADD ("answer/rating", test_answer_rating);
  ADD ("answer/bad", test_answer_bad);
  ADD ("answer/stations", test_answer_stations);
  return g_test_run ();
}
