/* SPDX-License-Identifier: GPL-3.0-or-later */
/* main.c: busbar-emulator: a site's meters and stations on this computer, until it is told to end. */
#include <errno.h>
#include <fcntl.h>
#include <gio/gunixinputstream.h>
#include <gio/gunixoutputstream.h>
#include <glib-unix.h>
#include <glib/gi18n.h>
#include <glib/gstdio.h>
#include <locale.h>
#include <signal.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/zone.h"
#include "emulator/emulator-private.h"
#include "model/site-check.h"
#include "model/site-json.h"

/* As those of busbar-cli. */
enum { EXIT_GOOD = 0, EXIT_USAGE = 2, EXIT_INPUT = 3, EXIT_IO = 4 };

#define LINGER_MS 30

typedef struct {
  gchar *from, *faults, *control, *ocpp_url, *mqtt;
  gchar *mqtt_host; /* of it */
  guint16 mqtt_port;
  gdouble speed, days;
  gint baud;
  gint64 seed, start_ms;
  gboolean stay, version, quiet;
} Choices;

typedef struct {
  GMainLoop *loop;
  BbEmulator *emulator;
  BbEmuControl *lines; /* standard input */
  gchar *folder;       /* (nullable): made for the socket, removed at the end */
} Program;

static void
complain (const GError *error)
{
  g_printerr ("busbar-emulator: %s\n", error->message);
}

static gint
exit_code (const GError *error)
{
  return error->domain == BB_IO_ERROR || error->domain == G_IO_ERROR || error->domain == G_FILE_ERROR
                 || g_error_matches (error, BB_EMULATOR_ERROR, BB_EMULATOR_ERROR_PORT)
             ? EXIT_IO
             : EXIT_INPUT;
}

/* ---- options ---- */

static const gchar description[] = N_ (
    "The first line of its output is a JSON object that says where each device is found; give it to\n"
    "`busbar-controller --endpoints`. Nothing is reachable from other computers. It ends when its\n"
    "standard input is a pipe that closes, at SIGTERM and SIGINT, and with the site's inputs.\n"
    "\n"
    "Commands are JSON lines on standard input or on the control socket, as `busbar-cli emulate` sends:\n"
    "  {\"command\":\"fault\",\"device\":\"meter\",\"fault\":\"silence\",\"for_s\":30}\n"
    "  {\"command\":\"state\"}\n"
    "\n"
    "Exit codes: 0 ended as asked, 2 wrong usage, 3 unusable input, 4 reading, writing or a port failed.\n"
    "\n"
    "Examples:\n"
    "  busbar-emulator villa.busbar\n"
    "  busbar-emulator villa.busbar --from 2026-03-01T18:00 --speed 10 --faults evening.json");

