/* SPDX-License-Identifier: GPL-3.0-or-later */
/* recent.c: the sites that were opened lately. */
#include "app/recent.h"

#include <string.h>

#include "app/preferences-settings.h"

#define KEY "recent-sites"

/* The setting holds addresses (URIs): a path need not be UTF-8. */
GStrv
bb_recent_get (void)
{
  GSettings *settings = bb_preferences_get_settings ();
  g_auto (GStrv) uris = settings ? g_settings_get_strv (settings, KEY) : NULL;
  g_autoptr (GStrvBuilder) paths = g_strv_builder_new ();

  for (guint i = 0; uris && uris[i]; i++) {
    g_autofree gchar *path = g_filename_from_uri (uris[i], NULL, NULL);
    if (path)
      g_strv_builder_add (paths, path);
  }
  return g_strv_builder_end (paths);
}

/* Writes `first` (nullable) and then the others without `without`. */
static void
keep (const gchar *first, const gchar *without)
{
  GSettings *settings = bb_preferences_get_settings ();
  g_auto (GStrv) old = bb_recent_get ();
  g_autoptr (GPtrArray) uris = g_ptr_array_new_with_free_func (g_free);

  if (!settings)
    return;
  if (first)
    g_ptr_array_add (uris, g_filename_to_uri (first, NULL, NULL));
  for (guint i = 0; old[i] && uris->len < BB_RECENT_MOST; i++)
    if (g_strcmp0 (old[i], without) != 0)
      g_ptr_array_add (uris, g_filename_to_uri (old[i], NULL, NULL));
  g_ptr_array_add (uris, NULL);
  g_settings_set_strv (settings, KEY, (const gchar *const *) uris->pdata);
}

void
bb_recent_add (const gchar *path)
{
  g_autofree gchar *full = g_canonicalize_filename (path, NULL);
  g_autofree gchar *uri = g_filename_to_uri (full, NULL, NULL);

  keep (full, full);
  if (uri)
    bb_preferences_set_string ("last-site", uri);
}

void
bb_recent_remove (const gchar *path)
{
  keep (NULL, path);
}

gchar *
bb_recent_title (const gchar *path)
{
  g_autofree gchar *name = g_filename_display_basename (path);

  if (g_str_has_suffix (name, ".busbar") && strlen (name) > strlen (".busbar"))
    name[strlen (name) - strlen (".busbar")] = '\0';
  return g_steal_pointer (&name);
}

gchar *
bb_recent_folder (const gchar *path)
{
  g_autofree gchar *folder = g_path_get_dirname (path);
  g_autofree gchar *shown = g_filename_display_name (folder);
  const gchar *home = g_get_home_dir ();

  if (home && *home && g_str_has_prefix (shown, home)
      && (shown[strlen (home)] == '/' || shown[strlen (home)] == '\0'))
    return g_strconcat ("~", shown + strlen (home), NULL);
  return g_steal_pointer (&shown);
}
