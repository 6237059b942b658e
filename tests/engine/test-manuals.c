/* SPDX-License-Identifier: GPL-3.0-or-later */
/* test-manuals.c: the worked examples of the manuals (T, A, C rows) and of the engine's own page. */
#include "fixture.h"

/* ---- T-05, T-06: normal mode -------------------------------------------------------------------- */

static void
test_t05_normal (void)
{
  static const int32_t cases[][3] = {
    /* household current, house load, expected with Working Current 32 A */
    { 40000, 10000, 30000 },
    { 40000, 5000, 32000 },
    { 40000, 33900, 6100 },
    { 200000, 150000, 32000 },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autoptr (Site) site = site_new_simple (cases[i][0], 1, 1);

    site_start (site);
    site_other (site, 0, cases[i][1], 0, 0);
    plant_arrive (&site->w, 0, 1, 32000);
    site_run (site, 120);
    assert_setpoint (site, 0, cases[i][2]);
  }
}

/* Normal mode takes no advantage of export: other load is floored at 0. */
static void
test_t05_export_is_no_room (void)
{
  g_autoptr (Site) site = site_new_simple (16000, 1, 1);

  site->k.circuits[0].generation_ma[0] = 20000;
  site_start (site);
  site_other (site, 0, -10000, 0, 0);
  plant_arrive (&site->w, 0, 1, 32000);
  site_run (site, 120);
  assert_setpoint (site, 0, 16000);
}

static void
test_t06_pause (void)
{
  static const int32_t cases[][2] = { { 19000, 6000 }, { 19100, 0 }, { 24000, 0 }, { 26000, 0 } };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autoptr (Site) site = site_new_simple (25000, 1, 1);

    site_start (site);
    plant_arrive (&site->w, 0, 1, 32000);
    site_run (site, 60);
    assert_setpoint (site, 0, 25000);
    site_other (site, 0, cases[i][0], 0, 0);
    site_run_unsteady (site, 10);
    assert_setpoint (site, 0, cases[i][1]);
    if (cases[i][1] == 0)
      assert_reason (site, 0, BBE_REASON_NO_ROOM);
    site_other (site, 0, 5000, 0, 0);
    site_run (site, 120);
    assert_setpoint (site, 0, 20000);
  }
}

/* A threshold above the station's minimum decides on its own. */
static void
test_t06_threshold (void)
{
  g_autoptr (Site) site = site_new_simple (25000, 1, 1);

  site->k.groups[0].pause_threshold_ma = 8000;
  site_start (site);
  plant_arrive (&site->w, 0, 1, 32000);
  site_other (site, 0, 17000, 0, 0);
  site_run (site, 60);
  assert_setpoint (site, 0, 8000);
  site_other (site, 0, 17100, 0, 0);
  site_run_unsteady (site, 60);
  assert_setpoint (site, 0, 0);
}

/* ---- T-07: off-peak, random delay, Plug & Play ---------------------------------------------------- */

static void
test_t07_off_peak (void)
{
  g_autoptr (Site) site = site_new_simple (25000, 1, 1);
  const int64_t minute = 60000;

  site->k.groups[0].off_peak = true;
  site->k.groups[0].n_windows = 1;
  site->k.groups[0].windows[0] = (bbe_window){ .start_min = 22 * 60, .end_min = 6 * 60, .days = 0x7f };
  site_start (site);
  plant_arrive (&site->w, 0, 1, 32000);
  site->k.in.wall_ms = KIT_MONDAY_MS + 21 * 60 * minute + 55 * minute;
  site_run (site, 299);
  assert_setpoint (site, 0, 0);
  assert_reason (site, 0, BBE_REASON_OFF_PEAK);
  g_assert_cmpint (site_reason (site, 0)->until_ms, ==, KIT_MONDAY_MS + 22 * 60 * minute);
  site_run (site, 30);
  assert_setpoint (site, 0, 25000);
  /* Over midnight, up to the end. */
  kit_advance (&site->k, 7 * 60 * minute + 58 * minute);
  site_run (site, 30);
  assert_setpoint (site, 0, 25000);
  site_run (site, 120);
  assert_setpoint (site, 0, 0);
}

