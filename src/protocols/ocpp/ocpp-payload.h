/* SPDX-License-Identifier: GPL-3.0-or-later */
/* ocpp-payload.h: what is in the payloads of OCPP 1.6: values, states, identity, times. No I/O.
 *
 * Readers are strict about what they use and blind to the rest: a field of the wrong type is
 * BB_OCPP_ERROR_PAYLOAD (FormationViolation to the peer); a sampled value that cannot be read is skipped, its
 * message is not. Strings given out belong to the payload.
 */
#pragma once

#include "protocols/ocpp/ocpp-frame.h"

G_BEGIN_DECLS

/* ---- members ---- */

/* NULL: no such member, or no string. */
const gchar *bb_ocpp_get_string (JsonObject *object, const gchar *name);
/* Integers, also written as 10.0. FALSE: no such member, another type, or beyond 2^53. */
gboolean bb_ocpp_get_int (JsonObject *object, const gchar *name, gint64 *value);
gboolean bb_ocpp_get_number (JsonObject *object, const gchar *name, gdouble *value);
/* NULL: no such member, or another type (transfer none). */
JsonObject *bb_ocpp_get_object (JsonObject *object, const gchar *name);
JsonArray *bb_ocpp_get_array (JsonObject *object, const gchar *name);

/* RFC 3339 in UTC to the second: "2026-11-21T02:44:00Z" (transfer full). */
gchar *bb_ocpp_format_time (gint64 wall_ms);
/* UTC ms; G_MININT64: not a time. Takes fractions, offsets, a missing Z. */
gint64 bb_ocpp_parse_time (const gchar *text);

/* ---- MeterValues ---- */

typedef enum {
  BB_OCPP_CURRENT = 0, /* mA, at all times from here on as the station gives it */
  BB_OCPP_CURRENT_EXPORT,
  BB_OCPP_CURRENT_OFFERED,
  BB_OCPP_VOLTAGE, /* mV */
  BB_OCPP_POWER,   /* mW */
  BB_OCPP_POWER_EXPORT,
  BB_OCPP_POWER_OFFERED,
  BB_OCPP_ENERGY, /* Wh */
  BB_OCPP_ENERGY_EXPORT,
  BB_OCPP_FREQUENCY, /* mHz */
  BB_OCPP_N_QUANTITIES
} BbOcppQuantity;

/* Of a phase, of all of them (no phase given: a total, a mean or a maximum, as the maker thinks), or of
 * neutral. */
typedef enum {
  BB_OCPP_L1 = 0,
  BB_OCPP_L2,
  BB_OCPP_L3,
  BB_OCPP_WHOLE,
  BB_OCPP_NEUTRAL,
  BB_OCPP_N_PHASES
} BbOcppPhase;

typedef struct {
  guint connector;
  gint64 transaction; /* -1: not told */
  gint64 stamp_ms;    /* newest of its time stamps, UTC; G_MININT64: none */
  guint64 valid;      /* bit quantity * BB_OCPP_N_PHASES + phase */
  gint64 values[BB_OCPP_N_QUANTITIES * BB_OCPP_N_PHASES];
  guint n_skipped; /* sampled values that could not be read */
} BbOcppValues;

gboolean bb_ocpp_read_meter_values (JsonObject *payload, BbOcppValues *values, GError **error);
gboolean bb_ocpp_values_get (const BbOcppValues *values, BbOcppQuantity quantity, BbOcppPhase phase,
                             gint64 *value);

/* ---- other calls of a station ---- */

typedef enum {
  BB_OCPP_AVAILABLE = 0,
  BB_OCPP_PREPARING,
  BB_OCPP_CHARGING,
  BB_OCPP_SUSPENDED_EVSE,
  BB_OCPP_SUSPENDED_EV,
  BB_OCPP_FINISHING,
  BB_OCPP_RESERVED,
  BB_OCPP_UNAVAILABLE,
  BB_OCPP_FAULTED
} BbOcppStatus;
const gchar *bb_ocpp_status_get_name (BbOcppStatus status);

typedef struct {
  guint connector; /* 0: the station itself */
  BbOcppStatus status;
  const gchar *error_code; /* "NoError" */
  const gchar *info;       /* (nullable) */
  gint64 stamp_ms;         /* G_MININT64: not told */
} BbOcppStatusNotification;
gboolean bb_ocpp_read_status (JsonObject *payload, BbOcppStatusNotification *status, GError **error);

typedef struct {
  const gchar *vendor, *model;    /* "" when not told */
  const gchar *serial, *firmware; /* (nullable) */
} BbOcppBoot;
gboolean bb_ocpp_read_boot (JsonObject *payload, BbOcppBoot *boot, GError **error);

typedef struct {
  guint connector;
  const gchar *id_tag;
  gint64 meter_wh;
} BbOcppStart;
gboolean bb_ocpp_read_start (JsonObject *payload, BbOcppStart *start, GError **error);

/* ---- answers ---- */

/* An answer's "status"; "" when there is none. */
const gchar *bb_ocpp_get_status (JsonObject *payload);

typedef struct {
  gchar *value; /* "" when not told */
  gboolean readonly;
} BbOcppKey;
/* Adds what a GetConfiguration answered to `keys`, made by bb_ocpp_keys_new(): key in lower case ->
 * BbOcppKey. */
GHashTable *bb_ocpp_keys_new (void);
gboolean bb_ocpp_read_keys (JsonObject *payload, GHashTable *keys, GError **error);
const BbOcppKey *bb_ocpp_find_key (GHashTable *keys, const gchar *name);

G_END_DECLS
