/* SPDX-License-Identifier: GPL-3.0-or-later */
/* device.c: what every driver shares: who it is, its state with the reason, its last readings. */
#include "devices/device.h"

#include <glib/gi18n.h>

typedef struct {
  BbDeviceContext *context; /* (owned) */
  BbProfile *profile;       /* (owned) (nullable) */
  BbLink *link;             /* (owned) */
  const BbInterface *interface;
  gboolean started;
  BbDeviceState state;
  gchar *trouble;
  BbDeviceIdentity identity;
  BbMeterReading meter;
  BbStationReading station;
} BbDevicePrivate;

G_DEFINE_ABSTRACT_TYPE_WITH_PRIVATE (BbDevice, bb_device, G_TYPE_OBJECT)

G_DEFINE_QUARK (bb_device_error, bb_device_error)

enum { CHANGED, N_SIGNALS };
static guint signals[N_SIGNALS];

static BbDevicePrivate *
private_of (BbDevice *self)
{
  return bb_device_get_instance_private (self);
}

/* ---- words ---- */

static const gchar *const status_names[]
    = { "free", "occupied", "charging", "discharging", "not-in-operation" };

const gchar *
bb_station_status_get_name (BbStationStatus status)
{
  return (guint) status < G_N_ELEMENTS (status_names) ? status_names[status] : "not-in-operation";
}

const gchar *
bb_station_status_get_title (BbStationStatus status)
{
  switch (status) {
  case BB_STATION_FREE:
    return _ ("free");
  case BB_STATION_OCCUPIED:
    return _ ("occupied");
  case BB_STATION_CHARGING:
    return _ ("charging");
  case BB_STATION_DISCHARGING:
    return _ ("discharging");
  case BB_STATION_NOT_IN_OPERATION:
  default:
    return _ ("not in operation");
  }
}

/* ---- making one ---- */

static void
reset_readings (BbDevicePrivate *priv)
{
  priv->meter = (BbMeterReading){ .taken_ms = G_MININT64, .energy_import_wh = -1, .energy_export_wh = -1 };
  priv->station = (BbStationReading){ .taken_ms = G_MININT64,
                                      .status = BB_STATION_NOT_IN_OPERATION,
                                      .power_w = -1,
                                      .energy_wh = -1,
                                      .session_wh = -1,
                                      .limit_actual_ma = -1,
                                      .failsafe_ma = -1,
                                      .failsafe_timeout_ms = -1,
                                      .obeys = TRUE };
}

BbDevice *
bb_device_construct (GType type, BbDeviceContext *context, BbProfile *profile, BbLink *link)
{
  g_return_val_if_fail (g_type_is_a (type, BB_TYPE_DEVICE), NULL);
  BbDevice *self = g_object_new (type, NULL);
  BbDevicePrivate *priv = private_of (self);
  priv->context = bb_device_context_ref (context);
  priv->profile = profile != NULL ? bb_profile_ref (profile) : NULL;
  priv->link = link;
  priv->interface = profile != NULL ? bb_profile_find_interface (profile, link->connection) : NULL;
  return self;
}

static void
bb_device_finalize (GObject *object)
{
  BbDevicePrivate *priv = private_of (BB_DEVICE (object));
  g_clear_pointer (&priv->link, bb_link_free);
  g_clear_pointer (&priv->profile, bb_profile_unref);
  g_clear_pointer (&priv->context, bb_device_context_unref);
  g_free (priv->trouble);
  g_free (priv->identity.serial);
  g_free (priv->identity.firmware);
  g_free (priv->identity.model);
  G_OBJECT_CLASS (bb_device_parent_class)->finalize (object);
}

static void
default_poll_async (BbDevice *self, GCancellable *cancellable, GAsyncReadyCallback callback, gpointer data)
{
  g_autoptr (GTask) task = g_task_new (self, cancellable, callback, data);
  g_task_return_boolean (task, TRUE);
}

static gboolean
default_finish (BbDevice *self, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), FALSE);
  return g_task_propagate_boolean (G_TASK (result), error);
}

static void
default_command_async (BbDevice *self, gint32 setpoint_ma G_GNUC_UNUSED, guint phases G_GNUC_UNUSED,
                       GCancellable *cancellable, GAsyncReadyCallback callback, gpointer data)
{
  default_poll_async (self, cancellable, callback, data);
}

static void
bb_device_class_init (BbDeviceClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = bb_device_finalize;
  klass->poll_async = default_poll_async;
  klass->poll_finish = default_finish;
  klass->command_async = default_command_async;
  klass->command_finish = default_finish;
  signals[CHANGED] = g_signal_new ("changed", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL, NULL,
                                   NULL, G_TYPE_NONE, 0);
}

static void
bb_device_init (BbDevice *self)
{
  reset_readings (private_of (self));
}

/* ---- what it is ---- */

const gchar *
bb_device_get_id (BbDevice *self)
{
  return private_of (self)->link->id;
}

gboolean
bb_device_is_meter (BbDevice *self)
{
  return private_of (self)->link->is_meter;
}

BbDeviceState
bb_device_get_state (BbDevice *self)
{
  return private_of (self)->state;
}

const gchar *
bb_device_get_trouble (BbDevice *self)
{
  return private_of (self)->trouble;
}

const gchar *
bb_device_get_serial (BbDevice *self)
{
  return private_of (self)->identity.serial;
}

