/* SPDX-License-Identifier: GPL-3.0-or-later */
/* alloc_search.c: the bounded search for the set that serves most, priority class by class.
 *
 * Depth first over the candidates in a fixed order, each taken where it fits before it is left out. A set
 * is worth more when the first segment (a class's overdue ones, then its others) in which the numbers
 * differ has more of them; among equal ones when more of those that charge go on. Branches that can't beat
 * the best so far are cut, by counting what the undecided need at least on each row. A second pass, in
 * order of preference and with the numbers fixed, ends at the first set it finds: the preferred one.
 */
#include "engine/alloc_internal.h"

/* bbe_alloc_item.decision */
enum {
  UNDECIDED = 0,
  TAKEN,
  FORCED,   /* taken, and leaving it out is no choice: overdue */
  NO_ROOM,  /* left out: does not fit */
  LEFT_OUT, /* by choice, and with it the rest of its type */
  SAME_TYPE /* left out because one before it was */
};

typedef struct alloc_search {
  bbe_alloc_work *work;
  unsigned n, at;       /* candidates; the next to decide */
  unsigned segment;     /* the one that `at` is in */
  unsigned running;     /* of the candidates */
  unsigned running_out; /* of them, left out so far */
  unsigned running_best;
  bool preferred; /* second pass */
  bool found;     /* a better set (second pass: the set) */
} alloc_search;

static inline bbe_alloc_item *
item_at (const alloc_search *search, unsigned at)
{
  return &search->work->items[search->work->order[at]];
}

static inline bool
is_running (const alloc_search *search, const bbe_alloc_item *item)
{
  return bbe_item_candidate (search->work, item)->running;
}

/* Counts an item among (sign 1), or no longer among, the undecided on its rows. */
static void
count_undecided (alloc_search *search, const bbe_alloc_item *item, int sign)
{
  bbe_alloc_work *work = search->work;
  const bbe_alloc_kind *kind = &work->kinds[item->kind];
  uint64_t weight = bbe_alloc_weights[bbe_kind_loads (kind) | bbe_kind_holds (kind)];

  weight = sign < 0 ? 0 - weight : weight;
  for (unsigned k = 0; k < kind->n_live; k++)
    work->nodes[kind->live[k]].weight += weight;
}

static void
forget_undecided (alloc_search *search)
{
  for (unsigned n = 0; n < search->work->n_live; n++)
    search->work->nodes[search->work->live[n]].weight = 0;
}

/* Starts on a segment from its first place. */
static void
enter_segment (alloc_search *search, unsigned segment)
{
  bbe_alloc_segment *s = &search->work->segments[segment];

  search->segment = segment;
  s->now = 0;
  forget_undecided (search);
  for (unsigned k = s->start; k < s->end; k++)
    count_undecided (search, item_at (search, k), 1);
}

/* Is there room on every row if all the undecided but `skips` are taken, each at the least minimum? */
static bool
rows_allow (const alloc_search *search, int64_t skips, int32_t least_ma)
{
  const bbe_alloc_work *work = search->work;
  int64_t least = BBE_FINE (least_ma);

  for (unsigned n = 0; n < work->n_live; n++) {
    const bbe_alloc_node *node = &work->nodes[work->live[n]];
    const int64_t *room = node->room;
    int64_t loads = (int64_t) (node->weight >> 48) - 3 * skips;

    for (unsigned p = 0; p < 3; p++)
      if ((node->live >> p & 1) && ((int64_t) (node->weight >> (16 * p) & 0xffff) - skips) * least > room[p]
          && (int64_t) (node->weight >> (16 * p) & 0xffff) > skips)
        return false;
    if (loads <= 0)
      continue;
    if ((node->live >> BBE_TOTAL & 1) && loads * least > room[BBE_TOTAL])
      return false;
    if ((node->live & 7) == 7 && loads * least > room[0] + room[1] + room[2])
      return false;
  }
  return true;
}

/* >0: more were served in an earlier segment than by the best set; never <0, see leave_segment(). */
static bool
is_ahead (const alloc_search *search)
{
  for (unsigned s = 0; s < search->segment; s++)
    if (search->work->segments[s].now != search->work->segments[s].best)
      return true;
  return false;
}

/* May a set with the best number in this segment still be better? */
static bool
may_tie (const alloc_search *search)
{
  const bbe_alloc_work *work = search->work;
  unsigned kept = search->running - search->running_out;

  if (search->preferred)
    return kept >= search->running_best;
  if (kept > search->running_best)
    return true;
  for (unsigned s = search->segment + 1; s < work->n_segments; s++)
    if (work->segments[s].best < work->segments[s].most)
      return true;
  return false;
}

