/* SPDX-License-Identifier: GPL-3.0-or-later */
/* station-table-toolbar.h: the line of buttons above the table of stations; they act through its actions. */
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

/* `count`: becomes the label at its start. */
GtkWidget *bb_station_toolbar_new (GtkWidget **count);

G_END_DECLS
