/* SPDX-License-Identifier: GPL-3.0-or-later */
/* reference.c: a naive allocator and checkers, written to be obviously correct rather than fast. */
#include "reference.h"

gint32
reference_most_ma (const bbe_candidate *candidate)
{
  gint32 step_ma = MAX (candidate->step_ma, 1);
  gint32 most_ma = candidate->max_ma < 0 ? -1 : candidate->max_ma / step_ma * step_ma;

  return most_ma < candidate->min_ma ? -1 : most_ma;
}

gint32
reference_least_ma (const bbe_candidate *candidate)
{
  gint32 step_ma = MAX (candidate->step_ma, 1);
  gint32 least_ma = (candidate->min_ma + step_ma - 1) / step_ma * step_ma;

  return least_ma > reference_most_ma (candidate) ? -1 : least_ma;
}

static gint
phases_in (guint mask)
{
  return (gint) ((mask & 1) + (mask >> 1 & 1) + (mask >> 2 & 1));
}

static gboolean
is_on (const bbe_candidate *candidate, guint node)
{
  for (guint k = 0; k < candidate->n_path; k++)
    if (candidate->path[k] == node)
      return TRUE;
  return FALSE;
}

/* What a candidate at `current_ma` takes of a row. */
static gdouble
usage (const bbe_candidate *candidate, guint node, guint row, gdouble current_ma)
{
  guint holds = candidate->holds & (guint) ~candidate->loads;
  gdouble hold_ma = reference_least_ma (candidate);

  if (!is_on (candidate, node))
    return 0;
  if (row == BBE_TOTAL)
    return phases_in (candidate->loads) * current_ma + phases_in (holds) * hold_ma;
  if (candidate->loads >> row & 1)
    return current_ma;
  return holds >> row & 1 ? hold_ma : 0;
}

static gboolean
loads_row (const bbe_candidate *candidate, guint node, guint row)
{
  guint mask = candidate->loads;

  return is_on (candidate, node) && (row == BBE_TOTAL ? mask != 0 : (mask >> row & 1) != 0);
}

static gboolean
touches_row (const bbe_candidate *candidate, guint node, guint row)
{
  guint mask = candidate->loads | candidate->holds;

  return is_on (candidate, node) && (row == BBE_TOTAL ? mask != 0 : (mask >> row & 1) != 0);
}

/* Do the minima of the set fit? */
static gboolean
minima_fit (const bbe_problem *problem, guint32 set)
{
  for (guint i = 0; i < problem->n_candidates; i++)
    if ((set >> i & 1) && reference_least_ma (&problem->candidates[i]) < 0)
      return FALSE;
  for (guint n = 0; n < problem->n_nodes; n++)
    for (guint row = 0; row < BBE_ROWS_PER_NODE; row++) {
      gdouble sum = 0;
      gboolean touched = FALSE;

      for (guint i = 0; i < problem->n_candidates; i++) {
        const bbe_candidate *candidate = &problem->candidates[i];

        if (!(set >> i & 1))
          continue;
        touched |= touches_row (candidate, n, row);
        sum += usage (candidate, n, row, reference_least_ma (candidate));
      }
      if (touched && problem->nodes[n].cap_ma[row] != BBE_NO_LIMIT && sum > problem->nodes[n].cap_ma[row])
        return FALSE;
    }
  return TRUE;
}

/* The overdue candidate of a class that comes after `last` (-1: the first): longest waiting, then serial. */
static gint
next_overdue (const bbe_problem *problem, guint class, gint last)
{
  gint next = -1;

  for (guint i = 0; i < problem->n_candidates; i++) {
    const bbe_candidate *c = &problem->candidates[i];
    const bbe_candidate *l = last < 0 ? NULL : &problem->candidates[last];
    const bbe_candidate *n = next < 0 ? NULL : &problem->candidates[next];

    if (c->priority != class || !c->overdue)
      continue;
    if (l != NULL
        && (c->waiting_since_ms < l->waiting_since_ms
            || (c->waiting_since_ms == l->waiting_since_ms && c->serial <= l->serial)))
      continue;
    if (n == NULL || c->waiting_since_ms < n->waiting_since_ms
        || (c->waiting_since_ms == n->waiting_since_ms && c->serial < n->serial))
      next = (gint) i;
  }
  return next;
}