/* Days name the day on which a window starts; the zone's offset moves it; no valid clock: closed. */
static void
test_t07_off_peak_days (void)
{
  static const struct {
    int64_t minute;
    int32_t zone_s;
    bool valid;
    bool open;
  } cases[] = {
    { 23 * 60, 0, true, true },            /* Monday 23:00 */
    { 24 * 60 + 5 * 60, 0, true, true },   /* Tuesday 05:00: Monday's window */
    { 24 * 60 + 6 * 60, 0, true, false },  /* its end is not inside */
    { 24 * 60 + 23 * 60, 0, true, false }, /* Tuesday 23:00: no window starts on Tuesday */
    { 5 * 60, 0, true, false },            /* Monday 05:00: Sunday's, not chosen */
    { 21 * 60 + 30, 3600, true, true },    /* 22:30 in the site's zone */
    { 22 * 60 + 30, -3600, true, false },  /* 21:30 */
    { 23 * 60, 0, false, false },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autoptr (Site) site = site_new_simple (25000, 1, 1);

    site->k.groups[0].off_peak = true;
    site->k.groups[0].n_windows = 1;
    site->k.groups[0].windows[0] = (bbe_window){ .start_min = 22 * 60, .end_min = 6 * 60, .days = 1 };
    site_start (site);
    plant_arrive (&site->w, 0, 1, 32000);
    site->k.in.wall_ms = KIT_MONDAY_MS + cases[i].minute * 60000;
    site->k.in.zone_offset_s = cases[i].zone_s;
    site->k.in.wall_valid = cases[i].valid;
    site_run (site, 40);
    g_assert_cmpint (site_setpoint (site, 0) > 0, ==, cases[i].open);
  }
}

/* Sunday's window runs into Monday: over the end of the week. */
static void
test_t07_off_peak_week (void)
{
  static const gint64 minutes[][2]
      = { { 0, 1 }, { 5 * 60, 1 }, { 7 * 60, 0 }, { 24 * 60 + 5 * 60, 0 }, { 6 * 24 * 60 + 23 * 60, 1 } };

  for (guint i = 0; i < G_N_ELEMENTS (minutes); i++) {
    g_autoptr (Site) site = site_new_simple (25000, 1, 1);

    site->k.groups[0].off_peak = true;
    site->k.groups[0].n_windows = 1;
    site->k.groups[0].windows[0] = (bbe_window){ .start_min = 22 * 60, .end_min = 6 * 60, .days = 0x40 };
    site_start (site);
    plant_arrive (&site->w, 0, 1, 32000);
    site->k.in.wall_ms = KIT_MONDAY_MS + minutes[i][0] * 60000;
    site_run (site, 40);
    g_assert_cmpint (site_setpoint (site, 0) > 0, ==, minutes[i][1]);
  }
}

/* Before 1970 the week's arithmetic runs below zero, and still finds its day (1969-12-29 was a Monday). */
static void
test_t07_off_peak_before_1970 (void)
{
  g_autoptr (Site) site = site_new_simple (25000, 1, 1);

  site->k.groups[0].off_peak = true;
  site->k.groups[0].n_windows = 1;
  site->k.groups[0].windows[0] = (bbe_window){ .start_min = 60, .end_min = 120, .days = 1 };
  site_start (site);
  plant_arrive (&site->w, 0, 1, 32000);
  site->k.in.wall_ms = -3 * G_GINT64_CONSTANT (86400000) + 90 * 60000;
  site_run (site, 40);
  g_assert_cmpint (site_setpoint (site, 0), >, 0);
  site->k.in.wall_ms = -2 * G_GINT64_CONSTANT (86400000) + 90 * 60000;
  site_run (site, 40);
  assert_setpoint (site, 0, 0);
}

