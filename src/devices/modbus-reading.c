/* SPDX-License-Identifier: GPL-3.0-or-later */
/* modbus-reading.c: values of roles to the readings that the controller sees: states, errors, currents,
 * obedience. */
#include "devices/modbus-private.h"

#include <glib/gi18n.h>

#include "engine/engine.h"

/* A station that says "charging" while no phase carries this for so long is paused. */
#define PAUSED_BELOW_MA 500
#define PAUSED_AFTER_MS 10000
/* Measured over its limit by more than this, it does not obey. */
#define OBEY_MARGIN_MA 1000
/* Samples without values that are passed over: some meters have them now and then. */
#define MAX_INVALID 2
/* Power that flows back counts from here; a meter's zero wanders. */
#define DISCHARGING_BELOW_W -100
#define MAX_FREQUENCY_MHZ   100000

static gint32
clamp32 (gint64 value)
{
  return (gint32) CLAMP (value, -G_MAXINT32, G_MAXINT32);
}

/* mW to W, to nearest, half away from zero. */
static gint32
watts (gint64 power_mw)
{
  return clamp32 ((power_mw + (power_mw < 0 ? -500 : 500)) / 1000);
}

static const BbRoleValue *
role_value (BbModbusDevice *self, guint role)
{
  return &self->values[role];
}

static guint
wired_phases (BbModbusDevice *self)
{
  guint n = bb_device_get_link (BB_DEVICE (self))->n_phases;
  return n == 0 || n > 3 ? 3 : n;
}

/* Only if all wired phases have one: a part of them would look like an unbalanced load. A station's phases
 * are its terminals; which of its phases a meter measures is the site's business, so there as many as it
 * measures count. */
static gboolean
take_currents (BbModbusDevice *self, gint32 current_ma[3])
{
  guint n_wired = wired_phases (self), n_valid = 0;
  gint32 read_ma[3] = { 0 };
  guint n_looked_at = bb_device_is_meter (BB_DEVICE (self)) ? 3 : n_wired;
  for (guint i = 0; i < n_looked_at; i++) {
    const BbRoleValue *current = role_value (self, BB_ROLE_CURRENT_L1 + i);
    n_valid += current->valid ? 1 : 0;
    read_ma[i] = current->valid ? clamp32 (current->value) : 0;
  }
  if (n_valid < n_wired)
    return FALSE;
  for (guint i = 0; i < 3; i++)
    current_ma[i] = read_ma[i];
  return TRUE;
}

static void
take_voltages (BbModbusDevice *self, gint32 voltage_mv[3])
{
  for (guint i = 0; i < 3; i++) {
    const BbRoleValue *voltage = role_value (self, BB_ROLE_VOLTAGE_L1 + i);
    voltage_mv[i] = voltage->valid ? clamp32 (voltage->value) : 0;
  }
}

/* The total, or the sum of the phases where there is none. */
static gboolean
take_power (BbModbusDevice *self, gint32 *power_w)
{
  gint64 sum_mw = 0;
  const BbRoleValue *total = role_value (self, BB_ROLE_POWER);
  for (guint i = 0; !total->valid && i < wired_phases (self); i++) {
    const BbRoleValue *phase = role_value (self, BB_ROLE_POWER_L1 + i);
    if (!phase->valid)
      return FALSE;
    sum_mw += phase->value;
  }
  *power_w = watts (total->valid ? total->value : sum_mw);
  return TRUE;
}

static gint64
number_or_none (BbModbusDevice *self, guint role)
{
  const BbRoleValue *value = role_value (self, role);
  return value->valid && value->value >= 0 ? value->value : -1;
}

/* Counts samples without values; TRUE: there were too many. */
static gboolean
count_invalid (BbModbusDevice *self, const gchar *sentence)
{
  if (++self->n_invalid <= MAX_INVALID)
    return FALSE;
  bb_modbus_set_note (self, BB_NOTE_DATA, sentence);
  return TRUE;
}

static void
count_valid (BbModbusDevice *self)
{
  self->n_invalid = 0;
  bb_modbus_set_note (self, BB_NOTE_DATA, NULL);
}

/* ---- meters ---- */

/* Some meters tell tenths where others tell hertz. */
static gint32
take_frequency (BbModbusDevice *self)
{
  gint64 frequency_mhz = MAX (number_or_none (self, BB_ROLE_FREQUENCY), 0);
  return clamp32 (frequency_mhz > MAX_FREQUENCY_MHZ ? frequency_mhz / 10 : frequency_mhz);
}

