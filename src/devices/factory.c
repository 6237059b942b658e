/* SPDX-License-Identifier: GPL-3.0-or-later */
/* factory.c: which driver speaks for which connection, and what each needs to know before it can. */
#include "devices/factory.h"

#include <glib/gi18n.h>

#include "devices/cloud-device.h"
#include "devices/http-device.h"
#include "devices/modbus-device.h"
#include "devices/mqtt-device.h"
#include "devices/ocpp-device.h"
#include "devices/p1-device.h"

typedef BbDevice *(*MakeDevice) (BbDeviceContext *context, BbProfile *profile, BbLink *link);

/* What must be filled in. */
enum { NEEDS_HOST = 1, NEEDS_SERIAL_PORT = 2, NEEDS_IDENTITY = 4, NEEDS_BROKER = 8 };

typedef struct {
  BbConnection connection;
  guint needs;
  MakeDevice make;
} Driver;

static const Driver drivers[] = {
  { BB_CONNECTION_MODBUS_TCP, NEEDS_HOST, bb_modbus_device_new },
  { BB_CONNECTION_MODBUS_RTU, NEEDS_SERIAL_PORT, bb_modbus_device_new },
  { BB_CONNECTION_OCPP, NEEDS_IDENTITY, bb_ocpp_device_new },
  { BB_CONNECTION_HTTP, NEEDS_HOST, bb_http_device_new },
  { BB_CONNECTION_P1, NEEDS_HOST, bb_p1_device_new },
  { BB_CONNECTION_CLOUD, NEEDS_IDENTITY, bb_cloud_device_new },
  { BB_CONNECTION_MQTT, NEEDS_BROKER, bb_mqtt_device_new },
};

static const Driver *
find_driver (BbConnection connection)
{
  for (guint i = 0; i < G_N_ELEMENTS (drivers); i++)
    if (drivers[i].connection == connection)
      return &drivers[i];
  return NULL;
}

static gboolean
is_empty (const gchar *text)
{
  return text == NULL || *text == '\0';
}

static gboolean
check_link (const BbLink *link, guint needs, GError **error)
{
  const gchar *id = link->id;
  if ((needs & NEEDS_HOST) != 0 && is_empty (link->host)) {
    g_set_error (error, BB_DEVICE_ERROR, BB_DEVICE_ERROR_LINK,
                 _ ("“%s” has no address: fill in “address” with its IP address or name."), id);
    return FALSE;
  }
  if ((needs & NEEDS_BROKER) != 0 && is_empty (link->host)) {
    g_set_error (error, BB_DEVICE_ERROR, BB_DEVICE_ERROR_LINK,
                 _ ("“%s” has no broker: fill in “address” with the IP address or name of its MQTT broker."),
                 id);
    return FALSE;
  }
  if ((needs & NEEDS_SERIAL_PORT) != 0 && is_empty (link->device)) {
    g_set_error (error, BB_DEVICE_ERROR, BB_DEVICE_ERROR_LINK,
                 _ ("“%s” has no serial port: fill in “address” with its device, e.g. /dev/ttyUSB0."), id);
    return FALSE;
  }
  if ((needs & NEEDS_IDENTITY) != 0 && is_empty (link->identity)) {
    g_set_error (error, BB_DEVICE_ERROR, BB_DEVICE_ERROR_LINK,
                 _ ("“%s” has no identity: fill in “identity” as it is set in the device."), id);
    return FALSE;
  }
  return TRUE;
}

static gboolean
check_profile (BbProfile *profile, const BbLink *link, GError **error)
{
  if ((profile->kind == BB_PROFILE_METER) != (link->is_meter != 0)) {
    g_set_error (error, BB_DEVICE_ERROR, BB_DEVICE_ERROR_LINK,
                 link->is_meter
                     ? _ ("“%s” is a meter, and its profile “%s” is one for stations: choose another "
                          "“profile”.")
                     : _ ("“%s” is a station, and its profile “%s” is one for meters: choose another "
                          "“profile”."),
                 link->id, profile->id);
    return FALSE;
  }
  if (bb_profile_find_interface (profile, link->connection) == NULL) {
    g_set_error (error, BB_DEVICE_ERROR, BB_DEVICE_ERROR_LINK,
                 _ ("Profile “%s” of “%s” does not know the connection “%s”: choose another “connection”."),
                 profile->id, link->id, bb_connection_get_name (link->connection));
    return FALSE;
  }
  return TRUE;
}

BbDevice *
bb_device_new (BbDeviceContext *context, BbProfile *profile, BbLink *link, GError **error)
{
  g_autoptr (BbLink) own = link;
  const Driver *driver = find_driver (link->connection);
  if (!check_profile (profile, own, error))
    return NULL;
  if (driver == NULL) {
    g_set_error (error, BB_DEVICE_ERROR, BB_DEVICE_ERROR_LINK,
                 _ ("“%s” cannot be reached over “%s”: choose another “connection”."), own->id,
                 bb_connection_get_name (own->connection));
    return NULL;
  }
  if (!check_link (own, driver->needs, error))
    return NULL;
  bb_link_fill (own, bb_profile_find_interface (profile, own->connection));
  return driver->make (context, profile, g_steal_pointer (&own));
}
