/* SPDX-License-Identifier: GPL-3.0-or-later */
/* input-cars.c: made-up charging sessions: each day's cars from a sequence of its own. Integers only. */
#include <glib/gi18n.h>
#include <math.h>
#include <stdlib.h>

#include "base/zone.h"
#include "simulation/input-random.h"
#include "simulation/input-synthetic.h"

#define MAX_CARS_PER_DAY 10000
#define MAX_SESSIONS     20000000
#define MAX_ENERGY_WH    200000
#define LEAST_ENERGY_WH  500
#define LEAST_STAY_MIN   15

typedef struct {
  const BbCarsSpec *spec;
  BbZone *zone;
  int64_t cars_milli;
  int64_t mean_wh, spread_wh;
  int64_t from_ms, to_ms;
  GArray *items;
} Maker;

static int
normal (BbRandom *random, int mean, int spread)
{
  return mean + (int) ((int64_t) spread * bb_random_normal_milli (random) / 1000);
}

/* Minutes after the day's midnight. A stay at home ends next morning; at weekends it may begin any time from
 * 9 o'clock on. */
static void
draw_stay (const Maker *maker, BbRandom *random, gboolean weekend, int *arrival_min, int *departure_min)
{
  switch (maker->spec->arrivals) {
  case BB_ARRIVALS_WORK:
    *arrival_min = normal (random, 495, 45);
    *departure_min = *arrival_min + normal (random, 480, 90);
    break;
  case BB_ARRIVALS_PUBLIC:
    *arrival_min = 540 + (int) bb_random_below (random, 720);
    *departure_min = *arrival_min + normal (random, 120, 60);
    break;
  case BB_ARRIVALS_HOME:
  default:
    *arrival_min = weekend ? 540 + (int) bb_random_below (random, 720) : normal (random, 1050, 120);
    *departure_min = 1440 + normal (random, 435, 60);
    break;
  }
  *arrival_min = CLAMP (*arrival_min, 0, 1439);
  *departure_min = MAX (*departure_min, *arrival_min + LEAST_STAY_MIN);
}

static void
add_car (Maker *maker, BbRandom *random, int64_t midnight_ms, gboolean weekend)
{
  BbSession session = { .station = -1, .arrival_soc_permille = -1 };
  int arrival_min, departure_min;
  int64_t energy_wh;

  draw_stay (maker, random, weekend, &arrival_min, &departure_min);
  energy_wh = maker->mean_wh + maker->spread_wh * bb_random_normal_milli (random) / 1000;
  session.energy_wh = (uint32_t) CLAMP (energy_wh, LEAST_ENERGY_WH, MAX_ENERGY_WH);
  session.phases = bb_random_below (random, 1000) < maker->spec->three_phase_permille ? 3 : 1;
  bb_zone_from_local (maker->zone, midnight_ms + arrival_min * BB_MS_PER_MINUTE, &session.arrival_ms, NULL);
  bb_zone_from_local (maker->zone, midnight_ms + departure_min * BB_MS_PER_MINUTE, &session.departure_ms,
                      NULL);
  if (session.arrival_ms < maker->from_ms || session.arrival_ms >= maker->to_ms
      || session.departure_ms <= session.arrival_ms)
    return;
  g_array_append_val (maker->items, session);
}

static void
add_day (Maker *maker, int64_t day)
{
  gboolean weekend = bb_local_weekday (day * BB_MS_PER_DAY) >= 5;
  BbRandom random;
  int64_t count;

  if (weekend && maker->spec->arrivals == BB_ARRIVALS_WORK)
    return;
  bb_random_init (&random, maker->spec->seed, (uint64_t) day);
  count
      = maker->cars_milli / 1000 + (bb_random_below (&random, 1000) < (uint32_t) (maker->cars_milli % 1000));
  for (int64_t i = 0; i < count; i++)
    add_car (maker, &random, day * BB_MS_PER_DAY, weekend);
}

