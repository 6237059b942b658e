/* SPDX-License-Identifier: GPL-3.0-or-later */
/* rows.c: what each row leaves for stations, and which limit made it so.
 *
 * Nodes: the circuits; a twin of each circuit for stations in normal mode, where stations in other modes
 * may use generation that these may not; the groups; a surplus node a group; the site.
 */
#include "engine/internal.h"

/* Section 14a converts at this voltage (ENGINE.md step 2). */
#define P14A_MV 230000

void
bbe_row_limit (bbe_engine *e, int node, int row, int64_t cap_ma, int limit, int64_t value_ma)
{
  int32_t cap = bbe_clamp_ma (cap_ma);

  if (cap >= e->work.nodes[node].cap_ma[row])
    return;
  e->work.nodes[node].cap_ma[row] = cap;
  e->work.why[node][row].limit = (uint8_t) limit;
  e->work.why[node][row].value_ma = bbe_clamp_ma (value_ma);
}

static void
clear_node (bbe_engine *e, int node)
{
  for (int r = 0; r < BBE_ROWS_PER_NODE; r++) {
    e->work.nodes[node].cap_ma[r] = BBE_NO_LIMIT;
    e->work.why[node][r].limit = BBE_LIMIT_NONE;
  }
}

static bool
meter_failed (const bbe_engine *e, int m)
{
  return m >= 0 && e->state.meters[m].failed_since_ms != BBE_NEVER;
}

/* ---- other load ---- */

/* Current of generation that is measured apart; 0 when that meter is lost. */
static int32_t
pv_ma (const bbe_engine *e, const bbe_inputs *in, int c, int p)
{
  int m = e->conf.circuits[c].c.pv_meter;
  int64_t ma;

  if (m < 0 || meter_failed (e, m) || !in->meters[m].valid)
    return 0;
  ma = in->meters[m].current_ma[p];
  return bbe_clamp_ma (ma < 0 ? -ma : ma);
}

static int32_t
declared_ma (const bbe_engine *e, int c, int p)
{
  return e->conf.circuits[c].c.stations_only ? 0 : e->conf.circuits[c].c.other_load_ma[p];
}

/* Other load of a circuit as the rows use it; negative only where generation is declared. */
static void
settle_other (bbe_engine *e, const bbe_inputs *in, int c)
{
  const bbe_circuit_conf *circuit = &e->conf.circuits[c];
  int m = circuit->c.meter;
  bool failed = meter_failed (e, m);
  bool total = m >= 0 && e->conf.meters[m].total_only;
  int64_t sum = 0;

  for (int p = 0; p < 3; p++) {
    int64_t net = declared_ma (e, c, p);

    if (failed)
      net += circuit->c.reserve_ma;
    else if (m >= 0 && !total)
      net = (int64_t) e->state.circuits[c].other_ma[p] - pv_ma (e, in, c, p);
    if (!circuit->has_generation)
      net = bbe_max64 (net, 0);
    if (!((circuit->c.phases >> p) & 1))
      net = 0;
    e->work.net_ma[c][p] = bbe_clamp_ma (net);
    sum += net;
  }
  if (total && !failed)
    sum = circuit->has_generation ? e->state.circuits[c].other_ma[0]
                                  : bbe_max32 (0, e->state.circuits[c].other_ma[0]);
  e->work.net_total_ma[c] = sum;
}

/* ---- circuits ---- */

static int32_t
voltage_mv (const bbe_engine *e, const bbe_inputs *in, int c)
{
  int32_t mv = e->conf.nominal_mv;
  int m = e->conf.circuits[c].c.meter;

  for (int p = 0; p < 3 && m >= 0; p++)
    mv = bbe_max32 (mv, bbe_min32 (in->meters[m].voltage_mv[p], 1000000));
  return mv;
}

static void
limit_total_w (bbe_engine *e, int node, int64_t limit_w, int32_t mv, int64_t other_ma, int limit)
{
  int64_t ma = bbe_w_to_ma (limit_w, mv);

  bbe_row_limit (e, node, BBE_TOTAL, ma - other_ma, limit, ma);
}

