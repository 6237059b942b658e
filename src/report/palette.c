/* SPDX-License-Identifier: GPL-3.0-or-later */
/* palette.c: the palettes' figures; tests/report/test-chart-palette.c measures contrast and what colour-blind
 * eyes see.
 */
#include "report/palette.h"

#define RGB(hex)                                                                                             \
  {                                                                                                          \
    ((hex) >> 16 & 255) / 255.0, ((hex) >> 8 & 255) / 255.0, ((hex) &255) / 255.0, 1                         \
  }
#define RGBA(hex, alpha)                                                                                     \
  {                                                                                                          \
    ((hex) >> 16 & 255) / 255.0, ((hex) >> 8 & 255) / 255.0, ((hex) &255) / 255.0, alpha                     \
  }

static const BbPalette palettes[BB_PALETTE_COUNT] = {
  [BB_PALETTE_LIGHT] = {
    .name = "light",
    .background = RGB (0xfafafa),
    .text = RGB (0x2e2e32),
    .dim_text = RGB (0x6a6a70),
    .grid = RGBA (0x000006, 0.09),
    .grid_strong = RGBA (0x000006, 0.20),
    .zero = RGBA (0x000006, 0.34),
    .cursor = RGBA (0x000006, 0.55),
    .selection = RGBA (0x3584e4, 0.16),
    .roles = {
      [BB_ROLE_L1] = RGB (0xa0521c),
      [BB_ROLE_L2] = RGB (0x1c1c1f),
      [BB_ROLE_L3] = RGB (0x8c8c92),
      [BB_ROLE_TOTAL] = RGB (0x1c71d8),
      [BB_ROLE_IMPORT] = RGB (0x1c71d8),
      [BB_ROLE_EXPORT] = RGB (0x1f9254),
      [BB_ROLE_STATION] = RGB (0x5d1a78),
      [BB_ROLE_HOUSE] = RGB (0x57555e),
      [BB_ROLE_RATING] = RGB (0xaa1020),
      [BB_ROLE_LIMIT] = RGB (0xaf6c00),
    },
    .shades = { RGB (0x5d1a78), RGB (0x7a63e6), RGB (0xa8479f), RGB (0x3c1a66), RGB (0x9b7be8), RGB (0x8a1f6b) },
    .bands = {
      [BB_BAND_FAILSAFE] = RGBA (0xe01b24, 0.10),
      [BB_BAND_SIGNAL] = RGBA (0xe5a50a, 0.14),
      [BB_BAND_OFF_PEAK] = RGBA (0x3584e4, 0.07),
      [BB_BAND_MARK] = RGBA (0x613583, 0.10),
    },
    .envelope = 0.28,
    .ghost = 0.38,
    .widths = 1,
  },
  [BB_PALETTE_DARK] = {
    .name = "dark",
    .background = RGB (0x242424),
    .text = RGB (0xf0f0f0),
    .dim_text = RGB (0xa8a8ac),
    .grid = RGBA (0xffffff, 0.08),
    .grid_strong = RGBA (0xffffff, 0.20),
    .zero = RGBA (0xffffff, 0.34),
    .cursor = RGBA (0xffffff, 0.65),
    .selection = RGBA (0x62a0ea, 0.22),
    .roles = {
      [BB_ROLE_L1] = RGB (0xd08a52),
      [BB_ROLE_L2] = RGB (0xf6f5f4),
      [BB_ROLE_L3] = RGB (0x87878d),
      [BB_ROLE_TOTAL] = RGB (0x78aeed),
      [BB_ROLE_IMPORT] = RGB (0x78aeed),
      [BB_ROLE_EXPORT] = RGB (0x57d98a),
      [BB_ROLE_STATION] = RGB (0xb05ce8),
      [BB_ROLE_HOUSE] = RGB (0xb8b6bf),
      [BB_ROLE_RATING] = RGB (0xff7b63),
      [BB_ROLE_LIMIT] = RGB (0xf0b72b),
    },
    .shades = { RGB (0xb05ce8), RGB (0xd9c8ff), RGB (0xd66bb8), RGB (0x8f86ff), RGB (0xf0b8f5), RGB (0xa85c9e) },
    .bands = {
      [BB_BAND_FAILSAFE] = RGBA (0xff7b63, 0.15),
      [BB_BAND_SIGNAL] = RGBA (0xf8e45c, 0.12),
      [BB_BAND_OFF_PEAK] = RGBA (0x78aeed, 0.09),
      [BB_BAND_MARK] = RGBA (0xc58be0, 0.13),
    },
    .envelope = 0.30,
    .ghost = 0.42,
    .widths = 1,
  },
  [BB_PALETTE_LIGHT_CONTRAST] = {
    .name = "light-contrast",
    .background = RGB (0xffffff),
    .text = RGB (0x000000),
    .dim_text = RGB (0x2e2e32),
    .grid = RGBA (0x000000, 0.25),
    .grid_strong = RGBA (0x000000, 0.50),
    .zero = RGBA (0x000000, 0.80),
    .cursor = RGBA (0x000000, 1),
    .selection = RGBA (0x1a5fb4, 0.25),
    .roles = {
      [BB_ROLE_L1] = RGB (0x8f3d00),
      [BB_ROLE_L2] = RGB (0x000000),
      [BB_ROLE_L3] = RGB (0x74747a),
      [BB_ROLE_TOTAL] = RGB (0x0b4fa8),
      [BB_ROLE_IMPORT] = RGB (0x0b4fa8),
      [BB_ROLE_EXPORT] = RGB (0x00763a),
      [BB_ROLE_STATION] = RGB (0x4e0f6b),
      [BB_ROLE_HOUSE] = RGB (0x3d3846),
      [BB_ROLE_RATING] = RGB (0x8c000b),
      [BB_ROLE_LIMIT] = RGB (0x945d00),
    },
    .shades = { RGB (0x4e0f6b), RGB (0x6a55d8), RGB (0x98308c), RGB (0x2a0f4a), RGB (0x7f5fd6), RGB (0x7a0f5a) },
    .bands = {
      [BB_BAND_FAILSAFE] = RGBA (0xe01b24, 0.20),
      [BB_BAND_SIGNAL] = RGBA (0xe5a50a, 0.28),
      [BB_BAND_OFF_PEAK] = RGBA (0x3584e4, 0.16),
      [BB_BAND_MARK] = RGBA (0x613583, 0.20),
    },
    .envelope = 0.40,
    .ghost = 0.55,
    .widths = 1.3,
  },
  [BB_PALETTE_DARK_CONTRAST] = {
    .name = "dark-contrast",
    .background = RGB (0x000000),
    .text = RGB (0xffffff),
    .dim_text = RGB (0xdeddda),
    .grid = RGBA (0xffffff, 0.28),
    .grid_strong = RGBA (0xffffff, 0.50),
    .zero = RGBA (0xffffff, 0.80),
    .cursor = RGBA (0xffffff, 1),
    .selection = RGBA (0x99c1f1, 0.32),
    .roles = {
      [BB_ROLE_L1] = RGB (0xf0a060),
      [BB_ROLE_L2] = RGB (0xffffff),
      [BB_ROLE_L3] = RGB (0x9a9a9f),
      [BB_ROLE_TOTAL] = RGB (0x99c1f1),
      [BB_ROLE_IMPORT] = RGB (0x99c1f1),
      [BB_ROLE_EXPORT] = RGB (0x6ff0a0),
      [BB_ROLE_STATION] = RGB (0xb86af0),
      [BB_ROLE_HOUSE] = RGB (0xd0ced6),
      [BB_ROLE_RATING] = RGB (0xff8f80),
      [BB_ROLE_LIMIT] = RGB (0xffd040),
    },
    .shades = { RGB (0xb86af0), RGB (0xe0d4ff), RGB (0xe878c8), RGB (0xa89cff), RGB (0xf8ccff), RGB (0xc070b0) },
    .bands = {
      [BB_BAND_FAILSAFE] = RGBA (0xff7b63, 0.30),
      [BB_BAND_SIGNAL] = RGBA (0xf8e45c, 0.26),
      [BB_BAND_OFF_PEAK] = RGBA (0x78aeed, 0.22),
      [BB_BAND_MARK] = RGBA (0xc58be0, 0.28),
    },
    .envelope = 0.45,
    .ghost = 0.60,
    .widths = 1.3,
  },
  [BB_PALETTE_PRINT] = {
    .name = "print",
    .background = RGB (0xffffff),
    .text = RGB (0x000000),
    .dim_text = RGB (0x404046),
    .grid = RGBA (0x000000, 0.12),
    .grid_strong = RGBA (0x000000, 0.26),
    .zero = RGBA (0x000000, 0.50),
    .cursor = RGBA (0x000000, 0.60),
    .selection = RGBA (0x3584e4, 0.16),
    .roles = {
      [BB_ROLE_L1] = RGB (0x99490f),
      [BB_ROLE_L2] = RGB (0x000000),
      [BB_ROLE_L3] = RGB (0x85858b),
      [BB_ROLE_TOTAL] = RGB (0x1a5fb4),
      [BB_ROLE_IMPORT] = RGB (0x1a5fb4),
      [BB_ROLE_EXPORT] = RGB (0x18864b),
      [BB_ROLE_STATION] = RGB (0x56146f),
      [BB_ROLE_HOUSE] = RGB (0x4b4953),
      [BB_ROLE_RATING] = RGB (0xa80f1c),
      [BB_ROLE_LIMIT] = RGB (0xa86a00),
    },
    .shades = { RGB (0x56146f), RGB (0x7a63e6), RGB (0xa8479f), RGB (0x3c1a66), RGB (0x9b7be8), RGB (0x8a1f6b) },
    .bands = {
      [BB_BAND_FAILSAFE] = RGBA (0xe01b24, 0.10),
      [BB_BAND_SIGNAL] = RGBA (0xe5a50a, 0.14),
      [BB_BAND_OFF_PEAK] = RGBA (0x3584e4, 0.08),
      [BB_BAND_MARK] = RGBA (0x613583, 0.10),
    },
    .envelope = 0.28,
    .ghost = 0.40,
    .widths = 0.8,
  },
};

