/* SPDX-License-Identifier: GPL-3.0-or-later */
/* bad.c: breaks one rule of the linter, on purpose. */
gboolean
bb_x (JsonObjectIter *i)
{
  return json_object_iter_next (i, NULL, NULL);
}
