/* SPDX-License-Identifier: GPL-3.0-or-later */
/* run-internal.h: the state of one run, shared by the files run-*.c. */
#pragma once

#include <string.h>

#include "base/zone.h"
#include "model/engine-config.h"
#include "model/reason-text.h"
#include "model/step-inputs.h"
#include "simulation/plant.h"
#include "simulation/result-writer.h"
#include "simulation/run.h"
#include "simulation/trace.h"

G_BEGIN_DECLS

/* ---- inputs ---- */

typedef struct {
  BbLoadSource *source; /* (owned) */
  gint32 circuit;
  gint32 power_factor_permille;
  gint32 scale_permille;
  BbInputUnit unit;
  gboolean generation;
  gboolean use_mean; /* rows shorter than a step: their mean counts */
  gint64 until_ms;
  gint32 ma[3];
} BbRunFeed;

/* Start or end of an event of the scenario. */
typedef struct {
  gint64 time_ms;
  guint32 event;
  gboolean begins;
} BbRunEdge;

/* ---- records ---- */

typedef struct {
  gint64 since_ms, over_ms; /* current value since; over the rating without a break for */
  gint64 ma;
  gboolean hot;  /* some curve has wear */
  gint32 series; /* of the result, -1: none */
} BbRunPhase;

typedef struct {
  BbRunPhase phase[3];
  gint64 unbalance_ma, unbalance_since_ms;
  gint64 unbalance_limit_ma; /* 0: none */
} BbRunCircuit;

typedef struct {
  gint64 reason_since_ms;
  bbe_reason reason;
  gint32 setpoint_ma;
  gint32 draw_ma;
  guint8 phases, commanded;
  gint32 setpoint_series, draw_series;
  gint32 row; /* that holds it: index of BbRun.rows, -1: none */
} BbRunStation;

/* A row of the allocation and a limit on it: how many stations it holds now, since when, and how long before.
 */
typedef struct {
  guint n_held;
  gint64 since_ms, held_ms;
} BbRunRow;

/* Integrals in mA ms. */
typedef struct {
  gint64 since_ms;
  gint64 net_ma, pv_ma, ev_ma, import_ma, export_ma;
  gint64 import_sum, export_sum, pv_sum, load_sum, grid_to_ev_sum, solar_to_ev_sum;
  gint32 pv_series, surplus_series, grid_series, house_series, cars_series;
} BbRunSite;

typedef struct {
  const BbSimOptions *options;
  BbZone *zone; /* (owned) */
  BbZoneCursor zone_cursor;
  BbEngineConfig *config; /* (owned) */
  bbe_engine *engine;     /* (owned) */
  BbStepInputs *inputs;   /* (owned) */
  BbPlant *plant;         /* (owned) */
  BbResultWriter *result; /* (owned) (nullable) */
  BbTraceWriter *trace;   /* (owned) (nullable) */
  gboolean unmanaged;     /* balancing off */

  gint64 now_ms, from_ms, until_ms, step_ms;
  gint64 mono_offset_ms; /* mono = UTC + this */

  BbRunFeed *feeds; /* (owned) (array) */
  guint n_feeds;
  gint64 feeds_until_ms;
  gint32 (*load_ma)[3];  /* (owned) (array) per circuit: sum of feeds */
  gint32 (*pv_ma)[3];    /* (owned) (array) */
  gint32 (*extra_ma)[3]; /* (owned) (array): load steps */
  guint64 changed_loads; /* circuits to be told to the plant */

  const BbSessions *sessions;
  gint32 *session_station; /* (owned) (array): index into BbSessions.stations -> station */
  gint32 *at_station;      /* (owned) (array) per station: its session, -1 */
  gsize next_session;
  gint64 sessions_due_ms; /* next arrival or departure */

  BbRunEdge *edges; /* (owned) (array), by time */
  guint n_edges, next_edge;
  gint32 dark; /* outages of the whole site in force */
  gint32 wall_invalid;
  gint64 wall_jump_ms;

  const bbe_outputs *out; /* of the last engine call */
  guint64 revision;
  guint64 engine_steps;

  BbRunCircuit *circuits; /* (owned) (array) */
  BbRunStation *stations; /* (owned) (array) */
  BbRunRow *rows;         /* (owned) (array): see run-limits.c */
  BbRunSite site;
  guint64 roots;   /* circuits without parent */
  gboolean netted; /* import and export over the sum of the phases */
  guint64 hash;
  BbSummary *summary;       /* (owned) */
  GPtrArray *sessions_done; /* (owned) */
  gint64 snapshot_due_ms;
  guint64 fingerprint;    /* 0: not computed yet */
  GBytes **last_snapshot; /* (nullable): where to keep the newest instead of in a result */
} BbRun;

/* run-setup.c */
BbRun *bb_run_new (const BbSimOptions *options, GError **error);
void bb_run_free (BbRun *run);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (BbRun, bb_run_free)
gboolean bb_run_open_files (BbRun *run, GError **error);
bbe_status bb_run_init_engine (BbRun *run, bbe_fault *fault);

/* run.c: on to the start of the step at `time_ms`, with the run's own engine. */
gboolean bb_run_until (BbRun *run, gint64 time_ms, GError **error);

/* run-events.c: all that is due at run->now_ms. */
gboolean bb_run_events (BbRun *run, GError **error);
/* The next of them. */
gint64 bb_run_next_event (const BbRun *run);
void bb_run_sort_edges (BbRun *run);
/* Tells the plant the loads of a circuit (engine index) and all that changed. */
void bb_run_apply_load (BbRun *run, guint circuit);
void bb_run_close_sessions (BbRun *run);

/* run-record.c */
void bb_run_record_init (BbRun *run);
void bb_run_record_flows (BbRun *run);
/* Nothing of the restored plant is recorded yet: the next look records all of it. */
void bb_run_record_again (BbRun *run);
void bb_run_record_decision (BbRun *run, guint station, gint32 setpoint_ma, guint phases,
                             const bbe_reason *reason);
void bb_run_record_session (BbRun *run, const BbSessionResult *session);
/* Peaks and overloads of circuits count up to now. */
void bb_run_record_now (BbRun *run);
void bb_run_record_finish (BbRun *run);
void bb_run_add_warnings (BbRun *run);

/* run-limits.c: which rows hold stations, and how long. */
void bb_run_limits_init (BbRun *run);
/* The reason of a station is another one from run->now_ms on. */
void bb_run_limits_change (BbRun *run, guint station, const bbe_reason *reason);
void bb_run_limits_finish (BbRun *run);

/* run-snapshot.c */
GBytes *bb_run_save (BbRun *run, gint64 time_ms);
gboolean bb_run_restore (BbRun *run, GBytes *snapshot, GError **error);

/* run-options.c */
BbLoadSource *bb_sim_feed_open (const BbSimFeed *feed, GError **error);

static inline void
bb_bits_clear_all (guint64 bits[(BBE_MAX_STATIONS + 63) / 64])
{
  memset (bits, 0, (BBE_MAX_STATIONS + 63) / 64 * sizeof *bits);
}

static inline void
bb_run_mix (BbRun *run, guint64 value)
{
  guint64 x = (run->hash ^ value) * G_GUINT64_CONSTANT (0x9e3779b97f4a7c15);
  run->hash = x ^ (x >> 29);
}

G_END_DECLS
