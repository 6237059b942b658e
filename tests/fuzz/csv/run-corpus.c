/* SPDX-License-Identifier: GPL-3.0-or-later */
/* run-corpus.c: runs the fuzz target on each file of a folder, and on each cut short: a plain test. */
#include <gio/gio.h>
#include <stdint.h>

int LLVMFuzzerTestOneInput (const uint8_t *data, size_t size);

static char *folder;

static void
test_file (gconstpointer data)
{
  g_autofree char *path = g_build_filename (folder, data, NULL), *content = NULL;
  g_autoptr (GError) error = NULL;
  gsize length;

  g_file_get_contents (path, &content, &length, &error);
  g_assert_no_error (error);
  LLVMFuzzerTestOneInput ((const uint8_t *) content, length);
  /* The end is where unfinished cells, quotes and line ends are. */
  for (gsize cut = length > 48 ? length - 48 : 0; cut < length; cut++)
    LLVMFuzzerTestOneInput ((const uint8_t *) content, cut);
}

int
main (int argc, char *argv[])
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GDir) dir = NULL;
  const char *name;
  int n = 0;

  g_test_init (&argc, &argv, NULL);
  folder = argc > 1 ? argv[1] : NULL;
  g_assert_nonnull (folder);
  dir = g_dir_open (folder, 0, &error);
  g_assert_no_error (error);
  for (; (name = g_dir_read_name (dir)) != NULL; n++) {
    g_autofree char *path = g_strdup_printf ("/fuzz/csv/%s", name);

    g_test_add_data_func_full (path, g_strdup (name), test_file, g_free);
  }
  g_assert_cmpint (n, >=, 20);
  return g_test_run ();
}
