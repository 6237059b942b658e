/* SPDX-License-Identifier: GPL-3.0-or-later */
/* test-ocpp-frame.c: good and bad frames, what is written, payloads of stations, times. */
#include <string.h>

#include "base/error.h"
#include "protocols/ocpp/ocpp-payload.h"

typedef struct {
  const gchar *text;
  gint kind;           /* 0: refused; -1: ignored */
  const gchar *bad_id; /* told for a CALL that can be answered */
} Case;

static const Case cases[] = {
  { "[2,\"1\",\"Heartbeat\",{}]", BB_OCPP_CALL, NULL },
  { "[2,\"1\",\"Heartbeat\"]", BB_OCPP_CALL, NULL },
  { "[2,\"1\",\"Heartbeat\",null]", BB_OCPP_CALL, NULL },
  { " [ 2 , \"1\" , \"Heartbeat\" , { } ] ", BB_OCPP_CALL, NULL },
  { "[2,\"1\",\"Heartbeat\",{},7]", BB_OCPP_CALL, NULL },
  { "[3,\"1\",{}]", BB_OCPP_RESULT, NULL },
  { "[3,\"1\",null]", BB_OCPP_RESULT, NULL },
  { "[3,\"1\"]", BB_OCPP_RESULT, NULL },
  { "[4,\"1\",\"GenericError\",\"why\",{}]", BB_OCPP_CALL_ERROR, NULL },
  { "[4,\"1\",\"GenericError\",\"why\"]", BB_OCPP_CALL_ERROR, NULL },
  { "[4,\"1\",5,6,7]", BB_OCPP_CALL_ERROR, NULL },
  { "[4,\"1\"]", BB_OCPP_CALL_ERROR, NULL },
  { "[2,\"123456789012345678901234567890123456\",\"Heartbeat\",{}]", BB_OCPP_CALL, NULL },
  { "[2,\"\xc3\xa4\xc3\xa4\xc3\xa4\xc3\xa4\xc3\xa4\xc3\xa4\xc3\xa4\xc3\xa4\xc3\xa4\xc3\xa4\xc3\xa4\xc3\xa4"
    "\xc3\xa4\xc3\xa4\xc3\xa4\xc3\xa4\xc3\xa4\xc3\xa4\xc3\xa4\xc3\xa4\",\"Heartbeat\",{}]",
    BB_OCPP_CALL, NULL },
  { "[5,\"1\",\"Heartbeat\",{}]", -1, NULL },
  { "[0]", -1, NULL },
  { "[-3,\"1\"]", -1, NULL },
  { "[2,\"1234567890123456789012345678901234567\",\"Heartbeat\",{}]", 0, NULL },
  { "[2,1,\"Heartbeat\",{}]", 0, NULL },
  { "[2,null,\"Heartbeat\",{}]", 0, NULL },
  { "[2]", 0, NULL },
  { "[3]", 0, NULL },
  { "[]", 0, NULL },
  { "{}", 0, NULL },
  { "2", 0, NULL },
  { "", 0, NULL },
  { "[\"2\",\"1\",\"Heartbeat\",{}]", 0, NULL },
  { "[2.5,\"1\",\"Heartbeat\",{}]", 0, NULL },
  { "[null,\"1\"]", 0, NULL },
  { "[2,\"1\",\"Heartbeat\",[]]", 0, "1" },
  { "[2,\"1\",\"Heartbeat\",3]", 0, "1" },
  { "[2,\"1\",7,{}]", 0, "1" },
  { "[2,\"1\"]", 0, "1" },
  { "[3,\"1\",[]]", 0, NULL },
  { "[3,\"1\",\"x\"]", 0, NULL },
  { "[2,\"1\",\"Heartbeat\",{}", 0, NULL },
  { "[2,\"1\",\"Heartbeat\",{}]]", 0, NULL },
  { "[2,\"1\",\"Heartbeat\",{\"a\":1,\"a\":2}]", 0, NULL },
  { "[2,\"\xff\",\"Heartbeat\",{}]", 0, NULL },
};

