/* SPDX-License-Identifier: GPL-3.0-or-later */
/* scenario.c: reads timelines strictly, and keeps them in order. */
#include "simulation/scenario.h"

#include <glib/gi18n.h>
#include <math.h>
#include <string.h>

#include "base/guard.h"
#include "base/zone.h"
#include "engine/engine.h"

G_DEFINE_QUARK (bb_scenario_error, bb_scenario_error)

/* More than a person writes, and fewer than would hurt. */
#define MAX_EVENTS  100000
#define MAX_SECONDS (40.0 * 366 * 86400)

/* What an event may say beside its time, as bits. */
enum {
  KEY_METER = 1 << 0,
  KEY_PHASE = 1 << 1,
  KEY_STATION = 1 << 2,
  KEY_SIGNAL = 1 << 3,
  KEY_STATE = 1 << 4,
  KEY_CIRCUIT = 1 << 5,
  KEY_GROUP = 1 << 6,
  KEY_LIMIT_A = 1 << 7,
  KEY_LIMIT_W = 1 << 8,
  KEY_KIND = 1 << 9,
  KEY_PHASES_A = 1 << 10,
  KEY_JUMP = 1 << 11
};

typedef struct {
  const gchar *name;
  guint required, optional;
} KindInfo;

static const KindInfo kinds[BB_EVENT_N] = {
  [BB_EVENT_METER_LOST] = { "meter-lost", KEY_METER, 0 },
  [BB_EVENT_METER_STUCK] = { "meter-stuck", KEY_METER, 0 },
  [BB_EVENT_CLAMP_OPEN] = { "clamp-open", KEY_METER, KEY_PHASE },
  [BB_EVENT_CLAMP_REVERSED] = { "clamp-reversed", KEY_METER, KEY_PHASE },
  [BB_EVENT_STATION_LOST] = { "station-lost", KEY_STATION, 0 },
  [BB_EVENT_STATION_DEAF] = { "station-deaf", KEY_STATION, 0 },
  [BB_EVENT_STATION_FAULT] = { "station-fault", KEY_STATION, 0 },
  [BB_EVENT_OUTAGE] = { "outage", 0, KEY_STATION | KEY_STATE },
  [BB_EVENT_SIGNAL] = { "signal", KEY_SIGNAL | KEY_STATE, 0 },
  [BB_EVENT_SIGNAL_LOST] = { "signal-lost", KEY_SIGNAL, 0 },
  [BB_EVENT_REDUCTION] = { "reduction", 0, KEY_CIRCUIT | KEY_GROUP | KEY_LIMIT_A | KEY_LIMIT_W },
  [BB_EVENT_OVERRIDE] = { "override", KEY_STATION | KEY_KIND, KEY_LIMIT_A },
  [BB_EVENT_LOAD_STEP] = { "load-step", KEY_CIRCUIT, KEY_PHASES_A },
  [BB_EVENT_WALL_INVALID] = { "wall-invalid", 0, 0 },
  [BB_EVENT_WALL_JUMP] = { "wall-jump", KEY_JUMP, 0 },
};

/* Keys in the file; three of them share a bit. */
static const struct {
  const gchar *key;
  guint bit;
} keys[] = { { "meter", KEY_METER },   { "phase", KEY_PHASE },     { "station", KEY_STATION },
             { "signal", KEY_SIGNAL }, { "state", KEY_STATE },     { "circuit", KEY_CIRCUIT },
             { "group", KEY_GROUP },   { "limit_a", KEY_LIMIT_A }, { "limit_w", KEY_LIMIT_W },
             { "kind", KEY_KIND },     { "l1_a", KEY_PHASES_A },   { "l2_a", KEY_PHASES_A },
             { "l3_a", KEY_PHASES_A }, { "jump_s", KEY_JUMP } };

static const gchar *const time_keys[] = { "at", "at_s", "until", "for_s", "what", "comment" };

