/* SPDX-License-Identifier: GPL-3.0-or-later */
/* test-plan.c: `busbar-cli plan`, `explain` and `replay` as a whole program, with good and with bad input. */
#include <json-glib/json-glib.h>
#include <math.h>
#include <signal.h>
#include <string.h>

#include "kit.h"

#define RUN(...) cli_run (NULL, 0, (const char *const[]){ __VA_ARGS__, NULL })

/* A site in a zone with summer time, with its inputs in files beside it: 25 A, up to 9 A of other load, two
 * stations, two days around the change of clocks of 2026-03-29. */
typedef struct Fixture {
  char *folder, *site, *load, *out, *trace;
} Fixture;

static const char site_text[]
    = "{\"format\":\"busbar-site/1\",\"name\":\"Test\",\"timezone\":\"Europe/"
      "Berlin\",\"main_fuse_a\":25,\"other_load_a\":10,"
      "\"offline_a\":15,\"stations\":[{\"id\":\"s1\",\"name\":\"Left\",\"max_a\":16,\"failsafe_a\":6},"
      "{\"id\":\"s2\",\"max_a\":16,\"failsafe_a\":6}],"
      "\"inputs\":[{\"kind\":\"load\",\"file\":\"load.csv\"},{\"kind\":\"sessions\",\"file\":\"cars.csv\"}],"
      "\"simulation\":{\"from\":\"2026-03-28\",\"days\":2}}";

static const char cars_text[]
    = "arrival,departure,energy_kwh,phases,station\n"
      "2026-03-28 08:00,2026-03-28 12:00,30,3,s1\n2026-03-28 08:30,2026-03-28 12:00,30,3,s2\n"
      "2026-03-28 20:00,2026-03-29 09:00,40,3,s1\n2026-03-28 21:00,2026-03-29 08:00,20,1,s2\n"
      "2026-03-29 10:00,2026-03-29 18:00,25,3,\n";

static void
set_up (Fixture *f, gconstpointer data)
{
  g_autoptr (GString) load = g_string_new ("minute,l1_a,l2_a,l3_a\n");

  for (guint i = 0; i < 2 * 24 * 60; i++)
    g_string_append_printf (load, "%u,%u,%u,7\n", i, 6 + i / 7 % 3, 5 + i / 11 % 4);
  f->folder = cli_folder_new ();
  f->site = cli_write_file (f->folder, "test.busbar", site_text);
  f->load = cli_write_file (f->folder, "load.csv", load->str);
  g_free (cli_write_file (f->folder, "cars.csv", cars_text));
  f->out = g_build_filename (f->folder, "out", NULL);
  f->trace = g_build_filename (f->folder, "trace.bbt", NULL);
}

static void
tear_down (Fixture *f, gconstpointer data)
{
  cli_folder_remove (f->folder);
  g_free (f->folder);
  g_free (f->site);
  g_free (f->load);
  g_free (f->out);
  g_free (f->trace);
}

/* A refusal: this code, this message on standard error, nothing printed. */
static void
assert_refused (CliRun *run, int code, const char *message)
{
  if (run->code != code || !strstr (run->err, message) || *run->out)
    g_error ("code %d instead of %d, \"%s\" lacks \"%s\", out \"%s\"", run->code, code, run->err, message,
             run->out);
  cli_run_free (run);
}

/* The object that a command printed; a key that is missing or of another kind aborts. */
static JsonObject *
parse (const CliRun *run, JsonNode **root)
{
  if (*run->err)
    g_error ("%s", run->err);
  *root = json_from_string (run->out, NULL);
  g_assert_nonnull (*root);
  return json_node_get_object (*root);
}

static void
simulate (const Fixture *f)
{
  g_autoptr (CliRun) run = RUN ("simulate", f->site, "--out", f->out, "--trace", f->trace);

  g_assert_cmpstr (run->err, ==, "");
  g_assert_cmpint (run->code, <=, 1);
}

/* Each member of `object` is one of `keys`, and each of them is there: "name:kind", kind s, n, i, b, a, o;
 * "?" after it allows null. */
