/* SPDX-License-Identifier: GPL-3.0-or-later */
/* mqtt-device.c: the driver for meters that publish JSON on topics of a broker. */
#include "devices/mqtt-device.h"

#include <glib/gi18n.h>

#include "base/guard.h"
#include "devices/http-device-values.h"
#include "devices/json-documents.h"

/* A meter that nothing is heard of for so long is lost. */
#define SILENT_MS 10000

#define BB_TYPE_MQTT_DEVICE (bb_mqtt_device_get_type ())
G_DECLARE_FINAL_TYPE (BbMqttDevice, bb_mqtt_device, BB, MQTT_DEVICE, BbDevice)

struct _BbMqttDevice {
  BbDevice parent_instance;
  gchar *prefix;
  GStrv topics;         /* of the interface's requests, with the prefix */
  BbMqttHub *hub;       /* (unowned): the context's; NULL: stopped */
  GPtrArray *documents; /* (element-type JsonNode): last message of each topic, NULL: none */
  gint64 *arrived_ms;   /* (array): when */
  gboolean known;       /* the probes hold */
  gchar *variant;
  gint64
      useless_ms; /* when the last message came that is not used; G_MININT64: none since the last good one */
  GSource *late;  /* (owned): due when it is silent for too long */
};

G_DEFINE_FINAL_TYPE (BbMqttDevice, bb_mqtt_device, BB_TYPE_DEVICE)

static gint64
get_now_ms (BbMqttDevice *self)
{
  return bb_clock_get_mono_ms (bb_device_get_clock (BB_DEVICE (self)));
}

static gboolean
is_fast (BbMqttDevice *self, guint request)
{
  return bb_json_documents_wants (bb_device_get_interface (BB_DEVICE (self)), self->variant, request,
                                  BB_SCHEDULE_FAST);
}

/* What it is has to show anew. */
static void
forget (BbMqttDevice *self)
{
  for (guint i = 0; i < self->documents->len; i++) {
    bb_json_document_free (self->documents->pdata[i]);
    self->documents->pdata[i] = NULL;
  }
  self->known = FALSE;
  g_clear_pointer (&self->variant, g_free);
}

/* ---- trouble ---- */

static void
tell_silence (BbMqttDevice *self)
{
  const BbLink *link = bb_device_get_link (BB_DEVICE (self));
  gboolean heard = FALSE;
  const gchar *topic = NULL;
  g_autofree gchar *trouble = NULL;

  for (guint i = 0; i < self->documents->len; i++) {
    gboolean old = self->documents->pdata[i] == NULL || get_now_ms (self) - self->arrived_ms[i] >= SILENT_MS;

    heard |= !old;
    if (old && topic == NULL && (!self->known || is_fast (self, i)))
      topic = self->topics[i];
  }
  if (heard && !self->known)
    trouble = g_strdup_printf (_ ("What it publishes on “%s” at the MQTT broker %s port %u is not what its "
                                  "profile expects: check the topic prefix and the profile."),
                               self->prefix, link->host, link->port);
  else
    trouble = g_strdup_printf (
        _ ("Nothing came on “%s” at the MQTT broker %s port %u for %d s: turn on MQTT and its status updates "
           "in the meter, with this broker and the topic prefix “%s”."),
        topic != NULL ? topic : self->topics[0], link->host, link->port, SILENT_MS / 1000, self->prefix);
  bb_device_set_state (BB_DEVICE (self), BB_DEVICE_CONNECTING, trouble);
}

static gboolean
late_cb (gpointer data)
{
  BbMqttDevice *self = data;

  bb_clock_source_set_due (self->late, get_now_ms (self) + SILENT_MS);
  /* Without a broker there is another trouble, and so there is with messages that are no use. */
  if (bb_mqtt_hub_get_state (self->hub) == BB_MQTT_ONLINE
      && (self->useless_ms == G_MININT64 || get_now_ms (self) - self->useless_ms >= SILENT_MS))
    tell_silence (self);
  forget (self);
  return G_SOURCE_CONTINUE;
}

static void
tell_useless (BbMqttDevice *self, const gchar *topic, const gchar *why)
{
  const BbLink *link = bb_device_get_link (BB_DEVICE (self));
  g_autofree gchar *trouble = g_strdup_printf (
      /* Translators: topic, host, port, a sentence with the reason */
      _ ("What came on “%s” at the MQTT broker %s port %u is not used. %s"), topic, link->host, link->port,
      why);

  self->useless_ms = get_now_ms (self);
  bb_device_set_state (BB_DEVICE (self), BB_DEVICE_CONNECTING, trouble);
}

