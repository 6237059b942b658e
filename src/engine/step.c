/* SPDX-License-Identifier: GPL-3.0-or-later */
/* step.c: one decision, from inputs to set-points; and nearly nothing when nothing changed. */
#include "engine/internal.h"

#include <string.h>

/* ---- did anything change? ---- */

static int64_t
clamp_ms (int64_t time_ms)
{
  return bbe_max64 (-BBE_MAX_MS, bbe_min64 (time_ms, BBE_MAX_MS));
}

static int64_t
clock_offset_ms (const bbe_inputs *in)
{
  return clamp_ms (in->wall_ms) - clamp_ms (in->mono_ms);
}

static bool
same_meters (const bbe_engine *e, const bbe_inputs *in, int64_t now)
{
  for (int m = 0; m < e->conf.n_meters; m++) {
    const bbe_meter_in *a = &in->meters[m], *b = &e->memory.meters[m];
    bool fresh = a->valid && bbe_age (now, a->taken_ms) <= bbe_stale_after_ms (&e->conf.meters[m]);

    if (fresh != e->memory.fresh[m] || a->valid != b->valid || a->power_w != b->power_w
        || a->power_valid != b->power_valid
        || memcmp (a->current_ma, b->current_ma, sizeof a->current_ma) != 0
        || memcmp (a->voltage_mv, b->voltage_mv, sizeof a->voltage_mv) != 0)
      return false;
  }
  return true;
}

static bool
is_unchanged (const bbe_engine *e, const bbe_inputs *in, int64_t now)
{
  const bbe_memory *memory = &e->memory;

  return memory->valid && now < e->out.unchanged_until_ms
         && clock_offset_ms (in) == memory->wall_minus_mono_ms && in->wall_valid == memory->inputs.wall_valid
         && in->zone_offset_s == memory->inputs.zone_offset_s && in->battery_w == memory->inputs.battery_w
         && same_meters (e, in, now)
         && memcmp (in->stations, memory->stations, e->conf.n_stations * sizeof (bbe_station_in)) == 0
         && (e->conf.n_signals == 0
             || memcmp (in->signals, memory->signals, e->conf.n_signals * sizeof (bbe_signal_in)) == 0)
         && memcmp (in->reductions, memory->inputs.reductions, sizeof in->reductions) == 0;
}

static void
remember (bbe_engine *e, const bbe_inputs *in)
{
  bbe_memory *memory = &e->memory;

  memory->inputs = *in;
  memory->wall_minus_mono_ms = clock_offset_ms (in);
  for (int m = 0; m < e->conf.n_meters; m++) {
    memory->meters[m] = in->meters[m];
    memory->fresh[m]
        = in->meters[m].valid
          && bbe_age (e->work.now_ms, in->meters[m].taken_ms) <= bbe_stale_after_ms (&e->conf.meters[m]);
  }

  if (e->conf.n_signals > 0)
    memcpy (memory->signals, in->signals, e->conf.n_signals * sizeof (bbe_signal_in));
  memory->valid = true;
}

/* ---- what comes out ---- */

/* Of what a reader would call another decision; a multiply-and-fold, good enough to count by. */
static uint32_t
digest (const bbe_station_out *out)
{
  const bbe_reason *r = &out->reason;
  uint64_t h = (uint32_t) out->setpoint_ma | (uint64_t) out->phases << 32 | (uint64_t) r->code << 40
               | (uint64_t) r->limit << 48 | (uint64_t) r->place << 56;

  h = (h ^ ((uint64_t) (uint16_t) r->index << 24 | (uint64_t) r->phase << 16)) * 0x9e3779b97f4a7c15ull;
  return (uint32_t) (h >> 32);
}

static void
show_station (bbe_engine *e, int i, bool *changed)
{
  bbe_station_out *out = &e->station_out[i];
  bbe_station_state *s = &e->state.stations[i];
  const bbe_plan *plan = &e->work.plans[i];
  uint32_t sum;

  out->setpoint_ma = s->setpoint_ma;
  out->target_ma = plan->role == BBE_ROLE_FIXED ? s->setpoint_ma : plan->target_ma;
  out->phases = s->switching == BBE_SWITCH_SWITCHING ? s->switch_to : s->phases;
  out->committed_mask = s->setpoint_ma > 0 || plan->role == BBE_ROLE_FIXED ? plan->loads | plan->holds : 0;
  if (s->switching != BBE_SWITCH_NONE)
    out->committed_mask = e->conf.stations[i].wired;
  sum = digest (out);
  *changed |= sum != s->digest;
  s->digest = sum;
}

