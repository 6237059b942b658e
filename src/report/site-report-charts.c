/* SPDX-License-Identifier: GPL-3.0-or-later */
/* site-report-charts.c: the charts of a result on pages: the busiest day, and all of the time. */
#include <glib/gi18n.h>

#include "report/chart-cairo.h"
#include "report/result-chart.h"
#include "report/site-report-private.h"

/* Tracks of lines on one page. */
#define MOST_TRACKS 5
/* Height of a track of lines, and of a lane of stations. */
#define TRACK_HEIGHT 128.0
#define LANE_HEIGHT  11.0
#define FRAME_HEIGHT 40.0 /* title and time axis */
#define TEXT_POINTS  8.0
/* A chart that does not fit under what is on the page is made smaller down to this share of its height. */
#define LEAST_SHARE 0.7
/* Height of the chart on the first page, and the room that it is worth it from. */
#define KEY_HEIGHT 200.0
/* Over more days it shows the busiest alone. */
#define KEY_DAYS 7

typedef struct {
  BbReportBook *book;
  BbPaper *paper;
  gint64 from_ms, until_ms;
  PangoContext *context;
} Pages;

/* Few stations are a track like others, many are lanes and have a chart of their own. */
static gboolean
is_stack (BbReportBook *book)
{
  return bb_result_get_n_stations (book->result) <= BB_RESULT_CHART_STACK;
}

/* Everything that a result can show, a track each: (element-type utf8) (transfer full). */
static GPtrArray *
list_tracks (BbReportBook *book)
{
  GPtrArray *tracks = g_ptr_array_new_with_free_func (g_free);
  guint n = g_list_model_get_n_items (bb_site_get_circuits (book->site));

  for (guint c = 0; c < n; c++)
    g_ptr_array_add (tracks,
                     g_strdup_printf ("circuit/%s", bb_circuit_peek (bb_site_circuit (book->site, c))->id));
  g_ptr_array_add (tracks, g_strdup (BB_RESULT_CHART_POWER));
  if (is_stack (book))
    g_ptr_array_add (tracks, g_strdup (BB_RESULT_CHART_STATIONS));
  return tracks;
}

static gdouble
height_of (BbChartModel *model)
{
  gdouble height = FRAME_HEIGHT;

  for (guint t = 0; t < bb_chart_model_get_n_tracks (model); t++) {
    const BbChartTrack *track = bb_chart_model_get_track (model, t);
    height += track->kind == BB_TRACK_LANES ? LANE_HEIGHT * track->lines->len + FRAME_HEIGHT : TRACK_HEIGHT;
  }
  return MIN (height, bb_paper_get_page_height ());
}

static void
paint (Pages *pages, BbChartModel *model, gdouble y, gdouble height)
{
  cairo_t *cr = bb_paper_get_cairo (pages->paper);
  BbChartMeasure measure = bb_chart_pango_measure (pages->context);

  if (cr == NULL)
    return;
  g_autoptr (BbChartGeometry) geometry = bb_chart_geometry_new (model, pages->from_ms, pages->until_ms,
                                                                BB_PAPER_BODY, height - 8, &measure, NULL);
  cairo_save (cr);
  cairo_translate (cr, BB_PAPER_MARGIN, y);
  bb_chart_paint_cairo (cr, geometry, bb_palette_get (BB_PALETTE_PRINT), pages->context, FALSE);
  cairo_restore (cr);
}

/* `what`: names of tracks, NULL-terminated; those that the result does not have are left out. */
static gboolean
put_chart (Pages *pages, const gchar *const *what, GError **error)
{
  if (g_cancellable_set_error_if_cancelled (pages->book->cancellable, error))
    return FALSE;
  g_autoptr (BbChartModel) model
      = bb_result_chart_new_of (pages->book->result, pages->book->site, what, NULL, error);
  if (model == NULL)
    return FALSE;
  if (bb_chart_model_get_n_tracks (model) == 0)
    return TRUE;
  bb_result_chart_add_bands_for (model, pages->book->bands, pages->from_ms, pages->until_ms);
  gdouble height = height_of (model), room = bb_paper_get_room (pages->paper);
  if (height > room && room > LEAST_SHARE * height)
    height = room; /* rather a little smaller than on a page of its own, away from its heading */
  gdouble y = bb_paper_take (pages->paper, height);
  paint (pages, model, y, height);
  return TRUE;
}

