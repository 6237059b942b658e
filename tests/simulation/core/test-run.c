/* SPDX-License-Identifier: GPL-3.0-or-later */
/* test-run.c: whole runs of small sites: what they deliver and keep, and that they come out the same every
 * time. */
#include "support.h"

#include <glib/gstdio.h>
#include <math.h>

/* Cars that overlap, of all kinds: 1, 2 and 3 phases, with and without battery. */
static const TestSession mixed[]
    = { { NULL, 10.5, 300, 12.0, 3, 16, 60, 500 }, { NULL, 20, 400, 9.0, 1, 32, 0, 0 },
        { NULL, 33, 350, 20.0, 3, 32, 77, 700 },   { "s4", 40, 200, 7.0, 2, 16, 40, 820 },
        { NULL, 45, 1000, 30.0, 3, 16, 0, 0 },     { NULL, 500, 700, 5.0, 1, 16, 0, 0 },
        { NULL, 501, 720, 6.0, 3, 0, 30, 200 } };

static BbSimOptions *
mixed_options (gint fuse_a, gint64 duration_ms)
{
  g_autoptr (BbSite) site = board_of (5, fuse_a);
  BbHouseholdsSpec homes = { .households = 2, .seed = 3 };
  BbSimOptions *options = options_of (site, duration_ms, mixed, G_N_ELEMENTS (mixed));
  bb_sim_options_add_households (options, 0, &homes);
  return options;
}

static const BbSessionResult *
session_of (const BbSimOutcome *outcome, guint index)
{
  g_assert_cmpuint (index, <, outcome->sessions_done->len);
  return g_ptr_array_index (outcome->sessions_done, index);
}

#define KWH G_GINT64_CONSTANT (3600000000)

/* One car, nothing else: it gets what it wants, at what the vehicle takes. */
static void
test_one_car (void)
{
  const TestSession cars[] = { { NULL, 60, 600, 11.0, 3, 16, 0, 0 } };
  g_autoptr (BbSite) site = board_of (1, 25);
  g_autoptr (BbSimOptions) options = options_of (site, DAY, cars, 1);
  g_autoptr (BbSimOutcome) outcome = run_ok (options);
  g_assert_cmpint (session_of (outcome, 0)->delivered_mws, ==, 11 * KWH);
  g_assert_cmpint (session_of (outcome, 0)->station, ==, 0);
  g_assert_cmpint (outcome->summary->circuits[0].phase[0].peak_ma, >=, 16000);
  g_assert_false (bb_summary_is_over_rating (outcome->summary));
  g_assert_cmpint ((gint) outcome->summary->stations[0].starts, ==, 1);
  g_assert_cmpint ((gint) outcome->summary->stations[0].stops, ==, 1);
  g_assert_cmpuint (outcome->summary->steps, ==, 86400);
  g_assert_cmpuint (outcome->summary->engine_steps, <, 1000);
}

/* Leaving out steps changes nothing; nor does running twice; another seed of a noisy meter does. */
static void
test_same_bits (void)
{
  g_autoptr (BbSimOptions) options = mixed_options (25, 14 * HOUR);
  g_autoptr (BbSimOutcome) first = run_ok (options);
  g_autoptr (BbSimOutcome) second = run_ok (options);
  options->never_skip = TRUE;
  g_autoptr (BbSimOutcome) every = run_ok (options);
  g_assert_cmpuint (first->hash, ==, second->hash);
  assert_same (first, every);
  g_assert_cmpuint (every->summary->engine_steps, ==, every->summary->steps);
  g_assert_cmpuint (first->summary->engine_steps, <, first->summary->steps / 2);
  options->never_skip = FALSE;
  options->plant.meter_noise_ma = 200;
  g_autoptr (BbSimOutcome) noisy = run_ok (options);
  options->seed = 2;
  g_autoptr (BbSimOutcome) other = run_ok (options);
  g_assert_cmpuint (noisy->hash, !=, first->hash);
  g_assert_cmpuint (noisy->hash, !=, other->hash);
}

