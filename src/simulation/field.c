/* SPDX-License-Identifier: GPL-3.0-or-later */
/* field.c: a run of the simulator without its engine: inputs, sessions, scenario and plant, commanded from
 * outside. */
#include "simulation/field.h"

#include <string.h>

#include "simulation/plant-internal.h"
#include "simulation/run-internal.h"

struct _BbField {
  BbSimOptions *options;  /* (owned) */
  BbRun *run;             /* (owned) */
  gint32 (*extra_ma)[3];  /* (owned) (array) per circuit: what bb_field_set_extra_load() put on top */
  gint64 *done_mws;       /* (owned) (array) per station: energy of sessions that ended */
  gboolean *never_silent; /* (owned) (array) per station */
};

/* `snapshot` (nullable): where to start. */
static BbSimField *
make_field (const BbSimOptions *options, GBytes *snapshot, GError **error)
{
  g_autoptr (BbSimField) field = g_new0 (BbSimField, 1);

  field->options = bb_sim_options_copy (options);
  g_clear_pointer (&field->options->result_path, g_free);
  g_clear_pointer (&field->options->trace_path, g_free);
  field->options->observer = NULL;
  field->options->tap = NULL;
  field->run = bb_run_new (field->options, error);
  if (field->run == NULL || (snapshot != NULL && !bb_run_restore (field->run, snapshot, error)))
    return NULL;
  bb_run_record_init (field->run);
  bb_run_record_again (field->run);
  field->extra_ma = g_malloc0_n (MAX (field->run->plant->n_circuits, 1), sizeof *field->extra_ma);
  field->done_mws = g_new0 (gint64, MAX (field->run->plant->n_stations, 1));
  field->never_silent = g_new0 (gboolean, MAX (field->run->plant->n_stations, 1));
  return g_steal_pointer (&field);
}

BbSimField *
bb_field_new (const BbSimOptions *options, GError **error)
{
  return make_field (options, NULL, error);
}

/* The simulator's state at `start_ms`: from its last hourly snapshot, and on from there. */
static GBytes *
simulate_until (const BbSimOptions *options, gint64 start_ms, GError **error)
{
  g_autoptr (GBytes) hour = bb_sim_snapshot_at (options, start_ms, NULL, error);
  g_autoptr (BbSimField) scratch = hour != NULL ? make_field (options, hour, error) : NULL;

  if (scratch == NULL)
    return NULL;
  if (!bb_run_until (scratch->run, start_ms, error))
    return NULL;
  return bb_run_save (scratch->run, start_ms);
}

BbSimField *
bb_field_new_at (const BbSimOptions *options, gint64 start_ms, GError **error)
{
  g_autoptr (GBytes) state = NULL;

  if (start_ms <= options->from_ms)
    return bb_field_new (options, error);
  state = simulate_until (options, start_ms, error);
  return state != NULL ? make_field (options, state, error) : NULL;
}

GBytes *
bb_field_save_engine (BbSimField *field)
{
  gsize size = bbe_save_size (field->run->engine);
  guint8 *state = g_malloc (size);

  bbe_save (field->run->engine, state, size);
  return g_bytes_new_take (state, size);
}

void
bb_field_free (BbSimField *field)
{
  if (field == NULL)
    return;
  g_clear_pointer (&field->run, bb_run_free);
  g_clear_pointer (&field->options, bb_sim_options_free);
  g_free (field->extra_ma);
  g_free (field->done_mws);
  g_free (field->never_silent);
  g_free (field);
}

const BbEngineConfig *
bb_field_get_config (BbSimField *field)
{
  return field->run->config;
}

gint64
bb_field_get_now_ms (BbSimField *field)
{
  return field->run->now_ms;
}

gint64
bb_field_get_from_ms (BbSimField *field)
{
  return field->run->from_ms;
}

gint64
bb_field_get_until_ms (BbSimField *field)
{
  return field->run->until_ms;
}

/* ---- time ---- */

gboolean
bb_field_begin (BbSimField *field, gint64 now_ms, GError **error)
{
  field->run->now_ms = MAX (field->run->now_ms, now_ms);
  if (!bb_run_events (field->run, error))
    return FALSE;
  bb_plant_sample_meters (field->run->plant, field->run->now_ms);
  return TRUE;
}

