/* SPDX-License-Identifier: GPL-3.0-or-later */
/* emu-modbus-bank.h: a device's registers, made from its profile read the other way round. Inside emulator/
 * only.
 *
 * Nothing is stored but what was written: a read asks the field what is true now and encodes it. Texts,
 * states and constants that probes and checks of the profile want are made up so that the device passes for
 * what it emulates. */
#pragma once

#include "emulator/emu-device.h"

G_BEGIN_DECLS

#define BB_EMU_READ_MAX 2000 /* coils; registers: 125 */

/* Exceptions of the Modbus application protocol. */
enum {
  BB_EMU_ILLEGAL_FUNCTION = 1,
  BB_EMU_ILLEGAL_ADDRESS = 2,
  BB_EMU_ILLEGAL_VALUE = 3,
  BB_EMU_DEVICE_FAILURE = 4
};

typedef struct _BbEmuBank BbEmuBank;

BbEmuBank *bb_emu_bank_new (BbEmuDevice *device);
void bb_emu_bank_free (BbEmuBank *bank);

/* Fills `values` (registers, or 0 and 1); 0 or the exception code. */
guint8 bb_emu_bank_read (BbEmuBank *bank, BbArea area, guint32 address, guint count, guint16 *values);
/* Acts upon what is written; 0 or the exception code. */
guint8 bb_emu_bank_write (BbEmuBank *bank, guint8 function, BbArea area, guint32 address, guint count,
                          const guint16 *values);
/* A second began: the station answers the life bit. */
void bb_emu_bank_begin (BbEmuBank *bank);
/* A request was heard and answered: it feeds some watchdogs. */
void bb_emu_bank_heard (BbEmuBank *bank);
/* As after a power cut. */
void bb_emu_bank_reset (BbEmuBank *bank);

/* ---- emu-modbus-encode.c: a value and its words ---- */

/* The raw value of a canonical one: nearest count, within the point's type. */
guint64 bb_emu_encode_raw (const BbPoint *point, gint scale_exponent, gint64 canonical);
/* Where there is no value: the point's marker for it, or 0. */
guint64 bb_emu_encode_none (const BbPoint *point);
/* And back, as the canonical value. */
gint64 bb_emu_decode_raw (const BbPoint *point, guint64 raw);
/* The point's words, by its word and byte order; raw values move by shift and mask. */
void bb_emu_words_from_raw (const BbPoint *point, guint64 raw, guint16 *words);
/* Of what was written. */
guint64 bb_emu_raw_from_words (const BbPoint *point, const guint16 *words);
void bb_emu_words_from_text (const BbPoint *point, const gchar *text, guint16 *words);
gboolean bb_emu_point_is_text (const BbPoint *point);

/* ---- emu-modbus-state.c: which raw values tell a state ---- */

/* Roles whose values are chosen so that the profile's rules give the wanted state. */
#define BB_EMU_STATE_ROLES 5
extern const BbRole bb_emu_state_roles[BB_EMU_STATE_ROLES];

typedef struct {
  gboolean known, tried; /* found; looked for */
  gint64 value[BB_EMU_STATE_ROLES];
} BbEmuStateValues;

/* Looks for values that make the rules say this vehicle state and status, or what comes next to it. `others`
 * tells the raw values of all other roles, and which of the state's roles exist at all. */
void bb_emu_find_state (const BbInterface *interface, const BbConditionScope *others, guint vehicle,
                        guint status, BbEmuStateValues *values);
/* Does the profile's rule for these values still give this vehicle state? */
gboolean bb_emu_state_holds (const BbInterface *interface, const BbConditionScope *others, guint vehicle,
                             const BbEmuStateValues *values);
/* A raw value that an expectation ("== 1", "!= 255") allows; 0 where it can be. */
gint64 bb_emu_satisfy (const gchar *expect);

/* ---- emu-modbus-sunspec.c: where models are ---- */

typedef struct {
  guint model;           /* the meter's: 203, 213, ... */
  guint32 common, meter; /* addresses of the ID words */
  guint32 from, until;   /* the whole map, "SunS" to the end model */
  gint16 exponent_a, exponent_v, exponent_w;
} BbEmuSunSpec;

#define BB_EMU_SUNSPEC_BASE 40000

void bb_emu_sunspec_init (BbEmuSunSpec *map, const BbInterface *interface);
/* Words of the map that are no point: marks, ids, lengths, end. FALSE: the address is none of them. */
gboolean bb_emu_sunspec_word (const BbEmuSunSpec *map, guint32 address, guint16 *word);
/* Does the point exist in the emulated models, and where does its model start? */
gboolean bb_emu_sunspec_place (const BbEmuSunSpec *map, const BbPoint *point, guint32 *base);
/* Exponent of a point's scale factor. */
gint16 bb_emu_sunspec_exponent (const BbEmuSunSpec *map, BbRole role);

G_END_DECLS
