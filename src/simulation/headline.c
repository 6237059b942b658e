/* SPDX-License-Identifier: GPL-3.0-or-later */
/* headline.c: the sentences and figures that answer first. */
#include "simulation/headline.h"

#include <glib/gi18n.h>
#include <math.h>

#include "model/reason-text.h"
#include "simulation/headline-text.h"
#include "simulation/plan.h"

/* Energy delivered from here on is good, below the other it is a warning, in %. */
#define GOOD_PCT 95.0
#define POOR_PCT 80.0
/* Fail-safe that is worth a sentence: a lost packet or two is not. */
#define FAILSAFE_MS 60000

/* From here on a figure is in MWh. */
#define LARGE_KWH 10000

typedef struct {
  const BbSummary *summary;
  BbSite *site;
  BbZone *zone; /* (owned) */
  BbHeadlines *out;
} Context;

const gchar *
bb_headline_severity_word (BbHeadlineSeverity severity)
{
  static const gchar *const words[] = { N_ ("Note"), N_ ("Good"), N_ ("Warning"), N_ ("Error") };

  return _ (words[severity]);
}

static void
headline_free (gpointer data)
{
  BbHeadline *headline = data;

  g_free (headline->text);
  g_free (headline);
}

static void
figure_free (gpointer data)
{
  BbFigure *figure = data;

  g_free (figure->title);
  g_free (figure->value);
  g_free (figure->unit);
  g_free (figure->note);
  g_free (figure);
}

void
bb_headlines_free (BbHeadlines *self)
{
  if (self == NULL)
    return;
  g_ptr_array_unref (self->sentences);
  g_ptr_array_unref (self->figures);
  g_free (self);
}

/* `text` (transfer full). */
static void
say (const Context *context, BbHeadlineSeverity severity, gchar *text)
{
  BbHeadline *headline = g_new (BbHeadline, 1);

  *headline = (BbHeadline){ severity, text };
  g_ptr_array_add (context->out->sentences, headline);
  context->out->severity = MAX (context->out->severity, severity);
}

/* ---- ratings ---------------------------------------------------------------------------------- */

/* A phase of a circuit that stands out, and how many do. */
typedef struct {
  const BbCircuitSummary *circuit;
  guint phase;
  guint n;
} Found;

static const BbPhaseSummary *
phase_of (const Found *found)
{
  return &found->circuit->phase[found->phase];
}

/* The worst over its rating. */
static Found
find_worst (const BbSummary *summary)
{
  Found worst = { NULL, 0, 0 };

  for (guint c = 0; c < summary->n_circuits; c++)
    for (guint p = 0; p < 3; p++) {
      const BbPhaseSummary *phase = &summary->circuits[c].phase[p];
      if (phase->over_rating_ms == 0)
        continue;
      if (worst.n++ == 0 || phase->over_rating_ma_ms > phase_of (&worst)->over_rating_ma_ms) {
        worst.circuit = &summary->circuits[c];
        worst.phase = p;
      }
    }
  return worst;
}

/* The kinds of device that count for a circuit: the one that the site states, else all. */
static gboolean
is_kind_there (const Context *context, const gchar *circuit, BbTripKind kind)
{
  static const BbProtection protections[BB_TRIP_N] = { BB_PROTECTION_GG, BB_PROTECTION_B, BB_PROTECTION_C };
  gint position = context->site != NULL ? bb_site_find_circuit (context->site, circuit) : -1;
  gint stated = position >= 0
                    ? bb_circuit_peek (bb_site_circuit (context->site, (guint) position))->protection
                    : BB_PROTECTION_NONE;

  return stated == BB_PROTECTION_NONE || stated == (gint) protections[kind];
}

/* When a device of this kind would have opened somewhere, first; NULL: nowhere. */
static const BbTripState *
first_trip (const Context *context, BbTripKind kind, BbTripLimit limit, const gchar **circuit)
{
  const BbTripState *first = NULL;

  for (guint c = 0; c < context->summary->n_circuits; c++)
    for (guint p = 0; p < 3; p++) {
      const BbTripState *state = &context->summary->circuits[c].phase[p].trip[kind][limit];
      if (state->opened_at_ms == G_MININT64 || (first != NULL && state->opened_at_ms >= first->opened_at_ms)
          || !is_kind_there (context, context->summary->circuits[c].id, kind))
        continue;
      first = state;
      *circuit = context->summary->circuits[c].id;
    }
  return first;
}

