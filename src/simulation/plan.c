/* SPDX-License-Identifier: GPL-3.0-or-later */
/* plan.c: runs every point of a sweep with every seed, on all cores. */
#include "simulation/plan.h"

#include <glib/gi18n.h>
#include <math.h>
#include <string.h>

#include "model/site-check.h"

BbPlanPoint *
bb_plan_point_new (gint32 rating_ma, guint n_stations, gint balancer)
{
  BbPlanPoint *point = g_new0 (BbPlanPoint, 1);

  point->rating_ma = rating_ma;
  point->n_stations = n_stations;
  point->balancer = balancer;
  return point;
}

void
bb_plan_point_free (BbPlanPoint *point)
{
  g_free (point->refused);
  g_free (point);
}

void
bb_plan_clear (BbPlan *plan)
{
  g_clear_pointer (&plan->notes, g_ptr_array_unref);
}

/* ---- the site of a point ---------------------------------------------------------------------- */

static BbProblem *
first_error (GListModel *problems)
{
  g_autoptr (BbProblem) problem = g_list_model_get_item (problems, 0); /* errors come first */

  if (problem == NULL || bb_problem_get_severity (problem) != BB_SEVERITY_ERROR)
    return NULL;
  return g_steal_pointer (&problem);
}

static gboolean
exceeds_failsafe (GListModel *problems)
{
  for (guint i = 0; i < g_list_model_get_n_items (problems); i++) {
    g_autoptr (BbProblem) problem = g_list_model_get_item (problems, i);
    if (bb_problem_get_severity (problem) == BB_SEVERITY_ERROR
        && strcmp (bb_problem_get_rule (problem), "failsafe-sum") == 0)
      return TRUE;
  }
  return FALSE;
}

static void
zero_failsafe (BbSite *site)
{
  for (guint s = 0; s < g_list_model_get_n_items (bb_site_get_stations (site)); s++)
    if (!bb_station_peek (bb_site_station (site, s))->failsafe_fixed)
      g_object_set (bb_site_station (site, s), "failsafe-ma", 0, NULL);
}

/* Whoever builds it that way would set the stations' fail-safe currents to fit: where the checker asks for
 * that, 0. */
static gboolean
check_variant (BbPlanPoint *point, BbSite *site)
{
  g_autoptr (GListModel) problems = bb_site_check (site, BB_CHECK_SIMULATION);

  if (exceeds_failsafe (problems)) {
    zero_failsafe (site);
    point->failsafe_zeroed = TRUE;
    g_object_unref (problems);
    problems = bb_site_check (site, BB_CHECK_SIMULATION);
  }
  g_autoptr (BbProblem) problem = first_error (problems);
  if (problem != NULL)
    point->refused
        = g_strdup_printf ("%s: %s", bb_problem_get_pointer (problem), bb_problem_get_sentence (problem));
  return problem == NULL;
}

/* NULL with the reason in point->refused where it may not be. */
static BbSite *
make_variant (const BbPlan *plan, BbPlanPoint *point)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (BbSite) site = point->rating_ma > 0
                                ? bb_plan_site_with_rating (plan->site, plan->circuit, point->rating_ma)
                                : g_object_ref (plan->site);
  guint have = g_list_model_get_n_items (bb_site_get_stations (site));

  if (point->n_stations > 0 && point->n_stations != have) {
    g_autoptr (BbSite) before = g_steal_pointer (&site);
    site = bb_plan_site_with_stations (before, point->n_stations, &error);
    if (site == NULL) {
      point->refused = g_strdup (error->message);
      return NULL;
    }
  }
  if (site == plan->site) {
    g_object_unref (site);
    site = bb_site_copy (plan->site);
    bb_site_set_path (site, bb_site_get_path (plan->site));
  }
  return check_variant (point, site) ? g_steal_pointer (&site) : NULL;
}

/* ---- its runs --------------------------------------------------------------------------------- */

static gboolean
know_stations (const BbPlan *plan, const BbSessions *sessions, GError **error)
{
  for (gsize i = 0; i < sessions->n_stations; i++)
    if (bb_site_find_station (plan->site, sessions->stations[i]) < 0) {
      g_set_error (
          error, BB_SIM_ERROR, BB_SIM_ERROR_INPUT,
          _ ("%s: a session is at station “%s”, which the site does not have; correct the name or leave the "
             "column empty for the first free station."),
          sessions->name != NULL ? sessions->name : _ ("sessions"), sessions->stations[i]);
      return FALSE;
    }
  return TRUE;
}

