/* SPDX-License-Identifier: GPL-3.0-or-later */
/* reason.c: every decision's reason, as data, and the short names of codes (ENGINE.md step 11). */
#include "engine/internal.h"

void
bbe_reason_clear (bbe_reason *reason)
{
  reason->code = BBE_REASON_NONE;
  reason->limit = BBE_LIMIT_NONE;
  reason->place = BBE_PLACE_NONE;
  reason->phase = 255;
  reason->index = -1;
  reason->value_ma = 0;
  reason->until_ms = 0;
}

void
bbe_reason_row (const bbe_engine *e, bbe_reason *reason, uint8_t code, uint16_t node, uint8_t row)
{
  int circuits = e->conf.n_circuits, groups = e->conf.n_groups;
  const bbe_row_why *why;

  reason->code = code;
  if (node >= e->conf.n_nodes || row >= BBE_ROWS_PER_NODE)
    return;
  why = &e->work.why[node][row];
  reason->limit = why->limit;
  reason->value_ma = why->value_ma;
  reason->phase = row;
  if (node < 2 * circuits) {
    reason->place = BBE_PLACE_CIRCUIT;
    reason->index = (int16_t) (node % circuits);
  } else if (node < 2 * circuits + 2 * groups) {
    reason->place = BBE_PLACE_GROUP;
    reason->index = (int16_t) ((node - 2 * circuits) % groups);
  } else {
    reason->place = BBE_PLACE_SITE;
  }
}

/* When somebody who waits has waited a turn. */
static int64_t
turn_comes_ms (const bbe_engine *e, int i)
{
  const bbe_station_state *s = &e->state.stations[i];
  int g = e->conf.stations[i].c.group;
  const bbe_group_config *group = &e->conf.groups[g].c;

  if (group->balancer == BBE_ROTATE)
    return e->state.site.turned_ms[g] + group->turn_ms;
  return s->waiting_since_ms == BBE_NEVER ? 0 : s->waiting_since_ms + group->turn_ms;
}

static void
explain_stopped (bbe_engine *e, int i, const bbe_answer *answer, bbe_reason *reason)
{
  bool queued = answer->bound == BBE_BOUND_NOT_SERVED;
  int64_t until;

  if (answer->bound == BBE_BOUND_UNBALANCE) {
    bbe_reason_row (e, reason, BBE_REASON_UNBALANCE, answer->node, answer->row);
    return;
  }
  bbe_reason_row (e, reason, queued ? BBE_REASON_QUEUED : BBE_REASON_NO_ROOM, answer->node, answer->row);
  if (reason->limit == BBE_LIMIT_LOCKED)
    reason->code = BBE_REASON_LOCKED;
  else if (reason->limit == BBE_LIMIT_SOLAR && !queued)
    reason->code = BBE_REASON_SOLAR_LOW;
  if (reason->code != BBE_REASON_QUEUED)
    return;
  until = turn_comes_ms (e, i);
  reason->until_ms = until > e->work.now_ms ? until : 0;
}

static void
explain_wish (bbe_engine *e, const bbe_inputs *in, int i, const bbe_candidate *c, bbe_reason *reason)
{
  reason->code = BBE_REASON_FULL;
  if (bbe_capped (e, &in->stations[i]) && c->max_ma == in->stations[i].override_ma) {
    reason->code = BBE_REASON_OVERRIDE;
    reason->until_ms = in->stations[i].override_until_ms;
  } else if (c->max_ma < e->conf.stations[i].c.max_ma) {
    reason->code = BBE_REASON_VEHICLE;
  }
  reason->value_ma = c->max_ma;
}

/* A row that is short because its meter is lost is fail-safe; the row itself stays told. */
static void
name_failsafe (const bbe_engine *e, int i, bbe_reason *reason)
{
  int64_t since_ms;

  if ((reason->code != BBE_REASON_ROW && reason->code != BBE_REASON_NO_ROOM)
      || (reason->limit != BBE_LIMIT_GROUP_OFFLINE && reason->limit != BBE_LIMIT_FAILSAFE)
      || !bbe_group_failsafe (e, e->conf.stations[i].c.group, &since_ms))
    return;
  reason->code = BBE_REASON_FAILSAFE;
  reason->until_ms = since_ms;
}

void
bbe_reason_target (bbe_engine *e, const bbe_inputs *in, int i)
{
  const bbe_plan *plan = &e->work.plans[i];
  bbe_reason *reason = &e->station_out[i].reason;
  const bbe_answer *answer;

  if (plan->role == BBE_ROLE_OFF || plan->role == BBE_ROLE_FIXED)
    return;
  bbe_reason_clear (reason);
  if (plan->role == BBE_ROLE_SLEEPER) {
    reason->code = BBE_REASON_VEHICLE;
    return;
  }
  answer = &e->work.answers[plan->candidate];
  if (plan->min_on && answer->current_ma > 0) {
    reason->code = BBE_REASON_MIN_ON;
    reason->until_ms
        = e->state.stations[i].turned_ms + e->conf.groups[e->conf.stations[i].c.group].c.min_on_ms;
  } else if (plan->kept && answer->current_ma > 0) {
    const bbe_station_state *s = &e->state.stations[i];
    int32_t delay = e->conf.groups[e->conf.stations[i].c.group].c.solar_stop_delay_ms;

    reason->code = BBE_REASON_SOLAR_STOPPING;
    reason->until_ms = s->sun_ms + delay;
  } else if (answer->current_ma == 0) {
    explain_stopped (e, i, answer, reason);
  } else if (answer->bound == BBE_BOUND_ROW) {
    bbe_reason_row (e, reason, BBE_REASON_ROW, answer->node, answer->row);
  } else if (answer->bound == BBE_BOUND_UNBALANCE) {
    bbe_reason_row (e, reason, BBE_REASON_UNBALANCE, answer->node, answer->row);
  } else {
    explain_wish (e, in, i, &e->work.candidates[plan->candidate], reason);
  }
  name_failsafe (e, i, reason);
}

const char *
bbe_reason_name (uint8_t code)
{
  static const char *const names[BBE_REASON_COUNT] = {
    "none",           "no-vehicle", "full",      "row",       "vehicle",
    "satisfied",      "no-room",    "queued",    "solar-low", "solar-delay",
    "solar-stopping", "locked",     "failsafe",  "off-peak",  "random-delay",
    "not-authorised", "override",   "inactive",  "offline",   "fault",
    "hold",           "slope",      "min-on",    "min-off",   "making-room",
    "phase-switch",   "reserved",   "unbalance",
  };

  return code < BBE_REASON_COUNT ? names[code] : NULL;
}

const char *
bbe_limit_name (uint8_t limit)
{
  static const char *const names[BBE_LIMIT_COUNT] = {
    "none",    "rating", "supply", "total",     "peak",  "group-online", "group-offline",
    "reduced", "14a",    "locked", "reduction", "solar", "failsafe",
  };

  return limit < BBE_LIMIT_COUNT ? names[limit] : NULL;
}

const char *
bbe_balancer_name (uint8_t balancer)
{
  static const char *const names[] = { "fair", "priority", "queue", "rotate", "deadline" };

  return balancer <= BBE_DEADLINE ? names[balancer] : NULL;
}

const char *
bbe_status_name (bbe_status status)
{
  static const char *const names[] = {
    "ok",          "too-many",     "bad-reference",      "bad-value", "contradiction",
    "offline-sum", "failsafe-sum", "needs-signed-meter", "bad-state",
  };

  return (unsigned) status <= BBE_BAD_STATE ? names[status] : NULL;
}
