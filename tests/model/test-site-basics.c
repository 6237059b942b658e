/* SPDX-License-Identifier: GPL-3.0-or-later */
/* test-site-basics.c: sites from the assistant's answers: sound for every sensible answer, a sentence for
 * others. */
#include <string.h>

#include "engine/engine.h"
#include "kit.h"
#include "model/site-basics.h"

static const gint grids[] = { BB_GRID_TN_THREE_PHASE, BB_GRID_TN_ONE_PHASE };
static const gint fuses[] = { 16, 20, 25, 32, 35, 40, 50, 63, 80, 100, 125, 160, 200 }; /* A */
static const gint counts[] = { 1, 2, 3, 5, 12, 40 };
static const gint measured[] = { BB_MEASURED_BY_METER, BB_MEASURED_BY_CLAMPS, BB_MEASURED_NOT };
static const gint pv[] = { 0, 3000 };
static const gint batteries[] = { BBE_BATTERY_NONE, BBE_BATTERY_CAR_FIRST, BBE_BATTERY_BATTERY_FIRST };
static const gint maxima[] = { 6, 16, 32, 80 };

/* The only thing that may be said of such a site: surplus that unsigned clamps cannot show. */
static guint
expected_warnings (const BbSiteBasics *b)
{
  return b->measured_by == BB_MEASURED_BY_CLAMPS && b->pv_peak_w > 0 ? 1 : 0;
}

static void
check_one (const BbSiteBasics *b)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (BbSite) site = bb_site_from_basics (b, &error);
  g_autofree gchar *problems = NULL;

  g_assert_no_error (error);
  problems = kit_problems (site, BB_CHECK_DEPLOY);
  if (kit_count (site, BB_CHECK_DEPLOY, BB_SEVERITY_ERROR) > 0
      || kit_count (site, BB_CHECK_DEPLOY, BB_SEVERITY_WARNING) != expected_warnings (b)
      || kit_count (site, BB_CHECK_DEPLOY, BB_SEVERITY_ADVICE) > (b->station_max_ma > b->main_fuse_ma))
    g_error ("grid %d, %d A, %d stations of %d A on %d phases, measured %d, %d W of PV:\n%s", b->grid,
             b->main_fuse_ma / 1000, b->n_stations, b->station_max_ma / 1000, b->station_phases,
             b->measured_by, b->pv_peak_w, problems);
  g_assert_true (bb_group_peek (bb_site_group (site, 0))->active);
  g_assert_cmpuint (g_list_model_get_n_items (bb_site_get_stations (site)), ==, (guint) b->n_stations);
}

/* Every number of stations with every phases; the maxima take turns unless there is time. */
static void
each_station (BbSiteBasics *b)
{
  const guint step = g_getenv ("BUSBAR_SOAK") != NULL ? 1 : G_N_ELEMENTS (maxima);

  for (guint n = 0; n < G_N_ELEMENTS (counts); n++)
    for (gint phases = 1; phases <= 3; phases++)
      for (guint m = (n + (guint) phases) % step; m < G_N_ELEMENTS (maxima); m += step) {
        b->n_stations = counts[n];
        b->station_phases = phases;
        b->station_max_ma = maxima[m] * 1000;
        check_one (b);
      }
}

static void
test_table (void)
{
  const guint step = g_getenv ("BUSBAR_SOAK") != NULL ? 1 : 3;

  for (guint g = 0; g < G_N_ELEMENTS (grids); g++)
    for (guint f = 0; f < G_N_ELEMENTS (fuses); f += step)
      for (guint m = 0; m < G_N_ELEMENTS (measured); m++)
        for (guint p = 0; p < G_N_ELEMENTS (pv); p++) {
          g_auto (BbSiteBasics) b = { 0 };

          bb_site_basics_init (&b);
          b.grid = grids[g];
          b.main_fuse_ma = fuses[f] * 1000;
          b.measured_by = measured[m];
          b.pv_peak_w = pv[p];
          b.battery = batteries[(g + f + m + p) % G_N_ELEMENTS (batteries)];
          each_station (&b);
        }
}

/* What the derived figures are, for the board of A-08 and around it. */
static void
test_figures (void)
{
  static const struct {
    gint fuse, other, n, phases, expect_offline, expect_failsafe, expect_supply;
  } rows[] = {
    { 25000, 15000, 1, 3, 10000, 6000, 20000 }, /* A-08's example */
    { 25000, 15000, 2, 3, 10000, 0, 20000 },
    { 25000, 15000, 3, 1, 10000, 6000, 20000 }, /* one on each phase */
    { 25000, 0, 2, 3, 15000, 6000, 20000 },
    { 25000, 25000, 1, 1, 0, 0, 20000 },
    { 6000, 1000, 1, 1, 5000, 0, 0 }, /* a car must be able to charge: the rating alone */
    { 63000, 0, 40, 3, 38000, 0, 50000 },
  };

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++) {
    g_auto (BbSiteBasics) b = { 0 };
    g_autoptr (BbSite) site = NULL;

    bb_site_basics_init (&b);
    b.main_fuse_ma = rows[i].fuse;
    b.other_load_ma = rows[i].other;
    b.n_stations = rows[i].n;
    b.station_phases = rows[i].phases;
    site = bb_site_from_basics (&b, NULL);
    g_assert_cmpint (bb_group_peek (bb_site_group (site, 0))->offline_ma, ==, rows[i].expect_offline);
    g_assert_cmpint (bb_station_peek (bb_site_station (site, 0))->failsafe_ma, ==, rows[i].expect_failsafe);
    g_assert_cmpint (bb_station_peek (bb_site_station (site, 0))->power_on_ma, ==, rows[i].expect_failsafe);
    g_assert_cmpint (bb_circuit_peek (bb_site_circuit (site, 0))->supply_max_ma, ==, rows[i].expect_supply);
    g_assert_cmpuint (kit_count (site, BB_CHECK_DEPLOY, BB_SEVERITY_ERROR), ==, 0);
  }
}

