/* SPDX-License-Identifier: GPL-3.0-or-later */
/* emu-ocpp-push.c: what an emulated station says by itself: boot, state, transactions, values; one after the
 * other. */
#include <string.h>

#include "emulator/emu-ocpp-private.h"

/* The card or vehicle that is shown to the reader. */
#define ID_TAG "BUSBAR"

typedef enum { SAY_NOTHING = 0, SAY_STATUS, SAY_AUTHORIZE, SAY_START, SAY_STOP, SAY_VALUES } Say;

typedef struct {
  BbEmuPoint *point; /* (owned) */
  BbEmuOcpp *self;   /* (unowned): checked to be alive through the point */
  BbOcppLink *link;  /* (unowned) */
  Say say;
  gint status;
  gboolean began; /* counted as a push */
} Saying;

static void advance (BbEmuOcpp *self);

/* ---- what there is to say ---- */

static gboolean
is_alive (BbEmuPoint *point, BbEmuOcpp *self)
{
  for (guint i = 0; i < point->devices->len; i++)
    if (((BbEmuDevice *) g_ptr_array_index (point->devices, i))->own == self)
      return TRUE;
  return FALSE;
}

static BbOcppStatus
status_of (BbEmuOcpp *self, const bbe_station_in *in)
{
  const BbPlantStation *plant = bb_field_peek_station (bb_emu_get_field (self->device), self->device->index);

  if (in->vehicle == BBE_VEHICLE_E || in->vehicle == BBE_VEHICLE_F)
    return BB_OCPP_FAULTED;
  if (self->inoperative)
    return BB_OCPP_UNAVAILABLE;
  if (in->vehicle <= BBE_VEHICLE_A)
    return BB_OCPP_AVAILABLE;
  if (self->transaction < 0)
    return self->refused ? BB_OCPP_FINISHING : BB_OCPP_PREPARING;
  if (in->vehicle != BBE_VEHICLE_B)
    return BB_OCPP_CHARGING;
  return plant->pilot_ma > 0 ? BB_OCPP_SUSPENDED_EV : BB_OCPP_SUSPENDED_EVSE;
}

static gint64
interval_ms (BbEmuOcpp *self)
{
  const gchar *text = g_hash_table_lookup (self->point->keys, "MeterValueSampleInterval");
  gint64 stated = text != NULL ? (gint64) g_ascii_strtoull (text, NULL, 10) : 60;

  return (self->device->is_meter ? self->point->interval_s : MAX (stated, 1)) * 1000;
}

static gboolean
values_due (BbEmuOcpp *self)
{
  gint64 told[8], now_ms = bb_clock_get_mono_ms (self->point->clock);
  JsonObject *payload = bb_emu_ocpp_make_values (self, told);
  bbe_meter_in in = { .taken_ms = self->sample_ms };
  gboolean due = self->force_values || self->values_ms == G_MININT64
                 || now_ms - self->values_ms >= interval_ms (self)
                 || memcmp (told, self->told, sizeof told) != 0;

  if (payload == NULL)
    return FALSE;
  json_object_unref (payload);
  if (self->device->is_meter
      && bb_field_read_meter (bb_emu_get_field (self->device), self->device->index, &in))
    due |= in.taken_ms != self->sample_ms;
  return due;
}

static Say
next_of_meter (BbEmuOcpp *self)
{
  return values_due (self) ? SAY_VALUES : SAY_NOTHING;
}

static Say
next_of_station (BbEmuOcpp *self, gint *status)
{
  bbe_station_in in = { 0 };
  gboolean plugged = FALSE;

  if (!bb_emu_get_station (self->device, &in))
    return SAY_NOTHING; /* cut off from its controller */
  plugged = in.vehicle > BBE_VEHICLE_A && in.vehicle <= BBE_VEHICLE_D;
  if ((!plugged || self->stopping) && self->transaction >= 0)
    return SAY_STOP;
  if (!plugged) {
    self->refused = FALSE;
    self->transaction = -1;
  }
  *status = (gint) status_of (self, &in);
  if (plugged && self->status == BB_OCPP_AVAILABLE)
    *status = BB_OCPP_PREPARING; /* nobody charges without having plugged in first */
  if (*status != self->status || self->force_status)
    return SAY_STATUS;
  if (plugged && in.authorised && self->transaction < 0 && !self->refused && !self->inoperative)
    return self->transaction == -2 ? SAY_START : SAY_AUTHORIZE;
  return (self->transaction >= 0 || self->force_values) && values_due (self) ? SAY_VALUES : SAY_NOTHING;
}

/* ---- saying it ---- */

