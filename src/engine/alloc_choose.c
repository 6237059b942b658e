/* SPDX-License-Identifier: GPL-3.0-or-later */
/* alloc_choose.c: who runs, when not all minima fit.
 *
 * First the greedy set, in order of preference; then the search for more (alloc_search.c); then, among
 * sets that are equal in all that counts before it, exchanges that give more phase-amperes.
 */
#include "engine/alloc_internal.h"

/* Filling a set costs about as much as so many nodes of the search. */
#define COST_OF_TRIAL 16

static inline int
order_of (int64_t a, int64_t b)
{
  return (a > b) - (a < b);
}

static int64_t
waiting_since (const bbe_candidate *candidate)
{
  return candidate->running && !candidate->overdue ? INT64_MAX : candidate->waiting_since_ms;
}

int
bbe_alloc_compare_preference (const bbe_alloc_work *work, uint16_t a, uint16_t b)
{
  const bbe_candidate *x = bbe_item_candidate (work, &work->items[a]);
  const bbe_candidate *y = bbe_item_candidate (work, &work->items[b]);
  int order = (int) x->priority - (int) y->priority;

  if (order == 0)
    order = (int) y->overdue - (int) x->overdue;
  if (order == 0 && !x->overdue && !work->waiting_first)
    order = (int) y->running - (int) x->running;
  if (order == 0)
    order = order_of (waiting_since (x), waiting_since (y));
  return order != 0 || x->overdue ? order : (int) y->running - (int) x->running;
}

/* Smaller minimum, fewer phases; 0: they take the same room of the same rows. */
static int
compare_type (const bbe_alloc_work *work, const bbe_alloc_item *x, const bbe_alloc_item *y)
{
  const bbe_alloc_kind *x_kind = &work->kinds[x->kind], *y_kind = &work->kinds[y->kind];
  int x_phases = (int) bbe_popcount3 (bbe_kind_loads (x_kind) | bbe_kind_holds (x_kind));
  int y_phases = (int) bbe_popcount3 (bbe_kind_loads (y_kind) | bbe_kind_holds (y_kind));

  if (x->min_ma != y->min_ma)
    return x->min_ma < y->min_ma ? -1 : 1;
  return x_phases != y_phases ? x_phases - y_phases : (int) x->kind - (int) y->kind;
}

bool
bbe_alloc_same_type (const bbe_alloc_work *work, uint16_t a, uint16_t b)
{
  const bbe_alloc_item *x = &work->items[a], *y = &work->items[b];

  return x->min_ma == y->min_ma && x->kind == y->kind
         && bbe_item_candidate (work, x)->running == bbe_item_candidate (work, y)->running;
}

/* Preference, then the smaller first; the sort is stable, so serial is the last tie. */
static bool
is_preferred (const bbe_alloc_work *work, uint16_t a, uint16_t b)
{
  const bbe_alloc_item *x = &work->items[a], *y = &work->items[b];
  int order = bbe_alloc_compare_preference (work, a, b);

  if (order == 0)
    order = compare_type (work, x, y);
  return order != 0 ? order < 0 : x->max_ma >= y->max_ma;
}

/* Inside a segment, the smaller first: most candidates fit in this order. */
static bool
is_smaller (const bbe_alloc_work *work, uint16_t a, uint16_t b)
{
  const bbe_alloc_item *x = &work->items[a], *y = &work->items[b];
  int order = compare_type (work, x, y);

  if (order == 0)
    order = (int) x->rank - (int) y->rank;
  return order != 0 ? order < 0 : x->max_ma >= y->max_ma;
}

void
bbe_alloc_order_by_size (bbe_alloc_work *work)
{
  for (unsigned s = 0; s < work->n_segments; s++) {
    const bbe_alloc_segment *segment = &work->segments[s];

    if (!bbe_item_candidate (work, &work->items[work->order[segment->start]])->overdue)
      bbe_alloc_sort (work, work->order + segment->start, (unsigned) (segment->end - segment->start),
                      is_smaller);
  }
}

void
bbe_alloc_order_by_preference (bbe_alloc_work *work, unsigned n)
{
  uint16_t rank = 0;

  bbe_alloc_sort (work, work->order, n, is_preferred);
  for (unsigned k = 0; k < n; k++) {
    if (k > 0 && bbe_alloc_compare_preference (work, work->order[k - 1], work->order[k]) != 0)
      rank++;
    work->items[work->order[k]].rank = rank;
  }
}

/* Lists who could run alone in work->order. */
static unsigned
list_possible (bbe_alloc_work *work)
{
  unsigned n = 0;

  bbe_alloc_clear_room (work);
  for (unsigned i = 0; i < work->n_items; i++) {
    bbe_alloc_item *item = &work->items[i];

    item->state = bbe_alloc_fits (work, item, item->min_ma, item->min_ma) ? 0 : BBE_IMPOSSIBLE;
    work->order[n] = (uint16_t) i;
    n += item->state == 0;
  }
  return n;
}

/* The segments of work->order, which is sorted. */
static void
find_segments (bbe_alloc_work *work, unsigned n)
{
  const bbe_candidate *last = 0;

  for (unsigned k = 0; k < n; k++) {
    const bbe_candidate *candidate = bbe_item_candidate (work, &work->items[work->order[k]]);

    if (!last || last->priority != candidate->priority || last->overdue != candidate->overdue)
      work->segments[work->n_segments++] = (bbe_alloc_segment){ .start = (uint16_t) k };
    work->segments[work->n_segments - 1].end = (uint16_t) (k + 1);
    last = candidate;
  }
}

