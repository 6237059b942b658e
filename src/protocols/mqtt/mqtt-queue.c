/* SPDX-License-Identifier: GPL-3.0-or-later */
/* mqtt-queue.c: messages that wait for a connection: the latest of each retained topic, and a bounded number
 * of others. */
#include "protocols/mqtt/mqtt-private.h"

BbMqttMessage *
bb_mqtt_message_new (const gchar *topic, GBytes *payload, guint qos, gboolean retained)
{
  BbMqttMessage *message = g_new0 (BbMqttMessage, 1);

  message->topic = g_strdup (topic);
  message->payload = g_bytes_ref (payload);
  message->qos = (guint8) qos;
  message->retained = retained;
  return message;
}

void
bb_mqtt_message_free (BbMqttMessage *message)
{
  g_free (message->topic);
  g_bytes_unref (message->payload);
  g_free (message);
}

void
bb_mqtt_queue_init (BbMqttQueue *queue, guint max)
{
  *queue = (BbMqttQueue){ .max = max };
  g_queue_init (&queue->waiting);
  queue->retained = g_hash_table_new (g_str_hash, g_str_equal);
}

void
bb_mqtt_queue_clear (BbMqttQueue *queue)
{
  g_clear_pointer (&queue->retained, g_hash_table_unref);
  g_queue_clear_full (&queue->waiting, (GDestroyNotify) bb_mqtt_message_free);
  queue->n_live = 0;
}

/* Takes a link out of the queue; the message remains the caller's. */
static BbMqttMessage *
unlink_message (BbMqttQueue *queue, GList *link)
{
  BbMqttMessage *message = link->data;

  if (message->retained)
    g_hash_table_remove (queue->retained, message->topic);
  else
    queue->n_live--;
  g_queue_delete_link (&queue->waiting, link);
  return message;
}

/* Room for one message that is not retained. */
static void
drop_oldest (BbMqttQueue *queue)
{
  GList *link = queue->waiting.head;

  while (link != NULL && ((BbMqttMessage *) link->data)->retained)
    link = link->next;
  if (link == NULL)
    return;
  bb_mqtt_message_free (unlink_message (queue, link));
  queue->dropped++;
}

/* FALSE: a newer one waits already, and this one is gone. */
static gboolean
replace_retained (BbMqttQueue *queue, BbMqttMessage *message)
{
  GList *former = g_hash_table_lookup (queue->retained, message->topic);

  if (former == NULL)
    return TRUE;
  if (((BbMqttMessage *) former->data)->id > message->id) {
    bb_mqtt_message_free (message);
    return FALSE;
  }
  bb_mqtt_message_free (unlink_message (queue, former));
  return TRUE;
}

/* Notes a message that was just linked in. */
static void
note (BbMqttQueue *queue, GList *link)
{
  BbMqttMessage *message = link->data;

  if (message->retained)
    g_hash_table_insert (queue->retained, message->topic, link);
  else
    queue->n_live++;
}

void
bb_mqtt_queue_push (BbMqttQueue *queue, BbMqttMessage *message)
{
  if (message->id == 0)
    message->id = ++queue->last_id;
  if (message->retained && !replace_retained (queue, message))
    return;
  if (!message->retained && queue->n_live >= queue->max)
    drop_oldest (queue);
  g_queue_push_tail (&queue->waiting, message);
  note (queue, queue->waiting.tail);
}

static gint
newest_first (gconstpointer a, gconstpointer b)
{
  const BbMqttMessage *first = *(BbMqttMessage *const *) a, *second = *(BbMqttMessage *const *) b;

  return first->id < second->id ? 1 : -1;
}

void
bb_mqtt_queue_push_back (BbMqttQueue *queue, GPtrArray *messages)
{
  g_ptr_array_sort (messages, newest_first);
  for (guint i = 0; i < messages->len; i++) {
    BbMqttMessage *message = g_ptr_array_index (messages, i);

    if (message->retained && !replace_retained (queue, message))
      continue;
    g_queue_push_head (&queue->waiting, message);
    note (queue, queue->waiting.head);
  }
  while (queue->n_live > queue->max)
    drop_oldest (queue);
}

BbMqttMessage *
bb_mqtt_queue_pop (BbMqttQueue *queue)
{
  return queue->waiting.head != NULL ? unlink_message (queue, queue->waiting.head) : NULL;
}
