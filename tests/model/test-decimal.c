/* SPDX-License-Identifier: GPL-3.0-or-later */
/* test-decimal.c: decimal texts to scaled whole numbers and back, without float surprises. */
#include <glib.h>

#include "model/decimal.h"

static const struct {
  const gchar *text;
  gint scale;
  BbDecimalVerdict verdict;
  gint64 value;
} parses[] = {
  { "7.00", 1000, BB_DECIMAL_OK, 7000 },
  { "7", 1000, BB_DECIMAL_OK, 7000 },
  { "7,5", 1000, BB_DECIMAL_OK, 7500 },
  { "0.001", 1000, BB_DECIMAL_OK, 1 },
  { "1.005", 1000, BB_DECIMAL_OK, 1005 }, /* 1.005 * 1000 is 1004.9999999999999 in doubles */
  { "4.35", 100, BB_DECIMAL_OK, 435 },
  { "-3.25", 1000, BB_DECIMAL_OK, -3250 },
  { "+3.25", 1000, BB_DECIMAL_OK, 3250 },
  { "0.5", 60000, BB_DECIMAL_OK, 30000 },
  { "1.00000000000000000000", 1000, BB_DECIMAL_OK, 1000 },
  { "0.0001", 1000, BB_DECIMAL_FINE, 0 },
  { "0.0000000001", 1000, BB_DECIMAL_FINE, 0 },
  { "0.5", 1, BB_DECIMAL_FINE, 0 },
  { "9223372036854775807", 1, BB_DECIMAL_OK, G_MAXINT64 },
  { "9223372036854775808", 1, BB_DECIMAL_RANGE, 0 },
  { "9223372036854775807", 10, BB_DECIMAL_RANGE, 0 },
  { "922337203685477580.8", 10, BB_DECIMAL_RANGE, 0 },
  { "", 1, BB_DECIMAL_SYNTAX, 0 },
  { "-", 1, BB_DECIMAL_SYNTAX, 0 },
  { "1.", 1, BB_DECIMAL_SYNTAX, 0 },
  { ".5", 1, BB_DECIMAL_SYNTAX, 0 },
  { "1e3", 1, BB_DECIMAL_SYNTAX, 0 },
  { "nan", 1, BB_DECIMAL_SYNTAX, 0 },
  { "1 A", 1, BB_DECIMAL_SYNTAX, 0 },
  { "1.2.3", 1, BB_DECIMAL_SYNTAX, 0 },
};

static void
test_parse (void)
{
  for (gsize i = 0; i < G_N_ELEMENTS (parses); i++) {
    gint64 value = 0;

    g_test_message ("%s x %d", parses[i].text, parses[i].scale);
    g_assert_cmpint (bb_decimal_parse (parses[i].text, parses[i].scale, &value), ==, parses[i].verdict);
    g_assert_cmpint (value, ==, parses[i].value);
  }
}

static void
test_round_trip (void)
{
  static const gint scales[] = { 1, 10, 1000, 100000, 1000000 };
  g_autoptr (GRand) rand = g_rand_new_with_seed (1);

  for (gint i = 0; i < 20000; i++) {
    const gint scale = scales[i % 5];
    const gint64 value = (gint32) g_rand_int (rand);
    g_autofree gchar *text = bb_decimal_format (value, scale);
    gint64 back = 0;

    g_assert_cmpint (bb_decimal_parse (text, scale, &back), ==, BB_DECIMAL_OK);
    g_assert_cmpint (back, ==, value);
    /* the same over a double, as a JSON file has it */
    g_assert_cmpint ((gint64) (g_ascii_strtod (text, NULL) * scale + (value < 0 ? -0.5 : 0.5)), ==, value);
  }
}

static void
test_double (void)
{
  static const struct {
    gdouble value;
    const gchar *text;
  } cases[] = {
    { 0.1, "0.1" }, { 7, "7.0" }, { 1.0 / 3, "0.3333333333333333" }, { 1e100, "1e+100" }, { -0.0, "-0.0" }
  };
  g_autoptr (GRand) rand = g_rand_new_with_seed (2);
  gchar text[BB_DOUBLE_TEXT_SIZE];

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    g_assert_cmpstr (bb_double_format (cases[i].value, text), ==, cases[i].text);
  for (gint i = 0; i < 20000; i++) {
    const gdouble value = g_rand_double_range (rand, -1e9, 1e9) / g_rand_double_range (rand, 1e-9, 1e9);

    g_assert_true (g_ascii_strtod (bb_double_format (value, text), NULL) == value);
  }
}

static void
test_fixed (void)
{
  static const struct {
    gint64 value;
    gint scale;
    guint decimals;
    const gchar *text;
  } rows[] = { { 7000, 1000, 1, "7.0" }, { -7250, 1000, 2, "−7.25" }, { 0, 1000, 1, "0.0" },
               { 6960, 1000, 1, "7.0" }, { 15, 1, 0, "15" },          { -1, 100000, 5, "−0.00001" },
               { 4600, 1000, 2, "4.60" } };

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++) {
    g_autofree gchar *text = bb_decimal_fixed (rows[i].value, rows[i].scale, rows[i].decimals);

    g_assert_cmpstr (text, ==, rows[i].text);
  }
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/decimal/parse", test_parse);
  g_test_add_func ("/decimal/round-trip", test_round_trip);
  g_test_add_func ("/decimal/double", test_double);
  g_test_add_func ("/decimal/fixed", test_fixed);
  return g_test_run ();
}
