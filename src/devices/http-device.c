/* SPDX-License-Identifier: GPL-3.0-or-later */
/* http-device.c: the driver for meters that answer JSON over HTTP. */
#include "devices/http-device.h"

#include <glib/gi18n.h>

#include "devices/http-device-values.h"
#include "devices/json-documents.h"
#include "protocols/http/http-json.h"

/* So many polls in a row without an answer before it counts as gone, and is probed again when it is back. */
#define MISSES_TO_LOSE 3

#define BB_TYPE_HTTP_DEVICE (bb_http_device_get_type ())
G_DECLARE_FINAL_TYPE (BbHttpDevice, bb_http_device, BB, HTTP_DEVICE, BbDevice)

struct _BbHttpDevice {
  BbDevice parent_instance;
  BbHttpClient *client;
  GPtrArray *documents; /* (element-type JsonNode): last answer of each request, NULL: none */
  gchar *variant;
  gboolean commissioned;
  guint misses;
  gint64 polled_ms, slow_ms; /* last time; G_MININT64: never */
};

G_DEFINE_FINAL_TYPE (BbHttpDevice, bb_http_device, BB_TYPE_DEVICE)

/* A poll under way: which requests are still to be fetched, in which order. */
typedef enum { STEP_PROBE = 0, STEP_FAST, STEP_REST } Step;

typedef struct {
  Step step;
  GArray *queue; /* (element-type guint) requests of this step */
  guint at;
} Poll;

static void fetch_next (GTask *task);

static void
poll_free (Poll *poll)
{
  g_array_unref (poll->queue);
  g_free (poll);
}

/* ---- values ---- */

gboolean
bb_http_device_decode (const BbInterface *interface, const gchar *variant, JsonNode *const *documents,
                       guint n_phases, BbMeterReading *reading, GError **error)
{
  return bb_json_documents_read_meter (interface, variant, documents, n_phases, reading, error);
}

static gboolean
read_documents (BbHttpDevice *self, GError **error)
{
  BbDevice *device = BB_DEVICE (self);

  return bb_json_documents_read_meter (bb_device_get_interface (device), self->variant,
                                       (JsonNode *const *) self->documents->pdata,
                                       bb_named_values_count_phases (device),
                                       bb_device_edit_meter_reading (device), error);
}

static void
read_identity (BbHttpDevice *self)
{
  bb_json_documents_read_identity (BB_DEVICE (self), (JsonNode *const *) self->documents->pdata);
}

/* ---- which requests ---- */

static gboolean
is_wanted (BbHttpDevice *self, guint request, BbSchedule schedule)
{
  return bb_json_documents_wants (bb_device_get_interface (BB_DEVICE (self)), self->variant, request,
                                  schedule);
}

static void
queue_request (Poll *poll, guint request)
{
  for (guint i = 0; i < poll->queue->len; i++)
    if (g_array_index (poll->queue, guint, i) == request)
      return;
  g_array_append_val (poll->queue, request);
}

static void
queue_probes (BbHttpDevice *self, Poll *poll)
{
  const BbInterface *interface = bb_device_get_interface (BB_DEVICE (self));

  for (guint i = 0; i < interface->probes->len; i++) {
    const BbProbe *probe = g_ptr_array_index (interface->probes, i);

    for (guint r = 0; r < probe->n_reads; r++)
      if (probe->reads[r].path != NULL)
        queue_request (poll, probe->reads[r].request);
  }
}

static void
queue_scheduled (BbHttpDevice *self, Poll *poll, BbSchedule schedule)
{
  for (guint i = 0; i < self->documents->len; i++)
    if (is_wanted (self, i, schedule)
        && !(schedule != BB_SCHEDULE_FAST && is_wanted (self, i, BB_SCHEDULE_FAST)))
      queue_request (poll, i);
}

