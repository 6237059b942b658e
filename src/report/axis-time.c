/* SPDX-License-Identifier: GPL-3.0-or-later */
/* axis-time.c: the axis of time: steps of the local clock and calendar, with labels that cannot be mistaken.
 */
#include <glib/gi18n.h>
#include <langinfo.h>
#include <string.h>

#include "report/axis.h"

/* Space between two labels, as a share of a label. */
#define LABEL_GAP 0.6
/* More ticks than any screen has room for: a wrong width must not eat the memory. */
#define MAX_TICKS 2000
/* 2022-09-28 22:58:48.888, a Wednesday: as wide as labels become. */
#define WIDE_MS G_GINT64_CONSTANT (1664405928888)

typedef enum { UNIT_CLOCK_MS, UNIT_CLOCK_S, UNIT_CLOCK, UNIT_DAY, UNIT_WEEK, UNIT_MONTH, UNIT_YEAR } Unit;

typedef struct {
  Unit unit;
  gint n;           /* days, months, years */
  gint64 length_ms; /* about; exactly for the clock */
} Step;

#define S  G_GINT64_CONSTANT (1000)
#define M  BB_MS_PER_MINUTE
#define H  BB_MS_PER_HOUR
#define D  BB_MS_PER_DAY
#define MO (30 * D)
#define Y  (365 * D)

static const Step steps[] = {
  { UNIT_CLOCK_MS, 0, 1 },       { UNIT_CLOCK_MS, 0, 2 },       { UNIT_CLOCK_MS, 0, 5 },
  { UNIT_CLOCK_MS, 0, 10 },      { UNIT_CLOCK_MS, 0, 20 },      { UNIT_CLOCK_MS, 0, 50 },
  { UNIT_CLOCK_MS, 0, 100 },     { UNIT_CLOCK_MS, 0, 200 },     { UNIT_CLOCK_MS, 0, 500 },
  { UNIT_CLOCK_S, 0, S },        { UNIT_CLOCK_S, 0, 2 * S },    { UNIT_CLOCK_S, 0, 5 * S },
  { UNIT_CLOCK_S, 0, 10 * S },   { UNIT_CLOCK_S, 0, 15 * S },   { UNIT_CLOCK_S, 0, 30 * S },
  { UNIT_CLOCK, 0, M },          { UNIT_CLOCK, 0, 2 * M },      { UNIT_CLOCK, 0, 5 * M },
  { UNIT_CLOCK, 0, 10 * M },     { UNIT_CLOCK, 0, 15 * M },     { UNIT_CLOCK, 0, 30 * M },
  { UNIT_CLOCK, 0, H },          { UNIT_CLOCK, 0, 2 * H },      { UNIT_CLOCK, 0, 3 * H },
  { UNIT_CLOCK, 0, 6 * H },      { UNIT_CLOCK, 0, 12 * H },     { UNIT_DAY, 1, D },
  { UNIT_DAY, 2, 2 * D },        { UNIT_WEEK, 1, 7 * D },       { UNIT_MONTH, 1, MO },
  { UNIT_MONTH, 2, 2 * MO },     { UNIT_MONTH, 3, 3 * MO },     { UNIT_MONTH, 6, 6 * MO },
  { UNIT_YEAR, 1, Y },           { UNIT_YEAR, 2, 2 * Y },       { UNIT_YEAR, 5, 5 * Y },
  { UNIT_YEAR, 10, 10 * Y },     { UNIT_YEAR, 20, 20 * Y },     { UNIT_YEAR, 50, 50 * Y },
  { UNIT_YEAR, 100, 100 * Y },   { UNIT_YEAR, 200, 200 * Y },   { UNIT_YEAR, 500, 500 * Y },
  { UNIT_YEAR, 1000, 1000 * Y }, { UNIT_YEAR, 5000, 5000 * Y },
};

/* ---- labels ---- */

static gboolean
clock_has_12_hours (void)
{
  const gchar *format = nl_langinfo (T_FMT);
  return strstr (format, "%r") != NULL || strstr (format, "%I") != NULL || strstr (format, "%l") != NULL
         || strstr (format, "%p") != NULL;
}

/* The text of a local time, after a pattern of g_date_time_format(). */
static gchar *
format_local (gint64 local_ms, const gchar *pattern)
{
  gint64 day_ms = bb_floor_to (local_ms, 1000);
  g_autoptr (GDateTime) time = g_date_time_new_from_unix_utc (day_ms / 1000);
  gchar *text = time != NULL ? g_date_time_format (time, pattern) : NULL;
  return text != NULL ? text : g_strdup ("");
}

