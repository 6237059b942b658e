/* SPDX-License-Identifier: GPL-3.0-or-later */
/* chart-labels.c: the words of a chart, placed so that none covers another: names of lines, limits and bands,
 * times. */
#include <glib/gi18n.h>
#include <math.h>
#include <stdlib.h>

#include "report/chart-geometry-private.h"

/* Names at the lines' ends take at most this share of the width. */
#define END_SHARE   0.22
#define LEGEND_ROWS 3
/* Space between two names of a legend. */
#define LEGEND_SPACE 14.0

/* ---- names of lines ---- */

/* Width that names at the ends of the lines need; 0: a legend is better. */
gdouble
bb_chart_end_labels_width (BbChartBuilder *build, guint index)
{
  const BbChartTrack *track = bb_chart_model_get_track (build->model, index);
  gdouble width = 0;
  if (track->kind != BB_TRACK_LINES)
    return 0;
  for (guint i = 0; i < track->lines->len; i++) {
    const BbChartLine *line = g_ptr_array_index (track->lines, i);
    if (!line->ghost)
      width = MAX (width, bb_chart_measure_width (build->measure, line->label, BB_CHART_TEXT_LABEL));
  }
  width += width > 0 ? BB_CHART_SWATCH + 3 * BB_CHART_SPACE : 0;
  return width <= build->geometry->width * END_SHARE ? width : 0;
}

static void
clear_label (BbChartLabel *label)
{
  g_clear_pointer (&label->text, g_free);
}

/* Puts the names into rows, from the title on; the rest becomes "+3". Returns the rows below the title's. */
guint
bb_chart_build_legend (BbChartBuilder *build, guint index)
{
  BbChartTrackGeometry *to = g_ptr_array_index (build->geometry->tracks, index);
  const BbChartTrack *track = bb_chart_model_get_track (build->model, index);
  gdouble start = to->unit_label.x + to->unit_label.width + 2 * LEGEND_SPACE, x = start;
  gdouble end = build->geometry->width - BB_CHART_SPACE;
  guint row = 0, left = 0;
  g_array_set_size (to->legend_labels, track->lines->len);
  for (guint i = 0; i < track->lines->len; i++) {
    const BbChartLine *line = g_ptr_array_index (track->lines, i);
    BbChartLabel *label = &g_array_index (to->legend_labels, BbChartLabel, i);
    gdouble width = bb_chart_measure_width (build->measure, line->label, BB_CHART_TEXT_LABEL);
    *label = (BbChartLabel){ 0 };
    if (line->ghost)
      continue;
    if (x > start && x + BB_CHART_SWATCH + BB_CHART_SPACE + width > end && row < LEGEND_ROWS) {
      row++;
      start = x = to->title.x;
    }
    if (row == LEGEND_ROWS) {
      left++;
      continue;
    }
    *label = (BbChartLabel){ g_strdup (line->label), x + BB_CHART_SWATCH + BB_CHART_SPACE, row, width };
    x += BB_CHART_SWATCH + BB_CHART_SPACE + width + LEGEND_SPACE;
  }
  return MIN (row, LEGEND_ROWS - 1);
}

/* From rows to y. */
void
bb_chart_place_legend (BbChartBuilder *build, guint index)
{
  BbChartTrackGeometry *to = g_ptr_array_index (build->geometry->tracks, index);
  gdouble first = to->title.y + (build->geometry->title_height - build->geometry->text_height) / 2;
  for (guint i = 0; i < to->legend_labels->len; i++) {
    BbChartLabel *label = &g_array_index (to->legend_labels, BbChartLabel, i);
    label->y = first + label->y * build->geometry->text_height;
  }
}

static gint
compare_y (gconstpointer a, gconstpointer b)
{
  const BbChartLineGeometry *first = *(BbChartLineGeometry *const *) a;
  const BbChartLineGeometry *second = *(BbChartLineGeometry *const *) b;
  return (first->end.y > second->end.y) - (first->end.y < second->end.y);
}

