/* SPDX-License-Identifier: GPL-3.0-or-later */
/* test-ocpp-emulated.c: the OCPP driver and our emulated stations and clamp, second by second on one clock.
 */
#include <glib/gstdio.h>
#include <string.h>

#include "devices/factory.h"
#include "emulator/emu-ocpp-profiles.h"
#include "emulator/emulator-private.h"
#include "model/site-json.h"
#include "rig.h"
#include "wait.h"

#define START_MS G_GINT64_CONSTANT (1772409600000) /* 2026-03-02T00:00:00Z */

static const gchar site_text[]
    = "{\"format\":\"busbar-site/1\",\"name\":\"OCPP\",\"timezone\":\"UTC\","
      "\"circuits\":[{\"id\":\"main\",\"rating_a\":63,\"meter\":\"clamp\",\"other_load_a\":10}],"
      "\"meters\":[{\"id\":\"clamp\",\"profile\":\"teison-ct-clamp\",\"connection\":\"ocpp\"}],"
      "\"groups\":[{\"id\":\"cars\",\"circuit\":\"main\",\"offline_a\":18}],"
      "\"stations\":["
      "{\"id\":\"one\",\"group\":\"cars\",\"max_a\":32,\"failsafe_a\":6,\"power_on_a\":6,\"identity\":\"Twin "
      "1\","
      "\"profile\":\"charge-amps-aura\",\"connection\":\"ocpp\"},"
      "{\"id\":\"two\",\"group\":\"cars\",\"max_a\":32,\"failsafe_a\":6,\"power_on_a\":6,\"identity\":\"Twin "
      "1\","
      "\"connector\":2,\"profile\":\"charge-amps-aura\",\"connection\":\"ocpp\"},"
      "{\"id\":\"abb\",\"group\":\"cars\",\"max_a\":32,\"failsafe_a\":6,\"power_on_a\":6,"
      "\"profile\":\"abb-terra-ac\",\"connection\":\"ocpp\"}],"
      "\"simulation\":{\"from\":\"2026-03-02\",\"days\":1,\"no_delays\":true,\"vehicle_reaction_s\":0}}";

enum { ONE = 0, TWO, ABB, CLAMP, N_DEVICES };

typedef struct {
  gchar *folder, *path;
  BbManualClock *clock;
  BbLog *log;
  BbEmulator *emulator;
  BbDeviceContext *context;
  BbDevice *devices[N_DEVICES];
  gint32 wanted_ma[3]; /* -1: not commanded */
  gint code[3];        /* of the last command; -1: good */
  guint n_seconds;
} World;

static void
begun_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (GError) error = NULL;
  bb_emulator_begin_finish (NULL, result, &error);
  g_assert_no_error (error);
  *(gboolean *) data = TRUE;
}

typedef struct {
  gboolean done;
  gint code;
} Outcome;

static void
command_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  Outcome *outcome = data;
  g_autoptr (GError) error = NULL;
  outcome->done = TRUE;
  outcome->code = bb_device_command_finish (BB_DEVICE (source), result, &error) ? -1 : error->code;
}

static void
poll_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  bb_device_poll_finish (BB_DEVICE (source), result, NULL);
  *(gboolean *) data = TRUE;
}

static void
poll_one (BbDevice *device)
{
  gboolean done = FALSE;
  bb_device_poll_async (device, NULL, poll_cb, &done);
  wait_until (done);
}

static void
command_one (World *world, guint i)
{
  Outcome outcome = { 0 };
  bb_device_command_async (world->devices[i], world->wanted_ma[i], 3, NULL, command_cb, &outcome);
  wait_until (outcome.done);
  world->code[i] = outcome.code;
}

/* The emulator's part, the controller's, the end. */
static void
second (World *world)
{
  gboolean begun = FALSE;
  bb_emulator_begin_async (world->emulator, START_MS + 1000 * (gint64) world->n_seconds++, NULL, begun_cb,
                           &begun);
  wait_until (begun);
  for (guint i = 0; i < N_DEVICES; i++)
    poll_one (world->devices[i]);
  for (guint i = 0; i < 3; i++)
    if (world->wanted_ma[i] >= 0)
      command_one (world, i);
  bb_emulator_end (world->emulator);
  bb_manual_clock_advance_to (world->clock, bb_clock_get_mono_ms (BB_CLOCK (world->clock)) + 1000);
}

static void
seconds (World *world, guint n)
{
  for (guint i = 0; i < n; i++)
    second (world);
}

