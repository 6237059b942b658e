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

  g_assert_nonnull (strstr (good->out, "No phase went over its rating"));
  g_assert_nonnull (strstr (good->out, "60.00 kWh"));
  g_assert_nonnull (strstr (bad->out, "went over its rating of 25.0 A"));
  g_assert_null (strstr (bad->out, "No phase went over its rating"));
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

/* --csv: three tables more; sessions.csv adds up to the summary. */
static void
test_csv (Fixture *f, gconstpointer data)
{
  g_autofree char *path = g_build_filename (f->out, "sessions.csv", NULL);
  g_autofree char *changes_path = g_build_filename (f->out, "changes.csv", NULL);
  g_autofree char *series_path = g_build_filename (f->out, "series.csv", NULL);
  g_autofree char *text = NULL;
  g_autofree char *changes = NULL;
  g_autofree char *series = NULL;
  g_autoptr (CliRun) run
      = RUN (f->site, "--load", f->load, "--sessions", f->sessions, "--out", f->out, "--csv");

  g_assert_cmpstr (run->err, ==, "");
  g_assert_cmpint (run->code, ==, 0);
  g_assert_cmpuint (cli_folder_count (f->out), ==, 5);
  g_assert_true (g_file_get_contents (path, &text, NULL, NULL));
  g_assert_cmpstr (text, ==,
                   "station,arrival,departure,energy_wanted_kwh,energy_delivered_kwh,still_there\n"
                   "s1,2026-01-01T01:00:00Z,2026-01-01T15:00:00Z,30.000,30.000,0\n"
                   "s2,2026-01-01T01:30:00Z,2026-01-01T15:00:00Z,30.000,30.000,0\n");
  g_assert_true (g_file_get_contents (changes_path, &changes, NULL, NULL));
  g_assert_true (g_str_has_prefix (changes, "time,station,setpoint_a,phases,reason\n"));
  g_assert_nonnull (strstr (changes, ",row\n"));
  g_assert_true (g_file_get_contents (series_path, &series, NULL, NULL));
  g_auto (GStrv) lines = g_strsplit (series, "\n", -1);
  g_assert_cmpuint (g_strv_length (lines), ==, 1 + 96 + 1);
  g_assert_nonnull (strstr (lines[0], "circuit/main/l1_a,circuit/main/l1_a_min,circuit/main/l1_a_max"));
}