gboolean
reference_is_admissible (const bbe_problem *problem, guint32 set)
{
  guint32 before = 0;

  if (!minima_fit (problem, set))
    return FALSE;
  for (guint class = 0; class < 256; class ++) {
    for (gint i = next_overdue (problem, class, -1); i >= 0; i = next_overdue (problem, class, i)) {
      gboolean fits = minima_fit (problem, before | 1u << i);

      if (fits != ((set >> i & 1) != 0))
        return FALSE;
      before |= fits ? 1u << i : 0;
    }
    for (guint i = 0; i < problem->n_candidates; i++)
      if (problem->candidates[i].priority == class)
        before |= set & 1u << i;
  }
  return TRUE;
}

static gint
count_in_class (const bbe_problem *problem, guint32 set, guint class, gboolean overdue)
{
  gint count = 0;

  for (guint i = 0; i < problem->n_candidates; i++)
    count += (set >> i & 1)
             && problem->candidates[i].priority == class && problem->candidates[i].overdue == overdue;
  return count;
}

static gint
count_running (const bbe_problem *problem, guint32 set)
{
  gint count = 0;

  for (guint i = 0; i < problem->n_candidates; i++)
    count += (set >> i & 1) && problem->candidates[i].running;
  return count;
}

/* The member of a class in `set` that waited longest, later than `after`. */
static gint64
next_waiting (const bbe_problem *problem, guint32 set, guint class, gint64 after)
{
  gint64 next = G_MAXINT64;

  for (guint i = 0; i < problem->n_candidates; i++) {
    const bbe_candidate *c = &problem->candidates[i];

    if ((set >> i & 1) && c->priority == class && !c->overdue && !c->running && c->waiting_since_ms > after)
      next = MIN (next, c->waiting_since_ms);
  }
  return next;
}

/* Waiting times are taken as distinct inside a class, or all alike. */
static gint
compare_waiting (const bbe_problem *problem, guint32 a, guint32 b)
{
  for (guint class = 0; class < 256; class ++) {
    gint64 x = G_MININT64, y = G_MININT64;

    while (x == y && x != G_MAXINT64) {
      x = next_waiting (problem, a, class, x);
      y = next_waiting (problem, b, class, y);
    }
    if (x != y)
      return x < y ? 1 : -1;
  }
  return 0;
}

gint
reference_compare_sets (const bbe_problem *problem, guint32 a, guint32 b)
{
  for (guint class = 0; class < 256; class ++)
    for (gint overdue = 1; overdue >= 0; overdue--) {
      gint difference
          = count_in_class (problem, a, class, overdue) - count_in_class (problem, b, class, overdue);

      if (difference != 0)
        return difference;
    }
  if (count_running (problem, a) != count_running (problem, b))
    return count_running (problem, a) - count_running (problem, b);
  return compare_waiting (problem, a, b);
}

guint32
reference_best_set (const bbe_problem *problem)
{
  guint32 best = 0;
  gboolean found = FALSE;

  g_assert_cmpuint (problem->n_candidates, <=, REFERENCE_MAX);
  for (guint32 set = 0; set < 1u << problem->n_candidates; set++)
    if (reference_is_admissible (problem, set)
        && (!found || reference_compare_sets (problem, set, best) > 0)) {
      best = set;
      found = TRUE;
    }
  g_assert_true (found);
  return best;
}

static gdouble
row_sum (const bbe_problem *problem, guint node, guint row, const gboolean *served, const gdouble *x_ma)
{
  gdouble sum = 0;

  for (guint i = 0; i < problem->n_candidates; i++)
    if (served[i])
      sum += usage (&problem->candidates[i], node, row, x_ma[i]);
  return sum;
}

