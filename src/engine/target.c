/* SPDX-License-Identifier: GPL-3.0-or-later */
/* target.c: who runs and how much each should have, before hold, slope and minimum times (steps 5, 6, 8).
 *
 * One problem is built and solved each step; it is solved again where a cloud keeps stations at their minimum
 * for a while, and where a station may do better on fewer or more phases.
 */
#include "engine/internal.h"

#include <string.h>

#define MINUTE_MS 60000

static bbe_station_state *
state_of (bbe_engine *e, int k)
{
  return &e->state.stations[e->work.station_of[k]];
}

static const bbe_group_config *
group_of (const bbe_engine *e, int i)
{
  return &e->conf.groups[e->conf.stations[i].c.group].c;
}

static bool
is_solar (bbe_engine *e, const bbe_inputs *in, int i)
{
  return group_of (e, i)->mode == BBE_MODE_SOLAR && !bbe_charge_now (e, &in->stations[i]);
}

/* ---- the problem ---- */

/* Time to spare before it must run at its maximum to be ready; whole minutes, so that it changes seldom. */
static int64_t
laxity_ms (bbe_engine *e, const bbe_inputs *in, int i, uint8_t loads)
{
  const bbe_station_in *st = &in->stations[i];
  int64_t power_w
      = (int64_t) e->conf.stations[i].c.max_ma * bbe_count_phases (loads) * e->conf.nominal_mv / 1000000;
  int64_t into;

  if (!in->wall_valid || st->departure_ms == 0 || st->wanted_wh < 0 || power_w == 0)
    return INT64_MAX;
  into = (in->wall_ms % MINUTE_MS + MINUTE_MS) % MINUTE_MS;
  bbe_due (e, e->work.now_ms + MINUTE_MS - into);
  return bbe_max64 (-BBE_MAX_MS, bbe_min64 (st->departure_ms, BBE_MAX_MS)) - (in->wall_ms - into)
         - (int64_t) st->wanted_wh * 3600000 / power_w;
}

static void
size_candidate (bbe_engine *e, const bbe_inputs *in, bbe_candidate *c, int i, uint8_t phases)
{
  const bbe_station_conf *conf = &e->conf.stations[i];
  const bbe_group_config *group = group_of (e, i);

  c->min_ma = bbe_max32 (bbe_min_ma (e, i, phases), group->pause_threshold_ma);
  if (is_solar (e, in, i))
    c->min_ma = bbe_max32 (c->min_ma, group->solar_start_ma);
  c->max_ma = conf->c.max_ma;
  if (conf->c.socket)
    c->min_ma = c->max_ma;
  if (e->state.stations[i].cap_ma < c->max_ma && !conf->c.socket)
    c->max_ma = bbe_max32 (c->min_ma, e->state.stations[i].cap_ma);
  if (bbe_capped (e, &in->stations[i]))
    c->max_ma = bbe_min32 (c->max_ma, in->stations[i].override_ma);
  if (e->work.plans[i].min_on)
    c->max_ma = bbe_min32 (c->max_ma, bbe_max32 (c->min_ma, bbe_grid_min_ma (e, i, phases)));
}

static void
add_candidate (bbe_engine *e, const bbe_inputs *in, int i)
{
  const bbe_station_conf *conf = &e->conf.stations[i];
  bbe_station_state *s = &e->state.stations[i];
  bbe_plan *plan = &e->work.plans[i];
  bbe_candidate *c = &e->work.candidates[e->work.n_candidates];
  bool by_solar = conf->solar_node >= 0 && is_solar (e, in, i);

  e->work.station_of[e->work.n_candidates] = (uint16_t) i;
  plan->candidate = e->work.n_candidates++;
  size_candidate (e, in, c, i, plan->phases);
  c->step_ma = conf->c.step_ma;
  c->loads = plan->loads;
  c->holds = plan->holds;
  c->priority = conf->c.priority;
  c->balancer = group_of (e, i)->balancer;
  c->running = s->setpoint_ma > 0;
  c->overdue = false;
  c->group = (uint16_t) conf->c.group;
  c->n_path = (uint16_t) (e->work.paths[conf->path].n - (conf->solar_node >= 0 && !by_solar ? 1 : 0));
  c->path = e->work.paths[conf->path].node;
  if (!c->running && s->waiting_since_ms == BBE_NEVER)
    s->waiting_since_ms = e->work.now_ms;
  c->waiting_since_ms = c->running ? BBE_NEVER : s->waiting_since_ms;
  c->arrived_ms = s->arrived_ms;
  c->laxity_ms = c->balancer == BBE_DEADLINE ? laxity_ms (e, in, i, plan->loads) : INT64_MAX;
  c->serial = conf->c.serial;
}

