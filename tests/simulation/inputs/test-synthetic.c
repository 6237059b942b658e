/* SPDX-License-Identifier: GPL-3.0-or-later */
/* test-synthetic.c: made-up homes, sun and cars: the same bits always, and figures as in life. */
#include "input-files.h"
#include <math.h>

#include "simulation/input-random.h"
#include "simulation/input-synthetic.h"

#define YEAR_FROM "2026-01-01T00:00:00+01:00"
#define YEAR_TO   "2027-01-01T00:00:00+01:00"

/* The first outputs of xoshiro256** from the state 1, 2, 3, 4, as its authors' program prints them. */
static void
test_random_vectors (void)
{
  static const uint64_t expected[] = { 11520,
                                       0,
                                       1509978240,
                                       UINT64_C (1215971899390074240),
                                       UINT64_C (1216172134540287360),
                                       UINT64_C (607988272756665600) };
  BbRandom random = { { 1, 2, 3, 4 } };

  for (size_t i = 0; i < G_N_ELEMENTS (expected); i++)
    g_assert_cmpuint (bb_random_next (&random), ==, expected[i]);
  /* splitmix64 of seed 0. */
  bb_random_init (&random, 0, 0);
  g_assert_cmpuint (bb_random_mix (0, 0), ==, bb_random_mix (0, 0));
  g_assert_cmpuint (bb_random_mix (0, 1), !=, bb_random_mix (1, 0));
}

static void
test_random_shapes (void)
{
  unsigned int counts[7] = { 0 };
  int64_t sum = 0, squares = 0;
  double unit = 0;
  BbRandom random;

  bb_random_init (&random, 42, 3);
  for (int i = 0; i < 70000; i++) {
    int32_t normal = bb_random_normal_milli (&random);
    double u = bb_random_unit (&random);

    counts[bb_random_below (&random, 7)]++;
    sum += normal;
    squares += (int64_t) normal * normal;
    g_assert_true (u >= 0 && u < 1);
    unit += u;
    g_assert_true (normal >= -4000 && normal <= 4000);
  }
  for (int i = 0; i < 7; i++)
    g_assert_true (counts[i] > 9600 && counts[i] < 10400);
  g_assert_cmpint (ABS (sum / 70000), <, 15);
  g_assert_cmpint (squares / 70000, >, 980000);
  g_assert_cmpint (squares / 70000, <, 1020000);
  g_assert_true (unit > 34700 && unit < 35300);
  g_assert_cmpuint (bb_random_below (&random, 0), ==, 0);
  g_assert_cmpuint (bb_random_below (&random, 1), ==, 0);
}

/* FNV-1a over all stretches: any change of any value or of any boundary changes it. */
static uint64_t
hash_source (BbLoadSource *source, int64_t from_ms, int64_t to_ms, int64_t *sum_mwh)
{
  uint64_t hash = UINT64_C (0xcbf29ce484222325);
  double mwms = 0;

  for (int64_t t_ms = from_ms, until_ms; t_ms < to_ms; t_ms = until_ms) {
    int32_t value_m[3];

    g_assert_true (bb_load_at (source, t_ms, value_m, &until_ms, NULL));
    g_assert_cmpint (until_ms, >, t_ms);
    for (int p = 0; p < 3; p++) {
      g_assert_cmpint (value_m[p], >=, 0);
      g_assert_cmpint (value_m[p] % 1000, ==, 0);
      hash = (hash ^ (uint32_t) value_m[p]) * UINT64_C (0x100000001b3);
      mwms += (double) value_m[p] * (double) (MIN (until_ms, to_ms) - t_ms);
    }
  }
  if (sum_mwh != NULL)
    *sum_mwh = (int64_t) (mwms / 3600000);
  return hash;
}

static BbLoadSource *
homes (uint32_t n, uint32_t annual_kwh, uint8_t phases, uint64_t seed)
{
  BbHouseholdsSpec spec = { n, annual_kwh, phases, "Europe/Zurich", seed };
  g_autoptr (GError) error = NULL;
  BbLoadSource *source = bb_load_new_households (&spec, &error);

  g_assert_no_error (error);
  return source;
}

static void
test_households_energy (void)
{
  static const uint32_t annual[] = { 1500, 0, 6000 };

  for (size_t i = 0; i < G_N_ELEMENTS (annual); i++) {
    g_autoptr (BbLoadSource) source = homes (10, annual[i], 0, 1 + i);
    double expected = 10.0 * (annual[i] > 0 ? annual[i] : 3000);
    int64_t mwh;

    hash_source (source, ms (YEAR_FROM), ms (YEAR_TO), &mwh);
    g_assert_cmpfloat ((double) mwh / 1e6, >, expected * 0.93);
    g_assert_cmpfloat ((double) mwh / 1e6, <, expected * 1.07);
  }
}

