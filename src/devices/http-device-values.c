/* SPDX-License-Identifier: GPL-3.0-or-later */
/* http-device-values.c: a profile's points over values that have names (JSON pointers, OBIS codes), without
 * I/O. */
#include "devices/http-device-values.h"

#include <glib/gi18n.h>
#include <math.h>

#define MAX_DEPTH 4
/* No installation reaches 1 MA or 1 GW: what does is an error of the device. */
#define MAX_MILLI 1e9

static gboolean get_condition_value (BbRole role, gint64 *value, gpointer data);

static BbConditionScope
make_scope (BbNamedValues *values)
{
  return (BbConditionScope){
    .get_value = get_condition_value, .firmware = values->firmware, .variant = values->variant, .data = values
  };
}

static gboolean
is_invalid (const BbPoint *point, gdouble raw)
{
  for (guint i = 0; i < point->n_invalid; i++)
    if (raw == (gdouble) point->invalid[i])
      return TRUE;
  return point->invalid_from > 0 && raw >= (gdouble) point->invalid_from;
}

/* The raw number of a point with all that is added to it. */
static gboolean
get_raw (BbNamedValues *values, const BbPoint *point, gdouble *raw)
{
  if (point->path == NULL || !values->get (point, point->path, raw, values->data) || !isfinite (*raw)
      || is_invalid (point, *raw))
    return FALSE;
  for (guint i = 0; point->plus_paths != NULL && point->plus_paths[i] != NULL; i++) {
    gdouble more;

    if (!values->get (point, point->plus_paths[i], &more, values->data) || !isfinite (more))
      return FALSE;
    *raw += more;
  }
  return TRUE;
}

static const BbPoint *
pick (BbNamedValues *values, BbRole role)
{
  BbConditionScope scope = make_scope (values);
  const BbPoint *point;

  if (values->depth >= MAX_DEPTH)
    return NULL;
  values->depth++;
  point = bb_interface_pick_point_for (values->interface, role, BB_ACCESS_READ, &scope);
  values->depth--;
  return point;
}

static gboolean
get_condition_value (BbRole role, gint64 *value, gpointer data)
{
  const BbPoint *point = pick (data, role);
  gdouble raw;

  if (point == NULL || point->derived || !get_raw (data, point, &raw) || fabs (raw) > G_MAXINT64 / 2)
    return FALSE;
  *value = (gint64) llround (raw);
  return TRUE;
}

/* I = P / U, in mA from mW and mV, with the power's sign. */
static gboolean
get_derived (BbNamedValues *values, BbRole role, gdouble *value)
{
  gdouble power_mw, voltage_mv;
  gint phase = (gint) role - BB_ROLE_CURRENT_L1;

  if (phase < 0 || phase > 2 || !bb_named_values_get (values, (BbRole) (BB_ROLE_POWER_L1 + phase), &power_mw)
      || !bb_named_values_get (values, (BbRole) (BB_ROLE_VOLTAGE_L1 + phase), &voltage_mv) || voltage_mv <= 0)
    return FALSE;
  *value = power_mw * 1000 / voltage_mv;
  return TRUE;
}

static gboolean
get_of_point (BbNamedValues *values, const BbPoint *point, gdouble *value)
{
  gdouble raw, other;

  if (point->derived)
    return get_derived (values, point->role, value);
  if (!get_raw (values, point, &raw))
    return FALSE;
  *value = raw * point->scale + point->offset;
  if (point->export_positive)
    *value = -*value;
  /* Without a word of export there is none: that never makes the load look smaller than it is. */
  if (point->minus != BB_ROLE_NONE && bb_named_values_get (values, point->minus, &other))
    *value -= other;
  if (point->sign_from != BB_ROLE_NONE)
    *value = bb_named_values_get (values, point->sign_from, &other) && other < 0 ? -fabs (*value)
                                                                                 : fabs (*value);
  return isfinite (*value);
}

gboolean
bb_named_values_get (BbNamedValues *values, BbRole role, gdouble *value)
{
  const BbPoint *point = pick (values, role);
  gboolean told;

  if (point == NULL)
    return FALSE;
  values->depth++;
  told = get_of_point (values, point, value);
  values->depth--;
  return told;
}

const BbStateRule *
bb_named_values_find_state (BbNamedValues *values)
{
  BbConditionScope scope = make_scope (values);

  for (guint i = 0; i < values->interface->states->len; i++) {
    const BbStateRule *rule = g_ptr_array_index (values->interface->states, i);

    if (bb_condition_holds (rule->when, &scope))
      return rule;
  }
  return NULL;
}

