/* SPDX-License-Identifier: GPL-3.0-or-later */
/* test-result-chart.c: what the standard charts of a result show: tracks, ratings, ghosts, bands, the busiest
 * day. */
#include <glib/gstdio.h>
#include <string.h>

#include "report/result-chart.h"
#include "support.h"

/* A result and the site of its run. */
typedef struct {
  gchar *folder, *path;
  BbSite *site;
  BbResult *result;
} Fixture;

/* Runs for `duration_ms` from MONDAY into a result of its own. */
static void
run_into (Fixture *f, BbSite *site, gint64 duration_ms, const TestSession *list, gsize n,
          const gchar *scenario)
{
  g_autoptr (BbSimOptions) options = options_of (site, duration_ms, list, n);

  f->folder = g_dir_make_tmp ("busbar-XXXXXX", NULL);
  options->result_path = g_build_filename (f->folder, "r.bbr", NULL);
  f->path = g_strdup (options->result_path);
  f->site = g_object_ref (site);
  add_load (options, 3000, 0, 0);
  if (scenario != NULL)
    add_scenario (options, scenario);
  bb_sim_outcome_free (run_ok (options));
  f->result = bb_result_open (f->path, NULL);
  g_assert_nonnull (f->result);
}

static void
fixture_clear (Fixture *f)
{
  g_clear_object (&f->result);
  g_clear_object (&f->site);
  g_unlink (f->path);
  g_rmdir (f->folder);
  g_free (f->path);
  g_free (f->folder);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Fixture, fixture_clear)

static const TestSession one_car[]
    = { { .station = "s1", .from_min = 10, .until_min = 170, .kwh = 30, .phases = 7, .max_a = 32 } };

static const BbChartLine *
line (const BbChartTrack *track, guint i)
{
  g_assert_cmpuint (i, <, track->lines->len);
  return g_ptr_array_index (track->lines, i);
}

static const BbChartLimit *
limit (const BbChartTrack *track, guint i)
{
  g_assert_cmpuint (i, <, track->limits->len);
  return g_ptr_array_index (track->limits, i);
}

/* ---- tracks ----------------------------------------------------------------------------------- */

