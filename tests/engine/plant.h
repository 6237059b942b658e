/* SPDX-License-Identifier: GPL-3.0-or-later */
/* plant.h: the world under the engine, small and plain: cars that follow their set-point after the station's
 * reaction time, other load, meters with interval and lag, contactors. It knows the true currents. */
#ifndef BBE_TEST_PLANT_H
#define BBE_TEST_PLANT_H

#include "kit.h"

/* Seconds of the past that are kept; longer than any reaction time or lag used here. */
#define PLANT_PAST 64

typedef struct plant_car {
  bool present;
  bool full;             /* wants no more */
  uint8_t uses;          /* bits: terminals of the station that it draws on */
  int32_t max_ma;        /* its own on-board limit */
  int64_t left;          /* second in which it left */
  int32_t draw_permille; /* how much of what it may it does draw now */
} plant_car;

typedef struct plant {
  kit *k;
  int64_t second;
  plant_car cars[KIT_STATIONS];
  bool lost[KIT_STATIONS];  /* hears nothing and says nothing; goes on with its last set-point */
  bool stuck[KIT_STATIONS]; /* the contactor does not move */
  int32_t command_ma[KIT_STATIONS][PLANT_PAST];
  uint8_t command_phases[KIT_STATIONS][PLANT_PAST];
  uint8_t contactor[KIT_STATIONS];   /* 1 or 3 */
  int32_t draw_ma[KIT_STATIONS][3];  /* on the terminals */
  int32_t other_ma[KIT_CIRCUITS][3]; /* directly on that circuit; negative: generation below the meter */
  int32_t pv_ma[KIT_CIRCUITS][3];    /* generation measured apart (positive), feeds this circuit */
  int32_t true_ma[KIT_CIRCUITS][3];
  int32_t past_ma[KIT_CIRCUITS][3][PLANT_PAST];
  bool meter_lost[KIT_METERS];
  bool clamp_open[KIT_METERS]; /* reads 0 */
  int32_t worst_over_ma;       /* true current over a rating, greatest so far */
  int64_t seconds_over;
} plant;

void plant_init (plant *w, kit *k);

/* A car arrives that uses the first `n_phases` terminals and draws all it may. */
void plant_arrive (plant *w, int station, int n_phases, int32_t max_ma);
void plant_leave (plant *w, int station);

/* One second: currents flow, meters and stations report, the engine steps, commands go out. */
const bbe_outputs *plant_second (plant *w);
void plant_seconds (plant *w, int n);

/* The two halves of a second, for tests that step two engines on one plant. */
void plant_sense (plant *w);
void plant_command (plant *w, const bbe_outputs *out);

/* Least over circuits and phases of rating - true current (negative: overloaded). */
int32_t plant_margin_ma (const plant *w);

#endif
