/* SPDX-License-Identifier: GPL-3.0-or-later */
/* bench-csv.c: how fast rows of 1 s are read, and in how much memory.
 *
 * Writes a file into a folder of its own (and removes it), reads it once to warm the page cache, then asks
 * the source for every second, as a simulation does. */
#include <glib/gstdio.h>
#include <sys/resource.h>
#include <time.h>

#include "simulation/input-load.h"
#include "simulation/input-random.h"

static gint mib = 100;
static gboolean with_time;
static gboolean json;

static const GOptionEntry entries[]
    = { { "mib", 0, 0, G_OPTION_ARG_INT, &mib, "Size of the file in MiB (default 100)", "N" },
        { "iso", 0, 0, G_OPTION_ARG_NONE, &with_time, "ISO 8601 times instead of seconds", NULL },
        { "json", 0, 0, G_OPTION_ARG_NONE, &json, "One line of JSON", NULL },
        { NULL } };

static double
cpu_seconds (void)
{
  struct timespec now;

  clock_gettime (CLOCK_PROCESS_CPUTIME_ID, &now);
  return (double) now.tv_sec + (double) now.tv_nsec * 1e-9;
}

/* A year of seconds is about 970 MiB: "12345678,1234.5,987.6,2345.6". */
static gint64
write_rows (const char *path)
{
  FILE *file = g_fopen (path, "w");
  gint64 second = 0;
  BbRandom random;

  g_assert_nonnull (file);
  bb_random_init (&random, 1, 0);
  fprintf (file, "%s,l1_w,l2_w,l3_w\n", with_time ? "time" : "second");
  for (; ftello (file) < (off_t) mib << 20; second++) {
    unsigned int w[3];

    for (int p = 0; p < 3; p++)
      w[p] = bb_random_below (&random, 40000) + 100;
    if (with_time)
      fprintf (file, "2026-%02d-%02dT%02d:%02d:%02dZ", (int) (second / 86400 / 28 % 12) + 1,
               (int) (second / 86400 % 28) + 1, (int) (second / 3600 % 24), (int) (second / 60 % 60),
               (int) (second % 60));
    else
      fprintf (file, "%d", (int) second + 10000000);
    fprintf (file, ",%u.%u,%u.%u,%u.%u\n", w[0] / 10, w[0] % 10, w[1] / 10, w[1] % 10, w[2] / 10, w[2] % 10);
  }
  fclose (file);
  return second;
}

/* Every second of the file; the sum is printed so that nothing is left out. */
static gint64
read_rows (const char *path, gint64 n_rows, double *cpu_s)
{
  BbInputOptions options = { 0 };
  g_autoptr (GError) error = NULL;
  double start_s = cpu_seconds ();
  g_autoptr (BbLoadSource) source = bb_load_open_csv (path, &options, &error);
  gint64 sum = 0, first_ms = with_time ? G_GINT64_CONSTANT (1767225600000) : G_GINT64_CONSTANT (10000000000);

  g_assert_no_error (error);
  for (gint64 row = 0; row < n_rows; row++) {
    gint32 value_m[3];
    gint64 t_ms = first_ms + row * 1000;

    /* The generated calendar has months of 28 days: the time jumps at their ends. */
    if (with_time && row >= 28 * 86400)
      break;
    if (!bb_load_at (source, t_ms, value_m, NULL, &error))
      g_error ("%s", error->message);
    sum += value_m[0] + value_m[1] + value_m[2];
  }
  *cpu_s = cpu_seconds () - start_s;
  return sum;
}

int
main (int argc, char *argv[])
{
  g_autoptr (GOptionContext) context = g_option_context_new ("- reading 1 s rows");
  g_autoptr (GError) error = NULL;
  g_autofree char *folder = NULL, *path = NULL;
  struct rusage usage;
  double cold_s, cpu_s, gigabytes;
  gint64 n_rows, sum;
  GStatBuf status;

  g_option_context_add_main_entries (context, entries, NULL);
  if (!g_option_context_parse (context, &argc, &argv, &error) || mib < 1 || mib > 4096) {
    g_printerr ("%s\n", error != NULL ? error->message : "--mib: 1 to 4096");
    return 2;
  }
  if (with_time)
    mib = MIN (mib, 90);
  folder = g_dir_make_tmp ("busbar-bench-XXXXXX", &error);
  g_assert_no_error (error);
  path = g_build_filename (folder, "load.csv", NULL);
  n_rows = write_rows (path);
  g_stat (path, &status);
  sum = read_rows (path, n_rows, &cold_s);
  g_assert_true (read_rows (path, n_rows, &cpu_s) == sum);
  cpu_s = MIN (cpu_s, cold_s);
  g_unlink (path);
  g_rmdir (folder);
  getrusage (RUSAGE_SELF, &usage);
  gigabytes = (double) status.st_size * 1e-9;
  if (json)
    g_print ("{\"bench\":\"csv\",\"bytes\":%" G_GINT64_FORMAT ",\"rows\":%" G_GINT64_FORMAT
             ",\"cpu_s\":%.4f,\"gb_per_s\":%.3f,\"max_rss_kib\":%ld}\n",
             (gint64) status.st_size, n_rows, cpu_s, gigabytes / cpu_s, usage.ru_maxrss);
  else
    g_print ("csv: %.3f GB, %" G_GINT64_FORMAT
             " rows in %.3f s CPU: %.2f GB/s, %.1f ns a row, %.1f MiB resident "
             "(checksum %" G_GINT64_FORMAT ")\n",
             gigabytes, n_rows, cpu_s, gigabytes / cpu_s, cpu_s * 1e9 / (double) n_rows,
             (double) usage.ru_maxrss / 1024, sum);
  return 0;
}
