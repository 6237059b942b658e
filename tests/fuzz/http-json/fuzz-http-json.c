/* SPDX-License-Identifier: GPL-3.0-or-later */
/* fuzz-http-json.c: any bytes as the answer of a meter or a cloud, and as a challenge: a reading or an error.
 *
 * The first byte chooses: 0 a three-phase meter with signs, validity, sums; 1 a station's cloud; 2 a
 * WWW-Authenticate header, answered and checked; 3 a document that is built by pointers, a line each. */
#include <stdint.h>
#include <string.h>

#include "base/guard.h"
#include "devices/cloud-device.h"
#include "devices/http-device.h"
#include "protocols/http/http-digest.h"
#include "protocols/http/json-pointer.h"

int LLVMFuzzerTestOneInput (const uint8_t *data, size_t size);

static const char meter_text[]
    = "{\"format\":\"busbar-profile/"
      "1\",\"kind\":\"meter\",\"vendor\":\"V\",\"name\":\"N\",\"evidence\":\"unverified\","
      "\"sources\":[\"fuzz\"],\"phases\":1,\"interfaces\":[{\"connections\":[\"http\"],\"evidence\":"
      "\"unverified\","
      "\"link\":{\"port\":80,\"requests\":[\"/"
      "status\"]},\"resolution\":{\"phase_currents\":true,\"signed\":true,"
      "\"current_ma\":1,\"voltage_mv\":100,\"power_w\":1},\"points\":["
      "{\"role\":\"voltage.l1\",\"request\":0,\"unit\":\"V\",\"path\":\"/e/0/voltage\",\"invalid\":[999]},"
      "{\"role\":\"power.l1\",\"request\":0,\"unit\":\"W\",\"path\":\"/e/0/power\",\"export_positive\":true},"
      "{\"role\":\"current.l1\",\"derived\":\"power/voltage\",\"when\":\"voltage.l1 > 0\"},"
      "{\"role\":\"current.l1\",\"request\":0,\"unit\":\"A\",\"path\":\"/e/0/"
      "current\",\"sign_from\":\"power.l1\","
      "\"valid_path\":\"/e/0/is_valid\"},"
      "{\"role\":\"frequency\",\"request\":0,\"unit\":\"Hz\",\"path\":\"/a~1b/~0\"},"
      "{\"role\":\"power\",\"request\":0,\"unit\":\"kW\",\"path\":\"/p\",\"minus\":\"power.export\"},"
      "{\"role\":\"power.export\",\"request\":0,\"unit\":\"kW\",\"path\":\"/x\"},"
      "{\"role\":\"energy.import\",\"request\":0,\"unit\":\"kWh\",\"path\":\"/t1\",\"plus_paths\":[\"/t2\"]},"
      "{\"role\":\"energy.export\",\"request\":0,\"unit\":\"Wh\",\"path\":\"/r\"}]}]}";
static const char cloud_text[]
    = "{\"format\":\"busbar-profile/"
      "1\",\"kind\":\"station\",\"vendor\":\"V\",\"name\":\"N\",\"evidence\":\"unverified\","
      "\"sources\":[\"fuzz\"],\"phases\":1,\"interfaces\":[{\"connections\":[\"cloud\"],\"evidence\":"
      "\"unverified\","
      "\"link\":{\"host\":\"https://localhost\"},\"points\":[{\"role\":\"state\",\"path\":\"710\"},"
      "{\"role\":\"current.l1\",\"unit\":\"A\",\"path\":\"507\"},{\"role\":\"voltage.l1\",\"unit\":\"V\","
      "\"path\":\"501\"},"
      "{\"role\":\"power\",\"unit\":\"W\",\"path\":\"513\"},{\"role\":\"energy.session\",\"unit\":\"kWh\","
      "\"path\":\"553\"},"
      "{\"role\":\"energy.import\",\"unit\":\"Wh\",\"path\":\"554\"},{\"role\":\"phases.actual\",\"path\":"
      "\"512\"},"
      "{\"role\":\"limit.actual\",\"unit\":\"A\",\"path\":\"708\"}],"
      "\"states\":[{\"when\":\"state == 1\",\"iec\":\"A\",\"status\":\"free\"},"
      "{\"when\":\"state == 3\",\"iec\":\"C\",\"status\":\"charging\",\"reason\":\"charges\"}],"
      "\"control\":{\"unit\":\"A\",\"step_a\":0.1,\"min_on_a\":6,\"off_a\":0,\"phase_codes\":{\"1\":4,\"3\":"
      "10}},"
      "\"watchdog\":{\"kind\":\"none\"}}]}";

