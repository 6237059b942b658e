/* SPDX-License-Identifier: GPL-3.0-or-later */
/* meter.c: other load from readings and certain draw; meters that are silent or lie (ENGINE.md steps 1, 3).
 */
#include "engine/internal.h"

#include <string.h>

/* A reading this far below what must flow is implausible, and after this long the meter is bad. */
#define LOW_MA 2000
#define LOW_MS 10000
/* A reading that stays the same to the mA while stations moved by this is one that stands still. */
#define STUCK_MA 3000
/* Current that shows that a clamp is closed around a conductor. */
#define SHOWN_MA 1000
/* A meter is stale after this, or after three of its intervals. */
#define STALE_MS 10000

int64_t
bbe_stale_after_ms (const bbe_meter_config *meter)
{
  return bbe_max64 (STALE_MS, 3 * (int64_t) meter->interval_ms);
}

static bool
is_fresh (const bbe_engine *e, const bbe_inputs *in, int m)
{
  return in->meters[m].valid
         && bbe_age (e->work.now_ms, in->meters[m].taken_ms) <= bbe_stale_after_ms (&e->conf.meters[m])
         && (!e->conf.meters[m].total_only || in->meters[m].power_valid);
}

int32_t
bbe_settle_ms (const bbe_engine *e, int m)
{
  return e->conf.meters[m].lag_ms > 0 || e->state.meters[m].late ? e->conf.ring_span_ms : 0;
}

static bool
same_reading (const bbe_meter_state *state, const bbe_meter_in *reading)
{
  return memcmp (state->reading_ma, reading->current_ma, sizeof state->reading_ma) == 0
         && state->reading_w == reading->power_w;
}

/* All that stations drew was in the last reading as it is now. */
static bool
is_settled (const bbe_engine *e, int m, int64_t certain_changed_ms)
{
  return certain_changed_ms == BBE_ALWAYS
         || e->state.meters[m].taken_ms >= certain_changed_ms + bbe_settle_ms (e, m);
}

/* Whether the reading tells anything new. The same one taken again, before anything changed with this step,
 * does not: so a step that was left out, because nothing had changed, is not missed. */
static bool
is_new (bbe_engine *e, const bbe_inputs *in, int m)
{
  const bbe_meter_in *reading = &in->meters[m];
  bbe_meter_state *state = &e->state.meters[m];
  bool same = same_reading (state, reading);

  if (!reading->valid || (same && reading->taken_ms == state->taken_ms))
    return false;
  if (!same || state->taken_ms == BBE_ALWAYS || reading->taken_ms >= e->work.now_ms
      || !is_settled (e, m, e->work.certain_before_ms))
    return true;
  state->taken_ms = reading->taken_ms;
  return false;
}

static inline void
add_certain (const bbe_engine *e, int i, int64_t window_ms, int64_t sum[3])
{
  const bbe_station_state *s = &e->state.stations[i];

  if (window_ms > 0 || !e->conf.stations[i].c.measured) {
    for (int p = 0; p < 3; p++)
      sum[p] += bbe_certain_over_ma (e, i, p, window_ms);
    return;
  }
  sum[0] += s->lower_ma[0];
  sum[1] += s->lower_ma[1];
  sum[2] += s->lower_ma[2];
}

/* Adds what each station drew at least while the readings were taken to every meter that contains it. */
static void
sum_certain (bbe_engine *e, const bbe_inputs *in)
{
  int64_t window_ms[BBE_MAX_METERS];

  for (int m = 0; m < e->conf.n_meters; m++) {
    window_ms[m] = e->conf.meters[m].lag_ms + bbe_age (e->work.now_ms, in->meters[m].taken_ms);
    for (int p = 0; p < 3; p++)
      e->work.certain_ma[m][p] = e->work.draw_ma[m][p] = 0;
  }
  /* Who is off and at rest draws nothing; the list of the others is the last step's, unless that changed. */
  for (int k = 0; k < (e->work.dirty ? e->conf.n_stations : e->work.n_live); k++) {
    int i = e->work.dirty ? k : e->work.live[k];
    const bbe_station_state *s = &e->state.stations[i];
    uint64_t included = e->conf.stations[i].read_in;

    if ((s->lower_ma[0] | s->lower_ma[1] | s->lower_ma[2] | s->proven_ma) == 0 && s->ring_ms == BBE_NEVER)
      continue;

    for (int m = 0; included != 0; m++, included >>= 1)
      if (included & 1) {
        add_certain (e, i, window_ms[m], e->work.certain_ma[m]);
        e->work.draw_ma[m][0] += s->lower_ma[0];
        e->work.draw_ma[m][1] += s->lower_ma[1];
        e->work.draw_ma[m][2] += s->lower_ma[2];
      }
  }
}

