/* SPDX-License-Identifier: GPL-3.0-or-later */
/* run-warnings.c: what a reader of a result must know before believing it. */
#include "simulation/run-internal.h"

#include <glib/gi18n.h>

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

static void
warn_of_sessions (BbRun *run)
{
  guint before = 0;
  if (run->sessions == NULL) {
    warn (run, "%s", _ ("no sessions were given: nobody charged"));
    return;
  }
  for (gsize i = 0; i < run->sessions->n_items && run->sessions->items[i].arrival_ms < run->from_ms; i++)
    before += run->sessions->items[i].departure_ms > run->from_ms;
  if (before > 0)
    warn (run, _ ("%u sessions began before the run and were left out"), before);
  if (run->summary->n_turned_away > 0)
    warn (run, _ ("%u sessions found no free station and count as not served"), run->summary->n_turned_away);
  if (run->summary->n_open > 0)
    warn (run,
          _ ("%u sessions were still there when the run ended: their energy counts, their shares do not"),
          run->summary->n_open);
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
          _ ("steps of %" G_GINT64_FORMAT
             " s: reaction times shorter than a step and peaks within a step are not "
             "covered"),
          options->step_ms / 1000);
}

void
bb_run_add_warnings (BbRun *run)
{
  warn_of_options (run);
  warn_of_feeds (run);
  warn_of_sessions (run);
}
