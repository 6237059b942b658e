/* SPDX-License-Identifier: GPL-3.0-or-later */
/* test-fine.c: seconds recomputed from a snapshot are those of the run; what cannot be recomputed is said. */
#include <glib/gstdio.h>
#include <math.h>
#include <string.h>

#include "base/zone.h"
#include "model/site-json.h"
#include "simulation/explain.h"
#include "simulation/result-fine.h"

#define MINUTE G_GINT64_CONSTANT (60000)
#define HOUR   (60 * MINUTE)

/* ---- a run with every second of it ------------------------------------------------------------ */

/* What a run said from its start to its end. */
typedef struct {
  gint64 from_ms, n_s;
  GPtrArray *series; /* (element-type gint32*): a value for each second */
  GArray *known;     /* (element-type gint64): how many of them are there */
} Truth;

static void
truth_init (Truth *truth, const BbSimOptions *options)
{
  truth->from_ms = options->from_ms;
  truth->n_s = (options->until_ms - options->from_ms) / 1000;
  truth->series = g_ptr_array_new_with_free_func (g_free);
  truth->known = g_array_new (FALSE, TRUE, sizeof (gint64));
}

static void
truth_clear (Truth *truth)
{
  g_clear_pointer (&truth->series, g_ptr_array_unref);
  g_clear_pointer (&truth->known, g_array_unref);
}

static void
truth_add (const BbResultSeries *series, gpointer data)
{
  Truth *truth = data;

  g_ptr_array_add (truth->series, g_new0 (gint32, truth->n_s));
  g_array_set_size (truth->known, truth->series->len);
}

/* The value that a series has holds up to second `until`. */
static void
truth_hold (Truth *truth, guint series, gint64 until)
{
  gint32 *values = g_ptr_array_index (truth->series, series);
  gint64 *known = &g_array_index (truth->known, gint64, series);

  for (; *known < MIN (until, truth->n_s); (*known)++)
    values[*known] = values[MAX (*known - 1, 0)];
}

static void
truth_set (guint series, gint64 time_ms, gint32 value, gpointer data)
{
  Truth *truth = data;
  gint32 *values = g_ptr_array_index (truth->series, series);
  gint64 at = (time_ms - truth->from_ms) / 1000;

  g_assert_cmpint ((time_ms - truth->from_ms) % 1000, ==, 0);
  truth_hold (truth, series, at + 1);
  if (at < truth->n_s)
    values[at] = value;
}

typedef struct {
  gchar *folder;
  BbSimOptions *options;
  BbResult *result;
  Truth truth;
} Book;

static BbSimOptions *
options_of (const gchar *sample, gint64 shift_ms, gint64 for_ms, gint64 step_ms)
{
  g_autofree gchar *path = g_build_filename (g_getenv ("BUSBAR_DATA_DIR"), "samples", sample, NULL);
  g_autoptr (GError) error = NULL;
  g_autoptr (BbSite) site = bb_site_load (path, &error);
  BbSimOptions *options = NULL;

  g_assert_no_error (error);
  options = bb_sim_options_new (site);
  g_assert_true (bb_sim_options_add_site_defaults (options, &error));
  options->from_ms += shift_ms;
  options->until_ms = options->from_ms + for_ms;
  options->step_ms = step_ms;
  g_assert_true (bb_sim_options_add_site_inputs (options, 0, &error));
  g_assert_no_error (error);
  return options;
}

static gchar *
result_path (const Book *book)
{
  return g_build_filename (book->folder, "result.bbr", NULL);
}

static void
open_result (Book *book)
{
  g_autoptr (GError) error = NULL;
  g_autofree gchar *path = result_path (book);

  g_clear_object (&book->result);
  book->result = bb_result_open (path, &error);
  g_assert_no_error (error);
}

static void
book_open (Book *book, BbSimOptions *options)
{
  g_autoptr (GError) error = NULL;
  g_autofree gchar *path = NULL;

  *book = (Book){ .folder = g_dir_make_tmp ("busbar-XXXXXX", NULL), .options = options };
  path = options->result_path = result_path (book);
  g_autoptr (BbSimOutcome) outcome = bb_sim_run (options, NULL, NULL, NULL, &error);
  options->result_path = NULL;
  g_assert_no_error (error);
  open_result (book);
}

