/* SPDX-License-Identifier: GPL-3.0-or-later */
/* change.c: from target to set-point: down at once; up after a hold, at a slope, and only into room that
 * others are seen to have left (ENGINE.md step 10). */
#include "engine/internal.h"

#include <string.h>

/* ---- one set-point ---- */

static void
watch_by_meter (bbe_engine *e, int i, bool raised)
{
  bbe_station_state *s = &e->state.stations[i];

  s->proven_ma = bbe_min32 (s->proven_ma, s->setpoint_ma);
  if (raised)
    bbe_proof_begin (e, i);
}

static void
lower_older (bbe_station_state *s, int32_t from, int64_t now)
{
  s->older_ma = bbe_max32 (s->older_ma, from);
  s->older_since_ms = now;
}

static void
command (bbe_engine *e, int i, int32_t setpoint_ma)
{
  bbe_station_state *s = &e->state.stations[i];
  int32_t before = s->setpoint_ma;
  int64_t now = e->work.now_ms;

  if (!s->commanded) {
    s->commanded = true;
    s->commanded_ms = now;
    s->older_since_ms = now;
    bbe_due (e, now + e->conf.stations[i].c.reaction_ms);
    bbe_look_at (e, i);
  }
  if (setpoint_ma == before)
    return;
  bbe_look_at (e, i);
  e->work.dirty |= before == 0 || setpoint_ma == 0;
  s->setpoint_ma = setpoint_ma;
  s->commanded_ms = now;
  s->hold_since_ms = BBE_NEVER;
  bbe_due (e, now + 1); /* what was given is watched from now on */
  if (setpoint_ma < before) {
    lower_older (s, before, now);
    bbe_due (e, now + e->conf.stations[i].c.reaction_ms);
  }

  if (!e->conf.stations[i].c.measured)
    watch_by_meter (e, i, setpoint_ma > before);
  if (setpoint_ma > before) {
    s->window_ms = now;
    s->peak_ma[0] = s->peak_ma[1] = 0;
    s->flags &= (uint8_t) ~(BBE_ST_WINDOW | BBE_ST_WINDOWS);
  }
  if (before == 0) {
    s->turned_ms = now;
    s->waiting_since_ms = BBE_NEVER;
    if (e->work.plans[i].overdue)
      s->flags |= BBE_ST_TURN;
  } else if (setpoint_ma == 0) {
    s->turned_ms = now;
    s->flags &= (uint8_t) ~BBE_ST_TURN;
  }
  if (before == 0 || setpoint_ma == 0)
    s->sun_ms = BBE_NEVER;
}

/* ---- may it rise, and how far ---- */

static void
say (bbe_engine *e, int i, uint8_t code, int64_t until_ms)
{
  e->station_out[i].reason.code = code;
  e->station_out[i].reason.until_ms = until_ms;
}

/* Surplus has to last for the start delay before a station in solar mode starts (T-08 with a delay of 0). */
static bool
waits_for_sun (bbe_engine *e, const bbe_inputs *in, int i)
{
  bbe_station_state *s = &e->state.stations[i];
  const bbe_group_config *group = &e->conf.groups[e->conf.stations[i].c.group].c;

  if (group->mode != BBE_MODE_SOLAR || s->setpoint_ma > 0)
    return false;
  if (e->work.plans[i].target_ma == 0) {
    s->sun_ms = BBE_NEVER;
    return false;
  }
  if (s->sun_ms == BBE_NEVER)
    s->sun_ms = e->work.now_ms;
  if (e->work.now_ms - s->sun_ms >= group->solar_start_delay_ms || bbe_charge_now (e, &in->stations[i]))
    return false;
  bbe_due (e, s->sun_ms + group->solar_start_delay_ms);
  say (e, i, BBE_REASON_SOLAR_DELAY, s->sun_ms + group->solar_start_delay_ms);
  return true;
}

/* A raise worth less than this waits longer: else a base load that breathes makes every vehicle follow it,
 * change by change, for next to no energy. */
#define SMALL_MA    500
#define SMALL_HOLDS 6

static int64_t
hold_ms (const bbe_group_config *group, const bbe_station_state *s)
{
  bool small = s->setpoint_ma > 0 && s->hold_target_ma - s->setpoint_ma < SMALL_MA;

  return (int64_t) group->hold_up_ms * (small ? SMALL_HOLDS : 1);
}