/* Takes what `mask` of station `i` carries off the rows of its path; `ma` a phase. */
static void
take (bbe_engine *e, int i, uint8_t mask, int32_t ma)
{
  const bbe_station_conf *conf = &e->conf.stations[i];
  const bbe_path *path = &e->work.paths[conf->path];
  int phases = conf->c.rotation_unknown && conf->c.n_phases == 1 ? 1 : bbe_count_phases (mask);

  for (int n = 0; n < path->n; n++) {
    int32_t *cap = e->work.nodes[path->node[n]].cap_ma;

    for (int p = 0; p < 3; p++)
      if (((mask >> p) & 1) && cap[p] != BBE_NO_LIMIT)
        cap[p] = bbe_clamp_ma ((int64_t) cap[p] - ma);
    if (cap[BBE_TOTAL] != BBE_NO_LIMIT)
      cap[BBE_TOTAL] = bbe_clamp_ma (cap[BBE_TOTAL] - (int64_t) phases * ma);
  }
}

/* A station that draws more than it was told, long after it was told, is counted at what it draws. */
static void
take_excess (bbe_engine *e, int i)
{
  const bbe_station_conf *conf = &e->conf.stations[i];
  const bbe_station_state *s = &e->state.stations[i];
  int64_t since = bbe_elapsed (e->work.now_ms, s->commanded_ms);

  for (int p = 0; p < 3; p++) {
    int32_t excess = s->measured_ma[p] - s->setpoint_ma;

    if (excess <= BBE_IDLE_MA)
      continue;
    if (since > conf->c.reaction_ms) {
      take (e, i, (uint8_t) (1u << p), excess);
      e->work.plans[i].excess |= (uint8_t) (1u << p);
    } else {
      bbe_due (e, s->commanded_ms + conf->c.reaction_ms + 1);
    }
  }
}

/* ---- turns ---- */

/* Has waited longer than a turn; for the balancer `rotate` since before the present turn. */
static bool
is_overdue (bbe_engine *e, int k)
{
  const bbe_station_state *s = state_of (e, k);
  int g = e->conf.stations[e->work.station_of[k]].c.group;
  int64_t due;

  if (s->setpoint_ma > 0)
    return false;
  due = s->waiting_since_ms + e->conf.groups[g].c.turn_ms;
  if (e->work.candidates[k].balancer == BBE_ROTATE) {
    bbe_due (e, e->state.site.turned_ms[g] + e->conf.groups[g].c.turn_ms);
    return s->waiting_since_ms < e->state.site.turned_ms[g];
  }
  bbe_due (e, due);
  return e->work.now_ms >= due;
}

/* Runs, and its own turn is not over: those overdue take the place of others, and nobody takes the place of
 * one that was overdue before its turn is over. */
static bool
has_turn (bbe_engine *e, int k, bool any_overdue)
{
  const bbe_station_state *s = state_of (e, k);
  int g = e->conf.stations[e->work.station_of[k]].c.group;
  int64_t until = s->turned_ms + e->conf.groups[g].c.turn_ms;

  if (s->setpoint_ma == 0 || (!any_overdue && !(s->flags & BBE_ST_TURN)))
    return false;
  if (e->work.candidates[k].balancer == BBE_ROTATE)
    return s->turned_ms >= e->state.site.turned_ms[g];
  bbe_due (e, until);
  return e->work.now_ms < until;
}

