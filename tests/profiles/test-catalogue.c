/* SPDX-License-Identifier: GPL-3.0-or-later */
/* test-catalogue.c: user before site before system; refused files; the bundled profiles. */
#include <glib/gstdio.h>
#include <string.h>

#include "kit.h"

typedef struct {
  char *root, *user, *site, *system;
} Folders;

static void
write_profile (const char *folder, const char *name, const char *vendor, const char *text)
{
  g_autofree char *path = g_build_filename (folder, name, NULL);
  g_autofree char *named = g_strdup_printf ("\"vendor\": \"%s\"", vendor);
  g_autofree char *changed
      = strstr (text, "\"vendor\": \"V\"") ? kit_replace (text, "\"vendor\": \"V\"", named) : g_strdup (text);

  g_assert_true (g_file_set_contents (path, changed, -1, NULL));
}

static void
set_up (Folders *folders, gconstpointer data)
{
  folders->root = g_dir_make_tmp ("bb-profiles-XXXXXX", NULL);
  folders->user = g_build_filename (folders->root, "user", NULL);
  folders->site = g_build_filename (folders->root, "site", "profiles", NULL);
  folders->system = g_build_filename (folders->root, "system", "profiles", NULL);
  g_mkdir_with_parents (folders->user, 0700);
  g_mkdir_with_parents (folders->site, 0700);
  g_mkdir_with_parents (folders->system, 0700);
}

static void
remove_tree (const char *path)
{
  g_autoptr (GDir) dir = g_dir_open (path, 0, NULL);
  const char *name;

  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL) {
    g_autofree char *inner = g_build_filename (path, name, NULL);

    remove_tree (inner);
  }
  g_remove (path);
}

static void
tear_down (Folders *folders, gconstpointer data)
{
  remove_tree (folders->root);
  g_free (folders->root);
  g_free (folders->user);
  g_free (folders->site);
  g_free (folders->system);
}

/* The system's folder is that of BUSBAR_DATA_DIR. */
static BbCatalogue *
open_catalogue (Folders *folders, gboolean with_site)
{
  g_autofree char *data = g_build_filename (folders->root, "system", NULL);
  g_autofree char *site = g_build_filename (folders->root, "site", NULL);
  g_autofree char *before = g_strdup (g_getenv ("BUSBAR_DATA_DIR"));
  BbCatalogue *catalogue;

  g_setenv ("BUSBAR_DATA_DIR", data, TRUE);
  catalogue = bb_catalogue_new (folders->user, with_site ? site : NULL);
  g_setenv ("BUSBAR_DATA_DIR", before, TRUE);
  return catalogue;
}

static void
assert_found (BbCatalogue *catalogue, const char *id, const char *vendor, const char *origin)
{
  g_autoptr (GError) error = NULL;
  BbProfile *profile = bb_catalogue_find (catalogue, id, &error);

  g_assert_no_error (error);
  g_assert_cmpstr (profile->id, ==, id);
  g_assert_cmpstr (profile->vendor, ==, vendor);
  g_assert_cmpstr (profile->origin, ==, origin);
}

static void
test_order (Folders *folders, gconstpointer data)
{
  g_autoptr (BbCatalogue) with = NULL;
  g_autoptr (BbCatalogue) without = NULL;

  write_profile (folders->system, "a.json", "System", kit_station);
  write_profile (folders->system, "b.json", "System", kit_station);
  write_profile (folders->system, "c.json", "System", kit_station);
  write_profile (folders->site, "a.json", "Site", kit_station);
  write_profile (folders->site, "b.json", "Site", kit_station);
  write_profile (folders->user, "a.json", "User", kit_station);
  write_profile (folders->user, "readme.txt", "User", "no profile");
  with = open_catalogue (folders, TRUE);
  without = open_catalogue (folders, FALSE);
  assert_found (with, "a", "User", "user");
  assert_found (with, "b", "Site", "site");
  assert_found (with, "c", "System", "system");
  assert_found (without, "b", "System", "system");
  g_assert_cmpuint (bb_catalogue_get_all (with)->len, ==, 3);
  g_assert_cmpuint (bb_catalogue_get_errors (with)->len, ==, 0);
}

/* Sorted by vendor, name. */
static void
test_sorted (Folders *folders, gconstpointer data)
{
  g_autoptr (BbCatalogue) catalogue = NULL;
  const char *const expected[] = { "z", "a", "m" };

  write_profile (folders->user, "m.json", "Zed", kit_station);
  write_profile (folders->user, "a.json", "Mid", kit_station);
  write_profile (folders->system, "z.json", "Ant", kit_station);
  catalogue = open_catalogue (folders, FALSE);
  for (guint i = 0; i < G_N_ELEMENTS (expected); i++)
    g_assert_cmpstr (((BbProfile *) g_ptr_array_index (bb_catalogue_get_all (catalogue), i))->id, ==,
                     expected[i]);
}

