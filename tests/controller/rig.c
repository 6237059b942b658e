/* SPDX-License-Identifier: GPL-3.0-or-later */
/* rig.c: emulator and controller in one process on one clock. */
#include "rig.h"

#include <glib/gstdio.h>

#include "controller/state-file.h"
#include "devices/device.h"
#include "emulator/emu-mqtt.h"
#include "emulator/emulator-private.h"
#include "model/site-json.h"

/* Real time after which something that should happen is given up. */
#define PATIENCE_S 60

static gboolean
give_up_cb (gpointer data)
{
  g_error ("gave up waiting for %s", (const gchar *) data);
  return G_SOURCE_REMOVE;
}

void
rig_wait (const gboolean *done, const gchar *what)
{
  guint watchdog = g_timeout_add_seconds (PATIENCE_S, give_up_cb, (gpointer) (guintptr) what);

  while (!*done)
    g_main_context_iteration (NULL, TRUE);
  g_source_remove (watchdog);
}

/* ---- making one ---- */

static void
save_engine (Rig *rig, gint64 start_ms)
{
  g_autofree gchar *text = bb_site_to_text (rig->options->site);
  g_autoptr (BbStateFile) file = bb_state_file_new (rig->folder, text, NULL);
  g_autoptr (GBytes) state = bb_field_save_engine (bb_emulator_get_field (rig->emulator));

  bb_state_file_save (file, state, start_ms - rig->offset_ms, start_ms, TRUE);
}

static void
make_emulator (Rig *rig, const RigOptions *choices)
{
  g_autoptr (GError) error = NULL;
  BbEmulatorOptions options = { .run = rig->options,
                                .start_ms = choices->start_ms,
                                .catalogue = rig->catalogue,
                                .clock = BB_CLOCK (rig->clock),
                                .log = rig->log,
                                .speed = 1,
                                .pty_baud = choices->pty_baud,
                                .mqtt_host = choices->mqtt_port != 0 ? "127.0.0.1" : NULL,
                                .mqtt_port = choices->mqtt_port };

  rig->emulator = bb_emulator_new (&options, &error);
  g_assert_no_error (error);
  bb_emulator_start (rig->emulator, &error);
  g_assert_no_error (error);
}

typedef struct {
  gboolean done;
  GError *error;
} Outcome;

static void
begun_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  Outcome *outcome = data;

  bb_emulator_begin_finish (NULL, result, &outcome->error);
  outcome->done = TRUE;
}

static void
decided_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  Outcome *outcome = data;

  bb_controller_period_finish (NULL, result, &outcome->error);
  outcome->done = TRUE;
}

/* ---- what is published ---- */

/* The emulated side of a meter that publishes over MQTT; NULL: it is another. */
static BbEmuDevice *
find_publisher (Rig *rig, BbDevice *device)
{
  if (device == NULL || bb_device_get_link (device)->connection != BB_CONNECTION_MQTT)
    return NULL;
  return bb_emu_find_device (rig->emulator, bb_device_get_id (device));
}

/* What it measures now has come through the broker. */
static gboolean
has_arrived (Rig *rig, BbDevice *device, BbEmuDevice *publisher)
{
  const BbMeterReading *reading = bb_device_get_meter_reading (device);
  gint64 measured;

  if (reading->taken_ms != bb_clock_get_mono_ms (BB_CLOCK (rig->clock)))
    return FALSE;
  for (guint p = 0; p < 3; p++)
    if (bb_emu_get_measured (publisher, (BbRole) (BB_ROLE_CURRENT_L1 + p), &measured)
        && reading->current_ma[p] != measured)
      return FALSE;
  return TRUE;
}

/* The broker took what was published; when the controller has it, nobody but the controller knows. */
static void
wait_published (Rig *rig)
{
  guint watchdog = g_timeout_add_seconds (PATIENCE_S, give_up_cb, (gpointer) "a meter's message");

  for (guint m = 0; m < bb_controller_get_config (rig->controller)->config.n_meters; m++) {
    BbDevice *device = bb_controller_get_meter_device (rig->controller, m);
    BbEmuDevice *publisher = find_publisher (rig, device);

    while (publisher != NULL && !has_arrived (rig, device, publisher))
      g_main_context_iteration (NULL, TRUE);
  }
  g_source_remove (watchdog);
}

static gboolean
again_cb (gpointer data)
{
  *(gboolean *) data = TRUE;
  return G_SOURCE_REMOVE;
}

/* A meter that published before the controller listened does so again. */
static void
publish_again (Rig *rig, BbDevice *device)
{
  BbEmuDevice *publisher = find_publisher (rig, device);
  gboolean over = FALSE;

  if (publisher == NULL)
    return;
  bb_emu_mqtt_publish_again (publisher);
  g_timeout_add (10, again_cb, &over);
  rig_wait (&over, "a moment");
}

/* ---- seconds ---- */

static void
begin_second (Rig *rig)
{
  Outcome begun = { 0 };

  bb_manual_clock_advance_to (rig->clock, rig->now_ms - rig->offset_ms);
  bb_emulator_begin_async (rig->emulator, rig->now_ms, NULL, begun_cb, &begun);
  rig_wait (&begun.done, "the emulator");
  g_assert_no_error (begun.error);
  if (rig->controller != NULL)
    wait_published (rig);
  rig->begun = TRUE;
}

