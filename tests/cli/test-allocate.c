/* SPDX-License-Identifier: GPL-3.0-or-later */
/* test-allocate.c: `busbar-cli allocate` as a whole program: good lines, bad lines, order, streaming,
 * signals. */
#include <glib/gstdio.h>
#include <json-glib/json-glib.h>
#include <signal.h>
#include <string.h>

#include "kit.h"

#define ALLOCATE ((const char *const[]){ "allocate", NULL })
#define MAIN_16  "\"circuits\":[{\"id\":\"main\",\"limit_a\":[16,16,16]}]"
#define ONE_CAR  "{\"circuit\":\"main\",\"phases\":[1],\"min_a\":6,\"max_a\":32}"

/* Runs one line and compares the one line that comes back. */
static void
assert_answer (const char *line, const char *expected, int code)
{
  g_autoptr (CliRun) run = cli_run (line, -1, ALLOCATE);
  g_autofree char *whole = g_strconcat (expected, "\n", NULL);

  g_assert_cmpstr (run->out, ==, whole);
  g_assert_cmpint (run->code, ==, code);
  g_assert_true ((*run->err != '\0') == (code != 0));
}

static void
test_one_station (void)
{
  assert_answer ("{\"id\":1," MAIN_16 ",\"stations\":[" ONE_CAR "]}",
                 "{\"id\":1,\"current_a\":[16],\"reason\":[\"row:main:L1\"]}", 0);
}

static void
test_maximum (void)
{
  assert_answer ("{\"id\":1," MAIN_16 ",\"stations\":[{\"circuit\":\"main\",\"min_a\":6,\"max_a\":10.5}]}\n",
                 "{\"id\":1,\"current_a\":[10.5],\"reason\":[\"full\"]}", 0);
}

/* Fair means max-min: two share L1, the third is alone on L2. */
static void
test_fair_share (void)
{
  assert_answer (
      "{\"id\":1," MAIN_16 ",\"stations\":[" ONE_CAR "," ONE_CAR
      ",{\"circuit\":\"main\",\"phases\":[2],\"min_a\":6,\"max_a\":32}]}",
      "{\"id\":1,\"current_a\":[8,8,16],\"reason\":[\"row:main:L1\",\"row:main:L1\",\"row:main:L2\"]}", 0);
}

/* 10 A hold one of two cars with a minimum of 6 A; the one with priority 0 runs, though it comes second. */
static void
test_priority_is_served_first (void)
{
  assert_answer ("{\"id\":1,\"circuits\":[{\"id\":\"main\",\"limit_a\":[10,0,0]}],\"stations\":["
                 "{\"circuit\":\"main\",\"phases\":[1],\"min_a\":6,\"max_a\":32,\"priority\":1},"
                 "{\"circuit\":\"main\",\"phases\":[1],\"min_a\":6,\"max_a\":32,\"priority\":0}]}",
                 "{\"id\":1,\"current_a\":[0,10],\"reason\":[\"no-room:main:L1\",\"row:main:L1\"]}", 0);
}

static void
test_nested_circuits (void)
{
  assert_answer (
      "{\"id\":1,\"circuits\":[{\"id\":\"garage\",\"parent\":\"main\",\"limit_a\":[8,8,8]},"
      "{\"id\":\"main\",\"parent\":null,\"limit_a\":[16,16,16]}],\"stations\":["
      "{\"circuit\":\"garage\",\"min_a\":6,\"max_a\":32},{\"circuit\":\"main\",\"min_a\":6,\"max_a\":32}]}",
      "{\"id\":1,\"current_a\":[8,8],\"reason\":[\"row:garage:L1\",\"row:main:L1\"]}", 0);
}

static void
test_overloaded_runs_nothing (void)
{
  assert_answer ("{\"id\":1,\"circuits\":[{\"id\":\"main\",\"limit_a\":[-2.5,16,16]}],\"stations\":[" ONE_CAR
                 "]}",
                 "{\"id\":1,\"current_a\":[0],\"reason\":[\"impossible:main:L1\"]}", 0);
}

