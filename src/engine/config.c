/* SPDX-License-Identifier: GPL-3.0-or-later */
/* config.c: the checks that a configuration must pass, once, when it is loaded. */
#include "engine/config.h"

/* IEC 61851-1 knows no duty cycle under 6 A. */
#define LEAST_PILOT_MA 6000

typedef struct check {
  const bbe_config *in;
  bbe_fault *fault;
} check;

static bbe_status
refuse (const check *k, bbe_status status, const char *table, uint16_t index, const char *field, int phase,
        const char *rule)
{
  if (k->fault != NULL) {
    k->fault->status = status;
    k->fault->table = table;
    k->fault->field = field;
    k->fault->index = index;
    k->fault->phase = (int8_t) phase;
    k->fault->rule = rule;
  }
  return status;
}

static bool
in_range (int64_t value, int64_t low, int64_t high)
{
  return value >= low && value <= high;
}

static bool
is_index (int32_t index, uint16_t count)
{
  return index >= 0 && index < (int32_t) count;
}

static bool
is_index_or_none (int32_t index, uint16_t count)
{
  return index == -1 || is_index (index, count);
}

static bbe_status
check_counts (const check *k)
{
  const bbe_config *in = k->in;

  if (in->n_circuits > BBE_MAX_CIRCUITS)
    return refuse (k, BBE_TOO_MANY, "circuits", in->n_circuits, "", -1,
                   "more circuits than this build holds");
  if (in->n_meters > BBE_MAX_METERS || in->n_meters > 64)
    return refuse (k, BBE_TOO_MANY, "meters", in->n_meters, "", -1, "more meters than this build holds");
  if (in->n_groups > BBE_MAX_GROUPS)
    return refuse (k, BBE_TOO_MANY, "groups", in->n_groups, "", -1, "more groups than this build holds");
  if (in->n_stations > BBE_MAX_STATIONS)
    return refuse (k, BBE_TOO_MANY, "stations", in->n_stations, "", -1,
                   "more stations than this build holds");
  if (in->n_signals > BBE_MAX_SIGNALS)
    return refuse (k, BBE_TOO_MANY, "signals", in->n_signals, "", -1,
                   "more signal sources than this build holds");
  return BBE_OK;
}

static bbe_status
check_circuit_place (const check *k, uint16_t i)
{
  const bbe_circuit_config *c = &k->in->circuits[i];
  int depth = 1;

  if (c->parent < -1 || c->parent >= (int) i)
    return refuse (k, BBE_BAD_REFERENCE, "circuits", i, "parent", -1,
                   "a parent must stand before its children");
  for (int p = c->parent; p >= 0; p = k->in->circuits[p].parent)
    depth++;
  if (depth > BBE_MAX_DEPTH)
    return refuse (k, BBE_TOO_MANY, "circuits", i, "parent", -1, "circuits are nested too deep");
  if (!is_index_or_none (c->meter, k->in->n_meters))
    return refuse (k, BBE_BAD_REFERENCE, "circuits", i, "meter", -1, "no such meter");
  if (!is_index_or_none (c->pv_meter, k->in->n_meters))
    return refuse (k, BBE_BAD_REFERENCE, "circuits", i, "pv_meter", -1, "no such meter");
  if (c->pv_meter >= 0 && c->pv_meter == c->meter)
    return refuse (k, BBE_CONTRADICTION, "circuits", i, "pv_meter", -1,
                   "generation measured apart needs a meter of its own");
  if (c->phases == 0 || c->phases > 7)
    return refuse (k, BBE_BAD_VALUE, "circuits", i, "phases", -1, "phases are a mask of 1 to 7");
  if (c->parent >= 0 && (c->phases & ~k->in->circuits[c->parent].phases) != 0)
    return refuse (k, BBE_CONTRADICTION, "circuits", i, "phases", -1,
                   "a phase that the parent does not have");
  return BBE_OK;
}

