/* SPDX-License-Identifier: GPL-3.0-or-later */
/* mqtt-bridge-states.c: what the states say: readings rounded to what they are worth, set-points and limits
 * exactly. */
#include "controller/mqtt-bridge-json.h"
#include "controller/mqtt-bridge-private.h"

/* 0.01 A, 0.1 V: a last digit that always moves would send every state every second. */
static void
measured (GString *json, const gchar *key, const gint32 values[3], gboolean valid, gint32 step)
{
  gint32 rounded[3];

  for (guint p = 0; p < 3; p++)
    rounded[p] = (values[p] + (values[p] < 0 ? -step / 2 : step / 2)) / step * step;
  bb_mqtt_json_phases (json, key, rounded, valid ? 7 : 0, 1000);
}

/* NULL where the number is not told. */
static void
told (GString *json, const gchar *key, gint64 value, gboolean is_told, gint scale)
{
  if (is_told)
    bb_mqtt_json_number (json, key, value, scale);
  else
    bb_mqtt_json_null (json, key);
}

static gboolean
has_voltage (const gint32 voltage_mv[3])
{
  return voltage_mv[0] > 0 || voltage_mv[1] > 0 || voltage_mv[2] > 0;
}

void
bb_mqtt_state_meter (GString *json, const BbMeterSnapshot *meter)
{
  static const gchar *const qualities[] = { "good", "stale", "lost" };
  const BbMeterReading *reading = &meter->reading;
  gboolean known = meter->quality != BB_READING_LOST && meter->age_ms >= 0;

  bb_mqtt_json_text (json, "id", meter->id);
  bb_mqtt_json_text (json, "name", meter->name);
  bb_mqtt_json_text (json, "quality", qualities[MIN (meter->quality, BB_READING_LOST)]);
  measured (json, "current_a", reading->current_ma, known, 10);
  measured (json, "voltage_v", reading->voltage_mv, known && has_voltage (reading->voltage_mv), 100);
  told (json, "power_w", reading->power_w, known && reading->power_valid, 1);
  told (json, "frequency_hz", reading->frequency_mhz / 10 * 10, known && reading->frequency_mhz > 0, 1000);
  told (json, "energy_import_kwh", reading->energy_import_wh, known && reading->energy_import_wh >= 0, 1000);
  told (json, "energy_export_kwh", reading->energy_export_wh, known && reading->energy_export_wh >= 0, 1000);
  bb_mqtt_json_text (json, "trouble", meter->trouble);
}

static void
append_override (GString *json, const BbStationSnapshot *station)
{
  static const gchar *const kinds[] = { "none", "cap", "charge-now" };

  bb_mqtt_json_open (json, "override", '{');
  bb_mqtt_json_text (json, "kind", kinds[MIN (station->override, BBE_OVERRIDE_CHARGE_NOW)]);
  told (json, "limit_a", station->override_ma, station->override == BBE_OVERRIDE_CAP, 1000);
  bb_mqtt_json_time (json, "until", station->override_until_wall_ms);
  bb_mqtt_json_close (json, '}');
}

static void
append_wish (GString *json, const BbStationSnapshot *station)
{
  bb_mqtt_json_open (json, "wish", '{');
  told (json, "energy_kwh", station->wanted_wh, station->wanted_wh >= 0, 1000);
  bb_mqtt_json_time (json, "departure", station->departure_wall_ms);
  bb_mqtt_json_close (json, '}');
}

static void
append_allowed (GString *json, const BbStationSnapshot *station)
{
  bb_mqtt_json_number (json, "setpoint_a", station->setpoint_ma, 1000);
  bb_mqtt_json_number (json, "phases", station->phases, 1);
  bb_mqtt_json_text (json, "reason", bbe_reason_name (station->reason_code));
  bb_mqtt_json_text (json, "reason_text", station->reason);
}

