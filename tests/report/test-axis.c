/* SPDX-License-Identifier: GPL-3.0-or-later */
/* test-axis.c: ticks of values and of times, with the days on which the clock changes. */
#include <math.h>
#include <string.h>

#include "report/axis.h"

/* ---- values ---- */

static const struct {
  gdouble min, max;
  guint max_steps, decimals;
  gdouble want_min, want_max, want_step;
  guint want_decimals;
} values[] = {
  { 0, 25, 6, 1, 0, 25, 5, 0 },         { 0, 26.25, 6, 1, 0, 30, 5, 0 },
  { -5.9, 26.2, 6, 1, -10, 30, 10, 0 }, { 0, 1, 5, 1, 0, 1, 0.2, 1 },
  { 0, 0.03, 5, 2, 0, 0.03, 0.01, 2 },  { 0, 0.03, 5, 1, 0, 0.1, 0.1, 1 },
  { 228, 233, 5, 1, 228, 233, 1, 0 },   { 0, 1234567, 4, 0, 0, 1500000, 500000, 0 },
  { 0, 0, 5, 1, 0, 0.1, 0.1, 1 },       { -11, 0, 3, 2, -15, 0, 5, 0 },
};

static void
test_values (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (values); i++) {
    BbAxis axis = bb_axis_new (values[i].min, values[i].max, values[i].max_steps, values[i].decimals);
    g_assert_cmpfloat_with_epsilon (axis.min, values[i].want_min, 1e-9);
    g_assert_cmpfloat_with_epsilon (axis.max, values[i].want_max, 1e-9);
    g_assert_cmpfloat_with_epsilon (axis.step, values[i].want_step, 1e-9);
    g_assert_cmpuint (axis.decimals, ==, values[i].want_decimals);
  }
}

/* Whatever the range: it is inside, the step is 1, 2 or 5 x 10^n, and there are not too many. */
static void
test_values_random (void)
{
  g_autoptr (GRand) rand = g_rand_new_with_seed (7);
  for (guint i = 0; i < 20000; i++) {
    gdouble size = pow (10, g_rand_double_range (rand, -2, 7)), min = g_rand_double_range (rand, -size, size);
    gdouble max = min + size * g_rand_double (rand), digit = 0;
    guint steps = (guint) g_rand_int_range (rand, 2, 12);
    BbAxis axis = bb_axis_new (min, max, steps, 6);
    digit = axis.step / pow (10, floor (log10 (axis.step) + 1e-9));
    g_assert_cmpfloat (axis.min, <=, min + size * 1e-6);
    g_assert_cmpfloat (axis.max, >=, max - size * 1e-6);
    g_assert_cmpuint (bb_axis_get_n_ticks (&axis) - 1, <=, steps);
    g_assert_true (fabs (digit - 1) < 1e-6 || fabs (digit - 2) < 1e-6 || fabs (digit - 5) < 1e-6);
    g_assert_cmpfloat_with_epsilon (bb_axis_get_tick (&axis, 0), axis.min, axis.step * 1e-6);
  }
}

/* Cut at fifths of a step where whole steps would leave a third empty. */
static void
test_values_tight (void)
{
  BbAxis limit = bb_axis_new_tight (0, 105, 3, 1), snug = bb_axis_new_tight (0, 96, 3, 1);
  g_autoptr (GRand) rand = g_rand_new_with_seed (8);
  g_assert_cmpfloat_with_epsilon (limit.max, 110, 1e-9);
  g_assert_cmpuint (bb_axis_get_n_ticks (&limit), ==, 3);
  g_assert_cmpfloat_with_epsilon (bb_axis_get_tick (&limit, 2), 100, 1e-9);
  g_assert_cmpfloat_with_epsilon (snug.max, 100, 1e-9);
  for (guint i = 0; i < 20000; i++) {
    gdouble min = g_rand_double_range (rand, -50, 50), max = min + g_rand_double_range (rand, 0.01, 90);
    guint steps = (guint) g_rand_int_range (rand, 2, 9), n = 0;
    BbAxis axis = bb_axis_new_tight (min, max, steps, 3);
    n = bb_axis_get_n_ticks (&axis);
    g_assert_cmpfloat (axis.min, <=, min + 1e-6);
    g_assert_cmpfloat (axis.max, >=, max - 1e-6);
    g_assert_cmpuint (n, >=, 2);
    g_assert_cmpuint (n, <=, steps + 1);
    g_assert_cmpfloat (bb_axis_get_tick (&axis, 0), >=, axis.min - 1e-6);
    g_assert_cmpfloat (bb_axis_get_tick (&axis, n - 1), <=, axis.max + 1e-6);
  }
}

static void
test_values_hostile (void)
{
  BbAxis axis = bb_axis_new (NAN, 3, 5, 1);
  g_assert_cmpfloat (axis.step, >, 0);
  axis = bb_axis_new (0, INFINITY, 5, 1);
  g_assert_cmpfloat (axis.step, >, 0);
  axis = bb_axis_new (5, 4, 0, 1);
  g_assert_cmpfloat (axis.max, >, axis.min);
}

