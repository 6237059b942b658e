/* SPDX-License-Identifier: GPL-3.0-or-later */
/* input-random.h: the seeded generator of everything random in a simulation: same seed, same bits, for ever.
 */
#ifndef BB_INPUT_RANDOM_H
#define BB_INPUT_RANDOM_H

#include <stdint.h>

/* xoshiro256** of Blackman and Vigna, 2018 (public domain), its state filled by splitmix64. Plain data:
 * copying it forks the sequence. */
typedef struct {
  uint64_t s[4];
} BbRandom;

/* The splitmix64 finaliser of `seed` and `stream`: independent seeds from one, and random access ("the
 * value of hour 17") without a sequence. */
uint64_t bb_random_mix (uint64_t seed, uint64_t stream);

/* Starts the sequence number `stream` of `seed`: each user of a seed takes a stream of its own, so that
 * one more car does not change the weather. */
void bb_random_init (BbRandom *random, uint64_t seed, uint64_t stream);

/* 64 uniform bits. */
uint64_t bb_random_next (BbRandom *random);

/* Uniform in 0..bound-1 without bias (bound 0: 0), by Lemire's method. */
uint32_t bb_random_below (BbRandom *random, uint32_t bound);

/* Uniform in [0, 1) in steps of 2^-53. */
double bb_random_unit (BbRandom *random);

/* Standard normal in steps of 1/1000, clipped to +-4: the sum of twelve uniform integers less its mean
 * (Irwin-Hall), hence integers only and no libm. */
int32_t bb_random_normal_milli (BbRandom *random);

#endif
