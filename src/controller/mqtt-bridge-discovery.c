/* SPDX-License-Identifier: GPL-3.0-or-later */
/* mqtt-bridge-discovery.c: Home-Assistant's discovery: a retained message for each value that a part can
 * tell.
 *
 * PREFIX/COMPONENT/NODE/KIND-PART-FIELD/config. A value is announced when it was told for the first time and
 * stays as long as its part exists: a reading that lacks it once takes nothing back. What an earlier run
 * announced for parts that are gone comes back from the broker, retained, and is cleared.
 */
#include <glib/gi18n.h>
#include <string.h>

#include "controller/mqtt-bridge-json.h"
#include "controller/mqtt-bridge-private.h"
#include "controller/mqtt-topics.h"

/* A sensor that is not heard of for three of the longest pauses is unavailable. */
#define EXPIRE_S 180
/* "Limit" in Home Assistant has no room for an end: it is this long. */
#define OVERRIDE_S 3600

typedef struct {
  const gchar *field;                             /* last part of the object's id; letters, digits, "_" */
  const gchar *name;                              /* for people, untranslated */
  const gchar *phase;                             /* (nullable) "L1": after the name */
  const gchar *device_class, *unit, *state_class; /* (nullable) */
  const gchar *value;                             /* template */
} Sensor;

/* A member that is null has no element, and Home Assistant takes "None" for unknown. */
#define ELEMENT(array, index) "{{ (value_json." array " or [none, none, none])[" index "] }}"
#define ONE_PHASE(array, number, index, title, class, unit)                                                  \
  {                                                                                                          \
    array "_l" number, title, "L" number, class, unit, "measurement", ELEMENT (array, index)                 \
  }
#define PHASE_SENSORS(array, title, class, unit)                                                             \
  ONE_PHASE (array, "1", "0", title, class, unit), ONE_PHASE (array, "2", "1", title, class, unit),          \
      ONE_PHASE (array, "3", "2", title, class, unit)

/* In the order of the bits of meter_told(). */
static const Sensor meter_sensors[] = {
  PHASE_SENSORS ("current_a", N_ ("Current"), "current", "A"),
  PHASE_SENSORS ("voltage_v", N_ ("Voltage"), "voltage", "V"),
  { "power_w", N_ ("Power"), NULL, "power", "W", "measurement", "{{ value_json.power_w }}" },
  { "energy_import_kwh", N_ ("Energy imported"), NULL, "energy", "kWh", "total_increasing",
    "{{ value_json.energy_import_kwh }}" },
  { "energy_export_kwh", N_ ("Energy exported"), NULL, "energy", "kWh", "total_increasing",
    "{{ value_json.energy_export_kwh }}" },
  { "quality", N_ ("Quality"), NULL, NULL, NULL, NULL, "{{ value_json.quality }}" },
};

/* In the order of the bits of station_told(). */
static const Sensor station_sensors[] = {
  { "status", N_ ("Status"), NULL, NULL, NULL, NULL, "{{ value_json.status }}" },
  { "setpoint_a", N_ ("Allowed current"), NULL, "current", "A", "measurement",
    "{{ value_json.setpoint_a }}" },
  { "reason_text", N_ ("Reason"), NULL, NULL, NULL, NULL, "{{ (value_json.reason_text or '')[:255] }}" },
  PHASE_SENSORS ("current_a", N_ ("Current"), "current", "A"),
  { "power_w", N_ ("Power"), NULL, "power", "W", "measurement", "{{ value_json.power_w }}" },
  { "session_kwh", N_ ("Energy of the session"), NULL, "energy", "kWh", "total_increasing",
    "{{ value_json.session_kwh }}" },
  { "energy_kwh", N_ ("Energy"), NULL, "energy", "kWh", "total_increasing", "{{ value_json.energy_kwh }}" },
};

/* In the order of the bits of circuit_told(). */
static const Sensor circuit_sensors[] = {
  PHASE_SENSORS ("flow_a", N_ ("Current"), "current", "A"),
  PHASE_SENSORS ("share_a", N_ ("Current for stations"), "current", "A"),
};

