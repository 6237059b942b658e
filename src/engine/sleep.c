/* SPDX-License-Identifier: GPL-3.0-or-later */
/* sleep.c: vehicles that take nothing of what they are offered: they keep their minimum where those that
 * charge leave it, and are never chosen before them. */
#include "engine/internal.h"

#include <string.h>

/* What candidates leave on the rows of sleeper `i`: enough for its minimum? Then it is used up. */
static bool
fits_beside (bbe_engine *e, int i, int32_t min)
{
  const bbe_path *path = &e->work.paths[e->conf.stations[i].path];
  uint8_t mask = e->work.plans[i].loads | e->work.plans[i].holds;

  for (int n = 0; n < path->n; n++) {
    const bbe_node *node = &e->work.nodes[path->node[n]];
    const int64_t *used = e->work.used_ma[path->node[n]];

    for (int p = 0; p < 3; p++)
      if (((mask >> p) & 1) && used[p] + min > node->cap_ma[p])
        return false;
    if (used[BBE_TOTAL] + (int64_t) bbe_count_phases (mask) * min > node->cap_ma[BBE_TOTAL])
      return false;
  }
  return true;
}

static void
use (int64_t (*rows)[BBE_ROWS_PER_NODE], const uint16_t *path, int n_path, const bbe_plan *plan, int32_t ma,
     int32_t min)
{
  int64_t total
      = (int64_t) bbe_count_phases (plan->loads) * ma + (int64_t) bbe_count_phases (plan->holds) * min;

  for (int n = 0; n < n_path; n++) {
    int64_t *used = rows[path[n]];

    for (int p = 0; p < 3; p++)
      used[p] += ((plan->loads >> p) & 1) ? ma : ((plan->holds >> p) & 1) ? min : 0;
    used[BBE_TOTAL] += total;
  }
}

static void
use_minimum (bbe_engine *e, int64_t (*rows)[BBE_ROWS_PER_NODE], int i)
{
  const bbe_path *path = &e->work.paths[e->conf.stations[i].path];
  const bbe_plan *plan = &e->work.plans[i];

  use (rows, path->node, path->n, plan, plan->sleep_ma, plan->sleep_ma);
}

/* Once its minimum was needed elsewhere, a sleeper comes back with its next turn, not with every gap: those
 * at 0 are not listed. */
void
bbe_list_sleeper (bbe_engine *e, int i)
{
  const bbe_station_config *c = &e->conf.stations[i].c;
  bbe_plan *plan = &e->work.plans[i];
  int32_t min = bbe_max32 (bbe_min_ma (e, i, plan->phases), e->conf.groups[c->group].c.pause_threshold_ma);
  int at = e->work.n_sleepers;

  plan->target_ma = 0;
  plan->sleep_ma = c->socket ? c->max_ma : (min + c->step_ma - 1) / c->step_ma * c->step_ma;
  if (e->state.stations[i].setpoint_ma == 0)
    return;
  for (; at > 0 && e->conf.stations[e->work.sleepers[at - 1]].c.serial > c->serial; at--)
    e->work.sleepers[at] = e->work.sleepers[at - 1];
  e->work.sleepers[at] = (uint16_t) i;
  e->work.n_sleepers++;
  use_minimum (e, e->work.asleep_ma, i);
}

static bool
all_fit_beside (const bbe_engine *e)
{
  for (int k = 0; k < e->conf.n_used; k++) {
    int n = e->conf.used[k];

    for (int r = 0; r < BBE_ROWS_PER_NODE && e->work.bounded[n]; r++)
      if (e->work.used_ma[n][r] + e->work.asleep_ma[n][r] > e->work.nodes[n].cap_ma[r])
        return false;
  }
  return true;
}

/* Who takes nothing keeps its minimum where those that charge leave it. */
void
bbe_serve_sleepers (bbe_engine *e)
{
  bool all;

  memset (e->work.used_ma, 0, e->conf.n_nodes * sizeof e->work.used_ma[0]);
  for (int k = 0; k < e->work.n_candidates; k++) {
    const bbe_candidate *c = &e->work.candidates[k];

    if (e->work.answers[k].current_ma > 0)
      use (e->work.used_ma, c->path, c->n_path, &e->work.plans[e->work.station_of[k]],
           e->work.answers[k].current_ma, c->min_ma);
  }
  all = all_fit_beside (e);
  for (int k = 0; k < e->work.n_sleepers; k++) {
    int i = e->work.sleepers[k];
    bool fits = all || fits_beside (e, i, e->work.plans[i].sleep_ma);

    e->work.plans[i].target_ma = fits ? e->work.plans[i].sleep_ma : 0;
    if (fits && !all)
      use_minimum (e, e->work.used_ma, i);
  }
}
