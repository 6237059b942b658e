/* SPDX-License-Identifier: GPL-3.0-or-later */
/* test-emulator.c: the emulator by hand: seconds, what is measured, faults that overlap, commands, the
 * timeline. */
#include <glib/gstdio.h>
#include <string.h>

#include "emulator/emu-modbus-bank.h"
#include "kit.h"

/* ---- commands that are none ---- */

static const struct {
  const gchar *text, *part;
} bad[] = {
  { "", "nothing" },
  { "nonsense", "1:1" },
  { "{\"command\":", "1:" },
  { "[]", "JSON object" },
  { "{}", "command" },
  { "{\"command\":5}", "must be a text" },
  { "{\"command\":\"dance\"}", "must be one of" },
  { "{\"command\":\"state\",\"colour\":1}", "colour" },
  { "{\"command\":\"fault\"}", "device" },
  { "{\"command\":\"fault\",\"device\":7}", "device" },
  { "{\"command\":\"fault\",\"device\":\"nobody\",\"fault\":\"silence\"}", "nobody" },
  { "{\"command\":\"fault\",\"device\":\"meter\"}", "fault" },
  { "{\"command\":\"fault\",\"device\":\"meter\",\"fault\":\"sulks\"}", "sulks" },
  { "{\"command\":\"fault\",\"device\":\"meter\",\"fault\":\"deaf\"}", "stations" },
  { "{\"command\":\"fault\",\"device\":\"left\",\"fault\":\"frozen\"}", "meters" },
  { "{\"command\":\"fault\",\"device\":\"meter\",\"fault\":\"silence\",\"for_s\":-1}", "for_s" },
  { "{\"command\":\"fault\",\"device\":\"meter\",\"fault\":\"silence\",\"for_s\":1e300}", "for_s" },
  { "{\"command\":\"fault\",\"device\":\"meter\",\"fault\":\"delay\",\"value\":\"long\"}", "value" },
  { "{\"command\":\"fault\",\"device\":\"meter\",\"fault\":\"open\",\"phases\":[4]}", "phases" },
  { "{\"command\":\"fault\",\"device\":\"meter\",\"fault\":\"open\",\"phases\":[]}", "phases" },
  { "{\"command\":\"fault\",\"device\":\"meter\",\"fault\":\"open\",\"phases\":{\"a\":[[]]}}", "phases" },
  { "{\"command\":\"clear\",\"device\":\"nobody\"}", "nobody" },
  { "{\"command\":\"clear\",\"fault\":\"sulks\"}", "sulks" },
  { "{\"command\":\"load-step\",\"add_a\":[1,2,3]}", "circuit" },
  { "{\"command\":\"load-step\",\"circuit\":\"cellar\",\"add_a\":[1,2,3]}", "cellar" },
  { "{\"command\":\"load-step\",\"circuit\":\"main\",\"add_a\":[1,2]}", "add_a" },
  { "{\"command\":\"load-step\",\"circuit\":\"main\",\"add_a\":[1,2,\"x\"]}", "add_a" },
  { "{\"command\":\"load-step\",\"circuit\":\"main\",\"add_a\":[1,2,1e9]}", "add_a" },
  { "{\"command\":\"plug\",\"station\":\"meter\"}", "meter" },
  { "{\"command\":\"plug\",\"station\":\"left\",\"max_a\":1000}", "max_a" },
  { "{\"command\":\"plug\",\"station\":\"left\",\"phases\":0}", "phases" },
  { "{\"command\":\"unplug\",\"station\":\"left\"}", "no vehicle" },
  { "{\"command\":\"ocpp\"}", "url" },
  { "{\"command\":\"ocpp\",\"url\":\"ws://example.org:80/\"}", "127.0.0.1" },
  { "{\"command\":\"state\",\"command\":\"quit\"}", "" },
};

static void
test_bad_commands (void)
{
  g_autoptr (Kit) kit = kit_new (FALSE);
  g_autoptr (GString) deep = g_string_new ("{\"command\":");
  g_autofree gchar *large = g_strnfill (BB_EMU_LINE_MAX + 1, ' ');

  for (guint i = 0; i < G_N_ELEMENTS (bad); i++)
    kit_refused (kit, bad[i].text, bad[i].part);
  for (guint i = 0; i < 1000; i++)
    g_string_append_c (deep, '[');
  kit_refused (kit, deep->str, "");
  kit_refused (kit, large, "at most");
}

