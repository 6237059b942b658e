/* SPDX-License-Identifier: GPL-3.0-or-later */
/* test-load-clock.c: load and generation by the local clock: its changes, leap days, and one day repeated. */
#include "load-kit.h"

#define HEAD "minute,l1_w,l2_w,l3_w\n"
#define TIME "time,total_w\n"

/* ---- calendar ---- */

static void
append_hours (GString *text, const char *day, int from, int to, int first_value)
{
  for (int hour = from; hour < to; hour++)
    for (int half = 0; half < 2; half++)
      g_string_append_printf (text, "%s %02d:%02d,%d\n", day, hour, half * 30, first_value++);
}

static void
test_clock_back (void)
{
  BbInputOptions options = { .zone = "Europe/Oslo" };
  GString *text = g_string_new (TIME);
  g_autofree char *content = NULL;
  g_autoptr (BbLoadSource) source = NULL;
  BbLoadInfo info;

  /* 2025-10-26: at 03:00 the clock goes back to 02:00. */
  append_hours (text, "2025-10-26", 0, 3, 3);
  append_hours (text, "2025-10-26", 2, 24, 9);
  content = g_string_free (text, FALSE);
  options.total_phases = 1;
  source = open_good (content, &options);
  for (int i = 0; i < 50; i++)
    assert_value (source, ms ("2025-10-25T22:00:00Z") + i * 1800000, (3 + i) * 1000, 0, 0);
  bb_load_get_info (source, &info);
  g_assert_cmpuint (info.gap_count, ==, 0);
  g_assert_cmpint (info.end_ms, ==, ms ("2025-10-26T23:00:00Z"));
}

/* A logger that wrote the hour once: it is the first one, the second is a gap. */
static void
test_clock_back_once (void)
{
  BbInputOptions options = { .zone = "Europe/Oslo" };
  GString *text = g_string_new (TIME);
  g_autofree char *content = NULL;
  g_autoptr (BbLoadSource) source = NULL;
  BbLoadInfo info;

  append_hours (text, "2025-10-26", 0, 12, 3);
  content = g_string_free (text, FALSE);
  source = open_good (content, &options);
  assert_value (source, ms ("2025-10-26T10:59:00Z"), 8667, 8667, 8666);
  bb_load_get_info (source, &info);
  g_assert_cmpuint (info.gap_count, ==, 1);
  g_assert_cmpint (info.gaps[0].from_ms, ==, ms ("2025-10-26T01:00:00Z"));
  g_assert_cmpint (info.gaps[0].to_ms, ==, ms ("2025-10-26T02:00:00Z"));
}

static void
test_clock_forward (void)
{
  BbInputOptions options = { .zone = "Europe/Oslo", .total_phases = 1 };
  GString *text = g_string_new (TIME);
  g_autofree char *content = NULL;
  g_autoptr (BbLoadSource) source = NULL;
  g_autoptr (GError) error = NULL;
  BbLoadInfo info;

  append_hours (text, "2025-03-30", 0, 2, 3);
  append_hours (text, "2025-03-30", 3, 24, 7);
  content = g_string_free (text, FALSE);
  source = open_good (content, &options);
  for (int i = 0; i < 46; i++)
    assert_value (source, ms ("2025-03-29T23:00:00Z") + i * 1800000, (3 + i) * 1000, 0, 0);
  bb_load_get_info (source, &info);
  g_assert_cmpuint (info.gap_count, ==, 0);
  g_assert_null (open_text (TIME "2025-03-30 01:30,1\n2025-03-30 02:00,1\n", -1, &options, &error));
  assert_input_error (error, BB_INPUT_ERROR_TIME, "f.csv",
                      ":3:1: 2025-03-30 02:00 does not exist in Europe/Oslo");
}

static void
test_leap_day (void)
{
  BbInputOptions options = { .zone = "Europe/Bucharest", .total_phases = 1 };
  GString *text = g_string_new (TIME);
  g_autofree char *content = NULL;
  g_autoptr (BbLoadSource) source = NULL;

  append_hours (text, "2028-02-28", 0, 24, 3);
  append_hours (text, "2028-02-29", 0, 24, 51);
  append_hours (text, "2028-03-01", 0, 24, 99);
  content = g_string_free (text, FALSE);
  source = open_good (content, &options);
  for (int i = 0; i < 144; i++)
    assert_value (source, ms ("2028-02-27T22:00:00Z") + i * 1800000, (3 + i) * 1000, 0, 0);
}

/* ---- repetition ---- */

static char *
one_day (const char *date_to_t, const char *suffix)
{
  GString *text = g_string_new (TIME);

  for (int i = 0; i < 96; i++)
    g_string_append_printf (text, "%s%02d:%02d%s,%d\n", date_to_t, i / 4, i % 4 * 15, suffix, i + 1);
  return g_string_free (text, FALSE);
}

/* The value that belongs to the local clock, over a year with both changes. */
static void
check_repeated (BbLoadSource *source, const char *zone_id)
{
  g_autoptr (BbZone) zone = bb_zone_new (zone_id, NULL);

  for (int64_t t_ms = ms ("2025-01-01T00:07:00Z"); t_ms < ms ("2026-01-02T00:00:00Z"); t_ms += 15 * 60000) {
    int slot = bb_local_minute_of_day (bb_zone_to_local (zone, t_ms)) / 15;

    assert_value (source, t_ms, (slot + 1) * 1000, 0, 0);
  }
}

