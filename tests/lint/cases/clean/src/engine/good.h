/* SPDX-License-Identifier: GPL-3.0-or-later */
/* good.h: the header of a file that breaks no rule. */
#include <stdint.h>

typedef struct bbe_pair {
  int32_t a_ma;
} bbe_pair;

int bbe_good (int n);
