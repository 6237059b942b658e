/* SPDX-License-Identifier: GPL-3.0-or-later */
/* mqtt-bridge.c: when states go out, and what becomes of commands. */
#include "controller/mqtt-bridge.h"

#include <glib/gi18n.h>
#include <string.h>

#include "controller/mqtt-bridge-json.h"
#include "controller/mqtt-bridge-private.h"
#include "controller/mqtt-commands.h"
#include "controller/mqtt-topics.h"

/* A state at most once in this, in the long run: a period that comes a little early is not skipped. */
#define LEAST_MS 1000
#define SLACK_MS 500
/* And at least once in this. */
#define MOST_MS 60000

/* One topic of ours. */
typedef struct {
  gchar *body;    /* what went out last, without what changes with the clock alone; NULL: nothing yet */
  gint64 due_ms;  /* mono: the next may go from then on */
  gint64 sent_ms; /* mono */
  guint64 seen;   /* count of the publish() that had it last */
  gboolean retained;
} State;

struct _BbMqttBridge {
  BbMqttClient *client;
  BbMqttDiscovery *discovery; /* (nullable) */
  BbClock *clock;
  BbLog *log;
  BbZone *zone;
  const BbCommands *commands;
  gchar *prefix, *status_topic;
  GStrv wired;           /* (nullable) */
  GHashTable *states;    /* topic -> State */
  GHashTable *decisions; /* station id -> text of its last decision */
  GHashTable *set;       /* source ids that were set over this connection */
  guint64 count;         /* of publish() */
};

static gchar *
topic_of (const BbMqttBridge *self, const gchar *kind, const gchar *id, const gchar *what)
{
  g_autofree gchar *level = bb_mqtt_level_of_id (id);

  return g_strdup_printf ("%s/%s/%s/%s", self->prefix, kind, level, what);
}

/* What cannot be sent at all is a fault of a name: said once in the log. */
static void
send (BbMqttBridge *self, const gchar *topic, const gchar *payload, guint qos, gboolean retained)
{
  g_autoptr (GError) error = NULL;

  if (!bb_mqtt_client_publish (self->client, topic, payload, -1, qos, retained, &error))
    bb_log_write (self->log, BB_LOG_WARNING, "mqtt", "%s", error->message);
}

/* ---- states ---- */

static void
state_free (gpointer data)
{
  State *state = data;

  g_free (state->body);
  g_free (state);
}

static State *
state_of (BbMqttBridge *self, const gchar *topic, gboolean retained)
{
  State *state = g_hash_table_lookup (self->states, topic);

  if (state == NULL) {
    state = g_new0 (State, 1);
    state->due_ms = G_MININT64 / 2;
    state->retained = retained;
    g_hash_table_insert (self->states, g_strdup (topic), state);
  }
  return state;
}

/* Sends `body` when it is news, or old news; `tail` are members that change with the clock. */
static void
offer (BbMqttBridge *self, const gchar *topic, const GString *body, const GString *tail, gboolean retained,
       gint64 now_ms)
{
  State *state = state_of (self, topic, retained);
  gboolean news = state->body == NULL || strcmp (state->body, body->str) != 0;
  g_autofree gchar *text = NULL;

  state->seen = self->count;
  if (!(news && now_ms >= state->due_ms - SLACK_MS)
      && !(state->body != NULL && now_ms - state->sent_ms >= MOST_MS))
    return;
  text = g_strdup_printf ("{%s,%s}", body->str, tail->str);
  send (self, topic, text, retained ? 1 : 0, retained);
  g_free (state->body);
  state->body = g_strdup (body->str);
  state->due_ms = MAX (state->due_ms, now_ms) + LEAST_MS;
  state->sent_ms = now_ms;
}

static GString *
tail_new (const BbControllerSnapshot *snapshot)
{
  GString *tail = g_string_new (NULL);

  bb_mqtt_json_time (tail, "time", snapshot->wall_valid ? snapshot->wall_ms : 0);
  return tail;
}

static void
publish_meter (BbMqttBridge *self, const BbControllerSnapshot *snapshot, const BbMeterSnapshot *meter)
{
  g_autofree gchar *topic = topic_of (self, "meter", meter->id, "state");
  g_autoptr (GString) body = g_string_new (NULL);
  g_autoptr (GString) tail = tail_new (snapshot);

  bb_mqtt_state_meter (body, meter);
  if (meter->age_ms >= 0)
    bb_mqtt_json_number (tail, "age_s", meter->age_ms, 1000);
  else
    bb_mqtt_json_null (tail, "age_s");
  offer (self, topic, body, tail, FALSE, snapshot->mono_ms);
}

