/* SPDX-License-Identifier: GPL-3.0-or-later */
/* data-dir.c: where the data that comes with Busbar is. */
#include "cli/data-dir.h"

/* <build>/src/cli/busbar-cli finds <build>/data/source-dir, which names the source's data folder. */
static char *
find_uninstalled (void)
{
  g_autofree char *program = g_file_read_link ("/proc/self/exe", NULL);
  if (!program)
    return NULL;
  g_autofree char *folder = g_path_get_dirname (program);
  g_autofree char *pointer = g_build_filename (folder, "..", "..", "data", "source-dir", NULL);
  char *found = NULL;
  if (!g_file_get_contents (pointer, &found, NULL, NULL))
    return NULL;
  return g_strchomp (found);
}

char *
cli_data_dir (void)
{
  const char *override = g_getenv ("BUSBAR_DATA_DIR");
  char *found = override && *override ? g_strdup (override) : find_uninstalled ();
  return found ? found : g_strdup (BUSBAR_DATADIR);
}