void
bb_mqtt_state_station (GString *json, const BbStationSnapshot *station)
{
  static const gchar *const vehicles[] = { NULL, "A", "B", "C", "D", "E", "F" };
  const BbStationReading *reading = &station->reading;
  gboolean heard = station->answers && reading->taken_ms != G_MININT64;
  guint status = heard ? MIN (reading->status, BB_STATION_NOT_IN_OPERATION) : BB_STATION_NOT_IN_OPERATION;

  bb_mqtt_json_text (json, "id", station->id);
  bb_mqtt_json_text (json, "name", station->name);
  bb_mqtt_json_bool (json, "answers", station->answers);
  bb_mqtt_json_text (json, "status", bb_station_status_get_name (status));
  bb_mqtt_json_text (json, "vehicle",
                     heard && reading->vehicle <= BBE_VEHICLE_F ? vehicles[reading->vehicle] : NULL);
  bb_mqtt_json_bool (json, "commanded", station->commanded);
  append_allowed (json, station);
  measured (json, "current_a", reading->measured_ma, heard && reading->measured_valid, 10);
  measured (json, "voltage_v", reading->voltage_mv, heard && has_voltage (reading->voltage_mv), 100);
  told (json, "power_w", reading->power_w, heard && reading->power_w >= 0, 1);
  told (json, "session_kwh", reading->session_wh, heard && reading->session_wh >= 0, 1000);
  told (json, "energy_kwh", reading->energy_wh, heard && reading->energy_wh >= 0, 1000);
  told (json, "limit_actual_a", reading->limit_actual_ma, heard && reading->limit_actual_ma >= 0, 1000);
  bb_mqtt_json_bool (json, "obeys", !heard || reading->obeys);
  append_override (json, station);
  append_wish (json, station);
  bb_mqtt_json_text (json, "trouble", station->trouble);
}

void
bb_mqtt_state_decision (GString *json, const BbStationSnapshot *station)
{
  bb_mqtt_json_open (json, station->id, '{');
  append_allowed (json, station);
  bb_mqtt_json_close (json, '}');
}

void
bb_mqtt_state_circuit (GString *json, const BbCircuitSnapshot *circuit)
{
  bb_mqtt_json_text (json, "id", circuit->id);
  bb_mqtt_json_text (json, "name", circuit->name);
  measured (json, "flow_a", circuit->flow_ma, circuit->flow_valid, 10);
  bb_mqtt_json_phases (json, "rating_a", circuit->rating_ma, circuit->phases, 1000);
  bb_mqtt_json_phases (json, "share_a", circuit->share_ma, circuit->phases, 1000);
  told (json, "share_total_a", circuit->share_ma[3], circuit->share_ma[3] != BBE_NO_LIMIT, 1000);
  bb_mqtt_json_open (json, "limit", '[');
  for (guint i = 0; i < G_N_ELEMENTS (circuit->limit); i++)
    bb_mqtt_json_text (json, NULL, bbe_limit_name (circuit->limit[i]));
  bb_mqtt_json_close (json, ']');
  bb_mqtt_json_bool (json, "failsafe", circuit->failsafe);
}

const gchar *
bb_mqtt_signal_name (guint state)
{
  static const gchar *const names[] = { "normal", "reduced", "locked" };

  return names[MIN (state, BBE_SIGNAL_LOCKED)];
}

void
bb_mqtt_state_signal (GString *json, const BbControllerSnapshot *snapshot)
{
  bb_mqtt_json_text (json, "state", bb_mqtt_signal_name (snapshot->signal));
  bb_mqtt_json_open (json, "sources", '{');
  for (guint i = 0; i < snapshot->n_signals; i++) {
    const BbSignalSnapshot *source = &snapshot->signals[i];

    bb_mqtt_json_open (json, source->id, '{');
    bb_mqtt_json_text (json, "state", bb_mqtt_signal_name (source->state));
    bb_mqtt_json_bool (json, "valid", source->valid);
    bb_mqtt_json_close (json, '}');
  }
  bb_mqtt_json_close (json, '}');
}
