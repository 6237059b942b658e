/* SPDX-License-Identifier: GPL-3.0-or-later */
/* application.c: the application: one instance, its windows, the files it is asked to open. */
#include "app/application.h"

#include <glib-unix.h>
#include <glib/gi18n.h>
#include <signal.h>

#include "app/preferences-settings.h"
#include "app/recent.h"
#include "app/recovery.h"
#include "app/render-pages.h"
#include "app/watchdog.h"
#include "base/data-dir.h"
#include "busbar-resources.h" /* lint: allow include-direction it is generated in the build folder */

struct _BbApplication {
  AdwApplication parent_instance;
  gboolean wants_demo;
  gboolean offered; /* what an earlier Busbar left */
};

G_DEFINE_FINAL_TYPE (BbApplication, bb_application, ADW_TYPE_APPLICATION)

void
bb_application_load_resources (void)
{
  g_resources_register (busbar_get_resource ());
}

static BbAppWindow *
active_window (BbApplication *self)
{
  GList *windows = gtk_application_get_windows (GTK_APPLICATION (self));

  for (; windows; windows = windows->next)
    if (BB_IS_APP_WINDOW (windows->data))
      return windows->data;
  return NULL;
}

static BbAppWindow *
new_window (BbApplication *self)
{
  return BB_APP_WINDOW (bb_app_window_new (ADW_APPLICATION (self)));
}

static BbAppWindow *
some_window (BbApplication *self, BbAppWindow *near)
{
  if (!near)
    near = active_window (self);
  return near ? near : new_window (self);
}

BbAppWindow *
bb_application_show_document (BbApplication *self, BbAppWindow *near, BbDocument *document)
{
  BbAppWindow *window = some_window (self, near);

  if (bb_app_window_get_document (window))
    window = new_window (self);
  bb_app_window_set_document (window, document);
  gtk_window_present (GTK_WINDOW (window));
  return window;
}

/* ---- opening ---- */

typedef struct {
  BbApplication *self; /* (owned), held */
  BbAppWindow *near;   /* (nullable), weak */
  gchar *path;
} Opening;

static Opening *
opening_new (BbApplication *self, BbAppWindow *near, const gchar *path)
{
  Opening *opening = g_new0 (Opening, 1);

  opening->self = g_object_ref (self);
  opening->path = g_strdup (path);
  g_set_weak_pointer (&opening->near, near);
  g_application_hold (G_APPLICATION (self));
  return opening;
}

static void
opening_free (Opening *opening)
{
  g_application_release (G_APPLICATION (opening->self));
  g_clear_weak_pointer (&opening->near);
  g_object_unref (opening->self);
  g_free (opening->path);
  g_free (opening);
}
G_DEFINE_AUTOPTR_CLEANUP_FUNC (Opening, opening_free)

static void
tell_failure (Opening *opening, const GError *error)
{
  BbAppWindow *window = some_window (opening->self, opening->near);
  g_autofree gchar *name = g_filename_display_basename (opening->path);
  g_autofree gchar *text = NULL;

  /* TRANSLATORS: first %s: a file's name, second: the reason, a sentence */
  text = g_strdup_printf (_ ("%s was not opened. %s"), name, error->message);
  bb_app_window_tell (window, BB_EVENT_ERROR, text);
  gtk_window_present (GTK_WINDOW (window));
}

static void
loaded_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (Opening) opening = data;
  g_autoptr (GError) error = NULL;
  g_autoptr (BbDocument) document = bb_document_load_finish (result, &error);

  if (!document) {
    tell_failure (opening, error);
    return;
  }
  if (bb_document_get_path (document))
    bb_recent_add (bb_document_get_path (document));
  bb_application_show_document (opening->self, opening->near, document);
}

static BbAppWindow *
find_open (BbApplication *self, const gchar *path)
{
  GList *windows = gtk_application_get_windows (GTK_APPLICATION (self));

  for (; windows; windows = windows->next)
    if (BB_IS_APP_WINDOW (windows->data)) {
      BbDocument *document = bb_app_window_get_document (windows->data);
      if (document && g_strcmp0 (bb_document_get_path (document), path) == 0)
        return windows->data;
    }
  return NULL;
}

