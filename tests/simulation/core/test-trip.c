/* SPDX-License-Identifier: GPL-3.0-or-later */
/* test-trip.c: the points of the time-current limits, one by one, and how current adds up between them. */
#include "simulation/trip.h"

#define HOUR_MS G_GINT64_CONSTANT (3600000)

/* When a device opens that carries `current_ma` from cold; G_MININT64: never within ten times as long as its
 * slowest. */
static gint64
opens_after (BbTripKind kind, BbTripLimit limit, gint64 rating_ma, gint64 current_ma)
{
  BbTripCurve curve;
  BbTripState state;
  g_assert_true (bb_trip_curve_init (&curve, kind, limit, rating_ma));
  bb_trip_state_init (&state);
  bb_trip_state_add (&state, &curve, 0, 40 * HOUR_MS, current_ma);
  return state.opened_at_ms;
}

static void
test_fuse_points (void)
{
  const struct {
    gint64 rating_a, hours, min_10s, max_5s, min_01s, max_01s;
  } fuses[] = { { 16, 1, 33, 65, 85, 150 },         { 25, 1, 52, 110, 150, 260 },
                { 63, 1, 160, 320, 450, 820 },      { 80, 2, 215, 425, 610, 1100 },
                { 160, 2, 460, 950, 1450, 2590 },   { 200, 3, 610, 1250, 1910, 3420 },
                { 400, 3, 1420, 2840, 4500, 8060 }, { 630, 4, 2200, 5100, 8060, 14140 } };
  for (guint i = 0; i < G_N_ELEMENTS (fuses); i++) {
    gint64 rating = fuses[i].rating_a * 1000;
    g_assert_cmpint (opens_after (BB_TRIP_GG, BB_TRIP_MAY, rating, rating * 5 / 4), ==,
                     fuses[i].hours * HOUR_MS);
    g_assert_cmpint (opens_after (BB_TRIP_GG, BB_TRIP_MAY, rating, rating * 5 / 4 - 1), ==, G_MININT64);
    g_assert_cmpint (opens_after (BB_TRIP_GG, BB_TRIP_MAY, rating, fuses[i].min_10s * 1000), ==, 10000);
    g_assert_cmpint (opens_after (BB_TRIP_GG, BB_TRIP_MAY, rating, fuses[i].min_01s * 1000), ==, 100);
    g_assert_cmpint (opens_after (BB_TRIP_GG, BB_TRIP_MUST, rating, rating * 8 / 5), ==,
                     fuses[i].hours * HOUR_MS);
    g_assert_cmpint (opens_after (BB_TRIP_GG, BB_TRIP_MUST, rating, rating * 8 / 5 - 1), ==, G_MININT64);
    g_assert_cmpint (opens_after (BB_TRIP_GG, BB_TRIP_MUST, rating, fuses[i].max_5s * 1000), ==, 5000);
    g_assert_cmpint (opens_after (BB_TRIP_GG, BB_TRIP_MUST, rating, fuses[i].max_01s * 1000), ==, 100);
  }
}

static void
test_breaker_points (void)
{
  const struct {
    BbTripKind kind;
    gint64 rating_a, hours, slow_s, low, high;
  } breakers[] = { { BB_TRIP_B, 16, 1, 60, 3, 5 },   { BB_TRIP_B, 32, 1, 60, 3, 5 },
                   { BB_TRIP_B, 40, 1, 120, 3, 5 },  { BB_TRIP_C, 16, 1, 60, 5, 10 },
                   { BB_TRIP_C, 63, 1, 120, 5, 10 }, { BB_TRIP_C, 80, 2, 120, 5, 10 },
                   { BB_TRIP_C, 125, 2, 120, 5, 10 } };
  for (guint i = 0; i < G_N_ELEMENTS (breakers); i++) {
    gint64 rating = breakers[i].rating_a * 1000;
    BbTripKind kind = breakers[i].kind;
    g_assert_cmpint (opens_after (kind, BB_TRIP_MAY, rating, rating * 113 / 100), ==,
                     breakers[i].hours * HOUR_MS);
    g_assert_cmpint (opens_after (kind, BB_TRIP_MAY, rating, rating * 113 / 100 - 1), ==, G_MININT64);
    g_assert_cmpint (opens_after (kind, BB_TRIP_MAY, rating, rating * 255 / 100), ==, 1000);
    g_assert_cmpint (opens_after (kind, BB_TRIP_MAY, rating, rating * breakers[i].low), ==, 100);
    g_assert_cmpint (opens_after (kind, BB_TRIP_MUST, rating, rating * 145 / 100), ==,
                     breakers[i].hours * HOUR_MS);
    g_assert_cmpint (opens_after (kind, BB_TRIP_MUST, rating, rating * 145 / 100 - 1), ==, G_MININT64);
    g_assert_cmpint (opens_after (kind, BB_TRIP_MUST, rating, rating * 255 / 100), ==,
                     breakers[i].slow_s * 1000);
    g_assert_cmpint (opens_after (kind, BB_TRIP_MUST, rating, rating * breakers[i].high), ==, 100);
  }
}

