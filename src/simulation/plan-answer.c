/* SPDX-License-Identifier: GPL-3.0-or-later */
/* plan-answer.c: what follows from a table of points: the smallest rating, the most stations, the knee. */
#include <math.h>

#include "simulation/plan.h"

/* A curve that leaves its chord by less than this share of its height has no knee. */
#define KNEE_LEAST 0.05

gboolean
bb_plan_is_good (const BbPlanPoint *point, gdouble target_pct)
{
  return point->refused == NULL && point->n_runs > 0 && !point->may_trip
         && point->longest_over_ms <= BB_PLAN_EXCESS_MS && point->reached_pct >= target_pct;
}

static gint64
position (const BbPlanPoint *point, BbPlanAxis axis)
{
  return axis == BB_PLAN_BY_RATING ? point->rating_ma : point->n_stations;
}

static gint
compare (gconstpointer a, gconstpointer b, gpointer axis)
{
  gint64 left = position (*(const BbPlanPoint *const *) a, (BbPlanAxis) GPOINTER_TO_INT (axis));
  gint64 right = position (*(const BbPlanPoint *const *) b, (BbPlanAxis) GPOINTER_TO_INT (axis));

  return (left > right) - (left < right);
}

GPtrArray *
bb_plan_curve (const BbPlan *plan, const BbPlanPoint *like, BbPlanAxis axis)
{
  GPtrArray *curve = g_ptr_array_new ();

  for (guint i = 0; i < plan->points->len; i++) {
    BbPlanPoint *point = g_ptr_array_index (plan->points, i);
    if (point->balancer == like->balancer
        && (axis == BB_PLAN_BY_RATING ? point->n_stations == like->n_stations
                                      : point->rating_ma == like->rating_ma))
      g_ptr_array_add (curve, point);
  }
  g_ptr_array_sort_with_data (curve, compare, GINT_TO_POINTER (axis));
  return curve;
}

/* Distance of a point above the chord between the first and the last that ran, in shares of the curve's
 * height. */
static gdouble
above_chord (const BbPlanPoint *first, const BbPlanPoint *last, const BbPlanPoint *point, BbPlanAxis axis)
{
  gdouble width = (gdouble) (position (last, axis) - position (first, axis));
  gdouble height = last->reached_pct - first->reached_pct;
  gdouble x = (gdouble) (position (point, axis) - position (first, axis)) / width;
  gdouble y = (point->reached_pct - first->reached_pct) / height;

  /* a falling curve (more stations) is read from its other end */
  return height > 0 ? y - x : x - y;
}

static const BbPlanPoint *
find_knee (GPtrArray *curve, BbPlanAxis axis)
{
  const BbPlanPoint *first = NULL, *last = NULL, *knee = NULL;
  gdouble most = KNEE_LEAST;

  for (guint i = 0; i < curve->len; i++) {
    const BbPlanPoint *point = g_ptr_array_index (curve, i);
    if (point->refused != NULL || !isfinite (point->reached_pct))
      continue;
    first = first != NULL ? first : point;
    last = point;
  }
  if (first == NULL || position (last, axis) == position (first, axis)
      || fabs (last->reached_pct - first->reached_pct) < 0.1)
    return NULL;
  for (guint i = 0; i < curve->len; i++) {
    const BbPlanPoint *point = g_ptr_array_index (curve, i);
    gdouble above = point->refused == NULL && isfinite (point->reached_pct)
                        ? above_chord (first, last, point, axis)
                        : 0;
    if (above > most) {
      most = above;
      knee = point;
    }
  }
  return knee;
}

void
bb_plan_answer (GPtrArray *curve, BbPlanAxis axis, gdouble target_pct, BbPlanAnswer *answer)
{
  gboolean passed_bad = FALSE;

  *answer = (BbPlanAnswer){ .knee = find_knee (curve, axis) };
  /* from the easy end (large rating, few stations) to where it fails first */
  for (guint i = 0; i < curve->len; i++) {
    const BbPlanPoint *point = g_ptr_array_index (curve, axis == BB_PLAN_BY_RATING ? curve->len - 1 - i : i);
    gboolean good = bb_plan_is_good (point, target_pct);
    if (good && !passed_bad) {
      answer->best = point;
    } else if (good) {
      answer->gap = TRUE;
    } else if (!passed_bad) {
      passed_bad = TRUE;
      answer->next_bad = point;
    }
  }
}
