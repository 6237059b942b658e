/* SPDX-License-Identifier: GPL-3.0-or-later */
/* test-result.c: what is written to a result file comes back: levels against brute force, changes, snapshots,
 * CSV. */
#include <glib/gstdio.h>
#include <math.h>
#include <string.h>

#include "base/zone.h"
#include "sample.h"
#include "simulation/result-csv.h"

typedef struct {
  gchar *folder, *path;
} Fixture;

static void
set_up (Fixture *fixture, gconstpointer data)
{
  fixture->folder = g_dir_make_tmp ("busbar-result-XXXXXX", NULL);
  fixture->path = g_build_filename (fixture->folder, "a.result", NULL);
}

static void
tear_down (Fixture *fixture, gconstpointer data)
{
  g_unlink (fixture->path);
  g_assert_cmpint (g_rmdir (fixture->folder), ==, 0);
  g_free (fixture->folder);
  g_free (fixture->path);
}

/* ---- levels ---- */

typedef struct {
  gint64 time_ms;
  gint32 value;
} Raw;

typedef struct {
  GArray *raw; /* (element-type Raw) */
  guint at;
  gint64 from_ms, until_ms, bucket_ms, off_ms;
  gint32 quantum;
  guint n, wrong;
} Judge;

/* Minimum, mean and maximum of [from, until), straight from the raw values. */
static BbResultBucket
brute_force (Judge *judge, gint64 from_ms, gint64 until_ms)
{
  BbResultBucket bucket = { G_MAXINT32, 0, G_MININT32, 0 };
  gint64 sum = 0;
  while (judge->at > 0 && g_array_index (judge->raw, Raw, judge->at).time_ms > from_ms)
    judge->at--;
  for (guint i = judge->at; i < judge->raw->len; i++) {
    Raw *now = &g_array_index (judge->raw, Raw, i);
    gint64 next_ms = i + 1 < judge->raw->len ? now[1].time_ms : judge->until_ms;
    gint64 held_ms = MIN (next_ms, until_ms) - MAX (now->time_ms, from_ms);
    if (now->time_ms >= until_ms)
      break;
    judge->at = i;
    if (held_ms <= 0 || now->value == BB_RESULT_GAP)
      continue;
    bucket.min = MIN (bucket.min, now->value);
    bucket.max = MAX (bucket.max, now->value);
    bucket.covered_ms += (guint32) held_ms;
    sum += now->value * held_ms;
  }
  if (bucket.covered_ms > 0)
    bucket.mean = (gint32) ((sum + (sum >= 0 ? 1 : -1) * (gint64) bucket.covered_ms / 2)
                            / (gint64) bucket.covered_ms);
  return bucket;
}

static gboolean
agrees (const Judge *judge, const BbResultBucket *stored, const BbResultBucket *expected)
{
  gint32 q = judge->quantum;
  if (stored->covered_ms != expected->covered_ms)
    return FALSE;
  if (expected->covered_ms == 0)
    return TRUE;
  if (q <= 1)
    return stored->min == expected->min && stored->mean == expected->mean && stored->max == expected->max;
  return stored->min <= expected->min && stored->min > expected->min - q && stored->max >= expected->max
         && stored->max < expected->max + q && ABS (stored->mean - expected->mean) <= q / 2
         && stored->min % q == 0 && stored->mean % q == 0 && stored->max % q == 0;
}

static void
judge_bucket (gint64 start_ms, const BbResultBucket *bucket, gpointer data)
{
  Judge *judge = data;
  BbResultBucket expected = brute_force (judge, MAX (start_ms, judge->from_ms) + judge->off_ms,
                                         MIN (start_ms + judge->bucket_ms, judge->until_ms) + judge->off_ms);
  g_assert_cmpint (start_ms % judge->bucket_ms, ==, 0);
  judge->wrong += !agrees (judge, bucket, &expected);
  judge->n++;
}

/* How values wander: constant for long, noisy, with gaps, at the limits of 32 bits. */
static gint32
random_value (guint kind, gint32 last)
{
  switch (kind) {
  case 0:
    return g_test_rand_int_range (0, 40) == 0 ? BB_RESULT_GAP : g_test_rand_int_range (-20000, 60000);
  case 1:
    return g_test_rand_int_range (0, 2) == 0 ? -G_MAXINT32 : G_MAXINT32;
  case 2:
    return last == BB_RESULT_GAP ? 0 : last + g_test_rand_int_range (-3, 4);
  default:
    return g_test_rand_int_range (0, 3) * 6000;
  }
}

