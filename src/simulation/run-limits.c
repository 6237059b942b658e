/* SPDX-License-Identifier: GPL-3.0-or-later */
/* run-limits.c: which rows hold stations back, and how long: the time in which a row holds at least one, so
 * that ten stations that wait for one fuse do not count ten times. */
#include "simulation/run-internal.h"

/* L1 L2 L3, the total, none. */
#define ROW_PHASES 5

/* Rows in order: circuits, groups, the site; of each the phases; of each the limits. */
static guint
n_places (const BbRun *run)
{
  return run->config->config.n_circuits + run->config->config.n_groups + 1u;
}

/* -1: the reason is about no row, or the row does not hold. */
static gint32
row_of (const BbRun *run, const bbe_reason *reason)
{
  const bbe_config *config = &run->config->config;
  guint place = config->n_circuits + config->n_groups;

  if (reason->code != BBE_REASON_ROW && reason->code != BBE_REASON_NO_ROOM
      && reason->code != BBE_REASON_QUEUED)
    return -1;
  if (reason->place == BBE_PLACE_NONE || reason->limit >= BBE_LIMIT_COUNT)
    return -1;
  if (reason->place == BBE_PLACE_CIRCUIT)
    place = (guint) reason->index;
  else if (reason->place == BBE_PLACE_GROUP)
    place = config->n_circuits + (guint) reason->index;
  if (place >= n_places (run))
    return -1;
  guint phase = MIN ((guint) reason->phase, ROW_PHASES - 1);
  return (gint32) ((place * ROW_PHASES + phase) * BBE_LIMIT_COUNT + reason->limit);
}

void
bb_run_limits_init (BbRun *run)
{
  run->rows = g_new0 (BbRunRow, (gsize) n_places (run) * ROW_PHASES * BBE_LIMIT_COUNT);
  for (guint s = 0; s < run->config->config.n_stations; s++)
    run->stations[s].row = -1;
}

static void
leave (BbRun *run, BbRunRow *row)
{
  if (--row->n_held == 0)
    row->held_ms += run->now_ms - row->since_ms;
}

void
bb_run_limits_change (BbRun *run, guint station, const bbe_reason *reason)
{
  gint32 before = run->stations[station].row, now = row_of (run, reason);

  if (now == before)
    return;
  if (before >= 0)
    leave (run, &run->rows[before]);
  if (now >= 0 && run->rows[now].n_held++ == 0)
    run->rows[now].since_ms = run->now_ms;
  run->stations[station].row = now;
}

static void
add_time (BbRun *run, guint index)
{
  const bbe_config *config = &run->config->config;
  guint place = index / BBE_LIMIT_COUNT / ROW_PHASES, phase = index / BBE_LIMIT_COUNT % ROW_PHASES;
  BbLimitTime time = { .place = BBE_PLACE_SITE,
                       .phase = phase < ROW_PHASES - 1 ? (guint8) phase : 255,
                       .limit = (guint8) (index % BBE_LIMIT_COUNT),
                       .held_ms = run->rows[index].held_ms };

  if (place < config->n_circuits) {
    time.place = BBE_PLACE_CIRCUIT;
    time.id = g_strdup (run->config->circuit_ids[place]);
  } else if (place < (guint) config->n_circuits + config->n_groups) {
    time.place = BBE_PLACE_GROUP;
    time.id = g_strdup (run->config->group_ids[place - config->n_circuits]);
  }
  g_array_append_val (run->summary->limits, time);
}

/* Longest first; equal ones stay in the order of the rows. */
static gint
compare_times (gconstpointer a, gconstpointer b)
{
  const BbLimitTime *left = a, *right = b;

  return (left->held_ms < right->held_ms) - (left->held_ms > right->held_ms);
}

void
bb_run_limits_finish (BbRun *run)
{
  guint n = n_places (run) * ROW_PHASES * BBE_LIMIT_COUNT;

  run->summary->limits = bb_limit_times_new ();
  for (guint s = 0; s < run->config->config.n_stations; s++)
    if (run->stations[s].row >= 0)
      leave (run, &run->rows[run->stations[s].row]);
  for (guint i = 0; i < n; i++)
    if (run->rows[i].held_ms > 0)
      add_time (run, i);
  g_array_sort (run->summary->limits, compare_times); /* stable */
}
