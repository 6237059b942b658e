/* SPDX-License-Identifier: GPL-3.0-or-later */
/* emu-modbus-values.c: a bank made from its profile, and the value of each role now. */
#include <string.h>

#include "emulator/emu-modbus-private.h"
#include "model/site.h"
#include "profiles/condition.h"

/* ---- which firmware ---- */

static gint
compare_versions (const gchar *a, const gchar *b)
{
  g_auto (GStrv) left = g_strsplit (a, ".", -1), right = g_strsplit (b, ".", -1);

  for (guint i = 0; left[i] || right[i]; i++) {
    guint64 x = left[i] ? g_ascii_strtoull (left[i], NULL, 10) : 0;
    guint64 y = right[i] ? g_ascii_strtoull (right[i], NULL, 10) : 0;

    if (x != y)
      return x < y ? -1 : 1;
    if (!left[i] || !right[i])
      break;
  }
  return 0;
}

/* The newest version that a condition names: such a device has all that the profile knows. */
static void
take_newest (const gchar *condition, gchar **firmware)
{
  const gchar *at = condition;
  BbTerm term;

  while (at && bb_condition_next (&at, &term, NULL)) {
    if (term.kind != BB_TERM_FIRMWARE)
      continue;
    g_autofree gchar *version = g_strndup (term.value, term.value_length);
    if (!*firmware || compare_versions (version, *firmware) > 0) {
      g_free (*firmware);
      *firmware = g_steal_pointer (&version);
    }
  }
}

static gchar *
choose_firmware (const BbInterface *interface)
{
  gchar *firmware = NULL;

  for (guint i = 0; i < interface->points->len; i++)
    take_newest (((const BbPoint *) g_ptr_array_index (interface->points, i))->when, &firmware);
  for (guint i = 0; i < interface->watchdogs->len; i++)
    take_newest (((const BbWatchdog *) g_ptr_array_index (interface->watchdogs, i))->when, &firmware);
  for (guint i = 0; i < interface->verifies->len; i++)
    take_newest (((const BbVerify *) g_ptr_array_index (interface->verifies, i))->when, &firmware);
  return firmware ? firmware : g_strdup ("1.9");
}

static const gchar *
choose_variant (const BbInterface *interface)
{
  for (guint i = 0; i < interface->probes->len; i++) {
    const BbProbe *probe = g_ptr_array_index (interface->probes, i);

    if (probe->variant)
      return probe->variant;
  }
  return NULL;
}

static gchar *
choose_serial (BbEmuDevice *device)
{
  BbSite *site = bb_emu_get_site (device);
  const gchar *serial = device->is_meter ? bb_meter_peek (bb_site_meter (site, device->index))->serial
                                         : bb_station_peek (bb_site_station (site, device->index))->serial;

  return g_strdup (*serial ? serial : device->id);
}

/* ---- what is where ---- */

static void
add_filler (BbEmuBank *bank, BbArea area, guint32 address, guint16 word)
{
  BbEmuFiller filler = { area, address, word };

  g_array_append_val (bank->fillers, filler);
}

static void
add_slots (BbEmuBank *bank)
{
  for (guint i = 0; i < bank->interface->points->len; i++) {
    const BbPoint *point = g_ptr_array_index (bank->interface->points, i);
    guint32 base = 0;

    if (point->derived || (bank->interface->sunspec && !bb_emu_sunspec_place (&bank->sunspec, point, &base)))
      continue;
    BbEmuSlot slot = { point, base + point->address };
    g_array_append_val (bank->slots, slot);
    if (bank->interface->sunspec && point->scale_address >= 0)
      add_filler (bank, point->area, base + (guint32) point->scale_address,
                  (guint16) bb_emu_sunspec_exponent (&bank->sunspec, point->role));
  }
}

/* Registers that only a probe looks at. */
static void
add_probe (BbEmuBank *bank, const BbProbe *probe)
{
  for (guint r = 0; r < probe->n_reads; r++)
    for (guint w = 0; w < probe->reads[r].n_words && !probe->reads[r].path; w++) {
      guint from_end = probe->reads[r].n_words - 1 - w;

      add_filler (bank, probe->reads[r].area, probe->reads[r].address + w,
                  from_end < 4 ? (guint16) ((guint64) probe->reads[r].min >> (16 * from_end)) : 0);
    }
}

