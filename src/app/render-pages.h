/* SPDX-License-Identifier: GPL-3.0-or-later */
/* render-pages.h: `busbar --render-pages DIR`: a picture of each page with the demo site, for the guide and
 * for eyes.
 *
 * NAME-WIDTHxHEIGHT-THEME-LANGUAGE.png, light and dark, 1280x800 and 800x600, English and German. One process
 * draws one language: this one runs itself again for each, with LANGUAGE and a locale that translates.
 */
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

/* `scale`: size of the text, 1.0 as it is. Returns the program's exit code. */
gint bb_render_pages (const gchar *folder, gdouble scale);

/* A widget as a picture, once it was drawn: waits for a frame, at most some seconds. NULL with an error.
 * (transfer full) */
GdkTexture *bb_render_widget (GtkWidget *widget, GError **error);

G_END_DECLS