static void
test_maximum_under_minimum (void)
{
  assert_answer ("{\"id\":1," MAIN_16 ",\"stations\":[{\"circuit\":\"main\",\"min_a\":6,\"max_a\":5}]}",
                 "{\"id\":1,\"current_a\":[0],\"reason\":[\"impossible\"]}", 0);
}

static void
test_step (void)
{
  assert_answer ("{\"id\":1,\"circuits\":[{\"id\":\"main\",\"limit_a\":[15.99,16,16]}],\"stations\":["
                 "{\"circuit\":\"main\",\"min_a\":6,\"max_a\":32,\"step_a\":1}]}",
                 "{\"id\":1,\"current_a\":[15],\"reason\":[\"row:main:L1\"]}", 0);
  assert_answer ("{\"id\":1,\"circuits\":[{\"id\":\"main\",\"limit_a\":[16.1,17,17]}],\"stations\":["
                 "{\"circuit\":\"main\",\"min_a\":6,\"max_a\":32}]}",
                 "{\"id\":1,\"current_a\":[16.1],\"reason\":[\"row:main:L1\"]}", 0);
}

static void
test_empty_site (void)
{
  assert_answer ("{\"id\":1,\"circuits\":[],\"stations\":[]}", "{\"id\":1,\"current_a\":[],\"reason\":[]}",
                 0);
}

static void
test_unknown_keys (void)
{
  assert_answer ("{\"x\":{\"id\":2},\"id\":1," MAIN_16
                 ",\"stations\":[{\"circuit\":\"main\",\"phases\":[1],\"min_a\":6,"
                 "\"max_a\":32,\"colour\":null}]}",
                 "{\"id\":1,\"current_a\":[16],\"reason\":[\"row:main:L1\"]}", 0);
}

/* Circuit ids may be numbers and texts that need escapes. */
static void
test_circuit_ids (void)
{
  assert_answer ("{\"id\":1,\"circuits\":[{\"id\":7,\"limit_a\":[16,16,16]}],\"stations\":["
                 "{\"circuit\":7,\"min_a\":6,\"max_a\":32}]}",
                 "{\"id\":1,\"current_a\":[16],\"reason\":[\"row:7:L1\"]}", 0);
  assert_answer ("{\"id\":1,\"circuits\":[{\"id\":\"a\\\"\\n\",\"limit_a\":[16,16,16]}],\"stations\":["
                 "{\"circuit\":\"a\\\"\\n\",\"min_a\":6,\"max_a\":32}]}",
                 "{\"id\":1,\"current_a\":[16],\"reason\":[\"row:a\\\"\\u000a:L1\"]}", 0);
}

static void
test_id_is_any_value (void)
{
  static const char *const ids[] = { "null",
                                     "true",
                                     "\"a \\\"quoted\\\" \\u00e9\"",
                                     "0.1",
                                     "-0",
                                     "1e2",
                                     "[1, {\"id\":2}]",
                                     "{\"id\": \"},\"}",
                                     "\"\"",
                                     "123456789012345678901234567890123456789" };

  for (guint i = 0; i < G_N_ELEMENTS (ids); i++) {
    g_autofree char *line = g_strdup_printf ("{\"circuits\":[],\"stations\":[], \"id\" : %s }", ids[i]);
    g_autofree char *expected = g_strdup_printf ("{\"id\":%s,\"current_a\":[],\"reason\":[]}", ids[i]);
    assert_answer (line, expected, 0);
  }
  assert_answer ("{\"circuits\":[],\"stations\":[]}", "{\"id\":null,\"current_a\":[],\"reason\":[]}", 0);
  assert_answer ("{\"\\u0069d\":5,\"circuits\":[],\"stations\":[]}",
                 "{\"id\":5,\"current_a\":[],\"reason\":[]}", 0);
}

