/* SPDX-License-Identifier: GPL-3.0-or-later */
/* bench-result.c: a year of 20 stations written to a result file: size, time per value set, memory, time to
 * open.
 *
 * bench-result [DAYS] [NOISY_SERIES] [STEP_S]   31.5 M steps of 1 s, ten values set in each, by default.
 * Fails when a year at 1 s takes more than 300 MB, or the process more than 64 MB.
 */
#include <glib/gstdio.h>
#include <sys/resource.h>
#include <time.h>

#include "base/clock.h"
#include "simulation/result-reader.h"
#include "simulation/result-writer.h"

#define N_STATIONS 20
#define N_SERIES   100u
#define SNAPSHOT   6144
#define START_MS   G_GINT64_CONSTANT (1767225600000) /* 2026-01-01 */

static guint64 random_state = 88172645463325252u;

static guint32
next_random (void)
{
  random_state ^= random_state << 13;
  random_state ^= random_state >> 7;
  random_state ^= random_state << 17;
  return (guint32) (random_state >> 32);
}

static gdouble
cpu_s (void)
{
  return (gdouble) clock () / CLOCKS_PER_SEC;
}

static void
add_all (BbResultWriter *writer)
{
  for (guint i = 0; i < N_SERIES; i++) {
    g_autofree gchar *id = g_strdup_printf ("series/%u", i);
    BbResultSeries series = { .id = id, .name = id, .unit = "A", .decimals = 3, .quantum = 1 };
    bb_result_writer_add_series (writer, &series);
  }
  for (guint i = 0; i < N_STATIONS; i++) {
    g_autofree gchar *id = g_strdup_printf ("station%u", i);
    bb_result_writer_add_station (writer, id);
  }
}

/* Base load that wanders and flickers, ten series a second. */
static void
set_noisy (BbResultWriter *writer, gint64 time_ms, guint n_noisy)
{
  static gint32 level[N_SERIES];
  for (guint i = 0; i < n_noisy; i++) {
    guint32 dice = next_random ();
    level[i] += (gint32) (dice & 63) - 31;
    level[i] = CLAMP (level[i], -20000, 60000);
    bb_result_writer_set (writer, i, time_ms, level[i] + (gint32) (dice >> 22));
  }
}

/* Once a minute stations that charge (about one in five) change a little. */
static void
set_stations (BbResultWriter *writer, gint64 time_ms)
{
  for (guint station = 0; station < N_STATIONS; station++) {
    guint32 reason[6] = { 1, next_random () & 3, 0, 16000, 0, 0 };
    gint32 setpoint_ma = (gint32) (6000 + next_random () % 10000);
    gboolean charges = (time_ms / 3600000 + station) % 5 == 0;
    if (!charges)
      setpoint_ma = 0;
    if (!charges)
      memset (reason, 0, sizeof reason);
    bb_result_writer_change (writer, station, time_ms, setpoint_ma, 3, reason, sizeof reason);
    for (guint k = 0; k < 4; k++)
      bb_result_writer_set (writer, 20 + station * 4 + k, time_ms, setpoint_ma);
  }
}

static void
take_snapshot (BbResultWriter *writer, gint64 time_ms)
{
  static guint32 state[SNAPSHOT / 4];
  for (guint i = 0; i < 500; i++)
    state[next_random () % G_N_ELEMENTS (state)] += next_random () & 0xffff;
  bb_result_writer_snapshot (writer, time_ms, state, sizeof state);
}

static gdouble
write_year (const gchar *path, gint64 days, guint n_noisy, gint64 step_ms)
{
  gint64 until_ms = START_MS + days * 86400000;
  g_autoptr (GError) error = NULL;
  g_autoptr (BbResultWriter) writer = bb_result_writer_new (path, START_MS, until_ms, "{}", &error);
  gdouble start = cpu_s ();
  g_assert_no_error (error);
  add_all (writer);
  for (gint64 t = START_MS; t < until_ms; t += step_ms) {
    set_noisy (writer, t, n_noisy);
    if (t % 60000 == 0)
      set_stations (writer, t);
    if (t % 3600000 == 0)
      take_snapshot (writer, t);
  }
  bb_result_writer_finish (writer, "{}", &error);
  g_assert_no_error (error);
  return cpu_s () - start;
}

int
main (int argc, char **argv)
{
  gint64 days = argc > 1 ? (gint64) g_ascii_strtoull (argv[1], NULL, 10) : 365;
  guint n_noisy = argc > 2 ? (guint) g_ascii_strtoull (argv[2], NULL, 10) : 10;
  gint64 step_ms = argc > 3 ? (gint64) g_ascii_strtoull (argv[3], NULL, 10) * 1000 : 1000;
  g_autofree gchar *folder = g_dir_make_tmp ("busbar-bench-XXXXXX", NULL);
  g_autofree gchar *path = g_build_filename (folder, "year.bbresult", NULL);
  g_autoptr (GError) error = NULL;
  BbSeriesColumn *columns = g_new (BbSeriesColumn, 1000);
  gdouble total = write_year (path, days, n_noisy, step_ms), opening = 0;
  struct rusage usage;
  GStatBuf info;
  g_stat (path, &info);
  getrusage (RUSAGE_SELF, &usage);
  g_print (
      "result: %d days, %u series, %u set each second: %.1f MB, %.2f s, %.1f ns a set, %ld MB resident\n",
      (gint) days, N_SERIES, n_noisy, (gdouble) info.st_size / 1e6, total,
      total * 1e9 / ((gdouble) (days * 86400000 / step_ms) * n_noisy), usage.ru_maxrss / 1024);
  opening = cpu_s ();
  g_autoptr (BbResult) result = bb_result_open (path, &error);
  g_assert_no_error (error);
  for (guint i = 0; i < 9; i++)
    bb_series_source_query (BB_SERIES_SOURCE (result), i, START_MS, START_MS + days * 86400000, 1000, columns,
                            &error);
  g_assert_no_error (error);
  g_print ("result: opened, 9 series of 1000 columns: %.1f ms\n", (cpu_s () - opening) * 1e3);
  g_free (columns);
  g_unlink (path);
  g_rmdir (folder);
  return info.st_size > 300000000 || usage.ru_maxrss > 65536 ? 1 : 0;
}
