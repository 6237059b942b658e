/* SPDX-License-Identifier: GPL-3.0-or-later */
/* mqtt-commands.c: commands that come in over MQTT, read strictly: all of it is understood, or nothing
 * happens. */
#include "controller/mqtt-commands.h"

#include <glib/gi18n.h>
#include <math.h>
#include <string.h>

#include "base/guard.h"
#include "controller/mqtt-topics.h"

/* An end or a departure further away than this is a mistake in unit. */
#define MOST_DAYS     31
#define REQUEST_BYTES 64
/* IEC 61851-1: the largest current that a pilot can offer. */
#define STATION_MAX_MA 80000
#define MOST_W         10000000
#define MOST_WH        1000000

typedef struct {
  JsonObject *object;
  gint64 now_wall_ms;
  BbZone *zone;
  BbMqttCommand *command;
} Reader;

typedef gboolean (*ReadFunc) (Reader *reader, GError **error);

#define FAIL(code, ...) (g_set_error (error, BB_COMMAND_ERROR, BB_COMMAND_ERROR_##code, __VA_ARGS__), FALSE)

void
bb_mqtt_command_clear (BbMqttCommand *command)
{
  g_clear_pointer (&command->id, g_free);
  g_clear_pointer (&command->request, g_free);
}

/* ---- members ---- */

/* A member that is there and not null. */
static JsonNode *
member (const Reader *reader, const gchar *key)
{
  JsonNode *node = json_object_get_member (reader->object, key);

  return node != NULL && !JSON_NODE_HOLDS_NULL (node) ? node : NULL;
}

/* (nullable) NULL without an error: it is not there. */
static const gchar *
text_member (const Reader *reader, const gchar *key, GError **error)
{
  JsonNode *node = member (reader, key);

  if (node == NULL)
    return NULL;
  if (JSON_NODE_HOLDS_VALUE (node) && json_node_get_value_type (node) == G_TYPE_STRING)
    return json_node_get_string (node);
  g_set_error (error, BB_COMMAND_ERROR, BB_COMMAND_ERROR_FORM, _ ("“%s” must be a text."), key);
  return NULL;
}

/* A number x 1000, rounded down, as a limit must be; FALSE with an error when it is no number or not in 0 ..
 * most (in thousandths). */
static gboolean
thousandths (const Reader *reader, const gchar *key, gint64 most, gint64 *value, GError **error)
{
  JsonNode *node = member (reader, key);
  GType type
      = node != NULL && JSON_NODE_HOLDS_VALUE (node) ? json_node_get_value_type (node) : G_TYPE_INVALID;
  gdouble number;

  if (type != G_TYPE_INT64 && type != G_TYPE_DOUBLE)
    return FAIL (FORM, _ ("“%s” must be a number, without a unit."), key);
  number = json_node_get_double (node);
  if (!(number >= 0 && number * 1000 <= (gdouble) most))
    return FAIL (VALUE, _ ("“%s” must be in the range 0–%.15g."), key, (gdouble) most / 1000);
  *value = (gint64) floor (number * 1000 + 1e-6);
  return TRUE;
}

/* A key of another unit or spelling must not be passed over. */
static gboolean
check_keys (const Reader *reader, const gchar *const *known, GError **error)
{
  g_autoptr (GList) keys = json_object_get_members (reader->object);
  g_autofree gchar *all = g_strjoinv (", ", (gchar **) known);

  for (GList *l = keys; l != NULL; l = l->next)
    if (!g_strv_contains (known, l->data) && !g_str_equal (l->data, "request"))
      return FAIL (FORM, _ ("“%s” is not known here; this command has: %s."), (const gchar *) l->data, all);
  return TRUE;
}

static gboolean
pick (const gchar *text, const gchar *const *names, const gchar *what, guint *index, GError **error)
{
  g_autofree gchar *all = g_strjoinv (", ", (gchar **) names);

  for (guint i = 0; text != NULL && names[i] != NULL; i++)
    if (g_str_equal (text, names[i])) {
      *index = i;
      return TRUE;
    }
  return FAIL (VALUE, _ ("%s must be one of: %s."), what, all);
}

/* ---- times ---- */

