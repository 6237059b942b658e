/* SPDX-License-Identifier: GPL-3.0-or-later */
/* emu-mqtt.c: emulated meters that publish JSON on a broker's topics, each second. */
#include "emulator/emu-mqtt.h"

#include <glib/gi18n.h>
#include <string.h>

#include "emulator/emu-document.h"
#include "model/meter.h"
#include "model/site.h"
#include "protocols/mqtt/mqtt-client.h"

#define GARBAGE "\x16\x03{]\xff garbage"

typedef struct {
  const gchar *variant; /* of the profile's; (nullable) */
  gchar *prefix;
  BbMqttClient *client; /* NULL: off line */
  gboolean pushing;     /* the broker has not taken all of it yet */
  GSource *late;        /* messages that are delayed */
  GPtrArray *pending;   /* (element-type utf8): they: topic, payload, topic, payload, ... */
} EmuMqtt;

/* ---- messages ---- */

static GPtrArray *
make_messages (BbEmuDevice *device)
{
  EmuMqtt *own = device->own;
  GPtrArray *messages = g_ptr_array_new_with_free_func (g_free);
  GStrv requests = device->interface->requests;

  for (guint i = 0; requests != NULL && requests[i] != NULL; i++) {
    g_autoptr (JsonNode) document = bb_emu_document_make (device, own->variant, i);

    if (document == NULL)
      continue;
    g_ptr_array_add (messages, g_strconcat (own->prefix, "/", requests[i], NULL));
    g_ptr_array_add (messages, json_to_string (document, FALSE));
  }
  return messages;
}

/* As the faults have it: whole, half, twice, or bytes that are no JSON. */
static void
publish (BbEmuDevice *device, const gchar *topic, const gchar *text)
{
  EmuMqtt *own = device->own;
  gsize size = strlen (text);
  g_autoptr (GError) error = NULL;

  if (bb_emu_has_fault (device, BB_EMU_GARBAGE)) {
    text = GARBAGE;
    size = strlen (GARBAGE);
  } else if (bb_emu_has_fault (device, BB_EMU_TRUNCATE))
    size /= 2;
  for (guint i = 0; i < (bb_emu_has_fault (device, BB_EMU_TWICE) ? 2 : 1); i++)
    if (!bb_mqtt_client_publish (own->client, topic, text, (gssize) size, 1, FALSE, &error)) {
      bb_log_write (bb_emu_get_log (device), BB_LOG_ERROR, "emulator", "%s: %s", device->id, error->message);
      return;
    }
}

static gboolean
is_mute (BbEmuDevice *device)
{
  return bb_emu_has_fault (device, BB_EMU_SILENCE) || bb_emu_has_fault (device, BB_EMU_HALF_OPEN);
}

static gboolean
is_online (const EmuMqtt *own)
{
  return own->client != NULL && bb_mqtt_client_get_state (own->client) == BB_MQTT_ONLINE;
}

/* Without a connection nothing is kept for later: the next second has its own values. */
static void
publish_all (BbEmuDevice *device, const GPtrArray *messages)
{
  EmuMqtt *own = device->own;

  if (!is_online (own) || messages->len == 0)
    return;
  if (!own->pushing)
    bb_emu_push_begin (device);
  own->pushing = TRUE;
  for (guint i = 0; i + 1 < messages->len; i += 2)
    publish (device, g_ptr_array_index (messages, i), g_ptr_array_index (messages, i + 1));
}

static void
end_push (BbEmuDevice *device)
{
  EmuMqtt *own = device->own;

  if (!own->pushing)
    return;
  own->pushing = FALSE;
  bb_emu_push_end (device);
}

void
bb_emu_mqtt_publish_again (BbEmuDevice *device)
{
  gint64 value;

  /* Before the first second there is nothing to tell. */
  if (is_mute (device) || !bb_emu_get_measured (device, BB_ROLE_POWER, &value))
    return;
  g_autoptr (GPtrArray) messages = make_messages (device);
  publish_all (device, messages);
}

/* ---- connection ---- */

static void
drained_cb (BbMqttClient *client, gpointer data)
{
  end_push (data);
}

/* Just connected, it tells what it has. */
static void
state_changed_cb (BbMqttClient *client, gpointer data)
{
  BbEmuDevice *device = data;

  if (bb_mqtt_client_get_state (client) == BB_MQTT_ONLINE)
    bb_emu_mqtt_publish_again (device);
  else
    end_push (device);
}

