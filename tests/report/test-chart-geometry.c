/* SPDX-License-Identifier: GPL-3.0-or-later */
/* test-chart-geometry.c: columns against brute force, what they cost, gaps and spikes, and labels that do not
 * collide. */
#include <math.h>

#include "report/chart-columns.h"
#include "report/chart-geometry.h"
#include "report/chart-view.h"

#define FROM G_GINT64_CONSTANT (1767225600000) /* 2026-01-01 */

static void
measure_text (gpointer data, const gchar *text, BbChartTextStyle style, gdouble *width, gdouble *height)
{
  *width = 7.0 * (gdouble) g_utf8_strlen (text, -1);
  *height = style == BB_CHART_TEXT_TITLE ? 18 : 14;
}

static const BbChartMeasure measure = { measure_text, NULL };

/* ---- a source that counts, and can be told to choose its levels wrongly ---- */

#define TEST_TYPE_SOURCE (test_source_get_type ())
G_DECLARE_FINAL_TYPE (TestSource, test_source, TEST, SOURCE, GObject)

struct _TestSource {
  GObject parent_instance;
  GArray *samples; /* (element-type gdouble): one a second from FROM, NAN: gap */
  gboolean broken; /* always the finest level */
  gboolean fails;
  guint n_queries;
};

static void source_init (BbSeriesSourceInterface *iface);
G_DEFINE_FINAL_TYPE_WITH_CODE (TestSource, test_source, G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (BB_TYPE_SERIES_SOURCE, source_init))

static const gint64 levels[] = { 1000, 16000, 256000, 4096000, 65536000 };

/* Brute force on purpose: walks the samples of the bucket. */
static gboolean
fetch (gpointer data, guint level, gint64 first, guint n, BbSeriesBucket *buckets, GError **error)
{
  TestSource *self = data;
  for (guint i = 0; i < n; i++) {
    gint64 start = (first + i) * levels[level];
    buckets[i] = (BbSeriesBucket){ 0 };
    for (gint64 t = start; t < start + levels[level]; t += 1000) {
      gint64 at = (t - FROM) / 1000;
      BbSeriesBucket one = { 0 };
      gdouble value = t >= FROM && at < self->samples->len ? g_array_index (self->samples, gdouble, at) : NAN;
      if (isnan (value))
        continue;
      one = (BbSeriesBucket){ value, value, value * 1000, 1000, 0 };
      bb_series_bucket_merge (&buckets[i], &one);
    }
  }
  return TRUE;
}

static guint
source_get_n_series (BbSeriesSource *source)
{
  return 1;
}

static void
source_get_info (BbSeriesSource *source, guint series, BbSeriesInfo *info)
{
  TestSource *self = TEST_SOURCE (source);
  *info
      = (BbSeriesInfo){ "test", "test", "A", BB_SERIES_GAUGE, FROM, FROM + self->samples->len * 1000, 1000 };
}

static gboolean
source_query (BbSeriesSource *source, guint series, gint64 from_ms, gint64 until_ms, guint n_columns,
              BbSeriesColumn *columns, GError **error)
{
  TestSource *self = TEST_SOURCE (source);
  self->n_queries++;
  if (self->fails) {
    g_set_error_literal (error, BB_FORMAT_ERROR, BB_FORMAT_ERROR_CORRUPT, "byte 12 makes no sense");
    return FALSE;
  }
  return bb_series_query_levels (levels, self->broken ? 1 : G_N_ELEMENTS (levels), fetch, self, from_ms,
                                 until_ms, n_columns, columns, error);
}

static void
source_init (BbSeriesSourceInterface *iface)
{
  iface->get_n_series = source_get_n_series;
  iface->get_info = source_get_info;
  iface->query = source_query;
}

static void
test_source_finalize (GObject *object)
{
  g_array_unref (TEST_SOURCE (object)->samples);
  G_OBJECT_CLASS (test_source_parent_class)->finalize (object);
}

static void
test_source_class_init (TestSourceClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = test_source_finalize;
}

static void
test_source_init (TestSource *self)
{
  self->samples = g_array_new (FALSE, FALSE, sizeof (gdouble));
}

static TestSource *
source_new (guint n, gdouble value)
{
  TestSource *source = g_object_new (TEST_TYPE_SOURCE, NULL);
  for (guint i = 0; i < n; i++)
    g_array_append_val (source->samples, value);
  return source;
}

