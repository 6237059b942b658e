/* SPDX-License-Identifier: GPL-3.0-or-later */
/* run-warnings.c: what a reader of a result must know before believing it. */
#include "simulation/run-internal.h"

#include <glib/gi18n.h>
#include <inttypes.h>

#include "model/reason-text.h"

/* As many days at the end of a run without a session are worth a word. */
#define QUIET_DAYS 7
/* From here on the length of the steps costs the cars energy: with 60 s some per cent under a peak limit,
 * with 900 s half. */
#define LONG_STEP_MS 60000

static void G_GNUC_PRINTF (2, 3) warn (BbRun *run, const gchar *format, ...)
{
  va_list args;
  va_start (args, format);
  g_autofree gchar *text = g_strdup_vprintf (format, args);
  va_end (args);
  GPtrArray *warnings = run->summary->warnings;
  if (!g_ptr_array_find_with_equal_func (warnings, text, g_str_equal, NULL))
    g_ptr_array_add (warnings, g_steal_pointer (&text));
}

static void
warn_of_feeds (BbRun *run)
{
  gboolean any_load = FALSE;
  for (guint f = 0; f < run->n_feeds; f++) {
    BbRunFeed *feed = &run->feeds[f];
    g_auto (GStrv) notes = bb_load_notes (feed->source, feed->generation ? BB_INPUT_PV : BB_INPUT_LOAD,
                                          feed->power_factor_permille);
    any_load |= !feed->generation;
    for (guint n = 0; notes != NULL && notes[n] != NULL; n++)
      warn (run, "%s", notes[n]);
  }
  if (!any_load)
    warn (run, "%s", _ ("no other load was given: the stations have every circuit to themselves"));
}

/* "2026-01-31" in the site's zone. (transfer full) */
static gchar *
date_of (const BbRun *run, gint64 utc_ms)
{
  g_autofree gchar *whole = bb_reason_local_time (utc_ms, run->zone);
  return g_strndup (whole, strlen ("2026-01-31"));
}

/* Sessions that lie elsewhere than the run, or end long before it. */
static void
warn_of_dates (BbRun *run)
{
  const BbSessions *sessions = run->sessions;
  if (sessions->n_items == 0)
    return;
  gint64 first_ms = sessions->items[0].arrival_ms,
         last_ms = sessions->items[sessions->n_items - 1].arrival_ms;
  gint64 quiet_days = (run->until_ms - last_ms) / BB_MS_PER_DAY;
  gsize next = bb_sessions_find (sessions, run->from_ms);
  g_autofree gchar *first = date_of (run, first_ms);
  g_autofree gchar *last = date_of (run, last_ms);
  g_autofree gchar *end = date_of (run, run->until_ms - 1);
  if (next == sessions->n_items || sessions->items[next].arrival_ms >= run->until_ms)
    warn (run,
          _ ("no session begins within the run: they begin from %s to %s; start the run there, or give the "
             "sessions of these days"),
          first, last);
  else if (quiet_days >= QUIET_DAYS)
    warn (run, _ ("the last session begins on %s, the run ends on %s: %d days without cars"), last, end,
          (gint) quiet_days);
}

static void
warn_of_sessions (BbRun *run)
{
  const BbSummary *summary = run->summary;
  guint before = 0;
  if (run->sessions == NULL) {
    warn (run, "%s", _ ("no sessions were given: nobody charged"));
    return;
  }
  warn_of_dates (run);
  for (gsize i = 0; i < run->sessions->n_items && run->sessions->items[i].arrival_ms < run->from_ms; i++)
    before += run->sessions->items[i].departure_ms > run->from_ms;
  if (before > 0)
    warn (run,
          ngettext ("%u session began before the run and was left out",
                    "%u sessions began before the run and were left out", before),
          before);
  if (summary->n_turned_away > 0)
    warn (run,
          ngettext ("%u session found no free station and counts as not served",
                    "%u sessions found no free station and count as not served", summary->n_turned_away),
          summary->n_turned_away);
  if (summary->n_open > 0)
    warn (run,
          ngettext ("%u session was still there when the run ended: its energy counts, its share does not",
                    "%u sessions were still there when the run ended: their energy counts, their shares do "
                    "not",
                    summary->n_open),
          summary->n_open);
}

static void
warn_of_options (BbRun *run)
{
  const BbSimOptions *options = run->options;
  if (run->unmanaged)
    warn (run, "%s", _ ("balancing was off: every station offered its maximum"));
  if (options->zero_minimum)
    warn (run, "%s", _ ("a minimum current of 0 A was assumed, which no vehicle accepts"));
  if (options->no_delays)
    warn (run, "%s", _ ("no delays: meters, stations and hold times were instant"));
  if (options->ideal_vehicle)
    warn (run, "%s", _ ("ideal vehicles: no reaction time, no taper near full"));
  if (options->step_ms > 1000)
    warn (run,
          _ ("steps of %" PRId64 " s: reaction times shorter than a step and peaks within a step are not "
             "covered"),
          options->step_ms / 1000);
  if (options->step_ms >= LONG_STEP_MS && !run->unmanaged)
    warn (run, "%s",
          _ ("every start and raise takes whole steps: the cars get less than with steps of 1 s, much less "
             "with steps of many minutes"));
}

void
bb_run_add_warnings (BbRun *run)
{
  warn_of_options (run);
  warn_of_feeds (run);
  warn_of_sessions (run);
}
