/* SPDX-License-Identifier: GPL-3.0-or-later */
/* kit.h: a site for the engine in a few lines, its inputs, and a step each second.
 *
 * Plain C11: the tests, the fuzz target, the bench and the cross-compiled trace program share it.
 * Build with kit_init(), kit_circuit(), kit_meter(), kit_group(), kit_station(), then change any field of
 * the tables before kit_start(). Later, change the inputs and call kit_step(). */
#ifndef BBE_TEST_KIT_H
#define BBE_TEST_KIT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "engine/engine.h"

#define KIT_CIRCUITS 10
#define KIT_METERS   8
#define KIT_GROUPS   8
#define KIT_STATIONS 128

/* Monday 2024-01-15 00:00:00 UTC: the start of a quarter hour, a day and a week. */
#define KIT_MONDAY_MS INT64_C (1705276800000)

typedef struct kit {
  bbe_config config;
  bbe_circuit_config circuits[KIT_CIRCUITS];
  bbe_meter_config meters[KIT_METERS];
  bbe_group_config groups[KIT_GROUPS];
  bbe_station_config stations[KIT_STATIONS];
  bbe_signal_config signals[BBE_MAX_SIGNALS];
  bool included_is_set; /* the test has set `included` itself */

  bbe_inputs in;
  bbe_meter_in meters_in[KIT_METERS];
  bbe_station_in stations_in[KIT_STATIONS];
  bbe_signal_in signals_in[BBE_MAX_SIGNALS];

  bbe_engine *engine;
  const bbe_outputs *out;
  bbe_fault fault;
} kit;

/* An empty site at mono 1,000,000 ms and wall KIT_MONDAY_MS. */
void kit_init (kit *k);
void kit_clear (kit *k);

/* All return the new part's index. */
int kit_circuit (kit *k, int parent, int32_t rating_ma);
int kit_meter (kit *k, int circuit);
int kit_group (kit *k, int circuit);
int kit_station (kit *k, int group, int n_phases, int first_phase);
int kit_signal (kit *k);

/* Checks the configuration; false: see `fault`. Stations count as included in each meter above them. */
bool kit_start (kit *k);

/* A car at the station: state B, authorised, answering. */
void kit_plug (kit *k, int station);

/* A fresh reading at the present time. */
void kit_read (kit *k, int meter, int32_t l1_ma, int32_t l2_ma, int32_t l3_ma);

/* Measured current of a station on its terminals; sets state C when any flows. */
void kit_draw (kit *k, int station, int32_t l1_ma, int32_t l2_ma, int32_t l3_ma);

/* One engine step at the present time, without moving it. */
const bbe_outputs *kit_step (kit *k);

/* Moves both clocks. */
void kit_advance (kit *k, int64_t ms);

/* True where `circuit` is `above` or hangs below it. */
bool kit_is_below (const kit *k, int circuit, int above);

/* Grid phases that the station can load with `phases` (1..3) in use. */
unsigned kit_wired_mask (const bbe_station_config *station, int phases);

/* ---- randomness: from a seed, or from bytes for the fuzzer ----------------------------------- */

typedef struct kit_random {
  uint64_t state;
  const uint8_t *bytes; /* NULL: the generator */
  size_t n_bytes;
  size_t at;
} kit_random;

uint64_t kit_random_next (kit_random *r);
int32_t kit_random_range (kit_random *r, int32_t low, int32_t high); /* both included */
bool kit_random_chance (kit_random *r, int32_t per_thousand);

#endif
