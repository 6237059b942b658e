/* SPDX-License-Identifier: GPL-3.0-or-later */
/* bench-chart.c: nine series of three million points panned in a window; and a year's result opened and
 * zoomed.
 *
 * Run it on a display of its own with GSK_RENDERER=cairo (with-display.sh). Fails when a frame takes more
 * than 33 ms of CPU time, fewer than 55 frames a second come while a core is free for it, a column touches
 * more than 16 buckets, or a year takes more than 200 ms to open. BENCH_FRAMES: frames per stretch of
 * panning.
 */
#include <glib/gstdio.h>
#include <time.h>

#include "app/application.h"
#include "app/widgets/chart-area.h"
#include "app/widgets/chart.h"
#include "bench-source.h"
#include "model/site-json.h"
#include "report/chart-cairo.h"
#include "report/result-chart.h"
#include "simulation/run.h"

#define N_POINTS  3000000
#define FROM_MS   G_GINT64_CONSTANT (1767225600000)
#define LIMIT_MS  33.0
#define LIMIT_FPS 55.0
#define OPEN_MS   200.0

static gdouble
cpu_ms (void)
{
  struct timespec now;
  clock_gettime (CLOCK_THREAD_CPUTIME_ID, &now);
  return (gdouble) now.tv_sec * 1e3 + (gdouble) now.tv_nsec / 1e6;
}

/* ---- panning ---- */

typedef struct {
  GtkWidget *window, *chart, *area;
  GMainLoop *loop;
  gint64 step_ms, span_ms;
  gdouble began_ms; /* CPU, at the start of the frame */
  gdouble worst_ms, sum_ms;
  guint frames, wanted, max_buckets;
  GTimer *timer;
} Pan;

static GtkWidget *
find_area (GtkWidget *widget)
{
  GtkWidget *found = BB_IS_CHART_AREA (widget) ? widget : NULL;
  for (GtkWidget *child = gtk_widget_get_first_child (widget); child != NULL && found == NULL;
       child = gtk_widget_get_next_sibling (child))
    found = find_area (child);
  return found;
}

static BbChartModel *
make_model (BenchSource *source)
{
  BbChartModel *model = bb_chart_model_new (NULL);
  static const gchar *names[] = { "L1", "L2", "L3" }, *titles[] = { "Main", "Garage", "House" };
  BbSeriesInfo info;
  bb_series_source_get_info (BB_SERIES_SOURCE (source), 0, &info);
  bb_chart_model_set_extent (model, info.from_ms, info.until_ms);
  for (guint i = 0; i < 3; i++) {
    guint track = bb_chart_model_add_track (model, titles[i], "A", 1, BB_TRACK_LINES);
    for (guint k = 0; k < 3; k++)
      bb_chart_model_add_line (model, track, BB_SERIES_SOURCE (source), i * 3 + k, names[k], BB_ROLE_L1 + k,
                               1, FALSE);
    bb_chart_model_add_limit (model, track, "Rating 25.0 A", BB_ROLE_RATING, 25);
  }
  return model;
}

static void
before_paint_cb (GdkFrameClock *clock, Pan *pan)
{
  pan->began_ms = cpu_ms ();
}

static void
after_paint_cb (GdkFrameClock *clock, Pan *pan)
{
  gdouble took_ms = cpu_ms () - pan->began_ms;
  const BbChartGeometry *geometry = bb_chart_area_get_geometry (BB_CHART_AREA (pan->area));
  if (geometry != NULL)
    pan->max_buckets = MAX (pan->max_buckets, geometry->max_buckets);
  pan->frames++;
  /* The first frames fill caches and fonts. */
  if (pan->frames <= 3) {
    g_timer_start (pan->timer);
    return;
  }
  pan->worst_ms = MAX (pan->worst_ms, took_ms);
  pan->sum_ms += took_ms;
  if (pan->frames >= pan->wanted)
    g_main_loop_quit (pan->loop);
}

static gboolean
tick_cb (GtkWidget *widget, GdkFrameClock *clock, gpointer data)
{
  Pan *pan = data;
  gint64 from_ms = 0;
  g_object_get (pan->chart, "view-from-ms", &from_ms, NULL);
  bb_chart_set_view (BB_CHART (pan->chart), from_ms + pan->step_ms, from_ms + pan->step_ms + pan->span_ms);
  return G_SOURCE_CONTINUE;
}