static void
assert_keys (JsonObject *object, const char *const *keys)
{
  guint n = 0;

  for (; keys[n]; n++) {
    g_auto (GStrv) parts = g_strsplit (keys[n], ":", 2);
    JsonNode *node = json_object_get_member (object, parts[0]);
    if (!node)
      g_error ("no key %s", parts[0]);
    if (JSON_NODE_HOLDS_NULL (node)) {
      if (parts[1][1] != '?')
        g_error ("key %s is null", parts[0]);
      continue;
    }
    GType type = JSON_NODE_HOLDS_VALUE (node) ? json_node_get_value_type (node) : G_TYPE_INVALID;
    gboolean good = parts[1][0] == 's'   ? type == G_TYPE_STRING
                    : parts[1][0] == 'n' ? type == G_TYPE_DOUBLE || type == G_TYPE_INT64
                    : parts[1][0] == 'i' ? type == G_TYPE_INT64
                    : parts[1][0] == 'b' ? type == G_TYPE_BOOLEAN
                    : parts[1][0] == 'a' ? JSON_NODE_HOLDS_ARRAY (node)
                                         : JSON_NODE_HOLDS_OBJECT (node);
    if (!good)
      g_error ("key %s is of another kind than %s", parts[0], parts[1]);
  }
  g_assert_cmpuint (json_object_get_size (object), ==, n);
}

/* ---- explain ---------------------------------------------------------------------------------- */

static void
test_explain_text (Fixture *f, gconstpointer data)
{
  simulate (f);
  g_autoptr (CliRun) both = RUN ("explain", f->out, "--at", "2026-03-28T08:45:10");
  g_autoptr (CliRun) one = RUN ("explain", f->out, "--at", "2026-03-28T08:45:10", "--station", "s2");
  g_autofree char *file = g_build_filename (f->out, "result.bbr", NULL);
  g_autoptr (CliRun) by_file = RUN ("explain", file, "--at", "2026-03-28 08:45:10");
  g_autoptr (CliRun) by_minute = RUN ("explain", file, "--at", "525.17");

  g_assert_cmpint (both->code, ==, 0);
  g_assert_nonnull (strstr (both->out, "2026-03-28 08:45:10\n  Left: "));
  g_assert_nonnull (strstr (both->out, " A, held by L"));
  g_assert_nonnull (strstr (both->out, " of main (25.0 A).\n    since 2026-03-28 08:"));
  g_assert_nonnull (strstr (both->out, "\n  s2: "));
  g_assert_null (strstr (one->out, "Left"));
  g_assert_cmpstr (by_file->out, ==, both->out);
  g_assert_cmpstr (by_minute->out, ==, both->out);
  g_autoptr (CliRun) night = RUN ("explain", f->out, "--at", "2026-03-28T03:00");
  g_assert_nonnull (strstr (night->out, "Left: 0.0 A, no vehicle is connected."));
}

static void
test_explain_json (Fixture *f, gconstpointer data)
{
  static const char *const keys[]
      = { "at:s", "recomputed:b", "obstacle:s?", "stations:a", "circuits:a", NULL };
  static const char *const station_keys[]
      = { "id:s",     "current_a:n", "target_a:n?", "phases:i",   "code:s",  "limit:s", "place:s?",
          "phase:s?", "value_a:n?",  "ends:s?",     "sentence:s", "since:s", "until:s", NULL };
  static const char *const circuit_keys[] = { "id:s", "other_a:a", "free_a:a", "failsafe:b", NULL };
  g_autoptr (JsonNode) root = NULL;

  simulate (f);
  g_autoptr (CliRun) run = RUN ("explain", f->out, "--at", "2026-03-28T08:45:10", "--json");
  JsonObject *answer = parse (run, &root);
  assert_keys (answer, keys);
  g_assert_true (json_object_get_boolean_member (answer, "recomputed"));
  g_assert_cmpstr (json_object_get_string_member (answer, "at"), ==, "2026-03-28T08:45:10+01:00");
  JsonArray *stations = json_object_get_array_member (answer, "stations");
  JsonObject *circuit = json_array_get_object_element (json_object_get_array_member (answer, "circuits"), 0);
  double sum = 0, other = 0;
  g_assert_cmpuint (json_array_get_length (stations), ==, 2);
  for (guint i = 0; i < 2; i++) {
    JsonObject *station = json_array_get_object_element (stations, i);
    assert_keys (station, station_keys);
    g_assert_cmpstr (json_object_get_string_member (station, "place"), ==, "main");
    sum += json_object_get_double_member (station, "current_a");
  }
  assert_keys (circuit, circuit_keys);
  other = json_array_get_double_element (json_object_get_array_member (circuit, "other_a"), 0);
  g_assert_cmpfloat (other, >=, 6);
  g_assert_cmpfloat (sum + other, <=, 25.0);
}

