/* SPDX-License-Identifier: GPL-3.0-or-later */
/* test-chart-output.c: a chart as picture, drawing, page, table and words; and paths that cannot be written.
 */
#include <cairo.h>
#include <glib/gstdio.h>
#include <math.h>
#include <signal.h>
#include <string.h>
#include <sys/resource.h>

#include "report/chart-cairo.h"
#include "report/chart-table.h"

#define FROM G_GINT64_CONSTANT (1767225600000)
#define SPAN G_GINT64_CONSTANT (14400000) /* four hours */

typedef struct {
  gchar *folder;
  BbMemorySeries *series;
  BbChartModel *model;
} Fixture;

static void
set_up (Fixture *fixture, gconstpointer data)
{
  fixture->folder = g_dir_make_tmp ("busbar-chart-XXXXXX", NULL);
  fixture->series = bb_memory_series_new (1000);
  fixture->model = bb_chart_model_new (NULL);
  bb_chart_model_set_extent (fixture->model, FROM, FROM + SPAN);
  bb_chart_model_add_track (fixture->model, "Main fuse", "A", 1, BB_TRACK_LINES);
  bb_chart_model_add_limit (fixture->model, 0, "Rating 25.0 A", BB_ROLE_RATING, 25);
  for (guint i = 0; i < 3; i++) {
    static const gchar *names[] = { "L1", "L2", "L3" };
    guint series = bb_memory_series_add_series (fixture->series, names[i], names[i], "A", BB_SERIES_GAUGE);
    for (gint64 t = 0; t < SPAN; t += 60000)
      bb_memory_series_append (fixture->series, series, FROM + t,
                               t >= 5400000 && t < 7200000 ? NAN : 6 + 5 * i + sin ((gdouble) t / 1e6), 0);
    bb_memory_series_extend (fixture->series, series, FROM + SPAN);
    bb_chart_model_add_line (fixture->model, 0, BB_SERIES_SOURCE (fixture->series), series, names[i],
                             BB_ROLE_L1 + i, 1, FALSE);
  }
}

static void
tear_down (Fixture *fixture, gconstpointer data)
{
  GDir *folder = g_dir_open (fixture->folder, 0, NULL);
  const gchar *name = NULL;
  while ((name = g_dir_read_name (folder)) != NULL) {
    g_autofree gchar *path = g_build_filename (fixture->folder, name, NULL);
    g_unlink (path);
  }
  g_dir_close (folder);
  g_rmdir (fixture->folder);
  g_object_unref (fixture->model);
  g_object_unref (fixture->series);
  g_free (fixture->folder);
}

static BbChartGeometry *
make_geometry (Fixture *fixture, gdouble points)
{
  PangoContext *context = bb_chart_create_context (points, 96);
  BbChartMeasure measure = bb_chart_pango_measure (context);
  BbChartGeometry *geometry
      = bb_chart_geometry_new (fixture->model, FROM, FROM + SPAN, 800, 300, &measure, NULL);
  g_object_unref (context);
  return geometry;
}

static gchar *
write_picture (Fixture *fixture, const gchar *name, BbPaletteKind palette, BbChartFormat format)
{
  g_autoptr (BbChartGeometry) geometry = make_geometry (fixture, 10);
  g_autoptr (GError) error = NULL;
  gchar *path = g_build_filename (fixture->folder, name, NULL);
  bb_chart_write_picture (geometry, palette, format, 10, 1, path, NULL, &error);
  g_assert_no_error (error);
  return path;
}

/* ---- pictures: their structure, not their pixels ---- */

static guint32
pixel (cairo_surface_t *surface, gdouble x, gdouble y)
{
  const guint8 *data = cairo_image_surface_get_data (surface);
  guint32 value = 0;
  memcpy (&value, data + (gint) y * cairo_image_surface_get_stride (surface) + (gint) x * 4, 4);
  return value & 0xffffff;
}

static guint32
hex (const BbColour *colour)
{
  return (guint32) lround (colour->red * 255) << 16 | (guint32) lround (colour->green * 255) << 8
         | (guint32) lround (colour->blue * 255);
}

static gint
difference (guint32 a, guint32 b)
{
  gint most = 0;
  for (guint shift = 0; shift <= 16; shift += 8)
    most = MAX (most, ABS ((gint) (a >> shift & 255) - (gint) (b >> shift & 255)));
  return most;
}

/* Is there something of this colour within two pixels? */
static gboolean
has_colour (cairo_surface_t *surface, gdouble x, gdouble y, const BbColour *colour)
{
  for (gint dy = -2; dy <= 2; dy++)
    if (difference (pixel (surface, x, y + dy), hex (colour)) < 90)
      return TRUE;
  return FALSE;
}

