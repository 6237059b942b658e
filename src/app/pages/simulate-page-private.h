/* SPDX-License-Identifier: GPL-3.0-or-later */
/* simulate-page-private.h: what the files of the Simulate page share. Inside pages/ only. */
#pragma once

#include "app/pages/simulate-page.h"
#include "app/pages/simulate-tables.h"
#include "app/widgets/chart.h"
#include "app/widgets/compare-view.h"
#include "app/widgets/explain-panel.h"
#include "app/widgets/run-row.h"

G_BEGIN_DECLS

struct _BbSimulatePage {
  BbPage parent_instance;

  GtkWidget *bar, *toolbar, *result_tools, *chart_box, *body;
  GtkFlowBox *chips, *tiles;
  GtkButton *run_button;
  GtkLabel *estimate, *failed_label, *stale_label;
  BbRunRow *run_row;
  GtkWidget *failed_row, *stale_row;
  GtkDropDown *run_choice, *what_choice;
  GtkMenuButton *compare_button;
  GtkPopover *compare_popover;
  GtkBox *compare_list, *sentences;
  GtkStack *views, *result_stack;
  GtkScrolledWindow *scroller;
  BbCompareView *compare_view;
  BbChart *chart;
  BbExplainPanel *panel;
  BbSimulateTables *tables;

  BbRunList *runs;           /* (owned) */
  BbRunSettings settings;    /* of the next run */
  BbSimRun *shown;           /* (owned) (nullable): B */
  BbSimRun *compared;        /* (owned) (nullable): A */
  BbSimRun *working;         /* (owned) (nullable) */
  BbSimRun *failed;          /* (owned) (nullable): what Retry starts again */
  gboolean working_is_other; /* what is under way will be A of what is shown, not shown itself */
  gboolean choosing;         /* a list follows, nobody chooses */
  gchar *station;            /* (owned) (nullable): selected in the panel */
  GPtrArray *whats;          /* (element-type utf8): what the items of what_choice show */

  BbEditor *editor; /* (owned) (nullable): of the document */
  gulong edited_id;
  guint stale_source, explain_source; /* pending */
  gboolean narrow;
  guint narrow_source;
  GCancellable *exporting; /* (owned): ends with the page */
};

/* ---- simulate-page.c ---- */

/* Starts a run and takes note of how it ends. `as_other`: it becomes A of what is shown. */
void bb_simulate_page_start (BbSimulatePage *self, BbSimRun *run, gboolean as_other);
void bb_simulate_page_log (BbSimulatePage *self, BbEventLevel level, const gchar *sentence);
/* A row with a sentence and Copy Details; Retry where there is what to try again. */
void bb_simulate_page_complain (BbSimulatePage *self, const gchar *sentence);
/* Estimate, stale row, which actions make sense. */
void bb_simulate_page_refresh (BbSimulatePage *self);

/* ---- simulate-page-result.c ---- */

void bb_simulate_page_class_init_result (GtkWidgetClass *widget_class);
void bb_simulate_page_init_result (BbSimulatePage *self);
/* NULL: none. */
void bb_simulate_page_show (BbSimulatePage *self, BbSimRun *run);
void bb_simulate_page_compare (BbSimulatePage *self, BbSimRun *other);
void bb_simulate_page_set_narrow (BbSimulatePage *self, gboolean narrow);
void bb_simulate_page_show_what (BbSimulatePage *self, const gchar *what);

/* ---- simulate-page-files.c ---- */

void bb_simulate_page_class_init_files (GtkWidgetClass *widget_class);

G_END_DECLS
