/* SPDX-License-Identifier: GPL-3.0-or-later */
/* app-window-drop.c: files that are dropped on the window. */
#include <glib/gi18n.h>

#include "app/app-window-private.h"
#include "app/application.h"

static gboolean
ends_with (const gchar *path, const gchar *suffix)
{
  g_autofree gchar *lower = g_ascii_strdown (path, -1);

  return g_str_has_suffix (lower, suffix);
}

/* The simulation page takes tables and results by its action "simulate.drop-file"; without that page nobody
 * does. */
static gboolean
give_to_simulation (BbAppWindow *self, const gchar *path)
{
  GtkWidget *page = bb_app_window_get_page (self, "simulate");

  if (!page || !bb_app_window_get_document (self)
      || !gtk_widget_activate_action (page, "simulate.drop-file", "s", path))
    return FALSE;
  return bb_app_window_show_page (self, "simulate");
}

void
bb_app_window_drop_file (BbAppWindow *self, GFile *file)
{
  g_autofree gchar *path = g_file_get_path (file);

  if (path && ends_with (path, ".busbar"))
    bb_application_open_path (BB_APPLICATION (gtk_window_get_application (GTK_WINDOW (self))), self, path);
  else if (!path || !(ends_with (path, ".csv") || ends_with (path, ".bbr"))
           || !give_to_simulation (self, path))
    bb_app_window_toast (self,
                         _ ("Drop a site (.busbar), or with a site open a table of load, PV or cars (.csv)"),
                         NULL, NULL);
}

static gboolean
drop_cb (GtkDropTarget *target, const GValue *value, gdouble x, gdouble y, BbAppWindow *self)
{
  GSList *files = g_value_get_boxed (value);

  for (; files; files = files->next)
    bb_app_window_drop_file (self, files->data);
  return TRUE;
}

void
bb_app_window_take_drops (BbAppWindow *self)
{
  GtkDropTarget *target = gtk_drop_target_new (GDK_TYPE_FILE_LIST, GDK_ACTION_COPY);

  g_signal_connect (target, "drop", G_CALLBACK (drop_cb), self);
  gtk_widget_add_controller (GTK_WIDGET (self), GTK_EVENT_CONTROLLER (target));
}