const gchar *
bb_event_kind_get_name (BbScenarioKind kind)
{
  return kind < BB_EVENT_N ? kinds[kind].name : NULL;
}

/* ---- reading one event ---- */

typedef struct {
  const gchar *source, *pointer;
  guint number;
  JsonObject *object;
  BbSite *site;
  BbZone *zone;
  BbScenarioEvent *event;
  GError **error;
} Reader;

static gboolean G_GNUC_PRINTF (4, 5)
    refuse (const Reader *reader, BbScenarioError code, const gchar *key, const gchar *format, ...)
{
  va_list args;
  va_start (args, format);
  g_autofree gchar *text = g_strdup_vprintf (format, args);
  va_end (args);
  g_set_error (reader->error, BB_SCENARIO_ERROR, (gint) code, "%s: %s/%u%s%s: %s",
               reader->source != NULL ? reader->source : _ ("scenario"), reader->pointer, reader->number,
               key != NULL ? "/" : "", key != NULL ? key : "", text);
  return FALSE;
}

static gboolean
has (const Reader *reader, const gchar *key)
{
  return json_object_has_member (reader->object, key);
}

static gboolean
get_text (const Reader *reader, const gchar *key, const gchar **text)
{
  JsonNode *node = json_object_get_member (reader->object, key);
  if (node == NULL || json_node_get_value_type (node) != G_TYPE_STRING)
    return refuse (reader, BB_SCENARIO_ERROR_VALUE, key, _ ("must be a text"));
  *text = json_node_get_string (node);
  return TRUE;
}

static gboolean
get_number (const Reader *reader, const gchar *key, gdouble low, gdouble high, gdouble *value)
{
  JsonNode *node = json_object_get_member (reader->object, key);
  GType type = node != NULL ? json_node_get_value_type (node) : G_TYPE_INVALID;
  if (type != G_TYPE_INT64 && type != G_TYPE_DOUBLE)
    return refuse (reader, BB_SCENARIO_ERROR_VALUE, key, _ ("must be a number"));
  *value = json_node_get_double (node);
  if (!isfinite (*value) || *value < low || *value > high)
    return refuse (reader, BB_SCENARIO_ERROR_VALUE, key, _ ("must be between %g and %g"), low, high);
  return TRUE;
}

static gboolean
get_time (const Reader *reader, const gchar *key, gint64 *utc_ms)
{
  const gchar *text = NULL;
  g_autoptr (GError) error = NULL;
  BbLocalMatch match = BB_LOCAL_UNIQUE;
  if (!get_text (reader, key, &text))
    return FALSE;
  if (!bb_time_parse (text, reader->zone, utc_ms, &match, &error))
    return refuse (reader, BB_SCENARIO_ERROR_VALUE, key, "%s", error->message);
  if (match == BB_LOCAL_GAP)
    return refuse (reader, BB_SCENARIO_ERROR_VALUE, key,
                   _ ("“%s” does not exist: the clock is put forward then; add an offset such as +01:00"),
                   text);
  return TRUE;
}

static gboolean
read_times (Reader *reader)
{
  BbScenarioEvent *event = reader->event;
  gdouble seconds;
  if (has (reader, "at") == has (reader, "at_s"))
    return refuse (reader, BB_SCENARIO_ERROR_VALUE, NULL,
                   _ ("needs either “at” (a time) or “at_s” (seconds)"));
  event->relative = has (reader, "at_s");
  if (event->relative) {
    if (!get_number (reader, "at_s", 0, MAX_SECONDS, &seconds))
      return FALSE;
    event->at_ms = (gint64) llround (seconds * 1000);
  } else if (!get_time (reader, "at", &event->at_ms)) {
    return FALSE;
  }
  event->until_ms = G_MAXINT64;
  if (has (reader, "for_s") && has (reader, "until"))
    return refuse (reader, BB_SCENARIO_ERROR_VALUE, NULL, _ ("has both “for_s” and “until”; leave one out"));
  if (has (reader, "for_s")) {
    if (!get_number (reader, "for_s", 0.001, MAX_SECONDS, &seconds))
      return FALSE;
    event->until_ms = event->at_ms + (gint64) llround (seconds * 1000);
  } else if (has (reader, "until")) {
    if (event->relative)
      return refuse (reader, BB_SCENARIO_ERROR_VALUE, "until", _ ("goes with “at”; use “for_s” here"));
    if (!get_time (reader, "until", &event->until_ms))
      return FALSE;
  }
  if (event->until_ms <= event->at_ms)
    return refuse (reader, BB_SCENARIO_ERROR_VALUE, "until", _ ("must be after the start"));
  return TRUE;
}