/* Least current that phase `p` of circuit `c` can carry besides its stations: minus its generation. */
static int32_t
floor_ma (const bbe_engine *e, int c, int p)
{
  const bbe_circuit_conf *circuit = &e->conf.circuits[c];
  const bbe_meter_config *meter = &e->conf.meters[circuit->c.meter];

  return meter->is_signed ? -circuit->c.generation_ma[p] : 0;
}

/* Takes over the reading; answers the phases on which it is implausibly low (of a total: the first bit). Then
 * what was known before stands where it is higher. */
static uint8_t
read_circuit (bbe_engine *e, const bbe_inputs *in, int c)
{
  int m = e->conf.circuits[c].c.meter;
  const bbe_meter_in *reading = &in->meters[m];
  bbe_circuit_state *state = &e->state.circuits[c];
  bool total = e->conf.meters[m].total_only;
  uint8_t low = 0;
  int64_t raw[3] = { 0 }, least[3] = { 0 };

  for (int p = 0; p < 3; p++) {
    raw[total ? 0 : p] += (total ? 0 : (int64_t) reading->current_ma[p]) - e->work.certain_ma[m][p];
    least[total ? 0 : p] += floor_ma (e, c, p);
  }
  if (total)
    raw[0] += bbe_w_to_ma (reading->power_w, e->conf.nominal_mv);
  for (int p = 0; p < (total ? 1 : 3); p++)
    if (((e->conf.meters[m].phases >> p) & 1) && raw[p] < least[p] - LOW_MA)
      low |= (uint8_t) (1u << p);
  for (int p = 0; p < 3; p++) {
    int32_t now = bbe_clamp_ma (bbe_max64 (raw[p], least[p]));

    state->other_ma[p] = low != 0 && state->valid ? bbe_max32 (state->other_ma[p], now) : now;
  }
  state->valid = true;
  return low;
}

/* ---- what the meter proves of stations without one ---- */

void
bbe_proof_begin (bbe_engine *e, int i)
{
  bbe_station_state *s = &e->state.stations[i];
  bbe_proof_state *proof = &e->state.stations[i].proof;

  s->flags |= BBE_ST_PROVING;
  proof->since_ms = e->work.now_ms;
}

/* The meter's reading on `p` without all certain draw but that of station `i`. */
static int64_t
seen_ma (const bbe_engine *e, const bbe_inputs *in, int i, int p)
{
  int m = e->conf.circuits[e->conf.stations[i].proof_circuit].c.meter;

  return in->meters[m].current_ma[p] - e->work.certain_ma[m][p] + e->state.stations[i].proven_ma;
}

/* Anything else that may have moved the reading since just before the change: another station without a meter
 * of its own that may draw, or a reading of a measured one that did not stand still. Then nothing is proven:
 * a rise could be theirs. */
static bool
is_disturbed (const bbe_engine *e, int i)
{
  const bbe_station_conf *conf = &e->conf.stations[i];
  const bbe_meter_config *meter = &e->conf.meters[e->conf.circuits[conf->proof_circuit].c.meter];
  int64_t from = e->state.stations[i].proof.since_ms - meter->lag_ms - meter->interval_ms;

  if (e->state.site.certain_changed_ms >= from)
    return true;
  for (int j = 0; j < e->conf.n_stations; j++) {
    const bbe_station_conf *other = &e->conf.stations[j];
    const bbe_station_state *s = &e->state.stations[j];

    if (j != i && !other->c.measured
        && ((other->c.included >> e->conf.circuits[conf->proof_circuit].c.meter) & 1)
        && s->vehicle != BBE_VEHICLE_A
        && (s->setpoint_ma > 0 || s->older_ma > 0 || !s->answers || !other->c.commandable))
      return true;
  }
  return false;
}