static void
ask (World *world, const gchar *format, ...)
{
  va_list arguments;
  g_autoptr (GError) error = NULL;
  g_autofree gchar *text = NULL, *answer = NULL;
  va_start (arguments, format);
  text = g_strdup_vprintf (format, arguments);
  va_end (arguments);
  answer = bb_emulator_command (world->emulator, text, -1, &error);
  g_assert_no_error (error);
}

/* ---- making it ---- */

static void
make_emulator (World *world, BbCatalogue *catalogue)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (BbSite) site = NULL;
  g_autoptr (BbSimOptions) run = NULL;
  g_file_set_contents (world->path, site_text, -1, &error);
  g_assert_no_error (error);
  site = bb_site_load (world->path, &error);
  g_assert_no_error (error);
  run = bb_sim_options_new (site);
  bb_sim_options_add_site_defaults (run, &error);
  g_assert_no_error (error);
  run->step_ms = 1000;
  world->emulator = bb_emulator_new (&(BbEmulatorOptions){ .run = run,
                                                           .catalogue = catalogue,
                                                           .clock = BB_CLOCK (world->clock),
                                                           .log = world->log },
                                     &error);
  g_assert_no_error (error);
}

static void
make_device (World *world, guint i, BbCatalogue *catalogue, const gchar *id, const gchar *profile,
             const gchar *identity, guint connector)
{
  g_autoptr (GError) error = NULL;
  BbLink *link = bb_link_new (id, i == CLAMP, BB_CONNECTION_OCPP);
  link->identity = g_strdup (identity);
  link->connector = connector;
  link->failsafe_ma = link->min_ma = 6000;
  link->max_ma = 32000;
  link->n_phases = 3;
  link->interval_ms = 1000;
  world->devices[i]
      = bb_device_new (world->context, bb_catalogue_find (catalogue, profile, NULL), link, &error);
  g_assert_no_error (error);
  bb_device_start (world->devices[i]);
}

static gboolean
all_online (World *world)
{
  for (guint i = 0; i < N_DEVICES; i++)
    if (bb_device_get_state (world->devices[i]) != BB_DEVICE_ONLINE)
      return FALSE;
  return TRUE;
}

static World *
world_new (void)
{
  const BbOcppListen listen = { "127.0.0.1", 0, NULL };
  World *world = g_new0 (World, 1);
  g_autoptr (GError) error = NULL;
  g_autoptr (BbCatalogue) catalogue = NULL;
  g_autofree gchar *url = NULL;
  world->folder = g_dir_make_tmp ("busbar-XXXXXX", &error);
  world->path = g_build_filename (world->folder, "site.busbar", NULL);
  catalogue = bb_catalogue_new (world->folder, NULL);
  world->clock = bb_manual_clock_new (1000000, START_MS);
  world->log = bb_log_new_memory (BB_CLOCK (world->clock), BB_LOG_DEBUG, 2000);
  world->context = bb_device_context_new (BB_CLOCK (world->clock), world->log, NULL);
  world->context->may_commission = world->context->may_write_unverified = TRUE;
  bb_device_context_listen_ocpp (world->context, &listen, &error);
  g_assert_no_error (error);
  make_device (world, ONE, catalogue, "one", "charge-amps-aura", "Twin 1", 1);
  make_device (world, TWO, catalogue, "two", "charge-amps-aura", "Twin 1", 2);
  make_device (world, ABB, catalogue, "abb", "abb-terra-ac", "abb", 1);
  make_device (world, CLAMP, catalogue, "clamp", "teison-ct-clamp", "clamp", 1);
  make_emulator (world, catalogue);
  url = g_strdup_printf ("ws://127.0.0.1:%u/ocpp", bb_ocpp_server_get_port (world->context->ocpp));
  bb_emulator_set_ocpp_url (world->emulator, url);
  bb_emulator_start (world->emulator, &error);
  g_assert_no_error (error);
  for (guint i = 0; i < 3; i++)
    world->wanted_ma[i] = -1;
  wait_until (all_online (world));
  return world;
}

static void
world_free (World *world)
{
  for (guint i = 0; i < N_DEVICES; i++) {
    bb_device_stop (world->devices[i]);
    g_object_unref (world->devices[i]);
  }
  bb_emulator_free (world->emulator);
  bb_device_context_unref (world->context);
  for (guint i = 0; i < 100; i++)
    g_main_context_iteration (NULL, FALSE);
  bb_log_unref (world->log);
  g_object_unref (world->clock);
  g_unlink (world->path);
  g_rmdir (world->folder);
  g_free (world->path);
  g_free (world->folder);
  g_free (world);
}
G_DEFINE_AUTOPTR_CLEANUP_FUNC (World, world_free)

