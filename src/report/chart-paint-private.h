/* SPDX-License-Identifier: GPL-3.0-or-later */
/* chart-paint-private.h: what the painters of frame and lines share. */
#pragma once

#include "report/chart-paint.h"

G_BEGIN_DECLS

/* The piece of line before a name, and the space between them. */
#define BB_CHART_NAME_STROKE 14.0
#define BB_CHART_NAME_SPACE  5.0

/* A horizontal line. */
void bb_chart_paint_level (const BbChartCanvas *canvas, const BbStroke *stroke, gdouble x, gdouble x_end,
                           gdouble y);

G_END_DECLS
