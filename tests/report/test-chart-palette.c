/* SPDX-License-Identifier: GPL-3.0-or-later */
/* test-chart-palette.c: each colour stands out from its background, and lines of one chart from each other,
 * also for eyes that lack a kind of cone.
 *
 * Contrast: WCAG 2.1, relative luminance; at least 3:1 for graphics, 4.5:1 for text. Colour blindness: the
 * matrices of Machado, Oliveira and Fernandes (2009) at full strength, on linear RGB. Distance: CIE 1976 in
 * Lab (D65).
 */
#include <math.h>

#include "report/palette.h"

/* Distance that nobody overlooks, for lines of one chart; and for neighbours among the shades of stations. */
#define APART        16.0
#define SHADES_APART 10.0

typedef struct {
  gdouble r, g, b;
} Rgb;

enum { NORMAL, PROTAN, DEUTAN, TRITAN, N_EYES };

static const gdouble eyes[N_EYES][9] = {
  { 1, 0, 0, 0, 1, 0, 0, 0, 1 },
  { 0.152286, 1.052583, -0.204868, 0.114503, 0.786281, 0.099216, -0.003882, -0.048116, 1.051998 },
  { 0.367322, 0.860646, -0.227968, 0.280085, 0.672501, 0.047413, -0.011820, 0.042940, 0.968881 },
  { 1.255528, -0.076749, -0.178779, -0.078411, 0.930809, 0.147602, 0.004733, 0.691367, 0.303900 },
};
static const gchar *eye_names[N_EYES] = { "normal", "protan", "deutan", "tritan" };

static gdouble
linear (gdouble c)
{
  return c <= 0.04045 ? c / 12.92 : pow ((c + 0.055) / 1.055, 2.4);
}

static Rgb
to_linear (const BbColour *colour)
{
  return (Rgb){ linear (colour->red), linear (colour->green), linear (colour->blue) };
}

static gdouble
luminance (Rgb c)
{
  return 0.2126 * c.r + 0.7152 * c.g + 0.0722 * c.b;
}

static gdouble
contrast (const BbColour *a, const BbColour *b)
{
  gdouble first = luminance (to_linear (a)), second = luminance (to_linear (b));
  return (MAX (first, second) + 0.05) / (MIN (first, second) + 0.05);
}

static Rgb
see (const BbColour *colour, guint eye)
{
  const gdouble *m = eyes[eye];
  Rgb c = to_linear (colour);
  return (Rgb){ CLAMP (m[0] * c.r + m[1] * c.g + m[2] * c.b, 0, 1),
                CLAMP (m[3] * c.r + m[4] * c.g + m[5] * c.b, 0, 1),
                CLAMP (m[6] * c.r + m[7] * c.g + m[8] * c.b, 0, 1) };
}

static gdouble
lab_part (gdouble t)
{
  return t > 216.0 / 24389 ? cbrt (t) : (24389.0 / 27 * t + 16) / 116;
}

static gdouble
distance (const BbColour *first, const BbColour *second, guint eye)
{
  gdouble lab[2][3];
  for (guint i = 0; i < 2; i++) {
    Rgb c = see (i == 0 ? first : second, eye);
    gdouble x = lab_part ((0.4124 * c.r + 0.3576 * c.g + 0.1805 * c.b) / 0.95047);
    gdouble y = lab_part (0.2126 * c.r + 0.7152 * c.g + 0.0722 * c.b);
    gdouble z = lab_part ((0.0193 * c.r + 0.1192 * c.g + 0.9505 * c.b) / 1.08883);
    lab[i][0] = 116 * y - 16;
    lab[i][1] = 500 * (x - y);
    lab[i][2] = 200 * (y - z);
  }
  return sqrt (pow (lab[0][0] - lab[1][0], 2) + pow (lab[0][1] - lab[1][1], 2)
               + pow (lab[0][2] - lab[1][2], 2));
}

/* Roles that stand in one chart. */
static const BbChartRole together[][4] = {
  { BB_ROLE_L1, BB_ROLE_L2, BB_ROLE_L3, BB_ROLE_COUNT },
  { BB_ROLE_IMPORT, BB_ROLE_EXPORT, BB_ROLE_STATION, BB_ROLE_HOUSE },
  { BB_ROLE_RATING, BB_ROLE_LIMIT, BB_ROLE_COUNT, BB_ROLE_COUNT },
};

static gdouble
closest (const BbPalette *palette, guint eye, gboolean say)
{
  gdouble least = INFINITY;
  for (guint set = 0; set < G_N_ELEMENTS (together); set++)
    for (guint i = 0; i < 4; i++)
      for (guint k = i + 1; k < 4; k++) {
        gdouble d = 0;
        if (together[set][i] == BB_ROLE_COUNT || together[set][k] == BB_ROLE_COUNT)
          continue;
        d = distance (&palette->roles[together[set][i]], &palette->roles[together[set][k]], eye);
        if (say && d < APART)
          g_test_message ("%s, %s: roles %u and %u are %.1f apart", palette->name, eye_names[eye],
                          together[set][i], together[set][k], d);
        least = MIN (least, d);
      }
  return least;
}

