/* SPDX-License-Identifier: GPL-3.0-or-later */
/* compare.c: two runs side by side. */
#include "simulation/compare.h"

#include <glib/gi18n.h>
#include <math.h>

#include "simulation/headline-text.h"

typedef enum { MORE_IS_BETTER, LESS_IS_BETTER, NEITHER } Wish;

typedef enum { KWH, PERCENT, TIMES, DURATION } Kind;

/* A figure of a run; NAN: it has none. Durations are in ms. */
typedef struct {
  const gchar *title;
  Kind kind;
  Wish wish;
  gdouble (*of) (const BbSummary *summary);
} Figure;

const gchar *
bb_compare_verdict_word (BbCompareVerdict verdict)
{
  static const gchar *const words[] = { N_ ("same"), N_ ("other"), N_ ("better"), N_ ("worse") };

  return _ (words[verdict]);
}

/* ---- figures ---------------------------------------------------------------------------------- */

static gdouble
delivered (const BbSummary *summary)
{
  return bb_kwh (summary->delivered_mws);
}

static gdouble
delivered_pct (const BbSummary *summary)
{
  return summary->delivered_pct;
}

static gdouble
charged (const BbSummary *summary)
{
  return summary->n_met;
}

static gdouble
turned_away (const BbSummary *summary)
{
  return summary->n_turned_away;
}

static gdouble
worst_session (const BbSummary *summary)
{
  return 100 * summary->min_fraction;
}

static gdouble
highest_load (const BbSummary *summary)
{
  gdouble highest = NAN;

  for (guint c = 0; c < summary->n_circuits; c++)
    for (guint p = 0; p < 3; p++) {
      const BbPhaseSummary *phase = &summary->circuits[c].phase[p];
      if (phase->rating_ma <= 0 || !(summary->circuits[c].phases >> p & 1))
        continue;
      gdouble load = 100.0 * (gdouble) phase->peak_ma / (gdouble) phase->rating_ma;
      highest = isfinite (highest) ? MAX (highest, load) : load;
    }
  return highest;
}

/* Of the phase that was over longest. */
static gdouble
over_rating (const BbSummary *summary)
{
  gint64 most_ms = 0;

  for (guint c = 0; c < summary->n_circuits; c++)
    for (guint p = 0; p < 3; p++)
      most_ms = MAX (most_ms, summary->circuits[c].phase[p].over_rating_ms);
  return (gdouble) most_ms;
}

/* Of the row that held cars longest; runs of older versions do not say. */
static gdouble
limited (const BbSummary *summary)
{
  if (summary->limits == NULL)
    return (gdouble) NAN;
  return summary->limits->len > 0 ? (gdouble) g_array_index (summary->limits, BbLimitTime, 0).held_ms : 0;
}

static gdouble
import (const BbSummary *summary)
{
  return bb_kwh (summary->import_mws);
}

static gdouble export(const BbSummary *summary)
{
  return bb_kwh (summary->export_mws);
}

static gdouble
self_consumption (const BbSummary *summary)
{
  return summary->generation_mws > 0 ? summary->self_consumption_pct : (gdouble) NAN;
}

static gdouble
from_sun (const BbSummary *summary)
{
  return summary->generation_mws > 0 ? bb_kwh (summary->charged_from_solar_mws) : (gdouble) NAN;
}

static gdouble
stops (const BbSummary *summary)
{
  gdouble n = 0;

  for (guint s = 0; s < summary->n_stations; s++)
    n += summary->stations[s].stops;
  return n;
}

/* As a page shows them, most important first. */
static const Figure figures[] = {
  { N_ ("Highest load of a rating"), PERCENT, LESS_IS_BETTER, highest_load },
  { N_ ("Longest time over a rating"), DURATION, LESS_IS_BETTER, over_rating },
  { N_ ("Energy delivered"), KWH, MORE_IS_BETTER, delivered },
  { N_ ("Of the energy wanted"), PERCENT, MORE_IS_BETTER, delivered_pct },
  { N_ ("Cars fully charged"), TIMES, MORE_IS_BETTER, charged },
  { N_ ("The worst car got"), PERCENT, MORE_IS_BETTER, worst_session },
  { N_ ("Cars without a free station"), TIMES, LESS_IS_BETTER, turned_away },
  { N_ ("Longest limit"), DURATION, LESS_IS_BETTER, limited },
  { N_ ("Charging stopped"), TIMES, NEITHER, stops },
  { N_ ("Import"), KWH, NEITHER, import },
  { N_ ("Export"), KWH, NEITHER, export },
  { N_ ("Generation used on site"), PERCENT, MORE_IS_BETTER, self_consumption },
  { N_ ("Charged from the sun"), KWH, MORE_IS_BETTER, from_sun },
};

/* ---- rows ------------------------------------------------------------------------------------- */

static gchar *
value_text (Kind kind, gdouble value)
{
  if (!isfinite (value))
    return g_strdup ("–");
  if (kind == DURATION)
    return bb_duration_text ((gint64) value);
  g_autofree gchar *number
      = kind == PERCENT ? bb_percent_text (value, 1) : bb_number_text (value, kind == KWH ? 2 : 0);
  if (kind == TIMES)
    return g_steal_pointer (&number);
  return g_strconcat (number, kind == KWH ? " kWh" : " %", NULL);
}

/* The step in which a figure is shown; smaller differences are none. */
static gdouble
step_of (Kind kind)
{
  static const gdouble steps[] = { [KWH] = 0.01, [PERCENT] = 0.1, [TIMES] = 1, [DURATION] = 1000 };

  return steps[kind];
}

