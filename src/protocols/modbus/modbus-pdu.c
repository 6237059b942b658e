/* SPDX-License-Identifier: GPL-3.0-or-later */
/* modbus-pdu.c: building and checking the bytes of Modbus requests and answers.
 * Source: MODBUS Application Protocol Specification V1.1b3, sections 6.1-6.6, 6.11, 6.12 and 7. */
#include "protocols/modbus/modbus-pdu.h"

#include <glib/gi18n.h>
#include <string.h>

G_DEFINE_QUARK (bb_modbus_error, bb_modbus_error)

gboolean
bb_modbus_function_is_write (guint8 function)
{
  return function == 5 || function == 6 || function == 15 || function == 16;
}

gboolean
bb_modbus_function_is_bits (guint8 function)
{
  return function == 1 || function == 2 || function == 5 || function == 15;
}

/* The most that a function takes at once; 0: unknown function. */
static guint
most_of (guint8 function)
{
  switch (function) {
  case 1:
  case 2:
    return BB_MODBUS_MAX_READ_BITS;
  case 3:
  case 4:
    return BB_MODBUS_MAX_READ;
  case 5:
  case 6:
    return 1;
  case 15:
    return BB_MODBUS_MAX_WRITE_BITS;
  case 16:
    return BB_MODBUS_MAX_WRITE;
  default:
    return 0;
  }
}

static guint8 *
put_u16 (guint8 *at, guint value)
{
  *at++ = (guint8) (value >> 8);
  *at++ = (guint8) value;
  return at;
}

static guint16
get_u16 (const guint8 *at)
{
  return (guint16) (at[0] << 8 | at[1]);
}

/* Bytes that `count` values take on the wire. */
static guint
bytes_of (guint8 function, guint count)
{
  return bb_modbus_function_is_bits (function) ? (count + 7) / 8 : 2 * count;
}

static guint8 *
put_values (guint8 *at, guint8 function, const guint16 *values, guint count)
{
  guint n_bytes = bytes_of (function, count);

  memset (at, 0, n_bytes);
  for (guint i = 0; i < count; i++)
    if (bb_modbus_function_is_bits (function))
      at[i / 8] |= (guint8) ((values[i] != 0) << i % 8);
    else
      put_u16 (at + 2 * i, values[i]);
  return at + n_bytes;
}

static void
get_values (const guint8 *at, guint8 function, guint16 *values, guint count)
{
  for (guint i = 0; i < count; i++)
    values[i] = bb_modbus_function_is_bits (function) ? at[i / 8] >> i % 8 & 1 : get_u16 (at + 2 * i);
}

/* The value field of functions 5 and 6. */
static guint
single_value (guint8 function, guint16 value)
{
  return function == 6 ? value : value != 0 ? 0xff00 : 0;
}

gsize
bb_modbus_build_request (const BbModbusRequest *request, guint8 out[BB_MODBUS_MAX_PDU], GError **error)
{
  gboolean writes = bb_modbus_function_is_write (request->function);
  guint8 *at = out;

  if (request->count < 1 || request->count > most_of (request->function)
      || request->address + (guint) request->count > 65536 || (writes && request->values == NULL)) {
    g_set_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT,
                 _ ("Modbus function %u cannot take %u values at %u."), request->function, request->count,
                 request->address);
    return 0;
  }
  *at++ = request->unit;
  *at++ = request->function;
  at = put_u16 (at, request->address);
  if (request->function == 5 || request->function == 6)
    return (gsize) (put_u16 (at, single_value (request->function, request->values[0])) - out);
  at = put_u16 (at, request->count);
  if (writes) {
    *at++ = (guint8) bytes_of (request->function, request->count);
    at = put_values (at, request->function, request->values, request->count);
  }
  return (gsize) (at - out);
}

/* ---- answers ---- */

G_GNUC_PRINTF (2, 3)
static gboolean
damaged (GError **error, const gchar *format, ...)
{
  g_autofree gchar *text = NULL;
  va_list args;

  va_start (args, format);
  text = g_strdup_vprintf (format, args);
  va_end (args);
  g_set_error (error, BB_MODBUS_ERROR, BB_MODBUS_ERROR_DAMAGED, _ ("The answer is damaged: %s."), text);
  return FALSE;
}

const gchar *
bb_modbus_exception_name (guint8 code)
{
  static const gchar *const names[] = { N_ ("unknown"),
                                        N_ ("illegal function"),
                                        N_ ("illegal data address"),
                                        N_ ("illegal data value"),
                                        N_ ("device failure"),
                                        N_ ("acknowledged, takes time"),
                                        N_ ("device busy"),
                                        N_ ("refused"),
                                        N_ ("memory parity error"),
                                        N_ ("unknown"),
                                        N_ ("gateway path unavailable"),
                                        N_ ("device behind the gateway does not answer") };
  return _ (names[code < G_N_ELEMENTS (names) ? code : 0]);
}

