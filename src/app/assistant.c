/* SPDX-License-Identifier: GPL-3.0-or-later */
/* assistant.c: one short form from which a new site comes that can be simulated at once. */
#include "app/assistant.h"

#include <glib/gi18n.h>
#include <math.h>

#include "app/compat.h"
#include "app/preferences-settings.h"

struct _BbAssistant {
  AdwBin parent_instance;
  AdwEntryRow *name;
  AdwComboRow *grid, *measured, *phases, *battery;
  GtkWidget *grid_refused, *create;
  GtkSpinButton *fuse, *other, *stations, *current, *cars, *homes, *pv;
  GtkLabel *outlook;
};

enum { CREATED, CANCELLED, N_SIGNALS };
static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (BbAssistant, bb_assistant, ADW_TYPE_BIN)

/* ---- answers ---- */

/* The computer's own zone: a technician plans sites where he is. "" where it has no name. */
static gchar *
own_zone (void)
{
  g_autoptr (GTimeZone) zone = g_time_zone_new_local ();
  const gchar *id = g_time_zone_get_identifier (zone);

  return g_strdup (id && strchr (id, '/') && !g_path_is_absolute (id) ? id : "");
}

static gint
thousandths (GtkSpinButton *button)
{
  return (gint) lround (gtk_spin_button_get_value (button) * 1000.0);
}

void
bb_assistant_get_basics (BbAssistant *self, BbSiteBasics *basics)
{
  g_autofree gchar *name = g_strstrip (g_strdup (gtk_editable_get_text (GTK_EDITABLE (self->name))));
  const gboolean one_phase = adw_combo_row_get_selected (self->grid) == BB_GRID_TN_ONE_PHASE;

  bb_site_basics_init (basics);
  g_free (basics->name);
  g_free (basics->timezone);
  basics->name = g_steal_pointer (&name);
  basics->timezone = own_zone ();
  basics->grid = (gint) adw_combo_row_get_selected (self->grid);
  basics->main_fuse_ma = thousandths (self->fuse);
  basics->other_load_ma = thousandths (self->other);
  basics->measured_by = (gint) adw_combo_row_get_selected (self->measured);
  basics->n_stations = gtk_spin_button_get_value_as_int (self->stations);
  basics->station_phases = one_phase || adw_combo_row_get_selected (self->phases) == 1 ? 1 : 3;
  basics->station_max_ma = thousandths (self->current);
  basics->cars_per_day_milli = thousandths (self->cars);
  basics->households = gtk_spin_button_get_value_as_int (self->homes);
  basics->pv_peak_w = thousandths (self->pv);
  basics->battery = (gint) adw_combo_row_get_selected (self->battery);
}

static gboolean
is_refused (const BbSiteBasics *basics)
{
  return basics->grid != BB_GRID_TN_THREE_PHASE && basics->grid != BB_GRID_TN_ONE_PHASE;
}

/* ---- outlook ---- */

/* What the stations may share beside the house: the answer to the one question why somebody wants this. */
static gchar *
describe (const BbSiteBasics *basics, BbSite *site)
{
  const BbGroupFields *group = bb_group_peek (bb_site_group (site, 0));
  const gdouble offline = group->offline_ma / 1000.0, fuse = basics->main_fuse_ma / 1000.0;
  const gdouble watts = 230.0 * basics->station_phases * basics->station_max_ma / 1000.0;
  g_autofree gchar *power = bb_preferences_power_text (watts);
  const guint n = (guint) basics->n_stations;

  if (basics->measured_by == BB_MEASURED_NOT)
    return g_strdup_printf (ngettext (
                                /* TRANSLATORS: station(s), current for them, power of one station */
                                "%u station gets %.1f A beside the house; it can charge with %s.",
                                "%u stations share %.1f A beside the house; each can charge with %s.", n),
                            n, offline, power);
  return g_strdup_printf (
      ngettext (
          /* TRANSLATORS: station(s), main fuse, current without the meter, power of one station */
          "%u station takes what the house leaves of %.1f A, and %.1f A if the meter fails; it can charge "
          "with %s.",
          "%u stations share what the house leaves of %.1f A, and %.1f A if the meter fails; each can charge "
          "with %s.",
          n),
      n, fuse, offline, power);
}

static void
update (BbAssistant *self)
{
  g_auto (BbSiteBasics) basics = { 0 };
  g_autoptr (GError) error = NULL;
  g_autoptr (BbSite) site = NULL;
  g_autofree gchar *text = NULL;
  gboolean refused = FALSE;

  bb_assistant_get_basics (self, &basics);
  refused = is_refused (&basics);
  gtk_widget_set_visible (self->grid_refused, refused);
  gtk_widget_set_visible (GTK_WIDGET (self->phases), basics.grid != BB_GRID_TN_ONE_PHASE);
  site = refused ? NULL : bb_site_from_basics (&basics, &error);
  if (refused)
    text = g_strdup (_ ("Busbar cannot be used on this grid: choose a TN grid."));
  else
    text = site ? describe (&basics, site) : g_strdup (error->message);
  gtk_label_set_text (self->outlook, text);
  if (site)
    gtk_widget_remove_css_class (GTK_WIDGET (self->outlook), "error");
  else
    gtk_widget_add_css_class (GTK_WIDGET (self->outlook), "error");
  gtk_widget_action_set_enabled (GTK_WIDGET (self), "assistant.create", site != NULL);
}

