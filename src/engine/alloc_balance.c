/* SPDX-License-Identifier: GPL-3.0-or-later */
/* alloc_balance.c: balancers other than fair and rotate: a group's part of each row, which max-min gave its
 * members together, goes to them in their balancer's order. Everyone who runs keeps at least its minimum.
 */
#include "engine/alloc_internal.h"

static int
order_of (int64_t a, int64_t b)
{
  return (a > b) - (a < b);
}

/* In order of the group's balancer; the sort is stable, serial is the last tie. */
static bool
goes_before (const bbe_alloc_work *work, uint16_t a, uint16_t b)
{
  const bbe_candidate *x = bbe_item_candidate (work, &work->items[a]);
  const bbe_candidate *y = bbe_item_candidate (work, &work->items[b]);

  switch (x->balancer) {
  case BBE_PRIORITY:
    return x->priority <= y->priority;
  case BBE_QUEUE:
    return order_of (x->arrived_ms, y->arrived_ms) <= 0;
  case BBE_DEADLINE:
    return order_of (x->laxity_ms, y->laxity_ms) <= 0;
  default:
    return true;
  }
}

/* Is `b`, which follows `a` in that order, filled together with it? */
static bool
goes_with (const bbe_alloc_work *work, uint16_t a, uint16_t b)
{
  const bbe_candidate *x = bbe_item_candidate (work, &work->items[a]);
  const bbe_candidate *y = bbe_item_candidate (work, &work->items[b]);

  switch (x->balancer) {
  case BBE_PRIORITY:
    return x->priority == y->priority;
  case BBE_DEADLINE:
    return x->laxity_ms == INT64_MAX && y->laxity_ms == INT64_MAX;
  default:
    return false;
  }
}

/* Members of the group of `first` that run, moved down to their minimum; returns how many. */
static unsigned
gather (bbe_alloc_work *work, unsigned first)
{
  unsigned group = bbe_item_candidate (work, &work->items[first])->group;
  unsigned n = 0;

  for (unsigned i = first; i < work->n_items; i++) {
    bbe_alloc_item *item = &work->items[i];

    if (!(item->state & BBE_RUNS) || bbe_item_candidate (work, item)->group != group)
      continue;
    item->state |= BBE_SHARED;
    bbe_alloc_take (work, item, item->min_ma - item->current_ma, 0);
    item->current_ma = item->min_ma;
    work->list[n++] = (uint16_t) i;
  }
  return n;
}

static void
redistribute (bbe_alloc_work *work, unsigned first)
{
  unsigned n = gather (work, first);
  unsigned end;

  bbe_alloc_sort (work, work->list, n, goes_before);
  for (unsigned start = 0; start < n; start = end) {
    end = start + 1;
    while (end < n && goes_with (work, work->list[start], work->list[end]))
      end++;
    if (end == start + 1)
      bbe_alloc_raise_alone (work, &work->items[work->list[start]]);
    else
      bbe_alloc_fill (work, work->list + start, end - start);
  }
}

void
bbe_alloc_balance (bbe_alloc_work *work)
{
  for (unsigned i = 0; i < work->n_items; i++) {
    const bbe_alloc_item *item = &work->items[i];
    unsigned balancer = bbe_item_candidate (work, item)->balancer;

    if ((item->state & (BBE_RUNS | BBE_SHARED)) == BBE_RUNS && balancer != BBE_FAIR && balancer != BBE_ROTATE)
      redistribute (work, i);
  }
  bbe_alloc_leftover (work, work->list, bbe_alloc_list_running (work, work->list));
}
