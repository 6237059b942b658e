/* SPDX-License-Identifier: GPL-3.0-or-later */
/* ocpp-values.c: states and sampled values of a connector as the readings of a station or a meter. */
#include <glib/gi18n.h>
#include <string.h>

#include "devices/ocpp-device-private.h"
#include "engine/engine.h"

/* Under this nothing is charged; for so long, and it counts as paused. */
#define FLOWS_MA 500
#define PAUSE_MS 10000
/* Asked for values without any coming: after this they are missing. */
#define ASK_MS 30000

/* ---- what the errors of the standard mean ---- */

typedef struct {
  const gchar *code, *text;
} ErrorText;

static const ErrorText error_texts[] = {
  { "ConnectorLockFailure", N_ ("the plug cannot be locked") },
  { "EVCommunicationError", N_ ("no communication with the vehicle") },
  { "GroundFailure", N_ ("earth fault") },
  { "HighTemperature", N_ ("too hot") },
  { "InternalError", N_ ("internal error") },
  { "OverCurrentFailure", N_ ("too much current") },
  { "OverVoltage", N_ ("voltage too high") },
  { "PowerMeterFailure", N_ ("its meter fails") },
  { "PowerSwitchFailure", N_ ("its contactor fails") },
  { "ReaderFailure", N_ ("its card reader fails") },
  { "ResetFailure", N_ ("it could not restart") },
  { "UnderVoltage", N_ ("voltage too low") },
  { "WeakSignal", N_ ("weak radio signal") },
};

static const gchar *
error_text (const gchar *code)
{
  for (guint i = 0; code != NULL && i < G_N_ELEMENTS (error_texts); i++)
    if (g_ascii_strcasecmp (code, error_texts[i].code) == 0)
      return error_texts[i].text;
  return NULL;
}

/* ---- state and trouble ---- */

static void
show (BbOcppDevice *self, BbDeviceState state, const gchar *trouble)
{
  bb_device_set_state (BB_DEVICE (self), state, trouble);
}

static const gchar *
first_of (const gchar *a, const gchar *b, const gchar *c, const gchar *d)
{
  return a != NULL ? a : b != NULL ? b : c != NULL ? c : d;
}

void
bb_ocpp_device_show (BbOcppDevice *self)
{
  BbOcppHub *hub = self->hub;
  gboolean station = !bb_device_is_meter (BB_DEVICE (self));
  const gchar *warning = NULL;
  if (hub == NULL || !bb_device_is_started (BB_DEVICE (self)))
    return;
  if (hub->link == NULL) {
    g_autofree gchar *text
        = g_strdup_printf (_ ("It is not connected: check its power and network, and that its "
                              "OCPP server is this controller, with the identity “%s”."),
                           hub->identity);
    show (self, BB_DEVICE_CONNECTING, text);
    return;
  }
  if (self->wrong_identity != NULL) {
    show (self, BB_DEVICE_FAULT, self->wrong_identity);
    return;
  }
  if (!hub->ready) {
    show (self, BB_DEVICE_COMMISSIONING, NULL);
    return;
  }
  if (station && !bb_ocpp_setup_may_write (hub)) {
    show (self, BB_DEVICE_FAULT,
          _ ("Its profile is unverified: confirm that it may be written to before it is used."));
    return;
  }
  if (station && hub->accepted && !bb_ocpp_limit_get_manner (hub)->two_levels)
    warning = _ ("There is no OCPP fail-safe: use the station's own.");
  show (self, BB_DEVICE_ONLINE, first_of (self->refused, self->disobeys, self->silent, warning));
}

/* ---- status ---- */