static void
set_first (bbe_candidate *c)
{
  c->overdue = true;
  c->waiting_since_ms = INT64_MIN;
}

static void
mark_turns (bbe_engine *e)
{
  bool any = false;

  for (int k = 0; k < e->work.n_candidates; k++) {
    bbe_candidate *c = &e->work.candidates[k];

    c->overdue = is_overdue (e, k);
    e->work.plans[e->work.station_of[k]].overdue = c->overdue;
    any |= c->overdue;
    if (bbe_must_stay_on (e, e->work.station_of[k]))
      set_first (c);
  }
  for (int k = 0; k < e->work.n_candidates; k++)
    if (has_turn (e, k, any))
      set_first (&e->work.candidates[k]);
}

/* ---- solving ---- */

static bool
is_on (const bbe_engine *e, int i, int circuit)
{
  const bbe_path *path = &e->conf.paths[e->conf.stations[i].path];

  for (int n = 0; n < path->n; n++)
    if (path->node[n] == circuit)
      return true;
  return false;
}

static void
set_unbalance (bbe_engine *e)
{
  e->work.n_unbalance = 0;
  for (int c = 0; c < e->conf.n_circuits; c++) {
    bbe_unbalance *u = &e->work.unbalance[e->work.n_unbalance];

    if (e->conf.circuits[c].c.unbalance_ma == 0 || e->conf.circuits[c].c.phases != 7)
      continue;
    u->node = (uint16_t) c;
    u->limit_ma = e->conf.circuits[c].c.unbalance_ma;
    for (int p = 0; p < 3; p++)
      u->base_ma[p] = e->work.net_ma[c][p];
    for (int i = 0; i < e->conf.n_stations; i++)
      for (int p = 0; p < 3 && e->work.plans[i].role == BBE_ROLE_FIXED && is_on (e, i, c); p++)
        if ((e->work.plans[i].loads >> p) & 1)
          u->base_ma[p] = bbe_clamp_ma ((int64_t) u->base_ma[p] + e->work.plans[i].fixed_ma);
    e->work.n_unbalance++;
  }
}

static void
solve (bbe_engine *e, bbe_answer *answers)
{
  bbe_problem problem = { 0 };

  problem.n_nodes = e->conf.n_nodes;
  problem.n_candidates = e->work.n_candidates;
  problem.n_unbalance = e->work.n_unbalance;
  problem.nodes = e->work.nodes;
  problem.candidates = e->work.candidates;
  problem.unbalance = e->work.unbalance;
  bbe_allocate (&e->work.alloc, &problem, answers);
}

/* Solves again and takes the new answers where they serve more. */
static bool
solve_better (bbe_engine *e)
{
  int before = 0, after = 0;

  solve (e, e->work.tries);
  for (int k = 0; k < e->work.n_candidates; k++) {
    before += e->work.answers[k].current_ma > 0;
    after += e->work.tries[k].current_ma > 0;
  }
  if (after <= before)
    return false;
  for (int k = 0; k < e->work.n_candidates; k++)
    e->work.answers[k] = e->work.tries[k];
  return true;
}

/* ---- what a peak window saved up ---- */

/* Solved under the plain limit by now: solves again with what the windows have saved up, for those that run
 * and those that were just found to fit without it. */
static void
use_savings (bbe_engine *e)
{
  for (int c = 0; c < 2 * e->conf.n_circuits; c++)
    if (e->conf.circuits[c % e->conf.n_circuits].c.peak.window_min > 0 && e->work.saved_ma[c] > 0)
      e->work.nodes[c].cap_ma[BBE_TOTAL] += e->work.saved_ma[c];
  for (int k = 0; k < e->work.n_candidates; k++)
    if (!e->work.candidates[k].running && e->work.answers[k].current_ma == 0)
      e->work.candidates[k].max_ma -= BBE_MAX_MA + 1;
  solve (e, e->work.tries);
  for (int k = 0; k < e->work.n_candidates; k++)
    if (e->work.candidates[k].max_ma < 0)
      e->work.candidates[k].max_ma += BBE_MAX_MA + 1;
    else
      e->work.answers[k] = e->work.tries[k];
}