static void
tell_broker (BbMqttDevice *self)
{
  const BbLink *link = bb_device_get_link (BB_DEVICE (self));
  const gchar *why = bb_mqtt_hub_get_trouble (self->hub);
  g_autofree gchar *trouble = g_strdup_printf (
      /* Translators: host, port, a sentence with the reason */
      _ ("Its MQTT broker %s port %u cannot be used. %s"), link->host, link->port, why != NULL ? why : "");

  bb_device_set_state (BB_DEVICE (self), BB_DEVICE_CONNECTING, g_strchomp (trouble));
}

static void
broker_changed (gpointer data)
{
  BbMqttDevice *self = data;
  BbMqttState state = bb_mqtt_hub_get_state (self->hub);

  if (state == BB_MQTT_WAITING || state == BB_MQTT_STOPPED)
    tell_broker (self);
  else if (state == BB_MQTT_ONLINE) {
    bb_clock_source_set_due (self->late, get_now_ms (self) + SILENT_MS);
    bb_device_set_state (BB_DEVICE (self), BB_DEVICE_CONNECTING, NULL);
  }
}

/* ---- messages ---- */

/* When the oldest of the messages came that make a reading; FALSE: one is still missing. */
static gboolean
find_age (BbMqttDevice *self, gint64 *taken_ms)
{
  *taken_ms = G_MAXINT64;
  for (guint i = 0; i < self->documents->len; i++) {
    if (!is_fast (self, i))
      continue;
    if (self->documents->pdata[i] == NULL)
      return FALSE;
    *taken_ms = MIN (*taken_ms, self->arrived_ms[i]);
  }
  return *taken_ms != G_MAXINT64;
}

/* All topics of a reading were heard, and none is old. */
static void
go_online (BbMqttDevice *self, gint64 taken_ms)
{
  BbDevice *device = BB_DEVICE (self);

  self->useless_ms = G_MININT64;
  bb_clock_source_set_due (self->late, taken_ms + SILENT_MS);
  if (bb_device_get_state (device) != BB_DEVICE_ONLINE)
    bb_json_documents_read_identity (device, (JsonNode *const *) self->documents->pdata);
  bb_device_set_state (device, BB_DEVICE_ONLINE, NULL);
}

static void
read_documents (BbMqttDevice *self, guint request)
{
  BbDevice *device = BB_DEVICE (self);
  const BbInterface *interface = bb_device_get_interface (device);
  JsonNode *const *documents = (JsonNode *const *) self->documents->pdata;
  BbMeterReading *reading = bb_device_edit_meter_reading (device);
  g_autoptr (GError) error = NULL;
  gint64 taken_ms;

  if (!self->known) {
    g_free (self->variant);
    self->known = bb_json_documents_judge (interface, documents, &self->variant);
  }
  if (!self->known || !find_age (self, &taken_ms))
    return;
  if (!bb_json_documents_read_meter (interface, self->variant, documents,
                                     bb_named_values_count_phases (device), reading, &error)) {
    tell_useless (self, self->topics[request], error->message);
    return;
  }
  reading->taken_ms = taken_ms;
  if (is_fast (self, request) && get_now_ms (self) - taken_ms < SILENT_MS)
    go_online (self, taken_ms);
}

/* The message's object (transfer full); NULL with a sentence that tells why there is none. */
static JsonNode *
parse (GBytes *payload, const gchar **why)
{
  gsize size = 0;
  const gchar *text = payload != NULL ? g_bytes_get_data (payload, &size) : NULL;
  g_autoptr (JsonNode) root = size > 0 ? bb_json_parse (text, (gssize) size, "message", NULL) : NULL;

  if (root != NULL && JSON_NODE_HOLDS_OBJECT (root))
    return g_steal_pointer (&root);
  *why = payload == NULL
             ? _ ("It is too large for a measurement: check the topic prefix.")
             : _ ("It is no JSON object: check the topic prefix and the meter's settings for MQTT.");
  return NULL;
}

