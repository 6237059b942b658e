/* SPDX-License-Identifier: GPL-3.0-or-later */
/* preferences-settings.h: the settings that are kept from one start to the next. No GTK in here.
 *
 * A program that runs from a build folder uses that build's schema. Where no schema is found at all (a
 * damaged installation) there are no settings: the application runs with the defaults and keeps nothing.
 */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* Before anything reads settings: points GLib to <build>/data for a program that runs from a build folder. */
void bb_preferences_prepare (void);
/* (transfer none) (nullable); the same object each time. */
GSettings *bb_preferences_get_settings (void);

/* A setting, or `fallback` without a schema. */
gint bb_preferences_get_int (const gchar *key, gint fallback);
gboolean bb_preferences_get_boolean (const gchar *key, gboolean fallback);
/* (transfer full) */
gchar *bb_preferences_get_string (const gchar *key, const gchar *fallback);
void bb_preferences_set_string (const gchar *key, const gchar *value);

/* "3.70 kW", or "3700 W" when that unit is preferred; a real minus sign. (transfer full) */
gchar *bb_preferences_power_text (gdouble watts);

G_END_DECLS
