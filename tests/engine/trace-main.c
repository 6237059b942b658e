/* SPDX-License-Identifier: GPL-3.0-or-later */
/* trace-main.c: a random trace through the engine, printed as one hash of all outputs.
 *
 * usage: trace-main [STEPS]. Plain C11 and stdio: built by every compiler and for every target, in two
 * capacities; all must print the same line. Sites stay within 32 stations and 8 circuits. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "random-site.h"

#define STEPS_PER_SITE 1000

static uint64_t hash = UINT64_C (0xcbf29ce484222325);

/* FNV-1a over the value's bytes, least significant first, so that byte order does not matter. */
static void
mix (uint64_t value)
{
  for (int i = 0; i < 8; i++) {
    hash ^= value & 0xff;
    hash *= UINT64_C (0x100000001b3);
    value >>= 8;
  }
}

static void
mix_reason (const bbe_reason *reason)
{
  mix (reason->code);
  mix (reason->limit);
  mix (reason->place);
  mix (reason->phase);
  mix ((uint64_t) reason->index);
  mix ((uint64_t) reason->value_ma);
  mix ((uint64_t) reason->until_ms);
}

static void
mix_outputs (const bbe_outputs *out)
{
  mix (out->n_stations);
  mix (out->n_circuits);
  mix (out->signal);
  mix ((uint64_t) out->unchanged_until_ms);
  mix (out->revision);
  for (int s = 0; s < out->n_stations; s++) {
    mix ((uint64_t) out->stations[s].setpoint_ma);
    mix ((uint64_t) out->stations[s].target_ma);
    mix (out->stations[s].phases);
    mix (out->stations[s].commanded);
    mix (out->stations[s].committed_mask);
    mix_reason (&out->stations[s].reason);
  }
  for (int c = 0; c < out->n_circuits; c++) {
    for (int p = 0; p < 3; p++)
      mix ((uint64_t) out->circuits[c].other_ma[p]);
    for (int row = 0; row <= BBE_TOTAL; row++) {
      mix ((uint64_t) out->circuits[c].share_ma[row]);
      mix (out->circuits[c].limit[row]);
    }
    mix (out->circuits[c].failsafe);
    mix ((uint64_t) out->circuits[c].failsafe_since_ms);
  }
}

/* A day on the plant on even seeds, nonsense on odd ones. */
static int
trace_site (uint64_t seed, long steps)
{
  static const random_options options = { .max_stations = 32, .max_circuits = 8 };
  static kit k;
  static plant w;
  kit_random r = { .state = seed };

  kit_init (&k);
  if (!random_site (&k, &w, &r, &options)) {
    fprintf (stderr, "site %" PRIu64 " refused: %s[%d].%s: %s\n", seed, k.fault.table, k.fault.index,
             k.fault.field, k.fault.rule);
    return 1;
  }
  for (long i = 0; i < steps; i++) {
    if (seed % 2 == 0) {
      random_events (&w, &r, &options);
      plant_second (&w);
    } else {
      random_inputs (&k, &r);
      kit_step (&k);
    }
    mix_outputs (k.out);
  }
  kit_clear (&k);
  return 0;
}

int
main (int argc, char **argv)
{
  long steps = argc > 1 ? atol (argv[1]) : 20000;

  for (uint64_t seed = 1; steps > 0; seed++, steps -= STEPS_PER_SITE)
    if (trace_site (seed, steps < STEPS_PER_SITE ? steps : STEPS_PER_SITE) != 0)
      return 1;
  printf ("%016" PRIx64 "\n", hash);
  return 0;
}
