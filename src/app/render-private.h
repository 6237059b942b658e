/* SPDX-License-Identifier: GPL-3.0-or-later */
/* render-private.h: what running per language (render-pages.c) and drawing (render-language.c) share. */
#pragma once

#include "app/render-pages.h"

G_BEGIN_DECLS

/* Set in the environment of a process that draws one language. */
#define BB_RENDER_LANGUAGE "BUSBAR_RENDER_LANGUAGE"

/* Draws all pages in this process's language. Returns the program's exit code. */
gint bb_render_language (const gchar *folder, gdouble scale, const gchar *language);

G_END_DECLS
