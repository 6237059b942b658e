/* SPDX-License-Identifier: GPL-3.0-or-later */
/* test-modbus-reference.c: every Modbus profile against the devices of the reference: what is read, and each
 * register that is written for set-points, heartbeats and commissioning. */
#include <string.h>

#include "devices/modbus-private.h"
#include "protocols/modbus/modbus-server.h"
#include "rig.h"

/* ---- what was told ---- */

static gint64
value_of (Rig *rig, BbRole role)
{
  const BbRoleValue *value = &BB_MODBUS_DEVICE (rig->device)->values[role];
  return value->valid ? value->value : -1;
}

static gint64
raw_of (Rig *rig, BbRole role)
{
  const BbRoleValue *value = &BB_MODBUS_DEVICE (rig->device)->values[role];
  return value->valid ? value->raw : -1;
}

static void
check_three (JsonObject *expect, const gchar *key, const gint32 told[3])
{
  JsonArray *values
      = json_object_has_member (expect, key) ? json_object_get_array_member (expect, key) : NULL;
  for (guint i = 0; values != NULL && i < 3; i++)
    if (!json_array_get_null_element (values, i))
      g_assert_cmpint (told[i], ==, json_array_get_int_element (values, i));
}

static void
check_number (JsonObject *expect, const gchar *key, gint64 told)
{
  if (json_object_has_member (expect, key))
    g_assert_cmpint (told, ==, json_object_get_int_member (expect, key));
}

static void
check_text (JsonObject *expect, const gchar *key, const gchar *told)
{
  if (json_object_has_member (expect, key))
    g_assert_cmpstr (told, ==, json_object_get_string_member (expect, key));
}

static void
check_identity (Rig *rig, JsonObject *expect)
{
  g_autofree gchar *idtag = bb_modbus_get_text (BB_MODBUS_DEVICE (rig->device), BB_ROLE_IDTAG);
  check_text (expect, "serial", bb_device_get_serial (rig->device));
  check_text (expect, "firmware", bb_device_get_firmware (rig->device));
  check_text (expect, "model", bb_device_get_model (rig->device));
  check_text (expect, "variant", BB_MODBUS_DEVICE (rig->device)->variant);
  if (idtag != NULL)
    check_text (expect, "idtag", idtag);
}

static void
check_station (Rig *rig, JsonObject *expect, gboolean with_failsafe)
{
  const BbStationReading *reading = bb_device_get_station_reading (rig->device);
  if (json_object_has_member (expect, "vehicle"))
    g_assert_cmpint (reading->vehicle, ==, json_object_get_string_member (expect, "vehicle")[0] - 'A' + 1);
  check_text (expect, "status", bb_station_status_get_name (reading->status));
  if (json_object_has_member (expect, "current_ma"))
    g_assert_true (reading->measured_valid);
  if (json_object_has_member (expect, "measured_valid"))
    g_assert_false (reading->measured_valid);
  check_three (expect, "current_ma", reading->measured_ma);
  check_three (expect, "voltage_mv", reading->voltage_mv);
  check_number (expect, "power_w", reading->power_w);
  check_number (expect, "session_wh", reading->session_wh);
  check_number (expect, "energy_wh", reading->energy_wh);
  check_number (expect, "limit_actual_ma", reading->limit_actual_ma);
  check_number (expect, "limit_set_ma", value_of (rig, BB_ROLE_LIMIT_SET));
  check_number (expect, "limit_max_ma", value_of (rig, BB_ROLE_LIMIT_MAX));
  check_number (expect, "limit_min_ma", value_of (rig, BB_ROLE_LIMIT_MIN));
  check_number (expect, "limit_cable_ma", value_of (rig, BB_ROLE_LIMIT_CABLE));
  check_number (expect, "dlm_mode", raw_of (rig, BB_ROLE_DLM_MODE));
  check_number (expect, "error", raw_of (rig, BB_ROLE_ERROR));
  check_number (expect, "phases_set", raw_of (rig, BB_ROLE_PHASES_SET));
  if (with_failsafe) {
    check_number (expect, "failsafe_ma", reading->failsafe_ma);
    check_number (expect, "failsafe_timeout_ms", reading->failsafe_timeout_ms);
  }
  g_assert_cmpint (reading->taken_ms, ==, bb_clock_get_mono_ms (BB_CLOCK (rig->clock)));
}

static void
check_missing (Rig *rig, JsonObject *expect)
{
  JsonArray *missing
      = json_object_has_member (expect, "missing") ? json_object_get_array_member (expect, "missing") : NULL;
  for (guint i = 0; missing != NULL && i < json_array_get_length (missing); i++) {
    BbRole role = bb_role_from_name (json_array_get_string_element (missing, i));
    g_assert_false (BB_MODBUS_DEVICE (rig->device)->values[role].valid);
  }
}

