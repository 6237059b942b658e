/* SPDX-License-Identifier: GPL-3.0-or-later */
/* station.c: what each station was seen to do, and what it therefore counts at.
 *
 * Certain draw is what a meter's reading is relieved of; committed draw is what a row is loaded with. The two
 * are never mixed: the first is the least the station can have drawn, the second the most it may draw.
 */
#include "engine/internal.h"

#include <string.h>

#define WINDOW_MS   (BBE_STEADY_MS / 2)
#define PROBE_TURNS 4

int32_t
bbe_min_ma (const bbe_engine *e, int station, int n_phases)
{
  const bbe_station_config *c = &e->conf.stations[station].c;

  return n_phases == 1 ? c->min_1p_ma : c->min_3p_ma;
}

int32_t
bbe_grid_min_ma (const bbe_engine *e, int station, int n_phases)
{
  int32_t min = bbe_min_ma (e, station, n_phases), step = e->conf.stations[station].c.step_ma;

  return (min + step - 1) / step * step;
}

/* ---- readings, by grid phase ---- */

/* `upper` is what each grid phase may carry, `lower` what it carries for certain; they differ where the
 * rotation is unknown. An exporting station counts as 0 above and as its export below: it makes no room. */
static void
read_phases (const bbe_station_conf *conf, const bbe_station_in *in, int32_t upper[3], int32_t lower[3])
{
  int32_t most = 0, least = BBE_NO_LIMIT;

  for (int p = 0; p < 3; p++)
    upper[p] = lower[p] = 0;
  for (int t = 0; t < conf->c.n_phases; t++) {
    int32_t reading = bbe_max32 (-BBE_MAX_MA, bbe_min32 (in->measured_ma[t], BBE_MAX_MA));

    most = bbe_max32 (most, reading);
    least = bbe_min32 (least, reading);
    if (!conf->c.rotation_unknown) {
      upper[conf->c.rotation[t]] = bbe_max32 (0, reading);
      lower[conf->c.rotation[t]] = reading;
    }
  }
  if (!conf->c.rotation_unknown)
    return;
  for (int p = 0; p < 3; p++)
    if ((conf->wired >> p) & 1) {
      upper[p] = most;
      lower[p] = conf->c.n_phases == 3 ? least : bbe_min32 (least, 0);
    }
}

/* Opens `n` slots. The reading until now was `held`: every slot that began before now saw it (sample and
 * hold, so that steps left out change nothing; after a long pause the ring tells of all of it). */
static void
ring_roll (bbe_station_state *s, int64_t n, int32_t slot_ms, const int32_t held[3])
{
  if (n < BBE_RING)
    s->ring_from_ms = bbe_max64 (s->ring_from_ms, s->ring_ms - (BBE_RING - 1) * (int64_t) slot_ms);
  for (int64_t k = n < BBE_RING ? n : BBE_RING; k > 0; k--) {
    s->ring_head = (uint8_t) ((s->ring_head + 1) % BBE_RING);
    memcpy (s->ring_ma[s->ring_head], held, sizeof s->ring_ma[0]);
  }
}

/* Opens the slot of `now`. */
static void
ring_turn (bbe_station_state *s, int64_t now, int32_t slot_ms, const int32_t held[3])
{
  int64_t former = s->ring_ms, n = BBE_RING;

  if (former == BBE_NEVER) {
    s->ring_ms = now - (now % slot_ms + slot_ms) % slot_ms;
    s->ring_from_ms = BBE_ALWAYS;
  } else {
    n = now - former < 2 * (int64_t) slot_ms ? 1 : (now - former) / slot_ms;
    s->ring_ms = former + n * slot_ms;
    if (n >= BBE_RING)
      s->ring_from_ms = former + slot_ms;
  }
  ring_roll (s, n, slot_ms, held);
}

