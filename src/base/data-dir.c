/* SPDX-License-Identifier: GPL-3.0-or-later */
/* data-dir.c: where the data that comes with Busbar is. */
#include "base/data-dir.h"

/* <build>/src/cli/busbar-cli lies two folders below <build>, which has data/source-dir. */
char *
bb_build_dir (void)
{
  g_autofree char *program = g_file_read_link ("/proc/self/exe", NULL);
  if (!program)
    return NULL;
  g_autofree char *folder = g_path_get_dirname (program);
  g_autofree char *build = g_build_filename (folder, "..", "..", NULL);
  g_autofree char *pointer = g_build_filename (build, "data", "source-dir", NULL);
  return g_file_test (pointer, G_FILE_TEST_IS_REGULAR) ? g_canonicalize_filename (build, "/") : NULL;
}

/* <build>/data/source-dir names the source's data folder. */
static char *
find_uninstalled (void)
{
  g_autofree char *build = bb_build_dir ();
  if (!build)
    return NULL;
  g_autofree char *pointer = g_build_filename (build, "data", "source-dir", NULL);
  char *found = NULL;
  if (!g_file_get_contents (pointer, &found, NULL, NULL))
    return NULL;
  return g_strchomp (found);
}

char *
bb_data_dir (void)
{
  const char *override = g_getenv ("BUSBAR_DATA_DIR");
  char *found = override && *override ? g_strdup (override) : find_uninstalled ();
  return found ? found : g_strdup (BUSBAR_DATADIR);
}
