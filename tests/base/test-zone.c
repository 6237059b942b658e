/* SPDX-License-Identifier: GPL-3.0-or-later */
/* test-zone.c: offsets, the two clock changes, calendar boundaries and ISO 8601. */
#include "base/zone.h"

static gint64
utc (const gchar *text)
{
  g_autoptr (GError) error = NULL;
  gint64 utc_ms = 0;
  g_assert_true (bb_time_parse (text, NULL, &utc_ms, NULL, &error));
  g_assert_no_error (error);
  return utc_ms;
}

static BbZone *
zone_of (const gchar *id)
{
  g_autoptr (GError) error = NULL;
  BbZone *zone = bb_zone_new (id, &error);
  g_assert_no_error (error);
  return zone;
}

static void
test_names (void)
{
  static const gchar *const bad[]
      = { "Europe/Nowhere",    "../../etc/passwd", "/etc/localtime", "EST5EDT,M3.2.0,M11.1.0", "a b",
          "Europe/Bucharest\n" };
  static const gchar *const good[] = { "Europe/Bucharest", "UTC", "+01:00", "America/St_Johns", "Etc/GMT+5" };
  for (guint i = 0; i < G_N_ELEMENTS (bad); i++) {
    g_autoptr (GError) error = NULL;
    g_assert_null (bb_zone_new (bad[i], &error));
    g_assert_error (error, BB_TIME_ERROR, BB_TIME_ERROR_ZONE);
  }
  for (guint i = 0; i < G_N_ELEMENTS (good); i++) {
    g_autoptr (BbZone) zone = zone_of (good[i]);
    g_assert_cmpstr (bb_zone_get_id (zone), ==, good[i]);
  }
}

static void
test_offsets (void)
{
  g_autoptr (BbZone) zone = zone_of ("Europe/Bucharest");
  g_assert_cmpint (bb_zone_get_offset_s (zone, utc ("2026-01-15T12:00Z")), ==, 7200);
  g_assert_cmpint (bb_zone_get_offset_s (zone, utc ("2026-07-15T12:00Z")), ==, 10800);
  g_assert_cmpint (bb_zone_get_offset_s (zone, utc ("2026-03-29T00:59:59.999Z")), ==, 7200);
  g_assert_cmpint (bb_zone_get_offset_s (zone, utc ("2026-03-29T01:00:00Z")), ==, 10800);
  g_assert_cmpint (bb_zone_get_offset_s (zone, utc ("2050-07-15T12:00Z")), ==, 10800);
}

/* The cursor says the same as a look-up at every step, forwards, backwards and in jumps. */
static void
test_cursor (void)
{
  static const gchar *const ids[]
      = { "Europe/Bucharest", "Australia/Lord_Howe", "UTC", "+05:30", "Africa/Casablanca" };
  for (guint i = 0; i < G_N_ELEMENTS (ids); i++) {
    g_autoptr (BbZone) zone = zone_of (ids[i]);
    gint64 start = utc ("2024-01-01");
    BbZoneCursor cursor;
    bb_zone_cursor_init (&cursor, zone);
    for (gint64 at = start; at < start + 800 * BB_MS_PER_DAY; at += 17 * BB_MS_PER_MINUTE)
      g_assert_cmpint (bb_zone_cursor_offset_s (&cursor, at), ==, bb_zone_get_offset_s (zone, at));
    for (guint k = 0; k < 2000; k++) {
      gint64 at = start + g_test_rand_int_range (-40000, 40000) * G_GINT64_CONSTANT (1234567);
      g_assert_cmpint (bb_zone_cursor_offset_s (&cursor, at), ==, bb_zone_get_offset_s (zone, at));
      g_assert_cmpint (cursor.from_ms, <=, at);
      g_assert_cmpint (cursor.until_ms, >, at);
      g_assert_cmpint (bb_zone_get_offset_s (zone, cursor.until_ms - 1), ==, cursor.offset_s);
      g_assert_cmpint (bb_zone_get_offset_s (zone, cursor.from_ms), ==, cursor.offset_s);
    }
  }
}

static void
test_gap (void)
{
  g_autoptr (BbZone) zone = zone_of ("Europe/Berlin");
  gint64 got = 0;
  BbLocalMatch match = BB_LOCAL_UNIQUE;
  g_assert_true (bb_time_parse ("2026-03-29T02:30", zone, &got, &match, NULL));
  g_assert_cmpint (match, ==, BB_LOCAL_GAP);
  g_assert_cmpint (got, ==, utc ("2026-03-29T01:30Z")); /* 03:30 summer time */
  g_assert_true (bb_time_parse ("2026-03-29T01:59:59", zone, &got, &match, NULL));
  g_assert_cmpint (match, ==, BB_LOCAL_UNIQUE);
  g_assert_cmpint (got, ==, utc ("2026-03-29T00:59:59Z"));
  g_assert_true (bb_time_parse ("2026-03-29T03:00", zone, &got, &match, NULL));
  g_assert_cmpint (match, ==, BB_LOCAL_UNIQUE);
  g_assert_cmpint (got, ==, utc ("2026-03-29T01:00Z"));
}

