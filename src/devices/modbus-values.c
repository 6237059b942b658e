/* SPDX-License-Identifier: GPL-3.0-or-later */
/* modbus-values.c: which points of the profile apply to this device, where they are, and what was read from
 * them. */
#include "devices/modbus-private.h"

#include <math.h>
#include <string.h>

/* On a line an address costs 2 bytes, a request about 20 with its pauses. */
#define MAX_GAP_RTU 10
#define MAX_GAP_TCP 125

/* ---- conditions ---- */

static gboolean
get_value (BbRole role, gint64 *value, gpointer data)
{
  BbModbusDevice *self = data;
  if ((guint) role >= BB_ROLE_N || !self->values[role].valid)
    return FALSE;
  *value = self->values[role].raw;
  return TRUE;
}

static gboolean
is_readable (guint32 address, gpointer data)
{
  BbModbusDevice *self = data;
  return g_hash_table_contains (self->readable, GUINT_TO_POINTER (address + 1));
}

BbConditionScope
bb_modbus_make_scope (BbModbusDevice *self)
{
  return (BbConditionScope){ .get_value = get_value,
                             .firmware = self->firmware,
                             .variant = self->variant,
                             .is_readable = is_readable,
                             .data = self };
}

/* ---- places ---- */

static gboolean
locate_in_models (BbModbusDevice *self, const BbInterface *interface, const BbPoint *point, guint n_words,
                  BbPlanPoint *place)
{
  const GArray *ids = point->models != NULL ? point->models : interface->sunspec_models;
  guint16 scale_at = 0;
  if (self->sunspec == NULL
      || !bb_sunspec_locate (self->sunspec, ids, point->address, n_words, &place->address))
    return FALSE;
  if (point->scale_address < 0)
    return TRUE;
  if (!bb_sunspec_locate (self->sunspec, ids, (guint) point->scale_address, 1, &scale_at))
    return FALSE;
  place->scale_at = scale_at;
  return TRUE;
}

gboolean
bb_modbus_locate (BbModbusDevice *self, const BbPoint *point, BbPlanPoint *place)
{
  const BbInterface *interface = bb_device_get_interface (BB_DEVICE (self));
  guint n_words = bb_point_get_n_words (point);
  *place = (BbPlanPoint){ .point = point, .area = point->area, .n_words = (guint16) n_words, .scale_at = -1 };
  if (point->derived)
    return TRUE;
  if (interface->sunspec)
    return locate_in_models (self, interface, point, n_words, place);
  if (point->address + n_words > 65536)
    return FALSE;
  place->address = (guint16) point->address;
  return TRUE;
}

/* A point applies when its condition holds, it is in this device, and the device did not refuse it. */
static const BbPoint *
pick_now (BbModbusDevice *self, BbRole role, BbAccess access)
{
  const BbInterface *interface = bb_device_get_interface (BB_DEVICE (self));
  BbConditionScope scope = bb_modbus_make_scope (self);
  for (guint i = 0; i < interface->points->len; i++) {
    BbPoint *point = g_ptr_array_index (interface->points, i);
    BbPlanPoint place;
    if (point->role != role || (point->access & access) == 0 || g_hash_table_contains (self->refused, point))
      continue;
    if (bb_condition_holds (point->when, &scope) && bb_modbus_locate (self, point, &place))
      return point;
  }
  return NULL;
}

void
bb_modbus_forget_picks (BbModbusDevice *self)
{
  memset (self->picked, 0, sizeof self->picked);
}

/* What applies is settled with the set-up, so it is looked up once; a hundred devices ask every second. */
const BbPoint *
bb_modbus_pick (BbModbusDevice *self, BbRole role, BbAccess access)
{
  guint kind = access == BB_ACCESS_WRITE;
  if (!self->is_set_up || self->setting_up)
    return pick_now (self, role, access);
  if (!self->picked[kind][role]) {
    self->picks[kind][role] = pick_now (self, role, access);
    self->picked[kind][role] = TRUE;
  }
  return self->picks[kind][role];
}

/* ---- plan ---- */

static void
collect_points (BbModbusDevice *self, GArray *points[BB_N_SCHEDULES])
{
  for (guint i = 0; i < BB_N_SCHEDULES; i++)
    points[i] = g_array_new (FALSE, TRUE, sizeof (BbPlanPoint));
  for (guint role = BB_ROLE_NONE + 1; role < BB_ROLE_N; role++) {
    BbPlanPoint place;
    const BbPoint *point = bb_modbus_pick (self, (BbRole) role, BB_ACCESS_READ);
    if (point != NULL && bb_modbus_locate (self, point, &place))
      g_array_append_val (points[MIN ((guint) point->schedule, BB_N_SCHEDULES - 1)], place);
  }
}