/* Where the line ends: its last column with data. */
static gboolean
find_end (const BbChartLineGeometry *line, gdouble *y)
{
  for (guint i = line->columns->len; i > 0; i--) {
    const BbChartColumn *column = &g_array_index (line->columns, BbChartColumn, i - 1);
    if (column->gap)
      continue;
    *y = column->y_mean;
    return TRUE;
  }
  return FALSE;
}

/* Names from top to bottom, pushed apart where they would touch, back up from the bottom edge. */
static void
spread (GPtrArray *sorted, gdouble top, gdouble bottom, gdouble height)
{
  gdouble at = top;
  for (guint i = 0; i < sorted->len; i++) {
    BbChartLineGeometry *line = g_ptr_array_index (sorted, i);
    line->end.y = MAX (line->end.y, at);
    at = line->end.y + height;
  }
  at = bottom;
  for (guint i = sorted->len; i > 0; i--) {
    BbChartLineGeometry *line = g_ptr_array_index (sorted, i - 1);
    line->end.y = MIN (line->end.y, at - height);
    at = line->end.y;
  }
}

static gint
compare_role (gconstpointer a, gconstpointer b)
{
  const BbChartLineGeometry *first = *(BbChartLineGeometry *const *) a;
  const BbChartLineGeometry *second = *(BbChartLineGeometry *const *) b;
  return (gint) first->role - (gint) second->role;
}

/* Lines that end so close together that their names are pushed apart anyway: "L1 L2 L3", always in this
 * order. */
static void
order_crowds (GPtrArray *sorted, gdouble height)
{
  for (guint from = 0, until; from < sorted->len; from = until) {
    g_autoptr (GArray) places = g_array_new (FALSE, FALSE, sizeof (gdouble));
    for (until = from; until < sorted->len; until++) {
      BbChartLineGeometry *line = g_ptr_array_index (sorted, until);
      if (until > from && line->end.y - g_array_index (places, gdouble, places->len - 1) >= height)
        break;
      g_array_append_val (places, line->end.y);
    }
    qsort (sorted->pdata + from, until - from, sizeof (gpointer), compare_role);
    for (guint i = from; i < until; i++)
      ((BbChartLineGeometry *) sorted->pdata[i])->end.y = g_array_index (places, gdouble, i - from);
  }
}

void
bb_chart_build_end_labels (BbChartBuilder *build, guint index)
{
  BbChartTrackGeometry *track = g_ptr_array_index (build->geometry->tracks, index);
  gdouble height = build->geometry->text_height, y = 0;
  g_autoptr (GPtrArray) sorted = g_ptr_array_new ();
  if (track->legend || track->kind != BB_TRACK_LINES)
    return;
  for (guint i = 0; i < track->lines->len; i++) {
    BbChartLineGeometry *line = g_ptr_array_index (track->lines, i);
    if (line->ghost || !find_end (line, &y))
      continue;
    line->end.text = g_strdup (line->label);
    line->end.width = bb_chart_measure_width (build->measure, line->label, BB_CHART_TEXT_LABEL);
    line->end.x = track->plot.x + track->plot.width + BB_CHART_SWATCH + 2 * BB_CHART_SPACE;
    line->end.y = y - height / 2;
    g_ptr_array_add (sorted, line);
  }
  g_ptr_array_sort (sorted, compare_y);
  order_crowds (sorted, height);
  spread (sorted, track->plot.y - height / 2, track->plot.y + track->plot.height + height / 2, height);
}

/* ---- bands ---- */

static gint
compare_bands (gconstpointer a, gconstpointer b)
{
  const BbChartBandGeometry *first = a, *second = b;
  if (first->kind != second->kind)
    return first->kind < second->kind ? -1 : 1;
  return (first->from_ms > second->from_ms) - (first->from_ms < second->from_ms);
}

static void
clear_band (BbChartBandGeometry *band)
{
  clear_label (&band->label);
  g_free (band->name);
}

