/* SPDX-License-Identifier: GPL-3.0-or-later */
/* plan-output.h: a sweep's answers, table and assumptions, for people and for machines. */
#pragma once

#include "simulation/plan-words.h"

G_BEGIN_DECLS

void cli_plan_print_text (const BbPlanView *view);
void cli_plan_print_json (const BbPlanView *view);

G_END_DECLS
