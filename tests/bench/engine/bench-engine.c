/* SPDX-License-Identifier: GPL-3.0-or-later */
/* bench-engine.c: what a step costs.
 *
 * usage: bench-engine                          prints ns per step and bytes of state
 *        bench-engine STATIONS STEPS KIND      runs that many steps, to be counted by callgrind;
 *                                              KIND is `changing` or `quiet` */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "plant.h"

#define REPETITIONS  15
#define SETS         64
#define WARM_SECONDS 200

static int64_t
now_ns (void)
{
  struct timespec t;

  clock_gettime (CLOCK_MONOTONIC, &t);
  return (int64_t) t.tv_sec * 1000000000 + t.tv_nsec;
}

/* A three-phase site with a garage on a feeder of its own: mixed cars, all charging, not enough for all. */
static void
make_site (kit *k, plant *w, int n)
{
  int root, garage, house_group, garage_group;

  kit_init (k);
  root = kit_circuit (k, -1, 8000 * n);
  garage = kit_circuit (k, root, 5000 * n);
  kit_meter (k, root);
  k->circuits[garage].stations_only = true;
  house_group = kit_group (k, root);
  garage_group = kit_group (k, garage);
  for (int s = 0; s < n; s++)
    kit_station (k, s % 3 == 0 ? house_group : garage_group, s % 4 == 0 ? 1 : 3, s % 3);
  if (!kit_start (k)) {
    fprintf (stderr, "bench-engine: refused: %s.%s: %s\n", k->fault.table, k->fault.field, k->fault.rule);
    exit (1);
  }
  plant_init (w, k);
  for (int s = 0; s < n; s++)
    plant_arrive (w, s, 3, 32000);
  plant_seconds (w, WARM_SECONDS);
}

/* The inputs that steps cycle through, recorded from the plant: the house goes up and down, all cars take
 * nearly what they are given, so that each meter reading and each measured current differs from the last. */
static bbe_meter_in meters[SETS][KIT_METERS];
static bbe_station_in stations[SETS][KIT_STATIONS];

static void
make_sets (kit *k, plant *w)
{
  kit_random r = { .state = 42 };
  int n = k->config.n_stations;

  for (int i = 0; i < 3 * SETS; i++) {
    int wave = i % SETS < SETS / 2 ? i % SETS : SETS - i % SETS;

    for (int p = 0; p < 3; p++)
      w->other_ma[0][p] = 1000 * n + wave * 100 + kit_random_range (&r, 0, 50);
    for (int s = 0; s < n; s++)
      w->cars[s].draw_permille = kit_random_range (&r, 985, 1000);
    plant_second (w);
    memcpy (meters[i % SETS], k->meters_in, sizeof meters[0]);
    memcpy (stations[i % SETS], k->stations_in, sizeof stations[0]);
  }
}

static void
steps (kit *k, int64_t n, bool changing)
{
  for (int64_t i = 0; i < n; i++) {
    int set = changing ? (int) (i % SETS) : 0;

    kit_advance (k, 1000);
    meters[set][0].taken_ms = k->in.mono_ms;
    k->in.meters = meters[set];
    k->in.stations = stations[set];
    kit_step (k);
  }
}

/* A bench of a site at rest, or in fail-safe, would measure nothing. */
static void
expect_running (const kit *k)
{
  int running = 0;

  for (int s = 0; s < k->config.n_stations; s++)
    running += k->out->stations[s].setpoint_ma > 0;
  if (running < k->config.n_stations / 4 || k->out->circuits[0].failsafe) {
    fprintf (stderr, "bench-engine: only %d of %d stations run\n", running, k->config.n_stations);
    exit (1);
  }
}

static int
compare (const void *a, const void *b)
{
  double x = *(const double *) a;
  double y = *(const double *) b;

  return (x > y) - (x < y);
}

/* Median over the repetitions. */
static double
ns_per_step (int n, bool changing)
{
  static kit k;
  static plant w;
  double ns[REPETITIONS];
  int64_t count = changing ? 400000 / n : 4000000 / n;

  make_site (&k, &w, n);
  make_sets (&k, &w);
  steps (&k, count / 4, changing);
  for (int i = 0; i < REPETITIONS; i++) {
    int64_t start = now_ns ();

    steps (&k, count, changing);
    ns[i] = (double) (now_ns () - start) / (double) count;
  }
  expect_running (&k);
  kit_clear (&k);
  qsort (ns, REPETITIONS, sizeof ns[0], compare);
  return ns[REPETITIONS / 2];
}

static size_t
saved_bytes (int n)
{
  static kit k;
  static plant w;
  size_t size;

  make_site (&k, &w, n);
  size = bbe_save_size (k.engine);
  kit_clear (&k);
  return size;
}

static int
count_only (int n, int64_t count, bool changing)
{
  static kit k;
  static plant w;

  make_site (&k, &w, n);
  make_sets (&k, &w);
  steps (&k, count, changing);
  expect_running (&k);
  kit_clear (&k);
  return 0;
}

int
main (int argc, char **argv)
{
  static const int sizes[] = { 20, 100 };

  if (argc == 4)
    return count_only (atoi (argv[1]), atoll (argv[2]), strcmp (argv[3], "changing") == 0);
  for (int i = 0; i < 2; i++)
    printf ("step, %3d stations, all inputs changing  %8.0f ns\n", sizes[i], ns_per_step (sizes[i], true));
  for (int i = 0; i < 2; i++)
    printf ("step, %3d stations, unchanged inputs     %8.0f ns\n", sizes[i], ns_per_step (sizes[i], false));
  printf ("engine of %d stations, %d circuits       %8zu bytes, %zu per station\n", BBE_MAX_STATIONS,
          BBE_MAX_CIRCUITS, bbe_sizeof (), bbe_sizeof () / BBE_MAX_STATIONS);
  printf ("saved state, per station                 %8zu bytes\n",
          (saved_bytes (100) - saved_bytes (20)) / 80);
  return 0;
}
