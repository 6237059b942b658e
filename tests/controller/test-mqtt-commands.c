/* SPDX-License-Identifier: GPL-3.0-or-later */
/* test-mqtt-commands.c: commands over MQTT: what is understood, and that everything else is refused with a
 * sentence. */
#include <string.h>

#include "controller/mqtt-commands.h"
#include "controller/mqtt-topics.h"
#include "protocols/mqtt/mqtt-client.h"

/* 2026-01-31T12:00:00Z, a Saturday. */
#define NOW G_GINT64_CONSTANT (1769860800000)

typedef struct {
  const gchar *path, *payload;
  BbMqttCommand expected;
} Good;

static const Good good[] = {
  { "signal/rc/set", "normal", { BB_MQTT_SET_SIGNAL, (gchar *) "rc", BBE_SIGNAL_NORMAL } },
  { "signal/rc/set", " reduced\n", { BB_MQTT_SET_SIGNAL, (gchar *) "rc", BBE_SIGNAL_REDUCED } },
  { "signal/r%2Fc%20%C3%A4/set", "\"locked\"", { BB_MQTT_SET_SIGNAL, (gchar *) "r/c ä", BBE_SIGNAL_LOCKED } },
  { "reduction/set",
    "{\"scope\":\"stations\",\"limit_a\":16,\"expires_s\":60}",
    { BB_MQTT_ADD_REDUCTION, NULL, .scope = BBE_REDUCE_STATIONS, .limit_ma = 16000,
      .limit_w = BB_COMMAND_NO_LIMIT, .until_wall_ms = NOW + 60000 } },
  { "reduction/set",
    "{\"scope\":\"group\",\"id\":\"all\",\"limit_w\":4200.9,\"until\":\"2026-01-31T13:00:00Z\"}",
    { BB_MQTT_ADD_REDUCTION, (gchar *) "all", .scope = BBE_REDUCE_GROUP, .limit_ma = BB_COMMAND_NO_LIMIT,
      .limit_w = 4200, .until_wall_ms = NOW + 3600000 } },
  /* without an offset: the site's time */
  { "reduction/set",
    "{\"scope\":\"circuit\",\"id\":\"main\",\"limit_a\":0,\"limit_w\":0,\"until\":\"2026-01-31T15:00\"}",
    { BB_MQTT_ADD_REDUCTION, (gchar *) "main", .scope = BBE_REDUCE_CIRCUIT,
      .until_wall_ms = NOW + 2 * 3600000 } },
  { "reduction/clear", "", { BB_MQTT_CLEAR_REDUCTIONS } },
  { "reduction/clear", "{}", { BB_MQTT_CLEAR_REDUCTIONS } },
  { "reduction/clear",
    "{\"scope\":\"group\",\"id\":\"g\"}",
    { BB_MQTT_CLEAR_REDUCTIONS, (gchar *) "g", .scope = BBE_REDUCE_GROUP } },
  { "station/s1/override/set",
    "{\"kind\":\"cap\",\"limit_a\":7.0009,\"expires_s\":1}",
    { BB_MQTT_SET_OVERRIDE, (gchar *) "s1", .override = BBE_OVERRIDE_CAP, .limit_ma = 7000,
      .until_wall_ms = NOW + 1000 } },
  { "station/s1/override/set",
    "{\"kind\":\"charge-now\",\"expires_s\":3600,\"limit_a\":null}",
    { BB_MQTT_SET_OVERRIDE, (gchar *) "s1", .override = BBE_OVERRIDE_CHARGE_NOW,
      .until_wall_ms = NOW + 3600000 } },
  { "station/s1/override/set",
    "{\"kind\":\"none\",\"request\":\"r-1\"}",
    { BB_MQTT_SET_OVERRIDE, (gchar *) "s1", .request = (gchar *) "r-1" } },
  { "station/s1/wish/set",
    "{\"energy_kwh\":12.5,\"departure\":\"2026-02-01T07:30:00+02:00\"}",
    { BB_MQTT_SET_WISH, (gchar *) "s1", .wanted_wh = 12500,
      .until_wall_ms = NOW + G_GINT64_CONSTANT (63000000) } },
  { "station/s1/wish/set", "{\"energy_kwh\":null}", { BB_MQTT_SET_WISH, (gchar *) "s1", .wanted_wh = -1 } },
  { "station/s1/wish/set", "{\"departure\":null}", { BB_MQTT_SET_WISH, (gchar *) "s1", .wanted_wh = -1 } },
  { "station/s1/authorised/set", "true", { BB_MQTT_SET_AUTHORISED, (gchar *) "s1", .authorised = TRUE } },
  { "station/s1/authorised/set", "false", { BB_MQTT_SET_AUTHORISED, (gchar *) "s1" } },
};