static gboolean
rows_hold (const bbe_problem *problem, const gboolean *served, const gdouble *x_ma)
{
  for (guint n = 0; n < problem->n_nodes; n++)
    for (guint row = 0; row < BBE_ROWS_PER_NODE; row++) {
      gboolean touched = FALSE;

      for (guint i = 0; i < problem->n_candidates; i++)
        touched |= served[i] && touches_row (&problem->candidates[i], n, row);
      if (touched && problem->nodes[n].cap_ma[row] != BBE_NO_LIMIT
          && row_sum (problem, n, row, served, x_ma) > problem->nodes[n].cap_ma[row] + 1e-6)
        return FALSE;
    }
  return TRUE;
}

static void
set_level (const bbe_problem *problem, const gboolean *served, const gboolean *frozen, gdouble level,
           gdouble *x_ma)
{
  for (guint i = 0; i < problem->n_candidates; i++)
    if (served[i] && !frozen[i])
      x_ma[i] = CLAMP (level, reference_least_ma (&problem->candidates[i]),
                       reference_most_ma (&problem->candidates[i]));
}

/* Freezes whoever can't go on alone from the level; FALSE: nobody is left. */
static gboolean
freeze (const bbe_problem *problem, const gboolean *served, gboolean *frozen, gdouble level, gdouble *x_ma)
{
  gboolean left = FALSE;

  for (guint i = 0; i < problem->n_candidates; i++) {
    gdouble x = x_ma[i];

    if (!served[i] || frozen[i])
      continue;
    x_ma[i] = x + 1e-3;
    frozen[i] = x >= reference_most_ma (&problem->candidates[i])
                || (x <= level + 1e-4 && !rows_hold (problem, served, x_ma));
    x_ma[i] = x;
    left |= !frozen[i];
  }
  return left;
}

void
reference_fill (const bbe_problem *problem, const gboolean *served, gdouble *x_ma)
{
  g_autofree gboolean *frozen = g_new0 (gboolean, problem->n_candidates);
  gboolean left = TRUE;

  for (guint i = 0; i < problem->n_candidates; i++)
    x_ma[i] = served[i] ? reference_least_ma (&problem->candidates[i]) : 0;
  while (left) {
    gdouble low = 0, high = BBE_MAX_MA;

    for (guint k = 0; k < 50; k++) {
      gdouble middle = (low + high) / 2;

      set_level (problem, served, frozen, middle, x_ma);
      if (rows_hold (problem, served, x_ma))
        low = middle;
      else
        high = middle;
    }
    set_level (problem, served, frozen, low, x_ma);
    left = freeze (problem, served, frozen, low, x_ma);
  }
}

static gdouble
slack_ma (const bbe_problem *problem, const bbe_answer *answers, guint node, guint row)
{
  gdouble slack = problem->nodes[node].cap_ma[row];

  for (guint i = 0; i < problem->n_candidates; i++)
    if (answers[i].current_ma > 0)
      slack -= usage (&problem->candidates[i], node, row, answers[i].current_ma);
  return slack;
}

static char *
check_row (const bbe_problem *problem, const bbe_answer *answers, guint node, guint row)
{
  if (problem->nodes[node].cap_ma[row] == BBE_NO_LIMIT || slack_ma (problem, answers, node, row) >= 0)
    return NULL;
  for (guint i = 0; i < problem->n_candidates; i++)
    if (answers[i].current_ma > 0 && touches_row (&problem->candidates[i], node, row))
      return g_strdup_printf ("node %u row %u exceeded by %.0f mA", node, row,
                              -slack_ma (problem, answers, node, row));
  return NULL;
}