static void
check_meter (Rig *rig, JsonObject *expect)
{
  const BbMeterReading *reading = bb_device_get_meter_reading (rig->device);
  check_missing (rig, expect);
  if (json_object_has_member (expect, "missing")) {
    /* Without all of its currents there is no reading at all. */
    g_assert_cmpint (reading->taken_ms, ==, G_MININT64);
    check_number (expect, "current_l1_ma", value_of (rig, BB_ROLE_CURRENT_L1));
    return;
  }
  check_three (expect, "current_ma", reading->current_ma);
  check_three (expect, "voltage_mv", reading->voltage_mv);
  check_three (expect, "phase_power_w", reading->phase_power_w);
  check_number (expect, "power_w", reading->power_w);
  check_number (expect, "frequency_mhz", reading->frequency_mhz);
  check_number (expect, "energy_import_wh", reading->energy_import_wh);
  check_number (expect, "energy_export_wh", reading->energy_export_wh);
  g_assert_cmpint (reading->taken_ms, ==, bb_clock_get_mono_ms (BB_CLOCK (rig->clock)));
}

/* ---- what was written ---- */

/* "FUNCTION ADDRESS VALUES" is one of those that are allowed. */
static gboolean
write_is (const gchar *told, JsonObject *wanted)
{
  JsonArray *functions = json_object_get_array_member (wanted, "functions");
  JsonArray *values = json_object_get_array_member (wanted, "values");
  for (guint i = 0; i < json_array_get_length (functions); i++) {
    g_autoptr (GString) text = g_string_new (NULL);
    g_string_printf (text, "%d %d", (gint) json_array_get_int_element (functions, i),
                     (gint) json_object_get_int_member (wanted, "address"));
    for (guint k = 0; k < json_array_get_length (values); k++)
      g_string_append_printf (text, " %d", (gint) json_array_get_int_element (values, k));
    if (g_str_equal (text->str, told))
      return TRUE;
  }
  return FALSE;
}

static gboolean
write_is_among (const gchar *told, JsonArray *wanted)
{
  for (guint i = 0; wanted != NULL && i < json_array_get_length (wanted); i++)
    if (write_is (told, json_array_get_object_element (wanted, i)))
      return TRUE;
  return FALSE;
}

static JsonArray *
wanted_writes (JsonObject *expectation, const gchar *key)
{
  JsonObject *writes = json_object_get_object_member (expectation, "writes");
  return json_object_has_member (writes, key) ? json_object_get_array_member (writes, key) : NULL;
}

static JsonArray *
heartbeat_writes (JsonObject *expectation)
{
  JsonObject *heartbeat
      = json_object_get_object_member (json_object_get_object_member (expectation, "writes"), "heartbeat");
  return json_object_has_member (heartbeat, "writes") ? json_object_get_array_member (heartbeat, "writes")
                                                      : NULL;
}

/* A register that holds the value already need not be written again. */
static gboolean
is_held (JsonObject *wanted, GHashTable *held)
{
  JsonArray *values = json_object_get_array_member (wanted, "values");
  gint64 address = json_object_get_int_member (wanted, "address");
  for (guint i = 0; i < json_array_get_length (values); i++) {
    gpointer value = g_hash_table_lookup (held, GINT_TO_POINTER (address + i + 1));
    if (GPOINTER_TO_INT (value) != json_array_get_int_element (values, i) + 1)
      return FALSE;
  }
  return TRUE;
}

static void
hold (GHashTable *held, const gchar *told)
{
  g_auto (GStrv) parts = g_strsplit (told, " ", -1);
  gint64 address = g_ascii_strtoll (parts[1], NULL, 10);
  for (guint i = 2; parts[i] != NULL; i++)
    g_hash_table_insert (held, GINT_TO_POINTER (address + i - 2 + 1),
                         GINT_TO_POINTER (g_ascii_strtoll (parts[i], NULL, 10) + 1));
}

/* All of `wanted` in this order, apart from what is held already, and nothing else but heartbeats. */
static void
check_in_order (const gchar *name, const gchar *what, GStrv told, JsonArray *wanted, JsonArray *heartbeats,
                GHashTable *held)
{
  guint next = 0;
  for (guint i = 0; i < json_array_get_length (wanted); i++) {
    JsonObject *one = json_array_get_object_element (wanted, i);
    while (told[next] != NULL && !write_is (told[next], one) && write_is_among (told[next], heartbeats))
      next++;
    if (told[next] != NULL && write_is (told[next], one))
      hold (held, told[next++]);
    else if (!is_held (one, held))
      g_error ("%s, %s: write %u is missing, there is %s", name, what, i, told[next]);
  }
  for (; told[next] != NULL; next++)
    if (!write_is_among (told[next], heartbeats))
      g_error ("%s, %s: unexpected write %s", name, what, told[next]);
}