static bool
is_promising (const alloc_search *search)
{
  const bbe_alloc_segment *segment = &search->work->segments[search->segment];
  int skips = (int) segment->now + (int) (segment->end - search->at) - (int) segment->best;

  if (is_ahead (search))
    return true;
  if (!may_tie (search)) {
    if (search->preferred)
      return false;
    skips--;
  }
  return skips >= 0 && rows_allow (search, skips, item_at (search, search->at)->current_ma);
}

static void
decide (alloc_search *search, uint8_t decision)
{
  bbe_alloc_work *work = search->work;
  bbe_alloc_item *item = item_at (search, search->at);

  item->decision = decision;
  count_undecided (search, item, -1);
  if (decision == TAKEN || decision == FORCED) {
    bbe_alloc_take (work, item, item->min_ma, item->min_ma);
    work->segments[search->segment].now++;
  } else {
    search->running_out += is_running (search, item);
  }
  if (decision == LEFT_OUT)
    work->items[item->type].state |= BBE_CLOSED;
  search->at++;
}

static void
undo (alloc_search *search)
{
  bbe_alloc_work *work = search->work;
  bbe_alloc_item *item = item_at (search, search->at);
  uint8_t decision = item->decision;

  count_undecided (search, item, 1);
  if (decision == TAKEN || decision == FORCED) {
    bbe_alloc_take (work, item, -item->min_ma, -item->min_ma);
    work->segments[search->segment].now--;
  } else {
    search->running_out -= is_running (search, item);
  }
  if (decision == LEFT_OUT)
    work->items[item->type].state &= (uint8_t) ~BBE_CLOSED;
  item->decision = UNDECIDED;
}

static uint8_t
first_choice (const alloc_search *search)
{
  const bbe_alloc_item *item = item_at (search, search->at);

  if (search->work->items[item->type].state & BBE_CLOSED)
    return SAME_TYPE;
  if (!bbe_alloc_fits (search->work, item, item->min_ma, item->min_ma))
    return NO_ROOM;
  return bbe_item_candidate (search->work, item)->overdue ? FORCED : TAKEN;
}

/* At a segment's end: false when fewer than in the best set are served, all before being equal. */
static bool
leave_segment (alloc_search *search)
{
  const bbe_alloc_segment *segment = &search->work->segments[search->segment];

  if (segment->now < segment->best && !is_ahead (search))
    return false;
  if (search->segment + 1u < search->work->n_segments)
    enter_segment (search, search->segment + 1);
  return true;
}

/* Decides on to the last candidate; false: cut. */
static bool
descend (alloc_search *search)
{
  bbe_alloc_work *work = search->work;

  for (;;) {
    if (search->at == work->segments[search->segment].end && !leave_segment (search))
      return false;
    if (search->at == search->n)
      return true;
    if (work->budget == 0 || !is_promising (search))
      return false;
    work->budget--;
    decide (search, first_choice (search));
  }
}

/* Goes back to the last one that was taken by choice and leaves it out; false: all was tried. */
static bool
turn_back (alloc_search *search)
{
  while (search->at > 0) {
    bool chosen;

    search->at--;
    if (search->at < search->work->segments[search->segment].start) {
      search->segment--;
      forget_undecided (search);
    }
    chosen = item_at (search, search->at)->decision == TAKEN;
    undo (search);
    if (!chosen)
      continue;
    decide (search, LEFT_OUT);
    return true;
  }
  return false;
}

/* Is the complete set better than the best, or in the second pass what was looked for? */
static bool
is_better (alloc_search *search)
{
  const bbe_alloc_segment *last = &search->work->segments[search->work->n_segments - 1];
  unsigned kept = search->running - search->running_out;

  if (is_ahead (search) || last->now != last->best)
    return true;
  return search->preferred ? kept >= search->running_best : kept > search->running_best;
}

static void
keep (alloc_search *search)
{
  bbe_alloc_work *work = search->work;

  for (unsigned s = 0; s < work->n_segments; s++)
    work->segments[s].best = work->segments[s].now;
  for (unsigned k = 0; k < search->n; k++) {
    bbe_alloc_item *item = item_at (search, k);

    item->state &= (uint8_t) ~BBE_BEST;
    if (item->decision == TAKEN || item->decision == FORCED)
      item->state |= BBE_BEST;
  }
  search->running_best = search->running - search->running_out;
  search->found = true;
}

/* Places the smallest minimum from each place to its segment's end into least_ma. */
static void
look_ahead (alloc_search *search)
{
  for (unsigned s = 0; s < search->work->n_segments; s++) {
    const bbe_alloc_segment *segment = &search->work->segments[s];
    int32_t least_ma = INT32_MAX;

    for (unsigned k = segment->end; k-- > segment->start;) {
      bbe_alloc_item *item = item_at (search, k);

      least_ma = item->min_ma < least_ma ? item->min_ma : least_ma;
      item->current_ma = least_ma;
      item->decision = UNDECIDED;
      item->state &= (uint8_t) ~BBE_CLOSED;
    }
  }
}

