/* SPDX-License-Identifier: GPL-3.0-or-later */
/* input-households.c: made-up homes: what stands by, light, and appliances switched on by chance.
 *
 * Per home and day: a stand-by load, a fridge that cycles, and each appliance of the table below as often as
 * its row says, at a normally distributed time. With the figures of the table a home uses 7.06 kWh a day
 * (2,580 kWh a year), in the range that European statistics give for homes without electric heat; another
 * yearly use scales stand-by and light in power and the appliances in number, so that their peaks stay real.
 * Each appliance of each home sits on one phase, dealt out in turn. Integers only. */
#include <glib/gi18n.h>
#include <string.h>

#include "simulation/input-minutes.h"
#include "simulation/input-random.h"
#include "simulation/input-synthetic.h"

#define MAX_HOUSEHOLDS 1000
#define MAX_ANNUAL_KWH 50000
/* Expected use of a home by the table, in Wh a day. */
#define TABLE_WH_PER_DAY 7062

typedef struct {
  int per_day_permille;
  int start_min, spread_min, weekend_min; /* mean start, its deviation, later by so much at weekends */
  int low_w, high_w, low_min, high_min;
  int tail_w, tail_min;  /* goes on with less */
  gboolean scales_power; /* with the yearly use: in power, else in number */
} Appliance;

static const Appliance appliances[] = {
  { 1000, 1030, 60, 0, 100, 300, 330, 360, 0, 0, TRUE },    /* light and media, evening */
  { 1000, 390, 30, 75, 100, 300, 45, 75, 0, 0, TRUE },      /* the same, morning */
  { 2000, 420, 45, 75, 1800, 2200, 2, 4, 0, 0, FALSE },     /* kettle, coffee */
  { 2000, 900, 200, 0, 1800, 2200, 2, 4, 0, 0, FALSE },     /* and later in the day */
  { 750, 1100, 50, 0, 1400, 2600, 20, 50, 0, 0, FALSE },    /* cooking, evening */
  { 400, 730, 40, 20, 1000, 2000, 10, 30, 0, 0, FALSE },    /* cooking, noon */
  { 350, 630, 180, 0, 1900, 2100, 18, 22, 250, 70, FALSE }, /* washing machine */
  { 550, 1185, 90, 0, 1900, 2100, 28, 32, 60, 60, FALSE },  /* dishwasher */
  { 250, 780, 200, 0, 2000, 2400, 40, 50, 0, 0, FALSE },    /* dryer */
  { 1000, 840, 200, 0, 400, 1200, 10, 30, 0, 0, FALSE },    /* vacuum cleaner, tools and the rest */
};

#define STANDBY_LOW_W  40
#define STANDBY_HIGH_W 120
#define FRIDGE_W       90
#define FRIDGE_MIN     45 /* one cycle, of which a third runs */

typedef struct {
  BbLoadSource parent;
  BbZone *zone;
  BbZoneCursor clock;
  uint32_t households;
  int64_t ratio_permille; /* yearly use to that of the table */
  uint64_t seed;
  int phases[3];
  unsigned int n_phases;
  gboolean have_day;
  int64_t day;       /* local days since 1970 */
  BbMinutes minutes; /* mW */
} Households;

static int
between (BbRandom *random, int low, int high)
{
  return low + (int) bb_random_below (random, (uint32_t) (high - low + 1));
}

/* Over midnight it goes on at the start of the same day: a day stands alone. */
static void
add_block (Households *homes, int phase, int start_min, int length_min, int64_t watts)
{
  for (int i = 0; i < length_min; i++) {
    int minute = (int) ((start_min + i) % BB_MINUTES_PER_DAY);

    homes->minutes[minute < 0 ? minute + BB_MINUTES_PER_DAY : minute][phase] += (int32_t) watts;
  }
}

static void
run_appliance (Households *homes, BbRandom *random, const Appliance *kind, int phase, gboolean weekend)
{
  int64_t power_permille = kind->scales_power ? homes->ratio_permille : 1000;
  int64_t often = kind->per_day_permille * (kind->scales_power ? 1000 : homes->ratio_permille) / 1000;
  int64_t times = often / 1000 + (bb_random_below (random, 1000) < (uint32_t) (often % 1000));

  for (int64_t i = 0; i < times; i++) {
    int start = kind->start_min + (weekend ? kind->weekend_min : 0)
                + (int) ((int64_t) kind->spread_min * bb_random_normal_milli (random) / 1000);
    int watts = between (random, kind->low_w, kind->high_w);
    int length = between (random, kind->low_min, kind->high_min);

    start = (start % BB_MINUTES_PER_DAY + BB_MINUTES_PER_DAY) % BB_MINUTES_PER_DAY;
    add_block (homes, phase, start, length, watts * power_permille / 1000);
    if (kind->tail_min > 0)
      add_block (homes, phase, start + length, kind->tail_min, kind->tail_w);
  }
}