static gboolean
parse (gint *argc, gchar ***argv, Choices *choices)
{
  const GOptionEntry entries[] = {
    { "from", 0, 0, G_OPTION_ARG_STRING, &choices->from,
      N_ ("Start, such as 2026-03-01 or 2026-03-01T06:00; within the site's time vehicles are in place"),
      N_ ("TIME") },
    { "days", 0, 0, G_OPTION_ARG_DOUBLE, &choices->days, N_ ("Length; default: as the site says"), N_ ("N") },
    { "speed", 0, 0, G_OPTION_ARG_DOUBLE, &choices->speed, N_ ("Of the site's time, 0.1 to 1000; default 1"),
      N_ ("F") },
    { "faults", 0, 0, G_OPTION_ARG_FILENAME, &choices->faults, N_ ("Faults at their times, JSON"),
      N_ ("FILE") },
    { "control", 0, 0, G_OPTION_ARG_FILENAME, &choices->control, N_ ("Control socket"), N_ ("PATH") },
    { "ocpp-url", 0, 0, G_OPTION_ARG_STRING, &choices->ocpp_url,
      N_ ("Where stations that speak OCPP connect"), N_ ("URL") },
    { "mqtt", 0, 0, G_OPTION_ARG_STRING, &choices->mqtt,
      N_ ("Broker on which meters that speak MQTT publish"), N_ ("HOST:PORT") },
    { "line-baud", 0, 0, G_OPTION_ARG_INT, &choices->baud,
      N_ ("Serial lines take their time; default: as fast as they go"), N_ ("N") },
    { "seed", 0, 0, G_OPTION_ARG_INT64, &choices->seed, N_ ("Of all that is random"), N_ ("N") },
    { "stay", 0, 0, G_OPTION_ARG_NONE, &choices->stay, N_ ("Go on when standard input closes"), NULL },
    { "quiet", 0, 0, G_OPTION_ARG_NONE, &choices->quiet, N_ ("No messages but errors"), NULL },
    { "version", 0, 0, G_OPTION_ARG_NONE, &choices->version, N_ ("Print the version"), NULL },
    G_OPTION_ENTRY_NULL
  };
  g_autoptr (GOptionContext) context = g_option_context_new (_ ("SITE"));
  g_autoptr (GError) error = NULL;

  g_option_context_set_summary (context,
                                _ ("A site's meters and stations on this computer, over their protocols."));
  g_option_context_set_description (context, _ (description));
  g_option_context_add_main_entries (context, entries, GETTEXT_PACKAGE);
  if (!g_option_context_parse (context, argc, argv, &error)) {
    complain (error);
    return FALSE;
  }
  return TRUE;
}

/* HOST or HOST:PORT, of this computer. */
static gboolean
parse_broker (Choices *choices)
{
  g_autoptr (GSocketConnectable) address = NULL;
  const gchar *host;

  if (!choices->mqtt)
    return TRUE;
  address = g_network_address_parse (choices->mqtt, 1883, NULL);
  if (!address)
    return FALSE;
  host = g_network_address_get_hostname (G_NETWORK_ADDRESS (address));
  choices->mqtt_host = g_strdup (host);
  choices->mqtt_port = g_network_address_get_port (G_NETWORK_ADDRESS (address));
  return choices->mqtt_port != 0 && (g_str_equal (host, "127.0.0.1") || g_str_equal (host, "localhost"));
}

static gboolean
make_sense (gint argc, Choices *choices)
{
  if (argc != 2)
    g_printerr ("busbar-emulator: %s\n", _ ("Give one site file. See 'busbar-emulator --help'."));
  else if (!(choices->speed >= 0.1 && choices->speed <= 1000))
    g_printerr ("busbar-emulator: %s\n", _ ("--speed must be between 0.1 and 1000."));
  else if (choices->baud < 0 || choices->baud > 4000000)
    g_printerr ("busbar-emulator: %s\n", _ ("--line-baud must be between 0 and 4000000."));
  else if (!(choices->days >= 0 && choices->days <= 36525))
    g_printerr ("busbar-emulator: %s\n", _ ("--days must be more than 0, up to 36525."));
  else if (choices->ocpp_url && !g_str_has_prefix (choices->ocpp_url, "ws://127.0.0.1:")
           && !g_str_has_prefix (choices->ocpp_url, "ws://localhost:"))
    g_printerr ("busbar-emulator: %s\n",
                _ ("--ocpp-url must be an address of this computer: ws://127.0.0.1:PORT/"));
  else if (!parse_broker (choices))
    g_printerr ("busbar-emulator: %s\n", _ ("--mqtt must be an address of this computer: 127.0.0.1:PORT"));
  else
    return TRUE;
  return FALSE;
}

/* A start within the site's own time keeps the site's beginning, and the simulator runs up to it, so that
 * vehicles which came before are there; any other time is a beginning of its own. */
