/* SPDX-License-Identifier: GPL-3.0-or-later */
/* input-pv.c: a made-up PV plant: where the sun stands, what comes through a clear sky, and clouds.
 *
 * Sun: declination and equation of time by the Fourier series of J. W. Spencer, "Fourier series
 * representation of the position of the sun", Search 2(5), 1971. Clear sky: global horizontal irradiance 1098
 * cos(z) exp(-0.059 / cos(z)) W/m2 of B. Haurwitz, "Insolation in relation to cloudiness and cloud density",
 * Journal of Meteorology 2, 1945, with the coefficients of Reno, Hansen and Stein, SAND2012-2389, 2012.
 * Clouds: a two-state Markov chain in steps of a minute. The modules lie flat; 85 % of the irradiance's share
 * of 1000 W/m2 becomes AC power.
 *
 * All in integers (Q30 fixed point), because no two libraries agree on the last bit of sin() and exp(). */
#include <glib/gi18n.h>
#include <math.h>
#include <string.h>

#include "simulation/input-minutes.h"
#include "simulation/input-random.h"
#include "simulation/input-synthetic.h"

#define ONE                  (INT64_C (1) << 30)
#define PERFORMANCE_PERMILLE 850
#define MAX_PEAK_W_PER_PHASE 2000000
/* The sun within 0.7 degrees of the horizon counts as set: 0.1 W/m2. */
#define LOWEST_COSINE (ONE / 80)

typedef struct {
  BbLoadSource parent;
  BbPvSpec spec;
  int64_t longitude_ms; /* of solar time before UTC */
  int64_t sin_latitude, cos_latitude;
  unsigned int n_phases;
  gboolean have_day;
  int64_t day; /* solar days since 1970 */
  BbMinutes minutes;
} Pv;

static int64_t
times (int64_t a, int64_t b)
{
  return a * b / ONE;
}

/* Value of a polynomial, lowest coefficient first. */
static int64_t
polynomial (const int64_t *coefficients, size_t n, int64_t x)
{
  int64_t sum = 0;

  while (n-- > 0)
    sum = times (sum, x) + coefficients[n];
  return sum;
}

/* Sine of an angle in turns / 2^32: the Taylor series of sin (pi/2 z) for z in 0..1, right to 6e-8. */
static int64_t
sine (uint32_t angle)
{
  static const int64_t series[] = { 1686629713, -693598669, 85569306, -5026995, 172272, -3864 };
  int64_t z = angle & 0x3fffffff;
  int64_t value;

  if ((angle & 0x40000000) != 0)
    z = ONE - z;
  value = times (z, polynomial (series, G_N_ELEMENTS (series), times (z, z)));
  return (angle & 0x80000000) != 0 ? -value : value;
}

static int64_t
cosine (uint32_t angle)
{
  return sine (angle + 0x40000000);
}

/* e^-x for x of 0..5: 2^-n times the Taylor series of 2^-f. */
static int64_t
exp_minus (int64_t x)
{
  static const int64_t series[]
      = { 1073741824, -744261118, 257941305, -59597066, 10327389, -1431679, 165393, -16377 };
  int64_t y = times (x, 1549082005); /* x / ln 2 */

  return polynomial (series, G_N_ELEMENTS (series), y % ONE) >> (y / ONE);
}

/* Fourier series c0 + c1 cos a + c2 sin a + c3 cos 2a + ... */
static int64_t
fourier (const int64_t *c, size_t n, uint32_t angle)
{
  int64_t sum = c[0];

  for (size_t i = 1; i < n; i++) {
    uint32_t multiple = angle * (uint32_t) ((i + 1) / 2);

    sum += times (c[i], i % 2 == 1 ? cosine (multiple) : sine (multiple));
  }
  return sum;
}

typedef struct {
  int64_t sin_declination, cos_declination;
  int64_t equation_ms; /* sun dial before clock */
} SunDay;