static void
test_contrast (gconstpointer data)
{
  const BbPalette *palette = bb_palette_get (GPOINTER_TO_UINT (data));
  gboolean strong = GPOINTER_TO_UINT (data) == BB_PALETTE_LIGHT_CONTRAST
                    || GPOINTER_TO_UINT (data) == BB_PALETTE_DARK_CONTRAST;
  gdouble least = strong ? 4.5 : 3.0;
  for (guint i = 0; i < BB_ROLE_COUNT; i++)
    g_assert_cmpfloat (contrast (&palette->roles[i], &palette->background), >=, least);
  for (guint i = 0; i < BB_PALETTE_SHADES; i++)
    g_assert_cmpfloat (contrast (&palette->shades[i], &palette->background), >=, least);
  g_assert_cmpfloat (contrast (&palette->text, &palette->background), >=, strong ? 12 : 7);
  g_assert_cmpfloat (contrast (&palette->dim_text, &palette->background), >=, strong ? 7 : 4.5);
  /* Names of limits are text in the limit's colour. */
  g_assert_cmpfloat (contrast (&palette->roles[BB_ROLE_RATING], &palette->background), >=, 4.5);
  g_assert_cmpfloat (contrast (&palette->roles[BB_ROLE_LIMIT], &palette->background), >=, 4.0);
}

static void
test_apart (gconstpointer data)
{
  const BbPalette *palette = bb_palette_get (GPOINTER_TO_UINT (data));
  for (guint eye = 0; eye < N_EYES; eye++) {
    g_assert_cmpfloat (closest (palette, eye, TRUE), >=, APART);
    for (guint i = 0; i < BB_PALETTE_SHADES; i++) {
      guint next = (i + 1) % BB_PALETTE_SHADES;
      gdouble d = distance (&palette->shades[i], &palette->shades[next], eye);
      if (d < SHADES_APART)
        g_test_message ("%s, %s: shades %u and %u are %.1f apart", palette->name, eye_names[eye], i, next, d);
      g_assert_cmpfloat (d, >=, SHADES_APART);
    }
  }
}

/* The test sees a defect: a red and a green that only some eyes tell apart. */
static void
test_defect (void)
{
  BbPalette broken = *bb_palette_get (BB_PALETTE_LIGHT);
  broken.roles[BB_ROLE_L1] = (BbColour){ 0.62, 0.36, 0.0, 1 };
  broken.roles[BB_ROLE_L3] = (BbColour){ 0.36, 0.46, 0.0, 1 };
  g_assert_cmpfloat (closest (&broken, NORMAL, FALSE), >=, APART);
  g_assert_cmpfloat (MIN (closest (&broken, DEUTAN, FALSE), closest (&broken, PROTAN, FALSE)), <, APART);
}

static gboolean
same_stroke (const BbStroke *a, const BbStroke *b)
{
  return fabs (a->width - b->width) < 0.3 && a->dash[0] == b->dash[0] && a->dash[1] == b->dash[1];
}

/* The second cue: phases, and the two kinds of limit, differ without any colour. */
static void
test_strokes (gconstpointer data)
{
  const BbPalette *palette = bb_palette_get (GPOINTER_TO_UINT (data));
  BbStroke l1 = bb_palette_get_stroke (palette, BB_ROLE_L1, 0, FALSE);
  BbStroke l2 = bb_palette_get_stroke (palette, BB_ROLE_L2, 0, FALSE);
  BbStroke l3 = bb_palette_get_stroke (palette, BB_ROLE_L3, 0, FALSE);
  BbStroke rating = bb_palette_get_stroke (palette, BB_ROLE_RATING, 0, FALSE);
  BbStroke limit = bb_palette_get_stroke (palette, BB_ROLE_LIMIT, 0, FALSE);
  BbStroke ghost = bb_palette_get_stroke (palette, BB_ROLE_L1, 0, TRUE);
  g_assert_false (same_stroke (&l1, &l2));
  g_assert_false (same_stroke (&l1, &l3));
  g_assert_false (same_stroke (&l2, &l3));
  g_assert_false (same_stroke (&rating, &limit));
  g_assert_cmpfloat (rating.width, <, l1.width);
  g_assert_cmpfloat (l2.width, >, l1.width);
  g_assert_cmpfloat (ghost.colour.alpha, <, 0.7);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  for (guint i = 0; i < BB_PALETTE_COUNT; i++) {
    const gchar *name = bb_palette_get (i)->name;
    g_autofree gchar *first = g_strdup_printf ("/report/chart-palette/contrast/%s", name);
    g_autofree gchar *second = g_strdup_printf ("/report/chart-palette/colour-blind/%s", name);
    g_autofree gchar *third = g_strdup_printf ("/report/chart-palette/strokes/%s", name);
    g_test_add_data_func (first, GUINT_TO_POINTER (i), test_contrast);
    g_test_add_data_func (second, GUINT_TO_POINTER (i), test_apart);
    g_test_add_data_func (third, GUINT_TO_POINTER (i), test_strokes);
  }
  g_test_add_func ("/report/chart-palette/defect-is-seen", test_defect);
  return g_test_run ();
}
