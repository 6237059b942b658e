/* SPDX-License-Identifier: GPL-3.0-or-later */
/* run.c: the loop: what happens, what the engine says, what the plant does with it, when to look again. */
#include "simulation/run-internal.h"

#include <glib/gstdio.h>
#include <time.h>

/* How many looks between two looks at cancellation and the clock. */
#define LOOKS_PER_CHECK 2048
/* Progress is told this often, in CPU time. */
#define PROGRESS_S 0.05
/* A snapshot an hour; with long steps one in as many steps as are recomputed in a few ms. */
#define SNAPSHOT_MS    G_GINT64_CONSTANT (3600000)
#define SNAPSHOT_STEPS 720

static gdouble
thread_cpu_s (void)
{
  struct timespec now;
  clock_gettime (CLOCK_THREAD_CPUTIME_ID, &now);
  return (gdouble) now.tv_sec + (gdouble) now.tv_nsec / 1e9;
}

/* ---- one look ---- */

static void
read_meters (BbRun *run)
{
  const BbPlantMeter *meters = bb_plant_meters (run->plant);
  bb_plant_sample_meters (run->plant, run->now_ms);
  for (guint m = 0; m < run->plant->n_meters; m++) {
    bbe_meter_in in;
    if (bb_plant_read_meter (run->plant, &meters[m], &in))
      bb_step_inputs_set_meter (run->inputs, m, in.current_ma, in.voltage_mv, in.power_w, in.power_valid,
                                meters[m].shown_ms + run->mono_offset_ms);
  }
}

static void
read_station (BbRun *run, guint s)
{
  bbe_station_in in = { 0 };
  if (!bb_plant_read_station (run->plant, s, run->now_ms, &in)) {
    bb_step_inputs_set_station_lost (run->inputs, s);
    return;
  }
  bb_step_inputs_set_station (run->inputs, s, in.vehicle, in.phases_now,
                              in.measured_valid ? in.measured_ma : NULL);
  bb_step_inputs_set_authorised (run->inputs, s, in.authorised);
  bb_step_inputs_set_wish (run->inputs, s, in.wanted_wh, in.departure_ms);
}

static void
read_plant (BbRun *run)
{
  guint64 *unread = run->plant->unread_stations;
  read_meters (run);
  for (guint w = 0; w * 64 < run->plant->n_stations; w++) {
    for (guint64 left = unread[w]; left != 0; left &= left - 1)
      read_station (run, w * 64 + (guint) __builtin_ctzll (left));
    unread[w] = 0;
  }
}

/* Nothing in it that the station or the records have not got. */
static inline gboolean
is_known (const BbRunStation *station, const bbe_station_out *out)
{
  return out->setpoint_ma == station->setpoint_ma && out->phases == station->phases
         && out->commanded == station->commanded && bb_reason_is_same (&out->reason, &station->reason);
}

static void
obey (BbRun *run, guint s, const bbe_station_out *out)
{
  run->stations[s].commanded = out->commanded;
  bb_run_record_decision (run, s, out->setpoint_ma, out->phases, &out->reason);
  /* Held while its group is inactive: it was told so when the group was deactivated. */
  if (out->commanded || out->reason.code == BBE_REASON_INACTIVE)
    bb_plant_command (run->plant, s, out->setpoint_ma, out->phases, run->now_ms);
  else
    bb_plant_uncommand (run->plant, s, run->now_ms);
}

static void
decide (BbRun *run)
{
  gint32 offset_s = bb_zone_cursor_offset_s (&run->zone_cursor, run->now_ms);
  bb_step_inputs_set_time (run->inputs, run->now_ms + run->mono_offset_ms, run->now_ms + run->wall_jump_ms,
                           offset_s, run->wall_invalid == 0);
  run->out = bbe_step (run->engine, &run->inputs->inputs);
  run->engine_steps++;
  if (run->trace != NULL)
    bb_trace_writer_add (run->trace, &run->inputs->inputs, run->out);
  if (run->options->observer != NULL)
    run->options->observer (&run->inputs->inputs, run->out, run->options->observer_data);
  if (run->out->revision == run->revision)
    return;
  gboolean all = run->revision == G_MAXUINT64;
  run->revision = run->out->revision;
  for (guint s = 0; s < run->plant->n_stations; s++)
    if (all || !is_known (&run->stations[s], &run->out->stations[s]))
      obey (run, s, &run->out->stations[s]);
}

