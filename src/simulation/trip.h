/* SPDX-License-Identifier: GPL-3.0-or-later */
/* trip.h: would a fuse or circuit breaker of this rating have opened? gG fuses after IEC 60269-1, B and C
 * circuit breakers after EN 60898-1.
 *
 * Each standard gives two limits per device: a lower one (up to there it must not open) and an upper one (by
 * there it must have opened). Between them nobody knows. `may` follows the lower limits: where it stays
 * closed, every device of that kind holds; `must` the upper ones. How a varying current adds up no standard
 * says: here current above the first point collects wear at the rate 1 / (time of that current), current
 * below takes wear away over the conventional time, and at 1 the device counts as opened. See trip.c for the
 * figures, their sources, and why this errs on the careful side.
 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

typedef enum { BB_TRIP_GG = 0, BB_TRIP_B, BB_TRIP_C, BB_TRIP_N } BbTripKind;
typedef enum { BB_TRIP_MAY = 0, BB_TRIP_MUST, BB_TRIP_LIMITS } BbTripLimit;

#define BB_TRIP_MAX_POINTS 33

/* `current_ma`, held, opens the device after `time_ms`. */
typedef struct {
  gint64 current_ma;
  gint64 time_ms;
  const gchar *rule; /* static: the clause and point it comes from, or lies above */
} BbTripPoint;

typedef struct {
  guint8 n_points;                        /* 0: the standard has no such device */
  guint8 limit;                           /* BbTripLimit */
  BbTripPoint points[BB_TRIP_MAX_POINTS]; /* rising current, falling time */
} BbTripCurve;

typedef struct {
  gint64 wear;         /* of BB_TRIP_FULL */
  gint64 opened_at_ms; /* G_MININT64: never */
  gint64 opened_ma;    /* the current that flowed then */
  const gchar *rule;
} BbTripState;

/* A multiple of every time that the standards name, in ms. */
#define BB_TRIP_FULL G_GINT64_CONSTANT (864000000000)

/* "gG", "B", "C". */
const gchar *bb_trip_kind_get_name (BbTripKind kind);
/* One limit of a device of `rating_ma`. gG fuses exist in standard sizes: the largest one not above the
 * rating is taken. FALSE when the standard has no such device. */
gboolean bb_trip_curve_init (BbTripCurve *curve, BbTripKind kind, BbTripLimit limit, gint64 rating_ma);
void bb_trip_state_init (BbTripState *state);
/* `current_ma` flowed from `from_ms` for `for_ms`. */
void bb_trip_state_add (BbTripState *state, const BbTripCurve *curve, gint64 from_ms, gint64 for_ms,
                        gint64 current_ma);

G_END_DECLS