/* What a home has all year round is drawn from its own sequence, the day's events from one of home and day.
 */
static void
add_home (Households *homes, uint32_t home, gboolean weekend)
{
  uint64_t own = bb_random_mix (homes->seed, home);
  BbRandom habits, events;
  int standby, offset;
  unsigned int turn = home;

  bb_random_init (&habits, own, UINT64_MAX);
  bb_random_init (&events, own, (uint64_t) homes->day);
  standby = between (&habits, STANDBY_LOW_W, STANDBY_HIGH_W);
  offset = between (&habits, 0, FRIDGE_MIN - 1);
  add_block (homes, homes->phases[turn++ % homes->n_phases], 0, BB_MINUTES_PER_DAY,
             standby * homes->ratio_permille / 1000);
  for (int minute = offset; minute < BB_MINUTES_PER_DAY; minute += FRIDGE_MIN)
    add_block (homes, homes->phases[turn % homes->n_phases], minute, FRIDGE_MIN / 3,
               FRIDGE_W * homes->ratio_permille / 1000);
  turn++;
  for (size_t i = 0; i < G_N_ELEMENTS (appliances); i++)
    run_appliance (homes, &events, &appliances[i], homes->phases[turn++ % homes->n_phases], weekend);
}

static void
make_day (Households *homes, int64_t day)
{
  gboolean weekend = bb_local_weekday (day * BB_MS_PER_DAY) >= 5;

  memset (homes->minutes, 0, sizeof homes->minutes);
  homes->day = day;
  homes->have_day = TRUE;
  for (uint32_t home = 0; home < homes->households; home++)
    add_home (homes, home, weekend);
  for (int minute = 0; minute < BB_MINUTES_PER_DAY; minute++)
    for (int p = 0; p < 3; p++)
      homes->minutes[minute][p] = MIN (homes->minutes[minute][p], INT32_MAX / 1000) * 1000;
}

static gboolean
households_seek (BbLoadSource *parent, int64_t t_ms, GError **error)
{
  Households *homes = (Households *) parent;
  int64_t offset_ms = (int64_t) bb_zone_cursor_offset_s (&homes->clock, t_ms) * 1000;
  int64_t day = bb_floor_div (t_ms + offset_ms, BB_MS_PER_DAY);
  int64_t day_ms = day * BB_MS_PER_DAY - offset_ms;

  if (!homes->have_day || day != homes->day)
    make_day (homes, day);
  bb_minutes_stretch (parent, homes->minutes, day_ms, (int) ((t_ms - day_ms) / BB_MS_PER_MINUTE));
  parent->from_ms = MAX (parent->from_ms, homes->clock.from_ms);
  parent->until_ms = MIN (parent->until_ms, homes->clock.until_ms);
  return TRUE;
}

static void
households_get_info (BbLoadSource *parent, BbLoadInfo *info)
{
  info->resolution_ms = BB_MS_PER_MINUTE;
  info->first_ms = INT64_MIN;
  info->end_ms = INT64_MAX;
  info->complete = TRUE;
}

static void
households_free (BbLoadSource *parent)
{
  Households *homes = (Households *) parent;

  bb_zone_unref (homes->zone);
  g_free (homes);
}

static const BbLoadSourceClass households_class = { households_seek, households_get_info, households_free };

BbLoadSource *
bb_load_new_households (const BbHouseholdsSpec *spec, GError **error)
{
  uint32_t annual_kwh = spec->annual_kwh > 0 ? spec->annual_kwh : 3000;
  g_autoptr (GError) local = NULL;
  Households *homes;
  BbZone *zone;

  if (spec->households < 1 || spec->households > MAX_HOUSEHOLDS || annual_kwh > MAX_ANNUAL_KWH) {
    g_set_error (error, BB_INPUT_ERROR, BB_INPUT_ERROR_OPTION,
                 _ ("%u homes of %u kWh a year: 1 to %d homes of up to %d kWh can be made up"),
                 spec->households, annual_kwh, MAX_HOUSEHOLDS, MAX_ANNUAL_KWH);
    return NULL;
  }
  zone = bb_zone_new (spec->zone, &local);
  if (zone == NULL) {
    g_set_error (error, BB_INPUT_ERROR, BB_INPUT_ERROR_OPTION, "%s", local->message);
    return NULL;
  }
  homes = g_new0 (Households, 1);
  homes->parent.klass = &households_class;
  homes->zone = zone;
  bb_zone_cursor_init (&homes->clock, zone);
  homes->households = spec->households;
  homes->ratio_permille = (int64_t) annual_kwh * 1000000 / 365 / TABLE_WH_PER_DAY;
  homes->seed = spec->seed;
  for (int p = 0; p < 3; p++)
    if ((spec->phases & 7) == 0 || (spec->phases >> p & 1) != 0)
      homes->phases[homes->n_phases++] = p;
  return &homes->parent;
}
