/* SPDX-License-Identifier: GPL-3.0-or-later */
/* watchdog.c: finds out where the main thread works so long that typing waits. */
#include "app/watchdog.h"

#include <string.h>
#include <time.h>

static struct {
  GPollFunc poll; /* what was there before; NULL: not watching */
  gint64 since_us;
  BbWatchdogReport report;
  gboolean from_environment;
} watch;

static gint64
cpu_us (void)
{
  struct timespec time = { 0 };

  clock_gettime (CLOCK_THREAD_CPUTIME_ID, &time);
  return (gint64) time.tv_sec * G_USEC_PER_SEC + time.tv_nsec / 1000;
}

static void
count (gint64 spent_us)
{
  watch.report.n_turns++;
  watch.report.total_us += spent_us;
  watch.report.longest_us = MAX (watch.report.longest_us, spent_us);
  if (spent_us > BB_WATCHDOG_LIMIT_US)
    watch.report.n_long++;
}

/* A poll on another thread's behalf (of a nested context) does not come here: this is the default context's.
 */
static gint
watched_poll (GPollFD *fds, guint n_fds, gint timeout_ms)
{
  gint ready = 0;

  count (cpu_us () - watch.since_us);
  ready = watch.poll (fds, n_fds, timeout_ms);
  watch.since_us = cpu_us ();
  return ready;
}

void
bb_watchdog_start (void)
{
  g_return_if_fail (watch.poll == NULL);
  memset (&watch.report, 0, sizeof watch.report);
  watch.poll = g_main_context_get_poll_func (NULL);
  watch.since_us = cpu_us ();
  g_main_context_set_poll_func (NULL, watched_poll);
}

void
bb_watchdog_take (BbWatchdogReport *report)
{
  *report = watch.report;
  memset (&watch.report, 0, sizeof watch.report);
  watch.since_us = cpu_us ();
}

void
bb_watchdog_stop (BbWatchdogReport *report)
{
  g_return_if_fail (watch.poll != NULL);
  *report = watch.report;
  g_main_context_set_poll_func (NULL, watch.poll);
  watch.poll = NULL;
}

void
bb_watchdog_start_from_environment (void)
{
  const GDebugKey keys[] = { { "dispatch", 1 } };

  watch.from_environment = g_parse_debug_string (g_getenv ("BUSBAR_DEBUG"), keys, 1) == 1;
  if (watch.from_environment)
    bb_watchdog_start ();
}

void
bb_watchdog_print (void)
{
  BbWatchdogReport report = { 0 };

  if (!watch.from_environment)
    return;
  bb_watchdog_stop (&report);
  g_printerr ("busbar: dispatch: %u turns, %u over %d ms, longest %.1f ms, all %.0f ms of the main thread's "
              "CPU time\n",
              (guint) report.n_turns, (guint) report.n_long, BB_WATCHDOG_LIMIT_US / 1000,
              (gdouble) report.longest_us / 1000.0, (gdouble) report.total_us / 1000.0);
}
