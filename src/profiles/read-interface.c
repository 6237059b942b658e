/* SPDX-License-Identifier: GPL-3.0-or-later */
/* read-interface.c: interfaces of a profile: connections, link, what its readings are worth, probes, OCPP. */
#include <glib/gi18n.h>
#include <string.h>

#include "profiles/profile-private.h"

#define WITH_VALUES (BB_KEY_MODBUS | BB_KEY_JSON | BB_KEY_CLOUD)

static const BbKey interface_keys[] = { { "connections", BB_KEY_NEEDED },
                                        { "evidence", 0 },
                                        { "link", 0 },
                                        { "defaults", 0 },
                                        { "resolution", 0 },
                                        { "probes", 0 },
                                        { "points", 0 },
                                        { "states", 0 },
                                        { "errors", 0 },
                                        { "control", 0 },
                                        { "watchdog", 0 },
                                        { "verify", 0 },
                                        { "ocpp", 0 },
                                        { NULL, 0 } };

/* The same, once it is known what it is. */
static const BbKey fitting_keys[] = { { "connections", 0 },
                                      { "evidence", 0 },
                                      { "link", 0 },
                                      { "defaults", BB_KEY_MODBUS },
                                      { "resolution", 0 },
                                      { "probes", BB_KEY_MODBUS | BB_KEY_JSON },
                                      { "points", 0 },
                                      { "states", BB_KEY_STATION | WITH_VALUES },
                                      { "errors", WITH_VALUES },
                                      { "control", BB_KEY_STATION },
                                      { "watchdog", BB_KEY_STATION },
                                      { "verify", WITH_VALUES },
                                      { "ocpp", BB_KEY_OCPP },
                                      { NULL, 0 } };

static const BbKey link_keys[] = { { "host", BB_KEY_CLOUD },
                                   { "port", 0 },
                                   { "unit", BB_KEY_MODBUS },
                                   { "unit_any", BB_KEY_MODBUS },
                                   { "baud", BB_KEY_RTU },
                                   { "parity", BB_KEY_RTU },
                                   { "stop_bits", BB_KEY_RTU },
                                   { "timeout_ms", 0 },
                                   { "connect_delay_ms", 0 },
                                   { "request_gap_ms", 0 },
                                   { "idle_close_s", 0 },
                                   { "max_clients", 0 },
                                   { "max_read", BB_KEY_MODBUS },
                                   { "gaps_readable", BB_KEY_MODBUS },
                                   { "read_single", BB_KEY_MODBUS },
                                   { "poll_fast_ms", 0 },
                                   { "poll_slow_ms", 0 },
                                   { "connector_port_step", BB_KEY_MODBUS },
                                   { "write_function", BB_KEY_MODBUS },
                                   { "requests", BB_KEY_JSON | BB_KEY_CLOUD },
                                   { "auth", BB_KEY_HTTP | BB_KEY_CLOUD },
                                   { "sunspec_models", BB_KEY_MODBUS },
                                   { NULL, 0 } };

static const BbKey resolution_keys[] = { { "phase_currents", 0 }, { "signed", 0 },  { "current_ma", 0 },
                                         { "voltage_mv", 0 },     { "power_w", 0 }, { NULL, 0 } };

static const BbKey probe_keys[] = { { "variant", 0 }, { "reads", BB_KEY_NEEDED }, { NULL, 0 } };

static const BbKey read_keys[] = { { "area", BB_KEY_MODBUS },
                                   { "address", BB_KEY_MODBUS | BB_KEY_NEEDED },
                                   { "words", BB_KEY_MODBUS },
                                   { "min", BB_KEY_MODBUS },
                                   { "max", BB_KEY_MODBUS },
                                   { "request", BB_KEY_JSON },
                                   { "path", BB_KEY_JSON | BB_KEY_NEEDED },
                                   { NULL, 0 } };

static const BbKey ocpp_keys[] = { { "match_vendor", 0 },
                                   { "match_model", 0 },
                                   { "stack_live", 0 },
                                   { "stack_safe", 0 },
                                   { "rate_unit", 0 },
                                   { "phases", 0 },
                                   { "purpose", 0 },
                                   { "profile_kind", 0 },
                                   { "measurands", 0 },
                                   { "boot_interval_s", 0 },
                                   { "sample_interval_min_s", 0 },
                                   { "keys_per_get", 0 },
                                   { "skip", 0 },
                                   { "connect_timeout_s", 0 },
                                   { "is_meter", 0 },
                                   { NULL, 0 } };

/* ---- connections ---- */

