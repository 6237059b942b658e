/* SPDX-License-Identifier: GPL-3.0-or-later */
/* p1-device.c: the driver for smart meters whose P1 port comes over TCP. */
#include "devices/p1-device.h"

#include <glib/gi18n.h>

#include "devices/http-device-values.h"
#include "protocols/p1/p1-stream.h"

/* So many damaged telegrams in a row are a cable or a wrong speed, no accident. */
#define BAD_TO_TELL 3

#define BB_TYPE_P1_DEVICE (bb_p1_device_get_type ())
G_DECLARE_FINAL_TYPE (BbP1Device, bb_p1_device, BB, P1_DEVICE, BbDevice)

struct _BbP1Device {
  BbDevice parent_instance;
  BbP1Stream *stream; /* between start and stop */
  guint n_bad;        /* damaged telegrams up to the last good one */
};

G_DEFINE_FINAL_TYPE (BbP1Device, bb_p1_device, BB_TYPE_DEVICE)

static gboolean
get_named (const BbPoint *point, const gchar *path, gdouble *raw, gpointer data)
{
  return bb_p1_telegram_get_number (data, path, raw);
}

gboolean
bb_p1_device_decode (const BbInterface *interface, const BbP1Telegram *telegram, guint n_phases,
                     BbMeterReading *reading, GError **error)
{
  BbNamedValues values
      = { .interface = interface, .get = get_named, .data = (gpointer) telegram, .n_phases = n_phases };

  return bb_named_values_read_meter (&values, reading, error);
}

/* What stands at an identity role; octet strings come as hexadecimal digits. NULL: nothing. */
static gchar *
get_text (const BbInterface *interface, const BbP1Telegram *telegram, BbRole role)
{
  const BbPoint *point = bb_interface_find_point (interface, role);
  const BbP1Value *value
      = point != NULL && point->path != NULL ? bb_p1_telegram_find (telegram, point->path) : NULL;
  g_autoptr (GString) text = g_string_new (NULL);

  if (value == NULL || value->text[0] == '\0')
    return NULL;
  for (const gchar *at = value->text; *at != '\0'; at += 2) {
    gint high = g_ascii_xdigit_value (at[0]), low = at[1] != '\0' ? g_ascii_xdigit_value (at[1]) : -1;

    if (high < 0 || low < 0 || !g_ascii_isprint ((gchar) (high << 4 | low)))
      return g_strdup (value->text);
    g_string_append_c (text, (gchar) (high << 4 | low));
  }
  return g_string_free (g_steal_pointer (&text), FALSE);
}

static void
read_identity (BbDevice *device, const BbP1Telegram *telegram)
{
  const BbInterface *interface = bb_device_get_interface (device);
  g_autofree gchar *serial = get_text (interface, telegram, BB_ROLE_SERIAL);
  g_autofree gchar *firmware = get_text (interface, telegram, BB_ROLE_FIRMWARE);
  BbDeviceIdentity identity = { serial, firmware, telegram->identification };

  bb_device_set_identity (device, &identity);
}

static void
take_telegram (BbP1Device *self, const BbP1Telegram *telegram)
{
  BbDevice *device = BB_DEVICE (self);
  BbMeterReading *reading = bb_device_edit_meter_reading (device);
  g_autoptr (GError) error = NULL;

  self->n_bad = bb_p1_splitter_get_n_bad (bb_p1_stream_get_splitter (self->stream));
  if (!bb_p1_device_decode (bb_device_get_interface (device), telegram, bb_named_values_count_phases (device),
                            reading, &error)) {
    bb_device_set_state (device, BB_DEVICE_FAULT, error->message);
    return;
  }
  reading->taken_ms = bb_clock_get_mono_ms (bb_device_get_clock (device));
  if (bb_device_get_state (device) != BB_DEVICE_ONLINE)
    read_identity (device, telegram);
  bb_device_set_state (device, BB_DEVICE_ONLINE, NULL);
}

static void
handle (BbP1Stream *stream, const BbP1Telegram *telegram, const GError *error, gpointer data)
{
  BbP1Device *self = data;
  g_autofree gchar *trouble = NULL;

  if (telegram != NULL) {
    take_telegram (self, telegram);
    return;
  }
  trouble = g_strdup_printf (_ ("Its bridge is not reached (%s): check power, network, address and port."),
                             error->message);
  bb_device_set_state (BB_DEVICE (self), BB_DEVICE_CONNECTING, trouble);
}

/* ---- class ---- */

static void
bb_p1_device_start (BbDevice *device)
{
  BbP1Device *self = BB_P1_DEVICE (device);
  BbDeviceContext *context = bb_device_get_context (device);
  const BbLink *link = bb_device_get_link (device);
  g_autofree gchar *channel = g_strdup_printf ("p1 %s", link->id);

  self->n_bad = 0;
  self->stream = bb_p1_stream_new (link->host, link->port, bb_device_get_interface (device)->timeout_ms,
                                   context->clock, context->tape, channel, handle, self);
  bb_p1_stream_start (self->stream);
}

static void
bb_p1_device_stop (BbDevice *device)
{
  g_clear_pointer (&BB_P1_DEVICE (device)->stream, bb_p1_stream_free);
}

/* Telegrams come by themselves: a poll lets in what has arrived already, and looks whether they arrive whole.
 */
static gboolean
polled_cb (gpointer data)
{
  GTask *task = data;
  BbP1Device *self = g_task_get_source_object (task);
  BbP1Splitter *splitter = self->stream != NULL ? bb_p1_stream_get_splitter (self->stream) : NULL;
  g_autofree gchar *trouble = NULL;

  if (splitter == NULL || bb_p1_splitter_get_n_bad (splitter) - self->n_bad < BAD_TO_TELL) {
    g_task_return_boolean (task, TRUE);
    return G_SOURCE_REMOVE;
  }
  trouble
      = g_strdup_printf (_ ("Its telegrams arrive damaged (%s): check the cable and the bridge's settings."),
                         bb_p1_splitter_get_last_error (splitter));
  bb_device_set_state (BB_DEVICE (self), BB_DEVICE_CONNECTING, trouble);
  g_task_return_new_error (task, BB_DEVICE_ERROR, BB_DEVICE_ERROR_DATA, "%s", trouble);
  return G_SOURCE_REMOVE;
}

static void
bb_p1_device_poll_async (BbDevice *device, GCancellable *cancellable, GAsyncReadyCallback callback,
                         gpointer data)
{
  g_autoptr (GSource) source = g_idle_source_new ();

  /* Just after whatever can be read now was read. */
  g_source_set_priority (source, G_PRIORITY_DEFAULT + 1);
  g_source_set_callback (source, polled_cb, g_task_new (device, cancellable, callback, data), g_object_unref);
  g_source_attach (source, g_main_context_get_thread_default ());
}

static void
bb_p1_device_finalize (GObject *object)
{
  bb_p1_device_stop (BB_DEVICE (object));
  G_OBJECT_CLASS (bb_p1_device_parent_class)->finalize (object);
}

static void
bb_p1_device_class_init (BbP1DeviceClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = bb_p1_device_finalize;
  BB_DEVICE_CLASS (klass)->start = bb_p1_device_start;
  BB_DEVICE_CLASS (klass)->stop = bb_p1_device_stop;
  BB_DEVICE_CLASS (klass)->poll_async = bb_p1_device_poll_async;
}

static void
bb_p1_device_init (BbP1Device *self)
{
}

BbDevice *
bb_p1_device_new (BbDeviceContext *context, BbProfile *profile, BbLink *link)
{
  return bb_device_construct (BB_TYPE_P1_DEVICE, context, profile, link);
}