/* Seconds from the window's opening until the station is given current. */
static int
random_delay (guint64 seed, int32_t max_ms)
{
  g_autoptr (Site) site = site_new_simple (25000, 1, 1);

  site->k.groups[0].off_peak = true;
  site->k.groups[0].n_windows = 1;
  site->k.groups[0].windows[0] = (bbe_window){ .start_min = 60, .end_min = 300, .days = 0x7f };
  site->k.groups[0].random_delay_max_ms = max_ms;
  site->k.groups[0].seed = seed;
  site_start (site);
  plant_arrive (&site->w, 0, 1, 32000);
  /* Long enough after the start that a delay after "return of supply" is over. */
  site->k.in.wall_ms = KIT_MONDAY_MS + 60 * 60000 - 900 * 1000;
  site_run (site, 900);
  for (int i = 0; i < 1000; i++) {
    if (site_setpoint (site, 0) > 0)
      return i;
    if (max_ms > 0 && i > 0)
      assert_reason (site, 0, BBE_REASON_RANDOM_DELAY);
    site_run (site, 1);
  }
  return -1;
}

static void
test_t07_random_delay (void)
{
  int least = G_MAXINT;
  int most = 0;
  int sum = 0;

  g_assert_cmpint (random_delay (1, 0), <=, 2);
  for (guint64 seed = 1; seed <= 40; seed++) {
    int delay = random_delay (seed, 600000);

    g_assert_cmpint (delay, >=, 0);
    g_assert_cmpint (delay, <=, 602);
    least = MIN (least, delay);
    most = MAX (most, delay);
    sum += delay;
  }
  /* Uniform over 0..600 s: 40 of them. Same seed, same delay. */
  g_assert_cmpint (least, <, 120);
  g_assert_cmpint (most, >, 480);
  g_assert_cmpint (sum / 40, >, 200);
  g_assert_cmpint (sum / 40, <, 400);
  g_assert_cmpint (random_delay (7, 600000), ==, random_delay (7, 600000));
}

static void
test_t07_plug_and_play (void)
{
  g_autoptr (Site) site = site_new_simple (25000, 1, 1);

  site->k.groups[0].plug_and_play = false;
  site_start (site);
  plant_arrive (&site->w, 0, 1, 32000);
  for (int i = 0; i < 60; i++) {
    plant_sense (&site->w);
    site->k.stations_in[0].authorised = false;
    plant_command (&site->w, kit_step (&site->k));
    assert_setpoint (site, 0, 0);
  }
  assert_reason (site, 0, BBE_REASON_NOT_AUTHORISED);
  site_run (site, 30); /* the plant authorises */
  assert_setpoint (site, 0, 25000);
}

/* ---- T-08: solar -------------------------------------------------------------------------------- */

static Site *
solar_home (void)
{
  Site *site = site_new_simple (63000, 1, 1);

  site->k.circuits[0].generation_ma[0] = 40000;
  site->k.groups[0].mode = BBE_MODE_SOLAR;
  site->k.stations[0].step_ma = 10;
  return site;
}

static void
test_t08_solar (void)
{
  static const struct {
    int32_t pv_ma, load_ma, expected_ma;
  } cases[] = {
    { 17000, 10000, 7000 }, /* the manual's own: exactly 7.00 A charges */
    { 17000, 30000, 0 },    /* and this does not */
    { 17000, 10010, 0 },    /* 6.99 A */
    { 17000, 9990, 7010 },  { 30000, 0, 30000 }, { 40000, 0, 32000 }, { 0, 0, 0 },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autoptr (Site) site = solar_home ();

    site_start (site);
    site_other (site, 0, cases[i].load_ma - cases[i].pv_ma, 0, 0);
    plant_arrive (&site->w, 0, 1, 32000);
    site_run (site, 120);
    assert_setpoint (site, 0, cases[i].expected_ma);
    g_assert_cmpint (site->w.true_ma[0][0], <=, MAX (0, cases[i].load_ma - cases[i].pv_ma));
    if (cases[i].expected_ma == 0)
      assert_reason (site, 0, BBE_REASON_SOLAR_LOW);
  }
}