void
bb_field_end (BbSimField *field)
{
  bb_plant_settle (field->run->plant, field->run->now_ms);
  bb_run_record_flows (field->run);
}

void
bb_field_settle (BbSimField *field, gint64 now_ms)
{
  if (now_ms <= field->run->now_ms)
    return;
  field->run->now_ms = now_ms;
  bb_field_end (field);
}

/* ---- what it shows ---- */

gboolean
bb_field_read_meter (BbSimField *field, guint meter, bbe_meter_in *in)
{
  const BbPlant *plant = field->run->plant;
  const BbPlantMeter *own = &bb_plant_meters (plant)[meter];

  return !own->lost && bb_plant_read_meter (plant, own, in);
}

gboolean
bb_field_read_station (BbSimField *field, guint station, bbe_station_in *in)
{
  return bb_plant_read_station (field->run->plant, station, field->run->now_ms, in);
}

const BbPlantStation *
bb_field_peek_station (BbSimField *field, guint station)
{
  return &bb_plant_stations (field->run->plant)[station];
}

gint32
bb_field_get_nominal_mv (BbSimField *field)
{
  return field->run->plant->nominal_mv;
}

void
bb_field_get_flow (BbSimField *field, guint circuit, gint32 flow_ma[3])
{
  memcpy (flow_ma, bb_plant_circuits (field->run->plant)[circuit].flow_ma, 3 * sizeof *flow_ma);
}

gint64
bb_field_get_session_wh (BbSimField *field, guint station)
{
  BbPlant *plant = field->run->plant;

  return bb_plant_delivered (plant, &bb_plant_stations (plant)[station], field->run->now_ms) / 3600000;
}

gint64
bb_field_get_total_wh (BbSimField *field, guint station)
{
  BbPlant *plant = field->run->plant;
  const BbPlantStation *own = &bb_plant_stations (plant)[station];
  gint64 done = field->done_mws[station] + field->run->summary->stations[station].delivered_mws;

  return (done + (own->plugged ? bb_plant_delivered (plant, own, field->run->now_ms) : 0)) / 3600000;
}

void
bb_field_set_authorised (BbSimField *field, guint station, gboolean authorised)
{
  bb_plant_stations (field->run->plant)[station].authorised = authorised != FALSE;
}

/* ---- what it is told ---- */

void
bb_field_command (BbSimField *field, guint station, gint32 setpoint_ma, guint phases)
{
  bb_plant_command (field->run->plant, station, setpoint_ma, phases, field->run->now_ms);
}

void
bb_field_feed (BbSimField *field, guint station)
{
  BbPlantStation *own = &bb_plant_stations (field->run->plant)[station];

  if (field->never_silent[station] || own->lost || own->dark)
    return;
  own->silence_due_ms = G_MAXINT64;
  bb_plant_uncommand (field->run->plant, station, field->run->now_ms);
  /* It offers its fail-safe current, and what it was told just now is still on its way: it falls back from
   * that. */
  if (own->silence_due_ms == G_MAXINT64 && own->sent_ma != own->failsafe_ma) {
    own->silence_due_ms = field->run->now_ms + own->silence_ms;
    bb_plant_station_update (field->run->plant, station, field->run->now_ms);
  }
}

void
bb_field_set_silence_ms (BbSimField *field, guint station, gint64 silence_ms)
{
  BbPlantStation *own = &bb_plant_stations (field->run->plant)[station];

  field->never_silent[station] = silence_ms <= 0;
  own->silence_ms = (gint32) CLAMP (silence_ms, 1, G_MAXINT32);
  if (silence_ms <= 0)
    own->silence_due_ms = G_MAXINT64;
}

void
bb_field_set_failsafe_ma (BbSimField *field, guint station, gint32 failsafe_ma)
{
  BbPlantStation *own = &bb_plant_stations (field->run->plant)[station];

  own->failsafe_ma = CLAMP (failsafe_ma, 0, own->max_ma);
}

/* ---- what goes wrong ---- */