static gboolean
read_kind (Reader *reader)
{
  const gchar *what = NULL;
  if (!has (reader, "what"))
    return refuse (reader, BB_SCENARIO_ERROR_VALUE, NULL, _ ("says not what happens; add “what”"));
  if (!get_text (reader, "what", &what))
    return FALSE;
  for (guint k = 0; k < BB_EVENT_N; k++)
    if (strcmp (kinds[k].name, what) == 0) {
      reader->event->kind = (guint8) k;
      return TRUE;
    }
  return refuse (reader, BB_SCENARIO_ERROR_VALUE, "what", _ ("“%s” is no event that can be simulated"), what);
}

static guint
key_bit (const gchar *key)
{
  for (guint k = 0; k < G_N_ELEMENTS (keys); k++)
    if (strcmp (keys[k].key, key) == 0)
      return keys[k].bit;
  return 0;
}

/* Exactly the keys that this kind knows. */
static gboolean
check_keys (Reader *reader)
{
  const KindInfo *kind = &kinds[reader->event->kind];
  g_autoptr (GList) names = json_object_get_members (reader->object);
  guint seen = 0;
  for (GList *l = names; l != NULL; l = l->next) {
    gboolean is_time = FALSE;
    for (guint t = 0; t < G_N_ELEMENTS (time_keys); t++)
      is_time |= strcmp (time_keys[t], l->data) == 0;
    if (is_time)
      continue;
    guint bit = key_bit (l->data);
    if (bit == 0 || !((kind->required | kind->optional) & bit))
      return refuse (reader, BB_SCENARIO_ERROR_VALUE, l->data, _ ("does not belong to “%s”; remove it"),
                     kind->name);
    seen |= bit;
  }
  for (guint k = 0; k < G_N_ELEMENTS (keys); k++)
    if ((kind->required & keys[k].bit) && !(seen & keys[k].bit))
      return refuse (reader, BB_SCENARIO_ERROR_VALUE, NULL, _ ("“%s” needs “%s”"), kind->name, keys[k].key);
  return TRUE;
}

static gboolean
read_reference (Reader *reader, const gchar *key, gint (*find) (BbSite *, const gchar *))
{
  const gchar *id = NULL;
  if (!has (reader, key))
    return TRUE;
  if (!get_text (reader, key, &id))
    return FALSE;
  reader->event->index = find (reader->site, id);
  if (reader->event->index < 0)
    return refuse (reader, BB_SCENARIO_ERROR_REFERENCE, key, _ ("the site has no %s “%s”"), key, id);
  return TRUE;
}

static gboolean
read_references (Reader *reader)
{
  reader->event->index = -1;
  if (has (reader, "circuit") && has (reader, "group"))
    return refuse (reader, BB_SCENARIO_ERROR_VALUE, NULL,
                   _ ("has both “circuit” and “group”; leave one out"));
  reader->event->scope = has (reader, "circuit") ? BBE_REDUCE_CIRCUIT
                         : has (reader, "group") ? BBE_REDUCE_GROUP
                                                 : BBE_REDUCE_STATIONS;
  return read_reference (reader, "meter", bb_site_find_meter)
         && read_reference (reader, "station", bb_site_find_station)
         && read_reference (reader, "signal", bb_site_find_signal)
         && read_reference (reader, "circuit", bb_site_find_circuit)
         && read_reference (reader, "group", bb_site_find_group);
}

