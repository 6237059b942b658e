/* SPDX-License-Identifier: GPL-3.0-or-later */
/* render-pages.c: `busbar --render-pages DIR`: runs itself once for each language, side by side. */
#include "app/render-pages.h"

#include <glib/gi18n.h>
#include <glib/gstdio.h>
#include <locale.h>

#include "app/render-private.h"

static const gchar *const languages[] = { "en", "de" };

/* A locale in which gettext looks at LANGUAGE at all: not "C". The language's own, if it is installed, also
 * writes numbers and dates as its readers do. */
static const gchar *
find_locale (const gchar *language)
{
  static const gchar *const names[][2] = {
    { "en", "en_GB.UTF-8" }, { "en", "en_US.UTF-8" }, { "de", "de_DE.UTF-8" }, { "de", "de_AT.UTF-8" }
  };
  const gchar *found = "C.UTF-8";
  g_autofree gchar *now = g_strdup (setlocale (LC_ALL, NULL));

  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    if (g_str_equal (names[i][0], language) && setlocale (LC_ALL, names[i][1])) {
      found = names[i][1];
      break;
    }
  setlocale (LC_ALL, now);
  return found;
}

/* Settings, recent sites and recovery of the person who runs this are neither shown nor touched. */
static GSubprocess *
start (const gchar *folder, gdouble scale, const gchar *language, const gchar *home, GError **error)
{
  g_autoptr (GSubprocessLauncher) launcher = g_subprocess_launcher_new (G_SUBPROCESS_FLAGS_NONE);
  gchar factor[G_ASCII_DTOSTR_BUF_SIZE];
  g_autofree gchar *program = g_file_read_link ("/proc/self/exe", error);

  if (!program)
    return NULL;
  g_ascii_dtostr (factor, sizeof factor, scale);
  g_subprocess_launcher_setenv (launcher, BB_RENDER_LANGUAGE, language, TRUE);
  g_subprocess_launcher_setenv (launcher, "LANGUAGE", language, TRUE);
  g_subprocess_launcher_setenv (launcher, "LC_ALL", find_locale (language), TRUE);
  g_subprocess_launcher_setenv (launcher, "GSETTINGS_BACKEND", "memory", TRUE);
  g_subprocess_launcher_setenv (launcher, "XDG_STATE_HOME", home, TRUE);
  g_subprocess_launcher_unsetenv (launcher, "GTK_THEME");
  return g_subprocess_launcher_spawn (launcher, error, program, "--render-pages", folder,
                                      "--render-scale-text", factor, NULL);
}

static gint
render_languages (const gchar *folder, gdouble scale, const gchar *home)
{
  GSubprocess *children[G_N_ELEMENTS (languages)] = { NULL };
  gint status = 0;

  for (guint i = 0; i < G_N_ELEMENTS (languages); i++) {
    g_autoptr (GError) error = NULL;
    children[i] = start (folder, scale, languages[i], home, &error);
    if (!children[i]) {
      g_printerr ("busbar: %s\n", error->message);
      status = 1;
    }
  }
  for (guint i = 0; i < G_N_ELEMENTS (languages); i++) {
    if (children[i] && !g_subprocess_wait_check (children[i], NULL, NULL))
      status = 1;
    g_clear_object (&children[i]);
  }
  return status;
}

gint
bb_render_pages (const gchar *folder, gdouble scale)
{
  g_autoptr (GError) error = NULL;
  g_autofree gchar *home = NULL;
  gint status = 0;

  if (g_getenv (BB_RENDER_LANGUAGE))
    return bb_render_language (folder, CLAMP (scale, 0.5, 4.0), g_getenv (BB_RENDER_LANGUAGE));
  if (!gtk_init_check ()) {
    g_printerr (
        "%s\n",
        _ ("busbar: there is no display to draw the pages on. Try: xvfb-run -a busbar --render-pages DIR"));
    return 1;
  }
  if (g_mkdir_with_parents (folder, 0777) < 0 || !(home = g_dir_make_tmp ("busbar-render-XXXXXX", &error))) {
    g_printerr (_ ("busbar: the folder %s cannot be written.\n"), folder);
    return 1;
  }
  status = render_languages (folder, scale, home);
  g_rmdir (home);
  return status;
}
