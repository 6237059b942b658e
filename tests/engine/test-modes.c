/* SPDX-License-Identifier: GPL-3.0-or-later */
/* test-modes.c: solar and boost beyond the manual's examples: several cars, phases, delays, other groups. */
#include "fixture.h"

static Site *
solar_site (int n, int n_phases)
{
  Site *site = site_new_simple (63000, n, n_phases);

  for (int p = 0; p < 3; p++)
    site->k.circuits[0].generation_ma[p] = 60000;
  site->k.groups[0].mode = BBE_MODE_SOLAR;
  return site;
}

static int
running (const Site *site)
{
  int n = 0;

  for (int s = 0; s < site->k.config.n_stations; s++)
    n += site_setpoint (site, s) > 0;
  return n;
}

/* k cars run while the residual gives each at least 7.00 A. */
static void
test_solar_cars (void)
{
  static const int32_t cases[][2]
      = { { 6900, 0 }, { 7000, 1 }, { 13900, 1 }, { 14000, 2 }, { 20900, 2 }, { 21000, 3 }, { 50000, 3 } };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autoptr (Site) site = solar_site (3, 1);
    int32_t sum = 0;

    site_start (site);
    site_other (site, 0, -cases[i][0], 0, 0);
    for (int s = 0; s < 3; s++)
      plant_arrive (&site->w, s, 1, 32000);
    site_run (site, 120);
    g_assert_cmpint (running (site), ==, cases[i][1]);
    for (int s = 0; s < 3; s++)
      sum += site_setpoint (site, s);
    g_assert_cmpint (sum, <=, cases[i][0]);
    if (cases[i][1] > 0)
      g_assert_cmpint (sum, >=, cases[i][0] - 100 * cases[i][1]); /* rounded down to steps */
  }
}

/* Per phase: each phase that a car loads needs its own surplus. Netted: the sum over the three counts. */
static void
test_solar_netted (void)
{
  for (int netted = 0; netted < 2; netted++) {
    g_autoptr (Site) site = solar_site (1, 3);

    site->k.groups[0].solar_netted = netted != 0;
    site_start (site);
    site_other (site, 0, -27000, -2000, 2000); /* 27 A of surplus in all: 9 on each */
    plant_arrive (&site->w, 0, 3, 32000);
    site_run (site, 120);
    assert_setpoint (site, 0, netted ? 9000 : 0);
  }
}

static void
test_solar_per_phase (void)
{
  g_autoptr (Site) site = solar_site (0, 1);

  kit_station (&site->k, 0, 1, 0);
  kit_station (&site->k, 0, 1, 1);
  kit_station (&site->k, 0, 1, 2);
  site_start (site);
  site_other (site, 0, -12000, -6900, -7000);
  for (int s = 0; s < 3; s++)
    plant_arrive (&site->w, s, 1, 32000);
  site_run (site, 120);
  assert_setpoint (site, 0, 12000);
  assert_setpoint (site, 1, 0);
  assert_setpoint (site, 2, 7000);
}

/* All other stations are load: what a normal group takes is no surplus. */
static void
test_solar_other_group (void)
{
  g_autoptr (Site) site = solar_site (1, 1);
  int normal = kit_group (&site->k, 0);

  kit_station (&site->k, normal, 1, 0);
  site->k.stations[1].max_ma = 10000;
  site_start (site);
  site_other (site, 0, -18000, 0, 0);
  plant_arrive (&site->w, 0, 1, 32000);
  site_run (site, 60);
  assert_setpoint (site, 0, 18000);
  plant_arrive (&site->w, 1, 1, 32000);
  site_run (site, 120);
  assert_setpoint (site, 1, 10000);
  assert_setpoint (site, 0, 8000);
  g_assert_cmpint (site->w.true_ma[0][0], <=, 0);
}

static void
test_solar_delays (void)
{
  g_autoptr (Site) site = solar_site (1, 1);

  site->k.groups[0].solar_start_delay_ms = 60000;
  site->k.groups[0].solar_stop_delay_ms = 120000;
  site_start (site);
  plant_arrive (&site->w, 0, 1, 32000);
  site_run (site, 60);
  site_other (site, 0, -10000, 0, 0);
  site_run (site, 57);
  assert_setpoint (site, 0, 0);
  assert_reason (site, 0, BBE_REASON_SOLAR_DELAY);
  g_assert_cmpint (site_reason (site, 0)->until_ms, >, site->k.in.mono_ms);
  site_run (site, 10);
  assert_setpoint (site, 0, 10000);
  site_other (site, 0, 0, 0, 0); /* a cloud */
  site_run (site, 100);
  assert_setpoint (site, 0, 6000); /* at its minimum through the cloud */
  assert_reason (site, 0, BBE_REASON_SOLAR_STOPPING);
  site_other (site, 0, -10000, 0, 0);
  site_run (site, 20);
  assert_setpoint (site, 0, 10000);
  site_other (site, 0, 0, 0, 0);
  site_run (site, 116);
  g_assert_cmpint (site_setpoint (site, 0), ==, 6000);
  site_run (site, 10);
  assert_setpoint (site, 0, 0);
}

