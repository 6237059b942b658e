/* SPDX-License-Identifier: GPL-3.0-or-later */
/* good.c: includes that point down, a text to translate, an excused line. */
#include "engine/good.h"
#include "model/site.h"

void
cli_good (GObject *o)
{
  g_signal_connect (o, "notify", G_CALLBACK (cli_notify_cb), NULL);
  g_print ("%s", _("hello"));
  /* lint: allow no-abort a test of the escape */
  abort ();
}
