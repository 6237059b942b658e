/* SPDX-License-Identifier: GPL-3.0-or-later */
/* plan-words.c: what a sweep answers, in sentences. */
#include "simulation/plan-words.h"

#include <glib/gi18n.h>
#include <inttypes.h>
#include <math.h>

#include "model/reason-text.h"

const gchar *
bb_plan_balancer_name (gint balancer)
{
  if (balancer == BB_SIM_BALANCER_NONE)
    return "none";
  return balancer == BB_SIM_BALANCER_SITE ? "site" : bbe_balancer_name ((guint8) balancer);
}

const BbCircuitFields *
bb_plan_circuit (const BbPlan *plan)
{
  return bb_circuit_peek (bb_site_circuit (plan->site, plan->circuit));
}

gint32
bb_plan_rating_of (const BbPlan *plan, const BbPlanPoint *point)
{
  return point->rating_ma > 0 ? point->rating_ma : bb_plan_circuit (plan)->rating_ma[0];
}

/* ---- assumptions ------------------------------------------------------------------------------ */

static gboolean
any_point (const BbPlanView *view, gboolean (*is) (const BbPlanPoint *point))
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

GPtrArray *
bb_plan_assumptions (const BbPlanView *view)
{
  const BbPlan *plan = view->plan;
  GPtrArray *list = g_ptr_array_new_with_free_func (g_free);
  g_autofree gchar *from = bb_reason_local_time (plan->from_ms, view->zone);
  g_autofree gchar *until = bb_reason_local_time (plan->until_ms, view->zone);

  g_autofree gchar *seeds
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

/* ---- answers ---------------------------------------------------------------------------------- */

/* ", 12 stations, balancer fair": what else the curve has, where that is one of several. */
static gchar *
curve_name (const BbPlanView *view, const BbPlanPoint *like, BbPlanAxis axis)
{
  GString *text = g_string_new (NULL);

  if (axis == BB_PLAN_BY_RATING && like->n_stations > 0)
    g_string_append_printf (text, ngettext (", %u station", ", %u stations", like->n_stations),
                            like->n_stations);
  if (axis == BB_PLAN_BY_STATIONS && like->rating_ma > 0)
    g_string_append_printf (text, _ (", %d A"), like->rating_ma / 1000);
  if (like->balancer != BB_SIM_BALANCER_SITE)
    g_string_append_printf (text, _ (", balancer %s"), bb_plan_balancer_name (like->balancer));
  return g_string_free (text, FALSE);
}

gchar *
bb_plan_value_words (const BbPlanPoint *point, BbPlanAxis axis)
{
  if (axis == BB_PLAN_BY_RATING)
    return g_strdup_printf ("%d A", point->rating_ma / 1000);
  return g_strdup_printf (ngettext ("%u station", "%u stations", point->n_stations), point->n_stations);
}

/* "with 20 A it is 91.2 %", "20 A is not allowed". */
static void
append_next (GString *text, const BbPlanView *view, const BbPlanPoint *bad, BbPlanAxis axis)
{
  g_autofree gchar *value = bb_plan_value_words (bad, axis);

  if (bad->refused)
    g_string_append_printf (text, _ (" %s: not allowed by the checker."), value);
  else if (!isfinite (bad->reached_pct))
    g_string_append_printf (text, _ (" %s: no session ended within the run; choose more days."), value);
  else if (bad->reached_pct < view->target_pct)
    g_string_append_printf (text, _ (" %s: %.1f %%."), value, bad->reached_pct);
  else
    g_string_append_printf (text, _ (" %s: over a rating for %.0f s at a time."), value,
                            (gdouble) bad->longest_over_ms / 1000.0);
}

gchar *
bb_plan_answer_words (const BbPlanView *view, const BbPlanPoint *like, BbPlanAxis axis,
                      const BbPlanAnswer *answer)
{
  g_autofree gchar *name = curve_name (view, like, axis);
  GString *text = g_string_new (NULL);

  if (!answer->best) {
    g_string_append_printf (text,
                            axis == BB_PLAN_BY_RATING
                                ? _ ("No rating tried is enough for %.1f %% of the energy%s.")
                                : _ ("No number of stations tried gets %.1f %% of the energy%s."),
                            view->target_pct, name);
  } else {
    g_autofree gchar *value = bb_plan_value_words (answer->best, axis);
    g_string_append_printf (text,
                            axis == BB_PLAN_BY_RATING
                                ? _ ("Smallest fuse for %.1f %% of the energy%s: %s (%.1f %%).")
                                : _ ("Most stations with %.1f %% of the energy%s: %s (%.1f %%)."),
                            view->target_pct, name, value, answer->best->reached_pct);
  }
  if (answer->next_bad)
    append_next (text, view, answer->next_bad, axis);
  else if (answer->best)
    g_string_append_printf (text, axis == BB_PLAN_BY_RATING ? _ (" Smaller ones were not tried.")
                                                            : _ (" More were not tried."));
  if (answer->gap)
    g_string_append_printf (
        text, _ (" Beyond that the table has points that are good enough again; do not rely on them."));
  if (answer->knee) {
    g_autofree gchar *knee = bb_plan_value_words (answer->knee, axis);
    g_string_append_printf (text, _ (" Knee of the curve: %s."), knee);
  }
  return g_string_free (text, FALSE);
}

gchar *
bb_plan_base_words (const BbPlanView *view)
{
  const BbCircuitFields *circuit = bb_plan_circuit (view->plan);
  GString *text = g_string_new (NULL);
  gint32 least_ma = G_MAXINT32, most_ma = 0;

  for (guint i = 0; i < view->plan->points->len; i++) {
    gint32 ma = bb_plan_rating_of (view->plan, g_ptr_array_index (view->plan->points, i));
    least_ma = MIN (least_ma, ma);
    most_ma = MAX (most_ma, ma);
  }
  g_string_append_printf (text, _ ("Without any car %s carries up to %.1f A"),
                          *circuit->name ? circuit->name : circuit->id,
                          (gdouble) view->plan->base_peak_ma / 1000.0);
  if (view->plan->base_peak_ma <= least_ma)
    g_string_append_printf (text, _ (": the base load alone fits.\n"));
  else if (view->plan->base_peak_ma > most_ma)
    g_string_append_printf (text, _ (": the base load alone exceeds every rating tried.\n"));
  else
    g_string_append_printf (text, _ (": the base load alone exceeds the smaller ratings tried.\n"));
  return g_strchomp (g_string_free (text, FALSE));
}

const gchar *
bb_plan_verdict_words (const BbPlanView *view, const BbPlanPoint *point)
{
  if (point->refused)
    return _ ("not allowed");
  if (point->may_trip)
    return _ ("could trip");
  if (point->longest_over_ms > BB_PLAN_EXCESS_MS)
    return _ ("over a rating");
  return bb_plan_is_good (point, view->target_pct) ? _ ("good") : _ ("too little energy");
}

gchar *
bb_plan_headline (const BbPlanView *view, const BbPlanPoint *like, BbPlanAxis axis,
                  const BbPlanAnswer *answer)
{
  const BbPlanPoint *best = answer->best;
  gint rating_a = bb_plan_rating_of (view->plan, best ? best : like) / 1000;
  guint n = g_list_model_get_n_items (bb_site_get_stations (view->plan->site));

  if (!best)
    return g_strdup_printf (axis == BB_PLAN_BY_RATING
                                ? _ ("No rating tried is enough for %.1f %% of the energy.")
                                : _ ("No number of stations tried gets %.1f %% of the energy."),
                            view->target_pct);
  n = best->n_stations > 0 ? best->n_stations : n;
  return g_strdup_printf (ngettext ("%d A carries %u station with %.1f %% of the energy.",
                                    "%d A carries %u stations with %.1f %% of the energy.", n),
                          rating_a, n, best->reached_pct);
}
