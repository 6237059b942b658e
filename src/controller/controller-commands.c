/* SPDX-License-Identifier: GPL-3.0-or-later */
/* controller-commands.c: signals, reductions, overrides and wishes: kept, ended, given to the engine's step.
 */
#include <glib/gi18n.h>
#include <string.h>

#include "controller/controller-private.h"

/* A reduction or override ends within this: nobody means a year, and a wrong date would hold the site for
 * ever. */
#define LONGEST_MS G_GINT64_CONSTANT (31 * 86400000)

static gint64
engine_now_ms (const BbController *self)
{
  return bb_clock_get_mono_ms (self->clock) + self->mono_offset_ms;
}

/* The engine's time at which something ends; -1 with an error. */
static gint64
end_of (const BbController *self, gint64 expires_wall_ms, GError **error)
{
  gboolean valid;
  gint64 left_ms = expires_wall_ms - bb_clock_get_wall_ms (self->clock, &valid);

  if (!valid)
    g_set_error_literal (
        error, BB_COMMAND_ERROR, BB_COMMAND_ERROR_REFUSED,
        _ ("The controller's clock is not set, so it cannot tell when this ends. Set the clock."));
  else if (left_ms <= 0)
    g_set_error_literal (error, BB_COMMAND_ERROR, BB_COMMAND_ERROR_VALUE,
                         _ ("This has ended already; give an end that lies ahead."));
  else if (left_ms > LONGEST_MS)
    g_set_error_literal (error, BB_COMMAND_ERROR, BB_COMMAND_ERROR_VALUE,
                         _ ("This would hold for more than 31 days; give an earlier end."));
  else
    return engine_now_ms (self) + left_ms;
  return -1;
}

static gint
find (const BbController *self, BbTable table, const gchar *id, const gchar *what, GError **error)
{
  gint index = id != NULL ? bb_engine_config_find (self->config, table, id) : -1;

  if (index < 0)
    g_set_error (error, BB_COMMAND_ERROR, BB_COMMAND_ERROR_UNKNOWN,
                 /* Translators: %s: "station", "circuit", ...; then an identifier */
                 _ ("The site has no %s “%s”."), what, id != NULL ? id : "");
  return index;
}

/* ---- signals ---- */

static gboolean
set_signal (const gchar *source_id, guint state, GError **error, gpointer data)
{
  BbController *self = data;
  gint index = find (self, BB_TABLE_SIGNALS, source_id, _ ("signal"), error);

  if (index < 0)
    return FALSE;
  if (state > BBE_SIGNAL_LOCKED) {
    g_set_error_literal (error, BB_COMMAND_ERROR, BB_COMMAND_ERROR_VALUE,
                         _ ("A signal is normal, reduced or locked."));
    return FALSE;
  }
  self->signals[index] = (BbSignalState){ TRUE, TRUE, (guint8) state };
  return TRUE;
}

static gboolean
lose_signal (const gchar *source_id, GError **error, gpointer data)
{
  BbController *self = data;
  gint index = find (self, BB_TABLE_SIGNALS, source_id, _ ("signal"), error);

  if (index >= 0)
    self->signals[index].valid = FALSE;
  return index >= 0;
}

/* ---- reductions ---- */

static gboolean
is_over (const bbe_reduction_in *reduction, gint64 now_ms)
{
  return reduction->scope == BBE_REDUCE_NOTHING || reduction->until_ms <= now_ms;
}

static gint
find_place (const BbController *self, guint scope, const gchar *id, GError **error)
{
  if (scope == BBE_REDUCE_CIRCUIT)
    return find (self, BB_TABLE_CIRCUITS, id, _ ("circuit"), error);
  if (scope == BBE_REDUCE_GROUP)
    return find (self, BB_TABLE_GROUPS, id, _ ("group"), error);
  if (scope == BBE_REDUCE_STATIONS)
    return 0;
  g_set_error_literal (error, BB_COMMAND_ERROR, BB_COMMAND_ERROR_VALUE,
                       _ ("A reduction is for the stations, a group or a circuit."));
  return -1;
}

static gboolean
check_limits (gint32 limit_ma, gint32 limit_w, GError **error)
{
  if (limit_ma >= 0 && limit_w >= 0 && (limit_ma != BB_COMMAND_NO_LIMIT || limit_w != BB_COMMAND_NO_LIMIT))
    return TRUE;
  g_set_error_literal (error, BB_COMMAND_ERROR, BB_COMMAND_ERROR_VALUE,
                       _ ("A reduction needs a limit in A or W that is not negative."));
  return FALSE;
}