static gboolean
set_sessions (const BbPlan *plan, BbSimOptions *options, GError **error)
{
  const BbSessions *sessions = bb_sim_options_get_sessions (options);
  guint n = g_list_model_get_n_items (bb_site_get_stations (options->site));

  if (plan->cars != NULL) {
    BbCarsSpec cars = *plan->cars;
    cars.cars_per_day *= n;
    cars.seed += options->seed;
    BbSessions *made = bb_sessions_new_cars (&cars, options->from_ms, options->until_ms, error);
    if (made != NULL)
      bb_sim_options_set_sessions (options, made);
    return made != NULL;
  }
  if (sessions == NULL || n == g_list_model_get_n_items (bb_site_get_stations (plan->site)))
    return TRUE;
  if (!know_stations (plan, sessions, error))
    return FALSE;
  bb_sim_options_set_sessions (options, bb_plan_scale_sessions (sessions, plan->site, options->site));
  return TRUE;
}

/* What a run is for. */
typedef enum { RUN_BASE_LOAD, RUN_NO_LIMIT, RUN_POINT } RunKind;

static BbSessions *
no_sessions (void)
{
  BbSessions *sessions = g_new0 (BbSessions, 1);

  sessions->name = g_strdup ("");
  sessions->ignored_columns = g_strdup ("");
  sessions->stations = g_new0 (char *, 1);
  return sessions;
}

/* With a site of its own: a list model is not safe to read from two threads at once (GListStore remembers
 * where it looked last), and runs go side by side. */
static BbSimOptions *
make_options (const BbPlan *plan, RunKind kind, const BbPlanPoint *point, BbSite *site, guint seed,
              GError **error)
{
  g_autoptr (BbSite) own = bb_site_copy (site);
  bb_site_set_path (own, bb_site_get_path (site));
  g_autoptr (BbSimOptions) options = plan->make_options (own, seed, plan->make_options_data, error);

  if (options == NULL)
    return NULL;
  if (kind == RUN_BASE_LOAD) {
    bb_sim_options_set_sessions (options, no_sessions ());
    return g_steal_pointer (&options);
  }
  options->balancer = kind == RUN_NO_LIMIT ? BB_SIM_BALANCER_NONE : point->balancer;
  return set_sessions (plan, options, error) ? g_steal_pointer (&options) : NULL;
}

/* ---- outcomes --------------------------------------------------------------------------------- */

static gdouble
lower (gdouble a, gdouble b)
{
  return isnan (a) || b < a ? b : a;
}

/* Could the device that protects a circuit have opened? Where none is stated: a gG fuse. */
static gboolean
may_trip (BbSite *site, gint circuit, const BbPhaseSummary *phase)
{
  gint protection = circuit >= 0 ? bb_circuit_peek (bb_site_circuit (site, (guint) circuit))->protection : 0;
  BbTripKind kind = protection == BB_PROTECTION_B   ? BB_TRIP_B
                    : protection == BB_PROTECTION_C ? BB_TRIP_C
                                                    : BB_TRIP_GG;

  return phase->trip[kind][BB_TRIP_MAY].opened_at_ms != G_MININT64;
}

static gint64
peak_of (const BbSummary *summary, const gchar *id)
{
  gint64 peak_ma = 0;

  for (guint c = 0; c < summary->n_circuits; c++)
    for (guint p = 0; p < 3 && g_str_equal (summary->circuits[c].id, id); p++)
      peak_ma = MAX (peak_ma, summary->circuits[c].phase[p].peak_ma);
  return peak_ma;
}

static void
add_circuits (BbPlanPoint *point, const BbSummary *summary, BbSite *site)
{
  for (guint c = 0; c < summary->n_circuits; c++) {
    gint position = bb_site_find_circuit (site, summary->circuits[c].id);
    for (guint p = 0; p < 3; p++) {
      const BbPhaseSummary *phase = &summary->circuits[c].phase[p];
      if (!(summary->circuits[c].phases >> p & 1))
        continue;
      point->over_rating_ms = MAX (point->over_rating_ms, phase->over_rating_ms);
      point->longest_over_ms = MAX (point->longest_over_ms, phase->longest_over_ms);
      point->may_trip |= may_trip (site, position, phase);
    }
  }
}

