/* SPDX-License-Identifier: GPL-3.0-or-later */
/* sim-run-private.h: what the files of a run share: what its thread works on and what it brings back. */
#pragma once

#include "app/sim-run.h"
#include "model/engine-config.h"

G_BEGIN_DECLS

/* What belongs to worker threads: only one at a time may touch it. Counted, because a thread may outlive its
 * run. */
typedef struct {
  gatomicrefcount refs;
  GMutex lock;
  BbSimOptions *options;  /* (owned) (nullable): the run with all of its inputs */
  gchar *obstacle;        /* (owned) (nullable): why the inputs cannot be had any more */
  BbEngineConfig *config; /* (owned) (nullable): whose indices the reasons use; made when first needed */
} BbRunBook;

BbRunBook *bb_run_book_new (BbSimOptions *options, const gchar *obstacle);
BbRunBook *bb_run_book_ref (BbRunBook *book);
void bb_run_book_unref (BbRunBook *book);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (BbRunBook, bb_run_book_unref)

/* What a thread brings back. */
typedef struct {
  BbRunBook *book;
  BbSummary *summary;
  GPtrArray *sessions; /* nullable */
  BbResult *result;
  BbSite *site; /* of a reopened result, for the main thread; else NULL */
  gchar *result_path;
  GPtrArray *bands;                         /* (element-type BbChartBand): fail-safe, signals, off-peak */
  gint64 busiest_from_ms, busiest_until_ms; /* equal: none */
  gint64 peak_ms;                           /* of the most that the cars drew */
} BbRunHarvest;

void bb_run_harvest_free (BbRunHarvest *harvest);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (BbRunHarvest, bb_run_harvest_free)

/* Both block; in a worker thread. `site` is the thread's own. */
BbRunHarvest *bb_run_work_simulate (BbSite *site, const BbRunSettings *settings, GCancellable *cancellable,
                                    BbSimProgress progress, gpointer data, GError **error);
BbRunHarvest *bb_run_work_reopen (const gchar *path, GCancellable *cancellable, BbSimProgress progress,
                                  gpointer data, GError **error);

/* For sim-run-explain.c. (transfer full) */
BbRunBook *bb_sim_run_get_book (BbSimRun *self);
/* Makes `cancellable` the one of the latest explanation, ending the one before. */
void bb_sim_run_set_explaining (BbSimRun *self, GCancellable *cancellable);

G_END_DECLS
