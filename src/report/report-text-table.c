/* SPDX-License-Identifier: GPL-3.0-or-later */
/* report-text-table.c: tables on pages: columns as wide as their cells need, rows in one piece, the head on
 * each page.
 */
#include "report/report-text-private.h"

#include <string.h>

#define GAP     14.0 /* between columns */
#define PADDING 2.6  /* over and under a row's text */
/* Longest text of a cell, in characters: a row must fit a page. */
#define MOST_TEXT 400

struct _BbPaperTable {
  gchar *alignment;
  guint n_columns;
  gchar **head;    /* (nullable) */
  gdouble *shares; /* (nullable) */
  GPtrArray *cells;
};

BbPaperTable *
bb_paper_table_new (const gchar *alignment, const gchar *const *head)
{
  BbPaperTable *table = g_new0 (BbPaperTable, 1);

  table->alignment = g_strdup (alignment);
  table->n_columns = (guint) strlen (alignment);
  table->cells = g_ptr_array_new_with_free_func (g_free);
  if (head != NULL) {
    table->head = g_new0 (gchar *, table->n_columns + 1);
    for (guint c = 0; c < table->n_columns; c++)
      table->head[c] = g_strdup (head[c]);
  }
  return table;
}

void
bb_paper_table_free (BbPaperTable *table)
{
  g_free (table->alignment);
  g_strfreev (table->head);
  g_free (table->shares);
  g_ptr_array_unref (table->cells);
  g_free (table);
}

void
bb_paper_table_set_shares (BbPaperTable *table, const gdouble *shares)
{
  g_free (table->shares);
  table->shares = g_memdup2 (shares, table->n_columns * sizeof *shares);
}

void
bb_paper_table_take (BbPaperTable *table, gchar *text)
{
  if (g_utf8_validate (text, -1, NULL) && g_utf8_strlen (text, -1) > MOST_TEXT) {
    g_autofree gchar *cut = g_utf8_substring (text, 0, MOST_TEXT);
    g_free (text);
    text = g_strconcat (cut, "…", NULL);
  }
  g_ptr_array_add (table->cells, text);
}

void
bb_paper_table_add (BbPaperTable *table, const gchar *text)
{
  bb_paper_table_take (table, g_strdup (text));
}

guint
bb_paper_table_get_n_rows (const BbPaperTable *table)
{
  return table->cells->len / table->n_columns;
}

/* ---- widths ----------------------------------------------------------------------------------- */

static BbTextStyle
style_of (const BbPaperTable *table, guint column, gboolean head)
{
  return head || table->alignment[column] == 'g' ? BB_TEXT_NOTE : BB_TEXT_SMALL;
}

/* What a column would need so that nothing in it wraps. */
static gdouble
natural_width (BbPaper *paper, const BbPaperTable *table, guint column)
{
  gdouble width = table->head != NULL ? bb_paper_text_width (paper, BB_TEXT_NOTE, table->head[column]) : 0;

  for (guint i = column; i < table->cells->len; i += table->n_columns)
    width = MAX (width, bb_paper_text_width (paper, BB_TEXT_SMALL, g_ptr_array_index (table->cells, i)));
  return width + 0.5; /* what rounding takes */
}

/* Sum of the widths when no text column is wider than `most`. */
static gdouble
sum_capped (const BbPaperTable *table, const gdouble *natural, gdouble most)
{
  gdouble sum = 0;

  for (guint c = 0; c < table->n_columns; c++)
    sum += table->alignment[c] == 'r' ? natural[c] : MIN (natural[c], most);
  return sum;
}

/* Wide text columns give way first; where all fits, text columns share what is left. */
static void
fit_widths (const BbPaperTable *table, gdouble available, gdouble *widths)
{
  gdouble sum = sum_capped (table, widths, G_MAXDOUBLE), low = 20, high = available;

  if (sum > available) {
    for (guint i = 0; i < 40; i++) {
      gdouble middle = (low + high) / 2;
      *(sum_capped (table, widths, middle) > available ? &high : &low) = middle;
    }
    for (guint c = 0; c < table->n_columns; c++)
      if (table->alignment[c] != 'r')
        widths[c] = MIN (widths[c], low);
    return;
  }
  for (guint c = 0; c < table->n_columns; c++)
    widths[c] += (available - sum) * widths[c] / sum;
}

static void
find_widths (BbPaper *paper, const BbPaperTable *table, gdouble *widths)
{
  gdouble available = BB_PAPER_BODY - GAP * (table->n_columns - 1);

  for (guint c = 0; c < table->n_columns; c++)
    widths[c] = table->shares != NULL ? table->shares[c] * available : natural_width (paper, table, c);
  if (table->shares == NULL)
    fit_widths (table, available, widths);
}

/* ---- rows ------------------------------------------------------------------------------------- */

/* Paints, or only measures, a row whose text begins at `y`. Returns its height. */
static gdouble
put_row (BbPaper *paper, const BbPaperTable *table, const gdouble *widths, const gchar *const *texts,
         gboolean head, gdouble y, gboolean paint)
{
  gdouble x = BB_PAPER_MARGIN, height = 0;

  for (guint c = 0; c < table->n_columns; c++) {
    gdouble own = bb_paper_text_at (paper, style_of (table, c, head),
                                    table->alignment[c] == 'r' ? PANGO_ALIGN_RIGHT : PANGO_ALIGN_LEFT, x, y,
                                    widths[c], texts[c], paint);
    height = MAX (height, own);
    x += widths[c] + GAP;
  }
  return height;
}

static void
paint_rule (BbPaper *paper, gdouble y, gdouble grey, gdouble width)
{
  cairo_t *cr = bb_paper_get_cairo (paper);

  if (cr == NULL)
    return;
  bb_paper_set_grey (paper, grey);
  cairo_set_line_width (cr, width);
  cairo_move_to (cr, BB_PAPER_MARGIN, y);
  cairo_line_to (cr, BB_PAPER_WIDTH - BB_PAPER_MARGIN, y);
  cairo_stroke (cr);
}

static void
put_head (BbPaper *paper, const BbPaperTable *table, const gdouble *widths)
{
  if (table->head == NULL)
    return;
  gdouble height
      = put_row (paper, table, widths, (const gchar *const *) table->head, TRUE, 0, FALSE) + 2 * PADDING;
  gdouble y = bb_paper_take (paper, height);
  put_row (paper, table, widths, (const gchar *const *) table->head, TRUE, y + PADDING, TRUE);
  paint_rule (paper, y + height, 0.2, 0.6);
}

void
bb_paper_put_table (BbPaper *self, const BbPaperTable *table)
{
  g_autofree gdouble *widths = g_new (gdouble, table->n_columns);
  guint n_rows = bb_paper_table_get_n_rows (table);

  find_widths (self, table, widths);
  bb_paper_need (self, 44); /* the head and a row */
  put_head (self, table, widths);
  for (guint r = 0; r < n_rows; r++) {
    const gchar *const *texts = (const gchar *const *) &table->cells->pdata[r * table->n_columns];
    gdouble height = put_row (self, table, widths, texts, FALSE, 0, FALSE) + 2 * PADDING;
    if (height > bb_paper_get_room (self)) {
      bb_paper_new_page (self);
      put_head (self, table, widths);
    }
    gdouble y = bb_paper_take (self, height);
    put_row (self, table, widths, texts, FALSE, y + PADDING, TRUE);
    paint_rule (self, y + height, 0.85, 0.3);
  }
  bb_paper_skip (self, 8);
}
