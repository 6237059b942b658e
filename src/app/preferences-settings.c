/* SPDX-License-Identifier: GPL-3.0-or-later */
/* preferences-settings.c: the settings that are kept from one start to the next. */
#include "app/preferences-settings.h"

#include <glib/gi18n.h>
#include <math.h>

#include "base/data-dir.h"

#define SCHEMA "org.busbar.Busbar"

void
bb_preferences_prepare (void)
{
  g_autofree gchar *build = bb_build_dir ();
  g_autofree gchar *folder = build ? g_build_filename (build, "data", NULL) : NULL;
  g_autofree gchar *compiled = folder ? g_build_filename (folder, "gschemas.compiled", NULL) : NULL;

  if (compiled && g_file_test (compiled, G_FILE_TEST_IS_REGULAR))
    g_setenv ("GSETTINGS_SCHEMA_DIR", folder, FALSE);
}

static GSettings *
find_settings (void)
{
  GSettingsSchemaSource *source = g_settings_schema_source_get_default ();
  g_autoptr (GSettingsSchema) schema = NULL;

  if (source)
    schema = g_settings_schema_source_lookup (source, SCHEMA, TRUE);
  if (!schema) {
    g_info ("The settings' schema %s is not installed: nothing is remembered.", SCHEMA);
    return NULL;
  }
  return g_settings_new_full (schema, NULL, NULL);
}

GSettings *
bb_preferences_get_settings (void)
{
  static gsize once;
  static GSettings *settings;

  if (g_once_init_enter (&once)) {
    settings = find_settings ();
    g_once_init_leave (&once, 1);
  }
  return settings;
}

gint
bb_preferences_get_int (const gchar *key, gint fallback)
{
  GSettings *settings = bb_preferences_get_settings ();

  return settings ? g_settings_get_int (settings, key) : fallback;
}

gboolean
bb_preferences_get_boolean (const gchar *key, gboolean fallback)
{
  GSettings *settings = bb_preferences_get_settings ();

  return settings ? g_settings_get_boolean (settings, key) : fallback;
}

gchar *
bb_preferences_get_string (const gchar *key, const gchar *fallback)
{
  GSettings *settings = bb_preferences_get_settings ();

  return settings ? g_settings_get_string (settings, key) : g_strdup (fallback);
}

void
bb_preferences_set_string (const gchar *key, const gchar *value)
{
  GSettings *settings = bb_preferences_get_settings ();

  if (settings)
    g_settings_set_string (settings, key, value);
}

gchar *
bb_preferences_power_text (gdouble watts)
{
  g_autofree gchar *unit = bb_preferences_get_string ("power-unit", "kW");
  const gboolean whole = g_strcmp0 (unit, "W") == 0;
  const gdouble value = whole ? watts : watts / 1000.0;
  const gboolean negative = whole ? value <= -0.5 : value <= -0.005;
  const gchar *sign = negative ? "−" : "";

  /* TRANSLATORS: a power; sign, number, unit */
  return whole ? g_strdup_printf (_ ("%s%.0f W"), sign, fabs (value))
               : g_strdup_printf (_ ("%s%.2f kW"), sign, fabs (value));
}