/* ---- clouds ---- */

/* Keeps candidate `k` at its station's minimum while its stop delay runs; its current is the surplus's no
 * more. */
static bool
keep_through_cloud (bbe_engine *e, const bbe_inputs *in, int k)
{
  int i = e->work.station_of[k];
  const bbe_station_conf *conf = &e->conf.stations[i];
  bbe_station_state *s = &e->state.stations[i];
  bbe_candidate *c = &e->work.candidates[k];
  int64_t delay = group_of (e, i)->solar_stop_delay_ms;
  bool cloudy;

  if (conf->solar_node < 0 || s->setpoint_ma == 0)
    return false;
  cloudy = is_solar (e, in, i) && e->work.answers[k].current_ma == 0;
  if (!cloudy) {
    s->sun_ms = BBE_NEVER;
    return false;
  }
  if (s->sun_ms == BBE_NEVER)
    s->sun_ms = e->work.now_ms;
  if (e->work.now_ms - s->sun_ms >= delay)
    return false;
  bbe_due (e, s->sun_ms + delay);
  c->min_ma = c->max_ma = bbe_grid_min_ma (e, i, e->work.plans[i].phases);
  c->n_path--;
  set_first (c);
  e->work.dirty = true;
  e->work.plans[i].kept = true;
  return true;
}

static void
take_kept (bbe_engine *e, int k)
{
  const bbe_candidate *c = &e->work.candidates[k];
  int32_t *cap = e->work.nodes[e->conf.stations[e->work.station_of[k]].solar_node].cap_ma;

  for (int p = 0; p < 3; p++)
    if (((c->loads | c->holds) >> p) & 1 && cap[p] != BBE_NO_LIMIT)
      cap[p] = bbe_clamp_ma ((int64_t) cap[p] - c->min_ma);
  if (cap[BBE_TOTAL] != BBE_NO_LIMIT)
    cap[BBE_TOTAL]
        = bbe_clamp_ma (cap[BBE_TOTAL] - (int64_t) bbe_count_phases (c->loads | c->holds) * c->min_ma);
}

static void
pass_clouds (bbe_engine *e, const bbe_inputs *in)
{
  bool any = false;

  for (int k = 0; k < e->work.n_candidates; k++)
    if (keep_through_cloud (e, in, k)) {
      take_kept (e, k);
      any = true;
    }
  if (any)
    solve (e, e->work.answers);
}

/* ---- fewer or more phases ---- */

static void
set_candidate_phases (bbe_engine *e, const bbe_inputs *in, int k, uint8_t phases)
{
  int i = e->work.station_of[k];
  bbe_plan *plan = &e->work.plans[i];

  e->work.dirty = true; /* the next step starts from the station's own state again */
  plan->phases = phases;
  plan->loads = phases == 1 ? e->conf.stations[i].single : e->conf.stations[i].wired;
  plan->holds = 0;
  e->work.candidates[k].loads = plan->loads;
  e->work.candidates[k].holds = 0;
  size_candidate (e, in, &e->work.candidates[k], i, phases);
}

static bool
may_switch (const bbe_engine *e, int i, uint8_t from)
{
  return e->conf.stations[i].c.can_switch && e->state.stations[i].switching == BBE_SWITCH_NONE
         && e->state.stations[i].phases == from && !e->work.plans[i].kept;
}

static bool
holds_switch (bbe_engine *e, int i)
{
  int32_t hold = group_of (e, i)->switch_hold_ms;

  if (bbe_elapsed (e->work.now_ms, e->state.stations[i].switched_ms) >= hold)
    return false;
  bbe_due (e, e->state.stations[i].switched_ms + hold);
  return true;
}

/* A station that a limit stops is tried again on one phase; a limit may override the hold time, the sun not.
 */
