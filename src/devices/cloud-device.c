/* SPDX-License-Identifier: GPL-3.0-or-later */
/* cloud-device.c: the driver for stations that are reached through their maker's cloud only (Zaptec). */
#include "devices/cloud-device.h"

#include <glib/gi18n.h>
#include <string.h>

#include "devices/cloud-device-account.h"
#include "protocols/http/json-pointer.h"

#define DEFAULT_POLL_MS         60000
#define DEFAULT_MIN_INTERVAL_MS (15 * 60000)
#define MAX_CHARGERS            4096
/* Draws so much over its set-point: it does not obey. */
#define OVER_MA 1000

#define BB_TYPE_CLOUD_DEVICE (bb_cloud_device_get_type ())
G_DECLARE_FINAL_TYPE (BbCloudDevice, bb_cloud_device, BB, CLOUD_DEVICE, BbDevice)

struct _BbCloudDevice {
  BbDevice parent_instance;
  BbCloudAccount *account;   /* between start and stop */
  GCancellable *cancellable; /* of all that is under way */
  GSource *timer;
  gchar *installation; /* NULL: the charger was not found yet */
  gboolean polling, sending, failsafe_compared, refused;
  gint32 sent_ma; /* -1: nothing */
  gint64 sent_ms; /* last update of the current; G_MININT64: never */
  GTask *command; /* (nullable): waits for the update that is under way */
};

G_DEFINE_FINAL_TYPE (BbCloudDevice, bb_cloud_device, BB_TYPE_DEVICE)

static void request_state (BbCloudDevice *self);

static gint64
now_ms (BbCloudDevice *self)
{
  return bb_clock_get_mono_ms (bb_device_get_clock (BB_DEVICE (self)));
}

static gboolean
is_cancelled (const GError *error)
{
  return g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
}

/* ---- trouble ---- */

static void
show_error (BbCloudDevice *self, const GError *error)
{
  gboolean passes = g_error_matches (error, BB_DEVICE_ERROR, BB_DEVICE_ERROR_OFFLINE);

  bb_device_set_state (BB_DEVICE (self), passes ? BB_DEVICE_CONNECTING : BB_DEVICE_FAULT, error->message);
}

/* NULL when the status is fine; 528 is "nothing to do". */
static GError *
status_error (const BbHttpReply *reply)
{
  if ((reply->status >= 200 && reply->status < 300) || reply->status == 528)
    return NULL;
  if (reply->status == 401)
    return g_error_new_literal (BB_DEVICE_ERROR, BB_DEVICE_ERROR_SETUP,
                                _ ("The maker's cloud refuses user or password: state those of its portal."));
  if (reply->status == 403)
    return g_error_new_literal (
        BB_DEVICE_ERROR, BB_DEVICE_ERROR_REFUSED,
        _ ("Another load manager has its installation, or the user may not change it: in the "
           "portal, remove the other one and give the user the role Owner or Service."));
  if (reply->status == 404)
    return g_error_new_literal (BB_DEVICE_ERROR, BB_DEVICE_ERROR_IDENTITY,
                                _ ("The maker's cloud does not know this charger: check its “identity”."));
  return g_error_new (BB_DEVICE_ERROR, BB_DEVICE_ERROR_DATA, _ ("The maker's cloud answers %u."),
                      reply->status);
}

/* The reply of a finished request, if it is fine; else NULL with the error set. */
static BbHttpReply *
finish_request (BbCloudDevice *self, GAsyncResult *result, GError **error)
{
  g_autoptr (BbHttpReply) reply = bb_cloud_account_request_finish (self->account, result, error);
  GError *status = reply != NULL ? status_error (reply) : NULL;

  if (status != NULL) {
    g_propagate_error (error, status);
    return NULL;
  }
  return g_steal_pointer (&reply);
}

static void
request (BbCloudDevice *self, const gchar *method, const gchar *path, const gchar *body,
         GAsyncReadyCallback callback)
{
  BbHttpRequest what = { .method = method, .path = path, .body = body };

  bb_cloud_account_request_async (self->account, &what, self->cancellable, callback, g_object_ref (self));
}

