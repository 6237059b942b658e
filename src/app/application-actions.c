/* SPDX-License-Identifier: GPL-3.0-or-later */
/* application-actions.c: the application's own actions, and the keys of all actions. */
#include <glib/gi18n.h>

#include "app/application.h"
#include "app/compat.h"
#include "app/help.h"
#include "app/preferences.h"

static const BbAccel accels[] = {
  { "app.new", { "<Control>n" } },
  { "app.open", { "<Control>o" } },
  { "app.demo", { "<Control>d" } },
  { "app.preferences", { "<Control>comma" } },
  { "app.shortcuts", { "<Control>question", "<Control>slash" } },
  { "app.help", { "F1" } },
  { "app.quit", { "<Control>q" } },
  { "win.save", { "<Control>s" } },
  { "win.save-as", { "<Control><Shift>s" } },
  { "win.undo", { "<Control>z" } },
  { "win.redo", { "<Control><Shift>z", "<Control>y" } },
  { "win.close", { "<Control>w" } },
  { "win.toggle-sidebar", { "F9" } },
  { "win.menu", { "F10" } },
  { "win.find", { "<Control>f" } },
  { "win.copy-details", { "<Control><Shift>c" } },
  /* in the order of the sidebar; a page that comes later takes its number there */
  { "win.show-page::groups", { "<Alt>1" } },
  { "win.show-page::simulate", { "<Alt>2" } },
  { "win.show-page::log", { "<Alt>3" } },
  { NULL, { NULL } },
};

const BbAccel *
bb_application_get_accels (void)
{
  return accels;
}

static BbAppWindow *
front (gpointer application)
{
  GtkWindow *window = gtk_application_get_active_window (GTK_APPLICATION (application));
  GList *windows = gtk_application_get_windows (GTK_APPLICATION (application));

  while (window && !BB_IS_APP_WINDOW (window))
    window = gtk_window_get_transient_for (window);
  for (; !window && windows; windows = windows->next)
    if (BB_IS_APP_WINDOW (windows->data))
      window = windows->data;
  return (BbAppWindow *) window;
}

static void
new_cb (GSimpleAction *action, GVariant *parameter, gpointer application)
{
  BbAppWindow *window = front (application);

  if (!window || bb_app_window_get_document (window))
    window = BB_APP_WINDOW (bb_app_window_new (ADW_APPLICATION (application)));
  bb_app_window_show_assistant (window);
  gtk_window_present (GTK_WINDOW (window));
}

static void
chosen_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (BbApplication) self = data;
  g_autoptr (GError) error = NULL;
  g_autofree gchar *path = bb_compat_file_finish (result, &error);

  if (path)
    bb_application_open_path (self, BB_APP_WINDOW (source), path);
  else if (!g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    bb_app_window_tell (BB_APP_WINDOW (source), BB_EVENT_ERROR, error->message);
  g_application_release (G_APPLICATION (self));
}

static void
open_cb (GSimpleAction *action, GVariant *parameter, gpointer application)
{
  BbAppWindow *window = front (application);

  g_return_if_fail (window);
  g_application_hold (application);
  bb_compat_open_file_async (GTK_WINDOW (window), _ ("Open site"), _ ("Busbar sites"), "*.busbar", NULL,
                             chosen_cb, g_object_ref (application));
}

static void
open_recent_cb (GSimpleAction *action, GVariant *parameter, gpointer application)
{
  bb_application_open_path (application, front (application), g_variant_get_string (parameter, NULL));
}

static void
demo_cb (GSimpleAction *action, GVariant *parameter, gpointer application)
{
  bb_application_open_demo (application, front (application));
}

static void
preferences_cb (GSimpleAction *action, GVariant *parameter, gpointer application)
{
  gtk_window_present (GTK_WINDOW (bb_preferences_new (GTK_WINDOW (front (application)))));
}

static void
shortcuts_cb (GSimpleAction *action, GVariant *parameter, gpointer application)
{
  gtk_window_present (GTK_WINDOW (bb_compat_shortcuts_new (GTK_WINDOW (front (application)))));
}

static void
help_cb (GSimpleAction *action, GVariant *parameter, gpointer application)
{
  BbAppWindow *window = front (application);

  bb_help_show (GTK_WINDOW (window), window ? bb_app_window_get_page_name (window) : NULL);
}

static void
about_cb (GSimpleAction *action, GVariant *parameter, gpointer application)
{
  bb_compat_show_about (GTK_WINDOW (front (application)), BB_APPLICATION_ID);
}

/* Each window asks about its own unsaved work; the application ends with the last. */
static void
quit_cb (GSimpleAction *action, GVariant *parameter, gpointer application)
{
  g_autoptr (GList) windows = g_list_copy (gtk_application_get_windows (application));

  for (GList *link = windows; link; link = link->next)
    gtk_window_close (link->data);
}

void
bb_application_add_actions (BbApplication *self)
{
  const GActionEntry entries[] = {
    { .name = "new", .activate = new_cb },
    { .name = "open", .activate = open_cb },
    { .name = "open-recent", .activate = open_recent_cb, .parameter_type = "s" },
    { .name = "demo", .activate = demo_cb },
    { .name = "preferences", .activate = preferences_cb },
    { .name = "shortcuts", .activate = shortcuts_cb },
    { .name = "help", .activate = help_cb },
    { .name = "about", .activate = about_cb },
    { .name = "quit", .activate = quit_cb },
  };

  g_action_map_add_action_entries (G_ACTION_MAP (self), entries, G_N_ELEMENTS (entries), self);
  for (const BbAccel *accel = accels; accel->action; accel++)
    gtk_application_set_accels_for_action (GTK_APPLICATION (self), accel->action, accel->accels);
}
