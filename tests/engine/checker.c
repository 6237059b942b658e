/* SPDX-License-Identifier: GPL-3.0-or-later */
/* checker.c: what must hold after every step, in the plainest words that say it. */
#include "checker.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

static bool fail (check_why *why, const char *format, ...) __attribute__ ((format (printf, 2, 3)));

static bool
fail (check_why *why, const char *format, ...)
{
  va_list arguments;

  va_start (arguments, format);
  vsnprintf (why->text, sizeof why->text, format, arguments);
  va_end (arguments);
  return false;
}

void
check_copy_take (check_copy *copy, const bbe_outputs *out)
{
  copy->out = *out;
  memcpy (copy->stations, out->stations, out->n_stations * sizeof copy->stations[0]);
  memcpy (copy->circuits, out->circuits, out->n_circuits * sizeof copy->circuits[0]);
  copy->out.stations = copy->stations;
  copy->out.circuits = copy->circuits;
}

/* ---- values ------------------------------------------------------------------------------------- */

static bool
check_setpoint (const bbe_station_config *config, const bbe_station_out *out, int s, int32_t ma,
                check_why *why)
{
  int32_t least = out->phases == 1 ? config->min_1p_ma : config->min_3p_ma;

  if (ma == 0)
    return true;
  if (ma < least)
    return fail (why, "station %d: %d mA is under its minimum %d", s, ma, least);
  if (ma > config->max_ma)
    return fail (why, "station %d: %d mA is over its maximum %d", s, ma, config->max_ma);
  if (ma % config->step_ma != 0 && !config->socket)
    return fail (why, "station %d: %d mA is off its grid of %d", s, ma, config->step_ma);
  return true;
}

bool
check_values (const kit *k, const bbe_outputs *out, check_why *why)
{
  if (out->n_stations != k->config.n_stations || out->n_circuits != k->config.n_circuits)
    return fail (why, "outputs for %d stations and %d circuits", out->n_stations, out->n_circuits);
  if (out->signal > BBE_SIGNAL_LOCKED)
    return fail (why, "signal %d", out->signal);
  if (out->unchanged_until_ms < k->in.mono_ms)
    return fail (why, "unchanged until a time in the past");
  for (int s = 0; s < out->n_stations; s++) {
    const bbe_station_out *o = &out->stations[s];
    const bbe_reason *reason = &o->reason;

    if (o->commanded && !check_setpoint (&k->stations[s], o, s, o->setpoint_ma, why))
      return false;
    if (o->commanded && !check_setpoint (&k->stations[s], o, s, o->target_ma, why))
      return false;
    if (o->setpoint_ma < 0 || o->target_ma < 0)
      return fail (why, "station %d: negative current", s);
    if (o->committed_mask & ~kit_wired_mask (&k->stations[s], 3) & 7)
      return fail (why, "station %d: committed on phases %x it is not wired to", s, o->committed_mask);
    if (o->commanded && o->setpoint_ma > 0 && o->committed_mask == 0)
      return fail (why, "station %d: runs, but is counted nowhere", s);
    if (reason->code >= BBE_REASON_COUNT || bbe_reason_name (reason->code) == NULL)
      return fail (why, "station %d: reason %d", s, reason->code);
    if (reason->limit >= BBE_LIMIT_COUNT || bbe_limit_name (reason->limit) == NULL)
      return fail (why, "station %d: limit %d", s, reason->limit);
    if (reason->phase > BBE_TOTAL && reason->phase != 255)
      return fail (why, "station %d: phase %d", s, reason->phase);
    if (reason->place == BBE_PLACE_CIRCUIT && (reason->index < 0 || reason->index >= out->n_circuits))
      return fail (why, "station %d: held by circuit %d", s, reason->index);
    if (reason->place == BBE_PLACE_GROUP && (reason->index < 0 || reason->index >= k->config.n_groups))
      return fail (why, "station %d: held by group %d", s, reason->index);
  }
  return true;
}

/* ---- rows --------------------------------------------------------------------------------------- */

/* Grid phases on which the set-point can flow, as far as the plant knows. */
static unsigned
loaded_mask (const kit *k, const plant *w, const bbe_outputs *out, int s)
{
  const bbe_station_config *config = &k->stations[s];
  unsigned mask = 0;

  if (w == NULL || !w->cars[s].present || config->rotation_unknown)
    return out->stations[s].committed_mask;
  for (int t = 0; t < config->n_phases; t++)
    if ((w->cars[s].uses >> t & 1) && (t == 0 || out->stations[s].phases > 1))
      mask |= 1u << config->rotation[t];
  return mask;
}

