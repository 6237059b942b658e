/* SPDX-License-Identifier: GPL-3.0-or-later */
/* bad.c: breaks one rule of the linter, on purpose. */
double
bb_x (const char *s)
{
  return strtod (s, NULL);
}