const gchar *
bb_device_get_firmware (BbDevice *self)
{
  return private_of (self)->identity.firmware;
}

const gchar *
bb_device_get_model (BbDevice *self)
{
  return private_of (self)->identity.model;
}

const BbMeterReading *
bb_device_get_meter_reading (BbDevice *self)
{
  return &private_of (self)->meter;
}

const BbStationReading *
bb_device_get_station_reading (BbDevice *self)
{
  return &private_of (self)->station;
}

BbMeterReading *
bb_device_edit_meter_reading (BbDevice *self)
{
  return &private_of (self)->meter;
}

BbStationReading *
bb_device_edit_station_reading (BbDevice *self)
{
  return &private_of (self)->station;
}

gboolean
bb_device_is_started (BbDevice *self)
{
  return private_of (self)->started;
}

BbDeviceContext *
bb_device_get_context (BbDevice *self)
{
  return private_of (self)->context;
}

const BbLink *
bb_device_get_link (BbDevice *self)
{
  return private_of (self)->link;
}

const BbInterface *
bb_device_get_interface (BbDevice *self)
{
  return private_of (self)->interface;
}

BbProfile *
bb_device_get_profile (BbDevice *self)
{
  return private_of (self)->profile;
}

BbClock *
bb_device_get_clock (BbDevice *self)
{
  return private_of (self)->context->clock;
}

/* ---- state ---- */

static const gchar *
state_sentence (BbDeviceState state)
{
  static const gchar *const sentences[]
      = { "is stopped", "is not reached", "answers and is being set up", "is online", "must not be used" };
  return sentences[MIN ((guint) state, G_N_ELEMENTS (sentences) - 1)];
}

static void
log_state (BbDevice *self, BbDevicePrivate *priv)
{
  BbLogLevel level = priv->state == BB_DEVICE_FAULT ? BB_LOG_ERROR
                     : priv->trouble != NULL        ? BB_LOG_WARNING
                                                    : BB_LOG_INFO;
  const gchar *kind = priv->link->is_meter ? "Meter" : "Station";
  if (priv->trouble != NULL)
    bb_log_write (priv->context->log, level, "device", "%s “%s” %s: %s", kind, bb_device_get_id (self),
                  state_sentence (priv->state), priv->trouble);
  else
    bb_log_write (priv->context->log, level, "device", "%s “%s” %s.", kind, bb_device_get_id (self),
                  state_sentence (priv->state));
}

void
bb_device_set_state (BbDevice *self, BbDeviceState state, const gchar *trouble)
{
  BbDevicePrivate *priv = private_of (self);
  if (priv->state == state && g_strcmp0 (priv->trouble, trouble) == 0)
    return;
  priv->state = state;
  if (trouble != priv->trouble) {
    g_free (priv->trouble);
    priv->trouble = g_strdup (trouble);
  }
  log_state (self, priv);
  g_signal_emit (self, signals[CHANGED], 0);
}

static void
replace (gchar **place, const gchar *text)
{
  if (text == NULL || g_strcmp0 (*place, text) == 0)
    return;
  g_free (*place);
  *place = g_strdup (text);
}

void
bb_device_set_identity (BbDevice *self, const BbDeviceIdentity *identity)
{
  BbDeviceIdentity *own = &private_of (self)->identity;
  replace (&own->serial, identity->serial);
  replace (&own->firmware, identity->firmware);
  replace (&own->model, identity->model);
}

/* ---- what it does ---- */

void
bb_device_start (BbDevice *self)
{
  BbDevicePrivate *priv = private_of (self);
  if (priv->started)
    return;
  priv->started = TRUE;
  bb_device_set_state (self, BB_DEVICE_CONNECTING, NULL);
  if (BB_DEVICE_GET_CLASS (self)->start != NULL)
    BB_DEVICE_GET_CLASS (self)->start (self);
}

void
bb_device_stop (BbDevice *self)
{
  BbDevicePrivate *priv = private_of (self);
  if (!priv->started)
    return;
  priv->started = FALSE;
  if (BB_DEVICE_GET_CLASS (self)->stop != NULL)
    BB_DEVICE_GET_CLASS (self)->stop (self);
  bb_device_set_state (self, BB_DEVICE_STOPPED, NULL);
}

void
bb_device_poll_async (BbDevice *self, GCancellable *cancellable, GAsyncReadyCallback callback, gpointer data)
{
  BB_DEVICE_GET_CLASS (self)->poll_async (self, cancellable, callback, data);
}

gboolean
bb_device_poll_finish (BbDevice *self, GAsyncResult *result, GError **error)
{
  return BB_DEVICE_GET_CLASS (self)->poll_finish (self, result, error);
}

void
bb_device_command_async (BbDevice *self, gint32 setpoint_ma, guint phases, GCancellable *cancellable,
                         GAsyncReadyCallback callback, gpointer data)
{
  BB_DEVICE_GET_CLASS (self)->command_async (self, setpoint_ma, phases, cancellable, callback, data);
}

gboolean
bb_device_command_finish (BbDevice *self, GAsyncResult *result, GError **error)
{
  return BB_DEVICE_GET_CLASS (self)->command_finish (self, result, error);
}

void
bb_device_release (BbDevice *self)
{
  if (BB_DEVICE_GET_CLASS (self)->release != NULL)
    BB_DEVICE_GET_CLASS (self)->release (self);
}