typedef struct BadLine {
  const char *name;
  const char *line;
  const char *message; /* how the message starts */
} BadLine;

#define CIRCUITS(text) "{\"id\":5,\"stations\":[],\"circuits\":[" text "]}"
#define STATIONS(text) "{\"id\":5," MAIN_16 ",\"stations\":[" text "]}"

static const BadLine bad_lines[] = {
  { "no-circuits", "{\"id\":5,\"stations\":[]}", "circuits: is missing" },
  { "no-stations", "{\"id\":5,\"circuits\":[]}", "stations: is missing" },
  { "circuits-no-array", "{\"id\":5,\"circuits\":{},\"stations\":[]}", "circuits: must be an array" },
  { "circuit-no-object", CIRCUITS ("1"), "circuits[0]: must be an object" },
  { "circuit-without-id", CIRCUITS ("{\"limit_a\":[1,1,1]}"), "circuits[0].id: is missing" },
  { "circuit-id-null", CIRCUITS ("{\"id\":null,\"limit_a\":[1,1,1]}"), "circuits[0].id: must be" },
  { "circuit-twice", CIRCUITS ("{\"id\":1,\"limit_a\":[1,1,1]},{\"id\":1,\"limit_a\":[1,1,1]}"),
    "circuits[1].id: is used by another" },
  { "no-limit", CIRCUITS ("{\"id\":1}"), "circuits[0].limit_a: is missing" },
  { "two-limits", CIRCUITS ("{\"id\":1,\"limit_a\":[1,1]}"),
    "circuits[0].limit_a: must be an array of three" },
  { "limit-text", CIRCUITS ("{\"id\":1,\"limit_a\":[1,\"1\",1]}"),
    "circuits[0].limit_a[1]: must be a number" },
  { "limit-huge", CIRCUITS ("{\"id\":1,\"limit_a\":[1,1,1e300]}"),
    "circuits[0].limit_a[2]: must be a number" },
  { "limit-nan", CIRCUITS ("{\"id\":1,\"limit_a\":[1,1,NaN]}"), "limit_a: line 1, column" },
  { "limit-infinite", CIRCUITS ("{\"id\":1,\"limit_a\":[1,1,1e999]}"), "limit_a: line 1, column" },
  { "unknown-parent", CIRCUITS ("{\"id\":1,\"parent\":2,\"limit_a\":[1,1,1]}"),
    "circuits[0].parent: names no" },
  { "own-parent", CIRCUITS ("{\"id\":1,\"parent\":1,\"limit_a\":[1,1,1]}"),
    "circuits[0].parent: the circuits form" },
  { "cycle",
    CIRCUITS ("{\"id\":1,\"parent\":2,\"limit_a\":[1,1,1]},{\"id\":2,\"parent\":1,\"limit_a\":[1,1,1]}"),
    "circuits[0].parent: the circuits form a cycle" },
  { "no-circuit", STATIONS ("{\"min_a\":6,\"max_a\":16}"), "stations[0].circuit: is missing" },
  { "unknown-circuit", STATIONS ("{\"circuit\":\"x\",\"min_a\":6,\"max_a\":16}"),
    "stations[0].circuit: names no" },
  { "no-minimum", STATIONS ("{\"circuit\":\"main\",\"max_a\":16}"), "stations[0].min_a: is missing" },
  { "no-maximum", STATIONS (ONE_CAR ",{\"circuit\":\"main\",\"min_a\":6}"), "stations[1].max_a: is missing" },
  { "negative-minimum", STATIONS ("{\"circuit\":\"main\",\"min_a\":-6,\"max_a\":16}"),
    "stations[0].min_a: must be" },
  { "maximum-text", STATIONS ("{\"circuit\":\"main\",\"min_a\":6,\"max_a\":\"16\"}"),
    "stations[0].max_a: must be" },
  { "maximum-null", STATIONS ("{\"circuit\":\"main\",\"min_a\":6,\"max_a\":null}"),
    "stations[0].max_a: must be" },
  { "no-phase", STATIONS ("{\"circuit\":\"main\",\"min_a\":6,\"max_a\":16,\"phases\":[]}"),
    "stations[0].phases: must" },
  { "phase-4", STATIONS ("{\"circuit\":\"main\",\"min_a\":6,\"max_a\":16,\"phases\":[4]}"),
    "stations[0].phases: must" },
  { "phase-twice", STATIONS ("{\"circuit\":\"main\",\"min_a\":6,\"max_a\":16,\"phases\":[1,1]}"),
    "stations[0].phases: must" },
  { "step-0", STATIONS ("{\"circuit\":\"main\",\"min_a\":6,\"max_a\":16,\"step_a\":0}"),
    "stations[0].step_a: must be at" },
  { "priority-negative", STATIONS ("{\"circuit\":\"main\",\"min_a\":6,\"max_a\":16,\"priority\":-1}"),
    "stations[0].priority: must" },
  { "priority-half", STATIONS ("{\"circuit\":\"main\",\"min_a\":6,\"max_a\":16,\"priority\":0.5}"),
    "stations[0].priority: must" },
  { "balancer", "{\"id\":5,\"balancer\":\"best\",\"circuits\":[],\"stations\":[]}",
    "balancer: must be fair," },
  { "balancer-number", "{\"id\":5,\"balancer\":1,\"circuits\":[],\"stations\":[]}",
    "balancer: must be fair," },
};

