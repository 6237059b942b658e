/* SPDX-License-Identifier: GPL-3.0-or-later */
/* modbus-wire.h: one connection or serial port, as the worker of a bus uses it: open, send, receive, close.
 *
 * Blocks, but never longer than the link's time-out, and not at all once `stop` is set and `wake_fd`
 * readable.
 */
#pragma once

#include "protocols/modbus/modbus-pdu.h"

G_BEGIN_DECLS

typedef struct _BbModbusWire BbModbusWire;

/* `link` and `stop` live longer; `wake_fd` is an eventfd that may wake it for other reasons too. */
BbModbusWire *bb_modbus_wire_new (const BbModbusLink *link, gint wake_fd, const gint *stop);
void bb_modbus_wire_free (BbModbusWire *wire);

/* Opens when it is closed, or when the other side closed or talked unasked. */
gboolean bb_modbus_wire_open (BbModbusWire *wire, gboolean *was_opened, GError **error);
void bb_modbus_wire_close (BbModbusWire *wire);
gboolean bb_modbus_wire_is_open (BbModbusWire *wire);

/* Sends a request (unit first) and waits for the answer (unit first, without head and check sum); its size,
 * or -1 with BB_MODBUS_ERROR. After any error a connection must be closed. */
gssize bb_modbus_wire_transact (BbModbusWire *wire, const guint8 *request, gsize size, guint8 *answer,
                                GError **error);
/* Waits for one more answer to what was sent last. */
gssize bb_modbus_wire_listen (BbModbusWire *wire, guint8 *answer, GError **error);
/* After an error on a serial line: waits until it is quiet, and drops what came. */
void bb_modbus_wire_drain (BbModbusWire *wire);

/* Waits until the eventfd is written to, the idle time is over or the other side closes; the last two close.
 */
void bb_modbus_wire_idle (BbModbusWire *wire);

G_END_DECLS
