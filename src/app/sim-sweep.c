/* SPDX-License-Identifier: GPL-3.0-or-later */
/* sim-sweep.c: one question with many runs, in a thread. */
#include "app/sim-sweep.h"

#include <glib/gi18n.h>
#include <math.h>

#include "model/site-check.h"

/* Ratings of fuses that are sold: IEC 60269-1 and -2 (gG), 10 A and up. */
static const guint fuses_a[]
    = { 10, 16, 20, 25, 32, 35, 40, 50, 63, 80, 100, 125, 160, 200, 250, 315, 400, 500, 630 };
#define MOST_POINTS        40
#define DEFAULT_TARGET_PCT 98.0

/* What the thread works on, and what it leaves behind. Counted: it may outlive the sweep. */
typedef struct {
  gatomicrefcount refs;
  BbSite *site; /* (owned): the thread's until it is done */
  BbPlan plan;
  BbCarsSpec cars;
  BbZone *zone;
  gint balancer;
  gboolean made_up;
  gint permyriad; /* atomic */
  gint pending;   /* atomic */
  GMainContext *context;
  GWeakRef sweep;
} Work;

struct _BbSimSweep {
  GObject parent_instance;
  BbPlanAxis axis;
  Work *work;
  BbRunState state;
  gdouble progress, target_pct;
  GError *error;
  GCancellable *cancellable;
  GPtrArray *curve; /* (nullable) */
};

G_DEFINE_FINAL_TYPE (BbSimSweep, bb_sim_sweep, G_TYPE_OBJECT)

enum { PROP_0, PROP_STATE, PROP_PROGRESS, PROP_TARGET, N_PROPS };
static GParamSpec *properties[N_PROPS];

static void
work_unref (gpointer data)
{
  Work *work = data;

  if (!work || !g_atomic_ref_count_dec (&work->refs))
    return;
  bb_plan_clear (&work->plan);
  g_clear_pointer (&work->plan.points, g_ptr_array_unref);
  g_clear_object (&work->site);
  g_clear_pointer (&work->zone, bb_zone_unref);
  g_clear_pointer (&work->context, g_main_context_unref);
  g_weak_ref_clear (&work->sweep);
  g_free (work);
}

/* ---- object ----------------------------------------------------------------------------------- */

static void
bb_sim_sweep_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  BbSimSweep *self = BB_SIM_SWEEP (object);

  if (id == PROP_STATE)
    g_value_set_uint (value, self->state);
  else if (id == PROP_PROGRESS)
    g_value_set_double (value, self->progress);
  else if (id == PROP_TARGET)
    g_value_set_double (value, self->target_pct);
  else
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
}

static void
bb_sim_sweep_set_property (GObject *object, guint id, const GValue *value, GParamSpec *pspec)
{
  if (id == PROP_TARGET)
    bb_sim_sweep_set_target_pct (BB_SIM_SWEEP (object), g_value_get_double (value));
  else
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
}

static void
bb_sim_sweep_dispose (GObject *object)
{
  BbSimSweep *self = BB_SIM_SWEEP (object);

  if (self->cancellable)
    g_cancellable_cancel (self->cancellable);
  g_clear_object (&self->cancellable);
  g_clear_pointer (&self->curve, g_ptr_array_unref);
  g_clear_pointer (&self->work, work_unref);
  g_clear_error (&self->error);
  G_OBJECT_CLASS (bb_sim_sweep_parent_class)->dispose (object);
}

static void
bb_sim_sweep_class_init (BbSimSweepClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  const GParamFlags read = G_PARAM_READABLE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS;

  object_class->get_property = bb_sim_sweep_get_property;
  object_class->set_property = bb_sim_sweep_set_property;
  object_class->dispose = bb_sim_sweep_dispose;
  properties[PROP_STATE] = g_param_spec_uint ("state", NULL, NULL, 0, BB_RUN_CANCELLED, 0, read);
  properties[PROP_PROGRESS] = g_param_spec_double ("progress", NULL, NULL, 0, 1, 0, read);
  properties[PROP_TARGET]
      = g_param_spec_double ("target-pct", NULL, NULL, 0, 100, DEFAULT_TARGET_PCT, read | G_PARAM_WRITABLE);
  g_object_class_install_properties (object_class, N_PROPS, properties);
}

static void
bb_sim_sweep_init (BbSimSweep *self)
{
  self->target_pct = DEFAULT_TARGET_PCT;
}

/* ---- what to ask ------------------------------------------------------------------------------ */

GArray *
bb_sim_sweep_range (BbPlanAxis axis, guint from, guint until)
{
  GArray *values = g_array_new (FALSE, FALSE, sizeof (guint));
  guint step = axis == BB_PLAN_BY_STATIONS && until > from ? (until - from) / MOST_POINTS + 1 : 1;

  if (axis == BB_PLAN_BY_RATING) {
    for (guint i = 0; i < G_N_ELEMENTS (fuses_a); i++)
      if (fuses_a[i] >= from && fuses_a[i] <= until)
        g_array_append_val (values, fuses_a[i]);
    return values;
  }
  for (guint n = MAX (from, 1); n <= until; n += step)
    g_array_append_val (values, n);
  return values;
}

