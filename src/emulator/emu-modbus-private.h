/* SPDX-License-Identifier: GPL-3.0-or-later */
/* emu-modbus-private.h: a bank's insides, shared by emu-modbus-bank.c, -values.c and -act.c. */
#pragma once

#include "emulator/emu-modbus-bank.h"

G_BEGIN_DECLS

/* A point at its address. */
typedef struct {
  const BbPoint *point;
  guint32 address;
} BbEmuSlot;

/* A register that is no point: what a probe looks at, scale factors. */
typedef struct {
  BbArea area;
  guint32 address;
  guint16 word;
} BbEmuFiller;

struct _BbEmuBank {
  BbEmuDevice *device;
  const BbInterface *interface;
  gchar *firmware, *serial;
  const gchar *variant; /* (nullable) */
  GArray *slots;        /* (element-type BbEmuSlot) */
  GArray *fillers;      /* (element-type BbEmuFiller) */
  BbEmuSunSpec sunspec;
  guint depth; /* of conditions that ask for values */
  struct {
    gboolean is_set;
    gint64 canonical;
  } held[BB_ROLE_N];             /* what was written, or is there from the start */
  gboolean stopped;              /* by the role "session" */
  BbEmuStateValues states[8][6]; /* [vehicle][status]: found before */
  gint64 fed_ms;                 /* the site's time */
  gint64 silence_ms;             /* 0: it never falls back */
};

BbConditionScope bb_emu_bank_scope (BbEmuBank *bank);
gboolean bb_emu_bank_applies (BbEmuBank *bank, const BbEmuSlot *slot);
/* What is in the slot's registers now, before shift. */
guint64 bb_emu_bank_raw (BbEmuBank *bank, const BbEmuSlot *slot);
const gchar *bb_emu_bank_text (BbEmuBank *bank, BbRole role);
/* A value was written to a point. */
void bb_emu_bank_act (BbEmuBank *bank, const BbPoint *point, guint64 raw);
/* The first point of a role that applies, with this access; or NULL. */
const BbPoint *bb_emu_bank_find (BbEmuBank *bank, BbRole role, BbAccess access);
void bb_emu_bank_hold (BbEmuBank *bank, BbRole role, gint64 canonical);
/* What is held from the start: a station that was set up as the site says. */
void bb_emu_bank_set_up (BbEmuBank *bank);

G_END_DECLS
