/* SPDX-License-Identifier: GPL-3.0-or-later */
/* emu-ocpp-answer.c: an emulated station's answers: configuration, limits, triggers, remote start and stop,
 * reset. */
#include <string.h>

#include "emulator/emu-ocpp-private.h"

#define DEFAULT_MEASURANDS "Energy.Active.Import.Register"

/* ---- configuration ---- */

typedef struct {
  const gchar *name, *value;
  gboolean readonly;
} Key;

static const Key all_keys[] = {
  { "AuthorizeRemoteTxRequests", "true", FALSE },
  { "ChargeProfileMaxStackLevel", "8", TRUE },
  { "ChargingScheduleAllowedChargingRateUnit", "Current", TRUE },
  { "ChargingScheduleMaxPeriods", "24", TRUE },
  { "ClockAlignedDataInterval", "900", FALSE },
  { "ConnectorSwitch3to1PhaseSupported", "false", TRUE },
  { "GetConfigurationMaxKeys", "50", TRUE },
  { "HeartbeatInterval", "300", FALSE },
  { "MaxChargingProfilesInstalled", "10", TRUE },
  { "MeterValueSampleInterval", "60", FALSE },
  { "MeterValuesSampledData", DEFAULT_MEASURANDS, FALSE },
  { "NumberOfConnectors", "1", TRUE },
  { "SupportedFeatureProfiles", "Core,RemoteTrigger,SmartCharging", TRUE },
  { "WebSocketPingInterval", "0", FALSE },
};

static void
set_key (BbEmuPoint *point, const gchar *name, const gchar *value)
{
  g_hash_table_insert (point->keys, g_strdup (name), g_strdup (value));
}

static void
set_key_number (BbEmuPoint *point, const gchar *name, guint number)
{
  g_autofree gchar *text = g_strdup_printf ("%u", number);

  set_key (point, name, text);
}

void
bb_emu_ocpp_init_keys (BbEmuPoint *point)
{
  for (guint i = 0; i < G_N_ELEMENTS (all_keys); i++)
    set_key (point, all_keys[i].name, all_keys[i].value);
  set_key_number (point, "NumberOfConnectors", MAX (point->devices->len, 1));
  if (point->quirks->keys_per_get > 0)
    set_key_number (point, "GetConfigurationMaxKeys", point->quirks->keys_per_get);
  if (point->quirks->rate_watts)
    set_key (point, "ChargingScheduleAllowedChargingRateUnit", "Power");
}

static const Key *
find_key (const gchar *name)
{
  for (guint i = 0; name != NULL && i < G_N_ELEMENTS (all_keys); i++)
    if (g_ascii_strcasecmp (name, all_keys[i].name) == 0)
      return &all_keys[i];
  return NULL;
}

static void
add_key (BbEmuPoint *point, JsonArray *known, const Key *key)
{
  JsonObject *entry = json_object_new ();

  json_object_set_string_member (entry, "key", key->name);
  json_object_set_boolean_member (entry, "readonly", key->readonly);
  json_object_set_string_member (entry, "value", g_hash_table_lookup (point->keys, key->name));
  json_array_add_object_element (known, entry);
}

static JsonObject *
get_configuration (BbEmuPoint *point, JsonObject *payload, const gchar **code)
{
  JsonArray *wanted = bb_ocpp_get_array (payload, "key"), *known = NULL, *unknown = NULL;
  guint n = wanted != NULL ? json_array_get_length (wanted) : 0, most = MAX (point->quirks->keys_per_get, 50);
  JsonObject *answer = NULL;

  if (point->quirks->keys_per_get > 0)
    most = point->quirks->keys_per_get;
  if (n > most) {
    *code = "OccurenceConstraintViolation";
    return NULL;
  }
  known = json_array_new ();
  unknown = json_array_new ();
  for (guint i = 0; i < n; i++) {
    JsonNode *node = json_array_get_element (wanted, i);
    const gchar *name = json_node_get_value_type (node) == G_TYPE_STRING ? json_node_get_string (node) : "";

    const Key *key = find_key (name);

    if (key != NULL)
      add_key (point, known, key);
    else
      json_array_add_string_element (unknown, name);
  }
  for (guint i = 0; n == 0 && i < MIN (G_N_ELEMENTS (all_keys), most); i++)
    add_key (point, known, &all_keys[i]);
  answer = json_object_new ();
  json_object_set_array_member (answer, "configurationKey", known);
  json_object_set_array_member (answer, "unknownKey", unknown);
  return answer;
}

