/* SPDX-License-Identifier: GPL-3.0-or-later */
/* zone-iso.c: reads and writes ISO 8601 times. */
#include <glib/gi18n.h>
#include <string.h>

#include "base/zone.h"

typedef struct {
  const gchar *start, *at, *end;
  const gchar *field; /* where the field that is being read starts */
} Scanner;

/* `n` digits as a number no larger than `max`. */
static gboolean
scan_digits (Scanner *scanner, gint n, gint max, gint *value)
{
  scanner->field = scanner->at;
  *value = 0;
  for (gint i = 0; i < n; i++) {
    if (scanner->at >= scanner->end || !g_ascii_isdigit (*scanner->at))
      return FALSE;
    *value = *value * 10 + (*scanner->at++ - '0');
  }
  if (*value <= max)
    return TRUE;
  scanner->at = scanner->field;
  return FALSE;
}

static gboolean
scan_one_of (Scanner *scanner, const gchar *set)
{
  if (scanner->at >= scanner->end || *scanner->at == 0 || strchr (set, *scanner->at) == NULL)
    return FALSE;
  scanner->at++;
  return TRUE;
}

/* Decimals of a second; more than three are cut. */
static gboolean
scan_fraction (Scanner *scanner, BbLocalTime *time)
{
  gint weight = 100, n = 0;
  while (scanner->at < scanner->end && g_ascii_isdigit (*scanner->at)) {
    time->millisecond = (guint16) (time->millisecond + (*scanner->at++ - '0') * weight);
    weight /= 10;
    n++;
  }
  return n > 0;
}

static gboolean
scan_date (Scanner *scanner, BbLocalTime *time)
{
  gint year = 0, month = 0, day = 0;
  if (!scan_digits (scanner, 4, 9999, &year) || !scan_one_of (scanner, "-"))
    return FALSE;
  if (!scan_digits (scanner, 2, 12, &month) || !scan_one_of (scanner, "-")
      || !scan_digits (scanner, 2, 31, &day))
    return FALSE;
  time->year = year;
  time->month = (guint8) month;
  time->day = (guint8) day;
  return TRUE;
}

/* `end_of_day` is set for 24:00. */
static gboolean
scan_clock (Scanner *scanner, BbLocalTime *time, gboolean *end_of_day)
{
  gint hour = 0, minute = 0, second = 0;
  const gchar *start = scanner->at;
  if (!scan_digits (scanner, 2, 24, &hour) || !scan_one_of (scanner, ":")
      || !scan_digits (scanner, 2, 59, &minute))
    return FALSE;
  if (scan_one_of (scanner, ":")) {
    if (!scan_digits (scanner, 2, 60, &second))
      return FALSE;
    if (scan_one_of (scanner, ".,") && !scan_fraction (scanner, time))
      return FALSE;
  }
  *end_of_day = hour == 24;
  if (*end_of_day && (minute > 0 || second > 0 || time->millisecond > 0)) {
    scanner->at = start;
    return FALSE;
  }
  time->hour = (guint8) (*end_of_day ? 0 : hour);
  time->minute = (guint8) minute;
  time->second = (guint8) MIN (second, 59);
  if (second == 60)
    time->millisecond = 999;
  return TRUE;
}

static gboolean
scan_offset (Scanner *scanner, BbIsoTime *out)
{
  gint hours = 0, minutes = 0;
  gint sign = scanner->at < scanner->end && *scanner->at == '-' ? -1 : 1;
  if (scanner->at >= scanner->end)
    return TRUE;
  out->has_offset = TRUE;
  if (scan_one_of (scanner, "Zz"))
    return TRUE;
  if (!scan_one_of (scanner, "+-") || !scan_digits (scanner, 2, 18, &hours))
    return FALSE;
  if (scanner->at < scanner->end) {
    scan_one_of (scanner, ":");
    if (!scan_digits (scanner, 2, 59, &minutes))
      return FALSE;
  }
  out->offset_s = sign * (hours * 3600 + minutes * 60);
  return TRUE;
}

static gboolean
scan_all (Scanner *scanner, BbIsoTime *out)
{
  BbLocalTime time = { 0 };
  gboolean end_of_day = FALSE;
  if (!scan_date (scanner, &time))
    return FALSE;
  if (!bb_local_join (&time, &out->local_ms)) {
    scanner->at = scanner->field; /* no such day */
    return FALSE;
  }
  if (scan_one_of (scanner, "Tt ")
      && (!scan_clock (scanner, &time, &end_of_day) || !scan_offset (scanner, out)
          || !bb_local_join (&time, &out->local_ms)))
    return FALSE;
  out->local_ms += end_of_day ? BB_MS_PER_DAY : 0;
  return scanner->at == scanner->end;
}

gboolean
bb_iso_parse (const gchar *text, gssize length, BbIsoTime *out, gsize *bad_offset)
{
  const gchar *end = text + (length < 0 ? strlen (text) : (gsize) length);
  Scanner scanner = { text, text, end, text };
  *out = (BbIsoTime){ 0 };
  if (scan_all (&scanner, out))
    return TRUE;
  if (bad_offset != NULL)
    *bad_offset = (gsize) (scanner.at - text);
  return FALSE;
}

gboolean
bb_time_parse (const gchar *text, BbZone *zone, gint64 *utc_ms, BbLocalMatch *match, GError **error)
{
  BbIsoTime time;
  BbLocalMatch found = BB_LOCAL_UNIQUE;
  gsize bad = 0;
  if (!bb_iso_parse (text, -1, &time, &bad)) {
    g_set_error (error, BB_TIME_ERROR, BB_TIME_ERROR_FORMAT,
                 _ ("“%s” is not a time (character %zu); write it like 2026-01-31T12:30"), text, bad + 1);
    return FALSE;
  }
  if (time.has_offset || zone == NULL)
    *utc_ms = time.local_ms - time.offset_s * G_GINT64_CONSTANT (1000);
  else
    found = bb_zone_from_local (zone, time.local_ms, utc_ms, NULL);
  if (match != NULL)
    *match = found;
  return TRUE;
}

gchar *
bb_time_format (gint64 utc_ms, BbZone *zone)
{
  gint32 offset_s = zone != NULL ? bb_zone_get_offset_s (zone, utc_ms) : 0;
  gint minutes = ABS (offset_s) / 60;
  BbLocalTime time;
  GString *text = g_string_new (NULL);
  bb_local_split (utc_ms + offset_s * G_GINT64_CONSTANT (1000), &time);
  g_string_append_printf (text, "%04d-%02u-%02uT%02u:%02u:%02u", time.year, time.month, time.day, time.hour,
                          time.minute, time.second);
  if (time.millisecond != 0)
    g_string_append_printf (text, ".%03u", time.millisecond);
  if (zone == NULL || (offset_s == 0 && g_str_equal (bb_zone_get_id (zone), "UTC")))
    g_string_append_c (text, 'Z');
  else
    g_string_append_printf (text, "%c%02d:%02d", offset_s < 0 ? '-' : '+', minutes / 60, minutes % 60);
  return g_string_free (text, FALSE);
}