typedef struct {
  const gchar *path, *payload;
  gint code;
  const gchar *says;
} Bad;

#define RED "reduction/set"
#define OVR "station/s1/override/set"
#define WSH "station/s1/wish/set"

static const Bad bad[] = {
  /* no such command */
  { "", "", BB_COMMAND_ERROR_UNKNOWN, "no command" },
  { "signal/set", "normal", BB_COMMAND_ERROR_UNKNOWN, "no command" },
  { "signal//set", "normal", BB_COMMAND_ERROR_UNKNOWN, "no command" },
  { "signal/a/b/set", "normal", BB_COMMAND_ERROR_UNKNOWN, "no command" },
  { "signal/%zz/set", "normal", BB_COMMAND_ERROR_UNKNOWN, "no command" },
  { "signal/%00/set", "normal", BB_COMMAND_ERROR_UNKNOWN, "no command" },
  { "signal/%FF/set", "normal", BB_COMMAND_ERROR_UNKNOWN, "no command" },
  { "signal/a%2/set", "normal", BB_COMMAND_ERROR_UNKNOWN, "no command" },
  { "station/s1/reboot/set", "true", BB_COMMAND_ERROR_UNKNOWN, "no command" },
  /* words */
  { "signal/rc/set", "", BB_COMMAND_ERROR_VALUE, "normal, reduced, locked" },
  { "signal/rc/set", "Normal", BB_COMMAND_ERROR_VALUE, "normal, reduced, locked" },
  { "signal/rc/set", "0", BB_COMMAND_ERROR_VALUE, "normal, reduced, locked" },
  { "signal/rc/set", "\"", BB_COMMAND_ERROR_VALUE, "normal, reduced, locked" },
  { "signal/rc/set", "\xff", BB_COMMAND_ERROR_FORM, "UTF-8" },
  { "station/s1/authorised/set", "yes", BB_COMMAND_ERROR_VALUE, "false, true" },
  /* JSON */
  { RED, "", BB_COMMAND_ERROR_FORM, "no JSON" },
  { RED, "{", BB_COMMAND_ERROR_FORM, "no JSON" },
  { RED, "[1]", BB_COMMAND_ERROR_FORM, "object" },
  { RED, "{\"scope\":\"stations\",\"scope\":\"group\"}", BB_COMMAND_ERROR_FORM, "no JSON" },
  { "reduction/clear", "all", BB_COMMAND_ERROR_FORM, "no JSON" },
  { "reduction/clear", "{\"id\":\"main\"}", BB_COMMAND_ERROR_VALUE, "scope" },
  { "reduction/clear", "{\"limit_a\":3}", BB_COMMAND_ERROR_FORM, "“limit_a” is not known" },
  /* scope */
  { RED, "{\"limit_a\":16,\"expires_s\":60}", BB_COMMAND_ERROR_VALUE, "circuit, group, stations" },
  { RED, "{\"scope\":\"site\",\"limit_a\":16,\"expires_s\":60}", BB_COMMAND_ERROR_VALUE, "circuit, group" },
  { RED, "{\"scope\":5,\"limit_a\":16,\"expires_s\":60}", BB_COMMAND_ERROR_FORM, "“scope” must be a text" },
  { RED, "{\"scope\":\"group\",\"limit_a\":16,\"expires_s\":60}", BB_COMMAND_ERROR_FORM, "needs its “id”" },
  { RED, "{\"scope\":\"group\",\"id\":\"\",\"limit_a\":16,\"expires_s\":60}", BB_COMMAND_ERROR_FORM, "“id”" },
  { RED, "{\"scope\":\"group\",\"id\":[],\"limit_a\":16,\"expires_s\":60}", BB_COMMAND_ERROR_FORM,
    "must be a text" },
  { RED, "{\"scope\":\"stations\",\"id\":\"a\",\"limit_a\":16,\"expires_s\":60}", BB_COMMAND_ERROR_FORM,
    "“id”" },
  /* units */
  { RED, "{\"scope\":\"stations\",\"limit_ma\":16000,\"expires_s\":60}", BB_COMMAND_ERROR_FORM,
    "“limit_ma” is not known here; this command has: scope, id, limit_a" },
  { RED, "{\"scope\":\"stations\",\"limit_kw\":4.2,\"expires_s\":60}", BB_COMMAND_ERROR_FORM, "“limit_kw”" },
  { RED, "{\"scope\":\"stations\",\"limit_a\":\"16 A\",\"expires_s\":60}", BB_COMMAND_ERROR_FORM,
    "without a unit" },
  { RED, "{\"scope\":\"stations\",\"limit_a\":true,\"expires_s\":60}", BB_COMMAND_ERROR_FORM, "a number" },
  { RED, "{\"scope\":\"stations\",\"limit_a\":16000,\"expires_s\":60}", BB_COMMAND_ERROR_VALUE, "0–10000" },
  { RED, "{\"scope\":\"stations\",\"limit_a\":-1,\"expires_s\":60}", BB_COMMAND_ERROR_VALUE, "0–10000" },
  { RED, "{\"scope\":\"stations\",\"limit_w\":1e300,\"expires_s\":60}", BB_COMMAND_ERROR_VALUE,
    "0–10000000" },
  { RED, "{\"scope\":\"stations\",\"expires_s\":60}", BB_COMMAND_ERROR_FORM, "Give “limit_a”" },
  /* an end */
  { RED, "{\"scope\":\"stations\",\"limit_a\":16}", BB_COMMAND_ERROR_FORM, "must end" },
  { RED, "{\"scope\":\"stations\",\"limit_a\":16,\"expires_s\":null}", BB_COMMAND_ERROR_FORM, "must end" },
  { RED, "{\"scope\":\"stations\",\"limit_a\":16,\"expires_s\":9,\"until\":\"2026-02-01\"}",
    BB_COMMAND_ERROR_FORM, "either" },
  { RED, "{\"scope\":\"stations\",\"limit_a\":16,\"expires_s\":0}", BB_COMMAND_ERROR_VALUE, "at least 1 s" },
  { RED, "{\"scope\":\"stations\",\"limit_a\":16,\"expires_s\":\"60\"}", BB_COMMAND_ERROR_FORM, "a number" },
  { RED, "{\"scope\":\"stations\",\"limit_a\":16,\"expires_s\":3600000}", BB_COMMAND_ERROR_VALUE,
    "0–2678400" },
  { RED, "{\"scope\":\"stations\",\"limit_a\":16,\"until\":\"soon\"}", BB_COMMAND_ERROR_VALUE,
    "2026-01-31T12:30:00Z" },
  { RED, "{\"scope\":\"stations\",\"limit_a\":16,\"until\":1769864400}", BB_COMMAND_ERROR_VALUE,
    "must be a text" },
  { RED, "{\"scope\":\"stations\",\"limit_a\":16,\"until\":\"2026-01-31T12:00:00Z\"}", BB_COMMAND_ERROR_VALUE,
    "next 31 days" },
  { RED, "{\"scope\":\"stations\",\"limit_a\":16,\"until\":\"2027-01-31T12:00:00Z\"}", BB_COMMAND_ERROR_VALUE,
    "next 31 days" },
  /* overrides */
  { OVR, "{}", BB_COMMAND_ERROR_VALUE, "none, cap, charge-now" },
  { OVR, "{\"kind\":7}", BB_COMMAND_ERROR_VALUE, "none, cap, charge-now" },
  { OVR, "{\"kind\":\"cap\",\"expires_s\":60}", BB_COMMAND_ERROR_FORM, "“limit_a” must be a number" },
  { OVR, "{\"kind\":\"cap\",\"limit_a\":81,\"expires_s\":60}", BB_COMMAND_ERROR_VALUE, "0–80" },
  { OVR, "{\"kind\":\"cap\",\"limit_a\":16}", BB_COMMAND_ERROR_FORM, "must end" },
  { OVR, "{\"kind\":\"charge-now\"}", BB_COMMAND_ERROR_FORM, "must end" },
  { OVR, "{\"kind\":\"charge-now\",\"limit_a\":6,\"expires_s\":60}", BB_COMMAND_ERROR_FORM, "no limit" },
  { OVR, "{\"kind\":\"none\",\"limit_a\":6}", BB_COMMAND_ERROR_FORM, "no limit" },
  { OVR, "{\"kind\":\"none\",\"Kind\":\"cap\"}", BB_COMMAND_ERROR_FORM, "“Kind” is not known" },
  /* wishes */
  { WSH, "{}", BB_COMMAND_ERROR_FORM, "Give “energy_kwh”" },
  { WSH, "{\"energy_wh\":5000}", BB_COMMAND_ERROR_FORM, "“energy_wh”" },
  { WSH, "{\"energy_kwh\":5000}", BB_COMMAND_ERROR_VALUE, "0–1000" },
  { WSH, "{\"energy_kwh\":{}}", BB_COMMAND_ERROR_FORM, "a number" },
  { WSH, "{\"departure\":\"2026-01-30T07:00:00Z\"}", BB_COMMAND_ERROR_VALUE, "next 31 days" },
  { WSH, "{\"departure\":\"25:00\"}", BB_COMMAND_ERROR_VALUE, "must be a time" },
};

