/* SPDX-License-Identifier: GPL-3.0-or-later */
/* allocate-case.c: one line of JSON that states an allocation problem, to one line that answers it.
 *
 * JSON is read by jansson here, not by json-glib as elsewhere: thousands of lines a second are wanted.
 * jansson checks UTF-8 and bounds the depth (2,048) by itself; base/guard.h, which protects json-glib from
 * what it cannot stand, would refuse ids that are fine.
 * Currents are decimals in A outside and whole mA inside; they are rounded so that the answer stays safe:
 * limits and maxima down, minima up. The value of "id" is copied as it was written, byte by byte, so that a
 * number of forty digits comes back as it went in. */
#include "cli/allocate-case.h"

#include <jansson.h>
#include <math.h>
#include <string.h>

#include "cli/line-pump.h"
#include "engine/alloc.h"
#include "engine/engine.h"

/* Most A that a key may have; far over any fuse, and its mA fit 32 bits. */
#define MOST_A         (BBE_MAX_MA / 1000)
#define DEFAULT_STEP_A 0.01
#define NO_CIRCUIT     (-1)
/* A tenth of a micro-ampere: 16.1 A times 1000 is 16100.000000000002. */
#define ROUNDING_SLACK_MA 1e-4

struct CliCase {
  bbe_alloc_work work;
  bbe_node nodes[BBE_MAX_NODES];
  const json_t *circuit_ids[BBE_MAX_NODES];
  int parents[BBE_MAX_NODES];
  uint16_t paths[BBE_MAX_NODES][BBE_MAX_PATH]; /* of each circuit, itself first */
  uint16_t n_path[BBE_MAX_NODES];
  bbe_candidate candidates[BBE_MAX_STATIONS];
  bbe_answer answers[BBE_MAX_STATIONS];
  guint n_nodes, n_candidates;
  bbe_balancer balancer;
  GString *problem; /* why this line cannot be answered */
};

typedef enum Rounding { DOWN, UP, NEAREST } Rounding;

/* Where a value stands, for messages: "stations[2].max_a". */
typedef struct Place {
  const char *table;
  guint index;
  const json_t *object;
} Place;

CliCase *
cli_case_new (void)
{
  CliCase *self = g_new0 (CliCase, 1);
  self->problem = g_string_new (NULL);
  return self;
}

void
cli_case_free (CliCase *self)
{
  g_string_free (self->problem, TRUE);
  g_free (self);
}

static gboolean G_GNUC_PRINTF (2, 3) refuse (CliCase *self, const char *format, ...)
{
  va_list arguments;

  va_start (arguments, format);
  g_string_vprintf (self->problem, format, arguments);
  va_end (arguments);
  return FALSE;
}

static gboolean
refuse_key (CliCase *self, Place at, const char *key, const char *rule)
{
  return refuse (self, "%s[%u].%s: %s", at.table, at.index, key, rule);
}

static int32_t
to_ma (double amps, Rounding rounding)
{
  double ma = amps * 1000.0;

  switch (rounding) {
  case DOWN:
    return (int32_t) floor (ma + ROUNDING_SLACK_MA);
  case UP:
    return (int32_t) ceil (ma - ROUNDING_SLACK_MA);
  case NEAREST:
  default:
    return (int32_t) lround (ma);
  }
}

/* A current; `fallback` (in A) where the key is absent, NAN: it must not be. */
static gboolean
read_current (CliCase *self, Place at, const char *key, double fallback, Rounding rounding, int32_t *ma)
{
  const json_t *value = json_object_get (at.object, key);
  double amps = value ? json_number_value (value) : fallback;

  if (!value && isnan (fallback))
    return refuse_key (self, at, key, "is missing");
  if (value && !json_is_number (value))
    return refuse_key (self, at, key, "must be a number of A");
  if (!(amps >= 0.0 && amps <= MOST_A))
    return refuse_key (self, at, key, "must be between 0 and " G_STRINGIFY (10000) " A");
  *ma = to_ma (amps, rounding);
  return TRUE;
}

