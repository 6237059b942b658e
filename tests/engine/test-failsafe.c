/* SPDX-License-Identifier: GPL-3.0-or-later */
/* test-failsafe.c: lost and bad meters, the return, and clocks that jump. */
#include "fixture.h"

/* Rating 25, others declared at up to 10, reserve 2, group offline limit 9: one car of one phase. */
static Site *
board (void)
{
  Site *site = site_new_simple (25000, 1, 1);

  for (int p = 0; p < 3; p++)
    site->k.circuits[0].other_load_ma[p] = 10000;
  site->k.circuits[0].reserve_ma = 2000;
  site->k.groups[0].offline_ma = 9000;
  return site;
}

static void
test_stale_after (void)
{
  static const int32_t intervals_ms[][2] = { { 1000, 10 }, { 3000, 10 }, { 5000, 15 }, { 20000, 60 } };

  for (guint i = 0; i < G_N_ELEMENTS (intervals_ms); i++) {
    g_autoptr (Site) site = board ();
    int64_t last;

    site->k.meters[0].interval_ms = intervals_ms[i][0];
    site_start (site);
    plant_arrive (&site->w, 0, 1, 32000);
    site_run (site, 120);
    g_assert_cmpint (site_setpoint (site, 0), >, 9000);
    site->w.meter_lost[0] = true;
    last = site->k.meters_in[0].taken_ms;
    while (site->k.in.mono_ms - last < intervals_ms[i][1] * 1000) {
      site_run (site, 1);
      g_assert_false (site->k.in.mono_ms - last < intervals_ms[i][1] * 1000
                      && site->k.out->circuits[0].failsafe);
    }
    site_run (site, 1); /* now older than its limit */
    g_assert_true (site->k.out->circuits[0].failsafe);
    assert_setpoint (site, 0, 9000);
    assert_reason (site, 0, BBE_REASON_FAILSAFE);
    g_assert_cmpint (site_reason (site, 0)->until_ms, ==, site->k.out->circuits[0].failsafe_since_ms);
    g_assert_cmpint (site->k.out->circuits[0].failsafe_since_ms, <=, site->k.in.mono_ms);
  }
}

/* `valid` false, a time stamp in the future or one that runs backwards are no reading. */
static void
test_invalid_reading (void)
{
  g_autoptr (Site) site = board ();

  site_start (site);
  plant_arrive (&site->w, 0, 1, 32000);
  site_run (site, 60);
  for (int i = 0; i < 30; i++) {
    plant_sense (&site->w);
    site->k.meters_in[0].valid = false;
    plant_command (&site->w, kit_step (&site->k));
  }
  assert_setpoint (site, 0, 9000);
}

/* The row: rating - reserve - declared other load, where it is less than the offline limits. */
static void
test_row (void)
{
  g_autoptr (Site) site = site_new_simple (25000, 2, 1);

  site->k.circuits[0].other_load_ma[0] = 10000;
  site->k.circuits[0].reserve_ma = 2000;
  site->k.groups[0].offline_ma = 15000;
  site_start (site);
  plant_arrive (&site->w, 0, 1, 32000);
  plant_arrive (&site->w, 1, 1, 32000);
  site_run (site, 60);
  site->w.meter_lost[0] = true;
  site_run (site, 30);
  g_assert_cmpint (site_setpoint (site, 0) + site_setpoint (site, 1), ==, 13000);
  g_assert_cmpint (site->k.out->circuits[0].limit[0], ==, BBE_LIMIT_FAILSAFE);
}

/* A lost meter makes it more careful, never less: an offline limit above the online one is no more room. */
static void
test_never_more (void)
{
  g_autoptr (Site) site = site_new_simple (40000, 1, 1);

  site->k.groups[0].online_ma = 10000;
  site->k.groups[0].offline_ma = 16000;
  if (!kit_start (&site->k))
    return; /* refused as a contradiction: as good */
  site_start (site);
  plant_arrive (&site->w, 0, 1, 32000);
  site_run (site, 60);
  assert_setpoint (site, 0, 10000);
  site->w.meter_lost[0] = true;
  site_run (site, 60);
  assert_setpoint (site, 0, 10000);
}

/* Only what needs the meter: a sub-circuit with its own good meter goes on inside the offline limit of none.
 */