static bbe_status
check_circuit_values (const check *k, uint16_t i)
{
  const bbe_circuit_config *c = &k->in->circuits[i];

  for (int p = 0; p < 3; p++) {
    if (!in_range (c->rating_ma[p], (c->phases >> p) & 1 ? 1 : 0, BBE_MAX_MA))
      return refuse (k, BBE_BAD_VALUE, "circuits", i, "rating_ma", p, "a rating must be over 0");
    if (!in_range (c->other_load_ma[p], 0, BBE_MAX_MA))
      return refuse (k, BBE_BAD_VALUE, "circuits", i, "other_load_ma", p, "a load can't be negative");
    if (!in_range (c->generation_ma[p], 0, BBE_MAX_MA))
      return refuse (k, BBE_BAD_VALUE, "circuits", i, "generation_ma", p,
                     "generation is given as a positive number");
  }
  if (!in_range (c->supply_max_ma, 0, BBE_MAX_MA))
    return refuse (k, BBE_BAD_VALUE, "circuits", i, "supply_max_ma", -1, "out of range");
  if (!in_range (c->reserve_ma, 0, BBE_MAX_MA))
    return refuse (k, BBE_BAD_VALUE, "circuits", i, "reserve_ma", -1, "out of range");
  if (!in_range (c->unbalance_ma, 0, BBE_MAX_MA))
    return refuse (k, BBE_BAD_VALUE, "circuits", i, "unbalance_ma", -1, "out of range");
  if (c->total_limit_w < 0)
    return refuse (k, BBE_BAD_VALUE, "circuits", i, "total_limit_w", -1, "out of range");
  if (c->peak.window_min != 0 && c->peak.window_min != 15 && c->peak.window_min != 60)
    return refuse (k, BBE_BAD_VALUE, "circuits", i, "peak.window_min", -1, "windows are 15 or 60 minutes");
  if (c->peak.window_min != 0 && (c->peak.initial_w <= 0 || c->meter < 0))
    return refuse (k, BBE_CONTRADICTION, "circuits", i, "peak", -1,
                   "a peak limit needs a meter and an initial limit over 0");
  return BBE_OK;
}

static bbe_status
check_meter (const check *k, uint16_t i)
{
  const bbe_meter_config *m = &k->in->meters[i];

  if (m->phases == 0 || m->phases > 7)
    return refuse (k, BBE_BAD_VALUE, "meters", i, "phases", -1, "phases are a mask of 1 to 7");
  if (!in_range (m->interval_ms, 1, 3600000))
    return refuse (k, BBE_BAD_VALUE, "meters", i, "interval_ms", -1, "an interval is 1 ms to 1 h");
  if (!in_range (m->lag_ms, 0, 600000))
    return refuse (k, BBE_BAD_VALUE, "meters", i, "lag_ms", -1, "a lag is 0 to 10 min");
  if (!in_range (m->back_online_ms, 0, 86400000))
    return refuse (k, BBE_BAD_VALUE, "meters", i, "back_online_ms", -1, "0 to 24 h");
  return BBE_OK;
}

static bbe_status
check_group_times (const check *k, uint16_t i)
{
  const bbe_group_config *g = &k->in->groups[i];
  const int32_t times[] = { g->solar_start_delay_ms, g->solar_stop_delay_ms, g->random_delay_max_ms,
                            g->hold_up_ms,           g->min_on_ms,           g->min_off_ms,
                            g->switch_hold_ms,       g->slope_ma_per_s };
  static const char *const names[]
      = { "solar_start_delay_ms", "solar_stop_delay_ms", "random_delay_max_ms", "hold_up_ms", "min_on_ms",
          "min_off_ms",           "switch_hold_ms",      "slope_ma_per_s" };

  for (int t = 0; t < 8; t++)
    if (times[t] < 0)
      return refuse (k, BBE_BAD_VALUE, "groups", i, names[t], -1, "a time or slope can't be negative");
  if (g->turn_ms < 1000)
    return refuse (k, BBE_BAD_VALUE, "groups", i, "turn_ms", -1, "a turn lasts a second at least");
  if (g->n_windows > BBE_MAX_WINDOWS)
    return refuse (k, BBE_TOO_MANY, "groups", i, "windows", -1, "too many off-peak windows");
  for (int w = 0; w < g->n_windows; w++)
    if (!in_range (g->windows[w].start_min, 0, 1439) || !in_range (g->windows[w].end_min, 0, 1440)
        || g->windows[w].days > 127)
      return refuse (k, BBE_BAD_VALUE, "groups", i, "windows", -1, "a window is given in minutes of the day");
  return BBE_OK;
}