static TestSource *
source_random (guint n, guint32 seed)
{
  g_autoptr (GRand) rand = g_rand_new_with_seed (seed);
  TestSource *source = g_object_new (TEST_TYPE_SOURCE, NULL);
  gdouble level = 8;
  for (guint i = 0; i < n; i++) {
    gdouble value = level += g_rand_double_range (rand, -0.3, 0.3);
    if (g_rand_int_range (rand, 0, 500) == 0)
      value += 15;
    if ((i / 700) % 5 == 3)
      value = NAN;
    g_array_append_val (source->samples, value);
  }
  return source;
}

static gdouble *
sample (TestSource *source, guint i)
{
  return &g_array_index (source->samples, gdouble, i);
}

static BbChartModel *
model_of (TestSource *source, BbTrackKind kind)
{
  BbChartModel *model = bb_chart_model_new (NULL);
  bb_chart_model_set_extent (model, FROM, FROM + (gint64) source->samples->len * 1000);
  bb_chart_model_add_track (model, "Main fuse", "A", 1, kind);
  bb_chart_model_add_line (model, 0, BB_SERIES_SOURCE (source), 0, "L1", BB_ROLE_L1, 1, FALSE);
  return model;
}

static BbChartGeometry *
geometry_of (BbChartModel *model, gint64 from_ms, gint64 span_ms, BbChartCache *cache)
{
  return bb_chart_geometry_new (model, from_ms, from_ms + span_ms, 900, 300, &measure, cache);
}

static BbChartTrackGeometry *
track_of (BbChartGeometry *geometry, guint track)
{
  return g_ptr_array_index (geometry->tracks, track);
}

static BbChartLineGeometry *
line_of (BbChartGeometry *geometry, guint track, guint line)
{
  return g_ptr_array_index (track_of (geometry, track)->lines, line);
}

static gdouble
y_of (const BbChartTrackGeometry *track, gdouble value)
{
  return track->plot.y + (track->axis.max - value) / (track->axis.max - track->axis.min) * track->plot.height;
}

/* ---- columns ---- */

/* Minimum, mean and maximum of the samples of [from, until), widened by one bucket on each side for the
 * extremes. */
static void
check_column (TestSource *source, const BbSeriesColumn *value, gint64 slack_ms)
{
  gdouble outer_min = INFINITY, outer_max = -INFINITY, inner_min = INFINITY, inner_max = -INFINITY;
  for (gint64 t = value->from_ms - slack_ms; t < value->until_ms + slack_ms; t += 1000) {
    gint64 at = bb_floor_div (t - FROM, 1000);
    gdouble v = at >= 0 && at < source->samples->len ? *sample (source, (guint) at) : NAN;
    if (isnan (v))
      continue;
    outer_min = MIN (outer_min, v);
    outer_max = MAX (outer_max, v);
    if (t >= value->from_ms + slack_ms && t < value->until_ms - slack_ms) {
      inner_min = MIN (inner_min, v);
      inner_max = MAX (inner_max, v);
    }
  }
  if (value->quality & BB_QUALITY_GAP) {
    g_assert_true (isinf (inner_min));
    return;
  }
  g_assert_cmpfloat (value->min, >=, outer_min);
  g_assert_cmpfloat (value->max, <=, outer_max);
  g_assert_cmpfloat (value->min, <=, inner_min);
  g_assert_cmpfloat (value->max, >=, inner_max);
  g_assert_cmpfloat (value->mean, >=, value->min);
  g_assert_cmpfloat (value->mean, <=, value->max);
}