/* An array under `key` of the line's object, whose items are objects; at most `most`. */
static const json_t *
read_table (CliCase *self, const json_t *root, const char *key, guint most)
{
  const json_t *table = json_object_get (root, key);
  size_t i = 0;
  const json_t *item = NULL;

  if (!table)
    refuse (self, "%s: is missing", key);
  else if (!json_is_array (table))
    refuse (self, "%s: must be an array", key);
  else if (json_array_size (table) > most)
    refuse (self, "%s: %zu are more than the %u that can be computed", key, json_array_size (table), most);
  if (self->problem->len > 0)
    return NULL;
  json_array_foreach ((json_t *) table, i, item)
  {
    if (!json_is_object (item)) {
      refuse (self, "%s[%zu]: must be an object", key, i);
      return NULL;
    }
  }
  return table;
}

static gboolean
read_limits (CliCase *self, Place at)
{
  const json_t *limits = json_object_get (at.object, "limit_a");
  bbe_node *node = &self->nodes[at.index];

  if (!limits)
    return refuse_key (self, at, "limit_a", "is missing");
  if (!json_is_array (limits) || json_array_size (limits) != 3)
    return refuse_key (self, at, "limit_a", "must be an array of three numbers, for L1 L2 L3");
  for (guint phase = 0; phase < 3; phase++) {
    const json_t *value = json_array_get (limits, phase);
    double amps = json_number_value (value);
    if (!json_is_number (value) || !(fabs (amps) <= 100.0 * MOST_A))
      return refuse (self, "circuits[%u].limit_a[%u]: must be a number of A", at.index, phase);
    node->cap_ma[phase] = to_ma (amps, DOWN);
  }
  node->cap_ma[BBE_TOTAL] = BBE_NO_LIMIT;
  return TRUE;
}

/* The circuit that `id` names, NO_CIRCUIT: none. */
static int
find_circuit (const CliCase *self, const json_t *id)
{
  for (guint i = 0; i < self->n_nodes; i++)
    if (json_equal (self->circuit_ids[i], id))
      return (int) i;
  return NO_CIRCUIT;
}

static gboolean
read_circuit_ids (CliCase *self, const json_t *circuits)
{
  size_t i = 0;
  const json_t *item = NULL;

  self->n_nodes = 0;
  json_array_foreach ((json_t *) circuits, i, item)
  {
    Place at = { "circuits", (guint) i, item };
    const json_t *id = json_object_get (item, "id");
    if (!json_is_string (id) && !json_is_integer (id))
      return refuse_key (self, at, "id", id ? "must be text or a whole number" : "is missing");
    if (find_circuit (self, id) != NO_CIRCUIT)
      return refuse_key (self, at, "id", "is used by another circuit already");
    self->circuit_ids[self->n_nodes++] = id;
    if (!read_limits (self, at))
      return FALSE;
  }
  return TRUE;
}

static gboolean
read_parents (CliCase *self, const json_t *circuits)
{
  size_t i = 0;
  const json_t *item = NULL;

  json_array_foreach ((json_t *) circuits, i, item)
  {
    const json_t *parent = json_object_get (item, "parent");
    Place at = { "circuits", (guint) i, item };
    self->parents[i] = NO_CIRCUIT;
    if (!parent || json_is_null (parent))
      continue;
    self->parents[i] = find_circuit (self, parent);
    if (self->parents[i] == NO_CIRCUIT)
      return refuse_key (self, at, "parent", "names no circuit");
  }
  return TRUE;
}

/* The nodes from each circuit up to its root. A path longer than there are circuits is a cycle. */
static gboolean
build_paths (CliCase *self)
{
  for (guint i = 0; i < self->n_nodes; i++) {
    guint n = 0;
    for (int at = (int) i; at != NO_CIRCUIT; at = self->parents[at], n++) {
      if (n >= self->n_nodes)
        return refuse (self, "circuits[%u].parent: the circuits form a cycle", i);
      if (n < BBE_MAX_PATH)
        self->paths[i][n] = (uint16_t) at;
    }
    if (n > BBE_MAX_PATH)
      return refuse (self, "circuits[%u].parent: more than %d circuits above one another", i, BBE_MAX_PATH);
    self->n_path[i] = (uint16_t) n;
  }
  return TRUE;
}

