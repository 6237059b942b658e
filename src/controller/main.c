/* SPDX-License-Identifier: GPL-3.0-or-later */
/* main.c: busbar-controller: the headless device as a program. */
#include <glib-unix.h>
#include <glib/gi18n.h>
#include <locale.h>
#include <signal.h>
#include <stdio.h>

#include "controller/controller.h"
#include "controller/notify.h"
#include "controller/program.h"
#include "controller/settings.h"
#include "model/site-json.h"

/* As those of busbar-cli. */
enum { EXIT_GOOD = 0, EXIT_USAGE = 2, EXIT_INPUT = 3, EXIT_IO = 4 };

static gint
fail (const GError *error)
{
  g_printerr ("busbar-controller: %s\n", error->message);
  if (error->domain == G_OPTION_ERROR)
    return EXIT_USAGE;
  return error->domain == BB_IO_ERROR || error->domain == G_IO_ERROR || error->domain == G_FILE_ERROR
                 || error->domain == BB_OCPP_ERROR
                 || g_error_matches (error, BB_CONTROLLER_ERROR, BB_CONTROLLER_ERROR_STATE)
             ? EXIT_IO
             : EXIT_INPUT;
}

static gboolean
end_cb (gpointer loop)
{
  g_main_loop_quit (loop);
  return G_SOURCE_CONTINUE;
}

static gboolean
ended_cb (gpointer loop)
{
  g_main_loop_quit (loop);
  return G_SOURCE_REMOVE;
}

static gint
run (const BbControllerSettings *settings, BbProgram *program)
{
  g_autoptr (GMainLoop) loop = g_main_loop_new (NULL, FALSE);
  g_autoptr (GError) error = NULL;
  guint term = g_unix_signal_add (SIGTERM, end_cb, loop);
  guint interrupt = g_unix_signal_add (SIGINT, end_cb, loop);

  if (!bb_program_start (program, &error))
    return fail (error);
  if (settings->for_s > 0)
    bb_clock_add_timeout (bb_program_get_clock (program), (gint64) (settings->for_s * 1000), ended_cb, loop,
                          NULL);
  bb_notify ("READY=1");
  g_main_loop_run (loop);
  bb_notify ("STOPPING=1");
  g_source_remove (term);
  g_source_remove (interrupt);
  return EXIT_GOOD;
}

int
main (int argc, char *argv[])
{
  g_auto (BbControllerSettings) settings = { 0 };
  g_autoptr (GError) error = NULL;

  setlocale (LC_ALL, "");
  setlocale (LC_NUMERIC, "C"); /* numbers look the same everywhere; only words are translated */
  bindtextdomain (GETTEXT_PACKAGE, BUSBAR_LOCALEDIR);
  bind_textdomain_codeset (GETTEXT_PACKAGE, "UTF-8");
  textdomain (GETTEXT_PACKAGE);
  signal (SIGPIPE, SIG_IGN); /* a connection that went is an error that write() reports */
  signal (SIGXFSZ, SIG_IGN);
  if (!bb_controller_settings_read (&settings, &argc, &argv, &error))
    return fail (error);
  if (settings.version) {
    g_print ("busbar-controller %s\n", BUSBAR_VERSION);
    return EXIT_GOOD;
  }
  g_autoptr (BbProgram) program = bb_program_new (&settings, &error);
  if (program == NULL)
    return fail (error);
  if (settings.check) {
    g_print (_ ("Site, profiles and settings are good.\n"));
    return EXIT_GOOD;
  }
  return run (&settings, program);
}