void
bb_application_open_path (BbApplication *self, BbAppWindow *near, const gchar *path)
{
  g_autofree gchar *full = g_canonicalize_filename (path, NULL);
  BbAppWindow *open = find_open (self, full);

  if (open)
    gtk_window_present (GTK_WINDOW (open));
  else
    bb_document_load_async (full, NULL, loaded_cb, opening_new (self, near, full));
}

void
bb_application_open_demo (BbApplication *self, BbAppWindow *near)
{
  bb_document_load_demo_async (NULL, loaded_cb, opening_new (self, near, "villa-demo.busbar"));
}

/* ---- what GApplication asks ---- */

/* The site that was open last comes back, unless there is unsaved work to offer: that comes first. */
static void
restore_last (BbApplication *self, BbAppWindow *window)
{
  g_autofree gchar *uri = bb_preferences_get_string ("last-site", "");
  g_autofree gchar *path = uri && *uri ? g_filename_from_uri (uri, NULL, NULL) : NULL;

  if (path && g_file_test (path, G_FILE_TEST_IS_REGULAR))
    bb_application_open_path (self, window, path);
}

/* TRUE: there was something to offer. */
static gboolean
offer_leftovers (BbApplication *self, BbAppWindow *window)
{
  g_autofree gchar *folder = bb_recovery_get_folder ();
  g_autoptr (GPtrArray) leftovers = NULL;

  if (self->offered)
    return FALSE;
  self->offered = TRUE;
  leftovers = bb_recovery_find (folder);
  for (guint i = 0; i < leftovers->len; i++)
    bb_app_window_offer_leftover (window, leftovers->pdata[i]);
  return leftovers->len > 0;
}

static void
bb_application_activate (GApplication *application)
{
  BbApplication *self = BB_APPLICATION (application);
  BbAppWindow *window = active_window (self);

  if (!window) {
    window = new_window (self);
    if (!offer_leftovers (self, window) && !self->wants_demo)
      restore_last (self, window);
  }
  gtk_window_present (GTK_WINDOW (window));
  if (self->wants_demo)
    bb_application_open_demo (self, window);
  self->wants_demo = FALSE;
}

static void
bb_application_open (GApplication *application, GFile **files, gint n_files, const gchar *hint)
{
  BbApplication *self = BB_APPLICATION (application);
  BbAppWindow *window = some_window (self, NULL);

  offer_leftovers (self, window);
  gtk_window_present (GTK_WINDOW (window));
  for (gint i = 0; i < n_files; i++) {
    g_autofree gchar *path = g_file_get_path (files[i]);
    if (path)
      bb_application_open_path (self, window, path);
    else
      bb_app_window_tell (window, BB_EVENT_ERROR,
                          _ ("Busbar opens files of this computer only. Copy the file here first."));
  }
}

static gint
bb_application_handle_local_options (GApplication *application, GVariantDict *options)
{
  BbApplication *self = BB_APPLICATION (application);
  const gchar *folder = NULL;
  gdouble scale = 1.0;

  if (g_variant_dict_contains (options, "version")) {
    g_print ("Busbar %s\n", BUSBAR_VERSION);
    return 0;
  }
  g_variant_dict_lookup (options, "render-scale-text", "d", &scale);
  if (g_variant_dict_lookup (options, "render-pages", "^&ay", &folder))
    return bb_render_pages (folder, scale);
  if (g_variant_dict_contains (options, "demo")) {
    g_autoptr (GError) error = NULL;
    if (!g_application_register (application, NULL, &error)) {
      g_printerr ("busbar: %s\n", error->message);
      return 1;
    }
    if (g_application_get_is_remote (application)) {
      g_action_group_activate_action (G_ACTION_GROUP (application), "demo", NULL);
      return 0;
    }
    self->wants_demo = TRUE;
  }
  return -1;
}