static gboolean
read_phases (CliCase *self, Place at, uint8_t *mask)
{
  static const char rule[] = "must be an array of different phases, 1 to 3";
  const json_t *phases = json_object_get (at.object, "phases");
  size_t i = 0;
  const json_t *item = NULL;

  *mask = 7;
  if (!phases)
    return TRUE;
  if (!json_is_array (phases) || json_array_size (phases) == 0)
    return refuse_key (self, at, "phases", rule);
  *mask = 0;
  json_array_foreach ((json_t *) phases, i, item)
  {
    double phase = json_number_value (item);
    if (phase != 1.0 && phase != 2.0 && phase != 3.0)
      return refuse_key (self, at, "phases", rule);
    uint8_t bit = (uint8_t) (1u << ((guint) phase - 1));
    if (*mask & bit)
      return refuse_key (self, at, "phases", rule);
    *mask |= bit;
  }
  return TRUE;
}

static gboolean
read_priority (CliCase *self, Place at, uint8_t *priority)
{
  const json_t *value = json_object_get (at.object, "priority");
  double number = json_number_value (value);

  if (value && (!json_is_number (value) || !(number >= 0.0 && number <= 255.0) || number != floor (number)))
    return refuse_key (self, at, "priority", "must be a whole number from 0 (served first) to 255");
  *priority = (uint8_t) number;
  return TRUE;
}

static gboolean
read_station (CliCase *self, Place at)
{
  bbe_candidate *candidate = &self->candidates[at.index];
  const json_t *circuit_id = json_object_get (at.object, "circuit");
  int circuit = circuit_id ? find_circuit (self, circuit_id) : NO_CIRCUIT;

  if (circuit == NO_CIRCUIT)
    return refuse_key (self, at, "circuit", circuit_id ? "names no circuit" : "is missing");
  *candidate = (bbe_candidate){
    .balancer = (uint8_t) self->balancer,
    .path = self->paths[circuit],
    .n_path = self->n_path[circuit],
    .waiting_since_ms = INT64_MAX,
    .arrived_ms = at.index,
    .laxity_ms = INT64_MAX,
    .serial = at.index, /* the last tie is input order */
  };
  if (!read_phases (self, at, &candidate->loads) || !read_priority (self, at, &candidate->priority)
      || !read_current (self, at, "min_a", NAN, UP, &candidate->min_ma)
      || !read_current (self, at, "max_a", NAN, DOWN, &candidate->max_ma)
      || !read_current (self, at, "step_a", DEFAULT_STEP_A, NEAREST, &candidate->step_ma))
    return FALSE;
  return candidate->step_ma >= 1 || refuse_key (self, at, "step_a", "must be at least 0.001 A");
}

static gboolean
read_stations (CliCase *self, const json_t *stations)
{
  size_t i = 0;
  const json_t *item = NULL;

  json_array_foreach ((json_t *) stations, i, item)
  {
    Place at = { "stations", (guint) i, item };
    if (!read_station (self, at))
      return FALSE;
  }
  self->n_candidates = (guint) json_array_size (stations);
  return TRUE;
}

static gboolean
read_balancer (CliCase *self, const json_t *root)
{
  const json_t *value = json_object_get (root, "balancer");
  const char *name = json_string_value (value);

  self->balancer = BBE_FAIR;
  if (!value)
    return TRUE;
  for (int i = BBE_FAIR; name && i <= BBE_DEADLINE; i++) {
    if (strcmp (name, bbe_balancer_name ((uint8_t) i)) == 0) {
      self->balancer = (bbe_balancer) i;
      return TRUE;
    }
  }
  return refuse (self, "balancer: must be fair, priority, queue, rotate or deadline");
}

static gboolean
read_case (CliCase *self, const json_t *root)
{
  const json_t *circuits = NULL;
  const json_t *stations = NULL;

  if (!json_is_object (root))
    return refuse (self, "the line must be one JSON object");
  return read_balancer (self, root)
         && (circuits = read_table (self, root, "circuits", MIN (BBE_MAX_CIRCUITS, BBE_MAX_NODES)))
         && (stations = read_table (self, root, "stations", BBE_MAX_STATIONS))
         && read_circuit_ids (self, circuits) && read_parents (self, circuits) && build_paths (self)
         && read_stations (self, stations);
}

/* ---- the answer ------------------------------------------------------------------------------- */

static void
append_text (GString *out, const char *text, gsize length)
{
  for (gsize i = 0; i < length; i++) {
    guchar c = (guchar) text[i];
    if (c == '"' || c == '\\')
      g_string_append_c (out, '\\');
    if (c < 0x20)
      g_string_append_printf (out, "\\u%04x", c);
    else
      g_string_append_c (out, (char) c);
  }
}

