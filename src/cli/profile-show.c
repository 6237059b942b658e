/* SPDX-License-Identifier: GPL-3.0-or-later */
/* profile-show.c: a device profile as text for a technician. */
#include "cli/profile-show.h"

#include <glib/gi18n.h>

#include "cli/print.h"

static void
print_heading (const char *text)
{
  g_print ("\n%s\n", text);
}

static void
print_texts (const char *heading, GStrv texts)
{
  if (!texts)
    return;
  print_heading (heading);
  for (guint i = 0; texts[i]; i++)
    g_print ("  %s\n", texts[i]);
}

static void
print_setup (const BbProfile *profile)
{
  if (profile->setup->len == 0)
    return;
  print_heading (_ ("Set-up"));
  for (guint i = 0; i < profile->setup->len; i++) {
    const BbSetupStep *step = g_ptr_array_index (profile->setup, i);
    g_print ("  %u. %s\n", i + 1, _ (step->text));
  }
}

static void
print_head (const BbProfile *profile)
{
  g_print ("%s %s (%s)\n", profile->vendor, profile->name, profile->id);
  g_print ("  %s: %s\n", _ ("Kind"), profile->kind == BB_PROFILE_METER ? _ ("meter") : _ ("station"));
  g_print ("  %s: %s%s\n", _ ("Evidence"), bb_evidence_get_title (profile->evidence),
           profile->experimental ? _ (", experimental") : "");
  if (profile->models) {
    g_autofree char *models = g_strjoinv (", ", profile->models);
    g_print ("  %s: %s\n", _ ("Models"), models);
  }
  if (profile->revision)
    g_print ("  %s: %s\n", _ ("Revision"), profile->revision);
  if (profile->n_phases > 0)
    g_print ("  %s: %u\n", _ ("Phases"), profile->n_phases);
  if (profile->range_ma > 0)
    g_print ("  %s: %.1f A\n", _ ("Range"), profile->range_ma / 1000.0);
  if (profile->reaction_ms > 0)
    g_print ("  %s: %.1f s\n", _ ("Reaction"), profile->reaction_ms / 1000.0);
  if (profile->refuse)
    g_print ("  %s: %s\n", _ ("No limiting meter"), _ (profile->refuse));
  g_print ("  %s: %s\n", _ ("File"), profile->path);
  print_texts (_ ("Sources"), profile->sources);
  print_texts (_ ("Notes"), profile->notes);
  print_setup (profile);
}

/* ---- points ---- */

static const char *const type_names[BB_TYPE_N]
    = { "u16", "i16", "u32", "i32", "u64", "i64", "f32", "acc32", "bits", "char", "text", "utf16", "bytes" };
static const char *const area_names[] = { "holding", "input", "coil", "discrete" };

/* What one count is worth, in the unit that people read. */
typedef struct {
  const char *unit; /* "" where it has none */
  double divisor;   /* canonical units in one of it */
} Shown;

static Shown
shown_unit (const BbPoint *point, gboolean in_watts)
{
  switch (point->role) {
  case BB_ROLE_CURRENT_L1 ... BB_ROLE_CURRENT_N:
    return (Shown){ "A", 1000 };
  case BB_ROLE_VOLTAGE_L1 ... BB_ROLE_VOLTAGE_L3:
    return (Shown){ "V", 1000 };
  case BB_ROLE_POWER ... BB_ROLE_POWER_EXPORT_L3:
    return (Shown){ "W", 1000 };
  case BB_ROLE_FREQUENCY:
    return (Shown){ "Hz", 1000 };
  case BB_ROLE_ENERGY_IMPORT:
  case BB_ROLE_ENERGY_EXPORT:
  case BB_ROLE_ENERGY_SESSION:
    return (Shown){ "Wh", 1 };
  case BB_ROLE_LIMIT_SET ... BB_ROLE_FAILSAFE_CURRENT:
    return (Shown){ in_watts ? "W" : "A", 1000 };
  default:
    return point->is_time ? (Shown){ "s", 1000 } : (Shown){ "", 1 };
  }
}