/* "gG (Main, 2026-03-01 18:02:05), B (…)" (transfer full); NULL: none. A kind that certainly opened is not
 * told again among those that might have. */
static gchar *
trip_list (const Context *context, BbTripLimit limit)
{
  g_autoptr (GString) list = g_string_new (NULL);
  const gchar *circuit = NULL;

  for (guint kind = 0; kind < BB_TRIP_N; kind++) {
    const BbTripState *state = first_trip (context, kind, limit, &circuit);
    const gchar *other;
    if (state == NULL || (limit == BB_TRIP_MAY && first_trip (context, kind, BB_TRIP_MUST, &other) != NULL))
      continue;
    g_autofree gchar *when = bb_reason_local_time (state->opened_at_ms, context->zone);
    g_string_append_printf (list, "%s%s (%s, %s)", list->len > 0 ? ", " : "", bb_trip_kind_get_name (kind),
                            bb_circuit_name (context->site, circuit), when);
  }
  return list->len > 0 ? g_string_free (g_steal_pointer (&list), FALSE) : NULL;
}

static void
say_trips (const Context *context)
{
  g_autofree gchar *must = trip_list (context, BB_TRIP_MUST);
  g_autofree gchar *may = trip_list (context, BB_TRIP_MAY);

  if (must != NULL) /* Translators: a list of kinds of fuse and breaker, each with circuit and time */
    say (context, BB_HEADLINE_ERROR,
         g_strdup_printf (_ ("A fuse or breaker of that rating would have opened: %s."), must));
  if (may != NULL)
    say (context, BB_HEADLINE_ERROR,
         g_strdup_printf (_ ("A fuse or breaker of that rating might have opened: %s."), may));
}

/* Short excesses belong to a load that is switched on: vehicles follow within seconds, and a device carries
 * that. */
static gboolean
is_short (const Context *context)
{
  gint64 longest_ms = 0;
  const gchar *circuit;

  for (guint c = 0; c < context->summary->n_circuits; c++)
    for (guint p = 0; p < 3; p++)
      longest_ms = MAX (longest_ms, context->summary->circuits[c].phase[p].longest_over_ms);
  for (guint kind = 0; kind < BB_TRIP_N; kind++)
    if (first_trip (context, kind, BB_TRIP_MAY, &circuit) != NULL)
      return FALSE;
  return longest_ms <= MAX (BB_PLAN_EXCESS_MS, context->summary->step_ms);
}

static void
say_over_rating (const Context *context, const Found *worst)
{
  const BbPhaseSummary *phase = phase_of (worst);
  guint decimals = bb_peak_decimals (phase);
  g_autofree gchar *rating = bb_number_text (bb_amps (phase->rating_ma), decimals);
  g_autofree gchar *peak = bb_number_text (bb_amps (phase->peak_ma), decimals);
  g_autofree gchar *total = bb_duration_text (phase->over_rating_ms);
  g_autofree gchar *longest = bb_duration_text (phase->longest_over_ms);
  const gchar *name = bb_circuit_name (context->site, worst->circuit->id);
  const gchar *where = bb_phase_names[worst->phase];
  g_autoptr (GString) text = g_string_new (NULL);

  if (phase->longest_over_ms < phase->over_rating_ms)
    g_string_append_printf (
        text,
        /* Translators: "L2 of Garage …"; currents with their unit; two durations */
        _ ("%s of %s went over its rating of %s A: up to %s A, %s in total, %s at the longest."), where, name,
        rating, peak, total, longest);
  else
    g_string_append_printf (text, _ ("%s of %s went over its rating of %s A: up to %s A, for %s."), where,
                            name, rating, peak, total);
  if (worst->n > 1)
    g_string_append_printf (text,
                            ngettext (" So did %u other phase.", " So did %u other phases.", worst->n - 1),
                            worst->n - 1);
  if (is_short (context))
    g_string_append (text, _ (" Such short excesses open no fuse: the cars followed at once."));
  say (context, is_short (context) ? BB_HEADLINE_WARNING : BB_HEADLINE_ERROR,
       g_string_free (g_steal_pointer (&text), FALSE));
}