static gboolean
add_reduction (guint scope, const gchar *id, gint32 limit_ma, gint32 limit_w, gint64 expires_wall_ms,
               GError **error, gpointer data)
{
  BbController *self = data;
  gint index = find_place (self, scope, id, error);
  gint64 until_ms = index >= 0 ? end_of (self, expires_wall_ms, error) : -1;
  bbe_reduction_in *place = NULL;

  if (until_ms < 0 || !check_limits (limit_ma, limit_w, error))
    return FALSE;
  for (guint r = BBE_MAX_REDUCTIONS; r-- > 0;) {
    bbe_reduction_in *at = &self->reductions[r];
    gboolean same = at->scope == scope && at->index == (int16_t) index;
    if (same
        || (is_over (at, engine_now_ms (self))
            && (place == NULL || place->scope != scope || place->index != (int16_t) index)))
      place = at;
  }
  if (place == NULL) {
    g_set_error (error, BB_COMMAND_ERROR, BB_COMMAND_ERROR_REFUSED,
                 _ ("%d reductions hold already; end one of them first."), BBE_MAX_REDUCTIONS);
    return FALSE;
  }
  *place = (bbe_reduction_in){ .scope = (uint8_t) scope,
                               .index = (int16_t) index,
                               .limit_ma = limit_ma,
                               .limit_w = limit_w,
                               .until_ms = until_ms };
  return TRUE;
}

static gboolean
clear_reductions (guint scope, const gchar *id, GError **error, gpointer data)
{
  BbController *self = data;
  gint index = scope != BBE_REDUCE_NOTHING ? find_place (self, scope, id, error) : 0;

  if (index < 0)
    return FALSE;
  for (guint r = 0; r < BBE_MAX_REDUCTIONS; r++)
    if (scope == BBE_REDUCE_NOTHING
        || (self->reductions[r].scope == scope && self->reductions[r].index == (int16_t) index))
      self->reductions[r] = (bbe_reduction_in){ 0 };
  return TRUE;
}

/* ---- stations ---- */

static gboolean
set_override (const gchar *station_id, guint kind, gint32 limit_ma, gint64 expires_wall_ms, GError **error,
              gpointer data)
{
  BbController *self = data;
  gint index = find (self, BB_TABLE_STATIONS, station_id, _ ("station"), error);
  gint64 until_ms = 0;

  if (index < 0)
    return FALSE;
  if (kind > BBE_OVERRIDE_CHARGE_NOW || limit_ma < 0 || limit_ma > BBE_MAX_MA) {
    g_set_error_literal (error, BB_COMMAND_ERROR, BB_COMMAND_ERROR_VALUE,
                         _ ("An override is a cap in A, “charge now”, or none."));
    return FALSE;
  }
  if (kind != BBE_OVERRIDE_NONE && (until_ms = end_of (self, expires_wall_ms, error)) < 0)
    return FALSE;
  self->overrides[index].kind = (guint8) kind;
  self->overrides[index].limit_ma = kind == BBE_OVERRIDE_CAP ? limit_ma : 0;
  self->overrides[index].until_wall_ms = kind != BBE_OVERRIDE_NONE ? expires_wall_ms : 0;
  self->overrides[index].until_ms = until_ms;
  return TRUE;
}

static gboolean
set_wish (const gchar *station_id, gint32 wanted_wh, gint64 departure_wall_ms, GError **error, gpointer data)
{
  BbController *self = data;
  gint index = find (self, BB_TABLE_STATIONS, station_id, _ ("station"), error);

  if (index < 0)
    return FALSE;
  if (wanted_wh < -1 || wanted_wh > 1000000 || departure_wall_ms < 0) {
    g_set_error_literal (error, BB_COMMAND_ERROR, BB_COMMAND_ERROR_VALUE,
                         _ ("A wish is an energy up to 1000 kWh and a time of departure."));
    return FALSE;
  }
  self->wishes[index].wanted_wh = wanted_wh;
  self->wishes[index].departure_wall_ms = departure_wall_ms;
  return TRUE;
}

static gboolean
set_authorised (const gchar *station_id, gboolean authorised, GError **error, gpointer data)
{
  BbController *self = data;
  gint index = find (self, BB_TABLE_STATIONS, station_id, _ ("station"), error);

  if (index < 0)
    return FALSE;
  self->wishes[index].authorised = authorised != FALSE;
  return TRUE;
}

void
bb_controller_init_commands (BbController *self)
{
  self->commands = (BbCommands){
    self, set_signal, add_reduction, clear_reductions, set_override, set_wish, set_authorised, lose_signal,
  };
}

/* ---- into the step ---- */

static void
end_override (BbController *self, guint s, gint64 mono_ms)
{
  if (self->overrides[s].kind != BBE_OVERRIDE_NONE && self->overrides[s].until_ms <= mono_ms)
    memset (&self->overrides[s], 0, sizeof self->overrides[s]);
}

void
bb_controller_apply_commands (BbController *self, BbStepInputs *inputs, gint64 mono_ms)
{
  for (guint i = 0; i < self->config->config.n_signals; i++)
    bb_step_inputs_set_signal (inputs, i, self->signals[i].valid, self->signals[i].state);
  for (guint r = 0; r < BBE_MAX_REDUCTIONS; r++) {
    if (is_over (&self->reductions[r], mono_ms))
      self->reductions[r] = (bbe_reduction_in){ 0 };
    inputs->inputs.reductions[r] = self->reductions[r];
  }
  for (guint s = 0; s < self->n_stations; s++) {
    end_override (self, s, mono_ms);
    bb_step_inputs_set_override (inputs, s, self->overrides[s].kind, self->overrides[s].limit_ma,
                                 self->overrides[s].until_ms);
  }
}
