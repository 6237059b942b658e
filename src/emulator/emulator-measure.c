/* SPDX-License-Identifier: GPL-3.0-or-later */
/* emulator-measure.c: what meters and stations measure now, by role, in the profiles' canonical units. */
#include <math.h>

#include "emulator/emulator-private.h"

#define MWS_PER_WH    G_GINT64_CONSTANT (3600000)
#define FREQUENCY_MHZ 50000

/* A moment's currents and voltages at the terminals. */
typedef struct {
  gint32 current_ma[3], voltage_mv[3];
  gint64 power_mw; /* total */
  gboolean has_current, has_power;
} Reading;

static gint64
phase_power_mw (const Reading *reading, guint phase)
{
  return (gint64) reading->current_ma[phase] * reading->voltage_mv[phase] / 1000;
}

static gint64
sum_power_mw (const Reading *reading)
{
  return phase_power_mw (reading, 0) + phase_power_mw (reading, 1) + phase_power_mw (reading, 2);
}

static void
swap_phases (Reading *reading)
{
  gint32 current_ma = reading->current_ma[0], voltage_mv = reading->voltage_mv[0];

  reading->current_ma[0] = reading->current_ma[1];
  reading->current_ma[1] = current_ma;
  reading->voltage_mv[0] = reading->voltage_mv[1];
  reading->voltage_mv[1] = voltage_mv;
}

static gboolean
read_meter (BbEmulator *self, guint meter, Reading *reading)
{
  bbe_meter_in in = { 0 };
  const bbe_meter_config *config = &bb_field_get_config (self->field)->meters[meter];
  gint32 nominal_mv = bb_field_get_nominal_mv (self->field);

  if (!bb_field_read_meter (self->field, meter, &in))
    return FALSE;
  reading->has_current = !config->total_only;
  for (guint p = 0; p < 3; p++) {
    gboolean measures = (config->phases >> p) & 1;

    reading->current_ma[p] = measures ? in.current_ma[p] : 0;
    reading->voltage_mv[p] = !measures ? 0 : in.voltage_mv[p] != 0 ? in.voltage_mv[p] : nominal_mv;
  }
  reading->has_power = TRUE;
  reading->power_mw = in.power_valid ? (gint64) in.power_w * 1000 : sum_power_mw (reading);
  return TRUE;
}

static gboolean
read_station (BbEmulator *self, guint station, Reading *reading)
{
  bbe_station_in in = { 0 };

  if (!bb_field_read_station (self->field, station, &in))
    return FALSE;
  reading->has_current = reading->has_power = in.measured_valid;
  for (guint p = 0; p < 3; p++) {
    reading->current_ma[p] = in.measured_valid ? in.measured_ma[p] : 0;
    reading->voltage_mv[p] = bb_field_get_nominal_mv (self->field);
  }
  reading->power_mw = sum_power_mw (reading);
  return TRUE;
}

/* Magnitude of the three currents' vector sum, 120 degrees apart. */
static gint64
neutral_ma (const gint32 current_ma[3])
{
  gdouble a = current_ma[0], b = current_ma[1], c = current_ma[2];

  return (gint64) lround (sqrt (MAX (a * a + b * b + c * c - a * b - b * c - c * a, 0)));
}

static gboolean
get_energy (BbEmuDevice *device, BbRole role, gint64 *value)
{
  BbEmulator *self = device->emulator;

  if (role == BB_ROLE_ENERGY_SESSION && !device->is_meter)
    *value = bb_field_get_session_wh (self->field, device->index);
  else if (role == BB_ROLE_ENERGY_IMPORT)
    *value = device->is_meter ? self->energy[device->index].import_mws / MWS_PER_WH
                              : bb_field_get_total_wh (self->field, device->index);
  else if (role == BB_ROLE_ENERGY_EXPORT)
    *value = device->is_meter ? self->energy[device->index].export_mws / MWS_PER_WH : 0;
  else
    return FALSE;
  return TRUE;
}

static gboolean
get_electric (const Reading *reading, BbRole role, gint64 *value)
{
  gboolean valid = TRUE;

  if (role >= BB_ROLE_CURRENT_L1 && role <= BB_ROLE_CURRENT_L3) {
    *value = reading->current_ma[role - BB_ROLE_CURRENT_L1];
    valid = reading->has_current;
  } else if (role == BB_ROLE_CURRENT_N) {
    *value = neutral_ma (reading->current_ma);
    valid = reading->has_current;
  } else if (role >= BB_ROLE_VOLTAGE_L1 && role <= BB_ROLE_VOLTAGE_L3) {
    *value = reading->voltage_mv[role - BB_ROLE_VOLTAGE_L1];
  } else if (role == BB_ROLE_POWER) {
    *value = reading->power_mw;
    valid = reading->has_power;
  } else if (role == BB_ROLE_POWER_EXPORT) {
    *value = MAX (-reading->power_mw, 0);
    valid = reading->has_power;
  } else if (role >= BB_ROLE_POWER_L1 && role <= BB_ROLE_POWER_L3) {
    *value = phase_power_mw (reading, (guint) (role - BB_ROLE_POWER_L1));
    valid = reading->has_current;
  } else if (role >= BB_ROLE_POWER_EXPORT_L1 && role <= BB_ROLE_POWER_EXPORT_L3) {
    *value = MAX (-phase_power_mw (reading, (guint) (role - BB_ROLE_POWER_EXPORT_L1)), 0);
    valid = reading->has_current;
  } else if (role >= BB_ROLE_POWER_FACTOR_L1 && role <= BB_ROLE_POWER_FACTOR_L3) {
    *value = reading->current_ma[role - BB_ROLE_POWER_FACTOR_L1] < 0 ? -1000 : 1000;
  } else if (role == BB_ROLE_FREQUENCY) {
    *value = FREQUENCY_MHZ;
  } else {
    valid = FALSE;
  }
  return valid;
}

gboolean
bb_emu_get_measured (BbEmuDevice *device, BbRole role, gint64 *value)
{
  Reading reading = { 0 };

  bb_emu_get_field (device); /* up to now */
  if (!(device->is_meter ? read_meter (device->emulator, device->index, &reading)
                         : read_station (device->emulator, device->index, &reading)))
    return FALSE;
  if (device->swapped)
    swap_phases (&reading);
  return get_electric (&reading, role, value) || get_energy (device, role, value);
}

/* What a meter shows flowed since the second before. */
void
bb_emu_count_energy (BbEmulator *self, gint64 until_ms)
{
  const BbEngineConfig *config = bb_field_get_config (self->field);
  gint64 passed_ms = MAX (until_ms - self->second_ms, 0);

  for (guint m = 0; m < config->config.n_meters; m++) {
    Reading reading = { 0 };

    if (!read_meter (self, m, &reading))
      continue;
    if (reading.power_mw >= 0)
      self->energy[m].import_mws += reading.power_mw * passed_ms / 1000;
    else
      self->energy[m].export_mws += -reading.power_mw * passed_ms / 1000;
  }
}