static void
test_explain_bad (Fixture *f, gconstpointer data)
{
  simulate (f);
  assert_refused (RUN ("explain", f->out), 2, "--at");
  assert_refused (RUN ("explain", f->out, "--at", "2026-03-30"), 3,
                  "is outside this result, which goes from 2026-03-28");
  assert_refused (RUN ("explain", f->out, "--at", "2026-03-27T23:59:59"), 3, "is outside this result");
  assert_refused (RUN ("explain", f->out, "--at", "99999"), 3, "is outside this result");
  assert_refused (RUN ("explain", f->out, "--at", "soon"), 3, "--at");
  assert_refused (RUN ("explain", f->out, "--at", "2026-03-28T08:00", "--station", "s9"), 3,
                  "no station 's9'; it has s1, s2");
  assert_refused (RUN ("explain", f->out, "--at", "2026-03-29T02:30"), 3,
                  "the clocks of Europe/Berlin skipped");
  assert_refused (RUN ("explain", f->site, "--at", "0"), 3, f->site);
  assert_refused (RUN ("explain", "/nonexistent", "--at", "0"), 4, "/nonexistent");
  /* the times on both sides of the gap are there */
  g_autoptr (CliRun) before = RUN ("explain", f->out, "--at", "2026-03-29T01:59:59");
  g_autoptr (CliRun) after = RUN ("explain", f->out, "--at", "2026-03-29T03:00:00");
  g_assert_cmpint (before->code, ==, 0);
  g_assert_cmpint (after->code, ==, 0);
}

/* A damaged result is refused or, where the damage is elsewhere, explained as before; never anything else. */
static void
test_explain_damaged (Fixture *f, gconstpointer data)
{
  g_autofree char *file = g_build_filename (f->out, "result.bbr", NULL);
  g_autofree char *bytes = NULL;
  gsize length = 0;
  guint refused = 0;

  simulate (f);
  g_autoptr (CliRun) whole = RUN ("explain", f->out, "--at", "2026-03-28T08:45:10");
  g_assert_true (g_file_get_contents (file, &bytes, &length, NULL));
  for (guint i = 0; i < 40; i++) {
    gsize at = i * 104729 % length, keep = i % 4 == 3 ? length - 1 - at / 2 : length;
    bytes[at] ^= 0x10;
    g_assert_true (g_file_set_contents (file, bytes, (gssize) keep, NULL));
    bytes[at] ^= 0x10;
    g_autoptr (CliRun) run = RUN ("explain", f->out, "--at", "2026-03-28T08:45:10");
    refused += run->code == 3;
    if (run->code == 3 ? *run->out || !strstr (run->err, "result.bbr")
                       : run->code != 0 || strcmp (run->out, whole->out) != 0)
      g_error ("byte %" G_GSIZE_FORMAT ": code %d, %s%s", at, run->code, run->out, run->err);
  }
  g_assert_cmpuint (refused, >=, 10);
}

/* Inputs that are gone or changed: the record is told, and that it is only the record. */
static void
test_explain_inputs_gone (Fixture *f, gconstpointer data)
{
  simulate (f);
  g_autoptr (GString) other = g_string_new ("minute,l1_a,l2_a,l3_a\n");
  for (guint i = 0; i < 2 * 24 * 60; i++)
    g_string_append_printf (other, "%u,1,2,3\n", i);
  g_autoptr (CliRun) good = RUN ("explain", f->out, "--at", "2026-03-28T08:45:10");
  g_assert_null (strstr (good->out, "start of each state"));
  g_assert_true (g_file_set_contents (f->load, other->str, -1, NULL));
  g_autoptr (CliRun) changed = RUN ("explain", f->out, "--at", "2026-03-28T08:45:10");
  g_assert_cmpint (changed->code, ==, 0);
  g_assert_nonnull (strstr (changed->out, "The inputs have changed since the run"));
  g_assert_nonnull (strstr (changed->out, "held by L"));
  g_assert_true (g_file_set_contents (f->load, "", 0, NULL));
  g_autoptr (CliRun) gone = RUN ("explain", f->out, "--at", "2026-03-28T08:45:10");
  g_assert_cmpint (gone->code, ==, 0);
  g_assert_nonnull (strstr (gone->out, "load.csv"));
  g_assert_nonnull (strstr (gone->out, "held by L"));
}

