/* SPDX-License-Identifier: GPL-3.0-or-later */
/* watchdog.h: finds out where the main thread works so long that typing waits. No GTK in here.
 *
 * Between two polls of the main context everything that was ready is dispatched. The watchdog takes the main
 * thread's own CPU time (CLOCK_THREAD_CPUTIME_ID: other threads and other programs do not count) from the end
 * of one poll to the start of the next, which is all dispatches of one turn of the loop together: never less
 * than the longest of them. BUSBAR_DEBUG=dispatch starts it for the whole run and prints the figures at the
 * end.
 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* One frame at 60 frames a second. */
#define BB_WATCHDOG_LIMIT_US 16000

typedef struct {
  guint64 n_turns;   /* of the main loop */
  guint64 n_long;    /* turns over BB_WATCHDOG_LIMIT_US */
  gint64 longest_us; /* CPU time */
  gint64 total_us;
} BbWatchdogReport;

/* Watches the default main context from now on; call it on the main thread, once before bb_watchdog_stop().
 */
void bb_watchdog_start (void);
/* The figures since the start or the last call, which begins anew: for benches. */
void bb_watchdog_take (BbWatchdogReport *report);
void bb_watchdog_stop (BbWatchdogReport *report);

/* Starts when BUSBAR_DEBUG names it; the second prints to standard error when it was started so. */
void bb_watchdog_start_from_environment (void);
void bb_watchdog_print (void);

G_END_DECLS
