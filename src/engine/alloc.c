/* SPDX-License-Identifier: GPL-3.0-or-later */
/* alloc.c: bbe_allocate(): candidates become items and kinds; what fits at once; the order of the parts. */
#include "engine/alloc_internal.h"

/* Minimum, maximum and step of the last candidate, and what follows from them: most are alike. Rounds without
 * dividing each time: value <= 10^7 < 2^24, see floor_to(). */
typedef struct step_grid {
  int32_t asked_min_ma, asked_max_ma, asked_step_ma;
  int32_t min_ma, max_ma, step_ma;
  uint64_t inverse;
} step_grid;

/* The quotient by the rounded-up inverse is right or, for steps over 2^16, one too high. */
static inline int32_t
floor_to (const step_grid *grid, int32_t value)
{
  int64_t floor = (int64_t) (((uint64_t) (uint32_t) value * grid->inverse) >> 40) * grid->step_ma;

  return (int32_t) (floor > value ? floor - grid->step_ma : floor);
}

/* The least multiple of the step at which it may run; above all maxima where there is none. */
static void
learn_grid (step_grid *grid, int32_t min_ma, int32_t step_ma)
{
  int64_t least;

  grid->asked_min_ma = min_ma;
  grid->asked_max_ma = -1;
  grid->asked_step_ma = step_ma;
  grid->step_ma = step_ma > 1 ? step_ma : 1;
  grid->inverse = (UINT64_C (1) << 40) / (uint32_t) grid->step_ma + 1;
  min_ma = min_ma < 0 ? 0 : min_ma > BBE_MAX_MA ? BBE_MAX_MA + 1 : min_ma;
  least = floor_to (grid, min_ma);
  least += least < min_ma ? grid->step_ma : 0;
  grid->min_ma = least > BBE_MAX_MA ? BBE_MAX_MA + 1 : (int32_t) least;
}

static bool
same_path (const uint16_t *a, const uint16_t *b, unsigned n)
{
  while (n > 0 && a[n - 1] == b[n - 1])
    n--;
  return n == 0;
}

static unsigned
search_kind (bbe_alloc_work *work, const bbe_candidate *candidate, uint32_t key)
{
  bbe_alloc_kind *kind = work->kinds;
  unsigned k;

  for (k = 0; k < work->n_kinds; k++, kind++)
    if (kind->key == key
        && (kind->path == candidate->path || same_path (kind->path, candidate->path, bbe_kind_length (kind))))
      return k;
  kind->path = candidate->path;
  kind->key = key;
  kind->taken = kind->spare = 0;
  kind->n_live = 0;
  return work->n_kinds++;
}

/* Callers that give stations of one place the same `path` pointer are served without a search. */
static inline unsigned
find_kind (bbe_alloc_work *work, const bbe_candidate *candidate)
{
  unsigned loads = candidate->loads & 7u, holds = candidate->holds & 7u & ~loads;
  uint32_t key = loads | holds << 3 | (uint32_t) candidate->n_path << 6;
  unsigned hash = (unsigned) ((uintptr_t) candidate->path >> 1) ^ key;
  uint8_t *recent = &work->recent[(hash ^ hash >> 5) % BBE_ALLOC_RECENT];
  const bbe_alloc_kind *kind = &work->kinds[*recent];
  unsigned found;

  if (kind->path == candidate->path && kind->key == key)
    return *recent;
  found = search_kind (work, candidate, key);
  *recent = (uint8_t) (found <= UINT8_MAX ? found : 0);
  return found;
}

static bool
by_serial (const bbe_alloc_work *work, uint16_t a, uint16_t b)
{
  return work->problem->candidates[a].serial <= work->problem->candidates[b].serial;
}

/* Makes an item of a candidate, and adds to its kind what it takes at its maximum and at its minimum;
 * false: it can never run. */
static inline bool
take_item (bbe_alloc_work *work, bbe_alloc_item *item, unsigned index, step_grid *grid)
{
  const bbe_candidate *candidate = &work->problem->candidates[index];
  int32_t max_ma = candidate->max_ma < BBE_MAX_MA ? candidate->max_ma : BBE_MAX_MA;
  bbe_alloc_kind *kind;
  unsigned found;

  if (candidate->min_ma != grid->asked_min_ma || candidate->step_ma != grid->asked_step_ma)
    learn_grid (grid, candidate->min_ma, candidate->step_ma);
  if (max_ma < grid->min_ma)
    return false;
  if (max_ma != grid->asked_max_ma) {
    grid->asked_max_ma = max_ma;
    grid->max_ma = floor_to (grid, max_ma);
  }
  found = find_kind (work, candidate);
  kind = &work->kinds[found];
  item->min_ma = item->current_ma = grid->min_ma;
  item->max_ma = grid->max_ma;
  item->step_ma = grid->step_ma;
  item->candidate = (uint16_t) index;
  item->kind = (uint16_t) found;
  item->bound_row = BBE_NO_ROW;
  item->loads = candidate->loads & 7;
  item->state = BBE_RUNS;
  kind->taken += item->max_ma;
  kind->spare += grid->min_ma;
  return true;
}

static bool
are_in_order (const bbe_problem *problem)
{
  const bbe_candidate *candidates = problem->candidates;

  for (unsigned i = 1; i < problem->n_candidates; i++)
    if (candidates[i - 1].serial > candidates[i].serial)
      return false;
  return true;
}

