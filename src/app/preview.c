/* SPDX-License-Identifier: GPL-3.0-or-later */
/* preview.c: 24 hours of the edited site, simulated again after each change. */
#include "app/preview.h"

#include <glib/gi18n.h>
#include <glib/gstdio.h>
#include <unistd.h>

#include "app/preview-day.h"
#include "model/site-check.h"
#include "simulation/result-reader.h"

struct _BbPreview {
  GObject parent_instance;
  BbEditor *editor;  /* (owned) */
  BbPreviewDay *day; /* (owned) (nullable) */
  BbPreviewState state;
  BbPreviewFigures *figures, *baseline; /* (owned) (nullable) */
  gchar *obstacle, *pointer;            /* (owned) (nullable) */
  BbSeriesSource *source;               /* (owned) (nullable) */
  guint64 revision;                     /* that the state is of */
  gboolean known;                       /* `revision` means something */
  GCancellable *cancellable;            /* (owned) (nullable): of the run under way */
  GTimer *timer;                        /* (owned) (nullable): since the edit that waits */
  guint idle;
};

G_DEFINE_FINAL_TYPE (BbPreview, bb_preview, G_TYPE_OBJECT)

enum { PROP_0, PROP_EDITOR, PROP_RUNNING, N_PROPS };
static GParamSpec *properties[N_PROPS];
enum { UPDATED, N_SIGNALS };
static guint signals[N_SIGNALS];

/* ---- figures ---- */

static void
circuit_free (gpointer data)
{
  BbPreviewCircuit *circuit = data;

  g_free (circuit->circuit);
  g_free (circuit);
}

static void
figures_free (BbPreviewFigures *figures)
{
  g_ptr_array_unref (figures->circuits);
  g_free (figures->as_if_active);
  g_free (figures);
}

static gpointer
copy_circuit (gconstpointer data, gpointer user_data)
{
  const BbPreviewCircuit *circuit = data;
  BbPreviewCircuit *copy = g_memdup2 (circuit, sizeof *circuit);

  copy->circuit = g_strdup (circuit->circuit);
  return copy;
}

static BbPreviewFigures *
figures_copy (const BbPreviewFigures *figures)
{
  BbPreviewFigures *copy = g_memdup2 (figures, sizeof *figures);

  copy->circuits = g_ptr_array_new_with_free_func (circuit_free);
  for (guint c = 0; c < figures->circuits->len; c++)
    g_ptr_array_add (copy->circuits, copy_circuit (g_ptr_array_index (figures->circuits, c), NULL));
  copy->as_if_active = g_strdup (figures->as_if_active);
  return copy;
}

gdouble
bb_preview_circuit_pct (const BbPreviewCircuit *circuit)
{
  return circuit->rating_ma > 0 ? 100.0 * (gdouble) circuit->peak_ma / (gdouble) circuit->rating_ma : 0;
}

static BbPreviewCircuit *
fullest_phase (const BbCircuitSummary *summary)
{
  BbPreviewCircuit *circuit = g_new0 (BbPreviewCircuit, 1);
  gdouble most = -1;

  circuit->circuit = g_strdup (summary->id);
  for (guint p = 0; p < 3; p++) {
    const BbPhaseSummary *phase = &summary->phase[p];
    if (!(summary->phases >> p & 1) || phase->rating_ma <= 0)
      continue;
    gdouble share = (gdouble) phase->peak_ma / (gdouble) phase->rating_ma;
    circuit->over_rating_ms = MAX (circuit->over_rating_ms, phase->over_rating_ms);
    if (share <= most)
      continue;
    most = share;
    circuit->phase = p;
    circuit->peak_ma = phase->peak_ma;
    circuit->rating_ma = phase->rating_ma;
  }
  return circuit;
}

/* Every car that charged began once; each further beginning was after a stop. */
static guint
count_stops (const BbSimOutcome *outcome)
{
  guint starts = 0, charged = 0;

  for (guint s = 0; s < outcome->summary->n_stations; s++)
    starts += outcome->summary->stations[s].starts;
  for (guint i = 0; i < outcome->sessions_done->len; i++)
    charged += ((BbSessionResult *) g_ptr_array_index (outcome->sessions_done, i))->delivered_mws > 0;
  return starts > charged ? starts - charged : 0;
}

