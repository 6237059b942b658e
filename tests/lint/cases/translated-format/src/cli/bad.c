/* SPDX-License-Identifier: GPL-3.0-or-later */
/* bad.c: a text that a translator would see cut. */
#include <glib/gi18n.h>

void
say (guint64 n)
{
  g_print (_ ("%" G_GUINT64_FORMAT " calls"), n);
}
