/* SPDX-License-Identifier: GPL-3.0-or-later */
/* failsafe-kit.c: a small site with a controller that can be frozen, killed and started again. */
#include "failsafe-kit.h"

#include <glib/gstdio.h>
#include <string.h>
#include <sys/resource.h>

#include "controller/controller-private.h"
#include "devices/device.h"
#include "model/site-json.h"

/* Real time after which something that should happen is given up. */
#define PATIENCE_S 60
/* Nothing moved on the sockets for so long (real ms): what still waits, waits for a clock. */
#define QUIET_MS 25
#define STUCK_MS 4

/* ---- waiting for the sockets ---- */

static gboolean
flag_cb (gpointer data)
{
  *(gboolean *) data = TRUE;
  return G_SOURCE_REMOVE;
}

static gboolean
is_modbus (const BbSlot *slot)
{
  BbConnection connection = bb_device_get_link (slot->device)->connection;

  return connection == BB_CONNECTION_MODBUS_TCP || connection == BB_CONNECTION_MODBUS_RTU;
}

/* How many devices are busy; `real`: of those, for how many only real time has to pass. */
static guint
count_busy (FsRig *rig, guint *real)
{
  BbController *self = rig->controller;
  guint n = 0;

  *real = 0;
  for (guint i = 0; self != NULL && !rig->frozen && i < self->n_meters + self->n_stations; i++) {
    const BbSlot *slot = i < self->n_meters ? &self->meters[i] : &self->stations[i - self->n_meters];

    if (!slot->polling && !slot->commanding)
      continue;
    n++;
    *real += is_modbus (slot);
  }
  return n;
}

/* Iterates until `done` (nullable) and no device is busy, or nothing moves any more. */
static void
pump (FsRig *rig, const gboolean *done)
{
  g_autoptr (GTimer) timer = g_timer_new ();
  guint real, n = 0;

  while (((n = count_busy (rig, &real)) > 0 || (done != NULL && !*done))
         && g_timer_elapsed (timer, NULL) < PATIENCE_S) {
    gboolean quiet = FALSE;
    guint source = g_timeout_add (done == NULL && n <= rig->n_stuck ? STUCK_MS : QUIET_MS, flag_cb, &quiet);

    g_main_context_iteration (NULL, TRUE);
    if (!quiet)
      g_source_remove (source);
    else if (real == 0)
      break;
  }
  while (g_main_context_iteration (NULL, FALSE))
    ;
}

/* ---- clocks ---- */

/* Both clocks to `ms` after the start of the present second. */
static void
advance (FsRig *rig, gint64 ms)
{
  gint64 mono_ms = rig->now_ms - rig->offset_ms + ms;

  bb_manual_clock_advance_to (rig->clock, mono_ms);
  if (rig->controller != NULL && !rig->frozen)
    bb_manual_clock_advance_to (rig->own_clock, mono_ms - rig->lag_ms);
}

typedef struct {
  gboolean done;
} Outcome;

static void
begun_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (GError) error = NULL;

  bb_emulator_begin_finish (NULL, result, &error);
  g_assert_no_error (error);
  ((Outcome *) data)->done = TRUE;
}

/* A message to a controller that does not take it ends by time-out: seconds go on meanwhile. */
static void
begin_second (FsRig *rig)
{
  Outcome begun = { FALSE };

  bb_manual_clock_advance_to (rig->clock, rig->now_ms - rig->offset_ms);
  bb_emulator_begin_async (rig->emulator, rig->now_ms, NULL, begun_cb, &begun);
  if (!begun.done)
    pump (rig, &begun.done);
  for (gint64 ms = 0; !begun.done && ms < 60000; ms += 100) {
    bb_manual_clock_advance_to (rig->clock, rig->now_ms - rig->offset_ms + ms);
    pump (rig, &begun.done);
  }
  g_assert_true (begun.done);
}

/* ---- what flows ---- */

static const BbCircuitSummary *
main_circuit (FsRig *rig)
{
  return &bb_field_get_summary (bb_emulator_get_field (rig->emulator))->circuits[0];
}

static gint64
sum_over_ms (FsRig *rig)
{
  gint64 worst = 0;

  for (guint p = 0; p < 3; p++)
    worst = MAX (worst, main_circuit (rig)->phase[p].over_rating_ms);
  return worst;
}