char *
reference_check_limits (const bbe_problem *problem, const bbe_answer *answers)
{
  for (guint i = 0; i < problem->n_candidates; i++) {
    const bbe_candidate *candidate = &problem->candidates[i];
    gint32 current_ma = answers[i].current_ma;

    if (current_ma != 0
        && (reference_least_ma (candidate) < 0 || current_ma < reference_least_ma (candidate)
            || current_ma > reference_most_ma (candidate) || current_ma % MAX (candidate->step_ma, 1) != 0))
      return g_strdup_printf ("candidate %u: %d mA out of range or off the grid", i, current_ma);
  }
  for (guint n = 0; n < problem->n_nodes; n++)
    for (guint row = 0; row < BBE_ROWS_PER_NODE; row++) {
      char *wrong = check_row (problem, answers, n, row);

      if (wrong != NULL)
        return wrong;
    }
  return NULL;
}

/* Is the row too short for one more step of candidate `i`? */
static gboolean
blocks (const bbe_problem *problem, const bbe_answer *answers, guint i, guint node, guint row)
{
  const bbe_candidate *candidate = &problem->candidates[i];
  gdouble step_ma = MAX (candidate->step_ma, 1) * (row == BBE_TOTAL ? phases_in (candidate->loads) : 1);

  return loads_row (candidate, node, row) && problem->nodes[node].cap_ma[row] != BBE_NO_LIMIT
         && slack_ma (problem, answers, node, row) < step_ma;
}

char *
reference_check_leftover (const bbe_problem *problem, const bbe_answer *answers)
{
  for (guint i = 0; i < problem->n_candidates; i++) {
    gboolean blocked = answers[i].current_ma == 0 || answers[i].bound == BBE_BOUND_UNBALANCE
                       || answers[i].current_ma >= reference_most_ma (&problem->candidates[i]);

    for (guint n = 0; n < problem->n_nodes; n++)
      for (guint row = 0; row < BBE_ROWS_PER_NODE; row++)
        blocked |= blocks (problem, answers, i, n, row);
    if (!blocked)
      return g_strdup_printf ("candidate %u could have a step more", i);
  }
  return NULL;
}

/* On this row, does everyone who could be lowered have no more than candidate `i`, up to a step? On
 * a total row a three-phase station's step is three times as long, what it leaves others may have. */
static gboolean
is_among_highest (const bbe_problem *problem, const bbe_answer *answers, guint i, guint node, guint row)
{
  for (guint j = 0; j < problem->n_candidates; j++) {
    const bbe_candidate *other = &problem->candidates[j];
    gint32 step_ma
        = MAX (MAX (other->step_ma, problem->candidates[i].step_ma), 1) * (row == BBE_TOTAL ? 3 : 1);

    if (answers[j].current_ma > 0 && loads_row (other, node, row)
        && answers[j].current_ma > MAX (reference_least_ma (other), answers[i].current_ma) + step_ma)
      return FALSE;
  }
  return TRUE;
}

char *
reference_check_fair (const bbe_problem *problem, const bbe_answer *answers)
{
  for (guint i = 0; i < problem->n_candidates; i++) {
    gboolean held
        = answers[i].current_ma == 0 || answers[i].current_ma >= reference_most_ma (&problem->candidates[i]);

    for (guint n = 0; n < problem->n_nodes; n++)
      for (guint row = 0; row < BBE_ROWS_PER_NODE; row++)
        held |= blocks (problem, answers, i, n, row) && is_among_highest (problem, answers, i, n, row);
    if (!held)
      return g_strdup_printf ("candidate %u is held back only by some who have more", i);
  }
  return NULL;
}

