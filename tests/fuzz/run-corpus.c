/* SPDX-License-Identifier: GPL-3.0-or-later */
/* run-corpus.c: runs a fuzz target on each file of the folders given, and on each cut short: a plain test. */
#include <gio/gio.h>
#include <stdint.h>

int LLVMFuzzerTestOneInput (const uint8_t *data, size_t size);

/* Prefixes tried of a file: spread over its length, and each of its last bytes, where what is unfinished
 * stands. */
#define CUTS 64
#define ENDS 48

/* A copy of its own, so that a read past the end is seen by the sanitizer. */
static void
run_cut (const gchar *content, gsize cut)
{
  g_autofree gchar *part = (gchar *) g_memdup2 (content, MAX (cut, 1));

  LLVMFuzzerTestOneInput ((const uint8_t *) part, cut);
}

static void
test_file (gconstpointer data)
{
  const gchar *path = (const gchar *) data;
  g_autofree gchar *content = NULL;
  g_autoptr (GError) error = NULL;
  gsize length;

  g_file_get_contents (path, &content, &length, &error);
  g_assert_no_error (error);
  LLVMFuzzerTestOneInput ((const uint8_t *) content, length);
  for (gsize i = 0; i < CUTS; i++)
    run_cut (content, length * i / CUTS);
  for (gsize cut = length > ENDS ? length - ENDS : 0; cut < length; cut++)
    run_cut (content, cut);
}

static guint
add_folder (const gchar *folder)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GDir) dir = g_dir_open (folder, 0, &error);
  const gchar *name;
  guint n = 0;

  g_assert_no_error (error);
  for (; (name = g_dir_read_name (dir)) != NULL; n++) {
    g_autofree gchar *base = g_path_get_basename (folder);
    g_autofree gchar *test = g_strdup_printf ("/fuzz/%s/%s", base, name);

    g_test_add_data_func_full (test, g_build_filename (folder, name, NULL), test_file, g_free);
  }
  return n;
}

int
main (int argc, char *argv[])
{
  guint n = 0;

  g_test_init (&argc, &argv, NULL);
  for (int i = 1; i < argc; i++)
    n += add_folder (argv[i]);
  g_assert_cmpuint (n, >=, 20);
  return g_test_run ();
}
