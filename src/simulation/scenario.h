/* SPDX-License-Identifier: GPL-3.0-or-later */
/* scenario.h: a timeline of faults and commands, as data.
 *
 * JSON: an array of events in any order,
 *   { "at": "2026-01-01T12:00", "for_s": 60, "what": "meter-lost", "meter": "main" }
 * `at` is local time of the site (or with an offset or Z), or `at_s` seconds from the run's start. Without
 * `for_s` (or `until`) an event lasts to the end. Strict: an unknown key, a missing one or a name that the
 * site does not have is an error with its JSON pointer.
 *
 *   what            with                        meaning while it lasts
 *   meter-lost      meter                       no readings arrive
 *   meter-stuck     meter                       the last reading comes again and again, as new
 *   clamp-open      meter, (phase)              reads 0; without a phase all
 *   clamp-reversed  meter, (phase)              reads the negative
 *   station-lost    station                     does not answer and hears nothing
 *   station-deaf    station                     defect: ignores set-points, offers its maximum
 *   station-fault   station                     state F
 *   outage          (station), (state)          no supply, without a station for the whole site
 *   signal          signal, state               normal, reduced or locked
 *   signal-lost     signal                      the source does not answer
 *   reduction       (circuit or group),         load reduction over the interface, without a place
 *                   limit_a and/or limit_w      for all stations
 *   override        station, kind, (limit_a)    C-12: cap or charge-now
 *   load-step       circuit, l1_a, l2_a, l3_a   extra load (or less)
 *   wall-invalid                                the controller does not know the wall time
 *   wall-jump       jump_s                      the controller's wall clock is off by so much
 *
 * After an outage stations start at their power-on default; after one of the whole site the controller goes
 * on from its saved state, with "state": "lost" from none.
 */
#pragma once

#include <json-glib/json-glib.h>

#include "model/site.h"

G_BEGIN_DECLS

#define BB_SCENARIO_ERROR (bb_scenario_error_quark ())
GQuark bb_scenario_error_quark (void);
typedef enum {
  BB_SCENARIO_ERROR_PARSE,
  BB_SCENARIO_ERROR_VALUE,
  BB_SCENARIO_ERROR_REFERENCE
} BbScenarioError;

typedef enum {
  BB_EVENT_METER_LOST = 0,
  BB_EVENT_METER_STUCK,
  BB_EVENT_CLAMP_OPEN,
  BB_EVENT_CLAMP_REVERSED,
  BB_EVENT_STATION_LOST,
  BB_EVENT_STATION_DEAF,
  BB_EVENT_STATION_FAULT,
  BB_EVENT_OUTAGE,
  BB_EVENT_SIGNAL,
  BB_EVENT_SIGNAL_LOST,
  BB_EVENT_REDUCTION,
  BB_EVENT_OVERRIDE,
  BB_EVENT_LOAD_STEP,
  BB_EVENT_WALL_INVALID,
  BB_EVENT_WALL_JUMP,
  BB_EVENT_N
} BbScenarioKind;

typedef struct {
  gint64 at_ms;    /* UTC; or from the start of the run, when `relative` */
  gint64 until_ms; /* exclusive; G_MAXINT64: to the end */
  gboolean relative;
  guint8 kind;   /* BbScenarioKind */
  guint8 state;  /* bbe_signal; bbe_override; outage: 0 kept, 1 lost */
  guint8 scope;  /* bbe_reduction_scope */
  guint8 phases; /* mask, clamps */
  gint index; /* position in the site's list of meters, stations, signals, circuits, groups; -1: whole site */
  gint32 value_ma[3]; /* load step; [0]: limit of a reduction or override, BBE_NO_LIMIT: none */
  gint32 value_w;     /* limit of a reduction, BBE_NO_LIMIT: none */
  gint64 jump_ms;
} BbScenarioEvent;

typedef struct {
  gatomicrefcount refs;
  GArray *events; /* (element-type BbScenarioEvent), in any order; a run sorts them */
} BbScenario;

/* `source` names the text in messages; BB_SCENARIO_ERROR, BB_TEXT_ERROR, BB_IO_ERROR. */
BbScenario *bb_scenario_parse (const gchar *text, gssize length, const gchar *source, BbSite *site,
                               GError **error);
BbScenario *bb_scenario_load (const gchar *path, BbSite *site, GError **error);
/* From a parsed array; `pointer` is where it stands in the source: "" or "/scenario". */
BbScenario *bb_scenario_from_json (JsonNode *node, const gchar *source, const gchar *pointer, BbSite *site,
                                   GError **error);
BbScenario *bb_scenario_new (void);
/* Adds a copy. */
void bb_scenario_add (BbScenario *scenario, const BbScenarioEvent *event);
BbScenario *bb_scenario_ref (BbScenario *scenario);
void bb_scenario_unref (BbScenario *scenario);
const gchar *bb_event_kind_get_name (BbScenarioKind kind);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (BbScenario, bb_scenario_unref)

G_END_DECLS