static const BbInterface *
get_interface (BbProfile **profile, const char *text, BbConnection connection)
{
  if (*profile == NULL) {
    g_autoptr (GError) error = NULL;

    *profile = bb_profile_parse (text, -1, "fuzz.json", &error);
    g_assert_no_error (error);
  }
  return bb_profile_find_interface (*profile, connection);
}

static void
try_meter (const char *text)
{
  static BbProfile *profile;
  const BbInterface *interface = get_interface (&profile, meter_text, BB_CONNECTION_HTTP);
  g_autoptr (JsonNode) root = bb_json_parse (text, -1, "fuzz", NULL);
  JsonNode *documents[] = { root };
  BbMeterReading reading = { 0 }, before = reading;
  g_autoptr (GError) error = NULL;

  if (bb_http_device_decode (interface, NULL, documents, 1, &reading, &error))
    return;
  g_assert_nonnull (error);
  g_assert_cmpmem (&reading, sizeof reading, &before, sizeof before);
}

static void
try_cloud (const char *text)
{
  static BbProfile *profile;
  const BbInterface *interface = get_interface (&profile, cloud_text, BB_CONNECTION_CLOUD);
  g_autoptr (JsonNode) root = bb_json_parse (text, -1, "fuzz", NULL);
  BbStationReading reading = { 0 };
  g_autoptr (GError) error = NULL;
  gboolean stop;

  g_assert_true (bb_cloud_device_decode (interface, root, &reading, &stop, &error) == (error == NULL));
  g_assert_cmpint (reading.status, <=, BB_STATION_NOT_IN_OPERATION);
  g_assert_cmpint (reading.phases_now, <=, 3);
}

/* What we answer to a challenge is right in our own eyes, and wrong with another password. */
static void
try_challenge (const char *text)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (BbHttpChallenge) challenge = bb_http_challenge_parse (text, &error);
  g_autofree char *header = NULL;

  g_assert_true ((challenge == NULL) == (error != NULL));
  if (challenge != NULL) {
    header = bb_http_digest_authorize (challenge, "ad\"min", "secret", "GET", "/x?y=1", 1, "0a4f113b");
    g_assert_true (strlen (header) > 6000 /* too long to be looked at */
                   || bb_http_digest_check (challenge, header, "ad\"min", "secret", "GET", "/x?y=1"));
    g_assert_false (bb_http_digest_check (challenge, header, "ad\"min", "Secret", "GET", "/x?y=1"));
    bb_http_digest_check (challenge, text, "admin", "secret", "GET", "/");
  }
}

static void
try_build (const char *text)
{
  g_autoptr (JsonNode) root = json_from_string ("{}", NULL);
  g_auto (GStrv) lines = g_strsplit (text, "\n", 20);

  for (unsigned i = 0; lines[i] != NULL; i++) {
    double value = -1;

    if (!g_utf8_validate (lines[i], -1, NULL)
        || !bb_json_pointer_set (root, lines[i], json_node_init_int (json_node_alloc (), i)))
      continue;
    g_assert_true (bb_json_pointer_get_number (root, lines[i], &value));
    g_assert_cmpfloat (value, ==, i);
  }
}

int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
  g_autofree char *text = NULL;

  if (size < 1 || size > 1 << 16)
    return 0;
  text = g_strndup ((const char *) data + 1, size - 1);
  switch (data[0] & 3) {
  case 0:
    try_meter (text);
    break;
  case 1:
    try_cloud (text);
    break;
  case 2:
    try_challenge (text);
    break;
  default:
    try_build (text);
  }
  return 0;
}
