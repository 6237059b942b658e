/* SPDX-License-Identifier: GPL-3.0-or-later */
/* test-http-emulated.c: HTTP, P1 and cloud drivers against our own emulation: values, every fault on the
 * wire, passwords. */
#include <glib/gstdio.h>
#include <string.h>

#include "devices/factory.h"
#include "emulator/emu-cloud.h"
#include "emulator/emu-http.h"
#include "emulator/emulator-private.h"
#include "model/site-json.h"

#define START_MS   G_GINT64_CONSTANT (1772409600000) /* 2026-03-02T00:00:00Z */
#define PATIENCE_S 20

static const gchar site_text[]
    = "{\"format\":\"busbar-site/1\",\"name\":\"Web\",\"timezone\":\"UTC\","
      "\"circuits\":[{\"id\":\"main\",\"rating_a\":63,\"meter\":\"shelly\",\"other_load_a\":10},"
      "{\"id\":\"a\",\"parent\":\"main\",\"rating_a\":35,\"meter\":\"gen1\"},"
      "{\"id\":\"b\",\"parent\":\"main\",\"rating_a\":35,\"meter\":\"p1\"}],"
      "\"meters\":[{\"id\":\"shelly\",\"signed\":true,\"profile\":\"shelly-pro-3em\",\"connection\":\"http\"}"
      ","
      "{\"id\":\"gen1\",\"signed\":true,\"profile\":\"shelly-3em\",\"connection\":\"http\"},"
      "{\"id\":\"p1\",\"signed\":true,\"profile\":\"dsmr-p1\",\"connection\":\"p1\"}],"
      "\"groups\":[{\"id\":\"cars\",\"circuit\":\"main\",\"offline_a\":12}],"
      "\"stations\":[{\"id\":\"left\",\"group\":\"cars\",\"max_a\":16,\"failsafe_a\":6,\"power_on_a\":6,"
      "\"reaction_s\":5,"
      "\"profile\":\"zaptec-pro\",\"connection\":\"cloud\"},"
      "{\"id\":\"right\",\"group\":\"cars\",\"max_a\":16,\"failsafe_a\":6,\"power_on_a\":6,\"reaction_s\":5,"
      "\"profile\":\"zaptec-pro\",\"connection\":\"cloud\"}],"
      "\"simulation\":{\"from\":\"2026-03-02\",\"days\":1,\"no_delays\":true,\"vehicle_reaction_s\":0}}";

typedef struct {
  gchar *folder, *path;
  BbManualClock *clock;
  BbLog *log;
  BbEmulator *emulator;
  BbDeviceContext *context;
  guint n_seconds;
} Bench;

static gboolean
too_long_cb (gpointer data)
{
  g_error ("What the test waits for did not happen within %d s.", PATIENCE_S);
  return G_SOURCE_REMOVE;
}

static void
wait_for (const gboolean *flag)
{
  guint watchdog = g_timeout_add_seconds (PATIENCE_S, too_long_cb, NULL);

  while (!*flag)
    g_main_context_iteration (NULL, TRUE);
  g_source_remove (watchdog);
}

static Bench *
bench_new (void)
{
  Bench *bench = g_new0 (Bench, 1);
  g_autoptr (GError) error = NULL;
  g_autoptr (BbSite) site = NULL;
  g_autoptr (BbSimOptions) run = NULL;
  g_autoptr (BbCatalogue) catalogue = NULL;

  bench->folder = g_dir_make_tmp ("busbar-XXXXXX", NULL);
  bench->path = g_build_filename (bench->folder, "site.busbar", NULL);
  g_file_set_contents (bench->path, site_text, -1, &error);
  g_assert_no_error (error);
  site = bb_site_load (bench->path, &error);
  g_assert_no_error (error);
  run = bb_sim_options_new (site);
  bb_sim_options_add_site_defaults (run, &error);
  g_assert_no_error (error);
  run->step_ms = 1000;
  catalogue = bb_catalogue_new (bench->folder, NULL);
  bench->clock = bb_manual_clock_new (5000, START_MS);
  bench->log = bb_log_new_memory (BB_CLOCK (bench->clock), BB_LOG_DEBUG, 100);
  bench->emulator = bb_emulator_new (&(BbEmulatorOptions){ .run = run,
                                                           .catalogue = catalogue,
                                                           .clock = BB_CLOCK (bench->clock),
                                                           .log = bench->log },
                                     &error);
  g_assert_no_error (error);
  g_assert_true (bb_emulator_start (bench->emulator, &error));
  bench->context = bb_device_context_new (BB_CLOCK (bench->clock), bench->log, NULL);
  bench->context->may_commission = TRUE;
  return bench;
}