static const BbStationReading *
reading (World *world, guint i)
{
  return bb_device_get_station_reading (world->devices[i]);
}

static gint32
pilot_ma (World *world, guint station)
{
  return bb_field_peek_station (bb_emulator_get_field (world->emulator), station)->pilot_ma;
}

/* ---- tests ---- */

static void
test_follows (void)
{
  g_autoptr (World) world = world_new ();
  world->wanted_ma[ONE] = 13200;
  world->wanted_ma[TWO] = 7000;
  world->wanted_ma[ABB] = 9000;
  second (world);
  g_assert_cmpint (pilot_ma (world, ONE), ==, 13200);
  g_assert_cmpint (pilot_ma (world, TWO), ==, 7000);
  g_assert_cmpint (pilot_ma (world, ABB), ==, 9000);
  g_assert_cmpint (reading (world, ONE)->status, ==, BB_STATION_FREE);
  ask (world, "{\"command\":\"plug\",\"station\":\"one\"}");
  ask (world, "{\"command\":\"plug\",\"station\":\"abb\"}");
  seconds (world, 2);
  for (guint p = 0; p < 3; p++) {
    g_assert_cmpint (reading (world, ONE)->measured_ma[p], ==, 13200);
    g_assert_cmpint (reading (world, TWO)->measured_ma[p], ==, 0);
    g_assert_cmpint (reading (world, ABB)->measured_ma[p], ==,
                     9000); /* told without phase: counts for each */
    g_assert_cmpint (bb_device_get_meter_reading (world->devices[CLAMP])->current_ma[p], ==, 22200);
  }
  g_assert_true (reading (world, ONE)->measured_valid);
  g_assert_true (reading (world, ONE)->authorised);
  g_assert_cmpint (reading (world, ONE)->vehicle, ==, BBE_VEHICLE_C);
  g_assert_cmpint (reading (world, ONE)->status, ==, BB_STATION_CHARGING);
  g_assert_cmpint (reading (world, ONE)->failsafe_ma, ==, 6000);
  g_assert_cmpint (reading (world, ABB)->failsafe_ma, ==, -1);
  g_assert_nonnull (strstr (bb_device_get_trouble (world->devices[ABB]), "no OCPP fail-safe"));
  world->wanted_ma[ONE] = 0;
  seconds (world, 2);
  g_assert_cmpint (reading (world, ONE)->measured_ma[0], ==, 0);
  g_assert_cmpint (reading (world, ONE)->vehicle, ==, BBE_VEHICLE_B);
  ask (world, "{\"command\":\"unplug\",\"station\":\"one\"}");
  seconds (world, 2);
  g_assert_cmpint (reading (world, ONE)->vehicle, ==, BBE_VEHICLE_A);
}

/* Not commanded any more: the station's own profiles take it down, and not before. */
static void
test_failsafe (void)
{
  g_autoptr (World) world = world_new ();
  world->wanted_ma[ONE] = world->wanted_ma[ABB] = 16000;
  seconds (world, 65);
  g_assert_cmpint (pilot_ma (world, ONE), ==, 16000);
  world->wanted_ma[ONE] = world->wanted_ma[ABB] = -1;
  seconds (world, 36); /* the last refresh was 24 s ago */
  g_assert_cmpint (pilot_ma (world, ONE), ==, 16000);
  seconds (world, 26);
  g_assert_cmpint (pilot_ma (world, ONE), ==, 6000);
  g_assert_cmpint (pilot_ma (world, ABB), ==, 16000); /* it has no second level */
}

