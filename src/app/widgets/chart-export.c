/* SPDX-License-Identifier: GPL-3.0-or-later */
/* chart-export.c: what a chart shows as a file: picture, drawing or table. */
#include <glib/gi18n.h>
#include <math.h>
#include <string.h>

#include "app/compat.h"
#include "app/widgets/chart-private.h"
#include "report/chart-cairo.h"
#include "report/chart-table.h"

/* Height of the text in exported pictures, pt; pixels of a PNG per px on screen. */
#define POINTS    10.0
#define PNG_SCALE 2.0
/* A picture of a chart that is hidden behind its table, or very small. */
#define LEAST_WIDTH  640
#define LEAST_HEIGHT 320

/* What the worker needs: nothing of it belongs to the main thread any more. */
typedef struct {
  gchar *path;
  BbChartGeometry *geometry; /* pictures */
  BbChartTable *table;       /* CSV */
  BbChartFormat format;
} Export;

static void
export_free (gpointer data)
{
  Export *export = data;
  g_clear_pointer (&export->geometry, bb_chart_geometry_unref);
  g_clear_pointer (&export->table, bb_chart_table_free);
  g_free (export->path);
  g_free (export);
}

static void
export_thread (GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  Export *export = data;
  GError *error = NULL;
  gboolean done = export->table != NULL
                      ? bb_chart_table_write_csv (export->table, export->path, NULL, cancellable, &error)
                      : bb_chart_write_picture (export->geometry, BB_PALETTE_PRINT, export->format, POINTS,
                                                export->format == BB_CHART_PNG ? PNG_SCALE : 1, export->path,
                                                cancellable, &error);
  if (done)
    g_task_return_boolean (task, TRUE);
  else
    g_task_return_error (task, error);
}

static BbChartGeometry *
make_picture (BbChart *self)
{
  PangoContext *context = bb_chart_create_context (POINTS, 96);
  BbChartMeasure measure = bb_chart_pango_measure (context);
  gdouble width = MAX (gtk_widget_get_width (self->area), LEAST_WIDTH);
  gdouble height = MAX (gtk_widget_get_height (self->area), LEAST_HEIGHT), minimum = 0, natural = 0;
  BbChartGeometry *geometry = NULL;
  bb_chart_geometry_get_heights (self->model, &measure, &minimum, &natural);
  geometry = bb_chart_geometry_new (self->model, self->view.from_ms, self->view.until_ms, width,
                                    MAX (height, minimum), &measure, NULL);
  g_object_unref (context);
  return geometry;
}

static gboolean
find_format (const gchar *path, Export *export, gboolean *csv)
{
  g_autofree gchar *lower = g_ascii_strdown (path, -1);
  *csv = g_str_has_suffix (lower, ".csv");
  export->format = g_str_has_suffix (lower, ".svg")   ? BB_CHART_SVG
                   : g_str_has_suffix (lower, ".pdf") ? BB_CHART_PDF
                                                      : BB_CHART_PNG;
  return *csv || export->format != BB_CHART_PNG || g_str_has_suffix (lower, ".png");
}

/* Every column of the view: as many rows as the data has, up to what a query gives at once. */
static BbChartTable *
make_table (BbChart *self, GError **error)
{
  const BbChartGeometry *geometry = bb_chart_area_get_geometry (BB_CHART_AREA (self->area));
  guint n = 1000;
  if (geometry != NULL)
    n = (guint) CLAMP ((self->view.until_ms - self->view.from_ms)
                           / bb_chart_geometry_get_column_ms (geometry),
                       500, BB_SERIES_MAX_COLUMNS - 2);
  return bb_chart_table_new (self->model, self->view.from_ms, self->view.until_ms, n + 2, error);
}

void
bb_chart_export_async (BbChart *self, const gchar *path, GCancellable *cancellable,
                       GAsyncReadyCallback callback, gpointer data)
{
  g_autoptr (GTask) task = g_task_new (self, cancellable, callback, data);
  Export *export = g_new0 (Export, 1);
  GError *error = NULL;
  gboolean csv = FALSE;
  g_return_if_fail (BB_IS_CHART (self) && path != NULL);
  g_task_set_source_tag (task, bb_chart_export_async);
  g_task_set_task_data (task, export, export_free);
  export->path = g_strdup (path);
  if (self->model == NULL || self->view.until_ms <= self->view.from_ms) {
    g_task_return_new_error (task, G_IO_ERROR, G_IO_ERROR_NOT_INITIALIZED,
                             _ ("The chart shows nothing yet."));
    return;
  }
  if (!find_format (path, export, &csv)) {
    g_task_return_new_error (task, G_IO_ERROR, G_IO_ERROR_NOT_SUPPORTED,
                             _ ("“%s” should end in .png, .svg, .pdf or .csv."), path);
    return;
  }
  if (csv)
    export->table = make_table (self, &error);
  else
    export->geometry = make_picture (self);
  if (error != NULL)
    g_task_return_error (task, error);
  else
    g_task_run_in_thread (task, export_thread);
}

gboolean
bb_chart_export_finish (BbChart *self, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), FALSE);
  return g_task_propagate_boolean (G_TASK (result), error);
}

/* ---- with a file dialog ---- */

static void
exported_cb (GObject *object, GAsyncResult *result, gpointer data)
{
  BbChart *self = BB_CHART (object);
  g_autoptr (GError) error = NULL;
  if (bb_chart_export_finish (self, result, &error))
    bb_chart_say (self, NULL);
  else if (!g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    bb_chart_say (self, error->message);
}

static void
path_chosen_cb (GObject *object, GAsyncResult *result, gpointer data)
{
  g_autoptr (BbChart) self = data;
  g_autoptr (GError) error = NULL;
  g_autofree gchar *path = bb_compat_file_finish (result, &error);
  if (path != NULL)
    bb_chart_export_async (self, path, NULL, exported_cb, NULL);
  else if (!g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    bb_chart_say (self, error->message);
}

void
bb_chart_export_action (GtkWidget *widget, const gchar *action, GVariant *parameter)
{
  BbChart *self = BB_CHART (widget);
  GtkRoot *root = gtk_widget_get_root (widget);
  const gchar *kind = g_variant_get_string (parameter, NULL);
  g_autofree gchar *name = g_strdup_printf ("%s.%s", _ ("chart"), kind);
  g_autofree gchar *pattern = g_strdup_printf ("*.%s", kind);
  g_autofree gchar *filter = g_ascii_strup (kind, -1);
  bb_compat_save_file_async (GTK_IS_WINDOW (root) ? GTK_WINDOW (root) : NULL, _ ("Save What Is Shown"), name,
                             filter, pattern, NULL, path_chosen_cb, g_object_ref (self));
}
