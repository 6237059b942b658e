/* SPDX-License-Identifier: GPL-3.0-or-later */
/* cases.h: problems for the allocator's tests and bench: built by hand or drawn at random. */
#pragma once

#include "engine/alloc.h"

#include <glib.h>

#define ALLOC_CASE_UNBALANCE 4

/* A problem that owns its parts. */
typedef struct {
  bbe_problem problem;
  bbe_node nodes[BBE_MAX_NODES];
  bbe_candidate candidates[BBE_MAX_STATIONS];
  uint16_t paths[BBE_MAX_STATIONS][BBE_MAX_PATH];
  uint16_t node_paths[BBE_MAX_NODES][BBE_MAX_PATH]; /* from each circuit up to its root */
  uint16_t node_depth[BBE_MAX_NODES];
  bbe_unbalance unbalance[ALLOC_CASE_UNBALANCE];
} AllocCase;

/* Which of the rarer things a random case may contain. */
typedef enum {
  ALLOC_CASE_PLAIN = 0,
  ALLOC_CASE_TOTALS = 1,      /* total rows */
  ALLOC_CASE_HOLDS = 2,       /* phases committed at the minimum */
  ALLOC_CASE_HISTORY = 4,     /* running, waiting, overdue */
  ALLOC_CASE_BALANCERS = 8,   /* groups with all five balancers */
  ALLOC_CASE_UNBALANCED = 16, /* unbalance limits */
  ALLOC_CASE_STEPS = 32,      /* steps of 1 mA to 1 A, odd minima; else 10 mA everywhere */
  ALLOC_CASE_ALL = 63
} AllocCaseFlags;

/* splitmix64: the same numbers everywhere. */
typedef struct {
  uint64_t state;
} AllocRandom;

uint64_t alloc_random_next (AllocRandom *random);
/* Uniform in low..high. */
int32_t alloc_random_range (AllocRandom *random, int32_t low, int32_t high);

void alloc_case_clear (AllocCase *self);
/* Adds a node below `parent` (-1: a root) with the same bound on each phase and none on the total. */
uint16_t alloc_case_add_circuit (AllocCase *self, int parent, int32_t cap_ma);
/* Adds a fair candidate of class 0 on circuit `node`; serials count up from 1. */
bbe_candidate *alloc_case_add (AllocCase *self, uint16_t node, uint8_t loads, int32_t min_ma, int32_t max_ma,
                               int32_t step_ma);
/* Adds one more node to a candidate's path. */
void alloc_case_extend_path (AllocCase *self, bbe_candidate *candidate, uint16_t node);

/* The random cases of the quality figures: `stations_max` stations or fewer on one to six nested circuits,
 * one to three phases, minima of 6, 8, 10 A, up to three classes, base load of -15 to +90 % of the fuse. */
void alloc_case_random (AllocCase *self, AllocRandom *random, int stations_max, AllocCaseFlags flags);

/* The same problem with its candidates in another order: candidate i of `from` is order[i] of `to`. */
void alloc_case_permute (AllocCase *to, const AllocCase *from, AllocRandom *random, uint16_t *order);

/* Text of a case, for a failing test's message. Free with g_free(). */
char *alloc_case_describe (const AllocCase *self, const bbe_answer *answers);
