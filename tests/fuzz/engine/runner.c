/* SPDX-License-Identifier: GPL-3.0-or-later */
/* runner.c: feeds each file of the folders named to a libFuzzer target, so that a corpus is a plain test.
 *
 * usage: fuzz-engine-step FOLDER...          prints TAP, one line for all */
#include <dirent.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput (const uint8_t *data, size_t size);

#define MAX_BYTES (1 << 20)

/* True where it was a file that could be read. */
static int
run_file (const char *path)
{
  static uint8_t data[MAX_BYTES];
  FILE *file = fopen (path, "rb");
  size_t size;

  if (file == NULL)
    return 0;
  size = fread (data, 1, sizeof data, file);
  fclose (file);
  fprintf (stderr, "# %s\n", path);
  LLVMFuzzerTestOneInput (data, size);
  return 1;
}

static int
run_folder (const char *folder)
{
  DIR *dir = opendir (folder);
  struct dirent *entry;
  char path[4096];
  int n = 0;

  if (dir == NULL)
    return 0;
  while ((entry = readdir (dir)) != NULL) {
    snprintf (path, sizeof path, "%s/%s", folder, entry->d_name);
    if (entry->d_name[0] != '.')
      n += run_file (path);
  }
  closedir (dir);
  return n;
}

int
main (int argc, char **argv)
{
  int n = 0;

  for (int i = 1; i < argc; i++)
    n += run_folder (argv[i]);
  printf ("1..1\n%s 1 - %d inputs of the corpus\n", n > 0 ? "ok" : "not ok", n);
  return n > 0 ? 0 : 1;
}