static JsonObject *
answer_status (const gchar *status)
{
  JsonObject *answer = json_object_new ();

  json_object_set_string_member (answer, "status", status);
  return answer;
}

/* Only what its maker's firmware measures. */
static gboolean
measurands_known (BbEmuPoint *point, const gchar *list)
{
  const gchar *const *own = (const gchar *const *) point->quirks->measurands;
  g_auto (GStrv) words = g_strsplit (list, ",", -1);

  for (guint i = 0; words[i] != NULL; i++)
    if (own != NULL && own[0] != NULL && !g_strv_contains (own, g_strstrip (words[i])))
      return FALSE;
  return TRUE;
}

static JsonObject *
change_configuration (BbEmuPoint *point, JsonObject *payload)
{
  const Key *key = find_key (bb_ocpp_get_string (payload, "key"));
  const gchar *value = bb_ocpp_get_string (payload, "value");
  guint64 number = 0;

  if (key == NULL || value == NULL)
    return answer_status ("NotSupported");
  if (key->readonly)
    return answer_status ("Rejected");
  if (strcmp (key->name, "MeterValuesSampledData") == 0 && !measurands_known (point, value))
    return answer_status ("Rejected");
  if (strcmp (key->name, "MeterValueSampleInterval") == 0
      && (!g_ascii_string_to_unsigned (value, 10, 0, 86400, &number, NULL)
          || number < point->quirks->sample_interval_min_s))
    return answer_status ("Rejected");
  set_key (point, key->name, value);
  return answer_status ("Accepted");
}

/* ---- limits ---- */

/* It takes no profile above its highest level: ABB has one level, whatever it says of itself. */
static gboolean
level_allowed (BbEmuPoint *point, JsonObject *profile)
{
  gint64 level = 0;

  return point->quirks->stack_safe >= 0
         || (bb_ocpp_get_int (profile, "stackLevel", &level) && level <= MAX (point->quirks->stack_live, 0));
}

static gboolean
unit_allowed (BbEmuPoint *point, JsonObject *profile)
{
  JsonObject *schedule = bb_ocpp_get_object (profile, "chargingSchedule");
  const gchar *unit = schedule != NULL ? bb_ocpp_get_string (schedule, "chargingRateUnit") : NULL;

  return g_strcmp0 (unit, point->quirks->rate_watts ? "W" : "A") == 0;
}

static JsonObject *
set_charging_profile (BbEmuPoint *point, JsonObject *payload, const gchar **code)
{
  JsonObject *profile = bb_ocpp_get_object (payload, "csChargingProfiles");
  gint64 connector = -1;

  if (profile == NULL || !bb_ocpp_get_int (payload, "connectorId", &connector) || connector < 0
      || connector > 255) {
    *code = "FormationViolation";
    return NULL;
  }
  if ((connector > 0 && bb_emu_point_find (point, (guint) connector) == NULL)
      || !level_allowed (point, profile) || !unit_allowed (point, profile)
      || !bb_emu_profiles_add (point->profiles, (guint) connector, profile,
                               bb_clock_get_mono_ms (point->clock),
                               bb_clock_get_wall_ms (point->clock, NULL)))
    return answer_status ("Rejected");
  point->controlled |= point->runs;
  bb_emu_point_apply (point);
  return answer_status ("Accepted");
}

static JsonObject *
clear_charging_profile (BbEmuPoint *point, JsonObject *payload)
{
  guint n = bb_emu_profiles_clear (point->profiles, payload);

  bb_emu_point_apply (point);
  return answer_status (n > 0 ? "Accepted" : "Unknown");
}