static gchar *
difference_text (Kind kind, gdouble difference)
{
  if (!isfinite (difference))
    return g_strdup ("–");
  if (kind == DURATION && fabs (difference) < step_of (kind))
    return g_strdup ("–");
  g_autofree gchar *size = kind == DURATION  ? bb_duration_text ((gint64) fabs (difference))
                           : kind == PERCENT ? bb_number_text (fabs (difference), 1)
                                             : value_text (kind, fabs (difference));
  gboolean none = fabs (difference) < step_of (kind) / 2;
  return g_strconcat (none             ? ""
                      : difference < 0 ? "−"
                                       : "+",
                      size,
                      /* Translators: percentage points, a difference of two percentages */
                      kind == PERCENT ? _ (" points") : "", NULL);
}

static BbCompareVerdict
judge (const Figure *figure, gdouble a, gdouble b)
{
  if (isfinite (a) != isfinite (b))
    return BB_COMPARE_OTHER;
  if (!isfinite (a) || fabs (b - a) < step_of (figure->kind) / 2)
    return BB_COMPARE_SAME;
  if (figure->wish == NEITHER)
    return BB_COMPARE_OTHER;
  return (b > a) == (figure->wish == MORE_IS_BETTER) ? BB_COMPARE_BETTER : BB_COMPARE_WORSE;
}

static void
row_free (gpointer data)
{
  BbCompareRow *row = data;

  g_free (row->title);
  g_free (row->a);
  g_free (row->b);
  g_free (row->difference);
  g_free (row);
}

/* A figure that neither run has is left out. */
static void
add_row (GPtrArray *rows, const Figure *figure, const BbSummary *a, const BbSummary *b)
{
  gdouble of_a = figure->of (a), of_b = figure->of (b);

  if (!isfinite (of_a) && !isfinite (of_b))
    return;
  BbCompareRow *row = g_new (BbCompareRow, 1);
  *row = (BbCompareRow){ .title = g_strdup (_ (figure->title)),
                         .a = value_text (figure->kind, of_a),
                         .b = value_text (figure->kind, of_b),
                         .difference = difference_text (figure->kind, of_b - of_a),
                         .verdict = judge (figure, of_a, of_b) };
  g_ptr_array_add (rows, row);
}

/* ---- the sentence ----------------------------------------------------------------------------- */

static gchar *
rating_sentence (const BbSummary *a, const gchar *a_name, const BbSummary *b, const gchar *b_name)
{
  gdouble over_a = over_rating (a), over_b = over_rating (b);
  g_autofree gchar *time_a = bb_duration_text ((gint64) over_a);
  g_autofree gchar *time_b = bb_duration_text ((gint64) over_b);

  if (over_a == 0 && over_b == 0)
    return g_strdup (_ ("Neither goes over a rating."));
  if (over_a > 0 && over_b > 0) /* Translators: name, duration, name, duration */
    return g_strdup_printf (_ ("Both go over a rating: %s for %s, %s for %s."), a_name, time_a, b_name,
                            time_b);
  if (over_a > 0) /* Translators: name of a run, duration, name of the other */
    return g_strdup_printf (_ ("%s goes over a rating for %s; %s does not."), a_name, time_a, b_name);
  return g_strdup_printf (_ ("%s goes over a rating for %s; %s does not."), b_name, time_b, a_name);
}

static gchar *
energy_sentence (const BbSummary *a, const gchar *a_name, const BbSummary *b, const gchar *b_name)
{
  gdouble difference = delivered (b) - delivered (a);
  g_autofree gchar *size = bb_number_text (fabs (difference), 2);

  if (a->n_sessions == 0 && b->n_sessions == 0)
    return g_strdup (_ ("No car came in either."));
  if (fabs (difference) < step_of (KWH) / 2)
    return g_strdup (_ ("Both deliver the same energy."));
  g_autofree gchar *of_a = bb_percent_text (a->delivered_pct, 0);
  g_autofree gchar *of_b = bb_percent_text (b->delivered_pct, 0);
  /* Translators: name of a run, energy, and of what was wanted: of it, of the other */
  return g_strdup_printf (difference > 0 ? _ ("%s delivers %s kWh more (%s %% instead of %s %%).")
                                         : _ ("%s delivers %s kWh less (%s %% instead of %s %%)."),
                          b_name, size, of_b, of_a);
}

static gchar *
sentence (const BbSummary *a, const gchar *a_name, const BbSummary *b, const gchar *b_name)
{
  g_autofree gchar *rating = rating_sentence (a, a_name, b, b_name);
  g_autofree gchar *energy = energy_sentence (a, a_name, b, b_name);
  gboolean same_time = a->from_ms == b->from_ms && a->until_ms == b->until_ms;

  return g_strjoin (" ", rating, energy,
                    same_time ? NULL : _ ("The two cover different times: compare percentages, not sums."),
                    NULL);
}

BbComparison *
bb_comparison_new (const BbSummary *a, const gchar *a_name, const BbSummary *b, const gchar *b_name)
{
  BbComparison *self = g_new0 (BbComparison, 1);

  self->rows = g_ptr_array_new_with_free_func (row_free);
  for (guint i = 0; i < G_N_ELEMENTS (figures); i++)
    add_row (self->rows, &figures[i], a, b);
  self->sentence = sentence (a, a_name, b, b_name);
  return self;
}

void
bb_comparison_free (BbComparison *self)
{
  if (self == NULL)
    return;
  g_free (self->sentence);
  g_ptr_array_unref (self->rows);
  g_free (self);
}