struct _BbMqttDiscovery {
  BbMqttClient *client; /* (unowned) */
  gchar *prefix, *topics, *site_name, *node;
  gboolean commands;         /* things can be set */
  const gchar *const *wired; /* (nullable) (unowned): sources that cannot */
  GHashTable *sent;          /* topic -> part key ("meter-main") */
  GHashTable *parts;         /* part keys of the last snapshot */
  GHashTable *old;           /* topics of earlier runs that came before the first snapshot */
};

/* ---- which values a part tells ---- */

static guint
meter_told (const BbMeterSnapshot *meter)
{
  const BbMeterReading *reading = &meter->reading;
  guint told = 1u << 9;

  if (meter->quality == BB_READING_LOST || meter->age_ms < 0)
    return told;
  told |= 7u;
  for (guint p = 0; p < 3; p++)
    told |= reading->voltage_mv[p] > 0 ? 8u << p : 0;
  told |= reading->power_valid ? 1u << 6 : 0;
  told |= reading->energy_import_wh >= 0 ? 1u << 7 : 0;
  return told | (reading->energy_export_wh >= 0 ? 1u << 8 : 0);
}

static guint
station_told (const BbStationSnapshot *station)
{
  const BbStationReading *reading = &station->reading;
  guint told = 7u;

  if (!station->answers || reading->taken_ms == G_MININT64)
    return told;
  told |= reading->measured_valid ? 7u << 3 : 0;
  told |= reading->power_w >= 0 ? 1u << 6 : 0;
  told |= reading->session_wh >= 0 ? 1u << 7 : 0;
  return told | (reading->energy_wh >= 0 ? 1u << 8 : 0);
}

static guint
circuit_told (const BbCircuitSnapshot *circuit)
{
  guint phases = circuit->phases & 7u;

  return (circuit->flow_valid ? phases : 0) | phases << 3;
}

/* ---- messages ---- */

static gchar *
topic_of (const BbMqttDiscovery *self, const gchar *component, const gchar *part, const gchar *field)
{
  return g_strdup_printf ("%s/%s/%s/%s-%s/config", self->prefix, component, self->node, part, field);
}

/* The device that Home Assistant groups by: a part, below the site. */
static void
append_device (const BbMqttDiscovery *self, GString *json, const gchar *part, const gchar *name)
{
  g_autofree gchar *id = part != NULL ? g_strconcat (self->node, "_", part, NULL) : g_strdup (self->node);

  bb_mqtt_json_open (json, "device", '{');
  bb_mqtt_json_open (json, "identifiers", '[');
  bb_mqtt_json_text (json, NULL, id);
  bb_mqtt_json_close (json, ']');
  bb_mqtt_json_text (json, "name", name);
  bb_mqtt_json_text (json, "manufacturer", "Busbar");
  if (part != NULL)
    bb_mqtt_json_text (json, "via_device", self->node);
  bb_mqtt_json_close (json, '}');
}

/* What every message has. `part` NULL: the site. (transfer full) */
static GString *
message_new (const BbMqttDiscovery *self, const gchar *part, const gchar *part_name, const gchar *object,
             const gchar *name, const gchar *state_topic)
{
  GString *json = g_string_new ("{");
  g_autofree gchar *unique = g_strconcat (self->node, "_", object, NULL);
  g_autofree gchar *status = g_strconcat (self->topics, "/status", NULL);

  bb_mqtt_json_text (json, "name", name);
  bb_mqtt_json_text (json, "unique_id", unique);
  bb_mqtt_json_text (json, "object_id", unique);
  bb_mqtt_json_text (json, "availability_topic", status);
  bb_mqtt_json_text (json, "payload_available", "online");
  bb_mqtt_json_text (json, "payload_not_available", "offline");
  if (state_topic != NULL)
    bb_mqtt_json_text (json, "state_topic", state_topic);
  bb_mqtt_json_open (json, "origin", '{');
  bb_mqtt_json_text (json, "name", "Busbar");
  bb_mqtt_json_close (json, '}');
  append_device (self, json, part, part_name);
  return json;
}

static void
send_message (BbMqttDiscovery *self, const gchar *component, const gchar *part, const gchar *field,
              GString *json)
{
  gchar *topic = topic_of (self, component, part, field);

  g_string_append_c (json, '}');
  bb_mqtt_client_publish (self->client, topic, json->str, -1, 1, TRUE, NULL);
  g_hash_table_insert (self->sent, topic, g_strdup (part));
  g_string_free (json, TRUE);
}

