/* SPDX-License-Identifier: GPL-3.0-or-later */
/* reason-text.h: a decision's reason as words: "held by L2 of Garage (32.0 A)". */
#pragma once

#include "base/zone.h"
#include "engine/engine.h"
#include "model/engine-config.h"

G_BEGIN_DECLS

/* The name of the circuit or group that a reason is about, its id where it has no name; NULL: none. */
const char *cli_reason_place (const bbe_reason *reason, BbSite *site, const BbEngineConfig *config);

/* The whole sentence part, e.g. "held by L2 of Garage (32.0 A)". `until_ms` of the reason is UTC. (transfer
 * full) */
char *cli_reason_text (const bbe_reason *reason, BbSite *site, const BbEngineConfig *config, BbZone *zone);

/* A few words for a code alone, for a table's cell: "held by a limit"; NULL: nothing to say. */
const char *cli_reason_words (guint8 code);

/* "2026-01-31 12:30:05" in the zone. (transfer full) */
char *cli_local_time (gint64 utc_ms, BbZone *zone);

G_END_DECLS
