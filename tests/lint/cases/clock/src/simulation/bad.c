/* SPDX-License-Identifier: GPL-3.0-or-later */
/* bad.c: breaks one rule of the linter, on purpose. */
gint64
bb_x (void)
{
  return g_get_monotonic_time ();
}
