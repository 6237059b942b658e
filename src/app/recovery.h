/* SPDX-License-Identifier: GPL-3.0-or-later */
/* recovery.h: a copy of unsaved work beside the user's files, offered at the next start when Busbar was
 * killed. No GTK in here.
 *
 * While a document has work that no file has, a copy of it is written seconds after each change to
 * $XDG_STATE_HOME/busbar/recovery/ID.recovery, whole or not at all, by one worker thread; it goes when the
 * work is saved or given up. ID.lock is held (flock) as long as the process lives, so that the kernel lets go
 * of it however the process ends; a copy whose lock can be had is nobody's. A process number would do neither
 * across a restart of the computer nor across sandboxes.
 */
#pragma once

#include "app/document.h"

G_BEGIN_DECLS

/* (transfer full) */
gchar *bb_recovery_get_folder (void);

/* ---- what was left ---- */

#define BB_TYPE_LEFTOVER (bb_leftover_get_type ())
G_DECLARE_FINAL_TYPE (BbLeftover, bb_leftover, BB, LEFTOVER, GObject)

const gchar *bb_leftover_get_name (BbLeftover *self); /* of the site */
const gchar *bb_leftover_get_path (BbLeftover *self); /* of its file; NULL: never saved */
gint64 bb_leftover_get_time_ms (BbLeftover *self);    /* of the last copy, UTC */

/* Copies in the folder that no living process holds, the newest first; each is then held by this process
 * until it is restored or discarded. Damaged ones are left alone and not listed. (transfer full)
 * (element-type BbLeftover) */
GPtrArray *bb_recovery_find (const gchar *folder);
/* The work as a document: modified, with the path of its file. NULL with an error of the site reader. The
 * copy stays until bb_recovery_new() with this leftover takes it over. */
BbDocument *bb_leftover_restore (BbLeftover *self, GError **error);
/* Removes the copy. */
void bb_leftover_discard (BbLeftover *self);

/* ---- keeping ---- */

#define BB_TYPE_RECOVERY (bb_recovery_get_type ())
G_DECLARE_FINAL_TYPE (BbRecovery, bb_recovery, BB, RECOVERY, GObject)

/* Keeps copies of the document in `folder` as long as the object lives, `delay_s` after a first change, again
 * after the next. `leftover` (nullable): what it was restored from. A folder that cannot be written is told
 * once in the document's log. */
BbRecovery *bb_recovery_new (BbDocument *document, const gchar *folder, BbClock *clock, gint delay_s,
                             BbLeftover *leftover);
void bb_recovery_set_delay (BbRecovery *self, gint delay_s);
/* Writes a copy now when there is unsaved work: the session ends. Blocks until it is on disk. */
void bb_recovery_flush (BbRecovery *self);
/* The work was given up, or belongs to nobody any more: removes the copy, and keeps none from now on. */
void bb_recovery_forget (BbRecovery *self);
/* Waits until everything is written that was asked for: before the process ends, and in tests. */
void bb_recovery_wait (void);

G_END_DECLS
