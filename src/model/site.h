/* SPDX-License-Identifier: GPL-3.0-or-later */
/* site.h: a site as people edit it: the root of the model. Reading and writing is in site-json.h, checks in
 * site-check.h, the engine's view of it in engine-config.h.
 *
 * Ids are unique within their list. Lists are list models of parts, in the order of the file.
 */
#pragma once

#include "model/circuit.h"
#include "model/group.h"
#include "model/input.h"
#include "model/meter.h"
#include "model/part.h"
#include "model/site-parts.h"
#include "model/site-signal.h"
#include "model/station.h"

G_BEGIN_DECLS

typedef enum {
  BB_GRID_TN_THREE_PHASE = 0,
  BB_GRID_TN_ONE_PHASE,
  BB_GRID_TT_THREE_PHASE, /* this and the following are refused by the checker */
  BB_GRID_IT_THREE_PHASE,
  BB_GRID_DELTA,
  BB_GRID_SPLIT_PHASE
} BbGrid;

typedef struct {
  gchar *name, *description;
  gchar *timezone; /* IANA name; "UTC" */
  gint grid;       /* BbGrid */
  gint nominal_mv;
  gchar *currency; /* of tariff prices, ISO 4217; "" */
  BbNetwork *network;
  gint battery; /* bbe_battery */
  BbReduced *reduced;
  GListStore *circuits, *meters, *groups, *stations, *signals, *tariff, *inputs, *acknowledgements;
  BbSimulation *simulation;
} BbSiteFields;

#define BB_TYPE_SITE (bb_site_get_type ())
G_DECLARE_FINAL_TYPE (BbSite, bb_site, BB, SITE, BbPart)

/* Empty: no circuits, no stations. */
BbSite *bb_site_new (void);
/* A deep copy, unknown keys included. */
BbSite *bb_site_copy (BbSite *self);
const BbSiteFields *bb_site_peek (BbSite *self);

/* Bits of the grid's phases: 7, or 1 on a one-phase grid. */
gint bb_site_get_phases (BbSite *self);

/* Path of the file it was read from or written to last, or NULL; relative input files are beside it. */
const gchar *bb_site_get_path (BbSite *self);
void bb_site_set_path (BbSite *self, const gchar *path);

/* Lists (transfer none). */
GListModel *bb_site_get_circuits (BbSite *self);
GListModel *bb_site_get_meters (BbSite *self);
GListModel *bb_site_get_groups (BbSite *self);
GListModel *bb_site_get_stations (BbSite *self);
GListModel *bb_site_get_signals (BbSite *self);
GListModel *bb_site_get_tariff (BbSite *self);
GListModel *bb_site_get_inputs (BbSite *self);
GListModel *bb_site_get_acknowledgements (BbSite *self);

/* The part at a position (transfer none), which must exist. */
BbCircuit *bb_site_circuit (BbSite *self, guint position);
BbMeter *bb_site_meter (BbSite *self, guint position);
BbGroup *bb_site_group (BbSite *self, guint position);
BbStation *bb_site_station (BbSite *self, guint position);
BbSignal *bb_site_signal (BbSite *self, guint position);
BbSiteInput *bb_site_input (BbSite *self, guint position);

/* Position of the part with this id in its list, or -1. Linear; for whole sites use the tables of
 * BbEngineConfig. */
gint bb_site_find_circuit (BbSite *self, const gchar *id);
gint bb_site_find_meter (BbSite *self, const gchar *id);
gint bb_site_find_group (BbSite *self, const gchar *id);
gint bb_site_find_station (BbSite *self, const gchar *id);
gint bb_site_find_signal (BbSite *self, const gchar *id);

/* Appends a part to the list of its class; BB_MODEL_ERROR_DUPLICATE when its id is taken, BB_MODEL_ERROR_TYPE
 * when no list holds such parts. */
gboolean bb_site_add (BbSite *self, BbPart *part, GError **error);
/* Removes a part; FALSE when it is not there. References to it stay, the checker names them. */
gboolean bb_site_remove (BbSite *self, BbPart *part);

G_END_DECLS
