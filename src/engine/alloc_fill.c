/* SPDX-License-Identifier: GPL-3.0-or-later */
/* alloc_fill.c: how much: raises all evenly until a row is full, goes on with those not on it (max-min,
 * progressive filling: Bertsekas and Gallager, Data Networks, 6.5.2), then moves down to whole steps and
 * hands out the steps that are left.
 */
#include "engine/alloc_internal.h"

/* Here kind->taken is what its items took since the last settle(), kind->spare what rounding down left. */
typedef struct filling {
  bbe_alloc_work *work;
  unsigned n;        /* items in work->rising: those not stopped */
  int64_t level;     /* all of them that rise are here, the others above */
  int64_t ceiling;   /* the lowest of those above */
  int64_t satisfied; /* below it nobody has reached its maximum */
} filling;

static int32_t
floor_step (int32_t value_ma, int32_t step_ma)
{
  return step_ma == 1 ? value_ma : value_ma - (int32_t) ((uint32_t) value_ma % (uint32_t) step_ma);
}

static inline int64_t
lower_of (int64_t a, int64_t b)
{
  return a < b ? a : b;
}

/* Takes what kinds took from their rows, and counts again who rises on each. */
static void
settle (filling *fill)
{
  bbe_alloc_work *work = fill->work;

  for (unsigned k = 0; k < work->n_kinds; k++) {
    bbe_alloc_kind *kind = &work->kinds[k];
    uint64_t change = bbe_alloc_weights[bbe_kind_loads (kind)] * (uint64_t) (int64_t) kind->change;

    if (kind->change == 0)
      continue;
    for (unsigned n = 0; n < kind->n_live; n++) {
      bbe_alloc_node *node = &work->nodes[kind->live[n]];

      node->weight += change;
      if (kind->taken != 0)
        bbe_take_node (node, bbe_kind_loads (kind), kind->taken);
    }
    kind->change = 0;
    kind->taken = 0;
  }
}

/* The lowest begin to rise; the ceiling is where the next do. */
static void
begin_lowest (filling *fill)
{
  bbe_alloc_work *work = fill->work;

  for (unsigned k = 0; k < work->n_kinds; k++)
    work->kinds[k].change = 0;
  for (unsigned k = 0; k < fill->n; k++) {
    const bbe_alloc_item *item = &work->items[work->rising[k]];

    if (BBE_FINE (item->current_ma) == fill->level)
      work->kinds[item->kind].change++;
    else
      fill->ceiling = lower_of (fill->ceiling, BBE_FINE (item->current_ma));
  }
}

/* Those below their maximum go into work->rising; the lowest of them begin to rise. */
static void
begin (filling *fill, const uint16_t *list, unsigned n)
{
  bbe_alloc_work *work = fill->work;
  int32_t lowest_ma = INT32_MAX, highest_ma = -1, satisfied_ma = INT32_MAX;
  unsigned rising = 0;

  for (unsigned k = 0; k < work->n_live; k++)
    work->nodes[work->live[k]].weight = 0;
  for (unsigned k = 0; k < work->n_kinds; k++) {
    bbe_alloc_kind *kind = &work->kinds[k];

    kind->taken = kind->spare = 0;
    kind->change = 0;
    kind->bound_row = BBE_NO_ROW;
  }
  for (unsigned k = 0; k < n; k++) {
    const bbe_alloc_item *item = &work->items[list[k]];
    int32_t current_ma = item->current_ma;

    if (current_ma == item->max_ma)
      continue;
    work->rising[rising++] = list[k];
    work->kinds[item->kind].change++;
    lowest_ma = current_ma < lowest_ma ? current_ma : lowest_ma;
    highest_ma = current_ma > highest_ma ? current_ma : highest_ma;
    satisfied_ma = item->max_ma < satisfied_ma ? item->max_ma : satisfied_ma;
  }
  fill->n = rising;
  fill->level = BBE_FINE (lowest_ma);
  fill->satisfied = BBE_FINE (satisfied_ma);
  fill->ceiling = BBE_UNBOUND;
  if (lowest_ma < highest_ma)
    begin_lowest (fill);
  settle (fill);
}