static void
ring_add (bbe_engine *e, int i, const int32_t held[3], const int32_t lower[3])
{
  bbe_station_state *s = &e->state.stations[i];
  int32_t slot_ms = e->conf.stations[i].ring_slot_ms, *newest;
  int64_t now = e->work.now_ms;
  bool zero = (lower[0] | lower[1] | lower[2]) == 0;
  bool turns = s->ring_ms == BBE_NEVER || now - s->ring_ms >= slot_ms;

  if (s->ring_ms == BBE_NEVER && zero)
    return;
  if (turns)
    ring_turn (s, now, slot_ms, held);
  newest = s->ring_ma[s->ring_head];
  if (turns && s->ring_ms == now)
    memcpy (newest, lower, sizeof s->ring_ma[0]);
  else
    for (int p = 0; p < 3; p++)
      newest[p] = bbe_min32 (newest[p], lower[p]);
  /* Once the oldest slot began after the last change, all of them hold the present reading. */
  if (s->ring_ms - (BBE_RING - 1) * (int64_t) slot_ms < s->moved_ms)
    bbe_due (e, s->ring_ms + slot_ms);
  else if (zero)
    s->ring_ms = BBE_NEVER;
}

/* Lowest reading over the last `window_ms`; 0 or less where the ring does not reach so far back. */
static int32_t
ring_low (const bbe_engine *e, int i, int p, int64_t window_ms)
{
  const bbe_station_state *s = &e->state.stations[i];
  int64_t from = e->work.now_ms - window_ms;
  int32_t low = s->ring_ma[s->ring_head][p];
  int64_t start = s->ring_ms;

  if (s->ring_ms == BBE_NEVER)
    return 0;
  for (int k = 1; k < BBE_RING && start > from; k++) {
    low = bbe_min32 (low, s->ring_ma[(s->ring_head + BBE_RING - k) % BBE_RING][p]);
    start -= e->conf.stations[i].ring_slot_ms;
  }
  return from < s->ring_from_ms ? bbe_min32 (low, 0) : low;
}

int32_t
bbe_certain_over_ma (const bbe_engine *e, int i, int p, int64_t window_ms)
{
  const bbe_station_conf *conf = &e->conf.stations[i];
  const bbe_station_state *s = &e->state.stations[i];

  if (!conf->c.measured) {
    bool charging = s->vehicle == BBE_VEHICLE_C || s->vehicle == BBE_VEHICLE_D;

    return charging && !conf->c.rotation_unknown && ((conf->wired >> p) & 1) ? s->proven_ma : 0;
  }
  return window_ms > 0 ? ring_low (e, i, p, window_ms) : s->lower_ma[p];
}

int32_t
bbe_committed_ma (const bbe_engine *e, int i, int p)
{
  const bbe_station_conf *conf = &e->conf.stations[i];
  const bbe_station_state *s = &e->state.stations[i];
  const bbe_plan *plan = &e->work.plans[i];
  int32_t given = 0;

  if (!((conf->wired >> p) & 1))
    return 0;
  if ((plan->loads >> p) & 1)
    given = bbe_max32 (s->setpoint_ma, s->older_ma);
  else if ((plan->holds >> p) & 1)
    given = s->setpoint_ma > 0 || s->older_ma > 0 ? bbe_min_ma (e, i, s->phases) : 0;
  else if (s->switching != BBE_SWITCH_NONE)
    given = s->older_ma;
  return bbe_max32 (given, s->measured_ma[p]);
}

/* ---- the vehicle ---- */

static bool
is_charging (uint8_t vehicle)
{
  return vehicle == BBE_VEHICLE_C || vehicle == BBE_VEHICLE_D;
}

static bool
is_plugged (uint8_t vehicle)
{
  return vehicle == BBE_VEHICLE_B || is_charging (vehicle);
}

static void
restart_windows (bbe_station_state *s, int64_t now)
{
  s->window_ms = now;
  s->peak_ma[0] = s->peak_ma[1] = 0;
  s->flags &= (uint8_t) ~(BBE_ST_WINDOW | BBE_ST_WINDOWS);
}

static void
forget_session (bbe_station_state *s, const bbe_station_conf *conf, int64_t now)
{
  s->used = conf->wired;
  s->quiet_since_ms = BBE_NEVER;
  s->cap_ma = BBE_NO_LIMIT;
  s->idle_since_ms = BBE_NEVER;
  s->sun_ms = BBE_NEVER;
  s->proven_ma = 0;
  s->flags &= (uint8_t) ~(BBE_ST_SLEEPS | BBE_ST_PROVING);
  restart_windows (s, now);
}