static void
append_quoted (GString *out, const char *text)
{
  g_autofree char *valid = g_utf8_make_valid (text, -1);

  g_string_append_c (out, '"');
  append_text (out, valid, strlen (valid));
  g_string_append_c (out, '"');
}

/* mA as A without a superfluous 0: 16, 9.5, 6.123. */
static void
append_amps (GString *out, int32_t ma)
{
  char digits[16];
  char *p = digits + sizeof digits;
  int32_t thousandths = ma % 1000;
  int32_t whole = ma / 1000;

  if (thousandths) {
    int places = 3;
    for (; thousandths % 10 == 0; places--)
      thousandths /= 10;
    for (; places > 0; places--, thousandths /= 10)
      *--p = (char) ('0' + thousandths % 10);
    *--p = '.';
  }
  do
    *--p = (char) ('0' + whole % 10);
  while (whole /= 10);
  g_string_append_len (out, p, digits + sizeof digits - p);
}

static void
append_row (GString *out, const CliCase *self, const char *code, const bbe_answer *answer)
{
  g_string_append (out, code);
  if (answer->node >= self->n_nodes)
    return;
  const json_t *id = self->circuit_ids[answer->node];
  g_string_append_c (out, ':');
  if (json_is_string (id))
    append_text (out, json_string_value (id), json_string_length (id));
  else
    g_string_append_printf (out, "%" JSON_INTEGER_FORMAT, json_integer_value (id));
  if (answer->row < 3) {
    g_string_append (out, ":L");
    g_string_append_c (out, (char) ('1' + answer->row));
  }
}

static void
append_reason (GString *out, const CliCase *self, const bbe_answer *answer)
{
  static const char *const codes[] = {
    [BBE_BOUND_WISH] = "full",           [BBE_BOUND_ROW] = "row",
    [BBE_BOUND_NOT_SERVED] = "no-room",  [BBE_BOUND_IMPOSSIBLE] = "impossible",
    [BBE_BOUND_UNBALANCE] = "unbalance",
  };

  g_string_append_c (out, '"');
  append_row (out, self, codes[answer->bound], answer);
  g_string_append_c (out, '"');
}

static void
append_answers (GString *out, const CliCase *self)
{
  g_string_append (out, ",\"current_a\":[");
  for (guint i = 0; i < self->n_candidates; i++) {
    if (i > 0)
      g_string_append_c (out, ',');
    append_amps (out, self->answers[i].current_ma);
  }
  g_string_append (out, "],\"reason\":[");
  for (guint i = 0; i < self->n_candidates; i++) {
    if (i > 0)
      g_string_append_c (out, ',');
    append_reason (out, self, &self->answers[i]);
  }
  g_string_append_c (out, ']');
}

/* ---- JSON ------------------------------------------------------------------------------------- */

/* Any JSON value. A whole number over 64 bits is as good as any other for an id (and too large for a
 * current). */
static json_t *
parse_value (const char *text, gsize length, json_error_t *error)
{
  json_error_t local;
  json_t *value = json_loadb (text, length, JSON_ALLOW_NUL | JSON_DECODE_ANY, &local);

  if (!value && json_error_code (&local) == json_error_numeric_overflow)
    value = json_loadb (text, length, JSON_ALLOW_NUL | JSON_DECODE_ANY | JSON_DECODE_INT_AS_REAL, &local);
  if (error)
    *error = local;
  return value;
}

/* ---- the id, as it was written ---------------------------------------------------------------- */

/* One past the closing quote of the string that starts at `p`. */
static const char *
string_end (const char *p, const char *end)
{
  for (p++; p < end && *p != '"'; p++)
    if (*p == '\\')
      p++;
  return MIN (p + 1, end);
}

