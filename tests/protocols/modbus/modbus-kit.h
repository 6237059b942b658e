/* SPDX-License-Identifier: GPL-3.0-or-later */
/* modbus-kit.h: a bus and a server that holds registers, on one loop, for the tests of both. */
#pragma once

#include "protocols/modbus/modbus-bus.h"
#include "protocols/modbus/modbus-server.h"

typedef struct {
  BbManualClock *clock;
  BbLog *log;
  BbTape *tape; /* (nullable): set before kit_connect() */
  BbModbusServer *server;
  BbModbusBus *bus;
  BbPtyLine *line; /* of RTU */
  BbModbusLink link;
  guint16 registers[65536];
  guint8 unit; /* answers this one; 0: all */
  guint8 second_unit;
  /* what happens to the next requests */
  BbModbusIncoming next;
  guint n_faults;
  /* what the server saw */
  GString *seen; /* "3:100 " for function 3 at 100 */
  guint n_seen;
  guint last_connection;
} Kit;

typedef struct {
  gboolean done;
  guint16 *values;
  guint n;
  GError *error;
} Reply;

Kit *kit_new_tcp (guint max_clients, guint idle_close_ms);
Kit *kit_new_rtu (guint baud);
/* Makes the bus from kit->link. */
void kit_connect (Kit *kit);
void kit_free (Kit *kit);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (Kit, kit_free)

void kit_start (Kit *kit, const BbModbusRequest *request, GCancellable *cancellable, Reply *reply);
/* Iterates until it is done. */
void kit_wait (Reply *reply);
/* Asks and waits; NULL and the error in reply. */
void kit_ask (Kit *kit, const BbModbusRequest *request, Reply *reply);
void kit_read (Kit *kit, guint16 address, guint16 count, Reply *reply);
void kit_assert_read (Kit *kit, guint16 address, guint16 expected);
void kit_assert_fails (Kit *kit, gint code);
void reply_clear (Reply *reply);
/* The next `n` requests get this kind of answer. */
void kit_fault (Kit *kit, BbModbusReplyKind kind, guint n);
/* A connection of bytes to the server, and what comes back: 0 when it was closed, -1 when reset. */
GSocketConnection *kit_attack (Kit *kit, const guint8 *bytes, gsize size);
gssize kit_read_some (GSocketConnection *connection, guint8 *bytes, gsize most);
/* How often a text was logged. */
guint kit_count_log (Kit *kit, const gchar *text);