static const guint connection_flags[BB_CONNECTION_N] = {
  [BB_CONNECTION_MODBUS_TCP] = BB_KEY_MODBUS,
  [BB_CONNECTION_MODBUS_RTU] = BB_KEY_MODBUS | BB_KEY_RTU,
  [BB_CONNECTION_OCPP] = BB_KEY_OCPP,
  [BB_CONNECTION_HTTP] = BB_KEY_HTTP,
  [BB_CONNECTION_P1] = BB_KEY_P1,
  [BB_CONNECTION_CLOUD] = BB_KEY_CLOUD,
  [BB_CONNECTION_MQTT] = BB_KEY_MQTT,
};

/* Of interfaces that were read before. */
static gboolean
has_connection (const BbProfile *profile, const BbInterface *but, guint connection)
{
  for (guint i = 0; i < profile->interfaces->len; i++) {
    const BbInterface *other = g_ptr_array_index (profile->interfaces, i);

    if (other != but && (other->connections & 1u << connection) != 0)
      return TRUE;
  }
  return FALSE;
}

static void
read_connections (BbProfileReader *reader, JsonObject *object, BbInterfaceReader *context)
{
  g_auto (GStrv) names = bb_pr_texts (reader, object, "connections", bb_words_connection);
  BbInterface *interface = context->interface;

  bb_pr_need_items (reader, object, "connections");
  for (guint i = 0; bb_pr_ok (reader) && names[i] != NULL; i++) {
    const gint connection = bb_connection_from_name (names[i]);

    if ((interface->connections & 1u << connection) != 0
        || has_connection (context->profile, interface, (guint) connection))
      bb_pr_fail (reader, BB_PROFILE_ERROR_RULE, "connections", _ ("the connection %s is there twice"),
                  names[i]);
    if (interface->connections != 0 && (context->have & connection_flags[connection] & BB_KEY_MODBUS) == 0)
      bb_pr_fail (reader, BB_PROFILE_ERROR_RULE, "connections",
                  _ ("only modbus-tcp and modbus-rtu share an interface; give %s its own"), names[i]);
    if (connection == BB_CONNECTION_MQTT && context->profile->kind != BB_PROFILE_METER)
      bb_pr_fail (reader, BB_PROFILE_ERROR_RULE, "connections", _ ("only meters are reached over mqtt"));
    interface->connections |= 1u << connection;
    context->have |= connection_flags[connection];
  }
}

/* ---- link ---- */

static guint16
usual_port (guint have)
{
  return (have & BB_KEY_MODBUS) != 0  ? 502
         : (have & BB_KEY_HTTP) != 0  ? 80
         : (have & BB_KEY_CLOUD) != 0 ? 443
         : (have & BB_KEY_MQTT) != 0  ? 1883
                                      : 0;
}

static void
read_serial (BbProfileReader *reader, JsonObject *link, BbInterface *interface)
{
  const guint usual = 9600;

  interface->bauds = bb_pr_ints (reader, link, "baud", 300, 921600);
  if (interface->bauds->len == 0)
    g_array_append_val (interface->bauds, usual);
  interface->parity = bb_pr_word_text (reader, link, "parity", bb_words_parity);
  if (interface->parity == NULL)
    interface->parity = g_strdup ("none");
  interface->stop_bits = (guint) bb_pr_int (reader, link, "stop_bits", 1, 2, 1);
}

static void
read_times (BbProfileReader *reader, JsonObject *link, BbInterface *interface)
{
  interface->timeout_ms = (guint) bb_pr_int (reader, link, "timeout_ms", 50, 60000, 1500);
  interface->connect_delay_ms = (guint) bb_pr_int (reader, link, "connect_delay_ms", 0, 60000, 0);
  interface->request_gap_ms = (guint) bb_pr_int (reader, link, "request_gap_ms", 0, 10000, 0);
  interface->idle_close_s = (guint) bb_pr_int (reader, link, "idle_close_s", 0, 86400, 0);
  interface->poll_fast_ms = (guint) bb_pr_int (reader, link, "poll_fast_ms", 50, 3600000, 1000);
  interface->poll_slow_ms = (guint) bb_pr_int (reader, link, "poll_slow_ms", 50, 86400000, 30000);
  if (interface->poll_slow_ms < interface->poll_fast_ms)
    bb_pr_fail (reader, BB_PROFILE_ERROR_RULE, "poll_slow_ms", _ ("poll_slow_ms is less than poll_fast_ms"));
}