/* Cut off: it falls back all the same, and is taken over again when it is back. */
static void
test_offline (void)
{
  g_autoptr (World) world = world_new ();
  world->wanted_ma[ONE] = 16000;
  seconds (world, 3);
  ask (world, "{\"command\":\"fault\",\"device\":\"one\",\"fault\":\"offline\",\"for_s\":70}");
  second (world);
  wait_until (bb_device_get_state (world->devices[ONE]) == BB_DEVICE_CONNECTING);
  g_assert_cmpint (bb_device_get_state (world->devices[ABB]), ==, BB_DEVICE_ONLINE);
  second (world);
  g_assert_cmpint (world->code[ONE], ==, BB_DEVICE_ERROR_OFFLINE);
  seconds (world, 60);
  g_assert_cmpint (pilot_ma (world, ONE), ==, 6000);
  for (guint i = 0; i < 10 && bb_device_get_state (world->devices[ONE]) == BB_DEVICE_CONNECTING; i++)
    second (world);
  wait_until (bb_device_get_state (world->devices[ONE]) != BB_DEVICE_CONNECTING);
  /* no boot after a mere loss of the network: it is asked after 5 s */
  bb_manual_clock_advance_to (world->clock, bb_clock_get_mono_ms (BB_CLOCK (world->clock)) + 5000);
  wait_until (bb_device_get_state (world->devices[ONE]) == BB_DEVICE_ONLINE);
  seconds (world, 2);
  g_assert_cmpint (pilot_ma (world, ONE), ==, 16000);
}

static void
test_lies (void)
{
  g_autoptr (World) world = world_new ();
  world->wanted_ma[ABB] = 16000;
  ask (world, "{\"command\":\"plug\",\"station\":\"abb\"}");
  seconds (world, 3);
  ask (world, "{\"command\":\"fault\",\"device\":\"abb\",\"fault\":\"lies\",\"for_s\":60}");
  world->wanted_ma[ABB] = 8000;
  seconds (world, 25);
  g_assert_true (reading (world, ABB)->obeys);
  seconds (world, 10);
  g_assert_cmpint (world->code[ABB], ==, -1);
  g_assert_false (reading (world, ABB)->obeys);
  g_assert_nonnull (strstr (bb_device_get_trouble (world->devices[ABB]), "8.0 A"));
}

/* Faults of the wire are survived, whatever comes over it. */
static void
test_wire_faults (void)
{
  static const gchar *const faults[] = { "garbage", "truncate", "twice", "exception" };
  g_autoptr (World) world = world_new ();
  world->wanted_ma[ABB] = 10000;
  seconds (world, 2);
  for (guint i = 0; i < G_N_ELEMENTS (faults); i++) {
    Outcome outcome = { 0 };
    g_test_message ("%s", faults[i]);
    ask (world, "{\"command\":\"fault\",\"device\":\"abb\",\"fault\":\"%s\"}", faults[i]);
    world->wanted_ma[ABB] = -1;
    second (world);
    bb_device_command_async (world->devices[ABB], 11000 + 1000 * (gint32) i, 3, NULL, command_cb, &outcome);
    for (guint n = 0; n < 300; n++)
      g_main_context_iteration (NULL, FALSE);
    bb_manual_clock_advance_to (world->clock, bb_clock_get_mono_ms (BB_CLOCK (world->clock)) + 11000);
    wait_until (outcome.done);
    ask (world, "{\"command\":\"clear\",\"device\":\"abb\"}");
    bb_manual_clock_advance_to (world->clock, bb_clock_get_mono_ms (BB_CLOCK (world->clock)) + 30000);
    world->wanted_ma[ABB] = 20000 + 1000 * (gint32) i;
    seconds (world, 2);
    g_assert_cmpint (world->code[ABB], ==, -1);
    g_assert_cmpint (pilot_ma (world, ABB), ==, 20000 + 1000 * (gint32) i);
  }
}

/* ---- profiles by themselves ---- */

static gboolean
add (BbEmuProfiles *profiles, guint connector, gint id, gint stack, const gchar *purpose,
     const gchar *schedule, gint64 now_ms)
{
  g_autofree gchar *text
      = g_strdup_printf ("{\"chargingProfileId\":%d,\"stackLevel\":%d,\"chargingProfilePurpose\":\"%s\","
                         "\"chargingProfileKind\":\"Absolute\",\"chargingSchedule\":%s}",
                         id, stack, purpose, schedule);
  g_autoptr (JsonNode) node = json_from_string (text, NULL);
  g_assert_nonnull (node);
  return bb_emu_profiles_add (profiles, connector, json_node_get_object (node), now_ms, START_MS + now_ms);
}

static gint32
limit_at (BbEmuProfiles *profiles, gint64 now_ms)
{
  return bb_emu_profiles_get_limit (profiles, 1, 1, 230000, now_ms).limit_ma;
}