static char *
place_text (const BbInterface *interface, const BbPoint *point)
{
  if (point->derived)
    return g_strdup (_ ("from power and voltage"));
  if (point->path && interface->requests && interface->requests[0] && !interface->host)
    return g_strdup_printf ("%s %s", interface->requests[point->request], point->path);
  if (point->path)
    return g_strdup_printf ("%s%s%s", point->path, point->ocpp_phase ? " " : "",
                            point->ocpp_phase ? point->ocpp_phase : "");
  if (interface->sunspec)
    return g_strdup_printf (_ ("model offset %u"), point->address);
  return g_strdup_printf ("%s %u (%04Xh)", area_names[point->area], point->address, point->address);
}

static char *
type_text (const BbPoint *point)
{
  if (point->path || point->derived)
    return g_strdup ("");
  if (point->shift || point->mask)
    return g_strdup_printf ("%s >> %u & %" G_GINT64_MODIFIER "Xh", type_names[point->type], point->shift,
                            point->mask);
  return g_strdup_printf ("%s%s", type_names[point->type],
                          point->low_word_first && point->n_words > 1 ? _ (" low word first") : "");
}

static char *
count_text (const BbPoint *point, gboolean in_watts)
{
  const Shown shown = shown_unit (point, in_watts);

  if (!*shown.unit || point->derived)
    return g_strdup ("");
  return g_strdup_printf ("%g %s", point->scale / shown.divisor, shown.unit);
}

static void
print_points (const BbInterface *interface)
{
  static const char *const access[] = { "", "r", "w", "rw" };
  g_autoptr (CliTable) table = cli_table_new ("lllrll");

  if (interface->points->len == 0)
    return;
  cli_table_add (table, _ ("Value"));
  cli_table_add (table, _ ("Where"));
  cli_table_add (table, _ ("Type"));
  cli_table_add (table, _ ("One count"));
  cli_table_add (table, _ ("Access"));
  cli_table_add (table, _ ("When"));
  for (guint i = 0; i < interface->points->len; i++) {
    const BbPoint *point = g_ptr_array_index (interface->points, i);
    g_autofree char *place = place_text (interface, point), *type = type_text (point);
    g_autofree char *count = count_text (point, interface->control.in_watts);

    cli_table_add (table, bb_role_get_name (point->role));
    cli_table_add (table, place);
    cli_table_add (table, type);
    cli_table_add (table, count);
    cli_table_add (table, access[point->access]);
    cli_table_add (table, point->when ? point->when : "");
  }
  cli_table_print (table);
}

/* ---- interfaces ---- */

static char *
connections_text (const BbInterface *interface)
{
  GString *text = g_string_new (NULL);

  for (guint c = 0; c < BB_CONNECTION_N; c++)
    if (interface->connections & 1u << c)
      g_string_append_printf (text, "%s%s", text->len > 0 ? ", " : "",
                              bb_connection_get_name ((BbConnection) c));
  return g_string_free (text, FALSE);
}

static gboolean
is_modbus (const BbInterface *interface)
{
  return (interface->connections & (1u << BB_CONNECTION_MODBUS_TCP | 1u << BB_CONNECTION_MODBUS_RTU)) != 0;
}

static void
print_link (const BbInterface *interface)
{
  g_print ("  %s: %s\n", _ ("Evidence"), bb_evidence_get_title (interface->evidence));
  if (interface->port > 0)
    g_print ("  %s: %u\n", _ ("Port"), interface->port);
  if (is_modbus (interface))
    g_print ("  %s: %u%s\n", _ ("Unit"), interface->unit,
             interface->unit_any ? _ (" (it answers to any)") : "");
  if ((interface->connections & 1u << BB_CONNECTION_MODBUS_RTU) != 0) {
    g_print ("  %s:", _ ("Serial line"));
    for (guint i = 0; i < interface->bauds->len; i++)
      g_print (" %u", g_array_index (interface->bauds, guint, i));
    /* Translators: of a serial line, after its baud rates: parity (a word of the file), stop bits. */
    g_print (_ (" baud, parity %s, stop bits: %u\n"), interface->parity, interface->stop_bits);
  }
  if (interface->max_clients > 0)
    g_print ("  %s: %u\n", _ ("Clients at a time"), interface->max_clients);
  if (interface->auth)
    g_print ("  %s: %s\n", _ ("Login"), interface->auth);
}

