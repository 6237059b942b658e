/* SPDX-License-Identifier: GPL-3.0-or-later */
/* bad.c: breaks one rule of the linter, on purpose. */
void
bb_x (GObject *o)
{
  g_signal_connect (o, "notify", G_CALLBACK (on_notify), NULL);
}
