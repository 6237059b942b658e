/* SPDX-License-Identifier: GPL-3.0-or-later */
/* site-report-verdict.c: the first page: which site, how it went, four figures, what the checker finds. */
#include "report/site-report-private.h"

#include <glib/gi18n.h>
#include <math.h>

#include "model/site-check.h"

#define INDENT    20.0 /* of a sentence behind its mark */
#define MARK_SIZE 11.0
/* Problems that are listed; of more only the number is told. */
#define MOST_PROBLEMS 40

/* ---- marks ------------------------------------------------------------------------------------ */

static void
paint_check (cairo_t *cr, gdouble size)
{
  cairo_arc (cr, size / 2, size / 2, size / 2, 0, 2 * G_PI);
  cairo_fill (cr);
  cairo_set_source_rgb (cr, 1, 1, 1);
  cairo_move_to (cr, size * 0.27, size * 0.52);
  cairo_line_to (cr, size * 0.44, size * 0.68);
  cairo_line_to (cr, size * 0.73, size * 0.35);
  cairo_stroke (cr);
}

static void
paint_warning (cairo_t *cr, gdouble size)
{
  cairo_move_to (cr, size * 0.5, size * 0.04);
  cairo_line_to (cr, size * 0.98, size * 0.92);
  cairo_line_to (cr, size * 0.02, size * 0.92);
  cairo_close_path (cr);
  cairo_stroke (cr);
  cairo_move_to (cr, size * 0.5, size * 0.36);
  cairo_line_to (cr, size * 0.5, size * 0.62);
  cairo_move_to (cr, size * 0.5, size * 0.76);
  cairo_line_to (cr, size * 0.5, size * 0.77);
  cairo_stroke (cr);
}

static void
paint_error (cairo_t *cr, gdouble size)
{
  cairo_rectangle (cr, 0, 0, size, size);
  cairo_fill (cr);
  cairo_set_source_rgb (cr, 1, 1, 1);
  cairo_move_to (cr, size * 0.27, size * 0.27);
  cairo_line_to (cr, size * 0.73, size * 0.73);
  cairo_move_to (cr, size * 0.73, size * 0.27);
  cairo_line_to (cr, size * 0.27, size * 0.73);
  cairo_stroke (cr);
}

static void
paint_dot (cairo_t *cr, gdouble size)
{
  cairo_arc (cr, size / 2, size / 2, size * 0.14, 0, 2 * G_PI);
  cairo_fill (cr);
}

/* Shape tells as much as a colour would: a disc, a triangle, a square, a dot. */
static void
paint_mark (BbPaper *paper, BbHeadlineSeverity severity, gdouble y)
{
  static void (*const paint[]) (cairo_t * cr, gdouble size)
      = { paint_dot, paint_check, paint_warning, paint_error };
  cairo_t *cr = bb_paper_get_cairo (paper);

  if (cr == NULL)
    return;
  cairo_save (cr);
  cairo_translate (cr, BB_PAPER_MARGIN, y);
  cairo_new_path (cr); /* texts leave a current point behind */
  cairo_set_source_rgb (cr, 0, 0, 0);
  cairo_set_line_width (cr, 1.3);
  cairo_set_line_cap (cr, CAIRO_LINE_CAP_ROUND);
  cairo_set_line_join (cr, CAIRO_LINE_JOIN_ROUND);
  paint[severity](cr, MARK_SIZE);
  cairo_restore (cr);
}

/* A sentence with its mark, both on the same page. */
static void
put_marked (BbPaper *paper, BbTextStyle style, BbHeadlineSeverity severity, const gchar *text)
{
  gdouble line = bb_paper_line_height (paper, style);

  gdouble top = bb_paper_item (paper, style, NULL, INDENT, text);
  paint_mark (paper, severity, top + (line - MARK_SIZE) / 2 + 0.6);
}

/* ---- head ------------------------------------------------------------------------------------- */

static const gchar *
balancing_words (const BbReportBook *book)
{
  if (book->options->balancer == BB_SIM_BALANCER_NONE)
    return _ ("off, for comparison");
  return book->options->balancer == BB_SIM_BALANCER_SITE ? _ ("as the site says") : book->summary->balancer;
}

static void
add_line (BbPaperTable *table, const gchar *title, gchar *text)
{
  bb_paper_table_add (table, title);
  bb_paper_table_take (table, text);
}

static void
put_head (BbReportBook *book, BbPaper *paper)
{
  static const gdouble shares[] = { 0.2, 0.8 };
  const BbSiteFields *site = bb_site_peek (book->site);
  g_autoptr (BbPaperTable) table = bb_paper_table_new ("gl", NULL);

  bb_paper_text (paper, BB_TEXT_NOTE, _ ("Simulation report"));
  bb_paper_text (paper, BB_TEXT_TITLE, site->name[0] != '\0' ? site->name : _ ("Site without a name"));
  if (site->description[0] != '\0')
    bb_paper_text (paper, BB_TEXT_BODY, site->description);
  bb_paper_skip (paper, 4);
  add_line (table, _ ("Simulated period"),
            bb_report_period (book, book->summary->from_ms, book->summary->until_ms));
  add_line (table, _ ("Balancing"), g_strdup (balancing_words (book)));
  add_line (table, _ ("Date of this report"), bb_report_date (book, book->made_ms));
  bb_paper_table_set_shares (table, shares);
  bb_paper_put_table (paper, table);
  bb_paper_skip (paper, 10);
}

