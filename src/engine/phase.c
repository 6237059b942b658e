/* SPDX-License-Identifier: GPL-3.0-or-later */
/* phase.c: changing between one and three phases: to 0, wait, switch, confirm, restart (ENGINE.md step 7). */
#include "engine/internal.h"

/* A vehicle that still draws after this, or a contactor that does not confirm, is a fault. */
#define FAULT_MS 30000

void
bbe_phase_begin (bbe_engine *e, int i, uint8_t phases)
{
  bbe_station_state *s = &e->state.stations[i];

  s->switching = BBE_SWITCH_STOPPING;
  s->switch_to = phases;
  s->switch_ms = e->work.now_ms;
  bbe_due (e, e->work.now_ms + 1);
  e->work.dirty = true;
}

static void
enter (bbe_engine *e, int i, uint8_t phase)
{
  e->work.dirty = true;
  e->state.stations[i].switching = phase;
  e->state.stations[i].switch_ms = e->work.now_ms;
}

static bool
is_still (const bbe_engine *e, int i)
{
  const bbe_station_state *s = &e->state.stations[i];

  for (int p = 0; p < 3; p++)
    if (s->measured_ma[p] >= BBE_IDLE_MA)
      return false;
  return s->older_ma == 0;
}

static void
finish (bbe_engine *e, int i)
{
  bbe_station_state *s = &e->state.stations[i];

  e->work.dirty = true;
  bbe_look_at (e, i);
  s->switching = BBE_SWITCH_NONE;
  s->phases = s->switch_to;
  s->used = e->conf.stations[i].wired;
  s->quiet_since_ms = BBE_NEVER;
  s->cap_ma = BBE_NO_LIMIT;
  s->switched_ms = e->work.now_ms;
  s->switch_ms = BBE_NEVER;
}

/* Which contactor state a station reports that was never switched by us, or after a failed switch. */
static void
adopt (bbe_engine *e, const bbe_station_in *in, int i)
{
  bbe_station_state *s = &e->state.stations[i];

  if (s->switching == BBE_SWITCH_FAILED && in->vehicle == BBE_VEHICLE_A)
    enter (e, i, BBE_SWITCH_NONE);
  if (s->switching == BBE_SWITCH_NONE && s->setpoint_ma == 0 && (in->phases_now == 1 || in->phases_now == 3)
      && s->phases != in->phases_now) {
    s->phases = in->phases_now;
    e->work.dirty = true;
  }
}

static void
advance (bbe_engine *e, const bbe_station_in *in, int i)
{
  bbe_station_state *s = &e->state.stations[i];
  int64_t since = e->work.now_ms - s->switch_ms;
  int32_t reaction = e->conf.stations[i].c.reaction_ms;
  bool confirmed = in->phases_now == s->switch_to || (in->phases_now == 0 && since >= reaction);

  if (s->switching == BBE_SWITCH_STOPPING && s->setpoint_ma == 0 && is_still (e, i)) {
    enter (e, i, BBE_SWITCH_SWITCHING);
    bbe_due (e, e->work.now_ms + bbe_max32 (1, reaction));
  } else if (s->switching == BBE_SWITCH_SWITCHING && confirmed && since > 0) {
    finish (e, i);
  } else if (since >= FAULT_MS + reaction) {
    enter (e, i, BBE_SWITCH_FAILED);
  } else {
    bbe_due (e, s->switch_ms + FAULT_MS + reaction);
    if (s->switching == BBE_SWITCH_SWITCHING)
      bbe_due (e, s->switch_ms + bbe_max32 (1, reaction));
  }
}

void
bbe_phase_advance (bbe_engine *e, const bbe_inputs *in)
{
  for (int i = 0; i < e->conf.n_stations && e->conf.switches; i++) {
    const bbe_station_state *s = &e->state.stations[i];

    if (!e->conf.stations[i].c.can_switch || !s->answers)
      continue;
    if (s->switching == BBE_SWITCH_STOPPING || s->switching == BBE_SWITCH_SWITCHING)
      advance (e, &in->stations[i], i);
    else
      adopt (e, &in->stations[i], i);
  }
}