GArray *
bb_sim_sweep_suggest (BbSite *site, BbPlanAxis axis, guint circuit)
{
  guint n = g_list_model_get_n_items (bb_site_get_stations (site));
  guint rating_a = (guint) bb_circuit_peek (bb_site_circuit (site, circuit))->rating_ma[0] / 1000;

  if (axis == BB_PLAN_BY_STATIONS)
    return bb_sim_sweep_range (axis, 1, CLAMP (2 * n, 8, BBE_MAX_STATIONS));
  return bb_sim_sweep_range (axis, MAX (rating_a * 4 / 10, 10), MAX (rating_a * 5 / 2, 25));
}

/* ---- the question ----------------------------------------------------------------------------- */

static void
free_point (gpointer point)
{
  bb_plan_point_free (point);
}

/* Of each variant of the site; in worker threads. */
static BbSimOptions *
make_options (BbSite *site, guint seed, gpointer data, GError **error)
{
  g_autoptr (BbSimOptions) options = bb_sim_options_new (site);

  if (!bb_sim_options_add_site_defaults (options, error))
    return NULL;
  options->seed += seed;
  if (!bb_sim_options_add_site_inputs (options, 0, error))
    return NULL;
  return g_steal_pointer (&options);
}

static gboolean
has_sessions (BbSite *site)
{
  for (guint i = 0; i < g_list_model_get_n_items (bb_site_get_inputs (site)); i++)
    if (bb_site_input_peek (bb_site_input (site, i))->kind == BB_SITE_INPUT_SESSIONS)
      return TRUE;
  return FALSE;
}

static void
fill_plan (Work *work, BbPlanAxis axis, guint circuit, const guint *values, guint n_values)
{
  work->plan.site = work->site;
  work->plan.circuit = circuit;
  work->plan.make_options = make_options;
  work->plan.make_options_data = work;
  work->plan.cars = work->made_up ? &work->cars : NULL;
  work->plan.n_seeds = 1;
  work->plan.points = g_ptr_array_new_with_free_func (free_point);
  for (guint i = 0; i < n_values; i++)
    g_ptr_array_add (work->plan.points, axis == BB_PLAN_BY_RATING
                                            ? bb_plan_point_new ((gint32) values[i] * 1000, 0, work->balancer)
                                            : bb_plan_point_new (0, values[i], work->balancer));
}

BbSimSweep *
bb_sim_sweep_new (BbSite *site, BbPlanAxis axis, guint circuit, const guint *values, guint n_values,
                  gint balancer)
{
  BbSimSweep *self = g_object_new (BB_TYPE_SIM_SWEEP, NULL);
  Work *work = g_new0 (Work, 1);

  g_atomic_ref_count_init (&work->refs);
  g_weak_ref_init (&work->sweep, self);
  work->site = bb_site_copy (site);
  bb_part_set_extra (BB_PART (work->site), "scenario", NULL); /* its stations need not be there */
  work->zone = bb_zone_new (bb_site_peek (site)->timezone, NULL);
  if (!work->zone)
    work->zone = bb_zone_new_utc ();
  work->balancer = balancer;
  work->made_up = !has_sessions (site);
  work->cars = (BbCarsSpec){ .cars_per_day = 1,
                             .arrivals = BB_ARRIVALS_HOME,
                             .energy_mean_wh = 12000,
                             .three_phase_permille = bb_site_get_phases (site) == 7 ? 1000 : 0,
                             .zone = bb_zone_get_id (work->zone) };
  fill_plan (work, axis, circuit, values, n_values);
  self->axis = axis;
  self->work = work;
  return self;
}

/* ---- the thread ------------------------------------------------------------------------------- */

static gboolean
tick_cb (gpointer data)
{
  Work *work = data;
  g_autoptr (BbSimSweep) self = g_weak_ref_get (&work->sweep);

  g_atomic_int_set (&work->pending, 0);
  if (self && self->state == BB_RUN_RUNNING) {
    self->progress = CLAMP (g_atomic_int_get (&work->permyriad) / 10000.0, 0, 1);
    g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_PROGRESS]);
  }
  return G_SOURCE_REMOVE;
}

static void
progress_cb (gdouble fraction, gpointer data)
{
  Work *work = data;

  if (fraction * 10000 < g_atomic_int_get (&work->permyriad) + 50) /* in steps of half a per cent */
    return;
  g_atomic_int_set (&work->permyriad, (gint) (fraction * 10000));
  if (!g_atomic_int_compare_and_exchange (&work->pending, 0, 1))
    return;
  g_atomic_ref_count_inc (&work->refs);
  g_main_context_invoke_full (work->context, G_PRIORITY_DEFAULT_IDLE, tick_cb, work, work_unref);
}

