/* SPDX-License-Identifier: GPL-3.0-or-later */
/* report-text.c: pages, headings, paragraphs. */
#include "report/report-text.h"

#include <glib/gi18n.h>
#include <string.h>

#include "report/report-text-private.h"

#define TOP      66.0 /* of the body */
#define BOTTOM   (BB_PAPER_HEIGHT - 62.0)
#define HEADER_Y 36.0
#define FOOTER_Y (BB_PAPER_HEIGHT - 46.0)
#define GREY     0.38
/* Longest header: the rest is cut. */
#define MOST_HEADER 90

static const struct {
  gdouble size;
  PangoWeight weight;
  gdouble grey;
  gdouble after; /* blank under it */
  gdouble spacing;
} styles[BB_TEXT_COUNT] = {
  [BB_TEXT_TITLE] = { 24, PANGO_WEIGHT_BOLD, 0, 4, 1.1 },
  [BB_TEXT_HEADING] = { 15, PANGO_WEIGHT_BOLD, 0, 6, 1.15 },
  [BB_TEXT_SUBHEADING] = { 10.5, PANGO_WEIGHT_BOLD, 0, 4, 1.15 },
  [BB_TEXT_LEAD] = { 11.5, PANGO_WEIGHT_NORMAL, 0, 6, 1.25 },
  [BB_TEXT_BODY] = { 9.5, PANGO_WEIGHT_NORMAL, 0, 5, 1.25 },
  [BB_TEXT_SMALL] = { 8.5, PANGO_WEIGHT_NORMAL, 0, 3, 1.2 },
  [BB_TEXT_NOTE] = { 8.5, PANGO_WEIGHT_NORMAL, GREY, 3, 1.2 },
  [BB_TEXT_FIGURE] = { 24, PANGO_WEIGHT_NORMAL, 0, 0, 1.0 },
};

struct _BbPaper {
  cairo_t *cr;
  PangoLayout *layout; /* (owned): used for one text after the other */
  gchar *header, *footer;
  guint page, n_pages;
  gdouble y;
};

/* ---- text ------------------------------------------------------------------------------------- */

/* "25.0 A" stays on one line: the blank between a digit and a unit does not break. */
static gchar *
bind_units (const gchar *text)
{
  static const gchar *const units[] = { "A", "V", "W", "kW", "kWh", "Wh", "%", "s", "min", "h", "d", "mA" };
  GString *out = g_string_new (NULL);

  for (const gchar *at = text; *at != '\0'; at++) {
    gboolean bound = FALSE;
    gsize length = *at == ' ' && at > text && g_ascii_isdigit (at[-1]) ? strcspn (at + 1, " .,;:)\n") : 0;
    for (guint u = 0; u < G_N_ELEMENTS (units) && length > 0; u++)
      bound |= strlen (units[u]) == length && strncmp (at + 1, units[u], length) == 0;
    if (bound)
      g_string_append (out, "\302\240");
    else
      g_string_append_c (out, *at);
  }
  return g_string_free (out, FALSE);
}

PangoLayout *
bb_paper_layout (BbPaper *self, BbTextStyle style, gdouble width, const gchar *text)
{
  PangoLayout *layout = self->layout;
  PangoFontDescription *font
      = pango_font_description_from_string ("Cantarell, Adwaita Sans, Inter, Noto Sans, DejaVu Sans, sans");
  PangoAttrList *attributes = pango_attr_list_new ();
  g_autofree gchar *valid = g_utf8_make_valid (text, -1);
  g_autofree gchar *bound = bind_units (valid);

  pango_font_description_set_absolute_size (font, styles[style].size * PANGO_SCALE);
  pango_font_description_set_weight (font, styles[style].weight);
  pango_attr_list_insert (attributes, pango_attr_font_features_new ("tnum=1"));
  pango_layout_set_font_description (layout, font);
  pango_layout_set_attributes (layout, attributes);
  pango_layout_set_alignment (layout, PANGO_ALIGN_LEFT);
  pango_layout_set_wrap (layout, PANGO_WRAP_WORD_CHAR);
  pango_layout_set_line_spacing (layout, (float) styles[style].spacing);
  pango_layout_set_width (layout, width < 0 ? -1 : (int) (width * PANGO_SCALE));
  pango_layout_set_text (layout, bound, -1);
  pango_font_description_free (font);
  pango_attr_list_unref (attributes);
  return layout;
}

