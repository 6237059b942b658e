/* SPDX-License-Identifier: GPL-3.0-or-later */
/* test-modbus-plan.c: points in few requests, and never a register that the link does not allow. */
#include "devices/modbus-plan.h"

#include <string.h>

typedef struct {
  BbArea area;
  guint16 address, n_words;
} Place;

/* "3:16384+37 4:0+2": area's read function, address, count. */
static void
check (const Place *places, guint n_places, BbPlanLimits limits, const gchar *expected)
{
  static const guint functions[] = { 3, 4, 1, 2 };
  g_autoptr (GArray) points = g_array_new (FALSE, TRUE, sizeof (BbPlanPoint));
  g_autoptr (GString) text = g_string_new (NULL);
  for (guint i = 0; i < n_places; i++) {
    BbPlanPoint point = {
      .area = places[i].area, .address = places[i].address, .n_words = places[i].n_words, .scale_at = -1
    };
    g_array_append_val (points, point);
  }
  g_autoptr (GArray) reads = bb_plan_make (points, &limits);
  for (guint i = 0; i < reads->len; i++) {
    const BbPlanRead *read = &g_array_index (reads, BbPlanRead, i);
    g_string_append_printf (text, "%s%u:%u+%u", i > 0 ? " " : "", functions[read->area], read->address,
                            read->count);
  }
  g_assert_cmpstr (text->str, ==, expected);
}

static void
test_merge (void)
{
  const Place abb[]
      = { { BB_AREA_HOLDING, 16392, 2 }, { BB_AREA_HOLDING, 16384, 4 }, { BB_AREA_HOLDING, 16396, 2 },
          { BB_AREA_HOLDING, 16396, 2 }, { BB_AREA_HOLDING, 16418, 2 }, { BB_AREA_HOLDING, 16420, 1 } };
  const guint n = G_N_ELEMENTS (abb);
  check (abb, n, (BbPlanLimits){ .max_read = 40, .gaps_readable = TRUE, .max_gap = 125 }, "3:16384+37");
  check (abb, n, (BbPlanLimits){ .max_read = 36, .gaps_readable = TRUE, .max_gap = 125 },
         "3:16384+36 3:16420+1");
  check (abb, n, (BbPlanLimits){ .max_read = 40, .gaps_readable = TRUE, .max_gap = 10 },
         "3:16384+14 3:16418+3");
  check (abb, n, (BbPlanLimits){ .max_read = 40 }, "3:16384+4 3:16392+2 3:16396+2 3:16418+3");
  check (abb, n, (BbPlanLimits){ .max_read = 40, .alone = TRUE },
         "3:16384+4 3:16392+2 3:16396+2 3:16418+2 3:16420+1");
  /* A value is never torn apart. */
  check (abb, n, (BbPlanLimits){ .max_read = 1 }, "3:16384+4 3:16392+2 3:16396+2 3:16418+2 3:16420+1");
}

static void
test_areas (void)
{
  const Place mixed[] = {
    { BB_AREA_COIL, 400, 1 }, { BB_AREA_INPUT, 0, 2 }, { BB_AREA_HOLDING, 2, 1 }, { BB_AREA_INPUT, 2, 1 }
  };
  check (mixed, G_N_ELEMENTS (mixed), (BbPlanLimits){ .gaps_readable = TRUE, .max_gap = 125 },
         "3:2+1 4:0+3 1:400+1");
  const Place last[] = { { BB_AREA_HOLDING, 65535, 1 }, { BB_AREA_HOLDING, 65534, 4 } };
  check (last, G_N_ELEMENTS (last), (BbPlanLimits){ 0 }, "3:65535+1");
  check (last, 0, (BbPlanLimits){ 0 }, "");
}

static void
test_image (void)
{
  g_autoptr (BbImage) image = bb_image_new ();
  const guint16 words[] = { 1, 0, 65535 };
  guint16 got[3] = { 9, 9, 9 };
  g_assert_false (bb_image_get (image, BB_AREA_HOLDING, 0, 1, got));
  bb_image_store (image, BB_AREA_HOLDING, 0, words, 3);
  g_assert_true (bb_image_get (image, BB_AREA_HOLDING, 0, 3, got));
  g_assert_cmpint (memcmp (words, got, sizeof got), ==, 0);
  g_assert_false (bb_image_get (image, BB_AREA_INPUT, 0, 1, got));
  bb_image_forget (image, BB_AREA_HOLDING, 1, 1);
  g_assert_false (bb_image_get (image, BB_AREA_HOLDING, 0, 3, got));
  g_assert_true (bb_image_get (image, BB_AREA_HOLDING, 2, 1, got));
}

gint
main (gint argc, gchar **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/devices/plan/merge", test_merge);
  g_test_add_func ("/devices/plan/areas", test_areas);
  g_test_add_func ("/devices/plan/image", test_image);
  return g_test_run ();
}