static void
track_vehicle (bbe_engine *e, int i, const bbe_station_in *in)
{
  const bbe_station_conf *conf = &e->conf.stations[i];
  bbe_station_state *s = &e->state.stations[i];

  if (in->vehicle == s->vehicle)
    return;
  e->work.dirty = true;

  if (!is_plugged (in->vehicle) || !is_plugged (s->vehicle))
    forget_session (s, conf, e->work.now_ms);
  if (is_plugged (in->vehicle) && !is_plugged (s->vehicle))
    s->arrived_ms = e->work.now_ms;
  if (!is_charging (in->vehicle)) {
    s->used = conf->wired;
    s->quiet_since_ms = BBE_NEVER;
    s->proven_ma = 0;
  } else if (!is_charging (s->vehicle) && s->setpoint_ma > 0 && !conf->c.measured) {
    bbe_proof_begin (e, i);
  }
  s->vehicle = in->vehicle;
}

static uint8_t
loaded_mask (const bbe_station_state *s)
{
  uint8_t mask = 0;

  for (int p = 0; p < 3; p++)
    if (s->measured_ma[p] >= BBE_IDLE_MA)
      mask |= (uint8_t) (1u << p);
  return mask;
}

static void
set_used (bbe_engine *e, bbe_station_state *s, uint8_t used)
{
  e->work.dirty |= s->used != used;
  s->used = used;
}

/* Phases that the vehicle does not use count as free after a minute of steady draw (ENGINE.md). */
static void
track_phases (bbe_engine *e, int i)
{
  const bbe_station_conf *conf = &e->conf.stations[i];
  bbe_station_state *s = &e->state.stations[i];
  uint8_t mask = loaded_mask (s);
  bool charges = is_charging (s->vehicle) && s->setpoint_ma > 0;

  if (!charges || (mask & ~s->used) != 0) {
    set_used (e, s, conf->wired);
    s->quiet_since_ms = BBE_NEVER;
  }
  if (mask == 0 || (mask & s->used) == s->used || !charges) {
    s->quiet_since_ms = BBE_NEVER;
    return;
  }
  if (s->quiet_since_ms == BBE_NEVER || mask != s->quiet_mask) {
    s->quiet_since_ms = e->work.now_ms;
    s->quiet_mask = mask;
  }
  if (e->work.now_ms - s->quiet_since_ms >= BBE_STEADY_MS)
    set_used (e, s, mask);
  else
    bbe_due (e, s->quiet_since_ms + BBE_STEADY_MS);
}

static int32_t
greatest_ma (const bbe_station_state *s)
{
  return bbe_max32 (s->measured_ma[0], bbe_max32 (s->measured_ma[1], s->measured_ma[2]));
}

/* `held` was drawn until now. */
static void
roll_windows (bbe_station_state *s, int64_t now, int32_t held)
{
  int64_t n;

  if (now - s->window_ms < WINDOW_MS)
    return;
  n = (now - s->window_ms) / WINDOW_MS;
  s->peak_ma[1] = n == 1 ? bbe_max32 (s->peak_ma[0], held) : held;
  s->peak_ma[0] = now - s->window_ms > n * WINDOW_MS ? held : 0;
  s->window_ms += n * WINDOW_MS;
  s->flags |= (s->flags & BBE_ST_WINDOW) || n > 1 ? BBE_ST_WINDOWS : BBE_ST_WINDOW;
  s->flags |= BBE_ST_WINDOW;
}

static void
set_cap (bbe_engine *e, bbe_station_state *s, int32_t cap_ma)
{
  e->work.dirty |= s->cap_ma != cap_ma;
  s->cap_ma = cap_ma;
}

