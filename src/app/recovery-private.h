/* SPDX-License-Identifier: GPL-3.0-or-later */
/* recovery-private.h: what keeping (recovery.c) and finding (recovery-leftover.c) share: names and locks. */
#pragma once

#include "app/recovery.h"

G_BEGIN_DECLS

/* (transfer full) */
gchar *bb_recovery_file (const gchar *folder, const gchar *id, const gchar *suffix);
/* A descriptor that holds ID.lock; -1: somebody else does, or it cannot be made. */
gint bb_recovery_take_lock (const gchar *folder, const gchar *id);
void bb_recovery_remove_files (const gchar *folder, const gchar *id);
/* Takes the lock (returned) and the id (transfer full) over. */
gint bb_leftover_steal (BbLeftover *self, gchar **id);

G_END_DECLS
