/* SPDX-License-Identifier: GPL-3.0-or-later */
/* render-language.c: draws each page of the application, light and dark, in one language. */
#include <adwaita.h>
#include <glib/gi18n.h>

#include "app/application.h"
#include "app/compat.h"
#include "app/help.h"
#include "app/pages/groups-page.h"
#include "app/pages/simulate-page.h"
#include "app/preferences.h"
#include "app/render-private.h"
#include "app/widgets/device-advice.h"
#include "app/widgets/profile-list.h"

typedef struct {
  const gchar *folder, *language;
  BbApplication *application;
  BbAppWindow *welcome, *site; /* without and with the demo */
  guint n_pictures;
  GError *error; /* the first */
} Render;

static const gint sizes[][2] = { { 1280, 800 }, { 800, 600 } };

/* ---- waiting ---- */

typedef gboolean (*Done) (gpointer data);

static gboolean
late_cb (gpointer late)
{
  *(gboolean *) late = TRUE;
  return G_SOURCE_REMOVE;
}

/* Runs the main loop until `done`; FALSE after `seconds`. */
static gboolean
run_until (Done done, gpointer data, guint seconds)
{
  gboolean late = FALSE;
  const guint timer = g_timeout_add_seconds (seconds, late_cb, &late);

  while (!late && !done (data))
    g_main_context_iteration (NULL, TRUE);
  if (!late)
    g_source_remove (timer);
  return !late;
}

typedef struct {
  guint n; /* frames that were painted */
} Frames;

static void
painted_cb (GdkFrameClock *clock, Frames *frames)
{
  frames->n++;
}

static gboolean
is_painted (gpointer data)
{
  return ((Frames *) data)->n >= 3;
}

static gboolean
tick_cb (GtkWidget *widget, GdkFrameClock *clock, gpointer data)
{
  gtk_widget_queue_draw (widget);
  return G_SOURCE_CONTINUE;
}

/* What changes in idles and in the first layout (a narrow sidebar, wrapped labels) is there in the third
 * frame. */
GdkTexture *
bb_render_widget (GtkWidget *widget, GError **error)
{
  GtkNative *native = gtk_widget_get_native (widget);
  GdkFrameClock *clock = gtk_widget_get_frame_clock (widget);
  g_autoptr (GdkPaintable) paintable = NULL;
  g_autoptr (GtkSnapshot) snapshot = gtk_snapshot_new ();
  g_autoptr (GskRenderNode) node = NULL;
  Frames frames = { 0 };
  const gulong handler = g_signal_connect (clock, "after-paint", G_CALLBACK (painted_cb), &frames);
  const guint tick = gtk_widget_add_tick_callback (widget, tick_cb, NULL, NULL);
  const gboolean painted = run_until (is_painted, &frames, 10);

  gtk_widget_remove_tick_callback (widget, tick);
  g_signal_handler_disconnect (clock, handler);
  if (!painted) {
    g_set_error (error, G_IO_ERROR, G_IO_ERROR_TIMED_OUT, "%s was not drawn", G_OBJECT_TYPE_NAME (widget));
    return NULL;
  }
  paintable = gtk_widget_paintable_new (widget);
  gdk_paintable_snapshot (paintable, snapshot, gtk_widget_get_width (widget), gtk_widget_get_height (widget));
  node = gtk_snapshot_free_to_node (g_steal_pointer (&snapshot));
  if (!node) {
    g_set_error (error, G_IO_ERROR, G_IO_ERROR_FAILED, "%s is empty", G_OBJECT_TYPE_NAME (widget));
    return NULL;
  }
  return gsk_renderer_render_texture (gtk_native_get_renderer (native), node,
                                      &GRAPHENE_RECT_INIT (0, 0, (gfloat) gtk_widget_get_width (widget),
                                                           (gfloat) gtk_widget_get_height (widget)));
}

/* ---- pictures ---- */

static gboolean
is_size (gpointer data)
{
  return gtk_widget_get_width (data) > 0 && gtk_widget_get_mapped (data);
}

