/* SPDX-License-Identifier: GPL-3.0-or-later */
/* init.c: from a checked configuration to an engine that can be stepped; saving and restoring its state. */
#include "engine/config.h"
#include "engine/internal.h"

#include <string.h>

#define STATE_MAGIC 0x3145424255534245ull /* "EBSUBBE1" */

static uint64_t
fold (uint64_t hash, int64_t value)
{
  /* FNV-1a over the value's eight bytes */
  for (int i = 0; i < 8; i++)
    hash = (hash ^ (((uint64_t) value >> (8 * i)) & 0xff)) * 0x100000001b3ull;
  return hash;
}

static uint64_t
config_hash (const bbe_config *in)
{
  uint64_t h = 0xcbf29ce484222325ull;

  h = fold (h, in->n_circuits * 65536 + in->n_meters);
  h = fold (h, in->n_groups * 65536 + in->n_stations);
  h = fold (h, in->n_signals);
  for (uint16_t i = 0; i < in->n_circuits; i++)
    h = fold (fold (h, in->circuits[i].parent * 65536 + in->circuits[i].meter), in->circuits[i].rating_ma[0]);
  for (uint16_t i = 0; i < in->n_groups; i++)
    h = fold (fold (h, in->groups[i].circuit * 65536 + in->groups[i].mode * 256 + in->groups[i].balancer),
              in->groups[i].online_ma);
  for (uint16_t i = 0; i < in->n_stations; i++) {
    const bbe_station_config *s = &in->stations[i];

    h = fold (fold (h, (int64_t) s->serial), (int64_t) s->circuit * 65536 + s->group);
    h = fold (fold (h, s->min_3p_ma), s->max_ma);
  }
  return h;
}

static void
derive_meters_of_groups (bbe_conf *conf)
{
  for (int i = 0; i < conf->n_stations; i++) {
    const bbe_station_config *s = &conf->stations[i].c;

    for (int c = s->circuit; c >= 0 && s->group >= 0; c = conf->circuits[c].c.parent)
      if (conf->circuits[c].c.meter >= 0)
        conf->groups[s->group].meters |= 1ull << conf->circuits[c].c.meter;
  }
  for (int g = 0; g < conf->n_groups; g++)
    for (int c = conf->groups[g].c.circuit; c >= 0; c = conf->circuits[c].c.parent)
      if (conf->circuits[c].c.meter >= 0)
        conf->groups[g].meters |= 1ull << conf->circuits[c].c.meter;
}

static void
derive_groups (bbe_conf *conf, const bbe_config *in)
{
  for (int g = 0; g < conf->n_groups; g++) {
    bbe_group_conf *group = &conf->groups[g];

    group->solar_circuit = (int16_t) bbe_measured_root (in, group->c.circuit);
    group->solar_group = -1;
    if (group->c.mode != BBE_MODE_SOLAR)
      continue;
    group->solar_group = (int16_t) g;
    for (int other = g - 1; other >= 0; other--)
      if (conf->groups[other].solar_group >= 0 && conf->groups[other].solar_circuit == group->solar_circuit)
        group->solar_group = conf->groups[other].solar_group;
  }
}

/* Whether stations of normal mode, or of the others, hang under `circuit`. */
static bool
has_mode (const bbe_conf *conf, int circuit, bool normal)
{
  for (int i = 0; i < conf->n_stations; i++) {
    const bbe_station_config *s = &conf->stations[i].c;

    if (s->group < 0 || (conf->groups[s->group].c.mode == BBE_MODE_NORMAL) != normal)
      continue;
    for (int c = s->circuit; c >= 0; c = conf->circuits[c].c.parent)
      if (c == circuit)
        return true;
  }
  return false;
}

