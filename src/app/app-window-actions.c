/* SPDX-License-Identifier: GPL-3.0-or-later */
/* app-window-actions.c: the window's named actions: what its menu, its buttons, its keys and the bus can do.
 */
#include <glib/gi18n.h>

#include "app/app-window-private.h"

static void
show_page_cb (GSimpleAction *action, GVariant *name, gpointer self)
{
  bb_app_window_show_page (self, g_variant_get_string (name, NULL));
}

static void
toggle_sidebar_cb (GSimpleAction *action, GVariant *state, gpointer self)
{
  g_object_set (self, "sidebar-visible", g_variant_get_boolean (state), NULL);
}

static void
undo_cb (GSimpleAction *action, GVariant *parameter, gpointer self)
{
  bb_editor_undo (bb_document_get_editor (bb_app_window_get_document (self)));
}

static void
redo_cb (GSimpleAction *action, GVariant *parameter, gpointer self)
{
  bb_editor_redo (bb_document_get_editor (bb_app_window_get_document (self)));
}

static void
save_cb (GSimpleAction *action, GVariant *parameter, gpointer self)
{
  bb_app_window_save (self, FALSE, NULL);
}

static void
save_as_cb (GSimpleAction *action, GVariant *parameter, gpointer self)
{
  bb_app_window_save (self, TRUE, NULL);
}

static void
save_to_cb (GSimpleAction *action, GVariant *path, gpointer self)
{
  bb_app_window_save_to (self, g_variant_get_string (path, NULL));
}

static void
close_cb (GSimpleAction *action, GVariant *parameter, gpointer self)
{
  gtk_window_close (self);
}

static void
menu_cb (GSimpleAction *action, GVariant *parameter, gpointer self)
{
  gtk_menu_button_popup (bb_app_window_get_menu (self));
}

/* Each page finds in its own way: it has the action "page.find", or there is nothing to find. */
static void
find_cb (GSimpleAction *action, GVariant *parameter, gpointer self)
{
  GtkWidget *page = bb_app_window_get_page (self, bb_app_window_get_page_name (self));

  if (page)
    gtk_widget_activate_action (page, "page.find", NULL);
}

static void
copy_text_cb (GSimpleAction *action, GVariant *parameter, gpointer self)
{
  gdk_clipboard_set_text (gtk_widget_get_clipboard (self), g_variant_get_string (parameter, NULL));
  bb_app_window_toast (self, _ ("Copied"), NULL, NULL);
}

/* What somebody who helps needs to know: version, site, what is wrong. */
static void
copy_details_cb (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  BbAppWindow *self = data;
  BbDocument *document = bb_app_window_get_document (self);
  g_autoptr (GString) text = g_string_new ("Busbar " BUSBAR_VERSION "\n");
  GtkWidget *row = gtk_widget_get_first_child (GTK_WIDGET (bb_app_window_get_messages (self)));

  g_string_append_printf (text, "GTK %u.%u.%u, libadwaita %u.%u.%u\n", gtk_get_major_version (),
                          gtk_get_minor_version (), gtk_get_micro_version (), adw_get_major_version (),
                          adw_get_minor_version (), adw_get_micro_version ());
  if (document) {
    GListModel *problems = bb_editor_get_problems (bb_document_get_editor (document));
    g_string_append_printf (text, "%s: %s\n", _ ("Site"), bb_document_get_name (document));
    for (guint i = 0; i < g_list_model_get_n_items (problems); i++) {
      g_autoptr (BbProblem) problem = g_list_model_get_item (problems, i);
      g_string_append_printf (text, "%s: %s\n", bb_problem_get_pointer (problem),
                              bb_problem_get_sentence (problem));
    }
  }
  for (; row; row = gtk_widget_get_next_sibling (row))
    g_string_append_printf (text, "%s\n", bb_message_get_text (row));
  gdk_clipboard_set_text (gtk_widget_get_clipboard (GTK_WIDGET (self)), text->str);
  bb_app_window_toast (self, _ ("Details copied"), NULL, NULL);
}

void
bb_app_window_add_actions (BbAppWindow *self)
{
  const GActionEntry entries[] = {
    { .name = "show-page", .activate = show_page_cb, .parameter_type = "s", .state = "''" },
    { .name = "toggle-sidebar", .state = "true", .change_state = toggle_sidebar_cb },
    { .name = "undo", .activate = undo_cb },
    { .name = "redo", .activate = redo_cb },
    { .name = "save", .activate = save_cb },
    { .name = "save-as", .activate = save_as_cb },
    { .name = "save-to", .activate = save_to_cb, .parameter_type = "s" },
    { .name = "close", .activate = close_cb },
    { .name = "menu", .activate = menu_cb },
    { .name = "find", .activate = find_cb },
    { .name = "copy-text", .activate = copy_text_cb, .parameter_type = "s" },
    { .name = "copy-details", .activate = copy_details_cb },
  };

  g_action_map_add_action_entries (G_ACTION_MAP (self), entries, G_N_ELEMENTS (entries), self);
}