/* The answer to a bad line is one JSON object with its id and a message that starts with the key. */
static void
test_bad_line (gconstpointer data)
{
  const BadLine *bad = data;
  g_autoptr (CliRun) run = cli_run (bad->line, -1, ALLOCATE);
  g_autoptr (JsonNode) root = json_from_string (run->out, NULL);

  g_assert_nonnull (root);
  g_assert_cmpint (run->code, ==, 3);
  JsonObject *answer = json_node_get_object (root);
  g_assert_cmpint (json_object_get_int_member (answer, "id"), ==, 5);
  g_assert_false (json_object_has_member (answer, "current_a"));
  const char *message = json_object_get_string_member (answer, "error");
  if (!g_str_has_prefix (message, bad->message))
    g_error ("\"%s\" does not start with \"%s\"", message, bad->message);
}

/* Binary rubbish, wrong kinds of JSON, truncated lines: each has one answer, the good ones between are not
 * harmed. */
static void
test_garbage (void)
{
  static const char input[] = "\x00\xff\xfe{\n"
                              "{\"id\":1,\"circuits\":[],\"stations\":[]}\n"
                              "\x80\x81\x82\n"
                              "[]\n"
                              "17\n"
                              "{\"id\":2,\"circuits\":[\n"
                              "  \n"
                              "{\"id\":3,\"circuits\":[],\"stations\":[]}\r\n"
                              "{\"id\":4,\"circuits\":[],\"stations\":[]}{}\n"
                              "\xef\xbb\xbf{\"id\":5,\"circuits\":[],\"stations\":[]}";
  g_autoptr (CliRun) run = cli_run (input, sizeof input - 1, ALLOCATE);
  g_auto (GStrv) lines = cli_run_lines (run);

  g_assert_cmpint (run->code, ==, 3);
  g_assert_cmpuint (g_strv_length (lines), ==, 9);
  for (guint i = 0; lines[i]; i++) {
    g_autoptr (JsonNode) root = json_from_string (lines[i], NULL);
    g_assert_nonnull (root);
    g_assert_true (json_object_has_member (json_node_get_object (root), "error") == (i != 1 && i != 6));
  }
  g_assert_nonnull (strstr (run->err, "7 of 10 lines could not be answered; the first is line 1"));
}

