/* SPDX-License-Identifier: GPL-3.0-or-later */
/* modbus-answer.c: a server's answers: through libmodbus, and the broken ones byte by byte. */
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "protocols/modbus/modbus-server-private.h"

static gboolean
send_bytes (BbModbusConnection *connection, const guint8 *bytes, gsize size)
{
  gssize n = connection->rtu ? write (connection->fd, bytes, size)
                             : send (connection->fd, bytes, size, MSG_NOSIGNAL);
  return n == (gssize) size;
}

/* A mapping that holds just the values asked for or written. */
static modbus_mapping_t *
mapping_for (const BbModbusParsed *parsed, const guint16 *values)
{
  guint at = parsed->address, n = parsed->count;
  guint8 function = parsed->function;
  gboolean bits = bb_modbus_function_is_bits (function);
  gboolean input = function == 2 || function == 4;
  modbus_mapping_t *mapping
      = modbus_mapping_new_start_address (bits && !input ? at : 0, bits && !input ? n : 0,
                                          bits && input ? at : 0, bits && input ? n : 0,
                                          !bits && !input ? at : 0, !bits && !input ? n : 0,
                                          !bits && input ? at : 0, !bits && input ? n : 0);

  for (guint i = 0; mapping != NULL && i < n; i++)
    if (bits)
      (input ? mapping->tab_input_bits : mapping->tab_bits)[i] = values[i] != 0;
    else
      (input ? mapping->tab_input_registers : mapping->tab_registers)[i] = values[i];
  return mapping;
}

static gboolean
answer_well (BbModbusConnection *connection, const guint8 *frame, gsize size, const BbModbusParsed *parsed,
             const guint16 *values)
{
  modbus_mapping_t *mapping = mapping_for (parsed, values);
  gint n = mapping != NULL ? modbus_reply (connection->modbus, frame, (gint) size, mapping) : -1;

  g_clear_pointer (&mapping, modbus_mapping_free);
  return n > 0;
}

/* The first half of the answer. */
static gboolean
answer_half (BbModbusConnection *connection, const guint8 *frame, const BbModbusParsed *parsed,
             const guint16 *values)
{
  guint8 out[BB_MODBUS_MBAP + BB_MODBUS_MAX_PDU] = { 0 };
  gsize head = connection->rtu ? 0 : BB_MODBUS_MBAP - 1;
  gsize size = bb_modbus_build_answer (parsed, values, out + head);

  if (!connection->rtu) {
    memcpy (out, frame, 2);
    out[4] = (guint8) (size >> 8);
    out[5] = (guint8) size;
  }
  return send_bytes (connection, out, head + size / 2);
}

static gboolean
answer_garbage (BbModbusConnection *connection)
{
  static const guint8 garbage[]
      = { 0xf3, 0x9c, 0xd1, 0x07, 0xee, 0x42, 0xb8, 0xca, 0x5f, 0x13, 0x99, 0xe0, 0x6d, 0x21, 0xfe, 0x80 };
  return send_bytes (connection, garbage, sizeof garbage);
}

gboolean
bb_modbus_connection_answer (BbModbusConnection *connection, guint8 *frame, gsize size,
                             const BbModbusParsed *parsed, const BbModbusIncoming *incoming)
{
  /* Nobody answers what is sent to all on a line. */
  if (incoming->kind == BB_MODBUS_SILENT || (connection->rtu && parsed->unit == 0))
    return TRUE;
  if (incoming->wrong_transaction && !connection->rtu)
    frame[1] ^= 0x55;
  switch (incoming->kind) {
  case BB_MODBUS_REFUSE:
    return modbus_reply_exception (connection->modbus, frame, incoming->exception) > 0;
  case BB_MODBUS_GARBAGE:
    return answer_garbage (connection);
  case BB_MODBUS_TRUNCATE:
    return answer_half (connection, frame, parsed, incoming->values);
  case BB_MODBUS_DISCONNECT:
    return connection->rtu;
  case BB_MODBUS_ANSWER:
  case BB_MODBUS_SILENT:
  default:
    return answer_well (connection, frame, size, parsed, incoming->values);
  }
}