static void
follow (FsRig *rig)
{
  BbSimField *field = bb_emulator_get_field (rig->emulator);
  gint64 over_ms = sum_over_ms (rig), more_ms = over_ms - rig->over_ms;
  gint32 flow_ma[3];

  rig->over_ms = over_ms;
  rig->run_ms = more_ms > 0 ? rig->run_ms + more_ms : 0;
  rig->longest_ms = MAX (rig->longest_ms, rig->run_ms);
  if (more_ms > 0)
    rig->over_until_ms = rig->now_ms;
  bb_field_get_flow (field, 0, flow_ma);
  for (guint p = 0; p < 3; p++)
    rig->peak_ma = MAX (rig->peak_ma, flow_ma[p]);
  for (guint s = 0; s < FS_STATIONS; s++) {
    gint32 draw_ma = bb_field_peek_station (field, s)->draw_ma;

    if (draw_ma != rig->draw_ma[s])
      rig->changed_ms[s] = rig->now_ms;
    rig->draw_ma[s] = draw_ma;
  }
}

void
fs_mark (FsRig *rig)
{
  rig->marked_ms = rig->now_ms;
  rig->run_ms = rig->longest_ms = rig->peak_ma = 0;
  rig->over_until_ms = rig->now_ms;
  rig->over_ms = sum_over_ms (rig);
  for (guint s = 0; s < FS_STATIONS; s++)
    rig->changed_ms[s] = rig->now_ms;
}

gdouble
fs_over_until_s (const FsRig *rig)
{
  return (gdouble) (rig->over_until_ms - rig->marked_ms) / 1000;
}

/* ---- seconds ---- */

/* No load is the same to the mA for long: a meter that shows such a one is taken for a broken one. */
static void
set_house (FsRig *rig)
{
  gint32 load_ma = MAX (rig->house_a * 1000 - 20 * (1 + (gint32) (rig->now_ms / 1000 % 3)), 0);
  gint32 extra_ma[3] = { load_ma, load_ma, load_ma };

  bb_field_set_extra_load (bb_emulator_get_field (rig->emulator), 0, extra_ma);
}

void
fs_second (FsRig *rig)
{
  guint real;

  set_house (rig);
  begin_second (rig);
  advance (rig, 0);
  if (rig->controller != NULL && !rig->frozen)
    bb_controller_begin_period (rig->controller, FALSE);
  pump (rig, NULL);
  advance (rig, 150);
  pump (rig, NULL);
  advance (rig, 500);
  pump (rig, NULL);
  rig->n_stuck = count_busy (rig, &real);
  bb_emulator_end (rig->emulator);
  follow (rig);
  rig->now_ms += 1000;
  if (rig->stalled)
    rig->lag_ms += 1000;
}

void
fs_seconds (FsRig *rig, guint n)
{
  for (guint i = 0; i < n; i++)
    fs_second (rig);
}

gint
fs_until (FsRig *rig, gint32 sum_ma, guint most_s)
{
  for (guint s = 0; s <= most_s; s++) {
    if (rig->draw_ma[0] + rig->draw_ma[1] >= sum_ma)
      return (gint) s;
    fs_second (rig);
  }
  return -1;
}

/* ---- faults ---- */

void
fs_house (FsRig *rig, gint a)
{
  rig->house_a = a;
}

static void
tell_emulator (FsRig *rig, const gchar *text)
{
  g_autoptr (GError) error = NULL;
  g_autofree gchar *answer = bb_emulator_command (rig->emulator, text, -1, &error);

  g_assert_no_error (error);
}

void
fs_fault (FsRig *rig, const gchar *device, const gchar *fault)
{
  g_autofree gchar *text
      = g_strdup_printf ("{\"command\":\"fault\",\"device\":\"%s\",\"fault\":\"%s\"}", device, fault);

  tell_emulator (rig, text);
}

void
fs_clear (FsRig *rig)
{
  tell_emulator (rig, "{\"command\":\"clear\"}");
}

void
fs_freeze (FsRig *rig, gboolean stalled)
{
  rig->frozen = TRUE;
  rig->stalled = stalled;
}

void
fs_thaw (FsRig *rig)
{
  if (rig->stalled) /* as after a suspend: only the wall clock knows how long that was */
    bb_manual_clock_set_wall (rig->own_clock, bb_clock_get_wall_ms (BB_CLOCK (rig->clock), NULL), TRUE);
  rig->frozen = rig->stalled = FALSE;
}

void
fs_jump (FsRig *rig, gint64 ms, gboolean valid)
{
  gint64 wall_ms = bb_clock_get_wall_ms (BB_CLOCK (rig->own_clock), NULL);

  rig->wall_shift_ms += ms;
  bb_manual_clock_set_wall (rig->own_clock, wall_ms + ms, valid);
}

void
fs_disk_full (FsRig *rig, gboolean full)
{
  static struct rlimit before;
  struct rlimit limit;

  if (full) {
    g_assert_cmpint (getrlimit (RLIMIT_FSIZE, &before), ==, 0);
    limit = before;
    limit.rlim_cur = 0;
    g_assert_cmpint (setrlimit (RLIMIT_FSIZE, &limit), ==, 0);
  } else {
    g_assert_cmpint (setrlimit (RLIMIT_FSIZE, &before), ==, 0);
  }
}

