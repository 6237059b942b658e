/* SPDX-License-Identifier: GPL-3.0-or-later */
/* bench-controller.c CONTROLLER EMULATOR [SECONDS]: what a full house costs the controller: 200 OCPP stations
 * and 100 Modbus TCP endpoints (80 stations, 20 meters) at one period a second, all charging, under a load
 * that changes every second.
 *
 * The controller is a process of its own: its CPU time and memory are read from /proc, its counts from what
 * it says at its end. 30 s; 10 minutes with BUSBAR_SOAK. */
#include <gio/gio.h>
#include <glib/gstdio.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "crowd.h"

#define N_OCPP    200u
#define N_TCP     80u
#define N_METERS  19u /* beside the main one */
#define SETTLE_S  45
#define DEFAULT_S 30
#define SOAK_S    600
#define STEP_A    300
#define SWING_S   40.0

typedef struct {
  gchar *folder;
  GSubprocess *emulator, *controller;
} Bench;

/* ---- /proc ---- */

/* CPU time of a process, ms. */
static gint64
cpu_ms (const gchar *pid)
{
  g_autofree gchar *path = g_strdup_printf ("/proc/%s/stat", pid), *text = NULL;
  g_auto (GStrv) fields = NULL;

  g_assert_true (g_file_get_contents (path, &text, NULL, NULL));
  fields = g_strsplit (strrchr (text, ')') + 2, " ", 0);
  return (g_ascii_strtoll (fields[11], NULL, 10) + g_ascii_strtoll (fields[12], NULL, 10)) * 1000
         / sysconf (_SC_CLK_TCK);
}

static gint64
status_kb (const gchar *pid, const gchar *key)
{
  g_autofree gchar *path = g_strdup_printf ("/proc/%s/status", pid), *text = NULL;
  const gchar *at;

  g_assert_true (g_file_get_contents (path, &text, NULL, NULL));
  at = strstr (text, key);
  return at != NULL ? g_ascii_strtoll (at + strlen (key) + 1, NULL, 10) : -1;
}

/* ---- processes ---- */

static gchar *
read_line (GSubprocess *process)
{
  g_autoptr (GDataInputStream) out = g_data_input_stream_new (g_subprocess_get_stdout_pipe (process));
  g_autoptr (GError) error = NULL;
  gchar *line;

  g_filter_input_stream_set_close_base_stream (G_FILTER_INPUT_STREAM (out), FALSE);
  line = g_data_input_stream_read_line (out, NULL, NULL, &error);
  g_assert_no_error (error);
  g_assert_nonnull (line);
  return line;
}

static void
tell (Bench *bench, const gchar *command)
{
  g_autoptr (GError) error = NULL;
  g_output_stream_write_all (g_subprocess_get_stdin_pipe (bench->emulator), command, strlen (command), NULL,
                             NULL, &error);
  g_assert_no_error (error);
}

static gchar *
write_file (Bench *bench, const gchar *name, const gchar *text)
{
  g_autoptr (GError) error = NULL;
  gchar *path = g_build_filename (bench->folder, name, NULL);
  g_file_set_contents (path, text, -1, &error);
  g_assert_no_error (error);
  return path;
}

static void
start (Bench *bench, const gchar *emulator, const gchar *controller)
{
  const Crowd crowd = {
    .n_ocpp = N_OCPP, .n_tcp = N_TCP, .n_meters = N_METERS, .main_a = 3000, .hold_up_s = 10, .noise_a = 0.05
  };
  g_autofree gchar *text = crowd_make_text (&crowd), *site = write_file (bench, "crowd.busbar", text);
  g_autofree gchar *state = g_build_filename (bench->folder, "state", NULL);
  g_autofree gchar *log = g_build_filename (bench->folder, "log", NULL);
  g_autoptr (GSubprocessLauncher) launcher = g_subprocess_launcher_new (G_SUBPROCESS_FLAGS_STDOUT_PIPE);
  g_autoptr (GError) error = NULL;

  bench->emulator = g_subprocess_new (G_SUBPROCESS_FLAGS_STDIN_PIPE | G_SUBPROCESS_FLAGS_STDOUT_PIPE, &error,
                                      emulator, site, "--quiet", NULL);
  g_assert_no_error (error);
  g_autofree gchar *line = read_line (bench->emulator);
  g_autofree gchar *endpoints = write_file (bench, "endpoints.json", line);
  g_subprocess_launcher_set_stderr_file_path (launcher, log);
  bench->controller
      = g_subprocess_launcher_spawn (launcher, &error, controller, site, "--state", state, "--endpoints",
                                     endpoints, "--commission", "--allow-unverified", NULL);
  g_assert_no_error (error);
  g_autofree gchar *started = read_line (bench->controller);
}