/* Pans a view of this length by 7 px a frame. FALSE: too slow. */
static gboolean
pan_view (Pan *pan, const gchar *name, gint64 from_ms, gint64 span_ms, gboolean slide)
{
  guint tick = 0;
  gdouble fps = 0;
  pan->span_ms = span_ms;
  pan->step_ms = slide ? span_ms / 157 : 0;
  pan->frames = 0;
  pan->worst_ms = pan->sum_ms = 0;
  bb_chart_set_view (BB_CHART (pan->chart), from_ms, from_ms + span_ms);
  tick = gtk_widget_add_tick_callback (pan->chart, tick_cb, pan, NULL);
  g_main_loop_run (pan->loop);
  gtk_widget_remove_tick_callback (pan->chart, tick);
  fps = (pan->frames - 3) / g_timer_elapsed (pan->timer, NULL);
  g_print ("chart-pan-%s: %.1f fps\n", name, fps);
  g_print ("chart-pan-%s-worst-frame: %.1f ms\n", name, pan->worst_ms);
  g_print ("chart-pan-%s-mean-frame: %.1f ms\n", name, pan->sum_ms / MAX (pan->frames - 3, 1));
  /* Frames come late when other programs use the machine; what a frame costs does not depend on that. */
  return pan->worst_ms <= LIMIT_MS && (fps >= LIMIT_FPS || pan->sum_ms / (pan->frames - 3) < 1000 / 60.0);
}

static gboolean
bench_panning (void)
{
  const gchar *frames = g_getenv ("BENCH_FRAMES");
  g_autoptr (BenchSource) source = bench_source_new (9, N_POINTS, FROM_MS);
  g_autoptr (BbChartModel) model = make_model (source);
  Pan pan = { .wanted = frames != NULL ? (guint) g_ascii_strtoull (frames, NULL, 10) : 123,
              .timer = g_timer_new () };
  gint64 from_ms = 0, until_ms = 0, span_ms = 0;
  gboolean good = TRUE;
  GdkFrameClock *clock = NULL;
  bb_chart_model_get_extent (model, &from_ms, &until_ms);
  span_ms = until_ms - from_ms;
  pan.window = gtk_window_new ();
  pan.chart = bb_chart_new ();
  pan.area = find_area (pan.chart);
  pan.loop = g_main_loop_new (NULL, FALSE);
  bb_chart_set_model (BB_CHART (pan.chart), model);
  gtk_window_set_default_size (GTK_WINDOW (pan.window), 1280, 720);
  gtk_window_set_child (GTK_WINDOW (pan.window), pan.chart);
  gtk_window_present (GTK_WINDOW (pan.window));
  clock = gtk_widget_get_frame_clock (pan.window);
  g_signal_connect (clock, "before-paint", G_CALLBACK (before_paint_cb), &pan);
  g_signal_connect (clock, "after-paint", G_CALLBACK (after_paint_cb), &pan);
  good = pan_view (&pan, "all", from_ms - span_ms / 2, span_ms, TRUE) && good;
  good = pan_view (&pan, "day", from_ms, 86400000, TRUE) && good;
  good = pan_view (&pan, "hour", from_ms, 3600000, TRUE) && good;
  good = pan_view (&pan, "minute", from_ms, 60000, TRUE) && good;
  g_print ("chart-buckets-a-column: %u buckets\n", pan.max_buckets);
  gtk_window_destroy (GTK_WINDOW (pan.window));
  g_main_loop_unref (pan.loop);
  g_timer_destroy (pan.timer);
  return good && pan.max_buckets <= BB_CHART_MAX_BUCKETS;
}

/* ---- geometry alone: nothing at hand, everything queried ---- */

static gboolean
bench_geometry (void)
{
  g_autoptr (BenchSource) source = bench_source_new (9, N_POINTS, FROM_MS);
  g_autoptr (BbChartModel) model = make_model (source);
  PangoContext *context = bb_chart_create_context (11, 96);
  BbChartMeasure measure = bb_chart_pango_measure (context);
  gdouble worst_ms = 0;
  gint64 from_ms = 0, until_ms = 0;
  guint max_buckets = 0;
  bb_chart_model_get_extent (model, &from_ms, &until_ms);
  for (gint64 span_ms = until_ms - from_ms; span_ms >= BB_CHART_MIN_SPAN_MS; span_ms = span_ms * 2 / 3) {
    gdouble began_ms = cpu_ms ();
    g_autoptr (BbChartGeometry) geometry
        = bb_chart_geometry_new (model, from_ms, from_ms + span_ms, 1100, 700, &measure, NULL);
    worst_ms = MAX (worst_ms, cpu_ms () - began_ms);
    max_buckets = MAX (max_buckets, geometry->max_buckets);
  }
  g_object_unref (context);
  g_print ("chart-geometry-9-series-worst: %.1f ms\n", worst_ms);
  g_print ("chart-geometry-buckets-a-column: %u buckets\n", max_buckets);
  return worst_ms <= LIMIT_MS && max_buckets <= BB_CHART_MAX_BUCKETS;
}

