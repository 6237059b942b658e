/* SPDX-License-Identifier: GPL-3.0-or-later */
/* ocpp-hub.c: one charge point: its connection, what it asks of us, and which connector a message is for. */
#include <glib/gi18n.h>
#include <string.h>

#include "devices/ocpp-device-private.h"

/* Transaction ids count seconds from here, so that they fit 31 bits and still never come again after a
 * restart. */
#define IDS_FROM_S  G_GINT64_CONSTANT (1262304000) /* 2010-01-01 */
#define HEARTBEAT_S 300

/* ---- life ---- */

BbOcppHub *
bb_ocpp_hub_ref (BbOcppHub *hub)
{
  hub->refs++;
  return hub;
}

static void
drop_link (BbOcppHub *hub)
{
  g_autoptr (BbOcppLink) link = g_steal_pointer (&hub->link);
  bb_ocpp_setup_stop (hub);
  if (link == NULL)
    return;
  bb_ocpp_link_set_answer (link, NULL, NULL);
  g_signal_handlers_disconnect_by_data (link, hub);
  bb_ocpp_link_close (link);
}

void
bb_ocpp_hub_unref (BbOcppHub *hub)
{
  if (--hub->refs > 0)
    return;
  drop_link (hub);
  g_ptr_array_unref (hub->devices);
  g_hash_table_unref (hub->keys);
  g_clear_pointer (&hub->candidates, g_strfreev);
  g_clear_pointer (&hub->profile, bb_profile_unref);
  g_clear_pointer (&hub->log, bb_log_unref);
  g_clear_object (&hub->clock);
  g_free (hub->identity);
  g_free (hub);
}

static BbOcppHub *
hub_new (BbOcppDevice *first)
{
  BbDevice *device = BB_DEVICE (first);
  BbDeviceContext *context = bb_device_get_context (device);
  BbOcppHub *hub = g_new0 (BbOcppHub, 1);
  hub->refs = 1;
  hub->identity = g_strdup (bb_device_get_link (device)->identity);
  hub->clock = g_object_ref (context->clock);
  hub->log = context->log != NULL ? bb_log_ref (context->log) : NULL;
  hub->context = context;
  hub->profile = bb_profile_ref (bb_device_get_profile (device));
  hub->interface = bb_device_get_interface (device);
  hub->quirks = hub->interface->ocpp;
  hub->devices = g_ptr_array_new ();
  hub->keys = bb_ocpp_keys_new ();
  hub->fresh_ms = G_MININT64;
  return hub;
}

void
bb_ocpp_hub_join (BbOcppDevice *self)
{
  BbDeviceContext *context = bb_device_get_context (BB_DEVICE (self));
  const gchar *identity = bb_device_get_link (BB_DEVICE (self))->identity;
  GPtrArray *known = g_hash_table_lookup (context->ocpp_devices, identity);
  if (known == NULL) {
    known = g_ptr_array_new ();
    g_hash_table_insert (context->ocpp_devices, g_strdup (identity), known);
  }
  for (guint i = 0; i < known->len && self->hub == NULL; i++) {
    BbOcppDevice *other = g_ptr_array_index (known, i);
    self->hub = other->hub != NULL ? bb_ocpp_hub_ref (other->hub) : NULL;
  }
  if (self->hub == NULL)
    self->hub = hub_new (self);
  g_ptr_array_add (known, self);
  g_ptr_array_add (self->hub->devices, self);
}

void
bb_ocpp_hub_leave (BbOcppDevice *self)
{
  g_autoptr (BbOcppHub) hub = g_steal_pointer (&self->hub);
  BbDeviceContext *context = bb_device_get_context (BB_DEVICE (self));
  GPtrArray *known = NULL;
  if (hub == NULL)
    return;
  known = g_hash_table_lookup (context->ocpp_devices, hub->identity);
  if (known != NULL)
    g_ptr_array_remove (known, self);
  if (known != NULL && known->len == 0)
    g_hash_table_remove (context->ocpp_devices, hub->identity);
  g_ptr_array_remove (hub->devices, self);
  if (hub->devices->len == 0)
    drop_link (hub);
}

