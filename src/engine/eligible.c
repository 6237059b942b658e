/* SPDX-License-Identifier: GPL-3.0-or-later */
/* eligible.c: who takes part: off-peak windows, random delay, authorisation, overrides (ENGINE.md step 4),
 * and what those who do not take part count at. */
#include "engine/internal.h"

#define DAY_MIN   1440
#define WEEK_MIN  (7 * DAY_MIN)
#define MINUTE_MS 60000

/* ---- off-peak windows ---- */

/* Minute of the week, 0 is Monday 00:00 (1970-01-01 was a Thursday); `rest_ms` is the time into it. */
static int64_t
minute_of_week (const bbe_inputs *in, int64_t *rest_ms)
{
  int64_t local = in->wall_ms + (int64_t) in->zone_offset_s * 1000;
  int64_t week = (int64_t) WEEK_MIN * MINUTE_MS;
  int64_t into = (local + 3 * (int64_t) DAY_MIN * MINUTE_MS) % week;

  if (into < 0)
    into += week;
  *rest_ms = into % MINUTE_MS;
  return into / MINUTE_MS;
}

typedef struct window_state {
  bool open;
  int64_t change_min; /* minutes from the start of this minute to the next opening or closing; 0: none */
} window_state;

static void
look_at_window (const bbe_window *window, int64_t minute, window_state *state)
{
  int64_t length = window->end_min - window->start_min;

  if (length <= 0)
    length += DAY_MIN;
  for (int day = 0; day < 7; day++) {
    int64_t since = (minute - (day * DAY_MIN + window->start_min) + WEEK_MIN) % WEEK_MIN;
    bool inside = since < length;
    int64_t change = inside ? length - since : WEEK_MIN - since;

    if (!((window->days >> day) & 1))
      continue;
    state->open |= inside;
    if (state->change_min == 0 || change < state->change_min)
      state->change_min = change;
  }
}

/* Whether group `g` may charge by the clock; `change_ms` is the time until that may change, 0 when unknown.
 */
static bool
is_off_peak (const bbe_engine *e, const bbe_inputs *in, int g, int64_t *change_ms)
{
  const bbe_group_config *group = &e->conf.groups[g].c;
  window_state state = { false, 0 };
  int64_t rest_ms, minute;

  *change_ms = 0;
  if (!group->off_peak)
    return true;
  if (!in->wall_valid)
    return false;
  minute = minute_of_week (in, &rest_ms);
  for (int w = 0; w < group->n_windows; w++)
    look_at_window (&group->windows[w], minute, &state);
  if (state.change_min > 0)
    *change_ms = state.change_min * MINUTE_MS - rest_ms;
  return state.open;
}

/* ---- random delay ---- */

/* SplitMix64 (Steele, Lea, Flood 2014): a bijection of 64 bits with good avalanche. */
static uint64_t
mix (uint64_t x)
{
  x += 0x9e3779b97f4a7c15ull;
  x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9ull;
  x = (x ^ (x >> 27)) * 0x94d049bb133111ebull;
  return x ^ (x >> 31);
}

/* Uniform over 0..most, the same for a serial and an event wherever it is computed. */
static int64_t
draw_delay_ms (const bbe_engine *e, int i, int32_t most)
{
  const bbe_station_config *c = &e->conf.stations[i].c;
  uint64_t random = mix (mix (e->conf.groups[c->group].c.seed ^ mix (c->serial)) ^ e->state.site.random);

  return (int64_t) (random % ((uint64_t) most + 1));
}

/* After an off-peak start, and when a station (or the controller) comes back from nothing. */
static void
start_delay (bbe_engine *e, int i, bool opened)
{
  bbe_station_state *s = &e->state.stations[i];
  int32_t most = e->conf.groups[e->conf.stations[i].c.group].c.random_delay_max_ms;

  if (most > 0 && s->setpoint_ma == 0 && (opened || (s->flags & BBE_ST_RETURNED)))
    s->delay_until_ms = e->work.now_ms + draw_delay_ms (e, i, most);
  s->flags &= (uint8_t) ~BBE_ST_RETURNED;
}

/* ---- turns of the balancer `rotate` ---- */

static void
update_turn (bbe_engine *e, const bbe_inputs *in, int g)
{
  int64_t turn_ms = e->conf.groups[g].c.turn_ms;
  int64_t clock = in->wall_valid ? in->wall_ms + (int64_t) in->zone_offset_s * 1000 : e->work.now_ms;
  int64_t into = (clock % turn_ms + turn_ms) % turn_ms;

  if (e->conf.groups[g].c.balancer != BBE_ROTATE)
    return;
  if (e->state.site.turn[g] != (clock - into) / turn_ms || e->state.site.mono_ms == BBE_ALWAYS) {
    e->state.site.turn[g] = (clock - into) / turn_ms;
    e->state.site.turned_ms[g] = e->work.now_ms - into;
  }
}

