/* SPDX-License-Identifier: GPL-3.0-or-later */
/* figure-tile.h: one of the headline figures of a result: large, with its unit, a note, and how it differs.
 */
#pragma once

#include <gtk/gtk.h>

#include "simulation/compare.h"
#include "simulation/headline.h"

G_BEGIN_DECLS

#define BB_TYPE_FIGURE_TILE (bb_figure_tile_get_type ())
G_DECLARE_FINAL_TYPE (BbFigureTile, bb_figure_tile, BB, FIGURE_TILE, GtkBox)

GtkWidget *bb_figure_tile_new (void);
/* `row` (nullable): the figure compared with that of another run. */
void bb_figure_tile_set (BbFigureTile *self, const BbFigure *figure, const BbCompareRow *row);

/* An icon for a sentence or figure, and a style class ("success", "warning", "error", ""). */
const gchar *bb_severity_icon (BbHeadlineSeverity severity);
const gchar *bb_severity_class (BbHeadlineSeverity severity);
/* The same for a difference. */
const gchar *bb_verdict_icon (BbCompareVerdict verdict);
const gchar *bb_verdict_class (BbCompareVerdict verdict);
/* Gives a widget one of "success", "warning", "error" and takes the others; "" takes all. */
void bb_set_severity_class (GtkWidget *widget, const gchar *style_class);

G_END_DECLS
