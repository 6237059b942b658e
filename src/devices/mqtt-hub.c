/* SPDX-License-Identifier: GPL-3.0-or-later */
/* mqtt-hub.c: one connection to an MQTT broker: which device hears which topic. */
#include "devices/mqtt-hub.h"

#include <string.h>

typedef struct {
  const BbMqttListener *listener;
  gpointer data;
} Entry;

struct _BbMqttHub {
  BbMqttClient *client;
  GPtrArray *all;     /* (element-type Entry): one for each listener */
  GHashTable *topics; /* (element-type utf8 GPtrArray of Entry): a topic stays once it was subscribed to */
};

static Entry *
entry_new (const BbMqttListener *listener, gpointer data)
{
  Entry *entry = g_new (Entry, 1);

  *entry = (Entry){ listener, data };
  return entry;
}

static void
remove_data (GPtrArray *entries, gpointer data)
{
  for (guint i = entries->len; i-- > 0;)
    if (((Entry *) g_ptr_array_index (entries, i))->data == data)
      g_ptr_array_remove_index (entries, i);
}

/* A listener may remove itself, or another, while it is called. */
static void
message_cb (BbMqttClient *client, const gchar *topic, GBytes *payload, gboolean retained, gpointer data)
{
  BbMqttHub *hub = data;
  GPtrArray *entries = g_hash_table_lookup (hub->topics, topic);

  for (guint i = entries != NULL ? entries->len : 0; i-- > 0;)
    if (i < entries->len) {
      Entry entry = *(Entry *) g_ptr_array_index (entries, i);

      entry.listener->message (topic, payload, retained, entry.data);
    }
}

static void
state_changed_cb (BbMqttClient *client, gpointer data)
{
  BbMqttHub *hub = data;

  for (guint i = hub->all->len; i-- > 0;)
    if (i < hub->all->len) {
      Entry entry = *(Entry *) g_ptr_array_index (hub->all, i);

      entry.listener->changed (entry.data);
    }
}

BbMqttHub *
bb_mqtt_hub_new (const gchar *host, guint16 port, const gchar *user, const gchar *password, BbClock *clock,
                 BbLog *log, BbTape *tape, GError **error)
{
  BbMqttOptions options = {
    .host = host, .port = port, .user = user, .password = password, .clock = clock, .log = log, .tape = tape
  };
  BbMqttClient *client = bb_mqtt_client_new (&options, error);
  BbMqttHub *hub;

  if (client == NULL)
    return NULL;
  hub = g_new0 (BbMqttHub, 1);
  hub->client = client;
  hub->all = g_ptr_array_new_with_free_func (g_free);
  hub->topics = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, (GDestroyNotify) g_ptr_array_unref);
  g_signal_connect (client, "message", G_CALLBACK (message_cb), hub);
  g_signal_connect (client, "state-changed", G_CALLBACK (state_changed_cb), hub);
  bb_mqtt_client_start (client);
  return hub;
}

void
bb_mqtt_hub_free (BbMqttHub *hub)
{
  g_signal_handlers_disconnect_by_data (hub->client, hub);
  g_object_unref (hub->client);
  g_hash_table_unref (hub->topics);
  g_ptr_array_unref (hub->all);
  g_free (hub);
}

gboolean
bb_mqtt_hub_add (BbMqttHub *hub, const gchar *const *topics, const BbMqttListener *listener, gpointer data,
                 GError **error)
{
  for (guint i = 0; topics[i] != NULL; i++)
    if (!bb_mqtt_topic_check (topics[i], error))
      return FALSE;
  g_ptr_array_add (hub->all, entry_new (listener, data));
  for (guint i = 0; topics[i] != NULL; i++) {
    GPtrArray *entries = g_hash_table_lookup (hub->topics, topics[i]);

    if (entries == NULL) {
      entries = g_ptr_array_new_with_free_func (g_free);
      g_hash_table_insert (hub->topics, g_strdup (topics[i]), entries);
      /* An old measurement is worth nothing: none is kept for us. */
      bb_mqtt_client_subscribe (hub->client, topics[i], 0, NULL);
    }
    g_ptr_array_add (entries, entry_new (listener, data));
  }
  return TRUE;
}

void
bb_mqtt_hub_remove (BbMqttHub *hub, gpointer data)
{
  GHashTableIter iter;
  gpointer entries;

  remove_data (hub->all, data);
  g_hash_table_iter_init (&iter, hub->topics);
  while (g_hash_table_iter_next (&iter, NULL, &entries))
    remove_data (entries, data);
}

BbMqttState
bb_mqtt_hub_get_state (BbMqttHub *hub)
{
  return bb_mqtt_client_get_state (hub->client);
}

const gchar *
bb_mqtt_hub_get_trouble (BbMqttHub *hub)
{
  return bb_mqtt_client_get_trouble (hub->client);
}
