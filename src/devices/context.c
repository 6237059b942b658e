/* SPDX-License-Identifier: GPL-3.0-or-later */
/* context.c: the drivers' common things: Modbus buses by end point, MQTT brokers, one HTTP session, the OCPP
 * server's two questions. */
#include "devices/context.h"

#include "devices/device.h"
#include "devices/ocpp-device.h"
#include "protocols/http/http-json.h"

BbDeviceContext *
bb_device_context_new (BbClock *clock, BbLog *log, BbTape *tape)
{
  BbDeviceContext *context = g_new0 (BbDeviceContext, 1);
  g_atomic_ref_count_init (&context->refs);
  context->clock = g_object_ref (clock);
  context->log = log != NULL ? bb_log_ref (log) : NULL;
  context->tape = tape != NULL ? bb_tape_ref (tape) : NULL;
  context->buses
      = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, (GDestroyNotify) bb_modbus_bus_unref);
  context->hubs = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, (GDestroyNotify) bb_mqtt_hub_free);
  context->ocpp_devices
      = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, (GDestroyNotify) g_ptr_array_unref);
  return context;
}

BbDeviceContext *
bb_device_context_ref (BbDeviceContext *context)
{
  g_atomic_ref_count_inc (&context->refs);
  return context;
}

void
bb_device_context_unref (BbDeviceContext *context)
{
  if (!g_atomic_ref_count_dec (&context->refs))
    return;
  g_clear_pointer (&context->ocpp, bb_ocpp_server_free);
  g_hash_table_unref (context->ocpp_devices);
  g_hash_table_unref (context->buses);
  g_hash_table_unref (context->hubs);
  if (context->http != NULL)
    soup_session_abort (context->http);
  g_clear_object (&context->http);
  g_clear_pointer (&context->tape, bb_tape_unref);
  g_clear_pointer (&context->log, bb_log_unref);
  g_object_unref (context->clock);
  g_free (context);
}

/* ---- Modbus ---- */

static gchar *
end_point (const BbLink *link)
{
  if (link->connection == BB_CONNECTION_MODBUS_RTU)
    return g_strdup_printf ("rtu %s", link->device);
  return g_strdup_printf ("tcp %s:%u", link->host, link->port);
}

static BbModbusBus *
make_bus (BbDeviceContext *context, const BbLink *link, const BbInterface *interface)
{
  gboolean rtu = link->connection == BB_CONNECTION_MODBUS_RTU;
  BbModbusLink settings = { .host = rtu ? NULL : link->host,
                            .port = link->port,
                            .device = rtu ? link->device : NULL,
                            .baud = link->baud,
                            .parity = link->parity,
                            .stop_bits = link->stop_bits,
                            .timeout_ms = interface->timeout_ms,
                            .connect_delay_ms = interface->connect_delay_ms,
                            .gap_ms = interface->request_gap_ms,
                            .no_rests = context->no_rests,
                            .idle_close_ms = interface->idle_close_s * 1000 };
  return bb_modbus_bus_new (&settings, context->clock, context->log, context->tape);
}

BbModbusBus *
bb_device_context_get_bus (BbDeviceContext *context, const BbLink *link, const BbInterface *interface)
{
  g_autofree gchar *key = end_point (link);
  BbModbusBus *bus = g_hash_table_lookup (context->buses, key);
  if (bus == NULL) {
    bus = make_bus (context, link, interface);
    g_hash_table_insert (context->buses, g_steal_pointer (&key), bus);
  } else {
    /* The slowest on a line sets its pace. */
    bb_modbus_bus_raise_gap (bus, interface->request_gap_ms);
  }
  bb_modbus_bus_raise_gap (bus, interface->request_gap_ms);
  return bb_modbus_bus_ref (bus);
}

/* ---- MQTT ---- */

static const gchar *
stated (const gchar *text)
{
  return text != NULL && *text != '\0' ? text : NULL;
}

BbMqttHub *
bb_device_context_get_mqtt (BbDeviceContext *context, const BbLink *link, GError **error)
{
  const gchar *user = stated (link->user);
  g_autofree gchar *key = g_strdup_printf ("%s:%u %s", link->host, link->port, user != NULL ? user : "");
  BbMqttHub *hub = g_hash_table_lookup (context->hubs, key);

  if (hub != NULL)
    return hub;
  hub = bb_mqtt_hub_new (link->host, link->port, user, stated (link->password), context->clock, context->log,
                         context->tape, error);
  if (hub != NULL)
    g_hash_table_insert (context->hubs, g_steal_pointer (&key), hub);
  return hub;
}

/* ---- HTTP ---- */

SoupSession *
bb_device_context_get_http (BbDeviceContext *context)
{
  if (context->http == NULL)
    context->http = bb_http_session_new ();
  return context->http;
}

/* ---- OCPP ---- */

static GPtrArray *
devices_of (BbDeviceContext *context, const gchar *identity)
{
  return g_hash_table_lookup (context->ocpp_devices, identity);
}

/* The connectors of one station share its password; the first that states one decides. */
static gboolean
admit (const gchar *identity, const guint8 *password, gsize n_password, gboolean *wrong_password,
       gpointer data)
{
  GPtrArray *devices = devices_of (data, identity);
  *wrong_password = FALSE;
  if (devices == NULL || devices->len == 0)
    return FALSE;
  for (guint i = 0; i < devices->len; i++) {
    const BbLink *link = bb_device_get_link (g_ptr_array_index (devices, i));
    if (link->password == NULL || *link->password == '\0')
      continue;
    *wrong_password = password == NULL || !bb_ocpp_password_matches (link->password, password, n_password);
    return !*wrong_password;
  }
  return TRUE;
}

static void
arrived (const gchar *identity, BbOcppLink *link, gpointer data)
{
  GPtrArray *devices = devices_of (data, identity);
  if (devices == NULL)
    return;
  g_autoptr (GPtrArray) copy = g_ptr_array_copy (devices, (GCopyFunc) (GCallback) g_object_ref, NULL);
  g_ptr_array_set_free_func (copy, g_object_unref);
  for (guint i = 0; i < copy->len; i++)
    bb_ocpp_device_take_link (g_ptr_array_index (copy, i), link);
}

gboolean
bb_device_context_listen_ocpp (BbDeviceContext *context, const BbOcppListen *listen, GError **error)
{
  if (context->ocpp != NULL)
    return TRUE;
  context->ocpp = bb_ocpp_server_new (listen, context->clock, context->log, context->tape, admit, arrived,
                                      context, error);
  return context->ocpp != NULL;
}
