/* SPDX-License-Identifier: GPL-3.0-or-later */
/* site-basics.h: a new site from the few questions of the assistant: ready to check and to simulate at once.
 */
#pragma once

#include "model/site.h"

G_BEGIN_DECLS

typedef enum {
  BB_MEASURED_BY_METER = 0, /* a meter behind the main fuse that shows direction */
  BB_MEASURED_BY_CLAMPS,    /* CT clamps without direction */
  BB_MEASURED_NOT           /* nothing: the stated other load is kept free */
} BbMeasuredBy;

typedef struct {
  gchar *name;     /* "": "New site" */
  gchar *timezone; /* IANA; "": UTC */
  gint grid;       /* BB_GRID_TN_THREE_PHASE, BB_GRID_TN_ONE_PHASE or BB_GRID_TT_THREE_PHASE (refused) */
  gint main_fuse_ma;
  gint other_load_ma; /* what else may draw; 0: 40 % of the main fuse */
  gint measured_by;   /* BbMeasuredBy */
  gint n_stations, station_phases, station_max_ma;
  gint cars_per_day_milli; /* for the simulation; 0: 0.8 cars a station and day */
  gint households;         /* homes behind the fuse; 0: one */
  gint pv_peak_w;          /* 0: none */
  gint battery;            /* bbe_battery; 0: none */
} BbSiteBasics;

void bb_site_basics_init (BbSiteBasics *basics);
void bb_site_basics_clear (BbSiteBasics *basics);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (BbSiteBasics, bb_site_basics_clear)

/* A site with one circuit, its meter, one active group, the stations, and synthetic inputs for the
 * simulation; the checker finds no error in it whatever the (sensible) answers. Currents that are derived
 * (offline limit A-08, supply maximum, fail-safe currents) say how in the function that computes them. NULL
 * with BB_MODEL_ERROR_VALUE when an answer makes no sense (fuse under 6 A, no station, four phases).
 * (transfer full) */
BbSite *bb_site_from_basics (const BbSiteBasics *basics, GError **error);

G_END_DECLS
