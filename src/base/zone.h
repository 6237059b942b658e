/* SPDX-License-Identifier: GPL-3.0-or-later */
/* zone.h: a site's time zone: UTC ms to local time and back, calendar boundaries, ISO 8601.
 *
 * Local times are written as "local ms": ms since 1970-01-01T00:00 on the local clock, as if it were UTC. So
 * minute, weekday and month of a local ms are plain arithmetic (proleptic Gregorian calendar).
 *
 * Rule for the two changes of the clock: a local time that was skipped (gap) counts as that much later,
 * i.e. it is read with the offset before the change (02:30 -> 03:30); readers that are strict ask for the
 * match and refuse it. A local time that occurs twice (overlap) is the first of the two. A BbZone is
 * immutable and may be shared by threads; a BbZoneCursor belongs to one.
 */
#pragma once

#include "base/error.h"

G_BEGIN_DECLS

typedef struct _BbZone BbZone;

/* `id`: IANA name ("Europe/Bucharest"), "UTC", "Z" or a fixed offset ("+01:00"); NULL or "": UTC.
 * BB_TIME_ERROR_ZONE when unknown. (transfer full) */
BbZone *bb_zone_new (const gchar *id, GError **error);
BbZone *bb_zone_new_utc (void);
BbZone *bb_zone_ref (BbZone *zone);
void bb_zone_unref (BbZone *zone);
const gchar *bb_zone_get_id (BbZone *zone);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (BbZone, bb_zone_unref)

/* Offset of local time from UTC at `utc_ms`, in s (east is positive). For many calls use a cursor. */
gint32 bb_zone_get_offset_s (BbZone *zone, gint64 utc_ms);

/* Remembers the stretch of constant offset around the last time asked: most calls are two comparisons. */
typedef struct {
  BbZone *zone;             /* (unowned) */
  gint64 from_ms, until_ms; /* UTC, [from, until) */
  gint32 offset_s;
} BbZoneCursor;

/* Starts a cursor; the zone must outlive it. */
void bb_zone_cursor_init (BbZoneCursor *cursor, BbZone *zone);
void bb_zone_cursor_seek (BbZoneCursor *cursor, gint64 utc_ms);

/* Offset at `utc_ms` in s; cursor->until_ms is then the next time at which it may change. */
static inline gint32
bb_zone_cursor_offset_s (BbZoneCursor *cursor, gint64 utc_ms)
{
  if (G_UNLIKELY (utc_ms < cursor->from_ms || utc_ms >= cursor->until_ms))
    bb_zone_cursor_seek (cursor, utc_ms);
  return cursor->offset_s;
}

typedef enum { BB_LOCAL_UNIQUE = 0, BB_LOCAL_GAP, BB_LOCAL_OVERLAP } BbLocalMatch;

/* UTC ms of a local ms, by the rule above. `second_ms` (may be NULL): the second time of an overlap, else the
 * same. */
BbLocalMatch bb_zone_from_local (BbZone *zone, gint64 local_ms, gint64 *utc_ms, gint64 *second_ms);
gint64 bb_zone_to_local (BbZone *zone, gint64 utc_ms);

/* ---- local calendar, plain arithmetic ---- */

#define BB_MS_PER_MINUTE G_GINT64_CONSTANT (60000)
#define BB_MS_PER_HOUR   G_GINT64_CONSTANT (3600000)
#define BB_MS_PER_DAY    G_GINT64_CONSTANT (86400000)

/* Largest multiple of `unit` at or below `value`; and the quotient; right for negatives too. */
static inline gint64
bb_floor_div (gint64 value, gint64 unit)
{
  return value / unit - (value % unit < 0);
}
static inline gint64
bb_floor_to (gint64 value, gint64 unit)
{
  return bb_floor_div (value, unit) * unit;
}

typedef struct {
  gint32 year;
  guint8 month;   /* 1..12 */
  guint8 day;     /* 1..31 */
  guint8 weekday; /* 0 Monday .. 6 Sunday */
  guint8 hour, minute, second;
  guint16 millisecond;
} BbLocalTime;

void bb_local_split (gint64 local_ms, BbLocalTime *out);
/* Local ms of a date and time, fields as in BbLocalTime (the weekday is ignored); FALSE when there is no such
 * day or time. */
gboolean bb_local_join (const BbLocalTime *time, gint64 *local_ms);
/* 0..1439 */
gint bb_local_minute_of_day (gint64 local_ms);
/* 0 Monday .. 6 Sunday */
gint bb_local_weekday (gint64 local_ms);

/* ---- boundaries, as UTC ms ---- */

/* The local midnight that starts the day of `utc_ms` (its first moment, where midnight itself was skipped),
 * and the next one, > utc_ms. */
gint64 bb_zone_day_start (BbZone *zone, gint64 utc_ms);
gint64 bb_zone_next_midnight (BbZone *zone, gint64 utc_ms);
/* First moment of the local month of `utc_ms`. */
gint64 bb_zone_month_start (BbZone *zone, gint64 utc_ms);
/* The next time > utc_ms at which the local clock shows a multiple of `minutes` (a divisor of 1440) since
 * midnight. */
gint64 bb_zone_next_boundary (BbZone *zone, gint64 utc_ms, gint minutes);

/* ---- ISO 8601 ---- */

typedef struct {
  gint64 local_ms; /* what the text says */
  gboolean has_offset;
  gint32 offset_s; /* when has_offset */
} BbIsoTime;

/* Reads "2026-01-31", "2026-01-31T12:30", "… 12:30:05", ".250" (T, t or one space; "," or "." before
 * decimals; 24:00 is the end of the day), then nothing, "Z", "+01", "+0100" or "+01:00". Whole text of
 * `length` bytes (-1: terminated). On failure FALSE and `bad_offset` (may be NULL) is the byte where it
 * stopped making sense. A leap second (:60) counts as :59.999. */
gboolean bb_iso_parse (const gchar *text, gssize length, BbIsoTime *out, gsize *bad_offset);

/* The same to UTC ms; without an offset the text is in `zone` (NULL: UTC). `match` (may be NULL) tells of gap
 * and overlap. BB_TIME_ERROR_FORMAT. */
gboolean bb_time_parse (const gchar *text, BbZone *zone, gint64 *utc_ms, BbLocalMatch *match, GError **error);

/* "2026-01-31T12:30:05+01:00" (with ".250" only when not whole seconds; "Z" for UTC); zone NULL: UTC.
 * (transfer full) */
gchar *bb_time_format (gint64 utc_ms, BbZone *zone);

G_END_DECLS
