/* SPDX-License-Identifier: GPL-3.0-or-later */
/* test-simulate.c: `busbar-cli simulate` as a whole program: results, bad input, full disk, interruption. */
#include <json-glib/json-glib.h>
#include <signal.h>
#include <string.h>

#include "kit.h"

#define RUN(...) cli_run (NULL, 0, (const char *const[]){ "simulate", __VA_ARGS__, NULL })

/* A site of its own for each test: a 25 A main fuse, 8 A of other load all day, two stations of 16 A, two
 * cars. */
typedef struct Fixture {
  char *folder, *site, *load, *sessions, *out;
} Fixture;

static const char site_text[] = "{\"format\":\"busbar-site/1\",\"name\":\"Test\",\"main_fuse_a\":25,"
                                "\"other_load_a\":10,\"offline_a\":15,\"stations\":["
                                "{\"id\":\"s1\",\"max_a\":16,\"failsafe_a\":6},"
                                "{\"id\":\"s2\",\"max_a\":16,\"failsafe_a\":6}]}";

static char *
load_text (guint minutes)
{
  GString *text = g_string_new ("minute,l1_a,l2_a,l3_a\n");

  for (guint i = 0; i < minutes; i++)
    g_string_append_printf (text, "%u,8,8,8\n", i);
  return g_string_free (text, FALSE);
}

static void
set_up (Fixture *f, gconstpointer data)
{
  g_autofree char *load = load_text (24 * 60);

  f->folder = cli_folder_new ();
  f->site = cli_write_file (f->folder, "test.busbar", site_text);
  f->load = cli_write_file (f->folder, "load.csv", load);
  f->sessions = cli_write_file (f->folder, "cars.csv",
                                "arrival,departure,energy_kwh,phases\n60,900,30,3\n90,900,30,3\n");
  f->out = g_build_filename (f->folder, "out", NULL);
}

static void
tear_down (Fixture *f, gconstpointer data)
{
  cli_folder_remove (f->folder);
  g_free (f->folder);
  g_free (f->site);
  g_free (f->load);
  g_free (f->sessions);
  g_free (f->out);
}

static JsonObject *
parse_summary (const char *text, JsonNode **root)
{
  *root = json_from_string (text, NULL);
  g_assert_nonnull (*root);
  return json_node_get_object (*root);
}

/* The highest peak over all phases of the first circuit. */
static double
main_peak_a (JsonObject *summary)
{
  JsonArray *circuits = json_object_get_array_member (summary, "circuits");
  JsonArray *phases = json_object_get_array_member (json_array_get_object_element (circuits, 0), "phases");
  double peak = 0;

  for (guint i = 0; i < json_array_get_length (phases); i++)
    peak = MAX (peak, json_object_get_double_member (json_array_get_object_element (phases, i), "peak_a"));
  return peak;
}

/* With balancing nothing goes over the rating and the cars are full in the morning; without, the fuse is
 * overloaded: the same run must be able to show both. */
static void
test_balanced (Fixture *f, gconstpointer data)
{
  g_autoptr (CliRun) run
      = RUN (f->site, "--load", f->load, "--sessions", f->sessions, "--days", "1", "--json");
  g_autoptr (JsonNode) root = NULL;

  g_assert_cmpstr (run->err, ==, "");
  g_assert_cmpint (run->code, ==, 0);
  JsonObject *summary = parse_summary (run->out, &root);
  g_assert_cmpfloat (main_peak_a (summary), <=, 25.0);
  g_assert_cmpfloat (main_peak_a (summary), >, 20.0);
  g_assert_cmpfloat (json_object_get_double_member (summary, "energy_wanted_kwh"), ==, 60.0);
  g_assert_cmpfloat (json_object_get_double_member (summary, "delivered_pct"), >, 99.9);
  g_assert_cmpint (json_object_get_int_member (summary, "steps"), ==, 86400);
}

static void
test_unbalanced (Fixture *f, gconstpointer data)
{
  g_autoptr (CliRun) run
      = RUN (f->site, "--load", f->load, "--sessions", f->sessions, "--balancer", "none", "--json");
  g_autoptr (JsonNode) root = NULL;

  g_assert_cmpint (run->code, ==, 1);
  g_assert_cmpfloat (main_peak_a (parse_summary (run->out, &root)), >, 39.0);
}

