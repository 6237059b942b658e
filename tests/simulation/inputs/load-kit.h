/* SPDX-License-Identifier: GPL-3.0-or-later */
/* load-kit.h: texts opened as load or generation, and values asked of them. */
#ifndef BB_TEST_LOAD_KIT_H
#define BB_TEST_LOAD_KIT_H

#include "input-files.h"

G_GNUC_UNUSED static BbLoadSource *
open_text (const char *content, gssize length, const BbInputOptions *options, GError **error)
{
  static const BbInputOptions defaults = { 0 };
  g_autofree char *path = write_input ("f.csv", content, length);

  return bb_load_open_csv (path, options != NULL ? options : &defaults, error);
}

G_GNUC_UNUSED static BbLoadSource *
open_good (const char *content, const BbInputOptions *options)
{
  g_autoptr (GError) error = NULL;
  BbLoadSource *source = open_text (content, -1, options, &error);

  g_assert_no_error (error);
  return source;
}

G_GNUC_UNUSED static void
assert_value (BbLoadSource *source, int64_t t_ms, int32_t l1, int32_t l2, int32_t l3)
{
  g_autoptr (GError) error = NULL;
  int32_t value_m[3];
  int64_t until_ms;

  bb_load_at (source, t_ms, value_m, &until_ms, &error);
  g_assert_no_error (error);
  g_assert_cmpint (value_m[0], ==, l1);
  g_assert_cmpint (value_m[1], ==, l2);
  g_assert_cmpint (value_m[2], ==, l3);
  g_assert_cmpint (until_ms, >, t_ms);
}

#endif
