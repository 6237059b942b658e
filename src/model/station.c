/* SPDX-License-Identifier: GPL-3.0-or-later */
/* station.c: a charging station, or a plain socket. */
#include "model/station.h"

#include <string.h>

#include "model/fields.h"

BB_DEFINE_PART (BbStation, bb_station, "station")

static const gchar *const while_inactive[] = { "fail-safe", "off", NULL };

static const BbField fields[] = {
  ID (BbStation),
  TEXT (BbStation, "name", "name", name),
  TEXT (BbStation, "description", "description", description),
  TEXT (BbStation, "serial", "serial", serial),
  TEXT (BbStation, "profile", "profile", profile),
  TEXT (BbStation, "connection", "connection", connection),
  TEXT (BbStation, "address", "address", address),
  TEXT (BbStation, "identity", "identity", identity),
  NUMBER (BbStation, "connector", "connector", connector, 0, 1, 1, 9, 1),
  REFERENCE (BbStation, "circuit", "circuit", circuit),
  REFERENCE (BbStation, "group", "group", group),
  NUMBER (BbStation, "n-phases", "phases", n_phases, BB_FIELD_NULLABLE, 1, 1, 3, BB_UNSTATED),
  TEXT (BbStation, "rotation", "rotation", rotation),
  BOOLEAN (BbStation, "can-switch", "can_switch", can_switch, FALSE),
  BOOLEAN (BbStation, "socket", "socket", socket, FALSE),
  BOOLEAN (BbStation, "commandable", "commandable", commandable, TRUE),
  BOOLEAN (BbStation, "measured", "measured", measured, TRUE),
  NUMBER (BbStation, "priority", "priority", priority, 0, 1, 0, 99, 0),
  CURRENT (BbStation, "min-ma", "min_a", min_ma, 6000),
  CURRENT_OR_NOT (BbStation, "min-3p-ma", "min_3p_a", min_3p_ma),
  CURRENT (BbStation, "max-ma", "max_a", max_ma, 16000),
  CURRENT (BbStation, "cable-ma", "cable_a", cable_ma, 0),
  CURRENT (BbStation, "step-ma", "step_a", step_ma, 100),
  CURRENT_OR_NOT (BbStation, "failsafe-ma", "failsafe_a", failsafe_ma),
  BOOLEAN (BbStation, "failsafe-fixed", "failsafe_fixed", failsafe_fixed, FALSE),
  CURRENT_OR_NOT (BbStation, "power-on-ma", "power_on_a", power_on_ma),
  CHOICE (BbStation, "while-inactive", "while_inactive", while_inactive, BB_INACTIVE_FAILSAFE,
          while_inactive),
  SECONDS (BbStation, "reaction-ms", "reaction_s", reaction_ms, 2000),
  CURRENT_OR_NOT (BbStation, "reservation-ma", "reservation_a", reservation_ma),
  IDS (BbStation, "included-in", "included_in", included_in),
};

static void
bb_station_class_init (BbStationClass *klass)
{
  bb_part_class_set_fields (BB_PART_CLASS (klass), "station", fields, G_N_ELEMENTS (fields));
}

BbStation *
bb_station_new (const gchar *id)
{
  return (BbStation *) g_object_new (BB_TYPE_STATION, "id", id, NULL);
}

/* "231" -> 1, 2, 0; FALSE when it does not name `n` different phases. */
static gboolean
parse_rotation (const gchar *text, guint n, guint8 rotation[3])
{
  guint seen = 0;

  if (n > 3 || strlen (text) != n)
    return FALSE;
  for (guint t = 0; t < n; t++) {
    if (text[t] < '1' || text[t] > '3' || ((seen >> (text[t] - '1')) & 1) != 0)
      return FALSE;
    seen |= 1u << (text[t] - '1');
  }
  for (guint t = 0; t < n; t++)
    rotation[t] = (guint8) (text[t] - '1');
  return TRUE;
}

BbRotation
bb_station_get_rotation (BbStation *self, guint circuit_phases, guint *n_phases, guint8 rotation[3])
{
  const guint available = (guint) __builtin_popcount (circuit_phases & 7);
  const guint n = self->f.n_phases == BB_UNSTATED ? MAX (available, 1) : (guint) self->f.n_phases;
  guint t = 0;

  *n_phases = n;
  for (guint p = 0; p < 3; p++)
    rotation[p] = (guint8) p;
  if (strcmp (self->f.rotation, "unknown") == 0)
    return BB_ROTATION_UNKNOWN;
  if (*self->f.rotation != '\0' && parse_rotation (self->f.rotation, n, rotation))
    return BB_ROTATION_KNOWN;
  if (*self->f.rotation != '\0' || n > available)
    return BB_ROTATION_INVALID;
  for (guint p = 0; p < 3 && t < n; p++)
    if (((circuit_phases >> p) & 1) != 0)
      rotation[t++] = (guint8) p;
  return BB_ROTATION_KNOWN;
}