static BbPreviewFigures *
figures_new (const BbSimOutcome *outcome)
{
  const BbSummary *summary = outcome->summary;
  BbPreviewFigures *figures = g_new0 (BbPreviewFigures, 1);
  gdouble most = -1;

  figures->from_ms = summary->from_ms;
  figures->until_ms = summary->until_ms;
  figures->step_ms = summary->step_ms;
  figures->delivered_mws = summary->delivered_mws;
  figures->wanted_mws = summary->wanted_mws;
  figures->delivered_pct = summary->delivered_pct;
  figures->n_sessions = summary->n_sessions;
  figures->stops = count_stops (outcome);
  figures->over_rating = bb_summary_is_over_rating (summary);
  figures->circuits = g_ptr_array_new_with_free_func (circuit_free);
  figures->worst = -1;
  for (guint c = 0; c < summary->n_circuits; c++) {
    BbPreviewCircuit *circuit = fullest_phase (&summary->circuits[c]);
    g_ptr_array_add (figures->circuits, circuit);
    if (bb_preview_circuit_pct (circuit) <= most)
      continue;
    most = bb_preview_circuit_pct (circuit);
    figures->worst = (gint) c;
  }
  return figures;
}

/* ---- a run, in a worker ---- */

typedef struct {
  BbSite *site;      /* (owned): a copy */
  BbPreviewDay *day; /* (owned) (nullable) */
  GTimer *timer;     /* (owned): since the edit */
  guint64 revision;
  gboolean saved; /* the site as it was saved */
  /* what comes of it */
  BbPreviewFigures *figures;
  BbSeriesSource *source;
  gchar *obstacle, *pointer;
} Job;

static void
job_free (gpointer data)
{
  Job *job = data;

  g_clear_object (&job->site);
  g_clear_pointer (&job->day, bb_preview_day_unref);
  g_clear_pointer (&job->timer, g_timer_destroy);
  g_clear_pointer (&job->figures, figures_free);
  g_clear_object (&job->source);
  g_free (job->obstacle);
  g_free (job->pointer);
  g_free (job);
}

/* (transfer full) (nullable): their names */
static gchar *
activate_all (BbSite *site)
{
  g_autoptr (GString) names = g_string_new (NULL);

  for (guint g = 0; g < g_list_model_get_n_items (bb_site_get_groups (site)); g++) {
    BbGroup *group = bb_site_group (site, g);
    const BbGroupFields *fields = bb_group_peek (group);
    if (fields->active)
      continue;
    g_string_append_printf (names, "%s“%s”", names->len > 0 ? ", " : "",
                            fields->name[0] != '\0' ? fields->name : fields->id);
    bb_group_set_active (group, TRUE);
  }
  return names->len > 0 ? g_strdup (names->str) : NULL;
}

/* TRUE when the site can be simulated; else the job has an obstacle. */
static gboolean
check (Job *job)
{
  g_autoptr (GListModel) problems = bb_site_check (job->site, BB_CHECK_SIMULATION);
  g_autoptr (BbProblem) first = g_list_model_get_item (problems, 0);

  if (first == NULL || bb_problem_get_severity (first) != BB_SEVERITY_ERROR)
    return TRUE;
  job->obstacle = g_strdup (bb_problem_get_sentence (first));
  job->pointer = g_strdup (bb_problem_get_pointer (first));
  return FALSE;
}

/* Where the run keeps its series for a moment: in memory where there is such a folder. */
static gchar *
scratch_path (void)
{
  static gint serial;
  g_autofree gchar *name
      = g_strdup_printf ("busbar-preview-%d-%d.bbr", (gint) getpid (), g_atomic_int_add (&serial, 1));
  const gchar *folder = g_get_user_runtime_dir ();

  if (g_access (folder, W_OK) != 0)
    folder = g_get_tmp_dir ();
  return g_build_filename (folder, name, NULL);
}

static BbSimOutcome *
run (Job *job, BbSimOptions *options, GCancellable *cancellable, GError **error)
{
  g_autoptr (GError) local = NULL;
  BbSimOutcome *outcome;

  options->result_path = scratch_path ();
  outcome = bb_sim_run (options, cancellable, NULL, NULL, &local);
  if (outcome != NULL) {
    job->source = (BbSeriesSource *) bb_result_open (options->result_path, NULL);
    g_unlink (options->result_path);
    return outcome;
  }
  if (g_error_matches (local, G_IO_ERROR, G_IO_ERROR_CANCELLED)) {
    g_propagate_error (error, g_steal_pointer (&local));
    return NULL;
  }
  /* No room for the series: the figures do without. */
  g_clear_pointer (&options->result_path, g_free);
  return bb_sim_run (options, cancellable, NULL, NULL, error);
}

static gboolean
work (Job *job, GCancellable *cancellable, GError **error)
{
  g_autofree gchar *names = activate_all (job->site);
  g_autoptr (BbSimOptions) options = NULL;
  g_autoptr (BbSimOutcome) outcome = NULL;
  gdouble before_s;

  if (!check (job))
    return TRUE;
  if (job->day == NULL || !bb_preview_day_fits (job->day, job->site)) {
    g_clear_pointer (&job->day, bb_preview_day_unref);
    job->day = bb_preview_day_new (job->site, error);
  }
  if (job->day == NULL || (options = bb_preview_day_options (job->day, job->site, error)) == NULL)
    return FALSE;
  before_s = g_timer_elapsed (job->timer, NULL);
  outcome = run (job, options, cancellable, error);
  if (outcome == NULL)
    return FALSE;
  job->figures = figures_new (outcome);
  job->figures->as_if_active = g_steal_pointer (&names);
  job->figures->run_ms = (g_timer_elapsed (job->timer, NULL) - before_s) * 1000;
  return TRUE;
}

