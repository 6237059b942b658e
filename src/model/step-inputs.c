/* SPDX-License-Identifier: GPL-3.0-or-later */
/* step-inputs.c: the block of arrays that readings go into. */
#include "model/step-inputs.h"

#include <string.h>

BbStepInputs *
bb_step_inputs_new (const BbEngineConfig *config)
{
  BbStepInputs *self = g_new0 (BbStepInputs, 1);

  self->n_meters = config->config.n_meters;
  self->n_stations = config->config.n_stations;
  self->n_signals = config->config.n_signals;
  /* One more than needed: an empty table has an address too. */
  self->meters = g_new0 (bbe_meter_in, self->n_meters + 1);
  self->stations = g_new0 (bbe_station_in, self->n_stations + 1);
  self->signals = g_new0 (bbe_signal_in, self->n_signals + 1);
  self->scales = g_new0 (BbMeterScale, self->n_meters + 1);
  memcpy (self->scales, config->scales, sizeof (BbMeterScale) * self->n_meters);
  self->station_steps_ma = g_new0 (gint, self->n_stations + 1);
  memcpy (self->station_steps_ma, config->station_steps_ma, sizeof (gint) * self->n_stations);
  for (guint i = 0; i < self->n_stations; i++) {
    self->stations[i].authorised = true;
    self->stations[i].wanted_wh = -1;
  }
  self->inputs.meters = self->meters;
  self->inputs.stations = self->stations;
  self->inputs.signals = self->signals;
  return self;
}

void
bb_step_inputs_free (BbStepInputs *self)
{
  if (self == NULL)
    return;
  g_free (self->meters);
  g_free (self->stations);
  g_free (self->signals);
  g_free (self->scales);
  g_free (self->station_steps_ma);
  g_free (self);
}

void
bb_step_inputs_round_station (BbStepInputs *self, guint station)
{
  for (guint p = 0; p < 3; p++)
    self->stations[station].measured_ma[p]
        = bb_scale_round (self->stations[station].measured_ma[p], self->station_steps_ma[station]);
}

gboolean
bb_step_inputs_add_reduction (BbStepInputs *self, const bbe_reduction_in *reduction, gint64 now_ms)
{
  for (gint i = 0; i < BBE_MAX_REDUCTIONS; i++) {
    bbe_reduction_in *slot = &self->inputs.reductions[i];

    if (slot->scope == BBE_REDUCE_NOTHING || slot->until_ms <= now_ms) {
      *slot = *reduction;
      return TRUE;
    }
  }
  return FALSE;
}

void
bb_step_inputs_clear_reductions (BbStepInputs *self)
{
  memset (self->inputs.reductions, 0, sizeof self->inputs.reductions);
}