/* Commanded, and not one of the slow ones that are a fixed reservation. */
static bool
is_allocated (const kit *k, const bbe_outputs *out, int s)
{
  return out->stations[s].commanded && k->stations[s].reaction_ms <= 10000;
}

/* What the set-point of station s puts on a row of its circuits (0..2, BBE_TOTAL). */
static int64_t
on_row (const kit *k, const plant *w, const bbe_outputs *out, int s, int row)
{
  unsigned mask = loaded_mask (k, w, out, s);
  int n = (int) ((mask & 1) + (mask >> 1 & 1) + (mask >> 2 & 1));

  if (k->stations[s].rotation_unknown && n > out->stations[s].phases)
    n = out->stations[s].phases; /* flows on fewer phases than it is counted on */
  if (row == BBE_TOTAL)
    return (int64_t) out->stations[s].setpoint_ma * n;
  return mask >> row & 1 ? out->stations[s].setpoint_ma : 0;
}

static bool
check_circuit_row (const kit *k, const plant *w, const bbe_outputs *out, int c, int row, check_why *why)
{
  int64_t share = out->circuits[c].share_ma[row];
  int64_t sum = 0;

  for (int s = 0; s < out->n_stations; s++)
    if (is_allocated (k, out, s) && kit_is_below (k, k->stations[s].circuit, c))
      sum += on_row (k, w, out, s, row);
  if (share < 0)
    share = 0;
  if (share != BBE_NO_LIMIT && sum > share)
    return fail (why, "circuit %d row %d: set-points of %lld mA on a share of %lld", c, row, (long long) sum,
                 (long long) share);
  if (row < 3 && share != BBE_NO_LIMIT
      && share > k->circuits[c].rating_ma[row] + k->circuits[c].generation_ma[row])
    return fail (why, "circuit %d row %d: share of %lld mA is over its rating", c, row, (long long) share);
  return true;
}

/* the online limit with a measurement, the offline (standalone) one without it or when it is lost. */
static int32_t
group_limit (const kit *k, const bbe_outputs *out, int g)
{
  int32_t limit = k->groups[g].online_ma;
  bool measured = false;

  for (int c = 0; c < out->n_circuits; c++)
    if (kit_is_below (k, k->groups[g].circuit, c)) {
      measured = measured || k->circuits[c].meter >= 0;
      if (out->circuits[c].failsafe && k->groups[g].offline_ma < limit)
        limit = k->groups[g].offline_ma;
    }
  return measured ? limit : k->groups[g].offline_ma;
}

static bool
check_group_rows (const kit *k, const plant *w, const bbe_outputs *out, int g, check_why *why)
{
  int32_t limit = group_limit (k, out, g);

  if (limit == BBE_NO_LIMIT)
    return true;
  for (int row = 0; row < 3; row++) {
    int64_t sum = 0;

    for (int s = 0; s < out->n_stations; s++)
      if (is_allocated (k, out, s) && k->stations[s].group == g)
        sum += on_row (k, w, out, s, row);
    if (sum > limit)
      return fail (why, "group %d L%d: %lld mA on a limit of %d", g, row + 1, (long long) sum, limit);
  }
  return true;
}

bool
check_rows (const kit *k, const plant *w, const bbe_outputs *out, check_why *why)
{
  for (int c = 0; c < out->n_circuits; c++)
    for (int row = 0; row <= BBE_TOTAL; row++)
      if ((row == BBE_TOTAL || (k->circuits[c].phases >> row & 1))
          && !check_circuit_row (k, w, out, c, row, why))
        return false;
  for (int g = 0; g < k->config.n_groups; g++)
    if (!check_group_rows (k, w, out, g, why))
      return false;
  for (int s = 0; s < out->n_stations && out->signal == BBE_SIGNAL_LOCKED; s++)
    if (out->stations[s].commanded && out->stations[s].setpoint_ma != 0)
      return fail (why, "station %d charges while Locked", s);
  return true;
}

/* ---- plant -------------------------------------------------------------------------------------- */

