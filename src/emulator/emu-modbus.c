/* SPDX-License-Identifier: GPL-3.0-or-later */
/* emu-modbus.c: emulated Modbus devices on TCP ports and serial lines, each with the registers of its
 * profile.
 *
 * Devices that the site puts on one serial line, or behind one gateway (same address, each with its unit),
 * share a server and are told apart by their units. */
#include "protocols/modbus/modbus-server.h"

#include <glib/gi18n.h>
#include <string.h>

#include "emulator/emu-modbus-bank.h"
#include "emulator/emulator-private.h"
#include "model/address.h"

/* One TCP port or serial line. */
typedef struct {
  gint refs;
  gchar *key;      /* address that its devices share; NULL: of one device */
  BbPtyLine *line; /* (nullable): RTU */
  BbModbusServer *server;
  GPtrArray *devices; /* (element-type BbEmuDevice) (unowned) */
  guint baud;
  gchar parity;
  guint stop_bits;
  gboolean online, frozen;
  gint units[256]; /* atomic: which are answered, for the line's thread */
} Port;

typedef struct {
  Port *port;
  BbEmuBank *bank;
  guint8 unit;
  gboolean seen; /* it has shown something: from then on, nothing to show means that it is lost */
} Own;

static Own *
own_of (BbEmuDevice *device)
{
  return device->own;
}

static gboolean
is_rtu (const BbEmuDevice *device)
{
  return device->connection == BB_CONNECTION_MODBUS_RTU;
}

/* ---- requests ---- */

/* Lost by the site's scenario or by a fault of the installation. */
static gboolean
is_lost (BbEmuDevice *device)
{
  Own *own = own_of (device);
  gint64 value = 0;
  bbe_station_in in = { 0 };
  gboolean shows = device->is_meter ? bb_emu_get_measured (device, BB_ROLE_POWER, &value)
                                    : bb_emu_get_station (device, &in);

  own->seen |= shows;
  return own->seen && !shows;
}

static gboolean
is_away (BbEmuDevice *device)
{
  return bb_emu_has_fault (device, BB_EMU_OFFLINE) || is_lost (device);
}

static BbEmuDevice *
find_unit (Port *port, guint8 unit)
{
  for (guint i = 0; i < port->devices->len; i++) {
    BbEmuDevice *device = g_ptr_array_index (port->devices, i);

    if (own_of (device)->unit == unit
        || (port->devices->len == 1 && !port->line && device->interface->unit_any))
      return device;
  }
  return NULL;
}

/* Faults that keep a request from being answered at all. */
static gboolean
swallow (BbEmuDevice *device, BbModbusIncoming *request)
{
  gboolean rtu = is_rtu (device);

  if (bb_emu_has_fault (device, BB_EMU_SILENCE) || bb_emu_has_fault (device, BB_EMU_HALF_OPEN)
      || (rtu && is_away (device)))
    request->kind = BB_MODBUS_SILENT;
  else if (is_away (device))
    request->kind = BB_MODBUS_DISCONNECT;
  else if (bb_emu_has_fault (device, BB_EMU_GARBAGE) || (rtu && bb_emu_has_fault (device, BB_EMU_TWICE)))
    request->kind = BB_MODBUS_GARBAGE;
  else if (bb_emu_has_fault (device, BB_EMU_EXCEPTION)) {
    gint64 code = device->faults[BB_EMU_EXCEPTION].value;

    request->kind = BB_MODBUS_REFUSE;
    request->exception = code >= 1 && code <= 255 ? (guint8) code : BB_EMU_DEVICE_FAILURE;
  } else
    return FALSE;
  return TRUE;
}

static guint8
carry_out (BbEmuBank *bank, BbModbusIncoming *request)
{
  switch (request->function) {
  case 1:
    return bb_emu_bank_read (bank, BB_AREA_COIL, request->address, request->count, request->values);
  case 2:
    return bb_emu_bank_read (bank, BB_AREA_DISCRETE, request->address, request->count, request->values);
  case 3:
    return bb_emu_bank_read (bank, BB_AREA_HOLDING, request->address, request->count, request->values);
  case 4:
    return bb_emu_bank_read (bank, BB_AREA_INPUT, request->address, request->count, request->values);
  case 5:
  case 15:
    return bb_emu_bank_write (bank, request->function, BB_AREA_COIL, request->address, request->count,
                              request->values);
  case 6:
  case 16:
    return bb_emu_bank_write (bank, request->function, BB_AREA_HOLDING, request->address, request->count,
                              request->values);
  default:
    return BB_EMU_ILLEGAL_FUNCTION;
  }
}

