/* SPDX-License-Identifier: GPL-3.0-or-later */
/* kit.c: a site for the engine in a few lines. */
#include "kit.h"

#include <stdlib.h>
#include <string.h>

void
kit_init (kit *k)
{
  memset (k, 0, sizeof *k);
  k->config.circuits = k->circuits;
  k->config.meters = k->meters;
  k->config.groups = k->groups;
  k->config.stations = k->stations;
  k->config.signals = k->signals;
  k->config.nominal_mv = 230000;
  k->config.failsafe_acknowledged = true;
  k->config.reduced_value = 500;
  k->config.p14a.base_w = 4200;
  for (int i = 0; i < 8; i++)
    k->config.p14a.factor_permille[i] = (int16_t) (800 - 50 * i);
  k->config.p14a.other_meter = -1;
  k->in.mono_ms = 1000000;
  k->in.wall_ms = KIT_MONDAY_MS;
  k->in.wall_valid = true;
  k->in.meters = k->meters_in;
  k->in.stations = k->stations_in;
  k->in.signals = k->signals_in;
}

void
kit_clear (kit *k)
{
  free (k->engine);
  k->engine = NULL;
  k->out = NULL;
}

int
kit_circuit (kit *k, int parent, int32_t rating_ma)
{
  int i = k->config.n_circuits++;
  bbe_circuit_config *c = &k->circuits[i];

  c->parent = (int16_t) parent;
  c->meter = -1;
  c->pv_meter = -1;
  c->phases = 7;
  for (int p = 0; p < 3; p++)
    c->rating_ma[p] = rating_ma;
  return i;
}

int
kit_meter (kit *k, int circuit)
{
  int i = k->config.n_meters++;
  bbe_meter_config *m = &k->meters[i];

  m->phases = 7;
  m->is_signed = true;
  m->interval_ms = 1000;
  m->back_online_ms = 10000;
  if (circuit >= 0)
    k->circuits[circuit].meter = (int16_t) i;
  return i;
}

int
kit_group (kit *k, int circuit)
{
  int i = k->config.n_groups++;
  bbe_group_config *g = &k->groups[i];

  g->circuit = (int16_t) circuit;
  g->active = true;
  g->plug_and_play = true;
  g->online_ma = BBE_NO_LIMIT;
  g->pause_threshold_ma = 6000;
  g->solar_start_ma = 7000;
  g->turn_ms = 15 * 60 * 1000;
  g->switch_hold_ms = 60000;
  g->seed = (uint64_t) i + 1;
  return i;
}

int
kit_station (kit *k, int group, int n_phases, int first_phase)
{
  int i = k->config.n_stations++;
  bbe_station_config *s = &k->stations[i];

  s->group = (int16_t) group;
  s->circuit = group >= 0 ? k->groups[group].circuit : 0;
  s->n_phases = (uint8_t) n_phases;
  for (int p = 0; p < 3; p++)
    s->rotation[p] = (uint8_t) ((first_phase + p) % 3);
  s->commandable = true;
  s->measured = true;
  s->min_1p_ma = 6000;
  s->min_3p_ma = 6000;
  s->max_ma = 32000;
  s->step_ma = 100;
  s->reaction_ms = 2000;
  s->serial = 1000 + (uint64_t) i;
  k->stations_in[i].answers = true;
  k->stations_in[i].vehicle = BBE_VEHICLE_A;
  k->stations_in[i].wanted_wh = -1;
  return i;
}

int
kit_signal (kit *k)
{
  int i = k->config.n_signals++;

  k->signals[i].keep_ms = 60000;
  k->signals[i].lost = BBE_SIGNAL_NORMAL;
  k->signals_in[i].valid = true;
  return i;
}

bool
kit_is_below (const kit *k, int circuit, int above)
{
  for (int depth = 0; circuit >= 0 && depth <= KIT_CIRCUITS; depth++) {
    if (circuit == above)
      return true;
    circuit = k->circuits[circuit].parent;
  }
  return false;
}