/* Between 7 and 6 A it stops as well: "stops below until it is over 7 A again". */
static void
test_t08_solar_stops (void)
{
  g_autoptr (Site) site = solar_home ();

  site_start (site);
  site_other (site, 0, -9000, 0, 0);
  plant_arrive (&site->w, 0, 1, 32000);
  site_run (site, 120);
  assert_setpoint (site, 0, 9000);
  site_other (site, 0, -6990, 0, 0);
  site_run (site, 10);
  assert_setpoint (site, 0, 0);
  g_assert_cmpint (site_reason (site, 0)->value_ma, ==, 6990);
  site_other (site, 0, -7000, 0, 0);
  site_run (site, 60);
  assert_setpoint (site, 0, 7000);
}

/* ---- T-09: boost -------------------------------------------------------------------------------- */

static void
test_t09_boost_net (void)
{
  static const int32_t cases[][2]
      = { { 13000, 32000 }, { 14000, 31000 }, { 39000, 6000 }, { 39100, 0 }, { -5000, 32000 } };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autoptr (Site) site = site_new_simple (45000, 1, 1);

    site->k.circuits[0].generation_ma[0] = 17000;
    site->k.groups[0].mode = BBE_MODE_BOOST;
    site_start (site);
    site_other (site, 0, cases[i][0], 0, 0);
    plant_arrive (&site->w, 0, 1, 32000);
    site_run (site, 120);
    assert_setpoint (site, 0, cases[i][1]);
  }
}

static void
test_t09_boost_pv_apart (void)
{
  g_autoptr (Site) site = site_new_simple (45000, 1, 1);

  site->k.circuits[0].pv_meter = (int16_t) kit_meter (&site->k, -1);
  site->k.circuits[0].generation_ma[0] = 20000;
  site->k.groups[0].mode = BBE_MODE_BOOST;
  site_start (site);
  site_other (site, 0, 30000, 0, 0);
  site->w.pv_ma[0][0] = 17000;
  plant_arrive (&site->w, 0, 1, 32000);
  site_run (site, 120);
  assert_setpoint (site, 0, 32000);
}

/* Boost uses what comes from the roof on top of the fuse; normal does not (see T-05). */
static void
test_t09_boost_over_fuse (void)
{
  g_autoptr (Site) site = site_new_simple (16000, 1, 1);

  site->k.circuits[0].generation_ma[0] = 20000;
  site->k.groups[0].mode = BBE_MODE_BOOST;
  site_start (site);
  site_other (site, 0, -10000, 0, 0);
  plant_arrive (&site->w, 0, 1, 32000);
  site_run (site, 120);
  assert_setpoint (site, 0, 26000);
}

/* ---- A-08 ----------------------------------------------------------------------------- */

static void
test_a06_inactive (void)
{
  g_autoptr (Site) site = site_new_simple (25000, 1, 1);
  int inactive = kit_group (&site->k, 0);

  kit_station (&site->k, inactive, 1, 0);
  site->k.groups[inactive].active = false;
  site->k.stations[1].failsafe_ma = 8000;
  site->k.stations[1].held_ma = 8000;
  site_start (site);
  plant_arrive (&site->w, 0, 1, 32000);
  site_run (site, 60);
  assert_reason (site, 1, BBE_REASON_INACTIVE);
  assert_setpoint (site, 0, 17000); /* 8 A stay committed to the one that is held */
  g_assert_cmpint (site_setpoint (site, 1), ==, 8000);
}