static void
test_brute_force (void)
{
  g_autoptr (GRand) rand = g_rand_new_with_seed (3);
  g_autoptr (TestSource) source = source_random (40000, 5);
  g_autoptr (BbChartModel) model = model_of (source, BB_TRACK_LINES);
  for (guint round = 0; round < 40; round++) {
    gint64 span = (gint64) pow (10, g_rand_double_range (rand, 3.4, 7.6));
    gint64 from = FROM + (gint64) g_rand_double_range (rand, -1e6, 4e7);
    g_autoptr (BbChartGeometry) geometry = geometry_of (model, from, span, NULL);
    BbChartTrackGeometry *track = track_of (geometry, 0);
    BbChartLineGeometry *line = line_of (geometry, 0, 0);
    g_assert_cmpuint (line->columns->len, ==, line->values->len);
    g_assert_cmpuint (line->columns->len, <=, (guint) (2 * geometry->plot_width) + 3);
    for (guint i = 0; i < line->values->len; i++) {
      const BbSeriesColumn *value = &g_array_index (line->values, BbSeriesColumn, i);
      const BbChartColumn *column = &g_array_index (line->columns, BbChartColumn, i);
      /* A bucket belongs to the column in which it starts: right to one bucket. */
      check_column (
          source, value,
          levels[bb_series_pick_level (levels, G_N_ELEMENTS (levels), value->until_ms - value->from_ms)]);
      g_assert_cmpint (column->gap, ==, (value->quality & BB_QUALITY_GAP) != 0);
      if (column->gap)
        continue;
      g_assert_cmpfloat_with_epsilon (column->y_max, y_of (track, value->max), 1.01);
      g_assert_cmpfloat_with_epsilon (column->y_min, y_of (track, value->min), 1.01);
      g_assert_cmpfloat_with_epsilon (column->x, bb_chart_geometry_time_to_x (geometry, value->from_ms),
                                      0.51);
    }
  }
}

/* Every zoom from all to two seconds. Returns the most buckets that a column took. */
static guint
most_buckets (TestSource *source)
{
  g_autoptr (BbChartModel) model = model_of (source, BB_TRACK_LINES);
  guint most = 0;
  for (gint64 span = 300000000; span >= BB_CHART_MIN_SPAN_MS; span = span * 3 / 4) {
    g_autoptr (BbChartGeometry) geometry = geometry_of (model, FROM + 12345, span, NULL);
    most = MAX (most, geometry->max_buckets);
    g_assert_cmpuint (geometry->n_queries, ==, 1);
  }
  return most;
}

static void
test_buckets (void)
{
  g_autoptr (TestSource) source = source_new (1000, 5);
  g_assert_cmpuint (most_buckets (source), <=, BB_CHART_MAX_BUCKETS);
}

/* The counter is no decoration: a wrong choice of level turns it red. */
static void
test_buckets_defect (void)
{
  g_autoptr (TestSource) source = source_new (1000, 5);
  source->broken = TRUE;
  g_assert_cmpuint (most_buckets (source), >, BB_CHART_MAX_BUCKETS);
}

static void
test_spike (void)
{
  g_autoptr (TestSource) source = source_new (200000, 3);
  g_autoptr (BbChartModel) model = model_of (source, BB_TRACK_LINES);
  for (guint at = 777; at < 200000; at += 33333) {
    g_autoptr (BbChartGeometry) geometry = NULL;
    const BbSeriesColumn *value = NULL;
    gdouble top = INFINITY;
    *sample (source, at) = 24.9;
    bb_chart_model_touch (model);
    geometry = geometry_of (model, FROM, 200000000, NULL);
    for (gint64 t = -3; t <= 3; t++) {
      value = bb_chart_geometry_find_value (geometry, 0, 0, FROM + at * 1000 + t * 240000);
      if (value != NULL && value->max == 24.9)
        top = y_of (track_of (geometry, 0), 24.9);
    }
    g_assert_cmpfloat (top, <, INFINITY);
    *sample (source, at) = 3;
  }
}

/* Not one column of a gap is bridged, and beside it nothing is lost. */
static void
test_gap (void)
{
  g_autoptr (TestSource) source = source_new (3600, 5);
  g_autoptr (BbChartModel) model = model_of (source, BB_TRACK_LINES);
  g_autoptr (BbChartGeometry) geometry = NULL;
  for (guint i = 1200; i < 2400; i++)
    *sample (source, i) = NAN;
  geometry = geometry_of (model, FROM, 3600000, NULL);
  g_assert_null (bb_chart_geometry_find_value (geometry, 0, 0, FROM + 1800000));
  g_assert_nonnull (bb_chart_geometry_find_value (geometry, 0, 0, FROM + 600000));
  g_assert_nonnull (bb_chart_geometry_find_value (geometry, 0, 0, FROM + 3000000));
  for (guint i = 0; i < line_of (geometry, 0, 0)->columns->len; i++) {
    const BbSeriesColumn *value = &g_array_index (line_of (geometry, 0, 0)->values, BbSeriesColumn, i);
    gboolean inside = value->from_ms >= FROM + 1200000 && value->until_ms <= FROM + 2400000;
    gboolean outside = value->until_ms < FROM + 1195000 || value->from_ms > FROM + 2405000;
    const BbChartColumn *column = &g_array_index (line_of (geometry, 0, 0)->columns, BbChartColumn, i);
    if (inside)
      g_assert_true (column->gap);
    if (outside && value->from_ms >= FROM && value->until_ms <= FROM + 3600000)
      g_assert_false (column->gap);
  }
  g_assert_null (track_of (geometry, 0)->empty.text);
}