static void
test_table (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    const Case *one = &cases[i];
    g_autoptr (GError) error = NULL;
    g_autofree gchar *bad_id = NULL;
    g_autoptr (BbOcppFrame) frame = bb_ocpp_frame_parse (one->text, strlen (one->text), &bad_id, &error);
    g_test_message ("case %u", i);
    g_assert_cmpint (frame != NULL ? (gint) frame->kind : error != NULL ? 0 : -1, ==, one->kind);
    g_assert_cmpstr (bad_id, ==, one->bad_id);
    if (frame != NULL)
      g_assert_nonnull (frame->payload);
  }
}

static void
test_hostile (void)
{
  g_autoptr (GString) deep = g_string_new ("[2,\"1\",\"Heartbeat\",");
  g_autofree gchar *huge = g_strnfill (BB_OCPP_MAX_BYTES + 1, ' ');
  g_autoptr (GError) error = NULL;
  for (guint i = 0; i < 100000; i++)
    g_string_append (deep, "{\"a\":");
  g_assert_null (bb_ocpp_frame_parse (deep->str, deep->len, NULL, &error));
  g_assert_error (error, BB_TEXT_ERROR, BB_TEXT_ERROR_DEPTH);
  g_clear_error (&error);
  g_assert_null (bb_ocpp_frame_parse (huge, BB_OCPP_MAX_BYTES + 1, NULL, &error));
  g_assert_error (error, BB_TEXT_ERROR, BB_TEXT_ERROR_TOO_LARGE);
  g_clear_error (&error);
  g_assert_null (bb_ocpp_frame_parse ("[2,\"1\",\"He\0rt\",{}]", 19, NULL, &error));
  g_assert_nonnull (error);
}

