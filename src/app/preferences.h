/* SPDX-License-Identifier: GPL-3.0-or-later */
/* preferences.h: the window of preferences: theme, unit of power, how soon unsaved work is kept. */
#pragma once

#include <adwaita.h>

G_BEGIN_DECLS

#define BB_TYPE_PREFERENCES (bb_preferences_get_type ())
G_DECLARE_FINAL_TYPE (BbPreferences, bb_preferences, BB, PREFERENCES, AdwPreferencesWindow)

/* `parent` may be NULL. */
GtkWidget *bb_preferences_new (GtkWindow *parent);

G_END_DECLS
