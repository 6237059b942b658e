/* SPDX-License-Identifier: GPL-3.0-or-later */
/* command.h: the commands of busbar-cli and their exit codes. */
#pragma once

#include <glib.h>

/* Exit codes of every command; documented in busbar-cli(1). */
typedef enum CliExit {
  CLI_OK = 0,
  CLI_PROBLEMS = 1,  /* it worked, and the answer is not good: problems found, a row over its rating */
  CLI_USAGE = 2,     /* wrong options or arguments */
  CLI_INPUT = 3,     /* an input could not be used */
  CLI_IO = 4,        /* reading or writing failed */
  CLI_CANCELLED = 5, /* interrupted; nothing half-written was left */
} CliExit;

typedef struct CliCommand {
  const char *name;
  const char *summary;                     /* one line, marked for translation */
  CliExit (*run) (int argc, char *argv[]); /* argv[0] is "busbar-cli NAME" */
} CliCommand;

CliExit cli_allocate (int argc, char *argv[]);
CliExit cli_chart (int argc, char *argv[]);
CliExit cli_check (int argc, char *argv[]);
CliExit cli_emulate (int argc, char *argv[]);
CliExit cli_explain (int argc, char *argv[]);
CliExit cli_fields (int argc, char *argv[]);
CliExit cli_new (int argc, char *argv[]);
CliExit cli_plan (int argc, char *argv[]);
CliExit cli_profile (int argc, char *argv[]);
CliExit cli_replay (int argc, char *argv[]);
CliExit cli_report (int argc, char *argv[]);
CliExit cli_samples (int argc, char *argv[]);
CliExit cli_simulate (int argc, char *argv[]);