/* ---- setting ---- */

static void
end_command (BbCloudDevice *self, GError *error)
{
  g_autoptr (GTask) task = g_steal_pointer (&self->command);

  if (task == NULL)
    g_clear_error (&error);
  else if (error != NULL)
    g_task_return_error (task, error);
  else
    g_task_return_boolean (task, TRUE);
}

static void
updated_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (BbCloudDevice) self = data;
  GError *error = NULL;
  g_autoptr (BbHttpReply) reply = NULL;

  if (self->account == NULL) { /* stopped meanwhile */
    end_command (self, g_error_new_literal (G_IO_ERROR, G_IO_ERROR_CANCELLED, "stopped"));
    return;
  }
  reply = finish_request (self, result, &error);
  self->sending = FALSE;
  self->refused = g_error_matches (error, BB_DEVICE_ERROR, BB_DEVICE_ERROR_REFUSED);
  if (error != NULL) {
    self->sent_ma = -1;
    if (!g_error_matches (error, BB_DEVICE_ERROR, BB_DEVICE_ERROR_OFFLINE) && !is_cancelled (error))
      show_error (self, error);
    else
      self->sent_ms = G_MININT64; /* it did not arrive: again as soon as the account lets it */
  }
  end_command (self, error);
}

/* {"maxChargeCurrent":16.0} to the charger; availableCurrent... belong to its installation. */
static void
send_update (BbCloudDevice *self, const BbPoint *point, gint32 value_ma, GAsyncReadyCallback callback)
{
  const BbLink *link = bb_device_get_link (BB_DEVICE (self));
  gboolean installation = g_str_has_prefix (point->path, "available");
  g_autofree gchar *id
      = g_uri_escape_string (installation ? self->installation : link->identity, NULL, FALSE);
  g_autofree gchar *path
      = g_strdup_printf ("/api/%s/%s/update", installation ? "installation" : "chargers", id);
  g_autofree gchar *body
      = g_strdup_printf ("{\"%s\":%d.%d}", point->path, value_ma / 1000, value_ma % 1000 / 100);

  request (self, "POST", path, body, callback);
}

static const BbPoint *
find_write_point (BbCloudDevice *self, BbRole role)
{
  BbConditionScope scope = { 0 };
  const BbPoint *point = bb_interface_pick_point_for (bb_device_get_interface (BB_DEVICE (self)), role,
                                                      BB_ACCESS_WRITE, &scope);

  return point != NULL && point->path != NULL ? point : NULL;
}

/* What goes out for a set-point: its steps, its range, off under the minimum. */
static gint32
shape (BbCloudDevice *self, gint32 setpoint_ma)
{
  const BbControl *control = &bb_device_get_interface (BB_DEVICE (self))->control;
  const BbLink *link = bb_device_get_link (BB_DEVICE (self));
  gint32 step_ma = MAX (control->step_ma, 100), wanted_ma = setpoint_ma;

  if (link->max_ma > 0)
    wanted_ma = MIN (wanted_ma, link->max_ma);
  wanted_ma -= wanted_ma % step_ma;
  return wanted_ma < MAX (control->min_on_ma, 1) ? control->off_ma : wanted_ma;
}

static gboolean
may_send (BbCloudDevice *self)
{
  gint64 interval_ms = bb_device_get_interface (BB_DEVICE (self))->control.min_interval_ms;

  if (interval_ms <= 0)
    interval_ms = DEFAULT_MIN_INTERVAL_MS;
  return !self->sending && (self->sent_ms == G_MININT64 || now_ms (self) - self->sent_ms >= interval_ms);
}