/* Amperes to mA. */
static gboolean
read_ma (Reader *reader, const gchar *key, gdouble low, gint32 *ma)
{
  gdouble amperes;
  if (!has (reader, key))
    return TRUE;
  if (!get_number (reader, key, low, BBE_MAX_MA / 1000, &amperes))
    return FALSE;
  *ma = (gint32) lround (amperes * 1000);
  return TRUE;
}

static gboolean
read_limits (Reader *reader)
{
  BbScenarioEvent *event = reader->event;
  gdouble watts;
  if (event->kind == BB_EVENT_LOAD_STEP) {
    if (!has (reader, "l1_a") && !has (reader, "l2_a") && !has (reader, "l3_a"))
      return refuse (reader, BB_SCENARIO_ERROR_VALUE, NULL, _ ("needs “l1_a”, “l2_a” or “l3_a”"));
    return read_ma (reader, "l1_a", -BBE_MAX_MA / 1000, &event->value_ma[0])
           && read_ma (reader, "l2_a", -BBE_MAX_MA / 1000, &event->value_ma[1])
           && read_ma (reader, "l3_a", -BBE_MAX_MA / 1000, &event->value_ma[2]);
  }
  event->value_ma[0] = event->value_w = BBE_NO_LIMIT;
  if (event->kind == BB_EVENT_REDUCTION && !has (reader, "limit_a") && !has (reader, "limit_w"))
    return refuse (reader, BB_SCENARIO_ERROR_VALUE, NULL, _ ("needs “limit_a” or “limit_w”"));
  if (!read_ma (reader, "limit_a", 0, &event->value_ma[0]))
    return FALSE;
  if (!has (reader, "limit_w"))
    return TRUE;
  if (!get_number (reader, "limit_w", 0, 1e9, &watts))
    return FALSE;
  event->value_w = (gint32) lround (watts);
  return TRUE;
}

/* A word of a list; its position goes into `state`. */
static gboolean
read_word (Reader *reader, const gchar *key, const gchar *const *words, guint first)
{
  const gchar *word = NULL;
  if (!has (reader, key))
    return TRUE;
  if (!get_text (reader, key, &word))
    return FALSE;
  for (guint w = 0; words[w] != NULL; w++)
    if (strcmp (words[w], word) == 0) {
      reader->event->state = (guint8) (first + w);
      return TRUE;
    }
  g_autofree gchar *all = g_strjoinv (", ", (gchar **) words);
  return refuse (reader, BB_SCENARIO_ERROR_VALUE, key, _ ("must be one of: %s"), all);
}

static gboolean
read_words (Reader *reader)
{
  static const gchar *const signals[] = { "normal", "reduced", "locked", NULL };
  static const gchar *const overrides[] = { "cap", "charge-now", NULL };
  static const gchar *const states[] = { "kept", "lost", NULL };
  BbScenarioEvent *event = reader->event;
  if (event->kind == BB_EVENT_SIGNAL)
    return read_word (reader, "state", signals, 0);
  if (event->kind == BB_EVENT_OUTAGE)
    return read_word (reader, "state", states, 0);
  if (event->kind != BB_EVENT_OVERRIDE)
    return TRUE;
  if (!read_word (reader, "kind", overrides, BBE_OVERRIDE_CAP))
    return FALSE;
  if (event->state == BBE_OVERRIDE_CAP && !has (reader, "limit_a"))
    return refuse (reader, BB_SCENARIO_ERROR_VALUE, NULL, _ ("a cap needs “limit_a”"));
  return TRUE;
}

