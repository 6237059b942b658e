/* SPDX-License-Identifier: GPL-3.0-or-later */
/* test-chart.c: the chart in a window: keys and pointer do the same, cursor and table say what a query says,
 * export. */
#include <glib/gstdio.h>
#include <math.h>
#include <string.h>

#include "app/kit.h"
#include "app/widgets/chart-area.h"
#include "app/widgets/chart-cursor.h"
#include "app/widgets/chart-raster.h"
#include "app/widgets/chart.h"
#include "report/chart-table.h"

#define FROM G_GINT64_CONSTANT (1767225600000)
#define SPAN G_GINT64_CONSTANT (86400000)

typedef struct {
  GtkWidget *window, *chart, *area;
  BbMemorySeries *series;
  BbChartModel *model;
  gint64 moved_ms;
} Fixture;

static void
moved_cb (BbChart *chart, gint64 time_ms, Fixture *fixture)
{
  fixture->moved_ms = time_ms;
}

static void
fill_model (Fixture *fixture, guint n_tracks)
{
  for (guint track = 0; track < n_tracks; track++) {
    bb_chart_model_add_track (fixture->model, "Main fuse", "A", 1, BB_TRACK_LINES);
    bb_chart_model_add_limit (fixture->model, track, "Rating 25.0 A", BB_ROLE_RATING, 25);
    for (guint i = 0; i < 3; i++) {
      static const gchar *names[] = { "L1", "L2", "L3" };
      bb_chart_model_add_line (fixture->model, track, BB_SERIES_SOURCE (fixture->series), i, names[i],
                               BB_ROLE_L1 + i, 1, FALSE);
    }
  }
}

static gboolean
is_laid_out (gpointer data)
{
  return bb_chart_area_get_geometry (BB_CHART_AREA (((Fixture *) data)->area)) != NULL;
}

static void
set_up (Fixture *fixture, gconstpointer data)
{
  fixture->series = bb_memory_series_new (1000);
  fixture->model = bb_chart_model_new (NULL);
  for (guint i = 0; i < 3; i++) {
    g_autofree gchar *id = g_strdup_printf ("l%u", i + 1);
    bb_memory_series_add_series (fixture->series, id, id, "A", BB_SERIES_GAUGE);
    for (gint64 t = 0; t < SPAN; t += 10000)
      bb_memory_series_append (fixture->series, i, FROM + t, 8 + 6 * sin ((gdouble) t / 5e6 + i), 0);
    bb_memory_series_extend (fixture->series, i, FROM + SPAN);
  }
  bb_chart_model_set_extent (fixture->model, FROM, FROM + SPAN);
  fill_model (fixture, GPOINTER_TO_UINT (data));
  fixture->moved_ms = -2;
  fixture->window = gtk_window_new ();
  fixture->chart = bb_chart_new ();
  fixture->area = bb_kit_find (fixture->chart, BB_TYPE_CHART_AREA, NULL);
  g_signal_connect (fixture->chart, "cursor-moved", G_CALLBACK (moved_cb), fixture);
  bb_chart_set_model (BB_CHART (fixture->chart), fixture->model);
  gtk_window_set_default_size (GTK_WINDOW (fixture->window), 800, 500);
  gtk_window_set_child (GTK_WINDOW (fixture->window), fixture->chart);
  gtk_window_present (GTK_WINDOW (fixture->window));
  bb_kit_wait (is_laid_out, fixture, "the chart's geometry");
}

static void
tear_down (Fixture *fixture, gconstpointer data)
{
  gpointer chart = fixture->chart;
  g_object_add_weak_pointer (G_OBJECT (fixture->chart), &chart);
  gtk_window_destroy (GTK_WINDOW (fixture->window));
  bb_kit_settle ();
  g_assert_null (chart);
  g_assert_finalize_object (fixture->model);
  g_assert_finalize_object (fixture->series);
}

static const BbChartGeometry *
geometry_of (Fixture *fixture)
{
  const BbChartGeometry *geometry = bb_chart_area_get_geometry (BB_CHART_AREA (fixture->area));
  g_assert_nonnull (geometry);
  return geometry;
}

static void
get_view (Fixture *fixture, gint64 *from_ms, gint64 *until_ms)
{
  g_object_get (fixture->chart, "view-from-ms", from_ms, "view-until-ms", until_ms, NULL);
}