static gboolean
is_sent (const BbMqttDiscovery *self, const gchar *component, const gchar *part, const gchar *field)
{
  g_autofree gchar *topic = topic_of (self, component, part, field);

  return g_hash_table_contains (self->sent, topic);
}

/* One part: what a message about it needs to know. */
typedef struct {
  gchar *key;   /* "meter-main" */
  gchar *level; /* its id in topics */
  gchar *state_topic;
  const gchar *name; /* lent */
} Part;

static void
part_clear (Part *part)
{
  g_free (part->key);
  g_free (part->level);
  g_free (part->state_topic);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Part, part_clear)

static Part
part_of (BbMqttDiscovery *self, const gchar *kind, const gchar *id, const gchar *name)
{
  g_autofree gchar *object = bb_mqtt_object_of_id (id);
  Part part
      = { g_strconcat (kind, "-", object, NULL), bb_mqtt_level_of_id (id), NULL, name != NULL ? name : id };

  part.state_topic = g_strdup_printf ("%s/%s/%s/state", self->topics, kind, part.level);
  g_hash_table_add (self->parts, g_strdup (part.key));
  return part;
}

static void
announce_sensor (BbMqttDiscovery *self, const Part *part, const Sensor *sensor, guint expire_s)
{
  g_autofree gchar *object = g_strconcat (part->key, "-", sensor->field, NULL);
  g_autofree gchar *name = sensor->phase != NULL ? g_strconcat (_ (sensor->name), " ", sensor->phase, NULL)
                                                 : g_strdup (_ (sensor->name));
  GString *json = message_new (self, part->key, part->name, object, name, part->state_topic);

  bb_mqtt_json_text (json, "value_template", sensor->value);
  if (sensor->device_class != NULL)
    bb_mqtt_json_text (json, "device_class", sensor->device_class);
  if (sensor->unit != NULL)
    bb_mqtt_json_text (json, "unit_of_measurement", sensor->unit);
  if (sensor->state_class != NULL)
    bb_mqtt_json_text (json, "state_class", sensor->state_class);
  bb_mqtt_json_number (json, "expire_after", expire_s, 1);
  send_message (self, "sensor", part->key, sensor->field, json);
}

static void
announce_sensors (BbMqttDiscovery *self, const Part *part, const Sensor *sensors, guint n, guint told)
{
  for (guint i = 0; i < n; i++)
    if ((told >> i & 1u) != 0 && !is_sent (self, "sensor", part->key, sensors[i].field))
      announce_sensor (self, part, &sensors[i], EXPIRE_S);
}

/* ---- what can be set ---- */

/* A limit for one station, that ends by itself: C-12 wants an end, and a number in Home Assistant has none.
 */
static void
announce_limit (BbMqttDiscovery *self, const Part *part)
{
  g_autofree gchar *command = g_strdup_printf ("%s/station/%s/override/set", self->topics, part->level);
  g_autofree gchar *template
      = g_strdup_printf ("{\"kind\":\"cap\",\"limit_a\":{{ value }},\"expires_s\":%d}", OVERRIDE_S);
  g_autofree gchar *object = g_strconcat (part->key, "-limit", NULL);
  GString *json = message_new (self, part->key, part->name, object, _ ("Limit (ends 1 h after it was set)"),
                               part->state_topic);

  bb_mqtt_json_text (json, "value_template", "{{ value_json.override.limit_a }}");
  bb_mqtt_json_text (json, "command_topic", command);
  bb_mqtt_json_text (json, "command_template", template);
  bb_mqtt_json_text (json, "device_class", "current");
  bb_mqtt_json_text (json, "unit_of_measurement", "A");
  bb_mqtt_json_number (json, "min", 0, 1);
  bb_mqtt_json_number (json, "max", 80, 1);
  bb_mqtt_json_number (json, "step", 1, 1);
  bb_mqtt_json_text (json, "mode", "box");
  bb_mqtt_json_bool (json, "retain", FALSE);
  send_message (self, "number", part->key, "limit", json);
}