static SunDay
sun_of_day (int64_t day)
{
  /* radians; and of 229.18 min */
  static const int64_t declination[] = { 7428146, -429402240, 75437879, -7256347, 973884, -2895882, 1589138 };
  static const int64_t equation[] = { 80531, 2005750, -34442416, -15692737, -43861280 };
  BbLocalTime date;
  int64_t first_ms;
  uint32_t year_angle, angle;
  SunDay sun;

  bb_local_split (day * BB_MS_PER_DAY, &date);
  date = (BbLocalTime){ .year = date.year, .month = 1, .day = 1 };
  bb_local_join (&date, &first_ms);
  year_angle = (uint32_t) (((day - bb_floor_div (first_ms, BB_MS_PER_DAY)) << 32) / 365);
  /* Radians Q30 to turns / 2^32: x 2^32 / (2 pi). */
  angle = (uint32_t) times (fourier (declination, G_N_ELEMENTS (declination), year_angle), 683565276);
  sun.sin_declination = sine (angle);
  sun.cos_declination = cosine (angle);
  sun.equation_ms = times (fourier (equation, G_N_ELEMENTS (equation), year_angle), 13750800);
  return sun;
}

/* mW/m2 at so many ms of mean solar time after midnight. */
static int64_t
clear_sky (const Pv *pv, const SunDay *sun, int64_t solar_ms)
{
  int64_t hour_ms = solar_ms + sun->equation_ms + BB_MS_PER_DAY / 2;
  uint32_t hour_angle = (uint32_t) (((hour_ms % BB_MS_PER_DAY) << 32) / BB_MS_PER_DAY);
  int64_t cos_zenith = times (pv->sin_latitude, sun->sin_declination)
                       + times (times (pv->cos_latitude, sun->cos_declination), cosine (hour_angle));

  if (cos_zenith < LOWEST_COSINE)
    return 0;
  return 1098000 * times (cos_zenith, exp_minus (63350768 * ONE / cos_zenith)) / ONE; /* 0.059 in Q30 */
}

/* ---- clouds ---- */

typedef struct {
  BbRandom random;
  BbWeather weather;
  gboolean cloudy;
  int target, level; /* permille of the clear sky */
} Sky;

static void
sky_init (Sky *sky, const BbPvSpec *spec, int64_t day)
{
  bb_random_init (&sky->random, spec->seed, (uint64_t) day);
  sky->weather = spec->weather;
  sky->cloudy = spec->weather == BB_WEATHER_OVERCAST || bb_random_below (&sky->random, 23) < 9;
  sky->target = sky->level = sky->cloudy ? 300 : 1000;
}

/* Broken clouds: on average 14 min of sun, brighter than clear at the cloud's edge, then 9 min of shade. */
static void
sky_mixed (Sky *sky)
{
  if (bb_random_below (&sky->random, sky->cloudy ? 9 : 14) == 0) {
    sky->cloudy = !sky->cloudy;
    sky->target = sky->cloudy ? 250 + (int) bb_random_below (&sky->random, 301)
                              : 1000 + (int) bb_random_below (&sky->random, 81);
  } else if (!sky->cloudy) {
    sky->target -= (sky->target - 980) / 2;
  }
  sky->level += (sky->target - sky->level) / 2;
}

/* A closed layer whose thickness changes every 20 min or so. */
static void
sky_overcast (Sky *sky)
{
  if (bb_random_below (&sky->random, 20) == 0)
    sky->target = 120 + (int) bb_random_below (&sky->random, 231);
  sky->level += (sky->target - sky->level) / 8;
}

static int
sky_next (Sky *sky)
{
  if (sky->weather == BB_WEATHER_MIXED)
    sky_mixed (sky);
  else if (sky->weather == BB_WEATHER_OVERCAST)
    sky_overcast (sky);
  return sky->weather == BB_WEATHER_CLEAR ? 1000 : sky->level;
}

/* ---- the source ---- */

static int64_t
ac_power_w (const Pv *pv, int64_t irradiance_mw, int permille)
{
  int64_t dc_w = pv->spec.peak_w * irradiance_mw / 1000000;

  return MIN (dc_w * PERFORMANCE_PERMILLE * permille / 1000000, (int64_t) pv->spec.peak_w);
}

