/* SPDX-License-Identifier: GPL-3.0-or-later */
/* plan-words.h: what a sweep answers, in sentences: the one wording for the application and the command line.
 */
#pragma once

#include "base/zone.h"
#include "simulation/plan.h"

G_BEGIN_DECLS

/* A sweep as somebody asked for it; all lent. */
typedef struct {
  const BbPlan *plan;
  BbZone *zone;
  gdouble target_pct;
  gboolean made_up; /* the cars */
  gint seeds;
} BbPlanView;

/* "40 A", "12 stations". (transfer full) */
gchar *bb_plan_value_words (const BbPlanPoint *point, BbPlanAxis axis);
/* "fair", "none", "site": stable names, as typed. */
const gchar *bb_plan_balancer_name (gint balancer);
/* One line: "63 A carries 14 stations with 98.0 % of the energy." (transfer full) */
gchar *bb_plan_headline (const BbPlanView *view, const BbPlanPoint *like, BbPlanAxis axis,
                         const BbPlanAnswer *answer);
/* The answer with the neighbour that is not enough and the knee. (transfer full) */
gchar *bb_plan_answer_words (const BbPlanView *view, const BbPlanPoint *like, BbPlanAxis axis,
                             const BbPlanAnswer *answer);
/* "Without any car Main fuse carries up to 12.0 A: the base load alone fits." (transfer full) */
gchar *bb_plan_base_words (const BbPlanView *view);
/* "good", "too little energy", "not allowed", … */
const gchar *bb_plan_verdict_words (const BbPlanView *view, const BbPlanPoint *point);
/* What the answers rest on. (transfer full) (element-type utf8) */
GPtrArray *bb_plan_assumptions (const BbPlanView *view);
/* The circuit that is varied, and the rating that a point has there. */
const BbCircuitFields *bb_plan_circuit (const BbPlan *plan);
gint32 bb_plan_rating_of (const BbPlan *plan, const BbPlanPoint *point);

G_END_DECLS