static void
get_selection (Fixture *fixture, gint64 *from_ms, gint64 *until_ms)
{
  g_object_get (fixture->chart, "selection-from-ms", from_ms, "selection-until-ms", until_ms, NULL);
}

static void
assert_view (Fixture *fixture, gint64 from_ms, gint64 until_ms)
{
  gint64 from = 0, until = 0;
  get_view (fixture, &from, &until);
  g_assert_cmpint (from, ==, from_ms);
  g_assert_cmpint (until, ==, until_ms);
}

/* ---- keys: what the class binds, looked up by the key and activated ---- */

static gboolean
press_in (GtkEventController *controller, GtkWidget *widget, const gchar *key)
{
  guint n = 0;
  if (!GTK_IS_SHORTCUT_CONTROLLER (controller))
    return FALSE;
  n = g_list_model_get_n_items (G_LIST_MODEL (controller));
  for (guint i = 0; i < n; i++) {
    g_autoptr (GtkShortcut) shortcut = g_list_model_get_item (G_LIST_MODEL (controller), i);
    g_autofree gchar *text = gtk_shortcut_trigger_to_string (gtk_shortcut_get_trigger (shortcut));
    if (g_str_equal (text, key))
      return gtk_shortcut_action_activate (gtk_shortcut_get_action (shortcut), 0, widget,
                                           gtk_shortcut_get_arguments (shortcut));
  }
  return FALSE;
}

static gboolean
press (Fixture *fixture, const gchar *key)
{
  g_autoptr (GListModel) controllers = gtk_widget_observe_controllers (fixture->chart);
  guint n = g_list_model_get_n_items (controllers);
  for (guint i = 0; i < n; i++) {
    g_autoptr (GtkEventController) controller = g_list_model_get_item (controllers, i);
    if (press_in (controller, fixture->chart, key))
      return TRUE;
  }
  return FALSE;
}

/* ---- the pointer: the signals that its controllers would send ---- */

static GtkEventController *
find_controller (Fixture *fixture, GType type)
{
  g_autoptr (GListModel) controllers = gtk_widget_observe_controllers (fixture->area);
  GtkEventController *found = NULL;
  guint n = g_list_model_get_n_items (controllers);
  for (guint i = 0; i < n && found == NULL; i++) {
    g_autoptr (GtkEventController) controller = g_list_model_get_item (controllers, i);
    if (G_TYPE_CHECK_INSTANCE_TYPE (controller, type)
        && (!GTK_IS_GESTURE_SINGLE (controller)
            || gtk_gesture_single_get_button (GTK_GESTURE_SINGLE (controller)) != GDK_BUTTON_SECONDARY))
      found = controller;
  }
  g_assert_nonnull (found);
  return found;
}

static void
drag (Fixture *fixture, gdouble from_x, gdouble to_x)
{
  GtkEventController *gesture = find_controller (fixture, GTK_TYPE_GESTURE_DRAG);
  g_signal_emit_by_name (gesture, "drag-begin", from_x, 50.0);
  g_signal_emit_by_name (gesture, "drag-update", (to_x - from_x) / 2, 0.0);
  g_signal_emit_by_name (gesture, "drag-update", to_x - from_x, 0.0);
  g_signal_emit_by_name (gesture, "drag-end", to_x - from_x, 0.0);
}

static void
point (Fixture *fixture, gdouble x)
{
  g_signal_emit_by_name (find_controller (fixture, GTK_TYPE_EVENT_CONTROLLER_MOTION), "motion", x, 50.0);
}

/* ---- */

static void
test_zoom (Fixture *fixture, gconstpointer data)
{
  GtkEventController *pinch = find_controller (fixture, GTK_TYPE_GESTURE_ZOOM);
  gint64 by_key[2], by_pinch[2];
  assert_view (fixture, FROM, FROM + SPAN);
  g_assert_true (press (fixture, "plus"));
  get_view (fixture, &by_key[0], &by_key[1]);
  g_assert_cmpint (by_key[1] - by_key[0], ==, SPAN * 2 / 3);
  g_assert_true (press (fixture, "Home"));
  assert_view (fixture, FROM, FROM + SPAN);
  g_signal_emit_by_name (pinch, "begin", NULL);
  g_signal_emit_by_name (pinch, "scale-changed", 1.5);
  g_signal_emit_by_name (pinch, "end", NULL);
  get_view (fixture, &by_pinch[0], &by_pinch[1]);
  g_assert_cmpint (ABS (by_key[0] - by_pinch[0]), <=, 1);
  g_assert_cmpint (ABS (by_key[1] - by_pinch[1]), <=, 1);
  g_signal_emit_by_name (find_controller (fixture, GTK_TYPE_GESTURE_CLICK), "pressed", 2, 100.0, 50.0);
  assert_view (fixture, FROM, FROM + SPAN);
  g_assert_false (press (fixture, "minus")); /* all is shown */
  for (guint i = 0; i < 60 && press (fixture, "plus"); i++)
    ;
  get_view (fixture, &by_key[0], &by_key[1]);
  g_assert_cmpint (by_key[1] - by_key[0], ==, BB_CHART_MIN_SPAN_MS);
  g_assert_true (press (fixture, "minus"));
}