static void
make_controller (Rig *rig, const RigOptions *choices)
{
  g_autoptr (GError) error = NULL;
  g_autofree gchar *line = bb_emulator_get_start_line (rig->emulator);
  g_autoptr (JsonNode) root = json_from_string (line, &error);
  g_assert_no_error (error);
  BbControllerOptions options = { .site = rig->options->site,
                                  .catalogue = rig->catalogue,
                                  .clock = BB_CLOCK (rig->clock),
                                  .log = rig->log,
                                  .state_folder = choices->keep ? rig->folder : NULL,
                                  .may_commission = TRUE,
                                  .no_rests = choices->pty_baud == 0,
                                  .may_write_unverified = TRUE };

  options.endpoints = json_object_get_object_member (json_node_get_object (root), "endpoints");
  rig->controller = bb_controller_new (&options, &error);
  g_assert_no_error (error);
  bb_controller_start (rig->controller, FALSE, &error);
  g_assert_no_error (error);
  if (bb_controller_get_ocpp_port (rig->controller) != 0) {
    g_autofree gchar *url
        = g_strdup_printf ("ws://127.0.0.1:%u/ocpp", bb_controller_get_ocpp_port (rig->controller));
    bb_emulator_set_ocpp_url (rig->emulator, url);
  }
}

Rig *
rig_new (BbSimOptions *options, const RigOptions *choices)
{
  Rig *rig = g_new0 (Rig, 1);
  g_autoptr (GError) error = NULL;
  RigOptions chosen = *choices;

  if (chosen.start_ms == 0)
    chosen.start_ms = options->from_ms;
  rig->options = options;
  rig->now_ms = chosen.start_ms;
  rig->offset_ms = options->from_ms - BB_SIM_MONO_START;
  rig->clock = bb_manual_clock_new (rig->now_ms - rig->offset_ms, rig->now_ms);
  rig->log = bb_log_new_memory (BB_CLOCK (rig->clock), BB_LOG_INFO, 200);
  rig->catalogue = bb_catalogue_new (NULL, NULL);
  rig->folder = g_dir_make_tmp ("busbar-rig-XXXXXX", &error);
  g_assert_no_error (error);
  make_emulator (rig, &chosen);
  if (!chosen.fresh) {
    save_engine (rig, chosen.start_ms);
    chosen.keep = TRUE;
  }
  /* The first second has begun, so that meters have something to show; what setting up commands is held back.
   */
  bb_emulator_hold (rig->emulator, TRUE);
  begin_second (rig);
  make_controller (rig, &chosen);
  rig_wait_online (rig);
  bb_emulator_hold (rig->emulator, FALSE);
  return rig;
}

static void
remove_tree (const gchar *path)
{
  g_autoptr (GDir) dir = g_dir_open (path, 0, NULL);
  const gchar *name;

  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL) {
    g_autofree gchar *child = g_build_filename (path, name, NULL);
    remove_tree (child);
  }
  g_remove (path);
}

void
rig_free (Rig *rig)
{
  g_clear_pointer (&rig->controller, bb_controller_free);
  g_clear_pointer (&rig->emulator, bb_emulator_free);
  g_clear_pointer (&rig->catalogue, bb_catalogue_unref);
  g_clear_pointer (&rig->log, bb_log_unref);
  g_clear_object (&rig->clock);
  remove_tree (rig->folder);
  g_free (rig->folder);
  g_free (rig);
}

void
rig_print_log (Rig *rig)
{
  g_autoptr (GPtrArray) entries = bb_log_get_entries (rig->log);

  for (guint i = 0; i < entries->len; i++) {
    g_autofree gchar *line = bb_log_entry_to_line (g_ptr_array_index (entries, i));
    g_printerr ("%s\n", line);
  }
}

void
rig_second (Rig *rig)
{
  Outcome decided = { 0 };

  if (!rig->begun)
    begin_second (rig);
  bb_controller_period_async (rig->controller, NULL, decided_cb, &decided);
  rig_wait (&decided.done, "the controller");
  g_assert_no_error (decided.error);
  bb_emulator_end (rig->emulator);
  rig->begun = FALSE;
  rig->now_ms += 1000;
}

/* The first device that is not online, or NULL. */
static BbDevice *
find_offline (Rig *rig)
{
  const bbe_config *config = &bb_controller_get_config (rig->controller)->config;

  for (guint m = 0; m < config->n_meters; m++) {
    BbDevice *device = bb_controller_get_meter_device (rig->controller, m);
    if (device != NULL && bb_device_get_state (device) != BB_DEVICE_ONLINE)
      return device;
  }
  for (guint s = 0; s < config->n_stations; s++) {
    BbDevice *device = bb_controller_get_station_device (rig->controller, s);
    if (bb_device_get_state (device) != BB_DEVICE_ONLINE)
      return device;
  }
  return NULL;
}

static void
polled_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  bb_device_poll_finish (BB_DEVICE (source), result, NULL);
  *(gboolean *) data = TRUE;
}

void
rig_wait_online (Rig *rig)
{
  g_autoptr (GTimer) timer = g_timer_new ();
  BbDevice *device;

  while ((device = find_offline (rig)) != NULL && g_timer_elapsed (timer, NULL) < PATIENCE_S) {
    gboolean polled = FALSE;
    bb_device_poll_async (device, NULL, polled_cb, &polled);
    rig_wait (&polled, bb_device_get_id (device));
    publish_again (rig, device);
    while (g_main_context_iteration (NULL, FALSE))
      ;
  }
  if (device == NULL)
    return;
  rig_print_log (rig);
  g_error ("%s does not come online: %s", bb_device_get_id (device), bb_device_get_trouble (device));
}
