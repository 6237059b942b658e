/* SPDX-License-Identifier: GPL-3.0-or-later */
/* site-report-private.h: what the parts of the report share. */
#pragma once

#include "report/report-text.h"
#include "simulation/explain.h"
#include "simulation/headline.h"

G_BEGIN_DECLS

/* All that a report tells of. */
typedef struct {
  BbResult *result;       /* (owned) */
  BbSimOptions *options;  /* (owned): the run, and its site */
  JsonNode *origin;       /* (owned) (nullable): which inputs were chosen for the run */
  BbSite *site;           /* of the options */
  BbSummary *summary;     /* (owned) */
  BbZone *zone;           /* (owned) */
  BbHeadlines *headlines; /* (owned) */
  GListModel *problems;   /* (owned) (element-type BbProblem) */
  GPtrArray *bands;       /* (owned) (element-type BbChartBand) */
  gint64 made_ms;
  GCancellable *cancellable; /* (nullable) */
} BbReportBook;

/* site-report-verdict.c: the first page. */
void bb_report_verdict (BbReportBook *book, BbPaper *paper);
/* site-report-figures.c: what circuits, stations and limits came to; inputs and assumptions; who accepted
 * what. */
void bb_report_figures (BbReportBook *book, BbPaper *paper);
void bb_report_assumptions (BbReportBook *book, BbPaper *paper);
void bb_report_signatures (BbReportBook *book, BbPaper *paper);
/* site-report-charts.c: the busiest day, and all of the time. */
/* The circuit that came closest to its rating, where the page has room. */
void bb_report_key_chart (BbReportBook *book, BbPaper *paper);
gboolean bb_report_charts (BbReportBook *book, BbPaper *paper, GError **error);
/* site-report-settings.c: circuits, meters, groups and stations with every setting. */
void bb_report_settings (BbReportBook *book, BbPaper *paper);

/* "4 March 2019" in the site's zone. (transfer full) */
gchar *bb_report_date (BbReportBook *book, gint64 utc_ms);
/* "4 March 2019 – 6 March 2019 (3 days)"; with times of day where it does not begin and end at midnight. */
gchar *bb_report_period (BbReportBook *book, gint64 from_ms, gint64 until_ms);

G_END_DECLS
