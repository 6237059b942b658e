/* SPDX-License-Identifier: GPL-3.0-or-later */
/* test-changes.c: hold, slope, minimum on and off times, making room, and what a vehicle leaves unused. */
#include "fixture.h"

/* Down at once. */
static void
test_down_at_once (void)
{
  g_autoptr (Site) site = site_new_simple (25000, 1, 1);

  site->k.groups[0].hold_up_ms = 60000;
  site->k.groups[0].slope_ma_per_s = 100;
  site->k.groups[0].min_on_ms = 600000;
  site_start (site);
  plant_arrive (&site->w, 0, 1, 32000);
  site_run (site, 600);
  assert_setpoint (site, 0, 25000);
  site_other (site, 0, 9000, 0, 0);
  site_run_unsteady (site, 1);
  assert_setpoint (site, 0, 16000);
  site_run_unsteady (site, 2);
  g_assert_cmpint (site->w.true_ma[0][0], <=, 25000); /* one period + its reaction of 2 s */
}

/* A raise waits its hold time, counted from when the room appeared; a dip starts it anew. */
static void
test_hold (void)
{
  g_autoptr (Site) site = site_new_simple (25000, 1, 1);

  site->k.groups[0].hold_up_ms = 20000;
  site_start (site);
  site_other (site, 0, 15000, 0, 0);
  plant_arrive (&site->w, 0, 1, 32000);
  site_run (site, 120);
  assert_setpoint (site, 0, 10000);
  site_other (site, 0, 5000, 0, 0);
  for (int i = 0; i < 19; i++) {
    site_run (site, 1);
    assert_setpoint (site, 0, 10000);
    assert_reason (site, 0, BBE_REASON_HOLD);
    g_assert_cmpint (site->k.out->stations[0].target_ma, ==, 20000);
    g_assert_cmpint (site_reason (site, 0)->until_ms, >, site->k.in.mono_ms);
  }
  site_run (site, 3);
  assert_setpoint (site, 0, 20000);
  site_other (site, 0, 15000, 0, 0);
  site_run_unsteady (site, 10);
  for (int i = 0; i < 5; i++) { /* room for 12 s, none for 5: never raised */
    site_other (site, 0, 5000, 0, 0);
    site_run_unsteady (site, 12);
    assert_setpoint (site, 0, 10000);
    site_other (site, 0, 15000, 0, 0);
    site_run_unsteady (site, 5);
    assert_setpoint (site, 0, 10000);
  }
}

static void
test_slope (void)
{
  g_autoptr (Site) site = site_new_simple (32000, 1, 1);
  int32_t before;
  int seconds = 0;

  site->k.groups[0].slope_ma_per_s = 500;
  site_start (site);
  site_other (site, 0, 22000, 0, 0);
  plant_arrive (&site->w, 0, 1, 32000);
  site_run (site, 120);
  assert_setpoint (site, 0, 10000);
  site_other (site, 0, 2000, 0, 0);
  before = 10000;
  while (site_setpoint (site, 0) < 30000 && seconds < 100) {
    site_run (site, 1);
    g_assert_cmpint (site_setpoint (site, 0) - before, <=, 500);
    if (site_setpoint (site, 0) < 30000)
      assert_reason (site, 0, BBE_REASON_SLOPE);
    before = site_setpoint (site, 0);
    seconds++;
  }
  g_assert_cmpint (seconds, >=, 39);
  g_assert_cmpint (seconds, <=, 60);
}

/* The slope holds over a gap too: what is bounded is the rate, not the step. */
static void
test_slope_coarse_step (void)
{
  g_autoptr (Site) site = site_new_simple (32000, 1, 1);
  int seconds = 0;

  site->k.groups[0].slope_ma_per_s = 250;
  site->k.stations[0].step_ma = 1000;
  site_start (site);
  site_other (site, 0, 22000, 0, 0);
  plant_arrive (&site->w, 0, 1, 32000);
  site_run (site, 120);
  assert_setpoint (site, 0, 10000);
  site_other (site, 0, 12000, 0, 0);
  while (site_setpoint (site, 0) < 20000 && seconds < 100) {
    site_run (site, 1);
    seconds++;
    g_assert_cmpint (site_setpoint (site, 0), <=, 10000 + 250 * (seconds + 1) + 999);
  }
  g_assert_cmpint (seconds, >=, 36);
  g_assert_cmpint (seconds, <=, 60);
}

