/* SPDX-License-Identifier: GPL-3.0-or-later */
/* device.h: a meter or station as the controller sees it, whatever it speaks.
 *
 * A driver is a subclass; profiles make most of them data. A device belongs to one main context. It
 * commissions itself after each (re)connect: probes, compares fail-safe registers, writes those that differ
 * once (see BbDeviceContext.may_commission), then answers polls. Nothing is written before its probes passed.
 */
#pragma once

#include <gio/gio.h>

#include "base/clock.h"
#include "base/log.h"
#include "devices/context.h"

G_BEGIN_DECLS

#define BB_DEVICE_ERROR (bb_device_error_quark ())
GQuark bb_device_error_quark (void);
typedef enum {
  BB_DEVICE_ERROR_LINK,     /* it cannot be reached by what the site says: missing address, port, profile */
  BB_DEVICE_ERROR_OFFLINE,  /* no connection, no answer */
  BB_DEVICE_ERROR_IDENTITY, /* another device than the profile's */
  BB_DEVICE_ERROR_SETUP,    /* a rule of the profile's "verify" does not hold; the message says what to set */
  BB_DEVICE_ERROR_REFUSED,  /* it refused a command */
  BB_DEVICE_ERROR_DISOBEYED, /* it accepted, and does not follow */
  BB_DEVICE_ERROR_DATA       /* it answers nonsense */
} BbDeviceError;

typedef enum {
  BB_DEVICE_STOPPED = 0,
  BB_DEVICE_CONNECTING,    /* nothing heard yet, or not any more */
  BB_DEVICE_COMMISSIONING, /* heard; probing, comparing, setting up */
  BB_DEVICE_ONLINE,
  BB_DEVICE_FAULT /* it answers, and must not be used: see bb_device_get_trouble() */
} BbDeviceState;

/* C-11, in this order everywhere. */
typedef enum {
  BB_STATION_FREE = 0,
  BB_STATION_OCCUPIED,
  BB_STATION_CHARGING,
  BB_STATION_DISCHARGING,
  BB_STATION_NOT_IN_OPERATION
} BbStationStatus;
const gchar *bb_station_status_get_name (BbStationStatus status);  /* "free", ... */
const gchar *bb_station_status_get_title (BbStationStatus status); /* translated */

typedef struct {
  gint64 taken_ms;      /* mono time at which it came in; G_MININT64: never */
  gint32 current_ma[3]; /* signed, import positive */
  gint32 voltage_mv[3]; /* 0: not measured */
  gint32 power_w;       /* total, signed */
  gboolean power_valid;
  gint32 phase_power_w[3];
  gint32 frequency_mhz;                      /* 0: not told */
  gint64 energy_import_wh, energy_export_wh; /* -1: not told */
} BbMeterReading;

typedef struct {
  gint64 taken_ms;   /* G_MININT64: never */
  guint8 vehicle;    /* bbe_vehicle */
  guint8 status;     /* BbStationStatus */
  guint8 phases_now; /* 1, 3; 0: not told */
  gboolean authorised;
  gboolean measured_valid;
  gint32 measured_ma[3]; /* at its terminals */
  gint32 voltage_mv[3];
  gint32 power_w;             /* -1: not told */
  gint64 energy_wh;           /* total; -1: not told */
  gint64 session_wh;          /* -1 */
  gint32 limit_actual_ma;     /* limit that it says is in force; -1: not told */
  gint32 failsafe_ma;         /* as read back; -1: not told */
  gint64 failsafe_timeout_ms; /* -1 */
  gboolean obeys;             /* FALSE: accepted a limit and draws over it (after its settling time) */
  const gchar *reason;        /* (nullable) static or interned: why it is in this state */
} BbStationReading;

#define BB_TYPE_DEVICE (bb_device_get_type ())
G_DECLARE_DERIVABLE_TYPE (BbDevice, bb_device, BB, DEVICE, GObject)
/* Signal "changed": state or trouble changed. */