static void
say_ratings (const Context *context)
{
  Found worst = find_worst (context->summary);

  if (worst.n == 0) {
    say (context, BB_HEADLINE_GOOD, g_strdup (_ ("No phase went over its rating.")));
    return;
  }
  say_over_rating (context, &worst);
  say_trips (context);
}

/* ---- cars ------------------------------------------------------------------------------------- */

static BbHeadlineSeverity
rate_percent (gdouble percent)
{
  if (!isfinite (percent))
    return BB_HEADLINE_PLAIN;
  return percent >= GOOD_PCT  ? BB_HEADLINE_GOOD
         : percent < POOR_PCT ? BB_HEADLINE_WARNING
                              : BB_HEADLINE_PLAIN;
}

static void
say_energy (const Context *context)
{
  const BbSummary *summary = context->summary;
  guint rated = summary->n_sessions - summary->n_open;

  if (summary->n_sessions == 0) {
    say (context, BB_HEADLINE_PLAIN, g_strdup (_ ("No car came.")));
    return;
  }
  g_autofree gchar *percent = bb_percent_text (summary->delivered_pct, 0);
  g_autofree gchar *delivered = bb_number_text (bb_kwh (summary->delivered_mws), 2);
  g_autofree gchar *wanted = bb_number_text (bb_kwh (summary->wanted_mws), 2);
  g_autoptr (GString) text = g_string_new (NULL);
  g_string_append_printf (text, _ ("%s %% of the energy was delivered: %s of %s kWh."), percent, delivered,
                          wanted);
  if (rated > 0 && summary->n_met == rated)
    g_string_append_printf (text,
                            ngettext (" The %u car that left was fully charged.",
                                      " All %u cars that left were fully charged.", rated),
                            rated);
  else if (rated > 0)
    g_string_append_printf (text,
                            ngettext (" %u of %u car left fully charged.",
                                      " %u of %u cars left fully charged.", rated),
                            summary->n_met, rated);
  say (context, rate_percent (summary->delivered_pct), g_string_free (g_steal_pointer (&text), FALSE));
}

static void
say_open (const Context *context)
{
  guint n = context->summary->n_open;

  if (n > 0)
    say (context, BB_HEADLINE_PLAIN,
         g_strdup_printf (ngettext ("%u car was still there at the end.",
                                    "%u cars were still there at the end.", n),
                          n));
}

static void
say_turned_away (const Context *context)
{
  guint n = context->summary->n_turned_away;

  if (n > 0)
    say (context, BB_HEADLINE_WARNING,
         g_strdup_printf (ngettext ("%u car found no free station.", "%u cars found no free station.", n),
                          n));
}

/* ---- what held them --------------------------------------------------------------------------- */

/* A rating goes without saying: "L2 of Garage was the limit for 3 h 10 min." */
static gchar *
limit_sentence (const Context *context, const BbLimitTime *limit)
{
  g_autofree gchar *row = bb_limit_time_row (limit, context->site);
  g_autofree gchar *held = bb_duration_text (limit->held_ms);

  if (limit->limit <= BBE_LIMIT_RATING && limit->phase < 3) /* Translators: "L2 of Garage", a duration */
    return g_strdup_printf (_ ("%s was the limit for %s."), row, held);
  /* Translators: "the supply maximum on L2 of Garage", a duration */
  return g_strdup_printf (_ ("What held the cars longest: %s, for %s."), row, held);
}

static void
say_limit (const Context *context)
{
  const GArray *limits = context->summary->limits;

  if (limits == NULL || context->summary->n_sessions == 0 || g_str_equal (context->summary->balancer, "none"))
    return; /* without balancing nothing holds anybody */
  if (limits->len == 0)
    say (context, BB_HEADLINE_GOOD, g_strdup (_ ("No limit held a car back.")));
  else
    say (context, BB_HEADLINE_PLAIN, limit_sentence (context, &g_array_index (limits, BbLimitTime, 0)));
}

