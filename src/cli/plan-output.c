/* SPDX-License-Identifier: GPL-3.0-or-later */
/* plan-output.c: a sweep's answers, table and assumptions, for people and for machines. */
#include "cli/plan-output.h"

#include <glib/gi18n.h>
#include <inttypes.h>
#include <math.h>

#include "cli/print.h"
#include "model/reason-text.h"

/* ---- shared ----------------------------------------------------------------------------------- */

/* Called for each curve of the sweep: for each balancer and value of the other axis. */
typedef void (*CurveFunc) (const CliPlanView *view, const BbPlanPoint *like, BbPlanAxis axis,
                           const BbPlanAnswer *answer, gpointer data);

static gboolean
is_swept (const CliPlanView *view, BbPlanAxis axis)
{
  const BbPlanPoint *first = g_ptr_array_index (view->plan->points, 0);

  return axis == BB_PLAN_BY_RATING ? first->rating_ma > 0 : first->n_stations > 0;
}

static void
foreach_curve (const CliPlanView *view, BbPlanAxis axis, CurveFunc function, gpointer data)
{
  for (guint i = 0; i < view->plan->points->len && is_swept (view, axis); i++) {
    const BbPlanPoint *point = g_ptr_array_index (view->plan->points, i);
    g_autoptr (GPtrArray) curve = bb_plan_curve (view->plan, point, axis);
    BbPlanAnswer answer;
    if (g_ptr_array_index (curve, 0) != point)
      continue; /* each curve once: at its first point */
    bb_plan_answer (curve, axis, view->target_pct, &answer);
    function (view, point, axis, &answer, data);
  }
}

static const char *
balancer_name (int balancer)
{
  if (balancer == BB_SIM_BALANCER_NONE)
    return "none";
  return balancer == BB_SIM_BALANCER_SITE ? "site" : bbe_balancer_name ((guint8) balancer);
}

static const BbCircuitFields *
circuit_of (const CliPlanView *view)
{
  return bb_circuit_peek (bb_site_circuit (view->plan->site, view->plan->circuit));
}

/* The rating that a point has on the varied circuit. */
static gint32
rating_of (const CliPlanView *view, const BbPlanPoint *point)
{
  return point->rating_ma > 0 ? point->rating_ma : circuit_of (view)->rating_ma[0];
}

static gboolean
any_point (const CliPlanView *view, gboolean (*is) (const BbPlanPoint *point))
{
  for (guint i = 0; i < view->plan->points->len; i++)
    if (is (g_ptr_array_index (view->plan->points, i)))
      return TRUE;
  return FALSE;
}

static gboolean
is_failsafe_zeroed (const BbPlanPoint *point)
{
  return point->failsafe_zeroed;
}

static gboolean
is_copied (const BbPlanPoint *point)
{
  return point->n_stations > 0;
}

/* What the answers rest on. (transfer full) (element-type utf8) */
static GPtrArray *
assumptions (const CliPlanView *view)
{
  const BbPlan *plan = view->plan;
  GPtrArray *list = g_ptr_array_new_with_free_func (g_free);
  g_autofree char *from = bb_reason_local_time (plan->from_ms, view->zone);
  g_autofree char *until = bb_reason_local_time (plan->until_ms, view->zone);

  g_autofree char *seeds
      = g_strdup_printf (ngettext ("%d seed", "%d seeds, the worst of them", (gulong) view->seeds),
                         view->seeds);
  g_ptr_array_add (list, g_strdup_printf (_ ("%s – %s, step %" PRId64 " s, %s"), from, until,
                                          plan->step_ms / 1000, seeds));
  g_ptr_array_add (list,
                   g_strdup (
                       _ ("energy reached: of what the cars could take while they stay, were there no limit; "
                          "sessions that had not ended are left out")));
  g_ptr_array_add (list, g_strdup (_ (
                             "good enough: the energy, no rating exceeded for more than 10 s at a time, no "
                             "protective device that could have opened")));
  if (view->made_up)
    g_ptr_array_add (list, g_strdup (_ ("made-up cars, in proportion to the stations")));
  else if (any_point (view, is_copied))
    g_ptr_array_add (list,
                     g_strdup (
                         _ ("sessions in proportion to the stations; copies of a session are moved by up to "
                            "an hour")));
  if (any_point (view, is_copied))
    g_ptr_array_add (list, g_strdup (_ ("further stations are copies of the first ones, phases rotated")));
  if (any_point (view, is_failsafe_zeroed))
    g_ptr_array_add (list,
                     g_strdup (
                         _ ("where the stations' fail-safe currents exceed the offline limit they are set to "
                            "0.0 A: set the stations so")));
  for (guint i = 0; i < plan->notes->len; i++)
    g_ptr_array_add (list, g_strdup (g_ptr_array_index (plan->notes, i)));
  return list;
}