static void
test_text (Fixture *f, gconstpointer data)
{
  g_autoptr (CliRun) good = RUN (f->site, "--load", f->load, "--sessions", f->sessions);
  g_autoptr (CliRun) bad = RUN (f->site, "--load", f->load, "--sessions", f->sessions, "--balancer", "none");

  g_assert_nonnull (strstr (good->out, "Nothing went over its rating"));
  g_assert_nonnull (strstr (good->out, "60.00 kWh"));
  g_assert_nonnull (strstr (bad->out, "went over its rating of 25.0 A"));
  g_assert_null (strstr (bad->out, "Nothing went over its rating"));
}

/* The same bytes again, and others with another seed of a noisy meter. */
static void
test_deterministic (Fixture *f, gconstpointer data)
{
  g_autofree char *noisy = cli_write_file (
      f->folder, "noisy.busbar",
      "{\"format\":\"busbar-site/"
      "1\",\"name\":\"Test\",\"main_fuse_a\":25,\"other_load_a\":10,\"offline_a\":15,"
      "\"simulation\":{\"meter_noise_a\":0.5},\"stations\":[{\"id\":\"s1\",\"max_a\":16,\"failsafe_a\":6},"
      "{\"id\":\"s2\",\"max_a\":16,\"failsafe_a\":6}]}");
  const char *const seeds[] = { "7", "7", "8" };
  g_autoptr (GPtrArray) hashes = g_ptr_array_new_with_free_func (g_free);

  for (guint i = 0; i < G_N_ELEMENTS (seeds); i++) {
    g_autofree char *out = g_strdup_printf ("%s-%u", f->out, i);
    g_autofree char *path = g_build_filename (out, "result.bbr", NULL);
    g_autofree char *bytes = NULL;
    gsize length = 0;
    g_autoptr (CliRun) run
        = RUN (noisy, "--load", f->load, "--sessions", f->sessions, "--seed", seeds[i], "--out", out);
    g_assert_cmpint (run->code, <=, 1);
    g_assert_true (g_file_get_contents (path, &bytes, &length, NULL));
    g_ptr_array_add (hashes, g_compute_checksum_for_data (G_CHECKSUM_SHA256, (const guchar *) bytes, length));
  }
  g_assert_cmpstr (hashes->pdata[0], ==, hashes->pdata[1]);
  g_assert_cmpstr (hashes->pdata[0], !=, hashes->pdata[2]);
}

/* --out: both files, the summary is the object of --json, nothing else is left. */
static void
test_out (Fixture *f, gconstpointer data)
{
  g_autofree char *path = g_build_filename (f->out, "summary.json", NULL);
  g_autofree char *text = NULL;
  g_autoptr (JsonNode) printed = NULL;
  g_autoptr (JsonNode) saved = NULL;
  g_autoptr (CliRun) run
      = RUN (f->site, "--load", f->load, "--sessions", f->sessions, "--out", f->out, "--json");

  g_assert_cmpstr (run->err, ==, "");
  g_assert_cmpint (run->code, ==, 0);
  g_assert_true (g_file_get_contents (path, &text, NULL, NULL));
  JsonObject *a = parse_summary (run->out, &printed), *b = parse_summary (text, &saved);
  g_assert_true (json_node_equal (printed, saved));
  g_assert_cmpint (json_object_get_size (a), ==, json_object_get_size (b));
  g_assert_cmpuint (cli_folder_count (f->out), ==, 2);
  g_assert_cmpuint (cli_folder_count (f->folder), ==, 4);
}

/* A file that outgrows its limit stands for a full disk: code 4, a message, and no folder. */
static void
test_full_disk (Fixture *f, gconstpointer data)
{
  g_autofree char *command
      = g_strdup_printf ("ulimit -f 4; \"$CLI\" simulate '%s' --load '%s' --sessions '%s' --out '%s'",
                         f->site, f->load, f->sessions, f->out);
  g_autoptr (CliRun) run = cli_run_shell (command);

  g_assert_cmpint (run->code, ==, 4);
  g_assert_cmpstr (run->err, !=, "");
  g_assert_cmpuint (cli_folder_count (f->folder), ==, 3);
}

