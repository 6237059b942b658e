/* SPDX-License-Identifier: GPL-3.0-or-later */
/* site-report.h: a result as a printable report: A4, the verdict first, then charts, figures, the site with
 * every setting, inputs and assumptions.
 */
#pragma once

#include "simulation/result-reader.h"

G_BEGIN_DECLS

/* Writes the report of a result, and of the site as it was simulated, to `path` (PDF), whole or not at all.
 * `made_ms`: UTC, printed as the date of the report. `author` (nullable): the program and its version, for
 * the file's metadata. In the language of the locale. Everything is read from the result, so it may run in
 * any thread; takes about 0.2 s for 40 stations. Errors: those of a result (BB_FORMAT_ERROR), BB_IO_ERROR,
 * G_IO_ERROR_CANCELLED. */
gboolean bb_site_report_write (BbResult *result, gint64 made_ms, const gchar *author, const gchar *path,
                               GCancellable *cancellable, GError **error);

/* The same in a worker thread. */
void bb_site_report_write_async (BbResult *result, gint64 made_ms, const gchar *author, const gchar *path,
                                 GCancellable *cancellable, GAsyncReadyCallback callback, gpointer data);
gboolean bb_site_report_write_finish (GAsyncResult *async, GError **error);

G_END_DECLS
