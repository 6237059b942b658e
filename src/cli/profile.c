/* SPDX-License-Identifier: GPL-3.0-or-later */
/* profile.c: `busbar-cli profile`: checks device profiles, lists them, hands one to profile-show.c. */
#include <glib/gi18n.h>
#include <string.h>

#include "base/error.h"
#include "cli/command.h"
#include "cli/print.h"
#include "cli/profile-show.h"
#include "cli/terminal.h"
#include "profiles/catalogue.h"

/* "modbus-tcp, ocpp" */
static char *
connections_text (const BbProfile *profile)
{
  GString *text = g_string_new (NULL);

  for (guint c = 0; c < BB_CONNECTION_N; c++)
    if (bb_profile_find_interface (profile, (BbConnection) c))
      g_string_append_printf (text, "%s%s", text->len > 0 ? ", " : "",
                              bb_connection_get_name ((BbConnection) c));
  return g_string_free (text, FALSE);
}

static const char *
kind_name (const BbProfile *profile)
{
  return profile->kind == BB_PROFILE_METER ? "meter" : "station";
}

/* ---- check ---- */

/* Says OK or what is wrong; the exit code for this file. */
static CliExit
check_file (const char *path)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (BbProfile) profile = bb_profile_load (path, &error);

  if (profile) {
    /* Translators: %s is a file that was checked and is good. */
    g_print (_ ("%s: OK\n"), path);
    return CLI_OK;
  }
  g_print ("%s\n", error->message);
  return error->domain == BB_IO_ERROR ? CLI_IO : CLI_PROBLEMS;
}

static CliExit
run_check (int argc, char *argv[])
{
  const GOptionEntry entries[] = { G_OPTION_ENTRY_NULL };
  CliExit worst = CLI_OK;

  if (cli_parse (
          &argc, &argv, entries, _ ("FILE…"),
          _ ("Reads device profiles and says OK, or where in the file (line:column: key) what is wrong."),
          _ ("Exit code 1 when a file is refused.\n\n"
             "Example:\n  busbar-cli profile check my-station.json"),
          1, G_MAXINT)
      != CLI_PARSE_OK)
    return CLI_USAGE;
  for (int i = 1; i < argc; i++) {
    const CliExit code = check_file (argv[i]);
    worst = MAX (worst, code);
  }
  return worst;
}

/* ---- list ---- */

static void
print_table (GPtrArray *profiles)
{
  g_autoptr (CliTable) table = cli_table_new ("llllll");

  cli_table_add (table, _ ("Id"));
  cli_table_add (table, _ ("Maker"));
  cli_table_add (table, _ ("Name"));
  cli_table_add (table, _ ("Kind"));
  cli_table_add (table, _ ("Connections"));
  cli_table_add (table, _ ("Evidence"));
  for (guint i = 0; i < profiles->len; i++) {
    const BbProfile *profile = g_ptr_array_index (profiles, i);
    g_autofree char *connections = connections_text (profile);
    g_autofree char *evidence = g_strconcat (bb_evidence_get_title (profile->evidence),
                                             profile->experimental ? _ (", experimental") : "", NULL);

    cli_table_add (table, profile->id);
    cli_table_add (table, profile->vendor);
    cli_table_add (table, profile->name);
    cli_table_add (table, profile->kind == BB_PROFILE_METER ? _ ("meter") : _ ("station"));
    cli_table_add (table, connections);
    cli_table_add (table, evidence);
  }
  cli_table_print (table);
}

static void
add_profile (JsonBuilder *builder, const BbProfile *profile)
{
  json_builder_begin_object (builder);
  cli_add_text (builder, "id", profile->id);
  cli_add_text (builder, "vendor", profile->vendor);
  cli_add_text (builder, "name", profile->name);
  cli_add_text (builder, "kind", kind_name (profile));
  json_builder_set_member_name (builder, "connections");
  json_builder_begin_array (builder);
  for (guint c = 0; c < BB_CONNECTION_N; c++)
    if (bb_profile_find_interface (profile, (BbConnection) c))
      json_builder_add_string_value (builder, bb_connection_get_name ((BbConnection) c));
  json_builder_end_array (builder);
  cli_add_text (builder, "evidence", bb_evidence_get_name (profile->evidence));
  json_builder_set_member_name (builder, "experimental");
  json_builder_add_boolean_value (builder, profile->experimental);
  cli_add_text (builder, "refuse", profile->refuse);
  cli_add_text (builder, "origin", profile->origin);
  cli_add_text (builder, "path", profile->path);
  json_builder_end_object (builder);
}

