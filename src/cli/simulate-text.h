/* SPDX-License-Identifier: GPL-3.0-or-later */
/* simulate-text.h: a run's summary for people: sentences first, then figures, then warnings. */
#pragma once

#include "base/zone.h"
#include "model/site.h"
#include "simulation/summary.h"

G_BEGIN_DECLS

/* Prints it; times in `zone`. */
void cli_print_summary (const BbSummary *summary, BbSite *site, BbZone *zone);

G_END_DECLS
