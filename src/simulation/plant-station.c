/* SPDX-License-Identifier: GPL-3.0-or-later */
/* plant-station.c: a station and the vehicle on it: set-point -> pilot -> draw, contactor, fall-back, faults.
 */
#include "simulation/plant-internal.h"

/* From the plug to the first current: a vehicle shows itself (state B), the station offers a current, the
 * vehicle asks for it and the contactor closes: the sequence of IEC 61851-1 annex A, whose times allow 3 s
 * for the contactor alone. Who decides meanwhile sees the newcomer before it draws. */
#define PLUG_MS 5000

/* All six ways to wire three phases; a one-phase station uses the first entry. */
static const guint8 rotations[6][3]
    = { { 0, 1, 2 }, { 1, 2, 0 }, { 2, 0, 1 }, { 0, 2, 1 }, { 2, 1, 0 }, { 1, 0, 2 } };

void
bb_plant_station_init (BbPlant *plant, BbPlantStation *station, const bbe_station_config *config,
                       const BbPlantDefaults *defaults, guint64 seed)
{
  station->circuit = config->circuit;
  station->n_phases = config->n_phases;
  station->can_switch = config->can_switch;
  station->measured = config->measured;
  station->socket = config->socket;
  for (guint p = 0; p < 3; p++)
    station->rotation[p] = config->rotation_unknown ? rotations[seed % 6][p] : config->rotation[p];
  station->max_ma = config->max_ma;
  station->step_ma = MAX (config->step_ma, 1);
  station->failsafe_ma = config->failsafe_ma < 0 ? config->max_ma : config->failsafe_ma;
  station->power_on_ma = config->power_on_ma < 0 ? config->max_ma : config->power_on_ma;
  station->own_ma
      = (gint32) (((gint64) defaults->station_own_mw * 1000 + plant->nominal_mv / 2) / plant->nominal_mv);
  station->reaction_ms = defaults->instant ? 0 : bb_plant_delay_ms (plant, config->reaction_ms);
  station->contactor_ms = defaults->instant ? 0 : bb_plant_delay_ms (plant, defaults->contactor_ms);
  station->silence_ms = MAX (defaults->station_silence_ms, 1);
  station->phases_now = station->phases_next = config->n_phases;
  /* A run begins in the middle of things: whoever commands the station had it off. */
  station->pilot_ma = station->follow_ma = station->sent_ma = config->commandable ? 0 : station->power_on_ma;
  station->contactor_due_ms = station->silence_due_ms = G_MAXINT64;
  station->energy_due_ms = station->report_due_ms = station->next_ms = G_MAXINT64;
  station->authorised = TRUE;
}

gint64
bb_plant_delivered (const BbPlant *plant, const BbPlantStation *station, gint64 now_ms)
{
  if (station->draw_ma == 0)
    return station->delivered_mws;
  gint64 power_mw = bb_plant_power_mw (plant, (gint64) station->draw_ma * station->n_draw);
  gint64 room = bb_vehicle_room_mws (&station->car, station->delivered_mws);
  gint64 seconds = (now_ms - station->since_ms) / 1000, rest_ms = now_ms - station->since_ms - seconds * 1000;
  gint64 energy_mws = power_mw * seconds;
  if (G_UNLIKELY (rest_ms != 0)) /* the emulator looks between the seconds, the simulator never does */
    energy_mws += power_mw * rest_ms / 1000;
  return station->delivered_mws + MIN (room, energy_mws);
}

/* Grid phases of the first `n` terminals. */
static guint
terminal_mask (const BbPlantStation *station, guint n)
{
  guint mask = 0;
  for (guint p = 0; p < n; p++)
    mask |= 1u << station->rotation[p];
  return mask;
}

static void
set_draw (BbPlant *plant, guint index, gint32 draw_ma, guint n_phases)
{
  BbPlantStation *station = &bb_plant_stations (plant)[index];
  guint mask = draw_ma > 0 ? terminal_mask (station, n_phases) : 0;
  if (draw_ma == station->draw_ma && mask == station->draw_mask)
    return;
  for (guint p = 0; p < 3; p++) {
    gint32 before = (station->draw_mask >> p & 1) ? station->draw_ma : 0;
    gint32 after = (mask >> p & 1) ? draw_ma : 0;
    if (before != after)
      bb_plant_add_flow (plant, station->circuit, p, after - before, TRUE);
  }
  station->draw_ma = draw_ma;
  station->draw_mask = (guint8) mask;
  station->n_draw = (guint8) (draw_ma > 0 ? n_phases : 0);
  bb_bits_set (plant->dirty_stations, index);
  bb_bits_set (plant->unread_stations, index);
}