static gboolean
same_points (const GArray *a, const GArray *b)
{
  if (a == NULL || b == NULL || a->len != b->len)
    return FALSE;
  for (guint i = 0; i < a->len; i++)
    if (g_array_index (a, BbPlanPoint, i).point != g_array_index (b, BbPlanPoint, i).point)
      return FALSE;
  return TRUE;
}

static GArray *
with_place (const GArray *points)
{
  GArray *placed = g_array_new (FALSE, FALSE, sizeof (BbPlanPoint));
  for (guint i = 0; i < points->len; i++)
    if (!g_array_index (points, BbPlanPoint, i).point->derived)
      g_array_append_val (placed, g_array_index (points, BbPlanPoint, i));
  return placed;
}

static void
make_reads (BbModbusDevice *self, guint schedule)
{
  const BbInterface *interface = bb_device_get_interface (BB_DEVICE (self));
  gboolean rtu = bb_device_get_link (BB_DEVICE (self))->connection == BB_CONNECTION_MODBUS_RTU;
  BbPlanLimits limits = { .max_read = interface->max_read,
                          .gaps_readable = interface->gaps_readable || interface->sunspec,
                          .max_gap = rtu ? MAX_GAP_RTU : MAX_GAP_TCP,
                          .alone = self->alone || interface->read_single };
  g_autoptr (GArray) placed = with_place (self->points[schedule]);
  g_clear_pointer (&self->reads[schedule], g_array_unref);
  self->reads[schedule] = bb_plan_make (placed, &limits);
}

gboolean
bb_modbus_plan (BbModbusDevice *self)
{
  GArray *points[BB_N_SCHEDULES];
  gboolean changed = FALSE;
  bb_modbus_forget_picks (self);
  collect_points (self, points);
  for (guint i = 0; i < BB_N_SCHEDULES; i++) {
    changed = changed || !same_points (self->points[i], points[i]);
    g_clear_pointer (&self->points[i], g_array_unref);
    self->points[i] = points[i];
    make_reads (self, i);
  }
  return changed;
}

void
bb_modbus_add_reads (BbModbusDevice *self, BbModbusJob *job, BbSchedule schedule)
{
  GArray *reads = self->reads[schedule];
  for (guint i = 0; reads != NULL && i < reads->len; i++) {
    const BbPlanRead *read = &g_array_index (reads, BbPlanRead, i);
    bb_modbus_job_read (job, read->area, read->address, read->count, GINT_TO_POINTER (read->merged ? 1 : 0));
  }
}

/* ---- what came in ---- */

static gboolean
covers (const BbModbusStep *step, const BbPlanPoint *place)
{
  gboolean value = place->address >= step->address && place->address < step->address + step->count;
  gboolean scale = place->scale_at >= step->address && place->scale_at < step->address + step->count;
  return place->area == step->area && !place->point->derived && (value || scale);
}

/* Alone it is refused: it is not in this device. */
static void
refuse_points (BbModbusDevice *self, const BbModbusStep *step)
{
  for (guint i = 0; i < BB_N_SCHEDULES; i++)
    for (guint k = 0; self->points[i] != NULL && k < self->points[i]->len; k++) {
      const BbPlanPoint *place = &g_array_index (self->points[i], BbPlanPoint, k);
      if (!covers (step, place) || !g_hash_table_add (self->refused, (gpointer) place->point))
        continue;
      bb_log_write (bb_device_get_context (BB_DEVICE (self))->log, BB_LOG_INFO, "modbus",
                    "“%s” has no register %u (%s).", bb_device_get_id (BB_DEVICE (self)), place->address,
                    bb_role_get_name (place->point->role));
    }
}

static gboolean
is_no_address (guint8 exception)
{
  return exception == 2 || exception == 3;
}

gboolean
bb_modbus_take_reads (BbModbusDevice *self, BbModbusJob *job)
{
  gboolean again = FALSE;
  for (guint i = 0; i < job->steps->len; i++) {
    const BbModbusStep *step = bb_modbus_job_get (job, i);
    if (step->answer != NULL) {
      bb_image_store (self->image, step->area, step->address, step->answer,
                      MIN (step->n_answer, step->count));
      continue;
    }
    bb_image_forget (self->image, step->area, step->address, step->count);
    if (!is_no_address (step->exception))
      continue;
    again = TRUE;
    if (step->tag != NULL)
      self->alone = TRUE;
    else
      refuse_points (self, step);
  }
  if (again)
    bb_modbus_plan (self);
  return again;
}