static void
test_format (void)
{
  static const struct {
    gdouble value;
    guint decimals;
    const gchar *want;
  } cases[] = { { 12.34, 1, "12.3" }, { -5, 0, "−5" }, { -0.04, 1, "0.0" },  { -0.05, 1, "−0.1" },
                { 0, 2, "0.00" },     { NAN, 1, "–" }, { 1e6, 0, "1000000" } };
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autofree gchar *text = bb_axis_format (cases[i].value, cases[i].decimals);
    g_assert_cmpstr (text, ==, cases[i].want);
  }
}

/* ---- times ---- */

/* Seven px a character, as a font of fixed width. */
static gdouble
seven_px (gpointer data, const gchar *text)
{
  return 7.0 * (gdouble) g_utf8_strlen (text, -1);
}

static gint64
utc (const gchar *text)
{
  g_autoptr (GError) error = NULL;
  gint64 ms = 0;
  bb_time_parse (text, NULL, &ms, NULL, &error);
  g_assert_no_error (error);
  return ms;
}

static gchar *
join (const GArray *ticks)
{
  GString *text = g_string_new (NULL);
  for (guint i = 0; i < ticks->len; i++) {
    const BbTimeTick *tick = &g_array_index (ticks, BbTimeTick, i);
    g_string_append_printf (text, "%s%s%s", i > 0 ? " | " : "", tick->label, tick->strong ? "!" : "");
  }
  return g_string_free (text, FALSE);
}

static const struct {
  const gchar *name, *zone, *from, *until;
  gdouble width;
  const gchar *ticks, *contexts;
} times[] = {
  { "ms", "UTC", "2026-03-01T12:00:00Z", "2026-03-01T12:00:00.400Z", 700,
    "12:00:00.000 | 12:00:00.100 | 12:00:00.200 | 12:00:00.300", "Sunday 1 March 2026" },
  { "seconds", "UTC", "2026-03-01T12:00:00Z", "2026-03-01T12:00:20Z", 400,
    "12:00:00 | 12:00:05 | 12:00:10 | 12:00:15", "Sunday 1 March 2026" },
  { "minutes", "UTC", "2026-03-01T11:57:30Z", "2026-03-01T12:12:00Z", 300, "12:00 | 12:05 | 12:10",
    "Sunday 1 March 2026" },
  { "hours", "Europe/Berlin", "2026-03-01T20:30:00Z", "2026-03-02T02:00:00Z", 300, "22:00 | 00:00! | 02:00",
    "Sunday 1 March 2026 | Monday 2 March 2026!" },
  { "spring", "Europe/Berlin", "2026-03-28T23:00:00Z", "2026-03-29T05:00:00Z", 400,
    "00:00! | 01:00 | 03:00 | 04:00 | 05:00 | 06:00", "Sunday 29 March 2026" },
  { "spring-by-2", "Europe/Berlin", "2026-03-28T23:00:00Z", "2026-03-29T09:00:00Z", 300,
    "00:00! | 04:00 | 06:00 | 08:00 | 10:00", "Sunday 29 March 2026" },
  { "autumn", "Europe/Berlin", "2026-10-24T22:00:00Z", "2026-10-25T04:00:00Z", 400,
    "00:00! | 01:00 | 02:00 +2 | 02:00 +1 | 03:00 | 04:00", "Sunday 25 October 2026" },
  { "half-hour", "Australia/Lord_Howe", "2026-04-04T13:30:00Z", "2026-04-04T17:00:00Z", 400,
    "00:30 | 01:00 | 01:30 +11 | 01:30 +10:30 | 02:00 | 02:30 | 03:00", "Sunday 5 April 2026" },
  { "days-over-spring", "Europe/Berlin", "2026-03-27T23:00:00Z", "2026-03-31T22:00:00Z", 400,
    "Sat 28 | Sun 29 | Mon 30 | Tue 31", "March 2026" },
  { "two-days", "UTC", "2026-01-27T00:00:00Z", "2026-02-06T00:00:00Z", 420,
    "Tue 27 | Thu 29 | Sun 1! | Tue 3 | Thu 5", "January 2026 | February 2026!" },
  { "weeks", "UTC", "2026-01-01T00:00:00Z", "2026-02-01T00:00:00Z", 320, "5 Jan | 12 Jan | 19 Jan | 26 Jan",
    "January 2026" },
  { "months", "Europe/Berlin", "2026-10-31T23:00:00Z", "2027-03-01T00:00:00Z", 300,
    "Nov | Dec | Jan! | Feb | Mar", "2026 | 2027!" },
  { "quarters", "UTC", "2026-01-01T00:00:00Z", "2027-06-01T00:00:00Z", 200,
    "Jan! | Apr | Jul | Oct | Jan! | Apr", "2026 | 2027!" },
  { "years", "UTC", "2020-06-01T00:00:00Z", "2026-06-01T00:00:00Z", 400,
    "2021 | 2022 | 2023 | 2024 | 2025 | 2026", "" },
};