/* Every cut of a good command, and every byte of it turned over, is answered or refused. */
static void
test_damaged_commands (void)
{
  static const gchar good[]
      = "{\"command\":\"fault\",\"device\":\"meter\",\"fault\":\"open\",\"phases\":[1,3],\"for_s\":2.5}";
  g_autoptr (Kit) kit = kit_new (FALSE);

  for (gsize i = 0; i < sizeof good - 1; i++) {
    g_autofree gchar *flipped = g_strdup (good);
    g_autofree gchar *a = NULL, *b = bb_emulator_command (kit->emulator, good, (gssize) i, NULL);

    g_assert_null (b);
    flipped[i] = (gchar) (flipped[i] ^ 1);
    a = bb_emulator_command (kit->emulator, flipped, -1, NULL);
  }
  bb_emu_fault_clear (kit->emulator, NULL, -1);
}

/* ---- measuring ---- */

static void
test_load_step (void)
{
  g_autoptr (Kit) kit = kit_new (TRUE);
  g_autoptr (JsonNode) done = NULL;
  BbEmuDevice *meter = bb_emu_find_device (kit->emulator, "meter");
  gint64 value = 0;

  kit_seconds (kit, 3);
  g_assert_cmpint (kit_meter_ma (kit, 0), ==, 0);
  done = kit_ask (kit, "{\"command\":\"load-step\",\"circuit\":\"main\",\"add_a\":[10,0,-5]}");
  kit_seconds (kit, 3);
  g_assert_cmpint (kit_meter_ma (kit, 0), ==, 10000);
  g_assert_cmpint (kit_meter_ma (kit, 1), ==, 0);
  g_assert_cmpint (kit_meter_ma (kit, 2), ==, -5000);
  g_assert_true (bb_emu_get_measured (meter, BB_ROLE_POWER, &value));
  g_assert_cmpint (value, ==, 1150000);
  g_assert_true (bb_emu_get_measured (meter, BB_ROLE_POWER_L3, &value));
  g_assert_cmpint (value, ==, -1150000);
  g_assert_true (bb_emu_get_measured (meter, BB_ROLE_FREQUENCY, &value));
  g_assert_cmpint (value, ==, 50000);
  g_assert_true (bb_emu_get_measured (meter, BB_ROLE_CURRENT_N, &value));
  g_assert_cmpint (value, ==, 13229); /* of 10, 0 and -5 A, 120 degrees apart */
  kit_seconds (kit, 3600);
  g_assert_true (bb_emu_get_measured (meter, BB_ROLE_ENERGY_IMPORT, &value));
  g_assert_cmpint (value, >=, 1150);
  g_assert_cmpint (value, <=, 1151);
}

static void
test_swapped (void)
{
  g_autoptr (Kit) kit = kit_new (TRUE);
  g_autoptr (JsonNode) a
      = kit_ask (kit, "{\"command\":\"load-step\",\"circuit\":\"main\",\"add_a\":[10,1,0]}");
  g_autoptr (JsonNode) b
      = kit_ask (kit,
                 "{\"command\":\"fault\",\"device\":\"meter\",\"fault\":\"swapped-phases\",\"for_s\":5}");

  kit_seconds (kit, 3);
  g_assert_cmpint (kit_meter_ma (kit, 0), ==, 1000);
  g_assert_cmpint (kit_meter_ma (kit, 1), ==, 10000);
  kit_seconds (kit, 4);
  g_assert_cmpint (kit_meter_ma (kit, 0), ==, 10000);
}

static void
test_reversed_and_frozen (void)
{
  g_autoptr (Kit) kit = kit_new (TRUE);
  g_autoptr (JsonNode) a
      = kit_ask (kit, "{\"command\":\"load-step\",\"circuit\":\"main\",\"add_a\":[10,1,0]}");
  g_autoptr (JsonNode) b = kit_ask (
      kit, "{\"command\":\"fault\",\"device\":\"meter\",\"fault\":\"reversed\",\"phases\":[1],\"for_s\":5}");
  g_autoptr (JsonNode) c = NULL, d = NULL, e = NULL;

  kit_seconds (kit, 3);
  g_assert_cmpint (kit_meter_ma (kit, 0), ==, -10000);
  g_assert_cmpint (kit_meter_ma (kit, 1), ==, 1000);
  kit_seconds (kit, 4);
  g_assert_cmpint (kit_meter_ma (kit, 0), ==, 10000);
  c = kit_ask (kit, "{\"command\":\"fault\",\"device\":\"meter\",\"fault\":\"frozen\"}");
  d = kit_ask (kit, "{\"command\":\"load-step\",\"circuit\":\"main\",\"add_a\":[20,1,0]}");
  kit_seconds (kit, 5);
  g_assert_cmpint (kit_meter_ma (kit, 0), ==, 10000);
  e = kit_ask (kit, "{\"command\":\"clear\",\"device\":\"meter\",\"fault\":\"frozen\"}");
  kit_seconds (kit, 3);
  g_assert_cmpint (kit_meter_ma (kit, 0), ==, 20000);
}