static BbZone *
zone_new (void)
{
  return bb_zone_new ("+01:00", NULL);
}

static void
test_good (void)
{
  g_autoptr (BbZone) zone = zone_new ();

  for (guint i = 0; i < G_N_ELEMENTS (good); i++) {
    const Good *c = &good[i];
    g_auto (BbMqttCommand) got = { 0 };
    g_autoptr (GError) error = NULL;

    bb_mqtt_command_read (c->path, c->payload, strlen (c->payload), FALSE, NOW, zone, &got, &error);
    g_assert_no_error (error);
    g_assert_cmpint (got.kind, ==, c->expected.kind);
    g_assert_cmpstr (got.id, ==, c->expected.id);
    g_assert_cmpuint (got.state, ==, c->expected.state);
    g_assert_cmpuint (got.scope, ==, c->expected.scope);
    g_assert_cmpuint (got.override, ==, c->expected.override);
    g_assert_cmpint (got.limit_ma, ==, c->expected.limit_ma);
    g_assert_cmpint (got.limit_w, ==, c->expected.limit_w);
    g_assert_cmpint (got.until_wall_ms, ==, c->expected.until_wall_ms);
    g_assert_cmpint (got.wanted_wh, ==, c->expected.wanted_wh);
    g_assert_cmpint (got.authorised, ==, c->expected.authorised);
    g_assert_cmpstr (got.request, ==, c->expected.request);
  }
}