/* A refused file hides nothing else, and none of the same id further down takes its place. */
static void
test_refused (Folders *folders, gconstpointer data)
{
  g_autoptr (BbCatalogue) catalogue = NULL;
  g_autoptr (GError) error = NULL;

  write_profile (folders->user, "a.json", "User", "{ }");
  write_profile (folders->system, "a.json", "System", kit_station);
  write_profile (folders->system, "b.json", "System", kit_station);
  catalogue = open_catalogue (folders, FALSE);
  g_assert_cmpuint (bb_catalogue_get_errors (catalogue)->len, ==, 1);
  g_assert_nonnull (strstr (g_ptr_array_index (bb_catalogue_get_errors (catalogue), 0), "user/a.json:1:1: "));
  assert_found (catalogue, "b", "System", "system");
  g_assert_null (bb_catalogue_find (catalogue, "a", &error));
  g_assert_error (error, BB_PROFILE_ERROR, BB_PROFILE_ERROR_VALUE);
  g_assert_nonnull (strstr (error->message, "a.json:1:1: "));
  g_clear_error (&error);
  g_assert_null (bb_catalogue_find (catalogue, "c", &error));
  g_assert_error (error, BB_PROFILE_ERROR, BB_PROFILE_ERROR_NOT_FOUND);
}

static void
test_refs (Folders *folders, gconstpointer data)
{
  BbCatalogue *catalogue;
  BbProfile *profile;

  write_profile (folders->user, "a.json", "User", kit_station);
  catalogue = open_catalogue (folders, FALSE);
  profile = bb_profile_ref (bb_catalogue_find (catalogue, "a", NULL));
  bb_catalogue_unref (bb_catalogue_ref (catalogue));
  bb_catalogue_unref (catalogue);
  g_assert_cmpstr (profile->vendor, ==, "User");
  bb_profile_unref (profile);
}

/* ---- the bundled ones ---- */

/* All load; the folder holds nothing else; ids are as the files are named. */
static void
test_bundled (void)
{
  g_autofree char *folder = g_build_filename (g_getenv ("BUSBAR_DATA_DIR"), "profiles", NULL);
  g_autoptr (GDir) dir = g_dir_open (folder, 0, NULL);
  const char *name;
  guint n = 0;

  g_assert_nonnull (dir);
  for (; (name = g_dir_read_name (dir)) != NULL; n++) {
    g_autofree char *path = g_build_filename (folder, name, NULL);
    g_autoptr (GError) error = NULL;
    g_autoptr (BbProfile) profile = bb_profile_load (path, &error);
    g_autofree char *file = NULL;

    g_assert_true (g_regex_match_simple ("^[a-z0-9]+(-[a-z0-9]+)*\\.json$", name, 0, 0));
    g_assert_no_error (error);
    file = g_strconcat (profile->id, ".json", NULL);
    g_assert_cmpstr (file, ==, name);
  }
  g_assert_cmpuint (n, >=, 30);
}

/* Devices that must be known. */
static void
test_bundled_devices (void)
{
  static const char *const stations[] = { "abb-terra-ac",
                                          "charge-amps-aura",
                                          "charge-amps-halo",
                                          "ocpp-16j",
                                          "teison-smart-mini",
                                          "mennekes-amtron-professional",
                                          "webasto-live",
                                          "weidmueller-ac-smart",
                                          "weidmueller-ac-wallbox-business",
                                          "zaptec-home",
                                          "zaptec-pro" };
  static const char *const meters[]
      = { "abb-b23",         "carlo-gavazzi-em24", "carlo-gavazzi-em340", "eastron-sdm630", "homewizard-p1",
          "dsmr-p1",         "janitza-umg",        "shelly-pro-3em",      "shelly-3em",     "sunspec-meter",
          "teison-ct-clamp", "eastron-sdm72d-m-2", "shelly-3em-gen3" };
  g_autoptr (BbCatalogue) catalogue = bb_catalogue_new ("/nonexistent", NULL);

  for (guint i = 0; i < G_N_ELEMENTS (stations) + G_N_ELEMENTS (meters); i++) {
    const gboolean station = i < G_N_ELEMENTS (stations);
    const char *id = station ? stations[i] : meters[i - G_N_ELEMENTS (stations)];
    g_autoptr (GError) error = NULL;
    BbProfile *profile = bb_catalogue_find (catalogue, id, &error);

    g_assert_no_error (error);
    g_assert_cmpint (profile->kind, ==, station ? BB_PROFILE_STATION : BB_PROFILE_METER);
    g_assert_cmpstr (profile->origin, ==, "system");
  }
  g_assert_cmpuint (bb_catalogue_get_errors (catalogue)->len, ==, 0);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add ("/profiles/catalogue/order", Folders, NULL, set_up, test_order, tear_down);
  g_test_add ("/profiles/catalogue/sorted", Folders, NULL, set_up, test_sorted, tear_down);
  g_test_add ("/profiles/catalogue/refused", Folders, NULL, set_up, test_refused, tear_down);
  g_test_add ("/profiles/catalogue/refs", Folders, NULL, set_up, test_refs, tear_down);
  g_test_add_func ("/profiles/bundled/all-load", test_bundled);
  g_test_add_func ("/profiles/bundled/devices", test_bundled_devices);
  return g_test_run ();
}