static void
test_only_rows_that_need_it (void)
{
  g_autoptr (Site) site = site_new ();
  int root = kit_circuit (&site->k, -1, 63000);
  int garage = kit_circuit (&site->k, root, 32000);
  int garage_meter = kit_meter (&site->k, garage);
  int group = kit_group (&site->k, garage);

  kit_station (&site->k, group, 1, 0);
  for (int p = 0; p < 3; p++)
    site->k.circuits[root].other_load_ma[p] = 20000;
  site->k.groups[group].offline_ma = 8000;
  site_start (site);
  plant_arrive (&site->w, 0, 1, 32000);
  site_other (site, root, 20000, 0, 0);
  site_run (site, 60);
  assert_setpoint (site, 0, 32000);
  site->w.meter_lost[garage_meter] = true;
  site_run (site, 30);
  assert_setpoint (site, 0, 8000);
  g_assert_true (site->k.out->circuits[garage].failsafe);
  g_assert_false (site->k.out->circuits[root].failsafe); /* it never had one */
}

/* A lost meter at the root caps each group below it. */
static void
test_groups_below (void)
{
  g_autoptr (Site) site = site_new ();
  int root = kit_circuit (&site->k, -1, 63000);
  int garage = kit_circuit (&site->k, root, 32000);
  int near, far;

  kit_meter (&site->k, root);
  site->k.circuits[garage].stations_only = true;
  near = kit_group (&site->k, root);
  far = kit_group (&site->k, garage);
  kit_station (&site->k, near, 1, 0);
  kit_station (&site->k, far, 1, 0);
  site->k.groups[near].offline_ma = 7000;
  site->k.groups[far].offline_ma = 8000;
  site_start (site);
  plant_arrive (&site->w, 0, 1, 32000);
  plant_arrive (&site->w, 1, 1, 32000);
  site_run (site, 60);
  site->w.meter_lost[0] = true;
  site_run (site, 20);
  assert_setpoint (site, 0, 7000);
  assert_setpoint (site, 1, 8000);
}

/* The offline cap is no set-point: solar gives 0 without its meter. */
static void
test_solar_stops (void)
{
  g_autoptr (Site) site = board ();

  site->k.circuits[0].generation_ma[0] = 20000;
  site->k.groups[0].mode = BBE_MODE_SOLAR;
  site_start (site);
  site_other (site, 0, -15000, 0, 0);
  plant_arrive (&site->w, 0, 1, 32000);
  site_run (site, 60);
  assert_setpoint (site, 0, 15000);
  site->w.meter_lost[0] = true;
  site_run (site, 20);
  assert_setpoint (site, 0, 0);
}

/* Without a reading since the start: fail-safe from the first step. */
static void
test_from_start (void)
{
  g_autoptr (Site) site = board ();

  site_start (site);
  site->w.meter_lost[0] = true;
  plant_arrive (&site->w, 0, 1, 32000);
  for (int i = 0; i < 60; i++) {
    site_run (site, 1);
    g_assert_cmpint (site_setpoint (site, 0), <=, 9000);
    g_assert_true (site->k.out->circuits[0].failsafe);
  }
  assert_setpoint (site, 0, 9000);
}

/* Back online only after the meter was good for its time, without a gap. */
static void
test_return (void)
{
  g_autoptr (Site) site = board ();

  site->k.meters[0].back_online_ms = 30000;
  site_start (site);
  plant_arrive (&site->w, 0, 1, 32000);
  site_run (site, 60);
  site->w.meter_lost[0] = true;
  site_run (site, 30);
  for (int flap = 0; flap < 3; flap++) { /* good for 20 s, lost for 15: never back */
    site->w.meter_lost[0] = false;
    for (int i = 0; i < 20; i++) {
      site_run (site, 1);
      assert_setpoint (site, 0, 9000);
    }
    site->w.meter_lost[0] = true;
    site_run (site, 15);
    assert_setpoint (site, 0, 9000);
  }
  site->w.meter_lost[0] = false;
  site_run (site, 28);
  assert_setpoint (site, 0, 9000);
  site_run (site, 20);
  assert_setpoint (site, 0, 25000);
}

/* ---- bad meters --------------------------------------------------------------------------------------- */

/* The car is known to draw 16 A; the meter says so much less. True if flagged within `seconds`. */
static gboolean
flagged (int32_t reads_ma, int32_t generation_ma, int seconds, int period)
{
  g_autoptr (Site) site = board ();

  site->k.circuits[0].generation_ma[0] = generation_ma;
  site_start (site);
  for (int i = 0; i < 60 + seconds; i++) {
    kit_advance (&site->k, 1000);
    kit_plug (&site->k, 0);
    kit_draw (&site->k, 0, 16000, 0, 0);
    kit_read (&site->k, 0, i < 60 || (period > 0 && i % period == 0) ? 18000 : reads_ma, 0, 0);
    kit_step (&site->k);
    if (i >= 60 && site->k.out->circuits[0].failsafe)
      return TRUE;
  }
  return FALSE;
}