/* ---- text ------------------------------------------------------------------------------------- */

/* ", 12 stations, balancer fair": what else the curve has, where that is one of several. */
static char *
curve_name (const CliPlanView *view, const BbPlanPoint *like, BbPlanAxis axis)
{
  GString *text = g_string_new (NULL);

  if (axis == BB_PLAN_BY_RATING && like->n_stations > 0)
    g_string_append_printf (text, ngettext (", %u station", ", %u stations", like->n_stations),
                            like->n_stations);
  if (axis == BB_PLAN_BY_STATIONS && like->rating_ma > 0)
    g_string_append_printf (text, _ (", %d A"), like->rating_ma / 1000);
  if (like->balancer != BB_SIM_BALANCER_SITE)
    g_string_append_printf (text, _ (", balancer %s"), balancer_name (like->balancer));
  return g_string_free (text, FALSE);
}

static char *
value_text (const BbPlanPoint *point, BbPlanAxis axis)
{
  if (axis == BB_PLAN_BY_RATING)
    return g_strdup_printf ("%d A", point->rating_ma / 1000);
  return g_strdup_printf (ngettext ("%u station", "%u stations", point->n_stations), point->n_stations);
}

/* "with 20 A it is 91.2 %", "20 A is not allowed". */
static void
print_next (const CliPlanView *view, const BbPlanPoint *bad, BbPlanAxis axis)
{
  g_autofree char *value = value_text (bad, axis);

  if (bad->refused)
    g_print (_ (" %s: not allowed by the checker."), value);
  else if (!isfinite (bad->reached_pct))
    g_print (_ (" %s: no session ended within the run; choose more days."), value);
  else if (bad->reached_pct < view->target_pct)
    g_print (_ (" %s: %.1f %%."), value, bad->reached_pct);
  else
    g_print (_ (" %s: over a rating for %.0f s at a time."), value, (double) bad->longest_over_ms / 1000.0);
}

static void
print_answer (const CliPlanView *view, const BbPlanPoint *like, BbPlanAxis axis, const BbPlanAnswer *answer,
              gpointer data)
{
  g_autofree char *name = curve_name (view, like, axis);

  if (!answer->best) {
    g_print (axis == BB_PLAN_BY_RATING ? _ ("No rating tried is enough for %.1f %% of the energy%s.")
                                       : _ ("No number of stations tried gets %.1f %% of the energy%s."),
             view->target_pct, name);
  } else {
    g_autofree char *value = value_text (answer->best, axis);
    g_print (axis == BB_PLAN_BY_RATING ? _ ("Smallest fuse for %.1f %% of the energy%s: %s (%.1f %%).")
                                       : _ ("Most stations with %.1f %% of the energy%s: %s (%.1f %%)."),
             view->target_pct, name, value, answer->best->reached_pct);
  }
  if (answer->next_bad)
    print_next (view, answer->next_bad, axis);
  else if (answer->best)
    g_print (axis == BB_PLAN_BY_RATING ? _ (" Smaller ones were not tried.") : _ (" More were not tried."));
  if (answer->gap)
    g_print (_ (" Beyond that the table has points that are good enough again; do not rely on them."));
  if (answer->knee) {
    g_autofree char *knee = value_text (answer->knee, axis);
    g_print (_ (" Knee of the curve: %s."), knee);
  }
  g_print ("\n");
}