/* Files that were given on the command line are found again, from another folder too. */
static void
test_explain_origin (Fixture *f, gconstpointer data)
{
  g_autofree char *command
      = g_strdup_printf ("cd '%s' && cp load.csv other.csv && \"$CLI\" simulate test.busbar --load other.csv "
                         "--out out >/dev/null; rm load.csv; "
                         "cd / && \"$CLI\" explain '%s' --at 2026-03-28T08:45:10 --json",
                         f->folder, f->out);
  g_autoptr (CliRun) run = cli_run_shell (command);
  g_autoptr (JsonNode) root = NULL;

  g_assert_true (json_object_get_boolean_member (parse (run, &root), "recomputed"));
}

/* ---- replay ----------------------------------------------------------------------------------- */

static void
test_replay (Fixture *f, gconstpointer data)
{
  static const char *const keys[] = { "records:i", "different:i", "first_different:i?", "cut:b", NULL };
  g_autoptr (JsonNode) root = NULL;

  simulate (f);
  g_autoptr (CliRun) text = RUN ("replay", f->trace);
  g_autoptr (CliRun) json = RUN ("replay", "--json", f->trace);
  g_assert_cmpint (text->code, ==, 0);
  g_assert_cmpint (json->code, ==, 0);
  g_assert_nonnull (strstr (text->out, "every answer is the same"));
  JsonObject *verdict = parse (json, &root);
  assert_keys (verdict, keys);
  g_assert_cmpint (json_object_get_int_member (verdict, "records"), >, 100);
  g_assert_cmpint (json_object_get_int_member (verdict, "different"), ==, 0);
}

/* CRC-32C, bit by bit: the test does not trust the program's own. */
static guint32
crc32c (const guint8 *data, gsize size)
{
  guint32 crc = 0xffffffff;

  for (gsize i = 0; i < size; i++) {
    crc ^= data[i];
    for (guint b = 0; b < 8; b++)
      crc = crc >> 1 ^ (crc & 1 ? 0x82f63b78 : 0);
  }
  return ~crc;
}

static guint32
get_u32 (const guint8 *at)
{
  return (guint32) at[0] | (guint32) at[1] << 8 | (guint32) at[2] << 16 | (guint32) at[3] << 24;
}

/* Finds record `wanted` of a trace: magic, header with length and CRC, then records of length, body, CRC. */
static guint8 *
find_record (guint8 *bytes, gsize length, guint wanted, gsize *size)
{
  gsize at = 8 + 4 + get_u32 (bytes + 8) + 4;

  for (guint record = 0; at < length; record++) {
    *size = 0;
    for (guint shift = 0;; shift += 7) {
      *size |= (gsize) (bytes[at] & 0x7f) << shift;
      if (!(bytes[at++] & 0x80))
        break;
    }
    if (record == wanted)
      return bytes + at;
    at += *size + 4;
  }
  g_assert_not_reached ();
}

/* The deliberate defect: one recorded answer is another, with a good checksum. It is found, and only it. */
static void
test_replay_changed (Fixture *f, gconstpointer data)
{
  g_autofree char *bytes = NULL;
  gsize length = 0, size = 0;
  g_autoptr (JsonNode) root = NULL;

  simulate (f);
  g_assert_true (g_file_get_contents (f->trace, &bytes, &length, NULL));
  guint8 *body = find_record ((guint8 *) bytes, length, 57, &size);
  g_assert_cmpuint (get_u32 (body + size), ==, crc32c (body, size));
  body[size - 1] ^= 4; /* of the answer's hash */
  guint32 crc = crc32c (body, size);
  for (guint i = 0; i < 4; i++)
    body[size + i] = (guint8) (crc >> 8 * i);
  g_assert_true (g_file_set_contents (f->trace, bytes, (gssize) length, NULL));

  g_autoptr (CliRun) json = RUN ("replay", "--json", f->trace);
  g_assert_cmpint (json->code, ==, 1);
  JsonObject *verdict = parse (json, &root);
  g_assert_cmpint (json_object_get_int_member (verdict, "different"), ==, 1);
  g_assert_cmpint (json_object_get_int_member (verdict, "first_different"), ==, 57);
  g_assert_cmpuint (json_array_get_length (json_object_get_array_member (verdict, "answers_now")), ==, 2);
  g_autoptr (CliRun) text = RUN ("replay", f->trace);
  g_assert_cmpint (text->code, ==, 1);
  g_assert_nonnull (strstr (text->out, "the first is number 57, at 2026-03-28"));
  g_assert_nonnull (strstr (text->out, "meter main: L1 "));
  g_assert_nonnull (strstr (text->out, "  Left: "));
  g_assert_nonnull (strstr (text->out, "vehicle state "));
}