/* Time at which `energy_mws` more have flowed, on whole seconds. */
static gint64
energy_due (gint64 now_ms, gint64 energy_mws, gint64 power_mw)
{
  if (energy_mws == G_MAXINT64 || power_mw <= 0)
    return G_MAXINT64;
  return now_ms + MAX ((energy_mws + power_mw - 1) / power_mw, 1) * 1000;
}

/* With steps over 1 s the last one is drawn at the mean that ends exactly at what the vehicle still takes. */
static gint32
last_step_ma (const BbPlant *plant, gint32 draw_ma, guint n_phases, gint64 room_mws)
{
  gint64 seconds = plant->step_ms / 1000;
  gint64 power_mw = bb_plant_power_mw (plant, (gint64) draw_ma * n_phases);
  if (seconds <= 1 || power_mw * seconds <= room_mws)
    return draw_ma;
  gint64 per_ma = (gint64) plant->nominal_mv * n_phases * seconds;
  return (gint32) MIN (draw_ma, (room_mws * 1000 + per_ma - 1) / per_ma);
}

/* Steps over 1 s: the time of the last whole step before `due_ms`, where the draw is looked at again. */
static gint64
whole_steps (const BbPlant *plant, gint64 now_ms, gint64 due_ms)
{
  if (plant->step_ms <= 1000 || due_ms == G_MAXINT64)
    return due_ms;
  return now_ms + MAX ((due_ms - now_ms) / plant->step_ms, 1) * plant->step_ms;
}

static void
recompute_draw (BbPlant *plant, guint index, gint64 now_ms)
{
  BbPlantStation *station = &bb_plant_stations (plant)[index];
  station->delivered_mws = bb_plant_delivered (plant, station, now_ms);
  station->since_ms = now_ms;
  gint32 draw_ma = 0;
  guint n = MIN (station->phases_now, station->car.n_phases);
  gint64 room = 0, report_mws = G_MAXINT64;
  if (station->plugged) {
    room = bb_vehicle_room_mws (&station->car, station->delivered_mws);
    if (!station->dark && !station->faulted && station->contactor_due_ms == G_MAXINT64)
      draw_ma = bb_vehicle_draw (&station->car, station->delivered_mws,
                                 station->greedy && station->pilot_ma > 0 ? G_MAXINT32 : station->follow_ma);
    bb_vehicle_told_wh (&station->car, station->delivered_mws, &report_mws);
  }
  gint64 taper_mws
      = draw_ma > 0 ? bb_vehicle_taper_room_mws (&station->car, station->delivered_mws, draw_ma) : 0;
  draw_ma = draw_ma > 0 ? last_step_ma (plant, draw_ma, n, room) : 0;
  set_draw (plant, index, draw_ma, n);
  gint64 power_mw = bb_plant_power_mw (plant, (gint64) draw_ma * n);
  station->energy_due_ms = draw_ma > 0
                               ? MIN (whole_steps (plant, now_ms, energy_due (now_ms, room, power_mw)),
                                      energy_due (now_ms, taper_mws, power_mw))
                               : G_MAXINT64;
  station->report_due_ms = draw_ma > 0 ? energy_due (now_ms, report_mws, power_mw) : G_MAXINT64;
}

static void
recompute_next (BbPlant *plant, BbPlantStation *station)
{
  gint64 next = MIN (bb_delay_next (&station->pilot_delay), bb_delay_next (&station->car_delay));
  next = MIN (next, MIN (station->contactor_due_ms, station->silence_due_ms));
  station->next_ms = MIN (next, MIN (station->energy_due_ms, station->report_due_ms));
  plant->next_ms = MIN (plant->next_ms, station->next_ms);
}

/* The vehicle reacts to what it is offered: to less always, to more unless it is within its dead band. */
static inline void
follow (BbPlantStation *station, gint32 pilot_ma)
{
  if (pilot_ma <= station->follow_ma || pilot_ma - station->follow_ma >= station->car.dead_band_ma
      || !station->plugged)
    station->follow_ma = pilot_ma;
}

/* The station offers another current, from `at_ms` on; the vehicle follows after its own delay. */
static void
set_pilot (BbPlant *plant, BbPlantStation *station, gint32 pilot_ma, gint64 at_ms)
{
  if (pilot_ma == station->pilot_ma && station->car_delay.count == 0) {
    follow (station, pilot_ma);
    return;
  }
  station->pilot_ma = pilot_ma;
  if (station->plugged && (station->car.reaction_ms > 0 || station->car_delay.count > 0))
    bb_delay_push (&station->car_delay, at_ms + station->car.reaction_ms, pilot_ma);
  else
    follow (station, pilot_ma);
}

