/* SPDX-License-Identifier: GPL-3.0-or-later */
/* emu-modbus-bank.c: what is at an address, what may be read and written there, and its value now. */
#include "emulator/emu-modbus-private.h"

#include <string.h>

/* Unused registers between two points are read along up to so many (gaps_readable). */
#define GAP_MAX 125

/* ---- conditions ---- */

static gboolean
slot_covers (const BbEmuSlot *slot, BbArea area, guint32 address)
{
  return slot->point->area == area && address >= slot->address
         && address < slot->address + slot->point->n_words;
}

static gboolean
is_readable (guint32 address, gpointer data)
{
  BbEmuBank *bank = data;

  for (guint i = 0; i < bank->slots->len; i++) {
    const BbEmuSlot *slot = &g_array_index (bank->slots, BbEmuSlot, i);

    if ((slot->point->access & BB_ACCESS_READ) && slot->address <= address
        && address < slot->address + slot->point->n_words)
      return TRUE;
  }
  return FALSE;
}

/* The raw value of a role, for conditions. A condition that asks in a circle is not decided. */
static gboolean
get_role (BbRole role, gint64 *value, gpointer data)
{
  BbEmuBank *bank = data;
  gboolean known = FALSE;

  if (bank->depth >= 4)
    return FALSE;
  bank->depth++;
  for (guint i = 0; i < bank->slots->len && !known; i++) {
    const BbEmuSlot *slot = &g_array_index (bank->slots, BbEmuSlot, i);

    if (slot->point->role == role && !bb_emu_point_is_text (slot->point)
        && bb_emu_bank_applies (bank, slot)) {
      *value = (gint64) bb_emu_bank_raw (bank, slot);
      known = TRUE;
    }
  }
  bank->depth--;
  return known;
}

BbConditionScope
bb_emu_bank_scope (BbEmuBank *bank)
{
  return (BbConditionScope){ get_role, bank->firmware, bank->variant, is_readable, bank };
}

gboolean
bb_emu_bank_applies (BbEmuBank *bank, const BbEmuSlot *slot)
{
  BbConditionScope scope = bb_emu_bank_scope (bank);

  /* Devices of the newest firmware have all that a probe may find. */
  if (!slot->point->when || strstr (slot->point->when, "readable("))
    return TRUE;
  return bb_condition_holds (slot->point->when, &scope);
}

/* ---- reading ---- */

static const BbEmuFiller *
find_filler (BbEmuBank *bank, BbArea area, guint32 address)
{
  for (guint i = 0; i < bank->fillers->len; i++) {
    const BbEmuFiller *filler = &g_array_index (bank->fillers, BbEmuFiller, i);

    if (filler->area == area && filler->address == address)
      return filler;
  }
  return NULL;
}

/* Is the address between two points that are near enough? */
static gboolean
in_gap (BbEmuBank *bank, BbArea area, guint32 address)
{
  gboolean below = FALSE, above = FALSE;

  if (bank->interface->sunspec)
    return area == BB_AREA_HOLDING && address >= bank->sunspec.from && address < bank->sunspec.until;
  if (!bank->interface->gaps_readable)
    return FALSE;
  for (guint i = 0; i < bank->slots->len; i++) {
    const BbEmuSlot *slot = &g_array_index (bank->slots, BbEmuSlot, i);

    if (slot->point->area != area || !(slot->point->access & BB_ACCESS_READ))
      continue;
    below |= slot->address <= address && address - slot->address < GAP_MAX;
    above |= slot->address >= address && slot->address - address < GAP_MAX;
  }
  return below && above;
}

/* One register or coil by itself; FALSE: there is none. */
static gboolean
read_filling (BbEmuBank *bank, BbArea area, guint32 address, guint16 *word)
{
  const BbEmuFiller *filler = find_filler (bank, area, address);

  *word = filler ? filler->word : 0;
  if (filler)
    return TRUE;
  if (bank->interface->sunspec && bb_emu_sunspec_word (&bank->sunspec, address, word))
    return TRUE;
  return in_gap (bank, area, address);
}

static void
slot_words (BbEmuBank *bank, const BbEmuSlot *slot, guint16 *words)
{
  const BbPoint *point = slot->point;

  if (point->area == BB_AREA_COIL || point->area == BB_AREA_DISCRETE)
    words[0] = bb_emu_bank_raw (bank, slot) != 0;
  else if (bb_emu_point_is_text (point))
    bb_emu_words_from_text (point, bb_emu_bank_text (bank, point->role), words);
  else
    bb_emu_words_from_raw (point, bb_emu_bank_raw (bank, slot), words);
}

static void
put_slot (BbEmuBank *bank, const BbEmuSlot *slot, guint32 address, guint count, guint16 *values,
          gboolean *covered)
{
  guint n = slot->point->n_words;
  g_autofree guint16 *words = g_new0 (guint16, MAX (n, 4));

  slot_words (bank, slot, words);
  for (guint i = 0; i < n; i++) {
    guint32 at = slot->address + i;

    if (at < address || at >= address + count)
      continue;
    /* Points of one register's bits are put together; of two whole ones the first has it. */
    if (!covered[at - address])
      values[at - address] = words[i];
    else if (slot->point->mask)
      values[at - address] |= words[i];
    covered[at - address] = TRUE;
  }
}