/* Energy of the sessions that ended within the run: one that is still there might have got the rest later. */
static void
add_ended (const BbSimOutcome *outcome, gdouble *wanted_mws, gdouble *delivered_mws)
{
  *wanted_mws = *delivered_mws = 0;
  for (guint i = 0; i < outcome->sessions_done->len; i++) {
    const BbSessionResult *session = g_ptr_array_index (outcome->sessions_done, i);
    if (session->open)
      continue;
    *wanted_mws += (gdouble) session->wanted_mws;
    *delivered_mws += (gdouble) session->delivered_mws;
  }
}

static gdouble
percent (gdouble part, gdouble whole)
{
  return whole > 0 ? 100.0 * part / whole : NAN;
}

static void
add_outcome (const BbPlan *plan, BbPlanPoint *point, const BbSimJob *job, const BbSimJob *no_limit)
{
  const BbSummary *summary = job->outcome->summary;
  gdouble wanted_mws, delivered_mws, wanted_there_mws, most_mws, reached_pct;

  add_ended (job->outcome, &wanted_mws, &delivered_mws);
  add_ended (no_limit->outcome, &wanted_there_mws, &most_mws);
  /* a vehicle that charges more slowly tapers less: a hair more than without a limit is possible, and no news
   */
  reached_pct = percent (delivered_mws, most_mws);
  reached_pct = reached_pct > 100.0 ? 100.0 : reached_pct;
  if (point->n_runs++ == 0)
    point->wanted_kwh = point->delivered_pct = point->reached_pct = point->sessions_met_pct = point->p5_pct
        = point->jain = NAN;
  point->wanted_kwh = lower (point->wanted_kwh, wanted_mws / 3.6e9);
  point->delivered_pct = lower (point->delivered_pct, percent (delivered_mws, wanted_mws));
  point->reached_pct = lower (point->reached_pct, reached_pct);
  point->sessions_met_pct = lower (point->sessions_met_pct, summary->sessions_met_pct);
  point->p5_pct = lower (point->p5_pct, 100.0 * summary->p5_fraction);
  point->jain = lower (point->jain, summary->jain);
  point->peak_ma = MAX (point->peak_ma,
                        peak_of (summary, bb_circuit_peek (bb_site_circuit (plan->site, plan->circuit))->id));
  add_circuits (point, summary, job->options->site);
}

static void
add_notes (BbPlan *plan, const BbSummary *summary)
{
  for (guint i = 0; i < summary->warnings->len; i++) {
    const gchar *note = g_ptr_array_index (summary->warnings, i);
    if (!g_ptr_array_find_with_equal_func (plan->notes, note, g_str_equal, NULL))
      g_ptr_array_add (plan->notes, g_strdup (note));
  }
}

/* ---- the sweep -------------------------------------------------------------------------------- */

/* One run of the sweep. */
typedef struct {
  RunKind kind;
  BbPlanPoint *point; /* (unowned) (nullable) */
  guint no_limit;     /* RUN_POINT: position of the run without limits that it is measured by */
} Purpose;

typedef struct {
  GArray *jobs;         /* (owned) (element-type BbSimJob) */
  GArray *purposes;     /* (owned) (element-type Purpose): of each job */
  GPtrArray *options;   /* (owned) (element-type BbSimOptions): of each job */
  GHashTable *no_limit; /* (owned): number of stations -> position of its first run without limits, + 1 */
} Batch;

static void
batch_clear (Batch *batch)
{
  bb_sim_jobs_clear ((BbSimJob *) (void *) batch->jobs->data, batch->jobs->len);
  g_array_unref (batch->jobs);
  g_array_unref (batch->purposes);
  g_ptr_array_unref (batch->options);
  g_hash_table_unref (batch->no_limit);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Batch, batch_clear)

static void
free_options (gpointer options)
{
  bb_sim_options_free (options);
}