static guint8
vehicle_of (BbOcppStatus status)
{
  switch (status) {
  case BB_OCPP_AVAILABLE:
  case BB_OCPP_RESERVED:
    return BBE_VEHICLE_A;
  case BB_OCPP_CHARGING:
    return BBE_VEHICLE_C;
  case BB_OCPP_UNAVAILABLE:
  case BB_OCPP_FAULTED:
    return BBE_VEHICLE_F;
  case BB_OCPP_PREPARING:
  case BB_OCPP_SUSPENDED_EV:
  case BB_OCPP_SUSPENDED_EVSE:
  case BB_OCPP_FINISHING:
  default:
    return BBE_VEHICLE_B;
  }
}

static const gchar *
reason_of (BbOcppDevice *self)
{
  switch (self->status) {
  case BB_OCPP_PREPARING:
    return N_ ("waits for authorisation or the vehicle");
  case BB_OCPP_SUSPENDED_EV:
    return N_ ("the vehicle pauses");
  case BB_OCPP_SUSPENDED_EVSE:
    return N_ ("the station pauses");
  case BB_OCPP_FINISHING:
    return N_ ("finished, still plugged in");
  case BB_OCPP_RESERVED:
    return N_ ("reserved");
  case BB_OCPP_UNAVAILABLE:
    return N_ ("switched off by its settings");
  case BB_OCPP_FAULTED:
    return error_text (self->error_code) != NULL ? error_text (self->error_code) : N_ ("it reports a fault");
  case BB_OCPP_AVAILABLE:
  case BB_OCPP_CHARGING:
  default:
    return NULL;
  }
}

static gint64
now_of (BbOcppDevice *self)
{
  return bb_clock_get_mono_ms (self->hub->clock);
}

/* "Charging" without a current for a while is a pause. */
static gboolean
is_paused (BbOcppDevice *self)
{
  return self->idle_ms != G_MININT64 && now_of (self) - self->idle_ms >= PAUSE_MS;
}

static void
fill_status (BbOcppDevice *self, BbStationReading *reading)
{
  reading->reason = reason_of (self);
  reading->vehicle = vehicle_of (self->status);
  /* Only a vehicle that is plugged in can wait for it. */
  reading->authorised = self->tag_taken || reading->vehicle != BBE_VEHICLE_B;
  if (reading->vehicle == BBE_VEHICLE_F)
    reading->status = BB_STATION_NOT_IN_OPERATION;
  else if (self->status == BB_OCPP_AVAILABLE)
    reading->status = BB_STATION_FREE;
  else if (self->status != BB_OCPP_CHARGING)
    reading->status = BB_STATION_OCCUPIED;
  else if (reading->power_w < -1)
    reading->status = BB_STATION_DISCHARGING;
  else if (is_paused (self)) {
    reading->status = BB_STATION_OCCUPIED;
    reading->reason = N_ ("paused: no current flows");
  } else {
    reading->status = BB_STATION_CHARGING;
  }
}

void
bb_ocpp_device_take_status (BbOcppDevice *self, const BbOcppStatusNotification *status)
{
  BbStationReading *reading = bb_device_edit_station_reading (BB_DEVICE (self));
  if (bb_device_is_meter (BB_DEVICE (self)))
    return;
  if (!self->has_status || status->status != self->status) {
    self->status_ms = now_of (self);
    self->values_newer = FALSE;
  }
  self->has_status = TRUE;
  self->status = status->status;
  self->error_code = g_intern_string (strlen (status->error_code) <= 32 ? status->error_code : "OtherError");
  reading->taken_ms = now_of (self);
  if (status->status == BB_OCPP_AVAILABLE) {
    self->tag_taken = FALSE;
    reading->session_wh = -1;
    self->transaction = self->start_wh = -1;
  } else if (status->status == BB_OCPP_CHARGING) {
    self->tag_taken = TRUE;
  }
  bb_ocpp_device_refresh (self);
  bb_ocpp_setup_reset (self->hub);
}

/* ---- values ---- */

