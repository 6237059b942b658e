/* SPDX-License-Identifier: GPL-3.0-or-later */
/* modbus-server.h: answers Modbus requests on a TCP port or a serial line, through libmodbus.
 *
 * Frames are received and sent by threads (one per connection); what a request means is asked from the
 * owner's main context (the thread-default one at its making), one request at a time, so that the owner needs
 * no locks. The handler may take the server offline or free it. Malformed requests and unknown functions are
 * refused without asking it.
 */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* What to do with a request. */
typedef enum {
  BB_MODBUS_ANSWER = 0, /* with `values` (reads), or the echo (writes) */
  BB_MODBUS_REFUSE,     /* with the exception code */
  BB_MODBUS_SILENT,     /* nothing */
  BB_MODBUS_GARBAGE,    /* bytes that are no answer */
  BB_MODBUS_DISCONNECT, /* close the connection */
  BB_MODBUS_TRUNCATE    /* half of the answer, then nothing */
} BbModbusReplyKind;

typedef struct {
  guint8 unit, function;
  guint16 address, count;
  guint16 *values; /* reads: to be filled (0..count-1); writes: what is written */
  /* the answer */
  BbModbusReplyKind kind;
  guint8 exception;
  guint delay_ms;             /* before it goes out */
  gboolean wrong_transaction; /* TCP: with another transaction number */
} BbModbusIncoming;

/* Called in the context that made the server. `connection` counts from 1 in order of connecting. */
typedef void (*BbModbusHandler) (BbModbusIncoming *request, guint connection, gpointer data);

typedef struct _BbModbusServer BbModbusServer;

/* Listens on 127.0.0.1 (or `address`); port 0: a free one. `max_clients` 0: any number; further ones are
 * closed at once. `idle_close_ms` 0: never. Units it does not answer to are silent: that is up to the
 * handler. */
BbModbusServer *bb_modbus_server_new_tcp (const gchar *address, guint16 port, guint max_clients,
                                          guint idle_close_ms, BbModbusHandler handler, gpointer data,
                                          GError **error);
/* A serial line (or pty); answers only units for which `answers_unit` says so (a shared line: others must
 * stay silent and their frames be skipped). */
BbModbusServer *bb_modbus_server_new_rtu (const gchar *device, guint baud, gchar parity, guint stop_bits,
                                          gboolean (*answers_unit) (guint8 unit, gpointer data),
                                          BbModbusHandler handler, gpointer data, GError **error);
guint16 bb_modbus_server_get_port (BbModbusServer *server);
/* Stops taking connections and closes those there are (a device that restarts), or goes on on the same port.
 */
gboolean bb_modbus_server_set_online (BbModbusServer *server, gboolean online, GError **error);
/* The connections stay, and nothing is read or answered any more (half-open: the peer's network is gone). */
void bb_modbus_server_set_frozen (BbModbusServer *server, gboolean frozen);
void bb_modbus_server_free (BbModbusServer *server);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (BbModbusServer, bb_modbus_server_free)

/* A pair of pseudo-terminals for RTU: the name of the side that a controller opens (transfer full), and the
 * file descriptor of the other; `baud` 0: as fast as it goes, else bytes take their time on it (11 bits
 * each). */
typedef struct _BbPtyLine BbPtyLine;
BbPtyLine *bb_pty_line_new (guint baud, GError **error);
const gchar *bb_pty_line_get_master_name (BbPtyLine *line); /* for the bus (controller) */
const gchar *bb_pty_line_get_device_name (BbPtyLine *line); /* for the server (devices) */
void bb_pty_line_free (BbPtyLine *line);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (BbPtyLine, bb_pty_line_free)

G_END_DECLS
