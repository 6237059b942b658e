/* SPDX-License-Identifier: GPL-3.0-or-later */
/* device-words.c: what people are told about the device behind a station or meter. */
#include "app/device-words.h"

#include <glib/gi18n.h>
#include <string.h>

#include "model/decimal.h"
#include "model/meter.h"
#include "model/station.h"
#include "profiles/catalogue.h"

#define BIT(connection) (1u << (connection))
#define NETWORKED                                                                                            \
  (BIT (BB_CONNECTION_MODBUS_TCP) | BIT (BB_CONNECTION_HTTP) | BIT (BB_CONNECTION_P1)                        \
   | BIT (BB_CONNECTION_MQTT))
/* It names itself, or others know it by that name. */
#define NAMED (BIT (BB_CONNECTION_OCPP) | BIT (BB_CONNECTION_CLOUD) | BIT (BB_CONNECTION_MQTT))

gboolean
bb_device_peek (BbPart *part, BbDeviceFields *fields)
{
  if (BB_IS_STATION (part)) {
    const BbStationFields *f = bb_station_peek (BB_STATION (part));
    *fields
        = (BbDeviceFields){ BB_PROFILE_STATION, f->profile, f->connection, f->identity, f->serial, f->id };
    return TRUE;
  }
  if (BB_IS_METER (part)) {
    const BbMeterFields *f = bb_meter_peek (BB_METER (part));
    *fields = (BbDeviceFields){ BB_PROFILE_METER, f->profile, f->connection, f->identity, f->serial, f->id };
    return TRUE;
  }
  return FALSE;
}

BbProfile *
bb_device_find_profile (const gchar *id)
{
  return *id != '\0' ? bb_catalogue_find (bb_catalogue_get_default (), id, NULL) : NULL;
}

const BbInterface *
bb_device_find_interface (BbPart *part)
{
  BbDeviceFields fields;
  BbProfile *profile = bb_device_peek (part, &fields) ? bb_device_find_profile (fields.profile) : NULL;

  return profile != NULL ? bb_profile_choose_interface (profile, fields.connection) : NULL;
}

guint
bb_device_connections (BbPart *part)
{
  BbDeviceFields fields;
  const BbInterface *interface = bb_device_find_interface (part);
  gint stated;

  if (!bb_device_peek (part, &fields))
    return 0;
  stated = bb_connection_from_name (fields.connection);
  if (stated >= 0)
    return BIT (stated);
  return interface != NULL ? interface->connections : 0;
}

/* ---- a profile ---- */

gchar *
bb_profile_get_title (const BbProfile *profile)
{
  /* “Any OCPP 1.6J station” is not “OCPP Any …”. */
  if (strstr (profile->name, profile->vendor) != NULL)
    return g_strdup (profile->name);
  return g_strdup_printf ("%s %s", profile->vendor, profile->name);
}

gchar *
bb_device_title (const gchar *id)
{
  const BbProfile *profile = bb_device_find_profile (id);

  return profile != NULL ? bb_profile_get_title (profile) : g_strdup (id);
}

gchar *
bb_device_describe (const gchar *profile, const gchar *connection)
{
  const gint known = bb_connection_from_name (connection);
  const gchar *way = known >= 0 ? bb_connection_get_title ((BbConnection) known) : connection;
  g_autofree gchar *device = bb_device_title (profile);

  if (*device != '\0' && *way != '\0')
    return g_strdup_printf ("%s · %s", device, way);
  if (*device == '\0' && *way == '\0')
    return g_strdup ("–");
  return g_strdup (*device != '\0' ? device : way);
}

gchar *
bb_profile_get_evidence_text (const BbProfile *profile)
{
  const gchar *title = bb_evidence_get_title (profile->evidence);

  /* Translators: what a device profile stands on, such as “field code” */
  return profile->experimental ? g_strdup_printf (_ ("%s, experimental"), title) : g_strdup (title);
}

