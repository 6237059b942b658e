/* SPDX-License-Identifier: GPL-3.0-or-later */
/* circuit.h: a circuit of the site's tree: main fuse, sub-distribution, garage feeder. */
#pragma once

#include "model/part.h"

G_BEGIN_DECLS

typedef enum { BB_PROTECTION_NONE = 0, BB_PROTECTION_GG, BB_PROTECTION_B, BB_PROTECTION_C } BbProtection;

typedef struct {
  gchar *id, *name, *description;
  gchar *parent;   /* id of a circuit; "": a root */
  gchar *meter;    /* id: measures all that flows into this circuit; "": none */
  gchar *pv_meter; /* id: generation measured apart, that `meter` does not contain; "": none */
  gint phases;     /* bits; BB_UNSTATED: those of its parent, of a root those of the grid */
  gint rating_ma[3];
  gint protection;        /* BbProtection, for the simulator's verdict on tripping */
  gboolean stations_only; /* nothing but stations hangs here */
  gint supply_max_ma;     /* per phase; 0: the rating alone */
  gint total_limit_w;     /* over the three phases; 0: none */
  gint other_load_ma[3];  /* what else may draw here, when it is not (or no longer) measured; BB_UNSTATED */
  gint reserve_ma;        /* kept free in fail-safe */
  gint generation_ma[3];  /* most that generation below the meter delivers; 0: none */
  gint unbalance_ma;      /* phase total <= smallest phase total + this; 0: no limit */
  gint peak_window_min;   /* 0: no peak limit of its own (a group may bring one); 15 or 60 */
  gint peak_initial_w;
} BbCircuitFields;

#define BB_TYPE_CIRCUIT (bb_circuit_get_type ())
G_DECLARE_FINAL_TYPE (BbCircuit, bb_circuit, BB, CIRCUIT, BbPart)

BbCircuit *bb_circuit_new (const gchar *id);
/* Values, read-only; texts are valid until the part changes. */
const BbCircuitFields *bb_circuit_peek (BbCircuit *self);

G_END_DECLS