/* The contactor changes while no current flows, and confirms. */
static void
update_contactor (BbPlant *plant, guint index, gint64 now_ms)
{
  BbPlantStation *station = &bb_plant_stations (plant)[index];
  if (station->contactor_due_ms <= now_ms) {
    station->phases_now = station->phases_next;
    station->contactor_due_ms = G_MAXINT64;
    bb_bits_set (plant->unread_stations, index);
  } else if (station->phases_next != station->phases_now && station->contactor_due_ms == G_MAXINT64
             && station->draw_ma == 0 && station->pilot_ma == 0) {
    station->contactor_due_ms = now_ms + station->contactor_ms;
    if (station->contactor_ms == 0)
      update_contactor (plant, index, now_ms);
  }
}

void
bb_plant_station_update (BbPlant *plant, guint index, gint64 now_ms)
{
  BbPlantStation *station = &bb_plant_stations (plant)[index];
  gint64 due_ms;
  gint32 value;
  gint32 pilot_before = station->pilot_ma, follow_before = station->follow_ma;
  if (station->silence_due_ms <= now_ms) {
    due_ms = station->silence_due_ms;
    station->silence_due_ms = G_MAXINT64;
    station->pilot_delay.count = 0;
    station->sent_ma = station->failsafe_ma;
    set_pilot (plant, station, station->failsafe_ma, due_ms);
  }
  while (bb_delay_pop (&station->pilot_delay, now_ms, &due_ms, &value))
    set_pilot (plant, station, value, due_ms);
  while (bb_delay_pop (&station->car_delay, now_ms, &due_ms, &value))
    follow (station, value);
  recompute_draw (plant, index, now_ms);
  update_contactor (plant, index, now_ms);
  recompute_next (plant, station);
  if (pilot_before != station->pilot_ma || follow_before != station->follow_ma
      || station->report_due_ms != G_MAXINT64) {
    bb_bits_set (plant->unread_stations, index);
    bb_bits_set (plant->dirty_stations, index);
  }
}

void
bb_plant_plug (BbPlant *plant, guint index, const BbVehicle *car, gint64 now_ms)
{
  BbPlantStation *station = &bb_plant_stations (plant)[index];
  station->car = *car;
  station->car.reaction_ms = bb_plant_delay_ms (plant, car->reaction_ms);
  gint32 first_ms = car->reaction_ms > 0 ? bb_plant_delay_ms (plant, MAX (car->reaction_ms, PLUG_MS)) : 0;
  station->plugged = TRUE;
  station->delivered_mws = 0;
  station->since_ms = now_ms;
  station->car_delay.count = 0;
  station->follow_ma = 0;
  if (first_ms > 0)
    bb_delay_push (&station->car_delay, now_ms + first_ms, station->pilot_ma);
  else
    station->follow_ma = station->pilot_ma;
  bb_bits_set (plant->unread_stations, index);
  bb_plant_station_update (plant, index, now_ms);
}

gint64
bb_plant_unplug (BbPlant *plant, guint index, gint64 now_ms)
{
  BbPlantStation *station = &bb_plant_stations (plant)[index];
  gint64 delivered = bb_plant_delivered (plant, station, now_ms);
  station->plugged = FALSE;
  station->car_delay.count = 0;
  station->follow_ma = station->pilot_ma;
  bb_bits_set (plant->unread_stations, index);
  bb_plant_station_update (plant, index, now_ms);
  station->delivered_mws = 0;
  return delivered;
}

void
bb_plant_command (BbPlant *plant, guint index, gint32 setpoint_ma, guint phases, gint64 now_ms)
{
  BbPlantStation *station = &bb_plant_stations (plant)[index];
  if (station->lost || station->dark || station->defect_deaf)
    return;
  guint8 phases_next
      = station->can_switch && (phases == 1 || phases == 3) ? (guint8) phases : station->phases_next;
  gint32 value = setpoint_ma / station->step_ma * station->step_ma;
  gint32 offered = CLAMP (value, 0, station->max_ma);
  if (offered == station->sent_ma && phases_next == station->phases_next
      && station->silence_due_ms == G_MAXINT64)
    return;
  station->silence_due_ms = G_MAXINT64;
  station->phases_next = phases_next;
  if (offered != station->sent_ma) {
    station->sent_ma = offered;
    if (station->reaction_ms == 0)
      set_pilot (plant, station, offered, now_ms);
    else
      bb_delay_push (&station->pilot_delay, now_ms + station->reaction_ms, offered);
  }
  bb_plant_station_update (plant, index, now_ms);
}