static void
test_replay_damaged (Fixture *f, gconstpointer data)
{
  g_autofree char *bytes = NULL;
  g_autofree char *empty = cli_write_file (f->folder, "empty", "");
  gsize length = 0;

  simulate (f);
  g_assert_true (g_file_get_contents (f->trace, &bytes, &length, NULL));
  for (guint i = 0; i < 40; i++) {
    gsize at = i * 104729 % length;
    gsize keep = i % 4 == 3 ? length - 1 - at / 2 : length;
    bytes[at] ^= 0x20;
    g_assert_true (g_file_set_contents (f->trace, bytes, (gssize) keep, NULL));
    bytes[at] ^= 0x20;
    assert_refused (RUN ("replay", f->trace), 3, "trace.bbt");
  }
  assert_refused (RUN ("replay", f->site), 3, "not a trace of Busbar");
  assert_refused (RUN ("replay", empty), 3, empty);
  assert_refused (RUN ("replay", "/nonexistent"), 4, "/nonexistent");
  assert_refused (RUN ("replay"), 2, "An argument is missing");
}

/* Several files, and a controller's folder: each is told, the worst counts. */
static void
test_replay_several (Fixture *f, gconstpointer data)
{
  g_autofree char *state = g_build_filename (f->folder, "state", NULL);
  g_autofree char *folder = g_build_filename (state, "trace", NULL);
  g_autofree char *bytes = NULL;
  g_autoptr (JsonNode) root = NULL;
  gsize length = 0;

  simulate (f);
  g_assert_cmpint (g_mkdir_with_parents (folder, 0700), ==, 0);
  assert_refused (RUN ("replay", folder), 3, "has no traces");
  g_assert_true (g_file_get_contents (f->trace, &bytes, &length, NULL));
  for (guint i = 2; i-- > 0;) {
    g_autofree char *name = g_strdup_printf ("0000000%u.trace", i + 1);
    g_autofree char *path = g_build_filename (folder, name, NULL);
    g_assert_true (g_file_set_contents (path, bytes, (gssize) length, NULL));
  }
  g_autofree char *fresh = cli_write_file (folder, "00000003.trace", "");
  g_autoptr (CliRun) text = RUN ("replay", state);
  g_assert_cmpint (text->code, ==, 0);
  char *first = strstr (text->out, "00000001.trace: "), *second = strstr (text->out, "00000002.trace: ");
  g_assert_true (first != NULL && second > first);
  g_assert_nonnull (strstr (text->out, "Traces: 3, "));
  g_assert_nonnull (strstr (text->out, "cut short: 1."));
  g_autoptr (CliRun) json = RUN ("replay", "--json", folder, f->trace);
  g_assert_cmpint (json->code, ==, 0);
  JsonArray *files = json_object_get_array_member (parse (json, &root), "files");
  g_assert_cmpuint (json_array_get_length (files), ==, 4);

  /* One that is damaged: said, and the others are replayed. */
  bytes[length / 2] ^= 0x20;
  g_assert_true (g_file_set_contents (fresh, bytes, (gssize) length, NULL));
  g_autoptr (CliRun) damaged = RUN ("replay", fresh, f->trace);
  g_assert_cmpint (damaged->code, ==, 3);
  g_assert_nonnull (strstr (damaged->err, "00000003.trace"));
  g_assert_nonnull (strstr (damaged->out, "trace.bbt: "));
  /* And one with another answer. */
  bytes[length / 2] ^= 0x20;
  gsize size = 0;
  guint8 *body = find_record ((guint8 *) bytes, length, 57, &size);
  body[size - 1] ^= 4;
  guint32 crc = crc32c (body, size);
  for (guint i = 0; i < 4; i++)
    body[size + i] = (guint8) (crc >> 8 * i);
  g_assert_true (g_file_set_contents (fresh, bytes, (gssize) length, NULL));
  g_autoptr (CliRun) changed = RUN ("replay", folder);
  g_assert_cmpint (changed->code, ==, 1);
  g_assert_nonnull (strstr (changed->out, "answered differently: 1,"));
}