static gboolean
publish_meter (BbModbusDevice *self)
{
  BbMeterReading *reading = bb_device_edit_meter_reading (BB_DEVICE (self));
  const BbInterface *interface = bb_device_get_interface (BB_DEVICE (self));
  gint32 current_ma[3] = { 0 }, power_w = 0;
  gboolean has_currents = take_currents (self, current_ma);
  gboolean has_power = take_power (self, &power_w);
  if (interface->has_phase_currents ? !has_currents : !has_power && !has_currents) {
    if (count_invalid (self,
                       _ ("It answers, but without currents: check the meter's wiring and its profile.")))
      self->fault = self->fault == BB_FAULT_SETUP ? self->fault : BB_FAULT_DATA;
    return FALSE;
  }
  count_valid (self);
  if (self->fault == BB_FAULT_DATA)
    self->fault = BB_FAULT_NONE;
  for (guint i = 0; i < 3; i++) {
    const BbRoleValue *phase_power = role_value (self, BB_ROLE_POWER_L1 + i);
    reading->current_ma[i] = current_ma[i];
    reading->phase_power_w[i] = phase_power->valid ? watts (phase_power->value) : 0;
  }
  take_voltages (self, reading->voltage_mv);
  reading->power_w = power_w;
  reading->power_valid = has_power;
  reading->frequency_mhz = take_frequency (self);
  reading->energy_import_wh = number_or_none (self, BB_ROLE_ENERGY_IMPORT);
  reading->energy_export_wh = number_or_none (self, BB_ROLE_ENERGY_EXPORT);
  reading->taken_ms = bb_modbus_now (self);
  return TRUE;
}

/* ---- stations: state ---- */

static void
take_state (BbModbusDevice *self, BbStationReading *reading)
{
  const GPtrArray *states = bb_device_get_interface (BB_DEVICE (self))->states;
  BbConditionScope scope = bb_modbus_make_scope (self);
  reading->vehicle = BBE_VEHICLE_F;
  reading->status = BB_STATION_NOT_IN_OPERATION;
  reading->reason = g_intern_string (_ ("in a state that its profile does not know"));
  for (guint i = 0; i < states->len; i++) {
    const BbStateRule *rule = g_ptr_array_index (states, i);
    if (!bb_condition_holds (rule->when, &scope))
      continue;
    reading->vehicle = rule->vehicle;
    reading->status = rule->status;
    reading->reason = rule->reason != NULL ? g_intern_string (_ (rule->reason)) : NULL;
    return;
  }
}

static void
take_errors (BbModbusDevice *self, BbStationReading *reading)
{
  const GPtrArray *errors = bb_device_get_interface (BB_DEVICE (self))->errors;
  BbConditionScope scope = bb_modbus_make_scope (self);
  const gchar *warning = NULL;
  gboolean fault = FALSE;
  for (guint i = 0; errors != NULL && i < errors->len; i++) {
    const BbErrorRule *rule = g_ptr_array_index (errors, i);
    if (!bb_condition_holds (rule->when, &scope))
      continue;
    if (rule->fault && !fault) {
      fault = TRUE;
      reading->vehicle = BBE_VEHICLE_F;
      reading->status = BB_STATION_NOT_IN_OPERATION;
      reading->reason = g_intern_string (_ (rule->text));
    }
    warning = warning != NULL ? warning : rule->text;
  }
  bb_modbus_set_note (self, BB_NOTE_WARNING, warning != NULL ? _ (warning) : NULL);
}

static gint32
largest_current (const BbStationReading *reading)
{
  gint32 largest = 0;
  for (guint i = 0; i < 3; i++)
    largest = MAX (largest, ABS (reading->measured_ma[i]));
  return largest;
}

/* "Charging" while nothing flows is shown as occupied after a while; the vehicle's state stays what it is. */
static void
refine_charging (BbModbusDevice *self, BbStationReading *reading)
{
  gint64 now_ms = bb_modbus_now (self);
  gboolean idle = reading->status == BB_STATION_CHARGING && reading->measured_valid
                  && largest_current (reading) < PAUSED_BELOW_MA;
  if (!idle)
    self->low_since_ms = BB_NEVER_MS;
  else if (self->low_since_ms == BB_NEVER_MS)
    self->low_since_ms = now_ms;
  if (idle && now_ms - self->low_since_ms > PAUSED_AFTER_MS) {
    reading->status = BB_STATION_OCCUPIED;
    reading->reason = g_intern_string (_ ("paused"));
  }
  const BbRoleValue *power = role_value (self, BB_ROLE_POWER);
  if (reading->status == BB_STATION_CHARGING && power->valid && watts (power->value) < DISCHARGING_BELOW_W)
    reading->status = BB_STATION_DISCHARGING;
}

/* ---- stations: currents ---- */

static void
take_measured (BbModbusDevice *self, BbStationReading *reading)
{
  gint32 current_ma[3];
  gboolean tells = bb_device_get_interface (BB_DEVICE (self))->has_phase_currents;
  if (take_currents (self, current_ma)) {
    for (guint i = 0; i < 3; i++)
      reading->measured_ma[i] = current_ma[i];
    reading->measured_valid = TRUE;
    count_valid (self);
    return;
  }
  /* A station that never had a meter has no fault; one that had it may miss it twice. */
  if (!reading->measured_valid || !tells)
    return;
  if (count_invalid (self, _ ("It does not tell its currents any more: check the meter in the station.")))
    reading->measured_valid = FALSE;
}