/* The rows of one node of circuit `c`; its twin for normal mode has other load floored at 0. They are the
 * first that a node gets. */
static void
circuit_rows (bbe_engine *e, const bbe_inputs *in, int c, int node, bool floored)
{
  const bbe_circuit_conf *circuit = &e->conf.circuits[c];
  bool failed = meter_failed (e, circuit->c.meter);
  int64_t other = floored ? bbe_max64 (0, e->work.net_total_ma[c]) : e->work.net_total_ma[c];

  for (int p = 0; p < 3; p++) {
    int64_t net = floored ? bbe_max32 (0, e->work.net_ma[c][p]) : e->work.net_ma[c][p];

    if (!((circuit->c.phases >> p) & 1))
      continue;
    e->work.nodes[node].cap_ma[p] = bbe_clamp_ma (circuit->limit_ma[p] - net);
    e->work.why[node][p].limit = failed ? BBE_LIMIT_FAILSAFE : circuit->limit[p];
    e->work.why[node][p].value_ma = circuit->limit_ma[p];
  }
  if (circuit->c.total_limit_w > 0)
    limit_total_w (e, node, circuit->c.total_limit_w, voltage_mv (e, in, c), other, BBE_LIMIT_TOTAL);
}

bool
bbe_group_failsafe (const bbe_engine *e, int group, int64_t *since_ms)
{
  uint64_t meters = e->conf.groups[group].meters;
  int64_t since = BBE_NEVER;

  for (int m = 0; meters != 0; m++, meters >>= 1)
    if (meters & 1)
      since = bbe_min64 (since, e->state.meters[m].failed_since_ms);
  if (since_ms != NULL)
    *since_ms = since;
  return since != BBE_NEVER;
}

/* ---- groups ---- */

static void
group_rows (bbe_engine *e, int g)
{
  const bbe_group_conf *group = &e->conf.groups[g];
  int node = 2 * e->conf.n_circuits + g;
  bool offline = group->meters == 0 || bbe_group_failsafe (e, g, NULL);
  /* Never more without the measurement than with it. */
  int32_t limit = offline ? bbe_min32 (group->c.offline_ma, group->c.online_ma) : group->c.online_ma;
  int32_t share;

  for (int p = 0; p < 3; p++) {
    if (limit != BBE_NO_LIMIT)
      bbe_row_limit (e, node, p, limit, offline ? BBE_LIMIT_GROUP_OFFLINE : BBE_LIMIT_GROUP_ONLINE, limit);
    if (e->work.signal != BBE_SIGNAL_REDUCED || e->conf.reduced_kind != BBE_REDUCED_SHARE)
      continue;
    share = group->c.online_ma != BBE_NO_LIMIT ? group->c.online_ma
                                               : e->conf.circuits[group->c.circuit].c.rating_ma[p];
    share = (int32_t) ((int64_t) share * e->conf.reduced_value / 1000);
    bbe_row_limit (e, node, p, share, BBE_LIMIT_REDUCED, share);
  }
}

/* The site battery as current a phase that the surplus gains (ENGINE.md, "car first", "battery first"). */
static int64_t
battery_ma (const bbe_engine *e, const bbe_inputs *in, uint8_t phases)
{
  int n = (phases & 1) + ((phases >> 1) & 1) + ((phases >> 2) & 1);
  int64_t w = in->battery_w;

  if (e->conf.battery == BBE_BATTERY_NONE)
    return 0;
  if (e->conf.battery == BBE_BATTERY_BATTERY_FIRST && w > 0)
    w = 0;
  return bbe_w_to_ma (w, e->conf.nominal_mv) / n;
}