/* ---- plan ------------------------------------------------------------------------------------- */

static const char *const point_keys[] = { "fuse_a:n?",        "stations:i?",
                                          "balancer:s",       "energy_wanted_kwh:n?",
                                          "reached_pct:n?",   "delivered_pct:n?",
                                          "p5_pct:n?",        "sessions_met_pct:n?",
                                          "jain:n?",          "peak_a:n?",
                                          "over_rating_s:n?", "longest_over_s:n?",
                                          "could_trip:b",     "failsafe_zeroed:b",
                                          "base_load_fits:b", "good:b",
                                          "refused:s?",       NULL };

static JsonObject *
parse_plan (const CliRun *run, JsonNode **root, guint n_points)
{
  static const char *const keys[]
      = { "target_pct:n", "circuit:s", "base_load_peak_a:n", "answers:a", "points:a", "assumptions:a", NULL };
  static const char *const answer_keys[]
      = { "question:s", "answer:i?",   "next_not_enough:i?", "knee:i?", "not_monotone:b",
          "fuse_a:n?",  "stations:i?", "balancer:s",         NULL };
  JsonObject *plan = parse (run, root);
  JsonArray *answers = json_object_get_array_member (plan, "answers");
  JsonArray *points = json_object_get_array_member (plan, "points");

  assert_keys (plan, keys);
  for (guint i = 0; i < json_array_get_length (answers); i++)
    assert_keys (json_array_get_object_element (answers, i), answer_keys);
  for (guint i = 0; i < json_array_get_length (points); i++)
    assert_keys (json_array_get_object_element (points, i), point_keys);
  g_assert_cmpuint (json_array_get_length (points), ==, n_points);
  g_assert_cmpuint (json_array_get_length (json_object_get_array_member (plan, "assumptions")), >=, 3);
  return plan;
}

static JsonObject *
point_of (JsonObject *plan, guint i)
{
  return json_array_get_object_element (json_object_get_array_member (plan, "points"), i);
}

static JsonObject *
answer_of (JsonObject *plan, guint i)
{
  return json_array_get_object_element (json_object_get_array_member (plan, "answers"), i);
}

/* Larger ratings reach no less; the answer is the smallest that is good, and its neighbour is not. */
static void
test_plan_fuse (Fixture *f, gconstpointer data)
{
  g_autoptr (CliRun) run = RUN ("plan", f->site, "--fuse", "20..50", "--json", "--target", "99");
  g_autoptr (CliRun) text = RUN ("plan", f->site, "--fuse", "50,20,25,32,35,40,25", "--target", "99");
  g_autoptr (JsonNode) root = NULL;
  JsonObject *plan = parse_plan (run, &root, 6); /* 20 25 32 35 40 50 */
  gint64 smallest = 0, before_it = 0;
  double before = 0;

  g_assert_cmpint (run->code, ==, 0);
  for (guint i = 0; i < 6; i++) {
    double reached = json_object_get_double_member (point_of (plan, i), "reached_pct");
    gint64 fuse_a = (gint64) json_object_get_double_member (point_of (plan, i), "fuse_a");
    g_assert_cmpfloat (reached, >=, before - 0.01);
    g_assert_true (json_object_get_boolean_member (point_of (plan, i), "base_load_fits"));
    before = reached;
    if (smallest == 0 && reached >= 99)
      smallest = fuse_a;
    else if (smallest == 0)
      before_it = fuse_a;
  }
  g_assert_cmpint (smallest, >, 20);
  g_assert_cmpint (json_object_get_int_member (answer_of (plan, 0), "answer"), ==, smallest);
  g_assert_cmpint (json_object_get_int_member (answer_of (plan, 0), "next_not_enough"), ==, before_it);
  g_autofree char *sentence
      = g_strdup_printf ("Smallest fuse for 99.0 %% of the energy: %d A (", (int) smallest);
  g_autofree char *next = g_strdup_printf (" %d A: ", (int) before_it);
  g_assert_nonnull (strstr (text->out, sentence));
  g_assert_nonnull (strstr (text->out, next));
  g_assert_nonnull (strstr (text->out, "the base load alone fits"));
  g_assert_nonnull (strstr (text->out, "Assumed:"));
}

