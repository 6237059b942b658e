/* SPDX-License-Identifier: GPL-3.0-or-later */
/* headline-text.h: figures of a result as words: numbers, durations, percentages, names of places. */
#pragma once

#include "model/site.h"
#include "simulation/summary.h"

G_BEGIN_DECLS

/* "L1", "L2", "L3". */
extern const gchar *const bb_phase_names[3];

/* `value` with its fixed number of decimals, a point and a real minus sign; "–" where there is none (NAN).
 * (transfer full) */
gchar *bb_number_text (gdouble value, guint decimals);
/* The same, but what is not quite 100 never reads "100.0" and what is over it never does either. (transfer
 * full) */
gchar *bb_percent_text (gdouble percent, guint decimals);
/* "45 s", "12 min 5 s", "3 h 20 min", "5 d 3 h"; "–" for none. (transfer full) */
gchar *bb_duration_text (gint64 ms);
/* mWs to kWh; mA to A. */
gdouble bb_kwh (gint64 mws);
gdouble bb_amps (gint64 ma);

/* Decimals that it takes to see that a phase's peak is over its rating: 1 where it is not. */
guint bb_peak_decimals (const BbPhaseSummary *phase);
/* What people call a circuit, group or station of the site (lent); the id where it has no name, or `site` is
 * NULL or does not have it. */
const gchar *bb_circuit_name (BbSite *site, const gchar *id);
const gchar *bb_group_name (BbSite *site, const gchar *id);
const gchar *bb_station_name (BbSite *site, const gchar *id);
/* "L2 of Garage", "the peak limit on the sum of L1 L2 L3 of Main". (transfer full) */
gchar *bb_limit_time_row (const BbLimitTime *limit, BbSite *site);
/* The reason that a station had longest while a car was there, in a few words; "–" for none. */
const gchar *bb_station_main_reason (const BbStationSummary *station);

G_END_DECLS
