/* SPDX-License-Identifier: GPL-3.0-or-later */
/* input-random.c: the seeded generator of everything random in a simulation: same seed, same bits, for ever.
 */
#include "simulation/input-random.h"

/* The constants of splitmix64: Steele, Lea, Flood, "Fast splittable pseudorandom number generators", 2014. */
#define GOLDEN UINT64_C (0x9e3779b97f4a7c15)

static uint64_t
finish (uint64_t z)
{
  z = (z ^ (z >> 30)) * UINT64_C (0xbf58476d1ce4e5b9);
  z = (z ^ (z >> 27)) * UINT64_C (0x94d049bb133111eb);
  return z ^ (z >> 31);
}

static uint64_t
rotate (uint64_t x, unsigned int k)
{
  return (x << k) | (x >> (64 - k));
}

uint64_t
bb_random_mix (uint64_t seed, uint64_t stream)
{
  return finish (finish (seed + GOLDEN) + stream * GOLDEN);
}

void
bb_random_init (BbRandom *random, uint64_t seed, uint64_t stream)
{
  uint64_t state = bb_random_mix (seed, stream);

  for (unsigned int i = 0; i < 4; i++) {
    state += GOLDEN;
    random->s[i] = finish (state);
  }
}

uint64_t
bb_random_next (BbRandom *random)
{
  uint64_t *s = random->s;
  uint64_t result = rotate (s[1] * 5, 7) * 9;
  uint64_t t = s[1] << 17;

  s[2] ^= s[0];
  s[3] ^= s[1];
  s[1] ^= s[2];
  s[0] ^= s[3];
  s[2] ^= t;
  s[3] = rotate (s[3], 45);
  return result;
}

uint32_t
bb_random_below (BbRandom *random, uint32_t bound)
{
  uint64_t product;
  uint32_t reject;

  if (bound == 0)
    return 0;
  reject = (uint32_t) -bound % bound;
  do
    product = (bb_random_next (random) >> 32) * bound;
  while ((uint32_t) product < reject);
  return (uint32_t) (product >> 32);
}

double
bb_random_unit (BbRandom *random)
{
  return (double) (bb_random_next (random) >> 11) * 0x1p-53;
}

int32_t
bb_random_normal_milli (BbRandom *random)
{
  int64_t sum = 0;

  /* Twelve uniform 16-bit integers: mean 12 x 32767.5, standard deviation 65536. */
  for (unsigned int i = 0; i < 3; i++) {
    uint64_t bits = bb_random_next (random);

    for (unsigned int k = 0; k < 4; k++, bits >>= 16)
      sum += (int64_t) (bits & 0xffff);
  }
  sum = (sum - 393210) * 1000 / 65536;
  return (int32_t) (sum < -4000 ? -4000 : sum > 4000 ? 4000 : sum);
}