/* The least target over the hold time; the present set-point while it lasts. */
static int32_t
after_hold (bbe_engine *e, int i, int32_t target_ma)
{
  bbe_station_state *s = &e->state.stations[i];
  const bbe_group_config *group = &e->conf.groups[e->conf.stations[i].c.group].c;
  int64_t now = e->work.now_ms, until;

  if (s->hold_since_ms == BBE_NEVER) {
    s->hold_since_ms = now;
    s->hold_target_ma = target_ma;
    s->slope_ms = BBE_NEVER;
  }
  s->hold_target_ma = group->hold_up_ms == 0 ? target_ma : bbe_min32 (s->hold_target_ma, target_ma);
  until = s->hold_since_ms + hold_ms (group, s);
  if (now >= until)
    return s->hold_target_ma;
  bbe_due (e, until);
  say (e, i, BBE_REASON_HOLD, until);
  return s->setpoint_ma;
}

/* `ma` rounded down to a whole step; 0 where that is under the minimum. */
static int32_t
on_grid (const bbe_engine *e, int i, int32_t ma, int32_t min)
{
  int32_t step = e->conf.stations[i].c.step_ma;
  int32_t down = ma - ma % step;

  return down < min ? 0 : down;
}

static int32_t
on_slope (bbe_engine *e, int i, int32_t wanted_ma)
{
  bbe_station_state *s = &e->state.stations[i];
  int32_t slope = e->conf.groups[e->conf.stations[i].c.group].c.slope_ma_per_s;
  int32_t least = bbe_grid_min_ma (e, i, e->work.plans[i].phases);
  int64_t seconds, most;

  if (slope == 0 || wanted_ma <= s->setpoint_ma)
    return wanted_ma;
  if (s->slope_ms == BBE_NEVER)
    s->slope_ms = e->work.now_ms - 1000;
  seconds = (e->work.now_ms - s->slope_ms) / 1000;
  most = s->setpoint_ma == 0 ? least : s->setpoint_ma + seconds * slope;
  if (wanted_ma <= most)
    return wanted_ma;
  bbe_due (e, s->slope_ms + (seconds + 1) * 1000);
  say (e, i, BBE_REASON_SLOPE, 0);
  return bbe_max32 (s->setpoint_ma, on_grid (e, i, bbe_clamp_ma (most), least));
}

/* ---- room ---- */

/* One unknown phase of three counts once in a total. */
static int64_t
total_of (const bbe_engine *e, int i, const int32_t ma[3])
{
  const bbe_station_config *c = &e->conf.stations[i].c;

  if (c->rotation_unknown && c->n_phases == 1)
    return bbe_max32 (ma[0], bbe_max32 (ma[1], ma[2]));
  return (int64_t) ma[0] + ma[1] + ma[2];
}

static void
load_path (int64_t (*rows)[BBE_ROWS_PER_NODE], const bbe_path *path, const int32_t ma[3], int64_t total)
{
  for (int n = 0; n < path->n; n++) {
    int64_t *used = rows[path->node[n]];

    used[0] += ma[0];
    used[1] += ma[1];
    used[2] += ma[2];
    used[BBE_TOTAL] += total;
  }
}

static bool
is_still (const bbe_station_state *s)
{
  return (s->setpoint_ma | s->older_ma | s->measured_ma[0] | s->measured_ma[1] | s->measured_ma[2]) == 0;
}

/* What station `i` is committed to on each phase; its draw above its set-point is off the rows already where
 * `excess` says so. */
static void
commit (bbe_engine *e, int i)
{
  const bbe_station_state *s = &e->state.stations[i];
  int32_t *committed = e->work.committed_ma[i];

  for (int p = 0; p < 3; p++)
    committed[p] = (e->work.plans[i].excess >> p) & 1 ? bbe_max32 (s->setpoint_ma, s->older_ma)
                                                      : bbe_committed_ma (e, i, p);
}

/* The same once it is raised to `setpoint_ma`. */
static void
commit_at (const bbe_engine *e, int i, int32_t setpoint_ma, int32_t ma[3])
{
  const bbe_plan *plan = &e->work.plans[i];
  const int32_t *committed = e->work.committed_ma[i];
  int32_t min = plan->holds != 0 ? bbe_min_ma (e, i, plan->phases) : 0;

  for (int p = 0; p < 3; p++) {
    int32_t given = (plan->loads >> p) & 1 ? setpoint_ma : (plan->holds >> p) & 1 ? min : 0;

    ma[p] = bbe_max32 (given, committed[p]);
  }
}

