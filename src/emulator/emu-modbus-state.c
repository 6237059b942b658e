/* SPDX-License-Identifier: GPL-3.0-or-later */
/* emu-modbus-state.c: a profile's state rules read the other way round: raw values that make them give a
 * state.
 *
 * Conditions compare with constants only, so that the constants themselves, their neighbours and 0 are all
 * the values that can matter. */
#include <string.h>

#include "emulator/emu-modbus-bank.h"
#include "profiles/condition.h"

const BbRole bb_emu_state_roles[BB_EMU_STATE_ROLES]
    = { BB_ROLE_STATE, BB_ROLE_STATE_2, BB_ROLE_BELOW, BB_ROLE_LOCK, BB_ROLE_ERROR };

/* So many combinations are tried for one rule. */
#define TRIES_MAX 20000

typedef struct {
  const BbConditionScope *others;
  const BbEmuStateValues *values;
} Guess;

static gint
position_of (BbRole role)
{
  for (gint i = 0; i < BB_EMU_STATE_ROLES; i++)
    if (bb_emu_state_roles[i] == role)
      return i;
  return -1;
}

static gboolean
get_guess (BbRole role, gint64 *value, gpointer data)
{
  const Guess *guess = data;
  gint position = position_of (role);
  gboolean exists = guess->others->get_value (role, value, guess->others->data);

  if (exists && position >= 0)
    *value = guess->values->value[position];
  return exists;
}

/* Index of the rule that these values meet first, or -1. */
static gint
first_rule (const BbInterface *interface, const BbConditionScope *others, const BbEmuStateValues *values)
{
  Guess guess = { others, values };
  BbConditionScope scope = *others;

  scope.get_value = get_guess;
  scope.data = &guess;
  scope.is_readable = NULL;
  for (guint i = 0; i < interface->states->len; i++) {
    const BbStateRule *rule = g_ptr_array_index (interface->states, i);

    if (bb_condition_holds (rule->when, &scope))
      return (gint) i;
  }
  return -1;
}

gboolean
bb_emu_state_holds (const BbInterface *interface, const BbConditionScope *others, guint vehicle,
                    const BbEmuStateValues *values)
{
  gint rule = values->known ? first_rule (interface, others, values) : -1;

  return rule >= 0
         && ((const BbStateRule *) g_ptr_array_index (interface->states, (guint) rule))->vehicle == vehicle;
}

/* ---- values to try ---- */

static void
add_value (GArray *values, gint64 value)
{
  if (value < 0)
    return;
  for (guint i = 0; i < values->len; i++)
    if (g_array_index (values, gint64, i) == value)
      return;
  g_array_append_val (values, value);
}

/* Numbers of a term: "5", "1,2,5..7". */
static void
add_numbers (GArray *values, const BbTerm *term)
{
  g_autofree gchar *text = g_strndup (term->value, term->value_length);
  g_auto (GStrv) items = g_strsplit_set (text, ",.", -1);

  for (guint i = 0; items[i]; i++) {
    gint64 number = 0;

    g_strstrip (items[i]);
    if (!bb_number_from_text (items[i], strlen (items[i]), &number))
      continue;
    if (term->op == BB_OPERATOR_AND) {
      add_value (values, number & -number);
      continue;
    }
    add_value (values, number);
    add_value (values, number + 1);
    add_value (values, number - 1);
  }
}

/* Constants that a condition compares the state's roles with; returns the roles that it asks for as bits. */
static guint
collect (const gchar *condition, GArray *values[BB_EMU_STATE_ROLES])
{
  const gchar *at = condition;
  BbTerm term;
  guint roles = 0;

  while (at && bb_condition_next (&at, &term, NULL)) {
    gint position = term.kind == BB_TERM_ROLE ? position_of (term.role) : -1;

    if (position < 0)
      continue;
    roles |= 1u << position;
    if (values)
      add_numbers (values[position], &term);
  }
  return roles;
}

/* ---- trying ---- */

/* All combinations of the values of the roles in `roles`, the others 0, until the rule `wanted` comes first.
 */
static gboolean
try_values (const BbInterface *interface, const BbConditionScope *others, gint wanted, guint roles,
            GArray *values[BB_EMU_STATE_ROLES], BbEmuStateValues *found)
{
  guint at[BB_EMU_STATE_ROLES] = { 0 };

  for (guint tries = 0; tries < TRIES_MAX; tries++) {
    guint r = 0;

    for (guint i = 0; i < BB_EMU_STATE_ROLES; i++)
      found->value[i] = roles >> i & 1 ? g_array_index (values[i], gint64, at[i]) : 0;
    if (first_rule (interface, others, found) == wanted)
      return TRUE;
    for (r = 0; r < BB_EMU_STATE_ROLES; r++) { /* like an odometer */
      if (!(roles >> r & 1))
        continue;
      if (++at[r] < values[r]->len)
        break;
      at[r] = 0;
    }
    if (r == BB_EMU_STATE_ROLES)
      return FALSE;
  }
  return FALSE;
}

/* How well a rule says what is wanted: 0 exactly and without a special reason .. 3; -1: not at all. */
static gint
distance (const BbStateRule *rule, guint vehicle, guint status)
{
  if (rule->vehicle == vehicle && rule->status == status)
    return rule->reason ? 1 : 0;
  if (rule->vehicle == vehicle)
    return 2;
  return rule->status == status ? 3 : -1;
}

void
bb_emu_find_state (const BbInterface *interface, const BbConditionScope *others, guint vehicle, guint status,
                   BbEmuStateValues *values)
{
  GArray *tries[BB_EMU_STATE_ROLES];
  gboolean found = FALSE;

  memset (values, 0, sizeof *values);
  for (guint i = 0; i < BB_EMU_STATE_ROLES; i++) {
    tries[i] = g_array_new (FALSE, FALSE, sizeof (gint64));
    add_value (tries[i], 0);
  }
  for (guint i = 0; i < interface->states->len; i++)
    collect (((const BbStateRule *) g_ptr_array_index (interface->states, i))->when, tries);
  for (gint far = 0; far <= 3 && !found; far++)
    for (guint i = 0; i < interface->states->len && !found; i++) {
      const BbStateRule *rule = g_ptr_array_index (interface->states, i);

      if (distance (rule, vehicle, status) != far)
        continue;
      guint own = collect (rule->when, NULL), all = (1u << BB_EMU_STATE_ROLES) - 1;
      found = try_values (interface, others, (gint) i, own, tries, values)
              || try_values (interface, others, (gint) i, all, tries, values);
    }
  if (!found)
    memset (values, 0, sizeof *values);
  values->known = found;
  values->tried = TRUE;
  for (guint i = 0; i < BB_EMU_STATE_ROLES; i++)
    g_array_unref (tries[i]);
}

/* ---- expectations ---- */

gint64
bb_emu_satisfy (const gchar *expect)
{
  gint64 number = 0;
  const gchar *digits = expect + strcspn (expect, "-0123456789");

  if (!bb_number_from_text (digits, strcspn (digits, " ,."), &number))
    return 0;
  if (g_str_has_prefix (expect, "=="))
    return number;
  if (g_str_has_prefix (expect, "!="))
    return number == 0 ? 1 : 0;
  if (g_str_has_prefix (expect, ">="))
    return MAX (number, 0);
  if (g_str_has_prefix (expect, ">"))
    return MAX (number + 1, 0);
  return 0;
}