static void
append_connections (GString *text, guint connections)
{
  gboolean first = TRUE;

  for (guint c = 0; c < BB_CONNECTION_N; c++)
    if ((connections & BIT (c)) != 0) {
      g_string_append_printf (text, "%s%s", first ? "" : ", ", bb_connection_get_title ((BbConnection) c));
      first = FALSE;
    }
}

gchar *
bb_profile_get_interfaces_text (const BbProfile *profile)
{
  g_autoptr (GString) text = g_string_new (NULL);
  guint by_evidence[BB_EVIDENCE_UNVERIFIED + 1] = { 0 };

  for (guint i = 0; i < profile->interfaces->len; i++) {
    const BbInterface *interface = g_ptr_array_index (profile->interfaces, i);
    by_evidence[MIN (interface->evidence, BB_EVIDENCE_UNVERIFIED)] |= interface->connections;
  }
  for (guint e = 0; e < G_N_ELEMENTS (by_evidence); e++) {
    if (by_evidence[e] == 0)
      continue;
    g_string_append (text, text->len > 0 ? " · " : "");
    append_connections (text, by_evidence[e]);
    g_string_append_printf (text, ": %s", bb_evidence_get_title ((BbEvidence) e));
  }
  if (profile->experimental)
    g_string_append_printf (text, " · %s", _ ("experimental"));
  return g_string_free (g_steal_pointer (&text), FALSE);
}

gchar *
bb_profile_explain_evidence (const BbProfile *profile, const BbInterface *interface)
{
  static const gchar *const sentences[] = {
    N_ ("What is known of it comes from its maker's own document."),
    N_ ("What is known of it comes from programs that drive such devices in the field; its maker's document "
        "was not at hand."),
    N_ ("Nobody has confirmed it on such a device: Busbar only reads from it, and writes nothing before a "
        "person confirmed at commissioning that what it reads is right."),
  };
  const BbEvidence evidence = interface != NULL ? interface->evidence : profile->evidence;
  const gchar *sentence = _ (sentences[MIN (evidence, BB_EVIDENCE_UNVERIFIED)]);

  if (!profile->experimental)
    return g_strdup (sentence);
  return g_strdup_printf ("%s %s", sentence,
                          _ ("It is experimental: try it on one station before a site relies on it."));
}

/* ---- a lost controller ---- */

/* "after 60 s", or "" (transfer full) */
static gchar *
after (gint64 timeout_ms)
{
  g_autofree gchar *seconds = bb_decimal_fixed (timeout_ms, 1000, timeout_ms % 1000 == 0 ? 0 : 1);

  /* Translators: a time without news from the controller */
  return timeout_ms > 0 ? g_strdup_printf (_ (" for %s s"), seconds) : g_strdup ("");
}

static gchar *
watchdog_sentence (const BbWatchdog *watchdog)
{
  g_autofree gchar *time = after (watchdog->timeout_ms);

  switch (watchdog->kind) {
  case BB_WATCHDOG_NONE:
    return g_strdup (_ ("It does not notice: it keeps the last current that it was told."));
  case BB_WATCHDOG_ANY_READ:
    /* Translators: %s is empty or “ for 60 s” */
    return g_strdup_printf (_ ("When nobody reads from it%s, it falls back to its fail-safe current."), time);
  case BB_WATCHDOG_OCPP:
    return g_strdup_printf (
        _ ("When its current is not renewed%s, that ends, and the fail-safe current that it keeps is in "
           "force."),
        time);
  case BB_WATCHDOG_WRITE_POINT:
  case BB_WATCHDOG_REWRITE_TIMEOUT:
  case BB_WATCHDOG_MAGIC:
  case BB_WATCHDOG_LIFE_BIT:
  default:
    return g_strdup_printf (
        _ ("Without a sign of life from the controller%s it falls back to its fail-safe current."), time);
  }
}

