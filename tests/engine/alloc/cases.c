/* SPDX-License-Identifier: GPL-3.0-or-later */
/* cases.c: problems for the allocator's tests and bench. */
#include "cases.h"

#include <string.h>

uint64_t
alloc_random_next (AllocRandom *random)
{
  uint64_t z = (random->state += UINT64_C (0x9e3779b97f4a7c15));

  z = (z ^ (z >> 30)) * UINT64_C (0xbf58476d1ce4e5b9);
  z = (z ^ (z >> 27)) * UINT64_C (0x94d049bb133111eb);
  return z ^ (z >> 31);
}

int32_t
alloc_random_range (AllocRandom *random, int32_t low, int32_t high)
{
  return low + (int32_t) (alloc_random_next (random) % (uint64_t) ((int64_t) high - low + 1));
}

void
alloc_case_clear (AllocCase *self)
{
  memset (self, 0, sizeof *self);
  self->problem.nodes = self->nodes;
  self->problem.candidates = self->candidates;
  self->problem.unbalance = self->unbalance;
}

uint16_t
alloc_case_add_circuit (AllocCase *self, int parent, int32_t cap_ma)
{
  uint16_t node = self->problem.n_nodes++;
  uint16_t depth = 0;

  g_assert_cmpuint (node, <, BBE_MAX_NODES);
  self->nodes[node] = (bbe_node){ { cap_ma, cap_ma, cap_ma, BBE_NO_LIMIT } };
  self->node_paths[node][depth++] = node;
  if (parent >= 0)
    for (guint k = 0; k < self->node_depth[parent]; k++)
      self->node_paths[node][depth++] = self->node_paths[parent][k];
  self->node_depth[node] = depth;
  return node;
}

bbe_candidate *
alloc_case_add (AllocCase *self, uint16_t node, uint8_t loads, int32_t min_ma, int32_t max_ma,
                int32_t step_ma)
{
  uint16_t index = self->problem.n_candidates++;
  bbe_candidate *candidate = &self->candidates[index];

  g_assert_cmpuint (index, <, BBE_MAX_STATIONS);
  memcpy (self->paths[index], self->node_paths[node], sizeof self->paths[index]);
  *candidate = (bbe_candidate){ .min_ma = min_ma,
                                .max_ma = max_ma,
                                .step_ma = step_ma,
                                .loads = loads,
                                .path = self->paths[index],
                                .n_path = self->node_depth[node],
                                .waiting_since_ms = INT64_MAX,
                                .laxity_ms = INT64_MAX,
                                .serial = index + 1u };
  return candidate;
}

void
alloc_case_extend_path (AllocCase *self, bbe_candidate *candidate, uint16_t node)
{
  g_assert_cmpuint (candidate->n_path, <, BBE_MAX_PATH);
  self->paths[candidate - self->candidates][candidate->n_path++] = node;
}

static void
add_random_circuits (AllocCase *self, AllocRandom *random, AllocCaseFlags flags)
{
  static const int32_t ratings_a[] = { 16, 20, 25, 32, 40, 50, 63, 80, 100, 125 };
  gint n = alloc_random_range (random, 1, 6);
  gint rating[6];

  for (gint c = 0; c < n; c++) {
    gint parent = c == 0 ? -1 : alloc_random_range (random, 0, c - 1);
    gint largest = c == 0 ? (gint) G_N_ELEMENTS (ratings_a) - 1 : rating[parent];
    uint16_t node;

    rating[c] = alloc_random_range (random, c == 0 ? 2 : 0, largest);
    node = alloc_case_add_circuit (self, parent, 0);
    for (gint p = 0; p < 3; p++) {
      gint32 fuse_ma = ratings_a[rating[c]] * 1000;
      gint32 base_ma = (gint32) ((gint64) fuse_ma * alloc_random_range (random, -150, 900) / 1000);

      self->nodes[node].cap_ma[p] = (fuse_ma - base_ma) / 10 * 10;
    }
    if ((flags & ALLOC_CASE_TOTALS) && alloc_random_range (random, 0, 1))
      self->nodes[node].cap_ma[BBE_TOTAL] = alloc_random_range (random, -1, 20 * ratings_a[rating[c]]) * 100;
  }
}

static void
add_history (bbe_candidate *candidate, AllocRandom *random)
{
  candidate->running = alloc_random_range (random, 0, 1);
  if (!candidate->running || alloc_random_range (random, 0, 7) == 0)
    candidate->waiting_since_ms = alloc_random_range (random, 0, 1000000);
  candidate->overdue = !candidate->running && alloc_random_range (random, 0, 5) == 0;
}

static void
add_odd_step (bbe_candidate *candidate, AllocRandom *random)
{
  static const int32_t steps_ma[] = { 1, 7, 10, 100, 250, 1000 };

  candidate->step_ma = steps_ma[alloc_random_range (random, 0, G_N_ELEMENTS (steps_ma) - 1)];
  candidate->min_ma += alloc_random_range (random, -900, 900);
  candidate->max_ma += alloc_random_range (random, -900, 900);
}

