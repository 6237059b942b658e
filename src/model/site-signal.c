/* SPDX-License-Identifier: GPL-3.0-or-later */
/* site-signal.c: what tells the site to reduce or stop (C-13), and what Reduced means. */
#include "model/site-signal.h"

#include "engine/engine.h"
#include "model/fields.h"

BB_DEFINE_PART (BbSignal, bb_signal, "signal")
BB_DEFINE_PART (BbReduced, bb_reduced, "reduced")

static const gchar *const states[] = { "normal", "reduced", "locked", NULL };
static const gchar *const kinds[] = { "share", "current", "power", "14a", NULL };

/* The truth table's defaults are C-13's: 00 Normal, 01 Reduced, 1x Locked. */
static const BbField signal_fields[] = {
  ID (BbSignal),
  TEXT (BbSignal, "name", "name", name),
  SECONDS (BbSignal, "keep-ms", "keep_s", keep_ms, 900000),
  CHOICE (BbSignal, "lost", "lost", lost, BBE_SIGNAL_REDUCED, states),
  CHOICE (BbSignal, "input-00", "input_00", input_00, BBE_SIGNAL_NORMAL, states),
  CHOICE (BbSignal, "input-01", "input_01", input_01, BBE_SIGNAL_REDUCED, states),
  CHOICE (BbSignal, "input-10", "input_10", input_10, BBE_SIGNAL_LOCKED, states),
  CHOICE (BbSignal, "input-11", "input_11", input_11, BBE_SIGNAL_LOCKED, states),
};

#define FACTOR(n, property, key, preset)                                                                     \
  NUMBER (BbReduced, property, key, factor_permille[(n) -2], 0, 1000, 0, 1000, preset)

/* Simultaneity factors of BNetzA BK6-22-300, annex 1, for n controllable devices. */
static const BbField reduced_fields[] = {
  CHOICE (BbReduced, "kind", "kind", kind, BBE_REDUCED_SHARE, kinds),
  NUMBER (BbReduced, "share-permille", "share_pct", share_permille, 0, 10, 0, 1000, 500),
  CURRENT (BbReduced, "current-ma", "current_a", current_ma, 0),
  NUMBER (BbReduced, "power-w", "power_kw", power_w, 0, 1000, 0, BB_FIELD_MOST, 4200),
  NUMBER (BbReduced, "base-w", "base_kw", base_w, 0, 1000, 0, 1000000, 4200),
  FACTOR (2, "factor-2-permille", "factor_2", 800),
  FACTOR (3, "factor-3-permille", "factor_3", 750),
  FACTOR (4, "factor-4-permille", "factor_4", 700),
  FACTOR (5, "factor-5-permille", "factor_5", 650),
  FACTOR (6, "factor-6-permille", "factor_6", 600),
  FACTOR (7, "factor-7-permille", "factor_7", 550),
  FACTOR (8, "factor-8-permille", "factor_8", 500),
  FACTOR (9, "factor-9-permille", "factor_9", 450),
  NUMBER (BbReduced, "devices", "devices", devices, 0, 1, 0, 10000, 0),
  REFERENCE (BbReduced, "other-meter", "other_meter", other_meter),
};

static void
bb_signal_class_init (BbSignalClass *klass)
{
  bb_part_class_set_fields (BB_PART_CLASS (klass), "signal", signal_fields, G_N_ELEMENTS (signal_fields));
}

static void
bb_reduced_class_init (BbReducedClass *klass)
{
  bb_part_class_set_fields (BB_PART_CLASS (klass), "reduced", reduced_fields, G_N_ELEMENTS (reduced_fields));
}

BbSignal *
bb_signal_new (const gchar *id)
{
  return (BbSignal *) g_object_new (BB_TYPE_SIGNAL, "id", id, NULL);
}
