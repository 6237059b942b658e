/* SPDX-License-Identifier: GPL-3.0-or-later */
/* read-rules.c: what a profile says about a station's states, errors, control, watchdog and set-up. */
#include <glib/gi18n.h>
#include <math.h>

#include "profiles/condition.h"
#include "profiles/profile-private.h"
#include "profiles/unit.h"

static const BbKey state_keys[]
    = { { "when", 0 }, { "iec", BB_KEY_NEEDED }, { "status", BB_KEY_NEEDED }, { "reason", 0 }, { NULL, 0 } };

static const BbKey error_keys[]
    = { { "when", BB_KEY_NEEDED }, { "severity", BB_KEY_NEEDED }, { "text", BB_KEY_NEEDED }, { NULL, 0 } };

static const BbKey verify_keys[] = { { "role", BB_KEY_NEEDED },
                                     { "expect", BB_KEY_NEEDED },
                                     { "severity", BB_KEY_NEEDED },
                                     { "text", BB_KEY_NEEDED },
                                     { "when", 0 },
                                     { NULL, 0 } };

static const BbKey control_keys[] = {
  { "unit", 0 },      { "step_a", 0 },          { "min_on_a", 0 },    { "off_a", 0 }, { "needs_enable", 0 },
  { "settle_ms", 0 }, { "min_interval_ms", 0 }, { "phase_codes", 0 }, { NULL, 0 }
};

static const BbKey code_keys[] = { { "1", 0 }, { "2", 0 }, { "3", 0 }, { NULL, 0 } };

static const BbKey watchdog_keys[]
    = { { "kind", BB_KEY_NEEDED }, { "role", 0 }, { "value", 0 }, { "period_ms", 0 },
        { "timeout_ms", 0 },       { "when", 0 }, { NULL, 0 } };

void
bb_read_state (BbProfileReader *reader, JsonNode *node, gpointer data)
{
  BbInterfaceReader *context = data;
  GPtrArray *states = context->interface->states;
  JsonObject *object = bb_pr_object (reader, node, state_keys, context->have);
  BbStateRule *rule = g_new0 (BbStateRule, 1);

  if (states->len > 0 && ((BbStateRule *) g_ptr_array_index (states, states->len - 1))->when == NULL)
    bb_pr_fail (reader, BB_PROFILE_ERROR_RULE, NULL,
                _ ("the rule before holds always, so this one never does"));
  g_ptr_array_add (states, rule);
  rule->when = bb_pr_text (reader, object, "when");
  rule->vehicle = (guint8) bb_pr_word (reader, object, "iec", bb_words_iec, 1);
  rule->status = (guint8) bb_pr_word (reader, object, "status", bb_words_status, 0);
  rule->reason = bb_pr_text (reader, object, "reason");
  bb_check_condition (reader, "when", rule->when, context);
}

void
bb_read_error (BbProfileReader *reader, JsonNode *node, gpointer data)
{
  BbInterfaceReader *context = data;
  JsonObject *object = bb_pr_object (reader, node, error_keys, context->have);
  BbErrorRule *rule = g_new0 (BbErrorRule, 1);

  g_ptr_array_add (context->interface->errors, rule);
  rule->when = bb_pr_text (reader, object, "when");
  rule->fault = bb_pr_word (reader, object, "severity", bb_words_severity, FALSE);
  rule->text = bb_pr_text (reader, object, "text");
  bb_check_condition (reader, "when", rule->when, context);
}

void
bb_read_verify (BbProfileReader *reader, JsonNode *node, gpointer data)
{
  BbInterfaceReader *context = data;
  JsonObject *object = bb_pr_object (reader, node, verify_keys, context->have);
  BbVerify *rule = g_new0 (BbVerify, 1);
  g_autofree gchar *problem = NULL;

  g_ptr_array_add (context->interface->verifies, rule);
  rule->role = (BbRole) bb_pr_word (reader, object, "role", bb_words_role, BB_ROLE_NONE);
  rule->when = bb_pr_text (reader, object, "when");
  rule->expect = bb_pr_text (reader, object, "expect");
  rule->error = bb_pr_word (reader, object, "severity", bb_words_error, FALSE);
  rule->text = bb_pr_text (reader, object, "text");
  problem = rule->expect != NULL ? bb_expect_check (rule->expect) : NULL;
  if (problem != NULL)
    bb_pr_fail (reader, BB_PROFILE_ERROR_VALUE, "expect", "%s", problem);
  if (bb_interface_find_access (context->interface, rule->role, BB_ACCESS_READ) == NULL)
    bb_pr_fail (reader, BB_PROFILE_ERROR_RULE, "role", _ ("there is no point of role %s that can be read"),
                bb_role_get_name (rule->role));
  bb_check_condition (reader, "when", rule->when, context);
}

