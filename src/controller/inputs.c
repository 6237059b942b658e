/* SPDX-License-Identifier: GPL-3.0-or-later */
/* inputs.c: what the devices told last becomes the engine's step inputs. */
#include "controller/controller-private.h"

/* A station that is polled is believed for so long after it answered last. Its driver says much sooner that
 * it is lost; this is for a driver that does not. One that speaks by itself (OCPP, a cloud) is silent while
 * nothing changes. */
#define STATION_HEARD_MS 15000

/* A station's own current relieves the meter of it, so it must not be much older than the meter's reading:
 * what a station drew and draws no more would look like room. What looks like room for less than the hold
 * time moves nobody, so that many stations that send a value every five seconds are measured; with a short
 * hold time they are not. A station whose readings were older counts as not measured until they were in time
 * for so long. */
#define MEASURED_MS 2500
#define MARGIN_MS   2000
#define IN_TIME_MS  30000

gboolean
bb_controller_meter_answers (const BbSlot *slot)
{
  return slot->device != NULL && bb_device_get_meter_reading (slot->device)->taken_ms != G_MININT64;
}

gboolean
bb_controller_station_answers (const BbSlot *slot)
{
  return slot->device != NULL && bb_device_get_state (slot->device) == BB_DEVICE_ONLINE
         && bb_device_get_station_reading (slot->device)->taken_ms != G_MININT64;
}

/* The reading stays in place when its device is lost: the engine judges its age. One that must not be used
 * (another device answers there) is taken away at once. */
static void
read_meter (BbController *self, BbStepInputs *inputs, guint m)
{
  const BbSlot *slot = &self->meters[m];

  if (!bb_controller_meter_answers (slot))
    return;
  if (bb_device_get_state (slot->device) == BB_DEVICE_FAULT) {
    bb_step_inputs_clear_meter (inputs, m);
    return;
  }
  const BbMeterReading *reading = bb_device_get_meter_reading (slot->device);
  bb_step_inputs_set_meter (inputs, m, reading->current_ma, reading->voltage_mv, reading->power_w,
                            reading->power_valid, reading->taken_ms + self->mono_offset_ms);
}

/* Plug & Play: nobody has to show a card first (T-07). */
static gboolean
is_free_for_all (BbController *self, guint s)
{
  gint16 group = self->config->stations[s].group;

  return group < 0 || self->config->groups[group].plug_and_play;
}

/* What the driver of the vehicle said holds until it leaves. */
static void
read_wish (BbController *self, BbStepInputs *inputs, guint s, const BbStationReading *reading)
{
  BbStationWish *wish = &self->wishes[s];
  gboolean plugged = reading->vehicle >= BBE_VEHICLE_B && reading->vehicle <= BBE_VEHICLE_D;

  if (wish->plugged && reading->vehicle == BBE_VEHICLE_A)
    *wish = (BbStationWish){ .wanted_wh = -1, .authorised = -1 };
  wish->plugged = plugged;
  bb_step_inputs_set_wish (inputs, s, wish->wanted_wh, wish->departure_wall_ms);
  bb_step_inputs_set_authorised (inputs, s,
                                 is_free_for_all (self, s)
                                     || (wish->authorised >= 0 ? wish->authorised : reading->authorised));
}

static gboolean
is_polled (const BbSlot *slot)
{
  guint by_itself = 1u << BB_CONNECTION_OCPP | 1u << BB_CONNECTION_CLOUD;

  return (1u << bb_device_get_link (slot->device)->connection & by_itself) == 0;
}

static gboolean
is_measured (BbController *self, BbSlot *slot, const BbStationReading *reading, gint64 age_ms, gint64 mono_ms)
{
  gint16 group = self->config->stations[slot->index].group;
  gint64 hold_ms = group >= 0 ? self->config->groups[group].hold_up_ms : 0;

  /* Many send values while a vehicle charges only. */
  if (age_ms > MAX (MEASURED_MS, hold_ms - MARGIN_MS) && reading->vehicle >= BBE_VEHICLE_C)
    slot->late_until_ms = mono_ms + IN_TIME_MS;
  return reading->measured_valid && mono_ms >= slot->late_until_ms;
}

static void
read_station (BbController *self, BbStepInputs *inputs, guint s, gint64 mono_ms)
{
  BbSlot *slot = &self->stations[s];
  const bbe_station_config *config = &self->config->stations[s];

  if (!bb_controller_station_answers (slot)) {
    bb_step_inputs_set_station_lost (inputs, s);
    return;
  }
  const BbStationReading *reading = bb_device_get_station_reading (slot->device);
  gint64 age_ms = mono_ms - (reading->taken_ms + self->mono_offset_ms);
  if (age_ms > STATION_HEARD_MS && is_polled (slot)) {
    bb_step_inputs_set_station_lost (inputs, s);
    return;
  }
  bb_step_inputs_set_station (inputs, s, reading->vehicle, config->can_switch ? reading->phases_now : 0,
                              config->measured && is_measured (self, slot, reading, age_ms, mono_ms)
                                  ? reading->measured_ma
                                  : NULL);
  read_wish (self, inputs, s, reading);
}

void
bb_controller_read_inputs (BbStepInputs *inputs, gint64 mono_ms, gpointer controller)
{
  BbController *self = controller;

  for (guint m = 0; m < self->n_meters; m++)
    read_meter (self, inputs, m);
  for (guint s = 0; s < self->n_stations; s++)
    read_station (self, inputs, s, mono_ms);
  bb_controller_apply_commands (self, inputs, mono_ms);
}
