/* SPDX-License-Identifier: GPL-3.0-or-later */
/* chart-cairo.c: the canvas of chart-paint.h on cairo, and the files it can become. */
#include "report/chart-cairo.h"

#include <cairo-pdf.h>
#include <cairo-svg.h>
#include <glib/gi18n.h>
#include <math.h>

#include "base/file.h"

#define LABEL_SCALE 0.86

/* ---- text ---- */

PangoLayout *
bb_chart_create_layout (PangoContext *context, const gchar *text, BbChartTextStyle style)
{
  PangoLayout *layout = pango_layout_new (context);
  g_autoptr (PangoAttrList) attributes = pango_attr_list_new ();
  pango_attr_list_insert (attributes, pango_attr_font_features_new ("tnum=1"));
  if (style == BB_CHART_TEXT_TITLE)
    pango_attr_list_insert (attributes, pango_attr_weight_new (PANGO_WEIGHT_BOLD));
  else
    pango_attr_list_insert (attributes, pango_attr_scale_new (LABEL_SCALE));
  pango_layout_set_attributes (layout, attributes);
  pango_layout_set_single_paragraph_mode (layout, TRUE);
  pango_layout_set_text (layout, text, -1);
  return layout;
}

static void
measure_text (gpointer data, const gchar *text, BbChartTextStyle style, gdouble *width, gdouble *height)
{
  g_autoptr (PangoLayout) layout = bb_chart_create_layout (data, text, style);
  gint w = 0, h = 0;
  pango_layout_get_size (layout, &w, &h);
  *width = (gdouble) w / PANGO_SCALE;
  *height = (gdouble) h / PANGO_SCALE;
}

BbChartMeasure
bb_chart_pango_measure (PangoContext *context)
{
  return (BbChartMeasure){ measure_text, context };
}

PangoContext *
bb_chart_create_context (gdouble points, gdouble dpi)
{
  g_autoptr (PangoFontMap) map = pango_cairo_font_map_new ();
  PangoContext *context = pango_font_map_create_context (map);
  PangoFontDescription *font = pango_font_description_from_string ("Cantarell, Sans");
  pango_font_description_set_size (font, (gint) lround (points * PANGO_SCALE));
  pango_context_set_font_description (context, font);
  pango_cairo_context_set_resolution (context, dpi);
  pango_context_set_round_glyph_positions (context, FALSE);
  pango_font_description_free (font);
  return context;
}

/* ---- canvas ---- */

typedef struct {
  cairo_t *cr;
  PangoContext *context;
} Cairo;

static void
set_colour (cairo_t *cr, const BbColour *colour)
{
  cairo_set_source_rgba (cr, colour->red, colour->green, colour->blue, colour->alpha);
}

static void
paint_rect (gpointer data, const BbColour *colour, gdouble x, gdouble y, gdouble width, gdouble height)
{
  Cairo *self = data;
  set_colour (self->cr, colour);
  cairo_rectangle (self->cr, x, y, width, height);
  cairo_fill (self->cr);
}

static void
paint_rects (gpointer data, const BbColour *colour, const BbChartRect *rects, guint n)
{
  Cairo *self = data;
  set_colour (self->cr, colour);
  cairo_new_path (self->cr);
  for (guint i = 0; i < n; i++)
    cairo_rectangle (self->cr, rects[i].x, rects[i].y, rects[i].width, rects[i].height);
  cairo_fill (self->cr);
}

static void
paint_text (gpointer data, const gchar *text, BbChartTextStyle style, const BbColour *colour, gdouble x,
            gdouble y, gdouble width)
{
  Cairo *self = data;
  g_autoptr (PangoLayout) layout = bb_chart_create_layout (self->context, text, style);
  if (width >= 0) {
    pango_layout_set_width (layout, (gint) (width * PANGO_SCALE));
    pango_layout_set_ellipsize (layout, PANGO_ELLIPSIZE_END);
  }
  set_colour (self->cr, colour);
  cairo_move_to (self->cr, x, y);
  pango_cairo_show_layout (self->cr, layout);
}

static void
add_path (cairo_t *cr, const BbChartPoint *points, guint n)
{
  cairo_new_path (cr); /* text leaves a point behind */
  for (guint i = 0; i < n; i++)
    cairo_line_to (cr, points[i].x, points[i].y);
}

static void
paint_stroke (gpointer data, const BbStroke *stroke, const BbChartPoint *points, guint n)
{
  Cairo *self = data;
  set_colour (self->cr, &stroke->colour);
  cairo_set_line_width (self->cr, stroke->width);
  cairo_set_line_join (self->cr, CAIRO_LINE_JOIN_ROUND);
  cairo_set_dash (self->cr, stroke->dash, stroke->dash[0] > 0 ? 2 : 0, 0);
  add_path (self->cr, points, n);
  cairo_stroke (self->cr);
}

