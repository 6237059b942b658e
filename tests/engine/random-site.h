/* SPDX-License-Identifier: GPL-3.0-or-later */
/* random-site.h: random sites that bbe_init() accepts, and random days on them. */
#ifndef BBE_TEST_RANDOM_SITE_H
#define BBE_TEST_RANDOM_SITE_H

#include "plant.h"

typedef struct random_options {
  int max_stations; /* at most 32, so that small builds hold it */
  int max_circuits; /* at most 8 */
  bool plain;       /* fair groups in normal mode, no delays, known wiring, measured stations */
  bool measured;    /* all stations measured */
  bool steady;      /* only constant other load, no lost meters or stations, no signals */
} random_options;

/* Fills an empty kit; the plant's other load is chosen so that it alone respects each rating and its
 * declaration. kit_start() and plant_init() are done. False: refused (k->fault says why). */
bool random_site (kit *k, plant *w, kit_random *r, const random_options *options);

/* What happens in the next second: cars come, go, pause, draw less, finish; and, unless steady, other load
 * steps, meters and stations are lost and return, signals, overrides and load reductions change. */
void random_events (plant *w, kit_random *r, const random_options *options);

/* A step's inputs with no plant behind them: any reading, any state, nonsense included. */
void random_inputs (kit *k, kit_random *r);

#endif