static void
derive_circuits (bbe_conf *conf)
{
  for (int c = 0; c < conf->n_circuits; c++) {
    bbe_circuit_conf *circuit = &conf->circuits[c];
    const int32_t *g = circuit->c.generation_ma;

    circuit->has_generation = g[0] > 0 || g[1] > 0 || g[2] > 0 || circuit->c.pv_meter >= 0;
    for (int p = 0; p < 3; p++) {
      bool supply = circuit->c.supply_max_ma > 0 && circuit->c.meter >= 0
                    && circuit->c.supply_max_ma < circuit->c.rating_ma[p];

      circuit->limit_ma[p] = supply ? circuit->c.supply_max_ma : circuit->c.rating_ma[p];
      circuit->limit[p] = supply ? BBE_LIMIT_SUPPLY : BBE_LIMIT_RATING;
    }
    circuit->normal_only = !has_mode (conf, c, false);
    conf->unbalances |= circuit->c.unbalance_ma > 0;
    circuit->steady = circuit->c.meter < 0 && circuit->c.pv_meter < 0;
    circuit->mixed = circuit->has_generation && !circuit->normal_only && has_mode (conf, c, true);
  }
}

static void
add_to_path (bbe_path *path, int node)
{
  path->node[path->n++] = (uint16_t) node;
}

static void
derive_path (bbe_conf *conf, const bbe_station_conf *s, bbe_path *path)
{
  int groups_from = 2 * conf->n_circuits;
  bool normal = s->c.group >= 0 && conf->groups[s->c.group].c.mode == BBE_MODE_NORMAL;

  path->n = 0;
  for (int c = s->c.circuit; c >= 0; c = conf->circuits[c].c.parent) {
    add_to_path (path, c);
    if (normal && conf->circuits[c].mixed)
      add_to_path (path, conf->n_circuits + c);
  }
  if (s->c.group < 0)
    return;
  add_to_path (path, groups_from + s->c.group);
  add_to_path (path, conf->n_nodes - 1);
  /* Last, so that a path without it is the same path, one shorter. */
  if (s->solar_node >= 0)
    add_to_path (path, s->solar_node);
}

static void
find_path (bbe_conf *conf, int i)
{
  bbe_station_conf *s = &conf->stations[i];

  s->solar_node = -1;
  if (s->c.group >= 0 && conf->groups[s->c.group].solar_group >= 0)
    s->solar_node = (int16_t) (2 * conf->n_circuits + conf->n_groups + conf->groups[s->c.group].solar_group);
  for (int j = 0; j < i; j++)
    if (conf->stations[j].c.circuit == s->c.circuit && conf->stations[j].c.group == s->c.group) {
      s->path = conf->stations[j].path;
      return;
    }
  s->path = conf->n_paths++;
  derive_path (conf, s, &conf->paths[s->path]);
}

/* The ring must reach back as far as a meter's lag and its delivery; BBE_RING - 1 whole slots are for that.
 */
static void
derive_ring (bbe_conf *conf, bbe_station_conf *s)
{
  int32_t lag = 0;

  for (int m = 0; m < conf->n_meters; m++)
    if ((s->c.included >> m) & 1)
      lag = bbe_max32 (lag, conf->meters[m].lag_ms);

  s->ring_slot_ms = bbe_max32 (1000, (lag + 1000) / (BBE_RING - 2));
  conf->ring_span_ms = bbe_max32 (conf->ring_span_ms, BBE_RING * s->ring_slot_ms);
  s->proof_circuit = -1;
  for (int c = s->c.circuit; c >= 0 && s->proof_circuit < 0; c = conf->circuits[c].c.parent)
    if (conf->circuits[c].c.meter >= 0 && ((s->c.included >> conf->circuits[c].c.meter) & 1)
        && !conf->meters[conf->circuits[c].c.meter].total_only)
      s->proof_circuit = (int16_t) c;
}

/* What one meter proved of an unmeasured station holds for that meter's readings alone: another one is read
 * at another time. */
static void
derive_read_in (const bbe_conf *conf, bbe_station_conf *s)
{
  s->read_in = s->c.included;
  if (!s->c.measured)
    s->read_in = s->proof_circuit < 0 ? 0 : 1ull << conf->circuits[s->proof_circuit].c.meter;
}