static gint64
random_pause_ms (guint kind)
{
  if (kind == 3)
    return g_test_rand_int_range (1, 400) * 60000;
  return g_test_rand_int_range (0, 20) == 0 ? g_test_rand_int_range (0, 30000000)
                                            : g_test_rand_int_range (0, 50) * 500;
}

static void
fill (BbResultWriter *writer, GArray *raw, guint series, gint64 from_ms, gint64 until_ms)
{
  gint64 time_ms = from_ms + (series % 2 == 0 ? 0 : g_test_rand_int_range (0, 200000));
  Raw now = { from_ms, BB_RESULT_GAP };
  g_array_append_val (raw, now);
  while (time_ms < until_ms) {
    now = (Raw){ time_ms, random_value (series, now.value) };
    g_array_append_val (raw, now);
    bb_result_writer_set (writer, series, now.time_ms, now.value);
    time_ms += random_pause_ms (series);
  }
  bb_result_writer_set (writer, series, until_ms + 5000, 1); /* behind the end: counts for nothing */
}

/* Wrong buckets over all levels; `off_ms` moves the judge. */
static guint
count_wrong (BbResult *result, guint series, GArray *raw, gint64 from_ms, gint64 until_ms, gint32 quantum,
             gint64 off_ms)
{
  guint wrong = 0;
  for (guint level = 0; level < BB_RESULT_LEVELS; level++) {
    g_autoptr (GError) error = NULL;
    gint64 unit = bb_result_bucket_ms[level];
    Judge judge = { raw, 0, from_ms, until_ms, unit, off_ms, quantum, 0, 0 };
    g_assert_true (bb_result_foreach_bucket (result, series, level, G_MININT64, G_MAXINT64, judge_bucket,
                                             &judge, &error));
    g_assert_no_error (error);
    g_assert_cmpint (judge.n, ==, bb_floor_div (until_ms - 1, unit) - bb_floor_div (from_ms, unit) + 1);
    wrong += judge.wrong;
  }
  return wrong;
}

static void
round_of_levels (Fixture *fixture, gint32 quantum)
{
  gint64 from_ms = G_GINT64_CONSTANT (1767000000000) + g_test_rand_int_range (0, 100000000) / 500 * 500;
  gint64 until_ms
      = from_ms + 1000 + (gint64) g_test_rand_int_range (0, 40000) * 60000 + g_test_rand_int_range (0, 60000);
  g_autoptr (GError) error = NULL;
  g_autoptr (BbResultWriter) writer = bb_result_writer_new (fixture->path, from_ms, until_ms, "{}", &error);
  g_autoptr (BbResult) result = NULL;
  GArray *raw[4];
  for (guint i = 0; i < 4; i++) {
    BbResultSeries series
        = { .id = "x", .name = "x", .unit = "A", .decimals = 3, .quantum = i == 1 ? 1 : quantum };
    bb_result_writer_add_series (writer, &series);
    raw[i] = g_array_new (FALSE, FALSE, sizeof (Raw));
  }
  for (guint i = 0; i < 4; i++)
    fill (writer, raw[i], i, from_ms, until_ms);
  g_assert_true (bb_result_writer_finish (writer, "{}", &error));
  result = bb_result_open (fixture->path, &error);
  g_assert_no_error (error);
  g_assert_true (bb_result_verify (result, NULL, &error));
  for (guint i = 0; i < 4; i++) {
    g_assert_cmpuint (count_wrong (result, i, raw[i], from_ms, until_ms, i == 1 ? 1 : quantum, 0), ==, 0);
    if (raw[i]->len > 100 && i != 1)
      g_assert_cmpuint (count_wrong (result, i, raw[i], from_ms, until_ms, quantum, 7000), >, 0);
    g_array_unref (raw[i]);
  }
}

static void
test_levels (Fixture *fixture, gconstpointer data)
{
  for (guint round = 0; round < 25; round++)
    round_of_levels (fixture, 1);
}

static void
test_quantum (Fixture *fixture, gconstpointer data)
{
  for (guint round = 0; round < 10; round++)
    round_of_levels (fixture, 50);
}

/* ---- what was written is what is read ---- */

static BbResult *
open_sample (Fixture *fixture)
{
  g_autoptr (GError) error = NULL;
  BbResult *result = NULL;
  g_assert_true (sample_write (fixture->path, NULL, &error));
  g_assert_no_error (error);
  result = bb_result_open (fixture->path, &error);
  g_assert_no_error (error);
  return result;
}

