/* SPDX-License-Identifier: GPL-3.0-or-later */
/* test-phases.c: switching between one and three phases, and the unbalance limit. */
#include "fixture.h"

static Site *
switching_site (int32_t rating_ma)
{
  Site *site = site_new_simple (rating_ma, 1, 3);

  site->k.stations[0].can_switch = true;
  return site;
}

/* Stopped by L2, where L1 has room: after the sequence it runs on one phase. */
static void
test_fewer_phases (void)
{
  g_autoptr (Site) site = switching_site (25000);
  gboolean stopped_before = FALSE;

  site_start (site);
  plant_arrive (&site->w, 0, 3, 32000);
  site_run (site, 60);
  assert_setpoint (site, 0, 25000);
  g_assert_cmpint (site->k.out->stations[0].phases, ==, 3);
  site_other (site, 0, 5000, 22000, 5000);
  for (int i = 0; i < 300; i++) {
    uint8_t contactor = site->w.contactor[0];

    site_run_unsteady (site, 1);
    /* It moves only without current, and set-points come only to a station that confirmed its phases. */
    if (site->w.contactor[0] != contactor)
      g_assert_cmpint (site->w.draw_ma[0][0], <, 500);
    if (site_setpoint (site, 0) > 0)
      g_assert_cmpint (site->k.out->stations[0].phases, ==, site->w.contactor[0]);
    else
      stopped_before = TRUE;
  }
  g_assert_true (stopped_before);
  g_assert_cmpint (site->k.out->stations[0].phases, ==, 1);
  assert_setpoint (site, 0, 20000);
  g_assert_cmpint (site->k.out->stations[0].committed_mask, ==, 1);
}

/* And back to three when they have room, for good. */
static void
test_more_phases (void)
{
  g_autoptr (Site) site = switching_site (25000);
  int switches = 0;
  uint8_t last;

  site_start (site);
  plant_arrive (&site->w, 0, 3, 32000);
  site_other (site, 0, 5000, 22000, 5000);
  site_run (site, 300);
  g_assert_cmpint (site->k.out->stations[0].phases, ==, 1);
  site_other (site, 0, 5000, 5000, 5000);
  last = 1;
  for (int i = 0; i < 3600; i++) {
    site_run (site, 1);
    switches += site->w.contactor[0] != last;
    last = site->w.contactor[0];
  }
  g_assert_cmpint (switches, ==, 1);
  g_assert_cmpint (site->k.out->stations[0].phases, ==, 3);
  assert_setpoint (site, 0, 20000);
}

/* While it switches it counts on the union of both phase sets. */
static void
test_union (void)
{
  g_autoptr (Site) site = switching_site (25000);

  site_start (site);
  plant_arrive (&site->w, 0, 3, 32000);
  site_run (site, 60);
  site_other (site, 0, 5000, 22000, 5000);
  for (int i = 0; i < 120; i++) {
    site_run_unsteady (site, 1);
    if (site->k.out->stations[0].phases == 1 && site->w.contactor[0] == 3)
      g_assert_cmpint (site->k.out->stations[0].committed_mask, ==, 7);
  }
  g_assert_cmpint (site->w.contactor[0], ==, 1);
}

/* A car that goes on drawing at set-point 0 for 30 s: a fault, and no switch under load. */
static void
test_draws_on (void)
{
  g_autoptr (Site) site = switching_site (25000);
  gboolean fault = FALSE;

  site_start (site);
  plant_arrive (&site->w, 0, 3, 32000);
  site_run (site, 60);
  for (int i = 0; i < 200; i++) {
    plant_sense (&site->w);
    kit_read (&site->k, 0, 11000, 28000, 11000);
    kit_draw (&site->k, 0, 6000, 6000, 6000);
    site->k.stations_in[0].phases_now = 3;
    plant_command (&site->w, kit_step (&site->k));
    g_assert_cmpint (site->k.out->stations[0].phases, ==, 3);
    fault |= site_reason (site, 0)->code == BBE_REASON_FAULT;
  }
  g_assert_true (fault);
}