gint32
bb_modbus_get_allowed_ma (BbModbusDevice *self)
{
  gint64 now_ms = bb_modbus_now (self);
  gint32 allowed_ma = self->sent.setpoint.current_ma;
  for (guint i = 0; i < BB_N_FORMER_LIMITS; i++)
    if (self->sent.former[i].until_ms > now_ms)
      allowed_ma = MAX (allowed_ma, self->sent.former[i].limit_ma);
  return allowed_ma;
}

static void
check_obedience (BbModbusDevice *self, BbStationReading *reading)
{
  reading->obeys = TRUE;
  if (!self->sent.known || !reading->measured_valid || self->n_invalid > 0) {
    bb_modbus_set_note (self, BB_NOTE_DISOBEYS, NULL);
    return;
  }
  gint32 allowed_ma = bb_modbus_get_allowed_ma (self), drawn_ma = largest_current (reading);
  reading->obeys = drawn_ma <= allowed_ma + OBEY_MARGIN_MA;
  g_autofree gchar *sentence = NULL;
  if (!reading->obeys)
    sentence = g_strdup_printf (
        _ ("It accepted a limit of %.1f A and lets %.1f A flow: check that no other controller "
           "commands it, and its settings for load management."),
        (gdouble) allowed_ma / 1000, (gdouble) drawn_ma / 1000);
  /* The figures move with each reading: one sentence is enough while it lasts. */
  if (sentence == NULL || self->notes[BB_NOTE_DISOBEYS] == NULL)
    bb_modbus_set_note (self, BB_NOTE_DISOBEYS, sentence);
}

static guint8
phases_by_code (const BbControl *control, gint64 raw)
{
  for (guint i = 1; i <= 3; i++)
    if (control->phase_codes[i] >= 0 && control->phase_codes[i] == raw)
      return (guint8) i;
  return 0;
}

static guint8
phases_now (BbModbusDevice *self)
{
  const BbRoleValue *actual = role_value (self, BB_ROLE_PHASES_ACTUAL);
  const BbRoleValue *set = role_value (self, BB_ROLE_PHASES_SET);
  if (actual->valid && actual->raw >= 1 && actual->raw <= 3)
    return (guint8) actual->raw;
  return set->valid ? phases_by_code (&bb_device_get_interface (BB_DEVICE (self))->control, set->raw) : 0;
}

static gint32
failsafe_now (BbModbusDevice *self)
{
  const BbRoleValue *value = role_value (self, BB_ROLE_FAILSAFE_CURRENT);
  const BbPoint *point = bb_modbus_pick (self, BB_ROLE_FAILSAFE_CURRENT, BB_ACCESS_READ);
  if (!value->valid || point == NULL || (point->off_value >= 0 && value->raw == point->off_value))
    return -1;
  return clamp32 (value->value);
}

static gboolean
publish_station (BbModbusDevice *self)
{
  BbStationReading *reading = bb_device_edit_station_reading (BB_DEVICE (self));
  gint32 power_w = -1;
  take_state (self, reading);
  take_errors (self, reading);
  take_measured (self, reading);
  take_voltages (self, reading->voltage_mv);
  refine_charging (self, reading);
  reading->authorised = TRUE;
  reading->power_w = take_power (self, &power_w) ? power_w : -1;
  reading->energy_wh = number_or_none (self, BB_ROLE_ENERGY_IMPORT);
  reading->session_wh = number_or_none (self, BB_ROLE_ENERGY_SESSION);
  reading->limit_actual_ma = clamp32 (number_or_none (self, BB_ROLE_LIMIT_ACTUAL));
  reading->failsafe_ma = failsafe_now (self);
  reading->failsafe_timeout_ms = number_or_none (self, BB_ROLE_FAILSAFE_TIMEOUT);
  reading->phases_now = phases_now (self);
  check_obedience (self, reading);
  reading->taken_ms = bb_modbus_now (self);
  return TRUE;
}

gboolean
bb_modbus_publish (BbModbusDevice *self)
{
  return bb_device_is_meter (BB_DEVICE (self)) ? publish_meter (self) : publish_station (self);
}

void
bb_modbus_publish_lost (BbModbusDevice *self)
{
  BbStationReading *reading = bb_device_edit_station_reading (BB_DEVICE (self));
  self->n_invalid = 0;
  self->low_since_ms = BB_NEVER_MS;
  reading->status = BB_STATION_NOT_IN_OPERATION;
  reading->reason = g_intern_string (_ ("no answer"));
  reading->measured_valid = FALSE;
  reading->obeys = TRUE;
}
