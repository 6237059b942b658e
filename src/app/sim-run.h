/* SPDX-License-Identifier: GPL-3.0-or-later */
/* sim-run.h: one simulation of the session: its site and settings as they were, how far it is, what came out.
 * No GTK in here.
 *
 * A run works in a thread on its own copy of the site. Its result file lies in a folder of this process
 * (sim-run-folder.h) and goes with the run. Everything here is of the main thread; progress is told at most
 * 20 times a second.
 */
#pragma once

#include "simulation/headline.h"
#include "simulation/result-reader.h"
#include "simulation/run.h"

G_BEGIN_DECLS

typedef enum { BB_RUN_IDLE = 0, BB_RUN_RUNNING, BB_RUN_DONE, BB_RUN_FAILED, BB_RUN_CANCELLED } BbRunState;

/* What is chosen for one run and is no part of the site's file: everything else (period, step, seed, inputs)
 * is the site's. */
typedef struct {
  gint balancer;    /* as BbSimOptions.balancer */
  JsonNode *faults; /* (owned) (nullable): array as in scenario.h; NULL: the site's own "scenario" */
} BbRunSettings;

void bb_run_settings_copy (BbRunSettings *to, const BbRunSettings *from);
void bb_run_settings_clear (BbRunSettings *settings);

#define BB_TYPE_SIM_RUN (bb_sim_run_get_type ())
G_DECLARE_FINAL_TYPE (BbSimRun, bb_sim_run, BB, SIM_RUN, GObject)

/* Properties, all notify: "state" (guint, BbRunState), "progress" (gdouble 0..1), "remaining-s" (gdouble, -1:
 * not known yet), "name" (gchar*). Keeps copies of site and settings. */
BbSimRun *bb_sim_run_new (BbSite *site, const BbRunSettings *settings);
/* A result that was saved earlier: bb_sim_run_start() copies and checks the file instead of simulating. A
 * file that is foreign, cut short or damaged ends in BB_RUN_FAILED. */
BbSimRun *bb_sim_run_new_from_file (const gchar *path);

/* Starts once, or again after BB_RUN_FAILED and BB_RUN_CANCELLED. */
void bb_sim_run_start (BbSimRun *self);
/* The state is BB_RUN_CANCELLED at once; the thread ends soon after. */
void bb_sim_run_cancel (BbSimRun *self);

BbRunState bb_sim_run_get_state (BbSimRun *self);
gdouble bb_sim_run_get_progress (BbSimRun *self);
gdouble bb_sim_run_get_remaining_s (BbSimRun *self);
/* "14 days, fair", with "Run 1, " before it once it is in a list. */
const gchar *bb_sim_run_get_name (BbSimRun *self);
guint bb_sim_run_get_number (BbSimRun *self); /* 0: in no list yet */
void bb_sim_run_set_number (BbSimRun *self, guint number);
const BbRunSettings *bb_sim_run_get_settings (BbSimRun *self);
/* NULL unless BB_RUN_FAILED. */
const GError *bb_sim_run_get_error (BbSimRun *self);
/* The site as it was when the run was made; of a reopened result once that is done. Nullable. */
BbSite *bb_sim_run_get_site (BbSimRun *self);
/* The file that a reopened result came from, or NULL. */
const gchar *bb_sim_run_get_source_path (BbSimRun *self);
gboolean bb_sim_run_is_of_site (BbSimRun *self, BbSite *site); /* the site has not changed since */

/* What came out: all NULL before BB_RUN_DONE. (transfer none) */
BbResult *bb_sim_run_get_result (BbSimRun *self);
const BbSummary *bb_sim_run_get_summary (BbSimRun *self);
const BbHeadlines *bb_sim_run_get_headlines (BbSimRun *self);
BbZone *bb_sim_run_get_zone (BbSimRun *self);
/* The result's file: lives as long as the run. */
const gchar *bb_sim_run_get_result_path (BbSimRun *self);
/* (element-type BbSessionResult); NULL of a reopened result, which does not keep them. */
GPtrArray *bb_sim_run_get_sessions (BbSimRun *self);
/* (element-type BbChartBand): behind its charts. */
const GPtrArray *bb_sim_run_get_bands (BbSimRun *self);
/* The local day with the highest load, [from, until); FALSE when there is none. */
gboolean bb_sim_run_get_busiest_day (BbSimRun *self, gint64 *from_ms, gint64 *until_ms);
/* When the cars drew most (to a minute): where looking at the reasons begins. */
gint64 bb_sim_run_get_peak_ms (BbSimRun *self);

/* ---- why ---- */

/* One station at a moment. */
typedef struct {
  gchar *id, *name; /* (owned) */
  gchar *current;   /* (owned): "9.0 A" */
  gchar *reason;    /* (owned): "held by L2 of Garage (32.0 A)" */
  gchar *sentence;  /* (owned): "Garage left: 9.0 A, held by L2 of Garage (32.0 A)" */
  gchar *period;    /* (owned): "since 2019-03-04 17:20:00, until …" */
  gint32 setpoint_ma;
  guint8 code; /* bbe_reason_code */
} BbRunReason;

typedef struct {
  gint64 at_ms;        /* UTC */
  gchar *when;         /* (owned): local time */
  GPtrArray *stations; /* (owned) (element-type BbRunReason), as in the site */
  gchar *obstacle;     /* (owned) (nullable): why the figures are those of the start of each state */
} BbRunMoment;

void bb_run_moment_free (BbRunMoment *moment);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (BbRunMoment, bb_run_moment_free)

/* Explains a moment in a thread. A later call ends an earlier one, which then finishes with
 * G_IO_ERROR_CANCELLED. */
void bb_sim_run_explain_async (BbSimRun *self, gint64 time_ms, GAsyncReadyCallback callback, gpointer data);
BbRunMoment *bb_sim_run_explain_finish (BbSimRun *self, GAsyncResult *result, GError **error);

/* ---- before ---- */

/* How long a run of this site will take here, in s: by the last one that was done in this process, else a
 * guess. */
gdouble bb_sim_run_estimate_s (BbSite *site);
/* "under 1 s", "about 3 s", "about 2 min". (transfer full) */
gchar *bb_sim_run_duration_words (gdouble seconds);
/* "fair", "balancing off"; NULL: as the site says. Translated. */
const gchar *bb_sim_run_balancer_words (gint balancer);

G_END_DECLS
