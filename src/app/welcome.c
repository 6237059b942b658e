/* SPDX-License-Identifier: GPL-3.0-or-later */
/* welcome.c: the page of a window without a site. */
#include "app/welcome.h"

#include <glib/gi18n.h>

#include "app/preferences-settings.h"
#include "app/recent.h"

struct _BbWelcome {
  AdwBin parent_instance;
  GtkListBox *recent;
  GtkWidget *recent_box;
  GCancellable *cancellable; /* (owned): of the looks at the files */
};

G_DEFINE_FINAL_TYPE (BbWelcome, bb_welcome, ADW_TYPE_BIN)

static void
remove_cb (GtkButton *button, gpointer data)
{
  bb_recent_remove (g_object_get_data (G_OBJECT (button), "path"));
}

static GtkWidget *
new_remove_button (const gchar *path)
{
  GtkWidget *button = gtk_button_new_from_icon_name ("list-remove-symbolic");

  gtk_widget_set_valign (button, GTK_ALIGN_CENTER);
  gtk_widget_add_css_class (button, "flat");
  gtk_widget_set_tooltip_text (button, _ ("Remove from this list"));
  gtk_accessible_update_property (GTK_ACCESSIBLE (button), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  _ ("Remove from this list"), -1);
  g_object_set_data_full (G_OBJECT (button), "path", g_strdup (path), g_free);
  g_signal_connect (button, "clicked", G_CALLBACK (remove_cb), NULL);
  return button;
}

/* A file that is gone stays in the list, says so, and does not pretend to open. The file may be on a slow
 * disk. */
static void
looked_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (GtkWidget) row = data;
  g_autoptr (GError) error = NULL;
  g_autoptr (GFileInfo) info = g_file_query_info_finish (G_FILE (source), result, &error);
  g_autofree gchar *folder = bb_recent_folder (g_file_peek_path (G_FILE (source)));
  g_autofree gchar *text = NULL;

  if (info || g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return;
  /* TRANSLATORS: %s: the folder that the file was in */
  text = g_strdup_printf (_ ("Not found in %s"), folder);
  adw_action_row_set_subtitle (ADW_ACTION_ROW (row), text);
  gtk_actionable_set_action_name (GTK_ACTIONABLE (row), NULL);
  gtk_list_box_row_set_activatable (GTK_LIST_BOX_ROW (row), FALSE);
  gtk_widget_add_css_class (row, "missing");
}

static GtkWidget *
new_row (BbWelcome *self, const gchar *path)
{
  GtkWidget *row = adw_action_row_new ();
  g_autofree gchar *title = bb_recent_title (path);
  g_autofree gchar *folder = bb_recent_folder (path);
  g_autoptr (GFile) file = g_file_new_for_path (path);

  adw_preferences_row_set_use_markup (ADW_PREFERENCES_ROW (row), FALSE);
  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (row), title);
  adw_action_row_set_subtitle (ADW_ACTION_ROW (row), folder);
  adw_action_row_add_suffix (ADW_ACTION_ROW (row), new_remove_button (path));
  gtk_list_box_row_set_activatable (GTK_LIST_BOX_ROW (row), TRUE);
  gtk_actionable_set_action_name (GTK_ACTIONABLE (row), "app.open-recent");
  gtk_actionable_set_action_target (GTK_ACTIONABLE (row), "s", path);
  g_file_query_info_async (file, G_FILE_ATTRIBUTE_STANDARD_TYPE, G_FILE_QUERY_INFO_NONE, G_PRIORITY_DEFAULT,
                           self->cancellable, looked_cb, g_object_ref (row));
  return row;
}

static void
fill_cb (GSettings *settings, const gchar *key, BbWelcome *self)
{
  g_auto (GStrv) paths = bb_recent_get ();
  GtkWidget *row = NULL;

  while ((row = gtk_widget_get_first_child (GTK_WIDGET (self->recent))))
    gtk_list_box_remove (self->recent, row);
  for (guint i = 0; paths[i]; i++)
    gtk_list_box_append (self->recent, new_row (self, paths[i]));
  gtk_widget_set_visible (self->recent_box, paths[0] != NULL);
}

static void
bb_welcome_dispose (GObject *object)
{
  BbWelcome *self = BB_WELCOME (object);

  g_cancellable_cancel (self->cancellable);
  g_clear_object (&self->cancellable);
  G_OBJECT_CLASS (bb_welcome_parent_class)->dispose (object);
}

static void
bb_welcome_class_init (BbWelcomeClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = bb_welcome_dispose;
  gtk_widget_class_set_template_from_resource (widget_class, "/org/busbar/Busbar/ui/welcome.ui");
  gtk_widget_class_bind_template_child (widget_class, BbWelcome, recent);
  gtk_widget_class_bind_template_child (widget_class, BbWelcome, recent_box);
}

static void
bb_welcome_init (BbWelcome *self)
{
  GSettings *settings = bb_preferences_get_settings ();

  self->cancellable = g_cancellable_new ();
  gtk_widget_init_template (GTK_WIDGET (self));
  if (settings)
    g_signal_connect_object (settings, "changed::recent-sites", G_CALLBACK (fill_cb), self, 0);
  fill_cb (NULL, NULL, self);
}

guint
bb_welcome_get_n_recent (BbWelcome *self)
{
  guint n = 0;

  while (gtk_list_box_get_row_at_index (self->recent, (gint) n))
    n++;
  return n;
}