static void
apply_theme_cb (GSettings *settings, const gchar *key, BbApplication *self)
{
  g_autofree gchar *theme = bb_preferences_get_string ("theme", "system");
  AdwColorScheme scheme = ADW_COLOR_SCHEME_DEFAULT;

  if (g_strcmp0 (theme, "light") == 0)
    scheme = ADW_COLOR_SCHEME_FORCE_LIGHT;
  else if (g_strcmp0 (theme, "dark") == 0)
    scheme = ADW_COLOR_SCHEME_FORCE_DARK;
  adw_style_manager_set_color_scheme (adw_application_get_style_manager (ADW_APPLICATION (self)), scheme);
}

/* The session ends (or somebody ends us): what is not saved is kept and offered at the next start. */
static gboolean
terminate_cb (gpointer application)
{
  GList *windows = gtk_application_get_windows (application);

  for (; windows; windows = windows->next)
    if (BB_IS_APP_WINDOW (windows->data))
      bb_app_window_keep_work (windows->data);
  g_application_quit (application);
  return G_SOURCE_REMOVE;
}

/* The icon of a program that is not installed lies with its data. */
static void
find_icons (void)
{
  g_autofree gchar *data = bb_data_dir ();
  g_autofree gchar *icons = g_build_filename (data, "icons", NULL);
  GdkDisplay *display = gdk_display_get_default ();

  if (display)
    gtk_icon_theme_add_search_path (gtk_icon_theme_get_for_display (display), icons);
}

static void
bb_application_startup (GApplication *application)
{
  BbApplication *self = BB_APPLICATION (application);
  GSettings *settings = bb_preferences_get_settings ();

  G_APPLICATION_CLASS (bb_application_parent_class)->startup (application);
  find_icons ();
  gtk_window_set_default_icon_name (BB_APPLICATION_ID);
  bb_application_add_actions (self);
  if (settings)
    g_signal_connect_object (settings, "changed::theme", G_CALLBACK (apply_theme_cb), self, 0);
  apply_theme_cb (NULL, NULL, self);
  g_unix_signal_add (SIGTERM, terminate_cb, self);
  g_unix_signal_add (SIGHUP, terminate_cb, self);
  g_unix_signal_add (SIGINT, terminate_cb, self);
}

static void
bb_application_shutdown (GApplication *application)
{
  G_APPLICATION_CLASS (bb_application_parent_class)->shutdown (application);
  bb_recovery_wait ();
}

static void
bb_application_class_init (BbApplicationClass *klass)
{
  GApplicationClass *application_class = G_APPLICATION_CLASS (klass);

  application_class->activate = bb_application_activate;
  application_class->open = bb_application_open;
  application_class->startup = bb_application_startup;
  application_class->shutdown = bb_application_shutdown;
  application_class->handle_local_options = bb_application_handle_local_options;
}

static void
bb_application_init (BbApplication *self)
{
  const GOptionEntry entries[]
      = { { "demo", 0, 0, G_OPTION_ARG_NONE, NULL, N_ ("Open the demo site"), NULL },
          { "version", 0, 0, G_OPTION_ARG_NONE, NULL, N_ ("Print the version"), NULL },
          { "render-pages", 0, G_OPTION_FLAG_HIDDEN, G_OPTION_ARG_FILENAME, NULL,
            N_ ("Write pictures of all pages"), N_ ("DIR") },
          { "render-scale-text", 0, G_OPTION_FLAG_HIDDEN, G_OPTION_ARG_DOUBLE, NULL,
            N_ ("With --render-pages: size of the text"), N_ ("FACTOR") },
          G_OPTION_ENTRY_NULL };

  g_application_add_main_option_entries (G_APPLICATION (self), entries);
  g_application_set_option_context_parameter_string (G_APPLICATION (self), _ ("[SITE…]"));
}

BbApplication *
bb_application_new (void)
{
  return g_object_new (BB_TYPE_APPLICATION, "application-id", BB_APPLICATION_ID, "flags",
                       G_APPLICATION_HANDLES_OPEN, "resource-base-path", "/org/busbar/Busbar", NULL);
}
