/* SPDX-License-Identifier: GPL-3.0-or-later */
/* ocpp-setup.c: the flow after a station connected: who is it, what can it, settings, safe profile, first
 * values.
 *
 * A list of steps, each with calls one after the other; what is not answered, or refused, is passed over: a
 * station that cannot tell its configuration can still be limited. Only a closed connection ends it. */
#include <glib/gi18n.h>
#include <string.h>

#include "devices/ocpp-device-private.h"

/* After a reconnect without restart a station sends no BootNotification: it is asked for one after this. */
#define BOOT_WAIT_MS 5000

typedef enum {
  STEP_BOOT = 0,   /* waits for BootNotification */
  STEP_ASK_BOOT,   /* TriggerMessage BootNotification */
  STEP_BOOT_AGAIN, /* waits once more */
  STEP_KEYS,       /* GetConfiguration, in chunks */
  STEP_AVAILABLE,  /* ChangeAvailability of the station */
  STEP_CONNECTORS, /* of each connector, where the station's was refused */
  STEP_SETTINGS,   /* ChangeConfiguration */
  STEP_CLEAR,      /* ClearChargingProfile: those of former owners */
  STEP_SAFE,       /* safe profile, each connector */
  STEP_STATUS,     /* TriggerMessage StatusNotification, each connector */
  STEP_VALUES,     /* TriggerMessage MeterValues, each connector */
  STEP_DONE
} Step;

static const gchar *const wanted_keys[] = {
  "GetConfigurationMaxKeys",    "SupportedFeatureProfiles",
  "NumberOfConnectors",         "ChargingScheduleAllowedChargingRateUnit",
  "ChargeProfileMaxStackLevel", "MaxChargingProfilesInstalled",
  "MeterValuesSampledData",     "MeterValueSampleInterval",
  "ClockAlignedDataInterval",   "WebSocketPingInterval",
};

static const gchar *const settings[] = { "MeterValuesSampledData", "MeterValueSampleInterval",
                                         "ClockAlignedDataInterval", "WebSocketPingInterval" };

static void run_step (BbOcppHub *hub);

/* ---- the machine ---- */

static gboolean
is_clamp (BbOcppHub *hub)
{
  return hub->devices->len > 0 && bb_device_is_meter (g_ptr_array_index (hub->devices, 0));
}

gboolean
bb_ocpp_setup_may_write (BbOcppHub *hub)
{
  return hub->interface->evidence != BB_EVIDENCE_UNVERIFIED || hub->context->may_write_unverified;
}

static gboolean
may_commission (BbOcppHub *hub)
{
  return hub->context->may_commission && bb_ocpp_setup_may_write (hub) && !is_clamp (hub);
}

static void
go_to (BbOcppHub *hub, Step step)
{
  hub->step = step;
  hub->at = hub->device = 0;
  g_clear_pointer (&hub->candidates, g_strfreev);
  run_step (hub);
}

/* An answer came (or none: `answer` NULL); the step goes on, or the next begins. */
static void step_answered (BbOcppHub *hub, JsonObject *answer, const GError *error);

static void
called_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (BbOcppHub) hub = data;
  g_autoptr (GError) error = NULL;
  g_autoptr (JsonObject) answer = bb_ocpp_link_call_finish (BB_OCPP_LINK (source), result, &error);
  if ((BbOcppLink *) source != hub->link || hub->step == STEP_DONE)
    return;
  if (error != NULL && g_error_matches (error, BB_OCPP_ERROR, BB_OCPP_ERROR_CLOSED))
    return;
  if (error != NULL)
    bb_log_write (hub->log, BB_LOG_INFO, BB_OCPP_TOPIC, "%s: %s", hub->identity, error->message);
  step_answered (hub, answer, error);
}

static void
call (BbOcppHub *hub, const gchar *action, JsonObject *payload)
{
  bb_ocpp_link_call_async (hub->link, action, payload, BB_OCPP_CALL_MS, NULL, called_cb,
                           bb_ocpp_hub_ref (hub));
  json_object_unref (payload);
}

static void
clear_source (GSource **source)
{
  if (*source != NULL)
    g_source_destroy (*source);
  g_clear_pointer (source, g_source_unref);
}

