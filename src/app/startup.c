/* SPDX-License-Identifier: GPL-3.0-or-later */
/* startup.c: what starting cost. */
#include "app/startup.h"

#include <time.h>
#include <unistd.h>

#include "app/app-window.h"

static gdouble
cpu_ms (void)
{
  struct timespec time = { 0 };

  clock_gettime (CLOCK_PROCESS_CPUTIME_ID, &time);
  return (gdouble) time.tv_sec * 1e3 + (gdouble) time.tv_nsec / 1e6;
}

/* The second number of /proc/self/statm: resident pages. */
static gdouble
resident_mb (void)
{
  g_autofree gchar *text = NULL;
  g_auto (GStrv) words = NULL;

  if (!g_file_get_contents ("/proc/self/statm", &text, NULL, NULL))
    return 0;
  words = g_strsplit (text, " ", 3);
  return g_strv_length (words) < 2
             ? 0
             : (gdouble) g_ascii_strtoull (words[1], NULL, 10) * (gdouble) sysconf (_SC_PAGESIZE) / 1e6;
}

static void
painted_cb (GdkFrameClock *clock, gpointer data)
{
  g_printerr ("busbar: startup: first frame after %.0f ms of CPU time, %.1f MB resident\n", cpu_ms (),
              resident_mb ());
  g_signal_handlers_disconnect_by_func (clock, painted_cb, data);
  g_application_quit (g_application_get_default ());
}

static gboolean
tick_cb (GtkWidget *window, GdkFrameClock *clock, gpointer data)
{
  if (!bb_app_window_get_document (BB_APP_WINDOW (window)))
    return G_SOURCE_CONTINUE;
  g_signal_connect_object (clock, "after-paint", G_CALLBACK (painted_cb), window, 0);
  return G_SOURCE_REMOVE;
}

static void
window_added_cb (GtkApplication *application, GtkWindow *window, gpointer data)
{
  if (BB_IS_APP_WINDOW (window))
    gtk_widget_add_tick_callback (GTK_WIDGET (window), tick_cb, NULL, NULL);
}

void
bb_startup_watch (GtkApplication *application)
{
  const GDebugKey keys[] = { { "startup", 1 } };

  if (g_parse_debug_string (g_getenv ("BUSBAR_DEBUG"), keys, 1) == 1)
    g_signal_connect (application, "window-added", G_CALLBACK (window_added_cb), NULL);
}
