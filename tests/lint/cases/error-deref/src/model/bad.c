/* SPDX-License-Identifier: GPL-3.0-or-later */
/* bad.c: breaks one rule of the linter, on purpose. */
int
bb_x (GError **error)
{
  return (*error)->code;
}
