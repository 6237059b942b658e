/* SPDX-License-Identifier: GPL-3.0-or-later */
/* input-files.h: files of the input tests, written into a folder that is removed at the end. */
#ifndef BB_TEST_INPUT_FILES_H
#define BB_TEST_INPUT_FILES_H

#include <gio/gio.h>
#include <glib/gstdio.h>
#include <string.h>
#include <unistd.h>

#include "base/zone.h"
#include "simulation/input-load.h"

static char *input_folder;

/* Writes `length` bytes (-1: up to the zero) as NAME in the folder; its path, free with g_free(). */
G_GNUC_UNUSED static char *
write_input (const char *name, const char *content, gssize length)
{
  char *path = g_build_filename (input_folder, name, NULL);
  g_autoptr (GError) error = NULL;

  /* Without the waiting for the disk that replacing a file means. */
  g_unlink (path);
  g_file_set_contents_full (path, content, length, G_FILE_SET_CONTENTS_NONE, 0600, &error);
  g_assert_no_error (error);
  return path;
}

/* UTC ms of an ISO time with offset. */
G_GNUC_UNUSED static int64_t
ms (const char *text)
{
  g_autoptr (GError) error = NULL;
  gint64 utc_ms;

  bb_time_parse (text, NULL, &utc_ms, NULL, &error);
  g_assert_no_error (error);
  return utc_ms;
}

/* `error` is set with the code and its message is "<folder>/name" and then exactly `rest` up to its length.
 */
#define assert_input_error(error, input_code, name, rest)                                                    \
  G_STMT_START                                                                                               \
  {                                                                                                          \
    g_autofree char *start_ = g_strdup_printf ("%s/%s%s", input_folder, name, rest);                         \
    g_assert_nonnull (error);                                                                                \
    g_assert_true ((error)->domain == BB_INPUT_ERROR);                                                       \
    g_test_message ("%s", (error)->message);                                                                 \
    g_assert_cmpint ((error)->code, ==, input_code);                                                         \
    if (!g_str_has_prefix ((error)->message, start_))                                                        \
      g_error ("expected “%s”, got “%s”", start_, (error)->message);                                         \
  }                                                                                                          \
  G_STMT_END

static int
run_input_tests (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GDir) dir = NULL;
  const char *name;
  int status;

  input_folder = g_dir_make_tmp ("busbar-inputs-XXXXXX", &error);
  g_assert_no_error (error);
  status = g_test_run ();
  dir = g_dir_open (input_folder, 0, NULL);
  while ((name = g_dir_read_name (dir)) != NULL) {
    g_autofree char *path = g_build_filename (input_folder, name, NULL);

    g_unlink (path);
  }
  g_rmdir (input_folder);
  g_free (input_folder);
  return status;
}

#endif