/* Why nothing may be set now; NULL: it may. */
static GError *
find_obstacle (BbCloudDevice *self)
{
  BbDevice *device = BB_DEVICE (self);
  BbDeviceState state = bb_device_get_state (device);

  if (bb_device_get_interface (device)->evidence == BB_EVIDENCE_UNVERIFIED
      && !bb_device_get_context (device)->may_write_unverified)
    return g_error_new_literal (BB_DEVICE_ERROR, BB_DEVICE_ERROR_REFUSED,
                                _ ("Its profile is unverified: allow it to be set first."));
  if (self->account == NULL || self->installation == NULL || (state != BB_DEVICE_ONLINE && !self->refused))
    return g_error_new_literal (BB_DEVICE_ERROR, BB_DEVICE_ERROR_OFFLINE,
                                bb_device_get_trouble (device) != NULL ? bb_device_get_trouble (device)
                                                                       : _ ("Its state was not read yet."));
  if (find_write_point (self, BB_ROLE_LIMIT_SET) == NULL)
    return g_error_new_literal (BB_DEVICE_ERROR, BB_DEVICE_ERROR_LINK,
                                _ ("Its profile has no limit to set: choose another “profile”."));
  return NULL;
}

static void
bb_cloud_device_command_async (BbDevice *device, gint32 setpoint_ma, guint phases, GCancellable *cancellable,
                               GAsyncReadyCallback callback, gpointer data)
{
  BbCloudDevice *self = BB_CLOUD_DEVICE (device);
  g_autoptr (GTask) task = g_task_new (device, cancellable, callback, data);
  GError *error = find_obstacle (self);
  gint32 wanted_ma = shape (self, setpoint_ma);

  if (error != NULL) {
    g_task_return_error (task, error);
    return;
  }
  if (wanted_ma == self->sent_ma || !may_send (self)) {
    g_task_return_boolean (task, TRUE);
    return;
  }
  /* Where the account is busy with others, the period does not wait. */
  if (bb_cloud_account_is_free (self->account))
    self->command = g_object_ref (task);
  else
    g_task_return_boolean (task, TRUE);
  self->sending = TRUE;
  self->sent_ma = wanted_ma;
  self->sent_ms = now_ms (self);
  send_update (self, find_write_point (self, BB_ROLE_LIMIT_SET), wanted_ma, updated_cb);
}

/* ---- reading ---- */

/* The answer does not matter: 528 when there was nothing to resume. */
static void
resumed_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (BbCloudDevice) self = data;

  if (self->account != NULL) {
    g_autoptr (BbHttpReply) reply = bb_cloud_account_request_finish (self->account, result, NULL);
  }
}

static void
resume (BbCloudDevice *self)
{
  g_autofree gchar *id = g_uri_escape_string (bb_device_get_link (BB_DEVICE (self))->identity, NULL, FALSE);
  g_autofree gchar *path = g_strdup_printf ("/api/chargers/%s/sendCommand/507", id);

  request (self, "POST", path, NULL, resumed_cb);
}

static void
failsafe_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (BbCloudDevice) self = data;
  g_autoptr (GError) error = NULL;
  g_autoptr (BbHttpReply) reply = self->account != NULL ? finish_request (self, result, &error) : NULL;

  if (error != NULL && !is_cancelled (error))
    bb_log_write (bb_device_get_context (BB_DEVICE (self))->log, BB_LOG_WARNING, "device",
                  "The off-line current of “%s” could not be set: %s", bb_device_get_id (BB_DEVICE (self)),
                  error->message);
}

/* Once after each start: the current without the cloud, when the site states one and it differs. */
static void
compare_failsafe (BbCloudDevice *self, const BbStationReading *reading)
{
  BbDevice *device = BB_DEVICE (self);
  const BbPoint *point = find_write_point (self, BB_ROLE_FAILSAFE_CURRENT);
  gint32 wanted_ma = bb_device_get_link (device)->failsafe_ma;

  if (self->failsafe_compared || point == NULL || wanted_ma < 0 || reading->failsafe_ma < 0)
    return;
  self->failsafe_compared = TRUE;
  if (ABS (reading->failsafe_ma - wanted_ma) < 100 || !bb_device_get_context (device)->may_commission
      || bb_device_get_interface (device)->evidence == BB_EVIDENCE_UNVERIFIED)
    return;
  send_update (self, point, wanted_ma, failsafe_cb);
}

