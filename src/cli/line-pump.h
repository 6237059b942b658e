/* SPDX-License-Identifier: GPL-3.0-or-later */
/* line-pump.h: lines in, answers out, in input order, over all cores, in bounded memory. */
#pragma once

#include <gio/gio.h>

/* Longest line; the answer to a longer one is an error, and the rest of it is skipped. */
#define CLI_LINE_MAX (16u * 1024 * 1024)

/* Answers one line: appends to `out` (one line with its newline, or nothing). `line` has no newline and is
 * not terminated; NULL stands for a line over CLI_LINE_MAX. `number` counts from 1. `scratch` is the worker's
 * own, from new_scratch. Returns FALSE when the answer is an error. Runs on any thread. */
typedef gboolean (*CliLineFunc) (const char *line, gsize length, guint64 number, gpointer scratch,
                                 GString *out);

typedef struct CliLineJob {
  CliLineFunc answer;
  gpointer (*new_scratch) (void);
  GDestroyNotify free_scratch;
} CliLineJob;

typedef struct CliLineCount {
  guint64 lines;
  guint64 bad;       /* answered by an error */
  guint64 first_bad; /* its line number, 0: none */
} CliLineCount;

/* Reads `fd` to its end and writes the answers to standard output. When the input pauses, what came so far is
 * answered at once. At most a few chunks are in memory. FALSE on a read or write error or when cancelled;
 * `count` is filled either way. */
gboolean cli_pump_lines (int fd, const CliLineJob *job, GCancellable *cancellable, CliLineCount *count,
                         GError **error);
