/* SPDX-License-Identifier: GPL-3.0-or-later */
/* plan-sweep.h: many runs of one site with another main fuse, number of stations or balancer, over several
 * seeds. */
#pragma once

#include "cli/simulate-options.h"

G_BEGIN_DECLS

/* Cars that are made up for a changing number of stations; cars_per_station 0: the site's own sessions. */
typedef struct CliCars {
  double cars_per_station; /* a day */
  double energy_kwh;       /* mean */
  BbArrivals arrivals;
} CliCars;

/* One point of the sweep: what is changed, and the worst of its seeds. */
typedef struct CliPoint {
  gint32 fuse_ma;   /* of the main circuits; 0: as the site says */
  guint n_stations; /* 0: as the site says */
  int balancer;     /* as BbSimOptions */
  char *refused;    /* (owned) (nullable): why such a site may not be */
  guint n_runs;
  double delivered_pct, sessions_met_pct, p5_pct; /* lowest; NAN without a session */
  gint64 peak_ma;                                 /* highest on a main circuit */
  gint64 over_rating_ms;                          /* longest total of a circuit and phase, any circuit */
} CliPoint;

void cli_point_free (CliPoint *point);

typedef struct CliSweep {
  BbSite *site;
  BbZone *zone;
  const CliChoices *choices;
  CliCars cars;
  guint n_seeds;
  GPtrArray *points; /* (element-type CliPoint) */
} CliSweep;

/* Runs every point with every seed, on all cores, and fills in the points. FALSE with an error (also when
 * cancelled). */
gboolean cli_sweep_run (CliSweep *sweep, GCancellable *cancellable, BbSimProgress progress,
                        gpointer progress_data, GError **error);

G_END_DECLS
