/* SPDX-License-Identifier: GPL-3.0-or-later */
/* chart-canvas.c: painting a chart into a GtkSnapshot. */
#include "app/widgets/chart-canvas.h"

#include <math.h>

#include "app/widgets/chart-raster.h"
#include "report/chart-cairo.h"

/* Texts kept at most: an hour of panning must not fill the memory. */
#define MAX_TEXTS 1500
/* Rectangles from which on pixels are cheaper than nodes. */
#define MANY 64

struct _BbChartTexts {
  GtkWidget *widget; /* (unowned) */
  guint context_serial;
  GHashTable *layouts[2]; /* by style: text -> PangoLayout */
};

BbChartTexts *
bb_chart_texts_new (GtkWidget *widget)
{
  BbChartTexts *texts = g_new0 (BbChartTexts, 1);
  texts->widget = widget;
  for (guint i = 0; i < G_N_ELEMENTS (texts->layouts); i++)
    texts->layouts[i] = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_object_unref);
  return texts;
}

void
bb_chart_texts_free (BbChartTexts *texts)
{
  for (guint i = 0; i < G_N_ELEMENTS (texts->layouts); i++)
    g_hash_table_unref (texts->layouts[i]);
  g_free (texts);
}

static PangoLayout *
get_layout (BbChartTexts *texts, const gchar *text, BbChartTextStyle style)
{
  GHashTable *layouts = texts->layouts[style];
  PangoContext *context = gtk_widget_get_pango_context (texts->widget);
  guint serial = pango_context_get_serial (context);
  PangoLayout *layout = NULL;
  if (serial != texts->context_serial || g_hash_table_size (layouts) > MAX_TEXTS) {
    for (guint i = 0; i < G_N_ELEMENTS (texts->layouts); i++)
      g_hash_table_remove_all (texts->layouts[i]);
    texts->context_serial = serial;
  }
  layout = g_hash_table_lookup (layouts, text);
  if (layout == NULL) {
    layout = bb_chart_create_layout (context, text, style);
    g_hash_table_insert (layouts, g_strdup (text), layout);
  }
  return layout;
}

static void
measure_text (gpointer data, const gchar *text, BbChartTextStyle style, gdouble *width, gdouble *height)
{
  gint w = 0, h = 0;
  pango_layout_get_size (get_layout (data, text, style), &w, &h);
  *width = (gdouble) w / PANGO_SCALE;
  *height = (gdouble) h / PANGO_SCALE;
}

BbChartMeasure
bb_chart_texts_measure (BbChartTexts *texts)
{
  return (BbChartMeasure){ measure_text, texts };
}

/* ---- canvas ---- */

static GdkRGBA
to_rgba (const BbColour *colour)
{
  return (GdkRGBA){ (gfloat) colour->red, (gfloat) colour->green, (gfloat) colour->blue,
                    (gfloat) colour->alpha };
}

/* What was gathered as pixels becomes a node before anything else is put on top. */
static void
flush_raster (BbChartSnapshot *self)
{
  cairo_surface_t *surface = NULL;
  cairo_t *cr = NULL;
  if (self->raster == NULL)
    return;
  surface = bb_chart_raster_finish (g_steal_pointer (&self->raster));
  cr = gtk_snapshot_append_cairo (self->snapshot,
                                  &GRAPHENE_RECT_INIT ((gfloat) self->clip.x, (gfloat) self->clip.y,
                                                       (gfloat) ceil (self->clip.width),
                                                       (gfloat) ceil (self->clip.height)));
  cairo_set_source_surface (cr, surface, self->clip.x, self->clip.y);
  cairo_pattern_set_filter (cairo_get_source (cr), CAIRO_FILTER_NEAREST);
  cairo_paint (cr);
  cairo_destroy (cr);
  cairo_surface_destroy (surface);
}

/* Graphics cards draw colour nodes in one go; the software renderer takes each on its own, which costs three
 * times as much as blending them here. */
static gboolean
is_software (BbChartTexts *texts)
{
  GtkNative *native = gtk_widget_get_native (texts->widget);
  GskRenderer *renderer = native != NULL ? gtk_native_get_renderer (native) : NULL;
  return renderer != NULL && g_str_equal (G_OBJECT_TYPE_NAME (renderer), "GskCairoRenderer");
}

static void
append_rect (BbChartSnapshot *self, const BbColour *colour, const BbChartRect *rect)
{
  GdkRGBA rgba = to_rgba (colour);
  gtk_snapshot_append_color (self->snapshot, &rgba,
                             &GRAPHENE_RECT_INIT ((gfloat) rect->x, (gfloat) rect->y, (gfloat) rect->width,
                                                  (gfloat) rect->height));
}

static void
paint_rect (gpointer data, const BbColour *colour, gdouble x, gdouble y, gdouble width, gdouble height)
{
  BbChartRect rect = { x, y, width, height };
  flush_raster (data);
  append_rect (data, colour, &rect);
}