/* Draw of stations that are load to the group's surplus: all but those in solar mode on the same circuit. */
static void
add_other_stations (const bbe_engine *e, int leader, int64_t surplus_ma[3])
{
  int m = e->conf.circuits[e->conf.groups[leader].solar_circuit].c.meter;
  int64_t window_ms = e->conf.meters[m].lag_ms;

  for (int i = 0; i < e->conf.n_stations; i++) {
    const bbe_station_conf *s = &e->conf.stations[i];
    bool ours = s->c.group >= 0 && e->conf.groups[s->c.group].solar_group == leader;

    if (!ours && ((s->read_in >> m) & 1))
      for (int p = 0; p < 3; p++)
        surplus_ma[p] -= bbe_certain_over_ma (e, i, p, window_ms);
  }
}

/* T-08: what would be exported with the stations of solar mode taken out, per phase or netted. */
static void
surplus_rows (bbe_engine *e, const bbe_inputs *in, int leader)
{
  const bbe_group_conf *group = &e->conf.groups[leader];
  const bbe_circuit_config *circuit = &e->conf.circuits[group->solar_circuit].c;
  int node = 2 * e->conf.n_circuits + e->conf.n_groups + leader;
  int64_t surplus[3], sum = 0, least = INT64_MAX;

  for (int p = 0; p < 3; p++)
    surplus[p] = -(int64_t) e->work.net_ma[group->solar_circuit][p] + battery_ma (e, in, circuit->phases);
  add_other_stations (e, leader, surplus);
  for (int p = 0; p < 3; p++)
    if ((circuit->phases >> p) & 1) {
      sum += surplus[p];
      least = bbe_min64 (least, surplus[p]);
      if (!group->c.solar_netted)
        bbe_row_limit (e, node, p, surplus[p], BBE_LIMIT_SOLAR, surplus[p]);
    }
  if (group->c.solar_netted || e->conf.meters[circuit->meter].total_only)
    bbe_row_limit (e, node, BBE_TOTAL, sum, BBE_LIMIT_SOLAR, sum);
  e->work.surplus_ma[leader] = bbe_clamp_ma (group->c.solar_netted ? sum : least);
}

/* ---- the site ---- */

/* Surplus of generation at the roots, which comes on top of section 14a's power. */
static int64_t
site_surplus_ma (const bbe_engine *e)
{
  int64_t sum = 0;

  for (int c = 0; c < e->conf.n_circuits; c++)
    if (e->conf.circuits[c].c.parent < 0)
      sum += e->work.net_total_ma[c];
  return bbe_max64 (0, -sum);
}

/* Section 14a EnWG, BNetzA BK6-22-300: P = base + (n - 1) x factor x base. */
static void
p14a_row (bbe_engine *e, const bbe_inputs *in, int node)
{
  const bbe_14a_config *p = &e->conf.p14a;
  int n = p->n_devices > 0 ? p->n_devices : e->conf.n_stations;
  int64_t watts = p->base_w, ma;

  if (n >= 2)
    watts += (int64_t) (n - 1) * p->factor_permille[n > 9 ? 7 : n - 2] * p->base_w / 1000;
  if (p->other_meter >= 0 && in->meters[p->other_meter].valid && !meter_failed (e, p->other_meter))
    watts -= bbe_max32 (0, in->meters[p->other_meter].power_w);
  else if (p->other_meter >= 0)
    watts -= bbe_max64 (0, (int64_t) (n - e->conf.n_stations) * p->base_w);
  ma = bbe_w_to_ma (watts, P14A_MV);
  bbe_row_limit (e, node, BBE_TOTAL, bbe_max64 (0, ma) + site_surplus_ma (e), BBE_LIMIT_14A, ma);
}

static void
signal_rows (bbe_engine *e, const bbe_inputs *in, int node)
{
  int64_t value = e->conf.reduced_value;

  if (e->work.signal == BBE_SIGNAL_LOCKED)
    for (int p = 0; p < 3; p++)
      bbe_row_limit (e, node, p, 0, BBE_LIMIT_LOCKED, 0);
  if (e->work.signal != BBE_SIGNAL_REDUCED)
    return;
  if (e->conf.reduced_kind == BBE_REDUCED_CURRENT)
    for (int p = 0; p < 3; p++)
      bbe_row_limit (e, node, p, value, BBE_LIMIT_REDUCED, value);
  else if (e->conf.reduced_kind == BBE_REDUCED_POWER)
    limit_total_w (e, node, value, e->conf.nominal_mv, 0, BBE_LIMIT_REDUCED);
  else if (e->conf.reduced_kind == BBE_REDUCED_14A)
    p14a_row (e, in, node);
}