static void
publish_station (BbMqttBridge *self, const BbControllerSnapshot *snapshot, const BbStationSnapshot *station)
{
  g_autofree gchar *topic = topic_of (self, "station", station->id, "state");
  g_autoptr (GString) body = g_string_new (NULL);
  g_autoptr (GString) tail = tail_new (snapshot);

  bb_mqtt_state_station (body, station);
  offer (self, topic, body, tail, TRUE, snapshot->mono_ms);
}

static void
publish_circuit (BbMqttBridge *self, const BbControllerSnapshot *snapshot, const BbCircuitSnapshot *circuit)
{
  g_autofree gchar *topic = topic_of (self, "circuit", circuit->id, "state");
  g_autoptr (GString) body = g_string_new (NULL);
  g_autoptr (GString) tail = tail_new (snapshot);

  bb_mqtt_state_circuit (body, circuit);
  offer (self, topic, body, tail, TRUE, snapshot->mono_ms);
}

static void
publish_signal (BbMqttBridge *self, const BbControllerSnapshot *snapshot)
{
  g_autofree gchar *topic = g_strconcat (self->prefix, "/signal", NULL);
  g_autoptr (GString) body = g_string_new (NULL);
  g_autoptr (GString) tail = tail_new (snapshot);

  bb_mqtt_state_signal (body, snapshot);
  offer (self, topic, body, tail, TRUE, snapshot->mono_ms);
}

/* ---- decisions ---- */

/* TRUE when the station's part of the decision changed; it is then appended. */
static gboolean
append_change (BbMqttBridge *self, GString *json, const BbStationSnapshot *station)
{
  g_autoptr (GString) text = g_string_new (NULL);

  bb_mqtt_state_decision (text, station);
  if (g_strcmp0 (g_hash_table_lookup (self->decisions, station->id), text->str) == 0)
    return FALSE;
  bb_mqtt_state_decision (json, station);
  g_hash_table_insert (self->decisions, g_strdup (station->id), g_strdup (text->str));
  return TRUE;
}

static void
publish_decision (BbMqttBridge *self, const BbControllerSnapshot *snapshot)
{
  g_autofree gchar *topic = g_strconcat (self->prefix, "/decision", NULL);
  g_autoptr (GString) json = g_string_new ("{");
  gboolean changed = FALSE;

  bb_mqtt_json_time (json, "time", snapshot->wall_valid ? snapshot->wall_ms : 0);
  bb_mqtt_json_text (json, "signal", bb_mqtt_signal_name (snapshot->signal));
  bb_mqtt_json_open (json, "stations", '{');
  for (guint i = 0; i < snapshot->n_stations; i++)
    changed = append_change (self, json, &snapshot->stations[i]) || changed;
  g_string_append (json, "}}");
  if (changed)
    send (self, topic, json->str, 1, FALSE);
}

/* ---- parts that are gone ---- */

static void
clear_gone (BbMqttBridge *self)
{
  GHashTableIter iter;
  gpointer key, value;

  g_hash_table_iter_init (&iter, self->states);
  while (g_hash_table_iter_next (&iter, &key, &value)) {
    const State *state = value;

    if (state->seen == self->count)
      continue;
    if (state->retained)
      send (self, key, "", 1, TRUE);
    g_hash_table_iter_remove (&iter);
  }
}

void
bb_mqtt_bridge_publish (BbMqttBridge *self, const BbControllerSnapshot *snapshot)
{
  self->count++;
  publish_signal (self, snapshot);
  for (guint i = 0; i < snapshot->n_meters; i++)
    publish_meter (self, snapshot, &snapshot->meters[i]);
  for (guint i = 0; i < snapshot->n_circuits; i++)
    publish_circuit (self, snapshot, &snapshot->circuits[i]);
  for (guint i = 0; i < snapshot->n_stations; i++)
    publish_station (self, snapshot, &snapshot->stations[i]);
  publish_decision (self, snapshot);
  clear_gone (self);
  if (self->discovery != NULL)
    bb_mqtt_discovery_update (self->discovery, snapshot);
}

/* ---- commands ---- */

