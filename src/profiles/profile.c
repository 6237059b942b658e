/* SPDX-License-Identifier: GPL-3.0-or-later */
/* profile.c: profiles as they are held in memory, and which point, interface or watchdog of one applies. */
#include "profiles/profile-private.h"

G_DEFINE_QUARK (bb_profile_error, bb_profile_error)

/* ---- freeing ---- */

void
bb_point_free (BbPoint *point)
{
  g_free (point->format);
  g_free (point->path);
  g_strfreev (point->plus_paths);
  g_free (point->valid_path);
  g_free (point->ocpp_phase);
  g_clear_pointer (&point->models, g_array_unref);
  g_free (point->invalid);
  g_free (point->when);
  g_free (point);
}

static void
free_state (BbStateRule *rule)
{
  g_free (rule->when);
  g_free (rule->reason);
  g_free (rule);
}

static void
free_error (BbErrorRule *rule)
{
  g_free (rule->when);
  g_free (rule->text);
  g_free (rule);
}

static void
free_probe (BbProbe *probe)
{
  for (guint i = 0; i < probe->n_reads; i++)
    g_free (probe->reads[i].path);
  g_free (probe->reads);
  g_free (probe->variant);
  g_free (probe);
}

static void
free_verify (BbVerify *rule)
{
  g_free (rule->when);
  g_free (rule->expect);
  g_free (rule->text);
  g_free (rule);
}

static void
free_watchdog (BbWatchdog *watchdog)
{
  g_free (watchdog->when);
  g_free (watchdog);
}

static void
free_ocpp (BbOcppProfile *ocpp)
{
  g_free (ocpp->match_vendor);
  g_free (ocpp->match_model);
  g_free (ocpp->purpose);
  g_free (ocpp->kind);
  g_strfreev (ocpp->measurands);
  g_strfreev (ocpp->skip);
  g_free (ocpp);
}

BbInterface *
bb_interface_new (void)
{
  BbInterface *interface = g_new0 (BbInterface, 1);

  interface->points = g_ptr_array_new_with_free_func ((GDestroyNotify) bb_point_free);
  interface->states = g_ptr_array_new_with_free_func ((GDestroyNotify) free_state);
  interface->errors = g_ptr_array_new_with_free_func ((GDestroyNotify) free_error);
  interface->probes = g_ptr_array_new_with_free_func ((GDestroyNotify) free_probe);
  interface->verifies = g_ptr_array_new_with_free_func ((GDestroyNotify) free_verify);
  interface->watchdogs = g_ptr_array_new_with_free_func ((GDestroyNotify) free_watchdog);
  return interface;
}

void
bb_interface_free (BbInterface *interface)
{
  g_free (interface->host);
  g_clear_pointer (&interface->bauds, g_array_unref);
  g_free (interface->parity);
  g_strfreev (interface->requests);
  g_free (interface->auth);
  g_clear_pointer (&interface->sunspec_models, g_array_unref);
  g_ptr_array_unref (interface->points);
  g_ptr_array_unref (interface->states);
  g_ptr_array_unref (interface->errors);
  g_ptr_array_unref (interface->probes);
  g_ptr_array_unref (interface->verifies);
  g_ptr_array_unref (interface->watchdogs);
  g_clear_pointer (&interface->ocpp, free_ocpp);
  g_free (interface);
}

BbProfile *
bb_profile_ref (BbProfile *profile)
{
  g_return_val_if_fail (profile != NULL, NULL);
  g_atomic_ref_count_inc (&profile->refs);
  return profile;
}

void
bb_profile_unref (BbProfile *profile)
{
  g_return_if_fail (profile != NULL);
  if (!g_atomic_ref_count_dec (&profile->refs))
    return;
  g_free (profile->path);
  g_free (profile->origin);
  g_free (profile->id);
  g_free (profile->vendor);
  g_free (profile->name);
  g_strfreev (profile->models);
  g_free (profile->revision);
  g_strfreev (profile->sources);
  g_strfreev (profile->notes);
  g_ptr_array_unref (profile->setup);
  g_ptr_array_unref (profile->interfaces);
  g_free (profile->refuse);
  g_free (profile);
}

/* ---- asking ---- */

const BbInterface *
bb_profile_find_interface (const BbProfile *profile, BbConnection connection)
{
  g_return_val_if_fail (profile != NULL, NULL);
  for (guint i = 0; i < profile->interfaces->len; i++) {
    const BbInterface *interface = g_ptr_array_index (profile->interfaces, i);

    if ((interface->connections & 1u << connection) != 0)
      return interface;
  }
  return NULL;
}

const BbPoint *
bb_interface_find_access (const BbInterface *interface, BbRole role, BbAccess access)
{
  for (guint i = 0; i < interface->points->len; i++) {
    const BbPoint *point = g_ptr_array_index (interface->points, i);

    if (point->role == role && (point->access & access) != 0)
      return point;
  }
  return NULL;
}

const BbInterface *
bb_profile_choose_interface (const BbProfile *profile, const gchar *connection)
{
  gint number = bb_connection_from_name (connection);

  if (*connection == '\0')
    return profile->interfaces->len > 0 ? g_ptr_array_index (profile->interfaces, 0) : NULL;
  return number >= 0 ? bb_profile_find_interface (profile, (BbConnection) number) : NULL;
}

const BbPoint *
bb_interface_find_point (const BbInterface *interface, BbRole role)
{
  g_return_val_if_fail (interface != NULL, NULL);
  return bb_interface_find_access (interface, role, BB_ACCESS_BOTH);
}

const BbPoint *
bb_interface_pick_point_for (const BbInterface *interface, BbRole role, BbAccess access,
                             const BbConditionScope *scope)
{
  g_return_val_if_fail (interface != NULL, NULL);
  for (guint i = 0; i < interface->points->len; i++) {
    const BbPoint *point = g_ptr_array_index (interface->points, i);

    if (point->role == role && (point->access & access) != 0 && bb_condition_holds (point->when, scope))
      return point;
  }
  return NULL;
}

const BbPoint *
bb_interface_pick_point (const BbInterface *interface, BbRole role, const BbConditionScope *scope)
{
  const BbPoint *point = bb_interface_pick_point_for (interface, role, BB_ACCESS_READ, scope);

  return point != NULL ? point : bb_interface_pick_point_for (interface, role, BB_ACCESS_WRITE, scope);
}

const BbWatchdog *
bb_interface_pick_watchdog (const BbInterface *interface, const BbConditionScope *scope)
{
  static const BbWatchdog none = { .kind = BB_WATCHDOG_NONE };

  g_return_val_if_fail (interface != NULL, &none);
  for (guint i = 0; i < interface->watchdogs->len; i++) {
    const BbWatchdog *watchdog = g_ptr_array_index (interface->watchdogs, i);

    if (bb_condition_holds (watchdog->when, scope))
      return watchdog;
  }
  return &none;
}