static gboolean
boot_waited (gpointer data)
{
  g_autoptr (BbOcppHub) hub = bb_ocpp_hub_ref (data);
  clear_source (&hub->waiting);
  go_to (hub, hub->step == STEP_BOOT ? STEP_ASK_BOOT : STEP_KEYS);
  return G_SOURCE_REMOVE;
}

static void
wait_for_boot (BbOcppHub *hub)
{
  clear_source (&hub->waiting);
  hub->waiting = bb_clock_source_new (hub->clock, bb_clock_get_mono_ms (hub->clock) + BOOT_WAIT_MS);
  g_source_set_callback (hub->waiting, boot_waited, hub, NULL);
  g_source_attach (hub->waiting, g_main_context_get_thread_default ());
}

/* ---- messages ---- */

static JsonObject *
trigger (const gchar *message, guint connector)
{
  JsonObject *payload = json_object_new ();
  json_object_set_string_member (payload, "requestedMessage", message);
  if (connector > 0)
    json_object_set_int_member (payload, "connectorId", connector);
  return payload;
}

static void
ask_keys (BbOcppHub *hub)
{
  JsonObject *payload = json_object_new ();
  JsonArray *keys = json_array_new ();
  guint end = MIN (hub->at + hub->chunk, G_N_ELEMENTS (wanted_keys));
  for (guint i = hub->at; i < end; i++)
    json_array_add_string_element (keys, wanted_keys[i]);
  json_object_set_array_member (payload, "key", keys);
  call (hub, "GetConfiguration", payload);
}

static void
change_availability (BbOcppHub *hub, guint connector)
{
  JsonObject *payload = json_object_new ();
  json_object_set_int_member (payload, "connectorId", connector);
  json_object_set_string_member (payload, "type", "Operative");
  call (hub, "ChangeAvailability", payload);
}

static gboolean
key_number (BbOcppHub *hub, const gchar *name, gint64 *number)
{
  const BbOcppKey *key = bb_ocpp_find_key (hub->keys, name);
  return key != NULL && g_ascii_string_to_signed (key->value, 10, 0, G_MAXINT32, number, NULL);
}

/* ---- settings ---- */

/* The whole list, then without its last element, and so on: some refuse a list for one word in it. */
static GStrv
shorter_lists (const gchar *const *words)
{
  g_autoptr (GStrvBuilder) builder = g_strv_builder_new ();
  for (guint n = g_strv_length ((gchar **) words); n > 0; n--) {
    g_auto (GStrv) part = g_new0 (gchar *, n + 1);
    g_autofree gchar *list = NULL;
    for (guint i = 0; i < n; i++)
      part[i] = g_strdup (words[i]);
    list = g_strjoinv (",", part);
    g_strv_builder_add (builder, list);
  }
  return g_strv_builder_end (builder);
}

static GStrv
wanted_intervals (BbOcppHub *hub)
{
  static const guint usual[] = { 2, 5, 10, 30, 60 };
  guint first = MAX (hub->quirks->sample_interval_min_s, 1);
  g_autoptr (GStrvBuilder) builder = g_strv_builder_new ();
  g_autofree gchar *text = g_strdup_printf ("%u", first);
  g_strv_builder_add (builder, text);
  for (guint i = 0; i < G_N_ELEMENTS (usual); i++) {
    g_autofree gchar *next = g_strdup_printf ("%u", usual[i]);
    if (usual[i] > first)
      g_strv_builder_add (builder, next);
  }
  return g_strv_builder_end (builder);
}

static GStrv
candidates_for (BbOcppHub *hub, guint setting)
{
  static const gchar *const usual[]
      = { "Current.Import",  "Power.Active.Import", "Voltage", "Energy.Active.Import.Register",
          "Current.Offered", "Power.Offered",       NULL };
  const gchar *const *list = (const gchar *const *) hub->quirks->measurands;
  gchar *fixed[] = { (gchar *) (setting == 2 ? "0" : "20"), NULL };
  if (setting == 0)
    return shorter_lists (list != NULL && *list != NULL ? list : usual);
  return setting == 1 ? wanted_intervals (hub) : g_strdupv (fixed);
}

/* Blanks and case of a list do not matter. */
static gboolean
same_value (const gchar *a, const gchar *b)
{
  g_auto (GStrv) parts = g_strsplit (a, " ", -1);
  g_autofree gchar *tight = g_strjoinv ("", parts);
  return g_ascii_strcasecmp (tight, b) == 0;
}

