/* SPDX-License-Identifier: GPL-3.0-or-later */
/* headline.h: what a run comes to, in sentences and four figures: the one wording for the Simulate page, the
 * printed report and the command line.
 */
#pragma once

#include "base/zone.h"
#include "model/site.h"
#include "simulation/summary.h"

G_BEGIN_DECLS

typedef enum {
  BB_HEADLINE_PLAIN = 0, /* says how it is: neither good nor bad */
  BB_HEADLINE_GOOD,
  BB_HEADLINE_WARNING,
  BB_HEADLINE_ERROR
} BbHeadlineSeverity;

/* Beside an icon, for those who see no colour: "Good", "Warning", "Error", "Note"; translated. */
const gchar *bb_headline_severity_word (BbHeadlineSeverity severity);

/* One or two sentences about one thing, translated, with full stops: "No phase went over its rating." */
typedef struct {
  BbHeadlineSeverity severity;
  gchar *text; /* (owned) */
} BbHeadline;

/* One of the four figures. */
typedef struct {
  BbHeadlineSeverity severity;
  gchar *title; /* (owned): "Energy delivered" */
  gchar *value; /* (owned): "97.0", "–" where there is none; set it in tabular figures */
  gchar *unit;  /* (owned): "%"; "" with a value that needs none */
  gchar *note;  /* (owned): "58.20 of 60.00 kWh"; may be "" */
} BbFigure;

typedef struct {
  BbHeadlineSeverity severity; /* the worst of the sentences */
  GPtrArray *sentences; /* (owned) (element-type BbHeadline): most important first; a page leads with the
                           first three, there may be more (at least two) */
  GPtrArray *figures;   /* (owned) (element-type BbFigure): four */
} BbHeadlines;

/* `site` (nullable) gives the names; without it, ids. Times are in `zone` (NULL: UTC). Costs microseconds.
 * (transfer full) */
BbHeadlines *bb_headlines_new (const BbSummary *summary, BbSite *site, BbZone *zone);
void bb_headlines_free (BbHeadlines *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (BbHeadlines, bb_headlines_free)

/* The first `n` sentences (0: all) with a blank between them. (transfer full) */
gchar *bb_headlines_to_text (const BbHeadlines *self, guint n);

G_END_DECLS