static void
test_pan (Fixture *fixture, gconstpointer data)
{
  GtkEventController *scroll = find_controller (fixture, GTK_TYPE_EVENT_CONTROLLER_SCROLL);
  gint64 from = 0, until = 0, before = 0;
  gboolean taken = TRUE;
  g_signal_emit_by_name (scroll, "scroll", 1.0, 0.0, &taken);
  g_assert_false (taken); /* nothing to pan: the page may scroll */
  bb_chart_set_view (BB_CHART (fixture->chart), FROM + SPAN / 4, FROM + SPAN / 2);
  g_assert_true (press (fixture, "<Control>Right"));
  get_view (fixture, &from, &until);
  g_assert_cmpint (from, >, FROM + SPAN / 4);
  g_assert_cmpint (until - from, ==, SPAN / 4);
  before = from;
  g_signal_emit_by_name (scroll, "scroll", 1.0, 0.0, &taken);
  get_view (fixture, &from, &until);
  g_assert_true (taken);
  g_assert_cmpint (from, >, before);
  for (guint i = 0; i < 40; i++)
    g_assert_true (press (fixture, "<Control>Left"));
  assert_view (fixture, FROM, FROM + SPAN / 4);
}

/* The same range by drag and by keys gives the same view. */
static void
test_select (Fixture *fixture, gconstpointer data)
{
  gdouble x = bb_chart_geometry_time_to_x (geometry_of (fixture), FROM + SPAN / 4);
  gdouble x_end = bb_chart_geometry_time_to_x (geometry_of (fixture), FROM + SPAN / 2);
  gint64 dragged[2], keyed[2];
  g_assert_false (press (fixture, "Return"));
  drag (fixture, x, x_end);
  get_selection (fixture, &dragged[0], &dragged[1]);
  g_assert_cmpint (ABS (dragged[0] - (FROM + SPAN / 4)), <, SPAN / 500);
  g_assert_cmpint (ABS (dragged[1] - (FROM + SPAN / 2)), <, SPAN / 500);
  g_assert_true (press (fixture, "Escape"));
  get_selection (fixture, &keyed[0], &keyed[1]);
  g_assert_cmpint (keyed[0], ==, -1);
  bb_chart_set_cursor (BB_CHART (fixture->chart), dragged[0]);
  g_assert_true (press (fixture, "s"));
  while (bb_chart_get_cursor (BB_CHART (fixture->chart)) < dragged[1])
    g_assert_true (press (fixture, "Right"));
  g_assert_true (press (fixture, "s"));
  get_selection (fixture, &keyed[0], &keyed[1]);
  g_assert_cmpint (keyed[0], ==, dragged[0]);
  g_assert_cmpint (ABS (keyed[1] - dragged[1]), <=, SPAN / 200);
  g_assert_true (press (fixture, "Return"));
  assert_view (fixture, keyed[0], keyed[1]);
  get_selection (fixture, &keyed[0], &keyed[1]);
  g_assert_cmpint (keyed[0], ==, -1);
}