/* Nothing to write: it is so already, may not be changed, or is not there. A station that told no keys at all
 * is tried with the two that matter. */
static gboolean
is_settled (BbOcppHub *hub, guint setting)
{
  const BbOcppKey *key = bb_ocpp_find_key (hub->keys, settings[setting]);
  if (key == NULL)
    return g_hash_table_size (hub->keys) > 0 || setting >= 2;
  return key->readonly || same_value (key->value, hub->candidates[0]);
}

static void
change_setting (BbOcppHub *hub)
{
  JsonObject *payload = json_object_new ();
  json_object_set_string_member (payload, "key", settings[hub->device]);
  json_object_set_string_member (payload, "value", hub->candidates[hub->at]);
  call (hub, "ChangeConfiguration", payload);
}

/* In this step `device` counts the settings and `at` the values tried. */
static void
run_settings (BbOcppHub *hub)
{
  for (; hub->device < G_N_ELEMENTS (settings); hub->device++) {
    g_clear_pointer (&hub->candidates, g_strfreev);
    hub->candidates = candidates_for (hub, hub->device);
    hub->at = 0;
    if (!is_settled (hub, hub->device)) {
      change_setting (hub);
      return;
    }
  }
  go_to (hub, STEP_CLEAR);
}

static void
setting_answered (BbOcppHub *hub, JsonObject *answer)
{
  const gchar *status = answer != NULL ? bb_ocpp_get_status (answer) : "";
  gboolean reboot = strcmp (status, "RebootRequired") == 0;
  if (strcmp (status, "Rejected") == 0 && hub->candidates[hub->at + 1] != NULL) {
    hub->at++;
    change_setting (hub);
    return;
  }
  if (reboot || strcmp (status, "Accepted") == 0) {
    hub->wants_reset |= reboot;
    if (hub->device == 1)
      hub->interval_s = (guint) g_ascii_strtoull (hub->candidates[hub->at], NULL, 10);
  } else {
    bb_log_write (hub->log, BB_LOG_INFO, BB_OCPP_TOPIC, "%s does not take a value of its key %s.",
                  hub->identity, settings[hub->device]);
  }
  hub->device++;
  run_settings (hub);
}

/* ---- steps ---- */

static void
keys_done (BbOcppHub *hub)
{
  const BbOcppKey *features = bb_ocpp_find_key (hub->keys, "SupportedFeatureProfiles");
  gint64 number = 0;
  if (key_number (hub, "MeterValueSampleInterval", &number) && number > 0)
    hub->interval_s = (guint) MIN (number, 3600);
  if (features != NULL && strstr (features->value, "SmartCharging") == NULL)
    bb_log_write (
        hub->log, BB_LOG_WARNING, BB_OCPP_TOPIC,
        "%s does not name SmartCharging among its features: update its firmware if it refuses limits.",
        hub->identity);
  bb_ocpp_limit_choose (hub);
  go_to (hub, may_commission (hub) && !bb_ocpp_hub_skips (hub, "ChangeAvailability") ? STEP_AVAILABLE
                                                                                     : STEP_SETTINGS);
}

static void
keys_answered (BbOcppHub *hub, JsonObject *answer, const GError *error)
{
  g_autoptr (GError) reason = NULL;
  gint64 most = 0;
  if (answer == NULL && hub->chunk > 3 && error->code == BB_OCPP_ERROR_REFUSED) {
    hub->chunk = 3; /* too many at once, perhaps */
    ask_keys (hub);
    return;
  }
  if (answer != NULL && !bb_ocpp_read_keys (answer, hub->keys, &reason))
    bb_log_write (hub->log, BB_LOG_WARNING, BB_OCPP_TOPIC, "%s: GetConfiguration: %s", hub->identity,
                  reason->message);
  hub->at += hub->chunk;
  if (key_number (hub, "GetConfigurationMaxKeys", &most) && most > 0)
    hub->chunk = (guint) MIN ((gint64) hub->chunk, most);
  if (answer != NULL && hub->at < G_N_ELEMENTS (wanted_keys))
    ask_keys (hub);
  else
    keys_done (hub);
}