/* Sum of the phases where no whole is told. */
static gboolean
get_whole (const BbOcppValues *values, BbOcppQuantity quantity, gint64 *whole)
{
  gint64 part = 0, sum = 0;
  guint n = 0;
  if (bb_ocpp_values_get (values, quantity, BB_OCPP_WHOLE, whole))
    return TRUE;
  for (guint p = 0; p < 3; p++)
    if (bb_ocpp_values_get (values, quantity, (BbOcppPhase) p, &part)) {
      sum += part;
      n++;
    }
  *whole = sum;
  return n > 0;
}

/* Those of all phases that are told; others are 0. */
static gboolean
get_phases (const BbOcppValues *values, BbOcppQuantity quantity, gint64 parts[3])
{
  gboolean any = FALSE;
  for (guint p = 0; p < 3; p++) {
    parts[p] = 0;
    any |= bb_ocpp_values_get (values, quantity, (BbOcppPhase) p, &parts[p]);
  }
  return any;
}

static gint32
clamp32 (gint64 value)
{
  return (gint32) CLAMP (value, -G_MAXINT32, G_MAXINT32);
}

static void
fill_voltages (const BbOcppValues *values, guint n_phases, gint32 voltage_mv[3])
{
  gint64 parts[3] = { 0 }, whole = 0;
  if (get_phases (values, BB_OCPP_VOLTAGE, parts)) {
    for (guint p = 0; p < 3; p++)
      voltage_mv[p] = clamp32 (parts[p]);
  } else if (bb_ocpp_values_get (values, BB_OCPP_VOLTAGE, BB_OCPP_WHOLE, &whole)) {
    for (guint p = 0; p < 3; p++)
      voltage_mv[p] = p < n_phases ? clamp32 (whole) : 0;
  }
}

static gboolean
get_power_mw (const BbOcppValues *values, gint64 *power_mw)
{
  gint64 export = 0;
  gboolean imports = get_whole (values, BB_OCPP_POWER, power_mw);
  if (!get_whole (values, BB_OCPP_POWER_EXPORT, &export))
    return imports;
  *power_mw = (imports ? *power_mw : 0) - export;
  return TRUE;
}

static guint
wired_phases (BbOcppDevice *self)
{
  guint n = bb_device_get_link (BB_DEVICE (self))->n_phases;
  return n >= 1 && n <= 3 ? n : 3;
}

/* The profile says that a current without phase is that of each phase. */
static gboolean
whole_is_each (BbOcppDevice *self)
{
  const BbPoint *point = bb_interface_find_point (self->hub->interface, BB_ROLE_CURRENT_L1);
  return point != NULL && (point->ocpp_phase == NULL || *point->ocpp_phase == '\0');
}

/* A current without phase is a mean, a maximum or a sum, as the maker thinks. It is never divided: with one
 * phase it is that phase's; else it is used only where the profile knows what it means. */
static gboolean
get_currents (BbOcppDevice *self, const BbOcppValues *values, gint32 current_ma[3])
{
  gint64 parts[3] = { 0 }, whole = 0;
  guint n_phases = wired_phases (self);
  if (get_phases (values, BB_OCPP_CURRENT, parts)) {
    for (guint p = 0; p < 3; p++)
      current_ma[p] = clamp32 (parts[p]);
    return TRUE;
  }
  if (!bb_ocpp_values_get (values, BB_OCPP_CURRENT, BB_OCPP_WHOLE, &whole)
      || (n_phases > 1 && !whole_is_each (self)))
    return FALSE;
  for (guint p = 0; p < 3; p++)
    current_ma[p] = p < n_phases ? clamp32 (whole) : 0;
  return TRUE;
}

/* What flows on some phase at least: a sum over three phases is not less than three times their mean. */
static gint64
surely_ma (BbOcppDevice *self, const BbOcppValues *values)
{
  gint64 whole = 0, power_mw = 0;
  if (bb_ocpp_values_get (values, BB_OCPP_CURRENT, BB_OCPP_WHOLE, &whole))
    return whole / wired_phases (self);
  return get_power_mw (values, &power_mw) ? power_mw / 240 / wired_phases (self) : -1;
}

