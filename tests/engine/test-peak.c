/* SPDX-License-Identifier: GPL-3.0-or-later */
/* test-peak.c: A-07's peak adjustment: the mean of each clock-aligned window stays under the limit. */
#include "fixture.h"

static Site *
peak_site (int window_min, int32_t initial_w)
{
  Site *site = site_new_simple (63000, 1, 3);

  for (int p = 0; p < 3; p++)
    site->k.circuits[0].generation_ma[p] = 40000;
  site->k.circuits[0].peak = (bbe_peak_config){ .window_min = window_min, .initial_w = initial_w };
  return site;
}

static void
house (Site *site, int32_t ma)
{
  site_other (site, 0, ma, ma, ma);
}

/* Runs to the end of the present window; what it imports till then as a mean of the whole window, in W. */
static int32_t
window_mean_w (Site *site, int window_min)
{
  int64_t watt_seconds = 0;
  int seconds = 0;

  do {
    int64_t now_mw = 0;

    site_run (site, 1);
    for (int p = 0; p < 3; p++)
      now_mw += (int64_t) site->w.true_ma[0][p] * 230;
    watt_seconds += MAX (0, now_mw) / 1000;
    seconds++;
  } while ((site->k.in.wall_ms - KIT_MONDAY_MS) % (window_min * 60000) != 0);
  g_assert_cmpint (seconds, <=, window_min * 60);
  return (int32_t) (watt_seconds / (window_min * 60));
}

static void
test_steady (void)
{
  static const int windows[] = { 15, 60 };

  for (guint i = 0; i < G_N_ELEMENTS (windows); i++) {
    g_autoptr (Site) site = peak_site (windows[i], 6900);

    site_start (site);
    plant_arrive (&site->w, 0, 3, 32000);
    window_mean_w (site, windows[i]);
    for (int w = 0; w < 4; w++) {
      int32_t mean = window_mean_w (site, windows[i]);

      g_assert_cmpint (mean, <=, 6900);
      g_assert_cmpint (mean, >=, 6500); /* and it is used */
    }
  }
}

/* A window that starts low may end higher, and in its last 30 s the next one's limit binds too. */
static void
test_room_grows (void)
{
  g_autoptr (Site) site = peak_site (15, 6900);

  site_start (site);
  window_mean_w (site, 15);
  site_run (site, 450);
  plant_arrive (&site->w, 0, 3, 16000);
  site_run (site, 60);
  g_assert_cmpint (site_setpoint (site, 0), >=, 16000);
  while ((site->k.in.wall_ms - KIT_MONDAY_MS) % 900000 < 875000)
    site_run (site, 1);
  assert_setpoint (site, 0, 10000);
}

/* No credit for export: an hour of sun before noon does not allow more after it. */
static void
test_no_credit (void)
{
  g_autoptr (Site) site = peak_site (15, 6900);

  site_start (site);
  house (site, -30000);
  window_mean_w (site, 15);
  site_run (site, 600);
  house (site, 5000);
  plant_arrive (&site->w, 0, 3, 32000);
  /* 5 min left; nothing imported so far: 6900 x 15 / 5 = 20.7 kW = 30 A, the house takes 5. */
  site_run (site, 10);
  g_assert_cmpint (site_setpoint (site, 0), <=, 25300);
  g_assert_cmpint (window_mean_w (site, 15), <=, 6900);
}

/* The car stops, though the fuse has room, when the house has used the window up. */
static void
test_house_uses_it (void)
{
  g_autoptr (Site) site = peak_site (15, 6900);

  site_start (site);
  window_mean_w (site, 15);
  house (site, 19000); /* 13.1 kW */
  site_run (site, 300);
  plant_arrive (&site->w, 0, 3, 32000);
  house (site, 4000);
  site_run (site, 120);
  assert_setpoint (site, 0, 0); /* (6.9 x 900 - 13.1 x 300) / 600 = 3.8 kW; 2.8 of it the house's */
}

/* Where the load alone breaks it, the limit becomes the new peak until the month ends. */
static void
test_new_peak (void)
{
  g_autoptr (Site) site = peak_site (15, 6900);

  site_start (site);
  house (site, 20000); /* 13.8 kW for a whole window */
  window_mean_w (site, 15);
  window_mean_w (site, 15);
  house (site, 0);
  plant_arrive (&site->w, 0, 3, 18000);
  site_run (site, 60);
  g_assert_cmpint (site_setpoint (site, 0), >=, 18000);
  g_assert_cmpint (window_mean_w (site, 15), <=, 13800);
  /* 17 days on: February. */
  kit_advance (&site->k, 17 * G_GINT64_CONSTANT (86400000));
  site_run (site, 60);
  g_assert_cmpint (ABS (site_setpoint (site, 0) - 10000), <=, 100);
}

/* A jump inside the month, or a short loss of the clock, does not forget the new peak. */
static void
test_new_peak_survives (void)
{
  g_autoptr (Site) site = peak_site (15, 6900);

  site_start (site);
  house (site, 20000);
  window_mean_w (site, 15);
  window_mean_w (site, 15);
  house (site, 0);
  plant_arrive (&site->w, 0, 3, 18000);
  site->k.in.wall_valid = false;
  site_run (site, 30);
  g_assert_cmpint (site_setpoint (site, 0), <=, 10000); /* without a clock: the initial limit */
  site->k.in.wall_valid = true;
  window_mean_w (site, 15);
  site_run (site, 60);
  g_assert_cmpint (site_setpoint (site, 0), >=, 18000);
}