/* ---- a meter's reading ---- */

guint
bb_named_values_count_phases (BbDevice *device)
{
  guint wired = bb_device_get_link (device)->n_phases, made = bb_device_get_profile (device)->n_phases;

  return wired > 0 && wired <= 3 ? wired : made > 0 && made <= 3 ? made : 3;
}

/* `value` in thousandths, rounded to nearest; FALSE when it is beyond all reason. */
static gboolean
to_milli (gdouble value, gint32 *rounded)
{
  if (fabs (value) > MAX_MILLI)
    return FALSE;
  *rounded = (gint32) lround (value);
  return TRUE;
}

gboolean
bb_named_values_get_rounded (BbNamedValues *values, BbRole role, gdouble divisor, gint32 *rounded)
{
  gdouble value;

  return bb_named_values_get (values, role, &value) && to_milli (value / divisor, rounded);
}

static gboolean
fail_range (GError **error, BbRole role)
{
  g_set_error (error, BB_DEVICE_ERROR, BB_DEVICE_ERROR_DATA, _ ("Its value of “%s” is impossible."),
               bb_role_get_name (role));
  return FALSE;
}

/* Currents, voltages and powers of the phases. */
static gboolean
read_phases (BbNamedValues *values, BbMeterReading *reading, GError **error)
{
  for (guint p = 0; p < 3; p++) {
    BbRole current = (BbRole) (BB_ROLE_CURRENT_L1 + p), voltage = (BbRole) (BB_ROLE_VOLTAGE_L1 + p),
           power = (BbRole) (BB_ROLE_POWER_L1 + p);
    gdouble value;

    reading->current_ma[p] = reading->voltage_mv[p] = reading->phase_power_w[p] = 0;
    if (bb_named_values_get (values, current, &value)) {
      if (!to_milli (value, &reading->current_ma[p]))
        return fail_range (error, current);
    } else if (values->interface->has_phase_currents && p < values->n_phases) {
      g_set_error (error, BB_DEVICE_ERROR, BB_DEVICE_ERROR_DATA,
                   _ ("It tells no current of L%u: check its clamps and its settings."), p + 1);
      return FALSE;
    }
    if (bb_named_values_get (values, voltage, &value) && !to_milli (value, &reading->voltage_mv[p]))
      return fail_range (error, voltage);
    if (bb_named_values_get (values, power, &value) && !to_milli (value / 1000, &reading->phase_power_w[p]))
      return fail_range (error, power);
  }
  return TRUE;
}

/* Total power: its own value, or the sum of the phases' where each has one. */
static gboolean
read_power (BbNamedValues *values, BbMeterReading *reading, GError **error)
{
  gdouble sum = 0, value;

  reading->power_valid = bb_named_values_get (values, BB_ROLE_POWER, &sum);
  if (!reading->power_valid) {
    reading->power_valid = TRUE;
    for (guint p = 0; p < values->n_phases; p++) {
      reading->power_valid &= bb_named_values_get (values, (BbRole) (BB_ROLE_POWER_L1 + p), &value) != FALSE;
      sum += reading->power_valid ? value : 0;
    }
  }
  reading->power_w = 0;
  if (reading->power_valid && !to_milli (sum / 1000, &reading->power_w))
    return fail_range (error, BB_ROLE_POWER);
  if (!reading->power_valid && !values->interface->has_phase_currents) {
    g_set_error_literal (error, BB_DEVICE_ERROR, BB_DEVICE_ERROR_DATA,
                         _ ("It tells no power: check its settings."));
    return FALSE;
  }
  return TRUE;
}

static void
read_counter (BbNamedValues *values, BbRole role, gint64 *counter_wh)
{
  gdouble value;

  if (bb_named_values_get (values, role, &value) && value >= 0 && value < 1e15)
    *counter_wh = (gint64) llround (value);
}

gboolean
bb_named_values_read_meter (BbNamedValues *values, BbMeterReading *reading, GError **error)
{
  BbMeterReading made = *reading;
  gdouble frequency_mhz;

  if (!read_phases (values, &made, error) || !read_power (values, &made, error))
    return FALSE;
  if (bb_named_values_get (values, BB_ROLE_FREQUENCY, &frequency_mhz) && frequency_mhz >= 0
      && frequency_mhz < 1e6)
    made.frequency_mhz = (gint32) lround (frequency_mhz);
  read_counter (values, BB_ROLE_ENERGY_IMPORT, &made.energy_import_wh);
  read_counter (values, BB_ROLE_ENERGY_EXPORT, &made.energy_export_wh);
  *reading = made;
  return TRUE;
}
