/* SPDX-License-Identifier: GPL-3.0-or-later */
/* emu-modbus-act.c: what a station does about what is written: limits, fail-safe, watchdog, phases, restart.
 */
#include <string.h>

#include "emulator/emu-modbus-private.h"

void
bb_emu_bank_hold (BbEmuBank *bank, BbRole role, gint64 canonical)
{
  bank->held[role].is_set = TRUE;
  bank->held[role].canonical = canonical;
}

static const BbWatchdog *
get_watchdog (BbEmuBank *bank)
{
  BbConditionScope scope = bb_emu_bank_scope (bank);

  return bb_interface_pick_watchdog (bank->interface, &scope);
}

/* ---- watchdog ---- */

static void
feed (BbEmuBank *bank)
{
  bank->fed_ms = bb_field_get_now_ms (bb_emu_get_field (bank->device));
  bb_emu_feed (bank->device);
}

static void
set_silence (BbEmuBank *bank, gint64 silence_ms)
{
  bank->silence_ms = MAX (silence_ms, 0);
  bb_field_set_silence_ms (bb_emu_get_field (bank->device), bank->device->index, bank->silence_ms);
}

/* A set-point is no sign of life unless the profile says so: what was left of the silence time goes on. */
static void
resume_silence (BbEmuBank *bank)
{
  BbSimField *field = bb_emu_get_field (bank->device);
  gint64 left_ms = bank->fed_ms + bank->silence_ms - bb_field_get_now_ms (field);

  if (bank->silence_ms == 0)
    return;
  bb_field_set_silence_ms (field, bank->device->index, MAX (left_ms, 1));
  bb_emu_feed (bank->device);
  bb_field_set_silence_ms (field, bank->device->index, bank->silence_ms);
}

static gboolean
feeds (const BbWatchdog *watchdog, BbRole role, gint64 value)
{
  switch (watchdog->kind) {
  case BB_WATCHDOG_WRITE_POINT:
    return role == watchdog->role;
  case BB_WATCHDOG_REWRITE_TIMEOUT:
    return role == BB_ROLE_FAILSAFE_TIMEOUT || role == watchdog->role;
  case BB_WATCHDOG_MAGIC:
  case BB_WATCHDOG_LIFE_BIT:
    return role == watchdog->role && value == watchdog->value;
  default:
    return FALSE;
  }
}

void
bb_emu_bank_heard (BbEmuBank *bank)
{
  if (!bank->device->is_meter && get_watchdog (bank)->kind == BB_WATCHDOG_ANY_READ)
    feed (bank);
}

/* ---- set-points ---- */

/* Phases that were asked for; 0: none were. */
static guint
asked_phases (BbEmuBank *bank)
{
  const BbControl *control = &bank->interface->control;

  if (!bank->held[BB_ROLE_PHASES_SET].is_set)
    return 0;
  for (guint p = 1; p <= 3; p++)
    if (control->phase_codes[p] >= 0 && control->phase_codes[p] == bank->held[BB_ROLE_PHASES_SET].canonical)
      return p;
  return 0;
}

/* The limit in force, mA. */
static gint32
limit_ma (BbEmuBank *bank)
{
  const BbControl *control = &bank->interface->control;
  BbSimField *field = bb_emu_get_field (bank->device);
  const BbPlantStation *station = bb_field_peek_station (field, bank->device->index);
  gint64 limit = bank->held[BB_ROLE_LIMIT_SET].canonical;
  guint phases = asked_phases (bank);

  if (control->in_watts) {
    phases = phases ? phases : station->phases_now ? station->phases_now : station->n_phases;
    limit = limit * 1000 / ((gint64) MAX (phases, 1) * MAX (bb_field_get_nominal_mv (field), 1));
  }
  return limit < control->min_on_ma ? 0 : (gint32) MIN (limit, station->max_ma);
}

static gboolean
may_charge (BbEmuBank *bank)
{
  const BbPoint *availability = bb_emu_bank_find (bank, BB_ROLE_AVAILABILITY, BB_ACCESS_WRITE);
  const BbPoint *enable = bb_emu_bank_find (bank, BB_ROLE_ENABLE, BB_ACCESS_WRITE);

  if (bank->stopped)
    return FALSE;
  if (availability && bank->held[BB_ROLE_AVAILABILITY].is_set
      && bank->held[BB_ROLE_AVAILABILITY].canonical == availability->off_value)
    return FALSE;
  return !enable || !bank->interface->control.needs_enable || !bank->held[BB_ROLE_ENABLE].is_set
         || bank->held[BB_ROLE_ENABLE].canonical == enable->on_value;
}

static void
command (BbEmuBank *bank)
{
  bb_emu_command (bank->device, may_charge (bank) ? limit_ma (bank) : 0, asked_phases (bank));
  resume_silence (bank);
}

static void
set_failsafe (BbEmuBank *bank, const BbPoint *point, guint64 raw, gint64 canonical)
{
  gboolean off = point->off_value >= 0 && raw == (guint64) point->off_value;

  /* Without a fallback the station stops when it hears nothing. */
  bb_field_set_failsafe_ma (bb_emu_get_field (bank->device), bank->device->index,
                            off ? 0 : (gint32) MIN (canonical, G_MAXINT32));
}

