/* SPDX-License-Identifier: GPL-3.0-or-later */
/* chart-canvas.c: painting a chart into a GtkSnapshot. */
#include "app/widgets/chart-canvas.h"

#include <math.h>

#include "report/chart-cairo.h"

/* Texts kept at most: an hour of panning must not fill the memory. */
#define MAX_TEXTS 1500

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

static void
paint_rect (gpointer data, const BbColour *colour, gdouble x, gdouble y, gdouble width, gdouble height)
{
  BbChartSnapshot *self = data;
  GdkRGBA rgba = to_rgba (colour);
  gtk_snapshot_append_color (self->snapshot, &rgba,
                             &GRAPHENE_RECT_INIT ((gfloat) x, (gfloat) y, (gfloat) width, (gfloat) height));
}

/* A node each: a graphics card draws them in one go, and the software renderer faster than one path of them
 * all. */
static void
paint_rects (gpointer data, const BbColour *colour, const BbChartRect *rects, guint n)
{
  for (guint i = 0; i < n; i++)
    paint_rect (data, colour, rects[i].x, rects[i].y, rects[i].width, rects[i].height);
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
  cairo_t *cr = gtk_snapshot_append_cairo (self->snapshot, &bounds);
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
  gtk_snapshot_push_clip (self->snapshot, &GRAPHENE_RECT_INIT ((gfloat) rect->x, (gfloat) rect->y,
                                                               (gfloat) rect->width, (gfloat) rect->height));
}

static void
pop_clip (gpointer data)
{
  gtk_snapshot_pop (((BbChartSnapshot *) data)->snapshot);
}

BbChartCanvas
bb_chart_snapshot_canvas (BbChartSnapshot *to)
{
  return (BbChartCanvas){ paint_rect, paint_rects, paint_text, paint_stroke, paint_fill, push_clip,
                          pop_clip,   FALSE,       to };
}