static void
test_cursor (Fixture *fixture, gconstpointer data)
{
  const BbChartGeometry *geometry = geometry_of (fixture);
  guint layouts = bb_chart_area_get_n_layouts (BB_CHART_AREA (fixture->area));
  for (gdouble x = geometry->plot_x; x < geometry->plot_x + geometry->plot_width; x += 31) {
    gint64 at_ms = 0;
    point (fixture, x);
    at_ms = bb_chart_get_cursor (BB_CHART (fixture->chart));
    g_assert_cmpint (at_ms, ==, fixture->moved_ms);
    g_assert_cmpint (at_ms, ==, bb_chart_geometry_x_to_time (geometry, x));
    for (guint line = 0; line < 3; line++) {
      const BbSeriesColumn *shown = bb_chart_geometry_find_value (geometry, 0, line, at_ms);
      g_autofree gchar *text = bb_chart_cursor_format_value (geometry, 0, line, at_ms);
      g_autofree gchar *want = NULL;
      BbSeriesColumn asked;
      g_autoptr (GError) error = NULL;
      g_assert_nonnull (shown);
      bb_series_source_query (BB_SERIES_SOURCE (fixture->series), line, shown->from_ms, shown->until_ms, 1,
                              &asked, &error);
      g_assert_no_error (error);
      want = g_strdup_printf ("%.1f A", asked.mean);
      g_assert_cmpstr (text, ==, want);
    }
  }
  /* A moving cursor computes nothing of the picture again. */
  g_assert_cmpuint (bb_chart_area_get_n_layouts (BB_CHART_AREA (fixture->area)), ==, layouts);
  point (fixture, 0);
  g_assert_cmpint (fixture->moved_ms, ==, -1);
}

/* A click keeps the cursor when the pointer leaves, Escape lets it go. */
static void
test_pin (Fixture *fixture, gconstpointer data)
{
  gdouble x = geometry_of (fixture)->plot_x + 200;
  gint64 at_ms = bb_chart_geometry_x_to_time (geometry_of (fixture), x);
  point (fixture, x);
  drag (fixture, x, x);
  g_signal_emit_by_name (find_controller (fixture, GTK_TYPE_EVENT_CONTROLLER_MOTION), "leave");
  g_assert_cmpint (bb_chart_get_cursor (BB_CHART (fixture->chart)), ==, at_ms);
  g_assert_true (press (fixture, "<Shift>Right"));
  g_assert_cmpint (bb_chart_get_cursor (BB_CHART (fixture->chart)), ==, at_ms + 1000);
  g_assert_true (press (fixture, "Escape"));
  g_assert_cmpint (bb_chart_get_cursor (BB_CHART (fixture->chart)), ==, -1);
}

static void
test_table (Fixture *fixture, gconstpointer data)
{
  g_autoptr (BbChartTable) want = bb_chart_table_new (fixture->model, FROM, FROM + SPAN, 500, NULL);
  GtkWidget *view = NULL;
  GListModel *rows = NULL;
  gboolean shown = FALSE;
  g_assert_true (press (fixture, "t"));
  g_object_get (fixture->chart, "show-table", &shown, NULL);
  g_assert_true (shown);
  view = bb_kit_find (fixture->chart, GTK_TYPE_COLUMN_VIEW, NULL);
  g_assert_nonnull (view);
  rows = G_LIST_MODEL (gtk_column_view_get_model (GTK_COLUMN_VIEW (view)));
  g_assert_cmpuint (g_list_model_get_n_items (rows), ==, want->n_rows);
  g_assert_cmpuint (want->n_rows, <=, 500);
  g_assert_cmpuint (g_list_model_get_n_items (gtk_column_view_get_columns (GTK_COLUMN_VIEW (view))), ==, 4);
  bb_chart_set_view (BB_CHART (fixture->chart), FROM, FROM + 60000);
  g_assert_cmpuint (g_list_model_get_n_items (rows), ==, 60);
  bb_kit_settle ();
  g_assert_true (press (fixture, "t"));
  g_assert_true (gtk_widget_get_child_visible (fixture->area));
}

static void
test_menu (Fixture *fixture, gconstpointer data)
{
  GtkWidget *menu = NULL;
  g_assert_true (press (fixture, "<Shift>F10"));
  menu = bb_kit_find (fixture->chart, GTK_TYPE_POPOVER_MENU, NULL);
  for (GtkWidget *child = gtk_widget_get_first_child (fixture->chart); child != NULL;
       child = gtk_widget_get_next_sibling (child))
    menu = GTK_IS_POPOVER_MENU (child) ? child : menu;
  g_assert_true (gtk_widget_get_visible (menu));
  bb_kit_settle ();
  gtk_popover_popdown (GTK_POPOVER (menu));
}

/* ---- export ---- */

typedef struct {
  gboolean done, good;
  GError *error;
} Export;

