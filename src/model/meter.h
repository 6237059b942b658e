/* SPDX-License-Identifier: GPL-3.0-or-later */
/* meter.h: a measurement device, as the allocation needs to know it. */
#pragma once

#include "model/part.h"

G_BEGIN_DECLS

typedef struct {
  gchar *id, *name, *description;
  gchar *profile; /* id of its device profile; "": unknown */
  gchar *serial;
  gchar *connection;           /* how it is reached; "": the profile's first */
  gchar *address;              /* as address.h reads it; "": not on the network */
  gchar *identity;             /* its name towards us (OCPP); "": its serial, else its id */
  gint phases;                 /* bits of what it measures; BB_UNSTATED: those of its circuit */
  gint voltage_phases;         /* bits with a voltage wire; BB_UNSTATED: as phases */
  gboolean is_signed;          /* key "signed": shows export */
  gboolean total_only;         /* total power, no phase currents (M-02) */
  gboolean behind_transformer; /* on the medium-voltage side: no phase currents of this board (M-02) */
  gint interval_ms;
  gint lag_ms;         /* a reading may be the mean over, or this much older than, its time stamp */
  gint back_online_ms; /* good for this long before it is trusted again */
  gint range_ma;       /* largest current it can measure; 0: not stated */
  /* the profile's scale: what the device reports are whole numbers of these */
  gint current_step_ma; /* current of one count, e.g. 10 for hundredths of an ampere */
  gint voltage_step_mv;
  gint power_step_w;
  /* Simulation only. */
  gint noise_ma;      /* BB_UNSTATED: the simulator's default */
  gint loss_permille; /* readings that do not arrive; BB_UNSTATED: the simulator's default */
} BbMeterFields;

#define BB_TYPE_METER (bb_meter_get_type ())
G_DECLARE_FINAL_TYPE (BbMeter, bb_meter, BB, METER, BbPart)

BbMeter *bb_meter_new (const gchar *id);
const BbMeterFields *bb_meter_peek (BbMeter *self);

G_END_DECLS