/* ---- faults ---- */

/* Three that overlap: the fault is in force until the last has ended. */
static void
test_overlap (void)
{
  g_autoptr (Kit) kit = kit_new (TRUE);
  BbEmuDevice *left = bb_emu_find_device (kit->emulator, "left");
  g_autoptr (JsonNode) a
      = kit_ask (kit, "{\"command\":\"fault\",\"device\":\"left\",\"fault\":\"silence\",\"for_s\":2}");
  g_autoptr (JsonNode) b
      = kit_ask (kit, "{\"command\":\"fault\",\"device\":\"left\",\"fault\":\"silence\",\"for_s\":5}");
  g_autoptr (JsonNode) c = kit_ask (kit, "{\"command\":\"fault\",\"device\":\"left\",\"fault\":\"silence\"}");
  g_autoptr (JsonNode) d = NULL;

  g_assert_cmpuint (left->faults[BB_EMU_SILENCE].on, ==, 3);
  kit_seconds (kit, 4);
  g_assert_cmpuint (left->faults[BB_EMU_SILENCE].on, ==, 2);
  kit_seconds (kit, 4);
  g_assert_cmpuint (left->faults[BB_EMU_SILENCE].on, ==, 1);
  kit_seconds (kit, 50);
  g_assert_true (bb_emu_has_fault (left, BB_EMU_SILENCE));
  d = kit_ask (kit, "{\"command\":\"clear\",\"device\":\"left\"}");
  g_assert_cmpint (json_object_get_int_member (json_node_get_object (d), "cleared"), ==, 1);
  g_assert_false (bb_emu_has_fault (left, BB_EMU_SILENCE));
}

/* All faults of all devices at once, begun twice and cleared, leave things as they were. */
static void
test_all_faults (void)
{
  g_autoptr (Kit) kit = kit_new (TRUE);
  g_autoptr (JsonNode) list = kit_ask (kit, "{\"command\":\"faults\"}");
  JsonArray *kinds = json_object_get_array_member (json_node_get_object (list), "kinds");
  guint n = 0;

  kit_seconds (kit, 2);
  for (guint round = 0; round < 2; round++)
    for (guint i = 0; i < json_array_get_length (kinds); i++)
      for (guint d = 0; d < kit->emulator->devices->len; d++) {
        const BbEmuDevice *device = g_ptr_array_index (kit->emulator->devices, d);
        g_autofree gchar *text
            = g_strdup_printf ("{\"command\":\"fault\",\"device\":\"%s\",\"fault\":\"%s\"}", device->id,
                               json_object_get_string_member (json_array_get_object_element (kinds, i),
                                                              "fault"));
        g_autofree gchar *answer = bb_emulator_command (kit->emulator, text, -1, NULL);

        n += answer != NULL;
      }
  g_assert_cmpuint (n, >, 60);
  kit_seconds (kit, 3);
  g_assert_cmpint (kit_meter_ma (kit, 0), ==, G_MININT64);
  g_assert_cmpuint (bb_emu_fault_clear (kit->emulator, NULL, -1), ==, n);
  kit_seconds (kit, 3);
  g_assert_cmpint (kit_meter_ma (kit, 0), ==, 0);
  for (guint d = 0; d < kit->emulator->devices->len; d++)
    for (guint f = 0; f < BB_EMU_N_FAULTS; f++)
      g_assert_cmpuint (((const BbEmuDevice *) g_ptr_array_index (kit->emulator->devices, d))->faults[f].on,
                        ==, 0);
}

