/* SPDX-License-Identifier: GPL-3.0-or-later */
/* trace-fields.c: a step's inputs as one row of numbers and back; the hash of its outputs. */
#include "simulation/trace-fields.h"

#include "simulation/trace.h"

#define SITE_FIELDS      5
#define REDUCTION_FIELDS 5
#define METER_FIELDS     10
#define STATION_FIELDS   11
#define SIGNAL_FIELDS    2

guint
bb_trace_n_fields (const BbTraceShape *shape)
{
  return SITE_FIELDS + BBE_MAX_REDUCTIONS * REDUCTION_FIELDS + shape->n_meters * METER_FIELDS
         + shape->n_stations * STATION_FIELDS + shape->n_signals * SIGNAL_FIELDS;
}

/* Differences may not overflow: a hostile or faulty clock wraps, and comes back the same. */
static gint64
minus (gint64 a, gint64 b)
{
  return (gint64) ((guint64) a - (guint64) b);
}

static gint64
plus (gint64 a, gint64 b)
{
  return (gint64) ((guint64) a + (guint64) b);
}

static gint64 *
flatten_station (const bbe_station_in *station, gint64 *at)
{
  *at++ = station->answers | station->authorised << 1 | station->measured_valid << 2;
  *at++ = station->vehicle;
  *at++ = station->phases_now;
  *at++ = station->override;
  for (guint p = 0; p < 3; p++)
    *at++ = station->measured_ma[p];
  *at++ = station->override_ma;
  *at++ = station->override_until_ms;
  *at++ = station->wanted_wh;
  *at++ = station->departure_ms;
  return at;
}

static gint64 *
flatten_meter (const bbe_meter_in *meter, gint64 mono_ms, gint64 *at)
{
  *at++ = meter->valid;
  for (guint p = 0; p < 3; p++)
    *at++ = meter->current_ma[p];
  for (guint p = 0; p < 3; p++)
    *at++ = meter->voltage_mv[p];
  *at++ = meter->power_w;
  *at++ = meter->power_valid;
  *at++ = minus (mono_ms, meter->taken_ms);
  return at;
}

void
bb_trace_flatten (const BbTraceShape *shape, const bbe_inputs *in, gint64 *at)
{
  *at++ = in->mono_ms;
  *at++ = minus (in->wall_ms, in->mono_ms);
  *at++ = in->zone_offset_s;
  *at++ = in->wall_valid;
  *at++ = in->battery_w;
  for (guint r = 0; r < BBE_MAX_REDUCTIONS; r++) {
    *at++ = in->reductions[r].scope;
    *at++ = in->reductions[r].index;
    *at++ = in->reductions[r].limit_ma;
    *at++ = in->reductions[r].limit_w;
    *at++ = in->reductions[r].until_ms;
  }
  for (guint m = 0; m < shape->n_meters; m++)
    at = flatten_meter (&in->meters[m], in->mono_ms, at);
  for (guint s = 0; s < shape->n_stations; s++)
    at = flatten_station (&in->stations[s], at);
  for (guint s = 0; s < shape->n_signals; s++) {
    *at++ = in->signals[s].valid;
    *at++ = in->signals[s].state;
  }
}

static const gint64 *
unflatten_station (const gint64 *at, bbe_station_in *station)
{
  station->answers = (at[0] & 1) != 0;
  station->authorised = (at[0] & 2) != 0;
  station->measured_valid = (at[0] & 4) != 0;
  station->vehicle = (uint8_t) at[1];
  station->phases_now = (uint8_t) at[2];
  station->override = (uint8_t) at[3];
  for (guint p = 0; p < 3; p++)
    station->measured_ma[p] = (int32_t) at[4 + p];
  station->override_ma = (int32_t) at[7];
  station->override_until_ms = at[8];
  station->wanted_wh = (int32_t) at[9];
  station->departure_ms = at[10];
  return at + STATION_FIELDS;
}

