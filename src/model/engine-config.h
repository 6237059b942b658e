/* SPDX-License-Identifier: GPL-3.0-or-later */
/* engine-config.h: one truth for the twin: a site becomes the engine's configuration here and nowhere else.
 * Simulator and controller both call this, and step-inputs.h for the readings.
 *
 * Indices of the engine's tables: stations, meters, groups and signals in the order of the site's lists;
 * circuits are sorted, parents before children, else in the order of the list (circuit_position,
 * circuit_index).
 */
#pragma once

#include "engine/engine.h"
#include "model/site.h"

G_BEGIN_DECLS

/* Options that a simulation may set. */
typedef struct {
  gboolean simulation;   /* allows minima under 6 A */
  gboolean zero_minimum; /* sets all minima to 0 */
  gboolean no_delays;    /* hold, slope, minimum times, solar delays, random delay, reactions, lags: 0 */
  gint balancer;         /* bbe_balancer for all groups; -1: as each says */
} BbEngineOptions;

#define BB_ENGINE_OPTIONS_INIT                                                                               \
  {                                                                                                          \
    FALSE, FALSE, FALSE, -1                                                                                  \
  }

/* What one device reports: whole counts of these steps (of the site, or of its profile, where that is
 * coarser). */
typedef struct {
  gint current_step_ma, voltage_step_mv, power_step_w;
} BbMeterScale;

typedef struct {
  bbe_config config; /* points into the tables below */
  bbe_circuit_config *circuits;
  bbe_meter_config *meters;
  bbe_group_config *groups;
  bbe_station_config *stations;
  bbe_signal_config *signals;
  BbMeterScale *scales;    /* one per meter */
  gint *station_steps_ma;  /* (array) per station: current of one count of its own measurement */
  guint *circuit_position; /* engine index -> position in the site's list */
  guint *circuit_index;    /* position in the site's list -> engine index */
  gchar **circuit_ids, **meter_ids, **group_ids, **station_ids,
      **signal_ids;     /* engine index -> id, NULL-terminated */
  GHashTable *by_id[5]; /* (element-type utf8 uint+1): see bb_engine_config_find() */
} BbEngineConfig;

typedef enum {
  BB_TABLE_CIRCUITS = 0,
  BB_TABLE_METERS,
  BB_TABLE_GROUPS,
  BB_TABLE_STATIONS,
  BB_TABLE_SIGNALS
} BbTable;

/* `options` may be NULL. BB_MODEL_ERROR_CHECK with pointer and sentence when a reference is dangling, a cycle
 * exists, or the site is over the engine's capacity; whatever else bbe_init() would refuse is caught by
 * bb_site_check(). Free with bb_engine_config_free(). */
BbEngineConfig *bb_engine_config_new (BbSite *site, const BbEngineOptions *options, GError **error);
void bb_engine_config_free (BbEngineConfig *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (BbEngineConfig, bb_engine_config_free)

/* Engine index of an id, or -1. */
gint bb_engine_config_find (const BbEngineConfig *self, BbTable table, const gchar *id);

/* Is `circuit` the circuit `ancestor` or under it? Engine indices. */
gboolean bb_engine_config_is_under (const BbEngineConfig *self, gint circuit, gint ancestor);
/* Grid phases (bits) that a station is wired to; of an unknown rotation all of its circuit. */
guint8 bb_engine_config_station_phases (const BbEngineConfig *self, guint station);
/* Fail-safe currents of a group's stations on a phase, together (an unknown one counts as the maximum), mA;
 * and whether they exceed the group's offline limit on any phase. */
gint64 bb_engine_config_failsafe_sum (const BbEngineConfig *self, guint group, guint phase);
gboolean bb_engine_config_failsafe_exceeds (const BbEngineConfig *self, guint group);
/* Who accepted that, by name and reason; NULL when nobody did, or the stations' fail-safe currents could be
 * set. */
const BbAcknowledgementFields *bb_engine_config_acknowledged (const BbEngineConfig *self, BbSite *site,
                                                              guint group);

/* Sets BB_MODEL_ERROR_CHECK from what bbe_init() reported: JSON pointer into the site's file, rule, remedy.
 */
void bb_engine_config_set_error (const BbEngineConfig *self, const bbe_fault *fault, GError **error);

G_END_DECLS
