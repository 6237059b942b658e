/* SPDX-License-Identifier: GPL-3.0-or-later */
/* snapshot.h: a second of the controller as others may see it: what was measured, decided, and why.
 *
 * The controller fills it once a second after its step and lends it to its bridges; nothing in it is kept by
 * them. Texts are lent and UTF-8; currents in mA (import positive), powers in W, energies in Wh. "wall" is
 * UTC ms.
 */
#pragma once

#include "devices/device.h"
#include "engine/engine.h"

G_BEGIN_DECLS

typedef enum {
  BB_READING_GOOD = 0,
  BB_READING_STALE, /* there is a reading, and it is too old to decide by */
  BB_READING_LOST   /* there is none, or the device must not be used */
} BbReadingQuality;

typedef struct {
  const gchar *id;
  const gchar *name;      /* (nullable) */
  BbMeterReading reading; /* counts unless quality is lost */
  gint64 age_ms;          /* of the reading; -1: there is none */
  BbReadingQuality quality;
  const gchar *trouble; /* sentence (nullable): bb_device_get_trouble() */
} BbMeterSnapshot;

typedef struct {
  const gchar *id;
  const gchar *name;        /* (nullable) */
  gboolean answers;         /* it talks to us */
  BbStationReading reading; /* as heard last */
  gboolean commanded;       /* it is ours to set */
  gint32 setpoint_ma;
  guint8 phases;                 /* phases to charge on */
  guint8 reason_code;            /* bbe_reason_code */
  const gchar *reason;           /* sentence (nullable): bb_reason_text() */
  const gchar *trouble;          /* sentence (nullable): bb_device_get_trouble() */
  guint8 override;               /* bbe_override in force */
  gint32 override_ma;            /* of a cap */
  gint64 override_until_wall_ms; /* 0: none */
  gint32 wanted_wh;              /* -1: not known */
  gint64 departure_wall_ms;      /* 0: not known */
} BbStationSnapshot;

typedef struct {
  const gchar *id;
  const gchar *name;   /* (nullable) */
  guint8 phases;       /* mask of the circuit's phases */
  gboolean flow_valid; /* it is measured, now */
  gint32 flow_ma[3];
  gint32 rating_ma[3];
  gint32 share_ma[4]; /* what stations under it may draw: per phase, and in total; BBE_NO_LIMIT: no bound */
  guint8 limit[4];    /* bbe_limit that made it */
  gboolean failsafe;
} BbCircuitSnapshot;

typedef struct {
  const gchar *id;
  const gchar *name;   /* (nullable) */
  gboolean by_command; /* commands may set it: no input or device does */
  gboolean valid;      /* the source answers */
  guint8 state;        /* bbe_signal */
} BbSignalSnapshot;

typedef struct {
  gint64 mono_ms;
  gint64 wall_ms;
  gboolean wall_valid;
  guint64 revision; /* counts the steps that changed a set-point or a reason */
  guint8 signal;    /* bbe_signal in force */
  const BbMeterSnapshot *meters;
  guint n_meters;
  const BbStationSnapshot *stations;
  guint n_stations;
  const BbCircuitSnapshot *circuits;
  guint n_circuits;
  const BbSignalSnapshot *signals;
  guint n_signals;
} BbControllerSnapshot;

G_END_DECLS