/* Time of day, to the minute, second or ms. */
static gchar *
format_clock (gint64 local_ms, Unit unit)
{
  gboolean twelve = clock_has_12_hours ();
  gint ms = (gint) (local_ms - bb_floor_to (local_ms, 1000));
  g_autofree gchar *pattern = NULL;
  if (unit == UNIT_CLOCK)
    return format_local (local_ms, twelve ? "%-I:%M %p" : "%H:%M");
  if (unit == UNIT_CLOCK_S)
    return format_local (local_ms, twelve ? "%-I:%M:%S %p" : "%H:%M:%S");
  pattern = g_strdup_printf (twelve ? "%%-I:%%M:%%S%s%03d %%p" : "%%H:%%M:%%S%s%03d", nl_langinfo (RADIXCHAR),
                             ms);
  return format_local (local_ms, pattern);
}

static gchar *
format_offset (gint32 offset_s)
{
  gint minutes = ABS (offset_s) / 60;
  const gchar *sign = offset_s < 0 ? "−" : "+";
  if (minutes % 60 == 0)
    return g_strdup_printf ("%s%d", sign, minutes / 60);
  return g_strdup_printf ("%s%d:%02d", sign, minutes / 60, minutes % 60);
}

/* Time of day at `time_ms`; with the offset where the clock shows this time twice. */
static gchar *
label_clock (BbZone *zone, gint64 time_ms, Unit unit)
{
  gint32 offset_s = bb_zone_get_offset_s (zone, time_ms);
  gint64 local_ms = time_ms + (gint64) offset_s * 1000, first_ms = 0, second_ms = 0;
  g_autofree gchar *text = format_clock (local_ms, unit);
  g_autofree gchar *offset = NULL;
  if (bb_zone_from_local (zone, local_ms, &first_ms, &second_ms) != BB_LOCAL_OVERLAP)
    return g_steal_pointer (&text);
  offset = format_offset (offset_s);
  return g_strconcat (text, " ", offset, NULL);
}

static gchar *
label_tick (BbZone *zone, gint64 time_ms, Unit unit)
{
  gint64 local_ms = bb_zone_to_local (zone, time_ms);
  switch (unit) {
  case UNIT_DAY:
    /* Translators: a day under a chart whose month stands below it: "Tue 14"; see g_date_time_format() */
    return format_local (local_ms, _ ("%a %-d"));
  case UNIT_WEEK:
    /* Translators: a day and month under a chart: "14 Jul" */
    return format_local (local_ms, _ ("%-d %b"));
  case UNIT_MONTH:
    /* Translators: a month under a chart whose year stands below it: "Jul" */
    return format_local (local_ms, _ ("%b"));
  case UNIT_YEAR:
    return format_local (local_ms, "%Y");
  case UNIT_CLOCK_MS:
  case UNIT_CLOCK_S:
  case UNIT_CLOCK:
  default:
    return label_clock (zone, time_ms, unit);
  }
}

static gchar *
label_context (BbZone *zone, gint64 time_ms, Unit unit)
{
  gint64 local_ms = bb_zone_to_local (zone, time_ms);
  if (unit == UNIT_MONTH)
    return format_local (local_ms, "%Y");
  if (unit == UNIT_DAY || unit == UNIT_WEEK)
    /* Translators: a month and year under a chart: "July 2026" */
    return format_local (local_ms, _ ("%OB %Y"));
  /* Translators: a day under a chart: "Tuesday 14 July 2026" */
  return format_local (local_ms, _ ("%A %-d %B %Y"));
}

static gchar *
label_brief (BbZone *zone, gint64 time_ms, Unit unit)
{
  gint64 local_ms = bb_zone_to_local (zone, time_ms);
  if (unit == UNIT_MONTH)
    return NULL;
  if (unit == UNIT_DAY || unit == UNIT_WEEK)
    /* Translators: a month and year where there is little room: "Jul 2026" */
    return format_local (local_ms, _ ("%b %Y"));
  /* Translators: a day where there is little room: "Tue 14 Jul" */
  return format_local (local_ms, _ ("%a %-d %b"));
}

static gchar *
format_day (BbZone *zone, gint64 time_ms)
{
  /* Translators: a day in a narrow place: "Tue 14 Jul 2026"; see g_date_time_format() */
  return format_local (bb_zone_to_local (zone, time_ms), _ ("%a %-d %b %Y"));
}