static void
test_households_same_bits (void)
{
  int64_t from_ms = ms ("2026-03-01T00:00:00Z"), to_ms = ms ("2026-04-05T00:00:00Z");
  g_autoptr (BbLoadSource) a = homes (3, 0, 0, 7), b = homes (3, 0, 0, 7), c = homes (3, 0, 0, 8);
  int32_t x[3], y[3];

  /* Asked out of order first. */
  g_assert_true (bb_load_at (b, ms ("2026-04-01T10:00:00Z"), x, NULL, NULL));
  g_assert_true (bb_load_at (b, ms ("2026-03-02T10:00:00Z"), y, NULL, NULL));
  g_assert_cmpuint (hash_source (a, from_ms, to_ms, NULL), ==, hash_source (b, from_ms, to_ms, NULL));
  g_assert_cmpuint (hash_source (a, from_ms, to_ms, NULL), !=, hash_source (c, from_ms, to_ms, NULL));
  /* What this was on the day it was written, for ever. */
  g_assert_cmphex (hash_source (a, from_ms, to_ms, NULL), ==, UINT64_C (0x1054857bc535df87));
}

static void
test_households_phases (void)
{
  g_autoptr (BbLoadSource) l2 = homes (4, 0, 2, 7);
  g_autoptr (BbLoadSource) one = homes (1, 0, 0, 7);
  BbLoadSpan span;

  g_assert_true (bb_load_span (l2, ms (YEAR_FROM), ms (YEAR_FROM) + 20 * BB_MS_PER_DAY, &span, NULL));
  g_assert_cmpint (span.mean_m[0], ==, 0);
  g_assert_cmpint (span.mean_m[2], ==, 0);
  g_assert_cmpint (span.max_m[1], >, 3000000);
  g_assert_cmpint (span.max_m[1], <, 20000000);
  g_assert_true (bb_load_span (one, ms (YEAR_FROM), ms (YEAR_FROM) + 20 * BB_MS_PER_DAY, &span, NULL));
  for (int p = 0; p < 3; p++) {
    g_assert_cmpint (span.mean_m[p], >, 20000);
    g_assert_cmpint (span.max_m[p], <, 12000000);
  }
}

/* By the local clock: the evening is the evening in winter and in summer. */
static void
test_households_clock (void)
{
  static const char *const days[] = { "2026-01-12", "2026-07-13" };

  for (size_t i = 0; i < G_N_ELEMENTS (days); i++) {
    g_autoptr (BbLoadSource) source = homes (50, 0, 1, 7);
    g_autofree char *midnight = g_strdup_printf ("%sT00:00:00%s", days[i], i == 0 ? "+01:00" : "+02:00");
    BbLoadSpan night, evening;

    g_assert_true (
        bb_load_span (source, ms (midnight) + 2 * 3600000, ms (midnight) + 4 * 3600000, &night, NULL));
    g_assert_true (
        bb_load_span (source, ms (midnight) + 18 * 3600000, ms (midnight) + 20 * 3600000, &evening, NULL));
    g_assert_cmpint (evening.mean_m[0], >, 3 * night.mean_m[0]);
  }
}

static BbLoadSource *
plant (double latitude, double longitude, BbWeather weather, uint8_t phases, uint64_t seed)
{
  BbPvSpec spec = { 10000, latitude, longitude, weather, phases, seed };
  g_autoptr (GError) error = NULL;
  BbLoadSource *source = bb_load_new_pv (&spec, &error);

  g_assert_no_error (error);
  return source;
}

static int32_t
total_w (BbLoadSource *source, const char *time)
{
  int32_t value_m[3];

  g_assert_true (bb_load_at (source, ms (time), value_m, NULL, NULL));
  return (value_m[0] + value_m[1] + value_m[2]) / 1000;
}

/* Against a calculation in double precision by the same formulas, done once with another program:
 * 10 kWp flat, 85 %, clear. */
