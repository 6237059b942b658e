/* SPDX-License-Identifier: GPL-3.0-or-later */
/* field.h: a site's hardware without its controller: the simulator's plant, moved by the site's own inputs,
 * sessions and scenario, commanded from outside.
 *
 * The emulator stands on it. A second of the simulator (run.h) is here: bb_field_begin (t); meters and
 * stations are read; stations are commanded; bb_field_end(); so that whoever does the same in the same order
 * gets the same bits. Times are UTC ms of the site; between two whole seconds bb_field_settle() may be called
 * at any ms.
 */
#pragma once

#include "model/step-inputs.h"
#include "simulation/run.h"

G_BEGIN_DECLS

typedef struct _BbField BbSimField;

/* `options` as for bb_sim_run(); copied. Nothing has happened yet; the first second is options->from_ms. */
BbSimField *bb_field_new (const BbSimOptions *options, GError **error);
/* As it stands at `start_ms` (a whole second of the run) after the simulator's own engine commanded it until
 * then. */
BbSimField *bb_field_new_at (const BbSimOptions *options, gint64 start_ms, GError **error);
/* After bb_field_new_at(): the state of that engine, for a controller that goes on from there. Its monotonic
 * time is start_ms - options->from_ms + BB_SIM_MONO_START. (transfer full) */
GBytes *bb_field_save_engine (BbSimField *field);
void bb_field_free (BbSimField *field);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (BbSimField, bb_field_free)

const BbEngineConfig *bb_field_get_config (BbSimField *field);
gint64 bb_field_get_now_ms (BbSimField *field);
gint64 bb_field_get_from_ms (BbSimField *field);
gint64 bb_field_get_until_ms (BbSimField *field);

/* All that is due up to `now_ms` (not backwards): faults, vehicles, loads; then meters take their samples.
 * FALSE when an input cannot be read. */
gboolean bb_field_begin (BbSimField *field, gint64 now_ms, GError **error);
/* The second is over: stations without delay follow, flows are booked (see bb_field_get_summary()). */
void bb_field_end (BbSimField *field);
/* Between two seconds: what is due moves, so that what is read is what is true at `now_ms`. */
void bb_field_settle (BbSimField *field, gint64 now_ms);

/* As the simulator reads them (engine indices). FALSE: nothing to read, lost. `in->taken_ms` is UTC here. */
gboolean bb_field_read_meter (BbSimField *field, guint meter, bbe_meter_in *in);
gboolean bb_field_read_station (BbSimField *field, guint station, bbe_station_in *in);
/* The station's inside, for those who need more than it tells. */
const BbPlantStation *bb_field_peek_station (BbSimField *field, guint station);
gint32 bb_field_get_nominal_mv (BbSimField *field);
/* What flows into a circuit (engine index) now, per phase, mA. */
void bb_field_get_flow (BbSimField *field, guint circuit, gint32 flow_ma[3]);
/* Energy of the running session, and of all sessions until now, Wh. */
gint64 bb_field_get_session_wh (BbSimField *field, guint station);
gint64 bb_field_get_total_wh (BbSimField *field, guint station);
/* Plugged vehicle's id tag is authorised from the start; a station that waits for it: */
void bb_field_set_authorised (BbSimField *field, guint station, gboolean authorised);

/* A set-point arrives at the station (phases 0: as they are). */
void bb_field_command (BbSimField *field, guint station, gint32 setpoint_ma, guint phases);
/* It was heard from its controller just now: its silence time starts anew; falls back when that passes. */
void bb_field_feed (BbSimField *field, guint station);
void bb_field_set_silence_ms (BbSimField *field, guint station,
                              gint64 silence_ms); /* 0: it never falls back */
void bb_field_set_failsafe_ma (BbSimField *field, guint station, gint32 failsafe_ma);

/* Faults of the installation, beside those of the scenario; `on` counts up, off counts down. */
typedef enum {
  BB_FIELD_METER_LOST = 0,
  BB_FIELD_METER_STUCK,
  BB_FIELD_CLAMP_OPEN,
  BB_FIELD_CLAMP_REVERSED,
  BB_FIELD_STATION_LOST,
  BB_FIELD_STATION_DEAF, /* accepts, and offers its maximum */
  BB_FIELD_STATION_FAULT,
  BB_FIELD_STATION_OUTAGE, /* restarts: off, then its power-on default */
  BB_FIELD_VEHICLE_GREEDY  /* draws all it can while it is offered anything */
} BbFieldFault;
void bb_field_set_fault (BbSimField *field, BbFieldFault fault, guint index, guint phases, gboolean on);
/* Extra load at a circuit (engine index), mA per phase, in place of the one before. */
void bb_field_set_extra_load (BbSimField *field, guint circuit, const gint32 extra_ma[3]);
/* A vehicle comes (with its own habits from the options), or goes. FALSE: the place is taken, or free. */
gboolean bb_field_plug (BbSimField *field, guint station, gint32 max_ma, guint phases, gint32 wanted_wh);
gboolean bb_field_unplug (BbSimField *field, guint station);

/* What the scenario asks of the controller's other inputs at the present second: signals (bbe_signal by
 * index, valid), overrides, reductions, as the simulator gives them to the engine. Copies what is in force
 * into `inputs`. */
void bb_field_copy_commands (BbSimField *field, BbStepInputs *inputs);
/* The controller's wall clock by the scenario: UTC ms as it believes, and whether it is known. */
gint64 bb_field_get_wall_ms (BbSimField *field, gboolean *valid);

/* Peaks, overload seconds, energies until now (transfer none): see summary.h. */
const BbSummary *bb_field_get_summary (BbSimField *field);

G_END_DECLS
