/* SPDX-License-Identifier: GPL-3.0-or-later */
/* simulate-text.c: a run's summary for people: sentences first, then figures, then warnings. */
#include "cli/simulate-text.h"

#include <glib/gi18n.h>
#include <math.h>

#include "cli/print.h"
#include "model/reason-text.h"

#define MWS_PER_KWH 3.6e9

static const char *const phase_names[] = { "L1", "L2", "L3" };

/* A phase of a circuit that went over its rating. */
typedef struct Worst {
  const BbCircuitSummary *circuit;
  guint phase;
  guint n; /* how many did */
} Worst;

static double
kwh (gint64 mws)
{
  return (double) mws / MWS_PER_KWH;
}

static double
amps (gint64 ma)
{
  return (double) ma / 1000.0;
}

/* As many decimals as it takes to see that a current is over its rating. */
static int
decimals_of (const BbPhaseSummary *phase)
{
  gint64 over_ma = phase->peak_ma - phase->rating_ma;

  if (over_ma <= 0 || over_ma >= 100)
    return 1;
  return over_ma >= 10 ? 2 : 3;
}

/* "45 s", "12 min 5 s", "3 h 20 min"; a dash for none. */
static char *
duration (gint64 ms)
{
  gint64 s = (ms + 999) / 1000;

  if (s == 0)
    return g_strdup ("–");
  if (s < 60)
    return g_strdup_printf (_ ("%" G_GINT64_FORMAT " s"), s);
  if (s < 3600)
    return g_strdup_printf (_ ("%" G_GINT64_FORMAT " min %" G_GINT64_FORMAT " s"), s / 60, s % 60);
  return g_strdup_printf (_ ("%" G_GINT64_FORMAT " h %" G_GINT64_FORMAT " min"), s / 3600, s / 60 % 60);
}

static Worst
find_worst (const BbSummary *summary)
{
  Worst worst = { NULL, 0, 0 };

  for (guint c = 0; c < summary->n_circuits; c++) {
    const BbCircuitSummary *circuit = &summary->circuits[c];
    for (guint p = 0; p < 3; p++) {
      if (circuit->phase[p].over_rating_ms == 0)
        continue;
      if (worst.n++ == 0
          || circuit->phase[p].over_rating_ma_ms > worst.circuit->phase[worst.phase].over_rating_ma_ms) {
        worst.circuit = circuit;
        worst.phase = p;
      }
    }
  }
  return worst;
}

static void
print_rating_sentence (const BbSummary *summary)
{
  Worst worst = find_worst (summary);

  if (worst.n == 0) {
    g_print (_ ("Nothing went over its rating at any step.\n"));
    return;
  }
  const BbPhaseSummary *phase = &worst.circuit->phase[worst.phase];
  g_autofree char *total = duration (phase->over_rating_ms);
  g_autofree char *longest = duration (phase->longest_over_ms);
  int decimals = decimals_of (phase);
  g_print (_ ("%s of %s went over its rating of %.*f A: up to %.*f A, %s in total, %s at the longest.\n"),
           phase_names[worst.phase], worst.circuit->id, decimals, amps (phase->rating_ma), decimals,
           amps (phase->peak_ma), total, longest);
  if (worst.n > 1)
    g_print (ngettext ("So did %u other phase; see the table.\n", "So did %u other phases; see the table.\n",
                       worst.n - 1),
             worst.n - 1);
}

static void
print_energy_sentence (const BbSummary *summary)
{
  if (summary->n_sessions == 0) {
    g_print (_ ("No car came.\n"));
    return;
  }
  g_print (_ ("The cars got %.2f kWh of the %.2f kWh they wanted (%.1f %%)."), kwh (summary->delivered_mws),
           kwh (summary->wanted_mws), summary->delivered_pct);
  guint rated = summary->n_sessions - summary->n_open;
  if (rated > 0)
    g_print (ngettext (" %u of %u session ended fully charged.\n",
                       " %u of %u sessions ended fully charged.\n", rated),
             summary->n_met, rated);
  else
    g_print ("\n");
  if (summary->n_open > 0)
    g_print (ngettext ("%u car was still there at the end.\n", "%u cars were still there at the end.\n",
                       summary->n_open),
             summary->n_open);
  if (summary->n_turned_away > 0)
    g_print (ngettext ("%u car found no free station.\n", "%u cars found no free station.\n",
                       summary->n_turned_away),
             summary->n_turned_away);
}

