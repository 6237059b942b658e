/* SPDX-License-Identifier: GPL-3.0-or-later */
/* calm.h: setting what is so already costs nothing. */
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

/* gtk_widget_set_tooltip_text() asks the display where the pointer is, several round trips each time, also
 * when the text is the same: what follows each keystroke must not do that. */
static inline void
bb_calm_set_tooltip (GtkWidget *widget, const gchar *text)
{
  const gchar *now = gtk_widget_get_tooltip_text (widget);

  if (g_strcmp0 (now, text) != 0)
    gtk_widget_set_tooltip_text (widget, text);
}

G_END_DECLS