/* Lines are where the geometry says, in their colours; the gap is empty; the rating is there from edge to
 * edge. */
static void
test_picture (Fixture *fixture, gconstpointer data)
{
  BbPaletteKind kind = GPOINTER_TO_UINT (data);
  const BbPalette *palette = bb_palette_get (kind);
  g_autofree gchar *path = write_picture (fixture, "chart.png", kind, BB_CHART_PNG);
  g_autoptr (BbChartGeometry) geometry = make_geometry (fixture, 10);
  cairo_surface_t *surface = cairo_image_surface_create_from_png (path);
  const BbChartTrackGeometry *track = g_ptr_array_index (geometry->tracks, 0);
  guint found[2] = { 0, 0 }, drawn[2] = { 0, 0 };
  g_assert_cmpint (cairo_image_surface_get_width (surface), ==, 800);
  g_assert_cmpint (difference (pixel (surface, 2, 150), hex (&palette->background)), <=, 2);
  for (guint k = 0; k < 2; k++) { /* the third is dashed */
    const BbChartLineGeometry *line = g_ptr_array_index (track->lines, k);
    for (guint i = 10; i + 10 < line->columns->len; i++) {
      const BbChartColumn *column = &g_array_index (line->columns, BbChartColumn, i);
      gdouble x = (column->x + column->x_end) / 2;
      drawn[k] += !column->gap;
      if (column->gap)
        g_assert_false (
            has_colour (surface, x, track->plot.y + track->plot.height / 2, &palette->roles[line->role]));
      else
        found[k] += has_colour (surface, x, column->y_mean, &palette->roles[line->role]);
    }
    g_assert_cmpuint (found[k], >, drawn[k] * 8 / 10);
  }
  for (gdouble x = track->plot.x + 2; x < track->plot.x + track->plot.width - 160; x += 40)
    g_assert_true (has_colour (surface, x, g_array_index (track->limits, BbChartLimitGeometry, 0).y,
                               &palette->roles[BB_ROLE_RATING]));
  cairo_surface_destroy (surface);
}

static void
ignore_text (GMarkupParseContext *context, const gchar *element, const gchar **names, const gchar **values,
             gpointer data, GError **error)
{
  (*(guint *) data)++;
}