/* SIGINT in the middle of a long run: code 5, at once, and no trace of the folder. */
static void
test_interrupted (Fixture *f, gconstpointer data)
{
  const char *const arguments[]
      = { "simulate", f->site, "--load", f->load, "--repeat", "--days", "3000", "--out", f->out, NULL };
  g_autoptr (GSubprocess) process = cli_start (G_SUBPROCESS_FLAGS_STDOUT_SILENCE, arguments);
  gint64 until = g_get_monotonic_time () + 60 * G_USEC_PER_SEC;

  while (cli_folder_count (f->folder) == 3 && g_get_monotonic_time () < until)
    g_thread_yield ();
  g_assert_cmpuint (cli_folder_count (f->folder), ==, 4);
  g_subprocess_send_signal (process, SIGINT);
  g_subprocess_wait (process, NULL, NULL);
  g_assert_true (g_subprocess_get_if_exited (process));
  g_assert_cmpint (g_subprocess_get_exit_status (process), ==, 5);
  g_assert_cmpuint (cli_folder_count (f->folder), ==, 3);
}

/* Each bad input has its exit code and a message that says where. */
static void
assert_refused (CliRun *run, int code, const char *message)
{
  if (run->code != code || !strstr (run->err, message) || *run->out)
    g_error ("code %d instead of %d, \"%s\" lacks \"%s\", out \"%s\"", run->code, code, run->err, message,
             run->out);
  cli_run_free (run);
}

static void
test_bad_options (Fixture *f, gconstpointer data)
{
  assert_refused (RUN (f->site, "--balancer", "best"), 2, "There is no balancer 'best'");
  assert_refused (RUN (f->site, "--step", "0.5"), 2, "--step");
  assert_refused (RUN (f->site, "--step", "901"), 2, "--step");
  assert_refused (RUN (f->site, "--days", "-1"), 2, "--days");
  assert_refused (RUN (f->site, "--days", "nan"), 2, "--days");
  assert_refused (RUN (f->site, "--days", "soon"), 2, "soon");
  assert_refused (RUN (f->site, "--repeat"), 2, "--repeat");
  assert_refused (RUN (f->site, "--from", "yesterday"), 3, "--from");
  assert_refused (RUN (f->site, "--from", "2026-02-30"), 3, "--from");
}

static void
test_bad_files (Fixture *f, gconstpointer data)
{
  g_autofree char *bad_load = cli_write_file (f->folder, "bad.csv", "minute,l1_a\n0,5\n1,NaN\n");
  g_autofree char *bad_site
      = cli_write_file (f->folder, "bad.busbar", "{\"format\":\"busbar-site/1\",\"stations\":[{}");
  g_autofree char *bad_scenario = cli_write_file (f->folder, "bad.json", "[{\"what\":\"nothing\"}]");

  assert_refused (RUN (f->site, "--load", bad_load), 3, "bad.csv:3:3");
  assert_refused (RUN (f->site, "--sessions", f->load), 3, "load.csv:1:");
  assert_refused (RUN (f->site, "--scenario", bad_scenario), 3, "bad.json");
  assert_refused (RUN (bad_site), 3, "bad.busbar");
  assert_refused (RUN (f->site, "--load", f->load, "--days", "3"), 3, "load.csv");
}

/* ---- what stands on a run: explain, replay ---- */

/* Both cars are there: each is held by the main fuse, and the sentence says which phase. */
static void
test_explain (Fixture *f, gconstpointer data)
{
  g_autoptr (CliRun) run
      = RUN (f->site, "--load", f->load, "--sessions", f->sessions, "--from", "2026-01-01", "--out", f->out);
  const char *const ask[] = { "explain", f->out, "--at", "2026-01-01T03:00", "--station", "s2", NULL };
  const char *const ask_json[] = { "explain", "--json", f->out, "--at", "2026-01-01T03:00", NULL };
  const char *const too_late[] = { "explain", f->out, "--at", "2026-01-02", NULL };
  const char *const nobody[] = { "explain", f->out, "--at", "2026-01-01", "--station", "s9", NULL };
  g_autoptr (JsonNode) root = NULL;

  g_assert_cmpint (run->code, ==, 0);
  g_autoptr (CliRun) text = cli_run (NULL, 0, ask);
  g_assert_cmpint (text->code, ==, 0);
  g_assert_true (g_str_has_prefix (text->out, "s2: 8."));
  g_assert_nonnull (strstr (text->out, "held by L1 of main (25.0 A)"));
  g_assert_null (strstr (text->out, "s1"));
  g_autoptr (CliRun) json = cli_run (NULL, 0, ask_json);
  root = json_from_string (json->out, NULL);
  g_assert_nonnull (root);
  JsonArray *stations = json_node_get_array (root);
  g_assert_cmpuint (json_array_get_length (stations), ==, 2);
  for (guint i = 0; i < 2; i++)
    g_assert_cmpstr (json_object_get_string_member (json_array_get_object_element (stations, i), "code"), ==,
                     "row");
  assert_refused (cli_run (NULL, 0, too_late), 3, "2026-01-02 is outside this result");
  assert_refused (cli_run (NULL, 0, nobody), 3, "no station 's9'");
}

