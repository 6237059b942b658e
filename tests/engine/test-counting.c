/* SPDX-License-Identifier: GPL-3.0-or-later */
/* test-counting.c: what a station counts at: certain draw, committed draw, and the stations that can't be
 * commanded. */
#include "fixture.h"

static int32_t
other_ma (const Site *site, int phase)
{
  return site->k.out->circuits[0].other_ma[phase];
}

/* ---- certain draw -------------------------------------------------------------------------------- */

/* The least that the car can have drawn while the reading was taken is subtracted, not its draw now. */
static void
test_certain_lag (void)
{
  g_autoptr (Site) site = site_new_simple (40000, 1, 1);

  site->k.meters[0].lag_ms = 3000;
  site_start (site);
  for (int i = 0; i < 40; i++) { /* house 10, the car at 6 */
    kit_advance (&site->k, 1000);
    kit_plug (&site->k, 0);
    kit_read (&site->k, 0, 16000, 0, 0);
    kit_draw (&site->k, 0, 6000, 0, 0);
    kit_step (&site->k);
  }
  g_assert_cmpint (other_ma (site, 0), ==, 10000);
  for (int i = 0; i < 3; i++) { /* it rises to 12: the meter may still speak of the time before */
    kit_advance (&site->k, 1000);
    kit_read (&site->k, 0, 22000, 0, 0);
    kit_draw (&site->k, 0, 12000, 0, 0);
    kit_step (&site->k);
    g_assert_cmpint (other_ma (site, 0), ==, 16000);
  }
  for (int i = 0; i < 3; i++) {
    kit_advance (&site->k, 1000);
    kit_read (&site->k, 0, 22000, 0, 0);
    kit_draw (&site->k, 0, 12000, 0, 0);
    kit_step (&site->k);
  }
  g_assert_cmpint (other_ma (site, 0), ==, 10000);
}

/* The age of a reading counts as its lag does. */
static void
test_certain_age (void)
{
  g_autoptr (Site) site = site_new_simple (40000, 1, 1);

  site->k.meters[0].interval_ms = 5000;
  site_start (site);
  for (int i = 0; i < 40; i++) {
    kit_advance (&site->k, 1000);
    kit_plug (&site->k, 0);
    kit_read (&site->k, 0, 16000, 0, 0);
    kit_draw (&site->k, 0, 6000, 0, 0);
    kit_step (&site->k);
  }
  for (int i = 0; i < 4; i++) { /* the old reading stands; it is of the time at 6 A */
    kit_advance (&site->k, 1000);
    kit_draw (&site->k, 0, 12000, 0, 0);
    kit_step (&site->k);
    g_assert_cmpint (other_ma (site, 0), ==, 10000);
  }
}

/* Unmeasured: in state B nothing is subtracted, whatever its set-point. */
static void
test_unmeasured_outside_c (void)
{
  g_autoptr (Site) site = site_new_simple (40000, 1, 1);

  site->k.stations[0].measured = false;
  site_start (site);
  for (int i = 0; i < 120; i++) {
    kit_advance (&site->k, 1000);
    kit_plug (&site->k, 0);
    kit_read (&site->k, 0, i < 60 ? 20000 : 30000, 0, 0);
    kit_step (&site->k);
  }
  g_assert_cmpint (other_ma (site, 0), ==, 30000);
}

/* Unmeasured: whatever house and car do, never more is subtracted than the car draws (check_plant), and a
 * quiet site ends with the car well served, not in a swing between full and stopped. */
static void
test_unmeasured_proof (void)
{
  g_autoptr (Site) site = site_new_simple (32000, 1, 1);
  int stops = 0;

  site->k.stations[0].measured = false;
  site_start (site);
  site_other (site, 0, 5000, 0, 0);
  plant_arrive (&site->w, 0, 1, 32000);
  for (int i = 0; i < 600; i++) {
    int32_t before = site->k.out != NULL ? site_setpoint (site, 0) : 0;

    site_run (site, 1);
    stops += before > 0 && site_setpoint (site, 0) == 0;
    g_assert_cmpint (other_ma (site, 0), >=, 5000);
  }
  g_assert_cmpint (stops, <=, 1);
  g_assert_cmpint (site_setpoint (site, 0), >=, 6000);
}

/* Unmeasured, and the house falls in the very second in which the station is lowered: the meter's fall is no
 * proof of more than the set-point's change. */