static void
say_failsafe (const Context *context)
{
  gint64 longest_ms = 0;

  for (guint s = 0; s < context->summary->n_stations; s++)
    longest_ms = MAX (longest_ms, context->summary->stations[s].reason_ms[BBE_REASON_FAILSAFE]);
  if (longest_ms < FAILSAFE_MS)
    return;
  g_autofree gchar *text = bb_duration_text (longest_ms);
  say (context, BB_HEADLINE_WARNING,
       g_strdup_printf (
           _ ("For up to %s the cars charged in fail-safe, because a meter gave no usable reading."), text));
}

static void
say_unbalance (const Context *context)
{
  const BbCircuitSummary *worst = NULL;

  for (guint c = 0; c < context->summary->n_circuits; c++)
    if (context->summary->circuits[c].unbalance_over_ms > (worst != NULL ? worst->unbalance_over_ms : 0))
      worst = &context->summary->circuits[c];
  if (worst == NULL)
    return;
  g_autofree gchar *difference = bb_number_text (bb_amps (worst->unbalance_ma), 1);
  g_autofree gchar *text = bb_duration_text (worst->unbalance_over_ms);
  say (context, BB_HEADLINE_WARNING,
       g_strdup_printf (
           _ ("The phases of %s differed by more than its unbalance limit for %s, by up to %s A."),
           bb_circuit_name (context->site, worst->id), text, difference));
}

static void
say_sun (const Context *context)
{
  const BbSummary *summary = context->summary;

  if (summary->generation_mws <= 0 || !isfinite (summary->self_consumption_pct))
    return;
  g_autofree gchar *percent = bb_percent_text (summary->self_consumption_pct, 0);
  g_autofree gchar *cars = bb_number_text (bb_kwh (summary->charged_from_solar_mws), 2);
  say (context, BB_HEADLINE_PLAIN,
       g_strdup_printf (_ ("%s %% of the sun's energy was used on site; %s kWh of it went into cars."),
                        percent, cars));
}

/* ---- figures ---------------------------------------------------------------------------------- */

/* `value` and `note` (transfer full). */
static void
add_figure (const Context *context, BbHeadlineSeverity severity, const gchar *title, gchar *value,
            const gchar *unit, gchar *note)
{
  BbFigure *figure = g_new (BbFigure, 1);

  *figure = (BbFigure){ severity, g_strdup (title), value, g_strdup (unit), note };
  g_ptr_array_add (context->out->figures, figure);
}

static void
add_delivered (const Context *context)
{
  const BbSummary *summary = context->summary;
  g_autofree gchar *delivered = bb_number_text (bb_kwh (summary->delivered_mws), 2);
  g_autofree gchar *wanted = bb_number_text (bb_kwh (summary->wanted_mws), 2);

  if (summary->n_sessions == 0)
    add_figure (context, BB_HEADLINE_PLAIN, _ ("Energy delivered"), g_strdup ("–"), "",
                g_strdup (_ ("no car came")));
  else
    add_figure (context, rate_percent (summary->delivered_pct), _ ("Energy delivered"),
                bb_percent_text (summary->delivered_pct, 1), "%",
                g_strdup_printf (_ ("%s of %s kWh"), delivered, wanted));
}

static gdouble
load_of (const BbPhaseSummary *phase)
{
  return phase->rating_ma > 0 ? 100.0 * (gdouble) phase->peak_ma / (gdouble) phase->rating_ma : 0;
}

/* The phase that came closest to its rating, or went farthest over it. */
static Found
find_highest (const BbSummary *summary)
{
  Found highest = { NULL, 0, 0 };

  for (guint c = 0; c < summary->n_circuits; c++)
    for (guint p = 0; p < 3; p++)
      if ((summary->circuits[c].phases >> p & 1)
          && (highest.n == 0 || load_of (&summary->circuits[c].phase[p]) > load_of (phase_of (&highest))))
        highest = (Found){ &summary->circuits[c], p, 1 };
  return highest;
}

