/* SPDX-License-Identifier: GPL-3.0-or-later */
/* chart-private.h: what the parts of BbChart share: state, input, table, export. */
#pragma once

#include "app/widgets/chart-area.h"
#include "app/widgets/chart.h"

G_BEGIN_DECLS

struct _BbChart {
  GtkWidget parent_instance;
  BbChartModel *model; /* (nullable) */
  gulong model_handler;
  BbChartRange view, selection; /* selection -1, -1: none */
  gint64 cursor_ms;             /* -1: none */
  gint64 pinned_ms;             /* where the cursor stays when the pointer leaves; -1: nowhere */
  gint64 anchor_ms;             /* where a selection by keys began; -1: none */
  gboolean show_table;
  gboolean fitted; /* shows all, and goes on to do so when there is more */
  guint describe_source;
  BbChartRange drag_view; /* at the start of a drag or pinch */
  gint64 drag_from_ms;    /* where it began */
  gdouble drag_x;         /* the same, px */
  gboolean panning, selecting, pinching;
  gdouble pointer_x; /* in the area; -1: outside */
  GtkWidget *bar, *range_label, *zoom_selection_button, *tools, *area, *area_scroller, *table_scroller,
      *notice, *export_button;
  GtkWidget *menu; /* context menu */
  GMenuModel *context_menu;
  GtkWidget *column_view; /* (nullable): made when first shown */
  GListStore *rows;
};

BbChartRange bb_chart_get_extent (BbChart *self);
void bb_chart_take_view (BbChart *self, BbChartRange view);
void bb_chart_take_selection (BbChart *self, gint64 from_ms, gint64 until_ms);
void bb_chart_zoom (BbChart *self, gint64 about_ms, gdouble factor);
void bb_chart_pan (BbChart *self, gint64 by_ms);
/* The time that zooming by key keeps in place: the cursor, else the middle. */
gint64 bb_chart_get_focus_ms (BbChart *self);
/* One line at the bottom that says what went wrong; NULL: none. */
void bb_chart_say (BbChart *self, const gchar *text);

/* chart-input.c */
void bb_chart_add_input (BbChart *self);
void bb_chart_popup_menu (BbChart *self, gdouble x, gdouble y);

/* chart-rows.c: the table */
void bb_chart_update_table (BbChart *self);

/* chart-export.c */
void bb_chart_export_action (GtkWidget *widget, const gchar *action, GVariant *parameter);

G_END_DECLS
