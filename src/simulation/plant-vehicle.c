/* SPDX-License-Identifier: GPL-3.0-or-later */
/* plant-vehicle.c: what a vehicle draws: two-stage charging in exact integers, and delays in general.
 *
 * Two-stage model (as ACN-Sim's Linear2StageBattery, in whole steps): up to a state of charge the vehicle
 * takes what the pilot allows; from there its greatest current falls in a straight line with the charge and
 * reaches 0 at full. The draw moves in steps of `quantum_ma`, so that it is constant between events, and
 * never below `taper_floor_ma`, so that it ends. Charging losses are not modelled: what was delivered is in
 * the battery.
 */
#include "simulation/plant-internal.h"

gint64
bb_vehicle_room_mws (const BbVehicle *car, gint64 delivered_mws)
{
  gint64 room = car->wanted_mws - delivered_mws;
  if (car->battery_mws > 0)
    room = MIN (room, car->battery_mws - car->stored_mws - delivered_mws);
  return MAX (room, 0);
}

/* Energy over which the taper stretches; 0: no taper. */
static gint64
taper_span_mws (const BbVehicle *car)
{
  if (car->battery_mws <= 0 || car->taper_permille >= 1000)
    return 0;
  return car->battery_mws - car->battery_mws / 1000 * car->taper_permille;
}

static gint32
taper_ma (const BbVehicle *car, gint64 delivered_mws)
{
  gint64 span = taper_span_mws (car);
  gint64 left = car->battery_mws - car->stored_mws - delivered_mws;
  gint64 quantum = MAX (car->quantum_ma, 1);
  if (span == 0 || left >= span)
    return car->max_ma;
  gint64 ma = (car->max_ma * MAX (left, 0) + span - 1) / span;
  ma = (ma + quantum - 1) / quantum * quantum;
  return (gint32) CLAMP (ma, MIN (car->taper_floor_ma, car->max_ma), car->max_ma);
}

gint32
bb_vehicle_draw (const BbVehicle *car, gint64 delivered_mws, gint32 pilot_ma)
{
  if (pilot_ma <= 0 || pilot_ma < car->min_ma || bb_vehicle_room_mws (car, delivered_mws) == 0)
    return 0;
  return MIN (MAX (pilot_ma - car->under_ma, 0), taper_ma (car, delivered_mws));
}

gint64
bb_vehicle_taper_room_mws (const BbVehicle *car, gint64 delivered_mws, gint32 draw_ma)
{
  gint64 span = taper_span_mws (car);
  gint64 quantum = MAX (car->quantum_ma, 1);
  gint64 next = (draw_ma - 1) / quantum * quantum;
  if (span == 0 || draw_ma <= 1 || draw_ma <= MIN (car->taper_floor_ma, car->max_ma) || next <= 0)
    return G_MAXINT64;
  gint64 left = car->battery_mws - car->stored_mws - delivered_mws;
  /* The first charge at which the line, rounded up, has come down to `next`. */
  return MAX (left - next * span / car->max_ma, 0);
}

gint32
bb_vehicle_told_wh (const BbVehicle *car, gint64 delivered_mws, gint64 *next_mws)
{
  const gint64 quantum_mws = (gint64) car->wanted_quantum_wh * 3600000;
  *next_mws = G_MAXINT64;
  if (quantum_mws <= 0)
    return -1;
  gint64 room = bb_vehicle_room_mws (car, delivered_mws);
  gint64 quanta = (room + quantum_mws - 1) / quantum_mws;
  if (quanta > 0)
    *next_mws = room - (quanta - 1) * quantum_mws;
  return (gint32) MIN (quanta * car->wanted_quantum_wh, G_MAXINT32);
}

void
bb_delay_push (BbDelay *delay, gint64 due_ms, gint32 value)
{
  guint last = (delay->head + delay->count - 1) % BB_DELAY_SLOTS;
  if (delay->count == BB_DELAY_SLOTS) {
    delay->value[last] = value;
    return;
  }
  guint slot = (delay->head + delay->count) % BB_DELAY_SLOTS;
  delay->due_ms[slot] = due_ms;
  delay->value[slot] = value;
  delay->count++;
}

gboolean
bb_delay_pop (BbDelay *delay, gint64 now_ms, gint64 *due_ms, gint32 *value)
{
  if (delay->count == 0 || delay->due_ms[delay->head] > now_ms)
    return FALSE;
  *due_ms = delay->due_ms[delay->head];
  *value = delay->value[delay->head];
  delay->head = (delay->head + 1) % BB_DELAY_SLOTS;
  delay->count--;
  return TRUE;
}