static void
test_min_off (void)
{
  g_autoptr (Site) site = site_new_simple (25000, 1, 1);

  site->k.groups[0].min_off_ms = 120000;
  site_start (site);
  plant_arrive (&site->w, 0, 1, 32000);
  site_run (site, 300);
  assert_setpoint (site, 0, 25000);
  site_other (site, 0, 22000, 0, 0);
  site_run_unsteady (site, 5);
  assert_setpoint (site, 0, 0);
  site_other (site, 0, 5000, 0, 0);
  site_run (site, 110);
  assert_setpoint (site, 0, 0);
  assert_reason (site, 0, BBE_REASON_MIN_OFF);
  g_assert_cmpint (site_reason (site, 0)->until_ms, >, site->k.in.mono_ms);
  g_assert_cmpint (site_reason (site, 0)->until_ms, <=, site->k.in.mono_ms + 10000);
  site_run (site, 20);
  assert_setpoint (site, 0, 20000);
}

/* Minimum-on keeps a running station at its minimum when only a rule would stop it (its window closes)... */
static void
test_min_on (void)
{
  g_autoptr (Site) site = site_new_simple (25000, 1, 1);

  site->k.groups[0].min_on_ms = 300000;
  site->k.groups[0].off_peak = true;
  site->k.groups[0].n_windows = 1;
  site->k.groups[0].windows[0] = (bbe_window){ .start_min = 0, .end_min = 2, .days = 0x7f };
  site_start (site);
  plant_arrive (&site->w, 0, 1, 32000);
  site_run (site, 60);
  assert_setpoint (site, 0, 25000);
  site_run (site, 100);
  assert_setpoint (site, 0, 6000);
  assert_reason (site, 0, BBE_REASON_MIN_ON);
  site_run (site, 200);
  assert_setpoint (site, 0, 0);
}

/* ... but not when a row demands it. */
static void
test_min_on_row (void)
{
  g_autoptr (Site) site = site_new_simple (25000, 1, 1);

  site->k.groups[0].min_on_ms = 600000;
  site_start (site);
  plant_arrive (&site->w, 0, 1, 32000);
  site_run (site, 60);
  site_other (site, 0, 22000, 0, 0);
  site_run_unsteady (site, 1);
  assert_setpoint (site, 0, 0);
}

/* Whoever makes room shrinks, and is seen to have shrunk, before the newcomer starts. */
static void
test_making_room (void)
{
  g_autoptr (Site) site = site_new_simple (16000, 2, 1);
  gboolean waited = FALSE;

  site->k.stations[0].reaction_ms = 5000;
  site_start (site);
  plant_arrive (&site->w, 0, 1, 32000);
  site_run (site, 60);
  plant_arrive (&site->w, 1, 1, 32000);
  for (int i = 0; i < 30; i++) {
    site_run (site, 1);
    if (site_setpoint (site, 1) == 0 && site_reason (site, 1)->code == BBE_REASON_MAKING_ROOM)
      waited = TRUE;
    if (site->w.draw_ma[0][0] > 10000)
      assert_setpoint (site, 1, 0);
  }
  g_assert_true (waited);
  assert_setpoint (site, 1, 8000);
  g_assert_cmpint (site->w.seconds_over, ==, 0);
}

/* A grant counts from the moment it is given: two that arrive in one second never both get the same room. */
static void
test_grant_counts (void)
{
  g_autoptr (Site) site = site_new_simple (16000, 2, 1);

  site->k.stations[0].reaction_ms = 9000;
  site->k.stations[1].reaction_ms = 1000;
  site_start (site);
  plant_arrive (&site->w, 0, 1, 32000);
  site_run (site, 40);
  plant_leave (&site->w, 0);
  site_run (site, 30);
  plant_arrive (&site->w, 0, 1, 32000);
  site_run (site, 3); /* it was told, and does not draw yet */
  g_assert_cmpint (site->w.draw_ma[0][0], ==, 0);
  plant_arrive (&site->w, 1, 1, 32000);
  site_run (site, 60); /* check_plant after each second */
  assert_setpoint (site, 0, 8000);
  assert_setpoint (site, 1, 8000);
}

/* What a vehicle leaves unused is lent only after its own set-point was lowered to draw + margin and that
 * was followed; it is probed back up. */
static void
test_lending (void)
{
  g_autoptr (Site) site = site_new_simple (32000, 2, 1);

  site_start (site);
  plant_arrive (&site->w, 0, 1, 8000);
  plant_arrive (&site->w, 1, 1, 32000);
  site_run (site, 400);
  g_assert_cmpint (site_setpoint (site, 0), >=, 8000);
  g_assert_cmpint (site_setpoint (site, 0), <=, 12000);
  g_assert_cmpint (site_setpoint (site, 1), >=, 20000);
  g_assert_cmpint (site_setpoint (site, 0) + site_setpoint (site, 1), <=, 32000);
  /* The car wants more again: it is found out by probing, and both end even. */
  site->w.cars[0].max_ma = 32000;
  site_run (site, 1200);
  g_assert_cmpint (ABS (site_setpoint (site, 0) - 16000), <=, 3000);
}

