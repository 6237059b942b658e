/* SPDX-License-Identifier: GPL-3.0-or-later */
/* station-table-toolbar.c: the line of buttons above the table of stations. */
#include "app/widgets/station-table-toolbar.h"

#include <glib/gi18n.h>

static GtkWidget *
new_button (const gchar *icon, const gchar *name, const gchar *action, const gchar *target)
{
  GtkWidget *button = gtk_button_new_from_icon_name (icon);

  gtk_actionable_set_action_name (GTK_ACTIONABLE (button), action);
  if (target != NULL)
    gtk_actionable_set_action_target_value (GTK_ACTIONABLE (button), g_variant_new_parsed (target));
  gtk_widget_set_tooltip_text (button, name);
  gtk_accessible_update_property (GTK_ACCESSIBLE (button), GTK_ACCESSIBLE_PROPERTY_LABEL, name, -1);
  gtk_widget_add_css_class (button, "flat");
  return button;
}

static void
add_n_cb (GtkButton *button, GtkSpinButton *spin)
{
  GtkWidget *popover = gtk_widget_get_ancestor (GTK_WIDGET (button), GTK_TYPE_POPOVER);

  gtk_widget_activate_action (GTK_WIDGET (button), "station.add", "u",
                              (guint) gtk_spin_button_get_value_as_int (spin));
  gtk_popover_popdown (GTK_POPOVER (popover));
}

static GtkWidget *
new_add_button (void)
{
  GtkWidget *menu = gtk_menu_button_new (), *popover = gtk_popover_new (),
            *box = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 6);
  GtkWidget *spin = gtk_spin_button_new_with_range (1, 100, 1), *add = gtk_button_new_with_label (_ ("Add"));

  gtk_menu_button_set_icon_name (GTK_MENU_BUTTON (menu), "list-add-symbolic");
  gtk_widget_set_tooltip_text (menu, _ ("Add stations like the last one"));
  gtk_accessible_update_property (GTK_ACCESSIBLE (menu), GTK_ACCESSIBLE_PROPERTY_LABEL, _ ("Add stations"),
                                  -1);
  gtk_accessible_update_property (GTK_ACCESSIBLE (spin), GTK_ACCESSIBLE_PROPERTY_LABEL, _ ("How many"), -1);
  gtk_widget_add_css_class (menu, "flat");
  gtk_widget_add_css_class (add, "suggested-action");
  gtk_box_append (GTK_BOX (box), spin);
  gtk_box_append (GTK_BOX (box), add);
  gtk_popover_set_child (GTK_POPOVER (popover), box);
  gtk_menu_button_set_popover (GTK_MENU_BUTTON (menu), popover);
  g_signal_connect (add, "clicked", G_CALLBACK (add_n_cb), spin);
  return menu;
}

GtkWidget *
bb_station_toolbar_new (GtkWidget **count)
{
  GtkWidget *bar = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 0),
            *edit_button = gtk_button_new_with_label (_ ("Edit"));

  *count = gtk_label_new (NULL);
  gtk_label_set_xalign (GTK_LABEL (*count), 0);
  gtk_label_set_ellipsize (GTK_LABEL (*count), PANGO_ELLIPSIZE_END);
  gtk_widget_set_hexpand (*count, TRUE);
  gtk_widget_add_css_class (*count, "dim-label");
  gtk_widget_add_css_class (*count, "caption");
  gtk_actionable_set_action_name (GTK_ACTIONABLE (edit_button), "station.edit");
  gtk_widget_set_tooltip_text (edit_button, _ ("Edit the selected stations, several at once"));
  gtk_widget_add_css_class (edit_button, "flat");
  gtk_box_append (GTK_BOX (bar), *count);
  gtk_box_append (GTK_BOX (bar), edit_button);
  gtk_box_append (GTK_BOX (bar), new_add_button ());
  gtk_box_append (GTK_BOX (bar),
                  new_button ("edit-copy-symbolic", _ ("Duplicate (Ctrl+D)"), "station.duplicate", NULL));
  gtk_box_append (GTK_BOX (bar), new_button ("go-up-symbolic", _ ("Move up (Alt+Up)"), "station.move", "-1"));
  gtk_box_append (GTK_BOX (bar),
                  new_button ("go-down-symbolic", _ ("Move down (Alt+Down)"), "station.move", "1"));
  gtk_box_append (GTK_BOX (bar),
                  new_button ("list-remove-symbolic", _ ("Remove (Delete)"), "station.remove", NULL));
  return bar;
}