static BbOcppDevice *
present_device (BbOcppHub *hub)
{
  return hub->device < hub->devices->len ? g_ptr_array_index (hub->devices, hub->device) : NULL;
}

static void
run_clear (BbOcppHub *hub)
{
  if (hub->cleared || !may_commission (hub) || bb_ocpp_hub_skips (hub, "ClearChargingProfile"))
    go_to (hub, STEP_SAFE);
  else
    call (hub, "ClearChargingProfile", json_object_new ());
}

static void
run_safe (BbOcppHub *hub)
{
  BbOcppDevice *device = present_device (hub);
  if (device == NULL || !bb_ocpp_limit_get_manner (hub)->two_levels || !bb_ocpp_setup_may_write (hub)
      || is_clamp (hub) || device->wrong_identity != NULL || bb_ocpp_hub_skips (hub, "SetChargingProfile"))
    go_to (hub, STEP_STATUS);
  else
    call (hub, "SetChargingProfile", bb_ocpp_limit_safe_profile (device));
}

static void
safe_answered (BbOcppHub *hub, JsonObject *answer)
{
  BbOcppDevice *device = present_device (hub);
  gboolean accepted = answer != NULL && strcmp (bb_ocpp_get_status (answer), "Accepted") == 0;
  if (!accepted && answer != NULL && bb_ocpp_limit_next_safe (hub)) {
    run_safe (hub);
    return;
  }
  if (!accepted)
    bb_ocpp_limit_without_safe (hub);
  if (device != NULL)
    device->safe_ma = accepted ? bb_ocpp_limit_get_safe_ma (device) : -1;
  hub->device++;
  run_safe (hub);
}

static void
run_trigger (BbOcppHub *hub, const gchar *message, Step next)
{
  BbOcppDevice *device = present_device (hub);
  if (device == NULL || bb_ocpp_hub_skips (hub, "TriggerMessage"))
    go_to (hub, next);
  else
    call (hub, "TriggerMessage", trigger (message, device->connector));
}

static void
ignored_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (JsonObject) answer = bb_ocpp_link_call_finish (BB_OCPP_LINK (source), result, NULL);
}

void
bb_ocpp_setup_reset (BbOcppHub *hub)
{
  g_autoptr (JsonObject) payload = NULL;
  if (!hub->wants_reset || !hub->ready || bb_ocpp_hub_skips (hub, "Reset"))
    return;
  for (guint i = 0; i < hub->devices->len; i++) {
    const BbOcppDevice *device = g_ptr_array_index (hub->devices, i);
    if (!device->has_status || device->status != BB_OCPP_AVAILABLE)
      return;
  }
  hub->wants_reset = FALSE;
  payload = json_object_new ();
  json_object_set_string_member (payload, "type", "Soft");
  bb_ocpp_link_call_async (hub->link, "Reset", payload, BB_OCPP_CALL_MS, NULL, ignored_cb, NULL);
}

static void
run_done (BbOcppHub *hub)
{
  hub->ready = TRUE;
  for (guint i = 0; i < hub->devices->len; i++)
    bb_ocpp_device_refresh (g_ptr_array_index (hub->devices, i));
  bb_ocpp_setup_reset (hub);
}

static void
run_step (BbOcppHub *hub)
{
  switch ((Step) hub->step) {
  case STEP_BOOT:
  case STEP_BOOT_AGAIN:
    wait_for_boot (hub);
    break;
  case STEP_ASK_BOOT:
    if (bb_ocpp_hub_skips (hub, "TriggerMessage"))
      go_to (hub, STEP_KEYS);
    else
      call (hub, "TriggerMessage", trigger ("BootNotification", 0));
    break;
  case STEP_KEYS:
    hub->chunk = hub->quirks->keys_per_get > 0 ? hub->quirks->keys_per_get : G_N_ELEMENTS (wanted_keys);
    if (is_clamp (hub) || bb_ocpp_hub_skips (hub, "GetConfiguration"))
      keys_done (hub);
    else
      ask_keys (hub);
    break;
  case STEP_AVAILABLE:
    change_availability (hub, 0);
    break;
  case STEP_CONNECTORS:
    if (present_device (hub) != NULL)
      change_availability (hub, present_device (hub)->connector);
    else
      go_to (hub, STEP_SETTINGS);
    break;
  case STEP_SETTINGS:
    if (may_commission (hub) && !bb_ocpp_hub_skips (hub, "ChangeConfiguration"))
      run_settings (hub);
    else
      go_to (hub, STEP_CLEAR);
    break;
  case STEP_CLEAR:
    run_clear (hub);
    break;
  case STEP_SAFE:
    run_safe (hub);
    break;
  case STEP_STATUS:
    if (is_clamp (hub))
      go_to (hub, STEP_DONE);
    else
      run_trigger (hub, "StatusNotification", STEP_VALUES);
    break;
  case STEP_VALUES:
    run_trigger (hub, "MeterValues", STEP_DONE);
    break;
  case STEP_DONE:
  default:
    run_done (hub);
    break;
  }
}