/* What the vehicle leaves unused for a minute is lent: its wish becomes draw + margin until it takes more. */
static void
track_wish (bbe_engine *e, bbe_station_state *s, int32_t held, int32_t draw)
{
  int32_t wish;

  if (!is_charging (s->vehicle) || s->setpoint_ma == 0)
    return;
  roll_windows (s, e->work.now_ms, held);
  s->peak_ma[0] = bbe_max32 (s->peak_ma[0], draw);
  if (s->cap_ma != BBE_NO_LIMIT && draw > s->cap_ma - BBE_IDLE_MA) {
    set_cap (e, s, BBE_NO_LIMIT);
    restart_windows (s, e->work.now_ms);
    s->peak_ma[0] = draw;
  }
  if (s->flags & BBE_ST_WINDOWS) {
    wish = bbe_max32 (s->peak_ma[0], s->peak_ma[1]) + BBE_MARGIN_MA;
    if (wish < s->setpoint_ma && (s->cap_ma == BBE_NO_LIMIT || wish < s->cap_ma - BBE_IDLE_MA / 2))
      set_cap (e, s, wish);
  }
  if (draw + BBE_MARGIN_MA < s->setpoint_ma)
    bbe_due (e, s->window_ms + WINDOW_MS);
}

static void
set_asleep (bbe_engine *e, bbe_station_state *s, bool asleep)
{
  e->work.dirty |= ((s->flags & BBE_ST_SLEEPS) != 0) != asleep;
  s->flags = (uint8_t) (asleep ? s->flags | BBE_ST_SLEEPS : s->flags & ~BBE_ST_SLEEPS);
}

/* A vehicle that takes nothing for a minute sleeps: it keeps its minimum while nobody misses it, and is
 * offered it again some turns after it lost it. */
static void
track_sleep (bbe_engine *e, int i, bool takes)
{
  const bbe_station_conf *conf = &e->conf.stations[i];
  bbe_station_state *s = &e->state.stations[i];
  int64_t turn = conf->c.group >= 0 ? e->conf.groups[conf->c.group].c.turn_ms : 900000, idle;

  if (takes || !is_plugged (s->vehicle) || (s->setpoint_ma == 0 && !(s->flags & BBE_ST_SLEEPS))) {
    s->idle_since_ms = BBE_NEVER;
    set_asleep (e, s, false);
    return;
  }
  if (s->idle_since_ms == BBE_NEVER)
    s->idle_since_ms = e->work.now_ms;
  idle = e->work.now_ms - s->idle_since_ms;
  if (idle < BBE_STEADY_MS) {
    bbe_due (e, s->idle_since_ms + BBE_STEADY_MS);
  } else if (s->setpoint_ma > 0 || e->work.now_ms - s->turned_ms < PROBE_TURNS * turn) {
    set_asleep (e, s, true);
    if (s->setpoint_ma == 0)
      bbe_due (e, s->turned_ms + PROBE_TURNS * turn);
  } else {
    /* Woken with its minimum: it shows by its draw whether it wants more. */
    set_asleep (e, s, false);
    set_cap (e, s, bbe_grid_min_ma (e, i, s->phases));
    s->idle_since_ms = BBE_NEVER;
  }
}

/* ---- older set-points ---- */

static void
track_older (bbe_engine *e, int i, const bbe_station_in *in, int32_t draw)
{
  const bbe_station_conf *conf = &e->conf.stations[i];
  bbe_station_state *s = &e->state.stations[i];
  int64_t until;

  if (s->older_ma == 0 || !s->answers || !s->commanded)
    return;
  until = s->older_since_ms + conf->c.reaction_ms;
  if (e->work.now_ms < until)
    bbe_due (e, until);
  else if (!conf->c.measured || !in->measured_valid || draw <= s->setpoint_ma + BBE_IDLE_MA)
    s->older_ma = 0;
}

/* ---- one station ---- */

static void
take_reading (bbe_engine *e, int i, const bbe_station_in *in)
{
  const bbe_station_conf *conf = &e->conf.stations[i];
  bbe_station_state *s = &e->state.stations[i];
  int32_t upper[3], lower[3], held[3];

  memcpy (held, s->lower_ma, sizeof held);
  if (in->answers && in->measured_valid) {
    read_phases (conf, in, upper, lower);
  } else {
    int32_t most = bbe_max32 (s->setpoint_ma, s->older_ma);

    for (int p = 0; p < 3; p++) {
      /* Silent: it may still draw what it drew; talking without a reading: at most what it was told. */
      upper[p] = in->answers ? bbe_min32 (s->measured_ma[p], most) : s->measured_ma[p];
      lower[p] = bbe_min32 (s->lower_ma[p], 0);
    }
  }
  if (!e->work.plans[i].live && (upper[0] | upper[1] | upper[2] | lower[0] | lower[1] | lower[2]) != 0)
    e->work.dirty = true;
  if (memcmp (lower, held, sizeof held) != 0)
    s->moved_ms = e->state.site.certain_changed_ms = e->work.now_ms;
  memcpy (s->measured_ma, upper, sizeof upper);
  memcpy (s->lower_ma, lower, sizeof lower);
  ring_add (e, i, held, lower);
}

