/* SPDX-License-Identifier: GPL-3.0-or-later */
/* check-devices.c: rules between a site and the profiles of its devices (C-10): what they can, and how they
 * are reached. */
#include <glib/gi18n.h>
#include <string.h>

#include "model/address.h"
#include "model/check-private.h"
#include "profiles/catalogue.h"

/* A part with what its profile says of it. */
typedef struct {
  BbCheck *check;
  const gchar *list; /* "meters", "stations" */
  guint position;
  const gchar *who;
  BbProfile *profile;
  const BbInterface *interface; /* of its connection */
} Device;

/* FALSE when there is nothing more to say: no profile, or not a usable one. */
static gboolean
find_profile (Device *device, const gchar *id, BbProfileKind kind)
{
  g_autoptr (GError) error = NULL;

  if (*id == '\0')
    return FALSE;
  device->profile = bb_catalogue_find (bb_catalogue_get_default (), id, &error);
  if (device->profile == NULL) {
    bb_check_add (device->check, BB_SEVERITY_WARNING, "profile-unknown",
                  bb_check_at (device->list, device->position, "profile"),
                  _ ("“%s” has the device profile %s, which is not known here: it can be simulated, not "
                     "reached. Choose "
                     "one of the list, or add its file."),
                  device->who, id);
    return FALSE;
  }
  if (device->profile->kind == kind)
    return TRUE;
  bb_check_add (device->check, BB_SEVERITY_ERROR, "profile-kind",
                bb_check_at (device->list, device->position, "profile"),
                kind == BB_PROFILE_METER ? _ ("%s is the profile of a station, but “%s” is a meter.")
                                         : _ ("%s is the profile of a meter, but “%s” is a station."),
                id, device->who);
  return FALSE;
}

static gboolean
find_interface (Device *device, const gchar *connection)
{
  device->interface = bb_profile_choose_interface (device->profile, connection);
  if (device->interface == NULL)
    bb_check_add (
        device->check, BB_SEVERITY_ERROR, "connection-unknown",
        bb_check_at (device->list, device->position, "connection"),
        _ ("“%s” cannot be reached over %s: its profile %s does not know it. Leave it open to take the "
           "profile's own."),
        device->who, connection, device->profile->id);
  return device->interface != NULL;
}

/* ---- serial lines ---- */

/* On one line all speak with the same settings, and each has a unit of its own. */
static void
check_line (const Device *device, const gchar *text, GHashTable *lines)
{
  g_auto (BbAddress) address = { 0 };

  if (!bb_address_parse (text, &address, NULL) || address.device == NULL)
    return;
  guint unit = address.unit != 0 ? address.unit : MAX (device->interface->unit, 1);
  g_autofree gchar *place = g_strdup_printf ("%s/%u", address.device, unit);
  const gchar *other = g_hash_table_lookup (lines, place);
  if (other != NULL)
    bb_check_add (
        device->check, BB_SEVERITY_ERROR, "unit-duplicate",
        bb_check_at (device->list, device->position, "address"),
        _ ("“%s” and “%s” have the same unit on one serial line. Give each its own, in the devices too."),
        device->who, other);
  else
    g_hash_table_insert (lines, g_steal_pointer (&place), g_strdup (device->who));
  if (address.baud == 0)
    return;
  g_autofree gchar *settings = g_strdup_printf ("%u-8%c%u", address.baud, address.parity, address.stop_bits);
  const gchar *former = g_hash_table_lookup (lines, address.device);
  if (former == NULL)
    g_hash_table_insert (lines, g_strdup (address.device), g_steal_pointer (&settings));
  else if (strcmp (former, settings) != 0)
    bb_check_add (device->check, BB_SEVERITY_ERROR, "line-settings",
                  bb_check_at (device->list, device->position, "address"),
                  _ ("“%s” shares its serial line with devices at %s: a line has one setting for all."),
                  device->who, former);
}

/* ---- meters ---- */

static gboolean
guards_circuit (const BbCheck *check, const gchar *meter)
{
  for (guint c = 0; c < check->n_circuits; c++)
    if (strcmp (bb_check_circuit (check, c)->meter, meter) == 0)
      return TRUE;
  return FALSE;
}