static void
test_lies_and_deaf (void)
{
  g_autoptr (Kit) kit = kit_new (TRUE);
  BbEmuDevice *left = bb_emu_find_device (kit->emulator, "left");
  const BbPlantStation *station = bb_field_peek_station (bb_emulator_get_field (kit->emulator), left->index);
  g_autoptr (JsonNode) a = NULL, b = NULL;

  kit_seconds (kit, 2);
  bb_emu_command (left, 10000, 0);
  kit_seconds (kit, 1);
  g_assert_cmpint (station->pilot_ma, ==, 10000);
  a = kit_ask (kit, "{\"command\":\"fault\",\"device\":\"left\",\"fault\":\"lies\",\"for_s\":3}");
  bb_emu_command (left, 6000, 0);
  kit_seconds (kit, 1);
  g_assert_cmpint (station->pilot_ma, ==, 10000);
  kit_seconds (kit, 4);
  b = kit_ask (kit, "{\"command\":\"fault\",\"device\":\"left\",\"fault\":\"deaf\"}");
  bb_emu_command (left, 6000, 0);
  kit_seconds (kit, 2);
  g_assert_cmpint (station->pilot_ma, ==, 16000);
}

/* A station that was set up and then hears nothing falls to its fail-safe current when its time-out has
 * passed. */
static void
test_silence (void)
{
  g_autoptr (Kit) kit = kit_new (TRUE);
  BbEmuDevice *left = bb_emu_find_device (kit->emulator, "left");
  const BbPlantStation *station = bb_field_peek_station (bb_emulator_get_field (kit->emulator), left->index);

  kit_seconds (kit, 1);
  bb_emu_command (left, 16000, 0);
  bb_emu_feed (left);
  kit_seconds (kit, 25);
  g_assert_cmpint (station->pilot_ma, ==, 16000);
  kit_seconds (kit, 10);
  g_assert_cmpint (station->pilot_ma, ==, 6000);
}

/* Registers of a station whose set-point is no sign of life: without the life bit it falls back, however
 * often it is told a current; with it, it does not; and it answers the bit. */
static void
test_life_bit (void)
{
  g_autoptr (Kit) kit = kit_new (FALSE);
  BbEmuDevice *right = bb_emu_find_device (kit->emulator, "right");
  const BbPlantStation *station = bb_field_peek_station (bb_emulator_get_field (kit->emulator), right->index);
  BbEmuBank *bank = NULL;
  const guint16 limit = 16, life = 1;
  guint16 value = 0, two[2];

  kit_seconds (kit, 1);
  bank = bb_emu_bank_new (right);
  for (guint s = 0; s < 120; s++) {
    g_assert_cmpuint (bb_emu_bank_write (bank, 6, BB_AREA_HOLDING, 5004, 1, &limit), ==, 0);
    if (s < 60) {
      g_assert_cmpuint (bb_emu_bank_write (bank, 6, BB_AREA_HOLDING, 6000, 1, &life), ==, 0);
      g_assert_cmpuint (bb_emu_bank_read (bank, BB_AREA_HOLDING, 6000, 1, &value), ==, 0);
      g_assert_cmpuint (value, ==, 1);
      bb_emu_bank_begin (bank);
      g_assert_cmpuint (bb_emu_bank_read (bank, BB_AREA_HOLDING, 6000, 1, &value), ==, 0);
      g_assert_cmpuint (value, ==, 0);
    }
    kit_seconds (kit, 1);
    if (s < 60)
      g_assert_cmpint (station->pilot_ma, ==, 16000);
  }
  g_assert_cmpint (station->pilot_ma, ==, 6000);
  g_assert_cmpuint (bb_emu_bank_read (bank, BB_AREA_HOLDING, 3, 1, &value), ==, BB_EMU_ILLEGAL_ADDRESS);
  /* two values in one request */
  g_assert_cmpuint (bb_emu_bank_read (bank, BB_AREA_HOLDING, 1000, 2, two), ==, BB_EMU_ILLEGAL_ADDRESS);
  g_assert_cmpuint (bb_emu_bank_write (bank, 6, BB_AREA_HOLDING, 1000, 1, &limit), ==,
                    BB_EMU_ILLEGAL_ADDRESS);
  bb_emu_bank_free (bank);
}

/* ---- timeline ---- */

static gboolean
load (Kit *kit, const gchar *text, GError **error)
{
  g_autofree gchar *path = g_build_filename (kit->folder, "faults.json", NULL);
  gboolean fine = FALSE;

  g_assert_true (g_file_set_contents (path, text, -1, NULL));
  fine = bb_emulator_load_faults (kit->emulator, path, error);
  g_unlink (path);
  return fine;
}