/* A trace replays to the same answers; one whose recorded answers were changed does not, or is refused. */
static void
test_replay (Fixture *f, gconstpointer data)
{
  g_autofree char *trace = g_build_filename (f->folder, "trace.bbt", NULL);
  const char *const replay[] = { "replay", "--json", trace, NULL };
  g_autofree char *bytes = NULL;
  gsize length = 0;
  g_autoptr (CliRun) run = RUN (f->site, "--load", f->load, "--sessions", f->sessions, "--trace", trace);
  g_autoptr (JsonNode) root = NULL;

  g_assert_cmpint (run->code, ==, 0);
  g_autoptr (CliRun) same = cli_run (NULL, 0, replay);
  g_assert_cmpint (same->code, ==, 0);
  JsonObject *verdict = parse_summary (same->out, &root);
  g_assert_cmpint (json_object_get_int_member (verdict, "records"), >, 10);
  g_assert_cmpint (json_object_get_int_member (verdict, "different"), ==, 0);

  g_assert_true (g_file_get_contents (trace, &bytes, &length, NULL));
  bytes[length / 2] ^= 1;
  g_assert_true (g_file_set_contents (trace, bytes, (gssize) length, NULL));
  g_autoptr (CliRun) damaged = cli_run (NULL, 0, replay);
  g_assert_cmpint (damaged->code, >, 0);
  g_assert_cmpint (damaged->code, <=, 3);
}

/* ---- plan ---- */

#define PLAN(...) cli_run (NULL, 0, (const char *const[]){ "plan", __VA_ARGS__, NULL })

/* Of two cars that want 30 kWh each in 14 h beside 8 A, a larger fuse delivers no less; the answer is the
 * smallest of the points that are good. */
static void
test_plan_fuse (Fixture *f, gconstpointer data)
{
  g_autofree char *hurry = cli_write_file (f->folder, "hurry.csv",
                                           "arrival,departure,energy_kwh,phases\n60,240,30,3\n60,240,30,3\n");
  g_autoptr (CliRun) run
      = PLAN (f->site, "--load", f->load, "--sessions", hurry, "--fuse", "25,32,35,40,50", "--json");
  g_autoptr (JsonNode) root = NULL;
  double before = 0, smallest = 0;

  g_assert_cmpstr (run->err, ==, "");
  g_assert_cmpint (run->code, ==, 0);
  JsonObject *answer = parse_summary (run->out, &root);
  JsonArray *points = json_object_get_array_member (answer, "points");
  g_assert_cmpuint (json_array_get_length (points), ==, 5);
  for (guint i = 0; i < 5; i++) {
    JsonObject *point = json_array_get_object_element (points, i);
    double delivered = json_object_get_double_member (point, "delivered_pct");
    g_assert_cmpfloat (delivered, >=, before);
    g_assert_cmpfloat (json_object_get_double_member (point, "over_rating_s"), ==, 0);
    if (smallest == 0 && delivered >= 98)
      smallest = json_object_get_double_member (point, "fuse_a");
    before = delivered;
  }
  g_assert_cmpfloat (json_object_get_double_member (json_array_get_object_element (points, 0),
                                                    "delivered_pct"),
                     <, 98);
  g_assert_cmpfloat (smallest, >, 25);
  g_assert_cmpfloat (json_object_get_double_member (answer, "smallest_fuse_a"), ==, smallest);
}

/* More stations than the fail-safe rule allows are refused with the checker's reason; the most that are good
 * is named. The same numbers come out on one core and on all. */