/* Everyone who still fits, in order. */
static void
choose_greedily (bbe_alloc_work *work)
{
  for (unsigned s = 0; s < work->n_segments; s++) {
    bbe_alloc_segment *segment = &work->segments[s];

    for (unsigned k = segment->start; k < segment->end; k++) {
      bbe_alloc_item *item = &work->items[work->order[k]];

      if (!bbe_alloc_fits (work, item, item->min_ma, item->min_ma))
        continue;
      bbe_alloc_take (work, item, item->min_ma, item->min_ma);
      item->state |= BBE_BEST;
      segment->best++;
    }
  }
}

/* Phase-amperes (mA) of the set that is marked BBE_RUNS, after filling. */
static int64_t
try_set (bbe_alloc_work *work)
{
  int64_t sum = 0;

  bbe_alloc_start (work);
  bbe_alloc_fill (work, work->list, bbe_alloc_list_running (work, work->list));
  for (unsigned i = 0; i < work->n_items; i++)
    sum += (int64_t) work->items[i].current_ma * bbe_popcount3 (work->items[i].loads);
  return sum;
}

/* May `b` run instead of `a` with nothing but phase-amperes to decide? */
static inline bool
exchangeable (const bbe_alloc_work *work, uint16_t a, uint16_t b)
{
  const bbe_alloc_item *x = &work->items[a], *y = &work->items[b];

  return x->rank == y->rank && !(y->state & (BBE_RUNS | BBE_IMPOSSIBLE))
         && !bbe_item_candidate (work, x)->overdue
         && (x->min_ma != y->min_ma || x->kind != y->kind || y->max_ma > x->max_ma);
}

/* Room for b's minimum when a is gone and the others are at theirs. */
static bool
exchange_fits (bbe_alloc_work *work, uint16_t a, uint16_t b)
{
  const bbe_alloc_item *x = &work->items[a], *y = &work->items[b];
  bool fits;

  bbe_alloc_take (work, x, -x->min_ma, -x->min_ma);
  fits = bbe_alloc_fits (work, y, y->min_ma, y->min_ma);
  bbe_alloc_take (work, x, x->min_ma, x->min_ma);
  return fits;
}

static void
exchange (bbe_alloc_work *work, uint16_t a, uint16_t b)
{
  work->items[a].state ^= BBE_RUNS;
  work->items[b].state ^= BBE_RUNS;
}

/* Tries every exchange of `a`, and keeps the first that gives more; true: there was one. */
static bool
improve (bbe_alloc_work *work, uint16_t a, int64_t *best)
{
  for (unsigned b = 0; b < work->n_items && work->budget >= COST_OF_TRIAL; b++) {
    int64_t sum;

    if (!exchangeable (work, a, (uint16_t) b) || !exchange_fits (work, a, (uint16_t) b))
      continue;
    work->budget -= COST_OF_TRIAL;
    exchange (work, a, (uint16_t) b);
    sum = try_set (work);
    if (sum > *best) {
      *best = sum;
      bbe_alloc_start (work);
      return true;
    }
    exchange (work, a, (uint16_t) b);
    bbe_alloc_start (work);
  }
  return false;
}

/* Are there, among equally preferred ones, some that run and some that don't? */
static bool
may_improve (bbe_alloc_work *work)
{
  uint16_t *seen = work->rising; /* of each rank */
  bool mixed = false;

  for (unsigned i = 0; i < work->n_items; i++)
    seen[i] = 0;
  for (unsigned i = 0; i < work->n_items; i++) {
    const bbe_alloc_item *item = &work->items[i];

    if (item->state & BBE_IMPOSSIBLE)
      continue;
    seen[item->rank] |= item->state & BBE_RUNS ? 1 : 2;
    mixed = mixed || seen[item->rank] == 3;
  }
  return mixed;
}

static void
improve_set (bbe_alloc_work *work)
{
  bool again = true;
  int64_t best;

  if (!may_improve (work))
    return;
  best = try_set (work);
  bbe_alloc_start (work);
  while (again) {
    again = false;
    for (unsigned a = 0; a < work->n_items; a++)
      if (work->items[a].state & BBE_RUNS)
        again |= improve (work, (uint16_t) a, &best);
  }
}

/* Where the search ran out of nodes, an exchange may have made room for one more. */
static void
add_fitting (bbe_alloc_work *work, unsigned n)
{
  for (unsigned k = 0; k < n; k++) {
    bbe_alloc_item *item = &work->items[work->order[k]];

    if ((item->state & BBE_RUNS) || !bbe_alloc_fits (work, item, item->min_ma, item->min_ma))
      continue;
    item->state |= BBE_RUNS;
    item->current_ma = item->min_ma;
    bbe_alloc_take (work, item, item->min_ma, item->min_ma);
  }
}

void
bbe_alloc_choose (bbe_alloc_work *work)
{
  unsigned n = list_possible (work);

  work->waiting_first = false;
  bbe_alloc_order_by_preference (work, n);
  find_segments (work, n);
  choose_greedily (work);
  bbe_alloc_search (work);
  for (unsigned k = 0; k < n; k++)
    if (work->items[work->order[k]].state & BBE_BEST)
      work->items[work->order[k]].state |= BBE_RUNS;
  bbe_alloc_start (work);
  improve_set (work);
  add_fitting (work, n);
}