/* A point is what `simulate` says of the same site. */
static void
test_plan_direct (Fixture *f, gconstpointer data)
{
  g_autoptr (CliRun) run = RUN ("plan", f->site, "--fuse", "25", "--json");
  g_autoptr (CliRun) single = RUN ("simulate", f->site, "--json");
  g_autoptr (JsonNode) root = NULL, summary_root = NULL;
  JsonObject *point = point_of (parse_plan (run, &root, 1), 0), *summary = parse (single, &summary_root);
  JsonObject *circuit = json_array_get_object_element (json_object_get_array_member (summary, "circuits"), 0);
  JsonArray *phases = json_object_get_array_member (circuit, "phases");
  double peak_a = 0;

  for (guint p = 0; p < 3; p++)
    peak_a
        = MAX (peak_a, json_object_get_double_member (json_array_get_object_element (phases, p), "peak_a"));
  g_assert_cmpfloat_with_epsilon (json_object_get_double_member (point, "delivered_pct"),
                                  json_object_get_double_member (summary, "delivered_pct"), 0.01);
  g_assert_cmpfloat_with_epsilon (json_object_get_double_member (point, "peak_a"), peak_a, 0.01);
}

/* Numbers of stations and balancers: one answer per balancer; the same on one core as on all. */
static void
test_plan_stations (Fixture *f, gconstpointer data)
{
  g_autofree char *command
      = g_strdup_printf ("cpu=$(taskset -cp $$ | sed 's/.*: *//; s/[,-].*//'); taskset -c \"$cpu\" "
                         "\"$CLI\" plan '%s' --stations 1-4 --seeds 2 --balancers fair,queue --json",
                         f->site);
  g_autoptr (CliRun) run
      = RUN ("plan", f->site, "--stations", "1-4", "--seeds", "2", "--balancers", "fair,queue", "--json");
  g_autoptr (CliRun) one_core = cli_run_shell (command);
  g_autoptr (JsonNode) root = NULL;
  JsonObject *plan = parse_plan (run, &root, 8);
  JsonArray *answers = json_object_get_array_member (plan, "answers");

  g_assert_cmpstr (run->out, ==, one_core->out);
  g_assert_cmpuint (json_array_get_length (answers), ==, 2);
  g_assert_cmpstr (json_object_get_string_member (answer_of (plan, 0), "question"), ==, "most_stations");
  g_assert_cmpstr (json_object_get_string_member (answer_of (plan, 1), "balancer"), ==, "queue");
  for (guint i = 0; i < 8; i++)
    g_assert_cmpint (json_object_get_int_member (point_of (plan, i), "stations"), ==, 1 + i % 4);
  /* twice the stations, twice the visits */
  g_assert_cmpfloat (json_object_get_double_member (point_of (plan, 3), "energy_wanted_kwh"), ==,
                     2 * json_object_get_double_member (point_of (plan, 1), "energy_wanted_kwh"));
}

/* Balancing off is over the rating for hours: never good, code 1. */
static void
test_plan_balancers (Fixture *f, gconstpointer data)
{
  g_autoptr (CliRun) off = RUN ("plan", f->site, "--balancers", "none");
  g_autoptr (CliRun) all = RUN ("plan", f->site, "--balancers", "all", "--json", "--target", "50");
  g_autoptr (JsonNode) root = NULL;

  g_assert_cmpint (off->code, ==, 1);
  g_assert_true (strstr (off->out, "over a rating") || strstr (off->out, "could trip"));
  parse_plan (all, &root, 5);
  g_assert_cmpint (all->code, ==, 0);
}

