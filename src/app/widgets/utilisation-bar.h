/* SPDX-License-Identifier: GPL-3.0-or-later */
/* utilisation-bar.h: a thin bar that says how much of a rating is used; a tick marks 100 %.
 *
 * Property "percent" (gdouble; negative: not known). Over 100 the bar is in the colour of errors, over 90 in
 * that of warnings; the number beside it is the caller's, colour is not alone.
 */
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

#define BB_TYPE_UTILISATION_BAR (bb_utilisation_bar_get_type ())
G_DECLARE_FINAL_TYPE (BbUtilisationBar, bb_utilisation_bar, BB, UTILISATION_BAR, GtkWidget)

GtkWidget *bb_utilisation_bar_new (void);
void bb_utilisation_bar_set_percent (BbUtilisationBar *self, gdouble percent);
gdouble bb_utilisation_bar_get_percent (BbUtilisationBar *self);

G_END_DECLS