static void
reduce (bbe_engine *e, const bbe_inputs *in, const bbe_reduction_in *r, int node, int circuit)
{
  int32_t mv = circuit >= 0 ? voltage_mv (e, in, circuit) : e->conf.nominal_mv;

  for (int p = 0; p < 3; p++)
    if (r->limit_ma != BBE_NO_LIMIT)
      bbe_row_limit (e, node, p, r->limit_ma - (circuit >= 0 ? (int64_t) e->work.net_ma[circuit][p] : 0),
                     BBE_LIMIT_REDUCTION, r->limit_ma);
  if (r->limit_w != BBE_NO_LIMIT)
    limit_total_w (e, node, r->limit_w, mv, circuit >= 0 ? e->work.net_total_ma[circuit] : 0,
                   BBE_LIMIT_REDUCTION);
}

static void
reduction_rows (bbe_engine *e, const bbe_inputs *in, const bbe_reduction_in *r)
{
  bool circuit = r->scope == BBE_REDUCE_CIRCUIT && r->index >= 0 && r->index < (int) e->conf.n_circuits;
  bool group = r->scope == BBE_REDUCE_GROUP && r->index >= 0 && r->index < (int) e->conf.n_groups;

  bbe_due (e, r->until_ms);
  if (circuit)
    reduce (e, in, r, r->index, r->index);
  else if (group)
    reduce (e, in, r, 2 * e->conf.n_circuits + r->index, -1);
  else /* a reduction whose addressee nobody knows binds all stations: careful, never less */
    reduce (e, in, r, e->conf.n_nodes - 1, -1);
}

/* The peak limit comes last. What a window has saved up may be used by those that run, but nobody is started
 * on it: when the window ends it is gone, and who lives on it would have to stop. */
static void
peak_rows (bbe_engine *e, const bbe_inputs *in, int c, int node, bool floored)
{
  int64_t other = floored ? bbe_max64 (0, e->work.net_total_ma[c]) : e->work.net_total_ma[c];
  int64_t room_w, limit_w, saved_ma;
  int32_t before = e->work.nodes[node].cap_ma[BBE_TOTAL], mv = voltage_mv (e, in, c);

  e->work.saved_ma[node] = 0;
  if (!bbe_peak_room_w (e, in, c, &room_w, &limit_w))
    return;
  saved_ma = bbe_min64 (before, bbe_w_to_ma (room_w, mv) - other);
  limit_total_w (e, node, bbe_min64 (room_w, limit_w), mv, other, BBE_LIMIT_PEAK);
  saved_ma -= e->work.nodes[node].cap_ma[BBE_TOTAL];
  if (saved_ma <= 0)
    return;
  e->work.saved_ma[node] = bbe_clamp_ma (saved_ma);
  e->work.any_saved = true;
}

/* Circuits have a rating, and surplus nodes have to stay last on their paths. */
static bool
is_bounded (const bbe_engine *e, int n)
{
  const int32_t *cap = e->work.nodes[n].cap_ma;
  int groups = 2 * e->conf.n_circuits, surpluses = groups + e->conf.n_groups;

  return n < groups || (n >= surpluses && n < e->conf.n_nodes - 1)
         || ((cap[0] ^ BBE_NO_LIMIT) | (cap[1] ^ BBE_NO_LIMIT) | (cap[2] ^ BBE_NO_LIMIT)
             | (cap[BBE_TOTAL] ^ BBE_NO_LIMIT))
                != 0;
}