/* A chart with several tracks to a page, so that they share a time axis. */
static gboolean
put_tracks (Pages *pages, GError **error)
{
  static const gchar *const stations[] = { BB_RESULT_CHART_STATIONS, NULL };
  g_autoptr (GPtrArray) tracks = list_tracks (pages->book);

  for (guint begin = 0; begin < tracks->len; begin += MOST_TRACKS) {
    const gchar *what[MOST_TRACKS + 1] = { NULL };
    for (guint i = 0; i < MOST_TRACKS && begin + i < tracks->len; i++)
      what[i] = g_ptr_array_index (tracks, begin + i);
    if (!put_chart (pages, what, error))
      return FALSE;
  }
  return is_stack (pages->book) || put_chart (pages, stations, error);
}

static gboolean
put_period (Pages *pages, const gchar *title, GError **error)
{
  g_autofree gchar *period = bb_report_period (pages->book, pages->from_ms, pages->until_ms);

  if (bb_paper_get_room (pages->paper) < LEAST_SHARE * bb_paper_get_page_height ())
    bb_paper_new_page (pages->paper);
  bb_paper_heading (pages->paper, BB_TEXT_HEADING, title, 0);
  bb_paper_text (pages->paper, BB_TEXT_NOTE, period);
  return put_tracks (pages, error);
}

/* How much a phase tells: what was over its rating most, else what came closest to it. */
static gdouble
weight_of (const BbPhaseSummary *phase)
{
  if (phase->rating_ma <= 0)
    return -1;
  return (gdouble) phase->over_rating_ma_ms + (gdouble) phase->peak_ma / (gdouble) phase->rating_ma;
}

/* Position of the circuit that tells most; -1: there is none. */
static gint
find_key_circuit (const BbReportBook *book)
{
  gdouble highest = -1;
  gint key = -1;

  for (guint c = 0; c < book->summary->n_circuits; c++)
    for (guint p = 0; p < 3; p++) {
      gdouble weight = weight_of (&book->summary->circuits[c].phase[p]);
      if (weight <= highest)
        continue;
      highest = weight;
      key = (gint) c;
    }
  return key;
}

void
bb_report_key_chart (BbReportBook *book, BbPaper *paper)
{
  gint key = find_key_circuit (book);

  if (key < 0 || bb_paper_get_room (paper) < KEY_HEIGHT + 40)
    return;
  g_autofree gchar *track = g_strdup_printf ("circuit/%s", book->summary->circuits[key].id);
  const gchar *const what[] = { track, NULL };
  Pages pages = { book, paper, book->summary->from_ms, book->summary->until_ms, NULL };
  if (pages.until_ms - pages.from_ms > KEY_DAYS * BB_MS_PER_DAY)
    bb_result_find_busiest_day (book->result, book->site, &pages.from_ms, &pages.until_ms, NULL);
  g_autoptr (BbChartModel) model = bb_result_chart_new_of (book->result, book->site, what, NULL, NULL);
  if (model == NULL || bb_chart_model_get_n_tracks (model) == 0)
    return;
  bb_result_chart_add_bands_for (model, book->bands, pages.from_ms, pages.until_ms);
  bb_paper_heading (paper, BB_TEXT_HEADING,
                    bb_summary_is_over_rating (book->summary) ? _ ("Where a rating was exceeded most")
                                                              : _ ("Where it came closest to a rating"),
                    KEY_HEIGHT);
  gdouble y = bb_paper_take (paper, KEY_HEIGHT);
  pages.context = bb_chart_create_context (TEXT_POINTS, 72);
  paint (&pages, model, y, KEY_HEIGHT);
  g_object_unref (pages.context);
}

static gboolean
put_periods (Pages *pages, GError **error)
{
  gint64 from_ms = bb_result_get_from_ms (pages->book->result);
  gint64 until_ms = bb_result_get_until_ms (pages->book->result);

  if (!bb_result_find_busiest_day (pages->book->result, pages->book->site, &pages->from_ms, &pages->until_ms,
                                   error))
    return FALSE;
  if (pages->from_ms == from_ms && pages->until_ms == until_ms)
    return put_period (pages, _ ("How it went"), error);
  if (!put_period (pages, _ ("The busiest day"), error))
    return FALSE;
  pages->from_ms = from_ms;
  pages->until_ms = until_ms;
  return put_period (pages, _ ("The whole time"), error);
}

gboolean
bb_report_charts (BbReportBook *book, BbPaper *paper, GError **error)
{
  Pages pages = { book, paper, 0, 0, bb_chart_create_context (TEXT_POINTS, 72) };

  bb_paper_new_page (paper);
  gboolean good = put_periods (&pages, error);
  g_object_unref (pages.context);
  return good;
}