static bbe_status
check_group (const check *k, uint16_t i)
{
  const bbe_group_config *g = &k->in->groups[i];

  if (!is_index (g->circuit, k->in->n_circuits))
    return refuse (k, BBE_BAD_REFERENCE, "groups", i, "circuit", -1, "no such circuit");
  if (g->balancer > BBE_DEADLINE)
    return refuse (k, BBE_BAD_VALUE, "groups", i, "balancer", -1, "no such balancer");
  if (g->mode > BBE_MODE_BOOST)
    return refuse (k, BBE_BAD_VALUE, "groups", i, "mode", -1, "no such mode");
  if (g->online_ma < 0 || (g->online_ma > BBE_MAX_MA && g->online_ma != BBE_NO_LIMIT))
    return refuse (k, BBE_BAD_VALUE, "groups", i, "online_ma", -1, "out of range");
  if (g->offline_ma < 0 || (g->offline_ma > BBE_MAX_MA && g->offline_ma != BBE_NO_LIMIT))
    return refuse (k, BBE_BAD_VALUE, "groups", i, "offline_ma", -1, "out of range");
  if (!in_range (g->pause_threshold_ma, 0, BBE_MAX_MA))
    return refuse (k, BBE_BAD_VALUE, "groups", i, "pause_threshold_ma", -1, "out of range");
  if (!in_range (g->solar_start_ma, 0, BBE_MAX_MA))
    return refuse (k, BBE_BAD_VALUE, "groups", i, "solar_start_ma", -1, "out of range");
  return check_group_times (k, i);
}

static bool
is_under (const bbe_config *in, int circuit, int ancestor)
{
  for (; circuit >= 0; circuit = in->circuits[circuit].parent)
    if (circuit == ancestor)
      return true;
  return false;
}

static bbe_status
check_station_place (const check *k, uint16_t i)
{
  const bbe_station_config *s = &k->in->stations[i];
  uint8_t seen = 0;

  if (!is_index (s->circuit, k->in->n_circuits))
    return refuse (k, BBE_BAD_REFERENCE, "stations", i, "circuit", -1, "no such circuit");
  if (!is_index_or_none (s->group, k->in->n_groups))
    return refuse (k, BBE_BAD_REFERENCE, "stations", i, "group", -1, "no such group");
  if (s->group >= 0 && !is_under (k->in, s->circuit, k->in->groups[s->group].circuit))
    return refuse (k, BBE_CONTRADICTION, "stations", i, "circuit", -1, "not under its group's circuit");
  if (s->n_phases < 1 || s->n_phases > 3)
    return refuse (k, BBE_BAD_VALUE, "stations", i, "n_phases", -1, "1, 2 or 3");
  for (int t = 0; t < s->n_phases && !s->rotation_unknown; t++) {
    if (s->rotation[t] > 2 || ((seen >> s->rotation[t]) & 1))
      return refuse (k, BBE_BAD_VALUE, "stations", i, "rotation", t,
                     "each terminal has a grid phase of its own");
    seen |= (uint8_t) (1u << s->rotation[t]);
  }
  if ((seen & ~k->in->circuits[s->circuit].phases) != 0)
    return refuse (k, BBE_CONTRADICTION, "stations", i, "rotation", -1,
                   "a phase that its circuit does not have");
  if (s->can_switch && s->n_phases != 3)
    return refuse (k, BBE_CONTRADICTION, "stations", i, "can_switch", -1,
                   "only a three-phase station can switch");
  if (k->in->n_meters < 64 && (s->included >> k->in->n_meters) != 0)
    return refuse (k, BBE_BAD_REFERENCE, "stations", i, "included", -1, "no such meter");
  return BBE_OK;
}