static void
paint_fill (gpointer data, const BbColour *colour, const BbChartPoint *points, guint n)
{
  Cairo *self = data;
  set_colour (self->cr, colour);
  add_path (self->cr, points, n);
  cairo_close_path (self->cr);
  cairo_fill (self->cr);
}

static void
push_clip (gpointer data, const BbChartRect *rect)
{
  Cairo *self = data;
  cairo_save (self->cr);
  cairo_rectangle (self->cr, rect->x, rect->y, rect->width, rect->height);
  cairo_clip (self->cr);
}

static void
pop_clip (gpointer data)
{
  cairo_restore (((Cairo *) data)->cr);
}

void
bb_chart_paint_cairo (cairo_t *cr, const BbChartGeometry *geometry, const BbPalette *palette,
                      PangoContext *context, gboolean background)
{
  Cairo self = { cr, context };
  BbChartCanvas canvas
      = { paint_rect, paint_rects, paint_text, paint_stroke, paint_fill, push_clip, pop_clip, TRUE, &self };
  cairo_save (cr);
  if (background)
    paint_rect (&self, &palette->background, 0, 0, geometry->width, geometry->height);
  bb_chart_paint_back (geometry, palette, &canvas);
  bb_chart_paint_lines (geometry, palette, &canvas);
  bb_chart_paint_front (geometry, palette, &canvas);
  cairo_restore (cr);
}

/* ---- files ---- */

typedef struct {
  BbStagedFile *file;
  GCancellable *cancellable;
  GError *error;
} Stream;

static cairo_status_t
write_stream (void *data, const unsigned char *bytes, unsigned int length)
{
  Stream *stream = data;
  if (stream->error != NULL || g_cancellable_set_error_if_cancelled (stream->cancellable, &stream->error)
      || !bb_staged_file_write (stream->file, bytes, length, &stream->error))
    return CAIRO_STATUS_WRITE_ERROR;
  return CAIRO_STATUS_SUCCESS;
}

static cairo_surface_t *
create_surface (BbChartFormat format, gdouble width, gdouble height, gdouble scale, Stream *stream)
{
  cairo_surface_t *surface = NULL;
  if (format == BB_CHART_SVG) {
    surface = cairo_svg_surface_create_for_stream (write_stream, stream, width, height);
    cairo_svg_surface_set_document_unit (surface, CAIRO_SVG_UNIT_PX);
    return surface;
  }
  if (format == BB_CHART_PDF)
    return cairo_pdf_surface_create_for_stream (write_stream, stream, width, height);
  surface = cairo_image_surface_create (CAIRO_FORMAT_ARGB32, (gint) ceil (width * scale),
                                        (gint) ceil (height * scale));
  cairo_surface_set_device_scale (surface, scale, scale);
  return surface;
}

static cairo_status_t
draw_picture (const BbChartGeometry *geometry, BbPaletteKind palette, gdouble points,
              cairo_surface_t *surface)
{
  PangoContext *context = bb_chart_create_context (points, 96);
  cairo_t *cr = cairo_create (surface);
  cairo_status_t status = CAIRO_STATUS_SUCCESS;
  bb_chart_paint_cairo (cr, geometry, bb_palette_get (palette), context, TRUE);
  cairo_show_page (cr);
  status = cairo_status (cr);
  cairo_destroy (cr);
  g_object_unref (context);
  return status;
}

gboolean
bb_chart_write_picture (const BbChartGeometry *geometry, BbPaletteKind palette, BbChartFormat format,
                        gdouble points, gdouble scale, const gchar *path, GCancellable *cancellable,
                        GError **error)
{
  g_autoptr (BbStagedFile) file = bb_staged_file_new (path, error);
  Stream stream = { file, cancellable, NULL };
  cairo_surface_t *surface = NULL;
  cairo_status_t status = CAIRO_STATUS_SUCCESS;
  if (file == NULL)
    return FALSE;
  surface = create_surface (format, geometry->width, geometry->height, CLAMP (scale, 0.25, 8), &stream);
  status = draw_picture (geometry, palette, points, surface);
  if (status == CAIRO_STATUS_SUCCESS && format == BB_CHART_PNG)
    status = cairo_surface_write_to_png_stream (surface, write_stream, &stream);
  cairo_surface_finish (surface);
  if (status == CAIRO_STATUS_SUCCESS)
    status = cairo_surface_status (surface);
  cairo_surface_destroy (surface);
  if (stream.error != NULL) {
    g_propagate_error (error, stream.error);
    return FALSE;
  }
  if (status != CAIRO_STATUS_SUCCESS) {
    g_set_error (error, BB_IO_ERROR, BB_IO_ERROR_FAILED, _ ("Could not draw the picture: %s"),
                 cairo_status_to_string (status));
    return FALSE;
  }
  return bb_staged_file_commit (file, error);
}