static JsonObject *
make_status (BbEmuOcpp *self, BbOcppStatus status)
{
  JsonObject *payload = json_object_new ();
  g_autofree gchar *now = bb_ocpp_format_time (bb_clock_get_wall_ms (self->point->clock, NULL));

  json_object_set_int_member (payload, "connectorId", self->connector);
  json_object_set_string_member (payload, "errorCode",
                                 status == BB_OCPP_FAULTED ? "InternalError" : "NoError");
  json_object_set_string_member (payload, "status", bb_ocpp_status_get_name (status));
  json_object_set_string_member (payload, "timestamp", now);
  return payload;
}

static JsonObject *
make_transaction (BbEmuOcpp *self, gboolean start)
{
  JsonObject *payload = json_object_new ();
  g_autofree gchar *now = bb_ocpp_format_time (bb_clock_get_wall_ms (self->point->clock, NULL));
  gint64 meter_wh = bb_field_get_total_wh (bb_emu_get_field (self->device), self->device->index);

  if (start)
    json_object_set_int_member (payload, "connectorId", self->connector);
  else
    json_object_set_int_member (payload, "transactionId", self->transaction);
  json_object_set_string_member (payload, "idTag", ID_TAG);
  json_object_set_int_member (payload, start ? "meterStart" : "meterStop", meter_wh);
  json_object_set_string_member (payload, "timestamp", now);
  return payload;
}

static JsonObject *
make_values (BbEmuOcpp *self)
{
  JsonObject *payload = bb_emu_ocpp_make_values (self, self->told);
  bbe_meter_in in = { 0 };

  if (payload != NULL && self->transaction >= 0)
    json_object_set_int_member (payload, "transactionId", self->transaction);
  self->values_ms = bb_clock_get_mono_ms (self->point->clock);
  self->force_values = FALSE;
  if (self->device->is_meter
      && bb_field_read_meter (bb_emu_get_field (self->device), self->device->index, &in))
    self->sample_ms = in.taken_ms;
  return payload != NULL ? payload : json_object_new ();
}

static JsonObject *
make_payload (BbEmuOcpp *self, Say say, gint status, const gchar **action)
{
  static const gchar *const actions[]
      = { "", "StatusNotification", "Authorize", "StartTransaction", "StopTransaction", "MeterValues" };
  JsonObject *payload = NULL;

  *action = actions[say];
  switch (say) {
  case SAY_STATUS:
    return make_status (self, (BbOcppStatus) status);
  case SAY_START:
  case SAY_STOP:
    return make_transaction (self, say == SAY_START);
  case SAY_VALUES:
    return make_values (self);
  case SAY_AUTHORIZE:
    payload = json_object_new ();
    json_object_set_string_member (payload, "idTag", ID_TAG);
    return payload;
  case SAY_NOTHING:
  default:
    return json_object_new ();
  }
}

/* ---- what the server says to it ---- */

static gboolean
tag_accepted (JsonObject *answer)
{
  JsonObject *info = bb_ocpp_get_object (answer, "idTagInfo");

  return info != NULL && strcmp (bb_ocpp_get_status (info), "Accepted") == 0;
}

static void
take_answer (BbEmuOcpp *self, Say say, gint status, JsonObject *answer)
{
  switch (say) {
  case SAY_STATUS:
    self->status = status;
    self->force_status = FALSE;
    break;
  case SAY_AUTHORIZE:
    self->transaction = tag_accepted (answer) ? -2 : -1;
    self->refused = !tag_accepted (answer);
    break;
  case SAY_START:
    if (!bb_ocpp_get_int (answer, "transactionId", &self->transaction) || !tag_accepted (answer))
      self->transaction = -1;
    self->refused = self->transaction < 0;
    break;
  case SAY_STOP:
    self->transaction = -1;
    self->stopping = FALSE;
    bb_emu_profiles_end_transaction (self->point->profiles, self->connector);
    bb_emu_point_apply (self->point);
    break;
  case SAY_VALUES:
  case SAY_NOTHING:
  default:
    break;
  }
}

/* The pushes that this device held back the second for are over. */
static void
let_go (BbEmuOcpp *self)
{
  self->busy = FALSE;
  while (self->holds > 0) {
    self->holds--;
    bb_emu_push_end (self->device);
  }
}

static void
said_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autofree Saying *saying = data;
  g_autoptr (BbEmuPoint) point = saying->point;
  g_autoptr (GError) error = NULL;
  g_autoptr (JsonObject) answer = bb_ocpp_link_call_finish (BB_OCPP_LINK (source), result, &error);
  BbEmuOcpp *self = saying->self;

  if (!is_alive (point, self) || point->link != (BbOcppLink *) source)
    return;
  self->busy = FALSE;
  if (answer == NULL) { /* again when the next second begins */
    let_go (self);
    return;
  }
  take_answer (self, saying->say, saying->status, answer);
  advance (self);
}