static void
answer (BbMqttBridge *self, const gchar *path, const BbMqttCommand *command, const GError *error)
{
  g_autofree gchar *topic = g_strconcat (self->prefix, "/answer", NULL);
  g_autoptr (GString) json = g_string_new ("{");

  bb_mqtt_json_text (json, "topic", path);
  bb_mqtt_json_bool (json, "ok", error == NULL);
  bb_mqtt_json_text (json, "error", error != NULL ? error->message : NULL);
  bb_mqtt_json_text (json, "request", command->request);
  g_string_append_c (json, '}');
  send (self, topic, json->str, 1, FALSE);
  if (error == NULL)
    bb_log_write (self->log, BB_LOG_INFO, "mqtt", _ ("The command “%s” was carried out."), path);
  else
    bb_log_write (self->log, BB_LOG_WARNING, "mqtt", _ ("The command “%s” was refused: %s"), path,
                  error->message);
}

static gboolean
carry_out (BbMqttBridge *self, const BbMqttCommand *command, GError **error)
{
  if (command->kind == BB_MQTT_SET_SIGNAL && self->wired != NULL
      && g_strv_contains ((const gchar *const *) self->wired, command->id)) {
    g_set_error (error, BB_COMMAND_ERROR, BB_COMMAND_ERROR_REFUSED,
                 _ ("“%s” is set by digital inputs, not by commands."), command->id);
    return FALSE;
  }
  if (!bb_mqtt_command_run (command, self->commands, error))
    return FALSE;
  if (command->kind == BB_MQTT_SET_SIGNAL)
    g_hash_table_add (self->set, g_strdup (command->id));
  return TRUE;
}

static void
take_command (BbMqttBridge *self, const gchar *path, GBytes *payload, gboolean retained)
{
  g_auto (BbMqttCommand) command = { 0 };
  g_autoptr (GError) error = NULL;
  gboolean valid;
  gint64 now_ms = bb_clock_get_wall_ms (self->clock, &valid);
  gsize size = 0;
  const gchar *bytes = payload != NULL ? g_bytes_get_data (payload, &size) : NULL;

  /* an empty retained message clears the broker's: it is no command */
  if (payload != NULL && size == 0 && !g_str_has_suffix (path, "/clear"))
    return;
  if (payload != NULL && bytes == NULL)
    bytes = "";
  if (bb_mqtt_command_read (path, bytes, size, retained, valid ? now_ms : 0, self->zone, &command, &error))
    carry_out (self, &command, &error);
  answer (self, path, &command, error);
}

static void
message_cb (BbMqttClient *client, const gchar *topic, GBytes *payload, gboolean retained, gpointer data)
{
  BbMqttBridge *self = data;
  gsize length = strlen (self->prefix);

  if (self->discovery != NULL && bb_mqtt_discovery_take (self->discovery, topic, payload, retained))
    return;
  if (strncmp (topic, self->prefix, length) == 0 && topic[length] == '/')
    take_command (self, topic + length + 1, payload, retained);
}

/* ---- connection ---- */

static void
lose_sources (BbMqttBridge *self)
{
  GHashTableIter iter;
  gpointer id;

  g_hash_table_iter_init (&iter, self->set);
  while (g_hash_table_iter_next (&iter, &id, NULL))
    if (self->commands->lose_signal != NULL)
      self->commands->lose_signal (id, NULL, self->commands->data);
  g_hash_table_remove_all (self->set);
}

/* A broker that was started anew has forgotten everything: all of it goes out again with the next second. */
static void
forget_sent (BbMqttBridge *self)
{
  GHashTableIter iter;
  gpointer value;

  g_hash_table_iter_init (&iter, self->states);
  while (g_hash_table_iter_next (&iter, NULL, &value))
    g_clear_pointer (&((State *) value)->body, g_free);
  if (self->discovery != NULL)
    bb_mqtt_discovery_forget (self->discovery);
}

static void
state_changed_cb (BbMqttClient *client, gpointer data)
{
  BbMqttBridge *self = data;

  if (bb_mqtt_client_get_state (client) != BB_MQTT_ONLINE) {
    lose_sources (self);
    return;
  }
  forget_sent (self);
  send (self, self->status_topic, "online", 1, TRUE);
}