static void
test_pv_clear (void)
{
  g_autoptr (BbLoadSource) zurich = plant (47.37, 8.54, BB_WEATHER_CLEAR, 0, 1);
  g_autoptr (BbLoadSource) south = plant (-33.87, 151.21, BB_WEATHER_CLEAR, 0, 1);
  static const struct {
    const char *time;
    int expected_w;
    gboolean is_south;
  } cases[] = {
    { "2026-06-21T11:30:00Z", 7998, FALSE }, { "2026-06-21T04:00:00Z", 231, FALSE },
    { "2026-06-21T18:45:00Z", 396, FALSE },  { "2026-12-21T11:25:00Z", 2567, FALSE },
    { "2026-12-21T20:00:00Z", 0, FALSE },    { "2026-03-20T08:00:00Z", 3200, FALSE },
    { "2028-12-31T11:00:00Z", 2578, FALSE }, { "2026-12-21T02:00:00Z", 8641, TRUE },
    { "2026-06-21T02:00:00Z", 4517, TRUE },  { "2026-06-21T14:00:00Z", 0, TRUE },
  };

  for (size_t i = 0; i < G_N_ELEMENTS (cases); i++) {
    int watts = total_w (cases[i].is_south ? south : zurich, cases[i].time);

    g_test_message ("%s: %d W, expected %d W", cases[i].time, watts, cases[i].expected_w);
    g_assert_cmpint (ABS (watts - cases[i].expected_w), <=, 4);
  }
}

static void
test_pv_weather (void)
{
  int64_t mwh[3];

  for (int weather = 0; weather < 3; weather++) {
    g_autoptr (BbLoadSource) source = plant (47.37, 8.54, (BbWeather) weather, 0, 5);

    hash_source (source, ms (YEAR_FROM), ms (YEAR_TO), &mwh[weather]);
  }
  /* kWh a year of 10 kWp on the flat: clear skies all year, broken clouds, closed ones. */
  g_assert_cmpint (mwh[0] / 1000000, >, 13000);
  g_assert_cmpint (mwh[0] / 1000000, <, 17000);
  g_assert_cmpint (mwh[1] * 100 / mwh[0], >, 60);
  g_assert_cmpint (mwh[1] * 100 / mwh[0], <, 85);
  g_assert_cmpint (mwh[2] * 100 / mwh[0], >, 15);
  g_assert_cmpint (mwh[2] * 100 / mwh[0], <, 35);
}

static void
test_pv_same_bits (void)
{
  int64_t from_ms = ms ("2026-06-01T00:00:00Z"), to_ms = ms ("2026-07-01T00:00:00Z");
  g_autoptr (BbLoadSource) a = plant (47.37, 8.54, BB_WEATHER_MIXED, 1, 5);
  g_autoptr (BbLoadSource) b = plant (47.37, 8.54, BB_WEATHER_MIXED, 1, 6);
  int32_t value_m[3];

  g_assert_true (bb_load_at (a, to_ms, value_m, NULL, NULL));
  g_assert_cmpint (value_m[1], ==, 0);
  g_assert_cmphex (hash_source (a, from_ms, to_ms, NULL), ==, UINT64_C (0x64417b61307200bf));
  g_assert_cmphex (hash_source (a, from_ms, to_ms, NULL), !=, hash_source (b, from_ms, to_ms, NULL));
}

static BbSessions *
cars (double per_day, BbArrivals arrivals, int64_t from_ms, int64_t to_ms)
{
  BbCarsSpec spec = { .cars_per_day = per_day,
                      .arrivals = arrivals,
                      .three_phase_permille = 600,
                      .zone = "Europe/Zurich",
                      .seed = 3 };
  g_autoptr (GError) error = NULL;
  BbSessions *sessions = bb_sessions_new_cars (&spec, from_ms, to_ms, &error);

  g_assert_no_error (error);
  return sessions;
}

static void
check_sorted (const BbSessions *sessions)
{
  for (size_t i = 0; i < sessions->n_items; i++) {
    g_assert_cmpint (sessions->items[i].departure_ms, >, sessions->items[i].arrival_ms);
    g_assert_cmpint (sessions->items[i].station, ==, -1);
    if (i > 0)
      g_assert_cmpint (sessions->items[i].arrival_ms, >=, sessions->items[i - 1].arrival_ms);
  }
}