static void
exported_cb (GObject *chart, GAsyncResult *result, gpointer data)
{
  Export *export = data;
  export->good = bb_chart_export_finish (BB_CHART (chart), result, &export->error);
  export->done = TRUE;
}

static gboolean
is_done (gpointer data)
{
  return ((Export *) data)->done;
}

static Export
export_to (Fixture *fixture, const gchar *path)
{
  Export export = { FALSE, FALSE, NULL };
  bb_chart_export_async (BB_CHART (fixture->chart), path, NULL, exported_cb, &export);
  bb_kit_wait (is_done, &export, "the export");
  return export;
}

static void
test_export (Fixture *fixture, gconstpointer data)
{
  g_autofree gchar *folder = bb_kit_folder ();
  static const struct {
    const gchar *name, *start;
  } files[] = { { "a.csv", "time," }, { "a.png", "\x89PNG" }, { "a.SVG", "<?xml" }, { "a.pdf", "%PDF" } };
  for (guint i = 0; i < G_N_ELEMENTS (files); i++) {
    g_autofree gchar *path = g_build_filename (folder, files[i].name, NULL);
    g_autofree gchar *text = NULL;
    Export export = export_to (fixture, path);
    gsize length = 0;
    g_assert_no_error (export.error);
    g_assert_true (export.good);
    g_assert_true (g_file_get_contents (path, &text, &length, NULL));
    g_assert_true (length > 500 && memcmp (text, files[i].start, strlen (files[i].start)) == 0);
  }
  bb_kit_remove (folder);
}

static void
test_export_refused (Fixture *fixture, gconstpointer data)
{
  Export missing = export_to (fixture, "/no/such/folder/chart.png");
  Export foreign = export_to (fixture, "/tmp/chart.docx");
  Export nothing;
  g_assert_error (missing.error, BB_IO_ERROR, BB_IO_ERROR_NOT_FOUND);
  g_assert_nonnull (strstr (missing.error->message, "/no/such/folder"));
  g_assert_error (foreign.error, G_IO_ERROR, G_IO_ERROR_NOT_SUPPORTED);
  bb_chart_set_model (BB_CHART (fixture->chart), NULL);
  nothing = export_to (fixture, "/tmp/chart.png");
  g_assert_error (nothing.error, G_IO_ERROR, G_IO_ERROR_NOT_INITIALIZED);
  g_clear_error (&missing.error);
  g_clear_error (&foreign.error);
  g_clear_error (&nothing.error);
}

/* ---- the picture: lines where the geometry says, whether columns are pixels or steps ---- */

static GdkTexture *
take_picture (Fixture *fixture)
{
  g_autoptr (GdkPaintable) paintable = gtk_widget_paintable_new (fixture->area);
  GtkSnapshot *snapshot = gtk_snapshot_new ();
  g_autoptr (GskRenderNode) node = NULL;
  gint width = gtk_widget_get_width (fixture->area), height = gtk_widget_get_height (fixture->area);
  gdk_paintable_snapshot (paintable, snapshot, width, height);
  node = gtk_snapshot_free_to_node (snapshot);
  return gsk_renderer_render_texture (gtk_native_get_renderer (gtk_widget_get_native (fixture->area)), node,
                                      &GRAPHENE_RECT_INIT (0, 0, (gfloat) width, (gfloat) height));
}

/* Share of the line's columns that show something opaque at its mean, and at a height where nothing is. */
static void
look_at_line (Fixture *fixture, gdouble *on_line, gdouble *elsewhere)
{
  const BbChartGeometry *geometry = geometry_of (fixture);
  const BbChartTrackGeometry *track = g_ptr_array_index (geometry->tracks, 0);
  const BbChartLineGeometry *line = g_ptr_array_index (track->lines, 1); /* L2: heavy */
  g_autoptr (GdkTexture) texture = take_picture (fixture);
  gint width = gdk_texture_get_width (texture);
  g_autofree guint32 *pixels = g_new0 (guint32, width * gdk_texture_get_height (texture));
  guint n = 0, hits = 0, misses = 0;
  gdk_texture_download (texture, (guchar *) pixels, (gsize) width * 4);
  for (gdouble x = track->plot.x + 10; x < track->plot.x + track->plot.width - 220; x += 3) {
    gint64 at_ms = bb_chart_geometry_x_to_time (geometry, x);
    const BbSeriesColumn *first = &g_array_index (line->values, BbSeriesColumn, 0);
    guint at = (guint) ((at_ms - first->from_ms) / (first->until_ms - first->from_ms));
    gdouble y = g_array_index (line->columns, BbChartColumn, at).y_mean;
    n++;
    hits += pixels[(gint) y * width + (gint) x] >> 24 > 100;
    misses += pixels[((gint) track->plot.y + 4) * width + (gint) x] >> 24 > 100;
  }
  *on_line = (gdouble) hits / n;
  *elsewhere = (gdouble) misses / n;
}

