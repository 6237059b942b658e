/* SPDX-License-Identifier: GPL-3.0-or-later */
/* help.h: the bundled user guide in a window of its own, without network. */
#pragma once

#include <adwaita.h>

G_BEGIN_DECLS

#define BB_TYPE_HELP (bb_help_get_type ())
G_DECLARE_FINAL_TYPE (BbHelp, bb_help, BB, HELP, AdwWindow)

/* Property: "chapter". Shows the guide in one window for the whole application; `topic`: the name of a page
 * of the window, whose chapter opens, or of a chapter; NULL: the first. `parent` may be NULL. (transfer none)
 */
GtkWidget *bb_help_show (GtkWindow *parent, const gchar *topic);
/* A chapter by its file name without extension; FALSE when there is none. */
gboolean bb_help_open_chapter (BbHelp *self, const gchar *chapter);
const gchar *bb_help_get_chapter (BbHelp *self);

G_END_DECLS