static JsonObject *
get_composite_schedule (BbEmuPoint *point, JsonObject *payload)
{
  gint64 connector = 1, duration_s = 0;
  g_autofree gchar *now = bb_ocpp_format_time (bb_clock_get_wall_ms (point->clock, NULL));
  JsonObject *answer = answer_status ("Accepted"), *schedule = json_object_new (),
             *period = json_object_new ();
  JsonArray *periods = json_array_new ();
  BbEmuLimit limit = { 0 };

  bb_ocpp_get_int (payload, "connectorId", &connector);
  bb_ocpp_get_int (payload, "duration", &duration_s);
  limit = bb_emu_profiles_get_limit (point->profiles, (guint) CLAMP (connector, 0, 255), point->devices->len,
                                     230000, bb_clock_get_mono_ms (point->clock));
  json_object_set_int_member (period, "startPeriod", 0);
  json_object_set_double_member (period, "limit", limit.limit_ma < 0 ? -1 : limit.limit_ma / 1000.0);
  json_array_add_object_element (periods, period);
  json_object_set_int_member (schedule, "duration", duration_s);
  json_object_set_string_member (schedule, "chargingRateUnit", "A");
  json_object_set_array_member (schedule, "chargingSchedulePeriod", periods);
  json_object_set_int_member (answer, "connectorId", connector);
  json_object_set_string_member (answer, "scheduleStart", now);
  json_object_set_object_member (answer, "chargingSchedule", schedule);
  return answer;
}

/* ---- triggers, availability, remote ---- */

typedef struct {
  BbEmuPoint *point; /* (owned) */
  gboolean boot, restart;
  gint64 connector; /* 0: all */
} Later;

static void
later_free (gpointer data)
{
  Later *later = data;

  bb_emu_point_unref (later->point);
  g_free (later);
}

/* What follows an answer, once that is on its way. */
static gboolean
later_cb (gpointer data)
{
  Later *later = data;
  BbEmuPoint *point = later->point;

  if (point->devices->len == 0)
    return G_SOURCE_REMOVE;
  if (later->boot)
    bb_emu_ocpp_boot (point);
  else if (later->restart)
    bb_emu_point_restart (point, FALSE);
  else
    for (guint i = 0; i < point->devices->len; i++)
      bb_emu_ocpp_push (((BbEmuDevice *) g_ptr_array_index (point->devices, i))->own);
  return G_SOURCE_REMOVE;
}

static void
do_later (BbEmuPoint *point, gboolean boot, gboolean restart)
{
  g_autoptr (GSource) source = g_idle_source_new ();
  Later *later = g_new0 (Later, 1);

  *later = (Later){ bb_emu_point_ref (point), boot, restart, 0 };
  g_source_set_priority (source, G_PRIORITY_DEFAULT);
  g_source_set_callback (source, later_cb, later, later_free);
  g_source_attach (source, g_main_context_get_thread_default ());
}

static gboolean
is_meant (JsonObject *payload, const BbEmuOcpp *own)
{
  gint64 connector = 0;

  return !bb_ocpp_get_int (payload, "connectorId", &connector) || connector == 0
         || connector == (gint64) own->connector;
}

static JsonObject *
trigger_message (BbEmuPoint *point, JsonObject *payload)
{
  const gchar *message = bb_ocpp_get_string (payload, "requestedMessage");
  gboolean boot = g_strcmp0 (message, "BootNotification") == 0;
  gboolean status = g_strcmp0 (message, "StatusNotification") == 0;
  gboolean values = g_strcmp0 (message, "MeterValues") == 0;

  if (!boot && !status && !values)
    return answer_status ("NotImplemented");
  for (guint i = 0; i < point->devices->len; i++) {
    BbEmuOcpp *own = ((BbEmuDevice *) g_ptr_array_index (point->devices, i))->own;

    if (!is_meant (payload, own))
      continue;
    own->force_status |= status;
    own->force_values |= values;
  }
  do_later (point, boot, FALSE);
  return answer_status ("Accepted");
}

