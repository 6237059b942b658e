/* SPDX-License-Identifier: GPL-3.0-or-later */
/* check.c: contradictions inside a profile: what needs something that is not there. */
#include <glib/gi18n.h>
#include <string.h>

#include "profiles/condition.h"
#include "profiles/profile-private.h"
#include "profiles/unit.h"

/* ---- conditions ---- */

static gboolean
has_variant (const BbInterface *interface, const BbTerm *term)
{
  for (guint i = 0; i < interface->probes->len; i++) {
    const BbProbe *probe = g_ptr_array_index (interface->probes, i);

    if (probe->variant != NULL && strlen (probe->variant) == term->value_length
        && strncmp (probe->variant, term->value, term->value_length) == 0)
      return TRUE;
  }
  return FALSE;
}

/* Why `term` can never be decided, or NULL. (transfer full) */
static gchar *
undecidable (const BbTerm *term, const BbInterfaceReader *context)
{
  const BbInterface *interface = context->interface;
  const gboolean ocpp = (context->have & BB_KEY_OCPP) != 0;
  const BbRole role = term->kind == BB_TERM_FIRMWARE ? BB_ROLE_FIRMWARE : term->role;
  const BbPoint *point;

  if (term->kind == BB_TERM_VARIANT && !has_variant (interface, term))
    return g_strdup_printf (_ ("no probe has the variant “%.*s”"), (gint) term->value_length, term->value);
  if (term->kind == BB_TERM_READABLE && (context->have & BB_KEY_MODBUS) == 0)
    return g_strdup (_ ("only registers are readable or not"));
  if (term->kind == BB_TERM_VARIANT || term->kind == BB_TERM_READABLE
      || (term->kind == BB_TERM_FIRMWARE && ocpp))
    return NULL;
  point = bb_interface_find_access (interface, role, BB_ACCESS_READ);
  if (point == NULL)
    /* Translators: %s is the name of a role, such as state or firmware. */
    return g_strdup_printf (
        _ ("the condition asks for %s, and there is no point of that role that can be read"),
        bb_role_get_name (role));
  if (term->kind == BB_TERM_ROLE
      && (point->type == BB_TYPE_TEXT || point->type == BB_TYPE_UTF16 || point->type == BB_TYPE_BYTES))
    return g_strdup_printf (_ ("the condition compares %s, which is a text, with a number"),
                            bb_role_get_name (role));
  return NULL;
}

void
bb_check_condition (BbProfileReader *reader, const gchar *key, const gchar *condition,
                    const BbInterfaceReader *context)
{
  g_autofree gchar *problem = NULL;
  const gchar *at = condition;
  BbTerm term;

  while (at != NULL && bb_condition_next (&at, &term, &problem)) {
    g_autofree gchar *why = undecidable (&term, context);

    if (why != NULL)
      bb_pr_fail (reader, BB_PROFILE_ERROR_RULE, key, "%s", why);
  }
  if (problem != NULL)
    bb_pr_fail (reader, BB_PROFILE_ERROR_VALUE, key, "%s", problem);
}

/* ---- points ---- */

/* Whether `earlier` is always taken before `later`. */
static gboolean
hides (const BbPoint *earlier, const BbPoint *later)
{
  return earlier->role == later->role && earlier->when == NULL && earlier->models == NULL
         && (later->access & ~earlier->access) == 0;
}

static void
check_hidden (BbProfileReader *reader, const BbInterface *interface, guint position)
{
  const BbPoint *point = g_ptr_array_index (interface->points, position);

  for (guint i = 0; i < position; i++)
    if (hides (g_ptr_array_index (interface->points, i), point))
      bb_pr_fail (reader, BB_PROFILE_ERROR_RULE, "role",
                  _ ("never used: point %u has this role already, without a condition"), i);
}

static void
check_named_roles (BbProfileReader *reader, const BbInterface *interface, const BbPoint *point)
{
  const struct {
    const gchar *key;
    BbRole role;
  } named[] = { { "verify", point->verify }, { "sign_from", point->sign_from }, { "minus", point->minus } };

  for (guint i = 0; i < G_N_ELEMENTS (named); i++)
    if (named[i].role != BB_ROLE_NONE
        && bb_interface_find_access (interface, named[i].role, BB_ACCESS_READ) == NULL)
      bb_pr_fail (reader, BB_PROFILE_ERROR_RULE, named[i].key,
                  _ ("there is no point of role %s that can be read"), bb_role_get_name (named[i].role));
  if (point->sign_from != BB_ROLE_NONE && bb_role_get_quantities (point->sign_from) != BB_QUANTITY_POWER)
    bb_pr_fail (reader, BB_PROFILE_ERROR_RULE, "sign_from", _ ("only a power gives a sign, %s does not"),
                bb_role_get_name (point->sign_from));
  if (point->minus != BB_ROLE_NONE
      && bb_role_get_quantities (point->minus) != bb_role_get_quantities (point->role))
    bb_pr_fail (reader, BB_PROFILE_ERROR_RULE, "minus", _ ("%s cannot be subtracted from %s"),
                bb_role_get_name (point->minus), bb_role_get_name (point->role));
}

static void
check_derived (BbProfileReader *reader, const BbInterface *interface, const BbPoint *point)
{
  const BbRole needed[] = { point->role - BB_ROLE_CURRENT_L1 + BB_ROLE_POWER_L1,
                            point->role - BB_ROLE_CURRENT_L1 + BB_ROLE_VOLTAGE_L1 };

  for (guint i = 0; point->derived && i < G_N_ELEMENTS (needed); i++)
    if (bb_interface_find_access (interface, needed[i], BB_ACCESS_READ) == NULL)
      bb_pr_fail (reader, BB_PROFILE_ERROR_RULE, "derived",
                  _ ("there is no point of role %s that can be read"), bb_role_get_name (needed[i]));
}