static void
try_fewer (bbe_engine *e, const bbe_inputs *in)
{
  bool any = false;

  for (int k = 0; k < e->work.n_candidates; k++) {
    int i = e->work.station_of[k];
    int solar = e->conf.stations[i].solar_node;
    bool by_sun = solar >= 0 && e->work.answers[k].node == (uint16_t) solar;

    if (e->work.answers[k].current_ma > 0 || !may_switch (e, i, 3) || (by_sun && holds_switch (e, i)))
      continue;
    set_candidate_phases (e, in, k, 1);
    any = true;
  }
  if (!any)
    return;
  if (!solve_better (e))
    for (int k = 0; k < e->work.n_candidates; k++)
      e->work.tries[k].current_ma = 0;
  for (int k = 0; k < e->work.n_candidates; k++) {
    int i = e->work.station_of[k];

    if (e->work.plans[i].phases != e->state.stations[i].phases && e->work.tries[k].current_ma == 0
        && e->state.stations[i].switching == BBE_SWITCH_NONE)
      set_candidate_phases (e, in, k, e->state.stations[i].phases);
  }
}

/* The first, by serial, of those that run on one phase and might do better on three. */
static int
wants_more_phases (bbe_engine *e)
{
  int found = -1;

  for (int k = 0; k < e->work.n_candidates; k++) {
    int i = e->work.station_of[k];
    bool ready = may_switch (e, i, 1) && e->work.answers[k].current_ma > 0 && !holds_switch (e, i);

    if (!ready)
      e->state.stations[i].switch_ms = may_switch (e, i, 1) ? BBE_NEVER : e->state.stations[i].switch_ms;
    else if (found < 0 || e->work.candidates[k].serial < e->work.candidates[found].serial)
      found = k;
  }
  return found;
}

static void
try_more (bbe_engine *e, const bbe_inputs *in)
{
  int k = wants_more_phases (e);
  int i = k < 0 ? -1 : e->work.station_of[k];
  int32_t hold, now_ma;
  bool better = true;

  if (k < 0)
    return;
  hold = group_of (e, i)->switch_hold_ms;
  now_ma = e->work.answers[k].current_ma;
  set_candidate_phases (e, in, k, 3);
  solve (e, e->work.tries);
  for (int j = 0; j < e->work.n_candidates; j++)
    better &= e->work.tries[j].current_ma > 0 || e->work.answers[j].current_ma == 0;
  better &= 3 * (int64_t) e->work.tries[k].current_ma > now_ma;
  if (!better)
    e->state.stations[i].switch_ms = BBE_NEVER;
  else if (e->state.stations[i].switch_ms == BBE_NEVER
           || e->state.stations[i].switch_ms < e->state.stations[i].switched_ms)
    e->state.stations[i].switch_ms = e->work.now_ms;
  if (better && e->work.now_ms - e->state.stations[i].switch_ms >= hold) {
    for (int j = 0; j < e->work.n_candidates; j++)
      e->work.answers[j] = e->work.tries[j];
    return;
  }
  if (better)
    bbe_due (e, e->state.stations[i].switch_ms + hold);
  set_candidate_phases (e, in, k, 1);
}

/* ---- all of it ---- */

/* Off, told so, and nothing flows or may still flow. */
static bool
is_at_rest (const bbe_engine *e, int i)
{
  const bbe_station_state *s = &e->state.stations[i];

  return e->work.plans[i].role == BBE_ROLE_OFF && s->commanded && s->switching == BBE_SWITCH_NONE
         && s->ring_ms == BBE_NEVER
         && (s->setpoint_ma | s->older_ma | s->proven_ma | s->measured_ma[0] | s->measured_ma[1]
             | s->measured_ma[2] | s->lower_ma[0] | s->lower_ma[1] | s->lower_ma[2])
                == 0;
}

