/* SPDX-License-Identifier: GPL-3.0-or-later */
/* test-restart.c: a controller that goes on after a restart of itself or of the machine: the engine's time
 * never goes back, and goes on by the wall clock as far as that is known. */
#include <glib/gstdio.h>
#include <string.h>

#include "controller/controller.h"
#include "model/site-json.h"
#include "simulation/trace.h"

#define WALL G_GINT64_CONSTANT (1767571200000)

/* Devices that are never connected: the engine's time is what counts here. */
#define TEXT                                                                                                 \
  "{\"format\":\"busbar-site/1\",\"name\":\"%s\","                                                           \
  "\"circuits\":[{\"id\":\"main\",\"rating_a\":25,\"meter\":\"m\"}],"                                        \
  "\"meters\":[{\"id\":\"m\",\"profile\":\"shelly-pro-3em\",\"address\":\"127.0.0.1:9\"}],"                  \
  "\"groups\":[{\"id\":\"g\",\"circuit\":\"main\",\"offline_a\":6}],"                                        \
  "\"stations\":[{\"id\":\"a\",\"group\":\"g\",\"max_a\":16,\"failsafe_a\":6,\"power_on_a\":6,"              \
  "\"profile\":\"abb-terra-ac\",\"connection\":\"modbus-tcp\",\"address\":\"127.0.0.1:8\"}]}"

typedef struct {
  gchar *folder;
  BbManualClock *clock;
  BbLog *log;
  BbCatalogue *catalogue;
  BbController *controller;
  gint64 mono_ms; /* of the engine, last */
  guint n;        /* decisions */
} Fixture;

static void
observe (const bbe_inputs *in, const bbe_outputs *out, gpointer data)
{
  Fixture *f = data;

  g_assert_cmpint (in->mono_ms, >=, f->mono_ms);
  f->mono_ms = in->mono_ms;
  f->n++;
}

static void
set_up (Fixture *f, gconstpointer data)
{
  f->folder = g_dir_make_tmp ("busbar-restart-XXXXXX", NULL);
  f->catalogue = bb_catalogue_new (NULL, NULL);
}

static void
tear_down (Fixture *f, gconstpointer data)
{
  g_clear_pointer (&f->controller, bb_controller_free);
  static const gchar *const inside[] = { "trace", "." };
  for (guint i = 0; i < G_N_ELEMENTS (inside); i++) {
    g_autofree gchar *path = g_build_filename (f->folder, inside[i], NULL);
    g_autoptr (GDir) dir = g_dir_open (path, 0, NULL);
    const gchar *name;
    while (dir != NULL && (name = g_dir_read_name (dir)) != NULL) {
      g_autofree gchar *child = g_build_filename (path, name, NULL);
      g_remove (child);
    }
  }
  g_rmdir (f->folder);
  g_free (f->folder);
  g_clear_object (&f->clock);
  g_clear_pointer (&f->log, bb_log_unref);
  bb_catalogue_unref (f->catalogue);
}

/* The program starts, on a machine whose clocks stand at these times. */
static void
start (Fixture *f, const gchar *name, gint64 mono_ms, gint64 wall_ms, gboolean wall_valid)
{
  g_autofree gchar *site_text = g_strdup_printf (TEXT, name);
  g_autoptr (GError) error = NULL;
  g_autoptr (BbSite) site = bb_site_parse (site_text, -1, "restart", &error);

  g_assert_no_error (error);
  g_clear_pointer (&f->controller, bb_controller_free);
  g_clear_pointer (&f->log, bb_log_unref);
  g_clear_object (&f->clock);
  f->clock = bb_manual_clock_new (mono_ms, wall_ms);
  bb_manual_clock_set_wall (f->clock, wall_ms, wall_valid);
  f->log = bb_log_new_memory (BB_CLOCK (f->clock), BB_LOG_INFO, 100);
  BbControllerOptions options = { .site = site,
                                  .catalogue = f->catalogue,
                                  .clock = BB_CLOCK (f->clock),
                                  .log = f->log,
                                  .state_folder = f->folder };
  f->controller = bb_controller_new (&options, &error);
  g_assert_no_error (error);
  bb_controller_set_observer (f->controller, observe, f);
}

static void
decided_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  *(gboolean *) data = bb_controller_period_finish (NULL, result, NULL);
}

static void
seconds (Fixture *f, guint n)
{
  for (guint i = 0; i < n; i++) {
    gboolean done = FALSE;
    bb_manual_clock_advance_to (f->clock, bb_clock_get_mono_ms (BB_CLOCK (f->clock)) + 1000);
    bb_controller_period_async (f->controller, NULL, decided_cb, &done);
    while (!done)
      g_main_context_iteration (NULL, TRUE);
  }
}

static gboolean
was_logged (const Fixture *f, const gchar *part)
{
  g_autoptr (GPtrArray) entries = bb_log_get_entries (f->log);

  for (guint i = 0; i < entries->len; i++) {
    g_autofree gchar *line = bb_log_entry_to_line (g_ptr_array_index (entries, i));
    if (strstr (line, part) != NULL)
      return TRUE;
  }
  return FALSE;
}