/* ---- a year ---- */

static BbSite *
load_site (void)
{
  g_autofree gchar *path
      = g_build_filename (g_getenv ("BUSBAR_DATA_DIR"), "samples", "villa-demo.busbar", NULL);
  g_autoptr (GError) error = NULL;
  BbSite *site = bb_site_load (path, &error);
  g_assert_no_error (error);
  return site;
}

static void
simulate_year (BbSite *site, const gchar *path)
{
  g_autoptr (BbSimOptions) options = bb_sim_options_new (site);
  g_autoptr (BbSimOutcome) outcome = NULL;
  g_autoptr (GError) error = NULL;
  bb_sim_options_add_site_defaults (options, &error);
  g_assert_no_error (error);
  options->until_ms = options->from_ms + 365 * BB_MS_PER_DAY;
  options->step_ms = 1000;
  bb_sim_options_add_site_inputs (options, 0, &error);
  g_assert_no_error (error);
  options->result_path = g_strdup (path);
  outcome = bb_sim_run (options, NULL, NULL, NULL, &error);
  g_assert_no_error (error);
}

/* From the path to the first geometry; then the view down to two seconds, at any second. */
static gboolean
open_and_zoom (BbSite *site, const gchar *path)
{
  gdouble began_ms = cpu_ms (), opened_ms = 0, worst_ms = 0;
  g_autoptr (GError) error = NULL;
  g_autoptr (BbResult) result = bb_result_open (path, &error);
  g_autoptr (BbChartModel) model = bb_result_chart_new (result, site, NULL, NULL, &error);
  g_autoptr (BbChartCache) cache = bb_chart_cache_new ();
  PangoContext *context = bb_chart_create_context (11, 96);
  BbChartMeasure measure = bb_chart_pango_measure (context);
  gint64 from_ms = 0, until_ms = 0;
  BbChartGeometry *geometry = NULL;
  g_assert_no_error (error);
  bb_chart_model_get_extent (model, &from_ms, &until_ms);
  geometry = bb_chart_geometry_new (model, from_ms, until_ms, 1100, 700, &measure, cache);
  opened_ms = cpu_ms () - began_ms;
  bb_chart_geometry_unref (geometry);
  for (guint i = 0; i < 200; i++) {
    gint64 at_ms = from_ms + (gint64) (i * 7919 % 200) * ((until_ms - from_ms) / 200) + i * 1000;
    began_ms = cpu_ms ();
    geometry = bb_chart_geometry_new (model, at_ms, at_ms + BB_CHART_MIN_SPAN_MS, 1100, 700, &measure, cache);
    worst_ms = MAX (worst_ms, cpu_ms () - began_ms);
    g_assert_cmpuint (geometry->max_buckets, <=, BB_CHART_MAX_BUCKETS);
    bb_chart_geometry_unref (geometry);
  }
  g_object_unref (context);
  g_print ("chart-year-open: %.1f ms\n", opened_ms);
  g_print ("chart-year-zoom-to-a-second-worst: %.1f ms\n", worst_ms);
  return opened_ms <= OPEN_MS && worst_ms <= LIMIT_MS;
}

static gboolean
bench_year (void)
{
  g_autofree gchar *folder = g_dir_make_tmp ("busbar-bench-XXXXXX", NULL);
  g_autofree gchar *path = g_build_filename (folder, "year.bbr", NULL);
  g_autoptr (BbSite) site = load_site ();
  gboolean good = FALSE;
  simulate_year (site, path);
  good = open_and_zoom (site, path);
  g_unlink (path);
  g_rmdir (folder);
  return good;
}

int
main (int argc, char **argv)
{
  gboolean good = TRUE;
  good = bench_geometry () && good;
  good = bench_year () && good;
  if (!gtk_init_check ()) {
    g_print ("chart-pan: no display\n");
    return good ? 0 : 1;
  }
  adw_init ();
  bb_application_load_resources ();
  good = bench_panning () && good;
  return good ? 0 : 1;
}