/* Hostile nesting ends in an error, not in a stack overflow. */
static void
test_deep_nesting (void)
{
  g_autoptr (GString) line = g_string_new ("{\"id\":");

  for (guint i = 0; i < 1000000; i++)
    g_string_append_c (line, '[');
  g_autoptr (CliRun) run = cli_run (line->str, -1, ALLOCATE);
  g_assert_cmpint (run->code, ==, 3);
  g_assert_true (g_str_has_prefix (run->out, "{\"id\":null,\"error\":"));
}

static void
test_too_many (void)
{
  g_autoptr (GString) stations = g_string_new ("{\"id\":1," MAIN_16 ",\"stations\":[" ONE_CAR);
  g_autoptr (GString) circuits = g_string_new ("{\"id\":2,\"stations\":[],\"circuits\":[");
  g_autoptr (GString) deep
      = g_string_new ("{\"id\":3,\"stations\":[],\"circuits\":[{\"id\":0,\"limit_a\":[1,1,1]}");

  for (guint i = 0; i < 10000; i++)
    g_string_append (stations, "," ONE_CAR);
  for (guint i = 0; i < 10000; i++)
    g_string_append_printf (circuits, "%s{\"id\":%u,\"limit_a\":[1,1,1]}", i ? "," : "", i);
  for (guint i = 1; i < 40; i++)
    g_string_append_printf (deep, ",{\"id\":%u,\"parent\":%u,\"limit_a\":[1,1,1]}", i, i - 1);
  g_string_append_printf (stations, "]}\n%s]}\n%s]}\n", circuits->str, deep->str);
  g_autoptr (CliRun) run = cli_run (stations->str, -1, ALLOCATE);
  g_auto (GStrv) lines = cli_run_lines (run);
  g_assert_cmpuint (g_strv_length (lines), ==, 3);
  g_assert_true (g_str_has_prefix (lines[0], "{\"id\":1,\"error\":\"stations: 10001 are more than"));
  g_assert_true (g_str_has_prefix (lines[1], "{\"id\":2,\"error\":\"circuits: 10000 are more than"));
  g_assert_nonnull (strstr (lines[2], "circuits above one another"));
}

/* A line of 16 MiB and a bit is refused without harm to its neighbours, and one just under it is answered. */
static void
test_huge_line (void)
{
  g_autoptr (GString) input = g_string_new ("{\"id\":1,\"circuits\":[],\"stations\":[]}\n{\"id\":2,\"x\":\"");
  gsize size = 16 * 1024 * 1024;

  g_string_set_size (input, input->len + size);
  memset (input->str + input->len - size, 'x', size);
  g_string_append (input, "\"}\n{\"id\":3,\"circuits\":[],\"stations\":[],\"x\":\"");
  g_string_set_size (input, input->len + size - 100);
  memset (input->str + input->len - (size - 100), 'y', size - 100);
  g_string_append (input, "\"}\n");
  g_autoptr (CliRun) run = cli_run (input->str, (gssize) input->len, ALLOCATE);
  g_assert_cmpstr (run->out, ==,
                   "{\"id\":1,\"current_a\":[],\"reason\":[]}\n"
                   "{\"id\":null,\"error\":\"line 2: longer than 16 MiB\"}\n"
                   "{\"id\":3,\"current_a\":[],\"reason\":[]}\n");
  g_assert_cmpint (run->code, ==, 3);
}

/* Many lines of very different cost come back in input order. */
static void
test_order (void)
{
  g_autoptr (GString) input = g_string_new (NULL);

  for (guint i = 0; i < 5000; i++) {
    g_string_append_printf (input, "{\"id\":%u," MAIN_16 ",\"stations\":[", i);
    for (guint n = 0; n < (i % 17 == 0 ? 200u : 1u); n++)
      g_string_append_printf (input, "%s" ONE_CAR, n ? "," : "");
    g_string_append (input, "]}\n");
  }
  g_autoptr (CliRun) run = cli_run (input->str, (gssize) input->len, ALLOCATE);
  g_auto (GStrv) lines = cli_run_lines (run);
  g_assert_cmpint (run->code, ==, 0);
  g_assert_cmpuint (g_strv_length (lines), ==, 5000);
  for (guint i = 0; i < 5000; i++) {
    g_autofree char *start = g_strdup_printf ("{\"id\":%u,\"current_a\":[", i);
    if (!g_str_has_prefix (lines[i], start))
      g_error ("line %u is %.60s", i, lines[i]);
  }
}