static void
track (bbe_engine *e, int i, const bbe_station_in *in)
{
  const bbe_station_conf *conf = &e->conf.stations[i];
  bbe_station_state *s = &e->state.stations[i];
  bool measured = conf->c.measured, takes;
  int32_t held = greatest_ma (s), draw;

  if (in->answers != s->answers) {
    e->work.dirty = true;
    s->flags |= in->answers ? BBE_ST_RETURNED : 0;
    s->answers = in->answers;
  }
  track_vehicle (e, i, in);
  if (measured)
    take_reading (e, i, in);
  draw = greatest_ma (s);
  track_older (e, i, in, draw);
  if (s->vehicle <= BBE_VEHICLE_A && s->setpoint_ma == 0)
    return;
  if (measured && conf->c.n_phases > 1 && !conf->c.rotation_unknown)
    track_phases (e, i);
  if (measured)
    track_wish (e, s, held, draw);
  takes = measured ? draw >= BBE_IDLE_MA : is_charging (s->vehicle);
  if (!takes || s->idle_since_ms != BBE_NEVER || (s->flags & BBE_ST_SLEEPS))
    track_sleep (e, i, takes);
}

/* Whether anything else changed than the energy that is wanted: then who takes part is looked at again. */
static bool
is_other (const bbe_station_in *a, const bbe_station_in *b)
{
  return a->authorised != b->authorised || a->phases_now != b->phases_now || a->override != b->override
         || a->override_ma != b->override_ma || a->override_until_ms != b->override_until_ms
         || a->departure_ms != b->departure_ms || (a->wanted_wh == 0) != (b->wanted_wh == 0)
         || (a->departure_ms != 0 && a->wanted_wh != b->wanted_wh);
}

typedef enum change { SAME = 0, READING, OTHER } change;

/* What of a station's input differs: nothing, its reading alone, or more. */
static inline change
compare (const bbe_station_in *a, const bbe_station_in *b)
{
  const size_t head = offsetof (bbe_station_in, measured_ma), tail = offsetof (bbe_station_in, override_ma);

  if (memcmp (a, b, head) != 0 || memcmp (&a->override_ma, &b->override_ma, sizeof *a - tail) != 0)
    return OTHER;
  return memcmp (a->measured_ma, b->measured_ma, sizeof a->measured_ma) != 0 ? READING : SAME;
}

void
bbe_stations_update (bbe_engine *e, const bbe_inputs *in)
{
  size_t size = e->conf.n_stations * sizeof (bbe_station_in);
  int64_t due = BBE_NEVER;

  if (e->memory.valid && e->work.now_ms < e->work.stations_due_ms
      && memcmp (in->stations, e->memory.stations, size) == 0) {
    bbe_due (e, e->work.stations_due_ms);
    return;
  }
  e->work.active = false;
  for (int i = 0; i < e->conf.n_stations; i++) {
    const bbe_station_in *st = &in->stations[i];
    bbe_station_in *before = &e->memory.stations[i];
    change what = e->memory.valid ? compare (st, before) : OTHER;

    e->work.active |= st->vehicle > BBE_VEHICLE_A || e->state.stations[i].setpoint_ma > 0;
    if (what != SAME || e->work.now_ms >= e->work.station_due_ms[i]) {
      e->work.dirty |= what == OTHER && (!e->memory.valid || is_other (st, before));
      e->work.due_ms = BBE_NEVER;
      track (e, i, st);
      e->work.station_due_ms[i] = e->work.due_ms;
      *before = *st;
    }
    due = bbe_min64 (due, e->work.station_due_ms[i]);
  }
  e->work.stations_due_ms = due;
  e->work.due_ms = due;
}
