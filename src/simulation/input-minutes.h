/* SPDX-License-Identifier: GPL-3.0-or-later */
/* input-minutes.h: a day of made-up values, one per minute, as stretches of a source. */
#ifndef BB_INPUT_MINUTES_H
#define BB_INPUT_MINUTES_H

#include "base/zone.h"
#include "simulation/input-load.h"

#define BB_MINUTES_PER_DAY 1440

typedef int32_t BbMinutes[BB_MINUTES_PER_DAY][3];

/* Makes the stretch of `source` that begins at `minute` of the day that starts at day_ms, as long as the
 * minutes that follow say the same. */
static inline void
bb_minutes_stretch (BbLoadSource *source, const BbMinutes minutes, int64_t day_ms, int minute)
{
  int end = minute + 1;

  for (int p = 0; p < 3; p++)
    source->value_m[p] = minutes[minute][p];
  while (end < BB_MINUTES_PER_DAY && minutes[end][0] == source->value_m[0]
         && minutes[end][1] == source->value_m[1] && minutes[end][2] == source->value_m[2])
    end++;
  source->from_ms = day_ms + minute * BB_MS_PER_MINUTE;
  source->until_ms = day_ms + end * BB_MS_PER_MINUTE;
}

#endif