/* Loads every row twice: with what all allocated stations are committed to now, and with all raises made. */
static void
sum_committed (bbe_engine *e)
{
  memset (e->work.used_ma, 0, e->conf.n_nodes * sizeof e->work.used_ma[0]);
  memset (e->work.raised_ma, 0, e->conf.n_nodes * sizeof e->work.raised_ma[0]);
  for (int k = 0; k < e->work.n_live; k++) {
    int i = e->work.live[k];
    const bbe_plan *plan = &e->work.plans[i];
    const bbe_path *path = &e->work.paths[e->conf.stations[i].path];
    int32_t *committed = e->work.committed_ma[i], ma[3];

    if (plan->role == BBE_ROLE_FIXED)
      continue;
    if (is_still (&e->state.stations[i])) {
      memset (committed, 0, sizeof e->work.committed_ma[i]);
      if (plan->fixed_ma == 0)
        continue;
    } else {
      commit (e, i);
      load_path (e->work.used_ma, path, committed, total_of (e, i, committed));
    }
    if (plan->fixed_ma == 0) {
      load_path (e->work.raised_ma, path, committed, total_of (e, i, committed));
      continue;
    }
    commit_at (e, i, plan->fixed_ma, ma);
    load_path (e->work.raised_ma, path, ma, total_of (e, i, ma));
  }
}

static bool
all_rows_fit (const bbe_engine *e)
{
  for (int k = 0; k < e->conf.n_used; k++) {
    int n = e->conf.used[k];

    for (int r = 0; r < BBE_ROWS_PER_NODE && e->work.bounded[n]; r++)
      if (e->work.raised_ma[n][r] > e->work.nodes[n].cap_ma[r] && e->work.nodes[n].cap_ma[r] != BBE_NO_LIMIT)
        return false;
  }
  return true;
}

/* The most that station `i` may be raised to with what the others are committed to now. */
static int32_t
room_for (const bbe_engine *e, int i, int32_t wanted_ma)
{
  const bbe_station_conf *conf = &e->conf.stations[i];
  const bbe_plan *plan = &e->work.plans[i];
  const bbe_path *path = &e->work.paths[conf->path];
  const int32_t *own = e->work.committed_ma[i];
  int32_t min = bbe_min_ma (e, i, plan->phases);
  int64_t most = wanted_ma;
  int n_path = path->n - (conf->solar_node >= 0 ? 1 : 0);

  for (int n = 0; n < n_path; n++) {
    const int32_t *cap = e->work.nodes[path->node[n]].cap_ma;
    const int64_t *used = e->work.used_ma[path->node[n]];

    for (int p = 0; p < 3; p++) {
      int64_t room = cap[p] - used[p] + own[p];

      if (cap[p] == BBE_NO_LIMIT)
        continue;
      if ((plan->loads >> p) & 1)
        most = bbe_min64 (most, room);
      else if (((plan->holds >> p) & 1) && room < min)
        return 0;
    }
    if (cap[BBE_TOTAL] != BBE_NO_LIMIT)
      most = bbe_min64 (most, (cap[BBE_TOTAL] - used[BBE_TOTAL] + total_of (e, i, own)
                               - (int64_t) bbe_count_phases (plan->holds) * min)
                                  / bbe_count_phases (plan->loads));
  }
  return bbe_clamp_ma (most);
}

/* Sets a raised set-point; a part of the way leaves hold and slope running. */
static void
climb (bbe_engine *e, int i, int32_t to_ma)
{
  bbe_station_state *s = &e->state.stations[i];
  int64_t hold = s->hold_since_ms, slope = s->slope_ms;
  bool part = to_ma < s->hold_target_ma;

  command (e, i, to_ma);
  if (!part)
    return;
  s->hold_since_ms = hold;
  s->slope_ms = slope == BBE_NEVER ? slope : slope + (e->work.now_ms - slope) / 1000 * 1000;
}

/* Raises station `i` as far as its rows allow now. */
static void
raise_into_room (bbe_engine *e, int i, int32_t wanted_ma)
{
  int32_t to = room_for (e, i, wanted_ma), ma[3];
  int32_t *committed = e->work.committed_ma[i];

  if (to < wanted_ma)
    say (e, i, BBE_REASON_MAKING_ROOM, 0);
  to = to == e->work.plans[i].target_ma ? to : on_grid (e, i, to, bbe_min_ma (e, i, e->work.plans[i].phases));
  if (to <= e->state.stations[i].setpoint_ma)
    return;
  climb (e, i, to);
  commit_at (e, i, to, ma);
  for (int p = 0; p < 3; p++) {
    int32_t more = ma[p] - committed[p];

    committed[p] = ma[p];
    ma[p] = more;
  }
  load_path (e->work.used_ma, &e->work.paths[e->conf.stations[i].path], ma, total_of (e, i, ma));
}