static void
test_timeline (void)
{
  g_autoptr (Kit) kit = kit_new (TRUE);
  g_autoptr (GError) error = NULL;
  BbEmuDevice *meter = bb_emu_find_device (kit->emulator, "meter");

  load (kit,
        "[{\"at_s\":5,\"for_s\":3,\"device\":\"meter\",\"fault\":\"silence\"},"
        "{\"at_s\":6,\"for_s\":10,\"device\":\"meter\",\"fault\":\"delay\",\"value\":700}]",
        &error);
  g_assert_no_error (error);
  for (guint s = 0; s < 20; s++) {
    kit_seconds (kit, 1); /* second s of the run */
    g_assert_cmpint (bb_emu_has_fault (meter, BB_EMU_SILENCE), ==, s >= 5 && s < 8);
    g_assert_cmpint (bb_emu_has_fault (meter, BB_EMU_DELAY), ==, s >= 6 && s < 16);
  }
  g_assert_cmpint (meter->faults[BB_EMU_DELAY].value, ==, 700);
}

static void
test_bad_timeline (void)
{
  static const gchar *const texts[] = {
    "",
    "{}",
    "[1]",
    "[{}]",
    "[{\"at_s\":-1,\"device\":\"meter\",\"fault\":\"silence\"}]",
    "[{\"at_s\":\"soon\",\"device\":\"meter\",\"fault\":\"silence\"}]",
    "[{\"at_s\":1,\"device\":\"nobody\",\"fault\":\"silence\"}]",
    "[{\"at_s\":1,\"device\":\"meter\",\"fault\":\"silence\",\"until\":3}]",
    "[{\"at_s\":1,\"device\":\"meter\",\"fault\":\"silence\"}",
  };
  g_autoptr (Kit) kit = kit_new (FALSE);

  for (guint i = 0; i < G_N_ELEMENTS (texts); i++) {
    g_autoptr (GError) error = NULL;

    g_assert_false (load (kit, texts[i], &error));
    g_assert_nonnull (strstr (error->message, "faults.json"));
  }
}

/* ---- start line, state, time ---- */

static void
test_start_line (void)
{
  g_autoptr (Kit) kit = kit_new (TRUE);
  g_autofree gchar *line = bb_emulator_get_start_line (kit->emulator);
  g_autoptr (JsonNode) root = json_from_string (line, NULL);
  JsonObject *start = json_node_get_object (root);
  JsonObject *ends = json_object_get_object_member (start, "endpoints");
  JsonObject *meter = json_object_get_object_member (ends, "meter");

  g_assert_null (strchr (line, '\n'));
  g_assert_cmpstr (json_object_get_string_member (start, "format"), ==, "busbar-emulator/1");
  g_assert_cmpuint (json_object_get_size (ends), ==, 3);
  g_assert_cmpstr (json_object_get_string_member (meter, "connection"), ==, "modbus-tcp");
  g_assert_cmpstr (json_object_get_string_member (meter, "profile"), ==, BB_EMU_ASSUMED_METER);
  g_assert_cmpstr (json_object_get_string_member (meter, "host"), ==, "127.0.0.1");
  g_assert_cmpint (json_object_get_int_member (meter, "port"), >, 1023);
  /* the meter and one of the stations say no profile */
  g_assert_cmpuint (json_array_get_length (json_object_get_array_member (start, "warnings")), ==, 2);
}

static void
test_state (void)
{
  g_autoptr (Kit) kit = kit_new (TRUE);
  BbEmuDevice *left = bb_emu_find_device (kit->emulator, "left");
  g_autoptr (JsonNode) a = kit_ask (kit, "{\"command\":\"plug\",\"station\":\"left\",\"max_a\":16}");
  g_autoptr (JsonNode) b = NULL, c = NULL;

  kit_refused (kit, "{\"command\":\"plug\",\"station\":\"left\"}", "already");
  kit_seconds (kit, 1);
  bb_emu_command (left, 10000, 0);
  kit_seconds (kit, 3);
  b = kit_ask (kit, "{\"command\":\"state\"}");
  JsonObject *stations = json_object_get_object_member (json_node_get_object (b), "stations");
  JsonObject *station = json_object_get_object_member (stations, "left");
  g_assert_true (json_object_get_boolean_member (station, "plugged"));
  g_assert_cmpint (json_object_get_int_member (station, "draw_ma"), ==, 10000);
  g_assert_cmpstr (json_object_get_string_member (station, "vehicle"), ==, "C");
  JsonObject *summary = json_object_get_object_member (json_node_get_object (b), "summary");
  JsonArray *peak = json_object_get_array_member (json_object_get_object_member (summary, "main"), "peak_ma");
  g_assert_cmpint (json_array_get_int_element (peak, 0), ==, 10000);
  c = kit_ask (kit, "{\"command\":\"unplug\",\"station\":\"left\"}");
}