/* A circuit in which nothing flows yet shows 0 A, not a gap. */
static void
test_csv_idle (Fixture *f, gconstpointer data)
{
  g_autofree char *path = g_build_filename (f->out, "series.csv", NULL);
  g_autofree char *series = NULL;
  g_autoptr (CliRun) run = RUN (f->site, "--sessions", f->sessions, "--out", f->out, "--csv");

  g_assert_cmpint (run->code, ==, 0);
  g_assert_true (g_file_get_contents (path, &series, NULL, NULL));
  g_assert_nonnull (strstr (series, "\n2026-01-01T00:00:00Z,0.000,0.000,0.000,"));
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
  assert_refused (RUN (f->site, "--step", "0"), 2, "--step");
  assert_refused (RUN (f->site, "--step", "1.5"), 2, "whole seconds");
  assert_refused (RUN (f->site, "--days", "0"), 2, "--days");
  assert_refused (RUN (f->site, "--power-factor", "0"), 2, "--power-factor");
  assert_refused (RUN (f->site, "--days", "-1"), 2, "--days");
  assert_refused (RUN (f->site, "--days", "nan"), 2, "--days");
  assert_refused (RUN (f->site, "--days", "soon"), 2, "soon");
  assert_refused (RUN (f->site, "--repeat"), 2, "--repeat");
  assert_refused (RUN (f->site, "--csv"), 2, "--out");
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

/* The file's end and the run's are told apart, and so are the two starts. */
static void
test_load_too_short (Fixture *f, gconstpointer data)
{
  g_autofree char *day
      = cli_write_file (f->folder, "day.csv", "time,l1_a\n2026-01-01T00:00Z,5\n2026-01-01T00:01Z,5\n");

  assert_refused (RUN (f->site, "--load", day), 3,
                  "day.csv ends at 2026-01-01T00:02:00Z, but the run goes on");
  assert_refused (RUN (f->site, "--load", day, "--from", "2025-12-31"), 3,
                  "day.csv begins at 2026-01-01T00:00:00Z, but the run at 2025-12-31T00:00:00Z");
}

/* ---- times ---- */

static JsonObject *
summary_of (const char *const *arguments, JsonNode **root)
{
  g_autoptr (CliRun) run = cli_run (NULL, 0, arguments);

  g_assert_cmpstr (run->err, ==, "");
  g_assert_cmpint (run->code, ==, 0);
  return parse_summary (run->out, root);
}

static gboolean
warns (JsonObject *summary, const char *words)
{
  JsonArray *warnings = json_object_get_array_member (summary, "warnings");

  for (guint i = 0; i < json_array_get_length (warnings); i++)
    if (strstr (json_array_get_string_element (warnings, i), words))
      return TRUE;
  return FALSE;
}

/* Steps count from the start that was asked for, whatever their length; they are never put before it. */
static void
test_step_alignment (Fixture *f, gconstpointer data)
{
  const char *const run[]
      = { "simulate", "--json", "--from", "2026-03-04", "--step", "7", "--days", "0.5", f->site, NULL };
  g_autoptr (JsonNode) root = NULL;
  JsonObject *summary = summary_of (run, &root);

  g_assert_cmpstr (json_object_get_string_member (summary, "from"), ==, "2026-03-04T00:00:00Z");
  g_assert_cmpstr (json_object_get_string_member (summary, "until"), ==, "2026-03-04T12:00:00Z");
}

/* Without any other date the run begins on the day of the first session; where it lies elsewhere the result
 * says so. */
static void
test_session_dates (Fixture *f, gconstpointer data)
{
  g_autofree char *cars = cli_write_file (f->folder, "leap.csv",
                                          "arrival,departure,energy_kwh\n"
                                          "2020-03-01T09:00Z,2020-03-01T10:00Z,2\n"
                                          "2020-02-29T08:00Z,2020-02-29T10:00Z,2\n");
  const char *const found[] = { "simulate", "--json", "--sessions", cars, f->site, NULL };
  const char *const elsewhere[]
      = { "simulate", "--json", "--sessions", cars, "--from", "2026-01-01", f->site, NULL };
  const char *const longer[] = { "simulate", "--json", "--sessions", cars, "--days", "30", f->site, NULL };
  g_autoptr (JsonNode) first = NULL;
  g_autoptr (JsonNode) second = NULL;
  g_autoptr (JsonNode) third = NULL;

  JsonObject *summary = summary_of (found, &first);
  g_assert_cmpstr (json_object_get_string_member (summary, "from"), ==, "2020-02-29T00:00:00Z");
  g_assert_cmpint (json_object_get_int_member (summary, "sessions"), ==, 1);
  g_assert_false (warns (summary, "no session"));
  g_assert_false (warns (summary, "without cars"));
  g_assert_true (warns (summary_of (elsewhere, &second),
                        "no session begins within the run: they begin from 2020-02-29 to 2020-03-01"));
  g_assert_true (warns (summary_of (longer, &third),
                        "the last session begins on 2020-03-01, the run ends on 2020-03-29"));
}

/* Long steps cost the cars energy: said from a minute on. */
static void
test_long_steps (Fixture *f, gconstpointer data)
{
  const char *const minute[] = { "simulate", "--json", "--step", "60", f->site, NULL };
  const char *const seconds[] = { "simulate", "--json", "--step", "10", f->site, NULL };
  g_autoptr (JsonNode) first = NULL;
  g_autoptr (JsonNode) second = NULL;

  g_assert_true (warns (summary_of (minute, &first), "get less than with steps of 1 s"));
  g_assert_false (warns (summary_of (seconds, &second), "get less than with steps of 1 s"));
}

/* ---- texts ---- */

static void
assert_text (CliRun *run, const char *present, const char *absent)
{
  if (!strstr (run->out, present) || strstr (run->out, absent))
    g_error ("\"%s\" and not \"%s\" expected in: %s%s", present, absent, run->out, run->err);
  cli_run_free (run);
}

/* One is one, and nothing is said of none. */
static void
test_plurals (Fixture *f, gconstpointer data)
{
  g_autofree char *early = cli_write_file (f->folder, "early.csv",
                                           "arrival,departure,energy_kwh\n"
                                           "2026-01-01T00:00Z,2026-01-02T04:00Z,9\n"
                                           "2026-01-02T01:00Z,2026-01-03T04:00Z,9\n");
  const char *const from = "2026-01-02";

  assert_text (RUN (f->site, "--sessions", early, "--from", from),
               "1 session began before the run and was left out", "1 sessions");
  assert_text (RUN (f->site, "--sessions", early, "--from", from), "1 car was still there at the end",
               "0 of 0");
  assert_text (RUN (f->site, "--sessions", early, "--from", from), "Energy delivered", "Worst session");
}

/* "site" is no balancer. */
static void
test_heading (Fixture *f, gconstpointer data)
{
  assert_text (RUN (f->site), "balancing as the site says", "balancer site");
  assert_text (RUN (f->site, "--balancer", "none"), "balancing off", "balancer none");
  assert_text (RUN (f->site, "--balancer", "queue"), "balancer queue", "balancing off");
}

/* A figure just over its limit looks different from it. */
static void
test_close_figures (Fixture *f, gconstpointer data)
{
  static const char head[] = "minute,l1_a,l2_a,l3_a\n0,5,5,5\n60,5,5,";
  const char *const figures[][2] = { { "25.04", "of 25.00 A: up to 25.04 A" },
                                     { "25.004", "of 25.000 A: up to 25.004 A" },
                                     { "26", "of 25.0 A: up to 26.0 A" } };

  for (guint i = 0; i < G_N_ELEMENTS (figures); i++) {
    g_autofree char *text = g_strconcat (head, figures[i][0], "\n", NULL);
    g_autofree char *edge = cli_write_file (f->folder, "edge.csv", text);
    assert_text (RUN (f->site, "--load", edge, "--days", "0.08"), figures[i][1], "No phase went over");
  }
}

/* On one phase nothing was spread over phases. */
static void
test_spread (Fixture *f, gconstpointer data)
{
  g_autofree char *total = cli_write_file (f->folder, "total.csv", "minute,total_w\n0,100\n60,200\n");
  g_autofree char *one_phase
      = cli_write_file (f->folder, "one.busbar",
                        "{\"format\":\"busbar-site/1\",\"grid\":\"tn-one-phase\",\"main_fuse_a\":25,"
                        "\"other_load_a\":10,\"offline_a\":15,"
                        "\"stations\":[{\"max_a\":16,\"failsafe_a\":6}]}");

  assert_text (RUN (f->site, "--load", total, "--days", "0.08"), "one figure for all phases",
               "no other load");
  assert_text (RUN (one_phase, "--load", total, "--days", "0.08"), "power factor 1 assumed",
               "one figure for all phases");
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
  ADD ("csv", test_csv);
  ADD ("csv-idle", test_csv_idle);
  ADD ("full-disk", test_full_disk);
  ADD ("interrupted", test_interrupted);
  ADD ("bad-options", test_bad_options);
  ADD ("bad-files", test_bad_files);
  ADD ("load-too-short", test_load_too_short);
  ADD ("step-alignment", test_step_alignment);
  ADD ("session-dates", test_session_dates);
  ADD ("long-steps", test_long_steps);
  ADD ("plurals", test_plurals);
  ADD ("heading", test_heading);
  ADD ("close-figures", test_close_figures);
  ADD ("spread", test_spread);
  return g_test_run ();
}