void
bb_emu_bank_act (BbEmuBank *bank, const BbPoint *point, guint64 raw)
{
  gint64 canonical = bb_emu_decode_raw (point, raw);

  if (!bank->device->is_meter && point->role == BB_ROLE_SESSION)
    bank->stopped = point->off_value >= 0 && raw == (guint64) point->off_value;
  else
    bb_emu_bank_hold (bank, point->role, canonical);
  if (bank->device->is_meter)
    return;
  switch (point->role) {
  case BB_ROLE_FAILSAFE_CURRENT:
    set_failsafe (bank, point, raw, canonical);
    break;
  case BB_ROLE_FAILSAFE_TIMEOUT:
    set_silence (bank, canonical);
    break;
  case BB_ROLE_LIMIT_SET:
  case BB_ROLE_ENABLE:
  case BB_ROLE_SESSION:
  case BB_ROLE_AVAILABILITY:
  case BB_ROLE_PHASES_SET:
    if (bank->held[BB_ROLE_LIMIT_SET].is_set)
      command (bank);
    break;
  default:
    break;
  }
  if (feeds (get_watchdog (bank), point->role, (gint64) raw))
    feed (bank);
}

/* ---- start and restart ---- */

/* Values after a restart, where the profile knows them. */
static void
power_on (BbEmuBank *bank)
{
  for (guint i = 0; i < bank->slots->len; i++) {
    const BbEmuSlot *slot = &g_array_index (bank->slots, BbEmuSlot, i);

    if (slot->point->has_power_on && !bank->held[slot->point->role].is_set
        && bb_emu_bank_applies (bank, slot))
      bb_emu_bank_hold (bank, slot->point->role,
                        bb_emu_decode_raw (slot->point, (guint64) slot->point->power_on));
  }
}

/* What it offers by itself, in the unit of its set-point. */
static void
hold_limit (BbEmuBank *bank, gint64 limit)
{
  BbSimField *field = bb_emu_get_field (bank->device);
  const BbPlantStation *station = bb_field_peek_station (field, bank->device->index);

  /* Where a switch pauses, the current beside it stays a real one. */
  if (bank->interface->control.needs_enable && limit < bank->interface->control.min_on_ma) {
    const BbPoint *enable = bb_emu_bank_find (bank, BB_ROLE_ENABLE, BB_ACCESS_WRITE);

    limit = bank->interface->control.min_on_ma;
    if (enable && enable->off_value >= 0)
      bb_emu_bank_hold (bank, BB_ROLE_ENABLE, enable->off_value);
  }
  if (bank->interface->control.in_watts)
    limit = limit * station->n_phases * bb_field_get_nominal_mv (field) / 1000;
  bb_emu_bank_hold (bank, BB_ROLE_LIMIT_SET, limit);
}

void
bb_emu_bank_set_up (BbEmuBank *bank)
{
  BbSimField *field = bb_emu_get_field (bank->device);

  memset (bank->held, 0, sizeof bank->held);
  if (bank->device->is_meter)
    return;
  const BbPlantStation *station = bb_field_peek_station (field, bank->device->index);
  const BbWatchdog *watchdog = get_watchdog (bank);
  gint64 silence_ms = watchdog->timeout_ms > 0 ? watchdog->timeout_ms : station->silence_ms;

  bank->fed_ms = bb_field_get_now_ms (field);
  set_silence (bank, watchdog->kind == BB_WATCHDOG_NONE ? 0 : silence_ms);
  hold_limit (bank, station->sent_ma);
  if (bb_emu_bank_find (bank, BB_ROLE_FAILSAFE_CURRENT, BB_ACCESS_BOTH))
    bb_emu_bank_hold (bank, BB_ROLE_FAILSAFE_CURRENT, station->failsafe_ma);
  if (bb_emu_bank_find (bank, BB_ROLE_FAILSAFE_TIMEOUT, BB_ACCESS_BOTH))
    bb_emu_bank_hold (bank, BB_ROLE_FAILSAFE_TIMEOUT, silence_ms);
  power_on (bank);
}

/* What was set up is gone, as after some real restarts: whoever relies on it has to look again. */
void
bb_emu_bank_reset (BbEmuBank *bank)
{
  memset (bank->held, 0, sizeof bank->held);
  bank->stopped = FALSE;
  if (bank->device->is_meter)
    return;
  const BbPoint *current = bb_emu_bank_find (bank, BB_ROLE_FAILSAFE_CURRENT, BB_ACCESS_WRITE);
  const BbPoint *timeout = bb_emu_bank_find (bank, BB_ROLE_FAILSAFE_TIMEOUT, BB_ACCESS_WRITE);

  power_on (bank);
  hold_limit (bank,
              bb_field_peek_station (bb_emu_get_field (bank->device), bank->device->index)->power_on_ma);
  if (current) {
    if (!bank->held[BB_ROLE_FAILSAFE_CURRENT].is_set)
      bb_emu_bank_hold (bank, BB_ROLE_FAILSAFE_CURRENT,
                        current->off_value >= 0 ? bb_emu_decode_raw (current, (guint64) current->off_value)
                                                : 0);
    gint64 canonical = bank->held[BB_ROLE_FAILSAFE_CURRENT].canonical;
    set_failsafe (bank, current, bb_emu_encode_raw (current, 0, canonical), canonical);
  }
  if (timeout) {
    if (!bank->held[BB_ROLE_FAILSAFE_TIMEOUT].is_set)
      bb_emu_bank_hold (bank, BB_ROLE_FAILSAFE_TIMEOUT, 0);
    set_silence (bank, bank->held[BB_ROLE_FAILSAFE_TIMEOUT].canonical);
  }
}

void
bb_emu_bank_begin (BbEmuBank *bank)
{
  const BbWatchdog *watchdog = get_watchdog (bank);

  if (!bank->device->is_meter && watchdog->kind == BB_WATCHDOG_LIFE_BIT && bank->held[watchdog->role].is_set)
    bb_emu_bank_hold (bank, watchdog->role, 0);
}