static void
drop_answer_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (GBytes) bytes = g_input_stream_read_bytes_finish (G_INPUT_STREAM (source), result, NULL);
  if (bytes != NULL && g_bytes_get_size (bytes) > 0)
    g_input_stream_read_bytes_async (G_INPUT_STREAM (source), 65536, G_PRIORITY_LOW, NULL, drop_answer_cb,
                                     NULL);
}

/* What the controller said at its end (transfer full). */
static gchar *
read_counts (Bench *bench)
{
  g_autofree gchar *path = g_build_filename (bench->folder, "log", NULL), *text = NULL;
  const gchar *at;

  g_assert_true (g_file_get_contents (path, &text, NULL, NULL));
  at = strstr (text, "periods=");
  return g_strndup (at != NULL ? at : "not told", at != NULL ? strcspn (at, "\n") : 8);
}

static void
plug (Bench *bench, gchar letter, guint n)
{
  for (guint s = 1; s <= n; s++) {
    g_autofree gchar *line
        = g_strdup_printf ("{\"command\":\"plug\",\"station\":\"%c%u\",\"max_a\":16}\n", letter, s);
    tell (bench, line);
  }
}

/* ---- the run ---- */

typedef struct {
  Bench *bench;
  guint second;
} Swing;

/* The load swings, so that set-points of all stations change all the time. */
static gboolean
swing_cb (gpointer data)
{
  Swing *swing = data;
  gdouble add_a = STEP_A * (1 + sin (2 * G_PI * swing->second++ / SWING_S));
  g_autofree gchar *line
      = g_strdup_printf ("{\"command\":\"load-step\",\"circuit\":\"main\",\"add_a\":%d}\n", (gint) add_a);

  tell (swing->bench, line);
  return G_SOURCE_CONTINUE;
}

static gboolean
end_cb (gpointer data)
{
  *(gboolean *) data = TRUE;
  return G_SOURCE_REMOVE;
}

static void
run_for (guint seconds)
{
  gboolean over = FALSE;
  g_timeout_add_seconds (seconds, end_cb, &over);
  while (!over)
    g_main_context_iteration (NULL, TRUE);
}

static void
end (Bench *bench)
{
  g_subprocess_send_signal (bench->controller, SIGTERM);
  g_subprocess_wait (bench->controller, NULL, NULL);
  g_subprocess_send_signal (bench->emulator, SIGTERM);
  g_subprocess_wait (bench->emulator, NULL, NULL);
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

int
main (int argc, char *argv[])
{
  guint seconds = argc > 3 ? (guint) atoi (argv[3]) : g_getenv ("BUSBAR_SOAK") != NULL ? SOAK_S : DEFAULT_S;
  Bench bench = { .folder = g_dir_make_tmp ("busbar-bench-XXXXXX", NULL) };

  g_assert_cmpint (argc, >=, 3);
  start (&bench, argv[2], argv[1]);
  g_input_stream_read_bytes_async (g_subprocess_get_stdout_pipe (bench.emulator), 65536, G_PRIORITY_LOW, NULL,
                                   drop_answer_cb, NULL);
  plug (&bench, 't', N_TCP);
  plug (&bench, 'o', N_OCPP);
  Swing swing = { &bench, 0 };
  guint swinging = g_timeout_add_seconds (1, swing_cb, &swing);
  run_for (SETTLE_S);
  const gchar *pid = g_subprocess_get_identifier (bench.controller);
  const gchar *other = g_subprocess_get_identifier (bench.emulator);
  gint64 before_ms = cpu_ms (pid), other_before_ms = cpu_ms (other);
  run_for (seconds);
  gint64 used_ms = cpu_ms (pid) - before_ms, other_ms = cpu_ms (other) - other_before_ms;
  printf ("controller/stations: %u OCPP, %u Modbus TCP; meters: %u Modbus TCP\n", N_OCPP, N_TCP,
          N_METERS + 1);
  printf ("controller/cpu-of-one-core: %.1f %% over %u s\n", (gdouble) used_ms / 10 / seconds, seconds);
  printf ("controller/memory: %.1f MB resident now, %.1f MB at most, %" G_GINT64_FORMAT " threads\n",
          (gdouble) status_kb (pid, "VmRSS:") / 1024, (gdouble) status_kb (pid, "VmHWM:") / 1024,
          status_kb (pid, "Threads:"));
  printf ("controller/emulator-cpu (for comparison): %.1f %%\n", (gdouble) other_ms / 10 / seconds);
  g_source_remove (swinging);
  end (&bench);
  g_autofree gchar *counts = read_counts (&bench);
  printf ("controller/counts: %s\n", counts);
  g_object_unref (bench.controller);
  g_object_unref (bench.emulator);
  remove_tree (bench.folder);
  g_free (bench.folder);
  return 0;
}