static void
bench_free (Bench *bench)
{
  bb_device_context_unref (bench->context);
  bb_emulator_free (bench->emulator);
  bb_log_unref (bench->log);
  g_object_unref (bench->clock);
  g_unlink (bench->path);
  g_rmdir (bench->folder);
  g_free (bench->path);
  g_free (bench->folder);
  g_free (bench);
}
G_DEFINE_AUTOPTR_CLEANUP_FUNC (Bench, bench_free)

/* A driver for an emulated device, by what the start line says. */
static BbDevice *
make_device (Bench *bench, const gchar *id, const gchar *password)
{
  g_autofree gchar *line = bb_emulator_get_start_line (bench->emulator);
  g_autoptr (JsonNode) root = json_from_string (line, NULL);
  JsonObject *all = json_object_get_object_member (json_node_get_object (root), "endpoints");
  JsonObject *own = json_object_get_object_member (all, id);
  BbEmuDevice *emulated = bb_emu_find_device (bench->emulator, id);
  BbLink *link = bb_link_new (id, emulated->is_meter, emulated->connection);
  g_autoptr (GError) error = NULL;
  BbDevice *device;

  link->host = g_strdup (json_object_get_string_member (own, "host"));
  link->port = (guint16) json_object_get_int_member_with_default (own, "port", 0);
  link->identity = g_strdup (json_object_get_string_member_with_default (own, "identity", NULL));
  link->user = g_strdup (json_object_get_string_member_with_default (own, "user", NULL));
  link->password = g_strdup (
      password != NULL ? password : json_object_get_string_member_with_default (own, "password", NULL));
  link->max_ma = 16000;
  device = bb_device_new (bench->context, emulated->profile, link, &error);
  g_assert_no_error (error);
  bb_device_start (device);
  return device;
}

static void
drop_device (BbDevice *device)
{
  bb_device_stop (device);
  while (g_main_context_iteration (NULL, FALSE))
    ;
  g_object_unref (device);
}

static void
begun_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  *(gboolean *) data = TRUE;
}

static void
begin_second (Bench *bench)
{
  gboolean begun = FALSE;

  bb_emulator_begin_async (bench->emulator, START_MS + 1000 * (gint64) bench->n_seconds++, NULL, begun_cb,
                           &begun);
  wait_for (&begun);
}

static void
end_second (Bench *bench)
{
  bb_emulator_end (bench->emulator);
  bb_manual_clock_advance_to (bench->clock, bb_clock_get_mono_ms (BB_CLOCK (bench->clock)) + 1000);
}

typedef struct {
  gboolean done, ok;
} Call;

static void
polled_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  Call *call = data;

  call->ok = bb_device_poll_finish (BB_DEVICE (source), result, NULL);
  call->done = TRUE;
}

static gboolean
poll_device (BbDevice *device)
{
  Call call = { 0 };

  bb_device_poll_async (device, NULL, polled_cb, &call);
  wait_for (&call.done);
  return call.ok;
}

/* The same where no answer comes: the clock goes on to the time-out. */
static gboolean
poll_in_vain (Bench *bench, BbDevice *device)
{
  Call call = { 0 };

  bb_device_poll_async (device, NULL, polled_cb, &call);
  bb_manual_clock_advance_to (bench->clock, bb_clock_get_mono_ms (BB_CLOCK (bench->clock)) + 2000);
  wait_for (&call.done);
  return call.ok;
}

static void
ask (Bench *bench, const gchar *command)
{
  g_autoptr (GError) error = NULL;
  g_autofree gchar *answer = bb_emulator_command (bench->emulator, command, -1, &error);

  g_assert_no_error (error);
}

