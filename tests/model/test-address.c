/* SPDX-License-Identifier: GPL-3.0-or-later */
/* test-address.c: addresses of meters and stations: every form, and everything that is none. */
#include <string.h>

#include "model/address.h"

typedef struct {
  const gchar *text, *host, *device;
  guint port, unit, baud;
  gchar parity;
  guint stop_bits;
} Good;

static const Good good[] = {
  { "", NULL, NULL, 0, 0, 0, 0, 0 },
  { "192.168.1.50", "192.168.1.50", NULL, 0, 0, 0, 0, 0 },
  { "192.168.1.50:502", "192.168.1.50", NULL, 502, 0, 0, 0, 0 },
  { "192.168.1.50:502/3", "192.168.1.50", NULL, 502, 3, 0, 0, 0 },
  { "192.168.1.50/255", "192.168.1.50", NULL, 0, 255, 0, 0, 0 },
  { "meter.local:1", "meter.local", NULL, 1, 0, 0, 0, 0 },
  { "x:65535/1", "x", NULL, 65535, 1, 0, 0, 0 },
  { "[fe80::1]", "fe80::1", NULL, 0, 0, 0, 0, 0 },
  { "[fe80::1]:502/7", "fe80::1", NULL, 502, 7, 0, 0, 0 },
  { "/dev/ttyUSB0", NULL, "/dev/ttyUSB0", 0, 0, 0, 0, 0 },
  { "/dev/ttyUSB0:9600-8N1", NULL, "/dev/ttyUSB0", 0, 0, 9600, 'N', 1 },
  { "/dev/ttyUSB0:57600-8E1/247", NULL, "/dev/ttyUSB0", 0, 247, 57600, 'E', 1 },
  { "/dev/serial/by-id/x-if00:300-8O2/1", NULL, "/dev/serial/by-id/x-if00", 0, 1, 300, 'O', 2 },
  { "/dev/ttyS1:921600-8N2", NULL, "/dev/ttyS1", 0, 0, 921600, 'N', 2 },
};

static const gchar *const bad[] = {
  ":502",
  "/",
  "host:",
  "host:0",
  "host:65536",
  "host:-1",
  "host:+5",
  "host:502x",
  "host: 502",
  "host:99999999999999999999",
  "host/0",
  "host/256",
  "host/",
  "host/1/2",
  "host:1:2",
  "fe80::1",
  "[fe80::1",
  "[fe80::1]x",
  "[fe80/1]",
  "[/]",
  "[fe80::1]502",
  "[]",
  "[]:502",
  "ho st",
  "host\t",
  "ho\nst",
  "user@host",
  "http://host",
  "host?x",
  "<b>host</b>",
  "host:502/1 ",
  "/dev/ttyUSB0:",
  "/dev/ttyUSB0:9600",
  "/dev/ttyUSB0:9600-",
  "/dev/ttyUSB0:9600-7N1",
  "/dev/ttyUSB0:9600-8X1",
  "/dev/ttyUSB0:9600-8N3",
  "/dev/ttyUSB0:9600-8N",
  "/dev/ttyUSB0:9600-8N11",
  "/dev/ttyUSB0:299-8N1",
  "/dev/ttyUSB0:921601-8N1",
  "/dev/ttyUSB0:9600-8N1/0",
  "/dev/ttyUSB0:9600-8N1/248",
  "/dev/ttyUSB0:9600-8N1/",
  "/dev/tty USB0",
  "/dev/tty\nUSB0",
  "host\x01",
  "\xff\xfe",
};

static void
test_good (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (good); i++) {
    g_auto (BbAddress) address = { 0 };
    g_autoptr (GError) error = NULL;
    g_test_message ("“%s”", good[i].text);
    bb_address_parse (good[i].text, &address, &error);
    g_assert_no_error (error);
    g_assert_cmpstr (address.host, ==, good[i].host);
    g_assert_cmpstr (address.device, ==, good[i].device);
    g_assert_cmpuint (address.port, ==, good[i].port);
    g_assert_cmpuint (address.unit, ==, good[i].unit);
    g_assert_cmpuint (address.baud, ==, good[i].baud);
    g_assert_cmpint (address.parity, ==, good[i].parity);
    g_assert_cmpuint (address.stop_bits, ==, good[i].stop_bits);
  }
}

static void
test_bad (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (bad); i++) {
    g_auto (BbAddress) address = { 0 };
    g_autoptr (GError) error = NULL;
    g_test_message ("%u: “%s”", i, g_utf8_validate (bad[i], -1, NULL) ? bad[i] : "not UTF-8");
    g_assert_false (bb_address_parse (bad[i], &address, &error));
    g_assert_error (error, BB_MODEL_ERROR, BB_MODEL_ERROR_CHECK);
    g_assert_true (g_utf8_validate (error->message, -1, NULL));
    g_assert_null (address.host);
    g_assert_null (address.device);
  }
}

/* Whatever text comes: an address or an error, nothing else; and what is an address is usable. */
static void
test_hostile (void)
{
  static const gchar letters[] = "1.:/[]-8NE@ \t\xff"
                                 "abc";
  g_autoptr (GRand) rand = g_rand_new_with_seed (4);
  for (guint i = 0; i < 20000; i++) {
    g_auto (BbAddress) address = { 0 };
    gchar text[24] = { 0 };
    guint n = (guint) g_rand_int_range (rand, 0, sizeof text);
    for (guint b = 0; b < n; b++)
      text[b] = letters[g_rand_int_range (rand, 0, sizeof letters - 1)];
    if (!bb_address_parse (text, &address, NULL)) {
      g_assert_true (address.host == NULL && address.device == NULL);
      continue;
    }
    g_assert_true (address.host == NULL || address.device == NULL);
    g_assert_true (address.host == NULL || *address.host != '\0');
    g_assert_true (address.baud == 0 || (address.baud >= 300 && address.stop_bits >= 1));
  }
  g_autofree gchar *longest = g_strnfill (1 << 20, 'a');
  g_auto (BbAddress) address = { 0 };
  g_assert_false (bb_address_parse (longest, &address, NULL));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/address/good", test_good);
  g_test_add_func ("/address/bad", test_bad);
  g_test_add_func ("/address/hostile", test_hostile);
  return g_test_run ();
}
