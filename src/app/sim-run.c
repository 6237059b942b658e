/* SPDX-License-Identifier: GPL-3.0-or-later */
/* sim-run.c: one simulation of the session: started, told about, ended, kept. */
#include "app/sim-run.h"

#include <glib/gi18n.h>
#include <math.h>

#include "app/sim-run-private.h"

/* Progress is told so often at most, in s. */
#define TELL_EVERY_S 0.05

void
bb_run_settings_copy (BbRunSettings *to, const BbRunSettings *from)
{
  to->balancer = from->balancer;
  to->faults = from->faults ? json_node_copy (from->faults) : NULL;
}

void
bb_run_settings_clear (BbRunSettings *settings)
{
  g_clear_pointer (&settings->faults, json_node_unref);
}

struct _BbSimRun {
  GObject parent_instance;
  guint number;
  gchar *name;   /* (owned) */
  gchar *source; /* (owned) (nullable): the file it is reopened from */
  BbSite *site;  /* (owned) (nullable): the main thread's */
  BbRunSettings settings;
  BbRunState state;
  gdouble progress, remaining_s;
  GError *error;             /* (owned) (nullable) */
  GCancellable *cancellable; /* (owned) (nullable): of the thread that works */
  GCancellable *explaining;  /* (owned) (nullable) */
  BbRunHarvest *harvest;     /* (owned) (nullable) */
  BbHeadlines *headlines;    /* (owned) (nullable) */
  BbZone *zone;              /* (owned) (nullable) */
};

G_DEFINE_FINAL_TYPE (BbSimRun, bb_sim_run, G_TYPE_OBJECT)

enum { PROP_0, PROP_STATE, PROP_PROGRESS, PROP_REMAINING, PROP_NAME, N_PROPS };
static GParamSpec *properties[N_PROPS];

/* ---- words ------------------------------------------------------------------------------------ */

const gchar *
bb_sim_run_balancer_words (gint balancer)
{
  switch (balancer) {
  case BB_SIM_BALANCER_NONE:
    return _ ("balancing off");
  case BBE_FAIR:
    return _ ("fair");
  case BBE_PRIORITY:
    return _ ("by priority");
  case BBE_QUEUE:
    return _ ("queue");
  case BBE_ROTATE:
    return _ ("in turns");
  case BBE_DEADLINE:
    return _ ("by departure");
  default:
    return NULL;
  }
}

gchar *
bb_sim_run_duration_words (gdouble seconds)
{
  if (seconds < 1)
    return g_strdup (_ ("under 1 s"));
  if (seconds < 90)
    return g_strdup_printf (_ ("about %d s"), (gint) ceil (seconds));
  return g_strdup_printf (_ ("about %d min"), (gint) ceil (seconds / 60));
}

static gchar *
length_words (BbSite *site)
{
  gint days = bb_simulation_peek (bb_site_peek (site)->simulation)->days;

  days = days == BB_UNSTATED ? 1 : days;
  return g_strdup_printf (ngettext ("%d day", "%d days", (gulong) days), days);
}

static void
set_name (BbSimRun *self)
{
  GString *name = g_string_new (NULL);
  const gchar *balancer = bb_sim_run_balancer_words (self->settings.balancer);

  if (self->number > 0)
    g_string_append_printf (name, _ ("Run %u"), self->number);
  if (self->source) {
    g_autofree gchar *file = g_path_get_basename (self->source);
    g_autofree gchar *shown = g_utf8_make_valid (file, -1);
    g_string_append_printf (name, "%s%s", name->len ? ", " : "", shown);
  } else if (self->site) {
    g_autofree gchar *length = length_words (self->site);
    g_string_append_printf (name, "%s%s", name->len ? ", " : "", length);
  }
  if (balancer)
    g_string_append_printf (name, ", %s", balancer);
  g_free (self->name);
  self->name = g_string_free (name, FALSE);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_NAME]);
}

/* ---- object ----------------------------------------------------------------------------------- */

static void
bb_sim_run_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  BbSimRun *self = BB_SIM_RUN (object);

  switch (id) {
  case PROP_STATE:
    g_value_set_uint (value, self->state);
    break;
  case PROP_PROGRESS:
    g_value_set_double (value, self->progress);
    break;
  case PROP_REMAINING:
    g_value_set_double (value, self->remaining_s);
    break;
  case PROP_NAME:
    g_value_set_string (value, self->name);
    break;
  default:
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
  }
}