/* Time not seen counts at the limit: a start in mid-window gets no bonus for what it did not see. */
static void
test_not_seen (void)
{
  g_autoptr (Site) site = peak_site (15, 6900);

  site->k.in.wall_ms += 600000;
  site_start (site);
  plant_arrive (&site->w, 0, 3, 32000);
  site_run (site, 30);
  g_assert_cmpint (site_setpoint (site, 0), <=, 10100);
}

/* Windows follow the local clock: a zone of half an hour moves an hourly window. */
static void
test_zone (void)
{
  g_autoptr (Site) site = peak_site (60, 6900);

  site->k.in.zone_offset_s = 1800;
  site_start (site);
  site_run (site, 30 * 60 + 1); /* the window ended at :30 UTC; a new one began */
  site_run (site, 1799 - 1);
  plant_arrive (&site->w, 0, 3, 32000);
  site_run (site, 60); /* mid-window, half of it unused: 13.8 kW */
  g_assert_cmpint (site_setpoint (site, 0), >=, 19000);
}

/* W to A by the greater of nominal and measured voltage. */
static void
test_voltage (void)
{
  static const int32_t cases[][2] = { { 0, 10000 }, { 240000, 9500 }, { 220000, 10000 } };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autoptr (Site) site = peak_site (15, 6900);

    for (int p = 0; p < 3; p++)
      site->k.meters_in[0].voltage_mv[p] = cases[i][0];
    site_start (site);
    plant_arrive (&site->w, 0, 3, 32000);
    site_run (site, 30);
    g_assert_cmpint (site_setpoint (site, 0), <=, cases[i][1] + 200); /* the first seconds were not used */
    g_assert_cmpint (site_setpoint (site, 0), >=, cases[i][1] - 200);
    g_assert_cmpint (site_reason (site, 0)->limit, ==, BBE_LIMIT_PEAK);
    g_assert_cmpint (site_reason (site, 0)->phase, ==, BBE_TOTAL);
  }
}

/* A meter without a power register: currents times voltages, measured or nominal. */
static void
test_currents_only (void)
{
  g_autoptr (Site) site = peak_site (15, 6900);
  gint64 watt_seconds = 0;

  for (int p = 0; p < 3; p++)
    site->k.meters_in[0].voltage_mv[p] = p == 0 ? 0 : 230000;
  site_start (site);
  house (site, 3000);
  plant_arrive (&site->w, 0, 3, 32000);
  for (int i = 0; i < 1800; i++) {
    plant_sense (&site->w);
    site->k.meters_in[0].power_valid = false;
    site->k.meters_in[0].power_w = 99999;
    plant_command (&site->w, kit_step (&site->k));
    if (i >= 900)
      watt_seconds
          += (gint64) (site->w.true_ma[0][0] + site->w.true_ma[0][1] + site->w.true_ma[0][2]) * 230 / 1000;
  }
  g_assert_cmpint (watt_seconds / 900, <=, 6900);
  g_assert_cmpint (watt_seconds / 900, >=, 6500);
}

static int
starts_of (Site *site, int station, int seconds)
{
  int starts = 0;
  int32_t before = site_setpoint (site, station);

  for (int i = 0; i < seconds; i++) {
    site_run (site, 1);
    starts += before == 0 && site_setpoint (site, station) > 0;
    before = site_setpoint (site, station);
  }
  return starts;
}

/* A budget that is spent exactly at the limit does not fade away at the end of each window. */
static void
test_no_fade (void)
{
  g_autoptr (Site) site = peak_site (15, 4300); /* 6.2 A on three phases: just over the car's minimum */

  site_start (site);
  window_mean_w (site, 15);
  plant_arrive (&site->w, 0, 3, 32000);
  g_assert_cmpint (starts_of (site, 0, 4 * 3600), ==, 1);
}

/* What a window has saved up is for those that run: nobody is started on it, to be stopped when it ends. */
static void
test_savings_start_nobody (void)
{
  g_autoptr (Site) site = peak_site (15, 3500); /* 5 A on three phases: never enough to start */

  site_start (site);
  window_mean_w (site, 15);
  site_run (site, 800); /* nobody there: 2.8 MJ are saved up for the last 100 s */
  plant_arrive (&site->w, 0, 3, 32000);
  g_assert_cmpint (starts_of (site, 0, 3600), ==, 0);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/engine/A-07/peak/steady", test_steady);
  g_test_add_func ("/engine/A-07/peak/room-grows", test_room_grows);
  g_test_add_func ("/engine/A-07/peak/no-credit", test_no_credit);
  g_test_add_func ("/engine/A-07/peak/house-uses-it", test_house_uses_it);
  g_test_add_func ("/engine/A-07/peak/no-fade", test_no_fade);
  g_test_add_func ("/engine/A-07/peak/savings-start-nobody", test_savings_start_nobody);
  g_test_add_func ("/engine/A-07/peak/new-peak", test_new_peak);
  g_test_add_func ("/engine/A-07/peak/new-peak-survives", test_new_peak_survives);
  g_test_add_func ("/engine/A-07/peak/not-seen", test_not_seen);
  g_test_add_func ("/engine/A-07/peak/zone", test_zone);
  g_test_add_func ("/engine/A-07/peak/currents-only", test_currents_only);
  g_test_add_func ("/engine/A-07/peak/voltage", test_voltage);
  return g_test_run ();
}