/* What is less than a pixel apart and of one kind becomes one: a year has 365 nights. */
static void
merge_bands (GArray *bands)
{
  guint n = 0;
  g_array_sort (bands, compare_bands);
  for (guint i = 0; i < bands->len; i++) {
    BbChartBandGeometry *band = &g_array_index (bands, BbChartBandGeometry, i);
    BbChartBandGeometry *last = n > 0 ? &g_array_index (bands, BbChartBandGeometry, n - 1) : NULL;
    if (last != NULL && last->kind == band->kind && band->x < last->x_end + 0.5
        && g_str_equal (last->name, band->name)) {
      last->x_end = MAX (last->x_end, band->x_end);
      last->until_ms = MAX (last->until_ms, band->until_ms);
      clear_band (band);
    } else {
      g_array_index (bands, BbChartBandGeometry, n++) = *band;
    }
  }
  g_array_set_size (bands, n);
}

static gboolean
is_free (const GArray *taken, const BbChartRect *rect)
{
  for (guint i = 0; i < taken->len; i++) {
    const BbChartRect *other = &g_array_index (taken, BbChartRect, i);
    if (rect->x < other->x + other->width && other->x < rect->x + rect->width
        && rect->y < other->y + other->height && other->y < rect->y + rect->height)
      return FALSE;
  }
  return TRUE;
}

static void
name_bands (BbChartBuilder *build)
{
  GArray *bands = build->geometry->bands;
  BbChartTrackGeometry *first = g_ptr_array_index (build->geometry->tracks, 0);
  g_autoptr (GArray) taken = g_array_new (FALSE, FALSE, sizeof (BbChartRect));
  for (guint i = 0; i < bands->len; i++) {
    BbChartBandGeometry *band = &g_array_index (bands, BbChartBandGeometry, i);
    gdouble width = bb_chart_measure_width (build->measure, band->name, BB_CHART_TEXT_LABEL);
    BbChartRect rect = { band->x + BB_CHART_SPACE, first->plot.y + 1, width, build->geometry->text_height };
    if (*band->name == '\0' || width + 2 * BB_CHART_SPACE > band->x_end - band->x || !is_free (taken, &rect))
      continue;
    band->label = (BbChartLabel){ g_strdup (band->name), rect.x, rect.y, width };
    g_array_append_val (taken, rect);
  }
}

void
bb_chart_build_bands (BbChartBuilder *build)
{
  BbChartGeometry *geometry = build->geometry;
  const GPtrArray *all = bb_chart_model_get_bands (build->model);
  for (guint i = 0; i < all->len; i++) {
    const BbChartBand *from = g_ptr_array_index (all, i);
    BbChartBandGeometry band = { .kind = from->kind, .from_ms = from->from_ms, .until_ms = from->until_ms };
    if (from->until_ms <= geometry->from_ms || from->from_ms >= geometry->until_ms)
      continue;
    band.x = bb_chart_geometry_time_to_x (geometry, MAX (from->from_ms, geometry->from_ms));
    band.x_end = bb_chart_geometry_time_to_x (geometry, MIN (from->until_ms, geometry->until_ms));
    band.name = g_strdup (from->label);
    g_array_append_val (geometry->bands, band);
  }
  merge_bands (geometry->bands);
  if (geometry->tracks->len > 0)
    name_bands (build);
}

/* ---- limits ---- */

/* The first free place beside the line: right, above; right, below; then further left. */
static gboolean
find_place (const BbChartTrackGeometry *track, const GArray *taken, gdouble y, gdouble width, gdouble height,
            BbChartRect *place)
{
  gdouble right = track->plot.x + track->plot.width - BB_CHART_SPACE;
  for (guint column = 0; column < 4; column++)
    for (guint below = 0; below < 2; below++) {
      gdouble x = right - width - column * (width + 2 * BB_CHART_SPACE);
      *place = (BbChartRect){ x, below ? y + 1 : y - height - 1, width, height };
      if (x >= track->plot.x && place->y >= track->plot.y - height
          && place->y + height <= track->plot.y + track->plot.height + 1 && is_free (taken, place))
        return TRUE;
    }
  return FALSE;
}

static void
take_band_labels (BbChartBuilder *build, guint index, GArray *taken)
{
  const GArray *bands = build->geometry->bands;
  for (guint i = 0; i < bands->len && index == 0; i++) {
    const BbChartLabel *label = &g_array_index (bands, BbChartBandGeometry, i).label;
    BbChartRect rect = { label->x, label->y, label->width, build->geometry->text_height };
    if (label->text != NULL)
      g_array_append_val (taken, rect);
  }
}