static gboolean
time_member (const Reader *reader, const gchar *key, gint64 *wall_ms, GError **error)
{
  g_autoptr (GError) bad = NULL;
  const gchar *text = text_member (reader, key, &bad);

  if (bad == NULL && text != NULL && bb_time_parse (text, reader->zone, wall_ms, NULL, &bad)
      && *wall_ms > reader->now_wall_ms && *wall_ms - reader->now_wall_ms <= MOST_DAYS * BB_MS_PER_DAY)
    return TRUE;
  if (bad == NULL)
    return FAIL (VALUE, _ ("“%s” must lie in the next %d days."), key, MOST_DAYS);
  return FAIL (VALUE, _ ("“%s” must be a time such as 2026-01-31T12:30:00Z: %s"), key, bad->message);
}

/* "expires_s" or "until": one of them must be there. */
static gboolean
read_end (Reader *reader, GError **error)
{
  gboolean span = member (reader, "expires_s") != NULL, time = member (reader, "until") != NULL;
  gint64 span_ms = 0;

  if (span == time)
    return FAIL (FORM, _ ("It must end: give either “expires_s” (seconds from now) or “until” (a time)."));
  if (reader->now_wall_ms == 0)
    return FAIL (REFUSED,
                 _ ("The controller does not know the time yet, and could not end it. Try again later."));
  if (time)
    return time_member (reader, "until", &reader->command->until_wall_ms, error);
  if (!thousandths (reader, "expires_s", MOST_DAYS * BB_MS_PER_DAY, &span_ms, error))
    return FALSE;
  if (span_ms < 1000)
    return FAIL (VALUE, _ ("“expires_s” must be at least 1 s."));
  reader->command->until_wall_ms = reader->now_wall_ms + span_ms;
  return TRUE;
}

/* ---- the commands ---- */

static gboolean
read_limit (Reader *reader, const gchar *key, gint64 most, gint64 divisor, gint32 *limit, GError **error)
{
  gint64 value;

  *limit = BB_COMMAND_NO_LIMIT;
  if (member (reader, key) == NULL)
    return TRUE;
  if (!thousandths (reader, key, most, &value, error))
    return FALSE;
  *limit = (gint32) (value / divisor);
  return TRUE;
}

static gboolean
read_scope (Reader *reader, GError **error)
{
  static const gchar *const names[] = { "circuit", "group", "stations", NULL };
  static const guint scopes[] = { BBE_REDUCE_CIRCUIT, BBE_REDUCE_GROUP, BBE_REDUCE_STATIONS };
  g_autoptr (GError) bad = NULL;
  const gchar *scope = text_member (reader, "scope", &bad),
              *id = bad == NULL ? text_member (reader, "id", &bad) : NULL;
  guint index;

  if (bad != NULL) {
    g_propagate_error (error, g_steal_pointer (&bad));
    return FALSE;
  }
  if (!pick (scope, names, "“scope”", &index, error))
    return FALSE;
  if ((id == NULL || id[0] == '\0') != (scopes[index] == BBE_REDUCE_STATIONS))
    return FAIL (FORM, _ ("A circuit or group needs its “id”; the scope “stations” has none."));
  reader->command->scope = scopes[index];
  reader->command->id = g_strdup (id);
  return TRUE;
}

static gboolean
read_reduction (Reader *reader, GError **error)
{
  static const gchar *const keys[] = { "scope", "id", "limit_a", "limit_w", "expires_s", "until", NULL };
  BbMqttCommand *command = reader->command;

  if (!check_keys (reader, keys, error) || !read_scope (reader, error)
      || !read_limit (reader, "limit_a", BBE_MAX_MA, 1, &command->limit_ma, error)
      || !read_limit (reader, "limit_w", G_GINT64_CONSTANT (1000) * MOST_W, 1000, &command->limit_w, error))
    return FALSE;
  if (command->limit_ma == BB_COMMAND_NO_LIMIT && command->limit_w == BB_COMMAND_NO_LIMIT)
    return FAIL (FORM, _ ("Give “limit_a” (A per phase), “limit_w” (W over the phases), or both."));
  return read_end (reader, error);
}

static gboolean
read_clear (Reader *reader, GError **error)
{
  static const gchar *const keys[] = { "scope", "id", NULL };

  if (!check_keys (reader, keys, error))
    return FALSE;
  if (member (reader, "scope") == NULL && member (reader, "id") == NULL)
    return TRUE;
  return read_scope (reader, error);
}

