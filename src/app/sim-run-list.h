/* SPDX-License-Identifier: GPL-3.0-or-later */
/* sim-run-list.h: the runs of the session, oldest first. No GTK in here. */
#pragma once

#include "app/sim-run.h"

G_BEGIN_DECLS

#define BB_TYPE_RUN_LIST (bb_run_list_get_type ())
G_DECLARE_FINAL_TYPE (BbRunList, bb_run_list, BB, RUN_LIST, GObject)

/* A GListModel of BbSimRun. */
BbRunList *bb_run_list_new (void);
/* Appends, and numbers it: numbers go up and are not used again. */
void bb_run_list_add (BbRunList *self, BbSimRun *run);
/* FALSE: it is not there. The one removed last can come back, until the next is removed. */
gboolean bb_run_list_remove (BbRunList *self, BbSimRun *run);
/* Puts the one removed last back to its place; NULL: none. (transfer none) */
BbSimRun *bb_run_list_restore (BbRunList *self);
/* NULL: none. (transfer none) */
BbSimRun *bb_run_list_find (BbRunList *self, guint number);
/* -1: not there. */
gint bb_run_list_index_of (BbRunList *self, BbSimRun *run);

G_END_DECLS
