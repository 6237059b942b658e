/* SPDX-License-Identifier: GPL-3.0-or-later */
/* alloc_explain.c: writes the answers and names the row that bound each. */
#include "engine/alloc_internal.h"

/* Is the row that stopped it still shorter than one more step needs? */
static inline bool
is_bound_still (const bbe_alloc_work *work, const bbe_alloc_item *item)
{
  return item->bound_row != BBE_NO_ROW
         && work->nodes[item->bound_node].room[item->bound_row]
                < BBE_FINE (item->step_ma) * bbe_alloc_times[item->loads][item->bound_row];
}

/* The row with the least room for more, of equals the one nearest to the station, then L1 first. */
static void
name_binding_row (const bbe_alloc_work *work, const bbe_alloc_item *item, bbe_answer *answer)
{
  const bbe_alloc_kind *kind = &work->kinds[item->kind];
  unsigned loaded = bbe_popcount3 (item->loads);
  int64_t least = BBE_UNBOUND;

  for (unsigned k = 0; k < kind->n_live; k++) {
    const bbe_alloc_node *node = &work->nodes[kind->live[k]];
    unsigned live = node->live & BBE_ROWS_OF (item->loads);

    for (unsigned row = 0; row < BBE_ROWS_PER_NODE && live >> row != 0; row++) {
      int64_t room = row == BBE_TOTAL ? node->room[row] : node->room[row] * loaded;

      if (!(live >> row & 1) || room >= least)
        continue;
      least = room;
      *answer = (bbe_answer){ item->current_ma, kind->live[k], (uint8_t) row, BBE_BOUND_ROW };
    }
  }
}

/* The row that misses most of the item's minimum, with the room as it is now. */
static void
name_short_row (const bbe_alloc_work *work, const bbe_alloc_item *item, bbe_answer *answer)
{
  const bbe_alloc_kind *kind = &work->kinds[item->kind];
  unsigned phases = bbe_kind_loads (kind) | bbe_kind_holds (kind);
  int64_t need = BBE_FINE (item->min_ma);
  int64_t least = BBE_UNBOUND;

  for (unsigned k = 0; k < kind->n_live; k++) {
    const bbe_alloc_node *node = &work->nodes[kind->live[k]];
    unsigned live = node->live & BBE_ROWS_OF (phases);

    for (unsigned row = 0; row < BBE_ROWS_PER_NODE && live >> row != 0; row++) {
      int64_t left = node->room[row] - (row == BBE_TOTAL ? need * bbe_popcount3 (phases) : need);

      if (!(live >> row & 1) || left >= least)
        continue;
      least = left;
      answer->node = kind->live[k];
      answer->row = (uint8_t) row;
    }
  }
}

static void
explain_stopped (const bbe_alloc_work *work, bbe_answer *answers, unsigned state, uint8_t bound)
{
  for (unsigned i = 0; i < work->n_items; i++) {
    const bbe_alloc_item *item = &work->items[i];
    bbe_answer *answer = &answers[item->candidate];

    if ((item->state & (BBE_RUNS | BBE_CAPPED | BBE_IMPOSSIBLE)) != state)
      continue;
    *answer = (bbe_answer){ 0, BBE_NOWHERE, 0, bound };
    name_short_row (work, item, answer);
  }
}

void
bbe_alloc_explain (bbe_alloc_work *work, bbe_answer *answers)
{
  unsigned stopped = 0;

  for (unsigned i = 0; i < work->n_items; i++) {
    const bbe_alloc_item *item = &work->items[i];
    bbe_answer *answer = &answers[item->candidate];

    if (item->state & BBE_CAPPED) {
      answer->current_ma = item->current_ma;
      continue;
    }
    if (item->current_ma == item->max_ma) {
      *answer = (bbe_answer){ item->current_ma, BBE_NOWHERE, 0, BBE_BOUND_WISH };
    } else if (is_bound_still (work, item)) {
      *answer = (bbe_answer){ item->current_ma, item->bound_node, item->bound_row, BBE_BOUND_ROW };
    } else {
      *answer = (bbe_answer){ item->current_ma, BBE_NOWHERE, 0, BBE_BOUND_WISH };
      name_binding_row (work, item, answer);
    }
    stopped += !(item->state & BBE_RUNS);
  }
  if (stopped == 0)
    return;
  bbe_alloc_clear_room (work);
  explain_stopped (work, answers, BBE_IMPOSSIBLE, BBE_BOUND_IMPOSSIBLE);
  bbe_alloc_start (work);
  explain_stopped (work, answers, 0, BBE_BOUND_NOT_SERVED);
}
