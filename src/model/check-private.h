/* SPDX-License-Identifier: GPL-3.0-or-later */
/* check-private.h: what the parts of the checker share. Inside model/ only. */
#pragma once

#include "model/engine-config.h"
#include "model/part-private.h"
#include "model/site-check.h"
#include "model/site.h"

G_BEGIN_DECLS

/* IEC 61851-1 knows no duty cycle under 6 A. */
#define BB_CHECK_LEAST_PILOT_MA 6000

typedef struct {
  BbSite *site;
  const BbSiteFields *f;
  guint n_circuits, n_meters, n_groups, n_stations;
  BbCheckFlags flags;
  GPtrArray *problems; /* (element-type BbProblem) */
  guint n_errors;
  BbEngineConfig *config; /* NULL while references, rings or sizes are wrong */
} BbCheck;

/* Adds a problem; `pointer` is (transfer full), from bb_check_at(). `rule` is one of bb_site_check_rules().
 */
void bb_check_add (BbCheck *check, BbSeverity severity, const gchar *rule, gchar *pointer,
                   const gchar *format, ...) G_GNUC_PRINTF (5, 6);
/* "/list/3/key"; key NULL: "/list/3". (transfer full) */
gchar *bb_check_at (const gchar *list, guint position, const gchar *key);

/* Name for sentences: the name, or else the id. */
const gchar *bb_check_name (const gchar *name, const gchar *id);
/* "7.5 A" (transfer full) */
gchar *bb_check_amps (gint64 current_ma);
/* "L1" */
const gchar *bb_check_phase (gint phase);

static inline guint
bb_check_count (GListStore *list)
{
  return g_list_model_get_n_items (G_LIST_MODEL (list));
}

static inline const BbCircuitFields *
bb_check_circuit (const BbCheck *check, guint position)
{
  return bb_circuit_peek (bb_site_circuit (check->site, position));
}
static inline const BbMeterFields *
bb_check_meter (const BbCheck *check, guint position)
{
  return bb_meter_peek (bb_site_meter (check->site, position));
}
static inline const BbGroupFields *
bb_check_group (const BbCheck *check, guint position)
{
  return bb_group_peek (bb_site_group (check->site, position));
}
static inline const BbStationFields *
bb_check_station (const BbCheck *check, guint position)
{
  return bb_station_peek (bb_site_station (check->site, position));
}

/* Sizes, ids, references, rings: what everything else stands on. FALSE when there are errors. */
gboolean bb_check_structure (BbCheck *check);
void bb_check_unknown_keys (BbCheck *check);
/* The following need check->config, except for the site's. */
void bb_check_circuits (BbCheck *check);
void bb_check_meters (BbCheck *check);
void bb_check_groups (BbCheck *check);
void bb_check_stations (BbCheck *check);
void bb_check_sums (BbCheck *check);
void bb_check_site (BbCheck *check);
void bb_check_network (BbCheck *check);
void bb_check_devices (BbCheck *check);

/* Do windows of local time overlap? Starts and ends in minutes of the day; `end` <= `start` runs over
 * midnight. */
gboolean bb_windows_overlap (gint start_a, gint end_a, gint days_a, gint start_b, gint end_b, gint days_b);

G_END_DECLS