const BbPalette *
bb_palette_get (BbPaletteKind kind)
{
  return &palettes[kind < BB_PALETTE_COUNT ? kind : BB_PALETTE_LIGHT];
}

/* Width and dash of each role; what limits look like must differ from every line. */
static const struct {
  gdouble width, on, off;
} strokes[BB_ROLE_COUNT] = {
  [BB_ROLE_L1] = { 1.5, 0, 0 },      [BB_ROLE_L2] = { 2.5, 0, 0 },     [BB_ROLE_L3] = { 1.6, 6, 3 },
  [BB_ROLE_TOTAL] = { 2.0, 0, 0 },   [BB_ROLE_IMPORT] = { 1.5, 0, 0 }, [BB_ROLE_EXPORT] = { 1.5, 0, 0 },
  [BB_ROLE_STATION] = { 1.5, 0, 0 }, [BB_ROLE_HOUSE] = { 1.5, 2, 2 },  [BB_ROLE_RATING] = { 1.0, 0, 0 },
  [BB_ROLE_LIMIT] = { 1.0, 3, 3 },
};

BbStroke
bb_palette_get_stroke (const BbPalette *palette, BbChartRole role, guint shade, gboolean ghost)
{
  BbStroke stroke = { .colour = palette->roles[role],
                      .width = strokes[role].width * palette->widths,
                      .dash = { strokes[role].on, strokes[role].off } };
  if (role == BB_ROLE_STATION)
    stroke.colour = palette->shades[shade % BB_PALETTE_SHADES];
  if (ghost)
    stroke.colour.alpha *= palette->ghost;
  return stroke;
}
