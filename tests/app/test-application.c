/* SPDX-License-Identifier: GPL-3.0-or-later */
/* test-application.c: the program as it is started: one instance that later starts pass their files to, files
 * over the bus, and work that a killed one left. */
#include <signal.h>

#include "app/kit.h"
#include "app/recovery.h"

#define NAME "org.busbar.Busbar"
#define PATH "/org/busbar/Busbar"

static GSubprocess *
start (const char *argument)
{
  g_autofree char *program = g_build_filename (g_getenv ("BUSBAR_BUILD_DIR"), "src", "app", "busbar", NULL);
  g_autoptr (GError) error = NULL;
  g_autoptr (GSubprocessLauncher) launcher = g_subprocess_launcher_new (G_SUBPROCESS_FLAGS_NONE);
  GSubprocess *busbar = NULL;

  /* GLib's old table of quarks counts as a leak (forgive-quarks.h): the same code is checked for leaks in the
   * other tests. */
  g_subprocess_launcher_setenv (launcher, "ASAN_OPTIONS", "detect_leaks=0:abort_on_error=1", TRUE);
  busbar = g_subprocess_launcher_spawn (launcher, &error, program, argument, NULL);

  g_assert_no_error (error);
  return busbar;
}

static GDBusConnection *
bus (void)
{
  static GDBusConnection *connection;
  g_autoptr (GError) error = NULL;

  if (!connection)
    connection = g_bus_get_sync (G_BUS_TYPE_SESSION, NULL, &error);
  g_assert_no_error (error);
  return connection;
}

static GVariant *
call (const char *path, const char *interface, const char *method, GVariant *arguments)
{
  return g_dbus_connection_call_sync (bus (), NAME, path, interface, method, arguments, NULL,
                                      G_DBUS_CALL_FLAGS_NO_AUTO_START, 5000, NULL, NULL);
}

/* Whether the n-th window (1..) is on the bus. */
static gboolean
has_window (gpointer number)
{
  g_autofree char *path = g_strdup_printf (PATH "/window/%d", GPOINTER_TO_INT (number));
  g_autoptr (GVariant) list = call (path, "org.gtk.Actions", "List", NULL);

  return list != NULL;
}

static gboolean
is_enabled (const char *action)
{
  g_autoptr (GVariant) answer
      = call (PATH "/window/1", "org.gtk.Actions", "Describe", g_variant_new ("(s)", action));
  gboolean enabled = FALSE;

  if (answer)
    g_variant_get (answer, "((bgav))", &enabled, NULL, NULL);
  return enabled;
}

static gboolean
has_site (gpointer data)
{
  return is_enabled ("save-as");
}

static void
stop (GSubprocess *busbar)
{
  g_autoptr (GError) error = NULL;

  g_subprocess_send_signal (busbar, SIGTERM);
  g_subprocess_wait (busbar, NULL, &error);
  g_assert_no_error (error);
  g_assert_true (g_subprocess_get_if_exited (busbar));
}

static char *
demo_copy (const char *folder)
{
  g_autoptr (BbDocument) demo = bb_kit_demo ();
  char *path = g_build_filename (folder, "villa.busbar", NULL);

  g_assert_true (bb_kit_save (demo, path, 0, NULL));
  return path;
}

static void
test_one_instance (void)
{
  g_autofree char *folder = bb_kit_folder ();
  g_autofree char *path = demo_copy (folder);
  g_autoptr (GSubprocess) first = start ("--demo"), second = NULL;
  g_autoptr (GError) error = NULL;

  bb_kit_wait (has_window, GINT_TO_POINTER (1), "the first window");
  bb_kit_wait (has_site, NULL, "the demo");
  second = start (path);
  g_assert_true (g_subprocess_wait_check (second, NULL, &error));
  bb_kit_wait (has_window, GINT_TO_POINTER (2), "a window for the file");
  stop (first);
  bb_kit_remove (folder);
}