static void
book_tell_truth (Book *book)
{
  g_autoptr (GError) error = NULL;
  BbResultTap tap = { truth_add, truth_set, &book->truth };

  truth_init (&book->truth, book->options);
  book->options->tap = &tap;
  g_autoptr (BbSimOutcome) outcome = bb_sim_run (book->options, NULL, NULL, NULL, &error);
  book->options->tap = NULL;
  g_assert_no_error (error);
  g_assert_cmpuint (book->truth.series->len, ==, bb_result_get_n_series (book->result));
  for (guint i = 0; i < book->truth.series->len; i++)
    truth_hold (&book->truth, i, book->truth.n_s);
}

static void
book_clear (Book *book)
{
  g_autofree gchar *path = result_path (book);

  g_clear_object (&book->result);
  g_clear_pointer (&book->options, bb_sim_options_free);
  truth_clear (&book->truth);
  g_unlink (path);
  g_rmdir (book->folder);
  g_free (book->folder);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Book, book_clear)

/* ---- the same seconds ------------------------------------------------------------------------- */

static gint32
true_value (const Book *book, guint series, gint64 time_ms)
{
  gint32 *values = g_ptr_array_index (book->truth.series, series);

  return values[(time_ms - book->truth.from_ms) / 1000];
}

/* Seconds of all series that are not those of the run. */
static guint
count_wrong_seconds (const Book *book, const BbFineWindow *window)
{
  gint64 from_ms, until_ms;
  guint wrong = 0;

  bb_fine_window_get_range (window, &from_ms, &until_ms);
  for (guint i = 0; i < book->truth.series->len; i++)
    for (gint64 t = from_ms; t < until_ms; t += 1000)
      wrong += bb_fine_window_get (window, i, t) != true_value (book, i, t);
  return wrong;
}

typedef struct {
  const BbFineWindow *window;
  guint series;
  gint32 quantum;
  gint64 from_ms, until_ms;
  guint n, wrong;
} Minutes;

static void
count_minute (gint64 start_ms, const BbResultBucket *bucket, gpointer data)
{
  Minutes *minutes = data;
  gdouble sum = 0, q = minutes->quantum;
  gint32 min = G_MAXINT32, max = G_MININT32;
  guint n = 0;

  for (gint64 t = MAX (start_ms, minutes->from_ms); t < MIN (start_ms + MINUTE, minutes->until_ms);
       t += 1000, n++) {
    gint32 value = bb_fine_window_get (minutes->window, minutes->series, t);
    min = MIN (min, value);
    max = MAX (max, value);
    sum += value;
  }
  minutes->n++;
  minutes->wrong += n * 1000 != bucket->covered_ms || bucket->min != (gint32) (floor (min / q) * q)
                    || bucket->max != (gint32) (ceil (max / q) * q) || fabs (bucket->mean - sum / n) > q;
}

static void
check_minutes (const Book *book, const BbFineWindow *window)
{
  for (guint i = 0; i < bb_result_get_n_series (book->result); i++) {
    Minutes minutes = { window, i, MAX (bb_result_get_series (book->result, i)->quantum, 1), 0, 0, 0, 0 };
    bb_fine_window_get_range (window, &minutes.from_ms, &minutes.until_ms);
    g_assert_true (bb_result_foreach_bucket (book->result, i, 0, bb_floor_to (minutes.from_ms, MINUTE),
                                             minutes.until_ms, count_minute, &minutes, NULL));
    g_assert_cmpuint (minutes.n, >, 0);
    g_assert_cmpuint (minutes.wrong, ==, 0);
  }
}

