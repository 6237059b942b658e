/* SPDX-License-Identifier: GPL-3.0-or-later */
/* main.c: `busbar`, the application. */
#include <glib/gi18n.h>
#include <locale.h>
#include <signal.h>

#include "app/application.h"
#include "app/preferences-settings.h"
#include "app/startup.h"
#include "app/watchdog.h"
#include "base/data-dir.h"

/* A program that runs from a build folder speaks with that build's translations. */
static void
find_translations (void)
{
  g_autofree gchar *build = bb_build_dir ();
  g_autofree gchar *own = build ? g_build_filename (build, "po", NULL) : NULL;

  bindtextdomain (GETTEXT_PACKAGE, own ? own : BUSBAR_LOCALEDIR);
  bind_textdomain_codeset (GETTEXT_PACKAGE, "UTF-8");
  textdomain (GETTEXT_PACKAGE);
}

int
main (int argc, char *argv[])
{
  g_autoptr (BbApplication) application = NULL;
  int status = 0;

  /* A limit on the size of files is an error to tell, as a full disk is; by default it would end the program.
   */
  signal (SIGXFSZ, SIG_IGN);
  /* Numbers are written alike everywhere: in files, on the command line, on the stations' own displays. One
   * decimal point in all languages, then, instead of two ways on one page; typed commas are understood
   * (field-row.c). */
  setlocale (LC_ALL, "");
  setlocale (LC_NUMERIC, "C");
  gtk_disable_setlocale ();
  find_translations ();
  g_set_application_name ("Busbar");
  bb_preferences_prepare ();
  bb_watchdog_start_from_environment ();
  bb_application_load_resources ();
  application = bb_application_new ();
  bb_startup_watch (GTK_APPLICATION (application));
  status = g_application_run (G_APPLICATION (application), argc, argv);
  bb_watchdog_print ();
  return status;
}