static void
step_answered (BbOcppHub *hub, JsonObject *answer, const GError *error)
{
  gboolean accepted = answer != NULL && strcmp (bb_ocpp_get_status (answer), "Accepted") == 0;
  switch ((Step) hub->step) {
  case STEP_ASK_BOOT:
    go_to (hub, hub->booted || !accepted ? STEP_KEYS : STEP_BOOT_AGAIN);
    break;
  case STEP_KEYS:
    keys_answered (hub, answer, error);
    break;
  case STEP_AVAILABLE:
    go_to (hub, answer != NULL && strcmp (bb_ocpp_get_status (answer), "Rejected") == 0 ? STEP_CONNECTORS
                                                                                        : STEP_SETTINGS);
    break;
  case STEP_SETTINGS:
    setting_answered (hub, answer);
    break;
  case STEP_CLEAR:
    hub->cleared = answer != NULL;
    go_to (hub, STEP_SAFE);
    break;
  case STEP_SAFE:
    safe_answered (hub, answer);
    break;
  case STEP_CONNECTORS:
  case STEP_STATUS:
  case STEP_VALUES:
    hub->device++;
    run_step (hub);
    break;
  case STEP_BOOT:
  case STEP_BOOT_AGAIN:
  case STEP_DONE:
  default:
    break;
  }
}

/* ---- beginning and end ---- */

static void
begin_at (BbOcppHub *hub, Step step)
{
  clear_source (&hub->waiting);
  clear_source (&hub->resume);
  hub->ready = hub->accepted = FALSE;
  hub->manner = 0;
  bb_ocpp_limit_choose (hub);
  for (guint i = 0; i < hub->devices->len; i++)
    bb_ocpp_limit_forget (g_ptr_array_index (hub->devices, i));
  go_to (hub, step);
  for (guint i = 0; i < hub->devices->len; i++)
    bb_ocpp_device_show (g_ptr_array_index (hub->devices, i));
}

void
bb_ocpp_setup_begin (BbOcppHub *hub)
{
  hub->booted = FALSE;
  g_hash_table_remove_all (hub->keys);
  begin_at (hub, STEP_BOOT);
}

static gboolean
resume_cb (gpointer data)
{
  g_autoptr (BbOcppHub) hub = bb_ocpp_hub_ref (data);
  clear_source (&hub->resume);
  begin_at (hub, STEP_KEYS);
  return G_SOURCE_REMOVE;
}

/* At first, or again because it restarted and may have lost everything. A boot in the middle of a set-up is
 * only the answer to being asked for one. */
void
bb_ocpp_setup_booted (BbOcppHub *hub)
{
  gboolean first = !hub->booted;
  gboolean waiting = hub->step == STEP_BOOT || hub->step == STEP_BOOT_AGAIN;
  hub->booted = TRUE;
  if (!waiting && hub->step != STEP_DONE)
    return;
  if (!waiting && first) /* it came very late, to an answer that nobody waited for any more */
    return;
  if (hub->resume != NULL)
    return;
  clear_source (&hub->waiting);
  hub->resume = g_idle_source_new ();
  g_source_set_priority (hub->resume, G_PRIORITY_DEFAULT);
  g_source_set_callback (hub->resume, resume_cb, hub, NULL);
  g_source_attach (hub->resume, g_main_context_get_thread_default ());
}

void
bb_ocpp_setup_stop (BbOcppHub *hub)
{
  clear_source (&hub->waiting);
  clear_source (&hub->resume);
  hub->ready = hub->accepted = FALSE;
  hub->step = STEP_DONE;
}
