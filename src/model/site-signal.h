/* SPDX-License-Identifier: GPL-3.0-or-later */
/* site-signal.h: what tells the site to reduce or stop (C-13), and what Reduced means. */
#pragma once

#include "model/part.h"

G_BEGIN_DECLS

typedef struct {
  gchar *id, *name;
  gint keep_ms;                                /* a lost source keeps its last state so long */
  gint lost;                                   /* and then takes this: bbe_signal */
  gint input_00, input_01, input_10, input_11; /* truth table of two digital inputs: bbe_signal */
} BbSignalFields;

#define BB_TYPE_SIGNAL (bb_signal_get_type ())
G_DECLARE_FINAL_TYPE (BbSignal, bb_signal, BB, SIGNAL, BbPart)
BbSignal *bb_signal_new (const gchar *id);
const BbSignalFields *bb_signal_peek (BbSignal *self);

typedef struct {
  gint kind; /* bbe_reduced_kind */
  gint share_permille;
  gint current_ma;         /* per phase, all stations */
  gint power_w;            /* all stations */
  gint base_w;             /* section 14a EnWG: 4200 */
  gint factor_permille[8]; /* n = 2 .. 9 and more */
  gint devices;            /* all controllable devices, 0: count the stations */
  gchar *other_meter;      /* id: measures the controllable devices that are not stations; "": none */
} BbReducedFields;

#define BB_TYPE_REDUCED (bb_reduced_get_type ())
G_DECLARE_FINAL_TYPE (BbReduced, bb_reduced, BB, REDUCED, BbPart)
const BbReducedFields *bb_reduced_peek (BbReduced *self);

G_END_DECLS