/* FALSE: it draws more than it was set to, long after. */
static gboolean
find_obedience (BbCloudDevice *self, const BbStationReading *reading)
{
  gint64 settle_ms = bb_device_get_interface (BB_DEVICE (self))->control.settle_ms;

  if (self->sent_ma < 0 || self->sending || !reading->measured_valid || self->sent_ms == G_MININT64
      || now_ms (self) - self->sent_ms < MAX (settle_ms, DEFAULT_POLL_MS))
    return TRUE;
  for (guint p = 0; p < 3; p++)
    if (reading->measured_ma[p] > self->sent_ma + OVER_MA)
      return FALSE;
  return TRUE;
}

static void
take_state (BbCloudDevice *self, JsonNode *root)
{
  BbDevice *device = BB_DEVICE (self);
  BbStationReading *reading = bb_device_edit_station_reading (device);
  g_autoptr (GError) error = NULL;
  gboolean final_stop;

  if (!bb_cloud_device_decode (bb_device_get_interface (device), root, reading, &final_stop, &error)) {
    show_error (self, error);
    return;
  }
  reading->taken_ms = now_ms (self);
  reading->obeys = find_obedience (self, reading);
  if (!self->refused)
    bb_device_set_state (device, BB_DEVICE_ONLINE, NULL);
  compare_failsafe (self, reading);
  if (final_stop && self->sent_ma > 0 && !self->refused)
    resume (self);
}

static void
state_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (BbCloudDevice) self = data;
  g_autoptr (GError) error = NULL;
  g_autoptr (BbHttpReply) reply = NULL;

  self->polling = FALSE;
  if (self->account == NULL)
    return;
  reply = finish_request (self, result, &error);
  if (reply != NULL)
    take_state (self, reply->root);
  else if (!is_cancelled (error))
    show_error (self, error);
}

static void
request_state (BbCloudDevice *self)
{
  g_autofree gchar *id = g_uri_escape_string (bb_device_get_link (BB_DEVICE (self))->identity, NULL, FALSE);
  g_autofree gchar *path = g_strdup_printf ("/api/chargers/%s/state", id);

  request (self, "GET", path, NULL, state_cb);
}

/* ---- finding the charger ---- */

static const gchar *
get_text (JsonObject *object, const gchar *name)
{
  JsonNode *node = json_object_get_member (object, name);

  return node != NULL && JSON_NODE_HOLDS_VALUE (node) && json_node_get_value_type (node) == G_TYPE_STRING
             ? json_node_get_string (node)
             : NULL;
}

/* The charger's entry in {"Data":[{"Id":…,"Name":…,"InstallationId":…}]}, or NULL. */
static JsonObject *
find_charger (JsonNode *root, const gchar *identity)
{
  JsonNode *data = root != NULL ? bb_json_pointer_get (root, "/Data", NULL) : NULL;
  JsonArray *array = data != NULL && JSON_NODE_HOLDS_ARRAY (data) ? json_node_get_array (data) : NULL;
  guint n = array != NULL ? MIN (json_array_get_length (array), MAX_CHARGERS) : 0;

  for (guint i = 0; i < n; i++) {
    JsonNode *entry = json_array_get_element (array, i);

    if (JSON_NODE_HOLDS_OBJECT (entry)
        && g_strcmp0 (get_text (json_node_get_object (entry), "Id"), identity) == 0)
      return json_node_get_object (entry);
  }
  return NULL;
}

static void
take_chargers (BbCloudDevice *self, JsonNode *root)
{
  BbDevice *device = BB_DEVICE (self);
  JsonObject *charger = find_charger (root, bb_device_get_link (device)->identity);
  BbDeviceIdentity identity = { 0 };

  if (charger == NULL) {
    self->polling = FALSE;
    bb_device_set_state (device, BB_DEVICE_FAULT,
                         _ ("The account in the maker's cloud has no such charger: check its “identity”."));
    return;
  }
  self->installation = g_strdup (get_text (charger, "InstallationId"));
  if (self->installation == NULL)
    self->installation = g_strdup ("");
  identity.serial = (gchar *) get_text (charger, "DeviceId");
  identity.model = (gchar *) get_text (charger, "Name");
  bb_device_set_identity (device, &identity);
  request_state (self);
}

