/* SPDX-License-Identifier: GPL-3.0-or-later */
/* plan.c: `busbar-cli plan`: which main fuse, how many stations, which balancer: a table of many runs. */
#include <glib/gi18n.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "cli/command.h"
#include "cli/plan-sweep.h"
#include "cli/print.h"
#include "cli/terminal.h"

/* More runs than this are more likely a slip of the fingers than a question. */
#define MOST_RUNS        5000
#define DEFAULT_WANT_PCT 98.0

/* Ratings of main fuses that are sold: IEC 60269-2 (gG), 10 A and up. */
static const guint fuses_a[]
    = { 10, 16, 20, 25, 32, 35, 40, 50, 63, 80, 100, 125, 160, 200, 250, 315, 400, 500, 630 };

typedef struct Question {
  char *fuses, *stations, *balancers, *arrivals;
  double want_pct, cars, energy_kwh;
  int seeds;
  gboolean json;
} Question;

static void
question_clear (Question *question)
{
  g_free (question->fuses);
  g_free (question->stations);
  g_free (question->balancers);
  g_free (question->arrivals);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Question, question_clear)

static const char description[] = N_ (
    "LIST is numbers and ranges: 25,35,50 or 16-63 (for --fuse: the sizes that are sold, in that range).\n"
    "Each combination is simulated with each seed; a row of the table is the worst of its seeds.\n"
    "With --stations the cars are made up, unless --sessions is given: --cars a day and station. Stations\n"
    "that the site lacks are copies of those it has. With another --fuse the groups' offline limits are\n"
    "what the stated other load leaves.\n"
    "\n"
    "Exit code 1 when nothing reaches --want.\n"
    "\n"
    "Examples:\n"
    "  busbar-cli plan villa.busbar --fuse 16-63\n"
    "  busbar-cli plan garage.busbar --stations 1-20 --cars 0.8 --energy 10 --seeds 5\n"
    "  busbar-cli plan office.busbar --balancers fair,rotate,none --days 7 --json");

static CliParse
parse (int *argc, char ***argv, CliChoices *choices, Question *question)
{
  const GOptionEntry own[] = {
    { "fuse", 0, 0, G_OPTION_ARG_STRING, &question->fuses, N_ ("Ratings of the main fuse, A"), N_ ("LIST") },
    { "stations", 0, 0, G_OPTION_ARG_STRING, &question->stations, N_ ("Numbers of stations"), N_ ("LIST") },
    { "balancers", 0, 0, G_OPTION_ARG_STRING, &question->balancers, N_ ("Names, with commas; none: off"),
      N_ ("NAMES") },
    { "seeds", 0, 0, G_OPTION_ARG_INT, &question->seeds, N_ ("Runs of each, with different seeds; default 1"),
      N_ ("N") },
    { "want", 0, 0, G_OPTION_ARG_DOUBLE, &question->want_pct,
      N_ ("Share of the wanted energy that is good enough, %; default 98"), N_ ("PCT") },
    { "cars", 0, 0, G_OPTION_ARG_DOUBLE, &question->cars, N_ ("Made-up cars a day and station; default 1"),
      N_ ("N") },
    { "energy", 0, 0, G_OPTION_ARG_DOUBLE, &question->energy_kwh, N_ ("Their mean energy; default 12 kWh"),
      N_ ("KWH") },
    { "arrivals", 0, 0, G_OPTION_ARG_STRING, &question->arrivals, N_ ("When they come: home, work or public"),
      N_ ("KIND") },
    { "json", 0, 0, G_OPTION_ARG_NONE, &question->json, N_ ("Print one JSON object with the curve's points"),
      NULL },
    G_OPTION_ENTRY_NULL
  };
  g_autofree GOptionEntry *entries = cli_choices_entries (choices, own);

  return cli_parse (
      argc, argv, entries, _ ("SITE"),
      _ ("Answers which main fuse is enough, how many stations a board carries, which balancer does "
         "best."),
      _ (description), 1, 1);
}

/* ---- lists ------------------------------------------------------------------------------------ */

static gboolean
parse_number (const char *text, guint most, guint *value)
{
  guint64 number = 0;

  if (!g_ascii_string_to_unsigned (text, 10, 1, most, &number, NULL))
    return FALSE;
  *value = (guint) number;
  return TRUE;
}

