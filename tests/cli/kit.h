/* SPDX-License-Identifier: GPL-3.0-or-later */
/* kit.h: runs the built busbar-cli and keeps what it said. */
#pragma once

#include <gio/gio.h>

typedef struct CliRun {
  int code;    /* exit code; 128 + signal where it was killed */
  char *out;   /* (owned) standard output, terminated */
  gsize n_out; /* bytes of it */
  char *err;   /* (owned) */
} CliRun;

void cli_run_free (CliRun *run);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (CliRun, cli_run_free)

/* The program that was built. (transfer full) */
char *cli_program (void);

/* Starts the program with these arguments (after its name, NULL-terminated). */
GSubprocess *cli_start (GSubprocessFlags flags, const char *const *arguments);

/* Runs it to its end, with `length` bytes of standard input (-1: terminated text, NULL: empty). (transfer
 * full) */
CliRun *cli_run (const char *input, gssize length, const char *const *arguments);

/* Lines of the output, without the last empty one. (transfer full) */
GStrv cli_run_lines (const CliRun *run);

/* Runs a shell command line in which $CLI is the program. (transfer full) */
CliRun *cli_run_shell (const char *command);

/* A folder for one test (transfer full), and a file in it. */
char *cli_folder_new (void);
char *cli_write_file (const char *folder, const char *name, const char *text);
/* Removes it with all that is in it. */
void cli_folder_remove (const char *folder);
/* How many entries it has, hidden ones included. */
guint cli_folder_count (const char *folder);
