/* SPDX-License-Identifier: GPL-3.0-or-later */
/* mqtt-private.h: the two inner parts of the MQTT client: its bounded queue, and the thread that owns
 * libmosquitto. */
#pragma once

#include "protocols/mqtt/mqtt-client.h"

G_BEGIN_DECLS

/* ---- mqtt-queue.c: what waits to be sent ---- */

typedef struct {
  guint64 id; /* counts up from 1 */
  gchar *topic;
  GBytes *payload;
  guint8 qos;
  gboolean retained;
} BbMqttMessage;

BbMqttMessage *bb_mqtt_message_new (const gchar *topic, GBytes *payload, guint qos, gboolean retained);
void bb_mqtt_message_free (BbMqttMessage *message);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (BbMqttMessage, bb_mqtt_message_free)

typedef struct {
  GQueue waiting;       /* (element-type BbMqttMessage) oldest first */
  GHashTable *retained; /* topic -> its GList in `waiting`: the latest only */
  guint max;            /* of messages that are not retained */
  guint n_live;         /* of those that wait */
  guint64 dropped;
  guint64 last_id;
} BbMqttQueue;

void bb_mqtt_queue_init (BbMqttQueue *queue, guint max);
void bb_mqtt_queue_clear (BbMqttQueue *queue);
/* Takes the message. One of an earlier id than its topic's waiting retained one is old, and freed. */
void bb_mqtt_queue_push (BbMqttQueue *queue, BbMqttMessage *message);
/* Puts messages back in front of all others, in the order of their ids (transfer full of the elements). */
void bb_mqtt_queue_push_back (BbMqttQueue *queue, GPtrArray *messages);
/* (transfer full) (nullable) */
BbMqttMessage *bb_mqtt_queue_pop (BbMqttQueue *queue);

/* ---- mqtt-worker.c: a thread with libmosquitto; calls back in the context in which it was made ---- */

typedef struct {
  gchar *host, *client_id, *user, *password, *ca_file, *will_topic, *will_payload;
  guint16 port;
  gboolean tls;
  guint keepalive_s;
} BbMqttSettings;

BbMqttSettings *bb_mqtt_settings_new (const BbMqttOptions *options);
void bb_mqtt_settings_free (BbMqttSettings *settings);

typedef struct _BbMqttWorker BbMqttWorker;

/* `attempt` is the connection that it is about: what comes from an earlier one is old. */
typedef struct {
  void (*connected) (guint attempt, gpointer data);
  void (*lost) (guint attempt, gboolean refused, const gchar *why, gpointer data);
  void (*sent) (guint attempt, guint64 id, gpointer data); /* written (QoS 0) or acknowledged (QoS 1) */
  void (*message) (guint attempt, const gchar *topic, GBytes *payload, gboolean retained, gpointer data);
  void (*cut) (guint n_messages, gpointer data); /* came faster than they were taken, and are gone */
  void (*stopped) (gpointer data);
} BbMqttEvents;

/* Takes the settings. */
BbMqttWorker *bb_mqtt_worker_new (BbMqttSettings *settings, const BbMqttEvents *events, gpointer data);
/* No more events; drops the connection. The thread ends by itself. */
void bb_mqtt_worker_free (BbMqttWorker *worker);
void bb_mqtt_worker_connect (BbMqttWorker *worker, guint attempt);
void bb_mqtt_worker_drop (BbMqttWorker *worker);
void bb_mqtt_worker_subscribe (BbMqttWorker *worker, guint attempt, const gchar *filter, guint qos);
/* Takes a reference of the payload. */
void bb_mqtt_worker_publish (BbMqttWorker *worker, guint attempt, const BbMqttMessage *message);
/* Flushes and disconnects, then "stopped". */
void bb_mqtt_worker_stop (BbMqttWorker *worker);

G_END_DECLS