static BbFineWindow *
window_ok (const Book *book, gint64 from_ms, gint64 until_ms)
{
  g_autoptr (GError) error = NULL;
  BbFineWindow *window = bb_fine_window_new (book->result, book->options, from_ms, until_ms, NULL, &error);
  gint64 first, end;

  g_assert_no_error (error);
  bb_fine_window_get_range (window, &first, &end);
  g_assert_true (bb_fine_window_covers (window, from_ms, until_ms));
  g_assert_cmpint (first, <=, MAX (from_ms, book->options->from_ms));
  g_assert_cmpint (end, >=, MIN (until_ms, book->options->until_ms));
  return window;
}

static void
check_random_windows (Book *book, guint n)
{
  gint64 span_ms = book->options->until_ms - book->options->from_ms;

  for (guint i = 0; i < n; i++) {
    gint64 from_ms = book->options->from_ms + (gint64) (g_test_rand_double () * (gdouble) span_ms);
    gint64 for_ms = 1 + (gint64) (pow (g_test_rand_double (), 3) * (gdouble) BB_FINE_MAX_SPAN_MS);
    g_autoptr (BbFineWindow) window = window_ok (book, from_ms, from_ms + for_ms);
    g_assert_cmpuint (count_wrong_seconds (book, window), ==, 0);
    check_minutes (book, window);
  }
}

typedef struct {
  const gchar *name, *sample;
  gint64 hours;
  guint n;
} Sample;

static const Sample samples[] = { { "villa-demo", "villa-demo.busbar", 72, 12 },
                                  { "solar-home", "solar-home.busbar", 72, 12 },
                                  { "garage-12", "garage-12.busbar", 36, 8 },
                                  { "office-40", "office-40.busbar", 14, 4 } };

static void
test_sample (gconstpointer data)
{
  const Sample *sample = data;
  g_auto (Book) book = { 0 };

  book_open (&book, options_of (sample->sample, 0, sample->hours * HOUR, 1000));
  book_tell_truth (&book);
  check_random_windows (&book, sample->n);
}

/* The tests see a wrong second, and so does the comparison with the result's minutes. */
static void
test_defect_is_seen (void)
{
  g_auto (Book) book = { 0 };
  g_autoptr (BbFineWindow) window = NULL;
  gint32 *values = NULL;

  book_open (&book, options_of ("villa-demo.busbar", 0, 6 * HOUR, 1000));
  book_tell_truth (&book);
  window = window_ok (&book, book.options->from_ms + 4 * HOUR, book.options->from_ms + 5 * HOUR);
  values = g_ptr_array_index (book.truth.series, 0);
  values[4 * 3600 + 777] += 1;
  g_assert_cmpuint (count_wrong_seconds (&book, window), ==, 1);
}

/* Starts and ends within a minute; what there is at the edges is told, and no more. */
static void
test_edges (void)
{
  g_auto (Book) book = { 0 };
  g_autoptr (BbFineWindow) first = NULL, last = NULL;
  g_autoptr (BbFineSource) source = NULL;
  BbSeriesColumn columns[90];
  gint64 from_ms, until_ms;

  book_open (&book, options_of ("villa-demo.busbar", 23 * 1000, 5 * HOUR + 17 * 1000, 1000));
  book_tell_truth (&book);
  check_random_windows (&book, 6);
  first = window_ok (&book, book.options->from_ms - HOUR, book.options->from_ms + 1);
  bb_fine_window_get_range (first, &from_ms, &until_ms);
  g_assert_cmpint (from_ms, ==, book.options->from_ms);
  last = window_ok (&book, book.options->until_ms - 1, book.options->until_ms + HOUR);
  bb_fine_window_get_range (last, &from_ms, &until_ms);
  g_assert_cmpint (until_ms, ==, book.options->until_ms);
  g_assert_cmpuint (count_wrong_seconds (&book, first) + count_wrong_seconds (&book, last), ==, 0);
  g_assert_cmpint (bb_fine_window_get (last, 0, until_ms), ==, BB_RESULT_GAP);

  source = bb_fine_source_new (book.result);
  bb_fine_source_set_window (source, last);
  g_assert_true (bb_series_source_query (BB_SERIES_SOURCE (source), 0, until_ms - 45 * 1000,
                                         until_ms + 45 * 1000, 90, columns, NULL));
  for (guint i = 0; i < 90; i++)
    g_assert_cmpuint (columns[i].quality, ==, i < 45 ? BB_QUALITY_GOOD : BB_QUALITY_GAP);
}