static bbe_status
check_station_values (const check *k, uint16_t i)
{
  const bbe_station_config *s = &k->in->stations[i];
  int32_t least = k->in->simulation ? 0 : LEAST_PILOT_MA;

  if (!in_range (s->max_ma, 1, BBE_MAX_MA))
    return refuse (k, BBE_BAD_VALUE, "stations", i, "max_ma", -1, "a maximum must be over 0");
  if (!in_range (s->min_1p_ma, least, s->max_ma))
    return refuse (k, BBE_BAD_VALUE, "stations", i, "min_1p_ma", -1, "6 A at least, its maximum at most");
  if (!in_range (s->min_3p_ma, least, s->max_ma))
    return refuse (k, BBE_BAD_VALUE, "stations", i, "min_3p_ma", -1, "6 A at least, its maximum at most");
  if (!in_range (s->step_ma, 1, s->max_ma))
    return refuse (k, BBE_BAD_VALUE, "stations", i, "step_ma", -1,
                   "a step is 1 mA at least, the maximum at most");
  if (!in_range (s->failsafe_ma, -1, BBE_MAX_MA))
    return refuse (k, BBE_BAD_VALUE, "stations", i, "failsafe_ma", -1, "out of range");
  if (!in_range (s->power_on_ma, -1, BBE_MAX_MA))
    return refuse (k, BBE_BAD_VALUE, "stations", i, "power_on_ma", -1, "out of range");
  if (!in_range (s->held_ma, 0, s->max_ma))
    return refuse (k, BBE_BAD_VALUE, "stations", i, "held_ma", -1, "its maximum at most");
  if (!in_range (s->reservation_ma, 0, s->max_ma))
    return refuse (k, BBE_BAD_VALUE, "stations", i, "reservation_ma", -1, "its maximum at most");
  if (s->reservation_ma != 0 && s->reservation_ma < (s->n_phases == 1 ? s->min_1p_ma : s->min_3p_ma))
    return refuse (k, BBE_BAD_VALUE, "stations", i, "reservation_ma", -1, "0, or its minimum at least");
  if (!in_range (s->reaction_ms, 0, 3600000))
    return refuse (k, BBE_BAD_VALUE, "stations", i, "reaction_ms", -1, "0 to 1 h");
  if (s->priority > 99)
    return refuse (k, BBE_BAD_VALUE, "stations", i, "priority", -1, "0 (first) to 99");
  for (uint16_t j = 0; j < i; j++)
    if (k->in->stations[j].serial == s->serial)
      return refuse (k, BBE_CONTRADICTION, "stations", i, "serial", -1, "a serial that another station has");
  return BBE_OK;
}

static bbe_status
check_site (const check *k)
{
  const bbe_config *in = k->in;

  if (!in_range (in->nominal_mv, 50000, 1000000))
    return refuse (k, BBE_BAD_VALUE, "", 0, "nominal_mv", -1, "50 V to 1000 V");
  if (in->reduced_kind > BBE_REDUCED_14A || in->reduced_value < 0)
    return refuse (k, BBE_BAD_VALUE, "", 0, "reduced_value", -1, "out of range");
  if (in->reduced_kind == BBE_REDUCED_SHARE && in->reduced_value > 1000)
    return refuse (k, BBE_BAD_VALUE, "", 0, "reduced_value", -1, "a share is 0 to 1000 permille");
  if (in->battery > BBE_BATTERY_BATTERY_FIRST)
    return refuse (k, BBE_BAD_VALUE, "", 0, "battery", -1, "no such choice");
  if (!is_index_or_none (in->p14a.other_meter, in->n_meters))
    return refuse (k, BBE_BAD_REFERENCE, "", 0, "p14a.other_meter", -1, "no such meter");
  if (in->p14a.base_w < 0 || in->p14a.n_devices < 0)
    return refuse (k, BBE_BAD_VALUE, "", 0, "p14a", -1, "out of range");
  for (int f = 0; f < 8; f++)
    if (!in_range (in->p14a.factor_permille[f], 0, 1000))
      return refuse (k, BBE_BAD_VALUE, "", 0, "p14a.factor_permille", -1, "0 to 1000");
  for (uint16_t i = 0; i < in->n_signals; i++)
    if (in->signals[i].keep_ms < 0)
      return refuse (k, BBE_BAD_VALUE, "signals", i, "keep_ms", -1, "a time can't be negative");
    else if (in->signals[i].lost > BBE_SIGNAL_LOCKED)
      return refuse (k, BBE_BAD_VALUE, "signals", i, "lost", -1, "no such signal");
  return BBE_OK;
}

/* Largest current that the stations of `group` can draw on `phase`. */
static int64_t
group_maximum_ma (const bbe_config *in, uint16_t group, int phase)
{
  int64_t sum = 0;

  for (uint16_t i = 0; i < in->n_stations; i++) {
    const bbe_station_config *s = &in->stations[i];

    if (s->group == (int) group && ((bbe_wired_mask (in, s) >> phase) & 1))
      sum += s->max_ma;
  }
  return sum;
}

/* ENGINE.md step 3: offline limits + declared other load must fit the rating of every circuit above. A group
 * without an offline limit counts at what its stations can draw. */