static void
test_bad (void)
{
  g_autoptr (BbZone) zone = zone_new ();

  for (guint i = 0; i < G_N_ELEMENTS (bad); i++) {
    const Bad *c = &bad[i];
    g_auto (BbMqttCommand) got = { 0 };
    g_autoptr (GError) error = NULL;

    g_assert_false (
        bb_mqtt_command_read (c->path, c->payload, strlen (c->payload), FALSE, NOW, zone, &got, &error));
    if (error->code != c->code || strstr (error->message, c->says) == NULL)
      g_test_message ("%s %s: %s", c->path, c->payload, error->message);
    g_assert_error (error, BB_COMMAND_ERROR, c->code);
    g_assert_nonnull (strstr (error->message, c->says));
    g_assert_null (got.id);
  }
}

/* A stale retained "normal" must not undo a Locked (C-13). */
static void
test_retained_and_large (void)
{
  g_autoptr (BbZone) zone = zone_new ();
  g_auto (BbMqttCommand) got = { 0 };
  g_autoptr (GError) error = NULL;
  g_autofree gchar *large = g_strnfill (BB_MQTT_COMMAND_MAX + 1, ' ');

  g_assert_false (bb_mqtt_command_read ("signal/rc/set", "normal", 6, TRUE, NOW, zone, &got, &error));
  g_assert_error (error, BB_COMMAND_ERROR, BB_COMMAND_ERROR_RETAINED);
  g_clear_error (&error);
  g_assert_false (bb_mqtt_command_read ("signal/rc/set", NULL, 70000, FALSE, NOW, zone, &got, &error));
  g_assert_error (error, BB_COMMAND_ERROR, BB_COMMAND_ERROR_FORM);
  g_clear_error (&error);
  memcpy (large, "normal", 6);
  g_assert_false (
      bb_mqtt_command_read ("signal/rc/set", large, strlen (large), FALSE, NOW, zone, &got, &error));
  g_assert_error (error, BB_COMMAND_ERROR, BB_COMMAND_ERROR_FORM);
  g_clear_error (&error);
  g_assert_false (bb_mqtt_command_read ("signal/rc/set", "nor\0mal", 7, FALSE, NOW, zone, &got, &error));
  g_assert_error (error, BB_COMMAND_ERROR, BB_COMMAND_ERROR_FORM);
}