/* Longer steps: nothing changes within one. */
static void
test_steps (void)
{
  for (guint i = 0; i < 3; i++) {
    const gint64 steps_ms[] = { 5000, 7000, 30000 };
    g_auto (Book) book = { 0 };
    book_open (&book, options_of ("garage-12.busbar", 0, 26 * HOUR, steps_ms[i]));
    book_tell_truth (&book);
    check_random_windows (&book, 3);
  }
}

/* With balancing off, and while there is no supply. */
static void
test_nobody_decides (void)
{
  static const gchar *const scenario
      = "[{\"at_s\":5400,\"for_s\":5400,\"what\":\"outage\",\"state\":\"lost\"}]";
  g_autoptr (JsonNode) node = json_from_string (scenario, NULL);
  g_auto (Book) off = { 0 }, dark = { 0 };
  BbSimOptions *options = options_of ("villa-demo.busbar", 0, 24 * HOUR, 1000);
  BbSimOptions *with = NULL;

  options->balancer = BB_SIM_BALANCER_NONE;
  book_open (&off, options);
  book_tell_truth (&off);
  check_random_windows (&off, 6);

  options = options_of ("villa-demo.busbar", 17 * HOUR, 6 * HOUR, 1000);
  bb_part_set_extra (BB_PART (options->site), "scenario", g_steal_pointer (&node));
  with = bb_sim_options_new (options->site);
  with->from_ms = options->from_ms;
  with->until_ms = options->until_ms;
  g_assert_true (bb_sim_options_add_site_inputs (with, 0, NULL));
  bb_sim_options_free (options);
  book_open (&dark, with);
  book_tell_truth (&dark);
  check_random_windows (&dark, 8);
}

/* ---- what a chart gets ------------------------------------------------------------------------ */

static void
check_column (const Book *book, guint series, const BbSeriesColumn *column)
{
  gdouble scale = pow (10, -bb_result_get_series (book->result, series)->decimals);
  gint64 first = bb_floor_div (column->from_ms + 999, 1000),
         end = bb_floor_div (column->until_ms + 999, 1000);
  gdouble min = INFINITY, max = -INFINITY;

  if (column->until_ms - column->from_ms >= 15000) { /* whole buckets of 15 s */
    first = bb_floor_div (first + 14, 15) * 15;
    end = bb_floor_div (end + 14, 15) * 15;
  } else if (column->until_ms - column->from_ms < 1000) {
    first = bb_floor_div (column->from_ms, 1000);
    end = first + 1;
  }
  for (gint64 s = first; s < end; s++) {
    gdouble value = true_value (book, series, s * 1000) * scale;
    min = MIN (min, value);
    max = MAX (max, value);
  }
  g_assert_cmpuint (column->n_buckets, <=, 16);
  g_assert_cmpint (column->covered_ms, ==, (end - first) * 1000);
  g_assert_cmpfloat_with_epsilon (column->min, min, 1e-9);
  g_assert_cmpfloat_with_epsilon (column->max, max, 1e-9);
  g_assert_cmpfloat (column->mean, >=, min - 1e-9);
  g_assert_cmpfloat (column->mean, <=, max + 1e-9);
}

static void
assert_same_column (const BbSeriesColumn *a, const BbSeriesColumn *b)
{
  g_assert_cmpint (a->from_ms, ==, b->from_ms);
  g_assert_cmpuint (a->quality, ==, b->quality);
  g_assert_cmpint (a->covered_ms, ==, b->covered_ms);
  if (!(a->quality & BB_QUALITY_GAP))
    g_assert_true (a->min == b->min && a->mean == b->mean && a->max == b->max);
}