static void
read_modbus (BbProfileReader *reader, JsonObject *link, BbInterface *interface)
{
  interface->unit = (guint8) bb_pr_int (reader, link, "unit", 0, 255, 1);
  interface->unit_any = bb_pr_bool (reader, link, "unit_any", FALSE);
  interface->max_read = (guint) bb_pr_int (reader, link, "max_read", 1, 125, 125);
  interface->gaps_readable = bb_pr_bool (reader, link, "gaps_readable", FALSE);
  interface->read_single = bb_pr_bool (reader, link, "read_single", FALSE);
  interface->connector_port_step = (guint) bb_pr_int (reader, link, "connector_port_step", 0, 1000, 0);
  interface->write_fc = (guint) bb_pr_int (reader, link, "write_function", 5, 16, 0);
  if (interface->write_fc != 0 && interface->write_fc != 6 && interface->write_fc != 16)
    bb_pr_fail (reader, BB_PROFILE_ERROR_VALUE, "write_function", _ ("expected 6 or 16"));
  interface->sunspec_models = bb_pr_ints (reader, link, "sunspec_models", 1, G_MAXUINT16);
  interface->sunspec = interface->sunspec_models->len > 0;
}

/* Over MQTT a topic below the device's own. */
static void
check_request (BbProfileReader *reader, const gchar *request, guint have)
{
  const gboolean is_topic = (have & BB_KEY_MQTT) != 0;

  if (is_topic && (*request == '\0' || *request == '/' || strpbrk (request, "+#") != NULL))
    bb_pr_fail (reader, BB_PROFILE_ERROR_VALUE, "requests",
                _ ("expected a topic below the device's own, such as \"status/em:0\""));
  else if (!is_topic && *request != '/')
    bb_pr_fail (reader, BB_PROFILE_ERROR_VALUE, "requests", _ ("a request starts with /"));
}

void
bb_read_link (BbProfileReader *reader, JsonObject *object, BbInterfaceReader *context)
{
  BbInterface *interface = context->interface;
  gsize back;
  JsonObject *link = bb_pr_enter_object (reader, object, "link", link_keys, context->have, &back);

  interface->host = bb_pr_text (reader, link, "host");
  interface->port = (guint16) bb_pr_int (reader, link, "port", 1, G_MAXUINT16, usual_port (context->have));
  interface->max_clients = (guint) bb_pr_int (reader, link, "max_clients", 0, 1000, 0);
  interface->requests = bb_pr_texts (reader, link, "requests", NULL);
  interface->auth = bb_pr_word_text (reader, link, "auth", bb_words_auth);
  read_serial (reader, link, interface);
  read_times (reader, link, interface);
  read_modbus (reader, link, interface);
  for (guint i = 0; interface->requests != NULL && interface->requests[i] != NULL; i++)
    check_request (reader, interface->requests[i], context->have);
  if (interface->host != NULL && !g_str_has_prefix (interface->host, "https://"))
    bb_pr_fail (reader, BB_PROFILE_ERROR_VALUE, "host", _ ("a cloud's host starts with https://"));
  if ((context->have & BB_KEY_JSON) != 0 && interface->requests == NULL)
    bb_pr_fail (reader, BB_PROFILE_ERROR_KEY, NULL, _ ("the key %s is missing"), "requests");
  bb_pr_leave (reader, back);
}

/* ---- resolution ---- */

static void
read_resolution (BbProfileReader *reader, JsonObject *object, BbInterfaceReader *context)
{
  BbInterface *interface = context->interface;
  const gboolean has_point = bb_interface_find_access (interface, BB_ROLE_CURRENT_L1, BB_ACCESS_READ) != NULL;
  gsize back;
  JsonObject *resolution
      = bb_pr_enter_object (reader, object, "resolution", resolution_keys, context->have, &back);

  interface->has_phase_currents = bb_pr_bool (reader, resolution, "phase_currents", has_point);
  if (interface->has_phase_currents && !has_point && (context->have & BB_KEY_OCPP) == 0)
    bb_pr_fail (reader, BB_PROFILE_ERROR_RULE, "phase_currents", _ ("there is no point current.l1"));
  interface->is_signed = bb_pr_bool (reader, resolution, "signed", FALSE);
  interface->current_step_ma = (gint32) bb_pr_int (reader, resolution, "current_ma", 0, 100000, 0);
  interface->voltage_step_mv = (gint32) bb_pr_int (reader, resolution, "voltage_mv", 0, 100000, 0);
  interface->power_step_w = (gint32) bb_pr_int (reader, resolution, "power_w", 0, 100000, 0);
  bb_pr_leave (reader, back);
}

/* ---- probes ---- */

