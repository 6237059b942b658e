/* SPDX-License-Identifier: GPL-3.0-or-later */
/* zone.c: a site's time zone: offsets, local time to UTC, boundaries of the local calendar. */
#include "base/zone.h"

#include <glib/gi18n.h>
#include <string.h>

#define S_PER_DAY 86400
/* A cursor looks this far, in powers of two of a day, for the ends of its stretch. */
#define MAX_LOOK_DAYS 512
/* No offset is larger; more than any zone ever had. */
#define MAX_OFFSET_MS (26 * BB_MS_PER_HOUR)

struct _BbZone {
  gatomicrefcount refs;
  gchar *id;
  GTimeZone *zone;
};

/* Names only: no paths, no POSIX rules. */
static gboolean
is_plain_name (const gchar *id)
{
  if (strlen (id) > 64 || strstr (id, "..") != NULL || *id == '/')
    return FALSE;
  for (const gchar *at = id; *at != 0; at++)
    if (!g_ascii_isalnum (*at) && strchr ("_+-/:", *at) == NULL)
      return FALSE;
  return TRUE;
}

BbZone *
bb_zone_new (const gchar *id, GError **error)
{
  GTimeZone *found = NULL;
  BbZone *zone = NULL;
  if (id == NULL || *id == 0)
    id = "UTC";
  if (is_plain_name (id))
    found = g_time_zone_new_identifier (id);
  if (found == NULL) {
    g_set_error (error, BB_TIME_ERROR, BB_TIME_ERROR_ZONE,
                 _ ("unknown time zone “%s”; give a name such as Europe/Bucharest, or UTC"), id);
    return NULL;
  }
  zone = g_new0 (BbZone, 1);
  g_atomic_ref_count_init (&zone->refs);
  zone->id = g_strdup (id);
  zone->zone = found;
  return zone;
}

BbZone *
bb_zone_new_utc (void)
{
  BbZone *zone = g_new0 (BbZone, 1);
  g_atomic_ref_count_init (&zone->refs);
  zone->id = g_strdup ("UTC");
  zone->zone = g_time_zone_new_utc ();
  return zone;
}

BbZone *
bb_zone_ref (BbZone *zone)
{
  g_atomic_ref_count_inc (&zone->refs);
  return zone;
}

void
bb_zone_unref (BbZone *zone)
{
  if (!g_atomic_ref_count_dec (&zone->refs))
    return;
  g_time_zone_unref (zone->zone);
  g_free (zone->id);
  g_free (zone);
}

const gchar *
bb_zone_get_id (BbZone *zone)
{
  return zone->id;
}

/* ---- offsets ---- */

static gint
interval_at (BbZone *zone, gint64 utc_s)
{
  return g_time_zone_find_interval (zone->zone, G_TIME_TYPE_UNIVERSAL, utc_s);
}

gint32
bb_zone_get_offset_s (BbZone *zone, gint64 utc_ms)
{
  return g_time_zone_get_offset (zone->zone, interval_at (zone, bb_floor_div (utc_ms, 1000)));
}

void
bb_zone_cursor_init (BbZoneCursor *cursor, BbZone *zone)
{
  *cursor = (BbZoneCursor){ .zone = zone };
}

/* The farthest second from `inside`, in the direction of `sign`, that is surely in the same interval. */
static gint64
edge_of (BbZone *zone, gint64 inside, gint sign)
{
  gint interval = interval_at (zone, inside);
  gint64 outside = 0;
  for (gint64 days = 1; days <= MAX_LOOK_DAYS; days *= 2) {
    outside = inside + sign * days * S_PER_DAY;
    if (interval_at (zone, outside) != interval)
      break;
    inside = outside;
  }
  while (ABS (outside - inside) > 1) {
    gint64 middle = inside + (outside - inside) / 2;
    if (interval_at (zone, middle) == interval)
      inside = middle;
    else
      outside = middle;
  }
  return inside;
}

void
bb_zone_cursor_seek (BbZoneCursor *cursor, gint64 utc_ms)
{
  gint64 utc_s = bb_floor_div (utc_ms, 1000);
  cursor->offset_s = bb_zone_get_offset_s (cursor->zone, utc_ms);
  cursor->from_ms = edge_of (cursor->zone, utc_s, -1) * 1000;
  cursor->until_ms = (edge_of (cursor->zone, utc_s, 1) + 1) * 1000;
}

gint64
bb_zone_to_local (BbZone *zone, gint64 utc_ms)
{
  return utc_ms + bb_zone_get_offset_s (zone, utc_ms) * G_GINT64_CONSTANT (1000);
}

BbLocalMatch
bb_zone_from_local (BbZone *zone, gint64 local_ms, gint64 *utc_ms, gint64 *second_ms)
{
  BbZoneCursor cursor;
  gint64 gap_ms = local_ms;
  gint n_found = 0;
  gint64 found[2] = { 0, 0 };
  gint interval = interval_at (zone, bb_floor_div (local_ms - MAX_OFFSET_MS, 1000));
  if (interval == interval_at (zone, bb_floor_div (local_ms + MAX_OFFSET_MS, 1000))) { /* no change near */
    *utc_ms = local_ms - g_time_zone_get_offset (zone->zone, interval) * G_GINT64_CONSTANT (1000);
    if (second_ms != NULL)
      *second_ms = *utc_ms;
    return BB_LOCAL_UNIQUE;
  }
  bb_zone_cursor_init (&cursor, zone);
  /* Every stretch of constant offset that the local time could lie in. */
  for (gint64 at = local_ms - MAX_OFFSET_MS; at <= local_ms + MAX_OFFSET_MS; at = cursor.until_ms) {
    gint64 candidate = local_ms - bb_zone_cursor_offset_s (&cursor, at) * G_GINT64_CONSTANT (1000);
    if (candidate >= cursor.from_ms && candidate < cursor.until_ms && n_found < 2)
      found[n_found++] = candidate;
    if (candidate >= cursor.until_ms)
      gap_ms = candidate; /* the last stretch whose local times lie all before this one */
  }
  *utc_ms = n_found > 0 ? found[0] : gap_ms;
  if (second_ms != NULL)
    *second_ms = n_found > 1 ? found[1] : *utc_ms;
  if (n_found == 0)
    return BB_LOCAL_GAP;
  return n_found > 1 ? BB_LOCAL_OVERLAP : BB_LOCAL_UNIQUE;
}