/* All of `wanted` and nothing else, in any order. */
static void
check_writes (const gchar *name, const gchar *what, GStrv told, JsonArray *wanted)
{
  guint n_found = 0;
  for (guint i = 0; told[i] != NULL; i++) {
    if (!write_is_among (told[i], wanted))
      g_error ("%s, %s: unexpected write %s", name, what, told[i]);
    n_found++;
  }
  if (n_found != json_array_get_length (wanted)) {
    g_autofree gchar *all = g_strjoinv ("; ", told);
    g_error ("%s, %s: %u of %u writes; told: %s", name, what, n_found, json_array_get_length (wanted), all);
  }
}

static void
check_setpoint (Rig *rig, Peer *peer, JsonObject *expectation, const gchar *key, gint32 setpoint_ma,
                GHashTable *held)
{
  JsonArray *wanted = wanted_writes (expectation, key);
  rig_advance (rig, 1000);
  g_assert_true (rig_command (rig, setpoint_ma, 0));
  g_auto (GStrv) told = peer_take_writes (peer);
  check_in_order (json_object_get_string_member (expectation, "name"), key, told, wanted,
                  heartbeat_writes (expectation), held);
}

/* Seconds in which nothing changes: only heartbeats, and none too late. */
static void
check_heartbeat (Rig *rig, Peer *peer, const gchar *name, JsonObject *expectation)
{
  JsonObject *heartbeat
      = json_object_get_object_member (json_object_get_object_member (expectation, "writes"), "heartbeat");
  JsonArray *wanted = heartbeat_writes (expectation);
  gint64 last_ms = bb_clock_get_mono_ms (BB_CLOCK (rig->clock));
  for (guint second = 0; second < 40; second++) {
    rig_advance (rig, 1000);
    g_assert_true (rig_poll (rig));
    g_assert_true (rig_command (rig, 16000, 0));
    g_auto (GStrv) told = peer_take_writes (peer);
    gint64 now_ms = bb_clock_get_mono_ms (BB_CLOCK (rig->clock));
    for (guint i = 0; told[i] != NULL; i++)
      if (!write_is_among (told[i], wanted))
        g_error ("%s: %s is no heartbeat", name, told[i]);
    if (wanted != NULL && told[0] == NULL)
      g_assert_cmpint (now_ms - last_ms, <, json_object_get_int_member (heartbeat, "within_ms"));
    if (told[0] != NULL)
      last_ms = now_ms;
  }
}

/* ---- one device ---- */

static Rig *
rig_for (JsonObject *expectation, guint16 port, const gchar *line)
{
  return rig_new (json_object_get_string_member (expectation, "profile"),
                  g_str_equal (json_object_get_string_member (expectation, "kind"), "meter"), port, line,
                  (guint) json_object_get_int_member (expectation, "unit"));
}

/* Nothing is written to a device that must not be used, nor by someone who may not set it up. */
static void
check_refusal (Peer *peer, JsonObject *expectation, BbDeviceError code, const gchar *line)
{
  g_autoptr (Rig) rig = rig_for (expectation, peer_get_port (peer), line);
  rig->context->may_commission = FALSE;
  g_assert_false (rig_start (rig));
  g_assert_error (rig->error, BB_DEVICE_ERROR, (gint) code);
  g_assert_cmpint (bb_device_get_state (rig->device), ==, BB_DEVICE_FAULT);
  g_assert_nonnull (bb_device_get_trouble (rig->device));
  g_assert_false (rig_command (rig, 10000, 3));
  g_auto (GStrv) told = peer_take_writes (peer);
  g_assert_cmpuint (g_strv_length (told), ==, 0);
}

static void
drive_station (Rig *rig, Peer *peer, const gchar *name, JsonObject *expectation)
{
  JsonArray *commission = wanted_writes (expectation, "commission");
  gboolean online = rig_start (rig);
  if (!online)
    g_error ("%s: %s", name, rig->error->message);
  g_assert_cmpint (bb_device_get_state (rig->device), ==, BB_DEVICE_ONLINE);
  g_auto (GStrv) told = peer_take_writes (peer);
  check_writes (name, "commission", told, commission);
  check_station (rig, json_object_get_object_member (expectation, "expect"),
                 json_array_get_length (commission) == 0);
  check_identity (rig, json_object_get_object_member (expectation, "expect"));
  g_autoptr (GHashTable) held = g_hash_table_new (NULL, NULL);
  if (value_of (rig, BB_ROLE_ENABLE) == 1)
    g_hash_table_insert (held, GINT_TO_POINTER (400 + 1), GINT_TO_POINTER (1 + 1));
  check_setpoint (rig, peer, expectation, "setpoint_10a", 10000, held);
  check_setpoint (rig, peer, expectation, "setpoint_0", 0, held);
  check_setpoint (rig, peer, expectation, "setpoint_16a", 16000, held);
  rig_advance (rig, 1000);
  g_assert_true (rig_command (rig, 16000, 0));
  g_strfreev (peer_take_writes (peer));
  check_heartbeat (rig, peer, name, expectation);
}