static void
test_svg (Fixture *fixture, gconstpointer data)
{
  g_autofree gchar *path = write_picture (fixture, "chart.svg", BB_PALETTE_PRINT, BB_CHART_SVG);
  g_autofree gchar *text = NULL;
  g_autoptr (GError) error = NULL;
  guint elements = 0;
  GMarkupParser parser = { .start_element = ignore_text };
  g_autoptr (GMarkupParseContext) context = g_markup_parse_context_new (&parser, 0, &elements, NULL);
  gsize length = 0;
  g_file_get_contents (path, &text, &length, &error);
  g_assert_no_error (error);
  g_markup_parse_context_parse (context, text, (gssize) length, &error);
  g_assert_no_error (error);
  g_markup_parse_context_end_parse (context, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (elements, >, 20);
  g_assert_nonnull (strstr (text, "<svg"));
  g_assert_cmpuint (length, <, 1 << 20);
}

static void
test_pdf (Fixture *fixture, gconstpointer data)
{
  g_autofree gchar *path = write_picture (fixture, "chart.pdf", BB_PALETTE_PRINT, BB_CHART_PDF);
  g_autofree gchar *text = NULL;
  gsize length = 0;
  g_assert_true (g_file_get_contents (path, &text, &length, NULL));
  g_assert_true (g_str_has_prefix (text, "%PDF-"));
}

/* ---- tables ---- */

static void
test_csv (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (BbChartTable) table = bb_chart_table_new (fixture->model, FROM, FROM + SPAN, 500, &error);
  g_autofree gchar *path = g_build_filename (fixture->folder, "chart.csv", NULL);
  g_autofree gchar *text = NULL, *memory = NULL;
  g_auto (GStrv) lines = NULL;
  g_assert_no_error (error);
  g_assert_cmpuint (table->n_rows, <=, 500);
  g_assert_cmpuint (table->n_rows, ==, 480); /* of 30 s */
  bb_chart_table_write_csv (table, path, NULL, NULL, &error);
  g_assert_no_error (error);
  bb_chart_table_write_csv (table, NULL, &memory, NULL, &error);
  g_assert_no_error (error);
  g_assert_true (g_file_get_contents (path, &text, NULL, NULL));
  g_assert_cmpstr (text, ==, memory);
  lines = g_strsplit (text, "\n", -1);
  g_assert_cmpstr (
      lines[0], ==,
      "time,\"Main fuse, L1 (A)\",\"Main fuse, L1 (A) min\",\"Main fuse, L1 (A) max\",\"Main fuse, L2 "
      "(A)\",\"Main fuse, L2 (A) min\",\"Main fuse, L2 (A) max\",\"Main fuse, L3 (A)\",\"Main fuse, L3 (A) "
      "min\",\"Main fuse, L3 (A) max\"");
  for (guint row = 0; row < table->n_rows; row++) {
    g_auto (GStrv) cells = g_strsplit (lines[row + 1], ",", -1);
    gint64 time_ms = 0;
    g_assert_cmpuint (g_strv_length (cells), ==, 10);
    g_assert_true (bb_time_parse (cells[0], NULL, &time_ms, NULL, NULL));
    g_assert_cmpint (time_ms, ==, FROM + row * 30000);
    for (guint line = 0; line < 3; line++) {
      BbSeriesColumn want;
      bb_series_source_query (BB_SERIES_SOURCE (fixture->series), line, time_ms, time_ms + 30000, 1, &want,
                              &error);
      g_assert_no_error (error);
      if (want.quality & BB_QUALITY_GAP) {
        g_assert_cmpstr (cells[1 + line * 3], ==, "");
        continue;
      }
      g_assert_cmpfloat_with_epsilon (g_ascii_strtod (cells[1 + line * 3], NULL), want.mean, 0.0006);
      g_assert_cmpfloat_with_epsilon (g_ascii_strtod (cells[2 + line * 3], NULL), want.min, 0.0006);
      g_assert_cmpfloat_with_epsilon (g_ascii_strtod (cells[3 + line * 3], NULL), want.max, 0.0006);
    }
  }
}

static void
test_cells (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (BbChartTable) table = bb_chart_table_new (fixture->model, FROM, FROM + SPAN, 5, &error);
  g_autofree gchar *heading = NULL, *cell = NULL, *gap = NULL;
  g_assert_no_error (error);
  g_assert_cmpuint (table->n_rows, ==, 4);
  heading = bb_chart_table_format_heading (table, 1);
  cell = bb_chart_table_format_cell (table, 0, 1);
  g_assert_cmpstr (heading, ==, "Main fuse, L2 (A)");
  g_assert_true (g_str_has_prefix (cell, "11."));
  g_assert_nonnull (strstr (cell, "–"));
  g_clear_pointer (&table, bb_chart_table_free);
  table = bb_chart_table_new (fixture->model, FROM + 5400000, FROM + 5500000, 5, &error);
  gap = bb_chart_table_format_cell (table, 0, 0);
  g_assert_cmpstr (gap, ==, "–");
}

/* ---- what cannot be written ---- */

static void
test_bad_paths (Fixture *fixture, gconstpointer data)
{
  g_autoptr (BbChartGeometry) geometry = make_geometry (fixture, 10);
  g_autoptr (BbChartTable) table = bb_chart_table_new (fixture->model, FROM, FROM + SPAN, 100, NULL);
  g_autofree gchar *missing = g_build_filename (fixture->folder, "no", "such", "chart.png", NULL);
  g_autofree gchar *good = g_build_filename (fixture->folder, "chart.png", NULL);
  g_autoptr (GCancellable) cancelled = g_cancellable_new ();
  g_autoptr (GError) error = NULL;
  for (guint format = BB_CHART_PNG; format <= BB_CHART_PDF; format++) {
    g_assert_false (
        bb_chart_write_picture (geometry, BB_PALETTE_LIGHT, format, 10, 1, missing, NULL, &error));
    g_assert_error (error, BB_IO_ERROR, BB_IO_ERROR_NOT_FOUND);
    g_assert_nonnull (strstr (error->message, missing));
    g_clear_error (&error);
    g_assert_false (
        bb_chart_write_picture (geometry, BB_PALETTE_LIGHT, format, 10, 1, fixture->folder, NULL, &error));
    g_assert_nonnull (error);
    g_clear_error (&error);
  }
  g_assert_false (bb_chart_table_write_csv (table, missing, NULL, NULL, &error));
  g_assert_error (error, BB_IO_ERROR, BB_IO_ERROR_NOT_FOUND);
  g_clear_error (&error);
  g_cancellable_cancel (cancelled);
  g_assert_false (
      bb_chart_write_picture (geometry, BB_PALETTE_LIGHT, BB_CHART_PNG, 10, 1, good, cancelled, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  g_assert_false (g_file_test (good, G_FILE_TEST_EXISTS));
}

/* A full disk, played by the limit on the size of files: the error says so and nothing is left behind. */
static void
test_no_space (Fixture *fixture, gconstpointer data)
{
  g_autoptr (BbChartGeometry) geometry = make_geometry (fixture, 10);
  g_autoptr (BbChartTable) table = bb_chart_table_new (fixture->model, FROM, FROM + SPAN, 500, NULL);
  g_autofree gchar *path = g_build_filename (fixture->folder, "full.svg", NULL);
  g_autoptr (GError) picture = NULL, csv = NULL;
  struct rlimit before, small;
  gboolean drawn = TRUE, written = TRUE;
  signal (SIGXFSZ, SIG_IGN);
  getrlimit (RLIMIT_FSIZE, &before);
  small = before;
  small.rlim_cur = 1000;
  setrlimit (RLIMIT_FSIZE, &small);
  drawn = bb_chart_write_picture (geometry, BB_PALETTE_PRINT, BB_CHART_SVG, 10, 1, path, NULL, &picture);
  written = bb_chart_table_write_csv (table, path, NULL, NULL, &csv);
  setrlimit (RLIMIT_FSIZE, &before);
  g_assert_false (drawn);
  g_assert_false (written);
  g_assert_error (picture, BB_IO_ERROR, BB_IO_ERROR_NO_SPACE);
  g_assert_error (csv, BB_IO_ERROR, BB_IO_ERROR_NO_SPACE);
  g_assert_false (g_file_test (path, G_FILE_TEST_EXISTS));
}

/* ---- words ---- */

static void
test_describe (Fixture *fixture, gconstpointer data)
{
  g_autofree gchar *text = bb_chart_model_describe (fixture->model, FROM, FROM + SPAN);
  g_autofree gchar *nothing = bb_chart_model_describe (fixture->model, FROM, FROM);
  g_assert_true (g_str_has_prefix (text, "Main fuse: L1 "));
  g_assert_nonnull (strstr (text, "L3 1"));
  g_assert_nonnull (strstr (text, "(highest 17.0 A)"));
  g_assert_nonnull (strstr (text, "; Rating 25.0 A."));
  g_assert_cmpstr (nothing, ==, "No data.");
}

static void
count_cb (BbChartModel *model, gpointer data)
{
  (*(guint *) data)++;
}

static void
test_model (Fixture *fixture, gconstpointer data)
{
  guint changes = 0, serial = bb_chart_model_get_serial (fixture->model);
  const BbChartTrack *track = bb_chart_model_get_track (fixture->model, 0);
  g_signal_connect (fixture->model, "changed", G_CALLBACK (count_cb), &changes);
  g_assert_cmpuint (bb_chart_model_add_line (fixture->model, 0, BB_SERIES_SOURCE (fixture->series), 0,
                                             "before", BB_ROLE_L1, 1, TRUE),
                    ==, 0);
  g_assert_true (((BbChartLine *) g_ptr_array_index (track->lines, 0))->ghost);
  bb_chart_model_touch (fixture->model);
  bb_chart_model_set_extent (fixture->model, FROM, FROM + SPAN);
  g_assert_cmpuint (changes, ==, 2); /* the extent was that already */
  g_assert_cmpuint (bb_chart_model_get_serial (fixture->model), ==, serial + 2);
  bb_chart_model_clear (fixture->model);
  g_assert_cmpuint (bb_chart_model_get_n_tracks (fixture->model), ==, 0);
}

#define ADD(path, data, function) g_test_add (path, Fixture, data, set_up, function, tear_down)

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  for (guint i = 0; i < BB_PALETTE_COUNT; i++) {
    g_autofree gchar *path = g_strdup_printf ("/report/chart-output/picture/%s", bb_palette_get (i)->name);
    ADD (path, GUINT_TO_POINTER (i), test_picture);
  }
  ADD ("/report/chart-output/svg", NULL, test_svg);
  ADD ("/report/chart-output/pdf", NULL, test_pdf);
  ADD ("/report/chart-output/csv", NULL, test_csv);
  ADD ("/report/chart-output/cells", NULL, test_cells);
  ADD ("/report/chart-output/bad-paths", NULL, test_bad_paths);
  ADD ("/report/chart-output/no-space", NULL, test_no_space);
  ADD ("/report/chart-output/describe", NULL, test_describe);
  ADD ("/report/chart-output/model", NULL, test_model);
  return g_test_run ();
}