static gboolean
subscribe (BbMqttBridge *self, GError **error)
{
  static const gchar *const filters[]
      = { "signal/+/set",           "reduction/set",      "reduction/clear",
          "station/+/override/set", "station/+/wish/set", "station/+/authorised/set" };

  for (guint i = 0; self->commands != NULL && i < G_N_ELEMENTS (filters); i++) {
    g_autofree gchar *filter = g_strconcat (self->prefix, "/", filters[i], NULL);

    if (!bb_mqtt_client_subscribe (self->client, filter, 1, error))
      return FALSE;
  }
  return TRUE;
}

static void
connect_client (BbMqttBridge *self, const BbMqttBridgeOptions *options)
{
  g_signal_connect (self->client, "message", G_CALLBACK (message_cb), self);
  g_signal_connect (self->client, "state-changed", G_CALLBACK (state_changed_cb), self);
  if (options->discovery_prefix != NULL)
    self->discovery
        = bb_mqtt_discovery_new (self->client, options->discovery_prefix, self->prefix, options->site_name,
                                 options->commands != NULL, (const gchar *const *) self->wired);
}

BbMqttBridge *
bb_mqtt_bridge_new (const BbMqttBridgeOptions *options, GError **error)
{
  g_autoptr (BbMqttBridge) self = g_new0 (BbMqttBridge, 1);
  BbMqttOptions mqtt = options->mqtt;

  self->prefix
      = options->prefix != NULL ? g_strdup (options->prefix) : bb_mqtt_prefix_of_site (options->site_name);
  self->status_topic = g_strconcat (self->prefix, "/status", NULL);
  self->clock = g_object_ref (mqtt.clock);
  self->log = mqtt.log != NULL ? bb_log_ref (mqtt.log) : NULL;
  self->zone = options->zone != NULL ? bb_zone_ref (options->zone) : bb_zone_new_utc ();
  self->commands = options->commands;
  self->wired = g_strdupv ((gchar **) options->wired);
  self->states = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, state_free);
  self->decisions = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  self->set = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  mqtt.will_topic = self->status_topic;
  mqtt.will_payload = "offline";
  if (!bb_mqtt_prefix_check (self->prefix, error)
      || (options->discovery_prefix != NULL && !bb_mqtt_prefix_check (options->discovery_prefix, error)))
    return NULL;
  self->client = bb_mqtt_client_new (&mqtt, error);
  if (self->client == NULL || !subscribe (self, error))
    return NULL;
  connect_client (self, options);
  return g_steal_pointer (&self);
}

void
bb_mqtt_bridge_free (BbMqttBridge *self)
{
  if (self->client != NULL)
    g_signal_handlers_disconnect_by_data (self->client, self);
  g_clear_pointer (&self->discovery, bb_mqtt_discovery_free);
  g_clear_object (&self->client);
  g_clear_object (&self->clock);
  g_clear_pointer (&self->log, bb_log_unref);
  g_clear_pointer (&self->zone, bb_zone_unref);
  g_hash_table_unref (self->states);
  g_hash_table_unref (self->decisions);
  g_hash_table_unref (self->set);
  g_free (self->prefix);
  g_free (self->status_topic);
  g_strfreev (self->wired);
  g_free (self);
}

void
bb_mqtt_bridge_start (BbMqttBridge *self)
{
  bb_mqtt_client_start (self->client);
}

static void
client_stopped_cb (GObject *client, GAsyncResult *result, gpointer data)
{
  g_autoptr (GTask) task = data;

  bb_mqtt_client_stop_finish (BB_MQTT_CLIENT (client), result, NULL);
  g_task_return_boolean (task, TRUE);
}

void
bb_mqtt_bridge_stop_async (BbMqttBridge *self, GAsyncReadyCallback callback, gpointer data)
{
  if (bb_mqtt_client_get_state (self->client) == BB_MQTT_ONLINE)
    send (self, self->status_topic, "offline", 1, TRUE);
  bb_mqtt_client_stop_async (self->client, client_stopped_cb, g_task_new (NULL, NULL, callback, data));
}

gboolean
bb_mqtt_bridge_stop_finish (BbMqttBridge *self, GAsyncResult *result, GError **error)
{
  return g_task_propagate_boolean (G_TASK (result), error);
}

BbMqttClient *
bb_mqtt_bridge_get_client (BbMqttBridge *self)
{
  return self->client;
}

const gchar *
bb_mqtt_bridge_get_prefix (BbMqttBridge *self)
{
  return self->prefix;
}
