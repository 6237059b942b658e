/* SPDX-License-Identifier: GPL-3.0-or-later */
/* test-series.c: a query over levels equals brute force over the raw values, gaps stay gaps. */
#include "base/series.h"

#include <math.h>

#include "base/zone.h"

#define FINEST G_GINT64_CONSTANT (1000)

/* Raw values, each until the next. */
typedef struct {
  gint64 time_ms;
  gdouble value;
} Raw;

/* What the raw values say about [from, until): the judge that the source is compared with. */
static BbSeriesBucket
brute_force (GArray *raw, gint64 end_ms, gint64 from_ms, gint64 until_ms)
{
  BbSeriesBucket all = { 0 };
  for (guint i = 0; i < raw->len; i++) {
    Raw *now = &g_array_index (raw, Raw, i);
    gint64 next_ms = i + 1 < raw->len ? g_array_index (raw, Raw, i + 1).time_ms : end_ms;
    gint64 held_ms = MIN (next_ms, until_ms) - MAX (now->time_ms, from_ms);
    if (held_ms <= 0 || isnan (now->value))
      continue;
    all.min = all.covered_ms > 0 ? MIN (all.min, now->value) : now->value;
    all.max = all.covered_ms > 0 ? MAX (all.max, now->value) : now->value;
    all.sum += now->value * (gdouble) held_ms;
    all.covered_ms += held_ms;
  }
  return all;
}

/* The level's buckets that a column stands for. */
static void
edges_of (const BbSeriesColumn *column, gint64 bucket_ms, gint64 *from_ms, gint64 *until_ms)
{
  *from_ms = bb_floor_to (column->from_ms + bucket_ms - 1, bucket_ms);
  *until_ms = bb_floor_to (column->until_ms + bucket_ms - 1, bucket_ms);
  if (column->until_ms - column->from_ms < bucket_ms) {
    *from_ms = bb_floor_to (column->from_ms, bucket_ms);
    *until_ms = *from_ms + bucket_ms;
  }
}

static gboolean
is_right (const BbSeriesColumn *column, const BbSeriesBucket *expected)
{
  if (column->covered_ms != expected->covered_ms)
    return FALSE;
  if (expected->covered_ms == 0)
    return column->quality == BB_QUALITY_GAP && isnan (column->mean) && isnan (column->min);
  return column->min == expected->min && column->max == expected->max
         && fabs (column->mean - expected->sum / (gdouble) expected->covered_ms) < 1e-6;
}

/* Number of columns that differ from brute force; `off_ms` moves the judge, to show that it can say no. */
static guint
count_wrong (BbSeriesSource *source, GArray *raw, gint64 end_ms, gint64 from_ms, gint64 until_ms, guint n,
             gint64 off_ms)
{
  g_autofree BbSeriesColumn *columns = g_new (BbSeriesColumn, n);
  g_autoptr (GError) error = NULL;
  gint64 bucket_ms = FINEST;
  guint wrong = 0;
  g_assert_true (bb_series_source_query (source, 0, from_ms, until_ms, n, columns, &error));
  g_assert_no_error (error);
  for (guint level = 0; level < 7 && bucket_ms * 16 <= (until_ms - from_ms) / n; level++)
    bucket_ms *= 16;
  for (guint i = 0; i < n; i++) {
    gint64 first = 0, last = 0;
    BbSeriesBucket expected;
    edges_of (&columns[i], bucket_ms, &first, &last);
    expected = brute_force (raw, end_ms, first + off_ms, last + off_ms);
    wrong += !is_right (&columns[i], &expected);
    g_assert_cmpuint (columns[i].n_buckets, >=, 1);
    g_assert_cmpuint (columns[i].n_buckets, <=, 16);
    g_assert_cmpint (columns[i].from_ms, ==, i == 0 ? from_ms : columns[i - 1].until_ms);
  }
  g_assert_cmpint (columns[n - 1].until_ms, ==, until_ms);
  return wrong;
}