static void
print_watchdog (const BbWatchdog *watchdog)
{
  static const char *const texts[] = { N_ ("none"),
                                       N_ ("any read feeds it"),
                                       N_ ("a value is written again and again"),
                                       N_ ("its time-out is written again and again"),
                                       N_ ("a fixed value is written again and again"),
                                       N_ ("a bit is set, which the station clears"),
                                       N_ ("the limit expires, and a safe one stays in force") };

  g_print ("  %s: %s", _ ("Watchdog"), _ (texts[watchdog->kind]));
  if (watchdog->role != BB_ROLE_NONE)
    g_print (" (%s)", bb_role_get_name (watchdog->role));
  if (watchdog->timeout_ms > 0)
    /* Translators: a time in seconds, after which a station without signs of life helps itself. */
    g_print (_ (", time-out %.1f s"), watchdog->timeout_ms / 1000.0);
  if (watchdog->period_ms > 0)
    /* Translators: a time in seconds between two signs of life. */
    g_print (_ (", every %.1f s"), watchdog->period_ms / 1000.0);
  if (watchdog->when)
    g_print (_ (", when %s"), watchdog->when);
  g_print ("\n");
}

static void
print_control (const BbInterface *interface)
{
  const BbControl *control = &interface->control;

  /* Translators: currents in amperes, a time in seconds. */
  g_print (_ ("  Set-point: steps of %.3f A, at least %.1f A, pause with %.1f A, obeys within %.1f s\n"),
           control->step_ma / 1000.0, control->min_on_ma / 1000.0, control->off_ma / 1000.0,
           control->settle_ms / 1000.0);
  if (control->needs_enable)
    g_print ("  %s\n", _ ("It must be switched on before it takes a set-point."));
  for (guint i = 0; i < interface->watchdogs->len; i++)
    print_watchdog (g_ptr_array_index (interface->watchdogs, i));
}

static void
print_verifies (const BbInterface *interface)
{
  if (interface->verifies->len == 0)
    return;
  g_print ("  %s\n", _ ("Verified at commissioning:"));
  for (guint i = 0; i < interface->verifies->len; i++) {
    const BbVerify *rule = g_ptr_array_index (interface->verifies, i);
    g_print ("    %s %s (%s): %s\n", bb_role_get_name (rule->role), rule->expect,
             rule->error ? _ ("error") : _ ("warning"), _ (rule->text));
  }
}

static void
print_ocpp (const BbOcppProfile *ocpp)
{
  g_autofree char *measurands = ocpp->measurands ? g_strjoinv (", ", ocpp->measurands) : NULL;

  if (ocpp->is_meter)
    g_print ("  %s\n", _ ("Its meter values are a measurement of the installation."));
  else if (ocpp->stack_safe >= 0)
    g_print (_ ("  Charging profiles: live at stack level %d, safe at level %d\n"), ocpp->stack_live,
             ocpp->stack_safe);
  else
    g_print (_ ("  Charging profile: one, at stack level %d; it has no fail-safe of its own\n"),
             ocpp->stack_live);
  if (measurands)
    g_print ("  %s: %s\n", _ ("Measurands"), measurands);
}

static void
print_interface (const BbProfile *profile, const BbInterface *interface)
{
  g_autofree char *connections = connections_text (interface);

  print_heading (connections);
  print_link (interface);
  if (profile->kind == BB_PROFILE_STATION)
    print_control (interface);
  if (interface->ocpp)
    print_ocpp (interface->ocpp);
  print_verifies (interface);
  print_points (interface);
}

void
cli_profile_show (const BbProfile *profile)
{
  print_head (profile);
  for (guint i = 0; i < profile->interfaces->len; i++)
    print_interface (profile, g_ptr_array_index (profile->interfaces, i));
}
