/* SPDX-License-Identifier: GPL-3.0-or-later */
/* simulate-options.h: the options that `simulate` and `plan` share, made into those of a run. */
#pragma once

#include "base/zone.h"
#include "simulation/run.h"

G_BEGIN_DECLS

#define CLI_UNSET        G_MININT64
#define CLI_UNSET_NUMBER (-G_MAXDOUBLE)

/* What was chosen on the command line; what was not is as the site says. */
typedef struct CliChoices {
  char *load, *pv, *sessions, *scenario; /* (owned) (nullable): files */
  char *from;                            /* (owned) (nullable) */
  double days, step, power_factor;       /* CLI_UNSET_NUMBER: not chosen */
  gint64 seed;                           /* CLI_UNSET: not chosen */
  gboolean repeat, zero_minimum, no_delays, ideal_vehicle;
} CliChoices;

#define CLI_CHOICES_INIT                                                                                     \
  {                                                                                                          \
    .days = CLI_UNSET_NUMBER, .step = CLI_UNSET_NUMBER, .power_factor = CLI_UNSET_NUMBER, .seed = CLI_UNSET  \
  }

void cli_choices_clear (CliChoices *choices);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (CliChoices, cli_choices_clear)

/* Option entries: `own` (ended by a null entry) first, then the shared ones. (transfer container) */
GOptionEntry *cli_choices_entries (CliChoices *choices, const GOptionEntry *own);

/* Checks what can be wrong without looking at a file; complains. */
gboolean cli_choices_make_sense (const CliChoices *choices);

/* "fair" .. "deadline", "none", "site"; complains about others. */
gboolean cli_find_balancer (const char *name, int *balancer);

/* Reads a site and runs the checker over it; an error of either. */
BbSite *cli_load_checked_site (const char *path, GError **error);

/* The run that was chosen. (transfer full) */
BbSimOptions *cli_choices_to_options (const CliChoices *choices, BbSite *site, BbZone *zone, GError **error);

/* Adds the site's inputs and scenario, and those that were chosen, to options whose times are set. */
gboolean cli_choices_add_inputs (BbSimOptions *options, const CliChoices *choices, BbZone *zone,
                                 GError **error);

/* Which inputs were chosen, as a JSON object for BbSimOptions.origin (transfer full), and back into choices
 * that are empty. */
char *cli_choices_to_origin (const CliChoices *choices);
void cli_choices_take_origin (CliChoices *choices, JsonNode *origin);

/* ---- progress on a terminal ---- */

typedef struct CliProgress {
  int shown; /* per cent, -1: nothing yet */
} CliProgress;

#define CLI_PROGRESS_INIT                                                                                    \
  {                                                                                                          \
    -1                                                                                                       \
  }

/* For bb_sim_run(), with a CliProgress as its data; NULL where standard error is no terminal. */
BbSimProgress cli_progress_function (void);
/* Wipes the line. */
void cli_progress_end (CliProgress *progress);

G_END_DECLS
