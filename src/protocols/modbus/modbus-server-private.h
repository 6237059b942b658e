/* SPDX-License-Identifier: GPL-3.0-or-later */
/* modbus-server-private.h: a Modbus server's connections, and what their threads share with its owner. */
#pragma once

#include <modbus.h>

#include "protocols/modbus/modbus-pdu.h"
#include "protocols/modbus/modbus-server.h"

G_BEGIN_DECLS

struct _BbModbusServer {
  gatomicrefcount refs; /* the owner's, each connection's, each question's */
  GMainContext *context;
  BbModbusHandler handler;
  gboolean (*answers_unit) (guint8 unit, gpointer data); /* NULL: all */
  gpointer data;
  guint max_clients, idle_close_ms;
  gchar *address; /* NULL: a serial line */
  guint16 port;
  GSource *listener; /* (nullable) */
  gint listen_fd;
  GPtrArray *connections; /* (element-type BbModbusConnection), of the owner's thread */
  guint n_connections;    /* ever */
  gboolean freed;         /* of the owner's thread */
  gint online, frozen;    /* atomic */
  GMutex lock;
  GCond answered;
};

typedef struct {
  BbModbusServer *server; /* (owned) */
  modbus_t *modbus;       /* (owned): closed by the owner's thread after the connection's has ended */
  gint fd;
  gint wake_fd; /* eventfd: look at the flags */
  guint number;
  gboolean rtu;
  gint closing, ended; /* atomic */
  GThread *thread;
} BbModbusConnection;

BbModbusServer *bb_modbus_server_ref (BbModbusServer *server);
void bb_modbus_server_release (BbModbusServer *server);

/* The thread of a connection: requests, questions, answers, until it is closed. */
gpointer bb_modbus_connection_run (gpointer connection);
/* A request on a serial line: 1 and its size with check sum, 0 nothing usable, -1 to end. */
gint bb_modbus_connection_read_rtu (BbModbusConnection *connection, guint8 *frame, gsize *size);
/* Waits for bytes, `timeout_ms` (-1: for ever) at most. 1: there are some, 0: none, -1: to end. */
gint bb_modbus_connection_wait (BbModbusConnection *connection, gint timeout_ms);

/* Sends the answer that the owner gave. FALSE: close the connection. */
gboolean bb_modbus_connection_answer (BbModbusConnection *connection, guint8 *frame, gsize size,
                                      const BbModbusParsed *parsed, const BbModbusIncoming *incoming);

#define BB_MODBUS_MAX_FRAME 300
#define BB_MODBUS_MBAP      7

G_END_DECLS
