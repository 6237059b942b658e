/* SPDX-License-Identifier: GPL-3.0-or-later */
/* fuzz-step.c: bytes become a configuration, a sequence of inputs and a spoiled saved state.
 *
 * Whatever they are: bbe_init() refuses or accepts, a step never fails, its answer is in range and exceeds no
 * row, a restored state is refused or safe. A libFuzzer target; runner.c feeds it the corpus as a plain test.
 */
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "checker.h"
#include "random-site.h"

int LLVMFuzzerTestOneInput (const uint8_t *data, size_t size);

#define MAX_STEPS 64

#define OFFSET32(type, field)                                                                                \
  {                                                                                                          \
    offsetof (type, field), 4                                                                                \
  }
#define OFFSET16(type, field)                                                                                \
  {                                                                                                          \
    offsetof (type, field), 2                                                                                \
  }
#define OFFSET8(type, field)                                                                                 \
  {                                                                                                          \
    offsetof (type, field), 1                                                                                \
  }

typedef struct {
  size_t offset;
  size_t size;
} field;

/* Numbers of a table that a byte may overwrite. Not the flags: a bool holds 0 or 1 by C's own rules. */
static const field circuit_fields[] = {
  OFFSET16 (bbe_circuit_config, parent),          OFFSET16 (bbe_circuit_config, meter),
  OFFSET16 (bbe_circuit_config, pv_meter),        OFFSET8 (bbe_circuit_config, phases),
  OFFSET32 (bbe_circuit_config, rating_ma[0]),    OFFSET32 (bbe_circuit_config, rating_ma[2]),
  OFFSET32 (bbe_circuit_config, supply_max_ma),   OFFSET32 (bbe_circuit_config, total_limit_w),
  OFFSET32 (bbe_circuit_config, other_load_ma),   OFFSET32 (bbe_circuit_config, reserve_ma),
  OFFSET32 (bbe_circuit_config, generation_ma),   OFFSET32 (bbe_circuit_config, unbalance_ma),
  OFFSET32 (bbe_circuit_config, peak.window_min), OFFSET32 (bbe_circuit_config, peak.initial_w),
};
static const field group_fields[] = {
  OFFSET16 (bbe_group_config, circuit),
  OFFSET8 (bbe_group_config, balancer),
  OFFSET8 (bbe_group_config, mode),
  OFFSET8 (bbe_group_config, n_windows),
  OFFSET16 (bbe_group_config, windows),
  OFFSET32 (bbe_group_config, online_ma),
  OFFSET32 (bbe_group_config, offline_ma),
  OFFSET32 (bbe_group_config, pause_threshold_ma),
  OFFSET32 (bbe_group_config, solar_start_ma),
  OFFSET32 (bbe_group_config, random_delay_max_ms),
  OFFSET32 (bbe_group_config, turn_ms),
  OFFSET32 (bbe_group_config, hold_up_ms),
  OFFSET32 (bbe_group_config, slope_ma_per_s),
  OFFSET32 (bbe_group_config, min_on_ms),
  OFFSET32 (bbe_group_config, solar_stop_delay_ms),
};
static const field station_fields[] = {
  OFFSET16 (bbe_station_config, circuit),     OFFSET16 (bbe_station_config, group),
  OFFSET8 (bbe_station_config, n_phases),     OFFSET8 (bbe_station_config, rotation),
  OFFSET8 (bbe_station_config, priority),     OFFSET32 (bbe_station_config, min_1p_ma),
  OFFSET32 (bbe_station_config, min_3p_ma),   OFFSET32 (bbe_station_config, max_ma),
  OFFSET32 (bbe_station_config, step_ma),     OFFSET32 (bbe_station_config, failsafe_ma),
  OFFSET32 (bbe_station_config, power_on_ma), OFFSET32 (bbe_station_config, held_ma),
  OFFSET32 (bbe_station_config, reaction_ms), OFFSET32 (bbe_station_config, reservation_ma),
};
static const field meter_fields[] = {
  OFFSET8 (bbe_meter_config, phases),
  OFFSET32 (bbe_meter_config, interval_ms),
  OFFSET32 (bbe_meter_config, lag_ms),
  OFFSET32 (bbe_meter_config, back_online_ms),
};