/* The same over faults, in which many timers run. */
static void
test_same_bits_with_faults (void)
{
  g_autoptr (BbSimOptions) options = mixed_options (25, 12 * HOUR);
  add_scenario (
      options,
      "[{\"at_s\":3000,\"for_s\":100,\"what\":\"meter-lost\",\"meter\":\"main\"},"
      "{\"at_s\":4000,\"for_s\":60,\"what\":\"clamp-open\",\"meter\":\"main\",\"phase\":2},"
      "{\"at_s\":5000,\"for_s\":300,\"what\":\"station-lost\",\"station\":\"s1\"},"
      "{\"at_s\":6000,\"for_s\":45,\"what\":\"outage\"},"
      "{\"at_s\":7000,\"for_s\":600,\"what\":\"load-step\",\"circuit\":\"main\",\"l1_a\":12,\"l2_a\":3},"
      "{\"at_s\":8000,\"for_s\":600,\"what\":\"reduction\",\"limit_a\":8},"
      "{\"at_s\":9000,\"for_s\":600,\"what\":\"override\",\"station\":\"s2\",\"kind\":\"cap\",\"limit_a\":7},"
      "{\"at_s\":10000,\"for_s\":600,\"what\":\"wall-invalid\"},"
      "{\"at_s\":11000,\"for_s\":600,\"what\":\"wall-jump\",\"jump_s\":-7200}]");
  g_autoptr (BbSimOutcome) first = run_ok (options);
  options->never_skip = TRUE;
  g_autoptr (BbSimOutcome) every = run_ok (options);
  assert_same (first, every);
}

static void
test_threads (void)
{
  BbSimJob jobs[6] = { 0 }, alone[6] = { 0 };
  g_autoptr (GPtrArray) options = g_ptr_array_new_with_free_func ((GDestroyNotify) bb_sim_options_free);
  for (guint j = 0; j < 6; j++) {
    g_ptr_array_add (options, mixed_options (20 + (gint) j * 3, 8 * HOUR));
    jobs[j].options = alone[j].options = g_ptr_array_index (options, j);
  }
  g_assert_true (bb_sim_run_many (jobs, 6, 4, NULL, NULL, NULL));
  g_assert_true (bb_sim_run_many (alone, 6, 1, NULL, NULL, NULL));
  for (guint j = 0; j < 6; j++) {
    g_assert_cmpuint (jobs[j].outcome->hash, ==, alone[j].outcome->hash);
    g_assert_cmpuint (jobs[j].outcome->hash, !=, jobs[(j + 1) % 6].outcome->hash);
  }
  bb_sim_jobs_clear (jobs, 6);
  bb_sim_jobs_clear (alone, 6);
}

typedef struct {
  gint64 mws, last_ms;
  gint32 ma[5][3];
} Meterman;

/* An independent sum over what flows, second by second, from what the engine is told by measured stations. */
static void
read_stations (const bbe_inputs *in, const bbe_outputs *out, gpointer data)
{
  Meterman *man = data;
  gint64 seconds = (in->mono_ms - man->last_ms) / 1000;
  for (guint s = 0; s < out->n_stations; s++)
    for (guint p = 0; p < 3; p++) {
      man->mws += (gint64) man->ma[s][p] * 230 * seconds;
      man->ma[s][p] = in->stations[s].measured_ma[p];
    }
  man->last_ms = in->mono_ms;
}

/* Delivered energy is the integral of the current, but for the last second of each session. */
static void
test_energy_is_kept (void)
{
  Meterman man = { .last_ms = BB_SIM_MONO_START };
  g_autoptr (BbSimOptions) options = mixed_options (25, 20 * HOUR);
  options->never_skip = TRUE;
  options->observer = read_stations;
  options->observer_data = &man;
  g_autoptr (BbSimOutcome) outcome = run_ok (options);
  const BbSummary *summary = outcome->summary;
  gint64 stations = 0, sum = summary->charged_from_grid_mws + summary->charged_from_solar_mws;
  for (guint s = 0; s < summary->n_stations; s++)
    stations += summary->stations[s].delivered_mws;
  g_assert_cmpint (stations, ==, summary->delivered_mws);
  /* At most one second of 22 kW for each session. */
  g_assert_cmpint (ABS (sum - summary->delivered_mws), <=,
                   G_N_ELEMENTS (mixed) * G_GINT64_CONSTANT (22080000));
  g_assert_cmpint (ABS (man.mws - sum), <=, 5 * G_GINT64_CONSTANT (22080000));
  g_assert_cmpint (summary->import_mws, ==, summary->load_mws + sum);
  /* A meter that forgot a phase would be noticed. */
  g_assert_cmpint (ABS (man.mws * 2 / 3 - sum), >, 10 * G_GINT64_CONSTANT (22080000));
}