/* ---- stations that are not allocated ---- */

static void
fix (bbe_engine *e, int i, int32_t counted_ma, int32_t setpoint_ma, bool commanded, uint8_t reason)
{
  bbe_plan *plan = &e->work.plans[i];

  plan->role = BBE_ROLE_FIXED;
  plan->fixed_ma = counted_ma;
  plan->target_ma = setpoint_ma;
  plan->loads = e->conf.stations[i].wired;
  plan->holds = 0;
  e->station_out[i].reason.code = reason;
  e->station_out[i].commanded = commanded;
}

/* ENGINE.md: fail-safe, last set-point, last measured and power-on default, whichever is greatest. */
static int32_t
silent_ma (const bbe_engine *e, int i)
{
  const bbe_station_config *c = &e->conf.stations[i].c;
  const bbe_station_state *s = &e->state.stations[i];
  int32_t most = bbe_max32 (c->failsafe_ma < 0 ? c->max_ma : c->failsafe_ma,
                            c->power_on_ma < 0 ? c->max_ma : c->power_on_ma);

  if (!s->commanded)
    return c->max_ma;
  most = bbe_max32 (most, bbe_max32 (s->setpoint_ma, s->older_ma));
  for (int p = 0; p < 3; p++)
    most = bbe_max32 (most, s->measured_ma[p]);
  return most;
}

bool
bbe_fix_again (bbe_engine *e, int i)
{
  const bbe_station_conf *conf = &e->conf.stations[i];
  const bbe_station_state *s = &e->state.stations[i];
  bool ours = conf->c.group >= 0 && e->conf.groups[conf->c.group].c.active;
  int32_t older = bbe_max32 (s->older_ma, s->setpoint_ma);

  if (!s->answers)
    fix (e, i, silent_ma (e, i), s->setpoint_ma, false, BBE_REASON_OFFLINE);
  else if (!conf->c.commandable)
    fix (e, i, conf->c.max_ma, conf->c.max_ma, false, BBE_REASON_INACTIVE);
  else if (!ours)
    fix (e, i, bbe_max32 (conf->c.held_ma, older), conf->c.held_ma, true, BBE_REASON_INACTIVE);
  else if (conf->slow)
    fix (e, i, bbe_max32 (conf->c.reservation_ma, older),
         e->work.signal == BBE_SIGNAL_LOCKED ? 0 : conf->c.reservation_ma, true,
         e->work.signal == BBE_SIGNAL_LOCKED ? BBE_REASON_LOCKED : BBE_REASON_RESERVED);
  else
    return false;
  return true;
}

/* ---- stations that might be ---- */

static void
off (bbe_engine *e, int i, uint8_t reason, int64_t until_ms)
{
  e->work.plans[i].role = BBE_ROLE_OFF;
  e->work.plans[i].target_ma = 0;
  e->station_out[i].reason.code = reason;
  e->station_out[i].reason.until_ms = until_ms;
}

static bool
has_override (bbe_engine *e, const bbe_station_in *in, uint8_t kind)
{
  if (in->override != kind || in->override_until_ms <= e->work.now_ms)
    return false;
  bbe_due (e, in->override_until_ms);
  return true;
}

bool
bbe_charge_now (bbe_engine *e, const bbe_station_in *in)
{
  return has_override (e, in, BBE_OVERRIDE_CHARGE_NOW);
}

bool
bbe_capped (bbe_engine *e, const bbe_station_in *in)
{
  return has_override (e, in, BBE_OVERRIDE_CAP);
}

/* Still within its minimum on time: what merely asks it to stop has to wait (a row has not). */
bool
bbe_must_stay_on (bbe_engine *e, int i)
{
  const bbe_station_state *s = &e->state.stations[i];
  int32_t min_on = e->conf.groups[e->conf.stations[i].c.group].c.min_on_ms;

  if (s->setpoint_ma == 0 || e->work.now_ms - s->turned_ms >= min_on)
    return false;
  bbe_due (e, s->turned_ms + min_on);
  return true;
}

static bool
keep_on (bbe_engine *e, int i)
{
  e->work.plans[i].min_on = bbe_must_stay_on (e, i);
  return e->work.plans[i].min_on;
}

/* False: the clock keeps it off, and the reason is set. */
static bool
passes_clock (bbe_engine *e, const bbe_inputs *in, int i, bool off_peak, int64_t opens_ms)
{
  const bbe_station_state *s = &e->state.stations[i];
  const bbe_group_config *group = &e->conf.groups[e->conf.stations[i].c.group].c;

  if (bbe_charge_now (e, &in->stations[i]))
    return true;
  if (!off_peak && keep_on (e, i)) {
    return true;
  } else if (!off_peak) {
    off (e, i, BBE_REASON_OFF_PEAK, opens_ms);
    return false;
  }
  if (e->work.now_ms < s->delay_until_ms && !bbe_must_stay_on (e, i)) {
    bbe_due (e, s->delay_until_ms);
    off (e, i, BBE_REASON_RANDOM_DELAY, s->delay_until_ms);
    return false;
  }
  if (s->setpoint_ma == 0 && bbe_elapsed (e->work.now_ms, s->turned_ms) < group->min_off_ms) {
    bbe_due (e, s->turned_ms + group->min_off_ms);
    off (e, i, BBE_REASON_MIN_OFF, s->turned_ms + group->min_off_ms);
    return false;
  }
  return true;
}