BbEmuBank *
bb_emu_bank_new (BbEmuDevice *device)
{
  BbEmuBank *bank = g_new0 (BbEmuBank, 1);

  bank->device = device;
  bank->interface = device->interface;
  bank->firmware = choose_firmware (bank->interface);
  bank->variant = choose_variant (bank->interface);
  bank->serial = choose_serial (device);
  bank->slots = g_array_new (FALSE, FALSE, sizeof (BbEmuSlot));
  bank->fillers = g_array_new (FALSE, FALSE, sizeof (BbEmuFiller));
  if (bank->interface->sunspec)
    bb_emu_sunspec_init (&bank->sunspec, bank->interface);
  add_slots (bank);
  for (guint i = 0; i < bank->interface->probes->len; i++) {
    const BbProbe *probe = g_ptr_array_index (bank->interface->probes, i);

    if (!probe->variant || probe->variant == bank->variant)
      add_probe (bank, probe);
  }
  bb_emu_bank_set_up (bank);
  return bank;
}

void
bb_emu_bank_free (BbEmuBank *bank)
{
  g_array_unref (bank->slots);
  g_array_unref (bank->fillers);
  g_free (bank->firmware);
  g_free (bank->serial);
  g_free (bank);
}

const BbPoint *
bb_emu_bank_find (BbEmuBank *bank, BbRole role, BbAccess access)
{
  for (guint i = 0; i < bank->slots->len; i++) {
    const BbEmuSlot *slot = &g_array_index (bank->slots, BbEmuSlot, i);

    if (slot->point->role == role && (slot->point->access & access) && bb_emu_bank_applies (bank, slot))
      return slot->point;
  }
  return NULL;
}

const gchar *
bb_emu_bank_text (BbEmuBank *bank, BbRole role)
{
  const BbProfile *profile = bank->device->profile;

  switch (role) {
  case BB_ROLE_FIRMWARE:
    return bank->firmware;
  case BB_ROLE_SERIAL:
    return bank->serial;
  case BB_ROLE_MODEL:
    return profile->models && profile->models[0] ? profile->models[0] : profile->name;
  default:
    return "";
  }
}

/* ---- states ---- */

static gint
state_position (BbRole role)
{
  for (gint i = 0; i < BB_EMU_STATE_ROLES; i++)
    if (bb_emu_state_roles[i] == role)
      return i;
  return -1;
}

/* Raw values of the other roles; of the state's own only whether they exist. */
static gboolean
get_other (BbRole role, gint64 *value, gpointer data)
{
  BbEmuBank *bank = data;
  BbConditionScope scope = bb_emu_bank_scope (bank);

  if (state_position (role) < 0)
    return scope.get_value (role, value, scope.data);
  *value = 0;
  for (guint i = 0; i < bank->slots->len; i++)
    if (g_array_index (bank->slots, BbEmuSlot, i).point->role == role)
      return TRUE;
  return FALSE;
}

/* BbStationStatus of devices/device.h, as it is a vehicle's. */
static guint
status_of (guint vehicle)
{
  static const guint8 status[] = { 0, 0, 1, 2, 2, 4, 4 };

  return status[MIN (vehicle, 6)];
}

static gint64
get_state (BbEmuBank *bank, guint position)
{
  bbe_station_in in = { 0 };
  BbConditionScope scope = bb_emu_bank_scope (bank);

  if (!bb_emu_get_station (bank->device, &in) || in.vehicle == BBE_VEHICLE_UNKNOWN)
    in.vehicle = BBE_VEHICLE_A;
  guint status = status_of (in.vehicle);
  BbEmuStateValues *values = &bank->states[in.vehicle][status];
  scope.get_value = get_other;
  if (!bb_emu_state_holds (bank->interface, &scope, in.vehicle, values) && !values->tried)
    bb_emu_find_state (bank->interface, &scope, in.vehicle, status, values);
  return values->value[position];
}

/* ---- values ---- */

static gint64
phase_code (const BbControl *control, guint phases)
{
  return phases <= 3 && control->phase_codes[phases] >= 0 ? control->phase_codes[phases] : (gint64) phases;
}