/* The whole point: on a tight board the engine stays under the fuse, and without it the fuse is overloaded.
 */
static void
test_balancing_off_overloads (void)
{
  g_autoptr (BbSimOptions) options = mixed_options (25, 14 * HOUR);
  options->step_ms = 60000;
  g_autoptr (BbSimOutcome) balanced = run_ok (options);
  options->balancer = BB_SIM_BALANCER_NONE;
  g_autoptr (BbSimOutcome) none = run_ok (options);
  g_assert_false (bb_summary_is_over_rating (balanced->summary));
  g_assert_true (bb_summary_is_over_rating (none->summary));
  g_assert_cmpint (none->summary->circuits[0].phase[0].peak_ma, >, 60000);
  g_assert_cmpint (none->summary->circuits[0].phase[0].trip[BB_TRIP_GG][BB_TRIP_MUST].opened_at_ms, >,
                   MONDAY);
  g_assert_cmpint (none->summary->circuits[0].phase[0].trip[BB_TRIP_GG][BB_TRIP_MAY].opened_at_ms, <=,
                   none->summary->circuits[0].phase[0].trip[BB_TRIP_GG][BB_TRIP_MUST].opened_at_ms);
  g_assert_cmpint (balanced->summary->circuits[0].phase[0].trip[BB_TRIP_B][BB_TRIP_MAY].opened_at_ms, ==,
                   G_MININT64);
}

/* A plant that ignores its set-points must be caught exceeding: the checks above can fail. */
static void
test_defective_plant_is_seen (void)
{
  const TestSession cars[] = { { "s1", 10, 600, 60, 3, 32, 0, 0 },
                               { "s2", 10, 600, 60, 3, 32, 0, 0 },
                               { "s3", 10, 600, 60, 3, 32, 0, 0 } };
  g_autoptr (BbSite) site = board_of (3, 40);
  g_autoptr (BbSimOptions) options = options_of (site, 4 * HOUR, cars, 3);
  options->step_ms = 10000;
  g_autoptr (BbSimOutcome) sound = run_ok (options);
  add_scenario (options, "[{\"at_s\":0,\"what\":\"station-deaf\",\"station\":\"s1\"},"
                         "{\"at_s\":0,\"what\":\"station-deaf\",\"station\":\"s2\"}]");
  g_autoptr (BbSimOutcome) defective = run_ok (options);
  g_assert_false (bb_summary_is_over_rating (sound->summary));
  g_assert_true (bb_summary_is_over_rating (defective->summary));
}

/* Sessions beyond the end, before the start, and one too many. */
static void
test_sessions_at_the_edges (void)
{
  const TestSession cars[]
      = { { NULL, -60, 60, 5, 3, 16, 0, 0 },         { NULL, 10, 100000, 500, 3, 16, 0, 0 },
          { NULL, 11, 200, 5, 3, 16, 0, 0 },         { NULL, 12, 100, 5, 3, 16, 0, 0 },
          { "s2", 13, 100, 5, 3, 16, 0, 0 },         { NULL, 20.001, 20.002, 1, 1, 16, 0, 0 },
          { NULL, 24 * 60, 30 * 60, 5, 3, 16, 0, 0 } };
  g_autoptr (BbSite) site = board_of (2, 63);
  g_autoptr (BbSimOptions) options = options_of (site, DAY, cars, G_N_ELEMENTS (cars));
  g_autoptr (BbSimOutcome) outcome = run_ok (options);
  const BbSummary *summary = outcome->summary;
  g_assert_cmpuint (summary->n_sessions, ==, 5);
  g_assert_cmpuint (summary->n_turned_away, ==, 3);
  g_assert_cmpuint (summary->n_open, ==, 1);
  g_assert_true (session_of (outcome, 0)->open);
  g_assert_cmpint (session_of (outcome, 0)->delivered_mws, >, 200 * KWH);
  g_assert_cmpint (session_of (outcome, 1)->delivered_mws, ==, 5 * KWH);
  g_assert_cmpint (session_of (outcome, 2)->station, ==, -1);
  g_assert_cmpuint (summary->n_met, ==, 1);
  g_assert_cmpfloat_with_epsilon (summary->sessions_met_pct, 25.0, 1e-9);
}

