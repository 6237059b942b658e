/* SPDX-License-Identifier: GPL-3.0-or-later */
/* chart-area.c: the picture of a chart as four layers that are drawn apart. */
#include "app/widgets/chart-area.h"

#include <adwaita.h>

#include "app/widgets/chart-canvas.h"
#include "app/widgets/chart-cursor.h"

/* ---- a layer ---- */

typedef void (*LayerPaint) (BbChartArea *area, const BbChartCanvas *canvas, const BbPalette *palette);

#define BB_TYPE_CHART_LAYER (bb_chart_layer_get_type ())
G_DECLARE_FINAL_TYPE (BbChartLayer, bb_chart_layer, BB, CHART_LAYER, GtkWidget)

struct _BbChartLayer {
  GtkWidget parent_instance;
  BbChartArea *area; /* (unowned): the parent */
  LayerPaint paint;
};

G_DEFINE_FINAL_TYPE (BbChartLayer, bb_chart_layer, GTK_TYPE_WIDGET)

enum { LAYER_BACK, LAYER_LINES, LAYER_FRONT, LAYER_CURSOR, N_LAYERS };

struct _BbChartArea {
  GtkWidget parent_instance;
  BbChartModel *model;
  BbChartCache *cache;
  BbChartGeometry *geometry;
  BbChartTexts *texts;
  BbChartRange view, selection;
  gint64 cursor_ms;
  guint context_serial; /* of the font that the geometry was made with */
  guint n_layouts;
  GtkWidget *layers[N_LAYERS];
};

G_DEFINE_FINAL_TYPE (BbChartArea, bb_chart_area, GTK_TYPE_WIDGET)

static void
bb_chart_layer_snapshot (GtkWidget *widget, GtkSnapshot *snapshot)
{
  BbChartLayer *self = BB_CHART_LAYER (widget);
  BbChartSnapshot to = { .snapshot = snapshot, .texts = self->area->texts };
  BbChartCanvas canvas = bb_chart_snapshot_canvas (&to);
  if (bb_chart_area_get_geometry (self->area) != NULL)
    self->paint (self->area, &canvas, bb_palette_get (bb_chart_area_get_palette (self->area)));
}

static void
bb_chart_layer_class_init (BbChartLayerClass *klass)
{
  GTK_WIDGET_CLASS (klass)->snapshot = bb_chart_layer_snapshot;
  gtk_widget_class_set_accessible_role (GTK_WIDGET_CLASS (klass), GTK_ACCESSIBLE_ROLE_PRESENTATION);
}

static void
bb_chart_layer_init (BbChartLayer *self)
{
  gtk_widget_set_can_target (GTK_WIDGET (self), FALSE);
}

static void
paint_back (BbChartArea *area, const BbChartCanvas *canvas, const BbPalette *palette)
{
  bb_chart_paint_back (area->geometry, palette, canvas);
}

static void
paint_lines (BbChartArea *area, const BbChartCanvas *canvas, const BbPalette *palette)
{
  bb_chart_paint_lines (area->geometry, palette, canvas);
}

static void
paint_front (BbChartArea *area, const BbChartCanvas *canvas, const BbPalette *palette)
{
  bb_chart_paint_front (area->geometry, palette, canvas);
}

static void
paint_cursor (BbChartArea *area, const BbChartCanvas *canvas, const BbPalette *palette)
{
  BbChartMeasure measure = bb_chart_texts_measure (area->texts);
  if (area->selection.until_ms > area->selection.from_ms)
    bb_chart_paint_selection (area->geometry, palette, canvas, area->selection.from_ms,
                              area->selection.until_ms);
  if (area->cursor_ms != -1)
    bb_chart_paint_cursor (area->geometry, palette, canvas, &measure, area->cursor_ms);
}

/* ---- the area ---- */

BbPaletteKind
bb_chart_area_get_palette (BbChartArea *self)
{
  AdwStyleManager *style = adw_style_manager_get_for_display (gtk_widget_get_display (GTK_WIDGET (self)));
  gboolean dark = adw_style_manager_get_dark (style);
  if (adw_style_manager_get_high_contrast (style))
    return dark ? BB_PALETTE_DARK_CONTRAST : BB_PALETTE_LIGHT_CONTRAST;
  return dark ? BB_PALETTE_DARK : BB_PALETTE_LIGHT;
}

static void
queue_all (BbChartArea *self)
{
  for (guint i = 0; i < N_LAYERS; i++)
    gtk_widget_queue_draw (self->layers[i]);
}

static void
drop_geometry (BbChartArea *self)
{
  g_clear_pointer (&self->geometry, bb_chart_geometry_unref);
  queue_all (self);
}

void
bb_chart_area_refresh (BbChartArea *self)
{
  drop_geometry (self);
  gtk_widget_queue_resize (GTK_WIDGET (self));
}

