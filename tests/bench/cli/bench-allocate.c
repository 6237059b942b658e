/* SPDX-License-Identifier: GPL-3.0-or-later */
/* bench-allocate.c: cases a second of `busbar-cli allocate`, the whole program, reading a file and writing a
 * pipe.
 *
 * The cases are as in the quality tests: 1 to 20 stations, up to four nested circuits, one, two and three
 * phases, three priority classes, what is left from -5 to 80 A. Two cores must reach 20,000 a second. As a
 * gate that other work on the machine cannot disturb it fails when a second of CPU time does less than half
 * of that. */
#include <gio/gio.h>
#include <glib/gstdio.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>

#define CASES           10000
#define LEAST_PER_CPU_S 10000.0
#define RUNS            5

static void
append_circuits (GString *text, GRand *rand, gint n)
{
  g_string_append (text, "\"circuits\":[");
  for (gint i = 0; i < n; i++) {
    g_string_append_printf (text, "%s{\"id\":\"c%d\",\"limit_a\":[%.2f,%.2f,%.2f]", i ? "," : "", i,
                            g_rand_double_range (rand, -5, 80), g_rand_double_range (rand, -5, 80),
                            g_rand_double_range (rand, -5, 80));
    if (i > 0)
      g_string_append_printf (text, ",\"parent\":\"c%d\"", g_rand_int_range (rand, 0, i));
    g_string_append_c (text, '}');
  }
  g_string_append (text, "],");
}

static void
append_case (GString *text, GRand *rand, guint id)
{
  static const char *const phases[] = { "1", "2", "3", "1,2", "1,2,3", "1,2,3" };
  static const gint minima[] = { 6, 8, 10 }, maxima[] = { 16, 20, 32 };
  gint n_circuits = g_rand_int_range (rand, 1, 5), n_stations = g_rand_int_range (rand, 1, 21);

  g_string_append_printf (text, "{\"id\":%u,", id);
  append_circuits (text, rand, n_circuits);
  g_string_append (text, "\"stations\":[");
  for (gint i = 0; i < n_stations; i++)
    g_string_append_printf (text,
                            "%s{\"id\":\"s%d\",\"circuit\":\"c%d\",\"phases\":[%s],\"min_a\":%d,\"max_a\":%d,"
                            "\"step_a\":0.01,\"priority\":%d}",
                            i ? "," : "", i, g_rand_int_range (rand, 0, n_circuits),
                            phases[g_rand_int_range (rand, 0, 6)], minima[g_rand_int_range (rand, 0, 3)],
                            maxima[g_rand_int_range (rand, 0, 3)], g_rand_int_range (rand, 0, 3));
  g_string_append (text, "]}\n");
}

/* Seconds that the program takes for the file; checks that there are as many answers as questions. */
static double
run_once (const char *program, const char *path)
{
  g_autoptr (GError) error = NULL;
  gint64 start = g_get_monotonic_time ();
  g_autoptr (GSubprocess) process
      = g_subprocess_new (G_SUBPROCESS_FLAGS_STDOUT_PIPE, &error, program, "allocate", path, NULL);
  g_autoptr (GBytes) out = NULL;
  gsize n = 0, length = 0;

  g_assert_no_error (error);
  g_assert_true (g_subprocess_communicate (process, NULL, NULL, &out, NULL, &error));
  double seconds = (double) (g_get_monotonic_time () - start) / 1e6;
  g_assert_cmpint (g_subprocess_get_exit_status (process), ==, 0);
  const char *text = g_bytes_get_data (out, &length);
  for (const char *p = text; (p = memchr (p, '\n', length - (gsize) (p - text))); p++)
    n++;
  g_assert_cmpuint (n, ==, CASES);
  return seconds;
}

/* CPU seconds of all programs that were run. */
static double
children_cpu_s (void)
{
  struct rusage usage;

  getrusage (RUSAGE_CHILDREN, &usage);
  return (double) (usage.ru_utime.tv_sec + usage.ru_stime.tv_sec)
         + (double) (usage.ru_utime.tv_usec + usage.ru_stime.tv_usec) / 1e6;
}

int
main (int argc, char *argv[])
{
  g_autofree char *program
      = g_build_filename (g_getenv ("BUSBAR_BUILD_DIR"), "src", "cli", "busbar-cli", NULL);
  g_autofree char *folder = g_dir_make_tmp ("busbar-XXXXXX", NULL);
  g_autofree char *path = g_build_filename (folder, "cases.jsonl", NULL);
  g_autoptr (GString) text = g_string_new (NULL);
  g_autoptr (GRand) rand = g_rand_new_with_seed (1);
  double best = G_MAXDOUBLE;

  for (guint i = 0; i < CASES; i++)
    append_case (text, rand, i);
  g_assert_true (g_file_set_contents (path, text->str, (gssize) text->len, NULL));
  for (guint i = 0; i < RUNS; i++)
    best = MIN (best, run_once (program, path));
  g_remove (path);
  g_rmdir (folder);
  double per_cpu_s = CASES * RUNS / children_cpu_s ();
  printf ("cli allocate: %.0f cases/s (%d cases, %.1f MB, best of %d, aim 20000), %.0f a CPU second\n",
          CASES / best, CASES, (double) text->len / 1e6, RUNS, per_cpu_s);
  return per_cpu_s >= LEAST_PER_CPU_S ? 0 : 1;
}
