/* SPDX-License-Identifier: GPL-3.0-or-later */
/* chart-model.c: what a stack of charts shows; and the same in words. */
#include "report/chart-model.h"

#include <glib/gi18n.h>
#include <math.h>

#include "report/axis.h"

/* Columns of the query behind a description: fine enough that little from outside the range gets in. */
#define DESCRIBE_COLUMNS 64
/* Lines of a track that a description names; more make nobody wiser. */
#define DESCRIBE_LINES 6

struct _BbChartModel {
  GObject parent_instance;
  BbZone *zone;
  gint64 from_ms, until_ms;
  GPtrArray *tracks; /* (element-type BbChartTrack) */
  GPtrArray *bands;  /* (element-type BbChartBand) */
  guint serial;
};

enum { CHANGED, N_SIGNALS };
static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (BbChartModel, bb_chart_model, G_TYPE_OBJECT)

static void
line_free (gpointer data)
{
  BbChartLine *line = data;
  g_clear_object (&line->source);
  g_free (line->label);
  g_free (line);
}

static void
limit_free (gpointer data)
{
  BbChartLimit *limit = data;
  g_free (limit->label);
  g_free (limit);
}

static void
track_free (gpointer data)
{
  BbChartTrack *track = data;
  g_ptr_array_unref (track->lines);
  g_ptr_array_unref (track->limits);
  g_free (track->title);
  g_free (track->unit);
  g_free (track);
}

static void
band_free (gpointer data)
{
  BbChartBand *band = data;
  g_free (band->label);
  g_free (band);
}

static void
changed (BbChartModel *self)
{
  self->serial++;
  g_signal_emit (self, signals[CHANGED], 0);
}

static void
bb_chart_model_finalize (GObject *object)
{
  BbChartModel *self = BB_CHART_MODEL (object);
  g_clear_pointer (&self->zone, bb_zone_unref);
  g_ptr_array_unref (self->tracks);
  g_ptr_array_unref (self->bands);
  G_OBJECT_CLASS (bb_chart_model_parent_class)->finalize (object);
}

static void
bb_chart_model_class_init (BbChartModelClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = bb_chart_model_finalize;
  signals[CHANGED] = g_signal_new ("changed", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL, NULL,
                                   NULL, G_TYPE_NONE, 0);
}

static void
bb_chart_model_init (BbChartModel *self)
{
  self->tracks = g_ptr_array_new_with_free_func (track_free);
  self->bands = g_ptr_array_new_with_free_func (band_free);
}

BbChartModel *
bb_chart_model_new (BbZone *zone)
{
  BbChartModel *self = g_object_new (BB_TYPE_CHART_MODEL, NULL);
  self->zone = zone != NULL ? bb_zone_ref (zone) : bb_zone_new_utc ();
  return self;
}

BbZone *
bb_chart_model_get_zone (BbChartModel *self)
{
  g_return_val_if_fail (BB_IS_CHART_MODEL (self), NULL);
  return self->zone;
}

guint
bb_chart_model_get_serial (BbChartModel *self)
{
  g_return_val_if_fail (BB_IS_CHART_MODEL (self), 0);
  return self->serial;
}

void
bb_chart_model_set_extent (BbChartModel *self, gint64 from_ms, gint64 until_ms)
{
  g_return_if_fail (BB_IS_CHART_MODEL (self));
  if (self->from_ms == from_ms && self->until_ms == until_ms)
    return;
  self->from_ms = from_ms;
  self->until_ms = until_ms;
  changed (self);
}

void
bb_chart_model_get_extent (BbChartModel *self, gint64 *from_ms, gint64 *until_ms)
{
  g_return_if_fail (BB_IS_CHART_MODEL (self));
  *from_ms = self->from_ms;
  *until_ms = self->until_ms;
}