/* Balancing off: every station offers all it has. */
static void
decide_nothing (BbRun *run)
{
  const BbPlantStation *stations = bb_plant_stations (run->plant);
  for (guint s = 0; s < run->plant->n_stations; s++) {
    bbe_reason reason = { .code = stations[s].plugged ? BBE_REASON_FULL : BBE_REASON_NO_VEHICLE,
                          .phase = 255,
                          .index = -1 };
    bb_run_record_decision (run, s, stations[s].max_ma, stations[s].n_phases, &reason);
    bb_plant_command (run->plant, s, stations[s].max_ma, stations[s].n_phases, run->now_ms);
  }
  bb_bits_clear_all (run->plant->unread_stations);
}

/* No supply: nobody decides, nothing flows. */
static void
decide_dark (BbRun *run)
{
  bbe_reason reason = { .code = BBE_REASON_OFFLINE, .phase = 255, .index = -1 };
  for (guint s = 0; s < run->plant->n_stations; s++)
    bb_run_record_decision (run, s, 0, bb_plant_stations (run->plant)[s].n_phases, &reason);
}

static gboolean
look (BbRun *run, GError **error)
{
  if (!bb_run_events (run, error))
    return FALSE;
  if (run->unmanaged) {
    decide_nothing (run);
  } else if (run->dark > 0) {
    bb_plant_sample_meters (run->plant, run->now_ms);
    decide_dark (run);
  } else {
    read_plant (run);
    decide (run);
  }
  bb_plant_settle (run->plant, run->now_ms);
  bb_run_record_flows (run);
  return TRUE;
}

/* ---- when to look again ---- */

static gboolean
anything_unread (const BbPlant *plant)
{
  guint64 any = 0;
  for (guint w = 0; w * 64 < plant->n_stations; w++)
    any |= plant->unread_stations[w];
  return any != 0;
}

/* The first step at which anything may differ from this one. */
static gint64
next_look (const BbRun *run)
{
  gint64 soonest = run->now_ms + run->step_ms;
  gint64 next = MIN (bb_run_next_event (run), run->zone_cursor.until_ms);
  if (run->options->never_skip)
    return soonest;
  if (run->unmanaged) {
    next = MIN (next, run->plant->next_ms);
  } else if (run->dark == 0) {
    if (anything_unread (run->plant))
      return soonest;
    next = MIN (next, bb_plant_next (run->plant, run->now_ms));
    gint64 engine = run->out->unchanged_until_ms;
    if (engine != G_MAXINT64)
      next = MIN (next, engine - run->mono_offset_ms);
  }
  if (next <= soonest)
    return soonest;
  if (next >= run->until_ms)
    return run->until_ms;
  return run->from_ms + (next - run->from_ms + run->step_ms - 1) / run->step_ms * run->step_ms;
}

/* Snapshots stand for the start of the step at their time: nothing changes on the way there. */
static void
take_snapshots (BbRun *run, gint64 until_ms)
{
  while (run->snapshot_due_ms <= until_ms && run->snapshot_due_ms < run->until_ms) {
    g_autoptr (GBytes) snapshot = bb_run_save (run, run->snapshot_due_ms);
    if (run->result != NULL)
      bb_result_writer_snapshot (run->result, run->snapshot_due_ms, g_bytes_get_data (snapshot, NULL),
                                 g_bytes_get_size (snapshot));
    if (run->last_snapshot != NULL) {
      g_clear_pointer (run->last_snapshot, g_bytes_unref);
      *run->last_snapshot = g_bytes_ref (snapshot);
    }
    gint64 interval_ms = MAX (SNAPSHOT_MS, SNAPSHOT_STEPS * run->step_ms);
    run->snapshot_due_ms += (interval_ms + run->step_ms - 1) / run->step_ms * run->step_ms;
  }
}

typedef struct {
  GCancellable *cancellable;
  BbSimProgress progress;
  gpointer progress_data;
  gdouble told_s;
} Watch;

static gboolean
check (BbRun *run, Watch *watch, GError **error)
{
  if (g_cancellable_set_error_if_cancelled (watch->cancellable, error))
    return FALSE;
  if (run->result != NULL && !bb_result_writer_check (run->result, error))
    return FALSE;
  if (watch->progress == NULL)
    return TRUE;
  gdouble now_s = thread_cpu_s ();
  if (now_s - watch->told_s >= PROGRESS_S) {
    watch->told_s = now_s;
    watch->progress ((gdouble) (run->now_ms - run->from_ms) / (gdouble) (run->until_ms - run->from_ms),
                     watch->progress_data);
  }
  return TRUE;
}