static void
bb_sim_run_dispose (GObject *object)
{
  BbSimRun *self = BB_SIM_RUN (object);

  if (self->cancellable)
    g_cancellable_cancel (self->cancellable);
  if (self->explaining)
    g_cancellable_cancel (self->explaining);
  g_clear_object (&self->cancellable);
  g_clear_object (&self->explaining);
  g_clear_object (&self->site);
  g_clear_pointer (&self->harvest, bb_run_harvest_free);
  G_OBJECT_CLASS (bb_sim_run_parent_class)->dispose (object);
}

static void
bb_sim_run_finalize (GObject *object)
{
  BbSimRun *self = BB_SIM_RUN (object);

  bb_run_settings_clear (&self->settings);
  g_clear_pointer (&self->headlines, bb_headlines_free);
  g_clear_pointer (&self->zone, bb_zone_unref);
  g_clear_error (&self->error);
  g_free (self->name);
  g_free (self->source);
  G_OBJECT_CLASS (bb_sim_run_parent_class)->finalize (object);
}

static void
bb_sim_run_class_init (BbSimRunClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  const GParamFlags flags = G_PARAM_READABLE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS;

  object_class->get_property = bb_sim_run_get_property;
  object_class->dispose = bb_sim_run_dispose;
  object_class->finalize = bb_sim_run_finalize;
  properties[PROP_STATE] = g_param_spec_uint ("state", NULL, NULL, 0, BB_RUN_CANCELLED, 0, flags);
  properties[PROP_PROGRESS] = g_param_spec_double ("progress", NULL, NULL, 0, 1, 0, flags);
  properties[PROP_REMAINING] = g_param_spec_double ("remaining-s", NULL, NULL, -1, G_MAXDOUBLE, -1, flags);
  properties[PROP_NAME] = g_param_spec_string ("name", NULL, NULL, NULL, flags);
  g_object_class_install_properties (object_class, N_PROPS, properties);
}

static void
bb_sim_run_init (BbSimRun *self)
{
  self->remaining_s = -1;
  self->settings.balancer = BB_SIM_BALANCER_SITE;
}

BbSimRun *
bb_sim_run_new (BbSite *site, const BbRunSettings *settings)
{
  BbSimRun *self = g_object_new (BB_TYPE_SIM_RUN, NULL);

  self->site = bb_site_copy (site);
  bb_run_settings_copy (&self->settings, settings);
  set_name (self);
  return self;
}

BbSimRun *
bb_sim_run_new_from_file (const gchar *path)
{
  BbSimRun *self = g_object_new (BB_TYPE_SIM_RUN, NULL);

  self->source = g_strdup (path);
  set_name (self);
  return self;
}

/* ---- progress, from the thread to the main context ---------------------------------------------- */

/* Shared by a thread and the idle that tells what it said. */
typedef struct {
  gatomicrefcount refs;
  GWeakRef run;
  GMainContext *context;
  GCancellable *cancellable; /* which start of the run it is */
  GTimer *timer;             /* the thread's */
  gdouble told_s;            /* the thread's */
  gint permyriad;            /* atomic */
  gint pending;              /* atomic */
  gint elapsed_ms;           /* atomic */
} Ticker;

static Ticker *
ticker_new (BbSimRun *run)
{
  Ticker *ticker = g_new0 (Ticker, 1);

  g_atomic_ref_count_init (&ticker->refs);
  g_weak_ref_init (&ticker->run, run);
  ticker->context = g_main_context_ref_thread_default ();
  ticker->cancellable = g_object_ref (run->cancellable);
  ticker->timer = g_timer_new ();
  ticker->told_s = -TELL_EVERY_S;
  return ticker;
}

static void
ticker_unref (gpointer data)
{
  Ticker *ticker = data;

  if (!g_atomic_ref_count_dec (&ticker->refs))
    return;
  g_weak_ref_clear (&ticker->run);
  g_main_context_unref (ticker->context);
  g_object_unref (ticker->cancellable);
  g_timer_destroy (ticker->timer);
  g_free (ticker);
}

static void
take_progress (BbSimRun *self, gdouble fraction, gdouble elapsed_s)
{
  self->progress = CLAMP (fraction, 0, 1);
  if (elapsed_s > 0.2 && fraction > 0.005)
    self->remaining_s = elapsed_s * (1 - fraction) / fraction;
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_PROGRESS]);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_REMAINING]);
}

static gboolean
tick_cb (gpointer data)
{
  Ticker *ticker = data;
  g_autoptr (BbSimRun) self = g_weak_ref_get (&ticker->run);

  g_atomic_int_set (&ticker->pending, 0);
  if (self && self->state == BB_RUN_RUNNING && self->cancellable == ticker->cancellable)
    take_progress (self, g_atomic_int_get (&ticker->permyriad) / 10000.0,
                   g_atomic_int_get (&ticker->elapsed_ms) / 1000.0);
  return G_SOURCE_REMOVE;
}