/* ---- sentences and figures --------------------------------------------------------------------- */

static void
put_sentences (BbReportBook *book, BbPaper *paper)
{
  for (guint i = 0; i < book->headlines->sentences->len; i++) {
    const BbHeadline *headline = g_ptr_array_index (book->headlines->sentences, i);
    put_marked (paper, BB_TEXT_LEAD, headline->severity, headline->text);
  }
}

/* Title, large value with its unit, note: one under the other; returns the height. A unit for which there is
 * no room beside the value begins the note. */
static gdouble
put_figure (BbPaper *paper, const BbFigure *figure, gdouble x, gdouble y, gdouble width, gboolean paint)
{
  gdouble value = bb_paper_text_width (paper, BB_TEXT_FIGURE, figure->value) + 3;
  gboolean fits = value + bb_paper_text_width (paper, BB_TEXT_BODY, figure->unit) <= width;
  g_autofree gchar *note
      = fits ? g_strdup (figure->note) : g_strjoin (", ", figure->unit, figure->note, NULL);
  gdouble top
      = y + bb_paper_text_at (paper, BB_TEXT_SMALL, PANGO_ALIGN_LEFT, x, y, width, figure->title, paint);
  gdouble large
      = bb_paper_text_at (paper, BB_TEXT_FIGURE, PANGO_ALIGN_LEFT, x, top, -1, figure->value, paint);
  gdouble unit = bb_paper_line_height (paper, BB_TEXT_BODY);

  /* On the same baseline, roughly: the unit's foot where the figure's is. */
  if (fits)
    bb_paper_text_at (paper, BB_TEXT_BODY, PANGO_ALIGN_LEFT, x + value, top + large - unit - 5, -1,
                      figure->unit, paint);
  return top + large - y
         + bb_paper_text_at (paper, BB_TEXT_NOTE, PANGO_ALIGN_LEFT, x, top + large, width, note, paint);
}

static void
put_figures (BbReportBook *book, BbPaper *paper)
{
  const GPtrArray *figures = book->headlines->figures;
  gdouble gap = 14, width = (BB_PAPER_BODY - gap * (figures->len - 1)) / figures->len, height = 0;

  for (guint i = 0; i < figures->len; i++)
    height = MAX (height, put_figure (paper, g_ptr_array_index (figures, i), 0, 0, width, FALSE));
  bb_paper_skip (paper, 8);
  bb_paper_need (paper, height + 20);
  bb_paper_rule (paper);
  bb_paper_skip (paper, 4);
  gdouble y = bb_paper_take (paper, height);
  for (guint i = 0; i < figures->len; i++)
    put_figure (paper, g_ptr_array_index (figures, i), BB_PAPER_MARGIN + (width + gap) * i, y, width, TRUE);
  bb_paper_skip (paper, 4);
  bb_paper_rule (paper);
}

/* ---- problems ---------------------------------------------------------------------------------- */

static void
put_problem (BbPaper *paper, BbProblem *problem)
{
  static const BbHeadlineSeverity severities[]
      = { BB_HEADLINE_PLAIN, BB_HEADLINE_WARNING, BB_HEADLINE_ERROR };
  g_autofree gchar *text
      = g_strdup_printf ("%s (%s)", bb_problem_get_sentence (problem), bb_problem_get_pointer (problem));

  put_marked (paper, BB_TEXT_BODY, severities[bb_problem_get_severity (problem)], text);
}

static void
put_problems (BbReportBook *book, BbPaper *paper)
{
  guint n = g_list_model_get_n_items (book->problems);

  bb_paper_heading (paper, BB_TEXT_HEADING, _ ("What the checker finds"), 30);
  if (n == 0)
    put_marked (paper, BB_TEXT_BODY, BB_HEADLINE_GOOD, _ ("Nothing is wrong with the site's settings."));
  for (guint i = 0; i < MIN (n, MOST_PROBLEMS); i++) {
    g_autoptr (BbProblem) problem = g_list_model_get_item (book->problems, i);
    put_problem (paper, problem);
  }
  if (n > MOST_PROBLEMS) {
    guint more = n - MOST_PROBLEMS;
    g_autofree gchar *text
        = g_strdup_printf (ngettext ("%u more is not listed here.", "%u more are not listed here.", more),
                           more);
    bb_paper_text (paper, BB_TEXT_NOTE, text);
  }
}

void
bb_report_verdict (BbReportBook *book, BbPaper *paper)
{
  put_head (book, paper);
  put_sentences (book, paper);
  put_figures (book, paper);
  put_problems (book, paper);
  bb_report_key_chart (book, paper);
}