static gboolean
go_online (BbEmuDevice *device, GError **error)
{
  EmuMqtt *own = device->own;
  guint16 port;
  BbMqttOptions options
      = { .host = bb_emu_get_mqtt (device, &port), .clock = bb_emu_get_clock (device), .log = NULL };

  options.port = port;
  own->client = bb_mqtt_client_new (&options, error);
  if (own->client == NULL)
    return FALSE;
  g_signal_connect (own->client, "drained", G_CALLBACK (drained_cb), device);
  g_signal_connect (own->client, "state-changed", G_CALLBACK (state_changed_cb), device);
  bb_mqtt_client_start (own->client);
  return TRUE;
}

static void
go_offline (BbEmuDevice *device)
{
  EmuMqtt *own = device->own;

  if (own->late != NULL)
    g_source_destroy (own->late);
  g_clear_pointer (&own->late, g_source_unref);
  g_clear_pointer (&own->pending, g_ptr_array_unref);
  if (own->client != NULL)
    g_signal_handlers_disconnect_by_data (own->client, device);
  g_clear_object (&own->client);
  end_push (device);
}

/* ---- the kind ---- */

/* As the controller has it: what the site says, else the serial, else the id. */
static const gchar *
find_prefix (BbEmuDevice *device)
{
  const BbMeterFields *fields = bb_meter_peek (bb_site_meter (bb_emu_get_site (device), device->index));

  return *fields->identity != '\0' ? fields->identity : *fields->serial != '\0' ? fields->serial : fields->id;
}

static gboolean
emu_mqtt_start (BbEmuDevice *device, GError **error)
{
  EmuMqtt *own;
  guint16 port;

  if (bb_emu_get_mqtt (device, &port) == NULL) {
    g_set_error_literal (error, BB_EMULATOR_ERROR, BB_EMULATOR_ERROR_SITE,
                         _ ("it publishes over MQTT, and there is no broker: start one on this computer, and "
                            "give its address with --mqtt HOST:PORT."));
    return FALSE;
  }
  own = device->own = g_new0 (EmuMqtt, 1);
  own->variant = bb_emu_document_find_variant (device->interface);
  own->prefix = g_strdup (find_prefix (device));
  if (!bb_mqtt_topic_check (own->prefix, error))
    return FALSE;
  return go_online (device, error);
}

static void
emu_mqtt_describe (BbEmuDevice *device, JsonBuilder *builder)
{
  EmuMqtt *own = device->own;
  guint16 port;

  json_builder_set_member_name (builder, "host");
  json_builder_add_string_value (builder, bb_emu_get_mqtt (device, &port));
  json_builder_set_member_name (builder, "port");
  json_builder_add_int_value (builder, port);
  json_builder_set_member_name (builder, "identity");
  json_builder_add_string_value (builder, own->prefix);
}

static gboolean
late_cb (gpointer data)
{
  BbEmuDevice *device = data;
  EmuMqtt *own = device->own;
  g_autoptr (GPtrArray) messages = g_steal_pointer (&own->pending);

  g_clear_pointer (&own->late, g_source_unref);
  if (!is_mute (device))
    publish_all (device, messages);
  return G_SOURCE_REMOVE;
}

static void
emu_mqtt_begin (BbEmuDevice *device)
{
  EmuMqtt *own = device->own;

  if (!bb_emu_has_fault (device, BB_EMU_DELAY)) {
    bb_emu_mqtt_publish_again (device);
    return;
  }
  if (own->late != NULL || is_mute (device))
    return;
  g_clear_pointer (&own->pending, g_ptr_array_unref);
  own->pending = make_messages (device);
  own->late = g_source_ref (bb_clock_add_timeout (bb_emu_get_clock (device),
                                                  MAX (device->faults[BB_EMU_DELAY].value, 1), late_cb,
                                                  device, NULL));
}

static void
emu_mqtt_faults_changed (BbEmuDevice *device)
{
  EmuMqtt *own = device->own;
  gboolean offline = bb_emu_has_fault (device, BB_EMU_OFFLINE);
  g_autoptr (GError) error = NULL;

  if (offline)
    go_offline (device);
  else if (own->client == NULL && !go_online (device, &error))
    bb_log_write (bb_emu_get_log (device), BB_LOG_ERROR, "emulator", "%s: %s", device->id, error->message);
}

static void
emu_mqtt_reboot (BbEmuDevice *device)
{
  go_offline (device);
  emu_mqtt_faults_changed (device);
}

static void
emu_mqtt_free (BbEmuDevice *device)
{
  EmuMqtt *own = device->own;

  if (own == NULL)
    return;
  go_offline (device);
  device->own = NULL;
  g_free (own->prefix);
  g_free (own);
}

const BbEmuKind bb_emu_mqtt = {
  .name = "mqtt",
  .start = emu_mqtt_start,
  .describe = emu_mqtt_describe,
  .begin = emu_mqtt_begin,
  .faults_changed = emu_mqtt_faults_changed,
  .reboot = emu_mqtt_reboot,
  .free = emu_mqtt_free,
};