static void
append_range (GArray *values, guint from, guint to, gboolean fuses)
{
  for (guint value = from; value <= to && !fuses; value++)
    g_array_append_val (values, value);
  for (guint i = 0; i < G_N_ELEMENTS (fuses_a) && fuses; i++)
    if (fuses_a[i] >= from && fuses_a[i] <= to)
      g_array_append_val (values, fuses_a[i]);
}

/* "1-4,8": 1 2 3 4 8. Of fuses a range means the sizes that are sold. NULL: complained. */
static GArray *
parse_list (const char *option, const char *text, guint most, gboolean fuses)
{
  g_autoptr (GArray) values = g_array_new (FALSE, FALSE, sizeof (guint));
  g_auto (GStrv) items = g_strsplit (text, ",", -1);

  for (guint i = 0; items[i]; i++) {
    g_auto (GStrv) ends = g_strsplit (items[i], "-", 2);
    guint from = 0, to = 0;
    gboolean range = ends[0] && ends[1];
    if (!ends[0] || !parse_number (ends[0], most, &from) || (range && !parse_number (ends[1], most, &to))
        || (range && to < from)) {
      cli_complain (_ ("%s: '%s' is neither a number from 1 to %u nor a range of such."), option, items[i],
                    most);
      return NULL;
    }
    if (range)
      append_range (values, from, to, fuses);
    else
      g_array_append_val (values, from);
  }
  if (values->len == 0) {
    cli_complain (_ ("%s: '%s' holds nothing to try."), option, text);
    return NULL;
  }
  return g_steal_pointer (&values);
}

static GArray *
parse_balancers (const char *text)
{
  g_autoptr (GArray) values = g_array_new (FALSE, FALSE, sizeof (int));
  g_auto (GStrv) names = g_strsplit (text ? text : "site", ",", -1);

  for (guint i = 0; names[i]; i++) {
    int balancer = 0;
    if (!cli_find_balancer (names[i], &balancer))
      return NULL;
    g_array_append_val (values, balancer);
  }
  return g_steal_pointer (&values);
}

/* One value 0, "as the site says", where the option is absent. */
static GArray *
parse_list_or_site (const char *option, const char *text, guint most, gboolean fuses)
{
  GArray *values = NULL;
  guint as_site = 0;

  if (text)
    return parse_list (option, text, most, fuses);
  values = g_array_new (FALSE, FALSE, sizeof (guint));
  return g_array_append_val (values, as_site);
}

/* ---- points ----------------------------------------------------------------------------------- */

static void
free_point (gpointer point)
{
  cli_point_free (point);
}

/* All combinations; NULL: complained. */
static GPtrArray *
make_points (const Question *question)
{
  gboolean nothing = !question->fuses && !question->stations && !question->balancers;
  g_autoptr (GArray) fuses = parse_list_or_site ("--fuse", nothing ? "16-125" : question->fuses, 10000, TRUE);
  g_autoptr (GArray) stations
      = fuses ? parse_list_or_site ("--stations", question->stations, BBE_MAX_STATIONS, FALSE) : NULL;
  g_autoptr (GArray) balancers = stations ? parse_balancers (question->balancers) : NULL;
  g_autoptr (GPtrArray) points = g_ptr_array_new_with_free_func (free_point);

  if (!balancers)
    return NULL;
  if ((guint64) fuses->len * stations->len * balancers->len * (guint) question->seeds > MOST_RUNS) {
    cli_complain (_ ("These are more than %d runs; ask for fewer at once."), MOST_RUNS);
    return NULL;
  }
  for (guint b = 0; b < balancers->len; b++) {
    for (guint s = 0; s < stations->len; s++) {
      for (guint f = 0; f < fuses->len; f++) {
        CliPoint *point = g_new0 (CliPoint, 1);
        point->fuse_ma = (gint32) g_array_index (fuses, guint, f) * 1000;
        point->n_stations = g_array_index (stations, guint, s);
        point->balancer = g_array_index (balancers, int, b);
        g_ptr_array_add (points, point);
      }
    }
  }
  return g_steal_pointer (&points);
}

/* ---- answers ---------------------------------------------------------------------------------- */

static gboolean
is_good (const CliPoint *point, double want_pct)
{
  return !point->refused && point->over_rating_ms == 0 && !(point->delivered_pct < want_pct);
}

/* The best point of those that are good enough: the smallest fuse, or the most stations. */
static const CliPoint *
find_best (GPtrArray *points, double want_pct, gboolean by_fuse)
{
  const CliPoint *best = NULL;

  for (guint i = 0; i < points->len; i++) {
    const CliPoint *point = g_ptr_array_index (points, i);
    if (!is_good (point, want_pct))
      continue;
    if (!best || (by_fuse ? point->fuse_ma < best->fuse_ma : point->n_stations > best->n_stations))
      best = point;
  }
  return best;
}