static gboolean
is_failsafe_written (const BbInterface *interface)
{
  const BbPoint *point = bb_interface_find_point (interface, BB_ROLE_FAILSAFE_CURRENT);

  return (point != NULL && (point->access & BB_ACCESS_WRITE) != 0)
         || (interface->ocpp != NULL && interface->ocpp->stack_safe >= 0);
}

gchar *
bb_interface_explain_loss (const BbInterface *interface)
{
  g_autofree gchar *sentence = watchdog_sentence (&interface->watchdog);

  if (interface->watchdog.kind == BB_WATCHDOG_NONE)
    return g_strdup_printf ("%s %s", sentence,
                            _ ("State its fail-safe current as its maximum, or limit it at the station."));
  return g_strdup_printf (
      "%s %s", sentence,
      is_failsafe_written (interface)
          ? _ ("Busbar writes that current at commissioning.")
          : _ ("Busbar cannot write that current: look it up at the station and state it as its "
               "fail-safe current."));
}

/* ---- a station or meter ---- */

const gchar *
bb_device_address_example (BbPart *part)
{
  const guint connections = bb_device_connections (part);

  if (connections == BIT (BB_CONNECTION_MODBUS_RTU))
    return "/dev/ttyUSB0";
  return connections == 0 || (connections & (NETWORKED | BIT (BB_CONNECTION_MODBUS_RTU))) != 0
             ? "192.168.1.50"
             : NULL;
}

static gchar *
explain_ocpp (const BbDeviceFields *fields)
{
  const gchar *identity = *fields->identity != '\0' ? fields->identity
                          : *fields->serial != '\0' ? fields->serial
                                                    : fields->id;

  /* Translators: CONTROLLER and PORT stand for what is to be typed; the last word is a name */
  return g_strdup_printf (_ ("Not needed: it connects by itself. Enter ws://CONTROLLER:PORT/%s as the server "
                             "in its own settings."),
                          identity);
}

gchar *
bb_device_explain_address (BbPart *part)
{
  const guint connections = bb_device_connections (part);
  BbDeviceFields fields;

  if (!bb_device_peek (part, &fields))
    return NULL;
  if (connections == BIT (BB_CONNECTION_OCPP))
    return explain_ocpp (&fields);
  if (connections == BIT (BB_CONNECTION_CLOUD))
    return g_strdup (_ ("Not needed: it is reached through its maker's cloud. Its number there is its "
                        "identity."));
  if (connections == BIT (BB_CONNECTION_MQTT))
    return g_strdup (
        _ ("IP address or name of the broker at which it publishes; the broker's port may follow: "
           "192.168.1.50:1883."));
  if (connections == BIT (BB_CONNECTION_MODBUS_RTU))
    return g_strdup (
        _ ("Serial port of the controller. Line settings and unit that differ from the profile's "
           "follow it: /dev/ttyUSB0:9600-8N1/3."));
  if ((connections & BIT (BB_CONNECTION_MODBUS_RTU)) != 0)
    return g_strdup (_ ("IP address or host name; on a serial line the controller's port, such as "
                        "/dev/ttyUSB0. A unit of its own follows: /3."));
  if ((connections & BIT (BB_CONNECTION_MODBUS_TCP)) != 0)
    return g_strdup (_ ("IP address or host name, fixed and inside the site's subnet. A port and unit of its "
                        "own follow it: 192.168.1.50:502/3."));
  return g_strdup (
      _ ("IP address or host name, fixed and inside the site's subnet. A port of its own follows "
         "it: 192.168.1.50:8080."));
}

gchar *
bb_device_explain_identity (BbPart *part)
{
  if (bb_device_connections (part) != BIT (BB_CONNECTION_MQTT))
    return NULL;
  return g_strdup (_ ("The topic prefix under which it publishes, as its own settings show it."));
}

gboolean
bb_device_has_identity (BbPart *part)
{
  const guint connections = bb_device_connections (part);
  BbDeviceFields fields;

  return !bb_device_peek (part, &fields) || *fields.identity != '\0' || (connections & NAMED) != 0;
}
