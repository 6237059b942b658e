/* SPDX-License-Identifier: GPL-3.0-or-later */
/* plan-sweep.c: many runs of one site with another main fuse, number of stations or balancer, over several
 * seeds. */
#include "cli/plan-sweep.h"

#include <math.h>

#include "model/site-check.h"

void
cli_point_free (CliPoint *point)
{
  g_free (point->refused);
  g_free (point);
}

/* ---- a variant of the site -------------------------------------------------------------------- */

static gboolean
is_main (BbSite *site, guint circuit)
{
  return *bb_circuit_peek (bb_site_circuit (site, circuit))->parent == '\0';
}

/* Sets a property of a part where it has the value of the old fuse. */
static void
follow (gpointer part, const char *property, gint old_ma, gint fuse_ma)
{
  gint value = 0;

  g_object_get (part, property, &value, NULL);
  if (value == old_ma)
    g_object_set (part, property, fuse_ma, NULL);
}

/* A larger fuse is of no use behind a limit that is the old one by another name, so those go with it. The
 * offline limit follows by the rule of A-08: what the stated other load leaves. */
static void
set_group (BbGroup *group, gint old_ma, gint fuse_ma)
{
  static const char *const properties[] = { "online-ma", "supply-max-ma", "household-ma" };
  gboolean active = bb_group_peek (group)->active;

  /* a group is edited while it is inactive */
  g_object_set (group, "active", FALSE, NULL);
  for (guint i = 0; i < G_N_ELEMENTS (properties); i++)
    follow (group, properties[i], old_ma, fuse_ma);
  g_object_set (group, "offline-ma", BB_UNSTATED, NULL);
  g_object_set (group, "active", active, NULL);
}

static void
set_fuse (BbSite *site, gint fuse_ma)
{
  static const char *const properties[] = { "rating-l1-ma", "rating-l2-ma", "rating-l3-ma" };
  guint n_circuits = g_list_model_get_n_items (bb_site_get_circuits (site));
  guint n_groups = g_list_model_get_n_items (bb_site_get_groups (site));
  gint old_ma = bb_circuit_peek (bb_site_circuit (site, bb_sim_first_root (site)))->rating_ma[0];

  for (guint c = 0; c < n_circuits; c++) {
    if (!is_main (site, c))
      continue;
    follow (bb_site_circuit (site, c), "supply-max-ma", old_ma, fuse_ma);
    for (guint p = 0; p < 3; p++)
      g_object_set (bb_site_circuit (site, c), properties[p], fuse_ma, NULL);
  }
  for (guint g = 0; g < n_groups; g++)
    set_group (bb_site_group (site, g), old_ma, fuse_ma);
}

/* A copy of a station under a new id. */
static gboolean
add_station (BbSite *site, guint model, guint number, GError **error)
{
  g_autoptr (BbPart) copy = bb_part_copy (BB_PART (bb_site_station (site, model)));
  g_autofree char *id = g_strdup_printf ("%s-%u", bb_station_peek (BB_STATION (copy))->id, number);

  g_object_set (copy, "id", id, "serial", "", "address", "", NULL);
  return bb_site_add (site, copy, error);
}

/* The first `n` stations; what is missing is copied from the first ones in turn. */
static gboolean
set_stations (BbSite *site, guint n, GError **error)
{
  guint have = g_list_model_get_n_items (bb_site_get_stations (site));

  for (guint i = have; i > n; i--)
    bb_site_remove (site, BB_PART (bb_site_station (site, i - 1)));
  for (guint i = have; i < n && have > 0; i++)
    if (!add_station (site, i % have, i + 1, error))
      return FALSE;
  return TRUE;
}

/* The site of a point; NULL with the reason in point->refused where it may not be. */
static BbSite *
make_variant (const CliSweep *sweep, CliPoint *point)
{
  g_autoptr (BbSite) site = bb_site_copy (sweep->site);
  g_autoptr (GError) error = NULL;

  if (point->fuse_ma > 0)
    set_fuse (site, point->fuse_ma);
  if ((point->n_stations > 0 && !set_stations (site, point->n_stations, &error))
      || !bb_site_check_errors (site, BB_CHECK_SIMULATION, &error)) {
    point->refused = g_strdup (error->message);
    return NULL;
  }
  return g_steal_pointer (&site);
}

/* ---- runs ------------------------------------------------------------------------------------- */