static gboolean
set_times (BbSimOptions *options, Choices *choices, BbSite *site, GError **error)
{
  gint64 length_ms = options->until_ms - options->from_ms;

  if (choices->from) {
    g_autoptr (BbZone) zone = bb_zone_new (bb_site_peek (site)->timezone, error);

    if (!zone || !bb_time_parse (choices->from, zone, &choices->start_ms, NULL, error)) {
      g_prefix_error (error, "--from: ");
      return FALSE;
    }
    choices->start_ms = bb_floor_to (choices->start_ms, 1000);
    if (choices->start_ms < options->from_ms || choices->start_ms >= options->until_ms)
      options->from_ms = choices->start_ms;
  }
  if (choices->days > 0)
    options->until_ms
        = MAX (choices->start_ms, options->from_ms) + (gint64) (choices->days * (gdouble) BB_MS_PER_DAY);
  else if (options->until_ms <= options->from_ms)
    options->until_ms = options->from_ms + (length_ms > 0 ? length_ms : BB_MS_PER_DAY);
  return TRUE;
}

static BbSimOptions *
make_run (const gchar *path, Choices *choices, GError **error)
{
  g_autoptr (BbSite) site = bb_site_load (path, error);
  g_autoptr (BbSimOptions) options = NULL;

  if (!site || !bb_site_check_errors (site, BB_CHECK_SIMULATION, error))
    return NULL;
  options = bb_sim_options_new (site);
  if (!bb_sim_options_add_site_defaults (options, error) || !set_times (options, choices, site, error)
      || !bb_sim_options_add_site_inputs (options, 0, error))
    return NULL;
  options->step_ms = 1000;
  if (choices->seed >= 0)
    options->seed = (guint64) choices->seed;
  return g_steal_pointer (&options);
}

/* Where the control socket is: as asked, else in a folder of its own that only its owner can enter. */
static gchar *
choose_control (Program *program, const Choices *choices, GError **error)
{
  const gchar *runtime = g_getenv ("XDG_RUNTIME_DIR");
  g_autofree gchar *template = NULL;

  if (choices->control)
    return g_strdup (choices->control);
  template
      = g_build_filename (runtime && *runtime ? runtime : g_get_tmp_dir (), "busbar-emulator-XXXXXX", NULL);
  if (!g_mkdtemp (template)) {
    bb_set_errno (error, errno, _ ("Could not make the folder"), template);
    return NULL;
  }
  program->folder = g_steal_pointer (&template);
  return g_build_filename (program->folder, "control", NULL);
}

static BbEmulator *
make_emulator (Program *program, const gchar *path, Choices *choices, BbClock *clock, BbLog *log,
               GError **error)
{
  g_autoptr (BbSimOptions) run = make_run (path, choices, error);
  g_autofree gchar *control = run ? choose_control (program, choices, error) : NULL;
  g_autofree gchar *folder = g_path_get_dirname (path);
  g_autoptr (BbCatalogue) catalogue = bb_catalogue_new (NULL, folder);
  g_autoptr (BbEmulator) emulator = NULL;

  if (!control)
    return NULL;
  emulator = bb_emulator_new (&(BbEmulatorOptions){ .run = run,
                                                    .start_ms = choices->start_ms,
                                                    .catalogue = catalogue,
                                                    .clock = clock,
                                                    .log = log,
                                                    .speed = choices->speed,
                                                    .ocpp_url = choices->ocpp_url,
                                                    .mqtt_host = choices->mqtt_host,
                                                    .mqtt_port = choices->mqtt_port,
                                                    .control_path = control,
                                                    .pty_baud = (guint) choices->baud },
                              error);
  if (!emulator || (choices->faults && !bb_emulator_load_faults (emulator, choices->faults, error))
      || !bb_emulator_start (emulator, error))
    return NULL;
  return g_steal_pointer (&emulator);
}

/* ---- running ---- */

static void
quit (gpointer data)
{
  g_main_loop_quit (((Program *) data)->loop);
}

static gboolean
signal_cb (gpointer data)
{
  quit (data);
  return G_SOURCE_CONTINUE;
}

/* Takes commands from standard input; when that is a pipe or socket whose other end goes, the program ends
 * too, unless it is to stay. */
