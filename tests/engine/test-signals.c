/* SPDX-License-Identifier: GPL-3.0-or-later */
/* test-signals.c: Normal, Reduced, Locked; section 14a; load reductions; overrides (C-12, C-13). */
#include "fixture.h"

static Site *
one_car (int n_signals)
{
  Site *site = site_new_simple (32000, 1, 3);

  for (int i = 0; i < n_signals; i++)
    kit_signal (&site->k);
  site_start (site);
  plant_arrive (&site->w, 0, 3, 32000);
  return site;
}

/* ---- C-13 ---------------------------------------------------------------------------------------- */

static void
test_locked (void)
{
  g_autoptr (Site) site = one_car (1);

  site_run (site, 30);
  assert_setpoint (site, 0, 32000);
  site->k.signals_in[0].state = BBE_SIGNAL_LOCKED;
  site_run (site, 1);
  assert_setpoint (site, 0, 0);
  assert_reason (site, 0, BBE_REASON_LOCKED);
  g_assert_cmpint (site->k.out->signal, ==, BBE_SIGNAL_LOCKED);
  site->k.signals_in[0].state = BBE_SIGNAL_NORMAL;
  site_run (site, 60);
  assert_setpoint (site, 0, 32000);
}

/* The most restrictive of several sources wins. */
static void
test_truth_table (void)
{
  for (int a = 0; a < 3; a++)
    for (int b = 0; b < 3; b++) {
      g_autoptr (Site) site = one_car (2);

      site->k.signals_in[0].state = (uint8_t) a;
      site->k.signals_in[1].state = (uint8_t) b;
      site_run (site, 30);
      g_assert_cmpint (site->k.out->signal, ==, MAX (a, b));
    }
}

static void
test_reduced_kinds (void)
{
  static const struct {
    uint8_t kind;
    int32_t value, online_ma, expected_ma;
    int limit;
  } cases[] = {
    { BBE_REDUCED_SHARE, 500, 20000, 10000, BBE_LIMIT_REDUCED },
    { BBE_REDUCED_SHARE, 250, 20000, 0, BBE_LIMIT_REDUCED }, /* 5 A: under the minimum */
    { BBE_REDUCED_CURRENT, 9000, BBE_NO_LIMIT, 9000, BBE_LIMIT_REDUCED },
    { BBE_REDUCED_POWER, 6900, BBE_NO_LIMIT, 10000, BBE_LIMIT_REDUCED }, /* 6900 W / 230 V / 3 */
    { BBE_REDUCED_POWER, 4200, BBE_NO_LIMIT, 6000, BBE_LIMIT_REDUCED },  /* 6.08 A, step 0.1 */
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autoptr (Site) site = site_new_simple (32000, 1, 3);

    kit_signal (&site->k);
    site->k.config.reduced_kind = cases[i].kind;
    site->k.config.reduced_value = cases[i].value;
    site->k.groups[0].online_ma = cases[i].online_ma;
    site_start (site);
    site->k.signals_in[0].state = BBE_SIGNAL_REDUCED;
    plant_arrive (&site->w, 0, 3, 32000);
    site_run (site, 60);
    assert_setpoint (site, 0, cases[i].expected_ma);
    g_assert_cmpint (site->k.out->signal, ==, BBE_SIGNAL_REDUCED);
    if (cases[i].expected_ma > 0)
      g_assert_cmpint (site_reason (site, 0)->limit, ==, cases[i].limit);
  }
}

/* Station rows bound the stations alone: the house is not subtracted. */
static void
test_reduced_ignores_house (void)
{
  g_autoptr (Site) site = site_new_simple (32000, 1, 3);

  kit_signal (&site->k);
  site->k.config.reduced_kind = BBE_REDUCED_CURRENT;
  site->k.config.reduced_value = 12000;
  site_start (site);
  site->k.signals_in[0].state = BBE_SIGNAL_REDUCED;
  site_other (site, 0, 15000, 15000, 15000);
  plant_arrive (&site->w, 0, 3, 32000);
  site_run (site, 60);
  assert_setpoint (site, 0, 12000);
}