void
bb_field_set_fault (BbSimField *field, BbFieldFault fault, guint index, guint phases, gboolean on)
{
  BbPlant *plant = field->run->plant;
  gint64 now_ms = field->run->now_ms;

  switch (fault) {
  case BB_FIELD_METER_LOST:
    bb_plant_meter_lost (plant, index, now_ms, on);
    break;
  case BB_FIELD_METER_STUCK:
    bb_plant_meter_stuck (plant, index, now_ms, on);
    break;
  case BB_FIELD_CLAMP_OPEN:
    bb_plant_clamp_open (plant, index, phases, now_ms, on);
    break;
  case BB_FIELD_CLAMP_REVERSED:
    bb_plant_clamp_reversed (plant, index, phases, now_ms, on);
    break;
  case BB_FIELD_STATION_LOST:
    bb_plant_station_lost (plant, index, now_ms, on);
    break;
  case BB_FIELD_STATION_DEAF:
    bb_plant_station_deaf (plant, index, now_ms, on);
    break;
  case BB_FIELD_STATION_FAULT:
    bb_plant_station_fault (plant, index, now_ms, on);
    break;
  case BB_FIELD_VEHICLE_GREEDY:
    bb_plant_greedy (plant, index, now_ms, on);
    break;
  case BB_FIELD_STATION_OUTAGE:
  default:
    bb_plant_outage (plant, index, now_ms, on);
    break;
  }
}

void
bb_field_set_extra_load (BbSimField *field, guint circuit, const gint32 extra_ma[3])
{
  BbRun *run = field->run;

  for (guint p = 0; p < 3; p++) {
    run->extra_ma[circuit][p] += extra_ma[p] - field->extra_ma[circuit][p];
    field->extra_ma[circuit][p] = extra_ma[p];
  }
  bb_run_apply_load (run, circuit);
}

gboolean
bb_field_plug (BbSimField *field, guint station, gint32 max_ma, guint phases, gint32 wanted_wh)
{
  BbRun *run = field->run;
  const BbPlantDefaults *habits = &field->options->plant;
  const BbPlantStation *own = bb_field_peek_station (field, station);
  BbVehicle car = {
    .min_ma = habits->vehicle_min_ma,
    .max_ma = max_ma > 0 ? MIN (max_ma, own->max_ma) : own->max_ma,
    .under_ma = habits->vehicle_under_ma,
    .dead_band_ma = habits->vehicle_dead_band_ma,
    .reaction_ms = habits->vehicle_reaction_ms,
    .taper_permille = 1000,
    .quantum_ma = habits->draw_quantum_ma,
    .n_phases = (guint8) (phases > 0 ? MIN (phases, own->n_phases) : own->n_phases),
    .wanted_mws = (wanted_wh > 0 ? (gint64) wanted_wh : 100000) * 3600000,
  };

  if (own->plugged)
    return FALSE;
  bb_plant_plug (run->plant, station, &car, run->now_ms);
  return TRUE;
}

gboolean
bb_field_unplug (BbSimField *field, guint station)
{
  BbRun *run = field->run;

  /* A vehicle of the site's sessions leaves when its session says so. */
  if (!bb_field_peek_station (field, station)->plugged || run->at_station[station] >= 0)
    return FALSE;
  field->done_mws[station] += bb_plant_unplug (run->plant, station, run->now_ms);
  return TRUE;
}

/* ---- the controller's other inputs ---- */

void
bb_field_copy_commands (BbSimField *field, BbStepInputs *inputs)
{
  const BbStepInputs *own = field->run->inputs;

  memcpy (inputs->signals, own->signals, own->n_signals * sizeof *own->signals);
  memcpy (inputs->inputs.reductions, own->inputs.reductions, sizeof own->inputs.reductions);
  for (guint s = 0; s < own->n_stations; s++) {
    inputs->stations[s].override = own->stations[s].override;
    inputs->stations[s].override_ma = own->stations[s].override_ma;
    inputs->stations[s].override_until_ms = own->stations[s].override_until_ms;
  }
}

gint64
bb_field_get_wall_ms (BbSimField *field, gboolean *valid)
{
  if (valid != NULL)
    *valid = field->run->wall_invalid == 0;
  return field->run->now_ms + field->run->wall_jump_ms;
}

const BbSummary *
bb_field_get_summary (BbSimField *field)
{
  bb_run_record_flows (field->run);
  bb_run_record_now (field->run);
  return field->run->summary;
}
