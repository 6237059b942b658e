/* SPDX-License-Identifier: GPL-3.0-or-later */
/* mqtt-hub.h: one connection to an MQTT broker, shared by all devices whose values arrive there. */
#pragma once

#include "base/clock.h"
#include "base/log.h"
#include "protocols/mqtt/mqtt-client.h"
#include "protocols/tape/tape.h"

G_BEGIN_DECLS

typedef struct _BbMqttHub BbMqttHub;

typedef struct {
  /* On one of the listener's topics; `payload` NULL: it was too large. Retained ones are of unknown age. */
  void (*message) (const gchar *topic, GBytes *payload, gboolean retained, gpointer data);
  /* The connection came or went. */
  void (*changed) (gpointer data);
} BbMqttListener;

/* Connects at once, and again after each loss. NULL with BB_MQTT_ERROR_OPTIONS. `user` and `password`
 * (nullable). */
BbMqttHub *bb_mqtt_hub_new (const gchar *host, guint16 port, const gchar *user, const gchar *password,
                            BbClock *clock, BbLog *log, BbTape *tape, GError **error);
void bb_mqtt_hub_free (BbMqttHub *hub);

/* Subscribes to these topics and calls `listener` (kept by its address, like `data`) until it is removed; the
 * same topic may have several listeners. FALSE with BB_MQTT_ERROR_TOPIC, and nothing is kept. */
gboolean bb_mqtt_hub_add (BbMqttHub *hub, const gchar *const *topics, const BbMqttListener *listener,
                          gpointer data, GError **error);
/* From here on nothing with this `data` is called. */
void bb_mqtt_hub_remove (BbMqttHub *hub, gpointer data);

BbMqttState bb_mqtt_hub_get_state (BbMqttHub *hub);
/* As bb_mqtt_client_get_trouble(). */
const gchar *bb_mqtt_hub_get_trouble (BbMqttHub *hub);

G_END_DECLS