static void
work_thread (GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  GError *error = NULL;

  if (work (data, cancellable, &error))
    g_task_return_boolean (task, TRUE);
  else
    g_task_return_error (task, error);
}

/* ---- latest wins ---- */

static void schedule (BbPreview *self);

static void
clear_obstacle (BbPreview *self)
{
  g_clear_pointer (&self->obstacle, g_free);
  g_clear_pointer (&self->pointer, g_free);
}

static void
take_figures (BbPreview *self, Job *job)
{
  clear_obstacle (self);
  g_clear_pointer (&self->figures, figures_free);
  self->figures = g_steal_pointer (&job->figures);
  self->figures->latency_ms = g_timer_elapsed (job->timer, NULL) * 1000;
  g_set_object (&self->source, job->source);
  self->state = BB_PREVIEW_READY;
  if (self->baseline != NULL && !job->saved)
    return;
  g_clear_pointer (&self->baseline, figures_free);
  self->baseline = figures_copy (self->figures);
}

static void
take_obstacle (BbPreview *self, const gchar *sentence, const gchar *pointer)
{
  clear_obstacle (self);
  /* Translators: the sentence of a problem that must be put right first */
  self->obstacle = g_strdup_printf (_ ("No preview. %s"), sentence);
  self->pointer = g_strdup (pointer);
  self->state = BB_PREVIEW_BLOCKED;
}

static void
done_cb (GObject *object, GAsyncResult *result, gpointer data)
{
  BbPreview *self = BB_PREVIEW (object);
  Job *job = g_task_get_task_data (G_TASK (result));
  g_autoptr (GError) error = NULL;
  gboolean ok = g_task_propagate_boolean (G_TASK (result), &error);

  g_clear_object (&self->cancellable);
  if (self->editor == NULL) /* disposed meanwhile */
    return;
  if (job->day != NULL && job->day != self->day) {
    g_clear_pointer (&self->day, bb_preview_day_unref);
    self->day = bb_preview_day_ref (job->day);
  }
  if (!g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED)) {
    self->revision = job->revision;
    self->known = TRUE;
    if (ok && job->figures != NULL)
      take_figures (self, job);
    else
      take_obstacle (self, ok ? job->obstacle : error->message, job->pointer);
    g_signal_emit (self, signals[UPDATED], 0);
  }
  if (self->timer != NULL)
    schedule (self);
  else
    g_object_notify_by_pspec (object, properties[PROP_RUNNING]);
}

static gboolean
start_cb (gpointer data)
{
  BbPreview *self = data;
  g_autoptr (GTask) task = NULL;
  Job *job;

  self->idle = 0;
  if (self->cancellable != NULL) { /* done_cb() starts the next one */
    g_cancellable_cancel (self->cancellable);
    return G_SOURCE_REMOVE;
  }
  job = g_new0 (Job, 1);
  job->timer = g_steal_pointer (&self->timer);
  job->revision = bb_editor_get_revision (self->editor);
  job->saved = !bb_editor_get_modified (self->editor);
  job->site = bb_site_copy (bb_editor_get_site (self->editor));
  job->day = self->day != NULL ? bb_preview_day_ref (self->day) : NULL;
  self->cancellable = g_cancellable_new ();
  task = g_task_new (self, self->cancellable, done_cb, NULL);
  g_task_set_source_tag (task, start_cb);
  g_task_set_check_cancellable (task, FALSE);
  g_task_set_task_data (task, job, job_free);
  g_task_run_in_thread (task, work_thread);
  return G_SOURCE_REMOVE;
}

/* In an idle, so that the many changes of one step are one run; before the window is drawn. */
static void
schedule (BbPreview *self)
{
  if (self->timer == NULL)
    self->timer = g_timer_new ();
  if (self->idle == 0)
    self->idle = g_idle_add_full (G_PRIORITY_DEFAULT, start_cb, self, NULL);
}

static void
changed_cb (BbEditor *editor, BbPart *part, const gchar *property, BbPreview *self)
{
  gboolean was = bb_preview_get_running (self);

  schedule (self);
  if (!was)
    g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_RUNNING]);
}