/* A value that is looked for where the value itself says. */
static void
check_own_condition (BbProfileReader *reader, const BbPoint *point)
{
  const gchar *at = point->when;
  BbTerm term;

  while (at != NULL && bb_condition_next (&at, &term, NULL)) {
    const BbRole role = term.kind == BB_TERM_FIRMWARE ? BB_ROLE_FIRMWARE : term.role;

    if (role == point->role)
      bb_pr_fail (reader, BB_PROFILE_ERROR_RULE, "when", _ ("the condition asks for the point's own role"));
  }
}

void
bb_check_points (BbProfileReader *reader, const BbInterfaceReader *context)
{
  const BbInterface *interface = context->interface;
  const gsize back = bb_pr_enter (reader, "points");

  for (guint i = 0; bb_pr_ok (reader) && i < interface->points->len; i++) {
    const BbPoint *point = g_ptr_array_index (interface->points, i);
    const gsize at = bb_pr_enter_item (reader, i);

    check_hidden (reader, interface, i);
    check_named_roles (reader, interface, point);
    check_derived (reader, interface, point);
    bb_check_condition (reader, "when", point->when, context);
    check_own_condition (reader, point);
    bb_pr_leave (reader, at);
  }
  bb_pr_leave (reader, back);
}

/* ---- the interface, the profile ---- */

static gboolean
is_unsigned (const BbPoint *point)
{
  return point->type == BB_TYPE_U16 || point->type == BB_TYPE_U32 || point->type == BB_TYPE_U64;
}

static void
check_meter (BbProfileReader *reader, const BbInterfaceReader *context)
{
  const BbInterface *interface = context->interface;
  const BbPoint *current = bb_interface_find_access (interface, BB_ROLE_CURRENT_L1, BB_ACCESS_READ);
  const gsize back = bb_pr_enter (reader, "resolution");

  if (interface->is_signed && current != NULL && (context->have & BB_KEY_MODBUS) != 0 && !current->derived
      && is_unsigned (current) && current->sign_from == BB_ROLE_NONE)
    bb_pr_fail (reader, BB_PROFILE_ERROR_RULE, "signed", _ ("current.l1 is unsigned and has no sign_from"));
  bb_pr_leave (reader, back);
  for (guint n = 1; interface->has_phase_currents && current != NULL && n < context->profile->n_phases; n++)
    if (bb_interface_find_access (interface, BB_ROLE_CURRENT_L1 + n, BB_ACCESS_READ) == NULL)
      bb_pr_fail (reader, BB_PROFILE_ERROR_RULE, "points",
                  _ ("there is no point current.l%u, and phases is %u"), n + 1, context->profile->n_phases);
}

/* The set-point's steps must be steps of what is written. */
static void
check_set_point (BbProfileReader *reader, const BbInterface *interface, const BbPoint *set)
{
  const gdouble count = set->scale < 0 ? -set->scale : set->scale;
  const gsize back = bb_pr_enter (reader, "control");

  if (set->type != BB_TYPE_F32 && !interface->control.in_watts && interface->control.step_ma + 0.5 < count
      && count <= 1e6)
    bb_pr_fail (reader, BB_PROFILE_ERROR_RULE, "step_a",
                _ ("one count of limit.set is %g A, more than the step"), count / 1000);
  bb_pr_leave (reader, back);
}

static void
check_station (BbProfileReader *reader, const BbInterfaceReader *context)
{
  const BbInterface *interface = context->interface;
  const BbPoint *set = bb_interface_find_access (interface, BB_ROLE_LIMIT_SET, BB_ACCESS_WRITE);

  if (set == NULL && (context->have & BB_KEY_MODBUS) != 0)
    bb_pr_fail (reader, BB_PROFILE_ERROR_RULE, "points",
                _ ("a station needs a point of role limit.set that can be written"));
  if (bb_interface_find_point (interface, BB_ROLE_STATE) != NULL && interface->states->len == 0)
    bb_pr_fail (reader, BB_PROFILE_ERROR_RULE, "states", _ ("a point of role state needs rules in states"));
  if (set != NULL)
    check_set_point (reader, interface, set);
}

void
bb_check_interface (BbProfileReader *reader, const BbInterfaceReader *context)
{
  if (context->interface->points->len == 0 && context->profile->refuse == NULL
      && (context->have & (BB_KEY_OCPP | BB_KEY_CLOUD)) == 0)
    bb_pr_fail (reader, BB_PROFILE_ERROR_KEY, NULL, _ ("the key %s is missing"), "points");
  if (!bb_pr_ok (reader))
    return;
  if (context->profile->kind == BB_PROFILE_METER)
    check_meter (reader, context);
  else
    check_station (reader, context);
}

void
bb_check_profile (BbProfileReader *reader, const BbProfile *profile)
{
  gboolean limiting = FALSE;

  for (guint i = 0; i < profile->interfaces->len; i++)
    limiting |= ((const BbInterface *) g_ptr_array_index (profile->interfaces, i))->has_phase_currents;
  if (profile->kind == BB_PROFILE_METER && !limiting && profile->refuse == NULL)
    bb_pr_fail (reader, BB_PROFILE_ERROR_RULE, NULL,
                _ ("a meter without phase currents needs refuse: why it is no limiting meter"));
  if (profile->sources == NULL && profile->evidence != BB_EVIDENCE_UNVERIFIED)
    bb_pr_fail (reader, BB_PROFILE_ERROR_KEY, NULL, _ ("the key %s is missing"), "sources");
}
