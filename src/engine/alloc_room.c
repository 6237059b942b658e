/* SPDX-License-Identifier: GPL-3.0-or-later */
/* alloc_room.c: room on the rows of each node, and lists of items. */
#include "engine/alloc_internal.h"

const int64_t bbe_alloc_times[8][BBE_ROWS_PER_NODE] = {
  { 0, 0, 0, 0 }, { 1, 0, 0, 1 }, { 0, 1, 0, 1 }, { 1, 1, 0, 2 },
  { 0, 0, 1, 1 }, { 1, 0, 1, 2 }, { 0, 1, 1, 2 }, { 1, 1, 1, 3 },
};

const uint64_t bbe_alloc_weights[8] = {
  0,
  0x0001000000000001,
  0x0001000000010000,
  0x0002000000010001,
  0x0001000100000000,
  0x0002000100000001,
  0x0002000100010000,
  0x0003000100010001,
};

void
bbe_alloc_clear_node (bbe_alloc_work *work, unsigned index)
{
  const int32_t *cap_ma = work->problem->nodes[index].cap_ma;

  for (unsigned row = 0; row < BBE_ROWS_PER_NODE; row++)
    work->nodes[index].room[row] = cap_ma[row] == BBE_NO_LIMIT ? BBE_UNBOUND : BBE_FINE (cap_ma[row]);
}

void
bbe_alloc_clear_room (bbe_alloc_work *work)
{
  for (unsigned n = 0; n < work->problem->n_nodes; n++)
    bbe_alloc_clear_node (work, n);
}

void
bbe_alloc_take (bbe_alloc_work *work, const bbe_alloc_item *item, int32_t load_ma, int32_t hold_ma)
{
  const bbe_alloc_kind *kind = &work->kinds[item->kind];

  for (unsigned k = 0; k < kind->n_live; k++) {
    bbe_take_node (&work->nodes[kind->live[k]], bbe_kind_loads (kind), BBE_FINE (load_ma));
    if (bbe_kind_holds (kind) != 0)
      bbe_take_node (&work->nodes[kind->live[k]], bbe_kind_holds (kind), BBE_FINE (hold_ma));
  }
}

/* A row that nothing is taken from does not matter, even if it is negative; one that is loaded by 0 mA
 * must still not be negative. */
bool
bbe_alloc_fits (const bbe_alloc_work *work, const bbe_alloc_item *item, int32_t load_ma, int32_t hold_ma)
{
  const bbe_alloc_kind *kind = &work->kinds[item->kind];
  int64_t need[BBE_ROWS_PER_NODE], shortage = 0;

  for (unsigned row = 0; row < BBE_ROWS_PER_NODE; row++) {
    int64_t loads = bbe_alloc_times[bbe_kind_loads (kind)][row],
            holds = bbe_alloc_times[bbe_kind_holds (kind)][row];

    need[row] = loads + holds != 0 ? BBE_FINE (load_ma) * loads + BBE_FINE (hold_ma) * holds : -BBE_UNBOUND;
  }
  for (unsigned k = 0; k < kind->n_live; k++) {
    const int64_t *room = work->nodes[kind->live[k]].room;

    shortage |= (room[0] - need[0]) | (room[1] - need[1]) | (room[2] - need[2]);
    shortage |= room[BBE_TOTAL] - need[BBE_TOTAL];
  }
  return shortage >= 0;
}

void
bbe_alloc_start (bbe_alloc_work *work)
{
  for (unsigned n = 0; n < work->n_live; n++)
    bbe_alloc_clear_node (work, work->live[n]);
  for (unsigned i = 0; i < work->n_items; i++) {
    bbe_alloc_item *item = &work->items[i];

    item->current_ma = item->state & BBE_RUNS ? item->min_ma : 0;
    if (item->state & BBE_RUNS)
      bbe_alloc_take (work, item, item->min_ma, item->min_ma);
  }
}

unsigned
bbe_alloc_list_running (const bbe_alloc_work *work, uint16_t *list)
{
  unsigned n = 0;

  for (unsigned i = 0; i < work->n_items; i++) {
    list[n] = (uint16_t) i;
    n += work->items[i].state & BBE_RUNS;
  }
  return n;
}

static void
merge (bbe_alloc_work *work, uint16_t *list, unsigned middle, unsigned end, bbe_alloc_before before)
{
  uint16_t *left = work->rising;
  unsigned i = 0, j = middle, out = 0;

  if (before (work, list[middle - 1], list[middle]))
    return;
  for (unsigned k = 0; k < middle; k++)
    left[k] = list[k];
  while (i < middle && j < end)
    list[out++] = before (work, left[i], list[j]) ? left[i++] : list[j++];
  while (i < middle)
    list[out++] = left[i++];
}

void
bbe_alloc_sort (bbe_alloc_work *work, uint16_t *list, unsigned n, bbe_alloc_before before)
{
  for (unsigned width = 1; width < n; width *= 2)
    for (unsigned start = 0; start + width < n; start += 2 * width)
      merge (work, list + start, width, start + 2 * width < n ? 2 * width : n - start, before);
}