static void
picture (Render *render, GtkWidget *window, const gchar *name, gint width, gint height, gboolean dark)
{
  g_autofree gchar *file = g_strdup_printf ("%s-%dx%d-%s-%s.png", name, width, height,
                                            dark ? "dark" : "light", render->language);
  g_autofree gchar *path = g_build_filename (render->folder, file, NULL);
  g_autoptr (GdkTexture) texture = NULL;

  if (render->error)
    return;
  gtk_window_set_default_size (GTK_WINDOW (window), width, height);
  gtk_window_present (GTK_WINDOW (window));
  run_until (is_size, window, 5);
  texture = bb_render_widget (window, &render->error);
  if (!texture)
    return;
  if (gdk_texture_get_width (texture) > width || gdk_texture_get_height (texture) > height)
    g_print ("%s: needs %d x %d\n", file, gdk_texture_get_width (texture), gdk_texture_get_height (texture));
  if (gdk_texture_save_to_png (texture, path))
    render->n_pictures++;
  else
    g_set_error (&render->error, G_IO_ERROR, G_IO_ERROR_FAILED, "%s could not be written", path);
}

/* The form of the first station, where its device is told, with the advice on it open. */
static void
draw_device (Render *render, gint width, gint height, gboolean dark)
{
  BbGroupsPage *page = BB_GROUPS_PAGE (bb_app_window_get_page (render->site, "groups"));
  BbSite *site = bb_editor_get_site (bb_document_get_editor (bb_app_window_get_document (render->site)));
  BbPart *station = BB_PART (bb_site_station (site, 0));
  GtkWidget *row;

  bb_app_window_show_page (render->site, "groups");
  bb_groups_page_select (page, station);
  row = bb_groups_form_find (bb_groups_page_get_form (page), station, "profile");
  for (GtkWidget *after = row; after != NULL; after = gtk_widget_get_next_sibling (after))
    if (BB_IS_DEVICE_ADVICE (after))
      adw_expander_row_set_expanded (ADW_EXPANDER_ROW (after), TRUE);
  if (row != NULL)
    bb_groups_form_reveal (bb_groups_page_get_form (page), row);
  picture (render, GTK_WIDGET (render->site), "device", width, height, dark);
  bb_groups_page_select (page, BB_PART (site));
}

static void
draw_pages (Render *render, gint width, gint height, gboolean dark)
{
  static const gchar *const pages[] = { "devices", "live", "groups", "simulate", "deploy", "log" };

  for (guint i = 0; i < G_N_ELEMENTS (pages); i++)
    if (bb_app_window_show_page (render->site, pages[i]))
      picture (render, GTK_WIDGET (render->site), pages[i], width, height, dark);
  draw_device (render, width, height, dark);
}

static void
draw_starts (Render *render, gint width, gint height, gboolean dark)
{
  bb_app_window_set_document (render->welcome, NULL);
  gtk_widget_activate_action (bb_app_window_get_page (render->welcome, "assistant"), "assistant.cancel",
                              NULL);
  picture (render, GTK_WIDGET (render->welcome), "welcome", width, height, dark);
  bb_app_window_show_assistant (render->welcome);
  picture (render, GTK_WIDGET (render->welcome), "assistant", width, height, dark);
}

/* Windows that are opened over the page; their own size is right for both. */
static void
draw_windows (Render *render, gboolean dark)
{
  GtkWidget *preferences = bb_preferences_new (NULL);
  GtkWidget *help = bb_help_show (GTK_WINDOW (render->site), "10-first-steps");
  GtkWidget *shortcuts = bb_compat_shortcuts_new (NULL);
  GtkWidget *profiles = bb_profile_list_new (NULL, BB_PROFILE_STATION, "abb-terra-ac");
  GtkWidget *meters = bb_profile_list_new (NULL, BB_PROFILE_METER, "");

  picture (render, preferences, "preferences", 560, 480, dark);
  picture (render, help, "help", 960, 720, dark);
  picture (render, shortcuts, "shortcuts", 900, 700, dark);
  picture (render, profiles, "profiles", 560, 600, dark);
  bb_profile_list_search (BB_PROFILE_LIST (meters), "sdm72d");
  picture (render, meters, "profiles-meter", 560, 600, dark);
  gtk_window_destroy (GTK_WINDOW (preferences));
  gtk_window_destroy (GTK_WINDOW (help));
  gtk_window_destroy (GTK_WINDOW (shortcuts));
  gtk_window_destroy (GTK_WINDOW (profiles));
  gtk_window_destroy (GTK_WINDOW (meters));
}