static void
test_defaults (void)
{
  g_auto (BbSiteBasics) b = { 0 };
  g_autoptr (BbSite) site = NULL;
  g_autoptr (BbSite) again = NULL;
  g_autofree gchar *text = NULL;

  bb_site_basics_init (&b);
  site = bb_site_from_basics (&b, NULL);
  g_assert_cmpstr (bb_site_peek (site)->name, ==, "New site");
  g_assert_cmpstr (bb_site_peek (site)->timezone, ==, "UTC");
  g_assert_cmpint (bb_site_input_peek (bb_site_input (site, 1))->cars_per_day_milli, ==, 1600);
  g_assert_cmpstr (bb_station_peek (bb_site_station (site, 1))->rotation, ==, "231");
  text = bb_site_to_text (site);
  again = bb_site_parse (text, -1, NULL, NULL);
  g_assert_true (bb_part_equal (BB_PART (site), BB_PART (again)));
}

/* Solar power with a meter that shows direction: boost; longitude from the zone. */
static void
test_solar (void)
{
  g_auto (BbSiteBasics) b = { 0 };
  g_autoptr (BbSite) site = NULL;
  g_autoptr (BbSite) clamps = NULL;

  bb_site_basics_init (&b);
  b.timezone = (g_free (b.timezone), g_strdup ("Europe/Oslo"));
  b.pv_peak_w = 4600;
  site = bb_site_from_basics (&b, NULL);
  g_assert_cmpint (bb_group_peek (bb_site_group (site, 0))->mode, ==, BBE_MODE_BOOST);
  g_assert_cmpint (bb_circuit_peek (bb_site_circuit (site, 0))->generation_ma[2], ==, 7000);
  g_assert_cmpint (bb_site_input_peek (bb_site_input (site, 1))->longitude_udeg, ==, 15000000);
  b.measured_by = BB_MEASURED_BY_CLAMPS;
  clamps = bb_site_from_basics (&b, NULL);
  g_assert_cmpint (bb_group_peek (bb_site_group (clamps, 0))->mode, ==, BBE_MODE_NORMAL);
}

static void
assert_refused (const BbSiteBasics *b)
{
  g_autoptr (GError) error = NULL;

  g_assert_null (bb_site_from_basics (b, &error));
  g_assert_error (error, BB_MODEL_ERROR, BB_MODEL_ERROR_VALUE);
  g_assert_cmpuint (strlen (error->message), >, 20);
  g_assert_true (g_str_has_suffix (error->message, "."));
}

static void
test_refused (void)
{
  static const struct {
    gsize offset;
    gint value;
  } rows[] = {
#define ROW(member, value) { G_STRUCT_OFFSET (BbSiteBasics, member), value }
    ROW (grid, BB_GRID_TT_THREE_PHASE),
    ROW (grid, BB_GRID_SPLIT_PHASE),
    ROW (grid, 99),
    ROW (grid, -1),
    ROW (main_fuse_ma, 5999),
    ROW (main_fuse_ma, -1),
    ROW (main_fuse_ma, G_MAXINT),
    ROW (other_load_ma, 25001),
    ROW (other_load_ma, -1),
    ROW (measured_by, 3),
    ROW (measured_by, -1),
    ROW (n_stations, 0),
    ROW (n_stations, -1),
    ROW (n_stations, BBE_MAX_STATIONS + 1),
    ROW (station_phases, 0),
    ROW (station_phases, 4),
    ROW (station_max_ma, 5999),
    ROW (station_max_ma, 80001),
    ROW (cars_per_day_milli, -1),
    ROW (cars_per_day_milli, G_MAXINT),
    ROW (households, -1),
    ROW (households, 1001),
    ROW (pv_peak_w, -1),
    ROW (pv_peak_w, 2000001),
    ROW (pv_peak_w, 100000), /* more than the fuse carries */
    ROW (battery, 3),
    ROW (battery, -1),
  };

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++) {
    g_auto (BbSiteBasics) b = { 0 };

    g_test_message ("row %u", i);
    bb_site_basics_init (&b);
    G_STRUCT_MEMBER (gint, &b, rows[i].offset) = rows[i].value;
    assert_refused (&b);
  }
}

static void
test_refused_together (void)
{
  g_auto (BbSiteBasics) nowhere = { 0 };
  g_auto (BbSiteBasics) unmeasured = { 0 };

  bb_site_basics_init (&nowhere);
  nowhere.timezone = (g_free (nowhere.timezone), g_strdup ("Mars/Olympus"));
  assert_refused (&nowhere);
  bb_site_basics_init (&unmeasured);
  unmeasured.measured_by = BB_MEASURED_NOT;
  unmeasured.other_load_ma = 20000;
  assert_refused (&unmeasured);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/model/site-basics/table", test_table);
  g_test_add_func ("/model/A-08/site-basics", test_figures);
  g_test_add_func ("/model/site-basics/defaults", test_defaults);
  g_test_add_func ("/model/site-basics/solar", test_solar);
  g_test_add_func ("/model/site-basics/refused", test_refused);
  g_test_add_func ("/model/site-basics/refused-together", test_refused_together);
  return g_test_run ();
}
