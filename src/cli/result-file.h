/* SPDX-License-Identifier: GPL-3.0-or-later */
/* result-file.h: what the commands that read a result share: where it is, and moments in it. */
#pragma once

#include "base/zone.h"
#include "simulation/result-reader.h"

G_BEGIN_DECLS

/* `path` is a result file, or the folder that `simulate --out` made. */
BbResult *cli_open_result (const char *path, GError **error);

/* The value of `option` ("--at") as a time: "90" and "90.5" are minutes from the start of the result; else as
 * in ISO 8601, in `zone`. Complains. */
gboolean cli_parse_moment (const char *option, const char *text, BbResult *result, BbZone *zone,
                           gint64 *at_ms);

G_END_DECLS