void
bb_plant_uncommand (BbPlant *plant, guint index, gint64 now_ms)
{
  BbPlantStation *station = &bb_plant_stations (plant)[index];
  if (station->silence_due_ms == G_MAXINT64 && station->pilot_ma != station->failsafe_ma)
    station->silence_due_ms = now_ms + station->silence_ms;
  recompute_next (plant, station);
}

gboolean
bb_plant_read_station (const BbPlant *plant, guint index, gint64 now_ms, bbe_station_in *in)
{
  const BbPlantStation *station = &bb_plant_stations (plant)[index];
  gint64 next_mws;
  in->answers = !station->lost && !station->dark;
  in->measured_valid = station->measured && in->answers;
  if (!in->answers)
    return FALSE;
  gint64 delivered = bb_plant_delivered (plant, station, now_ms);
  gboolean charges
      = station->draw_ma > 0
        || (station->plugged && station->follow_ma > 0 && station->follow_ma >= station->car.min_ma
            && bb_vehicle_room_mws (&station->car, delivered) > 0);
  in->authorised = station->authorised;
  in->vehicle = station->faulted    ? BBE_VEHICLE_F
                : !station->plugged ? BBE_VEHICLE_A
                : charges           ? BBE_VEHICLE_C
                                    : BBE_VEHICLE_B;
  in->phases_now = station->can_switch ? station->phases_now : 0;
  for (guint p = 0; p < 3; p++)
    in->measured_ma[p] = station->measured && p < station->n_draw ? station->draw_ma : 0;
  in->wanted_wh = station->plugged ? bb_vehicle_told_wh (&station->car, delivered, &next_mws) : -1;
  in->departure_ms = station->plugged ? station->car.departure_ms : 0;
  return TRUE;
}

void
bb_plant_station_lost (BbPlant *plant, guint index, gint64 now_ms, gboolean on)
{
  BbPlantStation *station = &bb_plant_stations (plant)[index];
  station->lost = (guint8) (station->lost + (on ? 1 : -1));
  if (station->lost)
    bb_plant_uncommand (plant, index, now_ms);
  bb_bits_set (plant->unread_stations, index);
}

void
bb_plant_station_deaf (BbPlant *plant, guint index, gint64 now_ms, gboolean on)
{
  BbPlantStation *station = &bb_plant_stations (plant)[index];
  station->defect_deaf = (guint8) (station->defect_deaf + (on ? 1 : -1));
  if (!on || station->dark)
    return;
  station->pilot_delay.count = 0;
  station->sent_ma = station->max_ma;
  set_pilot (plant, station, station->max_ma, now_ms);
  bb_plant_station_update (plant, index, now_ms);
}

void
bb_plant_station_fault (BbPlant *plant, guint index, gint64 now_ms, gboolean on)
{
  BbPlantStation *station = &bb_plant_stations (plant)[index];
  station->faulted = (guint8) (station->faulted + (on ? 1 : -1));
  bb_bits_set (plant->unread_stations, index);
  bb_plant_station_update (plant, index, now_ms);
}

void
bb_plant_greedy (BbPlant *plant, guint index, gint64 now_ms, gboolean on)
{
  BbPlantStation *station = &bb_plant_stations (plant)[index];
  station->greedy = (guint8) (station->greedy + (on ? 1 : -1));
  bb_plant_station_update (plant, index, now_ms);
}

void
bb_plant_outage (BbPlant *plant, guint index, gint64 now_ms, gboolean on)
{
  BbPlantStation *station = &bb_plant_stations (plant)[index];
  gboolean was_dark = station->dark > 0;
  station->dark = (guint8) (station->dark + (on ? 1 : -1));
  if (was_dark == (station->dark > 0))
    return;
  bb_plant_add_flow (plant, station->circuit, station->rotation[0], on ? -station->own_ma : station->own_ma,
                     FALSE);
  station->pilot_delay.count = 0;
  station->car_delay.count = 0;
  station->silence_due_ms = G_MAXINT64;
  station->sent_ma = on ? 0 : station->power_on_ma;
  set_pilot (plant, station, station->sent_ma, now_ms);
  bb_bits_set (plant->unread_stations, index);
  bb_plant_station_update (plant, index, now_ms);
}