static void
test_texts (Fixture *fixture, gconstpointer data)
{
  g_autoptr (BbResult) result = open_sample (fixture);
  g_autofree gchar *metadata = bb_result_get_metadata (result, NULL);
  g_autofree gchar *summary = bb_result_get_summary (result, NULL);
  g_autoptr (GPtrArray) events = bb_result_get_events (result, NULL);
  BbSeriesInfo info;
  g_assert_cmpstr (metadata, ==, SAMPLE_METADATA);
  g_assert_cmpstr (summary, ==, SAMPLE_SUMMARY);
  g_assert_cmpint (bb_result_get_from_ms (result), ==, SAMPLE_FROM_MS);
  g_assert_cmpint (bb_result_get_until_ms (result), ==, SAMPLE_UNTIL_MS);
  g_assert_cmpuint (events->len, ==, 6);
  for (guint i = 0; i < events->len; i++) {
    BbResultEvent *event = g_ptr_array_index (events, i);
    g_assert_cmpint (event->time_ms, ==, SAMPLE_FROM_MS + (i * 50 + 1) * 60000);
    g_assert_cmpuint (event->kind, ==, i * 50 + 1);
    g_assert_cmpstr (event->text, ==, "Station lost");
  }
  bb_series_source_get_info (BB_SERIES_SOURCE (result), 1, &info);
  g_assert_cmpstr (info.name, ==, "Garage “A”");
  g_assert_cmpint (info.kind, ==, BB_SERIES_STEP);
  g_assert_cmpint (bb_result_find_station (result, "b"), ==, 1);
  g_assert_cmpint (bb_result_find_station (result, "c"), ==, -1);
  g_assert_cmpuint (bb_result_get_reason_size (result), ==, 24);
}

static void
test_snapshots (Fixture *fixture, gconstpointer data)
{
  g_autoptr (BbResult) result = open_sample (fixture);
  g_autoptr (GError) error = NULL;
  g_assert_cmpuint (bb_result_get_n_snapshots (result), ==, SAMPLE_SNAPSHOTS);
  for (guint i = 0; i < SAMPLE_SNAPSHOTS; i++) {
    gint64 time_ms = SAMPLE_FROM_MS + i * 900000, found_ms = 0;
    g_autoptr (GBytes) expected = sample_snapshot (i);
    g_autoptr (GBytes) at = bb_result_find_snapshot (result, time_ms, &found_ms, &error);
    g_autoptr (GBytes) later = bb_result_find_snapshot (result, time_ms + 899999, NULL, &error);
    g_assert_no_error (error);
    g_assert_true (g_bytes_equal (at, expected));
    g_assert_true (g_bytes_equal (later, expected));
    g_assert_cmpint (found_ms, ==, time_ms);
  }
  g_assert_null (bb_result_find_snapshot (result, SAMPLE_FROM_MS - 1, NULL, &error));
  g_assert_error (error, BB_FORMAT_ERROR, BB_FORMAT_ERROR_RANGE);
}

static gboolean
collect (const BbResultChange *change, gpointer data)
{
  g_array_append_vals (data, change, 1);
  return TRUE;
}

static gboolean
equal_changes (const BbResultChange *a, const BbResultChange *b)
{
  return a->time_ms == b->time_ms && a->setpoint_ma == b->setpoint_ma && a->phases == b->phases
         && memcmp (a->reason, b->reason, BB_RESULT_MAX_REASON) == 0;
}

/* Writes random changes and returns those that really change something. */
static GArray *
write_changes (const gchar *path, guint n)
{
  g_autoptr (BbResultWriter) writer
      = bb_result_writer_new (path, 0, G_GINT64_CONSTANT (100000000000), "{}", NULL);
  GArray *all = g_array_new (FALSE, TRUE, sizeof (BbResultChange));
  BbResultChange now = { .time_ms = 5000 };
  bb_result_writer_add_station (writer, "a");
  for (guint i = 0; i < n; i++) {
    BbResultChange before = now;
    now.time_ms += g_test_rand_int_range (0, 4) == 0 ? g_test_rand_int_range (0, 3)
                                                     : g_test_rand_int_range (0, 3000) * 1000;
    now.setpoint_ma = g_test_rand_int_range (0, 2) == 0 ? now.setpoint_ma : g_test_rand_int ();
    now.phases = g_test_rand_int_range (0, 5) == 0 ? 1 : 3;
    if (g_test_rand_int_range (0, 2) == 0)
      now.reason[g_test_rand_int_range (0, BB_RESULT_MAX_REASON)] = (guint8) g_test_rand_int ();
    bb_result_writer_change (writer, 0, now.time_ms, now.setpoint_ma, now.phases, now.reason,
                             BB_RESULT_MAX_REASON);
    before.time_ms = now.time_ms;
    if (i == 0 || !equal_changes (&before, &now))
      g_array_append_val (all, now);
  }
  g_assert_true (bb_result_writer_finish (writer, "{}", NULL));
  return all;
}

