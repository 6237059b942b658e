/* SPDX-License-Identifier: GPL-3.0-or-later */
/* bench-solar.c: solar mode on the measured day: solar energy used against grid energy drawn and starts, for
 * start currents of 6, 7 and 8 A, without delays (the manual's behaviour, T-08) and with start and stop
 * delays of 60 s and 300 s.
 *
 * The one-phase sample home with its measured load and generation; a car that could take all of it stands
 * there from 6 to 20 h. Other balancers, on other days: strict ones 0 to 0.7 kWh a day from the grid, greedy
 * ones 0.5 to 1.9 kWh.
 */
#include <stdio.h>

#include "sample.h"

static const struct {
  gint start_ma, start_delay_s, stop_delay_s;
} rows[] = { { 6000, 0, 0 },   { 7000, 0, 0 },    { 8000, 0, 0 },    { 6000, 60, 60 }, { 7000, 60, 60 },
             { 8000, 60, 60 }, { 6000, 60, 300 }, { 7000, 60, 300 }, { 8000, 60, 300 } };

static BbSessions *
one_car (gint64 midnight_ms)
{
  BbSessions *sessions = g_new0 (BbSessions, 1);
  sessions->name = g_strdup ("one car");
  sessions->ignored_columns = g_strdup ("");
  sessions->stations = g_new0 (char *, 1);
  sessions->items = g_new0 (BbSession, 1);
  sessions->n_items = 1;
  sessions->items[0] = (BbSession){ .arrival_ms = midnight_ms + 6 * 3600000,
                                    .departure_ms = midnight_ms + 20 * 3600000,
                                    .energy_wh = 100000,
                                    .arrival_soc_permille = -1,
                                    .max_ma = 32000,
                                    .station = -1,
                                    .phases = 1 };
  return sessions;
}

static gdouble
kwh (gint64 mws)
{
  return (gdouble) mws / 3.6e9;
}

static BbSimOutcome *
run_row (guint row)
{
  g_autoptr (BbSite) site = sample_load (&samples[0]);
  GObject *group = G_OBJECT (bb_site_group (site, 0));
  g_object_set (group, "active", FALSE, NULL);
  g_object_set (group, "solar-start-ma", rows[row].start_ma, "solar-start-delay-ms",
                rows[row].start_delay_s * 1000, "solar-stop-delay-ms", rows[row].stop_delay_s * 1000,
                "active", TRUE, NULL);
  g_autoptr (BbSimOptions) options = sample_options (site, SAMPLE_DAY_MS, 1 << BB_SITE_INPUT_SESSIONS);
  bb_sim_options_set_sessions (options, one_car (options->from_ms));
  return sample_run (options);
}

int
main (void)
{
  printf ("%8s %12s %11s %11s %11s %11s %8s\n", "start at", "start delay", "stop delay", "solar used",
          "from grid", "exported", "starts");
  for (guint row = 0; row < G_N_ELEMENTS (rows); row++) {
    g_autoptr (BbSimOutcome) outcome = run_row (row);
    const BbSummary *summary = outcome->summary;
    printf ("%6.2f A %10d s %9d s %7.2f kWh %7.2f kWh %7.2f kWh %8u\n", rows[row].start_ma / 1000.0,
            rows[row].start_delay_s, rows[row].stop_delay_s, kwh (summary->charged_from_solar_mws),
            kwh (summary->charged_from_grid_mws), kwh (summary->export_mws), summary->stations[0].starts);
  }
  return 0;
}