guint
bb_chart_model_add_track (BbChartModel *self, const gchar *title, const gchar *unit, guint decimals,
                          BbTrackKind kind)
{
  BbChartTrack *track = g_new0 (BbChartTrack, 1);
  g_return_val_if_fail (BB_IS_CHART_MODEL (self), 0);
  track->title = g_strdup (title != NULL ? title : "");
  track->unit = g_strdup (unit != NULL ? unit : "");
  track->decimals = MIN (decimals, 6);
  track->kind = kind;
  track->lines = g_ptr_array_new_with_free_func (line_free);
  track->limits = g_ptr_array_new_with_free_func (limit_free);
  g_ptr_array_add (self->tracks, track);
  changed (self);
  return self->tracks->len - 1;
}

/* Ghosts stand before all others, so that they are drawn behind. */
static guint
first_place (const GPtrArray *lines, gboolean ghost)
{
  guint place = 0;
  if (!ghost)
    return lines->len;
  while (place < lines->len && ((BbChartLine *) g_ptr_array_index (lines, place))->ghost)
    place++;
  return place;
}

guint
bb_chart_model_add_line (BbChartModel *self, guint track, BbSeriesSource *source, guint series,
                         const gchar *label, BbChartRole role, gdouble factor, gboolean ghost)
{
  BbChartLine *line = NULL;
  GPtrArray *lines = NULL;
  guint place = 0;
  g_return_val_if_fail (BB_IS_CHART_MODEL (self) && track < self->tracks->len, 0);
  g_return_val_if_fail (BB_IS_SERIES_SOURCE (source) && role < BB_ROLE_COUNT, 0);
  line = g_new0 (BbChartLine, 1);
  line->source = g_object_ref (source);
  line->series = series;
  line->label = g_strdup (label != NULL ? label : "");
  line->role = role;
  line->factor = factor;
  line->ghost = ghost;
  lines = ((BbChartTrack *) g_ptr_array_index (self->tracks, track))->lines;
  place = first_place (lines, ghost);
  g_ptr_array_insert (lines, (gint) place, line);
  changed (self);
  return place;
}

void
bb_chart_model_replace_source (BbChartModel *self, BbSeriesSource *before, BbSeriesSource *after)
{
  g_return_if_fail (BB_IS_CHART_MODEL (self) && BB_IS_SERIES_SOURCE (after));
  for (guint t = 0; t < self->tracks->len; t++) {
    const BbChartTrack *track = g_ptr_array_index (self->tracks, t);
    for (guint i = 0; i < track->lines->len; i++) {
      BbChartLine *line = g_ptr_array_index (track->lines, i);
      if (line->source == before)
        g_set_object (&line->source, after);
    }
  }
  changed (self);
}

void
bb_chart_model_add_limit (BbChartModel *self, guint track, const gchar *label, BbChartRole role,
                          gdouble value)
{
  BbChartLimit *limit = NULL;
  g_return_if_fail (BB_IS_CHART_MODEL (self) && track < self->tracks->len && role < BB_ROLE_COUNT);
  limit = g_new0 (BbChartLimit, 1);
  limit->label = g_strdup (label != NULL ? label : "");
  limit->role = role;
  limit->value = value;
  g_ptr_array_add (((BbChartTrack *) g_ptr_array_index (self->tracks, track))->limits, limit);
  changed (self);
}

void
bb_chart_model_add_band (BbChartModel *self, gint64 from_ms, gint64 until_ms, BbBandKind kind,
                         const gchar *label)
{
  BbChartBand *band = NULL;
  g_return_if_fail (BB_IS_CHART_MODEL (self) && kind < BB_BAND_COUNT);
  if (until_ms <= from_ms)
    return;
  band = g_new0 (BbChartBand, 1);
  band->from_ms = from_ms;
  band->until_ms = until_ms;
  band->kind = kind;
  band->label = g_strdup (label != NULL ? label : "");
  g_ptr_array_add (self->bands, band);
  changed (self);
}

void
bb_chart_model_clear (BbChartModel *self)
{
  g_return_if_fail (BB_IS_CHART_MODEL (self));
  g_ptr_array_set_size (self->tracks, 0);
  g_ptr_array_set_size (self->bands, 0);
  changed (self);
}

void
bb_chart_model_touch (BbChartModel *self)
{
  g_return_if_fail (BB_IS_CHART_MODEL (self));
  changed (self);
}