static void
test_changes (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GArray) written = write_changes (fixture->path, 20000);
  g_autoptr (GArray) read = g_array_new (FALSE, FALSE, sizeof (BbResultChange));
  g_autoptr (GError) error = NULL;
  g_autoptr (BbResult) result = bb_result_open (fixture->path, &error);
  g_assert_no_error (error);
  g_assert_true (bb_result_foreach_change (result, 0, G_MININT64 + 1, G_MAXINT64, collect, read, &error));
  g_assert_cmpuint (read->len, ==, written->len);
  for (guint i = 0; i < read->len; i++)
    g_assert_true (equal_changes (&g_array_index (read, BbResultChange, i),
                                  &g_array_index (written, BbResultChange, i)));
  for (guint i = 0; i < written->len; i += 7) {
    BbResultChange *at = &g_array_index (written, BbResultChange, i), found;
    guint last = i;
    gint64 until_ms = 0;
    while (last + 1 < written->len
           && g_array_index (written, BbResultChange, last + 1).time_ms == at->time_ms)
      last++;
    g_assert_true (bb_result_find_change (result, 0, at->time_ms, &found, &until_ms, &error));
    g_assert_true (equal_changes (&found, &g_array_index (written, BbResultChange, last)));
    if (last + 1 < written->len)
      g_assert_cmpint (until_ms, ==, g_array_index (written, BbResultChange, last + 1).time_ms);
  }
}

/* Parts of the list, and times without a change. */
static void
test_change_ranges (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GArray) written = write_changes (fixture->path, 5000);
  g_autoptr (GError) error = NULL;
  g_autoptr (BbResult) result = bb_result_open (fixture->path, &error);
  BbResultChange found;
  for (guint round = 0; round < 200; round++) {
    g_autoptr (GArray) read = g_array_new (FALSE, FALSE, sizeof (BbResultChange));
    gint64 from_ms = g_test_rand_int (), until_ms = from_ms + g_test_rand_int_range (0, 1000000000);
    guint expected = 0;
    for (guint i = 0; i < written->len; i++) {
      gint64 time_ms = g_array_index (written, BbResultChange, i).time_ms;
      expected += time_ms >= from_ms && time_ms < until_ms;
    }
    g_assert_true (bb_result_foreach_change (result, 0, from_ms, until_ms, collect, read, &error));
    g_assert_cmpuint (read->len, ==, expected);
  }
  g_assert_false (bb_result_find_change (result, 0, 4999, &found, NULL, &error));
  g_assert_error (error, BB_FORMAT_ERROR, BB_FORMAT_ERROR_RANGE);
}

/* ---- charts, CSV, equal bytes ---- */

static void
test_query (Fixture *fixture, gconstpointer data)
{
  g_autoptr (BbResult) result = open_sample (fixture);
  BbSeriesColumn columns[5];
  gint64 from_ms = SAMPLE_FROM_MS - 30000;
  g_assert_true (bb_series_source_query (BB_SERIES_SOURCE (result), 1, from_ms, from_ms + 5 * 3600000, 5,
                                         columns, NULL));
  g_assert_cmpfloat (columns[0].max, ==, 0);
  g_assert_cmpuint (columns[0].quality, ==, BB_QUALITY_PARTIAL); /* half a minute is missing at the start */
  g_assert_cmpuint (columns[1].quality, ==, BB_QUALITY_GOOD);
  g_assert_cmpfloat_with_epsilon (columns[2].max, 8.7, 1e-9); /* 6 A + 8 x 0.333 A, rounded up to 0.1 A */
  g_assert_cmpuint (columns[4].n_buckets, ==, 4);
  g_assert_true (bb_series_source_query (BB_SERIES_SOURCE (result), 2, from_ms, from_ms + 5 * 3600000, 5,
                                         columns, NULL));
  g_assert_cmpuint (columns[0].quality, ==, BB_QUALITY_GAP);
  g_assert_cmpfloat (columns[2].mean, ==, 2500);
  g_assert_cmpuint (columns[4].quality, ==, BB_QUALITY_GAP);
}