BbOcppDevice *
bb_ocpp_hub_find (BbOcppHub *hub, guint connector)
{
  for (guint i = 0; i < hub->devices->len; i++) {
    BbOcppDevice *device = g_ptr_array_index (hub->devices, i);
    if (device->connector == connector)
      return device;
  }
  return NULL;
}

gboolean
bb_ocpp_hub_skips (BbOcppHub *hub, const gchar *action)
{
  return hub->quirks->skip != NULL && g_strv_contains ((const gchar *const *) hub->quirks->skip, action);
}

/* ---- answers ---- */

static JsonObject *
answer_time (BbOcppHub *hub)
{
  JsonObject *answer = json_object_new ();
  g_autofree gchar *now = bb_ocpp_format_time (bb_clock_get_wall_ms (hub->clock, NULL));
  json_object_set_string_member (answer, "currentTime", now);
  return answer;
}

static JsonObject *
answer_status (const gchar *status)
{
  JsonObject *answer = json_object_new ();
  json_object_set_string_member (answer, "status", status);
  return answer;
}

static JsonObject *
answer_tag (void)
{
  JsonObject *answer = json_object_new ();
  json_object_set_object_member (answer, "idTagInfo", answer_status ("Accepted"));
  return answer;
}

static gboolean
matches (const gchar *pattern, const gchar *text)
{
  return pattern == NULL || g_regex_match_simple (pattern, text, G_REGEX_CASELESS, 0);
}

/* Another make than the profile's must not be commanded by it. */
static void
check_make (BbOcppHub *hub, const BbOcppBoot *boot)
{
  gboolean same
      = matches (hub->quirks->match_vendor, boot->vendor) && matches (hub->quirks->match_model, boot->model);
  g_autofree gchar *model = g_strdup_printf ("%s %s", boot->vendor, boot->model);
  const BbDeviceIdentity identity = { (gchar *) boot->serial, (gchar *) boot->firmware, g_strstrip (model) };
  for (guint i = 0; i < hub->devices->len; i++) {
    BbOcppDevice *device = g_ptr_array_index (hub->devices, i);
    bb_device_set_identity (BB_DEVICE (device), &identity);
    g_clear_pointer (&device->wrong_identity, g_free);
    if (!same)
      device->wrong_identity = g_strdup_printf (
          _ ("It says that it is “%s”, which is not what its profile “%s” is for: choose another “profile”."),
          model, hub->profile->id);
  }
}

/* For a clamp the interval is the period in which it sends. */
static guint
boot_interval_s (BbOcppHub *hub)
{
  const BbOcppDevice *device = hub->devices->len > 0 ? g_ptr_array_index (hub->devices, 0) : NULL;
  const BbLink *link = device != NULL ? bb_device_get_link ((BbDevice *) device) : NULL;
  if (link == NULL || !link->is_meter)
    return hub->quirks->boot_interval_s > 0 ? hub->quirks->boot_interval_s : HEARTBEAT_S;
  if (link->interval_ms > 0)
    return (guint) CLAMP (link->interval_ms / 1000, 1, 60);
  return MAX (hub->quirks->boot_interval_s, 1);
}

static JsonObject *
take_boot (BbOcppHub *hub, JsonObject *payload, GError **error)
{
  JsonObject *answer = NULL;
  BbOcppBoot boot;
  if (!bb_ocpp_read_boot (payload, &boot, error))
    return NULL;
  check_make (hub, &boot);
  bb_ocpp_setup_booted (hub);
  answer = answer_time (hub);
  json_object_set_string_member (answer, "status", "Accepted");
  json_object_set_int_member (answer, "interval", boot_interval_s (hub));
  return answer;
}

