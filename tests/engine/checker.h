/* SPDX-License-Identifier: GPL-3.0-or-later */
/* checker.h: what must hold after every step, written naively, without a line shared with the engine.
 *
 * Each check answers true, or false with a sentence in `why`. The outputs are passed apart from the kit so
 * that a test can spoil a copy and see the check turn red. */
#ifndef BBE_TEST_CHECKER_H
#define BBE_TEST_CHECKER_H

#include "plant.h"

typedef struct check_why {
  char text[256];
} check_why;

/* Codes, phases and masks are in range; a set-point is 0 or in [minimum, maximum] on the step grid. */
bool check_values (const kit *k, const bbe_outputs *out, check_why *why);

/* No circuit row, group row or Locked signal is exceeded by the set-points of the commanded stations.
 * `w` tells which terminals the cars use; NULL: all that a station is committed on. */
bool check_rows (const kit *k, const plant *w, const bbe_outputs *out, check_why *why);

/* The greatest current that could flow if each car drew all it may now: no circuit above its rating.
 * Set-points and older set-points not yet obeyed, plus the plant's other load. */
bool check_plant (const plant *w, const bbe_outputs *out, check_why *why);

/* Max-min: no running station of a `fair` site can be raised without lowering one of its class with no more
 * than it has, up to one step. Judged on the targets against the shares that the engine reports. */
bool check_max_min (const kit *k, const bbe_outputs *out, check_why *why);

/* A station said to be held by a row of a circuit really can't get one more step on it. */
bool check_reasons (const kit *k, const bbe_outputs *out, check_why *why);

/* Values, rows and plant together. */
bool check_all (const plant *w, const bbe_outputs *out, check_why *why);

/* True where set-points, targets, phases and reasons are the same. */
bool check_same (const bbe_outputs *a, const bbe_outputs *b, check_why *why);

/* A copy of the outputs that a test may spoil. */
typedef struct check_copy {
  bbe_outputs out;
  bbe_station_out stations[KIT_STATIONS];
  bbe_circuit_out circuits[KIT_CIRCUITS];
} check_copy;

void check_copy_take (check_copy *copy, const bbe_outputs *out);

#endif