/* A source that is lost keeps its last state for its time, and then takes the configured one. */
static void
test_lost_source (void)
{
  for (int lost = 0; lost < 3; lost++) {
    g_autoptr (Site) site = site_new_simple (32000, 1, 3);

    kit_signal (&site->k);
    site->k.signals[0].keep_ms = 60000;
    site->k.signals[0].lost = (uint8_t) lost;
    site_start (site);
    plant_arrive (&site->w, 0, 3, 32000);
    site->k.signals_in[0].state = BBE_SIGNAL_REDUCED;
    site_run (site, 30);
    site->k.signals_in[0].valid = false;
    site->k.signals_in[0].state = BBE_SIGNAL_NORMAL; /* what a dead input reads means nothing */
    site_run (site, 58);
    g_assert_cmpint (site->k.out->signal, ==, BBE_SIGNAL_REDUCED);
    site_run (site, 4);
    g_assert_cmpint (site->k.out->signal, ==, lost);
    site->k.signals_in[0].valid = true;
    site_run (site, 1);
    g_assert_cmpint (site->k.out->signal, ==, BBE_SIGNAL_NORMAL);
  }
}

/* ---- section 14a EnWG ------------------------------------------------------------------------------ */

static int32_t
all_current (Site *site, int n)
{
  int32_t sum = 0;

  for (int s = 0; s < n; s++)
    sum += site_setpoint (site, s) * (site->k.stations[s].n_phases == 3 ? 3 : 1);
  return sum;
}

/* 4.2 kW + (n - 1) x factor x 4.2 kW: 4200, 7560, 10500, 13020, ..., from n = 9 on 0.45. */
static void
test_14a_devices (void)
{
  static const int32_t watts[] = { 4200, 7560, 10500, 13020, 15120, 16800, 18060, 18900, 19320, 21210 };

  for (int n = 1; n <= 10; n++) {
    g_autoptr (Site) site = site_new_simple (200000, n, 3);
    int32_t allowed_ma = (int32_t) (watts[n - 1] * G_GINT64_CONSTANT (1000) / 230);

    kit_signal (&site->k);
    site->k.config.reduced_kind = BBE_REDUCED_14A;
    site_start (site);
    site->k.signals_in[0].state = BBE_SIGNAL_REDUCED;
    for (int s = 0; s < n; s++)
      plant_arrive (&site->w, s, 3, 32000);
    site_run (site, 90);
    g_assert_cmpint (all_current (site, n), <=, allowed_ma);
    g_assert_cmpint (all_current (site, n), >, allowed_ma - 300);
    g_assert_cmpint (site_reason (site, 0)->limit, ==, BBE_LIMIT_14A);
  }
}

/* n counts the heat pump too; what it draws is not left for the cars. */
static void
test_14a_other_device (void)
{
  g_autoptr (Site) site = site_new_simple (100000, 1, 3);
  int pump = kit_meter (&site->k, -1);

  kit_signal (&site->k);
  site->k.config.reduced_kind = BBE_REDUCED_14A;
  site->k.config.p14a.n_devices = 2;
  site->k.config.p14a.other_meter = (int16_t) pump;
  site_start (site);
  site->k.signals_in[0].state = BBE_SIGNAL_REDUCED;
  plant_arrive (&site->w, 0, 3, 32000);
  for (int i = 0; i < 60; i++) {
    plant_sense (&site->w);
    kit_read (&site->k, pump, 4000, 4000, 4000); /* 2760 W of 7560 */
    plant_command (&site->w, kit_step (&site->k));
  }
  assert_setpoint (site, 0, 6900); /* 4800 W / 690 = 6.95 A, step 0.1 */
}