/* What is proven after this reading. Any fall since the last one is laid to the station, so that a house that
 * rises and a vehicle that then stops can't make room together; a rise on each phase that it may load is the
 * station's own while its change is watched. */
static int32_t
proven_ma (bbe_engine *e, const bbe_inputs *in, int i)
{
  const bbe_station_state *s = &e->state.stations[i];
  int64_t fall = 0, rise = s->setpoint_ma;

  for (int p = 0; p < 3; p++)
    if ((e->conf.stations[i].wired >> p) & 1) {
      int64_t change = seen_ma (e, in, i, p) - s->proof.ref_ma[p];

      fall = bbe_max64 (fall, -change);
      rise = bbe_min64 (rise, change);
    }
  if (fall > 0 || !(s->flags & BBE_ST_PROVING) || is_disturbed (e, i))
    rise = 0;
  return (int32_t) bbe_min64 (s->setpoint_ma, bbe_max64 (0, s->proven_ma - fall + rise));
}

static void
set_proven (bbe_engine *e, const bbe_inputs *in, int i, int32_t ma)
{
  const bbe_station_conf *conf = &e->conf.stations[i];
  bbe_station_state *s = &e->state.stations[i];
  int64_t more = (int64_t) ma - s->proven_ma;

  for (int p = 0; p < 3; p++)
    s->proof.ref_ma[p] = bbe_clamp_ma (seen_ma (e, in, i, p));
  for (int p = 0; p < 3; p++)
    if ((conf->wired >> p) & 1)
      e->work.certain_ma[e->conf.circuits[conf->proof_circuit].c.meter][p] += more;
  s->proven_ma = ma;
}

static bool
is_charging (const bbe_station_state *s)
{
  return s->vehicle == BBE_VEHICLE_C || s->vehicle == BBE_VEHICLE_D;
}

static void
update_proof (bbe_engine *e, const bbe_inputs *in, int i)
{
  const bbe_station_conf *conf = &e->conf.stations[i];
  bbe_station_state *s = &e->state.stations[i];
  const bbe_meter_config *meter = &e->conf.meters[e->conf.circuits[conf->proof_circuit].c.meter];
  int64_t until = s->proof.since_ms + conf->c.reaction_ms + meter->interval_ms + meter->lag_ms;

  set_proven (e, in, i, is_charging (s) ? proven_ma (e, in, i) : 0);
  if (!(s->flags & BBE_ST_PROVING))
    return;
  if (e->work.now_ms >= until)
    s->flags &= (uint8_t) ~BBE_ST_PROVING;
  else
    bbe_due (e, until);
}

static void
update_proofs (bbe_engine *e, const bbe_inputs *in, const bool fresh[])
{
  for (int i = 0; i < e->conf.n_stations; i++) {
    int circuit = e->conf.stations[i].proof_circuit;

    if (!e->conf.stations[i].c.measured && circuit >= 0 && !e->conf.stations[i].c.rotation_unknown
        && fresh[e->conf.circuits[circuit].c.meter])
      update_proof (e, in, i);
  }
}

/* ---- health ---- */

/* A meter that goes on telling the same while what flows through it moved is as good as none. */
static void
judge_stuck (bbe_engine *e, const bbe_inputs *in, int m)
{
  bbe_meter_state *state = &e->state.meters[m];
  bool moved = false;

  if (e->conf.meters[m].total_only || !same_reading (state, &in->meters[m])) {
    state->stuck_since_ms = BBE_NEVER;
    for (int p = 0; p < 3; p++)
      state->stuck_ma[p] = bbe_clamp_ma (e->work.draw_ma[m][p]);
    return;
  }
  for (int p = 0; p < 3; p++) {
    int64_t change = e->work.draw_ma[m][p] - state->stuck_ma[p];

    moved |= change > STUCK_MA || change < -STUCK_MA;
  }
  if (!moved)
    state->stuck_since_ms = BBE_NEVER;
  else if (state->stuck_since_ms == BBE_NEVER)
    state->stuck_since_ms = e->work.now_ms;
}

