/* SPDX-License-Identifier: GPL-3.0-or-later */
/* bench-alloc.c: nanoseconds of one bbe_allocate(), for several sizes and scenarios. */
#include "cases.h"

#include <stdlib.h>
#include <string.h>

#define REPETITIONS 9
#define VARIANTS    16 /* all inputs differ from call to call, as they do in an engine's step */

typedef struct {
  const char *name;
  gint32 feeder_ma_per_station; /* what the feeders have for each station on them */
  guint8 balancer;
  gboolean steady; /* those served before are charging; else all wait */
  gboolean mixed;  /* minima, phases and wishes differ, a quarter of the stations on each of three feeders */
} Scenario;

static const Scenario scenarios[] = {
  { "everyone has its wish", 40000, BBE_FAIR, TRUE, FALSE },
  { "a row binds", 9000, BBE_FAIR, TRUE, FALSE },
  { "rows bind, all differ", 12000, BBE_FAIR, TRUE, TRUE },
  { "rows bind, queue", 12000, BBE_QUEUE, TRUE, TRUE },
  { "half fit, alike", 3500, BBE_FAIR, TRUE, FALSE },
  { "half fit, all differ", 3500, BBE_FAIR, TRUE, TRUE },
  { "half fit, all wait", 3500, BBE_FAIR, FALSE, TRUE },
};

/* Three feeders under a main fuse, one group, two nodes of the group's and the site's station rows. */
static void
build (AllocCase *self, const Scenario *scenario, guint n, AllocRandom *random)
{
  gint32 share_ma = scenario->feeder_ma_per_station * (gint32) n / 3;
  uint16_t root, feeder[3], group, site;

  alloc_case_clear (self);
  root = alloc_case_add_circuit (self, -1, share_ma * 29 / 10 + alloc_random_range (random, 0, 999));
  for (guint f = 0; f < 3; f++)
    feeder[f] = alloc_case_add_circuit (self, root, share_ma + alloc_random_range (random, 0, 999));
  group = alloc_case_add_circuit (self, -1, BBE_NO_LIMIT);
  site = alloc_case_add_circuit (self, -1, BBE_NO_LIMIT);
  for (guint i = 0; i < n; i++) {
    static const guint8 masks[] = { 7, 1, 7, 2, 7, 4 };
    gint32 min_ma = scenario->mixed ? alloc_random_range (random, 3, 5) * 2000 : 6000;
    gint32 max_ma = scenario->mixed ? alloc_random_range (random, 10000, 32000) : 16000;
    bbe_candidate *candidate
        = alloc_case_add (self, feeder[i % 3], scenario->mixed ? masks[i % 6] : 7, min_ma, max_ma, 100);

    candidate->waiting_since_ms = alloc_random_range (random, 0, 1000000);
    candidate->arrived_ms = alloc_random_range (random, 0, 1000000);
    candidate->balancer = scenario->balancer;
    alloc_case_extend_path (self, candidate, group);
    alloc_case_extend_path (self, candidate, site);
    candidate->path = self->paths[i % 3]; /* as the engine does: stations of one place share it */
  }
}

/* Those who got something charge from then on, as in the steady state of an engine. */
static void
settle (AllocCase *self, bbe_alloc_work *work, bbe_answer *answers)
{
  bbe_allocate (work, &self->problem, answers);
  for (guint i = 0; i < self->problem.n_candidates; i++) {
    self->candidates[i].running = answers[i].current_ma > 0;
    if (self->candidates[i].running)
      self->candidates[i].waiting_since_ms = G_MAXINT64;
  }
}

static int
compare_doubles (gconstpointer a, gconstpointer b)
{
  gdouble x = *(const gdouble *) a, y = *(const gdouble *) b;

  return (x > y) - (x < y);
}

static void
measure (const Scenario *scenario, guint n)
{
  g_autofree AllocCase *cases = g_new (AllocCase, VARIANTS);
  g_autofree bbe_alloc_work *work = g_new (bbe_alloc_work, 1);
  g_autofree bbe_answer *answers = g_new (bbe_answer, n);
  AllocRandom random = { 1 };
  gdouble ns[REPETITIONS];
  guint rounds = 1;
  guint64 sum = 0;

  for (guint v = 0; v < VARIANTS; v++)
    build (&cases[v], scenario, n, &random);
  for (guint v = 0; v < VARIANTS && scenario->steady; v++)
    settle (&cases[v], work, answers);
  for (guint r = 0; r < REPETITIONS; r++) {
    gint64 start = g_get_monotonic_time (), elapsed;

    for (guint k = 0; k < rounds; k++) {
      bbe_allocate (work, &cases[k % VARIANTS].problem, answers);
      sum += (guint64) answers[k % n].current_ma;
    }
    elapsed = g_get_monotonic_time () - start;
    ns[r] = (gdouble) elapsed * 1000 / rounds;
    if (r == 0 && elapsed < 20000) { /* until one repetition takes 20 ms */
      rounds *= 2;
      r--;
    }
  }
  qsort (ns, REPETITIONS, sizeof *ns, (int (*) (const void *, const void *)) compare_doubles);
  g_print ("alloc %-24s %4u candidates: %9.1f ns (min %.1f, max %.1f; sum %" G_GUINT64_FORMAT ")\n",
           scenario->name, n, ns[REPETITIONS / 2], ns[0], ns[REPETITIONS - 1], sum % 1000);
}

int
main (void)
{
  static const guint sizes[] = { 10, 20, 64, 100 };

  g_print ("alloc scratch: %zu bytes, %zu per station of this build\n", sizeof (bbe_alloc_work),
           sizeof (bbe_alloc_work) / BBE_MAX_STATIONS);
  for (guint s = 0; s < G_N_ELEMENTS (scenarios); s++)
    for (guint k = 0; k < G_N_ELEMENTS (sizes); k++)
      measure (&scenarios[s], sizes[k]);
  return EXIT_SUCCESS;
}
