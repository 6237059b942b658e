/* SPDX-License-Identifier: GPL-3.0-or-later */
/* bench-fine.c: from the wish to see seconds to having them: samples, and a year of 20 stations, over two
 * hours with what the application computes around them.
 *
 * bench-fine [DAYS]   of the year. Fails when the middle one of the wishes takes more than 200 ms anywhere.
 */
#include <glib/gstdio.h>
#include <stdlib.h>
#include <string.h>

#include "model/site-json.h"
#include "simulation/result-fine.h"

#define FROM_MS G_GINT64_CONSTANT (1767225600000) /* 2026-01-01 00:00 UTC */
#define HOUR    G_GINT64_CONSTANT (3600000)
#define WISHES  25
#define GATE_MS 200
/* What the application computes on both sides, at most. */
#define MARGIN_MS G_GINT64_CONSTANT (300000)

static gint
compare (gconstpointer a, gconstpointer b)
{
  gdouble x = *(const gdouble *) a, y = *(const gdouble *) b;
  return (x > y) - (x < y);
}

/* Wishes for `look_ms` all over the result, from its start to its very end; the middle time in ms. */
static gdouble
wish (const gchar *name, BbResult *result, const BbSimOptions *options, gint64 look_ms)
{
  gint64 span_ms = options->until_ms - options->from_ms;
  gdouble times[WISHES];
  for (guint i = 0; i < WISHES; i++) {
    g_autoptr (GError) error = NULL;
    g_autoptr (GTimer) timer = g_timer_new ();
    gint64 from_ms = options->from_ms + (span_ms - look_ms) / (WISHES - 1) * i + i * 17 % 60 * 60000;
    from_ms = MIN (from_ms, options->until_ms - look_ms);
    gint64 margin_ms = MIN (look_ms / 2, MARGIN_MS);
    g_autoptr (BbFineWindow) window = bb_fine_window_new (result, options, from_ms - margin_ms,
                                                          from_ms + look_ms + margin_ms, NULL, &error);
    times[i] = g_timer_elapsed (timer, NULL) * 1e3;
    if (window == NULL)
      g_error ("%s: %s", name, error->message);
  }
  qsort (times, WISHES, sizeof *times, compare);
  g_print ("seconds of %3d min, %-26s: middle %6.1f ms, longest %6.1f ms (of %d)\n", (gint) (look_ms / 60000),
           name, times[WISHES / 2], times[WISHES - 1], WISHES);
  return times[WISHES / 2];
}

/* A chart of 1000 columns with all series, half of it within the window. */
static void
look_at (const gchar *name, BbResult *result, const BbSimOptions *options)
{
  g_autofree BbSeriesColumn *columns = g_new (BbSeriesColumn, 1000);
  g_autoptr (BbFineSource) source = bb_fine_source_new (result);
  gint64 middle_ms = options->from_ms + (options->until_ms - options->from_ms) / 2;
  g_autoptr (BbFineWindow) window
      = bb_fine_window_new (result, options, middle_ms, middle_ms + HOUR, NULL, NULL);
  guint n = bb_result_get_n_series (result), most = 0;
  bb_fine_source_set_window (source, window);
  g_autoptr (GTimer) timer = g_timer_new ();
  for (guint i = 0; i < n; i++) {
    bb_series_source_query (BB_SERIES_SOURCE (source), i, middle_ms, middle_ms + 2 * HOUR, 1000, columns,
                            NULL);
    for (guint k = 0; k < 1000; k++)
      most = MAX (most, columns[k].n_buckets);
  }
  g_print ("seconds of 120 min, %-26s: %u series of 1000 columns: %.1f ms, at most %u buckets a column\n",
           name, n, g_timer_elapsed (timer, NULL) * 1e3, most);
}

/* Runs, opens, wishes. (transfer full) of the options */
static gdouble
bench (const gchar *name, BbSimOptions *options)
{
  g_autoptr (GError) error = NULL;
  g_autofree gchar *folder = g_dir_make_tmp ("busbar-bench-XXXXXX", NULL);
  g_autofree gchar *path = g_build_filename (folder, "result.bbr", NULL);
  g_autoptr (BbResult) result = NULL;
  gdouble longest = 0;
  options->result_path = g_strdup (path);
  g_autoptr (BbSimOutcome) outcome = bb_sim_run (options, NULL, NULL, NULL, &error);
  g_clear_pointer (&options->result_path, g_free);
  if (outcome == NULL || (result = bb_result_open (path, &error)) == NULL)
    g_error ("%s: %s", name, error->message);
  for (guint minutes = 1; minutes <= 120; minutes *= 120) {
    gdouble middle = wish (name, result, options, minutes * G_GINT64_CONSTANT (60000));
    longest = MAX (longest, middle);
  }
  look_at (name, result, options);
  bb_sim_options_free (options);
  g_unlink (path);
  g_rmdir (folder);
  return longest;
}