static void
test_unmeasured_coincidence (void)
{
  g_autoptr (Site) site = site_new_simple (32000, 2, 1);

  site->k.stations[0].measured = false;
  site_start (site);
  site_other (site, 0, 5000, 0, 0);
  plant_arrive (&site->w, 0, 1, 8000); /* takes 8 A of whatever it is given */
  site_run (site, 120);
  for (int i = 0; i < 20; i++) {
    plant_arrive (&site->w, 1, 1, 32000);
    site_other (site, 0, 2000, 0, 0);
    site_run_unsteady (site, 20);
    plant_leave (&site->w, 1);
    site_other (site, 0, 5000, 0, 0);
    site_run_unsteady (site, 20);
    /* What was subtracted: reading - other as used. Never more than it can draw. */
    g_assert_cmpint (site->w.true_ma[0][0] - other_ma (site, 0), <=, 8000);
  }
  g_assert_cmpint (site->w.seconds_over, <=, 20);
}

/* ---- unknown rotation ------------------------------------------------------------------------------ */

static void
test_unknown_one_phase (void)
{
  g_autoptr (Site) site = site_new_simple (32000, 0, 1);
  int unknown = kit_station (&site->k, 0, 1, 1); /* truly on L2 */
  int known = kit_station (&site->k, 0, 1, 0);

  site->k.stations[unknown].rotation_unknown = true;
  site->k.stations[unknown].max_ma = 10000;
  site_start (site);
  plant_arrive (&site->w, unknown, 1, 32000);
  plant_arrive (&site->w, known, 1, 32000);
  site_run (site, 120);
  g_assert_cmpint (site->k.out->stations[unknown].committed_mask, ==, 7);
  assert_setpoint (site, unknown, 10000);
  /* Its 10 A are in L2's reading and stay there; and they are committed on L1 too. */
  g_assert_cmpint (other_ma (site, 1), ==, 10000);
  assert_setpoint (site, known, 22000);
}

static void
test_unknown_three_phase (void)
{
  g_autoptr (Site) site = site_new_simple (32000, 1, 3);

  site->k.stations[0].rotation_unknown = true;
  site_start (site);
  for (int i = 0; i < 40; i++) { /* house 4 on each; the car 10, 10, 8 on phases nobody knows */
    kit_advance (&site->k, 1000);
    kit_plug (&site->k, 0);
    kit_read (&site->k, 0, 12000, 14000, 14000);
    kit_draw (&site->k, 0, 10000, 10000, 8000);
    kit_step (&site->k);
  }
  g_assert_cmpint (other_ma (site, 0), ==, 4000);
  g_assert_cmpint (other_ma (site, 1), ==, 6000);
  g_assert_cmpint (other_ma (site, 2), ==, 6000);
}

/* A rotated station loads the grid phases it is wired to, not the ones on its terminals. */
static void
test_rotation (void)
{
  g_autoptr (Site) site = site_new_simple (32000, 0, 3);

  kit_station (&site->k, 0, 3, 2); /* L3 L1 L2 */
  kit_station (&site->k, 0, 1, 1); /* L2 */
  site_start (site);
  site_other (site, 0, 2000, 20000, 4000);
  plant_arrive (&site->w, 0, 1, 32000); /* a one-phase car on its first terminal: L3 */
  plant_arrive (&site->w, 1, 1, 32000);
  site_run (site, 150);
  /* 12 A on L2, of which 6 stay committed to the unused phases of the first. */
  assert_setpoint (site, 0, 28000);
  assert_setpoint (site, 1, 6000);
}

/* ---- unused phases ---------------------------------------------------------------------------------- */

static Site *
one_phase_car_on_three (void)
{
  Site *site = site_new_simple (16000, 0, 3);

  kit_station (&site->k, 0, 3, 0);
  kit_station (&site->k, 0, 1, 1);
  site_start (site);
  plant_arrive (&site->w, 0, 1, 32000);
  plant_arrive (&site->w, 1, 1, 32000);
  return site;
}

static void
test_unused_phases (void)
{
  g_autoptr (Site) site = one_phase_car_on_three ();

  site_run (site, 55);
  assert_setpoint (site, 0, 8000); /* counted on L2 as well */
  assert_setpoint (site, 1, 8000);
  g_assert_cmpint (site->k.out->stations[0].committed_mask, ==, 7);
  site_run (site, 120);
  assert_setpoint (site, 0, 16000);
  assert_setpoint (site, 1, 10000); /* the unused phases stay committed at the minimum */
}