static void
test_all_gap (void)
{
  g_autoptr (TestSource) source = source_new (3600, NAN);
  g_autoptr (BbChartModel) model = model_of (source, BB_TRACK_LINES);
  g_autoptr (BbChartGeometry) geometry = geometry_of (model, FROM, 3600000, NULL);
  g_autofree gchar *words = bb_chart_model_describe (model, FROM, FROM + 3600000);
  g_assert_nonnull (track_of (geometry, 0)->empty.text);
  g_assert_false (line_of (geometry, 0, 0)->has_data);
  g_assert_null (line_of (geometry, 0, 0)->end.text);
  g_assert_cmpfloat (track_of (geometry, 0)->axis.max, >, track_of (geometry, 0)->axis.min);
  g_assert_cmpstr (words, ==, "Main fuse: L1 no data.");
}

static void
test_zero_negative_single (void)
{
  g_autoptr (TestSource) zero = source_new (3600, 0), negative = source_new (3600, -4.2),
                         single = source_new (1, 7);
  g_autoptr (BbChartModel) zero_model = model_of (zero, BB_TRACK_LINES);
  g_autoptr (BbChartModel) negative_model = model_of (negative, BB_TRACK_LINES);
  g_autoptr (BbChartModel) single_model = model_of (single, BB_TRACK_LINES);
  g_autoptr (BbChartGeometry) first = geometry_of (zero_model, FROM, 3600000, NULL);
  g_autoptr (BbChartGeometry) second = geometry_of (negative_model, FROM, 3600000, NULL);
  g_autoptr (BbChartGeometry) third = geometry_of (single_model, FROM - 30000, 60000, NULL);
  guint n = 0;
  g_assert_cmpfloat (track_of (first, 0)->axis.min, ==, 0);
  g_assert_cmpfloat (track_of (first, 0)->axis.max, >, 0);
  g_assert_cmpfloat (track_of (second, 0)->axis.max, ==, 0);
  g_assert_cmpfloat (track_of (second, 0)->axis.min, <=, -4.2);
  for (guint i = 0; i < line_of (third, 0, 0)->columns->len; i++)
    n += !g_array_index (line_of (third, 0, 0)->columns, BbChartColumn, i).gap;
  g_assert_cmpuint (n, ==, 1);
  g_assert_cmpstr (line_of (third, 0, 0)->end.text, ==, "L1");
}

/* Panning by any amount shows the same columns at another place: nothing shimmers; and asks for the new ones
 * only. */
static void
test_pan_is_stable (void)
{
  g_autoptr (TestSource) source = source_random (200000, 9);
  g_autoptr (BbChartModel) model = model_of (source, BB_TRACK_LINES);
  g_autoptr (BbChartCache) cache = bb_chart_cache_new ();
  g_autoptr (BbChartGeometry) before = geometry_of (model, FROM + 20000000, 40000000, cache);
  guint whole = before->n_columns;
  for (guint step = 1; step < 30; step++) {
    g_autoptr (BbChartGeometry) after = geometry_of (model, FROM + 20000000 + step * 333333, 40000000, cache);
    GArray *old = line_of (before, 0, 0)->values, *new = line_of (after, 0, 0)->values;
    gint64 shift
        = (g_array_index (new, BbSeriesColumn, 0).from_ms - g_array_index (old, BbSeriesColumn, 0).from_ms)
          / (g_array_index (old, BbSeriesColumn, 0).until_ms
             - g_array_index (old, BbSeriesColumn, 0).from_ms);
    g_assert_cmpuint (after->n_columns, <, whole / 10);
    for (guint i = 0; i + shift < old->len; i += 7) {
      const BbSeriesColumn *a = &g_array_index (old, BbSeriesColumn, i + shift);
      const BbSeriesColumn *b = &g_array_index (new, BbSeriesColumn, i);
      g_assert_cmpint (a->from_ms, ==, b->from_ms);
      g_assert_true (a->min == b->min || (isnan (a->min) && isnan (b->min)));
      g_assert_true (a->max == b->max || (isnan (a->max) && isnan (b->max)));
    }
    g_assert_cmpfloat (track_of (after, 0)->axis.max, ==, track_of (before, 0)->axis.max);
  }
}