static void
check_meter (BbCheck *check, guint m, GHashTable *lines)
{
  const BbMeterFields *f = bb_check_meter (check, m);
  Device device = { check, "meters", m, bb_check_name (f->name, f->id), NULL, NULL };

  if (!find_profile (&device, f->profile, BB_PROFILE_METER) || !find_interface (&device, f->connection))
    return;
  check_line (&device, f->address, lines);
  if (device.profile->refuse != NULL && !f->total_only && guards_circuit (check, f->id))
    bb_check_add (check, BB_SEVERITY_ERROR, "meter-refused", bb_check_at ("meters", m, "profile"),
                  _ ("“%s” cannot guard a circuit. %s"), device.who, device.profile->refuse);
  if (f->is_signed && !device.interface->is_signed)
    bb_check_add (
        check, BB_SEVERITY_ERROR, "meter-unsigned", bb_check_at ("meters", m, "signed"),
        _ ("“%s” does not tell export from import over %s: switch “Shows export” off, or use another meter."),
        device.who,
        bb_connection_get_name ((BbConnection) __builtin_ctz (device.interface->connections | 1u << 31)));
}

/* ---- stations ---- */

static void
check_step (const Device *device, const BbStationFields *f)
{
  gint32 step_ma = device->interface->control.step_ma;
  g_autofree gchar *step = bb_check_amps (step_ma);

  if (step_ma <= 1 || f->step_ma % step_ma == 0)
    return;
  bb_check_add (device->check, BB_SEVERITY_ERROR, "station-step",
                bb_check_at ("stations", device->position, "step_a"),
                _ ("“%s” takes set-points in steps of %s only: set its step to that."), device->who, step);
}

/* Two stations with one identity and connector would take each other's set-points. */
static void
check_identity (const Device *device, const BbStationFields *f, GHashTable *taken)
{
  const gchar *identity = *f->identity != '\0' ? f->identity : *f->serial != '\0' ? f->serial : f->id;
  g_autofree gchar *key = g_strdup_printf ("%s/%d", identity, f->connector);
  const gchar *other = g_hash_table_lookup (taken, key);

  if (((device->interface->connections >> BB_CONNECTION_OCPP) & 1) == 0)
    return;
  if (other != NULL)
    bb_check_add (device->check, BB_SEVERITY_ERROR, "identity-duplicate",
                  bb_check_at ("stations", device->position, "identity"),
                  _ ("“%s” and “%s” have the same identity and connector. Give each its own."), device->who,
                  other);
  else
    g_hash_table_insert (taken, g_steal_pointer (&key), g_strdup (device->who));
}

/* One that does not notice that its controller is gone draws on what it was told last. */
static void
check_failsafe (const Device *device, const BbStationFields *f)
{
  if (device->interface->watchdog.kind != BB_WATCHDOG_NONE || f->failsafe_ma == BB_UNSTATED
      || f->failsafe_ma >= f->max_ma)
    return;
  bb_check_add (
      device->check, BB_SEVERITY_WARNING, "failsafe-none",
      bb_check_at ("stations", device->position, "failsafe_a"),
      _ ("“%s” does not notice over this connection when the controller is lost, and keeps its last current. "
         "Leave its fail-safe current open: it then counts at its maximum."),
      device->who);
}

static void
check_station (BbCheck *check, guint s, GHashTable *taken, GHashTable *lines)
{
  const BbStationFields *f = bb_check_station (check, s);
  Device device = { check, "stations", s, bb_check_name (f->name, f->id), NULL, NULL };

  if (!find_profile (&device, f->profile, BB_PROFILE_STATION) || !find_interface (&device, f->connection))
    return;
  check_line (&device, f->address, lines);
  check_step (&device, f);
  check_failsafe (&device, f);
  check_identity (&device, f, taken);
}

void
bb_check_devices (BbCheck *check)
{
  g_autoptr (GHashTable) taken = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);

  g_autoptr (GHashTable) lines = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);

  for (guint m = 0; m < check->n_meters; m++)
    check_meter (check, m, lines);
  for (guint s = 0; s < check->n_stations; s++)
    check_station (check, s, taken, lines);
}