/* Most paths hold nodes that nothing limits now: they are left out, once for all stations that share one. */
static void
prune_paths (bbe_engine *e)
{
  bool same = e->memory.valid;

  for (int k = 0; k < e->conf.n_used; k++) {
    int n = e->conf.used[k];
    bool bounded = is_bounded (e, n);

    same &= bounded == e->work.bounded[n];
    e->work.bounded[n] = bounded;
  }
  if (same)
    return;
  e->work.dirty = true;
  for (int k = 0; k < e->conf.n_paths; k++) {
    const bbe_path *whole = &e->conf.paths[k];
    bbe_path *path = &e->work.paths[k];

    path->n = 0;
    for (int n = 0; n < whole->n; n++)
      if (e->work.bounded[whole->node[n]])
        path->node[path->n++] = whole->node[n];
  }
}

static void
show_circuit (bbe_engine *e, int c)
{
  bbe_circuit_out *out = &e->circuit_out[c];
  int m = e->conf.circuits[c].c.meter;

  for (int p = 0; p < 3; p++)
    out->other_ma[p] = e->work.net_ma[c][p];
  for (int r = 0; r < BBE_ROWS_PER_NODE; r++) {
    out->share_ma[r] = e->work.nodes[c].cap_ma[r];
    out->limit[r] = e->work.why[c][r].limit;
  }
  if (e->conf.circuits[c].c.peak.window_min > 0)
    out->share_ma[BBE_TOTAL] += e->work.saved_ma[c];
  out->failsafe = meter_failed (e, m);
  out->failsafe_since_ms = out->failsafe ? e->state.meters[m].failed_since_ms : 0;
}

/* True where some reduction is in force. */
static bool
reduce_rows (bbe_engine *e, const bbe_inputs *in)
{
  bool any = false;

  for (int r = 0; r < BBE_MAX_REDUCTIONS; r++)
    if (in->reductions[r].scope != BBE_REDUCE_NOTHING && in->reductions[r].until_ms > e->work.now_ms) {
      reduction_rows (e, in, &in->reductions[r]);
      any = true;
    }
  return any;
}

static void
measured_rows (bbe_engine *e, const bbe_inputs *in, int c)
{
  clear_node (e, c);
  settle_other (e, in, c);
  circuit_rows (e, in, c, c, e->conf.circuits[c].normal_only);
  e->work.steady[c] = e->work.nodes[c];
  if (!e->conf.circuits[c].mixed)
    return;
  clear_node (e, e->conf.n_circuits + c);
  circuit_rows (e, in, c, e->conf.n_circuits + c, true);
}

static void
add_peaks (bbe_engine *e, const bbe_inputs *in)
{
  e->work.any_saved = false;
  for (int c = 0; c < e->conf.n_circuits; c++) {
    if (e->conf.circuits[c].c.peak.window_min == 0)
      continue;
    peak_rows (e, in, c, c, e->conf.circuits[c].normal_only);
    if (e->conf.circuits[c].mixed)
      peak_rows (e, in, c, e->conf.n_circuits + c, true);
  }
}

void
bbe_rows_build (bbe_engine *e, const bbe_inputs *in)
{
  bool known = e->memory.valid && !e->work.reduced;
  bool reduced;

  for (int c = 0; c < e->conf.n_circuits; c++)
    if (known && e->conf.circuits[c].steady && !e->conf.circuits[c].mixed)
      e->work.nodes[c] = e->work.steady[c];
    else
      measured_rows (e, in, c);
  for (int k = 0; k < e->conf.n_used; k++)
    if (e->conf.used[k] >= 2 * e->conf.n_circuits)
      clear_node (e, e->conf.used[k]);
  for (int g = 0; g < e->conf.n_groups; g++) {
    group_rows (e, g);
    if (e->conf.groups[g].solar_group == g)
      surplus_rows (e, in, g);
  }
  signal_rows (e, in, e->conf.n_nodes - 1);
  reduced = reduce_rows (e, in);
  add_peaks (e, in);
  prune_paths (e);
  for (int c = 0; c < e->conf.n_circuits; c++)
    if (!known || reduced || !e->conf.circuits[c].steady)
      show_circuit (e, c);
  e->work.reduced = reduced;
}