static void
test_unused_phases_forgotten (void)
{
  g_autoptr (Site) site = one_phase_car_on_three ();

  site_run (site, 180);
  assert_setpoint (site, 0, 16000);
  /* 0.5 A elsewhere: all phases count again. */
  site->w.cars[0].uses = 3;
  site_run_unsteady (site, 10);
  g_assert_cmpint (site_setpoint (site, 0) + site_setpoint (site, 1), <=, 16000);
  /* State A: the next car starts from nothing. */
  plant_leave (&site->w, 0);
  site_run_unsteady (site, 10);
  plant_arrive (&site->w, 0, 3, 32000);
  site_run (site, 20);
  g_assert_cmpint (site_setpoint (site, 0) + site_setpoint (site, 1), <=, 16000);
  site_run (site, 120);
  assert_setpoint (site, 0, 8000);
}

/* ---- committed draw ---------------------------------------------------------------------------------- */

/* A lowered station counts at its old set-point until it is seen to follow: the newcomer waits. */
static void
test_older_setpoint (void)
{
  g_autoptr (Site) site = site_new_simple (20000, 2, 1);
  int waited = 0;

  site->k.stations[0].reaction_ms = 8000;
  site_start (site);
  plant_arrive (&site->w, 0, 1, 32000);
  site_run (site, 60);
  assert_setpoint (site, 0, 20000);
  plant_arrive (&site->w, 1, 1, 32000);
  while (site_setpoint (site, 1) == 0 && waited < 60) {
    site_run (site, 1);
    waited++;
  }
  g_assert_cmpint (waited, >=, 8);
  g_assert_cmpint (waited, <, 20);
  site_run (site, 30);
  assert_setpoint (site, 0, 10000);
  assert_setpoint (site, 1, 10000);
  g_assert_cmpint (site->w.seconds_over, ==, 0);
}

/* An unmeasured station counts at its full set-point, whatever the car takes. */
static void
test_unmeasured_committed (void)
{
  g_autoptr (Site) site = site_new_simple (32000, 2, 1);

  site->k.stations[0].measured = false;
  site->k.stations[0].max_ma = 20000;
  site_start (site);
  plant_arrive (&site->w, 0, 1, 6000);
  plant_arrive (&site->w, 1, 1, 32000);
  site_run (site, 300);
  g_assert_cmpint (site_setpoint (site, 0) + site_setpoint (site, 1), <=, 32000);
}

/* ---- stations that are not commanded --------------------------------------------------------------------
 */

static void
test_offline_station (void)
{
  static const struct {
    int32_t failsafe_ma, power_on_ma, car_ma, left_ma;
  } cases[] = {
    { 6000, 6000, 12000, 28000 },  /* its last set-point, 12 A */
    { 16000, 6000, 12000, 24000 }, /* fail-safe */
    { 6000, 20000, 12000, 20000 }, /* power-on */
    { -1, 6000, 12000, 8000 },     /* fail-safe unknown: its maximum, 32 A */
    { 6000, -1, 12000, 8000 },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autoptr (Site) site = site_new_simple (40000, 2, 1);

    /* Unmetered, so that the row shows what is committed and nothing else. */
    site->k.circuits[0].meter = -1;
    site->k.circuits[0].stations_only = true;
    site->k.config.n_meters = 0;
    site->k.groups[0].offline_ma = 40000;
    site->k.stations[1].failsafe_ma = cases[i].failsafe_ma;
    site->k.stations[1].power_on_ma = cases[i].power_on_ma;
    site_start (site);
    site->k.stations_in[1].override = BBE_OVERRIDE_CAP;
    site->k.stations_in[1].override_ma = cases[i].car_ma;
    site->k.stations_in[1].override_until_ms = INT64_MAX;
    plant_arrive (&site->w, 0, 1, 40000);
    plant_arrive (&site->w, 1, 1, 32000);
    site_run (site, 120);
    assert_setpoint (site, 1, 12000);
    assert_setpoint (site, 0, 28000);
    site->w.lost[1] = true;
    site_run_unsteady (site, 1);
    g_assert_cmpint (site_setpoint (site, 0), <=, cases[i].left_ma);
    site_run_unsteady (site, 60);
    assert_setpoint (site, 0, cases[i].left_ma);
    assert_reason (site, 1, BBE_REASON_OFFLINE);
    g_assert_false (site->k.out->stations[1].commanded);
    site->w.lost[1] = false;
    site_run (site, 120);
    assert_setpoint (site, 0, 28000);
  }
}

/* Last measured: a car that draws more than it was told counts at what it drew. */
static void
test_offline_measured (void)
{
  g_autoptr (Site) site = site_new_simple (40000, 2, 1);

  site_start (site);
  for (int i = 0; i < 120; i++) {
    kit_advance (&site->k, 1000);
    kit_plug (&site->k, 0);
    kit_plug (&site->k, 1);
    kit_draw (&site->k, 0, 0, 0, 0);
    kit_draw (&site->k, 1, 26000, 0, 0);
    kit_read (&site->k, 0, 26000, 0, 0);
    site->k.stations_in[1].answers = i < 60;
    kit_step (&site->k);
  }
  g_assert_cmpint (site_setpoint (site, 0), <=, 14000);
}