void
bb_paper_set_grey (BbPaper *self, gdouble grey)
{
  cairo_set_source_rgb (self->cr, grey, grey, grey);
}

static gdouble
height_of (PangoLayout *layout)
{
  int height;

  pango_layout_get_size (layout, NULL, &height);
  return (gdouble) height / PANGO_SCALE;
}

gdouble
bb_paper_text_at (BbPaper *self, BbTextStyle style, PangoAlignment alignment, gdouble x, gdouble y,
                  gdouble width, const gchar *text, gboolean paint)
{
  PangoLayout *layout = bb_paper_layout (self, style, width, text);

  pango_layout_set_alignment (layout, alignment);
  if (paint && self->n_pages > 0) {
    bb_paper_set_grey (self, styles[style].grey);
    cairo_move_to (self->cr, x, y);
    pango_cairo_show_layout (self->cr, layout);
  }
  return height_of (layout);
}

gdouble
bb_paper_line_height (BbPaper *self, BbTextStyle style)
{
  return height_of (bb_paper_layout (self, style, -1, "Ag"));
}

gdouble
bb_paper_text_width (BbPaper *self, BbTextStyle style, const gchar *text)
{
  int width;

  pango_layout_get_size (bb_paper_layout (self, style, -1, text), &width, NULL);
  return (gdouble) width / PANGO_SCALE;
}

/* ---- pages ------------------------------------------------------------------------------------ */

static void
paint_line (BbPaper *self, gdouble y)
{
  if (self->n_pages == 0)
    return;
  bb_paper_set_grey (self, 0.6);
  cairo_set_line_width (self->cr, 0.4);
  cairo_move_to (self->cr, BB_PAPER_MARGIN, y);
  cairo_line_to (self->cr, BB_PAPER_WIDTH - BB_PAPER_MARGIN, y);
  cairo_stroke (self->cr);
}

/* One line, cut where it is too long for its place. */
static void
paint_margin (BbPaper *self, gdouble y, PangoAlignment alignment, gdouble width, const gchar *text)
{
  PangoLayout *layout = bb_paper_layout (self, BB_TEXT_NOTE, width, text);

  pango_layout_set_alignment (layout, alignment);
  pango_layout_set_ellipsize (layout, PANGO_ELLIPSIZE_END);
  pango_layout_set_height (layout, -1);
  if (self->n_pages > 0) {
    bb_paper_set_grey (self, GREY);
    cairo_move_to (self->cr,
                   alignment == PANGO_ALIGN_RIGHT ? BB_PAPER_WIDTH - BB_PAPER_MARGIN - width
                                                  : BB_PAPER_MARGIN,
                   y);
    pango_cairo_show_layout (self->cr, layout);
  }
  pango_layout_set_ellipsize (layout, PANGO_ELLIPSIZE_NONE);
}

static void
end_page (BbPaper *self)
{
  /* Translators: at the foot of a printed page */
  g_autofree gchar *number = g_strdup_printf (_ ("Page %u of %u"), self->page, self->n_pages);

  if (self->page > 1) {
    paint_margin (self, HEADER_Y, PANGO_ALIGN_LEFT, BB_PAPER_BODY, self->header);
    paint_line (self, HEADER_Y + 15);
  }
  paint_line (self, FOOTER_Y - 4);
  paint_margin (self, FOOTER_Y, PANGO_ALIGN_LEFT, BB_PAPER_BODY - 100, self->footer);
  paint_margin (self, FOOTER_Y, PANGO_ALIGN_RIGHT, 100, number);
  if (self->n_pages > 0)
    cairo_show_page (self->cr);
}

BbPaper *
bb_paper_new (cairo_t *cr, const gchar *header, const gchar *footer, guint n_pages)
{
  BbPaper *self = g_new0 (BbPaper, 1);
  cairo_font_options_t *options = cairo_font_options_create ();

  self->cr = cr;
  self->layout = pango_cairo_create_layout (cr);
  cairo_font_options_set_hint_metrics (options, CAIRO_HINT_METRICS_OFF);
  cairo_font_options_set_hint_style (options, CAIRO_HINT_STYLE_NONE);
  pango_cairo_context_set_resolution (pango_layout_get_context (self->layout), 72);
  pango_cairo_context_set_font_options (pango_layout_get_context (self->layout), options);
  cairo_font_options_destroy (options);
  self->header = g_strdup (header);
  self->footer = g_strdup (footer);
  self->n_pages = n_pages;
  self->page = 1;
  self->y = TOP - 14; /* no header there */
  return self;
}

