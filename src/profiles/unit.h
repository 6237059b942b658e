/* SPDX-License-Identifier: GPL-3.0-or-later */
/* unit.h: units of profile files and the canonical ones of roles. Inside profiles/ only. */
#pragma once

#include "profiles/words.h"

G_BEGIN_DECLS

/* Quantities, as bits: a limit may be a current or a power. */
typedef enum {
  BB_QUANTITY_NONE = 0, /* codes, flags, texts */
  BB_QUANTITY_CURRENT = 1 << 0,
  BB_QUANTITY_VOLTAGE = 1 << 1,
  BB_QUANTITY_POWER = 1 << 2,
  BB_QUANTITY_ENERGY = 1 << 3,
  BB_QUANTITY_FREQUENCY = 1 << 4,
  BB_QUANTITY_TIME = 1 << 5,
  BB_QUANTITY_RATIO = 1 << 6,
} BbQuantity;

/* What a role measures or sets. */
guint bb_role_get_quantities (BbRole role);
/* How many canonical units (mA, mV, mW, Wh, mHz, ms, permille) one `unit` is, and of what; 0: no such unit.
 */
gdouble bb_unit_get_factor (const gchar *unit, BbQuantity *quantity);
/* The unit of these quantities without prefix: "A", "V", ...; NULL for none. */
const gchar *bb_quantity_get_unit (guint quantities);
/* Units for these quantities, for messages: "A, mA". (transfer full) */
gchar *bb_quantity_list_units (guint quantities);
/* `value` times `factor` as the decimal number that is meant: 0.001 A are 1 mA, not a hair more. */
gdouble bb_unit_fold (gdouble value, gdouble factor);

G_END_DECLS