/* Longer steps: the energy stays exact, and so do the ends of sessions. */
static void
test_long_steps (void)
{
  const gint64 steps_s[] = { 1, 7, 60, 300, 900 };
  const TestSession cars[]
      = { { NULL, 60, 900, 11.0, 3, 16, 0, 0 }, { NULL, 60, 900, 22.0, 3, 16, 80, 600 } };
  for (guint i = 0; i < G_N_ELEMENTS (steps_s); i++) {
    g_autoptr (BbSite) site = board_of (2, 63);
    g_autoptr (BbSimOptions) options = options_of (site, DAY, cars, 2);
    options->step_ms = steps_s[i] * 1000;
    g_autoptr (BbSimOutcome) outcome = run_ok (options);
    const BbSummary *summary = outcome->summary;
    g_assert_cmpint (summary->delivered_mws, ==, 33 * KWH);
    gint64 sum = summary->charged_from_grid_mws + summary->charged_from_solar_mws;
    /* The last step of a session is drawn at its mean, rounded up to a mA: 0.7 W for one step. */
    gint64 tolerance = steps_s[i] == 1 ? 2 * 22080000 : 2 * 700 * steps_s[i] + 1000;
    g_assert_cmpint (ABS (sum - summary->delivered_mws), <=, tolerance);
  }
}

static void
test_time_options (void)
{
  const gint64 bad_steps[] = { 0, 500, 1500, 901000, -1000 };
  g_autoptr (BbSite) site = board_of (1, 25);
  for (guint i = 0; i < G_N_ELEMENTS (bad_steps); i++) {
    g_autoptr (GError) error = NULL;
    g_autoptr (BbSimOptions) options = options_of (site, DAY, NULL, 0);
    options->step_ms = bad_steps[i];
    g_assert_null (bb_sim_run (options, NULL, NULL, NULL, &error));
    g_assert_error (error, BB_SIM_ERROR, BB_SIM_ERROR_OPTIONS);
  }
  const gint64 spans[] = { 0, -DAY, G_GINT64_CONSTANT (41) * 366 * DAY };
  for (guint i = 0; i < G_N_ELEMENTS (spans); i++) {
    g_autoptr (GError) error = NULL;
    g_autoptr (BbSimOptions) options = options_of (site, spans[i], NULL, 0);
    g_assert_null (bb_sim_run (options, NULL, NULL, NULL, &error));
    g_assert_error (error, BB_SIM_ERROR, BB_SIM_ERROR_OPTIONS);
  }
}

static void
test_no_stations (void)
{
  g_autoptr (BbSite) site
      = site_of ("{\"format\":\"busbar-site/1\",\"main_fuse_a\":25,\"groups\":[],\"stations\":[]}");
  g_autoptr (BbSimOptions) options = options_of (site, DAY, NULL, 0);
  add_load (options, 5000, 6000, 26000);
  g_autoptr (BbSimOutcome) outcome = run_ok (options);
  g_assert_cmpint (outcome->summary->circuits[0].phase[2].over_rating_ms, ==, DAY);
  g_assert_cmpint (outcome->summary->circuits[0].phase[2].over_rating_ma_ms, ==, DAY * 1000);
  g_assert_cmpint (outcome->summary->circuits[0].phase[2].longest_over_ms, ==, DAY);
  g_assert_cmpint (outcome->summary->circuits[0].phase[1].peak_ma, ==, 6000);
  g_assert_cmpint (outcome->summary->circuits[0].unbalance_ma, ==, 21000);
  g_assert_true (isnan (outcome->summary->jain));
}