static gboolean
read_override (Reader *reader, GError **error)
{
  static const gchar *const keys[] = { "kind", "limit_a", "expires_s", "until", NULL };
  static const gchar *const names[] = { "none", "cap", "charge-now", NULL };
  BbMqttCommand *command = reader->command;
  gint64 limit = 0;

  if (!check_keys (reader, keys, error)
      || !pick (text_member (reader, "kind", NULL), names, "“kind”", &command->override, error))
    return FALSE;
  if (command->override == BBE_OVERRIDE_NONE)
    return member (reader, "limit_a") == NULL || FAIL (FORM, _ ("“none” ends an override and has no limit."));
  if (command->override == BBE_OVERRIDE_CAP
      && !thousandths (reader, "limit_a", STATION_MAX_MA, &limit, error))
    return FALSE;
  if (command->override == BBE_OVERRIDE_CHARGE_NOW && member (reader, "limit_a") != NULL)
    return FAIL (FORM, _ ("“charge-now” has no limit; a limit is a “cap”."));
  command->limit_ma = (gint32) limit;
  return read_end (reader, error);
}

static gboolean
read_wish (Reader *reader, GError **error)
{
  static const gchar *const keys[] = { "energy_kwh", "departure", NULL };
  BbMqttCommand *command = reader->command;
  gint64 wh;

  if (!check_keys (reader, keys, error))
    return FALSE;
  if (!json_object_has_member (reader->object, "energy_kwh")
      && !json_object_has_member (reader->object, "departure"))
    return FAIL (FORM, _ ("Give “energy_kwh”, “departure”, or both; null where it is not known."));
  command->wanted_wh = -1;
  if (member (reader, "energy_kwh") != NULL) {
    if (!thousandths (reader, "energy_kwh", MOST_WH, &wh, error))
      return FALSE;
    command->wanted_wh = (gint32) wh;
  }
  if (member (reader, "departure") == NULL)
    return TRUE;
  if (reader->now_wall_ms == 0)
    return FAIL (
        REFUSED,
        _ ("The controller does not know the time yet. Try again later, or leave the departure out."));
  return time_member (reader, "departure", &command->until_wall_ms, error);
}

/* ---- payloads ---- */

/* A bare word, as is or as a JSON text. (transfer full) */
static gchar *
word_of (const gchar *payload, gsize size)
{
  gchar *word = g_strstrip (g_strndup (payload, size));
  gsize length = strlen (word);

  if (length >= 2 && word[0] == '"' && word[length - 1] == '"') {
    word[length - 1] = '\0';
    memmove (word, word + 1, length - 1);
  }
  return word;
}

static gboolean
read_signal (const gchar *word, BbMqttCommand *command, GError **error)
{
  static const gchar *const names[] = { "normal", "reduced", "locked", NULL };

  return pick (word, names, _ ("The signal"), &command->state, error);
}

static gboolean
read_authorised (const gchar *word, BbMqttCommand *command, GError **error)
{
  static const gchar *const names[] = { "false", "true", NULL };
  guint index;

  if (!pick (word, names, _ ("The authorisation"), &index, error))
    return FALSE;
  command->authorised = index == 1;
  return TRUE;
}

static void
read_request (Reader *reader)
{
  const gchar *request = text_member (reader, "request", NULL);

  if (request != NULL && strlen (request) <= REQUEST_BYTES)
    reader->command->request = g_strdup (request);
}

static gboolean
read_object (const gchar *payload, gsize size, Reader *reader, ReadFunc function, GError **error)
{
  g_autoptr (GError) bad = NULL;
  g_autoptr (JsonNode) root = bb_json_parse (payload, (gssize) size, NULL, &bad);

  if (root == NULL)
    return FAIL (FORM, _ ("This is no JSON: %s"), bad->message);
  if (!JSON_NODE_HOLDS_OBJECT (root))
    return FAIL (FORM, _ ("The command must be a JSON object: {…}."));
  reader->object = json_node_get_object (root);
  read_request (reader);
  return function (reader, error);
}

/* ---- the table ---- */

typedef struct {
  const gchar *path; /* "+" is an id */
  BbMqttCommandKind kind;
  ReadFunc function; /* NULL: a word */
} Entry;

static const Entry entries[] = {
  { "signal/+/set", BB_MQTT_SET_SIGNAL, NULL },
  { "reduction/set", BB_MQTT_ADD_REDUCTION, read_reduction },
  { "reduction/clear", BB_MQTT_CLEAR_REDUCTIONS, read_clear },
  { "station/+/override/set", BB_MQTT_SET_OVERRIDE, read_override },
  { "station/+/wish/set", BB_MQTT_SET_WISH, read_wish },
  { "station/+/authorised/set", BB_MQTT_SET_AUTHORISED, NULL },
};