/* The most that station s could draw in the coming seconds if no further command reached it. */
static int32_t
could_draw (const plant *w, const bbe_outputs *out, int s)
{
  int64_t delay = (w->k->stations[s].reaction_ms + 999) / 1000;
  int32_t most = w->lost[s] || !w->k->stations[s].commandable ? 0 : out->stations[s].setpoint_ma;

  if (delay >= PLANT_PAST)
    delay = PLANT_PAST - 1;
  for (int64_t ago = w->lost[s] ? 0 : 1; ago < (delay < 1 ? 1 : delay) + 1; ago++) {
    int32_t older = w->command_ma[s][(w->second - ago) % PLANT_PAST];

    if (older > most)
      most = older;
  }
  return w->cars[s].present ? most : 0;
}

bool
check_plant (const plant *w, const bbe_outputs *out, check_why *why)
{
  const kit *k = w->k;

  for (int c = 0; c < k->config.n_circuits; c++)
    for (int p = 0; p < 3; p++) {
      int64_t sum = 0;

      if (!(k->circuits[c].phases >> p & 1))
        continue;
      for (int below = 0; below < k->config.n_circuits; below++)
        if (kit_is_below (k, below, c))
          sum += w->other_ma[below][p] - w->pv_ma[below][p];
      for (int s = 0; s < k->config.n_stations; s++)
        if (kit_is_below (k, k->stations[s].circuit, c) && (loaded_mask (k, w, out, s) >> p & 1))
          sum += could_draw (w, out, s);
      if (sum > k->circuits[c].rating_ma[p])
        return fail (why, "circuit %d L%d: %lld mA could flow, rated %d", c, p + 1, (long long) sum,
                     k->circuits[c].rating_ma[p]);
    }
  return true;
}

bool
check_all (const plant *w, const bbe_outputs *out, check_why *why)
{
  return check_values (w->k, out, why) && check_rows (w->k, w, out, why) && check_plant (w, out, why);
}

/* ---- fairness and reasons ------------------------------------------------------------------------ */

static int64_t
target_on_row (const bbe_outputs *out, int s, int row)
{
  unsigned mask = out->stations[s].committed_mask;
  int n = (int) ((mask & 1) + (mask >> 1 & 1) + (mask >> 2 & 1));

  if (row == BBE_TOTAL)
    return (int64_t) out->stations[s].target_ma * n;
  return mask >> row & 1 ? out->stations[s].target_ma : 0;
}

/* What station o could give back to one that has less: all above its own minimum and above `level`. */
static int64_t
could_give (const kit *k, const bbe_outputs *out, int o, int64_t level)
{
  int32_t least = out->stations[o].phases == 1 ? k->stations[o].min_1p_ma : k->stations[o].min_3p_ma;
  int64_t give = out->stations[o].target_ma - (least > level ? least : level);

  return give > 0 ? give : 0;
}

static bool
is_on (const kit *k, int o, int circuit, int group)
{
  return circuit >= 0 ? kit_is_below (k, k->stations[o].circuit, circuit) : k->stations[o].group == group;
}

/* Is this row (of a circuit, or of a group where `circuit` is -1) so full for station s that one step more of
 * it would take more than those of its class, or of later ones, could give? All is judged to one step of the
 * coarsest station: levels are even within its rounding and the left-over of the others. */
static bool
row_excuses (const kit *k, const bbe_outputs *out, int s, int circuit, int group, int row, int64_t limit)
{
  int64_t step = 0;
  int64_t sum = 0;
  int64_t spare = 0;

  if (target_on_row (out, s, row) == 0 || limit == BBE_NO_LIMIT)
    return false;
  for (int o = 0; o < out->n_stations; o++)
    if (is_on (k, o, circuit, group) && out->stations[o].target_ma > 0 && k->stations[o].step_ma > step)
      step = k->stations[o].step_ma;
  for (int o = 0; o < out->n_stations; o++) {
    int64_t has
        = is_on (k, o, circuit, group) && out->stations[o].commanded ? target_on_row (out, o, row) : 0;

    sum += has;
    if (has > 0 && o != s && k->stations[o].priority >= k->stations[s].priority)
      spare += could_give (k, out, o, out->stations[s].target_ma + 2 * step);
  }
  return sum + 2 * step * (row == BBE_TOTAL ? 3 : 1) - spare > (limit < 0 ? 0 : limit);
}