static void
announce_end (BbMqttDiscovery *self, const Part *part)
{
  g_autofree gchar *command = g_strdup_printf ("%s/station/%s/override/set", self->topics, part->level);
  g_autofree gchar *object = g_strconcat (part->key, "-end", NULL);
  GString *json = message_new (self, part->key, part->name, object, _ ("End the limit"), NULL);

  bb_mqtt_json_text (json, "command_topic", command);
  bb_mqtt_json_text (json, "payload_press", "{\"kind\":\"none\"}");
  bb_mqtt_json_bool (json, "retain", FALSE);
  send_message (self, "button", part->key, "end", json);
}

static void
announce_source (BbMqttDiscovery *self, const Part *part, const BbSignalSnapshot *source)
{
  static const gchar *const states[] = { "normal", "reduced", "locked" };
  g_autofree gchar *command = g_strdup_printf ("%s/signal/%s/set", self->topics, part->level);
  g_autofree gchar *state = g_strconcat (self->topics, "/signal", NULL);
  g_autofree gchar *id = g_strescape (source->id, NULL);
  g_autofree gchar *quoted = g_strdelimit (g_strdup (id), "'{}", '_');
  g_autofree gchar *value = g_strdup_printf ("{{ value_json.sources['%s'].state }}", quoted);
  g_autofree gchar *object = g_strconcat (part->key, "-set", NULL);
  GString *json = message_new (self, part->key, part->name, object, _ ("Signal"), state);

  bb_mqtt_json_text (json, "value_template", value);
  bb_mqtt_json_text (json, "command_topic", command);
  bb_mqtt_json_open (json, "options", '[');
  for (guint i = 0; i < G_N_ELEMENTS (states); i++)
    bb_mqtt_json_text (json, NULL, states[i]);
  bb_mqtt_json_close (json, ']');
  bb_mqtt_json_bool (json, "retain", FALSE);
  send_message (self, "select", part->key, "set", json);
}

/* ---- parts ---- */

static void
update_station (BbMqttDiscovery *self, const BbStationSnapshot *station)
{
  g_auto (Part) part = part_of (self, "station", station->id, station->name);

  announce_sensors (self, &part, station_sensors, G_N_ELEMENTS (station_sensors), station_told (station));
  if (self->commands && !is_sent (self, "number", part.key, "limit"))
    announce_limit (self, &part);
  if (self->commands && !is_sent (self, "button", part.key, "end"))
    announce_end (self, &part);
}

static void
update_meter (BbMqttDiscovery *self, const BbMeterSnapshot *meter)
{
  g_auto (Part) part = part_of (self, "meter", meter->id, meter->name);

  announce_sensors (self, &part, meter_sensors, G_N_ELEMENTS (meter_sensors), meter_told (meter));
}

static void
update_circuit (BbMqttDiscovery *self, const BbCircuitSnapshot *circuit)
{
  g_auto (Part) part = part_of (self, "circuit", circuit->id, circuit->name);

  announce_sensors (self, &part, circuit_sensors, G_N_ELEMENTS (circuit_sensors), circuit_told (circuit));
}

static void
update_source (BbMqttDiscovery *self, const BbSignalSnapshot *source)
{
  g_auto (Part) part = part_of (self, "signal", source->id, source->name);

  if (self->commands && (self->wired == NULL || !g_strv_contains (self->wired, source->id))
      && !is_sent (self, "select", part.key, "set"))
    announce_source (self, &part, source);
}

static void
update_site (BbMqttDiscovery *self)
{
  static const gchar key[] = "site";
  g_autofree gchar *state = g_strconcat (self->topics, "/signal", NULL);
  GString *json;

  g_hash_table_add (self->parts, g_strdup (key));
  if (is_sent (self, "sensor", key, "signal"))
    return;
  json = message_new (self, NULL, self->site_name, "site-signal", _ ("Signal in force"), state);
  bb_mqtt_json_text (json, "value_template", "{{ value_json.state }}");
  bb_mqtt_json_number (json, "expire_after", EXPIRE_S, 1);
  send_message (self, "sensor", key, "signal", json);
}

/* ---- taking back ---- */

static void
clear_topic (BbMqttDiscovery *self, const gchar *topic)
{
  bb_mqtt_client_publish (self->client, topic, "", 0, 1, TRUE, NULL);
}

