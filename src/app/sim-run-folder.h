/* SPDX-License-Identifier: GPL-3.0-or-later */
/* sim-run-folder.h: where the results of this process live until somebody saves them.
 *
 * A folder of its own under the user's cache, held by a lock for as long as the process lives: what a process
 * that is no more has left behind is removed when the next one starts to simulate.
 */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* A path for a new result file; makes the folder, and cleans up after dead processes, at the first call. The
 * file itself does not exist yet. May be called from any thread. (transfer full); NULL with BB_IO_ERROR. */
gchar *bb_run_folder_new_path (GError **error);

/* Removes the folder with all that is in it: at the end of the program. */
void bb_run_folder_remove (void);

G_END_DECLS