/* ---- local calendar: days since 1970 from year, month, day and back, in eras of 400 years ---- */

static gint64
days_of_date (gint64 year, gint month, gint day)
{
  gint64 shifted = month <= 2 ? year - 1 : year; /* years start in March: the leap day is the last */
  gint64 era = bb_floor_div (shifted, 400);
  gint64 year_of_era = shifted - era * 400;
  gint64 day_of_year = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1;
  return era * 146097 + year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year - 719468;
}

static void
date_of_days (gint64 days, BbLocalTime *out)
{
  gint64 era = bb_floor_div (days + 719468, 146097);
  gint64 day_of_era = days + 719468 - era * 146097;
  gint64 year_of_era = (day_of_era - day_of_era / 1460 + day_of_era / 36524 - day_of_era / 146096) / 365;
  gint64 day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
  gint64 month = (5 * day_of_year + 2) / 153;
  out->day = (guint8) (day_of_year - (153 * month + 2) / 5 + 1);
  out->month = (guint8) (month < 10 ? month + 3 : month - 9);
  out->year = (gint32) (year_of_era + era * 400 + (out->month <= 2 ? 1 : 0));
}

void
bb_local_split (gint64 local_ms, BbLocalTime *out)
{
  gint64 days = bb_floor_div (local_ms, BB_MS_PER_DAY);
  gint64 of_day = local_ms - days * BB_MS_PER_DAY;
  date_of_days (days, out);
  out->weekday = (guint8) bb_local_weekday (local_ms);
  out->hour = (guint8) (of_day / BB_MS_PER_HOUR);
  out->minute = (guint8) (of_day / BB_MS_PER_MINUTE % 60);
  out->second = (guint8) (of_day / 1000 % 60);
  out->millisecond = (guint16) (of_day % 1000);
}

gboolean
bb_local_join (const BbLocalTime *time, gint64 *local_ms)
{
  BbLocalTime check;
  gint64 days = 0;
  if (time->year < 1 || time->year > 9999 || time->month < 1 || time->month > 12 || time->day < 1)
    return FALSE;
  if (time->hour > 23 || time->minute > 59 || time->second > 59 || time->millisecond > 999)
    return FALSE;
  days = days_of_date (time->year, time->month, time->day);
  date_of_days (days, &check);
  if (check.day != time->day || check.month != time->month)
    return FALSE;
  *local_ms = days * BB_MS_PER_DAY + time->hour * BB_MS_PER_HOUR + time->minute * BB_MS_PER_MINUTE
              + time->second * G_GINT64_CONSTANT (1000) + time->millisecond;
  return TRUE;
}

gint
bb_local_minute_of_day (gint64 local_ms)
{
  return (gint) (bb_floor_div (local_ms, BB_MS_PER_MINUTE) - bb_floor_div (local_ms, BB_MS_PER_DAY) * 1440);
}

gint
bb_local_weekday (gint64 local_ms)
{
  gint64 days = bb_floor_div (local_ms, BB_MS_PER_DAY) + 3; /* 1970-01-01 was a Thursday */
  return (gint) (days - bb_floor_div (days, 7) * 7);
}

/* ---- boundaries ---- */

gint64
bb_zone_day_start (BbZone *zone, gint64 utc_ms)
{
  gint64 first = 0, second = 0;
  gint64 midnight = bb_floor_to (bb_zone_to_local (zone, utc_ms), BB_MS_PER_DAY);
  bb_zone_from_local (zone, midnight, &first, &second);
  return first;
}

gint64
bb_zone_next_midnight (BbZone *zone, gint64 utc_ms)
{
  gint64 first = 0, second = 0;
  gint64 midnight = bb_floor_to (bb_zone_to_local (zone, utc_ms), BB_MS_PER_DAY) + BB_MS_PER_DAY;
  bb_zone_from_local (zone, midnight, &first, &second);
  return first > utc_ms ? first : second;
}

gint64
bb_zone_month_start (BbZone *zone, gint64 utc_ms)
{
  gint64 first = 0;
  gint64 local_ms = bb_zone_to_local (zone, utc_ms);
  BbLocalTime time;
  bb_local_split (local_ms, &time);
  bb_zone_from_local (zone, bb_floor_to (local_ms, BB_MS_PER_DAY) - (time.day - 1) * BB_MS_PER_DAY, &first,
                      NULL);
  return first;
}

gint64
bb_zone_next_boundary (BbZone *zone, gint64 utc_ms, gint minutes)
{
  BbZoneCursor cursor;
  gint64 unit = minutes * BB_MS_PER_MINUTE;
  gint64 after = utc_ms; /* the boundary is later than this */
  bb_zone_cursor_init (&cursor, zone);
  for (;;) {
    gint64 offset_ms = bb_zone_cursor_offset_s (&cursor, after + 1) * G_GINT64_CONSTANT (1000);
    gint64 boundary = bb_floor_to (after + offset_ms, unit) + unit - offset_ms;
    if (boundary < cursor.until_ms)
      return boundary;
    after = cursor.until_ms - 1;
  }
}
