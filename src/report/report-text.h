/* SPDX-License-Identifier: GPL-3.0-or-later */
/* report-text.h: flowing text on A4 pages: headings, paragraphs, tables, room for drawings; header and
 * footer.
 *
 * All lengths are in points. What is added flows downwards; a page ends by itself. A heading stays with what
 * follows it, the rows of a table are never split and its head stands on each page. To know "page 2 of 7" a
 * report is made twice: first on a paper that only counts.
 */
#pragma once

#include <cairo.h>
#include <glib.h>
#include <pango/pangocairo.h>

G_BEGIN_DECLS

#define BB_PAPER_WIDTH  595.276 /* A4 */
#define BB_PAPER_HEIGHT 841.890
#define BB_PAPER_MARGIN 51.0 /* left and right: 18 mm */
#define BB_PAPER_BODY   (BB_PAPER_WIDTH - 2 * BB_PAPER_MARGIN)

typedef enum {
  BB_TEXT_TITLE = 0,
  BB_TEXT_HEADING,
  BB_TEXT_SUBHEADING,
  BB_TEXT_LEAD, /* sentences that answer */
  BB_TEXT_BODY,
  BB_TEXT_SMALL,
  BB_TEXT_NOTE,   /* small and grey */
  BB_TEXT_FIGURE, /* a large number */
  BB_TEXT_COUNT
} BbTextStyle;

typedef struct _BbPaper BbPaper;

/* Starts the first page. `header`: on all pages but the first; `footer`: on all. `n_pages`: how many there
 * will be; 0: nothing is painted, pages are counted. `cr` draws on A4 in points. */
BbPaper *bb_paper_new (cairo_t *cr, const gchar *header, const gchar *footer, guint n_pages);
/* Ends the last page and frees; returns how many there were. */
guint bb_paper_finish (BbPaper *self);

/* NULL while pages are only counted. */
cairo_t *bb_paper_get_cairo (BbPaper *self);
/* Top of what comes next, and what is left of the page under it. */
gdouble bb_paper_get_y (BbPaper *self);
gdouble bb_paper_get_room (BbPaper *self);
/* Height of an empty page between header and footer. */
gdouble bb_paper_get_page_height (void);
void bb_paper_new_page (BbPaper *self);
/* Blank, not at the top of a page. */
void bb_paper_skip (BbPaper *self, gdouble height);
/* A new page unless there is room for so much. */
void bb_paper_need (BbPaper *self, gdouble height);
/* Room for a drawing, in one piece: its top. */
gdouble bb_paper_take (BbPaper *self, gdouble height);

/* A paragraph over the whole width; a long one goes on on the next page. */
void bb_paper_text (BbPaper *self, BbTextStyle style, const gchar *text);
/* A paragraph with a mark in front: a bullet, or one that the caller draws (NULL) `indent` to the left.
 * Returns the top of its first line. */
gdouble bb_paper_item (BbPaper *self, BbTextStyle style, const gchar *mark, gdouble indent,
                       const gchar *text);
/* A heading that stays with the next `keep` points. */
void bb_paper_heading (BbPaper *self, BbTextStyle style, const gchar *text, gdouble keep);
/* A hairline over the whole width. */
void bb_paper_rule (BbPaper *self);
/* A text wrapped into `width` at a place; nothing flows. Returns its height; does not paint with `paint`
 * FALSE. */
gdouble bb_paper_text_at (BbPaper *self, BbTextStyle style, PangoAlignment alignment, gdouble x, gdouble y,
                          gdouble width, const gchar *text, gboolean paint);
/* Height of one line. */
gdouble bb_paper_line_height (BbPaper *self, BbTextStyle style);
gdouble bb_paper_text_width (BbPaper *self, BbTextStyle style, const gchar *text);

/* ---- tables ---- */

typedef struct _BbPaperTable BbPaperTable;

/* `alignment`: a character for each column: 'l' text (gives way and wraps), 'r' figures (do not), 'g' grey
 * text. `head` (nullable): its titles. */
BbPaperTable *bb_paper_table_new (const gchar *alignment, const gchar *const *head);
void bb_paper_table_free (BbPaperTable *table);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (BbPaperTable, bb_paper_table_free)
/* Columns whose widths are fixed shares of the page instead of what their cells need: `shares` adds up to 1.
 */
void bb_paper_table_set_shares (BbPaperTable *table, const gdouble *shares);
/* The next cell, row by row; very long texts are cut with an ellipsis. */
void bb_paper_table_add (BbPaperTable *table, const gchar *text);
/* The next cell: (transfer full). */
void bb_paper_table_take (BbPaperTable *table, gchar *text);
guint bb_paper_table_get_n_rows (const BbPaperTable *table);
void bb_paper_put_table (BbPaper *self, const BbPaperTable *table);

G_END_DECLS
