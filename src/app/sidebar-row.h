/* SPDX-License-Identifier: GPL-3.0-or-later */
/* sidebar-row.h: a page's row in the sidebar: icon, name, and a count where the page wants a person. */
#pragma once

#include "app/page.h"

G_BEGIN_DECLS

#define BB_TYPE_SIDEBAR_ROW (bb_sidebar_row_get_type ())
G_DECLARE_FINAL_TYPE (BbSidebarRow, bb_sidebar_row, BB, SIDEBAR_ROW, GtkListBoxRow)

/* Property "compact": the icon alone, its name in a tooltip. */
GtkWidget *bb_sidebar_row_new (BbPage *page);
BbPage *bb_sidebar_row_get_page (BbSidebarRow *self);
void bb_sidebar_row_set_compact (BbSidebarRow *self, gboolean compact);

G_END_DECLS
