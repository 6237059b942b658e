/* SPDX-License-Identifier: GPL-3.0-or-later */
/* test-new.c: `new` and `fields` of busbar-cli as a whole program. */
#include <json-glib/json-glib.h>
#include <string.h>

#include "kit.h"

#define RUN(...) cli_run (NULL, 0, (const char *const[]){ __VA_ARGS__, NULL })

/* ---- new ---- */

/* What is written has no problem and runs. */
static void
assert_runs (const char *path)
{
  g_autoptr (CliRun) check = RUN ("check", path);
  g_autoptr (CliRun) run = RUN ("simulate", path, "--days", "1");

  if (check->code != 0 || run->code != 0)
    g_error ("%s%s%s%s", check->out, check->err, run->out, run->err);
  g_assert_nonnull (strstr (check->out, "nothing to complain about"));
  g_assert_nonnull (strstr (run->out, "No phase went over its rating"));
}

static void
test_new_plain (void)
{
  g_autofree char *folder = cli_folder_new ();
  g_autofree char *path = g_build_filename (folder, "new.busbar", NULL);
  g_autoptr (CliRun) run = RUN ("new", path);

  g_assert_cmpint (run->code, ==, 0);
  g_assert_nonnull (strstr (run->out, path));
  assert_runs (path);
  g_assert_cmpuint (cli_folder_count (folder), ==, 1);
  cli_folder_remove (folder);
}

static void
test_new_all (void)
{
  g_autofree char *folder = cli_folder_new ();
  g_autofree char *path = g_build_filename (folder, "new.busbar", NULL);
  g_autofree char *text = NULL;
  g_autoptr (CliRun) run = RUN ("new", "--name", "Garage", "--timezone", "Europe/Oslo", "--grid",
                                "tn-one-phase", "--fuse", "40", "--other", "12.5", "--measured", "meter",
                                "--stations", "3", "--station-phases", "1", "--station-max", "32", "--cars",
                                "2", "--homes", "2", "--pv", "4.6", "--battery", "car-first", path);

  if (run->code != 0)
    g_error ("%s", run->err);
  g_assert_true (g_file_get_contents (path, &text, NULL, NULL));
  g_assert_nonnull (strstr (text, "\"name\": \"Garage\""));
  g_assert_nonnull (strstr (text, "\"grid\": \"tn-one-phase\""));
  g_assert_nonnull (strstr (text, "\"rating_a\": 40"));
  g_assert_nonnull (strstr (text, "\"offline_a\": 27.5"));
  g_assert_nonnull (strstr (text, "\"battery\": \"car-first\""));
  g_assert_nonnull (strstr (text, "\"cars_per_day\": 2"));
  g_assert_nonnull (strstr (text, "\"id\": \"station-3\""));
  assert_runs (path);
  cli_folder_remove (folder);
}

/* A file that is there is kept. */
static void
test_new_keeps (void)
{
  g_autofree char *folder = cli_folder_new ();
  g_autofree char *path = cli_write_file (folder, "mine.busbar", "precious");
  g_autofree char *kept = NULL;
  g_autoptr (CliRun) refused = RUN ("new", path);
  g_autoptr (CliRun) forced = NULL;
  g_autoptr (CliRun) nowhere = RUN ("new", "/nonexistent/site.busbar");

  g_assert_cmpint (refused->code, ==, 4);
  g_assert_nonnull (strstr (refused->err, "--force"));
  g_assert_true (g_file_get_contents (path, &kept, NULL, NULL));
  g_assert_cmpstr (kept, ==, "precious");
  forced = RUN ("new", "--force", path);
  g_assert_cmpint (forced->code, ==, 0);
  assert_runs (path);
  g_assert_cmpint (nowhere->code, ==, 4);
  cli_folder_remove (folder);
}

