/* SPDX-License-Identifier: GPL-3.0-or-later */
/* mqtt-bridge.h: the controller on MQTT: states and decisions out, commands in, and Home-Assistant's
 * discovery.
 *
 * Below the prefix, all JSON but `status` and words of commands (units in the names of members; times ISO
 * 8601 UTC): status                online | offline, retained; the last will meter/ID/state        currents,
 * voltages, power, energy, age, quality station/ID/state      status, vehicle, set-point, measured currents,
 * power, session energy, reason; retained circuit/ID/state      flow, rating, what stations may draw and
 * which limit makes it so; retained signal                the state in force and each source's; retained
 *   decision              what changed for which stations, and why
 *   answer                {"topic", "ok", "error", "request"} for each command, see mqtt-commands.h
 * States go out when they changed, at most once a second each, and every 60 s. An id is one level of a topic,
 * see bb_mqtt_level_of_id(). Sources that were set over MQTT are lost with the connection
 * (BbCommands.lose_signal): whoever sends the signal should repeat it, e.g. each minute.
 */
#pragma once

#include "base/zone.h"
#include "controller/commands.h"
#include "controller/snapshot.h"
#include "protocols/mqtt/mqtt-client.h"

G_BEGIN_DECLS

typedef struct _BbMqttBridge BbMqttBridge;

typedef struct {
  BbMqttOptions mqtt;            /* will_topic and will_payload are the bridge's */
  const gchar *site_name;        /* (nullable) */
  const gchar *prefix;           /* (nullable): made of the site's name */
  const gchar *discovery_prefix; /* "homeassistant"; NULL: none of it */
  BbZone *zone;                  /* of the site, for times in commands without an offset; (nullable): UTC */
  const gchar *const *wired;  /* (nullable) ids of signal sources that inputs drive: no command sets them */
  const BbCommands *commands; /* (nullable): no command is taken; outlives the bridge */
} BbMqttBridgeOptions;

/* BB_MQTT_ERROR */
BbMqttBridge *bb_mqtt_bridge_new (const BbMqttBridgeOptions *options, GError **error);
/* Without bb_mqtt_bridge_stop_async() before, the broker says "offline" for us. */
void bb_mqtt_bridge_free (BbMqttBridge *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (BbMqttBridge, bb_mqtt_bridge_free)

void bb_mqtt_bridge_start (BbMqttBridge *self);
/* Says "offline" and disconnects; the callback's source object is NULL. Do not free it before that. */
void bb_mqtt_bridge_stop_async (BbMqttBridge *self, GAsyncReadyCallback callback, gpointer data);
gboolean bb_mqtt_bridge_stop_finish (BbMqttBridge *self, GAsyncResult *result, GError **error);

/* The present second; costs little when nothing changed, and never waits. */
void bb_mqtt_bridge_publish (BbMqttBridge *self, const BbControllerSnapshot *snapshot);

BbMqttClient *bb_mqtt_bridge_get_client (BbMqttBridge *self); /* (transfer none) */
const gchar *bb_mqtt_bridge_get_prefix (BbMqttBridge *self);

G_END_DECLS