static void
add_random_candidate (AllocCase *self, AllocRandom *random, gint classes, AllocCaseFlags flags)
{
  static const uint8_t masks[] = { 1, 2, 4, 3, 5, 6, 7, 7, 7, 1, 2, 4 };
  static const int32_t minima_a[] = { 6, 6, 8, 10 };
  uint8_t loads = masks[alloc_random_range (random, 0, G_N_ELEMENTS (masks) - 1)];
  gint32 min_a = minima_a[alloc_random_range (random, 0, G_N_ELEMENTS (minima_a) - 1)];
  gint32 max_a = alloc_random_range (random, min_a, 32);
  uint16_t node = (uint16_t) alloc_random_range (random, 0, self->problem.n_nodes - 1);
  bbe_candidate *candidate = alloc_case_add (self, node, loads, min_a * 1000, max_a * 1000, 10);

  candidate->priority = (uint8_t) alloc_random_range (random, 0, classes - 1);
  candidate->serial = alloc_random_next (random);
  if ((flags & ALLOC_CASE_HOLDS) && alloc_random_range (random, 0, 3) == 0)
    candidate->holds = (uint8_t) (7 & ~loads);
  if (flags & ALLOC_CASE_HISTORY)
    add_history (candidate, random);
  if (flags & ALLOC_CASE_STEPS)
    add_odd_step (candidate, random);
  if (flags & ALLOC_CASE_BALANCERS) {
    candidate->group = (uint16_t) alloc_random_range (random, 0, 2);
    candidate->arrived_ms = alloc_random_range (random, 0, 1000000);
    if (alloc_random_range (random, 0, 1))
      candidate->laxity_ms = alloc_random_range (random, -1000, 1000000);
  }
}

static void
add_random_unbalance (AllocCase *self, AllocRandom *random)
{
  for (gint u = alloc_random_range (random, 0, 2); u > 0; u--) {
    bbe_unbalance *limit = &self->unbalance[self->problem.n_unbalance++];

    limit->node = (uint16_t) alloc_random_range (random, 0, self->problem.n_nodes - 1);
    limit->limit_ma = alloc_random_range (random, 0, 30) * 1000;
    for (gint p = 0; p < 3; p++)
      limit->base_ma[p] = alloc_random_range (random, -10000, 20000);
  }
}

void
alloc_case_random (AllocCase *self, AllocRandom *random, int stations_max, AllocCaseFlags flags)
{
  gint n = alloc_random_range (random, 1, stations_max);
  gint classes = alloc_random_range (random, 1, 3);
  guint8 balancers[3];

  alloc_case_clear (self);
  add_random_circuits (self, random, flags);
  for (gint i = 0; i < n; i++)
    add_random_candidate (self, random, classes, flags);
  for (gint g = 0; g < 3; g++)
    balancers[g] = (guint8) alloc_random_range (random, 0, BBE_DEADLINE);
  if (flags & ALLOC_CASE_BALANCERS)
    for (gint i = 0; i < n; i++)
      self->candidates[i].balancer = balancers[self->candidates[i].group];
  if (flags & ALLOC_CASE_UNBALANCED)
    add_random_unbalance (self, random);
}

void
alloc_case_permute (AllocCase *to, const AllocCase *from, AllocRandom *random, uint16_t *order)
{
  guint n = from->problem.n_candidates;

  *to = *from;
  to->problem.nodes = to->nodes;
  to->problem.candidates = to->candidates;
  to->problem.unbalance = to->unbalance;
  for (guint i = 0; i < n; i++)
    order[i] = (uint16_t) i;
  for (guint i = n - 1; i > 0; i--) {
    guint j = (guint) alloc_random_range (random, 0, (gint32) i);
    uint16_t swap = order[i];

    order[i] = order[j];
    order[j] = swap;
  }
  for (guint i = 0; i < n; i++) {
    to->candidates[order[i]] = from->candidates[i];
    memcpy (to->paths[order[i]], from->paths[i], sizeof to->paths[0]);
    to->candidates[order[i]].path = to->paths[order[i]];
  }
}

char *
alloc_case_describe (const AllocCase *self, const bbe_answer *answers)
{
  GString *text = g_string_new (NULL);

  for (guint n = 0; n < self->problem.n_nodes; n++) {
    const int32_t *cap_ma = self->nodes[n].cap_ma;

    g_string_append_printf (text, "node %u: %d %d %d total %d\n", n, cap_ma[0], cap_ma[1], cap_ma[2],
                            cap_ma[3]);
  }
  for (guint i = 0; i < self->problem.n_candidates; i++) {
    const bbe_candidate *c = &self->candidates[i];

    g_string_append_printf (
        text,
        "%u: %d..%d/%d loads %u holds %u class %u balancer %u group %u%s%s since %" G_GINT64_FORMAT
        " serial %" G_GUINT64_FORMAT " path",
        i, c->min_ma, c->max_ma, c->step_ma, c->loads, c->holds, c->priority, c->balancer, c->group,
        c->running ? " running" : "", c->overdue ? " overdue" : "", c->waiting_since_ms, c->serial);
    for (guint k = 0; k < c->n_path; k++)
      g_string_append_printf (text, " %u", c->path[k]);
    if (answers != NULL)
      g_string_append_printf (text, " -> %d bound %u node %u row %u", answers[i].current_ma, answers[i].bound,
                              answers[i].node, answers[i].row);
    g_string_append_c (text, '\n');
  }
  return g_string_free (text, FALSE);
}
