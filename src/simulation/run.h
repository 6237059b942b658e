/* SPDX-License-Identifier: GPL-3.0-or-later */
/* run.h: the simulator: site + inputs + scenario + seed -> results, the same bits every time.
 *
 * A run steps from `from_ms` to `until_ms`. In each step, in this order: timeline events (sessions, faults,
 * commands), inputs (load, generation), meters and stations read, the engine's public step, stations and
 * vehicles follow, energy is counted, results are written. A step is left out only when nothing that the
 * engine sees can differ and the engine itself declared its answer unchanged
 * (bbe_outputs.unchanged_until_ms); leaving out never changes a bit of the result (`never_skip` proves it).
 *
 * Steps over 1 s: delays shorter than a step vanish (a station follows within the step), a change between two
 * steps takes effect at the next, energy is integrated over the step with what is drawn at its start, exactly
 * up to the energy that the vehicle still takes.
 */
#pragma once

#include <gio/gio.h>

#include "base/zone.h"
#include "engine/engine.h"
#include "model/site.h"
#include "simulation/input-sessions.h"
#include "simulation/input-synthetic.h"
#include "simulation/plant.h"
#include "simulation/result-format.h"
#include "simulation/scenario.h"
#include "simulation/summary.h"

G_BEGIN_DECLS

#define BB_SIM_ERROR (bb_sim_error_quark ())
GQuark bb_sim_error_quark (void);

/* BB_SIM_ERROR codes. */
typedef enum {
  BB_SIM_ERROR_OPTIONS,  /* times, step, seeds that make no sense */
  BB_SIM_ERROR_SITE,     /* the engine refuses the site; the message has path and rule */
  BB_SIM_ERROR_INPUT,    /* an input names what does not exist, or ends too early */
  BB_SIM_ERROR_SNAPSHOT, /* not a snapshot of this site, options and version */
  BB_SIM_ERROR_TRACE     /* not a trace of ours, damaged, or of another site */
} BbSimError;

/* Value of BbSimOptions.balancer beside those of bbe_balancer. */
#define BB_SIM_BALANCER_SITE (-1) /* as each group says */
#define BB_SIM_BALANCER_NONE (-2) /* balancing off: every station offers its maximum (for comparison) */

/* A base load or generation at one circuit. Every run opens a source of its own, so that runs may go side by
 * side. */
typedef struct {
  guint circuit;    /* index in the site */
  BbInputKind kind; /* load, or generation: subtracted from the circuit's flow and counted as PV */
  gint32 power_factor_permille; /* of a load in watts; 0: 1000 */
  gint32 scale_permille; /* values are multiplied by this; negative: the file's sign is the other way round;
                            0: 1000 */
  BbLoadSource *(*open) (gconstpointer spec, GError **error);
  gpointer spec; /* (owned): what `open` needs; not changed by it */
  void (*free_spec) (gpointer spec);
} BbSimFeed;

/* Sessions that several options share; an atomically counted box. */
typedef struct _BbSimSessions BbSimSessions;

/* One engine call, as seen by an observer: `in` and `out` are valid during the call only. */
typedef void (*BbSimObserver) (const bbe_inputs *in, const bbe_outputs *out, gpointer data);

/* Called from the running thread, about every 50 ms of CPU; `fraction` is 0..1. */
typedef void (*BbSimProgress) (gdouble fraction, gpointer data);

typedef struct {
  BbSite *site;            /* (owned) */
  GPtrArray *feeds;        /* (owned) (element-type BbSimFeed): may be empty; see bb_sim_options_add_*() */
  BbSimSessions *sessions; /* (owned) (nullable): see bb_sim_options_set_sessions() */
  BbScenario *scenario;    /* (owned) (nullable) */
  gint64 from_ms;          /* UTC, a whole second; steps count from here */
  gint64 until_ms;         /* UTC, exclusive */
  gboolean from_unstated;  /* neither the site nor its inputs said when: from_ms is the default */
  gint64 step_ms;          /* 1000 .. 900000, whole seconds */
  guint64 seed;            /* meter noise and loss, random delays of vehicles */
  gint balancer;           /* bbe_balancer, or BB_SIM_BALANCER_SITE, BB_SIM_BALANCER_NONE */
  gboolean zero_minimum;   /* simulation only: stations may go below 6 A, down to 0 */
  gboolean
      no_delays; /* hold, slope, minimum times, solar delays of the engine, station and meter delays: 0 */
  gboolean ideal_vehicle; /* no reaction delay, no taper, no minimum of its own */
  gboolean never_skip;    /* call the engine in every step */
  gchar *result_path;     /* (owned) (nullable): result file to write */
  const BbResultTap *tap; /* (unowned) (nullable): takes every value of every series instead of a result file:
                             result_path is then not written */
  gchar *trace_path;      /* (owned) (nullable): trace of engine inputs to write */
  gchar *origin; /* (owned) (nullable): JSON object that says where the inputs are from, as the caller likes;
                    kept in the result file for whoever recomputes it */
  BbSimObserver observer; /* (nullable) */
  gpointer observer_data;
  BbPlantDefaults plant; /* what the site does not say about vehicles, stations and meters */
} BbSimOptions;

/* Options with every default: step 1 s, seed 1, balancer of the site, no inputs. */
BbSimOptions *bb_sim_options_new (BbSite *site);
/* Inputs at a circuit (index in the site). The file is opened when the run starts, and again by each run. */
void bb_sim_options_add_csv (BbSimOptions *options, guint circuit, const gchar *path,
                             const BbInputOptions *input, gint32 power_factor_permille,
                             gint32 scale_permille);
