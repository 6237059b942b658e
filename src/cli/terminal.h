/* SPDX-License-Identifier: GPL-3.0-or-later */
/* terminal.h: what the commands share: options, messages, output, cancelling. */
#pragma once

#include <gio/gio.h>

#include "cli/command.h"

/* What cli_parse() found. */
typedef enum CliParse {
  CLI_PARSE_OK,
  CLI_PARSE_BAD, /* a message was printed: end with CLI_USAGE */
} CliParse;

/* Parses argv by `entries`. `parameters` is what follows the options in the usage line, `summary` says what
 * the command does, `description` has the examples; all translated. Afterwards argv holds between `least` and
 * `most` arguments. `--help` prints and ends the process with 0. */
CliParse cli_parse (int *argc, char ***argv, const GOptionEntry *entries, const char *parameters,
                    const char *summary, const char *description, int least, int most);

/* Prints "busbar-cli: …" on standard error. */
void cli_complain (const char *format, ...) G_GNUC_PRINTF (1, 2);

/* The exit code that fits an error: cancelled, I/O (the system refused), else input. Prints it,
 * unless it was cancelled or standard output was closed by its reader. */
CliExit cli_fail (const GError *error);

/* A cancellable that SIGINT and SIGTERM cancel; a second signal ends the process at once. Call it once,
 * before other threads start. (transfer none), lives as long as the process. */
GCancellable *cli_interruptible (void);

/* Writes all of `text` to standard output, or says why not. Cancelling interrupts a reader that does not
 * read. */
gboolean cli_write (const char *text, gsize length, GCancellable *cancellable, GError **error);