gchar *
bb_time_axis_format_full (BbZone *zone, gint64 time_ms, gboolean with_ms)
{
  g_autoptr (BbZone) utc = zone == NULL ? bb_zone_new_utc () : NULL;
  BbZone *used = zone != NULL ? zone : utc;
  g_autofree gchar *clock_text = label_clock (used, time_ms, with_ms ? UNIT_CLOCK_MS : UNIT_CLOCK_S);
  g_autofree gchar *day = format_day (used, time_ms);
  return g_strdup_printf ("%s  %s", day, clock_text);
}

gchar *
bb_time_axis_format_range (BbZone *zone, gint64 from_ms, gint64 until_ms)
{
  g_autoptr (BbZone) utc = zone == NULL ? bb_zone_new_utc () : NULL;
  BbZone *used = zone != NULL ? zone : utc;
  Unit unit = until_ms - from_ms < 5 * M ? UNIT_CLOCK_S : UNIT_CLOCK;
  g_autofree gchar *from_clock = label_clock (used, from_ms, unit);
  g_autofree gchar *until_clock = label_clock (used, until_ms, unit);
  g_autofree gchar *from_day = format_day (used, from_ms);
  g_autofree gchar *until_day = format_day (used, until_ms);
  if (g_str_equal (from_day, until_day))
    return g_strdup_printf ("%s  %s – %s", from_day, from_clock, until_clock);
  return g_strdup_printf ("%s %s – %s %s", from_day, from_clock, until_day, until_clock);
}

/* ---- where ticks stand ---- */

/* The first time >= `time_ms` at which the local clock shows a multiple of `step_ms`. */
static gint64
next_clock (BbZoneCursor *cursor, gint64 time_ms, gint64 step_ms)
{
  for (;;) {
    gint64 offset_ms = (gint64) bb_zone_cursor_offset_s (cursor, time_ms) * 1000;
    gint64 at = bb_floor_to (time_ms + offset_ms + step_ms - 1, step_ms) - offset_ms;
    /* Behind a change of the clock the offset is another. */
    if (at < cursor->until_ms || cursor->until_ms <= time_ms)
      return at;
    time_ms = cursor->until_ms;
  }
}

/* First moment of the local day `days` after 1970-01-01. */
static gint64
day_to_utc (BbZone *zone, gint64 local_ms)
{
  gint64 utc_ms = 0;
  bb_zone_from_local (zone, local_ms, &utc_ms, NULL);
  return utc_ms;
}

static gint64
join_date (gint64 months_since_0, gint day)
{
  BbLocalTime time = { .year = (gint32) bb_floor_div (months_since_0, 12), .day = (guint8) day };
  gint64 local_ms = 0;
  time.month = (guint8) (months_since_0 - bb_floor_div (months_since_0, 12) * 12 + 1);
  return bb_local_join (&time, &local_ms) ? local_ms : G_MAXINT64;
}

/* Local midnight of the next tick at or after a local midnight. */
static gint64
next_day (gint64 local_ms, const Step *step)
{
  BbLocalTime time;
  for (;; local_ms += D) {
    bb_local_split (local_ms, &time);
    /* Every second day counts from the first of the month, and leaves the 31st out: it would crowd the 1st.
     */
    if (step->unit == UNIT_DAY && (step->n == 1 || (time.day % step->n == 1 && time.day < 31)))
      return local_ms;
    if (step->unit == UNIT_WEEK && time.weekday == 0)
      return local_ms;
  }
}

static gint64
next_month (gint64 local_ms, const Step *step)
{
  gint64 every = step->unit == UNIT_YEAR ? (gint64) step->n * 12 : step->n;
  gint64 months = 0;
  BbLocalTime time;
  bb_local_split (local_ms, &time);
  months = (gint64) time.year * 12 + time.month - 1;
  months = bb_floor_to (months + every - 1, every);
  if (months < 12)
    months = every;
  if (join_date (months, 1) < local_ms)
    months += every;
  return join_date (months, 1);
}

/* The first tick at or after `time_ms`; G_MAXINT64: none. */
static gint64
next_tick (BbZoneCursor *cursor, gint64 time_ms, const Step *step)
{
  gint64 local_ms = 0, found = 0;
  if (step->unit <= UNIT_CLOCK)
    return next_clock (cursor, time_ms, step->length_ms);
  local_ms = bb_floor_to (bb_zone_to_local (cursor->zone, time_ms) + D - 1, D);
  for (;; local_ms += D) {
    gint64 local = step->unit <= UNIT_WEEK ? next_day (local_ms, step) : next_month (local_ms, step);
    if (local == G_MAXINT64)
      return G_MAXINT64;
    found = day_to_utc (cursor->zone, local);
    /* A change of the clock at midnight may put it before. */
    if (found >= time_ms)
      return found;
  }
}