/* A paused car keeps its set-point committed, or goes to 0: never is its room lent while it may come back. */
static void
test_paused_car (void)
{
  g_autoptr (Site) site = site_new_simple (20000, 2, 1);

  site_start (site);
  plant_arrive (&site->w, 0, 1, 32000);
  plant_arrive (&site->w, 1, 1, 32000);
  site_run (site, 60);
  site->w.cars[0].draw_permille = 0;
  for (int i = 0; i < 20; i++) { /* check_plant: it may draw its set-point again at any moment */
    site_run (site, 60);
    site->w.cars[0].draw_permille = i % 2 ? 0 : 1000;
  }
}

/* Tapering: a car that takes less and less frees what it leaves, step by step, with no overload. */
static void
test_taper (void)
{
  g_autoptr (Site) site = site_new_simple (32000, 2, 1);

  site_start (site);
  plant_arrive (&site->w, 0, 1, 16000);
  plant_arrive (&site->w, 1, 1, 32000);
  site_run (site, 120);
  for (int ma = 16000; ma >= 2000; ma -= 200) {
    site->w.cars[0].max_ma = ma;
    site_run (site, 30);
  }
  site_run (site, 300);
  g_assert_cmpint (site_setpoint (site, 1), >=, 22000);
}

/* A raise of less than half an ampere waits six hold times: a house that breathes does not move every car. */
static void
test_small_raise (void)
{
  g_autoptr (Site) site = site_new_simple (25000, 1, 1);

  site->k.groups[0].hold_up_ms = 10000;
  site_start (site);
  site_other (site, 0, 10000, 0, 0);
  plant_arrive (&site->w, 0, 1, 32000);
  site_run (site, 120);
  assert_setpoint (site, 0, 15000);
  site_other (site, 0, 9700, 0, 0);
  site_run (site, 50);
  assert_setpoint (site, 0, 15000);
  assert_reason (site, 0, BBE_REASON_HOLD);
  site_run (site, 20);
  assert_setpoint (site, 0, 15300);
  site_other (site, 0, 9000, 0, 0);
  site_run (site, 20);
  assert_setpoint (site, 0, 16000);
}

/* Who takes nothing loses its minimum to who does, and gets it back, at its minimum, some turns later. */
static void
test_sleeper (void)
{
  g_autoptr (Site) site = site_new_simple (16000, 2, 1);

  site->k.stations[1].rotation[0] = site->k.stations[0].rotation[0];
  site_start (site);
  plant_arrive (&site->w, 0, 1, 16000);
  site_run (site, 30);
  site->w.cars[0].full = true;
  site_run (site, 120);
  assert_setpoint (site, 0, 6000); /* nobody misses it */
  plant_arrive (&site->w, 1, 1, 32000);
  site_run (site, 60);
  assert_setpoint (site, 0, 0);
  assert_setpoint (site, 1, 16000);
  site_run (site, 3600 - 300);
  assert_setpoint (site, 0, 0);
  site_run (site, 280);
  assert_setpoint (site, 0, 6000); /* asked again */
  site_run (site, 120);
  assert_setpoint (site, 0, 0);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/engine/changes/down-at-once", test_down_at_once);
  g_test_add_func ("/engine/changes/hold", test_hold);
  g_test_add_func ("/engine/changes/small-raise", test_small_raise);
  g_test_add_func ("/engine/changes/sleeper", test_sleeper);
  g_test_add_func ("/engine/changes/slope", test_slope);
  g_test_add_func ("/engine/changes/slope-coarse-step", test_slope_coarse_step);
  g_test_add_func ("/engine/changes/min-off", test_min_off);
  g_test_add_func ("/engine/changes/min-on", test_min_on);
  g_test_add_func ("/engine/changes/min-on-row", test_min_on_row);
  g_test_add_func ("/engine/changes/making-room", test_making_room);
  g_test_add_func ("/engine/changes/grant-counts", test_grant_counts);
  g_test_add_func ("/engine/changes/lending", test_lending);
  g_test_add_func ("/engine/changes/paused-car", test_paused_car);
  g_test_add_func ("/engine/changes/taper", test_taper);
  return g_test_run ();
}