static void
run (GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  Work *work = data;
  GError *error = NULL;

  if (bb_site_check_errors (work->site, BB_CHECK_SIMULATION, &error)
      && bb_plan_run (&work->plan, cancellable, progress_cb, work, &error))
    g_task_return_boolean (task, TRUE);
  else
    g_task_return_error (task, error);
}

static void
set_state (BbSimSweep *self, BbRunState state)
{
  if (self->state == state)
    return;
  self->state = state;
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_STATE]);
}

static void
done_cb (GObject *object, GAsyncResult *result, gpointer data)
{
  g_autoptr (BbSimSweep) self = data;
  g_autoptr (GError) error = NULL;
  gboolean done = g_task_propagate_boolean (G_TASK (result), &error);

  if (self->state != BB_RUN_RUNNING)
    return; /* cancelled */
  if (done) {
    self->curve
        = bb_plan_curve (&self->work->plan, g_ptr_array_index (self->work->plan.points, 0), self->axis);
    self->progress = 1;
    set_state (self, BB_RUN_DONE);
    return;
  }
  self->error = g_steal_pointer (&error);
  set_state (self, BB_RUN_FAILED);
}

void
bb_sim_sweep_start (BbSimSweep *self)
{
  g_autoptr (GTask) task = NULL;

  if (self->state != BB_RUN_IDLE)
    return;
  if (self->work->plan.points->len == 0) {
    self->error = g_error_new (BB_SIM_ERROR, BB_SIM_ERROR_OPTIONS,
                               _ ("There is nothing to try in this range; choose a wider one."));
    set_state (self, BB_RUN_FAILED);
    return;
  }
  self->cancellable = g_cancellable_new ();
  self->work->context = g_main_context_ref_thread_default ();
  task = g_task_new (NULL, self->cancellable, done_cb, g_object_ref (self));
  g_atomic_ref_count_inc (&self->work->refs);
  g_task_set_task_data (task, self->work, work_unref);
  set_state (self, BB_RUN_RUNNING);
  g_task_run_in_thread (task, run);
}

void
bb_sim_sweep_cancel (BbSimSweep *self)
{
  if (self->state != BB_RUN_RUNNING)
    return;
  g_cancellable_cancel (self->cancellable);
  set_state (self, BB_RUN_CANCELLED);
}

/* ---- looked at -------------------------------------------------------------------------------- */

BbRunState
bb_sim_sweep_get_state (BbSimSweep *self)
{
  return self->state;
}

gdouble
bb_sim_sweep_get_progress (BbSimSweep *self)
{
  return self->progress;
}

const GError *
bb_sim_sweep_get_error (BbSimSweep *self)
{
  return self->error;
}

gdouble
bb_sim_sweep_get_target_pct (BbSimSweep *self)
{
  return self->target_pct;
}

void
bb_sim_sweep_set_target_pct (BbSimSweep *self, gdouble target_pct)
{
  if (fabs (self->target_pct - target_pct) < 1e-9)
    return;
  self->target_pct = CLAMP (target_pct, 0, 100);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_TARGET]);
}

BbPlanAxis
bb_sim_sweep_get_axis (BbSimSweep *self)
{
  return self->axis;
}

GPtrArray *
bb_sim_sweep_get_curve (BbSimSweep *self)
{
  return self->curve;
}

void
bb_sim_sweep_get_answer (BbSimSweep *self, BbPlanAnswer *answer)
{
  *answer = (BbPlanAnswer){ 0 };
  if (self->curve)
    bb_plan_answer (self->curve, self->axis, self->target_pct, answer);
}

void
bb_sim_sweep_get_view (BbSimSweep *self, BbPlanView *view)
{
  *view = (BbPlanView){ &self->work->plan, self->work->zone, self->target_pct, self->work->made_up, 1 };
}

gchar *
bb_sim_sweep_get_headline (BbSimSweep *self)
{
  BbPlanAnswer answer;
  BbPlanView view;

  g_return_val_if_fail (self->curve != NULL, NULL);
  bb_sim_sweep_get_answer (self, &answer);
  bb_sim_sweep_get_view (self, &view);
  return bb_plan_headline (&view, g_ptr_array_index (self->curve, 0), self->axis, &answer);
}

gchar *
bb_sim_sweep_get_words (BbSimSweep *self)
{
  BbPlanAnswer answer;
  BbPlanView view;

  g_return_val_if_fail (self->curve != NULL, NULL);
  bb_sim_sweep_get_answer (self, &answer);
  bb_sim_sweep_get_view (self, &view);
  return bb_plan_answer_words (&view, g_ptr_array_index (self->curve, 0), self->axis, &answer);
}