/* The counters when they are due, and once what the device is. */
static void
queue_rest (BbHttpDevice *self, Poll *poll)
{
  gint64 now_ms = bb_clock_get_mono_ms (bb_device_get_clock (BB_DEVICE (self)));
  gint64 period_ms = bb_device_get_interface (BB_DEVICE (self))->poll_slow_ms;

  if (!self->commissioned)
    queue_scheduled (self, poll, BB_SCHEDULE_INIT);
  if (self->slow_ms == G_MININT64 || now_ms - self->slow_ms >= (period_ms > 0 ? period_ms : 30000)) {
    queue_scheduled (self, poll, BB_SCHEDULE_SLOW);
    self->slow_ms = now_ms;
  }
}

/* ---- trouble ---- */

/* What a technician does about it; NULL: it may pass by itself. `code` is what the poll reports. */
static const gchar *
find_remedy (const GError *error, gint *code)
{
  *code = BB_DEVICE_ERROR_SETUP;
  if (error->domain != BB_HTTP_ERROR)
    return NULL;
  switch (error->code) {
  case BB_HTTP_ERROR_STATUS + 401:
    return _ ("It wants a password, or another one: state it with the meter.");
  case BB_HTTP_ERROR_STATUS + 403:
    return _ ("It refuses to be read: allow its local interface in its settings or its app.");
  case BB_HTTP_ERROR_REDIRECT:
    return _ ("It leads to another address: state that one, or turn off its secure connection.");
  case BB_HTTP_ERROR_TLS:
    return _ ("Its certificate cannot be trusted: check the address.");
  case BB_HTTP_ERROR_ADDRESS:
    *code = BB_DEVICE_ERROR_LINK;
    return _ ("Its address is not understood: state an IP address or a name.");
  case BB_HTTP_ERROR_STATUS + 404:
    *code = BB_DEVICE_ERROR_IDENTITY;
    return _ ("Another device answers at its address: check the address and the profile.");
  default:
    return NULL;
  }
}

/* Counts a poll that failed for a reason that may pass. */
static void
miss (BbHttpDevice *self, const gchar *trouble)
{
  gboolean was_online = bb_device_get_state (BB_DEVICE (self)) == BB_DEVICE_ONLINE;

  self->misses++;
  if (was_online && self->misses < MISSES_TO_LOSE)
    return;
  self->commissioned = FALSE;
  if (bb_device_is_started (BB_DEVICE (self)))
    bb_device_set_state (BB_DEVICE (self), BB_DEVICE_CONNECTING, trouble);
}

/* Ends the poll with an error (transfer full) of the transport or of what it brought. */
static void
fail_poll (GTask *task, GError *error)
{
  BbHttpDevice *self = g_task_get_source_object (task);
  g_autofree gchar *sentence = NULL;
  const gchar *remedy;
  gint code = BB_DEVICE_ERROR_OFFLINE;

  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED)) {
    /* Whoever asked did not want to wait any longer. */
    miss (self, _ ("It does not answer in time: check power and network."));
    g_task_return_error (task, error);
    return;
  }
  remedy = error->domain == BB_DEVICE_ERROR ? error->message : find_remedy (error, &code);
  if (error->domain == BB_DEVICE_ERROR)
    code = error->code;
  if (remedy != NULL) {
    self->commissioned = FALSE;
    if (bb_device_is_started (BB_DEVICE (self)))
      bb_device_set_state (BB_DEVICE (self), BB_DEVICE_FAULT, remedy);
    sentence = g_strdup (remedy);
  } else {
    code = error->code == BB_HTTP_ERROR_DATA ? BB_DEVICE_ERROR_DATA : BB_DEVICE_ERROR_OFFLINE;
    sentence
        = error->code == BB_HTTP_ERROR_DATA
              ? g_strdup_printf (_ ("It answers nonsense (%s): check address and profile."), error->message)
              : g_strdup_printf (_ ("It is not reached (%s): check power, network and address."),
                                 error->message);
    miss (self, sentence);
  }
  g_error_free (error);
  g_task_return_new_error (task, BB_DEVICE_ERROR, code, "%s", sentence);
}

/* ---- probes ---- */

/* FALSE: it is another device. */
static gboolean
judge_probes (BbHttpDevice *self)
{
  g_free (self->variant);
  return bb_json_documents_judge (bb_device_get_interface (BB_DEVICE (self)),
                                  (JsonNode *const *) self->documents->pdata, &self->variant);
}