/* Each limit of a group binds where it is the smallest. */
static void
test_a07_fields (void)
{
  static const struct {
    int32_t online_ma, supply_ma, rating_ma, house_ma, expected_ma;
  } cases[] = {
    { 16000, 25000, 63000, 10000, 15000 }, /* supply 25 - house 10 */
    { 16000, 25000, 63000, 5000, 16000 },  /* the group's online limit */
    { BBE_NO_LIMIT, 25000, 63000, 0, 25000 },
    { BBE_NO_LIMIT, 0, 20000, 0, 20000 },
    { 12000, 0, 20000, 0, 12000 },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autoptr (Site) site = site_new_simple (cases[i].rating_ma, 1, 3);

    site->k.groups[0].online_ma = cases[i].online_ma;
    site->k.circuits[0].supply_max_ma = cases[i].supply_ma;
    site_start (site);
    site_other (site, 0, cases[i].house_ma, cases[i].house_ma, cases[i].house_ma);
    plant_arrive (&site->w, 0, 3, 32000);
    site_run (site, 60);
    assert_setpoint (site, 0, cases[i].expected_ma);
  }
}

static void
test_a07_minimum_per_charger (void)
{
  g_autoptr (Site) site = site_new_simple (15000, 2, 1);

  site->k.stations[0].min_1p_ma = site->k.stations[1].min_1p_ma = 8000;
  site_start (site);
  plant_arrive (&site->w, 0, 1, 32000);
  plant_arrive (&site->w, 1, 1, 32000);
  site_run (site, 60);
  /* 7.5 A each would be under the minimum: one runs, at all there is. */
  g_assert_cmpint (MAX (site_setpoint (site, 0), site_setpoint (site, 1)), ==, 15000);
  g_assert_cmpint (MIN (site_setpoint (site, 0), site_setpoint (site, 1)), ==, 0);
}

/* A plain socket is on or off, at its one current. */
static void
test_a07_socket (void)
{
  g_autoptr (Site) site = site_new_simple (16000, 2, 1);

  site->k.stations[0].socket = true;
  site->k.stations[0].min_1p_ma = site->k.stations[0].min_3p_ma = site->k.stations[0].max_ma = 10000;
  site_start (site);
  plant_arrive (&site->w, 0, 1, 10000);
  site_run (site, 60);
  assert_setpoint (site, 0, 10000);
  site_other (site, 0, 5900, 0, 0);
  site_run (site, 20);
  assert_setpoint (site, 0, 10000);
  site_other (site, 0, 6100, 0, 0);
  site_run_unsteady (site, 5);
  assert_setpoint (site, 0, 0);
}

/* "Chargers included in measurements": one that the meter does not see is not taken out of its reading. */
static void
test_a07_included (void)
{
  g_autoptr (Site) site = site_new_simple (25000, 1, 1);

  site->k.included_is_set = true;
  site_start (site);
  for (int i = 0; i < 60; i++) {
    kit_advance (&site->k, 1000);
    kit_plug (&site->k, 0);
    kit_read (&site->k, 0, 9000, 0, 0); /* house alone */
    if (site->k.out != NULL)
      kit_draw (&site->k, 0, site_setpoint (site, 0), 0, 0);
    kit_step (&site->k);
  }
  assert_setpoint (site, 0, 16000);
  g_assert_cmpint (site->k.out->circuits[0].other_ma[0], ==, 9000);
}

static Site *
a08_board (void)
{
  Site *site = site_new_simple (25000, 1, 1);

  for (int p = 0; p < 3; p++)
    site->k.circuits[0].other_load_ma[p] = 15000;
  site->k.groups[0].online_ma = 25000;
  site->k.groups[0].offline_ma = 10000;
  return site;
}

