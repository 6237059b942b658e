/* SPDX-License-Identifier: GPL-3.0-or-later */
/* plan.c: `busbar-cli plan`: which main fuse, how many stations, which balancer: a table of many runs. */
#include <glib/gi18n.h>
#include <stdlib.h>
#include <string.h>

#include "cli/command.h"
#include "cli/plan-output.h"
#include "cli/simulate-options.h"
#include "cli/terminal.h"

/* More runs than this are more likely a slip of the fingers than a question. */
#define MOST_RUNS          5000
#define DEFAULT_TARGET_PCT 98.0

/* Ratings of main fuses that are sold: IEC 60269-1 and -2 (gG), 10 A and up. */
static const guint fuses_a[]
    = { 10, 16, 20, 25, 32, 35, 40, 50, 63, 80, 100, 125, 160, 200, 250, 315, 400, 500, 630 };

typedef struct Question {
  char *fuses, *circuit, *stations, *balancers, *arrivals;
  double target_pct, cars, energy_kwh;
  int seeds;
  gboolean json;
} Question;

static void
question_clear (Question *question)
{
  char *texts[]
      = { question->fuses, question->circuit, question->stations, question->balancers, question->arrivals };

  for (guint i = 0; i < G_N_ELEMENTS (texts); i++)
    g_free (texts[i]);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Question, question_clear)

static const char description[] = N_ (
    "LIST is numbers and ranges: 25,35,50 or 16..63 (for --fuse: the sizes that are sold, in that range).\n"
    "Each combination is simulated with each seed; a row of the table is the worst of its seeds. A row is "
    "good\n"
    "enough when it reaches --target of the energy that the cars could take while they stay, no rating is "
    "exceeded\n"
    "for more than 10 s at a time, and no protective device could have opened.\n"
    "\n"
    "With another --fuse, limits that are that rating by another name go with it, and the offline limits "
    "keep what\n"
    "they leave to the other load. Stations that the site lacks are copies of those it has, phases rotated; "
    "as\n"
    "many sessions come to each as before, or, with --cars, made-up ones.\n"
    "\n"
    "Exit code 1 when nothing reaches --target.\n"
    "\n"
    "Examples:\n"
    "  busbar-cli plan villa.busbar --fuse 16..63\n"
    "  busbar-cli plan garage.busbar --stations 1..20 --cars 0.8 --energy 10 --seeds 5\n"
    "  busbar-cli plan garage.busbar --circuit garage --fuse 32,40,50,63\n"
    "  busbar-cli plan office.busbar --balancers all --days 7 --json");