/* In the thread. */
static void
progress_cb (gdouble fraction, gpointer data)
{
  Ticker *ticker = data;
  gdouble now_s = g_timer_elapsed (ticker->timer, NULL);

  if (now_s - ticker->told_s < TELL_EVERY_S)
    return;
  ticker->told_s = now_s;
  g_atomic_int_set (&ticker->permyriad, (gint) (fraction * 10000));
  g_atomic_int_set (&ticker->elapsed_ms, (gint) MIN (now_s * 1000, G_MAXINT));
  if (!g_atomic_int_compare_and_exchange (&ticker->pending, 0, 1))
    return;
  g_atomic_ref_count_inc (&ticker->refs);
  g_main_context_invoke_full (ticker->context, G_PRIORITY_DEFAULT_IDLE, tick_cb, ticker, ticker_unref);
}

/* ---- the thread ------------------------------------------------------------------------------- */

typedef struct {
  BbSite *site;  /* (owned) (nullable): the thread's own */
  gchar *source; /* (owned) (nullable) */
  BbRunSettings settings;
  Ticker *ticker;
} Job;

static void
job_free (gpointer data)
{
  Job *job = data;

  g_clear_object (&job->site);
  bb_run_settings_clear (&job->settings);
  g_free (job->source);
  ticker_unref (job->ticker);
  g_free (job);
}

static void
free_harvest (gpointer harvest)
{
  bb_run_harvest_free (harvest);
}

static void
work (GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  Job *job = data;
  GError *error = NULL;
  BbRunHarvest *harvest
      = job->source
            ? bb_run_work_reopen (job->source, cancellable, progress_cb, job->ticker, &error)
            : bb_run_work_simulate (job->site, &job->settings, cancellable, progress_cb, job->ticker, &error);

  if (harvest)
    g_task_return_pointer (task, harvest, free_harvest);
  else
    g_task_return_error (task, error);
}

static void
set_state (BbSimRun *self, BbRunState state)
{
  if (self->state == state)
    return;
  self->state = state;
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_STATE]);
}

static gdouble measured_s_per_unit; /* of the last run; 0: none yet */

/* What a run's time goes with: looks at the site times stations. */
static gdouble
units_of (BbSite *site)
{
  const BbSimulationFields *fields = bb_simulation_peek (bb_site_peek (site)->simulation);
  gdouble days = fields->days == BB_UNSTATED ? 1 : fields->days;
  gdouble step_s = fields->step_ms == BB_UNSTATED ? 1 : fields->step_ms / 1000.0;

  return days * 86400 / step_s * (1 + g_list_model_get_n_items (bb_site_get_stations (site)));
}

static gboolean
has_peak (BbSite *site)
{
  for (guint g = 0; g < g_list_model_get_n_items (bb_site_get_groups (site)); g++)
    if (bb_group_peek (bb_site_group (site, g))->use_peak)
      return TRUE;
  return FALSE;
}

gdouble
bb_sim_run_estimate_s (BbSite *site)
{
  /* Measured on a laptop: with a peak limit the engine looks at nearly every step, else at few of them. */
  gdouble per_unit = measured_s_per_unit > 0 ? measured_s_per_unit : has_peak (site) ? 1e-7 : 2e-9;

  return units_of (site) * per_unit;
}

static void
keep (BbSimRun *self, BbRunHarvest *harvest)
{
  self->harvest = harvest;
  if (harvest->site)
    g_set_object (&self->site, harvest->site);
  if (self->source == NULL && harvest->summary->cpu_s > 0)
    measured_s_per_unit = harvest->summary->cpu_s / units_of (self->site);
  self->zone = bb_zone_new (bb_site_peek (self->site)->timezone, NULL);
  if (!self->zone)
    self->zone = bb_zone_new_utc ();
  self->headlines = bb_headlines_new (harvest->summary, self->site, self->zone);
  if (self->source)
    set_name (self);
}

static void
done_cb (GObject *object, GAsyncResult *result, gpointer data)
{
  g_autoptr (BbSimRun) self = data;
  g_autoptr (BbRunHarvest) harvest = NULL;
  g_autoptr (GError) error = NULL;

  harvest = g_task_propagate_pointer (G_TASK (result), &error);
  if (self->cancellable != g_task_get_cancellable (G_TASK (result)))
    return; /* cancelled, and perhaps started again */
  g_clear_object (&self->cancellable);
  if (harvest) {
    keep (self, g_steal_pointer (&harvest));
    take_progress (self, 1, 0);
    set_state (self, BB_RUN_DONE);
    return;
  }
  self->error = g_steal_pointer (&error);
  set_state (self, BB_RUN_FAILED);
}