/* An answer comes while the input stays open: a program on the other side may ask and wait. */
static void
test_interactive (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GSubprocess) process
      = cli_start (G_SUBPROCESS_FLAGS_STDIN_PIPE | G_SUBPROCESS_FLAGS_STDOUT_PIPE, ALLOCATE);
  g_autoptr (GDataInputStream) answers = g_data_input_stream_new (g_subprocess_get_stdout_pipe (process));
  GOutputStream *questions = g_subprocess_get_stdin_pipe (process);

  for (int i = 0; i < 3; i++) {
    g_autofree char *line = g_strdup_printf ("{\"id\":%d,\"circuits\":[],\"stations\":[]}\n", i);
    g_autofree char *expected = g_strdup_printf ("{\"id\":%d,\"current_a\":[],\"reason\":[]}", i);
    g_assert_true (g_output_stream_write_all (questions, line, strlen (line), NULL, NULL, &error));
    g_autofree char *answer = g_data_input_stream_read_line (answers, NULL, NULL, &error);
    g_assert_no_error (error);
    g_assert_cmpstr (answer, ==, expected);
  }
  g_output_stream_close (questions, NULL, NULL);
  g_assert_true (g_subprocess_wait_check (process, NULL, &error));
}

/* SIGINT while it waits for input: what was asked is answered, then exit code 5. */
static void
test_interrupted (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GSubprocess) process
      = cli_start (G_SUBPROCESS_FLAGS_STDIN_PIPE | G_SUBPROCESS_FLAGS_STDOUT_PIPE, ALLOCATE);
  g_autoptr (GDataInputStream) answers = g_data_input_stream_new (g_subprocess_get_stdout_pipe (process));
  static const char line[] = "{\"id\":1,\"circuits\":[],\"stations\":[]}\n";

  g_assert_true (g_output_stream_write_all (g_subprocess_get_stdin_pipe (process), line, strlen (line), NULL,
                                            NULL, &error));
  g_autofree char *answer = g_data_input_stream_read_line (answers, NULL, NULL, &error);
  g_assert_nonnull (answer);
  g_subprocess_send_signal (process, SIGINT);
  g_subprocess_wait (process, NULL, NULL);
  g_assert_true (g_subprocess_get_if_exited (process));
  g_assert_cmpint (g_subprocess_get_exit_status (process), ==, 5);
}

/* The reader of the answers goes away: the program ends by itself, on an endless input too. */
static void
test_closed_output (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GSubprocess) process
      = cli_start (G_SUBPROCESS_FLAGS_STDIN_PIPE | G_SUBPROCESS_FLAGS_STDOUT_PIPE, ALLOCATE);
  GOutputStream *questions = g_subprocess_get_stdin_pipe (process);
  static const char line[] = "{\"id\":1,\"circuits\":[],\"stations\":[]}\n";

  g_assert_true (g_input_stream_close (g_subprocess_get_stdout_pipe (process), NULL, &error));
  while (g_output_stream_write_all (questions, line, strlen (line), NULL, NULL, NULL))
    ;
  g_subprocess_wait (process, NULL, NULL);
  g_assert_true (g_subprocess_get_if_exited (process));
  g_assert_cmpint (g_subprocess_get_exit_status (process), ==, 4);
}