static void
handle (BbModbusIncoming *request, guint connection, gpointer data)
{
  Port *port = data;
  BbEmuDevice *device = find_unit (port, request->unit);

  if (!device) {
    request->kind = BB_MODBUS_SILENT;
    return;
  }
  if (bb_emu_has_fault (device, BB_EMU_DELAY))
    request->delay_ms = (guint) device->faults[BB_EMU_DELAY].value;
  if (swallow (device, request))
    return;
  request->exception = carry_out (own_of (device)->bank, request);
  request->kind = request->exception ? BB_MODBUS_REFUSE : BB_MODBUS_ANSWER;
  request->wrong_transaction = bb_emu_has_fault (device, BB_EMU_TWICE);
  if (request->exception)
    return;
  if (bb_emu_has_fault (device, BB_EMU_TRUNCATE))
    request->kind = BB_MODBUS_TRUNCATE;
  if (request->function <= 4)
    bb_emu_bank_heard (own_of (device)->bank);
}

/* Called from the line's thread. */
static gboolean
answers_unit (guint8 unit, gpointer data)
{
  return g_atomic_int_get (&((Port *) data)->units[unit]) != 0;
}

/* ---- ports ---- */

static void
port_unref (Port *port)
{
  if (--port->refs > 0)
    return;
  g_clear_pointer (&port->server, bb_modbus_server_free);
  g_clear_pointer (&port->line, bb_pty_line_free);
  g_ptr_array_unref (port->devices);
  g_free (port->key);
  g_free (port);
}

static void
read_address (BbEmuDevice *device, BbAddress *address)
{
  BbSite *site = bb_emu_get_site (device);
  const gchar *text = device->is_meter ? bb_meter_peek (bb_site_meter (site, device->index))->address
                                       : bb_station_peek (bb_site_station (site, device->index))->address;

  if (!bb_address_parse (text, address, NULL))
    *address = (BbAddress){ 0 };
}

/* What devices of one port have in common; NULL: this one has a port of its own. */
static gchar *
port_key (const BbEmuDevice *device, const BbAddress *address)
{
  if (is_rtu (device))
    return g_strconcat ("line ", address->device ? address->device : "", NULL);
  return address->host && address->unit ? g_strdup_printf ("%s:%u", address->host, address->port) : NULL;
}

static Port *
find_port (BbEmuDevice *device, const gchar *key)
{
  GPtrArray *devices = bb_emu_get_devices (device);

  for (guint i = 0; key && i < devices->len; i++) {
    BbEmuDevice *other = g_ptr_array_index (devices, i);
    Own *own = other->kind == &bb_emu_modbus ? other->own : NULL;

    if (own && own->port && g_strcmp0 (own->port->key, key) == 0)
      return own->port;
  }
  return NULL;
}

static Port *
new_port (const BbEmuDevice *device, const BbAddress *address, const gchar *key)
{
  const BbInterface *interface = device->interface;
  Port *port = g_new0 (Port, 1);
  const gchar *parity = interface->parity ? interface->parity : "none";

  port->key = g_strdup (key);
  port->devices = g_ptr_array_new ();
  port->online = TRUE;
  port->baud = interface->bauds && interface->bauds->len ? g_array_index (interface->bauds, guint, 0) : 9600;
  port->parity = g_str_equal (parity, "even") ? 'E' : g_str_equal (parity, "odd") ? 'O' : 'N';
  port->stop_bits = interface->stop_bits ? interface->stop_bits : 1;
  if (address->baud) {
    port->baud = address->baud;
    port->parity = address->parity;
    port->stop_bits = address->stop_bits;
  }
  return port;
}

static gboolean
open_port (Port *port, BbEmuDevice *device, GError **error)
{
  const BbInterface *interface = device->interface;

  if (!is_rtu (device)) {
    port->server = bb_modbus_server_new_tcp ("127.0.0.1", 0, interface->max_clients,
                                             interface->idle_close_s * 1000, handle, port, error);
    return port->server != NULL;
  }
  port->line = bb_pty_line_new (device->emulator->pty_baud, error);
  if (port->line)
    port->server
        = bb_modbus_server_new_rtu (bb_pty_line_get_device_name (port->line), port->baud, port->parity,
                                    port->stop_bits, answers_unit, handle, port, error);
  return port->server != NULL;
}

