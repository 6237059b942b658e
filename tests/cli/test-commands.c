/* SPDX-License-Identifier: GPL-3.0-or-later */
/* test-commands.c: help, usage errors, `samples` and `check` of busbar-cli as a whole program. */
#include <json-glib/json-glib.h>
#include <string.h>

#include "kit.h"

#define RUN(...) cli_run (NULL, 0, (const char *const[]){ __VA_ARGS__, NULL })

static const char *const command_names[]
    = { "allocate", "chart",   "check",  "explain", "fields",  "new",
        "plan",     "profile", "replay", "report",  "samples", "simulate" };

static void
test_help (void)
{
  g_autoptr (CliRun) run = RUN ("--help");

  g_assert_cmpint (run->code, ==, 0);
  for (guint i = 0; i < G_N_ELEMENTS (command_names); i++)
    g_assert_nonnull (strstr (run->out, command_names[i]));
  g_assert_nonnull (strstr (run->out, "Exit codes"));
}

/* Each command explains itself, with an example that starts with its name. */
static void
test_command_help (gconstpointer data)
{
  const char *name = data;
  g_autoptr (CliRun) run = RUN (name, "--help");
  g_autofree char *usage = g_strconcat ("busbar-cli ", name, NULL);
  const char *examples = strstr (run->out, "Example");

  g_assert_cmpint (run->code, ==, 0);
  g_assert_nonnull (strstr (run->out, usage));
  g_assert_nonnull (examples);
  g_assert_nonnull (strstr (examples, usage));
}

static void
test_version (void)
{
  g_autoptr (CliRun) run = RUN ("--version");

  g_assert_cmpint (run->code, ==, 0);
  g_assert_true (g_str_has_prefix (run->out, "busbar-cli 0."));
}

/* Wrong usage is code 2, says what is wrong on standard error, and prints nothing else. */
static void
assert_usage (CliRun *run, const char *message)
{
  g_assert_cmpint (run->code, ==, 2);
  g_assert_cmpstr (run->out, ==, "");
  g_assert_nonnull (strstr (run->err, message));
  cli_run_free (run);
}

static void
test_usage (void)
{
  assert_usage (RUN ("frobnicate"), "There is no command 'frobnicate'");
  assert_usage (RUN ("allocate", "--frobnicate"), "--frobnicate");
  assert_usage (RUN ("allocate", "one", "two"), "Unexpected argument 'two'");
  assert_usage (RUN ("check"), "An argument is missing");
  assert_usage (RUN ("samples", "x"), "Unexpected argument 'x'");
}

static void
test_no_command (void)
{
  g_autoptr (CliRun) run = cli_run (NULL, 0, (const char *const[]){ NULL });

  g_assert_cmpint (run->code, ==, 2);
  g_assert_nonnull (strstr (run->out, "Commands:"));
}

/* Texts and JSON keep their form in a locale with a decimal comma. */
static void
test_locale (void)
{
  g_autoptr (CliRun) run
      = cli_run_shell ("echo '{\"id\":1,\"circuits\":[{\"id\":1,\"limit_a\":[9.5,9.5,9.5]}],\"stations\":"
                       "[{\"circuit\":1,\"min_a\":6,\"max_a\":16}]}' | LC_ALL=de_DE.UTF-8 \"$CLI\" allocate");

  g_assert_cmpstr (run->out, ==, "{\"id\":1,\"current_a\":[9.5],\"reason\":[\"row:1:L1\"]}\n");
}

/* ---- samples ---- */

/* Every sample that is listed can be checked, and has no error. */
static void
test_samples (void)
{
  g_autoptr (CliRun) text = RUN ("samples");
  g_autoptr (CliRun) json = RUN ("samples", "--json");
  g_autoptr (JsonNode) root = json_from_string (json->out, NULL);

  g_assert_cmpint (text->code, ==, 0);
  g_assert_nonnull (strstr (text->out, "villa-demo.busbar"));
  g_assert_nonnull (root);
  JsonArray *samples = json_node_get_array (root);
  g_assert_cmpuint (json_array_get_length (samples), >=, 4);
  for (guint i = 0; i < json_array_get_length (samples); i++) {
    JsonObject *sample = json_array_get_object_element (samples, i);
    const char *path = json_object_get_string_member (sample, "path");
    g_assert_nonnull (strstr (text->out, path));
    g_assert_cmpstr (json_object_get_string_member (sample, "name"), !=, "");
    g_autoptr (CliRun) check = RUN ("check", path);
    if (check->code != 0)
      g_error ("%s: %s%s", path, check->out, check->err);
  }
}