static void
clear_gone (BbMqttDiscovery *self)
{
  GHashTableIter iter;
  gpointer topic, part;

  g_hash_table_iter_init (&iter, self->sent);
  while (g_hash_table_iter_next (&iter, &topic, &part))
    if (!g_hash_table_contains (self->parts, part)) {
      clear_topic (self, topic);
      g_hash_table_iter_remove (&iter);
    }
}

/* The part of a topic of our node; NULL: it is none of ours. (transfer full) */
static gchar *
part_of_topic (const BbMqttDiscovery *self, const gchar *topic)
{
  gsize length = strlen (self->prefix);
  g_auto (GStrv) levels = NULL;
  gchar *dash;

  if (strncmp (topic, self->prefix, length) != 0 || topic[length] != '/')
    return NULL;
  levels = g_strsplit (topic + length + 1, "/", 5);
  if (g_strv_length (levels) != 4 || !g_str_equal (levels[1], self->node)
      || !g_str_equal (levels[3], "config"))
    return NULL;
  dash = strrchr (levels[2], '-');
  return dash != NULL ? g_strndup (levels[2], (gsize) (dash - levels[2])) : g_strdup (levels[2]);
}

static void
clear_old (BbMqttDiscovery *self)
{
  GHashTableIter iter;
  gpointer topic;

  g_hash_table_iter_init (&iter, self->old);
  while (g_hash_table_iter_next (&iter, &topic, NULL)) {
    g_autofree gchar *part = part_of_topic (self, topic);

    if (part != NULL && !g_hash_table_contains (self->parts, part))
      clear_topic (self, topic);
  }
  g_hash_table_remove_all (self->old);
}

gboolean
bb_mqtt_discovery_take (BbMqttDiscovery *self, const gchar *topic, GBytes *payload, gboolean retained)
{
  g_autofree gchar *part = part_of_topic (self, topic);

  if (part == NULL)
    return FALSE;
  if (!retained || (payload != NULL && g_bytes_get_size (payload) == 0))
    return TRUE;
  g_hash_table_add (self->old, g_strdup (topic));
  if (g_hash_table_size (self->parts) > 0)
    clear_old (self);
  return TRUE;
}

void
bb_mqtt_discovery_update (BbMqttDiscovery *self, const BbControllerSnapshot *snapshot)
{
  g_hash_table_remove_all (self->parts);
  update_site (self);
  for (guint i = 0; i < snapshot->n_meters; i++)
    update_meter (self, &snapshot->meters[i]);
  for (guint i = 0; i < snapshot->n_stations; i++)
    update_station (self, &snapshot->stations[i]);
  for (guint i = 0; i < snapshot->n_circuits; i++)
    update_circuit (self, &snapshot->circuits[i]);
  for (guint i = 0; i < snapshot->n_signals; i++)
    update_source (self, &snapshot->signals[i]);
  clear_gone (self);
  clear_old (self);
}

void
bb_mqtt_discovery_forget (BbMqttDiscovery *self)
{
  g_hash_table_remove_all (self->sent);
}

/* ---- object ---- */

BbMqttDiscovery *
bb_mqtt_discovery_new (BbMqttClient *client, const gchar *prefix, const gchar *topic_prefix,
                       const gchar *site_name, gboolean commands, const gchar *const *wired)
{
  BbMqttDiscovery *self = g_new0 (BbMqttDiscovery, 1);
  g_autofree gchar *filter = NULL, *flat = g_strdelimit (g_strdup (topic_prefix), "/", '-');

  self->client = client;
  self->commands = commands;
  self->wired = wired;
  self->prefix = g_strdup (prefix);
  self->topics = g_strdup (topic_prefix);
  self->site_name = g_strdup (site_name != NULL && site_name[0] != '\0' ? site_name : "Busbar");
  self->node = bb_mqtt_object_of_id (flat);
  self->sent = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  self->parts = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  self->old = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  filter = g_strdup_printf ("%s/+/%s/+/config", prefix, self->node);
  bb_mqtt_client_subscribe (client, filter, 1, NULL);
  return self;
}

void
bb_mqtt_discovery_free (BbMqttDiscovery *self)
{
  g_hash_table_unref (self->sent);
  g_hash_table_unref (self->parts);
  g_hash_table_unref (self->old);
  g_free (self->prefix);
  g_free (self->topics);
  g_free (self->site_name);
  g_free (self->node);
  g_free (self);
}
