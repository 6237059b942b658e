/* SPDX-License-Identifier: GPL-3.0-or-later */
/* page-actions.c: a page's class actions as actions of its window too. */
#include "app/page-actions.h"

static void
activate_cb (GSimpleAction *action, GVariant *parameter, gpointer page)
{
  gtk_widget_activate_action_variant (page, g_action_get_name (G_ACTION (action)), parameter);
}

void
bb_page_actions_export (GtkWidget *page, GActionMap *map)
{
  GType owner = G_TYPE_INVALID;
  const gchar *name = NULL, *property = NULL;
  const GVariantType *type = NULL;

  for (guint i = 0;
       gtk_widget_class_query_action (GTK_WIDGET_GET_CLASS (page), i, &owner, &name, &type, &property); i++) {
    /* "page.find" and the like mean the page in view: the window has its own way to reach that. */
    if (owner != G_OBJECT_TYPE (page) || g_str_has_prefix (name, "page."))
      continue;
    g_autoptr (GSimpleAction) action = g_simple_action_new (name, type);
    g_signal_connect_object (action, "activate", G_CALLBACK (activate_cb), page, 0);
    g_action_map_add_action (map, G_ACTION (action));
  }
}
