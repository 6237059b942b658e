/* SPDX-License-Identifier: GPL-3.0-or-later */
/* test-telegram.c: DSMR telegrams written by hand: right ones, and each way to be wrong. */
#include <string.h>

#include "protocols/p1/p1-telegram.h"
#include "telegrams.h"

static void
test_crc (void)
{
  g_assert_cmphex (bb_p1_crc16 ("123456789", 9), ==, 0xbb3d);
  g_assert_cmphex (bb_p1_crc16 ("", 0), ==, 0);
}

static void
test_right (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (BbP1Telegram) telegram = bb_p1_telegram_parse (TELEGRAM, strlen (TELEGRAM), &error);
  const BbP1Value *value;
  gdouble number;

  g_assert_no_error (error);
  g_assert_cmpstr (telegram->identification, ==, "ISk5\\2MT382-1000");
  g_assert_cmpuint (telegram->values->len, ==, 28);
  g_assert_true (bb_p1_telegram_get_number (telegram, "1-0:1.8.1", &number));
  g_assert_cmpfloat (number, ==, 123456.789);
  g_assert_true (bb_p1_telegram_get_number (telegram, "1-0:62.7.0", &number));
  g_assert_cmpfloat (number, ==, 2.14);
  value = bb_p1_telegram_find (telegram, "1-0:32.7.0");
  g_assert_cmpstr (value->unit, ==, "V");
  g_assert_cmpfloat (value->number, ==, 220.1);
  /* The last brackets are the value, those before it its time. */
  g_assert_true (bb_p1_telegram_get_number (telegram, "0-1:24.2.1", &number));
  g_assert_cmpfloat (number, ==, 12785.123);
  value = bb_p1_telegram_find (telegram, "0-0:1.0.0");
  g_assert_false (value->is_number);
  g_assert_cmpstr (value->text, ==, "101209113020W");
  g_assert_cmpstr (bb_p1_telegram_find (telegram, "0-0:96.13.0")->text, ==, "");
  g_assert_null (bb_p1_telegram_find (telegram, "1-0:99.7.0"));
  g_assert_false (bb_p1_telegram_get_number (telegram, "0-0:1.0.0", &number));
}

/* Numbers in all forms, units brought to kW, kWh, A, V; a line that is a continuation is passed over. */
static void
test_numbers (void)
{
  static const gchar text[] = "/X\r\n\r\n(1)\r\n1-0:1.7.0(-1.5*kW)(.5*A)\r\n1-0:9(1.*V)\r\n1-0:8(1.2.3*V)\r\n"
                              "1-0:7(12*mV)\r\n!151A\r\n";
  g_autoptr (GError) error = NULL;
  g_autoptr (BbP1Telegram) telegram = bb_p1_telegram_parse (text, strlen (text), &error);
  gdouble number;

  g_assert_no_error (error);
  g_assert_true (bb_p1_telegram_get_number (telegram, "1-0:1.7.0", &number));
  g_assert_cmpfloat (number, ==, 0.5);
  g_assert_false (bb_p1_telegram_get_number (telegram, "1-0:9", &number));
  g_assert_false (bb_p1_telegram_get_number (telegram, "1-0:8", &number));
  g_assert_true (bb_p1_telegram_get_number (telegram, "1-0:7", &number));
  g_assert_cmpfloat (number, ==, 0.012);
  g_assert_cmpstr (bb_p1_telegram_find (telegram, "1-0:7")->unit, ==, "V");
}

static void
test_wrong (void)
{
  static const struct {
    const gchar *text;
    BbP1Error code;
    const gchar *place;
  } rows[] = {
    { "", BB_P1_ERROR_SYNTAX, "byte 0:" },
    { "X", BB_P1_ERROR_SYNTAX, "byte 0:" },
    { "/X\r\n\r\n", BB_P1_ERROR_SYNTAX, "byte 6:" },
    { "/X\r\n\r\n!", BB_P1_ERROR_CHECKSUM, "byte 7:" },
    { "/X\r\n\r\n!B8A", BB_P1_ERROR_CHECKSUM, "byte 7:" },
    { "/X\r\n\r\n!B8AG", BB_P1_ERROR_CHECKSUM, "byte 7:" },
    { "/X\r\n\r\n!B8AB", BB_P1_ERROR_CHECKSUM, "byte 7:" },
    { "/X\r\n\r\n!B8AA/", BB_P1_ERROR_CHECKSUM, "byte 7:" },
    { "/X\r\n\r\n1-0:1.7.0\r\n!0A66", BB_P1_ERROR_SYNTAX, "byte 6:" },
    { "/X\r\n\r\n1-0:1.7.0(1\r\n!35EC", BB_P1_ERROR_SYNTAX, "byte 15:" },
    { "/X\r\n\r\n1-0:1.7.0(1)x\r\n!D9E0", BB_P1_ERROR_SYNTAX, "byte 15:" },
    { "/X\r\n\r\n1-0:1.7.0.12345678901234(1)\r\n!F8A1", BB_P1_ERROR_SYNTAX, "byte 6:" },
    { "/X\r\n\x01\r\n!B8AA", BB_P1_ERROR_SYNTAX, "byte 4:" },
    { "/X\r\n\xe4\r\n!B8AA", BB_P1_ERROR_SYNTAX, "byte 4:" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++) {
    g_autoptr (GError) error = NULL;

    g_assert_null (bb_p1_telegram_parse (rows[i].text, strlen (rows[i].text), &error));
    g_test_message ("%u: %s", i, error->message);
    g_assert_error (error, BB_P1_ERROR, (gint) rows[i].code);
    g_assert_true (g_str_has_prefix (error->message, rows[i].place));
  }
}

/* Any change of one byte is noticed, wherever it is. */
static void
test_damage (void)
{
  g_autofree gchar *copy = g_strdup (TELEGRAM);
  gsize length = strlen (copy) - 2;

  for (gsize i = 0; i < length; i++) {
    gchar was = copy[i];

    copy[i] = was == '5' ? '7' : '5';
    g_assert_null (bb_p1_telegram_parse (copy, strlen (copy), NULL));
    copy[i] = was;
  }
}

static BbP1Telegram *
parse_with_checksum (GString *text, GError **error)
{
  g_string_append_printf (text, "%04X", (guint) bb_p1_crc16 (text->str, text->len));
  return bb_p1_telegram_parse (text->str, text->len, error);
}

static void
test_bounds (void)
{
  g_autoptr (GString) many = g_string_new ("/X\r\n"), large = g_string_new ("/X\r\n");
  g_autoptr (GError) error = NULL, too_large = NULL;

  for (guint i = 0; i <= BB_P1_MAX_VALUES; i++)
    g_string_append_printf (many, "0:%u(1)\r\n", i);
  g_string_append (many, "!");
  g_assert_null (parse_with_checksum (many, &error));
  g_assert_error (error, BB_P1_ERROR, BB_P1_ERROR_TOO_LARGE);
  while (large->len <= BB_P1_MAX_BYTES)
    g_string_append (large, "\r\n");
  g_string_append (large, "!");
  g_assert_null (parse_with_checksum (large, &too_large));
  g_assert_error (too_large, BB_P1_ERROR, BB_P1_ERROR_TOO_LARGE);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/p1/telegram/crc", test_crc);
  g_test_add_func ("/p1/telegram/right", test_right);
  g_test_add_func ("/p1/telegram/numbers", test_numbers);
  g_test_add_func ("/p1/telegram/wrong", test_wrong);
  g_test_add_func ("/p1/telegram/damage", test_damage);
  g_test_add_func ("/p1/telegram/bounds", test_bounds);
  return g_test_run ();
}