static void
test_cache_is_fresh (void)
{
  g_autoptr (TestSource) source = source_new (3600, 5);
  g_autoptr (BbChartModel) model = model_of (source, BB_TRACK_LINES);
  g_autoptr (BbChartCache) cache = bb_chart_cache_new ();
  g_autoptr (BbChartGeometry) first = geometry_of (model, FROM, 3600000, cache);
  g_autoptr (BbChartGeometry) again = geometry_of (model, FROM, 3600000, cache);
  g_autoptr (BbChartGeometry) touched = NULL;
  g_assert_cmpuint (again->n_queries, ==, 0);
  *sample (source, 100) = 20;
  bb_chart_model_touch (model);
  touched = geometry_of (model, FROM, 3600000, cache);
  g_assert_cmpuint (touched->n_queries, ==, 1);
  g_assert_cmpfloat (bb_chart_geometry_find_value (touched, 0, 0, FROM + 100000)->max, ==, 20);
}

static void
test_broken_source (void)
{
  g_autoptr (TestSource) source = source_new (3600, 5);
  g_autoptr (BbChartModel) model = model_of (source, BB_TRACK_LINES);
  g_autoptr (BbChartGeometry) geometry = NULL;
  source->fails = TRUE;
  geometry = geometry_of (model, FROM, 3600000, NULL);
  g_assert_cmpstr (geometry->error, ==, "L1: byte 12 makes no sense");
  g_assert_false (line_of (geometry, 0, 0)->has_data);
}

/* ---- stacks and lanes ---- */

static void
test_stack (void)
{
  g_autoptr (TestSource) a = source_new (3600, 4), b = source_new (3600, 6), c = source_new (3600, -3);
  g_autoptr (BbChartModel) model = model_of (a, BB_TRACK_STACK);
  g_autoptr (BbChartGeometry) geometry = NULL;
  BbChartTrackGeometry *track = NULL;
  const BbChartColumn *first = NULL, *second = NULL, *third = NULL;
  bb_chart_model_add_line (model, 0, BB_SERIES_SOURCE (b), 0, "B", BB_ROLE_STATION, 1, FALSE);
  bb_chart_model_add_line (model, 0, BB_SERIES_SOURCE (c), 0, "C", BB_ROLE_STATION, 1, FALSE);
  geometry = geometry_of (model, FROM, 3600000, NULL);
  track = track_of (geometry, 0);
  first = &g_array_index (line_of (geometry, 0, 0)->columns, BbChartColumn, 50);
  second = &g_array_index (line_of (geometry, 0, 1)->columns, BbChartColumn, 50);
  third = &g_array_index (line_of (geometry, 0, 2)->columns, BbChartColumn, 50);
  g_assert_cmpfloat_with_epsilon (first->y_min, y_of (track, 0), 0.01);
  g_assert_cmpfloat_with_epsilon (first->y_max, y_of (track, 4), 0.01);
  g_assert_cmpfloat_with_epsilon (second->y_min, y_of (track, 4), 0.01);
  g_assert_cmpfloat_with_epsilon (second->y_max, y_of (track, 10), 0.01);
  g_assert_cmpfloat_with_epsilon (third->y_max, y_of (track, -3), 0.01);
  g_assert_cmpfloat (track->axis.max, >=, 10);
  g_assert_cmpfloat (track->axis.min, <=, -3);
}