static void
chargers_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (BbCloudDevice) self = data;
  g_autoptr (GError) error = NULL;
  g_autoptr (BbHttpReply) reply = NULL;

  if (self->account == NULL) {
    self->polling = FALSE;
    return;
  }
  reply = finish_request (self, result, &error);
  if (reply != NULL) {
    take_chargers (self, reply->root);
    return;
  }
  self->polling = FALSE;
  if (!is_cancelled (error))
    show_error (self, error);
}

static gboolean
poll_cb (gpointer data)
{
  BbCloudDevice *self = data;

  if (self->polling)
    return G_SOURCE_CONTINUE;
  self->polling = TRUE;
  if (self->installation == NULL)
    request (self, "GET", "/api/chargers", NULL, chargers_cb);
  else
    request_state (self);
  return G_SOURCE_CONTINUE;
}

/* ---- class ---- */

static gchar *
find_base (BbDevice *device)
{
  const BbLink *link = bb_device_get_link (device);
  const gchar *host
      = link->host != NULL && link->host[0] != '\0' ? link->host : bb_device_get_interface (device)->host;

  return bb_http_make_base (host != NULL ? host : "", link->port);
}

static void
bb_cloud_device_start (BbDevice *device)
{
  BbCloudDevice *self = BB_CLOUD_DEVICE (device);
  const BbLink *link = bb_device_get_link (device);
  const BbInterface *interface = bb_device_get_interface (device);
  gint64 period_ms = interface->poll_slow_ms > 0 ? interface->poll_slow_ms : DEFAULT_POLL_MS;
  g_autofree gchar *base = find_base (device);
  g_autoptr (GError) error = NULL;

  if (link->user == NULL || link->password == NULL) {
    bb_device_set_state (device, BB_DEVICE_FAULT, _ ("It needs user and password of the maker's portal."));
    return;
  }
  self->account = bb_cloud_account_get (bb_device_get_context (device), base, link->user, link->password,
                                        MAX (interface->timeout_ms, 1000), &error);
  if (self->account == NULL) {
    bb_device_set_state (device, BB_DEVICE_FAULT, error->message);
    return;
  }
  self->cancellable = g_cancellable_new ();
  self->timer = g_source_ref (bb_clock_add_timeout (bb_device_get_clock (device),
                                                    MAX (period_ms, DEFAULT_POLL_MS), poll_cb, self, NULL));
  self->sent_ma = -1;
  self->sent_ms = G_MININT64;
  self->failsafe_compared = self->refused = FALSE;
  poll_cb (self);
}

static void
bb_cloud_device_stop (BbDevice *device)
{
  BbCloudDevice *self = BB_CLOUD_DEVICE (device);

  if (self->timer != NULL)
    g_source_destroy (self->timer);
  g_clear_pointer (&self->timer, g_source_unref);
  if (self->cancellable != NULL)
    g_cancellable_cancel (self->cancellable);
  g_clear_object (&self->cancellable);
  g_clear_pointer (&self->account, bb_cloud_account_unref);
  g_clear_pointer (&self->installation, g_free);
  self->polling = self->sending = FALSE;
  end_command (self, g_error_new_literal (G_IO_ERROR, G_IO_ERROR_CANCELLED, "stopped"));
}

static void
bb_cloud_device_finalize (GObject *object)
{
  bb_cloud_device_stop (BB_DEVICE (object));
  G_OBJECT_CLASS (bb_cloud_device_parent_class)->finalize (object);
}

static void
bb_cloud_device_class_init (BbCloudDeviceClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = bb_cloud_device_finalize;
  BB_DEVICE_CLASS (klass)->start = bb_cloud_device_start;
  BB_DEVICE_CLASS (klass)->stop = bb_cloud_device_stop;
  BB_DEVICE_CLASS (klass)->command_async = bb_cloud_device_command_async;
}

static void
bb_cloud_device_init (BbCloudDevice *self)
{
  self->sent_ma = -1;
  self->sent_ms = G_MININT64;
}

BbDevice *
bb_cloud_device_new (BbDeviceContext *context, BbProfile *profile, BbLink *link)
{
  return bb_device_construct (BB_TYPE_CLOUD_DEVICE, context, profile, link);
}