static bbe_status
check_offline_sums (const check *k)
{
  const bbe_config *in = k->in;

  for (uint16_t c = 0; c < in->n_circuits; c++)
    for (int p = 0; p < 3; p++) {
      int64_t sum = in->circuits[c].other_load_ma[p];
      bool any = false;

      if (!((in->circuits[c].phases >> p) & 1))
        continue;
      for (uint16_t g = 0; g < in->n_groups; g++)
        if (is_under (in, in->groups[g].circuit, c)) {
          int64_t most = group_maximum_ma (in, g, p);

          any |= most > 0;
          if (most > 0)
            sum += in->groups[g].offline_ma == BBE_NO_LIMIT ? most : in->groups[g].offline_ma;
        }
      if (any && sum > in->circuits[c].rating_ma[p])
        return refuse (k, BBE_OFFLINE_SUM, "circuits", c, "rating_ma", p,
                       "offline limits and declared other load together exceed the rating");
    }
  return BBE_OK;
}

static bbe_status
check_failsafe_sums (const check *k)
{
  const bbe_config *in = k->in;

  if (in->failsafe_acknowledged)
    return BBE_OK;
  for (uint16_t g = 0; g < in->n_groups; g++)
    for (int p = 0; p < 3 && in->groups[g].offline_ma != BBE_NO_LIMIT; p++) {
      int64_t sum = 0;

      for (uint16_t i = 0; i < in->n_stations; i++) {
        const bbe_station_config *s = &in->stations[i];

        if (s->group == (int) g && ((bbe_wired_mask (in, s) >> p) & 1))
          sum += s->failsafe_ma < 0 ? s->max_ma : s->failsafe_ma;
      }
      if (sum > in->groups[g].offline_ma)
        return refuse (k, BBE_FAILSAFE_SUM, "groups", g, "offline_ma", p,
                       "the stations' fail-safe currents together exceed the offline limit");
    }
  return BBE_OK;
}

/* Solar and boost need a meter that shows export, or generation measured apart. */
static bbe_status
check_modes (const check *k)
{
  const bbe_config *in = k->in;

  for (uint16_t g = 0; g < in->n_groups; g++) {
    int circuit = bbe_measured_root (in, in->groups[g].circuit);

    if (in->groups[g].mode == BBE_MODE_NORMAL)
      continue;
    if (circuit < 0)
      return refuse (k, BBE_NEEDS_SIGNED_METER, "groups", g, "mode", -1,
                     "solar and boost need a meter above the group");
    if (!in->meters[in->circuits[circuit].meter].is_signed && in->circuits[circuit].pv_meter < 0)
      return refuse (k, BBE_NEEDS_SIGNED_METER, "groups", g, "mode", -1,
                     "solar and boost need a meter that shows export");
  }
  return BBE_OK;
}

uint8_t
bbe_wired_mask (const bbe_config *in, const bbe_station_config *station)
{
  uint8_t mask = 0;

  if (station->rotation_unknown)
    return in->circuits[station->circuit].phases;
  for (int t = 0; t < station->n_phases; t++)
    mask |= (uint8_t) (1u << station->rotation[t]);
  return mask;
}

int
bbe_measured_root (const bbe_config *in, int circuit)
{
  int found = -1;

  for (; circuit >= 0; circuit = in->circuits[circuit].parent)
    if (in->circuits[circuit].meter >= 0)
      found = circuit;
  return found;
}

bbe_status
bbe_config_check (const bbe_config *config, bbe_fault *fault)
{
  const check k = { config, fault };
  bbe_status status = check_counts (&k);

  for (uint16_t i = 0; status == BBE_OK && i < config->n_meters; i++)
    status = check_meter (&k, i);
  for (uint16_t i = 0; status == BBE_OK && i < config->n_circuits; i++) {
    status = check_circuit_place (&k, i);
    if (status == BBE_OK)
      status = check_circuit_values (&k, i);
  }
  for (uint16_t i = 0; status == BBE_OK && i < config->n_groups; i++)
    status = check_group (&k, i);
  for (uint16_t i = 0; status == BBE_OK && i < config->n_stations; i++) {
    status = check_station_place (&k, i);
    if (status == BBE_OK)
      status = check_station_values (&k, i);
  }
  if (status == BBE_OK)
    status = check_site (&k);
  if (status == BBE_OK)
    status = check_modes (&k);
  if (status == BBE_OK)
    status = check_offline_sums (&k);
  if (status == BBE_OK)
    status = check_failsafe_sums (&k);
  return status;
}
