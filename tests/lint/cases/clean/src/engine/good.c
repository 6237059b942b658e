/* SPDX-License-Identifier: GPL-3.0-or-later */
/* good.c: what looks like a breach of a rule and is none.
 *
 * A comment may say double, goto, 3.5 A, strlen (x) and sleep (1). */
#include "engine/good.h"

#include <string.h>

static const char *const names[] = { "goto double 1.5", "static int x;" };

static int
helper (const int *values)
{
  return values[0];
}

int
bbe_good (int n)
{
  /* a local array that is constant */
  static const int one[] = { 1 };
  return helper (one) + n + (names[0][0] == 'g');
}