/* Makes items of the candidates, in order of serial. */
static void
take_items (bbe_alloc_work *work, bbe_answer *answers)
{
  const unsigned reorders = 1u << BBE_PRIORITY | 1u << BBE_QUEUE | 1u << BBE_DEADLINE;
  unsigned n = work->problem->n_candidates, n_items = 0, special = 0;
  bool in_order = are_in_order (work->problem);
  step_grid grid = { 0 };

  for (unsigned i = 0; i < n && !in_order; i++)
    work->order[i] = (uint16_t) i;
  if (!in_order)
    bbe_alloc_sort (work, work->order, n, by_serial);
  learn_grid (&grid, 0, 1);
  for (unsigned i = 0; i < n; i++) {
    unsigned index = in_order ? i : work->order[i];

    if (!take_item (work, &work->items[n_items], index, &grid)) {
      answers[index] = (bbe_answer){ 0, BBE_NOWHERE, 0, BBE_BOUND_IMPOSSIBLE };
      continue;
    }
    special |= reorders >> (work->problem->candidates[index].balancer & 31u);
    work->list[n_items] = (uint16_t) n_items;
    n_items++;
  }
  work->n_items = (uint16_t) n_items;
  work->special = special & 1;
}

/* Notes which rows would be exceeded if everyone had its maximum: no other row can ever bind. */
static void
find_live_rows (bbe_alloc_work *work)
{
  bbe_alloc_clear_room (work);
  for (unsigned k = 0; k < work->n_kinds; k++) {
    const bbe_alloc_kind *kind = &work->kinds[k];

    for (unsigned n = 0; n < bbe_kind_length (kind); n++) {
      bbe_take_node (&work->nodes[kind->path[n]], bbe_kind_loads (kind), BBE_FINE (kind->taken));
      if (bbe_kind_holds (kind) != 0)
        bbe_take_node (&work->nodes[kind->path[n]], bbe_kind_holds (kind), BBE_FINE (kind->spare));
    }
  }
  for (unsigned n = 0; n < work->problem->n_nodes; n++) {
    bbe_alloc_node *node = &work->nodes[n];

    node->live = 0;
    if ((node->room[0] | node->room[1] | node->room[2] | node->room[BBE_TOTAL]) >= 0)
      continue;
    for (unsigned row = 0; row < BBE_ROWS_PER_NODE; row++)
      node->live |= (uint8_t) ((node->room[row] < 0) << row);
    work->live[work->n_live++] = (uint16_t) n;
  }
}

/* Sets the room to what is left beside all minima; false: they don't all fit. */
static bool
minima_fit (bbe_alloc_work *work)
{
  int64_t shortage = 0;

  for (unsigned n = 0; n < work->n_live; n++)
    bbe_alloc_clear_node (work, work->live[n]);
  for (unsigned k = 0; k < work->n_kinds; k++) {
    bbe_alloc_kind *kind = &work->kinds[k];

    for (unsigned n = 0; n < bbe_kind_length (kind); n++) {
      if (work->nodes[kind->path[n]].live == 0)
        continue;
      kind->live[kind->n_live++] = kind->path[n];
      bbe_take_node (&work->nodes[kind->path[n]], bbe_kind_loads (kind) | bbe_kind_holds (kind),
                     BBE_FINE (kind->spare));
    }
  }
  for (unsigned n = 0; n < work->n_live; n++)
    for (unsigned row = 0; row < BBE_ROWS_PER_NODE; row++)
      shortage |= work->nodes[work->live[n]].room[row];
  return shortage >= 0;
}

/* Nobody who runs loads a negative row, so that raising need not ask which rows an item loads. */
static void
ignore_negative_rows (bbe_alloc_work *work)
{
  for (unsigned n = 0; n < work->n_live; n++) {
    int64_t *room = work->nodes[work->live[n]].room;

    for (unsigned row = 0; row < BBE_ROWS_PER_NODE; row++)
      room[row] = room[row] < 0 ? 0 : room[row];
  }
}

static void
share_rows (bbe_alloc_work *work)
{
  unsigned n = work->n_items;

  if (!minima_fit (work)) {
    bbe_alloc_choose (work);
    n = bbe_alloc_list_running (work, work->list);
  }
  ignore_negative_rows (work);
  bbe_alloc_fill (work, work->list, n);
  if (work->special)
    bbe_alloc_balance (work);
}

static void
refuse_all (const bbe_problem *problem, bbe_answer *answers)
{
  for (unsigned i = 0; i < problem->n_candidates; i++)
    answers[i] = (bbe_answer){ 0, BBE_NOWHERE, 0, BBE_BOUND_IMPOSSIBLE };
}

void
bbe_allocate (bbe_alloc_work *work, const bbe_problem *problem, bbe_answer *answers)
{
  if (problem->n_candidates > BBE_MAX_STATIONS || problem->n_nodes > BBE_MAX_NODES) {
    refuse_all (problem, answers);
    return;
  }
  work->problem = problem;
  work->n_items = work->n_kinds = work->n_live = work->n_segments = 0;
  work->special = work->waiting_first = false;
  work->budget = problem->search_budget != 0 ? problem->search_budget : BBE_SEARCH_BUDGET;
  for (unsigned k = 0; k < BBE_ALLOC_RECENT; k++)
    work->recent[k] = 0;
  work->kinds[0].key = UINT32_MAX; /* nobody's, until it is somebody's */
  take_items (work, answers);
  find_live_rows (work);
  if (work->n_live > 0)
    share_rows (work);
  else
    for (unsigned i = 0; i < work->n_items; i++)
      work->items[i].current_ma = work->items[i].max_ma;
  if (problem->n_unbalance > 0)
    bbe_alloc_unbalance (work, answers);
  bbe_alloc_explain (work, answers);
}
