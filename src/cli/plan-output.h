/* SPDX-License-Identifier: GPL-3.0-or-later */
/* plan-output.h: a sweep's answers, table and assumptions, for people and for machines. */
#pragma once

#include "base/zone.h"
#include "simulation/plan.h"

G_BEGIN_DECLS

typedef struct CliPlanView {
  const BbPlan *plan;
  BbZone *zone;
  double target_pct;
  gboolean made_up; /* the cars */
  int seeds;
} CliPlanView;

void cli_plan_print_text (const CliPlanView *view);
void cli_plan_print_json (const CliPlanView *view);

G_END_DECLS