unsigned
kit_wired_mask (const bbe_station_config *station, int phases)
{
  unsigned mask = 0;

  if (station->rotation_unknown)
    return 7;
  for (int t = 0; t < station->n_phases && t < phases; t++)
    mask |= 1u << station->rotation[t];
  return mask;
}

static void
include_by_circuit (kit *k)
{
  for (int s = 0; s < k->config.n_stations; s++) {
    k->stations[s].included = 0;
    for (int c = 0; c < k->config.n_circuits; c++)
      if (k->circuits[c].meter >= 0 && kit_is_below (k, k->stations[s].circuit, c))
        k->stations[s].included |= UINT64_C (1) << k->circuits[c].meter;
  }
}

bool
kit_start (kit *k)
{
  if (!k->included_is_set)
    include_by_circuit (k);
  if (k->engine == NULL)
    k->engine = malloc (bbe_sizeof ());
  memset (k->engine, 0xa5, bbe_sizeof ());
  k->out = NULL;
  return bbe_init (k->engine, &k->config, &k->fault) == BBE_OK;
}

void
kit_plug (kit *k, int station)
{
  k->stations_in[station].answers = true;
  k->stations_in[station].authorised = true;
  k->stations_in[station].vehicle = BBE_VEHICLE_B;
}

void
kit_read (kit *k, int meter, int32_t l1_ma, int32_t l2_ma, int32_t l3_ma)
{
  bbe_meter_in *m = &k->meters_in[meter];

  m->valid = true;
  m->current_ma[0] = l1_ma;
  m->current_ma[1] = l2_ma;
  m->current_ma[2] = l3_ma;
  m->power_w = (int32_t) (((int64_t) l1_ma + l2_ma + l3_ma) * 230 / 1000);
  m->power_valid = true;
  m->taken_ms = k->in.mono_ms;
}

void
kit_draw (kit *k, int station, int32_t l1_ma, int32_t l2_ma, int32_t l3_ma)
{
  bbe_station_in *s = &k->stations_in[station];

  s->measured_valid = true;
  s->measured_ma[0] = l1_ma;
  s->measured_ma[1] = l2_ma;
  s->measured_ma[2] = l3_ma;
  if (l1_ma > 0 || l2_ma > 0 || l3_ma > 0)
    s->vehicle = BBE_VEHICLE_C;
}

const bbe_outputs *
kit_step (kit *k)
{
  k->out = bbe_step (k->engine, &k->in);
  return k->out;
}

void
kit_advance (kit *k, int64_t ms)
{
  k->in.mono_ms += ms;
  k->in.wall_ms += ms;
}

/* splitmix64 (public domain, S. Vigna), so that every platform draws the same numbers. */
static uint64_t
splitmix (uint64_t *state)
{
  uint64_t z = (*state += UINT64_C (0x9e3779b97f4a7c15));

  z = (z ^ (z >> 30)) * UINT64_C (0xbf58476d1ce4e5b9);
  z = (z ^ (z >> 27)) * UINT64_C (0x94d049bb133111eb);
  return z ^ (z >> 31);
}

uint64_t
kit_random_next (kit_random *r)
{
  uint64_t value = 0;

  if (r->bytes == NULL)
    return splitmix (&r->state);
  for (int i = 0; i < 2; i++)
    value = value << 8 | (r->at < r->n_bytes ? r->bytes[r->at++] : 0);
  return value;
}

int32_t
kit_random_range (kit_random *r, int32_t low, int32_t high)
{
  if (high <= low)
    return low;
  return (int32_t) (low + (int64_t) (kit_random_next (r) % ((uint64_t) ((int64_t) high - low) + 1)));
}

bool
kit_random_chance (kit_random *r, int32_t per_thousand)
{
  return (int32_t) (kit_random_next (r) % 1000) < per_thousand;
}