void
bb_chart_build_limits (BbChartBuilder *build, guint index)
{
  BbChartTrackGeometry *to = g_ptr_array_index (build->geometry->tracks, index);
  const BbChartTrack *track = bb_chart_model_get_track (build->model, index);
  g_autoptr (GArray) taken = g_array_new (FALSE, FALSE, sizeof (BbChartRect));
  take_band_labels (build, index, taken);
  for (guint i = 0; i < track->limits->len && to->kind != BB_TRACK_LANES; i++) {
    const BbChartLimit *from = g_ptr_array_index (track->limits, i);
    BbChartLimitGeometry limit = { .role = from->role, .value = from->value };
    gdouble share = (to->axis.max - from->value) / (to->axis.max - to->axis.min), width = 0;
    BbChartRect place;
    g_autofree gchar *text = NULL;
    limit.outside = share < 0 || share > 1;
    limit.y = to->plot.y + CLAMP (share, 0, 1) * to->plot.height;
    /* An arrow says that the line is further up or down than what is shown. */
    text = limit.outside ? g_strconcat (share < 0 ? "↑ " : "↓ ", from->label, NULL) : g_strdup (from->label);
    width = bb_chart_measure_width (build->measure, text, BB_CHART_TEXT_LABEL);
    if (find_place (to, taken, limit.y, width, build->geometry->text_height, &place)) {
      limit.label = (BbChartLabel){ g_steal_pointer (&text), place.x, place.y, width };
      g_array_append_val (taken, place);
    }
    g_array_append_val (to->limits, limit);
  }
}

/* ---- the axis of time ---- */

static gdouble
label_width (gpointer data, const gchar *text)
{
  return bb_chart_measure_width (data, text, BB_CHART_TEXT_LABEL);
}

static void
add_time_ticks (BbChartBuilder *build, const BbTimeAxis *axis)
{
  BbChartGeometry *geometry = build->geometry;
  gdouble free_from = -INFINITY;
  for (guint i = 0; i < axis->ticks->len; i++) {
    const BbTimeTick *from = &g_array_index (axis->ticks, BbTimeTick, i);
    BbChartTimeTick tick
        = { .x = bb_chart_geometry_time_to_x (geometry, from->time_ms), .strong = from->strong };
    gdouble width = label_width ((gpointer) build->measure, from->label);
    gdouble x = CLAMP (tick.x - width / 2, 0, MAX (geometry->width - width, 0));
    if (x >= free_from) {
      tick.label = (BbChartLabel){ g_strdup (from->label), x, geometry->time_y, width };
      free_from = x + width + BB_CHART_SPACE;
    }
    g_array_append_val (geometry->time_ticks, tick);
  }
}

static void
add_contexts (BbChartBuilder *build, const BbTimeAxis *axis)
{
  BbChartGeometry *geometry = build->geometry;
  for (guint i = 0; i < axis->contexts->len; i++) {
    const BbTimeTick *from = &g_array_index (axis->contexts, BbTimeTick, i);
    BbChartLabel label = { NULL, bb_chart_geometry_time_to_x (geometry, from->time_ms),
                           geometry->time_y + geometry->text_height, 0 };
    gdouble end = geometry->width;
    if (i + 1 < axis->contexts->len)
      end = bb_chart_geometry_time_to_x (geometry, from[1].time_ms) - 2 * BB_CHART_SPACE;
    for (guint k = 0; k < 2 && label.text == NULL; k++) {
      const gchar *text = k == 0 ? from->label : from->brief;
      label.width = text != NULL ? label_width ((gpointer) build->measure, text) : INFINITY;
      if (label.x + label.width <= end)
        label.text = g_strdup (text);
    }
    if (label.text == NULL)
      continue;
    g_array_append_val (geometry->contexts, label);
  }
}

void
bb_chart_build_time (BbChartBuilder *build)
{
  BbChartGeometry *geometry = build->geometry;
  g_autoptr (BbTimeAxis) axis
      = bb_time_axis_new (geometry->zone, geometry->from_ms, geometry->until_ms, geometry->plot_width,
                          label_width, (gpointer) build->measure);
  add_time_ticks (build, axis);
  add_contexts (build, axis);
}