static void
test_lanes (void)
{
  g_autoptr (TestSource) a = source_new (3600, 16), b = source_new (3600, 8);
  g_autoptr (BbChartModel) model = model_of (a, BB_TRACK_LANES);
  g_autoptr (BbChartGeometry) geometry = NULL;
  bb_chart_model_add_line (model, 0, BB_SERIES_SOURCE (b), 0, "B", BB_ROLE_STATION, 1, FALSE);
  geometry = geometry_of (model, FROM, 3600000, NULL);
  g_assert_cmpfloat_with_epsilon (
      g_array_index (line_of (geometry, 0, 0)->columns, BbChartColumn, 9).strength, 1, 0.001);
  g_assert_cmpfloat_with_epsilon (
      g_array_index (line_of (geometry, 0, 1)->columns, BbChartColumn, 9).strength, 0.5, 0.001);
  g_assert_cmpfloat (line_of (geometry, 0, 0)->lane.y + line_of (geometry, 0, 0)->lane.height, <=,
                     line_of (geometry, 0, 1)->lane.y);
}

static void
test_factor (void)
{
  g_autoptr (TestSource) source = source_random (3600, 2);
  g_autoptr (BbChartModel) model = model_of (source, BB_TRACK_LINES);
  g_autoptr (BbChartGeometry) geometry = NULL;
  const BbSeriesColumn *plain = NULL, *turned = NULL;
  bb_chart_model_add_line (model, 0, BB_SERIES_SOURCE (source), 0, "export", BB_ROLE_EXPORT, -0.001, FALSE);
  geometry = geometry_of (model, FROM, 1000000, NULL);
  plain = bb_chart_geometry_find_value (geometry, 0, 0, FROM + 100000);
  turned = bb_chart_geometry_find_value (geometry, 0, 1, FROM + 100000);
  g_assert_cmpfloat_with_epsilon (turned->min, plain->max * -0.001, 1e-9);
  g_assert_cmpfloat_with_epsilon (turned->max, plain->min * -0.001, 1e-9);
}

/* ---- labels ---- */

static gboolean
overlap (const BbChartLabel *a, const BbChartLabel *b, gdouble height)
{
  return a->text != NULL && b->text != NULL && a->x < b->x + b->width && b->x < a->x + a->width
         && a->y < b->y + height - 0.01 && b->y < a->y + height - 0.01;
}

static void
test_end_labels (void)
{
  g_autoptr (GPtrArray) sources = g_ptr_array_new_with_free_func (g_object_unref);
  g_autoptr (BbChartModel) model = bb_chart_model_new (NULL);
  g_autoptr (BbChartGeometry) geometry = NULL;
  bb_chart_model_set_extent (model, FROM, FROM + 3600000);
  bb_chart_model_add_track (model, "Main", "A", 1, BB_TRACK_LINES);
  for (guint i = 0; i < 8; i++) {
    g_autofree gchar *name = g_strdup_printf ("Line %u", i);
    g_ptr_array_add (sources, source_new (3600, i < 5 ? 10.0 : 0.1 * i));
    bb_chart_model_add_line (model, 0, g_ptr_array_index (sources, i), 0, name, BB_ROLE_STATION, 1, FALSE);
  }
  geometry = geometry_of (model, FROM, 3600000, NULL);
  g_assert_false (track_of (geometry, 0)->legend);
  for (guint i = 0; i < 8; i++) {
    const BbChartLabel *label = &line_of (geometry, 0, i)->end;
    g_assert_nonnull (label->text);
    g_assert_cmpfloat (label->x + label->width, <=, geometry->width);
    g_assert_cmpfloat (label->y, >=, 0);
    g_assert_cmpfloat (label->y + geometry->text_height, <=, geometry->height);
    for (guint k = 0; k < i; k++)
      g_assert_false (overlap (label, &line_of (geometry, 0, k)->end, geometry->text_height));
  }
}

/* Forty names do not fit at the ends: a legend, within the width, rows that do not touch, the plot below
 * them. */