static JsonObject *
take_status (BbOcppHub *hub, JsonObject *payload, GError **error)
{
  BbOcppStatusNotification status;
  BbOcppDevice *device = NULL;
  if (!bb_ocpp_read_status (payload, &status, error))
    return NULL;
  device = bb_ocpp_hub_find (hub, status.connector);
  if (device != NULL)
    bb_ocpp_device_take_status (device, &status);
  for (guint i = 0; status.connector == 0 && i < hub->devices->len; i++)
    /* The station's own state counts for its connectors only when it is out of order. */
    if (status.status == BB_OCPP_UNAVAILABLE || status.status == BB_OCPP_FAULTED)
      bb_ocpp_device_take_status (g_ptr_array_index (hub->devices, i), &status);
  return json_object_new ();
}

/* The values of a meter of the whole station are those of its connector when it has one only. */
static BbOcppDevice *
device_of_values (BbOcppHub *hub, guint connector)
{
  BbOcppDevice *device = bb_ocpp_hub_find (hub, connector);
  if (device == NULL && connector == 0 && hub->devices->len == 1)
    device = g_ptr_array_index (hub->devices, 0);
  return device;
}

/* Values that a station kept while it was off line come late: they are old news once newer ones were seen. */
static gboolean
is_old_news (BbOcppHub *hub, const BbOcppValues *values)
{
  gint64 now_ms = bb_clock_get_mono_ms (hub->clock);
  gint64 age_ms = bb_clock_get_wall_ms (hub->clock, NULL) - values->stamp_ms;
  if (values->stamp_ms == G_MININT64)
    return FALSE;
  if (age_ms <= 120000) {
    hub->fresh_ms = now_ms;
    return FALSE;
  }
  return hub->fresh_ms != G_MININT64 && now_ms - hub->fresh_ms < 300000;
}

static JsonObject *
take_values (BbOcppHub *hub, JsonObject *payload, GError **error)
{
  BbOcppValues values;
  BbOcppDevice *device = NULL;
  if (!bb_ocpp_read_meter_values (payload, &values, error))
    return NULL;
  if (values.n_skipped > 0)
    bb_log_write (hub->log, BB_LOG_DEBUG, BB_OCPP_TOPIC, "%s: %u sampled values could not be read.",
                  hub->identity, values.n_skipped);
  device = device_of_values (hub, values.connector);
  if (device != NULL && !is_old_news (hub, &values))
    bb_ocpp_device_take_values (device, &values);
  return json_object_new ();
}

/* ---- transactions ---- */

static gint64
next_transaction (BbOcppHub *hub)
{
  gint64 by_clock = bb_clock_get_wall_ms (hub->clock, NULL) / 1000 - IDS_FROM_S;
  gint64 id = MAX (MAX ((gint64) hub->context->ocpp_last_transaction + 1, by_clock), 1);
  hub->context->ocpp_last_transaction = (guint64) id;
  return id;
}

static JsonObject *
take_start (BbOcppHub *hub, JsonObject *payload, GError **error)
{
  JsonObject *answer = NULL;
  BbOcppDevice *device = NULL;
  BbOcppStart start;
  gint64 id = 0;
  if (!bb_ocpp_read_start (payload, &start, error))
    return NULL;
  id = next_transaction (hub);
  device = bb_ocpp_hub_find (hub, start.connector);
  if (device != NULL) {
    device->transaction = id;
    device->start_wh = start.meter_wh;
    device->tag_taken = TRUE;
    bb_ocpp_device_refresh (device);
  }
  answer = answer_tag ();
  json_object_set_int_member (answer, "transactionId", id);
  return answer;
}

/* Queued ones from before our time too: whatever is said here, the station must get rid of it. */
static JsonObject *
take_stop (BbOcppHub *hub, JsonObject *payload)
{
  gint64 id = -1;
  bb_ocpp_get_int (payload, "transactionId", &id);
  for (guint i = 0; i < hub->devices->len; i++) {
    BbOcppDevice *device = g_ptr_array_index (hub->devices, i);
    if (device->transaction != id || id < 0)
      continue;
    device->transaction = device->start_wh = -1;
    bb_ocpp_device_refresh (device);
  }
  return answer_tag ();
}

