/* SPDX-License-Identifier: GPL-3.0-or-later */
/* alloc.h: one allocation: given what is free on each node, who runs and at how many mA.
 *
 * Pure and stateless: the same problem gives the same answer, bit for bit. The engine's step
 * builds one of these problems each second; `busbar-cli allocate` builds one per line.
 *
 * Order of calls: fill a struct bbe_problem, call bbe_allocate(), read the answers.
 * Cost: linear in stations x nodes on their paths when all minima fit; else a search that is
 * bounded by `search_budget` nodes. No state is kept between calls.
 */
#ifndef BBE_ALLOC_H
#define BBE_ALLOC_H

#include <stdbool.h>
#include <stdint.h>

#include "engine/limits.h"

#ifdef __cplusplus
extern "C" {
#endif

/* Index of the row "sum over the three phases" beside the rows of L1, L2, L3. */
#define BBE_TOTAL         3
#define BBE_ROWS_PER_NODE 4

/* Nodes on a station's path: its circuits, leaf first (each perhaps with a twin row for the stations in
 * normal mode), then its group's, its surplus and the site's station rows. */
#define BBE_MAX_PATH (2 * BBE_MAX_DEPTH + 4)

/* Nodes of a problem: two a circuit, two a group, the site's. */
#define BBE_MAX_NODES (2 * BBE_MAX_CIRCUITS + 2 * BBE_MAX_GROUPS + 2)

typedef enum bbe_balancer {
  BBE_FAIR = 0, /* max-min: raise all evenly until something binds */
  BBE_PRIORITY, /* class by class, each to its wish */
  BBE_QUEUE,    /* in order of arrival, each to its wish */
  BBE_ROTATE,   /* as fair; who runs takes turns */
  BBE_DEADLINE  /* least laxity first where known, the others by fair */
} bbe_balancer;

/* What still may flow to the stations under this node, per phase and in total (mA; BBE_NO_LIMIT: no
 * bound; negative: overloaded already, nothing that loads it may run). */
typedef struct bbe_node {
  int32_t cap_ma[BBE_ROWS_PER_NODE];
} bbe_node;

typedef struct bbe_candidate {
  int32_t min_ma;       /* least current at which it runs, > 0 (0 allowed in simulations) */
  int32_t max_ma;       /* its wish; below min_ma it can't run at all */
  int32_t step_ma;      /* whole steps counted from 0; >= 1 */
  uint8_t loads;        /* phases that carry the set-point: bit 0 is L1 */
  uint8_t holds;        /* other phases that stay committed at min_ma while it runs */
  uint8_t priority;     /* 0 is served first */
  uint8_t balancer;     /* of its group (bbe_balancer) */
  bool running;         /* charging already: kept before others start */
  bool overdue;         /* has waited longer than a turn: goes before everyone in its class, `running` too */
  uint16_t group;       /* stations of one balancer group share this; redistribution stays inside it */
  uint16_t n_path;      /* nodes on its path */
  const uint16_t *path; /* nodes, caller-owned; at most BBE_MAX_PATH */
  int64_t waiting_since_ms; /* smaller: waits longer; INT64_MAX: not waiting */
  int64_t arrived_ms;       /* order of `queue` */
  int64_t laxity_ms;        /* order of `deadline`; INT64_MAX: unknown, served by fair */
  uint64_t serial;          /* last tie; unique in a problem */
} bbe_candidate;

/* Why a candidate has what it has. */
typedef enum bbe_bound {
  BBE_BOUND_WISH = 0,   /* has its max_ma */
  BBE_BOUND_ROW,        /* held by `node`, `row` */
  BBE_BOUND_NOT_SERVED, /* 0: its minimum did not fit beside those served; `node`, `row` is short */
  BBE_BOUND_IMPOSSIBLE, /* 0: its minimum would not fit even alone, or max_ma < min_ma (node = UINT16_MAX) */
  BBE_BOUND_UNBALANCE   /* capped by the unbalance limit of `node`, heavy phase `row` */
} bbe_bound;

typedef struct bbe_answer {
  int32_t current_ma; /* 0, or min_ma..max_ma on the step grid */
  uint16_t node;      /* the binding node, UINT16_MAX: none */
  uint8_t row;        /* 0..2 a phase, BBE_TOTAL */
  uint8_t bound;      /* bbe_bound */
} bbe_answer;

/* Unbalance limit of one node: |phase total - smallest phase total| <= limit_ma, where a phase total
 * is base_ma (other load and everything not in the problem) + the candidates' currents on the phases they
 * load. Only candidates that load one or two phases are capped or stopped for it. */
typedef struct bbe_unbalance {
  uint16_t node;
  int32_t limit_ma;
  int32_t base_ma[3];
} bbe_unbalance;

typedef struct bbe_problem {
  uint16_t n_nodes;
  uint16_t n_candidates;
  uint16_t n_unbalance;
  uint32_t search_budget; /* 0: BBE_SEARCH_BUDGET */
  const bbe_node *nodes;
  const bbe_candidate *candidates;
  const bbe_unbalance *unbalance;
} bbe_problem;

#define BBE_SEARCH_BUDGET 2048u

#define BBE_ALLOC_RECENT 64 /* a power of two */

/* Private parts of bbe_alloc_work; only alloc*.c look inside. Room is counted in mA / 1024. */
typedef struct bbe_alloc_node {
  int64_t room[BBE_ROWS_PER_NODE]; /* what is left of each row beside those who run */
  uint64_t weight;                 /* who still rises (or is undecided): four counts of 16 bits, one a row */
  uint8_t live;                    /* rows that can bind at all */
  uint8_t bound;                   /* rows that are full */
} bbe_alloc_node;

/* Candidates on one path that load and hold the same phases: they share all rows. */
typedef struct bbe_alloc_kind {
  const uint16_t *path;
  int64_t taken, spare;        /* sums over its items, see the user */
  uint32_t key;                /* loads, holds (3 bits each), length of the path */
  uint16_t live[BBE_MAX_PATH]; /* nodes of the path with a live row */
  int16_t change;              /* in how many of its items rise */
  uint16_t bound_node;         /* what holds its items back, if bound_row is a row */
  uint8_t bound_row, n_live;
} bbe_alloc_kind;

/* A candidate, in order of serial, with minimum and maximum moved onto its grid. */
typedef struct bbe_alloc_item {
  int32_t min_ma, max_ma, step_ma;
  int32_t current_ma; /* in the search: smallest minimum from this place of the order to its segment's end */
  uint16_t candidate, kind, type;
  uint16_t rank;       /* equal: neither is preferred */
  uint16_t bound_node; /* what stopped it, if bound_row is a row */
  uint8_t bound_row;
  uint8_t loads, state, decision;
} bbe_alloc_item;

/* Candidates of one priority class, the overdue ones apart: what the search counts. */
typedef struct bbe_alloc_segment {
  uint16_t start, end; /* places of the search's order */
  uint16_t now, best, most;
} bbe_alloc_segment;

/* Room that bbe_allocate() works in; caller-owned, contents meaningless between calls. */
typedef struct bbe_alloc_work {
  const bbe_problem *problem;
  uint16_t n_items, n_kinds, n_live, n_segments;
  uint32_t budget;
  bool waiting_first;           /* some who charge must stop: the longest waiting go before those */
  bool special;                 /* a balancer other than fair and rotate is among them */
  uint16_t live[BBE_MAX_NODES]; /* nodes with a live row */
  uint16_t list[BBE_MAX_STATIONS], rising[BBE_MAX_STATIONS], order[BBE_MAX_STATIONS];
  bbe_alloc_node nodes[BBE_MAX_NODES];
  bbe_alloc_kind kinds[BBE_MAX_STATIONS];
  uint8_t recent[BBE_ALLOC_RECENT]; /* kinds found lately, by a hash of their path */
  bbe_alloc_item items[BBE_MAX_STATIONS];
  bbe_alloc_segment segments[BBE_MAX_STATIONS];
} bbe_alloc_work;

/* Decides who runs and how much each gets: `answers` has n_candidates entries, in input order.
 * Never exceeds a row, never answers outside {0} u [min, max] on the step grid; a minimum off the grid counts
 * as the next step, a maximum as the last. Renumbering the candidates only renumbers the answers.
 * Who runs: class by class the overdue, then as many as possible, then those that charge, the longest
 * waiting, the set with more phase-amperes, the smaller serial. Currents over BBE_MAX_MA count as BBE_MAX_MA.
 * More candidates or nodes than this build holds: all get 0 (BBE_BOUND_IMPOSSIBLE).
 * Candidates that share a path should share its `path` pointer: equal paths elsewhere are found by a search.
 */
void bbe_allocate (bbe_alloc_work *work, const bbe_problem *problem, bbe_answer *answers);

#ifdef __cplusplus
}
#endif

#endif
