/* SPDX-License-Identifier: GPL-3.0-or-later */
/* chart-cursor.c: painting cursor and selection of a chart. */
#include "app/widgets/chart-cursor.h"

#include <glib/gi18n.h>
#include <math.h>

#define PADDING 7.0
#define SWATCH  12.0
#define SPACE   8.0
/* Share of the width up to which a box tells minimum and maximum too. */
#define BOX_SHARE 0.38

typedef struct {
  const BbChartLineGeometry *line; /* NULL: a sentence */
  gchar *name, *value, *span;      /* (owned) */
} Row;

static void
row_clear (gpointer data)
{
  Row *row = data;
  g_free (row->name);
  g_free (row->value);
  g_free (row->span);
}

gchar *
bb_chart_cursor_format_value (const BbChartGeometry *geometry, guint track, guint line, gint64 time_ms)
{
  const BbChartTrackGeometry *in = g_ptr_array_index (geometry->tracks, track);
  const BbSeriesColumn *value = bb_chart_geometry_find_value (geometry, track, line, time_ms);
  g_autofree gchar *text = NULL;
  if (value == NULL)
    return g_strdup ("–");
  text = bb_axis_format (value->mean, in->decimals);
  return *in->unit != '\0' ? g_strdup_printf ("%s %s", text, in->unit) : g_steal_pointer (&text);
}

gchar *
bb_chart_cursor_format_span (const BbChartGeometry *geometry, guint track, guint line, gint64 time_ms)
{
  const BbChartTrackGeometry *in = g_ptr_array_index (geometry->tracks, track);
  const BbSeriesColumn *value = bb_chart_geometry_find_value (geometry, track, line, time_ms);
  g_autofree gchar *min = NULL, *max = NULL;
  if (value == NULL)
    return NULL;
  min = bb_axis_format (value->min, in->decimals);
  max = bb_axis_format (value->max, in->decimals);
  if (g_str_equal (min, max))
    return NULL;
  /* A dash beside a minus sign wants space. */
  return g_strdup_printf (value->min < 0 ? "%s – %s" : "%s–%s", min, max);
}

/* Bands at this time, by name, above the values of the first track. */
static void
add_band_rows (GArray *rows, const BbChartGeometry *geometry, gint64 time_ms)
{
  for (guint i = 0; i < geometry->bands->len; i++) {
    const BbChartBandGeometry *band = &g_array_index (geometry->bands, BbChartBandGeometry, i);
    Row row = { NULL, NULL, NULL, NULL };
    if (time_ms < band->from_ms || time_ms >= band->until_ms || *band->name == '\0')
      continue;
    row.name = g_strdup (band->name);
    g_array_append_val (rows, row);
  }
}

/* Of many stations those that do something are named. */
static gboolean
is_worth_a_row (const BbChartGeometry *geometry, guint track, guint line, gint64 time_ms, gboolean crowded)
{
  const BbSeriesColumn *value = bb_chart_geometry_find_value (geometry, track, line, time_ms);
  return !crowded || (value != NULL && value->max != 0);
}

static GArray *
collect_rows (const BbChartGeometry *geometry, guint index, gint64 time_ms)
{
  const BbChartTrackGeometry *track = g_ptr_array_index (geometry->tracks, index);
  guint fits = (guint) MAX ((track->plot.height - PADDING) / geometry->text_height, 2), left = 0;
  GArray *rows = g_array_new (FALSE, TRUE, sizeof (Row));
  g_array_set_clear_func (rows, row_clear);
  if (index == 0)
    add_band_rows (rows, geometry, time_ms);
  for (guint i = 0; i < track->lines->len; i++) {
    const BbChartLineGeometry *line = g_ptr_array_index (track->lines, i);
    Row row = { line, NULL, NULL, NULL };
    if (!is_worth_a_row (geometry, index, i, time_ms, track->lines->len > fits))
      continue;
    if (rows->len + 1 >= fits && i + 1 < track->lines->len) {
      left++;
      continue;
    }
    /* Translators: a line of the run that this one is compared with */
    row.name = line->ghost ? g_strdup_printf (_ ("%s, before"), line->label) : g_strdup (line->label);
    row.value = bb_chart_cursor_format_value (geometry, index, i, time_ms);
    row.span = bb_chart_cursor_format_span (geometry, index, i, time_ms);
    g_array_append_val (rows, row);
  }
  if (left > 0) {
    Row row = { NULL, g_strdup_printf (ngettext ("and %u more", "and %u more", left), left), NULL, NULL };
    g_array_append_val (rows, row);
  }
  return rows;
}