static void
take_station_currents (BbOcppDevice *self, const BbOcppValues *values)
{
  gint32 current_ma[3] = { 0 };
  self->seen_valid = get_currents (self, values, current_ma);
  memcpy (self->seen_ma, current_ma, sizeof current_ma);
  self->seen_max_ma
      = self->seen_valid ? MAX (current_ma[0], MAX (current_ma[1], current_ma[2])) : surely_ma (self, values);
}

static void
take_station_values (BbOcppDevice *self, const BbOcppValues *values)
{
  BbStationReading *reading = bb_device_edit_station_reading (BB_DEVICE (self));
  gint64 value = 0;
  /* Clock-aligned energy, or a vehicle's charge alone, says nothing about currents. */
  if (get_whole (values, BB_OCPP_CURRENT, &value) || get_power_mw (values, &value)) {
    take_station_currents (self, values);
    self->values_ms = reading->taken_ms = now_of (self);
    self->values_newer = TRUE;
    self->asked_ms = G_MININT64;
    g_clear_pointer (&self->silent, g_free);
  }
  fill_voltages (values, wired_phases (self), reading->voltage_mv);
  if (get_power_mw (values, &value))
    reading->power_w = clamp32 (value / 1000);
  if (get_whole (values, BB_OCPP_ENERGY, &value) && value >= 0)
    reading->energy_wh = value;
  if (get_whole (values, BB_OCPP_CURRENT_OFFERED, &value) && value >= 0)
    reading->limit_actual_ma = clamp32 (value);
  if (values->transaction > 0 && self->transaction != values->transaction) {
    /* from before our start */
    self->transaction = values->transaction;
    self->start_wh = -1;
    self->tag_taken = TRUE;
  }
  if (self->transaction > 0 && self->start_wh >= 0 && reading->energy_wh >= self->start_wh)
    reading->session_wh = reading->energy_wh - self->start_wh;
}

static void
take_meter_values (BbOcppDevice *self, const BbOcppValues *values)
{
  BbMeterReading *reading = bb_device_edit_meter_reading (BB_DEVICE (self));
  gint32 current_ma[3] = { 0 };
  gint64 value = 0, parts[3] = { 0 };
  fill_voltages (values, wired_phases (self), reading->voltage_mv);
  if (get_phases (values, BB_OCPP_POWER, parts))
    for (guint p = 0; p < 3; p++)
      reading->phase_power_w[p] = clamp32 (parts[p] / 1000);
  if (get_power_mw (values, &value)) {
    reading->power_w = clamp32 (value / 1000);
    reading->power_valid = TRUE;
  }
  if (get_whole (values, BB_OCPP_ENERGY, &value))
    reading->energy_import_wh = value;
  if (get_whole (values, BB_OCPP_ENERGY_EXPORT, &value))
    reading->energy_export_wh = value;
  if (bb_ocpp_values_get (values, BB_OCPP_FREQUENCY, BB_OCPP_WHOLE, &value))
    reading->frequency_mhz = clamp32 (value);
  if (!get_currents (self, values, current_ma))
    return; /* the currents are what is limited by: without them it is no new reading */
  memcpy (reading->current_ma, current_ma, sizeof current_ma);
  reading->taken_ms = self->values_ms = now_of (self);
}

void
bb_ocpp_device_take_values (BbOcppDevice *self, const BbOcppValues *values)
{
  if (bb_device_is_meter (BB_DEVICE (self))) {
    take_meter_values (self, values);
    return;
  }
  take_station_values (self, values);
  bb_ocpp_limit_judge (self);
  bb_ocpp_device_refresh (self);
}

/* ---- at any time ---- */

/* Between two samples, with some time to be late. */
static gint64
patience_ms (BbOcppDevice *self)
{
  return MAX ((gint64) self->hub->interval_s * 1000 + 10000, 60000);
}

