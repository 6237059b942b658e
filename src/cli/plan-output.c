/* SPDX-License-Identifier: GPL-3.0-or-later */
/* plan-output.c: a sweep's answers, table and assumptions, for people and for machines. */
#include "cli/plan-output.h"

#include <glib/gi18n.h>
#include <math.h>

#include "cli/print.h"

/* ---- shared ----------------------------------------------------------------------------------- */

/* Called for each curve of the sweep: for each balancer and value of the other axis. */
typedef void (*CurveFunc) (const BbPlanView *view, const BbPlanPoint *like, BbPlanAxis axis,
                           const BbPlanAnswer *answer, gpointer data);

static gboolean
is_swept (const BbPlanView *view, BbPlanAxis axis)
{
  const BbPlanPoint *first = g_ptr_array_index (view->plan->points, 0);

  return axis == BB_PLAN_BY_RATING ? first->rating_ma > 0 : first->n_stations > 0;
}

static void
foreach_curve (const BbPlanView *view, BbPlanAxis axis, CurveFunc function, gpointer data)
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

/* ---- text ------------------------------------------------------------------------------------- */

static void
print_answer (const BbPlanView *view, const BbPlanPoint *like, BbPlanAxis axis, const BbPlanAnswer *answer,
              gpointer data)
{
  g_autofree char *words = bb_plan_answer_words (view, like, axis, answer);

  g_print ("%s\n", words);
}

static void
add_point_row (CliTable *table, const BbPlanView *view, const BbPlanPoint *point)
{
  g_autofree char *stations
      = point->n_stations ? g_strdup_printf ("%u", point->n_stations) : g_strdup (_ ("site"));

  if (point->rating_ma)
    cli_table_add_number (table, point->rating_ma / 1000.0, 0, "A");
  else
    cli_table_add (table, _ ("site"));
  cli_table_add (table, stations);
  cli_table_add (table, bb_plan_balancer_name (point->balancer));
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
  cli_table_add (table, bb_plan_verdict_words (view, point));
}

void
cli_plan_print_text (const BbPlanView *view)
{
  g_autoptr (CliTable) table = cli_table_new ("rrlrrrrrrl");
  g_autoptr (GPtrArray) list = bb_plan_assumptions (view);
  g_autofree char *base = bb_plan_base_words (view);
  const char *const header[]
      = { _ ("Fuse"), _ ("Stations"),  _ ("Balancer"), _ ("Reached"),      _ ("Of wanted"),
          _ ("Met"),  _ ("Worst 5 %"), _ ("Peak"),     _ ("Longest over"), _ ("Verdict") };
  const char *refused = NULL;

  foreach_curve (view, BB_PLAN_BY_RATING, print_answer, NULL);
  foreach_curve (view, BB_PLAN_BY_STATIONS, print_answer, NULL);
  g_print ("%s\n", base);
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
add_point (JsonBuilder *builder, const BbPlanView *view, const BbPlanPoint *point)
{
  gboolean ran = !point->refused;

  json_builder_begin_object (builder);
  add_number (builder, "fuse_a", point->rating_ma ? point->rating_ma / 1000.0 : NAN);
  add_count (builder, "stations", point->n_stations, point->n_stations > 0);
  cli_add_text (builder, "balancer", bb_plan_balancer_name (point->balancer));
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
  add_flag (builder, "base_load_fits", view->plan->base_peak_ma <= bb_plan_rating_of (view->plan, point));
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
add_answer (const BbPlanView *view, const BbPlanPoint *like, BbPlanAxis axis, const BbPlanAnswer *answer,
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
  cli_add_text (builder, "balancer", bb_plan_balancer_name (like->balancer));
  json_builder_end_object (builder);
}

void
cli_plan_print_json (const BbPlanView *view)
{
  g_autoptr (JsonBuilder) builder = json_builder_new ();
  g_autoptr (GPtrArray) list = bb_plan_assumptions (view);
  g_autoptr (JsonNode) root = NULL;

  json_builder_begin_object (builder);
  add_number (builder, "target_pct", view->target_pct);
  cli_add_text (builder, "circuit", bb_plan_circuit (view->plan)->id);
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
