/* SPDX-License-Identifier: GPL-3.0-or-later */
/* preferences.c: the window of preferences; each row is bound to its setting. */
#include "app/preferences.h"

#include "app/preferences-settings.h"

struct _BbPreferences {
  AdwPreferencesWindow parent_instance;
  AdwComboRow *theme, *power_unit;
  GtkSpinButton *autosave;
};

G_DEFINE_FINAL_TYPE (BbPreferences, bb_preferences, ADW_TYPE_PREFERENCES_WINDOW)

/* The values of a setting in the order of the row's choices. */
static const gchar *const themes[] = { "system", "light", "dark", NULL };
static const gchar *const power_units[] = { "kW", "W", NULL };

static gboolean
name_to_position (GValue *value, GVariant *variant, gpointer names)
{
  const gchar *const *list = names;

  for (guint i = 0; list[i]; i++)
    if (g_strcmp0 (list[i], g_variant_get_string (variant, NULL)) == 0)
      g_value_set_uint (value, i);
  return TRUE;
}

static GVariant *
position_to_name (const GValue *value, const GVariantType *type, gpointer names)
{
  const gchar *const *list = names;
  const guint position = g_value_get_uint (value);

  return position < g_strv_length ((gchar **) list) ? g_variant_new_string (list[position]) : NULL;
}

static void
bind_names (GSettings *settings, const gchar *key, AdwComboRow *row, const gchar *const *names)
{
  g_settings_bind_with_mapping (settings, key, row, "selected", G_SETTINGS_BIND_DEFAULT, name_to_position,
                                position_to_name, (gpointer) names, NULL);
}

static void
bb_preferences_class_init (BbPreferencesClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  gtk_widget_class_set_template_from_resource (widget_class, "/org/busbar/Busbar/ui/preferences.ui");
  gtk_widget_class_bind_template_child (widget_class, BbPreferences, theme);
  gtk_widget_class_bind_template_child (widget_class, BbPreferences, power_unit);
  gtk_widget_class_bind_template_child (widget_class, BbPreferences, autosave);
}

static void
bb_preferences_init (BbPreferences *self)
{
  GSettings *settings = bb_preferences_get_settings ();

  gtk_widget_init_template (GTK_WIDGET (self));
  if (!settings)
    return;
  bind_names (settings, "theme", self->theme, themes);
  bind_names (settings, "power-unit", self->power_unit, power_units);
  g_settings_bind (settings, "autosave-seconds", self->autosave, "value", G_SETTINGS_BIND_DEFAULT);
}

GtkWidget *
bb_preferences_new (GtkWindow *parent)
{
  GtkWidget *window = g_object_new (BB_TYPE_PREFERENCES, NULL);

  gtk_window_set_transient_for (GTK_WINDOW (window), parent);
  return window;
}
