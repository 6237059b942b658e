/* SPDX-License-Identifier: GPL-3.0-or-later */
/* bad.c: breaks one rule of the linter, on purpose. */
void
bb_x (char *s)
{
  strcpy (s, "x");
}
