/* SPDX-License-Identifier: GPL-3.0-or-later */
/* simulate-page-private.h: what the files of the Simulate page share. Inside pages/ only. */
#pragma once

#include "app/pages/simulate-page.h"
#include "app/pages/simulate-tables.h"
#include "app/sim-run-fine.h"
#include "app/widgets/chart.h"
#include "app/widgets/compare-view.h"
#include "app/widgets/explain-panel.h"
#include "app/widgets/input-chip.h"
#include "app/widgets/run-row.h"
#include "app/widgets/sweep-view.h"

G_BEGIN_DECLS

/* What a run is made of, in the order of the bar. */
typedef enum {
  BB_CHIP_PERIOD = 0,
  BB_CHIP_LOAD,
  BB_CHIP_PV,
  BB_CHIP_CARS,
  BB_CHIP_BALANCER,
  BB_CHIP_FAULTS,
  BB_CHIPS
} BbChip;

struct _BbSimulatePage {
  BbPage parent_instance;

  GtkWidget *bar, *toolbar, *result_tools, *chart_box, *body;
  GtkFlowBox *chips, *tiles;
  BbInputChip *chip[BB_CHIPS];
  gchar *input_problem; /* (owned) (nullable): of the file chosen last, shown in the panel that is open */
  GtkButton *run_button;
  GtkLabel *estimate, *failed_label, *stale_label;
  BbRunRow *run_row;
  GtkWidget *failed_row, *stale_row, *retry_button;
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
  BbSweepView *sweep;

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
  BbRunFine *fine[2];      /* (owned) (nullable): seconds of what is shown and of what is behind it */
  guint fine_source;       /* pending */
  GtkLabel *fine_note;     /* why there are none */
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

/* ---- simulate-page-fine.c ---- */

void bb_simulate_page_init_fine (BbSimulatePage *self);
void bb_simulate_page_dispose_fine (BbSimulatePage *self);
/* A new model (NULL: none) of what is shown: it gets the seconds of its runs as they are looked at. */
void bb_simulate_page_refine (BbSimulatePage *self, BbChartModel *model);

/* ---- simulate-inputs.c ---- */

void bb_simulate_page_class_init_inputs (GtkWidgetClass *widget_class);
void bb_simulate_page_init_inputs (BbSimulatePage *self);
/* What the chips say follows the site and the settings. */
void bb_simulate_page_show_inputs (BbSimulatePage *self);
/* Fills the panel of a chip anew: later, when it is sure that nothing of it is in use. */
void bb_simulate_page_refill (BbSimulatePage *self, BbChip chip);
BbSite *bb_simulate_page_get_site (BbSimulatePage *self);
/* For panels. */
GtkListBox *bb_simulate_list_new (GtkBox *body, const gchar *title);
GtkWidget *bb_simulate_row_new (GtkListBox *list, const gchar *title, const gchar *subtitle,
                                const gchar *action, GVariant *target);
void bb_simulate_note_new (GtkBox *body, const gchar *text, const gchar *style_class);

/* ---- simulate-settings.c ---- */

void bb_simulate_page_class_init_settings (GtkWidgetClass *widget_class);
void bb_simulate_page_fill_period (BbSimulatePage *self, GtkBox *body);
void bb_simulate_page_fill_balancer (BbSimulatePage *self, GtkBox *body);
void bb_simulate_page_fill_faults (BbSimulatePage *self, GtkBox *body);
/* For the chips. (transfer full) */
gchar *bb_simulate_page_period_title (BbSimulatePage *self);
gchar *bb_simulate_page_period_words (BbSimulatePage *self);
gchar *bb_simulate_page_faults_words (BbSimulatePage *self);

/* ---- simulate-page-sweep.c ---- */

void bb_simulate_page_class_init_sweep (GtkWidgetClass *widget_class);
void bb_simulate_page_init_sweep (BbSimulatePage *self);

/* ---- simulate-page-files.c ---- */

void bb_simulate_page_class_init_files (GtkWidgetClass *widget_class);

G_END_DECLS
