/* SPDX-License-Identifier: GPL-3.0-or-later */
/* startup.h: what starting cost: for the bench, with BUSBAR_DEBUG=startup. */
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

/* When BUSBAR_DEBUG names "startup": after the first frame that shows a site, prints the CPU time of the
 * whole process and its resident memory to standard error, and quits. Else does nothing. */
void bb_startup_watch (GtkApplication *application);

G_END_DECLS