static void
add_highest (const Context *context)
{
  Found highest = find_highest (context->summary), worst = find_worst (context->summary);

  if (highest.n == 0) {
    add_figure (context, BB_HEADLINE_PLAIN, _ ("Highest load"), g_strdup ("–"), "", g_strdup (""));
    return;
  }
  const BbPhaseSummary *phase = phase_of (&highest);
  guint decimals = bb_peak_decimals (phase);
  g_autofree gchar *peak = bb_number_text (bb_amps (phase->peak_ma), decimals);
  g_autofree gchar *rating = bb_number_text (bb_amps (phase->rating_ma), decimals);
  BbHeadlineSeverity severity = worst.n == 0         ? BB_HEADLINE_GOOD
                                : is_short (context) ? BB_HEADLINE_WARNING
                                                     : BB_HEADLINE_ERROR;
  add_figure (context, severity, _ ("Highest load"), bb_percent_text (load_of (phase), 1), "%",
              /* Translators: "L2 of Garage: 29.4 of 32.0 A" */
              g_strdup_printf (_ ("%s of %s: %s of %s A"), bb_phase_names[highest.phase],
                               bb_circuit_name (context->site, highest.circuit->id), peak, rating));
}

static void
add_charged (const Context *context)
{
  const BbSummary *summary = context->summary;
  guint rated = summary->n_sessions - summary->n_open;
  g_autofree gchar *worst = bb_percent_text (100 * summary->min_fraction, 0);
  /* Translators: after a number: "12 of 14 cars" */
  g_autofree gchar *of_all = g_strdup_printf (ngettext ("of %u car", "of %u cars", rated), rated);

  if (rated == 0) {
    add_figure (context, BB_HEADLINE_PLAIN, _ ("Fully charged"), g_strdup ("–"), "",
                g_strdup (summary->n_open > 0 ? _ ("all cars are still there") : _ ("no car came")));
    return;
  }
  add_figure (context, rate_percent (summary->sessions_met_pct), _ ("Fully charged"),
              g_strdup_printf ("%u", summary->n_met), of_all,
              g_strdup_printf (_ ("the worst got %s %%"), worst));
}

/* A large number of kWh is read as MWh. */
static void
add_import (const Context *context)
{
  gdouble kwh = bb_kwh (context->summary->import_mws);
  gboolean large = kwh >= LARGE_KWH;

  add_figure (context, BB_HEADLINE_PLAIN, _ ("From the grid"), bb_number_text (large ? kwh / 1000 : kwh, 2),
              large ? "MWh" : "kWh", g_strdup (_ ("cars and all else together")));
}

static void
add_source (const Context *context)
{
  const BbSummary *summary = context->summary;
  gdouble cars = (gdouble) (summary->charged_from_solar_mws + summary->charged_from_grid_mws);

  if (summary->generation_mws <= 0) {
    add_import (context);
    return;
  }
  g_autofree gchar *used = bb_percent_text (summary->self_consumption_pct, 0);
  add_figure (context, BB_HEADLINE_PLAIN, _ ("From the sun"),
              bb_percent_text (cars > 0 ? 100 * (gdouble) summary->charged_from_solar_mws / cars : NAN, 1),
              /* xgettext:no-c-format */
              cars > 0 ? _ ("% of charging") : "", g_strdup_printf (_ ("%s %% of it used on site"), used));
}

/* ---- the whole -------------------------------------------------------------------------------- */

BbHeadlines *
bb_headlines_new (const BbSummary *summary, BbSite *site, BbZone *zone)
{
  g_autoptr (BbZone) own = zone != NULL ? bb_zone_ref (zone) : bb_zone_new_utc ();
  Context context = { summary, site, own, g_new0 (BbHeadlines, 1) };

  context.out->sentences = g_ptr_array_new_with_free_func (headline_free);
  context.out->figures = g_ptr_array_new_with_free_func (figure_free);
  say_ratings (&context);
  say_failsafe (&context);
  say_unbalance (&context);
  say_energy (&context);
  say_limit (&context);
  say_sun (&context);
  say_turned_away (&context);
  say_open (&context);
  add_delivered (&context);
  add_highest (&context);
  add_charged (&context);
  add_source (&context);
  return context.out;
}

gchar *
bb_headlines_to_text (const BbHeadlines *self, guint n)
{
  g_autoptr (GString) text = g_string_new (NULL);

  for (guint i = 0; i < self->sentences->len && (n == 0 || i < n); i++) {
    const BbHeadline *headline = g_ptr_array_index (self->sentences, i);
    g_string_append_printf (text, "%s%s", i > 0 ? " " : "", headline->text);
  }
  return g_string_free (g_steal_pointer (&text), FALSE);
}