const BbChartGeometry *
bb_chart_area_get_geometry (BbChartArea *self)
{
  BbChartMeasure measure = bb_chart_texts_measure (self->texts);
  gint width = gtk_widget_get_width (GTK_WIDGET (self)), height = gtk_widget_get_height (GTK_WIDGET (self));
  guint serial = pango_context_get_serial (gtk_widget_get_pango_context (GTK_WIDGET (self)));
  if (self->geometry != NULL && self->context_serial == serial && self->geometry->width == width
      && self->geometry->height == height)
    return self->geometry;
  g_clear_pointer (&self->geometry, bb_chart_geometry_unref);
  if (self->model == NULL || width <= 0 || height <= 0 || self->view.until_ms <= self->view.from_ms)
    return NULL;
  self->geometry = bb_chart_geometry_new (self->model, self->view.from_ms, self->view.until_ms, width, height,
                                          &measure, self->cache);
  self->context_serial = serial;
  self->n_layouts++;
  return self->geometry;
}

guint
bb_chart_area_get_n_layouts (BbChartArea *self)
{
  return self->n_layouts;
}

void
bb_chart_area_set_model (BbChartArea *self, BbChartModel *model)
{
  g_set_object (&self->model, model);
  bb_chart_area_refresh (self);
}

void
bb_chart_area_set_view (BbChartArea *self, BbChartRange view)
{
  if (self->view.from_ms == view.from_ms && self->view.until_ms == view.until_ms)
    return;
  self->view = view;
  drop_geometry (self);
}

void
bb_chart_area_set_cursor (BbChartArea *self, gint64 time_ms)
{
  if (self->cursor_ms == time_ms)
    return;
  self->cursor_ms = time_ms;
  gtk_widget_queue_draw (self->layers[LAYER_CURSOR]);
}

void
bb_chart_area_set_selection (BbChartArea *self, BbChartRange selection)
{
  self->selection = selection;
  gtk_widget_queue_draw (self->layers[LAYER_CURSOR]);
}

static void
bb_chart_area_measure (GtkWidget *widget, GtkOrientation orientation, gint for_size, gint *minimum,
                       gint *natural, gint *minimum_baseline, gint *natural_baseline)
{
  BbChartArea *self = BB_CHART_AREA (widget);
  BbChartMeasure measure = bb_chart_texts_measure (self->texts);
  gdouble least = 0, wish = 0;
  if (orientation == GTK_ORIENTATION_HORIZONTAL) {
    *minimum = 240;
    *natural = 640;
    return;
  }
  if (self->model != NULL)
    bb_chart_geometry_get_heights (self->model, &measure, &least, &wish);
  *minimum = (gint) MAX (least, 120);
  *natural = (gint) MAX (wish, 200);
}

static void
bb_chart_area_size_allocate (GtkWidget *widget, gint width, gint height, gint baseline)
{
  BbChartArea *self = BB_CHART_AREA (widget);
  for (guint i = 0; i < N_LAYERS; i++)
    gtk_widget_allocate (self->layers[i], width, height, -1, NULL);
  drop_geometry (self);
}

static void
style_changed_cb (BbChartArea *self)
{
  queue_all (self);
}

static void
bb_chart_area_dispose (GObject *object)
{
  BbChartArea *self = BB_CHART_AREA (object);
  for (guint i = 0; i < N_LAYERS; i++)
    g_clear_pointer (&self->layers[i], gtk_widget_unparent);
  g_clear_object (&self->model);
  g_clear_pointer (&self->geometry, bb_chart_geometry_unref);
  G_OBJECT_CLASS (bb_chart_area_parent_class)->dispose (object);
}

static void
bb_chart_area_finalize (GObject *object)
{
  BbChartArea *self = BB_CHART_AREA (object);
  bb_chart_cache_free (self->cache);
  bb_chart_texts_free (self->texts);
  G_OBJECT_CLASS (bb_chart_area_parent_class)->finalize (object);
}

static void
bb_chart_area_class_init (BbChartAreaClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);
  G_OBJECT_CLASS (klass)->dispose = bb_chart_area_dispose;
  G_OBJECT_CLASS (klass)->finalize = bb_chart_area_finalize;
  widget_class->measure = bb_chart_area_measure;
  widget_class->size_allocate = bb_chart_area_size_allocate;
  gtk_widget_class_set_css_name (widget_class, "chartarea");
  gtk_widget_class_set_accessible_role (widget_class, GTK_ACCESSIBLE_ROLE_IMG);
}

static void
bb_chart_area_init (BbChartArea *self)
{
  static const LayerPaint paints[N_LAYERS] = { paint_back, paint_lines, paint_front, paint_cursor };
  AdwStyleManager *style = adw_style_manager_get_for_display (gtk_widget_get_display (GTK_WIDGET (self)));
  self->cursor_ms = -1;
  self->cache = bb_chart_cache_new ();
  self->texts = bb_chart_texts_new (GTK_WIDGET (self));
  for (guint i = 0; i < N_LAYERS; i++) {
    BbChartLayer *layer = g_object_new (BB_TYPE_CHART_LAYER, NULL);
    layer->area = self;
    layer->paint = paints[i];
    self->layers[i] = GTK_WIDGET (layer);
    gtk_widget_set_parent (self->layers[i], GTK_WIDGET (self));
  }
  gtk_widget_set_overflow (GTK_WIDGET (self), GTK_OVERFLOW_HIDDEN);
  g_signal_connect_object (style, "notify::dark", G_CALLBACK (style_changed_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (style, "notify::high-contrast", G_CALLBACK (style_changed_cb), self,
                           G_CONNECT_SWAPPED);
}
