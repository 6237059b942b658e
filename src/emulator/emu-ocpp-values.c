/* SPDX-License-Identifier: GPL-3.0-or-later */
/* emu-ocpp-values.c: what an emulated station or clamp measures, as MeterValues in its maker's way. */
#include <math.h>
#include <string.h>

#include "emulator/emu-ocpp-private.h"

typedef struct {
  JsonArray *samples;
  const gchar *location;
} Writer;

/* Three decimals, so that mA survive: "13.256". */
static void
add_sample (Writer *writer, const gchar *measurand, const gchar *phase, const gchar *unit, gdouble value)
{
  JsonObject *sample = json_object_new ();
  gchar text[G_ASCII_DTOSTR_BUF_SIZE];

  g_ascii_formatd (text, sizeof text, "%.3f", value);
  json_object_set_string_member (sample, "value", text);
  json_object_set_string_member (sample, "context", "Sample.Periodic");
  json_object_set_string_member (sample, "measurand", measurand);
  if (phase != NULL)
    json_object_set_string_member (sample, "phase", phase);
  json_object_set_string_member (sample, "location", writer->location);
  json_object_set_string_member (sample, "unit", unit);
  json_array_add_object_element (writer->samples, sample);
}

/* Does its maker tell this role without a phase? */
static gboolean
is_whole (BbEmuDevice *device, BbRole role)
{
  const BbPoint *point = bb_interface_find_point (device->interface, role);

  return point != NULL && (point->ocpp_phase == NULL || *point->ocpp_phase == '\0');
}

static guint
count_phases (BbEmuDevice *device)
{
  if (!device->is_meter)
    return bb_field_peek_station (bb_emu_get_field (device), device->index)->n_phases;
  return device->profile->n_phases == 1 ? 1 : 3;
}

/* Currents carry no sign here. */
static void
add_phases (Writer *writer, BbEmuDevice *device, const gchar *measurand, BbRole first, const gchar *unit,
            gint64 told[3])
{
  static const gchar *const phases[] = { "L1", "L2", "L3" };
  gint64 values[3] = { 0 }, most = 0;
  guint n = count_phases (device);

  for (guint p = 0; p < n; p++) {
    if (!bb_emu_get_measured (device, (BbRole) (first + p), &values[p]))
      return;
    values[p] = ABS (values[p]);
    most = MAX (most, values[p]);
    if (told != NULL)
      told[p] = values[p];
    if (!is_whole (device, first))
      add_sample (writer, measurand, phases[p], unit, (gdouble) values[p] / 1000);
  }
  if (is_whole (device, first))
    add_sample (writer, measurand, NULL, unit, (gdouble) most / 1000);
}

static gboolean
is_wanted (BbEmuPoint *point, const gchar *measurand)
{
  const gchar *list = g_hash_table_lookup (point->keys, "MeterValuesSampledData");
  g_auto (GStrv) words = g_strsplit (list != NULL ? list : "", ",", -1);

  for (guint i = 0; words[i] != NULL; i++)
    if (g_ascii_strcasecmp (g_strstrip (words[i]), measurand) == 0)
      return TRUE;
  return FALSE;
}

static void
add_energy (Writer *writer, BbEmuDevice *device)
{
  const BbPoint *point = bb_interface_find_point (device->interface, BB_ROLE_ENERGY_IMPORT);
  gboolean kilo = point != NULL && point->scale >= 1000;
  gint64 value = 0;

  if (bb_emu_get_measured (device, BB_ROLE_ENERGY_IMPORT, &value))
    add_sample (writer, "Energy.Active.Import.Register", NULL, kilo ? "kWh" : "Wh",
                kilo ? (gdouble) value / 1000 : (gdouble) value);
}

static void
add_samples (BbEmuOcpp *self, Writer *writer, gint64 told[8])
{
  BbEmuDevice *device = self->device;
  gint64 value = 0;

  if (device->is_meter || is_wanted (self->point, "Current.Import"))
    add_phases (writer, device, "Current.Import", BB_ROLE_CURRENT_L1, "A", told);
  if (device->is_meter || is_wanted (self->point, "Voltage"))
    add_phases (writer, device, "Voltage", BB_ROLE_VOLTAGE_L1, "V", NULL);
  if ((device->is_meter || is_wanted (self->point, "Power.Active.Import"))
      && bb_emu_get_measured (device, BB_ROLE_POWER, &value)) {
    add_sample (writer, "Power.Active.Import", NULL, "W", (gdouble) value / 1000);
    told[3] = value;
  }
  if (device->is_meter || is_wanted (self->point, "Energy.Active.Import.Register"))
    add_energy (writer, device);
  if (!device->is_meter && is_wanted (self->point, "Current.Offered")) {
    value = bb_field_peek_station (bb_emu_get_field (device), device->index)->pilot_ma;
    add_sample (writer, "Current.Offered", NULL, "A", (gdouble) value / 1000);
    told[4] = value;
  }
}

JsonObject *
bb_emu_ocpp_make_values (BbEmuOcpp *self, gint64 told[8])
{
  Writer writer = { json_array_new (), self->device->is_meter ? "Inlet" : "Outlet" };
  JsonObject *payload = NULL, *entry = NULL;
  JsonArray *entries = NULL;
  g_autofree gchar *now = bb_ocpp_format_time (bb_clock_get_wall_ms (self->point->clock, NULL));

  memset (told, 0, 8 * sizeof *told);
  add_samples (self, &writer, told);
  if (json_array_get_length (writer.samples) == 0) {
    json_array_unref (writer.samples);
    return NULL;
  }
  entry = json_object_new ();
  json_object_set_string_member (entry, "timestamp", now);
  json_object_set_array_member (entry, "sampledValue", writer.samples);
  entries = json_array_new ();
  json_array_add_object_element (entries, entry);
  payload = json_object_new ();
  json_object_set_int_member (payload, "connectorId", self->connector);
  json_object_set_array_member (payload, "meterValue", entries);
  return payload;
}