static void
check_query (const Book *book, BbSeriesSource *source, BbFineWindow *window, gint64 from_ms, gint64 column_ms,
             guint n)
{
  g_autofree BbSeriesColumn *got = g_new (BbSeriesColumn, n), *coarse = g_new (BbSeriesColumn, n);
  guint series = (guint) g_test_rand_int_range (0, (gint32) book->truth.series->len);
  gint64 first, end;

  bb_fine_window_get_range (window, &first, &end);
  g_assert_true (bb_series_source_query (source, series, from_ms, from_ms + n * column_ms, n, got, NULL));
  g_assert_true (bb_series_source_query (BB_SERIES_SOURCE (book->result), series, from_ms,
                                         from_ms + n * column_ms, n, coarse, NULL));
  for (guint i = 0; i < n; i++)
    if (column_ms < MINUTE && got[i].from_ms >= first && got[i].until_ms <= end)
      check_column (book, series, &got[i]);
    else
      assert_same_column (&got[i], &coarse[i]);
}

static void
test_query (void)
{
  g_auto (Book) book = { 0 };
  g_autoptr (BbFineSource) source = NULL;
  g_autoptr (BbFineWindow) window = NULL;
  BbSeriesInfo info;

  book_open (&book, options_of ("garage-12.busbar", 0, 24 * HOUR, 1000));
  book_tell_truth (&book);
  source = bb_fine_source_new (book.result);
  g_assert_cmpuint (bb_series_source_get_n_series (BB_SERIES_SOURCE (source)), ==,
                    bb_result_get_n_series (book.result));
  bb_series_source_get_info (BB_SERIES_SOURCE (source), 1, &info);
  g_assert_cmpint (info.finest_ms, ==, MINUTE);
  window = window_ok (&book, book.options->from_ms + 18 * HOUR + 1234, book.options->from_ms + 20 * HOUR);
  bb_fine_source_set_window (source, window);
  bb_series_source_get_info (BB_SERIES_SOURCE (source), 1, &info);
  g_assert_cmpint (info.finest_ms, ==, 1000);
  for (guint i = 0; i < 400; i++) {
    gint64 column_ms = 1 + (gint64) (exp (g_test_rand_double () * 11.2));
    guint n = (guint) g_test_rand_int_range (1, 300);
    gint64 from_ms = book.options->from_ms + 17 * HOUR + g_test_rand_int_range (0, 3 * (gint32) HOUR);
    check_query (&book, BB_SERIES_SOURCE (source), window, from_ms, column_ms, n);
  }
  bb_fine_source_set_window (source, NULL);
  bb_series_source_get_info (BB_SERIES_SOURCE (source), 1, &info);
  g_assert_cmpint (info.finest_ms, ==, MINUTE);
}

typedef struct {
  BbSeriesSource *source;
  gint64 from_ms;
  gint stop; /* atomic */
} Asker;

static gpointer
ask (gpointer data)
{
  Asker *asker = data;
  BbSeriesColumn columns[64];

  while (!g_atomic_int_get (&asker->stop)) {
    BbSeriesInfo info;
    bb_series_source_get_info (asker->source, 0, &info);
    g_assert_true (bb_series_source_query (asker->source, 0, asker->from_ms, asker->from_ms + 640000, 64,
                                           columns, NULL));
  }
  return NULL;
}

/* Windows come and go while others look. */
static void
test_threads (void)
{
  g_auto (Book) book = { 0 };
  g_autoptr (BbFineSource) source = NULL;
  g_autoptr (BbFineWindow) window = NULL;
  GThread *threads[2];

  book_open (&book, options_of ("villa-demo.busbar", 0, 3 * HOUR, 1000));
  source = bb_fine_source_new (book.result);
  window = window_ok (&book, book.options->from_ms + HOUR, book.options->from_ms + 2 * HOUR);
  Asker asker = { BB_SERIES_SOURCE (source), book.options->from_ms + HOUR - 300000, 0 };
  for (guint i = 0; i < G_N_ELEMENTS (threads); i++)
    threads[i] = g_thread_new ("ask", ask, &asker);
  for (guint i = 0; i < 20000; i++)
    bb_fine_source_set_window (source, i % 2 ? window : NULL);
  g_atomic_int_set (&asker.stop, 1);
  for (guint i = 0; i < G_N_ELEMENTS (threads); i++)
    g_thread_join (threads[i]);
}