static void
check_values (Bench *bench, BbDevice *device, const gchar *id, gint64 tolerance_ma)
{
  const BbMeterReading *reading = bb_device_get_meter_reading (device);
  BbEmuDevice *emulated = bb_emu_find_device (bench->emulator, id);

  for (guint p = 0; p < 3; p++) {
    gint64 current_ma = 0, voltage_mv = 0;

    g_assert_true (bb_emu_get_measured (emulated, (BbRole) (BB_ROLE_CURRENT_L1 + p), &current_ma));
    g_assert_true (bb_emu_get_measured (emulated, (BbRole) (BB_ROLE_VOLTAGE_L1 + p), &voltage_mv));
    g_assert_cmpint (ABS (reading->current_ma[p] - current_ma), <=, tolerance_ma);
    g_assert_cmpint (ABS (reading->voltage_mv[p] - voltage_mv), <=, 50);
  }
}

/* ---- meters ---- */

static void
test_values (void)
{
  g_autoptr (Bench) bench = bench_new ();
  static const gchar *const steps[]
      = { "{\"command\":\"load-step\",\"circuit\":\"a\",\"add_a\":[1.234,5.001,17.9]}",
          "{\"command\":\"load-step\",\"circuit\":\"b\",\"add_a\":[3.3,0,-7.5]}",
          "{\"command\":\"load-step\",\"circuit\":\"a\",\"add_a\":[-1.234,-20,0.001]}" };
  BbDevice *shelly = make_device (bench, "shelly", NULL), *gen1 = make_device (bench, "gen1", NULL),
           *p1 = make_device (bench, "p1", NULL);

  g_assert_true (poll_device (p1)); /* lets it connect */
  for (guint i = 0; i < G_N_ELEMENTS (steps); i++) {
    ask (bench, steps[i]);
    begin_second (bench);
    g_assert_true (poll_device (shelly));
    g_assert_true (poll_device (gen1));
    check_values (bench, shelly, "shelly", 0);
    check_values (bench, gen1, "gen1", 0);
    while (bb_device_get_meter_reading (p1)->taken_ms < bb_clock_get_mono_ms (BB_CLOCK (bench->clock))
           && i > 0)
      g_main_context_iteration (NULL, TRUE);
    g_assert_true (poll_device (p1));
    if (i > 0)
      check_values (bench, p1, "p1", 3); /* its power has steps of 1 W */
    end_second (bench);
  }
  drop_device (shelly);
  drop_device (gen1);
  drop_device (p1);
}

/* Each fault is noticed, nothing wrong is taken for a reading, and all is well when it is over. */
static void
test_faults (void)
{
  static const gchar *const faults[]
      = { "silence", "half-open", "delay", "garbage", "exception", "truncate", "offline" };
  g_autoptr (Bench) bench = bench_new ();
  BbDevice *shelly = make_device (bench, "shelly", NULL);

  begin_second (bench);
  g_assert_true (poll_device (shelly));
  end_second (bench);
  for (guint i = 0; i < G_N_ELEMENTS (faults); i++) {
    g_autofree gchar *command
        = g_strdup_printf ("{\"command\":\"fault\",\"device\":\"shelly\",\"fault\":\"%s\",\"value\":%d}",
                           faults[i], i == 2 ? 5000 : 503);
    BbMeterReading before = *bb_device_get_meter_reading (shelly);

    g_test_message ("%s", faults[i]);
    begin_second (bench);
    ask (bench, command);
    g_assert_false (poll_in_vain (bench, shelly));
    g_assert_cmpmem (&before, sizeof before, bb_device_get_meter_reading (shelly), sizeof before);
    ask (bench, "{\"command\":\"clear\",\"device\":\"shelly\"}");
    end_second (bench);
    bench->n_seconds += 2;
    begin_second (bench);
    g_assert_true (poll_device (shelly));
    check_values (bench, shelly, "shelly", 0);
    end_second (bench);
  }
  /* Two answers for one request: the second is nobody's. */
  ask (bench, "{\"command\":\"fault\",\"device\":\"shelly\",\"fault\":\"twice\"}");
  for (guint i = 0; i < 3; i++) {
    begin_second (bench);
    poll_device (shelly);
    if (bb_device_get_meter_reading (shelly)->taken_ms == bb_clock_get_mono_ms (BB_CLOCK (bench->clock)))
      check_values (bench, shelly, "shelly", 0);
    end_second (bench);
  }
  drop_device (shelly);
}