typedef struct {
  BbProbe *probe;
  BbInterfaceReader *context;
  guint i;
} ProbeReader;

static void
read_probe_read (BbProfileReader *reader, JsonNode *node, gpointer data)
{
  ProbeReader *probe = data;
  const BbInterface *interface = probe->context->interface;
  const guint n_requests = interface->requests != NULL ? g_strv_length (interface->requests) : 0;
  JsonObject *object = bb_pr_object (reader, node, read_keys, probe->context->have);
  const guint i = probe->i++;

  probe->probe->reads[i].area
      = (BbArea) bb_pr_word (reader, object, "area", bb_words_area, (gint) probe->context->area);
  probe->probe->reads[i].n_words = (guint16) bb_pr_int (reader, object, "words", 1, 125, 1);
  probe->probe->reads[i].address
      = (guint32) bb_pr_int (reader, object, "address", 0, 65536 - probe->probe->reads[i].n_words, 0);
  probe->probe->reads[i].min = bb_pr_int (reader, object, "min", 0, G_MAXINT64, 0);
  probe->probe->reads[i].max = bb_pr_int (reader, object, "max", 0, G_MAXINT64, G_MAXINT64);
  if (probe->probe->reads[i].min > probe->probe->reads[i].max)
    bb_pr_fail (reader, BB_PROFILE_ERROR_RULE, "min", _ ("min is greater than max"));
  if (probe->probe->reads[i].n_words > 4
      && (probe->probe->reads[i].min != 0 || probe->probe->reads[i].max != G_MAXINT64))
    bb_pr_fail (reader, BB_PROFILE_ERROR_RULE, "words",
                _ ("only up to 4 registers are compared with min and max"));
  probe->probe->reads[i].request = (guint) bb_pr_int (reader, object, "request", 0, 63, 0);
  probe->probe->reads[i].path = bb_pr_text (reader, object, "path");
  if (probe->probe->reads[i].path != NULL && *probe->probe->reads[i].path != '/')
    bb_pr_fail (reader, BB_PROFILE_ERROR_VALUE, "path",
                _ ("expected a JSON pointer, such as \"/emeters/0/current\""));
  if ((probe->context->have & BB_KEY_JSON) != 0 && probe->probe->reads[i].request >= n_requests)
    bb_pr_fail (reader, BB_PROFILE_ERROR_RULE, "request",
                _ ("no such request in link; it has %u, counted from 0"), n_requests);
}

void
bb_read_probe (BbProfileReader *reader, JsonNode *node, gpointer data)
{
  BbInterfaceReader *context = data;
  JsonObject *object = bb_pr_object (reader, node, probe_keys, context->have);
  BbProbe *probe = g_new0 (BbProbe, 1);
  ProbeReader items = { probe, context, 0 };
  JsonNode *reads;

  g_ptr_array_add (context->interface->probes, probe);
  probe->variant = bb_pr_text (reader, object, "variant");
  for (const gchar *at = probe->variant; at != NULL && *at != '\0'; at++)
    if (!g_ascii_isalnum (*at) && *at != '-')
      bb_pr_fail (reader, BB_PROFILE_ERROR_VALUE, "variant",
                  _ ("a variant is named with letters, digits and hyphens"));
  bb_pr_need_items (reader, object, "reads");
  if (!bb_pr_ok (reader))
    return;
  reads = json_object_get_member (object, "reads");
  probe->n_reads = JSON_NODE_HOLDS_ARRAY (reads) ? json_array_get_length (json_node_get_array (reads)) : 0;
  probe->reads = g_malloc0_n (probe->n_reads + 1, sizeof *probe->reads);
  bb_pr_each (reader, object, "reads", read_probe_read, &items);
}

/* ---- OCPP ---- */

static gchar *
read_pattern (BbProfileReader *reader, JsonObject *object, const gchar *key)
{
  g_autofree gchar *pattern = bb_pr_text (reader, object, key);
  g_autoptr (GError) error = NULL;
  g_autoptr (GRegex) regex = pattern != NULL ? g_regex_new (pattern, 0, 0, &error) : NULL;

  if (error != NULL)
    bb_pr_fail (reader, BB_PROFILE_ERROR_VALUE, key, "%s", error->message);
  return g_steal_pointer (&pattern);
}