static CliParse
parse (int *argc, char ***argv, CliChoices *choices, Question *question)
{
  const GOptionEntry own[]
      = { { "fuse", 0, 0, G_OPTION_ARG_STRING, &question->fuses, N_ ("Ratings to try, A"), N_ ("LIST") },
          { "circuit", 0, 0, G_OPTION_ARG_STRING, &question->circuit,
            N_ ("Circuit whose rating --fuse varies; default: the first main one"), N_ ("ID") },
          { "stations", 0, 0, G_OPTION_ARG_STRING, &question->stations, N_ ("Numbers of stations"),
            N_ ("LIST") },
          { "balancers", 0, 0, G_OPTION_ARG_STRING, &question->balancers,
            N_ ("Names, with commas; all: the five; none: balancing off"), N_ ("NAMES") },
          { "seeds", 0, 0, G_OPTION_ARG_INT, &question->seeds,
            N_ ("Runs of each, with different seeds; default 1"), N_ ("N") },
          { "target", 0, 0, G_OPTION_ARG_DOUBLE, &question->target_pct,
            N_ ("Share of the energy that is good enough, %; default 98"), N_ ("PCT") },
          { "cars", 0, 0, G_OPTION_ARG_DOUBLE, &question->cars,
            N_ ("Made-up cars a day and station instead of the site's sessions"), N_ ("N") },
          { "energy", 0, 0, G_OPTION_ARG_DOUBLE, &question->energy_kwh,
            N_ ("Their mean energy; default 12 kWh"), N_ ("KWH") },
          { "arrivals", 0, 0, G_OPTION_ARG_STRING, &question->arrivals,
            N_ ("When they come: home, work or public"), N_ ("KIND") },
          { "json", 0, 0, G_OPTION_ARG_NONE, &question->json,
            N_ ("Print one JSON object with the curve's points"), NULL },
          G_OPTION_ENTRY_NULL };
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

/* "1-4,8" or "1..4,8": 1 2 3 4 8. Of fuses a range means the sizes that are sold. NULL: complained. */
static GArray *
parse_list (const char *option, const char *text, guint most, gboolean fuses)
{
  g_autoptr (GArray) values = g_array_new (FALSE, FALSE, sizeof (guint));
  g_auto (GStrv) items = g_strsplit (text, ",", -1);

  for (guint i = 0; items[i]; i++) {
    g_auto (GStrv) ends = g_strsplit (items[i], strstr (items[i], "..") ? ".." : "-", 2);
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
  const char *all = "fair,priority,queue,rotate,deadline";
  g_auto (GStrv) names = g_strsplit (!text ? "site" : g_str_equal (text, "all") ? all : text, ",", -1);

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
  bb_plan_point_free (point);
}

static int
compare_numbers (gconstpointer a, gconstpointer b)
{
  guint left = *(const guint *) a, right = *(const guint *) b;

  return (left > right) - (left < right);
}

/* Rising, each once. */
static void
tidy (GArray *values)
{
  g_array_sort (values, compare_numbers);
  for (guint i = values->len; i > 1; i--)
    if (g_array_index (values, guint, i - 1) == g_array_index (values, guint, i - 2))
      g_array_remove_index (values, i - 1);
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
  tidy (fuses);
  tidy (stations);
  if ((guint64) fuses->len * stations->len * balancers->len * (guint) question->seeds > MOST_RUNS) {
    cli_complain (_ ("These are more than %d runs; ask for fewer at once."), MOST_RUNS);
    return NULL;
  }
  for (guint b = 0; b < balancers->len; b++)
    for (guint s = 0; s < stations->len; s++)
      for (guint f = 0; f < fuses->len; f++)
        g_ptr_array_add (points, bb_plan_point_new ((gint32) g_array_index (fuses, guint, f) * 1000,
                                                    g_array_index (stations, guint, s),
                                                    g_array_index (balancers, int, b)));
  return g_steal_pointer (&points);
}

/* ---- the command ------------------------------------------------------------------------------ */

static gboolean
question_makes_sense (const Question *question, BbArrivals *arrivals)
{
  static const char *const kinds[] = { "home", "work", "public" };
  guint kind = 0;

  while (question->arrivals && kind < G_N_ELEMENTS (kinds) && strcmp (kinds[kind], question->arrivals) != 0)
    kind++;
  if (kind == G_N_ELEMENTS (kinds))
    cli_complain (_ ("--arrivals: '%s' is none of home, work and public."), question->arrivals);
  else if (question->seeds < 1 || question->seeds > MOST_RUNS)
    cli_complain (_ ("--seeds must be between 1 and %d."), MOST_RUNS);
  else if (!(question->target_pct > 0 && question->target_pct <= 100))
    cli_complain (_ ("--target must be over 0 and at most 100 %%."));
  else if (question->cars != -1 && !(question->cars > 0 && question->cars <= 20))
    cli_complain (_ ("--cars must be over 0 and at most 20 a day and station."));
  else if (!(question->energy_kwh > 0 && question->energy_kwh <= 200))
    cli_complain (_ ("--energy must be over 0 and at most 200 kWh."));
  else {
    *arrivals = (BbArrivals) kind;
    return TRUE;
  }
  return FALSE;
}

/* What the runs of a sweep are made of. */
typedef struct Maker {
  const CliChoices *choices;
  BbZone *zone;
} Maker;

static BbSimOptions *
make_options (BbSite *site, guint seed, gpointer data, GError **error)
{
  const Maker *maker = data;
  CliChoices choices = *maker->choices; /* shallow: its texts stay where they are */
  gint stated = bb_simulation_peek (bb_site_peek (site)->simulation)->seed;

  if (seed > 0)
    choices.seed = (choices.seed != CLI_UNSET ? choices.seed : stated != BB_UNSTATED ? stated : 1) + seed;
  return cli_choices_to_options (&choices, site, maker->zone, error);
}

static gboolean
has_sessions (BbSite *site, const CliChoices *choices)
{
  gboolean found = choices->sessions != NULL;

  for (guint i = 0; i < g_list_model_get_n_items (bb_site_get_inputs (site)); i++)
    found |= bb_site_input_peek (bb_site_input (site, i))->kind == BB_SITE_INPUT_SESSIONS;
  return found;
}

static CliExit
run (BbPlan *plan, const Question *question, BbZone *zone, gboolean made_up)
{
  g_autoptr (GError) error = NULL;
  CliProgress progress = CLI_PROGRESS_INIT;
  gboolean done = bb_plan_run (plan, cli_interruptible (), cli_progress_function (), &progress, &error);
  BbPlanView view = { plan, zone, question->target_pct, made_up, question->seeds };

  cli_progress_end (&progress);
  if (!done)
    return cli_fail (error);
  if (question->json)
    cli_plan_print_json (&view);
  else
    cli_plan_print_text (&view);
  for (guint i = 0; i < plan->points->len; i++)
    if (bb_plan_is_good (g_ptr_array_index (plan->points, i), question->target_pct))
      return CLI_OK;
  return CLI_PROBLEMS;
}

static gboolean
find_circuit (const Question *question, BbSite *site, guint *circuit)
{
  gint found
      = question->circuit ? bb_site_find_circuit (site, question->circuit) : (gint) bb_sim_first_root (site);

  *circuit = (guint) found;
  if (found < 0)
    cli_complain (_ ("--circuit: the site has no circuit '%s'."), question->circuit);
  return found >= 0;
}

CliExit
cli_plan (int argc, char *argv[])
{
  g_auto (CliChoices) choices = CLI_CHOICES_INIT;
  g_auto (Question) question = { .target_pct = DEFAULT_TARGET_PCT, .energy_kwh = 12, .cars = -1, .seeds = 1 };
  g_auto (BbPlan) plan = { .make_options = make_options };
  g_autoptr (GError) error = NULL;
  g_autoptr (BbSite) site = NULL;
  g_autoptr (BbZone) zone = NULL;
  g_autoptr (GPtrArray) points = NULL;
  BbArrivals arrivals = BB_ARRIVALS_HOME;

  if (parse (&argc, &argv, &choices, &question) != CLI_PARSE_OK || !cli_choices_make_sense (&choices)
      || !question_makes_sense (&question, &arrivals) || !(points = make_points (&question)))
    return CLI_USAGE;
  site = cli_load_checked_site (argv[1], &error);
  if (!site || !(zone = bb_zone_new (bb_site_peek (site)->timezone, &error)))
    return cli_fail (error);
  if (!find_circuit (&question, site, &plan.circuit))
    return CLI_INPUT;
  gboolean made_up = question.cars != -1 || !has_sessions (site, &choices);
  BbCarsSpec cars = { .cars_per_day = question.cars != -1 ? question.cars : 1,
                      .arrivals = arrivals,
                      .energy_mean_wh = (guint32) (question.energy_kwh * 1000 + 0.5),
                      .three_phase_permille = bb_site_get_phases (site) == 7 ? 1000 : 0,
                      .zone = bb_zone_get_id (zone) };
  Maker maker = { &choices, zone };
  plan.site = site;
  plan.make_options_data = &maker;
  plan.cars = made_up ? &cars : NULL;
  plan.n_seeds = (guint) question.seeds;
  plan.points = points;
  return run (&plan, &question, zone, made_up);
}