/* ---- the log ---- */

gchar *
fs_find_sentence (FsRig *rig, const gchar *word, const gchar *other)
{
  g_autoptr (GPtrArray) entries = bb_log_get_entries (rig->log);

  for (guint i = 0; i < entries->len; i++) {
    const BbLogEntry *entry = g_ptr_array_index (entries, i);

    if (entry->level <= BB_LOG_WARNING && entry->wall_ms >= rig->marked_ms
        && strstr (entry->text, word) != NULL && (other == NULL || strstr (entry->text, other) != NULL))
      return g_strdup (entry->text);
  }
  return NULL;
}

/* What each station draws, and what the controller knows of it. */
static void
print_stations (FsRig *rig)
{
  for (guint s = 0; rig->controller != NULL && s < FS_STATIONS; s++) {
    const BbSlot *slot = &rig->controller->stations[s];
    const BbStationReading *reading = bb_device_get_station_reading (slot->device);

    g_printerr ("# station %u: draws %d mA, told %d mA; reading of %d mA, %s, %" G_GINT64_FORMAT
                " ms old, state %u\n",
                s, rig->draw_ma[s], slot->setpoint_ma, reading->measured_ma[0],
                reading->measured_valid ? "valid" : "not valid",
                bb_clock_get_mono_ms (BB_CLOCK (rig->own_clock)) - reading->taken_ms, reading->vehicle);
  }
}

void
fs_print_log (FsRig *rig)
{
  g_autoptr (GPtrArray) entries = bb_log_get_entries (rig->log);

  for (guint i = 0; i < entries->len; i++) {
    g_autofree gchar *line = bb_log_entry_to_line (g_ptr_array_index (entries, i));
    g_printerr ("# %s\n", line);
  }
  print_stations (rig);
}

/* ---- the site ---- */

/* 25 A; the house takes 5 A, 13 A at most; both stations together 12 A on their own. */
static gchar *
write_site (const FsMake *make)
{
  GString *text = g_string_new ("{\"format\":\"busbar-site/1\",\"name\":\"Fail-safe\",\"timezone\":\"UTC\","
                                "\"circuits\":[{\"id\":\"main\",\"name\":\"Main "
                                "fuse\",\"rating_a\":25,\"meter\":\"meter\",\"other_load_a\":13}],"
                                "\"meters\":[{\"id\":\"meter\",\"profile\":\"janitza-umg\",\"connection\":"
                                "\"modbus-tcp\",\"signed\":true}],"
                                "\"groups\":[{\"id\":\"cars\",\"circuit\":\"main\",\"offline_a\":12}],"
                                "\"stations\":[");

  for (guint s = 0; s < FS_STATIONS; s++) {
    g_string_append_printf (text,
                            "%s{\"id\":\"%s\",\"group\":\"cars\",\"max_a\":12,\"step_a\":1,\"profile\":"
                            "\"%s\",\"connection\":\"%s\"",
                            s > 0 ? "," : "", s == 0 ? "left" : "right", make->profile, make->connection);
    if (make->failsafe_a >= 0)
      g_string_append_printf (text, ",\"failsafe_a\":%d", make->failsafe_a);
    else
      g_string_append (text, ",\"failsafe_fixed\":true");
    if (make->reservation_a > 0)
      g_string_append_printf (text, ",\"reservation_a\":%d", make->reservation_a);
    g_string_append (text, "}");
  }
  g_string_append (text, "],");
  if (make->failsafe_a < 0)
    g_string_append (text, "\"acknowledgements\":[{\"rule\":\"failsafe-sum\",\"group\":\"cars\",\"name\":"
                           "\"A. Popescu\",\"reason\":\"fixed by the maker\"}],");
  g_string_append (text, "\"simulation\":{\"from\":\"2026-03-02\",\"days\":2}}");
  return g_string_free (text, FALSE);
}

static const gchar *
bare_name (const gchar *path)
{
  const gchar *slash = strrchr (path, '/');

  return slash != NULL ? slash + 1 : path;
}