static void
changed_cb (BbAssistant *self)
{
  update (self);
}

const gchar *
bb_assistant_get_outlook (BbAssistant *self)
{
  return gtk_label_get_text (self->outlook);
}

void
bb_assistant_reset (BbAssistant *self)
{
  g_auto (BbSiteBasics) basics = { 0 };

  bb_site_basics_init (&basics);
  gtk_editable_set_text (GTK_EDITABLE (self->name), "");
  adw_combo_row_set_selected (self->grid, (guint) basics.grid);
  adw_combo_row_set_selected (self->measured, (guint) basics.measured_by);
  adw_combo_row_set_selected (self->phases, basics.station_phases == 1 ? 1 : 0);
  adw_combo_row_set_selected (self->battery, (guint) basics.battery);
  gtk_spin_button_set_value (self->fuse, basics.main_fuse_ma / 1000.0);
  gtk_spin_button_set_value (self->other, basics.other_load_ma / 1000.0);
  gtk_spin_button_set_value (self->stations, basics.n_stations);
  gtk_spin_button_set_value (self->current, basics.station_max_ma / 1000.0);
  gtk_spin_button_set_value (self->cars, basics.cars_per_day_milli / 1000.0);
  gtk_spin_button_set_value (self->homes, MAX (basics.households, 1));
  gtk_spin_button_set_value (self->pv, basics.pv_peak_w / 1000.0);
  update (self);
}

/* ---- actions ---- */

static void
create_cb (GtkWidget *widget, const gchar *name, GVariant *parameter)
{
  BbAssistant *self = BB_ASSISTANT (widget);
  g_auto (BbSiteBasics) basics = { 0 };
  g_autoptr (GError) error = NULL;
  g_autoptr (BbSite) site = NULL;

  bb_assistant_get_basics (self, &basics);
  site = is_refused (&basics) ? NULL : bb_site_from_basics (&basics, &error);
  if (site)
    g_signal_emit (self, signals[CREATED], 0, site);
}

static void
cancel_cb (GtkWidget *widget, const gchar *name, GVariant *parameter)
{
  g_signal_emit (widget, signals[CANCELLED], 0);
}

/* ---- the object ---- */

static gboolean
bb_assistant_grab_focus (GtkWidget *widget)
{
  return gtk_widget_grab_focus (GTK_WIDGET (BB_ASSISTANT (widget)->name));
}

static void
bind_children (GtkWidgetClass *widget_class)
{
  gtk_widget_class_bind_template_child (widget_class, BbAssistant, name);
  gtk_widget_class_bind_template_child (widget_class, BbAssistant, grid);
  gtk_widget_class_bind_template_child (widget_class, BbAssistant, grid_refused);
  gtk_widget_class_bind_template_child (widget_class, BbAssistant, measured);
  gtk_widget_class_bind_template_child (widget_class, BbAssistant, phases);
  gtk_widget_class_bind_template_child (widget_class, BbAssistant, battery);
  gtk_widget_class_bind_template_child (widget_class, BbAssistant, fuse);
  gtk_widget_class_bind_template_child (widget_class, BbAssistant, other);
  gtk_widget_class_bind_template_child (widget_class, BbAssistant, stations);
  gtk_widget_class_bind_template_child (widget_class, BbAssistant, current);
  gtk_widget_class_bind_template_child (widget_class, BbAssistant, cars);
  gtk_widget_class_bind_template_child (widget_class, BbAssistant, homes);
  gtk_widget_class_bind_template_child (widget_class, BbAssistant, pv);
  gtk_widget_class_bind_template_child (widget_class, BbAssistant, outlook);
  gtk_widget_class_bind_template_child (widget_class, BbAssistant, create);
}

static void
bb_assistant_class_init (BbAssistantClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  widget_class->grab_focus = bb_assistant_grab_focus;
  signals[CREATED] = g_signal_new ("created", BB_TYPE_ASSISTANT, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                   G_TYPE_NONE, 1, BB_TYPE_SITE);
  signals[CANCELLED]
      = g_signal_new ("cancelled", BB_TYPE_ASSISTANT, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
  gtk_widget_class_set_template_from_resource (widget_class, "/org/busbar/Busbar/ui/assistant.ui");
  bind_children (widget_class);
  gtk_widget_class_install_action (widget_class, "assistant.create", NULL, create_cb);
  gtk_widget_class_install_action (widget_class, "assistant.cancel", NULL, cancel_cb);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_Return, GDK_CONTROL_MASK, "assistant.create",
                                       NULL);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_Escape, 0, "assistant.cancel", NULL);
}

static void
bb_assistant_init (BbAssistant *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  for (guint i = 0; i < 7; i++) {
    GtkSpinButton *const buttons[]
        = { self->fuse, self->other, self->stations, self->current, self->cars, self->homes, self->pv };
    g_signal_connect_object (buttons[i], "value-changed", G_CALLBACK (changed_cb), self, G_CONNECT_SWAPPED);
    if (buttons[i] == self->fuse || buttons[i] == self->other || buttons[i] == self->current)
      bb_compat_keep_label (GTK_WIDGET (buttons[i]));
  }
  for (guint i = 0; i < 4; i++) {
    AdwComboRow *const rows[] = { self->grid, self->measured, self->phases, self->battery };
    g_signal_connect_object (rows[i], "notify::selected", G_CALLBACK (changed_cb), self, G_CONNECT_SWAPPED);
  }
  bb_assistant_reset (self);
}