static void
modified_cb (BbEditor *editor, GParamSpec *pspec, BbPreview *self)
{
  if (bb_editor_get_modified (editor) || self->state != BB_PREVIEW_READY || !bb_preview_is_current (self))
    return;
  g_clear_pointer (&self->baseline, figures_free);
  self->baseline = figures_copy (self->figures);
  g_signal_emit (self, signals[UPDATED], 0);
}

/* ---- object ---- */

static void
bb_preview_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  BbPreview *self = BB_PREVIEW (object);

  if (id == PROP_EDITOR)
    g_value_set_object (value, self->editor);
  else if (id == PROP_RUNNING)
    g_value_set_boolean (value, bb_preview_get_running (self));
  else
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
}

static void
bb_preview_set_property (GObject *object, guint id, const GValue *value, GParamSpec *pspec)
{
  BbPreview *self = BB_PREVIEW (object);

  if (id == PROP_EDITOR)
    self->editor = g_value_dup_object (value);
  else
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
}

static void
bb_preview_constructed (GObject *object)
{
  BbPreview *self = BB_PREVIEW (object);

  G_OBJECT_CLASS (bb_preview_parent_class)->constructed (object);
  g_signal_connect_object (self->editor, "changed", G_CALLBACK (changed_cb), self, 0);
  g_signal_connect_object (self->editor, "notify::modified", G_CALLBACK (modified_cb), self, 0);
  schedule (self);
}

static void
bb_preview_dispose (GObject *object)
{
  BbPreview *self = BB_PREVIEW (object);

  g_clear_handle_id (&self->idle, g_source_remove);
  if (self->cancellable != NULL)
    g_cancellable_cancel (self->cancellable);
  g_clear_object (&self->editor);
  G_OBJECT_CLASS (bb_preview_parent_class)->dispose (object);
}

static void
bb_preview_finalize (GObject *object)
{
  BbPreview *self = BB_PREVIEW (object);

  g_clear_object (&self->cancellable);
  g_clear_object (&self->source);
  g_clear_pointer (&self->timer, g_timer_destroy);
  g_clear_pointer (&self->day, bb_preview_day_unref);
  g_clear_pointer (&self->figures, figures_free);
  g_clear_pointer (&self->baseline, figures_free);
  clear_obstacle (self);
  G_OBJECT_CLASS (bb_preview_parent_class)->finalize (object);
}

static void
bb_preview_class_init (BbPreviewClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->get_property = bb_preview_get_property;
  object_class->set_property = bb_preview_set_property;
  object_class->constructed = bb_preview_constructed;
  object_class->dispose = bb_preview_dispose;
  object_class->finalize = bb_preview_finalize;
  properties[PROP_EDITOR]
      = g_param_spec_object ("editor", NULL, NULL, BB_TYPE_EDITOR,
                             G_PARAM_READWRITE | G_PARAM_CONSTRUCT_ONLY | G_PARAM_STATIC_STRINGS);
  properties[PROP_RUNNING]
      = g_param_spec_boolean ("running", NULL, NULL, FALSE, G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, N_PROPS, properties);
  signals[UPDATED] = g_signal_new ("updated", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL, NULL,
                                   NULL, G_TYPE_NONE, 0);
}

static void
bb_preview_init (BbPreview *self)
{
}

BbPreview *
bb_preview_new (BbEditor *editor)
{
  return g_object_new (BB_TYPE_PREVIEW, "editor", editor, NULL);
}

BbPreviewState
bb_preview_get_state (BbPreview *self)
{
  return self->state;
}

gboolean
bb_preview_get_running (BbPreview *self)
{
  return self->cancellable != NULL || self->idle != 0;
}

const BbPreviewFigures *
bb_preview_get_figures (BbPreview *self)
{
  return self->figures;
}

const BbPreviewFigures *
bb_preview_get_baseline (BbPreview *self)
{
  return self->baseline;
}

gboolean
bb_preview_is_current (BbPreview *self)
{
  return self->known && self->editor != NULL && self->revision == bb_editor_get_revision (self->editor);
}

const gchar *
bb_preview_get_obstacle (BbPreview *self, const gchar **pointer)
{
  if (pointer != NULL)
    *pointer = self->pointer;
  return self->obstacle;
}

const gchar *
bb_preview_get_day (BbPreview *self)
{
  return self->day != NULL ? bb_preview_day_get_words (self->day) : NULL;
}

BbSeriesSource *
bb_preview_get_source (BbPreview *self)
{
  return self->source;
}

const BbPreviewCircuit *
bb_preview_find_circuit (BbPreview *self, const gchar *id)
{
  for (guint c = 0; self->figures != NULL && c < self->figures->circuits->len; c++) {
    const BbPreviewCircuit *circuit = g_ptr_array_index (self->figures->circuits, c);
    if (g_strcmp0 (circuit->circuit, id) == 0)
      return circuit;
  }
  return NULL;
}