/* ---- a poll ---- */

static void
enter_fast (GTask *task)
{
  BbHttpDevice *self = g_task_get_source_object (task);
  Poll *poll = g_task_get_task_data (task);

  poll->step = STEP_FAST;
  poll->at = 0;
  g_array_set_size (poll->queue, 0);
  queue_scheduled (self, poll, BB_SCHEDULE_FAST);
  for (guint i = 0; i < poll->queue->len; i++) {
    guint request = g_array_index (poll->queue, guint, i);

    bb_json_document_free (self->documents->pdata[request]);
    self->documents->pdata[request] = NULL;
  }
  fetch_next (task);
}

/* The measurement is there: what else is due may fail without harm. */
static void
enter_rest (GTask *task)
{
  BbHttpDevice *self = g_task_get_source_object (task);
  Poll *poll = g_task_get_task_data (task);
  GError *error = NULL;

  if (!read_documents (self, &error)) {
    fail_poll (task, error);
    return;
  }
  bb_device_edit_meter_reading (BB_DEVICE (self))->taken_ms
      = bb_clock_get_mono_ms (bb_device_get_clock (BB_DEVICE (self)));
  poll->step = STEP_REST;
  poll->at = 0;
  g_array_set_size (poll->queue, 0);
  queue_rest (self, poll);
  fetch_next (task);
}

static void
finish_poll (GTask *task)
{
  BbHttpDevice *self = g_task_get_source_object (task);

  if (((Poll *) g_task_get_task_data (task))->queue->len > 0)
    read_documents (self, NULL); /* the counters */
  if (!self->commissioned)
    read_identity (self);
  self->commissioned = TRUE;
  self->misses = 0;
  if (bb_device_is_started (BB_DEVICE (self)))
    bb_device_set_state (BB_DEVICE (self), BB_DEVICE_ONLINE, NULL);
  g_task_return_boolean (task, TRUE);
}

/* All requests of a step were answered. */
static void
finish_step (GTask *task)
{
  BbHttpDevice *self = g_task_get_source_object (task);
  Poll *poll = g_task_get_task_data (task);

  if (poll->step == STEP_FAST)
    enter_rest (task);
  else if (poll->step == STEP_REST)
    finish_poll (task);
  else if (judge_probes (self))
    enter_fast (task);
  else
    fail_poll (task, g_error_new_literal (
                         BB_DEVICE_ERROR, BB_DEVICE_ERROR_IDENTITY,
                         _ ("Another device answers at its address: check the address and the profile.")));
}

/* Whether the poll goes on after this error: a probe may find nothing, a counter may come later. */
static gboolean
is_harmless (Step step, const GError *error)
{
  if (step == STEP_REST)
    return !g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  return step == STEP_PROBE && error->domain == BB_HTTP_ERROR
         && (error->code == BB_HTTP_ERROR_STATUS + 400 || error->code == BB_HTTP_ERROR_STATUS + 404
             || error->code == BB_HTTP_ERROR_STATUS + 500 || error->code == BB_HTTP_ERROR_STATUS + 501);
}

static void
fetched_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (GTask) task = data;
  BbHttpDevice *self = g_task_get_source_object (task);
  Poll *poll = g_task_get_task_data (task);
  guint request = g_array_index (poll->queue, guint, poll->at);
  GError *error = NULL;
  g_autoptr (BbHttpReply) reply = bb_http_client_request_finish (self->client, result, &error);

  if (reply != NULL)
    bb_http_reply_check (reply, &error);
  if (error != NULL && !is_harmless (poll->step, error)) {
    fail_poll (task, error);
    return;
  }
  if (error == NULL || poll->step == STEP_PROBE) {
    bb_json_document_free (self->documents->pdata[request]);
    self->documents->pdata[request] = error == NULL ? g_steal_pointer (&reply->root) : NULL;
  }
  g_clear_error (&error);
  poll->at++;
  fetch_next (task);
}