static BbSimOptions *
sample (const gchar *name)
{
  g_autofree gchar *path = g_strdup_printf ("%s/samples/%s.busbar", g_getenv ("BUSBAR_DATA_DIR"), name);
  g_autoptr (GError) error = NULL;
  g_autoptr (BbSite) site = bb_site_load (path, &error);
  BbSimOptions *options = site != NULL ? bb_sim_options_new (site) : NULL;
  if (options == NULL || !bb_sim_options_add_site_defaults (options, &error)
      || !bb_sim_options_add_site_inputs (options, 0, &error))
    g_error ("%s", error->message);
  return options;
}

static BbSite *
year_site (void)
{
  g_autoptr (GString) text
      = g_string_new ("{\"format\":\"busbar-site/1\",\"timezone\":\"Europe/Zurich\",\"circuits\":["
                      "{\"id\":\"main\",\"rating_a\":125,\"meter\":\"main\",\"other_load_a\":60},"
                      "{\"id\":\"garage\",\"parent\":\"main\",\"rating_a\":100,\"stations_only\":true}],"
                      "\"meters\":[{\"id\":\"main\",\"signed\":true}],"
                      "\"groups\":[{\"id\":\"all\",\"circuit\":\"garage\",\"offline_a\":60}],\"stations\":[");
  g_autoptr (GError) error = NULL;
  for (guint s = 0; s < 20; s++)
    g_string_append_printf (text,
                            "%s{\"id\":\"s%u\",\"group\":\"all\",\"circuit\":\"garage\",\"max_a\":32,"
                            "\"failsafe_a\":0}",
                            s > 0 ? "," : "", s);
  g_string_append (text, "]}");
  BbSite *site = bb_site_parse (text->str, (gssize) text->len, "bench", &error);
  if (site == NULL)
    g_error ("%s", error->message);
  return site;
}

/* Without other load: the caller adds it. */
static BbSimOptions *
year (gint64 days)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (BbSite) site = year_site ();
  BbSimOptions *options = bb_sim_options_new (site);
  BbCarsSpec cars = { .cars_per_day = 16,
                      .arrivals = BB_ARRIVALS_HOME,
                      .three_phase_permille = 600,
                      .zone = "Europe/Zurich",
                      .seed = 7 };
  options->from_ms = FROM_MS;
  options->until_ms = FROM_MS + days * 24 * HOUR;
  BbSessions *sessions = bb_sessions_new_cars (&cars, options->from_ms, options->until_ms, &error);
  if (sessions == NULL)
    g_error ("%s", error->message);
  bb_sim_options_set_sessions (options, sessions);
  return options;
}

/* A measured year: a row for each minute, with dates. */
static void
write_table (const gchar *path, gint64 days)
{
  g_autoptr (GString) text = g_string_new ("time,l1_w,l2_w,l3_w\n");
  for (gint64 minute = 0; minute < days * 1440; minute++) {
    g_autofree gchar *time = bb_time_format (FROM_MS + minute * 60000, NULL);
    guint32 dice = (guint32) minute * 2654435761u;
    g_string_append_printf (text, "%s,%u,%u,%u\n", time, 900 + (dice >> 20), 800 + (dice >> 21), dice >> 22);
  }
  if (!g_file_set_contents (path, text->str, (gssize) text->len, NULL))
    g_error ("%s", path);
}

static gdouble
bench_table (gint64 days)
{
  g_autofree gchar *folder = g_dir_make_tmp ("busbar-bench-XXXXXX", NULL);
  g_autofree gchar *path = g_build_filename (folder, "load.csv", NULL);
  BbSimOptions *options = year (days);
  BbInputOptions input = { .kind = BB_INPUT_LOAD };
  write_table (path, days);
  bb_sim_options_add_csv (options, 0, path, &input, 0, 0);
  gdouble longest = bench ("year, 20, table of minutes", options);
  g_unlink (path);
  g_rmdir (folder);
  return longest;
}

int
main (int argc, char **argv)
{
  static const gchar *const samples[] = { "villa-demo", "solar-home", "garage-12", "office-40" };
  gint64 days = argc > 1 ? (gint64) g_ascii_strtoull (argv[1], NULL, 10) : 365;
  BbHouseholdsSpec homes = { .households = 12, .zone = "Europe/Zurich", .seed = 5 };
  gdouble longest[G_N_ELEMENTS (samples) + 2] = { 0 };
  gboolean good = TRUE;
  for (guint i = 0; i < G_N_ELEMENTS (samples); i++)
    longest[i] = bench (samples[i], sample (samples[i]));
  BbSimOptions *options = year (days);
  bb_sim_options_add_households (options, 0, &homes);
  longest[G_N_ELEMENTS (samples)] = bench ("year, 20, homes", options);
  longest[G_N_ELEMENTS (samples) + 1] = bench_table (days);
  for (guint i = 0; i < G_N_ELEMENTS (longest); i++)
    good &= longest[i] <= GATE_MS;
  return good ? 0 : 1;
}