static void
test_write (void)
{
  g_autoptr (JsonObject) payload = json_object_new ();
  JsonArray *list = json_array_new ();
  g_autofree gchar *call = NULL, *result = NULL, *error_text = NULL;
  g_autoptr (BbOcppFrame) again = NULL;
  g_autoptr (GError) error = NULL;
  json_object_set_double_member (payload, "limit", 10.1);
  json_object_set_double_member (payload, "whole", 10);
  json_object_set_int_member (payload, "n", -3);
  json_object_set_boolean_member (payload, "yes", TRUE);
  json_object_set_null_member (payload, "none");
  json_object_set_string_member (payload, "text", "a\"b\\c\n\xc3\xa4");
  json_array_add_int_element (list, 1);
  json_array_add_string_element (list, "x");
  json_object_set_array_member (payload, "list", list);
  json_object_set_object_member (payload, "inner", json_object_new ());
  call = bb_ocpp_frame_call ("7", "Set", payload);
  g_assert_cmpstr (call, ==,
                   "[2,\"7\",\"Set\",{\"limit\":10.1,\"whole\":10.0,\"n\":-3,\"yes\":true,\"none\":null,"
                   "\"text\":\"a\\\"b\\\\c\\u000a\xc3\xa4\",\"list\":[1,\"x\"],\"inner\":{}}]");
  again = bb_ocpp_frame_parse (call, strlen (call), NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpstr (bb_ocpp_get_string (again->payload, "text"), ==, "a\"b\\c\n\xc3\xa4");
  result = bb_ocpp_frame_result ("8", payload);
  g_assert_true (g_str_has_prefix (result, "[3,\"8\",{\"limit\":10.1,"));
  error_text = bb_ocpp_frame_error ("9", "NotImplemented", NULL);
  g_assert_cmpstr (error_text, ==, "[4,\"9\",\"NotImplemented\",\"\",{}]");
}

/* Every tenth of an ampere up to 80 A is written with one decimal. */
static void
test_tenths (void)
{
  for (gint tenth = 0; tenth <= 800; tenth++) {
    g_autoptr (JsonObject) payload = json_object_new ();
    g_autofree gchar *wanted = g_strdup_printf ("[3,\"1\",{\"limit\":%d.%d}]", tenth / 10, tenth % 10);
    g_autofree gchar *text = NULL;
    json_object_set_double_member (payload, "limit", tenth * 100 / 1000.0);
    text = bb_ocpp_frame_result ("1", payload);
    g_assert_cmpstr (text, ==, wanted);
  }
}

/* ---- payloads ---- */

static JsonObject *
parse (const gchar *text)
{
  g_autoptr (JsonNode) node = json_from_string (text, NULL);
  g_assert_nonnull (node);
  return json_object_ref (json_node_get_object (node));
}

static gboolean
read_one (const gchar *sample, BbOcppQuantity quantity, BbOcppPhase phase, gint64 *value)
{
  g_autofree gchar *text
      = g_strdup_printf ("{\"connectorId\":1,\"meterValue\":[{\"timestamp\":\"2026-11-21T02:44:00Z\","
                         "\"sampledValue\":[%s]}]}",
                         sample);
  g_autoptr (JsonObject) payload = parse (text);
  g_autoptr (GError) error = NULL;
  BbOcppValues values;
  g_test_message ("%s", sample);
  g_assert_true (bb_ocpp_read_meter_values (payload, &values, &error));
  return bb_ocpp_values_get (&values, quantity, phase, value);
}

static void
assert_value (const gchar *sample, BbOcppQuantity quantity, BbOcppPhase phase, gint64 expected)
{
  gint64 value = 0;
  g_assert_true (read_one (sample, quantity, phase, &value));
  g_assert_cmpint (value, ==, expected);
}

static void
assert_skipped (const gchar *sample)
{
  gint64 value = 0;
  for (guint q = 0; q < BB_OCPP_N_QUANTITIES; q++)
    for (guint p = 0; p < BB_OCPP_N_PHASES; p++)
      g_assert_false (read_one (sample, (BbOcppQuantity) q, (BbOcppPhase) p, &value));
}

static void
test_samples (void)
{
  assert_value ("{\"value\":\"1234\"}", BB_OCPP_ENERGY, BB_OCPP_WHOLE, 1234);
  assert_value ("{\"value\":\"1.5\",\"unit\":\"kWh\"}", BB_OCPP_ENERGY, BB_OCPP_WHOLE, 1500);
  assert_value ("{\"value\":\" 13.256 \",\"measurand\":\"Current.Import\",\"unit\":\"A\",\"phase\":\"L1\"}",
                BB_OCPP_CURRENT, BB_OCPP_L1, 13256);
  assert_value ("{\"value\":\"13256\",\"measurand\":\"Current.Import\",\"unit\":\"mA\",\"phase\":\"L2-N\"}",
                BB_OCPP_CURRENT, BB_OCPP_L2, 13256);
  assert_value ("{\"value\":\"0.013\",\"measurand\":\"Current.Import\",\"unit\":\"kA\",\"phase\":\"L3\"}",
                BB_OCPP_CURRENT, BB_OCPP_L3, 13000);
  assert_value ("{\"value\":\"16\",\"measurand\":\"Current.Import\"}", BB_OCPP_CURRENT, BB_OCPP_WHOLE, 16000);
  assert_value ("{\"value\":16,\"measurand\":\"Current.Import\",\"phase\":\"\"}", BB_OCPP_CURRENT,
                BB_OCPP_WHOLE, 16000);
  assert_value ("{\"value\":\"1\",\"measurand\":\"Current.Import\",\"phase\":\"N\"}", BB_OCPP_CURRENT,
                BB_OCPP_NEUTRAL, 1000);
  assert_value ("{\"value\":\"230.4\",\"measurand\":\"Voltage\",\"unit\":\"V\",\"phase\":\"L1-N\"}",
                BB_OCPP_VOLTAGE, BB_OCPP_L1, 230400);
  assert_value ("{\"value\":\"-7.2\",\"measurand\":\"Power.Active.Import\",\"unit\":\"kW\"}", BB_OCPP_POWER,
                BB_OCPP_WHOLE, -7200000);
  assert_value ("{\"value\":\"7200\",\"measurand\":\"power.active.import\",\"unit\":\"w\"}", BB_OCPP_POWER,
                BB_OCPP_WHOLE, 7200000);
  assert_value ("{\"value\":\"50\",\"measurand\":\"Frequency\"}", BB_OCPP_FREQUENCY, BB_OCPP_WHOLE, 50000);
  assert_value ("{\"value\":\"1\",\"format\":\"Raw\"}", BB_OCPP_ENERGY, BB_OCPP_WHOLE, 1);
}

static void
test_samples_skipped (void)
{
  assert_skipped ("{\"value\":\"\"}");
  assert_skipped ("{\"value\":\"   \"}");
  assert_skipped ("{}");
  assert_skipped ("{\"value\":null}");
  assert_skipped ("{\"value\":\"NaN\"}");
  assert_skipped ("{\"value\":\"1,5\"}");
  assert_skipped ("{\"value\":\"1.5A\"}");
  assert_skipped ("{\"value\":\"1e400\"}");
  assert_skipped ("{\"value\":\"1e30\"}");
  assert_skipped ("{\"value\":\"0x1F\",\"format\":\"SignedData\"}");
  assert_skipped ("{\"value\":\"20\",\"measurand\":\"Temperature\",\"unit\":\"Celcius\"}");
  assert_skipped ("{\"value\":\"20\",\"measurand\":\"Current.Import\",\"unit\":\"Celsius\"}");
  assert_skipped ("{\"value\":\"400\",\"measurand\":\"Voltage\",\"phase\":\"L1-L2\"}");
  assert_skipped ("{\"value\":\"10\",\"measurand\":\"Current.Import\",\"phase\":\"L4\"}");
  assert_skipped ("{\"value\":\"10\",\"measurand\":\"Current.Import\",\"location\":\"EV\"}");
  assert_skipped ("7");
}

static gint64
value_of (const gchar *text, BbOcppQuantity quantity, BbOcppPhase phase)
{
  g_autoptr (JsonObject) payload = parse (text);
  BbOcppValues values;
  gint64 value = G_MININT64;
  g_assert_true (bb_ocpp_read_meter_values (payload, &values, NULL));
  bb_ocpp_values_get (&values, quantity, phase, &value);
  return value;
}

/* The newer time wins whatever the order; an outlet beats an inlet. */
static void
test_several (void)
{
  g_assert_cmpint (value_of ("{\"connectorId\":1,\"meterValue\":["
                             "{\"timestamp\":\"2026-11-21T02:44:10Z\",\"sampledValue\":[{\"value\":\"2\"}]},"
                             "{\"timestamp\":\"2026-11-21T02:44:00Z\",\"sampledValue\":[{\"value\":\"1\"},"
                             "{\"value\":\"6\",\"measurand\":\"Current.Import\"}]},7]}",
                             BB_OCPP_ENERGY, BB_OCPP_WHOLE),
                   ==, 2);
  g_assert_cmpint (
      value_of ("{\"connectorId\":1,\"meterValue\":[{\"sampledValue\":["
                "{\"value\":\"5\",\"location\":\"Outlet\"},{\"value\":\"6\",\"location\":\"Inlet\"}]}]}",
                BB_OCPP_ENERGY, BB_OCPP_WHOLE),
      ==, 5);
}

static void
test_bad_payloads (void)
{
  static const gchar *const bad[] = { "{}",
                                      "{\"connectorId\":1}",
                                      "{\"connectorId\":\"1\",\"meterValue\":[]}",
                                      "{\"connectorId\":-1,\"meterValue\":[]}",
                                      "{\"connectorId\":1.5,\"meterValue\":[]}",
                                      "{\"connectorId\":1e300,\"meterValue\":[]}",
                                      "{\"connectorId\":1,\"meterValue\":{}}" };
  BbOcppStatusNotification status;
  BbOcppValues values;
  BbOcppStart start;
  BbOcppBoot boot;
  for (guint i = 0; i < G_N_ELEMENTS (bad); i++) {
    g_autoptr (JsonObject) payload = parse (bad[i]);
    g_autoptr (GError) error = NULL;
    g_assert_false (bb_ocpp_read_meter_values (payload, &values, &error));
    g_assert_error (error, BB_OCPP_ERROR, BB_OCPP_ERROR_PAYLOAD);
    g_assert_false (bb_ocpp_read_status (payload, &status, NULL));
    g_assert_false (bb_ocpp_read_start (payload, &start, NULL));
    g_assert_false (bb_ocpp_read_boot (payload, &boot, NULL));
  }
}

static void
test_calls (void)
{
  g_autoptr (JsonObject) status_text
      = parse ("{\"connectorId\":2,\"status\":\"SuspendedEV\",\"errorCode\":\"NoError\",\"info\":\"x\"}");
  g_autoptr (JsonObject) boot_text
      = parse ("{\"chargePointVendor\":\"ABB\",\"chargePointModel\":\"TAC\","
               "\"chargePointSerialNumber\":\"\",\"chargeBoxSerialNumber\":\"S1\"}");
  g_autoptr (JsonObject) start_text = parse ("{\"connectorId\":1,\"idTag\":\"t\",\"meterStart\":2147483647}");
  BbOcppStatusNotification status;
  BbOcppBoot boot;
  BbOcppStart start;
  g_assert_true (bb_ocpp_read_status (status_text, &status, NULL));
  g_assert_cmpuint (status.connector, ==, 2);
  g_assert_cmpint (status.status, ==, BB_OCPP_SUSPENDED_EV);
  g_assert_cmpstr (bb_ocpp_status_get_name (status.status), ==, "SuspendedEV");
  g_assert_true (bb_ocpp_read_boot (boot_text, &boot, NULL));
  g_assert_cmpstr (boot.serial, ==, "S1");
  g_assert_null (boot.firmware);
  g_assert_true (bb_ocpp_read_start (start_text, &start, NULL));
  g_assert_cmpint (start.meter_wh, ==, 0);
}

static void
test_keys (void)
{
  g_autoptr (JsonObject) payload
      = parse ("{\"configurationKey\":[{\"key\":\"HeartBeatInterval\",\"value\":\"60\","
               "\"readonly\":true},{\"key\":\"Empty\",\"readonly\":false},{},7],"
               "\"unknownKey\":[\"x\"]}");
  g_autoptr (JsonObject) bad = parse ("{\"configurationKey\":{}}");
  g_autoptr (GHashTable) keys = bb_ocpp_keys_new ();
  g_autoptr (GError) error = NULL;
  g_assert_true (bb_ocpp_read_keys (payload, keys, &error));
  g_assert_cmpuint (g_hash_table_size (keys), ==, 2);
  g_assert_cmpstr (bb_ocpp_find_key (keys, "heartbeatinterval")->value, ==, "60");
  g_assert_true (bb_ocpp_find_key (keys, "HEARTBEATINTERVAL")->readonly);
  g_assert_cmpstr (bb_ocpp_find_key (keys, "Empty")->value, ==, "");
  g_assert_null (bb_ocpp_find_key (keys, "x"));
  g_assert_false (bb_ocpp_read_keys (bad, keys, &error));
  g_assert_error (error, BB_OCPP_ERROR, BB_OCPP_ERROR_PAYLOAD);
}

static void
test_times (void)
{
  const gint64 moment_ms = G_GINT64_CONSTANT (1795229040000);
  g_autofree gchar *text = bb_ocpp_format_time (moment_ms + 999);
  g_assert_cmpstr (text, ==, "2026-11-21T02:44:00Z");
  g_assert_cmpint (bb_ocpp_parse_time (text), ==, moment_ms);
  g_assert_cmpint (bb_ocpp_parse_time ("2026-11-21T02:44:00"), ==, moment_ms);
  g_assert_cmpint (bb_ocpp_parse_time ("2026-11-21T03:44:00.250+01:00"), ==, moment_ms + 250);
  g_assert_cmpint (bb_ocpp_parse_time ("yesterday"), ==, G_MININT64);
  g_assert_cmpint (bb_ocpp_parse_time (NULL), ==, G_MININT64);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/protocols/ocpp/frame/table", test_table);
  g_test_add_func ("/protocols/ocpp/frame/hostile", test_hostile);
  g_test_add_func ("/protocols/ocpp/frame/write", test_write);
  g_test_add_func ("/protocols/ocpp/frame/tenths", test_tenths);
  g_test_add_func ("/protocols/ocpp/payload/samples", test_samples);
  g_test_add_func ("/protocols/ocpp/payload/samples-skipped", test_samples_skipped);
  g_test_add_func ("/protocols/ocpp/payload/several", test_several);
  g_test_add_func ("/protocols/ocpp/payload/bad", test_bad_payloads);
  g_test_add_func ("/protocols/ocpp/payload/calls", test_calls);
  g_test_add_func ("/protocols/ocpp/payload/keys", test_keys);
  g_test_add_func ("/protocols/ocpp/payload/times", test_times);
  return g_test_run ();
}
