/* SPDX-License-Identifier: GPL-3.0-or-later */
/* plant.c: the block of memory that a plant is, the flows in its circuit tree, and its calendar of events. */
#include "simulation/plant-internal.h"

#include <string.h>

#include "simulation/input-random.h"

void
bb_plant_defaults_init (BbPlantDefaults *defaults)
{
  *defaults = (BbPlantDefaults){
    .vehicle_reaction_ms = 1000,
    .vehicle_min_ma = 6000, /* IEC 61851-1: the least current that a pilot can signal */
    .taper_permille = 800,
    .taper_floor_ma = 1000,
    .draw_quantum_ma = 100,
    .station_own_mw = 0,
    .station_silence_ms = 30000,
    .contactor_ms = 2000,
    .meter_resolution_ma = 1,
  };
}

static gsize
aligned (gsize size)
{
  return (size + 15) / 16 * 16;
}

static void
init_parts (BbPlant *plant, const bbe_config *config, const BbPlantDefaults *defaults)
{
  BbPlantCircuit *circuits = bb_plant_circuits (plant);
  for (guint c = 0; c < config->n_circuits; c++)
    circuits[c].parent = config->circuits[c].parent;
  for (guint m = 0; m < config->n_meters; m++)
    bb_plant_meter_init (plant, &bb_plant_meters (plant)[m], m, config, defaults);
  for (guint s = 0; s < config->n_stations; s++) {
    BbPlantStation *station = &bb_plant_stations (plant)[s];
    bb_plant_station_init (plant, station, &config->stations[s], defaults,
                           bb_random_mix (plant->seed, 0x726f74u + config->stations[s].serial) >> 8);
    bb_plant_add_flow (plant, station->circuit, station->rotation[0], station->own_ma, FALSE);
    bb_bits_set (plant->unread_stations, s);
    bb_bits_set (plant->dirty_stations, s);
  }
  plant->dirty_circuits = ~G_GUINT64_CONSTANT (0) >> (64 - MAX (config->n_circuits, 1));
}

BbPlant *
bb_plant_new (const bbe_config *config, const BbPlantDefaults *defaults, guint64 seed, gint64 start_ms,
              gint64 step_ms)
{
  G_STATIC_ASSERT (BBE_MAX_CIRCUITS <= 64);
  gsize circuits_at = aligned (sizeof (BbPlant));
  gsize meters_at = circuits_at + aligned (config->n_circuits * sizeof (BbPlantCircuit));
  gsize stations_at = meters_at + aligned (config->n_meters * sizeof (BbPlantMeter));
  gsize size = stations_at + aligned (config->n_stations * sizeof (BbPlantStation));
  BbPlant *plant = g_malloc0 (size);
  plant->size = size;
  plant->circuits_at = circuits_at;
  plant->meters_at = meters_at;
  plant->stations_at = stations_at;
  plant->seed = seed;
  plant->start_ms = start_ms;
  plant->step_ms = step_ms;
  plant->nominal_mv = config->nominal_mv;
  plant->n_circuits = config->n_circuits;
  plant->n_meters = config->n_meters;
  plant->n_stations = config->n_stations;
  plant->next_ms = G_MAXINT64;
  init_parts (plant, config, defaults);
  return plant;
}

void
bb_plant_add_flow (BbPlant *plant, gint circuit, guint phase, gint32 delta_ma, gboolean is_vehicle)
{
  BbPlantCircuit *circuits = bb_plant_circuits (plant);
  for (gint c = circuit; c >= 0; c = circuits[c].parent) {
    circuits[c].flow_ma[phase] += delta_ma;
    if (is_vehicle)
      circuits[c].ev_ma[phase] += delta_ma;
    plant->dirty_circuits |= G_GUINT64_CONSTANT (1) << c;
  }
}

void
bb_plant_set_load (BbPlant *plant, guint circuit, const gint32 load_ma[3])
{
  BbPlantCircuit *own = &bb_plant_circuits (plant)[circuit];
  for (guint p = 0; p < 3; p++) {
    gint32 delta = load_ma[p] - own->load_ma[p];
    own->load_ma[p] = load_ma[p];
    if (delta != 0)
      bb_plant_add_flow (plant, (gint) circuit, p, delta, FALSE);
  }
}