void bb_sim_options_add_households (BbSimOptions *options, guint circuit, const BbHouseholdsSpec *spec);
void bb_sim_options_add_pv (BbSimOptions *options, guint circuit, const BbPvSpec *spec);
void bb_sim_options_add_constant (BbSimOptions *options, guint circuit, BbInputKind kind, BbInputUnit unit,
                                  const gint32 value_m[3]);
/* Who comes (transfer full); station names in it are ids of the site. */
void bb_sim_options_set_sessions (BbSimOptions *options, BbSessions *sessions);
const BbSessions *bb_sim_options_get_sessions (const BbSimOptions *options);
/* What the site file says about its simulation: start, length, step, seed, minimum, delays, plant. Without a
 * start it is that of the first load or generation file with dates, then the day of the first session, then
 * 2026-01-01; without a length one day. Call it before other settings. */
gboolean bb_sim_options_add_site_defaults (BbSimOptions *options, GError **error);
/* The site's inputs (files beside the site file) and its "scenario", after from_ms and until_ms were set;
 * kinds (bits 1 << BbSiteInputKind) in `without` are left out, because the caller brings its own. */
gboolean bb_sim_options_add_site_inputs (BbSimOptions *options, guint without, GError **error);
/* When a file of inputs begins: its first row, or the midnight of `zone` before its first session; G_MININT64
 * where its times are minutes from the start of a run. FALSE with an error when it cannot be read. */
gboolean bb_sim_find_file_start (const gchar *path, BbSiteInputKind kind, const BbInputOptions *input,
                                 BbZone *zone, gint64 *start_ms, GError **error);
/* Position of the circuit that inputs without one are for: the first root. */
guint bb_sim_first_root (BbSite *site);
/* Any other source. */
void bb_sim_options_add_feed (BbSimOptions *options, const BbSimFeed *feed);
/* A copy that shares the site, the sessions, the scenario and the feeds by reference. */
BbSimOptions *bb_sim_options_copy (const BbSimOptions *options);
void bb_sim_options_free (BbSimOptions *options);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (BbSimOptions, bb_sim_options_free)

/* What a run leaves behind. */
typedef struct {
  BbSummary *summary; /* (owned) */
  guint64 hash;       /* over all set-points, reasons and energies with their times: equal runs, equal hash */
  GPtrArray *sessions_done; /* (owned) (element-type BbSessionResult), in order of arrival */
} BbSimOutcome;

void bb_sim_outcome_free (BbSimOutcome *outcome);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (BbSimOutcome, bb_sim_outcome_free)

/* Runs; NULL with an error (BB_SIM_ERROR, G_IO_ERROR_CANCELLED, errors of readers and of the result file). On
 * error nothing is left at `result_path` and `trace_path`. Blocks; call it from a worker thread. */
BbSimOutcome *bb_sim_run (const BbSimOptions *options, GCancellable *cancellable, BbSimProgress progress,
                          gpointer progress_data, GError **error);

/* As bb_sim_run(), in a worker thread with its own copy of the options; `progress` is called from there. */
void bb_sim_run_async (const BbSimOptions *options, GCancellable *cancellable, BbSimProgress progress,
                       gpointer progress_data, GAsyncReadyCallback callback, gpointer data);
BbSimOutcome *bb_sim_run_finish (GAsyncResult *result, GError **error);

/* One of several runs: `outcome` or `error` is set afterwards. */
typedef struct {
  const BbSimOptions *options;
  BbSimOutcome *outcome; /* (owned) */
  GError *error;         /* (owned) */
} BbSimJob;

/* Runs all jobs side by side, at most `n_threads` at once (0: one per core); returns when all are done. The
 * outcomes do not depend on the number of threads. `progress` may come from any of the threads, one at a
 * time. FALSE when at least one job failed. */
gboolean bb_sim_run_many (BbSimJob *jobs, gsize n_jobs, guint n_threads, GCancellable *cancellable,
                          BbSimProgress progress, gpointer progress_data);
void bb_sim_jobs_clear (BbSimJob *jobs, gsize n_jobs);

/* How a reason stands in a result file: 18 bytes, little-endian, its time as UTC ms. */
#define BB_SIM_REASON_SIZE 18
void bb_sim_reason_pack (const bbe_reason *reason, gint64 mono_offset_ms, guint8 out[BB_SIM_REASON_SIZE]);
/* `until_ms` is UTC afterwards. */
void bb_sim_reason_unpack (const guint8 in[BB_SIM_REASON_SIZE], bbe_reason *reason);

/* Mono time of the first step of every run: mono = UTC - from_ms + this. */
#define BB_SIM_MONO_START 1000

/* Goes on from a snapshot (one an hour, with steps over 5 s one every 720 steps) that a run with the same
 * site, inputs and options wrote to its result file, until options->until_ms, calling options->observer;
 * nothing but result_path, tap, trace_path, until_ms and the observer may differ from the first run. The same
 * bits as in the first run come out. */
BbSimOutcome *bb_sim_resume (const BbSimOptions *options, GBytes *snapshot, GCancellable *cancellable,
                             GError **error);

/* The step at which `snapshot` was taken (UTC ms), or -1 when it is not a snapshot. */
gint64 bb_sim_snapshot_get_time (GBytes *snapshot);

/* The last snapshot of a run at or before `time_ms` (it recomputes from `from_ms`; for tests and for results
 * that were written without snapshots). */
GBytes *bb_sim_snapshot_at (const BbSimOptions *options, gint64 time_ms, GCancellable *cancellable,
                            GError **error);

G_END_DECLS
