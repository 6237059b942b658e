/* SPDX-License-Identifier: GPL-3.0-or-later */
/* simulate-text.c: a run's summary for people: the headlines first, then figures, then warnings. */
#include "cli/simulate-text.h"

#include <glib/gi18n.h>
#include <inttypes.h>

#include "cli/print.h"
#include "model/reason-text.h"
#include "simulation/headline-text.h"
#include "simulation/headline.h"

/* Lines of the table of limits. */
#define MOST_LIMITS 8u

static void
print_headlines (const BbSummary *summary, BbSite *site, BbZone *zone)
{
  g_autoptr (BbHeadlines) headlines = bb_headlines_new (summary, site, zone);

  for (guint i = 0; i < headlines->sentences->len; i++)
    g_print ("%s\n", ((const BbHeadline *) g_ptr_array_index (headlines->sentences, i))->text);
}

static void
add_energy (CliTable *table, const char *label, gint64 mws)
{
  cli_table_add (table, label);
  cli_table_add_number (table, bb_kwh (mws), 2, "kWh");
}

static void
add_percent (CliTable *table, const char *label, double percent)
{
  cli_table_add (table, label);
  cli_table_add_number (table, percent, 1, "%");
}

static void
print_figures (const BbSummary *summary)
{
  g_autoptr (CliTable) table = cli_table_new ("lr");

  if (summary->n_sessions > 0) {
    add_energy (table, _ ("Energy wanted"), summary->wanted_mws);
    add_energy (table, _ ("Energy delivered"), summary->delivered_mws);
  }
  if (summary->n_sessions > summary->n_open) { /* some are rated */
    add_percent (table, _ ("Sessions fully met"), summary->sessions_met_pct);
    add_percent (table, _ ("Worst session got"), 100.0 * summary->min_fraction);
    /* xgettext:no-c-format */
    add_percent (table, _ ("Worst 5 % got at most"), 100.0 * summary->p5_fraction);
    cli_table_add (table, _ ("Fairness (Jain, 1 is equal)"));
    cli_table_add_number (table, summary->jain, 3, "");
  }
  add_energy (table, _ ("Import"), summary->import_mws);
  add_energy (table, _ ("Export"), summary->export_mws);
  if (summary->generation_mws > 0) {
    add_energy (table, _ ("Generation"), summary->generation_mws);
    add_percent (table, _ ("Used on site"), summary->self_consumption_pct);
    add_energy (table, _ ("Charged from generation"), summary->charged_from_solar_mws);
    add_energy (table, _ ("Charged from the grid"), summary->charged_from_grid_mws);
  }
  g_print ("\n");
  cli_table_print (table);
}

static void
print_circuits (const BbSummary *summary, BbSite *site)
{
  g_autoptr (CliTable) table = cli_table_new ("llrrrr");
  const char *const header[]
      = { _ ("Circuit"), _ ("Phase"), _ ("Rating"), _ ("Peak"), _ ("Over rating"), _ ("Longest") };

  for (guint i = 0; i < G_N_ELEMENTS (header); i++)
    cli_table_add (table, header[i]);
  for (guint c = 0; c < summary->n_circuits; c++) {
    const BbCircuitSummary *circuit = &summary->circuits[c];
    for (guint p = 0; p < 3; p++) {
      const BbPhaseSummary *phase = &circuit->phase[p];
      if (!(circuit->phases >> p & 1))
        continue;
      g_autofree char *over = bb_duration_text (phase->over_rating_ms);
      g_autofree char *longest = bb_duration_text (phase->longest_over_ms);
      cli_table_add (table, bb_circuit_name (site, circuit->id));
      cli_table_add (table, bb_phase_names[p]);
      cli_table_add_number (table, bb_amps (phase->rating_ma), 1, "A");
      cli_table_add_number (table, bb_amps (phase->peak_ma), (int) bb_peak_decimals (phase), "A");
      cli_table_add (table, over);
      cli_table_add (table, longest);
    }
  }
  g_print ("\n");
  cli_table_print (table);
}

/* What held the cars, longest first. */
static void
print_limits (const BbSummary *summary, BbSite *site)
{
  g_autoptr (CliTable) table = cli_table_new ("lr");

  if (summary->limits == NULL || summary->limits->len == 0)
    return;
  cli_table_add (table, _ ("What held cars"));
  cli_table_add (table, _ ("For"));
  for (guint l = 0; l < MIN (summary->limits->len, MOST_LIMITS); l++) {
    const BbLimitTime *limit = &g_array_index (summary->limits, BbLimitTime, l);
    g_autofree char *row = bb_limit_time_row (limit, site);
    g_autofree char *held = bb_duration_text (limit->held_ms);
    cli_table_add (table, row);
    cli_table_add (table, held);
  }
  g_print ("\n");
  cli_table_print (table);
}

static void
print_stations (const BbSummary *summary, BbSite *site)
{
  g_autoptr (CliTable) table = cli_table_new ("lrrrl");
  const char *const header[] = { _ ("Station"), _ ("Delivered"), _ ("Starts"), _ ("Stops"), _ ("Mostly") };

  for (guint i = 0; i < G_N_ELEMENTS (header); i++)
    cli_table_add (table, header[i]);
  for (guint s = 0; s < summary->n_stations; s++) {
    const BbStationSummary *station = &summary->stations[s];
    cli_table_add (table, bb_station_name (site, station->id));
    cli_table_add_number (table, bb_kwh (station->delivered_mws), 2, "kWh");
    cli_table_add_number (table, station->starts, 0, "");
    cli_table_add_number (table, station->stops, 0, "");
    cli_table_add (table, bb_station_main_reason (station));
  }
  g_print ("\n");
  cli_table_print (table);
}

/* "balancer fair", "balancing off", ... (transfer full) */
static char *
balancing_words (const BbSummary *summary)
{
  if (g_str_equal (summary->balancer, "site"))
    return g_strdup (_ ("balancing as the site says"));
  if (g_str_equal (summary->balancer, "none"))
    return g_strdup (_ ("balancing off"));
  return g_strdup_printf (_ ("balancer %s"), summary->balancer);
}

static void
print_heading (const BbSummary *summary, const char *site_name, BbZone *zone)
{
  g_autofree char *from = bb_reason_local_time (summary->from_ms, zone);
  g_autofree char *until = bb_reason_local_time (summary->until_ms, zone);

  g_autofree char *balancing = balancing_words (summary);

  g_print (_ ("%s, %s – %s, step %" PRId64 " s, %s\n\n"), site_name, from, until, summary->step_ms / 1000,
           balancing);
}

void
cli_print_summary (const BbSummary *summary, BbSite *site, BbZone *zone)
{
  const char *name = bb_site_peek (site)->name;

  print_heading (summary, *name ? name : bb_site_get_path (site), zone);
  print_headlines (summary, site, zone);
  print_figures (summary);
  print_circuits (summary, site);
  print_stations (summary, site);
  print_limits (summary, site);
  if (summary->warnings && summary->warnings->len > 0)
    g_print ("\n%s\n", _ ("Mind:"));
  for (guint i = 0; summary->warnings && i < summary->warnings->len; i++)
    g_print ("  %s\n", (const char *) g_ptr_array_index (summary->warnings, i));
  g_print (_ ("\n%" PRIu64 " steps in %.3f s of CPU time.\n"), summary->steps, summary->cpu_s);
}