static void
test_bad_meter (void)
{
  g_assert_true (flagged (0, 0, 12, 0));
  g_assert_true (flagged (13900, 0, 12, 0));     /* 2.1 A below */
  g_assert_false (flagged (13900, 0, 8, 0));     /* not for 10 s */
  g_assert_false (flagged (14100, 0, 60, 0));    /* 1.9 A below */
  g_assert_false (flagged (13900, 0, 60, 6));    /* never 10 s on end */
  g_assert_false (flagged (7000, 10000, 60, 0)); /* 16 - 10 of declared generation */
  g_assert_true (flagged (3900, 10000, 12, 0));
  g_assert_true (flagged (-16000, 0, 12, 0)); /* a reversed clamp */
}

/* It comes back as a lost one does. */
static void
test_bad_meter_returns (void)
{
  g_autoptr (Site) site = board ();

  site_start (site);
  plant_arrive (&site->w, 0, 1, 16000);
  site_run (site, 60);
  site->w.clamp_open[0] = true;
  site_run (site, 20);
  assert_setpoint (site, 0, 9000);
  site->w.clamp_open[0] = false;
  site_run (site, 60);
  g_assert_cmpint (site_setpoint (site, 0), >=, 16000);
}

/* An open clamp reads 0, which is plausible as soon as nobody charges: that alone does not bring it back. */
static void
test_open_clamp_stays_bad (void)
{
  g_autoptr (Site) site = board ();

  site_start (site);
  plant_arrive (&site->w, 0, 1, 16000);
  site_run (site, 60);
  site->w.clamp_open[0] = true;
  site_run (site, 20);
  g_assert_true (site->k.out->circuits[0].failsafe);
  plant_leave (&site->w, 0);
  site_run (site, 600);
  g_assert_true (site->k.out->circuits[0].failsafe);
  site_other (site, 0, 3000, 0, 0);
  site->w.clamp_open[0] = false;
  site_run (site, 60);
  g_assert_false (site->k.out->circuits[0].failsafe);
}

/* The meter goes on telling the same, as if anew, while the car moves: true if it is called bad. */
static gboolean
stuck (int32_t car_ma, int seconds)
{
  g_autoptr (Site) site = board ();

  site_start (site);
  for (int i = 0; i < 60 + seconds; i++) {
    kit_advance (&site->k, 1000);
    kit_plug (&site->k, 0);
    kit_draw (&site->k, 0, i < 60 ? 8000 : car_ma, 0, 0);
    kit_read (&site->k, 0, 18000, 0, 0);
    kit_step (&site->k);
  }
  return site->k.out->circuits[0].failsafe;
}

static void
test_stuck_meter (void)
{
  g_assert_true (stuck (12000, 13));
  g_assert_true (stuck (4000, 13));
  g_assert_false (stuck (12000, 9));  /* not for 10 s */
  g_assert_false (stuck (10000, 60)); /* 2 A may be the house's doing */
}

/* An unsigned meter never shows export: what it reads is taken as import. */
static void
test_unsigned (void)
{
  g_autoptr (Site) site = site_new_simple (25000, 1, 1);

  site->k.meters[0].is_signed = false;
  site->k.circuits[0].generation_ma[0] = 20000;
  site_start (site);
  site_other (site, 0, -10000, 0, 0); /* it reads 10 A */
  plant_arrive (&site->w, 0, 1, 32000);
  site_run (site, 60);
  g_assert_cmpint (site_setpoint (site, 0), <=, 25000);
}

/* A total-only meter (M-02): rows per phase are not known from it; all of it is taken to be on each phase
 * at worst, and never is there more room than the truth leaves. */
static void
test_total_only (void)
{
  g_autoptr (Site) site = site_new_simple (25000, 1, 3);

  site->k.meters[0].total_only = true;
  site->k.circuits[0].total_limit_w = 13800; /* 60 A over the phases */
  site_start (site);
  site_other (site, 0, 4000, 4000, 4000);
  plant_arrive (&site->w, 0, 3, 32000);
  site_run (site, 60);
  g_assert_cmpint (site_setpoint (site, 0), <=, 16000);
  g_assert_cmpint (site_setpoint (site, 0), >=, 6000);
}

