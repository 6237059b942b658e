/* SPDX-License-Identifier: GPL-3.0-or-later */
/* groups-edit.h: what the groups page does to a site: adding, removing, the life cycle; where a problem is.
 * No GTK in here. */
#pragma once

#include "model/editor.h"

G_BEGIN_DECLS

/* Each adds a part near `near` (nullable: what is selected), as one step. (transfer none); NULL with an
 * error. */
BbPart *bb_groups_add_circuit (BbEditor *editor, BbPart *near, GError **error);
BbPart *bb_groups_add_group (BbEditor *editor, BbPart *near, GError **error);
BbPart *bb_groups_add_meter (BbEditor *editor, BbPart *near, GError **error);
/* `n` stations of a group, like its last one. */
gboolean bb_groups_add_stations (BbEditor *editor, BbGroup *group, guint n, GError **error);
/* Moves a part among its like (stations: of the same group) by -1 or 1; FALSE: it is at the end. */
gboolean bb_groups_move (BbEditor *editor, BbPart *part, gint by, GError **error);
/* Activates or deactivates as a step with a label. Activating with errors in the site is refused:
 * BB_MODEL_ERROR_CHECK with the first one's sentence. */
gboolean bb_groups_set_active (BbEditor *editor, BbGroup *group, gboolean active, GError **error);

/* The part of a path as "group/cars", "site"; NULL: none. And back (transfer full). */
BbPart *bb_groups_find (BbSite *site, const gchar *path);
gchar *bb_groups_path (BbPart *part);
/* The circuit that a part belongs to: itself, that of a group or station, the first root. NULL: the site has
 * none. */
BbCircuit *bb_groups_circuit_of (BbSite *site, BbPart *part);
/* Stations of a group, in the order of the site. (transfer container) (element-type BbStation) */
GPtrArray *bb_groups_stations_of (BbSite *site, BbGroup *group);

G_END_DECLS
