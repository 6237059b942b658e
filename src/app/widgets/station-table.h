/* SPDX-License-Identifier: GPL-3.0-or-later */
/* station-table.h: the stations of a group as a table: one row each, several may be chosen.
 *
 * Actions, with their keys: station.add('u': how many), station.edit (Enter; several at once in one form),
 * station.duplicate (Ctrl+D), station.remove (Delete; the toast offers undo), station.copy, station.paste
 * (Ctrl+C, Ctrl+V), station.move('i': -1 Alt+Up, 1 Alt+Down), station.select('au': positions),
 * station.select-all (Ctrl+A). Rows can be dragged. Editing goes to the page's action
 * groups.edit-stations('as': ids). Property "n-selected" (guint).
 */
#pragma once

#include <gtk/gtk.h>

#include "model/editor.h"

G_BEGIN_DECLS

#define BB_TYPE_STATION_TABLE (bb_station_table_get_type ())
G_DECLARE_FINAL_TYPE (BbStationTable, bb_station_table, BB, STATION_TABLE, GtkWidget)

GtkWidget *bb_station_table_new (BbEditor *editor, BbGroup *group);
/* (transfer container) (element-type BbStation) */
GPtrArray *bb_station_table_get_selected (BbStationTable *self);
guint bb_station_table_get_n_rows (BbStationTable *self);
/* Stations that have problems (element-type BbPart uint) (nullable); their names get a sign. */
void bb_station_table_set_problems (BbStationTable *self, GHashTable *counts);
/* What stands in a cell: column 0 name, 1 device, 2 phases, 3 current, 4 priority. (transfer full) */
gchar *bb_station_table_get_cell (BbStationTable *self, guint row, guint column);

G_END_DECLS