static void
test_overlap (void)
{
  g_autoptr (BbZone) zone = zone_of ("Europe/Berlin");
  gint64 first = 0, second = 0;
  BbIsoTime local;
  g_assert_true (bb_iso_parse ("2026-10-25T02:30", -1, &local, NULL));
  g_assert_cmpint (bb_zone_from_local (zone, local.local_ms, &first, &second), ==, BB_LOCAL_OVERLAP);
  g_assert_cmpint (first, ==, utc ("2026-10-25T00:30Z"));
  g_assert_cmpint (second, ==, utc ("2026-10-25T01:30Z"));
  g_assert_true (bb_iso_parse ("2026-10-25T03:00", -1, &local, NULL));
  g_assert_cmpint (bb_zone_from_local (zone, local.local_ms, &first, &second), ==, BB_LOCAL_UNIQUE);
  g_assert_cmpint (first, ==, second);
}

/* Local and back is the identity, but for the second hour of an overlap. */
static void
test_round_trip (void)
{
  static const gchar *const ids[]
      = { "Europe/Bucharest", "Australia/Lord_Howe", "America/St_Johns", "Africa/Casablanca" };
  for (guint i = 0; i < G_N_ELEMENTS (ids); i++) {
    g_autoptr (BbZone) zone = zone_of (ids[i]);
    gint64 start = utc ("2025-01-01");
    for (gint64 at = start; at < start + 400 * BB_MS_PER_DAY; at += 13 * BB_MS_PER_MINUTE) {
      gint64 first = 0, second = 0;
      BbLocalMatch match = bb_zone_from_local (zone, bb_zone_to_local (zone, at), &first, &second);
      g_assert_cmpint (match, !=, BB_LOCAL_GAP);
      g_assert_true (first == at || second == at);
      g_assert_cmpint (bb_zone_to_local (zone, first), ==, bb_zone_to_local (zone, at));
    }
  }
}

/* Against GLib's own calendar. */
static void
test_calendar (void)
{
  for (guint i = 0; i < 20000; i++) {
    gint64 local_ms
        = g_test_rand_int_range (-20000, 200000) * BB_MS_PER_DAY + g_test_rand_int_range (0, 86400000);
    g_autoptr (GDateTime) date = g_date_time_new_from_unix_utc (bb_floor_div (local_ms, 1000));
    BbLocalTime time;
    gint64 back = 0;
    bb_local_split (local_ms, &time);
    g_assert_cmpint (time.year, ==, g_date_time_get_year (date));
    g_assert_cmpint (time.month, ==, g_date_time_get_month (date));
    g_assert_cmpint (time.day, ==, g_date_time_get_day_of_month (date));
    g_assert_cmpint (time.weekday + 1, ==, g_date_time_get_day_of_week (date));
    g_assert_cmpint (time.hour, ==, g_date_time_get_hour (date));
    g_assert_cmpint (time.minute, ==, g_date_time_get_minute (date));
    g_assert_cmpint (bb_local_minute_of_day (local_ms), ==, time.hour * 60 + time.minute);
    g_assert_true (bb_local_join (&time, &back));
    g_assert_cmpint (back, ==, local_ms);
  }
}

static void
test_boundaries (void)
{
  g_autoptr (BbZone) zone = zone_of ("Europe/Berlin");
  gint64 change = utc ("2026-03-29T00:10Z"); /* 01:10 on the day of 23 hours */
  g_assert_cmpint (bb_zone_day_start (zone, change), ==, utc ("2026-03-28T23:00Z"));
  g_assert_cmpint (bb_zone_next_midnight (zone, change), ==, utc ("2026-03-29T22:00Z"));
  g_assert_cmpint (bb_zone_next_midnight (zone, utc ("2026-03-29T22:00Z")), ==, utc ("2026-03-30T22:00Z"));
  g_assert_cmpint (bb_zone_month_start (zone, utc ("2026-04-15")), ==, utc ("2026-03-31T22:00Z"));
  g_assert_cmpint (bb_zone_month_start (zone, utc ("2026-03-31T22:00Z")), ==, utc ("2026-03-31T22:00Z"));
  g_assert_cmpint (bb_zone_month_start (zone, utc ("2026-03-31T21:59Z")), ==, utc ("2026-02-28T23:00Z"));
  g_assert_cmpint (bb_zone_next_boundary (zone, change, 15), ==, utc ("2026-03-29T00:15Z"));
  g_assert_cmpint (bb_zone_next_boundary (zone, utc ("2026-03-29T00:45Z"), 15), ==,
                   utc ("2026-03-29T01:00Z"));
  g_assert_cmpint (bb_zone_next_boundary (zone, utc ("2026-03-29T00:45Z"), 1440), ==,
                   utc ("2026-03-29T22:00Z"));
}

/* Midnight itself is skipped in Beirut's spring: the day starts at 01:00. */
static void
test_no_midnight (void)
{
  g_autoptr (BbZone) zone = zone_of ("Asia/Beirut");
  gint64 start = bb_zone_day_start (zone, utc ("2026-03-29T12:00Z"));
  BbLocalTime time;
  bb_local_split (bb_zone_to_local (zone, start), &time);
  g_assert_cmpint (time.day, ==, 29);
  g_assert_cmpint (time.hour, ==, 1);
  bb_local_split (bb_zone_to_local (zone, start - 1), &time);
  g_assert_cmpint (time.day, ==, 28);
  g_assert_cmpint (bb_zone_next_midnight (zone, start - 1), ==, start);
}