/* Finds the value of "id" in the text of an object that is known to be valid JSON; the last one counts. */
static gboolean
find_id (const char *p, const char *end, const char **start, const char **stop)
{
  const char *value = NULL;
  gboolean is_id = FALSE, found = FALSE;
  int depth = 0;

  for (; p < end; p++) {
    if (*p == '"') {
      const char *q = string_end (p, end);
      if (depth == 1 && !value)
        is_id = q - p == 4 && memcmp (p, "\"id\"", 4) == 0;
      p = q - 1;
    } else if (*p == ':' && depth == 1 && !value) {
      value = p + 1;
    } else if (*p == '{' || *p == '[') {
      depth++;
    } else if (*p == ',' || *p == '}' || *p == ']') {
      if (depth == 1 && value && is_id) {
        *start = value;
        *stop = p;
        found = TRUE;
      }
      if (depth == 1)
        value = NULL;
      depth -= *p != ',';
    }
  }
  return found;
}

static gboolean
is_value (const char *text, gsize length)
{
  json_t *value = parse_value (text, length, NULL);
  gboolean good = value != NULL;

  json_decref (value);
  return good;
}

/* Appends the id as it stands in the line; `root` is NULL where the line is no JSON: then an id that can be
 * made out is taken all the same, so that the sender knows which of its cases was refused. */
static void
append_id (GString *out, const json_t *root, const char *line, gsize length)
{
  const json_t *id = json_object_get (root, "id");
  const char *start = NULL, *stop = NULL;
  g_autofree char *text = NULL;

  g_string_append (out, "{\"id\":");
  if (line && (id || !root) && find_id (line, line + length, &start, &stop)) {
    for (; start < stop && g_ascii_isspace (*start); start++)
      ;
    for (; start < stop && g_ascii_isspace (stop[-1]); stop--)
      ;
    if (id || is_value (start, (gsize) (stop - start)))
      g_string_append_len (out, start, stop - start);
    else
      g_string_append (out, "null");
  } else {
    /* absent, or its key was written with escapes */
    text = id ? json_dumps (id, JSON_COMPACT | JSON_ENCODE_ANY | JSON_REAL_PRECISION (17)) : NULL;
    g_string_append (out, text ? text : "null");
  }
}

/* The key whose value the byte `p` belongs to, as far as an unfinished text tells: the last string before it
 * that a colon follows. Returns its length, 0: none. */
static gsize
last_key (const char *line, const char *p, const char **key)
{
  const char *found = NULL, *found_end = NULL;

  for (const char *q = line; q < p; q++) {
    if (*q != '"')
      continue;
    const char *after = string_end (q, p);
    if (after < p && *after == ':') {
      found = q + 1;
      found_end = after - 1;
    }
    q = after - 1;
  }
  *key = found;
  return found ? (gsize) (found_end - found) : 0;
}

/* ---- one line --------------------------------------------------------------------------------- */

static json_t *
parse (CliCase *self, const char *line, gsize length, guint64 number)
{
  json_error_t error;
  const char *key = NULL;
  json_t *root = parse_value (line, length, &error);

  if (!root) {
    gsize key_length = last_key (line, line + MIN (length, (gsize) MAX (error.position, 0)), &key);
    if (key_length > 0 && key_length < 100)
      g_string_append_printf (self->problem, "%.*s: ", (int) key_length, key);
    g_string_append_printf (self->problem, "line %" G_GUINT64_FORMAT ", column %d: %s", number, error.column,
                            error.text);
  }
  return root;
}

static gboolean
is_blank (const char *line, gsize length)
{
  for (gsize i = 0; i < length; i++)
    if (!g_ascii_isspace (line[i]))
      return FALSE;
  return TRUE;
}

gboolean
cli_case_answer (CliCase *self, const char *line, gsize length, guint64 number, GString *out)
{
  json_t *root = NULL;

  g_string_truncate (self->problem, 0);
  if (line && is_blank (line, length))
    return TRUE;
  if (line)
    root = parse (self, line, length, number);
  else
    refuse (self, "line %" G_GUINT64_FORMAT ": longer than %u MiB", number, CLI_LINE_MAX / (1024 * 1024));
  append_id (out, root, line, length);
  if (root && read_case (self, root)) {
    bbe_problem problem = { .n_nodes = (uint16_t) self->n_nodes,
                            .n_candidates = (uint16_t) self->n_candidates,
                            .nodes = self->nodes,
                            .candidates = self->candidates };
    bbe_allocate (&self->work, &problem, self->answers);
    append_answers (out, self);
  } else {
    g_string_append (out, ",\"error\":");
    append_quoted (out, self->problem->str);
  }
  g_string_append (out, "}\n");
  json_decref (root);
  return self->problem->len == 0;
}