/* A run for each seed. */
static gboolean
add_jobs (Batch *batch, const BbPlan *plan, Purpose purpose, BbSite *site, GError **error)
{
  for (guint seed = 0; seed < MAX (plan->n_seeds, 1); seed++) {
    BbSimOptions *options = make_options (plan, purpose.kind, purpose.point, site, seed, error);
    BbSimJob job = { .options = options };
    Purpose own = purpose;
    if (options == NULL)
      return FALSE;
    own.no_limit += seed;
    g_ptr_array_add (batch->options, options);
    g_array_append_val (batch->purposes, own);
    g_array_append_val (batch->jobs, job);
  }
  return TRUE;
}

static gboolean
add_point (Batch *batch, const BbPlan *plan, BbPlanPoint *point, BbSite *site, GError **error)
{
  gpointer stations = GUINT_TO_POINTER (point->n_stations);
  guint at = GPOINTER_TO_UINT (g_hash_table_lookup (batch->no_limit, stations));

  if (at == 0) {
    at = batch->jobs->len + 1;
    g_hash_table_insert (batch->no_limit, stations, GUINT_TO_POINTER (at));
    if (!add_jobs (batch, plan, (Purpose){ RUN_NO_LIMIT, NULL, 0 }, site, error))
      return FALSE;
  }
  return add_jobs (batch, plan, (Purpose){ RUN_POINT, point, at - 1 }, site, error);
}

static gboolean
fill_batch (Batch *batch, const BbPlan *plan, GCancellable *cancellable, GError **error)
{
  if (!add_jobs (batch, plan, (Purpose){ RUN_BASE_LOAD, NULL, 0 }, plan->site, error))
    return FALSE;
  for (guint i = 0; i < plan->points->len; i++) {
    BbPlanPoint *point = g_ptr_array_index (plan->points, i);
    g_autoptr (BbSite) site = make_variant (plan, point);
    if (g_cancellable_set_error_if_cancelled (cancellable, error)
        || (site != NULL && !add_point (batch, plan, point, site, error)))
      return FALSE;
  }
  return TRUE;
}

static void
take_outcome (BbPlan *plan, const Batch *batch, const BbSimJob *job, const Purpose *purpose)
{
  const gchar *id = bb_circuit_peek (bb_site_circuit (plan->site, plan->circuit))->id;

  if (purpose->kind == RUN_BASE_LOAD) {
    plan->base_peak_ma = MAX (plan->base_peak_ma, peak_of (job->outcome->summary, id));
    add_notes (plan, job->outcome->summary);
  } else if (purpose->kind == RUN_POINT) {
    add_outcome (plan, purpose->point, job, &g_array_index (batch->jobs, BbSimJob, purpose->no_limit));
  }
}

static gboolean
take_outcomes (BbPlan *plan, Batch *batch, GError **error)
{
  for (guint i = 0; i < batch->jobs->len; i++) {
    BbSimJob *job = &g_array_index (batch->jobs, BbSimJob, i);
    if (job->error != NULL) {
      g_propagate_error (error, g_steal_pointer (&job->error));
      return FALSE;
    }
  }
  for (guint i = 0; i < batch->jobs->len; i++)
    take_outcome (plan, batch, &g_array_index (batch->jobs, BbSimJob, i),
                  &g_array_index (batch->purposes, Purpose, i));
  return TRUE;
}

gboolean
bb_plan_run (BbPlan *plan, GCancellable *cancellable, BbSimProgress progress, gpointer progress_data,
             GError **error)
{
  g_auto (Batch) batch
      = { g_array_new (FALSE, TRUE, sizeof (BbSimJob)), g_array_new (FALSE, TRUE, sizeof (Purpose)),
          g_ptr_array_new_with_free_func (free_options), g_hash_table_new (NULL, NULL) };

  bb_plan_clear (plan);
  plan->notes = g_ptr_array_new_with_free_func (g_free);
  plan->base_peak_ma = 0;
  if (!fill_batch (&batch, plan, cancellable, error))
    return FALSE;
  const BbSimOptions *first = g_ptr_array_index (batch.options, 0);
  plan->from_ms = first->from_ms;
  plan->until_ms = first->until_ms;
  plan->step_ms = first->step_ms;
  bb_sim_run_many ((BbSimJob *) (void *) batch.jobs->data, batch.jobs->len, 0, cancellable, progress,
                   progress_data);
  return take_outcomes (plan, &batch, error);
}