/* Which connector it is for is not told: the one where somebody just plugged in. */
static JsonObject *
take_authorize (BbOcppHub *hub)
{
  for (guint i = 0; i < hub->devices->len; i++) {
    BbOcppDevice *device = g_ptr_array_index (hub->devices, i);
    if (hub->devices->len > 1 && (!device->has_status || device->status != BB_OCPP_PREPARING))
      continue;
    device->tag_taken = TRUE;
    bb_ocpp_device_refresh (device);
  }
  return answer_tag ();
}

static JsonObject *
answer_action (BbOcppHub *hub, const gchar *action, JsonObject *payload, const gchar **code, GError **error)
{
  static const gchar *const told[] = { "DiagnosticsStatusNotification", "FirmwareStatusNotification",
                                       "SecurityEventNotification", "LogStatusNotification", NULL };
  *code = "FormationViolation";
  if (strcmp (action, "MeterValues") == 0)
    return take_values (hub, payload, error);
  if (strcmp (action, "StatusNotification") == 0)
    return take_status (hub, payload, error);
  if (strcmp (action, "Heartbeat") == 0)
    return answer_time (hub);
  if (strcmp (action, "BootNotification") == 0)
    return take_boot (hub, payload, error);
  if (strcmp (action, "Authorize") == 0)
    return take_authorize (hub);
  if (strcmp (action, "StartTransaction") == 0)
    return take_start (hub, payload, error);
  if (strcmp (action, "StopTransaction") == 0)
    return take_stop (hub, payload);
  if (strcmp (action, "DataTransfer") == 0)
    return answer_status ("UnknownVendorId");
  if (strcmp (action, "SignCertificate") == 0)
    return answer_status ("Rejected");
  if (g_strv_contains (told, action))
    return json_object_new ();
  *code = "NotImplemented";
  return NULL;
}

static JsonObject *
answer_cb (BbOcppLink *link, const gchar *action, JsonObject *payload, const gchar **code, gchar **text,
           gpointer data)
{
  g_autoptr (BbOcppHub) hub = bb_ocpp_hub_ref (data);
  g_autoptr (GError) error = NULL;
  JsonObject *answer = answer_action (hub, action, payload, code, &error);
  if (answer == NULL)
    bb_log_write (hub->log, BB_LOG_WARNING, BB_OCPP_TOPIC, "%s: %s: %s", hub->identity, action,
                  error != NULL ? error->message : *code);
  *text = error != NULL ? g_strdup (error->message) : NULL;
  return answer;
}

/* ---- the connection ---- */

static void
forget_all (BbOcppHub *hub)
{
  for (guint i = 0; i < hub->devices->len; i++) {
    bb_ocpp_device_forget (g_ptr_array_index (hub->devices, i));
    bb_ocpp_device_show (g_ptr_array_index (hub->devices, i));
  }
}

static void
link_closed_cb (BbOcppLink *link, gboolean clean, gpointer data)
{
  g_autoptr (BbOcppHub) hub = bb_ocpp_hub_ref (data);
  if (link != hub->link)
    return;
  drop_link (hub);
  forget_all (hub);
}

void
bb_ocpp_hub_take_link (BbOcppHub *hub, BbOcppLink *link)
{
  g_autoptr (BbOcppHub) keep = bb_ocpp_hub_ref (hub);
  if (link == hub->link)
    return; /* another connector was told first */
  drop_link (hub);
  forget_all (hub);
  hub->link = g_object_ref (link);
  hub->fresh_ms = G_MININT64;
  bb_ocpp_link_set_answer (link, answer_cb, hub);
  g_signal_connect (link, "closed", G_CALLBACK (link_closed_cb), hub);
  bb_ocpp_setup_begin (hub);
}