static void
list_live (bbe_engine *e)
{
  int n_asleep = 0;

  e->work.n_live = e->work.n_awake = 0;
  for (int i = 0; i < e->conf.n_stations; i++) {
    e->work.plans[i].live = !is_at_rest (e, i);
    if (!e->work.plans[i].live)
      continue;
    e->work.live[e->work.n_live++] = (uint16_t) i;
    if (e->work.plans[i].role == BBE_ROLE_SLEEPER)
      e->work.order[n_asleep++] = (uint16_t) i;
    else
      e->work.moving[e->work.n_awake++] = (uint16_t) i;
  }
  e->work.n_moving = e->work.n_awake;
  for (int k = 0; k < n_asleep; k++) {
    e->work.plans[e->work.order[k]].fixed_ma = 0;
    e->work.moving[e->work.n_moving++] = e->work.order[k];
  }
}

/* Those awake, and of the sleepers only those whose set-point is not yet what it is to be: nothing happens to
 * the others, so nothing has to be worked out, or told, about them. In a step that looked at all, all. */
static void
list_moving (bbe_engine *e)
{
  if (e->work.roles_new)
    return;
  e->work.n_moving = e->work.n_awake;
  for (int k = 0; k < e->work.n_sleepers; k++) {
    int i = e->work.sleepers[k];
    const bbe_station_state *s = &e->state.stations[i];

    if (e->work.plans[i].target_ma != s->setpoint_ma || s->hold_since_ms != BBE_NEVER)
      e->work.moving[e->work.n_moving++] = (uint16_t) i;
  }
}

void
bbe_candidates (bbe_engine *e, const bbe_inputs *in)
{
  e->work.n_candidates = 0;
  e->work.n_fixed = 0;
  e->work.n_sleepers = 0;
  memset (e->work.asleep_ma, 0, e->conf.n_nodes * sizeof e->work.asleep_ma[0]);
  for (int i = 0; i < e->conf.n_stations; i++) {
    bbe_plan *plan = &e->work.plans[i];

    plan->candidate = UINT16_MAX;
    plan->kept = false;
    plan->overdue = false;
    if (plan->role == BBE_ROLE_FIXED)
      e->work.fixed[e->work.n_fixed++] = (uint16_t) i;
    if (plan->role == BBE_ROLE_SLEEPER)
      bbe_list_sleeper (e, i);
    if (plan->role == BBE_ROLE_CANDIDATE)
      add_candidate (e, in, i);
    else
      e->state.stations[i].waiting_since_ms = BBE_NEVER;
  }
  mark_turns (e);
  list_live (e);
}

/* Loads the rows with what is not allocated. */
static void
take_others (bbe_engine *e)
{
  for (int k = 0; k < e->work.n_fixed; k++) {
    int i = e->work.fixed[k];

    bbe_fix_again (e, i);
    take (e, i, e->conf.stations[i].wired, e->work.plans[i].fixed_ma);
  }
  for (int k = 0; k < e->work.n_live; k++) {
    int i = e->work.live[k];
    const bbe_station_state *s = &e->state.stations[i];
    int32_t most = s->setpoint_ma + BBE_IDLE_MA;

    e->work.plans[i].excess = 0;
    if ((s->measured_ma[0] > most || s->measured_ma[1] > most || s->measured_ma[2] > most)
        && e->work.plans[i].role != BBE_ROLE_FIXED)
      take_excess (e, i);
  }
}

void
bbe_targets (bbe_engine *e, const bbe_inputs *in)
{
  take_others (e);
  if (e->work.n_candidates > 0) {
    if (e->conf.unbalances)
      set_unbalance (e);
    solve (e, e->work.answers);
    if (e->work.any_saved)
      use_savings (e);
    pass_clouds (e, in);
    if (e->conf.switches) {
      try_fewer (e, in);
      try_more (e, in);
    }
  }
  for (int k = 0; k < e->work.n_candidates; k++) {
    int i = e->work.station_of[k];

    e->work.plans[i].target_ma = e->work.answers[k].current_ma;
    if (e->work.plans[i].phases != e->state.stations[i].phases
        && e->state.stations[i].switching == BBE_SWITCH_NONE)
      bbe_phase_begin (e, i, e->work.plans[i].phases);
  }
  if (e->work.n_sleepers > 0)
    bbe_serve_sleepers (e);
  list_moving (e);
}
