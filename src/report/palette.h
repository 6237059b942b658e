/* SPDX-License-Identifier: GPL-3.0-or-later */
/* palette.h: the colours and strokes of charts, on light and dark screens, in high contrast and on paper.
 *
 * Lines that stand in one chart differ by lightness as well as by hue, and L1, L2, L3 by stroke too (solid,
 * heavy, dashed), so that colour-blind eyes and photocopies tell them apart.
 */
#pragma once

#include "report/chart-model.h"

G_BEGIN_DECLS

typedef enum {
  BB_PALETTE_LIGHT = 0,
  BB_PALETTE_DARK,
  BB_PALETTE_LIGHT_CONTRAST,
  BB_PALETTE_DARK_CONTRAST,
  BB_PALETTE_PRINT,
  BB_PALETTE_COUNT
} BbPaletteKind;

/* sRGB and opacity, 0..1 */
typedef struct {
  gdouble red, green, blue, alpha;
} BbColour;

/* Shades of BB_ROLE_STATION, taken in turn. */
#define BB_PALETTE_SHADES 6

typedef struct {
  const gchar *name;
  BbColour background; /* what the chart stands on; the widget itself paints none */
  BbColour text, dim_text;
  BbColour grid, grid_strong, zero; /* hairlines */
  BbColour cursor, selection;
  BbColour roles[BB_ROLE_COUNT];
  BbColour shades[BB_PALETTE_SHADES];
  BbColour bands[BB_BAND_COUNT];
  gdouble envelope; /* opacity of min..max around a mean */
  gdouble ghost;    /* opacity of the run compared with */
  gdouble widths;   /* all strokes are multiplied by it */
} BbPalette;

typedef struct {
  BbColour colour;
  gdouble width;   /* px */
  gdouble dash[2]; /* px on, px off; 0: solid */
} BbStroke;

const BbPalette *bb_palette_get (BbPaletteKind kind);
/* How to draw what has this role; `shade`: which of the lines of that role in its track it is. */
BbStroke bb_palette_get_stroke (const BbPalette *palette, BbChartRole role, guint shade, gboolean ghost);

G_END_DECLS