static void
test_plan_bad (Fixture *f, gconstpointer data)
{
  assert_refused (RUN ("plan", f->site, "--fuse", "many"), 2, "--fuse");
  assert_refused (RUN ("plan", f->site, "--fuse", "32..16"), 2, "--fuse");
  assert_refused (RUN ("plan", f->site, "--fuse", "25,,32"), 2, "--fuse");
  assert_refused (RUN ("plan", f->site, "--fuse", "17-19"), 2, "holds nothing");
  assert_refused (RUN ("plan", f->site, "--stations", "0"), 2, "--stations");
  assert_refused (RUN ("plan", f->site, "--stations", "1-9999"), 2, "--stations");
  assert_refused (RUN ("plan", f->site, "--stations", "1-500", "--seeds", "100"), 2, "runs");
  assert_refused (RUN ("plan", f->site, "--seeds", "0"), 2, "--seeds");
  assert_refused (RUN ("plan", f->site, "--target", "101"), 2, "--target");
  assert_refused (RUN ("plan", f->site, "--target", "nan"), 2, "--target");
  assert_refused (RUN ("plan", f->site, "--cars", "0"), 2, "--cars");
  assert_refused (RUN ("plan", f->site, "--balancers", "fair,best"), 2, "best");
  assert_refused (RUN ("plan", f->site, "--arrivals", "never"), 2, "never");
  assert_refused (RUN ("plan", f->site, "--circuit", "cellar"), 3, "no circuit 'cellar'");
  assert_refused (RUN ("plan", f->site, "--sessions", f->load), 3, "load.csv");
  assert_refused (RUN ("plan", f->load), 3, "load.csv");
}

/* SIGINT in the middle: code 5, at once, nothing printed, nothing left. */
static void
test_plan_interrupted (Fixture *f, gconstpointer data)
{
  g_autoptr (GString) rows = g_string_new ("minute,total_w\n");
  for (guint i = 0; i < 24; i++)
    g_string_append_printf (rows, "%u,%u\n", 60 * i, 900 + 50 * i);
  g_autofree char *day = cli_write_file (f->folder, "day.csv", rows->str);
  const char *const arguments[] = { "plan", f->site,  "--load", day,          "--repeat", "--cars",
                                    "1",    "--days", "3000",   "--stations", "1-9",      NULL };
  g_autoptr (GSubprocess) process = cli_start (G_SUBPROCESS_FLAGS_STDOUT_PIPE, arguments);
  GInputStream *out = g_subprocess_get_stdout_pipe (process);
  g_autofree char *maps = g_strdup_printf ("/proc/%s/task", g_subprocess_get_identifier (process));
  gint64 until = g_get_monotonic_time () + 60 * G_USEC_PER_SEC;
  char buffer[16];

  /* its workers run: then the handler is there, and the work has begun */
  while (cli_folder_count (maps) < 3 && g_get_monotonic_time () < until)
    g_thread_yield ();
  g_subprocess_send_signal (process, SIGINT);
  g_subprocess_wait (process, NULL, NULL);
  g_assert_true (g_subprocess_get_if_exited (process));
  g_assert_cmpint (g_subprocess_get_exit_status (process), ==, 5);
  g_assert_cmpint (g_input_stream_read (out, buffer, sizeof buffer, NULL, NULL), ==, 0);
  g_assert_cmpuint (cli_folder_count (f->folder), ==, 4);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
#define ADD(path, function) g_test_add ("/cli/" path, Fixture, NULL, set_up, function, tear_down)
  ADD ("explain/text", test_explain_text);
  ADD ("explain/json", test_explain_json);
  ADD ("explain/bad", test_explain_bad);
  ADD ("explain/damaged", test_explain_damaged);
  ADD ("explain/inputs-gone", test_explain_inputs_gone);
  ADD ("explain/origin", test_explain_origin);
  ADD ("replay/same", test_replay);
  ADD ("replay/changed", test_replay_changed);
  ADD ("replay/damaged", test_replay_damaged);
  ADD ("replay/several", test_replay_several);
  ADD ("plan/fuse", test_plan_fuse);
  ADD ("plan/direct", test_plan_direct);
  ADD ("plan/stations", test_plan_stations);
  ADD ("plan/balancers", test_plan_balancers);
  ADD ("plan/bad", test_plan_bad);
  ADD ("plan/interrupted", test_plan_interrupted);
  return g_test_run ();
}
