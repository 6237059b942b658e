/* SPDX-License-Identifier: GPL-3.0-or-later */
/* counter-file.h: a number that never goes back, over restarts: the newest id that was given to an OCPP
 * transaction.
 *
 * Ids follow the wall clock; on a board whose clock is unset after a power cut this file keeps them from
 * being given twice.
 */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* The number in `path`, 0 when there is none. */
guint64 bb_counter_file_load (const gchar *path);
/* Writes it in a worker thread; a failure is no harm until the next restart, and is not told. */
void bb_counter_file_save (const gchar *path, guint64 number);

G_END_DECLS
