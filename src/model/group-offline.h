/* SPDX-License-Identifier: GPL-3.0-or-later */
/* group-offline.h: the standalone limit that a group's boards leave, explained. */
#pragma once

#include "model/site.h"

G_BEGIN_DECLS

/* "25.0 A Main fuse − 15.0 A other load = 10.0 A": the tightest phase of the tightest circuit from the
 * group's up to the root, less the circuit's stated other load, its reserve, and the stated offline limits of
 * other groups below it; groups that state none share the rest, as in the engine. `suggested_ma` (nullable)
 * becomes that limit, rounded down to 0.1 A, or BB_UNSTATED when it cannot be told; the sentence then says
 * what is missing. (transfer full) */
gchar *bb_group_explain_offline (BbSite *site, BbGroup *group, gint *suggested_ma);

G_END_DECLS
