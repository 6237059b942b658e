/* SPDX-License-Identifier: GPL-3.0-or-later */
/* fuzz-modbus.c: any bytes as the answer to a request, and as a request: values or an error, never anything
 * else.
 *
 * The first 6 bytes are the request: unit, function, address, count; the rest is what came back. A request
 * that can be built must also be understood by the server's side, whose answer must be taken. With
 * libFuzzer's main, or with run-corpus.c's, which takes files. */
#include <stdint.h>
#include <string.h>

#include "protocols/modbus/modbus-pdu.h"

int LLVMFuzzerTestOneInput (const uint8_t *data, size_t size);

static guint16 values[2000];

/* What the two sides make of each other. */
static void
try_both_sides (const BbModbusRequest *request, const guint8 *bytes, gsize size)
{
  g_autoptr (GError) error = NULL;
  g_autofree guint16 *got = NULL;
  guint8 answer[BB_MODBUS_MAX_PDU + 1] = { 0 };
  BbModbusParsed parsed;
  gsize answer_size;
  guint n;

  g_assert_cmpuint (size, <=, BB_MODBUS_MAX_PDU);
  g_assert_cmpuint (bb_modbus_request_size (bytes, size), ==, size);
  g_assert_cmpuint (bb_modbus_parse_request (bytes, size, &parsed), ==, 0);
  g_assert_cmpuint (parsed.unit, ==, request->unit);
  g_assert_cmpuint (parsed.function, ==, request->function);
  g_assert_cmpuint (parsed.address, ==, request->address);
  g_assert_cmpuint (parsed.count, ==, request->count);
  answer_size = bb_modbus_build_answer (&parsed, values, answer);
  g_assert_cmpuint (answer_size, <=, BB_MODBUS_MAX_PDU);
  got = bb_modbus_check_answer (request, answer, answer_size, &n, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (n, ==, request->count);
  for (guint i = 0; i < n && !bb_modbus_function_is_bits (request->function); i++)
    g_assert_cmpuint (got[i], ==, values[i]);
  /* One byte less or more, or another unit, and it is not taken. */
  for (gint wrong = 0; wrong < 3; wrong++) {
    answer[0] ^= wrong == 2;
    g_assert_null (
        bb_modbus_check_answer (request, answer, answer_size - (wrong == 0) + (wrong == 1), &n, NULL));
  }
}

static void
try_answer (const BbModbusRequest *request, const guint8 *answer, gsize size)
{
  g_autoptr (GError) error = NULL;
  guint n;
  g_autofree guint16 *got = bb_modbus_check_answer (request, answer, size, &n, &error);

  g_assert_true ((got == NULL) == (error != NULL));
  g_assert_cmpuint (n, ==, got != NULL ? request->count : 0);
  if (error != NULL)
    g_assert_true (
        error->domain == BB_MODBUS_ERROR
        && (error->code == BB_MODBUS_ERROR_DAMAGED
            || (error->code > BB_MODBUS_ERROR_EXCEPTION && error->code <= BB_MODBUS_ERROR_EXCEPTION + 11)));
}

static void
try_request (const guint8 *bytes, gsize size)
{
  BbModbusParsed parsed;
  guint8 code, out[BB_MODBUS_MAX_PDU];

  bb_modbus_request_size (bytes, size);
  bb_modbus_crc16 (bytes, size);
  if (size < 2)
    return;
  code = bb_modbus_parse_request (bytes, size, &parsed);
  g_assert_cmpuint (code, <=, 3);
  if (code == 0)
    g_assert_cmpuint (bb_modbus_build_answer (&parsed, values, out), <=, BB_MODBUS_MAX_PDU);
}

int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
  g_autoptr (GError) error = NULL;
  /* An allocation of just this size, so that a read past the end shows. */
  g_autofree guint8 *rest = NULL;
  BbModbusRequest request = { .values = values };
  guint8 bytes[BB_MODBUS_MAX_PDU];
  gsize built;

  if (size < 6)
    return 0;
  for (guint i = 0; i < G_N_ELEMENTS (values); i++)
    values[i] = (guint16) (i * 257 + data[0]);
  request.unit = data[0];
  request.function = data[1];
  request.address = (guint16) (data[2] << 8 | data[3]);
  request.count = (guint16) (data[4] << 8 | data[5]);
  rest = g_memdup2 (data + 6, size - 6);
  try_request (rest, size - 6);
  built = bb_modbus_build_request (&request, bytes, &error);
  g_assert_true ((built == 0) == (error != NULL));
  if (built == 0)
    return 0;
  try_both_sides (&request, bytes, built);
  try_answer (&request, rest, size - 6);
  return 0;
}