void
bb_sim_run_start (BbSimRun *self)
{
  g_autoptr (GTask) task = NULL;
  Job *job = NULL;

  g_return_if_fail (BB_IS_SIM_RUN (self));
  if (self->state == BB_RUN_RUNNING || self->state == BB_RUN_DONE)
    return;
  g_clear_error (&self->error);
  self->cancellable = g_cancellable_new ();
  self->progress = 0;
  self->remaining_s = -1;
  job = g_new0 (Job, 1);
  job->site = self->source ? NULL : bb_site_copy (self->site);
  job->source = g_strdup (self->source);
  bb_run_settings_copy (&job->settings, &self->settings);
  job->ticker = ticker_new (self);
  /* Not its source object: a thread that lets go of the task last would end the run in that thread. */
  task = g_task_new (NULL, self->cancellable, done_cb, g_object_ref (self));
  g_task_set_task_data (task, job, job_free);
  set_state (self, BB_RUN_RUNNING);
  g_task_run_in_thread (task, work);
}

void
bb_sim_run_cancel (BbSimRun *self)
{
  if (self->state != BB_RUN_RUNNING)
    return;
  g_cancellable_cancel (self->cancellable);
  g_clear_object (&self->cancellable);
  set_state (self, BB_RUN_CANCELLED);
}

/* ---- looked at -------------------------------------------------------------------------------- */

BbRunState
bb_sim_run_get_state (BbSimRun *self)
{
  return self->state;
}

gdouble
bb_sim_run_get_progress (BbSimRun *self)
{
  return self->progress;
}

gdouble
bb_sim_run_get_remaining_s (BbSimRun *self)
{
  return self->remaining_s;
}

const gchar *
bb_sim_run_get_name (BbSimRun *self)
{
  return self->name;
}

guint
bb_sim_run_get_number (BbSimRun *self)
{
  return self->number;
}

void
bb_sim_run_set_number (BbSimRun *self, guint number)
{
  self->number = number;
  set_name (self);
}

const BbRunSettings *
bb_sim_run_get_settings (BbSimRun *self)
{
  return &self->settings;
}

const GError *
bb_sim_run_get_error (BbSimRun *self)
{
  return self->error;
}

BbSite *
bb_sim_run_get_site (BbSimRun *self)
{
  return self->site;
}

const gchar *
bb_sim_run_get_source_path (BbSimRun *self)
{
  return self->source;
}

gboolean
bb_sim_run_is_of_site (BbSimRun *self, BbSite *site)
{
  return self->site && bb_part_equal (BB_PART (self->site), BB_PART (site));
}

BbResult *
bb_sim_run_get_result (BbSimRun *self)
{
  return self->harvest ? self->harvest->result : NULL;
}

const BbSummary *
bb_sim_run_get_summary (BbSimRun *self)
{
  return self->harvest ? self->harvest->summary : NULL;
}

const BbHeadlines *
bb_sim_run_get_headlines (BbSimRun *self)
{
  return self->headlines;
}

BbZone *
bb_sim_run_get_zone (BbSimRun *self)
{
  return self->zone;
}

const gchar *
bb_sim_run_get_result_path (BbSimRun *self)
{
  return self->harvest ? self->harvest->result_path : NULL;
}

GPtrArray *
bb_sim_run_get_sessions (BbSimRun *self)
{
  return self->harvest ? self->harvest->sessions : NULL;
}

const GPtrArray *
bb_sim_run_get_bands (BbSimRun *self)
{
  return self->harvest ? self->harvest->bands : NULL;
}

gboolean
bb_sim_run_get_busiest_day (BbSimRun *self, gint64 *from_ms, gint64 *until_ms)
{
  if (!self->harvest || self->harvest->busiest_from_ms >= self->harvest->busiest_until_ms)
    return FALSE;
  *from_ms = self->harvest->busiest_from_ms;
  *until_ms = self->harvest->busiest_until_ms;
  return TRUE;
}

gint64
bb_sim_run_get_peak_ms (BbSimRun *self)
{
  return self->harvest ? self->harvest->peak_ms : -1;
}

BbRunBook *
bb_sim_run_get_book (BbSimRun *self)
{
  return self->harvest ? bb_run_book_ref (self->harvest->book) : NULL;
}

void
bb_sim_run_set_explaining (BbSimRun *self, GCancellable *cancellable)
{
  if (self->explaining)
    g_cancellable_cancel (self->explaining);
  g_set_object (&self->explaining, cancellable);
}