static gboolean
add_cars (BbSimOptions *options, const CliSweep *sweep, GError **error)
{
  guint n = g_list_model_get_n_items (bb_site_get_stations (options->site));
  BbCarsSpec cars = { .cars_per_day = sweep->cars.cars_per_station * n,
                      .arrivals = sweep->cars.arrivals,
                      .energy_mean_wh = (uint32_t) lround (sweep->cars.energy_kwh * 1000),
                      .three_phase_permille = bb_site_get_phases (options->site) == 7 ? 1000 : 0,
                      .zone = bb_zone_get_id (sweep->zone),
                      .seed = options->seed };
  BbSessions *sessions = bb_sessions_new_cars (&cars, options->from_ms, options->until_ms, error);

  if (!sessions)
    return FALSE;
  bb_sim_options_set_sessions (options, sessions);
  return TRUE;
}

static BbSimOptions *
make_options (const CliSweep *sweep, const CliPoint *point, BbSite *site, guint seed, GError **error)
{
  CliChoices choices = *sweep->choices; /* shallow: its texts stay with the sweep */
  g_autoptr (BbSimOptions) options = NULL;

  if (sweep->n_seeds > 1)
    choices.seed = (choices.seed == CLI_UNSET ? 1 : choices.seed) + seed;
  options = cli_choices_to_options (&choices, site, sweep->zone, error);
  if (!options)
    return NULL;
  options->balancer = point->balancer;
  if (sweep->cars.cars_per_station > 0 && !add_cars (options, sweep, error))
    return NULL;
  return g_steal_pointer (&options);
}

static double
lower (double a, double b)
{
  return isnan (a) || b < a ? b : a;
}

static void
add_outcome (CliPoint *point, const BbSummary *summary, BbSite *site)
{
  if (point->n_runs++ == 0)
    point->delivered_pct = point->sessions_met_pct = point->p5_pct = NAN;
  point->delivered_pct = lower (point->delivered_pct, summary->delivered_pct);
  point->sessions_met_pct = lower (point->sessions_met_pct, summary->sessions_met_pct);
  point->p5_pct = lower (point->p5_pct, 100.0 * summary->p5_fraction);
  for (guint c = 0; c < summary->n_circuits; c++) {
    gint position = bb_site_find_circuit (site, summary->circuits[c].id);
    for (guint p = 0; p < 3; p++) {
      const BbPhaseSummary *phase = &summary->circuits[c].phase[p];
      point->over_rating_ms = MAX (point->over_rating_ms, phase->over_rating_ms);
      if (position >= 0 && is_main (site, (guint) position))
        point->peak_ma = MAX (point->peak_ma, phase->peak_ma);
    }
  }
}

typedef struct Batch {
  GArray *jobs;       /* (element-type BbSimJob) */
  GPtrArray *points;  /* (element-type CliPoint) (unowned): of each job */
  GPtrArray *options; /* (element-type BbSimOptions): of each job */
} Batch;

static void
batch_clear (Batch *batch)
{
  bb_sim_jobs_clear ((BbSimJob *) (void *) batch->jobs->data, batch->jobs->len);
  g_array_unref (batch->jobs);
  g_ptr_array_unref (batch->points);
  g_ptr_array_unref (batch->options);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Batch, batch_clear)

static void
free_options (gpointer options)
{
  bb_sim_options_free (options);
}

static gboolean
fill_batch (Batch *batch, const CliSweep *sweep, GError **error)
{
  for (guint i = 0; i < sweep->points->len; i++) {
    CliPoint *point = g_ptr_array_index (sweep->points, i);
    g_autoptr (BbSite) site = make_variant (sweep, point);
    for (guint seed = 0; site && seed < sweep->n_seeds; seed++) {
      BbSimOptions *options = make_options (sweep, point, site, seed, error);
      BbSimJob job = { .options = options };
      if (!options)
        return FALSE;
      g_ptr_array_add (batch->options, options);
      g_ptr_array_add (batch->points, point);
      g_array_append_val (batch->jobs, job);
    }
  }
  return TRUE;
}

gboolean
cli_sweep_run (CliSweep *sweep, GCancellable *cancellable, BbSimProgress progress, gpointer progress_data,
               GError **error)
{
  g_auto (Batch) batch = { g_array_new (FALSE, TRUE, sizeof (BbSimJob)), g_ptr_array_new (),
                           g_ptr_array_new_with_free_func (free_options) };

  if (!fill_batch (&batch, sweep, error))
    return FALSE;
  bb_sim_run_many ((BbSimJob *) (void *) batch.jobs->data, batch.jobs->len, 0, cancellable, progress,
                   progress_data);
  for (guint i = 0; i < batch.jobs->len; i++) {
    BbSimJob *job = &g_array_index (batch.jobs, BbSimJob, i);
    if (job->error) {
      g_propagate_error (error, g_steal_pointer (&job->error));
      return FALSE;
    }
    add_outcome (g_ptr_array_index (batch.points, i), job->outcome->summary, job->options->site);
  }
  return TRUE;
}