/* ---- what cannot be had ----------------------------------------------------------------------- */

static void
assert_refused (const Book *book, const BbSimOptions *options, gint64 from_ms, gint64 until_ms, GQuark domain,
                gint code)
{
  g_autoptr (GError) error = NULL;

  g_assert_null (bb_fine_window_new (book->result, options, from_ms, until_ms, NULL, &error));
  g_assert_error (error, domain, code);
}

static void
test_refused (void)
{
  g_auto (Book) book = { 0 }, slow = { 0 };
  gint64 from_ms;

  book_open (&book, options_of ("villa-demo.busbar", 0, 12 * HOUR, 1000));
  from_ms = book.options->from_ms;
  assert_refused (&book, book.options, from_ms + HOUR, from_ms + HOUR, BB_FORMAT_ERROR,
                  BB_FORMAT_ERROR_RANGE);
  assert_refused (&book, book.options, from_ms - HOUR, from_ms, BB_FORMAT_ERROR, BB_FORMAT_ERROR_RANGE);
  assert_refused (&book, book.options, from_ms + 12 * HOUR, from_ms + 13 * HOUR, BB_FORMAT_ERROR,
                  BB_FORMAT_ERROR_RANGE);
  assert_refused (&book, book.options, from_ms, from_ms + 5 * HOUR, BB_FORMAT_ERROR, BB_FORMAT_ERROR_RANGE);
  assert_refused (&book, book.options, G_MININT64 / 2, G_MAXINT64 / 2, BB_FORMAT_ERROR,
                  BB_FORMAT_ERROR_RANGE);
  book_open (&slow, options_of ("villa-demo.busbar", 0, 12 * HOUR, 60000));
  assert_refused (&slow, slow.options, from_ms, from_ms + HOUR, BB_FORMAT_ERROR, BB_FORMAT_ERROR_RANGE);
}