/* ---- control ---- */

static gint32
read_amperes (BbProfileReader *reader, JsonObject *object, const gchar *key, gdouble fallback)
{
  return (gint32) lround (bb_unit_fold (bb_pr_number (reader, object, key, 0, 1000, fallback), 1000));
}

static void
read_codes (BbProfileReader *reader, JsonObject *control, BbInterfaceReader *context)
{
  static const gchar *const names[] = { NULL, "1", "2", "3" };
  gsize back;
  JsonObject *codes = bb_pr_enter_object (reader, control, "phase_codes", code_keys, context->have, &back);

  context->interface->control.phase_codes[0] = -1;
  for (guint n = 1; n <= 3; n++)
    context->interface->control.phase_codes[n]
        = (gint32) bb_pr_int (reader, codes, names[n], 0, G_MAXINT32, -1);
  if (codes != NULL && bb_interface_find_point (context->interface, BB_ROLE_PHASES_SET) == NULL
      && bb_interface_find_point (context->interface, BB_ROLE_PHASES_ACTUAL) == NULL)
    bb_pr_fail (reader, BB_PROFILE_ERROR_RULE, NULL,
                _ ("there is no point of role phases.set or phases.actual"));
  bb_pr_leave (reader, back);
}

void
bb_read_control (BbProfileReader *reader, JsonObject *object, BbInterfaceReader *context)
{
  BbControl *control = &context->interface->control;
  gsize back;
  JsonObject *node = bb_pr_enter_object (reader, object, "control", control_keys, context->have, &back);

  control->in_watts = bb_pr_word (reader, node, "unit", bb_words_control, FALSE);
  control->step_ma = read_amperes (reader, node, "step_a", 1);
  control->min_on_ma = read_amperes (reader, node, "min_on_a", 6);
  control->off_ma = read_amperes (reader, node, "off_a", 0);
  control->needs_enable = bb_pr_bool (reader, node, "needs_enable", FALSE);
  control->settle_ms = bb_pr_int (reader, node, "settle_ms", 0, 3600000, 10000);
  control->min_interval_ms = bb_pr_int (reader, node, "min_interval_ms", 0, 3600000, 1000);
  if (control->step_ma < 1)
    bb_pr_fail (reader, BB_PROFILE_ERROR_RULE, "step_a", _ ("the step is at least 0.001 A"));
  if (control->off_ma >= control->min_on_ma)
    bb_pr_fail (reader, BB_PROFILE_ERROR_RULE, "off_a",
                _ ("off_a must be less than min_on_a, or it does not pause"));
  if (control->needs_enable
      && bb_interface_find_access (context->interface, BB_ROLE_ENABLE, BB_ACCESS_WRITE) == NULL)
    bb_pr_fail (reader, BB_PROFILE_ERROR_RULE, "needs_enable",
                _ ("there is no point of role %s that can be written"), "enable");
  read_codes (reader, node, context);
  bb_pr_leave (reader, back);
}

/* ---- watchdog ---- */

/* What it writes. */
static void
check_watchdog_role (BbProfileReader *reader, JsonObject *object, const BbWatchdog *watchdog,
                     const BbInterface *interface)
{
  const gboolean writes = watchdog->kind != BB_WATCHDOG_NONE && watchdog->kind != BB_WATCHDOG_ANY_READ
                          && watchdog->kind != BB_WATCHDOG_OCPP;

  if (!writes && watchdog->role != BB_ROLE_NONE && watchdog->kind != BB_WATCHDOG_ANY_READ)
    bb_pr_fail (reader, BB_PROFILE_ERROR_RULE, "role", _ ("this kind of watchdog writes nothing"));
  if (!writes)
    return;
  if (watchdog->role == BB_ROLE_NONE)
    bb_pr_fail (reader, BB_PROFILE_ERROR_KEY, NULL, _ ("the key %s is missing"), "role");
  else if (bb_interface_find_access (interface, watchdog->role, BB_ACCESS_WRITE) == NULL)
    bb_pr_fail (reader, BB_PROFILE_ERROR_RULE, bb_pr_has (reader, object, "role") ? "role" : NULL,
                _ ("there is no point of role %s that can be written"), bb_role_get_name (watchdog->role));
  if (watchdog->kind == BB_WATCHDOG_MAGIC && !bb_pr_has (reader, object, "value"))
    bb_pr_fail (reader, BB_PROFILE_ERROR_KEY, NULL, _ ("the key %s is missing"), "value");
}