/* A change of some station's draw is not yet wholly in the certain draw of a meter's last reading: the next
 * reading counts, even where it is the same. */
static bool
awaits_reading (const bbe_engine *e)
{
  for (int m = 0; m < e->conf.n_meters; m++) {
    const bbe_meter_state *meter = &e->state.meters[m];

    if (meter->failed_since_ms == BBE_NEVER && e->state.site.certain_changed_ms != BBE_ALWAYS
        && meter->taken_ms < e->state.site.certain_changed_ms + bbe_settle_ms (e, m))
      return true;
  }
  return false;
}

static void
show (bbe_engine *e)
{
  bool changed = false;

  if (e->work.roles_new)
    for (int i = 0; i < e->conf.n_stations; i++)
      show_station (e, i, &changed);
  else
    for (int k = 0; k < e->work.n_moving; k++)
      show_station (e, e->work.moving[k], &changed);
  if (changed)
    e->state.site.revision++;
  e->out.revision = e->state.site.revision;
  e->out.signal = e->work.signal;
  e->out.unchanged_until_ms = awaits_reading (e) ? e->work.now_ms : e->work.due_ms;
}

static uint64_t
failed_meters (const bbe_engine *e)
{
  uint64_t failed = 0;

  for (int m = 0; m < e->conf.n_meters; m++)
    failed |= (uint64_t) (e->state.meters[m].failed_since_ms != BBE_NEVER) << m;
  return failed;
}

/* Who takes part, worked out again only where something it stands on changed: a station's word, what was
 * learnt of its vehicle, a timer, the signal, a meter lost or found, the clock. */
static void
update_roles (bbe_engine *e, const bbe_inputs *in)
{
  const bbe_memory *memory = &e->memory;
  uint64_t failed = failed_meters (e);
  int64_t due = e->work.due_ms;
  bool same = memory->valid && !e->work.dirty && e->work.now_ms < e->work.roles_due_ms
              && e->work.signal == e->work.roles_signal && failed == e->work.roles_failed
              && clock_offset_ms (in) == memory->wall_minus_mono_ms
              && in->wall_valid == memory->inputs.wall_valid
              && in->zone_offset_s == memory->inputs.zone_offset_s;

  e->work.roles_new = !same;
  if (!same) {
    e->work.dirty = false;
    e->work.roles_signal = e->work.signal;
    e->work.roles_failed = failed;
    e->work.due_ms = BBE_NEVER;
    bbe_eligible_update (e, in);
    bbe_candidates (e, in);
    e->work.roles_due_ms = e->work.due_ms;
  }
  e->work.due_ms = bbe_min64 (due, e->work.roles_due_ms);
}

static void
decide (bbe_engine *e, const bbe_inputs *in, int64_t now)
{
  e->work.now_ms = now;
  e->work.due_ms = BBE_NEVER;
  e->work.certain_before_ms = e->state.site.certain_changed_ms;
  bbe_stations_update (e, in);
  bbe_meters_update (e, in);
  bbe_peaks_update (e, in);
  bbe_signal_update (e, in);
  bbe_rows_build (e, in);
  bbe_phase_advance (e, in);
  update_roles (e, in);
  bbe_targets (e, in);
  for (int k = 0; k < e->work.n_moving; k++)
    bbe_reason_target (e, in, e->work.moving[k]);
  bbe_changes (e, in);
  e->state.site.mono_ms = now;
  show (e);
  remember (e, in);
}

const bbe_outputs *
bbe_step (bbe_engine *e, const bbe_inputs *in)
{
  int64_t now = bbe_max64 (clamp_ms (in->mono_ms), e->state.site.mono_ms);
  bbe_inputs safe;

  e->out.stations = e->station_out;
  e->out.circuits = e->circuit_out;
  if (is_unchanged (e, in, now)) {
    e->state.site.mono_ms = now; /* the last time that was told, below which time does not go */
    return &e->out;
  }
  safe = *in;
  safe.mono_ms = now;
  safe.wall_ms = clamp_ms (in->wall_ms);
  decide (e, &safe, now);
  return &e->out;
}