/* A contactor that never moves: no current on a guess. */
static void
test_never_confirmed (void)
{
  g_autoptr (Site) site = switching_site (25000);
  gboolean fault = FALSE;

  site_start (site);
  plant_arrive (&site->w, 0, 3, 32000);
  site_run (site, 60);
  site->w.stuck[0] = true;
  site_other (site, 0, 5000, 22000, 5000);
  for (int i = 0; i < 300; i++) {
    site_run_unsteady (site, 1);
    if (i > 5)
      g_assert_true (site_setpoint (site, 0) == 0 || site->k.out->stations[0].phases == 3);
    fault |= site_reason (site, 0)->code == BBE_REASON_FAULT;
  }
  g_assert_true (fault);
  g_assert_cmpint (site->w.true_ma[0][1], <=, 25000);
}

/* The gap between the one-phase maximum and the three-phase minimum: at 16 A and 6 A x 3 nothing flaps. */
static void
test_gap (void)
{
  g_autoptr (Site) site = switching_site (63000);
  int switches = 0;
  uint8_t last;

  site->k.stations[0].max_ma = 16000;
  for (int p = 0; p < 3; p++)
    site->k.circuits[0].generation_ma[p] = 40000;
  site->k.groups[0].mode = BBE_MODE_SOLAR;
  site->k.groups[0].solar_netted = true;
  site_start (site);
  plant_arrive (&site->w, 0, 3, 32000);
  site_other (site, 0, -17000, 0, 0); /* more than one phase can take, too little for three */
  site_run (site, 300);
  last = site->w.contactor[0];
  for (int i = 0; i < 3600; i++) {
    site_run (site, 1);
    switches += site->w.contactor[0] != last;
    last = site->w.contactor[0];
  }
  g_assert_cmpint (switches, <=, 1);
}

/* Solar on a switching station: one phase in little sun, three in much, and its hold time between. */
static void
test_solar (void)
{
  g_autoptr (Site) site = switching_site (63000);
  static const struct {
    int32_t sun_ma;
    int phases;
  } hours[] = { { 9000, 1 }, { 36000, 3 }, { 10000, 1 }, { 45000, 3 } };

  for (int p = 0; p < 3; p++)
    site->k.circuits[0].generation_ma[p] = 60000;
  site->k.groups[0].mode = BBE_MODE_SOLAR;
  site->k.groups[0].solar_netted = true;
  site->k.groups[0].switch_hold_ms = 300000;
  site_start (site);
  plant_arrive (&site->w, 0, 3, 32000);
  for (guint h = 0; h < G_N_ELEMENTS (hours); h++) {
    site_other (site, 0, -hours[h].sun_ma / 3, -hours[h].sun_ma / 3, -hours[h].sun_ma / 3);
    site_run_unsteady (site, 3600);
    g_assert_cmpint (site->k.out->stations[0].phases, ==, hours[h].phases);
    g_assert_cmpint (site_setpoint (site, 0), >=, hours[h].sun_ma / hours[h].phases - 100);
    g_assert_cmpint (site_setpoint (site, 0), <=, hours[h].sun_ma / hours[h].phases);
  }
}

/* A sun that changes every two minutes: the hold time bounds the switches. */
static void
test_solar_hold (void)
{
  g_autoptr (Site) site = switching_site (63000);
  int switches = 0;
  uint8_t last;

  for (int p = 0; p < 3; p++)
    site->k.circuits[0].generation_ma[p] = 60000;
  site->k.groups[0].mode = BBE_MODE_SOLAR;
  site->k.groups[0].solar_netted = true;
  site->k.groups[0].switch_hold_ms = 600000;
  site_start (site);
  plant_arrive (&site->w, 0, 3, 32000);
  last = site->w.contactor[0];
  for (int i = 0; i < 2 * 3600; i++) {
    int32_t sun = i / 120 % 2 ? 12000 : 4000;

    site_other (site, 0, -sun, -sun, -sun);
    site_run_unsteady (site, 1);
    switches += site->w.contactor[0] != last;
    last = site->w.contactor[0];
  }
  g_assert_cmpint (switches, <=, 12);
}

