/* SPDX-License-Identifier: GPL-3.0-or-later */
/* modbus-pdu.h: the bytes of Modbus requests and answers (unit, function, data), without frames and without
 * I/O. */
#pragma once

#include "protocols/modbus/modbus-bus.h"

G_BEGIN_DECLS

/* Unit, function and at most 252 bytes of data. */
#define BB_MODBUS_MAX_PDU        254
#define BB_MODBUS_MAX_READ       125
#define BB_MODBUS_MAX_READ_BITS  2000
#define BB_MODBUS_MAX_WRITE      123
#define BB_MODBUS_MAX_WRITE_BITS 1968

gboolean bb_modbus_function_is_write (guint8 function);
gboolean bb_modbus_function_is_bits (guint8 function);

/* Writes the request; its size, or 0 with G_IO_ERROR_INVALID_ARGUMENT (count, address or function out of
 * range). */
gsize bb_modbus_build_request (const BbModbusRequest *request, guint8 out[BB_MODBUS_MAX_PDU], GError **error);

/* Checks an answer of any bytes against its request: unit, function, byte count, echo. The values (transfer
 * full, `n_values` of them; of a write those that were written), or NULL with BB_MODBUS_ERROR. */
guint16 *bb_modbus_check_answer (const BbModbusRequest *request, const guint8 *answer, gsize size,
                                 guint *n_values, GError **error);

/* A request as a server sees it. */
typedef struct {
  guint8 unit, function;
  guint16 address, count;
  guint16 values[BB_MODBUS_MAX_READ_BITS]; /* of a write */
} BbModbusParsed;

/* Reads a request of any bytes. 0, or the exception code that it deserves. At least 2 bytes. */
guint8 bb_modbus_parse_request (const guint8 *bytes, gsize size, BbModbusParsed *parsed);

/* How long the request is that starts with these bytes (unit first); 0 when that cannot be said yet or ever.
 */
gsize bb_modbus_request_size (const guint8 *bytes, gsize size);

/* The answer (unit first) to a request, with `values` for reads. Its size. */
gsize bb_modbus_build_answer (const BbModbusParsed *request, const guint16 *values,
                              guint8 out[BB_MODBUS_MAX_PDU]);

/* CRC-16 of RTU frames, as a number whose low byte goes first. */
guint16 bb_modbus_crc16 (const guint8 *bytes, gsize size);

/* "illegal data address" for 2 (transfer none). */
const gchar *bb_modbus_exception_name (guint8 code);

G_END_DECLS