static void
test_cancelled (void)
{
  g_auto (Book) book = { 0 };
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autoptr (GError) error = NULL;

  book_open (&book, options_of ("villa-demo.busbar", 0, 12 * HOUR, 1000));
  g_cancellable_cancel (cancellable);
  g_assert_null (bb_fine_window_new (book.result, book.options, book.options->from_ms,
                                     book.options->from_ms + HOUR, cancellable, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
}

/* Another site, other options, and inputs that are no longer what they were. */
static void
test_foreign (void)
{
  static const gint32 load_ma[3] = { 1234, 0, 0 };
  g_auto (Book) book = { 0 };
  g_autoptr (BbSimOptions) other = NULL, seed = NULL, more = NULL;
  gint64 from_ms;

  book_open (&book, options_of ("villa-demo.busbar", 0, 12 * HOUR, 1000));
  from_ms = book.options->from_ms;
  other = options_of ("solar-home.busbar", 0, 12 * HOUR, 1000);
  other->from_ms = from_ms;
  other->until_ms = book.options->until_ms;
  assert_refused (&book, other, from_ms + HOUR, from_ms + 2 * HOUR, BB_SIM_ERROR, BB_SIM_ERROR_SNAPSHOT);
  seed = options_of ("villa-demo.busbar", 0, 12 * HOUR, 1000);
  seed->seed = 77;
  assert_refused (&book, seed, from_ms + HOUR, from_ms + 2 * HOUR, BB_SIM_ERROR, BB_SIM_ERROR_SNAPSHOT);
  seed->seed = book.options->seed;
  seed->until_ms += HOUR;
  assert_refused (&book, seed, from_ms + HOUR, from_ms + 2 * HOUR, BB_FORMAT_ERROR, BB_FORMAT_ERROR_RANGE);

  /* The same number of inputs, one of them another one. */
  more = options_of ("villa-demo.busbar", 0, 12 * HOUR, 1000);
  g_assert_cmpuint (more->feeds->len, >, 0);
  g_ptr_array_remove_index (more->feeds, 0);
  bb_sim_options_add_constant (more, 0, BB_INPUT_LOAD, BB_UNIT_AMPERES, load_ma);
  assert_refused (&book, more, from_ms + HOUR, from_ms + 2 * HOUR, BB_SIM_ERROR, BB_SIM_ERROR_INPUT);
}

/* Any byte of the file may be wrong, or the end missing: an answer that is right, or an error. */
static void
test_damaged (void)
{
  g_auto (Book) book = { 0 };
  g_autofree gchar *bytes = NULL, *path = NULL;
  gsize size = 0;
  guint refused = 0;

  book_open (&book, options_of ("villa-demo.busbar", 0, 4 * HOUR, 1000));
  book_tell_truth (&book);
  path = result_path (&book);
  g_assert_true (g_file_get_contents (path, &bytes, &size, NULL));
  for (guint i = 0; i < 60; i++) {
    g_autofree gchar *copy = g_memdup2 (bytes, size);
    gsize at = (gsize) g_test_rand_int_range (0, (gint32) size);
    g_autoptr (GError) error = NULL;
    g_clear_object (&book.result);
    copy[at] = (gchar) (copy[at] ^ 1 << i % 8);
    g_assert_true (g_file_set_contents (path, copy, (gssize) (i % 6 == 5 ? at : size), NULL));
    book.result = bb_result_open (path, &error);
    g_autoptr (BbFineWindow) window
        = book.result ? bb_fine_window_new (book.result, book.options, book.options->from_ms + HOUR,
                                            book.options->from_ms + 2 * HOUR, NULL, &error)
                      : NULL;
    g_assert_true ((window == NULL) == (error != NULL));
    if (window)
      g_assert_cmpuint (count_wrong_seconds (&book, window), ==, 0);
    refused += window == NULL;
  }
  g_assert_cmpuint (refused, >, 10);
}

/* ---- nothing else moves ----------------------------------------------------------------------- */

/* A run that is listened to does what it does without, and writes no file. */
static void
test_tap_changes_nothing (void)
{
  g_auto (Book) book = { 0 };
  g_autoptr (BbSimOptions) options = options_of ("garage-12.busbar", 0, 12 * HOUR, 1000);
  g_autoptr (BbSimOutcome) plain = bb_sim_run (options, NULL, NULL, NULL, NULL), tapped = NULL;
  BbResultTap tap = { truth_add, truth_set, &book.truth };

  book.folder = g_dir_make_tmp ("busbar-XXXXXX", NULL);
  truth_init (&book.truth, options);
  options->result_path = result_path (&book);
  options->tap = &tap;
  tapped = bb_sim_run (options, NULL, NULL, NULL, NULL);
  g_assert_cmpuint (tapped->hash, ==, plain->hash);
  g_assert_false (g_file_test (options->result_path, G_FILE_TEST_EXISTS));
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  for (guint i = 0; i < G_N_ELEMENTS (samples); i++) {
    g_autofree gchar *path = g_strdup_printf ("/simulation/fine/sample/%s", samples[i].name);
    g_test_add_data_func (path, &samples[i], test_sample);
  }
  g_test_add_func ("/simulation/fine/defect-is-seen", test_defect_is_seen);
  g_test_add_func ("/simulation/fine/edges", test_edges);
  g_test_add_func ("/simulation/fine/steps", test_steps);
  g_test_add_func ("/simulation/fine/nobody-decides", test_nobody_decides);
  g_test_add_func ("/simulation/fine/query", test_query);
  g_test_add_func ("/simulation/fine/threads", test_threads);
  g_test_add_func ("/simulation/fine/refused", test_refused);
  g_test_add_func ("/simulation/fine/cancelled", test_cancelled);
  g_test_add_func ("/simulation/fine/foreign", test_foreign);
  g_test_add_func ("/simulation/fine/damaged", test_damaged);
  g_test_add_func ("/simulation/fine/tap-changes-nothing", test_tap_changes_nothing);
  return g_test_run ();
}