static void
test_all (void)
{
  g_auto (Fixture) f = { 0 };
  g_autoptr (BbSite) site = board_of (2, 25);
  g_autoptr (GError) error = NULL;
  gint64 from_ms, until_ms;

  run_into (&f, site, 3 * HOUR, one_car, 1, NULL);
  g_autoptr (BbChartModel) model = bb_result_chart_new (f.result, f.site, NULL, NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (bb_chart_model_get_n_tracks (model), ==, 3);
  bb_chart_model_get_extent (model, &from_ms, &until_ms);
  g_assert_cmpint (from_ms, ==, MONDAY);
  g_assert_cmpint (until_ms, ==, MONDAY + 3 * HOUR);
  const BbChartTrack *main_track = bb_chart_model_get_track (model, 0);
  g_assert_cmpstr (main_track->unit, ==, "A");
  g_assert_cmpuint (main_track->lines->len, ==, 3);
  for (guint p = 0; p < 3; p++)
    g_assert_cmpint (line (main_track, p)->role, ==, BB_ROLE_L1 + p);
  g_assert_cmpstr (limit (main_track, 0)->label, ==, "Rating 25.0 A");
  g_assert_cmpfloat (limit (main_track, 0)->value, ==, 25.0);
  const BbChartTrack *power = bb_chart_model_get_track (model, 1);
  g_assert_cmpstr (power->unit, ==, "kW");
  g_assert_cmpuint (power->lines->len, ==, 3); /* no generation */
  g_assert_cmpint (bb_chart_model_get_track (model, 2)->kind, ==, BB_TRACK_STACK);
}

/* Ratings that differ have a line each; phases that a circuit does not have, none. */
static void
test_ratings (void)
{
  g_auto (Fixture) f = { 0 };
  g_autoptr (BbSite) site = site_of (
      "{\"format\":\"busbar-site/1\",\"circuits\":[{\"id\":\"m\",\"name\":\"Main\",\"rating_a\":[25,32,25],"
      "\"supply_max_a\":20,\"meter\":\"m\",\"other_load_a\":5},{\"id\":\"g\",\"parent\":\"m\",\"phases\":[2],"
      "\"rating_a\":16}],\"meters\":[{\"id\":\"m\",\"signed\":true}],\"groups\":[{\"id\":\"a\",\"circuit\":"
      "\"m\","
      "\"offline_a\":10}],\"stations\":[{\"id\":\"s1\",\"group\":\"a\",\"max_a\":16,\"failsafe_a\":0}]}");

  run_into (&f, site, HOUR, NULL, 0, NULL);
  g_autoptr (BbChartModel) model = bb_result_chart_new (f.result, f.site, "circuits", NULL, NULL);
  const BbChartTrack *main_track = bb_chart_model_get_track (model, 0);
  g_assert_cmpstr (main_track->title, ==, "Main");
  g_assert_cmpuint (main_track->limits->len, ==, 4);
  g_assert_cmpstr (limit (main_track, 1)->label, ==, "Rating L2 32.0 A");
  g_assert_cmpint (limit (main_track, 3)->role, ==, BB_ROLE_LIMIT);
  const BbChartTrack *garage = bb_chart_model_get_track (model, 1);
  g_assert_cmpuint (garage->lines->len, ==, 1);
  g_assert_cmpint (line (garage, 0)->role, ==, BB_ROLE_L2);
  g_assert_cmpstr (limit (garage, 0)->label, ==, "Rating 16.0 A");
}

static void
test_parts (void)
{
  g_auto (Fixture) f = { 0 };
  g_autoptr (BbSite) site = board_of (9, 25);
  g_autoptr (GError) error = NULL;

  run_into (&f, site, HOUR, one_car, 1, NULL);
  g_autoptr (BbChartModel) some
      = bb_result_chart_new (f.result, f.site, "stations, circuit/main", NULL, NULL);
  g_assert_cmpuint (bb_chart_model_get_n_tracks (some), ==, 2);
  g_assert_cmpint (bb_chart_model_get_track (some, 0)->kind, ==, BB_TRACK_LANES);
  g_assert_cmpuint (bb_chart_model_get_track (some, 0)->lines->len, ==, 9);
  g_autoptr (BbChartModel) station = bb_result_chart_new (f.result, f.site, "station/s9", f.result, NULL);
  g_assert_cmpuint (bb_chart_model_get_track (station, 0)->lines->len, ==, 4);
  g_assert_true (line (bb_chart_model_get_track (station, 0), 0)->ghost);
  g_assert_null (bb_result_chart_new (f.result, f.site, "power,circuit/attic", NULL, &error));
  g_assert_error (error, BB_FORMAT_ERROR, BB_FORMAT_ERROR_RANGE);
  g_assert_nonnull (strstr (error->message, "circuit/attic"));
}

/* Grid = other load + cars, whatever the resolution. */
static void
test_power_adds_up (void)
{
  g_auto (Fixture) f = { 0 };
  g_autoptr (BbSite) site = board_of (2, 25);
  const gchar *const ids[] = { "site/grid", "site/house", "site/cars" };
  gdouble mean[3];

  run_into (&f, site, 3 * HOUR, one_car, 1, NULL);
  for (guint i = 0; i < 3; i++) {
    BbSeriesColumn column;
    gint series = bb_series_source_find (BB_SERIES_SOURCE (f.result), ids[i]);
    g_assert_cmpint (series, >=, 0);
    g_assert_true (bb_series_source_query (BB_SERIES_SOURCE (f.result), (guint) series, MONDAY,
                                           MONDAY + 3 * HOUR, 1, &column, NULL));
    mean[i] = column.mean;
  }
  g_assert_cmpfloat (mean[2], >, 1000);
  g_assert_cmpfloat_with_epsilon (mean[1], 690, 2); /* 3 A at 230 V */
  g_assert_cmpfloat_with_epsilon (mean[0], mean[1] + mean[2], 3);
}

/* ---- bands ------------------------------------------------------------------------------------ */

static const BbChartBand *
band (const GPtrArray *bands, guint i)
{
  g_assert_cmpuint (i, <, bands->len);
  return g_ptr_array_index (bands, i);
}

static void
test_failsafe_band (void)
{
  g_auto (Fixture) f = { 0 };
  g_autoptr (BbSite) site = board_of (2, 25);

  run_into (&f, site, 3 * HOUR, one_car, 1,
            "[{\"at_s\":3600,\"for_s\":1800,\"what\":\"meter-lost\",\"meter\":\"main\"}]");
  g_autoptr (GPtrArray) bands = bb_result_bands_new (f.result, f.site, NULL, NULL);
  g_assert_cmpuint (bands->len, ==, 1);
  g_assert_cmpint (band (bands, 0)->kind, ==, BB_BAND_FAILSAFE);
  g_assert_cmpstr (band (bands, 0)->label, ==, "Fail-safe");
  g_assert_cmpint (ABS (band (bands, 0)->from_ms - (MONDAY + HOUR)), <, 2 * MINUTE);
  g_assert_cmpint (ABS (band (bands, 0)->until_ms - (MONDAY + HOUR + 30 * MINUTE)), <, 3 * MINUTE);
}

/* Windows over midnight, in the site's zone, cut to the result, on the days on which they start. */
static void
test_off_peak_bands (void)
{
  g_auto (Fixture) f = { 0 };
  g_autoptr (BbSite) site = site_of (
      "{\"format\":\"busbar-site/1\",\"timezone\":\"+01:00\",\"circuits\":[{\"id\":\"m\",\"rating_a\":25,"
      "\"meter\":\"m\",\"other_load_a\":5}],\"meters\":[{\"id\":\"m\"}],\"groups\":[{\"id\":\"a\","
      "\"circuit\":\"m\","
      "\"offline_a\":10,\"off_peak\":true,\"windows\":[{\"start\":\"22:00\",\"end\":\"06:00\","
      "\"days\":[\"mon\",\"sun\"]}]}],\"stations\":[{\"id\":\"s1\",\"group\":\"a\",\"max_a\":16,"
      "\"failsafe_a\":0}]}");

  run_into (&f, site, 2 * DAY, NULL, 0, NULL);
  g_autoptr (GPtrArray) bands = bb_result_bands_new (f.result, f.site, NULL, NULL);
  g_assert_cmpuint (bands->len, ==, 2);
  g_assert_cmpint (band (bands, 0)->kind, ==, BB_BAND_OFF_PEAK);
  g_assert_cmpint (band (bands, 0)->from_ms, ==, MONDAY);
  g_assert_cmpint (band (bands, 0)->until_ms, ==, MONDAY + 5 * HOUR);
  g_assert_cmpint (band (bands, 1)->from_ms, ==, MONDAY + 21 * HOUR);
  g_assert_cmpint (band (bands, 1)->until_ms, ==, MONDAY + 29 * HOUR);
}

static void
test_cancel (void)
{
  g_auto (Fixture) f = { 0 };
  g_autoptr (BbSite) site = board_of (2, 25);
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autoptr (GError) error = NULL;

  run_into (&f, site, HOUR, one_car, 1, NULL);
  g_cancellable_cancel (cancellable);
  g_assert_null (bb_result_bands_new (f.result, f.site, cancellable, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
}

/* ---- the busiest day --------------------------------------------------------------------------- */

static void
test_busiest_day (void)
{
  static const TestSession late[] = { { .station = "s1",
                                        .from_min = 2 * 1440 + 600,
                                        .until_min = 2 * 1440 + 700,
                                        .kwh = 9,
                                        .phases = 7,
                                        .max_a = 32 } };
  g_auto (Fixture) f = { 0 };
  g_autoptr (BbSite) site = board_of (2, 25);
  gint64 from_ms = 0, until_ms = 0;

  run_into (&f, site, 3 * DAY + HOUR, late, 1, NULL);
  g_assert_true (bb_result_find_busiest_day (f.result, f.site, &from_ms, &until_ms, NULL));
  g_assert_cmpint (from_ms, ==, MONDAY + 2 * DAY);
  g_assert_cmpint (until_ms, ==, MONDAY + 3 * DAY);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/report/result-chart/all", test_all);
  g_test_add_func ("/report/result-chart/ratings", test_ratings);
  g_test_add_func ("/report/result-chart/parts", test_parts);
  g_test_add_func ("/report/result-chart/power-adds-up", test_power_adds_up);
  g_test_add_func ("/report/result-chart/failsafe-band", test_failsafe_band);
  g_test_add_func ("/report/result-chart/off-peak-bands", test_off_peak_bands);
  g_test_add_func ("/report/result-chart/cancel", test_cancel);
  g_test_add_func ("/report/result-chart/busiest-day", test_busiest_day);
  return g_test_run ();
}
