/* SPDX-License-Identifier: GPL-3.0-or-later */
/* trip.c: the time-current limits of fuses and circuit breakers, and how current wears them.
 *
 * gG fuses, IEC 60269-1
 *   Table 2, conventional time: 1 h up to 63 A, 2 h up to 160 A, 3 h up to 400 A, 4 h above. Within it the
 *   fuse must not open at 1.25 In and must open at 1.6 In. Under 16 A: 1.5 In, and 2.1 In up to 4 A, 1.9 In
 *   above.
 *   Table 3, gates: must not open within 10 s at Imin(10 s), nor within 0.1 s at Imin(0.1 s); must have
 *   opened within 5 s at Imax(5 s), and within 0.1 s at Imax(0.1 s). The figures below are those commonly
 *   printed in makers' catalogues from that table; compare them with your copy of the standard. For sizes
 *   under 16 A the gates differ between editions: there the conventional currents are used alone.
 *
 * Circuit breakers, EN 60898-1 (up to 125 A), table 7
 *   a) 1.13 In: no tripping within 1 h (2 h over 63 A)
 *   b) 1.45 In: tripping within that time
 *   c) 2.55 In: tripping in 1 s to 60 s (to 120 s over 32 A)
 *   d), e) instantaneous tripping (0.1 s) between 3 and 5 In for B, between 5 and 10 In for C
 *
 * Between two points the limit is a straight line on double logarithmic paper, as the printed curves are:
 * built here from geometric means, whose integer square roots are the same on every machine. Between those
 * the wear rate of `may` is taken from the chord, which lies above the convex curve, so it is never too
 * small; that of `must` from the point below, so it is never too large. Beyond the last point its time holds.
 *
 * Careful side: wear goes away no faster than in the conventional time, far slower than a fuse cools.
 */
#include "simulation/trip.h"

#include <math.h>

typedef struct {
  gint32 rating_a;
  gint32 min_10s_a, max_5s_a, min_01s_a, max_01s_a;
} Gate;

/* IEC 60269-1 table 3. */
static const Gate gates[] = {
  { 16, 33, 65, 85, 150 },
  { 20, 42, 85, 110, 200 },
  { 25, 52, 110, 150, 260 },
  { 32, 75, 150, 200, 350 },
  { 40, 95, 190, 260, 450 },
  { 50, 125, 250, 350, 610 },
  { 63, 160, 320, 450, 820 },
  { 80, 215, 425, 610, 1100 },
  { 100, 290, 580, 820, 1450 },
  { 125, 355, 715, 1100, 1910 },
  { 160, 460, 950, 1450, 2590 },
  { 200, 610, 1250, 1910, 3420 },
  { 250, 750, 1650, 2590, 4500 },
  { 315, 1050, 2200, 3420, 6000 },
  { 400, 1420, 2840, 4500, 8060 },
  { 500, 1780, 3800, 6000, 10600 },
  { 630, 2200, 5100, 8060, 14140 },
  { 800, 3060, 7000, 10600, 19000 },
  { 1000, 4000, 9500, 14140, 24000 },
  { 1250, 5000, 13000, 19000, 35000 },
};

const gchar *
bb_trip_kind_get_name (BbTripKind kind)
{
  static const gchar *const names[BB_TRIP_N] = { "gG", "B", "C" };
  return kind < BB_TRIP_N ? names[kind] : NULL;
}

/* Floor of the square root, exact. */
static gint64
isqrt (gint64 value)
{
  gint64 root = (gint64) sqrt ((double) value);
  while (root > 0 && root * root > value)
    root--;
  while ((root + 1) * (root + 1) <= value)
    root++;
  return root;
}

static void
add_point (BbTripCurve *curve, gint64 current_ma, gint64 time_ms, const gchar *rule)
{
  curve->points[curve->n_points++] = (BbTripPoint){ current_ma, time_ms, rule };
}

/* Adds what lies between two points, `depth` times halved, without the ends. */
static void
add_between (BbTripCurve *curve, BbTripPoint a, BbTripPoint b, guint depth)
{
  BbTripPoint middle = { isqrt (a.current_ma * b.current_ma), isqrt (a.time_ms * b.time_ms), a.rule };
  if (depth == 0)
    return;
  add_between (curve, a, middle, depth - 1);
  add_point (curve, middle.current_ma, middle.time_ms, middle.rule);
  add_between (curve, middle, b, depth - 1);
}

/* The corner points, and 15 more between each two. */
static void
build (BbTripCurve *curve, const BbTripPoint *corners, guint n)
{
  for (guint i = 0; i < n; i++) {
    if (i > 0)
      add_between (curve, corners[i - 1], corners[i], 4);
    add_point (curve, corners[i].current_ma, corners[i].time_ms, corners[i].rule);
  }
}

static void
small_fuse (BbTripCurve *curve, BbTripLimit limit, gint64 rating_ma)
{
  gint64 factor = limit == BB_TRIP_MAY ? 150 : rating_ma <= 4000 ? 210 : 190;
  BbTripPoint corner = { rating_ma * factor / 100, 3600000, "IEC 60269: conventional current, 1 h" };
  build (curve, &corner, 1);
}

