/* SPDX-License-Identifier: GPL-3.0-or-later */
/* bench-sim.c: how fast whole runs are: a year of 20 stations at 1 s and at 1 min, results written.
 *
 *   bench-sim                 both years
 *   bench-sim --days N --step S --stations N --load minute|second|constant --no-result --never-skip
 *   bench-sim --callgrind     every station busy, another load each second, no result
 *
 * Times are CPU seconds of the run. To count instructions run the last one under callgrind with --steps N
 * and with twice as many: the difference divided by N is what a step takes when cars outnumber the room.
 */
#include <glib/gstdio.h>
#include <stdio.h>
#include <sys/resource.h>
#include <sys/stat.h>

#include "model/site-json.h"
#include "simulation/run.h"

#define FROM_MS G_GINT64_CONSTANT (1767225600000) /* 2026-01-01 00:00 UTC */

static gint days = 0, step_s = 0, n_stations = 20, n_steps = 0;
static gchar *load = NULL;
static gboolean no_result, never_skip, json, callgrind;

static const GOptionEntry entries[]
    = { { "days", 0, 0, G_OPTION_ARG_INT, &days, "Length of the run", "N" },
        { "step", 0, 0, G_OPTION_ARG_INT, &step_s, "Step in seconds", "S" },
        { "stations", 0, 0, G_OPTION_ARG_INT, &n_stations, "Number of stations", "N" },
        { "load", 0, 0, G_OPTION_ARG_STRING, &load, "Other load: minute (default), second, constant",
          "KIND" },
        { "no-result", 0, 0, G_OPTION_ARG_NONE, &no_result, "Write no result file", NULL },
        { "never-skip", 0, 0, G_OPTION_ARG_NONE, &never_skip, "Call the engine in every step", NULL },
        { "json", 0, 0, G_OPTION_ARG_NONE, &json, "One JSON object per line", NULL },
        { "callgrind", 0, 0, G_OPTION_ARG_NONE, &callgrind, "A short run for counting instructions", NULL },
        { "steps", 0, 0, G_OPTION_ARG_INT, &n_steps, "Steps of the short run", "N" },
        G_OPTION_ENTRY_NULL };

/* ---- the site ---- */

static BbSite *
make_site (void)
{
  g_autoptr (GString) text = g_string_new (NULL);
  g_autoptr (GError) error = NULL;
  g_string_append (text,
                   "{\"format\":\"busbar-site/1\",\"timezone\":\"Europe/Zurich\",\"circuits\":["
                   "{\"id\":\"main\",\"rating_a\":125,\"meter\":\"main\",\"other_load_a\":60},"
                   "{\"id\":\"garage\",\"parent\":\"main\",\"rating_a\":100,\"stations_only\":true},"
                   "{\"id\":\"left\",\"parent\":\"garage\",\"rating_a\":63,\"stations_only\":true},"
                   "{\"id\":\"right\",\"parent\":\"garage\",\"rating_a\":63,\"stations_only\":true}],"
                   "\"meters\":[{\"id\":\"main\",\"signed\":true}],"
                   "\"groups\":[{\"id\":\"all\",\"circuit\":\"garage\",\"offline_a\":60}],\"stations\":[");
  for (gint s = 0; s < n_stations; s++)
    g_string_append_printf (
        text,
        "%s{\"id\":\"s%d\",\"group\":\"all\",\"circuit\":\"%s\",\"max_a\":32,\"failsafe_a\":0,"
        "\"rotation\":\"%s\"}",
        s > 0 ? "," : "", s, s % 2 ? "left" : "right",
        s % 3 == 0   ? "123"
        : s % 3 == 1 ? "231"
                     : "312");
  g_string_append (text, "]}");
  BbSite *site = bb_site_parse (text->str, (gssize) text->len, "bench", &error);
  if (site == NULL)
    g_error ("%s", error->message);
  return site;
}

/* ---- a load that changes every second ---- */

typedef struct {
  BbLoadSource source; /* first */
  guint64 seed;
} SecondSource;

static guint64
mixed (guint64 x)
{
  x ^= x >> 31;
  x *= G_GUINT64_CONSTANT (0x9e3779b97f4a7c15);
  x ^= x >> 29;
  x *= G_GUINT64_CONSTANT (0xbf58476d1ce4e5b9);
  return x ^ x >> 32;
}

/* A slow wave of minutes and some 100 W that differ each second. */
static gboolean
second_seek (BbLoadSource *source, int64_t t_ms, GError **error)
{
  SecondSource *own = (SecondSource *) (void *) source;
  gint64 second = t_ms / 1000;
  guint64 fast = mixed (own->seed ^ (guint64) second),
          slow = mixed (own->seed ^ (guint64) (second / 300) << 40);
  source->from_ms = second * 1000;
  source->until_ms = source->from_ms + 1000;
  for (guint p = 0; p < 3; p++)
    source->value_m[p]
        = (int32_t) (2000000 + ((slow >> p * 16) & 0xffff) * 60 + ((fast >> p * 16) & 0xffff) * 2);
  return TRUE;
}

static void
second_info (BbLoadSource *source, BbLoadInfo *info)
{
  *info = (BbLoadInfo){ .unit = BB_UNIT_WATTS,
                        .resolution_ms = 1000,
                        .first_ms = G_MININT64,
                        .end_ms = G_MAXINT64,
                        .ignored_columns = "" };
}

static void
second_free (BbLoadSource *source)
{
  g_free (source);
}

static BbLoadSource *
second_open (gconstpointer spec, GError **error)
{
  static const BbLoadSourceClass klass = { second_seek, second_info, second_free };
  SecondSource *source = g_new0 (SecondSource, 1);
  source->source.klass = &klass;
  source->seed = 42;
  return &source->source;
}

