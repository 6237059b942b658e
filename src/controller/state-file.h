/* SPDX-License-Identifier: GPL-3.0-or-later */
/* state-file.h: the engine's state over a restart of program or machine: `engine.state` in the state folder.
 *
 * Written by a worker thread every few seconds (temporary file, sync, rename), so that a slow disk never
 * delays a control period. The state belongs to one site: that of another is not taken.
 */
#pragma once

#include <gio/gio.h>

#include "base/log.h"

G_BEGIN_DECLS

typedef struct _BbStateFile BbStateFile;

/* `site_text` identifies the site. `log` (nullable). */
BbStateFile *bb_state_file_new (const gchar *folder, const gchar *site_text, BbLog *log);
/* The saved state (transfer full), or NULL: none, of another site, damaged (told in the log). `mono_ms` and
 * `wall_ms` are those at which it was saved; `wall_valid` whether that wall time was known. */
GBytes *bb_state_file_load (BbStateFile *file, gint64 *mono_ms, gint64 *wall_ms, gboolean *wall_valid);
/* Saves in the background; while one save is under way, a newer state waits and the one before it is left
 * out. */
void bb_state_file_save (BbStateFile *file, GBytes *state, gint64 mono_ms, gint64 wall_ms,
                         gboolean wall_valid);
/* Waits for what is under way and saves the last state. */
void bb_state_file_free (BbStateFile *file);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (BbStateFile, bb_state_file_free)

G_END_DECLS
