/* SPDX-License-Identifier: GPL-3.0-or-later */
/* plant-internal.h: what the files of the plant share. */
#pragma once

#include "simulation/plant.h"

G_BEGIN_DECLS

/* Adds a current to everything between a circuit and its root. */
void bb_plant_add_flow (BbPlant *plant, gint circuit, guint phase, gint32 delta_ma, gboolean is_vehicle);

/* The draw of a vehicle on each of `n_phases`, given the pilot that it follows. */
gint32 bb_vehicle_draw (const BbVehicle *car, gint64 delivered_mws, gint32 pilot_ma);
/* Energy that it still takes. */
gint64 bb_vehicle_room_mws (const BbVehicle *car, gint64 delivered_mws);
/* Energy until its taper lowers a draw of `draw_ma`; G_MAXINT64: it does not. */
gint64 bb_vehicle_taper_room_mws (const BbVehicle *car, gint64 delivered_mws, gint32 draw_ma);
/* What it tells that it still wants, Wh; -1: it tells nothing. `next_mws`: energy until it tells less. */
gint32 bb_vehicle_told_wh (const BbVehicle *car, gint64 delivered_mws, gint64 *next_mws);

void bb_delay_push (BbDelay *delay, gint64 due_ms, gint32 value);
gboolean bb_delay_pop (BbDelay *delay, gint64 now_ms, gint64 *due_ms, gint32 *value);
static inline gint64
bb_delay_next (const BbDelay *delay)
{
  return delay->count == 0 ? G_MAXINT64 : delay->due_ms[delay->head];
}

void bb_plant_station_init (BbPlant *plant, BbPlantStation *station, const bbe_station_config *config,
                            const BbPlantDefaults *defaults, guint64 seed);
/* Applies what is due at this station and recomputes its draw. */
void bb_plant_station_update (BbPlant *plant, guint index, gint64 now_ms);

void bb_plant_meter_init (BbPlant *plant, BbPlantMeter *meter, guint index, const bbe_config *config,
                          const BbPlantDefaults *defaults);
gint64 bb_plant_meter_next (const BbPlant *plant, const BbPlantMeter *meter, gint64 now_ms);

/* A delay shorter than a step happens within the step. */
static inline gint32
bb_plant_delay_ms (const BbPlant *plant, gint32 delay_ms)
{
  return delay_ms < plant->step_ms ? 0 : delay_ms;
}

static inline void
bb_bits_set (guint64 *bits, guint index)
{
  bits[index / 64] |= G_GUINT64_CONSTANT (1) << (index % 64);
}

G_END_DECLS
