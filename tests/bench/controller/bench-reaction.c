/* SPDX-License-Identifier: GPL-3.0-or-later */
/* bench-reaction.c [REPETITIONS [BUS STATIONS]]: from a load step that the meter shows to the set-points in
 * the stations' registers, over real sockets and serial lines that take their time.
 *
 * All stations charge; then load takes all that the fuse can carry, and each of them has to stop. The step
 * comes at different moments of the controller's period: the first right after the meter was read, which is
 * the worst. */
#include <stdio.h>
#include <stdlib.h>

#include "crowd.h"

/* A station that charges is told this much, or more. */
#define LEAST_MA    6000
#define PATIENCE_MS 240000

typedef struct {
  const gchar *name;
  guint baud; /* 0: TCP */
} Bus;

static const Bus buses[] = { { "TCP", 0 }, { "RTU 57600", 57600 }, { "RTU 9600", 9600 } };
static const guint stations[] = { 1, 20, 40 };

/* ms after the meter shows the step */
typedef struct {
  gint64 first, last;
} Reaction;

typedef struct {
  Live *live;
  gint64 start_ms;
  Reaction reaction;
  gboolean decided;
} Bench;

static void
set_load (Live *live, gint32 extra_ma)
{
  const gint32 load_ma[3] = { extra_ma, extra_ma, extra_ma };
  bb_field_set_extra_load (bb_emulator_get_field (live->emulator), 0, load_ma);
}

static guint
count_fallen (Live *live)
{
  guint n = 0;
  for (guint s = 0; s < live->n_stations; s++)
    n += live_get_setpoint (live, s) < LEAST_MA;
  return n;
}

static void
decided_cb (const bbe_inputs *in, const bbe_outputs *out, gpointer data)
{
  ((Bench *) data)->decided = TRUE;
}

static gboolean
is_charging (Live *live)
{
  return count_fallen (live) == 0;
}

static gboolean
is_not_charging (Live *live)
{
  return !is_charging (live);
}

static gboolean
tick_cb (gpointer data)
{
  return G_SOURCE_CONTINUE;
}

/* Until the controller decided, then `offset_ms` more. */
static void
wait_for_moment (Bench *bench, gint64 offset_ms)
{
  gint64 due_ms;

  bench->decided = FALSE;
  while (!bench->decided)
    g_main_context_iteration (NULL, TRUE);
  due_ms = bb_clock_get_mono_ms (bench->live->clock) + offset_ms;
  while (bb_clock_get_mono_ms (bench->live->clock) < due_ms)
    g_main_context_iteration (NULL, TRUE);
}

static void
begun_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  bb_emulator_begin_finish (NULL, result, NULL);
  *(gboolean *) data = TRUE;
}

/* The site's next second begins with the step: the meter shows it from now on. */
static void
step_load (Bench *bench, gint32 extra_ma)
{
  Live *live = bench->live;
  gint64 second_ms = bb_field_get_now_ms (bb_emulator_get_field (live->emulator)) / 1000 * 1000;
  gboolean begun = FALSE;

  bb_emulator_stop (live->emulator);
  set_load (live, extra_ma);
  bench->start_ms = bb_clock_get_mono_ms (live->clock);
  bb_emulator_begin_async (live->emulator, second_ms + 1000, NULL, begun_cb, &begun);
  while (!begun)
    g_main_context_iteration (NULL, TRUE);
  bb_emulator_run (live->emulator);
}

/* All charge, and did so for some seconds. */
static gboolean
wait_charging (Bench *bench)
{
  gint64 end_ms = bb_clock_get_mono_ms (bench->live->clock) + PATIENCE_MS;

  while (bb_clock_get_mono_ms (bench->live->clock) < end_ms) {
    if (!live_wait (bench->live, is_charging, PATIENCE_MS))
      return FALSE;
    if (!live_wait (bench->live, is_not_charging, 3000))
      return TRUE;
  }
  return FALSE;
}