struct _BbDeviceClass {
  GObjectClass parent_class;
  /* Connects, listens, commissions; does not block. */
  void (*start) (BbDevice *self);
  void (*stop) (BbDevice *self);
  /* Brings the readings up to date, as far as the device can: a request and answer, or nothing for devices
   * that push. Finishes when this is done or failed. Not called again before it finished. */
  void (*poll_async) (BbDevice *self, GCancellable *cancellable, GAsyncReadyCallback callback, gpointer data);
  gboolean (*poll_finish) (BbDevice *self, GAsyncResult *result, GError **error);
  /* Stations: sets the current (mA; 0 pauses) and phases (1, 3; 0: as they are), feeds the watchdog when it
   * is due. Called every period, also when nothing changed; finishes when the device confirmed, at once where
   * there was nothing to send. Not called again before it finished. */
  void (*command_async) (BbDevice *self, gint32 setpoint_ma, guint phases, GCancellable *cancellable,
                         GAsyncReadyCallback callback, gpointer data);
  gboolean (*command_finish) (BbDevice *self, GAsyncResult *result, GError **error);
  /* Leaves the device as it should be without us (profile: on release). (nullable) */
  void (*release) (BbDevice *self);
};

const gchar *bb_device_get_id (BbDevice *self);
gboolean bb_device_is_meter (BbDevice *self);
BbDeviceState bb_device_get_state (BbDevice *self);
/* Why it is not online, as a sentence that says what to do; NULL when it is well. */
const gchar *bb_device_get_trouble (BbDevice *self);
/* Serial, firmware, model as the device told them; NULL: not told. */
const gchar *bb_device_get_serial (BbDevice *self);
const gchar *bb_device_get_firmware (BbDevice *self);
const gchar *bb_device_get_model (BbDevice *self);

void bb_device_start (BbDevice *self);
void bb_device_stop (BbDevice *self);
void bb_device_poll_async (BbDevice *self, GCancellable *cancellable, GAsyncReadyCallback callback,
                           gpointer data);
gboolean bb_device_poll_finish (BbDevice *self, GAsyncResult *result, GError **error);
void bb_device_command_async (BbDevice *self, gint32 setpoint_ma, guint phases, GCancellable *cancellable,
                              GAsyncReadyCallback callback, gpointer data);
gboolean bb_device_command_finish (BbDevice *self, GAsyncResult *result, GError **error);
void bb_device_release (BbDevice *self);

/* The last readings (of the kind that the device is), valid until the next poll. */
const BbMeterReading *bb_device_get_meter_reading (BbDevice *self);
const BbStationReading *bb_device_get_station_reading (BbDevice *self);

/* ---- for drivers ---- */

/* Makes a device of a driver's type; `link` (transfer full), `profile` may be NULL only in tests. The virtual
 * functions poll and command have defaults that finish at once with success; a driver that uses GTask with a
 * boolean needs no finish function of its own. */
BbDevice *bb_device_construct (GType type, BbDeviceContext *context, BbProfile *profile, BbLink *link);

typedef struct {
  gchar *serial, *firmware, *model;
} BbDeviceIdentity;

void bb_device_set_state (BbDevice *self, BbDeviceState state,
                          const gchar *trouble);                                /* emits, and logs a change */
void bb_device_set_identity (BbDevice *self, const BbDeviceIdentity *identity); /* NULL members stay */
BbMeterReading *bb_device_edit_meter_reading (BbDevice *self);
BbStationReading *bb_device_edit_station_reading (BbDevice *self);
/* TRUE between start and stop. */
gboolean bb_device_is_started (BbDevice *self);
BbDeviceContext *bb_device_get_context (BbDevice *self);
const BbLink *bb_device_get_link (BbDevice *self);
const BbInterface *bb_device_get_interface (BbDevice *self); /* of the link's connection; NULL: none */
BbProfile *bb_device_get_profile (BbDevice *self);
BbClock *bb_device_get_clock (BbDevice *self);

G_END_DECLS