static void
test_picture (Fixture *fixture, gconstpointer data)
{
  gdouble on_line = 0, elsewhere = 0;
  bb_kit_wait_frames (fixture->chart, 3);
  look_at_line (fixture, &on_line, &elsewhere);
  g_assert_cmpfloat (on_line, >, 0.9);
  g_assert_cmpfloat (elsewhere, <, 0.05);
  bb_chart_set_view (BB_CHART (fixture->chart), FROM + 100000, FROM + 400000);
  bb_kit_wait_frames (fixture->chart, 3);
  look_at_line (fixture, &on_line, &elsewhere);
  g_assert_cmpfloat (on_line, >, 0.9);
  g_assert_cmpfloat (elsewhere, <, 0.05);
}

/* Rectangles in pixels are those that cairo draws, to rounding. */
static void
test_raster (void)
{
  g_autoptr (GRand) rand = g_rand_new_with_seed (4);
  BbChartRect area = { 10, 20, 120, 90 };
  BbChartRaster *raster = bb_chart_raster_new (&area, 1);
  cairo_surface_t *want = cairo_image_surface_create (CAIRO_FORMAT_ARGB32, 120, 90), *have = NULL;
  cairo_t *cr = cairo_create (want);
  for (guint i = 0; i < 400; i++) {
    BbColour colour = { g_rand_double (rand), g_rand_double (rand), g_rand_double (rand),
                        i % 3 ? g_rand_double (rand) : 1 };
    BbChartRect rect = { g_rand_int_range (rand, 0, 130), g_rand_double_range (rand, 0, 120),
                         g_rand_int_range (rand, 1, 9), g_rand_double_range (rand, 0, 50) };
    bb_chart_raster_rects (raster, &colour, &rect, 1);
    cairo_set_source_rgba (cr, colour.red, colour.green, colour.blue, colour.alpha);
    cairo_rectangle (cr, rect.x - area.x, rect.y - area.y, rect.width, rect.height);
    cairo_fill (cr);
  }
  cairo_destroy (cr);
  cairo_surface_flush (want);
  have = bb_chart_raster_finish (raster);
  for (gint y = 0; y < 90; y++)
    for (gint x = 0; x < 120 * 4; x++) {
      gint a = cairo_image_surface_get_data (want)[y * cairo_image_surface_get_stride (want) + x];
      gint b = cairo_image_surface_get_data (have)[y * cairo_image_surface_get_stride (have) + x];
      g_assert_cmpint (ABS (a - b), <=, 8);
    }
  cairo_surface_destroy (want);
  cairo_surface_destroy (have);
}

/* ---- model, theme, accessibility, sizes ---- */

static void
test_follows_model (Fixture *fixture, gconstpointer data)
{
  guint layouts = 0;
  bb_chart_model_set_extent (fixture->model, FROM, FROM + 2 * SPAN);
  assert_view (fixture, FROM, FROM + 2 * SPAN); /* what shows all goes on to */
  bb_chart_set_view (BB_CHART (fixture->chart), FROM, FROM + 60000);
  bb_chart_model_set_extent (fixture->model, FROM, FROM + SPAN);
  assert_view (fixture, FROM, FROM + 60000); /* what was zoomed stays */
  g_assert_cmpuint (geometry_of (fixture)->tracks->len, ==, 1);
  layouts = bb_chart_area_get_n_layouts (BB_CHART_AREA (fixture->area));
  geometry_of (fixture);
  g_assert_cmpuint (bb_chart_area_get_n_layouts (BB_CHART_AREA (fixture->area)), ==, layouts);
  bb_chart_model_clear (fixture->model);
  bb_kit_wait_frames (fixture->chart, 2);
  bb_chart_set_model (BB_CHART (fixture->chart), NULL);
  bb_kit_wait_frames (fixture->chart, 2);
  bb_chart_fit (BB_CHART (fixture->chart));
}

