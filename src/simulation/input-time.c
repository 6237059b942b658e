/* SPDX-License-Identifier: GPL-3.0-or-later */
/* input-time.c: times of input files, with offset or by a zone's local clock, to UTC. */
#include "simulation/input-time.h"

#include <glib/gi18n.h>
#include <string.h>

#include "simulation/input-load.h"

gboolean
bb_times_init (BbTimes *times, const char *zone, GError **error)
{
  g_autoptr (GError) local = NULL;

  memset (times, 0, sizeof *times);
  times->zone = bb_zone_new (zone, &local);
  if (times->zone == NULL) {
    g_set_error (error, BB_INPUT_ERROR, BB_INPUT_ERROR_OPTION, "%s", local->message);
    return FALSE;
  }
  bb_zone_cursor_init (&times->cursor, times->zone);
  return TRUE;
}

void
bb_times_clear (BbTimes *times)
{
  g_clear_pointer (&times->zone, bb_zone_unref);
}

/* Whether the whole hour of local_ms has one offset, so that its minutes need no look-up. */
static gboolean
hour_is_even (BbTimes *times, int64_t hour_local_ms, int64_t hour_ms)
{
  int64_t first, last;

  return bb_zone_from_local (times->zone, hour_local_ms, &first, NULL) == BB_LOCAL_UNIQUE
         && bb_zone_from_local (times->zone, hour_local_ms + BB_MS_PER_HOUR - 1, &last, NULL)
                == BB_LOCAL_UNIQUE
         && first == hour_ms && last == hour_ms + BB_MS_PER_HOUR - 1;
}

/* Remembers the hour of a cell of the form 2024-02-29T13:45[:10][suffix]. */
static void
remember_hour (BbTimes *times, const BbCell *cell, const BbIsoTime *iso, int64_t utc_ms)
{
  int64_t into_hour = iso->local_ms - bb_floor_to (iso->local_ms, BB_MS_PER_HOUR);
  size_t suffix = cell->length > 16 && cell->at[16] == ':' ? 19 : 16;

  times->hour_known = FALSE;
  if (cell->length < suffix || cell->length - suffix > sizeof times->suffix
      || (!iso->has_offset && cell->length != suffix) || memcmp (cell->at + 11, "24", 2) == 0)
    return;
  if (cell->length > suffix && cell->at[suffix] != 'Z' && cell->at[suffix] != '+' && cell->at[suffix] != '-')
    return;
  times->hour_ms = utc_ms - into_hour;
  if (!iso->has_offset && !hour_is_even (times, iso->local_ms - into_hour, times->hour_ms))
    return;
  times->seconds = suffix == 19;
  times->suffix_length = cell->length - suffix;
  memcpy (times->hour, cell->at, BB_TIMES_HOUR);
  memcpy (times->suffix, cell->at + suffix, times->suffix_length);
  times->hour_known = TRUE;
}

static gboolean
set_syntax_error (const BbCsv *csv, int column, const char *name, size_t bad, GError **error)
{
  const BbCell *cell = &csv->cells[column];
  g_autofree char *value = g_utf8_make_valid (cell->at, (gssize) MIN (cell->length, 40u));

  if (cell->length == 0)
    bb_csv_error (csv, error, BB_INPUT_ERROR_TIME, column, _ ("“%s” is empty"), name);
  else
    bb_text_error (csv->text, error, BB_INPUT_ERROR_TIME, csv->line, cell->column + bad,
                   _ ("“%s” is not a time: %s (expected e.g. 2026-03-29T14:30 or 2026-03-29T14:30:00+01:00)"),
                   name, value);
  return FALSE;
}

static gboolean
read_clock (BbTimes *times, const BbCsv *csv, int column, int64_t clock_ms, int64_t after_ms, int64_t *utc_ms,
            GError **error)
{
  int64_t second;
  BbLocalMatch match = bb_zone_from_local (times->zone, clock_ms, utc_ms, &second);

  if (match == BB_LOCAL_GAP) {
    bb_csv_error (
        csv, error, BB_INPUT_ERROR_TIME, column,
        _ ("%.*s does not exist in %s, the clock was put forward over it; write the offset behind the "
           "times, or name the zone that the file was written in"),
        (int) csv->cells[column].length, csv->cells[column].at, bb_zone_get_id (times->zone));
    return FALSE;
  }
  if (match == BB_LOCAL_OVERLAP && *utc_ms <= after_ms && second > after_ms)
    *utc_ms = second;
  return TRUE;
}

gboolean
bb_times_read (BbTimes *times, const BbCsv *csv, int column, const char *name, int64_t after_ms,
               int64_t *utc_ms, int64_t *offset_ms, GError **error)
{
  const BbCell *cell = &csv->cells[column];
  BbIsoTime iso;
  gsize bad = 0;

  if (!bb_iso_parse (cell->at, (gssize) cell->length, &iso, &bad))
    return set_syntax_error (csv, column, name, bad, error);
  if (iso.has_offset)
    *utc_ms = iso.local_ms - (int64_t) iso.offset_s * 1000;
  else if (!read_clock (times, csv, column, iso.local_ms, after_ms, utc_ms, error))
    return FALSE;
  if (offset_ms != NULL)
    *offset_ms = iso.local_ms - *utc_ms;
  remember_hour (times, cell, &iso, *utc_ms);
  return TRUE;
}