static void
read_ocpp_members (BbProfileReader *reader, JsonObject *object, BbOcppProfile *ocpp)
{
  ocpp->match_vendor = read_pattern (reader, object, "match_vendor");
  ocpp->match_model = read_pattern (reader, object, "match_model");
  ocpp->stack_live = (gint) bb_pr_int (reader, object, "stack_live", 0, 1000, 1);
  ocpp->stack_safe = (gint) bb_pr_int (reader, object, "stack_safe", -1, 1000, ocpp->stack_live > 0 ? 0 : -1);
  if (ocpp->stack_safe >= ocpp->stack_live)
    bb_pr_fail (reader, BB_PROFILE_ERROR_RULE, "stack_safe",
                _ ("stack_safe must be less than stack_live, or -1 for one profile only"));
  ocpp->rate_watts = bb_pr_word (reader, object, "rate_unit", bb_words_control, FALSE);
  ocpp->no_phases = !bb_pr_bool (reader, object, "phases", TRUE);
  ocpp->purpose = bb_pr_word_text (reader, object, "purpose", bb_words_purpose);
  ocpp->kind = bb_pr_word_text (reader, object, "profile_kind", bb_words_profile_kind);
  ocpp->measurands = bb_pr_texts (reader, object, "measurands", bb_words_measurand);
  ocpp->sample_interval_min_s = (guint) bb_pr_int (reader, object, "sample_interval_min_s", 1, 3600, 5);
  ocpp->boot_interval_s = (guint) bb_pr_int (reader, object, "boot_interval_s", 0, 86400, 0);
  ocpp->keys_per_get = (guint) bb_pr_int (reader, object, "keys_per_get", 0, 1000, 0);
  ocpp->skip = bb_pr_texts (reader, object, "skip", bb_words_action);
  ocpp->connect_timeout_s = (guint) bb_pr_int (reader, object, "connect_timeout_s", 1, 3600, 60);
  ocpp->is_meter = bb_pr_bool (reader, object, "is_meter", FALSE);
  if (ocpp->purpose == NULL)
    ocpp->purpose = g_strdup ("TxDefaultProfile");
  if (ocpp->kind == NULL)
    ocpp->kind = g_strdup ("Absolute");
}

void
bb_read_ocpp (BbProfileReader *reader, JsonObject *object, BbInterfaceReader *context)
{
  const gboolean is_meter = context->profile->kind == BB_PROFILE_METER;
  gsize back;
  JsonObject *ocpp;

  if ((context->have & BB_KEY_OCPP) == 0)
    return;
  ocpp = bb_pr_enter_object (reader, object, "ocpp", ocpp_keys, context->have, &back);
  context->interface->ocpp = g_new0 (BbOcppProfile, 1);
  read_ocpp_members (reader, ocpp, context->interface->ocpp);
  if (context->interface->ocpp->is_meter != is_meter)
    bb_pr_fail (reader, BB_PROFILE_ERROR_RULE, "is_meter",
                is_meter ? _ ("a meter over OCPP needs is_meter true")
                         : _ ("a station is no meter of the installation"));
  bb_pr_leave (reader, back);
}

/* ---- an interface ---- */

static void
read_members (BbProfileReader *reader, JsonObject *object, BbInterfaceReader *context)
{
  BbInterface *interface = context->interface;

  interface->evidence = (BbEvidence) bb_pr_word (reader, object, "evidence", bb_words_evidence,
                                                 (gint) context->profile->evidence);
  bb_read_link (reader, object, context);
  bb_read_defaults (reader, object, context);
  bb_pr_each (reader, object, "probes", bb_read_probe, context);
  bb_pr_each (reader, object, "points", bb_read_point, context);
  bb_check_points (reader, context);
  read_resolution (reader, object, context);
  bb_pr_each (reader, object, "states", bb_read_state, context);
  bb_pr_each (reader, object, "errors", bb_read_error, context);
  bb_read_ocpp (reader, object, context);
  bb_read_control (reader, object, context);
  bb_read_watchdogs (reader, object, context);
  bb_pr_each (reader, object, "verify", bb_read_verify, context);
  bb_check_interface (reader, context);
}

void
bb_read_interface (BbProfileReader *reader, JsonNode *node, gpointer data)
{
  BbProfile *profile = data;
  BbInterfaceReader context = { .profile = profile, .interface = bb_interface_new () };
  JsonObject *object = bb_pr_object (reader, node, interface_keys, 0);

  g_ptr_array_add (profile->interfaces, context.interface);
  context.have = profile->kind == BB_PROFILE_METER ? BB_KEY_METER : BB_KEY_STATION;
  read_connections (reader, object, &context);
  object = bb_pr_object (reader, node, fitting_keys, context.have);
  read_members (reader, object, &context);
  g_clear_pointer (&context.invalid, g_array_unref);
}
