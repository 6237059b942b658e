/* SPDX-License-Identifier: GPL-3.0-or-later */
/* engine-limits.h: limits of the engine's configuration that follow from others. Inside model/ only. */
#pragma once

#include "model/engine-config.h"

G_BEGIN_DECLS

/* Fills in the offline limits that are not stated, and whether all excesses of fail-safe currents are
 * acknowledged. All tables are filled already. */
void bb_engine_limits_apply (BbEngineConfig *self, BbSite *site);

G_END_DECLS
