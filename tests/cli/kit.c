/* SPDX-License-Identifier: GPL-3.0-or-later */
/* kit.c: runs the built busbar-cli and keeps what it said. */
#include "kit.h"

#include <glib/gstdio.h>
#include <string.h>
#include <sys/wait.h>

void
cli_run_free (CliRun *run)
{
  g_free (run->out);
  g_free (run->err);
  g_free (run);
}

char *
cli_program (void)
{
  const char *build = g_getenv ("BUSBAR_BUILD_DIR");
  g_assert_nonnull (build);
  return g_build_filename (build, "src", "cli", "busbar-cli", NULL);
}

GSubprocess *
cli_start (GSubprocessFlags flags, const char *const *arguments)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) argv = g_ptr_array_new_with_free_func (g_free);
  GSubprocess *process = NULL;

  g_ptr_array_add (argv, cli_program ());
  for (; *arguments; arguments++)
    g_ptr_array_add (argv, g_strdup (*arguments));
  g_ptr_array_add (argv, NULL);
  process = g_subprocess_newv ((const char *const *) argv->pdata, flags, &error);
  g_assert_no_error (error);
  return process;
}

/* The bytes, terminated; "" where there are none. */
static char *
to_text (GBytes *bytes)
{
  gsize length = 0;
  const char *data = bytes ? g_bytes_get_data (bytes, &length) : NULL;

  return length > 0 ? g_strndup (data, length) : g_strdup ("");
}

CliRun *
cli_run (const char *input, gssize length, const char *const *arguments)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) in = NULL;
  g_autoptr (GBytes) out = NULL;
  g_autoptr (GBytes) err = NULL;
  CliRun *run = g_new0 (CliRun, 1);
  g_autoptr (GSubprocess) process = cli_start (G_SUBPROCESS_FLAGS_STDIN_PIPE | G_SUBPROCESS_FLAGS_STDOUT_PIPE
                                                   | G_SUBPROCESS_FLAGS_STDERR_PIPE,
                                               arguments);

  in = g_bytes_new (input ? input : "", input ? (length < 0 ? strlen (input) : (gsize) length) : 0);
  g_subprocess_communicate (process, in, NULL, &out, &err, &error);
  /* a program that ends before it has read everything closes its input */
  if (error && !g_error_matches (error, G_IO_ERROR, G_IO_ERROR_BROKEN_PIPE))
    g_assert_no_error (error);
  g_subprocess_wait (process, NULL, NULL);
  run->code = g_subprocess_get_if_exited (process) ? g_subprocess_get_exit_status (process)
                                                   : 128 + g_subprocess_get_term_sig (process);
  run->n_out = out ? g_bytes_get_size (out) : 0;
  run->out = to_text (out);
  run->err = to_text (err);
  return run;
}

GStrv
cli_run_lines (const CliRun *run)
{
  gsize length = strlen (run->out);
  g_autofree char *text = NULL;

  if (length > 0 && run->out[length - 1] == '\n')
    length--;
  text = g_strndup (run->out, length);
  return length > 0 ? g_strsplit (text, "\n", -1) : g_new0 (char *, 1);
}

CliRun *
cli_run_shell (const char *command)
{
  g_autofree char *program = cli_program ();
  g_auto (GStrv) environment = g_environ_setenv (g_get_environ (), "CLI", program, TRUE);
  char *argv[] = { (char *) "/bin/sh", (char *) "-c", (char *) command, NULL };
  g_autoptr (GError) error = NULL;
  CliRun *run = g_new0 (CliRun, 1);
  int status = 0;

  g_spawn_sync (NULL, argv, environment, 0, NULL, NULL, &run->out, &run->err, &status, &error);
  g_assert_no_error (error);
  run->code = WIFEXITED (status) ? WEXITSTATUS (status) : 128 + WTERMSIG (status);
  run->n_out = strlen (run->out);
  return run;
}

char *
cli_folder_new (void)
{
  g_autoptr (GError) error = NULL;
  char *folder = g_dir_make_tmp ("busbar-XXXXXX", &error);

  g_assert_no_error (error);
  return folder;
}

char *
cli_write_file (const char *folder, const char *name, const char *text)
{
  g_autoptr (GError) error = NULL;
  char *path = g_build_filename (folder, name, NULL);

  g_file_set_contents (path, text, -1, &error);
  g_assert_no_error (error);
  return path;
}

void
cli_folder_remove (const char *folder)
{
  g_autoptr (GDir) dir = g_dir_open (folder, 0, NULL);
  const char *name = NULL;

  while (dir && (name = g_dir_read_name (dir))) {
    g_autofree char *path = g_build_filename (folder, name, NULL);
    if (g_file_test (path, G_FILE_TEST_IS_DIR))
      cli_folder_remove (path);
    else
      g_remove (path);
  }
  g_rmdir (folder);
}

guint
cli_folder_count (const char *folder)
{
  g_autoptr (GDir) dir = g_dir_open (folder, 0, NULL);
  guint n = 0;

  while (dir && g_dir_read_name (dir))
    n++;
  return n;
}