static void
print_base_load (const CliPlanView *view)
{
  const BbCircuitFields *circuit = circuit_of (view);
  gint32 least_ma = G_MAXINT32, most_ma = 0;

  for (guint i = 0; i < view->plan->points->len; i++) {
    gint32 ma = rating_of (view, g_ptr_array_index (view->plan->points, i));
    least_ma = MIN (least_ma, ma);
    most_ma = MAX (most_ma, ma);
  }
  g_print (_ ("Without any car %s carries up to %.1f A"), *circuit->name ? circuit->name : circuit->id,
           (double) view->plan->base_peak_ma / 1000.0);
  if (view->plan->base_peak_ma <= least_ma)
    g_print (_ (": the base load alone fits.\n"));
  else if (view->plan->base_peak_ma > most_ma)
    g_print (_ (": the base load alone exceeds every rating tried.\n"));
  else
    g_print (_ (": the base load alone exceeds the smaller ratings tried.\n"));
}

static const char *
verdict (const CliPlanView *view, const BbPlanPoint *point)
{
  if (point->may_trip)
    return _ ("could trip");
  if (point->longest_over_ms > BB_PLAN_EXCESS_MS)
    return _ ("over a rating");
  return bb_plan_is_good (point, view->target_pct) ? _ ("good") : _ ("too little energy");
}

static void
add_point_row (CliTable *table, const CliPlanView *view, const BbPlanPoint *point)
{
  g_autofree char *stations
      = point->n_stations ? g_strdup_printf ("%u", point->n_stations) : g_strdup (_ ("site"));

  if (point->rating_ma)
    cli_table_add_number (table, point->rating_ma / 1000.0, 0, "A");
  else
    cli_table_add (table, _ ("site"));
  cli_table_add (table, stations);
  cli_table_add (table, balancer_name (point->balancer));
  if (point->refused) {
    for (guint i = 0; i < 7; i++)
      cli_table_add (table, i == 6 ? _ ("not allowed") : "–");
    return;
  }
  cli_table_add_number (table, point->reached_pct, 1, "%");
  cli_table_add_number (table, point->delivered_pct, 1, "%");
  cli_table_add_number (table, point->sessions_met_pct, 1, "%");
  cli_table_add_number (table, point->p5_pct, 1, "%");
  cli_table_add_number (table, (double) point->peak_ma / 1000.0, 1, "A");
  cli_table_add_number (table, (double) point->longest_over_ms / 1000.0, 0, "s");
  cli_table_add (table, verdict (view, point));
}

void
cli_plan_print_text (const CliPlanView *view)
{
  g_autoptr (CliTable) table = cli_table_new ("rrlrrrrrrl");
  g_autoptr (GPtrArray) list = assumptions (view);
  const char *const header[]
      = { _ ("Fuse"), _ ("Stations"),  _ ("Balancer"), _ ("Reached"),      _ ("Of wanted"),
          _ ("Met"),  _ ("Worst 5 %"), _ ("Peak"),     _ ("Longest over"), _ ("Verdict") };
  const char *refused = NULL;

  foreach_curve (view, BB_PLAN_BY_RATING, print_answer, NULL);
  foreach_curve (view, BB_PLAN_BY_STATIONS, print_answer, NULL);
  print_base_load (view);
  for (guint i = 0; i < G_N_ELEMENTS (header); i++)
    cli_table_add (table, header[i]);
  for (guint i = 0; i < view->plan->points->len; i++) {
    const BbPlanPoint *point = g_ptr_array_index (view->plan->points, i);
    add_point_row (table, view, point);
    refused = refused ? refused : point->refused;
  }
  g_print ("\n");
  cli_table_print (table);
  if (refused)
    g_print (_ ("\nNot allowed: the checker refuses such a site, the first because of %s\n"), refused);
  g_print ("\n%s\n", _ ("Assumed:"));
  for (guint i = 0; i < list->len; i++)
    g_print ("  %s\n", (const char *) g_ptr_array_index (list, i));
}

/* ---- JSON ------------------------------------------------------------------------------------- */

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
add_count (JsonBuilder *builder, const char *key, gint64 value, gboolean stated)
{
  json_builder_set_member_name (builder, key);
  if (stated)
    json_builder_add_int_value (builder, value);
  else
    json_builder_add_null_value (builder);
}

static void
add_flag (JsonBuilder *builder, const char *key, gboolean value)
{
  json_builder_set_member_name (builder, key);
  json_builder_add_boolean_value (builder, value);
}