static void
test_times (gconstpointer data)
{
  guint i = GPOINTER_TO_UINT (data);
  g_autoptr (GError) error = NULL;
  g_autoptr (BbZone) zone = bb_zone_new (times[i].zone, &error);
  g_autoptr (BbTimeAxis) axis = NULL;
  g_autofree gchar *ticks = NULL, *contexts = NULL;
  g_assert_no_error (error);
  axis = bb_time_axis_new (zone, utc (times[i].from), utc (times[i].until), times[i].width, seven_px, NULL);
  ticks = join (axis->ticks);
  contexts = join (axis->contexts);
  g_assert_cmpstr (ticks, ==, times[i].ticks);
  g_assert_cmpstr (contexts, ==, times[i].contexts);
}

/* Any span at any time, over changes of the clock: ticks ascend, lie inside, no two with the same words and
 * context. */
static void
test_times_random (void)
{
  static const gchar *zones[]
      = { "Europe/Bucharest", "America/New_York", "Australia/Lord_Howe", "Asia/Kathmandu" };
  g_autoptr (GRand) rand = g_rand_new_with_seed (11);
  for (guint i = 0; i < 1500; i++) {
    g_autoptr (BbZone) zone = bb_zone_new (zones[i % G_N_ELEMENTS (zones)], NULL);
    gint64 from = (gint64) g_rand_double_range (rand, 0, 4e12);
    gint64 until = from + (gint64) pow (10, g_rand_double_range (rand, 3.3, 12));
    g_autoptr (BbTimeAxis) axis = bb_time_axis_new (zone, from, until, 900, seven_px, NULL);
    g_autoptr (GHashTable) seen = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
    gint64 before = G_MININT64;
    g_assert_cmpuint (axis->ticks->len, >=, 1);
    g_assert_cmpuint (axis->ticks->len, <=, 60);
    for (guint k = 0; k < axis->ticks->len; k++) {
      const BbTimeTick *tick = &g_array_index (axis->ticks, BbTimeTick, k);
      guint context = 0;
      gchar *whole = NULL;
      g_assert_cmpint (tick->time_ms, >, before);
      g_assert_cmpint (tick->time_ms, >=, from);
      g_assert_cmpint (tick->time_ms, <, until);
      before = tick->time_ms;
      while (context + 1 < axis->contexts->len
             && g_array_index (axis->contexts, BbTimeTick, context + 1).time_ms <= tick->time_ms)
        context++;
      whole = g_strdup_printf ("%s, %s", tick->label,
                               axis->contexts->len > 0
                                   ? g_array_index (axis->contexts, BbTimeTick, context).label
                                   : "");
      g_assert_false (g_hash_table_contains (seen, whole));
      g_hash_table_add (seen, whole);
    }
  }
}

static void
test_times_empty (void)
{
  g_autoptr (BbTimeAxis) axis = bb_time_axis_new (NULL, 5, 5, 100, seven_px, NULL);
  g_autoptr (BbTimeAxis) narrow = bb_time_axis_new (NULL, 0, 1000, 0, seven_px, NULL);
  g_assert_cmpuint (axis->ticks->len, ==, 0);
  g_assert_cmpuint (narrow->ticks->len, ==, 0);
}

static void
test_full (void)
{
  g_autoptr (BbZone) zone = bb_zone_new ("Europe/Berlin", NULL);
  g_autofree gchar *whole = bb_time_axis_format_full (zone, utc ("2026-03-13T12:00:05Z"), FALSE);
  g_autofree gchar *fine = bb_time_axis_format_full (zone, utc ("2026-03-13T12:00:05.25Z"), TRUE);
  g_autofree gchar *range
      = bb_time_axis_format_range (zone, utc ("2026-03-13T12:00:00Z"), utc ("2026-03-14T12:00:00Z"));
  g_autofree gchar *day
      = bb_time_axis_format_range (NULL, utc ("2026-03-13T12:00:00Z"), utc ("2026-03-13T14:00:00Z"));
  g_assert_cmpstr (whole, ==, "Fri 13 Mar 2026  13:00:05");
  g_assert_cmpstr (fine, ==, "Fri 13 Mar 2026  13:00:05.250");
  g_assert_cmpstr (range, ==, "Fri 13 Mar 2026 13:00 – Sat 14 Mar 2026 13:00");
  g_assert_cmpstr (day, ==, "Fri 13 Mar 2026  12:00 – 14:00");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/report/axis/values", test_values);
  g_test_add_func ("/report/axis/values-random", test_values_random);
  g_test_add_func ("/report/axis/values-tight", test_values_tight);
  g_test_add_func ("/report/axis/values-hostile", test_values_hostile);
  g_test_add_func ("/report/axis/format", test_format);
  for (guint i = 0; i < G_N_ELEMENTS (times); i++) {
    g_autofree gchar *path = g_strdup_printf ("/report/axis/times/%s", times[i].name);
    g_test_add_data_func (path, GUINT_TO_POINTER (i), test_times);
  }
  g_test_add_func ("/report/axis/times-random", test_times_random);
  g_test_add_func ("/report/axis/times-empty", test_times_empty);
  g_test_add_func ("/report/axis/full", test_full);
  return g_test_run ();
}
