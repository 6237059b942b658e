/* SPDX-License-Identifier: GPL-3.0-or-later */
/* ocpp-device-private.h: the OCPP driver's parts: the hub of an identity, and the device of each of its
 * connectors.
 *
 * A charge point has one connection and up to a few connectors; each connector is a BbDevice of its own. What
 * they share (link, boot, configuration) is the hub.
 */
#pragma once

#include "devices/ocpp-device.h"
#include "protocols/ocpp/ocpp-payload.h"

G_BEGIN_DECLS

#define BB_OCPP_TOPIC "ocpp"
/* A CALL without answer releases the queue after this. */
#define BB_OCPP_CALL_MS 10000

#define BB_TYPE_OCPP_DEVICE (bb_ocpp_device_get_type ())
G_DECLARE_FINAL_TYPE (BbOcppDevice, bb_ocpp_device, BB, OCPP_DEVICE, BbDevice)

/* How limits are written; tried from the first on until one is accepted. */
typedef struct {
  gboolean two_levels; /* safe profile below a live one that expires; else one that stays */
  gboolean watts;
} BbOcppManner;

typedef struct {
  guint refs;
  gchar *identity;
  BbClock *clock;
  BbLog *log;               /* (nullable) */
  BbDeviceContext *context; /* (unowned): the devices keep it */
  BbProfile *profile;       /* of its first connector */
  const BbInterface *interface;
  const BbOcppProfile *quirks;
  GPtrArray *devices; /* (element-type BbOcppDevice) (unowned): started ones */
  BbOcppLink *link;   /* (owned) (nullable) */
  /* set-up: see ocpp-setup.c */
  guint step, at;       /* which, and how far in it */
  guint device;         /* whose turn it is in steps of each device */
  guint chunk;          /* keys in a GetConfiguration */
  GSource *waiting;     /* (owned) (nullable): for BootNotification */
  GSource *resume;      /* (owned) (nullable): the next step, after the present answer went out */
  GStrv candidates;     /* (nullable): values to try for the present key */
  GHashTable *keys;     /* what it told of its configuration */
  gboolean booted;      /* it said who it is */
  gboolean cleared;     /* profiles of former owners are gone; once is enough */
  gboolean ready;       /* set-up is over: limits may be sent */
  gboolean wants_reset; /* a setting takes effect after a restart only */
  guint interval_s;     /* of its samples, as far as known */
  BbOcppManner manners[4];
  guint n_manners, manner;
  gboolean accepted; /* a live limit was accepted on this connection */
  gint64 fresh_ms;   /* mono: newest values with a time stamp of the present; G_MININT64: none */
} BbOcppHub;

/* Limits that were in force lately, the highest first: each holds until a settling time after the next began.
 */
typedef struct {
  gint64 since_ms;
  gint32 limit_ma;
} BbOcppPast;

struct _BbOcppDevice {
  BbDevice parent_instance;
  BbOcppHub *hub; /* (owned) (nullable): while started */
  guint connector;
  /* what it says */
  BbOcppStatus status;
  gboolean has_status;
  const gchar *error_code;     /* interned */
  gint64 status_ms, values_ms; /* mono; G_MININT64: never */
  gboolean values_newer;       /* values came since the status changed */
  gint32 seen_ma[3];           /* currents of the last values */
  gboolean seen_valid;         /* they are per phase */
  gint64 seen_max_ma; /* most that flows on a phase for sure, obedience is judged by it; -1: not known */
  gint64 idle_ms;     /* mono: since when it says Charging and nothing flows; G_MININT64: it flows */
  gboolean tag_taken; /* somebody was let charge: Authorize, StartTransaction, or it charges */
  gint64 transaction; /* -1: none */
  gint64 start_wh;    /* -1: not known */
  gint64 asked_ms;    /* mono: MeterValues were asked for, because none came; G_MININT64: not */
  /* what it was told */
  gint32 sent_ma; /* -1: nothing on this connection */
  guint sent_phases;
  gint64 sent_ms;
  gint64 refused_ms; /* mono: a limit was refused; G_MININT64: it was not */
  gint32 safe_ma;    /* of the safe profile that it accepted; -1: none */
  gint64 limited_ms; /* mono: since when it is limited; G_MININT64: not yet */
  GQueue past;       /* (element-type BbOcppPast) */
  GTask *command;    /* (owned) (nullable): under way */
  gint32 command_ma;
  guint command_phases;
  /* what is wrong, in the order in which it is told (owned) (nullable) */
  gchar *wrong_identity, *refused, *disobeys, *silent;
};

/* ---- ocpp-hub.c ---- */

BbOcppHub *bb_ocpp_hub_ref (BbOcppHub *hub);
void bb_ocpp_hub_unref (BbOcppHub *hub);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (BbOcppHub, bb_ocpp_hub_unref)
/* Joins the hub of its identity, made when it is the first (sets self->hub); leaves it, the last closes the
 * link. */
void bb_ocpp_hub_join (BbOcppDevice *self);
void bb_ocpp_hub_leave (BbOcppDevice *self);
void bb_ocpp_hub_take_link (BbOcppHub *hub, BbOcppLink *link);
BbOcppDevice *bb_ocpp_hub_find (BbOcppHub *hub, guint connector);
/* The profile says that this action must not be sent. */
gboolean bb_ocpp_hub_skips (BbOcppHub *hub, const gchar *action);

/* ---- ocpp-setup.c ---- */

void bb_ocpp_setup_begin (BbOcppHub *hub);  /* a link is there */
void bb_ocpp_setup_booted (BbOcppHub *hub); /* BootNotification came in; its answer goes out first */
void bb_ocpp_setup_stop (BbOcppHub *hub);
/* A setting that waits for a restart of the station gets it while nobody is plugged in. */
void bb_ocpp_setup_reset (BbOcppHub *hub);
gboolean bb_ocpp_setup_may_write (BbOcppHub *hub);

/* ---- ocpp-values.c: from what it says to the readings ---- */

void bb_ocpp_device_take_status (BbOcppDevice *self, const BbOcppStatusNotification *status);
void bb_ocpp_device_take_values (BbOcppDevice *self, const BbOcppValues *values);
/* The readings at this time: silence, pauses. */
void bb_ocpp_device_refresh (BbOcppDevice *self);
void bb_ocpp_device_forget (BbOcppDevice *self); /* the connection is gone */
void bb_ocpp_device_show (BbOcppDevice *self);   /* state and trouble */

/* ---- ocpp-limit.c: charging profiles ---- */

/* Manners to try, by profile and what the station told of itself. */
void bb_ocpp_limit_choose (BbOcppHub *hub);
const BbOcppManner *bb_ocpp_limit_get_manner (BbOcppHub *hub);
/* The safe profile was refused: another way to write it; FALSE: there is none. */
gboolean bb_ocpp_limit_next_safe (BbOcppHub *hub);
/* There is none: one level, because a live limit that expires would leave no limit at all behind. */
void bb_ocpp_limit_without_safe (BbOcppHub *hub);
gint32 bb_ocpp_limit_get_safe_ma (BbOcppDevice *self);
JsonObject *bb_ocpp_limit_safe_profile (BbOcppDevice *self);
gint64 bb_ocpp_limit_get_duration_ms (BbOcppHub *hub);
void bb_ocpp_limit_command (BbOcppDevice *self, gint32 setpoint_ma, guint phases, GTask *task);
void bb_ocpp_limit_release (BbOcppDevice *self);
void bb_ocpp_limit_forget (BbOcppDevice *self);
/* Compares the currents with what was allowed lately. */
void bb_ocpp_limit_judge (BbOcppDevice *self);

G_END_DECLS