static void
test_repeat (void)
{
  BbInputOptions options
      = { .zone = "Europe/Oslo", .repeat = BB_REPEAT_DAY, .total_phases = 1, .start_ms = 12345 };
  g_autofree char *local = one_day ("2026-06-01 ", "");
  g_autofree char *abroad = one_day ("2022-03-19T", ":00-07:00");
  g_autoptr (BbLoadSource) source = open_good (local, &options);
  BbLoadInfo info;

  check_repeated (source, "Europe/Oslo");
  bb_load_get_info (source, &info);
  g_assert_cmpint (info.first_ms, ==, INT64_MIN);
  g_assert_cmpint (info.end_ms, ==, INT64_MAX);
  g_clear_pointer (&source, bb_load_source_free);
  /* A day from elsewhere repeats by the clock on its own wall. */
  source = open_good (abroad, &options);
  check_repeated (source, "Europe/Oslo");
}

static void
test_repeat_minutes (void)
{
  BbInputOptions options = { .zone = "+05:30", .repeat = BB_REPEAT_DAY, .start_ms = 777 };
  g_autoptr (BbLoadSource) source = NULL;
  GString *text = g_string_new (HEAD);
  g_autofree char *content = NULL;

  for (int i = 0; i < 1440; i++)
    g_string_append_printf (text, "%d,%d,0,0\n", i, i / 60 + 1);
  content = g_string_free (text, FALSE);
  source = open_good (content, &options);
  assert_value (source, ms ("2026-01-01T00:00:00+05:30"), 1000, 0, 0);
  assert_value (source, ms ("2026-01-01T23:59:59+05:30"), 24000, 0, 0);
  assert_value (source, ms ("1970-01-01T12:00:00+05:30"), 13000, 0, 0);
}

/* On the day of 25 hours the first of the two hours counts. */
static void
test_repeat_long_day (void)
{
  BbInputOptions options = { .zone = "Europe/Oslo", .repeat = BB_REPEAT_DAY, .total_phases = 1 };
  GString *text = g_string_new (TIME);
  g_autofree char *content = NULL;
  g_autoptr (BbLoadSource) source = NULL;

  append_hours (text, "2025-10-26", 0, 3, 1);
  append_hours (text, "2025-10-26", 2, 24, 901);
  content = g_string_free (text, FALSE);
  source = open_good (content, &options);
  assert_value (source, ms ("2026-01-05T02:00:00+01:00"), 5000, 0, 0);
  assert_value (source, ms ("2026-01-05T03:00:00+01:00"), 903000, 0, 0);
}

static void
test_repeat_part_of_day (void)
{
  const char *text = "minute,l1_w\n600,1\n610,2\n620,3\n650,4\n";
  BbInputOptions load = { .repeat = BB_REPEAT_DAY }, pv = { .repeat = BB_REPEAT_DAY, .kind = BB_INPUT_PV };
  g_autoptr (BbLoadSource) held = open_good (text, &load);
  g_autoptr (BbLoadSource) zeroed = open_good (text, &pv);

  assert_value (held, 0, 4000, 0, 0);
  assert_value (held, 600 * 60000, 1000, 0, 0);
  assert_value (held, 640 * 60000, 3000, 0, 0);
  assert_value (held, 1439 * 60000, 4000, 0, 0);
  assert_value (zeroed, 0, 0, 0, 0);
  assert_value (zeroed, 620 * 60000, 3000, 0, 0);
  assert_value (zeroed, 640 * 60000, 0, 0, 0);
  assert_value (zeroed, 650 * 60000, 4000, 0, 0);
  assert_value (zeroed, 660 * 60000, 0, 0, 0);
}

static void
test_repeat_two_days (void)
{
  BbInputOptions options = { .repeat = BB_REPEAT_DAY };
  GString *text = g_string_new (HEAD);
  g_autofree char *content = NULL;
  g_autoptr (GError) error = NULL;

  for (int i = 0; i <= 1440; i++)
    g_string_append_printf (text, "%d,1,2,3\n", i);
  content = g_string_free (text, FALSE);
  g_assert_null (open_text (content, -1, &options, &error));
  assert_input_error (error, BB_INPUT_ERROR_TIME, "f.csv", ":1442:1: more than one day");
}

/* The hours remembered for speed: every hour of a day by the second, also those that begin with a 2. */
static void
test_every_hour (void)
{
  GString *text = g_string_new ("time,l1_w,l2_w,l3_w\n");
  g_autofree char *content = NULL;
  g_autoptr (BbLoadSource) source = NULL;

  for (int i = 0; i < 86400; i += 10)
    g_string_append_printf (text, "2026-01-05T%02d:%02d:%02dZ,%d,%d,0\n", i / 3600, i / 60 % 60, i % 60, i,
                            i % 7);
  content = g_string_free (text, FALSE);
  source = open_good (content, NULL);
  for (int i = 0; i < 86400; i += 10)
    assert_value (source, ms ("2026-01-05T00:00:00Z") + i * 1000, i * 1000, i % 7 * 1000, 0);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/inputs/load/clock-back", test_clock_back);
  g_test_add_func ("/inputs/load/clock-back-once", test_clock_back_once);
  g_test_add_func ("/inputs/load/clock-forward", test_clock_forward);
  g_test_add_func ("/inputs/load/leap-day", test_leap_day);
  g_test_add_func ("/inputs/load/repeat", test_repeat);
  g_test_add_func ("/inputs/load/repeat-minutes", test_repeat_minutes);
  g_test_add_func ("/inputs/load/repeat-long-day", test_repeat_long_day);
  g_test_add_func ("/inputs/load/repeat-part-of-day", test_repeat_part_of_day);
  g_test_add_func ("/inputs/load/repeat-two-days", test_repeat_two_days);
  g_test_add_func ("/inputs/load/every-hour", test_every_hour);
  return run_input_tests ();
}