static void
derive_station (bbe_conf *conf, const bbe_config *in, int i)
{
  bbe_station_conf *s = &conf->stations[i];

  s->wired = bbe_wired_mask (in, &s->c);
  s->single = s->c.rotation_unknown ? s->wired : (uint8_t) (1u << s->c.rotation[0]);
  s->slow = s->c.reaction_ms > BBE_SLOW_MS;
  if (s->c.socket) {
    s->c.min_1p_ma = s->c.max_ma;
    s->c.min_3p_ma = s->c.max_ma;
  }
  conf->switches |= s->c.can_switch;
  conf->unmeasured |= !s->c.measured;
  find_path (conf, i);
  derive_ring (conf, s);
  derive_read_in (conf, s);
}

static void
derive_used (bbe_conf *conf)
{
  for (int n = 0; n < conf->n_nodes; n++) {
    bool used = n < conf->n_circuits;

    for (int k = 0; k < conf->n_paths && !used; k++)
      for (int at = 0; at < conf->paths[k].n; at++)
        used |= conf->paths[k].node[at] == n;
    if (used)
      conf->used[conf->n_used++] = (uint16_t) n;
  }
}

static void
copy_config (bbe_conf *conf, const bbe_config *in)
{
  conf->n_circuits = in->n_circuits;
  conf->n_meters = in->n_meters;
  conf->n_groups = in->n_groups;
  conf->n_stations = in->n_stations;
  conf->n_signals = in->n_signals;
  conf->n_nodes = (uint16_t) (2 * in->n_circuits + 2 * in->n_groups + 1);
  conf->reduced_kind = in->reduced_kind;
  conf->reduced_value = in->reduced_value;
  conf->battery = in->battery;
  conf->nominal_mv = in->nominal_mv;
  conf->p14a = in->p14a;
  conf->hash = config_hash (in);
  for (int i = 0; i < in->n_circuits; i++)
    conf->circuits[i].c = in->circuits[i];
  for (int i = 0; i < in->n_meters; i++)
    conf->meters[i] = in->meters[i];
  for (int i = 0; i < in->n_groups; i++)
    conf->groups[i].c = in->groups[i];
  for (int i = 0; i < in->n_stations; i++)
    conf->stations[i].c = in->stations[i];
  for (int i = 0; i < in->n_signals; i++)
    conf->signals[i] = in->signals[i];
}

static void
reset_station (bbe_station_state *s, const bbe_station_conf *conf)
{
  s->older_since_ms = BBE_ALWAYS;
  s->hold_since_ms = BBE_NEVER;
  s->turned_ms = BBE_ALWAYS;
  s->waiting_since_ms = BBE_NEVER;
  s->quiet_since_ms = BBE_NEVER;
  s->idle_since_ms = BBE_NEVER;
  s->sun_ms = BBE_NEVER;
  s->switch_ms = BBE_NEVER;
  s->switched_ms = BBE_ALWAYS;
  s->ring_ms = BBE_NEVER;
  s->moved_ms = BBE_ALWAYS;
  /* Nobody knows what it was told before: it may still draw its maximum (ENGINE.md, "no saved state"). */
  s->older_ma = conf->c.max_ma;
  s->cap_ma = BBE_NO_LIMIT;
  s->used = conf->wired;
  s->phases = conf->c.n_phases;
}

static void
reset_state (bbe_engine *e)
{
  bbe_state *state = &e->state;

  memset (state, 0, sizeof *state);
  state->site.mono_ms = BBE_ALWAYS;
  state->site.certain_changed_ms = BBE_ALWAYS;
  for (int m = 0; m < e->conf.n_meters; m++) {
    state->meters[m].taken_ms = BBE_ALWAYS;
    state->meters[m].low_since_ms = BBE_NEVER;
    state->meters[m].good_since_ms = BBE_NEVER;
    state->meters[m].failed_since_ms = BBE_NEVER;
    state->meters[m].stuck_since_ms = BBE_NEVER;
  }
  for (int c = 0; c < e->conf.n_circuits; c++) {
    state->circuits[c].peak.window = BBE_ALWAYS;
    state->circuits[c].peak.month = -1;
    state->circuits[c].peak.limit_w = e->conf.circuits[c].c.peak.initial_w;
  }
  for (int i = 0; i < e->conf.n_signals; i++)
    state->site.signals[i].lost_ms = BBE_NEVER;
  for (int i = 0; i < e->conf.n_stations; i++)
    reset_station (&state->stations[i], &e->conf.stations[i]);
}

