/* SPDX-License-Identifier: GPL-3.0-or-later */
/* circuit.c: a circuit of the site's tree. */
#include "model/circuit.h"

#include "model/fields.h"

BB_DEFINE_PART (BbCircuit, bb_circuit, "circuit")

static const gchar *const protections[] = { "none", "gG", "B", "C", NULL };

static const BbField fields[] = {
  ID (BbCircuit),
  TEXT (BbCircuit, "name", "name", name),
  TEXT (BbCircuit, "description", "description", description),
  REFERENCE (BbCircuit, "parent", "parent", parent),
  REFERENCE (BbCircuit, "meter", "meter", meter),
  REFERENCE (BbCircuit, "pv-meter", "pv_meter", pv_meter),
  MASK (BbCircuit, "phases", "phases", phases),
  CURRENT3 (BbCircuit, "rating-%s-ma", "rating_a", rating_ma, BB_FIELD_ALWAYS, 25000),
  CHOICE (BbCircuit, "protection", "protection", protection, BB_PROTECTION_NONE, protections),
  BOOLEAN (BbCircuit, "stations-only", "stations_only", stations_only, FALSE),
  CURRENT (BbCircuit, "supply-max-ma", "supply_max_a", supply_max_ma, 0),
  NUMBER (BbCircuit, "total-limit-w", "total_limit_kw", total_limit_w, 0, 1000, 0, BB_FIELD_MOST, 0),
  CURRENT3 (BbCircuit, "other-load-%s-ma", "other_load_a", other_load_ma, BB_FIELD_NULLABLE, BB_UNSTATED),
  CURRENT (BbCircuit, "reserve-ma", "reserve_a", reserve_ma, 0),
  CURRENT3 (BbCircuit, "generation-%s-ma", "generation_a", generation_ma, 0, 0),
  CURRENT (BbCircuit, "unbalance-ma", "unbalance_a", unbalance_ma, 0),
  NUMBER (BbCircuit, "peak-window-min", "peak_window_min", peak_window_min, 0, 1, 0, 1440, 0),
  NUMBER (BbCircuit, "peak-initial-w", "peak_initial_kw", peak_initial_w, 0, 1000, 0, BB_FIELD_MOST, 0),
};

static void
bb_circuit_class_init (BbCircuitClass *klass)
{
  bb_part_class_set_fields (BB_PART_CLASS (klass), "circuit", fields, G_N_ELEMENTS (fields));
}

BbCircuit *
bb_circuit_new (const gchar *id)
{
  return (BbCircuit *) g_object_new (BB_TYPE_CIRCUIT, "id", id, NULL);
}
