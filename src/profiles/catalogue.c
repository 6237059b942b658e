/* SPDX-License-Identifier: GPL-3.0-or-later */
/* catalogue.c: all device profiles: the user's, those beside the site, the system's. */
#include "profiles/catalogue.h"

#include <glib/gi18n.h>
#include <string.h>

#include "base/data-dir.h"

struct _BbCatalogue {
  gatomicrefcount refs;
  GPtrArray *profiles; /* (element-type BbProfile) (owned) */
  GPtrArray *errors;   /* (element-type utf8) (owned) */
  GHashTable *by_id;   /* (element-type utf8 BbProfile): NULL for a file that was refused */
  GHashTable *refused; /* (element-type utf8 utf8): id -> message */
};

static void
add_file (BbCatalogue *self, const gchar *folder, const gchar *name, const gchar *origin)
{
  g_autofree gchar *path = g_build_filename (folder, name, NULL);
  g_autofree gchar *id = g_strndup (name, strlen (name) - strlen (".json"));
  g_autoptr (GError) error = NULL;
  BbProfile *profile;

  if (g_hash_table_contains (self->by_id, id))
    return;
  profile = bb_profile_load (path, &error);
  if (profile == NULL) {
    g_ptr_array_add (self->errors, g_strdup (error->message));
    g_hash_table_insert (self->refused, g_strdup (id), g_strdup (error->message));
  } else {
    g_free (profile->origin);
    profile->origin = g_strdup (origin);
    g_ptr_array_add (self->profiles, profile);
  }
  g_hash_table_insert (self->by_id, g_steal_pointer (&id), profile);
}

static gint
compare_names (gconstpointer a, gconstpointer b)
{
  return strcmp (*(const gchar *const *) a, *(const gchar *const *) b);
}

/* Takes what is in `folder` and was not in one before; a folder that is not there has nothing. */
static void
add_folder (BbCatalogue *self, const gchar *folder, const gchar *origin)
{
  g_autoptr (GDir) dir = g_dir_open (folder, 0, NULL);
  g_autoptr (GPtrArray) names = g_ptr_array_new_with_free_func (g_free);
  const gchar *name;

  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL)
    if (g_str_has_suffix (name, ".json") && *name != '.')
      g_ptr_array_add (names, g_strdup (name));
  g_ptr_array_sort (names, compare_names);
  for (guint i = 0; i < names->len; i++)
    add_file (self, folder, g_ptr_array_index (names, i), origin);
}

static gint
compare_profiles (gconstpointer a, gconstpointer b)
{
  const BbProfile *left = *(BbProfile *const *) a, *right = *(BbProfile *const *) b;
  gint order = g_utf8_collate (left->vendor, right->vendor);

  order = order != 0 ? order : g_utf8_collate (left->name, right->name);
  return order != 0 ? order : strcmp (left->id, right->id);
}

BbCatalogue *
bb_catalogue_new (const gchar *user_folder, const gchar *site_folder)
{
  BbCatalogue *self = g_new0 (BbCatalogue, 1);
  g_autofree gchar *data = bb_data_dir ();
  g_autofree gchar *user = user_folder != NULL
                               ? g_strdup (user_folder)
                               : g_build_filename (g_get_user_data_dir (), "busbar", "profiles", NULL);
  g_autofree gchar *site = site_folder != NULL ? g_build_filename (site_folder, "profiles", NULL) : NULL;
  g_autofree gchar *system = g_build_filename (data, "profiles", NULL);

  g_atomic_ref_count_init (&self->refs);
  self->profiles = g_ptr_array_new_with_free_func ((GDestroyNotify) bb_profile_unref);
  self->errors = g_ptr_array_new_with_free_func (g_free);
  self->by_id = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  self->refused = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  add_folder (self, user, "user");
  if (site != NULL)
    add_folder (self, site, "site");
  add_folder (self, system, "system");
  g_ptr_array_sort (self->profiles, compare_profiles);
  return self;
}

BbCatalogue *
bb_catalogue_ref (BbCatalogue *self)
{
  g_return_val_if_fail (self != NULL, NULL);
  g_atomic_ref_count_inc (&self->refs);
  return self;
}

void
bb_catalogue_unref (BbCatalogue *self)
{
  g_return_if_fail (self != NULL);
  if (!g_atomic_ref_count_dec (&self->refs))
    return;
  g_hash_table_unref (self->by_id);
  g_hash_table_unref (self->refused);
  g_ptr_array_unref (self->profiles);
  g_ptr_array_unref (self->errors);
  g_free (self);
}

BbCatalogue *
bb_catalogue_get_default (void)
{
  static gsize catalogue = 0;

  if (g_once_init_enter (&catalogue))
    g_once_init_leave (&catalogue, (gsize) bb_catalogue_new (NULL, NULL));
  return (BbCatalogue *) catalogue;
}

BbProfile *
bb_catalogue_find (BbCatalogue *self, const gchar *id, GError **error)
{
  BbProfile *profile;
  const gchar *refused;

  g_return_val_if_fail (self != NULL && id != NULL, NULL);
  profile = g_hash_table_lookup (self->by_id, id);
  if (profile != NULL)
    return profile;
  refused = g_hash_table_lookup (self->refused, id);
  if (refused != NULL)
    g_set_error_literal (error, BB_PROFILE_ERROR, BB_PROFILE_ERROR_VALUE, refused);
  else
    g_set_error (error, BB_PROFILE_ERROR, BB_PROFILE_ERROR_NOT_FOUND,
                 _ ("There is no device profile “%s”. See the list of “busbar-cli profile list”."), id);
  return NULL;
}

GPtrArray *
bb_catalogue_get_all (BbCatalogue *self)
{
  g_return_val_if_fail (self != NULL, NULL);
  return self->profiles;
}

GPtrArray *
bb_catalogue_get_errors (BbCatalogue *self)
{
  g_return_val_if_fail (self != NULL, NULL);
  return self->errors;
}