static void
test_cars (void)
{
  static const double least[] = { 2500, 1750, 2500 }, most[] = { 2600, 1870, 2600 };

  for (int kind = 0; kind < 3; kind++) {
    g_autoptr (BbSessions) sessions = cars (7.0, (BbArrivals) kind, ms (YEAR_FROM), ms (YEAR_TO));
    double energy = 0, three = 0;

    check_sorted (sessions);
    for (size_t i = 0; i < sessions->n_items; i++) {
      energy += sessions->items[i].energy_wh;
      three += sessions->items[i].phases == 3;
    }
    g_assert_cmpfloat ((double) sessions->n_items, >=, least[kind]);
    g_assert_cmpfloat ((double) sessions->n_items, <=, most[kind]);
    g_assert_cmpfloat_with_epsilon (energy / (double) sessions->n_items, 12200, 500);
    g_assert_cmpfloat_with_epsilon (three / (double) sessions->n_items, 0.6, 0.04);
  }
}

/* A part of the year holds exactly what the year holds there. */
static void
test_cars_part (void)
{
  int64_t from_ms = ms ("2026-03-28T11:00:00Z"), to_ms = ms ("2026-04-03T17:30:00Z");
  g_autoptr (BbSessions) year = cars (11.5, BB_ARRIVALS_HOME, ms (YEAR_FROM), ms (YEAR_TO));
  g_autoptr (BbSessions) part = cars (11.5, BB_ARRIVALS_HOME, from_ms, to_ms);
  size_t first = bb_sessions_find (year, from_ms);

  g_assert_cmpuint (part->n_items, ==, bb_sessions_find (year, to_ms) - first);
  g_assert_cmpuint (part->n_items, >, 50);
  g_assert_cmpmem (part->items, part->n_items * sizeof (BbSession), year->items + first,
                   part->n_items * sizeof (BbSession));
}

static void
test_refused (void)
{
  BbHouseholdsSpec none = { .households = 0 }, many = { .households = 1001 },
                   lost = { .households = 1, .zone = "x/y" };
  BbPvSpec pole = { .peak_w = 1000, .latitude_deg = 91 }, nan = { .peak_w = 1000, .longitude_deg = NAN };
  BbPvSpec large = { .peak_w = 2000001, .phases = 4 };
  BbCarsSpec negative = { .cars_per_day = -1 }, no_number = { .cars_per_day = NAN },
             jam = { .cars_per_day = 10000 };

  g_assert_null (bb_load_new_households (&none, NULL));
  g_assert_null (bb_load_new_households (&many, NULL));
  g_assert_null (bb_load_new_households (&lost, NULL));
  g_assert_null (bb_load_new_pv (&pole, NULL));
  g_assert_null (bb_load_new_pv (&nan, NULL));
  g_assert_null (bb_load_new_pv (&large, NULL));
  g_assert_null (bb_sessions_new_cars (&negative, 0, 1, NULL));
  g_assert_null (bb_sessions_new_cars (&no_number, 0, 1, NULL));
  g_assert_null (bb_sessions_new_cars (&jam, 0, 100 * 366 * BB_MS_PER_DAY, NULL));
  g_assert_null (bb_sessions_new_cars (&jam, 1, 0, NULL));
}

static void
test_constant (void)
{
  static const int32_t value_m[3] = { 1, -2, 3 };
  g_autoptr (BbLoadSource) source = bb_load_new_constant (BB_UNIT_AMPERES, value_m);
  int32_t got[3];
  int64_t until_ms;
  BbLoadInfo info;

  g_assert_true (bb_load_at (source, -1000, got, &until_ms, NULL));
  g_assert_cmpmem (got, sizeof got, value_m, sizeof value_m);
  g_assert_cmpint (until_ms, ==, INT64_MAX);
  bb_load_get_info (source, &info);
  g_assert_cmpint (info.unit, ==, BB_UNIT_AMPERES);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/inputs/random/vectors", test_random_vectors);
  g_test_add_func ("/inputs/random/shapes", test_random_shapes);
  g_test_add_func ("/inputs/synthetic/households-energy", test_households_energy);
  g_test_add_func ("/inputs/synthetic/households-same-bits", test_households_same_bits);
  g_test_add_func ("/inputs/synthetic/households-phases", test_households_phases);
  g_test_add_func ("/inputs/synthetic/households-clock", test_households_clock);
  g_test_add_func ("/inputs/synthetic/pv-clear", test_pv_clear);
  g_test_add_func ("/inputs/synthetic/pv-weather", test_pv_weather);
  g_test_add_func ("/inputs/synthetic/pv-same-bits", test_pv_same_bits);
  g_test_add_func ("/inputs/synthetic/cars", test_cars);
  g_test_add_func ("/inputs/synthetic/cars-part", test_cars_part);
  g_test_add_func ("/inputs/synthetic/refused", test_refused);
  g_test_add_func ("/inputs/synthetic/constant", test_constant);
  return run_input_tests ();
}