static void
test_too_many_stations (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (BbSite) site = board_of (10000, 63);
  g_autoptr (BbSimOptions) options = options_of (site, DAY, NULL, 0);
  g_assert_null (bb_sim_run (options, NULL, NULL, NULL, &error));
  g_assert_nonnull (error);
  g_assert_nonnull (strstr (error->message, "stations"));
}

static void
test_unknown_names (void)
{
  const TestSession cars[] = { { "garage-9", 60, 600, 11.0, 3, 16, 0, 0 } };
  g_autoptr (GError) error = NULL;
  g_autoptr (BbSite) site = board_of (2, 25);
  g_autoptr (BbSimOptions) options = options_of (site, DAY, cars, 1);
  g_assert_null (bb_sim_run (options, NULL, NULL, NULL, &error));
  g_assert_error (error, BB_SIM_ERROR, BB_SIM_ERROR_INPUT);
  g_assert_nonnull (strstr (error->message, "garage-9"));
  g_clear_error (&error);
  g_autoptr (BbSimOptions) wrong = options_of (site, DAY, NULL, 0);
  gint32 ma[3] = { 0, 0, 0 };
  bb_sim_options_add_constant (wrong, 7, BB_INPUT_LOAD, BB_UNIT_AMPERES, ma);
  g_assert_null (bb_sim_run (wrong, NULL, NULL, NULL, &error));
  g_assert_error (error, BB_SIM_ERROR, BB_SIM_ERROR_INPUT);
}

/* The load ends before the run does: an error that names the input, and nothing written. */
static void
test_input_ends_early (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (BbSite) site = board_of (1, 25);
  g_autoptr (BbSimOptions) options = options_of (site, 2 * HOUR, NULL, 0);
  g_autofree gchar *folder = g_dir_make_tmp ("busbar-XXXXXX", NULL);
  g_autofree gchar *csv = g_build_filename (folder, "load.csv", NULL);
  BbInputOptions input = { .kind = BB_INPUT_LOAD, .start_ms = MONDAY };
  g_assert_true (g_file_set_contents (csv, "minute,l1_w,l2_w,l3_w\n0,1,2,3\n30,4,5,6\n60,7,8,9\n", -1, NULL));
  bb_sim_options_add_csv (options, 0, csv, &input, 1000, 1000);
  options->result_path = g_build_filename (folder, "out.bbresult", NULL);
  g_assert_null (bb_sim_run (options, NULL, NULL, NULL, &error));
  g_assert_error (error, BB_INPUT_ERROR, BB_INPUT_ERROR_RANGE);
  g_assert_false (g_file_test (options->result_path, G_FILE_TEST_EXISTS));
  g_unlink (csv);
  g_assert_cmpint (g_rmdir (folder), ==, 0); /* nothing else was left in it */
}

/* ---- time ---- */

/* Days of 23 and 25 hours, and the leap day, are run as they are: nothing is lost, nothing counted twice. */
static void
test_calendar (void)
{
  const struct {
    const gchar *from, *until;
    gint hours;
  } days[] = { { "2026-03-29", "2026-03-30", 23 },
               { "2026-10-25", "2026-10-26", 25 },
               { "2028-02-29", "2028-03-01", 24 },
               { "2028-02-28", "2028-03-01", 48 } };
  g_autoptr (BbZone) zone = bb_zone_new ("Europe/Bucharest", NULL);
  for (guint d = 0; d < G_N_ELEMENTS (days); d++) {
    g_autoptr (BbSite) site
        = site_of ("{\"format\":\"busbar-site/1\",\"timezone\":\"Europe/Bucharest\",\"main_fuse_a\":25,"
                   "\"stations\":[{\"id\":\"s1\",\"failsafe_a\":0}]}");
    g_autoptr (BbSimOptions) options = bb_sim_options_new (site);
    g_assert_true (bb_time_parse (days[d].from, zone, &options->from_ms, NULL, NULL));
    g_assert_true (bb_time_parse (days[d].until, zone, &options->until_ms, NULL, NULL));
    add_load (options, 10000, 0, 0);
    options->plant.station_own_mw = 3000;
    g_autoptr (BbSimOutcome) outcome = run_ok (options);
    g_assert_cmpuint (outcome->summary->steps, ==, (guint) days[d].hours * 3600);
    /* 10 A and the station's own 13 mA. */
    g_assert_cmpint (outcome->summary->load_mws, ==, G_GINT64_CONSTANT (10013) * 230 * 3600 * days[d].hours);
  }
}