/* The level at which the first row is full: the least of room / weight, compared without dividing. */
static int64_t
first_full (const filling *fill)
{
  const bbe_alloc_work *work = fill->work;
  int64_t room = BBE_UNBOUND, weight = 0;

  for (unsigned n = 0; n < work->n_live; n++) {
    const bbe_alloc_node *node = &work->nodes[work->live[n]];
    uint64_t lanes = node->weight;

    for (unsigned row = 0; lanes != 0; row++, lanes >>= 16) {
      int64_t w = (int64_t) (lanes & 0xffff);

      if (w == 0 || !(node->live >> row & 1) || (weight != 0 && node->room[row] * weight >= room * w))
        continue;
      room = node->room[row];
      weight = w;
    }
  }
  return weight == 0 ? BBE_UNBOUND : fill->level + room / weight;
}

/* Those that reach their maximum at or below `top` stay there; false: there were none. */
static bool
stop_satisfied (filling *fill, int64_t top)
{
  bbe_alloc_work *work = fill->work;
  unsigned n = 0, before = fill->n;

  fill->satisfied = BBE_UNBOUND;
  for (unsigned k = 0; k < before; k++) {
    bbe_alloc_item *item = &work->items[work->rising[k]];
    int64_t max = BBE_FINE (item->max_ma);

    if (max > top || BBE_FINE (item->current_ma) > fill->level) {
      work->rising[n++] = work->rising[k];
      fill->satisfied = lower_of (fill->satisfied, max);
      continue;
    }
    work->kinds[item->kind].change--;
    work->kinds[item->kind].taken += max - fill->level;
    item->current_ma = item->max_ma;
  }
  fill->n = n;
  return n < before;
}

/* Raises the level on the rows and marks those that are full now. */
static void
rise (filling *fill, int64_t top)
{
  bbe_alloc_work *work = fill->work;
  int64_t by = top - fill->level;

  for (unsigned n = 0; n < work->n_live; n++) {
    bbe_alloc_node *node = &work->nodes[work->live[n]];
    unsigned bound = 0;

    for (unsigned row = 0; row < BBE_ROWS_PER_NODE; row++) {
      int64_t weight = (int64_t) (node->weight >> (16 * row) & 0xffff);

      node->room[row] -= weight * by;
      bound |= (unsigned) (node->room[row] < weight) << row;
    }
    node->bound = (uint8_t) (bound & node->live);
  }
}

/* Finds what holds each kind back: the full row nearest to it, then L1 first. */
static void
mark_bound_kinds (filling *fill)
{
  bbe_alloc_work *work = fill->work;

  for (unsigned k = 0; k < work->n_kinds; k++) {
    bbe_alloc_kind *kind = &work->kinds[k];

    for (unsigned n = 0; n < kind->n_live && kind->bound_row == BBE_NO_ROW && bbe_kind_loads (kind) != 0;
         n++) {
      unsigned full = work->nodes[kind->live[n]].bound & BBE_ROWS_OF (bbe_kind_loads (kind));

      if (full == 0)
        continue;
      kind->bound_node = kind->live[n];
      kind->bound_row = full & 1 ? 0 : full & 2 ? 1 : full & 4 ? 2 : BBE_TOTAL;
    }
  }
}

/* Those on a full row stay at the new level, moved down to a whole step; those that wait at that level
 * begin to rise. */
static void
stop_bound (filling *fill, int64_t top)
{
  bbe_alloc_work *work = fill->work;
  int32_t step_ma = 0, floor_ma = 0;
  unsigned n = 0, before = fill->n;

  fill->ceiling = BBE_UNBOUND;
  for (unsigned k = 0; k < before; k++) {
    bbe_alloc_item *item = &work->items[work->rising[k]];
    bbe_alloc_kind *kind = &work->kinds[item->kind];
    int64_t current = BBE_FINE (item->current_ma);

    if (current > top || kind->bound_row == BBE_NO_ROW) {
      work->rising[n++] = work->rising[k];
      if (current > top)
        fill->ceiling = lower_of (fill->ceiling, current);
      else
        kind->change = (int16_t) (kind->change + (current > fill->level));
      continue;
    }
    item->bound_node = kind->bound_node;
    item->bound_row = kind->bound_row;
    if (current > fill->level)
      continue;
    if (item->step_ma != step_ma) {
      step_ma = item->step_ma;
      floor_ma = floor_step ((int32_t) (top >> BBE_FINE_BITS), step_ma);
    }
    kind->change--;
    kind->spare += top - BBE_FINE (floor_ma);
    item->current_ma = floor_ma;
  }
  fill->n = n;
  fill->level = top;
}

/* Gives back what rounding down left. */
static void
give_back (bbe_alloc_work *work)
{
  for (unsigned k = 0; k < work->n_kinds; k++) {
    const bbe_alloc_kind *kind = &work->kinds[k];

    for (unsigned n = 0; n < kind->n_live && kind->spare != 0; n++)
      bbe_take_node (&work->nodes[kind->live[n]], bbe_kind_loads (kind), -kind->spare);
  }
}