static void
add_point (JsonBuilder *builder, const CliPlanView *view, const BbPlanPoint *point)
{
  gboolean ran = !point->refused;

  json_builder_begin_object (builder);
  add_number (builder, "fuse_a", point->rating_ma ? point->rating_ma / 1000.0 : NAN);
  add_count (builder, "stations", point->n_stations, point->n_stations > 0);
  cli_add_text (builder, "balancer", balancer_name (point->balancer));
  add_number (builder, "energy_wanted_kwh", ran ? point->wanted_kwh : NAN);
  add_number (builder, "reached_pct", ran ? point->reached_pct : NAN);
  add_number (builder, "delivered_pct", ran ? point->delivered_pct : NAN);
  add_number (builder, "sessions_met_pct", ran ? point->sessions_met_pct : NAN);
  add_number (builder, "p5_pct", ran ? point->p5_pct : NAN);
  add_number (builder, "jain", ran ? point->jain : NAN);
  add_number (builder, "peak_a", ran ? (double) point->peak_ma / 1000.0 : NAN);
  add_number (builder, "over_rating_s", ran ? (double) point->over_rating_ms / 1000.0 : NAN);
  add_number (builder, "longest_over_s", ran ? (double) point->longest_over_ms / 1000.0 : NAN);
  add_flag (builder, "could_trip", point->may_trip);
  add_flag (builder, "failsafe_zeroed", point->failsafe_zeroed);
  add_flag (builder, "base_load_fits", view->plan->base_peak_ma <= rating_of (view, point));
  add_flag (builder, "good", bb_plan_is_good (point, view->target_pct));
  cli_add_text (builder, "refused", point->refused);
  json_builder_end_object (builder);
}

static void
add_value (JsonBuilder *builder, const char *key, const BbPlanPoint *point, BbPlanAxis axis)
{
  gint64 value = !point ? 0 : axis == BB_PLAN_BY_RATING ? point->rating_ma / 1000 : point->n_stations;

  add_count (builder, key, value, point != NULL);
}

static void
add_answer (const CliPlanView *view, const BbPlanPoint *like, BbPlanAxis axis, const BbPlanAnswer *answer,
            gpointer data)
{
  JsonBuilder *builder = data;
  gboolean by_rating = axis == BB_PLAN_BY_RATING;

  json_builder_begin_object (builder);
  cli_add_text (builder, "question", by_rating ? "smallest_fuse_a" : "most_stations");
  add_value (builder, "answer", answer->best, axis);
  add_value (builder, "next_not_enough", answer->next_bad, axis);
  add_value (builder, "knee", answer->knee, axis);
  add_flag (builder, "not_monotone", answer->gap);
  add_number (builder, "fuse_a", !by_rating && like->rating_ma > 0 ? like->rating_ma / 1000.0 : NAN);
  add_count (builder, "stations", like->n_stations, by_rating && like->n_stations > 0);
  cli_add_text (builder, "balancer", balancer_name (like->balancer));
  json_builder_end_object (builder);
}

void
cli_plan_print_json (const CliPlanView *view)
{
  g_autoptr (JsonBuilder) builder = json_builder_new ();
  g_autoptr (GPtrArray) list = assumptions (view);
  g_autoptr (JsonNode) root = NULL;

  json_builder_begin_object (builder);
  add_number (builder, "target_pct", view->target_pct);
  cli_add_text (builder, "circuit", circuit_of (view)->id);
  add_number (builder, "base_load_peak_a", (double) view->plan->base_peak_ma / 1000.0);
  json_builder_set_member_name (builder, "answers");
  json_builder_begin_array (builder);
  foreach_curve (view, BB_PLAN_BY_RATING, add_answer, builder);
  foreach_curve (view, BB_PLAN_BY_STATIONS, add_answer, builder);
  json_builder_end_array (builder);
  json_builder_set_member_name (builder, "points");
  json_builder_begin_array (builder);
  for (guint i = 0; i < view->plan->points->len; i++)
    add_point (builder, view, g_ptr_array_index (view->plan->points, i));
  json_builder_end_array (builder);
  json_builder_set_member_name (builder, "assumptions");
  json_builder_begin_array (builder);
  for (guint i = 0; i < list->len; i++)
    json_builder_add_string_value (builder, g_ptr_array_index (list, i));
  json_builder_end_array (builder);
  json_builder_end_object (builder);
  root = json_builder_get_root (builder);
  cli_print_json (root);
}