/* ---- clocks ----------------------------------------------------------------------------------------------
 */

static void
test_wall_jump (void)
{
  static const int64_t jumps_ms[]
      = { 3600000, -3600000, INT64_C (86400000) * 400, -INT64_C (86400000) * 400 };

  for (guint i = 0; i < G_N_ELEMENTS (jumps_ms); i++) {
    g_autoptr (Site) site = site_new_simple (25000, 1, 1);

    site->k.groups[0].hold_up_ms = 30000;
    site_start (site);
    plant_arrive (&site->w, 0, 1, 32000);
    site_other (site, 0, 10000, 0, 0);
    site_run (site, 120);
    assert_setpoint (site, 0, 15000);
    site_other (site, 0, 5000, 0, 0);
    site_run (site, 15);
    site->k.in.wall_ms += jumps_ms[i];
    site_run (site, 12);
    assert_setpoint (site, 0, 15000); /* the hold runs on, no longer and no shorter */
    site_run (site, 10);
    assert_setpoint (site, 0, 20000);
  }
}

static void
test_wall_invalid (void)
{
  g_autoptr (Site) site = site_new_simple (63000, 1, 3);

  site->k.circuits[0].peak = (bbe_peak_config){ .window_min = 15, .initial_w = 6900 };
  site->k.in.wall_valid = false;
  site_start (site);
  plant_arrive (&site->w, 0, 3, 32000);
  site_run (site, 600);
  assert_setpoint (site, 0, 10000); /* the initial peak limit */
}

/* An earlier mono time is treated as the last one. */
static void
test_mono_backwards (void)
{
  g_autoptr (Site) site = site_new_simple (25000, 1, 1);
  check_why why = { "" };
  int32_t before;

  site_start (site);
  plant_arrive (&site->w, 0, 1, 32000);
  site_run (site, 60);
  before = site_setpoint (site, 0);
  site->k.in.mono_ms -= 30000;
  kit_step (&site->k);
  g_assert_cmpint (site_setpoint (site, 0), <=, before);
  g_assert_cmpint (site->k.out->unchanged_until_ms, >=, site->k.in.mono_ms + 30000);
  site->k.in.mono_ms += 30000;
  site_run (site, 30);
  assert_check (check_all (&site->w, site->k.out, &why), why);
  assert_setpoint (site, 0, 25000);
}

/* A controller that slept for an hour wakes to a stale world and is careful at once. */
static void
test_long_gap (void)
{
  g_autoptr (Site) site = board ();

  site_start (site);
  plant_arrive (&site->w, 0, 1, 32000);
  site_run (site, 60);
  kit_advance (&site->k, 3600000);
  kit_step (&site->k); /* the reading is an hour old */
  g_assert_true (site->k.out->circuits[0].failsafe);
  assert_setpoint (site, 0, 9000);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/engine/failsafe/stale-after", test_stale_after);
  g_test_add_func ("/engine/failsafe/invalid-reading", test_invalid_reading);
  g_test_add_func ("/engine/failsafe/row", test_row);
  g_test_add_func ("/engine/failsafe/never-more", test_never_more);
  g_test_add_func ("/engine/failsafe/only-rows-that-need-it", test_only_rows_that_need_it);
  g_test_add_func ("/engine/failsafe/groups-below", test_groups_below);
  g_test_add_func ("/engine/failsafe/solar-stops", test_solar_stops);
  g_test_add_func ("/engine/failsafe/from-start", test_from_start);
  g_test_add_func ("/engine/failsafe/return", test_return);
  g_test_add_func ("/engine/failsafe/bad-meter", test_bad_meter);
  g_test_add_func ("/engine/failsafe/bad-meter-returns", test_bad_meter_returns);
  g_test_add_func ("/engine/failsafe/open-clamp-stays-bad", test_open_clamp_stays_bad);
  g_test_add_func ("/engine/failsafe/stuck-meter", test_stuck_meter);
  g_test_add_func ("/engine/failsafe/unsigned", test_unsigned);
  g_test_add_func ("/engine/M-02/total-only", test_total_only);
  g_test_add_func ("/engine/clock/wall-jump", test_wall_jump);
  g_test_add_func ("/engine/clock/wall-invalid", test_wall_invalid);
  g_test_add_func ("/engine/clock/mono-backwards", test_mono_backwards);
  g_test_add_func ("/engine/clock/long-gap", test_long_gap);
  return g_test_run ();
}