static BbMemorySeries *
random_series (GArray *raw, gint64 *end_ms)
{
  BbMemorySeries *series = bb_memory_series_new (FINEST);
  gint64 time_ms = G_GINT64_CONSTANT (1767225600000) + g_test_rand_int_range (0, 5000000);
  guint n = (guint) g_test_rand_int_range (1, 300);
  bb_memory_series_add_series (series, "a", "A", "A", BB_SERIES_GAUGE);
  for (guint i = 0; i < n; i++) {
    gint kind = g_test_rand_int_range (0, 10);
    Raw now = { time_ms, kind == 0 ? NAN : g_test_rand_int_range (-32000, 32000) };
    g_array_append_val (raw, now);
    g_assert_true (bb_memory_series_append (series, 0, now.time_ms, now.value, 0));
    time_ms += kind < 3   ? g_test_rand_int_range (0, 2000)
               : kind < 9 ? 1000
                          : g_test_rand_int_range (0, 20000000);
  }
  *end_ms = time_ms;
  g_assert_true (bb_memory_series_extend (series, 0, time_ms));
  return series;
}

static void
test_property (void)
{
  guint caught = 0;
  for (guint round = 0; round < 300; round++) {
    g_autoptr (GArray) raw = g_array_new (FALSE, FALSE, sizeof (Raw));
    gint64 end_ms = 0;
    g_autoptr (BbMemorySeries) series = random_series (raw, &end_ms);
    gint64 start_ms = g_array_index (raw, Raw, 0).time_ms;
    for (guint k = 0; k < 5; k++) {
      gint64 from_ms
          = start_ms + (gint64) (g_test_rand_double_range (-0.2, 0.9) * (gdouble) (end_ms - start_ms + 1000));
      gint64 until_ms = from_ms + 1 + (gint64) (g_test_rand_double () * (gdouble) (end_ms - start_ms + 1000));
      guint n = (guint) g_test_rand_int_range (1, 100);
      g_assert_cmpuint (count_wrong (BB_SERIES_SOURCE (series), raw, end_ms, from_ms, until_ms, n, 0), ==, 0);
      caught += count_wrong (BB_SERIES_SOURCE (series), raw, end_ms, from_ms, until_ms, n, FINEST) > 0;
    }
  }
  g_assert_cmpuint (caught, >, 500); /* a judge that looks one second too late is noticed */
}

/* Two half buckets that are alike, and then the second one goes on: the first stays as it was. */
static void
test_half_buckets_alike (void)
{
  g_autoptr (BbMemorySeries) series = bb_memory_series_new (1000);
  BbSeriesColumn columns[2];
  guint index = bb_memory_series_add_series (series, "a", "A", "A", BB_SERIES_GAUGE);
  bb_memory_series_append (series, index, 500, 7, 0);
  bb_memory_series_append (series, index, 1500, 3, 0);
  bb_memory_series_extend (series, index, 2000);
  g_assert_true (bb_series_source_query (BB_SERIES_SOURCE (series), index, 0, 2000, 2, columns, NULL));
  g_assert_cmpint (columns[0].covered_ms, ==, 500);
  g_assert_cmpfloat (columns[0].min, ==, 7);
  g_assert_cmpint (columns[1].covered_ms, ==, 1000);
  g_assert_cmpfloat (columns[1].min, ==, 3);
}

static void
test_gap (void)
{
  g_autoptr (BbMemorySeries) series = bb_memory_series_new (FINEST);
  BbSeriesColumn columns[4];
  guint index = bb_memory_series_add_series (series, "a", "A", "A", BB_SERIES_GAUGE);
  bb_memory_series_append (series, index, 0, 5, 0);
  bb_memory_series_append (series, index, 1500, NAN, 0);
  bb_memory_series_append (series, index, 3000, 7, BB_QUALITY_ESTIMATED);
  bb_memory_series_extend (series, index, 4000);
  g_assert_true (bb_series_source_query (BB_SERIES_SOURCE (series), index, 0, 4000, 4, columns, NULL));
  g_assert_cmpuint (columns[0].quality, ==, BB_QUALITY_GOOD);
  g_assert_cmpuint (columns[1].quality, ==, BB_QUALITY_PARTIAL);
  g_assert_cmpfloat (columns[1].mean, ==, 5);
  g_assert_cmpuint (columns[2].quality, ==, BB_QUALITY_GAP);
  g_assert_true (isnan (columns[2].max));
  g_assert_cmpuint (columns[3].quality, ==, BB_QUALITY_ESTIMATED);
}