void
bb_plant_set_generation (BbPlant *plant, guint circuit, const gint32 pv_ma[3])
{
  BbPlantCircuit *circuits = bb_plant_circuits (plant);
  for (guint p = 0; p < 3; p++) {
    gint32 delta = pv_ma[p] - circuits[circuit].pv_ma[p];
    circuits[circuit].pv_ma[p] = pv_ma[p];
    if (delta == 0)
      continue;
    for (gint c = (gint) circuit; c >= 0; c = circuits[c].parent)
      circuits[c].pv_below_ma[p] += delta;
    bb_plant_add_flow (plant, (gint) circuit, p, -delta, FALSE);
  }
}

void
bb_plant_settle (BbPlant *plant, gint64 now_ms)
{
  if (now_ms < plant->next_ms)
    return;
  const BbPlantStation *stations = bb_plant_stations (plant);
  gint64 next = G_MAXINT64;
  for (guint s = 0; s < plant->n_stations; s++) {
    if (stations[s].next_ms <= now_ms)
      bb_plant_station_update (plant, s, now_ms);
    next = MIN (next, stations[s].next_ms);
  }
  plant->next_ms = next;
}

gint64
bb_plant_next (const BbPlant *plant, gint64 now_ms)
{
  const BbPlantMeter *meters = bb_plant_meters (plant);
  gint64 next = MAX (plant->next_ms, now_ms + 1);
  for (guint m = 0; m < plant->n_meters; m++)
    next = MIN (next, bb_plant_meter_next (plant, &meters[m], now_ms));
  return next;
}

static gboolean
is_consistent_station (const BbPlant *plant, const BbPlantStation *station)
{
  gboolean good = station->circuit >= 0 && station->circuit < plant->n_circuits;
  good = good && station->n_phases >= 1 && station->n_phases <= 3 && station->n_draw <= 3
         && station->phases_now <= 3 && station->phases_next <= 3 && station->car.n_phases <= 3
         && station->step_ma > 0;
  for (guint p = 0; p < 3; p++)
    good = good && station->rotation[p] < 3;
  return good && station->pilot_delay.head < BB_DELAY_SLOTS && station->pilot_delay.count <= BB_DELAY_SLOTS
         && station->car_delay.head < BB_DELAY_SLOTS && station->car_delay.count <= BB_DELAY_SLOTS
         && station->car.max_ma >= 0 && (!station->plugged || station->car.max_ma > 0);
}

static gboolean
is_consistent_meter (const BbPlant *plant, const BbPlantMeter *meter)
{
  return meter->circuit >= -1 && meter->circuit < plant->n_circuits && meter->interval_ms > 0
         && meter->lag_ms >= 0 && meter->head < BB_METER_SLOTS && meter->count <= BB_METER_SLOTS
         && meter->resolution_ma > 0;
}

/* Bits name stations and circuits that exist. */
static gboolean
are_consistent_bits (const BbPlant *plant, const BbPlant *other)
{
  guint64 circuits = ~G_GUINT64_CONSTANT (0) >> (64 - MAX (plant->n_circuits, 1));
  for (guint s = plant->n_stations; s < 64 * G_N_ELEMENTS (other->dirty_stations); s++)
    if ((other->dirty_stations[s / 64] | other->unread_stations[s / 64]) >> s % 64 & 1)
      return FALSE;
  return (other->dirty_circuits & ~circuits) == 0;
}

gboolean
bb_plant_is_consistent (const BbPlant *plant, const BbPlant *other)
{
  gboolean good = other->size == plant->size && other->circuits_at == plant->circuits_at
                  && other->meters_at == plant->meters_at && other->stations_at == plant->stations_at
                  && other->n_circuits == plant->n_circuits && other->n_meters == plant->n_meters
                  && other->n_stations == plant->n_stations && other->nominal_mv == plant->nominal_mv
                  && other->step_ms == plant->step_ms && other->start_ms == plant->start_ms;
  good = good && are_consistent_bits (plant, other);
  for (guint c = 0; good && c < plant->n_circuits; c++)
    good = bb_plant_circuits (other)[c].parent == bb_plant_circuits (plant)[c].parent;
  for (guint m = 0; good && m < plant->n_meters; m++)
    good = is_consistent_meter (plant, &bb_plant_meters (other)[m]);
  for (guint s = 0; good && s < plant->n_stations; s++)
    good = is_consistent_station (plant, &bb_plant_stations (other)[s]);
  return good;
}
