/* SPDX-License-Identifier: GPL-3.0-or-later */
/* page-actions.h: a page's class actions ("simulate.run") as actions of its window too: on the bus, in menus
 * and in scripts they are reached by the same name, whatever has the focus.
 */
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

/* Adds one action to `map` for each that the class of `page` installed itself; it does what the page's does,
 * and nothing while the page's is disabled. `page` must outlive `map` or be in the same window. */
void bb_page_actions_export (GtkWidget *page, GActionMap *map);

G_END_DECLS
