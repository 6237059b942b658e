/* SPDX-License-Identifier: GPL-3.0-or-later */
/* reference.h: a naive allocator and checkers, written to be obviously correct rather than fast.
 *
 * Every set of candidates is enumerated, every level is found by bisection in floating point; nothing is
 * shared with the engine but its header.
 */
#pragma once

#include "engine/alloc.h"

#include <glib.h>

/* Candidates that reference_best_set() enumerates at most: 2^n sets. */
#define REFERENCE_MAX 12

/* Smallest current on the step grid at which the candidate may run, and its wish; -1: it never can. */
gint32 reference_least_ma (const bbe_candidate *candidate);
gint32 reference_most_ma (const bbe_candidate *candidate);

/* Do all minima of the set (bit i: candidate i) fit on every row, and may its overdue members, and no
 * others, go first? */
gboolean reference_is_admissible (const bbe_problem *problem, guint32 set);

/* >0: `a` is the better set by numbers served class by class, then those kept running, then waiting. */
gint reference_compare_sets (const bbe_problem *problem, guint32 a, guint32 b);

/* One of the best admissible sets. */
guint32 reference_best_set (const bbe_problem *problem);

/* The max-min fair point of those with served[i], in mA without rounding; 0 for the others. */
void reference_fill (const bbe_problem *problem, const gboolean *served, gdouble *x_ma);

/* Each checker returns what is wrong (free with g_free()), or NULL. */

/* No row exceeded, nothing out of range or off the grid, nothing impossible served. */
char *reference_check_limits (const bbe_problem *problem, const bbe_answer *answers);
/* Nobody who runs could be raised by a whole step alone. */
char *reference_check_leftover (const bbe_problem *problem, const bbe_answer *answers);
/* Nobody below its wish could be raised by lowering only those who have more, up to one step. For
 * equal steps: what a long step has to leave may go to shorter ones, over more than one row. */
char *reference_check_fair (const bbe_problem *problem, const bbe_answer *answers);
/* Every reason names a row on the candidate's path that is as short as it says. */
char *reference_check_reasons (const bbe_problem *problem, const bbe_answer *answers);
/* Unbalance: no phase with one- or two-phase stations on it exceeds the limit. */
char *reference_check_unbalance (const bbe_problem *problem, const bbe_answer *answers);
