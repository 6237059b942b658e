/* SPDX-License-Identifier: GPL-3.0-or-later */
/* sim-run-export.h: a run's result written to where a person wants it, in a thread: result file, tables,
 * report. No GTK in here.
 *
 * A file is written whole or not at all. All of them finish with the path that was written, or with a
 * sentence: BB_IO_ERROR, BB_FORMAT_ERROR, G_IO_ERROR_CANCELLED.
 */
#pragma once

#include "app/sim-run.h"

G_BEGIN_DECLS

typedef enum {
  BB_RUN_EXPORT_RESULT = 0, /* the result file itself */
  BB_RUN_EXPORT_CSV,        /* the path is a folder, made when it is not there */
  BB_RUN_EXPORT_REPORT      /* PDF */
} BbRunExport;

void bb_sim_run_export_async (BbSimRun *run, BbRunExport what, const gchar *path, GCancellable *cancellable,
                              GAsyncReadyCallback callback, gpointer data);
/* (transfer full) */
gchar *bb_sim_run_export_finish (GAsyncResult *result, GError **error);

G_END_DECLS