static gdouble
width_of (const BbChartMeasure *measure, const gchar *text)
{
  gdouble width = 0, height = 0;
  if (text != NULL)
    measure->measure (measure->data, text, BB_CHART_TEXT_LABEL, &width, &height);
  return width;
}

/* Widths of the three columns of a box. */
typedef struct {
  gdouble name, value, span, total;
} Columns;

static Columns
measure_rows (const GArray *rows, const BbChartMeasure *measure, gdouble room)
{
  Columns columns = { 0 };
  gdouble sentence = 0;
  for (guint i = 0; i < rows->len; i++) {
    const Row *row = &g_array_index (rows, Row, i);
    if (row->line == NULL) {
      sentence = MAX (sentence, width_of (measure, row->name));
      continue;
    }
    columns.name = MAX (columns.name, width_of (measure, row->name));
    columns.value = MAX (columns.value, width_of (measure, row->value));
    columns.span = MAX (columns.span, width_of (measure, row->span));
  }
  columns.total = SWATCH + SPACE + columns.name + SPACE + columns.value;
  /* In a narrow chart the box would hide what it explains. */
  if (columns.total + SPACE + columns.span > room)
    columns.span = 0;
  columns.total += columns.span > 0 ? SPACE + columns.span : 0;
  columns.total = MAX (columns.total, sentence) + 2 * PADDING;
  return columns;
}

/* A quiet box with a hairline around it. */
static void
paint_box (const BbChartCanvas *canvas, const BbPalette *palette, const BbChartRect *box)
{
  BbColour inside = palette->background;
  inside.alpha = 0.93;
  canvas->rect (canvas->data, &inside, box->x, box->y, box->width, box->height);
  canvas->rect (canvas->data, &palette->grid_strong, box->x, box->y, box->width, 1);
  canvas->rect (canvas->data, &palette->grid_strong, box->x, box->y + box->height - 1, box->width, 1);
  canvas->rect (canvas->data, &palette->grid_strong, box->x, box->y + 1, 1, box->height - 2);
  canvas->rect (canvas->data, &palette->grid_strong, box->x + box->width - 1, box->y + 1, 1, box->height - 2);
}

static void
paint_swatch (const BbChartCanvas *canvas, const BbPalette *palette, const BbChartLineGeometry *line,
              gdouble x, gdouble y)
{
  BbStroke stroke = bb_palette_get_stroke (palette, line->role, line->shade, line->ghost);
  gdouble period = stroke.dash[0] + stroke.dash[1], end = x + SWATCH;
  for (; x<end; x += period> 0 ? period : SWATCH)
    canvas->rect (canvas->data, &stroke.colour, x, round (y - stroke.width / 2),
                  MIN (period > 0 ? stroke.dash[0] : SWATCH, end - x), stroke.width);
}

static void
paint_row (const BbChartCanvas *canvas, const BbPalette *palette, const BbChartGeometry *geometry,
           const BbChartMeasure *measure, const Row *row, const Columns *columns, gdouble x, gdouble y)
{
  if (row->line == NULL) {
    canvas->text (canvas->data, row->name, BB_CHART_TEXT_LABEL, &palette->dim_text, x, y, -1);
    return;
  }
  paint_swatch (canvas, palette, row->line, x, y + geometry->text_height / 2);
  x += SWATCH + SPACE;
  canvas->text (canvas->data, row->name, BB_CHART_TEXT_LABEL, &palette->text, x, y, -1);
  x += columns->name + SPACE;
  canvas->text (canvas->data, row->value, BB_CHART_TEXT_LABEL, &palette->text,
                x + columns->value - width_of (measure, row->value), y, -1);
  x += columns->value + SPACE;
  if (row->span != NULL && columns->span > 0)
    canvas->text (canvas->data, row->span, BB_CHART_TEXT_LABEL, &palette->dim_text, x, y, -1);
}