static int
compare_arrivals (const void *a, const void *b)
{
  const BbSession *x = a, *y = b;

  if (x->arrival_ms != y->arrival_ms)
    return x->arrival_ms > y->arrival_ms ? 1 : -1;
  if (x->departure_ms != y->departure_ms)
    return x->departure_ms > y->departure_ms ? 1 : -1;
  if (x->energy_wh != y->energy_wh)
    return x->energy_wh > y->energy_wh ? 1 : -1;
  return (x->phases > y->phases) - (x->phases < y->phases);
}

static gboolean
check_spec (const BbCarsSpec *spec, int64_t from_ms, int64_t to_ms, GError **error)
{
  if (!(spec->cars_per_day >= 0 && spec->cars_per_day <= MAX_CARS_PER_DAY)
      || spec->energy_mean_wh > MAX_ENERGY_WH || spec->three_phase_permille > 1000
      || (unsigned int) spec->arrivals > BB_ARRIVALS_PUBLIC) {
    g_set_error (error, BB_INPUT_ERROR, BB_INPUT_ERROR_OPTION,
                 _ ("%g cars a day that want %.4g kWh each cannot be made up: at most %d cars and %d kWh"),
                 spec->cars_per_day, spec->energy_mean_wh / 1000.0, MAX_CARS_PER_DAY, MAX_ENERGY_WH / 1000);
    return FALSE;
  }
  if (to_ms < from_ms || (double) (to_ms - from_ms) / BB_MS_PER_DAY * spec->cars_per_day > MAX_SESSIONS) {
    g_set_error (error, BB_INPUT_ERROR, BB_INPUT_ERROR_OPTION,
                 _ ("more than %d sessions would be made up: fewer cars a day, or fewer days"), MAX_SESSIONS);
    return FALSE;
  }
  return TRUE;
}

static BbSessions *
finish (Maker *maker)
{
  BbSessions *sessions = g_new0 (BbSessions, 1);

  sessions->name = g_strdup_printf (_ ("%g cars a day"), maker->spec->cars_per_day);
  sessions->n_items = maker->items->len;
  sessions->items = (BbSession *) (gpointer) g_array_free (g_steal_pointer (&maker->items), FALSE);
  sessions->stations = g_new0 (char *, 1);
  sessions->ignored_columns = g_strdup ("");
  if (sessions->n_items > 1)
    qsort (sessions->items, sessions->n_items, sizeof *sessions->items, compare_arrivals);
  return sessions;
}

BbSessions *
bb_sessions_new_cars (const BbCarsSpec *spec, int64_t from_ms, int64_t to_ms, GError **error)
{
  Maker maker = { .spec = spec, .from_ms = from_ms, .to_ms = to_ms };
  g_autoptr (GError) local = NULL;
  g_autoptr (BbZone) zone = bb_zone_new (spec->zone, &local);
  int64_t last;

  if (zone == NULL) {
    g_set_error (error, BB_INPUT_ERROR, BB_INPUT_ERROR_OPTION, "%s", local->message);
    return NULL;
  }
  if (!check_spec (spec, from_ms, to_ms, error))
    return NULL;
  maker.zone = zone;
  maker.cars_milli = llround (spec->cars_per_day * 1000);
  maker.mean_wh = spec->energy_mean_wh > 0 ? spec->energy_mean_wh : 12000;
  maker.spread_wh
      = spec->energy_spread_wh > 0 ? MIN (spec->energy_spread_wh, MAX_ENERGY_WH) : maker.mean_wh / 2;
  maker.items = g_array_new (FALSE, FALSE, sizeof (BbSession));
  last = bb_floor_div (bb_zone_to_local (zone, to_ms), BB_MS_PER_DAY);
  for (int64_t day = bb_floor_div (bb_zone_to_local (zone, from_ms), BB_MS_PER_DAY); day <= last; day++)
    add_day (&maker, day);
  return finish (&maker);
}
