/* SPDX-License-Identifier: GPL-3.0-or-later */
/* bench-modbus.c TOOL: what 100 Modbus buses cost, and how long a set-point waits behind status reads on a
 * line. */
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <unistd.h>

#include "protocols/modbus/modbus-bus.h"

#define N_BUSES 100
#define SECONDS 5

typedef struct {
  BbClock *clock;
  BbModbusBus *buses[N_BUSES];
  gint64 worst_ms;
  guint n_left, n_failed;
} Bench;

static gint64
memory_kb (void)
{
  g_autofree gchar *text = NULL;
  gchar **fields;
  gint64 pages;

  g_assert_true (g_file_get_contents ("/proc/self/statm", &text, NULL, NULL));
  fields = g_strsplit (text, " ", 3);
  pages = g_ascii_strtoll (fields[1], NULL, 10);
  g_strfreev (fields);
  return pages * sysconf (_SC_PAGESIZE) / 1024;
}

static gint64
cpu_us (void)
{
  struct rusage usage;
  getrusage (RUSAGE_SELF, &usage);
  return (gint64) (usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) * 1000000 + usage.ru_utime.tv_usec
         + usage.ru_stime.tv_usec;
}

typedef struct {
  Bench *bench;
  gint64 asked_ms;
} Asked;

static void
done_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autofree Asked *asked = data;
  g_autofree guint16 *values = bb_modbus_bus_request_finish (NULL, result, NULL, NULL);
  Bench *bench = asked->bench;

  bench->n_left--;
  bench->n_failed += values == NULL;
  bench->worst_ms = MAX (bench->worst_ms, bb_clock_get_mono_ms (bench->clock) - asked->asked_ms);
}

static void
ask (Bench *bench, BbModbusBus *bus, const BbModbusRequest *request)
{
  Asked *asked = g_new (Asked, 1);
  *asked = (Asked){ bench, bb_clock_get_mono_ms (bench->clock) };
  bench->n_left++;
  bb_modbus_bus_request_async (bus, request, NULL, done_cb, asked);
}

static void
finish (Bench *bench)
{
  while (bench->n_left > 0)
    g_main_context_iteration (NULL, TRUE);
}

static gboolean
second_cb (gpointer data)
{
  Bench *bench = data;
  for (guint i = 0; i < N_BUSES; i++) {
    ask (bench, bench->buses[i], &(BbModbusRequest){ 5, 3, 0, 20, NULL, BB_MODBUS_STATUS });
    ask (bench, bench->buses[i],
         &(BbModbusRequest){ 5, 16, 100, 1, (const guint16[]){ 16 }, BB_MODBUS_SETPOINT });
  }
  return G_SOURCE_CONTINUE;
}

static GSubprocess *
start (const gchar *tool, const gchar *what, const gchar *baud, gchar **where)
{
  g_autoptr (GError) error = NULL;
  GSubprocess *process = g_subprocess_new (G_SUBPROCESS_FLAGS_STDIN_PIPE | G_SUBPROCESS_FLAGS_STDOUT_PIPE,
                                           &error, tool, what, baud, NULL);
  g_autoptr (GDataInputStream) out = NULL;

  g_assert_no_error (error);
  out = g_data_input_stream_new (g_subprocess_get_stdout_pipe (process));
  g_filter_input_stream_set_close_base_stream (G_FILTER_INPUT_STREAM (out), FALSE);
  *where = g_data_input_stream_read_line (out, NULL, NULL, NULL);
  return process;
}

static void
bench_buses (const gchar *tool)
{
  g_autofree gchar *port = NULL;
  g_autoptr (GSubprocess) server = start (tool, "serve", NULL, &port);
  Bench bench = { .clock = bb_clock_new_real () };
  BbModbusLink link = { .host = "127.0.0.1", .port = (guint16) atoi (port) };
  gint64 before_kb = memory_kb (), before_us;
  GSource *seconds;

  for (guint i = 0; i < N_BUSES; i++)
    bench.buses[i] = bb_modbus_bus_new (&link, bench.clock, NULL, NULL);
  second_cb (&bench);
  finish (&bench);
  printf ("modbus/memory-of-100-buses: %" G_GINT64_FORMAT " kB\n", memory_kb () - before_kb);
  bench.worst_ms = 0;
  before_us = cpu_us ();
  seconds = bb_clock_add_timeout (bench.clock, 1000, second_cb, &bench, NULL);
  for (gint64 end_ms = bb_clock_get_mono_ms (bench.clock) + SECONDS * 1000 + 500;
       bb_clock_get_mono_ms (bench.clock) < end_ms;)
    g_main_context_iteration (NULL, TRUE);
  g_source_destroy (seconds);
  finish (&bench);
  printf ("modbus/cpu-of-200-requests-a-second: %.1f %%\n", (double) (cpu_us () - before_us) / 1e4 / SECONDS);
  printf ("modbus/slowest-of-200-requests: %" G_GINT64_FORMAT " ms\n", bench.worst_ms);
  g_assert_cmpuint (bench.n_failed, ==, 0);
  for (guint i = 0; i < N_BUSES; i++)
    bb_modbus_bus_unref (bench.buses[i]);
  g_object_unref (bench.clock);
}

/* Each of n stations: a status read of 10 registers and a set-point of 1; the set-points asked while reads
 * wait. */
static void
bench_line (const gchar *tool, const gchar *baud, guint n)
{
  g_autofree gchar *device = NULL;
  g_autoptr (GSubprocess) server = start (tool, "serve-line", baud, &device);
  Bench bench = { .clock = bb_clock_new_real () };
  BbModbusLink link = { .device = device, .baud = (guint) atoi (baud) };
  BbModbusBus *bus = bb_modbus_bus_new (&link, bench.clock, NULL, NULL);
  gint64 start_ms, setpoints_ms;

  for (guint i = 0; i < n; i++)
    ask (&bench, bus, &(BbModbusRequest){ 5, 3, 0, 10, NULL, BB_MODBUS_STATUS });
  start_ms = bb_clock_get_mono_ms (bench.clock);
  for (guint i = 0; i < n; i++)
    ask (&bench, bus, &(BbModbusRequest){ 5, 16, 100, 1, (const guint16[]){ 16 }, BB_MODBUS_SETPOINT });
  while (bench.n_left > n - 1)
    g_main_context_iteration (NULL, TRUE);
  setpoints_ms = bb_clock_get_mono_ms (bench.clock) - start_ms;
  finish (&bench);
  printf ("modbus/rtu-%s-baud-%u-stations-setpoints: %" G_GINT64_FORMAT " ms\n", baud, n, setpoints_ms);
  printf ("modbus/rtu-%s-baud-%u-stations-round: %" G_GINT64_FORMAT " ms\n", baud, n,
          bb_clock_get_mono_ms (bench.clock) - start_ms);
  g_assert_cmpuint (bench.n_failed, ==, 0);
  bb_modbus_bus_unref (bus);
  g_object_unref (bench.clock);
}

int
main (int argc, char *argv[])
{
  static const guint stations[] = { 1, 20, 40 };

  g_assert_cmpint (argc, ==, 2);
  bench_buses (argv[1]);
  for (guint i = 0; i < G_N_ELEMENTS (stations); i++) {
    bench_line (argv[1], "9600", stations[i]);
    bench_line (argv[1], "57600", stations[i]);
  }
  return 0;
}
