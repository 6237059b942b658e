/* SPDX-License-Identifier: GPL-3.0-or-later */
/* emu-device.c: what a device's protocol side may ask of the emulator and tell it. */
#include "emulator/emu-device.h"

#include "emulator/emulator-private.h"

BbSimField *
bb_emu_get_field (BbEmuDevice *device)
{
  BbEmulator *emulator = device->emulator;

  if (emulator->begun)
    bb_field_settle (emulator->field, bb_emulator_get_site_ms (emulator));
  return emulator->field;
}

BbClock *
bb_emu_get_clock (BbEmuDevice *device)
{
  return device->emulator->clock;
}

BbLog *
bb_emu_get_log (BbEmuDevice *device)
{
  return device->emulator->log;
}

BbSite *
bb_emu_get_site (BbEmuDevice *device)
{
  return device->emulator->site;
}

const gchar *
bb_emu_get_ocpp_url (BbEmuDevice *device)
{
  return device->emulator->ocpp_url;
}

const gchar *
bb_emu_get_mqtt (BbEmuDevice *device, guint16 *port)
{
  *port = device->emulator->mqtt_port;
  return device->emulator->mqtt_host;
}

GPtrArray *
bb_emu_get_devices (BbEmuDevice *device)
{
  return device->emulator->devices;
}

gboolean
bb_emu_get_station (BbEmuDevice *device, bbe_station_in *in)
{
  g_return_val_if_fail (!device->is_meter, FALSE);
  return bb_field_read_station (bb_emu_get_field (device), device->index, in);
}

void
bb_emu_command (BbEmuDevice *device, gint32 setpoint_ma, guint phases)
{
  g_return_if_fail (!device->is_meter);
  if (bb_emu_has_fault (device, BB_EMU_LIES) || device->emulator->held)
    return;
  bb_field_command (bb_emu_get_field (device), device->index, setpoint_ma, phases);
}

void
bb_emu_feed (BbEmuDevice *device)
{
  g_return_if_fail (!device->is_meter);
  if (device->emulator->held)
    return;
  bb_field_feed (bb_emu_get_field (device), device->index);
}
