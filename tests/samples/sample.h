/* SPDX-License-Identifier: GPL-3.0-or-later */
/* sample.h: the bundled sample sites, loaded and made into runs as `busbar-cli simulate` makes them. */
#pragma once

#include "model/site-json.h"
#include "simulation/run.h"

G_BEGIN_DECLS

#define SAMPLE_DAY_MS G_GINT64_CONSTANT (86400000)

typedef struct {
  const gchar *name;
  guint n_stations;
  guint long_days; /* what the site file says; run in full when BUSBAR_SOAK is set, or when `always` */
  gboolean always;
  guint starts_pct; /* of the number of sessions: most starts of charging */
  gboolean exceeds; /* with balancing off something goes over its rating */
} Sample;

/* All four, as many as SAMPLE_N. */
#define SAMPLE_N 4
extern const Sample samples[SAMPLE_N];

/* Length of a run in plain tests: long_days, or two. */
gint64 sample_duration_ms (const Sample *sample);

/* Loads it from the data folder that the environment names; aborts with the message when it cannot. */
BbSite *sample_load (const Sample *sample);

/* Its own start, inputs and defaults, `duration_ms` long, without the inputs of the kinds (bits 1 <<
 * BbSiteInputKind) in `without`. */
BbSimOptions *sample_options (BbSite *site, gint64 duration_ms, guint without);

/* Runs; aborts with the message on an error. */
BbSimOutcome *sample_run (const BbSimOptions *options);

/* The phase that is furthest over its rating as a fresh text, "L2 of main: 26.1 A over 25 A for 3 s"; NULL:
 * none is. */
gchar *sample_worst_over (const BbSummary *summary);

G_END_DECLS
