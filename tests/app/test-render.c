/* SPDX-License-Identifier: GPL-3.0-or-later */
/* test-render.c: `busbar --render-pages` as it is run: every page, both themes, both sizes, both languages,
 * none empty. */
#include <gtk/gtk.h>

#include "app/kit.h"

static const char *const pages[] = { "welcome-1280x800",  "assistant-1280x800",     "groups-1280x800",
                                     "simulate-1280x800", "log-1280x800",           "welcome-800x600",
                                     "assistant-800x600", "groups-800x600",         "simulate-800x600",
                                     "log-800x600",       "device-1280x800",        "device-800x600",
                                     "profiles-560x600",  "profiles-meter-560x600", "preferences-560x480",
                                     "help-960x720",      "shortcuts-900x700" };

/* How many different colours a picture has, up to 16: an empty one has a few. */
static guint
count_colours (const char *path)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GdkPixbuf) picture = gdk_pixbuf_new_from_file (path, &error);
  const guint8 *pixels = NULL;
  guint32 seen[16] = { 0 };
  guint n = 0;

  g_assert_no_error (error);
  pixels = gdk_pixbuf_read_pixels (picture);
  for (gint y = 0; y < gdk_pixbuf_get_height (picture); y++)
    for (gint x = 0; x < gdk_pixbuf_get_width (picture) && n < G_N_ELEMENTS (seen); x++) {
      const guint8 *at
          = pixels + y * gdk_pixbuf_get_rowstride (picture) + x * gdk_pixbuf_get_n_channels (picture);
      const guint32 colour = (guint32) at[0] << 16 | (guint32) at[1] << 8 | at[2];
      gboolean known = FALSE;
      for (guint i = 0; i < n; i++)
        known |= seen[i] == colour;
      if (!known)
        seen[n++] = colour;
    }
  return n;
}

static void
test_all (void)
{
  static const char *const themes[] = { "light", "dark" }, *const languages[] = { "en", "de" };
  g_autofree char *folder = bb_kit_folder ();
  g_autofree char *program = g_build_filename (g_getenv ("BUSBAR_BUILD_DIR"), "src", "app", "busbar", NULL);
  g_autoptr (GSubprocessLauncher) launcher = g_subprocess_launcher_new (G_SUBPROCESS_FLAGS_STDOUT_SILENCE);
  g_autoptr (GError) error = NULL;
  g_autoptr (GSubprocess) busbar = NULL;
  g_autoptr (GTimer) timer = g_timer_new ();

  g_subprocess_launcher_unsetenv (launcher, "G_DEBUG");
  /* what GLib keeps on purpose is told apart in this process only: kit.c */
  g_subprocess_launcher_setenv (launcher, "ASAN_OPTIONS", "detect_leaks=0:abort_on_error=1", TRUE);
  busbar = g_subprocess_launcher_spawn (launcher, &error, program, "--render-pages", folder, NULL);
  g_assert_no_error (error);
  g_subprocess_wait_check (busbar, NULL, &error);
  g_assert_no_error (error);
  g_test_message ("all pages in %.1f s", g_timer_elapsed (timer, NULL));
  g_assert_cmpfloat (g_timer_elapsed (timer, NULL), <,
                     40.0 * (g_getenv ("MESON_TEST_ITERATION") ? 4.0 : 1.0));
  for (guint i = 0; i < G_N_ELEMENTS (pages); i++)
    for (guint k = 0; k < 4; k++) {
      g_autofree char *file = g_strdup_printf ("%s-%s-%s.png", pages[i], themes[k / 2], languages[k % 2]);
      g_autofree char *path = g_build_filename (folder, file, NULL);
      if (count_colours (path) < 16)
        g_error ("%s is empty", file);
    }
  bb_kit_remove (folder);
}

/* Without a display: a sentence and not a crash. */
static void
test_no_display (void)
{
  g_autofree char *folder = bb_kit_folder ();
  g_autofree char *program = g_build_filename (g_getenv ("BUSBAR_BUILD_DIR"), "src", "app", "busbar", NULL);
  g_autoptr (GSubprocessLauncher) launcher = g_subprocess_launcher_new (G_SUBPROCESS_FLAGS_STDERR_PIPE);
  g_autoptr (GError) error = NULL;
  g_autoptr (GSubprocess) busbar = NULL;
  g_autofree char *complaint = NULL;

  g_subprocess_launcher_unsetenv (launcher, "DISPLAY");
  g_subprocess_launcher_unsetenv (launcher, "WAYLAND_DISPLAY");
  g_subprocess_launcher_unsetenv (launcher, "G_DEBUG");
  busbar = g_subprocess_launcher_spawn (launcher, &error, program, "--render-pages", folder, NULL);
  g_assert_no_error (error);
  g_assert_true (g_subprocess_communicate_utf8 (busbar, NULL, NULL, NULL, &complaint, &error));
  g_assert_cmpint (g_subprocess_get_exit_status (busbar), ==, 1);
  g_assert_nonnull (strstr (complaint, "no display"));
  bb_kit_remove (folder);
}

int
main (int argc, char *argv[])
{
  bb_kit_init (&argc, &argv);
  g_test_add_func ("/app/render/all", test_all);
  g_test_add_func ("/app/render/no-display", test_no_display);
  return g_test_run ();
}