/* The heat pump's meter is lost: it is taken to draw the 4.2 kW that it may. */
static void
test_14a_other_lost (void)
{
  g_autoptr (Site) site = site_new_simple (100000, 1, 3);

  site->k.config.p14a.other_meter = (int16_t) kit_meter (&site->k, -1);
  site->k.config.p14a.n_devices = 2;
  site->k.config.reduced_kind = BBE_REDUCED_14A;
  kit_signal (&site->k);
  site_start (site);
  site->k.signals_in[0].state = BBE_SIGNAL_REDUCED;
  plant_arrive (&site->w, 0, 3, 32000);
  site_run (site, 60);
  /* Of 7560 W at least 4200 are the pump's: 3360 W are 4.87 A on each phase, under the minimum. */
  assert_setpoint (site, 0, 0);
}

/* PV surplus comes on top, at 230 V. */
static void
test_14a_surplus (void)
{
  g_autoptr (Site) site = site_new_simple (100000, 1, 3);

  kit_signal (&site->k);
  for (int p = 0; p < 3; p++)
    site->k.circuits[0].generation_ma[p] = 20000;
  site->k.config.reduced_kind = BBE_REDUCED_14A;
  site_start (site);
  site->k.signals_in[0].state = BBE_SIGNAL_REDUCED;
  site_other (site, 0, -5000, -5000, -5000);
  plant_arrive (&site->w, 0, 3, 32000);
  site_run (site, 60);
  assert_setpoint (site, 0, 11000); /* 4200 / 690 = 6.08, + 5 */
}

/* ---- load reductions -------------------------------------------------------------------------------- */

static void
test_reductions (void)
{
  static const struct {
    uint8_t scope;
    int32_t limit_ma, limit_w, house_ma, expected_ma;
  } cases[] = {
    { BBE_REDUCE_CIRCUIT, 20000, BBE_NO_LIMIT, 8000, 12000 }, /* a total row: the house counts */
    { BBE_REDUCE_GROUP, 14000, BBE_NO_LIMIT, 8000, 14000 },   /* a station row: it does not */
    { BBE_REDUCE_STATIONS, 13000, BBE_NO_LIMIT, 8000, 13000 },
    { BBE_REDUCE_STATIONS, BBE_NO_LIMIT, 6900, 8000, 10000 },
    { BBE_REDUCE_CIRCUIT, BBE_NO_LIMIT, 13800, 8000, 12000 }, /* 20 A in all, 8 for the house */
    { BBE_REDUCE_GROUP, 0, BBE_NO_LIMIT, 0, 0 },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autoptr (Site) site = one_car (0);

    site_other (site, 0, cases[i].house_ma, cases[i].house_ma, cases[i].house_ma);
    site_run (site, 30);
    assert_setpoint (site, 0, 32000 - cases[i].house_ma);
    site->k.in.reductions[3] = (bbe_reduction_in){ .scope = cases[i].scope,
                                                   .limit_ma = cases[i].limit_ma,
                                                   .limit_w = cases[i].limit_w,
                                                   .until_ms = site->k.in.mono_ms + 60000 };
    site_run (site, 59);
    assert_setpoint (site, 0, cases[i].expected_ma);
    if (cases[i].expected_ma > 0)
      g_assert_cmpint (site_reason (site, 0)->limit, ==, BBE_LIMIT_REDUCTION);
    site_run (site, 30); /* it ends by itself */
    assert_setpoint (site, 0, 32000 - cases[i].house_ma);
  }
}

/* ---- C-12: overrides --------------------------------------------------------------------------------- */

static void
test_cap (void)
{
  g_autoptr (Site) site = one_car (0);

  site_run (site, 30);
  site->k.stations_in[0].override = BBE_OVERRIDE_CAP;
  site->k.stations_in[0].override_ma = 10000;
  site->k.stations_in[0].override_until_ms = site->k.in.mono_ms + 60000;
  site_run (site, 59);
  assert_setpoint (site, 0, 10000);
  assert_reason (site, 0, BBE_REASON_OVERRIDE);
  g_assert_cmpint (site_reason (site, 0)->until_ms, ==, site->k.stations_in[0].override_until_ms);
  site_run (site, 30);
  assert_setpoint (site, 0, 32000);
  /* A cap of less than the minimum pauses. */
  site->k.stations_in[0].override_ma = 3000;
  site->k.stations_in[0].override_until_ms = INT64_MAX;
  site_run (site, 5);
  assert_setpoint (site, 0, 0);
}