/* What a station knows beside its measurements. */
static gboolean
get_station_value (BbEmuBank *bank, BbRole role, gint64 *value)
{
  BbEmuDevice *device = bank->device;
  const BbPlantStation *station = bb_field_peek_station (bb_emu_get_field (device), device->index);
  const BbStationFields *fields = bb_station_peek (bb_site_station (bb_emu_get_site (device), device->index));
  const BbControl *control = &bank->interface->control;

  switch (role) {
  case BB_ROLE_LIMIT_ACTUAL:
    *value = station->pilot_ma;
    return TRUE;
  case BB_ROLE_LIMIT_MAX:
    *value = station->max_ma;
    return TRUE;
  case BB_ROLE_LIMIT_MIN:
    *value = control->min_on_ma > 0 ? control->min_on_ma : 6000;
    return TRUE;
  case BB_ROLE_LIMIT_CABLE:
    *value = fields->cable_ma > 0 ? fields->cable_ma : station->max_ma;
    return TRUE;
  case BB_ROLE_PHASES_ACTUAL:
    *value = phase_code (control, station->can_switch ? station->phases_now : station->n_phases);
    return TRUE;
  case BB_ROLE_PHASES_SET:
    *value = phase_code (control, station->can_switch ? station->phases_next : station->n_phases);
    return TRUE;
  default:
    return FALSE;
  }
}

/* A number that passes the profile's own checks. */
static gint64
get_checked (BbEmuBank *bank, const BbPoint *point)
{
  BbConditionScope scope = bb_emu_bank_scope (bank);

  if (point->role == BB_ROLE_SERIAL)
    return (gint64) (g_str_hash (bank->serial) % 100000000u);
  for (guint i = 0; i < bank->interface->verifies->len; i++) {
    const BbVerify *verify = g_ptr_array_index (bank->interface->verifies, i);

    if (verify->role == point->role && bb_condition_holds (verify->when, &scope))
      return bb_emu_satisfy (verify->expect);
  }
  return 0;
}

/* The sign of a current comes from its phase's power: a count of it must not be lost to rounding. */
static guint64
keep_sign (BbEmuBank *bank, const BbEmuSlot *slot, gint64 value, guint64 raw)
{
  if (raw != 0 || value >= 0 || slot->point->role < BB_ROLE_POWER_L1 || slot->point->role > BB_ROLE_POWER_L3)
    return raw;
  for (guint i = 0; i < bank->slots->len; i++)
    if (g_array_index (bank->slots, BbEmuSlot, i).point->sign_from == slot->point->role)
      return bb_emu_encode_raw (slot->point,
                                bank->interface->sunspec && slot->point->scale_address >= 0
                                    ? bb_emu_sunspec_exponent (&bank->sunspec, slot->point->role)
                                    : 0,
                                (gint64) -MAX (slot->point->scale, 1));
  return raw;
}

guint64
bb_emu_bank_raw (BbEmuBank *bank, const BbEmuSlot *slot)
{
  const BbPoint *point = slot->point;
  gint position = state_position (point->role);
  gint exponent = bank->interface->sunspec && point->scale_address >= 0
                      ? bb_emu_sunspec_exponent (&bank->sunspec, point->role)
                      : 0;
  gint64 value = 0;

  if (position >= 0)
    return bank->device->is_meter ? 0 : (guint64) get_state (bank, (guint) position);
  if (bank->held[point->role].is_set)
    return bb_emu_encode_raw (point, exponent, bank->held[point->role].canonical);
  if (bb_emu_get_measured (bank->device, point->role, &value))
    return keep_sign (bank, slot, value, bb_emu_encode_raw (point, exponent, value));
  if (!bank->device->is_meter && get_station_value (bank, point->role, &value))
    return point->role == BB_ROLE_PHASES_ACTUAL || point->role == BB_ROLE_PHASES_SET
               ? (guint64) value
               : bb_emu_encode_raw (point, exponent, value);
  if (point->role >= BB_ROLE_CURRENT_L1 && point->role <= BB_ROLE_ENERGY_EXPORT)
    return bb_emu_encode_none (point);
  return (guint64) get_checked (bank, point);
}