guint
bb_chart_model_get_n_tracks (BbChartModel *self)
{
  g_return_val_if_fail (BB_IS_CHART_MODEL (self), 0);
  return self->tracks->len;
}

const BbChartTrack *
bb_chart_model_get_track (BbChartModel *self, guint track)
{
  g_return_val_if_fail (BB_IS_CHART_MODEL (self) && track < self->tracks->len, NULL);
  return g_ptr_array_index (self->tracks, track);
}

const GPtrArray *
bb_chart_model_get_bands (BbChartModel *self)
{
  g_return_val_if_fail (BB_IS_CHART_MODEL (self), NULL);
  return self->bands;
}

/* ---- in words ---- */

/* Mean and highest of the line over the range; FALSE: there is no data. */
static gboolean
sum_up (const BbChartLine *line, gint64 from_ms, gint64 until_ms, gdouble *mean, gdouble *highest)
{
  BbSeriesColumn columns[DESCRIBE_COLUMNS];
  guint n = (guint) MIN (until_ms - from_ms, DESCRIBE_COLUMNS);
  gdouble sum = 0, covered = 0;
  if (!bb_series_source_query (line->source, line->series, from_ms, until_ms, n, columns, NULL))
    return FALSE;
  *highest = -INFINITY;
  for (guint i = 0; i < n; i++) {
    if (columns[i].quality & BB_QUALITY_GAP)
      continue;
    sum += columns[i].mean * line->factor * (gdouble) columns[i].covered_ms;
    covered += (gdouble) columns[i].covered_ms;
    *highest = MAX (*highest, MAX (columns[i].min * line->factor, columns[i].max * line->factor));
  }
  *mean = covered > 0 ? sum / covered : 0;
  return covered > 0;
}

static void
describe_line (GString *text, const BbChartTrack *track, const BbChartLine *line, gint64 from_ms,
               gint64 until_ms)
{
  gdouble mean = 0, highest = 0;
  if (sum_up (line, from_ms, until_ms, &mean, &highest)) {
    g_autofree gchar *mean_text = bb_axis_format (mean, track->decimals);
    g_autofree gchar *highest_text = bb_axis_format (highest, track->decimals);
    /* Translators: name of a line, its mean with unit, its highest value with unit: "L1 8.0 A (highest 24.9
     * A)" */
    g_string_append_printf (text, _ ("%s %s %s (highest %s %s)"), line->label, mean_text, track->unit,
                            highest_text, track->unit);
  } else {
    /* Translators: name of a line of a chart */
    g_string_append_printf (text, _ ("%s no data"), line->label);
  }
}

static void
describe_track (GString *text, const BbChartTrack *track, gint64 from_ms, gint64 until_ms)
{
  guint n = 0, left = 0;
  g_string_append_printf (text, "%s: ", track->title);
  for (guint i = 0; i < track->lines->len; i++) {
    const BbChartLine *line = g_ptr_array_index (track->lines, i);
    if (line->ghost)
      continue;
    if (n == DESCRIBE_LINES) {
      left++;
      continue;
    }
    g_string_append (text, n++ > 0 ? ", " : "");
    describe_line (text, track, line, from_ms, until_ms);
  }
  if (left > 0)
    g_string_append_printf (text, ngettext (", and %u more", ", and %u more", left), left);
  for (guint i = 0; i < track->limits->len; i++)
    g_string_append_printf (text, "; %s", ((BbChartLimit *) g_ptr_array_index (track->limits, i))->label);
  g_string_append (text, ". ");
}

gchar *
bb_chart_model_describe (BbChartModel *self, gint64 from_ms, gint64 until_ms)
{
  GString *text = g_string_new (NULL);
  g_return_val_if_fail (BB_IS_CHART_MODEL (self), g_string_free (text, FALSE));
  if (self->tracks->len == 0 || until_ms <= from_ms)
    g_string_append (text, _ ("No data."));
  else
    for (guint i = 0; i < self->tracks->len; i++)
      describe_track (text, g_ptr_array_index (self->tracks, i), from_ms, until_ms);
  g_strchomp (text->str);
  return g_string_free (text, FALSE);
}