static void
paint_rects (gpointer data, const BbColour *colour, const BbChartRect *rects, guint n)
{
  BbChartSnapshot *self = data;
  if (self->clip.width > 0 && (self->raster != NULL || n >= MANY) && is_software (self->texts)) {
    if (self->raster == NULL)
      self->raster = bb_chart_raster_new (&self->clip, gtk_widget_get_scale_factor (self->texts->widget));
    bb_chart_raster_rects (self->raster, colour, rects, n);
    return;
  }
  flush_raster (self);
  for (guint i = 0; i < n; i++)
    append_rect (self, colour, &rects[i]);
}

static void
append_layout (GtkSnapshot *snapshot, PangoLayout *layout, const BbColour *colour, gdouble x, gdouble y)
{
  GdkRGBA rgba = to_rgba (colour);
  gtk_snapshot_save (snapshot);
  gtk_snapshot_translate (snapshot, &GRAPHENE_POINT_INIT ((gfloat) round (x), (gfloat) round (y)));
  gtk_snapshot_append_layout (snapshot, layout, &rgba);
  gtk_snapshot_restore (snapshot);
}

static void
paint_text (gpointer data, const gchar *text, BbChartTextStyle style, const BbColour *colour, gdouble x,
            gdouble y, gdouble width)
{
  BbChartSnapshot *self = data;
  PangoLayout *layout = get_layout (self->texts, text, style);
  g_autoptr (PangoLayout) cut = NULL;
  gint natural = 0;
  flush_raster (self);
  pango_layout_get_size (layout, &natural, NULL);
  if (width >= 0 && natural > width * PANGO_SCALE) {
    cut = pango_layout_copy (layout);
    pango_layout_set_width (cut, (gint) (MAX (width, 0) * PANGO_SCALE));
    pango_layout_set_ellipsize (cut, PANGO_ELLIPSIZE_END);
    layout = cut;
  }
  append_layout (self->snapshot, layout, colour, x, y);
}

static graphene_rect_t
bounds_of (const BbChartPoint *points, guint n, gdouble border)
{
  gdouble left = G_MAXDOUBLE, right = -G_MAXDOUBLE, top = G_MAXDOUBLE, bottom = -G_MAXDOUBLE;
  for (guint i = 0; i < n; i++) {
    left = MIN (left, points[i].x);
    right = MAX (right, points[i].x);
    top = MIN (top, points[i].y);
    bottom = MAX (bottom, points[i].y);
  }
  return GRAPHENE_RECT_INIT ((gfloat) floor (left - border), (gfloat) floor (top - border),
                             (gfloat) ceil (right - left + 2 * border + 1),
                             (gfloat) ceil (bottom - top + 2 * border + 1));
}

static cairo_t *
begin_path (BbChartSnapshot *self, const BbColour *colour, const BbChartPoint *points, guint n,
            gdouble border)
{
  graphene_rect_t bounds = bounds_of (points, n, border);
  cairo_t *cr = NULL;
  flush_raster (self);
  cr = gtk_snapshot_append_cairo (self->snapshot, &bounds);
  cairo_set_source_rgba (cr, colour->red, colour->green, colour->blue, colour->alpha);
  for (guint i = 0; i < n; i++)
    cairo_line_to (cr, points[i].x, points[i].y);
  return cr;
}

static void
paint_stroke (gpointer data, const BbStroke *stroke, const BbChartPoint *points, guint n)
{
  cairo_t *cr = NULL;
  if (n == 0)
    return;
  cr = begin_path (data, &stroke->colour, points, n, stroke->width);
  cairo_set_line_width (cr, stroke->width);
  cairo_set_line_join (cr, CAIRO_LINE_JOIN_ROUND);
  cairo_set_dash (cr, stroke->dash, stroke->dash[0] > 0 ? 2 : 0, 0);
  cairo_stroke (cr);
  cairo_destroy (cr);
}

static void
paint_fill (gpointer data, const BbColour *colour, const BbChartPoint *points, guint n)
{
  cairo_t *cr = NULL;
  if (n == 0)
    return;
  cr = begin_path (data, colour, points, n, 0);
  cairo_close_path (cr);
  cairo_fill (cr);
  cairo_destroy (cr);
}

static void
push_clip (gpointer data, const BbChartRect *rect)
{
  BbChartSnapshot *self = data;
  self->clip = *rect;
  gtk_snapshot_push_clip (self->snapshot, &GRAPHENE_RECT_INIT ((gfloat) rect->x, (gfloat) rect->y,
                                                               (gfloat) rect->width, (gfloat) rect->height));
}

static void
pop_clip (gpointer data)
{
  BbChartSnapshot *self = data;
  flush_raster (self);
  self->clip = (BbChartRect){ 0 };
  gtk_snapshot_pop (self->snapshot);
}

BbChartCanvas
bb_chart_snapshot_canvas (BbChartSnapshot *to)
{
  return (BbChartCanvas){ paint_rect, paint_rects, paint_text, paint_stroke, paint_fill, push_clip,
                          pop_clip,   FALSE,       to };
}
