/* SPDX-License-Identifier: GPL-3.0-or-later */
/* axis.h: where the ticks of a chart's axes stand and what they say: values in steps of 1-2-5, times on the
 * local clock.
 */
#pragma once

#include "base/zone.h"

G_BEGIN_DECLS

/* ---- values ---- */

typedef struct {
  gdouble min, max; /* multiples of step, or of a fifth of it */
  gdouble step;     /* 1, 2 or 5 x 10^n */
  guint decimals;   /* of the labels */
} BbAxis;

/* An axis that holds [min, max] with at most `max_steps` (at least 1) steps, none smaller than
 * 10^-decimals. */
BbAxis bb_axis_new (gdouble min, gdouble max, guint max_steps, guint decimals);
/* The same where that would leave much of it empty: then it ends at fifths of a step. */
BbAxis bb_axis_new_tight (gdouble min, gdouble max, guint max_steps, guint decimals);
/* Number of ticks, and the value of one. */
guint bb_axis_get_n_ticks (const BbAxis *axis);
gdouble bb_axis_get_tick (const BbAxis *axis, guint tick);

/* The value with so many decimals as the user's locale writes it, with a real minus sign; never "−0".
 * (transfer full) */
gchar *bb_axis_format (gdouble value, guint decimals);

/* ---- times ---- */

typedef struct {
  gint64 time_ms;  /* UTC */
  gchar *label;    /* (owned) */
  gchar *brief;    /* (owned) (nullable): of a context, for where the label has no room */
  gboolean strong; /* the next larger unit begins here: a day, a month, a year */
} BbTimeTick;

/* Ticks in [from, until) and, in a row of their own, what they belong to: the day of hours, the month of
 * days, the year of months. The first context stands at `from`, the others where they begin; empty when ticks
 * are years. */
typedef struct {
  GArray *ticks;    /* (element-type BbTimeTick) */
  GArray *contexts; /* (element-type BbTimeTick) */
} BbTimeAxis;

/* Width of a label, in the unit of `width` below. */
typedef gdouble (*BbAxisWidth) (gpointer data, const gchar *text);

/* Ticks that leave room for their labels on `width` units of [from, until). Ticks are times that the local
 * clock of `zone` (NULL: UTC) shows as whole steps; an hour that it shows twice is told apart by its offset.
 */
BbTimeAxis *bb_time_axis_new (BbZone *zone, gint64 from_ms, gint64 until_ms, gdouble width,
                              BbAxisWidth label_width, gpointer data);
void bb_time_axis_free (BbTimeAxis *axis);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (BbTimeAxis, bb_time_axis_free)

/* Date and time of day in full, to the second (`with_ms`: to the ms), as the user's locale writes it.
 * (transfer full) */
gchar *bb_time_axis_format_full (BbZone *zone, gint64 time_ms, gboolean with_ms);

/* "Wed 13 Mar 2019 00:00 – 19:12"; the second day too where it is another. (transfer full) */
gchar *bb_time_axis_format_range (BbZone *zone, gint64 from_ms, gint64 until_ms);

G_END_DECLS
