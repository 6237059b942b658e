/* SPDX-License-Identifier: GPL-3.0-or-later */
/* profile-list.h: the window in which a device profile is chosen: a search over a list by vendor.
 *
 * Typing searches; arrows move the choice while the search keeps the focus; Enter takes it, Esc closes. The
 * window closes itself once something was chosen.
 */
#pragma once

#include <adwaita.h>

#include "profiles/profile.h"

G_BEGIN_DECLS

#define BB_TYPE_PROFILE_LIST (bb_profile_list_get_type ())
G_DECLARE_FINAL_TYPE (BbProfileList, bb_profile_list, BB, PROFILE_LIST, AdwWindow)

/* Signal "chosen" (const gchar *id): "" for no profile. `current` (nullable): the one that is in use, shown
 * as unknown when it is. Modal over `parent` (nullable). */
GtkWidget *bb_profile_list_new (GtkWindow *parent, BbProfileKind kind, const gchar *current);
/* As if typed. */
void bb_profile_list_search (BbProfileList *self, const gchar *text);
/* How many profiles are shown, without “No profile”. */
guint bb_profile_list_get_n_shown (BbProfileList *self);
/* The id that Enter would take; NULL: nothing is found. */
const gchar *bb_profile_list_get_marked (BbProfileList *self);

G_END_DECLS
