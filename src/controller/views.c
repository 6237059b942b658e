/* SPDX-License-Identifier: GPL-3.0-or-later */
/* views.c: the controller's present second as a snapshot for bridges. */
#include <string.h>

#include "controller/controller-private.h"

static const gchar *
name_or_null (const gchar *name)
{
  return *name != '\0' ? name : NULL;
}

static void
init_names (BbController *self)
{
  for (guint m = 0; m < self->n_meters; m++) {
    const BbMeterFields *f = bb_meter_peek (bb_site_meter (self->site, m));
    self->meter_views[m].id = f->id;
    self->meter_views[m].name = name_or_null (f->name);
  }
  for (guint s = 0; s < self->n_stations; s++) {
    const BbStationFields *f = bb_station_peek (bb_site_station (self->site, s));
    self->station_views[s].id = f->id;
    self->station_views[s].name = name_or_null (f->name);
  }
  for (guint c = 0; c < self->config->config.n_circuits; c++) {
    const BbCircuitFields *f
        = bb_circuit_peek (bb_site_circuit (self->site, self->config->circuit_position[c]));
    self->circuit_views[c].id = f->id;
    self->circuit_views[c].name = name_or_null (f->name);
  }
  for (guint i = 0; i < self->config->config.n_signals; i++) {
    const BbSignalFields *f = bb_signal_peek (bb_site_signal (self->site, i));
    self->signal_views[i].id = f->id;
    self->signal_views[i].name = name_or_null (f->name);
  }
}

void
bb_controller_init_views (BbController *self)
{
  const bbe_config *config = &self->config->config;

  self->meter_views = g_new0 (BbMeterSnapshot, MAX (self->n_meters, 1));
  self->station_views = g_new0 (BbStationSnapshot, MAX (self->n_stations, 1));
  self->circuit_views = g_new0 (BbCircuitSnapshot, MAX (config->n_circuits, 1));
  self->signal_views = g_new0 (BbSignalSnapshot, MAX (config->n_signals, 1));
  self->reasons = g_new0 (gchar *, MAX (self->n_stations, 1));
  self->reason_of = g_new0 (bbe_reason, MAX (self->n_stations, 1));
  self->reason_ma = g_new0 (gint32, MAX (self->n_stations, 1));
  init_names (self);
  self->snapshot = (BbControllerSnapshot){ .meters = self->meter_views,
                                           .n_meters = self->n_meters,
                                           .stations = self->station_views,
                                           .n_stations = self->n_stations,
                                           .circuits = self->circuit_views,
                                           .n_circuits = config->n_circuits,
                                           .signals = self->signal_views,
                                           .n_signals = config->n_signals };
}

static void
view_meter (BbController *self, guint m)
{
  const BbSlot *slot = &self->meters[m];
  BbMeterSnapshot *view = &self->meter_views[m];
  const bbe_meter_in *in = &self->in->meters[m];

  view->age_ms = in->valid ? self->in->mono_ms - in->taken_ms : -1;
  view->quality = slot->device == NULL || !in->valid                                    ? BB_READING_LOST
                  : view->age_ms > MAX (10000, 3 * self->config->meters[m].interval_ms) ? BB_READING_STALE
                                                                                        : BB_READING_GOOD;
  view->trouble = slot->device != NULL ? bb_device_get_trouble (slot->device) : NULL;
  if (slot->device != NULL)
    view->reading = *bb_device_get_meter_reading (slot->device);
}

static void
view_station (BbController *self, guint s)
{
  const BbSlot *slot = &self->stations[s];
  const bbe_station_in *in = &self->in->stations[s];
  const bbe_station_out *out = &self->out->stations[s];
  BbStationSnapshot *view = &self->station_views[s];

  view->answers = in->answers;
  view->reading = *bb_device_get_station_reading (slot->device);
  view->commanded = out->commanded;
  view->setpoint_ma = out->setpoint_ma;
  view->phases = out->phases;
  view->reason_code = out->reason.code;
  view->reason = bb_controller_get_reason (self, s);
  view->trouble = bb_device_get_trouble (slot->device);
  view->override = self->overrides[s].kind;
  view->override_ma = self->overrides[s].limit_ma;
  view->override_until_wall_ms = self->overrides[s].until_wall_ms;
  view->wanted_wh = in->wanted_wh;
  view->departure_wall_ms = in->departure_ms;
}

static void
view_circuit (BbController *self, guint c)
{
  const bbe_circuit_config *config = &self->config->circuits[c];
  const bbe_circuit_out *out = &self->out->circuits[c];
  BbCircuitSnapshot *view = &self->circuit_views[c];
  gint m = config->meter;

  view->phases = config->phases;
  view->flow_valid = m >= 0 && self->meter_views[m].quality == BB_READING_GOOD;
  for (guint p = 0; p < 3; p++) {
    view->flow_ma[p] = view->flow_valid ? self->in->meters[m].current_ma[p] : 0;
    view->rating_ma[p] = config->rating_ma[p];
  }
  memcpy (view->share_ma, out->share_ma, sizeof view->share_ma);
  memcpy (view->limit, out->limit, sizeof view->limit);
  view->failsafe = out->failsafe;
}

void
bb_controller_update_views (BbController *self)
{
  self->snapshot.mono_ms = self->in->mono_ms;
  self->snapshot.wall_ms = self->in->wall_ms;
  self->snapshot.wall_valid = self->in->wall_valid;
  self->snapshot.revision = self->out->revision;
  self->snapshot.signal = self->out->signal;
  for (guint m = 0; m < self->n_meters; m++)
    view_meter (self, m);
  for (guint s = 0; s < self->n_stations; s++)
    view_station (self, s);
  for (guint c = 0; c < self->config->config.n_circuits; c++)
    view_circuit (self, c);
  for (guint i = 0; i < self->config->config.n_signals; i++) {
    self->signal_views[i].by_command = self->signals[i].by_command;
    self->signal_views[i].valid = self->signals[i].valid;
    self->signal_views[i].state = self->signals[i].state;
  }
}

const BbControllerSnapshot *
bb_controller_get_snapshot (BbController *self)
{
  return &self->snapshot;
}