/* A cap of one station frees its part for the others. */
static void
test_cap_frees (void)
{
  g_autoptr (Site) site = site_new_simple (20000, 2, 1);

  site_start (site);
  plant_arrive (&site->w, 0, 1, 32000);
  plant_arrive (&site->w, 1, 1, 32000);
  site_run (site, 60);
  assert_setpoint (site, 1, 10000);
  site->k.stations_in[0].override = BBE_OVERRIDE_CAP;
  site->k.stations_in[0].override_ma = 7000;
  site->k.stations_in[0].override_until_ms = INT64_MAX;
  site_run (site, 60);
  assert_setpoint (site, 0, 7000);
  assert_setpoint (site, 1, 13000);
}

static void
charge_now (Site *site)
{
  site->k.stations_in[0].override = BBE_OVERRIDE_CHARGE_NOW;
  site->k.stations_in[0].override_ma = BBE_NO_LIMIT;
  site->k.stations_in[0].override_until_ms = site->k.in.mono_ms + 60000;
}

/* "Charge now" lifts off-peak, random delay and solar, never a row. */
static void
test_charge_now (void)
{
  for (int rule = 0; rule < 2; rule++) {
    g_autoptr (Site) site = site_new_simple (25000, 1, 3);

    if (rule == 0) {
      site->k.groups[0].off_peak = true;
      site->k.groups[0].n_windows = 1;
      site->k.groups[0].windows[0] = (bbe_window){ .start_min = 1200, .end_min = 1260, .days = 0x7f };
      site->k.groups[0].random_delay_max_ms = 600000;
    } else {
      site->k.groups[0].mode = BBE_MODE_SOLAR;
      for (int p = 0; p < 3; p++)
        site->k.circuits[0].generation_ma[p] = 10000;
    }
    site_start (site);
    site_other (site, 0, 5000, 5000, 5000);
    plant_arrive (&site->w, 0, 3, 32000);
    site_run (site, 60);
    assert_setpoint (site, 0, 0);
    charge_now (site);
    site_run (site, 58);
    assert_setpoint (site, 0, 20000); /* what the fuse leaves */
    site_run (site, 10);
    assert_setpoint (site, 0, 0);
  }
}

static void
test_charge_now_never_locked (void)
{
  g_autoptr (Site) site = one_car (1);

  site->k.signals_in[0].state = BBE_SIGNAL_LOCKED;
  charge_now (site);
  site_run (site, 30);
  assert_setpoint (site, 0, 0);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/engine/C-13/locked", test_locked);
  g_test_add_func ("/engine/C-13/truth-table", test_truth_table);
  g_test_add_func ("/engine/C-13/reduced-kinds", test_reduced_kinds);
  g_test_add_func ("/engine/C-13/reduced-ignores-house", test_reduced_ignores_house);
  g_test_add_func ("/engine/C-13/lost-source", test_lost_source);
  g_test_add_func ("/engine/C-13/reductions", test_reductions);
  g_test_add_func ("/engine/14a/devices", test_14a_devices);
  g_test_add_func ("/engine/14a/other-device", test_14a_other_device);
  g_test_add_func ("/engine/14a/other-lost", test_14a_other_lost);
  g_test_add_func ("/engine/14a/surplus", test_14a_surplus);
  g_test_add_func ("/engine/C-12/cap", test_cap);
  g_test_add_func ("/engine/C-12/cap-frees", test_cap_frees);
  g_test_add_func ("/engine/C-12/charge-now", test_charge_now);
  g_test_add_func ("/engine/C-12/charge-now-never-locked", test_charge_now_never_locked);
  return g_test_run ();
}