static void
test_data_dir (void)
{
  g_autofree char *folder = cli_folder_new ();
  g_autofree char *command = g_strdup_printf ("BUSBAR_DATA_DIR='%s' \"$CLI\" samples", folder);
  g_autoptr (CliRun) missing = cli_run_shell (command);

  g_assert_cmpint (missing->code, ==, 4);
  g_assert_nonnull (strstr (missing->err, folder));
  /* without it, the program in a build folder finds the sources' data */
  g_autoptr (CliRun) found = cli_run_shell ("unset BUSBAR_DATA_DIR; cd / && \"$CLI\" samples");
  g_assert_cmpint (found->code, ==, 0);
  g_assert_nonnull (strstr (found->out, "villa-demo.busbar"));
  cli_folder_remove (folder);
}

/* ---- check ---- */

#define GOOD_SITE                                                                                            \
  "{\"format\":\"busbar-site/1\",\"name\":\"T\",\"main_fuse_a\":25,\"other_load_a\":10,\"offline_a\":15,"    \
  "\"stations\":[{\"id\":\"s1\",\"max_a\":16,\"failsafe_a\":6}]}"
#define BAD_SITE                                                                                             \
  "{\"format\":\"busbar-site/1\",\"name\":\"T\",\"main_fuse_a\":25,\"other_load_a\":10,\"offline_a\":15,"    \
  "\"stations\":[{\"id\":\"s1\",\"min_a\":20,\"max_a\":16,\"failsafe_a\":6}]}"

static void
test_check_good (void)
{
  g_autofree char *folder = cli_folder_new ();
  g_autofree char *path = cli_write_file (folder, "good.busbar", GOOD_SITE);
  g_autoptr (CliRun) run = RUN ("check", path);

  if (run->code != 0)
    g_error ("%s%s", run->out, run->err);
  cli_folder_remove (folder);
}

/* An error makes the exit code 1; people and machines get the same problems. */
static void
test_check_bad (void)
{
  g_autofree char *folder = cli_folder_new ();
  g_autofree char *path = cli_write_file (folder, "bad.busbar", BAD_SITE);
  g_autoptr (CliRun) text = RUN ("check", path);
  g_autoptr (CliRun) json = RUN ("check", "--json", path);
  g_autoptr (JsonNode) root = json_from_string (json->out, NULL);

  g_assert_cmpint (text->code, ==, 1);
  g_assert_cmpint (json->code, ==, 1);
  g_assert_nonnull (root);
  JsonObject *object = json_node_get_object (root);
  JsonArray *problems = json_object_get_array_member (object, "problems");
  gboolean found = FALSE;
  g_assert_cmpint (json_object_get_int_member (object, "errors"), >=, 1);
  for (guint i = 0; i < json_array_get_length (problems); i++) {
    JsonObject *problem = json_array_get_object_element (problems, i);
    g_assert_nonnull (strstr (text->out, json_object_get_string_member (problem, "sentence")));
    g_assert_nonnull (strstr (text->out, json_object_get_string_member (problem, "rule")));
    found |= g_str_has_prefix (json_object_get_string_member (problem, "pointer"), "/stations/0");
  }
  g_assert_true (found);
  cli_folder_remove (folder);
}

/* What is no site at all is code 3 and names the file and the place. */
static void
test_check_unreadable (void)
{
  static const char *const texts[] = { "",
                                       "{\"format\":\"busbar-site/1\",",
                                       "\x7f\x45\x4c\x46\x01\x02",
                                       "[]",
                                       "{\"format\":\"busbar-site/99\"}",
                                       "{\"format\":\"something\"}",
                                       "{\"format\":\"busbar-site/1\",\"stations\":[{\"max_a\":NaN}]}",
                                       "{\"format\":\"busbar-site/1\",\"stations\":[{\"max_a\":\"many\"}]}" };
  g_autofree char *folder = cli_folder_new ();

  for (guint i = 0; i < G_N_ELEMENTS (texts); i++) {
    g_autofree char *path = cli_write_file (folder, "x.busbar", texts[i]);
    g_autoptr (CliRun) run = RUN ("check", path);
    if (run->code != 3 || !strstr (run->err, "x.busbar") || *run->out)
      g_error ("%s: code %d, %s%s", texts[i], run->code, run->out, run->err);
  }
  g_autoptr (CliRun) gone = RUN ("check", "/nonexistent/site.busbar");
  g_assert_cmpint (gone->code, ==, 4);
  cli_folder_remove (folder);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/cli/help", test_help);
  for (guint i = 0; i < G_N_ELEMENTS (command_names); i++) {
    g_autofree char *path = g_strconcat ("/cli/help/", command_names[i], NULL);
    g_test_add_data_func (path, command_names[i], test_command_help);
  }
  g_test_add_func ("/cli/version", test_version);
  g_test_add_func ("/cli/usage", test_usage);
  g_test_add_func ("/cli/no-command", test_no_command);
  g_test_add_func ("/cli/locale", test_locale);
  g_test_add_func ("/cli/samples", test_samples);
  g_test_add_func ("/cli/data-dir", test_data_dir);
  g_test_add_func ("/cli/check/good", test_check_good);
  g_test_add_func ("/cli/check/bad", test_check_bad);
  g_test_add_func ("/cli/check/unreadable", test_check_unreadable);
  return g_test_run ();
}