static void
listen_to_input (Program *program, gboolean stay)
{
  struct stat info;
  gboolean pipe = fstat (STDIN_FILENO, &info) == 0 && (S_ISFIFO (info.st_mode) || S_ISSOCK (info.st_mode));

  if (!pipe && !isatty (STDIN_FILENO))
    return;
  g_autoptr (GInputStream) input = g_unix_input_stream_new (STDIN_FILENO, FALSE);
  g_autoptr (GOutputStream) output = g_unix_output_stream_new (STDOUT_FILENO, FALSE);
  program->lines = bb_emu_control_new (program->emulator, NULL, NULL);
  bb_emu_control_add (program->lines, input, output, pipe && !stay ? quit : NULL, program);
}

static gint
run (Program *program, const Choices *choices)
{
  g_autofree gchar *line = bb_emulator_get_start_line (program->emulator);

  if (printf ("%s\n", line) < 0 || fflush (stdout) != 0)
    return EXIT_IO;
  bb_emulator_set_quit (program->emulator, quit, program);
  listen_to_input (program, choices->stay);
  bb_emulator_run (program->emulator);
  g_main_loop_run (program->loop);
  return EXIT_GOOD;
}

static gboolean
over_cb (gpointer data)
{
  *(gboolean *) data = TRUE;
  return G_SOURCE_REMOVE;
}

/* Lets what is under way come to its end: an answer to "quit", connections that were cancelled. */
static void
linger (BbClock *clock)
{
  gboolean over = FALSE;

  bb_clock_add_timeout (clock, LINGER_MS, over_cb, &over, NULL);
  while (!over)
    g_main_context_iteration (NULL, TRUE);
}

static void
clear (Program *program, BbClock *clock)
{
  if (program->emulator)
    linger (clock);
  g_clear_pointer (&program->lines, bb_emu_control_free);
  if (program->emulator) {
    g_clear_pointer (&program->emulator, bb_emulator_free);
    linger (clock);
  }
  if (program->folder)
    g_rmdir (program->folder);
  g_clear_pointer (&program->folder, g_free);
  g_clear_pointer (&program->loop, g_main_loop_unref);
}

static void
prepare (void)
{
  setlocale (LC_ALL, "");
  setlocale (LC_NUMERIC, "C");
  bindtextdomain (GETTEXT_PACKAGE, BUSBAR_LOCALEDIR);
  bind_textdomain_codeset (GETTEXT_PACKAGE, "UTF-8");
  textdomain (GETTEXT_PACKAGE);
  signal (SIGPIPE, SIG_IGN);
}

static gint
start_and_run (const gchar *path, Choices *choices)
{
  Program program = { .loop = g_main_loop_new (NULL, FALSE) };
  g_autoptr (BbClock) clock = bb_clock_new_real ();
  g_autoptr (BbLog) log = bb_log_new_stderr (clock, choices->quiet ? BB_LOG_ERROR : BB_LOG_INFO);
  g_autoptr (GError) error = NULL;
  gint code = EXIT_GOOD;

  g_unix_signal_add (SIGTERM, signal_cb, &program);
  g_unix_signal_add (SIGINT, signal_cb, &program);
  program.emulator = make_emulator (&program, path, choices, clock, log, &error);
  if (!program.emulator) {
    complain (error);
    code = exit_code (error);
  } else {
    code = run (&program, choices);
  }
  clear (&program, clock);
  return code;
}

static void
choices_clear (Choices *choices)
{
  g_free (choices->from);
  g_free (choices->faults);
  g_free (choices->control);
  g_free (choices->ocpp_url);
  g_free (choices->mqtt);
  g_free (choices->mqtt_host);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Choices, choices_clear)

gint
main (gint argc, gchar *argv[])
{
  g_auto (Choices) choices = { .speed = 1, .seed = -1 };

  prepare ();
  g_set_prgname ("busbar-emulator");
  if (!parse (&argc, &argv, &choices))
    return EXIT_USAGE;
  if (choices.version) {
    g_print ("busbar-emulator %s\n", BUSBAR_VERSION);
    return EXIT_GOOD;
  }
  if (!make_sense (argc, &choices))
    return EXIT_USAGE;
  return start_and_run (argv[1], &choices);
}