static gboolean
is_context_start (BbZone *zone, gint64 time_ms, Unit unit)
{
  BbLocalTime time;
  if (unit == UNIT_YEAR)
    return FALSE;
  if (unit <= UNIT_CLOCK)
    return bb_zone_day_start (zone, time_ms) == time_ms;
  bb_local_split (bb_zone_to_local (zone, time_ms), &time);
  return time.day == 1 && (unit != UNIT_MONTH || time.month == 1);
}

static void
tick_clear (gpointer data)
{
  g_free (((BbTimeTick *) data)->label);
  g_free (((BbTimeTick *) data)->brief);
}

static void
add_ticks (BbTimeAxis *axis, BbZone *zone, gint64 from_ms, gint64 until_ms, const Step *step)
{
  BbZoneCursor cursor;
  bb_zone_cursor_init (&cursor, zone);
  for (gint64 at = next_tick (&cursor, from_ms, step); at < until_ms && axis->ticks->len < MAX_TICKS;
       at = next_tick (&cursor, at + 1, step)) {
    BbTimeTick tick
        = { at, label_tick (zone, at, step->unit), NULL, is_context_start (zone, at, step->unit) };
    g_array_append_val (axis->ticks, tick);
  }
}

static void
add_contexts (BbTimeAxis *axis, BbZone *zone, gint64 from_ms, gint64 until_ms, Unit unit)
{
  static const Step day = { UNIT_DAY, 1, D }, month = { UNIT_MONTH, 1, MO }, year = { UNIT_YEAR, 1, Y };
  const Step *step = unit == UNIT_MONTH ? &year : unit >= UNIT_DAY ? &month : &day;
  BbZoneCursor cursor;
  BbTimeTick first
      = { from_ms, label_context (zone, from_ms, unit), label_brief (zone, from_ms, unit), FALSE };
  g_array_append_val (axis->contexts, first);
  bb_zone_cursor_init (&cursor, zone);
  for (gint64 at = next_tick (&cursor, from_ms + 1, step); at < until_ms && axis->contexts->len < MAX_TICKS;
       at = next_tick (&cursor, at + 1, step)) {
    BbTimeTick context = { at, label_context (zone, at, unit), label_brief (zone, at, unit), TRUE };
    g_array_append_val (axis->contexts, context);
  }
}

/* The finest step whose labels have room. */
static const Step *
choose_step (BbZone *utc, gint64 from_ms, gint64 until_ms, gdouble width, BbAxisWidth label_width,
             gpointer data)
{
  gdouble per_ms = width / (gdouble) (until_ms - from_ms), label = 0;
  Unit measured = G_MAXUINT;
  for (guint i = 0; i < G_N_ELEMENTS (steps); i++) {
    if (steps[i].unit != measured) {
      /* The same sample whatever is shown, so that the step does not change while the view moves. */
      g_autofree gchar *sample = label_tick (utc, WIDE_MS, steps[i].unit);
      measured = steps[i].unit;
      label = label_width (data, sample);
    }
    if ((gdouble) steps[i].length_ms * per_ms >= label * (1 + LABEL_GAP))
      return &steps[i];
  }
  return &steps[G_N_ELEMENTS (steps) - 1];
}

BbTimeAxis *
bb_time_axis_new (BbZone *zone, gint64 from_ms, gint64 until_ms, gdouble width, BbAxisWidth label_width,
                  gpointer data)
{
  g_autoptr (BbZone) utc = bb_zone_new_utc ();
  BbZone *used = zone != NULL ? zone : utc;
  BbTimeAxis *axis = g_new0 (BbTimeAxis, 1);
  const Step *step = NULL;
  axis->ticks = g_array_new (FALSE, FALSE, sizeof (BbTimeTick));
  axis->contexts = g_array_new (FALSE, FALSE, sizeof (BbTimeTick));
  g_array_set_clear_func (axis->ticks, tick_clear);
  g_array_set_clear_func (axis->contexts, tick_clear);
  if (until_ms <= from_ms || width <= 0)
    return axis;
  step = choose_step (utc, from_ms, until_ms, width, label_width, data);
  add_ticks (axis, used, from_ms, until_ms, step);
  if (step->unit != UNIT_YEAR)
    add_contexts (axis, used, from_ms, until_ms, step->unit);
  return axis;
}

void
bb_time_axis_free (BbTimeAxis *axis)
{
  g_array_unref (axis->ticks);
  g_array_unref (axis->contexts);
  g_free (axis);
}
