/* SPDX-License-Identifier: GPL-3.0-or-later */
/* config.h: checking a configuration before anything is derived from it. */
#ifndef BBE_CONFIG_H
#define BBE_CONFIG_H

#include "engine/engine.h"

/* BBE_OK, or the first rule that `config` breaks, told in `fault` (may be NULL). */
bbe_status bbe_config_check (const bbe_config *config, bbe_fault *fault);

/* Grid phases that `station` can load. Its circuit must be valid. */
uint8_t bbe_wired_mask (const bbe_config *config, const bbe_station_config *station);

/* The topmost circuit with a meter among `circuit` and its ancestors, or -1. */
int bbe_measured_root (const bbe_config *config, int circuit);

#endif