static void
take_message (const gchar *topic, GBytes *payload, gboolean retained, gpointer data)
{
  BbMqttDevice *self = data;
  const gchar *why = NULL;
  g_autoptr (JsonNode) root = NULL;
  guint request = 0;
  JsonNode *before;

  while (self->topics[request] != NULL && !g_str_equal (self->topics[request], topic))
    request++;
  if (retained || self->topics[request] == NULL)
    return;
  root = parse (payload, &why);
  if (root == NULL && (!self->known || is_fast (self, request)))
    tell_useless (self, topic, why);
  if (root == NULL)
    return;
  before = self->documents->pdata[request];
  self->documents->pdata[request] = g_steal_pointer (&root);
  bb_json_document_free (before);
  self->arrived_ms[request] = get_now_ms (self);
  read_documents (self, request);
}

/* ---- class ---- */

static const BbMqttListener listener = { take_message, broker_changed };

static void
bb_mqtt_device_stop (BbDevice *device)
{
  BbMqttDevice *self = BB_MQTT_DEVICE (device);

  if (self->hub != NULL)
    bb_mqtt_hub_remove (self->hub, self);
  self->hub = NULL;
  if (self->late != NULL)
    g_source_destroy (self->late);
  g_clear_pointer (&self->late, g_source_unref);
}

static void
bb_mqtt_device_start (BbDevice *device)
{
  BbMqttDevice *self = BB_MQTT_DEVICE (device);
  g_autoptr (GError) error = NULL;

  forget (self);
  self->useless_ms = G_MININT64;
  self->hub
      = bb_device_context_get_mqtt (bb_device_get_context (device), bb_device_get_link (device), &error);
  if (self->hub == NULL
      || !bb_mqtt_hub_add (self->hub, (const gchar *const *) self->topics, &listener, self, &error)) {
    self->hub = NULL;
    bb_device_set_state (device, BB_DEVICE_FAULT, error->message);
    return;
  }
  self->late = bb_clock_source_new (bb_device_get_clock (device), get_now_ms (self) + SILENT_MS);
  g_source_set_callback (self->late, late_cb, self, NULL);
  g_source_attach (self->late, g_main_context_get_thread_default ());
  broker_changed (self);
}

/* Messages come by themselves: a poll lets in what has arrived already. */
static gboolean
polled_cb (gpointer data)
{
  g_task_return_boolean (data, TRUE);
  return G_SOURCE_REMOVE;
}

static void
bb_mqtt_device_poll_async (BbDevice *device, GCancellable *cancellable, GAsyncReadyCallback callback,
                           gpointer data)
{
  g_autoptr (GSource) source = g_idle_source_new ();

  g_source_set_priority (source, G_PRIORITY_DEFAULT + 1);
  g_source_set_callback (source, polled_cb, g_task_new (device, cancellable, callback, data), g_object_unref);
  g_source_attach (source, g_main_context_get_thread_default ());
}

static void
bb_mqtt_device_finalize (GObject *object)
{
  BbMqttDevice *self = BB_MQTT_DEVICE (object);

  bb_mqtt_device_stop (BB_DEVICE (self));
  g_clear_pointer (&self->documents, g_ptr_array_unref);
  g_free (self->arrived_ms);
  g_strfreev (self->topics);
  g_free (self->prefix);
  g_free (self->variant);
  G_OBJECT_CLASS (bb_mqtt_device_parent_class)->finalize (object);
}

static void
bb_mqtt_device_class_init (BbMqttDeviceClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = bb_mqtt_device_finalize;
  BB_DEVICE_CLASS (klass)->start = bb_mqtt_device_start;
  BB_DEVICE_CLASS (klass)->stop = bb_mqtt_device_stop;
  BB_DEVICE_CLASS (klass)->poll_async = bb_mqtt_device_poll_async;
}

static void
bb_mqtt_device_init (BbMqttDevice *self)
{
}

BbDevice *
bb_mqtt_device_new (BbDeviceContext *context, BbProfile *profile, BbLink *link)
{
  BbDevice *device = bb_device_construct (BB_TYPE_MQTT_DEVICE, context, profile, link);
  BbMqttDevice *self = BB_MQTT_DEVICE (device);
  GStrv requests = bb_device_get_interface (device)->requests;
  guint n = requests != NULL ? g_strv_length (requests) : 0;

  self->prefix = g_strdup (link->identity != NULL && *link->identity != '\0' ? link->identity : link->id);
  self->topics = g_new0 (gchar *, n + 1);
  for (guint i = 0; i < n; i++)
    self->topics[i] = g_strconcat (self->prefix, "/", requests[i], NULL);
  self->documents = g_ptr_array_new_with_free_func (bb_json_document_free);
  g_ptr_array_set_size (self->documents, (gint) n);
  self->arrived_ms = g_new0 (gint64, MAX (n, 1));
  return device;
}
