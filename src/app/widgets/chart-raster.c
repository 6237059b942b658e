/* SPDX-License-Identifier: GPL-3.0-or-later */
/* chart-raster.c: blending rectangles into premultiplied pixels. */
#include "app/widgets/chart-raster.h"

#include <math.h>

/* Coverage from which a row counts as whole. */
#define WHOLE 0.996

struct _BbChartRaster {
  BbChartRect area;
  gint scale, width, height;
  guint32 *pixels; /* (owned): CAIRO_FORMAT_ARGB32 */
};

BbChartRaster *
bb_chart_raster_new (const BbChartRect *area, gint scale)
{
  BbChartRaster *raster = g_new0 (BbChartRaster, 1);
  raster->area = *area;
  raster->scale = MAX (scale, 1);
  raster->width = MAX ((gint) ceil (area->width * raster->scale), 1);
  raster->height = MAX ((gint) ceil (area->height * raster->scale), 1);
  raster->pixels = g_new0 (guint32, (gsize) raster->width * (gsize) raster->height);
  return raster;
}

void
bb_chart_raster_free (BbChartRaster *raster)
{
  g_free (raster->pixels);
  g_free (raster);
}

/* The colour, premultiplied, at this coverage. */
static guint32
premultiply (const BbColour *colour, gdouble coverage)
{
  gdouble alpha = CLAMP (colour->alpha * coverage, 0, 1);
  return (guint32) lround (alpha * 255) << 24 | (guint32) lround (colour->red * alpha * 255) << 16
         | (guint32) lround (colour->green * alpha * 255) << 8
         | (guint32) lround (colour->blue * alpha * 255);
}

/* One pixel over another: two channels at a time; x / 255 as (x + 128) x 257 / 65536. */
static inline guint32
over (guint32 source, guint32 under)
{
  guint32 rest = 255 - (source >> 24);
  guint32 low = (under & 0x00ff00ff) * rest + 0x00800080;
  guint32 high = (under >> 8 & 0x00ff00ff) * rest + 0x00800080;
  low = (low + (low >> 8 & 0x00ff00ff)) >> 8 & 0x00ff00ff;
  high = (high + (high >> 8 & 0x00ff00ff)) & 0xff00ff00;
  return source + (low | high);
}

static void
blend_row (BbChartRaster *raster, gint row, gint left, gint right, guint32 source)
{
  guint32 *pixel = raster->pixels + (gsize) row * (gsize) raster->width;
  if (source >> 24 == 255)
    for (gint x = left; x < right; x++)
      pixel[x] = source;
  else
    for (gint x = left; x < right; x++)
      pixel[x] = over (source, pixel[x]);
}

static void
blend_rect (BbChartRaster *raster, const BbColour *colour, guint32 whole, const BbChartRect *rect)
{
  gint left = (gint) lround ((rect->x - raster->area.x) * raster->scale);
  gint right = (gint) lround ((rect->x + rect->width - raster->area.x) * raster->scale);
  gdouble top = (rect->y - raster->area.y) * raster->scale, bottom = top + rect->height * raster->scale;
  left = MAX (left, 0);
  right = MIN (right, raster->width);
  top = MAX (top, 0);
  bottom = MIN (bottom, raster->height);
  for (gint row = (gint) top; row < bottom; row++) {
    gdouble coverage = MIN (bottom, row + 1) - MAX (top, row);
    blend_row (raster, row, left, right, coverage >= WHOLE ? whole : premultiply (colour, coverage));
  }
}

void
bb_chart_raster_rects (BbChartRaster *raster, const BbColour *colour, const BbChartRect *rects, guint n)
{
  guint32 whole = premultiply (colour, 1);
  for (guint i = 0; i < n; i++)
    blend_rect (raster, colour, whole, &rects[i]);
}

cairo_surface_t *
bb_chart_raster_finish (BbChartRaster *raster)
{
  static const cairo_user_data_key_t key;
  gint stride = raster->width * (gint) sizeof (guint32);
  cairo_surface_t *surface
      = cairo_image_surface_create_for_data ((guchar *) raster->pixels, CAIRO_FORMAT_ARGB32, raster->width,
                                             raster->height, stride);
  cairo_surface_set_device_scale (surface, raster->scale, raster->scale);
  cairo_surface_set_user_data (surface, &key, g_steal_pointer (&raster->pixels), g_free);
  bb_chart_raster_free (raster);
  return surface;
}
