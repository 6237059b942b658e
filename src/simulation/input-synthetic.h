/* SPDX-License-Identifier: GPL-3.0-or-later */
/* input-synthetic.h: made-up households, sun and cars from a few plain numbers, for planning without data.
 *
 * Values depend on the seed and the time alone (not on the order of queries), are whole watts, and are the
 * same bits on every machine.
 */
#ifndef BB_INPUT_SYNTHETIC_H
#define BB_INPUT_SYNTHETIC_H

#include "simulation/input-load.h"
#include "simulation/input-sessions.h"

G_BEGIN_DECLS

/* `households` homes, dealt out over `phases` (bits; 0: all three), each with a stand-by load, a fridge,
 * evening-heavy lighting and appliances, and cooking: about 3,000 kWh a year each unless `annual_kwh` says
 * otherwise. One-minute steps, by the local clock of `zone`. */
typedef struct {
  uint32_t households; /* 1..1000 */
  uint32_t annual_kwh; /* per home; 0: 3000; up to 50,000 */
  uint8_t phases;
  const char *zone; /* as in BbInputOptions */
  uint64_t seed;
} BbHouseholdsSpec;

BbLoadSource *bb_load_new_households (const BbHouseholdsSpec *spec, GError **error);

typedef enum { BB_WEATHER_CLEAR, BB_WEATHER_MIXED, BB_WEATHER_OVERCAST } BbWeather;

/* A PV plant: clear-sky global irradiance (Haurwitz 1945) of the sun's elevation (Spencer 1971), turned into
 * AC power by peak power and a fixed performance ratio, under seeded clouds. One-minute steps. */
typedef struct {
  uint32_t peak_w;      /* kWp x 1000, up to 2,000,000 per phase that it feeds */
  double latitude_deg;  /* north positive */
  double longitude_deg; /* east positive */
  BbWeather weather;
  uint8_t phases; /* that the inverter feeds; 0: all three */
  uint64_t seed;
} BbPvSpec;

BbLoadSource *bb_load_new_pv (const BbPvSpec *spec, GError **error);

/* The same on all phases for ever: mW or mA. */
BbLoadSource *bb_load_new_constant (BbInputUnit unit, const int32_t value_m[3]);

typedef enum {
  BB_ARRIVALS_HOME,   /* evening: 17:30 +- 2 h, until 07:15 +- 1 h next day; at weekends all day */
  BB_ARRIVALS_WORK,   /* 08:15 +- 45 min, for 8 h +- 1.5 h; Monday to Friday */
  BB_ARRIVALS_PUBLIC, /* 09:00 to 21:00 alike, for 2 h +- 1 h */
} BbArrivals;

typedef struct {
  double cars_per_day; /* mean, up to 10,000: each day's count is the whole part, and one more by chance */
  BbArrivals arrivals;
  uint32_t energy_mean_wh;       /* 0: 12,000 */
  uint32_t energy_spread_wh;     /* standard deviation; 0: half the mean */
  uint32_t three_phase_permille; /* share of three-phase cars; the others charge on one */
  const char *zone;
  uint64_t seed;
} BbCarsSpec;

/* The sessions that arrive in [from_ms, to_ms), whichever part of it one asks for. */
BbSessions *bb_sessions_new_cars (const BbCarsSpec *spec, int64_t from_ms, int64_t to_ms, GError **error);

G_END_DECLS

#endif