static void
test_open_over_the_bus (void)
{
  g_autofree char *folder = bb_kit_folder ();
  g_autofree char *path = demo_copy (folder);
  g_autofree char *uri = g_filename_to_uri (path, NULL, NULL);
  const char *uris[] = { uri, NULL };
  g_autoptr (GSubprocess) busbar = start (NULL);
  g_autoptr (GVariant) answer = NULL;

  bb_kit_wait (has_window, GINT_TO_POINTER (1), "the window");
  g_assert_false (is_enabled ("save-as"));
  answer = call (PATH, "org.freedesktop.Application", "Open", g_variant_new ("(^asa{sv})", uris, NULL));
  g_assert_nonnull (answer);
  bb_kit_wait (has_site, NULL, "the site");
  stop (busbar);
  bb_kit_remove (folder);
}

static gboolean
has_undo (gpointer data)
{
  return is_enabled ("undo");
}

static gboolean
has_copy (gpointer folder)
{
  g_autoptr (GDir) dir = g_dir_open (folder, 0, NULL);
  const char *name = NULL;

  while (dir && (name = g_dir_read_name (dir)))
    if (g_str_has_suffix (name, ".recovery"))
      return TRUE;
  return FALSE;
}

/* The session ends while there is unsaved work: it is on disk before the process is gone. */
static void
test_terminated (void)
{
  g_autofree char *folder = bb_recovery_get_folder ();
  g_autoptr (GSubprocess) busbar = start ("--demo");
  g_autoptr (GVariant) answer = NULL;
  g_autoptr (GPtrArray) found = NULL;

  bb_kit_wait (has_window, GINT_TO_POINTER (1), "the window");
  bb_kit_wait (has_site, NULL, "the demo");
  answer = call (PATH "/window/1", "org.gtk.Actions", "Activate",
                 g_variant_new ("(sava{sv})", "groups.add-group", NULL, NULL));
  bb_kit_wait (has_undo, NULL, "the edit");
  stop (busbar);
  g_assert_true (has_copy (folder));
  found = bb_recovery_find (folder);
  g_assert_cmpuint (found->len, ==, 1);
  g_assert_cmpstr (bb_leftover_get_name (found->pdata[0]), ==, "Villa demo");
  bb_leftover_discard (found->pdata[0]);
}

/* kill -9 while editing: the next start holds the copy, that is, offers it, and leaves it where it is. */
static void
test_killed (void)
{
  g_autofree char *folder = bb_recovery_get_folder ();
  g_autoptr (GSubprocess) first = start ("--demo"), second = NULL;
  g_autoptr (GVariant) answer = NULL;
  g_autoptr (GPtrArray) held = NULL, found = NULL;

  bb_kit_wait (has_window, GINT_TO_POINTER (1), "the window");
  bb_kit_wait (has_site, NULL, "the demo");
  answer = call (PATH "/window/1", "org.gtk.Actions", "Activate",
                 g_variant_new ("(sava{sv})", "groups.add-group", NULL, NULL));
  g_assert_nonnull (answer);
  bb_kit_wait (has_undo, NULL, "the edit");
  bb_kit_wait (has_copy, folder, "the copy");
  g_subprocess_send_signal (first, SIGKILL);
  g_subprocess_wait (first, NULL, NULL);
  second = start (NULL);
  bb_kit_wait (has_window, GINT_TO_POINTER (1), "the window of the next start");
  held = bb_recovery_find (folder);
  g_assert_cmpuint (held->len, ==, 0);
  stop (second);
  found = bb_recovery_find (folder);
  g_assert_cmpuint (found->len, ==, 1);
  bb_leftover_discard (found->pdata[0]);
}

static void
test_version (void)
{
  g_autofree char *program = g_build_filename (g_getenv ("BUSBAR_BUILD_DIR"), "src", "app", "busbar", NULL);
  const char *argv[] = { program, "--version", NULL };
  g_autofree char *out = NULL;
  gint status = 0;

  g_assert_true (g_spawn_sync (NULL, (char **) argv, NULL, 0, NULL, NULL, &out, NULL, &status, NULL));
  g_assert_cmpint (status, ==, 0);
  g_assert_true (g_str_has_prefix (out, "Busbar "));
}

int
main (int argc, char *argv[])
{
  bb_kit_init (&argc, &argv);
  g_test_add_func ("/app/application/version", test_version);
  g_test_add_func ("/app/application/one-instance", test_one_instance);
  g_test_add_func ("/app/application/open-over-the-bus", test_open_over_the_bus);
  g_test_add_func ("/app/application/terminated", test_terminated);
  g_test_add_func ("/app/application/killed", test_killed);
  return g_test_run ();
}
