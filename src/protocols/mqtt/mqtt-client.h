/* SPDX-License-Identifier: GPL-3.0-or-later */
/* mqtt-client.h: an MQTT 3.1.1 client that never blocks its main context and does not give up.
 *
 * libmosquitto runs in a thread of its own (names are resolved and TLS is shaken there); everything here is
 * called and calls back in the main context in which the client was made. After a loss it connects again
 * after 1, 2, 4 ... 60 s. While offline it keeps the latest retained message of each topic and a bounded
 * queue of others (the oldest go first); a broker that takes nothing fills the same queue, never memory. QoS
 * 1 messages that were not acknowledged are sent again after a loss. Payloads over BB_MQTT_MAX_PAYLOAD are
 * announced, not taken.
 *
 * The tape holds whole messages, as text: "connect HOST PORT", "subscribe TOPIC QOS", "publish TOPIC QOS
 * retained|live\nPAYLOAD" out; "connected", "message TOPIC retained|live\nPAYLOAD" in; a failure is a loss. A
 * client whose tape is a player opens no socket.
 */
#pragma once

#include <gio/gio.h>

#include "base/clock.h"
#include "base/log.h"
#include "protocols/tape/tape.h"

G_BEGIN_DECLS

#define BB_MQTT_ERROR (bb_mqtt_error_quark ())
GQuark bb_mqtt_error_quark (void);
typedef enum {
  BB_MQTT_ERROR_OPTIONS, /* a setting that cannot be: no host, an unreadable CA file */
  BB_MQTT_ERROR_TOPIC,   /* not a topic, or not a filter */
  BB_MQTT_ERROR_TOO_LARGE,
  BB_MQTT_ERROR_CONNECT, /* no connection, or it was lost */
  BB_MQTT_ERROR_REFUSED  /* the broker refused us: user, password, client id */
} BbMqttError;

#define BB_MQTT_MAX_PAYLOAD (64u * 1024)
#define BB_MQTT_MAX_TOPIC   512u
/* Messages that wait while offline, at most, when the options do not say. */
#define BB_MQTT_QUEUE 256

typedef enum {
  BB_MQTT_STOPPED = 0,
  BB_MQTT_CONNECTING,
  BB_MQTT_ONLINE,
  BB_MQTT_WAITING /* before the next attempt; bb_mqtt_client_get_trouble() says why */
} BbMqttState;

typedef struct {
  const gchar *host;
  guint16 port;           /* 0: 1883, with TLS 8883 */
  const gchar *client_id; /* (nullable): the broker makes one up */
  const gchar *user;      /* (nullable) */
  const gchar *password;  /* (nullable): never in log or tape */
  gboolean tls;
  const gchar *ca_file;    /* (nullable) PEM; with TLS, NULL: the system's */
  const gchar *will_topic; /* (nullable): last will, retained, QoS 1 */
  const gchar *will_payload;
  guint keepalive_s; /* 0: 15 */
  guint queue_max;   /* 0: BB_MQTT_QUEUE */
  BbClock *clock;
  BbLog *log;   /* (nullable) */
  BbTape *tape; /* (nullable) recorder or player */
} BbMqttOptions;

#define BB_TYPE_MQTT_CLIENT (bb_mqtt_client_get_type ())
G_DECLARE_FINAL_TYPE (BbMqttClient, bb_mqtt_client, BB, MQTT_CLIENT, GObject)
/* Signals:
 *   "state-changed" ()
 *   "drained" (): the broker has taken all that was published (QoS 1: acknowledged)
 *   "message" (const gchar *topic, GBytes *payload, gboolean retained): payload NULL: it was over
 * BB_MQTT_MAX_PAYLOAD */

/* (transfer full) Copies the options; NULL with BB_MQTT_ERROR_OPTIONS or _TOPIC. Nothing is sent before
 * start. */
BbMqttClient *bb_mqtt_client_new (const BbMqttOptions *options, GError **error);
/* Connects, and again after each loss, until stopped. */
void bb_mqtt_client_start (BbMqttClient *self);
/* Sends what waits in the connection, disconnects (the broker does not send the will); finishes when that is
 * done, after 2 s at the latest. Unreferencing a client that was not stopped drops its connection, and the
 * broker sends the will. */
void bb_mqtt_client_stop_async (BbMqttClient *self, GAsyncReadyCallback callback, gpointer data);
gboolean bb_mqtt_client_stop_finish (BbMqttClient *self, GAsyncResult *result, GError **error);

BbMqttState bb_mqtt_client_get_state (BbMqttClient *self);
/* Why it is not online, as a sentence; NULL when it is, or not yet known. */
const gchar *bb_mqtt_client_get_trouble (BbMqttClient *self);
/* Messages that wait for a connection or a slow broker; and those dropped since the start. */
guint bb_mqtt_client_get_queued (BbMqttClient *self);
guint64 bb_mqtt_client_get_dropped (BbMqttClient *self);

/* Queues a message (QoS 0 or 1). FALSE when it cannot be sent at all: BB_MQTT_ERROR_TOPIC, _TOO_LARGE. An
 * empty retained message clears the broker's. */
gboolean bb_mqtt_client_publish (BbMqttClient *self, const gchar *topic, const gchar *payload, gssize size,
                                 guint qos, gboolean retained, GError **error);
/* Kept over reconnects. BB_MQTT_ERROR_TOPIC. */
gboolean bb_mqtt_client_subscribe (BbMqttClient *self, const gchar *filter, guint qos, GError **error);

/* A name that may be published to: UTF-8, 1 to BB_MQTT_MAX_TOPIC bytes, no wildcards, no control characters;
 * and a filter that may be subscribed to: the same with + and # in their places. BB_MQTT_ERROR_TOPIC. */
gboolean bb_mqtt_topic_check (const gchar *topic, GError **error);
gboolean bb_mqtt_filter_check (const gchar *filter, GError **error);

G_END_DECLS