static void
draw_theme (Render *render, gboolean dark)
{
  adw_style_manager_set_color_scheme (adw_style_manager_get_default (),
                                      dark ? ADW_COLOR_SCHEME_FORCE_DARK : ADW_COLOR_SCHEME_FORCE_LIGHT);
  for (guint i = 0; i < G_N_ELEMENTS (sizes); i++) {
    draw_starts (render, sizes[i][0], sizes[i][1], dark);
    draw_pages (render, sizes[i][0], sizes[i][1], dark);
  }
  draw_windows (render, dark);
}

/* ---- the demo, simulated ---- */

static void
loaded_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  Render *render = data;
  g_autoptr (BbDocument) document = bb_document_load_finish (result, &render->error);

  if (document)
    bb_app_window_set_document (render->site, document);
}

static gboolean
is_loaded (gpointer data)
{
  Render *render = data;

  return render->error || bb_app_window_get_document (render->site);
}

static gboolean
is_simulated (gpointer page)
{
  return bb_simulate_page_get_shown (page) && !bb_simulate_page_get_working (page);
}

/* The charts follow some frames later: each picture waits for frames of its own. */
static void
simulate (Render *render)
{
  GtkWidget *page = bb_app_window_get_page (render->site, "simulate");

  if (render->error || !page)
    return;
  bb_app_window_show_page (render->site, "simulate");
  gtk_widget_activate_action (page, "simulate.run", NULL);
  if (!run_until (is_simulated, page, 20))
    g_set_error (&render->error, G_IO_ERROR, G_IO_ERROR_TIMED_OUT, "the simulation did not end");
}

static void
open_windows (Render *render)
{
  render->welcome = BB_APP_WINDOW (bb_app_window_new (ADW_APPLICATION (render->application)));
  render->site = BB_APP_WINDOW (bb_app_window_new (ADW_APPLICATION (render->application)));
  gtk_window_present (GTK_WINDOW (render->site));
  bb_document_load_demo_async (NULL, loaded_cb, render);
  run_until (is_loaded, render, 10);
  simulate (render);
}

/* ---- the language ---- */

/* English is what the source says; another language must have been found, or the pictures would lie. */
static void
say_language (const gchar *language)
{
  const gchar *original = "_Open…";

  if (g_str_equal (language, "en"))
    return;
  if (g_strcmp0 (_ ("_Open…"), original) == 0)
    g_print ("%s: no translation found, these pictures are in English\n", language);
  else
    g_print ("%s: %s is %s\n", language, original, _ ("_Open…"));
}

/* Without the frame that a window draws around itself where nobody manages windows. */
static void
drop_frame (void)
{
  g_autoptr (GtkCssProvider) provider = gtk_css_provider_new ();

  gtk_css_provider_load_from_data (
      provider, "window { margin: 0; padding: 0; border: none; box-shadow: none; border-radius: 0; }", -1);
  gtk_style_context_add_provider_for_display (gdk_display_get_default (), GTK_STYLE_PROVIDER (provider),
                                              GTK_STYLE_PROVIDER_PRIORITY_USER);
}

static void
set_look (gdouble scale)
{
  GtkSettings *settings = gtk_settings_get_default ();

  g_object_set (settings, "gtk-enable-animations", FALSE, "gtk-xft-dpi", (gint) (96.0 * 1024.0 * scale),
                "gtk-cursor-blink", FALSE, "gtk-font-name", "Cantarell 11", NULL);
  drop_frame ();
}

gint
bb_render_language (const gchar *folder, gdouble scale, const gchar *language)
{
  g_autoptr (BbApplication) application = bb_application_new ();
  Render render = { folder, language, application, NULL, NULL, 0, NULL };
  g_autoptr (GTimer) timer = g_timer_new ();

  g_application_set_flags (G_APPLICATION (application), G_APPLICATION_NON_UNIQUE);
  if (!g_application_register (G_APPLICATION (application), NULL, &render.error))
    return 1;
  set_look (scale);
  say_language (language);
  open_windows (&render);
  if (!render.error)
    draw_theme (&render, FALSE);
  if (!render.error)
    draw_theme (&render, TRUE);
  g_print ("%s: %u pictures in %s, %.1f s\n", language, render.n_pictures, folder,
           g_timer_elapsed (timer, NULL));
  if (!render.error)
    return 0;
  g_printerr ("busbar: %s\n", render.error->message);
  g_clear_error (&render.error);
  return 1;
}