/* Some devices answer for one value at a time only. */
static gboolean
spans_values (BbEmuBank *bank, BbArea area, guint32 address, guint count)
{
  for (guint i = 0; i < bank->slots->len && count > 1; i++) {
    const BbEmuSlot *slot = &g_array_index (bank->slots, BbEmuSlot, i);

    if (slot_covers (slot, area, address) && address + count <= slot->address + slot->point->n_words)
      return FALSE;
  }
  return count > 1;
}

/* Has the device nothing to measure yet? */
static gboolean
is_blind (BbEmuBank *bank, const BbEmuSlot *slot)
{
  gint64 value = 0;

  return bank->device->is_meter && slot->point->role >= BB_ROLE_CURRENT_L1
         && slot->point->role <= BB_ROLE_POWER_FACTOR_L3
         && !bb_emu_get_measured (bank->device, BB_ROLE_POWER, &value);
}

guint8
bb_emu_bank_read (BbEmuBank *bank, BbArea area, guint32 address, guint count, guint16 *values)
{
  g_autofree gboolean *covered = g_new0 (gboolean, count);
  gboolean bits = area == BB_AREA_COIL || area == BB_AREA_DISCRETE;

  if (count == 0 || count > (bits ? BB_EMU_READ_MAX : 125)
      || (!bits && bank->interface->max_read > 0 && count > bank->interface->max_read))
    return BB_EMU_ILLEGAL_VALUE;
  if (bank->interface->read_single && spans_values (bank, area, address, count))
    return BB_EMU_ILLEGAL_ADDRESS;
  for (guint i = 0; i < bank->slots->len; i++) {
    const BbEmuSlot *slot = &g_array_index (bank->slots, BbEmuSlot, i);

    if (slot->point->area != area || !(slot->point->access & BB_ACCESS_READ)
        || slot->address >= address + count || slot->address + slot->point->n_words <= address
        || !bb_emu_bank_applies (bank, slot))
      continue;
    if (is_blind (bank, slot))
      return BB_EMU_DEVICE_FAILURE;
    put_slot (bank, slot, address, count, values, covered);
  }
  for (guint i = 0; i < count; i++)
    if (!covered[i] && !read_filling (bank, area, address + i, &values[i]))
      return BB_EMU_ILLEGAL_ADDRESS;
  return 0;
}

/* ---- writing ---- */

static const BbEmuSlot *
find_writable (BbEmuBank *bank, BbArea area, guint32 address)
{
  for (guint i = 0; i < bank->slots->len; i++) {
    const BbEmuSlot *slot = &g_array_index (bank->slots, BbEmuSlot, i);

    if ((slot->point->access & BB_ACCESS_WRITE) && slot_covers (slot, area, address)
        && bb_emu_bank_applies (bank, slot))
      return slot;
  }
  return NULL;
}

static gboolean
takes_function (BbEmuBank *bank, const BbPoint *point, guint8 function)
{
  guint wanted = point->write_fc ? point->write_fc : bank->interface->write_fc;

  return wanted == 0 || point->area == BB_AREA_COIL || wanted == function;
}

static guint8
check_value (const BbPoint *point, guint64 raw)
{
  gint64 value = bb_emu_decode_raw (point, raw);

  if ((point->off_value >= 0 && raw == (guint64) point->off_value) || point->is_time)
    return 0;
  return value < point->min || value > point->max ? BB_EMU_ILLEGAL_VALUE : 0;
}

/* The slot that starts at `address` and lies wholly within the write, checked. */
static guint8
check_slot (BbEmuBank *bank, const BbEmuSlot *slot, guint8 function, guint32 address, guint left,
            const guint16 *values)
{
  if (!slot || slot->address != address || slot->point->n_words > left)
    return BB_EMU_ILLEGAL_ADDRESS;
  if (!takes_function (bank, slot->point, function))
    return BB_EMU_ILLEGAL_FUNCTION;
  return bb_emu_point_is_text (slot->point)
             ? 0
             : check_value (slot->point, bb_emu_raw_from_words (slot->point, values));
}

guint8
bb_emu_bank_write (BbEmuBank *bank, guint8 function, BbArea area, guint32 address, guint count,
                   const guint16 *values)
{
  /* All or nothing. */
  for (guint i = 0; i < count;) {
    const BbEmuSlot *slot = find_writable (bank, area, address + i);
    guint8 exception = check_slot (bank, slot, function, address + i, count - i, values + i);

    if (exception)
      return exception;
    i += slot->point->n_words;
  }
  for (guint i = 0; i < count;) {
    const BbEmuSlot *slot = find_writable (bank, area, address + i);

    if (!slot)
      break;
    if (!bb_emu_point_is_text (slot->point))
      bb_emu_bank_act (bank, slot->point, bb_emu_raw_from_words (slot->point, values + i));
    i += slot->point->n_words;
  }
  return 0;
}
