/* SPDX-License-Identifier: GPL-3.0-or-later */
/* internal.h: the parts of a step, in the order in which bbe_step() calls them. */
#ifndef BBE_INTERNAL_H
#define BBE_INTERNAL_H

#include "engine/state.h"

/* Under this a phase carries no charging current (ENGINE.md: 0.5 A). */
#define BBE_IDLE_MA 500
/* Steady draw before unused phases count as free, and before unused current is lent (ENGINE.md: 60 s). */
#define BBE_STEADY_MS 60000
/* A vehicle is left this much above its draw, so that it can show that it wants more. */
#define BBE_MARGIN_MA 1000
/* Slower stations are reservations (ENGINE.md: 10 s). */
#define BBE_SLOW_MS 10000

static inline int64_t
bbe_min64 (int64_t a, int64_t b)
{
  return a < b ? a : b;
}

static inline int64_t
bbe_max64 (int64_t a, int64_t b)
{
  return a > b ? a : b;
}

static inline int32_t
bbe_min32 (int32_t a, int32_t b)
{
  return a < b ? a : b;
}

static inline int32_t
bbe_max32 (int32_t a, int32_t b)
{
  return a > b ? a : b;
}

static inline int
bbe_count_phases (uint8_t mask)
{
  return (mask & 1) + ((mask >> 1) & 1) + ((mask >> 2) & 1);
}

/* `value` as a current: within +-BBE_NO_LIMIT, which keeps its meaning. */
static inline int32_t
bbe_clamp_ma (int64_t value)
{
  if (value >= BBE_NO_LIMIT)
    return BBE_NO_LIMIT - 1;
  return value < -BBE_NO_LIMIT ? -BBE_NO_LIMIT : (int32_t) value;
}

/* Notes that something may change at `time_ms` though no input does. */
static inline void
bbe_due (bbe_engine *e, int64_t time_ms)
{
  if (time_ms > e->work.now_ms && time_ms < e->work.due_ms)
    e->work.due_ms = time_ms;
}

/* Time since `since_ms`, which may be BBE_ALWAYS. */
static inline int64_t
bbe_elapsed (int64_t now_ms, int64_t since_ms)
{
  return since_ms == BBE_ALWAYS ? INT64_MAX / 4 : now_ms - since_ms;
}

/* Times from outside are taken within this, some 35 million years either way, so that sums of them fit. */
#define BBE_MAX_MS ((int64_t) 1 << 60)

/* Station `i` is looked at in the next step, whether its input changes or not. */
static inline void
bbe_look_at (bbe_engine *e, int i)
{
  e->work.station_due_ms[i] = e->work.now_ms;
  e->work.stations_due_ms = e->work.now_ms;
}

/* How long ago `then_ms`, a time from outside, was; 0 where it is still to come. */
static inline int64_t
bbe_age (int64_t now_ms, int64_t then_ms)
{
  return then_ms >= now_ms ? 0 : then_ms < -BBE_MAX_MS ? BBE_MAX_MS : now_ms - then_ms;
}

/* mA that `power_w` is, spread over any number of phases, at `voltage_mv`. */
static inline int64_t
bbe_w_to_ma (int64_t power_w, int32_t voltage_mv)
{
  return power_w * 1000000 / voltage_mv;
}

/* meter.c: certain draw, other load, meters that are stale or lie, fail-safe (ENGINE.md steps 1, 3). */
void bbe_meters_update (bbe_engine *e, const bbe_inputs *in);
int64_t bbe_stale_after_ms (const bbe_meter_config *meter);
/* How long a change of some station's draw takes until a reading of meter `m` has it wholly. */
int32_t bbe_settle_ms (const bbe_engine *e, int m);

/* From now on the meter is watched for what an unmeasured station's change shows. */
void bbe_proof_begin (bbe_engine *e, int station);

/* peak.c: the tariff peak (step 9). */
void bbe_peaks_update (bbe_engine *e, const bbe_inputs *in);
/* Room of circuit `c` in W for everything on it, with what the window has saved up, and its plain limit;
 * false: it has no peak limit. */
bool bbe_peak_room_w (bbe_engine *e, const bbe_inputs *in, int c, int64_t *room_w, int64_t *limit_w);

/* station.c: what each station was seen to do (“What a station counts at”). */
void bbe_stations_update (bbe_engine *e, const bbe_inputs *in);
/* Least draw over the last `window_ms`. */
int32_t bbe_certain_over_ma (const bbe_engine *e, int station, int grid_phase, int64_t window_ms);
int32_t bbe_committed_ma (const bbe_engine *e, int station, int grid_phase);
int32_t bbe_min_ma (const bbe_engine *e, int station, int n_phases);
/* The first point of its step grid at or above that. */
int32_t bbe_grid_min_ma (const bbe_engine *e, int station, int n_phases);

/* signal.c: Normal, Reduced, Locked, their sources (step 2). */
void bbe_signal_update (bbe_engine *e, const bbe_inputs *in);

/* rows.c: what each row leaves for stations, and which limit made it so. */
void bbe_rows_build (bbe_engine *e, const bbe_inputs *in);
void bbe_row_limit (bbe_engine *e, int node, int row, int64_t cap_ma, int limit, int64_t value_ma);
bool bbe_group_failsafe (const bbe_engine *e, int group, int64_t *since_ms);

/* eligible.c: windows, delays, authorisation, overrides: who takes part (step 4). */
void bbe_eligible_update (bbe_engine *e, const bbe_inputs *in);
/* False: station `i` may be allocated. Else it is counted at a fixed current, worked out anew. */
bool bbe_fix_again (bbe_engine *e, int i);
/* C-12: "charge now" lifts off-peak, delay and solar, never a row; a cap lowers the maximum. */
bool bbe_charge_now (bbe_engine *e, const bbe_station_in *in);
bool bbe_capped (bbe_engine *e, const bbe_station_in *in);
/* Within its minimum on time. */
bool bbe_must_stay_on (bbe_engine *e, int station);

/* target.c: who runs and how much each should have (steps 5, 6, 8). */
void bbe_targets (bbe_engine *e, const bbe_inputs *in);
/* sleep.c: lists station `i` among those that sleep; sets the targets of all listed. */
void bbe_list_sleeper (bbe_engine *e, int station);
void bbe_serve_sleepers (bbe_engine *e);
/* The candidates for that, from the stations' roles. */
void bbe_candidates (bbe_engine *e, const bbe_inputs *in);

/* change.c: from target to set-point: down at once, up with care (step 10). */
void bbe_changes (bbe_engine *e, const bbe_inputs *in);

/* phase.c: one or three phases (step 7). */
void bbe_phase_advance (bbe_engine *e, const bbe_inputs *in);
void bbe_phase_begin (bbe_engine *e, int station, uint8_t phases);

/* reason.c: what bound a row, as data. */
void bbe_reason_clear (bbe_reason *reason);
void bbe_reason_row (const bbe_engine *e, bbe_reason *reason, uint8_t code, uint16_t node, uint8_t row);
/* Why a candidate has its target; called when targets are settled. */
void bbe_reason_target (bbe_engine *e, const bbe_inputs *in, int station);

#endif