static void
say_it (BbEmuOcpp *self, Say say, gint status)
{
  const gchar *action = NULL;
  g_autoptr (JsonObject) payload = make_payload (self, say, status, &action);
  Saying *saying = g_new0 (Saying, 1);

  *saying = (Saying){ .point = bb_emu_point_ref (self->point), .self = self, .say = say, .status = status };
  self->busy = TRUE;
  bb_ocpp_link_call_async (self->point->link, action, payload, BB_EMU_OCPP_CALL_MS, NULL, said_cb, saying);
}

/* Cut off, deaf or dumb: nothing is sent. */
static gboolean
may_speak (BbEmuPoint *point)
{
  return point->link != NULL && point->booted && !bb_emu_point_has_fault (point, BB_EMU_SILENCE)
         && !bb_emu_point_has_fault (point, BB_EMU_HALF_OPEN)
         && !bb_emu_point_has_fault (point, BB_EMU_OFFLINE);
}

static void
advance (BbEmuOcpp *self)
{
  gint status = -1;
  Say say = SAY_NOTHING;

  if (self->busy)
    return;
  if (may_speak (self->point))
    say = self->device->is_meter ? next_of_meter (self) : next_of_station (self, &status);
  if (say == SAY_NOTHING)
    let_go (self);
  else
    say_it (self, say, status);
}

void
bb_emu_ocpp_push (BbEmuOcpp *self)
{
  if (may_speak (self->point) && bb_emu_point_has_fault (self->point, BB_EMU_GARBAGE)) {
    bb_ocpp_link_send_text (self->point->link, "[2,\"garbage\",\"MeterValues\",{\"connectorId\":\"\\u0007");
    return;
  }
  self->holds++;
  bb_emu_push_begin (self->device);
  advance (self);
}

void
bb_emu_ocpp_forget (BbEmuOcpp *self)
{
  if (self->transaction == -2)
    self->transaction = -1;
  let_go (self);
}

/* ---- boot ---- */

static gboolean
heartbeat_cb (gpointer data)
{
  BbEmuPoint *point = data;
  g_autoptr (JsonObject) payload = json_object_new ();

  if (may_speak (point))
    bb_ocpp_link_call_async (point->link, "Heartbeat", payload, BB_EMU_OCPP_CALL_MS, NULL, NULL, NULL);
  return G_SOURCE_CONTINUE;
}

static void
set_interval (BbEmuPoint *point, gint64 interval_s)
{
  const BbEmuDevice *first = g_ptr_array_index (point->devices, 0);

  point->interval_s = (guint) CLAMP (interval_s, 1, 86400);
  if (point->heartbeat != NULL)
    g_source_destroy (point->heartbeat);
  point->heartbeat = NULL;
  /* A clamp's values are its sign of life. */
  if (!first->is_meter)
    point->heartbeat
        = bb_clock_add_timeout (point->clock, (gint64) point->interval_s * 1000, heartbeat_cb, point, NULL);
}

static void
booted_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (BbEmuPoint) point = data;
  g_autoptr (JsonObject) answer = bb_ocpp_link_call_finish (BB_OCPP_LINK (source), result, NULL);
  gint64 interval_s = 60;

  if (point->link != (BbOcppLink *) source || point->devices->len == 0)
    return;
  point->booting = FALSE;
  if (answer == NULL || strcmp (bb_ocpp_get_status (answer), "Accepted") != 0)
    return; /* again at the next second */
  bb_ocpp_get_int (answer, "interval", &interval_s);
  point->booted = TRUE;
  set_interval (point, interval_s);
  for (guint i = 0; i < point->devices->len; i++)
    bb_emu_ocpp_push (((BbEmuDevice *) g_ptr_array_index (point->devices, i))->own);
}

/* A name that its profile's patterns take. */
static const gchar *
model_of (const BbEmuDevice *device)
{
  GStrv models = device->profile->models;

  return models != NULL && models[0] != NULL ? models[0] : device->profile->name;
}

void
bb_emu_ocpp_boot (BbEmuPoint *point)
{
  const BbEmuDevice *first = g_ptr_array_index (point->devices, 0);
  g_autoptr (JsonObject) payload = json_object_new ();

  if (point->booting || point->link == NULL)
    return;
  point->booting = TRUE;
  json_object_set_string_member (payload, "chargePointVendor", first->profile->vendor);
  json_object_set_string_member (payload, "chargePointModel", model_of (first));
  json_object_set_string_member (payload, "chargePointSerialNumber", point->identity);
  json_object_set_string_member (payload, "firmwareVersion", "1.4.4");
  bb_ocpp_link_call_async (point->link, "BootNotification", payload, BB_EMU_OCPP_CALL_MS, NULL, booted_cb,
                           bb_emu_point_ref (point));
}