/* Surplus that comes back before the delay is over starts the delay anew. */
static void
test_solar_delay_restarts (void)
{
  g_autoptr (Site) site = solar_site (1, 1);

  site->k.groups[0].solar_start_delay_ms = 60000;
  site_start (site);
  plant_arrive (&site->w, 0, 1, 32000);
  for (int i = 0; i < 5; i++) {
    site_other (site, 0, -10000, 0, 0);
    site_run (site, 50);
    assert_setpoint (site, 0, 0);
    site_other (site, 0, -5000, 0, 0);
    site_run (site, 5);
  }
  assert_setpoint (site, 0, 0);
}

/* Minimum-on does not hold a solar stop. */
static void
test_solar_min_on (void)
{
  g_autoptr (Site) site = solar_site (1, 1);

  site->k.groups[0].min_on_ms = 600000;
  site_start (site);
  site_other (site, 0, -10000, 0, 0);
  plant_arrive (&site->w, 0, 1, 32000);
  site_run (site, 60);
  assert_setpoint (site, 0, 10000);
  site_other (site, 0, 0, 0, 0);
  site_run (site, 5);
  assert_setpoint (site, 0, 0);
}

/* Nothing comes from the grid: with a surplus that wanders, import stays at what one reaction costs. */
static void
test_solar_no_grid (void)
{
  g_autoptr (Site) site = solar_site (2, 1);
  kit_random r = { .state = 8 };

  site_start (site);
  for (int s = 0; s < 2; s++)
    plant_arrive (&site->w, s, 1, 32000);
  for (int i = 0; i < 200; i++) {
    site_other (site, 0, -kit_random_range (&r, 0, 50000), 0, 0);
    site_run_unsteady (site, 4);
    for (int j = 0; j < 10; j++) {
      site_run (site, 1);
      g_assert_cmpint (site->w.true_ma[0][0], <=, 0);
    }
  }
}

/* A battery that charges first leaves the cars what remains; cars first count its charging as theirs. */
static void
test_battery (void)
{
  static const struct {
    uint8_t battery;
    int32_t battery_w, expected_ma;
  } cases[] = {
    { BBE_BATTERY_NONE, 0, 10000 },
    { BBE_BATTERY_BATTERY_FIRST, 2300, 10000 },
    { BBE_BATTERY_CAR_FIRST, 2300, 20000 },
    { BBE_BATTERY_CAR_FIRST, -690, 0 }, /* discharging: that is no sun */
    { BBE_BATTERY_BATTERY_FIRST, -690, 0 },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autoptr (Site) site = site_new ();
    int root = kit_circuit (&site->k, -1, 63000);
    int group;

    site->k.circuits[root].phases = 1;
    site->k.meters[kit_meter (&site->k, root)].phases = 1;
    site->k.circuits[root].generation_ma[0] = 60000;
    site->k.circuits[root].rating_ma[1] = site->k.circuits[root].rating_ma[2] = 0;
    group = kit_group (&site->k, root);
    site->k.groups[group].mode = BBE_MODE_SOLAR;
    kit_station (&site->k, group, 1, 0);
    site->k.config.battery = cases[i].battery;
    site_start (site);
    site_other (site, 0, cases[i].battery_w < 0 ? -9000 : -10000, 0, 0);
    site->k.in.battery_w = cases[i].battery_w;
    plant_arrive (&site->w, 0, 1, 32000);
    for (int t = 0; t < 60; t++)
      plant_second (&site->w);
    assert_setpoint (site, 0, cases[i].expected_ma);
  }
}

/* Boost: as normal, but other load may be negative; below the minimum it pauses. */
static void
test_boost_follows (void)
{
  g_autoptr (Site) site = site_new_simple (20000, 1, 1);
  static const int32_t cases[][2]
      = { { -8000, 28000 }, { 0, 20000 }, { 10000, 10000 }, { 14000, 6000 }, { 15000, 0 } };

  site->k.circuits[0].generation_ma[0] = 10000;
  site->k.groups[0].mode = BBE_MODE_BOOST;
  site_start (site);
  plant_arrive (&site->w, 0, 1, 32000);
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    site_other (site, 0, cases[i][0], 0, 0);
    site_run_unsteady (site, 30);
    assert_setpoint (site, 0, cases[i][1]);
  }
}

/* Negative at most to the declared generation: a clamp that shows more is no room. */
static void
test_boost_declared (void)
{
  g_autoptr (Site) site = site_new_simple (20000, 1, 1);

  site->k.circuits[0].generation_ma[0] = 5000;
  site->k.groups[0].mode = BBE_MODE_BOOST;
  site_start (site);
  site_other (site, 0, -6500, 0, 0); /* within the 2 A that do not flag it */
  plant_arrive (&site->w, 0, 1, 32000);
  site_run (site, 60);
  assert_setpoint (site, 0, 25000);
}

