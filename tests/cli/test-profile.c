/* SPDX-License-Identifier: GPL-3.0-or-later */
/* test-profile.c: `busbar-cli profile` as a whole program, with good and with bad input. */
#include <json-glib/json-glib.h>
#include <string.h>

#include "kit.h"

#define RUN(...) cli_run (NULL, 0, (const char *const[]){ "profile", __VA_ARGS__, NULL })

#define GOOD                                                                                                 \
  "{ \"format\": \"busbar-profile/1\", \"kind\": \"meter\", \"vendor\": \"Mine\", \"name\": \"Own\",\n"      \
  "  \"evidence\": \"unverified\", \"interfaces\": [ { \"connections\": [\"modbus-tcp\"], \"points\": [\n"   \
  "  { \"role\": \"current.l1\", \"address\": 3, \"unit\": \"A\" } ] } ] }\n"

static char *
fixture (const char *name)
{
  return g_build_filename (g_getenv ("G_TEST_SRCDIR"), "fixtures", name, NULL);
}

static void
test_check_good (void)
{
  g_autofree char *station = fixture ("profile-every-key.json"),
                  *meter = fixture ("profile-every-key-meter.json");
  g_autofree char *expected = g_strdup_printf ("%s: OK\n%s: OK\n", station, meter);
  g_autoptr (CliRun) run = RUN ("check", station, meter);

  g_assert_cmpint (run->code, ==, 0);
  g_assert_cmpstr (run->out, ==, expected);
  g_assert_cmpstr (run->err, ==, "");
}

/* Good files between bad ones are still OK; the exit code is that of the worst. */
static void
test_check_bad (void)
{
  g_autofree char *folder = cli_folder_new ();
  g_autofree char *good = cli_write_file (folder, "good.json", GOOD);
  g_autofree char *wrong = g_strdup (GOOD);
  g_autofree char *bad = NULL, *expected = NULL;

  memcpy (strstr (wrong, "current.l1"), "curremt.l1", strlen ("curremt.l1"));
  bad = cli_write_file (folder, "bad.json", wrong);
  expected = g_strdup_printf (
      "%s:3:13: /interfaces/0/points/0/role: unknown role “curremt.l1”; did you mean current.l1?\n"
      "%s: OK\n",
      bad, good);
  g_autoptr (CliRun) run = RUN ("check", bad, good);
  g_autoptr (CliRun) missing = RUN ("check", good, "/nonexistent/x.json");

  g_assert_cmpint (run->code, ==, 1);
  g_assert_cmpstr (run->out, ==, expected);
  g_assert_cmpint (missing->code, ==, 4);
  g_assert_nonnull (strstr (missing->out, "/nonexistent/x.json"));
  cli_folder_remove (folder);
}

/* People and machines get the same profiles. */
static void
test_list (void)
{
  g_autoptr (CliRun) text = RUN ("list");
  g_autoptr (CliRun) json = RUN ("list", "--json");
  g_autoptr (JsonNode) root = json_from_string (json->out, NULL);
  g_auto (GStrv) lines = cli_run_lines (text);
  JsonArray *profiles;

  g_assert_cmpint (text->code, ==, 0);
  g_assert_cmpint (json->code, ==, 0);
  g_assert_nonnull (root);
  profiles = json_node_get_array (root);
  g_assert_cmpuint (json_array_get_length (profiles), >=, 30);
  g_assert_cmpuint (g_strv_length (lines), ==, json_array_get_length (profiles) + 1);
  for (guint i = 0; i < json_array_get_length (profiles); i++) {
    JsonObject *profile = json_array_get_object_element (profiles, i);

    g_assert_nonnull (strstr (lines[i + 1], json_object_get_string_member (profile, "id")));
    g_assert_nonnull (strstr (lines[i + 1], json_object_get_string_member (profile, "vendor")));
    g_assert_nonnull (strstr (lines[i + 1], json_object_get_string_member (profile, "kind")));
    g_assert_cmpuint (json_array_get_length (json_object_get_array_member (profile, "connections")), >, 0);
    g_assert_cmpstr (json_object_get_string_member (profile, "origin"), ==, "system");
  }
}

/* The user's before the one beside the site before the system's; a refused file is told. */
static void
test_list_order (void)
{
  g_autofree char *folder = cli_folder_new ();
  g_autofree char *command
      = g_strdup_printf ("cd '%s' && mkdir -p data/busbar/profiles site/profiles && cp own.json "
                         "data/busbar/profiles/abb-terra-ac.json"
                         " && cp own.json site/profiles/abb-b23.json && echo '{' > site/profiles/broken.json"
                         " && XDG_DATA_HOME=$PWD/data \"$CLI\" profile list --json --site site/x.busbar",
                         folder);
  g_autofree char *own = cli_write_file (folder, "own.json", GOOD);
  g_autoptr (CliRun) run = cli_run_shell (command);
  g_autoptr (JsonNode) root = json_from_string (run->out, NULL);
  guint n_own = 0;

  g_assert_nonnull (root);
  for (guint i = 0; i < json_array_get_length (json_node_get_array (root)); i++) {
    JsonObject *profile = json_array_get_object_element (json_node_get_array (root), i);
    const char *origin = json_object_get_string_member (profile, "origin");

    if (strcmp (json_object_get_string_member (profile, "vendor"), "Mine") != 0)
      continue;
    n_own++;
    g_assert_cmpstr (origin, ==,
                     strcmp (json_object_get_string_member (profile, "id"), "abb-b23") == 0 ? "site"
                                                                                            : "user");
  }
  g_assert_cmpuint (n_own, ==, 2);
  g_assert_cmpint (run->code, ==, 1);
  g_assert_nonnull (strstr (run->err, "broken.json:2:1: "));
  command = (g_free (command), g_strdup_printf ("rm -r '%s/data' '%s/site'", folder, folder));
  cli_run_free (cli_run_shell (command));
  cli_folder_remove (folder);
}

