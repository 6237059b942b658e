/* SPDX-License-Identifier: GPL-3.0-or-later */
/* test-watchdog.c: long turns of the main loop are counted by the main thread's own CPU time, and nothing
 * else is. */
#include <glib.h>
#include <time.h>

#include "app/watchdog.h"

static gint64
cpu_ms (void)
{
  struct timespec time = { 0 };

  clock_gettime (CLOCK_THREAD_CPUTIME_ID, &time);
  return (gint64) time.tv_sec * 1000 + time.tv_nsec / 1000000;
}

static gboolean
work_cb (gpointer milliseconds)
{
  const gint64 until = cpu_ms () + GPOINTER_TO_INT (milliseconds);

  while (cpu_ms () < until)
    ;
  return G_SOURCE_REMOVE;
}

static gboolean
quit_cb (gpointer loop)
{
  g_main_loop_quit (loop);
  return G_SOURCE_REMOVE;
}

/* Runs the loop for 60 ms with a callback that works so long. */
static void
run (gint milliseconds, BbWatchdogReport *report)
{
  g_autoptr (GMainLoop) loop = g_main_loop_new (NULL, FALSE);

  g_timeout_add (1, work_cb, GINT_TO_POINTER (milliseconds));
  g_timeout_add (60, quit_cb, loop);
  bb_watchdog_start ();
  g_main_loop_run (loop);
  bb_watchdog_stop (report);
}

static void
test_short (void)
{
  BbWatchdogReport report = { 0 };

  run (2, &report);
  g_assert_cmpuint (report.n_turns, >=, 2);
  g_assert_cmpuint (report.n_long, ==, 0);
  g_assert_cmpint (report.longest_us, >=, 1000);
}

/* The deliberate defect: a callback that works for two frames is found. */
static void
test_long (void)
{
  BbWatchdogReport report = { 0 };

  run (35, &report);
  g_assert_cmpuint (report.n_long, ==, 1);
  g_assert_cmpint (report.longest_us, >=, 34000);
  g_assert_cmpint (report.total_us, >=, report.longest_us);
}

/* Another thread that works all the time is no fault of the main thread's. */
static gpointer
busy (gpointer stop)
{
  while (!g_atomic_int_get ((gint *) stop))
    ;
  return NULL;
}

static void
test_other_threads (void)
{
  BbWatchdogReport report = { 0 };
  gint stop = 0;
  GThread *threads[3] = { NULL };

  for (guint i = 0; i < G_N_ELEMENTS (threads); i++)
    threads[i] = g_thread_new ("busy", busy, &stop);
  run (1, &report);
  g_atomic_int_set (&stop, 1);
  for (guint i = 0; i < G_N_ELEMENTS (threads); i++)
    g_thread_join (threads[i]);
  g_assert_cmpuint (report.n_long, ==, 0);
}

static void
test_take (void)
{
  g_autoptr (GMainLoop) loop = g_main_loop_new (NULL, FALSE);
  BbWatchdogReport first = { 0 }, second = { 0 };

  bb_watchdog_start ();
  g_timeout_add (1, work_cb, GINT_TO_POINTER (20));
  g_timeout_add (30, quit_cb, loop);
  g_main_loop_run (loop);
  bb_watchdog_take (&first);
  g_timeout_add (10, quit_cb, loop);
  g_main_loop_run (loop);
  bb_watchdog_stop (&second);
  g_assert_cmpuint (first.n_long, ==, 1);
  g_assert_cmpuint (second.n_long, ==, 0);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/app/watchdog/short", test_short);
  g_test_add_func ("/app/watchdog/long", test_long);
  g_test_add_func ("/app/watchdog/other-threads", test_other_threads);
  g_test_add_func ("/app/watchdog/take", test_take);
  return g_test_run ();
}