static void
fetch_next (GTask *task)
{
  BbHttpDevice *self = g_task_get_source_object (task);
  Poll *poll = g_task_get_task_data (task);
  const BbInterface *interface = bb_device_get_interface (BB_DEVICE (self));
  BbHttpRequest request = { 0 };

  if (poll->at >= poll->queue->len) {
    finish_step (task);
    return;
  }
  request.path = interface->requests[g_array_index (poll->queue, guint, poll->at)];
  bb_http_client_request_async (self->client, &request, g_task_get_cancellable (task), fetched_cb,
                                g_object_ref (task));
}

static gboolean
is_due (BbHttpDevice *self, gint64 now_ms)
{
  gint64 period_ms = bb_device_get_interface (BB_DEVICE (self))->poll_fast_ms;

  /* A quarter early is on time: polls come with the control period, which is not exact. */
  return self->polled_ms == G_MININT64 || now_ms - self->polled_ms >= period_ms * 3 / 4;
}

static void
bb_http_device_poll_async (BbDevice *device, GCancellable *cancellable, GAsyncReadyCallback callback,
                           gpointer data)
{
  BbHttpDevice *self = BB_HTTP_DEVICE (device);
  g_autoptr (GTask) task = g_task_new (device, cancellable, callback, data);
  gint64 now_ms = bb_clock_get_mono_ms (bb_device_get_clock (device));
  Poll *poll = g_new0 (Poll, 1);

  poll->queue = g_array_new (FALSE, FALSE, sizeof (guint));
  g_task_set_task_data (task, poll, (GDestroyNotify) poll_free);
  if (!bb_device_is_started (device) || !is_due (self, now_ms)) {
    g_task_return_boolean (task, TRUE);
    return;
  }
  self->polled_ms = now_ms;
  if (self->commissioned) {
    enter_fast (task);
    return;
  }
  queue_probes (self, poll);
  fetch_next (task);
}

/* ---- class ---- */

static void
bb_http_device_finalize (GObject *object)
{
  BbHttpDevice *self = BB_HTTP_DEVICE (object);

  g_clear_pointer (&self->client, bb_http_client_unref);
  g_clear_pointer (&self->documents, g_ptr_array_unref);
  g_free (self->variant);
  G_OBJECT_CLASS (bb_http_device_parent_class)->finalize (object);
}

static void
bb_http_device_start (BbDevice *device)
{
  BbHttpDevice *self = BB_HTTP_DEVICE (device);

  self->commissioned = FALSE;
  self->polled_ms = self->slow_ms = G_MININT64;
  self->misses = 0;
}

static void
bb_http_device_class_init (BbHttpDeviceClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = bb_http_device_finalize;
  BB_DEVICE_CLASS (klass)->start = bb_http_device_start;
  BB_DEVICE_CLASS (klass)->poll_async = bb_http_device_poll_async;
}

static void
bb_http_device_init (BbHttpDevice *self)
{
  self->polled_ms = self->slow_ms = G_MININT64;
}

BbDevice *
bb_http_device_new (BbDeviceContext *context, BbProfile *profile, BbLink *link)
{
  BbDevice *device = bb_device_construct (BB_TYPE_HTTP_DEVICE, context, profile, link);
  BbHttpDevice *self = BB_HTTP_DEVICE (device);
  const BbInterface *interface = bb_device_get_interface (device);
  g_autofree gchar *base = bb_http_make_base (link->host, link->port);
  g_autofree gchar *channel = g_strdup_printf ("http %s", link->id);
  BbHttpLink settings = { .base = base,
                          .auth = bb_http_auth_from_name (interface->auth),
                          .user = link->user != NULL && link->user[0] != '\0' ? link->user : "admin",
                          .password = link->password,
                          .timeout_ms = interface->timeout_ms,
                          .channel = channel };

  self->client
      = bb_http_client_new (bb_device_context_get_http (context), &settings, context->clock, context->tape);
  if (settings.auth == BB_HTTP_AUTH_BEARER)
    bb_http_client_set_token (self->client, link->password);
  self->documents = g_ptr_array_new_with_free_func (bb_json_document_free);
  g_ptr_array_set_size (self->documents,
                        (gint) (interface->requests != NULL ? g_strv_length (interface->requests) : 0));
  return device;
}
