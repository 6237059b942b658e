/* SPDX-License-Identifier: GPL-3.0-or-later */
/* profile-chooser.h: a button that shows a device profile with its evidence, and opens the list to choose
 * another.
 */
#pragma once

#include <adwaita.h>

#include "profiles/profile.h"

G_BEGIN_DECLS

#define BB_TYPE_PROFILE_CHOOSER (bb_profile_chooser_get_type ())
G_DECLARE_FINAL_TYPE (BbProfileChooser, bb_profile_chooser, BB, PROFILE_CHOOSER, AdwBin)

/* Signal "chosen" (const gchar *id): a person chose; "" for none. Action: profile.choose opens the list. */
GtkWidget *bb_profile_chooser_new (BbProfileKind kind);
/* What it shows; NULL: several that differ. */
void bb_profile_chooser_set_id (BbProfileChooser *self, const gchar *id);
const gchar *bb_profile_chooser_get_id (BbProfileChooser *self);
/* The open list (BbProfileList); NULL: it is closed. (transfer none) */
GtkWidget *bb_profile_chooser_get_list (BbProfileChooser *self);

G_END_DECLS
