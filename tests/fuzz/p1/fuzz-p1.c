/* SPDX-License-Identifier: GPL-3.0-or-later */
/* fuzz-p1.c: any bytes from a P1 port: telegrams and a reading, or an error, never anything else.
 *
 * The first byte says in how large pieces the rest arrives, and (top bit) that check sums are put right, so
 * that what lies behind them is reached. The same bytes in one piece must give as many telegrams. */
#include <math.h>
#include <stdint.h>
#include <string.h>

#include "devices/p1-device.h"
#include "protocols/p1/p1-stream.h"

int LLVMFuzzerTestOneInput (const uint8_t *data, size_t size);

static const char profile_text[]
    = "{\"format\":\"busbar-profile/"
      "1\",\"kind\":\"meter\",\"vendor\":\"V\",\"name\":\"N\",\"evidence\":\"unverified\","
      "\"sources\":[\"fuzz\"],\"phases\":1,\"interfaces\":[{\"connections\":[\"p1\"],\"evidence\":"
      "\"unverified\","
      "\"link\":{\"port\":1502},\"resolution\":{\"phase_currents\":true,\"signed\":true,\"current_ma\":5,"
      "\"voltage_mv\":100,\"power_w\":1},\"points\":["
      "{\"role\":\"voltage.l1\",\"unit\":\"V\",\"path\":\"1-0:32.7.0\"},"
      "{\"role\":\"power.l1\",\"unit\":\"kW\",\"path\":\"1-0:21.7.0\",\"minus\":\"power.export.l1\"},"
      "{\"role\":\"power.export.l1\",\"unit\":\"kW\",\"path\":\"1-0:22.7.0\"},"
      "{\"role\":\"current.l1\",\"derived\":\"power/voltage\",\"when\":\"voltage.l1 > 0\"},"
      "{\"role\":\"current.l1\",\"unit\":\"A\",\"path\":\"1-0:31.7.0\",\"sign_from\":\"power.l1\"},"
      "{\"role\":\"energy.import\",\"unit\":\"kWh\",\"path\":\"1-0:1.8.1\",\"plus_paths\":[\"1-0:1.8.2\"]}]}]"
      "}";

static const BbInterface *
get_interface (void)
{
  static BbProfile *profile;

  if (profile == NULL) {
    g_autoptr (GError) error = NULL;

    profile = bb_profile_parse (profile_text, -1, "fuzz.json", &error);
    g_assert_no_error (error);
  }
  return bb_profile_find_interface (profile, BB_CONNECTION_P1);
}

static void
read_values (const BbP1Telegram *telegram)
{
  BbMeterReading reading = { 0 }, before = reading;
  g_autoptr (GError) error = NULL;

  g_assert_cmpuint (telegram->values->len, <=, BB_P1_MAX_VALUES);
  for (guint i = 0; i < telegram->values->len; i++) {
    const BbP1Value *value = &g_array_index (telegram->values, BbP1Value, i);

    g_assert_true (!value->is_number || isfinite (value->number));
    g_assert_nonnull (bb_p1_telegram_find (telegram, value->obis));
    g_assert_cmpuint (strlen (value->text) + strlen (value->unit), <, BB_P1_MAX_BYTES);
  }
  if (!bb_p1_device_decode (get_interface (), telegram, 1, &reading, &error)) {
    g_assert_nonnull (error);
    g_assert_cmpmem (&reading, sizeof reading, &before, sizeof before);
  }
}

/* Bytes in pieces; the number of telegrams. */
static unsigned
run (const uint8_t *data, size_t size, size_t piece)
{
  g_autoptr (BbP1Splitter) splitter = bb_p1_splitter_new ();
  unsigned n = 0;

  for (size_t at = 0; at < size; at += piece) {
    BbP1Telegram *telegram;

    bb_p1_splitter_push (splitter, data + at, MIN (piece, size - at));
    while ((telegram = bb_p1_splitter_take (splitter)) != NULL) {
      read_values (telegram);
      bb_p1_telegram_free (telegram);
      n++;
    }
  }
  g_assert_true ((bb_p1_splitter_get_n_bad (splitter) > 0)
                 == (bb_p1_splitter_get_last_error (splitter) != NULL));
  return n;
}

/* The check sum of each stretch from "/" to "!" at the start of a line. */
static void
put_right (uint8_t *data, size_t size)
{
  size_t start = 0;

  for (size_t i = 1; i + 5 <= size; i++) {
    char text[5];

    if (data[i] == '/' && data[i - 1] == '\n')
      start = i;
    if (data[i] != '!' || data[i - 1] != '\n')
      continue;
    g_snprintf (text, sizeof text, "%04X", (unsigned) bb_p1_crc16 (data + start, i + 1 - start));
    memcpy (data + i + 1, text, 4);
  }
}

int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
  g_autofree uint8_t *copy = NULL;
  size_t piece;

  if (size < 1 || size > 1 << 16)
    return 0;
  piece = (data[0] & 0x7f) == 0 ? 1 : (size_t) (data[0] & 0x7f) * 7;
  copy = g_memdup2 (data + 1, size - 1);
  if ((data[0] & 0x80) != 0 && size > 1)
    put_right (copy, size - 1);
  /* How much of an endless telegram is kept depends on the pieces. */
  if (size < BB_P1_MAX_BYTES)
    g_assert_cmpuint (run (copy, size - 1, piece), ==, run (copy, size - 1, size));
  else
    run (copy, size - 1, piece);
  return 0;
}