static void
asked_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (JsonObject) answer = bb_ocpp_link_call_finish (BB_OCPP_LINK (source), result, NULL);
}

static void
ask_for_values (BbOcppDevice *self)
{
  g_autoptr (JsonObject) payload = json_object_new ();
  self->asked_ms = now_of (self);
  if (bb_ocpp_hub_skips (self->hub, "TriggerMessage"))
    return;
  json_object_set_string_member (payload, "requestedMessage", "MeterValues");
  json_object_set_int_member (payload, "connectorId", self->connector);
  bb_ocpp_link_call_async (self->hub->link, "TriggerMessage", payload, BB_OCPP_CALL_MS, NULL, asked_cb, NULL);
}

/* It charges and says nothing: it is asked, and then it is missed. */
static void
watch_silence (BbOcppDevice *self)
{
  gint64 now_ms = now_of (self);
  gint64 heard_ms = MAX (self->values_ms, self->status_ms);
  if (!self->hub->ready || self->status != BB_OCPP_CHARGING || now_ms - heard_ms < patience_ms (self))
    return;
  if (self->asked_ms == G_MININT64) {
    ask_for_values (self);
  } else if (now_ms - self->asked_ms >= ASK_MS && self->silent == NULL) {
    self->silent = g_strdup (_ ("It charges and sends no meter values: set its MeterValuesSampledData and "
                                "MeterValueSampleInterval, or restart it."));
  }
}

/* Values older than the state: only "Charging" lets a current flow. */
static void
fill_currents (BbOcppDevice *self, BbStationReading *reading)
{
  gboolean fresh = self->values_ms != G_MININT64 && now_of (self) - self->values_ms < patience_ms (self);
  if (self->status != BB_OCPP_CHARGING && (!self->values_newer || !fresh)) {
    memset (reading->measured_ma, 0, sizeof reading->measured_ma);
    reading->measured_valid = self->has_status && self->hub->interface->has_phase_currents;
    return;
  }
  memcpy (reading->measured_ma, self->seen_ma, sizeof reading->measured_ma);
  reading->measured_valid = self->seen_valid && fresh;
}

static void
note_pause (BbOcppDevice *self)
{
  gboolean flows = FALSE;
  for (guint p = 0; p < 3; p++)
    flows |= ABS (self->seen_ma[p]) >= FLOWS_MA;
  if (self->status != BB_OCPP_CHARGING || flows || !self->seen_valid)
    self->idle_ms = G_MININT64;
  else if (self->idle_ms == G_MININT64)
    self->idle_ms = now_of (self);
}

void
bb_ocpp_device_refresh (BbOcppDevice *self)
{
  BbStationReading *reading = NULL;
  if (self->hub == NULL)
    return;
  if (!bb_device_is_meter (BB_DEVICE (self)) && self->has_status) {
    reading = bb_device_edit_station_reading (BB_DEVICE (self));
    note_pause (self);
    fill_currents (self, reading);
    fill_status (self, reading);
    watch_silence (self);
  }
  bb_ocpp_device_show (self);
}

/* What it said last is not true any more; who is plugged in, probably still is. */
void
bb_ocpp_device_forget (BbOcppDevice *self)
{
  BbStationReading *reading = bb_device_edit_station_reading (BB_DEVICE (self));
  self->has_status = FALSE;
  self->status_ms = self->values_ms = self->idle_ms = self->asked_ms = G_MININT64;
  self->seen_valid = self->values_newer = FALSE;
  self->seen_max_ma = -1;
  memset (self->seen_ma, 0, sizeof self->seen_ma);
  g_clear_pointer (&self->silent, g_free);
  g_clear_pointer (&self->wrong_identity, g_free);
  if (bb_device_is_meter (BB_DEVICE (self)))
    return;
  reading->measured_valid = FALSE;
  reading->status = BB_STATION_NOT_IN_OPERATION;
  reading->reason = N_ ("not connected");
  bb_ocpp_limit_forget (self);
}