/* How many of a segment's candidates, in order of minimum, some phase's row must leave out at least. With
 * `apart` each counts only on the node nearest to it, and what these need adds up; else the worst row of all
 * counts. */
static int
least_skips (alloc_search *search, const bbe_alloc_segment *segment, bool apart)
{
  bbe_alloc_work *work = search->work;
  int sum = 0, worst = 0;

  bbe_alloc_clear_room (work);
  forget_undecided (search);
  for (unsigned k = segment->start; k < segment->end; k++) {
    const bbe_alloc_item *item = item_at (search, k);
    const bbe_alloc_kind *kind = &work->kinds[item->kind];

    for (unsigned n = 0; n < kind->n_live && (n == 0 || !apart); n++) {
      bbe_alloc_node *node = &work->nodes[kind->live[n]];

      for (unsigned p = 0; p < 3; p++)
        if (((bbe_kind_loads (kind) | bbe_kind_holds (kind)) >> p & 1)
            && (node->room[p] -= BBE_FINE (item->min_ma)) < 0)
          node->weight += UINT64_C (1) << (16 * p);
    }
  }
  for (unsigned n = 0; n < work->n_live; n++) {
    int most = 0;

    for (unsigned p = 0; p < 3; p++) {
      int skips = (int) (work->nodes[work->live[n]].weight >> (16 * p) & 0xffff);

      most = skips > most ? skips : most;
    }
    sum += most;
    worst = most > worst ? most : worst;
  }
  return apart ? sum : worst;
}

/* The most that each segment could serve if it were alone; false: nothing to search, all serve that many. */
static bool
bound_segments (alloc_search *search)
{
  bool open = search->running_best < search->running;

  for (unsigned s = 0; s < search->work->n_segments; s++) {
    bbe_alloc_segment *segment = &search->work->segments[s];
    bool overdue = bbe_item_candidate (search->work, item_at (search, segment->start))->overdue;
    int worst = 0, sum = 0;

    if (!overdue) { /* those are not in order of minimum */
      worst = least_skips (search, segment, false);
      sum = least_skips (search, segment, true);
    }
    segment->most = (uint16_t) (segment->end - segment->start - (sum > worst ? sum : worst));
    open = open || segment->best < segment->most;
  }
  return open;
}

static void
run (alloc_search *search)
{
  bool more = true;

  look_ahead (search);
  if (!search->preferred && !bound_segments (search))
    return;
  bbe_alloc_clear_room (search->work);
  search->at = search->running_out = 0;
  enter_segment (search, 0);
  while (more) {
    if (descend (search) && is_better (search)) {
      keep (search);
      if (search->preferred)
        return;
    }
    more = search->work->budget > 0 && turn_back (search);
  }
}

/* Numbers the types: the first item of each stands for it. */
static void
find_types (alloc_search *search)
{
  bbe_alloc_work *work = search->work;

  for (unsigned s = 0; s < work->n_segments; s++)
    for (unsigned k = work->segments[s].start; k < work->segments[s].end; k++) {
      uint16_t index = work->order[k];
      bool same = k > work->segments[s].start && bbe_alloc_same_type (work, work->order[k - 1], index);

      work->items[index].type = same ? work->items[work->order[k - 1]].type : index;
    }
}

static void
count_running (alloc_search *search)
{
  for (unsigned k = 0; k < search->n; k++) {
    const bbe_alloc_item *item = item_at (search, k);

    search->running += is_running (search, item);
    search->running_best += is_running (search, item) && (item->state & BBE_BEST);
  }
}

/* Is anyone in a segment preferred to another there? */
static bool
preferences_differ (const alloc_search *search)
{
  const bbe_alloc_work *work = search->work;

  for (unsigned s = 0; s < work->n_segments; s++)
    for (unsigned k = work->segments[s].start + 1u; k < work->segments[s].end; k++)
      if (work->items[work->order[k - 1]].rank != work->items[work->order[k]].rank)
        return true;
  return false;
}

void
bbe_alloc_search (bbe_alloc_work *work)
{
  alloc_search search = { .work = work };
  uint32_t reserve = work->budget / 4;

  if (work->n_segments == 0)
    return;
  search.n = work->segments[work->n_segments - 1].end;
  count_running (&search);
  bbe_alloc_order_by_size (work);
  find_types (&search);
  work->budget -= reserve;
  run (&search);
  work->waiting_first = search.running_best < search.running;
  if (search.found || work->waiting_first) {
    bbe_alloc_order_by_preference (work, search.n);
    if (preferences_differ (&search)) {
      search.preferred = true;
      run (&search);
    }
  }
  work->budget += reserve;
}