static void
paint_track (const BbChartGeometry *geometry, const BbPalette *palette, const BbChartCanvas *canvas,
             const BbChartMeasure *measure, guint index, gint64 time_ms, gdouble x)
{
  const BbChartTrackGeometry *track = g_ptr_array_index (geometry->tracks, index);
  g_autoptr (GArray) rows = collect_rows (geometry, index, time_ms);
  Columns columns = measure_rows (rows, measure, geometry->plot_width * BOX_SHARE);
  BbChartRect box
      = { x + SPACE, track->plot.y + 4, columns.total, rows->len * geometry->text_height + PADDING };
  if (rows->len == 0)
    return;
  if (x > geometry->plot_x + geometry->plot_width / 2)
    box.x = x - SPACE - box.width;
  box.x = round (CLAMP (box.x, 0, MAX (geometry->width - box.width, 0)));
  paint_box (canvas, palette, &box);
  for (guint i = 0; i < rows->len; i++)
    paint_row (canvas, palette, geometry, measure, &g_array_index (rows, Row, i), &columns, box.x + PADDING,
               box.y + PADDING / 2 + i * geometry->text_height);
}

static void
paint_time (const BbChartGeometry *geometry, const BbPalette *palette, const BbChartCanvas *canvas,
            const BbChartMeasure *measure, gint64 time_ms, gdouble x)
{
  gboolean fine = geometry->until_ms - geometry->from_ms < 30000;
  g_autofree gchar *text = bb_time_axis_format_full (geometry->zone, time_ms, fine);
  gdouble width = width_of (measure, text) + 2 * PADDING;
  BbChartRect box = { x - width / 2, geometry->time_y - 2, width, geometry->text_height + 4 };
  box.x = round (CLAMP (box.x, 0, MAX (geometry->width - width, 0)));
  paint_box (canvas, palette, &box);
  canvas->text (canvas->data, text, BB_CHART_TEXT_LABEL, &palette->text, box.x + PADDING, box.y + 2, -1);
}

void
bb_chart_paint_cursor (const BbChartGeometry *geometry, const BbPalette *palette, const BbChartCanvas *canvas,
                       const BbChartMeasure *measure, gint64 time_ms)
{
  gdouble x = round (bb_chart_geometry_time_to_x (geometry, time_ms));
  if (geometry->tracks->len == 0 || time_ms < geometry->from_ms || time_ms >= geometry->until_ms)
    return;
  for (guint i = 0; i < geometry->tracks->len; i++) {
    const BbChartRect *plot = &((BbChartTrackGeometry *) g_ptr_array_index (geometry->tracks, i))->plot;
    canvas->rect (canvas->data, &palette->cursor, x, plot->y, 1, plot->height);
  }
  for (guint i = 0; i < geometry->tracks->len; i++)
    paint_track (geometry, palette, canvas, measure, i, time_ms, x);
  paint_time (geometry, palette, canvas, measure, time_ms, x);
}

void
bb_chart_paint_selection (const BbChartGeometry *geometry, const BbPalette *palette,
                          const BbChartCanvas *canvas, gint64 from_ms, gint64 until_ms)
{
  gdouble left = geometry->plot_x, right = left + geometry->plot_width;
  gdouble x = round (CLAMP (bb_chart_geometry_time_to_x (geometry, from_ms), left, right));
  gdouble x_end = round (CLAMP (bb_chart_geometry_time_to_x (geometry, until_ms), left, right));
  if (x_end <= x)
    return;
  for (guint i = 0; i < geometry->tracks->len; i++) {
    const BbChartRect *plot = &((BbChartTrackGeometry *) g_ptr_array_index (geometry->tracks, i))->plot;
    canvas->rect (canvas->data, &palette->selection, x, plot->y, x_end - x, plot->height);
    canvas->rect (canvas->data, &palette->cursor, x, plot->y, 1, plot->height);
    canvas->rect (canvas->data, &palette->cursor, x_end - 1, plot->y, 1, plot->height);
  }
}