static void
test_legend (void)
{
  g_autoptr (TestSource) source = source_new (3600, 5);
  g_autoptr (BbChartModel) model = model_of (source, BB_TRACK_LINES);
  g_autoptr (BbChartGeometry) geometry = NULL;
  guint named = 0;
  for (guint i = 0; i < 39; i++)
    bb_chart_model_add_line (model, 0, BB_SERIES_SOURCE (source), 0, "A station's name", BB_ROLE_STATION, 1,
                             FALSE);
  geometry = geometry_of (model, FROM, 3600000, NULL);
  g_assert_true (track_of (geometry, 0)->legend);
  for (guint i = 0; i < track_of (geometry, 0)->legend_labels->len; i++) {
    const BbChartLabel *label = &g_array_index (track_of (geometry, 0)->legend_labels, BbChartLabel, i);
    g_assert_null (line_of (geometry, 0, i)->end.text);
    if (label->text == NULL)
      continue;
    named++;
    g_assert_cmpfloat (label->x + label->width, <=, geometry->width);
    g_assert_cmpfloat (label->y + geometry->text_height, <=, track_of (geometry, 0)->plot.y + 1);
    for (guint k = 0; k < i; k++)
      g_assert_false (overlap (label, &g_array_index (track_of (geometry, 0)->legend_labels, BbChartLabel, k),
                               geometry->text_height));
  }
  g_assert_cmpuint (named, >=, 6);
}

static void
test_limits (void)
{
  g_autoptr (TestSource) source = source_new (3600, 5);
  g_autoptr (BbChartModel) model = model_of (source, BB_TRACK_LINES);
  g_autoptr (BbChartGeometry) geometry = NULL;
  static const gdouble values[] = { 25, 24.5, 24, 20, 6, 900 };
  for (guint i = 0; i < G_N_ELEMENTS (values); i++)
    bb_chart_model_add_limit (model, 0, "Main fuse 25.0 A", i == 0 ? BB_ROLE_RATING : BB_ROLE_LIMIT,
                              values[i]);
  bb_chart_model_add_band (model, FROM, FROM + 3600000, BB_BAND_OFF_PEAK, "Off-peak");
  geometry = geometry_of (model, FROM, 3600000, NULL);
  g_assert_cmpfloat (track_of (geometry, 0)->axis.max, >=, 25);
  /* The last is out of all proportion: it would squash what is measured. */
  g_assert_cmpfloat (track_of (geometry, 0)->axis.max, <, 100);
  for (guint i = 0; i < G_N_ELEMENTS (values); i++) {
    const BbChartLimitGeometry *limit
        = &g_array_index (track_of (geometry, 0)->limits, BbChartLimitGeometry, i);
    g_assert_cmpint (limit->outside, ==, i == 5);
    g_assert_nonnull (limit->label.text);
    for (guint k = 0; k < i; k++)
      g_assert_false (overlap (&limit->label,
                               &g_array_index (track_of (geometry, 0)->limits, BbChartLimitGeometry, k).label,
                               geometry->text_height));
    g_assert_false (overlap (&limit->label, &g_array_index (geometry->bands, BbChartBandGeometry, 0).label,
                             geometry->text_height));
  }
}

static void
test_bands (void)
{
  g_autoptr (TestSource) source = source_new (3600, 5);
  g_autoptr (BbChartModel) model = model_of (source, BB_TRACK_LINES);
  g_autoptr (BbChartGeometry) year = NULL, day = NULL;
  for (gint64 i = 0; i < 365; i++)
    bb_chart_model_add_band (model, FROM + i * 86400000, FROM + i * 86400000 + 6 * 3600000, BB_BAND_OFF_PEAK,
                             "Off-peak");
  bb_chart_model_add_band (model, FROM + 5, FROM + 5, BB_BAND_MARK, "nothing");
  year = geometry_of (model, FROM, G_GINT64_CONSTANT (365) * 86400000, NULL);
  day = geometry_of (model, FROM, 86400000, NULL);
  g_assert_cmpuint (bb_chart_model_get_bands (model)->len, ==, 365);
  g_assert_cmpuint (year->bands->len, <=, 365);
  g_assert_null (g_array_index (year->bands, BbChartBandGeometry, 0).label.text);
  g_assert_cmpuint (day->bands->len, ==, 1);
  g_assert_cmpstr (g_array_index (day->bands, BbChartBandGeometry, 0).label.text, ==, "Off-peak");
}