static void
check_watchdog_times (BbProfileReader *reader, const BbWatchdog *watchdog)
{
  if (watchdog->timeout_ms != 0 && watchdog->period_ms >= watchdog->timeout_ms)
    bb_pr_fail (reader, BB_PROFILE_ERROR_RULE, "period_ms", _ ("period_ms must be less than timeout_ms"));
  if (watchdog->kind != BB_WATCHDOG_NONE && watchdog->kind != BB_WATCHDOG_OCPP && watchdog->timeout_ms == 0
      && watchdog->period_ms == 0)
    bb_pr_fail (reader, BB_PROFILE_ERROR_KEY, NULL, _ ("the key %s is missing"), "timeout_ms");
}

static void
read_watchdog (BbProfileReader *reader, JsonNode *node, gpointer data)
{
  BbInterfaceReader *context = data;
  JsonObject *object = bb_pr_object (reader, node, watchdog_keys, context->have);
  BbWatchdog *watchdog = g_new0 (BbWatchdog, 1);

  g_ptr_array_add (context->interface->watchdogs, watchdog);
  watchdog->kind = (BbWatchdogKind) bb_pr_word (reader, object, "kind", bb_words_watchdog, BB_WATCHDOG_NONE);
  watchdog->role
      = (BbRole) bb_pr_word (reader, object, "role", bb_words_role,
                             watchdog->kind == BB_WATCHDOG_REWRITE_TIMEOUT ? BB_ROLE_FAILSAFE_TIMEOUT
                                                                           : BB_ROLE_NONE);
  watchdog->value = bb_pr_raw (reader, object, "value", watchdog->kind == BB_WATCHDOG_LIFE_BIT);
  watchdog->period_ms = bb_pr_int (reader, object, "period_ms", 0, 86400000, 0);
  watchdog->timeout_ms = bb_pr_int (reader, object, "timeout_ms", 0, 86400000, 0);
  watchdog->when = bb_pr_text (reader, object, "when");
  if ((watchdog->kind == BB_WATCHDOG_OCPP) != ((context->have & BB_KEY_OCPP) != 0)
      && watchdog->kind != BB_WATCHDOG_NONE)
    bb_pr_fail (reader, BB_PROFILE_ERROR_RULE, "kind",
                _ ("this kind of watchdog does not go with this connection"));
  check_watchdog_role (reader, object, watchdog, context->interface);
  check_watchdog_times (reader, watchdog);
  bb_check_condition (reader, "when", watchdog->when, context);
}

/* One, or a list. */
void
bb_read_watchdogs (BbProfileReader *reader, JsonObject *object, BbInterfaceReader *context)
{
  BbInterface *interface = context->interface;

  if (bb_pr_has (reader, object, "watchdog")
      && JSON_NODE_HOLDS_OBJECT (json_object_get_member (object, "watchdog"))) {
    const gsize back = bb_pr_enter (reader, "watchdog");

    read_watchdog (reader, json_object_get_member (object, "watchdog"), context);
    bb_pr_leave (reader, back);
  } else {
    bb_pr_each (reader, object, "watchdog", read_watchdog, context);
  }
  if (interface->watchdogs->len == 0 && interface->ocpp != NULL && interface->ocpp->stack_safe >= 0
      && context->profile->kind == BB_PROFILE_STATION) {
    BbWatchdog *watchdog = g_new0 (BbWatchdog, 1);

    watchdog->kind = BB_WATCHDOG_OCPP;
    g_ptr_array_add (interface->watchdogs, watchdog);
  }
  if (interface->watchdogs->len > 0)
    interface->watchdog = *(BbWatchdog *) g_ptr_array_index (interface->watchdogs, 0);
}