/* Whole watts on each phase; what does not divide is lost (2 W at most). */
static void
make_day (Pv *pv, int64_t day)
{
  SunDay sun = sun_of_day (day);
  Sky sky;

  sky_init (&sky, &pv->spec, day);
  for (int minute = 0; minute < BB_MINUTES_PER_DAY; minute++) {
    int64_t middle_ms = minute * BB_MS_PER_MINUTE + BB_MS_PER_MINUTE / 2;
    int64_t power_w = ac_power_w (pv, clear_sky (pv, &sun, middle_ms), sky_next (&sky));

    for (int p = 0; p < 3; p++)
      pv->minutes[minute][p]
          = (pv->spec.phases >> p & 1) != 0 ? (int32_t) (power_w / (int64_t) pv->n_phases) * 1000 : 0;
  }
  pv->day = day;
  pv->have_day = TRUE;
}

static gboolean
pv_seek (BbLoadSource *parent, int64_t t_ms, GError **error)
{
  Pv *pv = (Pv *) parent;
  int64_t day = bb_floor_div (t_ms + pv->longitude_ms, BB_MS_PER_DAY);
  int64_t day_ms = day * BB_MS_PER_DAY - pv->longitude_ms;

  if (!pv->have_day || day != pv->day)
    make_day (pv, day);
  bb_minutes_stretch (parent, pv->minutes, day_ms, (int) ((t_ms - day_ms) / BB_MS_PER_MINUTE));
  return TRUE;
}

static void
pv_get_info (BbLoadSource *parent, BbLoadInfo *info)
{
  info->resolution_ms = BB_MS_PER_MINUTE;
  info->first_ms = INT64_MIN;
  info->end_ms = INT64_MAX;
  info->complete = TRUE;
}

static void
pv_free (BbLoadSource *parent)
{
  g_free (parent);
}

static const BbLoadSourceClass pv_class = { pv_seek, pv_get_info, pv_free };

static gboolean
check_spec (const BbPvSpec *spec, unsigned int n_phases, GError **error)
{
  if (!(fabs (spec->latitude_deg) <= 90) || !(fabs (spec->longitude_deg) <= 180)) {
    g_set_error (error, BB_INPUT_ERROR, BB_INPUT_ERROR_OPTION,
                 _ ("latitude %g, longitude %g: not a place on Earth"), spec->latitude_deg,
                 spec->longitude_deg);
    return FALSE;
  }
  if (spec->peak_w > MAX_PEAK_W_PER_PHASE * n_phases || (unsigned int) spec->weather > BB_WEATHER_OVERCAST) {
    g_set_error (error, BB_INPUT_ERROR, BB_INPUT_ERROR_OPTION,
                 _ ("a PV plant of %u Wp cannot be made up: at most %u on %u phases"), spec->peak_w,
                 MAX_PEAK_W_PER_PHASE * n_phases, n_phases);
    return FALSE;
  }
  return TRUE;
}

BbLoadSource *
bb_load_new_pv (const BbPvSpec *spec, GError **error)
{
  uint8_t phases = (spec->phases & 7) != 0 ? spec->phases & 7 : 7;
  unsigned int n_phases = (phases & 1u) + (phases >> 1 & 1u) + (phases >> 2 & 1u);
  int64_t latitude_udeg;
  Pv *pv;

  if (!check_spec (spec, n_phases, error))
    return NULL;
  pv = g_new0 (Pv, 1);
  pv->parent.klass = &pv_class;
  pv->spec = *spec;
  pv->spec.phases = phases;
  pv->n_phases = n_phases;
  /* 240 s a degree. */
  pv->longitude_ms = llround (spec->longitude_deg * 240000);
  latitude_udeg = llround (spec->latitude_deg * 1000000);
  pv->sin_latitude = sine ((uint32_t) ((latitude_udeg * (INT64_C (1) << 32)) / 360000000));
  pv->cos_latitude = cosine ((uint32_t) ((latitude_udeg * (INT64_C (1) << 32)) / 360000000));
  return &pv->parent;
}