static void
test_a08_offline (void)
{
  g_autoptr (Site) site = a08_board ();
  int i;

  site_start (site);
  plant_arrive (&site->w, 0, 1, 32000);
  site_run (site, 60);
  assert_setpoint (site, 0, 25000);
  site->w.meter_lost[0] = true;
  for (i = 0; i < 30 && site_setpoint (site, 0) > 10000; i++)
    site_run (site, 1);
  g_assert_cmpint (i, >=, 9);
  g_assert_cmpint (i, <=, 11); /* max (10 s, 3 x 1 s) */
  assert_setpoint (site, 0, 10000);
  g_assert_true (site->k.out->circuits[0].failsafe);
  site_run (site, 10); /* followed by then: the others may use their 15 A */
  site_other (site, 0, 15000, 0, 0);
  site_run (site, 300);
  assert_setpoint (site, 0, 10000);
  site_other (site, 0, 0, 0, 0);
  site->w.meter_lost[0] = false;
  site_run (site, 8);
  assert_setpoint (site, 0, 10000); /* good, but not yet for its 10 s */
  site_run (site, 30);
  assert_setpoint (site, 0, 25000);
  g_assert_false (site->k.out->circuits[0].failsafe);
}

/* The suggestion that the form makes: 25 - 15 = 10; 10.001 is refused. */
static void
test_a08_sum (void)
{
  g_autoptr (Site) site = a08_board ();

  site->k.groups[0].offline_ma = 10001;
  g_assert_false (kit_start (&site->k));
  g_assert_cmpint (site->k.fault.status, ==, BBE_OFFLINE_SUM);
}

/* ---- the engine's own page ------------------------------------------------------------------------- */

static void
test_not_yet_followed (void)
{
  g_autoptr (Site) site = site_new_simple (25000, 1, 1);

  site->k.stations[0].reaction_ms = 5000;
  site_start (site);
  for (int i = 0; i < 30 && (i == 0 || site_setpoint (site, 0) == 0); i++) { /* the house at 9 A */
    kit_advance (&site->k, 1000);
    kit_plug (&site->k, 0);
    kit_read (&site->k, 0, 9000, 0, 0);
    kit_draw (&site->k, 0, 0, 0, 0);
    kit_step (&site->k);
  }
  assert_setpoint (site, 0, 16000); /* given; the car has come to 6 A so far */
  for (int i = 0; i < 3; i++) {
    kit_advance (&site->k, 1000);
    kit_read (&site->k, 0, 15000, 0, 0);
    kit_draw (&site->k, 0, 6000, 0, 0);
    kit_step (&site->k);
  }
  g_assert_cmpint (site->k.out->circuits[0].other_ma[0], ==, 9000);
  kit_advance (&site->k, 1000);
  kit_read (&site->k, 0, 20000, 0, 0);
  kit_step (&site->k);
  g_assert_cmpint (site->k.out->circuits[0].other_ma[0], ==, 14000);
  assert_setpoint (site, 0, 11000);
}

static void
test_open_clamp (void)
{
  g_autoptr (Site) site = site_new_simple (25000, 2, 1);
  int bad_after = -1;

  site->k.circuits[0].other_load_ma[0] = 10000;
  site->k.groups[0].offline_ma = 8000;
  site_start (site);
  site_other (site, 0, 5000, 0, 0);
  plant_arrive (&site->w, 0, 1, 16000);
  site_run (site, 90);
  g_assert_cmpint (site->w.draw_ma[0][0], ==, 16000);
  plant_arrive (&site->w, 1, 1, 16000); /* 4 A are left: it waits, or they share 20 A */
  site_run (site, 1);
  site->w.clamp_open[0] = true;
  for (int i = 0; i < 60; i++) {
    site_run (site, 1); /* check_plant: never more than 20 A for the two */
    if (bad_after < 0 && site->k.out->circuits[0].failsafe)
      bad_after = i;
  }
  g_assert_cmpint (bad_after, >=, 0);
  g_assert_cmpint (bad_after, <=, 14);
  g_assert_cmpint (site_setpoint (site, 0) + site_setpoint (site, 1), <=, 8000);
}