/* Same boot: the monotonic clock went on, so does the engine's. */
static void
test_same_boot (Fixture *f, gconstpointer data)
{
  start (f, "x", 1000000, WALL, TRUE);
  seconds (f, 25);
  g_assert_cmpint (f->mono_ms, ==, 1025000);
  start (f, "x", 1055000, WALL + 55000, TRUE);
  g_assert_true (was_logged (f, "Goes on from its saved state"));
  seconds (f, 1);
  g_assert_cmpint (f->mono_ms, ==, 1056000);
}

/* What was decided last is saved at the end, not what was ten seconds before. */
static void
test_saved_at_end (Fixture *f, gconstpointer data)
{
  start (f, "x", 1000000, WALL, TRUE);
  seconds (f, 3);
  start (f, "x", 5000, WALL + 60000, FALSE);
  seconds (f, 1);
  g_assert_cmpint (f->mono_ms, ==, 1004000);
}

/* After a reboot the clock starts anew; the engine's goes on, by the wall clock. */
static void
test_reboot (Fixture *f, gconstpointer data)
{
  start (f, "x", 1000000, WALL, TRUE);
  seconds (f, 20);
  start (f, "x", 30000, WALL + 320000, TRUE); /* 300 s later */
  seconds (f, 1);
  g_assert_cmpint (f->mono_ms, ==, 1020000 + 300000 + 1000);
  start (f, "x", 10000, WALL + 421000, TRUE); /* and again */
  seconds (f, 1);
  g_assert_cmpint (f->mono_ms, ==, 1020000 + 300000 + 1000 + 100000 + 1000);
}

/* Without the time of day, before or after: it goes on where it stood. */
static void
test_wall_invalid (Fixture *f, gconstpointer data)
{
  start (f, "x", 1000000, WALL, TRUE);
  seconds (f, 20);
  start (f, "x", 30000, 5000, FALSE);
  seconds (f, 1);
  g_assert_cmpint (f->mono_ms, ==, 1021000);
  start (f, "x", 30000, WALL, TRUE); /* the state was saved without the time of day */
  seconds (f, 1);
  g_assert_cmpint (f->mono_ms, ==, 1022000);
}

/* A wall clock that went back, or far ahead: never backwards, at most a year on. */
static void
test_wall_jumps (Fixture *f, gconstpointer data)
{
  start (f, "x", 1000000, WALL, TRUE);
  seconds (f, 20);
  start (f, "x", 2000, WALL - 3600000, TRUE);
  seconds (f, 1);
  g_assert_cmpint (f->mono_ms, ==, 1021000);
  start (f, "x", 2000, WALL * 4, TRUE);
  seconds (f, 1);
  g_assert_cmpint (f->mono_ms, ==, 1021000 + 31536000000 + 1000);
}

/* Another site's state is not taken; nor one that is damaged, nor what is no state of this engine. */
static void
test_not_taken (Fixture *f, gconstpointer data)
{
  g_autofree gchar *path = g_build_filename (f->folder, "engine.state", NULL);

  start (f, "x", 1000000, WALL, TRUE);
  seconds (f, 20);
  f->mono_ms = 0;
  start (f, "y", 5000, WALL, TRUE);
  g_assert_true (was_logged (f, "of another site"));
  seconds (f, 1);
  g_assert_cmpint (f->mono_ms, ==, 6000);
  g_clear_pointer (&f->controller, bb_controller_free);
  g_assert_true (g_file_set_contents (path, "BBSTATE1 and nonsense", -1, NULL));
  f->mono_ms = 0;
  start (f, "y", 5000, WALL, TRUE);
  g_assert_true (was_logged (f, "is damaged"));
  seconds (f, 1);
}

/* The traces of all runs replay, each file alone. */
static void
test_traces (Fixture *f, gconstpointer data)
{
  guint64 n = 0;

  for (guint i = 0; i < 4; i++) {
    start (f, "x", i % 2 == 0 ? 1000000 : 3000, WALL + i * 60000, i != 2);
    seconds (f, 20);
  }
  g_clear_pointer (&f->controller, bb_controller_free);
  for (guint i = 1; i <= 4; i++) {
    g_autofree gchar *path = g_strdup_printf ("%s/trace/%08u.trace", f->folder, i);
    g_autoptr (GError) error = NULL;
    BbTraceVerdict verdict;
    bb_trace_replay (path, &verdict, NULL, NULL, NULL, &error);
    g_assert_no_error (error);
    g_assert_cmpuint (verdict.n_different, ==, 0);
    n += verdict.n_records;
  }
  g_assert_cmpuint (n, ==, f->n);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
#define ADD(name, function) g_test_add ("/restart/" name, Fixture, NULL, set_up, function, tear_down)
  ADD ("same-boot", test_same_boot);
  ADD ("saved-at-end", test_saved_at_end);
  ADD ("reboot", test_reboot);
  ADD ("wall-invalid", test_wall_invalid);
  ADD ("wall-jumps", test_wall_jumps);
  ADD ("not-taken", test_not_taken);
  ADD ("traces", test_traces);
  return g_test_run ();
}
