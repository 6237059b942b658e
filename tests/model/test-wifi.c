/* SPDX-License-Identifier: GPL-3.0-or-later */
/* test-wifi.c: names and passwords of WiFi networks (A-03, T-04, C-06, C-15). */
#include <glib.h>

#include "model/wifi-rules.h"

typedef struct {
  const gchar *text;
  BbWifiVerdict ssid;
  gint ssid_position;
  BbWifiVerdict password;
} Row;

static const Row rows[] = {
  { "Home2400", BB_WIFI_OK, -1, BB_WIFI_OK },
  { "A", BB_WIFI_OK, -1, BB_WIFI_TOO_SHORT },
  { "1234567", BB_WIFI_OK, -1, BB_WIFI_TOO_SHORT },
  { "12345678", BB_WIFI_OK, -1, BB_WIFI_OK },
  { "123456789012345678901234567890", BB_WIFI_OK, -1, BB_WIFI_OK },         /* 30 */
  { "1234567890123456789012345678901", BB_WIFI_OK, -1, BB_WIFI_TOO_LONG },  /* 31 */
  { "12345678901234567890123456789012", BB_WIFI_OK, -1, BB_WIFI_TOO_LONG }, /* 32 */
  { "123456789012345678901234567890123", BB_WIFI_TOO_LONG, -1, BB_WIFI_TOO_LONG },
  { "my_home-24", BB_WIFI_WARN_SEPARATOR, 2, BB_WIFI_WARN_SEPARATOR },
  { "my home 24", BB_WIFI_BLANK, 2, BB_WIFI_BLANK },
  { "my_home 24", BB_WIFI_BLANK, 7, BB_WIFI_BLANK }, /* a refusal beats a warning before it */
  { "tab\there1", BB_WIFI_BLANK, 3, BB_WIFI_BLANK },
  { "Caf\303\251Plus", BB_WIFI_NOT_ASCII, 3, BB_WIFI_NOT_ASCII },
  { "home!2400", BB_WIFI_SYMBOL, 4, BB_WIFI_SYMBOL },
  { "home.2400", BB_WIFI_SYMBOL, 4, BB_WIFI_SYMBOL },
};

static void
test_rows (void)
{
  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++) {
    gint position = 99;

    g_test_message ("%s", rows[i].text);
    g_assert_cmpint (bb_wifi_check_ssid (rows[i].text, &position), ==, rows[i].ssid);
    g_assert_cmpint (position, ==, rows[i].ssid_position);
    g_assert_cmpint (bb_wifi_check_password (rows[i].text, NULL), ==, rows[i].password);
  }
}

static void
test_empty (void)
{
  g_assert_cmpint (bb_wifi_check_ssid ("", NULL), ==, BB_WIFI_EMPTY);
  g_assert_cmpint (bb_wifi_check_password ("", NULL), ==, BB_WIFI_OK);
}

/* Each verdict but "fine" has a sentence, of names and of passwords where it can come up. */
static void
test_sentences (void)
{
  g_assert_null (bb_wifi_verdict_get_sentence (BB_WIFI_OK, FALSE));
  g_assert_null (bb_wifi_verdict_get_sentence (BB_WIFI_OK, TRUE));
  for (gint verdict = BB_WIFI_WARN_SEPARATOR; verdict <= BB_WIFI_SYMBOL; verdict++) {
    g_assert_nonnull (bb_wifi_verdict_get_sentence ((BbWifiVerdict) verdict, TRUE));
    if (verdict != BB_WIFI_TOO_SHORT)
      g_assert_nonnull (bb_wifi_verdict_get_sentence ((BbWifiVerdict) verdict, FALSE));
    g_assert_cmpint (bb_wifi_verdict_is_usable ((BbWifiVerdict) verdict), ==,
                     verdict == BB_WIFI_WARN_SEPARATOR);
  }
}

static void
test_network (void)
{
  static const struct {
    guint mhz;
    BbWifiSecurity security;
    gboolean also_5ghz, usable, says;
  } cases[] = {
    { 2437, BB_WIFI_WPA2, FALSE, TRUE, FALSE },       { 0, BB_WIFI_WPA, FALSE, TRUE, FALSE },
    { 2412, BB_WIFI_WPA2_WPA3, FALSE, TRUE, FALSE },  { 5180, BB_WIFI_WPA2, FALSE, FALSE, TRUE },
    { 5955, BB_WIFI_WPA2, FALSE, FALSE, TRUE },       { 2437, BB_WIFI_WPA3, FALSE, FALSE, TRUE },
    { 2437, BB_WIFI_ENTERPRISE, FALSE, FALSE, TRUE }, { 2437, BB_WIFI_WEP, FALSE, TRUE, TRUE },
    { 2437, BB_WIFI_OPEN, FALSE, TRUE, TRUE },        { 2437, BB_WIFI_WPA2, TRUE, TRUE, TRUE },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++) {
    gboolean usable = !cases[i].usable;
    const gchar *sentence
        = bb_wifi_check_network (cases[i].mhz, cases[i].security, cases[i].also_5ghz, &usable);

    g_assert_cmpint (usable, ==, cases[i].usable);
    g_assert_cmpint (sentence != NULL, ==, cases[i].says);
  }
  g_assert_null (bb_wifi_check_network (2437, BB_WIFI_WPA2, FALSE, NULL));
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/wifi/A-03/rows", test_rows);
  g_test_add_func ("/wifi/A-03/empty", test_empty);
  g_test_add_func ("/wifi/A-03/sentences", test_sentences);
  g_test_add_func ("/wifi/T-04/C-06/C-15/network", test_network);
  return g_test_run ();
}