static void
reset_outputs (bbe_engine *e)
{
  e->out.n_stations = e->conf.n_stations;
  e->out.n_circuits = e->conf.n_circuits;
  e->out.stations = e->station_out;
  e->out.circuits = e->circuit_out;
  e->memory.valid = false;
  e->work.dirty = true;
}

size_t
bbe_sizeof (void)
{
  return sizeof (bbe_engine);
}

bbe_status
bbe_init (bbe_engine *engine, const bbe_config *config, bbe_fault *fault)
{
  bbe_status status = bbe_config_check (config, fault);

  if (status != BBE_OK)
    return status;
  memset (engine, 0, sizeof *engine);
  copy_config (&engine->conf, config);
  derive_groups (&engine->conf, config);
  derive_circuits (&engine->conf);
  for (int i = 0; i < engine->conf.n_stations; i++)
    derive_station (&engine->conf, config, i);
  derive_used (&engine->conf);
  derive_meters_of_groups (&engine->conf);
  reset_state (engine);
  reset_outputs (engine);
  if (fault != NULL)
    fault->status = BBE_OK;
  return BBE_OK;
}

typedef struct state_head {
  uint64_t magic;
  uint64_t hash;
  uint64_t size;
  uint64_t sum; /* of all that follows: a state that was damaged is refused */
} state_head;

static uint64_t
sum_bytes (const uint8_t *bytes, size_t n)
{
  uint64_t h = 0xcbf29ce484222325ull;

  for (size_t i = 0; i < n; i++)
    h = (h ^ bytes[i]) * 0x100000001b3ull;
  return h;
}

size_t
bbe_save_size (const bbe_engine *engine)
{
  const bbe_conf *conf = &engine->conf;

  return sizeof (state_head) + sizeof (bbe_site_state) + conf->n_meters * sizeof (bbe_meter_state)
         + conf->n_circuits * sizeof (bbe_circuit_state) + conf->n_stations * sizeof (bbe_station_state);
}

static uint8_t *
put (uint8_t *at, const void *from, size_t size)
{
  memcpy (at, from, size);
  return at + size;
}

static const uint8_t *
take (const uint8_t *at, void *to, size_t size)
{
  memcpy (to, at, size);
  return at + size;
}

void
bbe_save (const bbe_engine *engine, void *buffer, size_t size)
{
  const bbe_conf *conf = &engine->conf;
  state_head head = { STATE_MAGIC, conf->hash, bbe_save_size (engine), 0 };
  uint8_t *at = buffer;

  if (size != head.size)
    return;
  at += sizeof head;
  at = put (at, &engine->state.site, sizeof engine->state.site);
  at = put (at, engine->state.meters, conf->n_meters * sizeof (bbe_meter_state));
  at = put (at, engine->state.circuits, conf->n_circuits * sizeof (bbe_circuit_state));
  put (at, engine->state.stations, conf->n_stations * sizeof (bbe_station_state));
  head.sum = sum_bytes ((const uint8_t *) buffer + sizeof head, size - sizeof head);
  put (buffer, &head, sizeof head);
}

bbe_status
bbe_restore (bbe_engine *engine, const void *buffer, size_t size)
{
  const bbe_conf *conf = &engine->conf;
  const uint8_t *at = buffer;
  state_head head;

  reset_state (engine);
  reset_outputs (engine);
  if (size != bbe_save_size (engine))
    return BBE_BAD_STATE;
  at = take (at, &head, sizeof head);
  if (head.magic != STATE_MAGIC || head.hash != conf->hash || head.size != size
      || head.sum != sum_bytes (at, size - sizeof head))
    return BBE_BAD_STATE;
  at = take (at, &engine->state.site, sizeof engine->state.site);
  at = take (at, engine->state.meters, conf->n_meters * sizeof (bbe_meter_state));
  at = take (at, engine->state.circuits, conf->n_circuits * sizeof (bbe_circuit_state));
  take (at, engine->state.stations, conf->n_stations * sizeof (bbe_station_state));
  engine->out.revision = engine->state.site.revision;
  return BBE_OK;
}