/* False: it is not to charge whatever the clock says, and the reason is set. */
static bool
passes_state (bbe_engine *e, const bbe_inputs *in, int i)
{
  const bbe_station_in *st = &in->stations[i];
  const bbe_station_state *s = &e->state.stations[i];
  const bbe_group_config *group = &e->conf.groups[e->conf.stations[i].c.group].c;

  if (s->vehicle > BBE_VEHICLE_D || s->switching == BBE_SWITCH_FAILED)
    off (e, i, BBE_REASON_FAULT, 0);
  else if (s->vehicle <= BBE_VEHICLE_A)
    off (e, i, BBE_REASON_NO_VEHICLE, 0);
  else if (!group->plug_and_play && !st->authorised)
    off (e, i, BBE_REASON_NOT_AUTHORISED, 0);
  else if (st->wanted_wh == 0)
    off (e, i, BBE_REASON_SATISFIED, 0);
  else if (bbe_capped (e, st) && st->override_ma < bbe_min_ma (e, i, s->phases))
    off (e, i, BBE_REASON_OVERRIDE, st->override_until_ms);
  else
    return true;
  return false;
}

static void
set_phases (bbe_engine *e, int i)
{
  const bbe_station_conf *conf = &e->conf.stations[i];
  const bbe_station_state *s = &e->state.stations[i];
  bbe_plan *plan = &e->work.plans[i];

  plan->min_on = false;
  plan->phases = s->switching == BBE_SWITCH_NONE ? s->phases : s->switch_to;
  if (conf->c.n_phases > 1 && plan->phases == 1) {
    plan->loads = conf->single;
    plan->holds = 0;
    return;
  }
  plan->loads = s->used;
  plan->holds = conf->wired & (uint8_t) ~s->used;
}

static void
classify (bbe_engine *e, const bbe_inputs *in, int i, bool off_peak, int64_t opens_ms)
{
  bbe_plan *plan = &e->work.plans[i];
  const bbe_station_state *s = &e->state.stations[i];
  int g = e->conf.stations[i].c.group;
  int64_t since_ms;

  if (!passes_state (e, in, i) || !passes_clock (e, in, i, off_peak, opens_ms))
    return;
  /* Solar without its meter is no solar: the offline limit is a cap, not a set-point (ENGINE.md step 3). */
  if (e->conf.groups[g].c.mode == BBE_MODE_SOLAR && bbe_group_failsafe (e, g, &since_ms)
      && !bbe_charge_now (e, &in->stations[i])) {
    off (e, i, BBE_REASON_FAILSAFE, since_ms);
    return;
  }
  plan->role = (s->flags & BBE_ST_SLEEPS) ? BBE_ROLE_SLEEPER : BBE_ROLE_CANDIDATE;
}

typedef struct clock_state {
  bool off_peak;
  bool opened; /* with this step */
  int64_t opens_ms;
} clock_state;

static void
update_group (bbe_engine *e, const bbe_inputs *in, int g, clock_state *clock)
{
  int64_t change_ms;

  clock->off_peak = is_off_peak (e, in, g, &change_ms);
  clock->opened = e->conf.groups[g].c.off_peak && clock->off_peak && !e->state.site.window_open[g]
                  && e->state.site.mono_ms != BBE_ALWAYS;
  clock->opens_ms = !clock->off_peak && change_ms > 0 ? in->wall_ms + change_ms : 0;
  if (change_ms > 0)
    bbe_due (e, e->work.now_ms + change_ms);
  if (clock->opened)
    e->state.site.random++;
  e->state.site.window_open[g] = clock->off_peak;
  update_turn (e, in, g);
}

void
bbe_eligible_update (bbe_engine *e, const bbe_inputs *in)
{
  clock_state clocks[BBE_MAX_GROUPS];

  for (int g = 0; g < e->conf.n_groups; g++)
    update_group (e, in, g, &clocks[g]);
  for (int i = 0; i < e->conf.n_stations; i++) {
    int g = e->conf.stations[i].c.group;

    bbe_reason_clear (&e->station_out[i].reason);
    e->station_out[i].commanded = true;
    set_phases (e, i);
    if (g >= 0)
      start_delay (e, i, clocks[g].opened);
    if (!bbe_fix_again (e, i))
      classify (e, in, i, clocks[g].off_peak, clocks[g].opens_ms);
  }
}