static void
test_new_refused (void)
{
  static const char *const rows[][3] = {
    { "--fuse", "5", "6 to 6000 A" },
    { "--fuse", "nan", "6 to 6000 A" },
    { "--fuse", "-1", "cannot be negative" },
    { "--fuse", "1e99", "6 to 6000 A" },
    { "--fuse", "much", "much" },
    { "--other", "26", "more than the main fuse" },
    { "--grid", "tt-three-phase", "tn-three-phase, tn-one-phase" },
    { "--measured", "guess", "meter, clamps, none" },
    { "--battery", "big", "car-first" },
    { "--stations", "0", "charging stations" },
    { "--stations", "99999", "charging stations" },
    { "--station-phases", "4", "one, two or three phases" },
    { "--station-max", "200", "6 to 80 A" },
    { "--homes", "2000", "1000 homes" },
    { "--pv", "100", "more than the main fuse" },
    { "--timezone", "Mars/Olympus", "not a time zone" },
  };
  g_autofree char *folder = cli_folder_new ();
  g_autofree char *path = g_build_filename (folder, "new.busbar", NULL);

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++) {
    g_autoptr (CliRun) run = RUN ("new", rows[i][0], rows[i][1], path);

    if (run->code != 2 || !strstr (run->err, rows[i][2]) || *run->out)
      g_error ("%s %s: code %d, %s%s", rows[i][0], rows[i][1], run->code, run->out, run->err);
    g_assert_cmpuint (cli_folder_count (folder), ==, 0);
  }
  cli_folder_remove (folder);
}

/* ---- fields ---- */

static void
test_fields_text (void)
{
  g_autoptr (CliRun) all = RUN ("fields");
  g_autoptr (CliRun) group = RUN ("fields", "group");
  g_autoptr (CliRun) bad = RUN ("fields", "fridge");

  g_assert_cmpint (all->code, ==, 0);
  g_assert_cmpint (group->code, ==, 0);
  g_assert_nonnull (strstr (all->out, "\nstation\n"));
  g_assert_nonnull (strstr (all->out, group->out));
  g_assert_nonnull (strstr (group->out, "  Minimum current (min_a): 6.0 – 80.0 A, default 6.0 A\n"));
  g_assert_nonnull (strstr (group->out, "      Solar: "));
  g_assert_null (strstr (group->out, "\nstation\n"));
  g_assert_cmpint (bad->code, ==, 2);
  g_assert_nonnull (strstr (bad->err, "circuit"));
}

/* Each key of the table is one of the file's: the schema has it. */
static void
test_fields_json (void)
{
  g_autoptr (CliRun) run = RUN ("fields", "--json");
  g_autoptr (JsonNode) root = json_from_string (run->out, NULL);
  g_autofree char *path
      = g_build_filename (g_getenv ("BUSBAR_DATA_DIR"), "schemas", "busbar-site-1.schema.json", NULL);
  g_autofree char *schema = NULL;
  JsonArray *rows = NULL;

  g_assert_nonnull (root);
  g_assert_true (g_file_get_contents (path, &schema, NULL, NULL));
  rows = json_node_get_array (root);
  g_assert_cmpuint (json_array_get_length (rows), >, 150);
  for (guint i = 0; i < json_array_get_length (rows); i++) {
    JsonObject *row = json_array_get_object_element (rows, i);
    g_autofree char *key = g_strdup_printf ("\"%s\": {", json_object_get_string_member (row, "key"));

    g_assert_nonnull (strstr (schema, key));
    g_assert_cmpstr (json_object_get_string_member (row, "title"), !=, "");
    g_assert_cmpstr (json_object_get_string_member (row, "explanation"), !=, "");
  }
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/cli/new/plain", test_new_plain);
  g_test_add_func ("/cli/new/all", test_new_all);
  g_test_add_func ("/cli/new/keeps", test_new_keeps);
  g_test_add_func ("/cli/new/refused", test_new_refused);
  g_test_add_func ("/cli/fields/text", test_fields_text);
  g_test_add_func ("/cli/fields/json", test_fields_json);
  return g_test_run ();
}