/* ---- cancelling ---- */

typedef struct {
  GCancellable *cancellable;
  guint n;
} Canceller;

static void
cancel_soon (gdouble fraction, gpointer data)
{
  Canceller *canceller = data;
  g_assert_cmpfloat (fraction, >=, 0);
  g_assert_cmpfloat (fraction, <=, 1);
  if (++canceller->n == 2)
    g_cancellable_cancel (canceller->cancellable);
}

static void
test_cancel_leaves_nothing (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autofree gchar *folder = g_dir_make_tmp ("busbar-XXXXXX", NULL);
  g_autoptr (BbSimOptions) options = mixed_options (25, 1000 * DAY);
  Canceller canceller = { cancellable, 0 };
  options->never_skip = TRUE;
  options->result_path = g_build_filename (folder, "out.bbresult", NULL);
  options->trace_path = g_build_filename (folder, "out.trace", NULL);
  g_assert_null (bb_sim_run (options, cancellable, cancel_soon, &canceller, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  g_assert_cmpint (g_rmdir (folder), ==, 0); /* not even a temporary file */
}

static void
finished (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (GError) error = NULL;
  guint64 *hash = data;
  g_autoptr (BbSimOutcome) outcome = bb_sim_run_finish (result, &error);
  g_assert_no_error (error);
  *hash = outcome->hash;
}

static void
test_in_background (void)
{
  guint64 hash = 0;
  g_autoptr (BbSimOptions) options = mixed_options (25, 6 * HOUR);
  g_autoptr (BbSimOutcome) here = run_ok (options);
  bb_sim_run_async (options, NULL, NULL, NULL, finished, &hash);
  g_clear_pointer (&options, bb_sim_options_free); /* it has its own copy */
  while (hash == 0)
    g_main_context_iteration (NULL, TRUE);
  g_assert_cmpuint (hash, ==, here->hash);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/simulation/run/one-car", test_one_car);
  g_test_add_func ("/simulation/run/same-bits", test_same_bits);
  g_test_add_func ("/simulation/run/same-bits-with-faults", test_same_bits_with_faults);
  g_test_add_func ("/simulation/run/threads", test_threads);
  g_test_add_func ("/simulation/run/energy-is-kept", test_energy_is_kept);
  g_test_add_func ("/simulation/run/balancing-off-overloads", test_balancing_off_overloads);
  g_test_add_func ("/simulation/run/defective-plant-is-seen", test_defective_plant_is_seen);
  g_test_add_func ("/simulation/run/sessions-at-the-edges", test_sessions_at_the_edges);
  g_test_add_func ("/simulation/run/long-steps", test_long_steps);
  g_test_add_func ("/simulation/run/time-options", test_time_options);
  g_test_add_func ("/simulation/run/no-stations", test_no_stations);
  g_test_add_func ("/simulation/run/too-many-stations", test_too_many_stations);
  g_test_add_func ("/simulation/run/unknown-names", test_unknown_names);
  g_test_add_func ("/simulation/run/input-ends-early", test_input_ends_early);
  g_test_add_func ("/simulation/run/calendar", test_calendar);
  g_test_add_func ("/simulation/run/cancel-leaves-nothing", test_cancel_leaves_nothing);
  g_test_add_func ("/simulation/run/in-background", test_in_background);
  return g_test_run ();
}