/* More current never opens later; and what must have opened may have opened before. */
static void
test_monotonic (void)
{
  const gint64 ratings[] = { 10000, 16000, 25000, 50000, 63000, 100000, 125000 };
  for (guint kind = 0; kind < BB_TRIP_N; kind++)
    for (guint r = 0; r < G_N_ELEMENTS (ratings); r++) {
      gint64 may_before = G_MAXINT64, must_before = G_MAXINT64;
      for (gint64 ma = ratings[r] + 1; ma < ratings[r] * 20; ma += ratings[r] / 37) {
        gint64 may = opens_after (kind, BB_TRIP_MAY, ratings[r], ma);
        gint64 must = opens_after (kind, BB_TRIP_MUST, ratings[r], ma);
        may = may == G_MININT64 ? G_MAXINT64 : may;
        must = must == G_MININT64 ? G_MAXINT64 : must;
        g_assert_cmpint (may, <=, must);
        g_assert_cmpint (may, <=, may_before);
        g_assert_cmpint (must, <=, must_before);
        may_before = may;
        must_before = must;
      }
    }
}

static void
test_wear_adds_up (void)
{
  BbTripCurve curve;
  BbTripState once, bits, rest;
  bb_trip_curve_init (&curve, BB_TRIP_GG, BB_TRIP_MAY, 25000);
  bb_trip_state_init (&once);
  bb_trip_state_init (&bits);
  bb_trip_state_init (&rest);
  bb_trip_state_add (&once, &curve, 0, 2 * HOUR_MS, 33000);
  for (gint64 t = 0; t < 2 * HOUR_MS; t += 1000)
    bb_trip_state_add (&bits, &curve, t, 1000, 33000);
  g_assert_cmpint (once.opened_at_ms, >, 0);
  g_assert_cmpint (once.opened_at_ms, ==, bits.opened_at_ms);
  g_assert_cmpint (once.opened_ma, ==, 33000);
  g_assert_cmpstr (once.rule, ==, "IEC 60269-1 table 2: 1.25 In, conventional time");
  /* Half of the time on, half of it off: the wear goes away again, but slower. */
  for (gint64 t = 0; t < 100 * HOUR_MS; t += 600000)
    bb_trip_state_add (&rest, &curve, t, 600000, t / 600000 % 2 ? 0 : 31250);
  g_assert_cmpint (rest.opened_at_ms, ==, G_MININT64);
  g_assert_cmpint (rest.wear, <=, BB_TRIP_FULL / 6 + 1000000);
  bb_trip_state_add (&rest, &curve, 0, HOUR_MS, 0);
  g_assert_cmpint (rest.wear, ==, 0);
}

static void
test_sizes (void)
{
  BbTripCurve curve;
  g_assert_false (bb_trip_curve_init (&curve, BB_TRIP_B, BB_TRIP_MAY, 160000));
  g_assert_cmpint (curve.n_points, ==, 0);
  g_assert_false (bb_trip_curve_init (&curve, BB_TRIP_GG, BB_TRIP_MAY, 0));
  /* Not a standard size: the next smaller one. */
  g_assert_cmpint (opens_after (BB_TRIP_GG, BB_TRIP_MAY, 45000, 50000), ==, HOUR_MS);
  g_assert_cmpint (opens_after (BB_TRIP_GG, BB_TRIP_MUST, 10000, 19000), ==, HOUR_MS);
  g_assert_cmpint (opens_after (BB_TRIP_GG, BB_TRIP_MUST, 4000, 8400), ==, HOUR_MS);
  g_assert_cmpstr (bb_trip_kind_get_name (BB_TRIP_GG), ==, "gG");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/simulation/trip/fuse-points", test_fuse_points);
  g_test_add_func ("/simulation/trip/breaker-points", test_breaker_points);
  g_test_add_func ("/simulation/trip/monotonic", test_monotonic);
  g_test_add_func ("/simulation/trip/wear-adds-up", test_wear_adds_up);
  g_test_add_func ("/simulation/trip/sizes", test_sizes);
  return g_test_run ();
}