/* The profile with a transport that gives up soon. */
static void
quicken_profile (const gchar *folder, const gchar *id)
{
  g_autofree gchar *file = g_strconcat (id, ".json", NULL);
  g_autofree gchar *from = g_build_filename (g_getenv ("BUSBAR_DATA_DIR"), "profiles", file, NULL);
  g_autofree gchar *to = g_build_filename (folder, bare_name (file), NULL);
  g_autofree gchar *text = NULL;
  g_autoptr (GError) error = NULL;
  g_autoptr (GRegex) regex = g_regex_new ("\"link\": \\{([^}]*)\"timeout_ms\": [0-9]+", 0, 0, &error);

  g_assert_no_error (error);
  g_file_get_contents (from, &text, NULL, &error);
  g_assert_no_error (error);
  g_autofree gchar *quick
      = g_regex_replace (regex, text, -1, 0, "\"link\": {\\1\"timeout_ms\": 50", 0, &error);
  g_assert_no_error (error);
  g_file_set_contents (to, quick, -1, &error);
  g_assert_no_error (error);
}

/* ---- life ---- */

static void
make_emulator (FsRig *rig)
{
  g_autoptr (GError) error = NULL;
  BbEmulatorOptions options = { .run = rig->options,
                                .start_ms = rig->now_ms,
                                .catalogue = rig->catalogue,
                                .clock = BB_CLOCK (rig->clock),
                                .speed = 1 };

  rig->emulator = bb_emulator_new (&options, &error);
  g_assert_no_error (error);
  bb_emulator_start (rig->emulator, &error);
  g_assert_no_error (error);
}

void
fs_start (FsRig *rig)
{
  g_autoptr (GError) error = NULL;
  g_autofree gchar *line = bb_emulator_get_start_line (rig->emulator);
  g_autoptr (JsonNode) root = json_from_string (line, &error);

  g_assert_no_error (error);
  BbControllerOptions options
      = { .site = rig->site,
          .catalogue = rig->catalogue,
          .log = rig->log,
          .state_folder = rig->folder,
          .endpoints = json_object_get_object_member (json_node_get_object (root), "endpoints"),
          .may_commission = TRUE,
          .no_rests = TRUE,
          .may_write_unverified = TRUE };
  bb_manual_clock_advance_to (rig->own_clock, rig->now_ms - 500 - rig->offset_ms - rig->lag_ms);
  options.clock = BB_CLOCK (rig->own_clock);
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

void
fs_kill (FsRig *rig)
{
  g_clear_pointer (&rig->controller, bb_controller_free);
  while (g_main_context_iteration (NULL, FALSE))
    ;
}

FsRig *
fs_new (const FsMake *make)
{
  FsRig *rig = g_new0 (FsRig, 1);
  g_autofree gchar *text = write_site (make);
  g_autoptr (GError) error = NULL;

  rig->make = make;
  rig->site = bb_site_parse (text, -1, "failsafe.busbar", &error);
  g_assert_no_error (error);
  rig->options = bb_sim_options_new (rig->site);
  bb_sim_options_add_site_defaults (rig->options, &error);
  g_assert_no_error (error);
  rig->options->until_ms = rig->options->from_ms + 2 * G_GINT64_CONSTANT (86400000);
  rig->now_ms = rig->options->from_ms;
  rig->offset_ms = rig->now_ms - BB_SIM_MONO_START;
  rig->clock = bb_manual_clock_new (BB_SIM_MONO_START, rig->now_ms);
  rig->own_clock = bb_manual_clock_new (BB_SIM_MONO_START, rig->now_ms);
  rig->log = bb_log_new_memory (BB_CLOCK (rig->clock), BB_LOG_INFO, 5000);
  rig->profiles = g_dir_make_tmp ("busbar-failsafe-XXXXXX", &error);
  g_assert_no_error (error);
  rig->folder = g_dir_make_tmp ("busbar-failsafe-XXXXXX", &error);
  g_assert_no_error (error);
  g_autofree gchar *own = g_build_filename (rig->profiles, "profiles", NULL);
  g_mkdir (own, 0700);
  quicken_profile (own, make->profile);
  quicken_profile (own, "janitza-umg");
  rig->catalogue = bb_catalogue_new (own, NULL);
  make_emulator (rig);
  fs_second (rig);
  for (guint s = 0; s < FS_STATIONS; s++)
    g_assert_true (bb_field_plug (bb_emulator_get_field (rig->emulator), s, 16000, 3, 2000000));
  fs_house (rig, 5);
  fs_start (rig);
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
fs_free (FsRig *rig)
{
  g_clear_pointer (&rig->controller, bb_controller_free);
  g_clear_pointer (&rig->emulator, bb_emulator_free);
  g_clear_pointer (&rig->catalogue, bb_catalogue_unref);
  g_clear_pointer (&rig->log, bb_log_unref);
  g_clear_pointer (&rig->options, bb_sim_options_free);
  g_clear_object (&rig->clock);
  g_clear_object (&rig->own_clock);
  g_clear_object (&rig->site);
  remove_tree (rig->folder);
  remove_tree (rig->profiles);
  g_free (rig->folder);
  g_free (rig->profiles);
  g_free (rig);
}
