/* SPDX-License-Identifier: GPL-3.0-or-later */
/* ocpp-device.c: a connector of an OCPP 1.6J station, or a clamp, as a BbDevice: it pushes, so a poll
 * finishes at once. */
#include <glib/gi18n.h>

#include "devices/ocpp-device-private.h"

G_DEFINE_FINAL_TYPE (BbOcppDevice, bb_ocpp_device, BB_TYPE_DEVICE)

static void
ocpp_start (BbDevice *device)
{
  BbOcppDevice *self = BB_OCPP_DEVICE (device);
  BbOcppLink *link = NULL;
  bb_ocpp_hub_join (self);
  bb_ocpp_device_forget (self);
  bb_ocpp_device_show (self);
  link = self->hub->link;
  if (link != NULL && bb_ocpp_link_is_open (link)) /* a connector that was added to a station at work */
    bb_ocpp_setup_begin (self->hub);
}

static void
ocpp_stop (BbDevice *device)
{
  BbOcppDevice *self = BB_OCPP_DEVICE (device);
  bb_ocpp_device_forget (self);
  bb_ocpp_hub_leave (self);
}

void
bb_ocpp_device_take_link (BbDevice *device, BbOcppLink *link)
{
  g_return_if_fail (BB_IS_OCPP_DEVICE (device));
  if (BB_OCPP_DEVICE (device)->hub != NULL)
    bb_ocpp_hub_take_link (BB_OCPP_DEVICE (device)->hub, link);
}

/* Why it cannot be used now, as the result of a poll or command. FALSE: it can. */
static gboolean
return_state (BbOcppDevice *self, GTask *task)
{
  BbDevice *device = BB_DEVICE (self);
  BbDeviceState state = bb_device_get_state (device);
  const gchar *trouble = bb_device_get_trouble (device);
  gint code = BB_DEVICE_ERROR_OFFLINE;
  if (state == BB_DEVICE_ONLINE)
    return FALSE;
  if (state == BB_DEVICE_FAULT)
    code = self->wrong_identity != NULL ? BB_DEVICE_ERROR_IDENTITY : BB_DEVICE_ERROR_SETUP;
  g_task_return_new_error (task, BB_DEVICE_ERROR, code, "%s",
                           trouble != NULL ? trouble : _ ("It is not ready yet."));
  return TRUE;
}

static void
ocpp_poll_async (BbDevice *device, GCancellable *cancellable, GAsyncReadyCallback callback, gpointer data)
{
  BbOcppDevice *self = BB_OCPP_DEVICE (device);
  g_autoptr (GTask) task = g_task_new (self, cancellable, callback, data);
  bb_ocpp_device_refresh (self);
  if (!return_state (self, task))
    g_task_return_boolean (task, TRUE);
}

static void
ocpp_command_async (BbDevice *device, gint32 setpoint_ma, guint phases, GCancellable *cancellable,
                    GAsyncReadyCallback callback, gpointer data)
{
  BbOcppDevice *self = BB_OCPP_DEVICE (device);
  g_autoptr (GTask) task = g_task_new (self, cancellable, callback, data);
  if (!return_state (self, task))
    bb_ocpp_limit_command (self, setpoint_ma, phases, task);
}

static void
ocpp_release (BbDevice *device)
{
  bb_ocpp_limit_release (BB_OCPP_DEVICE (device));
}

static void
bb_ocpp_device_finalize (GObject *object)
{
  BbOcppDevice *self = BB_OCPP_DEVICE (object);
  if (self->hub != NULL)
    bb_ocpp_hub_leave (self);
  g_queue_clear_full (&self->past, g_free);
  g_free (self->wrong_identity);
  g_free (self->refused);
  g_free (self->disobeys);
  g_free (self->silent);
  G_OBJECT_CLASS (bb_ocpp_device_parent_class)->finalize (object);
}

static void
bb_ocpp_device_class_init (BbOcppDeviceClass *klass)
{
  BbDeviceClass *device_class = BB_DEVICE_CLASS (klass);
  G_OBJECT_CLASS (klass)->finalize = bb_ocpp_device_finalize;
  device_class->start = ocpp_start;
  device_class->stop = ocpp_stop;
  device_class->poll_async = ocpp_poll_async;
  device_class->command_async = ocpp_command_async;
  device_class->release = ocpp_release;
}

static void
bb_ocpp_device_init (BbOcppDevice *self)
{
  g_queue_init (&self->past);
  self->transaction = self->start_wh = -1;
  self->sent_ma = self->safe_ma = -1;
  self->status_ms = self->values_ms = self->idle_ms = self->asked_ms = self->refused_ms = G_MININT64;
  self->limited_ms = G_MININT64;
  self->seen_max_ma = -1;
}

BbDevice *
bb_ocpp_device_new (BbDeviceContext *context, BbProfile *profile, BbLink *link)
{
  BbDevice *device = bb_device_construct (BB_TYPE_OCPP_DEVICE, context, profile, link);
  BB_OCPP_DEVICE (device)->connector = MAX (link->connector, 1);
  return device;
}