static void
fuse (BbTripCurve *curve, BbTripLimit limit, gint64 rating_ma)
{
  const Gate *gate = &gates[0];
  if (rating_ma < 16000) {
    small_fuse (curve, limit, rating_ma);
    return;
  }
  for (guint i = 0; i < G_N_ELEMENTS (gates) && gates[i].rating_a * G_GINT64_CONSTANT (1000) <= rating_ma;
       i++)
    gate = &gates[i];
  gint64 hours = gate->rating_a <= 63 ? 1 : gate->rating_a <= 160 ? 2 : gate->rating_a <= 400 ? 3 : 4;
  BbTripPoint may[3]
      = { { gate->rating_a * 1250, hours * 3600000, "IEC 60269-1 table 2: 1.25 In, conventional time" },
          { gate->min_10s_a * 1000, 10000, "IEC 60269-1 table 3: Imin(10 s)" },
          { gate->min_01s_a * 1000, 100, "IEC 60269-1 table 3: Imin(0.1 s)" } };
  BbTripPoint must[3]
      = { { gate->rating_a * 1600, hours * 3600000, "IEC 60269-1 table 2: 1.6 In, conventional time" },
          { gate->max_5s_a * 1000, 5000, "IEC 60269-1 table 3: Imax(5 s)" },
          { gate->max_01s_a * 1000, 100, "IEC 60269-1 table 3: Imax(0.1 s)" } };
  build (curve, limit == BB_TRIP_MAY ? may : must, 3);
}

static void
breaker (BbTripCurve *curve, BbTripLimit limit, gint64 rating_ma, gint64 low, gint64 high)
{
  gint64 hours = rating_ma <= 63000 ? 1 : 2;
  gint64 slow_ms = rating_ma <= 32000 ? 60000 : 120000;
  if (rating_ma > 125000)
    return;
  BbTripPoint may[3]
      = { { rating_ma * 113 / 100, hours * 3600000, "EN 60898-1 table 7 a: 1.13 In, conventional time" },
          { rating_ma * 255 / 100, 1000, "EN 60898-1 table 7 c: 2.55 In, 1 s" },
          { rating_ma * low, 100, "EN 60898-1 table 7 d: instantaneous, lower limit" } };
  BbTripPoint must[3]
      = { { rating_ma * 145 / 100, hours * 3600000, "EN 60898-1 table 7 b: 1.45 In, conventional time" },
          { rating_ma * 255 / 100, slow_ms, "EN 60898-1 table 7 c: 2.55 In, 60 s or 120 s" },
          { rating_ma * high, 100, "EN 60898-1 table 7 e: instantaneous, upper limit" } };
  build (curve, limit == BB_TRIP_MAY ? may : must, 3);
}

gboolean
bb_trip_curve_init (BbTripCurve *curve, BbTripKind kind, BbTripLimit limit, gint64 rating_ma)
{
  *curve = (BbTripCurve){ .limit = (guint8) limit };
  if (rating_ma < 1000)
    return FALSE;
  if (kind == BB_TRIP_GG)
    fuse (curve, limit, rating_ma);
  else
    breaker (curve, limit, rating_ma, kind == BB_TRIP_B ? 3 : 5, kind == BB_TRIP_B ? 5 : 10);
  return curve->n_points > 0;
}

void
bb_trip_state_init (BbTripState *state)
{
  *state = (BbTripState){ .opened_at_ms = G_MININT64 };
}

/* Index of the last point at or below the current; the first is. */
static guint
find_point (const BbTripCurve *curve, gint64 current_ma)
{
  guint k = 0;
  while (k + 1 < curve->n_points && curve->points[k + 1].current_ma <= current_ma)
    k++;
  return k;
}

/* Wear per ms. */
static gint64
wear_rate (const BbTripCurve *curve, guint k, gint64 current_ma)
{
  const BbTripPoint *a = &curve->points[k], *b = a + 1;
  gint64 rate = BB_TRIP_FULL / a->time_ms;
  if (curve->limit == BB_TRIP_MUST || k + 1 >= curve->n_points || b->current_ma <= a->current_ma)
    return rate;
  double share = (double) (current_ma - a->current_ma) / (double) (b->current_ma - a->current_ma);
  return rate + (gint64) ((double) (BB_TRIP_FULL / b->time_ms - rate) * share);
}

void
bb_trip_state_add (BbTripState *state, const BbTripCurve *curve, gint64 from_ms, gint64 for_ms,
                   gint64 current_ma)
{
  if (curve->n_points == 0 || state->opened_at_ms != G_MININT64)
    return;
  if (current_ma < curve->points[0].current_ma) {
    gint64 rate = BB_TRIP_FULL / curve->points[0].time_ms;
    state->wear = for_ms > state->wear / rate ? 0 : state->wear - rate * for_ms;
    return;
  }
  guint k = find_point (curve, current_ma);
  gint64 rate = wear_rate (curve, k, current_ma);
  gint64 left_ms = (BB_TRIP_FULL - state->wear + rate - 1) / rate;
  if (for_ms < left_ms) {
    state->wear += rate * for_ms;
    return;
  }
  state->wear = BB_TRIP_FULL;
  state->opened_at_ms = from_ms + left_ms;
  state->opened_ma = current_ma;
  state->rule = curve->points[k].rule;
}