/* When a device of this kind would have opened somewhere, first; NULL: nowhere. */
static const BbTripState *
first_trip (const BbSummary *summary, BbTripKind kind, BbTripLimit limit)
{
  const BbTripState *first = NULL;

  for (guint c = 0; c < summary->n_circuits; c++) {
    for (guint p = 0; p < 3; p++) {
      const BbTripState *state = &summary->circuits[c].phase[p].trip[kind][limit];
      if (state->opened_at_ms != G_MININT64 && (!first || state->opened_at_ms < first->opened_at_ms))
        first = state;
    }
  }
  return first;
}

/* Would a fuse or breaker have opened? One sentence per limit, the certain one first. */
static void
print_trips (const BbSummary *summary, BbZone *zone)
{
  for (int limit = BB_TRIP_MUST; limit >= BB_TRIP_MAY; limit--) {
    g_autoptr (GString) list = g_string_new (NULL);
    for (guint kind = 0; kind < BB_TRIP_N; kind++) {
      const BbTripState *state = first_trip (summary, kind, limit);
      if (!state || (limit == BB_TRIP_MAY && first_trip (summary, kind, BB_TRIP_MUST)))
        continue;
      g_autofree char *when = bb_reason_local_time (state->opened_at_ms, zone);
      g_string_append_printf (list, "%s%s (%s)", list->len ? ", " : "", bb_trip_kind_get_name (kind), when);
    }
    if (list->len > 0)
      g_print (limit == BB_TRIP_MUST ? _ ("A device of that rating would have opened: %s.\n")
                                     : _ ("A device of that rating might have opened: %s.\n"),
               list->str);
  }
}

static void
add_energy (CliTable *table, const char *label, gint64 mws)
{
  cli_table_add (table, label);
  cli_table_add_number (table, kwh (mws), 2, "kWh");
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
print_circuits (const BbSummary *summary)
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
      g_autofree char *over = duration (phase->over_rating_ms);
      g_autofree char *longest = duration (phase->longest_over_ms);
      cli_table_add (table, circuit->id);
      cli_table_add (table, phase_names[p]);
      cli_table_add_number (table, amps (phase->rating_ma), 1, "A");
      cli_table_add_number (table, amps (phase->peak_ma), decimals_of (phase), "A");
      cli_table_add (table, over);
      cli_table_add (table, longest);
    }
  }
  g_print ("\n");
  cli_table_print (table);
}

/* The reason that a station had longest while a car was there. */
static const char *
main_reason (const BbStationSummary *station)
{
  guint best = BBE_REASON_NONE;

  for (guint r = 0; r < BBE_REASON_COUNT; r++)
    if (bb_reason_words ((guint8) r)
        && station->reason_ms[r] > (best == BBE_REASON_NONE ? 0 : station->reason_ms[best]))
      best = r;
  return best == BBE_REASON_NONE ? "–" : bb_reason_words ((guint8) best);
}

static void
print_stations (const BbSummary *summary)
{
  g_autoptr (CliTable) table = cli_table_new ("lrrrl");
  const char *const header[] = { _ ("Station"), _ ("Delivered"), _ ("Starts"), _ ("Stops"), _ ("Mostly") };

  for (guint i = 0; i < G_N_ELEMENTS (header); i++)
    cli_table_add (table, header[i]);
  for (guint s = 0; s < summary->n_stations; s++) {
    const BbStationSummary *station = &summary->stations[s];
    cli_table_add (table, station->id);
    cli_table_add_number (table, kwh (station->delivered_mws), 2, "kWh");
    cli_table_add_number (table, station->starts, 0, "");
    cli_table_add_number (table, station->stops, 0, "");
    cli_table_add (table, main_reason (station));
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

  g_print (_ ("%s, %s – %s, step %" G_GINT64_FORMAT " s, %s\n\n"), site_name, from, until,
           summary->step_ms / 1000, balancing);
}

void
cli_print_summary (const BbSummary *summary, const char *site_name, BbZone *zone)
{
  print_heading (summary, site_name, zone);
  print_rating_sentence (summary);
  print_trips (summary, zone);
  print_energy_sentence (summary);
  print_figures (summary);
  print_circuits (summary);
  print_stations (summary);
  if (summary->warnings && summary->warnings->len > 0)
    g_print ("\n%s\n", _ ("Mind:"));
  for (guint i = 0; summary->warnings && i < summary->warnings->len; i++)
    g_print ("  %s\n", (const char *) g_ptr_array_index (summary->warnings, i));
  g_print (_ ("\n%" G_GUINT64_FORMAT " steps in %.3f s of CPU time.\n"), summary->steps, summary->cpu_s);
}
