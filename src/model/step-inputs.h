/* SPDX-License-Identifier: GPL-3.0-or-later */
/* step-inputs.h: one truth for the twin: readings become the engine's step inputs here and nowhere else.
 *
 * A block of arrays for one site and cheap setters; no GObject, no allocation per step. Order of calls in a
 * step: bb_step_inputs_set_time(), then whatever arrived (what is not set keeps its last value), then
 * bbe_step (engine, &self->inputs).
 */
#pragma once

#include "model/engine-config.h"

G_BEGIN_DECLS

typedef struct {
  bbe_inputs inputs; /* points to the arrays */
  bbe_meter_in *meters;
  bbe_station_in *stations;
  bbe_signal_in *signals;
  BbMeterScale *scales;   /* of the meters */
  gint *station_steps_ma; /* of the stations' own measurement */
  guint n_meters, n_stations, n_signals;
} BbStepInputs;

/* Everything unknown: no readings, no station answers, no signal, wall time invalid; authorised stations, no
 * overrides, no reductions. Does not refer to `config` afterwards. */
BbStepInputs *bb_step_inputs_new (const BbEngineConfig *config);
void bb_step_inputs_free (BbStepInputs *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (BbStepInputs, bb_step_inputs_free)

static inline void
bb_step_inputs_set_time (BbStepInputs *self, gint64 mono_ms, gint64 wall_ms, gint32 zone_offset_s,
                         gboolean wall_valid)
{
  self->inputs.mono_ms = mono_ms;
  self->inputs.wall_ms = wall_ms;
  self->inputs.zone_offset_s = zone_offset_s;
  self->inputs.wall_valid = wall_valid != FALSE;
}

/* What a device that counts in `step` reports for `value`, in the unit of `value`: the nearest count, half
 * away from zero. A step of 0 or 1 is exact. */
static inline gint32
bb_scale_round (gint32 value, gint step)
{
  gint64 half;

  if (G_LIKELY (step <= 1))
    return value;
  half = value < 0 ? -(gint64) step / 2 : (gint64) step / 2;
  return (gint32) CLAMP (((gint64) value + half) / step * step, -G_MAXINT32, G_MAXINT32);
}

/* A device's whole counts as mA, mV or W; saturates. */
static inline gint32
bb_scale_counts (gint64 counts, gint step)
{
  gint64 wide;

  if (step < 1)
    step = 1;
  if (__builtin_mul_overflow (counts, (gint64) step, &wide))
    return counts < 0 ? -G_MAXINT32 : G_MAXINT32;
  return (gint32) CLAMP (wide, -G_MAXINT32, G_MAXINT32);
}

/* A meter's reading (mA, mV per phase; W in total, signed), rounded as its profile says. `power_valid` FALSE:
 * it does not tell power. `taken_ms` is the mono time of the reading. */
static inline void
bb_step_inputs_set_meter (BbStepInputs *self, guint meter, const gint32 current_ma[3],
                          const gint32 voltage_mv[3], gint32 power_w, gboolean power_valid, gint64 taken_ms)
{
  bbe_meter_in *in = &self->meters[meter];
  const BbMeterScale *scale = &self->scales[meter];

  for (gint p = 0; p < 3; p++) {
    in->current_ma[p] = bb_scale_round (current_ma[p], scale->current_step_ma);
    in->voltage_mv[p] = bb_scale_round (voltage_mv[p], scale->voltage_step_mv);
  }
  in->power_w = bb_scale_round (power_w, scale->power_step_w);
  in->power_valid = power_valid != FALSE;
  in->taken_ms = taken_ms;
  in->valid = true;
}

/* The same from the device's registers: whole counts of the profile's steps. */
static inline void
bb_step_inputs_set_meter_counts (BbStepInputs *self, guint meter, const gint64 current[3],
                                 const gint64 voltage[3], gint64 power, gboolean power_valid, gint64 taken_ms)
{
  bbe_meter_in *in = &self->meters[meter];
  const BbMeterScale *scale = &self->scales[meter];

  for (gint p = 0; p < 3; p++) {
    in->current_ma[p] = bb_scale_counts (current[p], scale->current_step_ma);
    in->voltage_mv[p] = bb_scale_counts (voltage[p], scale->voltage_step_mv);
  }
  in->power_w = bb_scale_counts (power, scale->power_step_w);
  in->power_valid = power_valid != FALSE;
  in->taken_ms = taken_ms;
  in->valid = true;
}

/* No reading exists (any more). A reading that only grows old is left as it is: the engine judges its age. */
static inline void
bb_step_inputs_clear_meter (BbStepInputs *self, guint meter)
{
  self->meters[meter] = (bbe_meter_in){ 0 };
}

/* Rounds what a station measured to its profile's step. */
void bb_step_inputs_round_station (BbStepInputs *self, guint station);

/* What a station tells: its vehicle's state (bbe_vehicle), the phases its contactor is on (1, 3; 0: not
 * told), and its currents at its own terminals (NULL: it did not measure), rounded as its profile says. */
static inline void
bb_step_inputs_set_station (BbStepInputs *self, guint station, guint vehicle, guint phases_now,
                            const gint32 measured_ma[3])
{
  bbe_station_in *in = &self->stations[station];

  in->answers = true;
  in->vehicle = (uint8_t) vehicle;
  in->phases_now = (uint8_t) phases_now;
  in->measured_valid = measured_ma != NULL;
  for (gint p = 0; p < 3; p++)
    in->measured_ma[p] = measured_ma != NULL ? measured_ma[p] : 0;
  if (G_UNLIKELY (self->station_steps_ma[station] > 1))
    bb_step_inputs_round_station (self, station);
}

/* It does not answer: its last words no longer count. */
static inline void
bb_step_inputs_set_station_lost (BbStepInputs *self, guint station)
{
  self->stations[station].answers = false;
  self->stations[station].measured_valid = false;
}

static inline void
bb_step_inputs_set_authorised (BbStepInputs *self, guint station, gboolean authorised)
{
  self->stations[station].authorised = authorised != FALSE;
}

/* What the driver wants: Wh still wanted (-1: unknown), departure as wall time UTC ms (0: unknown). */
static inline void
bb_step_inputs_set_wish (BbStepInputs *self, guint station, gint32 wanted_wh, gint64 departure_ms)
{
  self->stations[station].wanted_wh = wanted_wh;
  self->stations[station].departure_ms = departure_ms;
}

/* C-12: bbe_override, the cap in mA, and its end in mono ms. */
static inline void
bb_step_inputs_set_override (BbStepInputs *self, guint station, guint kind, gint32 limit_ma, gint64 until_ms)
{
  self->stations[station].override = (uint8_t) kind;
  self->stations[station].override_ma = limit_ma;
  self->stations[station].override_until_ms = until_ms;
}

/* C-13: a source's state (bbe_signal); `valid` FALSE: it does not answer. */
static inline void
bb_step_inputs_set_signal (BbStepInputs *self, guint signal, gboolean valid, guint state)
{
  self->signals[signal].valid = valid != FALSE;
  if (valid)
    self->signals[signal].state = (uint8_t) state;
}

static inline void
bb_step_inputs_set_battery (BbStepInputs *self, gint32 power_w)
{
  self->inputs.battery_w = power_w;
}

/* Adds a load reduction, in place of one that ended by `now_ms` (mono). FALSE when BBE_MAX_REDUCTIONS run
 * already: then the caller must refuse the command. */
gboolean bb_step_inputs_add_reduction (BbStepInputs *self, const bbe_reduction_in *reduction, gint64 now_ms);
void bb_step_inputs_clear_reductions (BbStepInputs *self);

G_END_DECLS