guint
bb_paper_finish (BbPaper *self)
{
  guint n = self->page;

  end_page (self);
  g_object_unref (self->layout);
  g_free (self->header);
  g_free (self->footer);
  g_free (self);
  return n;
}

cairo_t *
bb_paper_get_cairo (BbPaper *self)
{
  return self->n_pages > 0 ? self->cr : NULL;
}

gdouble
bb_paper_get_y (BbPaper *self)
{
  return self->y;
}

gdouble
bb_paper_get_room (BbPaper *self)
{
  return BOTTOM - self->y;
}

gdouble
bb_paper_get_page_height (void)
{
  return BOTTOM - TOP;
}

void
bb_paper_new_page (BbPaper *self)
{
  end_page (self);
  self->page++;
  self->y = TOP;
}

void
bb_paper_skip (BbPaper *self, gdouble height)
{
  if (self->y > TOP)
    self->y = MIN (self->y + height, BOTTOM);
}

void
bb_paper_need (BbPaper *self, gdouble height)
{
  if (self->y + height > BOTTOM && self->y > TOP)
    bb_paper_new_page (self);
}

gdouble
bb_paper_take (BbPaper *self, gdouble height)
{
  bb_paper_need (self, height);
  self->y += height;
  return self->y - height;
}

/* ---- what flows ------------------------------------------------------------------------------- */

/* Line by line, over as many pages as it takes. Returns the top of the first. */
static gdouble
flow (BbPaper *self, BbTextStyle style, gdouble indent, const gchar *text)
{
  PangoLayout *layout = bb_paper_layout (self, style, BB_PAPER_BODY - indent, text);
  /* Ending a page lays out other texts: this one keeps a layout of its own. */
  g_autoptr (PangoLayout) own = pango_layout_copy (layout);
  gdouble top = -1;
  PangoLayoutIter *iter = pango_layout_get_iter (own);

  do {
    PangoRectangle line;
    pango_layout_iter_get_line_extents (iter, NULL, &line);
    gdouble height = (gdouble) line.height / PANGO_SCALE;
    gdouble baseline = (gdouble) (pango_layout_iter_get_baseline (iter) - line.y) / PANGO_SCALE;
    gdouble y = bb_paper_take (self, height);
    top = top < 0 ? y : top;
    if (self->n_pages == 0)
      continue;
    bb_paper_set_grey (self, styles[style].grey);
    cairo_move_to (self->cr, BB_PAPER_MARGIN + indent, y + baseline);
    pango_cairo_show_layout_line (self->cr, pango_layout_iter_get_line_readonly (iter));
  } while (pango_layout_iter_next_line (iter));
  pango_layout_iter_free (iter);
  bb_paper_skip (self, styles[style].after);
  return top;
}

void
bb_paper_text (BbPaper *self, BbTextStyle style, const gchar *text)
{
  flow (self, style, 0, text);
}

gdouble
bb_paper_item (BbPaper *self, BbTextStyle style, const gchar *mark, gdouble indent, const gchar *text)
{
  gdouble height
      = bb_paper_text_at (self, style, PANGO_ALIGN_LEFT, 0, 0, BB_PAPER_BODY - indent, text, FALSE);

  bb_paper_need (self, MIN (height, bb_paper_get_page_height () / 4));
  if (mark != NULL)
    bb_paper_text_at (self, style, PANGO_ALIGN_LEFT, BB_PAPER_MARGIN, self->y, indent, mark, TRUE);
  return flow (self, style, indent, text);
}

void
bb_paper_heading (BbPaper *self, BbTextStyle style, const gchar *text, gdouble keep)
{
  gdouble height = bb_paper_text_at (self, style, PANGO_ALIGN_LEFT, 0, 0, BB_PAPER_BODY, text, FALSE);

  bb_paper_skip (self, style == BB_TEXT_HEADING ? 14 : 8);
  bb_paper_need (self, height + styles[style].after + keep);
  flow (self, style, 0, text);
}

void
bb_paper_rule (BbPaper *self)
{
  paint_line (self, bb_paper_take (self, 6) + 3);
}
