/* SPDX-License-Identifier: GPL-3.0-or-later */
/* axis.c: the axis of values: nice steps and their labels. */
#include "report/axis.h"

#include <math.h>

/* Of a step: what floating point adds or takes. */
#define SLACK 1e-9
/* An axis so much longer than what it shows is better cut shorter than rounded to whole steps. */
#define MUCH_EMPTY 1.3

/* The smallest of 1, 2, 5 x 10^n that is at least `least`. */
static gdouble
nice_step (gdouble least)
{
  gdouble power = pow (10, floor (log10 (least)));
  static const gdouble nice[] = { 1, 2, 5, 10 };
  for (guint i = 0; i < G_N_ELEMENTS (nice); i++)
    if (nice[i] * power >= least * (1 - SLACK))
      return nice[i] * power;
  return 10 * power;
}

static guint
decimals_of (gdouble step)
{
  gdouble digits = ceil (-log10 (step) - SLACK);
  return digits > 0 ? (guint) MIN (digits, 9) : 0;
}

static BbAxis
axis_of_step (gdouble min, gdouble max, gdouble step)
{
  BbAxis axis = { .step = step, .decimals = decimals_of (step) };
  axis.min = floor (min / step + SLACK) * step;
  axis.max = ceil (max / step - SLACK) * step;
  if (axis.max - axis.min < step * 0.5)
    axis.max = axis.min + step;
  return axis;
}

BbAxis
bb_axis_new (gdouble min, gdouble max, guint max_steps, guint decimals)
{
  gdouble least = pow (10, -(gdouble) decimals);
  BbAxis axis = { 0, 1, 1, 0 };
  max_steps = MAX (max_steps, 1);
  if (!isfinite (min) || !isfinite (max) || max < min)
    return axis;
  axis = axis_of_step (min, max, nice_step (MAX ((max - min) / max_steps, least)));
  /* Rounding outwards may have added a step. */
  while (bb_axis_get_n_ticks (&axis) - 1 > max_steps && max_steps > 1)
    axis = axis_of_step (min, max, nice_step (axis.step * 1.5));
  return axis;
}

BbAxis
bb_axis_new_tight (gdouble min, gdouble max, guint max_steps, guint decimals)
{
  BbAxis axis = bb_axis_new (min, max, max_steps, decimals), tight = axis;
  gdouble fifth = axis.step / 5;
  if (axis.max - axis.min <= (max - min) * MUCH_EMPTY || !isfinite (min) || !isfinite (max) || max <= min)
    return axis;
  tight.step = nice_step (MAX ((max - min) / max_steps, pow (10, -(gdouble) decimals)));
  fifth = tight.step / 5;
  tight.decimals = decimals_of (tight.step);
  tight.min = floor (min / fifth + SLACK) * fifth;
  tight.max = ceil (max / fifth - SLACK) * fifth;
  return bb_axis_get_n_ticks (&tight) >= 2 ? tight : axis;
}

/* Number of the first multiple of the step on the axis. */
static gdouble
first_multiple (const BbAxis *axis)
{
  return ceil (axis->min / axis->step - 1e-6);
}

guint
bb_axis_get_n_ticks (const BbAxis *axis)
{
  return (guint) (floor (axis->max / axis->step + 1e-6) - first_multiple (axis)) + 1;
}

gdouble
bb_axis_get_tick (const BbAxis *axis, guint tick)
{
  gdouble value = (first_multiple (axis) + tick) * axis->step;
  return fabs (value) < axis->step * SLACK ? 0 : value;
}

gchar *
bb_axis_format (gdouble value, guint decimals)
{
  gdouble half = 0.5 * pow (10, -(gdouble) decimals);
  g_autofree gchar *digits = NULL;
  if (!isfinite (value))
    return g_strdup ("–");
  digits = g_strdup_printf ("%.*f", (gint) decimals, fabs (value));
  return value <= -half ? g_strconcat ("−", digits, NULL) : g_steal_pointer (&digits);
}