static gboolean
loop (BbRun *run, Watch *watch, GError **error)
{
  gboolean keeps = run->result != NULL || run->last_snapshot != NULL;
  guint looks = 0;
  while (run->now_ms < run->until_ms) {
    if (looks++ % LOOKS_PER_CHECK == 0 && !check (run, watch, error))
      return FALSE;
    if (!look (run, error))
      return FALSE;
    gint64 next = MIN (next_look (run), run->until_ms);
    if (keeps && run->snapshot_due_ms <= next)
      take_snapshots (run, next);
    run->now_ms = next;
  }
  return TRUE;
}

gboolean
bb_run_until (BbRun *run, gint64 time_ms, GError **error)
{
  Watch watch = { 0 };
  gint64 until_ms = run->until_ms;
  run->until_ms = time_ms;
  gboolean good = loop (run, &watch, error);
  run->until_ms = until_ms;
  return good;
}

static gboolean
finish_files (BbRun *run, GError **error)
{
  if (run->trace != NULL && !bb_trace_writer_finish (run->trace, error))
    return FALSE;
  if (run->result == NULL)
    return TRUE;
  g_autofree gchar *summary = bb_summary_to_text (run->summary, FALSE);
  if (bb_result_writer_finish (run->result, summary, error))
    return TRUE;
  if (run->options->trace_path != NULL)
    g_unlink (run->options->trace_path); /* nothing is left of a run that failed */
  return FALSE;
}

static BbSimOutcome *
make_outcome (BbRun *run)
{
  BbSimOutcome *outcome = g_new0 (BbSimOutcome, 1);
  outcome->summary = g_steal_pointer (&run->summary);
  outcome->sessions_done = g_steal_pointer (&run->sessions_done);
  outcome->hash = run->hash;
  return outcome;
}

static BbSimOutcome *
go (BbRun *run, Watch *watch, gdouble start_s, GError **error)
{
  gint64 first_ms = run->now_ms;
  if (!loop (run, watch, error))
    return NULL;
  bb_run_close_sessions (run);
  bb_run_record_flows (run);
  bb_run_record_finish (run);
  bb_run_add_warnings (run);
  run->summary->steps = (guint64) ((run->until_ms - first_ms + run->step_ms - 1) / run->step_ms);
  run->summary->engine_steps = run->engine_steps;
  if (!finish_files (run, error))
    return NULL;
  run->summary->cpu_s = thread_cpu_s () - start_s;
  if (watch->progress != NULL)
    watch->progress (1.0, watch->progress_data);
  return make_outcome (run);
}

/* ---- calls ---- */

void
bb_sim_outcome_free (BbSimOutcome *outcome)
{
  if (outcome == NULL)
    return;
  g_clear_pointer (&outcome->summary, bb_summary_free);
  g_clear_pointer (&outcome->sessions_done, g_ptr_array_unref);
  g_free (outcome);
}

BbSimOutcome *
bb_sim_run (const BbSimOptions *options, GCancellable *cancellable, BbSimProgress progress,
            gpointer progress_data, GError **error)
{
  gdouble start_s = thread_cpu_s ();
  Watch watch = { cancellable, progress, progress_data, start_s };
  g_autoptr (BbRun) run = bb_run_new (options, error);
  if (run == NULL || !bb_run_open_files (run, error))
    return NULL;
  bb_run_record_init (run);
  return go (run, &watch, start_s, error);
}

BbSimOutcome *
bb_sim_resume (const BbSimOptions *options, GBytes *snapshot, GCancellable *cancellable, GError **error)
{
  gdouble start_s = thread_cpu_s ();
  Watch watch = { .cancellable = cancellable };
  g_autoptr (BbRun) run = bb_run_new (options, error);
  if (run == NULL || !bb_run_restore (run, snapshot, error) || !bb_run_open_files (run, error))
    return NULL;
  bb_run_record_init (run);
  if (options->tap != NULL)
    bb_run_record_again (run);
  return go (run, &watch, start_s, error);
}

GBytes *
bb_sim_snapshot_at (const BbSimOptions *options, gint64 time_ms, GCancellable *cancellable, GError **error)
{
  GBytes *snapshot = NULL;
  Watch watch = { .cancellable = cancellable };
  g_autoptr (BbSimOptions) until = bb_sim_options_copy (options);
  g_clear_pointer (&until->result_path, g_free);
  g_clear_pointer (&until->trace_path, g_free);
  until->until_ms = MAX (time_ms, options->from_ms) + 1;
  until->observer = NULL;
  g_autoptr (BbRun) run = bb_run_new (until, error);
  if (run == NULL)
    return NULL;
  bb_run_record_init (run);
  run->last_snapshot = &snapshot;
  if (!loop (run, &watch, error))
    g_clear_pointer (&snapshot, g_bytes_unref);
  return snapshot;
}