static void
test_four_cars_rotate (void)
{
  g_autoptr (Site) site = site_new_simple (16000, 4, 3);
  int seconds_at_16[4] = { 0 };

  site->k.groups[0].balancer = BBE_ROTATE;
  for (int s = 0; s < 4; s++)
    site->k.stations[s].min_3p_ma = 9000; /* of two, neither would have its minimum */
  site_start (site);
  for (int s = 0; s < 4; s++)
    plant_arrive (&site->w, s, 3, 32000);
  site_run (site, 60);
  for (int i = 0; i < 2 * 3600; i++) {
    site_run (site, 1);
    for (int s = 0; s < 4; s++)
      seconds_at_16[s] += site_setpoint (site, s) == 16000;
  }
  for (int s = 0; s < 4; s++) {
    g_assert_cmpint (seconds_at_16[s], >=, 2 * 900 - 90);
    g_assert_cmpint (seconds_at_16[s], <=, 2 * 900 + 90);
  }
}

static void
test_two_cars_24_9_9 (void)
{
  g_autoptr (Site) site = site_new_simple (24000, 0, 3);

  site->k.circuits[0].rating_ma[1] = site->k.circuits[0].rating_ma[2] = 9000;
  kit_station (&site->k, 0, 1, 0);
  kit_station (&site->k, 0, 3, 0);
  site_start (site);
  plant_arrive (&site->w, 0, 1, 32000);
  plant_arrive (&site->w, 1, 3, 32000);
  site_run (site, 120);
  assert_setpoint (site, 0, 15000);
  assert_setpoint (site, 1, 9000);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/engine/T-05/normal", test_t05_normal);
  g_test_add_func ("/engine/T-05/export-is-no-room", test_t05_export_is_no_room);
  g_test_add_func ("/engine/T-06/pause", test_t06_pause);
  g_test_add_func ("/engine/T-06/threshold", test_t06_threshold);
  g_test_add_func ("/engine/T-07/off-peak", test_t07_off_peak);
  g_test_add_func ("/engine/T-07/off-peak-days", test_t07_off_peak_days);
  g_test_add_func ("/engine/T-07/off-peak-week", test_t07_off_peak_week);
  g_test_add_func ("/engine/T-07/off-peak-before-1970", test_t07_off_peak_before_1970);
  g_test_add_func ("/engine/T-07/random-delay", test_t07_random_delay);
  g_test_add_func ("/engine/T-07/plug-and-play", test_t07_plug_and_play);
  g_test_add_func ("/engine/T-08/solar", test_t08_solar);
  g_test_add_func ("/engine/T-08/stops", test_t08_solar_stops);
  g_test_add_func ("/engine/T-09/net", test_t09_boost_net);
  g_test_add_func ("/engine/T-09/pv-apart", test_t09_boost_pv_apart);
  g_test_add_func ("/engine/T-09/over-fuse", test_t09_boost_over_fuse);
  g_test_add_func ("/engine/A-06/inactive", test_a06_inactive);
  g_test_add_func ("/engine/A-07/fields", test_a07_fields);
  g_test_add_func ("/engine/A-07/minimum-per-charger", test_a07_minimum_per_charger);
  g_test_add_func ("/engine/A-07/socket", test_a07_socket);
  g_test_add_func ("/engine/A-07/included", test_a07_included);
  g_test_add_func ("/engine/A-08/offline", test_a08_offline);
  g_test_add_func ("/engine/A-08/sum", test_a08_sum);
  g_test_add_func ("/engine/page/not-yet-followed", test_not_yet_followed);
  g_test_add_func ("/engine/page/open-clamp", test_open_clamp);
  g_test_add_func ("/engine/page/four-cars-rotate", test_four_cars_rotate);
  g_test_add_func ("/engine/page/24-9-9", test_two_cars_24_9_9);
  return g_test_run ();
}