/* The unit that the site or the profile says; on a line that others are on, the next that is free. */
static gboolean
choose_unit (Port *port, BbEmuDevice *device, guint8 stated, guint8 *unit, GError **error)
{
  guint wanted = stated ? stated : device->interface->unit ? device->interface->unit : 1;
  guint tries = 0;

  for (; find_unit (port, (guint8) wanted) && !stated && tries < 247; tries++)
    wanted = wanted % 247 + 1;
  *unit = (guint8) wanted;
  if (!find_unit (port, *unit))
    return TRUE;
  g_set_error (error, BB_EMULATOR_ERROR, BB_EMULATOR_ERROR_SITE,
               _ ("Unit %u is taken by “%s” on the same address. Give each device its own."), *unit,
               find_unit (port, *unit)->id);
  return FALSE;
}

/* ---- the kind ---- */

static gboolean
start (BbEmuDevice *device, GError **error)
{
  g_auto (BbAddress) address = { 0 };
  g_autofree gchar *key = NULL;
  Port *port = NULL;
  Own *own = g_new0 (Own, 1);

  read_address (device, &address);
  key = port_key (device, &address);
  port = find_port (device, key);
  device->own = own;
  own->port = port ? port : new_port (device, &address, key);
  own->port->refs++;
  if (!choose_unit (own->port, device, address.unit, &own->unit, error))
    return FALSE;
  own->bank = bb_emu_bank_new (device);
  g_ptr_array_add (own->port->devices, device);
  g_atomic_int_set (&own->port->units[own->unit], 1);
  return port || open_port (own->port, device, error);
}

static void
describe (BbEmuDevice *device, JsonBuilder *builder)
{
  Own *own = own_of (device);
  gchar parity[] = { own->port->parity, '\0' };

  if (own->port->line) {
    json_builder_set_member_name (builder, "device");
    json_builder_add_string_value (builder, bb_pty_line_get_master_name (own->port->line));
    json_builder_set_member_name (builder, "baud");
    json_builder_add_int_value (builder, own->port->baud);
    json_builder_set_member_name (builder, "parity");
    json_builder_add_string_value (builder, parity);
    json_builder_set_member_name (builder, "stop_bits");
    json_builder_add_int_value (builder, own->port->stop_bits);
  } else {
    json_builder_set_member_name (builder, "host");
    json_builder_add_string_value (builder, "127.0.0.1");
    json_builder_set_member_name (builder, "port");
    json_builder_add_int_value (builder, bb_modbus_server_get_port (own->port->server));
  }
  json_builder_set_member_name (builder, "unit");
  json_builder_add_int_value (builder, own->unit);
}

/* A port is closed when none of its devices is there, and frozen when all of them hang. */
static void
follow_faults (BbEmuDevice *device)
{
  Port *port = own_of (device)->port;
  gboolean away = TRUE, hangs = TRUE;
  g_autoptr (GError) error = NULL;

  if (port->line)
    return;
  for (guint i = 0; i < port->devices->len; i++) {
    BbEmuDevice *other = g_ptr_array_index (port->devices, i);

    away &= is_away (other);
    hangs &= bb_emu_has_fault (other, BB_EMU_HALF_OPEN);
  }
  if (hangs != port->frozen)
    bb_modbus_server_set_frozen (port->server, hangs);
  port->frozen = hangs;
  if (away == port->online && !bb_modbus_server_set_online (port->server, !away, &error))
    bb_log_write (bb_emu_get_log (device), BB_LOG_ERROR, "emulator", "%s: %s", device->id, error->message);
  else
    port->online = !away;
}

static void
begin (BbEmuDevice *device)
{
  bb_emu_bank_begin (own_of (device)->bank);
  follow_faults (device);
}

static void
reboot (BbEmuDevice *device)
{
  bb_emu_bank_reset (own_of (device)->bank);
}

static void
free_own (BbEmuDevice *device)
{
  Own *own = own_of (device);

  if (!own)
    return;
  g_ptr_array_remove (own->port->devices, device);
  port_unref (own->port);
  g_clear_pointer (&own->bank, bb_emu_bank_free);
  g_free (own);
  device->own = NULL;
}

const BbEmuKind bb_emu_modbus = {
  .name = "modbus",
  .start = start,
  .describe = describe,
  .begin = begin,
  .faults_changed = follow_faults,
  .reboot = reboot,
  .free = free_own,
};