/* ---- all of them ---- */

/* What a station is to have now: its target where that is lower, else as hold and slope allow. */
static int32_t
wanted (bbe_engine *e, const bbe_inputs *in, int i)
{
  bbe_station_state *s = &e->state.stations[i];
  const bbe_plan *plan = &e->work.plans[i];
  int32_t target = plan->target_ma;

  if (s->switching != BBE_SWITCH_NONE) {
    say (e, i, s->switching == BBE_SWITCH_FAILED ? BBE_REASON_FAULT : BBE_REASON_PHASE_SWITCH, 0);
    s->hold_since_ms = BBE_NEVER;
    return 0;
  }
  if (waits_for_sun (e, in, i))
    return 0;
  if (target <= s->setpoint_ma) {
    s->hold_since_ms = BBE_NEVER;
    return target;
  }
  return on_slope (e, i, after_hold (e, i, target));
}

static bool
goes_before (const bbe_engine *e, int a, int b)
{
  int32_t first = e->state.stations[a].setpoint_ma, second = e->state.stations[b].setpoint_ma;

  if (first != second)
    return first < second;
  return e->conf.stations[a].c.serial < e->conf.stations[b].c.serial;
}

static void
sort_raises (bbe_engine *e, int n)
{
  uint16_t *order = e->work.order;

  for (int k = 1; k < n; k++) {
    uint16_t station = order[k];
    int at = k;

    for (; at > 0 && goes_before (e, station, order[at - 1]); at--)
      order[at] = order[at - 1];
    order[at] = station;
  }
}

static void
fixed (bbe_engine *e, int i)
{
  if (e->state.stations[i].answers && e->station_out[i].commanded)
    command (e, i, e->work.plans[i].target_ma);
}

/* Has its target, and nothing is under way: most stations, most of the time. */
static bool
stays (const bbe_engine *e, int i)
{
  const bbe_station_state *s = &e->state.stations[i];
  const bbe_plan *plan = &e->work.plans[i];

  return plan->role != BBE_ROLE_OFF && plan->target_ma == s->setpoint_ma && s->hold_since_ms == BBE_NEVER
         && s->switching == BBE_SWITCH_NONE && s->commanded && (s->setpoint_ma > 0 || s->sun_ms == BBE_NEVER);
}

/* Lowers whoever is to be lowered, and lists those that want more; `fixed_ma` of their plans is how much. */
static int
lower_all (bbe_engine *e, const bbe_inputs *in)
{
  int n = 0;

  for (int k = 0; k < e->work.n_moving; k++) {
    int i = e->work.moving[k];
    bbe_plan *plan = &e->work.plans[i];
    int32_t now = e->state.stations[i].setpoint_ma;
    int32_t want;

    if (plan->role == BBE_ROLE_FIXED) {
      fixed (e, i);
      continue;
    }
    if (stays (e, i)) {
      plan->fixed_ma = 0;
      continue;
    }
    want = plan->role == BBE_ROLE_OFF ? 0 : wanted (e, in, i);
    plan->fixed_ma = want > now ? want : 0;
    if (want < now || !e->state.stations[i].commanded)
      command (e, i, want > now ? now : want);
    if (want > now)
      e->work.order[n++] = (uint16_t) i;
  }
  return n;
}

/* Raises all where all fit; else one by one, the lowest first, into the room that there is. */
static void
raise_all (bbe_engine *e, int n)
{
  sum_committed (e);
  if (all_rows_fit (e)) {
    for (int k = 0; k < n; k++)
      climb (e, e->work.order[k], e->work.plans[e->work.order[k]].fixed_ma);
    return;
  }
  sort_raises (e, n);
  for (int k = 0; k < n; k++)
    raise_into_room (e, e->work.order[k], e->work.plans[e->work.order[k]].fixed_ma);
}

void
bbe_changes (bbe_engine *e, const bbe_inputs *in)
{
  int n = lower_all (e, in);

  if (n > 0)
    raise_all (e, n);
  for (int k = 0; k < n; k++)
    e->work.plans[e->work.order[k]].fixed_ma = 0;
}
