/* SPDX-License-Identifier: GPL-3.0-or-later */
/* simulate-tables.h: a result in figures: stations, circuits, sessions, each as a table that can be sorted.
 */
#pragma once

#include <gtk/gtk.h>

#include "app/sim-run.h"

G_BEGIN_DECLS

#define BB_TYPE_SIMULATE_TABLES (bb_simulate_tables_get_type ())
G_DECLARE_FINAL_TYPE (BbSimulateTables, bb_simulate_tables, BB, SIMULATE_TABLES, GtkBox)

/* Actions: tables.show('stations' | 'circuits' | 'sessions'). */
void bb_simulate_tables_set_run (BbSimulateTables *self, BbSimRun *run);
/* A table as text, cells separated by tabs, header first: for copying and for tests. (transfer full) */
gchar *bb_simulate_tables_get_text (BbSimulateTables *self, const gchar *table);

G_END_DECLS
