/* SPDX-License-Identifier: GPL-3.0-or-later */
/* bench-stability.c: how calm the set-points of the sample sites are: changes, starts and stops for each hour
 * of charging.
 *
 *   bench-stability                              a line per sample
 *   bench-stability --stations SAMPLE            a line per station
 *   bench-stability --log STATION --from S --for S SAMPLE     each change of that station, in seconds from
 * the start An hour of charging is one in which the car draws current. A start or stop of the set-point wears
 * a contactor; those while the car wants no more do not.
 */
#include <stdio.h>

#include "sample.h"

typedef struct {
  guint32 changes;   /* of the set-point, while the car draws or could */
  guint32 reversals; /* changes against the direction of the last, within a minute of it */
  guint32 starts, stops, idle_starts;
  gint64 charging_ms, last_change_ms;
  gint32 setpoint_ma, last_step_ma;
  gboolean drew;
  guint32 reason[BBE_REASON_COUNT]; /* of stops */
} StationTally;

typedef struct {
  guint n;
  gint64 last_ms;
  StationTally station[BBE_MAX_STATIONS];
  gint log_station;
  gint64 log_from_ms, log_until_ms;
} Tally;

static gint log_from_s, log_for_s = 600;
static gchar *log_station = NULL;
static gboolean by_station;

static const GOptionEntry entries[]
    = { { "stations", 0, 0, G_OPTION_ARG_NONE, &by_station, "A line per station", NULL },
        { "log", 0, 0, G_OPTION_ARG_STRING, &log_station, "Each change of a station", "ID" },
        { "from", 0, 0, G_OPTION_ARG_INT, &log_from_s, "Log from this second", "S" },
        { "for", 0, 0, G_OPTION_ARG_INT, &log_for_s, "Log so many seconds", "S" },
        G_OPTION_ENTRY_NULL };

static void
log_change (const Tally *tally, gint64 t_ms, const bbe_inputs *in, const bbe_outputs *out)
{
  const bbe_station_out *now = &out->stations[tally->log_station];
  const bbe_station_in *seen = &in->stations[tally->log_station];
  if (t_ms < tally->log_from_ms || t_ms >= tally->log_until_ms)
    return;
  printf ("%8.0f s: %6.3f A (target %6.3f) on %u phases, draws %.3f/%.3f/%.3f, vehicle %c, reason %d limit "
          "%d index %d phase %d\n",
          (gdouble) t_ms / 1000, (gdouble) now->setpoint_ma / 1000, (gdouble) now->target_ma / 1000,
          now->phases, (gdouble) seen->measured_ma[0] / 1000, (gdouble) seen->measured_ma[1] / 1000,
          (gdouble) seen->measured_ma[2] / 1000, seen->vehicle == 0 ? '?' : '@' + seen->vehicle,
          now->reason.code, now->reason.limit, now->reason.index, now->reason.phase);
}

static void
count_change (StationTally *s, gint32 step_ma, gint64 t_ms, const bbe_station_out *now)
{
  s->changes++;
  s->reversals
      += s->last_step_ma != 0 && (s->last_step_ma > 0) != (step_ma > 0) && t_ms - s->last_change_ms <= 60000;
  s->stops += now->setpoint_ma == 0;
  s->reason[now->reason.code] += now->setpoint_ma == 0;
  s->starts += s->setpoint_ma == 0;
  s->last_change_ms = t_ms;
  s->last_step_ma = step_ma;
}

static void
tally_step (const bbe_inputs *in, const bbe_outputs *out, gpointer data)
{
  Tally *tally = data;
  gint64 t_ms = in->mono_ms - BB_SIM_MONO_START;
  for (guint i = 0; i < tally->n; i++) {
    StationTally *s = &tally->station[i];
    const bbe_station_out *now = &out->stations[i];
    const bbe_station_in *seen = &in->stations[i];
    gint32 step_ma = now->setpoint_ma - s->setpoint_ma;
    gboolean draws = seen->measured_ma[0] + seen->measured_ma[1] + seen->measured_ma[2] > 500;
    if (s->drew)
      s->charging_ms += t_ms - tally->last_ms;
    if (step_ma != 0 && (draws || s->drew || seen->vehicle == BBE_VEHICLE_C))
      count_change (s, step_ma, t_ms, now);
    else if (step_ma > 0 && s->setpoint_ma == 0)
      s->idle_starts++;
    if (step_ma != 0 && (gint) i == tally->log_station)
      log_change (tally, t_ms, in, out);
    s->setpoint_ma = now->setpoint_ma;
    s->drew = draws;
  }
  tally->last_ms = t_ms;
}

static void
print_tally (const gchar *name, const StationTally *s, const BbSummary *summary)
{
  gdouble hours = MAX ((gdouble) s->charging_ms / 3.6e6, 1e-9);
  printf ("%-12s %8.1f h charging, %7.2f changes/h, %7.3f reversals/h, %6u starts, %6u stops, %6u probes",
          name, hours, s->changes / hours, s->reversals / hours, s->starts, s->stops, s->idle_starts);
  for (guint r = 0; r < BBE_REASON_COUNT; r++)
    if (s->reason[r] > 0)
      printf (" r%u:%u", r, s->reason[r]);
  if (summary != NULL)
    printf (", %u sessions, %.1f %% delivered", summary->n_sessions, summary->delivered_pct);
  printf ("\n");
}

static void
bench_sample (const Sample *sample)
{
  g_autoptr (BbSite) site = sample_load (sample);
  g_autoptr (BbSimOptions) options = sample_options (site, sample->long_days * SAMPLE_DAY_MS, 0);
  g_autofree Tally *tally = g_new0 (Tally, 1);
  StationTally all = { 0 };
  tally->n = sample->n_stations;
  tally->log_station = log_station != NULL ? bb_site_find_station (site, log_station) : -1;
  tally->log_from_ms = (gint64) log_from_s * 1000;
  tally->log_until_ms = tally->log_from_ms + (gint64) log_for_s * 1000;
  options->observer = tally_step;
  options->observer_data = tally;
  g_autoptr (BbSimOutcome) outcome = sample_run (options);
  for (guint i = 0; i < tally->n; i++) {
    const StationTally *s = &tally->station[i];
    if (by_station)
      print_tally (outcome->summary->stations[i].id, s, NULL);
    all.changes += s->changes;
    all.reversals += s->reversals;
    all.starts += s->starts;
    all.stops += s->stops;
    all.idle_starts += s->idle_starts;
    all.charging_ms += s->charging_ms;
    for (guint r = 0; r < BBE_REASON_COUNT; r++)
      all.reason[r] += s->reason[r];
  }
  print_tally (sample->name, &all, outcome->summary);
}

int
main (int argc, char **argv)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GOptionContext) context = g_option_context_new ("[SAMPLE]");
  g_option_context_add_main_entries (context, entries, NULL);
  if (!g_option_context_parse (context, &argc, &argv, &error)) {
    g_printerr ("%s\n", error->message);
    return 2;
  }
  for (guint i = 0; i < SAMPLE_N; i++)
    if (argc < 2 || g_strcmp0 (argv[1], samples[i].name) == 0)
      bench_sample (&samples[i]);
  return 0;
}
