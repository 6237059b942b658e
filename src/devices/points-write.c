/* SPDX-License-Identifier: GPL-3.0-or-later */
/* points-write.c: set-points to registers; whatever has to be rounded is rounded down. */
#include "devices/points.h"

#include <math.h>
#include <string.h>

/* Voltage that a limit in watts is reckoned with. */
#define NOMINAL_V 230
/* A quotient that misses a whole number by less than this is that number. */
#define QUOTIENT_SLACK 1e-9

static gboolean
fits (const BbPoint *point, gint64 raw)
{
  switch (point->type) {
  case BB_TYPE_I16:
    return raw >= G_MININT16 && raw <= G_MAXINT16;
  case BB_TYPE_I32:
    return raw >= G_MININT32 && raw <= G_MAXINT32;
  case BB_TYPE_U32:
  case BB_TYPE_ACC32:
    return raw >= 0 && raw <= G_MAXUINT32;
  case BB_TYPE_U64:
    return raw >= 0;
  case BB_TYPE_I64:
  case BB_TYPE_F32:
    return TRUE;
  case BB_TYPE_CHAR:
    return raw >= 0 && raw <= 0xff;
  case BB_TYPE_BITS:
    return raw >= 0 && (point->n_words >= 4 || raw < G_GINT64_CONSTANT (1) << (16 * MAX (point->n_words, 1)));
  case BB_TYPE_U16:
    return raw >= 0 && raw <= G_MAXUINT16;
  case BB_TYPE_TEXT:
  case BB_TYPE_UTF16:
  case BB_TYPE_BYTES:
  case BB_TYPE_N:
  default:
    return FALSE;
  }
}

static guint
encode_number (const BbPoint *point, gdouble number, gint64 raw, guint16 words[BB_POINT_MAX_WRITE_WORDS])
{
  guint n_words = bb_point_get_n_words (point);
  guint64 pattern = (guint64) raw << (point->shift < 64 ? point->shift : 0);
  if (point->type == BB_TYPE_F32) {
    gfloat narrow = (gfloat) number;
    guint32 bits;
    memcpy (&bits, &narrow, sizeof bits);
    pattern = bits;
  }
  gboolean low_first = point->low_word_first && !point->write_high_word_first;
  for (guint i = 0; i < n_words; i++) {
    guint16 word = (guint16) (pattern >> (16 * (low_first ? i : n_words - 1 - i)));
    words[i] = point->low_byte_first ? GUINT16_SWAP_LE_BE (word) : word;
  }
  return n_words;
}

guint
bb_point_encode_raw (const BbPoint *point, gint64 raw, guint16 words[BB_POINT_MAX_WRITE_WORDS])
{
  memset (words, 0, BB_POINT_MAX_WRITE_WORDS * sizeof words[0]);
  if (point->area == BB_AREA_COIL) {
    words[0] = raw != 0;
    return 1;
  }
  if (point->area != BB_AREA_HOLDING || bb_point_get_n_words (point) > BB_POINT_MAX_WRITE_WORDS
      || !fits (point, raw))
    return 0;
  return encode_number (point, (gdouble) raw, raw, words);
}

static gboolean
is_within (const BbPoint *point, gint64 value)
{
  gboolean no_max = point->max == 0 || point->max == G_MAXINT64;
  return value >= point->min && (no_max || value <= point->max);
}

guint
bb_point_encode (const BbPoint *point, gint64 value, guint16 words[BB_POINT_MAX_WRITE_WORDS])
{
  memset (words, 0, BB_POINT_MAX_WRITE_WORDS * sizeof words[0]);
  if (point->scale == 0 || !is_within (point, value))
    return 0;
  gdouble number = ((gdouble) value - point->offset) / point->scale;
  if (!isfinite (number) || fabs (number) > 9e18)
    return 0;
  if (point->type != BB_TYPE_F32 || point->area != BB_AREA_HOLDING)
    return bb_point_encode_raw (point, (gint64) floor (number + QUOTIENT_SLACK), words);
  return encode_number (point, number, 0, words);
}

/* What one count is worth; a float says any number. */
static gdouble
resolution (const BbPoint *point)
{
  return point == NULL || point->type == BB_TYPE_F32 ? 0 : fabs (point->scale);
}

gboolean
bb_point_matches (const BbPoint *writer, gint64 written, const BbPoint *reader, gint64 read)
{
  gdouble step = MAX (resolution (writer), resolution (reader));
  gint64 apart = ABS (written - read);
  return apart <= 1 || (gdouble) apart < step;
}

/* ---- set-points ---- */

static gint32
round_down (gint32 value, gint32 step)
{
  return step > 1 ? value - value % step : value;
}

static gint64
in_unit (const BbControl *control, gint32 current_ma, guint n_phases)
{
  if (!control->in_watts)
    return current_ma;
  gint64 power_w = (gint64) current_ma * (n_phases == 0 ? 3 : n_phases) * NOMINAL_V / 1000;
  return power_w * 1000;
}

/* What registers that were written say, in canonical units; `fallback` where that cannot be told. */
static gint64
said_by (const BbPoint *point, const BbSetpoint *setpoint, gint64 fallback)
{
  BbPoint written = *point;
  BbPointValue value;
  written.low_word_first = point->low_word_first && !point->write_high_word_first;
  written.n_invalid = 0;
  if (setpoint->n_words == 0
      || !bb_point_decode (&written, setpoint->words, setpoint->n_words, BB_NO_SCALE_POWER, &value)
      || !value.valid)
    return fallback;
  return value.value;
}

static void
pause_it (const BbControl *control, const BbPoint *point, guint n_phases, BbSetpoint *setpoint)
{
  *setpoint = (BbSetpoint){ 0 };
  setpoint->value = in_unit (control, control->off_ma, n_phases);
  if (point->off_value >= 0) {
    setpoint->n_words = bb_point_encode_raw (point, point->off_value, setpoint->words);
    setpoint->value = said_by (point, setpoint, setpoint->value);
    return;
  }
  /* The least that a point takes while it charges is no limit for pausing. */
  BbPoint free_point = *point;
  free_point.min = 0;
  setpoint->n_words = bb_point_encode (&free_point, setpoint->value, setpoint->words);
}

void
bb_setpoint_make (const BbControl *control, const BbPoint *point, gint32 setpoint_ma, guint n_phases,
                  BbSetpoint *setpoint)
{
  gint32 current_ma = round_down (MAX (setpoint_ma, 0), control->step_ma);
  gint64 value = in_unit (control, current_ma, n_phases);
  if (point->max > 0 && value > point->max)
    value = point->max;
  if (current_ma <= 0 || current_ma < control->min_on_ma || value < point->min) {
    pause_it (control, point, n_phases, setpoint);
    return;
  }
  *setpoint = (BbSetpoint){ .on = TRUE, .current_ma = current_ma, .value = value };
  setpoint->n_words = bb_point_encode (point, value, setpoint->words);
  setpoint->value = said_by (point, setpoint, value);
  if (!control->in_watts)
    setpoint->current_ma = (gint32) MIN (setpoint->value, current_ma);
}