void
bbe_alloc_fill (bbe_alloc_work *work, const uint16_t *list, unsigned n)
{
  filling fill = { .work = work };

  begin (&fill, list, n);
  while (fill.n > 0) {
    int64_t top = lower_of (first_full (&fill), fill.ceiling);

    if (top < fill.satisfied || !stop_satisfied (&fill, top)) {
      rise (&fill, top);
      mark_bound_kinds (&fill);
      stop_bound (&fill, top);
    }
    settle (&fill);
  }
  give_back (work);
  bbe_alloc_leftover (work, list, n);
}

/* Raises an item by a step if its rows allow it. */
static inline bool
raise_step (bbe_alloc_work *work, bbe_alloc_item *item, const bbe_alloc_kind *kind)
{
  const int64_t *times = bbe_alloc_times[bbe_kind_loads (kind)];
  int64_t fine = BBE_FINE (item->step_ma);
  int64_t phase1 = fine * times[0], phase2 = fine * times[1], phase3 = fine * times[2];
  int64_t total = fine * times[BBE_TOTAL], shortage = 0;

  for (unsigned n = 0; n < kind->n_live; n++) {
    const int64_t *room = work->nodes[kind->live[n]].room;

    shortage |= (room[0] - phase1) | (room[1] - phase2) | (room[2] - phase3) | (room[BBE_TOTAL] - total);
  }
  if (shortage < 0)
    return false;
  item->current_ma += item->step_ma;
  for (unsigned n = 0; n < kind->n_live; n++) {
    int64_t *room = work->nodes[kind->live[n]].room;

    room[0] -= phase1;
    room[1] -= phase2;
    room[2] -= phase3;
    room[BBE_TOTAL] -= total;
  }
  return true;
}

/* Who was refused a step is refused it for good, and so are the others of its kind: rows only fill up.
 * Here kind->spare is the shortest step that was refused. */
void
bbe_alloc_leftover (bbe_alloc_work *work, const uint16_t *list, unsigned n)
{
  int32_t smallest_ma = INT32_MAX;
  unsigned kept = 0;

  for (unsigned k = 0; k < work->n_kinds; k++)
    work->kinds[k].spare = INT32_MAX;
  for (unsigned k = 0; k < n; k++) {
    const bbe_alloc_item *item = &work->items[list[k]];

    if (item->current_ma == item->max_ma)
      continue;
    work->rising[kept++] = list[k];
    smallest_ma = item->current_ma < smallest_ma ? item->current_ma : smallest_ma;
  }
  while ((n = kept) > 0) {
    int32_t turn_ma = smallest_ma;

    kept = 0;
    smallest_ma = INT32_MAX;
    for (unsigned k = 0; k < n; k++) {
      bbe_alloc_item *item = &work->items[work->rising[k]];
      bbe_alloc_kind *kind = &work->kinds[item->kind];

      if (item->step_ma >= kind->spare)
        continue;
      if (item->current_ma == turn_ma && !raise_step (work, item, kind)) {
        kind->spare = item->step_ma;
        continue;
      }
      if (item->current_ma == item->max_ma)
        continue;
      work->rising[kept++] = work->rising[k];
      smallest_ma = item->current_ma < smallest_ma ? item->current_ma : smallest_ma;
    }
  }
}

void
bbe_alloc_raise_alone (bbe_alloc_work *work, bbe_alloc_item *item)
{
  const bbe_alloc_kind *kind = &work->kinds[item->kind];
  const int64_t *times = bbe_alloc_times[bbe_kind_loads (kind)];
  int64_t rise = BBE_FINE (item->max_ma - item->current_ma);
  int32_t rise_ma;

  for (unsigned k = 0; k < kind->n_live; k++) {
    const bbe_alloc_node *node = &work->nodes[kind->live[k]];

    for (unsigned row = 0; row < BBE_ROWS_PER_NODE; row++) {
      if (node->room[row] >= rise * times[row])
        continue;
      rise = node->room[row] / times[row];
      item->bound_node = kind->live[k];
      item->bound_row = (uint8_t) row;
    }
  }
  rise_ma = floor_step ((int32_t) (rise >> BBE_FINE_BITS), item->step_ma);
  item->current_ma += rise_ma;
  bbe_alloc_take (work, item, rise_ma, 0);
}