static gboolean
read_rest (Reader *reader)
{
  gdouble number;
  reader->event->phases = 7;
  if (has (reader, "phase")) {
    if (!get_number (reader, "phase", 1, 3, &number))
      return FALSE;
    if (number != floor (number))
      return refuse (reader, BB_SCENARIO_ERROR_VALUE, "phase", _ ("must be 1, 2 or 3"));
    reader->event->phases = (guint8) (1u << ((guint) number - 1));
  }
  if (has (reader, "jump_s")) {
    if (!get_number (reader, "jump_s", -MAX_SECONDS, MAX_SECONDS, &number))
      return FALSE;
    reader->event->jump_ms = (gint64) llround (number * 1000);
  }
  return TRUE;
}

/* ---- all events ---- */

BbScenario *
bb_scenario_new (void)
{
  BbScenario *scenario = g_new0 (BbScenario, 1);
  g_atomic_ref_count_init (&scenario->refs);
  scenario->events = g_array_new (FALSE, TRUE, sizeof (BbScenarioEvent));
  return scenario;
}

BbScenario *
bb_scenario_ref (BbScenario *scenario)
{
  g_atomic_ref_count_inc (&scenario->refs);
  return scenario;
}

void
bb_scenario_unref (BbScenario *scenario)
{
  if (!g_atomic_ref_count_dec (&scenario->refs))
    return;
  g_array_unref (scenario->events);
  g_free (scenario);
}

void
bb_scenario_add (BbScenario *scenario, const BbScenarioEvent *event)
{
  g_array_append_val (scenario->events, *event);
}

BbScenario *
bb_scenario_from_json (JsonNode *node, const gchar *source, const gchar *pointer, BbSite *site,
                       GError **error)
{
  g_autoptr (BbScenario) scenario = bb_scenario_new ();
  g_autoptr (BbZone) zone = bb_zone_new (bb_site_peek (site)->timezone, error);
  if (zone == NULL)
    return NULL;
  if (!JSON_NODE_HOLDS_ARRAY (node) || json_array_get_length (json_node_get_array (node)) > MAX_EVENTS) {
    g_set_error (error, BB_SCENARIO_ERROR, BB_SCENARIO_ERROR_PARSE,
                 _ ("%s: %s: must be an array of at most %d events"),
                 source != NULL ? source : _ ("scenario"), pointer[0] != '\0' ? pointer : "/", MAX_EVENTS);
    return NULL;
  }
  JsonArray *array = json_node_get_array (node);
  for (guint i = 0; i < json_array_get_length (array); i++) {
    BbScenarioEvent event = { 0 };
    JsonNode *item = json_array_get_element (array, i);
    Reader reader = { source, pointer, i, NULL, site, zone, &event, error };
    if (!JSON_NODE_HOLDS_OBJECT (item)) {
      refuse (&reader, BB_SCENARIO_ERROR_PARSE, NULL, _ ("must be an object"));
      return NULL;
    }
    reader.object = json_node_get_object (item);
    if (!read_kind (&reader) || !check_keys (&reader) || !read_times (&reader) || !read_references (&reader)
        || !read_limits (&reader) || !read_words (&reader) || !read_rest (&reader))
      return NULL;
    bb_scenario_add (scenario, &event);
  }
  return g_steal_pointer (&scenario);
}

BbScenario *
bb_scenario_parse (const gchar *text, gssize length, const gchar *source, BbSite *site, GError **error)
{
  g_autoptr (JsonNode) root = bb_json_parse (text, length, source, error);
  return root != NULL ? bb_scenario_from_json (root, source, "", site, error) : NULL;
}

BbScenario *
bb_scenario_load (const gchar *path, BbSite *site, GError **error)
{
  g_autoptr (JsonNode) root = bb_json_load_file (path, BB_GUARD_MAX_BYTES, error);
  return root != NULL ? bb_scenario_from_json (root, path, "", site, error) : NULL;
}