static gint
scale_power_of (BbModbusDevice *self, const BbPlanPoint *place)
{
  guint16 word;
  if (place->scale_at < 0)
    return BB_NO_SCALE_POWER;
  /* One that is not there makes the value invalid, as one beyond its range does. */
  if (!bb_image_get (self->image, place->area, (guint) place->scale_at, 1, &word))
    return G_MAXINT16;
  return (gint16) word;
}

/* A counter that jumps from its last tenth to its first went round; anything else that is less is a new
 * session. */
static void
unwrap (BbModbusDevice *self, const BbPoint *point, guint n_words, BbPointValue *value)
{
  guint64 range = n_words < 4 ? G_GUINT64_CONSTANT (1) << (16 * n_words) : 0, raw = (guint64) value->raw;
  guint64 *last = &self->last_raw[point->role], *wrapped = &self->wrapped[point->role];
  if (range == 0 || raw >= range)
    return;
  if (*last > range - range / 10 && raw < range / 10)
    *wrapped += range;
  else if (raw < *last)
    *wrapped = 0;
  *last = raw;
  value->value += llround ((gdouble) *wrapped * point->scale);
}

static void
decode_point (BbModbusDevice *self, const BbPlanPoint *place)
{
  guint16 words[125];
  BbPointValue value;
  BbRoleValue *slot = &self->values[place->point->role];
  *slot = (BbRoleValue){ 0 };
  if (place->point->derived || place->n_words > G_N_ELEMENTS (words)
      || !bb_image_get (self->image, place->area, place->address, place->n_words, words)
      || !bb_point_decode (place->point, words, place->n_words, scale_power_of (self, place), &value))
    return;
  if (value.valid && place->point->wraps)
    unwrap (self, place->point, place->n_words, &value);
  slot->valid = value.valid;
  slot->raw = value.raw;
  slot->value = bb_point_apply_sign (place->point, value.value, value.value);
  if (place->point->sign_from != BB_ROLE_NONE)
    slot->value = value.value;
}

/* current = power / voltage, with the power's sign. */
static void
derive (BbModbusDevice *self, const BbPoint *point)
{
  guint phase = (guint) point->role - BB_ROLE_CURRENT_L1;
  BbRoleValue *slot = &self->values[point->role];
  *slot = (BbRoleValue){ 0 };
  if (phase > 2)
    return;
  const BbRoleValue *power = &self->values[BB_ROLE_POWER_L1 + phase];
  const BbRoleValue *voltage = &self->values[BB_ROLE_VOLTAGE_L1 + phase];
  if (!power->valid || !voltage->valid || voltage->value <= 0)
    return;
  slot->valid = TRUE;
  slot->value = slot->raw = llround (1000.0 * (gdouble) power->value / (gdouble) voltage->value);
}

static void
combine (BbModbusDevice *self, const BbPoint *point)
{
  BbRoleValue *slot = &self->values[point->role];
  if (point->derived)
    derive (self, point);
  if (point->sign_from != BB_ROLE_NONE) {
    const BbRoleValue *sign = &self->values[point->sign_from];
    slot->value = bb_point_apply_sign (point, slot->value, sign->valid ? sign->value : 0);
  }
  if (point->minus != BB_ROLE_NONE && self->values[point->minus].valid)
    slot->value -= self->values[point->minus].value;
}

void
bb_modbus_decode (BbModbusDevice *self)
{
  for (guint i = 0; i < BB_N_SCHEDULES; i++)
    for (guint k = 0; self->points[i] != NULL && k < self->points[i]->len; k++)
      decode_point (self, &g_array_index (self->points[i], BbPlanPoint, k));
  for (guint i = 0; i < BB_N_SCHEDULES; i++)
    for (guint k = 0; self->points[i] != NULL && k < self->points[i]->len; k++)
      combine (self, g_array_index (self->points[i], BbPlanPoint, k).point);
}

gchar *
bb_modbus_get_text (BbModbusDevice *self, BbRole role)
{
  guint16 words[125];
  BbPlanPoint place;
  const BbPoint *point = bb_modbus_pick (self, role, BB_ACCESS_READ);
  if (point == NULL || !bb_modbus_locate (self, point, &place) || place.n_words > G_N_ELEMENTS (words)
      || !bb_image_get (self->image, place.area, place.address, place.n_words, words))
    return NULL;
  return bb_point_decode_text (point, words, place.n_words);
}

void
bb_modbus_forget_values (BbModbusDevice *self)
{
  g_clear_pointer (&self->image, bb_image_free);
  self->image = bb_image_new ();
  for (guint i = 0; i < BB_ROLE_N; i++)
    self->values[i] = (BbRoleValue){ 0 };
}
