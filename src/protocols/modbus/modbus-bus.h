/* SPDX-License-Identifier: GPL-3.0-or-later */
/* modbus-bus.h: a Modbus TCP connection or RTU line: one worker thread, one request at a time, never on the
 * main loop.
 *
 * Requests wait in a queue by priority, then by order. libmodbus frames and transports; what is sent and got
 * goes through one call, which records and replays (tape.h; bytes: unit, function, data, without CRC or MBAP
 * head). After a time-out, a stale or a damaged answer the connection is closed and opened anew, because a
 * late answer would otherwise be taken for the next one's. A serial line is drained instead, and when that
 * unit answers again it is listened to for one more answer, once, before the answer is believed. After
 * connects that failed in a row requests fail at once for 0, 1, 2, 5, 10, 10, ... s of `clock`; all other
 * waiting follows the system's clock, since bytes need their time. All calls from the main context that made
 * the bus.
 */
#pragma once

#include <gio/gio.h>

#include "base/clock.h"
#include "base/log.h"
#include "protocols/tape/tape.h"

G_BEGIN_DECLS

#define BB_MODBUS_ERROR (bb_modbus_error_quark ())
GQuark bb_modbus_error_quark (void);
/* Exceptions of the device are BB_MODBUS_ERROR_EXCEPTION + their code (1..11). */
typedef enum {
  BB_MODBUS_ERROR_CONNECT,   /* refused, no route, no such serial port */
  BB_MODBUS_ERROR_TIMED_OUT, /* no answer in time */
  BB_MODBUS_ERROR_CLOSED,    /* the device closed the connection */
  BB_MODBUS_ERROR_DAMAGED, /* check sum, length, other unit, other function, other address or value echoed */
  BB_MODBUS_ERROR_STOPPED, /* the bus was closed */
  BB_MODBUS_ERROR_EXCEPTION = 100
} BbModbusError;

/* What goes first. */
typedef enum {
  BB_MODBUS_METER = 0, /* reads of a limiting meter */
  BB_MODBUS_SETPOINT,
  BB_MODBUS_HEARTBEAT,
  BB_MODBUS_STATUS,
  BB_MODBUS_COMMISSION,
  BB_MODBUS_N_PRIORITIES
} BbModbusPriority;

typedef struct {
  const gchar *host; /* TCP; NULL: RTU */
  guint16 port;
  const gchar *device;    /* RTU: /dev/ttyUSB0 */
  guint baud;             /* 9600 */
  gchar parity;           /* 'N', 'E', 'O' */
  guint stop_bits;        /* 1, 2 */
  guint timeout_ms;       /* for an answer; 1500 */
  guint connect_delay_ms; /* rest after connecting */
  guint gap_ms;           /* rest between two requests; RTU: at least 3.5 characters */
  gboolean no_rests;      /* none of these rests: lines that do not exist, in tests */
  guint idle_close_ms;    /* close when unused for so long; 0: never */
  const gchar *channel;   /* name on the tape; NULL: made from host and port, or device */
} BbModbusLink;

typedef struct _BbModbusBus BbModbusBus;

/* Does not connect yet. `log` and `tape` may be NULL. */
BbModbusBus *bb_modbus_bus_new (const BbModbusLink *link, BbClock *clock, BbLog *log, BbTape *tape);
/* A further device on a shared line wants a longer rest between requests: the longest holds for all. */
void bb_modbus_bus_raise_gap (BbModbusBus *bus, guint gap_ms);
BbModbusBus *bb_modbus_bus_ref (BbModbusBus *bus);
void
bb_modbus_bus_unref (BbModbusBus *bus); /* the last one stops the worker; pending requests end with STOPPED */
G_DEFINE_AUTOPTR_CLEANUP_FUNC (BbModbusBus, bb_modbus_bus_unref)

typedef struct {
  guint8 unit;
  guint8 function;       /* 1, 2, 3, 4 read; 5, 6, 15, 16 write */
  guint16 address;       /* zero-based */
  guint16 count;         /* registers or bits; at most 125 read, 123 written */
  const guint16 *values; /* writes: registers, or 0 and 1 for coils; copied */
  BbModbusPriority priority;
} BbModbusRequest;

/* Finishes on the thread-default context. Reads return `count` values (array, transfer full, free with
 * g_free()); writes return a pointer to the echo's values too. NULL with BB_MODBUS_ERROR,
 * G_IO_ERROR_CANCELLED (one that is under way is finished and its answer thrown away), BB_TAPE_ERROR. */
void bb_modbus_bus_request_async (BbModbusBus *bus, const BbModbusRequest *request, GCancellable *cancellable,
                                  GAsyncReadyCallback callback, gpointer data);
guint16 *bb_modbus_bus_request_finish (BbModbusBus *bus, GAsyncResult *result, guint *n_values,
                                       GError **error);

/* Counts since the start, for health and benches. */
typedef struct {
  guint64 n_requests, n_exceptions, n_timeouts, n_damaged, n_connects;
  gint64 busy_us; /* time in transactions */
  guint n_waiting;
} BbModbusCounts;
void bb_modbus_bus_get_counts (BbModbusBus *bus, BbModbusCounts *counts);
const gchar *bb_modbus_bus_get_name (BbModbusBus *bus);

G_END_DECLS