static void
test_passwords (void)
{
  g_autoptr (Bench) bench = bench_new ();
  static const gchar *const ids[] = { "shelly", "gen1" }; /* digest, Basic */

  begin_second (bench);
  for (guint i = 0; i < G_N_ELEMENTS (ids); i++) {
    BbDevice *without, *with;

    bb_emu_http_set_password (bb_emu_find_device (bench->emulator, ids[i]), "open sesame");
    without = make_device (bench, ids[i], NULL);
    with = make_device (bench, ids[i], "open sesame");
    g_assert_false (poll_device (without));
    g_assert_cmpint (bb_device_get_state (without), ==, BB_DEVICE_FAULT);
    g_assert_true (poll_device (with));
    drop_device (without);
    drop_device (with);
  }
}

static void
test_p1_faults (void)
{
  static const gchar *const faults[] = { "silence", "garbage", "exception", "truncate", "offline" };
  g_autoptr (Bench) bench = bench_new ();
  BbDevice *p1 = make_device (bench, "p1", NULL);
  gint64 taken_ms;

  while (bb_device_get_state (p1) != BB_DEVICE_ONLINE) {
    begin_second (bench);
    poll_device (p1);
    end_second (bench);
  }
  for (guint i = 0; i < G_N_ELEMENTS (faults); i++) {
    g_autofree gchar *command
        = g_strdup_printf ("{\"command\":\"fault\",\"device\":\"p1\",\"fault\":\"%s\"}", faults[i]);

    g_test_message ("%s", faults[i]);
    ask (bench, command);
    taken_ms = bb_device_get_meter_reading (p1)->taken_ms;
    for (guint s = 0; s < 2; s++) {
      begin_second (bench);
      poll_device (p1);
      end_second (bench);
    }
    g_assert_cmpint (bb_device_get_meter_reading (p1)->taken_ms, ==, taken_ms);
    ask (bench, "{\"command\":\"clear\",\"device\":\"p1\"}");
    while (bb_device_get_meter_reading (p1)->taken_ms == taken_ms) {
      begin_second (bench);
      poll_device (p1);
      end_second (bench);
    }
  }
  drop_device (p1);
}

/* ---- cloud ---- */

static void
commanded_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  Call *call = data;

  call->ok = bb_device_command_finish (BB_DEVICE (source), result, NULL);
  call->done = TRUE;
}

static gboolean
command (BbDevice *device, gint32 setpoint_ma)
{
  Call call = { 0 };

  bb_device_command_async (device, setpoint_ma, 0, NULL, commanded_cb, &call);
  wait_for (&call.done);
  return call.ok;
}

static void
wait_online (BbDevice *device)
{
  while (bb_device_get_state (device) != BB_DEVICE_ONLINE)
    g_main_context_iteration (NULL, TRUE);
}

static void
test_cloud (void)
{
  g_autoptr (Bench) bench = bench_new ();
  BbDevice *left = make_device (bench, "left", NULL), *right = make_device (bench, "right", NULL);
  BbSimField *field = bb_emulator_get_field (bench->emulator);

  begin_second (bench);
  wait_online (left);
  wait_online (right);
  ask (bench, "{\"command\":\"plug\",\"station\":\"left\",\"max_a\":16,\"phases\":3}");
  g_assert_true (command (left, 10000));
  g_assert_cmpint (bb_field_peek_station (field, 0)->sent_ma, ==, 10000);
  g_assert_cmpuint (bb_emu_cloud_get_n_updates (bb_emu_find_device (bench->emulator, "left")), ==, 1);
  g_assert_cmpuint (bb_emu_cloud_get_n_updates (bb_emu_find_device (bench->emulator, "right")), ==, 0);
  end_second (bench);
  g_assert_true (command (left, 8000)); /* too soon: kept back */
  g_assert_cmpuint (bb_emu_cloud_get_n_updates (bb_emu_find_device (bench->emulator, "left")), ==, 1);
  /* Refused by another load manager. */
  ask (bench, "{\"command\":\"fault\",\"device\":\"right\",\"fault\":\"exception\",\"value\":403}");
  g_assert_false (command (right, 10000));
  g_assert_nonnull (strstr (bb_device_get_trouble (right), "load manager"));
  drop_device (left);
  drop_device (right);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/devices/emulated/values", test_values);
  g_test_add_func ("/devices/emulated/faults", test_faults);
  g_test_add_func ("/devices/emulated/passwords", test_passwords);
  g_test_add_func ("/devices/emulated/p1-faults", test_p1_faults);
  g_test_add_func ("/devices/emulated/cloud", test_cloud);
  return g_test_run ();
}