static const gint64 *
unflatten_meter (const gint64 *at, gint64 mono_ms, bbe_meter_in *meter)
{
  meter->valid = at[0] != 0;
  for (guint p = 0; p < 3; p++) {
    meter->current_ma[p] = (int32_t) at[1 + p];
    meter->voltage_mv[p] = (int32_t) at[4 + p];
  }
  meter->power_w = (int32_t) at[7];
  meter->power_valid = at[8] != 0;
  meter->taken_ms = minus (mono_ms, at[9]);
  return at + METER_FIELDS;
}

void
bb_trace_unflatten (const BbTraceShape *shape, const gint64 *at, bbe_inputs *in, bbe_meter_in *meters,
                    bbe_station_in *stations, bbe_signal_in *signals)
{
  in->mono_ms = at[0];
  in->wall_ms = plus (at[1], at[0]);
  in->zone_offset_s = (int32_t) at[2];
  in->wall_valid = at[3] != 0;
  in->battery_w = (int32_t) at[4];
  in->meters = meters;
  in->stations = stations;
  in->signals = signals;
  at += SITE_FIELDS;
  for (guint r = 0; r < BBE_MAX_REDUCTIONS; r++, at += REDUCTION_FIELDS)
    in->reductions[r] = (bbe_reduction_in){ .scope = (uint8_t) at[0],
                                            .index = (int16_t) at[1],
                                            .limit_ma = (int32_t) at[2],
                                            .limit_w = (int32_t) at[3],
                                            .until_ms = at[4] };
  for (guint m = 0; m < shape->n_meters; m++)
    at = unflatten_meter (at, in->mono_ms, &meters[m]);
  for (guint s = 0; s < shape->n_stations; s++)
    at = unflatten_station (at, &stations[s]);
  for (guint s = 0; s < shape->n_signals; s++, at += SIGNAL_FIELDS)
    signals[s] = (bbe_signal_in){ .valid = at[0] != 0, .state = (uint8_t) at[1] };
}

/* ---- outputs ---- */

static guint64
mix (guint64 hash, guint64 value)
{
  guint64 x = (hash ^ value) * G_GUINT64_CONSTANT (0x9e3779b97f4a7c15);
  return x ^ (x >> 29);
}

static guint64
hash_station (guint64 hash, const bbe_station_out *out)
{
  const bbe_reason *reason = &out->reason;
  hash = mix (hash, (guint64) (guint32) out->setpoint_ma << 32 | (guint32) out->target_ma);
  hash = mix (hash, (guint64) out->phases << 16 | (guint64) out->commanded << 8 | out->committed_mask);
  hash = mix (hash, (guint64) reason->code << 40 | (guint64) reason->limit << 32
                        | (guint64) reason->place << 24 | (guint64) reason->phase << 16
                        | (guint16) reason->index);
  hash = mix (hash, (guint32) reason->value_ma);
  return mix (hash, (guint64) reason->until_ms);
}

static guint64
hash_circuit (guint64 hash, const bbe_circuit_out *out)
{
  for (guint p = 0; p < 3; p++)
    hash = mix (hash, (guint32) out->other_ma[p]);
  for (guint r = 0; r < 4; r++)
    hash = mix (hash, (guint64) out->limit[r] << 32 | (guint32) out->share_ma[r]);
  return mix (mix (hash, out->failsafe), (guint64) out->failsafe_since_ms);
}

guint32
bb_trace_hash_outputs (const bbe_outputs *out)
{
  guint64 hash = mix (out->signal, out->revision);
  for (guint s = 0; s < out->n_stations; s++)
    hash = hash_station (hash, &out->stations[s]);
  for (guint c = 0; c < out->n_circuits; c++)
    hash = hash_circuit (hash, &out->circuits[c]);
  hash = mix (hash, (guint64) out->unchanged_until_ms);
  return (guint32) (hash ^ hash >> 32);
}