static char *
check_reason (const bbe_problem *problem, const bbe_answer *answers, guint i)
{
  const bbe_candidate *candidate = &problem->candidates[i];
  const bbe_answer *answer = &answers[i];
  gboolean wished = answer->current_ma > 0 && answer->current_ma >= reference_most_ma (candidate);

  if (answer->bound == BBE_BOUND_UNBALANCE)
    return NULL;
  if (reference_least_ma (candidate) < 0)
    return answer->bound == BBE_BOUND_IMPOSSIBLE && answer->node == G_MAXUINT16
               ? NULL
               : g_strdup_printf ("candidate %u can't run at all", i);
  if (wished != (answer->bound == BBE_BOUND_WISH))
    return g_strdup_printf ("candidate %u: wish %d, bound %u", i, wished, answer->bound);
  if (wished)
    return NULL;
  if (answer->node >= problem->n_nodes || !touches_row (candidate, answer->node, answer->row))
    return g_strdup_printf ("candidate %u names node %u row %u, which it does not load", i, answer->node,
                            answer->row);
  if ((answer->bound == BBE_BOUND_ROW) != (answer->current_ma > 0))
    return g_strdup_printf ("candidate %u: %d mA, bound %u", i, answer->current_ma, answer->bound);
  if (answer->bound == BBE_BOUND_ROW && !blocks (problem, answers, i, answer->node, answer->row))
    return g_strdup_printf ("candidate %u: node %u row %u is not short", i, answer->node, answer->row);
  if (answer->bound == BBE_BOUND_IMPOSSIBLE
      && usage (candidate, answer->node, answer->row, reference_least_ma (candidate))
             <= problem->nodes[answer->node].cap_ma[answer->row])
    return g_strdup_printf ("candidate %u would fit alone on node %u row %u", i, answer->node, answer->row);
  return NULL;
}

/* The row a candidate was not served for: too short for its minimum beside the minima of the others. */
static char *
check_short_row (const bbe_problem *problem, const bbe_answer *answers, guint i)
{
  const bbe_answer *answer = &answers[i];
  gdouble sum = 0;

  if (answer->bound != BBE_BOUND_NOT_SERVED)
    return NULL;
  for (guint j = 0; j < problem->n_candidates; j++)
    if (j == i || answers[j].current_ma > 0)
      sum += usage (&problem->candidates[j], answer->node, answer->row,
                    reference_least_ma (&problem->candidates[j]));
  if (sum <= problem->nodes[answer->node].cap_ma[answer->row])
    return g_strdup_printf ("candidate %u would fit on node %u row %u", i, answer->node, answer->row);
  return NULL;
}

char *
reference_check_reasons (const bbe_problem *problem, const bbe_answer *answers)
{
  char *wrong = NULL;

  for (guint i = 0; i < problem->n_candidates && wrong == NULL; i++) {
    wrong = check_reason (problem, answers, i);
    if (wrong == NULL && problem->n_unbalance == 0)
      wrong = check_short_row (problem, answers, i);
  }
  return wrong;
}

static void
phase_totals (const bbe_problem *problem, const bbe_answer *answers, const bbe_unbalance *limit,
              gint64 *total, gint64 *light)
{
  for (guint p = 0; p < 3; p++) {
    total[p] = limit->base_ma[p];
    light[p] = 0;
    for (guint i = 0; i < problem->n_candidates; i++) {
      const bbe_candidate *candidate = &problem->candidates[i];

      if (!is_on (candidate, limit->node) || !(candidate->loads >> p & 1))
        continue;
      total[p] += answers[i].current_ma;
      light[p] += phases_in (candidate->loads) < 3 ? answers[i].current_ma : 0;
    }
  }
}

char *
reference_check_unbalance (const bbe_problem *problem, const bbe_answer *answers)
{
  for (guint u = 0; u < problem->n_unbalance; u++) {
    const bbe_unbalance *limit = &problem->unbalance[u];
    gint64 total[3], light[3];

    phase_totals (problem, answers, limit, total, light);
    for (guint p = 0; p < 3; p++)
      if (light[p] > 0 && total[p] > MIN (MIN (total[0], total[1]), total[2]) + limit->limit_ma)
        return g_strdup_printf ("unbalance limit %u exceeded on phase %u", u, p);
  }
  return NULL;
}
