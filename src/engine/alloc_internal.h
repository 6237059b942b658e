/* SPDX-License-Identifier: GPL-3.0-or-later */
/* alloc_internal.h: what the parts of the allocator share: room on rows, lists of items.
 *
 * Room is kept in `fine` units (mA / 1024) so that a common level is not rounded while it still rises:
 * a mA lost by each of twenty stations on one row would be 20 mA too many for a neighbour on the next.
 */
#ifndef BBE_ALLOC_INTERNAL_H
#define BBE_ALLOC_INTERNAL_H

#include "engine/alloc.h"

#define BBE_FINE_BITS 10
#define BBE_FINE(ma)  ((int64_t) (ma) * (1 << BBE_FINE_BITS))
#define BBE_UNBOUND   (INT64_MAX / 4)
#define BBE_NOWHERE   UINT16_MAX

/* bbe_alloc_item.state */
enum {
  BBE_RUNS = 1,       /* is in the set */
  BBE_BEST = 2,       /* was in the best set so far */
  BBE_IMPOSSIBLE = 4, /* can never be */
  BBE_CAPPED = 8,     /* by the unbalance limit */
  BBE_CLOSED = 16,    /* of a type's first item: the search leaves out the rest of the type */
  BBE_SHARED = 32     /* its group was redistributed */
};

/* How often a current on these phases counts on each row. */
extern const int64_t bbe_alloc_times[8][BBE_ROWS_PER_NODE];

/* One in the 16-bit lane of each phase in the mask, their number in the lane of the total row. */
extern const uint64_t bbe_alloc_weights[8];

#define BBE_ROWS_OF(loads) ((loads) | (1u << BBE_TOTAL)) /* the rows that hold an item back */
#define BBE_NO_ROW         BBE_ROWS_PER_NODE

static inline unsigned
bbe_popcount3 (unsigned mask)
{
  return (0xe994u >> (2 * (mask & 7u))) & 3u;
}

static inline unsigned
bbe_kind_loads (const bbe_alloc_kind *kind)
{
  return kind->key & 7;
}

static inline unsigned
bbe_kind_holds (const bbe_alloc_kind *kind)
{
  return kind->key >> 3 & 7;
}

static inline unsigned
bbe_kind_length (const bbe_alloc_kind *kind)
{
  return kind->key >> 6;
}

static inline const bbe_candidate *
bbe_item_candidate (const bbe_alloc_work *work, const bbe_alloc_item *item)
{
  return &work->problem->candidates[item->candidate];
}

/* Takes `fine` on each phase of the mask from a node's room. */
static inline void
bbe_take_node (bbe_alloc_node *node, unsigned mask, int64_t fine)
{
  const int64_t *times = bbe_alloc_times[mask];

  node->room[0] -= fine * times[0];
  node->room[1] -= fine * times[1];
  node->room[2] -= fine * times[2];
  node->room[BBE_TOTAL] -= fine * times[BBE_TOTAL];
}

/* The room of nodes with nobody running: of all of them, and of one. */
void bbe_alloc_clear_room (bbe_alloc_work *work);
void bbe_alloc_clear_node (bbe_alloc_work *work, unsigned index);

/* Takes `load_ma` on the phases an item loads and `hold_ma` on those it holds from the room on its path. */
void bbe_alloc_take (bbe_alloc_work *work, const bbe_alloc_item *item, int32_t load_ma, int32_t hold_ma);

/* Is there room for so much more? */
bool bbe_alloc_fits (const bbe_alloc_work *work, const bbe_alloc_item *item, int32_t load_ma,
                     int32_t hold_ma);

/* Puts those that run at their minimum and sets the room accordingly. */
void bbe_alloc_start (bbe_alloc_work *work);

/* Items that run, in order of serial. */
unsigned bbe_alloc_list_running (const bbe_alloc_work *work, uint16_t *list);

/* Stable merge sort; `before` tells whether a must stand before b. Uses work->rising as room. */
typedef bool (*bbe_alloc_before) (const bbe_alloc_work *work, uint16_t a, uint16_t b);
void bbe_alloc_sort (bbe_alloc_work *work, uint16_t *list, unsigned n, bbe_alloc_before before);

/* Max-min: raises the listed items, which run, from where they are. Uses work->rising. */
void bbe_alloc_fill (bbe_alloc_work *work, const uint16_t *list, unsigned n);

/* Hands out whole steps that are left, smallest current first. Uses work->rising. */
void bbe_alloc_leftover (bbe_alloc_work *work, const uint16_t *list, unsigned n);

/* Raises one item as far as its rows allow. */
void bbe_alloc_raise_alone (bbe_alloc_work *work, bbe_alloc_item *item);

/* Decides who runs when not all minima fit: sets BBE_RUNS. */
void bbe_alloc_choose (bbe_alloc_work *work);

/* Puts work->order, `n` long, in order of preference (priority class, overdue, running, longest waiting,
 * then smaller and serial) and sets the ranks; or inside each segment the smaller first. */
void bbe_alloc_order_by_preference (bbe_alloc_work *work, unsigned n);
void bbe_alloc_order_by_size (bbe_alloc_work *work);

/* Do they take the same room of the same rows, and do both charge or none? */
bool bbe_alloc_same_type (const bbe_alloc_work *work, uint16_t a, uint16_t b);

/* <0: a is served before b, as far as priority class, overdue, running and waiting tell. */
int bbe_alloc_compare_preference (const bbe_alloc_work *work, uint16_t a, uint16_t b);

/* Searches for a set with more served than the one marked BBE_BEST, then for the preferred among equal ones.
 */
void bbe_alloc_search (bbe_alloc_work *work);

/* Redistributes inside the groups whose balancer asks for it. */
void bbe_alloc_balance (bbe_alloc_work *work);

/* Enforces the unbalance limits; `answers` gets node and row of those capped. */
void bbe_alloc_unbalance (bbe_alloc_work *work, bbe_answer *answers);

/* Writes the answers and what bound them. */
void bbe_alloc_explain (bbe_alloc_work *work, bbe_answer *answers);

#endif