static void
quit_cb (gpointer data)
{
  *(gboolean *) data = TRUE;
}

/* By the clock at three times the speed: 4 s of it are 12 s of the site; a stopped one stands still. */
static void
test_run (void)
{
  g_autoptr (Kit) kit = kit_new (TRUE);
  gboolean asked = FALSE;
  g_autoptr (JsonNode) done = NULL;

  kit->emulator->speed = 3;
  bb_emulator_set_quit (kit->emulator, quit_cb, &asked);
  bb_emulator_run (kit->emulator);
  bb_manual_clock_advance_to (kit->clock, 5000);
  for (gint i = 0; i < 10; i++)
    g_main_context_iteration (NULL, FALSE);
  bb_manual_clock_advance_to (kit->clock, 9000);
  g_assert_cmpint (kit->emulator->second_ms, ==, KIT_START_MS + 12000);
  bb_manual_clock_advance_to (kit->clock, 9100);
  g_assert_cmpint (bb_emulator_get_site_ms (kit->emulator), ==, KIT_START_MS + 12300);
  bb_emulator_stop (kit->emulator);
  bb_manual_clock_advance_to (kit->clock, 20000);
  g_assert_cmpint (bb_emulator_get_site_ms (kit->emulator), ==, KIT_START_MS + 12000);
  g_assert_false (asked);
  done = kit_ask (kit, "{\"command\":\"quit\"}");
  g_assert_true (asked);
}

/* The second goes on only when all that was pushed has been taken. */
static void
begun_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_assert_true (g_task_propagate_boolean (G_TASK (result), NULL));
  *(gboolean *) data = TRUE;
}

static void
push_two (BbEmuDevice *device)
{
  bb_emu_push_begin (device);
  bb_emu_push_begin (device);
}

static void
test_pushes (void)
{
  static const BbEmuKind pushing = { .name = "pushing", .begin = push_two };
  g_autoptr (Kit) kit = kit_new (FALSE);
  BbEmuDevice *meter = bb_emu_find_device (kit->emulator, "meter");
  gboolean begun = FALSE;

  kit->emulator->started = TRUE;
  for (guint i = 0; i < kit->emulator->devices->len; i++)
    ((BbEmuDevice *) g_ptr_array_index (kit->emulator->devices, i))->kind = &pushing;
  bb_emulator_begin_async (kit->emulator, KIT_START_MS, NULL, begun_cb, &begun);
  for (gint i = 0; i < 6; i++) {
    for (gint n = 0; n < 20; n++)
      g_main_context_iteration (NULL, FALSE);
    g_assert_false (begun);
    bb_emu_push_end (meter);
  }
  while (!begun)
    g_main_context_iteration (NULL, TRUE);
}

gint
main (gint argc, gchar *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/emulator/bad-commands", test_bad_commands);
  g_test_add_func ("/emulator/damaged-commands", test_damaged_commands);
  g_test_add_func ("/emulator/load-step", test_load_step);
  g_test_add_func ("/emulator/swapped-phases", test_swapped);
  g_test_add_func ("/emulator/reversed-and-frozen", test_reversed_and_frozen);
  g_test_add_func ("/emulator/overlap", test_overlap);
  g_test_add_func ("/emulator/all-faults", test_all_faults);
  g_test_add_func ("/emulator/lies-and-deaf", test_lies_and_deaf);
  g_test_add_func ("/emulator/silence", test_silence);
  g_test_add_func ("/emulator/life-bit", test_life_bit);
  g_test_add_func ("/emulator/timeline", test_timeline);
  g_test_add_func ("/emulator/bad-timeline", test_bad_timeline);
  g_test_add_func ("/emulator/start-line", test_start_line);
  g_test_add_func ("/emulator/state", test_state);
  g_test_add_func ("/emulator/run", test_run);
  g_test_add_func ("/emulator/pushes", test_pushes);
  return g_test_run ();
}