#define SCHEDULE(unit, duration, limit)                                                                      \
  "{\"startSchedule\":\"2026-03-02T00:00:00Z\"," duration "\"chargingRateUnit\":\"" unit                     \
  "\",\"chargingSchedulePeriod\":[{\"startPeriod\":0,\"limit\":" limit ",\"numberPhases\":3}]}"

static void
test_composite (void)
{
  g_autoptr (BbEmuProfiles) profiles = bb_emu_profiles_new ();
  g_autoptr (JsonObject) all = json_object_new ();
  g_assert_cmpint (limit_at (profiles, 0), ==, -1);
  g_assert_true (add (profiles, 1, 1, 0, "TxDefaultProfile", SCHEDULE ("A", "", "6"), 0));
  g_assert_cmpint (limit_at (profiles, 0), ==, 6000);
  g_assert_true (add (profiles, 1, 2, 1, "TxDefaultProfile", SCHEDULE ("A", "\"duration\":60,", "16.1"), 0));
  g_assert_cmpint (limit_at (profiles, 59999), ==, 16100);
  g_assert_cmpint (bb_emu_profiles_get_limit (profiles, 1, 1, 230000, 0).until_ms, ==, 60000);
  g_assert_cmpint (limit_at (profiles, 60000), ==, 6000);
  g_assert_true (add (profiles, 0, 3, 0, "ChargePointMaxProfile", SCHEDULE ("W", "", "6900"), 0));
  g_assert_cmpint (limit_at (profiles, 0), ==, 10000);
  g_assert_cmpint (bb_emu_profiles_get_limit (profiles, 1, 2, 230000, 0).limit_ma, ==, 5000);
  g_assert_true (add (profiles, 1, 4, 0, "TxProfile", SCHEDULE ("A", "", "8"), 0));
  g_assert_cmpint (limit_at (profiles, 0), ==, 8000);
  bb_emu_profiles_end_transaction (profiles, 1);
  g_assert_cmpint (limit_at (profiles, 0), ==, 10000);
  g_assert_true (add (profiles, 1, 9, 1, "TxDefaultProfile", SCHEDULE ("A", "", "7"), 0)); /* in place of 2 */
  g_assert_cmpint (limit_at (profiles, 90000), ==, 7000);
  g_assert_cmpuint (bb_emu_profiles_clear (profiles, all), ==, 3);
  g_assert_cmpint (limit_at (profiles, 0), ==, -1);
}

static void
test_composite_bad (void)
{
  g_autoptr (BbEmuProfiles) profiles = bb_emu_profiles_new ();
  g_assert_false (add (profiles, 1, 1, 0, "ChargePointMaxProfile", SCHEDULE ("A", "", "6"), 0));
  g_assert_false (add (profiles, 0, 1, 0, "TxProfile", SCHEDULE ("A", "", "6"), 0));
  g_assert_false (add (profiles, 1, 1, -1, "TxDefaultProfile", SCHEDULE ("A", "", "6"), 0));
  g_assert_false (add (profiles, 1, 1, 0, "Other", SCHEDULE ("A", "", "6"), 0));
  g_assert_false (add (profiles, 1, 1, 0, "TxDefaultProfile", SCHEDULE ("V", "", "6"), 0));
  g_assert_false (add (profiles, 1, 1, 0, "TxDefaultProfile", SCHEDULE ("A", "", "-1"), 0));
  g_assert_false (add (profiles, 1, 1, 0, "TxDefaultProfile", SCHEDULE ("A", "\"duration\":-5,", "6"), 0));
  g_assert_false (add (profiles, 1, 1, 0, "TxDefaultProfile", "{}", 0));
  g_assert_false (
      add (profiles, 1, 1, 0, "TxDefaultProfile",
           "{\"chargingRateUnit\":\"A\",\"chargingSchedulePeriod\":[{\"startPeriod\":5,\"limit\":6}]}", 0));
  g_assert_cmpint (limit_at (profiles, 0), ==, -1);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/devices/ocpp/emulated/follows", test_follows);
  g_test_add_func ("/devices/ocpp/emulated/failsafe", test_failsafe);
  g_test_add_func ("/devices/ocpp/emulated/offline", test_offline);
  g_test_add_func ("/devices/ocpp/emulated/lies", test_lies);
  g_test_add_func ("/devices/ocpp/emulated/wire-faults", test_wire_faults);
  g_test_add_func ("/devices/ocpp/emulated/composite", test_composite);
  g_test_add_func ("/devices/ocpp/emulated/composite-bad", test_composite_bad);
  return g_test_run ();
}
