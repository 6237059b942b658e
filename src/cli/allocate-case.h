/* SPDX-License-Identifier: GPL-3.0-or-later */
/* allocate-case.h: one line of JSON that states an allocation problem, to one line that answers it. */
#pragma once

#include <glib.h>

/* The room that one worker needs; reused for each of its lines. */
typedef struct CliCase CliCase;

CliCase *cli_case_new (void);
void cli_case_free (CliCase *self);

/* Appends the answer to the problem in `line` to `out`: {"id":…,"current_a":[…],"reason":[…]}, or, and then
 * it returns FALSE, {"id":…,"error":"KEY: …"}. `line` need not be terminated, NULL stands for a line that was
 * too long; a blank line has no answer. The format is described in busbar-cli(1). */
gboolean cli_case_answer (CliCase *self, const char *line, gsize length, guint64 number, GString *out);