static const char *
balancer_name (int balancer)
{
  if (balancer == BB_SIM_BALANCER_NONE)
    return "none";
  return balancer == BB_SIM_BALANCER_SITE ? "site" : bbe_balancer_name ((uint8_t) balancer);
}

static void
print_sentences (GPtrArray *points, double want_pct)
{
  const CliPoint *first = g_ptr_array_index (points, 0);
  const CliPoint *fuse = find_best (points, want_pct, TRUE);
  const CliPoint *most = find_best (points, want_pct, FALSE);

  if (!fuse)
    g_print (_ ("Nothing of what was tried delivers %.1f %% of the energy within the ratings.\n"), want_pct);
  else if (first->fuse_ma > 0)
    g_print (_ ("Smallest main fuse for %.1f %% of the energy: %d A.\n"), want_pct, fuse->fuse_ma / 1000);
  if (most && first->n_stations > 0)
    g_print (_ ("Most stations with %.1f %% of the energy: %u.\n"), want_pct, most->n_stations);
  if (fuse && first->fuse_ma == 0 && first->n_stations == 0)
    g_print (_ ("%.1f %% of the energy is reached; see the table.\n"), want_pct);
}

static void
add_point_row (CliTable *table, const CliPoint *point)
{
  g_autofree char *stations
      = point->n_stations ? g_strdup_printf ("%u", point->n_stations) : g_strdup (_ ("site"));

  if (point->fuse_ma)
    cli_table_add_number (table, point->fuse_ma / 1000.0, 0, "A");
  else
    cli_table_add (table, _ ("site"));
  cli_table_add (table, stations);
  cli_table_add (table, balancer_name (point->balancer));
  if (point->refused) {
    for (guint i = 0; i < 5; i++)
      cli_table_add (table, i == 4 ? _ ("not allowed") : "–");
    return;
  }
  cli_table_add_number (table, point->delivered_pct, 1, "%");
  cli_table_add_number (table, point->sessions_met_pct, 1, "%");
  cli_table_add_number (table, point->p5_pct, 1, "%");
  cli_table_add_number (table, (double) point->peak_ma / 1000.0, 1, "A");
  cli_table_add (table, point->over_rating_ms > 0 ? _ ("over its rating") : _ ("within ratings"));
}

static void
print_text (GPtrArray *points, double want_pct)
{
  g_autoptr (CliTable) table = cli_table_new ("rrlrrrrl");
  const char *const header[] = { _ ("Main fuse"), _ ("Stations"),  _ ("Balancer"), _ ("Delivered"),
                                 _ ("Met"),       _ ("Worst 5 %"), _ ("Peak"),     _ ("Fuses") };
  const char *refused = NULL;

  print_sentences (points, want_pct);
  for (guint i = 0; i < G_N_ELEMENTS (header); i++)
    cli_table_add (table, header[i]);
  for (guint i = 0; i < points->len; i++) {
    const CliPoint *point = g_ptr_array_index (points, i);
    add_point_row (table, point);
    refused = refused ? refused : point->refused;
  }
  g_print ("\n");
  cli_table_print (table);
  if (refused)
    g_print (_ ("\nNot allowed: the checker refuses such a site, the first because of: %s\n"), refused);
}

static void
add_number (JsonBuilder *builder, const char *key, double value)
{
  json_builder_set_member_name (builder, key);
  if (isfinite (value))
    json_builder_add_double_value (builder, value);
  else
    json_builder_add_null_value (builder);
}

static void
add_point_json (JsonBuilder *builder, const CliPoint *point)
{
  gboolean ran = !point->refused;

  json_builder_begin_object (builder);
  add_number (builder, "fuse_a", point->fuse_ma ? point->fuse_ma / 1000.0 : NAN);
  add_number (builder, "stations", point->n_stations ? point->n_stations : NAN);
  json_builder_set_member_name (builder, "balancer");
  json_builder_add_string_value (builder, balancer_name (point->balancer));
  add_number (builder, "delivered_pct", ran ? point->delivered_pct : NAN);
  add_number (builder, "sessions_met_pct", ran ? point->sessions_met_pct : NAN);
  add_number (builder, "p5_pct", ran ? point->p5_pct : NAN);
  add_number (builder, "peak_a", ran ? (double) point->peak_ma / 1000.0 : NAN);
  add_number (builder, "over_rating_s", ran ? (double) point->over_rating_ms / 1000.0 : NAN);
  json_builder_set_member_name (builder, "refused");
  if (ran)
    json_builder_add_null_value (builder);
  else
    json_builder_add_string_value (builder, point->refused);
  json_builder_end_object (builder);
}

