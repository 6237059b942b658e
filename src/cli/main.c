/* SPDX-License-Identifier: GPL-3.0-or-later */
/* main.c: busbar-cli: picks the command, explains the commands. */
#include <glib/gi18n.h>
#include <locale.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>

#include "cli/command.h"
#include "cli/terminal.h"

static const CliCommand commands[] = {
  { "allocate", N_ ("One allocation per line of JSON"), cli_allocate },
  { "chart", N_ ("A result as a picture: circuits, stations, power"), cli_chart },
  { "check", N_ ("What is wrong with a site file, and what to do"), cli_check },
  { "emulate", N_ ("Command a running busbar-emulator"), cli_emulate },
  { "explain", N_ ("Why each station had what it had, at a time of a result"), cli_explain },
  { "fields", N_ ("What can be set in a site, with range, default and explanation"), cli_fields },
  { "new", N_ ("A site file from a few answers"), cli_new },
  { "plan", N_ ("Which main fuse, how many stations, which balancer"), cli_plan },
  { "profile", N_ ("What is known about makes of stations and meters; check your own profile"), cli_profile },
  { "replay", N_ ("Compare the engine's answers with those of a recorded run"), cli_replay },
  { "report", N_ ("A result as a printable report"), cli_report },
  { "samples", N_ ("List the sample sites that come with Busbar"), cli_samples },
  { "simulate", N_ ("A site over days to years: what its fuses see, what its cars get"), cli_simulate },
};

static void
print_help (void)
{
  g_print ("%s\n  busbar-cli %s\n\n%s\n", _ ("Usage:"), _ ("COMMAND [OPTION…]"), _ ("Commands:"));
  for (guint i = 0; i < G_N_ELEMENTS (commands); i++)
    g_print ("  %-10s %s\n", commands[i].name, _ (commands[i].summary));
  g_print ("\n%s\n%s\n", _ ("Examples:"),
           "  busbar-cli samples\n"
           "  busbar-cli new --fuse 25 --stations 2 villa.busbar\n"
           "  busbar-cli check villa.busbar\n"
           "  busbar-cli simulate villa.busbar --days 7 --balancer none\n"
           "  echo '{\"id\":1,\"circuits\":[{\"id\":\"main\",\"limit_a\":[16,16,16]}],\"stations\":"
           "[{\"circuit\":\"main\",\"phases\":[1],\"min_a\":6,\"max_a\":32}]}' | busbar-cli allocate");
  g_print ("\n%s\n", _ ("Each command explains itself: busbar-cli COMMAND --help. "
                        "The manual page is busbar-cli(1)."));
  g_print ("\n%s\n", _ ("Exit codes: 0 good, 1 problems found, 2 wrong usage, 3 unusable input, "
                        "4 reading or writing failed, 5 interrupted."));
}

static CliExit
run_command (int argc, char *argv[])
{
  for (guint i = 0; i < G_N_ELEMENTS (commands); i++) {
    if (strcmp (argv[1], commands[i].name) != 0)
      continue;
    g_autofree char *name = g_strdup_printf ("busbar-cli %s", commands[i].name);
    g_set_prgname (name);
    argv[1] = name;
    return commands[i].run (argc - 1, argv + 1);
  }
  cli_complain (_ ("There is no command '%s'. See 'busbar-cli --help'."), argv[1]);
  return CLI_USAGE;
}

/* A full disk may show only when the last bytes leave the buffer. */
static CliExit
close_output (CliExit code)
{
  if (fflush (stdout) == 0 && !ferror (stdout))
    return code;
  return code == CLI_OK || code == CLI_PROBLEMS ? CLI_IO : code;
}

int
main (int argc, char *argv[])
{
  setlocale (LC_ALL, "");
  /* Numbers look the same everywhere; only words are translated. */
  setlocale (LC_NUMERIC, "C");
  bindtextdomain (GETTEXT_PACKAGE, BUSBAR_LOCALEDIR);
  bind_textdomain_codeset (GETTEXT_PACKAGE, "UTF-8");
  textdomain (GETTEXT_PACKAGE);
  /* A closed output is an error that write() reports, not a reason to die. */
  signal (SIGPIPE, SIG_IGN);
  /* ... and so is a file that grows over its limit. */
  signal (SIGXFSZ, SIG_IGN);

  if (argc < 2) {
    print_help ();
    return CLI_USAGE;
  }
  if (g_str_equal (argv[1], "--help") || g_str_equal (argv[1], "-h") || g_str_equal (argv[1], "help")) {
    print_help ();
    return close_output (CLI_OK);
  }
  if (g_str_equal (argv[1], "--version")) {
    g_print ("busbar-cli %s\n", BUSBAR_VERSION);
    return close_output (CLI_OK);
  }
  return close_output (run_command (argc, argv));
}
