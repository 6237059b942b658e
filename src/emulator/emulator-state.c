/* SPDX-License-Identifier: GPL-3.0-or-later */
/* emulator-state.c: all that flows, as JSON: circuits, meters as shown, stations with their vehicles, peaks.
 */
#include "base/zone.h"
#include "emulator/emulator-private.h"

static void
add_currents (JsonBuilder *builder, const gchar *key, const gint32 current_ma[3])
{
  json_builder_set_member_name (builder, key);
  json_builder_begin_array (builder);
  for (guint p = 0; p < 3; p++)
    json_builder_add_int_value (builder, current_ma[p]);
  json_builder_end_array (builder);
}

static void
add_number (JsonBuilder *builder, const gchar *key, gint64 value)
{
  json_builder_set_member_name (builder, key);
  json_builder_add_int_value (builder, value);
}

static void
add_flag (JsonBuilder *builder, const gchar *key, gboolean value)
{
  json_builder_set_member_name (builder, key);
  json_builder_add_boolean_value (builder, value);
}

static void
describe_circuits (BbEmulator *self, JsonBuilder *builder)
{
  const BbEngineConfig *config = bb_field_get_config (self->field);

  json_builder_set_member_name (builder, "circuits");
  json_builder_begin_object (builder);
  for (guint c = 0; c < config->config.n_circuits; c++) {
    gint32 flow_ma[3] = { 0 };

    bb_field_get_flow (self->field, c, flow_ma);
    json_builder_set_member_name (builder, config->circuit_ids[c]);
    json_builder_begin_object (builder);
    add_currents (builder, "flow_ma", flow_ma);
    add_currents (builder, "rating_ma", config->circuits[c].rating_ma);
    add_currents (builder, "extra_ma", self->extra_ma[c]);
    json_builder_end_object (builder);
  }
  json_builder_end_object (builder);
}

static void
describe_meter (BbEmuDevice *device, JsonBuilder *builder)
{
  gint32 current_ma[3] = { 0 };
  gint64 value = 0, power_mw = 0, import_wh = 0, export_wh = 0;
  gboolean shows = bb_emu_get_measured (device, BB_ROLE_POWER, &power_mw);

  for (guint p = 0; p < 3; p++)
    if (bb_emu_get_measured (device, BB_ROLE_CURRENT_L1 + p, &value))
      current_ma[p] = (gint32) value;
  bb_emu_get_measured (device, BB_ROLE_ENERGY_IMPORT, &import_wh);
  bb_emu_get_measured (device, BB_ROLE_ENERGY_EXPORT, &export_wh);
  add_flag (builder, "shows", shows);
  add_currents (builder, "current_ma", current_ma);
  add_number (builder, "power_w", power_mw / 1000);
  add_number (builder, "import_wh", import_wh);
  add_number (builder, "export_wh", export_wh);
}

static void
describe_station (BbEmuDevice *device, JsonBuilder *builder)
{
  static const gchar *const states[] = { "unknown", "A", "B", "C", "D", "E", "F" };
  BbSimField *field = device->emulator->field;
  const BbPlantStation *station = bb_field_peek_station (field, device->index);
  bbe_station_in in = { 0 };
  gboolean answers = bb_field_read_station (field, device->index, &in);

  add_flag (builder, "answers", answers);
  add_flag (builder, "plugged", station->plugged);
  json_builder_set_member_name (builder, "vehicle");
  json_builder_add_string_value (builder, states[answers && in.vehicle <= BBE_VEHICLE_F ? in.vehicle : 0]);
  add_number (builder, "setpoint_ma", station->sent_ma);
  add_number (builder, "pilot_ma", station->pilot_ma);
  add_number (builder, "draw_ma", station->draw_ma);
  add_number (builder, "failsafe_ma", station->failsafe_ma);
  add_number (builder, "phases", station->plugged ? station->n_draw : 0);
  add_number (builder, "session_wh", bb_field_get_session_wh (field, device->index));
  add_number (builder, "total_wh", bb_field_get_total_wh (field, device->index));
}

static void
describe_devices (BbEmulator *self, gboolean meters, JsonBuilder *builder)
{
  json_builder_set_member_name (builder, meters ? "meters" : "stations");
  json_builder_begin_object (builder);
  for (guint i = 0; i < self->devices->len; i++) {
    BbEmuDevice *device = g_ptr_array_index (self->devices, i);

    if (device->is_meter != meters)
      continue;
    json_builder_set_member_name (builder, device->id);
    json_builder_begin_object (builder);
    if (meters)
      describe_meter (device, builder);
    else
      describe_station (device, builder);
    json_builder_end_object (builder);
  }
  json_builder_end_object (builder);
}

static void
describe_summary (BbEmulator *self, JsonBuilder *builder)
{
  const BbSummary *summary = bb_field_get_summary (self->field);

  json_builder_set_member_name (builder, "summary");
  json_builder_begin_object (builder);
  for (guint c = 0; c < summary->n_circuits; c++) {
    const BbCircuitSummary *circuit = &summary->circuits[c];

    json_builder_set_member_name (builder, circuit->id);
    json_builder_begin_object (builder);
    json_builder_set_member_name (builder, "peak_ma");
    json_builder_begin_array (builder);
    for (guint p = 0; p < 3; p++)
      json_builder_add_int_value (builder, circuit->phase[p].peak_ma);
    json_builder_end_array (builder);
    json_builder_set_member_name (builder, "over_rating_ms");
    json_builder_begin_array (builder);
    for (guint p = 0; p < 3; p++)
      json_builder_add_int_value (builder, circuit->phase[p].over_rating_ms);
    json_builder_end_array (builder);
    json_builder_end_object (builder);
  }
  json_builder_end_object (builder);
}

void
bb_emu_describe_time (BbEmulator *self, JsonBuilder *builder)
{
  const struct {
    const gchar *key;
    gint64 time_ms;
  } times[] = { { "time", bb_emulator_get_site_ms (self) },
                { "from", self->start_ms },
                { "until", bb_field_get_until_ms (self->field) } };

  for (guint i = 0; i < G_N_ELEMENTS (times); i++) {
    g_autofree gchar *text = bb_time_format (times[i].time_ms, NULL);

    json_builder_set_member_name (builder, times[i].key);
    json_builder_add_string_value (builder, text);
  }
  json_builder_set_member_name (builder, "speed");
  json_builder_add_double_value (builder, self->speed);
}

void
bb_emu_describe_state (BbEmulator *self, JsonBuilder *builder)
{
  if (self->begun)
    bb_field_settle (self->field, bb_emulator_get_site_ms (self));
  bb_emu_describe_time (self, builder);
  describe_circuits (self, builder);
  describe_devices (self, TRUE, builder);
  describe_devices (self, FALSE, builder);
  describe_summary (self, builder);
}