static void
print_json (GPtrArray *points, double want_pct)
{
  const CliPoint *fuse = find_best (points, want_pct, TRUE);
  const CliPoint *most = find_best (points, want_pct, FALSE);
  g_autoptr (JsonBuilder) builder = json_builder_new ();
  g_autoptr (JsonNode) root = NULL;

  json_builder_begin_object (builder);
  add_number (builder, "want_pct", want_pct);
  add_number (builder, "smallest_fuse_a", fuse && fuse->fuse_ma ? fuse->fuse_ma / 1000.0 : NAN);
  add_number (builder, "most_stations", most && most->n_stations ? most->n_stations : NAN);
  json_builder_set_member_name (builder, "points");
  json_builder_begin_array (builder);
  for (guint i = 0; i < points->len; i++)
    add_point_json (builder, g_ptr_array_index (points, i));
  json_builder_end_array (builder);
  json_builder_end_object (builder);
  root = json_builder_get_root (builder);
  cli_print_json (root);
}

/* ---- the command ------------------------------------------------------------------------------ */

static gboolean
question_makes_sense (const Question *question, CliCars *cars)
{
  static const char *const kinds[] = { "home", "work", "public" };
  guint kind = 0;

  while (question->arrivals && kind < G_N_ELEMENTS (kinds) && strcmp (kinds[kind], question->arrivals) != 0)
    kind++;
  if (kind == G_N_ELEMENTS (kinds))
    cli_complain (_ ("--arrivals: '%s' is none of home, work and public."), question->arrivals);
  else if (question->seeds < 1 || question->seeds > MOST_RUNS)
    cli_complain (_ ("--seeds must be between 1 and %d."), MOST_RUNS);
  else if (!(question->want_pct > 0 && question->want_pct <= 100))
    cli_complain (_ ("--want must be over 0 and at most 100 %%."));
  else if (!(question->cars >= 0 && question->cars <= 20))
    cli_complain (_ ("--cars must be between 0 and 20 a day and station."));
  else if (!(question->energy_kwh > 0 && question->energy_kwh <= 200))
    cli_complain (_ ("--energy must be over 0 and at most 200 kWh."));
  else {
    *cars = (CliCars){ question->cars, question->energy_kwh, (BbArrivals) kind };
    return TRUE;
  }
  return FALSE;
}

static CliExit
run (CliSweep *sweep, const Question *question)
{
  g_autoptr (GError) error = NULL;
  CliProgress progress = CLI_PROGRESS_INIT;
  gboolean done = cli_sweep_run (sweep, cli_interruptible (), cli_progress_function (), &progress, &error);

  cli_progress_end (&progress);
  if (!done)
    return cli_fail (error);
  if (question->json)
    print_json (sweep->points, question->want_pct);
  else
    print_text (sweep->points, question->want_pct);
  return find_best (sweep->points, question->want_pct, TRUE) ? CLI_OK : CLI_PROBLEMS;
}

CliExit
cli_plan (int argc, char *argv[])
{
  g_auto (CliChoices) choices = CLI_CHOICES_INIT;
  g_auto (Question) question = { .want_pct = DEFAULT_WANT_PCT, .energy_kwh = 12, .cars = -1, .seeds = 1 };
  g_autoptr (GError) error = NULL;
  g_autoptr (BbSite) site = NULL;
  g_autoptr (BbZone) zone = NULL;
  g_autoptr (GPtrArray) points = NULL;
  CliCars cars;

  if (parse (&argc, &argv, &choices, &question) != CLI_PARSE_OK || !cli_choices_make_sense (&choices))
    return CLI_USAGE;
  if (question.cars == -1)
    question.cars = question.stations && !choices.sessions ? 1 : 0;
  if (!question_makes_sense (&question, &cars) || !(points = make_points (&question)))
    return CLI_USAGE;
  site = cli_load_checked_site (argv[1], &error);
  if (!site || !(zone = bb_zone_new (bb_site_peek (site)->timezone, &error)))
    return cli_fail (error);
  CliSweep sweep = { site, zone, &choices, cars, (guint) question.seeds, points };
  return run (&sweep, &question);
}