/* All that there is, of a file with every key. */
static void
test_show (void)
{
  static const char *const texts[] = { "Example Every Key (profile-every-key)",
                                       "field code, experimental",
                                       "EK-11, EK-22",
                                       "map 1.0",
                                       "A document",
                                       "A note",
                                       "2. Set DIP switch 10 to off.",
                                       "modbus-tcp, modbus-rtu",
                                       "Unit: 255 (it answers to any)",
                                       "19200 9600 baud, parity even, stop bits: 2",
                                       "steps of 0.100 A, at least 6.0 A",
                                       "a bit is set, which the station clears",
                                       "time-out 10.0 s, every 3.0 s, when variant == tq",
                                       "failsafe.timeout <= 120 (error): Set the time-out.",
                                       "u32 >> 8 & 7Fh",
                                       "model offset 400",
                                       "live at stack level 2, safe at level 1",
                                       "Current.Import L1",
                                       "from power and voltage",
                                       "/status /u",
                                       "It must be switched on before it takes a set-point." };
  g_autofree char *path = fixture ("profile-every-key.json"),
                  *meter_path = fixture ("profile-every-key-meter.json");
  g_autoptr (CliRun) run = RUN ("show", path);
  g_autoptr (CliRun) meter = RUN ("show", meter_path);

  g_assert_cmpint (run->code, ==, 0);
  for (guint i = 0; i < G_N_ELEMENTS (texts); i++)
    if (strstr (run->out, texts[i]) == NULL)
      g_error ("“%s” is not in:\n%s", texts[i], run->out);
  g_assert_cmpint (meter->code, ==, 0);
  g_assert_nonnull (strstr (meter->out, "No limiting meter: It tells the total power only."));
  g_assert_nonnull (strstr (meter->out, "Range: 62.5 A"));
  g_assert_nonnull (strstr (meter->out, "Its meter values are a measurement of the installation."));
}

/* Every bundled profile can be shown. */
static void
test_show_bundled (void)
{
  g_autoptr (CliRun) run
      = cli_run_shell ("for file in \"$BUSBAR_DATA_DIR\"/profiles/*.json; do"
                       " \"$CLI\" profile show \"$file\" > /dev/null || echo \"$file\"; done");

  g_assert_cmpstr (run->out, ==, "");
  g_assert_cmpstr (run->err, ==, "");
}

static void
assert_refused (CliRun *run, int code, const char *message)
{
  g_assert_cmpint (run->code, ==, code);
  g_assert_cmpstr (run->out, ==, "");
  g_assert_nonnull (strstr (run->err, message));
  cli_run_free (run);
}

static void
test_usage (void)
{
  assert_refused (cli_run (NULL, 0, (const char *const[]){ "profile", NULL }), 2, "An argument is missing");
  assert_refused (RUN ("frobnicate"), 2, "Unexpected argument 'frobnicate'");
  assert_refused (RUN ("check"), 2, "An argument is missing");
  assert_refused (RUN ("list", "x"), 2, "Unexpected argument 'x'");
  assert_refused (RUN ("show"), 2, "An argument is missing");
  assert_refused (RUN ("show", "no-such-device"), 3, "There is no device profile “no-such-device”");
  assert_refused (RUN ("show", "/nonexistent/x.json"), 4, "/nonexistent/x.json");
}

/* Each explains itself. */
static void
test_help (void)
{
  static const char *const verbs[] = { "check", "list", "show" };

  for (guint i = 0; i < G_N_ELEMENTS (verbs); i++) {
    g_autoptr (CliRun) run = RUN (verbs[i], "--help");
    g_autofree char *usage = g_strconcat ("busbar-cli profile ", verbs[i], NULL);

    g_assert_cmpint (run->code, ==, 0);
    g_assert_nonnull (strstr (run->out, usage));
    g_assert_nonnull (strstr (run->out, "Example"));
  }
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/cli/profile/check-good", test_check_good);
  g_test_add_func ("/cli/profile/check-bad", test_check_bad);
  g_test_add_func ("/cli/profile/list", test_list);
  g_test_add_func ("/cli/profile/list-order", test_list_order);
  g_test_add_func ("/cli/profile/show", test_show);
  g_test_add_func ("/cli/profile/show-bundled", test_show_bundled);
  g_test_add_func ("/cli/profile/usage", test_usage);
  g_test_add_func ("/cli/profile/help", test_help);
  return g_test_run ();
}