static void
test_theme (Fixture *fixture, gconstpointer data)
{
  AdwStyleManager *style = adw_style_manager_get_default ();
  adw_style_manager_set_color_scheme (style, ADW_COLOR_SCHEME_FORCE_DARK);
  g_assert_cmpint (bb_chart_area_get_palette (BB_CHART_AREA (fixture->area)), ==, BB_PALETTE_DARK);
  bb_kit_wait_frames (fixture->chart, 2);
  adw_style_manager_set_color_scheme (style, ADW_COLOR_SCHEME_FORCE_LIGHT);
  g_assert_cmpint (bb_chart_area_get_palette (BB_CHART_AREA (fixture->area)), ==, BB_PALETTE_LIGHT);
}

static gboolean
is_described (gpointer data)
{
  return gtk_test_accessible_has_property (GTK_ACCESSIBLE (((Fixture *) data)->area),
                                           GTK_ACCESSIBLE_PROPERTY_DESCRIPTION);
}

static void
test_accessible (Fixture *fixture, gconstpointer data)
{
  g_assert_true (gtk_test_accessible_has_role (GTK_ACCESSIBLE (fixture->area), GTK_ACCESSIBLE_ROLE_IMG));
  gtk_test_accessible_assert_property (fixture->area, GTK_ACCESSIBLE_PROPERTY_LABEL, "Chart: Main fuse");
  bb_kit_wait (is_described, fixture, "a description");
  g_assert_true (gtk_widget_get_focusable (fixture->area));
}

static gboolean
is_said (gpointer data)
{
  GtkWidget *label
      = bb_kit_find (((Fixture *) data)->chart, GTK_TYPE_LABEL, "L1: there is no series number 99");
  return label != NULL && gtk_widget_get_visible (label);
}

/* A series that cannot be read is a gap, and a sentence below the chart. */
static void
test_unreadable (Fixture *fixture, gconstpointer data)
{
  bb_chart_model_clear (fixture->model);
  bb_chart_model_add_track (fixture->model, "Main fuse", "A", 1, BB_TRACK_LINES);
  bb_chart_model_add_line (fixture->model, 0, BB_SERIES_SOURCE (fixture->series), 99, "L1", BB_ROLE_L1, 1,
                           FALSE);
  bb_kit_wait (is_said, fixture, "the reason");
}

/* Seven tracks in a small window: the chart scrolls inside itself and asks for no more than there is. */
static void
test_small (Fixture *fixture, gconstpointer data)
{
  gint minimum = 0, natural = 0;
  gtk_widget_measure (fixture->chart, GTK_ORIENTATION_VERTICAL, -1, &minimum, &natural, NULL, NULL);
  g_assert_cmpint (minimum, <, 260);
  g_assert_cmpint (natural, >, 7 * 120);
  gtk_widget_measure (fixture->chart, GTK_ORIENTATION_HORIZONTAL, -1, &minimum, &natural, NULL, NULL);
  g_assert_cmpint (minimum, <, 420);
  g_assert_cmpint (gtk_widget_get_height (fixture->area), >=, 7 * 120);
  g_assert_cmpint (gtk_widget_get_height (fixture->chart), <=, 620);
}

#define ADD(path, function, tracks)                                                                          \
  g_test_add (path, Fixture, GUINT_TO_POINTER (tracks), set_up, function, tear_down)

int
main (int argc, char **argv)
{
  bb_kit_init (&argc, &argv);
  ADD ("/app/chart/zoom", test_zoom, 1);
  ADD ("/app/chart/pan", test_pan, 1);
  ADD ("/app/chart/select", test_select, 1);
  ADD ("/app/chart/cursor", test_cursor, 1);
  ADD ("/app/chart/pin", test_pin, 1);
  ADD ("/app/chart/table", test_table, 1);
  ADD ("/app/chart/menu", test_menu, 1);
  ADD ("/app/chart/export", test_export, 1);
  ADD ("/app/chart/export-refused", test_export_refused, 1);
  ADD ("/app/chart/picture", test_picture, 1);
  g_test_add_func ("/app/chart/raster", test_raster);
  ADD ("/app/chart/follows-model", test_follows_model, 1);
  ADD ("/app/chart/theme", test_theme, 1);
  ADD ("/app/chart/accessible", test_accessible, 1);
  ADD ("/app/chart/unreadable", test_unreadable, 1);
  ADD ("/app/chart/small", test_small, 7);
  return g_test_run ();
}