static void
overwrite (kit_random *r, void *table, size_t row_size, int n_rows, const field *fields, size_t n_fields)
{
  static const int32_t edges[] = { -1, 0, 1, 7, 255, 32767, 1000000, INT32_MAX, INT32_MIN };
  const field *chosen = &fields[kit_random_range (r, 0, (int32_t) n_fields - 1)];
  int row = kit_random_range (r, 0, n_rows - 1);
  int32_t value = edges[kit_random_range (r, 0, (int32_t) (sizeof edges / sizeof edges[0]) - 1)];

  if (n_rows > 0)
    memcpy ((char *) table + (size_t) row * row_size + chosen->offset, &value, chosen->size);
}

#define COUNT(fields) (sizeof (fields) / sizeof (fields)[0])

static void
spoil_config (kit *k, kit_random *r)
{
  switch (kit_random_range (r, 0, 3)) {
  case 0:
    overwrite (r, k->circuits, sizeof k->circuits[0], k->config.n_circuits, circuit_fields,
               COUNT (circuit_fields));
    break;
  case 1:
    overwrite (r, k->groups, sizeof k->groups[0], k->config.n_groups, group_fields, COUNT (group_fields));
    break;
  case 2:
    overwrite (r, k->stations, sizeof k->stations[0], k->config.n_stations, station_fields,
               COUNT (station_fields));
    break;
  default:
    overwrite (r, k->meters, sizeof k->meters[0], k->config.n_meters, meter_fields, COUNT (meter_fields));
    break;
  }
}

static void
expect (bool holds, const check_why *why)
{
  if (holds)
    return;
  fprintf (stderr, "fuzz-step: %s\n", why->text);
  abort ();
}

/* Saves, spoils some bytes, restores: refused, or an engine that steps as safely. */
static void
spoil_state (kit *k, kit_random *r)
{
  static unsigned char buffer[1 << 20];
  size_t size = bbe_save_size (k->engine);
  check_why why = { "" };

  if (size == 0 || size > sizeof buffer)
    abort ();
  bbe_save (k->engine, buffer, size);
  for (int i = kit_random_range (r, 0, 3); i > 0; i--)
    buffer[(uint64_t) kit_random_next (r) % size] ^= (unsigned char) kit_random_next (r);
  if (bbe_init (k->engine, &k->config, NULL) != BBE_OK)
    abort ();
  bbe_restore (k->engine, buffer, size);
  kit_step (k);
  expect (check_values (k, k->out, &why) && check_rows (k, NULL, k->out, &why), &why);
}

static void
step_through (kit *k, plant *w, kit_random *r, const random_options *options, bool spoiled)
{
  int64_t latest = k->in.mono_ms;
  check_why why = { "" };

  for (int i = 0; i < MAX_STEPS && r->at < r->n_bytes; i++) {
    if (kit_random_chance (r, 300) || spoiled) {
      random_inputs (k, r);
      kit_step (k);
    } else {
      random_events (w, r, options);
      plant_second (w);
    }
    /* The engine treats an earlier time as the last one. */
    latest = k->in.mono_ms > latest ? k->in.mono_ms : latest;
    k->in.mono_ms = latest;
    expect (check_values (k, k->out, &why) && check_rows (k, NULL, k->out, &why), &why);
  }
}

int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
  static const random_options options = { .max_stations = 12, .max_circuits = 5 };
  static kit k;
  static plant w;
  kit_random r = { .bytes = data, .n_bytes = size };
  bool spoiled, accepted;

  kit_init (&k);
  spoiled = kit_random_chance (&r, 500);
  accepted = random_site (&k, &w, &r, &options);
  if (accepted && spoiled) {
    for (int i = kit_random_range (&r, 1, 3); i > 0; i--)
      spoil_config (&k, &r);
    accepted = bbe_init (k.engine, &k.config, &k.fault) == BBE_OK;
    if (!accepted && (k.fault.status == BBE_OK || k.fault.table == NULL || k.fault.rule == NULL))
      abort ();
  }
  if (accepted) {
    step_through (&k, &w, &r, &options, spoiled);
    if (k.out != NULL)
      spoil_state (&k, &r);
  }
  kit_clear (&k);
  return 0;
}