/* ---- unbalance ------------------------------------------------------------------------------------ */

static void
test_unbalance (void)
{
  g_autoptr (Site) site = site_new_simple (63000, 1, 1);

  site->k.circuits[0].unbalance_ma = 20000;
  site_start (site);
  plant_arrive (&site->w, 0, 1, 32000);
  site_run (site, 60);
  assert_setpoint (site, 0, 20000);
  assert_reason (site, 0, BBE_REASON_UNBALANCE);
  site_other (site, 0, 4000, 6000, 5000); /* smallest 5: up to 25 on L1, 4 of them the house's */
  site_run (site, 60);
  assert_setpoint (site, 0, 21000);
}

/* One- and two-phase stations only are capped. */
static void
test_unbalance_three_phase (void)
{
  g_autoptr (Site) site = site_new_simple (63000, 0, 3);

  kit_station (&site->k, 0, 3, 0);
  kit_station (&site->k, 0, 1, 0);
  site->k.circuits[0].unbalance_ma = 10000;
  site_start (site);
  plant_arrive (&site->w, 0, 3, 32000);
  plant_arrive (&site->w, 1, 1, 32000);
  site_run (site, 120);
  g_assert_cmpint (site_setpoint (site, 0), >=, 31000);
  assert_setpoint (site, 1, 10000);
}

/* Where the house alone breaks it: 0 for those on the heavy phase, no ban for the others. */
static void
test_unbalance_house (void)
{
  g_autoptr (Site) site = site_new_simple (63000, 0, 1);

  for (int p = 0; p < 3; p++)
    kit_station (&site->k, 0, 1, p);
  site->k.circuits[0].unbalance_ma = 15000;
  site_start (site);
  site_other (site, 0, 30000, 0, 0);
  plant_arrive (&site->w, 0, 1, 32000);
  plant_arrive (&site->w, 1, 1, 10000);
  site_run (site, 60);
  assert_setpoint (site, 0, 0);
  g_assert_cmpint (site_setpoint (site, 1), >=, 10000);
}

/* Never forbids a reduction: the light phase's car may be lowered, and the heavy one follows. */
static void
test_unbalance_reduction (void)
{
  g_autoptr (Site) site = site_new_simple (25000, 0, 1);

  for (int p = 0; p < 3; p++)
    kit_station (&site->k, 0, 1, p);
  site->k.circuits[0].unbalance_ma = 8000;
  site_start (site);
  for (int s = 0; s < 3; s++)
    plant_arrive (&site->w, s, 1, 32000);
  site_run (site, 60);
  for (int s = 0; s < 3; s++)
    assert_setpoint (site, s, 25000);
  site_other (site, 0, 0, 15000, 0);
  site_run_unsteady (site, 2);
  assert_setpoint (site, 1, 10000);
  plant_leave (&site->w, 2);
  site_run_unsteady (site, 30);
  g_assert_cmpint (site->w.true_ma[0][0], <=, 8000);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/engine/phases/fewer", test_fewer_phases);
  g_test_add_func ("/engine/phases/more", test_more_phases);
  g_test_add_func ("/engine/phases/union", test_union);
  g_test_add_func ("/engine/phases/draws-on", test_draws_on);
  g_test_add_func ("/engine/phases/never-confirmed", test_never_confirmed);
  g_test_add_func ("/engine/phases/gap", test_gap);
  g_test_add_func ("/engine/phases/solar", test_solar);
  g_test_add_func ("/engine/phases/solar-hold", test_solar_hold);
  g_test_add_func ("/engine/unbalance/limit", test_unbalance);
  g_test_add_func ("/engine/unbalance/three-phase", test_unbalance_three_phase);
  g_test_add_func ("/engine/unbalance/house", test_unbalance_house);
  g_test_add_func ("/engine/unbalance/reduction", test_unbalance_reduction);
  return g_test_run ();
}
