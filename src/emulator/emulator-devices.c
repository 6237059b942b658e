/* SPDX-License-Identifier: GPL-3.0-or-later */
/* emulator-devices.c: an emulated device for each meter and station of the site, by its profile and
 * connection. */
#include <glib/gi18n.h>
#include <string.h>

#include "emulator/emulator-private.h"

/* What is emulated over each connection; a connection without a kind is refused with a sentence. */
static const BbEmuKind *const kinds[BB_CONNECTION_N] = {
  [BB_CONNECTION_MODBUS_TCP] = &bb_emu_modbus,
  [BB_CONNECTION_MODBUS_RTU] = &bb_emu_modbus,
  [BB_CONNECTION_OCPP] = &bb_emu_ocpp,
  [BB_CONNECTION_HTTP] = &bb_emu_http,
  [BB_CONNECTION_P1] = &bb_emu_p1,
  [BB_CONNECTION_CLOUD] = &bb_emu_cloud,
  [BB_CONNECTION_MQTT] = &bb_emu_mqtt,
};

/* What the site says about one part. */
typedef struct {
  const gchar *id, *profile, *connection;
  gboolean is_meter;
  guint index;
} Part;

void
bb_emu_device_free (BbEmuDevice *device)
{
  if (device->kind && device->kind->free)
    device->kind->free (device);
  g_clear_pointer (&device->profile, bb_profile_unref);
  g_free (device->id);
  g_free (device);
}

BbEmuDevice *
bb_emu_find_device (BbEmulator *self, const gchar *id)
{
  for (guint i = 0; i < self->devices->len; i++) {
    BbEmuDevice *device = g_ptr_array_index (self->devices, i);

    if (g_str_equal (device->id, id))
      return device;
  }
  return NULL;
}

/* ---- which profile, which connection ---- */

static gboolean
choose_connection (const Part *part, const BbProfile *profile, BbConnection *connection, GError **error)
{
  gint wanted = *part->connection ? bb_connection_from_name (part->connection) : -1;

  if (*part->connection && (wanted < 0 || !bb_profile_find_interface (profile, (BbConnection) wanted))) {
    g_set_error (error, BB_EMULATOR_ERROR, BB_EMULATOR_ERROR_SITE,
                 _ ("“%s” cannot be reached over “%s”: its profile “%s” has no such connection."), part->id,
                 part->connection, profile->id);
    return FALSE;
  }
  if (wanted >= 0) {
    *connection = (BbConnection) wanted;
    return TRUE;
  }
  for (guint i = 0; i < profile->interfaces->len; i++) {
    const BbInterface *interface = g_ptr_array_index (profile->interfaces, i);

    for (guint c = 0; c < BB_CONNECTION_N; c++)
      if (interface->connections & (1u << c)) {
        *connection = (BbConnection) c;
        return TRUE;
      }
  }
  g_set_error (error, BB_EMULATOR_ERROR, BB_EMULATOR_ERROR_SITE,
               _ ("“%s” cannot be emulated: its profile “%s” has no connection."), part->id, profile->id);
  return FALSE;
}

/* The part's profile, or the assumed one, with a warning. */
static BbProfile *
find_profile (BbEmulator *self, const Part *part, GError **error)
{
  const gchar *assumed = part->is_meter ? BB_EMU_ASSUMED_METER : BB_EMU_ASSUMED_STATION;
  BbProfile *profile = NULL;

  if (!*part->profile)
    g_ptr_array_add (self->warnings,
                     g_strdup_printf (_ ("“%s” has no profile; “%s” is assumed."), part->id, assumed));
  profile = bb_catalogue_find (self->catalogue, *part->profile ? part->profile : assumed, error);
  if (!profile)
    g_prefix_error (error, "%s: ", part->id);
  else if ((profile->kind == BB_PROFILE_METER) != part->is_meter) {
    g_set_error (error, BB_EMULATOR_ERROR, BB_EMULATOR_ERROR_SITE,
                 part->is_meter ? _ ("“%s” is a meter, and its profile “%s” is a station's.")
                                : _ ("“%s” is a station, and its profile “%s” is a meter's."),
                 part->id, profile->id);
    return NULL;
  }
  return profile;
}

static gboolean
add_device (BbEmulator *self, const Part *part, GError **error)
{
  BbConnection connection = BB_CONNECTION_MODBUS_TCP;
  BbProfile *profile = find_profile (self, part, error);

  if (!profile || !choose_connection (part, profile, &connection, error))
    return FALSE;
  if (!kinds[connection]) {
    g_set_error (error, BB_EMULATOR_ERROR, BB_EMULATOR_ERROR_SITE,
                 _ ("“%s” cannot be emulated: the connection “%s” is not."), part->id,
                 bb_connection_get_name (connection));
    return FALSE;
  }
  if (bb_emu_find_device (self, part->id)) {
    g_set_error (error, BB_EMULATOR_ERROR, BB_EMULATOR_ERROR_SITE,
                 _ ("A meter and a station are both named “%s”. Give one of them another id."), part->id);
    return FALSE;
  }
  BbEmuDevice *device = g_new0 (BbEmuDevice, 1);
  device->emulator = self;
  device->kind = kinds[connection];
  device->id = g_strdup (part->id);
  device->is_meter = part->is_meter;
  device->index = part->index;
  device->profile = bb_profile_ref (profile);
  device->connection = connection;
  device->interface = bb_profile_find_interface (profile, connection);
  g_ptr_array_add (self->devices, device);
  return TRUE;
}

/* A meter that hangs on no circuit measures nothing. */
static gboolean
meter_hangs (const BbEngineConfig *config, guint meter)
{
  for (guint c = 0; c < config->config.n_circuits; c++)
    if (config->circuits[c].meter == (gint) meter || config->circuits[c].pv_meter == (gint) meter)
      return TRUE;
  return FALSE;
}

gboolean
bb_emu_make_devices (BbEmulator *self, GError **error)
{
  const BbEngineConfig *config = bb_field_get_config (self->field);

  for (guint m = 0; m < config->config.n_meters; m++) {
    const BbMeterFields *meter = bb_meter_peek (bb_site_meter (self->site, m));

    if (!meter_hangs (config, m)) {
      g_ptr_array_add (self->warnings,
                       g_strdup_printf (_ ("The meter “%s” hangs on no circuit and is left out."),
                                        meter->id));
      continue;
    }
    if (!add_device (self, &(Part){ meter->id, meter->profile, meter->connection, TRUE, m }, error))
      return FALSE;
  }
  for (guint s = 0; s < config->config.n_stations; s++) {
    const BbStationFields *station = bb_station_peek (bb_site_station (self->site, s));

    if (!add_device (self, &(Part){ station->id, station->profile, station->connection, FALSE, s }, error))
      return FALSE;
  }
  return TRUE;
}