static void
test_station (const gchar *name, const gchar *line, const gchar *device)
{
  g_autoptr (JsonObject) expectation = peer_expect (name);
  JsonObject *expect = json_object_get_object_member (expectation, "expect");
  g_autoptr (Peer) peer = peer_start (name, device);
  if (json_object_has_member (expect, "identity_error")) {
    check_refusal (peer, expectation, BB_DEVICE_ERROR_IDENTITY, line);
    return;
  }
  if (json_object_has_member (expect, "setup_error")) {
    check_refusal (peer, expectation, BB_DEVICE_ERROR_SETUP, line);
    if (json_array_get_length (wanted_writes (expectation, "commission")) == 0)
      return;
  }
  g_autoptr (Rig) rig = rig_for (expectation, peer_get_port (peer), line);
  drive_station (rig, peer, name, expectation);
}

static void
test_meter (const gchar *name, const gchar *line, const gchar *device)
{
  g_autoptr (JsonObject) expectation = peer_expect (name);
  JsonObject *expect = json_object_get_object_member (expectation, "expect");
  g_autoptr (Peer) peer = peer_start (name, device);
  g_autoptr (Rig) rig = rig_for (expectation, peer_get_port (peer), line);
  rig_start (rig);
  g_assert_cmpint (bb_device_get_state (rig->device), ==, BB_DEVICE_ONLINE);
  check_meter (rig, expect);
  check_identity (rig, expect);
  rig_advance (rig, 1000);
  rig_poll (rig);
  check_meter (rig, expect);
  g_auto (GStrv) told = peer_take_writes (peer);
  g_assert_cmpuint (g_strv_length (told), ==, 0);
}

static void
test_tcp (gconstpointer data)
{
  if (!peer_is_there ())
    g_test_skip ("There is no pymodbus.");
  else if (g_str_has_prefix (data, "meter "))
    test_meter ((const gchar *) data + strlen ("meter "), NULL, NULL);
  else
    test_station ((const gchar *) data + strlen ("station "), NULL, NULL);
}

/* The same over a serial line: a pair of pseudo-terminals. */
static void
test_rtu (gconstpointer data)
{
  if (!peer_is_there ()) {
    g_test_skip ("There is no pymodbus.");
    return;
  }
  g_autoptr (GError) error = NULL;
  g_autoptr (BbPtyLine) line = bb_pty_line_new (0, &error);
  g_assert_no_error (error);
  const gchar *ours = bb_pty_line_get_master_name (line), *theirs = bb_pty_line_get_device_name (line);
  if (g_str_has_prefix (data, "meter "))
    test_meter ((const gchar *) data + strlen ("meter "), ours, theirs);
  else
    test_station ((const gchar *) data + strlen ("station "), ours, theirs);
}

static void
add_tests (const gchar *kind, guint part, guint n_parts)
{
  g_auto (GStrv) names = peer_list (kind, "modbus-tcp");
  for (guint i = 0; names[i] != NULL; i++) {
    if (i % n_parts != part)
      continue;
    g_autofree gchar *path = g_strdup_printf ("/devices/modbus/reference/%s/%s", kind, names[i]);
    g_test_add_data_func_full (path, g_strdup_printf ("%s %s", kind, names[i]), test_tcp, g_free);
  }
}

static void
add_rtu_tests (void)
{
  static const gchar *const names[]
      = { "station mennekes-amtron-compact", "station abb-terra-ac-new", "meter eastron-sdm630",
          "meter carlo-gavazzi-em24", "meter sunspec-203-at-0" };
  for (guint i = 0; i < G_N_ELEMENTS (names); i++) {
    g_autofree gchar *path = g_strdup_printf ("/devices/modbus/reference/rtu/%s", strchr (names[i], ' ') + 1);
    g_test_add_data_func (path, names[i], test_rtu);
  }
}

gint
main (gint argc, gchar **argv)
{
  g_test_init (&argc, &argv, NULL);
  if (argc > 1 && g_str_equal (argv[1], "rtu"))
    add_rtu_tests ();
  else if (argc > 3)
    add_tests (argv[1], (guint) g_ascii_strtoull (argv[2], NULL, 10),
               (guint) g_ascii_strtoull (argv[3], NULL, 10));
  else
    add_tests (argc > 1 ? argv[1] : "station", 0, 1);
  return g_test_run ();
}