static void
test_refusals (void)
{
  g_autoptr (BbMemorySeries) series = bb_memory_series_new (FINEST);
  BbSeriesSource *source = BB_SERIES_SOURCE (series);
  BbSeriesColumn column;
  g_autoptr (GError) error = NULL;
  bb_memory_series_add_series (series, "a", "A", "A", BB_SERIES_GAUGE);
  g_assert_false (bb_memory_series_extend (series, 0, 10));
  g_assert_true (bb_memory_series_append (series, 0, 10, 1, 0));
  g_assert_false (bb_memory_series_append (series, 0, 9, 1, 0));
  g_assert_false (bb_memory_series_append (series, 0, G_MAXINT64, 1, 0));
  g_assert_false (bb_series_source_query (source, 1, 0, 1, 1, &column, &error));
  g_assert_error (error, BB_FORMAT_ERROR, BB_FORMAT_ERROR_RANGE);
  g_assert_false (bb_series_source_query (source, 0, 1, 1, 1, &column, NULL));
  g_assert_false (bb_series_source_query (source, 0, 0, 1, 0, &column, NULL));
  g_assert_false (bb_series_source_query (source, 0, G_MININT64, G_MAXINT64, 1, &column, NULL));
  g_assert_cmpint (bb_series_source_find (source, "a"), ==, 0);
  g_assert_cmpint (bb_series_source_find (source, "b"), ==, -1);
}

/* Ten years of one value take no room and no time. */
static void
test_long_stretch (void)
{
  g_autoptr (BbMemorySeries) series = bb_memory_series_new (FINEST);
  BbSeriesColumn columns[10];
  bb_memory_series_add_series (series, "a", "A", "A", BB_SERIES_GAUGE);
  bb_memory_series_append (series, 0, 123, 42, 0);
  for (gint64 at = 0; at < 3650; at++)
    bb_memory_series_extend (series, 0, 123 + at * BB_MS_PER_DAY);
  g_assert_true (bb_series_source_query (BB_SERIES_SOURCE (series), 0, BB_MS_PER_DAY, 3000 * BB_MS_PER_DAY,
                                         10, columns, NULL));
  for (guint i = 0; i < 10; i++) {
    g_assert_cmpfloat (columns[i].mean, ==, 42);
    g_assert_cmpuint (columns[i].quality & BB_QUALITY_GAP, ==, 0);
  }
}

/* Columns split a range without a hole, even where the product would overflow. */
static void
test_column_start (void)
{
  g_assert_cmpint (bb_series_column_start (0, 10, 3, 0), ==, 0);
  g_assert_cmpint (bb_series_column_start (0, 10, 3, 1), ==, 3);
  g_assert_cmpint (bb_series_column_start (0, 10, 3, 3), ==, 10);
  g_assert_cmpint (bb_series_column_start (-BB_SERIES_MAX_TIME_MS, BB_SERIES_MAX_TIME_MS, 65536, 65536), ==,
                   BB_SERIES_MAX_TIME_MS);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/base/series/property", test_property);
  g_test_add_func ("/base/series/half-buckets-alike", test_half_buckets_alike);
  g_test_add_func ("/base/series/gap", test_gap);
  g_test_add_func ("/base/series/refusals", test_refusals);
  g_test_add_func ("/base/series/long-stretch", test_long_stretch);
  g_test_add_func ("/base/series/column-start", test_column_start);
  return g_test_run ();
}
