/* SPDX-License-Identifier: GPL-3.0-or-later */
/* emu-modbus-sunspec.c: the frame of a SunSpec map: "SunS", the common model, the meter's model, the end.
 *
 * Lengths and offsets: sunspec/models, model_1.json, model_201.json to model_214.json. */
#include <math.h>

#include "emulator/emu-modbus-bank.h"

#define COMMON_LENGTH 66
#define INT_LENGTH    105 /* 201 to 204 */
#define FLOAT_LENGTH  124 /* 211 to 214 */

static gboolean
has_model (const BbInterface *interface, guint model)
{
  for (guint i = 0; interface->sunspec_models && i < interface->sunspec_models->len; i++)
    if (g_array_index (interface->sunspec_models, guint, i) == model)
      return TRUE;
  return FALSE;
}

static guint16
meter_length (const BbEmuSunSpec *map)
{
  return map->model >= 211 ? FLOAT_LENGTH : INT_LENGTH;
}

/* The exponent whose step is at most one count of the profile's resolution. */
static gint16
exponent (gint32 count, gint32 canonical_per_unit)
{
  gdouble step = (gdouble) MAX (count, 1) / canonical_per_unit;

  return (gint16) CLAMP (floor (log10 (step) + 1e-9), -10, 10);
}

void
bb_emu_sunspec_init (BbEmuSunSpec *map, const BbInterface *interface)
{
  const guint wanted[] = { 203, 213, 201, 211, 202, 212, 204, 214 };

  map->model = 203;
  for (guint i = G_N_ELEMENTS (wanted); i-- > 0;)
    if (has_model (interface, wanted[i]))
      map->model = wanted[i];
  map->from = BB_EMU_SUNSPEC_BASE;
  map->common = map->from + 2;
  map->meter = map->common + 2 + COMMON_LENGTH;
  map->until = map->meter + 2u + meter_length (map) + 2;
  /* 16 bits hold 327 A in steps of 10 mA. */
  map->exponent_a = MAX (exponent (interface->current_step_ma, 1000), -2);
  map->exponent_v = MAX (exponent (interface->voltage_step_mv, 1000), -2);
  map->exponent_w = MAX (exponent (interface->power_step_w, 1), 0);
}

gboolean
bb_emu_sunspec_word (const BbEmuSunSpec *map, guint32 address, guint16 *word)
{
  const struct {
    guint32 address;
    guint16 word;
  } words[] = { { map->from, 0x5375 },
                { map->from + 1, 0x6E53 },
                { map->common, 1 },
                { map->common + 1, COMMON_LENGTH },
                { map->meter, (guint16) map->model },
                { map->meter + 1, meter_length (map) },
                { map->until - 2, 0xFFFF },
                { map->until - 1, 0 } };

  for (guint i = 0; i < G_N_ELEMENTS (words); i++)
    if (words[i].address == address) {
      *word = words[i].word;
      return TRUE;
    }
  return FALSE;
}

gboolean
bb_emu_sunspec_place (const BbEmuSunSpec *map, const BbPoint *point, guint32 *base)
{
  gboolean common = FALSE, meter = point->models == NULL;

  for (guint i = 0; point->models && i < point->models->len; i++) {
    guint model = g_array_index (point->models, guint, i);

    common |= model == 1;
    meter |= model == map->model;
  }
  *base = common ? map->common : map->meter;
  return common || meter;
}

gint16
bb_emu_sunspec_exponent (const BbEmuSunSpec *map, BbRole role)
{
  if (role >= BB_ROLE_CURRENT_L1 && role <= BB_ROLE_CURRENT_N)
    return map->exponent_a;
  if (role >= BB_ROLE_VOLTAGE_L1 && role <= BB_ROLE_VOLTAGE_L3)
    return map->exponent_v;
  if (role >= BB_ROLE_POWER && role <= BB_ROLE_POWER_L3)
    return map->exponent_w;
  return role == BB_ROLE_FREQUENCY ? -2 : 0;
}