static void
print_json (GPtrArray *profiles)
{
  g_autoptr (JsonBuilder) builder = json_builder_new ();
  g_autoptr (JsonNode) root = NULL;

  json_builder_begin_array (builder);
  for (guint i = 0; i < profiles->len; i++)
    add_profile (builder, g_ptr_array_index (profiles, i));
  json_builder_end_array (builder);
  root = json_builder_get_root (builder);
  cli_print_json (root);
}

/* The catalogue as a site sees it: profiles beside the site file count too. */
static BbCatalogue *
open_catalogue (const char *site)
{
  g_autofree char *folder = site ? g_path_get_dirname (site) : NULL;

  return bb_catalogue_new (NULL, folder);
}

static CliExit
run_list (int argc, char *argv[])
{
  gboolean json = FALSE;
  g_autofree char *site = NULL;
  const GOptionEntry entries[]
      = { { "json", 0, 0, G_OPTION_ARG_NONE, &json, N_ ("Print a JSON array"), NULL },
          { "site", 0, 0, G_OPTION_ARG_FILENAME, &site,
            N_ ("Take profiles from the folder “profiles” beside this site file too"), N_ ("SITE") },
          G_OPTION_ENTRY_NULL };
  g_autoptr (BbCatalogue) catalogue = NULL;
  GPtrArray *errors;

  if (cli_parse (
          &argc, &argv, entries, NULL,
          _ ("Lists the device profiles: id, maker, name, kind, connections, evidence."),
          _ ("A profile of the user's comes before one beside the site, and that before the system's.\n"
             "Exit code 1 when a file is refused.\n\n"
             "Example:\n  busbar-cli profile list --json"),
          0, 0)
      != CLI_PARSE_OK)
    return CLI_USAGE;
  catalogue = open_catalogue (site);
  if (json)
    print_json (bb_catalogue_get_all (catalogue));
  else
    print_table (bb_catalogue_get_all (catalogue));
  errors = bb_catalogue_get_errors (catalogue);
  for (guint i = 0; i < errors->len; i++)
    cli_complain ("%s", (const char *) g_ptr_array_index (errors, i));
  return errors->len > 0 ? CLI_PROBLEMS : CLI_OK;
}

/* ---- show ---- */

static CliExit
run_show (int argc, char *argv[])
{
  g_autofree char *site = NULL;
  const GOptionEntry entries[]
      = { { "site", 0, 0, G_OPTION_ARG_FILENAME, &site,
            N_ ("Take profiles from the folder “profiles” beside this site file too"), N_ ("SITE") },
          G_OPTION_ENTRY_NULL };
  g_autoptr (BbCatalogue) catalogue = NULL;
  g_autoptr (GError) error = NULL;
  g_autoptr (BbProfile) own = NULL;
  BbProfile *profile;

  if (cli_parse (
          &argc, &argv, entries, _ ("ID"),
          _ ("Shows a device profile: evidence, sources, set-up, connections, what is read and written, "
             "watchdog, what is verified."),
          _ ("ID is an id of the list, or a file.\n\n"
             "Example:\n  busbar-cli profile show abb-terra-ac"),
          1, 1)
      != CLI_PARSE_OK)
    return CLI_USAGE;
  if (g_str_has_suffix (argv[1], ".json"))
    profile = own = bb_profile_load (argv[1], &error);
  else
    profile = bb_catalogue_find (catalogue = open_catalogue (site), argv[1], &error);
  if (!profile)
    return cli_fail (error);
  cli_profile_show (profile);
  return CLI_OK;
}

CliExit
cli_profile (int argc, char *argv[])
{
  static const struct {
    const char *name;
    CliExit (*run) (int argc, char *argv[]);
  } verbs[] = { { "check", run_check }, { "list", run_list }, { "show", run_show } };
  const GOptionEntry entries[] = { G_OPTION_ENTRY_NULL };

  for (guint i = 0; argc > 1 && i < G_N_ELEMENTS (verbs); i++) {
    if (strcmp (argv[1], verbs[i].name) != 0)
      continue;
    g_autofree char *name = g_strdup_printf ("%s %s", argv[0], verbs[i].name);
    g_set_prgname (name);
    argv[1] = name;
    return verbs[i].run (argc - 1, argv + 1);
  }
  if (cli_parse (&argc, &argv, entries, _ ("check|list|show …"),
                 _ ("Checks, lists and shows device profiles: what Busbar knows about makes of stations and "
                    "meters."),
                 _ ("Each explains itself: busbar-cli profile show --help.\n\n"
                    "Examples:\n  busbar-cli profile list\n  busbar-cli profile show abb-terra-ac\n"
                    "  busbar-cli profile check my-station.json"),
                 1, G_MAXINT)
      != CLI_PARSE_OK)
    return CLI_USAGE;
  cli_complain (_ ("Unexpected argument '%s'. See '%s --help'."), argv[1], argv[0]);
  return CLI_USAGE;
}