static void
test_plan_stations (Fixture *f, gconstpointer data)
{
  g_autofree char *command
      = g_strdup_printf ("cpu=$(taskset -cp $$ | sed 's/.*: *//; s/[,-].*//'); "
                         "taskset -c \"$cpu\" \"$CLI\" plan '%s' --load '%s' --stations 1-3 --seeds 2 --json",
                         f->site, f->load);
  g_autoptr (CliRun) run = PLAN (f->site, "--load", f->load, "--stations", "1-3", "--seeds", "2", "--json");
  g_autoptr (CliRun) one_core = cli_run_shell (command);
  g_autoptr (CliRun) text = PLAN (f->site, "--load", f->load, "--stations", "1-3", "--seeds", "2");
  g_autoptr (JsonNode) root = NULL;

  g_assert_cmpint (run->code, ==, 0);
  g_assert_cmpstr (run->out, ==, one_core->out);
  JsonObject *answer = parse_summary (run->out, &root);
  JsonObject *third = json_array_get_object_element (json_object_get_array_member (answer, "points"), 2);
  g_assert_nonnull (strstr (json_object_get_string_member (third, "refused"), "offline limit"));
  g_assert_cmpfloat (json_object_get_double_member (answer, "most_stations"), ==, 2);
  g_assert_nonnull (strstr (text->out, "Most stations with 98.0 % of the energy: 2."));
}

/* Balancing off is over the rating and never good. */
static void
test_plan_balancers (Fixture *f, gconstpointer data)
{
  g_autoptr (CliRun) off
      = PLAN (f->site, "--load", f->load, "--sessions", f->sessions, "--balancers", "none");
  g_autoptr (CliRun) both
      = PLAN (f->site, "--load", f->load, "--sessions", f->sessions, "--balancers", "none,fair");

  g_assert_cmpint (off->code, ==, 1);
  g_assert_nonnull (strstr (off->out, "over its rating"));
  g_assert_cmpint (both->code, ==, 0);
}

static void
test_plan_bad_options (Fixture *f, gconstpointer data)
{
  assert_refused (PLAN (f->site, "--fuse", "many"), 2, "--fuse");
  assert_refused (PLAN (f->site, "--fuse", "32-16"), 2, "--fuse");
  assert_refused (PLAN (f->site, "--fuse", "17-19"), 2, "holds nothing");
  assert_refused (PLAN (f->site, "--stations", "0"), 2, "--stations");
  assert_refused (PLAN (f->site, "--stations", "1-9999"), 2, "--stations");
  assert_refused (PLAN (f->site, "--stations", "1-500", "--seeds", "100"), 2, "runs");
  assert_refused (PLAN (f->site, "--seeds", "0"), 2, "--seeds");
  assert_refused (PLAN (f->site, "--want", "101"), 2, "--want");
  assert_refused (PLAN (f->site, "--balancers", "fair,best"), 2, "best");
  assert_refused (PLAN (f->site, "--arrivals", "never"), 2, "never");
  assert_refused (PLAN (f->site, "--sessions", f->load), 3, "load.csv");
}

/* Files of another kind, empty and cut ones are refused by both. */
static void
test_foreign (Fixture *f, gconstpointer data)
{
  g_autofree char *empty = cli_write_file (f->folder, "empty", "");
  const char *const files[] = { f->site, f->load, empty };

  for (guint i = 0; i < G_N_ELEMENTS (files); i++) {
    const char *const replay[] = { "replay", files[i], NULL };
    const char *const explain[] = { "explain", files[i], "--at", "2026-01-01", NULL };
    assert_refused (cli_run (NULL, 0, replay), 3, files[i]);
    assert_refused (cli_run (NULL, 0, explain), 3, files[i]);
  }
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
#define ADD(path, function) g_test_add ("/cli/simulate/" path, Fixture, NULL, set_up, function, tear_down)
  ADD ("balanced", test_balanced);
  ADD ("unbalanced", test_unbalanced);
  ADD ("text", test_text);
  ADD ("deterministic", test_deterministic);
  ADD ("out", test_out);
  ADD ("full-disk", test_full_disk);
  ADD ("interrupted", test_interrupted);
  ADD ("bad-options", test_bad_options);
  ADD ("bad-files", test_bad_files);
  ADD ("explain", test_explain);
  ADD ("replay", test_replay);
  ADD ("foreign", test_foreign);
  ADD ("plan-fuse", test_plan_fuse);
  ADD ("plan-stations", test_plan_stations);
  ADD ("plan-balancers", test_plan_balancers);
  ADD ("plan-bad-options", test_plan_bad_options);
  return g_test_run ();
}
