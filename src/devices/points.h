/* SPDX-License-Identifier: GPL-3.0-or-later */
/* points.h: registers to values and set-points to registers, as a profile's point says. Pure functions, no
 * I/O. */
#pragma once

#include "profiles/profile.h"

G_BEGIN_DECLS

/* What is passed as `scale_power` when a point has no scale factor of its own. */
#define BB_NO_SCALE_POWER 0

typedef struct {
  gboolean valid; /* FALSE: the device says "none" (marker, NaN), or the number cannot be had */
  gint64 raw;     /* after shift and mask; what conditions and rules look at; also of an invalid value */
  gint64 value;   /* canonical unit of the role, rounded to nearest, half away from zero; before signs */
} BbPointValue;

/* How many registers (or bits) a point takes; 0: not a Modbus point. */
guint bb_point_get_n_words (const BbPoint *point);
/* Is it a text (serial, firmware, model) rather than a number? */
gboolean bb_point_is_text (const BbPoint *point);

/* Decodes a number from `n_words` registers in the order they were read; FALSE: they are too few, or it is a
 * text. `scale_power`: SunSpec's scale factor; beyond -10..10 nothing is valid. */
gboolean bb_point_decode (const BbPoint *point, const guint16 *words, guint n_words, gint scale_power,
                          BbPointValue *value);
/* The text of any point, numbers in decimal (transfer full); NULL: none told. */
gchar *bb_point_decode_text (const BbPoint *point, const guint16 *words, guint n_words);

/* The signed value: a magnitude takes the sign of `sign_value` (canonical, of point->sign_from; 0: positive),
 * an export-positive one is turned. */
gint64 bb_point_apply_sign (const BbPoint *point, gint64 value, gint64 sign_value);

/* ---- writing ---- */

#define BB_POINT_MAX_WRITE_WORDS 4

/* Registers for a raw value; the number of registers, 0: it does not fit the type. */
guint bb_point_encode_raw (const BbPoint *point, gint64 raw, guint16 words[BB_POINT_MAX_WRITE_WORDS]);
/* Registers for a canonical value, rounded down to what the register can say; 0: outside the point's limits.
 */
guint bb_point_encode (const BbPoint *point, gint64 value, guint16 words[BB_POINT_MAX_WRITE_WORDS]);
/* What the registers that were written should read as, canonical: for comparing with a read-back of `reader`
 * (may be the same point): TRUE when they are the same within the coarser resolution of the two. */
gboolean bb_point_matches (const BbPoint *writer, gint64 written, const BbPoint *reader, gint64 read);

/* A set-point as it goes to the station. */
typedef struct {
  gboolean on;       /* FALSE: paused */
  gint32 current_ma; /* what the station is told, per phase; 0 when paused */
  guint n_words;     /* 0: it cannot be said */
  guint16 words[BB_POINT_MAX_WRITE_WORDS];
  gint64 value; /* canonical, of what is written (mA or mW); for comparing */
} BbSetpoint;

/* Rounds down to the station's step, pauses below its minimum, converts to W as floor (A * phases * 230)
 * where it wants W. `n_phases` 0 counts as 3. */
void bb_setpoint_make (const BbControl *control, const BbPoint *point, gint32 setpoint_ma, guint n_phases,
                       BbSetpoint *setpoint);

G_END_DECLS