/* Does a row of any circuit or of its group excuse the station? */
static bool
is_excused (const kit *k, const bbe_outputs *out, int s)
{
  int g = k->stations[s].group;

  for (int row = 0; g >= 0 && row < 3; row++)
    if (row_excuses (k, out, s, -1, g, row, group_limit (k, out, g)))
      return true;
  for (int c = 0; c < out->n_circuits; c++)
    for (int row = 0; row <= BBE_TOTAL && kit_is_below (k, k->stations[s].circuit, c); row++)
      if (row_excuses (k, out, s, c, -1, row, out->circuits[c].share_ma[row]))
        return true;
  return false;
}

bool
check_max_min (const kit *k, const bbe_outputs *out, check_why *why)
{
  for (int s = 0; s < out->n_stations; s++) {
    const bbe_station_out *o = &out->stations[s];

    if (!o->commanded || o->target_ma == 0 || o->target_ma + k->stations[s].step_ma > k->stations[s].max_ma
        || o->reason.code == BBE_REASON_VEHICLE)
      continue;
    if (!is_excused (k, out, s))
      return fail (why, "station %d has %d mA and could have more without taking from one with less", s,
                   o->target_ma);
  }
  return true;
}

/* Sum of the targets on a row of a circuit or, where `circuit` is -1, of a group. */
static int64_t
sum_of_targets (const kit *k, const bbe_outputs *out, int circuit, int group, int row)
{
  int64_t sum = 0;

  for (int o = 0; o < out->n_stations; o++)
    if (is_on (k, o, circuit, group))
      sum += target_on_row (out, o, row);
  return sum;
}

bool
check_reasons (const kit *k, const bbe_outputs *out, check_why *why)
{
  for (int s = 0; s < out->n_stations; s++) {
    const bbe_reason *reason = &out->stations[s].reason;
    bool is_group = reason->place == BBE_PLACE_GROUP;
    int circuit = is_group ? -1 : reason->index;
    int64_t sum, limit;

    if (reason->code != BBE_REASON_ROW || reason->phase > BBE_TOTAL
        || (is_group && reason->phase == BBE_TOTAL) || (reason->place != BBE_PLACE_CIRCUIT && !is_group))
      continue;
    if (!is_on (k, s, circuit, reason->index))
      return fail (why, "station %d is said to be held by circuit or group %d, which it is not in", s,
                   reason->index);
    if (reason->phase < 3 && !(out->stations[s].committed_mask >> reason->phase & 1))
      return fail (why, "station %d is said to be held by a phase it does not load", s);
    limit = is_group ? group_limit (k, out, reason->index) : out->circuits[circuit].share_ma[reason->phase];
    sum = sum_of_targets (k, out, circuit, reason->index, reason->phase);
    if (sum + (int64_t) k->stations[s].step_ma * (reason->phase == BBE_TOTAL ? 3 : 1) <= limit)
      return fail (why, "station %d is said to be held by %s %d row %d, where %lld of %lld mA are used", s,
                   is_group ? "group" : "circuit", reason->index, reason->phase, (long long) sum,
                   (long long) limit);
  }
  return true;
}

bool
check_same (const bbe_outputs *a, const bbe_outputs *b, check_why *why)
{
  if (a->n_stations != b->n_stations || a->signal != b->signal)
    return fail (why, "signal %d against %d", a->signal, b->signal);
  for (int s = 0; s < a->n_stations; s++) {
    const bbe_station_out *x = &a->stations[s];
    const bbe_station_out *y = &b->stations[s];

    if (x->setpoint_ma != y->setpoint_ma || x->target_ma != y->target_ma || x->phases != y->phases
        || x->commanded != y->commanded || x->committed_mask != y->committed_mask)
      return fail (why, "station %d: %d mA (target %d, %d phases, on %x) against %d (%d, %d, %x)", s,
                   x->setpoint_ma, x->target_ma, x->phases, x->committed_mask, y->setpoint_ma, y->target_ma,
                   y->phases, y->committed_mask);
    if (x->reason.code != y->reason.code || x->reason.limit != y->reason.limit
        || x->reason.place != y->reason.place || x->reason.phase != y->reason.phase
        || x->reason.index != y->reason.index || x->reason.value_ma != y->reason.value_ma
        || x->reason.until_ms != y->reason.until_ms)
      return fail (why, "station %d: reason %d (%d %d until %lld) against %d (%d %d until %lld)", s,
                   x->reason.code, x->reason.limit, x->reason.value_ma, (long long) x->reason.until_ms,
                   y->reason.code, y->reason.limit, y->reason.value_ma, (long long) y->reason.until_ms);
  }
  return true;
}