static gboolean
react (Bench *bench, gint64 offset_ms)
{
  Live *live = bench->live;
  guint timer = g_timeout_add (1, tick_cb, NULL), n = 0;

  do
    wait_for_moment (bench, offset_ms);
  while (count_fallen (live) > 0);
  step_load (bench, (gint32) live->n_stations * 20000 + 10000);
  bench->reaction.first = -1;
  while (n < live->n_stations) {
    g_main_context_iteration (NULL, TRUE);
    n = count_fallen (live);
    gint64 passed_ms = bb_clock_get_mono_ms (live->clock) - bench->start_ms;
    if (n > 0 && bench->reaction.first < 0)
      bench->reaction.first = passed_ms;
    bench->reaction.last = passed_ms;
    if (passed_ms > PATIENCE_MS)
      break;
  }
  g_source_remove (timer);
  set_load (live, 0);
  return n == live->n_stations && wait_charging (bench);
}

static void
print_line (Bench *bench, const Bus *bus, const Reaction *worst)
{
  BbControllerCounts counts;
  bb_controller_get_counts (bench->live->controller, &counts);
  printf ("| %s | %u | %" G_GINT64_FORMAT " | %" G_GINT64_FORMAT " | %" G_GINT64_FORMAT
          " | %" G_GUINT64_FORMAT " of %" G_GUINT64_FORMAT " |\n",
          bus->name, bench->live->n_stations, worst->first, worst->last, counts.worst_ms, counts.n_late,
          counts.n_periods);
  fflush (stdout);
}

static void
bench_bus (const Bus *bus, guint n_stations, guint n_repetitions)
{
  Crowd crowd = { .n_tcp = bus->baud == 0 ? n_stations : 0,
                  .n_rtu = bus->baud != 0 ? n_stations : 0,
                  .baud = bus->baud,
                  .main_a = n_stations * 20 + 10,
                  .hold_up_s = 10,
                  .noise_a = 0.05 };
  g_autoptr (Live) live = live_new (&crowd);
  Bench bench = { .live = live };
  Reaction worst = { 0 };

  live_plug_all (live);
  bb_controller_set_observer (live->controller, decided_cb, &bench);
  if (!live_wait (live, live_is_online, PATIENCE_MS) || !wait_charging (&bench)) {
    live_print_log (live);
    g_error ("the stations do not come to charge");
  }
  for (guint i = 0; i < n_repetitions; i++) {
    if (!react (&bench, i * 1000 / n_repetitions)) {
      live_print_log (live);
      g_error ("the stations do not follow");
    }
    worst.first = MAX (worst.first, bench.reaction.first);
    worst.last = MAX (worst.last, bench.reaction.last);
  }
  print_line (&bench, bus, &worst);
}

/* All of them side by side, each in a process of its own: they wait most of the time. */
static void
bench_all (const gchar *program, const gchar *n_repetitions)
{
  GSubprocess *processes[G_N_ELEMENTS (buses)][G_N_ELEMENTS (stations)];

  for (guint b = 0; b < G_N_ELEMENTS (buses); b++)
    for (guint s = 0; s < G_N_ELEMENTS (stations); s++) {
      g_autofree gchar *number = g_strdup_printf ("%u", stations[s]);
      g_autoptr (GError) error = NULL;
      processes[b][s] = g_subprocess_new (G_SUBPROCESS_FLAGS_STDOUT_PIPE, &error, program, n_repetitions,
                                          buses[b].name, number, NULL);
      g_assert_no_error (error);
    }
  for (guint b = 0; b < G_N_ELEMENTS (buses); b++)
    for (guint s = 0; s < G_N_ELEMENTS (stations); s++) {
      g_autofree gchar *line = NULL;
      g_subprocess_communicate_utf8 (processes[b][s], NULL, NULL, &line, NULL, NULL);
      printf ("%s", line != NULL && *line != '\0' ? line : "| failed |\n");
      g_object_unref (processes[b][s]);
    }
}

int
main (int argc, char *argv[])
{
  const gchar *n_repetitions = argc > 1 ? argv[1] : "3";

  if (argc > 3) {
    for (guint b = 0; b < G_N_ELEMENTS (buses); b++)
      if (g_str_equal (argv[2], buses[b].name))
        bench_bus (&buses[b], (guint) atoi (argv[3]), (guint) atoi (n_repetitions));
    return 0;
  }
  printf ("Reaction to a load step, worst of %s, ms after the meter shows it:\n", n_repetitions);
  printf ("| bus | stations | first set-point | last set-point | longest to a decision | decided late |\n");
  printf ("|---|---|---|---|---|---|\n");
  fflush (stdout);
  bench_all (argv[0], n_repetitions);
  return 0;
}