static bool
is_stuck (bbe_engine *e, int m)
{
  const bbe_meter_state *state = &e->state.meters[m];
  int64_t until;

  if (state->stuck_since_ms == BBE_NEVER)
    return false;
  until = state->stuck_since_ms + LOW_MS + e->conf.meters[m].lag_ms + e->conf.meters[m].interval_ms;
  bbe_due (e, until);
  return e->work.now_ms >= until;
}

/* A bad meter is not trusted again for reading next to nothing, as an open clamp does while nobody charges:
 * each phase that was too low has to show current first. */
static void
clear_suspects (bbe_meter_state *state, const bbe_meter_in *reading, bool total)
{
  for (int p = 0; p < 3; p++) {
    int64_t shown = total ? reading->power_w / 230 * (int64_t) 1000 : reading->current_ma[p];

    if (shown >= SHOWN_MA || shown <= -SHOWN_MA)
      state->suspect &= (uint8_t) ~(1u << p);
  }
}

static void
judge_low (bbe_engine *e, bbe_meter_state *state, uint8_t low)
{
  state->suspect |= low;
  if (low == 0) {
    state->low_since_ms = BBE_NEVER;
    return;
  }
  if (state->low_since_ms == BBE_NEVER)
    state->low_since_ms = e->work.now_ms;
}

static void
judge_meter (bbe_engine *e, const bbe_inputs *in, int m)
{
  bbe_meter_state *state = &e->state.meters[m];
  int64_t now = e->work.now_ms;
  bool fresh = is_fresh (e, in, m);
  bool good;

  if (is_stuck (e, m) || (state->low_since_ms != BBE_NEVER && now - state->low_since_ms >= LOW_MS))
    state->bad = true;
  else if (state->low_since_ms != BBE_NEVER)
    bbe_due (e, state->low_since_ms + LOW_MS);
  good = fresh && state->low_since_ms == BBE_NEVER && state->stuck_since_ms == BBE_NEVER
         && (!state->bad || state->suspect == 0);
  if (!good)
    state->good_since_ms = BBE_NEVER;
  else if (state->good_since_ms == BBE_NEVER)
    state->good_since_ms = now;
  if (!fresh || state->bad) {
    if (state->failed_since_ms == BBE_NEVER)
      state->failed_since_ms = now;
  }
  if (state->failed_since_ms == BBE_NEVER || !good)
    return;
  /* A meter that was never lost is trusted with its first good reading; later it has to prove itself. */
  if (!state->seen || now - state->good_since_ms >= e->conf.meters[m].back_online_ms) {
    state->failed_since_ms = BBE_NEVER;
    state->bad = false;
    state->suspect = 0;
  } else {
    bbe_due (e, state->good_since_ms + e->conf.meters[m].back_online_ms);
  }
}

static void
keep_reading (bbe_meter_state *state, const bbe_meter_in *reading)
{
  state->taken_ms = reading->taken_ms;
  state->reading_w = reading->power_w;
  memcpy (state->reading_ma, reading->current_ma, sizeof state->reading_ma);
}

void
bbe_meters_update (bbe_engine *e, const bbe_inputs *in)
{
  bool fresh[BBE_MAX_METERS];
  bool any = false;

  for (int m = 0; m < e->conf.n_meters; m++) {
    fresh[m] = is_new (e, in, m);
    any |= fresh[m];
  }
  if (any) {
    sum_certain (e, in);
    if (e->conf.unmeasured)
      update_proofs (e, in, fresh);
  }
  for (int c = 0; c < e->conf.n_circuits; c++) {
    int m = e->conf.circuits[c].c.meter;

    if (m < 0 || !fresh[m])
      continue;
    judge_stuck (e, in, m);
    clear_suspects (&e->state.meters[m], &in->meters[m], e->conf.meters[m].total_only);
    judge_low (e, &e->state.meters[m], read_circuit (e, in, c));
  }
  for (int m = 0; m < e->conf.n_meters; m++) {
    judge_meter (e, in, m);
    e->state.meters[m].late |= fresh[m] && in->meters[m].taken_ms < e->work.now_ms;
    if (fresh[m])
      keep_reading (&e->state.meters[m], &in->meters[m]);
    if (is_fresh (e, in, m))
      e->state.meters[m].seen = true;
  }
}