/* ---- a run ---- */

/* A car at each station from the first seconds on, for longer than the run. */
static BbSessions *
busy_sessions (void)
{
  BbSessions *sessions = g_new0 (BbSessions, 1);
  sessions->name = g_strdup ("busy");
  sessions->ignored_columns = g_strdup ("");
  sessions->stations = g_new0 (char *, 1);
  sessions->items = g_new0 (BbSession, MAX (n_stations, 1));
  sessions->n_items = (size_t) n_stations;
  for (gint s = 0; s < n_stations; s++)
    sessions->items[s] = (BbSession){ .arrival_ms = FROM_MS + s * 1000,
                                      .departure_ms = FROM_MS + G_GINT64_CONSTANT (86400000) * 30,
                                      .energy_wh = 1000000,
                                      .station = -1,
                                      .arrival_soc_permille = -1,
                                      .phases = (uint8_t) (s % 3 == 2 ? 1 : 3) };
  return sessions;
}

static BbSimOptions *
make_options (gint64 duration_ms, gint64 step_ms)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (BbSite) site = make_site ();
  BbSimOptions *options = bb_sim_options_new (site);
  BbCarsSpec cars = { .cars_per_day = n_stations * 0.8,
                      .arrivals = BB_ARRIVALS_HOME,
                      .three_phase_permille = 600,
                      .zone = "Europe/Zurich",
                      .seed = 7 };
  BbHouseholdsSpec homes = { .households = 12, .zone = "Europe/Zurich", .seed = 5 };
  gint32 constant[3] = { 20000, 18000, 22000 };
  BbSimFeed second = { 0, BB_INPUT_LOAD, 1000, 1000, second_open, NULL, NULL };
  options->from_ms = FROM_MS;
  options->until_ms = FROM_MS + duration_ms;
  options->step_ms = step_ms;
  options->never_skip = never_skip;
  BbSessions *sessions = callgrind
                             ? busy_sessions ()
                             : bb_sessions_new_cars (&cars, options->from_ms, options->until_ms, &error);
  if (sessions == NULL)
    g_error ("%s", error->message);
  bb_sim_options_set_sessions (options, sessions);
  if (g_strcmp0 (load, "second") == 0)
    bb_sim_options_add_feed (options, &second);
  else if (g_strcmp0 (load, "constant") == 0)
    bb_sim_options_add_constant (options, 0, BB_INPUT_LOAD, BB_UNIT_AMPERES, constant);
  else
    bb_sim_options_add_households (options, 0, &homes);
  return options;
}

static void
print_line (const BbSummary *summary, gint64 bytes)
{
  struct rusage usage;
  getrusage (RUSAGE_SELF, &usage);
  gdouble ns = summary->cpu_s * 1e9 / (gdouble) summary->steps;
  const gchar *format
      = json
            ? "{\"stations\":%d,\"step_s\":%g,\"steps\":%" G_GUINT64_FORMAT
              ",\"engine_steps\":%" G_GUINT64_FORMAT ",\"cpu_s\":%.3f,\"ns_per_step\":%.1f,\"ns_per_engine_"
              "step\":%.1f,\"rss_mb\":%.1f,\"file_mb\":%.1f,"
              "\"delivered_pct\":%.2f}\n"
            : "%d stations, step %g s: %" G_GUINT64_FORMAT " steps, %" G_GUINT64_FORMAT
              " engine steps, %.3f s CPU, %.1f ns a step, %.1f ns an engine step, %.1f MB RSS, %.1f MB file, "
              "%.2f %% delivered\n";
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
  printf (format, n_stations, (gdouble) summary->step_ms / 1000, summary->steps, summary->engine_steps,
          summary->cpu_s, ns, summary->cpu_s * 1e9 / (gdouble) MAX (summary->engine_steps, 1),
          (gdouble) usage.ru_maxrss / 1024, (gdouble) bytes / 1e6, summary->delivered_pct);
#pragma GCC diagnostic pop
  fflush (stdout);
}

static void
run_one (gint64 duration_ms, gint64 step_ms)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (BbSimOptions) options = make_options (duration_ms, step_ms);
  g_autofree gchar *folder = g_dir_make_tmp ("busbar-bench-XXXXXX", &error);
  g_autofree gchar *path = g_build_filename (folder, "run.bbresult", NULL);
  struct stat status = { 0 };
  if (!no_result)
    options->result_path = g_strdup (path);
  g_autoptr (BbSimOutcome) outcome = bb_sim_run (options, NULL, NULL, NULL, &error);
  if (outcome == NULL)
    g_error ("%s", error->message);
  if (!no_result)
    stat (path, &status);
  print_line (outcome->summary, status.st_size);
  g_unlink (path);
  g_rmdir (folder);
}

int
main (int argc, char **argv)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GOptionContext) context = g_option_context_new (NULL);
  g_option_context_add_main_entries (context, entries, NULL);
  if (!g_option_context_parse (context, &argc, &argv, &error)) {
    g_printerr ("%s\n", error->message);
    return 2;
  }
  gint64 year_ms = G_GINT64_CONSTANT (365) * 86400000;
  if (callgrind) {
    no_result = TRUE;
    load = g_strdup ("second");
    run_one ((n_steps > 0 ? n_steps : 6000) * G_GINT64_CONSTANT (1000), 1000);
  } else if (days > 0 || step_s > 0) {
    run_one (days > 0 ? days * G_GINT64_CONSTANT (86400000) : year_ms, step_s > 0 ? step_s * 1000 : 1000);
  } else {
    run_one (year_ms, 1000);
    run_one (year_ms, 60000);
  }
  return 0;
}