/* Every boundary is found, none is invented: against a walk minute by minute. */
static void
test_boundary_walk (void)
{
  static const gchar *const ids[] = { "Europe/Berlin", "Australia/Lord_Howe", "America/St_Johns" };
  for (guint i = 0; i < G_N_ELEMENTS (ids); i++) {
    g_autoptr (BbZone) zone = zone_of (ids[i]);
    gint64 start = utc ("2026-03-20");
    gint64 expected = bb_zone_next_boundary (zone, start, 60);
    for (gint64 at = start + BB_MS_PER_MINUTE; at < start + 30 * BB_MS_PER_DAY; at += BB_MS_PER_MINUTE) {
      if (bb_local_minute_of_day (bb_zone_to_local (zone, at)) % 60 != 0)
        continue;
      g_assert_cmpint (at, ==, expected);
      expected = bb_zone_next_boundary (zone, at, 60);
    }
  }
}

static void
test_iso (void)
{
  static const struct {
    const gchar *text, *same;
  } good[] = {
    { "2026-01-31", "2026-01-31T00:00:00Z" },
    { "2024-02-29T23:59:60Z", "2024-02-29T23:59:59.999Z" },
    { "2026-01-31T24:00", "2026-02-01T00:00:00Z" },
    { "2026-01-31 12:30", "2026-01-31T12:30:00Z" },
    { "2026-01-31t12:30:05,25+01:00", "2026-01-31T11:30:05.250Z" },
    { "2026-01-31T12:30:05.123456-0530", "2026-01-31T18:00:05.123Z" },
    { "2026-01-31T12:30+02", "2026-01-31T10:30:00Z" },
    { "0001-01-01T00:00z", "0001-01-01T00:00:00Z" },
  };
  for (guint i = 0; i < G_N_ELEMENTS (good); i++) {
    g_autofree gchar *text = bb_time_format (utc (good[i].text), NULL);
    g_assert_cmpstr (text, ==, good[i].same);
    g_assert_cmpint (utc (text), ==, utc (good[i].text));
  }
}

static void
test_iso_bad (void)
{
  static const struct {
    const gchar *text;
    gsize at;
  } bad[] = {
    { "", 0 },           { "2026", 4 },          { "2026-13-01", 5 },          { "2026-02-29", 8 },
    { "2026-00-01", 7 }, { "2026-01-01T", 11 },  { "2026-01-01T25:00", 11 },   { "2026-01-01T24:01", 11 },
    { "2026-1-1", 6 },   { "2026-01-01T1", 12 }, { "2026-01-01T12:60", 14 },   { "2026-01-01T12:00:00.", 20 },
    { "x", 0 },          { "20260101", 4 },      { "2026-01-01T12:00Zx", 17 }, { "2026-01-01T12:00+1", 18 }
  };
  for (guint i = 0; i < G_N_ELEMENTS (bad); i++) {
    BbIsoTime time;
    gsize at = 0;
    g_autoptr (GError) error = NULL;
    gint64 utc_ms = 0;
    g_assert_false (bb_iso_parse (bad[i].text, -1, &time, &at));
    if (bad[i].at != 7) /* month 0: seen when the date is put together */
      g_assert_cmpuint (at, ==, bad[i].at);
    g_assert_false (bb_time_parse (bad[i].text, NULL, &utc_ms, NULL, &error));
    g_assert_error (error, BB_TIME_ERROR, BB_TIME_ERROR_FORMAT);
  }
}

static void
test_format (void)
{
  g_autoptr (BbZone) zone = zone_of ("America/St_Johns");
  g_autofree gchar *text = bb_time_format (utc ("2026-01-01T00:00:00.5Z"), zone);
  g_assert_cmpstr (text, ==, "2025-12-31T20:30:00.500-03:30");
  g_assert_cmpint (utc (text), ==, utc ("2026-01-01T00:00:00.5Z"));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/base/zone/names", test_names);
  g_test_add_func ("/base/zone/offsets", test_offsets);
  g_test_add_func ("/base/zone/cursor", test_cursor);
  g_test_add_func ("/base/zone/gap", test_gap);
  g_test_add_func ("/base/zone/overlap", test_overlap);
  g_test_add_func ("/base/zone/round-trip", test_round_trip);
  g_test_add_func ("/base/zone/calendar", test_calendar);
  g_test_add_func ("/base/zone/boundaries", test_boundaries);
  g_test_add_func ("/base/zone/no-midnight", test_no_midnight);
  g_test_add_func ("/base/zone/boundary-walk", test_boundary_walk);
  g_test_add_func ("/base/zone/iso", test_iso);
  g_test_add_func ("/base/zone/iso-bad", test_iso_bad);
  g_test_add_func ("/base/zone/format", test_format);
  return g_test_run ();
}