/* TRUE when a path is the entry's; `id` (transfer full) is what stands for "+". */
static gboolean
match (const gchar *path, const Entry *entry, gchar **id)
{
  g_auto (GStrv) levels = g_strsplit (path, "/", 6), wanted = g_strsplit (entry->path, "/", 6);
  guint n = g_strv_length (wanted), at = 0;

  if (g_strv_length (levels) != n)
    return FALSE;
  for (guint i = 0; i < n; i++)
    if (g_str_equal (wanted[i], "+"))
      at = i;
    else if (!g_str_equal (wanted[i], levels[i]))
      return FALSE;
  *id = at > 0 ? bb_mqtt_id_of_level (levels[at]) : NULL;
  return at == 0 || *id != NULL;
}

static const Entry *
find_entry (const gchar *path, BbMqttCommand *command, GError **error)
{
  for (guint i = 0; i < G_N_ELEMENTS (entries); i++)
    if (match (path, &entries[i], &command->id))
      return &entries[i];
  g_set_error (error, BB_COMMAND_ERROR, BB_COMMAND_ERROR_UNKNOWN, _ ("There is no command “%s”."), path);
  return NULL;
}

static gboolean
check_message (const gchar *payload, gsize size, gboolean retained, GError **error)
{
  if (retained)
    return FAIL (RETAINED,
                 _ ("This command was kept by the broker and may be old: it is not carried out. Send it "
                    "without “retain”, and clear the kept one with an empty retained message."));
  if (payload == NULL || size > BB_MQTT_COMMAND_MAX)
    return FAIL (FORM, _ ("The command is too large; at most %d bytes are taken."), BB_MQTT_COMMAND_MAX);
  if (!g_utf8_validate_len (payload, size, NULL))
    return FAIL (FORM, _ ("The command is no UTF-8 text."));
  return TRUE;
}

static gboolean
read_payload (const Entry *entry, const gchar *payload, gsize size, Reader *reader, GError **error)
{
  g_autofree gchar *word = word_of (payload, size);

  if (entry->kind == BB_MQTT_SET_SIGNAL)
    return read_signal (word, reader->command, error);
  if (entry->kind == BB_MQTT_SET_AUTHORISED)
    return read_authorised (word, reader->command, error);
  if (entry->kind == BB_MQTT_CLEAR_REDUCTIONS && word[0] == '\0')
    return TRUE;
  return read_object (payload, size, reader, entry->function, error);
}

gboolean
bb_mqtt_command_read (const gchar *path, const gchar *payload, gsize size, gboolean retained,
                      gint64 now_wall_ms, BbZone *zone, BbMqttCommand *command, GError **error)
{
  Reader reader = { NULL, now_wall_ms, zone, command };
  const Entry *entry;

  *command = (BbMqttCommand){ 0 };
  entry = find_entry (path, command, error);
  if (entry == NULL)
    return FALSE;
  command->kind = entry->kind;
  if (check_message (payload, size, retained, error) && read_payload (entry, payload, size, &reader, error))
    return TRUE;
  g_clear_pointer (&command->id, g_free);
  return FALSE;
}

gboolean
bb_mqtt_command_run (const BbMqttCommand *command, const BbCommands *to, GError **error)
{
  const BbMqttCommand *c = command;

  switch (c->kind) {
  case BB_MQTT_SET_SIGNAL:
    return to->set_signal (c->id, c->state, error, to->data);
  case BB_MQTT_ADD_REDUCTION:
    return to->add_reduction (c->scope, c->id, c->limit_ma, c->limit_w, c->until_wall_ms, error, to->data);
  case BB_MQTT_CLEAR_REDUCTIONS:
    return to->clear_reductions (c->scope, c->id, error, to->data);
  case BB_MQTT_SET_OVERRIDE:
    return to->set_override (c->id, c->override, c->limit_ma, c->until_wall_ms, error, to->data);
  case BB_MQTT_SET_WISH:
    return to->set_wish (c->id, c->wanted_wh, c->until_wall_ms, error, to->data);
  default:
    return to->set_authorised (c->id, c->authorised, error, to->data);
  }
}
