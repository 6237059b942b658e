/* SPDX-License-Identifier: GPL-3.0-or-later */
/* welcome.h: the page of a window without a site: demo, new, open, and the sites that were opened lately. */
#pragma once

#include <adwaita.h>

G_BEGIN_DECLS

#define BB_TYPE_WELCOME (bb_welcome_get_type ())
G_DECLARE_FINAL_TYPE (BbWelcome, bb_welcome, BB, WELCOME, AdwBin)

/* Rows of the list of recent sites: for tests. */
guint bb_welcome_get_n_recent (BbWelcome *self);

G_END_DECLS