/* A window that opens twice a day; the second opens after the first closed. */
static void
test_off_peak_two_windows (void)
{
  g_autoptr (Site) site = site_new_simple (25000, 1, 1);
  gboolean open_at[24];

  site->k.groups[0].off_peak = true;
  site->k.groups[0].n_windows = 2;
  site->k.groups[0].windows[0] = (bbe_window){ .start_min = 120, .end_min = 240, .days = 0x7f };
  site->k.groups[0].windows[1] = (bbe_window){ .start_min = 780, .end_min = 840, .days = 0x1f };
  site_start (site);
  plant_arrive (&site->w, 0, 1, 32000);
  for (int day = 0; day < 7; day++)
    for (int hour = 0; hour < 24; hour++) {
      site->k.in.wall_ms = KIT_MONDAY_MS + ((day * 24) + hour) * G_GINT64_CONSTANT (3600000) + 1800000;
      site_run (site, 20);
      open_at[hour] = site_setpoint (site, 0) > 0;
      g_assert_cmpint (open_at[hour], ==, hour == 2 || hour == 3 || (hour == 13 && day < 5));
    }
}

/* No windows at all: never open, and no time is promised. */
static void
test_off_peak_none (void)
{
  g_autoptr (Site) site = site_new_simple (25000, 1, 1);

  site->k.groups[0].off_peak = true;
  if (!kit_start (&site->k))
    return; /* refusing it is as good */
  site_start (site);
  plant_arrive (&site->w, 0, 1, 32000);
  site_run (site, 60);
  assert_setpoint (site, 0, 0);
  g_assert_cmpint (site_reason (site, 0)->until_ms, ==, 0);
}

/* Return of supply (a start, a station that answers again) waits its random delay too. */
static void
test_random_delay_on_return (void)
{
  int delayed = 0;

  for (guint64 seed = 1; seed <= 8; seed++) {
    g_autoptr (Site) site = site_new_simple (25000, 1, 1);

    site->k.groups[0].random_delay_max_ms = 600000;
    site->k.groups[0].seed = seed;
    site_start (site);
    plant_arrive (&site->w, 0, 1, 32000);
    site_run (site, 30);
    delayed += site_setpoint (site, 0) == 0;
    if (site_setpoint (site, 0) == 0)
      assert_reason (site, 0, BBE_REASON_RANDOM_DELAY);
    site_run (site, 600);
    assert_setpoint (site, 0, 25000);
  }
  g_assert_cmpint (delayed, >=, 5);
}

/* States without a willing car get nothing, each with its reason. */
static void
test_vehicle_states (void)
{
  static const struct {
    uint8_t vehicle;
    uint8_t reason;
  } cases[] = {
    { BBE_VEHICLE_A, BBE_REASON_NO_VEHICLE },
    { BBE_VEHICLE_E, BBE_REASON_FAULT },
    { BBE_VEHICLE_F, BBE_REASON_FAULT },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autoptr (Site) site = site_new_simple (25000, 1, 1);

    site_start (site);
    for (int t = 0; t < 60; t++) {
      kit_advance (&site->k, 1000);
      kit_plug (&site->k, 0);
      site->k.stations_in[0].vehicle = cases[i].vehicle;
      kit_read (&site->k, 0, 0, 0, 0);
      kit_draw (&site->k, 0, 0, 0, 0);
      kit_step (&site->k);
    }
    assert_setpoint (site, 0, 0);
    assert_reason (site, 0, cases[i].reason);
  }
}

/* Energy wanted was delivered: nothing more is given, and the others have it. */
static void
test_satisfied (void)
{
  g_autoptr (Site) site = site_new_simple (20000, 2, 1);

  site_start (site);
  plant_arrive (&site->w, 0, 1, 32000);
  plant_arrive (&site->w, 1, 1, 32000);
  site_run (site, 60);
  site->k.stations_in[0].wanted_wh = 0;
  site_run (site, 60);
  assert_setpoint (site, 0, 0);
  assert_reason (site, 0, BBE_REASON_SATISFIED);
  assert_setpoint (site, 1, 20000);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/engine/T-08/cars", test_solar_cars);
  g_test_add_func ("/engine/T-08/netted", test_solar_netted);
  g_test_add_func ("/engine/T-08/per-phase", test_solar_per_phase);
  g_test_add_func ("/engine/T-08/other-group", test_solar_other_group);
  g_test_add_func ("/engine/T-08/delays", test_solar_delays);
  g_test_add_func ("/engine/T-08/delay-restarts", test_solar_delay_restarts);
  g_test_add_func ("/engine/T-08/minimum-on", test_solar_min_on);
  g_test_add_func ("/engine/T-08/no-grid", test_solar_no_grid);
  g_test_add_func ("/engine/T-08/battery", test_battery);
  g_test_add_func ("/engine/T-09/follows", test_boost_follows);
  g_test_add_func ("/engine/T-09/declared", test_boost_declared);
  g_test_add_func ("/engine/T-07/two-windows", test_off_peak_two_windows);
  g_test_add_func ("/engine/T-07/no-windows", test_off_peak_none);
  g_test_add_func ("/engine/T-07/delay-on-return", test_random_delay_on_return);
  g_test_add_func ("/engine/modes/vehicle-states", test_vehicle_states);
  g_test_add_func ("/engine/modes/satisfied", test_satisfied);
  return g_test_run ();
}