/* At any width and height nothing leaves the picture and labels of the axis of time do not touch. */
static void
test_sizes (void)
{
  g_autoptr (TestSource) source = source_random (40000, 8);
  g_autoptr (BbChartModel) model = model_of (source, BB_TRACK_LINES);
  bb_chart_model_add_track (model, "Stations", "A", 1, BB_TRACK_LANES);
  bb_chart_model_add_line (model, 1, BB_SERIES_SOURCE (source), 0, "a1", BB_ROLE_STATION, 1, FALSE);
  bb_chart_model_add_limit (model, 0, "Rating 25.0 A", BB_ROLE_RATING, 25);
  for (gdouble width = 1; width < 2000; width = width * 1.7 + 1)
    for (gdouble height = 1; height < 1500; height = height * 2.1 + 3) {
      g_autoptr (BbChartGeometry) geometry
          = bb_chart_geometry_new (model, FROM, FROM + 40000000, width, height, &measure, NULL);
      gdouble end = -INFINITY;
      for (guint i = 0; i < geometry->time_ticks->len; i++) {
        const BbChartLabel *label = &g_array_index (geometry->time_ticks, BbChartTimeTick, i).label;
        if (label->text == NULL)
          continue;
        g_assert_cmpfloat (label->x, >=, end);
        end = label->x + label->width;
      }
      for (guint i = 0; i < geometry->tracks->len && height > 250; i++)
        g_assert_cmpfloat (track_of (geometry, i)->plot.y + track_of (geometry, i)->plot.height, <=,
                           geometry->time_y + 1);
    }
}

/* ---- zooming and panning ---- */

static void
test_range (void)
{
  BbChartRange extent = { 0, 1000000 }, none = { 0, 0 }, range = { 400000, 500000 };
  BbChartRange in = bb_chart_range_zoom (range, 425000, 0.5, extent);
  BbChartRange out = bb_chart_range_zoom (range, 425000, 1000, extent);
  BbChartRange right = bb_chart_range_pan (range, 10000000, extent);
  BbChartRange deep = range;
  g_assert_cmpint (in.until_ms - in.from_ms, ==, 50000);
  g_assert_cmpint (in.from_ms, ==, 412500); /* 425000 stays a quarter from the left */
  g_assert_cmpint (out.from_ms, ==, 0);
  g_assert_cmpint (out.until_ms, ==, 1000000);
  g_assert_cmpint (right.until_ms, ==, 1000000);
  g_assert_cmpint (right.until_ms - right.from_ms, ==, 100000);
  for (guint i = 0; i < 100; i++)
    deep = bb_chart_range_zoom (deep, 425000, 0.5, extent);
  g_assert_cmpint (deep.until_ms - deep.from_ms, ==, BB_CHART_MIN_SPAN_MS);
  g_assert_cmpint (deep.from_ms, <=, 425000);
  g_assert_cmpint (deep.until_ms, >=, 425000);
  for (guint i = 0; i < 200; i++)
    deep = bb_chart_range_pan (bb_chart_range_zoom (deep, 7, 1e6, none), G_MAXINT64 / 2, none);
  g_assert_cmpint (deep.until_ms, <=, BB_SERIES_MAX_TIME_MS);
  g_assert_cmpint (deep.from_ms, <, deep.until_ms);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/report/chart/brute-force", test_brute_force);
  g_test_add_func ("/report/chart/at-most-16-buckets", test_buckets);
  g_test_add_func ("/report/chart/at-most-16-buckets-sees-a-defect", test_buckets_defect);
  g_test_add_func ("/report/chart/spike-is-kept", test_spike);
  g_test_add_func ("/report/chart/gap-stays-a-gap", test_gap);
  g_test_add_func ("/report/chart/all-gap", test_all_gap);
  g_test_add_func ("/report/chart/zero-negative-single", test_zero_negative_single);
  g_test_add_func ("/report/chart/pan-is-stable", test_pan_is_stable);
  g_test_add_func ("/report/chart/cache-is-fresh", test_cache_is_fresh);
  g_test_add_func ("/report/chart/broken-source", test_broken_source);
  g_test_add_func ("/report/chart/stack", test_stack);
  g_test_add_func ("/report/chart/lanes", test_lanes);
  g_test_add_func ("/report/chart/factor", test_factor);
  g_test_add_func ("/report/chart/end-labels", test_end_labels);
  g_test_add_func ("/report/chart/legend", test_legend);
  g_test_add_func ("/report/chart/limits", test_limits);
  g_test_add_func ("/report/chart/bands", test_bands);
  g_test_add_func ("/report/chart/sizes", test_sizes);
  g_test_add_func ("/report/chart/range", test_range);
  return g_test_run ();
}