static JsonObject *
change_availability (BbEmuPoint *point, JsonObject *payload)
{
  gboolean inoperative = g_strcmp0 (bb_ocpp_get_string (payload, "type"), "Inoperative") == 0;

  for (guint i = 0; i < point->devices->len; i++) {
    BbEmuOcpp *own = ((BbEmuDevice *) g_ptr_array_index (point->devices, i))->own;

    if (is_meant (payload, own))
      own->inoperative = inoperative;
  }
  do_later (point, FALSE, FALSE);
  return answer_status ("Accepted");
}

static JsonObject *
remote_start (BbEmuPoint *point, JsonObject *payload)
{
  for (guint i = 0; i < point->devices->len; i++) {
    BbEmuDevice *device = g_ptr_array_index (point->devices, i);
    BbEmuOcpp *own = device->own;

    if (device->is_meter || !is_meant (payload, own) || own->transaction >= 0)
      continue;
    own->refused = FALSE;
    bb_field_set_authorised (bb_emu_get_field (device), device->index, TRUE);
    bb_emu_point_apply (point);
    do_later (point, FALSE, FALSE);
    return answer_status ("Accepted");
  }
  return answer_status ("Rejected");
}

/* The vehicle stays without current until it is plugged in anew. */
static JsonObject *
remote_stop (BbEmuPoint *point, JsonObject *payload)
{
  gint64 transaction = -1;

  bb_ocpp_get_int (payload, "transactionId", &transaction);
  for (guint i = 0; i < point->devices->len; i++) {
    BbEmuOcpp *own = ((BbEmuDevice *) g_ptr_array_index (point->devices, i))->own;

    if (own->transaction != transaction || transaction < 0)
      continue;
    own->refused = own->stopping = TRUE;
    bb_emu_point_apply (point);
    do_later (point, FALSE, FALSE);
    return answer_status ("Accepted");
  }
  return answer_status ("Rejected");
}

static JsonObject *
reset (BbEmuPoint *point)
{
  do_later (point, FALSE, TRUE);
  return answer_status ("Accepted");
}

/* ---- all of them ---- */

static JsonObject *
answer_action (BbEmuPoint *point, const gchar *action, JsonObject *payload, const gchar **code)
{
  if (strcmp (action, "GetConfiguration") == 0)
    return get_configuration (point, payload, code);
  if (strcmp (action, "ChangeConfiguration") == 0)
    return change_configuration (point, payload);
  if (strcmp (action, "SetChargingProfile") == 0)
    return set_charging_profile (point, payload, code);
  if (strcmp (action, "ClearChargingProfile") == 0)
    return clear_charging_profile (point, payload);
  if (strcmp (action, "GetCompositeSchedule") == 0)
    return get_composite_schedule (point, payload);
  if (strcmp (action, "TriggerMessage") == 0)
    return trigger_message (point, payload);
  if (strcmp (action, "ChangeAvailability") == 0)
    return change_availability (point, payload);
  if (strcmp (action, "RemoteStartTransaction") == 0)
    return remote_start (point, payload);
  if (strcmp (action, "RemoteStopTransaction") == 0)
    return remote_stop (point, payload);
  if (strcmp (action, "Reset") == 0)
    return reset (point);
  if (strcmp (action, "UnlockConnector") == 0)
    return answer_status ("NotSupported");
  return NULL;
}

JsonObject *
bb_emu_ocpp_answer (BbOcppLink *link, const gchar *action, JsonObject *payload, const gchar **code,
                    gchar **text, gpointer data)
{
  g_autoptr (BbEmuPoint) point = bb_emu_point_ref (data);
  const BbEmuDevice *first = point->devices->len > 0 ? g_ptr_array_index (point->devices, 0) : NULL;

  if (first == NULL)
    return NULL;
  if (bb_emu_point_has_fault (point, BB_EMU_SILENCE) || bb_emu_point_has_fault (point, BB_EMU_HALF_OPEN)) {
    *code = NULL;
    return NULL;
  }
  if (bb_emu_point_has_fault (point, BB_EMU_EXCEPTION)) {
    *code = "InternalError";
    return NULL;
  }
  /* A clamp knows nothing but its own messages. */
  if (first->is_meter && strcmp (action, "TriggerMessage") != 0)
    return NULL;
  return answer_action (point, action, payload, code);
}