static gboolean
check_exception (const guint8 *answer, gsize size, GError **error)
{
  if (size != 3 || answer[2] < 1 || answer[2] > 11)
    return damaged (error, "an exception without a known code");
  g_set_error (error, BB_MODBUS_ERROR, BB_MODBUS_ERROR_EXCEPTION + answer[2],
               _ ("The device refused the request: %s (exception %u)."), bb_modbus_exception_name (answer[2]),
               answer[2]);
  return FALSE;
}

static gboolean
check_head (const BbModbusRequest *request, const guint8 *answer, gsize size, GError **error)
{
  if (size < 3)
    return damaged (error, "only %" G_GSIZE_FORMAT " bytes", size);
  if (answer[0] != request->unit)
    return damaged (error, "from unit %u, not %u", answer[0], request->unit);
  if (answer[1] == (request->function | 0x80))
    return check_exception (answer, size, error);
  if (answer[1] != request->function)
    return damaged (error, "function %u, not %u", answer[1], request->function);
  return TRUE;
}

static gboolean
check_echo (const BbModbusRequest *request, const guint8 *answer, gsize size, GError **error)
{
  gboolean single = request->function == 5 || request->function == 6;
  guint second = single ? single_value (request->function, request->values[0]) : request->count;

  if (size != 6)
    return damaged (error, "%" G_GSIZE_FORMAT " bytes, not 6", size);
  if (get_u16 (answer + 2) != request->address)
    return damaged (error, "address %u, not %u", get_u16 (answer + 2), request->address);
  if (get_u16 (answer + 4) != second)
    return damaged (error, "%s %u, not %u", single ? "value" : "count", get_u16 (answer + 4), second);
  return TRUE;
}

static gboolean
check_read (const BbModbusRequest *request, const guint8 *answer, gsize size, GError **error)
{
  guint n_bytes = bytes_of (request->function, request->count);

  if (answer[2] != n_bytes || size != 3u + n_bytes)
    return damaged (error, "%u bytes of data announced in %" G_GSIZE_FORMAT ", not %u", answer[2], size,
                    n_bytes);
  return TRUE;
}

guint16 *
bb_modbus_check_answer (const BbModbusRequest *request, const guint8 *answer, gsize size, guint *n_values,
                        GError **error)
{
  gboolean writes = bb_modbus_function_is_write (request->function);
  guint16 *values;

  *n_values = 0;
  if (!check_head (request, answer, size, error)
      || !(writes ? check_echo : check_read) (request, answer, size, error))
    return NULL;
  values = g_new (guint16, request->count);
  if (writes)
    memcpy (values, request->values, request->count * sizeof *values);
  else
    get_values (answer + 3, request->function, values, request->count);
  *n_values = request->count;
  return values;
}

/* ---- the server's side ---- */

gsize
bb_modbus_request_size (const guint8 *bytes, gsize size)
{
  if (size < 2 || most_of (bytes[1]) == 0)
    return 0;
  if (bytes[1] != 15 && bytes[1] != 16)
    return 6;
  return size < 7 ? 0 : 7u + bytes[6];
}

guint8
bb_modbus_parse_request (const guint8 *bytes, gsize size, BbModbusParsed *parsed)
{
  guint field;

  memset (parsed, 0, sizeof *parsed);
  parsed->unit = bytes[0];
  parsed->function = bytes[1];
  if (most_of (parsed->function) == 0)
    return 1;
  if (size < 6 || size != bb_modbus_request_size (bytes, size))
    return 3;
  parsed->address = get_u16 (bytes + 2);
  field = get_u16 (bytes + 4);
  if (parsed->function == 5 || parsed->function == 6) {
    parsed->count = 1;
    parsed->values[0] = parsed->function == 6 ? (guint16) field : field == 0xff00;
    return parsed->function == 5 && field != 0 && field != 0xff00 ? 3 : 0;
  }
  if (field < 1 || field > most_of (parsed->function))
    return 3;
  parsed->count = (guint16) field;
  if (parsed->address + field > 65536)
    return 2;
  if (!bb_modbus_function_is_write (parsed->function))
    return 0;
  if (bytes[6] != bytes_of (parsed->function, field))
    return 3;
  get_values (bytes + 7, parsed->function, parsed->values, field);
  return 0;
}

gsize
bb_modbus_build_answer (const BbModbusParsed *request, const guint16 *values, guint8 out[BB_MODBUS_MAX_PDU])
{
  guint8 *at = out;

  *at++ = request->unit;
  *at++ = request->function;
  if (!bb_modbus_function_is_write (request->function)) {
    *at++ = (guint8) bytes_of (request->function, request->count);
    return (gsize) (put_values (at, request->function, values, request->count) - out);
  }
  at = put_u16 (at, request->address);
  if (request->function == 15 || request->function == 16)
    at = put_u16 (at, request->count);
  else
    at = put_u16 (at, single_value (request->function, request->values[0]));
  return (gsize) (at - out);
}

guint16
bb_modbus_crc16 (const guint8 *bytes, gsize size)
{
  guint crc = 0xffff;

  for (gsize i = 0; i < size; i++) {
    crc ^= bytes[i];
    for (gint bit = 0; bit < 8; bit++)
      crc = (crc & 1) != 0 ? crc >> 1 ^ 0xa001 : crc >> 1;
  }
  return (guint16) crc;
}