static void
test_offline_from_start (void)
{
  g_autoptr (Site) site = site_new_simple (40000, 2, 1);

  site->k.stations[1].max_ma = 30000;
  site_start (site);
  site->w.lost[1] = true;
  site->k.stations_in[1].answers = false;
  plant_arrive (&site->w, 0, 1, 40000);
  site_run (site, 60);
  assert_setpoint (site, 0, 10000); /* nothing is known of it: its maximum */
}

static void
test_slow_station (void)
{
  g_autoptr (Site) site = site_new_simple (40000, 2, 1);

  site->k.stations[1].reaction_ms = 30000;
  site->k.stations[1].reservation_ma = 10000;
  site_start (site);
  plant_arrive (&site->w, 0, 1, 40000);
  site_run (site, 120);
  assert_setpoint (site, 0, 30000); /* reserved with no car there */
  plant_arrive (&site->w, 1, 1, 32000);
  site_run (site, 120);
  assert_setpoint (site, 0, 30000);
  assert_setpoint (site, 1, 10000);
  assert_reason (site, 1, BBE_REASON_RESERVED);
}

static void
test_not_commandable (void)
{
  g_autoptr (Site) site = site_new_simple (40000, 2, 1);

  site->k.stations[1].commandable = false;
  site->k.stations[1].max_ma = 16000;
  site_start (site);
  plant_arrive (&site->w, 0, 1, 40000);
  site_run (site, 120);
  assert_setpoint (site, 0, 24000);
  g_assert_false (site->k.out->stations[1].commanded);
}

static void
test_without_group (void)
{
  g_autoptr (Site) site = site_new_simple (40000, 1, 1);
  int alone = kit_station (&site->k, -1, 1, 0);

  site->k.stations[alone].commandable = false;
  site->k.stations[alone].max_ma = 16000;
  site_start (site);
  plant_arrive (&site->w, 0, 1, 40000);
  site_run (site, 120);
  assert_setpoint (site, 0, 24000);
  g_assert_false (site->k.out->stations[alone].commanded);
}

static void
test_exporting_station (void)
{
  g_autoptr (Site) site = site_new_simple (25000, 2, 1);

  site_start (site);
  for (int i = 0; i < 60; i++) { /* house 5, one car gives 10 A back */
    kit_advance (&site->k, 1000);
    kit_plug (&site->k, 0);
    kit_plug (&site->k, 1);
    kit_draw (&site->k, 0, 0, 0, 0);
    kit_draw (&site->k, 1, -10000, 0, 0);
    kit_read (&site->k, 0, -5000, 0, 0);
    kit_step (&site->k);
    g_assert_cmpint (site->k.out->circuits[0].share_ma[0], <=, 25000);
    g_assert_cmpint (site_setpoint (site, 0), <=, 25000);
  }
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/engine/counting/certain/lag", test_certain_lag);
  g_test_add_func ("/engine/counting/certain/age", test_certain_age);
  g_test_add_func ("/engine/counting/certain/unmeasured-outside-c", test_unmeasured_outside_c);
  g_test_add_func ("/engine/counting/certain/unmeasured-proof", test_unmeasured_proof);
  g_test_add_func ("/engine/counting/certain/unmeasured-coincidence", test_unmeasured_coincidence);
  g_test_add_func ("/engine/counting/unknown/one-phase", test_unknown_one_phase);
  g_test_add_func ("/engine/counting/unknown/three-phase", test_unknown_three_phase);
  g_test_add_func ("/engine/counting/rotation", test_rotation);
  g_test_add_func ("/engine/counting/unused-phases", test_unused_phases);
  g_test_add_func ("/engine/counting/unused-phases-forgotten", test_unused_phases_forgotten);
  g_test_add_func ("/engine/counting/committed/older-setpoint", test_older_setpoint);
  g_test_add_func ("/engine/counting/committed/unmeasured", test_unmeasured_committed);
  g_test_add_func ("/engine/counting/offline", test_offline_station);
  g_test_add_func ("/engine/counting/offline-measured", test_offline_measured);
  g_test_add_func ("/engine/counting/offline-from-start", test_offline_from_start);
  g_test_add_func ("/engine/counting/slow", test_slow_station);
  g_test_add_func ("/engine/counting/not-commandable", test_not_commandable);
  g_test_add_func ("/engine/counting/without-group", test_without_group);
  g_test_add_func ("/engine/counting/exporting", test_exporting_station);
  return g_test_run ();
}