/* A full disk is an error with a message; /dev/full is one that is always full. */
static void
test_full_disk (void)
{
  g_autofree char *program = cli_program ();
  g_autofree char *command
      = g_strdup_printf ("echo '{\"circuits\":[],\"stations\":[]}' | '%s' allocate >/dev/full", program);
  g_autofree char *err = NULL;
  int status = 0;

  g_assert_true (g_spawn_sync (NULL, (char *[]){ "/bin/sh", "-c", command, NULL }, NULL, 0, NULL, NULL, NULL,
                               &err, &status, NULL));
  g_assert_true (WIFEXITED (status));
  g_assert_cmpint (WEXITSTATUS (status), ==, 4);
  g_assert_nonnull (strstr (err, "Standard output could not be written"));
}

static void
test_file (void)
{
  g_autofree char *folder = g_dir_make_tmp ("busbar-XXXXXX", NULL);
  g_autofree char *path = g_build_filename (folder, "cases.jsonl", NULL);

  g_assert_true (g_file_set_contents (path, "{\"id\":1,\"circuits\":[],\"stations\":[]}\n", -1, NULL));
  g_autoptr (CliRun) run = cli_run (NULL, 0, (const char *const[]){ "allocate", path, NULL });
  g_assert_cmpstr (run->out, ==, "{\"id\":1,\"current_a\":[],\"reason\":[]}\n");
  g_remove (path);
  g_autoptr (CliRun) gone = cli_run (NULL, 0, (const char *const[]){ "allocate", path, NULL });
  g_assert_cmpint (gone->code, ==, 4);
  g_assert_nonnull (strstr (gone->err, path));
  g_autoptr (CliRun) is_folder = cli_run (NULL, 0, (const char *const[]){ "allocate", folder, NULL });
  g_assert_cmpint (is_folder->code, ==, 4);
  g_rmdir (folder);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  signal (SIGPIPE, SIG_IGN); /* a program that ends before it has read everything */
  g_test_add_func ("/cli/allocate/one-station", test_one_station);
  g_test_add_func ("/cli/allocate/maximum", test_maximum);
  g_test_add_func ("/cli/allocate/fair-share", test_fair_share);
  g_test_add_func ("/cli/allocate/priority-is-served-first", test_priority_is_served_first);
  g_test_add_func ("/cli/allocate/nested-circuits", test_nested_circuits);
  g_test_add_func ("/cli/allocate/overloaded-runs-nothing", test_overloaded_runs_nothing);
  g_test_add_func ("/cli/allocate/maximum-under-minimum", test_maximum_under_minimum);
  g_test_add_func ("/cli/allocate/step", test_step);
  g_test_add_func ("/cli/allocate/empty-site", test_empty_site);
  g_test_add_func ("/cli/allocate/unknown-keys", test_unknown_keys);
  g_test_add_func ("/cli/allocate/circuit-ids", test_circuit_ids);
  g_test_add_func ("/cli/allocate/id-is-any-value", test_id_is_any_value);
  for (guint i = 0; i < G_N_ELEMENTS (bad_lines); i++) {
    g_autofree char *path = g_strconcat ("/cli/allocate/bad/", bad_lines[i].name, NULL);
    g_test_add_data_func (path, &bad_lines[i], test_bad_line);
  }
  g_test_add_func ("/cli/allocate/garbage", test_garbage);
  g_test_add_func ("/cli/allocate/deep-nesting", test_deep_nesting);
  g_test_add_func ("/cli/allocate/too-many", test_too_many);
  g_test_add_func ("/cli/allocate/huge-line", test_huge_line);
  g_test_add_func ("/cli/allocate/order", test_order);
  g_test_add_func ("/cli/allocate/interactive", test_interactive);
  g_test_add_func ("/cli/allocate/interrupted", test_interrupted);
  g_test_add_func ("/cli/allocate/closed-output", test_closed_output);
  g_test_add_func ("/cli/allocate/full-disk", test_full_disk);
  g_test_add_func ("/cli/allocate/file", test_file);
  return g_test_run ();
}