static void
test_csv (Fixture *fixture, gconstpointer data)
{
  g_autoptr (BbResult) result = open_sample (fixture);
  g_autofree gchar *path = g_build_filename (fixture->folder, "a.csv", NULL);
  g_autoptr (BbZone) zone = bb_zone_new ("Europe/Berlin", NULL);
  static const gchar *const ids[] = { "pv", "station/a/setpoint", NULL };
  static const gchar *const unknown[] = { "nothing", NULL };
  BbResultCsvOptions options = { .step_ms = 7200000, .ids = ids, .envelope = TRUE, .zone = zone };
  g_autoptr (GError) error = NULL;
  g_autofree gchar *text = NULL;
  g_auto (GStrv) lines = NULL;
  g_assert_true (bb_result_export_csv (result, path, &options, NULL, &error));
  g_assert_true (g_file_get_contents (path, &text, NULL, NULL));
  lines = g_strsplit (text, "\n", -1);
  g_assert_cmpuint (g_strv_length (lines), ==, 5);
  g_assert_cmpstr (
      lines[0], ==,
      "time,pv_w,pv_w_min,pv_w_max,station/a/setpoint_a,station/a/setpoint_a_min,station/a/setpoint_a_max");
  g_assert_true (g_str_has_prefix (lines[1], "2026-01-01T01:00:00+01:00,2500,2500,2500,"));
  g_assert_true (g_str_has_prefix (lines[3], "2026-01-01T05:00:00+01:00,,,,"));
  options.ids = unknown;
  g_unlink (path);
  g_assert_false (bb_result_export_csv (result, path, &options, NULL, &error));
  g_assert_error (error, BB_FORMAT_ERROR, BB_FORMAT_ERROR_RANGE);
  g_assert_false (g_file_test (path, G_FILE_TEST_EXISTS));
}

static void
test_changes_csv (Fixture *fixture, gconstpointer data)
{
  g_autoptr (BbResult) result = open_sample (fixture);
  g_autofree gchar *path = g_build_filename (fixture->folder, "a.csv", NULL);
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autoptr (GError) error = NULL;
  g_autofree gchar *text = NULL;
  g_assert_true (bb_result_export_changes_csv (result, path, NULL, NULL, NULL, NULL, &error));
  g_assert_true (g_file_get_contents (path, &text, NULL, NULL));
  g_assert_true (g_str_has_prefix (text,
                                   "time,station,setpoint_a,phases,reason\n2026-01-01T00:00:30Z,a,6.000,3,"
                                   "000000000000000000000000803e00000000000000000000\n"));
  g_unlink (path);
  g_cancellable_cancel (cancellable);
  g_assert_false (bb_result_export_changes_csv (result, path, NULL, NULL, NULL, cancellable, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  g_assert_false (g_file_test (path, G_FILE_TEST_EXISTS));
}

/* Equal calls, equal bytes. */
static void
test_same_bytes (Fixture *fixture, gconstpointer data)
{
  g_autofree gchar *first = NULL, *second = NULL;
  gsize n_first = 0, n_second = 0;
  g_assert_true (sample_write (fixture->path, NULL, NULL));
  g_assert_true (g_file_get_contents (fixture->path, &first, &n_first, NULL));
  g_assert_true (sample_write (fixture->path, NULL, NULL));
  g_assert_true (g_file_get_contents (fixture->path, &second, &n_second, NULL));
  g_assert_cmpmem (first, n_first, second, n_second);
}

static void
add (const gchar *path, void (*test) (Fixture *, gconstpointer))
{
  g_test_add (path, Fixture, NULL, set_up, test, tear_down);
}

int
main (int argc, char **argv)
{
  if (argc == 3 && g_str_equal (argv[1], "--write-sample"))
    return sample_write (argv[2], NULL, NULL) ? 0 : 1;
  g_test_init (&argc, &argv, NULL);
  add ("/simulation/result/levels", test_levels);
  add ("/simulation/result/quantum", test_quantum);
  add ("/simulation/result/texts", test_texts);
  add ("/simulation/result/snapshots", test_snapshots);
  add ("/simulation/result/changes", test_changes);
  add ("/simulation/result/change-ranges", test_change_ranges);
  add ("/simulation/result/query", test_query);
  add ("/simulation/result/csv", test_csv);
  add ("/simulation/result/changes-csv", test_changes_csv);
  add ("/simulation/result/same-bytes", test_same_bytes);
  return g_test_run ();
}