/* Without the time of day nothing can be given an end; what needs none still works. */
static void
test_no_time (void)
{
  static const gchar *const refused[][2] = {
    { RED, "{\"scope\":\"stations\",\"limit_a\":16,\"expires_s\":60}" },
    { OVR, "{\"kind\":\"charge-now\",\"until\":\"2026-02-01\"}" },
    { WSH, "{\"departure\":\"2026-02-01\"}" },
  };
  g_autoptr (BbZone) zone = zone_new ();

  for (guint i = 0; i < G_N_ELEMENTS (refused); i++) {
    g_auto (BbMqttCommand) got = { 0 };
    g_autoptr (GError) error = NULL;

    g_assert_false (bb_mqtt_command_read (refused[i][0], refused[i][1], strlen (refused[i][1]), FALSE, 0,
                                          zone, &got, &error));
    g_assert_error (error, BB_COMMAND_ERROR, BB_COMMAND_ERROR_REFUSED);
  }
  {
    g_auto (BbMqttCommand) got = { 0 };

    g_assert_true (bb_mqtt_command_read ("signal/rc/set", "locked", 6, FALSE, 0, zone, &got, NULL));
  }
}

/* The answer to a refused command can say which it was. */
static void
test_request_of_refused (void)
{
  static const gchar text[] = "{\"kind\":\"cap\",\"request\":\"r-7\"}";
  g_autofree gchar *key = g_strnfill (65, 'k');
  g_autofree gchar *longer = g_strdup_printf ("{\"kind\":\"cap\",\"request\":\"%s\"}", key);
  g_autoptr (BbZone) zone = zone_new ();
  g_auto (BbMqttCommand) got = { 0 }, none = { 0 };

  g_assert_false (bb_mqtt_command_read (OVR, text, strlen (text), FALSE, NOW, zone, &got, NULL));
  g_assert_cmpstr (got.request, ==, "r-7");
  g_assert_false (bb_mqtt_command_read (OVR, longer, strlen (longer), FALSE, NOW, zone, &none, NULL));
  g_assert_null (none.request);
}

static void
test_topics (void)
{
  static const gchar *const ids[] = { "main", "Garage left", "a/b", "a_b", "ä+#$%", "_", "." };
  static const gchar *const not_prefixes[] = { "", "/a", "a/", "a//b", "a/+", "$SYS", "a b" };
  g_autoptr (GHashTable) objects = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  g_autofree gchar *first = bb_mqtt_prefix_of_site ("Garage Zürich 12"),
                   *second = bb_mqtt_prefix_of_site ("–"), *third = bb_mqtt_prefix_of_site (NULL);

  for (guint i = 0; i < G_N_ELEMENTS (ids); i++) {
    g_autofree gchar *level = bb_mqtt_level_of_id (ids[i]), *back = bb_mqtt_id_of_level (level);

    g_assert_cmpstr (back, ==, ids[i]);
    g_assert_null (strpbrk (level, "/+# $"));
    g_assert_true (g_hash_table_add (objects, bb_mqtt_object_of_id (ids[i])));
  }
  for (guint i = 0; i < G_N_ELEMENTS (not_prefixes); i++)
    g_assert_false (bb_mqtt_prefix_check (not_prefixes[i], NULL));
  g_assert_true (bb_mqtt_prefix_check (first, NULL));
  g_assert_true (g_str_has_prefix (first, "busbar/garage-z"));
  g_assert_true (bb_mqtt_prefix_check (second, NULL));
  g_assert_cmpstr (third, ==, "busbar/site");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/controller/mqtt/commands/good", test_good);
  g_test_add_func ("/controller/mqtt/commands/bad", test_bad);
  g_test_add_func ("/controller/mqtt/commands/C-13/retained-and-large", test_retained_and_large);
  g_test_add_func ("/controller/mqtt/commands/no-time", test_no_time);
  g_test_add_func ("/controller/mqtt/commands/request-of-refused", test_request_of_refused);
  g_test_add_func ("/controller/mqtt/topics", test_topics);
  return g_test_run ();
}
